"""How a refusal of the operating system becomes an error of this library, in one line.

The text of every corruption report is made here, so that all name the same four things. When
which error is right at the commit point is decided in ``commit``.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scholargraph.errors import CorruptStoreError, ScholarGraphError, StoreError, StoreFullError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space, quota used up, or the process may not write files that large."""

SHOWN_CHARACTERS: Final = 120
"""How much of what was found in a damaged file a message repeats."""


@contextmanager
def reported(root: Path) -> Iterator[None]:
    """Turn an ``OSError`` of a file operation into the store's error, naming the store.

    Only file operations of the store belong inside: an ``OSError`` of the caller's own input must
    not be taken for one of the store.
    """
    try:
        yield
    except ScholarGraphError:
        raise
    except OSError as error:
        raise translated(root, error) from error


def translated(root: Path, error: OSError) -> StoreError:
    """Return the error that says of a store what the system said."""
    reason = error.strerror or str(error)
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in FULL:
        return StoreFullError(
            f"no room to write to the store {root}: {reason}{where}; the store is as it was, free "
            "some space and try again"
        )
    return StoreError(f"cannot work on the store {root}: {reason}{where}")


def corrupt(
    root: Path, version: int | None, file: str, *, expected: str, found: str
) -> CorruptStoreError:
    """Return the error that names version, file, what was expected and what was found."""
    of_version = "" if version is None else f" of version {version}"
    advice = (
        "" if version is None else "; open another version, or ingest again into another folder"
    )
    return CorruptStoreError(
        f"{file}{of_version} of the store {root} is not as written: expected {expected}, found "
        f"{found}{advice}"
    )


def shown(value: object) -> str:
    """Return a short printable form of what a file held, which may be hostile."""
    text = ascii(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."
