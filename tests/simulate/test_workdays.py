"""The made-up shop's calendar."""

from datetime import date

import numpy as np

from burnish.simulate.paying import tenth_or_25th
from burnish.simulate.workdays import closed_days, season_pace


def test_holidays_fall_on_their_published_days():
    closed = set(closed_days(2026))
    assert {date(2026, 5, 25), date(2026, 7, 4), date(2026, 9, 7), date(2026, 11, 26)} <= closed
    assert date(2026, 12, 28) in closed
    assert date(2026, 12, 23) not in closed


def test_spring_trades_peak_in_april():
    first, last = date(2023, 1, 1), date(2025, 12, 31)
    month = np.arange(np.datetime64(first), np.datetime64(last) + 1).astype("datetime64[M]").astype(int) % 12
    spring = season_pace(first, last, "spring")
    assert spring[month == 3].sum() > 1.8 * spring[month == 11].sum()


def test_two_runs_a_month_are_the_tenth_and_the_twenty_fifth():
    ready = np.array(["2025-12-10", "2025-12-11", "2025-12-26"], dtype="datetime64[D]")
    assert tenth_or_25th(ready).tolist() == [date(2025, 12, 10), date(2025, 12, 25), date(2026, 1, 10)]
