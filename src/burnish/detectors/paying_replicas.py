"""How late payments get in replicas of this shop's own past, in which nobody came to pay later for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from burnish.detectors.calibration import BLOCK_DAYS, MONTH_DAYS, REPLICAS, SHARES, replica_blocks
from burnish.detectors.paying_bills import day_number, ledger
from burnish.detectors.paying_scores import (
    NEVER,
    Bills,
    Flags,
    Law,
    fit_law,
    habits,
    runs_of,
    scored,
    usual_spreads,
)
from burnish.detectors.swings import LOWEST, Swings
from burnish.stats.bootstrap import replicate
from burnish.stats.cusum import CALM_WEEKS
from burnish.stats.renewal import Floats, Ints

SETTLED = 0.98  # invoices younger than nearly all take to be paid tell too little to be drawn again
TAMER = 1.6  # replicas repeat blocks, so that recent and earlier runs are at times the same; see the docs
AT_ONCE = 10  # replicas scored together, for memory's sake
WEEK = 7


def paying_thresholds(
    invoice_state: pl.DataFrame, *, fitted_on: date, replicas: int = REPLICAS
) -> dict[str, float]:
    """The scores of `paying_later` at which this shop's own replicas spend each tier's share.

    An invoice is drawn with its payment, so that the days between them stay. Empty when nothing scores.
    """
    book = ledger(invoice_state.filter(pl.col("invoiced_on") <= fitted_on))
    today = day_number(fitted_on)
    known = book.bills.upto(today)
    runs, spreads = runs_of(known, usual_spreads(known)), usual_spreads(known)[-1:]
    law = fit_law(known, runs, habits(known, runs), today)
    old = settled_by(known, today)
    drawn = known.only(known.invoiced <= old)
    if not len(drawn.group):
        return {}
    present, group = np.unique(drawn.group, return_inverse=True)
    drawn = replace(drawn, group=group.astype(np.int64))
    names = [book.customers[place] for place in present]
    span = old - int(drawn.invoiced.min()) + 1
    sets = [
        swings(drawn, starts, law, spreads)
        for starts in replica_blocks("paying_later", names, days=span, replicas=replicas)
    ]
    if not any(each.judged for each in sets):
        return {}
    return {tier: max(each.spending(share / TAMER) for each in sets) for tier, share in SHARES.items()}


def settled_by(bills: Bills, today: int) -> int:
    """Invoice day up to which nearly all that will be paid has been paid."""
    took = np.sort((bills.paid - bills.invoiced)[bills.paid < NEVER])
    return today - int(took[int(SETTLED * len(took))]) if len(took) else today


def swings(bills: Bills, starts: Ints, law: Law, spreads: Floats) -> Swings:
    """The scores of a set of replicas; `starts`: first days of blocks, replica x customer x block.

    Weeks in the second half of a customer's replica are at risk: by then it has a history as it has today.
    """
    score, at_risk, months, judged = [], [], 0.0, 0.0
    for begin in range(0, len(starts), AT_ONCE):
        z, late = replica_weeks(bills, starts[begin : begin + AT_ONCE], law, spreads)
        months += float(late.sum()) * WEEK / MONTH_DAYS
        late &= np.isfinite(z)
        judged += float(late.sum()) * WEEK / MONTH_DAYS
        swing = np.nan_to_num(z, nan=0.0).max(axis=1, initial=0.0) > LOWEST
        score.append(np.nan_to_num(z[swing], nan=0.0))
        at_risk.append(late[swing].astype(np.float64))
    width = max(each.shape[1] for each in score)
    scores, risks = (np.concatenate([padded(each, width) for each in all_]) for all_ in (score, at_risk))
    return Swings(scores, risks, scores.max(axis=1, initial=0.0), months, judged)


def padded(rows: Floats, width: int) -> Floats:
    """The rows with weeks of nothing at their ends."""
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))


def replica_weeks(bills: Bills, starts: Ints, law: Law, spreads: Floats) -> tuple[Floats, Flags]:
    """Scores by replica of a customer × week, and the weeks at risk. Weeks that it has not are missing."""
    first = int(bills.invoiced.min())
    rows = starts.reshape(-1, starts.shape[2])
    made = replicate(bills.invoiced - first, bills.group, rows, block_days=BLOCK_DAYS)
    source = made.source
    paid = np.where(bills.paid < NEVER, bills.paid - bills.invoiced, NEVER)[source]
    copy = Bills(
        group=made.group,
        invoiced=made.day,
        due=made.day + (bills.due - bills.invoiced)[source],
        paid=np.where(paid < NEVER, made.day + paid, NEVER),
        cents=bills.cents[source],
    )
    runs = runs_of(copy, spreads)
    week = np.arange(-(-int(made.alive_days.max(initial=0)) // WEEK))
    day, alive = week * WEEK + WEEK - 1, made.alive_days[:, None]
    late = (2 * day >= alive) & (day < alive)
    group, column = np.nonzero((2 * (day + CALM_WEEKS * WEEK) >= alive) & (day < alive))
    z: Floats = np.full(late.shape, np.nan)
    z[group, column] = scored(copy, habits(copy, runs), runs, group, day[column], law).score(law)
    return z, late
