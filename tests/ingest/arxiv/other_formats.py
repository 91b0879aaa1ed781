"""Kaggle lines written in the other formats of arXiv, as its servers would print them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Record = dict[str, Any]


def tag(name: str, text: str | None, **attributes: str) -> str:
    """An element, or nothing where there is no text."""
    if text is None:
        return ""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{escape(text)}</{name}>"


def created(record: Record, version: int) -> datetime:
    """When a version was submitted; -1 is the newest."""
    return parsedate_to_datetime(record["versions"][version]["created"])


def sets_of(record: Record) -> str:
    """Names of the sets that a harvester may ask for, as the older server gave them."""
    archives = dict.fromkeys(code.partition(".")[0] for code in record["categories"].split())
    return "".join(tag("setSpec", archive) for archive in archives)


def answer(records: Iterable[Record], metadata: Iterable[str]) -> str:
    """An answer of the server with records in some format."""
    inside = "".join(
        f"<record><header>{tag('identifier', 'oai:arXiv.org:' + record['id'])}"
        f"{tag('datestamp', record['update_date'])}{sets_of(record)}</header>"
        f"<metadata>{described}</metadata></record>"
        for record, described in zip(records, metadata, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<ListRecords>{inside}</ListRecords></OAI-PMH>"
    )


def arxiv(records: list[Record]) -> str:
    """The format ``arXiv``: authors in parts, no versions."""

    def author(parts: list[str]) -> str:
        keyname, forenames, suffix, *affiliations = parts
        return (
            f"<author>{tag('keyname', keyname)}{tag('forenames', forenames or None)}"
            f"{tag('suffix', suffix or None)}"
            f"{''.join(tag('affiliation', text) for text in affiliations)}</author>"
        )

    def described(record: Record) -> str:
        has_several = len(record["versions"]) > 1
        return (
            f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/">{tag("id", record["id"])}'
            f"{tag('created', created(record, 0).date().isoformat())}"
            f"{tag('updated', created(record, -1).date().isoformat() if has_several else None)}"
            f"<authors>{''.join(map(author, record['authors_parsed']))}</authors>"
            f"{plain_fields(record)}</arXiv>"
        )

    return answer(records, map(described, records))


def plain_fields(record: Record) -> str:
    """What the formats ``arXiv`` and ``arXivRaw`` have in common."""
    names = ("title", "categories", "comments", "report-no", "journal-ref", "doi", "license")
    return "".join(tag(name, record[name]) for name in (*names, "abstract"))


def arxiv_raw(records: list[Record]) -> str:
    """The format ``arXivRaw``: authors in one text, versions."""

    def described(record: Record) -> str:
        versions = "".join(
            f'<version version="{version["version"]}">{tag("date", version["created"])}</version>'
            for version in record["versions"]
        )
        return (
            f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">{tag("id", record["id"])}{versions}'
            f"{tag('authors', record['authors'])}{plain_fields(record)}</arXivRaw>"
        )

    return answer(records, map(described, records))


def oai_dc(records: list[Record], names: dict[str, str]) -> str:
    """The format ``oai_dc``: names of categories, authors with their keynames first."""

    def creator(parts: list[str]) -> str:
        keyname, forenames, suffix = parts[:3]
        last = " ".join(filter(None, (keyname, suffix)))
        return tag("dc:creator", f"{last}, {forenames}" if forenames else last)

    def described(record: Record) -> str:
        dates = dict.fromkeys(created(record, which).date().isoformat() for which in (0, -1))
        comments = record["comments"]
        identifiers = [
            f"http://arxiv.org/abs/{record['id']}",
            *filter(None, [record["journal-ref"]]),
            *(f"doi:{doi}" for doi in (record["doi"] or "").split()),
        ]
        return (
            '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"{tag('dc:title', record['title'])}"
            f"{''.join(map(creator, record['authors_parsed']))}"
            f"{''.join(tag('dc:subject', names[code]) for code in record['categories'].split())}"
            f"{tag('dc:description', record['abstract'])}"
            f"{tag('dc:description', 'Comment: ' + comments if comments else None)}"
            f"{''.join(tag('dc:date', date) for date in dates)}{tag('dc:type', 'text')}"
            f"{''.join(tag('dc:identifier', text) for text in identifiers)}</oai_dc:dc>"
        )

    return answer(records, map(described, records))


def names_of_categories(taxonomy: Path) -> dict[str, str]:
    """Names of categories as ``oai_dc`` has them: with their archive, if they are but a part."""
    rows = list(csv.DictReader(taxonomy.read_text(encoding="utf-8").splitlines()))
    archives = {row["id"]: row["name"] for row in rows if row["level"] == "archive"}
    return {
        row["id"]: f"{archives[row['parent']]} - {row['name']}" if "." in row["id"] else row["name"]
        for row in rows
        if row["level"] == "category"
    }


def atom(records: list[Record]) -> str:
    """A feed of the API."""

    def author(parts: list[str]) -> str:
        keyname, forenames, suffix, *affiliations = parts
        name = " ".join(filter(None, (forenames, keyname, suffix)))
        texts = "".join(tag("arxiv:affiliation", text) for text in affiliations)
        return f"<author>{tag('name', name)}{texts}</author>"

    def entry(record: Record) -> str:
        codes = record["categories"].split()
        address = f"http://arxiv.org/abs/{record['id']}v{len(record['versions'])}"
        moments = (created(record, which).strftime("%Y-%m-%dT%H:%M:%SZ") for which in (0, -1))
        return (
            f"<entry>{tag('id', address)}"
            f"{''.join(map(tag, ('published', 'updated'), moments))}"
            f"{tag('title', record['title'])}{tag('summary', record['abstract'])}"
            f"{tag('arxiv:comment', record['comments'])}"
            f"{tag('arxiv:journal_ref', record['journal-ref'])}"
            f"{''.join(tag('arxiv:doi', doi) for doi in (record['doi'] or '').split())}"
            f"{tag('arxiv:primary_category', '', term=codes[0])}"
            f"{''.join(tag('category', '', term=code) for code in codes)}"
            f"{''.join(map(author, record['authors_parsed']))}</entry>"
        )

    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom">'
        f"{''.join(map(entry, records))}</feed>"
    )
