"""Reading: quick to open, faithful while others write, and not to be fooled."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scholargraph import schema
from scholargraph.errors import CorruptStoreError, StoreError, UnknownTableError
from scholargraph.store import begin, durable, list_versions, open_version, parquet, snapshot
from scholargraph.store.output import file_sha256
from tests.store.samples import commit, names_at, names_in

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_snapshot_says_what_it_holds(tmp_path: Path) -> None:
    """Version, provenance, files, rows and paths of a version."""
    commit(tmp_path, ["a", "b"], publisher_names=["p"])
    commit(tmp_path, ["a", "b", "c"])
    found = open_version(tmp_path)

    assert (found.path, found.version) == (tmp_path, 2)
    assert found.provenance == ({"names": ["a", "b"]}, {"names": ["a", "b", "c"]})
    assert {table: found.rows(table) for table in found.files} == {"funders": 3, "publishers": 1}
    assert [path.stat().st_size for path in found.paths("funders")] == [
        file.size_bytes for file in found.files["funders"]
    ]
    assert repr(found) == f"<Snapshot of {tmp_path}: 2 tables, version 2>"


def test_older_versions_open_by_number(tmp_path: Path) -> None:
    """Every version stays readable beside the later ones."""
    for name in "abc":
        commit(tmp_path, [name])

    assert list_versions(tmp_path) == [1, 2, 3]
    assert [names_at(tmp_path, version) for version in (1, 2, 3, None)] == [
        ["a"],
        ["b"],
        ["c"],
        ["c"],
    ]


def test_a_relative_path_survives_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot reads the store it opened wherever the process goes."""
    commit(tmp_path / "graph", ["a"])
    monkeypatch.chdir(tmp_path)
    found = open_version("graph")
    monkeypatch.chdir("/")

    assert names_in(found) == ["a"]


def test_an_unknown_table_is_named_with_those_there(tmp_path: Path) -> None:
    """A version without a table lists what it has."""
    found = commit(tmp_path, ["a"])

    with pytest.raises(UnknownTableError, match="no table 'papers'; it has: funders, publishers"):
        found.rows("papers")


def damage(change: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    """Damage by changing the content of the first file."""

    def apply(path: Path, _: Path) -> None:
        content = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(change(content))

    return apply


def swap(path: Path, other: Path) -> None:
    """Exchange two files."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(other.read_bytes())
    other.unlink()
    other.write_bytes(content)


def to_link(path: Path, other: Path) -> None:
    """Put a symbolic link to another file in a file's place."""
    path.unlink()
    path.symlink_to(other)


def to_folder(path: Path, _: Path) -> None:
    """Put a folder in a file's place."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "harm",
    [
        damage(lambda content: content[:-1]),
        damage(lambda _: b""),
        damage(lambda content: content + b"\0"),
        lambda path, _: path.unlink(),
        to_link,
        to_folder,
    ],
    ids=["truncated", "emptied", "extended", "missing", "link", "folder"],
)
def test_a_file_of_another_size_is_noticed_on_opening(
    tmp_path: Path, harm: Callable[[Path, Path], None]
) -> None:
    """Opening names version, file, what was expected and what was found."""
    found = commit(tmp_path, ["a", "b"], publisher_names=["p"])
    harm(found.paths("funders")[0], found.paths("publishers")[0])

    with pytest.raises(
        CorruptStoreError, match=r"funders/part-0000\.parquet of version 1 .*expected .*, found"
    ):
        open_version(tmp_path)


def test_each_flipped_bit_is_noticed_by_verify(tmp_path: Path) -> None:
    """No byte of a file can change without its version failing verification."""
    found = commit(tmp_path, ["a", "b"])
    path = found.paths("funders")[0]
    content = path.read_bytes()
    path.chmod(0o644)
    for place in range(0, len(content), 11):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        with pytest.raises(
            CorruptStoreError,
            match=r"funders/part-0000\.parquet of version 1 .*sha256 [0-9a-f]{64}, found [0-9a-f]",
        ):
            open_version(tmp_path).verify()


def test_swapped_files_of_one_size_are_noticed_by_verify(tmp_path: Path) -> None:
    """A file that is whole, but another one, is not taken."""
    first = commit(tmp_path, ["aaa", "bbb"])
    second = commit(tmp_path, ["bbb", "aaa"])
    paths = [found.paths("funders")[0] for found in (first, second)]
    assert paths[0].stat().st_size == paths[1].stat().st_size
    swap(*paths)

    for version in (1, 2):
        opened = open_version(tmp_path, version)
        opened.verify(["publishers"])
        with pytest.raises(CorruptStoreError, match=f"funders.* of version {version}"):
            opened.verify(["funders"])


def test_a_file_is_verified_once_per_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified files are remembered, also under the names that later versions give them."""
    hashed: list[Path] = []

    def counted(path: Path) -> str:
        hashed.append(path)
        return file_sha256(path)

    monkeypatch.setattr(snapshot, "file_sha256", counted)
    commit(tmp_path, ["a"], publisher_names=["p"]).verify()
    commit(tmp_path, ["b"]).verify()
    open_version(tmp_path).verify()

    assert [path.parent.name for path in hashed] == ["funders", "publishers", "funders"]


def test_opening_loads_no_heavy_package(tmp_path: Path) -> None:
    """Opening a version and looking at its manifest needs no pyarrow."""
    commit(tmp_path, ["a"])
    code = (
        "import sys\n"
        "from scholargraph.store import open_version\n"
        "assert open_version(sys.argv[1]).rows('funders') == 1\n"
        "open_version(sys.argv[1]).verify()\n"
        "assert not {'pyarrow', 'numpy', 'pandas', 'duckdb'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=REPOSITORY)


def test_opening_takes_a_moment(tmp_path: Path) -> None:
    """A version with all tables opens in less than 20 ms."""
    with begin(tmp_path) as transaction:
        for name in schema.TABLES:
            transaction.write_table(name, [])
        transaction.commit({})
    seconds = []
    for _ in range(10):
        start = time.perf_counter()
        open_version(tmp_path)
        seconds.append(time.perf_counter() - start)

    assert min(seconds) < 0.02


def test_a_snapshot_holds_its_version_until_it_is_let_go(tmp_path: Path) -> None:
    """Clean-up can tell by a lock on the manifest whether somebody reads a version."""
    commit(tmp_path, ["a"]).close()
    descriptor = durable.open_file(tmp_path / "manifests" / "00000001.json")
    first, second = open_version(tmp_path), open_version(tmp_path)

    assert not durable.lock(descriptor)
    first.close()
    first.close()
    assert not durable.lock(descriptor)
    del second
    gc.collect()
    assert durable.lock(descriptor)
    durable.close(descriptor)


def test_the_snapshot_of_a_commit_holds_its_version_too(tmp_path: Path) -> None:
    """There is no moment at which a new version is seen by its maker and not held."""
    made = commit(tmp_path, ["a"])
    descriptor = durable.open_file(tmp_path / "manifests" / "00000001.json")

    assert not durable.lock(descriptor)
    made.close()
    assert durable.lock(descriptor)
    durable.close(descriptor)


def test_a_version_under_removal_does_not_open(tmp_path: Path) -> None:
    """A reader that comes while clean-up holds a version is told that it goes."""
    commit(tmp_path, ["a"]).close()
    descriptor = durable.open_file(tmp_path / "manifests" / "00000001.json")
    durable.lock(descriptor)
    with pytest.raises(LookupError, match="is being removed"):
        open_version(tmp_path)
    durable.close(descriptor)


def test_a_snapshot_goes_to_another_process_by_name(tmp_path: Path) -> None:
    """A pickled snapshot opens its version anew, with a lock of its own."""
    old = commit(tmp_path, ["a"])
    commit(tmp_path, ["b"])

    assert names_in(pickle.loads(pickle.dumps(old))) == ["a"]


def test_other_columns_than_declared_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table written with another schema is not read as if it had ours, nor carried along."""
    made = commit(tmp_path, ["a"])
    monkeypatch.setattr(parquet, "schema_hash", lambda _: "0" * 64)

    with pytest.raises(StoreError, match="other columns than this library declares"):
        made.dataset("funders")
    with begin(tmp_path) as transaction, pytest.raises(StoreError, match="other columns"):
        transaction.keep_table("funders")
