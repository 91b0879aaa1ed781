"""Labels and references of works from columns, by the rules of ``subjects`` and ``citations``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.openalex.citations import rows_of_citations
from scholargraph.ingest.openalex.columnar.groups import codes_of, distinct, groups_of, paired
from scholargraph.ingest.openalex.columnar.said import say_again
from scholargraph.ingest.openalex.columnar.texts import without_empty
from scholargraph.ingest.openalex.mentions import Topics
from scholargraph.ingest.openalex.subjects import rows_of_concepts, rows_of_keywords, rows_of_topics

if TYPE_CHECKING:
    from scholargraph.ingest.columns import Rows
    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.columnar.groups import Numbers
    from scholargraph.ingest.openalex.columnar.nodes import Structs

_LEVELS: Final = ("topic", "subfield", "field", "domain")


def tables_of_topics(works: Structs, drift: Drift) -> list[Rows]:
    """Return the topics of works, and what works say of topics and of the classes above."""
    lists = works.lists("topics")
    listed, primary = lists.structs, works.structs("primary_topic")
    has_primary = np.flatnonzero(primary.is_valid)
    rows = np.concatenate([lists.owners, has_primary])
    urls = without_empty(_together(listed, primary, "id", has_primary))
    scores = _together(listed, primary, "score", has_primary)
    if urls.null_count:
        drift.add("works.topics[].id", odd.BAD_VALUE, urls.null_count)
    codes = codes_of(urls)
    named = np.flatnonzero(codes)
    firsts = named[groups_of(paired(rows[named], codes[named])).firsts]
    primary_codes = np.zeros(len(works), np.int64)
    primary_codes[has_primary] = codes[len(lists.owners) :]
    kept = pa.array(firsts)
    topics = rows_of_topics(
        rows[firsts],
        urls.take(kept),
        scores.take(kept),
        pa.array(codes[firsts] == primary_codes[rows[firsts]]),
    )
    return [topics, _classes(listed, primary, has_primary, rows, firsts)]


def _together(listed: Structs, primary: Structs, name: str, chosen: Numbers) -> pa.Array:
    more = primary.column(name).take(pa.array(chosen))
    return pa.concat_arrays([listed.column(name), more.cast(listed.column(name).type)])


def _classes(
    listed: Structs, primary: Structs, has_primary: Numbers, rows: Numbers, firsts: Numbers
) -> Rows:
    """Return what works say of topics: each with the classes above it, the lowest first."""
    kept = pa.array(firsts)
    said = []
    for level in _LEVELS:
        below = (listed, primary)
        one, other = below if level == "topic" else [node.structs(level) for node in below]
        said += [
            _together(one, other, name, has_primary).take(kept) for name in ("id", "display_name")
        ]
    paths = distinct(said)
    size = len(paths.firsts)
    # Topic by topic, not level by level: the first that names a class decides what is said of it.
    in_order = (paths.numbers[:, np.newaxis] + size * np.arange(len(_LEVELS))).ravel()
    mentions = Topics()
    say_again(
        mentions,
        np.repeat(rows[firsts], len(_LEVELS)),
        in_order,
        _nodes_of_paths([part.take(pa.array(paths.firsts)) for part in said]),
    )
    return mentions.table()


def _nodes_of_paths(paths: list[pa.Array]) -> list[pa.Array]:
    """Return URL, name, level and URL of the class above, level by level."""
    size = len(paths[0])
    urls, names = [without_empty(part) for part in paths[::2]], paths[1::2]
    parents = [pa.nulls(size, pa.string())]
    for above in reversed(urls[1:]):
        parents.append(pc.coalesce(above, parents[-1]))
    levels = pa.array(_LEVELS).take(pa.array(np.repeat(np.arange(len(_LEVELS)), size)))
    return [
        pa.concat_arrays(urls),
        pa.concat_arrays(names),
        levels,
        pa.concat_arrays(parents[::-1]),
    ]


def rows_of_words(works: Structs) -> Rows:
    """Return the keywords of works; of one that stands twice, the first."""
    lists = works.lists("keywords")
    named = lists.structs
    given = pc.coalesce(without_empty(named.column("display_name")), named.column("keyword"))
    texts = without_empty(pc.utf8_trim_whitespace(given))
    codes = codes_of(texts)
    there = np.flatnonzero(codes)
    firsts = there[groups_of(paired(lists.owners[there], codes[there])).firsts]
    kept = pa.array(firsts)
    return rows_of_keywords(
        lists.owners[firsts], texts.take(kept), named.column("score").take(kept)
    )


def rows_of_labels(works: Structs, drift: Drift) -> Rows:
    """Return the concepts of works; of one that stands twice, the first."""
    lists = works.lists("concepts")
    named = lists.structs
    urls = without_empty(named.column("id"))
    if urls.null_count:
        drift.add("works.concepts[].id", odd.BAD_VALUE, urls.null_count)
    codes = codes_of(urls)
    there = np.flatnonzero(codes)
    firsts = there[groups_of(paired(lists.owners[there], codes[there])).firsts]
    kept = pa.array(firsts)
    return rows_of_concepts(
        lists.owners[firsts],
        urls.take(kept),
        *(named.column(name).take(kept) for name in ("display_name", "level", "score")),
    )


def rows_of_references(works: Structs) -> Rows:
    """Return the references of works; one that stands twice is one."""
    lists = works.lists("referenced_works")
    rows = lists.owners
    cited_ids = columns.ids(lists.values, "W")
    numbers = pc.binary_replace_slice(cited_ids.cast(pa.binary()), 0, 1, b"").cast(pa.string())
    numbers = numbers.cast(pa.int64()).to_numpy()
    # They are sorted as OpenAlex publishes them, so none stands twice.
    is_next = (np.diff(numbers) > 0) | (np.diff(rows) > 0)
    if not is_next.all():
        kept = groups_of(paired(rows, codes_of(cited_ids))).firsts
        rows, cited_ids = rows[kept], cited_ids.take(pa.array(kept))
    return rows_of_citations(rows, cited_ids)
