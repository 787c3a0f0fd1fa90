"""The floor: lines with so many hours a day, lots that queue for them, what is shipped and when.

Lots wait in the order in which they came, rush first, so a line that gets more than it can do ships late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from burnish.simulate.chance import Chance, Days, Floats, Ints, OpenDays, Owners
from burnish.simulate.sizes import PROCESSES
from burnish.simulate.workdays import is_open, weekday
from burnish.simulate.world import SCHEMAS, World, empty

SHIFT_HOURS = 7.5
LOAD_UNITS = {  # what a line's load is called, by a word of its name
    "barrel": "barrel load", "rack": "rack", "Powder": "cart", "Paint": "cart", "E-coat": "rack",
    "Phosphate": "basket", "oxide": "basket", "Anodize": "rack", "Blast": "cart", "Passivation": "basket",
}  # fmt: skip
TWO_LINES_FROM = 0.45  # share of the shop's loads from which a process has two lines
INCOMING = {"S": 0.065, "M": 0.034, "L": 0.02}  # lots that come in poor condition
CONDITIONS = ("RST", "WLD", "OIL", "ALY")
DOWN = 0.4  # of the hours that a line runs while it is planted to be down
TAIL_DAYS = 300  # days after the last one in which the queue is worked off, unseen
Lots = dict[str, np.ndarray]


def floor(world: World) -> World:
    """The world with resources, their capacity, lots and shipments. Rework lots come with `quality`."""
    ordered = ordered_lines(world)
    if ordered.is_empty():
        return world.with_tables(
            **{each: empty(each) for each in ("resource", "capacity", "lot", "shipment")}
        )
    split = in_lots(ordered)
    resources, on = lines_of_the_shop(world, split)
    lots = {name: split[name].to_numpy() for name in split.columns} | {"resource": on}
    lots["hours"] = lots["loads"] / resources["loads_per_hour"].to_numpy()[on - 1]
    ruler = OpenDays.around(world.plan)
    days, hours = hours_a_day(world, lots, resources)
    dates = dated(world, lots, ruler, queued(lots, ruler, days, hours))
    seen = days <= np.datetime64(world.plan.last)
    return world.with_tables(
        resource=resources,
        capacity=capacity_table(days[seen], hours[:, seen]),
        lot=lot_table(world, lots, dates),
        shipment=shipment_table(world, lots, dates),
    )


def ordered_lines(world: World) -> pl.DataFrame:
    """Order lines with what the floor must know of order and part, by customer and day."""
    parts = world["part"].select("part", "process", "per_load", "material")
    orders = world["order"].select("order", "order_no", "company", "received_on", "due_on", "is_rush")
    return (
        world["line"]
        .join(orders, on="order")
        .join(parts, on="part")
        .sort("company", "received_on", "order", "line")
        .with_columns(
            loads=(pl.col("quantity") / pl.col("per_load").clip(1)).ceil().cast(pl.Int64),
            place=pl.int_range(pl.len()).over("company"),
        )
    )


def in_lots(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines as lots: one each, but the very largest go through in two or three."""
    large = max(float(np.quantile(lines["loads"].to_numpy(), 0.97)), 4.0)
    count = (pl.col("loads") / large).ceil().clip(1, 3).cast(pl.Int64)
    lots = (
        lines.with_columns(pieces=pl.when(pl.col("quantity") >= 6).then(count).otherwise(1))
        .with_columns(piece=pl.int_ranges(0, pl.col("pieces")))
        .explode("piece")
    )
    share = pl.col("quantity") // pl.col("pieces")
    rest = pl.col("quantity") - share * (pl.col("pieces") - 1)
    return lots.with_columns(
        lot_quantity=pl.when(pl.col("piece") == pl.col("pieces") - 1).then(rest).otherwise(share),
        loads=(pl.col("loads") / pl.col("pieces")).ceil().cast(pl.Int64),
    )


def lines_of_the_shop(world: World, lots: pl.DataFrame) -> tuple[pl.DataFrame, Ints]:
    """The resources, numbered from 1, and the one of each lot: a process's main work may have two lines."""
    families = lots["process"].replace_strict(
        {code: process.family for code, process in PROCESSES.items()}, default="General line"
    )
    loads = lots.select(family=families, loads="loads").group_by("family").agg(pl.sum("loads")).sort("family")
    total = float(loads["loads"].sum())
    names: list[tuple[str, str]] = []
    first, lines = dict[str, int](), dict[str, int]()
    for family, own in loads.iter_rows():
        first[family], lines[family] = len(names) + 1, 2 if own / total > TWO_LINES_FROM else 1
        names += [
            (f"{family} {at + 1}" if lines[family] > 1 else family, family) for at in range(lines[family])
        ]
    second = Chance.of(world.plan, "floor", "line").yes(0.45, lots["part"].to_numpy())
    several = families.replace_strict(lines, return_dtype=pl.Int64).to_numpy() > 1
    on = families.replace_strict(first, return_dtype=pl.Int64).to_numpy() + (second & several)
    return resource_table(world, names, on, lots), on


def resource_table(world: World, names: list[tuple[str, str]], on: Ints, lots: pl.DataFrame) -> pl.DataFrame:
    """Lines as fast as the shop's orders over the years need, with 62 to 80 % of their hours in use."""
    loads = np.bincount(on - 1, weights=lots["loads"].to_numpy(), minlength=len(names))
    shifts = np.select([loads > 0.5 * loads.max(), loads > 0.12 * loads.max()], [3, 2], 1)
    shifts = np.minimum(shifts, 2) if world.plan.size == "S" else shifts
    busy = 0.62 + 0.18 * Chance.of(world.plan, "floor", "busy").even(np.arange(len(names)))
    needed = np.maximum(loads, 1) / int(is_open(world.plan.days).sum()) / (shifts * SHIFT_HOURS * busy)
    return pl.DataFrame(
        {
            "resource": np.arange(1, len(names) + 1),
            "name": [name for name, _ in names],
            "family": [family for _, family in names],
            "load_unit": [load_unit(name) for name, _ in names],
            "loads_per_hour": np.maximum(np.round(needed, 2), 0.01),
            "shifts": shifts,
        }
    )


def load_unit(line: str) -> str:
    """What a load of a line is called."""
    return next((unit for word, unit in LOAD_UNITS.items() if word in line), "load")


def hours_a_day(world: World, lots: Lots, resources: pl.DataFrame) -> tuple[Days, Floats]:
    """Days on which some line runs, and the hours of each line on them: resource x day.

    Shifts, overtime and Saturdays when much came in during six weeks, short days when little did, small
    breakdowns, and the long ones that are planted.
    """
    days = np.arange(np.datetime64(world.plan.first), np.datetime64(world.plan.last) + TAIL_DAYS)
    is_saturday = weekday(days) == 5
    is_working = is_open(days)
    usual = resources["shifts"].to_numpy()[:, None] * SHIFT_HOURS
    factor = overtime(world, lots, days, len(resources))
    hours = usual * factor * is_working + usual / SHIFT_HOURS * 5.0 * (is_saturday & (factor > 1.15))
    hours = np.round(hours * breakdowns(world, days, len(resources)), 1)
    for resource, down in planted_outages(world, lots, days):
        hours[resource, down] = np.round(hours[resource, down] * DOWN, 1)
    runs = (hours > 0).any(axis=0) | is_working
    return days[runs], hours[:, runs]


def overtime(world: World, lots: Lots, days: Days, lines: int) -> Floats:
    """Hours as a share of usual ones, .8 to 1.3: what came in during the last 30 working days against all."""
    at = np.clip((lots["received_on"].astype("datetime64[D]") - days[0]).astype("int64"), 0, len(days) - 1)
    came = np.zeros((lines, len(days)))
    np.add.at(came, (lots["resource"] - 1, at), lots["hours"])
    summed = np.cumsum(came, axis=1)
    window = 42
    lately = summed - np.pad(summed, ((0, 0), (window, 0)))[:, : len(days)]
    lately[:, :window] = summed[:, [window - 1]]
    mean = summed[:, [-1]] * window / max(len(world.plan.days), 1)
    return np.asarray(np.clip(np.round(lately / np.maximum(mean, 1e-9) * 20) / 20, 0.8, 1.6))


def breakdowns(world: World, days: Days, lines: int) -> Floats:
    """The share of a day's hours that a line runs: a day or so a quarter is lost in part."""
    rng = world.plan.stream("floor", "breakdowns")
    running = np.ones((lines, len(days)))
    for _ in range(rng.poisson(3.0 * lines * len(days) / 365)):
        first, length = rng.integers(len(days)), rng.integers(1, 3)
        running[rng.integers(lines), first : first + length] = rng.uniform(0.1, 0.7)
    return running


def planted_outages(world: World, lots: Lots, days: Days) -> list[tuple[int, slice]]:
    """Lines that stand still, as planted: that of the process named, the customer's main one, or any."""
    rng, outages = world.plan.stream("floor", "outages"), []
    lines = int(lots["resource"].max())
    share = np.bincount(lots["resource"] - 1, minlength=lines) / len(lots["resource"])
    planted = zip(windows(world, "line_down"), details(world, "line_down"), strict=True)
    down = {  # one outage has a row for each customer that it touches
        (process or company, from_on, until_on): (company, process)
        for (company, from_on, until_on), process in planted
    }
    for (_, from_on, until_on), (company, process) in down.items():
        own = lots["process"] == process if process else lots["company"] == company
        many = np.bincount(lots["resource"][own] - 1, minlength=lines)
        resource = int(many.argmax()) if own.any() else int(rng.choice(lines, p=share))
        first, past = (int((day - days[0]).astype("int64")) for day in (from_on, until_on + 1))
        outages.append((resource, slice(max(first, 0), max(past, 0))))
    return outages


def windows(world: World, explanation: str) -> list[tuple[int | None, np.datetime64, np.datetime64]]:
    """The look-alikes of one explanation: company (None: all), first and last day."""
    rows = world.tables["lookalike"].filter(explanation=explanation) if "lookalike" in world.tables else None
    if rows is None:
        return []
    last = world.plan.last
    return [
        (company, np.datetime64(from_on, "D"), np.datetime64(until_on or last, "D"))
        for company, from_on, until_on in rows.select("company", "from_on", "until_on").iter_rows()
    ]


def details(world: World, explanation: str) -> list[str]:
    """What is said beside the look-alikes of one explanation, in the order of `windows`."""
    rows = world.tables["lookalike"].filter(explanation=explanation) if "lookalike" in world.tables else None
    return [] if rows is None else rows["why"].fill_null("").to_list()


def within(world: World, explanation: str, companies: Ints, days: Days) -> np.ndarray:
    """For each row (companies ascending): does its day lie in a look-alike of that customer or of all?"""
    inside, owners = np.zeros(len(days), dtype=bool), Owners(companies)
    for company, from_on, until_on in windows(world, explanation):
        own = slice(None) if company is None else owners.rows(company)
        inside[own] |= (days[own] >= from_on) & (days[own] <= until_on)
    return inside


def queued(lots: Lots, ruler: OpenDays, days: Days, hours: Floats) -> Days:
    """The day on which each lot has been through its line (Lindley's recursion, on the line's own hours)."""
    ready = ruler.day(ruler.number(lots["received_on"]) + np.where(lots["is_rush"], 0, 1))
    through = np.empty(len(ready), dtype="datetime64[D]")
    order = np.lexsort((lots["line"], ~lots["is_rush"], ready, lots["resource"]))
    lines = Owners(lots["resource"][order])
    for at in range(len(hours)):
        own = order[lines.rows(at + 1)]
        given = np.r_[0.0, np.cumsum(hours[at])]
        arrived = given[np.searchsorted(days, ready[own])]
        work = np.cumsum(lots["hours"][own])
        done = work + np.maximum.accumulate(arrived - np.r_[0.0, work[:-1]])
        through[own] = days[np.minimum(np.searchsorted(given[1:], done - 1e-9), len(days) - 1)]
    return through


@dataclass(frozen=True)
class Dates:
    """When each lot starts, is finished and goes out."""

    started: Days
    finished: Days
    shipped: Days


def dated(world: World, lots: Lots, ruler: OpenDays, through: Days) -> Dates:
    """Days of each lot: planned towards the due date, later where the line is full or something slips.

    Three customers in four want their orders complete; the others take lots as they come.
    """
    chance, company, place = Chance.of(world.plan, "floor", "dates"), lots["company"], lots["place"]
    ids = (company, place, lots["piece"])
    came, due = ruler.number(lots["received_on"]), ruler.number(lots["due_on"])
    share = np.where(lots["is_rush"], 0.35, 0.5) + 0.4 * chance.even(*ids, 1)
    planned = came + np.floor((due - came) * share).astype("int64")
    slips = np.where(chance.yes(0.045, *ids, 2), 1 + np.floor(-3.0 * np.log(chance.even(*ids, 3))), 0)
    late = within(world, "late_deliveries", company, lots["received_on"])
    slips = slips + np.where(late, chance.whole(10, *ids, 4) + 3, 0)
    finished = np.maximum.reduce([ruler.number(through), planned, came]) + slips.astype("int64")
    took = np.minimum(
        chance.whole(3, *ids, 5) + np.ceil(lots["hours"] / 15).astype("int64") - 1, finished - came
    )
    shipped = finished + chance.yes(0.5, *ids, 6)
    complete = chance.yes(0.75, company, 7)
    shipped = np.where(complete, latest_of_order(lots["order"], shipped), shipped)
    return Dates(
        ruler.day(finished - took), ruler.day(finished), truck_days(chance, lots, ruler, shipped, due)
    )


def latest_of_order(order: Ints, shipped: Ints) -> Ints:
    """The last of each order's numbers, in each of its rows."""
    _, at = np.unique(order, return_inverse=True)
    latest = np.full(int(at.max()) + 1, -1, dtype=np.int64)
    np.maximum.at(latest, at, shipped)
    return np.asarray(latest[at])


def truck_days(chance: Chance, lots: Lots, ruler: OpenDays, shipped: Ints, due: Ints) -> Days:
    """Some customers' trucks come Thursdays or Fridays: what is ready waits for them, unless it is due."""
    truck = np.array([3, 4])[chance.whole(2, lots["company"], 8)]
    fixed = chance.yes(0.4, lots["company"], 9)
    day = ruler.day(shipped)
    wait = (truck - weekday(day)) % 7
    on_truck = ruler.day(ruler.number(day + wait))
    return np.asarray(np.where(fixed & (on_truck <= ruler.day(due)), on_truck, day))


def incoming(world: World, lots: Lots) -> np.ndarray:
    """In which condition the parts came: a customer's own habit, worse in the planted windows."""
    chance, company = Chance.of(world.plan, "floor", "incoming"), lots["company"]
    ids = (company, lots["place"])
    habit = np.exp(0.7 * chance.normal(company, 1) - 0.245)
    odds = INCOMING[world.plan.size] * habit / habit.mean()
    odds = np.where(within(world, "incoming_condition", company, lots["received_on"]), 0.3 + 2 * odds, odds)
    is_aluminium = np.char.startswith(lots["process"].astype(str), "AN") | (lots["process"] == "CHEM")
    steel = chance.place((0.5, 0.22, 0.28), *ids, 2)
    other = 1 + chance.place((0.3, 0.4, 0.3), *ids, 3)
    kind = np.array(CONDITIONS)[np.where(is_aluminium, other, steel)]
    return np.asarray(np.where(chance.yes(np.minimum(odds, 0.8), *ids, 4), kind, ""))


def watched_by(world: World, resource: Ints, on: Days, ids: tuple[Any, ...]) -> pl.Series:
    """The inspector (colleague) of each lot: who stays has one line, who rotates another every week."""
    crew = world["colleague"].filter(role="inspector")
    if crew.is_empty():
        return pl.Series([None] * len(resource), dtype=pl.Int64)
    chance = Chance.of(world.plan, "floor", "inspectors")
    lines, start = int(resource.max()), np.datetime64(world.plan.first)
    week = np.maximum((on - start).astype("int64") // 7, 0)
    weight = np.full((int(week.max()) + 1, lines, len(crew)), 0.1)
    weeks = np.arange(len(weight))
    for at, (rotates, from_on, until_on) in enumerate(
        crew.select("rotates", "from_on", "until_on").iter_rows()
    ):
        home = chance.whole(lines, weeks, at) if rotates else np.full(len(weeks), at // 2 % lines)
        weight[weeks, home, at] = 3.0
        monday = start + weeks * 7
        here = monday >= np.datetime64(from_on)
        here &= True if until_on is None else monday <= np.datetime64(until_on)
        weight[~here, :, at] = 0.0
    steps = np.cumsum(weight, axis=2)[week, resource - 1]
    drawn = chance.even(*ids) * steps[:, -1]
    who = np.minimum((drawn[:, None] >= steps).sum(axis=1), len(crew) - 1)
    return crew["colleague"].gather(who)


def lot_table(world: World, lots: Lots, dates: Dates) -> pl.DataFrame:
    """Lots by number; what has not started or finished by the last day has no such day."""
    last = np.datetime64(world.plan.last)
    ids = (lots["company"], lots["place"], lots["piece"])
    return pl.DataFrame(
        {
            "lot": np.arange(len(lots["line"])),
            "line": lots["line"],
            "order_no": lots["order_no"].astype(str),
            "line_no": lots["line_no"],
            "piece": lots["piece"],
            "resource": lots["resource"],
            "started_on": seen_by(dates.started, last),
            "finished_on": seen_by(dates.finished, last),
            "quantity": lots["lot_quantity"],
            "loads": lots["loads"],
            "hours": np.round(lots["hours"], 2),
            "material": lots["material"],
            "inspector": watched_by(world, lots["resource"], dates.finished, ids),
            "incoming": incoming(world, lots),
            "is_rework": False,
        },
        strict=False,
    ).with_columns(
        lot=numbered(world, len(lots["line"])),
        lot_no=pl.format(
            "{}-{}{}",
            "order_no",
            pl.col("line_no").cast(pl.String).str.zfill(2),
            pl.col("piece").replace_strict({0: "", 1: "B", 2: "C"}, return_dtype=pl.String),
        ),
    )


def numbered(world: World, many: int) -> np.ndarray:
    """Numbers for the rows of a table: those of a block lie apart from the next block's."""
    return np.arange(1, many + 1) + world.plan.block * 10_000_000


def seen_by(days: Days, last: np.datetime64) -> pl.Series:
    """Days up to the last; null after it."""
    return pl.Series(np.where(days <= last, days, np.datetime64("NaT")).astype("datetime64[D]"))


def shipment_table(world: World, lots: Lots, dates: Dates) -> pl.DataFrame:
    """One row per lot that has gone out, a few lots in two; a packing list per order and day."""
    chance, ids = Chance.of(world.plan, "floor", "ship"), (lots["company"], lots["place"], lots["piece"])
    quantity, days = lots["lot_quantity"], dates.shipped
    short = chance.yes(0.02, *ids, 1) & (quantity >= 20)
    first = np.where(short, (quantity * (0.5 + 0.4 * chance.even(*ids, 2))).astype("int64"), quantity)
    later = OpenDays.around(world.plan).number(days) + 1 + chance.whole(5, *ids, 3)
    weight = lots["weight_kg"] / np.maximum(lots["quantity"], 1)
    rows = pl.DataFrame(
        {
            "lot": numbered(world, len(quantity)),
            "order": lots["order"],
            "company": lots["company"],
            "on": pl.Series(days),
            "quantity": first,
            "each": weight,
        }
    )
    rest = rows.with_columns(
        on=pl.Series(OpenDays.around(world.plan).day(later)), quantity=pl.Series(quantity - first)
    ).filter(pl.Series(short))
    return packed(
        world, pl.concat([rows, rest]).with_columns(weight_kg=(pl.col("quantity") * pl.col("each")).round(2))
    )


def packed(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Shipments up to the last day, numbered by day, with their packing lists."""
    sent = rows.filter(pl.col("on") <= world.plan.last).sort("on", "order", "lot", maintain_order=True)
    pack = pl.struct("on", "order").rle_id().cast(pl.Int64) + 50_001 + world.plan.block * 1_000_000
    return sent.with_columns(
        packlist=pack.cast(pl.String), shipment=pl.Series(numbered(world, len(sent)))
    ).select(SCHEMAS["shipment"].keys())


def capacity_table(days: Days, hours: Floats) -> pl.DataFrame:
    """Hours by line and day, days on which the line does not run left out unless they are working days."""
    rows = pl.DataFrame(
        {
            "resource": np.repeat(np.arange(1, len(hours) + 1), len(days)),
            "on": pl.Series(np.tile(days, len(hours))),
            "hours_available": hours.ravel(),
        }
    )
    return rows.filter((pl.col("hours_available") > 0) | (pl.col("on").dt.weekday() <= 5))
