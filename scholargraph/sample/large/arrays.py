"""Arrays of the model on disk, so that processes share them and memory holds only what is used.

What lives here: a folder of ``.npy`` files that is written once and then opened as memory maps.
What the arrays mean is said where they are made: ``people``, ``papers``, ``citations``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Arrays:
    """The arrays of one store in the making.

    Parameters
    ----------
    folder : Path
        A folder of scratch files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, NDArray[Any]] = {}

    def save(self, **arrays: NDArray[Any]) -> None:
        """Write arrays under their names, each once."""
        for name, array in arrays.items():
            np.save(self.folder / f"{name}.npy", array, allow_pickle=False)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return an array as a memory map."""
        if name not in self._open:
            self._open[name] = np.asarray(np.load(self.folder / f"{name}.npy", mmap_mode="r"))
        return self._open[name]


@lru_cache(maxsize=1)
def arrays(folder: Path) -> Arrays:
    """Return the arrays of a folder, opened once in each process."""
    return Arrays(folder)
