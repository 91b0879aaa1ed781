"""What must come first: a gold list of queries as people type them, each with its reason.

The real records decide what a good answer is; where they have no case, made-up ones do. Ranks and
orders in general are tested against a naive search in `test_search`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scholargraph.graph import find
from tests.support import Row, build

if TYPE_CHECKING:
    from pathlib import Path

    from scholargraph.graph import ScholarGraph

REAL = [
    # Authors by name.
    ("author", "Simone Pilia", "A5089149869", "the only one of that name"),
    ("author", "Pilia, Simone", "A5089149869", "a catalogue turns names round"),
    ("author", "PILIA Simone", "A5089149869", "so do papers, without a comma"),
    ("author", "S. Pilia", "A5089149869", "a citation has initials"),
    ("author", "Korvin, G.", "A5075867963", "initials, where two profiles are pairs of authors"),
    ("author", "Gabor Korvin", "A5075867963", "a keyboard without á"),
    (
        "author",
        "Theis Solling",
        "A5038432622",
        "ø is no o with an accent; no middle name",
    ),
    ("author", "Korhan Ayranci", "A5028675144", "ı is a letter of its own"),
    ("author", "Jan Pawlowski", "A5089898426", "so is ł"),
    ("author", "Zhong-Sheng Zhao", "A5100962744", "the record has another hyphen, U+2010"),
    ("author", "abdullatif al shuhail", "A5054922583", "no hyphen at all, and small letters"),
    ("author", "Fernando Alonso-Marroquin", "A5068641652", "112 papers; without accent, 3 and 1"),
    ("author", "Alonso Marroquín", "A5068641652", "a double surname alone"),
    ("author", "Elkatatny Salaheldin", "A5046818830", "surname first; nobody is called so"),
    ("author", "Salah Elkatatny", "A5046818830", "a short form that begins the given name"),
    ("author", "koeshi", "A5059881838", "typing has begun; of four the one with 97 papers"),
    ("author", "Mohamed Mahmoud", "A5049649985", "three namesakes; he has 355 papers, they 7"),
    ("author", "Mahmoud, M.", "A5049649985", "17 can be meant, and he by far most likely"),
    (
        "author",
        "Kaminski, Michael A",
        "A5035815399",
        "the whole name before longer ones",
    ),
    ("author", "Zohry", "A5063047677", "a surname without its article"),
    (
        "author",
        "Ahmed El-Zohry",
        "A5063047677",
        "a form of his; the stray profile has 1 paper",
    ),
    ("author", "SanLinn Ismail Kaka", "A5024607591", "in full only among the other forms"),
    # Authors by identifier.
    ("author", "0000-0002-4395-9567", "A5049649985", "an ORCID is no name"),
    ("author", "https://orcid.org/0000-0002-4395-9567", "A5049649985", "as copied from a page"),
    ("author", "https://openalex.org/A5089149869", "A5089149869", "as copied from OpenAlex"),
    # Papers by title.
    (
        "paper",
        "Late Cryogenian-Ediacaran history of the Arabian-Nubian Shield: A review",
        "W2002898265",
        "the record has dashes, U+2013, and goes on",
    ),
    ("paper", "Ratcheting of granular materials", "W2084956421", "whole title, small letters"),
    ("paper", "ratcheting granular", "W2084956421", "of six with both words cited most, 127 times"),
    (
        "paper",
        "Joint location and source-mechanism inversion of microseismic events",
        "W2161761720",
        "a hyphen too many, and no subtitle",
    ),
    ("paper", "δ13C and δD compositions of n-alkanes", "W2146029142", "letters that are no Latin"),
    (
        "paper",
        "“Application of polymers for chemical enhanced oil recovery”",
        "W4220898719",
        "copied with its quotation marks",
    ),
    (
        "paper",
        "Asphaltene precipitation & deposition: a critical review",
        "W3091222460",
        "& for and",
    ),
    ("paper", "spheropolygons", "W2081960779", "a title that begins so before those that hold it"),
    ("paper", "underground hydrogen storage review", "W4200344755", "any order; cited 589 times"),
    # Papers by identifier.
    ("paper", "10.1016/j.jafrearsci.2011.07.003", "W2002898265", "a DOI"),
    (
        "paper",
        "https://doi.org/10.1016/J.JAFREARSCI.2011.07.003",
        "W2002898265",
        "DOIs know no capitals",
    ),
    ("paper", "arXiv:cond-mat/0403064", "W2148379661", "an arXiv id of the old kind"),
    ("paper", "https://arxiv.org/abs/cond-mat/0403064v1", "W2148379661", "with its version"),
    # Others.
    (
        "institution",
        "King Fahd University of Petroleum & Minerals",
        "I134085113",
        "as it calls itself; the record has and",
    ),
    ("institution", "oxford", "I40120149", "more papers than Oxford Archaeology"),
    ("institution", "Universite de Lorraine", "I90183372", "without accent"),
    ("institution", "https://ror.org/03yez3163", "I134085113", "a ROR id"),
    ("source", "Fuel", "S164770093", "a short name before Energy & Fuels, which has more papers"),
    ("source", "Nature", "S137773608", "so too before Nature Communications"),
    ("source", "1464-343X", "S125636905", "an ISSN"),
    ("topic", "Energy", "fields/21", "the field of that name"),
    ("topic", "Geophysics", "subfields/1908", "the subfield of that name"),
    ("publisher", "springer", "P4310319900", "of three the one with most papers here"),
    ("funder", "Deutsche Forschungsgemeinschaft", "F4320320879", "whole name"),
]

AUTHORS: dict[str, list[str]] = {
    "A1": ["Łukasz O'Brien-Ørsted"],
    "A2": ["Jürgen Müller"],
    "A3": ["Judith Müller"],
    "A4": ["Martin Luther King Jr."],
    "A5": ["Dinh Thi Hoa", "Hoa Dinh"],
    "A6": ["王伟", "Wang, Wei"],
    "A7": ["Анна Иванова"],
    "A8": ["José María de la Cruz"],
    "A9": ["Maria Smith", "Maria Jones"],
}

TITLES = {
    "W1": "What's new? P ≠ NP (and other stories), 2nd ed.",
    "W2": "Attention is all you need",
    "W3": "Attention is all you need: a reply to “Attention is all you need”",
    "W4": "L’économie des réseaux",
    "W5": "On C*-algebras",
}

MADE_UP = [
    ("author", "Lukasz OBrien Orsted", "A1", "no letter of the keyboard is missing"),
    ("author", "Ørsted, Ł. O’Brien", "A1", "a typographic apostrophe, initial, surname first"),
    ("author", "Juergen Müller", "", "ue for ü is not undone: nobody, rather than somebody else"),
    ("author", "Müller, J", "A2", "both agree, and he has more papers"),
    ("author", "Ju. Muller", "A2", "a longer abbreviation, and still he"),
    ("author", "King, Martin Luther, Jr.", "A4", "a generation goes behind the given names"),
    ("author", "King, M. L.", "A4", "or is left out"),
    ("author", "Hoa Dinh", "A5", "the Western order is among the other forms"),
    ("author", "Wei Wang", "A6", "a romanisation is among the other forms"),
    ("author", "王伟", "A6", "so is what he writes himself"),
    ("author", "ИВАНОВА, Анна", "A7", "Cyrillic has capitals, too"),
    ("author", "de la Cruz, Jose Maria", "A8", "the particle goes with the surname"),
    ("author", "Cruz, J. M.", "A8", "or not"),
    ("author", "Maria Jones", "A9", "a former name"),
    ("paper", "whats new? P ≠ NP (and other stories) 2nd ed", "W1", "no sign but letters counts"),
    ("paper", "Attention Is All You Need.", "W2", "the paper before the reply, however much cited"),
    ("paper", "attention is all", "W3", "both begin so, and the reply is cited more"),
    ("paper", "reply attention", "W3", "only the reply has both words"),
    ("paper", "L'economie des reseaux", "W4", "straight apostrophe, no accents"),
    ("paper", "C* algebras", "W5", "a sign in between"),
]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """A graph of those authors and titles; A2 has two papers, W3 most citations."""
    tables: dict[str, list[Row]] = {
        "papers": [
            {"paper_id": paper_id, "title": title, "cited_by_count": 9 if paper_id == "W3" else 1}
            for paper_id, title in TITLES.items()
        ],
        "authors": [
            {"author_id": author_id, "name": name, "alternatives": others}
            for author_id, (name, *others) in AUTHORS.items()
        ],
        "authorships": [
            {"paper_id": "W1", "position": 1, "author_id": "A2"},
            {"paper_id": "W2", "position": 1, "author_id": "A2"},
            {"paper_id": "W2", "position": 2, "author_id": "A3"},
        ],
    }
    folder: Path = tmp_path_factory.mktemp("gold")
    return build(folder / "graph", tables)


def first(graph: ScholarGraph, node_type: str, text: str) -> str:
    """The id that comes first, or nothing."""
    found = find(graph, text, node_type, limit=1)
    return str(found.iloc[0, 0]) if len(found) else ""


@pytest.mark.parametrize(("node_type", "text", "expected", "reason"), REAL)
def test_who_is_meant_comes_first_among_real_records(
    real: ScholarGraph, node_type: str, text: str, expected: str, reason: str
) -> None:
    """On the real records, each query finds first what whoever typed it means."""
    assert first(real, node_type, text) == expected, reason


@pytest.mark.parametrize(("node_type", "text", "expected", "reason"), MADE_UP)
def test_who_is_meant_comes_first_among_made_up_records(
    made_up: ScholarGraph, node_type: str, text: str, expected: str, reason: str
) -> None:
    """The same for what the real records do not have."""
    assert first(made_up, node_type, text) == expected, reason
