"""How a command shows one node: its fields in lines, its neighbours in tables, or all as JSON.

It knows that a record is a frozen dataclass or a row, and nothing of what kinds there are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from scholargraph.cli.output import Output, drawn_value, to_json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MAX_IN_A_LINE: Final = 10
"""Values of a list that a person wants to see at once; a paper may have hundreds of references."""


def fields(record: DataclassInstance) -> dict[str, object]:
    """Return the fields of a record by name, records inside it as they are."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def show_as_json(node: Mapping[str, object]) -> None:
    """Write a node as one JSON object."""
    click.echo(to_json({name: _unwrapped(value) for name, value in node.items()}))


def show_as_text(node: Mapping[str, object]) -> None:
    """Write a node for people: what is one value first, then what are many."""
    import pyarrow as pa

    lines: list[tuple[str, str]] = []
    tables: list[tuple[str, list[dict[str, object]]]] = []
    for name, value in node.items():
        plain = _unwrapped(value)
        if isinstance(plain, list) and plain and isinstance(plain[0], dict):
            tables.append((name, plain))
        elif isinstance(plain, list) and len(plain) > MAX_IN_A_LINE:
            more = len(plain) - MAX_IN_A_LINE
            shown = drawn_value(plain[:MAX_IN_A_LINE])
            lines.append((name, f"{shown}; and {more:,} more: --format json"))
        elif plain is not None and plain != []:
            lines.append((name, drawn_value(plain)))
    width = max((len(name) for name, _ in lines), default=0)
    for name, text in lines:
        click.echo(f"{name:<{width}}  {text}")
    for name, rows in tables:
        click.echo(f"\n{name} ({len(rows):,})")
        columns = {key: [_in_a_cell(row[key]) for row in rows] for key in rows[0]}
        said = {key: cells for key, cells in columns.items() if any(map(_says_something, cells))}
        Output(form="table", path=None, whole="--format json").write(pa.table(said))


def _unwrapped(value: object) -> object:
    """Return records as dicts and tuples as lists, all the way down."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _unwrapped(each) for name, each in fields(value).items()}
    if isinstance(value, (tuple, list)):
        return [_unwrapped(each) for each in value]
    return value


def _in_a_cell(value: object) -> object:
    """Return what is nested as one text, since a cell of a table holds one value.

    Of a record inside a record the lists are left out, unless they are all that it says.
    """
    if isinstance(value, dict):
        single = [each for each in value.values() if each and not isinstance(each, list)]
        many = [each for each in value.values() if each and isinstance(each, list)]
        return ", ".join(drawn_value(each) for each in single or many)
    if isinstance(value, list):
        return "; ".join(drawn_value(_in_a_cell(each)) for each in value)
    return value


def _says_something(cell: object) -> bool:
    return cell is not None and cell != ""
