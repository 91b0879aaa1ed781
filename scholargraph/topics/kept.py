"""What was computed of a whole graph and is asked for again: a few small arrays for each graph."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from scholargraph.adjacency import Adjacency

MOST_KEPT: Final = 32
"""Answers for each graph: those asked for longest ago go first."""

_KEPT: Final[WeakKeyDictionary[Adjacency, OrderedDict[Hashable, Any]]] = WeakKeyDictionary()

_GUARD: Final = threading.Lock()

T = TypeVar("T")


def kept(adjacency: Adjacency, key: Hashable, compute: Callable[[], T]) -> T:
    """Return what was computed before under a key, or compute it.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of a version, which never change; with them goes what is kept.
    key : hashable
        Says what it is, with all arguments that matter.
    compute : callable
        Makes it: something that nobody changes, and small beside the arrays.

    Examples
    --------
    >>> import scholargraph as sg
    >>> adjacency = sg.from_records([{"id": "W9000000001"}]).adjacency
    >>> kept(adjacency, "one", lambda: 1), kept(adjacency, "one", lambda: 2)
    (1, 1)
    """
    with _GUARD:
        answers = _KEPT.setdefault(adjacency, OrderedDict())
        is_there = key in answers
        value: Any = answers.pop(key, None)
        if is_there:
            answers[key] = value
    if not is_there:
        # Without the guard, for it may take seconds; whoever comes second does it in vain.
        value = compute()
        with _GUARD:
            answers[key] = value
            while len(answers) > MOST_KEPT:
                answers.popitem(last=False)
    result: T = value
    return result
