"""Scores that are followed week by week: running sums of evidence, and the weeks in which an alarm begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from burnish.stats.renewal import Floats

CALM_WEEKS = 13
Flags = NDArray[np.bool_]


def llr(count: Floats, mean: Floats, dispersion: Floats, *, times: float) -> Floats:
    """Log-likelihood ratio of a count: `times` the mean against the mean, in nats.

    Poisson's, divided by the dispersion, so that clumped orders weigh what they are worth.
    """
    return np.asarray((count * np.log(times) + mean * (1.0 - times)) / dispersion)


def cusum(step: Floats) -> Floats:
    """Running sum along the last axis that never falls below 0 (Page 1954). Missing steps add nothing."""
    total = np.cumsum(np.nan_to_num(step), axis=-1)
    lowest = np.minimum(np.minimum.accumulate(total, axis=-1), 0.0)
    return np.asarray(total - lowest)


def entries(score: Floats, threshold: float, *, calm_weeks: int = CALM_WEEKS) -> Flags:
    """Where an alarm begins: the score lies over the threshold for the first time, or again after a calm.

    A calm is `calm_weeks` weeks in a row below half the threshold. Weeks along the last axis; a missing
    score is below every threshold.
    """
    known = np.nan_to_num(score, nan=-np.inf)
    over, calm = known > threshold, 2.0 * known < threshold
    weeks = score.shape[-1]
    week = np.broadcast_to(np.arange(weeks), score.shape)
    restless = np.maximum.accumulate(np.where(calm, -1, week), axis=-1)
    rested = week - restless >= calm_weeks  # up to this week, calm for so long
    began = np.zeros(score.shape, dtype=np.bool_)
    armed = np.ones(score.shape[:-1], dtype=np.bool_)
    for each in range(weeks):
        armed |= rested[..., each]
        began[..., each] = over[..., each] & armed
        armed &= ~over[..., each]
    return began
