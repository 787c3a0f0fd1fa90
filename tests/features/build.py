"""Tiny builders of canonical rows, plain values in, so that a test shows only what it is about."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from burnish.schema.contracts import Contract
from burnish.schema.facts import FACTS
from burnish.schema.tables import CANONICAL, landed

Row = dict[str, Any]
START = date(2024, 1, 1)  # a Monday
CONTRACTS = {name: landed(contract) for name, contract in CANONICAL.items()} | FACTS


def d(offset: int) -> date:
    """The day `offset` days after Monday, 1 January 2024."""
    return START + timedelta(days=offset)


def event(offset: int, ref: str = "A", **values: Any) -> Row:
    """An event of customer `ref`, known on the day it occurred."""
    return {"occurred_on": d(offset), "organisation_ref": ref, **values}


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Rows of a canonical or derived table, with provenance filled in where there is some."""
    contract = CONTRACTS[name]
    return pa.Table.from_pylist(
        [filled(row, contract, at) for at, row in enumerate(rows)], schema=contract.schema
    )


def filled(row: Row, contract: Contract, at: int) -> Row:
    """The row with the values a loaded row always has, and decimals instead of numbers."""
    given = {
        "source": "erp",
        "object": contract.name,
        "native_id": f"{contract.name}-{at}",
        "known_on": row.get("occurred_on"),
        "known_imputed": False,
        "line": at + 2,
    } | row
    unknown = set(row) - set(contract.schema.names)
    assert not unknown, unknown
    return {
        column.name: Decimal(str(given[column.name]))
        if column.family in ("money", "number") and given.get(column.name) is not None
        else given.get(column.name)
        for column in contract.open_columns
    }


def refs(*names: str) -> list[Row]:
    """Customers known by one name each: customer_id is the name in small letters."""
    return [{"source": "erp", "organisation_ref": name, "customer_id": name.lower()} for name in names]


def weekdays(days: int = 400, before: int = 0, closed: Iterable[int] = ()) -> list[Row]:
    """Working days: Monday to Friday, except the offsets in `closed`."""
    rows: list[Row] = []
    number = 0
    for offset in range(-before, days):
        works = int(d(offset).weekday() < 5 and offset not in set(closed))
        number += works
        rows.append({"day": d(offset), "is_working": works, "working_no": number})
    return rows


def clock(complete: int, name: str = "order_line") -> list[Row]:
    """An entry clock that says entries are complete through the day `complete`."""
    return [{"table": name, "complete_on": d(complete), "lag_days": 0, "stated": 0, "rows": 1}]


def money(number: float | int | str) -> Decimal:
    """An amount as tables hold it."""
    return Decimal(str(number)).quantize(Decimal("0.0001"))


def shuffled(rows: list[Row], seed: int) -> list[Row]:
    """The same rows, keys and all, in another order."""
    kept = [{"native_id": f"row-{at}", **row} if "occurred_on" in row else row for at, row in enumerate(rows)]
    random.Random(seed).shuffle(kept)
    return kept
