"""By when to act: working days counted on the shop's own calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

SATURDAY = 5
WORKING_DAYS_TO_ACT = 3  # the next working day and two more


def is_working(working_day: pl.DataFrame) -> Callable[[date], bool]:
    """Ask whether the shop works on a day; past the end of its calendar, Monday to Friday."""
    known = dict(working_day.select("day", pl.col("is_working") == 1).iter_rows())
    return lambda day: known.get(day, day.weekday() < SATURDAY)


def act_by(entry_on: date, as_of: date, works: Callable[[date], bool]) -> date:
    """The third working day after the alarm began, so that it stays put from day to day.

    When that day has passed already, the third working day after `as_of`.
    """
    first = _working_days_after(entry_on, works)
    return first if first >= as_of else _working_days_after(as_of, works)


def _working_days_after(day: date, works: Callable[[date], bool]) -> date:
    left = WORKING_DAYS_TO_ACT
    while left:
        day += timedelta(days=1)
        left -= works(day)
    return day
