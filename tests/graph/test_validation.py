"""What is wrong with a store: every rule finds what breaks it, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as dataset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.graph import read_graph, validate
from scholargraph.graph.rules import all_rules, quoted, row_query, row_rules
from scholargraph.graph.sql import Engine, tables_read
from scholargraph.graph.validation import _descends, _disorder
from scholargraph.schema import TABLES, Table
from tests.graph.conftest import NOBODY, W1, W2, W3, A, B, small_tables
from tests.support import Row, build, key_order, record_rows, seat

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


def found_in(graph: ScholarGraph) -> list[tuple[str, str, int, str]]:
    """The rows of the answer."""
    return [tuple(row) for row in validate(graph).itertuples(index=False)]


def broken(path: Path, table: str, rows: list[Row], *, unsorted: str = "") -> Any:
    """What is found when rows of one table of the well-formed graph are replaced."""
    tables = small_tables()
    records = record_rows(tables)
    return found_in(build(path, {**tables, "_records": records, table: rows}, unsorted=unsorted))


def changed(table: str, number: int, **values: Any) -> list[Row]:
    """The rows of a table of the well-formed graph, one of them changed."""
    rows = small_tables()[table]
    rows[number] = {**rows[number], **values}
    return rows


def test_a_well_formed_graph_has_no_findings(small: ScholarGraph, empty: ScholarGraph) -> None:
    """All is well with the small graph, self-citation and dangling references included."""
    assert found_in(small) == found_in(empty) == []
    assert validate(small).columns.tolist() == ["table", "rule", "count", "example"]
    assert validate(small).attrs["rules_skipped"] == 0
    assert validate(small).attrs["rules_tried"] > 200


Fault = tuple[str, list[Row], str, str]

FAULTS: list[Fault] = [
    (
        "keywords",
        [{"paper_id": W1, "keyword": "x"}] * 2,
        "paper_id, keyword are unique",
        f"paper_id={W1}, keyword=x",
    ),
    (
        "affiliations",
        [{"paper_id": W1, "position": 1, "institution_id": None}] * 2,
        "paper_id, position, institution_id are unique",
        f"paper_id={W1}, position=1, institution_id=null",
    ),
    (
        "papers",
        changed("papers", 1, origin="elsewhere"),
        "origin is one of: openalex, arxiv, both",
        f"paper_id={W2}",
    ),
    (
        "institutions",
        changed("institutions", 0, country_code="Na"),
        "country_code matches [A-Z]{2}",
        "institution_id=I9000000001",
    ),
    (
        "papers",
        changed("papers", 0, year=9),
        "year lies in the range from 1000 to 2100",
        f"paper_id={W1}",
    ),
    (
        "papers",
        changed("papers", 0, cited_by_count=-1),
        "cited_by_count lies in the range from 0",
        f"paper_id={W1}",
    ),
    (
        "papers",
        changed("papers", 0, fwci=float("nan")),
        "fwci lies in the range from 0",
        f"paper_id={W1}",
    ),
    (
        "papers",
        changed("papers", 0, fwci=float("inf")),
        "fwci lies in the range from 0",
        f"paper_id={W1}",
    ),
    (
        "authors",
        changed("authors", 0, alternatives=["x", None]),
        "alternatives holds no nulls",
        f"author_id={A}",
    ),
    (
        "papers",
        changed("papers", 0, source_id="S404"),
        "source_id names a row of sources",
        f"paper_id={W1}",
    ),
    (
        "counts_by_year",
        [{"node_id": "I404", "year": 2020}],
        "node_id names a row of authors or institutions or sources",
        "node_id=I404, year=2020",
    ),
    (
        "abstracts",
        [{"paper_id": "W404", "text": "x"}],
        "paper_id names a row of papers",
        "paper_id=W404",
    ),
    (
        "authorships",
        changed("authorships", 4, author_id="A404"),
        "author_id names a row of authors",
        f"paper_id={W2}, position=1",
    ),
    (
        "authorships",
        changed("authorships", 4, author_id=None, mark=None),
        "a seat without mark names an author who is somebody",
        f"paper_id={W2}, position=1",
    ),
    (
        "authorships",
        changed("authorships", 4, mark="no id"),
        "a seat marked 'no id' has none, one marked 'nobody' no other",
        f"paper_id={W2}, position=1",
    ),
    (
        "authorships",
        changed("authorships", 4, mark="nobody"),
        "a seat marked 'no id' has none, one marked 'nobody' no other",
        f"paper_id={W2}, position=1",
    ),
    (
        "authorships",
        changed("authorships", 4, position=2),
        "positions run from 1 without gap",
        f"paper_id={W2}, position=2",
    ),
    (
        "papers",
        changed("papers", 0, author_count=3),
        "author_count is at least the number of seats",
        f"paper_id={W1}",
    ),
    (
        "affiliations",
        [{"paper_id": W2, "position": 2, "raw": ["x"]}],
        "paper_id, position name a seat",
        f"paper_id={W2}, position=2, institution_id=null",
    ),
    (
        "paper_topics",
        changed("paper_topics", 1, is_primary=True),
        "a paper has at most one primary topic",
        f"paper_id={W1}, topic_id=T9000000001",
    ),
    (
        "papers",
        changed("papers", 0, topic_id=None),
        "topic_id is the primary topic in paper_topics",
        f"paper_id={W1}",
    ),
    (
        "papers",
        changed("papers", 1, topic_id="T9000000002"),
        "topic_id is the primary topic in paper_topics",
        f"paper_id={W2}",
    ),
    (
        "topics",
        changed("topics", 0, parent_id="fields/1"),
        "parent_id is of the next level and the same scheme",
        "topic_id=T9000000001",
    ),
    (
        "topics",
        changed("topics", 4, scheme="arxiv"),
        "parent_id is of the next level and the same scheme",
        "topic_id=fields/1",
    ),
]
"""Table, rows in place of its own, the rule that they break, and the key that is found."""


def rounds() -> Iterator[list[Fault]]:
    """The faults, so put together that each round has at most one in a table."""
    by_table: dict[str, list[Fault]] = defaultdict(list)
    for fault in FAULTS:
        by_table[fault[0]].append(fault)
    for faults in zip_longest(*by_table.values()):
        yield [fault for fault in faults if fault is not None]


@pytest.mark.parametrize("faults", list(rounds()), ids=lambda faults: str(len(faults)))
def test_every_rule_finds_what_breaks_it(tmp_path: Path, faults: list[Fault]) -> None:
    """A graph with faults has a finding for each, with the key of the row."""
    tables = small_tables()
    records = record_rows(tables)
    changes = {table: rows for table, rows, _, _ in faults}
    found = found_in(build(tmp_path, {**tables, "_records": records, **changes}))

    assert {(table, rule, 1, example) for table, _, rule, example in faults} <= set(found)


def test_nobody_is_never_a_node(tmp_path: Path) -> None:
    """A row for an id that stands for nobody is found, as is a seat that takes it for somebody."""
    tables = small_tables()
    tables["authors"].append({"author_id": NOBODY})
    tables["authorships"][2]["mark"] = None
    findings = found_in(build(tmp_path, tables))

    assert ("authors", "no row stands for nobody", 1, f"author_id={NOBODY}") in findings
    assert (
        "authorships",
        "a seat without mark names an author who is somebody",
        1,
        f"paper_id={W1}, position=3",
    ) in findings
    assert len(findings) == 2


def test_a_node_that_nothing_names_is_found(tmp_path: Path) -> None:
    """Without a record of their own, papers need one and other nodes a live row."""
    tables = small_tables()
    tables["papers"].append({"paper_id": "W9000000009"})
    tables["authors"].append({"author_id": "A9000000009", "is_mention": True})
    tables["_records"] = [
        row for row in record_rows(small_tables()) if row["record_id"] not in (B, "F9000000001")
    ]

    # B and the funder have lost their record and live by the rows that name them.
    assert found_in(build(tmp_path, tables)) == [
        ("papers", "a record of its own stands behind every row", 1, "paper_id=W9000000009"),
        (
            "authors",
            "a record of its own or a live row stands behind every row",
            1,
            "author_id=A9000000009",
        ),
    ]


def test_what_live_records_say_keeps_a_node(tmp_path: Path) -> None:
    """A node that only a mention names is kept by it, if the record that says so is live."""
    tables = small_tables()
    tables["_records"] = record_rows(tables)
    tables["publishers"].append({"publisher_id": "P9000000009"})
    tables["_publisher_mentions"] = [{"publisher_id": "P9000000009", "record_id": W1}]
    assert found_in(build(tmp_path / "live", tables)) == []
    tables["_publisher_mentions"][0]["record_id"] = "W404"

    assert found_in(build(tmp_path / "stale", tables)) == [
        (
            "_publisher_mentions",
            "record_id names a record that is live",
            1,
            "publisher_id=P9000000009, record_id=W404",
        )
    ]


def test_a_marked_seat_keeps_nobody_alive(tmp_path: Path) -> None:
    """A seat with a mark may name an id without row, and is no reason for a row."""
    tables = small_tables()
    tables["authorships"][4]["author_id"] = "A9000000009"
    tables["authorships"][4]["mark"] = "leaked reference"
    assert found_in(build(tmp_path / "without", tables)) == []
    tables["_records"] = record_rows(tables)
    tables["authors"].append({"author_id": "A9000000009"})

    (finding,) = found_in(build(tmp_path / "with", tables))
    assert finding[3] == "author_id=A9000000009"


def test_rows_out_of_order_are_found(tmp_path: Path) -> None:
    """Rows that stand before a smaller key are found and counted, nulls coming last."""
    keywords = [(W1, "b"), (W1, "a"), (W2, "a"), (W1, "c")]
    rows = [{"paper_id": paper, "keyword": keyword} for paper, keyword in keywords]
    assert broken(tmp_path / "a", "keywords", rows, unsorted="keywords") == [
        ("keywords", "rows stand in the order of the key", 2, f"paper_id={W1}, keyword=a")
    ]
    rows = [
        {"paper_id": W1, "funder_id": "F9000000001"},
        {"paper_id": W1, "funder_id": "F9000000001", "award_id": "1"},
    ]
    assert "rows stand in the order of the key" in {
        rule
        for _, rule, _, _ in broken(tmp_path / "b", "paper_funders", rows, unsorted="paper_funders")
    }


keys = st.lists(
    st.tuples(st.sampled_from(["a", "B", "é", None]), st.one_of(st.none(), st.integers(0, 3))),
    min_size=1,
    max_size=12,
)


@given(keys)
def test_descents_are_those_of_sorting(rows: list[tuple[str | None, int | None]]) -> None:
    """A row descends exactly where its key sorts behind the next, by bytes and nulls last."""
    table = TABLES["affiliations"]
    named = [{"paper_id": a, "position": b, "institution_id": None} for a, b in rows]
    places = [key_order(table, row)[:2] for row in named]
    columns = [
        pa.array([a for a, _ in rows], pa.string()),
        pa.array([b for _, b in rows], pa.int32()),
    ]

    assert _descends(columns).to_pylist() == [here > there for here, there in pairwise(places)]


@given(keys, st.integers(1, 4))
def test_batches_hide_no_descent(rows: list[tuple[str | None, int | None]], size: int) -> None:
    """However rows are cut into batches, as many descents are found as in one piece."""
    table = TABLES["paper_funders"]
    named = [{"paper_id": a, "funder_id": str(b), "award_id": None} for a, b in rows]
    whole = pa.Table.from_pylist(named, schema=pa.schema([(n, pa.string()) for n in table.key]))
    places = [key_order(table, row) for row in named]
    expected = sum(here > there for here, there in pairwise(places))
    cut = pa.Table.from_batches(whole.to_batches(max_chunksize=size))
    found = [finding.count for finding in _disorder(table, dataset.dataset(cut))]

    assert found == ([expected] if expected else [])


def test_a_damaged_file_is_reported_and_the_rest_is_tried(tmp_path: Path) -> None:
    """A file that is not as written is a finding; rules that need it are skipped and counted."""
    graph = build(tmp_path / "graph", small_tables())
    (path,) = graph.paths("papers")
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    answer = validate(read_graph(tmp_path / "graph"))

    assert answer[["table", "rule", "count"]].values.tolist() == [
        ["papers", "files equal their checksums", 1]
    ]
    assert "papers" in answer["example"][0]
    assert answer.attrs["rules_skipped"] > 20
    assert answer.attrs["rules_tried"] > 100


@pytest.mark.parametrize("rule", list(all_rules()), ids=lambda rule: f"{rule.table}: {rule.rule}")
def test_every_query_reads_what_it_says(small: ScholarGraph, rule: Any) -> None:
    """A rule names exactly the tables that its query reads, so that it is skipped with them."""
    cursor = Engine(small._snapshot)._cursor()

    assert set(tables_read(cursor, rule.query, tuple(TABLES))) == set(rule.tables)
    assert rule.tables[0] == rule.table


def every_rule() -> list[tuple[str, str]]:
    """Table and wording of each rule."""
    of_rows = [rule for table in TABLES.values() for rule in row_rules(table)]
    between = [(rule.table, rule.rule) for rule in all_rules()]
    return [*((rule.table, rule.rule) for rule in of_rows), *between]


def test_rules_have_names_of_their_own() -> None:
    """No two rules of a table say the same."""
    assert len(every_rule()) == len(set(every_rule()))


@pytest.mark.parametrize("table", list(TABLES.values()), ids=lambda table: table.name)
def test_parameters_of_a_table_do_not_meet(table: Table) -> None:
    """Rules that are tried together have values of their own, or the same."""
    given = [item for rule in row_rules(table) for item in rule.parameters.items()]
    _, parameters = row_query(table, list(row_rules(table)))

    assert all(parameters[name] == value for name, value in given)


def test_every_declaration_has_its_rules() -> None:
    """Each table has a rule for its key, each column one for whatever is declared of it."""
    names = set(every_rule())
    for table in TABLES.values():
        assert any(rule.endswith("unique") for name, rule in names if name == table.name)
        for column in table.columns:
            expected = {
                f"{column.name} is never null": not column.nullable,
                f"{column.name} matches {column.pattern}": column.pattern is not None,
            }
            for rule, is_due in expected.items():
                assert is_due == ((table.name, rule) in names)


def test_names_are_quoted() -> None:
    """A quote in a name cannot end it."""
    assert quoted('a"b') == '"a""b"'


def test_order_does_not_matter_to_what_is_found(tmp_path: Path) -> None:
    """The example is the smallest key, so that it is the same for any order of faults."""
    rows = [seat(W3, 1, "A405"), seat(W1, 1, "A404"), seat(W2, 1, "A404")]
    examples = {
        example
        for number, order in enumerate((rows, rows[::-1]))
        for table, rule, _, example in broken(tmp_path / str(number), "authorships", order)
        if rule == "author_id names a row of authors"
    }

    assert examples == {f"paper_id={W1}, position=1"}
