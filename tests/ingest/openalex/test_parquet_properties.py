"""Rules on columns against the rules for single records, on works of every make."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.ingest import columns
from scholargraph.ingest.columns import Rows
from scholargraph.ingest.drift import Drift
from scholargraph.ingest.openalex.abstracts import checked
from scholargraph.ingest.openalex.columnar.batch import ROUTES, ColumnBatch
from scholargraph.ingest.openalex.columnar.content import content_hashes
from scholargraph.ingest.openalex.columnar.groups import codes_of, distinct, groups_of, paired
from scholargraph.ingest.openalex.columnar.nodes import structs_of
from scholargraph.ingest.openalex.kinds import KINDS
from scholargraph.ingest.openalex.reading import RecordReader
from scholargraph.ingest.openalex.shapes import Author, Work
from scholargraph.ingest.rejects import Rejects
from tests.ingest.openalex.parquet_files import AUTHORSHIP, INSTITUTION, as_table, struct
from tests.ingest.support import url


def ids(letter: str, *more: str) -> st.SearchStrategy[str | None]:
    """Return few ids, so that they meet, or none."""
    return st.sampled_from([None, *(url(f"{letter}{number}") for number in (1, 2, 3)), *more])


def listed(values: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[Any]:
    """Return lists, or none."""
    return st.none() | st.lists(values, max_size=most)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return objects with all of these fields."""
    return st.fixed_dictionaries(fields)


names = st.sampled_from([None, "", "A name", "Ein Nämé", " Blanks ", "Two\nlines"])
flags = st.sampled_from([None, True, False])
countries = st.sampled_from([None, "NA", "ZA", "BW", "nowhere"])
scores = st.sampled_from([None, 0.0, 0.1, 1.0])
counts = st.sampled_from([None, 0, 1, 150])

institutions = objects(
    id=ids("I", "https://openalex.org/I4389424196"),
    display_name=names,
    ror=st.sampled_from([None, "https://ror.org/00jmfr291", "https://ror.org/x"]),
    country_code=countries,
    type=names,
    lineage=listed(ids("I").filter(bool), 2),
)
strings = objects(raw_affiliation_string=names, institution_ids=listed(ids("I"), 3))
seats = objects(
    author=st.none() | objects(id=ids("A", "https://openalex.org/A9999999999"), display_name=names),
    author_position=st.sampled_from([None, "first", "last"]),
    institutions=listed(institutions),
    countries=listed(countries, 3),
    is_corresponding=flags,
    raw_author_name=names,
    raw_affiliation_strings=listed(names, 2),
    affiliations=listed(strings, 3),
)
nodes = objects(
    id=st.sampled_from([None, url("subfields/17"), url("fields/1")]), display_name=names
)
topics = objects(
    id=ids("T"), display_name=names, score=scores, subfield=st.none() | nodes, field=nodes
)
links = st.sampled_from([None, "", "https://a", "https://arxiv.org/abs/2101.00001", "ARXIV: no"])
sources = objects(
    id=ids("S", "https://openalex.org/S4317411217"),
    display_name=names,
    issn_l=st.sampled_from([None, "2046-2069", "1"]),
    issn=listed(st.sampled_from([None, "2046-2069", "2046-206X"]), 2),
    is_oa=flags,
    host_organization=st.sampled_from([None, url("P1"), url("P2"), url("I1")]),
    host_organization_name=names,
)
places = objects(
    id=links,
    landing_page_url=links,
    pdf_url=links,
    is_oa=flags,
    source=st.none() | sources,
    license=names,
)
works = objects(
    doi=st.sampled_from([None, "https://doi.org/10.48550/arxiv.2101.00001", "10.1/x", "no"]),
    title=names,
    display_name=names,
    publication_year=st.sampled_from([None, 2020]),
    publication_date=st.sampled_from([None, "2019-01-02"]),
    authorships=listed(seats),
    authors_count=counts,
    primary_location=st.none() | places,
    locations=listed(places, 3),
    primary_topic=st.none() | topics,
    topics=listed(topics, 3),
    keywords=listed(objects(display_name=names, score=scores), 3),
    referenced_works=listed(ids("W").filter(bool)),
    referenced_works_count=counts,
    cited_by_count=counts,
    grants=listed(objects(funder=ids("F"), funder_display_name=names, award_id=names), 2),
    awards=listed(objects(funder_id=ids("F"), funder_award_id=names), 3),
    funders=listed(objects(id=ids("F"), display_name=names, ror=names), 3),
    is_retracted=flags,
    abstract_inverted_index=st.none()
    | st.dictionaries(
        st.sampled_from(["To", "be", 'q"', "\\", "é", ""]),
        st.lists(st.integers(0, 6), max_size=3),
        max_size=4,
    ),
    updated_date=st.sampled_from([None, "2026-01-02T03:04:05.678"]),
)
GRANT = struct(funder=pa.string(), funder_display_name=pa.string(), award_id=pa.string())

careers = objects(
    institution=st.none() | institutions,
    years=listed(st.sampled_from([2019, 2020, 2021]), 4),
)
authors = objects(
    display_name=names,
    display_name_alternatives=listed(names),
    works_count=counts,
    affiliations=listed(careers),
    last_known_institutions=listed(institutions, 2),
    counts_by_year=listed(objects(year=st.sampled_from([None, 2019, 2020]), works_count=counts), 3),
)
AUTHOR = struct(
    id=pa.string(),
    display_name=pa.string(),
    display_name_alternatives=pa.list_(pa.string()),
    works_count=pa.int32(),
    affiliations=pa.list_(struct(institution=INSTITUTION, years=pa.list_(pa.int32()))),
    last_known_institutions=pa.list_(INSTITUTION),
    counts_by_year=pa.list_(struct(year=pa.int32(), works_count=pa.int32())),
)


def told(tables: list[Rows]) -> dict[str, list[str]]:
    """Return what tables say, in an order of its own."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for table, data in tables:
        found[table.name] += map(repr, data.to_pylist())
    return {name: sorted(said) for name, said in found.items() if said}


def numbered(records: list[dict[str, Any]], letter: str) -> list[dict[str, Any]]:
    """Give records ids."""
    return [{"id": url(f"{letter}{n}"), **record} for n, record in enumerate(records, 11)]


def by_records(records: list[dict[str, Any]], letter: str) -> tuple[dict[str, list[str]], Drift]:
    """Make the tables as of JSON Lines."""
    drift = Drift()
    gatherer = KINDS[letter].gatherer()
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(KINDS[letter].shape)
    reader = RecordReader(Drift(), Rejects())
    objects_ = []
    for record in records:
        text = json.dumps(record, ensure_ascii=False).encode()
        try:
            found = decoder.decode(text)
            if letter == "W":
                found.abstract_inverted_index = checked(found.abstract_inverted_index)
        except msgspec.MsgspecError:
            found = reader.reread(record["id"].rpartition("/")[2], json.loads(text), drift)
        objects_.append(found)
    gatherer.add(objects_, 0)
    own = [record["id"].rpartition("/")[2] for record in records]
    return told(gatherer.tables(own, drift)), drift


def by_columns(table: pa.Table, letter: str) -> tuple[dict[str, list[str]], Drift]:
    """Make the tables as of Parquet."""
    drift = Drift()
    rows = table.combine_chunks().to_batches()[0]
    batch = ColumnBatch(
        KINDS[letter],
        ROUTES[letter],
        columns.ids(rows.column("id"), letter),
        rows,
        RecordReader(Drift(), Rejects()),
        is_left_out=False,
    )
    return told(batch.tables(drift)), drift


def without_nulls(drift: Drift) -> dict[str, int]:
    """Return what was met but nulls in lists, which single records pass over in silence."""
    return {key: n for key, n in drift.as_dict().items() if "null in a list" not in key}


@settings(max_examples=60)
@given(st.lists(works, min_size=1, max_size=3))
def test_works_by_columns_and_by_records(records: list[dict[str, Any]]) -> None:
    """Whatever works say, columns and single records say the same of it."""
    given_works = numbered(records, "W")
    table = as_table(given_works)
    grants = pa.array([work["grants"] for work in given_works], pa.list_(GRANT))
    table = table.set_column(table.schema.get_field_index("grants"), "grants", grants)

    expected, drift = by_records(given_works, "W")
    found, met = by_columns(table, "W")

    assert found == expected
    assert without_nulls(met) == without_nulls(drift)
    assert met.author_layer == drift.author_layer


@settings(max_examples=50)
@given(st.lists(authors, min_size=1, max_size=5))
def test_authors_by_columns_and_by_records(records: list[dict[str, Any]]) -> None:
    """Whatever authors say, columns and single records say the same of it."""
    given_authors = numbered(records, "A")

    expected, drift = by_records(given_authors, "A")
    found, met = by_columns(as_table(given_authors, AUTHOR), "A")

    assert found == expected
    assert without_nulls(met) == without_nulls(drift)


@settings(max_examples=20)
@given(st.lists(works, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_content_does_not_depend_on_neighbours(records: list[dict[str, Any]], chance: Any) -> None:
    """The number of a record's content is its own: the same for equal ones, alone or among many."""
    table = as_table(numbered(records, "W") * 2)
    rows = table.combine_chunks().to_batches()[0]
    among = content_hashes(structs_of(rows, Work, "works", Drift()))
    place = chance.randrange(rows.num_rows)
    alone = content_hashes(structs_of(rows.slice(place, 1), Work, "works", Drift()))

    assert among[: len(records)].tolist() == among[len(records) :].tolist()
    assert alone[0] == among[place]


def test_content_differs_with_every_value() -> None:
    """Records that differ in one value anywhere have different numbers."""
    seat = {"author": {"id": url("A1"), "display_name": "N"}, "raw_author_name": "ab"}
    plain = {"title": "a", "authorships": [seat, seat], "cited_by_count": 1, "fwci": 0.5}
    changes: list[dict[str, Any]] = [
        {},
        {"title": "b"},
        {"title": None},
        {"title": ""},
        {"title": None, "display_name": "a"},
        {"cited_by_count": 2},
        {"cited_by_count": None, "referenced_works_count": 1},
        {"fwci": None},
        {"fwci": 0.0},
        {"authorships": [seat]},
        {"authorships": []},
        {"authorships": None},
        {"authorships": [{**seat, "raw_author_name": "a"}, {**seat, "raw_author_name": "bab"}]},
        {"authorships": [{**seat, "countries": []}, seat]},
        {"authorships": [{**seat, "countries": ["NA"]}, seat]},
        {"authorships": [seat, {**seat, "countries": ["NA"]}]},
        {"is_retracted": False},
        {"updated_date": "2026-01-01"},
        {"publication_date": "2026-01-01"},
        {"primary_location": {"id": None}},
    ]
    records = [{"id": url("W1"), **plain, **change} for change in changes]
    hashes = content_hashes(
        structs_of(as_table(records).combine_chunks().to_batches()[0], Work, "works", Drift())
    )

    assert len(set(hashes.tolist())) == len(changes)


def test_white_space_is_that_of_python() -> None:
    """Arrow strips the same characters from keywords as Python does."""
    characters = [chr(code) for code in range(sys.maxunicode) if not 0xD800 <= code <= 0xDFFF]
    stripped = pc.utf8_trim_whitespace(pa.array(characters)).to_pylist()

    assert [c for c, s in zip(characters, stripped, strict=True) if s == ""] == [
        c for c in characters if c.strip() == ""
    ]


@given(st.lists(st.integers(-3, 3)))
def test_groups(keys: list[int]) -> None:
    """Groups are numbered by their first element, which is the first."""
    groups = groups_of(np.array(keys, np.int64))
    order = list(dict.fromkeys(keys))

    assert groups.numbers.tolist() == [order.index(key) for key in keys]
    assert groups.firsts.tolist() == [keys.index(key) for key in order]


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(0, 2))))
def test_pairs_of_large_numbers(tuples: list[tuple[int, int, int]]) -> None:
    """Numbers of tuples are equal where the tuples are, however large they are."""
    parts = np.array(tuples, np.int64).reshape(-1, 3).T
    keys = paired(*parts).tolist()

    assert len(set(zip(tuples, keys, strict=True))) == len(set(tuples)) == len(set(keys))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "a", "b"]),
            st.sampled_from([None, (), ("a",), ("a", "a"), ("b",), (None,)]),
        )
    )
)
def test_distinct_rows(pairs: list[tuple[Any, Any]]) -> None:
    """Rows with lists in them are grouped by all that they hold."""
    texts = pa.array([one for one, _ in pairs], pa.string())
    lists = pa.array([other for _, other in pairs], pa.list_(pa.string()))
    groups = distinct([texts, lists])
    order = list(dict.fromkeys(pairs))

    assert [order[number] for number in groups.numbers] == pairs
    assert codes_of(texts).tolist() == codes_of(texts.cast(pa.large_string())).tolist()


def test_shapes_of_this_test_are_those_of_the_edition() -> None:
    """What is drawn here has a place in the types of the edition."""
    known = {field.name for field in AUTHORSHIP}

    assert {"institutions", "affiliations", "raw_affiliation_strings"} <= known
    assert {field.name for field in AUTHOR} <= set(Author.__struct_fields__)
