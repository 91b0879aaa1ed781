"""The documents: they say what the code says, and their examples run."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

import scholargraph as sg
from docs import make_data_model
from scholargraph.cli import main

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *REPOSITORY.glob("docs/**/*.md"),
    ]
)
NOT_RUN = re.compile(r"<!-- not run: .{10,} -->")
FENCE = re.compile(r"(?P<before>[^\n]*)\n+```python\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """One Python block of a document."""

    code: str
    line: int
    is_run: bool


def python_blocks(text: str) -> Iterator[Block]:
    """Python blocks of a document; one after a line `<!-- not run: reason -->` is not run."""
    for match in FENCE.finditer(f"\n{text}"):
        line = text.count("\n", 0, match.start("code") - 1) + 1
        yield Block(match["code"], line, NOT_RUN.fullmatch(match["before"]) is None)


def run_blocks(path: Path) -> None:
    """Run the blocks of a document in one namespace, as a reader would who copies all of them."""
    names: dict[str, object] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for block in python_blocks(path.read_text(encoding="utf-8")):
        if not block.is_run:
            continue
        if ">>>" in block.code:
            example = doctest.DocTestParser().get_doctest(
                block.code, names, path.name, str(path), block.line
            )
            example.globs = names
            said: list[str] = []
            failed = runner.run(example, out=said.append, clear_globs=False).failed
            if failed:
                pytest.fail("".join(said), pytrace=False)
        else:
            exec(compile(block.code, f"{path.name}:{block.line}", "exec"), names)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_python_blocks_run(
    path: Path, tmp_path: Path, sample_dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every Python block of a document runs, unless a line before it says why it cannot."""
    if "```python" in path.read_text(encoding="utf-8"):
        shutil.copytree(sample_dump, tmp_path / "data" / sample_dump.name)
    monkeypatch.chdir(tmp_path)

    run_blocks(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Words.\n\n```python\n1 / 0\n```\n", [Block("1 / 0\n", 4, True)]),
        (
            "<!-- not run: needs a whole dump -->\n```python\n1 / 0\n```\n",
            [Block("1 / 0\n", 3, False)],
        ),
        ("<!-- not run: -->\n```python\n1\n```\n", [Block("1\n", 3, True)]),
        (
            "```python\n1\n```\n\n```python\n2\n```\n",
            [Block("1\n", 2, True), Block("2\n", 6, True)],
        ),
        ("```sh\nls\n```\n", []),
    ],
)
def test_blocks_are_found(text: str, expected: list[Block]) -> None:
    """The search for blocks finds each, and takes only a reason as an excuse."""
    assert expected == list(python_blocks(text))


def test_a_wrong_example_fails(tmp_path: Path) -> None:
    """An example whose output is not what it says makes the test of its document fail."""
    document = tmp_path / "wrong.md"
    document.write_text("```python\n>>> 1 + 1\n3\n```\n", encoding="utf-8")

    with pytest.raises(pytest.fail.Exception, match="Expected"):
        run_blocks(document)


def test_the_data_model_is_the_schema() -> None:
    """docs/data-model.md says what the schema declares; `make docs` writes it."""
    assert make_data_model.data_model() == make_data_model.DATA_MODEL.read_text(encoding="utf-8")


def test_the_model_table_of_the_readme_is_the_schema() -> None:
    """The README's table of tables is what the schema declares; `make docs` writes it."""
    readme = make_data_model.README.read_text(encoding="utf-8")

    assert make_data_model.with_model_table(readme) == readme


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(main, "scholargraph"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_documented(path: str) -> None:
    """The README shows each command, and each says what it does and what its options mean."""
    command = COMMANDS[path]

    assert re.search(rf"{re.escape(path)}\b", (REPOSITORY / "README.md").read_text("utf-8"))
    assert command.help
    assert [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ] == []


def test_documents_name_no_command_that_is_not_there() -> None:
    """A command in backquotes or after a prompt is one that exists."""
    groups = {" ".join(path.split()[:depth]) for path in COMMANDS for depth in (1, 2)}
    known = {*COMMANDS, *groups}
    unknown = [
        (path.name, call)
        for path in DOCUMENTS
        for call in re.findall(
            r"(?:`|\$ |/)(scholargraph [a-z][a-z-]+)\b", path.read_text(encoding="utf-8")
        )
        if call not in known
    ]

    assert unknown == []


def documented_parameters(docstring: str) -> list[str]:
    """Names in the Parameters section of a numpydoc docstring, in order."""
    match = re.search(
        r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}$|\Z)", docstring, re.DOTALL | re.MULTILINE
    )
    if match is None:
        return []
    names = []
    for line in match[1].splitlines():
        if line and not line[0].isspace():
            heading = line.partition(" : ")[0]
            names += [name.strip() for name in heading.split(",")]
    return names


def callables() -> Iterator[tuple[str, object]]:
    """Public functions, and public methods of public classes that describe their parameters."""
    for name in sg.__all__:
        value = getattr(sg, name)
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value) and value.__module__ != "scholargraph.errors":
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if not method.startswith("_") and "Parameters\n" in (
                    inspect.getdoc(function) or ""
                ):
                    yield f"{name}.{method}", function


CALLABLES = dict(callables())


@pytest.mark.parametrize("name", CALLABLES)
def test_docstrings_name_the_parameters(name: str) -> None:
    """The Parameters section of a public function lists what its signature takes, in order."""
    function = CALLABLES[name]
    assert callable(function)
    taken = [
        f"{'*' * (parameter.kind is parameter.VAR_POSITIONAL)}{parameter.name}"
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name != "self"
    ]

    assert taken == documented_parameters(inspect.getdoc(function) or "")


@pytest.mark.parametrize("name", [name for name in sg.__all__ if name != "__version__"])
def test_public_names_are_documented(name: str) -> None:
    """Everything public says what it is in a sentence."""
    first = (inspect.getdoc(getattr(sg, name)) or "").partition("\n")[0]

    assert first.endswith(".")


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        (
            "Do it.\n\nParameters\n----------\na : int\n    One.\nb, c : str\n    Two.",
            ["a", "b", "c"],
        ),
        ("Do it.\n\nParameters\n----------\na\n    One.\n\nReturns\n-------\nint\n", ["a"]),
        ("Do it.\n\nReturns\n-------\nint\n", []),
    ],
)
def test_parameters_are_read_from_docstrings(docstring: str, expected: list[str]) -> None:
    """The reader of docstrings finds the names of one section and stops at the next."""
    assert expected == documented_parameters(docstring)


def test_every_dependency_has_a_reason() -> None:
    """docs/dependencies.md names each declared dependency, under its purpose, and no other."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [
        [re.split(r"[\[<>=]", requirement)[0] for requirement in group]
        for group in (
            project["dependencies"],
            extras["test"],
            extras["dev"][1:],
            extras["bench"],
        )
    ]
    page = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = [re.findall(r"^\| `(\S+)` \|", part, re.MULTILINE) for part in page.split("\n## ")]

    assert declared == explained[1:]


def unread_fields() -> set[str]:
    """Fields that the declarations of the input know and do not read."""
    from scholargraph.ingest.openalex import shapes

    tree = ast.parse(Path(shapes.__file__).read_text(encoding="utf-8"))
    return {
        ast.unparse(node.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "Unread"
    }


def test_what_is_left_out_is_said() -> None:
    """Every field that is known and not read stands in docs/what-is-left-out.md."""
    page = (REPOSITORY / "docs" / "what-is-left-out.md").read_text(encoding="utf-8")
    fields = unread_fields()

    assert fields
    assert fields - {*re.findall(r"`([a-z_0-9]+)`", page)} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link of a document names a file that is there."""
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)", text)

    assert [link for link in links if not (path.parent / link).exists()] == []
