"""Facts and frames as the contracts of signals and explanations want them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from burnish.schema.contracts import Contract
from burnish.schema.signals import EXPLANATION

FACT = pl.Struct({"name": pl.String, "number": pl.Float64, "day": pl.Date, "unit": pl.String})
DATE = "date"
NO_ORDERS = "no orders known"  # the reason of customers known from invoices or lists only
PRIVATE_PERSON = "a private person: counted in totals, not profiled"
KEPT, REJECTED, UNTESTED = "kept", "rejected", "untested"

Facts = list[dict[str, Any]]
Tested = tuple[str, str, Facts]  # verdict, template of the reason, what the template may name


def number_fact(name: str, column: str, unit: str) -> pl.Expr:
    """A column as a fact."""
    return _struct(name, pl.col(column).cast(pl.Float64), pl.lit(None, pl.Date), unit)


def day_fact(name: str, column: str) -> pl.Expr:
    """A column of days as a fact."""
    return _struct(name, pl.lit(None, pl.Float64), pl.col(column), DATE)


def _struct(name: str, number: pl.Expr, day: pl.Expr, unit: str) -> pl.Expr:
    parts = {"name": pl.lit(name), "number": number, "day": day, "unit": pl.lit(unit)}
    return pl.struct(*(part.alias(key) for key, part in parts.items())).cast(FACT)


def number(name: str, value: float, unit: str) -> dict[str, Any]:
    """One number as a fact."""
    return {"name": name, "number": float(value), "day": None, "unit": unit}


def day(name: str, value: date) -> dict[str, Any]:
    """One day as a fact."""
    return {"name": name, "number": None, "day": value, "unit": DATE}


def schema_of(contract: Contract) -> pl.Schema:
    """The Polars types of a contract's columns."""
    frame = pl.DataFrame(contract.schema.empty_table())
    return frame.schema


def in_contract(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The contract's columns in its order and types; those the frame lacks are empty."""
    schema = schema_of(contract)
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def hushed(rows: pl.DataFrame) -> pl.DataFrame:
    """Nothing but the reason on rows that abstain; what is not said is no news."""
    stays = ("signal", "customer_id", "as_of", "is_new", "abstains", "facts")
    speaks = pl.col("abstains") == ""
    silent = rows.with_columns(is_new=pl.col("is_new") & speaks)
    return silent.with_columns(
        pl.when(speaks).then(pl.col(name)) for name in rows.columns if name not in stays
    )


def explained(signal: str, tested: Iterable[tuple[str, Mapping[str, Tested]]]) -> pl.DataFrame:
    """Tested innocent explanations by customer and name, as rows of the contract `explanation`."""
    rows = [
        {
            "signal": signal,
            "customer_id": customer_id,
            "explanation": name,
            "verdict": verdict,
            "says": says,
            "facts": facts,
        }
        for customer_id, tests in tested
        for name, (verdict, says, facts) in sorted(tests.items())
    ]
    return in_contract(pl.DataFrame(rows, schema=schema_of(EXPLANATION)), EXPLANATION)
