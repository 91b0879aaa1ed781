"""Write what follows from the schema: docs/data-model.md and the model table of README.md.

Run by ``make docs``; tests/test_docs.py fails when the files say something else than the schema.
The wording of tables and columns is the schema's own, so it is changed there and not here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scholargraph.schema import PRIVATE_TABLES, PUBLIC_TABLES, Column, Table

REPOSITORY: Final = Path(__file__).resolve().parents[1]
DATA_MODEL: Final = REPOSITORY / "docs" / "data-model.md"
README: Final = REPOSITORY / "README.md"
BEGIN: Final = "<!-- begin of the model table, written by docs/make_data_model.py -->"
END: Final = "<!-- end of the model table -->"

HEADING: Final = """\
# The data model

<!-- Made by docs/make_data_model.py from scholargraph/schema.py: change that, then `make docs` -->

A version of a graph is a folder with one sub-folder of Parquet files for each table below. Ids are
public strings and mean the same in every version: `W…` papers, `A…` authors, `I…` institutions,
`S…` sources, `P…` publishers, `F…` funders, `T…`, `subfields/…`, `fields/…`, `domains/…` topics.
Rows are sorted by the key of their table, by bytes, nulls last. No table holds a key twice.

What a record says of itself elsewhere (`works_count`, `cited_by_count`, `h_index`) keeps the
record's name; what is counted in *this* graph is called `paper_count` and the like, and stands in
answers, never in these tables.
"""


def cell(text: str) -> str:
    """Escape a text for a cell of a Markdown table."""
    return text.replace("|", "\\|")


def limits(column: Column) -> str:
    """What values a column may take, beyond its type."""
    parts = []
    if column.values:
        parts.append("one of " + ", ".join(f"`{value}`" for value in column.values))
    if column.pattern:
        parts.append(f"matches `{column.pattern}`")
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"{column.minimum:g} to {column.maximum:g}")
    elif column.minimum is not None:
        parts.append(f"at least {column.minimum:g}")
    elif column.maximum is not None:
        parts.append(f"at most {column.maximum:g}")
    if column.references:
        parts.append(
            "a key of " + " or ".join(f"`{name}`" for name in column.references.split("|"))
        )
    if column.dangling:
        parts.append(column.dangling)
    return "; ".join(parts)


def table_section(table: Table) -> str:
    """One table with its columns."""
    lines = [
        f"## `{table.name}`",
        "",
        f"{table.meaning} Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | type | null | unit | meaning | values |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for column in table.columns:
        cells = (
            f"`{column.name}`",
            column.type,
            "yes" if column.nullable else "",
            column.unit or "",
            column.meaning,
            limits(column),
        )
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(lines) + "\n"


def data_model() -> str:
    """The whole of docs/data-model.md."""
    private = [
        "## Private tables",
        "",
        "They stand beside the others in a version, since merging needs them (decision 0002), and",
        "are no part of the interface: their columns may change with any release.",
        "",
        "| table | meaning | key |",
        "| --- | --- | --- |",
        *(
            f"| `{table.name}` | {cell(table.meaning)} | "
            f"{', '.join(f'`{name}`' for name in table.key)} |"
            for table in PRIVATE_TABLES
        ),
    ]
    sections = [HEADING, *map(table_section, PUBLIC_TABLES), "\n".join(private) + "\n"]
    return "\n".join(sections)


def model_table() -> str:
    """The model table of the README: each public table in a line."""
    lines = ["| table | what its rows are | key |", "| --- | --- | --- |"]
    lines += [
        f"| `{table.name}` | {cell(table.meaning)} | {', '.join(table.key)} |"
        for table in PUBLIC_TABLES
    ]
    return "\n".join(lines)


def with_model_table(readme: str) -> str:
    """The README with the model table of now between its two marks."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"README.md lacks the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{model_table()}\n{END}{after}"


def main() -> None:
    """Write both files."""
    DATA_MODEL.write_text(data_model(), encoding="utf-8")
    README.write_text(with_model_table(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
