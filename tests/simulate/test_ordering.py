"""When made-up customers order, and what."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from burnish.simulate.laws import LAWS, expected_orders
from burnish.simulate.lining import lining
from burnish.simulate.ordering import order_factor, ordering, seeming_factor
from burnish.simulate.parties import parties
from burnish.simulate.plan import plan
from burnish.simulate.planting import planting
from burnish.simulate.sizes import SHOPS
from burnish.simulate.workdays import is_open, later, season_pace
from burnish.simulate.world import World

DAYS = np.arange(np.datetime64("2025-01-01"), np.datetime64("2026-01-01"))


@cache
def ordered(size: str = "S", *, null: str = "", rate: float = 1.0) -> World:
    asked = plan(size, seed=4, end_on=date(2026, 10, 30), null=null, plant_rate=rate)
    world = ordering(planting(parties(asked)))
    return world if null else lining(world)


def revenue(world: World) -> pl.Series:
    lines = world["line"].join(world["order"].select("order", "company"), on="order")
    sums = lines.group_by("company").agg(pl.col("amount").sum())["amount"].sort(descending=True)
    return sums / sums.sum()


@pytest.mark.parametrize("law", LAWS)
def test_gaps_of_every_law_are_one_on_average(law):
    gaps = LAWS[law](np.random.default_rng(1), 200_000)
    assert gaps.mean() == pytest.approx(1.0, abs=0.02)
    assert (gaps >= 0).all()


@pytest.mark.parametrize("season", ["flat", "spring", "fall", "quarter", "auto"])
def test_a_year_of_any_season_has_a_year_of_orders(season):
    pace = season_pace(date(2021, 1, 1), date(2025, 12, 31), season)
    assert pace.mean() == pytest.approx(1.0, abs=0.04)


def test_working_days_later_pass_over_weekends_and_closed_days():
    got = later(np.array(["2026-07-02", "2026-11-25"], dtype="datetime64[D]"), np.array([1, 1]))
    assert got.astype(str).tolist() == ["2026-07-03", "2026-11-30"]
    assert not is_open(np.array(["2026-12-25"], dtype="datetime64[D]"))[0]


@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_orders_and_lines_a_month_are_those_of_the_shop(size):
    world, shop = ordered(size), SHOPS[size]
    months = len(world.plan.days) / 30.44
    assert len(world["order"]) / months == pytest.approx(shop.orders_a_month, rel=0.12)
    assert len(world["line"]) / len(world["order"]) == pytest.approx(shop.lines_per_order, rel=0.03)


@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_revenue_lies_with_few_customers_and_a_part_of_the_lots_at_the_minimum(size):
    world = ordered(size)
    shares, lines = revenue(world), world["line"]
    assert 0.1 < shares[0] < 0.35
    assert 0.6 < shares[:20].sum() < 0.9
    assert 0.12 < lines["at_minimum"].mean() < 0.45
    assert 0.3 < (lines.group_by("part").len()["len"] == 1).mean() < 0.66


def test_amounts_follow_from_price_quantity_and_basis():
    lines = ordered()["line"].filter(~pl.col("at_minimum"))
    units = {"EA": pl.col("quantity"), "LB": pl.col("weight_kg") / 0.45359237, "C": pl.col("quantity") / 100,
             "M": pl.col("quantity") / 1000, "LOT": pl.lit(1)}  # fmt: skip
    for basis, unit in units.items():
        off = lines.filter(basis=basis).select((pl.col("price") * unit - pl.col("amount")).abs().max()).item()
        assert off is None or off <= 0.006


def test_nobody_orders_while_the_shop_is_closed_or_after_having_left():
    world = ordered("M")
    orders = world["order"].join(world["company"], on="company").filter(pl.col("law") != "one_off")
    assert is_open(orders["received_on"].to_numpy()).all()
    assert orders.filter(pl.col("received_on") >= pl.col("ends_on")).is_empty()


def test_one_order_in_eight_has_no_number_and_few_are_keyed_in_late():
    orders = ordered("M")["order"]
    late = (orders["entered_on"] - orders["received_on"]).dt.total_days() > 7
    assert (orders["po_no"] == "").mean() == pytest.approx(0.12, abs=0.01)
    assert 0.01 < late.mean() < 0.05


def test_in_the_null_of_late_entry_one_order_in_ten_is_keyed_in_late():
    orders = ordered(null="late_entry")["order"]
    lag = (orders["entered_on"] - orders["received_on"]).dt.total_days()
    assert (lag > 2).mean() == pytest.approx(0.10, abs=0.02)


def test_in_the_null_of_common_shocks_all_order_less_for_ten_weeks():
    weeks = ordered("M", null="common_shock")["order"].group_by_dynamic("received_on", every="1w")
    ten_weeks = weeks.agg(pl.len())["len"][:-1].cast(pl.Int64).rolling_sum(10)
    assert ten_weeks.min() < 0.8 * ten_weeks.median()


@pytest.mark.parametrize(
    ("null", "least", "most"), [("regular", 0.0, 0.6), ("poisson", 0.8, 1.4), ("batchy", 2.0, 4)]
)
def test_each_null_has_its_own_dispersion(null, least, most):
    world = ordered("M", null=null)
    often = world["company"].filter(pl.col("per_week").is_between(0.8, 3))
    quarter = ((pl.col("received_on") - world.plan.first).dt.total_days() // 91).alias("quarter")
    counts = world["order"].join(often, on="company", how="semi").group_by("company", quarter).len()
    full = (
        counts.filter(pl.col("quarter") < 20)
        .group_by("company")
        .agg(pl.col("len").var() / pl.col("len").mean())
    )
    assert least < full["len"].mean() < most


def test_events_are_enacted():
    world = ordered("M", rate=10.0)
    events = world["event"].filter(kind="fewer_orders", is_sudden=True)
    days = world["order"].join(events.select("company", "t0", "t1"), on="company")
    after = days.filter(
        (pl.col("received_on") >= pl.col("t1")) & (pl.col("received_on") < pl.col("t1") + timedelta(91))
    )
    before = days.filter(
        (pl.col("received_on") < pl.col("t0")) & (pl.col("received_on") >= pl.col("t0") - timedelta(91))
    )
    assert 0.25 < len(after) / len(before) < 0.75


def test_a_drift_brings_parts_of_the_new_process():
    world = ordered("M", rate=10.0)
    event = world["event"].filter(kind="process_drift").sort("nats").row(-1, named=True)
    own = world["order"].filter(company=event["company"]).select("order", "received_on")
    lines = world["line"].join(own, on="order").join(world["part"].select("part", "process"), on="part")
    new = pl.col("process") == event["subject"].split(">")[1]
    shares = (
        lines.group_by(pl.col("received_on") >= event["t1"]).agg(new.mean()).sort("received_on")["process"]
    )
    assert shares[1] > shares[0] + event["size"] / 300


def test_a_program_brings_parts_with_the_specification_of_the_customer_s_customer():
    world = ordered("M")
    event = world["event"].filter(kind="oem_program").row(0, named=True)
    parts = world["part"].filter(company=event["company"], oem=event["subject"])
    new = parts.filter(pl.col("first_on") >= event["t0"])
    assert len(new) >= event["size"] / 2
    assert (new["spec_text"] != "").all()


def test_what_only_seems_so_moves_orders_for_a_while_only():
    shutdown = {"explanation": "shutdown", "from_on": date(2025, 7, 1), "until_on": date(2025, 7, 15)}
    factor = seeming_factor(DAYS, shutdown)
    assert factor[np.flatnonzero(np.datetime64("2025-07-05") == DAYS)] == 0.0
    assert factor[-1] == factor[0] == 1.0


def test_a_full_stop_leaves_no_orders():
    stop = {"kind": "stop", "size": 1.0, "t0": date(2025, 3, 1), "t1": date(2025, 3, 1), "ends_on": None}
    assert order_factor(DAYS, stop)[-1] == 0.0
    assert order_factor(DAYS, stop)[0] == 1.0


def test_pauses_do_not_change_how_much_is_ordered():
    world = ordered("M")
    for row in world["company"].filter(pl.col("ends_on").is_null(), law="blanket").head(3).rows(named=True):
        from_on = max(row["starts_on"], world.plan.first)
        weeks = (world.plan.last - from_on).days / 7
        assert expected_orders(world.plan, row).sum() == pytest.approx(row["per_week"] * weeks, rel=0.1)
