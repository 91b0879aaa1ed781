"""Records that no work leads to: a subset of the literature does without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from scholargraph.ingest.resolve.gather import mapped_array
from scholargraph.ingest.resolve.ids import NOBODY
from scholargraph.ingest.resolve.mentioned import MENTIONS
from scholargraph.ingest.resolve.sources import nodes_of, owners_of

if TYPE_CHECKING:
    from scholargraph.ingest.resolve.reading import Reading

_BATCH_BYTES: Final = 4 << 20
_BATCH_IDS: Final = 100_000

_UNASKED: Final = "^[WTC]|^arXiv:|/"
"""Ids of works, topics, concepts and terms of vocabularies: taken whoever names them."""


def drop_unnamed(reading: Reading) -> int:
    """Let new records that no work leads to in two steps describe nothing; return how many.

    Two steps, since a paper names an author and the author's record an institution.
    """
    ids, folder = reading.ids, reading.folder
    speaks = mapped_array(folder / "speaks", np.bool_, len(ids.texts))
    speaks[ids.place("W") : ids.place("X")] = True
    is_named = mapped_array(folder / "is_named", np.bool_, len(ids.texts))
    for _ in range(2):
        for table in MENTIONS.values():
            for source in reading.sources(table):
                for keys in source.keys(_BATCH_BYTES):
                    is_named[nodes_of(keys[speaks[owners_of(keys)]])] = True
        speaks[:] = is_named
    is_named[ids.places[: ids.parent_records]] = True
    dropped = 0
    for start in range(0, len(ids.texts), _BATCH_IDS):
        texts = ids.texts.slice(start, _BATCH_IDS)
        describers = ids.describers[start : start + len(texts)]
        is_kept = pc.match_substring_regex(texts, _UNASKED).to_numpy(zero_copy_only=False)
        is_kept |= is_named[start : start + len(texts)]
        is_dropped = ~is_kept & (describers != NOBODY)
        describers[is_dropped] = NOBODY
        dropped += int(np.count_nonzero(is_dropped))
    return dropped
