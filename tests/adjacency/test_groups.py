"""Arrays that an older version has are taken over where they cannot differ, and nowhere else."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scholargraph.adjacency import build, build_adjacency, rows
from scholargraph.adjacency.groups import Group, columns_of_groups
from scholargraph.adjacency.meanings import LAYOUT
from scholargraph.ingest import ingest_openalex
from scholargraph.store import Snapshot, open_version
from scholargraph.store.arrays import ArraysWriter
from scholargraph.store.derived import Arrays, drop_arrays, open_arrays
from tests.strategies import collaboration_graphs
from tests.support import Row, papers_and_authors, team, write_store

W1, W2, W3 = "W9000000001", "W9000000002", "W9000000003"
A, B = "A9000000001", "A9000000002"

Tables = dict[str, list[Row]]


def tables() -> Tables:
    """A graph with something in every table that arrays are made of."""
    made = papers_and_authors([*team(W1, A, B), *team(W2, B, A, None), *team(W3, B, "A7")])
    made["papers"] = [
        {
            "paper_id": paper,
            "title": "Grass" if number < 2 else f"Reed {number}",
            "year": 2000 + number,
            "type": "article",
            "author_count": 3,
            "cited_by_count": number,
            "topic_id": "T1",
            "source_id": f"S{number}",
            "doi": f"10.5/{number}",
        }
        for number, paper in enumerate((W1, W2, W3))
    ]
    made["authors"] = [
        {"author_id": author, "name": name, "alternatives": [f"{name} X"], "works_count": 2}
        for author, name in ((A, "Anna Shikongo"), (B, "B. Nangolo"))
    ]
    return made | {
        "citations": [
            {"paper_id": W2, "cited_paper_id": W1},
            {"paper_id": W3, "cited_paper_id": W2},
        ],
        "topics": [
            {"topic_id": "F1", "level": "field", "name": "Botany"},
            {"topic_id": "T1", "parent_id": "F1", "name": "Grasses"},
        ],
        "paper_topics": [{"paper_id": W1, "topic_id": "T1"}, {"paper_id": W2, "topic_id": "T1"}],
        "institutions": [{"institution_id": f"I{n}", "name": f"Place {n}"} for n in (1, 2)],
        "affiliations": [
            {"paper_id": W1, "position": 1, "institution_id": "I1"},
            {"paper_id": W2, "position": 2, "institution_id": "I2"},
        ],
        "sources": [
            {"source_id": f"S{n}", "name": f"Acta {n}", "publisher_id": "P1"} for n in (1, 2)
        ],
        "publishers": [{"publisher_id": f"P{n}", "name": f"Press {n}"} for n in (1, 2)],
        "funders": [{"funder_id": f"F{n}", "name": f"Fund {n}"} for n in (8, 9)],
        "paper_funders": [{"paper_id": W1, "funder_id": "F8"}, {"paper_id": W2, "funder_id": "F9"}],
    }


@contextmanager
def nothing_older(snapshot: Snapshot, layout_version: int) -> Iterator[None]:
    """What a version without any before it finds."""
    yield None


def files(arrays: Arrays) -> dict[str, bytes]:
    """The arrays as they are on disk."""
    return {name: (arrays.folder / f"{name}.npy").read_bytes() for name in arrays.files}


def agrees_with_scratch(path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Compare the arrays of the newest version with such from scratch; return what is new."""
    snapshot = open_version(path)
    arrays = build_adjacency(snapshot)
    found, notes, index = files(arrays), arrays.notes, arrays.files
    anew = {name for name in found if (arrays.folder / f"{name}.npy").stat().st_nlink == 1}
    drop_arrays(snapshot)
    with monkeypatch.context() as patched:
        patched.setattr(build, "open_older_arrays", nothing_older)
        scratch = build_adjacency(snapshot)
    assert found == files(scratch)
    assert notes == scratch.notes
    assert index == scratch.files
    return anew


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with arrays, for copies."""
    path = write_store(tmp_path_factory.mktemp("first") / "graph", tables())
    build_adjacency(open_version(path))
    return path


@pytest.fixture
def path(first: Path, tmp_path: Path) -> Path:
    """A store with arrays."""
    return shutil.copytree(first, tmp_path / "graph")


def read_tables() -> list[str]:
    """The tables that arrays are made of."""
    return sorted({table for group in build.ALL_GROUPS for table in group.reads})


@pytest.mark.parametrize("table", read_tables())
def test_after_a_change_of_a_table_arrays_are_as_from_scratch(
    path: Path, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each table in turn loses its last row: no array is what it was before without being right."""
    changed = tables()
    assert changed[table]
    del changed[table][-1]
    write_store(path, changed)

    all_names = set(arrays_of(path, 1).files)
    anew = agrees_with_scratch(path, monkeypatch)
    assert set() < anew < all_names


def arrays_of(path: Path, version: int | None = None) -> Arrays:
    """The arrays of a version that has some."""
    arrays = open_arrays(open_version(path, version), LAYOUT)
    assert arrays is not None
    return arrays


ONE_COLUMN: dict[str, tuple[str, Callable[[Row], Any], set[str]]] = {
    "papers.cited_by_count": ("papers", lambda row: 77, {"paper.counts"}),
    "papers.volume": ("papers", lambda row: "3", set()),
    "papers.title": (
        "papers",
        lambda row: "Sedge",
        {"paper.names", "paper.flags", "paper.words", "versions"},
    ),
    "papers.author_count": (
        "papers",
        lambda row: 9,
        {"paper.author_count", "signed", "paper.flags", "paper.author_limit", "versions"}
        | {"author.names", "author.works_count", "paper_institutions"},
    ),
    "authors.works_count": ("authors", lambda row: 55, {"author.works_count"}),
    "authors.name": ("authors", lambda row: "Ann", {"author.names", "author.words"}),
    "topics.parent_id": (
        "topics",
        lambda row: None,
        {"paper.author_limit", "paper_topics", "paper_counts"},
    ),
}


@pytest.mark.parametrize("case", ONE_COLUMN)
def test_only_what_is_made_of_a_column_is_made_again(
    path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column that changes costs the groups that are made of it; all others keep their files."""
    table, value, groups = ONE_COLUMN[case]
    changed = tables()
    column = case.partition(".")[2]
    changed[table][-1][column] = value(changed[table][-1])
    names = arrays_of(path).notes["groups"]
    write_store(path, changed)

    expected = {name for group in groups for name in names[group]}
    assert agrees_with_scratch(path, monkeypatch) == expected


def test_the_same_tables_keep_all_arrays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that changes nothing that arrays are made of makes none."""
    changed = tables()
    changed["keywords"] = [{"paper_id": W1, "keyword": "reed"}]
    write_store(path, changed)

    assert agrees_with_scratch(path, monkeypatch) == set()


def test_versions_without_arrays_are_passed_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arrays come from the newest version before that has some, and never from a later one."""
    changed = tables()
    changed["papers"][0]["title"] = "Sedge"
    write_store(path, changed)
    changed["papers"][0]["cited_by_count"] = 12
    names = arrays_of(path, 1).notes["groups"]
    write_store(path, changed)

    assert agrees_with_scratch(path, monkeypatch) == {
        name
        for group in ("paper.counts", "paper.names", "paper.flags", "paper.words", "versions")
        for name in names[group]
    }
    drop_arrays(open_version(path, 1))
    first = build_adjacency(open_version(path, 1))
    assert all((first.folder / f"{name}.npy").stat().st_nlink == 1 for name in first.files)


def test_damaged_arrays_are_not_taken_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flipped bit in an older array makes its group be written, and is not copied."""
    write_store(path, tables())
    damaged = path / "derived" / "000001" / "paper_authors.indices.npy"
    data = bytearray(damaged.read_bytes())
    data[-4] ^= 1
    damaged.unlink()
    damaged.write_bytes(data)

    anew = agrees_with_scratch(path, monkeypatch)
    assert "paper_authors.indices" in anew
    assert "paper.counts" not in anew


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=collaboration_graphs(), other=collaboration_graphs(), choice=st.data())
def test_any_mixture_of_two_graphs_is_as_from_scratch(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    one: Tables,
    other: Tables,
    choice: st.DataObject,
) -> None:
    """Whichever tables two versions have in common, the arrays of the second are its own."""
    path = write_store(tmp_path_factory.mktemp("mixed") / "graph", one)
    build_adjacency(open_version(path))
    mixed = {
        name: deepcopy((one if choice.draw(st.booleans(), name) else other).get(name, []))
        for name in sorted({*one, *other})
    }
    write_store(path, mixed)

    agrees_with_scratch(path, monkeypatch)


def test_groups_read_what_they_declare(
    sample_dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each group reads the columns that it declares and no others, and arrays of groups before."""
    ingest_openalex(sample_dump, tmp_path / "graph")
    read: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    loaded: defaultdict[str, set[str]] = defaultdict(set)
    at_work = [""]
    load, read_table = ArraysWriter.load, rows._read

    def watched_load(writer: ArraysWriter, name: str) -> Any:
        loaded[at_work[-1]].add(name)
        return load(writer, name)

    def watched_read(snapshot: Snapshot, table: str, columns: Sequence[str]) -> Any:
        read[at_work[-1]] |= {(table, column) for column in columns}
        return read_table(snapshot, table, columns)

    def watched(group: Group) -> Group:
        def write(writer: ArraysWriter, snapshot: Snapshot) -> None:
            at_work.append(group.name)
            group.write(writer, snapshot)

        return replace(group, write=write)

    monkeypatch.setattr(ArraysWriter, "load", watched_load)
    monkeypatch.setattr(rows, "_read", watched_read)
    monkeypatch.setattr(build, "ALL_GROUPS", tuple(map(watched, build.ALL_GROUPS)))
    arrays = build_adjacency(open_version(tmp_path / "graph"))

    group_of = {name: group for group, names in arrays.notes["groups"].items() for name in names}
    assert set(group_of) == set(arrays.files)
    for group in build.ALL_GROUPS:
        declared = {(table, name) for table, names in group.reads.items() for name in names}
        assert read[group.name] == declared, group.name
        assert {group_of[name] for name in loaded[group.name]} == set(group.after), group.name


def nothing(writer: ArraysWriter, snapshot: Snapshot) -> None:
    """Write nothing."""


def test_columns_come_by_way_of_other_groups() -> None:
    """A group is made of what those before it are made of, however far."""
    reads: Mapping[str, Sequence[str]] = {"papers": ["year", "title"]}
    groups = [
        Group(name="a", reads=reads, write=nothing),
        Group(name="b", reads={"topics": ["level"]}, after=("a",), write=nothing),
        Group(name="c", reads={}, after=("b",), write=nothing),
        Group(name="d", reads={"topics": ["name"]}, write=nothing),
    ]
    of_papers = {("papers", "year"), ("papers", "title")}

    assert columns_of_groups(groups) == {
        "a": of_papers,
        "b": of_papers | {("topics", "level")},
        "c": of_papers | {("topics", "level")},
        "d": {("topics", "name")},
    }
