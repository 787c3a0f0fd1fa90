"""Customers that pay later than they used to, by their own check runs and what they still owe."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from burnish.detectors import detector
from burnish.detectors.calibration import thresholds
from burnish.detectors.innocent_lateness import explanations
from burnish.detectors.paying_ahead import LATE_MARK_DAYS, goes_late
from burnish.detectors.paying_bills import Ledger, dates, day_number, ledger
from burnish.detectors.paying_replicas import paying_thresholds
from burnish.detectors.paying_scores import (
    CLIP,
    FINE,
    MIN_BEFORE,
    MIN_RECENT,
    NEVER,
    TENTHS,
    WINDOW_DAYS,
    History,
    history,
)
from burnish.detectors.speaking import FACT, PRIVATE_PERSON, day_fact, hushed, in_contract, number_fact
from burnish.schema.signals import SIGNAL
from burnish.stats.cusum import entries
from burnish.stats.moderated import reach, upper_tail
from burnish.stats.renewal import Floats, Ints, significant

NEW_DAYS = 7
COVERAGE = 0.9
TELLING_DAYS = 10.0  # information is about being so many days later
NO_INVOICES = "no invoices known"
NO_PAYMENTS = "no payments known"


@detector(
    says=(
        "pays {later_days} later than usual ({later_low:bare} to {later_high} allowing for chance): "
        "{recent_said} by {runs_recent} from {first_on} to {last_on} and {open_late}, against {usual_said} "
        "by {runs_before} since {usual_from}"
    ),
    evidence=("invoice", "payment"),
    outcome="an invoice of theirs goes {late_mark_days} past due within {ahead_weeks}",
    explanations=explanations,
    calibrate=paying_thresholds,
)
def paying_later(
    customer: pl.DataFrame,
    invoice_state: pl.DataFrame,
    entry_clock: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
) -> pl.DataFrame:
    """Score how much later than usual each customer pays. One row per customer; contract `signal`.

    Looked at on Sundays, up to the day through which payments are entered. The check runs of the last 13
    weeks, invoices still open past their usual day among them, stand against up to 52 runs before.
    `score` is their moderated t as a normal score; `effect` the days later, with a 90 % interval; `odds`:
    an invoice goes 30 days past due in the next 13 weeks; `information`: nats that tell ten days later
    from as usual. Persons, and customers with fewer than six runs before or three in the window, are
    listed with the reason why nothing is said of them.
    """
    seen_to = payments_complete(entry_clock)
    rows = customer.select("customer_id", "is_person").sort("customer_id")
    book = ledger(invoice_state)
    if seen_to is None or not book.customers:
        known = pl.col("customer_id").is_in(list(book.customers))
        reason = pl.when(known).then(pl.lit(NO_PAYMENTS)).otherwise(pl.lit(NO_INVOICES))
        return in_contract(unsaid(rows.with_columns(abstains=reason), as_of), SIGNAL)
    past = history(book.bills, len(book.customers), min(day_number(seen_to), day_number(as_of)))
    over = thresholds(alarm_threshold, "paying_later")
    judged = latest(book, past).join(standing(book, past, over), on="customer_id")
    spoken = rows.join(judged, on="customer_id", how="left").with_columns(abstains=abstention())
    return in_contract(hushed(told(spoken, as_of)), SIGNAL)


def payments_complete(entry_clock: pl.DataFrame) -> date | None:
    """The day through which payments are entered; None when there are none."""
    clock = entry_clock.filter(pl.col("table") == "payment")["complete_on"]
    return clock[0] if len(clock) else None


def latest(book: Ledger, past: History) -> pl.DataFrame:
    """What the last week says of each customer. One row per customer with invoices."""
    last, law, runs = past.last, past.law, past.runs
    error, df = last.error(law), law.prior.df + last.df
    now, scatter = unclipped(past)
    later = now - last.usual
    reaches = reach(COVERAGE, df) * np.sqrt(error**2 + scatter)
    known = len(runs.day) > 0
    at = [np.clip(place, 0, max(len(runs.day) - 1, 0)) for place in (last.first, last.since, last.until - 1)]
    first, since, ended = (runs.day[place] if known else last.since * 0 for place in at)
    unpaid = last.until == last.since  # all that is recent is still open
    first_on = np.where(unpaid, past.until - WINDOW_DAYS, since)
    return pl.DataFrame(
        {
            "customer_id": list(book.customers),
            "score": numbers(past.z[:, -1]),
            "p_value": numbers(upper_tail((last.now - last.usual) / error, df)),
            "usual_days": numbers(last.usual),
            "recent_days": numbers(now),
            "effect": numbers(later),
            "effect_low": numbers(later - reaches),
            "effect_high": numbers(later + reaches),
            "information": numbers(0.5 * (TELLING_DAYS / error) ** 2),
            "odds": numbers(goes_late(past)),
            "left_out": book.left_out,
            "runs_before": last.before,
            "runs_recent": last.until - last.since,
            "counted_recent": np.floor(last.recent).astype(np.int64),
            "open_late": np.bincount(past.owed.at, minlength=len(book.customers)),
            "usual_from": dates(first),
            "first_on": dates(first_on),
            "last_on": dates(np.where(unpaid, past.until, ended)),
        },
    ).with_columns(window_end=pl.lit(dates(np.array([past.until]))[0], pl.Date))


def numbers(values: Floats) -> pl.Series:
    """Numbers as they are stored (D13), with what cannot be known as missing."""
    return pl.Series(significant(np.asarray(values, dtype=np.float64)), nan_to_null=True)


def unclipped(past: History) -> tuple[Floats, Floats]:
    """Mean days beyond terms of the recent runs, winsorised about their own weighted median; its variance.

    The score counts a run only as far as it is believable beside what was usual; once it alarms, what
    matters is how late the recent runs really are, and how far they lie apart. Open invoices are as late as
    they are so far.
    """
    last, runs = past.last, past.runs
    size = last.until - last.since
    group = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(group)) + np.repeat(last.since - (np.cumsum(size) - size), size)
    frame = pl.DataFrame(
        {
            "group": np.append(group, past.owed.at),
            "days": fine(np.append(runs.plain[place] / TENTHS, past.owed.days)),
            "weight": fine(np.append(runs.weight[place].astype(np.float64), past.owed.weight)),
        }
    ).sort("group", "days", "weight")
    far = fine(CLIP * np.sqrt(past.law.prior.posterior(last.variance, last.df)))
    weight, days = pl.col("weight"), pl.col("days")
    half = weight.cum_sum().over("group") * 2 >= weight.sum().over("group")
    means = (
        frame.with_columns(middle=days.filter(half).first().over("group"), far=pl.Series(far)[frame["group"]])
        .with_columns(days=days.clip(pl.col("middle") - pl.col("far"), pl.col("middle") + pl.col("far")))
        .with_columns(mean=(days * weight).sum().over("group") / weight.sum().over("group"))
        .group_by("group", maintain_order=True)
        .agg(
            mean=pl.col("mean").first(),
            away=(FINE * (weight * (days - pl.col("mean")) / FINE**2) ** 2).round().cast(pl.Int64).sum(),
            weight=weight.sum(),
        )
        .select("group", pl.col("mean") / FINE, variance=pl.col("away") * FINE / weight**2)
    )
    mean, variance = np.full((2, len(size)), np.nan)
    mean[means["group"].to_numpy()] = means["mean"].to_numpy()
    variance[means["group"].to_numpy()] = means["variance"].to_numpy()
    return mean, variance


def fine(values: Floats) -> Ints:
    """Whole thousandths: their sums are exact in any order (D13)."""
    return np.asarray(np.round(FINE * values)).astype(np.int64)


def standing(book: Ledger, past: History, over: dict[str, float]) -> pl.DataFrame:
    """Which tier each customer's score reaches, and since when: tier, entry_on, support_on, watch_on."""
    tier = np.full(len(book.customers), None, dtype=object)
    since = np.full(len(book.customers), NEVER)
    columns: dict[str, pl.Series] = {}
    for name, threshold in reversed(over.items()):
        stand = np.flatnonzero(np.nan_to_num(past.z[:, -1], nan=0.0) > threshold)
        began = entries(past.z[stand], threshold)
        on = np.full(len(book.customers), NEVER)
        on[stand] = past.days[len(past.days) - 1 - np.argmax(began[:, ::-1], axis=1)]
        tier[stand], since[stand] = name, on[stand]
        columns[f"{name}_on"] = dates(on)
    return pl.DataFrame(
        {
            "customer_id": list(book.customers),
            "tier": pl.Series(tier.tolist(), dtype=pl.String),
            "entry_on": dates(since),
            **columns,
        }
    )


def abstention() -> pl.Expr:
    """Why nothing is said of a customer, in words; empty when something is."""
    before, recent = pl.col("runs_before").fill_null(0), pl.col("counted_recent").fill_null(0)
    weeks, missing = WINDOW_DAYS // 7, pl.col("left_out").fill_null(0)
    bills = pl.when(missing == 1).then(pl.lit("invoice")).otherwise(pl.lit("invoices"))
    left_out = (
        pl.when(missing > 0)
        .then(pl.format("; {} {} before its first with a due day left out", missing, bills))
        .otherwise(pl.lit(""))
    )

    def lacking(have: pl.Expr, need: int, where: str) -> pl.Expr:
        runs = pl.when(have == 1).then(pl.lit("check run")).otherwise(pl.lit("check runs"))
        more = pl.format("{} {} {}, {} needed: {} more", have, runs, pl.lit(where), pl.lit(need), need - have)
        return pl.concat_str(more, left_out)

    return (
        pl.when(pl.col("is_person").fill_null(False))
        .then(pl.lit(PRIVATE_PERSON))
        .when(pl.col("runs_before").is_null())
        .then(pl.lit(NO_INVOICES))
        .when(before < MIN_BEFORE)
        .then(lacking(before, MIN_BEFORE, f"known before the last {weeks} weeks"))
        .when(recent < MIN_RECENT)
        .then(lacking(recent, MIN_RECENT, f"paid or overdue in the last {weeks} weeks"))
        .otherwise(pl.lit(""))
    )


def unsaid(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Rows that only say why nothing is said; persons are persons first."""
    person = pl.lit(PRIVATE_PERSON)
    return rows.with_columns(
        signal=pl.lit("paying_later"),
        as_of=pl.lit(as_of),
        is_new=pl.lit(False),
        abstains=pl.when(pl.col("is_person").fill_null(False)).then(person).otherwise("abstains"),
        facts=pl.lit([], pl.List(FACT)),
    )


def told(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The rows with the contract's constants and what the sentence may name."""
    new = (pl.col("window_end") - pl.col("entry_on")).dt.total_days() < NEW_DAYS
    speaks = pl.col("abstains") == ""
    return rows.with_columns(
        signal=pl.lit("paying_later"),
        as_of=pl.lit(as_of),
        is_new=(new & speaks).fill_null(False),
        effect_unit=pl.lit("days"),
        baseline=pl.col("usual_days"),
        baseline_unit=pl.lit("days"),
        n=pl.col("runs_before"),
        window_start=pl.col("usual_from"),
        late_mark=pl.lit(LATE_MARK_DAYS),
        usual_days_abs=pl.col("usual_days").abs(),
        recent_days_abs=pl.col("recent_days").abs(),
    ).with_columns(
        facts=pl.when(speaks).then(facts()).otherwise(pl.lit([], pl.List(FACT))),
    )


def facts() -> pl.Expr:
    """The numbers and days that the sentence may name.

    The facts `…_said` hold days without sign; their units tell whether they are late or early.
    """
    still = "invoices still open past the usual day"
    return pl.concat_list(
        number_fact("later_days", "effect", "days"),
        number_fact("later_low", "effect_low", "days"),
        number_fact("later_high", "effect_high", "days"),
        number_fact("usual_days", "usual_days", "days"),
        number_fact("recent_days", "recent_days", "days"),
        signed_fact("usual_said", "usual_days"),
        signed_fact("recent_said", "recent_days"),
        number_fact("runs_before", "runs_before", "check runs"),
        number_fact("runs_recent", "runs_recent", "check runs"),
        pl.when(pl.col("open_late") == 1)
        .then(number_fact("open_late", "open_late", still.replace("invoices", "invoice")))
        .otherwise(number_fact("open_late", "open_late", still)),
        number_fact("late_mark_days", "late_mark", "days"),
        day_fact("usual_from", "usual_from"),
        day_fact("first_on", "first_on"),
        day_fact("last_on", "last_on"),
        day_fact("complete_on", "window_end"),
    )


def signed_fact(name: str, column: str) -> pl.Expr:
    """Days beyond terms as days late or early."""
    days = pl.col(column)
    one = days.abs().round(1) == 1.0

    def as_unit(unit: str) -> pl.Expr:
        return number_fact(name, f"{column}_abs", unit)

    return (
        pl.when((days < 0) & one)
        .then(as_unit("day early"))
        .when(days < 0)
        .then(as_unit("days early"))
        .when(one)
        .then(as_unit("day late"))
        .otherwise(as_unit("days late"))
    )
