"""Writing a whole dump: block by block, then the organisations, then the manifests.

What lives here: the order of the work and the report on it. Blocks depend on nothing but the world
and two blocks that follow them, so that they can be written in any order and by several processes;
what they count is added up at the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scholargraph.errors import InvalidArgumentError
from scholargraph.sample.author_records import author_record
from scholargraph.sample.numbering import MAX_WORKS, block_count
from scholargraph.sample.organisation_records import (
    funder_record,
    institution_record,
    publisher_record,
    source_record,
)
from scholargraph.sample.organisations import count_nodes, new_node_counts
from scholargraph.sample.plans import plan_block
from scholargraph.sample.tally import appearances, citing_years, impact, standing
from scholargraph.sample.topic_records import node_record, topic_record
from scholargraph.sample.truth import (
    count_people,
    count_works,
    counts_line,
    person_lines,
    work_line,
)
from scholargraph.sample.vocabulary import vocabulary
from scholargraph.sample.work_records import work_record
from scholargraph.sample.world_draws import make_world
from scholargraph.sample.writer import LinesFile, write_manifests, write_parts

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from scholargraph.sample.organisations import NodeCounts
    from scholargraph.sample.plans import BlockPlan
    from scholargraph.sample.world import Institution, World
    from scholargraph.sample.writer import Part

ENTITIES: Final = (
    "works",
    "authors",
    "institutions",
    "sources",
    "publishers",
    "funders",
    "topics",
    "subfields",
    "fields",
    "domains",
)
"""What a dump holds, in the order of its combined manifest."""

TRUTH_FILE: Final = "truth/truth.jsonl.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """What was written."""

    path: Path
    files: int
    """Parts, manifests and the truth file."""
    records: Mapping[str, int]
    """Records by entity."""
    size_bytes: int
    """Sum of the sizes of all files."""
    truth: Mapping[str, int]
    """What a reader must find, as in the last line of the truth file."""


def write_dump(path: str | os.PathLike[str], *, works: int = 300, seed: int = 0) -> SampleReport:
    """Write a made-up OpenAlex dump, and beside it the truth that it hides.

    The records have the shape of the snapshot of June 2026; nobody and nothing in them is real,
    and their ids lie where OpenAlex, ORCID, ROR and arXiv have given none.

    Parameters
    ----------
    path : str or path-like
        A folder that does not exist yet or is empty. The dump is in ``data/jsonl`` below it, the
        truth in ``truth/truth.jsonl.gz``.
    works : int
        Number of works, at least 1. From 200 on, every rare thing that real dumps hold occurs.
    seed : int
        Non-negative. The same works and seed give the same bytes with the same zlib, and the same
        lines with any.

    Returns
    -------
    SampleReport
        Files, records and the truth in counts.

    Raises
    ------
    InvalidArgumentError
        If a number is out of range, or the folder holds something already.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = write_dump(Path(folder) / "openalex", works=20)
    >>> report.records["works"], report.truth["works"]
    (20, 20)
    """
    if not 1 <= works <= MAX_WORKS:
        raise InvalidArgumentError(f"works must be from 1 to {MAX_WORKS:,}, not {works}")
    if seed < 0:
        raise InvalidArgumentError(f"seed must not be negative, and is {seed}")
    root = Path(path)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InvalidArgumentError(
            f"{root} holds something already; give a folder that is empty or does not exist"
        )
    folder = root / "data" / "jsonl"
    world = make_world(seed, works)
    nodes = new_node_counts()
    truth: Counter[str] = Counter()
    parts: list[Part] = []
    with LinesFile(root / TRUTH_FILE) as truth_file:
        for window in _windows(world):
            parts += _write_block(folder, world, window, nodes, truth, truth_file)
        truth_file.write(counts_line(truth))
    parts += _write_nodes(folder, world, nodes)
    manifests = write_manifests(folder, parts, ENTITIES)
    records: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        records[part.entity] += part.records
    others = [*manifests, root / TRUTH_FILE]
    return SampleReport(
        path=root,
        files=len(parts) + len(others),
        records={entity: records[entity] for entity in ENTITIES},
        size_bytes=sum(part.size_bytes for part in parts)
        + sum(other.stat().st_size for other in others),
        truth=dict(sorted(truth.items())),
    )


Window = tuple["BlockPlan", "BlockPlan | None", "BlockPlan | None"]
"""A block and the two that follow: those that cite it, and those that cite its guests' works."""


def _windows(world: World) -> Iterator[Window]:
    count = block_count(world.works)

    @lru_cache(maxsize=3)
    def plan(number: int) -> BlockPlan:
        return plan_block(world, number)

    for number in range(count):
        after = plan(number + 1) if number + 1 < count else None
        later = plan(number + 2) if number + 2 < count else None
        yield plan(number), after, later


def _write_block(
    folder: Path,
    world: World,
    window: Window,
    nodes: NodeCounts,
    truth: Counter[str],
    truth_file: LinesFile,
) -> list[Part]:
    """Write works and authors of a block and its lines of the truth; add to the counts."""
    here, after, later = window
    block = here.block.number
    cited = citing_years(here, after)
    ranks = standing(here, cited)

    def works() -> Iterator[dict[str, object]]:
        for plan in here.works:
            standing_of_work = impact(plan, cited, ranks)
            record = work_record(world, here, plan, standing_of_work)
            count_nodes(nodes, plan, record, standing_of_work)
            yield record

    parts = write_parts(folder, "works", block, works())
    cited_anywhere = {**cited, **(citing_years(after, later) if after else {})}
    profiles = appearances(block, (here, after))
    authors = (
        author_record(world, profiles[number], cited_anywhere) for number in sorted(profiles)
    )
    parts += write_parts(folder, "authors", block, authors)
    people = person_lines(block, (here, after))
    for line in people:
        truth_file.write(line)
    for plan in here.works:
        truth_file.write(work_line(plan))
    truth.update(count_works(here, world.works))
    truth.update(count_people(people))
    return parts


def _write_nodes(folder: Path, world: World, nodes: NodeCounts) -> list[Part]:
    """Write the records of all that is no work and no author."""
    words = vocabulary()
    children: defaultdict[int, list[Institution]] = defaultdict(list)
    for institution in world.institutions:
        if institution.parent:
            children[institution.parent.number].append(institution)
    makers: dict[str, Callable[[], Iterator[dict[str, object]]]] = {
        "institutions": lambda: (
            institution_record(world, item, children[item.number], nodes[item.url])
            for item in world.institutions
        ),
        "sources": lambda: (source_record(world, item, nodes[item.url]) for item in world.sources),
        "publishers": lambda: (
            publisher_record(world, item, nodes[item.url]) for item in world.publishers
        ),
        "funders": lambda: (funder_record(world, item, nodes[item.url]) for item in world.funders),
        "topics": lambda: (topic_record(words, item, nodes[item.url]) for item in words.topics),
        "subfields": lambda: (
            node_record(words, item, nodes[item.url]) for item in words.subfields
        ),
        "fields": lambda: (node_record(words, item, nodes[item.url]) for item in words.fields),
        "domains": lambda: (node_record(words, item, nodes[item.url]) for item in words.domains),
    }
    parts: list[Part] = []
    for entity, make in makers.items():
        parts += write_parts(folder, entity, 0, make())
    return parts
