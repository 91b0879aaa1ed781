"""Groups of arrays, each with the columns that it is made of: what cannot differ is taken over.

A group is written anew only where a column that it is made of, itself or by way of other groups,
is not the same in the older version whose arrays are at hand. Which groups there are is declared
in ``build``. Whoever changes what a group makes of its columns raises ``LAYOUT`` in ``meanings``,
since older arrays would be taken for the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scholargraph.store.sameness import are_same

if TYPE_CHECKING:
    from scholargraph.store import Snapshot
    from scholargraph.store.arrays import ArraysWriter
    from scholargraph.store.derived import Arrays

GROUPS: Final = "groups"
"""Note of which arrays belong to each group."""

Columns = frozenset[tuple[str, str]]
"""Tables and columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Arrays that are written together."""

    name: str
    reads: Mapping[str, Sequence[str]]
    """The columns that it reads, by table. Where a table is read, its rows are counted, too."""
    after: tuple[str, ...] = ()
    """Groups before it whose arrays it reads."""
    write: Callable[[ArraysWriter, Snapshot], None]


def write_groups(
    writer: ArraysWriter, snapshot: Snapshot, groups: Sequence[Group], older: Arrays | None
) -> dict[str, list[str]]:
    """Write groups of arrays, or take them over; return the names of the arrays of each.

    Parameters
    ----------
    writer : ArraysWriter
        Where they go.
    snapshot : Snapshot
        The version.
    groups : sequence of Group
        Each behind those whose arrays it reads.
    older : Arrays or None
        Those of an older version, with the same set of groups.
    """
    before = _Before(older, snapshot)
    columns = columns_of_groups(groups)
    names: dict[str, list[str]] = {}
    for group in groups:
        there = set(writer.files)
        if not before.gives(writer, group.name, columns[group.name]):
            group.write(writer, snapshot)
        names[group.name] = sorted(set(writer.files) - there)
    return names


def columns_of_groups(groups: Iterable[Group]) -> dict[str, Columns]:
    """Return the columns that each group is made of, itself or by way of other groups.

    Examples
    --------
    >>> def nothing(writer, snapshot): ...
    >>> ids = Group(name="ids", reads={"papers": ["paper_id"]}, write=nothing)
    >>> cites = Group(
    ...     name="cites", reads={"citations": ["paper_id"]}, after=("ids",), write=nothing
    ... )
    >>> sorted(columns_of_groups([ids, cites])["cites"])
    [('citations', 'paper_id'), ('papers', 'paper_id')]
    """
    columns: dict[str, Columns] = {}
    for group in groups:
        read = {(table, name) for table, names in group.reads.items() for name in names}
        columns[group.name] = frozenset(read).union(*(columns[name] for name in group.after))
    return columns


class _Before:
    """The arrays of an older version, if there are any, and what is the same since."""

    def __init__(self, arrays: Arrays | None, snapshot: Snapshot) -> None:
        self._arrays = arrays
        self._snapshot = snapshot
        self._same: dict[tuple[str, str], bool] = {}

    def gives(self, writer: ArraysWriter, group: str, columns: Columns) -> bool:
        """Hand the arrays of a group over, if those columns are the same."""
        if self._arrays is None or group not in self._arrays.notes.get(GROUPS, ()):
            return False
        if not all(self._is_same(*column) for column in sorted(columns)):
            return False
        files = {name: self._arrays.files[name] for name in self._arrays.notes[GROUPS][group]}
        return writer.take_over(self._arrays.folder, files)

    def _is_same(self, table: str, column: str) -> bool:
        if self._arrays is None:
            return False
        if (table, column) not in self._same:
            self._same[table, column] = are_same(
                self._arrays.snapshot, self._snapshot, table, [column]
            )
        return self._same[table, column]
