"""What counts for a tie, and how much: the arguments that all questions share, checked once.

The definitions are in METHODS; which papers meet the terms is decided in ``choosing``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from scholargraph.errors import InvalidArgumentError
from scholargraph.schema import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from scholargraph.graph import ScholarGraph

Types = str | tuple[str, ...]

COUNTINGS: Final = ("full", "fractional", "per_paper", "harmonic")
VERSIONS: Final = ("keep", "merge")
TEAM_SIZES: Final = ("all", "resolved")
AUTO: Final = "auto"
NAME_FORM: Final = "name:"
"""What the ids of authors begin with of whom only a printed name is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Which papers count, and what a pair of their authors counts."""

    counting: str = "full"
    since: int | None = None
    until: int | None = None
    as_of: int | None = None
    half_life: float | None = None
    max_authors: int | str | None = None
    types: Types = "research"
    versions: str = "keep"
    team_size: str = "all"
    name_forms: bool = True
    """Whether authors of whom only a printed name is known make ties."""

    def as_dict(self) -> dict[str, Any]:
        """Return the terms as they are recorded beside a result."""
        said = asdict(self)
        said["types"] = self.types if isinstance(self.types, str) else list(self.types)
        return said


_NAMES: Final = tuple(field.name for field in fields(Terms))


def terms_among(arguments: Mapping[str, Any]) -> Terms:
    """Return those arguments of a function that are terms.

    Functions that take all terms list them one by one, so that editors and documents show them, and
    hand over their ``locals()`` before they do anything else.

    Raises
    ------
    InvalidArgumentError
        If one has a value that it does not take.

    Examples
    --------
    >>> terms_among({"graph": None, "since": 2020, "limit": 3}).since
    2020
    """
    return checked_terms({name: arguments[name] for name in _NAMES if name in arguments})


def checked_terms(arguments: Mapping[str, Any]) -> Terms:
    """Return arguments as terms.

    Raises
    ------
    InvalidArgumentError
        If one has a value that it does not take.
    """
    given = dict(arguments)
    given["types"] = checked_types(given.get("types", "research"))
    terms = Terms(**given)
    _check_choice("counting", terms.counting, COUNTINGS)
    _check_choice("versions", terms.versions, VERSIONS)
    _check_choice("team_size", terms.team_size, TEAM_SIZES)
    if not isinstance(terms.name_forms, bool):
        raise InvalidArgumentError(f"name_forms is True or False, not {terms.name_forms!r}")
    for name in ("since", "until", "as_of"):
        _check_year(name, getattr(terms, name))
    if terms.since is not None and terms.until is not None and terms.since > terms.until:
        raise InvalidArgumentError(f"since={terms.since} is after until={terms.until}")
    if terms.half_life is not None:
        _check_half_life(terms.half_life)
    if terms.max_authors is not None and terms.max_authors != AUTO:
        _check_max_authors(terms.max_authors)
    return terms


def checked_types(types: str | Iterable[str]) -> Types:
    """Return ``types`` in the form in which it is recorded.

    Raises
    ------
    InvalidArgumentError
        If it is neither ``"research"`` nor ``"all"`` nor an iterable of texts.
    """
    if types == "research" or types == "all":
        return str(types)
    if isinstance(types, str) or not isinstance(types, Iterable):
        raise InvalidArgumentError(
            f"types must be 'research', 'all' or a list such as ['article'], not {types!r}"
        )
    wanted = list(types)
    if not all(isinstance(each, str) for each in wanted):
        raise InvalidArgumentError(f"types must be a list of texts, not {wanted!r}")
    return tuple(sorted(set(wanted)))


def last_complete_year(graph: ScholarGraph) -> int:
    """Return the year before that of the newest dump, for the year of a dump is not over in it.

    Where no dump is dated it is the year before the last ingest, and where that is not known
    either, the last year of all papers.
    """
    for name in ("dump_dates", "finished"):
        dates = [date for entry in graph.provenance for date in _listed(entry.get(name))]
        if dates:
            return max(int(str(date)[:4]) for date in dates) - 1
    return int(graph.adjacency.papers.year.max(initial=FIRST_YEAR))


def _listed(value: object) -> Iterable[object]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InvalidArgumentError(f"{name} is one of {', '.join(choices)}, not {value!r}")


def _check_year(name: str, year: object) -> None:
    if year is None:
        return
    if not _is_whole(year) or not FIRST_YEAR <= int(year) <= LAST_YEAR:  # type: ignore[call-overload]
        raise InvalidArgumentError(
            f"{name} is a year from {FIRST_YEAR} to {LAST_YEAR}, not {year!r}"
        )


def _check_half_life(half_life: object) -> None:
    is_number = isinstance(half_life, int | float) and not isinstance(half_life, bool)
    if not is_number or not math.isfinite(half_life) or half_life <= 0:  # type: ignore[arg-type, operator]
        raise InvalidArgumentError(f"half_life is a number of years above 0, not {half_life!r}")


def _check_max_authors(max_authors: object) -> None:
    if not _is_whole(max_authors) or int(max_authors) < 2:  # type: ignore[call-overload]
        raise InvalidArgumentError(
            f"max_authors is 'auto' or a number of 2 or more, not {max_authors!r}"
        )


def _is_whole(value: object) -> bool:
    import numbers

    return isinstance(value, numbers.Integral) and not isinstance(value, bool)
