"""Invoices and when they are paid: each payer has a slowness and a check-run day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import numpy as np

from burnish.simulate.customers import LATER_DAYS, Customer
from burnish.simulate.days import Days, as_dates, working_day_on_or_after
from burnish.simulate.orders import Line


@dataclass(frozen=True)
class Invoice:
    """One order, invoiced on the day it shipped. `paid_on` is None while open at the end."""

    number: int
    customer: Customer
    invoiced_on: date
    due_on: date
    amount_usd: float
    paid_on: date | None


def invoices(lines: Iterable[Line], *, seed: int, end_on: date) -> list[Invoice]:
    """All invoices written up to `end_on`, numbered in the order of their dates."""
    drawn = [
        invoice
        for customer, own in groupby(lines, key=lambda line: line.order.customer)
        for invoice in of_one_payer(
            customer, list(own), np.random.default_rng([seed, 3, customer.rank]), end_on
        )
    ]
    ordered = sorted(drawn, key=lambda invoice: (invoice.invoiced_on, invoice.customer.rank))
    return [replace(invoice, number=61_000 + place) for place, invoice in enumerate(ordered)]


def of_one_payer(
    customer: Customer, lines: list[Line], rng: np.random.Generator, end_on: date
) -> list[Invoice]:
    """Invoices of one customer, not numbered yet. `lines` come in the order of their orders."""
    orders = [list(own) for _, own in groupby(lines, key=lambda line: line.order)]
    invoiced = np.array([own[0].order.shipped_on for own in orders], dtype="datetime64[D]")
    due = invoiced + customer.terms_days
    paid = eased(paid_days(due, rng), customer)
    dates = zip(*map(as_dates, (invoiced, due, paid)), strict=True)
    return [
        Invoice(
            0,
            customer,
            invoiced_on,
            due_on,
            round(sum(line.amount_usd for line in own), 2),
            paid_on if paid_on <= end_on and rng.random() > 0.002 else None,
        )
        for own, (invoiced_on, due_on, paid_on) in zip(orders, dates, strict=True)
        if invoiced_on <= end_on
    ]


def paid_days(due: Days, rng: np.random.Generator) -> Days:
    """The check run that pays each invoice: the first one after due day and the payer's slowness."""
    usual, early = rng.lognormal(2.2, 0.7), rng.integers(0, 13)
    slow = rng.gamma(3.0, usual / 3.0, len(due)) - early
    disputed = np.where(rng.random(len(due)) < 0.02, rng.uniform(15, 60, len(due)), 0)
    ready = due + np.round(slow + disputed).astype("int64")
    return working_day_on_or_after(check_run(ready, rng))


def eased(paid: Days, customer: Customer) -> Days:
    """Whoever is short of money pays whole weeks later, so on the same weekday as ever."""
    since = customer.story.eases_on if customer.story else None
    return paid if since is None else np.where(paid < np.datetime64(since), paid, paid + LATER_DAYS)


def check_run(ready: Days, rng: np.random.Generator) -> Days:
    """The next run of this payer: a weekday (mostly Thursday or Friday), or the 10th and 25th."""
    if rng.random() < 0.15:
        return twice_a_month(ready)
    run_day = int(rng.choice(5, p=[0.05, 0.1, 0.15, 0.35, 0.35]))
    weekday = (ready.astype("int64") + 3) % 7
    return np.asarray(ready + (run_day - weekday) % 7)


def twice_a_month(ready: Days) -> Days:
    """The next 10th or 25th."""
    month = ready.astype("datetime64[M]")
    runs = np.stack([month + 0, month + 0, month + 1]).astype("datetime64[D]") + np.array([[9], [24], [9]])
    return np.asarray(np.where(ready <= runs[0], runs[0], np.where(ready <= runs[1], runs[1], runs[2])))
