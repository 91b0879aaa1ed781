"""What counts for a tie: which papers, and who signed them (METHODS: what counts).

Here papers are chosen by type and described from the arrays of the version, which ``_kernels``
counts. Which seats make ties and how large a team is was decided when the arrays were made, in
``scholargraph.adjacency.bylines``. The questions themselves are in ``ego``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.adjacency import (
    AUTHORS_TRUNCATED,
    IS_PARATEXT,
    UNKNOWN_YEAR,
    UPPER_BOUND,
)
from scholargraph.collaboration._kernels import NO_YEAR, IntArray
from scholargraph.errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy.typing as npt

    from scholargraph.adjacency import Adjacency

Types = str | tuple[str, ...]

NOT_RESEARCH: Final = ("paratext", "erratum", "peer-review", "retraction")
"""Types of paper that make no ties unless asked: they name people for other reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bylines:
    """Papers that count, and how many signed them; index k is paper ``rows[k]``."""

    rows: IntArray
    """Row numbers, ascending."""
    team_size: IntArray
    """Persons on the byline."""
    unresolved: IntArray
    """Those of them who cannot be told apart."""
    year: IntArray
    """`NO_YEAR` where it is not known."""
    flags: npt.NDArray[np.uint8]
    """As in the arrays of the version."""
    left_out: dict[str, int]
    """Papers that do not count, by the reason: their type, or ``is_paratext``."""


def checked_types(types: str | Iterable[str]) -> Types:
    """Return ``types`` in the form in which it is recorded.

    Raises
    ------
    InvalidArgumentError
        If it is neither ``"research"`` nor ``"all"`` nor an iterable of texts.
    """
    if types == "research" or types == "all":
        return str(types)
    if isinstance(types, str) or not isinstance(types, Iterable):
        raise InvalidArgumentError(
            f"types must be 'research', 'all' or a list such as ['article'], not {types!r}"
        )
    wanted = list(types)
    if not all(isinstance(each, str) for each in wanted):
        raise InvalidArgumentError(f"types must be a list of texts, not {wanted!r}")
    return tuple(sorted(set(wanted)))


def choose_bylines(adjacency: Adjacency, rows: npt.NDArray[Any], types: Types) -> Bylines:
    """Describe those papers that count.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    rows : integer array
        Row numbers of papers, ascending.
    types : str or tuple of str
        As `checked_types` returns it.
    """
    papers = adjacency.papers
    rows = rows.astype(np.int64)
    reasons = [_reason_against(types, kind) for kind in papers.types]
    code, flags = papers.type_code[rows], papers.flags[rows]
    left_out: Counter[str] = Counter()
    is_refused = np.array([reason is not None for reason in reasons], np.bool_)[code]
    for place, count in enumerate(np.bincount(code[is_refused]).tolist()):
        if count and (reason := reasons[place]):
            left_out[reason] += count
    counts = ~is_refused
    if types == "research":
        is_paratext = counts & (flags & IS_PARATEXT != 0)
        left_out["is_paratext"] += int(np.count_nonzero(is_paratext))
        counts &= ~is_paratext
    rows = rows[counts]
    year = papers.year[rows].astype(np.int64)
    return Bylines(
        rows=rows,
        team_size=papers.team_size[rows].astype(np.int64),
        unresolved=papers.unresolved[rows].astype(np.int64),
        year=np.where(year == UNKNOWN_YEAR, NO_YEAR, year),
        flags=flags[counts],
        left_out={reason: count for reason, count in sorted(left_out.items()) if count},
    )


def left_out_in_words(adjacency: Adjacency, bylines: Bylines, types: Types) -> dict[str, Any]:
    """Return how an answer was made and what it could not take into account.

    Parameters
    ----------
    adjacency : Adjacency
        The arrays of the version.
    bylines : Bylines
        The papers behind the answer.
    types : str or tuple of str
        As `checked_types` returns it.
    """
    shared = bylines.team_size >= 2
    to_unknown = bylines.unresolved[shared] / (bylines.team_size[shared] - 1.0)
    return {
        "types": types if isinstance(types, str) else list(types),
        "papers": len(bylines.rows),
        "papers_left_out": bylines.left_out,
        "single_author_papers": int(np.count_nonzero(~shared)),
        "truncated_papers": int(np.count_nonzero(bylines.flags & AUTHORS_TRUNCATED)),
        "upper_bound_papers": int(np.count_nonzero(bylines.flags & UPPER_BOUND)),
        "unresolved_seats": int(bylines.unresolved.sum()),
        "strength_to_unknown": float(np.sum(to_unknown)),
        "version_pairs": _version_pairs(adjacency, bylines.rows),
    }


def _reason_against(types: Types, kind: str | None) -> str | None:
    if types == "all":
        return None
    if types == "research":
        return kind if kind in NOT_RESEARCH else None
    return None if kind in types else kind or "no type"


def _version_pairs(adjacency: Adjacency, rows: IntArray) -> int:
    """Count the pairs of papers with one folded title and two or more joint authors."""
    titles = adjacency.nodes["paper"].words
    form = np.searchsorted(titles.owners, rows.astype(titles.owners.dtype))
    has_title = form < len(titles.owners)
    has_title[has_title] = titles.owners[form[has_title]] == rows[has_title]
    rows = rows[has_title]
    if len(rows) < 2:
        return 0
    title = titles.forms.take(form[has_title]).dictionary_encode().indices.to_numpy()
    repeated = np.flatnonzero(np.bincount(title)[title] > 1)
    groups: dict[int, list[set[int]]] = {}
    for place in repeated.tolist():
        signed = set(adjacency.paper_authors.of(rows[place]).tolist())
        groups.setdefault(int(title[place]), []).append(signed)
    return sum(
        len(one & other) >= 2 for group in groups.values() for one, other in combinations(group, 2)
    )
