"""Every exception of the library, under one base.

Each error also derives from the built-in that a caller would expect, so that ``except KeyError``
around a look-up keeps working. A message is one line: what was wrong, where, and what to do.
"""

from __future__ import annotations


class ScholarGraphError(Exception):
    """Base of every error that the library raises on purpose."""


class InvalidArgumentError(ScholarGraphError, ValueError):
    """An argument has a value that the function does not take."""


class InvalidIdentifierError(InvalidArgumentError):
    """A text is no identifier of a kind that was asked for."""


class NodeNotFoundError(ScholarGraphError, LookupError):
    """No node of the graph answers to an identifier."""


class UnknownTableError(ScholarGraphError, LookupError):
    """The schema declares no table of that name."""


class UnknownColumnError(ScholarGraphError, LookupError):
    """A table has no column of that name."""


class QueryError(ScholarGraphError, ValueError):
    """A SQL text is not one SELECT, or the engine refused it."""


class IngestError(ScholarGraphError):
    """An ingest could not go on; the store is as it was."""


class InputNotFoundError(IngestError, FileNotFoundError):
    """A path given to an ingest does not exist or holds nothing to read."""


class InputTooLargeError(IngestError):
    """An input passed a limit that protects the machine."""


class InputChangedError(IngestError):
    """An input changed while it was read."""


class StoreError(ScholarGraphError):
    """Something is wrong with a store on disk."""


class StoreNotFoundError(StoreError, FileNotFoundError):
    """A path holds no store."""


class VersionNotFoundError(StoreError, LookupError):
    """A store has no version of that number."""


class CorruptStoreError(StoreError):
    """A file of a store is not what its manifest says."""


class FormatTooNewError(StoreError):
    """A store was written by a newer library in a format that this one does not know."""


class StoreLockedError(StoreError):
    """Another process is writing to the store."""


class CommitConflictError(StoreError):
    """Another writer committed first; nothing of this commit is visible. Open again and redo."""


class CommitUnknownError(StoreError):
    """The commit failed where it may have become visible; look for its transaction id."""


class StoreFullError(StoreError, OSError):
    """The disk is full or a quota is used up; the store is as it was."""
