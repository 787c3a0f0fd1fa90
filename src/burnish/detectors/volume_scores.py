"""How far the orders of 13 weeks lie from what the year before leads to expect, for every past week.

A score of a week uses that week and earlier ones only, so that one pass over history is the walk-forward,
and replicas and today are scored by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from burnish.stats.counts import as_normal, deviance_root, drawn
from burnish.stats.cusum import cusum, llr
from burnish.stats.renewal import Floats

Flags = NDArray[np.bool_]
WINDOW_WEEKS = 13
BASELINE_WEEKS = 52
LEAST_BASELINE_WEEKS = 26
LEAST_EXPECTED = 8.0
LEAST_SIZED, LEAST_SIZED_BEFORE = 5, 8
PRIOR_SUMS = 4.0  # the shop's dispersion counts as this many 13-week sums
PRIOR_RELEASES = 8.0  # the shop's variance of log size counts as this many releases
OWN_FARTHEST = 2.25  # swings up to this are chance in any history
MEMORY = 0.95  # of the dispersion, per 13 weeks
FARTHEST = 9.0  # a squared error counts for no more, or one real change would hide the next (Huber 1964)
HALF, DOUBLE = 0.5, 2.0
CENTS = 100.0
DIGITS = 8  # of scores, which lie between 1 and 10 where they matter (D13)


@dataclass(frozen=True)
class VolumeScores:
    """Customer x week (week = last of the 13): what was seen, what was expected, how surprising it is.

    `before`: releases of the baseline of up to 52 `weeks`. `dispersion` is that of a 13-week sum about its
    prediction, so it holds the uncertainty of the baseline. `z` is signed and roughly standard normal under
    the null, missing where a minimum is; `fall`, `rise`: root of twice the running evidence, in nats,
    that the rate halved or doubled. `down`, `up`: the scores, 0 where nothing can be said.
    """

    recent: Floats
    expected: Floats
    before: Floats
    weeks: Floats
    dispersion: Floats
    z: Floats
    fall: Floats
    rise: Floats
    down: Floats
    up: Floats


def sums(values: Floats, weeks: int, *, ago: int = 0) -> Floats:
    """Sums over `weeks` weeks that ended `ago` weeks before each week, of those that are there.

    Exact for whole numbers only, so money is summed `in_cents`.
    """
    total = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    end = np.maximum(np.arange(1, values.shape[-1] + 1) - ago, 0)
    return np.asarray(total[..., end] - total[..., np.maximum(end - weeks, 0)])


def in_cents(money: Floats) -> Floats:
    """Money, weight or pieces in whole hundredths: their sums are exact, so that 0 is 0 (D13)."""
    return np.asarray(np.round(CENTS * money), dtype=np.float64)


def volume_scores(
    releases: Floats,
    alive: Floats,
    worth: Floats,
    *,
    expected_worth: tuple[Floats, Floats] | None = None,
    least_expected: float = LEAST_EXPECTED,
) -> VolumeScores:
    """Score every customer and week.

    All customer x week: `alive` 1 where a week counts; `worth` of a week, 0 while not alive; `expected_worth`
    of the 13 weeks and of the baseline, where that is not the sum of `worth` because a season was learned on
    the way.
    """
    counted = releases * alive
    recent, before = sums(counted, WINDOW_WEEKS), sums(counted, BASELINE_WEEKS, ago=WINDOW_WEEKS)
    now, then = expected_worth or (sums(worth, WINDOW_WEEKS), sums(worth, BASELINE_WEEKS, ago=WINDOW_WEEKS))
    weeks = sums(alive, BASELINE_WEEKS, ago=WINDOW_WEEKS)
    share = ratio(now, then)
    expected = before * share
    squares, freedom = errors(
        (recent - expected) ** 2, expected * (1.0 + share), (weeks >= WINDOW_WEEKS) & (expected >= 1.0)
    )
    spread = drawn(squares, freedom, usual_dispersion(squares, freedom), weight=PRIOR_SUMS)
    enough = (expected >= least_expected) & (weeks >= LEAST_BASELINE_WEEKS)
    mean, own = np.where(enough, expected, 1.0), freedom + PRIOR_SUMS
    root = deviance_root(np.where(enough, recent, 1.0), mean, spread * (1.0 + share))
    z = np.where(enough, as_normal(root, own), np.nan)
    weekly = ratio(worth, now) * expected
    steps = [np.where(enough, llr(counted, weekly, spread, times=times), 0.0) for times in (HALF, DOUBLE)]
    fall, rise = (np.sqrt(2.0 * cusum(step)) for step in steps)
    down, up = against_own(z)
    return VolumeScores(
        recent=recent,
        expected=expected,
        before=before,
        weeks=weeks,
        dispersion=spread * (1.0 + share),
        z=z,
        fall=fall,
        rise=rise,
        down=rounded(np.minimum(down, fall)),
        up=rounded(np.minimum(up, rise)),
    )


def rounded(score: Floats) -> Floats:
    """A score as it is compared (D13)."""
    return np.asarray(np.round(score, DIGITS), dtype=np.float64)


def ratio(one: Floats, other: Floats) -> Floats:
    """One over the other, 0 where the other is 0."""
    return np.divide(one, other, out=np.zeros(np.broadcast_shapes(one.shape, other.shape)), where=other > 0)


def against_own(z: Floats) -> tuple[Floats, Floats]:
    """Scores of a fall and of a rise: how far out, in times of the own farthest up to 13 weeks ago.

    A customer that has swung that far before is no news when it does again. The yardstick is never under 1.
    """
    scores = []
    for away in (np.maximum(-np.nan_to_num(z), 0.0), np.maximum(np.nan_to_num(z), 0.0)):
        farthest = np.zeros_like(away)
        farthest[..., WINDOW_WEEKS:] = np.maximum.accumulate(away, axis=-1)[..., :-WINDOW_WEEKS]
        scores.append(away / np.maximum(farthest / OWN_FARTHEST, 1.0))
    return scores[0], scores[1]


def errors(square: Floats, variance: Floats, there: Flags) -> tuple[Floats, Floats]:
    """Squared standardised errors of the predictions of earlier, non-overlapping 13-week sums, and how many.

    Up to 13 weeks ago; older ones fade. Only predictions that were `there` count.
    """
    each = np.where(there, np.minimum(square / np.where(there, variance, 1.0), FARTHEST), 0.0)
    squares, freedom = np.zeros_like(each), np.zeros_like(each)
    for start in range(WINDOW_WEEKS, each.shape[-1], WINDOW_WEEKS):
        here = slice(start, min(start + WINDOW_WEEKS, each.shape[-1]))
        past = slice(start - WINDOW_WEEKS, here.stop - WINDOW_WEEKS)
        squares[..., here] = each[..., past] + MEMORY * squares[..., past]
        freedom[..., here] = there[..., past] + MEMORY * freedom[..., past]
    return squares, freedom


def usual_dispersion(squares: Floats, freedom: Floats) -> Floats:
    """The dispersion over all customers, week by week; 1 before anything is known."""
    return np.asarray((squares.sum(axis=0) + 1.0) / (freedom.sum(axis=0) + 1.0))


@dataclass(frozen=True)
class SizeScores:
    """Customer x week: releases of known size in the 13 weeks and before, and how their mean log size moved.

    `change`: difference of the means of log size; `error`: its standard error, widened by how far earlier
    13-week means lay from their predictions. `z`, `down`, `up` as above.
    """

    recent: Floats
    before: Floats
    change: Floats
    error: Floats
    z: Floats
    down: Floats
    up: Floats


def size_scores(sized: Floats, log_size: Floats, log_size_square: Floats, alive: Floats) -> SizeScores:
    """Score every customer and week by a moderated t of mean log size (Smyth 2004), all customer x week."""
    counted = [each * alive for each in (sized, log_size, log_size_square)]
    n, total, squares = (sums(each, WINDOW_WEEKS) for each in counted)
    n0, total0, squares0 = (sums(each, BASELINE_WEEKS, ago=WINDOW_WEEKS) for each in counted)
    change = ratio(total, n) - ratio(total0, n0)
    within = np.maximum(squares + squares0 - ratio(total**2, n) - ratio(total0**2, n0), 0.0)
    known = np.maximum(n + n0 - 2.0, 0.0)
    shop = np.asarray((within.sum(axis=0) + 1e-9) / (known.sum(axis=0) + 1e-9))
    variance = (within + PRIOR_RELEASES * shop) / (known + PRIOR_RELEASES)
    apart = variance * (ratio(np.ones_like(n), n) + ratio(np.ones_like(n0), n0))
    missed, freedom = errors(change**2, apart, (n >= 2.0) & (n0 >= LEAST_SIZED) & (apart > 0))
    spread = drawn(missed, freedom, usual_dispersion(missed, freedom), weight=PRIOR_SUMS)
    error = np.sqrt(apart * np.maximum(spread, 1.0))
    enough = (n >= LEAST_SIZED) & (n0 >= LEAST_SIZED_BEFORE) & (error > 0)
    z = as_normal(change / np.where(enough, error, 1.0), np.minimum(freedom + PRIOR_SUMS, known + 1.0))
    z = np.where(enough, z, np.nan)
    down, up = map(rounded, against_own(z))
    return SizeScores(n, n0, change, error, z, down, up)
