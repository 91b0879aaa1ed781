"""Bounds on what is read, so that a hostile or broken file hurts only itself.

Each is far above what real dumps hold (FORMATS: a line of some megabytes, a compression ratio of
about six) and is named in the message where it is passed.
"""

from __future__ import annotations

from typing import Final

BLOCK_BYTES: Final = 1 << 20
"""Read at a time; larger blocks leave the processor's cache and are slower."""

READ_AHEAD_BYTES: Final = 8 << 20
"""Asked for at a time of a file on another machine, where each answer takes long."""

MAX_LINE_BYTES: Final = 64 << 20
"""A longer line is rejected and reading goes on after it."""

MAX_DOCUMENT_BYTES: Final = 512 << 20
"""A longer JSON document that is not JSON Lines is not read."""

MAX_MANIFEST_BYTES: Final = 32 << 20
"""Decompressed; a real one has less than one megabyte."""

MAX_RATIO: Final = 1_000
"""Decompressed to compressed bytes, once RATIO_GRACE_BYTES are out."""

RATIO_GRACE_BYTES: Final = 64 << 20

EXCERPT_CHARACTERS: Final = 120
"""Of a rejected line kept in the table of rejects."""

MAX_DRIFT_FIELDS: Final = 1_000
"""Different field names counted as drift; the rest are counted together."""

MAX_DIGITS: Final = 18
"""A JSON integer of more digits is a bad value: nothing that we read needs it."""

GATHERED_RECORDS: Final = 32
"""Records held as objects at a time: a work is a thousand of them, and they are dealt with and
freed before they leave the processor's cache."""

BATCH_RECORDS: Final = 4_096
"""Records turned into columns at a time."""

BATCH_BYTES: Final = 32 << 20
"""Bytes of records turned into columns at a time, whichever comes first."""

RUN_RECORDS: Final = 20_000
"""Records gathered before a run is written: bounds the memory of a worker."""

RUN_BYTES: Final = 96 << 20
"""Bytes of columns gathered before a run is written, whichever comes first."""

RUN_ROWS: Final = 500_000
"""Rows of one table gathered before a run is written: sorting takes some 300 bytes each."""

MAX_ABSTRACT_BYTES: Final = 8 << 20
"""Of an abstract's index as JSON; a longer one is a bad value. Real ones have some kilobytes, and
to rebuild one takes twenty times its size."""
