from datetime import date

import numpy as np
import pytest

from burnish.simulate.days import (
    Span,
    closed_days,
    is_open,
    pace,
    working_day_on_or_after,
    working_days_later,
)
from burnish.simulate.money import twice_a_month
from burnish.simulate.rhythms import LAWS, order_days

SPAN = Span(date(2023, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize("law", LAWS)
def test_every_law_has_a_mean_gap_of_one(law: str) -> None:
    assert LAWS[law](np.random.default_rng(1), 200_000).mean() == pytest.approx(1, abs=0.015)


@pytest.mark.parametrize("law", LAWS)
def test_orders_come_at_the_asked_rate_and_only_on_days_with_work(law: str) -> None:
    days, rng = SPAN.days, np.random.default_rng(2)
    flat = is_open(days).astype("float64")
    ordered = order_days(days, flat, law, rng, per_working_week=2.0)
    assert len(ordered) == pytest.approx(2.0 * flat.sum() / 5, rel=0.15)
    assert is_open(ordered).all()
    assert (np.diff(ordered) >= np.timedelta64(0)).all()


def test_holidays_fall_on_their_published_days() -> None:
    closed = set(closed_days(2026))
    assert {date(2026, 5, 25), date(2026, 7, 4), date(2026, 9, 7), date(2026, 11, 26)} <= closed
    assert date(2026, 12, 28) in closed
    assert date(2026, 12, 23) not in closed


def test_spring_trades_peak_in_april() -> None:
    days = SPAN.days
    april, december = (days.astype("datetime64[M]").astype(int) % 12 == month for month in (3, 11))
    spring = pace(days, "spring")
    assert spring[april].sum() > 1.8 * spring[december].sum()


def test_working_days_are_counted_over_a_weekend() -> None:
    friday = np.array(["2025-03-14"], dtype="datetime64[D]")
    assert working_days_later(friday, np.array([1]))[0].item() == date(2025, 3, 17)
    assert working_day_on_or_after(friday + 1)[0].item() == date(2025, 3, 17)


def test_two_runs_a_month_are_the_tenth_and_the_twenty_fifth() -> None:
    ready = np.array(["2025-12-10", "2025-12-11", "2025-12-26"], dtype="datetime64[D]")
    assert twice_a_month(ready).tolist() == [date(2025, 12, 10), date(2025, 12, 25), date(2026, 1, 10)]
