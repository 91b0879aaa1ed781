"""Who works with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scholargraph.collaboration.ego import collaborators, shared_papers

__all__ = ["collaborators", "shared_papers"]


def __getattr__(name: str) -> object:
    # The questions need numpy, which naming this room shall not load.
    if name in __all__:
        from scholargraph.collaboration import ego

        value: object = getattr(ego, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
