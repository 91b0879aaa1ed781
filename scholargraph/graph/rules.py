"""What must hold in every store, as queries that look for what breaks it.

The rules of columns follow from the declarations in ``schema``; the rules of the graph are written
out below them. Names in the queries come from the schema's constants alone, values are bound.
Running them, and what SQL cannot see (checksums, the order of rows), is the business of
``validation``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scholargraph.identifiers import NOBODY
from scholargraph.schema import (
    AFFILIATIONS,
    AUTHORS,
    AUTHORSHIPS,
    INSTITUTIONS,
    PAPER_TOPICS,
    PAPERS,
    PRIVATE_TABLES,
    PUBLIC_TABLES,
    RECORDS,
    SOURCES,
    TABLES,
    TOPICS,
    Column,
    Table,
)

_MENTIONS: Final = tuple(table for table in PRIVATE_TABLES if table.key[1:] == ("record_id",))

_PARENT_LEVELS: Final = (
    ("topic", "subfield"),
    ("subfield", "field"),
    ("field", "domain"),
    ("category", "archive"),
    ("category", "group"),
    ("archive", "group"),
)
"""Level of a topic and of what may stand above it. Many arXiv categories are in no archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """One thing that must hold of every row by itself."""

    table: str
    rule: str
    """What holds, in words."""
    condition: str
    """True where a row breaks it; names of parameters are the table's own."""
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that must hold between rows, and the query for what breaks it."""

    table: str
    rule: str
    """What holds, in words."""
    query: str
    """A SELECT of one row: how many offend, and the key of one of them as text."""
    tables: tuple[str, ...]
    """All tables that the query reads."""
    parameters: Mapping[str, object] = field(default_factory=dict)


def row_rules(table: Table) -> Iterator[RowRule]:
    """Yield the rules that a table's rows must keep one by one.

    Examples
    --------
    >>> from scholargraph.schema import PAPERS
    >>> next(row_rules(PAPERS)).rule
    'paper_id is never null'
    """
    for column in table.columns:
        for rule, condition, parameters in _column_rules(column):
            yield RowRule(table=table.name, rule=rule, condition=condition, parameters=parameters)
    nobody = {"nobody": sorted(NOBODY)}
    if table in (PAPERS, AUTHORS, INSTITUTIONS, SOURCES):
        yield RowRule(
            table=table.name,
            rule="no row stands for nobody",
            condition=f"list_contains($nobody, {quoted(table.key[0])})",
            parameters=nobody,
        )
    if table is AUTHORSHIPS:
        yield RowRule(
            table=table.name,
            rule="a seat without mark names an author who is somebody",
            condition="mark IS NULL AND (author_id IS NULL OR list_contains($nobody, author_id))",
            parameters=nobody,
        )
        yield RowRule(
            table=table.name,
            rule="a seat marked 'no id' has none, one marked 'nobody' no other",
            condition="mark = 'no id' AND author_id IS NOT NULL "
            "OR mark = 'nobody' AND NOT list_contains($nobody, author_id)",
            parameters=nobody,
        )


def row_query(table: Table, rules: Sequence[RowRule]) -> tuple[str, dict[str, object]]:
    """Return one query that tries all rules of rows in one pass, and its parameters.

    Its one row holds two values for each rule: how many rows break it, and the smallest key text
    of one that does.
    """
    key = key_text(table)
    asked = ", ".join(
        f"count(*) FILTER ({rule.condition}), min({key}) FILTER ({rule.condition})"
        for rule in rules
    )
    parameters = {name: value for rule in rules for name, value in rule.parameters.items()}
    return f"SELECT {asked} FROM {quoted(table.name)}", parameters


def all_rules() -> Iterator[Rule]:
    """Yield the rules between rows: keys and references, table by table, then the graph's.

    Examples
    --------
    >>> next(all_rules()).rule
    'paper_id is unique'
    """
    for table in TABLES.values():
        yield _unique(table)
        for column in table.columns:
            if column.references is not None and column.dangling is None:
                yield _reference(table, column)
    yield from _bylines()
    yield from _topics()
    for table in PUBLIC_TABLES:
        if table.kind == "node":
            yield _named(table)
    for table in _MENTIONS:
        yield _rule(
            table,
            "record_id names a record that is live",
            f"FROM {quoted(table.name)} ANTI JOIN {quoted(RECORDS.name)} USING (record_id)",
            reads=(RECORDS,),
        )


def quoted(name: str) -> str:
    """Return a name of the schema as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def key_text(table: Table) -> str:
    """Return the SQL expression for a row's key as people read it: ``paper_id=W1, position=2``."""
    parts = [f"'{name}=' || coalesce({quoted(name)}::VARCHAR, 'null')" for name in table.key]
    return f"concat_ws(', ', {', '.join(parts)})"


def _rule(
    table: Table,
    rule: str,
    rows: str,
    *,
    reads: tuple[Table, ...] = (),
    parameters: Mapping[str, object] | None = None,
) -> Rule:
    """Return a rule whose query counts `rows`, the part of a SELECT from FROM on."""
    return Rule(
        table=table.name,
        rule=rule,
        query=f"SELECT count(*), min({key_text(table)}) {rows}",
        tables=(table.name, *(other.name for other in reads if other is not table)),
        parameters=parameters or {},
    )


def _unique(table: Table) -> Rule:
    key = ", ".join(map(quoted, table.key))
    return _rule(
        table,
        f"{', '.join(table.key)} {'is' if len(table.key) == 1 else 'are'} unique",
        f"FROM (SELECT {key} FROM {quoted(table.name)} GROUP BY {key} HAVING count(*) > 1)",
    )


def _column_rules(column: Column) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield what holds of a column's values, the condition that breaks it, and its values."""
    name = quoted(column.name)
    if not column.nullable:
        yield f"{column.name} is never null", f"{name} IS NULL", {}
    if column.type.startswith("list"):
        yield f"{column.name} holds no nulls", f"list_count({name}) < len({name})", {}
    if column.values is not None:
        allowed = f"{column.name}_values"
        yield (
            f"{column.name} is one of: {', '.join(column.values)}",
            f"{name} IS NOT NULL AND NOT list_contains(${allowed}, {name})",
            {allowed: list(column.values)},
        )
    if column.pattern is not None:
        pattern = f"{column.name}_pattern"
        yield (
            f"{column.name} matches {column.pattern}",
            f"NOT regexp_full_match({name}, ${pattern})",
            {pattern: column.pattern},
        )
    if column.minimum is not None or column.maximum is not None:
        yield _range(column)


def _range(column: Column) -> tuple[str, str, dict[str, object]]:
    low, high = f"{column.name}_minimum", f"{column.name}_maximum"
    ends = {
        low: float("-inf") if column.minimum is None else column.minimum,
        high: float("inf") if column.maximum is None else column.maximum,
    }
    words = [
        *([] if column.minimum is None else [f"from {column.minimum:g}"]),
        *([] if column.maximum is None else [f"to {column.maximum:g}"]),
    ]
    value = f"{quoted(column.name)}::DOUBLE"
    return (
        f"{column.name} lies in the range {' '.join(words)}",
        f"NOT ({value} BETWEEN ${low} AND ${high}) OR NOT isfinite({value})",
        dict(ends),
    )


def _reference(table: Table, column: Column) -> Rule:
    named = [TABLES[name] for name in (column.references or "").split("|")]
    known = " UNION ALL ".join(
        f"SELECT {quoted(other.key[0])} AS known_id FROM {quoted(other.name)}" for other in named
    )
    value = "unnest({0})" if column.type.startswith("list") else "{0}"
    condition = ""
    if table is AUTHORSHIPS and column.name == "author_id":
        # A seat with a mark may name an id that is no node.
        condition = 'AND "mark" IS NULL'
    key = ", ".join(map(quoted, table.key))
    return _rule(
        table,
        f"{column.name} names a row of {' or '.join(other.name for other in named)}",
        f"FROM (SELECT {key}, {value.format(quoted(column.name))} AS named_id "
        f"FROM {quoted(table.name)} WHERE {quoted(column.name)} IS NOT NULL {condition}) "
        f"ANTI JOIN ({known}) AS known ON named_id = known_id",
        reads=tuple(named),
    )


def _bylines() -> Iterator[Rule]:
    yield _rule(
        PAPERS,
        "author_count is at least the number of seats",
        "FROM papers JOIN (SELECT paper_id, count(*) AS seats FROM authorships GROUP BY paper_id) "
        "USING (paper_id) WHERE author_count < seats",
        reads=(AUTHORSHIPS,),
    )
    yield _rule(
        AUTHORSHIPS,
        "positions run from 1 without gap",
        "FROM (SELECT paper_id, max(position) AS position, count(*) AS seats FROM authorships "
        "GROUP BY paper_id) WHERE position <> seats",
    )
    yield _rule(
        AFFILIATIONS,
        "paper_id, position name a seat",
        "FROM affiliations ANTI JOIN authorships USING (paper_id, position)",
        reads=(AUTHORSHIPS,),
    )


def _topics() -> Iterator[Rule]:
    yield _rule(
        PAPER_TOPICS,
        "a paper has at most one primary topic",
        "FROM (SELECT paper_id, min(topic_id) AS topic_id FROM paper_topics WHERE is_primary "
        "GROUP BY paper_id HAVING count(*) > 1)",
    )
    yield _rule(
        PAPERS,
        "topic_id is the primary topic in paper_topics",
        "FROM papers LEFT JOIN (SELECT paper_id, min(topic_id) AS primary_id FROM paper_topics "
        "WHERE is_primary GROUP BY paper_id) USING (paper_id) "
        "WHERE papers.topic_id IS DISTINCT FROM primary_id",
        reads=(PAPER_TOPICS,),
    )
    yield _rule(
        TOPICS,
        "parent_id is of the next level and the same scheme",
        "FROM topics JOIN (SELECT topic_id AS above_id, level AS above_level, "
        "scheme AS above_scheme FROM topics) ON parent_id = above_id "
        "WHERE scheme <> above_scheme OR NOT list_contains($pairs, level || ' < ' || above_level)",
        parameters={"pairs": [f"{level} < {above}" for level, above in _PARENT_LEVELS]},
    )


def _named(table: Table) -> Rule:
    """Return the rule that a node has a record of its own or is named by a live row."""
    naming = [] if table is PAPERS else list(_columns_that_name(table))
    key = table.key[0]
    parts = [f"SELECT record_id AS live_id FROM {quoted(RECORDS.name)}"]
    # What a record says of a node keeps it, even where the node's neighbour says otherwise itself:
    # a publisher that a paper names, of a source whose own record names another.
    mentions = [other for other in _MENTIONS if other.key[0] == key]
    parts += [f"SELECT {quoted(key)} FROM {quoted(other.name)}" for other in mentions]
    for other, column in naming:
        name = quoted(column.name)
        value = f"unnest({name})" if column.type.startswith("list") else name
        condition = ""
        if other is AUTHORSHIPS:
            # A body of people on a byline is somebody, though it makes no tie.
            condition = " WHERE mark IS NULL OR mark = 'organisation'"
        parts.append(f"SELECT {value} FROM {quoted(other.name)}{condition}")
    return _rule(
        table,
        "a record of its own stands behind every row"
        if table is PAPERS
        else "a record of its own or a live row stands behind every row",
        f"FROM {quoted(table.name)} ANTI JOIN ({' UNION ALL '.join(parts)}) AS live "
        f"ON {quoted(key)} = live_id",
        reads=(RECORDS, *mentions, *dict.fromkeys(other for other, _ in naming)),
    )


def _columns_that_name(table: Table) -> Iterator[tuple[Table, Column]]:
    for other in PUBLIC_TABLES:
        for column in other.columns:
            if column.references is not None and table.name in column.references.split("|"):
                yield other, column
