"""Search the slow, obvious way: every name compared with the text, one after the other."""

from __future__ import annotations

from typing import Any

from scholargraph.names import fold, initials_agree, same_words, words, words_begin

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def find_authors(tables: Tables, text: str) -> list[tuple[str, str, int]]:
    """Id, match and number of papers of every author that matches, best first."""
    ranks = ["exact", "words", "initials", "prefix"]
    wanted = fold(text)
    found = []
    for author in tables["authors"]:
        forms = [fold(name) for name in (author["name"], *author["alternatives"])]
        for rank in ranks:
            if wanted and any(agrees(wanted, form, rank) for form in forms):
                papers = {
                    seat["paper_id"]
                    for seat in tables["authorships"]
                    if seat["author_id"] == author["author_id"]
                }
                found.append((author["author_id"], rank, len(papers)))
                break
    return sorted(found, key=lambda row: (ranks.index(row[1]), -row[2], row[0]))


def agrees(wanted: str, form: str, rank: str) -> bool:
    """Whether a folded name matches a folded text in a given way."""
    if rank == "exact":
        return wanted == form
    if rank == "words":
        return same_words(wanted, form)
    if rank == "initials":
        return initials_agree(wanted, form)
    return words_begin(wanted, form)


def find_papers(tables: Tables, text: str) -> list[tuple[str, str]]:
    """Id and match of every paper whose title matches, best first."""
    ranks = ["exact", "prefix", "words"]
    wanted = " ".join(words(text))
    found = []
    for paper in tables["papers"]:
        title = " ".join(words(paper["title"] or ""))
        if not wanted or not title:
            continue
        if title == wanted:
            rank = "exact"
        elif title.startswith(wanted):
            rank = "prefix"
        elif all(word in title.split() for word in wanted.split()):
            rank = "words"
        else:
            continue
        found.append((ranks.index(rank), -(paper["cited_by_count"] or 0), paper["paper_id"], rank))
    return [(paper_id, rank) for _, _, paper_id, rank in sorted(found)]
