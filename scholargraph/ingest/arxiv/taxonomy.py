"""arXiv's classification: groups of archives of categories, and what became of former ones.

The table beside this module, ``taxonomy.csv``, holds facts of arXiv's own list. Six categories
stand twice in it, once for each of two archives; eighteen archives ended and went on as categories
of others. Papers are given the category that counts today.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

SCHEME: Final = "arxiv"
_PREFIX: Final = "arXiv:"

_FORMER_NAMES: Final = {
    "Computer Science - Learning": "cs.LG",
    "Condensed Matter - Mesoscopic Systems and Quantum Hall Effect": "cond-mat.mes-hall",
}
"""Names that harvested records have and that the list of today does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A row of the table ``topics``."""

    topic_id: str
    name: str
    level: str
    parent_id: str | None
    scheme: str = SCHEME


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    level: str
    id: str
    name: str
    parent_id: str
    is_active: bool
    canonical_id: str

    @property
    def is_canonical(self) -> bool:
        """Whether it is neither the second name of another nor went on as another."""
        return self.id == self.canonical_id


@cache
def _classes() -> tuple[_Class, ...]:
    table = resources.files(__package__).joinpath("taxonomy.csv").read_text(encoding="utf-8")
    return tuple(
        _Class(
            level=row["level"],
            id=row["id"],
            name=row["name"],
            parent_id=row["parent_id"],
            is_active=row["is_active"] == "1",
            canonical_id=row["canonical_id"],
        )
        for row in csv.DictReader(table.splitlines())
    )


@cache
def _canonical_ids() -> dict[str, str]:
    return {found.id: found.canonical_id for found in _classes() if found.level == "category"}


@cache
def _ids_by_name() -> dict[str, tuple[str, ...]]:
    """Return the canonical categories that each name may mean, with and without its archive."""
    archives = {found.id: found.name for found in _classes() if found.level == "archive"}
    ids: dict[str, set[str]] = {name: {code} for name, code in _FORMER_NAMES.items()}
    for found in _classes():
        if found.level == "category":
            full_name = f"{archives[found.parent_id]} - {found.name}"
            for name in (found.name, full_name):
                ids.setdefault(name, set()).add(found.canonical_id)
    return {name: tuple(sorted(codes)) for name, codes in ids.items()}


def canonical_category(code: str) -> str | None:
    """Return the category that a code means today, or None if there never was one of that code.

    Parameters
    ----------
    code : str
        Such as ``cs.LG``; codes are case-sensitive.

    Returns
    -------
    str or None
        The code itself, that of which it is the second name, or that which an ended archive
        went on as.

    Examples
    --------
    >>> canonical_category("math.MP"), canonical_category("alg-geom"), canonical_category("68T05")
    ('math-ph', 'math.AG', None)
    """
    return _canonical_ids().get(code)


def canonical_categories(text: str | None) -> tuple[str, ...]:
    """Return the categories of a paper that count today, each once, in their order.

    Parameters
    ----------
    text : str or None
        Codes with blanks between them, as a record prints them.

    Returns
    -------
    tuple of str
        Without codes that are no category, such as those of MSC and ACM.

    Examples
    --------
    >>> canonical_categories("math.MP hep-th math-ph cs.NA 68T05")
    ('math-ph', 'hep-th', 'math.NA')
    """
    known = _canonical_ids()
    return tuple(dict.fromkeys(known[code] for code in (text or "").split() if code in known))


def categories_named(name: str) -> tuple[str, ...]:
    """Return the categories of today that a name may mean.

    Parameters
    ----------
    name : str
        ``Computer Science - Databases``, or without the archive; former names as well.

    Returns
    -------
    tuple of str
        Sorted; one, but for ``Machine Learning`` without its archive. Empty if it names none.

    Examples
    --------
    >>> categories_named("High Energy Physics - Theory"), categories_named("68T05")
    (('hep-th',), ())
    >>> categories_named("Machine Learning")
    ('cs.LG', 'stat.ML')
    """
    return _ids_by_name().get(" ".join(name.split()), ())


def topic_id(category: str) -> str:
    """Return the id that a category has in the table ``topics``.

    Examples
    --------
    >>> topic_id("cs.LG")
    'arXiv:cs.LG'
    """
    return _PREFIX + category


def topics() -> list[TopicRow]:
    """Return the tree: every category that counts, the archives and groups above, sorted by id.

    An archive and its only category have the same code, so archives and groups have their level
    in their ids. Second names and ended archives have no row, since no paper is given them.

    Returns
    -------
    list of TopicRow
        Parents of categories are archives, those of archives groups; groups have none.

    Examples
    --------
    >>> [row for row in topics() if row.name == "Quantum Physics" and row.level == "archive"]
    [TopicRow(topic_id='arXiv:archive/quant-ph', name='Quantum Physics', level='archive',
              parent_id='arXiv:group/physics', scheme='arxiv')]
    """
    rows = (_row(found) for found in _classes() if found.is_canonical)
    return sorted(rows, key=_id_of_row)


def _row(found: _Class) -> TopicRow:
    above = {"category": "archive/", "archive": "group/", "group": ""}[found.level]
    own = {"category": "", "archive": "archive/", "group": "group/"}[found.level]
    return TopicRow(
        topic_id=f"{_PREFIX}{own}{found.id}",
        name=found.name,
        level=found.level,
        parent_id=f"{_PREFIX}{above}{found.parent_id}" if above else None,
    )


def _id_of_row(row: TopicRow) -> str:
    return row.topic_id


def known_codes(codes: Iterable[str]) -> list[str]:
    """Return those of some codes that are categories, each once and as they stand, in order.

    Examples
    --------
    >>> known_codes(["cs.IT", "68T05", "math.IT", "cs.IT"])
    ['cs.IT', 'math.IT']
    """
    return [code for code in dict.fromkeys(codes) if code in _canonical_ids()]
