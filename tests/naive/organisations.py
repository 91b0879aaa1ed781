"""What authors give to organisations, counted seat by seat with exact fractions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from tests.naive.collaboration import Row, Tables, byline, resolved, team_size
from tests.naive.networks import wanted, weight

COLUMNS = {"institution": "institution_id", "country": "country_code"}


def shares(tables: Tables, paper: Row, level: str) -> dict[str, dict[str, Fraction]]:
    """What each author of a paper gives to each organisation, by the first seat."""
    given: dict[str, dict[str, Fraction]] = {}
    for seat in sorted(byline(tables, paper), key=lambda row: int(row["position"])):
        author = seat["author_id"]
        if not resolved(seat) or author in given:
            continue
        named: set[str] = {
            row[COLUMNS[level]]
            for row in tables["affiliations"]
            if (row["paper_id"], row["position"]) == (seat["paper_id"], seat["position"])
            and row.get(COLUMNS[level]) is not None
        }
        given[author] = defaultdict(Fraction)
        for each in named:
            own = first_of_ror(tables, each) if level == "institution" else each
            given[author][own] += Fraction(1, len(named))
    return given


def first_of_ror(tables: Tables, institution: str) -> str:
    """The smallest id with the same ROR id, if there is one."""
    rors = {row["institution_id"]: row.get("ror") for row in tables["institutions"]}
    ror = rors[institution]
    return institution if ror is None else min(own for own, its in rors.items() if its == ror)


def collaborators(
    tables: Tables, author: str, level: str, **terms: object
) -> dict[str | None, Row]:
    """The rows of `collaborators` for organisations, by id; under None what names none."""
    found: dict[str | None, Row] = {}
    for paper in tables["papers"]:
        persons = team_size(tables, paper)
        of_author = shares(tables, paper, level)
        if author not in of_author or not wanted(paper, terms, persons):
            continue
        size = persons if terms.get("team_size", "all") == "all" else len(of_author)
        for other in of_author.keys() - {author}:
            parts: list[tuple[str | None, Fraction]] = [*of_author[other].items()]
            for organisation, share in parts or [(None, Fraction(1))]:
                row = found.setdefault(
                    organisation,
                    {"papers": {}, "seats": 0, "weight": 0, "full": 0, "fractional": 0},
                )
                row["papers"][paper["paper_id"]] = paper.get("year")
                row["seats"] += 1
                for name, counting in (
                    ("full", "full"),
                    ("fractional", "fractional"),
                    ("weight", terms.get("counting", "full")),
                ):
                    counted = weight(tables, paper, author, other, str(counting), size)
                    row[name] += share * counted
    return found
