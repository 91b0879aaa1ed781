"""Every real record file of every generation: what goes in, and that nothing of it is lost."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scholargraph.errors import IngestError
from scholargraph.ingest import ingest_openalex, ingest_values
from scholargraph.ingest.openalex.generations import bring_up_to_date, plain_index
from tests.ingest.support import OPENALEX, rows, url

FILES: dict[str, tuple[int, dict[str, int]]] = {
    "api_responses/2023_10/authors_A5023888391.json.gz": (1, {}),
    "api_responses/2023_10/concepts_C71924100.json.gz": (1, {}),
    "api_responses/2023_10/funders_F4320332161.json.gz": (1, {}),
    "api_responses/2023_10/institutions_I27837315.json.gz": (1, {}),
    "api_responses/2023_10/publishers_P4310319965.json.gz": (1, {}),
    "api_responses/2023_10/sources_S137773608.json.gz": (1, {}),
    "api_responses/2023_10/works_W2741809807.json.gz": (1, {}),
    "api_responses/2025_06/A5023888391.json.gz": (1, {}),
    "api_responses/2025_06/A5317838346.json.gz": (0, {"the id stands for nobody": 1}),
    "api_responses/2025_06/C71924100.json.gz": (1, {}),
    "api_responses/2025_06/F4320332161.json.gz": (1, {}),
    "api_responses/2025_06/I27837315.json.gz": (1, {}),
    "api_responses/2025_06/P4310319965.json.gz": (1, {}),
    "api_responses/2025_06/S137773608.json.gz": (1, {}),
    "api_responses/2025_06/T11636.json.gz": (1, {}),
    "api_responses/2025_06/W2741809807.json.gz": (1, {}),
    "api_responses/2025_06/keyword_cardiac-imaging.json.gz": (1, {}),
    "api_responses/2025_10/works_by_doi_chunk_1_page_1.json.gz": (50, {}),
    "api_responses/2025_10/works_by_doi_chunk_4_page_1.json.gz": (25, {}),
    "api_responses/2025_11/works_cited_by_two_seeds_page_1.json.gz": (38, {}),
    "api_responses/2025_11/works_cites_two_seeds_page_1.json.gz": (5, {}),
    "api_responses/2025_11/works_openalex_two_seeds.json.gz": (2, {}),
    "api_responses/2026_03/works_group_by_type.json.gz": (
        0,
        {"a group_by page, which holds no records": 1},
    ),
    "api_responses/2026_03/works_select_ids_per_page_1.json.gz": (1, {}),
    "api_responses/errors/400_unknown_filter.json.gz": (0, {"an error of the API": 1}),
    "api_responses/errors/400_unknown_select.json.gz": (0, {"an error of the API": 1}),
    "legacy_host_venue_2022/author_A1969205032.json.gz": (1, {}),
    "legacy_host_venue_2022/concept_C2778407487.json.gz": (1, {}),
    "legacy_host_venue_2022/institution_I114027177.json.gz": (1, {}),
    "legacy_host_venue_2022/venue_V1983995261.json.gz": (1, {}),
    "legacy_host_venue_2022/work_W2741809807.json.gz": (1, {}),
    "legacy_snapshot_2023/data/authors/updated_date=2023-04-21/part_000.gz": (1, {}),
    "legacy_snapshot_2023/data/concepts/updated_date=2023-09-20/part_000.gz": (15, {}),
    "legacy_snapshot_2023/data/funders/updated_date=2023-09-15/part_000.gz": (3, {}),
    "legacy_snapshot_2023/data/institutions/updated_date=2023-09-04/part_000.gz": (678, {}),
    "legacy_snapshot_2023/data/publishers/updated_date=2023-09-09/part_000.gz": (15, {}),
    "legacy_snapshot_2023/data/sources/updated_date=2023-06-25/part_000.gz": (249, {}),
    "legacy_snapshot_2023/data/works/updated_date=2023-05-16/part_000.gz": (27, {}),
    "legacy_snapshot_2023_logstash/sources/part_test.gz": (5, {}),
    "legacy_snapshot_2023_logstash/works/part_test.gz": (29, {}),
}
"""Every record file but those of today's generation: records, and rejects by reason."""

DRIFT = {
    "api_responses/2025_10/works_by_doi_chunk_1_page_1.json.gz": {
        "source.issn[]: bad value, left out": 1
    },
    "api_responses/2025_11/works_cites_two_seeds_page_1.json.gz": {
        "institution.ror: bad value, left out": 1
    },
}
"""A wrong check digit, and a ROR with its prefix twice; no field of any generation is unknown."""


@pytest.mark.parametrize("name", [name for name, (records, _) in FILES.items() if records])
def test_every_record_file_goes_in(openalex_data: Path, tmp_path: Path, name: str) -> None:
    """Records go in, others are named, and no change of form counts as drift."""
    records, rejects = FILES[name]
    report = ingest_openalex(openalex_data / name, tmp_path / "graph")
    values = values_in(openalex_data / name)
    written = rows(tmp_path / "graph", "rejects")

    assert (report.records, dict(report.rejects)) == (records, rejects)
    assert report.drift == DRIFT.get(name, {})
    assert len(written) == sum(rejects.values())
    assert all(row["file"] and row["line"] and row["reason"] for row in written)
    works = {id_of(value): said(value) for value in values if (id_of(value) or "")[:1] == "W"}
    assert works_of(tmp_path / "graph") == works


@pytest.mark.parametrize("name", [name for name, (records, _) in FILES.items() if not records])
def test_a_file_without_records_is_refused(openalex_data: Path, tmp_path: Path, name: str) -> None:
    """The one line says why, as the table of rejects would."""
    ((reason, _),) = FILES[name][1].items()
    with pytest.raises(IngestError, match=f"no record could be read from 1 line: {reason}"):
        ingest_openalex(openalex_data / name, tmp_path / "graph")


def test_every_file_is_in_the_list(openalex_data: Path) -> None:
    """No record file of an older generation is left out above."""
    today = ("snapshot_like/", "snapshot_like_previous/", "oracle_")
    names = [path.relative_to(openalex_data).as_posix() for path in openalex_data.rglob("*.gz")]
    others = [name for name in names if not name.startswith(today)]
    lists = [name for name in others if "manifest" in name or "merged_ids" in name]

    assert sorted(set(others) - set(lists)) == sorted(FILES)


def test_previous_versions_are_whole(openalex_data: Path, tmp_path: Path) -> None:
    """The 181 older versions of today's generation lose nothing, either."""
    folder = openalex_data / "snapshot_like_previous"
    report = ingest_openalex(folder, tmp_path / "graph")
    works = [work for path in sorted(folder.rglob("*.gz")) for work in values_in(path)]

    assert (report.records, report.rejects, report.drift) == (181, {}, {})
    assert works_of(tmp_path / "graph") == {short(work["id"]): said(work) for work in works}


def values_in(path: Path) -> list[dict[str, Any]]:
    """Return the JSON objects of a file of lines, or of one document, pages unwrapped."""
    text = gzip.decompress(path.read_bytes())
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.split(b"\n") if line.strip()]
    found: list[dict[str, Any]] = whole.get("results", [whole])
    return found


def short(text: str | None) -> str | None:
    """Return an id without the address before it."""
    return text.removeprefix(OPENALEX).replace("V", "S", 1) if text else None


def id_of(value: dict[str, Any]) -> str | None:
    """Return the id of a record, of one that was selected without it that among its other ids."""
    return short(value.get("id") or value.get("ids", {}).get("openalex"))


def test_all_generations_make_one_graph(openalex_data: Path, tmp_path: Path) -> None:
    """The whole folder at once: each record goes in, each other file is named."""
    report = ingest_openalex(openalex_data, tmp_path / "graph")
    of_records = {row["file"] for row in rows(tmp_path / "graph", "rejects")}
    tables = {path.name for path in openalex_data.glob("oracle_*")}
    records = sum(count for count, _ in FILES.values())

    assert report.records == 9_015 + 181 + records == 10_360
    assert report.rows["papers"] == 4_262
    assert tables <= of_records
    assert {
        reason: count for reason, count in report.rejects.items() if not reason.startswith("not ")
    } == {
        "a group_by page, which holds no records": 1,
        "an error of the API": 2,
        "the id stands for nobody": 1,
    }
    retired = [row["author_id"] for row in rows(tmp_path / "graph", "authors")]
    assert "A1969205032" in retired


Said = dict[str, Any]


def said(work: dict[str, Any]) -> Said:
    """What a work of any generation says, by the names of the tables, without the library."""
    venues = [work["host_venue"]] if work.get("host_venue") else []
    places = work.get("locations", venues + (work.get("alternate_host_venues") or []))
    seats = work.get("authorships") or []
    paid = {(grant["funder"], grant["award_id"]) for grant in work.get("grants") or []}
    paid |= {(each["funder_id"], each["funder_award_id"]) for each in work.get("awards") or []}
    paid |= {
        (funder["id"], None)
        for funder in work.get("funders") or []
        if funder["id"] not in {url for url, award in paid if award}
    }
    return {
        "title": work.get("title"),
        "type": work.get("type"),
        "year": work.get("publication_year"),
        "doi": (work.get("doi") or "").removeprefix("https://doi.org/") or None,
        "authors": [
            (short(seat["author"]["id"]), seat.get("raw_author_name") or name_of(seat))
            for seat in seats
        ],
        "institutions": {
            (position, short(place["id"]))
            for position, seat in enumerate(seats, 1)
            for place in seat["institutions"]
            if place["id"]
        },
        "strings": {
            (position, text) for position, seat in enumerate(seats, 1) for text in strings_of(seat)
        },
        "places": [
            (place.get("landing_page_url", place.get("url")), source_of(place)) for place in places
        ],
        "references": {short(cited) for cited in work.get("referenced_works") or []},
        "topics": {short(topic["id"]) for topic in work.get("topics") or []},
        "keywords": {
            (keyword.get("display_name") or keyword.get("keyword") or "").strip()
            for keyword in work.get("keywords") or []
        },
        "concepts": {
            (short(concept["id"]), concept["display_name"], stored(concept["score"]))
            for concept in work.get("concepts") or []
        },
        "funders": {(short(url), award) for url, award in paid},
        "words": words_of(work.get("abstract_inverted_index")),
    }


def stored(score: float | str) -> float:
    """Return a score as a table holds it, in four bytes."""
    return float(np.float32(float(score)))


def name_of(seat: dict[str, Any]) -> str | None:
    """Return the display name on a seat."""
    name: str | None = seat["author"]["display_name"]
    return name


def strings_of(seat: dict[str, Any]) -> list[str]:
    """Return the affiliations as printed: a list, or one text until April 2024."""
    if seat.get("affiliations"):
        return [line["raw_affiliation_string"] for line in seat["affiliations"]]
    if seat.get("raw_affiliation_strings"):
        return list(filter(None, seat["raw_affiliation_strings"]))
    joined = seat.get("raw_affiliation_string") or ""
    return [text.strip() for text in joined.split(";") if text.strip()]


def source_of(place: dict[str, Any]) -> str | None:
    """Return the source of a location, or the venue itself."""
    if "url" in place:
        return short(place["id"])
    return short((place["source"] or {}).get("id"))


def words_of(index: Any) -> list[str] | None:
    """Return the words of an abstract, of any shape of inverted index."""
    if isinstance(index, str):
        index = json.loads(index)
    if index and "InvertedIndex" in index:
        index = index["InvertedIndex"]
    if not index:
        return None
    word_at = {position: word for word, positions in index.items() for position in positions}
    return " ".join(word_at[position] for position in sorted(word_at)).split()


def works_of(store: Path) -> dict[str | None, Said]:
    """Return the same of the tables."""
    names = ("authorships", "affiliations", "locations", "citations", "paper_topics", "keywords")
    of: dict[str, defaultdict[str, list[dict[str, Any]]]] = {}
    for name in (*names, "paper_concepts", "paper_funders", "abstracts"):
        of[name] = defaultdict(list)
        for row in rows(store, name):
            of[name][row["paper_id"]].append(row)
    found: dict[str | None, Said] = {}
    for paper in rows(store, "papers"):
        own = paper["paper_id"]
        found[own] = {
            **{name: paper[name] for name in ("title", "type", "year", "doi")},
            "authors": [(row["author_id"], row["author_name"]) for row in of["authorships"][own]],
            "institutions": {
                (row["position"], row["institution_id"])
                for row in of["affiliations"][own]
                if row["institution_id"]
            },
            "strings": {
                (row["position"], text) for row in of["affiliations"][own] for text in row["raw"]
            },
            "places": [(row["url"], row["source_id"]) for row in of["locations"][own]],
            "references": {row["cited_paper_id"] for row in of["citations"][own]},
            "topics": {row["topic_id"] for row in of["paper_topics"][own]},
            "keywords": {row["keyword"] for row in of["keywords"][own]},
            "concepts": {
                (row["concept_id"], row["name"], row["score"]) for row in of["paper_concepts"][own]
            },
            "funders": {(row["funder_id"], row["award_id"]) for row in of["paper_funders"][own]},
            "words": next((row["text"].split() for row in of["abstracts"][own]), None),
        }
    return found


def test_a_work_of_2022(openalex_data: Path, tmp_path: Path) -> None:
    """Venues become locations and sources, and authors keep the ids of their generation."""
    ingest_openalex(
        openalex_data / "legacy_host_venue_2022" / "work_W2741809807.json.gz", tmp_path / "graph"
    )
    [paper] = rows(tmp_path / "graph", "papers")
    first, second, *_ = rows(tmp_path / "graph", "locations")
    [source] = rows(tmp_path / "graph", "sources")
    authors = [row["author_id"] for row in rows(tmp_path / "graph", "authorships")]
    strings = [row["raw"] for row in rows(tmp_path / "graph", "affiliations")]

    assert (paper["source_id"], paper["type"]) == ("S1983995261", "journal-article")
    assert (first["url"], first["version"], first["license"], first["is_oa"]) == (
        "https://doi.org/10.7717/peerj.4375",
        "publishedVersion",
        "cc-by",
        True,
    )
    assert second["url"] == "https://peerj.com/articles/4375.pdf"
    assert (source["source_id"], source["name"], source["issn_l"], source["type"]) == (
        "S1983995261",
        "PeerJ",
        "2167-8359",
        None,
    )
    assert authors[:2] == ["A1969205032", "A2208157607"]
    assert all(int(author[1:]) < 5_000_000_000 for author in authors)
    assert strings[0] == ["Impactstory, Sanford, NC, USA"]
    assert {row["author_id"] for row in rows(tmp_path / "graph", "authors")} == set(authors)


NONES: tuple[Any, ...] = (None, {}, "{}", "", "null")
ANN = {"author": {"id": url("A5"), "display_name": "Ann"}}


@pytest.mark.parametrize(
    ("fields", "table", "expected"),
    [
        (  # G0: several affiliations in one text
            {
                "host_venue": None,
                "authorships": [
                    {**ANN, "raw_affiliation_string": "A, B; C", "institutions": []},
                ],
            },
            "affiliations",
            [{"institution_id": None, "raw": ["A, B", "C"]}],
        ),
        (  # G1: venues beside locations say nothing new
            {
                "host_venue": {"id": url("V5"), "url": "https://x"},
                "locations": [{"landing_page_url": "https://y", "source": {"id": url("V6")}}],
            },
            "locations",
            [{"url": "https://y", "source_id": "S6"}],
        ),
        (  # G1: the host is repeated among the others
            {
                "host_venue": {"id": url("V5"), "url": "https://x"},
                "alternate_host_venues": [{"id": url("V5"), "url": "https://x"}, {"id": None}],
            },
            "locations",
            [{"url": "https://x", "source_id": "S5"}],
        ),
        (  # G2: grants
            {"grants": [{"funder": url("F9"), "funder_display_name": "F", "award_id": "X-1"}]},
            "paper_funders",
            [{"funder_id": "F9", "award_id": "X-1"}],
        ),
        (  # G0: scores of concepts as texts
            {"concepts": [{"id": url("C9"), "level": 2, "score": "0.4473064"}, {"id": url("C1")}]},
            "paper_concepts",
            [
                {"concept_id": "C1", "level": None, "score": None},
                {"concept_id": "C9", "level": 2, "score": stored(0.4473064)},
            ],
        ),
        (  # G3: keywords as texts
            {"keywords": [{"keyword": "deep sea", "score": 0.5}]},
            "keywords",
            [{"keyword": "deep sea", "score": 0.5}],
        ),
        (  # G4: classes above a topic by number
            {"topics": [{"id": url("T1"), "subfield": {"id": 1702}, "field": {"id": 17}}]},
            "topics",
            [
                {"topic_id": "T1", "parent_id": "subfields/1702"},
                {"topic_id": "fields/17", "parent_id": None},
                {"topic_id": "subfields/1702", "parent_id": "fields/17"},
            ],
        ),
        (  # G4: keywords with ids
            {"keywords": [{"id": url("keywords/x-y"), "display_name": "X Y", "score": 0.25}]},
            "keywords",
            [{"keyword": "X Y", "score": 0.25}],
        ),
        (  # G5: affiliations that name their institutions
            {
                "authorships": [
                    {
                        **ANN,
                        "affiliations": [
                            {"raw_affiliation_string": "X", "institution_ids": [url("I7")]}
                        ],
                    }
                ]
            },
            "affiliations",
            [{"institution_id": "I7", "raw": ["X"]}],
        ),
        (  # G7: a best location whose every value is null, and awards beside funders
            {
                "best_oa_location": {"id": None, "source": None},
                "primary_location": {"id": None, "source": None, "is_oa": None},
                "awards": [{"funder_id": url("F9"), "funder_award_id": "AB-1", "id": url("G3")}],
                "funders": [{"id": url("F9"), "display_name": "F", "ror": None}],
            },
            "paper_funders",
            [{"funder_id": "F9", "award_id": "AB-1"}],
        ),
        (  # G7: seats without author
            {"authorships": [{"author": {"id": None}, "raw_orcid": None}], "is_xpac": False},
            "authorships",
            [{"author_id": None, "mark": "no id"}],
        ),
        *[
            (  # all shapes of an abstract
                {"abstract_inverted_index": index},
                "abstracts",
                [{"text": "a b", "is_complete": True}],
            )
            for plain in ({"a": [0], "b": [1]},)
            for whole in ({"IndexLength": 2, "InvertedIndex": plain},)
            for index in (plain, whole, json.dumps(plain), json.dumps(whole))
        ],
        *[({"abstract_inverted_index": none}, "abstracts", []) for none in NONES],
    ],
)
def test_each_change_of_form_is_undone(
    tmp_path: Path, fields: dict[str, Any], table: str, expected: list[dict[str, Any]]
) -> None:
    """What generations said in other ways stands in the same tables, from lines and from values."""
    record = {"id": url("W9000000001"), "title": "T", **fields}
    path = tmp_path / "works.jsonl"
    path.write_text(json.dumps(record) + "\n")
    from_line = ingest_openalex(path, tmp_path / "lines")
    from_value = ingest_values([json.loads(json.dumps(record))], tmp_path / "values")

    for report, store in ((from_line, "lines"), (from_value, "values")):
        found = rows(tmp_path / store, table)
        assert [{key: row[key] for key in expected[0]} for row in found] == expected
        assert (report.drift, report.rejects) == ({}, {})


@pytest.mark.parametrize("index", ['{"a": [0]', "[" * 100_000, "\ud800", '"a"', 7, [1]])
def test_a_value_that_is_no_index_stays(tmp_path: Path, index: Any) -> None:
    """What cannot be read is left to the repair, which leaves it out and counts it."""
    assert plain_index(index) in (index, "a")

    record = {"id": url("W9000000001"), "abstract_inverted_index": index}
    path = tmp_path / "works.jsonl"
    path.write_text(json.dumps(record) + "\n" + json.dumps({"id": url("W9000000002")}) + "\n")
    report = ingest_openalex(path, tmp_path / "graph")
    assert sum(report.drift.values()) + sum(report.rejects.values()) == 1
    assert rows(tmp_path / "graph", "abstracts") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"host_venue": "no object", "alternate_host_venues": {"no": "list"}},
        {"host_venue": {"url": ["a"], "id": {"b": 1}}, "alternate_host_venues": [None, 7, {}]},
        {"authorships": [None, 7, {"raw_affiliation_string": 7}], "topics": [None, {"field": 3}]},
        {"authorships": "none", "topics": {"id": 1}, "primary_topic": [1]},
    ],
)
def test_nothing_breaks_on_other_types(fields: dict[str, Any]) -> None:
    """Hostile values of the old fields break nothing, whatever type they have."""
    work = {"id": url("W9000000001"), **fields}
    bring_up_to_date(work, "works")

    assert "host_venue" not in work
    assert ingest_ready(work)


def ingest_ready(work: dict[str, Any]) -> bool:
    """Whether the work still has its id and a list of places, if any."""
    return work["id"] == url("W9000000001") and isinstance(work.get("locations", []), list)
