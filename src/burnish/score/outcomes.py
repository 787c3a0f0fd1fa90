"""What came next: the checkable outcomes that odds speak of, looked up in what was known in the end.

Each answers for rows of `origin` and `customer_id`: true, false, or empty while the 13 weeks are not over or
the outcome cannot be told.
"""

from __future__ import annotations

import math
from datetime import date

import polars as pl

AHEAD_DAYS = 91
YEAR_DAYS = 364
LATE_DAYS = 30
FEWEST_USUAL = 1.0  # releases in 13 weeks, under which half of the usual is none
SMALLER, LARGER = math.log(0.8), math.log(1.25)
HALF, HALF_MORE = 0.5, 1.5


def outcome(
    name: str, rows: pl.DataFrame, release: pl.DataFrame, bill: pl.DataFrame, last_on: date
) -> pl.Series:
    """The outcome of that name for each row, in the order of the rows.

    `rows` has `origin`, `customer_id` and for shares of what was expected `baseline` (orders in 13 weeks).
    """
    asked = rows.with_row_index("row")
    said = expression(name)
    about = bills_of(asked, bill) if name == "thirty_days_late" else orders_of(asked, release)
    told = asked.join(about, on="row", how="left").sort("row")
    is_over = pl.col("origin") + pl.duration(days=AHEAD_DAYS) <= last_on
    return told.select(pl.when(is_over).then(said).alias("came"))["came"]


def expression(name: str) -> pl.Expr:
    """What makes an outcome true."""
    ahead, usual = pl.col("ahead").fill_null(0), pl.col("usual").fill_null(0.0)
    half = pl.when(usual / 2 >= FEWEST_USUAL).then((usual / 2).floor()).otherwise(0.0)
    moved = pl.col("size_ahead") - pl.col("size_before")
    baseline = pl.col("baseline") if name in ("half_the_orders", "half_more_orders") else pl.lit(0.0)
    return {
        "no_order": ahead == 0,
        "half_the_orders": ahead <= (HALF * baseline).floor(),
        "half_more_orders": ahead >= (HALF_MORE * baseline).ceil(),
        "at_most_half": ahead <= half,
        "smaller_orders": moved <= SMALLER,
        "larger_orders": moved >= LARGER,
        "thirty_days_late": pl.col("late").fill_null(False),
    }[name]


def orders_of(asked: pl.DataFrame, release: pl.DataFrame) -> pl.DataFrame:
    """Orders around each row's origin: `ahead` in the next 13 weeks, `usual` per 13 weeks of the year before
    the last 13, and the mean log size of both."""
    ahead = (pl.col("release_on") - pl.col("origin")).dt.total_days()
    size = pl.when(pl.col("size") > 0).then(pl.col("size").log())
    near = (ahead > 0) & (ahead <= AHEAD_DAYS)
    before = (ahead <= -AHEAD_DAYS) & (ahead > -AHEAD_DAYS - YEAR_DAYS)
    both = asked.select("row", "origin", "customer_id").join(release, on="customer_id").filter(near | before)
    return both.group_by("row").agg(
        ahead=near.sum().cast(pl.Int64),
        usual=before.sum() * AHEAD_DAYS / YEAR_DAYS,
        size_ahead=size.filter(near).mean(),
        size_before=size.filter(before).mean(),
    )


def bills_of(asked: pl.DataFrame, bill: pl.DataFrame) -> pl.DataFrame:
    """Whether an invoice reaches 30 days past due in the 13 weeks."""
    mark = pl.col("due_on") + pl.duration(days=LATE_DAYS)
    within = (mark > pl.col("origin")) & (mark <= pl.col("origin") + pl.duration(days=AHEAD_DAYS))
    unpaid = pl.col("paid_on").is_null() | (pl.col("paid_on") > mark)
    both = asked.select("row", "origin", "customer_id").join(bill, on="customer_id")
    return both.filter(within & unpaid).group_by("row").agg(late=pl.lit(True).first())


def base_rate(rows: pl.DataFrame, day: date, *, column: str = "came") -> float:
    """How often the outcome came among all rows whose 13 weeks were over on `day` (half a case added)."""
    over = pl.col("origin") <= pl.lit(day) - pl.duration(days=AHEAD_DAYS)
    known = rows.filter(over)[column].drop_nulls()
    return (float(known.sum()) + 0.5) / (len(known) + 1.0)
