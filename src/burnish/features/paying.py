"""When customers pay: each payment against its invoice, and the days on which they pay several at once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from burnish.features.events import MONEY, by_customer, shop_amount, total
from burnish.features.promised import promised
from burnish.schema.facts import CHECK_RUN, PAYMENT_LAG


def payment_lag(invoice: ir.Table, payment: ir.Table, customer_ref: ir.Table, *, currency: str) -> ir.Table:
    """One row per payment of a known invoice; contract `payment_lag`.

    Payments and invoices meet on customer and invoice number, whatever systems they came from. The amount
    is empty where the payment is in another currency; its days count all the same. An invoice without due
    day gives no days beyond terms. Payments that meet no invoice stand in `unmatched_payment`.
    """
    invoiced = invoice_number(invoice, customer_ref, currency=currency).drop("amount")
    paid = money_in(payment, customer_ref, currency=currency)
    lag = paid.join(invoiced, ["customer_id", "invoice_ref"])
    return promised(
        lag.mutate(
            days_to_pay=lag.paid_on.delta(lag.invoiced_on, unit="day"),
            days_beyond_terms=lag.paid_on.delta(lag.due_on, unit="day"),
        ),
        PAYMENT_LAG,
    )


def unmatched_payment(
    invoice: ir.Table, payment: ir.Table, customer_ref: ir.Table, *, currency: str
) -> ir.Table:
    """One row per payment of no known invoice: customer_id, invoice_ref, paid_on, amount."""
    invoiced = invoice_number(invoice, customer_ref, currency=currency)
    paid = money_in(payment, customer_ref, currency=currency)
    return paid.anti_join(invoiced, ["customer_id", "invoice_ref"]).order_by(
        "customer_id", "paid_on", "invoice_ref", "amount"
    )


def check_run(payment_lag: ir.Table) -> ir.Table:
    """One row per customer and day of payment; contract `check_run`.

    `late_payments` counts those beyond terms; `amount_days` weighs days beyond terms (negative when early)
    by amount, so that a run's mean is a ratio of two exact sums.
    """
    is_late = (payment_lag.days_beyond_terms > 0).fill_null(False)
    late_by = payment_lag.days_beyond_terms.cast("decimal(6, 0)")
    run = payment_lag.group_by("customer_id", "paid_on").agg(
        payments=payment_lag.count(),
        late_payments=total(is_late.cast("int64")),
        amount=total(payment_lag.amount, MONEY),
        amount_days=total(payment_lag.amount * late_by, MONEY),
    )
    return promised(run, CHECK_RUN)


def invoice_number(invoice: ir.Table, customer_ref: ir.Table, *, currency: str) -> ir.Table:
    """One row per customer × invoice number, because some exports write an invoice on several lines.

    It is dated by its first line and due with its last; the amount adds the lines in the shop's currency.
    """
    line = by_customer(invoice, customer_ref)
    line = line.mutate(invoice_ref=line.number, shop_amount=shop_amount(line, currency))
    return line.group_by("customer_id", "invoice_ref").agg(
        invoiced_on=line.occurred_on.min(),
        due_on=line.due_on.max(),
        amount=total(line.shop_amount, MONEY),
    )


def money_in(payment: ir.Table, customer_ref: ir.Table, *, currency: str) -> ir.Table:
    """One row per payment: customer, invoice number, day, amount (empty in another currency)."""
    paid = by_customer(payment, customer_ref)
    return paid.select(
        "customer_id",
        "invoice_ref",
        paid_on=paid.occurred_on,
        amount=shop_amount(paid, currency).cast(MONEY),
    )


def settlement(invoiced: ir.Table, paid: ir.Table) -> ir.Table:
    """One row per invoice × day paid: what that day took off the open amount.

    Columns customer_id, invoiced_on, due_on, paid_on, amount. Paying more than the invoice settles no more
    than the invoice, so that one customer's overpayment never hides another invoice; credit notes
    (negative invoices) likewise from the other side.
    """
    daily = paid.group_by("customer_id", "invoice_ref", "paid_on").agg(paid=total(paid.amount, MONEY))
    met = daily.join(invoiced, ["customer_id", "invoice_ref"])
    of_invoice = {"group_by": ("customer_id", "invoice_ref"), "order_by": "paid_on"}
    so_far = met.paid.sum().over(rows=(None, 0), **of_invoice).cast(MONEY)
    zero = ibis.literal(0).cast(MONEY)
    capped = ibis.least(ibis.greatest(so_far, ibis.least(met.amount, zero)), ibis.greatest(met.amount, zero))
    met = met.mutate(settled=capped)
    return met.select(
        "customer_id",
        "invoiced_on",
        "due_on",
        "paid_on",
        amount=(met.settled - met.settled.lag().over(**of_invoice).fill_null(zero)).cast(MONEY),
    )
