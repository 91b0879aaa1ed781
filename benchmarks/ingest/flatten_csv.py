"""Baseline: records to CSV files, as users of OpenAlex's flattening script do it.

    python benchmarks/ingest/flatten_csv.py DUMP OUT [--plain]

The published script (``flatten-openalex-jsonl.py``) reads with gzip, parses with json, and writes a
CSV file for each entity and each list in it with ``csv.DictWriter``, by default through gzip at its
default level, 9. This does the same with code of its own: the same files and columns. Where the
records of 2026 have moved on it follows them: keys that have no column are left out everywhere (the
script stops at them), and a location's source is looked for where it stands today. Concepts have no
records any more. Nothing is resolved, deduplicated or sorted. One process, as the script is.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

Record = dict[str, Any]
Write = Callable[[str, Record], None]

_LOCATION = ("work_id", "source_id", "is_oa", "landing_page_url", "pdf_url", "version", "license")
_COUNTS = ("year", "works_count", "cited_by_count")

COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "authors": {
        "authors": (
            "id", "orcid", "display_name", "display_name_alternatives", "works_count",
            "cited_by_count", "last_known_institution", "works_api_url", "updated_date",
        ),
        "authors_ids": (
            "author_id", "openalex", "orcid", "scopus", "twitter", "wikipedia", "mag",
        ),
        "authors_counts_by_year": ("author_id", *_COUNTS),
    },
    "institutions": {
        "institutions": (
            "id", "ror", "display_name", "country_code", "type", "homepage_url", "image_url",
            "image_thumbnail_url", "display_name_acroynyms", "display_name_alternatives",
            "works_count", "cited_by_count", "works_api_url", "updated_date",
        ),
        "institutions_ids": (
            "institution_id", "openalex", "ror", "grid", "wikipedia", "wikidata", "mag",
        ),
        "institutions_geo": (
            "institution_id", "city", "geonames_city_id", "region", "country_code", "country",
            "latitude", "longitude",
        ),
        "institutions_associated_institutions": (
            "institution_id", "associated_institution_id", "relationship",
        ),
        "institutions_counts_by_year": ("institution_id", *_COUNTS),
    },
    "publishers": {
        "publishers": (
            "id", "display_name", "alternate_titles", "country_codes", "hierarchy_level",
            "parent_publisher", "works_count", "cited_by_count", "sources_api_url",
            "updated_date",
        ),
        "publishers_ids": ("publisher_id", "openalex", "ror", "wikidata"),
        "publishers_counts_by_year": ("publisher_id", *_COUNTS),
    },
    "sources": {
        "sources": (
            "id", "issn_l", "issn", "display_name", "publisher", "works_count", "cited_by_count",
            "is_oa", "is_in_doaj", "homepage_url", "works_api_url", "updated_date",
        ),
        "sources_ids": (
            "source_id", "openalex", "issn_l", "issn", "mag", "wikidata", "fatcat",
        ),
        "sources_counts_by_year": ("source_id", *_COUNTS),
    },
    "works": {
        "works": (
            "id", "doi", "title", "display_name", "publication_year", "publication_date", "type",
            "cited_by_count", "is_retracted", "is_paratext", "cited_by_api_url",
            "abstract_inverted_index",
        ),
        "works_primary_locations": _LOCATION,
        "works_locations": _LOCATION,
        "works_best_oa_locations": _LOCATION,
        "works_authorships": (
            "work_id", "author_position", "author_id", "institution_id", "raw_affiliation_string",
        ),
        "works_biblio": ("work_id", "volume", "issue", "first_page", "last_page"),
        "works_concepts": ("work_id", "concept_id", "score"),
        "works_ids": ("work_id", "openalex", "doi", "mag", "pmid", "pmcid"),
        "works_mesh": (
            "work_id", "descriptor_ui", "descriptor_name", "qualifier_ui", "qualifier_name",
            "is_major_topic",
        ),
        "works_open_access": ("work_id", "is_oa", "oa_status", "oa_url"),
        "works_referenced_works": ("work_id", "referenced_work_id"),
        "works_related_works": ("work_id", "related_work_id"),
    },
}  # fmt: skip

AS_JSON = (
    "abstract_inverted_index",
    "alternate_titles",
    "country_codes",
    "display_name_acroynyms",
    "display_name_alternatives",
    "issn",
)
"""Lists and objects that go into one cell."""


def flatten_entity(record: Record, write: Write, entity: str) -> None:
    """Write an author, an institution, a publisher or a source."""
    key = f"{entity.removesuffix('s')}_id"
    name = record["id"]
    last = record.get("last_known_institution")
    write(entity, {**_with_json(record), "last_known_institution": (last or {}).get("id")})
    if found := record.get("ids"):
        write(f"{entity}_ids", {key: name, **_with_json(found)})
    for counts in record.get("counts_by_year") or ():
        write(f"{entity}_counts_by_year", {key: name, **counts})
    if entity == "institutions":
        if found := record.get("geo"):
            write("institutions_geo", {key: name, **found})
        for other in record.get("associated_institutions") or ():
            row = {
                key: name,
                "associated_institution_id": other.get("id"),
                "relationship": other.get("relationship"),
            }
            write("institutions_associated_institutions", row)


def flatten_work(work: Record, write: Write) -> None:
    """Write a work and its lists."""
    name = work["id"]
    write("works", _with_json(work))
    for file, place in (
        ("works_primary_locations", work.get("primary_location")),
        ("works_best_oa_locations", work.get("best_oa_location")),
        *(("works_locations", place) for place in work.get("locations") or ()),
    ):
        source = ((place or {}).get("source") or {}).get("id")
        if place and source:
            write(file, {"work_id": name, "source_id": source, **place})
    for seat in work.get("authorships") or ():
        author = (seat.get("author") or {}).get("id")
        if not author:
            continue
        places = [item["id"] for item in seat.get("institutions") or () if item.get("id")]
        for place in places or [None]:
            row = {
                "work_id": name,
                "author_position": seat.get("author_position"),
                "author_id": author,
                "institution_id": place,
                "raw_affiliation_string": seat.get("raw_affiliation_string"),
            }
            write("works_authorships", row)
    for part in ("biblio", "ids", "open_access"):
        if found := work.get(part):
            write(f"works_{part}", {"work_id": name, **found})
    for concept in work.get("concepts") or ():
        row = {"work_id": name, "concept_id": concept.get("id"), "score": concept.get("score")}
        write("works_concepts", row)
    for heading in work.get("mesh") or ():
        write("works_mesh", {"work_id": name, **heading})
    for other in work.get("referenced_works") or ():
        write("works_referenced_works", {"work_id": name, "referenced_work_id": other})
    for other in work.get("related_works") or ():
        write("works_related_works", {"work_id": name, "related_work_id": other})


def _with_json(record: Record) -> Record:
    texts = {
        name: json.dumps(record[name], ensure_ascii=False)
        for name in AS_JSON
        if record.get(name) is not None
    }
    return {**record, **texts}


def _records(dump: Path, entity: str) -> Iterator[Record]:
    for path in sorted((dump / "data" / "jsonl" / entity).glob("*/*.gz")):
        with gzip.open(path, "r") as lines:
            for line in lines:
                if line.strip():
                    record = json.loads(line)
                    if record.get("id"):
                        yield record


def _opened(path: Path, is_plain: bool) -> IO[str]:
    if is_plain:
        return path.with_suffix(".csv").open("w", encoding="utf-8", newline="")
    return gzip.open(path.with_suffix(".csv.gz"), "wt", encoding="utf-8", newline="")


def main() -> None:
    """Flatten one dump."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--plain", action="store_true", help="write .csv instead of .csv.gz")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True)
    for entity, files in COLUMNS.items():
        with ExitStack() as stack:
            writers: dict[str, csv.DictWriter[str]] = {}
            for name, columns in files.items():
                file = stack.enter_context(_opened(arguments.out / name, arguments.plain))
                writers[name] = csv.DictWriter(file, fieldnames=columns, extrasaction="ignore")
                writers[name].writeheader()

            def write(name: str, row: Record, to: dict[str, Any] = writers) -> None:
                to[name].writerow(row)

            for record in _records(arguments.dump, entity):
                if entity == "works":
                    flatten_work(record, write)
                else:
                    flatten_entity(record, write, entity)


if __name__ == "__main__":
    main()
