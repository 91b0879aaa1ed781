"""Backbones: the ties of a network that are more than chance, by a null model that is named.

The probabilities of the bipartite null models are computed in `nulls`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.network import Network
from scholargraph.network.nulls import hypergeometric_tails, sdsm_tails
from scholargraph.network.pairs import NO_CLASS

if TYPE_CHECKING:
    from scholargraph.network.recipe import Bipartite

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NULLS: Final = ("sdsm", "hypergeometric", "disparity")


def backbone(network: Network, alpha: float = 0.05, null: str = "sdsm") -> Network:
    """Keep the ties that a null model does not explain.

    Parameters
    ----------
    network : Network
        Undirected. ``sdsm`` and ``hypergeometric`` ask its recipe for the papers behind it and
        need the column ``paper_count`` of its edges.
    alpha : float
        Level of significance, between 0 and 1.
    null : {"sdsm", "hypergeometric", "disparity"}
        ``sdsm``: papers per node and members per paper hold on average; a prolific author and a
        large team explain ties. ``hypergeometric``: papers per node hold exactly, sizes of teams
        are not regarded. ``disparity``: the weights at a node fall by chance, papers are not
        regarded.

    Returns
    -------
    Network
        All nodes, and the edges that are left, with the columns ``p_value`` and, of the bipartite
        null models, ``p_value_corrected``. ``left_out["backbone"]`` says what was tested and what
        is left of nodes with ties, of ties and of weight.

    Raises
    ------
    InvalidArgumentError
        If the network is directed, if it was not made of papers and a bipartite null model is
        asked for, or if alpha or null are not as described.

    Notes
    -----
    The bipartite null models test the upper tail of the number of joint papers and correct for
    many tests as Benjamini and Hochberg do, with m = n (n - 1) / 2 possible pairs of the n nodes:
    pairs that never met have p = 1. A tie stays if its corrected p-value is at most alpha. Papers
    that made no ties because their class does not count take no part; a paper has as many members
    as nodes sign it, unresolved seats are not among them. A network of ties with a minimum of
    joint papers is tested as if the ties below had p = 1, which keeps less, never more.

    The disparity filter keeps a tie of weight w if (1 - w / s)^(k - 1) < alpha at either end, s
    being strength and k degree there; ends of degree 1 say nothing. A tie of which both ends have
    degree 1 cannot be tested; it is kept, its p-value is null, and it is counted in ``left_out``.
    Many tests are not corrected for, as in its source.

    References
    ----------
    Neal, Z. (2014). Social Networks 39, 84. doi:10.1016/j.socnet.2014.06.001
    Tumminello, M. et al. (2011). PLoS ONE 6, e17994. doi:10.1371/journal.pone.0017994
    Serrano, M. A., Boguna, M., Vespignani, A. (2009). PNAS 106, 6483. doi:10.1073/pnas.0808904106
    Benjamini, Y., Hochberg, Y. (1995). J. R. Statist. Soc. B 57, 289.
    doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    Five weak ties and a strong one of a hub:

    >>> import pyarrow as pa
    >>> nodes = pa.table({"id": list("ABCDEFG")})
    >>> weight = [20.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    >>> edges = pa.table({"source": ["A"] * 6, "target": list("BCDEFG"), "weight": weight})
    >>> left = backbone(Network(nodes, edges), null="disparity")
    >>> left.edges["target"].to_pylist(), left.edges["p_value"].to_numpy().round(4).tolist()
    (['B'], [0.0003])
    """
    if null not in NULLS:
        raise InvalidArgumentError(f"null is one of {', '.join(NULLS)}, not {ascii(null)[:40]}")
    if not 0 < alpha < 1:
        raise InvalidArgumentError(f"alpha lies between 0 and 1, not at {alpha}")
    if network.directed:
        raise InvalidArgumentError("backbones are of undirected networks; this one is directed")
    if null == "disparity":
        return _disparity_backbone(network, alpha)
    return _bipartite_backbone(network, alpha, null)


def corrected(p_values: FloatArray, tests: int) -> FloatArray:
    """Correct p-values as Benjamini and Hochberg do, where tests not given have p = 1.

    Parameters
    ----------
    p_values : float64 array
        The smallest ones of all tests.
    tests : int
        All tests, at least as many as there are p-values.

    Returns
    -------
    float64 array
        At most alpha exactly where the procedure rejects at alpha.

    Examples
    --------
    >>> corrected(np.array([0.01, 0.04, 0.03]), 4).round(6).tolist()
    [0.04, 0.053333, 0.053333]
    """
    order = np.argsort(p_values, kind="stable")
    rank = np.arange(1, len(p_values) + 1)
    # From the largest down: none is larger than that of a larger p-value.
    smallest = np.minimum.accumulate((p_values[order] * tests / rank)[::-1])[::-1]
    result = np.empty(len(p_values))
    result[order] = np.minimum(smallest, 1)
    return result


def disparity(network: Network) -> FloatArray:
    """Return the p-value of each edge in the disparity filter, NaN where neither end says anything.

    Examples
    --------
    >>> import pyarrow as pa
    >>> nodes = pa.table({"id": ["A", "B", "C"]})
    >>> edges = pa.table({"source": ["A", "A"], "target": ["B", "C"], "weight": [3.0, 1.0]})
    >>> disparity(Network(nodes, edges)).tolist()
    [0.25, 0.75]
    """
    ends = np.concatenate([network.source, network.target])
    degree = np.bincount(ends, minlength=len(network))
    strength = np.bincount(ends, np.tile(network.weight, 2), minlength=len(network))
    p_value = np.full(len(network.source), np.nan)
    for end in (network.source, network.target):
        says = degree[end] > 1
        total = strength[end[says]]
        share = np.zeros(len(total))
        np.divide(network.weight[says], total, out=share, where=total > 0)
        at_end = np.maximum(1 - share, 0) ** (degree[end[says]] - 1)
        p_value[says] = np.fmin(p_value[says], at_end)
    return p_value


def _disparity_backbone(network: Network, alpha: float) -> Network:
    p_value = disparity(network)
    is_dyad = np.isnan(p_value)
    kept = is_dyad | (p_value < alpha)
    counts = {
        "pairs_tested": int(np.count_nonzero(~is_dyad)),
        "dyads_kept": int(np.count_nonzero(is_dyad)),
    }
    return _left(network, kept, {"p_value": p_value}, alpha, "disparity", counts)


def _bipartite_backbone(network: Network, alpha: float, null: str) -> Network:
    papers_of_node, members_of_paper = _sums(_bipartite(network, null), len(network))
    joint = _joint(network, papers_of_node, null)
    if null == "sdsm":
        p_value = sdsm_tails(
            papers_of_node, members_of_paper, network.source, network.target, joint
        )
    else:
        p_value = hypergeometric_tails(
            papers_of_node, len(members_of_paper), network.source, network.target, joint
        )
    pairs = len(network) * (len(network) - 1) // 2
    p_value_corrected = corrected(p_value, pairs)
    columns = {"p_value": p_value, "p_value_corrected": p_value_corrected}
    kept = p_value_corrected <= alpha
    return _left(network, kept, columns, alpha, null, {"pairs_tested": pairs})


def _bipartite(network: Network, null: str) -> Bipartite:
    if network.recipe is None:
        raise InvalidArgumentError(
            f"{null} needs the papers behind a network, and this one has none; "
            "disparity works on weights alone"
        )
    return network.recipe.bipartite()


def _sums(bipartite: Bipartite, nodes: int) -> tuple[IntArray, IntArray]:
    """Return the papers of each node and the members of each paper, of papers that count."""
    counts = bipartite.classes.of_group != NO_CLASS
    members_of_paper = np.diff(bipartite.incidence.group_indptr).astype(np.int64)
    member = bipartite.incidence.members[np.repeat(counts, members_of_paper)]
    return np.bincount(member, minlength=nodes), members_of_paper[counts]


def _joint(network: Network, papers_of_node: IntArray, null: str) -> IntArray:
    if "paper_count" not in network.edges.column_names:
        raise InvalidArgumentError(f"{null} needs the column paper_count, which these edges lack")
    joint: IntArray = network.edges["paper_count"].to_numpy().astype(np.int64)
    fewer = np.minimum(papers_of_node[network.source], papers_of_node[network.target])
    if ((joint < 1) | (joint > fewer)).any():
        raise InvalidArgumentError(
            "an edge has a paper_count that the papers behind the network do not bear out"
        )
    return joint


def _left(
    network: Network,
    kept: BoolArray,
    columns: dict[str, FloatArray],
    alpha: float,
    null: str,
    counts: dict[str, int],
) -> Network:
    """Return the network of the edges that are kept, with what there is to say of them."""
    import pyarrow as pa

    edges = network.edges
    for name, values in columns.items():
        column = pa.array(values, pa.float64(), mask=np.isnan(values))
        place = edges.schema.get_field_index(name)
        # A backbone of a backbone: the new p-values take the place of the old ones.
        edges = (
            edges.append_column(name, column)
            if place < 0
            else edges.set_column(place, name, column)
        )
    total = float(network.weight.sum())
    ends = np.concatenate([network.source[kept], network.target[kept]])
    report: dict[str, Any] = {
        "alpha": alpha,
        "null": null,
        **counts,
        "nodes_with_ties": len(np.unique(ends)),
        "ties": int(np.count_nonzero(kept)),
        "ties_left_out": int(np.count_nonzero(~kept)),
        "share_of_weight": float(network.weight[kept].sum()) / total if total else None,
    }
    return Network(
        network.nodes,
        edges.filter(pa.array(kept)),
        recipe=network.recipe,
        left_out={**network.left_out, "backbone": report},
    )
