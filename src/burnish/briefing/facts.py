"""Typed facts in plain English: each is shown by its unit and rounded to what it can bear.

Below 10, measures show one decimal; from 10 on, none. Money shows 3 significant digits, so that a sum
and its quarter agree by eye, with "about" whenever that rounds. Halves round away from zero. Dates read
"14 June 2014".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any

from burnish.errors import ContractError

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "MXN": "MX$", "AUD": "A$", "JPY": "¥", "INR": "₹"}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
CODE_LETTERS = 3
MILLION = 1_000_000
SIGNIFICANT = 3
SINGULAR = {"entries": "entry", "inches": "inch"}
NO_UNIT = ("", "none")


@dataclass(frozen=True)
class Fact:
    """One number or day with its unit: a plural word, "%", "date", "none" or a currency code."""

    name: str
    number: float | None
    day: date | None
    unit: str


def by_name(rows: Iterable[Mapping[str, Any]] | None) -> dict[str, Fact]:
    """Facts of a `facts` column by name. Raises ContractError when two have the same name."""
    facts = [Fact(row["name"], row["number"], row["day"], row["unit"] or "") for row in rows or ()]
    named = {fact.name: fact for fact in facts}
    if len(named) < len(facts):
        twice = sorted({fact.name for fact in facts if facts.count(fact) > 1 or named[fact.name] != fact})
        raise ContractError(f"facts named twice: {', '.join(twice)}", "facts", "Name each fact once.")
    return named


def shown(fact: Fact, *, bare: bool = False) -> str:
    """The fact as people read it; `bare` leaves the unit to the words that follow.

    Raises ContractError when it holds neither number nor day.
    """
    if fact.day is not None:
        return day(fact.day)
    if fact.number is None or not isfinite(fact.number):
        raise ContractError(f"the fact {fact.name} has no value", "facts", "Leave it out of the sentence.")
    exact = Decimal(repr(float(fact.number)))
    if is_currency(fact.unit):
        return money(exact, fact.unit)
    figure = measure(exact)
    if bare or fact.unit in NO_UNIT:
        return figure
    return f"{figure} {counted(figure, fact.unit)}"


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency code such as USD."""
    return len(unit) == CODE_LETTERS and unit.isascii() and unit.isupper()


def day(one: date) -> str:
    """A date in full: "14 June 2014"."""
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


def measure(exact: Decimal) -> str:
    """A measure with the decimals it can bear: "3.4", "70", "1,240"."""
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if abs(rounded) >= 10:
        rounded = exact.quantize(Decimal(1), ROUND_HALF_UP)
    if rounded == rounded.to_integral_value():
        rounded = Decimal(int(rounded))
    return f"{rounded:,}"


def counted(figure: str, unit: str) -> str:
    """The unit in singular after 1, else as given."""
    if figure != "1" or unit == "times":
        return unit
    return SINGULAR.get(unit, unit.removesuffix("s"))


def money(exact: Decimal, currency: str) -> str:
    """An amount rounded for reading: "about $41,200", "about $1.23 million", "CHF 900"."""
    rounded = significant(exact)
    about = "" if rounded == exact else "about "
    return about + signed(large(rounded), currency)


def significant(exact: Decimal) -> Decimal:
    """3 significant digits, never finer than cents."""
    if exact == 0:
        return Decimal(0)
    step = exact.adjusted() - SIGNIFICANT + 1
    return exact.quantize(Decimal(1).scaleb(max(step, -2)), ROUND_HALF_UP).quantize(Decimal("0.01"))


def large(amount: Decimal) -> str:
    """Thousands with commas, cents only where there are any, millions in words."""
    if abs(amount) >= MILLION:
        return f"{(amount / MILLION).normalize():,f} million"
    return f"{amount:,.2f}".removesuffix(".00")


def signed(figure: str, currency: str) -> str:
    """The figure with the currency's sign, or with its code where none is usual."""
    minus, figure = ("-", figure[1:]) if figure.startswith("-") else ("", figure)
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{minus}{sign}{figure}"


def exact_money(amount: Decimal, currency: str | None) -> str:
    """An amount as it stands in a row, to the cent: "$1,240.00"."""
    figure = f"{amount:,.2f}"
    return signed(figure, currency) if currency else figure
