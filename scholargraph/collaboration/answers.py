"""What all answers about ties say alike: how they were made, and who is seen in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.adjacency.meanings import UNKNOWN_COUNT
from scholargraph.collaboration.choosing import said_of
from scholargraph.collaboration.credits import alphabetical_papers
from scholargraph.network.pairs import NO_YEAR

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from scholargraph.adjacency import Adjacency
    from scholargraph.collaboration.choosing import Chosen
    from scholargraph.collaboration.terms import Terms

COMPLETE_FROM: Final = 0.9
"""Share of an author's papers, by his record, that a graph holds if he is complete in it."""


def said_of_answer(chosen: Chosen, adjacency: Adjacency, terms: Terms) -> dict[str, Any]:
    """Return how an answer was made and what it could not take into account.

    Parameters
    ----------
    chosen : Chosen
        The papers behind the answer.
    adjacency : Adjacency
        The arrays of the version.
    terms : Terms
        What counted.
    """
    said = said_of(chosen, adjacency, terms)
    if terms.counting == "harmonic":
        said["alphabetical_papers"] = alphabetical_papers(adjacency, chosen)
    return said


def left_out_of(chosen: Chosen, adjacency: Adjacency, terms: Terms) -> dict[str, Any]:
    """Return what an answer could not take into account, without the terms themselves.

    Parameters
    ----------
    chosen, adjacency, terms
        As for `said_of_answer`.
    """
    said = said_of_answer(chosen, adjacency, terms)
    for name in terms.as_dict():
        del said[name]
    return said


def completeness(adjacency: Adjacency, authors: npt.NDArray[Any]) -> pa.Array[Any]:
    """Return whether a graph holds the papers of authors, by their records; null where unknown."""
    import pyarrow as pa

    said = adjacency.author_works_count[authors]
    is_unknown = (said == UNKNOWN_COUNT) | (said == 0)
    # Those whom only bylines name come last, and have no count.
    known = adjacency.nodes["author"]
    held = known.counts[np.minimum(authors, known.row_count - 1)] if known.row_count else said
    return pa.array(held >= COMPLETE_FROM * said, mask=is_unknown)


def years_column(years: npt.NDArray[Any]) -> pa.Array[Any]:
    """Return years, null where they are not known."""
    import pyarrow as pa

    known = years != NO_YEAR
    return pa.array(np.where(known, years, 0), pa.int16(), mask=~known)
