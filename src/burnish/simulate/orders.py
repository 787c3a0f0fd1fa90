"""The job log of the made-up shop: parts, lots, prices on mixed bases, the minimum charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from burnish.simulate import words
from burnish.simulate.customers import Customer, own_pace
from burnish.simulate.days import Span, as_dates, working_days_later
from burnish.simulate.rhythms import order_days

MINIMUM_USD = 125.0
PRICE_RISE = 1.035  # each January


@dataclass(frozen=True)
class Part:
    """One part number of one customer. `usd` is the price on its basis, `each_lb` the weight."""

    number: str
    description: str
    process: str
    basis: str
    usd: float
    each_lb: float
    lot_usd: float


@dataclass(frozen=True)
class Order:
    """What one customer brought in one go. `count` numbers the customer's orders from 0."""

    customer: Customer
    count: int
    po: str
    received_on: date
    due_on: date
    shipped_on: date


@dataclass(frozen=True)
class Line:
    """One lot of an order: one row of the job log. `usd` is the price on `basis`."""

    order: Order
    part: Part
    quantity: int
    pounds: float
    usd: float
    basis: str
    amount_usd: float


def parts(customer: Customer, rng: np.random.Generator) -> tuple[Part, ...]:
    """The customer's part numbers, most ordered first."""
    share = np.array([share for _, share in words.PROCESSES])
    usual = rng.choice(len(share), size=3, p=share)
    return tuple(
        drawn_part(customer, int(rng.choice(usual, p=[0.65, 0.25, 0.1])), rng)
        for _ in range(int(np.clip(5 + 28 * customer.per_working_week, 5, 150)))
    )


def drawn_part(customer: Customer, process: int, rng: np.random.Generator) -> Part:
    """A new part number in the style of the customer's other ones."""
    styles = ("{0:04d}-{1:03d}", "{2}-{0:05d}-A", "{0:06d}", "{2}{1:04d}R{3}")
    number = styles[customer.rank % 4].format(
        rng.integers(1, 9999), rng.integers(1, 999), customer.code[:2], rng.integers(1, 5)
    )
    basis = str(rng.choice(["EA", "LB", "C", "LOT"], p=[0.55, 0.25, 0.12, 0.08]))
    each_usd, lot_usd = rng.lognormal(-0.2, 0.8), customer.lot_usd * rng.lognormal(0, 0.8)
    usd = {"EA": each_usd, "LB": rng.lognormal(-0.6, 0.3), "C": 25 * each_usd, "LOT": lot_usd}[basis]
    return Part(
        number=number,
        description=f"{rng.choice(words.PARTS)}, {rng.choice(words.DETAILS)}",
        process=words.PROCESSES[process][0],
        basis=basis,
        usd=float(usd),
        each_lb=float(rng.lognormal(-1.2, 1.0)),
        lot_usd=float(lot_usd),
    )


def order_lines(customer: Customer, span: Span, seed: int) -> list[Line]:
    """All lots of one customer, oldest first."""
    rng = np.random.default_rng([seed, 2, customer.rank])
    days = span.days
    received = order_days(
        days,
        own_pace(customer, days, rng),
        customer.law,
        rng,
        per_working_week=customer.per_working_week,
    )
    promised = working_days_later(received, rng.integers(4, 9, len(received)))
    late = np.where(rng.random(len(received)) < 0.9, 0, rng.integers(1, 6, len(received)))
    shipped = working_days_later(promised, late)
    book = parts(customer, rng)
    orders = [
        Order(customer, count, purchase_order(customer, count, rng), *dates)
        for count, dates in enumerate(zip(*map(as_dates, (received, promised, shipped)), strict=True))
    ]
    return [
        lot(order, ordered_part(customer, book, rng), rng)
        for order in orders
        for _ in range(min(int(rng.geometric(0.72)), 6))
    ]


def ordered_part(customer: Customer, book: tuple[Part, ...], rng: np.random.Generator) -> Part:
    """Mostly one of the customer's usual parts, now and then one that is ordered only once."""
    if rng.random() < 0.12:
        return drawn_part(customer, int(rng.integers(len(words.PROCESSES))), rng)
    popular = 1 / np.arange(1, len(book) + 1)
    return book[int(rng.choice(len(book), p=popular / popular.sum()))]


def purchase_order(customer: Customer, order: int, rng: np.random.Generator) -> str:
    """The PO as it was written on the packing slip; one in eight has none."""
    if rng.random() < 0.12:
        return ""
    if rng.random() < 0.02:
        return "VERBAL"
    return f"{'PO' if customer.rank % 3 else ''}{40_000 + customer.rank * 211 + order}"


def lot(order: Order, part: Part, rng: np.random.Generator) -> Line:
    """One lot of a part: its size from the value wished, its price on the part's basis, the minimum kept."""
    usd = round(part.usd * PRICE_RISE ** (order.received_on.year - 2020), 4 if part.basis == "EA" else 2)
    wished = part.lot_usd * rng.lognormal(0, 0.7)
    each_usd = {"EA": usd, "C": usd / 100, "LB": usd * part.each_lb, "LOT": max(usd, 1.0) / 80}[part.basis]
    quantity = round_lot(wished / max(each_usd, 0.002))
    pounds = round(quantity * part.each_lb, 1)
    amount = {"EA": quantity * usd, "C": quantity * usd / 100, "LB": pounds * usd, "LOT": usd}[part.basis]
    if amount < MINIMUM_USD:
        return Line(order, part, quantity, pounds, MINIMUM_USD, "LOT", MINIMUM_USD)
    return Line(order, part, quantity, pounds, usd, part.basis, round(amount, 2))


def round_lot(pieces: float) -> int:
    """Pieces as people count them: exact up to twenty, then by five, then by fifty."""
    step = 1 if pieces < 20 else 5 if pieces < 500 else 50
    return max(1, round(pieces / step) * step)
