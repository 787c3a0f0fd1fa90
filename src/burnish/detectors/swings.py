"""How far scores swing in a set of replicas, and the score at which they spend a share of alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from burnish.stats.cusum import entries
from burnish.stats.renewal import Floats

LOWEST, HIGHEST, HALVINGS = 1.5, 12.0, 14  # no threshold is lower or higher


@dataclass(frozen=True)
class Swings:
    """Scores by track and week of all replicas that swing at all, and the weeks that can alarm.

    `months` are the customer-months of all customers in these replicas, whether they can be judged or not,
    because the budget is the reader's; `judged` are those in which something could be said.
    """

    score: Floats
    at_risk: Floats
    highest: Floats
    months: float
    judged: float

    def spending(self, share: float) -> float:
        """The score over which at most `share` entries per 100 customer-months begin."""
        low, high = LOWEST, HIGHEST
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            low, high = (low, middle) if self.begun(middle) <= share * self.months / 100.0 else (middle, high)
        return high

    def begun(self, threshold: float) -> int:
        """Entries over a threshold within the weeks at risk."""
        over = np.flatnonzero(self.highest > threshold)
        return int((entries(self.score[over], threshold) & (self.at_risk[over] > 0)).sum())
