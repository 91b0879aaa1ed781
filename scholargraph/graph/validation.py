"""What is wrong with a store: every declared rule tried on its files.

The rules that SQL can see are written in ``rules``; here are the two that it cannot, checksums and
the order of rows, and the running of all. Repairing is not done anywhere: a store is ingested
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scholargraph.errors import CorruptStoreError
from scholargraph.graph.rules import all_rules, row_query, row_rules
from scholargraph.graph.sql import Engine
from scholargraph.schema import TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import pyarrow as pa
    from pyarrow import dataset

    from scholargraph.graph.graph import ScholarGraph
    from scholargraph.store import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that does not hold."""

    table: str
    rule: str
    count: int
    example: str | None


def validate(graph: ScholarGraph) -> pd.DataFrame:
    """Say what is wrong with the store of a graph.

    Tried are the declarations of the schema (keys unique, rows in the order of the key, nulls,
    vocabularies, patterns, ranges, references but those that may lie outside), the rules of the
    graph (such as bylines without gap, people without id never nodes, primary topics that agree),
    and the checksums of files. All tables are read, private ones included.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.

    Returns
    -------
    pandas.DataFrame
        Columns ``table``, ``rule`` (what should hold), ``count`` (how many keys or, for the order
        of rows, how many neighbours break it) and ``example``, the key of one that does. Empty if
        all is well. A table whose files are not as written is reported and not looked into, nor
        are rules that need it; their number is in ``attrs["rules_skipped"]``, beside
        ``attrs["rules_tried"]``.

    Notes
    -----
    Citations of papers outside the graph and of a paper by itself occur in real data and are no
    errors; nor are counts of a record that differ from counts of the graph.

    Examples
    --------
    >>> import scholargraph as sg
    >>> graph = sg.from_records([{"id": "W9000000001", "title": "One"}])
    >>> len(validate(graph))
    0
    """
    import pyarrow as pa

    from scholargraph.graph.frames import frame

    snapshot = graph._snapshot
    present = [table for table in TABLES.values() if table.name in snapshot.files]
    damaged = {
        table.name: damage for table in present if (damage := _damage(snapshot, table)) is not None
    }
    whole = [table for table in present if table.name not in damaged]
    findings = list(damaged.values())
    engine = Engine(snapshot, [table.name for table in whole])
    for table in whole:
        findings += _disorder(table, snapshot.dataset(table.name))
        findings += _broken_rows(engine, table)
    between = [rule for rule in all_rules() if rule.table in snapshot.files]
    possible = [rule for rule in between if {*rule.tables} <= {table.name for table in whole}]
    for rule in possible:
        ((count, example),) = engine.relation(rule.query, rule.parameters).fetchall()
        if count:
            findings.append(Finding(table=rule.table, rule=rule.rule, count=count, example=example))
    place = {table.name: number for number, table in enumerate(present)}
    findings.sort(key=lambda finding: place[finding.table])
    # Beside the rules of `rules`: the checksums and the order of rows of each table.
    all_of = len(between) + sum(2 + len(list(row_rules(table))) for table in present)
    tried = len(possible) + sum(2 + len(list(row_rules(table))) for table in whole) + len(damaged)
    return frame(
        pa.table(
            {
                "table": pa.array([finding.table for finding in findings], pa.string()),
                "rule": pa.array([finding.rule for finding in findings], pa.string()),
                "count": pa.array([finding.count for finding in findings], pa.int64()),
                "example": pa.array([finding.example for finding in findings], pa.string()),
            }
        ),
        attrs={
            "version": graph.version,
            "rules_tried": tried,
            "rules_skipped": all_of - tried,
        },
    )


def _damage(snapshot: Snapshot, table: Table) -> Finding | None:
    """Compare a table's files with their checksums."""
    try:
        snapshot.verify([table.name])
    except CorruptStoreError as error:
        return Finding(
            table=table.name, rule="files equal their checksums", count=1, example=str(error)
        )
    return None


def _broken_rows(engine: Engine, table: Table) -> Iterator[Finding]:
    """Try all rules of a table's rows in one pass."""
    rules = list(row_rules(table))
    (answers,) = engine.relation(*row_query(table, rules)).fetchall()
    for rule, count, example in zip(rules, answers[::2], answers[1::2], strict=True):
        if count:
            yield Finding(table=table.name, rule=rule.rule, count=count, example=example)


def _disorder(table: Table, rows: dataset.Dataset) -> Iterator[Finding]:
    """Look for rows that stand before a row with a smaller key, in one pass without sorting.

    SQL has no word for the order of rows in a file, so this reads them in Arrow, a batch at a
    time and each batch with the last row before it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    count, example = 0, None
    before: pa.RecordBatch | None = None
    for batch in rows.to_batches(columns=list(table.key)):
        if batch.num_rows == 0:
            continue
        joined = pa.Table.from_batches([batch] if before is None else [before, batch])
        columns = [joined[name].combine_chunks() for name in table.key]
        descents = pc.indices_nonzero(_descends(columns))
        if len(descents) and example is None:
            row = joined.slice(descents[0].as_py() + 1, 1).to_pylist()[0]
            example = ", ".join(
                f"{name}={'null' if value is None else value}" for name, value in row.items()
            )
        count += len(descents)
        before = batch.slice(batch.num_rows - 1)
    if count:
        yield Finding(
            table=table.name,
            rule="rows stand in the order of the key",
            count=count,
            example=example,
        )


def _descends(columns: Sequence[pa.Array[Any]]) -> pa.Array[Any]:
    """Tell of each row but the last whether the next has a smaller key; nulls come last."""
    import pyarrow as pa
    import pyarrow.compute as pc

    length = len(columns[0]) - 1
    descends: Any = pa.repeat(False, length)
    equal: Any = pa.repeat(True, length)
    for column in columns:
        here, there = column.slice(0, length), column.slice(1)
        nulls: tuple[Any, Any] = pc.is_null(here), pc.is_null(there)
        # Where one side is null the comparison is, too: then the nulls decide.
        larger = pc.coalesce(pc.greater(here, there), pc.and_not(*nulls))
        same = pc.coalesce(pc.equal(here, there), pc.and_(*nulls))
        descends = pc.or_(descends, pc.and_(equal, larger))
        equal = pc.and_(equal, same)
    result: pa.Array[Any] = descends
    return result
