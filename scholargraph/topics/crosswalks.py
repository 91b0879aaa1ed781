"""From arXiv's categories to OpenAlex's topics and back, learnt from papers that have both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scholargraph.graph.frames import frame
from scholargraph.graph.whole_numbers import check_number
from scholargraph.network.backbone import corrected
from scholargraph.network.nulls import hypergeometric_tails
from scholargraph.topics.hierarchy import IntArray
from scholargraph.topics.scope import Scope, scope_of

if TYPE_CHECKING:
    import pandas as pd

    from scholargraph.graph import ScholarGraph


def crosswalk(graph: ScholarGraph, level: str = "topic", min_papers: int = 1) -> pd.DataFrame:
    """Return which topics of OpenAlex papers have that have a category of arXiv.

    Parameters
    ----------
    graph : ScholarGraph
        A graph of both sources, some of whose papers were joined: others say nothing here.
    level : {"topic", "subfield", "field"}
        Of OpenAlex; of arXiv what answers to it: category, archive, group.
    min_papers : int
        Pairs that fewer papers have are left out, and counted.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``category_id``, ``category``, ``topic_id``, ``topic``, ``paper_count``
        (papers with both), ``share_of_category`` and ``share_of_topic`` (that by the papers of
        either, among those that have any of both trees), ``similarity`` (association strength) and
        ``p_value`` (corrected). By category, then most papers, then by topic.

        ``attrs`` says how it was made and what was left out: the arguments, ``version``,
        ``papers`` with both, ``papers_of_openalex_alone``, ``papers_of_arxiv_alone``,
        ``papers_of_neither``, ``pairs_of_fewer_papers`` and ``possible_pairs``.

    Raises
    ------
    InvalidArgumentError
        If an argument has a value that it does not take.

    Notes
    -----
    With c papers of both, s_i of the category, s_j of the topic and N in all: similarity is
    c N / (s_i s_j) (van Eck, Waltman 2009, marginals being numbers of papers); the p-value is the
    upper tail of the hypergeometric distribution (Tumminello et al. 2011), corrected as Benjamini
    and Hochberg do for all pairs of a category and a topic that any of these papers have. A share
    is no probability that a paper outside the graph has the topic: what was joined is no sample.

    References
    ----------
    van Eck, N. J., Waltman, L. (2009). J. Am. Soc. Inf. Sci. Technol. 60, 1635-1651.
    doi:10.1002/asi.21075

    Tumminello, M. et al. (2011). PLoS ONE 6, e17994. doi:10.1371/journal.pone.0017994

    Benjamini, Y., Hochberg, Y. (1995). J. R. Statist. Soc. B 57, 289.
    doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    A graph of OpenAlex alone has nothing to learn from:

    >>> import scholargraph as sg
    >>> topic = {"id": "T9001", "display_name": "One", "score": 1.0}
    >>> found = crosswalk(sg.from_records([{"id": "W9000000001", "topics": [topic]}]))
    >>> len(found), found.attrs["papers_of_openalex_alone"]
    (0, 1)
    """
    import pyarrow as pa

    check_number("min_papers", min_papers)
    found = _counted(
        *(scope_of(graph.adjacency, scheme, level) for scheme in ("openalex", "arxiv"))
    )
    possible = int(np.count_nonzero(found.of_category)) * int(np.count_nonzero(found.of_topic))
    tails = hypergeometric_tails(
        found.of_category + found.of_topic, found.both, found.category, found.topic, found.joint
    )
    p_value = corrected(tails, possible)
    order = np.lexsort((found.topic, -found.joint, found.category))
    order = order[found.joint[order] >= min_papers]
    category, topic, joint = found.category[order], found.topic[order], found.joint[order]
    share_of_category = joint / found.of_category[category]
    share_of_topic = joint / found.of_topic[topic]
    nodes = graph.adjacency.nodes["topic"]
    return frame(
        pa.table(
            {
                "category_id": nodes.own_ids.take(category),
                "category": nodes.names.take(category),
                "topic_id": nodes.own_ids.take(topic),
                "topic": nodes.names.take(topic),
                "paper_count": pa.array(joint, pa.int32()),
                "share_of_category": pa.array(share_of_category, pa.float64()),
                "share_of_topic": pa.array(share_of_topic, pa.float64()),
                "similarity": pa.array(
                    share_of_category * found.both / found.of_topic[topic], pa.float64()
                ),
                "p_value": pa.array(p_value[order], pa.float64()),
            }
        ),
        nullable=(),
        attrs={
            "level": level,
            "min_papers": min_papers,
            "version": graph.version,
            "papers": found.both,
            "papers_of_openalex_alone": found.openalex_alone,
            "papers_of_arxiv_alone": found.arxiv_alone,
            "papers_of_neither": found.neither,
            "pairs_of_fewer_papers": len(found.joint) - len(order),
            "possible_pairs": possible,
        },
    )


class _Counted(NamedTuple):
    """Papers by what they have; pairs ascend by category and topic."""

    category: IntArray
    topic: IntArray
    joint: IntArray
    """Papers with both, of each pair."""
    of_category: IntArray
    of_topic: IntArray
    """By row of the table of topics: papers with it that have both trees."""
    both: int
    openalex_alone: int
    arxiv_alone: int
    neither: int


def _counted(openalex: Scope, arxiv: Scope) -> _Counted:
    from scipy.sparse import csr_array

    rows = len(openalex.class_of)
    pairs = csr_array((rows, rows), dtype=np.float64)
    of_category, of_topic = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    papers = np.zeros((2, 2), np.int64)
    for piece in openalex.pieces():
        topics, categories = piece.weights, arxiv.weights(piece.papers)
        has_topic, has_category = np.diff(topics.indptr) > 0, np.diff(categories.indptr) > 0
        np.add.at(papers, (has_topic.astype(int), has_category.astype(int)), 1)
        has_both = np.flatnonzero(has_topic & has_category)
        topics, categories = topics[has_both], categories[has_both]
        topics.data, categories.data = np.ones(topics.nnz), np.ones(categories.nnz)
        of_topic += np.bincount(topics.indices, minlength=rows)
        of_category += np.bincount(categories.indices, minlength=rows)
        pairs = pairs + categories.T.tocsr() @ topics
    pairs.sort_indices()
    return _Counted(
        category=np.repeat(np.arange(rows), np.diff(pairs.indptr)),
        topic=pairs.indices.astype(np.int64),
        joint=pairs.data.astype(np.int64),
        of_category=of_category,
        of_topic=of_topic,
        both=int(papers[1, 1]),
        openalex_alone=int(papers[1, 0]),
        arxiv_alone=int(papers[0, 1]),
        neither=int(papers[0, 0]),
    )
