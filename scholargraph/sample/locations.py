"""Where a work can be read: its locations, and the identifiers that go with them.

What lives here: location objects as records of 2026 carry them, DOIs and arXiv ids that nobody
has. The rest of a work's record is in ``work_records``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scholargraph.sample.numbering import BASE
from scholargraph.sample.oddities import Oddity

if TYPE_CHECKING:
    from scholargraph.sample.draws import Draws
    from scholargraph.sample.work_plan import WorkPlan
    from scholargraph.sample.world import Source, World

_FIRST_ARXIV_YEAR: Final = 2015
"""Ids have five digits from 2015 on; those above 40,000 in a month are free."""
_FIRST_FREE_ARXIV_ID: Final = 40_000
_ARXIV_IDS_PER_BLOCK: Final = 64
_ARXIV_BLOCKS: Final = 60_000 // _ARXIV_IDS_PER_BLOCK
"""Blocks with arXiv copies; later ones would run out of free ids."""

_FIRST_FREE_PMID: Final = 900_000_000
_NO_DOI_SHARE: Final = 0.05
_NO_SOURCE_SHARE: Final = 0.1
_CONFERENCE_SHARE: Final = 0.06
_ARXIV_COPY_SHARE: Final = 0.08
_REPOSITORY_COPY_SHARE: Final = 0.22
_PUBMED_SHARE: Final = 0.12
_LICENCES: Final = ("cc-by", "cc-by", "cc-by-nc-nd", "cc-by-sa", None)
_RAW_TYPES: Final = {
    "book-chapter": "book-chapter",
    "book": "book",
    "dataset": "dataset",
    "dissertation": "dissertation",
    "peer-review": "peer-review",
    "report": "report",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where one work can be read."""

    doi: str | None
    pmid: int | None
    locations: tuple[dict[str, object], ...]
    """Best first: the first is the primary one."""
    source: Source | None
    """The source of the primary location."""
    license: str | None
    indexed_in: tuple[str, ...]

    @property
    def best_open(self) -> dict[str, object] | None:
        """The first open location."""
        return next((place for place in self.locations if place["is_oa"]), None)


def arxiv_id(plan: WorkPlan) -> str | None:
    """Return the arXiv id of a work that is there, one that nobody has.

    Parameters
    ----------
    plan : WorkPlan
        The work.

    Returns
    -------
    str or None
        None before 2015, where free ids cannot be told from others, and where they run out. Two
        works of a dump never share an id: a block has fewer than 64 works in any month.
    """
    block, index = plan.place
    if plan.year < _FIRST_ARXIV_YEAR or block >= _ARXIV_BLOCKS:
        return None
    serial = _FIRST_FREE_ARXIV_ID + block * _ARXIV_IDS_PER_BLOCK + index % _ARXIV_IDS_PER_BLOCK
    return f"{plan.day:%y%m}.{serial}"


def draw_places(draws: Draws, world: World, plan: WorkPlan) -> Places:
    """Draw where a work can be read.

    Parameters
    ----------
    draws : Draws
        Where chance comes from.
    world : World
        The sources of the dump.
    plan : WorkPlan
        The work.
    """
    source = _primary_source(draws, world, plan)
    arxiv = arxiv_id(plan)
    if source is world.arxiv and arxiv:
        return Places(
            doi=f"10.48550/arxiv.{arxiv}",
            pmid=None,
            locations=(_arxiv_location(world, arxiv), _arxiv_doi_location(world, arxiv)),
            source=source,
            license=None,
            indexed_in=("arxiv", "datacite"),
        )
    is_oa = source.is_oa if source else draws.chance(0.2)
    license = draws.pick(_LICENCES) if is_oa else None
    doi = None if draws.chance(_NO_DOI_SHARE) else _doi(source, plan)
    indexed_in = ["crossref"] if doi else []
    locations = [_publisher_location(source, plan, doi, is_oa, license)]
    pmid = None
    if doi and plan.type in ("article", "review") and draws.chance(_PUBMED_SHARE):
        pmid = _FIRST_FREE_PMID + plan.number - BASE
        locations.append(_pubmed_location(source, pmid))
        indexed_in.append("pubmed")
    if source and source.is_in_doaj:
        indexed_in.append("doaj")
    if plan.preprint is None and arxiv and plan.type == "article" and _has_arxiv_copy(draws, plan):
        locations.append(_arxiv_location(world, arxiv))
        indexed_in.append("arxiv")
    if draws.chance(_REPOSITORY_COPY_SHARE):
        repository = draws.pick(world.repositories)
        locations.append(_repository_location(repository, plan, draws.chance(0.5)))
    return Places(
        doi=doi,
        pmid=pmid,
        locations=tuple(locations),
        source=source,
        license=license,
        indexed_in=tuple(sorted(indexed_in)),
    )


def _has_arxiv_copy(draws: Draws, plan: WorkPlan) -> bool:
    return plan.oddity is Oddity.LARGE_TEAM or draws.chance(_ARXIV_COPY_SHARE)


def _primary_source(draws: Draws, world: World, plan: WorkPlan) -> Source | None:
    match plan.type:
        case "preprint":
            return world.arxiv if arxiv_id(plan) else world.repositories[0]
        case "book" | "book-chapter":
            return world.book_platform
        case "dataset" | "dissertation" | "report":
            return draws.pick(world.repositories)
    if draws.chance(_NO_SOURCE_SHARE):
        return None
    if draws.chance(_CONFERENCE_SHARE):
        return draws.pick(world.conferences)
    return draws.pick(plan.community.journals)


def _doi(source: Source | None, plan: WorkPlan) -> str:
    publisher = source.publisher if source else None
    prefix = publisher.doi_prefix if publisher else "10.900000090"
    stem = f"s{source.number - BASE}" if source else "misc"
    return f"{prefix}/{stem}.{plan.year}.{plan.number - BASE:06d}"


def _location(
    *,
    native_id: str | None,
    source: Source | None,
    is_oa: bool,
    page: str | None,
    pdf: str | None,
    license: str | None,
    version: str | None,
    raw_source_name: str | None,
    raw_type: str | None,
    provenance: str,
) -> dict[str, object]:
    return {
        "id": native_id,
        "is_oa": is_oa,
        "landing_page_url": page,
        "pdf_url": pdf,
        "source": source.short if source else None,
        "license": license,
        "license_id": license and f"https://openalex.org/licenses/{license}",
        "version": version,
        "is_accepted": version in ("acceptedVersion", "publishedVersion"),
        "is_published": None if version is None else version == "publishedVersion",
        "raw_source_name": raw_source_name,
        "raw_type": raw_type,
        "provenance": provenance,
    }


def _publisher_location(
    source: Source | None, plan: WorkPlan, doi: str | None, is_oa: bool, license: str | None
) -> dict[str, object]:
    page = f"https://doi.org/{doi}" if doi else f"https://example.org/works/{plan.number}"
    is_proceedings = source is not None and source.type == "conference"
    raw_type = "proceedings-article" if is_proceedings else "journal-article"
    return _location(
        native_id=doi or f"example.org:{plan.number}",
        source=source,
        is_oa=is_oa,
        page=page,
        pdf=f"https://example.org/pdf/{plan.number}.pdf" if is_oa else None,
        license=license,
        version="publishedVersion" if doi else None,
        raw_source_name=source.name if source else None,
        raw_type=_RAW_TYPES.get(plan.type, raw_type),
        provenance="crossref" if doi else "mag",
    )


def _pubmed_location(source: Source | None, pmid: int) -> dict[str, object]:
    return _location(
        native_id=str(pmid),
        source=None,
        is_oa=False,
        page=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}",
        pdf=None,
        license=None,
        version="publishedVersion",
        raw_source_name=source.name if source else None,
        raw_type=None,
        provenance="pubmed",
    )


def _arxiv_location(world: World, arxiv: str) -> dict[str, object]:
    return _location(
        native_id=f"oai:arXiv.org:{arxiv}",
        source=world.arxiv,
        is_oa=True,
        page=f"http://arxiv.org/abs/{arxiv}",
        pdf=f"https://arxiv.org/pdf/{arxiv}",
        license=None,
        version="submittedVersion",
        raw_source_name=None,
        raw_type="text",
        provenance="repo",
    )


def _arxiv_doi_location(world: World, arxiv: str) -> dict[str, object]:
    doi = f"10.48550/arxiv.{arxiv}"
    return _location(
        native_id=doi,
        source=world.arxiv,
        is_oa=True,
        page=f"https://doi.org/{doi}",
        pdf=None,
        license=None,
        version=None,
        raw_source_name=None,
        raw_type="article",
        provenance="datacite",
    )


def _repository_location(
    repository: Source, plan: WorkPlan, is_accepted: bool
) -> dict[str, object]:
    number = plan.number - BASE
    host = f"repository-{repository.number - BASE}.example.org"
    return _location(
        native_id=f"oai:{host}:{number}",
        source=repository,
        is_oa=True,
        page=f"https://{host}/handle/{number}",
        pdf=f"https://{host}/bitstream/{number}.pdf",
        license=None,
        version="acceptedVersion" if is_accepted else "submittedVersion",
        raw_source_name=None,
        raw_type="info:eu-repo/semantics/article",
        provenance="repo",
    )


EMPTY_LOCATION: Final[dict[str, object]] = {
    "id": None,
    "is_oa": None,
    "landing_page_url": None,
    "pdf_url": None,
    "source": None,
    "license": None,
    "license_id": None,
    "version": None,
    "is_accepted": None,
    "is_published": None,
    "raw_source_name": None,
    "raw_type": None,
    "provenance": None,
}
"""What the producer's export makes of a location that is not there."""
