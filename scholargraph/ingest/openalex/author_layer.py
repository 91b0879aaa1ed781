"""Whom a byline and an author's record cannot mean: organisations, cited authors, impossible lives.

Functions on columns, so that every route from a file to the tables asks the same. They only mark;
nothing is left out here, and which marks keep a seat from making ties is decided where ties are
made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections import Counter

    import numpy.typing as npt

MIN_SEATS_OF_LEAK: Final = 10
MIN_SHARE_WITH_ID: Final = 0.6
"""A byline of ten or more of which less than this share has an id has taken in a reference list:
who is cited there by initials is found in no profile, who wrote the paper is."""

MAX_WORKS_A_YEAR: Final = 1_000
"""More in one year, and a profile is no person's. Of the people who sign most, few come to more
than 72 papers in a year, one in five days (Ioannidis, Klavans, Boyack 2018,
doi:10.1038/d41586-018-06185-8); the largest collaborations of physics publish some hundred."""

USUAL_KIND: Final = "profile"

_NEVER_A_NAME: Final = (
    r"collaborations?|kollaboration|colaboraci[oó]n|colabora[cç][aã]o|collaborazione|коллаборация"
    r"|consorti(?:um|a)|konsortium|consorcio|cons[oó]rcio|consorzio|консорциум"
    r"|universit(?:y|ies|ät|aet|et|é|e|à|a|as)|universidade?|uniwersytet|университет"
    r"|institut(?:es?|o|en)?|istituto|instytut|институт"
    r"|corporation|gesellschaft|arbeitsgruppe|arbeitsgemeinschaft|forschungsgruppe|task force"
    r"|research cent(?:er|re)"
    r"|(?:working|study|research|collaborative|cooperative|interest|expert|writing|trial|advisory)"
    r" (?:groups?|teams?|networks?)"
    r"|(?:development|project|science|survey|core|editorial) (?:groups?|teams?)"
    r"|(?:steering|organi[sz]ing|executive|advisory|editorial) committee"
)
"""Words that are in nobody's name, wherever they stand."""

_LAST_WORD: Final = r"groups?|networks?|society"
_LAST_WORD_AFTER_THE: Final = (
    rf"{_LAST_WORD}|teams?|committee|community|contributors|program(?:me)?|project"
)

_IS_ORGANISATION: Final = re.compile(
    "|".join(
        (
            # What stands behind a comma or in brackets is a person's affiliation.
            rf"^[^,;()\[\]]*\b(?:{_NEVER_A_NAME})\b",
            # Some people are called Team or Group; three words without an initial are no person.
            rf"^[^,;()]+\s[^\s.,;()]{{3,}}\s(?:{_LAST_WORD})$",
            rf"^(?:(?:&|and)\s)?the\s.*\s(?:{_LAST_WORD_AFTER_THE})$",
            r"(?-i:^(?=\S*(?:[A-Z]{2}|\d))\S+\s(?:[Gg]roups?|[Tt]eams?|[Nn]etworks?|[Ss]ociety)$)",
            # No name of a person has as many characters.
            r"^\S{3,}(?:委员会|委員会|编辑部|編集部|课题组|課題組|协作组|研究组|研究会|研究所|研究院)$",
        )
    ),
    re.IGNORECASE,
)
_BEGINS_AS_ONE: Final = re.compile(
    r"(?:(?:&|and)\s)?(?:"
    r"(?:on behalf of|for the|representing the|members of the|im auftrag|im namen"
    r"|au nom d[eu]|en nombre de|em nome d[aeo]|a nome d[ei]|per conto d[ei]|от имени)\s"
    r"|(?:the\s|l['’]|le\s|la\s|el\s|il\s)?"
    r"(?:society|network|team|groups?|société|sociedade?|società|[ée]quipe|equipo|grupo|gruppo"
    r"|groupe|группа)\s(?:of|for|on|de|del|della|dello|di|do|da|du|des)\s)",
    re.IGNORECASE,
)
_FOR_OTHERS: Final = re.compile(r"\s(?:for|on behalf of|representing)\s", re.IGNORECASE)
"""Behind a person's name: whom he speaks for."""

_LOOKED_AT: Final = 300
"""Characters of a name: the expressions above take a time that grows with the square of this."""

_IS_SUSPECT: Final = (
    r"(?i)collabor|kollabor|colabor|consor|cons[oó]r|konsor|univers|uniwers|instit|istit|instyt"
    r"|corporat|gesellsch|arbeits|forschungs|task force|cent(?:er|re)|team|group|grupo|gruppo"
    r"|network|committee|communit|contribut|program|project|societ|sociét|sociedad|equip|équip"
    r"|on behalf|for the|representing|members of|im auftrag|im namen|au nom|nombre|nome|per conto"
    r"|от имени|групп|коллаб|консор|универс|инстит|员会|員会|辑部|集部|题组|題組|作组|究[组会所院]"
)
"""Something of every word and beginning above, as few names have it: one look at a whole column."""


def are_organisations(names: pa.Array) -> pa.Array:
    """Say of each name whether it is that of an organisation, by words that are no person's.

    Rather too few than too many: a person taken for an organisation would lose all ties. A body
    that no word gives away, such as CMS, is not recognised.

    Parameters
    ----------
    names : pyarrow.Array of string
        As printed on bylines, or as profiles have them; null is no organisation.

    Returns
    -------
    pyarrow.Array of bool
        Without null; of the same length.

    Notes
    -----
    Neither capitals nor a list of bodies would tell more. Of some 207,000 different names in the
    real records that this was tried on, nine are a single word of three or more capitals: seven
    are institutes and societies, two are surnames. Forty well-known collaborations, looked for
    as words of names, are met in twelve, all of them people's.

    Examples
    --------
    >>> names = ["The ATLAS Collaboration", "Dipanwita Dutta for the CMS Collaboration", "Li Team"]
    >>> are_organisations(pa.array(names)).to_pylist()
    [True, False, False]
    """
    is_suspect = pc.fill_null(pc.match_substring_regex(names, _IS_SUSPECT), False)
    if not pc.any(is_suspect, min_count=0).as_py():
        return is_suspect
    suspects = names.filter(is_suspect).to_pylist()
    return pc.replace_with_mask(is_suspect, is_suspect, pa.array(map(_is_organisation, suspects)))


def _is_organisation(name: str) -> bool:
    name = " ".join(name[:_LOOKED_AT].split())
    speaker = _FOR_OTHERS.split(name, maxsplit=1)[0]
    return bool(_IS_ORGANISATION.search(speaker) or _BEGINS_AS_ONE.match(name))


def on_leaking_bylines(
    sizes: npt.NDArray[np.int64], names_somebody: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Say of each seat whether its byline has taken in authors of cited references.

    Parameters
    ----------
    sizes : int64 array, shape (papers,)
        Seats of each paper.
    names_somebody : bool array, shape (seats,)
        Whether a seat has the id of somebody; the seats of a paper follow each other.

    Returns
    -------
    bool array, shape (seats,)
        The same for all seats of a paper.

    Examples
    --------
    >>> with_id = np.array([True] * 5 + [False] * 5 + [True] * 6 + [False] * 4)
    >>> on_leaking_bylines(np.array([10, 10]), with_id)[[0, 10]].tolist()
    [True, False]
    """
    known_before = np.concatenate(([0], np.cumsum(names_somebody)))
    ends = np.cumsum(sizes)
    known = known_before[ends] - known_before[ends - sizes]
    leaks = (sizes >= MIN_SEATS_OF_LEAK) & (known < MIN_SHARE_WITH_ID * sizes)
    of_seats: npt.NDArray[np.bool_] = np.repeat(leaks, sizes)
    return of_seats


def marks_of_seats(
    author_ids: pa.Array,
    is_nobody: pa.Array,
    printed_names: pa.Array,
    sizes: npt.NDArray[np.int64],
) -> pa.Array:
    """Say why seats make no tie: whom they cannot mean, or that they name nobody.

    Parameters
    ----------
    author_ids : pyarrow.Array of string
        Author of each seat, or null; the seats of a paper follow each other.
    is_nobody : pyarrow.Array of bool
        Whether the id is one that stands for nobody.
    printed_names : pyarrow.Array of string
        Name on each seat, or null.
    sizes : int64 array
        Seats of each paper.

    Returns
    -------
    pyarrow.Array of string
        A mark, or null for a seat that names somebody. Of a byline that has taken in references
        those seats are marked that have no id: the others are the authors, by their affiliations.
    """
    has_id = author_ids.is_valid()
    names_somebody = pc.and_not(has_id, pc.fill_null(is_nobody, False))
    leaks = on_leaking_bylines(sizes, names_somebody.to_numpy(zero_copy_only=False))
    is_organisation = are_organisations(printed_names)
    cases = [
        pc.fill_null(is_nobody, False),
        is_organisation,
        pc.and_not(pa.array(leaks), has_id),
        pc.invert(has_id),
    ]
    marks = ("nobody", "organisation", "leaked reference", "no id")
    nothing = pa.scalar(None, pa.string())
    return pc.case_when(
        pa.StructArray.from_arrays(cases, [str(number) for number in range(len(cases))]),
        *(pa.scalar(mark) for mark in marks),
        nothing,
    )


def kinds_of_profiles(names: pa.Array, rows: pa.Array, works_counts: pa.Array) -> pa.Array:
    """Say what the ids of authors' own records stand for.

    Parameters
    ----------
    names : pyarrow.Array of string
        Display names.
    rows : pyarrow.Array of int32
        Of each count of works in a year, the number of its author.
    works_counts : pyarrow.Array of int32
        These counts; null is unknown.

    Returns
    -------
    pyarrow.Array of string
        ``profile``, ``organisation`` or ``implausible profile``.

    Examples
    --------
    >>> names = pa.array(["Ada Lovelace", "BABAR Collaboration", "Wei Wang"])
    >>> kinds_of_profiles(names, pa.array([0, 2, 2]), pa.array([3, 900, 4_200])).to_pylist()
    ['profile', 'organisation', 'implausible profile']
    """
    is_too_much = pc.fill_null(pc.greater(works_counts, MAX_WORKS_A_YEAR), False)
    is_implausible = np.zeros(len(names), bool)
    is_implausible[rows.filter(is_too_much).to_numpy()] = True
    others = pc.if_else(pa.array(is_implausible), "implausible profile", USUAL_KIND)
    return pc.if_else(are_organisations(names), "organisation", others)


def count_by(values: pa.Array, what: str, counts: Counter[str]) -> None:
    """Count marks of ``what``, and kinds other than the usual one, each under its name."""
    for found in pc.value_counts(values.drop_null()).to_pylist():
        if found["values"] != USUAL_KIND:
            counts[f"{what}: {found['values']}"] += found["counts"]
