"""How customers order when nothing happens: laws of the gaps between orders, and pauses that belong to them.

Gaps are drawn on a clock that runs as fast as orders are expected, so that their mean is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import gamma
from typing import Any

import numpy as np

from burnish.simulate.plan import Plan
from burnish.simulate.workdays import Days, Pace, season_pace

Gaps = np.ndarray
Company = Mapping[str, Any]
Window = tuple[np.datetime64, np.datetime64]


def regular(rng: np.random.Generator, size: int) -> Gaps:
    """Gaps that vary by 22 to 50 % of their mean, as a customer does all its life."""
    shape = rng.uniform(4, 20)
    return rng.gamma(shape, 1 / shape, size)


def poisson(rng: np.random.Generator, size: int) -> Gaps:
    """Pure chance."""
    return rng.exponential(1.0, size)


def batchy(rng: np.random.Generator, size: int) -> Gaps:
    """Half of the orders follow at once, the others wait longer."""
    follow, soon = 0.5, 0.1
    return rng.exponential(np.where(rng.random(size) < follow, soon, (1 - follow * soon) / (1 - follow)))


def lumpy(rng: np.random.Generator, size: int) -> Gaps:
    """A heavy tail: Weibull of shape .6."""
    return rng.weibull(0.6, size) / gamma(1 + 1 / 0.6)


LAWS: dict[str, Callable[[np.random.Generator, int], Gaps]] = {
    "regular": regular, "poisson": poisson, "batchy": batchy, "lumpy": lumpy, "blanket": regular,
    "seasonal": poisson, "drift": poisson, "one_off": poisson,
}  # fmt: skip


def order_days(days: Days, expected: Pace, law: str, rng: np.random.Generator) -> Days:
    """The days of one customer's orders, oldest first; a day stands twice where two came in.

    `expected` is the expected number of orders on each of the `days`; days of 0 get none.
    """
    clock = np.cumsum(expected)
    gaps = LAWS[law](rng, int(clock[-1] * 1.2) + 20)
    gaps[0] *= rng.random()
    moments = np.cumsum(gaps)
    while moments[-1] <= clock[-1]:
        moments = np.append(moments, moments[-1] + np.cumsum(LAWS[law](rng, 50)))
    return np.asarray(days[np.searchsorted(clock, moments[moments <= clock[-1]])])


def pauses(plan: Plan, company: Company) -> list[Window]:
    """When a customer with call-offs of a blanket order, or with a dead season, orders nothing.

    A null of seasons has strong seasons only, those of the year's months, and none that are dead.
    """
    rng = plan.stream("pauses", int(company["company"]))
    first, last = np.datetime64(plan.first) - 200, np.datetime64(plan.last)
    if company["law"] == "blanket":
        return list(call_off_pauses(first, last, rng))
    if company["law"] == "seasonal" and plan.null != "seasonal":
        begins, weeks = int(rng.integers(300, 345)), int(rng.integers(9, 17))
        years = np.arange(first.astype("datetime64[Y]"), last.astype("datetime64[Y]") + 1)
        starts = [year.astype("datetime64[D]") + begins + int(rng.integers(-6, 7)) for year in years]
        return [(start, start + 7 * weeks) for start in starts]
    return []


def call_off_pauses(first: np.datetime64, last: np.datetime64, rng: np.random.Generator) -> list[Window]:
    """Pauses of one customer's usual length between call-offs of its usual length, give or take a week."""
    on, off, windows = int(rng.integers(8, 17)), int(rng.integers(4, 12)), []
    day = first + int(rng.integers(0, 120))
    while day < last:
        until = day + 7 * max(off + int(rng.integers(-1, 2)), 2)
        windows.append((day, until))
        day = until + 7 * max(on + int(rng.integers(-2, 3)), 4)
    return windows


def expected_orders(plan: Plan, company: Company) -> Pace:
    """Expected orders per calendar day of the history while the customer is one and nothing happens."""
    days = plan.days
    pace = season_pace(plan.first, plan.last, company["season"]) * (company["per_week"] / 7)
    windows = pauses(plan, company)
    if windows:
        free = np.ones(len(days))
        for start, end in windows:
            free[(days >= start) & (days < end)] = 0.0
        pace = pace * free / max(float((free * pace).sum() / pace.sum()), 0.2)
    return np.where(days >= np.datetime64(company["starts_on"]), pace, 0.0)
