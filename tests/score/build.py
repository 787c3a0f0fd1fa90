"""Small pieces of a walk and of a truth, written in the test."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from burnish.score.kinds import kinds
from burnish.score.matching import Alarm, Event
from burnish.score.walk import PEOPLE, Asked, Walk

START = date(2024, 1, 1)
GONE_QUIET = kinds()["gone_quiet"]


def day(week: float) -> date:
    return START + timedelta(days=round(7 * week))


def event(number: int = 1, kind: str = "stop", company: int = 1, **told: Any) -> Event:
    """An event whose `t0`, `t1`, `outcome`, `ends` are weeks."""
    t0, t1 = told.get("t0", 10), told.get("t1", told.get("t0", 10))
    outcome, ends = told.get("outcome"), told.get("ends")
    return Event(
        event=number,
        kind=kind,
        company=company,
        t0=day(t0),
        t50=day((t0 + t1) / 2),
        t1=day(t1),
        outcome_on=None if outcome is None else day(outcome),
        ends_on=date.max if ends is None else day(ends),
        has_outcome=outcome is not None,
        nats=told.get("nats", 10.0),
        size=1.0,
    )


def alarm(week: float, number: int = 1, company: int = 1, kept: Iterable[str] = ()) -> Alarm:
    return Alarm(number, f"C{company}", frozenset({company}), day(week), frozenset(kept))


SIGNAL = {
    "signal": pl.String,
    "customer_id": pl.String,
    "tier": pl.String,
    "entry_on": pl.Date,
    "score": pl.Float64,
    "p_value": pl.Float64,
    "effect": pl.Float64,
    "n": pl.Int64,
    "information": pl.Float64,
    "odds": pl.Float64,
    "baseline": pl.Float64,
    "abstains": pl.String,
    "origin": pl.Date,
}


def signal(origin: int, customer: str, **told: Any) -> dict[str, Any]:
    usual = {"signal": "gone_quiet", "score": 0.5, "effect": 3.0, "odds": 0.6, "abstains": ""}
    return dict.fromkeys(SIGNAL) | usual | {"customer_id": customer, "origin": day(origin)} | told


def a_walk(
    signals: list[dict[str, Any]], *, weeks: int = 60, releases: Iterable[tuple[str, float]] = ()
) -> Walk:
    """A walk every four weeks over the customers that signals or releases name."""
    origins = [day(week) for week in range(0, weeks + 1, 4)]
    customers = sorted({row["customer_id"] for row in signals} | {name for name, _ in releases})
    rule = pl.DataFrame(
        [(name, one, True, 10.0, None, None, None) for name in customers for one in origins],
        schema={
            "customer_id": pl.String,
            "origin": pl.Date,
            "is_at_risk": pl.Boolean,
            **dict.fromkeys(("days_silent", "gap_grew", "overdue", "mean_fell"), pl.Float64),
        },
        orient="row",
    )
    ordered = [(name, day(week), 100.0) for name, week in releases]
    empty = {
        "conclusion": {"kind": pl.String, "customer_id": pl.String, "tier": pl.String, "entry_on": pl.Date}
        | {"odds_percent": pl.Int64, "origin": pl.Date},
        "explanation": {"signal": pl.String, "customer_id": pl.String, "explanation": pl.String}
        | {"verdict": pl.String, "origin": pl.Date},
        "bill": {"customer_id": pl.String, "due_on": pl.Date, "paid_on": pl.Date},
        "industry": {"customer_id": pl.String, "industry": pl.String},
    }
    tables = {name: pl.DataFrame(schema=schema) for name, schema in (empty | PEOPLE).items()}
    tables |= {
        "signal": pl.DataFrame(signals, schema=SIGNAL),
        "rule": rule,
        "release": pl.DataFrame(
            ordered,
            schema={"customer_id": pl.String, "release_on": pl.Date, "size": pl.Float64},
            orient="row",
        ),
        "customer_ref": pl.DataFrame(
            [("erp", name, name) for name in customers],
            schema={"source": pl.String, "organisation_ref": pl.String, "customer_id": pl.String},
            orient="row",
        ),
    }
    return Walk("Made-up Plating", Asked(), tuple(origins), origins[-1], tables)
