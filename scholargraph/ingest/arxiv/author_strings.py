"""Authors of arXiv papers: from the line an author typed, and from what arXiv parsed of it.

arXiv keeps two things: ``authors``, a line in which commas, ``and``, parentheses and footnotes mean
something, and ``authors_parsed``, what its own parser made of that line. Both routes end here in
the same record, so that one person has the same name form whichever of them a file offers; hence
names are divided the way arXiv divides them, also where a librarian would do otherwise.

Names are decoded by ``tex``; whether two of them mean one person is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from scholargraph.ingest.arxiv.tex import decode_tex

MAX_BYLINE_LENGTH: Final = 2**20
"""Characters of an author line that are read; what is beyond is cut off."""

MAX_AFFILIATIONS_LENGTH: Final = 2**23
"""Characters of affiliations that a line may come to; one in it can be that of every author."""

_PREFIXES: Final = frozenset(
    {"van", "der", "de", "la", "von", "del", "della", "da", "mac", "ter", "dem", "di", "vaziri"}
)
"""Words that arXiv counts to the keyname, at most two of them, wherever they do not come first."""

_SUFFIXES: Final = frozenset({"i", "ii", "iii", "iv", "v", "jr", "jr.", "sr", "sr."})
_LOOSE_SUFFIXES: Final = _SUFFIXES - {"i", "v"}
"""Those that make no author of their own where only a comma stands before them."""

_BODIES: Final = frozenset(
    {"collaboration", "consortium", "group", "team"}
    | {"collaborations", "consortia", "groups", "teams"}
)
_WHOLE_BODY: Final = re.compile(r"[A-Z0-9 ]+ (?:collaboration|group|team)s?", re.IGNORECASE)
"""What arXiv leaves in one piece where it opens a byline; with a hyphen in it, it does not."""

_BEHALF: Final = ("for the ", "on behalf of ", "representing ")
_BEHALF_INSIDE: Final = re.compile(r" (?=for |on behalf of )")
_MAX_BEHALF_WORDS: Final = 3
"""Of a text behind a name, such as "for the NuPRISM", that does not say that it names a body."""

_SEPARATORS: Final = frozenset({",", ":", "and", "&"})
_STRAY: Final = frozenset({"", "and"})
"""Words that are no part of a name at its ends, once their commas are gone."""

_PARENTHESES: Final = re.compile(r"[()]|[^()]+")
_GLUED_PERIOD: Final = re.compile(r"\.(?=[^\s.])")
_ET_AL: Final = re.compile(r"(?:^| )et\.? al\.?(?= |$)")

_SIGNS: Final = "*†‡¹²³⁰⁴-⁹\u200b-\u200f\u202a-\u202e\u2060\ufeff"
"""Marks of footnotes and invisible characters, which are no part of a name."""

# Behind these letters a raised digit is half of a letter that was encoded twice, as in "GarcÃ³".
_NO_NAME: Final = re.compile(f"(?<![ÃÄÅ])[{_SIGNS}]+")
_FOOTNOTE_DIGITS: Final = re.compile(r"(?<=[^\W\d_A-Z])\d{1,2}$")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
"""Those that are no blanks: leftovers of a letter's encoding, such as ``Bj\\x7forn``."""

# Clean names, nearly all, hold none of these; one that does is taken apart and divided again.
_ODD_CHARACTER: Final = re.compile(
    rf"[\x00-\x1f\x7f-\xa0\u2000-\u200a\u2028\u2029\u202f\u3000\\{{}}$~^`,;:0-9{_SIGNS}]"
)

_LABEL: Final = re.compile(r"(?:\d{1,3}|[a-z])(?:-\d{1,3})?")
_BETWEEN_LABELS: Final = re.compile(r"(?:[\s,;&+]|\band\b)+")
_EXPLAINED: Final = re.compile(r"\(\s?(\d{1,3}|[a-z])\s?\)")
_BARE_LEGEND: Final = re.compile(r"1[.:]? [^\W\d_]{2}")


ODD_NAME: Final = (
    r"[\x00-\x1f\x7f-\xa0\x{2000}-\x{200f}\x{2028}-\x{202f}\x{2060}\x{3000}\x{feff}"
    r"\\{}$~^`,;:0-9*†‡¹²³⁰⁴-⁹]|  |--|''| for | behalf | and | al"
    r"|(?i:\b(?:collaborations?|consortium|consortia|groups?|teams?)\b)"
    r"|(?i:^ (?:for the|on behalf of|representing) )"
)
"""What keeps a name, with a blank at each end, from being read at once; for Arrow's RE2."""


class ParsedAuthor(NamedTuple):
    """One entry of a byline."""

    keyname: str
    """The name by which arXiv sorts, usually the surname; never empty."""

    forenames: str
    suffix: str
    """``Jr``, ``III`` and the like, as written."""

    affiliations: tuple[str, ...]
    """As written, blanks collapsed; references to footnotes are resolved or left out."""


def parse_authors(text: str) -> list[ParsedAuthor]:
    r"""Return the authors whom an author line of arXiv names.

    Commas, colons, ``and`` and ``&`` separate authors. What stands in parentheses is an affiliation
    of the author before it, and of those further before who have none, back to a collaboration;
    footnotes that the line explains at its end, ``((1) Oslo, (2) Bergen)``, are resolved.

    Parameters
    ----------
    text : str
        The field ``authors`` of a Kaggle line, an arXivRaw or arXivOld record, with its line breaks
        and its TeX. Only the first :data:`MAX_BYLINE_LENGTH` characters are read.

    Returns
    -------
    list of ParsedAuthor
        In their order. ``et al`` names nobody; ``Jr`` behind a comma belongs to the name before it.
        Somebody who signs for a collaboration is a person with that among the affiliations. Where
        affiliations come to more than :data:`MAX_AFFILIATIONS_LENGTH`, the rest is left out. A line
        without names gives an empty list.

    Notes
    -----
    The last word is the keyname, together with at most two prefixes (van, der, de, la, …) before
    it, as in arXiv's own parser. Time is linear in the length, whatever the nesting.

    References
    ----------
    arXiv. Author names, https://info.arxiv.org/help/prep.html.

    Examples
    --------
    >>> for author in parse_authors(r"G. H\'etet (ANU), E. F. van Dishoeck and A. Alves, Jr."):
    ...     print(author.keyname, "|", author.forenames, "|", author.suffix, author.affiliations)
    Hétet | G. |  ('ANU',)
    van Dishoeck | E. F. |  ()
    Alves | A. | Jr. ()
    """
    byline = _Byline()
    for piece, in_parentheses in _pieces(_tidied(text[:MAX_BYLINE_LENGTH])):
        if in_parentheses:
            byline.add_note(piece)
        else:
            for words in _names(piece):
                byline.add_name(words)
    return byline.authors()


def parse_name(name: str, affiliations: Iterable[str | None] = ()) -> ParsedAuthor | None:
    """Return one printed name as an author line with nothing else would give it.

    Parameters
    ----------
    name : str
        Forenames before the keyname, as in an Atom feed.
    affiliations : iterable of str or None
        As printed beside the name.

    Returns
    -------
    ParsedAuthor or None
        None where the text names nobody.

    Examples
    --------
    >>> parse_name("Floris van der Tak").keyname
    'van der Tak'
    """
    words = _words(_tidied(name))
    return _beside(_body(words) or _divided(words), _places(affiliations)) if words else None


def clean_parsed(entries: Iterable[Sequence[str | None]]) -> list[ParsedAuthor]:
    """Return the authors of a field ``authors_parsed``.

    Parameters
    ----------
    entries : iterable of sequences of str or None
        Each with keyname, forenames, suffix and affiliations, of which any may be missing.

    Returns
    -------
    list of ParsedAuthor
        In their order, as :func:`parse_authors` would give them: without TeX, without the comma
        that arXiv leaves in a keyname before ``Jr.``, without entries that name nobody.

    Examples
    --------
    >>> clean_parsed([["Martinez,", "Oscar", "Jr."], ["al", "T. Aaltonen et", ""], [":", "", ""]])
    [ParsedAuthor(keyname='Martinez', forenames='Oscar', suffix='Jr.', affiliations=()),
     ParsedAuthor(keyname='Aaltonen', forenames='T.', suffix='', affiliations=())]
    """
    authors: list[ParsedAuthor] = []
    for entry in entries:
        author = clean_entry(entry)
        if author is None:
            continue
        if author.forenames:
            authors.append(author)
        else:
            _append(authors, author)
    return authors


def clean_entry(entry: Sequence[str | None]) -> ParsedAuthor | None:
    r"""Return one entry of ``authors_parsed`` as :func:`parse_authors` would give it.

    Parameters
    ----------
    entry : sequence of str or None
        Keyname, forenames, suffix, affiliations; any may be missing.

    Returns
    -------
    ParsedAuthor or None
        None where the entry names nobody, as a colon that arXiv took for an author.

    Examples
    --------
    >>> clean_entry(["S\\lawianowski", "Jan Jerzy", None])
    ParsedAuthor(keyname='Sławianowski', forenames='Jan Jerzy', suffix='', affiliations=())
    """
    if len(entry) == 3:
        keyname, forenames, suffix = entry
        if forenames and keyname and _is_plain(f" {forenames} {keyname} ") and not suffix:
            return ParsedAuthor(keyname, forenames, "", ())
    keyname, forenames, suffix = (text or "" for text in (*entry, None, None, None)[:3])
    words = _words(_tidied(f"{forenames} {keyname}"))
    if not words:
        return None
    author = (None if forenames else _body(words)) or _divided(words, _tidied(suffix))
    return _beside(author, _places(entry[3:]))


def name_of(author: ParsedAuthor) -> str:
    """Return the name as it is printed: forenames, keyname, suffix.

    Examples
    --------
    >>> name_of(ParsedAuthor("Evans", "Neal J.", "II", ()))
    'Neal J. Evans II'
    """
    return " ".join(filter(None, (author.forenames, author.keyname, author.suffix)))


def is_collaboration(author: ParsedAuthor) -> bool:
    """Tell whether an entry of a byline names a body of people and not a person.

    Parameters
    ----------
    author : ParsedAuthor
        As this module gives it.

    Returns
    -------
    bool
        True where a word of the keyname is collaboration, consortium, group or team (or their
        plural), and where the name begins with "for the", "on behalf of" or "representing". A body
        whose name says nothing of the kind, such as CMS, is not recognised.

    Examples
    --------
    >>> [is_collaboration(each) for each in parse_authors("The BABAR Collaboration, B. Aubert")]
    [True, False]
    """
    keyname = author.keyname
    if " " in keyname or keyname.lower() in _BODIES:
        return _names_body(keyname) or name_of(author).lower().startswith(_BEHALF)
    return f"{author.forenames} ".lower().startswith(_BEHALF)


class _Byline:
    """The authors of a line so far, with what stands in parentheses beside them."""

    def __init__(self) -> None:
        self._authors: list[ParsedAuthor] = []
        self._notes: list[list[str]] = []
        self._legend: dict[str, str] = {}
        self._only_bodies = True

    def add_name(self, words: list[str]) -> None:
        # Bodies that open a byline stay in one piece; arXiv divides later ones as if they were
        # people.
        body = _body(words) if self._only_bodies else None
        self._only_bodies = body is not None
        _append(self._authors, body or _divided(words))
        if len(self._notes) < len(self._authors):
            self._notes.append([])

    def add_note(self, text: str) -> None:
        legend = _legend(text)
        if legend is not None:
            for label, place in legend:
                self._legend.setdefault(label, place)
        elif text and self._notes:
            self._notes[-1].append(text)
            if len(self._notes[-1]) == 1:
                self._fill_back(text)

    def _fill_back(self, text: str) -> None:
        for place in range(len(self._authors) - 2, -1, -1):
            if self._notes[place] or is_collaboration(self._authors[place]):
                return
            self._notes[place].append(text)

    def authors(self) -> list[ParsedAuthor]:
        distinct = {note for notes in self._notes for note in notes}
        meanings = {note: self._resolved(note) for note in distinct}
        lengths = {note: sum(map(len, places)) for note, places in meanings.items()}
        left = MAX_AFFILIATIONS_LENGTH
        authors = []
        for author, notes in zip(self._authors, self._notes, strict=True):
            left -= sum(lengths[note] for note in notes)
            places = (place for note in notes for place in meanings[note])
            authors.append(_beside(author, tuple(places)) if notes and left >= 0 else author)
        return authors

    def _resolved(self, note: str) -> tuple[str, ...]:
        labels = _labels(note)
        if labels is None:
            return (note,)
        return tuple(self._legend[label] for label in labels if label in self._legend)


def _pieces(line: str) -> Iterator[tuple[str, bool]]:
    """Yield texts and whether they stand in parentheses, of which one may lack its end."""
    depth = 0
    held: list[str] = []
    for match in _PARENTHESES.finditer(line):
        part = match[0]
        if (part == "(" and depth == 0) or (part == ")" and depth == 1):
            yield "".join(held).strip(), depth == 1
            held.clear()
        elif part != ")" or depth:
            held.append(part)
        depth = max(0, depth + (part == "(") - (part == ")"))
    yield "".join(held).strip(), depth > 0


def _names(text: str) -> Iterator[list[str]]:
    """Yield the names between separators, each as its words."""
    held: list[str] = []
    for word in [*text.replace(",", " , ").replace(":", " : ").split(), ","]:
        if word not in _SEPARATORS:
            held.append(word)
            continue
        if words := _words(" ".join(held)):
            yield words
        held.clear()


def _tidied(text: str) -> str:
    """Return a text without TeX, with single blanks."""
    return " ".join(_CONTROLS.sub("", decode_tex(text)).split())


def _words(name: str) -> list[str]:
    """Return the words of a tidied name, without what belongs to the line around it."""
    name = _GLUED_PERIOD.sub(". ", _NO_NAME.sub("", name))
    return _trimmed(_ET_AL.sub("", name).split())


def _trimmed(words: list[str]) -> list[str]:
    """Return words without stray ones and signs at their ends, and without footnote digits."""
    start, end = 0, len(words)
    while start < end and words[end - 1].strip(",;:") in _STRAY:
        end -= 1
    while start < end and words[start].strip(",;:") in _STRAY:
        start += 1
    words = words[start:end]
    if words:
        words[0] = words[0].lstrip(",;:")
        words[-1] = words[-1].rstrip(",;:")
    if len(words) > 1:
        words[-1] = _FOOTNOTE_DIGITS.sub("", words[-1])
    return words


def _is_plain(name: str) -> bool:
    """Tell whether a name with a blank at each end holds nothing that the long way would change."""
    return (
        _ODD_CHARACTER.search(name) is None
        and "  " not in name
        and "--" not in name
        and "''" not in name
        and " for " not in name
        and " behalf " not in name
        and " and " not in name
        and " al" not in name
    )


def _body(words: list[str]) -> ParsedAuthor | None:
    """Return the body of people that a name stands for, in one piece, or None."""
    name = " ".join(words)
    if _WHOLE_BODY.fullmatch(name) and not _signer(name):
        return ParsedAuthor(name, "", "", ())
    return None


def _divided(words: list[str], suffix: str = "") -> ParsedAuthor:
    """Return the author of these words, among which a known suffix is not looked for."""
    signer = _signer(" ".join(words))
    if signer:
        person, behalf = signer
        return _beside(_divided(person, suffix), (behalf,))
    if not suffix and len(words) > 2 and words[-1].lower() in _SUFFIXES:
        words, suffix = _trimmed(words[:-1]) or words[:-1], words[-1]
    start = len(words) - 1
    # As in arXiv's parser, prefixes count only where no suffix stands.
    while (
        not suffix
        and start > 1
        and start > len(words) - 3
        and words[start - 1].lower() in _PREFIXES
    ):
        start -= 1
    return ParsedAuthor(" ".join(words[start:]), " ".join(words[:start]), suffix, ())


def _signer(name: str) -> tuple[list[str], str] | None:
    """Return who signs and for whom, such as Sinya and "for JLQCD Collaboration"; or None."""
    inside = _BEHALF_INSIDE.search(name)
    if inside is None:
        return None
    person, behalf = _trimmed(name[: inside.start()].split()), name[inside.end() :]
    if not person or not _BODIES.isdisjoint(map(str.lower, person)):
        return None
    is_short = behalf.startswith(_BEHALF) and len(behalf.split()) <= _MAX_BEHALF_WORDS
    return (person, behalf) if _names_body(behalf) or (is_short and len(person) > 1) else None


def _names_body(name: str) -> bool:
    return not _BODIES.isdisjoint(name.lower().split())


def _beside(author: ParsedAuthor, affiliations: tuple[str, ...]) -> ParsedAuthor:
    return author._replace(affiliations=author.affiliations + affiliations)


def _append(authors: list[ParsedAuthor], author: ParsedAuthor) -> None:
    """Add an author, or a suffix that a comma parted from its name to the author before."""
    is_suffix = not author.forenames and author.keyname.lower() in _LOOSE_SUFFIXES
    if is_suffix and authors and not authors[-1].suffix:
        before = authors[-1]
        named = _divided(name_of(before).split(), author.keyname)
        authors[-1] = _beside(named, before.affiliations + author.affiliations)
    else:
        authors.append(author)


def _places(affiliations: Iterable[str | None]) -> tuple[str, ...]:
    """Return affiliations as they are kept: tidied, without mere references to footnotes."""
    tidied = (_tidied(affiliation) for affiliation in affiliations if affiliation)
    return tuple(text for text in tidied if text and _labels(text) is None)


def _labels(note: str) -> list[str] | None:
    """Return the footnotes that a note refers to, or None if it does something else."""
    labels = [label for label in _BETWEEN_LABELS.split(note) if label]
    return list(dict.fromkeys(labels)) if all(map(_LABEL.fullmatch, labels)) else None


def _legend(note: str) -> list[tuple[str, str]] | None:
    """Return footnotes and what they mean, or None if the text does not explain any."""
    if _BARE_LEGEND.match(note) and _labels(note) is None:
        # Numbers without parentheses cannot be told from those in addresses.
        return []
    labels = list(_EXPLAINED.finditer(note))
    if not labels or labels[0].start():
        return None
    ends = [*(label.start() for label in labels[1:]), len(note)]
    places = (note[label.end() : end] for label, end in zip(labels, ends, strict=True))
    return [
        (label[1], place)
        for label, place in zip(labels, map(_explanation, places), strict=True)
        if place
    ]


def _explanation(text: str) -> str:
    """Return what a footnote means without what parts it from its label and the next footnote."""
    return text.strip(" ,;.:").removesuffix(" and").rstrip(" ,;")
