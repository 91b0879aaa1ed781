"""Names of people (and words of titles) made comparable.

:func:`fold` brings a name to the form that is stored for searching; the other functions compare
folded names, from strict to lenient. A folded name is a key, not something to show: accents,
vowel signs and punctuation are gone. Whether two names mean one person is not decided here.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

MAX_FOLDED_LENGTH: Final = 1_000
"""Characters of a folded name; what is beyond is cut off."""

MAX_NAME_LENGTH: Final = 32_768
"""Characters of a name that are read, so that one hostile name costs milliseconds at most."""

_GENERATIONS: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})
# V and I are left out: they are initials more often than generations.

# Letters that Unicode does not decompose, after case folding.
_BASE_LETTERS: Final = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
    "ŋ": "n", "ŧ": "t", "ĸ": "k", "ƀ": "b", "ɓ": "b", "ƈ": "c", "ɖ": "d", "ɗ": "d", "ƒ": "f",
    "ɠ": "g", "ǥ": "g", "ɣ": "g", "ɨ": "i", "ƙ": "k", "ƚ": "l", "ɫ": "l", "ɲ": "n", "ƞ": "n",
    "ɔ": "o", "ɛ": "e", "ə": "a", "ƥ": "p", "ʈ": "t", "ʉ": "u", "ʋ": "v", "ƴ": "y", "ƶ": "z",
}  # fmt: skip

# Apostrophes in all their forms, letters that stand for one (okina, ayin, soft sign) or for a
# loose accent, and the Arabic tatweel: they join what they stand between.
_JOINERS: Final = frozenset(
    "'\u2018\u2019\u201b\u2032\u2035\u055a\u05f3\u05f4\ua78b\ua78c\u0640\u02ec\u02ee"
) | frozenset(map(chr, range(0x02B9, 0x02E0)))
_COMMAS: Final = frozenset(",\u060c")
_ASCII_FOLDING: Final = {
    code: None if chr(code) in "'^`" else " "
    for code in range(128)
    if not chr(code).isalnum() and chr(code) != ","
}

_LATIN: Final = (range(0x250), range(0x300, 0x370), range(0x1E00, 0x1F00), range(0x2000, 0x2070))
"""Latin letters, marks, letters with two marks, and signs of print such as dashes and quotes."""


def _is_dropped(character: str) -> bool:
    """Tell marks, loose accents and invisible characters, which leave no gap, from the rest."""
    category = unicodedata.category(character)
    return category[0] == "M" or category in {"Sk", "Cf"} or character in _JOINERS


def _fold_character(character: str) -> str:
    if character in _BASE_LETTERS:
        return _BASE_LETTERS[character]
    if character in _COMMAS:
        return ","
    return character if unicodedata.category(character)[0] in "LN" else " "


def _fold_letters(text: str) -> str:
    """Fold letters, and everything else to blanks, but for commas."""
    text = text[:MAX_NAME_LENGTH]
    if text.isascii():
        return text.lower().translate(_ASCII_FOLDING)
    folded = text.translate(_latin_folding())
    if folded.isascii():
        return folded
    return _fold_any_letters(text)


@cache
def _latin_folding() -> dict[int, str]:
    """Return what each Latin letter and common sign is folded to, whatever stands beside it.

    That is so for those that are folded to ASCII: nothing in it can be composed again.
    """
    each = {code: _fold_any_letters(chr(code)) for codes in _LATIN for code in codes}
    return {code: folded for code, folded in each.items() if folded.isascii()}


def _fold_any_letters(text: str) -> str:
    # Marks go first: Unicode normalisation sorts a run of them in quadratic time (12 s for 10^5).
    # Case folding comes before, since it turns one of them, the Greek iota below, into a letter.
    text = "".join(each for each in text.casefold() if not _is_dropped(each))
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text)
    text = "".join(_fold_character(each) for each in text if not _is_dropped(each))
    return unicodedata.normalize("NFC", text)


def _joined(parts: list[str]) -> str:
    return " ".join(parts)[:MAX_FOLDED_LENGTH].rstrip()


def fold(name: str) -> str:
    """Return a name in the form in which names are searched and compared.

    Letters lose case and accents, and those that carry their accent inside (ø, ł, đ, ß, æ …)
    become their base letters; compatibility forms become ordinary ones. Apostrophes vanish,
    every other sign, hyphens and periods among them, separates words. "Surname, Given" is turned
    round, also where a generation (Jr, Sr, II, III, IV) stands behind a further comma; the
    generation goes to the end. Names with more parts, lists, are not turned.

    Parameters
    ----------
    name : str
        A name in any script. Words of titles are had from :func:`words`, which turns nothing.

    Returns
    -------
    str
        Words separated by one blank, at most :data:`MAX_FOLDED_LENGTH` characters; empty if the
        name holds no letter and no digit. Folding a folded name changes nothing.

    Notes
    -----
    Steps: case folding; marks, loose accents and invisible characters dropped; NFKD, case folding,
    NFKD; marks dropped again; NFC, so that Hangul stands in syllables. Nothing is transliterated.
    Time is linear in the length.

    References
    ----------
    The Unicode Consortium. Unicode Standard Annex 15, Unicode Normalization Forms.

    Examples
    --------
    >>> fold("Gesmundo, Andrea")
    'andrea gesmundo'
    >>> fold("Łukasz O'Brien-Ørsted, Jr.")
    'lukasz obrien orsted jr'
    """
    parts = [" ".join(part.split()) for part in _fold_letters(name).split(",")]
    parts = [part for part in parts if part]
    generations = [part for part in parts[1:] if part in _GENERATIONS]
    rest = parts[:1] + [part for part in parts[1:] if part not in _GENERATIONS]
    if len(rest) == 2:
        rest.reverse()
    return _joined(rest + generations)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name or a title, folded as by :func:`fold`, in their order.

    Parameters
    ----------
    text : str
        Any text; commas only separate words.

    Returns
    -------
    tuple of str
        Empty for a text without letters and digits.

    Examples
    --------
    >>> words("Über-resolution, revisited")
    ('uber', 'resolution', 'revisited')
    """
    return tuple(_joined(_fold_letters(text).replace(",", " ").split()).split())


def same_words(a: str, b: str) -> bool:
    """Tell whether two folded names consist of the same words in any order.

    Parameters
    ----------
    a, b : str
        Folded names.

    Returns
    -------
    bool
        False if both are empty.

    Examples
    --------
    >>> same_words("gesmundo andrea", "andrea gesmundo")
    True
    """
    return bool(a) and sorted(a.split()) == sorted(b.split())


def initials_agree(a: str, b: str) -> bool:
    """Tell whether two folded names may be one name, initials standing for given names.

    The rule, which does not depend on the order of the two:

    1. The last word is the surname; before that, in names of three words or more, a generation
       (jr, sr, ii, iii, iv) at the end is set aside. Surnames are equal. Generations are equal, or
       at least one name has none.
    2. Two given names agree if they are equal, or if one is a single letter and the other begins
       with it.
    3. The first given names agree; the further given names of the name that has fewer agree, in
       order, with some of the further ones of the other: middle names may be missing.
    4. A name of one word agrees only with its equal; an empty name with nothing.

    The relation is not transitive: "a gesmundo" agrees with "andrea gesmundo" and "anna gesmundo",
    which do not agree.

    Parameters
    ----------
    a, b : str
        Folded names, given names first.

    Returns
    -------
    bool
        Whether they agree.

    Examples
    --------
    >>> initials_agree("a gesmundo", "andrea gesmundo")
    True
    >>> initials_agree("andrea b gesmundo", "andrea gesmundo")
    True
    >>> initials_agree("b gesmundo", "andrea b gesmundo")
    False
    """
    surname_a, given_a, generation_a = _parts(a)
    surname_b, given_b, generation_b = _parts(b)
    if not surname_a or surname_a != surname_b:
        return False
    if generation_a and generation_b and generation_a != generation_b:
        return False
    fewer, more = sorted((given_a, given_b), key=len)
    if not fewer:
        return not more
    candidates = iter(more)
    return _given_names_agree(fewer[0], next(candidates)) and all(
        any(_given_names_agree(name, candidate) for candidate in candidates) for name in fewer[1:]
    )


def _parts(folded: str) -> tuple[str, list[str], str]:
    """Return surname, given names and generation."""
    names = folded.split()
    generation = names.pop() if len(names) > 2 and names[-1] in _GENERATIONS else ""
    surname = names.pop() if names else ""
    return surname, names, generation


def _given_names_agree(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])


def words_begin(query: str, name: str) -> bool:
    """Tell whether each word of a query begins a word of a name, each a different one.

    Parameters
    ----------
    query, name : str
        Folded names; their words may come in any order.

    Returns
    -------
    bool
        False for an empty query.

    Examples
    --------
    >>> words_begin("gesm and", "andrea gesmundo")
    True
    >>> words_begin("a a", "andrea gesmundo")
    False
    """
    unused = name.split()
    # Longest first: what a long word begins, its beginnings begin too, so it must choose first.
    for word in sorted(query.split(), key=len, reverse=True):
        begun = next((other for other in unused if other.startswith(word)), None)
        if begun is None:
            return False
        unused.remove(begun)
    return bool(query)
