"""Network: one class for every network that the library returns, and what is computed of them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph.network.conversion import from_networkx, read_network
    from scholargraph.network.network import Network

__all__ = ["Network", "from_networkx", "read_network"]

_MODULES: Final = {
    "Network": "network",
    "from_networkx": "conversion",
    "read_network": "conversion",
}


def __getattr__(name: str) -> object:
    # A network needs numpy, which naming this room shall not load.
    if name in _MODULES:
        module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
        value: object = getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
