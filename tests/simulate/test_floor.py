from itertools import pairwise

import numpy as np
import polars as pl
from hand_made import END_ON, lookalike, ordered, rows

from burnish.simulate.chance import Chance, Owners
from burnish.simulate.floor import floor

HALF_A_YEAR_AGO = END_ON.replace(month=5, day=18)


def on_time(world) -> float:
    sent = world["shipment"].join(world["order"].select("order", "due_on"), on="order")
    return (sent["on"] <= sent["due_on"]).mean()


def test_every_line_becomes_lots_of_all_its_pieces():
    world = floor(ordered())
    pieces = world["lot"].group_by("line").agg(pl.sum("quantity"))
    lines = world["line"].select("line", ordered="quantity").join(pieces, on="line")
    assert len(lines) == len(world["line"])
    assert (lines["ordered"] == lines["quantity"]).all()


def test_lots_are_split_into_loads_that_take_their_hours():
    world = floor(ordered())
    lots = world["lot"].join(world["resource"].select("resource", "loads_per_hour"), on="resource")
    assert (lots["loads"] == (lots["quantity"] / 50).ceil()).all()
    assert np.allclose(lots["hours"], lots["loads"] / lots["loads_per_hour"], atol=0.006)


def test_days_follow_each_other_from_receipt_to_truck():
    world = floor(ordered())
    lots = world["lot"].join(world["shipment"].select("lot", "order", "on"), on="lot")
    seen = lots.join(world["order"].select("order", "received_on"), on="order")
    in_order = [seen["received_on"], seen["started_on"], seen["finished_on"], seen["on"]]
    assert all((early <= late).all() for early, late in pairwise(in_order))
    assert seen["on"].max() <= world.plan.last


def test_most_lots_are_on_time_and_some_are_not():
    assert 0.8 <= on_time(floor(ordered("M", companies=60))) <= 0.97


def test_a_line_that_is_down_ships_late_meanwhile():
    world = ordered("M", companies=60)
    down = lookalike("line_down", None, HALF_A_YEAR_AGO, HALF_A_YEAR_AGO.replace(month=6)) | {
        "why": "ZN_RACK"
    }
    planted = world.with_tables(lookalike=rows("lookalike", [down]))
    assert on_time(floor(planted)) < on_time(floor(world)) - 0.01


def test_late_deliveries_are_late_for_their_customer_only():
    world = ordered(companies=20)
    late = lookalike("late_deliveries", 7, world.plan.first, world.plan.last)
    usual, planted = floor(world), floor(world.with_tables(lookalike=rows("lookalike", [late])))
    slower = (
        usual["shipment"]
        .join(planted["shipment"], on=["lot", "quantity"])
        .filter(pl.col("on_right") > pl.col("on"))
    )
    assert set(slower["company"]) == {7}


def test_capacity_has_every_line_on_every_working_day_and_is_mostly_enough():
    world = floor(ordered())
    hours = world["capacity"].group_by("resource").agg(pl.sum("hours_available"), pl.len())
    used = world["lot"].drop_nulls("finished_on").group_by("resource").agg(pl.sum("hours"))
    share = hours.join(used, on="resource").select(pl.col("hours") / pl.col("hours_available")).to_series()
    assert (hours["len"] >= 245).all()
    assert share.is_between(0.4, 0.95).all()


def test_who_does_not_rotate_mostly_sees_one_line():
    world = floor(ordered("M", companies=60))
    seen = world["lot"].group_by("inspector", "resource").len()
    main = seen.group_by("inspector").agg(share=pl.max("len") / pl.sum("len")).sort("inspector")["share"]
    assert main[2] > main[1]


def test_a_customers_new_order_moves_nobody_elses_chance():
    chance = Chance.of(ordered(companies=1).plan, "any")
    few, more = chance.even([1, 1, 2], [0, 1, 0]), chance.even([1, 1, 1, 2], [0, 1, 2, 0])
    assert few[2] == more[3]
    assert 0.49 < chance.even(np.arange(100_000)).mean() < 0.51


def test_normal_chance_has_mean_0_and_spread_1():
    drawn = Chance.of(ordered(companies=1).plan, "any").normal(np.arange(200_000))
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 1) < 0.01


def test_rows_of_an_owner_lie_together():
    owners = Owners(np.array([3, 3, 5, 9]))
    assert owners.rows(3) == slice(0, 2)
    assert owners.places().tolist() == [0, 1, 0, 0]


def test_equal_plans_give_equal_floors():
    first, second = floor(ordered()), floor(ordered())
    assert all(first[name].equals(second[name]) for name in ("lot", "shipment", "capacity", "resource"))


def test_without_orders_there_is_nothing_on_the_floor():
    assert floor(ordered(companies=2, per_week=0.0))["lot"].is_empty()
