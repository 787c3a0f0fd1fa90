"""Canonical events seen as a customer's: whose they are, in which currency, in whole grams and cm²."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

MONEY = "decimal(18, 4)"
FIRST_MONDAY = date(1970, 1, 5)


def by_customer(event: ir.Table, customer_ref: ir.Table) -> ir.Table:
    """The events with `customer_id`. `customer_ref` holds every (source, organisation_ref)."""
    refs = customer_ref.select("source", "organisation_ref", "customer_id")
    return event.join(refs, ["source", "organisation_ref"])


def is_shop_currency(event: ir.Table, currency: str) -> ir.BooleanValue:
    """Whether a row's amount is in the shop's currency; a row that names none is taken to be."""
    return event.currency.fill_null(currency) == currency


def shop_amount(event: ir.Table, currency: str) -> ir.DecimalValue:
    """The row's amount, empty where it is in another currency."""
    return is_shop_currency(event, currency).ifelse(event.amount, None)


def grams(weight_kg: ir.DecimalValue) -> ir.IntegerValue:
    """Whole grams, a half to the even neighbour, by decimal arithmetic alone."""
    tenths = (weight_kg * 10_000).cast("int64")
    # Both engines round a half away from zero when a decimal loses places.
    away = (weight_kg * 1_000).cast("decimal(22, 0)").cast("int64")
    is_odd_half = ((tenths % 10).abs() == 5) & (away % 2 != 0)
    return away - is_odd_half.ifelse((tenths > 0).ifelse(1, -1), 0)


def square_centimetres(area_m2: ir.DecimalValue) -> ir.IntegerValue:
    """Whole cm², exact, because areas are kept to four decimals of a m²."""
    return (area_m2 * 10_000).cast("int64")


def total(number: ir.NumericColumn, kind: str = "int64") -> ir.NumericScalar:
    """Sum in exactly the type `kind`, 0 over nothing. Engines widen sums (DuckDB to 128 bits)."""
    added = number.sum().fill_null(0)
    return whole(added) if kind == "int64" else added.cast(kind)


def whole(number: ir.IntegerValue) -> ir.IntegerValue:
    """The number as 64 bits, where an engine's own type is another than Ibis believes and would not cast."""
    return number.cast("decimal(38, 0)").cast("int64")


def monday(day: ir.DateValue) -> ir.DateValue:
    """Monday of the day's week."""
    return plain_date(day.truncate("W"))


def plain_date(day: ir.DateValue) -> ir.DateValue:
    """The date, where an engine hands back midnight (Spark truncating, DuckDB subtracting days)."""
    return day.cast("timestamp").cast("date")


def day_number(day: ir.DateValue) -> ir.DecimalValue:
    """Days since a fixed Monday, as a decimal that amounts can be multiplied by."""
    return day.delta(FIRST_MONDAY, unit="day").cast("decimal(6, 0)")
