"""Errors advise commands on the command line, not calls of the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from scholargraph.cli.suggestions import for_the_shell
from scholargraph.errors import InvalidIdentifierError, NodeNotFoundError
from scholargraph.graph import read_graph, resolve
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("identifier", "node_type"),
    [("Ann Üxküll", "author"), ("A9000000099", "author"), ("W9000000099", "paper"), ("x", "topic")],
)
def test_every_advice_to_search_becomes_a_command(
    identifier: str, node_type: str, store: Path
) -> None:
    """The errors of a look-up name the command with the type that was looked for."""
    with pytest.raises((InvalidIdentifierError, NodeNotFoundError)) as caught:
        resolve(read_graph(store), identifier, node_type)
    said = for_the_shell(str(caught.value))

    assert "find(graph" in str(caught.value)
    assert f"`scholargraph find STORE TEXT --type {node_type}`" in said
    assert "graph," not in said


@pytest.mark.parametrize("command", ["expertise", "neighbourhood"])
def test_advice_without_a_type_becomes_a_command_too(command: str, store: Path, run: Run) -> None:
    """Where a node of several types may be named."""
    result = run(command, store, "Ann")

    assert result.exit_code == 2
    assert "`scholargraph find STORE TEXT` searches by name" in result.stderr
    assert "graph, ..." not in result.stderr


def test_other_messages_stay_as_they_are() -> None:
    """A text without advice is not touched."""
    assert for_the_shell("radius is 0 or 1, not 7") == "radius is 0 or 1, not 7"


def test_commands_advise_commands(store: Path, run: Run) -> None:
    """A name in place of an id ends with the command that finds it."""
    for command in (["collaborators", store, "Ann"], ["path", store, "Ann", "Bob"]):
        result = run(*command)
        assert result.exit_code == 2
        assert "use `scholargraph find STORE TEXT --type author`" in result.stderr
