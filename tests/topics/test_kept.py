"""What was computed of a whole graph is kept with it, and not for ever."""

from __future__ import annotations

import gc
from weakref import ref

from scholargraph import from_records
from scholargraph.topics.kept import MOST_KEPT, kept

WORK = {"id": "W9000000001"}


def test_each_graph_has_its_own() -> None:
    """The same key means another thing with another graph."""
    one, other = (from_records([WORK]).adjacency for _ in range(2))

    assert (kept(one, "key", lambda: 1), kept(other, "key", lambda: 2)) == (1, 2)
    assert (kept(one, "key", lambda: 3), kept(other, "key", lambda: 4)) == (1, 2)


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    """A question that comes again and again stays, however many others come between."""
    adjacency = from_records([WORK]).adjacency
    for number in range(MOST_KEPT + 5):
        kept(adjacency, number, lambda: "old")
        kept(adjacency, 0, lambda: "old")

    assert kept(adjacency, 0, lambda: "new") == "old"
    assert kept(adjacency, 1, lambda: "new") == "new"
    assert kept(adjacency, MOST_KEPT + 4, lambda: "new") == "old"


def test_it_goes_with_the_graph() -> None:
    """Nothing is held of a graph that nobody has any more."""

    class Answer:
        """Something that can be watched."""

    graph = from_records([WORK])
    watched = ref(kept(graph.adjacency, "key", Answer))
    assert watched() is not None
    del graph
    gc.collect()

    assert watched() is None
