"""When customers order: releases, and the gaps between them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from burnish.features.events import (
    MONEY,
    by_customer,
    grams,
    is_shop_currency,
    shop_amount,
    square_centimetres,
    total,
    whole,
)
from burnish.features.promised import promised
from burnish.schema.facts import ORDER_GAP, ORDER_RELEASE

COUNTS = ("lines", "weight_g", "area_cm2", "other_currency_lines", "blanket_lines")


def order_release(
    order_line: ir.Table,
    customer_ref: ir.Table,
    working_day: ir.Table,
    *,
    currency: str,
    span_working_days: int = 3,
) -> ir.Table:
    """One row per release of a customer; contract `order_release`.

    Lines of one day are one release. Lines of one PO (else order number) that follow within
    `span_working_days` of a release's first day belong to that release (`release_start`). `pieces` adds
    quantities as given, whatever their unit; corrections (negative quantities) stay in. A missing
    quantity, weight or area adds nothing.
    """
    ordered = po_day(order_line, customer_ref, currency=currency)
    started = release_start(ordered, working_day, span_working_days=span_working_days)
    release = started.group_by("customer_id", "release_on").agg(
        **{name: total(started[name]) for name in COUNTS},
        pieces=total(started.pieces, MONEY),
        amount=total(started.amount, MONEY),
    )
    return promised(release, ORDER_RELEASE)


def po_day(order_line: ir.Table, customer_ref: ir.Table, *, currency: str) -> ir.Table:
    """One row per customer × PO (else order number, else none) × day ordered: its lines added up."""
    line = measured_line(order_line, customer_ref, currency=currency)
    return line.group_by("customer_id", "po", "occurred_on").agg(
        **{name: total(line[name]) for name in COUNTS},
        pieces=total(line.pieces, MONEY),
        amount=total(line.amount, MONEY),
    )


def measured_line(order_line: ir.Table, customer_ref: ir.Table, *, currency: str) -> ir.Table:
    """One row per order line: customer, day, PO, and what it adds to a release or a week."""
    line = by_customer(order_line, customer_ref)
    foreign = ~is_shop_currency(line, currency) & line.amount.notnull()
    return line.select(
        "customer_id",
        "occurred_on",
        po=ibis.coalesce(line.po_no, line.order_no),
        lines=ibis.literal(1, "int64"),
        pieces=line.quantity,
        weight_g=grams(line.weight_kg),
        area_cm2=square_centimetres(line.area_m2),
        amount=shop_amount(line, currency),
        other_currency_lines=foreign.cast("int64"),
        blanket_lines=line.is_blanket.fill_null(False).cast("int64"),
    )


def release_start(ordered: ir.Table, working_day: ir.Table, *, span_working_days: int) -> ir.Table:
    """The rows of `po_day` with `release_on`, the first day of the release each belongs to.

    The days of a PO fall into runs: a run ends where the next day is more than the span of working days
    away. Counted from the run's first day, each `span_working_days + 1` working days are one release, whose
    day is the first ordered one among them. So every line lies within the span of its release's first day
    without walking from release to release. A row without PO, and a day that `working_day` lacks, stands
    for itself.
    """
    number = working_day.select(occurred_on=working_day.day, no=working_day.working_no)
    dated = ordered.left_join(number, "occurred_on").drop("occurred_on_right")
    of_po = {"group_by": ("customer_id", "po"), "order_by": "occurred_on"}
    step = dated.no - dated.no.lag().over(**of_po)
    goes_on = (step <= span_working_days).fill_null(False)
    opens = dated.mutate(opens_at=goes_on.ifelse(ibis.null("int64"), dated.no))
    since = opens.no - opens.opens_at.max().over(rows=(None, 0), **of_po)
    blocks = opens.mutate(block=opens.no - since % (span_working_days + 1))
    first = blocks.occurred_on.min().over(group_by=("customer_id", "po", "block"))
    alone = blocks.po.isnull() | blocks.no.isnull()
    return blocks.mutate(release_on=alone.ifelse(blocks.occurred_on, first))


def order_gap(order_release: ir.Table, working_day: ir.Table, entry_clock: ir.Table) -> ir.Table:
    """One row per gap between consecutive releases of a customer; contract `order_gap`.

    The last gap of each customer is open (`closed_on` empty) and counts up to the day through which order
    entries are complete, never beyond; 0 days when that day lies before the last release. Working days are
    counted after the opening day up to and with the end; empty where `working_day` holds neither.
    """
    clock = entry_clock.filter(entry_clock.table == "order_line").select("complete_on")
    of_customer = {"group_by": "customer_id", "order_by": "release_on"}
    gap = order_release.select(
        "customer_id",
        "blanket_lines",
        gap_no=whole(ibis.row_number().over(**of_customer)) + 1,
        opened_on=order_release.release_on,
        closed_on=order_release.release_on.lead().over(**of_customer),
    ).cross_join(clock)
    until = ibis.coalesce(gap.closed_on, ibis.greatest(gap.complete_on, gap.opened_on))
    gap = gap.mutate(until=until)
    opened = working_day.select(opened_on=working_day.day, opened_no=working_day.working_no)
    ended = working_day.select(until=working_day.day, ended_no=working_day.working_no)
    gap = gap.left_join(opened, "opened_on").drop("opened_on_right")
    gap = gap.left_join(ended, "until").drop("until_right")
    measured = gap.mutate(
        gap_days=gap.until.delta(gap.opened_on, unit="day"),
        gap_working_days=gap.ended_no - gap.opened_no,
    )
    return promised(measured, ORDER_GAP)
