"""Alarms as entries: the first day on which something stands after a while in which it did not."""

from __future__ import annotations

from datetime import date

import polars as pl

QUIET_WEEKS = 13


def entries(standing: pl.DataFrame, by: list[str], *, first: date) -> pl.DataFrame:
    """The first rows of each entry. `standing`: one row per `origin` on which it stands, and `by`.

    What stands again within 13 weeks is the same alarm, and what stood at the `first` origin already is
    none: nobody knows when it began. Returns the rows of `standing` that begin an entry, sorted.
    """
    before = pl.col("origin").shift(1).over(by, order_by="origin")
    away = (pl.col("origin") - before).dt.total_days() > 7 * QUIET_WEEKS
    begins = pl.when(before.is_null()).then(pl.col("origin") > first).otherwise(away)
    return standing.filter(begins).sort(*by, "origin")


def months_at_risk(customer_days: int) -> float:
    """Customer-days as customer-months."""
    return customer_days / (365.25 / 12)
