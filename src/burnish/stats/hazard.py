"""How long things stay open: a discrete-time hazard with right-censoring.

Lengths are standardised (from the usual length, in times of the usual spread), so that things of
different habits share one curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from burnish.stats.renewal import Floats, Ints, significant

LOW, HIGH, WIDTH = -4.0, 10.0, 0.25
BINS = int((HIGH - LOW) / WIDTH)
TAIL = 30  # from the first bin with fewer at risk on, all bins share one hazard
MOST_CHANCE = 0.95


@dataclass(frozen=True)
class Hazard:
    """How likely something open ends within the next bin of length.

    Bin j holds lengths from LOW + j × WIDTH; the first and the last also what lies beyond. `rate` is
    -log(1 - chance to end within the bin), `before` its sum over the earlier bins: minus the logarithm of
    the share still open.
    """

    rate: Floats
    before: Floats

    def cumulative(self, length: Floats) -> Floats:
        """Minus the logarithm of the share that stays open for longer."""
        place = np.maximum((length - LOW) / WIDTH, 0.0)
        which = np.minimum(place.astype(np.int64), BINS - 1)
        return np.asarray(self.before[which] + (place - which) * self.rate[which])

    def open_after(self, length: Floats) -> Floats:
        """The share that stays open for longer."""
        return significant(np.exp(-self.cumulative(length)))

    def remaining(self, length: Floats) -> Floats:
        """Mean further length of what has stayed open so long; beyond the last bin that of its end."""
        edges = np.exp(-np.append(self.before, self.before[-1] + self.rate[-1]))
        within = (edges[:-1] - edges[1:]) / np.maximum(self.rate, 1e-12) * WIDTH
        beyond = np.cumsum(within[::-1])[::-1] + edges[-1] * WIDTH / self.rate[-1]
        place = np.clip((length - LOW) / WIDTH, 0.0, BINS - 1.0)
        which = place.astype(np.int64)
        still = np.exp(-self.cumulative(LOW + place * WIDTH))
        passed = (edges[which] - still) / np.maximum(self.rate[which], 1e-12) * WIDTH
        return significant(np.maximum(LOW - length, 0.0) + (beyond[which] - passed) / still)


def fit_hazard(ended: Floats, censored: Floats) -> Hazard:
    """The hazard of standardised lengths; `censored` are the lengths so far of what is still open.

    Life-table estimate: what leaves unended within a bin counts as half at risk in it. Half an ending in
    one at risk is added to each bin.
    """
    ends = np.bincount(bin_of(ended), minlength=BINS).astype(np.float64)
    leaves = np.bincount(bin_of(censored), minlength=BINS).astype(np.float64)
    at_risk = np.cumsum((ends + leaves)[::-1])[::-1] - leaves / 2
    few = np.flatnonzero(at_risk < TAIL)
    tail = int(few[0]) if len(few) else BINS - 1
    ends[tail:], at_risk[tail:] = ends[tail:].sum(), at_risk[tail:].sum()
    rate = significant(-np.log1p(-np.minimum((ends + 0.5) / (at_risk + 1.0), MOST_CHANCE)))
    return Hazard(rate, significant(np.cumsum(rate) - rate))


def bin_of(length: Floats) -> Ints:
    """Number of the bin in which each length lies."""
    return np.clip((length - LOW) / WIDTH, 0, BINS - 1).astype(np.int64)
