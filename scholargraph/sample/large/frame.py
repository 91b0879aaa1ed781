"""How large a model is: counts that follow from the number of papers.

What lives here: the size of everything, and the cutting into blocks that processes work on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from scholargraph.sample.numbering import BASE
from scholargraph.sample.vocabulary import vocabulary

MAX_PAPERS: Final = 20_000_000
"""Beyond it the arrays of one process would no longer fit into the memory that is promised."""

PAPERS_PER_BLOCK: Final = 25_000
AUTHORS_PER_BLOCK: Final = 50_000
FIRST_NUMBER: Final = BASE + 1
"""Number of the first paper and of the first author; the others follow without gap."""

_PEOPLE_PER_PAPER: Final = 2.8
"""Of whom some sign no paper and get no profile."""
_PAPERS_PER_TOPIC: Final = 400
_MAX_TOPICS: Final = 4_516
"""As many as OpenAlex has."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The counts of one model; a plain value that goes to worker processes."""

    seed: int
    papers: int
    folder: Path
    """Where the arrays are."""
    institutions: int
    journals: int

    @cached_property
    def people(self) -> int:
        """People who may write."""
        return max(20, int(self.papers * _PEOPLE_PER_PAPER))

    @cached_property
    def topics(self) -> int:
        """Topics: those of the vocabulary and, in a large store, many variants of each."""
        base = len(vocabulary().topics)
        return max(base, min(_MAX_TOPICS, self.papers // _PAPERS_PER_TOPIC))

    @property
    def paper_blocks(self) -> int:
        """Number of blocks of papers."""
        return -(-self.papers // PAPERS_PER_BLOCK)

    @property
    def author_blocks(self) -> int:
        """Number of blocks of authors."""
        return -(-self.people // AUTHORS_PER_BLOCK)

    def paper_range(self, block: int) -> tuple[int, int]:
        """Return the first paper of a block and the one after its last."""
        first = block * PAPERS_PER_BLOCK
        return first, min(self.papers, first + PAPERS_PER_BLOCK)

    def author_range(self, block: int) -> tuple[int, int]:
        """Return the first author of a block and the one after its last."""
        first = block * AUTHORS_PER_BLOCK
        return first, min(self.people, first + AUTHORS_PER_BLOCK)
