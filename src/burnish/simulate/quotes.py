"""What the made-up shop offers, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from burnish.simulate.customers import Customer, own_pace
from burnish.simulate.days import Span, as_dates
from burnish.simulate.orders import drawn_part, round_lot
from burnish.simulate.words import PROCESSES

QUOTES_PER_WEEK = 8.0
VALID_DAYS = 45


@dataclass(frozen=True)
class Quote:
    """One quoted line. `outcome` is Won, Lost, Expired, or empty while it is open."""

    number: int
    customer: Customer
    quoted_on: date
    expires_on: date
    part_number: str
    process: str
    quantity: int
    total_usd: float
    outcome: str
    decided_on: date | None


def quotes(customers: tuple[Customer, ...], span: Span, seed: int) -> list[Quote]:
    """All quotes, numbered in the order of their dates."""
    weights = {customer.rank: customer.per_working_week**0.6 for customer in customers}
    asked = {rank: QUOTES_PER_WEEK * weight / sum(weights.values()) for rank, weight in weights.items()}
    drawn = [
        quote
        for customer in customers
        for quote in of_one_customer(customer, span, asked[customer.rank], seed)
    ]
    ordered = sorted(drawn, key=lambda quote: (quote.quoted_on, quote.customer.rank))
    return [replace(quote, number=3_000 + place) for place, quote in enumerate(ordered)]


def of_one_customer(customer: Customer, span: Span, per_week: float, seed: int) -> list[Quote]:
    """Quotes of one customer by plain chance on the days it is awake, not numbered yet."""
    rng = np.random.default_rng([seed, 4, customer.rank])
    days = span.days
    count = rng.poisson(own_pace(customer, days, rng) * per_week / 5)
    win_rate = rng.beta(6, 7)
    return [one_quote(customer, day, win_rate, span.last, rng) for day in as_dates(np.repeat(days, count))]


def one_quote(
    customer: Customer, quoted_on: date, win_rate: float, end_on: date, rng: np.random.Generator
) -> Quote:
    """A quote for a new part and what the customer made of it, as far as known on `end_on`."""
    part = drawn_part(customer, int(rng.integers(len(PROCESSES))), rng)
    expires_on = quoted_on + timedelta(days=VALID_DAYS)
    decided = quoted_on + timedelta(days=max(1, round(rng.lognormal(2.4, 0.7))))
    outcome = "Won" if rng.random() < win_rate else "Lost"
    if decided > expires_on:
        outcome, decided = "Expired", expires_on
    known = decided <= end_on
    return Quote(
        number=0,
        customer=customer,
        quoted_on=quoted_on,
        expires_on=expires_on,
        part_number=part.number,
        process=part.process,
        quantity=round_lot(part.lot_usd / 0.8),
        total_usd=round(part.lot_usd * rng.lognormal(0.6, 0.4), 2),
        outcome=outcome if known else "",
        decided_on=decided if known else None,
    )
