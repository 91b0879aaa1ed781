"""Bylines and affiliations from columns, by the rules of ``bylines`` and ``affiliations``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest.openalex.affiliations import Lines, rows_of_lines
from scholargraph.ingest.openalex.bylines import Seats, tables_of_seats
from scholargraph.ingest.openalex.columnar.groups import (
    Flags,
    Numbers,
    codes_of,
    ends_of,
    groups_of,
    indices,
    paired,
)
from scholargraph.ingest.openalex.columnar.texts import without_empty

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.institutions import NamedInstitutions
    from scholargraph.ingest.openalex.columnar.nodes import Lists, Structs


def tables_of_bylines(works: Structs, drift: Drift) -> list[Rows]:
    """Return the authorships, and what works say of their authors."""
    lists = works.lists("authorships")
    seats = lists.structs
    author = seats.structs("author")
    urls, names = author.column("id"), author.column("display_name")
    keys = paired(lists.owners, codes_of(urls))
    is_repeated = np.ones(len(keys), bool)
    is_repeated[groups_of(keys).firsts] = False
    return tables_of_seats(
        Seats(
            sizes=lists.sizes,
            urls=urls,
            names=names,
            orcids=author.column("orcid"),
            printed_names=pc.coalesce(without_empty(seats.column("raw_author_name")), names),
            printed_orcids=seats.column("raw_orcid"),
            is_corresponding=seats.column("is_corresponding"),
            repeated=np.flatnonzero(is_repeated),
        ),
        drift,
    )


def are_old(works: Structs) -> Flags:
    """Say of each work whether a seat has strings that are not joined to institutions."""
    lists = works.lists("authorships")
    seats = lists.structs
    is_old = (seats.lists("affiliations").sizes == 0) & (
        seats.lists("raw_affiliation_strings").sizes > 0
    )
    found = np.zeros(len(works), bool)
    found[lists.owners[is_old]] = True
    return found


class Words(NamedTuple):
    """What seats say of institutions, one word after the other: those listed, then strings."""

    seats: Numbers
    institutions: Numbers
    """The number of the institution that is named, or 0."""
    texts: Numbers
    """The place of what is printed among all that is, or -1."""
    printed: pa.Array
    listed: int
    """How many words are institutions that a seat lists."""


def rows_of_affiliations(works: Structs, institutions: NamedInstitutions, drift: Drift) -> Rows:
    """Return a line per seat and institution, and one for what names none.

    Of works whose strings are joined to institutions, as since mid 2024.
    """
    lists = works.lists("authorships")
    words = _words(lists.structs, institutions)
    groups = groups_of(paired(words.seats, words.institutions))
    seats_of_lines = words.seats[groups.firsts]
    named = words.institutions[groups.firsts]
    urls = institutions.urls.take(indices(named - 1))
    firsts = np.where(groups.firsts < words.listed, groups.firsts, -1)
    countries = lists.structs.lists("institutions").structs.column("country_code")
    texts, text_counts = _distinct_texts(groups.numbers, len(groups.firsts), words)
    countries, added_seats, added = _with_countries(
        lists.structs.lists("countries"),
        seats_of_lines,
        named > 0,
        countries.take(indices(firsts)),
        drift,
    )
    seats = np.concatenate([seats_of_lines, added_seats])
    positions = np.arange(len(lists.owners)) - ends_of(lists.sizes)[lists.owners] + 1
    return rows_of_lines(
        Lines(
            rows=lists.owners[seats],
            positions=pa.array(positions[seats]),
            urls=pa.concat_arrays([urls, pa.nulls(len(added), pa.string())]),
            country_codes=pa.concat_arrays([countries, added]),
            raw=texts,
            raw_counts=np.concatenate([text_counts, np.zeros(len(added), np.int64)]),
        ),
        drift,
    )


def _words(seats: Structs, institutions: NamedInstitutions) -> Words:
    """Return all words; the name of a listed institution without an id is like a string."""
    listed = seats.lists("institutions")
    places = listed.structs
    strings = seats.lists("affiliations")
    printed = without_empty(strings.structs.column("raw_affiliation_string"))
    nameless = np.flatnonzero(np.asarray(places.column("id").is_null()))
    names = without_empty(places.column("display_name").take(pa.array(nameless)))
    texts_of_listed = np.full(len(places), -1)
    texts_of_listed[nameless] = len(printed) + np.arange(len(nameless))
    of_strings, joined = _strings(
        strings.structs.lists("institution_ids").owners, institutions.joined, printed
    )
    return Words(
        seats=np.concatenate([listed.owners, strings.owners[of_strings]]),
        institutions=np.concatenate([institutions.listed, joined]),
        texts=np.concatenate([texts_of_listed, of_strings]),
        printed=pa.concat_arrays([printed, names]),
        listed=len(places),
    )


def _strings(owners: Numbers, joined: Numbers, printed: pa.Array) -> tuple[Numbers, Numbers]:
    """Return each printed string beside each institution that it names, or beside none."""
    owners, joined = owners[joined > 0], joined[joined > 0]
    names_none = np.asarray(printed.is_valid())
    names_none[owners] = False
    alone = np.flatnonzero(names_none)
    strings = np.concatenate([owners, alone])
    order = np.argsort(strings, kind="stable")
    return strings[order], np.concatenate([joined, np.zeros_like(alone)])[order]


def _distinct_texts(lines: Numbers, count: int, words: Words) -> tuple[pa.Array, Numbers]:
    """Return the different texts of each line, one line after the other, and how many it has."""
    codes = np.append(codes_of(words.printed), 0)[words.texts]
    given = np.flatnonzero(codes)
    keys = paired(lines[given], codes[given])
    kept = given[groups_of(keys).firsts]
    kept = kept[np.argsort(lines[kept], kind="stable")]
    texts = words.printed.take(pa.array(words.texts[kept]))
    return texts, np.bincount(lines[kept], minlength=count)


def _with_countries(
    said: Lists, seats: Numbers, is_named: Flags, countries: pa.Array, drift: Drift
) -> tuple[pa.Array, Numbers, pa.Array]:
    """Place the countries that no institution carries, where there is only one place for them.

    Returns the countries of all lines, and further lines: their seats and countries.
    """
    given = without_empty(said.values)
    codes = codes_of(pa.concat_arrays([countries, given]))
    of_lines, of_said = codes[: len(countries)], codes[len(countries) :]
    places = np.flatnonzero(of_said)
    carries = np.flatnonzero(of_lines)
    keys = paired(
        np.concatenate([seats[carries], said.owners[places]]),
        np.concatenate([of_lines[carries], of_said[places]]),
    )
    firsts = groups_of(keys).firsts
    left = places[firsts[firsts >= len(carries)] - len(carries)]
    if not len(left):
        return countries, seats[:0], countries.slice(0, 0)
    left_seats = said.owners[left]
    count = len(said.sizes)
    left_count = np.bincount(left_seats, minlength=count)
    open_count = np.bincount(seats[of_lines == 0], minlength=count)
    nameless_count = np.bincount(seats[~is_named], minlength=count)
    too_many = int(left_count[left_count > 1].sum())
    if too_many:
        field = "works.authorships[].countries"
        drift.add(field, "several that no institution carries", too_many)
    is_alone = left_count[left_seats] == 1
    fills = is_alone & (open_count[left_seats] == 1)
    adds = is_alone & (open_count[left_seats] == 0) & (nameless_count[left_seats] == 0)
    unplaced = int(np.count_nonzero(is_alone & ~fills & ~adds))
    if unplaced:
        drift.add(
            "works.authorships[].countries",
            "no telling which institution it belongs to",
            unplaced,
        )
    filler = np.full(count, -1, np.int64)
    filler[left_seats[fills]] = left[fills]
    filled = np.where(of_lines == 0, filler[seats], -1)
    countries = pc.coalesce(countries, given.take(indices(filled)))
    return countries, left_seats[adds], given.take(pa.array(left[adds]))
