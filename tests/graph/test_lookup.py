"""From identifiers to nodes."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scholargraph.errors import InvalidArgumentError, InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import resolve
from scholargraph.ingest.arxiv import taxonomy
from tests.graph.conftest import W1, W2, W3, A
from tests.support import build

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph


@pytest.mark.parametrize(
    ("identifier", "node_type", "expected"),
    [
        (W1, "paper", W1),
        (f" {W1.lower()} ", "paper", W1),
        (f"https://openalex.org/{W1}", "paper", W1),
        (f"https://api.openalex.org/works/{W1}", "paper", W1),
        ("10.1234/TIES", "paper", W1),
        ("https://doi.org/10.1234/ties", "paper", W1),
        ("pmid:4711", "paper", W1),
        ("arXiv:2101.00001v3", "paper", W3),
        ("https://arxiv.org/abs/2101.00001", "paper", W3),
        ("https://doi.org/10.48550/arXiv.2101.00001", "paper", W3),
        (A, "author", A),
        ("https://orcid.org/0000-0002-1825-0097", "author", A),
        ("0000000218250097", "author", A),
        ("https://ror.org/00JMFR291", "institution", "I9000000001"),
        ("2434-561x", "source", "S9000000001"),
        ("20411723", "source", "S9000000001"),
        ("V9000000001", "source", "S9000000001"),
        ("T9000000001", "topic", "T9000000001"),
        ("https://openalex.org/subfields/1", "topic", "subfields/1"),
        ("domains/1", "topic", "domains/1"),
        ("P9000000001", "publisher", "P9000000001"),
        ("https://doi.org/10.13039/1", "funder", "F9000000001"),
    ],
)
def test_every_form_leads_to_the_node(
    small: ScholarGraph, identifier: str, node_type: str, expected: str
) -> None:
    """Ids, URLs and the identifiers of registers name the node that carries them."""
    assert resolve(small, identifier, node_type) == expected


@pytest.mark.parametrize(
    ("identifier", "node_type", "message"),
    [
        ("Andrea Gesmundo", "author", "find"),
        ("", "paper", "no identifier of a paper"),
        ("29456894", "paper", "no identifier of a paper"),
        (A, "paper", "names an author, not a paper"),
        (W1, "topic", "names a paper, not a topic"),
        ("C41008148", "topic", "names nothing that is a node here"),
        ("0000-0002-1825-0097", "paper", "can name an author, not a paper"),
        ("10.1234/ties", "author", "can name a paper or a funder, not an author"),
        ("PMC5815332", "paper", "keeps no identifiers such as PubMed Central id"),
        ("Q42", "author", "keeps no identifiers such as Wikidata id"),
        ("0000-0002-1825-0098", "author", "no identifier of an author"),
        ("x" * 10_000, "paper", "…"),
        ("\x1b[31mred", "paper", r"'\\x1b[31mred'"),
    ],
)
def test_what_names_no_such_node_is_told_apart(
    small: ScholarGraph, identifier: str, node_type: str, message: str
) -> None:
    """No identifier, or one of something else: a short printable line says which."""
    with pytest.raises(InvalidIdentifierError) as caught:
        resolve(small, identifier, node_type)

    assert message.replace("…", "\\u2026").replace("\\\\", "\\") in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("identifier", "node_type", "message"),
    [
        ("W77", "paper", "no paper of this graph answers to 'W77'"),
        ("10.1234/other", "paper", "searches by title"),
        ("0000-0001-5109-3700", "author", "searches by name"),
        ("1234-5679", "source", "no source"),
        ("A9999999999", "author", "stands for nobody (null author"),
        ("https://openalex.org/W4285719527", "paper", "stands for nobody (deleted work"),
    ],
)
def test_what_is_not_in_the_graph_is_not_found(
    small: ScholarGraph, identifier: str, node_type: str, message: str
) -> None:
    """A well-formed identifier that no node carries is a look-up error."""
    with pytest.raises(NodeNotFoundError) as caught:
        resolve(small, identifier, node_type)

    assert message in str(caught.value)
    assert isinstance(caught.value, LookupError)


def test_of_papers_with_one_arxiv_id_without_its_doi_the_smallest_answers(tmp_path: Path) -> None:
    """Without a paper that has the arXiv DOI, the smallest id by bytes is taken."""
    papers = [{"paper_id": each, "arxiv_id": "2101.00001"} for each in (W2, "W9", "W10")]

    assert resolve(build(tmp_path, {"papers": papers}), "2101.00001", "paper") == "W10"


def test_own_ids_beyond_openalex_are_taken(tmp_path: Path) -> None:
    """Ids that arXiv's papers, authors and topics have here lead to them."""
    graph = build(
        tmp_path,
        {
            "papers": [{"paper_id": "arXiv:0704.0001", "arxiv_id": "0704.0001"}],
            "authors": [{"author_id": "name:andrea gesmundo", "kind": "name form"}],
            "topics": [{"topic_id": "arXiv:cs.LG", "level": "category", "scheme": "arxiv"}],
        },
    )

    assert resolve(graph, "arXiv:0704.0001", "paper") == "arXiv:0704.0001"
    assert resolve(graph, "name:andrea gesmundo", "author") == "name:andrea gesmundo"
    assert resolve(graph, "arXiv:cs.LG", "topic") == "arXiv:cs.LG"


@pytest.fixture(scope="module")
def categories(tmp_path_factory: pytest.TempPathFactory) -> ScholarGraph:
    """A graph with every category of arXiv that counts."""
    rows = [
        {"topic_id": row.topic_id, "level": row.level, "scheme": row.scheme}
        for row in taxonomy.topics()
    ]
    return build(tmp_path_factory.mktemp("categories"), {"topics": rows})


@pytest.mark.parametrize(
    ("code", "topic_id"),
    [
        ("cs.AI", "arXiv:cs.AI"),
        ("arXiv:cs.AI", "arXiv:cs.AI"),
        (" arxiv: CS.ai ", "arXiv:cs.AI"),
        ("hep-th", "arXiv:hep-th"),
        ("HEP-TH", "arXiv:hep-th"),
        ("physics.soc-ph", "arXiv:physics.soc-ph"),
        ("cond-mat.mes-hall", "arXiv:cond-mat.mes-hall"),
        ("cmp-lg", "arXiv:cs.CL"),
        ("arXiv:cmp-lg", "arXiv:cs.CL"),
        ("math.MP", "arXiv:math-ph"),
        ("stat.th", "arXiv:math.ST"),
        ("arXiv:archive/hep-th", "arXiv:archive/hep-th"),
        ("arXiv:group/physics", "arXiv:group/physics"),
    ],
)
def test_a_category_of_arxiv_is_known_by_its_code(
    categories: ScholarGraph, code: str, topic_id: str
) -> None:
    """With and without prefix, in any case; second and former codes lead to what counts today."""
    assert resolve(categories, code, "topic") == topic_id


def test_every_code_there_ever_was_leads_to_its_category(categories: ScholarGraph) -> None:
    """As the table of arXiv's categories has it, and whatever the case."""
    file = Path(taxonomy.__file__).with_name("taxonomy.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    codes = {row["id"]: row["canonical_id"] for row in rows if row["level"] == "category"}

    assert len(codes) == 176
    for code, canonical in codes.items():
        for spelling in (code, code.lower(), code.upper(), f"arXiv:{code}"):
            assert resolve(categories, spelling, "topic") == f"arXiv:{canonical}"


def test_an_archive_and_its_only_category_are_told_apart_by_the_prefix(
    categories: ScholarGraph,
) -> None:
    """The bare code is the category's; a single word is none."""
    with pytest.raises(InvalidIdentifierError, match=r"'cs' is no identifier of a topic \(.*arXiv"):
        resolve(categories, "cs", "topic")
    with pytest.raises(InvalidIdentifierError, match="no identifier of a topic"):
        resolve(categories, "cs.XX", "topic")
    with pytest.raises(NodeNotFoundError, match=r"answers to 'arXiv:cs\.XX'"):
        resolve(categories, "arXiv:cs.XX", "topic")
    with pytest.raises(InvalidIdentifierError, match="no identifier of a paper"):
        resolve(categories, "cs.AI", "paper")


def test_without_arxiv_a_category_is_not_found(small: ScholarGraph) -> None:
    """The code is understood, and no node has it."""
    for code in ("cs.AI", "cmp-lg"):
        with pytest.raises(NodeNotFoundError, match=f"no topic of this graph answers to '{code}'"):
            resolve(small, code, "topic")


@pytest.mark.parametrize("text", ["a-" * 200_000, "a." * 200_000, "-" * 400_000, "a" * 400_000])
def test_what_looks_like_a_category_is_read_in_linear_time(
    categories: ScholarGraph, text: str
) -> None:
    """A hostile text costs no more than its length."""
    begun = time.process_time()
    with pytest.raises(InvalidIdentifierError):
        resolve(categories, text, "topic")

    assert time.process_time() - begun < 2


@pytest.mark.parametrize("node_type", ["papers", "", None, "concept"])
def test_unknown_types_of_node_are_an_error(small: ScholarGraph, node_type: Any) -> None:
    """The message lists the types that there are."""
    with pytest.raises(InvalidArgumentError, match="the types are: paper, author"):
        resolve(small, W1, node_type)


@pytest.mark.parametrize("identifier", [None, 4711, ["W1"]])
def test_identifiers_are_texts(small: ScholarGraph, identifier: Any) -> None:
    """Anything but a text is refused."""
    with pytest.raises(InvalidIdentifierError, match="is a text"):
        resolve(small, identifier, "paper")
