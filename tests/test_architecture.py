"""The plan of the house, held by reading the imports of every module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "scholargraph"

ROOMS = (
    "errors",
    "schema",
    "identifiers",
    "names",
    "store",
    "adjacency",
    "ingest",
    "sample",
    "graph",
    "network",
    "collaboration",
    "topics",
    "trust",
    "rdf",
    "formats",
    "display",
    "spark",
    "cli",
)
"""From the ground up: a room imports only rooms listed before it."""

FRONT_DOOR = ("__init__", "__main__")
"""Above all rooms: it may import any, and none may import it."""

VERSION = "scholargraph.__version__"
"""A constant of the package, which is loaded before any of its rooms: no door is gone through."""

UPWARD_CALL = ("_repr_html_", "display")
"""The one call upwards: how an object shows itself in a notebook asks `display` on first use."""

DURABLE = "scholargraph.store.durable"
FILE_MODULES = {"fcntl", "glob", "io", "mmap", "os", "shutil", "tempfile"}
FILE_METHODS = {
    "exists",
    "glob",
    "hardlink_to",
    "is_dir",
    "is_file",
    "iterdir",
    "lstat",
    "mkdir",
    "open",
    "read_bytes",
    "read_text",
    "rename",
    "rglob",
    "rmdir",
    "stat",
    "symlink_to",
    "touch",
    "unlink",
    "write_bytes",
    "write_text",
}


class Import(NamedTuple):
    """One import of a module of this library by another."""

    importer: str
    imported: str
    function: str | None
    """The function around it, if any."""


def imports(source: str, importer: str, *, is_package: bool = False) -> Iterator[Import]:
    """Imports of this library that a module makes when it runs: not those for type checkers."""
    for node, function in running(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, importer, is_package=is_package)
            # `from scholargraph import store` names a room, `from scholargraph.store import begin`
            # a thing in one: the longer name decides the same room in both cases.
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "scholargraph":
                yield Import(importer, name, function)


def running(node: ast.AST, function: str | None = None) -> Iterator[tuple[ast.AST, str | None]]:
    """Every node below one that is not for type checkers only, with the function around it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = node.name
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for alternative in child.orelse:
                yield alternative, function
                yield from running(alternative, function)
        else:
            yield child, function
            yield from running(child, function)


def absolute(node: ast.ImportFrom, importer: str, *, is_package: bool) -> str:
    """The module that a `from ... import` names, without leading dots."""
    if not node.level:
        return node.module or ""
    parts = importer.split(".")
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *filter(None, [node.module])])


def room(module: str) -> str:
    """The room of a module, or the front door for what stands in none."""
    parts = module.split(".")
    if len(parts) < 2 or parts[1] in FRONT_DOOR or parts[1] not in {*ROOMS, *rooms_on_disk()}:
        return "__init__"
    return parts[1]


def rooms_on_disk() -> set[str]:
    """Modules and packages directly below the package."""
    return {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }


def uphill(found: Import) -> bool:
    """Whether an import goes to the same level or up, and is not the one call that may."""
    here, there = room(found.importer), room(found.imported)
    if here in FRONT_DOOR or here == there or found.imported == VERSION:
        return False
    if (found.function, there) == UPWARD_CALL:
        return False
    return there in FRONT_DOOR or ROOMS.index(there) > ROOMS.index(here)


def modules(folder: Path = PACKAGE) -> Iterator[tuple[str, Path]]:
    """Every module below a folder of the package, by dotted name."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def internal_imports() -> list[Import]:
    """Every import inside the package."""
    return [
        found
        for name, path in modules()
        for found in imports(
            path.read_text(encoding="utf-8"), name, is_package=path.name == "__init__.py"
        )
    ]


def test_imports_point_downwards() -> None:
    """A room imports only rooms listed before it, so any room can be read without those after."""
    assert len(internal_imports()) > 50
    assert [found for found in internal_imports() if uphill(found)] == []


def test_nobody_imports_the_command_line() -> None:
    """The command line calls the library and is called by nobody but its own starter."""
    callers = {
        found.importer
        for found in internal_imports()
        if room(found.imported) == "cli" and room(found.importer) != "cli"
    }

    assert callers == {"scholargraph.__main__"}


def test_every_room_has_a_place_in_the_order() -> None:
    """A new room is put into the plan, not beside it."""
    assert rooms_on_disk() - {*FRONT_DOOR} - {*ROOMS} == set()


def test_nothing_is_named_utils() -> None:
    """A helper lives by its user or has a name of its own."""
    drawers = {"utils", "util", "helpers", "misc", "common"}

    assert [name for name, _ in modules() if drawers & {*name.replace("_", ".").split(".")}] == []


def test_every_module_says_what_lives_in_it() -> None:
    """Each module begins with a docstring."""
    without = [
        name
        for name, path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert without == []


def file_operations(source: str) -> list[str]:
    """Places in a module of the store that reach for the disk by themselves."""
    found = []
    for node, _ in running(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in FILE_MODULES:
                found.append(f"from {node.module}")
        elif isinstance(node, ast.Attribute):
            if ast.unparse(node.value) in FILE_MODULES and node.attr != "PathLike":
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "open":
                found.append("open()")
            elif isinstance(node.func, ast.Attribute) and node.func.attr in FILE_METHODS:
                receiver = ast.unparse(node.func.value)
                if receiver not in {"durable", *FILE_MODULES}:
                    found.append(f"{receiver}.{node.func.attr}()")
    return found


def test_one_module_touches_the_disk_for_a_store() -> None:
    """Only `store/durable.py` does file operations, so that a harness sees all of them."""
    found = {
        name: operations
        for name, path in modules(PACKAGE / "store")
        if name != DURABLE and (operations := file_operations(path.read_text(encoding="utf-8")))
    }

    assert DURABLE in dict(modules(PACKAGE / "store"))
    assert found == {}


@pytest.mark.parametrize(
    ("importer", "source", "expected"),
    [
        ("scholargraph.store.commit", "from scholargraph.graph import read_graph", True),
        ("scholargraph.store.commit", "import scholargraph.graph.engine", True),
        ("scholargraph.store.commit", "from scholargraph import graph", True),
        ("scholargraph.store.commit", "from scholargraph import find", True),
        ("scholargraph.store.commit", "from ..graph import read_graph", True),
        ("scholargraph.store.commit", "def f():\n    import scholargraph.graph", True),
        ("scholargraph.store.commit", "from scholargraph.schema import TABLES", False),
        ("scholargraph.store.commit", "from .durable import link", False),
        ("scholargraph.store.commit", "import os, graph", False),
        ("scholargraph.store.commit", "from scholargraph import __version__", False),
        ("scholargraph.graph", "if TYPE_CHECKING:\n    from scholargraph import cli", False),
        ("scholargraph.graph", "if not x:\n    from scholargraph import cli", True),
        ("scholargraph.graph", "def _repr_html_(s):\n    from scholargraph import display", False),
        ("scholargraph.graph", "def show(s):\n    from scholargraph import display", True),
        ("scholargraph", "from scholargraph.cli import main", False),
    ],
)
def test_the_rule_tells_up_from_down(importer: str, source: str, expected: bool) -> None:
    """The check of directions catches each way of writing an import, and spares the good ones."""
    assert expected is any(map(uphill, imports(source, importer)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os\nos.unlink(path)", ["os.unlink"]),
        ("import os\npath: os.PathLike[str]", []),
        ("from shutil import rmtree", ["from shutil"]),
        ("open('x')", ["open()"]),
        ("path.read_text()", ["path.read_text()"]),
        ("durable.unlink(path)", []),
        ("path / 'name'", []),
    ],
)
def test_the_rule_sees_file_operations(source: str, expected: list[str]) -> None:
    """The check of file operations catches them, and spares calls of the module that has them."""
    assert expected == file_operations(source)
