"""What may lie behind a silence without anybody having left, each tested on the shop's own tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from burnish.detectors.rhythm import MEMORY_GAPS
from burnish.detectors.speaking import (
    KEPT,
    REJECTED,
    UNTESTED,
    Tested,
    day,
    explained,
    number,
)
from burnish.stats.binomial import at_least
from burnish.stats.renewal import earlier_median

CLOSED_SHARE = 0.1  # of the silence; a shop closed for less than that explains nothing
SEASON_MONTHS = 24
YEAR_DAYS = 364  # 52 whole weeks, so that weekdays meet
SEASON_SLACK_DAYS = 14
STALE_DAYS = 31
QUIET_TIMES = 3.0
LEFT_DAYS = 182  # silent for longer: no longer one of those who might be quiet just now
BOOK_STEP_DAYS = 28
BOOK_STEPS = 26
OTHERS_NEEDED = 5
PAST_NEEDED = 100
BOOK_NOMINAL = 0.01
COUNTED = "{quiet_customers:bare} of {other_customers} "


@dataclass(frozen=True)
class Silence:
    """One alarming silence. `ordered`: days of all releases, sorted; `needed_days`: length that alarms.

    `working_share`: working days in the ended gaps over all their days, None where the calendar is not known.
    """

    customer_id: str
    last_on: date
    days: int
    needed_days: int
    usual_days: float
    working_days: int | None
    ended_days: tuple[int, ...]
    working_share: float | None
    ordered: tuple[date, ...]
    blanket_lines: int

    @property
    def complete_on(self) -> date:
        """Day up to which the silence counts."""
        return self.last_on + timedelta(days=self.days)


@dataclass(frozen=True)
class Book:
    """Who was quiet on a number of days, today last: day x customer, in order of `customers`."""

    customers: tuple[str, ...]
    at_risk: NDArray[np.bool_]
    quiet: NDArray[np.bool_]


def explanations(
    gone_quiet: pl.DataFrame, order_gap: pl.DataFrame, entry_clock: pl.DataFrame, *, as_of: date
) -> pl.DataFrame:
    """Test the innocent explanations of every alarming silence. One row each; contract `explanation`."""
    clock = next(entry_clock.filter(pl.col("table") == "order_line").iter_rows(named=True), None)
    alarms = gone_quiet.filter(pl.col("tier").is_not_null())
    book = whole_book(order_gap.sort("customer_id", "gap_no"))
    tested = []
    for silence in silences(alarms, order_gap):
        tests = {
            "not_entered_yet": not_entered_yet(silence, clock),
            "shutdown_or_holiday": shutdown_or_holiday(silence),
            "seasonal_pause": seasonal_pause(silence),
            "blanket_calendar": blanket_calendar(silence),
            "whole_book_quiet": whole_book_quiet(silence, book, as_of),
        }
        tested.append((silence.customer_id, tests))
    return explained("gone_quiet", tested)


def silences(alarms: pl.DataFrame, order_gap: pl.DataFrame) -> Iterator[Silence]:
    """The alarming silences with the customer's history, in order of customer."""
    mine = order_gap.join(alarms.select("customer_id"), on="customer_id", how="semi").sort("gap_no")
    history = mine.partition_by("customer_id", as_dict=True)
    for alarm in alarms.sort("customer_id").iter_rows(named=True):
        gaps = history[(alarm["customer_id"],)]
        ended, still = gaps.filter(pl.col("closed_on").is_not_null()), gaps.row(-1, named=True)
        yield Silence(
            customer_id=alarm["customer_id"],
            last_on=still["opened_on"],
            days=still["gap_days"],
            needed_days=(alarm["entry_on"] - still["opened_on"]).days,
            usual_days=alarm["baseline"],
            working_days=still["gap_working_days"],
            ended_days=tuple(ended["gap_days"]),
            working_share=working_share(ended),
            ordered=tuple(gaps["opened_on"]),
            blanket_lines=still["blanket_lines"] or 0,
        )


def working_share(ended: pl.DataFrame) -> float | None:
    """Working days in ended gaps over all their days; None when none are known."""
    known = ended.filter(pl.col("gap_working_days").is_not_null())
    days, working_days = int(known["gap_days"].sum()), int(known["gap_working_days"].sum())
    return working_days / days if working_days else None


def not_entered_yet(silence: Silence, clock: dict[str, Any] | None) -> Tested:
    """Would the silence still stand out if it were shorter by the lag that nearly all entries keep to?"""
    if clock is None or not clock["stated"]:
        return UNTESTED, "the orders do not say when they were entered, so late entry cannot be ruled out", []
    lag_days = clock["lag_days"] or 0
    facts = [number("lag_days", lag_days, "days"), day("complete_on", silence.complete_on)]
    if silence.days - lag_days < silence.needed_days:
        return (
            KEPT,
            "orders are entered up to {lag_days} late, and without those days it would not stand out",
            facts,
        )
    if lag_days == 0:
        return REJECTED, "orders are entered on the day they come, and all are in up to {complete_on}", facts
    return (
        REJECTED,
        "nearly all orders are entered within {lag_days}, and it counts only up to {complete_on}",
        facts,
    )


def shutdown_or_holiday(silence: Silence) -> Tested:
    """Would the silence still stand out without the days on which the shop was closed more than usual?"""
    if silence.working_days is None or not silence.working_share:
        return UNTESTED, "the shop's working days are not known", []
    closed_days = max(round(silence.days - silence.working_days / silence.working_share), 0)
    open_days = silence.days - closed_days
    facts = [
        number("silent_days", silence.days, "days"),
        number("silent_working_days", silence.working_days, "working days"),
        number("closed_days", closed_days, "days"),
        number("open_times", open_days / silence.usual_days, "times"),
        number("needed_times", silence.needed_days / silence.usual_days, "times"),
    ]
    if not closed_days:
        says = "the shop was closed no more than usual: {silent_working_days} in these {silent_days}"
        return REJECTED, says, facts
    without = "without the {closed_days} that the shop was closed more than usual it "
    if open_days < silence.needed_days and closed_days >= CLOSED_SHARE * silence.days:
        says = "would be {open_times} the usual gap, and it stands out from {needed_times}"
        return KEPT, without + says, facts
    return REJECTED, without + "is still {open_times} the usual gap", facts


def seasonal_pause(silence: Silence) -> Tested:
    """Was the customer silent in the same weeks of most earlier years?"""
    if silence.days > YEAR_DAYS:
        return REJECTED, "it has lasted for more than a year, longer than any season", []
    history_days = (silence.last_on - silence.ordered[0]).days
    facts = [number("season_months", SEASON_MONTHS, "months"), day("first_on", silence.ordered[0])]
    if history_days < SEASON_MONTHS * 365.25 / 12:
        return UNTESTED, "orders are known since {first_on} only; a season needs {season_months}", facts
    years = [silent_before(silence, ago) for ago in range(1, history_days // YEAR_DAYS + 1)]
    facts = [number("silent_years", sum(years), "years"), number("earlier_years", len(years), "years")]
    says = "in {silent_years:bare} of {earlier_years} before it was silent in the same weeks too"
    return (KEPT if 2 * sum(years) >= len(years) else REJECTED), says, facts


def silent_before(silence: Silence, years_ago: int) -> bool:
    """Whether no order came in the same weeks of an earlier year, give or take two at either end."""
    slack = timedelta(days=min(SEASON_SLACK_DAYS, silence.days // 4))
    back = timedelta(days=YEAR_DAYS * years_ago)
    first, last = silence.last_on - back + slack, silence.complete_on - back - slack
    return not any(first < ordered < last for ordered in silence.ordered)


def blanket_calendar(silence: Silence) -> Tested:
    """Has the customer paused for at least half as long more than once, or does it order by blanket?"""
    pauses = sum(2 * days >= silence.days for days in silence.ended_days)
    facts = [
        number("pauses", pauses, "times"),
        number("longest_gap_days", max(silence.ended_days), "days"),
        number("blanket_lines", silence.blanket_lines, "lines"),
    ]
    if silence.blanket_lines:
        return KEPT, "the last order released {blanket_lines} of a blanket order", facts
    if pauses >= 2:
        return (
            KEPT,
            "it has paused for at least half as long {pauses} before, once for {longest_gap_days}",
            facts,
        )
    return REJECTED, "no blanket order is known, and its longest pause before was {longest_gap_days}", facts


def whole_book(gaps: pl.DataFrame) -> Book:
    """Who was silent for over three times the usual gap, today and every fourth week of two years before."""
    names = tuple(gaps["customer_id"].unique(maintain_order=True))
    customer = gaps["customer_id"].rle_id().to_numpy().astype(np.int64)
    opened = gaps["opened_on"].to_physical().to_numpy().astype(np.int64)
    until = opened + gaps["gap_days"].to_numpy()
    is_open = gaps["closed_on"].is_null().to_numpy()
    usual = earlier_median(gaps["gap_days"].to_numpy(), customer, min_gaps=8, memory=MEMORY_GAPS)
    today = int(until[is_open].max()) if is_open.any() else 0
    days = today - BOOK_STEP_DAYS * np.arange(BOOK_STEPS, -1, -1)
    at_risk, quiet = np.zeros((2, len(days), len(names)), dtype=np.bool_)
    for place, now in enumerate(days):
        silent = now - opened
        current = (silent >= 0) & (is_open | (now < until)) & (silent <= LEFT_DAYS) & np.isfinite(usual)
        at_risk[place, customer[current]] = True
        quiet[place, customer[current & (silent > QUIET_TIMES * usual)]] = True
    return Book(names, at_risk, quiet)


def whole_book_quiet(silence: Silence, book: Book, as_of: date) -> Tested:
    """Are more of the other customers quiet than on earlier days, or do the orders loaded end long ago?"""
    behind = (as_of - silence.complete_on).days
    if behind > STALE_DAYS:
        facts = [day("complete_on", silence.complete_on), number("behind_days", behind, "days")]
        return KEPT, "the orders loaded are complete only up to {complete_on}, {behind_days} ago", facts
    others = np.array([name != silence.customer_id for name in book.customers])
    n, k = int(book.at_risk[-1, others].sum()), int(book.quiet[-1, others].sum())
    past = int(book.at_risk[:-1, others].sum())
    if n < OTHERS_NEEDED or past < PAST_NEEDED:
        return UNTESTED, "too few other customers have a rhythm to compare with", []
    usual = (int(book.quiet[:-1, others].sum()) + 0.5) / (past + 1.0)
    facts = [
        number("quiet_customers", k, "other customers"),
        number("other_customers", n, "other customers"),
        number("quiet_share", 100.0 * k / n, "%"),
        number("usual_share", 100.0 * usual, "%"),
    ]
    if at_least(k, n, usual) <= BOOK_NOMINAL:
        says = "are quiet too, more than chance gives: {quiet_share}, usually {usual_share}"
        return KEPT, COUNTED + says, facts
    if not k:
        return REJECTED, "none of {other_customers} is quiet", facts
    return REJECTED, COUNTED + f"{'is' if k == 1 else 'are'} quiet too; that happens by chance", facts
