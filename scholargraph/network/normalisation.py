"""Ties in proportion to how much each end has of them: normalisation of weights.

Only edges are looked at, all at once; no matrix is made of nodes by nodes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.network import Network

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scholargraph.network.recipe import Bipartite, Recipe

FloatArray = npt.NDArray[np.float64]

UNNORMALISED: Final = "unnormalised"
"""Column of edges that keeps the weight as it was."""

NPMI: Final = "npmi"
"""Column of edges for the one measure that may be negative, which no weight is."""

_NEED_TOTAL: Final = frozenset({"association_strength", NPMI})


class _Ties(NamedTuple):
    """What the formulas speak of, one value per edge but for the total."""

    c: FloatArray
    s_i: FloatArray
    s_j: FloatArray
    total: float
    """N papers, or 2W; not a number where it is not needed."""


@dataclass(frozen=True, slots=True)
class NormalisedRecipe:
    """How a network was made, and how it was normalised then."""

    before: Recipe | None
    measure: str
    marginals: str

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of the network, and those of the normalisation."""
        of_network = {} if self.before is None else self.before.arguments
        return {**of_network, "normalization": self.measure, "marginals": self.marginals}

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Return the papers behind the edge of two nodes, each with its weight as it was before."""
        return self._recipe().papers_behind(a, b)

    def bipartite(self) -> Bipartite:
        """Return the papers and who signed them."""
        return self._recipe().bipartite()

    def _recipe(self) -> Recipe:
        if self.before is None:
            raise InvalidArgumentError("this network was not made of papers")
        return self.before


def normalised(
    network: Network,
    measure: str,
    *,
    marginals: str = "strength",
    papers: int | None = None,
) -> Network:
    """Return a network whose weights stand in proportion to what both ends have.

    Parameters
    ----------
    network : Network
        An undirected one.
    measure : {"association_strength", "cosine", "jaccard", "inclusion", "affinity", "npmi"}
        See Notes.
    marginals : {"strength", "papers"}
        What s_i is. ``strength``: the sum of the weights of the edges of node i, the total being
        2W, W the sum of the weights of all edges: for weights of any kind. ``papers``: the number
        of papers of node i (``paper_count`` of the nodes), the total being the number N of all
        papers: for edges counted in full, whose weights are numbers of joint papers.
    papers : int, optional
        N, where it is needed; otherwise those of the network's recipe are counted.

    Returns
    -------
    Network
        The same nodes and edges. The column ``weight`` is the normalised one and ``unnormalised``
        what it was. NPMI may be negative, which a weight cannot be: it stands in a column ``npmi``,
        null where it is not defined, and weights stay as they are.

    Raises
    ------
    InvalidArgumentError
        If there is no such measure, the network is directed or normalised already, or the numbers
        of papers are not known or not those that the weights count.

    Warns
    -----
    UserWarning
        If some nodes are marked as incomplete (``complete`` is false): with only a part of their
        papers in the graph, the values speak of this graph and not of the world.

    Notes
    -----
    With the weight c of the edge between i and j, t the total, and 0 for c = 0:

    - ``association_strength``: c t / (s_i s_j) (van Eck, Waltman 2009)
    - ``cosine``: c / sqrt(s_i s_j)
    - ``jaccard``: c / (s_i + s_j - c)
    - ``inclusion``: c / min(s_i, s_j)
    - ``affinity``, by strengths only: c / E, E = (s_i s_j / (2W - s_i) + s_i s_j / (2W - s_j)) / 2,
      what would be expected without ties to oneself (idea: Zitt, Bassecoulard, Okubo 2000)
    - ``npmi``: ln(p_ij / (p_i p_j)) / -ln p_ij with p_ij = c / t and p_i = s_i / t; -1 for c = 0,
      null for p_ij = 1 (Bouma 2009)

    References
    ----------
    van Eck, N. J., Waltman, L. (2009). J. Am. Soc. Inf. Sci. Technol. 60, 1635-1651.
    doi:10.1002/asi.21075
    Zitt, M., Bassecoulard, E., Okubo, Y. (2000). Scientometrics 47, 627-657.
    doi:10.1023/A:1005632319799
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Examples
    --------
    >>> import networkx as nx
    >>> from scholargraph.network.conversion import from_networkx
    >>> chain = from_networkx(nx.path_graph(3))
    >>> normalised(chain, "jaccard").edges["weight"].to_pylist()
    [0.5, 0.5]
    >>> normalised(chain, "npmi").edges["npmi"].to_pylist()
    [0.5, 0.5]
    """
    formulas: dict[str, Callable[[_Ties], FloatArray]] = {
        "association_strength": _association_strength,
        "cosine": lambda ties: ties.c / np.sqrt(ties.s_i * ties.s_j),
        "jaccard": lambda ties: ties.c / (ties.s_i + ties.s_j - ties.c),
        "inclusion": lambda ties: ties.c / np.minimum(ties.s_i, ties.s_j),
        "affinity": _affinity,
        NPMI: _npmi,
    }
    if measure not in formulas:
        raise InvalidArgumentError(
            f"no normalisation is called {ascii(measure)[:80]}: there are {', '.join(formulas)}"
        )
    _check(network, measure, marginals)
    ties = _ties(network, measure, marginals, papers)
    values = np.full(len(ties.c), -1.0 if measure == NPMI else 0.0)
    counts = ties.c > 0
    values[counts] = formulas[measure](
        _Ties(ties.c[counts], ties.s_i[counts], ties.s_j[counts], ties.total)
    )
    _warn_of_incomplete(network)
    return Network(
        network.nodes,
        _with_values(network.edges, measure, values),
        recipe=NormalisedRecipe(network.recipe, measure, marginals),
        left_out=network.left_out,
    )


def _association_strength(ties: _Ties) -> FloatArray:
    return ties.c * (ties.total / ties.s_i) / ties.s_j


def _affinity(ties: _Ties) -> FloatArray:
    product = ties.s_i * ties.s_j
    expected = (product / (ties.total - ties.s_i) + product / (ties.total - ties.s_j)) / 2
    result: FloatArray = ties.c / expected
    return result


def _npmi(ties: _Ties) -> FloatArray:
    """Return NPMI, and what is not a number where two nodes have all papers together."""
    joint, of_i, of_j = (part / ties.total for part in (ties.c, ties.s_i, ties.s_j))
    result = np.full(len(joint), np.nan)
    some = joint < 1
    information = np.log(joint[some]) - np.log(of_i[some]) - np.log(of_j[some])
    result[some] = np.clip(information / -np.log(joint[some]), -1.0, 1.0)
    return result


def _check(network: Network, measure: str, marginals: str) -> None:
    if marginals not in ("strength", "papers"):
        raise InvalidArgumentError(f"marginals are 'strength' or 'papers', not {marginals!a:.80}")
    if network.directed:
        raise InvalidArgumentError("ties are normalised in undirected networks, this is directed")
    if measure == "affinity" and marginals == "papers":
        raise InvalidArgumentError("affinity is defined by strengths: marginals='strength'")
    there = {UNNORMALISED, NPMI} & set(network.edges.column_names)
    if there:
        raise InvalidArgumentError(
            f"the network is normalised already: its edges have a column {', '.join(there)}"
        )


def _ties(network: Network, measure: str, marginals: str, papers: int | None) -> _Ties:
    if marginals == "papers":
        of_node = _paper_counts(network)
        total = float(_papers(network, papers)) if measure in _NEED_TOTAL else np.nan
    else:
        from scholargraph.network.centrality import strength

        of_node = strength(network)
        total = float(of_node.sum())
    ties = _Ties(network.weight, of_node[network.source], of_node[network.target], total)
    if marginals == "papers":
        _check_counts(network, ties, of_node)
    return ties


def _paper_counts(network: Network) -> FloatArray:
    if "paper_count" not in network.nodes.column_names:
        raise InvalidArgumentError("marginals='papers' needs a column paper_count of the nodes")
    column = network.nodes["paper_count"]
    if column.null_count:
        raise InvalidArgumentError("marginals='papers' needs the paper_count of every node")
    counts: FloatArray = column.to_numpy().astype(np.float64)
    return counts


def _papers(network: Network, papers: int | None) -> int:
    if papers is not None:
        return papers
    if network.recipe is None:
        raise InvalidArgumentError("how many papers there are is not known: give papers=")
    bipartite = network.recipe.bipartite()
    # Others do not count, for what reason ever: NO_CLASS is negative.
    return int(np.count_nonzero(bipartite.classes.of_group >= 0))


def _check_counts(network: Network, ties: _Ties, of_node: FloatArray) -> None:
    """Refuse weights that cannot be the numbers of joint papers."""
    columns = network.edges.column_names
    counted = network.edges["paper_count"].to_numpy() if "paper_count" in columns else ties.c
    too_many = ties.c > np.minimum(ties.s_i, ties.s_j)
    if too_many.any() or not np.array_equal(counted, ties.c) or (ties.c % 1).any():
        raise InvalidArgumentError(
            "marginals='papers' needs weights that are numbers of joint papers (counting='full')"
        )
    if of_node.max(initial=0) > ties.total:
        raise InvalidArgumentError(
            f"a node has {of_node.max():,.0f} papers, more than all {ties.total:,.0f}"
        )


def _warn_of_incomplete(network: Network) -> None:
    import pyarrow.compute as pc

    if "complete" not in network.nodes.column_names:
        return
    incomplete = pc.sum(pc.invert(network.nodes["complete"])).as_py() or 0
    if incomplete:
        warnings.warn(
            f"{incomplete:,} of {len(network):,} nodes are incomplete in this graph: "
            "normalised ties speak of it and not of the world",
            UserWarning,
            stacklevel=3,
        )


def _with_values(edges: pa.Table, measure: str, values: FloatArray) -> pa.Table:
    import pyarrow as pa

    column = pa.array(values, pa.float64(), from_pandas=True)
    if measure == NPMI:
        return edges.append_column(NPMI, column)
    place = edges.schema.get_field_index("weight")
    kept = edges.append_column(UNNORMALISED, edges["weight"])
    return kept.set_column(place, "weight", column)
