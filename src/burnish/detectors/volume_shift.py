"""Customers that order far less or far more often than their own year leads to expect."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from scipy import special

from burnish.detectors import detector
from burnish.detectors.calibration import thresholds
from burnish.detectors.innocent_volume import explanations
from burnish.detectors.season import seasonal_worth
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
from burnish.detectors.volume_replicas import volume_thresholds
from burnish.detectors.volume_scores import (
    LEAST_BASELINE_WEEKS,
    LEAST_EXPECTED,
    WINDOW_WEEKS,
    VolumeScores,
    volume_scores,
)
from burnish.detectors.volume_weeks import WEEK_DAYS, Weeks, complete_day, weeks_of_releases
from burnish.schema.signals import SIGNAL
from burnish.stats.counts import at_most, two_sided
from burnish.stats.renewal import Floats

LESS, MORE = 0.5, 1.5  # of the usual orders: the outcomes that the odds speak of
HALVING_NATS = 0.5 * np.log(0.5) + 0.5  # what one expected order tells of a halving (Kullback and Leibler)


@detector(
    says=(
        "brought {recent_releases} in the {recent_weeks} up to {complete_on}, where the {usual_weeks} before "
        "lead to expect {expected_releases}: {change_said} ({change_low:bare} to {change_high} allowing "
        "for chance)"
    ),
    evidence=("order_line",),
    outcome="the next {ahead_weeks} bring {outcome_releases}",
    explanations=explanations,
    calibrate=volume_thresholds,
)
def volume_shift(
    customer: pl.DataFrame,
    order_release: pl.DataFrame,
    working_day: pl.DataFrame,
    entry_clock: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
    least_expected: float = LEAST_EXPECTED,
) -> pl.DataFrame:
    """Score how far each customer's orders of 13 weeks lie from what was to be expected.

    One row per customer, as of one day; contract `signal`. Weeks count once they are over and entered.
    Expected are the releases of the 52 weeks before, corrected for working days and the shop's season.
    `score`: deviance root of the negative binomial, or the root of the running evidence for a halved or
    doubled rate when that is smaller, against the customer's own earlier swings. `effect`: change in per
    cent, negative when orders fall, with a 90 % interval; `odds`: the next 13 weeks bring at most half, or
    at least one and a half times, of what was expected. `information`: nats about a halving. Persons, and
    customers of whom less than `least_expected` orders are expected, are listed with the reason.
    """
    complete_on = complete_day(entry_clock, as_of)
    weeks = weeks_of_releases(order_release, working_day, complete_on=complete_on)
    found = weekly_scores(weeks, least_expected=least_expected)
    over = thresholds(alarm_threshold, "volume_shift")
    judged = latest(weeks, found).join(stands(weeks, found.down, found.up, over), on="customer_id")
    rows = customer.select("customer_id", "is_person").join(judged, on="customer_id", how="left")
    spoken = rows.sort("customer_id").with_columns(
        signal=pl.lit("volume_shift"), as_of=pl.lit(as_of), abstains=abstention(least_expected)
    )
    return in_contract(hushed(with_facts(spoken, known_to=complete_on)), SIGNAL)


def weekly_scores(weeks: Weeks, *, least_expected: float = LEAST_EXPECTED) -> VolumeScores:
    """The scores of every customer and week, each from what was known in its week."""
    worth, expected = seasonal_worth(weeks)
    alive = weeks.alive.astype(np.float64)
    return volume_scores(weeks.releases, alive, worth, expected_worth=expected, least_expected=least_expected)


def latest(weeks: Weeks, found: VolumeScores) -> pl.DataFrame:
    """What the last week says of each customer. One row per customer with orders."""
    if not weeks.count:
        return pl.DataFrame(schema=LATEST)
    last = {
        name: getattr(found, name)[:, -1] for name in ("recent", "expected", "before", "weeks", "dispersion")
    }
    recent, expected, dispersion = last["recent"], last["expected"], last["dispersion"]
    z = found.z[:, -1]
    known = np.where(np.isfinite(z), expected, 1.0)
    low, high = rate_interval(recent, dispersion)
    ahead = odds(recent, known, dispersion, down=z < 0)
    columns = {
        "customer_id": pl.Series(list(weeks.customers), dtype=pl.String),
        "z": number_series(z),
        "score": number_series(np.maximum(found.down[:, -1], found.up[:, -1])),
        "p_value": number_series(two_sided(z)),
        "recent": pl.Series(recent).cast(pl.Int64),
        "expected": number_series(expected),
        "n": pl.Series(last["before"]).cast(pl.Int64),
        "usual_weeks": pl.Series(last["weeks"]).cast(pl.Int64),
        "effect": number_series(100.0 * (recent / known - 1.0)),
        "effect_low": number_series(100.0 * (low / known - 1.0)),
        "effect_high": number_series(100.0 * (high / known - 1.0)),
        "odds": number_series(ahead),
        "information": number_series(HALVING_NATS * known / dispersion),
    }
    ends_on = weeks.ends_on(weeks.count - 1)
    return pl.DataFrame(columns).with_columns(window_end=pl.lit(ends_on))


LATEST = {
    "customer_id": pl.String,
    **dict.fromkeys(("z", "score", "p_value"), pl.Float64),
    "recent": pl.Int64,
    "expected": pl.Float64,
    **dict.fromkeys(("n", "usual_weeks"), pl.Int64),
    **dict.fromkeys(("effect", "effect_low", "effect_high", "odds", "information"), pl.Float64),
    "window_end": pl.Date,
}


def rate_interval(count: Floats, dispersion: Floats) -> tuple[Floats, Floats]:
    """90 % interval of the mean behind a count: Garwood's, widened by the dispersion."""
    scaled = count / dispersion
    low = special.gammaincinv(np.maximum(scaled, 1e-9), 0.05) * dispersion
    return np.where(count > 0, low, 0.0), special.gammaincinv(scaled + 1.0, 0.95) * dispersion


def odds(recent: Floats, expected: Floats, dispersion: Floats, *, down: np.ndarray) -> Floats:
    """P(the next 13 weeks bring at most half of the usual), or half more when orders rose.

    Predictive: the change lasts, or the usual comes back, under the same dispersion as before.
    """
    least, most = np.floor(LESS * expected), np.ceil(MORE * expected) - 1.0
    ahead = np.zeros_like(expected)
    for chance, mean in ((LASTS, np.maximum(recent, 0.5)), (1.0 - LASTS, expected)):
        fewer, more = at_most(least, mean, dispersion), 1.0 - at_most(most, mean, dispersion)
        ahead = ahead + chance * np.where(down, fewer, more)
    return ahead


def abstention(least_expected: float) -> pl.Expr:
    """Why nothing is said of a customer, in words; empty when something is."""
    weeks = pl.col("usual_weeks").fill_null(0)
    missing = LEAST_BASELINE_WEEKS - weeks
    young = pl.format(
        "{} weeks of orders known before the last {}, {} needed: about {} more",
        *(weeks, pl.lit(WINDOW_WEEKS), pl.lit(LEAST_BASELINE_WEEKS), missing),
    )
    few = pl.format(
        "{} orders to be expected in {} weeks, {} needed to tell a change from chance",
        *(pl.col("expected").round(1), pl.lit(WINDOW_WEEKS), pl.lit(f"{least_expected:g}")),
    )
    return (
        pl.when(pl.col("is_person").fill_null(False))
        .then(pl.lit(PRIVATE_PERSON))
        .when(pl.col("n").is_null())
        .then(pl.lit(NO_ORDERS))
        .when(weeks < LEAST_BASELINE_WEEKS)
        .then(young)
        .when(pl.col("z").is_null())
        .then(few)
        .otherwise(pl.lit(""))
    )


def with_facts(rows: pl.DataFrame, *, known_to: date) -> pl.DataFrame:
    """The rows with what the sentence may name; `known_to` is the day up to which orders are entered."""
    down = pl.col("effect") < 0
    named = moved(rows, known_to=known_to).with_columns(
        window_start=pl.col("recent_start") - pl.duration(days=WEEK_DAYS * pl.col("usual_weeks")),
        outcome=pl.when(down)
        .then((LESS * pl.col("expected")).floor())
        .otherwise((MORE * pl.col("expected")).ceil()),
        baseline=pl.col("expected"),
        baseline_unit=pl.lit("orders"),
    )
    fewer, more = facts("% fewer", "orders or fewer"), facts("% more", "orders or more")
    return named.with_columns(facts=by_direction(fewer, more))


def facts(change_unit: str, outcome_unit: str) -> pl.Expr:
    """The numbers and days that the sentence may name."""
    return pl.concat_list(
        *change_facts(change_unit),
        number_fact("expected_releases", "expected", "orders"),
        number_fact("recent_weeks", "recent_weeks", "weeks"),
        number_fact("usual_weeks", "usual_weeks", "weeks"),
        number_fact("usual_releases", "n", "orders"),
        number_fact("outcome_releases", "outcome", outcome_unit),
        *window_facts(),
    )
