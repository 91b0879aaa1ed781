"""What records say of nodes that are not their own, from columns: the first word on each counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.columns import NO_TEXT, OPENALEX_URL
from scholargraph.ingest.openalex.columnar.groups import (
    Coded,
    Flags,
    Numbers,
    codes_of,
    distinct,
    ends_of,
    groups_of,
    paired,
)
from scholargraph.ingest.openalex.mentions import NOBODY_URLS, Description, Mentions


@cache
def _nobody() -> pa.Array:
    # Not when the module is imported: with its first list Arrow imports pandas.
    return pa.array(sorted(NOBODY_URLS), pa.string())


def are_nobody(urls: pa.Array) -> Flags:
    """Say of each id whether it stands for nobody."""
    return np.asarray(pc.is_in(urls, _nobody()))


def of_kind(urls: pa.Array, letter: str) -> pa.Array:
    """Make null what is no URL of a kind of node."""
    is_one = pc.fill_null(pc.starts_with(urls, OPENALEX_URL + letter), False)
    return pc.if_else(is_one, urls, NO_TEXT)


class Said(NamedTuple):
    """What some records say of nodes of one type."""

    rows: Numbers
    """The record that says it."""
    details: Sequence[pa.Array | None]
    """Columns of the descriptions behind the URL of the node; None is one without a value."""


def say(mentions: Mentions, urls: Coded, parts: Sequence[Said]) -> None:
    """Give mentions what records say, in the order in which they say it.

    Parameters
    ----------
    mentions : Mentions
        Of nodes of one type; nothing was said to it before.
    urls : Coded
        Ids of the nodes that all parts speak of, one part after the other; where one is null,
        nothing is said.
    parts : sequence of Said
        What is said first stands first.
    """
    rows = np.concatenate([part.rows for part in parts])
    firsts = _first_words(rows, urls.numbers)
    nodes = urls.numbers[firsts]
    details = _details_of(parts, firsts)
    groups = groups_of(paired(nodes, *map(codes_of, details)))
    examples = pa.array(groups.firsts)
    of_examples = urls.values.take(pa.array(nodes[groups.firsts] - 1))
    described = [of_examples, *(detail.take(examples) for detail in details)]
    mentions.add_described(rows[firsts], groups.numbers, _descriptions(described))


def say_again(
    mentions: Mentions, rows: Numbers, said: Numbers, described: Sequence[pa.Array]
) -> None:
    """Give mentions what records say, as ``say`` does, where the same is said again and again.

    Parameters
    ----------
    mentions : Mentions
        Of nodes of one type; nothing was said to it before.
    rows : int64 array
        The record that says it.
    said : int64 array
        What it says: a number of a description.
    described : sequence of pyarrow.Array
        Columns of the descriptions, the URL of the node first.
    """
    firsts = _first_words(rows, codes_of(described[0])[said])
    groups = groups_of(distinct(described).numbers[said[firsts]])
    examples = pa.array(said[firsts[groups.firsts]])
    descriptions = _descriptions([part.take(examples) for part in described])
    mentions.add_described(rows[firsts], groups.numbers, descriptions)


def _first_words(rows: Numbers, nodes: Numbers) -> Numbers:
    """Return where a record first says something of a node, of which 0 is none."""
    places = np.flatnonzero(nodes)
    return places[groups_of(paired(rows[places], nodes[places])).firsts]


def _details_of(parts: Sequence[Said], places: Numbers) -> list[pa.Array]:
    """Return the details in some places, which are sorted, of all parts together."""
    ends = ends_of(np.array([len(part.rows) for part in parts]))
    chosen = [
        pa.array(places[first:last] - start)
        for start, (first, last) in zip(ends, pairwise(np.searchsorted(places, ends)), strict=False)
    ]
    return [
        _taken_together(columns, chosen)
        for columns in zip(*(part.details for part in parts), strict=True)
    ]


def _taken_together(columns: Sequence[pa.Array | None], chosen: Sequence[pa.Array]) -> pa.Array:
    type_ = next(column.type for column in columns if column is not None)
    return pa.concat_arrays(
        [
            pa.nulls(len(taken), type_) if column is None else column.take(taken)
            for column, taken in zip(columns, chosen, strict=True)
        ]
    )


def _descriptions(described: Sequence[pa.Array]) -> Iterator[Description]:
    values = [part.to_pylist() for part in described]
    return (tuple(map(_hashable, row)) for row in zip(*values, strict=True))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
