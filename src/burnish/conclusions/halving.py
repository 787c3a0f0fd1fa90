"""How often orders of 13 weeks fall to half or less of what is usual: the base rate of such an outcome.

Usual are the releases of 52 weeks, up to 13 weeks before the window, over four. Windows of a customer
do not overlap, because overlapping ones would count the same orders several times. All are counted back from
the day through which orders are entered: later weeks look empty only because nobody has typed them in yet.
"""

from __future__ import annotations

from datetime import date

import polars as pl

WINDOW_DAYS = 91
USUAL_WINDOWS = 4
LEAST_USUAL = 4.0  # orders per window; with fewer, halves come by chance too often to mean anything


def entered_through(entry_clock: pl.DataFrame, as_of: date) -> date:
    """The day through which orders are entered; `as_of` where the clock knows none."""
    known = entry_clock.filter(pl.col("table") == "order_line")["complete_on"].drop_nulls()
    return known[0] if known.len() else as_of


def windows(order_release: pl.DataFrame, *, end: date) -> pl.DataFrame:
    """Releases of every customer in windows of 13 weeks counted back from `end`, and what was usual then.

    One row per customer and window: customer_id, window (0 is the newest), orders, before (orders of the
    window before it), usual (a quarter of the 52 weeks before that). Those without such a past are left out.
    """
    back = (pl.lit(end) - pl.col("release_on")).dt.total_days() // WINDOW_DAYS
    counted = (
        order_release.filter(pl.col("release_on") <= end)
        .group_by("customer_id", window=back.cast(pl.Int64))
        .agg(orders=pl.len().cast(pl.Int64))
    )
    every = (
        counted.group_by("customer_id")
        .agg(window=pl.int_ranges(0, pl.col("window").max() + 1).first())
        .explode("window")
        .join(counted, on=["customer_id", "window"], how="left")
        .with_columns(pl.col("orders").fill_null(0))
        .sort("customer_id", "window")
    )
    earlier = [pl.col("orders").shift(-ago).over("customer_id") for ago in range(1, USUAL_WINDOWS + 2)]
    usual = pl.sum_horizontal(earlier[1:], ignore_nulls=False) / USUAL_WINDOWS
    return every.with_columns(before=earlier[0], usual=usual).drop_nulls("usual")


def halved(order_release: pl.DataFrame, *, end: date) -> tuple[int, int]:
    """How many windows up to `end` were at half or less, and how many there were, over all customers.

    Only windows at whose start orders were not low already, of customers with four or more usual orders.
    """
    if order_release.is_empty():
        return 0, 0
    seen = windows(order_release, end=end).filter(
        pl.col("usual") >= LEAST_USUAL, pl.col("before") > pl.col("usual") / 2
    )
    return int((seen["orders"] <= seen["usual"] / 2).sum()), seen.height


def usual_orders(order_release: pl.DataFrame, *, end: date) -> pl.DataFrame:
    """What 13 weeks usually bring, counted back from `end`: customer_id, usual_orders.

    Releases of the 52 weeks up to 13 weeks before over four, so that a fall of the last weeks does not count.
    """
    ago = (pl.lit(end) - pl.col("release_on")).dt.total_days()
    year = order_release.filter(ago >= WINDOW_DAYS, ago < (USUAL_WINDOWS + 1) * WINDOW_DAYS)
    return year.group_by("customer_id").agg(usual_orders=pl.len() / USUAL_WINDOWS).sort("customer_id")
