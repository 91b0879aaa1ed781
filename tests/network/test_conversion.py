"""Networks in other libraries and in files, and back; names that try to break a file."""

from __future__ import annotations

import datetime
import json
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scholargraph.errors import InvalidArgumentError
from scholargraph.network import Network
from scholargraph.network.conversion import (
    from_networkx,
    read_network,
    to_igraph,
    to_networkx,
    to_pandas,
    to_scipy,
    write_network_files,
)
from scholargraph.network.recipe import Bipartite
from scholargraph.store import durable
from tests.network.test_structure import NAMES, graphs, known_graph, known_network

HOSTILE = (
    'the "quoted"',
    "back\\slash\\",
    "<script>&amp;]]>",
    "bell\x07 nul\x00 escape\x1b[31m",
    "line\nfeed\rreturn\ttab",
    "separators\u2028\u2029\x85",
    "bidi\u202e zero\u200bwidth",
    "*Edges 3",
    "%percent #hash 'single'",
    "李 Émile 🎓",
    "",
)


@dataclass(frozen=True)
class PlainRecipe:
    """A recipe of arguments alone."""

    arguments: Mapping[str, Any] = field(default_factory=dict)

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        raise NotImplementedError

    def bipartite(self) -> Bipartite:
        raise NotImplementedError


def rich_network(*, directed: bool = False, names: tuple[str, ...] = HOSTILE) -> Network:
    """A chain with columns of all kinds, nulls, lists and dates among them, and hostile names."""
    ids = [f"A{k:02}" for k in range(len(names))]
    nodes = pa.table(
        {
            "id": ids,
            "name": [*names[:-1], None],
            "type": ["author"] * len(ids),
            "complete": [k % 2 == 0 if k % 3 else None for k in range(len(ids))],
            "paper_count": pa.array(range(len(ids)), pa.int32()),
            "places": [["Rome", 'a "b"\x00'] if k else None for k in range(len(ids))],
            "since": [datetime.date(2020, 1, 1 + k) for k in range(len(ids))],
        }
    )
    count = len(ids) - 1
    edges = pa.table(
        {
            "source": ids[:-1],
            "target": ids[1:],
            "weight": [1 / (k + 1) for k in range(count)],
            "label": list(names[:-1]),
            "type": ["tie"] * count,
            "first_year": pa.array([None, *range(2000, 1999 + count)], pa.int16()),
        }
    )
    recipe = PlainRecipe(
        {"counting": "full", "since": None, "types": ("article",), "n": np.int64(3)}
    )
    return Network(
        nodes, edges, recipe=recipe, left_out={"papers": {"erratum": 2}}, directed=directed
    )


@given(graph=graphs())
def test_networkx_there_and_back(graph: Any) -> None:
    """Nodes, edges and weights are the same, nodes in the order of ids."""
    network = from_networkx(graph)
    back = to_networkx(network)

    assert network.directed == graph.is_directed()
    assert list(back) == sorted(graph, key=str.encode)
    assert nx.utils.graphs_equal(graph, back)
    assert network.left_out == {"loops": 0}
    assert from_networkx(back).edges.equals(network.edges)


@pytest.mark.parametrize("directed", [False, True])
def test_networkx_gets_what_is_known(directed: bool) -> None:
    """All columns are attributes, and nulls are not there, as networkx expects."""
    graph = to_networkx(rich_network(directed=directed))

    assert graph.is_directed() == directed
    assert graph.nodes["A00"] == {
        "name": 'the "quoted"',
        "type": "author",
        "paper_count": 0,
        "since": datetime.date(2020, 1, 1),
    }
    assert graph.edges["A01", "A02"] == {
        "weight": 0.5,
        "label": "back\\slash\\",
        "type": "tie",
        "first_year": 2000,
    }
    assert "first_year" not in graph.edges["A00", "A01"]


def test_nodes_of_networkx_become_their_texts() -> None:
    """Numbers and tuples, too; other weights and missing ones; loops are counted and dropped."""
    graph = nx.Graph()
    graph.add_edge(2, (1, 2), papers=3)
    graph.add_edge(2, 10, papers=None)
    graph.add_edge(10, 10)
    graph.add_edge((1, 2), (1, 2))
    network = from_networkx(graph, "papers")

    assert network.ids.to_pylist() == ["(1, 2)", "10", "2"]
    assert network.edges.to_pylist() == [
        {"source": "(1, 2)", "target": "2", "weight": 3.0},
        {"source": "10", "target": "2", "weight": 1.0},
    ]
    assert network.left_out == {"loops": 2}
    assert from_networkx(graph, None).weight.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.MultiGraph([(1, 2)]), "multigraph"),
        (nx.MultiDiGraph(), "multigraph"),
        (nx.Graph([(1, "1")]), "text '1'"),
        (nx.Graph([(1, "\ud800")]), "no valid text"),
        (nx.Graph([(1, 2, {"weight": "3"})]), "is a text: '3'"),
        (nx.Graph([(1, 2, {"weight": [3]})]), "no number"),
        (nx.Graph([(1, 2, {"weight": 10**400})]), "no number"),
        (nx.Graph([(1, 2, {"weight": float("nan")})]), "finite"),
        (nx.Graph([(1, 2, {"weight": -1})]), "not negative"),
    ],
)
def test_graphs_that_are_no_networks_are_refused(graph: Any, message: str) -> None:
    """With one line that says what is wrong."""
    with pytest.raises(InvalidArgumentError, match=message) as error:
        from_networkx(graph)
    assert "\n" not in str(error.value)


@given(graph=graphs())
def test_frames_hold_the_tables(graph: Any) -> None:
    """Ids are text, weights floating point, in the same order."""
    network = from_networkx(graph)
    nodes, edges = to_pandas(network)

    assert nodes["id"].tolist() == network.ids.to_pylist()
    assert edges.to_dict("records") == network.edges.to_pylist()
    assert edges["source"].dtype == edges["target"].dtype == nodes["id"].dtype
    assert not isinstance(edges["source"].dtype, pd.CategoricalDtype)


@given(graph=graphs())
def test_the_matrix_is_that_of_networkx(graph: Any) -> None:
    """Symmetric if undirected, rows being sources if not; any column, or ones."""
    network = from_networkx(graph)
    matrix = to_scipy(network)
    nodes = network.ids.to_pylist()
    expected = nx.to_numpy_array(graph, nodes) if nodes else np.zeros((0, 0))

    assert matrix.toarray().tolist() == expected.tolist()
    assert to_scipy(network, None).toarray().tolist() == (expected > 0).astype(float).tolist()
    assert matrix.has_sorted_indices
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
    if not network.directed:
        assert (matrix != matrix.T).nnz == 0


def test_a_matrix_is_the_callers_own() -> None:
    """Changing it does not change the network."""
    network = from_networkx(nx.path_graph(3))
    matrix = to_scipy(network)
    matrix.data[:] = 7.0
    matrix.indices[:] = 0

    assert to_scipy(network).toarray().tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_a_matrix_of_any_column_of_numbers() -> None:
    """Others are refused with the columns there are."""
    network = from_networkx(nx.path_graph(3))
    edges = network.edges.append_column("papers", pa.array([3, 4], pa.int16()))
    edges = edges.append_column("note", pa.array(["a", "b"]))
    edges = edges.append_column("share", pa.array([0.5, None]))
    network = Network(network.nodes, edges)

    assert to_scipy(network, "papers").toarray().tolist() == [[0, 3, 0], [3, 0, 4], [0, 4, 0]]
    with pytest.raises(InvalidArgumentError, match="'fame'; they have weight, papers, note, share"):
        to_scipy(network, "fame")
    for name in ("note", "share"):
        with pytest.raises(InvalidArgumentError, match="not all numbers"):
            to_scipy(network, name)


def test_without_igraph_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is never a dependency."""
    monkeypatch.setitem(sys.modules, "igraph", None)

    with pytest.raises(InvalidArgumentError, match="pip install igraph"):
        to_igraph(from_networkx(nx.path_graph(3)))


def test_igraph_is_given_nodes_edges_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of ids; its name is the id, and what people are called is beside it."""

    class Graph:
        def __init__(self, *, n: int, edges: list[tuple[int, int]], directed: bool) -> None:
            self.made = (n, edges, directed)
            self.vs: dict[str, list[Any]] = {}
            self.es: dict[str, list[Any]] = {}

    igraph = types.ModuleType("igraph")
    monkeypatch.setattr(igraph, "Graph", Graph, raising=False)
    monkeypatch.setitem(sys.modules, "igraph", igraph)
    network = rich_network(directed=True, names=("Ann", "Bob", ""))
    graph = to_igraph(network)

    assert graph.made == (3, [(0, 1), (1, 2)], True)
    assert graph.vs["name"] == graph.vs["id"] == ["A00", "A01", "A02"]
    assert graph.vs["display_name"] == ["Ann", "Bob", None]
    assert set(graph.vs) == {*network.nodes.column_names, "display_name"}
    assert set(graph.es) == {"weight", "label", "type", "first_year"}
    assert graph.es["first_year"] == [None, 2000]


def test_igraph_itself_makes_the_same_graph() -> None:
    """Where somebody has installed it."""
    pytest.importorskip("igraph", reason="igraph is under the GPL and never a dependency")
    network = from_networkx(nx.les_miserables_graph())
    graph = to_igraph(network)
    edges = {frozenset(graph.vs[edge.tuple]["name"]) for edge in graph.es}

    assert edges == {frozenset(pair) for pair in nx.les_miserables_graph().edges}
    assert sum(graph.es["weight"]) == network.weight.sum()


@pytest.mark.parametrize("directed", [False, True])
def test_graphml_is_read_by_networkx(tmp_path: Path, directed: bool) -> None:
    """With all attributes, of which XML cannot say only control characters."""
    network = rich_network(directed=directed)
    write_network_files(network, tmp_path / "ties.graphml")
    found = nx.read_graphml(tmp_path / "ties.graphml")
    names = dict(found.nodes(data="name"))

    assert found.is_directed() == directed
    assert list(found) == network.ids.to_pylist()
    assert set(found.edges) == set(to_networkx(network).edges)
    assert [names["A00"], names["A01"], names["A02"]] == list(HOSTILE[:3])
    assert names["A03"] == "bell\ufffd nul\ufffd escape\ufffd[31m"
    assert [names["A05"], names["A06"], names["A09"]] == [HOSTILE[5], HOSTILE[6], HOSTILE[9]]
    assert "complete" not in found.nodes["A00"]
    assert found.nodes["A01"]["complete"] is False
    assert json.loads(found.nodes["A01"]["places"]) == ["Rome", 'a "b"\x00']
    assert found.nodes["A01"]["since"] == "2020-01-02"
    assert found.edges["A01", "A02"]["weight"] == 0.5
    assert found.edges["A01", "A02"]["first_year"] == 2000


@pytest.mark.parametrize("directed", [False, True])
def test_gexf_is_read_by_networkx(tmp_path: Path, directed: bool) -> None:
    """Names are labels; columns called like parts of the format do not become such parts."""
    network = rich_network(directed=directed)
    write_network_files(network, tmp_path / "ties.gexf")
    found = nx.read_gexf(tmp_path / "ties.gexf")

    assert found.is_directed() == directed
    assert list(found) == network.ids.to_pylist()
    assert set(found.edges) == set(to_networkx(network).edges)
    assert found.nodes["A02"]["label"] == found.nodes["A02"]["name"] == "<script>&amp;]]>"
    assert found.nodes["A10"]["label"] == "A10"
    assert found.nodes["A02"]["type_"] == "author"
    assert found.edges["A02", "A03"]["label_"] == "<script>&amp;]]>"
    assert found.edges["A02", "A03"]["type_"] == "tie"
    assert found.edges["A02", "A03"]["weight"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("directed", [False, True])
def test_pajek_counts_and_quotes(tmp_path: Path, directed: bool) -> None:
    """Named after bibliometrix, whose count of edges is wrong; names keep to their quotes."""
    network = rich_network(directed=directed)
    write_network_files(network, tmp_path / "ties.NET")
    text = (tmp_path / "ties.NET").read_text(encoding="utf-8")
    lines = text.split("\n")
    found = nx.read_pajek(tmp_path / "ties.NET")

    assert lines[0] == "*Vertices 11"
    assert lines[12] == ("*Arcs 10" if directed else "*Edges 10")
    assert lines[13:15] == ["1 2 1.0", "2 3 0.5"]
    assert len(lines) == 1 + 11 + 1 + 10 + 1
    assert lines[-1] == ""
    assert lines[1] == "1 \"the 'quoted' (A00)\""
    assert lines[2] == '2 "back/slash/ (A01)"'
    assert lines[11] == '11 "A10"'
    assert all(line.count('"') == 2 for line in lines[1:12])
    assert found.is_directed() == directed
    assert found.number_of_nodes() == 11
    assert found.number_of_edges() == 10
    assert [data["weight"] for _, _, data in found.edges(data=True)] == network.weight.tolist()


def test_ids_that_xml_cannot_keep_apart_are_refused(tmp_path: Path) -> None:
    """Instead of making one node of two; nothing is left behind."""
    nodes = pa.table({"id": ["a\x00", "a\x01"]})
    edges = pa.table({"source": ["a\x00"], "target": ["a\x01"], "weight": [1.0]})
    for name in ("ties.graphml", "ties.gexf"):
        with pytest.raises(InvalidArgumentError, match="XML"):
            write_network_files(Network(nodes, edges), tmp_path / name)
    write_network_files(Network(nodes, edges), tmp_path / "ties")

    assert [path.name for path in tmp_path.iterdir()] == ["ties"]
    assert read_network(tmp_path / "ties").ids.to_pylist() == ["a\x00", "a\x01"]


@settings(max_examples=40)
@given(graph=graphs(), text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_name_goes_through_every_format(
    tmp_path_factory: pytest.TempPathFactory, graph: Any, text: str
) -> None:
    """The file is read back with as many nodes and edges, and the same weights."""
    folder = tmp_path_factory.mktemp("formats")
    plain = from_networkx(graph)
    nodes = plain.nodes.append_column("name", pa.array([text] * len(plain), pa.string()))
    network = Network(nodes, plain.edges, directed=plain.directed)
    for suffix, read in ((".graphml", nx.read_graphml), (".gexf", nx.read_gexf)):
        write_network_files(network, folder / f"ties{suffix}")
        found = read(folder / f"ties{suffix}")

        assert set(found) == set(graph)
        assert {(a, b, w) for a, b, w in found.edges(data="weight")} == {
            (a, b, w) for a, b, w in to_networkx(network).edges(data="weight")
        }
    write_network_files(network, folder / "ties.net")
    pajek = nx.read_pajek(folder / "ties.net")
    assert pajek.number_of_nodes() == len(graph)
    assert pajek.number_of_edges() == graph.number_of_edges()
    write_network_files(network, folder / "ties")
    back = read_network(folder / "ties")
    assert back.nodes.equals(network.nodes)
    assert back.edges.equals(network.edges)


@pytest.mark.parametrize("directed", [False, True])
def test_a_folder_keeps_everything(tmp_path: Path, directed: bool) -> None:
    """Tables with their types, arguments, what was left out, and direction."""
    network = rich_network(directed=directed)
    write_network_files(network, tmp_path / "ties")
    found = read_network(str(tmp_path / "ties"))

    assert found.nodes.equals(network.nodes)
    assert found.edges.equals(network.edges)
    assert found.edges.schema.field("source").type == network.edges.schema.field("source").type
    assert found.directed == directed
    assert found.left_out == {"papers": {"erratum": 2}}
    assert found.recipe is not None
    assert found.recipe.arguments == {
        "counting": "full",
        "since": None,
        "types": ["article"],
        "n": 3,
    }
    for ask in (
        found.recipe.bipartite,
        lambda: found.recipe and found.recipe.papers_behind("a", "b"),
    ):
        with pytest.raises(InvalidArgumentError, match="read from files"):
            ask()
    names = sorted(path.name for path in (tmp_path / "ties").iterdir())
    assert names == ["edges.parquet", "network.json", "nodes.parquet"]
    source = pq.read_schema(tmp_path / "ties" / "edges.parquet").field("source")
    assert source.type == pa.string()


def test_a_network_without_recipe_comes_back_without(tmp_path: Path) -> None:
    """Also one without nodes."""
    write_network_files(from_networkx(nx.Graph()), tmp_path / "ties")
    found = read_network(tmp_path / "ties")

    assert found.recipe is None
    assert len(found) == found.edges.num_rows == 0


def test_what_a_recipe_says_becomes_plain_json(tmp_path: Path) -> None:
    """Sets are sorted, dates are text; what JSON has no word for is refused."""
    plain = from_networkx(nx.path_graph(2))
    said = {"authors": {"B", "A"}, "day": datetime.date(2020, 1, 2), "years": np.array([1, 2])}
    network = Network(plain.nodes, plain.edges, recipe=PlainRecipe(said))
    write_network_files(network, tmp_path / "ties")
    found = read_network(tmp_path / "ties").recipe

    assert found is not None
    assert found.arguments == {"authors": ["A", "B"], "day": "2020-01-02", "years": [1, 2]}
    endless = Network(plain.nodes, plain.edges, recipe=PlainRecipe({"half_life": float("inf")}))
    with pytest.raises(InvalidArgumentError, match=r"network\.json"):
        write_network_files(endless, tmp_path / "endless")


@pytest.mark.parametrize("name", ["ties.graphml", "ties.gexf", "ties.net", "ties"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    """Not a file, not a folder, not a link to nowhere."""
    network = from_networkx(nx.path_graph(3))
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / name).write_text("mine")
    (tmp_path / "folder" / name).mkdir(parents=True)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / name).symlink_to("nowhere")
    for kind in ("file", "folder", "link"):
        with pytest.raises(InvalidArgumentError, match="exists already"):
            write_network_files(network, tmp_path / kind / name)

    assert (tmp_path / "file" / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["ties.graphml", "ties.gexf", "ties.net", "ties"])
def test_what_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Neither under its name nor beside it."""
    network = from_networkx(nx.path_graph(3))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_network_files(network, tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_to_be_seen_before_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name appears with the last step."""
    seen = []

    def rename(old: Path, new: Path) -> None:
        seen.append(new.exists())
        old.rename(new)

    monkeypatch.setattr(durable, "rename", rename)
    for name in ("ties.graphml", "ties"):
        write_network_files(from_networkx(nx.path_graph(3)), tmp_path / name)

    assert seen == [False, False]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ties", "ties.graphml"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("ties.csv", r"'\.csv': \.gexf, \.graphml, \.net"), ("no/ties.net", "no folder")],
)
def test_paths_that_cannot_be_written_are_refused(tmp_path: Path, name: str, message: str) -> None:
    """With the suffixes there are, or the folder there is not."""
    with pytest.raises(InvalidArgumentError, match=message):
        write_network_files(from_networkx(nx.path_graph(3)), tmp_path / name)


def damage(path: Path, how: str) -> None:
    """Spoil a folder of a network."""
    said = json.loads((path / "network.json").read_text())
    if how == "no folder":
        path.rename(path.with_name("elsewhere"))
    elif how == "no nodes":
        (path / "nodes.parquet").unlink()
    elif how == "short":
        content = (path / "edges.parquet").read_bytes()
        (path / "edges.parquet").write_bytes(content[: len(content) // 2])
    elif how == "flipped":
        flipped = bytearray((path / "nodes.parquet").read_bytes())
        flipped[flipped.index(b"PAR1") + 40] ^= 4
        (path / "nodes.parquet").write_bytes(flipped)
    elif how == "deep":
        (path / "network.json").write_text("[" * 100_000)
    else:
        changed = {
            "a list": [],
            "no direction": {k: said[k] for k in said if k != "directed"},
            "a text": {**said, "directed": "yes"},
            "no mapping": {**said, "left_out": 3},
            "other arguments": {**said, "arguments": [1]},
        }
        (path / "network.json").write_text(json.dumps(changed[how]))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("no folder", "no folder of a network"),
        ("no nodes", "no folder of a network"),
        *(
            (how, "cannot be read")
            for how in (
                "short",
                "flipped",
                "deep",
                "a list",
                "no direction",
                "a text",
                "no mapping",
                "other arguments",
            )
        ),
    ],
)
def test_damaged_folders_are_refused(tmp_path: Path, how: str, message: str) -> None:
    """With one line, never with other nodes."""
    write_network_files(rich_network(), tmp_path / "ties")
    damage(tmp_path / "ties", how)

    with pytest.raises(InvalidArgumentError, match=message) as error:
        read_network(tmp_path / "ties")
    assert "\n" not in str(error.value)


def test_formats_hold_the_known_network(network_data: Path, tmp_path: Path) -> None:
    """All 2,742 edges of netscience with their weights, and the same bytes whenever written."""
    network = known_network(network_data, "netscience")
    weights = nx.get_edge_attributes(known_graph(network_data, "netscience"), "value")
    expected = {frozenset(pair): weight for pair, weight in weights.items()}
    for number in (1, 2):
        for suffix in (".graphml", ".net", ""):
            write_network_files(network, tmp_path / f"{number}{suffix}")
    for graph in (
        nx.read_graphml(tmp_path / "1.graphml"),
        nx.Graph(nx.read_pajek(tmp_path / "1.net")),
        to_networkx(read_network(tmp_path / "1")),
    ):
        found = nx.get_edge_attributes(graph, "weight")

        assert graph.number_of_nodes() == 1589
        assert {frozenset(pair): weight for pair, weight in found.items()} == expected
    for name in (".graphml", ".net", "/nodes.parquet", "/edges.parquet", "/network.json"):
        first, second = (tmp_path / f"{number}{name}" for number in (1, 2))

        assert first.read_bytes() == second.read_bytes()


def test_the_order_of_ids_is_that_of_bytes() -> None:
    """Not of numbers, of cases or of alphabets; the names that these tests use show it."""
    network = from_networkx(nx.complete_graph(NAMES[::-1]))

    assert tuple(network.ids.to_pylist()) == NAMES
    assert sorted(NAMES, key=str.casefold) != list(NAMES)


def test_the_whole_file_of_a_small_directed_network(tmp_path: Path) -> None:
    """Pajek's, byte for byte: numbers from 1, arcs from source to target."""
    write_network_files(
        from_networkx(nx.DiGraph([("b", "a", {"weight": 1e-7})])), tmp_path / "ties.net"
    )
    expected = b'*Vertices 2\n1 "a"\n2 "b"\n*Arcs 1\n2 1 1e-07\n'

    assert expected == (tmp_path / "ties.net").read_bytes()
