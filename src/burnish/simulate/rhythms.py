"""When a customer orders: renewals of several laws on a clock that only runs while work comes in."""

from __future__ import annotations

from collections.abc import Callable
from math import gamma

import numpy as np
from numpy.typing import NDArray

from burnish.simulate.days import Days, Pace

Gaps = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Gaps]


def clockwork(rng: np.random.Generator, size: int) -> Gaps:
    """Gaps of mean 1, never far from it."""
    return rng.uniform(0.85, 1.15, size)


def steady(rng: np.random.Generator, size: int) -> Gaps:
    """Log-normal gaps of mean 1 and variation about 40 %."""
    return np.exp(rng.normal(-0.08, 0.4, size))


def loose(rng: np.random.Generator, size: int) -> Gaps:
    """Weibull gaps of mean 1, a little wilder than chance."""
    return rng.weibull(0.95, size) / gamma(1 + 1 / 0.95)


def clumpy(rng: np.random.Generator, size: int) -> Gaps:
    """Mean 1 again, but a third of the orders follow at once and the rest wait longer."""
    follow, soon = 0.35, 0.15
    late = (1 - follow * soon) / (1 - follow)
    return rng.exponential(np.where(rng.random(size) < follow, soon, late))


LAWS: dict[str, Draw] = {"clockwork": clockwork, "steady": steady, "loose": loose, "clumpy": clumpy}


def drifting(pace: Pace, rng: np.random.Generator, *, per_quarter: float = 0.07) -> Pace:
    """The pace times a slow random walk: business waxes and wanes without meaning anything."""
    knots = np.cumsum(rng.normal(0, per_quarter, len(pace) // 91 + 2))
    walk = np.interp(np.arange(len(pace)) / 91, np.arange(len(knots)), knots - knots.mean())
    return np.asarray(pace * np.exp(walk))


def order_days(
    days: Days, pace: Pace, law: str, rng: np.random.Generator, *, per_working_week: float
) -> Days:
    """The days of one customer's orders, oldest first; a day stands twice where two orders came in.

    `pace` is the share of a usual working day per calendar day; days of pace 0 get no order.
    """
    clock = np.cumsum(pace) / 5
    most = int(clock[-1] * per_working_week * 2) + 20
    gaps = LAWS[law](rng, most) / per_working_week
    gaps[0] *= rng.random()
    moments = np.cumsum(gaps)
    return np.asarray(days[np.searchsorted(clock, moments[moments <= clock[-1]])])
