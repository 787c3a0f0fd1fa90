"""Planted lateness, false alarms, plain rules: the figures of docs/methods/paying-later.md.

    python benchmarks/late_payments.py                      the real receivables of ../shared/data
    python benchmarks/late_payments.py false-alarms [SEEDS] null ledgers, in which nobody comes to pay later
    python benchmarks/late_payments.py odds [SEEDS]         how often the outcome came true

The real receivables are walked through as known: on each day a payment of a later day is not there yet.
`Disputed` and the columns of days are known only afterwards and are not read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import null_ledgers
import null_shops
import numpy as np
import polars as pl

from burnish.detectors.calibration import (
    MONTH_DAYS,
    REPLICAS,
    SHARES,
    alarm_threshold,
    quarter_start,
    thresholds,
)
from burnish.detectors.paying_ahead import LATE_MARK_DAYS, OUTLOOK_DAYS, goes_late
from burnish.detectors.paying_bills import Ledger, day_number, ledger
from burnish.detectors.paying_later import paying_later
from burnish.detectors.paying_scores import NEVER, Bills, habits, history, runs_of, usual_spreads
from burnish.stats.cusum import entries
from burnish.stats.renewal import Floats, Ints

REAL = Path(__file__).parents[2] / "shared" / "data" / "receivables_ibm" / "ibm_accounts_receivable.csv"
LAST_DAY = date(2014, 1, 12)
ORIGIN_DAYS = 28
WEEK = 7
TIMELY_DAYS = 91
PLANTED = (5, 10, 20)
PLANT_SHARE = 0.2
PLANT_FROM, PLANT_TO = date(2012, 10, 1), date(2013, 9, 30)
SEEDS = 40
OVERDUE_DAYS = (5, 10, 15, 20, 30, 45, 60, 90)
MEAN_DAYS = (3, 5, 10, 15)
FITTED_WEEKS, JUDGED_WEEKS = 156, 104
FAMILIES = (*null_ledgers.FAMILIES, "mixed")


def say(text: str = "") -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def real_invoices() -> pl.DataFrame:
    """The real receivables as `invoice_state`, every invoice settled."""
    read = pl.read_csv(REAL, infer_schema_length=0)

    def day(name: str) -> pl.Expr:
        return pl.col(name).str.to_date("%m/%d/%Y")

    amount = pl.col("InvoiceAmount").cast(pl.Decimal(18, 4))
    return read.select(
        customer_id="customerID",
        invoice_ref="invoiceNumber",
        invoiced_on=day("InvoiceDate"),
        due_on=day("DueDate"),
        amount=amount,
        paid=amount,
        paid_on=day("SettledDate"),
        last_paid_on=day("SettledDate"),
        open_amount=amount - amount,
    )


def known_on(invoices: pl.DataFrame, day: date) -> pl.DataFrame:
    """The invoices as a day knew them."""
    paid = pl.col("paid_on") <= day
    return invoices.filter(pl.col("invoiced_on") <= day).with_columns(
        paid=pl.when(paid).then("paid").otherwise(0),
        paid_on=pl.when(paid).then("paid_on"),
        last_paid_on=pl.when(paid).then("last_paid_on"),
        open_amount=pl.when(paid).then(0).otherwise("amount").cast(pl.Decimal(18, 4)),
    )


def fitted(invoices: pl.DataFrame, day: date) -> pl.DataFrame:
    """The thresholds of the quarter of a day, from what was known when it began."""
    known = {"invoice_state": known_on(invoices, quarter_start(day))}
    return alarm_threshold([paying_later], known, fitted_on=quarter_start(day))


def walked(invoices: pl.DataFrame, first: date, last: date) -> Iterator[pl.DataFrame]:
    """The detector's signals on every fourth Sunday, each with what was known then."""
    names = invoices["customer_id"].unique().sort()
    customer = pl.DataFrame({"customer_id": names, "is_person": [False] * len(names)})
    day, quarter, over = first, None, pl.DataFrame()
    while day <= last:
        if quarter != quarter_start(day):
            quarter, over = quarter_start(day), fitted(invoices, day)
        clock = pl.DataFrame({"table": ["payment"], "complete_on": [day], "lag_days": [0], "stated": [0]})
        yield paying_later(customer, known_on(invoices, day), clock, over, as_of=day)
        day += timedelta(days=ORIGIN_DAYS)


def walk_lines(invoices: pl.DataFrame) -> Iterator[str]:
    """(a) New alarms by tier at every fourth Sunday."""
    found = pl.concat(each.drop("facts") for each in walked(invoices, date(2012, 7, 1), LAST_DAY))
    judged = found.filter(pl.col("abstains") == "")
    months = judged.height * ORIGIN_DAYS / MONTH_DAYS
    yield (
        f"{found['as_of'].n_unique()} origins, {judged.height:,} of {found.height:,} customer-origins "
        f"judged, {months:,.0f} customer-months"
    )
    recent = pl.col("as_of") - pl.col("entry_on") < pl.duration(days=ORIGIN_DAYS)
    tiers = list(SHARES)
    for place, tier in enumerate(tiers):
        new = judged.filter(pl.col("tier").is_in(tiers[place:]), recent).height
        rate = f"{100 * new / months:.2f} per 100 customer-months (share {SHARES[tier]})"
        yield f"  {tier} or higher: {new} new, {rate}"


@dataclass(frozen=True)
class Planted:
    """Invoices some of whose customers pay later from a day on: `begins` by customer, else NEVER."""

    bills: Bills
    begins: Ints


def planted(bills: Bills, customers: int, days: int, *, seed: int) -> Planted:
    """A fifth of the customers pay `days` later from a random day on."""
    draws = np.random.default_rng([seed, days])
    begins = draws.integers(day_number(PLANT_FROM), day_number(PLANT_TO) + 1, customers)
    begins = np.where(draws.random(customers) < PLANT_SHARE, begins, NEVER)
    late = (bills.paid >= begins[bills.group]) & (bills.paid < NEVER)
    return Planted(replace(bills, paid=bills.paid + np.where(late, days, 0)), begins)


Score = Callable[[Bills, int], tuple[Floats, Ints]]


def our_score(bills: Bills, customers: int) -> tuple[Floats, Ints]:
    """Scores customer × Sunday, and the Sundays."""
    past = history(bills, customers, day_number(LAST_DAY))
    return past.z, past.days


def overdue_score(bills: Bills, customers: int) -> tuple[Floats, Ints]:
    """The plain rule: how long the oldest open invoice is past due."""
    days = sundays(bills)
    still = (bills.invoiced[:, None] <= days) & (bills.paid[:, None] > days)
    late = np.where(still, days - bills.due[:, None], 0)
    oldest = np.zeros((customers, len(days)))
    np.maximum.at(oldest, bills.group, late)
    return oldest, days


def mean_score(bills: Bills, customers: int) -> tuple[Floats, Ints]:
    """The other plain rule: mean days late of what was settled in 13 weeks, over that of the year before."""
    days = sundays(bills)
    paid, late = bills.paid[:, None], (bills.paid - bills.due)[:, None]

    def mean(low: int, high: int) -> Floats:
        within = (paid > days - high) & (paid <= days - low)
        total, count = np.zeros((2, customers, len(days)))
        np.add.at(total, bills.group, np.where(within, late, 0))
        np.add.at(count, bills.group, within)
        return np.where(count >= 3, total / np.maximum(count, 1), np.nan)

    return mean(0, 91) - mean(91, 455), days


def sundays(bills: Bills) -> Ints:
    """The Sundays from the first invoice to the last day."""
    last = day_number(LAST_DAY)
    return np.arange(last, int(bills.invoiced.min()), -WEEK)[::-1]


Alarm = Callable[[Floats, Ints], np.ndarray]


def over_fixed(threshold: float) -> Alarm:
    """Entries over one threshold."""
    return lambda score, days: entries(score, threshold)


def over_quarterly(by_quarter: dict[date, float]) -> Alarm:
    """Entries over the threshold of each quarter."""

    def alarm(score: Floats, days: Ints) -> np.ndarray:
        starts = np.array([day_number(start) for start in by_quarter])
        of = np.searchsorted(starts, days, side="left") - 1
        began = np.zeros(score.shape, np.bool_)
        for place, threshold in enumerate(by_quarter.values()):
            began |= entries(score, threshold) & (of == place)
        return began

    return alarm


@dataclass(frozen=True)
class Found:
    """Share of planted ones found within 13 weeks, of those judged at some time then, and false alarms."""

    planted: int
    timely: float
    of_judged: float
    false: float


def planted_found(book: Ledger, days: int, score: Score, alarm: Alarm) -> Found:
    """(b) Over all seeds. False: alarms of the others and before the onset, per 100 customer-months."""
    customers, hits, judged, plants, wrong, months = len(book.customers), 0, 0, 0, 0, 0.0
    for seed in range(SEEDS):
        made = planted(book.bills, customers, days, seed=seed)
        z, week = score(made.bills, customers)
        began, begins = alarm(z, week), made.begins[:, None]
        timely = (week >= begins) & (week < begins + TIMELY_DAYS)
        plants += int((made.begins < NEVER).sum())
        hits += int((began & timely).any(axis=1).sum())
        judged += int((np.isfinite(z) & timely).any(axis=1).sum())
        before = week < begins
        wrong += int((began & before).sum())
        months += float((np.isfinite(z) & before).sum()) * WEEK / MONTH_DAYS
    return Found(plants, hits / plants, hits / max(judged, 1), 100 * wrong / months)


def planted_lines(invoices: pl.DataFrame) -> Iterator[str]:
    """(b) Ours at every tier, and the plain rules."""
    book = ledger(invoices)
    quarters = [date(year, month, 1) for year in (2012, 2013) for month in (1, 4, 7, 10)] + [date(2014, 1, 1)]
    over = {quarter_start(day): thresholds(fitted(invoices, day), "paying_later") for day in quarters}
    for tier in SHARES:
        by_quarter = {start: each[tier] for start, each in over.items()}
        last = list(by_quarter.values())[-1]
        yield line(f"ours, {tier} ({last:.2f} at the end)", book, our_score, over_quarterly(by_quarter))
    for days in OVERDUE_DAYS:
        yield line(f"an invoice over {days} days past due", book, overdue_score, over_fixed(days))
    for days in MEAN_DAYS:
        yield line(f"settled mean over {days} days later", book, mean_score, over_fixed(days))


def line(name: str, book: Ledger, score: Score, alarm: Alarm) -> str:
    """One row of the table."""
    each = [planted_found(book, days, score, alarm) for days in PLANTED]
    shares = "  ".join(
        f"+{days}: {found.timely:.2f} ({found.of_judged:.2f} of judged)"
        for days, found in zip(PLANTED, each, strict=True)
    )
    return f"{name:34} {shares}  false {np.mean([found.false for found in each]):.2f}"


def auc(score: Floats, truth: np.ndarray) -> float:
    """Area under the ROC curve, ties halved."""
    rank = pl.Series(score).rank("average").to_numpy()
    hits = int(truth.sum())
    return float((rank[truth].sum() - hits * (hits + 1) / 2) / (hits * (len(truth) - hits)))


def level_lines(invoices: pl.DataFrame) -> Iterator[str]:
    """(c) Late or not, each invoice from what its customer had paid the day before it was written."""
    bills = ledger(invoices).bills
    runs = runs_of(bills, usual_spreads(bills))
    habit = habits(bills, runs)
    late = bills.paid > bills.due
    own = np.full(len(late), np.nan)
    for each in range(len(late)):
        known = (bills.group == bills.group[each]) & (bills.paid < bills.invoiced[each])
        if known.any():
            own[each] = (late[known].sum() + 0.5) / (known.sum() + 1.0)
    level = habit.level / habit.scale
    for name, there in (("six runs known", habit.known), ("one payment known", np.isfinite(own))):
        ours = np.where(habit.known, level, np.nan)
        rate = f"own past late rate {auc(own[there], late[there]):.3f}"
        mine = (
            f"level over spread {auc(ours[there], late[there]):.3f}, "
            if np.isfinite(ours[there]).all()
            else ""
        )
        yield f"invoices with {name}: {int(there.sum()):,}; AUC {mine}{rate}"


def false_alarm_lines(seeds: int) -> Iterator[str]:
    """New alarms per 100 customer-months in null ledgers, thresholds fitted on the first three years."""
    fitted_on, end = null_shops.end_of(FITTED_WEEKS), null_shops.end_of(FITTED_WEEKS + JUDGED_WEEKS)
    for family in FAMILIES:
        begun, months = dict.fromkeys(SHARES, 0), 0.0
        for seed in range(100, 100 + seeds):
            made = null_ledgers.ledger(family, seed=seed)
            frames = {"invoice_state": null_ledgers.known(made, day=fitted_on)}
            over = alarm_threshold([paying_later], frames, fitted_on=fitted_on, replicas=REPLICAS)
            book = ledger(null_ledgers.known(made, day=end))
            past = history(book.bills, len(book.customers), day_number(end))
            judged = past.days > day_number(fitted_on)
            months += float(past.z[:, judged].size) * WEEK / MONTH_DAYS
            for tier, threshold in thresholds(over, "paying_later").items():
                begun[tier] += int(entries(past.z, threshold)[:, judged].sum())
        rates = "  ".join(f"{tier} {100 * count / months:.3f}" for tier, count in begun.items())
        yield f"{family:10} {months:8,.0f} customer-months  {rates}"


def odds_lines(seeds: int) -> Iterator[str]:
    """How often an invoice went 30 days late in the 13 weeks after, by the odds given before."""
    given, came, shop = [], [], []
    for seed in range(300, 300 + seeds):
        made = null_ledgers.ledger("mixed", seed=seed)
        end = null_shops.end_of(FITTED_WEEKS + JUDGED_WEEKS)
        book = ledger(null_ledgers.known(made, day=end))
        some = planted(book.bills, len(book.customers), 20, seed=seed)
        first = day_number(null_shops.end_of(FITTED_WEEKS))
        begins = np.where(some.begins < NEVER, first + some.begins % 500, NEVER)
        late = (book.bills.paid >= begins[book.bills.group]) & (book.bills.paid < NEVER)
        bills = replace(book.bills, paid=book.bills.paid + np.where(late, 20, 0))
        for day in range(first, day_number(end) - OUTLOOK_DAYS, OUTLOOK_DAYS):
            odds = goes_late(history(bills, len(book.customers), day))
            reaches = bills.due + LATE_MARK_DAYS
            hit = (reaches > day) & (reaches <= day + OUTLOOK_DAYS) & (bills.paid > reaches)
            truth = np.bincount(bills.group[hit], minlength=len(book.customers)) > 0
            known = np.isfinite(odds)
            given.append(odds[known])
            came.append(truth[known])
            shop.append(np.full(int(known.sum()), truth[known].mean()))
    odds, truth, base = np.concatenate(given), np.concatenate(came), np.concatenate(shop)
    skill = 1 - np.mean((odds - truth) ** 2) / np.mean((base - truth) ** 2)
    rates = f"outcome in {truth.mean():.1%}; Brier skill {skill:.2f}, AUC {auc(odds, truth):.3f}"
    yield f"{len(odds):,} customer-quarters, {rates}"
    for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        within = (odds >= low) & (odds < high)
        rates = f"came true {truth[within].mean():.2f}, mean {odds[within].mean():.2f}"
        yield f"  given {low:.2f} to {high:.2f}: {int(within.sum()):6,}, {rates}"


def real() -> Iterator[str]:
    """All figures of the real receivables."""
    if not REAL.is_file():
        yield "The real receivables of ../shared/data are not here; nothing to measure."
        return
    invoices = real_invoices()
    yield "(a) walk forward, as known, origins every 4 weeks"
    yield from walk_lines(invoices)
    yield f"(b) planted lateness, {SEEDS} seeds, a fifth of the customers; found within 13 weeks of the onset"
    yield from planted_lines(invoices)
    yield "(c) late or not, from the own past"
    yield from level_lines(invoices)


if __name__ == "__main__":
    what, seeds = (sys.argv[1:] or ["real"])[0], int((sys.argv[2:] or ["2"])[0])
    reports = {"false-alarms": false_alarm_lines, "odds": odds_lines}
    for each in reports[what](seeds) if what in reports else real():
        say(each)
