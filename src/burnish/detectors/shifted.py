"""What the detectors of shifts share: which tier stands since when, and the change in words."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from burnish.detectors.speaking import FACT, day_fact, number_fact
from burnish.detectors.volume_scores import WINDOW_WEEKS
from burnish.detectors.volume_weeks import WEEK_DAYS, Weeks
from burnish.stats.cusum import entries
from burnish.stats.renewal import Floats, significant

LASTS = 0.75  # P(a change lasts for the next 13 weeks); docs/methods/volume-shift.md
NEVER = -1


def number_series(values: Floats) -> pl.Series:
    """Numbers as they are stored (D13), with what cannot be known as missing."""
    return pl.Series(significant(values), nan_to_null=True)


def stands(weeks: Weeks, down: Floats, up: Floats, over: dict[str, float]) -> pl.DataFrame:
    """Which tier each customer's score reaches today, and since when.

    One row per customer with orders: customer_id, tier, entry_on (of that tier), support_on, watch_on.
    """
    score = np.where((down >= up)[:, -1:], down, up) if weeks.count else down
    tier = np.full(len(weeks.customers), "", dtype="U8")
    columns: dict[str, pl.Series] = {}
    for name, threshold in reversed(over.items()):
        stand = np.flatnonzero(score[:, -1] > threshold) if weeks.count else np.zeros(0, np.int64)
        tier[stand] = name
        columns[f"{name}_on"] = since(weeks, score, stand, threshold)
    frame = pl.DataFrame({"customer_id": pl.Series(list(weeks.customers), dtype=pl.String), **columns})
    frame = frame.with_columns(tier=pl.Series(tier, dtype=pl.String).replace("", None))
    chosen = (pl.when(pl.col("tier") == name).then(pl.col(f"{name}_on")) for name in over)
    return frame.with_columns(entry_on=pl.coalesce(*chosen, pl.lit(None, pl.Date)))


def since(weeks: Weeks, score: Floats, stand: np.ndarray, threshold: float) -> pl.Series:
    """The Sunday of the week in which the standing alarms began; missing for customers without one."""
    week = np.full(len(weeks.customers), NEVER)
    began = entries(score[stand], threshold)
    if len(stand):
        week[stand] = weeks.count - 1 - np.argmax(began[:, ::-1], axis=1)
    days = [None if each == NEVER else weeks.ends_on(int(each)) for each in week]
    return pl.Series(days, dtype=pl.Date)


def moved(rows: pl.DataFrame, *, known_to: date) -> pl.DataFrame:
    """The rows with size and interval of their change, its window, and whether it is news.

    `known_to` is the day up to which orders are entered. The interval counts away from no change.
    """
    down = pl.col("effect") < 0
    return rows.with_columns(
        change_percent=pl.col("effect").abs(),
        change_low=pl.when(down).then(-pl.col("effect_high")).otherwise(pl.col("effect_low")),
        change_high=pl.when(down).then(-pl.col("effect_low")).otherwise(pl.col("effect_high")),
        recent_start=pl.col("window_end") - timedelta(days=WEEK_DAYS * WINDOW_WEEKS - 1),
        recent_weeks=pl.lit(WINDOW_WEEKS),
        is_new=((pl.lit(known_to) - pl.col("entry_on")).dt.total_days() < WEEK_DAYS).fill_null(False),
        effect_unit=pl.lit("%"),
    )


def change_facts(change_unit: str) -> tuple[pl.Expr, ...]:
    """The change and the orders that show it, as a sentence may name them."""
    return (
        number_fact("change_percent", "change_percent", "%"),
        number_fact("change_said", "change_percent", change_unit),
        number_fact("change_low", "change_low", "%"),
        number_fact("change_high", "change_high", "%"),
        number_fact("recent_releases", "recent", "orders"),
    )


def window_facts() -> tuple[pl.Expr, ...]:
    """First and last day of the 13 weeks."""
    return day_fact("recent_start", "recent_start"), day_fact("complete_on", "window_end")


def by_direction(down: pl.Expr, up: pl.Expr) -> pl.Expr:
    """The facts of a fall or of a rise; none where nothing is said."""
    speaks = pl.col("abstains") == ""
    falls = speaks & (pl.col("effect") < 0)
    return pl.when(falls).then(down).when(speaks).then(up).otherwise(pl.lit([], pl.List(FACT)))
