"""Gaps between events: the usual gap so far, how far out a gap lies, when the next event is due.

Lengths are whole days. A *standardised* gap is its length divided by the median of the same
customer's earlier gaps, so that gaps of different customers can be ranked together.
Scores are rounded by `significant` before any of them is compared (D13).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats
from scipy.special import polygamma

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def significant(values: Floats, digits: int = 9) -> Floats:
    """Round to significant digits. 0, infinite and missing values stay as they are."""
    plain = np.isfinite(values) & (values != 0)
    size = np.floor(np.log10(np.abs(np.where(plain, values, 1.0))))
    scale = 10.0 ** (digits - 1 - size)
    return np.where(plain, np.round(np.where(plain, values, 1.0) * scale) / scale, values)


def earlier_median(lengths: NDArray[np.integer], groups: Ints, *, min_gaps: int, memory: int) -> Floats:
    """Median of the same group's latest `memory` earlier lengths; missing before `min_gaps` of them.

    `groups` must be sorted, so that equal numbers stand together, in order of time.
    """
    frame = pl.DataFrame({"group": groups, "length": lengths.astype(np.float64)})
    rolling = pl.col("length").rolling_median(window_size=max(memory, min_gaps), min_samples=min_gaps)
    upto = frame.select(rolling.over("group"))["length"].to_numpy()
    return shifted(upto, groups, first=np.nan)


def earlier_longest(lengths: NDArray[np.integer], groups: Ints) -> Floats:
    """Longest of the same group's earlier lengths, 0 before there is one. `groups` as above."""
    lift = groups * (np.int64(lengths.max(initial=0)) + 1)  # a later group lies over all earlier ones
    upto = np.maximum.accumulate(lengths + lift) - lift
    return shifted(upto.astype(np.float64), groups, first=0.0)


def shifted(upto: Floats, groups: Ints, *, first: float) -> Floats:
    """The value of the row before within the group, `first` where there is none."""
    before = np.full(len(upto), first)
    same = groups[1:] == groups[:-1]
    before[1:][same] = upto[:-1][same]
    return before


@dataclass(frozen=True)
class Survival:
    """Share of gaps that reach a length, from ended and censored ones (Kaplan and Meier 1958).

    `ended`: ascending; `beyond[i]`: share that lasts longer than `ended[i]`.
    """

    ended: Floats
    beyond: Floats

    def reaching(self, score: Floats) -> Floats:
        """P(a gap is at least `score`)."""
        shorter = np.searchsorted(self.ended, score, side="left")
        return np.concatenate([[1.0], self.beyond])[shorter]

    @property
    def left_for_good(self) -> float:
        """Share of gaps that no end was ever seen of: the curve's plateau (Maller and Zhou 1996)."""
        return float(self.beyond[-1]) if len(self.beyond) else 0.0

    def of_the_returning(self, share: Floats) -> Floats:
        """A share of all gaps as one of those gaps that end: customers who left are no yardstick."""
        rest = 1.0 - self.left_for_good
        return (share - self.left_for_good) / rest if rest > 0 else share

    def p_value(self, score: Floats) -> Floats:
        """Conformal rank of `score` among the gaps that end: (1 + as long or longer) / (1 + gaps).

        Without censoring this is the exact rank p of a split-conformal test (Vovk et al. 2005); with
        it, the count is estimated by the curve. Only ended gaps count in the denominator, so a score
        beyond all of them has p no smaller than 1 / (1 + ended gaps).
        """
        gaps = len(self.ended)
        longer = self.of_the_returning(self.reaching(score))
        return significant((1.0 + gaps * longer) / (1.0 + gaps))

    def bar(self, nominal: float) -> float:
        """The largest score whose p is still over `nominal`; infinite when none is below it."""
        gaps = len(self.ended)
        p_beyond = significant((1.0 + gaps * self.of_the_returning(self.beyond)) / (1.0 + gaps))
        first = int(np.searchsorted(-p_beyond, -nominal, side="left"))
        return float(self.ended[first]) if first < gaps else np.inf

    def stays(self, score: Floats, later: Floats, *, prior: float, prior_gaps: float) -> Floats:
        """P(a gap that has reached `score` also reaches `later`).

        `prior` counts as `prior_gaps` gaps beside those that reached `score`: far out there are few of
        them, often all of one customer that pauses and returns.
        """
        gaps = len(self.ended)
        stayed = gaps * self.reaching(later) + prior_gaps * prior
        return significant(stayed / (gaps * self.reaching(score) + prior_gaps))


def survival(ended: Floats, censored: Floats) -> Survival:
    """Kaplan-Meier curve. `ended` must be sorted; ties: the ended come before the censored."""
    order = np.sort(censored)
    at_risk = len(ended) - np.arange(len(ended)) + len(order) - np.searchsorted(order, ended, side="left")
    beyond = np.cumprod(1.0 - 1.0 / at_risk.astype(np.float64), dtype=np.float64)
    return Survival(ended, significant(beyond))


def first_length_over(bar: Floats, usual: Floats) -> Floats:
    """Smallest whole length whose standardised value lies over `bar`. Infinite stays infinite."""
    reach = np.isfinite(bar)
    length = np.maximum(np.floor(np.where(reach, bar, 0.0) * usual) - 1.0, 0.0)
    for _ in range(3):
        length += significant(length / usual) <= np.where(reach, bar, -1.0)
    return np.where(reach, length, np.inf)


def median_ranks(n: int, coverage: float = 0.9) -> tuple[int, int]:
    """Ranks (from 0) of the ordered values between which the median lies with `coverage`.

    Distribution-free (Conover 1999, 3.2); the whole range when `n` is too small for the coverage.
    """
    below = int(stats.binom.ppf((1.0 - coverage) / 2.0, n, 0.5))
    if stats.binom.cdf(below, n, 0.5) > (1.0 - coverage) / 2.0:
        below -= 1
    below = max(below, 0)
    return below, n - 1 - below


def gamma_shape(log_variance: Floats) -> Floats:
    """Shape of the gamma law whose logarithm has this variance: trigamma(shape) = variance.

    Newton's method on 1 / trigamma (Smyth 2004, appendix).
    """
    variance = np.clip(log_variance, 1e-4, 1e4)
    shape = 0.5 + 1.0 / variance
    for _ in range(30):
        tri = polygamma(1, shape)
        shape = shape + tri * (1.0 - tri / variance) / polygamma(2, shape)
    return significant(shape)


def next_gap(share: float, *, gaps: Floats, total: Floats, shape: Floats) -> Floats:
    """Length that the next gap stays under with probability `share`, in the unit of `total`.

    Gamma gaps of known `shape` with unknown rate, flat prior on its logarithm: the next gap over the
    `total` of `gaps` earlier ones is beta prime (shape, gaps x shape).
    """
    return significant(total * stats.betaprime.ppf(share, shape, gaps * shape))
