"""What an error advises, in the words of whoever reads it.

The library's errors name its functions; on the command line the twin of the function is meant.
"""

from __future__ import annotations

import re
from typing import Final

_FIND: Final = re.compile(r"find\(graph, \.\.\.(?:, node_type='([a-z]+)')?\)")


def for_the_shell(message: str) -> str:
    """Return an error's message with calls of the library as commands.

    Examples
    --------
    >>> for_the_shell("to search by name use find(graph, ..., node_type='author')")
    'to search by name use `scholargraph find STORE TEXT --type author`'
    """
    return _FIND.sub(_as_command, message)


def _as_command(call: re.Match[str]) -> str:
    node_type = f" --type {call[1]}" if call[1] else ""
    return f"`scholargraph find STORE TEXT{node_type}`"
