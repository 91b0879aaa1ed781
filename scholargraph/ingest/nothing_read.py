"""An ingest that read no record: whether that is an error, and what to say of it.

A version made of nothing but what could not be read helps nobody: most often the records are those
of another source, or a download was interrupted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scholargraph import identifiers, schema
from scholargraph.errors import IngestError
from scholargraph.ingest.rejects import Reason, first_excerpt

if TYPE_CHECKING:
    from scholargraph.ingest.convert import Converted

_EMPTY_FILE: Final = "an empty file"
"""Reason of arXiv's reader; a file without a line is no fault, whatever the source."""

_GIVEN_ID: Final = re.compile(r'"id" ?: ?"([^"\\]{1,100})"')


def check_that_something_was_read(
    converted: Converted, reasons: Sequence[Reason], *, command: str, would_remove: bool
) -> None:
    """Refuse to go on where nothing was learnt but what could not be read.

    Records that a selection leaves out were read, and lists of deleted or merged ids are
    something to be learnt; inputs without a line are no fault. But without any record no input is
    complete: nothing is removed for that.

    Parameters
    ----------
    converted : Converted
        What came of the inputs.
    reasons : sequence of Reason
        Why lines and files could not be read, the most frequent first.
    command : str
        The function that was called.
    would_remove : bool
        Whether records of the version before would go since the input is said to be complete.

    Raises
    ------
    IngestError
        With the most frequent reason, and its first place.
    """
    if converted.records:
        return
    faults = [reason for reason in reasons if reason.text != _EMPTY_FILE]
    is_told = not {schema.DELETED.name, schema.MERGED.name}.isdisjoint(converted.files)
    if faults and (would_remove or not is_told):
        count = converted.rejects.total() - converted.rejects[_EMPTY_FILE]
        excerpt = first_excerpt(converted.files[schema.REJECTS.name], faults[0])
        said = f"no record could be read from {_why(count, faults)}{_advice(command, excerpt)}"
        # A server's message may be of several lines.
        raise IngestError(f"{' '.join(said.split())}; the store is as it was")
    if would_remove:
        raise IngestError(
            "no record was read, so the input cannot be complete: nothing is removed for that; "
            "the store is as it was"
        )


def _why(count: int, faults: Sequence[Reason]) -> str:
    """Return how much could not be read, the most frequent reason, and its first place."""
    most = faults[0]
    kinds = {"file" if reason.line is None else "line" for reason in faults}
    noun = " or ".join(kind if count == 1 else f"{kind}s" for kind in sorted(kinds, reverse=True))
    often = ", most often" if len(faults) > 1 else ""
    place = most.file if most.line is None else f"{most.file}, line {most.line:,}"
    return f"{count:,} {noun}{often}: {most.text} ({'first in ' if count > 1 else ''}{place})"


def _advice(command: str, excerpt: str) -> str:
    """Return what reads a record of the other source, if the excerpt is the beginning of one."""
    found = _GIVEN_ID.search(excerpt)
    if found is None:
        return ""
    if command == "ingest_arxiv" and identifiers.openalex_id(found[1]) is not None:
        return _twin("OpenAlex", "openalex")
    if command == "ingest_openalex" and identifiers.arxiv_id(found[1]) is not None:
        return _twin("arXiv", "arxiv")
    return ""


def _twin(source: str, command: str) -> str:
    return (
        f"; that looks like a record of {source}, which `scholargraph ingest {command}` reads, "
        f"in Python ingest_{command}"
    )
