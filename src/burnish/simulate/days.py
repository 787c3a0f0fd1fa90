"""The made-up shop's calendar: on which days parts come in, and how many.

Arrays hold one entry per calendar day from the first day to the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Pace = NDArray[np.float64]

WEEKDAY_PACE = np.array([1.25, 1.20, 1.00, 0.85, 0.70, 0.0, 0.0])  # receipts peak Monday and Tuesday
MONTH_PACE = {  # January to December
    "flat": np.array([1.0, 1.0, 1.05, 1.0, 1.0, 1.0, 0.95, 1.0, 1.05, 1.05, 0.95, 0.9]),
    "spring": np.array([0.85, 1.05, 1.3, 1.35, 1.35, 1.2, 0.9, 0.85, 0.9, 0.85, 0.75, 0.65]),
    "quarter": np.array([0.9, 0.95, 1.2, 0.9, 0.95, 1.2, 0.85, 0.95, 1.2, 0.9, 0.95, 1.1]),
    "auto": np.array([1.0, 1.05, 1.05, 1.05, 1.05, 0.95, 0.7, 1.05, 1.1, 1.1, 1.0, 0.85]),
}


@dataclass(frozen=True)
class Span:
    """The days a history covers, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> Days:
        """Every calendar day of the span."""
        return np.arange(np.datetime64(self.first), np.datetime64(self.last) + 1)

    def part(self, share: float) -> date:
        """The day after so large a part (0 to 1) of the span."""
        return self.first + timedelta(days=int(share * (self.last - self.first).days))


def span(end_on: date, years: int) -> Span:
    """The last `years` years up to and including `end_on`."""
    return Span(end_on - timedelta(days=round(365.25 * years)) + timedelta(days=1), end_on)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def closed_days(year: int) -> list[date]:
    """Days on which the plant stands still: public holidays and the days between Christmas and New Year."""
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
    """Working days of the plant: Monday to Friday without closed days."""
    years = range(days[0].item().year, days[-1].item().year + 1)
    closed = np.array([day for year in years for day in closed_days(year)], dtype="datetime64[D]")
    return np.is_busday(days) & ~np.isin(days, closed)


def pace(days: Days, season: str) -> Pace:
    """Receipts per day as a share of a usual working day: weekday, month, shutdown of early July."""
    weekday = (days.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    month = days.astype("datetime64[M]").astype("int64") % 12
    day_of_month = (days - days.astype("datetime64[M]")).astype("int64") + 1
    shutdown = np.where((month == 6) & (day_of_month <= 7), 0.3, 1.0)
    return np.asarray(WEEKDAY_PACE[weekday] * MONTH_PACE[season][month] * shutdown * is_open(days))


def working_day_on_or_after(days: Days) -> Days:
    """Each day, or the next working day where it is none."""
    if not len(days):
        return days
    every = np.arange(days.min(), days.max() + 15)
    open_days = every[is_open(every)]
    return np.asarray(open_days[np.searchsorted(open_days, days)])


def working_days_later(days: Days, counts: NDArray[np.int64]) -> Days:
    """The day that lies so many working days after each day."""
    if not len(days):
        return days
    every = np.arange(days.min(), days.max() + 30 + 3 * int(counts.max()))
    open_days = every[is_open(every)]
    return np.asarray(open_days[np.searchsorted(open_days, days) + counts])


def as_dates(days: Days) -> list[date]:
    """The days as Python dates."""
    dates: list[date] = days.astype(object).tolist()
    return dates
