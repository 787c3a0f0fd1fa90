"""When customers pay: each payment against its invoice, and the days on which they pay several at once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from burnish.features.events import MONEY, by_customer, shop_amount, total
from burnish.features.promised import promised
from burnish.schema.facts import CHECK_RUN, INVOICE_STATE, PAYMENT_LAG


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


def invoice_state(invoice: ir.Table, payment: ir.Table, customer_ref: ir.Table, *, currency: str) -> ir.Table:
    """One row per customer × invoice number; contract `invoice_state`.

    `paid_on` is the first day on which the payments added up to the amount. Money in another currency
    cannot be added: an invoice with such a payment counts as paid on its latest payment, unless the rest
    covers it before.
    """
    invoiced = invoice_number(invoice, customer_ref, currency=currency)
    paid = money_in(payment, customer_ref, currency=currency)
    day = paid_so_far(invoiced, paid)
    of_invoice = day.group_by("customer_id", "invoice_ref").agg(
        paid=total(day.paid, MONEY),
        covered_on=day.paid_on.min(where=day.settled == day.amount),
        last_paid_on=day.paid_on.max(),
        unpriced=total(day.unpriced),
    )
    met = invoiced.left_join(
        of_invoice.rename(of_customer="customer_id", of_ref="invoice_ref"),
        [
            invoiced.customer_id == of_invoice.customer_id,
            invoiced.invoice_ref == of_invoice.invoice_ref,
        ],
    )
    zero = ibis.literal(0).cast(MONEY)
    by_last = (met.unpriced > 0).ifelse(met.last_paid_on, ibis.null("date"))
    state = met.mutate(paid_on=ibis.coalesce(met.covered_on, by_last), paid=met.paid.fill_null(zero))
    left = (state.amount - covered(state.paid, state.amount)).cast("decimal(28, 4)")
    return promised(state.mutate(open_amount=state.paid_on.isnull().ifelse(left, zero)), INVOICE_STATE)


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
    met = paid_so_far(invoiced, paid)
    of_invoice = {"group_by": ("customer_id", "invoice_ref"), "order_by": "paid_on"}
    zero = ibis.literal(0).cast(MONEY)
    return met.select(
        "customer_id",
        "invoiced_on",
        "due_on",
        "paid_on",
        amount=(met.settled - met.settled.lag().over(**of_invoice).fill_null(zero)).cast(MONEY),
    )


def paid_so_far(invoiced: ir.Table, paid: ir.Table) -> ir.Table:
    """One row per invoice × day paid, with the invoice's columns.

    `paid` is that day's money, `unpriced` its payments in another currency, `settled` what the payments up
    to that day cover of the amount: never more than it, never less than nothing.
    """
    daily = paid.group_by("customer_id", "invoice_ref", "paid_on").agg(
        paid=total(paid.amount, MONEY), unpriced=total(paid.amount.isnull().cast("int64"))
    )
    met = daily.join(invoiced, ["customer_id", "invoice_ref"])
    of_invoice = {"group_by": ("customer_id", "invoice_ref"), "order_by": "paid_on"}
    so_far = met.paid.sum().over(rows=(None, 0), **of_invoice).cast(MONEY)
    return met.mutate(settled=covered(so_far, met.amount))


def covered(paid: ir.DecimalValue, amount: ir.DecimalValue) -> ir.DecimalValue:
    """What money covers of an invoice: never more than its amount, never less than nothing."""
    zero = ibis.literal(0).cast(MONEY)
    return ibis.least(ibis.greatest(paid, ibis.least(amount, zero)), ibis.greatest(amount, zero))
