"""Robustness: how far a network moves when doubtful authorships are dropped at random.

The papers behind the network come from its recipe; the ties are counted again for every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.errors import InvalidArgumentError
from scholargraph.network.network import Network
from scholargraph.network.pairs import (
    Classes,
    Credits,
    Incidence,
    Ties,
    count_pairs,
    joined,
)

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.network.recipe import Bipartite, Recipe

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MEASURES: Final = ("degree", "strength")
INTERVAL: Final = (2.5, 97.5)
"""Percentiles of the runs that an interval reaches from and to."""

_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Robustness:
    """What a network was, and what it was in runs without some authorships."""

    nodes: pd.DataFrame
    """By node: ``id``, and for each measure its value, ``_mean``, ``_low`` and ``_high``."""
    runs: pd.DataFrame
    """By run: ``dropped`` authorships, ``ties``, ``largest_component``, the rank correlation
    ``spearman_…`` of each measure with the original, and, where asked for, ``nmi`` of communities
    and whether the two ends of the path are ``connected``."""
    summary: pd.DataFrame
    """By quantity of a run: its ``original`` value, and ``mean``, ``low``, ``high`` of the runs."""
    path_survival: float | None
    """Share of runs in which two given nodes are connected; None if none were given."""
    expected_dropped: float
    """Authorships that a run drops on average."""


def robustness(
    network: Network,
    probability: float,
    *,
    runs: int = 100,
    seed: int = 0,
    doubtful: Mapping[str, float] | None = None,
    path: tuple[str, str] | None = None,
    measures: Sequence[str] = MEASURES,
    communities: bool = False,
) -> Robustness:
    """Drop authorships at random, count the ties again, and report how far the network moves.

    Parameters
    ----------
    network : Network
        As its builder made it: its recipe is asked for the papers behind it.
    probability : float
        With which each authorship, a node's signing of a paper, is dropped in each run,
        independently of all others.
    runs : int
        At least 1.
    seed : int
        The same seed gives the same result. A run is the same however many follow it, and drops
        what it drops at a smaller probability, and more.
    doubtful : mapping of node id to float, optional
        Probabilities of single nodes, instead of `probability`.
    path : two node ids, optional
        In how many runs does a path between them survive?
    measures : sequence of {"degree", "strength"}
        What is reported by node.
    communities : bool
        Whether communities are sought in every run and compared with those of the network.

    Returns
    -------
    Robustness
        Frames with intervals from the 2.5th to the 97.5th percentile of the runs.

    Raises
    ------
    InvalidArgumentError
        If the network was not made of papers, if counting them does not give its ties again, as of
        a backbone or a normalised network, or if an argument is not as described.

    Notes
    -----
    Sizes of teams stay as they were: a dropped author's seat is still there, unresolved. Rank
    correlations are Spearman's, over all nodes, equal values with their mean rank; null where one
    side does not vary. Normalised mutual information, 2 I / (H1 + H2), is that of the communities
    of the nodes that had a tie. Memory: 8 bytes per node, run and measure.

    References
    ----------
    The procedure is this library's own. Spearman, C. (1904). American Journal of Psychology 15, 72.
    doi:10.2307/1412159. Danon, L. et al. (2005). J. Stat. Mech. P09008.
    doi:10.1088/1742-5468/2005/09/P09008

    Examples
    --------
    One paper by two authors, as their network's recipe has it:

    >>> import pyarrow as pa
    >>> from types import SimpleNamespace
    >>> from scholargraph.network.pairs import incidence
    >>> from scholargraph.network.recipe import Bipartite
    >>> one = np.ones(1)
    >>> papers = Bipartite(
    ...     incidence(np.array([0, 2]), np.array([0, 1]), 2),
    ...     Classes(of_group=np.zeros(1, np.int32), year=np.array([2020], np.int16),
    ...             full=one, fractional=one, weight=one),
    ...     None,
    ... )
    >>> recipe = SimpleNamespace(arguments={}, bipartite=lambda: papers)
    >>> edges = pa.table({"source": ["A"], "target": ["B"], "weight": [1.0]})
    >>> network = Network(pa.table({"id": ["A", "B"]}), edges, recipe=recipe)
    >>> robustness(network, 0.5, path=("A", "B")).path_survival
    0.23
    """
    chances = _chances(network, probability, doubtful)
    _check(runs, seed, measures)
    ends = None if path is None else (network.number_of(path[0]), network.number_of(path[1]))
    recount = _Recount(network)
    original = recount.without(np.zeros(recount.size, bool))
    _check_same(network, original)
    groups = _Communities(recount.network_of(original), seed) if communities else None
    chance = chances[recount.members]
    values = {name: np.empty((runs, len(network))) for name in measures}
    before = {name: _measure(name, original, len(network)) for name in measures}
    rows = []
    for run in range(runs):
        dropped = np.random.default_rng([seed, run]).random(recount.size) < chance
        ties = recount.without(dropped)
        row = _facts(ties, len(network), ends)
        for name in measures:
            values[name][run] = _measure(name, ties, len(network))
            row[f"spearman_{name}"] = rank_correlation(before[name], values[name][run])
        if groups is not None:
            row["nmi"] = groups.likeness(recount.network_of(ties))
        rows.append({"run": run, "dropped": int(np.count_nonzero(dropped)), **row})
    facts = _facts(original, len(network), ends)
    return Robustness(
        nodes=_node_frame(network, before, values),
        runs=_run_frame(rows),
        summary=_summary_frame(rows, facts),
        path_survival=None if ends is None else float(np.mean([r["connected"] for r in rows])),
        expected_dropped=float(chance.sum()),
    )


def rank_correlation(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> float | None:
    """Return Spearman's rank correlation, or None where one side does not vary.

    Examples
    --------
    >>> rank_correlation(np.array([1, 2, 3]), np.array([10, 30, 20]))
    0.5
    """
    from scipy.stats import rankdata

    if len(first) < 2:
        return None
    ranks = rankdata(first), rankdata(second)
    x, y = (rank - rank.mean() for rank in ranks)
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return None if spread == 0 else float(np.clip((x @ y) / spread, -1, 1))


class _Recount:
    """The papers behind a network, and the ties that are left without some authorships."""

    def __init__(self, network: Network) -> None:
        self._recipe = _recipe(network)
        self._network = network
        self._bipartite: Bipartite = self._recipe.bipartite()
        relation = self._bipartite.incidence
        self.members = relation.members
        self.size = len(relation.members)
        # Row of the incidence by group behind each row of the incidence by member.
        self._order = np.argsort(relation.members, kind="stable")
        self._group = np.repeat(
            np.arange(len(relation.group_indptr) - 1), np.diff(relation.group_indptr)
        )
        self._min_groups = int(self._recipe.arguments.get("min_papers") or 1)

    def without(self, dropped: BoolArray) -> Ties:
        """Return the ties that all authorships but the dropped ones make."""
        kept = ~dropped
        relation, credits = self._bipartite.incidence, self._bipartite.credits
        if credits is not None:
            credits = Credits(of_member=credits.of_member[kept], of_group=credits.of_group)
        groups = len(relation.group_indptr) - 1
        by_member = self._order[kept[self._order]]
        left = Incidence(
            group_indptr=_starts(np.bincount(self._group[kept], minlength=groups)),
            members=relation.members[kept],
            member_indptr=_starts(
                np.bincount(relation.members[kept], minlength=len(self._network))
            ),
            groups=self._group[by_member],
        )
        classes: Classes = self._bipartite.classes
        return joined(list(count_pairs(left, classes, credits, min_groups=self._min_groups)))

    def network_of(self, ties: Ties) -> Network:
        """Return ties as a network of the same nodes."""
        import pyarrow as pa

        ids = self._network.ids
        ends = (
            pa.DictionaryArray.from_arrays(pa.array(end, pa.int32()), ids)
            for end in (ties.source, ties.target)
        )
        source, target = ends
        edges = pa.table({"source": source, "target": target, "weight": ties.weight})
        return Network(self._network.nodes.select(["id"]), edges)


def _starts(counts: IntArray) -> IntArray:
    return np.concatenate([[0], np.cumsum(counts)])


def _recipe(network: Network) -> Recipe:
    if network.recipe is None:
        raise InvalidArgumentError(
            "robustness drops authorships, and this network does not know the papers behind it"
        )
    return network.recipe


def _chances(
    network: Network, probability: float, doubtful: Mapping[str, float] | None
) -> FloatArray:
    """Return the probability by node."""
    _check_probability(probability)
    chances = np.full(len(network), float(probability))
    for node, chance in (doubtful or {}).items():
        _check_probability(chance)
        chances[network.number_of(node)] = chance
    return chances


def _check_probability(probability: float) -> None:
    if not 0 <= probability <= 1:
        raise InvalidArgumentError(f"a probability lies between 0 and 1, not at {probability}")


def _check(runs: int, seed: int, measures: Sequence[str]) -> None:
    if seed < 0:
        raise InvalidArgumentError(f"a seed is not negative, as {seed} is")
    if runs < 1:
        raise InvalidArgumentError(f"at least one run is needed, not {runs}")
    unknown = [name for name in measures if name not in MEASURES]
    if unknown:
        raise InvalidArgumentError(f"measures are {' and '.join(MEASURES)}, not {unknown[0]!r}")


def _check_same(network: Network, ties: Ties) -> None:
    """Compare with the network what its papers give: rows may stand in another order."""
    order = np.lexsort((network.target, network.source))
    if not (
        np.array_equal(network.source[order], ties.source)
        and np.array_equal(network.target[order], ties.target)
        and np.allclose(network.weight[order], ties.weight, rtol=_SAME, atol=0)
    ):
        raise InvalidArgumentError(
            "counting the papers does not give the ties of this network again: ask for the "
            "robustness of the network that it was made from"
        )


def _measure(name: str, ties: Ties, nodes: int) -> FloatArray:
    ends = np.concatenate([ties.source, ties.target])
    weights = None if name == "degree" else np.tile(ties.weight, 2)
    return np.bincount(ends, weights, minlength=nodes).astype(np.float64)


def _facts(ties: Ties, nodes: int, ends: tuple[int, int] | None) -> dict[str, Any]:
    """Return what there is to say of a run without comparing it."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(ties.source), np.int8)
    matrix = coo_array((ones, (ties.source, ties.target)), shape=(nodes, nodes))
    _, labels = connected_components(matrix, directed=False)
    facts: dict[str, Any] = {
        "ties": len(ties.source),
        "largest_component": int(np.bincount(labels).max(initial=0)),
    }
    if ends is not None:
        facts["connected"] = bool(labels[ends[0]] == labels[ends[1]])
    return facts


class _Communities:
    """The communities of the original, to be compared with those of runs."""

    def __init__(self, network: Network, seed: int) -> None:
        self._seed = seed
        # Nodes that never had a tie are alone in every run, and would only flatter.
        self._tied = np.diff(network.links.indptr) > 0
        self._labels = self._of(network)

    def likeness(self, network: Network) -> float:
        """Return the normalised mutual information with those of a run."""
        from scholargraph.network.communities import normalised_mutual_information

        return float(normalised_mutual_information(self._labels, self._of(network)))

    def _of(self, network: Network) -> npt.NDArray[Any]:
        from scholargraph.network.communities import communities

        return np.asarray(communities(network, seed=self._seed).labels)[self._tied]


def _node_frame(
    network: Network, before: dict[str, FloatArray], values: dict[str, FloatArray]
) -> pd.DataFrame:
    import pyarrow as pa

    from scholargraph.graph.frames import frame

    columns: dict[str, Any] = {"id": network.ids}
    for name, original in before.items():
        low, high = np.percentile(values[name], INTERVAL, axis=0)
        columns[name] = original.astype(np.int64) if name == "degree" else original
        # Deviations are averaged: where nothing moves, the mean is the original to the last bit.
        columns[f"{name}_mean"] = original + (values[name] - original).mean(axis=0)
        columns[f"{name}_low"], columns[f"{name}_high"] = low, high
    return frame(pa.table(columns))


def _run_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pyarrow as pa

    from scholargraph.graph.frames import frame

    return frame(pa.Table.from_pylist(rows, schema=_run_schema(rows[0])))


def _run_schema(row: dict[str, Any]) -> Any:
    import pyarrow as pa

    def kind(name: str) -> Any:
        if name == "connected":
            return pa.bool_()
        return pa.float64() if name == "nmi" or name.startswith("spearman_") else pa.int64()

    return pa.schema([(name, kind(name)) for name in row])


def _summary_frame(rows: list[dict[str, Any]], facts: dict[str, Any]) -> pd.DataFrame:
    import pyarrow as pa

    from scholargraph.graph.frames import frame

    summary = []
    for name in rows[0]:
        if name in ("run", "connected"):
            continue
        known = [float(row[name]) for row in rows if row[name] is not None]
        low, high = np.percentile(known, INTERVAL) if known else (None, None)
        summary.append(
            {
                "quantity": name,
                "original": _original(name, facts),
                "mean": float(np.mean(known)) if known else None,
                "low": low,
                "high": high,
            }
        )
    kinds = [("quantity", pa.string())]
    kinds += [(name, pa.float64()) for name in ("original", "mean", "low", "high")]
    return frame(pa.Table.from_pylist(summary, schema=pa.schema(kinds)))


def _original(name: str, facts: dict[str, Any]) -> float:
    """Return what a quantity is where nothing is dropped."""
    if name == "dropped":
        return 0.0
    return float(facts.get(name, 1.0))
