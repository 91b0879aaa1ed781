"""Locks that die with their holder, and their release.

A lock here is courtesy: it spares a second writer an ingest in vain, and tells clean-up what is
still in use. Whether a commit wins is decided by the link of its manifest alone.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from scholargraph.store import durable

LockState = Literal["held", "busy", "unsupported"]


def take(descriptor: int, *, shared: bool = False) -> LockState:
    """Try to lock an open file or folder, without waiting."""
    try:
        return "held" if durable.lock(descriptor, shared=shared) else "busy"
    except OSError as error:
        if error.errno in durable.NO_LOCKS:
            return "unsupported"
        raise


def release(descriptor: int, state: LockState) -> None:
    """Drop a lock and close its descriptor, in the process that took it."""
    _release(descriptor, state == "held", durable.process_id())


def release_with(owner: object, descriptor: int, state: LockState) -> Callable[[], object]:
    """Release a lock and its descriptor when the result is called or the owner is collected.

    A forked child inherits the descriptor. It must not unlock what its parent still holds, so there
    the descriptor is only closed.
    """
    return weakref.finalize(owner, _release, descriptor, state == "held", durable.process_id())


def _release(descriptor: int, is_held: bool, holder: int) -> None:
    # A failed release is no failure of what was done under the lock, and the system drops both
    # with the process.
    with suppress(OSError):
        if is_held and durable.process_id() == holder:
            durable.unlock(descriptor)
    with suppress(OSError):
        durable.close(descriptor)
