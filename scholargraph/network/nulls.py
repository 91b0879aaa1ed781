"""How many joint papers two nodes would have by chance: the null models of the bipartite backbones.

Plain arrays go in and out: papers per node, members per paper, pairs with what they have in common.
Nodes with as many papers, and papers with as many members, are alike to a null model, so that only
distinct cases are computed. What is done with the probabilities stands in `backbone`.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

EXACT_COUNT: Final = 100
"""Joint papers up to which the Poisson-binomial tail is summed exactly."""

_TOLERANCE: Final = 1e-10
_ROUNDS: Final = 200
_CHUNK: Final = 1_000_000
_SMALLEST_TERM: Final = 1e-18


class Cells(NamedTuple):
    """Probabilities that a node signs a paper, by their numbers of papers and members."""

    probability: FloatArray
    """Shape (distinct numbers of papers, distinct numbers of members)."""
    papers: IntArray
    """Papers with each number of members."""
    of_node: IntArray
    """Row of each node."""


class Cases(NamedTuple):
    """Distinct combinations of two nodes' rows and of the papers that they share."""

    row: IntArray
    other_row: IntArray
    joint: IntArray
    of_pair: IntArray
    """Case of each pair."""


def sdsm_tails(
    papers_of_node: IntArray,
    members_of_paper: IntArray,
    a: IntArray,
    b: IntArray,
    joint: IntArray,
) -> FloatArray:
    """Return how probable as many joint papers, or more, are if both sums hold on average.

    Parameters
    ----------
    papers_of_node, members_of_paper : int64 arrays
        Row and column sums of the incidence.
    a, b, joint : int64 arrays, of equal length
        Pairs of node numbers, and the number of their joint papers, at least 1.

    Returns
    -------
    float64 array
        Upper tails, one per pair.

    Notes
    -----
    Node i signs paper k with probability p_ik, independently of all others; the p_ik are those of
    the bipartite configuration model of maximum entropy, whose expected sums are the observed
    ones. The joint papers of i and j are then Poisson-binomial with the probabilities p_ik p_jk
    over all papers. Up to `EXACT_COUNT` joint papers the tail is an exact convolution of the
    binomials of papers of equal size, in sums of positive terms, so that small probabilities are
    exact, too. Above, it is the refined normal approximation (Volkova 1996): for a hundred expected
    joint papers it is right to 0.001, right to a factor of two down to tails of 1e-6, and too small
    by a factor of ten at 1e-12.

    References
    ----------
    Neal, Z. (2014). Social Networks 39, 84. doi:10.1016/j.socnet.2014.06.001
    Neal, Z. P., Domagalski, R., Sagan, B. (2021). Scientific Reports 11, 23929.
    doi:10.1038/s41598-021-03238-3
    Hong, Y. (2013). Computational Statistics & Data Analysis 59, 41.
    doi:10.1016/j.csda.2012.10.006

    Examples
    --------
    Two nodes with one paper each, which may be either of two:

    >>> one = np.array([1])
    >>> two = np.array([1, 1])
    >>> sdsm_tails(two, two, np.array([0]), np.array([1]), one).round(6).tolist()
    [0.4375]
    """
    cells = configuration(papers_of_node, members_of_paper)
    cases = _cases(cells.of_node[a], cells.of_node[b], joint)
    tail = np.empty(len(cases.joint))
    is_large = cases.joint > EXACT_COUNT
    for count in np.unique(cases.joint[~is_large]):
        chosen = np.flatnonzero(cases.joint == count)
        step = max(_CHUNK // ((int(count) + 1) * 8 + len(cells.papers)), 1)
        for begin in range(0, len(chosen), step):
            part = chosen[begin : begin + step]
            joint_probability = (
                cells.probability[cases.row[part]] * cells.probability[cases.other_row[part]]
            )
            tail[part] = binomial_sum_tails(joint_probability, cells.papers, int(count))
    step = max(_CHUNK // max(len(cells.papers), 1), 1)
    large = np.flatnonzero(is_large)
    for begin in range(0, len(large), step):
        part = large[begin : begin + step]
        joint_probability = (
            cells.probability[cases.row[part]] * cells.probability[cases.other_row[part]]
        )
        tail[part] = refined_normal_tails(joint_probability, cells.papers, cases.joint[part])
    return tail[cases.of_pair]


def hypergeometric_tails(
    papers_of_node: IntArray, paper_count: int, a: IntArray, b: IntArray, joint: IntArray
) -> FloatArray:
    """Return the probability of as many joint papers, or more, if nodes choose papers blindly.

    Parameters
    ----------
    papers_of_node : int64 array
        Papers of each node.
    paper_count : int
        All papers.
    a, b, joint : int64 arrays, of equal length
        Pairs of node numbers, and the number of their joint papers.

    Returns
    -------
    float64 array
        Upper tails of the hypergeometric distribution, one per pair.

    References
    ----------
    Tumminello, M. et al. (2011). PLoS ONE 6, e17994. doi:10.1371/journal.pone.0017994

    Examples
    --------
    Two papers of four each, and both of them in common: one chance in six.

    >>> pair = np.array([0]), np.array([1]), np.array([2])
    >>> hypergeometric_tails(np.array([2, 2]), 4, *pair).round(6).tolist()
    [0.166667]
    """
    from scipy.special import gammaln

    distinct, of_node = np.unique(papers_of_node, return_inverse=True)
    cases = _cases(of_node[a], of_node[b], joint)
    x, y, t = distinct[cases.row], distinct[cases.other_row], cases.joint.astype(np.int64)
    # The smallest number of joint papers that is possible, and the largest.
    least, most = np.maximum(x + y - paper_count, 0), np.minimum(x, y)
    t = np.maximum(t, least)
    impossible = t > most
    at = np.minimum(t, most)
    log_term = _log_choose(x, at) + _log_choose(paper_count - x, y - at)
    log_term -= gammaln(paper_count + 1) - gammaln(y + 1) - gammaln(paper_count - y + 1)
    term = np.exp(log_term)
    tail = term.copy()
    going = np.flatnonzero(at < most)
    while len(going):
        here, first, second = at[going], x[going], y[going]
        ratio = (
            (first - here)
            * (second - here)
            / ((here + 1.0) * (paper_count - first - second + here + 1))
        )
        term[going] *= ratio
        tail[going] += term[going]
        at[going] += 1
        # Terms fall from where they begin to fall: the rest is less than a geometric series.
        done = (at[going] == most[going]) | (
            (ratio < 0.999) & (term[going] <= _SMALLEST_TERM * tail[going])
        )
        going = going[~done]
    tail[t == least] = 1
    tail[impossible] = 0
    return np.minimum(tail, 1)[cases.of_pair]


def configuration(papers_of_node: IntArray, members_of_paper: IntArray) -> Cells:
    """Fit the bipartite configuration model of maximum entropy.

    Parameters
    ----------
    papers_of_node, members_of_paper : int64 arrays
        Row and column sums of the incidence.

    Returns
    -------
    Cells
        Their sums over rows and over columns differ from the given ones by less than 1e-8.

    Notes
    -----
    p_ik = x_i y_k / (1 + x_i y_k), by Newton's method with halved steps on the concave logarithm
    of the likelihood. Where the sums leave no choice for a cell, its factors grow without bound and
    its probability comes as near to 0 or 1 as the tolerance asks.

    References
    ----------
    Saracco, F. et al. (2015). Scientific Reports 5, 10595. doi:10.1038/srep10595

    Examples
    --------
    >>> configuration(np.array([2, 1, 1]), np.array([2, 2])).probability.round(6).tolist()
    [[0.5], [1.0]]
    """
    rows, of_node, row_nodes = np.unique(papers_of_node, return_inverse=True, return_counts=True)
    columns, papers = np.unique(members_of_paper, return_counts=True)
    probability = np.zeros((len(rows), len(columns)))
    signs, signed = rows > 0, columns > 0
    if signs.any() and signed.any():
        probability[np.ix_(signs, signed)] = _fit(
            rows[signs].astype(float),
            row_nodes[signs].astype(float),
            columns[signed].astype(float),
            papers[signed].astype(float),
        )
    return Cells(probability, papers, of_node)


def _fit(
    rows: FloatArray, row_times: FloatArray, columns: FloatArray, column_times: FloatArray
) -> FloatArray:
    """Return the cells of distinct sums of rows and columns, none of which is zero."""
    from scipy.special import expit

    half = 0.5 * np.log((rows * row_times).sum())
    factors = np.concatenate([np.log(rows), np.log(columns)]) - half
    wanted = np.concatenate([rows * row_times, columns * column_times])
    times = np.concatenate([row_times, column_times])
    likelihood = _likelihood(factors, wanted, row_times, column_times)
    for _ in range(_ROUNDS):
        cells = expit(factors[: len(rows), None] + factors[None, len(rows) :])
        number = row_times[:, None] * column_times[None, :]
        sums = cells * number
        missing = wanted - np.concatenate([sums.sum(axis=1), sums.sum(axis=0)])
        if (np.abs(missing / times) <= _TOLERANCE * np.maximum(wanted / times, 1)).all():
            break
        step = _newton_step(number * cells * (1 - cells), missing)
        likelihood, moved = _climb(factors, step, likelihood, wanted, row_times, column_times)
        if moved is None:
            break
        factors = moved
    return np.asarray(expit(factors[: len(rows), None] + factors[None, len(rows) :]))


def _newton_step(variance: FloatArray, missing: FloatArray) -> FloatArray:
    rows = len(variance)
    matrix = np.diag(np.concatenate([variance.sum(axis=1), variance.sum(axis=0)]))
    matrix[:rows, rows:] = variance
    matrix[rows:, :rows] = variance.T
    # Adding to all rows and taking from all columns changes nothing: the matrix is singular, and
    # scaled by its diagonal, a trifle makes it solvable.
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    matrix *= scale[:, None] * scale[None, :]
    matrix[np.diag_indices_from(matrix)] += 1e-10
    return np.asarray(scale * np.linalg.solve(matrix, scale * missing))


def _climb(
    factors: FloatArray,
    step: FloatArray,
    likelihood: float,
    wanted: FloatArray,
    row_times: FloatArray,
    column_times: FloatArray,
) -> tuple[float, FloatArray | None]:
    """Go the step, or half of it and so on, as far as it leads up."""
    for _ in range(40):
        moved = factors + step
        higher = _likelihood(moved, wanted, row_times, column_times)
        if higher >= likelihood - 1e-14 * abs(likelihood):
            return higher, moved
        step = step / 2
    return likelihood, None


def _likelihood(
    factors: FloatArray, wanted: FloatArray, row_times: FloatArray, column_times: FloatArray
) -> float:
    logits = factors[: len(row_times), None] + factors[None, len(row_times) :]
    return float(factors @ wanted - row_times @ np.logaddexp(0, logits) @ column_times)


def binomial_sum_tails(probability: FloatArray, trials: IntArray, count: int) -> FloatArray:
    """Return how probable at least `count` successes are in a sum of binomials.

    Parameters
    ----------
    probability : float64 array, shape (cases, kinds)
        Of a success, by case and by kind of trial.
    trials : int64 array, shape (kinds,)
        Trials of each kind.
    count : int
        At least 1.

    Returns
    -------
    float64 array, shape (cases,)
        Exact but for rounding, also far out: nothing is subtracted.

    Examples
    --------
    >>> binomial_sum_tails(np.array([[0.5, 1.0]]), np.array([2, 1]), 2).round(6).tolist()
    [0.75]
    """
    from scipy.special import betainc, xlog1py, xlogy

    successes = np.arange(count + 1)
    below = np.zeros((len(probability), count))
    below[:, 0] = 1
    reached = np.zeros(len(probability))
    for kind, trial_count in enumerate(trials):
        chance = probability[:, kind, None]
        possible = int(min(trial_count, count))
        times = successes[: possible + 1]
        # At least so many of this kind, from 1 on, and exactly so many, from 0 on.
        at_least = betainc(times[1:], trial_count - times[1:] + 1, chance)
        reached += (below[:, count - possible :] * at_least[:, ::-1]).sum(axis=1)
        exactly = np.exp(
            _log_choose(trial_count, times)
            + xlogy(times, chance)
            + xlog1py(trial_count - times, -chance)
        )
        before, below = below, below * exactly[:, :1]
        for more in range(1, min(possible, count - 1) + 1):
            below[:, more:] += before[:, :-more] * exactly[:, more, None]
    return np.minimum(reached, 1)


def refined_normal_tails(probability: FloatArray, trials: IntArray, count: IntArray) -> FloatArray:
    """Approximate how probable at least `count` successes are in a sum of binomials.

    Parameters
    ----------
    probability : float64 array, shape (cases, kinds)
        Of a success, by case and by kind of trial.
    trials : int64 array, shape (kinds,)
        Trials of each kind.
    count : int64 array, shape (cases,)
        By case.

    Returns
    -------
    float64 array, shape (cases,)
        1 - G(x) with G(x) = Phi(x) + g (1 - x^2) phi(x) / 6, x = (count - 1/2 - mean) / deviation
        and g the skewness, held between 0 and 1.

    References
    ----------
    Hong, Y. (2013). Computational Statistics & Data Analysis 59, 41.
    doi:10.1016/j.csda.2012.10.006 (after Volkova 1996)

    Examples
    --------
    >>> refined_normal_tails(np.array([[0.5]]), np.array([400]), np.array([210])).round(4).tolist()
    [0.1711]
    """
    from scipy.special import ndtr

    variances = probability * (1 - probability)
    mean = probability @ trials
    variance = variances @ trials
    # Where nothing is left to chance, the mean is a whole number but for rounding.
    deviation = np.sqrt(np.maximum(variance, 1e-12))
    skewness = (variances * (1 - 2 * probability)) @ trials / deviation**3
    x = (count - 0.5 - mean) / deviation
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    tail = ndtr(-x) - skewness * (1 - x**2) * density / 6
    return np.asarray(np.clip(tail, 0, 1))


def _log_choose(n: Any, k: Any) -> FloatArray:
    from scipy.special import gammaln

    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def _cases(row: IntArray, other_row: IntArray, joint: IntArray) -> Cases:
    """Return each combination once, whichever of the two nodes comes first."""
    low, high = np.minimum(row, other_row), np.maximum(row, other_row)
    order = np.lexsort((joint, high, low))
    low, high, joint = low[order], high[order], joint[order]
    is_new = np.ones(len(low), bool)
    is_new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1]) | (joint[1:] != joint[:-1])
    of_pair = np.empty(len(order), np.int64)
    of_pair[order] = np.cumsum(is_new) - 1
    return Cases(low[is_new], high[is_new], joint[is_new], of_pair)
