"""Parquet as OpenAlex publishes it, made of JSON records, for tests and benchmarks.

With what sets it apart from the JSON Lines: an abstract is JSON inside a text, the ids of works
are a map and those of other records a struct, dates and times have types of their own, scores are
of single precision, and ``updated_date`` is a column as well as the name of the folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TEXT = pa.string()
TEXTS = pa.list_(TEXT)
FLAG = pa.bool_()
SCORE = pa.float32()
COUNT = pa.int32()


def texts(*names: str) -> dict[str, pa.DataType]:
    """Return fields that are texts."""
    return dict.fromkeys(names, TEXT)


def struct(**fields: pa.DataType) -> pa.StructType:
    """Return a struct of fields in that order."""
    return pa.struct(list(fields.items()))


NODE = struct(**texts("id", "display_name"))
TOPIC = struct(id=TEXT, display_name=TEXT, score=SCORE, subfield=NODE, field=NODE, domain=NODE)
INSTITUTION = struct(**texts("id", "display_name", "ror", "country_code", "type"), lineage=TEXTS)
SOURCE = struct(
    **texts("id", "display_name", "issn_l"),
    issn=TEXTS,
    is_oa=FLAG,
    is_in_doaj=FLAG,
    is_core=FLAG,
    host_organization=TEXT,
    host_organization_name=TEXT,
    host_organization_lineage=TEXTS,
    host_organization_lineage_names=TEXTS,
    type=TEXT,
)
LOCATION = struct(
    id=TEXT,
    is_oa=FLAG,
    landing_page_url=TEXT,
    pdf_url=TEXT,
    source=SOURCE,
    license=TEXT,
    license_id=TEXT,
    version=TEXT,
    is_accepted=FLAG,
    is_published=FLAG,
    **texts("raw_source_name", "raw_type", "provenance"),
)
AUTHORSHIP = struct(
    author_position=TEXT,
    author=struct(**texts("id", "display_name", "orcid")),
    institutions=pa.list_(INSTITUTION),
    countries=TEXTS,
    is_corresponding=FLAG,
    raw_author_name=TEXT,
    raw_orcid=TEXT,
    raw_affiliation_strings=TEXTS,
    affiliations=pa.list_(struct(raw_affiliation_string=TEXT, institution_ids=TEXTS)),
)
PRICE = struct(value=pa.float64(), currency=TEXT, value_usd=pa.float64())

WORK = struct(
    **texts("id", "doi", "title", "display_name"),
    publication_year=COUNT,
    publication_date=pa.date32(),
    ids=pa.map_(TEXT, TEXT),
    language=TEXT,
    primary_location=LOCATION,
    type=TEXT,
    indexed_in=TEXTS,
    open_access=struct(is_oa=FLAG, oa_status=TEXT, oa_url=TEXT, any_repository_has_fulltext=FLAG),
    authorships=pa.list_(AUTHORSHIP),
    authors_count=COUNT,
    institutions=pa.list_(INSTITUTION),
    countries_distinct_count=COUNT,
    institutions_distinct_count=COUNT,
    corresponding_author_ids=TEXTS,
    corresponding_institution_ids=TEXTS,
    apc_list=PRICE,
    apc_paid=PRICE,
    fwci=SCORE,
    has_fulltext=FLAG,
    cited_by_count=COUNT,
    citation_normalized_percentile=struct(
        value=SCORE, is_in_top_1_percent=FLAG, is_in_top_10_percent=FLAG
    ),
    cited_by_percentile_year=struct(min=COUNT, max=COUNT),
    biblio=struct(**texts("volume", "issue", "first_page", "last_page")),
    is_retracted=FLAG,
    is_paratext=FLAG,
    is_xpac=FLAG,
    primary_topic=TOPIC,
    topics=pa.list_(TOPIC),
    keywords=pa.list_(struct(id=TEXT, display_name=TEXT, score=SCORE)),
    concepts=pa.list_(struct(id=TEXT, wikidata=TEXT, display_name=TEXT, level=COUNT, score=SCORE)),
    mesh=pa.list_(
        struct(
            **texts("descriptor_ui", "descriptor_name", "qualifier_ui", "qualifier_name"),
            is_major_topic=FLAG,
        )
    ),
    locations_count=COUNT,
    locations=pa.list_(LOCATION),
    best_oa_location=LOCATION,
    sustainable_development_goals=pa.list_(struct(id=TEXT, display_name=TEXT, score=SCORE)),
    awards=pa.list_(
        struct(
            **texts("id", "display_name", "funder_award_id", "funder_id"),
            **texts("funder_display_name", "doi"),
        )
    ),
    funders=pa.list_(struct(**texts("id", "display_name", "ror"))),
    has_content=struct(pdf=FLAG, grobid_xml=FLAG),
    content_urls=struct(pdf=TEXT, grobid_xml=TEXT),
    referenced_works_count=COUNT,
    referenced_works=TEXTS,
    related_works=TEXTS,
    abstract_inverted_index=TEXT,
    counts_by_year=pa.list_(struct(year=COUNT, cited_by_count=COUNT)),
    updated_date=pa.timestamp("us"),
    created_date=pa.timestamp("us"),
)
"""A work of the release of June 2026."""

_CONVERTED: dict[str, Callable[[Any], Any]] = {
    "publication_date": date.fromisoformat,
    "updated_date": lambda text: _moment(text),
    "created_date": lambda text: _moment(text),
}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def as_row(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with the values that its Parquet row has."""
    row = dict(record)
    for name, convert in _CONVERTED.items():
        if isinstance(row.get(name), str):
            row[name] = convert(row[name])
    if record["id"].startswith("https://openalex.org/W"):
        if isinstance(row.get("ids"), dict):
            row["ids"] = [(key, str(value)) for key, value in row["ids"].items() if value]
        if isinstance(row.get("abstract_inverted_index"), dict):
            row["abstract_inverted_index"] = json.dumps(
                row["abstract_inverted_index"], separators=(",", ":"), ensure_ascii=False
            )
    return row


def as_table(records: Iterable[dict[str, Any]], type_: pa.StructType | None = None) -> pa.Table:
    """Return records of one kind as the table that a Parquet file holds.

    Works have the type of today's release, with further fields as they are; of other records, or
    where a type is given, each field has the type that is given or that its values have.
    """
    rows = [as_row(record) for record in records]
    is_works = bool(rows) and rows[0]["id"].startswith("https://openalex.org/W")
    declared = type_ if type_ is not None else WORK if is_works else pa.struct([])
    known = {field.name: field.type for field in declared}
    names = [*known, *sorted({name for row in rows for name in row} - set(known))]
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], known.get(name)) for name in names}
    )


def write_part(path: Path, table: pa.Table, **options: Any) -> Path:
    """Write a table as one part of the Parquet edition."""
    path.parent.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {"row_group_size": 30_000, "compression": "snappy", **options}
    pq.write_table(table, path, **settings)
    return path


def parts_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the entity and the path of every part of JSON Lines below a folder."""
    for path in sorted(folder.rglob("updated_date=*/*.gz")):
        yield path.parents[1].name, path


def write_edition(
    folder: Path,
    parts: Iterable[tuple[str, Sequence[dict[str, Any]]]],
    *,
    suffix: str = ".parquet",
    **options: Any,
) -> Path:
    """Write ``data/parquet`` with a part for each entity and list of records; return the dump."""
    for number, (entity, records) in enumerate(parts):
        day = min((str(record.get("updated_date"))[:10] for record in records), default="none")
        where = folder / "data" / "parquet" / entity / f"updated_date={day}"
        write_part(where / f"part_{number:04d}{suffix}", as_table(records), **options)
    return folder


def in_parts(records: Sequence[dict[str, Any]], size: int) -> list[Sequence[dict[str, Any]]]:
    """Return records in parts of a size, the last one smaller."""
    return [records[start : start + size] for start in range(0, len(records), size)]
