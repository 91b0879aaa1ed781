"""Names of a whole population, and the titles of its papers.

What lives here: choosing from the word lists of ``personal_names`` and ``vocabulary`` for arrays of
people and papers. Some names are shared by thousands, most by a few, as in the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.sample.large.columns import chosen, joined
from scholargraph.sample.large.draws import Stream, below, mixed
from scholargraph.sample.personal_names import SHAPES, name_words
from scholargraph.sample.vocabulary import vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHAPES: Final = (
    *(shape for shape in SHAPES if shape != "one name"),
    *("chinese",) * 3,
    *("english",) * 2,
    "german",
    "korean",
)
_MIDDLES: Final = "ABCDEFGHIJKLMNOPRSTUVWYZ"
_MIDDLE_SHARE: Final = 0.4
_WITHOUT_MIDDLE: Final = frozenset({"chinese", "korean", "japanese"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pools:
    """Given and family names of all shapes, and where those of each shape stand."""

    given: pa.Array
    initials: pa.Array
    families: pa.Array
    given_start: NDArray[Any]
    given_count: NDArray[Any]
    family_start: NDArray[Any]
    start_count: NDArray[Any]
    end_count: NDArray[Any]
    may_have_middle: NDArray[Any]


@lru_cache(maxsize=1)
def _pools() -> _Pools:
    given: list[str] = []
    families: list[str] = []
    rows = []
    for shape in _SHAPES:
        words = name_words(shape)
        own = [*words["given"], *_composed(shape, words["given"])]
        starts, ends = words["starts"], words["ends"] or ("",)
        rows.append(
            (
                len(given),
                len(own),
                len(families),
                len(starts),
                len(ends),
                shape not in _WITHOUT_MIDDLE,
            )
        )
        given += own
        families += [(start + end).replace("- ", "-") for start in starts for end in ends]
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return _Pools(
        given=pa.array(given),
        initials=pa.array([f"{name[0]}." for name in given]),
        families=pa.array(families),
        given_start=columns[0],
        given_count=columns[1],
        family_start=columns[2],
        start_count=columns[3],
        end_count=columns[4],
        may_have_middle=columns[5],
    )


def _composed(shape: str, given: tuple[str, ...]) -> list[str]:
    """Return more given names where they are made of two parts: there are few family names."""
    if shape == "chinese":
        return [one + two.lower() for one in given for two in given]
    if shape == "korean":
        firsts, seconds = zip(*(name.split("-") for name in given), strict=True)
        return sorted({f"{one}-{two}" for one in firsts for two in seconds} - set(given))
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of some people, in the forms in which they are printed."""

    display: pa.Array
    with_initial: pa.Array
    family_first: pa.Array


def names_of(seed: int, people: NDArray[Any]) -> Names:
    """Return the names of people; the same person always has the same.

    Parameters
    ----------
    seed : int
        That of the model.
    people : array of int
        Persons, from 0, in any order.

    Examples
    --------
    >>> names_of(0, np.array([7])) == names_of(0, np.array([7]))
    True
    """
    pools = _pools()
    shape, given, start, end, middle = (
        mixed(seed, Stream.NAMES, people, np.array([part])) for part in range(5)
    )
    kind = below(shape, len(_SHAPES))
    place = pools.given_start[kind] + below(given, pools.given_count[kind])
    # Early words of the lists are frequent, as Wang is.
    family = (
        pools.family_start[kind]
        + below(start * start, pools.start_count[kind]) * pools.end_count[kind]
        + below(end, pools.end_count[kind])
    )
    has_middle = (middle < _MIDDLE_SHARE) & pools.may_have_middle[kind]
    letter = np.where(has_middle, below(middle / _MIDDLE_SHARE, len(_MIDDLES)) + 1, 0)
    middles = chosen(["", *(f" {letter}." for letter in _MIDDLES)], letter)
    first, initial = chosen(pools.given, place), chosen(pools.initials, place)
    last = chosen(pools.families, family)
    return Names(
        display=joined(first, middles, " ", last),
        with_initial=joined(initial, middles, " ", last),
        family_first=joined(last, ", ", first, middles),
    )


def topic_base(topics: NDArray[Any]) -> NDArray[Any]:
    """Return the topic of the vocabulary of which others are variants."""
    return topics % len(vocabulary().topics)


def titles(seed: int, papers: NDArray[Any], topics: NDArray[Any]) -> pa.Array:
    """Return titles of papers, in the words of their communities' topics.

    Parameters
    ----------
    seed : int
        That of the model.
    papers : array of int
        Papers, from 0.
    topics : array of int
        A topic for each.
    """
    units = [mixed(seed, Stream.TITLES, papers, np.array([part])) for part in range(6)]
    base = topic_base(topics)
    words = vocabulary().topics

    def word(kind: str, unit: NDArray[Any], *, is_first: bool = False) -> pa.Array:
        each = [getattr(topic, kind) for topic in words]
        start = np.concatenate([[0], np.cumsum([len(some) for some in each])])
        pool = [
            (text[0].upper() + text[1:]) if is_first else text for some in each for text in some
        ]
        return chosen(pool, start[base] + below(unit, start[base + 1] - start[base]))

    thing, method, measure = (
        word(kind, unit)
        for kind, unit in zip(("things", "methods", "measures"), units[:3], strict=True)
    )
    other = word("things", units[3])
    opening = word("things", units[4], is_first=True)
    variants = (
        joined(word("measures", units[2], is_first=True), " of the ", thing, " by ", method),
        joined(opening, " and ", thing, ": ", measure, " and what ", method, " adds"),
        joined("How ", thing, " shapes ", measure, " where ", other, " is present"),
        joined(word("methods", units[1], is_first=True), " of ", thing, " with limited data"),
        joined("Does ", measure, " depend on ", other, "? A study of ", thing, " by ", method),
    )
    return pc.choose(pa.array(below(units[5], len(variants))), *variants)
