"""Text from records on a terminal: made visible, never obeyed.

Titles and names come from dumps that anybody can write into. What a terminal would act on (control
characters, escape sequences, marks that turn the direction of writing) is shown as an escape
instead. Files and pipes get their text as it is: that is the business of ``output``.
"""

from __future__ import annotations

import re
from typing import Final

_OBEYED: Final = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls; U+009B starts an escape sequence by itself
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks and overrides of direction
    "\u2028\u2029"  # line and paragraph separators: real titles carry them
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\U000e0000-\U000e007f"  # invisible tags
    "\ud800-\udfff"  # half of a pair, which no encoding takes
    "]"
)


def visible(text: str) -> str:
    r"""Return a text with everything that a terminal would act on shown as an escape.

    Joiners (U+200C, U+200D) stay: names in several scripts need them.

    Examples
    --------
    >>> print(visible("red \x1b[31m alert"))
    red \x1b[31m alert
    >>> print(visible("abc\u202ecba"))
    abc\u202ecba
    >>> visible("Zoë Müller-Łukasik")
    'Zoë Müller-Łukasik'
    """
    return _OBEYED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")
