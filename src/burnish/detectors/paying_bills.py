"""Invoices as the lateness scores want them: when each was due, and when it was as good as paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from burnish.detectors.paying_scores import NEVER, Bills
from burnish.stats.renewal import Ints

SMALL_REST = 20  # an invoice of which less than one twentieth is open counts as paid
CENTS = 100
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Ledger:
    """All invoices of the shop: `bills.group` is the place of the customer in `customers`.

    `left_out`: invoices of each customer from before its first with a due day, which are not in `bills`.
    """

    customers: tuple[str, ...]
    bills: Bills
    left_out: Ints

    def of(self, customer_id: str) -> Bills:
        """The invoices of one customer, as the only one."""
        mine = self.bills.only(self.bills.group == self.customers.index(customer_id))
        return Bills(mine.group * 0, mine.invoiced, mine.due, mine.paid, mine.cents)


def ledger(invoice_state: pl.DataFrame) -> Ledger:
    """The invoices, in order of customer, day and number. Credit notes and empty ones are left out.

    An invoice without due day has the terms of the customer's one before it. For customers without any it
    is due on its own day. Those before a customer's first with a due day are left out: the terms of later
    ones were not known yet, and without terms they would look late beside these. The day it was as good as
    paid is that of its last payment when less than a twentieth is left open.
    """
    terms = (pl.col("due_on") - pl.col("invoiced_on")).dt.total_days()
    nearly = pl.col("open_amount") * SMALL_REST < pl.col("amount")
    rows = (
        invoice_state.filter(pl.col("amount") > 0)
        .sort("customer_id", "invoiced_on", "invoice_ref")
        .with_columns(
            terms=terms.forward_fill().over("customer_id"),
            never=terms.is_null().all().over("customer_id"),
            settled_on=pl.coalesce("paid_on", pl.when(nearly).then("last_paid_on")),
        )
        .with_columns(left_out=pl.col("terms").is_null() & ~pl.col("never"))
    )
    left_out = rows.group_by("customer_id", maintain_order=True).agg(pl.col("left_out").sum())["left_out"]
    rows = rows.filter(~pl.col("left_out"))
    invoiced = days(rows["invoiced_on"])
    paid = rows["settled_on"].to_physical().cast(pl.Int64).fill_null(NEVER).to_numpy()
    names = rows["customer_id"].unique(maintain_order=True)
    return Ledger(
        tuple(names.to_list()),
        Bills(
            group=rows["customer_id"].rle_id().to_numpy().astype(np.int64),
            invoiced=invoiced,
            due=invoiced + rows["terms"].fill_null(0).to_numpy().astype(np.int64),
            paid=np.maximum(paid, invoiced),
            cents=(rows["amount"] * CENTS).cast(pl.Int64).to_numpy(),
        ),
        left_out.to_numpy().astype(np.int64),
    )


def days(column: pl.Series) -> Ints:
    """Days since 1970-01-01."""
    return column.to_physical().cast(pl.Int64).to_numpy()


def day_number(day: date) -> int:
    """The same of one day."""
    return (day - EPOCH).days


def dates(numbers: Ints) -> pl.Series:
    """Days since 1970-01-01 as dates; NEVER as missing."""
    return pl.Series(numbers).cast(pl.Int64).replace(int(NEVER), None).cast(pl.Int32).cast(pl.Date)
