"""What a network says of how it was made, and what it must be able to do again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.network.pairs import Classes, Credits, Incidence


class Bipartite(NamedTuple):
    """The papers behind a network, and who signed them, by node numbers of the network."""

    incidence: Incidence
    """Groups are papers, members are nodes."""
    classes: Classes
    credits: Credits | None


class Recipe(Protocol):
    """Made by whoever builds a network, so that the network needs to know nothing of him."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments, as they are recorded beside the result."""

    def papers_behind(self, a: str, b: str) -> pd.DataFrame:
        """Return the papers behind the edge of two nodes, each with its weight."""

    def bipartite(self) -> Bipartite:
        """Return the papers and who signed them.

        Raises
        ------
        InvalidArgumentError
            If the network was not made of papers and those who signed them.
        """
