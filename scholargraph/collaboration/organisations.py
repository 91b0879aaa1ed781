"""Networks of institutions and of countries: ties between those whom authors name on bylines.

A pair of authors ties the organisations of both. With shares, an author with several of them splits
his unit among them, so that nothing is counted twice and what stays inside an organisation is told
apart; with presence, each pair of organisations on a byline counts once a paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scholargraph.collaboration.affiliations import Shares, organisation_names, shares_of
from scholargraph.collaboration.answers import left_out_of
from scholargraph.errors import InvalidArgumentError
from scholargraph.graph.frames import frame
from scholargraph.network.pairs import NO_CLASS, NO_YEAR, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.collaboration.authorships import Authorships
    from scholargraph.graph import ScholarGraph
    from scholargraph.network import Network
    from scholargraph.network.recipe import Bipartite

UNITS: Final = ("share", "presence")

_NOTHING: Final = 1e-12
"""Below any product of shares that is not zero but by rounding."""


class _Pairs(NamedTuple):
    """Pairs of organisations on papers, one < other."""

    paper: IntArray
    one: IntArray
    other: IntArray
    value: FloatArray
    """Pairs of authors of both, or 1 where presence counts."""
    fractional: FloatArray
    """What the value is multiplied with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecipe:
    """How a network of organisations was made, and the papers behind it."""

    graph: ScholarGraph
    said: Mapping[str, Any]
    found: Authorships
    pairs: _Pairs
    factor: FloatArray
    """By paper: what the half-life leaves."""
    ids: tuple[str, ...]

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of `coauthor_network`."""
        return self.said

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Return the papers behind the tie of two nodes, each with what it adds."""
        import pyarrow as pa

        one, other = sorted((self.ids.index(a), self.ids.index(b)))
        pairs = self.pairs
        # A paper by one person makes no tie, whatever that person's organisations.
        counts = self.factor[pairs.paper] > 0
        behind = np.flatnonzero((pairs.one == one) & (pairs.other == other) & counts)
        papers = pairs.paper[behind]
        chosen = self.found.chosen
        full = pairs.value[behind] * self.factor[papers]
        fractional = full * pairs.fractional[behind]
        known = self.graph.adjacency.nodes["paper"]
        year = chosen.year[papers]
        return frame(
            pa.table(
                {
                    "paper_id": known.ids.take(chosen.rows[papers]),
                    "title": known.names.take(chosen.rows[papers]),
                    "year": pa.array(year, pa.int16(), mask=year == NO_YEAR),
                    "team_size": pa.array(chosen.team_size[papers], pa.int32()),
                    "weight": pa.array(full if self.found.terms.counting == "full" else fractional),
                    "full": pa.array(full),
                    "fractional": pa.array(fractional),
                }
            ),
            nullable=("year",),
        )

    def bipartite(self) -> Bipartite:
        """Refuse: who signed a paper is a question of people, which organisations are not."""
        raise InvalidArgumentError(
            f"this is a network by {self.said['level']}: null models and robustness ask who signed "
            "which paper, and organisations sign none; ask for a network with level='author', take "
            "backbone(null='disparity'), or say papers= for marginals='papers'"
        )


def organisation_network(
    graph: ScholarGraph,
    found: Authorships,
    said: Mapping[str, Any],
    *,
    level: str,
    unit: str,
    roll_up: bool,
    min_papers: int,
) -> Network:
    """Return the network of organisations of the authors of papers.

    Parameters
    ----------
    graph : ScholarGraph
        The graph.
    found : Authorships
        The papers that count, and the authors who do.
    said : mapping
        The arguments, to be recorded.
    level : {"institution", "country"}
        What the nodes are.
    unit : {"share", "presence"}
        What a paper gives to a pair of them.
    roll_up : bool
        Whether institutions are replaced by the top of their lineage.
    min_papers : int
        Ties of fewer joint papers are left out, and counted.

    Raises
    ------
    InvalidArgumentError
        If the counting is one that only authors have.
    """
    import pyarrow as pa

    from scholargraph.network import Network

    if found.terms.counting not in ("full", "fractional"):
        raise InvalidArgumentError(
            f"ties of {level}s are counted full or fractional, not {found.terms.counting}"
        )
    shares, ids = shares_of(graph, found.chosen.rows, found.members, level, roll_up=roll_up)
    paper, node, held, squares = _by_organisation(shares)
    factor, other_persons = _weights_of_papers(found)
    if unit == "share":
        pairs = _share_pairs(shares, paper, node, held, other_persons)
    else:
        pairs = _presence_pairs(paper, node)
    edges, passed_over = _summed(pairs, found, factor, min_papers)
    counts = factor[paper] * other_persons[paper]
    inside = np.bincount(node, factor[paper] * (held**2 - squares) / 2, len(ids))
    affiliated = np.bincount(paper, held, len(factor))
    unknown = counts * held * (found.chosen.team_size[paper] - affiliated[paper])
    nodes = pa.table(
        {
            "id": ids,
            "name": organisation_names(graph, ids, level),
            "type": pa.repeat(level, len(ids)),
            "paper_count": pa.array(np.bincount(node, minlength=len(ids)), pa.int32()),
            "inside": pa.array(inside if unit == "share" else np.zeros(len(ids))),
            "inside_fractional": pa.array(
                np.bincount(node, counts * (held**2 - squares) / 2, len(ids))
                if unit == "share"
                else np.zeros(len(ids))
            ),
            "unknown_strength": pa.array(np.bincount(node, unknown, len(ids)), pa.float64())
            if unit == "share"
            else pa.nulls(len(ids), pa.float64()),
        }
    )
    ends = {
        name: pa.DictionaryArray.from_arrays(pa.array(edges.pop(name), pa.int32()), ids)
        for name in ("source", "target")
    }
    left_out = left_out_of(found.chosen, graph.adjacency, found.terms)
    left_out["papers_without_affiliation"] = int(
        np.count_nonzero((affiliated == 0) & (found.chosen.team_size > 0))
    )
    left_out["ties_of_fewer_papers"] = passed_over
    return Network(
        nodes,
        pa.table({**ends, **edges}),
        recipe=OrganisationRecipe(
            graph=graph,
            said=said,
            found=found,
            pairs=pairs,
            factor=factor,
            ids=tuple(ids.to_pylist()),
        ),
        left_out=left_out,
    )


def _by_organisation(shares: Shares) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Return for each paper and organisation the sum of shares, and that of their squares."""
    key = shares.paper << 32 | shares.organisation
    order = np.argsort(key, kind="stable")
    key, share = key[order], shares.share[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
    if not len(starts):
        return starts, starts, np.zeros(0), np.zeros(0)
    held = np.add.reduceat(share, starts)
    squares = np.add.reduceat(share**2, starts)
    return key[starts] >> 32, key[starts] & 0xFFFFFFFF, held, squares


def _weights_of_papers(found: Authorships) -> tuple[FloatArray, FloatArray]:
    """Return by paper what a half-life leaves, and 1 / (n - 1)."""
    class_ = found.classes.of_group[found.groups]
    shared = class_ != NO_CLASS
    factor = np.zeros(len(class_))
    factor[shared] = found.classes.full[class_[shared]]
    others = np.maximum(found.chosen.team_size - 1.0, 1.0)
    return factor, 1 / others


def _pairs_of_runs(run: IntArray) -> tuple[IntArray, IntArray]:
    """Return the places of all pairs of entries of one run, in order; runs stand together."""
    ends = np.searchsorted(run, run, side="right")
    behind = ends - np.arange(len(run)) - 1
    one = np.repeat(np.arange(len(run)), behind)
    ahead = np.arange(len(one)) - np.repeat(np.cumsum(behind) - behind, behind)
    return one, one + 1 + ahead


def _share_pairs(
    shares: Shares,
    paper: IntArray,
    node: IntArray,
    held: FloatArray,
    other_persons: FloatArray,
) -> _Pairs:
    """Return the products of shares of different authors, summed by paper and pair."""
    one, other = _pairs_of_runs(paper)
    value = held[one] * held[other]
    # An author with two organisations makes no tie between them: that would be one with himself.
    of_author = np.lexsort((shares.organisation, shares.author, shares.paper))
    seat = (shares.paper << 32 | shares.author)[of_author]
    first, second = (of_author[place] for place in _pairs_of_runs(seat))
    if len(first):
        width = int(node.max()) + 1
        key = (paper[one] * width + node[one]) * width + node[other]
        own = (shares.paper[first] * width + shares.organisation[first]) * width
        at = np.searchsorted(key, own + shares.organisation[second])
        np.subtract.at(value, at, shares.share[first] * shares.share[second])
    is_tie = value > _NOTHING
    one, other = one[is_tie], other[is_tie]
    return _Pairs(paper[one], node[one], node[other], value[is_tie], other_persons[paper[one]])


def _presence_pairs(paper: IntArray, node: IntArray) -> _Pairs:
    one, other = _pairs_of_runs(paper)
    present = np.bincount(paper) if len(paper) else np.zeros(0, np.int64)
    fractional = 1 / np.maximum(present[paper[one]] - 1.0, 1.0)
    return _Pairs(paper[one], node[one], node[other], np.ones(len(one)), fractional)


def _summed(
    pairs: _Pairs, found: Authorships, factor: FloatArray, min_papers: int
) -> tuple[dict[str, Any], int]:
    """Return the columns of the ties, and how many of fewer papers there were."""
    import pyarrow as pa

    year = found.chosen.year[pairs.paper]
    counts = factor[pairs.paper] > 0
    team_size = found.chosen.team_size[pairs.paper]
    order = np.lexsort((pairs.paper, year, team_size, pairs.other, pairs.one))
    order = order[counts[order]]
    key = (pairs.one << 32 | pairs.other)[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
    paper_count = np.diff(np.append(starts, len(key)))
    full = (pairs.value * factor[pairs.paper])[order]
    fractional = full * pairs.fractional[order]
    year = year[order]

    def each(values: npt.NDArray[Any], how: np.ufunc = np.add) -> npt.NDArray[Any]:
        return how.reduceat(values, starts) if len(starts) else values

    first_year = each(year, np.minimum)
    last_year = each(np.where(year == NO_YEAR, np.int16(-1), year), np.maximum)
    enough = paper_count >= min_papers
    is_unknown = first_year == NO_YEAR
    sums = {"full": each(full), "fractional": each(fractional)}
    columns = {
        "source": key[starts] >> 32,
        "target": key[starts] & 0xFFFFFFFF,
        "weight": sums[found.terms.counting],
        **sums,
        "paper_count": paper_count.astype(np.int32),
        "first_year": first_year,
        "last_year": last_year,
    }
    columns = {name: values[enough] for name, values in columns.items()}
    for name in ("first_year", "last_year"):
        columns[name] = pa.array(columns[name], pa.int16(), mask=is_unknown[enough])
    return columns, int(np.count_nonzero(~enough))
