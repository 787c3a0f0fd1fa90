"""Made-up receivables in which nobody comes to pay later: the null families that alarms are judged on.

Rates follow a plater's book (see null_shops). Each customer has terms, a usual lateness and a rhythm of
check runs of its own; each family adds one habit that is not a change: runs in batches, amounts that
grow, a pause over the year's end, disputes, invoices without due day, a level that wanders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import null_shops
import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
FAMILIES = ("steady", "batchy", "amounts", "year end", "disputes", "no due day", "wandering")
WEEKDAY_OF_FIRST = null_shops.FIRST_DAY.weekday()


@dataclass(frozen=True)
class Payer:
    """How one customer pays: terms and usual lateness in days, spread of single invoices, its run rhythm."""

    terms: int
    usual: float
    spread: float
    rhythm: Callable[[Days], Days]


def payer(draws: np.random.Generator, *, batchy: bool) -> Payer:
    """A payer at random: weekly runs, runs on the 10th and 25th, runs once a month, or any day."""
    share = [0.2, 0.3, 0.4, 0.1] if batchy else [0.55, 0.15, 0.05, 0.25]
    weekday = int(draws.integers(5))
    rhythms: list[Callable[[Days], Days]] = [
        lambda ready: weekly(ready, weekday),
        twice_a_month,
        monthly,
        any_day,
    ]
    return Payer(
        terms=int(draws.choice([14, 30, 45, 60], p=[0.1, 0.6, 0.2, 0.1])),
        usual=float(draws.normal(4.0, 8.0)),
        spread=float(draws.lognormal(1.6, 0.5)),
        rhythm=rhythms[int(draws.choice(4, p=share))],
    )


def any_day(ready: Days) -> Days:
    """The next working day."""
    weekday = (ready + WEEKDAY_OF_FIRST) % 7
    return ready + np.where(weekday > 4, 7 - weekday, 0)


def weekly(ready: Days, run_day: int) -> Days:
    """The next run on one weekday."""
    return ready + (run_day - (ready + WEEKDAY_OF_FIRST)) % 7


def monthly(ready: Days) -> Days:
    """The next 25th."""
    return on_days(ready, (24,))


def twice_a_month(ready: Days) -> Days:
    """The next 10th or 25th."""
    return on_days(ready, (9, 24))


def on_days(ready: Days, days: tuple[int, ...]) -> Days:
    """The next of these days of a month (from 0)."""
    at = np.datetime64(null_shops.FIRST_DAY) + ready
    month = at.astype("datetime64[M]")
    runs = np.stack([(month + ahead).astype("datetime64[D]") + day for ahead in (0, 1) for day in days])
    first = (runs < at).sum(axis=0)
    return (runs[first, np.arange(len(ready))] - np.datetime64(null_shops.FIRST_DAY)).astype(np.int64)


def ledger(family: str, *, seed: int, customers: int = 350, weeks: int = 260) -> pl.DataFrame:
    """All invoices of a null shop: customer_id, invoiced_at, due_at (days, -1 without), paid_at, cents.

    `mixed`: each customer of a family at random. The year's end is the same for all customers of a shop.
    """
    draws = np.random.default_rng([seed, *family.encode()])
    rate = np.exp(np.log(null_shops.MEDIAN_PER_WEEK) + null_shops.SPREAD * draws.standard_normal(customers))
    usual_gap = np.maximum(7.0 / rate, 1.6)
    frames = []
    for number in range(customers):
        kind = FAMILIES[int(draws.integers(len(FAMILIES)))] if family == "mixed" else family
        frames.append(of_customer(draws, kind, float(usual_gap[number]), 7 * weeks, f"C{number:04d}"))
    return pl.concat(frames)


def of_customer(
    draws: np.random.Generator, kind: str, usual_gap: float, days: int, name: str
) -> pl.DataFrame:
    """The invoices of one customer."""
    shape = 0.5 if kind == "batchy" else 1.5
    invoiced = np.floor(null_shops.renewal(draws, usual_gap, days, shape=shape)).astype(np.int64)
    who, size = payer(draws, batchy=kind == "batchy"), len(invoiced)
    lateness = who.usual + wander(draws, invoiced, days, kind) + who.spread * skewed(draws, size)
    if kind == "disputes":
        lateness += np.where(draws.random(size) < 0.06, draws.uniform(15, 75, size), 0.0)
    due = invoiced + who.terms
    ready = np.maximum(due + np.round(lateness).astype(np.int64), invoiced + 1)
    if kind == "year end":
        ready = held_over(ready)
    growth = np.exp(draws.normal(0.0, 0.7) * invoiced / days * 2) if kind == "amounts" else 1.0
    cents = np.round(100 * growth * draws.lognormal(6.5, 1.0, size)).astype(np.int64) + 100
    missing = draws.random(size) < 0.3 if kind == "no due day" else np.zeros(size, bool)
    return pl.DataFrame(
        {
            "customer_id": [name] * size,
            "invoiced_at": invoiced,
            "due_at": np.where(missing, -1, due),
            "paid_at": who.rhythm(ready),
            "cents": cents,
        }
    )


def skewed(draws: np.random.Generator, size: int) -> Floats:
    """Mean 0, variance 1, later more often than earlier."""
    return (draws.gamma(4.0, 1.0, size) - 4.0) / 2.0


def wander(draws: np.random.Generator, at: Days, days: int, kind: str) -> Floats:
    """A level that moves to and fro by three days over half a year."""
    if kind != "wandering":
        return np.zeros(len(at))
    knots = np.arange(0, days + 60, 28)
    level, levels = 0.0, []
    for _ in knots:
        level = 0.86 * level + draws.normal(0.0, 1.53)
        levels.append(level)
    return np.interp(at, knots, np.array(levels))


def held_over(ready: Days) -> Days:
    """What would be paid between 18 December and 2 January waits until after it."""
    at = np.datetime64(null_shops.FIRST_DAY) + ready
    year = at.astype("datetime64[Y]")
    january = (year + 1).astype("datetime64[D]") + 4
    of_year = (at - year.astype("datetime64[D]")).astype(np.int64)
    wait = np.where(of_year >= 351, (january - at).astype(np.int64), np.where(of_year < 4, 4 - of_year, 0))
    return ready + wait


def known(invoices: pl.DataFrame, *, day: date) -> pl.DataFrame:
    """The invoices as the fact `invoice_state` tells them on a day."""
    at = (day - null_shops.FIRST_DAY).days
    seen = invoices.filter(pl.col("invoiced_at") <= at)
    paid = pl.col("paid_at") <= at
    amount = (pl.col("cents") / 100).round(2).cast(pl.Decimal(18, 4))
    zero = pl.lit(0).cast(pl.Decimal(18, 4))

    def on(column: str) -> pl.Expr:
        return pl.lit(null_shops.FIRST_DAY) + pl.duration(days=pl.col(column))

    return seen.with_row_index("number").select(
        "customer_id",
        invoice_ref=pl.format("{}", pl.col("number").cast(pl.String).str.zfill(7)),
        invoiced_on=on("invoiced_at"),
        due_on=pl.when(pl.col("due_at") >= 0).then(on("due_at")),
        amount=amount,
        paid=pl.when(paid).then(amount).otherwise(zero),
        paid_on=pl.when(paid).then(on("paid_at")),
        last_paid_on=pl.when(paid).then(on("paid_at")),
        open_amount=pl.when(paid).then(zero).otherwise(amount),
    )
