"""Manifests: one encoding, and a parser that believes nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.errors import CorruptStoreError, FormatTooNewError
from scholargraph.store import manifest, open_version
from scholargraph.store.manifest import Manifest, TableFile, decode, encode
from tests.store.samples import commit, names_at

ROOT = Path("graph")
VERSION = 7

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def example(provenance: tuple[dict[str, object], ...] = ({"source": "a dump"},)) -> Manifest:
    """A manifest with all that there can be."""
    return Manifest(
        version=VERSION,
        parent=6,
        transaction="0123456789abcdef" * 2,
        library_version="0.1.0",
        created="2026-01-31T12:00:00Z",
        tables={
            name: tuple(
                TableFile(
                    name=f"{name}/part-{part:04d}.parquet",
                    size_bytes=100 + part,
                    row_count=10,
                    sha256="ab" * 32,
                    schema_hash="cd" * 32,
                )
                for part in range(2)
            )
            for name in ("_author_mentions", "papers")
        },
        provenance=provenance,
    )


def signed(document: dict[str, Any]) -> bytes:
    """A document with a right hash of itself, as a forger or a faulty writer would make it."""
    rest = {name: value for name, value in document.items() if name != "sha256"}
    text = json.dumps(rest, indent=1) + "\n"
    return (
        json.dumps({**rest, "sha256": hashlib.sha256(text.encode()).hexdigest()}, indent=1) + "\n"
    ).encode()


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=3))
def test_a_manifest_comes_back_as_it_was(provenance: list[dict[str, object]]) -> None:
    """Whatever the provenance says, reading gives what was written."""
    written = example(tuple(provenance))

    assert decode(ROOT, VERSION, encode(written)) == written


def test_the_hash_is_that_of_all_other_members() -> None:
    """Anybody can check a manifest with a JSON library and SHA-256."""
    data = encode(example())

    assert signed(json.loads(data)) == data


@given(st.data())
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    """No single flipped bit anywhere in a manifest goes unseen."""
    text = bytearray(encode(example()))
    bit = data.draw(st.integers(0, 8 * len(text) - 1))
    text[bit // 8] ^= 1 << bit % 8

    with pytest.raises(
        CorruptStoreError, match=r"manifests/00000007\.json of version 7 .*expected"
    ):
        decode(ROOT, VERSION, bytes(text))


def altered(*path: str | int, value: object) -> bytes:
    """The example with one value replaced, and a right hash."""
    document = json.loads(encode(example()))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return signed(document)


FILE = ("tables", "papers", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 8),
        (("version",), "7"),
        (("version",), 7.0),
        (("parent",), 7),
        (("parent",), 0),
        (("parent",), True),
        (("parent",), "6"),
        (("transaction",), "../../../../../../etc/passwd123"),
        (("transaction",), "0123456789ABCDEF" * 2),
        (("transaction",), None),
        (("library_version",), "0.1\n0"),
        (("library_version",), "9" * 100),
        (("created",), "yesterday"),
        (("created",), 0),
        (("format_version",), 0),
        (("format_version",), True),
        (("tables",), []),
        (("tables", "../papers"), []),
        (("tables", "Papers"), []),
        (("tables", "papers"), []),
        (("tables", "papers"), {}),
        (("tables", "papers"), None),
        ((*FILE,), "papers/part-0000.parquet"),
        ((*FILE, "name"), "papers/part-0001.parquet"),
        ((*FILE, "name"), "papers/../authors/part-0000.parquet"),
        ((*FILE, "name"), "/etc/passwd"),
        ((*FILE, "name"), "papers\\part-0000.parquet"),
        ((*FILE, "name"), "papers/part-0000.parquet\u0000"),
        ((*FILE, "name"), None),
        ((*FILE, "size_bytes"), -1),
        ((*FILE, "size_bytes"), 1.5),
        ((*FILE, "size_bytes"), True),
        ((*FILE, "size_bytes"), 10**40),
        ((*FILE, "row_count"), -1),
        ((*FILE, "row_count"), "10"),
        ((*FILE, "sha256"), "ab" * 31),
        ((*FILE, "sha256"), "AB" * 32),
        ((*FILE, "schema_hash"), []),
        ((*FILE, "surplus"), 1),
        (("provenance",), {}),
        (("provenance",), ["text"]),
        (("surplus",), 1),
    ],
)
def test_a_well_signed_wrong_manifest_is_refused(
    path: tuple[str | int, ...], value: object
) -> None:
    """A right hash does not excuse a wrong value: the version named in the error is refused."""
    with pytest.raises(CorruptStoreError, match=r"version 7 .*expected .*found"):
        decode(ROOT, VERSION, altered(*path, value=value))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'"\xff"\n',
        "\ufeff{}".encode(),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e999}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"version": 7, "version": 7}',
        encode(example())[:-1],
        encode(example()) + b"\n",
        encode(example())[:100],
        encode(example()).replace(b'"papers"', b'"papers" '),
        encode(example()).replace(b'"version": 7', b'"version": 7,\n "version": 7'),
    ],
)
def test_hostile_texts_are_refused(data: bytes) -> None:
    """No text makes the parser raise anything but its own error."""
    with pytest.raises(CorruptStoreError, match=r"manifests/00000007\.json"):
        decode(ROOT, VERSION, data)


def test_deep_documents_with_a_right_hash_are_refused() -> None:
    """Nesting that the reader could not write again is an error of ours, no RecursionError."""
    deep = b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}"

    with pytest.raises(CorruptStoreError):
        decode(ROOT, VERSION, deep)


def test_a_missing_member_is_refused() -> None:
    """Each member is required."""
    document = json.loads(encode(example()))
    for name in document:
        rest = {other: value for other, value in document.items() if other != name}
        data = json.dumps(rest).encode() if name == "sha256" else signed(rest)
        with pytest.raises(CorruptStoreError):
            decode(ROOT, VERSION, data)


def test_too_large_a_manifest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is bounded before anything is parsed."""
    data = encode(example())
    monkeypatch.setattr(manifest, "SIZE_LIMIT", len(data) - 1)

    with pytest.raises(CorruptStoreError, match="expected at most"):
        decode(ROOT, VERSION, data)


def test_a_newer_format_is_refused_as_such() -> None:
    """A whole manifest of a later format asks for a newer library."""
    with pytest.raises(FormatTooNewError, match="install a newer scholargraph"):
        decode(ROOT, VERSION, altered("format_version", value=2))


def test_what_was_found_is_shown_short_and_printable() -> None:
    """A hostile value cannot fill or steer the terminal of whoever reads the message."""
    with pytest.raises(CorruptStoreError) as caught:
        decode(ROOT, VERSION, altered("created", value="\x1b[2J\u202e" * 10_000))

    assert len(str(caught.value)) < 500
    assert str(caught.value).isprintable()


def test_an_older_version_opens_beside_a_broken_one(tmp_path: Path) -> None:
    """A damaged newest manifest is named, and does not take the others with it."""
    commit(tmp_path / "graph", ["old"])
    commit(tmp_path / "graph", ["new"])
    broken = tmp_path / "graph" / "manifests" / "00000002.json"
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[:50])

    with pytest.raises(CorruptStoreError, match=r"00000002\.json of version 2"):
        open_version(tmp_path / "graph")
    assert names_at(tmp_path / "graph", 1) == ["old"]
