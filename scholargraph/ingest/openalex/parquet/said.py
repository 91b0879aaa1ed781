"""What records say of nodes that are not their own, from columns: the first word on each counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.openalex.mentions import NOBODY_URLS, Mentions
from scholargraph.ingest.openalex.parquet.groups import (
    Flags,
    Numbers,
    codes_of,
    distinct,
    groups_of,
    paired,
)

_NOBODY = pa.array(sorted(NOBODY_URLS), pa.string())


def are_nobody(urls: pa.Array) -> Flags:
    """Say of each id whether it stands for nobody."""
    return np.asarray(pc.is_in(urls, _NOBODY))


def say(mentions: Mentions, rows: Numbers, described: Sequence[pa.Array]) -> None:
    """Give mentions what records say, in the order in which they say it.

    Parameters
    ----------
    mentions : Mentions
        Of nodes of one type; nothing was said to it before.
    rows : int64 array
        The record that says it.
    described : sequence of pyarrow.Array
        Columns of the descriptions, the URL of the node first; where that is null, nothing is
        said.
    """
    is_said = np.asarray(described[0].is_valid())
    places = np.flatnonzero(is_said)
    urls = codes_of(described[0])[places]
    firsts = places[groups_of(paired(rows[places], urls)).firsts]
    taken = [column.take(pa.array(firsts)) for column in described]
    groups = distinct(taken)
    examples = pa.array(groups.firsts)
    values = [column.take(examples).to_pylist() for column in taken]
    descriptions = (tuple(map(_hashable, row)) for row in zip(*values, strict=True))
    mentions.add_described(rows[firsts], groups.numbers, descriptions)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
