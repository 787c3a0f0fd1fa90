"""Customers whose orders have become far smaller or far larger, however often they come."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy import special

from burnish.detectors import detector
from burnish.detectors.calibration import thresholds
from burnish.detectors.innocent_size import explanations
from burnish.detectors.shifted import (
    LASTS,
    by_direction,
    change_facts,
    moved,
    number_series,
    stands,
    window_facts,
)
from burnish.detectors.speaking import (
    NO_ORDERS,
    PRIVATE_PERSON,
    hushed,
    in_contract,
    number_fact,
)
from burnish.detectors.volume_replicas import size_thresholds
from burnish.detectors.volume_scores import (
    BASELINE_WEEKS,
    LEAST_SIZED,
    LEAST_SIZED_BEFORE,
    WINDOW_WEEKS,
    SizeScores,
    size_scores,
)
from burnish.detectors.volume_weeks import Weeks, complete_day, size_of, weeks_of_releases
from burnish.schema.signals import SIGNAL
from burnish.stats.counts import two_sided

SMALLER, LARGER = 0.8, 1.25  # of the usual size: the outcomes that the odds speak of
NORMAL_90 = 1.6448536269514722


@detector(
    says=(
        "sent orders {change_said} than before in the {recent_weeks} up to {complete_on} "
        "({recent_releases}, held against {usual_releases} of the {usual_weeks} before; {change_low:bare} to "
        "{change_high} allowing for chance)"
    ),
    evidence=("order_line",),
    outcome="the typical order of the next {ahead_weeks} is {outcome_size} the size usual before",
    explanations=explanations,
    calibrate=size_thresholds,
)
def size_shift(
    customer: pl.DataFrame,
    order_release: pl.DataFrame,
    working_day: pl.DataFrame,
    entry_clock: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
) -> pl.DataFrame:
    """Score how far the size of each customer's releases has moved. One row per customer; contract `signal`.

    Size is the value of a release, or its weight or pieces where most releases state those only. The mean
    logarithm of the releases of 13 full weeks is held against that of the 52 weeks before by a moderated t
    (Smyth 2004), widened by how far earlier 13-week means missed. `effect`: change of the typical size in
    per cent with a 90 % interval; `odds`: the typical order of the next 13 weeks is a fifth smaller than
    before, or a quarter larger. `information`: nats about a halved size.
    """
    complete_on = complete_day(entry_clock, as_of)
    size = size_of(order_release)
    weeks = weeks_of_releases(order_release, working_day, complete_on=complete_on, size=size)
    found = size_scores(weeks.sized, weeks.log_size, weeks.log_size_square, weeks.alive.astype(np.float64))
    over = thresholds(alarm_threshold, "size_shift")
    judged = latest(weeks, found).join(stands(weeks, found.down, found.up, over), on="customer_id")
    rows = customer.select("customer_id", "is_person").join(judged, on="customer_id", how="left")
    spoken = rows.sort("customer_id").with_columns(
        signal=pl.lit("size_shift"), as_of=pl.lit(as_of), abstains=abstention(stated=size is not None)
    )
    return in_contract(hushed(with_facts(spoken, known_to=complete_on)), SIGNAL)


def latest(weeks: Weeks, found: SizeScores) -> pl.DataFrame:
    """What the last week says of each customer. One row per customer with orders."""
    if not weeks.count:
        return pl.DataFrame(schema=LATEST)
    z, change, error = found.z[:, -1], found.change[:, -1], found.error[:, -1]
    sure = np.where(np.isfinite(z) & (error > 0), error, 1.0)
    columns = {
        "customer_id": pl.Series(list(weeks.customers), dtype=pl.String),
        "z": number_series(z),
        "score": number_series(np.maximum(found.down[:, -1], found.up[:, -1])),
        "p_value": number_series(two_sided(z)),
        "recent": pl.Series(found.recent[:, -1]).cast(pl.Int64),
        "n": pl.Series(found.before[:, -1]).cast(pl.Int64),
        "effect": number_series(100.0 * np.expm1(change)),
        "effect_low": number_series(100.0 * np.expm1(change - NORMAL_90 * sure)),
        "effect_high": number_series(100.0 * np.expm1(change + NORMAL_90 * sure)),
        "odds": number_series(odds(change, sure)),
        "information": number_series(0.5 * (np.log(2.0) / sure) ** 2),
    }
    return pl.DataFrame(columns).with_columns(window_end=pl.lit(weeks.ends_on(weeks.count - 1)))


LATEST = {
    "customer_id": pl.String,
    **dict.fromkeys(("z", "score", "p_value"), pl.Float64),
    **dict.fromkeys(("recent", "n"), pl.Int64),
    **dict.fromkeys(("effect", "effect_low", "effect_high", "odds", "information"), pl.Float64),
    "window_end": pl.Date,
}


def odds(change: np.ndarray, error: np.ndarray) -> np.ndarray:
    """P(the typical order of the next 13 weeks is a fifth smaller than before), or a quarter larger."""
    smaller, larger = (
        LASTS * special.ndtr(way * (bar - change) / error) + (1.0 - LASTS) * special.ndtr(way * bar / error)
        for way, bar in ((1.0, np.log(SMALLER)), (-1.0, np.log(LARGER)))
    )
    return np.where(change < 0, smaller, larger)


def abstention(*, stated: bool) -> pl.Expr:
    """Why nothing is said of a customer, in words; empty when something is."""
    few = pl.format(
        "{} orders of known size in {} weeks and {} before, {} and {} needed",
        *(
            pl.col("recent"),
            pl.lit(WINDOW_WEEKS),
            pl.col("n"),
            pl.lit(LEAST_SIZED),
            pl.lit(LEAST_SIZED_BEFORE),
        ),
    )
    return (
        pl.when(pl.col("is_person").fill_null(False))
        .then(pl.lit(PRIVATE_PERSON))
        .when(pl.col("n").is_null())
        .then(pl.lit(NO_ORDERS))
        .when(pl.lit(not stated))
        .then(pl.lit("most orders state neither value nor weight nor quantity"))
        .when(pl.col("z").is_null())
        .then(few)
        .otherwise(pl.lit(""))
    )


def with_facts(rows: pl.DataFrame, *, known_to: date) -> pl.DataFrame:
    """The rows with what the sentence may name; `known_to` is the day up to which orders are entered."""
    down = pl.col("effect") < 0
    named = moved(rows, known_to=known_to).with_columns(
        window_start=pl.col("recent_start") - timedelta(weeks=BASELINE_WEEKS),
        usual_weeks=pl.lit(BASELINE_WEEKS),
        outcome=pl.when(down).then(100.0 * SMALLER).otherwise(100.0 * LARGER),
        baseline=pl.lit(100.0),
        baseline_unit=pl.lit("% of the usual size"),
    )
    smaller, larger = facts("% smaller", "% or less of"), facts("% larger", "% or more of")
    return named.with_columns(facts=by_direction(smaller, larger))


def facts(change_unit: str, outcome_unit: str) -> pl.Expr:
    """The numbers and days that the sentence may name."""
    return pl.concat_list(
        *change_facts(change_unit),
        number_fact("usual_releases", "n", "orders"),
        number_fact("recent_weeks", "recent_weeks", "weeks"),
        number_fact("usual_weeks", "usual_weeks", "weeks"),
        number_fact("outcome_size", "outcome", outcome_unit),
        *window_facts(),
    )
