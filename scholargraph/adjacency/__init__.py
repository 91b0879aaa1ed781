"""Arrays derived from the tables of a version, which make questions about one node quick.

`open_adjacency` opens them, or builds them where they are absent; `Adjacency` says which there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scholargraph.adjacency.adjacency import Adjacency
    from scholargraph.adjacency.opening import build_adjacency, open_adjacency, verify_adjacency

__all__ = ["Adjacency", "build_adjacency", "open_adjacency", "verify_adjacency"]


def __getattr__(name: str) -> object:
    # The arrays need numpy, which naming this room shall not load.
    if name in __all__:
        from scholargraph.adjacency import opening

        value: object = getattr(opening, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
