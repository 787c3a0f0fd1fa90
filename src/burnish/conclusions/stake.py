"""The money at stake: what a customer would usually order in the next 13 weeks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import polars as pl

from burnish.detectors.speaking import number

FactRow: TypeAlias = dict[str, Any]

YEAR_WEEKS = 52
AHEAD_WEEKS = 13
CENT_FRACTION = Decimal("0.0001")


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


def quarter(ordered: Decimal | None) -> Decimal | None:
    """A quarter of a year's orders: what 13 weeks usually bring. Nothing when no amount is known."""
    return None if ordered is None else (Decimal(ordered) / 4).quantize(CENT_FRACTION)


def stake_facts(ordered: Decimal | None, unpriced: int, foreign: int, currency: str) -> list[FactRow]:
    """The facts from which the money can be reckoned again by hand."""
    known = [number("ahead_weeks", AHEAD_WEEKS, "weeks"), number("year_weeks", YEAR_WEEKS, "weeks")]
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
