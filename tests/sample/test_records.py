"""Shapes of records, and the rare things in them."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from scholargraph.sample.oddities import Oddity
from tests.sample.reading import Dump, Record, lines, part_paths, short

REAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "openalex"
WORK_KEYS = frozenset(
    [
        "abstract_inverted_index",
        "apc_list",
        "apc_paid",
        "authors_count",
        "authorships",
        "awards",
        "best_oa_location",
        "biblio",
        "citation_normalized_percentile",
        "cited_by_count",
        "cited_by_percentile_year",
        "concepts",
        "corresponding_author_ids",
        "corresponding_institution_ids",
        "countries_distinct_count",
        "counts_by_year",
        "created_date",
        "display_name",
        "doi",
        "funders",
        "fwci",
        "has_content",
        "has_fulltext",
        "id",
        "ids",
        "indexed_in",
        "institutions",
        "institutions_distinct_count",
        "is_paratext",
        "is_retracted",
        "is_xpac",
        "keywords",
        "language",
        "locations",
        "locations_count",
        "mesh",
        "open_access",
        "primary_location",
        "primary_topic",
        "publication_date",
        "publication_year",
        "referenced_works",
        "referenced_works_count",
        "related_works",
        "sustainable_development_goals",
        "title",
        "topics",
        "type",
        "updated_date",
    ]
)
ID = {
    "works": r"https://openalex\.org/W\d{10}",
    "authors": r"https://openalex\.org/A\d{10}",
    "institutions": r"https://openalex\.org/I\d{10}",
    "sources": r"https://openalex\.org/S\d{10}",
    "publishers": r"https://openalex\.org/P\d{10}",
    "funders": r"https://openalex\.org/F\d{10}",
    "topics": r"https://openalex\.org/T\d{10}",
    "subfields": r"https://openalex\.org/subfields/90\d\d",
    "fields": r"https://openalex\.org/fields/9\d",
    "domains": r"https://openalex\.org/domains/[89]",
}
TIMESTAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def test_every_line_is_a_record_of_its_entity(dump: Dump) -> None:
    """Each line is one JSON object in UTF-8 with a well-formed id, name and dates."""
    for entity, records in dump.records.items():
        for record in records:
            assert re.fullmatch(ID[entity], record["id"])
            assert "display_name" in record
            assert re.fullmatch(TIMESTAMP, record["updated_date"])
            assert re.fullmatch(TIMESTAMP, record["created_date"])
            assert record["created_date"] < record["updated_date"]
    assert set(dump.records) == set(ID)


def test_works_have_the_keys_of_their_generation(dump: Dump) -> None:
    """Every work has the same keys in the same order, and none that only the interface gives."""
    orders = {tuple(work) for work in dump.records["works"]}

    assert len(orders) == 1
    assert set(*orders) == WORK_KEYS
    assert len(WORK_KEYS) == 49


def test_values_are_well_formed(dump: Dump) -> None:
    """Identifiers, dates, scores and positions of works are of the form that OpenAlex gives."""
    for work in dump.records["works"]:
        assert work["title"] == work["display_name"]
        assert work["doi"] is None or re.fullmatch(r"https://doi\.org/10\.\d{4,9}/\S+", work["doi"])
        assert work["doi"] == work["ids"].get("doi")
        if work["publication_date"] is not None:
            assert int(work["publication_date"][:4]) == work["publication_year"]
        assert all(0 < topic["score"] <= 1 for topic in work["topics"])
        assert (work["topics"] or [None])[0] == work["primary_topic"]
        assert work["locations"][0] == work["primary_location"]
        assert work["locations_count"] == len(work["locations"])
        assert work["referenced_works"] == sorted(set(work["referenced_works"]))
        for seat in work["authorships"]:
            for orcid in (seat["raw_orcid"], seat["author"]["orcid"]):
                assert orcid is None or re.fullmatch(
                    r"https://orcid\.org/0000-0000-\d{4}-\d{3}[\dX]", orcid
                )
            assert seat["raw_affiliation_strings"] == [
                line["raw_affiliation_string"] for line in seat["affiliations"]
            ]
            named = {url for line in seat["affiliations"] for url in line["institution_ids"]}
            assert named == {item["id"] for item in seat["institutions"] if item["id"]}


def test_positions_follow_the_byline(dump: Dump) -> None:
    """The first seat is first, the last is last unless the list is cut, the others are middle."""
    for name, work in dump.works.items():
        places = [seat["author_position"] for seat in work["authorships"]]
        is_cut = dump.truths[name]["shown"] < len(dump.truths[name]["byline"])
        expected = ["first"] + ["middle"] * (len(places) - 2) + ["last"]
        if is_cut:
            expected[-1] = "middle"
        assert places == expected[: len(places)]


def test_abstracts_can_be_read_back(dump: Dump) -> None:
    """But for the one with holes, positions run from 0 without gap, words in order of entry."""
    holes = set()
    for name, work in dump.works.items():
        index = work["abstract_inverted_index"]
        if index is not None:
            positions = sorted(place for places in index.values() for place in places)
            assert len(positions) == len(set(positions))
            assert [places[0] for places in index.values()] == sorted(
                places[0] for places in index.values()
            )
            if positions != list(range(len(positions))):
                holes.add(dump.truths[name]["oddity"])
    assert holes == {"abstract holes"}


def test_distributions_are_those_of_real_records(two_blocks: Dump) -> None:
    """Sizes, teams, productivity and gaps are near those of the real set, and heavy-tailed."""
    works = two_blocks.records["works"]
    sizes = [
        len(line)
        for path in part_paths(two_blocks.root)
        if path.parent.parent.name == "works"
        for line in lines(path)
    ]
    teams = sorted(len(work["authorships"]) for work in works)
    papers = sorted(record["works_count"] for record in two_blocks.records["authors"])
    cited = sorted(work["cited_by_count"] for work in works)

    assert 13_000 < sum(sizes) / len(sizes) < 18_000
    assert 3.5 < sum(teams) / len(teams) < 6
    assert teams[len(teams) // 2] in (3, 4)
    assert teams[-1] > 120
    assert papers[len(papers) // 2] <= 3
    assert papers[-1] > 30
    assert cited[-1] > 10 * cited[len(cited) // 2]
    assert 0.3 < sum(work["abstract_inverted_index"] is None for work in works) / len(works) < 0.5


def test_all_oddities_are_there(dump: Dump) -> None:
    """Every oddity stands in the first block and in each other that is large enough."""
    found = Counter(truth["oddity"] for truth in dump.truths.values() if truth["oddity"])

    assert set(found) == {oddity.name.lower().replace("_", " ") for oddity in Oddity}
    assert len(set(found.values())) == 1


def test_teams_and_seats_are_odd(small_dump: Dump) -> None:
    """The odd bylines are as they are called."""
    large = small_dump.odd("large team")
    assert len(large["authorships"]) == large["authors_count"] == 124
    cut = small_dump.odd("truncated")
    assert (len(cut["authorships"]), cut["authors_count"]) == (100, 137)
    assert {seat["author_position"] for seat in cut["authorships"]} == {"first", "middle"}
    assert len(small_dump.odd("single author")["authorships"]) == 1
    assert small_dump.odd("no authors")["authorships"] == []
    null = [short(seat["author"]["id"]) for seat in small_dump.odd("null author")["authorships"]]
    assert null.count("A9999999999") == 1
    unmatched = small_dump.odd("unmatched seats")["authorships"]
    assert sum(seat["author"]["id"] is None for seat in unmatched) == len(unmatched) - 2 >= 4
    assert all(seat["author"]["display_name"] for seat in unmatched)
    repeated = [seat["author"]["id"] for seat in small_dump.odd("repeated author")["authorships"]]
    assert len(repeated) == len(set(repeated)) + 1


def test_institutions_are_odd(small_dump: Dump) -> None:
    """There are empty institutions, seats with countries alone, Namibia, and parts of others."""
    first = small_dump.odd("null institution")["authorships"][0]["institutions"][-1]
    assert set(first.values()) == {None}
    for seat in small_dump.odd("country only")["authorships"]:
        assert seat["institutions"] == []
        assert len(seat["countries"]) == 1
    namibian = small_dump.odd("namibian")["authorships"][0]
    assert namibian["countries"] == ["NA"]
    assert namibian["institutions"][0]["country_code"] == "NA"
    institutions = {record["id"]: record for record in small_dump.records["institutions"]}
    children = [record for record in institutions.values() if len(record["lineage"]) == 2]
    assert children
    for child in children:
        assert child["lineage"][0] == child["id"]
        parts = institutions[child["lineage"][1]]["associated_institutions"]
        assert (child["id"], "child") in [(part["id"], part["relationship"]) for part in parts]
    for key in ("country_code", "ror", "type"):
        assert any(record[key] is None for record in institutions.values()), key


def test_texts_are_odd(small_dump: Dump) -> None:
    """Titles hold what breaks careless readers."""
    quoted = small_dump.odd("quoted title")["title"]
    assert '"' in quoted
    assert "\\" in quoted
    escaped = small_dump.odd("escaped title")["title"]
    assert "&amp;" in escaped
    assert "<i>" in escaped
    assert "\u2028" in small_dump.odd("line separator")["title"]
    assert small_dump.odd("formula title")["title"].startswith("=")
    assert small_dump.odd("no title")["title"] is None
    raw = b"".join(b"".join(lines(path)) for path in part_paths(small_dump.root))
    assert "\u2028".encode() in raw, "the separator stands raw in the line, not escaped"


def test_nulls_are_odd(small_dump: Dump) -> None:
    """Dates, topics, list elements and locations are null or hold nulls."""
    undated = small_dump.odd("no date")
    assert undated["publication_date"] is None
    assert undated["publication_year"] is None
    assert small_dump.odd("no topics")["topics"] == []
    assert small_dump.odd("no topics")["primary_topic"] is None
    assert None in small_dump.odd("null element")["corresponding_author_ids"]
    assert set(small_dump.odd("empty location")["best_oa_location"].values()) == {None}
    for key in ("doi", "language", "apc_list", "fwci", "abstract_inverted_index"):
        assert any(work[key] is None for work in small_dump.records["works"]), key
    sources = [work["primary_location"]["source"] for work in small_dump.records["works"]]
    assert None in sources
    assert any(source and source["issn"] is None for source in sources)


def test_references_are_odd(small_dump: Dump) -> None:
    """One work cites itself, one a later work, some the deleted work, many what is not there."""
    own = small_dump.odd("self reference")
    assert own["id"] in own["referenced_works"]
    later = small_dump.odd("later reference")
    assert any(later["id"] < url in _ids(small_dump) for url in later["referenced_works"])
    assert (
        "https://openalex.org/W4285719527"
        in small_dump.odd("deleted reference")["referenced_works"]
    )
    outside = {
        url for work in small_dump.records["works"] for url in work["referenced_works"]
    } - _ids(small_dump)
    assert len(outside) > 300


def _ids(dump: Dump) -> set[str]:
    return {work["id"] for work in dump.records["works"]}


def test_kinds_of_works_are_odd(small_dump: Dump) -> None:
    """There are paratext, notices about other works, a retraction and the expansion pack."""
    assert small_dump.odd("paratext")["is_paratext"]
    assert small_dump.odd("expansion pack")["is_xpac"]
    retracted = small_dump.odd("retracted")
    assert [work["id"] for work in small_dump.records["works"] if work["is_retracted"]] == [
        retracted["id"]
    ]
    notice = small_dump.odd("retraction")
    assert notice["type"] == "retraction"
    assert notice["referenced_works"] == [retracted["id"]]
    assert notice["title"] == f"Retraction Note: {retracted['title']}"
    assert small_dump.odd("erratum")["type"] == "erratum"
    assert small_dump.odd("peer review")["type"] == "peer-review"


def test_people_share_names_and_have_scripts_and_accents(small_dump: Dump) -> None:
    """Names repeat between people, initials more often, and not all are Latin or plain."""
    names = Counter(person["name"] for person in small_dump.people.values())
    initials = Counter(
        (name.split()[0][0], name.split()[-1]) for name in names.elements() if " " in name
    )
    forms = {form for person in small_dump.people.values() for form in person["forms"]}

    assert sum(count > 1 for count in names.values()) >= 10
    assert sum(count > 1 for count in initials.values()) > sum(c > 1 for c in names.values())
    assert any(form and not any(char.isascii() for char in form) for form in forms)
    assert sum(not name.isascii() for name in names) >= 20
    assert any(not re.search("[a-zA-Z]", record["display_name"]) for record in _authors(small_dump))


def _authors(dump: Dump) -> list[Record]:
    return dump.records["authors"]


def test_people_move(small_dump: Dump) -> None:
    """Careers differ in length, and some people change their employer."""
    people = list(small_dump.people.values())

    assert len({person["first_year"] for person in people}) > 15
    assert 0.1 < sum(len(person["posts"]) > 1 for person in people) / len(people) < 0.7


def test_arxiv_copies_are_of_both_kinds(small_dump: Dump) -> None:
    """Some works have arXiv as their home, others a copy there beside the publisher's."""
    kinds = set()
    for work in small_dump.records["works"]:
        for place in work["locations"]:
            if (place["id"] or "").startswith("oai:arXiv.org:"):
                kinds.add(place["id"] == work["primary_location"]["id"])
                assert "arxiv" in work["indexed_in"]
    assert kinds == {True, False}


@pytest.mark.skipif(not REAL.exists(), reason="the real records are not beside the repository")
def test_shapes_are_those_of_real_records(small_dump: Dump) -> None:
    """Keys and their order are the real ones, apart from what came and went between releases."""
    path = next(
        (REAL / "snapshot_like" / "data" / "works").glob("updated_date=2025-11-06/*_000.gz")
    )
    real = [json.loads(line) for line in gzip.decompress(path.read_bytes()).split(b"\n") if line]
    made = small_dump.records["works"]
    assert [key for key in real[0] if key != "content_urls"] == [
        key for key in made[0] if key != "authors_count"
    ]
    assert _keys(made, "authorships") == _keys(real, "authorships") | {"raw_orcid"}
    assert _keys(made, "locations") == _keys(real, "locations") | {"provenance"}
    for part in ("topics", "keywords", "concepts", "counts_by_year", "funders", "mesh"):
        assert _keys(made, part) == _keys(real, part), part
    assert _keys(made, "awards") == _keys(real, "awards") | {"doi"}
    for part in ("open_access", "biblio", "has_content", "apc_list"):
        assert {key for work in made for key in work[part] or ()} == {
            key for work in real for key in work[part] or ()
        }
    for part in ("institutions", "author"):
        assert _seat_keys(made, part) == _seat_keys(real, part)


def _keys(works: list[Record], part: str) -> set[str]:
    return {key for work in works for item in work[part] for key in item}


def _seat_keys(works: list[Record], part: str) -> set[str]:
    found: set[str] = set()
    for work in works:
        for seat in work["authorships"]:
            items = seat[part] if isinstance(seat[part], list) else [seat[part]]
            found.update(key for item in items for key in item)
    return found
