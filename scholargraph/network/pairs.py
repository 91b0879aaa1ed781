"""From groups to ties, on plain arrays: every pair of members of a group, summed over the groups.

A group is a paper and its members are authors, or what else signs it. Nothing here knows tables,
ids or files. Sources are taken in ranges of about equal work, so that memory is bounded by a range
and not by the network, and a large group never becomes rows all at once. Sums are taken in an
order of their own: the same bits whatever the ranges and the threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NO_YEAR: Final = np.iinfo(np.int16).max
"""Stands for a year that is not known; sorts behind all years."""

NO_CLASS: Final = -1
"""Instead of the class of a group that does not count."""

RANGE_STEPS: Final = 1_500_000
"""Members that a range of sources looks at: up to some 70 bytes each, with the ties it finds."""

_KEY_BITS: Final = 63


class Incidence(NamedTuple):
    """Who is a member of what, in both directions, as compressed sparse rows."""

    group_indptr: IntArray
    members: npt.NDArray[Any]
    """Members of each group, ascending, each once."""
    member_indptr: IntArray
    groups: npt.NDArray[Any]
    """Groups of each member, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Groups that weigh alike: what a pair of their members counts."""

    of_group: npt.NDArray[np.int32]
    """Class of each group, or `NO_CLASS`."""
    year: npt.NDArray[np.int16]
    """By class; `NO_YEAR` where it is not known."""
    full: FloatArray
    fractional: FloatArray
    weight: FloatArray
    """By class: what a pair counts in each way. Not for credits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """Shares of members in their groups, where a pair weighs the product of both."""

    of_member: FloatArray
    """Beside `Incidence.members`."""
    of_group: FloatArray
    """What the product is multiplied with."""


class Ties(NamedTuple):
    """Ties, ascending by source and target, each once with source < target."""

    source: IntArray
    target: IntArray
    paper_count: IntArray
    full: FloatArray
    fractional: FloatArray
    weight: FloatArray
    first_year: npt.NDArray[np.int16]
    last_year: npt.NDArray[np.int16]
    """`NO_YEAR` where no joint group has a year."""


def incidence(group_indptr: IntArray, members: npt.NDArray[Any], member_count: int) -> Incidence:
    """Return both directions of a relation of which one is given.

    Examples
    --------
    >>> both = incidence(np.array([0, 2, 3]), np.array([0, 2, 2]), 3)
    >>> both.member_indptr.tolist(), both.groups.tolist()
    ([0, 1, 1, 3], [0, 0, 1])
    """
    group = np.repeat(np.arange(len(group_indptr) - 1), np.diff(group_indptr))
    order = np.argsort(members, kind="stable")
    counts = np.bincount(members, minlength=member_count)
    member_indptr = np.concatenate([[0], np.cumsum(counts)])
    return Incidence(group_indptr, members, member_indptr, group[order])


def count_pairs(
    relation: Incidence,
    classes: Classes,
    credits: Credits | None = None,
    *,
    min_groups: int = 1,
    threads: int = 1,
    range_steps: int = RANGE_STEPS,
    passed_over: Counter[str] | None = None,
) -> Iterator[Ties]:
    """Yield the ties of all members, a range of sources at a time.

    Parameters
    ----------
    relation : Incidence
        Who is a member of what.
    classes : Classes
        What groups count. They are numbered in the order in which they are summed.
    credits : Credits, optional
        Instead of ``classes.weight``.
    min_groups : int
        Ties of fewer joint groups are passed over.
    threads : int
        Ranges that are counted at a time.
    range_steps : int
        Members that a range looks at, but for a member that alone has more.
    passed_over : Counter, optional
        Is told how many ties of fewer joint groups there were, as ``"ties"``.
    """
    for found in _all_ties(relation, classes, credits, threads, range_steps):
        if min_groups == 1:
            yield found
            continue
        enough = found.paper_count >= min_groups
        if passed_over is not None:
            passed_over["ties"] += int(np.count_nonzero(~enough))
        yield Ties._make(values[enough] for values in found)


def _all_ties(
    relation: Incidence,
    classes: Classes,
    credits: Credits | None,
    threads: int,
    range_steps: int,
) -> Iterator[Ties]:
    ranges = _ranges(relation, classes, range_steps)
    if threads == 1 or len(ranges) == 1:
        for low, high in ranges:
            yield _ties(relation, classes, credits, low, high)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        # One result may wait beside those that are being counted: memory stays bounded.
        waiting = [
            pool.submit(_ties, relation, classes, credits, low, high)
            for low, high in ranges[: threads + 1]
        ]
        for low, high in [*ranges[threads + 1 :], *[(0, 0)] * len(waiting)]:
            yield waiting.pop(0).result()
            if high:
                waiting.append(pool.submit(_ties, relation, classes, credits, low, high))


def joined(parts: Sequence[Ties]) -> Ties:
    """Return ties that stand in several parts as one."""
    if not parts:
        nothing = np.zeros(0, np.int64)
        nil, no_year = np.zeros(0), np.zeros(0, np.int16)
        return Ties(nothing, nothing, nothing, nil, nil, nil, no_year, no_year)
    return Ties._make(np.concatenate(arrays) for arrays in zip(*parts, strict=True))


def _ranges(relation: Incidence, classes: Classes, steps: int) -> list[tuple[int, int]]:
    """Cut the members into ranges that look at about as many members each."""
    sizes = np.diff(relation.group_indptr)
    sizes = np.where(classes.of_group == NO_CLASS, 0, sizes).astype(np.int64)
    total = len(relation.member_indptr) - 1
    ranges, low = [], 0
    while low < total:
        # Looking at a thousand members at a time, as many as are wanted.
        high, work = low, 0
        while high < total:
            further = min(high + 1_000, total)
            begin, end = relation.member_indptr[high], relation.member_indptr[further]
            ahead = np.cumsum(sizes[relation.groups[begin:end]])
            if work + (int(ahead[-1]) if len(ahead) else 0) <= steps:
                work += int(ahead[-1]) if len(ahead) else 0
                high = further
                continue
            allowed = int(np.searchsorted(ahead, steps - work, side="right"))
            inside = relation.member_indptr[high : further + 1] - begin
            high += int(np.searchsorted(inside, allowed, side="right")) - 1
            break
        high = max(high, low + 1)
        ranges.append((low, high))
        low = high
    return ranges


def _ties(
    relation: Incidence,
    classes: Classes,
    credits: Credits | None,
    low: int,
    high: int,
) -> Ties:
    """Count the ties whose source is one of a range."""
    begin, end = int(relation.member_indptr[low]), int(relation.member_indptr[high])
    group = relation.groups[begin:end].astype(np.int64)
    source = np.repeat(np.arange(high - low), np.diff(relation.member_indptr[low : high + 1]))
    class_ = classes.of_group[group].astype(np.int64)
    counts = class_ != NO_CLASS
    group, source, class_ = group[counts], source[counts], class_[counts]
    target_bits = max(int(len(relation.member_indptr) - 1).bit_length(), 1)
    class_bits = max(len(classes.year).bit_length(), 1)
    if (high - low).bit_length() + target_bits + class_bits > _KEY_BITS:
        middle = (low + high) // 2
        halves = ((low, middle), (middle, high))
        return joined([_ties(relation, classes, credits, *half) for half in halves])
    # Of every group the members behind the source: the pair is that of the other otherwise.
    starts = _behind(relation, group, source + low)
    sizes = relation.group_indptr[group + 1] - starts
    ends = np.cumsum(sizes)
    place = np.repeat(starts - (ends - sizes), sizes)
    place += np.arange(len(place))
    key = relation.members[place].astype(np.int64)
    key <<= class_bits
    key |= np.repeat((source << (target_bits + class_bits)) | class_, sizes)
    weights = None
    if credits is None:
        del place
        key.sort()
    else:
        # The source itself stands right before those behind it.
        own = credits.of_member[starts - 1] * credits.of_group[group]
        weights = np.repeat(own, sizes) * credits.of_member[place]
        # Within a class the groups stay in the order of their numbers.
        order = np.argsort(key, kind="stable")
        key, weights = key[order], weights[order]
    return _summed(key, weights, classes, low, target_bits, class_bits)


def _behind(relation: Incidence, group: IntArray, source: IntArray) -> IntArray:
    """Return where in each group the members behind one of them begin, all searched at a time."""
    low, high = relation.group_indptr[group], relation.group_indptr[group + 1]
    longest = int((high - low).max(initial=0))
    for _ in range(longest.bit_length()):
        middle = (low + high) >> 1
        # A search that is at its end may stand behind the last member of all.
        found = relation.members[np.minimum(middle, len(relation.members) - 1)]
        is_before = (found <= source) & (middle < high)
        low = np.where(is_before, middle + 1, low)
        high = np.where(is_before, high, middle)
    return low


def _summed(
    key: IntArray,
    weights: FloatArray | None,
    classes: Classes,
    low: int,
    target_bits: int,
    class_bits: int,
) -> Ties:
    """Sum up sorted keys of source, target and class."""
    is_first = np.ones(len(key), bool)
    np.greater(key[1:] ^ key[:-1], (1 << class_bits) - 1, out=is_first[1:])
    starts = np.flatnonzero(is_first)
    paper_count = np.diff(np.append(starts, len(key)))
    sums = _Sums(key, class_bits, starts, paper_count)
    pair = key[starts] >> class_bits
    source, target = pair >> target_bits, pair & ((1 << target_bits) - 1)
    full = sums.of_classes(classes.full)
    fractional = full if classes.fractional is classes.full else sums.of_classes(classes.fractional)
    if weights is not None:
        weight = sums.of(weights)
    elif classes.weight is classes.full:
        weight = full
    elif classes.weight is classes.fractional:
        weight = fractional
    else:
        weight = sums.of_classes(classes.weight)
    first_year = sums.of_classes(classes.year, np.minimum)
    known_year = np.where(classes.year == NO_YEAR, np.int16(-1), classes.year)
    last_year = sums.of_classes(known_year, np.maximum)
    return Ties(
        source=source + low,
        target=target,
        paper_count=paper_count,
        full=full,
        fractional=fractional,
        weight=weight,
        first_year=first_year,
        last_year=np.where(first_year == NO_YEAR, np.int16(NO_YEAR), last_year),
    )


class _Sums:
    """Sums over runs, most of which are of one: those are taken as they are."""

    def __init__(self, key: IntArray, class_bits: int, starts: IntArray, lengths: IntArray) -> None:
        self._starts = starts
        self._is_long = lengths > 1
        long_lengths = lengths[self._is_long]
        self._long_starts = np.cumsum(long_lengths) - long_lengths
        self._in_long = np.repeat(self._is_long, lengths)
        only_class = (1 << class_bits) - 1
        self._first_class = key[starts] & only_class
        self._long_class = key[self._in_long] & only_class

    def of(self, values: FloatArray) -> FloatArray:
        """Return the sum of each run."""
        return self._of(values[self._starts], values[self._in_long], np.add)

    def of_classes(self, values: npt.NDArray[Any], how: np.ufunc = np.add) -> npt.NDArray[Any]:
        """Return the sum of each run, or what else, of values given by class."""
        return self._of(values[self._first_class], values[self._long_class], how)

    def _of(
        self, result: npt.NDArray[Any], in_long: npt.NDArray[Any], how: np.ufunc
    ) -> npt.NDArray[Any]:
        if len(in_long):
            result[self._is_long] = how.reduceat(in_long, self._long_starts)
        return result
