"""A small random shop with every oddity the features must bear."""

from __future__ import annotations

import random

from .build import Row, d, money, weekdays

DAYS = 120
NAMES = {("erp", "A"): "a", ("erp", "B"): "b", ("crm", "Ay"): "a", ("erp", "C"): "c"}


def random_shop(seed: int) -> dict[str, list[Row]]:
    """Rows of every table, all known on the day they occurred or up to a week later."""
    draw = random.Random(seed)
    return {
        "customer_ref": [
            {"source": source, "organisation_ref": ref, "customer_id": customer}
            for (source, ref), customer in NAMES.items()
        ],
        "working_day": weekdays(DAYS + 40, closed=draw.sample(range(DAYS), 5)),
        "order_line": [order_line(draw, at) for at in range(80)],
        "shipment": [shipment(draw, at) for at in range(20)],
        "invoice": [invoice(draw, at) for at in range(30)],
        "payment": [payment(draw, at) for at in range(40)],
        "quote": [quote(draw, at) for at in range(15)],
    }


def happened(draw: random.Random, at: int, **values: object) -> Row:
    source, ref = draw.choice(list(NAMES))
    on = draw.randrange(DAYS)
    row = {"source": source, "organisation_ref": ref, "native_id": f"{at}", "occurred_on": d(on)}
    row |= {"known_on": d(on + draw.choice((0, 0, 1, 7))), "known_imputed": draw.random() < 0.2}
    return row | {"superseded_on": None} | values


def amount(draw: random.Random, low: int = -20, high: int = 400) -> Row:
    currency = draw.choice(("USD", "USD", None, "EUR"))
    return {"amount": money(draw.randrange(low * 100, high * 100)) / 100, "currency": currency}


def maybe(draw: random.Random, value: object, chance: float = 0.8) -> object:
    return value if draw.random() < chance else None


def order_line(draw: random.Random, at: int) -> Row:
    return happened(
        draw,
        at,
        po_no=maybe(draw, draw.choice("1234"), 0.5),
        order_no=maybe(draw, draw.choice("5678"), 0.5),
        quantity=maybe(draw, money(draw.randrange(-5, 100))),
        weight_kg=maybe(draw, money(draw.randrange(100_000)) / 10_000),
        area_m2=maybe(draw, money(draw.randrange(100_000)) / 10_000),
        is_blanket=draw.choice((True, False, None)),
        **amount(draw) | {"amount": maybe(draw, amount(draw)["amount"])},
    )


def shipment(draw: random.Random, at: int) -> Row:
    return happened(draw, at, due_on=maybe(draw, d(draw.randrange(DAYS))))


def invoice(draw: random.Random, at: int) -> Row:
    row = happened(draw, at, number=str(draw.randrange(20)), **amount(draw, low=-50))
    return row | {"due_on": maybe(draw, row["occurred_on"] + (d(draw.randrange(-2, 40)) - d(0)))}


def payment(draw: random.Random, at: int) -> Row:
    return happened(draw, at, invoice_ref=maybe(draw, str(draw.randrange(22)), 0.9), **amount(draw, low=-10))


def quote(draw: random.Random, at: int) -> Row:
    row = happened(draw, at, number=maybe(draw, str(draw.randrange(8))))
    outcome = draw.choice(("Won", "lost", "open", None))
    decided = row["occurred_on"] + (d(draw.randrange(30)) - d(0))
    return row | {"outcome": outcome, "outcome_on": decided if outcome in ("Won", "lost") else None}
