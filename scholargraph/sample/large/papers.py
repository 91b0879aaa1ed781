"""Papers and their bylines, a block at a time.

What lives here: when a paper appears, in which community, and who signs it. A paper's leading
author is drawn by productivity, the year from that author's career, the others from those whom the
leader has written with, the community and those near it; who was not active that year is drawn
again. What papers cite is in ``citations``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scholargraph.sample.large.draws import Stream, below, mixed, spread, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scholargraph.sample.draws import Quantiles
    from scholargraph.sample.large.arrays import Arrays
    from scholargraph.sample.large.frame import Frame

_TEAM_SIZES: Final[Quantiles] = (
    (0.0, 0.0),
    (0.008, 0.0),
    (0.0081, 1.0),
    (0.1, 1.5),
    (0.25, 2.5),
    (0.5, 4.0),
    (0.75, 6.0),
    (0.9, 8.5),
    (0.99, 17.0),
    (0.999, 40.0),
    (0.99986, 100.0),
    (0.99998, 600.0),
    (1.0, 5_000.0),
)
LARGEST_TEAM: Final = 5_000
_LARGE_TEAM: Final = 60
"""From here on a team is part of a collaboration, most of which signs every paper of it."""
_COLLABORATIONS: Final = 12
_SIGNS_SHARE: Final = 0.8
_PAPERS_PER_LARGEST: Final = 400_000
_PARTNER_SHARE: Final = 0.5
_NEAR_SHARE: Final = 0.05
_PARTNERS: Final = 8
_NEAR_COMMUNITIES: Final = 6
_ROUNDS: Final = 10
_NO_ID_SHARE: Final = 0.004
_NOBODY_SHARE: Final = 0.0005

NO_MARK: Final = 0
NO_ID: Final = 1
NOBODY: Final = 2


def draw_papers(frame: Frame, arrays: Arrays, block: int) -> dict[str, NDArray[Any]]:
    """Draw the papers of one block.

    Parameters
    ----------
    frame : Frame
        The size of the model.
    arrays : Arrays
        With all of ``people.make_people``.
    block : int
        Which block, from 0.

    Returns
    -------
    dict of str to array
        By paper ``year``, ``day`` (of the year, from 0), ``community`` and ``team_size``; by seat,
        in the order of bylines, ``author`` (a person, from 0) and ``mark``.
    """
    first, end = frame.paper_range(block)
    count = end - first
    draws = stream(frame.seed, Stream.PAPERS, block)
    start = arrays["community_start"]
    slots = below(draws.random(count), frame.people)
    community = np.searchsorted(start, slots, side="right") - 1
    leader_slot = _by_rank(start, community, draws.random(count))
    leader = arrays["slot_person"][leader_slot]
    begins, ends = arrays["first_year"][leader], arrays["last_year"][leader]
    late = np.maximum(draws.random(count), draws.random(count))
    year = begins + below(late, ends.astype(np.int64) - begins + 1)
    day = below(draws.random(count), 365)
    size = spread(draws.random(count), _TEAM_SIZES).astype(np.int64)
    every = min(_PAPERS_PER_LARGEST, frame.papers)
    size[np.arange(first, end) % every == every - 1] = LARGEST_TEAM
    size = np.minimum(size, frame.people // 4)
    is_large = size >= _LARGE_TEAM
    paper, author = _draw_teams(
        frame, arrays, draws, np.where(is_large, 1, size), community, leader_slot, year
    )
    if is_large.any():
        paper, author = _enlarge(frame, arrays, draws, size, is_large, year, paper, author)
    units = draws.random(len(author))
    mark = np.where(units < _NOBODY_SHARE, NOBODY, NO_MARK)
    mark[(units >= _NOBODY_SHARE) & (units < _NOBODY_SHARE + _NO_ID_SHARE)] = NO_ID
    return {
        "year": year.astype(np.int16),
        "day": day.astype(np.int16),
        "community": community.astype(np.int32),
        "team_size": np.bincount(paper, minlength=count).astype(np.int32),
        "author": author.astype(np.int32),
        "mark": mark.astype(np.uint8),
    }


def _by_rank(start: NDArray[Any], community: NDArray[Any], units: NDArray[Any]) -> NDArray[Any]:
    """Return slots of a community, those of high rank far more often: productivity by rank.

    The cube makes the number of papers fall with rank to the power of -2/3, so that most people
    have few papers and few people have many (Lotka 1926).
    """
    base = start[community].astype(np.int64)
    slots: NDArray[Any] = base + below(units * units * units, start[community + 1] - base)
    return slots


def _draw_teams(
    frame: Frame,
    arrays: Arrays,
    draws: np.random.Generator,
    size: NDArray[Any],
    community: NDArray[Any],
    leader_slot: NDArray[Any],
    year: NDArray[Any],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return paper (of the block) and person of each seat; too few people make a smaller team."""
    count = len(size)
    paper = np.repeat(np.arange(count), size)
    is_first = np.ones(len(paper), bool)
    is_first[1:] = paper[1:] != paper[:-1]
    slot_person = arrays["slot_person"]
    author = np.full(len(paper), -1, np.int64)
    author[is_first] = slot_person[leader_slot[paper[is_first]]]
    wanted = np.flatnonzero(~is_first)
    for _ in range(_ROUNDS):
        if len(wanted) == 0:
            break
        rows = paper[wanted]
        slots = _candidates(
            frame, arrays["community_start"], draws, community[rows], leader_slot[rows]
        )
        found = slot_person[slots]
        author[wanted] = np.where(
            (arrays["first_year"][found] <= year[rows])
            & (year[rows] <= arrays["last_year"][found]),
            found,
            -1,
        )
        author[_repeats(paper, author, frame.people)] = -1
        wanted = np.flatnonzero(author < 0)
    is_taken = author >= 0
    return paper[is_taken], author[is_taken]


def _candidates(
    frame: Frame,
    start: NDArray[Any],
    draws: np.random.Generator,
    community: NDArray[Any],
    leader_slot: NDArray[Any],
) -> NDArray[Any]:
    """Return slots of people who may join: old partners, the community, now and then its near."""
    count = len(community)
    kind = draws.random(count)
    units = draws.random(count)
    places = draws.random(count)
    partner = below(places * places, _PARTNERS)
    known = mixed(frame.seed, Stream.SEATS, leader_slot, partner)
    is_partner = kind < _PARTNER_SHARE
    is_near = kind >= 1 - _NEAR_SHARE
    near = (community + 1 + below(places, _NEAR_COMMUNITIES)) % (len(start) - 1)
    return _by_rank(start, np.where(is_near, near, community), np.where(is_partner, known, units))


def _repeats(paper: NDArray[Any], author: NDArray[Any], people: int) -> NDArray[Any]:
    """Return the seats whose person has an earlier seat of the same paper."""
    seats = np.flatnonzero(author >= 0)
    key = paper[seats] * people + author[seats]
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    result: NDArray[Any] = seats[order[1:][ordered[1:] == ordered[:-1]]]
    return result


def _enlarge(
    frame: Frame,
    arrays: Arrays,
    draws: np.random.Generator,
    size: NDArray[Any],
    is_large: NDArray[Any],
    year: NDArray[Any],
    paper: NDArray[Any],
    author: NDArray[Any],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Fill the teams of collaborations, which have one seat so far."""
    counts = np.bincount(paper, minlength=len(size))
    teams = np.split(author, np.cumsum(counts)[:-1])
    slot_person = arrays["slot_person"]
    for row in np.flatnonzero(is_large):
        which = below(draws.random(1), _COLLABORATIONS)
        begin = int(below(mixed(frame.seed, Stream.SEATS, which), frame.people)[0])
        # Twice as many as can be needed, in the collaboration's own order.
        span = min(frame.people, 6 * int(size[row]))
        people = slot_person[(begin + np.arange(span)) % frame.people]
        is_member = (arrays["first_year"][people] <= year[row]) & (
            year[row] <= arrays["last_year"][people]
        )
        signs = is_member & (draws.random(span) < _SIGNS_SHARE) & (people != teams[row][0])
        others = people[signs][: int(size[row]) - 1]
        teams[row] = np.concatenate([teams[row], others])
    lengths = [len(team) for team in teams]
    return np.repeat(np.arange(len(size)), lengths), np.concatenate(teams)
