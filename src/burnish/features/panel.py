"""The panel: what each customer did, week by week, in facts that add up."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from burnish.features.events import MONEY, by_customer, day_number, monday, total
from burnish.features.ordering import measured_line
from burnish.features.paying import invoice_number, money_in, settlement
from burnish.features.promised import promised
from burnish.schema.facts import CUSTOMER_WEEK

WIDE = "decimal(28, 4)"  # holds money × day number
CHANGE = {
    "releases": "int64",
    "lines": "int64",
    "pieces": MONEY,
    "weight_g": "int64",
    "area_cm2": "int64",
    "amount": MONEY,
    "shipments": "int64",
    "late_shipments": "int64",
    "invoices": "int64",
    "invoiced": MONEY,
    "paid": MONEY,
    "opened": MONEY,
    "fell_due": MONEY,
    "fell_due_days": WIDE,
    "quotes_asked": "int64",
    "quotes_won": "int64",
    "quotes_lost": "int64",
}
WON = ("won", "win", "closed won", "accepted", "ordered")
LOST = ("lost", "loss", "closed lost", "rejected", "declined")
ONE = ibis.literal(1, "int64")


def customer_week(
    order_release: ir.Table,
    order_line: ir.Table,
    shipment: ir.Table,
    invoice: ir.Table,
    payment: ir.Table,
    quote: ir.Table,
    customer_ref: ir.Table,
    working_day: ir.Table,
    *,
    currency: str,
    day: date,
) -> ir.Table:
    """One row per customer × week (Monday), from the first event to `day`; contract `customer_week`.

    Weeks without events stand there with zeros. Every column tells what had happened by the week's end, or
    by `day` in the running week (`working_days` too): later payments never change an earlier week. Lines and
    measures count in the week they were ordered, releases in the week they began. `working_day` must reach
    from the first event to `day`: weeks that it lacks are not in the panel.
    """
    invoiced = invoice_number(invoice, customer_ref, currency=currency)
    paid = money_in(payment, customer_ref, currency=currency)
    changes = (
        weekly(order_release, order_release.release_on, day, releases=ONE),
        ordered_week(measured_line(order_line, customer_ref, currency=currency), day),
        shipped_week(by_customer(shipment, customer_ref), day),
        weekly(
            invoiced,
            invoiced.invoiced_on,
            day,
            invoices=ONE,
            invoiced=invoiced.amount,
            opened=invoiced.amount,
        ),
        weekly(paid, paid.paid_on, day, paid=paid.amount),
        *balance_weeks(invoiced, settlement(invoiced, paid), day),
        *quoted_weeks(quote_number(quote, customer_ref), day),
    )
    change = added_up(ibis.union(*changes), CHANGE)
    return promised(balanced(every_week(change, working_day, day)), CUSTOMER_WEEK)


def weekly(table: ir.Table, on: ir.DateColumn, day: date, **facts: ir.NumericValue) -> ir.Table:
    """One row per customer × week: what a table changes by `day`, zeros where it says nothing."""
    dated = table.select("customer_id", on=on, **facts)
    dated = dated.filter(dated.on <= day)
    change = added_up(
        dated.mutate(week=monday(dated.on)), {name: kind for name, kind in CHANGE.items() if name in facts}
    )
    silent = {name: ibis.literal(0).cast(kind) for name, kind in CHANGE.items() if name not in facts}
    return change.mutate(**silent).select("customer_id", "week", *CHANGE)


def added_up(change: ir.Table, kinds: dict[str, str]) -> ir.Table:
    """One row per customer × week: the sums of its changes."""
    return change.group_by("customer_id", "week").agg(
        **{name: total(change[name], kind) for name, kind in kinds.items()}
    )


def ordered_week(ordered: ir.Table, day: date) -> ir.Table:
    """Lines and what they measure, in the week they were ordered."""
    facts = {name: ordered[name] for name in ("lines", "pieces", "weight_g", "area_cm2", "amount")}
    return weekly(ordered, ordered.occurred_on, day, **facts)


def shipped_week(shipped: ir.Table, day: date) -> ir.Table:
    """Shipped lines, and those after their due day."""
    is_late = (shipped.occurred_on > shipped.due_on).fill_null(False)
    return weekly(shipped, shipped.occurred_on, day, shipments=ONE, late_shipments=is_late.cast("int64"))


def balance_weeks(invoiced: ir.Table, settled: ir.Table, day: date) -> tuple[ir.Table, ...]:
    """What settling takes off the open amount, and what adds to or takes off the overdue.

    Overdue amount × days at a day T is the sum of open × (T - due) over invoices past due. That is
    T × (amounts fallen due and unpaid) - (the same amounts × their due day), and both brackets are running
    sums: an invoice adds on its due day, a payment takes off on its day or, if early, on the due day.
    """
    due = invoiced.filter(invoiced.due_on.notnull())
    settled_due = settled.filter(settled.due_on.notnull())
    return (
        weekly(settled, ibis.greatest(settled.paid_on, settled.invoiced_on), day, opened=-settled.amount),
        weekly(
            due,
            ibis.greatest(due.due_on, due.invoiced_on),
            day,
            fell_due=due.amount,
            fell_due_days=due.amount * day_number(due.due_on),
        ),
        weekly(
            settled_due,
            ibis.greatest(settled_due.paid_on, settled_due.due_on, settled_due.invoiced_on),
            day,
            fell_due=-settled_due.amount,
            fell_due_days=-settled_due.amount * day_number(settled_due.due_on),
        ),
    )


def quote_number(quote: ir.Table, customer_ref: ir.Table) -> ir.Table:
    """One row per customer × quote (its lines together): won if any line was, else lost if any was."""
    line = by_customer(quote, customer_ref)
    outcome = line.outcome.lower().fill_null("")
    line = line.mutate(quote=ibis.coalesce(line.number, line.native_id), outcome=outcome)
    number = line.group_by("customer_id", "quote").agg(
        asked_on=line.occurred_on.min(),
        won_on=line.outcome_on.min(where=line.outcome.isin(WON)),
        any_lost_on=line.outcome_on.max(where=line.outcome.isin(LOST)),
    )
    return number.mutate(lost_on=number.won_on.isnull().ifelse(number.any_lost_on, ibis.null("date")))


def quoted_weeks(quoted: ir.Table, day: date) -> tuple[ir.Table, ...]:
    """Quotes in the week they were asked, won and lost."""
    return (
        weekly(quoted, quoted.asked_on, day, quotes_asked=ONE),
        weekly(quoted, quoted.won_on, day, quotes_won=ONE),
        weekly(quoted, quoted.lost_on, day, quotes_lost=ONE),
    )


def every_week(change: ir.Table, working_day: ir.Table, day: date) -> ir.Table:
    """The changes with a row for every week from a customer's first, also where nothing changed."""
    passed = working_day.filter(working_day.day <= day)
    passed = passed.mutate(week=monday(passed.day))
    week = passed.group_by("week").agg(working_days=total(passed.is_working), ends_on=passed.day.max())
    since = change.group_by("customer_id").agg(since=change.week.min())
    due = since.join(week, since.since <= week.week).drop("since")
    changed = change.rename(of_customer="customer_id", in_week="week")
    every = due.left_join(changed, [due.customer_id == changed.of_customer, due.week == changed.in_week])
    zeros = {name: every[name].fill_null(ibis.literal(0).cast(kind)) for name, kind in CHANGE.items()}
    return every.mutate(**zeros).drop("of_customer").drop("in_week")


def balanced(week: ir.Table) -> ir.Table:
    """The weeks with what is open and overdue at the end of each, from running sums of the changes."""
    up_to = {"group_by": "customer_id", "order_by": "week", "rows": (None, 0)}
    overdue = week.fell_due.sum().over(**up_to).cast("decimal(20, 4)")
    overdue_from = week.fell_due_days.sum().over(**up_to).cast(WIDE)
    return week.mutate(
        open_amount=week.opened.sum().over(**up_to).cast(MONEY),
        overdue_amount_days=overdue * day_number(week.ends_on) - overdue_from,
    )
