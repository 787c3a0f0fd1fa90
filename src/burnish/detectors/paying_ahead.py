"""How likely an invoice goes far past due in the next weeks, for a customer that pays as it does now."""

from __future__ import annotations

import numpy as np

from burnish.detectors.paying_scores import History
from burnish.stats.renewal import Floats, significant

LATE_MARK_DAYS = 30
OUTLOOK_DAYS = 91
RATE_DAYS = 182
CHANGE_RUNS = 2.0  # being later or earlier than usual by chance counts as so many recent runs
SHOP_WINDOWS = 2.0  # the shop's own share counts as so many windows of 13 weeks of the customer
LEAST_SHARE = 0.02
MOST_WINDOWS = 16.0
PAST_YEAR = 4  # windows


def goes_late(past: History) -> Floats:
    """P(at least one more invoice is open 30 days past due within 13 weeks), per customer.

    Open invoices by the hazard given how long they are open; those to come at the pace of the last 26
    weeks. The level is the usual one, moved by the recent change as far as the recent runs carry it. Drawn
    toward the share of customers to which it happened in the shop's last year. Missing where no level is.
    """
    last, bills, until = past.last, past.bills, past.until
    moved = last.recent / (last.recent + CHANGE_RUNS)
    level = last.usual + moved * (last.now - last.usual)
    scale = np.sqrt(past.law.prior.posterior(last.variance, last.df))
    share = run_share(past)
    mark = past.law.hazard.open_after(significant((LATE_MARK_DAYS - level) / scale))
    reaches = bills.due + LATE_MARK_DAYS
    waiting = np.flatnonzero((bills.paid > until) & (reaches > until) & (reaches <= until + OUTLOOK_DAYS))
    who = bills.group[waiting]
    so_far = past.law.hazard.open_after(significant((until - bills.due[waiting] - level[who]) / scale[who]))
    each = np.clip(mark[who] / np.maximum(so_far, 1e-12), 0.0, 0.999)
    none = np.bincount(who, np.round(1e6 * share[who] * np.log1p(-each)), len(level)) / 1e6
    coming = to_come(past) * share * np.log1p(-np.minimum(mark, 0.999))
    own = 1.0 - np.exp(none + coming)
    windows = np.minimum(last.before + last.recent, MOST_WINDOWS)
    drawn = (windows * own + SHOP_WINDOWS * shop_share(past)) / (windows + SHOP_WINDOWS)
    return np.where(last.enough, significant(drawn), np.nan)


def run_share(past: History) -> Floats:
    """The part of a check run that one invoice of each customer makes up."""
    settled = past.bills.paid <= past.until
    invoices = np.bincount(past.bills.group[settled], minlength=len(past.last.first))
    runs = np.bincount(past.runs.group, minlength=len(past.last.first))
    return np.asarray(np.maximum(runs, 1) / np.maximum(np.maximum(invoices, runs), 1))


def to_come(past: History) -> Floats:
    """Invoices not yet written that may reach the mark: those due early enough, at the recent pace."""
    bills, customers = past.bills, len(past.last.first)
    recent = bills.invoiced > past.until - RATE_DAYS
    count = np.bincount(bills.group[recent], minlength=customers)
    terms = np.bincount(bills.group[recent], (bills.due - bills.invoiced)[recent], customers)
    left = OUTLOOK_DAYS - LATE_MARK_DAYS - terms / np.maximum(count, 1)
    return np.asarray(count / RATE_DAYS * np.maximum(left, 0.0))


def shop_share(past: History) -> float:
    """How often, in the last year, 13 weeks brought a customer with invoices one that went 30 days late."""
    bills, happened, windows = past.bills, 1.0, 1.0 / LEAST_SHARE
    reaches = bills.due + LATE_MARK_DAYS
    for ago in range(PAST_YEAR):
        end = past.until - OUTLOOK_DAYS * ago
        within = (reaches > end - OUTLOOK_DAYS) & (reaches <= end)
        windows += len(np.unique(bills.group[within]))
        happened += len(np.unique(bills.group[within & (bills.paid > reaches)]))
    return happened / windows
