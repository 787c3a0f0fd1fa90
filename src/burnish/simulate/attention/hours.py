"""When people act: which days and hours, in UTC for a shop in the middle of the United States."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from burnish.simulate.plan import Plan
from burnish.simulate.workdays import weekday

WEEKDAYS = np.array([1.15, 1.2, 1.15, 1.1, 0.9, 0.16, 0.14])  # Monday first
OFFICE_OPENS, OFFICE_HOURS = 13, 10  # 13 to 23 UTC


def busy(days: np.ndarray) -> np.ndarray:
    """How much happens on each day, less on weekends, at Christmas and on the 4th of July."""
    months, of = days.astype("datetime64[M]"), days.astype("datetime64[D]")
    month, number = months.astype("int64") % 12 + 1, (of - months).astype("int64") + 1
    is_off = ((month == 12) & (number >= 24)) | ((month == 1) & (number == 1))
    is_off |= (month == 7) & (number >= 3) & (number <= 5)
    return np.asarray(WEEKDAYS[weekday(days)] * np.where(is_off, 0.25, 1.0))


def instants(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An instant in office hours of each day, most of them around its middle, to the second."""
    seconds = OFFICE_OPENS * 3600 + rng.beta(2, 2.4, len(days)) * OFFICE_HOURS * 3600
    return np.asarray(days.astype("datetime64[us]") + (seconds.astype("int64") * 1_000_000))


def some_days(plan: Plan, count: int, rng: np.random.Generator) -> np.ndarray:
    """Days of the plan, busy ones more often."""
    days = plan.days
    weight = busy(days)
    return np.asarray(days[np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(count))])


def midnight_after(plan: Plan) -> datetime:
    """The end of the last day."""
    return datetime(plan.last.year, plan.last.month, plan.last.day) + timedelta(days=1)
