"""What happens to made-up customers, and what only looks so."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from burnish.simulate.information import KINDS, coin_nats, poisson_nats
from burnish.simulate.parties import parties
from burnish.simulate.plan import plan
from burnish.simulate.planting import planting
from burnish.simulate.world import EVENT_KINDS, World

PLANTED = pl.col("why") != "went elsewhere"


@cache
def planted(size: str = "M", *, rate: float = 1.0, null: str = "") -> World:
    return planting(parties(plan(size, seed=4, end_on=date(2026, 10, 30), plant_rate=rate, null=null)))


@pytest.mark.parametrize(
    ("size", "kind", "times"),
    [("S", "later_payment", 6), ("S", "smaller_lots", 4), ("M", "later_payment", 10),
     ("M", "smaller_lots", 8), ("M", "stop", 4), ("L", "later_payment", 8), ("L", "process_drift", 5)],
)  # fmt: skip
def test_as_much_is_planted_as_the_shop_s_description_says(size, kind, times):
    events = planted(size)["event"].filter(PLANTED, pl.col("kind") == kind)
    assert len(events) in (times - 1, times, times + 1)


def test_every_kind_of_event_and_no_other_is_planted():
    assert set(planted("M")["event"]["kind"]) == set(EVENT_KINDS)
    assert set(KINDS) | {"industry_slump"} == set(EVENT_KINDS)


def test_more_is_planted_when_more_is_asked_for_and_nothing_when_nothing_is():
    usual, more = (len(planted(rate=rate)["event"].filter(PLANTED)) for rate in (1.0, 10.0))
    assert more > 8 * usual
    assert not len(planted(rate=0.0)["event"].filter(PLANTED))


def test_a_customer_is_left_alone_for_a_year_between_two_events():
    events = planted(rate=10.0)["event"].filter(pl.col("company").is_not_null()).sort("company", "t0")
    over = pl.max_horizontal("t1", pl.col("ends_on").fill_null(pl.col("t1")))
    gaps = events.select((pl.col("t0") - over.shift().over("company")).dt.total_days()).to_series()
    assert gaps.drop_nulls().min() >= 7 * 51


def test_nothing_is_planted_early_in_the_history_or_on_new_customers():
    world = planted(rate=10.0)
    events = world["event"].filter(PLANTED, pl.col("company").is_not_null())
    both = events.join(world["company"], on="company")
    assert events["t0"].min() >= world.plan.first + timedelta(weeks=65)
    assert both.select((pl.col("t0") - pl.col("starts_on")).min()).item() >= timedelta(weeks=26)


def test_events_take_their_course_and_a_quarter_comes_suddenly():
    events = planted(rate=10.0)["event"]
    assert events.select(((pl.col("t0") <= pl.col("t50")) & (pl.col("t50") <= pl.col("t1"))).all()).item()
    quick = events.filter(~pl.col("kind").is_in(["stop", "distress"]))
    assert 0.18 < quick["is_sudden"].mean() < 0.33
    lead = events.filter(kind="distress", outcome="orders half or less").select(
        pl.col("outcome_on") - pl.col("t0")
    )
    assert lead.to_series().is_between(timedelta(weeks=3), timedelta(weeks=41)).all()


def test_who_stops_is_gone_for_good_on_the_last_day():
    world = planted()
    stops = world["event"].filter(kind="stop").join(world["company"], on="company", suffix="_of_company")
    assert stops.select((pl.col("t1") == pl.col("ends_on_of_company")).all()).item()
    assert stops["ends_on"].null_count() == len(stops)
    assert (stops["outcome"] == "stops ordering").all()


def test_nothing_happens_any_more_to_who_has_stopped():
    events = planted("M", rate=10.0)["event"].filter(pl.col("company").is_not_null())
    gone = events.filter(kind="stop").select("company", gone="t1")
    assert gone["company"].is_unique().all()
    assert events.join(gone, on="company").filter(pl.col("t0") > pl.col("gone")).is_empty()


def test_events_come_to_customers_of_every_size_in_every_class_of_information():
    events = planted(rate=10.0)["event"].filter(PLANTED, pl.col("company").is_not_null())
    rates = events.join(planted(rate=10.0)["company"], on="company")["per_week"]
    assert rates.quantile(0.1) < 0.25
    assert rates.quantile(0.9) > 1.5
    for least, most in [(0, 3), (3, 9), (9, float("inf"))]:
        assert events["nats"].is_between(least, most, closed="left").mean() > 0.1


def test_a_null_shop_has_neither_events_nor_look_alikes():
    world = planted("S", null="mixed")
    assert world["event"].is_empty()
    assert world["lookalike"].is_empty()


def test_every_innocent_explanation_is_planted():
    assert set(planted("M")["lookalike"]["explanation"]) == {
        "shutdown", "blanket_pause", "season", "one_off", "price_rise", "line_down", "late_deliveries",
        "late_entry", "ap_system_change", "year_end_run", "dispute", "stricter_inspector",
        "incoming_condition", "blanket_split", "part_mix", "cash_discount",
    }  # fmt: skip


def test_information_of_a_stop_is_the_number_of_orders_missed():
    assert poisson_nats(np.full(10, 0.4), np.zeros(10)) == pytest.approx(4.0)


def test_information_of_an_unchanged_chance_is_none():
    assert coin_nats(np.full(10, 3.0), np.full(10, 0.2), 0.2) == pytest.approx(0.0)
