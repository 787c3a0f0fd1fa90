"""What may lie behind fewer or more orders without anything having changed between shop and customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from burnish.detectors.calibration import thresholds
from burnish.detectors.innocent_silence import (
    BOOK_NOMINAL,
    OTHERS_NEEDED,
    PAST_NEEDED,
    STALE_DAYS,
)
from burnish.detectors.season import season_today, seasonal_worth
from burnish.detectors.speaking import (
    KEPT,
    REJECTED,
    UNTESTED,
    Facts,
    Tested,
    day,
    explained,
    in_contract,
    number,
)
from burnish.detectors.volume_scores import (
    BASELINE_WEEKS,
    LEAST_BASELINE_WEEKS,
    WINDOW_WEEKS,
    VolumeScores,
    in_cents,
    ratio,
    sums,
    volume_scores,
)
from burnish.detectors.volume_weeks import WEEK_DAYS, Weeks, complete_day, size_of, weeks_of_releases
from burnish.schema.signals import EXPLANATION
from burnish.stats.binomial import at_least
from burnish.stats.counts import deviance_root

BURST_WEEKS = 4
PEERS_NEEDED = 5
PEER_EXPECTED = 4.0  # orders; with fewer a customer's own ratio is chance
HELD_UP = 0.8  # of the expected value: larger orders then make up for fewer
LATE_MORE = 0.1  # share of shipped lines
LATE_NOMINAL = 0.05
LATE_WEEKS = 26
LESS_Z, SWINGS = -1.5, 26
CLOSED_SHARE = 0.1
EXPLAINS = 0.25  # of the change, in its logarithm; what accounts for less explains nothing


@dataclass(frozen=True)
class Shift:
    """One standing shift: where it stands in the tables, and how far it must lie out to stand.

    `row` is the customer's in `weeks`; `needed_z` the |z| under which it would not stand out; `falls` says
    which way it went.
    """

    customer_id: str
    row: int
    falls: bool
    z: float
    needed_z: float
    weeks: Weeks
    found: VolumeScores

    @property
    def recent(self) -> float:
        """Releases of the 13 weeks."""
        return float(self.found.recent[self.row, -1])

    @property
    def expected(self) -> float:
        """Releases that were to be expected."""
        return float(self.found.expected[self.row, -1])

    def stands_out(self, *, recent: float | None = None, expected: float | None = None) -> bool:
        """Whether it would still stand with other counts, in the same direction."""
        seen = self.recent if recent is None else recent
        usual = max(self.expected if expected is None else expected, 0.1)
        dispersion = self.found.dispersion[self.row, -1]
        root = float(deviance_root(*(np.array(each) for each in (seen, usual, dispersion))))
        return (-root if self.falls else root) > self.needed_z

    def explained_by(self, *, recent: float | None = None, expected: float | None = None) -> bool:
        """Whether counts freed of something innocent account for a good part, so that it would not stand."""
        seen = self.recent if recent is None else recent
        usual = self.expected if expected is None else expected
        left, whole = (
            np.log((one + 0.5) / (other + 0.5))
            for one, other in ((seen, usual), (self.recent, self.expected))
        )
        return left / whole <= 1.0 - EXPLAINS and not self.stands_out(recent=recent, expected=expected)


def explanations(
    volume_shift: pl.DataFrame,
    order_release: pl.DataFrame,
    working_day: pl.DataFrame,
    entry_clock: pl.DataFrame,
    customer_week: pl.DataFrame,
    customer: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
) -> pl.DataFrame:
    """Test the innocent explanations of every shift that reaches a tier. Contract `explanation`."""
    standing = volume_shift.filter(pl.col("tier").is_not_null()).sort("customer_id")
    if standing.is_empty():
        return in_contract(standing.clear(), EXPLANATION)
    complete_on = complete_day(entry_clock, as_of)
    weeks = weeks_of_releases(
        order_release, working_day, complete_on=complete_on, size=size_of(order_release)
    )
    worth, expected = seasonal_worth(weeks)
    found = volume_scores(weeks.releases, weeks.alive.astype(np.float64), worth, expected_worth=expected)
    clock = next(entry_clock.filter(pl.col("table") == "order_line").iter_rows(named=True), None)
    industry = dict(customer.select("customer_id", "industry").iter_rows()) if "industry" in customer else {}
    shipped = customer_week.join(standing.select("customer_id"), on="customer_id", how="semi")
    tested = []
    for shift in shifts(standing, weeks, found, thresholds(alarm_threshold, "volume_shift")):
        tests = {
            "season": season_of(shift),
            "peers": peers(shift, industry),
            "one_off": one_off(shift),
            "order_size": order_size(shift),
            "shutdown_or_holiday": shutdown_or_holiday(shift, working_day),
        }
        if shift.falls:
            tests["late_deliveries"] = late_deliveries(shift, shipped)
            tests["not_entered_yet"] = not_entered_yet(shift, clock)
            tests["whole_book_quiet"] = whole_book_quiet(shift, complete_on, as_of)
        tested.append((shift.customer_id, tests))
    return explained("volume_shift", tested)


def shifts(standing: pl.DataFrame, weeks: Weeks, found: VolumeScores, over: dict[str, float]) -> list[Shift]:
    """The standing shifts, in order of customer."""
    row_of = {name: row for row, name in enumerate(weeks.customers)}
    shifts = []
    for signal in standing.iter_rows(named=True):
        row = row_of[signal["customer_id"]]
        z = float(found.z[row, -1])
        farther = abs(z) / max(signal["score"], 1e-9)
        needed = over.get(signal["tier"], 0.0) * max(farther, 1.0)
        shifts.append(Shift(signal["customer_id"], row, z < 0, z, min(needed, abs(z)), weeks, found))
    return shifts


def season_of(shift: Shift) -> Tested:
    """Did the same weeks of most earlier years bring as few, or as many, against the year before them?"""
    history = int(shift.weeks.alive[shift.row].sum())
    facts: Facts = [number("season_months", 24, "months")]
    if history < 2 * BASELINE_WEEKS:
        return UNTESTED, "orders are known for less than {season_months}, and a season takes that long", facts
    last, share = shift.weeks.count - 1, ratio(shift.found.recent, shift.found.expected)[shift.row]
    years = [
        float(share[last - BASELINE_WEEKS * ago])
        for ago in range(1, 1 + (history - 1) // BASELINE_WEEKS)
        if shift.found.weeks[shift.row, last - BASELINE_WEEKS * ago] >= LEAST_BASELINE_WEEKS
    ]
    if not years:
        return UNTESTED, "orders are known for less than {season_months}, and a season takes that long", facts
    half_way = (1.0 + float(share[last])) / 2.0
    alike = sum(year <= half_way if shift.falls else year >= half_way for year in years)
    facts = [
        number("years_alike", alike, "years"),
        number("earlier_years", len(years), "years"),
        number("season_percent", 100.0 * shop_season(shift.weeks), "%"),
    ]
    way = "few" if shift.falls else "many"
    says = (
        "in {years_alike:bare} of {earlier_years} before, the same weeks brought about as " + way + " too; "
        "for the whole shop they bring {season_percent} of the year's level, and that is taken out"
    )
    return (KEPT if 2 * alike >= len(years) else REJECTED), says, facts


def shop_season(weeks: Weeks) -> float:
    """The season's mean factor in the last 13 weeks."""
    return float(season_today(weeks)[weeks.slots[-WINDOW_WEEKS:]].mean())


def peers(shift: Shift, industry: dict[str, str | None]) -> Tested:
    """Would it stand out against what the others of its industry, or of the book, did in the same weeks?"""
    own = industry.get(shift.customer_id)
    others = np.array([name != shift.customer_id for name in shift.weeks.customers])
    others &= shift.found.expected[:, -1] >= PEER_EXPECTED
    alike = others & np.array(
        [own is not None and industry.get(name) == own for name in shift.weeks.customers]
    )
    among, group = (
        (alike, "of its industry") if alike.sum() >= PEERS_NEEDED else (others, "of all industries")
    )
    if among.sum() < PEERS_NEEDED:
        return UNTESTED, "too few other customers order often enough to compare with", []
    share = float(np.median(shift.found.recent[among, -1] / shift.found.expected[among, -1]))
    facts = [
        number("peers", int(among.sum()), "customers"),
        number("peer_percent", 100.0 * share, "%"),
        number("own_percent", 100.0 * shift.recent / shift.expected, "%"),
    ]
    says = (
        f"the middle one of {{peers}} {group} brought {{peer_percent}} of what was to be expected, "
        "this one {own_percent}"
    )
    if shift.explained_by(expected=share * shift.expected):
        return KEPT, says + "; against theirs it would not stand out", facts
    return REJECTED, says, facts


def one_off(shift: Shift) -> Tested:
    """Would it stand out without the busiest weeks of the year before (or, after a rise, of these 13)?"""
    releases = (shift.weeks.releases * shift.weeks.alive)[shift.row]
    if shift.falls:
        span, level = releases[-BASELINE_WEEKS - WINDOW_WEEKS : -WINDOW_WEEKS], shift.expected
    else:
        span, level = releases[-WINDOW_WEEKS:], shift.recent
    burst = sums(span, BURST_WEEKS)
    if len(span) <= BURST_WEEKS or not burst.max(initial=0.0):
        return UNTESTED, "too few weeks to tell a burst from the rest", []
    rest = (span.sum() - burst.max()) / (len(span) - BURST_WEEKS)
    without = level * rest * len(span) / max(span.sum(), 1.0)
    facts = [
        number("burst_releases", burst.max(), "orders"),
        number("burst_weeks", BURST_WEEKS, "weeks"),
        number("without_releases", without, "orders"),
        number("level_releases", level, "orders"),
    ]
    if shift.falls:
        says = (
            "the busiest {burst_weeks} of the year before brought {burst_releases}; without them "
            "{without_releases} instead of {level_releases} were to be expected"
        )
        innocent = shift.explained_by(expected=without)
    else:
        says = (
            "the busiest {burst_weeks} of these brought {burst_releases}; at the pace of the others "
            "they would hold {without_releases} instead of {level_releases}"
        )
        innocent = shift.explained_by(recent=without)
    if innocent:
        return KEPT, says + ", and it would not stand out", facts
    return REJECTED, says + ", and it would stand out still", facts


def order_size(shift: Shift) -> Tested:
    """Do larger orders make up for fewer, or are more orders only smaller ones?"""
    weeks, row = shift.weeks, shift.row
    size = in_cents(weeks.size[row]) * weeks.alive[row]
    before = sums(size, BASELINE_WEEKS, ago=WINDOW_WEEKS)[-1]
    releases = float(shift.found.before[row, -1])
    if not before or not releases:
        return UNTESTED, "the orders state neither value nor size", []
    expected = before * shift.expected / releases
    share = sums(size, WINDOW_WEEKS)[-1] / expected
    facts = [
        number("value_percent", 100.0 * share, "%"),
        number("own_percent", 100.0 * shift.recent / shift.expected, "%"),
    ]
    says = "{own_percent} of the orders to be expected came, and they make {value_percent} of the volume"
    if shift.falls:
        return (KEPT, says + ": fewer, but larger", facts) if share >= HELD_UP else (REJECTED, says, facts)
    return (KEPT, says + ": more, but smaller", facts) if share <= 1.0 / HELD_UP else (REJECTED, says, facts)


def shutdown_or_holiday(shift: Shift, working_day: pl.DataFrame) -> Tested:
    """Was the shop itself closed more than usual?"""
    if working_day.is_empty():
        return UNTESTED, "the shop's working days are not known", []
    worth = shift.weeks.worth
    days = 5.0 * worth[-WINDOW_WEEKS:].sum()
    usual = 5.0 * WINDOW_WEEKS * worth[-BASELINE_WEEKS - WINDOW_WEEKS : -WINDOW_WEEKS].mean()
    facts = [
        number("working_days", days, "working days"),
        number("usual_working_days", usual, "working days"),
    ]
    says = "the shop worked {working_days} in these weeks, usually {usual_working_days}; that is taken out"
    closed = days < (1.0 - CLOSED_SHARE) * usual
    if shift.falls and closed:
        return KEPT, says + ", but customers may plan around a closed shop", facts
    return REJECTED, says, facts


def late_deliveries(shift: Shift, customer_week: pl.DataFrame) -> Tested:
    """Did more of what we shipped to them come late before their orders fell?"""
    ends = shift.weeks.ends_on(shift.weeks.count - 1)
    ago = (pl.lit(ends) - pl.col("week")).dt.total_days() // WEEK_DAYS
    mine = customer_week.filter(pl.col("customer_id") == shift.customer_id).with_columns(ago=ago)
    near = mine.filter(pl.col("ago").is_between(0, LATE_WEEKS - 1))
    past = mine.filter(pl.col("ago").is_between(LATE_WEEKS, LATE_WEEKS + BASELINE_WEEKS - 1))
    (late, all_near), (late_past, all_past) = (
        (int(part["late_shipments"].sum()), int(part["shipments"].sum())) for part in (near, past)
    )
    if not all_near or not all_past:
        return UNTESTED, "no shipments to it are known, so late deliveries cannot be ruled out", []
    if not mine["late_shipments"].sum() and not customer_week["late_shipments"].sum():
        return UNTESTED, "no shipment is known to be late, or none says when it was due", []
    usual = (late_past + 0.5) / (all_past + 1.0)
    facts = [
        number("late_percent", 100.0 * late / all_near, "%"),
        number("usual_late_percent", 100.0 * late_past / all_past, "%"),
        number("late_weeks", LATE_WEEKS, "weeks"),
    ]
    says = (
        "{late_percent} of what we shipped to it in the last {late_weeks} was late, in the year before "
        "{usual_late_percent}"
    )
    worse = (
        late / all_near - late_past / all_past >= LATE_MORE
        and at_least(late, all_near, usual) <= LATE_NOMINAL
    )
    return (KEPT if worse else REJECTED), says, facts


def not_entered_yet(shift: Shift, clock: dict[str, Any] | None) -> Tested:
    """Would it stand out without the weeks in which entries may still come?"""
    if clock is None or not clock["stated"]:
        return UNTESTED, "the orders do not say when they were entered, so late entry cannot be ruled out", []
    lag_days = int(clock["lag_days"] or 0)
    left_out = min(-(-lag_days // WEEK_DAYS), WINDOW_WEEKS - 1)
    complete_on = shift.weeks.ends_on(shift.weeks.count - 1)
    facts = [number("lag_days", lag_days, "days"), day("complete_on", complete_on)]
    releases, worth = shift.weeks.releases[shift.row], shift.weeks.worth
    kept = slice(shift.weeks.count - WINDOW_WEEKS, shift.weeks.count - left_out)
    share = worth[kept].sum() / max(worth[-WINDOW_WEEKS:].sum(), 1e-9)
    if left_out and not shift.stands_out(recent=float(releases[kept].sum()), expected=share * shift.expected):
        return (
            KEPT,
            "orders are entered up to {lag_days} late, and without the weeks still open to that it would not "
            "stand out",
            facts,
        )
    return (
        REJECTED,
        "nearly all orders are entered within {lag_days}, and it counts only up to {complete_on}",
        facts,
    )


def whole_book_quiet(shift: Shift, complete_on: date, as_of: date) -> Tested:
    """Do more of the others order less than on earlier days, or do the orders loaded end long ago?"""
    behind = (as_of - complete_on).days
    if behind > STALE_DAYS:
        facts = [day("complete_on", complete_on), number("behind_days", behind, "days")]
        return KEPT, "the orders loaded are complete only up to {complete_on}, {behind_days} ago", facts
    step = shift.weeks.count - 1 - BURST_WEEKS * np.arange(SWINGS + 1)
    z = np.delete(shift.found.z[:, step[step >= 0]], shift.row, axis=0)
    judged, less = np.isfinite(z), z < LESS_Z
    n, k, past = int(judged[:, 0].sum()), int(less[:, 0].sum()), int(judged[:, 1:].sum())
    if n < OTHERS_NEEDED or past < PAST_NEEDED:
        return UNTESTED, "too few other customers order often enough to compare with", []
    usual = (int(less[:, 1:].sum()) + 0.5) / (past + 1.0)
    facts = [
        number("quiet_customers", k, "other customers"),
        number("other_customers", n, "other customers"),
        number("quiet_share", 100.0 * k / n, "%"),
        number("usual_share", 100.0 * usual, "%"),
    ]
    if at_least(k, n, usual) <= BOOK_NOMINAL:
        says = "{quiet_customers:bare} of {other_customers} order far less too, more than chance gives: "
        return KEPT, says + "{quiet_share}, usually {usual_share}", facts
    return (
        REJECTED,
        "{quiet_customers:bare} of {other_customers} order far less too; that happens by chance",
        facts,
    )
