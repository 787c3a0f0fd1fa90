"""When customers order: their own law, the season, shared ups and downs, and whatever is planted for them."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from burnish.simulate.laws import expected_orders, order_days
from burnish.simulate.plan import Plan
from burnish.simulate.workdays import Days, Pace, later
from burnish.simulate.world import World, intensity

ORDERS_APART = 10_000_000  # order keys between blocks
NUMBERS_APART = 1_000_000  # order numbers between blocks
KEYED_LATE = 0.025  # of the orders, by two weeks and more
WITHOUT_PO, RUSH = 0.12, 0.05
Row = dict[str, Any]


def ordering(world: World) -> World:
    """The world with its orders, in the order in which they came in."""
    plan = world.plan
    events, seemed = by_company(world["event"]), by_company(world["lookalike"])
    slumps = world["event"].filter(kind="industry_slump").rows(named=True)
    shops_own = world["lookalike"].filter(pl.col("company").is_null()).rows(named=True)
    shared = shared_pace(plan, shops_own)
    received: list[Days] = []
    companies = [row for row in world["company"].rows(named=True) if orders_here(plan, row)]
    for row in companies:
        own = [
            *events.get(row["company"], []),
            *(each for each in slumps if each["subject"] == row["industry"]),
        ]
        received.append(days_of(plan, row, own, seemed.get(row["company"], []), shared))
    return world.with_tables(order=order_table(world, companies, received))


def by_company(rows: pl.DataFrame) -> dict[int, list[Row]]:
    """Rows of each company."""
    found: dict[int, list[Row]] = {}
    for row in rows.filter(pl.col("company").is_not_null()).iter_rows(named=True):
        found.setdefault(row["company"], []).append(row)
    return found


def orders_here(plan: Plan, row: Row) -> bool:
    """Whether the company is a customer at any time of the history."""
    return row["starts_on"] <= plan.last and (row["ends_on"] is None or row["ends_on"] >= plan.first)


def shared_pace(plan: Plan, shops_own: list[Row]) -> Pace:
    """What moves all customers together: a slow common walk, shocks, the shop's own price rises."""
    days, rng = plan.days, plan.at_block(0).stream("shared")
    pace = np.ones(len(days)) if plan.null else walk(rng, len(days), per_quarter=0.025)
    for start in shocks(plan, rng):
        pace[start : start + 70] *= 0.6 if plan.null else 0.85
    for row in shops_own:
        if row["explanation"] == "price_rise":
            rise = np.datetime64(row["from_on"])
            pace[(days >= rise - 28) & (days < rise)] *= 1.12
            pace[(days >= rise) & (days < np.datetime64(row["until_on"]))] *= 0.85
    return pace


def shocks(plan: Plan, rng: np.random.Generator) -> list[int]:
    """Days from the start on which all begin to order less for ten weeks.

    That is rare and mild, but in a null of common shocks it comes four times in ten years.
    """
    years = len(plan.days) / 365.25
    many = max(round(0.4 * years), 1) if plan.null == "common_shock" else 0
    many = many if plan.null else int(0.2 * years + rng.random())
    cut = np.linspace(60, len(plan.days) - 80, many + 1)
    return [int(rng.uniform(start, max(start + 1, end - 70))) for start, end in pairwise(cut)]


def walk(rng: np.random.Generator, size: int, *, per_quarter: float) -> Pace:
    """A slow random walk around 1 that means nothing."""
    knots = np.cumsum(rng.normal(0, per_quarter, size // 91 + 2))
    return np.asarray(np.exp(np.interp(np.arange(size) / 91, np.arange(len(knots)), knots - knots.mean())))


def days_of(plan: Plan, row: Row, events: list[Row], seemed: list[Row], shared: Pace) -> Days:
    """The days of one customer's orders."""
    rng, days = plan.stream("ordering", row["company"]), plan.days
    if row["law"] == "one_off":
        day = np.datetime64(row["starts_on"]) + np.array([0, int(rng.integers(8, 60))])
        return day[: 1 + int(rng.random() < 0.3)]
    pace = expected_orders(plan, row) * shared * own_walk(plan, row["law"], rng, len(days))
    for event in events:
        pace = pace * order_factor(days, event)
    for each in seemed:
        pace = pace * seeming_factor(days, each)
    if row["ends_on"] is not None:
        pace = np.where(days < np.datetime64(row["ends_on"]), pace, 0.0)
    return order_days(days, pace, row["law"], rng)


def own_walk(plan: Plan, law: str, rng: np.random.Generator, size: int) -> Pace:
    """Business waxes and wanes: hardly, or much where that is the customer's law."""
    per_quarter = 0.13 if law == "drift" else 0.0 if plan.null else 0.03
    return walk(rng, size, per_quarter=per_quarter)


def order_factor(days: Days, event: Row) -> Pace:
    """What an event makes of the usual orders on each day."""
    far = intensity(days, t0=event["t0"], t1=event["t1"], ends_on=event["ends_on"])
    share = {
        "stop": -1.0, "fewer_orders": -event["size"] / 100, "distress": -event["size"] / 100,
        "industry_slump": -event["size"] / 100, "more_orders": event["size"] / 100,
    }.get(event["kind"], 0.0)  # fmt: skip
    return np.asarray(1 + share * far)


def seeming_factor(days: Days, each: Row) -> Pace:
    """What a look-alike makes of the orders of a customer on each day."""
    start, end = np.datetime64(each["from_on"]), np.datetime64(each["until_on"])
    within = (days >= start) & (days < end)
    match each["explanation"]:
        case "shutdown":
            before = (days >= start - 14) & (days < start)
            return np.where(within, 0.0, np.where(before, 1.5, 1.0))
        case "line_down":
            after = (days >= end) & (days < end + 21)
            return np.where(within, 0.45, np.where(after, 1.3, 1.0))
        case "late_deliveries":
            hurt = (days >= start + 21) & (days < end + 28)
            return np.where(hurt, 0.65, 1.0)
        case "blanket_split":
            return np.where(within, split_into(each), 1.0)
    return np.ones(1)


def split_into(each: Row) -> float:
    """How many releases one becomes when a blanket order is split: 1.6 to 3."""
    return 1.6 + (each["lookalike"] * 37 % 15) / 10


def order_table(world: World, companies: list[Row], received: list[Days]) -> pl.DataFrame:
    """All orders as a table, numbered as they came in; the shop's own number as they were keyed in."""
    plan = world.plan
    rng = plan.stream("orders")
    many = np.array([len(each) for each in received], dtype=np.int64)
    day = np.concatenate([*received, np.zeros(0, "datetime64[D]")])
    which = np.repeat(np.arange(len(companies)), many)
    count = np.concatenate([*(np.arange(each) for each in many), np.zeros(0, np.int64)])
    at = np.lexsort((rng.random(len(day)), day))
    day, which, count = day[at], which[at], count[at]
    entered = keyed_in(plan, world["lookalike"], day, rng)
    company = np.array([row["company"] for row in companies], dtype=np.int64)[which]
    blanket = np.array([row["law"] == "blanket" for row in companies], dtype=bool)[which]
    rush = rng.random(len(day)) < RUSH
    wait = np.where(rush, rng.integers(1, 4, len(day)), rng.integers(4, 13, len(day)))
    keyed = np.empty(len(day), dtype=np.int64)
    keyed[np.lexsort((np.arange(len(day)), entered))] = np.arange(len(day))
    orders = pl.DataFrame({
        "order": plan.block * ORDERS_APART + 1 + np.arange(len(day)), "company": company,
        "order_no": 100_001 + plan.block * NUMBERS_APART + keyed, "count": count, "received_on": day,
        "entered_on": entered, "due_on": later(day, wait), "is_blanket": blanket, "is_rush": rush,
        "draw": rng.random(len(day)), "without": rng.random(len(day)) < WITHOUT_PO,
    })  # fmt: skip
    return with_people(with_sites(with_po(orders), world), world).sort("order")


def keyed_in(plan: Plan, lookalike: pl.DataFrame, day: Days, rng: np.random.Generator) -> Days:
    """When orders were entered: at once, the next working day, or much later."""
    lag = np.where(rng.random(len(day)) < 0.12, 1, 0)
    share, mean = (0.10, 20) if plan.null == "late_entry" else (0.0 if plan.null else KEYED_LATE, 14)
    forgotten = rng.random(len(day)) < share
    lag = np.where(forgotten, np.ceil(rng.exponential(mean * 5 / 7, len(day))).astype(np.int64), lag)
    for row in lookalike.filter(explanation="late_entry").iter_rows(named=True):
        within = (day >= np.datetime64(row["from_on"])) & (day < np.datetime64(row["until_on"]))
        lag = np.where(within, 12 + rng.integers(0, 5, len(day)), lag)
    return later(day, np.minimum(lag, 120))


def with_po(orders: pl.DataFrame) -> pl.DataFrame:
    """Purchase orders in each customer's manner; one in eight has none, call-offs bear their blanket's."""
    number = 40_000 + pl.col("company") * 211 % 50_000 + pl.col("count")
    year = pl.col("received_on").dt.year()
    blanket = pl.format("BL{}-{}", 1000 + pl.col("company") % 9000, year)
    manner = pl.col("company") % 4
    text = (
        pl.when("is_blanket").then(blanket)
        .when(manner == 0).then(pl.format("PO{}", number))
        .when(manner == 1).then(pl.format("{}", number))
        .when(manner == 2).then(pl.format("P{}-{}", year % 100, number))
        .otherwise(pl.format("4500{}", number + 300_000))
    )  # fmt: skip
    verbal = pl.col("draw") < 0.02
    written = pl.when("without").then(pl.lit("")).when(verbal).then(pl.lit("VERBAL")).otherwise(text)
    return orders.with_columns(po_no=written, order_no=pl.col("order_no").cast(pl.String))


def with_sites(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """The site an order is for: mostly the main one."""
    sites = world["site"].group_by("company", maintain_order=True).agg(sites=pl.col("site"))
    joined = orders.join(sites, on="company", how="left", maintain_order="left")
    place = (pl.col("draw") ** 2 * pl.col("sites").list.len()).floor().cast(pl.Int64)
    return joined.with_columns(site=pl.col("sites").list.get(place)).drop("sites")


def with_people(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """Who ordered: a buyer, else an owner, else anybody there on that day; null where nobody was."""
    staff = world["job"].with_columns(
        until=pl.col("until_on").fill_null(world.plan.last + timedelta(days=1)),
        turn=pl.col("role").replace_strict({"buyer": 0, "owner": 1}, default=2),
    )
    pairs = orders.select("order", "company", "received_on").join(staff, on="company", how="inner")
    there = (pl.col("received_on") >= pl.col("from_on")) & (pl.col("received_on") <= pl.col("until"))
    first = pairs.filter(there).sort("order", "turn", "from_on", "person").unique("order", keep="first")
    return orders.join(first.select("order", "person"), on="order", how="left", maintain_order="left")
