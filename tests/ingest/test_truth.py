"""What the generator hid in a dump is found again in the store that is made of it.

The truth stands in a file beside the dump, which no ingest reads. It knows persons; the store knows
profiles. Wherever the two differ the truth says why: a seat that the record leaves out, that names
nobody, or that stands under the profile of a namesake.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from pathlib import Path

import pytest

import scholargraph as sg
from scholargraph.ingest import ingest_openalex
from scholargraph.sample import write_dump
from tests.sample.reading import Dump, Record, read_dump

NOBODY = "A9999999999"
DELETED = "W4285719527"


@dataclass
class Truth:
    """What the lines of the truth say, by plain counting."""

    dump: Dump

    @cached_property
    def works(self) -> dict[str, Record]:
        """The lines on works."""
        return self.dump.truths

    @cached_property
    def people(self) -> dict[str, Record]:
        """The lines on persons."""
        return self.dump.people

    def shown(self, work: str) -> list[Record]:
        """The seats that the record shows."""
        line = self.works[work]
        return list(line["byline"][: line["shown"]])

    def profiles(self, work: str) -> set[str]:
        """The profiles on a byline."""
        return {seat["profile"] for seat in self.shown(work)} - {None, NOBODY}

    @cached_property
    def works_of_profile(self) -> dict[str, set[str]]:
        """The works that show each profile."""
        found: dict[str, set[str]] = defaultdict(set)
        for work in self.works:
            for profile in self.profiles(work):
                found[profile].add(work)
        return found

    @cached_property
    def works_of_person(self) -> dict[str, set[str]]:
        """The works that each person wrote, shown or not."""
        found: dict[str, set[str]] = defaultdict(set)
        for work, line in self.works.items():
            for seat in line["byline"]:
                found[seat["person"]].add(work)
        return found

    def partners(self, person: str) -> set[str]:
        """The persons who wrote with a person."""
        works = self.works_of_person[person]
        return {seat["person"] for work in works for seat in self.works[work]["byline"]} - {person}

    @cached_property
    def people_of_profile(self) -> dict[str, set[str]]:
        """The persons behind each profile."""
        found: dict[str, set[str]] = defaultdict(set)
        for person, line in self.people.items():
            for profile in line["profiles"]:
                found[profile].add(person)
        return found

    def is_hidden(self, work: str, person: str) -> bool:
        """Whether a record does not let its author be known."""
        return not any(
            seat["person"] == person and seat["profile"] not in {None, NOBODY}
            for seat in self.shown(work)
        )

    def namesakes(self, person: str) -> set[str]:
        """Other persons in the profiles of a person."""
        behind = (self.people_of_profile[profile] for profile in self.people[person]["profiles"])
        return set(chain(*behind)) - {person}

    def size(self, work: str) -> int:
        """How many persons wrote a work, taking namesakes in one profile for one."""
        line = self.works[work]
        return len(
            {
                seat["person"]
                if place >= line["shown"] or seat["profile"] in {None, NOBODY}
                else seat["profile"]
                for place, seat in enumerate(line["byline"])
            }
        )

    def years(self, works: Iterable[str]) -> list[int]:
        """The years of works, as far as their records have one."""
        lines = [self.works[work] for work in works]
        return [line["year"] for line in lines if line["oddity"] != "no date"]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """The truth beside a dump of 2,000 works."""
    root = tmp_path_factory.mktemp("truth") / "dump"
    write_dump(root, works=2_000, seed=11)
    return Truth(read_dump(root))


@pytest.fixture(scope="module")
def graph(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> sg.ScholarGraph:
    """What an ingest makes of the dump."""
    store: Path = tmp_path_factory.mktemp("store") / "graph"
    report = ingest_openalex(truth.dump.root, store)
    assert (report.rejects, report.drift) == ({}, {})
    return sg.read_graph(store)


@pytest.fixture(scope="module")
def chosen(truth: Truth) -> list[str]:
    """Persons to ask about: all who are hard to know, and some of the others."""
    hard = {
        seat["person"]
        for work, line in truth.works.items()
        for seat in line["byline"]
        if truth.is_hidden(work, seat["person"])
    }
    for person, line in truth.people.items():
        if len(line["profiles"]) > 1 or truth.namesakes(person):
            hard.add(person)
    others = random.Random(1).sample(sorted(truth.people), 150)
    return sorted({*hard, *others})


def test_counts_are_found_again(truth: Truth, graph: sg.ScholarGraph) -> None:
    """Each total of the truth that a record can show is one of the store."""
    sums = graph.sql(
        f"""
        select
            (select count(*) from papers) as works,
            (select sum(author_count) from papers) as "true seats",
            (select count(*) from authorships) as seats,
            (select count(*) from authorships where author_id is null) as "seats without author id",
            (select count(*) from authorships where mark = 'nobody') as "seats of nobody",
            (select count(institution_id) from affiliations) as "institution links",
            (select count(*) from papers where author_count = 1) as "single-author works",
            (select count(*) from paper_topics) as "topic links",
            (select count(*) from papers where topic_id is null) as "works without topics",
            (select count(*) from citations) as "references",
            (select count(*) from citations join papers on papers.paper_id = cited_paper_id)
                as "references inside",
            (select count(*) from citations where cited_paper_id = '{DELETED}')
                as "references to the deleted work",
            (select count(distinct author_id) from authorships where mark is null) as profiles,
        """
    )
    of_people = {"people", "people with two profiles", "profiles of several people"}
    found = {name: int(count) for name, count in sums.iloc[0].items()}

    assert found == {
        name: count
        for name, count in truth.dump.counts.items()
        if name not in {"kind", "versions", *of_people}
    }
    assert set(graph.table("authors")["author_id"]) == set(truth.works_of_profile)


def test_what_is_odd_about_works_is_found_again(truth: Truth, graph: sg.ScholarGraph) -> None:
    """Each flag stands at the works that the truth gives it, and nowhere else."""
    conditions = {
        "is_xpac": {"expansion pack"},
        "is_retracted": {"retracted"},
        "is_paratext": {"paratext", "no authors"},
        "authors_truncated": {"truncated"},
        "title is null": {"no title"},
        "year is null": {"no date"},
        "author_count = 0": {"no authors"},
        "type = 'retraction'": {"retraction"},
    }
    for condition, oddities in conditions.items():
        found = graph.sql(f"select paper_id from papers where {condition}")["paper_id"]
        expected = {work for work, line in truth.works.items() if line["oddity"] in oddities}
        assert set(found) == expected, condition
        assert expected, condition


def test_every_seat_is_the_true_one(truth: Truth, graph: sg.ScholarGraph) -> None:
    """Profiles, printed names and institutions of all seats, in the order of the byline."""
    found: dict[tuple[str, int], list[object]] = {
        (seat["paper_id"], seat["position"]): [seat["author_id"], seat["author_name"], set()]
        for seat in graph.scan("authorships").to_table().to_pylist()
    }
    for row in graph.scan("affiliations").to_table().to_pylist():
        if row["institution_id"]:
            institutions = found[row["paper_id"], row["position"]][2]
            assert isinstance(institutions, set)
            institutions.add(row["institution_id"])

    assert found == {
        (work, position): [seat["profile"], seat["printed"], set(seat["institutions"])]
        for work in truth.works
        for position, seat in enumerate(truth.shown(work), 1)
    }


def test_ties_of_profiles_are_the_true_ones(truth: Truth, graph: sg.ScholarGraph) -> None:
    """Partners, joint papers, weights and years, counted from the true bylines alone."""
    everybody = sorted(truth.works_of_profile)
    busiest = sorted(everybody, key=lambda profile: -len(truth.works_of_profile[profile]))[:50]
    ties = 0
    for profile in {*busiest, *random.Random(2).sample(everybody, 450)}:
        joint: dict[str, list[str]] = defaultdict(list)
        for work in truth.works_of_profile[profile]:
            for partner in truth.profiles(work) - {profile}:
                joint[partner].append(work)
        ties += len(joint)
        answer = sg.collaborators(graph, profile, types="all")
        found = {row["author_id"]: row for row in answer.to_dict("records")}

        assert set(found) == set(joint)
        for partner, works in joint.items():
            weight = sum(1 / (truth.size(work) - 1) for work in works)
            years = truth.years(works)
            tie = found[partner]
            assert tie["paper_count"] == len(works)
            assert tie["fractional"] == pytest.approx(weight, rel=1e-12)
            if years:
                assert (tie["first_year"], tie["last_year"]) == (min(years), max(years))
    assert ties > 3_000


def test_ties_of_persons_differ_only_where_the_truth_says_why(
    truth: Truth, graph: sg.ScholarGraph, chosen: list[str]
) -> None:
    """Papers of two persons are those of their profiles, but for hidden seats and namesakes."""
    lost = foreign = same = 0
    draws = random.Random(4)
    partners = {person: sorted(truth.partners(person)) for person in chosen}
    pairs = [
        (person, partner)
        for person, known in partners.items()
        for partner in draws.sample(known, min(3, len(known)))
    ]
    for person, partner in pairs:
        joint = truth.works_of_person[person] & truth.works_of_person[partner]
        found: set[str] = set()
        for a, b in product(truth.people[person]["profiles"], truth.people[partner]["profiles"]):
            if a != b:
                found.update(sg.shared_papers(graph, a, b, types="all")["paper_id"])
        for work in joint - found:
            assert truth.is_hidden(work, person) or truth.is_hidden(work, partner)
        signed = {*truth.namesakes(person), *truth.namesakes(partner)}
        for work in found - joint:
            assert signed & {seat["person"] for seat in truth.works[work]["byline"]}
        lost += len(joint - found)
        foreign += len(found - joint)
        same += len(joint & found)
    assert min(lost, foreign, same) > 0, (lost, foreign, same)


def test_versions_of_a_paper_are_noticed(truth: Truth, graph: sg.ScholarGraph) -> None:
    """Preprint and paper, each counted for every author whom they have in common with another.

    Among so few works no two titles are the same by chance, so that nothing else is noticed.
    """
    expected: Counter[str] = Counter()
    for work, line in truth.works.items():
        if line["preprint"]:
            both = truth.profiles(work) & truth.profiles(line["preprint"])
            expected.update(both if len(both) > 1 else ())
    others = random.Random(3).sample(sorted(set(truth.works_of_profile) - set(expected)), 100)
    found = {
        profile: sg.collaborators(graph, profile, types="all").attrs["version_pairs"]
        for profile in [*expected, *others]
    }

    assert {profile: pairs for profile, pairs in found.items() if pairs} == expected
    assert expected.total() > truth.dump.counts["versions"] > 0


def test_careers_are_the_true_ones(truth: Truth, graph: sg.ScholarGraph, chosen: list[str]) -> None:
    """Papers by year and institutions of persons, over all their profiles."""
    lost = foreign = moved = 0
    for person in chosen:
        line, namesakes = truth.people[person], truth.namesakes(person)
        authors = [sg.author(graph, profile) for profile in line["profiles"]]
        papers = {paper.paper_id: paper for author in authors for paper in author.papers}
        wrote = truth.works_of_person[person]
        assert line["works"] == len(wrote)
        assert all(truth.is_hidden(work, person) for work in wrote - set(papers))
        assert all(
            namesakes & {seat["person"] for seat in truth.works[work]["byline"]}
            for work in set(papers) - wrote
        )
        lost, foreign = lost + len(wrote - set(papers)), foreign + len(set(papers) - wrote)
        for work in wrote & set(papers):
            year = papers[work].year
            assert year == truth.works[work]["year"] or truth.works[work]["oddity"] == "no date"
            # A notice repeats the byline of what it is about, however late.
            if year is not None and truth.works[work]["about"] is None:
                assert line["first_year"] <= year <= line["last_year"]
        if namesakes:
            continue
        years: dict[str, set[int]] = defaultdict(set)
        for author in authors:
            for each in author.affiliations:
                years[each.institution_id] |= set(each.years)
        expected: dict[str, set[int]] = defaultdict(set)
        for work in wrote & set(papers):
            for seat in truth.shown(work):
                if seat["person"] == person and seat["profile"] in line["profiles"]:
                    for institution in seat["institutions"]:
                        expected[institution].add(truth.works[work]["year"])
        assert years == expected
        moved += len(set(years) & {institution for _, institution in line["posts"]}) > 1
    assert min(lost, foreign, moved) > 0, (lost, foreign, moved)


def test_employers_of_the_truth_are_on_the_bylines(truth: Truth, graph: sg.ScholarGraph) -> None:
    """Whoever has a post signs from there in those years, if from anywhere."""
    checked = 0
    seats: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in graph.scan("affiliations").to_table().to_pylist():
        seats[row["paper_id"], row["position"]].add(row["institution_id"])
    for work, line in truth.works.items():
        for position, seat in enumerate(truth.shown(work), 1):
            institutions = seats[work, position] - {None}
            if not institutions or line["oddity"] == "namibian":
                continue
            posts = truth.people[seat["person"]]["posts"]
            held = [place for year, place in posts if year <= line["year"]] or [posts[0][1]]
            assert held[-1] in institutions
            checked += 1
    assert checked > 5_000
