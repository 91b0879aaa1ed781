"""Graphs of records of arXiv in tests, and what stands in their tables."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import scholargraph as sg
from scholargraph.schema import TABLES
from scholargraph.store import open_version
from tests.ingest.arxiv.reading_support import content_of

Record = dict[str, Any]

LINES = "kaggle_lines.jsonl.gz"
OTHER_LINES = "kaggle_records_2212.jsonl.gz"
AFFILIATED_LINE = "kaggle_line_affiliations.jsonl"

ALIASES = {
    "cs.NA": "math.NA",
    "cs.SY": "eess.SY",
    "math.IT": "cs.IT",
    "math.MP": "math-ph",
    "q-fin.EC": "econ.GN",
    "stat.TH": "math.ST",
}
"""Second names of categories, and the names that count."""

LEGACY_ARCHIVES = {
    "acc-phys": "physics.acc-ph",
    "adap-org": "nlin.AO",
    "alg-geom": "math.AG",
    "ao-sci": "physics.ao-ph",
    "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an",
    "chao-dyn": "nlin.CD",
    "chem-ph": "physics.chem-ph",
    "cmp-lg": "cs.CL",
    "comp-gas": "nlin.CG",
    "dg-ga": "math.DG",
    "funct-an": "math.FA",
    "mtrl-th": "cond-mat.mtrl-sci",
    "patt-sol": "nlin.PS",
    "plasm-ph": "physics.plasm-ph",
    "q-alg": "math.QA",
    "solv-int": "nlin.SI",
    "supr-con": "cond-mat.supr-con",
}
"""Ended archives, and the categories that they went on as."""


def ingested(source: Path | list[Path], store: Path) -> sg.ScholarGraph:
    """A sound graph of a source from which nothing is left out."""
    report = sg.ingest_arxiv(source, store)
    graph = sg.read_graph(store)
    findings = sg.validate(graph)
    assert findings.empty, findings.to_string()
    assert (dict(report.rejects), dict(report.drift)) == ({}, {})
    return graph


def contents(graph: sg.ScholarGraph) -> dict[str, list[str]]:
    """Hashes of the files of all tables."""
    files = open_version(graph._snapshot.path).files
    assert set(files) == set(TABLES)
    return {name: [file.sha256 for file in files[name]] for name in files}


def records_of(path: Path) -> list[Record]:
    """Read lines with nothing but the standard library."""
    return [json.loads(line) for line in content_of(path).splitlines()]


def rows(graph: sg.ScholarGraph, query: str) -> list[tuple[Any, ...]]:
    """Answer a query with plain values."""
    return [tuple(row.values()) for row in graph.relation(query).to_arrow_table().to_pylist()]


def counted(graph: sg.ScholarGraph, expression: str, table: str) -> dict[Any, int]:
    """How often each value of an expression occurs."""
    return dict(rows(graph, f"SELECT {expression}, count(*) FROM {table} GROUP BY ALL"))


BASE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("'’`^¨", "")
)


def naive_form(name: str) -> str:
    """The name form of a Latin name, by hand."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(BASE_LETTERS))
    kept = (c for c in text if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in kept).split()
    return f"name:{' '.join(words)}"
