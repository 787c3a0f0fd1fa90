"""What one origin keeps of a day: signals, conclusions, explanations, and what plain rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

Frames = Mapping[str, pl.DataFrame]
RISK_DAYS = 364
MONTHS_3, LEAST_ORDERS = 91, 5
SIGNAL_KEPT = (
    "signal",
    "customer_id",
    "tier",
    "entry_on",
    "score",
    "p_value",
    "effect",
    "n",
    "information",
    "odds",
    "baseline",
    "abstains",
)
CONCLUSION_KEPT = ("kind", "customer_id", "tier", "entry_on", "odds_percent")
EXPLANATION_KEPT = ("signal", "customer_id", "explanation", "verdict")
TABLES = ("signal", "conclusion", "explanation", "rule")


def kept(frames: Frames, day: date) -> dict[str, pl.DataFrame]:
    """The rows of a day that scoring needs, each with its `origin`. Private persons are left out."""
    company = frames["customer"].filter(~pl.col("is_person").fill_null(False)).select("customer_id")
    columns = {"signal": SIGNAL_KEPT, "conclusion": CONCLUSION_KEPT, "explanation": EXPLANATION_KEPT}
    found = {
        name: frames[name].select(of).join(company, on="customer_id", how="semi")
        for name, of in columns.items()
    }
    found["rule"] = looked_at(company, frames, day)
    return {name: rows.with_columns(origin=pl.lit(day)) for name, rows in found.items()}


def looked_at(company: pl.DataFrame, frames: Frames, day: date) -> pl.DataFrame:
    """What plain rules look at: one row per customer, a column per rule, and whether it is at risk.

    At risk is who ordered or was invoiced within 52 weeks. A rule that cannot be used is empty.
    """
    release, bill = frames["order_release"], frames["invoice_state"]
    parts = (ordering(release, day), gaps(frames["order_gap"], day), owing(bill, day), falling(release, day))
    rows = company
    for part in parts:
        rows = rows.join(part, on="customer_id", how="left")
    since = pl.lit(day - timedelta(days=RISK_DAYS))
    is_seen = (pl.max_horizontal("last_on", "invoiced_on") > since).fill_null(False)
    long_enough = (pl.col("first_on") <= day - timedelta(days=MONTHS_3)) & (pl.col("orders") >= LEAST_ORDERS)
    return rows.select(
        "customer_id",
        is_at_risk=is_seen,
        days_silent=(pl.lit(day) - pl.col("last_on")).dt.total_days().cast(pl.Float64),
        gap_grew=pl.when(long_enough).then("gap_grew"),
        overdue=pl.col("overdue"),
        mean_fell=pl.col("mean_fell"),
    ).sort("customer_id")


def ordering(release: pl.DataFrame, day: date) -> pl.DataFrame:
    """First and last order and their number."""
    seen = release.filter(pl.col("release_on") <= day).group_by("customer_id")
    return seen.agg(
        first_on=pl.col("release_on").min(),
        last_on=pl.col("release_on").max(),
        orders=pl.len().cast(pl.Int64),
    )


def gaps(order_gap: pl.DataFrame, day: date) -> pl.DataFrame:
    """The gap so far in times of the one before it."""
    ordered = order_gap.sort("customer_id", "gap_no").group_by("customer_id", maintain_order=True)
    last = ordered.agg(
        opened_on=pl.col("opened_on").last(),
        before=pl.col("gap_days").filter(pl.col("closed_on").is_not_null()).last(),
    )
    now = (pl.lit(day) - pl.col("opened_on")).dt.total_days()
    return last.select("customer_id", gap_grew=now / pl.when(pl.col("before") > 0).then("before"))


def owing(invoice_state: pl.DataFrame, day: date) -> pl.DataFrame:
    """Days past due of the oldest open invoice, and when the newest was written."""
    late = (pl.lit(day) - pl.col("due_on")).dt.total_days().cast(pl.Float64)
    is_open = (pl.col("open_amount") > 0) & (pl.col("due_on") < day)
    return invoice_state.group_by("customer_id").agg(
        overdue=late.filter(is_open).max(), invoiced_on=pl.col("invoiced_on").max()
    )


def falling(release: pl.DataFrame, day: date) -> pl.DataFrame:
    """By how many per cent the mean of 3 months lies below that of the 12 months before.

    Of what was ordered in money; of the number of orders where the shop's orders state no amounts.
    """
    priced = bool(release["amount"].fill_null(0).sum())
    worth = pl.col("amount").cast(pl.Float64).fill_null(0.0) if priced else pl.lit(1.0)
    ago = (pl.lit(day) - pl.col("release_on")).dt.total_days()
    known = release.filter(ago >= 0).with_columns(ago=ago, worth=worth)
    earlier = pl.col("ago").is_between(MONTHS_3, MONTHS_3 + RISK_DAYS - 1)
    sums = known.group_by("customer_id").agg(
        recent=pl.col("worth").filter(pl.col("ago") < MONTHS_3).sum(),
        before=pl.col("worth").filter(earlier).sum(),
        days=(pl.col("ago").max() - MONTHS_3).clip(0, RISK_DAYS),
    )
    usual = pl.col("before") / pl.col("days") * MONTHS_3
    enough = (pl.col("days") >= MONTHS_3) & (pl.col("before") > 0)
    fell = (100.0 * (1.0 - pl.col("recent") / usual)).clip(0.0, 100.0)
    return sums.select("customer_id", mean_fell=pl.when(enough).then(fell))
