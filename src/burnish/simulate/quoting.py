"""What the shop offers and how it ends: quotes that parts came out of, and more that nothing came out of.

A line quoted at several quantities is several rows of one number and line. Who will order more asks more,
some weeks ahead; who turns to another process asks for it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl

from burnish.simulate.chance import Chance, Days, Floats, OpenDays, Owners
from burnish.simulate.floor import numbered
from burnish.simulate.sizes import PROCESSES
from burnish.simulate.world import World, empty, intensity

LINES_A_WEEK = {"S": 17.0, "M": 30.0, "L": 36.0}
WON = {"S": 0.42, "M": 0.47, "L": 0.36}  # of the lines that were decided
VALID_DAYS = (30, 45, 60, 90)
BREAKS = ((1.0, 1.0), (2.5, 0.93), (6.0, 0.87))  # times the quantity, times the price
ASKED_AHEAD_DAYS = 45
MORE = {"more_orders": 1.2, "fewer_orders": -0.5, "stop": -0.8, "distress": -0.6, "oem_program": 0.8}
ASKERS = ("buyer", "engineer", "owner", "plant manager")
POUND_KG = 0.45359237


def quoting(world: World) -> World:
    """The world with its quotes."""
    parts = quotable(world)
    asked = pl.concat([won_lines(world, parts), other_lines(world, parts)])
    if asked.is_empty():
        return world.with_tables(quote=empty("quote"))
    return world.with_tables(
        quote=numbered_lines(world, broken_down(world, decided(world, together(world, asked))))
    )


def quotable(world: World) -> pl.DataFrame:
    """Parts of commercial customers with the price of one piece and a usual quantity."""
    each = {
        "EA": pl.col("price"), "LB": pl.col("price") * pl.col("weight_kg") / POUND_KG,
        "C": pl.col("price") / 100, "M": pl.col("price") / 1000,
    }  # fmt: skip
    about = world["company"].select(
        "company", "lot_usd", "starts_on", "ends_on", is_private=pl.col("is_person").fill_null(False)
    )
    rows = (
        world["part"]
        .join(about, on="company")
        .filter(~pl.col("is_private"))
        .sort("company", "first_on", "part")
        .with_columns(place=pl.int_range(pl.len()).over("company"), each=pl.lit(None, dtype=pl.Float64))
    )
    for basis, price in each.items():
        rows = rows.with_columns(each=pl.when(pl.col("basis") == basis).then(price).otherwise("each"))
    chance = Chance.of(world.plan, "quoting", "size")
    size = pl.Series(np.exp(0.6 * chance.normal(rows["company"], rows["place"])))
    by_lot = (pl.col("price") / 100).clip(0.02)
    return rows.with_columns(each=pl.coalesce("each", by_lot).clip(0.002)).with_columns(
        asked=(pl.col("lot_usd").fill_null(250.0) * size / pl.col("each")).clip(1, 200_000)
    )


def wanted(world: World) -> float:
    """Quoted lines in the whole history."""
    return LINES_A_WEEK[world.plan.size] * len(world.plan.days) / 7


def won_lines(world: World, parts: pl.DataFrame) -> pl.DataFrame:
    """Lines that became parts: quoted two or three weeks before the first order."""
    first = world.plan.first
    begun = (pl.col("first_on") > first + timedelta(days=10)) & (pl.col("first_on") <= world.plan.last)
    new = parts.filter(begun)
    chance, ids = Chance.of(world.plan, "quoting", "won"), (new["company"], new["place"])
    before = 3 + np.floor(np.exp(2.4 + 0.6 * chance.normal(*ids, 1))).astype("int64")
    on = np.maximum(new["first_on"].to_numpy() - before, np.datetime64(first))
    odds = wanted(world) * WON[world.plan.size] / max(len(new), 1)
    return new.with_columns(on=pl.Series(on), won_on="first_on").filter(pl.Series(chance.yes(odds, *ids, 2)))


def other_lines(world: World, parts: pl.DataFrame) -> pl.DataFrame:
    """Lines that nothing came of, for parts like the customer's own, on days on which it was a customer."""
    chance = Chance.of(world.plan, "quoting", "lost")
    each = wanted(world) * (1 - WON[world.plan.size]) / max(len(parts), 1) * 1.9  # some fall away below
    times = np.floor(each + chance.even(parts["company"], parts["place"], 1)).astype("int64")
    rows = parts.with_columns(times=pl.Series(times)).filter(pl.col("times") > 0)
    rows = rows.with_columns(time=pl.int_ranges(0, "times")).explode("time")
    ids = (rows["company"], rows["place"], rows["time"])
    first, last = np.datetime64(world.plan.first), np.datetime64(world.plan.last)
    start = np.maximum(rows["starts_on"].fill_null(world.plan.first).to_numpy() - 60, first)
    end = np.minimum(rows["ends_on"].fill_null(world.plan.last).to_numpy(), last)
    span = np.maximum((end - start).astype("int64"), 0)
    on = start + (chance.even(*ids, 2) * span).astype("int64")
    keep = (span > 30) & chance.yes(leaning(world, rows["company"].to_numpy(), on) / 2, *ids, 3)
    process, text = turning(world, rows, on, chance)
    same = chance.yes(0.1, *ids, 5)
    number = pl.when(pl.Series(same)).then("number").otherwise(other_number(rows, chance))
    rows = rows.with_columns(
        on=pl.Series(on),
        won_on=pl.lit(None, dtype=pl.Date),
        process=process,
        process_text=text,
        number=number,
    )
    return rows.filter(pl.Series(keep)).drop("times", "time")


def other_number(rows: pl.DataFrame, chance: Chance) -> pl.Series:
    """A part number in the customer's manner, of a part that the shop never saw."""
    ids = (rows["company"], rows["place"], rows["time"])
    more = chance.whole(900, *ids, 9) + 100
    return rows["number"].str.slice(0, 3) + pl.Series(more).cast(pl.String) + rows["number"].str.slice(6)


def own_events(world: World, companies: np.ndarray) -> Iterator[tuple[dict[str, object], slice]]:
    """Events of customers with the rows of each; `companies` ascending."""
    owners = Owners(companies)
    if "event" in world.tables:
        for row in world["event"].filter(pl.col("company").is_not_null()).iter_rows(named=True):
            yield row, owners.rows(row["company"])


def leaning(world: World, companies: np.ndarray, on: Days) -> Floats:
    """How much more each row's customer asks on its day than usual: 1 is as usual, at most 2.2."""
    times = np.ones(len(on))
    for event, own in own_events(world, companies):
        lift = MORE.get(str(event["kind"]), 0.0)
        ahead = on[own] + (ASKED_AHEAD_DAYS if lift > 0 else 0)
        times[own] += lift * intensity(ahead, t0=event["t0"], t1=event["t1"], ends_on=event["ends_on"])
    return np.asarray(np.clip(times, 0.1, 2.2))


def turning(world: World, rows: pl.DataFrame, on: Days, chance: Chance) -> tuple[pl.Series, pl.Series]:
    """Process of each line and how it is written: the new one where a customer turns to it."""
    process, text = rows["process"].to_list(), rows["process_text"].to_list()
    companies, ids = rows["company"].to_numpy(), (rows["company"], rows["place"], rows["time"])
    draw, which = chance.even(*ids, 6), chance.even(*ids, 7)
    for event, own in own_events(world, companies):
        target = PROCESSES.get(str(event["subject"] or "").rpartition(">")[2])
        if target is None or event["kind"] not in ("process_drift", "topic_interest"):
            continue
        far = intensity(on[own] + 60, t0=event["t0"], t1=event["t1"], ends_on=event["ends_on"])
        for at in own.start + np.flatnonzero(draw[own] < 0.7 * far):
            process[at] = target.code
            text[at] = target.texts[int(which[at] * len(target.texts))]
    return pl.Series(process, dtype=pl.String), pl.Series(text, dtype=pl.String)


def together(world: World, asked: pl.DataFrame) -> pl.DataFrame:
    """On working days; one line in four is asked for together with the customer's line before it."""
    ruler, chance = OpenDays.around(world.plan), Chance.of(world.plan, "quoting", "together")
    rows = asked.sort("company", "on", "part", maintain_order=True).with_columns(
        line=pl.int_range(pl.len()).over("company")
    )
    before = pl.col("on").shift(1).over("company")
    near = (pl.col("on") - before) <= pl.duration(days=45)
    joined = (
        pl.when(near & pl.Series(chance.yes(0.25, rows["company"], rows["line"])))
        .then(before)
        .otherwise("on")
    )
    rows = rows.with_columns(on=joined)
    on = np.minimum(ruler.day(ruler.number(rows["on"].to_numpy())), np.datetime64(world.plan.last))
    return rows.with_columns(on=pl.Series(on)).sort("company", "on", "line")


def decided(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """How each line ends: won before its first order, lost after some days, or expired unanswered."""
    chance, ids = Chance.of(world.plan, "quoting", "decided"), (rows["company"], rows["line"])
    valid = np.array(VALID_DAYS)[chance.place((0.45, 0.2, 0.25, 0.1), rows["company"])]
    on = rows["on"].to_numpy()
    takes = 1 + np.floor(np.exp(2.5 + 0.7 * chance.normal(*ids, 1))).astype("int64")
    won_on = np.maximum(rows["won_on"].to_numpy().astype("datetime64[D]") - chance.whole(4, *ids, 2), on + 1)
    is_won = ~np.isnat(won_on)
    expires = np.where(is_won, np.maximum(on + valid, won_on), on + valid)
    expired = ~is_won & (chance.yes(0.4, *ids, 3) | (takes >= valid))
    ended = np.select([is_won, expired], [won_on, expires + 1], on + takes)
    known = ended <= np.datetime64(world.plan.last)
    outcome = np.select([~known, is_won, expired], ["", "won", "expired"], "lost")
    return rows.with_columns(
        expires_on=pl.Series(expires),
        outcome=pl.Series(outcome),
        outcome_on=pl.Series(np.where(known, ended, np.datetime64("NaT"))),
    )


def broken_down(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """A row per quantity: three lines in ten are quoted at three of them."""
    several = Chance.of(world.plan, "quoting", "breaks").yes(0.3, rows["company"], rows["line"])
    ranges = rows.with_columns(breaks=pl.Series(np.where(several, 3, 1)))
    rows = ranges.with_columns(step=pl.int_ranges(0, "breaks")).explode("step")
    steps = rows["step"].to_numpy()
    quantity = counted(rows["asked"].to_numpy() * np.array([times for times, _ in BREAKS])[steps])
    price = np.round(rows["each"].to_numpy() * np.array([times for _, times in BREAKS])[steps], 4)
    least = rows["minimum_usd"].fill_null(0.0).to_numpy()
    return rows.with_columns(
        quantity=pl.Series(quantity),
        price=pl.Series(price),
        amount=pl.Series(np.round(np.maximum(quantity * price, least), 2)),
    )


def counted(pieces: Floats) -> np.ndarray:
    """Quantities as people ask for them: two figures, no fractions."""
    step = 10 ** np.maximum(np.floor(np.log10(np.maximum(pieces, 1))) - 1, 0)
    return np.maximum(np.round(pieces / step) * step, 1).astype("int64")


def numbered_lines(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Quotes numbered by day, with their lines, breaks and who asked."""
    asked = rows.sort("on", "company", "line", "step")
    block = world.plan.block * 1_000_000
    asked = asked.with_columns(
        quote=pl.Series(numbered(world, len(asked))),
        running=pl.struct("on", "company").rle_id().cast(pl.Int64) + 20_001 + block,
    ).with_columns(
        line_no=pl.col("line").rank("dense").over("running").cast(pl.Int64),
        part_number="number",
        person=people_then(world, asked["company"], asked["on"], ASKERS),
    )
    return asked.with_columns(number=pl.col("running").cast(pl.String)).select(empty("quote").columns)


def people_then(world: World, company: pl.Series, on: pl.Series, roles: tuple[str, ...]) -> pl.Series:
    """Somebody with one of the roles who worked there on the day; null where there was nobody."""
    jobs = world["job"].filter(pl.col("role").is_in(roles)).select("company", "person", "from_on", "until_on")
    rows = pl.DataFrame({"company": company, "on": on}).with_row_index("at")
    there = (pl.col("from_on").is_null() | (pl.col("from_on") <= pl.col("on"))) & (
        pl.col("until_on").is_null() | (pl.col("until_on") >= pl.col("on"))
    )
    able = rows.join(jobs, on="company", maintain_order="left_right").filter(there)
    draw = Chance.of(world.plan, "asks").even(able["company"], able["person"], able["on"].cast(pl.Int32))
    one = able.with_columns(draw=pl.Series(draw)).sort("at", "draw").unique("at", keep="first")
    return rows.join(one.select("at", "person"), on="at", how="left", maintain_order="left")["person"]
