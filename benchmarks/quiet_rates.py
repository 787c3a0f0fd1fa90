"""False alarms and delays of `gone_quiet` on null shops: the figures of docs/methods/gone-quiet.md.

    PYTHONPATH=src python benchmarks/quiet_rates.py false-alarms | stops [SEEDS]

Thresholds are fitted on the first part of a shop's history and judged on the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import null_shops
import numpy as np
import polars as pl

from burnish.detectors import calibration
from burnish.detectors.calibration import MONTH_DAYS, REPLICAS, alarm_threshold
from burnish.detectors.gone_quiet import gone_quiet
from burnish.detectors.rhythm import gap_scores

FITTED_WEEKS, JUDGED_WEEKS = 156, 104
LATE_SHARE, LATE_DAYS = 0.1, 20.0
LATE_LAG_DAYS = int(np.ceil(LATE_DAYS * np.log(LATE_SHARE / 0.02)))  # 98 % are entered within this
FAMILIES = (*null_shops.FAMILIES, "mixed", "late entry")


@dataclass(frozen=True)
class Rates:
    """False alarms per gap at nominal .01, and new ones per 100 customer-months of either tier."""

    gaps: int
    months: float
    per_gap: float
    watch: float
    briefing: float


def thresholds(releases: pl.DataFrame, fitted_on: date, *, replicas: int = REPLICAS) -> dict[str, float]:
    """The score that alarms, by tier, as fitted on a day."""
    frames = {"order_release": releases}
    fitted = alarm_threshold([gone_quiet], frames, fitted_on=fitted_on, replicas=replicas)
    return calibration.thresholds(fitted, "gone_quiet")


def false_alarms(family: str, *, seed: int, customers: int = 350, replicas: int = 40) -> Rates:
    """Judge the last weeks of a null shop by thresholds fitted on the weeks before."""
    releases = null_shops.shop(family, seed=seed, customers=customers, weeks=FITTED_WEEKS + JUDGED_WEEKS)
    fitted_on = null_shops.end_of(FITTED_WEEKS)
    over = thresholds(releases, fitted_on, replicas=replicas)
    gap = null_shops.gaps(releases, complete_on=null_shops.end_of(FITTED_WEEKS + JUDGED_WEEKS))
    scores = gap_scores(gap).with_columns(seen_days=pl.col("gap_days"))
    if family == "late entry":
        scores = seen_as_keyed(scores, releases, seed=seed)
    judged = scores.filter(pl.col("opened_on") > fitted_on, pl.col("bar_times").is_finite())
    times = pl.col("seen_days") / pl.col("usual_gap_days")
    bar = pl.max_horizontal("bar_times", "longest_times")
    months = releases["customer_id"].n_unique() * JUDGED_WEEKS * 7 / MONTH_DAYS
    return Rates(
        gaps=judged.height,
        months=months,
        per_gap=judged.select((times > pl.col("bar_times")).mean()).item(),
        watch=100 * judged.select((times > bar * over["watch"]).sum()).item() / months,
        briefing=100 * judged.select((times > bar * over["briefing"]).sum()).item() / months,
    )


def seen_as_keyed(scores: pl.DataFrame, releases: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Longest silence that a gap ever seemed to be while later releases waited to be keyed in."""
    keyed = null_shops.keyed_late(releases, seed=seed, share=LATE_SHARE, mean_days=LATE_DAYS)
    first_known = (
        keyed.sort("customer_id", "release_on")
        .with_columns(next_known=pl.col("entered_on").cum_min(reverse=True).shift(-1).over("customer_id"))
        .select("customer_id", opened_on="release_on", next_known="next_known")
    )
    seemed = (pl.col("next_known") - pl.col("opened_on")).dt.total_days() - LATE_LAG_DAYS
    joined = scores.join(first_known, on=["customer_id", "opened_on"], how="left")
    return joined.with_columns(seen_days=pl.max_horizontal("gap_days", seemed))


def stops(family: str, *, seed: int, customers: int = 350) -> pl.DataFrame:
    """Delay of the alarm when a customer orders for the last time at a random day of the judged weeks.

    One row per customer: orders a week before the stop, and days from the last order to either alarm.
    """
    weeks = FITTED_WEEKS + 2 * JUDGED_WEEKS
    releases = null_shops.shop(family, seed=seed, customers=customers, weeks=weeks)
    fitted_on = null_shops.end_of(FITTED_WEEKS)
    over = thresholds(releases, fitted_on)
    scores = gap_scores(null_shops.gaps(releases, complete_on=null_shops.end_of(FITTED_WEEKS + JUDGED_WEEKS)))
    within = scores.filter(pl.col("opened_on") > fitted_on, pl.col("bar_times").is_finite())
    last = within.sample(fraction=1.0, shuffle=True, seed=seed).group_by("customer_id").first()
    bar = pl.max_horizontal("bar_times", "longest_times") * pl.col("usual_gap_days")
    return last.select(
        "customer_id",
        per_week=7.0 * pl.col("earlier_gaps") / (pl.col("opened_on") - null_shops.FIRST_DAY).dt.total_days(),
        usual_gap_days="usual_gap_days",
        **{tier: bar * max(threshold, 1.0) for tier, threshold in over.items()},
    )


def false_alarm_lines(seeds: int) -> Iterator[str]:
    """One line per family, over all seeds."""
    for family in FAMILIES:
        each = [false_alarms(family, seed=seed) for seed in range(100, 100 + seeds)]
        gaps, months = np.array([rates.gaps for rates in each]), np.array([rates.months for rates in each])
        per_gap = np.average([rates.per_gap for rates in each], weights=gaps)
        watch = np.average([rates.watch for rates in each], weights=months)
        briefing = np.average([rates.briefing for rates in each], weights=months)
        rates = f"{per_gap:.4f} per gap  watch {watch:.3f}  briefing {briefing:.3f}"
        yield f"{family:10} {gaps.sum():8} gaps  {rates}"


def stop_lines(seeds: int) -> Iterator[str]:
    """Median delay by how often the customer ordered."""
    for family in ("regular", "poisson", "batchy", "mixed"):
        found = pl.concat([stops(family, seed=seed) for seed in range(200, 200 + seeds)])
        for low, high in ((1.0, 9.9), (0.5, 1.0), (0.25, 0.5), (0.0, 0.25)):
            of = found.filter(pl.col("per_week").is_between(low, high))
            usual, watch, briefing = of.select(pl.col("usual_gap_days", "watch", "briefing").median()).row(0)
            delays = f"usual gap {usual:.0f}, watch after {watch:.0f}, briefing after {briefing:.0f} days"
            yield f"{family:8} {low}-{high} a week: {of.height} customers, {delays}"


if __name__ == "__main__":
    what, seeds = sys.argv[1], int((sys.argv[2:] or ["10"])[0])
    reports = {"false-alarms": false_alarm_lines, "stops": stop_lines}
    for line in reports[what](seeds):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
