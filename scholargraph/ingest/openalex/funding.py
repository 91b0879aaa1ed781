"""Rows of who paid for works, and of awards that have a record of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scholargraph import identifiers, schema
from scholargraph.ingest import columns
from scholargraph.ingest import drift as odd
from scholargraph.ingest.columns import RowNumbers, Rows, Values
from scholargraph.ingest.openalex.mentions import Funders, Named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scholargraph.ingest.drift import Drift
    from scholargraph.ingest.openalex.gathering import Texts
    from scholargraph.ingest.openalex.shapes import Award, Work


class Funding:
    """Gathers the funders and awards of works."""

    def __init__(self, texts: Texts) -> None:
        self._mentions = Funders()
        self._rows: list[int] = []
        self._urls = texts.column()
        self._awards = texts.column()

    def add(self, row: int, work: Work, drift: Drift) -> None:
        """Take a row per award, and one without award for a funder of whom none is known."""
        if not (work.funders or work.awards or work.grants):
            return
        paid = [
            *((grant.funder, grant.award_id) for grant in work.grants or ()),
            *((award.funder_id, award.funder_award_id) for award in work.awards or ()),
        ]
        with_award = {url for url, award in paid if award}
        paid += ((funder.id, None) for funder in work.funders or ())
        met: dict[tuple[str, str | None], None] = {}
        for url, award in paid:
            if not url:
                drift.add("works.awards[].funder_id", odd.BAD_VALUE)
            elif award or url not in with_award:
                met[url, award or None] = None
        for url, award in met:
            self._rows.append(row)
            self._urls.append(url)
            self._awards.append(award)
        self._name(row, work)

    def _name(self, row: int, work: Work) -> None:
        named: Named = {}
        for funder in work.funders or ():
            self._mentions.say(named, funder.id, funder.display_name, funder.ror)
        for award in work.awards or ():
            self._mentions.say(named, award.funder_id, award.funder_display_name, None)
        for grant in work.grants or ():
            self._mentions.say(named, grant.funder, grant.funder_display_name, None)
        self._mentions.add(row, named)

    def tables(self, drift: Drift) -> list[Rows]:
        """Return the funders of works, and what works say of funders."""
        funders = rows_of_funders(self._rows, self._urls.array(), self._awards.array())
        return [funders, self._mentions.table(drift)]


def rows_of_funders(rows: RowNumbers, urls: Values, awards: Values) -> Rows:
    """Return the funders of works."""
    return columns.build(
        schema.PAPER_FUNDERS,
        rows,
        {
            "funder_id": columns.ids(urls, "F"),
            "award_id": columns.text(awards),
        },
    )


def tables_of_awards(awards: Sequence[Award], ids: Sequence[str], drift: Drift) -> list[Rows]:
    """Return the rows of a batch of award records, and what they say of funders."""
    mentions = Funders()
    for row, award in enumerate(awards):
        named: Named = {}
        if award.funder:
            mentions.say(named, award.funder.id, award.funder.display_name, award.funder.ror)
        mentions.add(row, named)
    return [
        columns.build(
            schema.AWARDS,
            range(len(awards)),
            {
                "name": [a.display_name or own for a, own in zip(awards, ids, strict=True)],
                "funder_id": columns.ids([a.funder.id if a.funder else None for a in awards], "F"),
                "award_id": [award.funder_award_id for award in awards],
                "type": [award.funding_type for award in awards],
                "scheme": [award.funder_scheme for award in awards],
                "amount": [award.amount for award in awards],
                "currency": [award.currency for award in awards],
                "start_date": columns.days(
                    [award.start_date for award in awards], "awards.start_date", drift
                ),
                "end_date": columns.days(
                    [award.end_date for award in awards], "awards.end_date", drift
                ),
                "doi": columns.normalised(
                    [award.doi for award in awards], identifiers.doi, "awards.doi", drift
                ),
                "description": [award.description for award in awards],
            },
        ),
        mentions.table(drift),
    ]
