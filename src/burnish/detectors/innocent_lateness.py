"""What may lie behind later payments without anybody being short of money, each tested on the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from burnish.detectors.calibration import thresholds
from burnish.detectors.paying_bills import EPOCH, Ledger, day_number, ledger
from burnish.detectors.paying_scores import (
    NEVER,
    TENTHS,
    WINDOW_DAYS,
    Bills,
    Flags,
    History,
    habits,
    history,
    runs_of,
    scored,
    usual_spreads,
)
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
from burnish.schema.signals import EXPLANATION
from burnish.stats.renewal import Floats, Ints

PEERS_NEEDED = 5
PEERS_LATER = 0.25  # of the own lateness; under that the others pay as ever
SMALL_SHARE = 0.1  # late money under a tenth of the recent money is a leftover
TERMS_DAYS = 3  # terms that move by less have not changed
SLOWER = 1.5  # times the usual gap between runs
PAUSE = 2.5
STEADY = 0.35  # spread of gaps over their mean, up to which runs come at even distances
RUN_DAY_SHARE = 0.6
TURN_DAYS = 15  # about the year's end
YEAR_DAYS = 365


@dataclass(frozen=True)
class Lateness:
    """One standing lateness: the customer's own invoices, the score and the one it needs to stand.

    `place` of the customer in the history; `later`, `usual` in days, as the signal says them; `others`: how
    much later the other customers pay.
    """

    customer_id: str
    place: int
    bills: Bills
    z: float
    needed: float
    later: float
    usual: float
    others: Floats
    past: History
    spreads: Floats

    @property
    def until(self) -> int:
        """The Sunday up to which it was looked at."""
        return self.past.until

    def rescored(self, bills: Bills) -> float:
        """The score with other invoices in place of the customer's own; missing when too few are left."""
        runs = runs_of(bills, self.spreads)
        point, today = np.zeros(1, np.int64), np.array([self.until])
        found = scored(bills, habits(bills, runs), runs, point, today, self.past.law)
        return float(found.score(self.past.law)[0])

    def without(self, left_out: Flags) -> float:
        """The score without some of the invoices."""
        return self.rescored(self.bills.only(~left_out))

    def stands(self, z: float) -> bool:
        """Whether it would still stand out with that score."""
        return z > self.needed

    @property
    def recent(self) -> Flags:
        """Invoices of the recent runs, and those that ought to have been paid by now."""
        since = self.past.runs.day[self.past.last.since[self.place]] if self.settled_runs else self.until
        paid = (self.bills.paid >= since) & (self.bills.paid < NEVER)
        expected = self.bills.due + np.round(self.usual).astype(np.int64)
        waiting = (self.bills.paid == NEVER) & (expected < self.until)
        return np.asarray(paid | (waiting & (expected > self.until - WINDOW_DAYS)))

    @property
    def settled_runs(self) -> int:
        """Runs paid within the window."""
        return int(self.past.last.until[self.place] - self.past.last.since[self.place])

    @property
    def days_late(self) -> Ints:
        """Days beyond terms of each invoice, of open ones so far."""
        return np.asarray(np.minimum(self.bills.paid, self.until) - self.bills.due)


def explanations(
    paying_later: pl.DataFrame,
    invoice_state: pl.DataFrame,
    entry_clock: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
) -> pl.DataFrame:
    """Test the innocent explanations of every lateness that reaches a tier. Contract `explanation`."""
    found = paying_later.filter(pl.col("tier").is_not_null()).sort("customer_id")
    if found.is_empty():
        return in_contract(found.clear(), EXPLANATION)
    book = ledger(invoice_state)
    clock = entry_clock.filter(pl.col("table") == "payment").row(0, named=True)
    last_day = min(day_number(clock["complete_on"]), day_number(as_of))
    past = history(book.bills, len(book.customers), last_day)
    over = thresholds(alarm_threshold, "paying_later")
    tested = []
    for case in cases(paying_later, book, past, over):
        tests = {
            "disputed_invoices": disputed(),
            "entered_late": entered_late(case, clock),
            "new_way_of_paying": new_way_of_paying(case),
            "one_late_payment": one_late_payment(case),
            "peers": peers(case),
            "small_balances": small_balances(case),
            "terms_changed": terms_changed(case),
            "year_end_runs": year_end_runs(case),
        }
        tested.append((case.customer_id, tests))
    return explained("paying_later", tested)


def cases(
    paying_later: pl.DataFrame, book: Ledger, past: History, over: dict[str, float]
) -> Iterator[Lateness]:
    """The standing ones in order of customer."""
    spreads = usual_spreads(past.bills)
    places = {name: place for place, name in enumerate(book.customers)}
    known = replace(book, bills=past.bills)
    judged = paying_later.filter(pl.col("abstains") == "").sort("customer_id")
    for signal in judged.filter(pl.col("tier").is_not_null()).iter_rows(named=True):
        name, z = signal["customer_id"], signal["score"]
        yield Lateness(
            customer_id=name,
            place=places[name],
            bills=known.of(name),
            z=z,
            needed=min(over.get("support" if signal["tier"] == "support" else "watch", z), z),
            later=signal["effect"],
            usual=signal["baseline"],
            others=judged.filter(pl.col("customer_id") != name)["effect"].to_numpy(),
            past=past,
            spreads=spreads,
        )


def verdict_of(case: Lateness, z: float, says: str, facts: Facts) -> Tested:
    """Rejected when it would still stand out, kept when not, untested when too little is left."""
    if np.isnan(z):
        return UNTESTED, says + ", and too few others are left to tell", facts
    if case.stands(z):
        return REJECTED, says + ", and it would still stand out without that", facts
    return KEPT, says + ", and without that it would not stand out", facts


def disputed() -> Tested:
    """Are the late invoices disputed? No table says so."""
    return UNTESTED, "nothing loaded says whether an invoice is disputed, for instance after a reject", []


def entered_late(case: Lateness, clock: dict[str, Any]) -> Tested:
    """Would it stand out by the payments that are in, if all that is open had been paid and not entered?"""
    open_now = case.bills.paid == NEVER
    late = int((open_now & case.recent).sum())
    facts = [
        number("open_late", late, "open invoices"),
        number("lag_days", clock["lag_days"] or 0, "days"),
        day("complete_on", clock["complete_on"]),
    ]
    if not late:
        return REJECTED, "all that it shows has been paid and entered", []
    if case.stands(case.without(open_now)):
        return REJECTED, "the payments that are in show it, also without the {open_late}", facts
    if not clock["stated"]:
        says = "it rests on {open_late}, and the payments do not say when they were entered"
        return UNTESTED, says, facts
    says = "nearly all payments are entered within {lag_days}, and it counts only up to {complete_on}"
    return REJECTED, says, facts


def one_late_payment(case: Lateness) -> Tested:
    """Would it stand out without the latest of the recent runs or open invoices?"""
    late = np.where(case.recent, case.days_late, np.iinfo(np.int64).min)
    worst = int(np.argmax(late))
    same = np.arange(len(late)) == worst
    facts = [number("worst_days", float(late[worst]), "days past due")]
    if case.bills.paid[worst] == NEVER:
        says = "one invoice is open for {worst_days}"
    else:
        same = case.bills.paid == case.bills.paid[worst]
        facts.append(day("worst_on", one_day(case.bills.paid[worst])))
        says = "one run, of {worst_on}, paid as late as {worst_days}"
    return verdict_of(case, case.without(same), says, facts)


def peers(case: Lateness) -> Tested:
    """Do the others pay later too, as when we invoice later, or in a hard season?"""
    if len(case.others) < PEERS_NEEDED:
        return UNTESTED, "too few other customers pay often enough to compare with", []
    middle = float(np.median(case.others))
    facts = [
        number("peers", len(case.others), "other customers"),
        number("peer_days", abs(middle), "days later" if middle >= 0 else "days earlier"),
    ]
    says = "the middle one of {peers} pays {peer_days} than usual"
    if middle < PEERS_LATER * case.later or case.stands(replace_recent(case, middle)):
        return REJECTED, says, facts
    return KEPT, says + "; against them this one would not stand out", facts


def replace_recent(case: Lateness, days: float) -> float:
    """The score when what is recent had been paid that many days earlier."""
    due = case.bills.due + np.where(case.recent, round(days), 0)
    return case.rescored(replace(case.bills, due=due))


def small_balances(case: Lateness) -> Tested:
    """Is it little money that is late, while most is paid as usual?"""
    cents = np.where(case.recent, case.bills.cents, 0)
    late = case.days_late > case.usual + case.later / 2
    share = float(cents[late].sum()) / max(float(cents.sum()), 1.0)
    facts = [number("late_share", 100.0 * share, "%")]
    says = "{late_share} of the recent money came or stands later than usual"
    return (KEPT if share < SMALL_SHARE else REJECTED), says, facts


def terms_changed(case: Lateness) -> Tested:
    """Were invoices given fewer days lately, so that the same habit looks late?"""
    terms = case.bills.due - case.bills.invoiced
    if not terms.any():
        return UNTESTED, "the invoices say no due day; it is counted from the invoice", []
    now, before = terms[case.recent], terms[~case.recent & (case.bills.paid < NEVER)]
    if not len(now) or not len(before):
        return UNTESTED, "too few invoices to compare their terms", []
    recent, usual = float(np.median(now)), float(np.median(before))
    facts = [number("terms_days", recent, "days"), number("usual_terms_days", usual, "days")]
    if usual - recent < TERMS_DAYS:
        return REJECTED, "they are given {terms_days}, no fewer than before ({usual_terms_days})", facts
    as_before = replace(
        case.bills, due=np.where(case.recent, case.bills.invoiced + int(usual), case.bills.due)
    )
    says = "they are given {terms_days} instead of {usual_terms_days}"
    return verdict_of(case, case.rescored(as_before), says, facts)


def year_end_runs(case: Lateness) -> Tested:
    """Do the late ones lie around the year's end, when many shops hold their payments?"""
    bills = case.bills
    ended = np.where(bills.paid < NEVER, bills.paid, case.until)
    touched = case.recent & around_new_year(bills.due + round(case.usual), ended)
    if not touched.any():
        return REJECTED, "none of these payments lies around the year's end", []
    earlier = years_alike(case)
    facts = [
        number("around_invoices", int(touched.sum()), "invoices"),
        number("years_alike", earlier[0], "years"),
        number("earlier_years", earlier[1], "years"),
    ]
    says = "{around_invoices} fell to be paid around the year's end"
    if earlier[1]:
        says += " (in {years_alike:bare} of {earlier_years} before it paid late then too)"
    return verdict_of(case, case.without(touched), says, facts)


def around_new_year(first: Ints, last: Ints) -> Flags:
    """Whether the days from `first` to `last` touch the weeks about the year's end."""
    year = last.astype("datetime64[D]").astype("datetime64[Y]")
    touched = np.zeros(len(first), np.bool_)
    for new_year in (year, year + 1):
        turn = new_year.astype("datetime64[D]").astype(np.int64)
        touched |= (first < turn + TURN_DAYS) & (last >= turn - TURN_DAYS)
    return touched


def years_alike(case: Lateness) -> tuple[int, int]:
    """In how many earlier years what was due around the year's end came later than usual, and of how many."""
    past = case.bills.only((case.bills.paid < NEVER) & ~case.recent)
    around = past.only(around_new_year(past.due + round(case.usual), past.paid))
    late = around.paid - around.due > case.usual + case.later / 2
    year = (around.paid - YEAR_DAYS // 2).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    _, turn = np.unique(year, return_inverse=True)
    most = 2 * np.bincount(turn, late) >= np.bincount(turn)
    return int(most.sum()), len(most)


def new_way_of_paying(case: Lateness) -> Tested:
    """Has the rhythm or the day of its runs changed, or was there one pause and then the old lateness?"""
    runs, last = case.past.runs, case.past.last
    first, since, until = (int(each[case.place]) for each in (last.first, last.since, last.until))
    gaps = np.diff(runs.day[first:since])
    recent = runs.day[since:until]
    if len(gaps) < 3 or len(recent) < 2:
        return UNTESTED, "too few check runs to see their rhythm", []
    usual = float(np.median(gaps))
    new = np.diff(runs.day[max(since - 1, first) : until])
    longest = int(np.argmax(new))
    facts = [
        number("usual_run_days", usual, "days"),
        number("recent_run_days", float(np.median(new)), "days"),
        number("longest_days", float(new[longest]), "days"),
    ]
    paused = case.bills.paid == recent[longest]
    back = float(np.median(runs.plain[until - 1 : until])) / TENTHS
    if new[longest] >= PAUSE * usual and back <= case.usual + case.later / 2:
        says = "one pause of {longest_days} lies between its runs, and the latest one was as usual again"
        return verdict_of(case, case.without(paused), says, facts)
    even = float(np.std(new)) <= STEADY * float(np.mean(new))
    if np.median(new) >= SLOWER * usual and even and len(new) >= 2:
        wait = float(np.median(new)) / 2  # on average, when nothing waited before
        says = "it now pays every {recent_run_days} instead of every {usual_run_days}"
        z = replace_recent(case, wait)
        if case.stands(z):
            return REJECTED, says + ", which does not make up for all of it", facts
        return KEPT, says + ", and the longer wait for a run makes up for it", facts
    return run_day_moved(case, runs.day[first:since], recent, facts)


def run_day_moved(case: Lateness, before: Ints, recent: Ints, facts: Facts) -> Tested:
    """Has the weekday of its runs changed, by enough days to make up for it?"""
    usual, share = most_common((before + 3) % 7)
    now, now_share = most_common((recent + 3) % 7)
    later = (now - usual) % 7
    facts = [*facts, number("moved_days", later, "days")]
    if min(share, now_share) < RUN_DAY_SHARE or not later:
        return (
            REJECTED,
            "its runs come as often as before (every {usual_run_days}) and on the same days",
            facts,
        )
    says = "it now pays on another weekday, {moved_days} later"
    if case.stands(replace_recent(case, later)):
        return REJECTED, says + ", which does not make up for all of it", facts
    return KEPT, says + ", which makes up for it", facts


def most_common(values: Ints) -> tuple[int, float]:
    """The most common value, the smallest of several, and its share."""
    count = np.bincount(values)
    return int(np.argmax(count)), float(count.max() / len(values))


def one_day(number_: int) -> date:
    """A day since 1970-01-01."""
    return EPOCH + timedelta(days=int(number_))
