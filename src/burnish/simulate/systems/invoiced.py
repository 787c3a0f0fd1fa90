"""What an ERP that also keeps the books has invoiced and been paid, under the record of the order."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from burnish.simulate.systems.booked import RECORD, Books
from burnish.simulate.world import World


@dataclass(frozen=True)
class Invoiced:
    """`invoices` with the customer's record, `order_no`, `po_no`, `paid_usd`, `left_usd`; `payments` and
    `credits` with those of their invoice, whose number is `invoice_no`."""

    invoices: pl.DataFrame
    payments: pl.DataFrame
    credits: pl.DataFrame


def invoiced(world: World, books: Books) -> Invoiced:
    """All that was entered by the plan's last day."""
    last = world.plan.last
    is_seen = (pl.col("on") <= last) & (pl.col("entered_on") <= last)
    main = books.customers.filter(~pl.col("is_second")).select("company", *RECORD)
    of_order = books.orders.select(
        "order", "order_no", "po_no", *(pl.col(each).alias(f"{each}_of") for each in RECORD)
    )
    rows = world["invoice"].filter(is_seen).join(main, on="company", how="left", maintain_order="left")
    rows = rows.join(of_order, on="order", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce(f"{each}_of", each).alias(each) for each in RECORD)
    rows = rows.drop(f"{each}_of" for each in RECORD)
    of_invoice = rows.select(
        "invoice", *RECORD, "order_no", "po_no", "due_on", invoice_no="number", total_usd="amount"
    )
    paid = world["payment"].filter(is_seen)
    sums = paid.group_by("invoice").agg(paid_usd=pl.col("amount").sum().round(2))
    rows = rows.join(sums, on="invoice", how="left", maintain_order="left")
    credits = world["credit"].filter(pl.col("on") <= last)
    return Invoiced(
        rows.with_columns(pl.col("paid_usd").fill_null(0.0)).with_columns(
            left_usd=(pl.col("amount") - pl.col("paid_usd")).round(2)
        ),
        paid.join(of_invoice, on="invoice", how="inner", maintain_order="left"),
        credits.join(of_invoice, on="invoice", how="inner", maintain_order="left"),
    )
