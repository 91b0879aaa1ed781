"""Memory of arrays that are mapped from disk, given back once a piece of them is done with.

The system would take such pages back by itself when memory runs short. Until then they count as
memory of the process, and would grow with the store.
"""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
import numpy.typing as npt


def release(*arrays: npt.NDArray[Any]) -> None:
    """Give back the pages of arrays that are mapped from files; they come again when touched.

    Nothing is lost: what was written to a page is the file's. Arrays in memory are left alone.

    Examples
    --------
    >>> release(np.arange(3))
    """
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    for array in arrays:
        owner: Any = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        if isinstance(owner, memoryview):
            owner = owner.obj
        if isinstance(owner, mmap.mmap):
            owner.madvise(mmap.MADV_DONTNEED)
