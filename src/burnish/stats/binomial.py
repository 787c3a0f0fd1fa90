"""Counts out of a number of trials."""

from __future__ import annotations

import numpy as np
from scipy import stats

from burnish.stats.renewal import significant


def at_least(count: int, trials: int, share: float) -> float:
    """P(`count` or more of `trials` come true) when each does with probability `share`."""
    return float(significant(np.array(stats.binom.sf(count - 1, trials, share))))
