"""Tiny builders of invoices and payments as the lateness detector reads them."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

FIRST = date(2020, 1, 6)  # a Monday
KINDS = {
    "customer_id": pl.String,
    "invoice_ref": pl.String,
    "invoiced_on": pl.Date,
    "due_on": pl.Date,
    "amount": pl.Decimal(18, 4),
    "paid": pl.Decimal(18, 4),
    "paid_on": pl.Date,
    "last_paid_on": pl.Date,
    "open_amount": pl.Decimal(18, 4),
}
WOBBLE = (0, 2, -3, 1, 4, -2, 0, -1, 3, -4, 1)


def on(day):
    return FIRST + timedelta(days=int(day))


def bill(customer, invoiced, late, *, today, terms=30, amount=100, ref=None):
    """One invoice of a day, paid `late` days beyond its terms, open when that is after today."""
    due = invoiced + (terms or 0)
    paid = None if late is None or due + late > today else due + late
    money = Decimal(amount)
    return {
        "customer_id": customer,
        "invoice_ref": ref or f"{customer}-{invoiced:05}",
        "invoiced_on": on(invoiced),
        "due_on": None if terms is None else on(due),
        "amount": money,
        "paid": money if paid else Decimal(0),
        "paid_on": on(paid) if paid else None,
        "last_paid_on": on(paid) if paid else None,
        "open_amount": Decimal(0) if paid else money,
    }


def habit(customer, *, today, step=14, level=5, from_day=None, later=0, terms=30, start=0, **values):
    """Invoices every `step` days, paid `level` days late give or take; `later` when due from a day on."""
    rows = []
    for number, invoiced in enumerate(range(start, today, step)):
        late = level + WOBBLE[(number + len(customer) + ord(customer[-1])) % len(WOBBLE)]
        if from_day is not None and invoiced + (terms or 0) >= from_day:
            late += later
        rows.append(bill(customer, invoiced, late, today=today, terms=terms, **values))
    return rows


def crowd(size=25, *, today, **values):
    """Customers that pay as they always did, at a level of their own."""
    return [
        row
        for number in range(size)
        for row in habit(f"crowd{number:02}", today=today, level=3 + number % 7, start=number % 14, **values)
    ]


def invoices(*rows):
    return pl.DataFrame([row for part in rows for row in part], schema=KINDS, orient="row")


def customers(*names, persons=()):
    schema = {"customer_id": pl.String, "name": pl.String, "is_person": pl.Boolean}
    return pl.DataFrame([(name, name, name in persons) for name in names], schema=schema, orient="row")


def clock(day, *, stated=100, lag_days=2):
    return pl.DataFrame(
        {"table": ["payment"], "complete_on": [on(day)], "lag_days": [lag_days], "stated": [stated]}
    )


def thresholds(*, support=2.4, watch=2.65, briefing=3.45):
    over = {"support": support, "watch": watch, "briefing": briefing}
    return pl.DataFrame(
        {
            "signal": ["paying_later"] * 3,
            "tier": list(over),
            "threshold_ppm": [int(each * 1e6) for each in over.values()],
        }
    )
