"""How a group collaborates, the slow, obvious way: paper by paper, with exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from typing import Any

from tests.naive.collaboration import Row, Tables, authors, byline, counts, resolved, team_size

Affiliation = tuple[str | None, str | None]
"""Institution and country."""


def first_of_each(tables: Tables) -> dict[str, str]:
    """The institution that stands for each, of those with one ROR id the smallest."""
    found = {}
    for row in tables["institutions"]:
        same = [row["institution_id"]]
        if row.get("ror") is not None:
            same += [
                other["institution_id"]
                for other in tables["institutions"]
                if other.get("ror") == row["ror"]
            ]
        found[row["institution_id"]] = min(same)
    return found


def fact(tables: Tables, institution: str, name: str) -> Any:
    """What is known of an institution, or of the first of its variants that has it."""
    first = first_of_each(tables)
    rows = sorted(tables["institutions"], key=lambda row: row["institution_id"])
    own = [row for row in rows if row["institution_id"] == institution]
    same = [row for row in rows if first[row["institution_id"]] == first[institution]]
    if name == "place":
        values = [(row.get("latitude"), row.get("longitude")) for row in own + same]
        return next((value for value in values if None not in value), None)
    return next((row[name] for row in own + same if row.get(name) is not None), None)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places, by the angle of their vectors from the centre."""

    def vector(place: tuple[float, float]) -> tuple[float, float, float]:
        latitude, longitude = map(math.radians, place)
        flat = math.cos(latitude)
        return flat * math.cos(longitude), flat * math.sin(longitude), math.sin(latitude)

    a, b = vector(one), vector(other)
    across = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    along = sum(x * y for x, y in zip(a, b, strict=True))
    return 6371.0088 * math.atan2(math.hypot(*across), along)


def affiliations(tables: Tables, paper: Row) -> dict[str, set[Affiliation]]:
    """The known affiliations of each author of a paper."""
    first = first_of_each(tables)
    found: dict[str, set[Affiliation]] = {author: set() for author in authors(tables, paper)}
    for seat in byline(tables, paper):
        if not resolved(seat):
            continue
        for row in tables["affiliations"]:
            if (row["paper_id"], row["position"]) != (seat["paper_id"], seat["position"]):
                continue
            place, country = row.get("institution_id"), row.get("country_code")
            if country is None and place is not None:
                country = fact(tables, place, "country_code")
            if place is not None or country is not None:
                found[seat["author_id"]].add((None if place is None else first[place], country))
    return found


def judged(tables: Tables, paper: Row, group: str | list[str]) -> Row | None:
    """What is true of a paper, None where it cannot be told; None without known affiliation."""
    by_author = affiliations(tables, paper)
    every = [(author, each) for author, given in by_author.items() for each in given]
    first = first_of_each(tables)

    def is_own(author: str, affiliation: Affiliation) -> bool:
        if isinstance(group, list):
            return author in group
        return affiliation[1] == group if len(group) == 2 else affiliation[0] == first[group]

    own = [(author, each) for author, each in every if is_own(author, each)]
    if not own:
        return None
    size = team_size(tables, paper)
    weight = Fraction(0)
    for author, given in by_author.items():
        if isinstance(group, list):
            weight += author in group
        elif given:
            weight += Fraction(sum(is_own(author, each) for each in given), len(given))
    places = {each[0] for _, each in every} - {None}
    countries = {each[1] for _, each in every} - {None}
    own_places = {each[0] for _, each in own} - {None}
    is_cut = bool(paper.get("authors_truncated"))
    nobody = is_cut or sum(map(bool, by_author.values())) < size
    is_open = nobody or any(place is None for _, (place, _) in every)
    is_open_country = nobody or any(country is None for _, (_, country) in every)
    pairs = [pair for pair in permutations(sorted(map(str, places)), 2) if pair[0] in own_places]
    kinds = [fact(tables, there, "type") for _, there in pairs]
    known, unplaced = [], False
    for here, there in pairs:
        ends = fact(tables, here, "place"), fact(tables, there, "place")
        if None in ends:
            unplaced = True
        else:
            known.append(distance(*ends))

    def told(is_true: bool, might_be: bool) -> bool | None:
        return True if is_true else None if might_be else False

    vague = is_open or unplaced
    near: bool | None = any(each <= 100 for each in known)
    return {
        "weight": weight / size,
        "alone": size == 1,
        "year": paper.get("year"),
        "open": is_open,
        "measures": {
            "inter_institutional": told(len(places) > 1, is_open),
            "international": told(len(countries) > 1, is_open_country),
            "company": told("company" in kinds, is_open or None in kinds),
            "nearest_beyond_100_km": False if near else None if vague else bool(pairs),
            "farthest_beyond_5000_km": told(any(each > 5000 for each in known), vague),
        },
        "partners": countries - {group}
        if isinstance(group, str) and len(group) == 2
        else places - own_places,
    }


def shares(papers: list[Row]) -> dict[str, Row]:
    """A row for each measure over judged papers."""
    whole = sum((paper["weight"] for paper in papers), Fraction(0))
    found = {}
    for measure in papers[0]["measures"] if papers else ():
        true = [paper for paper in papers if paper["measures"][measure]]
        most = [paper for paper in papers if paper["measures"][measure] is not False]
        found[measure] = {
            "papers": len(true),
            "full": Fraction(len(true), len(papers)),
            "fractional": sum((paper["weight"] for paper in true), Fraction(0)) / whole,
            "full_at_most": Fraction(len(most), len(papers)),
            "fractional_at_most": sum((paper["weight"] for paper in most), Fraction(0)) / whole,
            "denominator_full": len(papers),
            "denominator_fractional": whole,
            "single_author_papers": sum(paper["alone"] for paper in true),
            "unknown": sum(paper["measures"][measure] is None for paper in papers),
        }
    return found


def summary(tables: Tables, group: str | list[str], types: str | list[str]) -> Row:
    """What `scholargraph.collaboration.summary` says of a group."""
    found = [judged(tables, paper, group) for paper in tables["papers"] if counts(paper, types)]
    papers = [paper for paper in found if paper is not None]
    years = sorted({paper["year"] for paper in papers} - {None})
    whole = sum((paper["weight"] for paper in papers), Fraction(0))
    partners = {}
    for partner in {partner for paper in papers for partner in paper["partners"]}:
        joint = [paper for paper in papers if partner in paper["partners"]]
        partners[partner] = (
            len(joint),
            Fraction(len(joint), len(papers)),
            sum((paper["weight"] for paper in joint), Fraction(0)) / whole,
        )
    return {
        "papers": len(papers),
        "partly_known": sum(paper["open"] for paper in papers),
        "shares": shares(papers),
        "by_year": {
            year: shares([paper for paper in papers if paper["year"] == year]) for year in years
        },
        "partners": partners,
    }
