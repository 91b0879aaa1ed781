"""Bylines of many records at once: who sits where, under which name, and the form it stands for.

Most names need no more than to be put together; these are never touched one by one. The others go
through ``author_strings``, with the whole byline that they stand on.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import schema
from scholargraph.ingest import columns
from scholargraph.ingest.arxiv.author_strings import (
    ODD_NAME,
    ParsedAuthor,
    clean_parsed,
    is_collaboration,
    name_of,
    parse_authors,
    parse_name,
)
from scholargraph.ingest.arxiv.texts import with_bytes_for_bytes, with_single_blanks
from scholargraph.ingest.columns import Rows
from scholargraph.names import fold
from scholargraph.schema import ORGANISATION

if TYPE_CHECKING:
    from scholargraph.ingest.arxiv.shapes import ArxivRecord
    from scholargraph.ingest.drift import Drift

NAME_PREFIX: Final = "name:"
NO_ID: Final = "no id"
BY_INITIALS: Final = "seats: name form by initials alone"

INITIALS_ALONE: Final = (
    r"^name:(?:[^ ] )+"
    r"(?:(?:van|der|de|la|von|del|della|da|mac|ter|dem|di|den|du|le|dos|al|el|bin|ben) )*"
    r"[^ ]{2,}(?: (?:jr|sr|ii|iii|iv))?$"
)
"""Name forms in which no given name is spelt out, as in ``name:a b van der berg jr``; for RE2."""

_PARTS: Final = 3
"""Keyname, forenames and suffix: an entry with more has affiliations."""

_ODD_ENTRY: Final = ("",) * _PARTS
"""Stands for an entry with fewer or more, which is not plain either."""

_LONGEST_USUAL_NAME: Final = 200

_FOLDED_ALONE: Final = "[^\\x00-\\x7f]|[,'^`]"
"""What a name holds that needs more than a letter or a blank for each of its bytes; for RE2."""

_FOLDING: Final = bytes(
    ord(chr(byte).lower() if chr(byte).isalnum() else " ") if byte < 0x80 else byte
    for byte in range(256)
)

Numbers = npt.NDArray[np.int64]


def byline_rows(records: Sequence[ArxivRecord], drift: Drift) -> tuple[Numbers, list[Rows]]:
    """Return how many seats each record has, and the rows of seats and their affiliations."""
    owners, names, is_plain = _put_together([record.authors_parsed or [] for record in records])
    one_by_one = set(owners[~is_plain].tolist())
    one_by_one.update(
        number for number, record in enumerate(records) if record.authors_parsed is None
    )
    is_quick = ~np.isin(owners, list(one_by_one))
    slow = [
        (number, author) for number in sorted(one_by_one) for author in _authors(records[number])
    ]
    seats = pa.concat_arrays(
        [names.filter(pa.array(is_quick)), pa.array([name_of(a) for _, a in slow], pa.string())]
    )
    seat_owners = np.concatenate(
        [owners[is_quick], np.array([record for record, _ in slow], np.int64)]
    )
    marks = [None] * int(is_quick.sum()) + [
        ORGANISATION if is_collaboration(author) else None for _, author in slow
    ]
    order = np.argsort(seat_owners, kind="stable")
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    affiliated = {
        int(places[len(places) - len(slow) + number]): list(dict.fromkeys(author.affiliations))
        for number, (_, author) in enumerate(slow)
        if author.affiliations
    }
    sizes = np.bincount(seat_owners, minlength=len(records))
    wanted = pa.array(order)
    marked = pa.array(marks, pa.string()).take(wanted)
    return sizes, _rows(sizes, seats.take(wanted), marked, affiliated, drift)


def _authors(record: ArxivRecord) -> list[ParsedAuthor]:
    if record.authors_parsed is not None:
        return clean_parsed(record.authors_parsed)
    if record.author_names is not None:
        named = [parse_name(entry[0], entry[1:]) for entry in record.author_names if entry]
        return [author for author in named if author is not None]
    return parse_authors(record.authors) if record.authors else []


def _put_together(
    bylines: Sequence[list[list[str]]],
) -> tuple[Numbers, pa.Array, npt.NDArray[np.bool_]]:
    """Return of each entry its record, its name, and whether that is all there is to it."""
    owners = np.repeat(np.arange(len(bylines)), [len(byline) for byline in bylines])
    entries = chain.from_iterable(bylines)
    parts = list(
        chain.from_iterable(entry if len(entry) == _PARTS else _ODD_ENTRY for entry in entries)
    )
    keynames, forenames, suffixes = (
        pa.array(parts[part::_PARTS], pa.string()) for part in range(_PARTS)
    )
    names = pc.binary_join_element_wise(forenames, keynames, " ")
    between_blanks = pc.binary_join_element_wise("", names, "", " ")
    is_plain = pc.and_(
        pc.and_(pc.equal(suffixes, ""), pc.not_equal(forenames, "")),
        pc.and_(
            pc.not_equal(keynames, ""),
            pc.invert(pc.match_substring_regex(between_blanks, ODD_NAME)),
        ),
    )
    return owners, names, np.asarray(pc.fill_null(is_plain, False))


def _rows(
    sizes: Numbers,
    names: pa.Array,
    marks: pa.Array,
    affiliated: dict[int, list[str]],
    drift: Drift,
) -> list[Rows]:
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    positions = np.arange(1, len(owners) + 1) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    ids = name_form_ids(names)
    marks = pc.if_else(pc.and_(ids.is_null(), marks.is_null()), NO_ID, marks)
    _count(ids, marks, drift)
    authorships = columns.build(
        schema.AUTHORSHIPS,
        owners,
        {
            "position": pa.array(positions, pa.int32()),
            "author_id": ids,
            "author_name": columns.without_control_characters(names),
            "is_corresponding": pa.repeat(False, len(owners)),
            "mark": marks,
        },
    )
    seats = np.array(sorted(affiliated), np.int64)
    affiliations = columns.build(
        schema.AFFILIATIONS,
        owners[seats],
        {
            "position": pa.array(positions[seats], pa.int32()),
            "raw": [affiliated[seat] for seat in seats.tolist()],
        },
    )
    return [authorships, affiliations]


def _count(ids: pa.Array, marks: pa.Array, drift: Drift) -> None:
    """Count the seats that make no author, and those whose name form may be that of many people."""
    for found in pc.value_counts(marks.drop_null()).to_pylist():
        drift.author_layer[f"seats: {found['values']}"] += found["counts"]
    by_initials = pc.match_substring_regex(ids, INITIALS_ALONE)
    count = pc.sum(pc.and_(by_initials, marks.is_null())).as_py()
    if count:
        drift.author_layer[BY_INITIALS] += count


def name_form_ids(names: pa.Array) -> pa.Array:
    """Return the ids of the name forms of printed names; null where a name has no letters.

    Examples
    --------
    >>> name_form_ids(pa.array(["Andrea Gesmundo", "A. O'Neil-Doe", "*"])).to_pylist()
    ['name:andrea gesmundo', 'name:a oneil doe', None]
    """
    encoded = names.dictionary_encode()
    distinct = encoded.dictionary
    # As `fold` does it for names of letters, blanks, periods and the like, but for all at once.
    is_usual = pc.and_(
        pc.invert(pc.match_substring_regex(distinct, _FOLDED_ALONE)),
        pc.less_equal(pc.binary_length(distinct), _LONGEST_USUAL_NAME),
    )
    forms = pc.ascii_trim_whitespace(with_bytes_for_bytes(distinct, _FOLDING))
    forms = with_single_blanks(forms)
    others = [fold(name) for name in distinct.filter(pc.invert(is_usual)).to_pylist()]
    forms = pc.replace_with_mask(forms, pc.invert(is_usual), pa.array(others, pa.string()))
    forms = pc.if_else(pc.equal(forms, ""), columns.NO_TEXT, forms)
    return pc.binary_join_element_wise(NAME_PREFIX, forms, "").take(encoded.indices)
