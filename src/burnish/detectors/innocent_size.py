"""What may lie behind smaller or larger orders without the customer wanting less or more of us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from burnish.detectors.calibration import thresholds
from burnish.detectors.innocent_volume import EXPLAINS, HELD_UP, PEERS_NEEDED
from burnish.detectors.speaking import (
    KEPT,
    REJECTED,
    UNTESTED,
    Tested,
    explained,
    in_contract,
    number,
)
from burnish.detectors.volume_scores import (
    BASELINE_WEEKS,
    WINDOW_WEEKS,
    SizeScores,
    in_cents,
    size_scores,
    sums,
)
from burnish.detectors.volume_weeks import Weeks, complete_day, size_of, weeks_of_releases
from burnish.schema.signals import EXPLANATION


@dataclass(frozen=True)
class Resized:
    """One standing change of size: the customer's row in the tables, and the change that would just stand."""

    customer_id: str
    row: int
    needed: float
    weeks: Weeks
    found: SizeScores

    @property
    def change(self) -> float:
        """Change of the mean log size."""
        return float(self.found.change[self.row, -1])

    def stands_out(self, change: float) -> bool:
        """Whether it would still stand out had it moved by so much, or that accounts for too little."""
        return change / self.change > 1.0 - EXPLAINS or change * np.sign(self.change) > self.needed


def explanations(
    size_shift: pl.DataFrame,
    order_release: pl.DataFrame,
    working_day: pl.DataFrame,
    entry_clock: pl.DataFrame,
    customer: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
) -> pl.DataFrame:
    """Test the innocent explanations of every change of size that reaches a tier. Contract `explanation`."""
    standing = size_shift.filter(pl.col("tier").is_not_null()).sort("customer_id")
    if standing.is_empty():
        return in_contract(standing.clear(), EXPLANATION)
    complete_on = complete_day(entry_clock, as_of)
    size = size_of(order_release)
    weeks = weeks_of_releases(order_release, working_day, complete_on=complete_on, size=size)
    found = size_scores(weeks.sized, weeks.log_size, weeks.log_size_square, weeks.alive.astype(np.float64))
    industry = dict(customer.select("customer_id", "industry").iter_rows()) if "industry" in customer else {}
    tested = []
    for resized in all_resized(standing, weeks, found, thresholds(alarm_threshold, "size_shift")):
        tests = {
            "season": season_of(resized),
            "peers": peers(resized, industry),
            "one_off": one_off(resized),
            "order_count": order_count(resized),
        }
        tested.append((resized.customer_id, tests))
    return explained("size_shift", tested)


def all_resized(
    standing: pl.DataFrame, weeks: Weeks, found: SizeScores, over: dict[str, float]
) -> list[Resized]:
    """The standing changes, in order of customer."""
    row_of = {name: row for row, name in enumerate(weeks.customers)}
    resized = []
    for signal in standing.iter_rows(named=True):
        row = row_of[signal["customer_id"]]
        change = abs(float(found.change[row, -1]))
        needed = min(over.get(signal["tier"], 0.0) * change / max(signal["score"], 1e-9), change)
        resized.append(Resized(signal["customer_id"], row, needed, weeks, found))
    return resized


def percent(change: float) -> float:
    """A difference of logarithms as per cent of the usual size."""
    return float(100.0 * np.exp(change))


def season_of(resized: Resized) -> Tested:
    """Were orders as small, or as large, in the same weeks of most earlier years?"""
    known, last = resized.found.z[resized.row], resized.weeks.count - 1
    places = [last - BASELINE_WEEKS * ago for ago in range(1, 1 + last // BASELINE_WEEKS)]
    years = [float(resized.found.change[resized.row, week]) for week in places if np.isfinite(known[week])]
    if not years:
        return UNTESTED, "too few orders are known of the same weeks of earlier years", []
    alike = sum(year / resized.change >= 0.5 for year in years)
    facts = [number("years_alike", alike, "years"), number("earlier_years", len(years), "years")]
    says = "in {years_alike:bare} of {earlier_years} before, orders of the same weeks changed alike"
    return (KEPT if 2 * alike >= len(years) else REJECTED), says, facts


def peers(resized: Resized, industry: dict[str, str | None]) -> Tested:
    """Would it stand out against what the others of its industry, or of the book, did in the same weeks?"""
    own = industry.get(resized.customer_id)
    names = resized.weeks.customers
    others = np.isfinite(resized.found.z[:, -1]) & np.array([name != resized.customer_id for name in names])
    alike = others & np.array([own is not None and industry.get(name) == own for name in names])
    among, group = (
        (alike, "of its industry") if alike.sum() >= PEERS_NEEDED else (others, "of all industries")
    )
    if among.sum() < PEERS_NEEDED:
        return UNTESTED, "too few other customers order often enough to compare with", []
    middle = float(np.median(resized.found.change[among, -1]))
    facts = [
        number("peers", int(among.sum()), "customers"),
        number("peer_percent", percent(middle), "%"),
        number("own_percent", percent(resized.change), "%"),
    ]
    says = (
        f"the middle one of {{peers}} {group} sent orders of {{peer_percent}} of its usual size, "
        "this one {own_percent}"
    )
    if resized.stands_out(resized.change - middle):
        return REJECTED, says, facts
    return KEPT, says + "; against theirs it would not stand out", facts


def one_off(resized: Resized) -> Tested:
    """Would it stand out without the week of the largest orders, of the year before or of these 13?"""
    row, weeks = resized.row, resized.weeks
    sized, logs = weeks.sized[row] * weeks.alive[row], weeks.log_size[row] * weeks.alive[row]
    falls = resized.change < 0
    before = slice(max(weeks.count - BASELINE_WEEKS - WINDOW_WEEKS, 0), weeks.count - WINDOW_WEEKS)
    recent = slice(weeks.count - WINDOW_WEEKS, weeks.count)
    without = [mean_without_largest(sized[span], logs[span]) for span in (before, recent)]
    means = [float(logs[span].sum() / max(sized[span].sum(), 1.0)) for span in (before, recent)]
    change = means[1] - without[0] if falls else without[1] - means[0]
    facts = [
        number("own_percent", percent(resized.change), "%"),
        number("rest_percent", percent(change), "%"),
    ]
    says = (
        "without the week of the largest orders "
        + ("of the year before" if falls else "of these")
        + " the typical one is {rest_percent} of the usual size instead of {own_percent}"
    )
    return (REJECTED if resized.stands_out(change) else KEPT), says, facts


def mean_without_largest(sized: np.ndarray, logs: np.ndarray) -> float:
    """Mean log size without the week that lifts it most."""
    mean = logs.sum() / max(sized.sum(), 1.0)
    week = int(np.argmax(logs - mean * sized))
    return float((logs.sum() - logs[week]) / max(sized.sum() - sized[week], 1.0))


def order_count(resized: Resized) -> Tested:
    """Do more orders make up for smaller ones, or are larger orders only fewer?"""
    row, weeks = resized.row, resized.weeks
    size = in_cents(weeks.size[row]) * weeks.alive[row]
    before, now = sums(size, BASELINE_WEEKS, ago=WINDOW_WEEKS)[-1], sums(size, WINDOW_WEEKS)[-1]
    known = sums(weeks.alive[row].astype(np.float64), BASELINE_WEEKS, ago=WINDOW_WEEKS)[-1]
    share = float(now / (before * WINDOW_WEEKS / max(known, 1.0))) if before else 0.0
    if not share:
        return UNTESTED, "the orders state neither value nor size", []
    facts = [number("value_percent", 100.0 * share, "%"), number("own_percent", percent(resized.change), "%")]
    says = "the typical order has {own_percent} of the usual size, all of them together {value_percent}"
    if resized.change < 0:
        return (KEPT if share >= HELD_UP else REJECTED), says, facts
    return (KEPT if share <= 1.0 / HELD_UP else REJECTED), says, facts
