"""The truth file and the counts in records, against naive counts over the records."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.sample.reading import Dump, Record, short

NOBODY = "A9999999999"
DELETED = "W4285719527"


def author_id(seat: Record) -> str | None:
    """The short author id of an authorship."""
    return seat["author"]["id"] and short(seat["author"]["id"])


def named_authors(work: Record) -> set[str]:
    """The authors of a work who are somebody."""
    ids = {author_id(seat) for seat in work["authorships"]}
    return {found for found in ids if found and found != NOBODY}


def citing_years(dump: Dump) -> dict[str, list[int]]:
    """For each work the true years of those that cite it."""
    years: dict[str, list[int]] = defaultdict(list)
    for name, work in dump.works.items():
        for url in work["referenced_works"]:
            years[short(url)].append(dump.truths[name]["year"])
    return years


def test_bylines_are_the_true_ones(dump: Dump) -> None:
    """Each record's byline is the truth's, as far as it shows it: ids, names, institutions."""
    assert set(dump.works) == set(dump.truths)
    for name, work in dump.works.items():
        truth = dump.truths[name]
        shown = truth["byline"][: truth["shown"]]
        assert [author_id(seat) for seat in work["authorships"]] == [
            seat["profile"] for seat in shown
        ]
        assert [seat["raw_author_name"] for seat in work["authorships"]] == [
            seat["printed"] for seat in shown
        ]
        assert [
            [short(item["id"]) for item in seat["institutions"] if item["id"]]
            for seat in work["authorships"]
        ] == [seat["institutions"] for seat in shown]
        assert work["authors_count"] == len(truth["byline"])


def test_the_counts_are_found_again(dump: Dump) -> None:
    """Every total of the truth can be counted from the records and the lines of the truth."""
    works = list(dump.works.values())
    seats = [seat for work in works for seat in work["authorships"]]
    references = [short(url) for work in works for url in work["referenced_works"]]
    authors: set[str] = set().union(*(named_authors(work) for work in works))
    people_of = Counter(
        profile for person in dump.people.values() for profile in person["profiles"]
    )
    expected = {
        "kind": "counts",
        "works": len(works),
        "true seats": sum(work["authors_count"] for work in works),
        "seats": len(seats),
        "seats without author id": sum(author_id(seat) is None for seat in seats),
        "seats of nobody": sum(author_id(seat) == NOBODY for seat in seats),
        "institution links": sum(
            item["id"] is not None for seat in seats for item in seat["institutions"]
        ),
        "single-author works": sum(work["authors_count"] == 1 for work in works),
        "topic links": sum(len(work["topics"]) for work in works),
        "works without topics": sum(work["primary_topic"] is None for work in works),
        "versions": sum(truth["preprint"] is not None for truth in dump.truths.values()),
        "references": len(references),
        "references inside": sum(name in dump.works for name in references),
        "references to the deleted work": references.count(DELETED),
        "people": len(dump.people),
        "people with two profiles": sum(
            len(person["profiles"]) == 2 for person in dump.people.values()
        ),
        "profiles": len(authors),
        "profiles of several people": sum(count > 1 for count in people_of.values()),
    }
    assert expected == dump.counts
    assert all(expected.values())


def test_people_are_those_of_the_bylines(dump: Dump) -> None:
    """Forms, profiles and paper counts of each person are those of the seats the person takes."""
    forms: dict[str, set[str]] = defaultdict(set)
    profiles: dict[str, set[str]] = defaultdict(set)
    papers: dict[str, set[str]] = defaultdict(set)
    for name, truth in dump.truths.items():
        for position, seat in enumerate(truth["byline"]):
            person = seat["person"]
            forms[person].add(seat["printed"])
            papers[person].add(name)
            if position < truth["shown"] and seat["profile"] not in (None, NOBODY):
                profiles[person].add(seat["profile"])
    assert set(dump.people) == set(forms)
    for person, line in dump.people.items():
        assert line["forms"] == sorted(forms[person])
        assert line["profiles"] == sorted(profiles[person])
        assert line["works"] == len(papers[person])


def test_authors_have_a_record_each(dump: Dump) -> None:
    """The author records are those of the ids that works name, and count the works of the dump."""
    years = citing_years(dump)
    works: dict[str, set[str]] = defaultdict(set)
    for name, work in dump.works.items():
        for author in named_authors(work):
            works[author].add(name)
    records = {short(record["id"]): record for record in dump.records["authors"]}
    assert set(records) == set(works)
    for author, record in records.items():
        cited = sorted((len(years[name]) for name in works[author]), reverse=True)
        assert record["works_count"] == len(works[author])
        assert record["cited_by_count"] == sum(cited)
        assert record["summary_stats"]["h_index"] == sum(
            times >= rank for rank, times in enumerate(cited, start=1)
        )
        assert record["summary_stats"]["i10_index"] == sum(times >= 10 for times in cited)


def test_seats_show_what_the_profile_says(dump: Dump) -> None:
    """Name and ORCID of an author are the same on every seat and in the author's record."""
    records = {record["id"]: record for record in dump.records["authors"]}
    for work in dump.records["works"]:
        for seat in work["authorships"]:
            record = records.get(seat["author"]["id"])
            if record is not None:
                assert seat["author"]["display_name"] == record["display_name"]
                assert seat["author"]["orcid"] == record["orcid"]


def test_affiliations_of_authors_are_those_of_their_works(dump: Dump) -> None:
    """An author's institutions and their years are those of the bylines, the latest known last."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for name, work in dump.works.items():
        for seat in work["authorships"]:
            for item in seat["institutions"]:
                if item["id"] and seat["author"]["id"]:
                    found[seat["author"]["id"]][item["id"]].add(dump.truths[name]["year"])
    for record in dump.records["authors"]:
        listed = {
            entry["institution"]["id"]: set(entry["years"]) for entry in record["affiliations"]
        }
        assert listed == found[record["id"]]
        latest = max((max(years) for years in listed.values()), default=None)
        for item in record["last_known_institutions"]:
            assert latest in listed[item["id"]]


def test_citation_counts_are_those_of_the_dump(dump: Dump) -> None:
    """A work is cited as often as reference lists hold it, in the years of the citing works."""
    years = citing_years(dump)
    for name, work in dump.works.items():
        assert work["cited_by_count"] == len(years[name])
        counts = Counter(year for year in years[name] if year >= 2012)
        assert {line["year"]: line["cited_by_count"] for line in work["counts_by_year"]} == counts
        assert work["referenced_works_count"] == len(work["referenced_works"])


def test_organisations_count_the_works_that_name_them(dump: Dump) -> None:
    """Each node counts the works that name it, and parents those of what is below them."""
    works: Counter[str] = Counter()
    for work in dump.records["works"]:
        named = {
            url
            for seat in work["authorships"]
            for item in seat["institutions"]
            for url in item["lineage"] or []
        }
        for topic in work["topics"]:
            named |= {
                topic["id"],
                *(topic[above]["id"] for above in ("subfield", "field", "domain")),
            }
        source = work["primary_location"]["source"]
        if source:
            lineage = source["host_organization_lineage"]
            named |= {source["id"], *(url for url in lineage if "/P" in url)}
        named |= {funder["id"] for funder in work["funders"]}
        works.update(named)
    for entity in ("institutions", "sources", "publishers", "funders", "topics", "domains"):
        for record in dump.records[entity]:
            assert record["works_count"] == works.pop(record["id"], 0), record["id"]
    for entity in ("subfields", "fields"):
        for record in dump.records[entity]:
            assert record["works_count"] == works.pop(record["id"], 0)
    assert not works, "works name something that has no record"


def test_versions_are_the_pairs_of_one_title_and_byline(small_dump: Dump) -> None:
    """Works of one title with two authors in common are the pairs that the truth calls versions."""
    by_title: dict[str, list[str]] = defaultdict(list)
    for name, work in small_dump.works.items():
        by_title[work["title"] or name].append(name)
    found = set()
    for names in by_title.values():
        for one in names:
            for two in names:
                left, right = small_dump.works[one], small_dump.works[two]
                if one < two and len(named_authors(left) & named_authors(right)) >= 2:
                    found.add((one, two))
                    assert (left["type"], right["type"]) == ("preprint", "article")
                    assert left["doi"] != right["doi"]
    told = {
        (line["preprint"], name) for name, line in small_dump.truths.items() if line["preprint"]
    }

    assert found == told
    assert len(found) >= 3
    assert any("10.48550/arxiv." in (small_dump.works[one]["doi"] or "") for one, _ in found)
