"""Made-up shops in which nobody stops: the null families that alarms are calibrated and judged on.

Rates follow a plater's book (the median customer orders .27 times a week, 14 % weekly or more), and
each family adds one habit that is not leaving: clumps, blanket pauses, drift, season, late keying.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

MEDIAN_PER_WEEK = 0.27
SPREAD = 1.21  # 14 % of the customers at one a week or more
FIRST_DAY = date(2018, 1, 1)
Days = NDArray[np.int64]
Family = Callable[[np.random.Generator, float, int], NDArray[np.float64]]


def renewal(draws: np.random.Generator, usual: float, days: int, *, shape: float) -> NDArray[np.float64]:
    """Days of events with gamma gaps of mean `usual`, begun long before the window."""
    count = int(4 * (days + 20 * usual) / usual) + 50
    at = np.cumsum(draws.gamma(shape, usual / shape, count)) - 20 * usual
    return at[(at >= 0) & (at < days)]


def regular(draws: np.random.Generator, usual: float, days: int) -> NDArray[np.float64]:
    """Gaps steadier than chance."""
    return renewal(draws, usual, days, shape=float(draws.uniform(1.5, 8.0)))


def poisson(draws: np.random.Generator, usual: float, days: int) -> NDArray[np.float64]:
    """Gaps by pure chance."""
    return renewal(draws, usual, days, shape=1.0)


def batchy(draws: np.random.Generator, usual: float, days: int) -> NDArray[np.float64]:
    """Orders in clumps."""
    return renewal(draws, usual, days, shape=float(draws.uniform(0.35, 0.7)))


def blanket(draws: np.random.Generator, usual: float, days: int) -> NDArray[np.float64]:
    """Releases while a blanket order runs, none between two of them."""
    at = renewal(draws, usual / 1.5, days, shape=2.0)
    edges = np.cumsum(draws.exponential(np.tile([26 * 7.0, 10 * 7.0], days // 100 + 5))) - draws.uniform(
        0, 250
    )
    return at[np.searchsorted(edges, at) % 2 == 0]


def drift(draws: np.random.Generator, usual: float, days: int) -> NDArray[np.float64]:
    """A rate that drifts up or down by half or double over three years."""
    at = renewal(draws, 1.0, int(4 * days / usual) + 30, shape=1.5)
    slope = float(draws.normal(0.0, np.log(2.0) / 1095.0))
    grown = at * usual * np.exp(slope * days / 2)
    at = grown if abs(slope) < 1e-9 else np.log1p(np.maximum(slope * grown, -0.999999)) / slope
    return at[(at >= 0) & (at < days)]


def seasonal(draws: np.random.Generator, usual: float, days: int) -> NDArray[np.float64]:
    """A yearly swing of half the rate, the same months for all."""
    at = renewal(draws, usual / 1.5, days, shape=1.0)
    keep = (1.0 + 0.5 * np.sin(2 * np.pi * at / 365.25)) / 1.5
    return at[draws.random(len(at)) < keep]


FAMILIES: dict[str, Family] = {
    "regular": regular,
    "poisson": poisson,
    "batchy": batchy,
    "blanket": blanket,
    "drift": drift,
    "seasonal": seasonal,
}


def shop(family: str, *, seed: int, customers: int = 350, weeks: int = 260) -> pl.DataFrame:
    """Releases of a null shop: customer_id, release_on, blanket_lines. `mixed`: one each per customer."""
    draws = np.random.default_rng([seed, *family.encode()])
    usual = 7.0 / np.exp(np.log(MEDIAN_PER_WEEK) + SPREAD * draws.standard_normal(customers))
    usual = np.maximum(usual, 1.6)
    kinds = list(FAMILIES) if family == "mixed" else [family if family in FAMILIES else "poisson"]
    frames = []
    for number in range(customers):
        kind = kinds[int(draws.integers(len(kinds)))]
        day = np.unique(FAMILIES[kind](draws, float(usual[number]), 7 * weeks).astype(np.int64))
        frames.append(pl.DataFrame({"customer_id": [f"C{number:04d}"] * len(day), "at": day}))
    return pl.concat(frames).select(
        "customer_id",
        release_on=pl.lit(FIRST_DAY) + pl.duration(days=pl.col("at")),
        blanket_lines=pl.lit(0, pl.Int64),
    )


def gaps(releases: pl.DataFrame, *, complete_on: date) -> pl.DataFrame:
    """Gaps between releases up to `complete_on`, as the feature makes them; Monday to Friday are worked."""
    known = releases.filter(pl.col("release_on") <= complete_on).sort("customer_id", "release_on")
    closed = pl.col("release_on").shift(-1).over("customer_id")
    until = pl.coalesce(closed, pl.lit(complete_on))
    return known.select(
        "customer_id",
        pl.int_range(1, pl.len() + 1).over("customer_id").cast(pl.Int64).alias("gap_no"),
        pl.col("release_on").alias("opened_on"),
        closed.alias("closed_on"),
        (until - pl.col("release_on")).dt.total_days().alias("gap_days"),
        pl.business_day_count("release_on", until).cast(pl.Int64).alias("gap_working_days"),
        "blanket_lines",
    )


def keyed_late(
    releases: pl.DataFrame, *, seed: int, share: float = 0.1, mean_days: float = 20.0
) -> pl.DataFrame:
    """The day each release was entered: `share` of them late by an exponential delay. Adds `entered_on`."""
    draws = np.random.default_rng([seed, 77])
    late = np.where(draws.random(len(releases)) < share, draws.exponential(mean_days, len(releases)), 0.0)
    return releases.with_columns(
        entered_on=pl.col("release_on") + pl.duration(days=pl.Series(late.astype(np.int64)))
    )


def end_of(weeks: int) -> date:
    """Last day of a shop of that many weeks."""
    return FIRST_DAY + timedelta(days=7 * weeks - 1)
