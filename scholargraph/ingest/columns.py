"""From Python values to Arrow columns of the declared types.

Row producers call these; what a value means is their business, what a column must look like is
the schema's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
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

OPENALEX_URL: Final = "https://openalex.org/"
NO_TEXT: Final = pa.nulls(1, pa.string())[0]
"""A null. Made of Python's None it would let Arrow import pandas, to look whether it is one."""

_MAX_ID_SIZE: Final = 19
"""A letter and 18 digits."""

_ZERO: Final = ord("0")
_FIRST_PRINTABLE: Final = 0x20
_DELETE: Final = 0x7F
_CONTROL: Final = "[\\x00-\\x1f\\x7f]"
_BLANK_CONTROL: Final = "[\\t\\n\\x0b\\x0c\\r]+"

_ORCID_PREFIX: Final = "https://orcid.org/"
_ORCID_SHAPE: Final = np.frombuffer(f"{_ORCID_PREFIX}0000-0000-0000-0000".encode(), np.uint8)
_ORCID_DIGITS: Final = _ORCID_SHAPE == _ZERO
_ORCID_WEIGHTS: Final = 2 ** np.arange(15, 0, -1, dtype=np.int64)

Counts = npt.NDArray[np.int64]
RowNumbers = Sequence[int] | npt.NDArray[np.integer]
Values: TypeAlias = Sequence[Any] | pa.Array
"""A column before it has the type that is declared: Python values, or Arrow's."""


class OddIdError(ValueError):
    """A batch holds an OpenAlex id in another spelling than ``https://openalex.org/W1``."""


@dataclass(frozen=True, slots=True)
class Usual:
    """A spelling of an identifier that is a prefix and then the canonical form."""

    prefix: str
    tail: str
    """Regular expression of RE2, narrower than what is right."""

    @property
    def pattern(self) -> str:
        """Regular expression of the whole."""
        return rf"\A{re.escape(self.prefix)}(?:{self.tail})\z"


class Rows(NamedTuple):
    """Rows of one declared table, with the column ``_row`` instead of the owner's id."""

    table: Table
    data: pa.Table


def are_mentions(table: Table) -> bool:
    """Whether the rows of a table are what records say of nodes that are not their own."""
    return table.key[1:] == ("record_id",)


def owner_column(table: Table) -> str:
    """Return the column with the ids of the records that rows belong to.

    While records become runs ``_row`` stands for it.
    """
    return table.key[1] if are_mentions(table) else table.key[0]


def build(table: Table, rows: RowNumbers, values: Mapping[str, Any]) -> Rows:
    """Return rows of ``table``, each with the record that it belongs to.

    Parameters
    ----------
    table : Table
        Declaration; a column without values is null, that of the owner is left out then.
    rows : sequence of int, or array
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
    names, arrays = [ROW], [pa.array(np.asarray(rows, np.int32))]
    for column in table.columns:
        if column.name == owner_column(table) and column.name not in values:
            continue
        names.append(column.name)
        arrays.append(_column(values.get(column.name), arrow_type(column.type), len(rows)))
    return Rows(table, pa.Table.from_arrays(arrays, names=names))


def _column(values: Any, type_: pa.DataType, length: int) -> pa.Array:
    if values is None:
        return pa.nulls(length, type_)
    if isinstance(values, pa.Array):
        return as_array(values, type_)
    array = pa.array(values, type_)
    if pa.types.is_string(type_):
        return without_control_characters(array)
    if pa.types.is_list(type_) and pa.types.is_string(type_.value_type):
        return _with_values(array, without_control_characters(array.values))
    return array


def as_array(values: Values, type_: pa.DataType) -> pa.Array:
    """Return values as an array of a type."""
    if not isinstance(values, pa.Array):
        return pa.array(values, type_)
    return values if values.type == type_ else values.cast(type_)


def text(values: Iterable[str | None] | pa.Array) -> pa.Array:
    """Return texts as they are stored: without control characters."""
    return without_control_characters(_strings(values))


def without_control_characters(array: pa.Array) -> pa.Array:
    """Turn white-space controls into a blank and drop the other control characters."""
    text = _bytes_of(array)
    if not ((text < _FIRST_PRINTABLE).any() or (text == _DELETE).any()):
        return array
    array = pc.replace_substring_regex(array, _BLANK_CONTROL, " ")
    return pc.replace_substring_regex(array, _CONTROL, "")


def _bytes_of(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the bytes of all strings of an array, one after the other."""
    _, offsets, data = array.buffers()
    if data is None:
        return np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]


def ids(urls: Sequence[str | None] | pa.Array, letter: str) -> pa.Array:
    """Return the short ids of OpenAlex URLs of one kind of record.

    Raises
    ------
    OddIdError
        If one is spelt in another way; the caller then repairs the batch.
    """
    array = _strings(urls)
    prefix = OPENALEX_URL + letter
    short = _from(array, len(OPENALEX_URL))
    # No digit stands in the prefix: if there are as many digits as characters after it, all
    # characters after it are digits. Five times faster than a regular expression.
    known = short.drop_null()
    sizes = pc.binary_length(known)
    digits = np.count_nonzero(_bytes_of(known) - _ZERO < 10)
    fits = (
        pc.all(pc.starts_with(array, prefix), min_count=0).as_py()
        and digits == (pc.sum(sizes).as_py() or 0) - len(known)
        and (pc.min(sizes).as_py() or 2) >= 2
        and (pc.max(sizes).as_py() or 2) <= _MAX_ID_SIZE
        and not pc.any(pc.starts_with(known, letter + "0")).as_py()
    )
    if not fits:
        raise OddIdError("an id in another spelling")
    return short


def topic_ids(urls: Sequence[str | None] | pa.Array) -> pa.Array:
    """Return the short ids of topics, subfields, fields and domains.

    Raises
    ------
    OddIdError
        If one is spelt in another way.
    """
    return _matched(_strings(urls), "(?:T|subfields/|fields/|domains/)[1-9][0-9]{0,17}")


def id_lists(urls: Sequence[Sequence[str] | None], letter: str) -> pa.Array:
    """Return lists of short ids; otherwise as ``ids``."""
    array = pa.array(urls, pa.list_(pa.string()))
    return _with_values(array, _matched(array.values, f"{letter}[1-9][0-9]{{0,17}}"))


def _matched(urls: pa.Array, tail: str) -> pa.Array:
    fits = pc.match_substring_regex(urls, rf"\Ahttps://openalex\.org/{tail}\z")
    if not pc.all(fits, min_count=0).as_py():
        raise OddIdError("an id in another spelling")
    return _from(urls, len(OPENALEX_URL))


def _strings(values: Iterable[str | None] | pa.Array) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, pa.string())


def _from(array: pa.Array, start: int) -> pa.Array:
    """Return texts from a byte on, which must not be inside a character."""
    # The function for strings counts characters and is ten times slower.
    cut = pc.binary_replace_slice(array.view(pa.binary()), start=0, stop=start, replacement=b"")
    return cut.view(pa.string())


def _with_values(lists: pa.Array, values: pa.Array) -> pa.Array:
    mask = lists.is_null() if lists.null_count else None
    return pa.ListArray.from_arrays(lists.offsets, values, mask=mask)


def lists(sizes: Sequence[int] | Counts, values: pa.Array) -> pa.Array:
    """Return lists of some sizes, whose values stand one after the other."""
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), values)


def matching(
    values: Iterable[str | None] | pa.Array,
    pattern: str,
    field: str,
    drift: Drift,
    times: Counts | None = None,
) -> pa.Array:
    """Return the values that match a pattern in full; others become null and are counted.

    Parameters
    ----------
    values : iterable of str or None, or pyarrow.Array
        Texts.
    pattern : str
        Regular expression of RE2.
    field : str
        Name for ``drift``.
    drift : Drift
        Is told of values that do not match.
    times : numpy.ndarray, optional
        How often each value stands in the records; by default once.
    """
    array = _strings(values)
    fits = pc.match_substring_regex(array, rf"\A(?:{pattern})\z")
    kept = pc.if_else(fits, array, NO_TEXT)
    _count_lost(array, kept, field, drift, times)
    return kept


def normalised(
    values: Sequence[str | None] | pa.Array,
    normalise: Callable[[str], str | None],
    field: str,
    drift: Drift,
    *,
    usual: Usual | None = None,
    times: Counts | None = None,
) -> pa.Array:
    """Apply a function of ``identifiers`` to each value; what is no id is null and counted.

    Parameters
    ----------
    values : sequence of str or None, or pyarrow.Array
        Texts; an empty one is as good as none.
    normalise : callable
        Returns the canonical form, or None.
    field : str
        Name for ``drift``.
    drift : Drift
        Is told of values that are none.
    usual : Usual, optional
        A spelling of which the function would only cut the beginning off.
    times : numpy.ndarray, optional
        How often each value stands in the records; by default once.
    """
    array = _strings(values)
    given = pc.if_else(pc.equal(array, ""), NO_TEXT, array)
    cleaned = pa.nulls(len(given), pa.string())
    is_left = given.is_valid()
    if usual is not None:
        is_usual = pc.fill_null(pc.match_substring_regex(given, usual.pattern), False)
        cleaned = _from(pc.if_else(is_usual, given, cleaned), len(usual.prefix))
        is_left = pc.and_not(is_left, is_usual)
    if pc.any(is_left).as_py():
        others = given.filter(is_left).to_pylist()
        known = {text: normalise(text) for text in dict.fromkeys(others)}
        one_by_one = pa.array([known[text] for text in others], pa.string())
        cleaned = pc.replace_with_mask(cleaned, is_left, one_by_one)
    _count_lost(given, cleaned, field, drift, times)
    return cleaned


def orcids(values: Sequence[str | None] | pa.Array, field: str, drift: Drift) -> pa.Array:
    """Return ORCIDs without prefix; one with a wrong check character is null and counted.

    As ``identifiers.orcid`` does it one by one, but for all at once where all are spelt as
    OpenAlex spells them: there is one on nearly every seat.
    """
    urls = _strings(values)
    known = urls.drop_null()
    characters = _orcid_characters(known)
    if characters is None:
        return normalised(urls, identifiers.orcid, field, drift)
    check = (12 - (characters[:, :15].astype(np.int64) - _ZERO) @ _ORCID_WEIGHTS % 11) % 11
    is_right = np.where(check == 10, ord("X"), check + _ZERO) == characters[:, 15]
    short = _from(urls, len(_ORCID_PREFIX))
    if is_right.all():
        return short
    fits = np.zeros(len(short), bool)
    fits[np.asarray(short.is_valid())] = is_right
    kept = pc.if_else(pa.array(fits), short, NO_TEXT)
    _count_lost(urls, kept, field, drift, None)
    return kept


def _orcid_characters(urls: pa.Array) -> npt.NDArray[np.uint8] | None:
    """Return the sixteen characters of each ORCID, or None if one is oddly spelt."""
    text = _bytes_of(urls)
    size = len(_ORCID_SHAPE)
    sizes = pc.binary_length(urls)
    if not pc.all(pc.equal(sizes, size), min_count=0).as_py():
        return None
    spelt = text.reshape(-1, size)
    is_digit = spelt - _ZERO < 10
    is_digit[:, -1] |= spelt[:, -1] == ord("X")
    fits = np.where(_ORCID_DIGITS, is_digit, spelt == _ORCID_SHAPE)
    return spelt[:, _ORCID_DIGITS] if fits.all() else None


def _count_lost(
    given: pa.Array, kept: pa.Array, field: str, drift: Drift, times: Counts | None
) -> None:
    """Count the values that are there and have become null."""
    if given.null_count == kept.null_count:
        return
    is_lost = np.asarray(pc.and_(given.is_valid(), kept.is_null()))
    count = int((is_lost if times is None else times[is_lost]).sum())
    drift.add(field, odd.BAD_VALUE, count, example=given[int(is_lost.argmax())].as_py())


def timestamps(texts: Values) -> pa.Array:
    """Read dates and times as ``timestamp`` does, all at once where all are spelt alike.

    Those that Arrow has read are dates, or times of any unit and zone.
    """
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    if not pa.types.is_string(array.type):
        return array.cast(pa.timestamp("us"), safe=False)
    for type_ in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        with suppress(pa.ArrowInvalid):
            return array.cast(type_).cast(pa.timestamp("us"))
    return pa.array([timestamp(text) for text in array.to_pylist()], pa.timestamp("us"))


def days(texts: Values, field: str, drift: Drift) -> pa.Array:
    """Read dates as ``day`` does, all at once where that can be done.

    Those that Arrow has read are dates or times.
    """
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    try:
        read = array.cast(pa.date32(), safe=pa.types.is_string(array.type))
    except pa.ArrowInvalid:
        read = None
    if read is not None and pc.all(_is_within_years(read), min_count=0).as_py():
        return read
    if not pa.types.is_string(array.type):
        kept = pc.if_else(_is_within_years(read), read, pa.scalar(None, pa.date32()))
        _count_lost(read, kept, field, drift, None)
        return kept
    return pa.array([day(text, field, drift) for text in array.to_pylist()], pa.date32())


def _is_within_years(read: pa.Array) -> pa.Array:
    years = pc.year(read)
    return pc.and_(pc.greater_equal(years, FIRST_YEAR), pc.less_equal(years, LAST_YEAR))


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
        drift.add(field, odd.BAD_VALUE, example=text)
    return None
