"""From Python values to Arrow columns of the declared types.

Row producers call these; what a value means is their business, what a column must look like is
the schema's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph import identifiers
from scholargraph.ingest import drift as odd
from scholargraph.schema import FIRST_YEAR, LAST_YEAR, arrow_type

if TYPE_CHECKING:
    from scholargraph.ingest.drift import Drift
    from scholargraph.schema import Table

ROW: Final = "_row"
"""Column of every produced table: which record of the batch a row belongs to."""

_PREFIX_LENGTH: Final = len("https://openalex.org/")
_ORCID_URL: Final = r"\Ahttps://orcid\.org/(?:[0-9]{4}-){3}[0-9]{3}[0-9X]\z"
_ORCID_DIGITS: Final = np.flatnonzero(np.frombuffer(b"0000-0000-0000-0000", np.uint8) != ord("-"))
_ORCID_WEIGHTS: Final = 2 ** np.arange(15, 0, -1, dtype=np.int64)
_CONTROL: Final = "[\\x00-\\x1f\\x7f]"
_BLANK_CONTROL: Final = "[\\t\\n\\x0b\\x0c\\r]+"


class OddIdError(ValueError):
    """A batch holds an OpenAlex id in another spelling than ``https://openalex.org/W1``."""


class Rows(NamedTuple):
    """Rows of one declared table, with the extra column ``_row``."""

    table: Table
    data: pa.Table


def build(table: Table, rows: Sequence[int], values: Mapping[str, Any]) -> Rows:
    """Return rows of ``table``, each with the record that it belongs to.

    Parameters
    ----------
    table : Table
        Declaration; a column without values is null.
    rows : sequence of int
        Number of each row's record within the batch.
    values : mapping
        Column name to a sequence of Python values or an Arrow array.

    Raises
    ------
    OddIdError
        Never here; by ``ids`` and ``id_lists``, which callers use for ids.
    """
    undeclared = set(values) - set(table.column_names)
    if undeclared:
        raise KeyError(f"table {table.name} declares no {', '.join(sorted(undeclared))}")
    names, arrays = [ROW], [pa.array(rows, pa.int32())]
    for column in table.columns:
        names.append(column.name)
        arrays.append(_column(values.get(column.name), arrow_type(column.type), len(rows)))
    return Rows(table, pa.Table.from_arrays(arrays, names=names))


def _column(values: Any, type_: pa.DataType, length: int) -> pa.Array:
    if values is None:
        return pa.nulls(length, type_)
    if isinstance(values, pa.Array):
        return values
    array = pa.array(values, type_)
    if pa.types.is_string(type_):
        return without_control_characters(array)
    if pa.types.is_list(type_) and pa.types.is_string(type_.value_type):
        return _with_values(array, without_control_characters(array.values))
    return array


def without_control_characters(array: pa.Array) -> pa.Array:
    """Turn white-space controls into a blank and drop the other control characters."""
    if not pc.any(pc.match_substring_regex(array, _CONTROL)).as_py():
        return array
    array = pc.replace_substring_regex(array, _BLANK_CONTROL, " ")
    return pc.replace_substring_regex(array, _CONTROL, "")


def ids(urls: Sequence[str | None], letters: str) -> pa.Array:
    """Return the short ids of OpenAlex URLs whose letter is one of ``letters``.

    Raises
    ------
    OddIdError
        If one is spelt in another way; the caller then repairs the batch.
    """
    return _shortened(pa.array(urls, pa.string()), f"[{letters}][1-9][0-9]{{0,17}}")


def topic_ids(urls: Sequence[str | None]) -> pa.Array:
    """Return the short ids of topics, subfields, fields and domains.

    Raises
    ------
    OddIdError
        If one is spelt in another way.
    """
    return _shortened(
        pa.array(urls, pa.string()), "(?:T|subfields/|fields/|domains/)[1-9][0-9]{0,17}"
    )


def id_lists(urls: Sequence[Sequence[str] | None], letters: str) -> pa.Array:
    """Return lists of short ids; otherwise as ``ids``."""
    array = pa.array(urls, pa.list_(pa.string()))
    return _with_values(array, _shortened(array.values, f"[{letters}][1-9][0-9]{{0,17}}"))


def _shortened(urls: pa.Array, tail: str) -> pa.Array:
    fits = pc.match_substring_regex(urls, rf"\Ahttps://openalex\.org/{tail}\z")
    if not pc.all(fits, min_count=0).as_py():
        raise OddIdError("an id in another spelling")
    return pc.utf8_slice_codeunits(urls, _PREFIX_LENGTH)


def _with_values(lists: pa.Array, values: pa.Array) -> pa.Array:
    mask = lists.is_null() if lists.null_count else None
    return pa.ListArray.from_arrays(lists.offsets, values, mask=mask)


def matching(values: Iterable[str | None], pattern: str, field: str, drift: Drift) -> pa.Array:
    """Return the values that match a pattern in full; others become null and are counted."""
    array = pa.array(values, pa.string())
    fits = pc.match_substring_regex(array, rf"\A(?:{pattern})\z")
    bad = len(array) - array.null_count - (pc.sum(fits).as_py() or 0)
    if not bad:
        return array
    drift.add(field, odd.BAD_VALUE, bad)
    return pc.if_else(fits, array, pa.scalar(None, pa.string()))


def normalised(
    values: Sequence[str | None], normalise: Any, field: str, drift: Drift
) -> list[str | None]:
    """Apply a function of ``identifiers`` once per distinct value; what is no id is counted."""
    known: dict[str | None, str | None] = {None: None, "": None}
    for value in values:
        if value not in known:
            known[value] = normalise(value)
    result = [known[value] for value in values]
    bad = sum(1 for value, clean in zip(values, result, strict=True) if value and clean is None)
    if bad:
        drift.add(field, odd.BAD_VALUE, bad)
    return result


def orcids(values: Sequence[str | None], field: str, drift: Drift) -> pa.Array:
    """Return ORCIDs without prefix; one with a wrong check character is null and counted.

    As ``identifiers.orcid`` does it one by one, but for all at once where all are spelt as
    OpenAlex spells them: there is one on nearly every seat.
    """
    urls = pa.array(values, pa.string())
    if not pc.all(pc.match_substring_regex(urls, _ORCID_URL), min_count=0).as_py():
        return pa.array(normalised(values, identifiers.orcid, field, drift), pa.string())
    short = pc.utf8_slice_codeunits(urls, len("https://orcid.org/"))
    known = short.drop_null().to_numpy(zero_copy_only=False).astype("S19")
    characters = np.frombuffer(known.tobytes(), np.uint8).reshape(-1, 19)[:, _ORCID_DIGITS]
    check = (12 - (characters[:, :15] - 48) @ _ORCID_WEIGHTS % 11) % 11
    is_right = np.where(check == 10, ord("X"), check + 48) == characters[:, 15]
    if is_right.all():
        return short
    drift.add(field, odd.BAD_VALUE, int(np.count_nonzero(~is_right)))
    fits = np.zeros(len(short), bool)
    fits[np.asarray(short.is_valid())] = is_right
    return pc.if_else(pa.array(fits), short, pa.scalar(None, pa.string()))


def timestamp(text: str | None) -> datetime | None:
    """Read a date, or a time with or without fraction and offset, as naive UTC; or None."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment


def day(text: str | None, field: str, drift: Drift) -> date | None:
    """Read a date within the years that the schema allows; another is counted."""
    moment = timestamp(text)
    if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
        return moment.date()
    if text:
        drift.add(field, odd.BAD_VALUE)
    return None
