"""From verdicts to rates: recall by class of information, in time, delays, precision, false alarms.

Every rate comes from sums over shops, so that shops pool by adding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from scipy import stats

Told: TypeAlias = dict[str, Any]
TRUE_A_YEAR, OF_CUSTOMERS = 6.0, 350.0
LEAD_WEEKS = 6
CLASSES = {"A": 9.0, "B": 3.0, "C": 0.0}  # least nats
LEAST_TO_JUDGE = 20
MONTHS_A_YEAR = 12.0


def class_of(nats: pl.Expr) -> pl.Expr:
    """The class of information: A from 9 nats, B from 3, C below."""
    return (
        pl.when(nats >= CLASSES["A"])
        .then(pl.lit("A"))
        .when(nats >= CLASSES["B"])
        .then(pl.lit("B"))
        .otherwise(pl.lit("C"))
    )


def share(part: float, whole: float) -> float | None:
    """A share, nothing where there is nothing to share."""
    return round(part / whole, 4) if whole else None


def recall(event: pl.DataFrame) -> Told:
    """Of one kind's events: found, in total, by class, weighted by orders, and in time.

    `event` has one row per planted event whose window was seen: `alarm_on` (empty when missed),
    `outcome_on`, `has_outcome`, `t50`, `nats`, `orders` (releases of the year before).
    """
    rows = event.with_columns(found=pl.col("alarm_on").is_not_null(), of_class=class_of(pl.col("nats")))
    promised = rows.filter("has_outcome", pl.col("outcome_on").is_not_null())
    lead = (pl.col("outcome_on") - pl.col("alarm_on")).dt.total_days() / 7
    promised = promised.with_columns(lead=lead, early=(lead >= LEAD_WEEKS).fill_null(False))
    open_ended = rows.filter(~pl.col("has_outcome")).with_columns(
        delay=(pl.col("alarm_on") - pl.col("t50")).dt.total_days() / 7
    )
    orders, early = rows["orders"], promised["early"]
    before = (pl.col("alarm_on") <= pl.col("outcome_on")).fill_null(True) & pl.col("found")
    return {
        "recall": share(int(rows["found"].sum()), rows.height),
        "recall_before_outcome": share(rows.filter(before).height, rows.height),
        "timely_recall_6w": share(int(early.sum()), promised.height),
        "lead_weeks": median(promised["lead"]),
        "delay_weeks": median(open_ended["delay"]),
        "n": rows.height,
        "n_with_outcome": promised.height,
        "recall_by_class": by_class(rows, "found"),
        "timely_recall_6w_by_class": by_class(promised, "early"),
        "recall_order_weighted": share(float((orders * rows["found"]).sum()), float(orders.sum())),
        "timely_recall_6w_order_weighted": share(
            float((promised["orders"] * early).sum()), float(promised["orders"].sum())
        ),
    }


def by_class(rows: pl.DataFrame, column: str) -> Told:
    """Share and number of events per class of information."""
    parts = {name: rows.filter(pl.col("of_class") == name) for name in CLASSES}
    return {
        name: {"share": share(int(part[column].sum()), part.height), "n": part.height}
        for name, part in parts.items()
    }


def median(values: pl.Series) -> float | None:
    """The median of what is there."""
    known = values.drop_nulls()
    return round(float(np.median(known.to_numpy())), 1) if len(known) else None


def per_hundred(false: int, months: float) -> float | None:
    """New false alarms per 100 customer-months."""
    return share(100.0 * false, months)


def precision(recall: float | None, false_per_100_months: float | None) -> float | None:
    """Share of true alarms where 6 true events a year happen among 350 customers."""
    if recall is None or false_per_100_months is None:
        return None
    true = recall * TRUE_A_YEAR / OF_CUSTOMERS
    wrong = false_per_100_months / 100.0 * MONTHS_A_YEAR
    return round(true / (true + wrong), 4) if true + wrong else None


def clopper_pearson(true: int, of: int, *, coverage: float = 0.9) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934)."""
    tail = (1.0 - coverage) / 2
    low = stats.beta.ppf(tail, true, of - true + 1) if true else 0.0
    high = stats.beta.ppf(1.0 - tail, true + 1, of - true) if true < of else 1.0
    return round(float(low), 4), round(float(high), 4)


def came_true(outcomes: pl.Series) -> Told:
    """How many of the outcomes came true, as people may be told: no judgement under 20."""
    known = outcomes.drop_nulls()
    true, of = int(known.sum()), len(known)
    told: Told = {"k": true, "n": of, "share": share(true, of)}
    if of < LEAST_TO_JUDGE:
        return told | {"interval": None, "says": "not enough to judge"}
    low, high = clopper_pearson(true, of)
    return told | {"interval": [low, high], "says": f"{true} of {of} came true ({low:.0%} to {high:.0%})"}


def verdicts(judged: pl.DataFrame) -> Mapping[str, int]:
    """How many alarms of each verdict."""
    return dict(sorted(judged.group_by("verdict").len().iter_rows()))
