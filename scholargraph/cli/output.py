"""How a command hands over a table: drawn on a terminal, or as CSV, JSON or Parquet.

A drawn table is for people: floats are rounded, long results are cut and say so, and what a
terminal would act on is escaped; how it fits a terminal is the business of ``fitting``. The other
forms are for programs: every row, every value, as it is. What the tables hold is the business of
the rooms that answer.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from scholargraph.cli.arguments import PathType
from scholargraph.cli.fitting import BETWEEN_ITEMS, DrawnColumn, fitted
from scholargraph.cli.text import visible
from scholargraph.errors import InvalidArgumentError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from rich.table import Table

FORMS: Final = ("table", "csv", "json", "parquet")
MAX_DRAWN_ROWS: Final = 200
"""More rows than anybody reads on a terminal; drawing a million would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where a table goes, and in which form."""

    form: str
    path: Path | None
    """A file, or None for the standard output."""
    whole: str = "--format csv"
    """What leaves nothing out, which a table that is cut advises."""

    def write(self, answer: pd.DataFrame | pa.Table) -> None:
        """Write a whole table.

        Raises
        ------
        InvalidArgumentError
            If JSON is asked for and a number is infinite, which JSON cannot say.
        """
        import pyarrow as pa

        table = answer if isinstance(answer, pa.Table) else from_frame(answer)
        if self.form == "table":
            self._draw(table)
        elif self.form == "parquet":
            import pyarrow.parquet as pq

            with self._bytes() as file:
                pq.write_table(table, file, write_page_checksum=True)
        else:
            lines = csv_lines(table) if self.form == "csv" else json_lines(table)
            on_terminal = self.path is None and sys.stdout.isatty()
            with self._bytes() as file:
                for line in lines:
                    text = f"{visible(line)}\n" if on_terminal else f"{line}\n"
                    file.write(text.encode())

    @contextmanager
    def _bytes(self) -> Iterator[IO[bytes]]:
        if self.path is None:
            # Bytes, so that neither the encoding nor the line ends depend on the machine.
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        else:
            with self.path.open("wb") as file:
                yield file

    def _draw(self, table: pa.Table) -> None:
        if self.path is None:
            draw(sys.stdout, table, self.whole)
        else:
            with self.path.open("w", encoding="utf-8") as file:
                draw(file, table, self.whole)


def from_frame(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an Arrow table, dates as dates."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    # The library's frames hold dates as datetime64[s] and points in time in finer units.
    fields = [
        field.with_type(pa.date32()) if field.type == pa.timestamp("s") else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def draw(file: IO[str], table: pa.Table, whole: str) -> None:
    """Draw a table, within the width of a terminal, or as wide as it is where there is none.

    Parameters
    ----------
    file : text file
        Where to; it may be a terminal.
    table : pa.Table
        What to draw. What is left out of it is said in lines below.
    whole : str
        What leaves nothing out.
    """
    from rich.console import Console
    from rich.measure import Measurement

    console = Console(file=file, markup=False, emoji=False, highlight=False)
    columns = drawn_columns(table)
    shown = fitted(columns, console.width) if console.is_terminal else columns
    drawn = _grid(shown)
    # Where an id is wider than the terminal, the terminal itself breaks the line.
    endless = console.options.update(width=1_000_000, max_width=1_000_000)
    console.width = max(1, Measurement.get(console, endless, drawn).maximum)
    if console.is_terminal:
        console.print(drawn)
    else:
        with console.capture() as capture:
            console.print(drawn)
        for line in capture.get().splitlines():
            file.write(f"{line.rstrip()}\n")
    for line in _what_is_not_drawn(table, columns[len(shown) :], whole):
        file.write(f"{line}\n")


def _grid(columns: Sequence[DrawnColumn]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        grid.add_column(
            Text(column.name),
            justify="left" if column.is_left else "right",
            overflow="fold",
            width=column.width,
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        grid.add_row(*map(Text, row))
    return grid


def _what_is_not_drawn(
    table: pa.Table, columns: Sequence[DrawnColumn], whole: str
) -> Iterator[str]:
    """Yield in words which rows and columns of a table were left out."""
    if table.num_rows == 0:
        yield "(no rows)"
    rows = table.num_rows - MAX_DRAWN_ROWS
    if rows > 0:
        yield f"... and {rows:,} more rows: {whole} gives all."
    if columns:
        names = ", ".join(column.name for column in columns)
        noun = "column" if len(columns) == 1 else "columns"
        yield f"... and {len(columns):,} more {noun} ({names}): {whole} gives all."


def output_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--format`` and ``--output``; it gets one argument, ``output``."""

    @click.option(
        "--format",
        "form",
        type=click.Choice(FORMS),
        help="How to write the table. Default: by the ending of --output (.csv, .json, .parquet, "
        "or .txt for a drawn table), else a drawn table.",
    )
    @click.option(
        "--output",
        "path",
        type=PathType(dir_okay=False, writable=True, path_type=Path),
        help="File to write to instead of the standard output.",
    )
    @functools.wraps(command)
    def with_output(*, form: str | None, path: Path | None, **arguments: object) -> None:
        if form is None:
            form = _form_of(path)
        if path is not None and not path.parent.is_dir():
            where = f"there is no folder {path.parent} to write {path.name} to"
            raise click.ClickException(visible(where))
        if form == "parquet" and path is None and sys.stdout.isatty():
            raise click.UsageError("Parquet is no text for a terminal: give --output FILE.")
        command(output=Output(form=form, path=path), **arguments)

    return with_output


def _form_of(path: Path | None) -> str:
    """Return the form that the ending of a file's name says."""
    ending = path.suffix.lower().removeprefix(".") if path else ""
    if ending in FORMS:
        return ending
    if ending not in ("", "txt"):
        raise click.UsageError(
            f"--output: nothing is known of files ending in {f'.{ending}'!r}: take .csv, .json, "
            ".parquet, or .txt for a drawn table, or say --format."
        )
    return "table"


def drawn_columns(table: pa.Table) -> list[DrawnColumn]:
    """Return the columns of a table for people, of the first rows."""
    drawn = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.slice(0, MAX_DRAWN_ROWS).to_pylist()
        known = [value for value in values if value is not None]
        drawn.append(
            DrawnColumn(
                name=visible(name),
                cells=[drawn_value(value) for value in values],
                is_left=not values or not all(map(_is_number, known)),
                is_text=any(isinstance(value, (str, bytes, list, dict)) for value in known),
                is_list=any(isinstance(value, list) for value in known),
            )
        )
    return drawn


def drawn_value(value: object) -> str:
    """Return a value as a person reads it: nulls empty, floats rounded, nothing to obey."""
    if isinstance(value, float):
        return f"{value:.3f}" if value == 0 or 0.001 <= abs(value) < 1e9 else f"{value:.3g}"
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return BETWEEN_ITEMS.join(drawn_value(item) for item in value)
    return visible(plain(value))


def csv_lines(table: pa.Table) -> Iterator[str]:
    """Lines of CSV: nulls are empty, empty texts are quoted, lists are JSON."""
    yield ",".join(map(_csv_field, table.column_names))
    for row in _rows(table):
        yield ",".join(map(_csv_field, row))


def json_lines(table: pa.Table) -> Iterator[str]:
    """Lines of one JSON list with an object for each row, a row on each line."""
    names = table.column_names
    if len(set(names)) < len(names):
        raise InvalidArgumentError(
            "two columns have the same name, which JSON cannot keep apart: "
            "name them with 'as', or use --format csv"
        )
    yield "["
    before = None
    for row in _rows(table):
        if before is not None:
            yield f"{before},"
        before = to_json(dict(zip(names, row, strict=True)))
    if before is not None:
        yield before
    yield "]"


def to_json(value: object) -> str:
    """Return a value as JSON on one line.

    Raises
    ------
    InvalidArgumentError
        If a number in it is infinite or not a number.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=plain)
    except ValueError as error:
        raise InvalidArgumentError(
            "JSON has no infinite numbers and no NaN: use --format csv or parquet"
        ) from error


def plain(value: object) -> str:
    """Return a value as text: nulls empty, dates by ISO 8601, lists and structures as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, dict, tuple)):
        return to_json(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _rows(table: pa.Table) -> Iterator[tuple[object, ...]]:
    for batch in table.to_batches():
        columns: Iterable[list[object]] = [column.to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _csv_field(value: object) -> str:
    text = plain(value)
    if value is not None and (text == "" or text != text.strip() or _needs_quotes(text)):
        return '"' + text.replace('"', '""') + '"'
    return text


def _needs_quotes(text: str) -> bool:
    return any(mark in text for mark in ',"\r\n')
