"""Which institutions works name, on their seats and as hosts of sources, from columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from scholargraph.ingest import drift as odd
from scholargraph.ingest.openalex.columnar.groups import Coded, Flags, Numbers, coded, ends_of
from scholargraph.ingest.openalex.columnar.said import Said, are_nobody, of_kind, say
from scholargraph.ingest.openalex.columnar.texts import texts_of
from scholargraph.ingest.openalex.mentions import Institutions

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.nodes import Structs

_DETAILS: Final = ("display_name", "ror", "country_code", "type")


class NamedInstitutions(NamedTuple):
    """The institutions that works name, by number; 0 is none, or an id that stands for nobody."""

    urls: pa.Array
    """That of each number, which begin with 1."""
    listed: Numbers
    """Of what seats list."""
    joined: Numbers
    """Of what printed strings are joined to."""
    hosts: Numbers
    """Of what hosts the source of each location."""


def named_institutions(works: Structs, drift: Drift) -> NamedInstitutions:
    """Return which institutions works name, and count those on seats that stand for nobody."""
    seats = works.lists("authorships").structs
    source = works.lists("locations").structs.structs("source")
    named = [
        seats.lists("institutions").structs.column("id"),
        seats.lists("affiliations").structs.lists("institution_ids").values,
        of_kind(source.column("host_organization"), "I"),
    ]
    numbers, urls = coded(pa.concat_arrays(named))
    listed, joined, hosts = np.split(numbers, ends_of(np.array(list(map(len, named))))[1:-1])
    is_nobody = np.concatenate([[False], are_nobody(urls)])
    lists_nobody = is_nobody[listed]
    if lists_nobody.any():
        example = urls[int(listed[lists_nobody.argmax()]) - 1].as_py()
        count = int(np.count_nonzero(lists_nobody))
        drift.add("works.authorships[].institutions", odd.NOBODY, count, example=example)
    somebody = np.where(is_nobody, 0, np.arange(len(is_nobody)))
    return NamedInstitutions(urls, somebody[listed], somebody[joined], hosts)


def rows_of_institutions(
    works: Structs, named: NamedInstitutions, are_places: Flags, drift: Drift
) -> Rows:
    """Return what works say of institutions: what seats list, what strings name, then hosts.

    Parameters
    ----------
    works : Structs
        Works.
    named : NamedInstitutions
        Their institutions.
    are_places : bool array
        Which of their locations are more than nulls.
    drift : Drift
        Is told of bad values.
    """
    seats, places = works.lists("authorships"), works.lists("locations")
    listed = seats.structs.lists("institutions")
    strings = seats.structs.lists("affiliations")
    joined = strings.structs.lists("institution_ids")
    nothing = [None] * (len(_DETAILS) + 1)
    host_names = places.structs.structs("source").column("host_organization_name")
    hosts = np.where(are_places, named.hosts, 0)
    institutions = Institutions()
    say(
        institutions,
        Coded(np.concatenate([named.listed, named.joined, hosts]), named.urls),
        [
            Said(seats.owners[listed.owners], details_of(listed.structs)),
            Said(seats.owners[strings.owners[joined.owners]], nothing),
            Said(places.owners, [host_names, *nothing[1:]]),
        ],
    )
    return institutions.table(drift)


def details_of(institutions: Structs) -> list[pa.Array]:
    """Return what is said of institutions, each of which may stand more than once."""
    lineages = texts_of(institutions.lists("lineage"))
    return [*(institutions.column(name) for name in _DETAILS), lineages]
