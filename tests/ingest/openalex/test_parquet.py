"""The Parquet edition gives the same tables as the JSON Lines, whatever its columns look like."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from scholargraph.ingest import IngestReport, estimate_openalex, ingest_openalex
from scholargraph.schema import TABLES
from scholargraph.store import open_version
from tests.ingest.openalex.parquet_files import (
    WORK,
    as_table,
    in_parts,
    struct,
    write_edition,
    write_part,
)
from tests.ingest.support import file_hashes, read_lines, rows, url, work, write_lines

LARGE = pa.large_string()
ENCODED = pa.dictionary(pa.int32(), pa.string())

RANKS = "_records"
"""The private table with the hash of each record's bytes, which no two formats have in common."""

PUBLIC = [name for name in TABLES if name != RANKS]


def compared(
    folder: Path,
    records: Sequence[dict[str, Any]],
    table: pa.Table | None = None,
    **options: Any,
) -> tuple[IngestReport, IngestReport]:
    """Ingest records as JSON Lines and as Parquet, and hold the tables against each other."""
    lines = write_lines(folder / "lines.jsonl", records)
    part = write_part(
        folder / "part.parquet", as_table(records) if table is None else table, row_group_size=50
    )
    one = ingest_openalex(lines, folder / "from-lines", **options)
    other = ingest_openalex(part, folder / "from-parquet", **options)
    for name in PUBLIC:
        if name == "rejects":
            continue
        assert rows(folder / "from-lines", name) == rows(folder / "from-parquet", name), name
    assert file_hashes(folder / "from-lines", (RANKS, "rejects")) == file_hashes(
        folder / "from-parquet", (RANKS, "rejects")
    )
    return one, other


def kept(number: int, **fields: Any) -> dict[str, Any]:
    """Return a work of today's form, with something in every table."""
    institution = {
        "id": url(f"I{number}1"),
        "display_name": f"Institute {number}",
        "ror": None,
        "country_code": "NA",
        "type": "education",
        "lineage": [url(f"I{number}1"), url(f"I{number}2")],
    }
    source = {
        "id": url(f"S{number}"),
        "display_name": f"Journal {number}",
        "issn_l": None,
        "issn": None,
        "type": "journal",
        "is_oa": True,
        "host_organization": url(f"P{number}"),
        "host_organization_name": "A press",
    }
    place = {
        "id": f"doi:10.1234/{number}",
        "is_oa": True,
        "landing_page_url": f"https://doi.org/10.1234/{number}",
        "pdf_url": None,
        "source": source,
        "license": "cc-by",
        "version": "publishedVersion",
    }
    topic = {
        "id": url(f"T{number}"),
        "display_name": f"Topic {number}",
        "score": 0.1,
        "subfield": {"id": url("subfields/1702"), "display_name": "Subfield"},
        "field": {"id": url("fields/17"), "display_name": "Field"},
        "domain": {"id": url("domains/3"), "display_name": "Domain"},
    }
    seat = {
        "author_position": "first",
        "author": {"id": url(f"A500000{number}"), "display_name": "A. Name", "orcid": None},
        "institutions": [institution],
        "countries": ["NA"],
        "is_corresponding": True,
        "raw_author_name": "Anna Name",
        "raw_affiliation_strings": [f"Institute {number}, Windhoek"],
        "affiliations": [
            {
                "raw_affiliation_string": f"Institute {number}, Windhoek",
                "institution_ids": [institution["id"]],
            }
        ],
    }
    return {
        "id": url(f"W{number}"),
        "doi": f"https://doi.org/10.1234/{number}",
        "title": f"On {number}",
        "display_name": f"On {number}",
        "publication_year": 2020,
        "publication_date": "2020-02-03",
        "ids": {"openalex": url(f"W{number}"), "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{number}"},
        "language": "en",
        "type": "article",
        "authorships": [seat],
        "primary_location": place,
        "locations": [place],
        "open_access": {"is_oa": True, "oa_status": "gold", "oa_url": None},
        "primary_topic": topic,
        "topics": [topic],
        "keywords": [{"id": None, "display_name": "  Keyword ", "score": 0.7}],
        "biblio": {"volume": "1", "issue": None, "first_page": "2", "last_page": "3"},
        "referenced_works": [url("W2"), url("W10")],
        "referenced_works_count": 2,
        "cited_by_count": 5,
        "citation_normalized_percentile": {"value": 0.3},
        "fwci": 0.1,
        "abstract_inverted_index": {"To": [0, 2], "be": [1, 3]},
        "awards": [
            {"funder_id": url("F1"), "funder_display_name": "A fund", "funder_award_id": "X-1"}
        ],
        "funders": [{"id": url("F1"), "display_name": "A fund", "ror": None}],
        "is_retracted": False,
        "is_paratext": False,
        "is_xpac": False,
        "updated_date": f"2026-01-01T00:00:00.{number % 1_000_000:06d}",
        **fields,
    }


def seat_of(record: dict[str, Any]) -> Any:
    """Return the first seat of a work."""
    return record["authorships"][0]


@pytest.fixture(scope="module")
def real_records(openalex_data: Path) -> list[dict[str, Any]]:
    """Real records of all kinds."""
    return list(read_lines(openalex_data / "snapshot_like"))


LETTERS = {
    "W": "works",
    "A": "authors",
    "T": "topics",
    "I": "institutions",
    "S": "sources",
    "P": "publishers",
    "F": "funders",
}


def entity(record: dict[str, Any]) -> str:
    """Return the folder of a dump that a record belongs to."""
    short = record["id"].rpartition("openalex.org/")[2]
    return LETTERS.get(short[0]) or str(short.partition("/")[0])


def test_real_records_give_the_same_tables(
    real_records: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Of 4,085 works, authors and topics every table file is the same, byte for byte."""
    write_lines(tmp_path / "lines" / "all.jsonl", real_records)
    kinds: dict[str, list[dict[str, Any]]] = {}
    for record in real_records:
        kinds.setdefault(entity(record), []).append(record)
    write_edition(
        tmp_path / "dump",
        ((name, part) for name, all_ in kinds.items() for part in in_parts(all_, 3_000)),
        row_group_size=700,
    )
    one = ingest_openalex(tmp_path / "lines", tmp_path / "one")
    other = ingest_openalex(tmp_path / "dump", tmp_path / "other", workers=1)

    assert other.records == one.records == len(real_records)
    assert file_hashes(tmp_path / "one", (RANKS,)) == file_hashes(tmp_path / "other", (RANKS,))
    assert dict(other.drift) == dict(one.drift)
    assert dict(other.author_layer) == dict(one.author_layer)


def test_every_field_of_real_works_is_in_the_helper(real_records: list[dict[str, Any]]) -> None:
    """What the Parquet of these tests leaves out of real works is nothing."""

    def lost(value: Any, type_: pa.DataType, path: str) -> set[str]:
        if isinstance(value, list) and pa.types.is_list(type_):
            return {hole for item in value for hole in lost(item, type_.value_type, path + "[]")}
        if isinstance(value, dict) and pa.types.is_struct(type_):
            known = {field.name: field.type for field in type_}
            return {f"{path}.{key}" for key in value if key not in known}.union(
                *(
                    lost(item, known[key], f"{path}.{key}")
                    for key, item in value.items()
                    if key in known
                )
            )
        return set()

    works = [record for record in real_records if entity(record) == "works"]

    assert set().union(*(lost(record, WORK, "works") for record in works)) == set()


def test_the_sample_gives_the_same_tables(sample_dump: Path, tmp_path: Path) -> None:
    """All kinds of record of the generated sample, with its hostile ones, agree as well."""
    found = [
        record
        for record in read_lines(sample_dump)
        if isinstance(record, dict) and str(record.get("id")).startswith("https://openalex.org/")
    ]
    newest = {record["id"]: record for record in found}
    for number, record in enumerate(newest.values()):
        record["updated_date"] = f"2026-03-01T00:00:00.{number:06d}"
    kinds: dict[str, list[dict[str, Any]]] = {}
    for record in newest.values():
        kinds.setdefault(
            record["id"].split("/")[3][:1] + record["id"].split("/")[-1][:1], []
        ).append(record)
    lines = write_lines(tmp_path / "all.jsonl", newest.values())
    folder = tmp_path / "parts"
    for name, records in kinds.items():
        write_part(folder / f"{name}.snappy.parquet", as_table(records))
    one = ingest_openalex(lines, tmp_path / "one")
    other = ingest_openalex(folder, tmp_path / "other")

    assert len(kinds) > 4
    assert other.records == one.records == len(newest)
    for name in PUBLIC:
        assert rows(tmp_path / "one", name) == rows(tmp_path / "other", name), name


CASES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no author": lambda w: seat_of(w).update(author=None),
    "author repeated": lambda w: w.update(authorships=w["authorships"] * 3),
    "no printed name": lambda w: seat_of(w).update(raw_author_name=""),
    "no last of 100": lambda w: w.update(authorships=w["authorships"] * 100),
    "cut short": lambda w: w.update(authors_count=7),
    "null author": lambda w: seat_of(w)["author"].update(id=url("A9999999999")),
    "country left": lambda w: seat_of(w).update(countries=["NA", "ZA"]),
    "countries left": lambda w: seat_of(w).update(countries=["ZA", "BW"]),
    "country fills": lambda w: (
        seat_of(w)["institutions"][0].update(country_code=None),
        seat_of(w).update(countries=["ZA"]),
    ),
    "country alone": lambda w: seat_of(w).update(
        institutions=[], affiliations=[], raw_affiliation_strings=[], countries=["ZA"]
    ),
    "string that names none": lambda w: seat_of(w)["affiliations"].append(
        {"raw_affiliation_string": "Nowhere known", "institution_ids": []}
    ),
    "country for no known institution": lambda w: (
        seat_of(w)["affiliations"].append(
            {"raw_affiliation_string": "Nowhere", "institution_ids": None}
        ),
        seat_of(w).update(countries=["ZA"]),
    ),
    "institution only in strings": lambda w: seat_of(w)["affiliations"].append(
        {"raw_affiliation_string": None, "institution_ids": [url("I5"), url("I5")]}
    ),
    "string repeated": lambda w: seat_of(w)["affiliations"].extend(
        deepcopy(seat_of(w)["affiliations"]) * 2
    ),
    "institution without id": lambda w: seat_of(w)["institutions"].append(
        {"id": None, "display_name": "Raw name", "country_code": "ZA"}
    ),
    "institution that is none": lambda w: seat_of(w)["institutions"].append(
        {"id": url("I4389424196"), "display_name": "Deleted"}
    ),
    "strings of early 2024": lambda w: seat_of(w).update(affiliations=None),
    "no lineage": lambda w: seat_of(w)["institutions"][0].update(lineage=None),
    "no primary location": lambda w: w.update(primary_location=None),
    "primary location of nulls": lambda w: w.update(
        primary_location=dict.fromkeys(w["primary_location"])
    ),
    "primary location not listed": lambda w: w.update(
        primary_location={"pdf_url": "https://arxiv.org/pdf/2101.00001"}
    ),
    "place of nulls first": lambda w: w["locations"].insert(0, {"id": None}),
    "arXiv by a place": lambda w: w["locations"].append(
        {"landing_page_url": "http://ARXIV.org/abs/1501.00001v2"}
    ),
    "arXiv by DOI": lambda w: w.update(doi="https://doi.org/10.48550/arxiv.2101.00002"),
    "arXiv by ids": lambda w: w["ids"].update(arxiv_id="hep-th/9901001"),
    "arXiv by link": lambda w: w["open_access"].update(oa_url="https://arxiv.org/abs/0704.0001"),
    "arXiv by several places": lambda w: w["locations"].extend(
        [
            {"landing_page_url": "https://arxiv.org/abs/1501.00003", "pdf_url": "arxiv:1501.00004"},
            {"id": "pmh:oai:arXiv.org:1501.00005", "pdf_url": "https://arxiv.org/pdf/1501.00006"},
        ]
    ),
    "no source": lambda w: w["locations"][0]["source"].update(id=url("S4317411217")),
    "institution as host": lambda w: w["locations"][0]["source"].update(
        host_organization=seat_of(w)["institutions"][0]["id"], issn=["1234-5679", "x"]
    ),
    "host of a place of nulls": lambda w: w["locations"].extend(
        {
            "source": {
                "host_organization": url(f"{letter}61"),
                "host_organization_name": "Host of nothing",
            }
        }
        for letter in "IP"
    ),
    "host that is nobody": lambda w: w["locations"][0]["source"].update(
        host_organization=url("I4389424196")
    ),
    "string of nobody": lambda w: seat_of(w)["affiliations"].append(
        {"raw_affiliation_string": "Gone", "institution_ids": [url("I4389424196"), url("I6")]}
    ),
    "institution described twice": lambda w: seat_of(w)["institutions"].append(
        {**seat_of(w)["institutions"][0], "display_name": "Otherwise", "country_code": "ZA"}
    ),
    "class described twice": lambda w: w["topics"].extend(
        {
            **w["topics"][0],
            "id": url(f"T{number}"),
            "subfield": {"id": url("subfields/1702"), "display_name": f"Name {number}"},
        }
        for number in (7, 8)
    ),
    "primary topic alone": lambda w: w.update(topics=[]),
    "topic repeated": lambda w: w.update(topics=w["topics"] * 2),
    "topic without id": lambda w: w["topics"].append({"display_name": "No id"}),
    "topic with a gap above": lambda w: w["topics"].append(
        {"id": url("T9"), "display_name": "Nine", "domain": w["topics"][0]["domain"]}
    ),
    "keyword repeated": lambda w: w["keywords"].append({"display_name": "Keyword", "score": 0.9}),
    "blank keyword": lambda w: w["keywords"].append({"display_name": " \u3000"}),
    "reference repeated": lambda w: w.update(referenced_works=[url("W3"), url("W2"), url("W3")]),
    "no list of references": lambda w: w.update(referenced_works=None, referenced_works_count=None),
    "empty list of references": lambda w: w.update(
        referenced_works=[], referenced_works_count=None
    ),
    "award without number": lambda w: w["awards"].append(
        {"funder_id": url("F1"), "funder_award_id": None}
    ),
    "award of nobody": lambda w: w["awards"].append({"funder_award_id": "Y"}),
    "two funders": lambda w: w["funders"].append({"id": url("F2"), "display_name": "B"}),
    "year by date": lambda w: w.update(publication_year=None),
    "no date": lambda w: w.update(publication_date=None),
    "date long ago": lambda w: w.update(publication_date="0999-01-01"),
    "year far ahead": lambda w: w.update(publication_year=99_999),
    "negative count": lambda w: w.update(cited_by_count=-1),
    "no title": lambda w: w.update(title=None),
    "control characters": lambda w: w.update(title="A\n\x00B\x7f"),
    "no update time": lambda w: w.update(updated_date=None),
    "zone": lambda w: w.update(updated_date="2026-06-20T01:02:03.456+02:00"),
    "empty abstract": lambda w: w.update(abstract_inverted_index={}),
    "escapes": lambda w: w.update(abstract_inverted_index={'"a\\': [1], "é": [0, 9]}),
    "abstract with its length": lambda w: w.update(
        abstract_inverted_index={"IndexLength": 2, "InvertedIndex": {"On": [0], "it": [1]}}
    ),
}
"""What may be done to a work, by name."""


def test_what_works_may_look_like(tmp_path: Path) -> None:
    """Works of many forms are told the same way by both routes, those beside them included."""
    records = []
    for number, change in enumerate(CASES.values(), 100):
        record = kept(number)
        change(record)
        records += [record, kept(number + 500)]

    one, other = compared(tmp_path, records)

    assert other.records == len(records)
    assert dict(other.author_layer) == dict(one.author_layer)
    assert dict(other.drift) == dict(one.drift)


@pytest.mark.parametrize("name", ["no author", "country fills", "primary location not listed"])
def test_forms_alone(name: str, tmp_path: Path) -> None:
    """What one work says is the same without others beside it."""
    record = kept(77)
    CASES[name](record)

    _, other = compared(tmp_path, [record])

    assert other.records == 1


def test_nulls_at_every_place(tmp_path: Path) -> None:
    """Where any field of a work is null, at any depth, the tables are those of the JSON."""
    records = [kept(1)]

    def without(value: Any, path: tuple[Any, ...]) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            if (*path, key) == ("id",):
                continue
            copy = kept(100 + len(records))
            inner: Any = copy
            for step in path:
                inner = inner[step]
            inner[key] = None
            records.append(copy)
            if isinstance(item, dict | list) and key not in ("abstract_inverted_index", "ids"):
                without(item, (*path, key))

    without(kept(1), ())
    one, other = compared(tmp_path, records)

    assert len(records) > 100
    assert other.records == len(records)
    assert dict(other.drift) == dict(one.drift)


@pytest.fixture(scope="module")
def plain_works() -> list[dict[str, Any]]:
    """Works whose update times have no more than milliseconds."""
    moment = "2026-01-01T00:00:00.00{}000"
    return [kept(number, updated_date=moment.format(number)) for number in range(1, 9)]


@pytest.fixture(scope="module")
def from_lines(
    plain_works: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """The table files that these works become as JSON Lines."""
    folder = tmp_path_factory.mktemp("plain")
    ingest_openalex(write_lines(folder / "lines.jsonl", plain_works), folder / "graph")
    return file_hashes(folder / "graph", (RANKS,))


def retyped(**types: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    """Return what gives columns of a table other types."""

    def retype(table: pa.Table) -> pa.Table:
        for name, type_ in types.items():
            number = table.schema.get_field_index(name)
            table = table.set_column(number, name, table[name].cast(type_))
        return table

    return retype


@pytest.mark.parametrize(
    ("retype", "options"),
    [
        pytest.param(retyped(title=LARGE), {}, id="large_string"),
        pytest.param(retyped(title=pa.string_view()), {}, id="string_view"),
        pytest.param(
            retyped(
                id=pa.dictionary(pa.int32(), pa.string()),
                type=pa.dictionary(pa.int8(), pa.string()),
            ),
            {},
            id="dictionary",
        ),
        pytest.param(
            retyped(publication_year=pa.int16(), cited_by_count=pa.int64()),
            {},
            id="int16 and int64",
        ),
        pytest.param(retyped(cited_by_count=pa.uint8()), {}, id="uint8"),
        pytest.param(retyped(fwci=pa.float64()), {}, id="float64"),
        pytest.param(retyped(updated_date=pa.timestamp("ns")), {"version": "2.6"}, id="ns"),
        pytest.param(retyped(updated_date=pa.timestamp("ms")), {}, id="ms"),
        pytest.param(
            retyped(updated_date=pa.timestamp("ns")),
            {"use_deprecated_int96_timestamps": True},
            id="INT96",
        ),
        pytest.param(retyped(updated_date=pa.timestamp("us", "UTC")), {}, id="zone"),
        pytest.param(retyped(publication_date=pa.timestamp("us")), {}, id="date as time"),
        pytest.param(retyped(publication_date=pa.date64()), {}, id="date64"),
        pytest.param(retyped(referenced_works=pa.large_list(LARGE)), {}, id="large_list"),
        pytest.param(
            retyped(publication_date=pa.string(), updated_date=pa.string()), {}, id="texts"
        ),
        pytest.param(lambda table: table, {"compression": "zstd"}, id="zstd"),
        pytest.param(lambda table: table, {"compression": "gzip"}, id="gzip"),
        pytest.param(lambda table: table, {"compression": "none"}, id="plain"),
        pytest.param(lambda table: table, {"data_page_version": "2.0"}, id="pages of version 2"),
        pytest.param(lambda table: table, {"use_dictionary": False}, id="no dictionaries"),
        pytest.param(lambda table: table, {"use_compliant_nested_type": False}, id="list.item"),
        pytest.param(lambda table: table.select(sorted(table.column_names)), {}, id="other order"),
    ],
)
def test_types_that_say_the_same(
    retype: Callable[[pa.Table], pa.Table],
    options: dict[str, Any],
    plain_works: list[dict[str, Any]],
    from_lines: dict[str, list[str]],
    tmp_path: Path,
) -> None:
    """However a writer keeps values, they are the same, and none of it is drift."""
    part = write_part(tmp_path / "part.parquet", retype(as_table(plain_works)), **options)
    report = ingest_openalex(part, tmp_path / "graph")

    assert dict(report.drift) == {}
    assert report.records == len(plain_works)
    assert file_hashes(tmp_path / "graph", (RANKS,)) == from_lines


@pytest.mark.parametrize(
    ("retype", "field"),
    [
        (retyped(cited_by_count=pa.string()), "works.cited_by_count"),
        (retyped(publication_year=pa.float64()), "works.publication_year"),
    ],
)
def test_other_types_are_read_row_by_row(
    retype: Callable[[pa.Table], pa.Table], field: str, tmp_path: Path
) -> None:
    """Numbers that came as something else are read, and counted."""
    records = [kept(number) for number in range(1, 5)]

    _, other = compared(tmp_path, records, retype(as_table(records)))

    assert dict(other.drift) == {f"{field}: read from another type": len(records)}


def test_ids_as_a_struct(tmp_path: Path) -> None:
    """Where other ids are fields, not keys of a map, they are the same."""
    records = [kept(1), kept(2)]
    ids = struct(openalex=pa.string(), pmid=pa.string(), mag=pa.string())
    plain = as_table(records)
    column = pa.array([record["ids"] for record in records], ids)
    table = plain.set_column(plain.schema.get_field_index("ids"), "ids", column)

    _, other = compared(tmp_path, records, table)

    assert dict(other.drift) == {}
    assert [row["pmid"] for row in rows(tmp_path / "from-parquet", "papers")] == ["1", "2"]


def test_columns_unknown_and_missing(tmp_path: Path) -> None:
    """An unknown column is drift by name and not read; one that is missing is null."""
    records = [kept(1), kept(2)]
    table = as_table(records).append_column("new_field", pa.array([1, 2])).drop_columns(["biblio"])
    names = [record.pop("biblio") for record in records]

    _, other = compared(tmp_path, records, table)

    assert names
    assert dict(other.drift) == {"works.new_field: unknown field": 2}


def test_bad_abstracts_are_null(tmp_path: Path) -> None:
    """What is no JSON inside the text of an abstract is null and counted, one by one."""
    texts = [
        '{"To":[0],"be":[1]}',
        '{"To":[0],"be":[1',
        '{"To": [0], "be": [1]}',
        "To be",
        '{"To":["a"],"be":[0]}',
        "[]",
        '{"IndexLength":2,"InvertedIndex":{"To":[0],"be":[1]}}',
        '{"To":[0,2147483647]}',
        "null",
        "",
    ]
    table = as_table([kept(number) for number in range(1, len(texts) + 1)])
    place = table.schema.get_field_index("abstract_inverted_index")
    table = table.set_column(place, "abstract_inverted_index", pa.array(texts))
    report = ingest_openalex(write_part(tmp_path / "part.parquet", table), tmp_path / "graph")
    found = {row["paper_id"]: row["text"] for row in rows(tmp_path / "graph", "abstracts")}

    assert found == {"W1": "To be", "W3": "To be", "W5": "be", "W7": "To be", "W8": "To To"}
    field = "works.abstract_inverted_index"
    assert report.drift[f"{field}: bad value, left out"] == 2
    assert report.drift[f"{field}{{}}[]: bad value, left out"] == 1
    assert report.records == len(texts)


def test_without_abstracts(tmp_path: Path) -> None:
    """Abstracts that are not wanted are not read: one that is damaged does no harm."""
    records = [kept(1), kept(2)]
    one, other = compared(tmp_path, records, abstracts=False)

    assert other.records == one.records == 2
    assert rows(tmp_path / "from-parquet", "abstracts") == []


@pytest.mark.parametrize(
    "selection",
    [
        {"years": (2019, 2020)},
        {"types": ["article"]},
        {"topics": ["T7"]},
        {"topics": ["fields/17"]},
        {"institutions": ["I71"]},
        {"authors": ["A5000009"]},
        {"countries": ["ZA"]},
        {"sample": 0.5},
        {"exclude_xpac": True},
        {"years": (2019, 2019), "types": ["book"], "abstracts": False},
    ],
    ids=str,
)
def test_selections(selection: dict[str, Any], tmp_path: Path) -> None:
    """A selection takes the same works, and leaves the same ones out for the same reasons."""
    records = [
        kept(
            number,
            publication_year=2018 + number % 4,
            type=("article", "book")[number % 2],
            is_xpac=number % 3 == 0,
        )
        for number in range(1, 13)
    ]
    records[3]["authorships"][0]["countries"] = ["ZA"]
    one, other = compared(tmp_path, records, **selection)

    assert dict(other.left_out) == dict(one.left_out)
    assert 0 < sum(one.left_out.values()) < len(records) or selection == {"topics": ["fields/17"]}


def test_a_dump_with_both_editions(tmp_path: Path) -> None:
    """The JSON Lines are read where both are there, unless the Parquet is asked for."""
    dump = write_edition(tmp_path / "dump", [("works", [kept(1), kept(2)])])
    write_lines(
        dump / "data" / "jsonl" / "works" / "updated_date=2026-01-01" / "part_0000.gz", [kept(3)]
    )
    both = ingest_openalex(dump, tmp_path / "both")
    parquet = ingest_openalex(dump / "data" / "parquet", tmp_path / "parquet")

    assert both.records == 1
    assert parquet.records == 2
    assert any(name.endswith(".parquet") for name in both.skipped)


def test_several_workers_and_any_split(tmp_path: Path) -> None:
    """However works are dealt out to files, row groups and workers, the tables are the same."""
    records = [kept(number) for number in range(1, 61)]
    one = write_edition(tmp_path / "one", [("works", records)], row_group_size=60)
    many = write_edition(
        tmp_path / "many",
        [("works", part) for part in in_parts(records[::-1], 7)],
        row_group_size=3,
    )
    ingest_openalex(one, tmp_path / "first", workers=1)
    ingest_openalex(many, tmp_path / "second", workers=2)

    assert file_hashes(tmp_path / "first") == file_hashes(tmp_path / "second")


def test_small_kinds_are_read_without_their_unread_columns(tmp_path: Path) -> None:
    """Kinds that go record by record say the same; what is unknown of them is drift."""
    records = [
        {
            "id": url(f"I{number}"),
            "display_name": f"Institute {number}",
            "country_code": "NA",
            "lineage": [url(f"I{number}")],
            "geo": {"city": "Windhoek", "latitude": -22.5, "longitude": 17.0},
            "counts_by_year": [{"year": 2020, "works_count": number, "cited_by_count": 1}],
            "topics": [{"id": url("T1"), "count": 3}],
            "something_new": number,
        }
        for number in range(1, 5)
    ]

    one, other = compared(tmp_path, records)

    assert other.records == 4
    assert dict(other.drift) == dict(one.drift)
    assert dict(one.drift) == {"institutions.something_new: unknown field": 4}


def test_estimate(tmp_path: Path) -> None:
    """What an ingest would take is said of Parquet, too."""
    dump = write_edition(tmp_path / "dump", [("works", [kept(number) for number in range(1, 61)])])

    estimate = estimate_openalex(dump, tmp_path / "graph")

    assert estimate.records == 60
    assert estimate.store_bytes > 0


def test_versions_of_a_record(tmp_path: Path) -> None:
    """Of several versions the newest counts, whichever edition it comes from."""
    old, new = kept(1, title="Old"), kept(1, title="New", updated_date="2026-05-01T00:00:00")
    part = write_part(tmp_path / "new.parquet", as_table([new, old, kept(2)]))
    ingest_openalex(part, tmp_path / "graph")
    ingest_openalex(write_lines(tmp_path / "old.jsonl", [old]), tmp_path / "graph")

    assert {row["paper_id"]: row["title"] for row in rows(tmp_path / "graph", "papers")} == {
        "W1": "New",
        "W2": "On 2",
    }


def test_content_decides_between_equal_dates(tmp_path: Path) -> None:
    """Two versions of the same moment: the same one counts, in any order and beside any other."""
    versions = [kept(1, title=title) for title in ("One", "Two", "Three")]
    titles = set()
    for number, order in enumerate(([0, 1, 2], [2, 1, 0], [1, 2, 0])):
        odd = json.loads(
            json.dumps(kept(9)).replace("openalex.org/A500000", "openalex.org/a500000")
        )
        table = as_table([*(versions[place] for place in order), *([odd] * (number == 1))])
        part = write_part(tmp_path / f"{number}.parquet", table)
        ingest_openalex(part, tmp_path / f"graph{number}")
        titles.add(rows(tmp_path / f"graph{number}", "papers")[0]["title"])

    assert len(titles) == 1


def test_authors_of_any_form(tmp_path: Path) -> None:
    """Authors' careers, names and counts are told the same way by both routes."""
    place = {"id": url("I1"), "display_name": "One", "country_code": "NA", "lineage": [url("I1")]}
    other_place = {**place, "id": url("I2"), "display_name": "Two"}
    nobody = {**place, "id": url("I4389424196")}
    records: list[dict[str, Any]] = [
        {
            "display_name": "Anna",
            "display_name_alternatives": ["Anna", "A.", "", None, "A."],
            "orcid": "https://orcid.org/0000-0002-1825-0097",
            "affiliations": [
                {"institution": place, "years": [2020, 2019]},
                {"institution": other_place, "years": []},
                {"institution": place, "years": [2021, 2019, 99_999]},
                {"institution": nobody, "years": [2020]},
                {"institution": None, "years": [2020]},
            ],
            "last_known_institutions": [other_place, {**place, "id": url("I3")}, nobody],
            "counts_by_year": [
                {"year": 2020, "works_count": 1, "cited_by_count": 2},
                {"year": 2020, "works_count": 9, "cited_by_count": 9},
                {"year": None, "works_count": 3},
            ],
            "summary_stats": {"2yr_mean_citedness": 0.5, "h_index": 3, "i10_index": 1},
            "works_count": 4,
        },
        {"display_name": None, "affiliations": None, "display_name_alternatives": None},
        {"display_name": "", "affiliations": [], "last_known_institution": place},
        {"display_name": "B", "orcid": "https://orcid.org/0000-0002-1825-0098"},
        {"display_name": "The ATLAS Collaboration", "last_known_institutions": [place]},
    ]
    for number, record in enumerate(records, 1):
        record |= {"id": url(f"A500000{number}"), "updated_date": f"2026-01-0{number}T00:00:00"}

    one, other = compared(tmp_path, records)

    assert dict(other.drift) == dict(one.drift)
    assert other.records == len(records)
    assert dict(other.author_layer) == dict(one.author_layer)


def test_old_works_beside_new_ones(tmp_path: Path) -> None:
    """Works of an older form in the same file go by the rules for records, the others do not."""
    old = kept(77)
    seat_of(old).update(affiliations=None)
    records = [kept(1), old, kept(2), work(9, "A5000001")]

    _, other = compared(tmp_path, records)

    assert other.records == len(records)
    assert len(open_version(tmp_path / "from-parquet").files["papers"]) == 1
