"""Communities and the people in them: who is where, how productive, from when to when.

What lives here: arrays over all people, drawn at once. A person's *slot* says the community and the
rank in it; the slots of people are shuffled, so that ids tell nothing about who works with whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.sample.large.draws import Stream, below, mixed, spread, stream
from scholargraph.sample.people import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scholargraph.sample.draws import Quantiles
    from scholargraph.sample.large.frame import Frame

_COMMUNITY_SIZES: Final[Quantiles] = (
    (0.0, 20.0),
    (0.5, 60.0),
    (0.9, 300.0),
    (0.99, 1_500.0),
    (1.0, 4_000.0),
)
_CAREER_START: Final[Quantiles] = (
    (0.0, 1980.0),
    (0.1, 1991.0),
    (0.5, 2009.0),
    (0.9, 2020.0),
    (1.0, 2025.0),
)
_CAREER_LENGTH: Final[Quantiles] = (
    (0.0, 1.0),
    (0.25, 5.0),
    (0.5, 10.0),
    (0.8, 24.0),
    (1.0, 46.0),
)
_LEADERS: Final = 0.03
"""Of a community: those of the highest ranks, whose careers run on."""
_MOVE_SHARE: Final = 0.4
_HOME_MOVE_SHARE: Final = 0.5
_HOMES: Final = 5


def make_people(frame: Frame) -> dict[str, NDArray[Any]]:
    """Draw all people of a model.

    Parameters
    ----------
    frame : Frame
        Its size.

    Returns
    -------
    dict of str to array
        ``community_start`` (first slot of each community and the end of the last), ``slot_person``
        and, by person, ``person_slot``, ``first_year``, ``last_year``, ``home`` and
        ``second_home`` (institutions, from 0), ``move_year`` (first year at the second home).
    """
    count = frame.people
    start = _community_starts(frame)
    draws = stream(frame.seed, Stream.AUTHORS)
    slot_person = np.argsort(draws.random(count), kind="stable").astype(np.int32)
    person_slot = np.empty(count, np.int32)
    person_slot[slot_person] = np.arange(count, dtype=np.int32)
    community = np.searchsorted(start, person_slot, side="right") - 1
    rank = (person_slot - start[community]) / (start[community + 1] - start[community])
    is_leader = rank < _LEADERS
    units = draws.random(count)
    first = np.where(
        is_leader, FIRST_YEAR + below(units, 20), spread(units, _CAREER_START).astype(np.int64)
    )
    length = spread(draws.random(count), _CAREER_LENGTH).astype(np.int64)
    last = np.where(is_leader, LAST_YEAR, np.minimum(LAST_YEAR, first + length))
    home = institution_of(frame, community, below(draws.random(count), _HOMES))
    elsewhere = below(draws.random(count), frame.institutions)
    near = institution_of(frame, community, below(draws.random(count), _HOMES))
    second = np.where(draws.random(count) < _HOME_MOVE_SHARE, near, elsewhere)
    is_mobile = (draws.random(count) < _MOVE_SHARE) & (last > first) & (second != home)
    move = first + 1 + below(draws.random(count), np.maximum(last - first, 1))
    return {
        "community_start": start.astype(np.int32),
        "slot_person": slot_person,
        "person_slot": person_slot,
        "first_year": first.astype(np.int16),
        "last_year": last.astype(np.int16),
        "home": home.astype(np.int32),
        "second_home": np.where(is_mobile, second, home).astype(np.int32),
        "move_year": np.where(is_mobile, move, LAST_YEAR + 1).astype(np.int16),
    }


def institution_of(frame: Frame, community: NDArray[Any], place: NDArray[Any]) -> NDArray[Any]:
    """Return one of the few institutions of a community; some are of many communities."""
    units = mixed(frame.seed, Stream.COMMUNITIES, community, place)
    return below(units * units, frame.institutions)


def journal_of(frame: Frame, community: NDArray[Any], place: NDArray[Any]) -> NDArray[Any]:
    """Return one of the few journals of a community."""
    return below(mixed(frame.seed, Stream.COMMUNITIES, community, place + _HOMES), frame.journals)


def topic_of(frame: Frame, community: NDArray[Any]) -> NDArray[Any]:
    """Return the topic of a community."""
    return below(mixed(frame.seed, Stream.TOPICS, community), frame.topics)


def employer(
    people: NDArray[Any], years: NDArray[Any], arrays: dict[str, NDArray[Any]]
) -> NDArray[Any]:
    """Return where people worked in some years; of equal lengths."""
    has_moved = years >= arrays["move_year"][people]
    result: NDArray[Any] = np.where(
        has_moved, arrays["second_home"][people], arrays["home"][people]
    )
    return result


def _community_starts(frame: Frame) -> NDArray[Any]:
    """Return the slots at which communities begin, and the number of people as the last."""
    draws = stream(frame.seed, Stream.COMMUNITIES)
    largest = min(_COMMUNITY_SIZES[-1][1], frame.people / 2)
    # More than are needed: none has fewer people than the smallest.
    units = draws.random(1 + frame.people // int(_COMMUNITY_SIZES[0][1]))
    sizes = np.minimum(spread(units, _COMMUNITY_SIZES), largest).astype(np.int64)
    ends = np.cumsum(sizes)
    ends = ends[ends <= frame.people - int(_COMMUNITY_SIZES[0][1])]
    return np.concatenate([[0], ends, [frame.people]])
