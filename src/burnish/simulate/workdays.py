"""The made-up shop's calendar: on which days it is open, and how work is spread over weeks and years.

Arrays hold one entry per calendar day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Pace = NDArray[np.float64]

WEEKDAY_PACE = np.array([1.25, 1.20, 1.00, 0.85, 0.70, 0.0, 0.0])  # receipts peak Monday and Tuesday
MONTH_PACE = {  # January to December
    "flat": np.array([1.0, 1.0, 1.05, 1.0, 1.0, 1.0, 0.95, 1.0, 1.05, 1.05, 0.95, 0.9]),
    "spring": np.array([0.85, 1.05, 1.3, 1.35, 1.35, 1.2, 0.9, 0.85, 0.9, 0.85, 0.75, 0.65]),
    "fall": np.array([0.9, 0.9, 0.95, 0.95, 1.0, 1.05, 1.0, 1.1, 1.25, 1.25, 0.95, 0.7]),
    "quarter": np.array([0.9, 0.95, 1.2, 0.9, 0.95, 1.2, 0.85, 0.95, 1.2, 0.9, 0.95, 1.1]),
    "auto": np.array([1.0, 1.05, 1.05, 1.05, 1.05, 0.95, 0.7, 1.05, 1.1, 1.1, 1.0, 0.85]),
}


def weekday(days: Days) -> NDArray[np.int64]:
    """0 for Monday."""
    return np.asarray((days.astype("datetime64[D]").astype("int64") + 3) % 7)  # 1970-01-01 was a Thursday


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def closed_days(year: int) -> list[date]:
    """Days on which the shop stands still: public holidays and the days between Christmas and New Year."""
    memorial = max(nth_weekday(year, 5, 0, nth) for nth in (4, 5) if nth_weekday(year, 5, 0, nth).month == 5)
    thanksgiving = nth_weekday(year, 11, 3, 4)
    named = [
        memorial,
        date(year, 7, 4),
        nth_weekday(year, 9, 0, 1),
        thanksgiving,
        thanksgiving + timedelta(1),
    ]
    return [*named, date(year, 1, 1), *(date(year, 12, day) for day in range(24, 32))]


def is_open(days: Days) -> NDArray[np.bool_]:
    """Working days of the shop: Monday to Friday without closed days."""
    if not len(days):
        return np.zeros(0, dtype=bool)
    years = range(days.min().item().year, days.max().item().year + 1)
    closed = np.array([day for year in years for day in closed_days(year)], dtype="datetime64[D]")
    return np.asarray(np.is_busday(days) & ~np.isin(days, closed))


@lru_cache(maxsize=32)
def season_pace(first: date, last: date, season: str) -> Pace:
    """Share of a usual calendar day per day from `first` to `last`; a whole year has mean 1."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    month = days.astype("datetime64[M]").astype("int64") % 12
    day_of_month = (days - days.astype("datetime64[M]")).astype("int64") + 1
    early_july = np.where((month == 6) & (day_of_month <= 7), 0.3, 1.0)
    pace = WEEKDAY_PACE[weekday(days)] * MONTH_PACE[season][month] * early_july * is_open(days)
    pace = pace / 0.672  # 5 of 7 days, less holidays and early July
    pace.setflags(write=False)
    return np.asarray(pace)


def later(days: Days, counts: NDArray[np.int64]) -> Days:
    """The working day that lies so many working days after each day; 0: the day or the next working day."""
    if not len(days):
        return days
    every = np.arange(days.min(), days.max() + 30 + 2 * int(counts.max()))
    open_days = every[is_open(every)]
    return np.asarray(open_days[np.searchsorted(open_days, days) + counts])
