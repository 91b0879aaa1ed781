"""Which works of a dump to take, decided while it is read.

So that a laptop can take its part of the whole. Records of other kinds are taken as far as the
works name them, which only the merge can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xxhash

from scholargraph import identifiers
from scholargraph.errors import InvalidArgumentError
from scholargraph.ingest.openalex.kinds import kind_key

if TYPE_CHECKING:
    from scholargraph.ingest.openalex.shapes import TopicName, Work

_HASHES: Final = 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a work must be to be taken: all that is given, and any one of each list.

    Attributes
    ----------
    years : tuple of int, optional
        First and last year of publication, both included; a work without year is left out.
    types : frozenset of str, optional
        Types of work.
    topics, institutions, authors : frozenset of str, optional
        Short OpenAlex ids. A topic may be of any level, and takes what lies below it.
    countries : frozenset of str, optional
        Country codes of which a seat names one.
    sample : float, optional
        Share of the works, drawn by their ids: the same ones in every dump.
    exclude_xpac : bool
        Leave out the expansion pack.
    abstracts : bool
        Whether to take abstracts.
    """

    years: tuple[int, int] | None = None
    types: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    institutions: frozenset[str] | None = None
    countries: frozenset[str] | None = None
    authors: frozenset[str] | None = None
    sample: float | None = None
    exclude_xpac: bool = False
    abstracts: bool = True

    @property
    def takes_all_works(self) -> bool:
        """Whether no work is left out."""
        return self == Selection(abstracts=self.abstracts)

    def reason_against(self, work_id: str, work: Work) -> str | None:
        """Return why a work is left out, by the first thing that it is not; None if it is taken."""
        if self.sample is not None and not _is_drawn(work_id, self.sample):
            return "sample"
        if self.exclude_xpac and work.is_xpac:
            return "exclude_xpac"
        if self.years is not None and not _is_within(work.publication_year, self.years):
            return "years"
        if self.types is not None and work.type not in self.types:
            return "types"
        if self.topics is not None and self.topics.isdisjoint(_topics(work)):
            return "topics"
        if self.authors is not None and self.authors.isdisjoint(_authors(work)):
            return "authors"
        if self.institutions is not None and self.institutions.isdisjoint(_institutions(work)):
            return "institutions"
        if self.countries is not None and self.countries.isdisjoint(_countries(work)):
            return "countries"
        return None


TAKE_ALL: Final = Selection()


def select(
    *,
    years: tuple[int, int] | None = None,
    types: Iterable[str] | None = None,
    topics: Iterable[str] | None = None,
    institutions: Iterable[str] | None = None,
    countries: Iterable[str] | None = None,
    authors: Iterable[str] | None = None,
    sample: float | None = None,
    exclude_xpac: bool = False,
    abstracts: bool = True,
) -> Selection:
    """Return a selection of checked arguments.

    Raises
    ------
    InvalidArgumentError
        If a year range, an id, a code or the share is none.
    """
    if sample is not None and not 0 < sample <= 1:
        raise InvalidArgumentError(f"sample must be a share above 0 and up to 1, not {sample!r}")
    if years is not None and (len(years) != 2 or years[0] > years[1]):
        raise InvalidArgumentError(f"years must be (first, last), both included, not {years!r}")
    codes = _texts("countries", countries)
    for code in codes or ():
        if not (len(code) == 2 and code.isascii() and code.isupper()):
            raise InvalidArgumentError(f"countries must be codes such as 'NA', not {code!r}")
    return Selection(
        years=(years[0], years[1]) if years is not None else None,
        types=_texts("types", types),
        topics=_ids("topics", topics, {"T", "subfields", "fields", "domains"}),
        institutions=_ids("institutions", institutions, {"I"}),
        countries=codes,
        authors=_ids("authors", authors, {"A"}),
        sample=sample,
        exclude_xpac=exclude_xpac,
        abstracts=abstracts,
    )


def _texts(name: str, values: Iterable[str] | None) -> frozenset[str] | None:
    if values is None:
        return None
    if isinstance(values, str):
        raise InvalidArgumentError(f"{name} must be a list of texts, not the text {values!r}")
    return frozenset(values)


def _ids(name: str, values: Iterable[str] | None, kinds: set[str]) -> frozenset[str] | None:
    given = _texts(name, values)
    if given is None:
        return None
    found: set[str] = set()
    for value in sorted(given):
        short = identifiers.openalex_id(value)
        if short is None or kind_key(short) not in kinds:
            raise InvalidArgumentError(f"{name} must be OpenAlex ids of {name}, not {value!r}")
        found.add(short)
    return frozenset(found)


def _is_drawn(work_id: str, share: float) -> bool:
    return xxhash.xxh3_64_intdigest(work_id.encode()) < share * _HASHES


def _is_within(year: int | None, years: tuple[int, int]) -> bool:
    return year is not None and years[0] <= year <= years[1]


def _topics(work: Work) -> Iterator[str | None]:
    named: list[TopicName] = [*(work.topics or ())]
    if work.primary_topic:
        named.append(work.primary_topic)
    for topic in named:
        for node in (topic, topic.subfield, topic.field, topic.domain):
            if node:
                yield identifiers.openalex_id(node.id)


def _authors(work: Work) -> Iterator[str | None]:
    for seat in work.authorships or ():
        if seat.author:
            yield identifiers.openalex_id(seat.author.id)


def _institutions(work: Work) -> Iterator[str | None]:
    for seat in work.authorships or ():
        for place in seat.institutions or ():
            yield identifiers.openalex_id(place.id)


def _countries(work: Work) -> Iterator[str]:
    for seat in work.authorships or ():
        yield from filter(None, seat.countries or ())
        for place in seat.institutions or ():
            if place.country_code:
                yield place.country_code
