"""All tables of the features room over one shop, each from the finished tables before it."""

from __future__ import annotations

from datetime import date
from functools import cache

import ibis
import ibis.expr.types as ir

from burnish.features.entry import entry_clock
from burnish.features.known import as_known
from burnish.features.ordering import order_gap, order_release
from burnish.features.panel import customer_week
from burnish.features.paying import check_run, invoice_state, payment_lag, unmatched_payment
from burnish.schema.tables import CANONICAL

from .build import CONTRACTS, d

EVENTS = ("order_line", "shipment", "invoice", "payment", "quote")
DAY = d(100)  # a Wednesday


def unbound(name: str) -> ir.Table:
    """A table of that name and contract, with no engine behind it."""
    return ibis.table(ibis.Schema.from_pyarrow(CONTRACTS[name].schema), name=name)


@cache
def expressions(day: date = DAY, currency: str = "USD") -> dict[str, ir.Table]:
    """Each derived table as known on `day`, by name, in the order of making."""
    events = {name: unbound(name) for name in EVENTS}
    known = {name: as_known(table, day, CANONICAL[name]) for name, table in events.items()}
    refs, days, release = unbound("customer_ref"), unbound("working_day"), unbound("order_release")
    bills, paid = known["invoice"], known["payment"]
    return {
        "order_release": order_release(known["order_line"], refs, days, currency=currency),
        "entry_clock": entry_clock(events, day=day),
        "order_gap": order_gap(release, days, unbound("entry_clock")),
        "payment_lag": payment_lag(bills, paid, refs, currency=currency),
        "unmatched_payment": unmatched_payment(bills, paid, refs, currency=currency),
        "check_run": check_run(unbound("payment_lag")),
        "invoice_state": invoice_state(bills, paid, refs, currency=currency),
        "customer_week": customer_week(release, *known.values(), refs, days, currency=currency, day=day),
    }


@cache
def statements(dialect: str) -> dict[str, str]:
    """The expressions in an engine's own language."""
    return {name: str(ibis.to_sql(table, dialect=dialect)) for name, table in expressions().items()}
