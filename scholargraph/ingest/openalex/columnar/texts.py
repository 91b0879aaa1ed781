"""Columns of texts, and of lists of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.columns import NO_TEXT
from scholargraph.ingest.openalex.columnar.groups import ends_of

if TYPE_CHECKING:
    from scholargraph.ingest.openalex.columnar.groups import Flags, Numbers
    from scholargraph.ingest.openalex.columnar.nodes import Lists


def without_empty(texts: pa.Array) -> pa.Array:
    """Make empty texts null."""
    is_empty = pc.equal(texts, "")
    return pc.if_else(is_empty, NO_TEXT, texts) if is_empty.true_count else texts


def texts_of(lists: Lists) -> pa.Array:
    """Return lists of texts as one column."""
    return lists_of(lists.sizes, lists.values, lists.is_null)


def lists_of(sizes: Numbers, values: pa.Array, is_null: Flags | None = None) -> pa.Array:
    """Return lists of these sizes, with these values one after the other."""
    mask = None if is_null is None else pa.array(is_null)
    return pa.ListArray.from_arrays(pa.array(ends_of(sizes).astype(np.int32)), values, mask=mask)
