"""The front door: complete, and light."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import scholargraph as sg

REPOSITORY = Path(__file__).resolve().parents[1]
HEAVY = (
    "duckdb",
    "graspologic_native",
    "isal",
    "msgspec",
    "networkx",
    "numpy",
    "pandas",
    "pyarrow",
    "rich",
    "scipy",
    "xxhash",
)


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded when some code is done."""
    report = (
        "import json, sys; print(json.dumps(sorted({n.partition('.')[0] for n in sys.modules})))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        check=True,
        cwd=REPOSITORY,
        text=True,
    )
    return set(json.loads(answer.stdout.splitlines()[-1]))


def test_importing_the_library_loads_no_heavy_package() -> None:
    """`import scholargraph` loads none of the packages that its rooms need."""
    assert loaded_after("import scholargraph").isdisjoint((*HEAVY, "click"))


def test_the_help_of_the_command_line_loads_no_heavy_package() -> None:
    """`scholargraph --help` needs click and nothing that reads, computes or draws."""
    code = (
        "from scholargraph.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0"
    )

    assert loaded_after(code).isdisjoint(HEAVY)


def test_the_check_of_loaded_packages_can_fail() -> None:
    """A package that is imported is seen."""
    assert "numpy" in loaded_after("import numpy")


@pytest.mark.parametrize("name", sg.__all__)
def test_every_public_name_resolves(name: str) -> None:
    """What `__all__` promises is there."""
    assert getattr(sg, name) is not None


def test_names_for_editors_are_the_names_at_run_time() -> None:
    """`__all__`, the lazy table and `dir()` name the same things."""
    assert sorted({*sg._LAZY, *sg._ROOMS, "__version__"}) == sorted(sg.__all__) == dir(sg)


@pytest.mark.parametrize(("name", "module"), sorted(sg._LAZY.items()))
def test_public_names_are_defined_where_the_table_says(name: str, module: str) -> None:
    """The lazy table names a module of this library that has the name among its own exports."""
    assert getattr(sg, name) is getattr(importlib.import_module(module), name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name is reported as any module reports it."""
    with pytest.raises(AttributeError, match="has no attribute 'ingest_openalexx'"):
        sg.ingest_openalexx  # noqa: B018


def test_the_version_is_stated_once_and_repeated_faithfully() -> None:
    """The package, its metadata and its citation name one version, and the changelog knows it."""
    metadata = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

    assert metadata["project"]["version"] == sg.__version__
    assert f"version: {sg.__version__}\n" in (REPOSITORY / "CITATION.cff").read_text("utf-8")
    assert f"## {sg.__version__}" in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
