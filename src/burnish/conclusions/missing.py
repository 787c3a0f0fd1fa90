"""Silences that say more about the data than about the customers."""

from __future__ import annotations

import polars as pl

MISSING_SHARE = 100 / 3  # %: when so many of the others are quiet, orders are missing, not customers


def orders_missing(explanation: pl.DataFrame) -> pl.DataFrame:
    """The alarms behind which orders are probably missing: signal, customer_id, fell_silent.

    That is where `whole_book_quiet` is kept, unless under a third of the other customers are quiet:
    so few may really have left together. `fell_silent` counts the customers quiet at once, this one
    among them; it is empty where the orders loaded end too early to count them.
    """
    kept = explanation.filter(pl.col("explanation") == "whole_book_quiet", pl.col("verdict") == "kept")
    counted = kept.with_columns(share=_number("quiet_share"), others=_number("quiet_customers"))
    return counted.filter(pl.col("share").fill_null(100.0) >= MISSING_SHARE).select(
        "signal", "customer_id", fell_silent=pl.col("others").cast(pl.Int64) + 1
    )


def _number(name: str) -> pl.Expr:
    """The number of one fact; null when it is not among the facts."""
    named = pl.element().struct.field("name") == name
    return pl.col("facts").list.eval(pl.element().filter(named).struct.field("number")).list.first()
