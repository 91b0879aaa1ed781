"""What lies near: topics and the ways between them, expertise, related papers, and slices."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph.topics.around_topics import topic_neighbourhood
    from scholargraph.topics.crosswalks import crosswalk
    from scholargraph.topics.diversity import interdisciplinarity
    from scholargraph.topics.emergence import emerging
    from scholargraph.topics.expertise_of_nodes import expertise, expertise_papers
    from scholargraph.topics.flows import citation_flow
    from scholargraph.topics.metapaths import metapath
    from scholargraph.topics.near_papers import related_papers
    from scholargraph.topics.networks_of_topics import topic_network
    from scholargraph.topics.slices import Slice, neighbourhood
    from scholargraph.topics.topic_profiles import TopicProfile, profile
    from scholargraph.topics.unmet import gaps

__all__ = [
    "Slice",
    "TopicProfile",
    "citation_flow",
    "crosswalk",
    "emerging",
    "expertise",
    "expertise_papers",
    "gaps",
    "interdisciplinarity",
    "metapath",
    "neighbourhood",
    "profile",
    "related_papers",
    "topic_neighbourhood",
    "topic_network",
]

_MODULES: Final = {
    "Slice": "slices",
    "TopicProfile": "topic_profiles",
    "citation_flow": "flows",
    "crosswalk": "crosswalks",
    "emerging": "emergence",
    "expertise": "expertise_of_nodes",
    "expertise_papers": "expertise_of_nodes",
    "gaps": "unmet",
    "interdisciplinarity": "diversity",
    "metapath": "metapaths",
    "neighbourhood": "slices",
    "profile": "topic_profiles",
    "related_papers": "near_papers",
    "topic_neighbourhood": "around_topics",
    "topic_network": "networks_of_topics",
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
