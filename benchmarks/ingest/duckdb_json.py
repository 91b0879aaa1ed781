"""Baseline: DuckDB's read_json with explicit columns, into the same tables as ours.

    python benchmarks/ingest/duckdb_json.py DUMP OUT [--threads N] [--raw-abstracts]

What somebody who knows DuckDB would write: as many files at a time as there are threads are read
into a nested table, with the columns that are needed and no guessing of types, and unnested from
there into Parquet files (zstd, level 1 as ours). The tables have our columns as far as SQL gives
them without effort; nothing is resolved, so a work that stands in the dump twice is there twice,
and nothing is sorted. Abstracts are rebuilt; with ``--raw-abstracts`` their index is left as JSON,
which is faster, and no abstract.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import duckdb

_COUNTS = "STRUCT(year INTEGER, works_count INTEGER, cited_by_count INTEGER)[]"
_SOURCE = (
    "STRUCT(id VARCHAR, display_name VARCHAR, issn_l VARCHAR, issn VARCHAR[], type VARCHAR, "
    "host_organization VARCHAR, is_oa BOOLEAN, is_core BOOLEAN, is_in_doaj BOOLEAN)"
)
_LOCATION = (
    f"STRUCT(source {_SOURCE}, landing_page_url VARCHAR, pdf_url VARCHAR, version VARCHAR, "
    "license VARCHAR, is_oa BOOLEAN)"
)
_TOPIC = "STRUCT(id VARCHAR, display_name VARCHAR, score FLOAT)"
_INSTITUTION = (
    "STRUCT(id VARCHAR, display_name VARCHAR, ror VARCHAR, country_code VARCHAR, type VARCHAR, "
    "lineage VARCHAR[])"
)
_AUTHORSHIP = (
    "STRUCT(author STRUCT(id VARCHAR, display_name VARCHAR, orcid VARCHAR), "
    f"institutions {_INSTITUTION}[], is_corresponding BOOLEAN, raw_author_name VARCHAR, "
    "raw_orcid VARCHAR, affiliations "
    "STRUCT(raw_affiliation_string VARCHAR, institution_ids VARCHAR[])[])"
)

COLUMNS: dict[str, dict[str, str]] = {
    "works": {
        "id": "VARCHAR",
        "doi": "VARCHAR",
        "title": "VARCHAR",
        "publication_year": "SMALLINT",
        "publication_date": "DATE",
        "ids": "STRUCT(pmid VARCHAR)",
        "language": "VARCHAR",
        "type": "VARCHAR",
        "primary_location": _LOCATION,
        "open_access": "STRUCT(is_oa BOOLEAN, oa_status VARCHAR)",
        "authorships": f"{_AUTHORSHIP}[]",
        "authors_count": "INTEGER",
        "fwci": "FLOAT",
        "cited_by_count": "INTEGER",
        "citation_normalized_percentile": "STRUCT(value FLOAT)",
        "biblio": "STRUCT(volume VARCHAR, issue VARCHAR, first_page VARCHAR, last_page VARCHAR)",
        "is_retracted": "BOOLEAN",
        "is_paratext": "BOOLEAN",
        "is_xpac": "BOOLEAN",
        "primary_topic": _TOPIC,
        "topics": f"{_TOPIC}[]",
        "keywords": "STRUCT(display_name VARCHAR, score FLOAT)[]",
        "concepts": "STRUCT(id VARCHAR, display_name VARCHAR, level SMALLINT, score FLOAT)[]",
        "locations": f"{_LOCATION}[]",
        "awards": "STRUCT(funder_id VARCHAR, funder_award_id VARCHAR)[]",
        "referenced_works_count": "INTEGER",
        "referenced_works": "VARCHAR[]",
        "abstract_inverted_index": "MAP(VARCHAR, INTEGER[])",
        "updated_date": "TIMESTAMP",
    },
    "authors": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "display_name_alternatives": "VARCHAR[]",
        "orcid": "VARCHAR",
        "works_count": "INTEGER",
        "cited_by_count": "INTEGER",
        "summary_stats": "STRUCT(h_index INTEGER, i10_index INTEGER)",
        "affiliations": "STRUCT(institution STRUCT(id VARCHAR), years SMALLINT[])[]",
        "last_known_institutions": "STRUCT(id VARCHAR)[]",
        "counts_by_year": _COUNTS,
        "updated_date": "TIMESTAMP",
    },
    "institutions": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "ror": "VARCHAR",
        "country_code": "VARCHAR",
        "type": "VARCHAR",
        "geo": "STRUCT(city VARCHAR, latitude DOUBLE, longitude DOUBLE)",
        "lineage": "VARCHAR[]",
        "counts_by_year": _COUNTS,
    },
    "sources": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "issn_l": "VARCHAR",
        "issn": "VARCHAR[]",
        "type": "VARCHAR",
        "host_organization": "VARCHAR",
        "is_oa": "BOOLEAN",
        "is_core": "BOOLEAN",
        "is_in_doaj": "BOOLEAN",
        "counts_by_year": _COUNTS,
    },
    "publishers": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "parent_publisher": "JSON",
        "country_codes": "VARCHAR[]",
    },
    "funders": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "country_code": "VARCHAR",
        "ids": "STRUCT(ror VARCHAR, doi VARCHAR)",
    },
    "topics": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "description": "VARCHAR",
        "subfield": "STRUCT(id VARCHAR)",
    },
}

_ABSTRACT = """
    SELECT {id} AS paper_id, (
        SELECT string_agg(word, ' ' ORDER BY place) FROM (
            SELECT unnest(list_transform(entry.value, lambda place: entry.key)) AS word,
                   unnest(entry.value) AS place
            FROM (SELECT unnest(map_entries(abstract_inverted_index)) AS entry))) AS text
    FROM raw WHERE abstract_inverted_index IS NOT NULL"""
_RAW_ABSTRACT = (
    "SELECT {id} AS paper_id, abstract_inverted_index AS text FROM raw "
    "WHERE abstract_inverted_index IS NOT NULL"
)
_COUNTS_BY_YEAR = (
    "SELECT {id} AS node_id, c.year, c.works_count, c.cited_by_count "
    "FROM (SELECT id, unnest(counts_by_year) AS c FROM raw)"
)

TABLES: dict[str, dict[str, str]] = {
    "works": {
        "papers": """
            SELECT {id} AS paper_id, doi[17:] AS doi, ids.pmid[33:] AS pmid, title,
                publication_year AS year, publication_date AS date, type, language,
                primary_location.source.id[22:] AS source_id, open_access.oa_status,
                open_access.is_oa, is_retracted, is_paratext, is_xpac, cited_by_count, fwci,
                citation_normalized_percentile.value AS citation_percentile,
                referenced_works_count AS reference_count,
                greatest(authors_count, len(authorships)) AS author_count,
                len(authorships) < authors_count AS authors_truncated,
                primary_topic.id[22:] AS topic_id, biblio.volume, biblio.issue,
                biblio.first_page, biblio.last_page, updated_date
            FROM raw""",
        "abstracts": _ABSTRACT,
        "authorships": """
            SELECT {id} AS paper_id, position, seat.author.id[22:] AS author_id,
                seat.raw_author_name AS author_name, seat.raw_orcid[19:] AS orcid,
                seat.is_corresponding
            FROM (SELECT id, unnest(authorships) AS seat,
                         generate_subscripts(authorships, 1) AS position FROM raw)""",
        "affiliations": """
            SELECT {id} AS paper_id, position, place.id[22:] AS institution_id,
                place.country_code, list_transform(
                    list_filter(lines, lambda line: list_contains(line.institution_ids, place.id)),
                    lambda line: line.raw_affiliation_string) AS raw
            FROM (SELECT id, position, seat.affiliations AS lines,
                         unnest(seat.institutions) AS place
                  FROM (SELECT id, unnest(authorships) AS seat,
                               generate_subscripts(authorships, 1) AS position FROM raw))""",
        "paper_topics": """
            SELECT {id} AS paper_id, topic.id[22:] AS topic_id, topic.score,
                topic.id = first_id AS is_primary
            FROM (SELECT id, unnest(topics) AS topic, primary_topic.id AS first_id FROM raw)""",
        "citations": """
            SELECT {id} AS paper_id, cited[22:] AS cited_paper_id
            FROM (SELECT id, unnest(referenced_works) AS cited FROM raw)""",
        "keywords": """
            SELECT {id} AS paper_id, word.display_name AS keyword, word.score
            FROM (SELECT id, unnest(keywords) AS word FROM raw)""",
        "paper_concepts": """
            SELECT {id} AS paper_id, label.id[22:] AS concept_id, label.display_name AS name,
                label.level, label.score
            FROM (SELECT id, unnest(concepts) AS label FROM raw)""",
        "paper_funders": """
            SELECT {id} AS paper_id, award.funder_id[22:] AS funder_id,
                award.funder_award_id AS award_id
            FROM (SELECT id, unnest(awards) AS award FROM raw)""",
        "locations": """
            SELECT {id} AS paper_id, position, place.source.id[22:] AS source_id,
                place.landing_page_url AS url, place.pdf_url, place.version, place.license,
                place.is_oa
            FROM (SELECT id, unnest(locations) AS place,
                         generate_subscripts(locations, 1) AS position FROM raw)""",
        "author_mentions": """
            SELECT seat.author.id[22:] AS author_id, {id} AS record_id,
                seat.author.display_name AS name, seat.author.orcid[19:] AS orcid
            FROM (SELECT id, unnest(authorships) AS seat FROM raw)""",
        "institution_mentions": """
            SELECT DISTINCT place.id[22:] AS institution_id, {id} AS record_id,
                place.display_name AS name, place.ror[17:] AS ror, place.country_code, place.type,
                place.lineage
            FROM (SELECT id, unnest(flatten(list_transform(
                authorships, lambda seat: seat.institutions))) AS place FROM raw)""",
        "source_mentions": """
            SELECT DISTINCT place.source.id[22:] AS source_id, {id} AS record_id,
                place.source.display_name AS name, place.source.issn_l, place.source.issn,
                place.source.type, place.source.host_organization, place.source.is_oa,
                place.source.is_core, place.source.is_in_doaj
            FROM (SELECT id, unnest(locations) AS place FROM raw)""",
        "topic_mentions": """
            SELECT topic.id[22:] AS topic_id, {id} AS record_id, topic.display_name AS name
            FROM (SELECT id, unnest(topics) AS topic FROM raw)""",
    },
    "authors": {
        "authors": """
            SELECT {id} AS author_id, display_name AS name,
                display_name_alternatives AS alternatives, orcid[19:] AS orcid, works_count,
                cited_by_count, summary_stats.h_index, summary_stats.i10_index, updated_date
            FROM raw""",
        "author_affiliations": """
            SELECT {id} AS author_id, place.institution.id[22:] AS institution_id,
                list_sort(place.years) AS years,
                list_contains(last, place.institution.id) AS is_last_known
            FROM (SELECT id, unnest(affiliations) AS place,
                list_transform(last_known_institutions, lambda item: item.id) AS last FROM raw)""",
        "counts_by_year": _COUNTS_BY_YEAR,
    },
    "institutions": {
        "institutions": """
            SELECT {id} AS institution_id, display_name AS name, ror[17:] AS ror, country_code,
                type, geo.city, geo.latitude, geo.longitude,
                list_transform(lineage, lambda item: item[22:]) AS lineage
            FROM raw""",
        "counts_by_year": _COUNTS_BY_YEAR,
    },
    "sources": {
        "sources": """
            SELECT {id} AS source_id, display_name AS name, issn_l, issn, type,
                host_organization[22:] AS host_id, is_oa, is_core, is_in_doaj
            FROM raw""",
        "counts_by_year": _COUNTS_BY_YEAR,
    },
    "publishers": {
        "publishers": """
            SELECT {id} AS publisher_id, display_name AS name, parent_publisher,
                country_codes[1] AS country_code
            FROM raw""",
    },
    "funders": {
        "funders": """
            SELECT {id} AS funder_id, display_name AS name, country_code, ids.ror[17:] AS ror,
                ids.doi[17:] AS doi
            FROM raw""",
    },
    "topics": {
        "topics": """
            SELECT {id} AS topic_id, display_name AS name, subfield.id[22:] AS parent_id,
                description
            FROM raw""",
    },
}
"""For each entity the tables that come of its records; ``{id}`` is the id without its host."""


def main() -> None:
    """Convert one dump."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--raw-abstracts", action="store_true", help="leave the index as JSON")
    arguments = parser.parse_args()
    if arguments.raw_abstracts:
        COLUMNS["works"]["abstract_inverted_index"] = "JSON"
        TABLES["works"]["abstracts"] = _RAW_ABSTRACT
    connection = duckdb.connect(
        config={
            "threads": arguments.threads,
            "memory_limit": "2GB",
            "preserve_insertion_order": False,
        }
    )
    for entity, tables in TABLES.items():
        for table in tables:
            (arguments.out / table).mkdir(parents=True, exist_ok=True)
        files = sorted((arguments.dump / "data" / "jsonl" / entity).glob("*/*.gz"))
        # A gzip file is read by one thread: as many at a time as there are threads.
        for number in range(0, len(files), arguments.threads):
            paths: Any = [str(path) for path in files[number : number + arguments.threads]]
            # Some works have thousands of authors, and lines of many megabytes.
            raw = connection.read_json(
                paths,
                columns=COLUMNS[entity],
                format="newline_delimited",
                maximum_object_size=64 << 20,
            )
            raw.to_table("raw")
            for table, query in tables.items():
                rows = query.format(id="id[22:]")
                target = str(arguments.out / table / f"{entity}-{number:04d}.parquet")
                literal = target.replace("'", "''")
                connection.execute(
                    f"COPY ({rows}) TO '{literal}' "
                    "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
                )
            connection.execute("DROP TABLE raw")


if __name__ == "__main__":
    main()
