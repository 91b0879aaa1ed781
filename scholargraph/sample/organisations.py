"""Counts of works and citations for every organisation and topic of a dump.

What lives here: which nodes a work counts for. Pieces counted apart, block by block, add up in any
order.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scholargraph.sample.numbering import openalex_url
from scholargraph.sample.tally import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scholargraph.sample.tally import Impact
    from scholargraph.sample.work_plan import WorkPlan

NodeCounts = defaultdict[str, Counts]
"""Counts by the node's id as URL."""


def new_node_counts() -> NodeCounts:
    """Return counts in which every node begins at nothing."""
    return defaultdict(Counts)


def count_nodes(
    counts: NodeCounts, plan: WorkPlan, record: Mapping[str, Any], impact: Impact
) -> None:
    """Count a work once for each node that it names.

    Parameters
    ----------
    counts : NodeCounts
        Changed in place.
    plan : WorkPlan
        The work, which knows its institutions and topics.
    record : mapping
        Its record, which knows its source and funders.
    impact : Impact
        In which years it is cited.
    """
    for url in {*_planned(plan), *_recorded(record)}:
        counts[url].add_work(plan.year, impact.years)


def _planned(plan: WorkPlan) -> Iterator[str]:
    """Yield institutions with those above them, and topics with their hierarchy."""
    for seat in plan.shown_seats:
        for institution in seat.institutions:
            for number in institution.lineage:
                yield openalex_url("I", number)
    for topic in plan.topics:
        yield from (topic.url, topic.subfield.url, topic.field.url, topic.domain.url)


def _recorded(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the primary source, its publishers and the funders."""
    source = record["primary_location"]["source"]
    if source:
        yield source["id"]
        # An institution that hosts a repository is no affiliation of the authors.
        yield from (url for url in source["host_organization_lineage"] if "/P" in url)
    for funder in record["funders"]:
        yield funder["id"]
