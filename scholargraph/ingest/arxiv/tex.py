"""TeX in names, made Unicode: accents, special letters, ligatures, braces and dollars.

Names alone are decoded. Titles and abstracts keep their TeX, since their formulas mean something
only as TeX. What cannot be decoded loses its signs and keeps its letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_MARKS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "r": "\u030a", "c": "\u0327",
    "k": "\u0328", "d": "\u0323", "b": "\u0331", "t": "\u0361", "acute": "\u0301",
    "grave": "\u0300", "hat": "\u0302", "ddot": "\u0308", "tilde": "\u0303", "bar": "\u0304",
    "dot": "\u0307", "breve": "\u0306", "check": "\u030c", "mathring": "\u030a",
}  # fmt: skip
"""The combining mark that each accent command puts on the letter behind it."""

_LETTERS: Final = {
    "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø",
    "l": "ł", "L": "Ł", "ss": "ß", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ",
    "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip

_RUN_TOGETHER: Final = re.compile(r"(AA|AE|OE|aa|ae|oe|ss|[LOilo])|([bcv])")
"""Commands in front of letters from which a brace or a blank is missing, as in ``Go\\lubowska``."""

_GREEK: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

_FORMATTING: Final = {
    "it", "bf", "rm", "sc", "sl", "tt", "em", "sf", "cal", "text", "textit", "textbf", "textrm",
    "textsc", "textsl", "texttt", "textsf", "emph", "mathit", "mathbf", "mathrm", "mathsf",
    "mathcal", "mbox", "hbox", "tiny", "small", "footnotesize", "normalsize", "large", "Large",
}  # fmt: skip
"""Commands of layout, which leave nothing."""

_SYMBOLS: Final = {
    " ": " ", "\n": " ", "\t": " ", ",": " ", ";": " ", ":": " ", "\\": " ", "&": "&", "%": "%",
    "$": "$", "#": "#", "_": "_",
}  # fmt: skip
"""What a backslash and a sign stand for; other signs but accents stand for nothing."""

_LIGATURES: Final = {"--": "–", "---": "—", "``": "“", "''": "”"}
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", ",")
_MAX_MARKS: Final = 3

_TEX: Final = re.compile(r"[\\{}$~^]|--|``|''")

# TeX swallows blanks behind the name of a command. Here they stay where a capital or the word
# "and" follows: authors who forget the braces in `Preu\ss and` did not mean to glue.
_TOKEN: Final = re.compile(
    r"""
      \\(?P<word>[A-Za-z]+)(?:\s++(?!and\b)(?=[^\W\d_A-Z]))?
    | \\(?P<symbol>[^A-Za-z])
    | (?P<sign>[{}$~^_\\])
    | (?P<ligature>---?|``|'')
    | (?P<blank>\s+)
    | (?P<plain>[^\\{}$~^_\s`'-]+|[-`'])
    """,
    re.VERBOSE,
)


def decode_tex(text: str) -> str:
    r"""Return a name, or a list of names, without its TeX.

    Parameters
    ----------
    text : str
        As arXiv's authors wrote it, Unicode or not.

    Returns
    -------
    str
        Accents stand on their letters where Unicode has the letter, and are dropped where it has
        not. ``~`` is a blank, braces, dollars and commands of layout are gone, ``--`` is an en
        dash; digits raised by ``^`` are superscripts, without the commas between them. Unknown
        commands leave their name. A text without TeX comes back as it is.

    Notes
    -----
    One pass over the tokens, without recursion: time and memory are linear in the length. A
    command that runs into the letters behind it (``S\lawianowski``, ``Lefran\ccois``), which
    TeX would refuse, is read as its author meant it.

    References
    ----------
    Knuth, D. E. (1984). The TeXbook, chapter 9, TeX's Roman fonts. Addison-Wesley.

    Examples
    --------
    >>> decode_tex(r"Bro\v{n}a Brejov\'a and Mikkel {\O}bro")
    'Broňa Brejová and Mikkel Øbro'
    """
    if _TEX.search(text) is None:
        return text
    decoder = _Decoder()
    for token in _TOKEN.finditer(text):
        decoder.take(token)
    return "".join(decoder.pieces)


class _Decoder:
    """What stands so far, and what waits for the next letter."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._marks: list[str] = []
        self._in_mathematics = False
        self._raises = False
        self._depth = 0
        self._raised_depth: int | None = None
        self._takers: dict[str, Callable[[str], None]] = {
            "word": self._command,
            "symbol": self._symbol,
            "sign": self._sign,
            "ligature": self._ligature,
            "blank": self._blank,
            "plain": self._plain,
        }

    def take(self, token: re.Match[str]) -> None:
        kind = token.lastgroup or "plain"
        self._takers[kind](token[kind])

    def _command(self, name: str) -> None:
        if name in _MARKS:
            self._wait(_MARKS[name])
        elif name in _LETTERS:
            self._plain(_LETTERS[name])
        elif name in _GREEK:
            self._plain(_GREEK[name])
        elif name == "and":
            self._put(" and ")
        elif name not in _FORMATTING:
            self._run_together(name)

    def _run_together(self, name: str) -> None:
        start = _RUN_TOGETHER.match(name)
        if start is None:
            self._plain(name)
        elif start[1]:
            self._plain(_LETTERS[start[1]] + name[start.end() :])
        else:
            self._wait(_MARKS[start[2]])
            self._plain(name[start.end() :])

    def _symbol(self, sign: str) -> None:
        if sign in _MARKS:
            self._wait(_MARKS[sign])
        else:
            self._put(_SYMBOLS.get(sign, ""))

    def _wait(self, mark: str) -> None:
        if len(self._marks) < _MAX_MARKS:
            self._marks.append(mark)

    def _sign(self, sign: str) -> None:
        if sign == "{":
            self._open()
        elif sign == "}":
            self._close()
        elif sign == "$":
            self._in_mathematics = not self._in_mathematics
        elif sign == "^":
            self._raises = True
        elif sign == "~":
            self._put(" ")
        elif sign == "_" and not self._in_mathematics:
            self._put("_")

    def _open(self) -> None:
        self._depth += 1
        if self._raises and self._raised_depth is None:
            self._raised_depth = self._depth
        self._raises = False

    def _close(self) -> None:
        self._marks.clear()
        if self._raised_depth == self._depth:
            self._raised_depth = None
        self._depth = max(0, self._depth - 1)

    def _ligature(self, text: str) -> None:
        self._put(_LIGATURES[text])

    def _blank(self, text: str) -> None:
        # A mark on its way to a letter passes over blanks, as in TeX.
        if not self._marks:
            self._put(text)

    def _plain(self, text: str) -> None:
        if self._raised_depth is not None:
            text = text.translate(_SUPERSCRIPTS)
        elif self._raises:
            text = text[:1].translate(_SUPERSCRIPTS) + text[1:]
        if self._marks and text:
            self.pieces.append(_accented(text[0], tuple(self._marks)))
            text = text[1:]
        self._put(text)

    def _put(self, text: str) -> None:
        self._marks.clear()
        self._raises = False
        self.pieces.append(text)


@lru_cache(maxsize=1024)
def _accented(letter: str, marks: tuple[str, ...]) -> str:
    """Put marks on a letter, the one written next to it first; one that does not fit is dropped."""
    for mark in reversed(marks):
        bare = {"ı": "i", "ȷ": "j"}.get(letter, letter)
        composed = unicodedata.normalize("NFC", bare + mark)
        if len(composed) == 1:
            letter = composed
    return letter
