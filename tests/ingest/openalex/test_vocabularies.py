"""Records of concepts, awards and the terms of small vocabularies."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from scholargraph import from_records, ingest_openalex, read_graph, validate
from scholargraph.ingest.openalex.kinds import KINDS, kind_key
from tests.ingest.support import rows, url

CONCEPTS = "legacy_snapshot_2023/data/concepts/updated_date=2023-09-20/part_000.gz"

AWARD: dict[str, Any] = {
    "id": url("G9000000001"),
    "display_name": "Sand and what follows",
    "description": "Why sand flows.",
    "funder": {"id": url("F9000000001"), "display_name": "Sand Fund", "ror": None, "doi": None},
    "funder_award_id": "SF-1",
    "funder_scheme": "Grains",
    "funding_type": "grant",
    "amount": 1200.5,
    "currency": "EUR",
    "start_date": "2024-01-01",
    "end_date": "2026-12-31",
    "start_year": 2024,
    "doi": "https://doi.org/10.13039/SF-1",
    "funded_outputs": [url("W9000000001")],
    "lead_investigator": {"given_name": "A", "family_name": "B", "affiliation": {"name": "C"}},
    "updated_date": "2026-05-01T00:00:00",
}


def lines(path: Path, *records: dict[str, Any]) -> Path:
    """Write records as lines."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_the_fifteen_concepts_of_2023(openalex_data: Path, tmp_path: Path) -> None:
    """Every record goes in as it stands, and its ancestors stand behind it."""
    ingest_openalex(openalex_data / CONCEPTS, tmp_path / "graph")
    text = gzip.decompress((openalex_data / CONCEPTS).read_bytes())
    given = [json.loads(line) for line in text.splitlines()]

    assert rows(tmp_path / "graph", "concepts") == sorted(
        (
            {
                "concept_id": concept["id"].rpartition("/")[2],
                "name": concept["display_name"],
                "level": concept["level"],
                "wikidata": concept["wikidata"].rpartition("/")[2],
                "lineage": [
                    each["id"].rpartition("/")[2] for each in [concept, *concept["ancestors"]]
                ],
                "description": concept["description"],
            }
            for concept in given
        ),
        key=lambda row: str(row["concept_id"]),
    )
    assert validate(read_graph(tmp_path / "graph")).empty


def test_concepts_of_real_works(openalex_data: Path, tmp_path: Path) -> None:
    """58,755 labels on 4,085 works; those at level 0 are the nineteen broadest."""
    ingest_openalex(openalex_data / "snapshot_like" / "data" / "works", tmp_path / "graph")
    graph = read_graph(tmp_path / "graph")
    broadest = graph.sql("SELECT DISTINCT name FROM paper_concepts WHERE level = 0")
    names = graph.sql(
        "SELECT count(*) AS n FROM (SELECT concept_id FROM paper_concepts GROUP BY concept_id "
        "HAVING count(DISTINCT (name, level)) > 1)"
    )

    assert graph.counts["paper_concepts"] == 58_755
    assert len(broadest) <= 19
    assert {"Geology", "Computer science", "Materials science"} <= set(broadest["name"])
    assert names["n"].tolist() == [0]


def test_an_award_names_its_funder(tmp_path: Path) -> None:
    """The funder becomes a node, and the pair of funder and number leads to the papers."""
    work = {
        "id": url("W9000000001"),
        "awards": [{"funder_id": url("F9000000001"), "funder_award_id": "SF-1"}],
    }
    report = ingest_openalex(lines(tmp_path / "x.jsonl", AWARD, work), tmp_path / "graph")
    graph = read_graph(tmp_path / "graph")
    paid = graph.sql("SELECT paper_id, grant_id FROM paper_funders JOIN awards USING (award_id)")

    assert (dict(report.rejects), dict(report.drift)) == ({}, {})
    assert paid.to_dict("records") == [{"paper_id": "W9000000001", "grant_id": "G9000000001"}]
    [award] = rows(tmp_path / "graph", "awards")
    assert (award["amount"], award["currency"], award["doi"]) == (1200.5, "EUR", "10.13039/sf-1")
    assert (str(award["start_date"]), str(award["end_date"])) == ("2024-01-01", "2026-12-31")
    assert graph.table("funders")["name"].tolist() == ["Sand Fund"]
    assert validate(graph).empty


@pytest.mark.parametrize(
    "term",
    [
        "keywords/cardiac-imaging",
        "countries/BE",
        "continents/Q46",
        "languages/en",
        "licenses/cc-by",
        "sdgs/3",
        "types/article",
        "work-types/article",
        "source-types/journal",
        "institution-types/education",
    ],
)
def test_a_term_of_each_vocabulary(tmp_path: Path, term: str) -> None:
    """Its id says which vocabulary it is of."""
    record = {"id": url(term), "display_name": "A term", "description": "D", "works_count": 1}
    report = ingest_openalex(lines(tmp_path / "x.jsonl", record), tmp_path / "graph")

    assert (report.records, dict(report.rejects), dict(report.drift)) == (1, {}, {})
    assert rows(tmp_path / "graph", "vocabulary") == [
        {"term_id": term, "name": "A term", "description": "D"}
    ]
    assert validate(read_graph(tmp_path / "graph")).empty


def test_each_kind_of_id_has_a_kind_of_record() -> None:
    """No record of OpenAlex is refused for being of a kind that no table takes."""
    known = ["W1", "A1", "I1", "S1", "P1", "F1", "T1", "C1", "G1", "keywords/x", "subfields/1"]
    assert {kind_key(each) for each in known} <= set(KINDS)


@pytest.mark.parametrize(
    ("concepts", "kept", "drift"),
    [
        ([{"id": url("C1")}, {"id": url("C1"), "score": 0.5}], [("C1", None)], 0),
        ([{"id": None, "score": 0.5}, {"id": url("C2"), "score": 0.25}], [("C2", 0.25)], 1),
        ([{"id": ""}, {"id": None}], [], 2),
        ([{"id": url("T2"), "score": 0.25}], [], 2),
        ([{"id": "c3", "level": 9, "score": -1}], [("C3", None)], 2),
        ([None, {"id": url("C4")}], [("C4", None)], 1),
    ],
)
def test_odd_concepts_of_a_work(
    tmp_path: Path, concepts: list[Any], kept: list[Any], drift: int
) -> None:
    """Of one that stands twice the first counts; what cannot be read is left out and counted."""
    work = {"id": url("W9000000001"), "concepts": concepts}
    report = ingest_openalex(lines(tmp_path / "x.jsonl", work), tmp_path / "graph")
    found = rows(tmp_path / "graph", "paper_concepts")

    assert [(row["concept_id"], row["score"]) for row in found] == kept
    assert sum(report.drift.values()) == drift


def test_a_newer_work_takes_its_older_concepts_away() -> None:
    """As all that a record says, its labels go with it."""
    old = {"id": "W9000000001", "updated_date": "2024-01-01", "concepts": [{"id": "C1"}]}
    new = {"id": "W9000000001", "updated_date": "2025-01-01", "concepts": [{"id": "C2"}]}
    graph = from_records([new, old])

    assert graph.table("paper_concepts")["concept_id"].tolist() == ["C2"]
    assert graph.counts["concepts"] == 0
