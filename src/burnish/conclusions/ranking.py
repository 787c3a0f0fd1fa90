"""Which conclusion is most pressing: money × odds × actionable × new, every factor shown."""

from __future__ import annotations

from decimal import Decimal
from statistics import median_low
from typing import Any

from burnish.conclusions.odds import LADDER
from burnish.conclusions.stake import FactRow
from burnish.detectors.speaking import number

STANDING = 0.5
INNOCENT = 0.5


def ranked(rows: list[dict[str, Any]], innocent: set[tuple[str, str]], currency: str) -> list[dict[str, Any]]:
    """The conclusions with `rank` and `factors`, most pressing first; the briefing's before the watch list's.

    Money that is not known counts as the middle one of those known. An alarm for which an innocent
    explanation still stands (`innocent` holds kind and customer) counts half, so does one older than a week.
    """
    known = [row["amount"] for row in rows if row["amount"] is not None]
    usual = median_low(known) if known else Decimal(1)
    for row in rows:
        row["factors"] = _factors(row, usual, (row["kind"], row["customer_id"]) in innocent, currency)
    rows = sorted(rows, key=_place)
    return [row | {"rank": place} for place, row in enumerate(rows, start=1)]


def _factors(row: dict[str, Any], usual: Decimal, innocent: bool, currency: str) -> list[FactRow]:
    """The factors and their product, rounded to 9 significant digits before it is compared."""
    money = float(usual if row["amount"] is None else row["amount"])
    odds = row["odds_percent"] if row["odds_percent"] is not None else LADDER[0]
    actionable = INNOCENT if innocent else 1.0
    new = 1.0 if row["is_new"] else STANDING
    product = float(f"{money * odds / 100 * actionable * new:.9g}")
    return [
        number("money", money, currency),
        number("odds", odds, "%"),
        number("actionable", actionable, "none"),
        number("new", new, "none"),
        number("pressing", product, "none"),
    ]


def _place(row: dict[str, Any]) -> tuple[bool, float, str]:
    return row["tier"] != "briefing", -row["factors"][-1]["number"], row["id"]
