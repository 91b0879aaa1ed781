"""Writing a whole dump: part by part, then the organisations, then the manifests.

What lives here: the order of the work. A part is made of some blocks, which depend on nothing but
the world and two blocks that follow them, so that parts are written by several processes; what they
count is added up at the end.
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
from scholargraph.sample.organisations import NodeCounts, count_nodes, new_node_counts
from scholargraph.sample.plans import plan_block
from scholargraph.sample.processes import Workers
from scholargraph.sample.report import SampleReport
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
from scholargraph.sample.writer import LinesFile, Part, PartFiles, append_file, write_manifests

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from scholargraph.sample.work_plan import BlockPlan
    from scholargraph.sample.world import Institution, World

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

_BLOCKS_PER_PART: Final = 4
"""So that a part holds 20,000 works, spread over the partitions."""


def write_dump(
    path: str | os.PathLike[str], *, works: int = 300, seed: int = 0, workers: int = 1
) -> SampleReport:
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
        Non-negative. The same works and seed give the same bytes with the same isal, and the same
        lines with any.
    workers : int
        Processes, at least 1. The bytes do not depend on it; memory is bounded for each, however
        many works there are. A part of 20,000 works is made by one process.

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
    nodes = new_node_counts()
    truth: Counter[str] = Counter()
    parts: list[Part] = []
    truth_file = root / TRUTH_FILE
    with Workers(workers) as pool:
        for done in pool.map(_write_part, _tasks(root, seed, works)):
            parts += done.parts
            truth.update(done.truth)
            for url, counts in done.nodes.items():
                nodes[url].add(counts)
            append_file(truth_file, done.truth_lines)
    totals = truth_file.with_name("totals.gz")
    with LinesFile(totals) as lines:
        lines.write(counts_line(truth))
    append_file(truth_file, totals)
    parts += _write_nodes(folder, _world(seed, works), nodes)
    manifests = write_manifests(folder, parts, ENTITIES)
    records: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        records[part.entity] += part.records
    others = [*manifests, truth_file]
    return SampleReport(
        path=root,
        files=len(parts) + len(others),
        records={entity: records[entity] for entity in ENTITIES},
        size_bytes=sum(part.size_bytes for part in parts)
        + sum(other.stat().st_size for other in others),
        truth=dict(sorted(truth.items())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One part to be written."""

    root: Path
    seed: int
    works: int
    part: int
    blocks: range


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """One part that was written, and what was counted in it."""

    parts: list[Part]
    nodes: NodeCounts
    truth: Counter[str]
    truth_lines: Path
    """Its lines of the truth file."""


def _tasks(root: Path, seed: int, works: int) -> Iterator[_Task]:
    count = block_count(works)
    for part, first in enumerate(range(0, count, _BLOCKS_PER_PART)):
        blocks = range(first, min(count, first + _BLOCKS_PER_PART))
        yield _Task(root=root, seed=seed, works=works, part=part, blocks=blocks)


@lru_cache(maxsize=1)
def _world(seed: int, works: int) -> World:
    """Return the organisations of a dump, made once in each process."""
    return make_world(seed, works)


def _write_part(task: _Task) -> _Done:
    folder = task.root / "data" / "jsonl"
    world = _world(task.seed, task.works)
    nodes = new_node_counts()
    truth: Counter[str] = Counter()
    with (
        PartFiles(folder, "works", task.part) as works,
        PartFiles(folder, "authors", task.part) as authors,
        LinesFile((task.root / TRUTH_FILE).with_name(f"part_{task.part:04d}.gz")) as lines,
    ):
        for window in _windows(world, task.blocks):
            _write_block(world, window, nodes, works=works, authors=authors)
            _write_truth(world, window, truth, lines)
    return _Done(
        parts=[*works.parts(), *authors.parts()],
        nodes=nodes,
        truth=truth,
        truth_lines=lines.path,
    )


Window = tuple["BlockPlan", "BlockPlan | None", "BlockPlan | None"]
"""A block and the two that follow: those that cite it, and those that cite its guests' works."""


def _windows(world: World, blocks: range) -> Iterator[Window]:
    count = block_count(world.works)

    @lru_cache(maxsize=3)
    def plan(number: int) -> BlockPlan | None:
        return plan_block(world, number) if number < count else None

    for number in blocks:
        here = plan(number)
        assert here is not None
        yield here, plan(number + 1), plan(number + 2)


def _write_block(
    world: World, window: Window, nodes: NodeCounts, *, works: PartFiles, authors: PartFiles
) -> None:
    """Write works and authors of a block; add to the counts."""
    here, after, later = window
    cited = citing_years(here, after)
    ranks = standing(here, cited)

    def records() -> Iterator[dict[str, object]]:
        for plan in here.works:
            standing_of_work = impact(plan, cited, ranks)
            record = work_record(world, here, plan, standing_of_work)
            count_nodes(nodes, plan, record, standing_of_work)
            yield record

    works.write(records())
    cited_anywhere = {**cited, **(citing_years(after, later) if after else {})}
    profiles = appearances(here.block.number, (here, after))
    authors.write(
        author_record(world, profiles[number], cited_anywhere) for number in sorted(profiles)
    )


def _write_truth(world: World, window: Window, truth: Counter[str], lines: LinesFile) -> None:
    """Write who is who in a block; add to the counts."""
    here, after, _ = window
    people = person_lines(here.block.number, (here, after))
    for line in people:
        lines.write(line)
    for plan in here.works:
        lines.write(work_line(plan))
    truth.update(count_works(here, world.works))
    truth.update(count_people(people))


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
        with PartFiles(folder, entity, 0) as files:
            files.write(make())
        parts += files.parts()
    return parts
