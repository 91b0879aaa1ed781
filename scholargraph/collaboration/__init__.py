"""Who works with whom."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph.collaboration.author_ties import AuthorTies, ties
    from scholargraph.collaboration.backtesting import Backtest, backtest
    from scholargraph.collaboration.coauthors import coauthor_network, write_network
    from scholargraph.collaboration.ego import collaborators
    from scholargraph.collaboration.joint_papers import shared_papers
    from scholargraph.collaboration.paths import CollaborationPath, collaboration_path
    from scholargraph.collaboration.recommendation import recommend_collaborators
    from scholargraph.collaboration.summary_of_groups import Summary, summary

__all__ = [
    "AuthorTies",
    "Backtest",
    "CollaborationPath",
    "Summary",
    "backtest",
    "coauthor_network",
    "collaboration_path",
    "collaborators",
    "recommend_collaborators",
    "shared_papers",
    "summary",
    "ties",
    "write_network",
]

_MODULES: Final = {
    "AuthorTies": "author_ties",
    "Backtest": "backtesting",
    "backtest": "backtesting",
    "CollaborationPath": "paths",
    "Summary": "summary_of_groups",
    "coauthor_network": "coauthors",
    "collaboration_path": "paths",
    "collaborators": "ego",
    "recommend_collaborators": "recommendation",
    "shared_papers": "joint_papers",
    "summary": "summary_of_groups",
    "ties": "author_ties",
    "write_network": "coauthors",
}


def __getattr__(name: str) -> object:
    # The questions need numpy, which naming this room shall not load.
    if name in _MODULES:
        module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
        value: object = getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
