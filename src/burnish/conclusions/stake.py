"""The money at stake: what a customer would usually order in the next 13 weeks, and what it owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import polars as pl

from burnish.detectors.speaking import number

FactRow: TypeAlias = dict[str, Any]

YEAR_WEEKS = 52
AHEAD_WEEKS = 13
CENT_FRACTION = Decimal("0.0001")
BILLED_SAYS = (
    "Its orders show no amount. It was invoiced {invoiced_year} in the {year_weeks} up to its last invoice; "
    "a quarter of that, {at_stake}, is what the next {ahead_weeks} would usually bring."
)


def stake(order_release: pl.DataFrame) -> pl.DataFrame:
    """What each customer ordered in the 52 weeks up to its last order. One row per customer.

    Columns: customer_id, ordered (shop currency, null when no amount is known), unpriced (releases
    without any amount), foreign (lines in other currencies, which are not counted).
    """
    last = pl.col("release_on").max().over("customer_id")
    year = order_release.filter(pl.col("release_on") > last - timedelta(weeks=YEAR_WEEKS))
    nothing = pl.col("amount").fill_null(0) == 0
    own_money = pl.col("other_currency_lines").fill_null(0) == 0
    return (
        year.group_by("customer_id")
        .agg(
            ordered=pl.col("amount").sum(),
            unpriced=(nothing & own_money).sum().cast(pl.Int64),
            foreign=pl.col("other_currency_lines").sum().cast(pl.Int64),
        )
        .with_columns(ordered=pl.when(pl.col("ordered") > 0).then("ordered"))
        .sort("customer_id")
    )


def billed(invoice_state: pl.DataFrame) -> pl.DataFrame:
    """What each customer was invoiced in the 52 weeks up to its last invoice: customer_id, billed."""
    last = pl.col("invoiced_on").max().over("customer_id")
    year = invoice_state.filter(
        pl.col("invoiced_on") > last - timedelta(weeks=YEAR_WEEKS), pl.col("amount") > 0
    )
    return year.group_by("customer_id").agg(billed=pl.col("amount").sum()).sort("customer_id")


def owed(invoice_state: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """What each customer owes. One row per customer with anything open.

    Columns: customer_id, owed and overdue (shop currency), invoices. Open credit notes are not set off.
    """
    open_now = invoice_state.filter(pl.col("open_amount") > 0)
    late = (pl.col("due_on") < as_of).fill_null(False)
    return (
        open_now.group_by("customer_id")
        .agg(
            owed=pl.col("open_amount").sum(),
            overdue=pl.col("open_amount").filter(late).sum(),
            invoices=pl.len().cast(pl.Int64),
        )
        .sort("customer_id")
    )


def owed_facts(
    owed: Decimal | None, overdue: Decimal | None, invoices: int | None, currency: str
) -> list[FactRow]:
    """What is owed, as facts; none when nothing is known to be."""
    if not owed:
        return []
    known = [number("owed", float(owed), currency), number("open_invoices", invoices or 0, "invoices")]
    return [*known, *([number("overdue", float(overdue), currency)] if overdue else [])]


def owed_says(owed: Decimal | None, overdue: Decimal | None) -> str:
    """Template of the sentence about what is owed."""
    if not owed:
        return "No open invoice of it is known."
    late = ", {overdue} of it past due." if overdue else ", none of it past due."
    return "It owes {owed} on {open_invoices}" + late


@dataclass(frozen=True)
class Money:
    """The money at stake: the sum, the template that says how it was reckoned, and the facts of that."""

    amount: Decimal | None
    says: str
    facts: list[FactRow]


def money_of(about: Mapping[str, Any], at_stake: Sequence[str], currency: str) -> Money:
    """The money of one statement from the columns of `stake` and `owed`.

    `at_stake` names what counts: "orders", "owed" or both. Where orders show no amount, invoices do.
    """
    ordered, unpriced, foreign = about["ordered"], about["unpriced"], about["foreign"]
    by_invoices = ordered is None and not foreign and about["billed"] is not None
    sums: list[Decimal | None] = []
    says, facts = [], [*weeks_facts()]
    if "orders" in at_stake and by_invoices:
        sums.append(quarter(about["billed"]))
        says.append(BILLED_SAYS)
        facts += billed_facts(about["billed"], currency)
    elif "orders" in at_stake:
        sums.append(quarter(ordered))
        says.append(stake_says(ordered, unpriced, foreign))
        facts += stake_facts(ordered, unpriced, foreign, currency)
    if "owed" in at_stake:
        sums.append(about["owed"])
        says.append(owed_says(about["owed"], about["overdue"]))
        facts += owed_facts(about["owed"], about["overdue"], about["invoices"], currency)
    known = [each for each in sums if each is not None]
    return Money(sum(known, Decimal(0)) if known else None, " ".join(says), facts)


def billed_facts(billed: Decimal, currency: str) -> list[FactRow]:
    """The facts of money reckoned from invoices."""
    at_stake = float(quarter(billed) or 0)
    return [number("invoiced_year", float(billed), currency), number("at_stake", at_stake, currency)]


def weeks_facts() -> list[FactRow]:
    """The weeks that templates about orders and outcomes name."""
    return [number("ahead_weeks", AHEAD_WEEKS, "weeks"), number("year_weeks", YEAR_WEEKS, "weeks")]


def quarter(ordered: Decimal | None) -> Decimal | None:
    """A quarter of a year's orders: what 13 weeks usually bring. Nothing when no amount is known."""
    return None if ordered is None else (Decimal(ordered) / 4).quantize(CENT_FRACTION)


def stake_facts(ordered: Decimal | None, unpriced: int, foreign: int, currency: str) -> list[FactRow]:
    """The facts from which the money can be reckoned again by hand."""
    known = []
    if unpriced:
        known.append(number("unpriced_orders", unpriced, "orders"))
    if foreign:
        known.append(number("foreign_lines", foreign, "lines"))
    if ordered is not None:
        known.append(number("ordered_year", float(ordered), currency))
        known.append(number("at_stake", float(quarter(ordered) or 0), currency))
    return known


def stake_says(ordered: Decimal | None, unpriced: int, foreign: int) -> str:
    """Template of the sentence about the money; it says so when the value is not known."""
    if ordered is None and foreign:
        return (
            "Value not known: its orders of the {year_weeks} up to its last are in another currency than the "
            "shop's. If the shop's is wrong, correct it in shop.toml."
        )
    if ordered is None:
        return "Value not known: its orders of the {year_weeks} up to its last show no amount."
    left_out = [
        clause
        for count, clause in (
            (unpriced, "{unpriced_orders} without an amount"),
            (foreign, "{foreign_lines} in other currencies"),
        )
        if count
    ]
    aside = f" (not counting {' and '.join(left_out)})" if left_out else ""
    return (
        "It ordered {ordered_year} in the {year_weeks} up to its last order"
        + aside
        + "; a quarter of that, {at_stake}, is what the next {ahead_weeks} would usually bring."
    )
