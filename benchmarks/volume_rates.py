"""False alarms and finds of `volume_shift` and `size_shift`: the figures of docs/methods/volume-shift.md.

    PYTHONPATH=src python benchmarks/volume_rates.py false-alarms | finds | rules [SEEDS]

Thresholds are fitted on the first part of a shop's history and judged on the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import null_shops
import numpy as np
import polars as pl

from burnish.detectors import calibration
from burnish.detectors.calibration import MONTH_DAYS, REPLICAS, alarm_threshold
from burnish.detectors.size_shift import size_shift
from burnish.detectors.volume_scores import VolumeScores, size_scores
from burnish.detectors.volume_shift import volume_shift, weekly_scores
from burnish.detectors.volume_weeks import WEEK_DAYS, Weeks, weeks_of_releases
from burnish.stats.cusum import entries

FITTED_WEEKS, JUDGED_WEEKS = 156, 104
PLANTED_WEEKS = FITTED_WEEKS + 2 * JUDGED_WEEKS
LATE_LAG_DAYS = 33  # 98 % are entered within this when 10 % are late by 20 days on average
FAMILIES = (*null_shops.FAMILIES, "mixed", "common shock", "late entry")
SHOCKS, SHOCK_WEEKS, SHOCK_LEFT = 4, 10, 0.6  # in ten years: all customers order 40 % less for ten weeks
SIZE_SPREAD, SIZE_WANDER = 0.7, 0.25  # of log size: from order to order, and slowly
STATISTICS = {"volume_shift": volume_shift, "size_shift": size_shift}
OUTCOME_WEEKS = 13
Floats = np.ndarray


def calendar(first: date, last: date) -> pl.DataFrame:
    """Monday to Friday are worked."""
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    return days.with_columns(is_working=(pl.col("day").dt.weekday() < 6).cast(pl.Int64))


WORKS = calendar(null_shops.FIRST_DAY, null_shops.end_of(600))


def shop(family: str, *, seed: int, weeks: int, customers: int = 350) -> pl.DataFrame:
    """Releases of a null shop with an amount each."""
    releases = null_shops.shop(family, seed=seed, weeks=weeks, customers=customers)
    draws = np.random.default_rng([seed, 11])
    if family == "common shock":
        starts = draws.uniform(0, 520, SHOCKS * 2)
        week = (releases["release_on"] - null_shops.FIRST_DAY).dt.total_days().to_numpy() / WEEK_DAYS
        low = np.any((week[:, None] >= starts) & (week[:, None] < starts + SHOCK_WEEKS), axis=1)
        releases = releases.filter(pl.Series(~low | (draws.random(len(week)) < SHOCK_LEFT)))
    return with_amounts(releases, draws)


def with_amounts(releases: pl.DataFrame, draws: np.random.Generator) -> pl.DataFrame:
    """Each release with an amount: log-normal about a level of the customer that wanders slowly."""
    sorted_by = releases.sort("customer_id", "release_on")
    count = sorted_by.height
    wander = SIZE_WANDER * np.sqrt(2 / 30) * draws.standard_normal(count)
    level = pl.Series(wander).ewm_mean(alpha=1 / 30, adjust=False).to_numpy() * 30 / np.sqrt(30)
    amount = np.exp(6.0 + level + SIZE_SPREAD * draws.standard_normal(count))
    return sorted_by.with_columns(amount=pl.Series(amount).round(2))


@dataclass(frozen=True)
class Judged:
    """Scores by customer and week, fall and rise, and where one could be said."""

    down: Floats
    up: Floats
    known: Floats
    customers: tuple[str, ...]

    def begun(self, threshold: float, since: int) -> tuple[int, int]:
        """Falls and rises that begin from a week on."""
        return tuple(int(entries(way, threshold)[:, since:].sum()) for way in (self.down, self.up))  # type: ignore[return-value]

    def months(self, since: int) -> float:
        """Customer-months of all customers, whether they could be judged or not."""
        return float(self.known[:, since:].size) * WEEK_DAYS / MONTH_DAYS


def judged(signal: str, releases: pl.DataFrame, works: pl.DataFrame, *, complete_on: date) -> Judged:
    """The scores of every past week of a shop."""
    weeks = weeks_of_releases(releases, works, complete_on=complete_on, size="amount")
    if signal == "volume_shift":
        found = weekly_scores(weeks)
        return Judged(found.down, found.up, np.isfinite(found.z), weeks.customers)
    sized = size_scores(weeks.sized, weeks.log_size, weeks.log_size_square, weeks.alive.astype(np.float64))
    return Judged(sized.down, sized.up, np.isfinite(sized.z), weeks.customers)


def fitted(
    signal: str, releases: pl.DataFrame, works: pl.DataFrame, fitted_on: date, *, replicas: int = REPLICAS
) -> dict[str, float]:
    """The score that alarms, by tier."""
    frames = {"order_release": releases, "working_day": works}
    table = alarm_threshold([STATISTICS[signal]], frames, fitted_on=fitted_on, replicas=replicas)
    return calibration.thresholds(table, signal)


def as_keyed(signal: str, releases: pl.DataFrame, *, seed: int, weeks: int) -> Judged:
    """Scores of weeks as they looked when they were complete by the clock: late entries are not there yet."""
    keyed = null_shops.keyed_late(releases, seed=seed)
    whole = judged(signal, releases, WORKS, complete_on=null_shops.end_of(weeks))
    down, up, known = whole.down.copy(), whole.up.copy(), whole.known.copy()
    rows = {name: row for row, name in enumerate(whole.customers)}
    for week in range(FITTED_WEEKS, weeks):
        end = null_shops.end_of(week + 1)
        there = keyed.filter(pl.col("entered_on") <= end + timedelta(days=LATE_LAG_DAYS))
        seen = judged(signal, there, WORKS, complete_on=end)
        place = [rows[name] for name in seen.customers]
        down[place, week], up[place, week] = seen.down[:, -1], seen.up[:, -1]
        known[place, week] = seen.known[:, -1]
    return Judged(down, up, known, whole.customers)


def false_alarms(signal: str, family: str, *, seed: int, replicas: int = REPLICAS) -> dict[str, float]:
    """New alarms per 100 customer-months of a null shop by tier, by thresholds fitted on the weeks before."""
    weeks = FITTED_WEEKS + JUDGED_WEEKS
    releases = shop(family, seed=seed, weeks=weeks)
    over = fitted(signal, releases, WORKS, null_shops.end_of(FITTED_WEEKS), replicas=replicas)
    found = (
        as_keyed(signal, releases, seed=seed, weeks=weeks)
        if family == "late entry"
        else judged(signal, releases, WORKS, complete_on=null_shops.end_of(weeks))
    )
    counts = {tier: found.begun(threshold, FITTED_WEEKS) for tier, threshold in over.items()}
    named = {
        f"{tier} {way}": n
        for tier, both in counts.items()
        for way, n in zip(("down", "up"), both, strict=True)
    }
    return named | {"months": found.months(FITTED_WEEKS)}


def false_alarm_lines(seeds: int) -> Iterator[str]:
    """One line per signal and family, over all seeds."""
    for signal in STATISTICS:
        for family in FAMILIES:
            each = [false_alarms(signal, family, seed=seed) for seed in range(100, 100 + seeds)]
            months = sum(rates["months"] for rates in each)
            rate = {name: 100 * sum(rates[name] for rates in each) / months for name in each[0]}
            tiers = "  ".join(
                f"{tier} {rate[f'{tier} down'] + rate[f'{tier} up']:.3f} (down {rate[f'{tier} down']:.3f})"
                for tier in ("support", "watch", "briefing")
            )
            yield f"{signal} {family:12} {months:8.0f} customer-months  {tiers}"


@dataclass(frozen=True)
class Planted:
    """A shop in which every customer's orders change by a factor in a week of its own; `dense` is without."""

    dense: pl.DataFrame
    changed: pl.DataFrame
    week: dict[str, int]


def planted(factor: float, family: str, *, seed: int) -> Planted:
    """Thin the releases of a null shop at random: after the week for a fall, before it for a rise."""
    dense = shop(family, seed=seed, weeks=PLANTED_WEEKS)
    draws = np.random.default_rng([seed, 12])
    names = sorted(dense["customer_id"].unique())
    drawn = draws.integers(FITTED_WEEKS, FITTED_WEEKS + JUDGED_WEEKS, len(names))
    week = {name: int(each) for name, each in zip(names, drawn, strict=True)}
    starts = [null_shops.end_of(week[name]) for name in dense["customer_id"]]
    later = dense["release_on"].to_numpy() > np.array(starts, dtype="datetime64[D]")
    share = np.where(later, min(factor, 1.0), min(1.0 / max(factor, 1e-9), 1.0))
    return Planted(dense, dense.filter(pl.Series(draws.random(len(later)) < share)), week)


def finds(factor: float, family: str, *, seed: int) -> list[tuple[float, int, int]]:
    """Customers whose orders change at a random week: orders expected, weeks to watch and to briefing.

    -1 where the alarm of that direction does not come within 52 weeks.
    """
    made = planted(factor, family, seed=seed)
    over = fitted("volume_shift", made.dense, WORKS, null_shops.end_of(FITTED_WEEKS), replicas=20)
    found = weekly(made.changed)
    way = found.down if factor < 1 else found.up
    rows = []
    for row, name in enumerate(weeks_of(made.changed).customers):
        start = made.week[name]
        after = [
            np.flatnonzero(entries(way[row : row + 1], over[tier])[0, start : start + 52])
            for tier in ("watch", "briefing")
        ]
        weeks = (int(each[0]) + 1 if len(each) else -1 for each in after)
        rows.append((float(found.expected[row, start - 1]), *weeks))
    return rows


def weeks_of(releases: pl.DataFrame) -> Weeks:
    """All weeks of a planted shop."""
    return weeks_of_releases(releases, WORKS, complete_on=null_shops.end_of(PLANTED_WEEKS))


def weekly(releases: pl.DataFrame) -> VolumeScores:
    """The scores of all weeks of a planted shop."""
    return weekly_scores(weeks_of(releases))


def rule_lines(seeds: int) -> Iterator[str]:
    """`volume_shift` beside "3-month mean down by": false alarms, and halvings found within 13 weeks."""
    for family in ("regular", "poisson", "mixed"):
        for name in ("watch", "briefing", *(f"mean down {share} %" for share in (10, 20, 30, 40, 50, 60))):
            rows = [rule(name, family, seed=seed) for seed in range(200, 200 + seeds)]
            false, months, hits, halved = (sum(each) for each in zip(*rows, strict=True))
            rate = 100 * false / months
            yield f"{family:8} {name:16} false {rate:6.2f}, found {hits / halved:.2f} of {halved}"


def rule(name: str, family: str, *, seed: int) -> tuple[int, float, int, int]:
    """False falls and customer-months of the shop unchanged; halvings found within 13 weeks, and planted."""
    made = planted(0.5, family, seed=seed)
    plain = name.startswith("mean")
    bar = float(name.split()[2]) / 100 if plain else fitted_to(made.dense)[name]
    calm, fallen = weekly(made.dense), weekly(made.changed)
    scores = [drop(each) if plain else each.down for each in (calm, fallen)]
    began = [entries(score, bar) for score in scores]
    months = float(np.isfinite(calm.z[:, FITTED_WEEKS:]).sum()) * WEEK_DAYS / MONTH_DAYS
    starts = [made.week[customer] for customer in weeks_of(made.changed).customers]
    judged_before = [np.isfinite(fallen.z[row, start - 1]) for row, start in enumerate(starts)]
    hits = [began[1][row, start : start + OUTCOME_WEEKS].any() for row, start in enumerate(starts)]
    hit = int((np.array(hits) & np.array(judged_before)).sum())
    return int(began[0][:, FITTED_WEEKS:].sum()), months, hit, int(np.sum(judged_before))


def fitted_to(releases: pl.DataFrame) -> dict[str, float]:
    """The thresholds of a planted shop, fitted on the part before anything changes."""
    return fitted("volume_shift", releases, WORKS, null_shops.end_of(FITTED_WEEKS), replicas=20)


def drop(found: VolumeScores) -> Floats:
    """Share by which 13 weeks fell short of the mean of the year before, where that is judged at all."""
    usual = np.where(np.isfinite(found.z), found.expected, np.inf)
    return np.asarray(np.where(np.isfinite(usual), 1.0 - found.recent / usual, 0.0))


def find_lines(seeds: int) -> Iterator[str]:
    """Share found within 13 and 26 weeks, by how many orders were expected in 13 weeks."""
    for family in ("regular", "poisson", "mixed"):
        for factor, name in ((0.0, "stop"), (0.5, "half"), (0.67, "a third less"), (2.0, "double")):
            rows = np.array(
                [row for seed in range(200, 200 + seeds) for row in finds(factor, family, seed=seed)]
            )
            for low, high in ((8, 16), (16, 32), (32, 999)):
                of = rows[(rows[:, 0] >= low) & (rows[:, 0] < high)]
                watch, briefing = of[:, 1], of[:, 2]
                share = [
                    np.mean((col > 0) & (col <= weeks)) for weeks in (13, 26) for col in (watch, briefing)
                ]
                text = f"watch {share[0]:.2f} / {share[2]:.2f}, briefing {share[1]:.2f} / {share[3]:.2f}"
                yield f"{family:8} {name:12} {low:3}-{high:3} expected: {len(of):4}, 13 / 26 weeks: {text}"


REPORTS: dict[str, Callable[[int], Iterator[str]]] = {
    "false-alarms": false_alarm_lines,
    "finds": find_lines,
    "rules": rule_lines,
}


if __name__ == "__main__":
    what, seeds = sys.argv[1], int((sys.argv[2:] or ["3"])[0])
    for line in REPORTS[what](seeds):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
