"""What is on each order: lines with a part, a quantity, a weight and an amount, the minimum charge kept."""

from __future__ import annotations

import numpy as np
import polars as pl

from burnish.simulate import parts
from burnish.simulate.ordering import Row, by_company, split_into
from burnish.simulate.parts import DRIFTED, LB, MIX, ONCE, PROGRAM, SMALL, hashed
from burnish.simulate.sizes import SHOPS
from burnish.simulate.world import SCHEMAS, World, intensity

LINES_APART = 10_000_000
KEY = ["company", "index", "epoch"]  # of a part before it has a number
MOST_LINES = 12
WITHIN_PART = 0.55  # spread of the logarithm of a part's lots
YEARLY_RISE = 1.035  # of prices, each January
DISTRESS_LOTS = 0.25  # smaller, at full distress


def lining(world: World) -> World:
    """The world with its parts and order lines."""
    plan = world.plan
    draft = with_part_keys(world, draft_lines(world))
    keys = draft.group_by(KEY).agg(
        pl.col("why").first(), pl.col("subject").first(), first_on=pl.col("on").min()
    )
    book = parts.part_table(plan, keys.sort(KEY), world["company"])
    wanted = ("part", "weight_kg", "price", "basis", "minimum_usd", "lot_usd", "each_usd")
    draft = draft.join(book.select(*KEY, *wanted), on=KEY, how="left", maintain_order="left")
    return world.with_tables(part=book, line=priced(world, draft))


def draft_lines(world: World) -> pl.DataFrame:
    """One row per line, oldest first: line, order, line_no, company, on."""
    plan, orders = world.plan, world["order"]
    rng = plan.stream("lines")
    more = 1 / SHOPS[plan.size].lines_per_order
    many = np.minimum(rng.geometric(min(more, 1.0), len(orders)), MOST_LINES)
    at = np.repeat(np.arange(len(orders)), many)
    line_no = np.arange(len(at)) - np.repeat(np.cumsum(many) - many, many) + 1
    rows = orders.select("order", "company", on="received_on")[at]
    return rows.with_columns(
        line=plan.block * LINES_APART + 1 + pl.int_range(len(at), dtype=pl.Int64), line_no=pl.Series(line_no)
    )


def with_part_keys(world: World, lines: pl.DataFrame) -> pl.DataFrame:
    """Which part of the customer's book each line is of: `index` in it and `epoch`, as parts are replaced.

    Popularity falls as one over rank; the rarer a part the sooner another takes its place.
    """
    plan, many = world.plan, len(lines)
    rng = plan.stream("choice")
    shop = SHOPS[plan.size]
    size = lines.select(pl.len().over("company"))["len"].to_numpy() if many else np.zeros(0)
    years = max(len(plan.days) / 365.25, 1)
    book = np.maximum(1.0 + shop.book * (size / years) ** 0.62, 2)
    index = np.floor((book + 1) ** rng.random(many)).astype(np.int64) - 1
    company = lines["company"].to_numpy()
    own = hashed(company * 100_003 + index, 11)
    life = 365 * (1.0 + 6 * own**2) * np.where(index < 3, 3, 1)
    day = (lines["on"].to_numpy() - np.datetime64(plan.first)).astype("int64")
    epoch = np.floor((day + hashed(company * 100_003 + index, 13) * life) / life).astype(np.int64)
    once = rng.random(many) < shop.once_only
    index = np.where(once, 1_000_000 + np.arange(many), index)
    why = np.where(once, ONCE, MIX)
    keyed = lines.with_columns(
        index=pl.Series(index),
        epoch=pl.Series(np.where(once, 0, epoch)),
        why=pl.Series(why),
        subject=pl.lit(""),
    )
    return drifting(world, keyed, rng)


def drifting(world: World, lines: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Lines that went over to other parts: of a new process, of a program, of smaller lots."""
    draw = rng.random(len(lines))
    index, epoch, why = (lines[name].to_numpy().copy() for name in ("index", "epoch", "why"))
    subject = np.full(len(lines), "", dtype=object)
    day, company = lines["on"].to_numpy(), lines["company"].to_numpy()
    for kind, what, share_of, row in moves(world):
        at = np.flatnonzero(company == row["company"])
        at = at[draw[at] < share_of * intensity(day[at], t0=row["t0"], t1=row["t1"], ends_on=row["ends_on"])]
        if kind == "oem_program":
            index[at] = rng.integers(0, int(row["size"]), len(at))
        elif what == SMALL:
            index[at] = index[at] % 40
        epoch[at] = 100_000 * what + row["number"] % 100_000
        why[at] = what
        subject[at] = row["subject"]
    return lines.with_columns(
        index=pl.Series(index),
        epoch=pl.Series(epoch),
        why=pl.Series(why),
        subject=pl.Series(subject.astype(str)),
    )


def moves(world: World) -> list[tuple[str, int, float, Row]]:
    """Whatever makes lines go over to other parts, with the share of lines that do at full effect."""
    found: list[tuple[str, int, float, Row]] = []
    for row in world["event"].rename({"event": "number"}).iter_rows(named=True):
        if row["kind"] == "process_drift":
            found.append((row["kind"], DRIFTED, row["size"] / 100, row))
        if row["kind"] == "oem_program":
            found.append((row["kind"], PROGRAM, 0.3, row))
    mixed = world["lookalike"].filter(explanation="part_mix").select(
        "company", number="lookalike", t0="from_on", t1="from_on", ends_on="until_on", subject=pl.lit("")
    )  # fmt: skip
    found += [("part_mix", SMALL, 0.6, row) for row in mixed.iter_rows(named=True)]
    return found


def priced(world: World, lines: pl.DataFrame) -> pl.DataFrame:
    """Quantities from the value that a lot of the part has, amounts by the basis of the price."""
    rng = world.plan.stream("quantities")
    wished = lines["lot_usd"].to_numpy() * np.exp(rng.normal(0, WITHIN_PART, len(lines)))
    wished = wished * size_factor(world, lines)
    quantity = rounded(wished / lines["each_usd"].to_numpy())
    kilograms = (quantity * lines["weight_kg"].to_numpy()).round(2)
    basis = lines["basis"].to_numpy()
    price = lines["price"].to_numpy() * risen(world, lines)
    price = np.where(basis == "EA", price.round(4), price.round(2))
    units = {
        "EA": quantity,
        "LB": kilograms / LB,
        "C": quantity / 100,
        "M": quantity / 1000,
        "LOT": np.ones(len(lines)),
    }
    amount = (price * np.select([basis == name for name in units], list(units.values()))).round(2)
    least = lines["minimum_usd"].to_numpy()
    low = amount < least
    priced = lines.with_columns(
        quantity=pl.Series(quantity), weight_kg=pl.Series(kilograms), at_minimum=pl.Series(low),
        price=pl.Series(np.where(low, least, price)),
        basis=pl.Series(np.where(low, "LOT", basis).astype(str)),
        amount=pl.Series(np.where(low, least, amount)),
    )  # fmt: skip
    return priced.select(*SCHEMAS["line"]).sort("line")


def size_factor(world: World, lines: pl.DataFrame) -> np.ndarray:
    """How large lots are beside the usual: smaller by events, and by what only looks like one."""
    factor, day, company = np.ones(len(lines)), lines["on"].to_numpy(), lines["company"].to_numpy()
    shrinking = world["event"].filter(pl.col("kind").is_in(["smaller_lots", "distress"]))
    for row in shrinking.iter_rows(named=True):
        at = np.flatnonzero(company == row["company"])
        share = DISTRESS_LOTS if row["kind"] == "distress" else row["size"] / 100
        factor[at] *= 1 - share * intensity(day[at], t0=row["t0"], t1=row["t1"], ends_on=row["ends_on"])
    for owner, rows in by_company(world["lookalike"]).items():
        for row in rows:
            start, end = np.datetime64(row["from_on"]), np.datetime64(row["until_on"])
            at = np.flatnonzero((company == owner) & (day >= start) & (day < end))
            if row["explanation"] == "blanket_split":
                factor[at] /= split_into(row)
            if row["explanation"] == "one_off" and len(at):
                factor[at[:3]] *= 12
    return factor


def risen(world: World, lines: pl.DataFrame) -> np.ndarray:
    """Prices against those of the first year."""
    year = lines["on"].dt.year().to_numpy()
    rise = YEARLY_RISE ** (year - world.plan.first.year).astype(float)
    for row in world["lookalike"].filter(explanation="price_rise").iter_rows(named=True):
        more = 1 + float(row["why"].split()[0]) / 100
        rise = np.where(lines["on"].to_numpy() >= np.datetime64(row["from_on"]), rise * more, rise)
    return np.asarray(rise)


def rounded(pieces: np.ndarray) -> np.ndarray:
    """Pieces as people count them: exact up to twenty, then by five, then by fifty."""
    step = np.where(pieces < 20, 1, np.where(pieces < 500, 5, 50))
    return np.maximum((pieces / step).round() * step, 1).astype(np.int64)
