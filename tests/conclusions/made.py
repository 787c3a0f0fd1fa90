"""Tiny builders of the tables that conclusions read."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from burnish.detectors.speaking import schema_of
from burnish.schema.facts import (
    CUSTOMER,
    CUSTOMER_REF,
    ENTRY_CLOCK,
    INVOICE_STATE,
    ORDER_RELEASE,
    WORKING_DAY,
)
from burnish.schema.signals import EXPLANATION, SIGNAL
from burnish.schema.tables import ORDER_LINE, landed

AS_OF = date(2014, 6, 30)  # a Monday


@dataclass(frozen=True)
class Spoken:
    says: str = (
        "has ordered nothing for {silent_days} up to {complete_on}, {times_usual} times the usual gap of "
        "{usual_gap_days} ({times_usual_low:bare} to {times_usual_high} allowing for chance; {gaps}, "
        "{first_on} to {last_order_on})"
    )
    evidence: tuple[str, ...] = ("order_line",)
    outcome: str = "no order comes within {ahead_weeks}"


SPEAKERS = {
    "gone_quiet": Spoken(),
    "paying_later": Spoken(
        says="pays {later_days} later than it used to ({runs_recent} from {first_on} to {last_on})",
        evidence=("invoice", "payment"),
        outcome="an invoice goes {ahead_weeks} unpaid",
    ),
    "volume_shift": Spoken(
        says="placed {recent_releases} up to {complete_on} where {expected_releases} were to be expected",
        outcome="orders stay low for {ahead_weeks}",
    ),
}


def number(name, value, unit):
    return {"name": name, "number": float(value), "day": None, "unit": unit}


def day(name, value):
    return {"name": name, "number": None, "day": value, "unit": "date"}


def frame(contract, rows):
    empty = dict.fromkeys(contract.by_name)
    return pl.DataFrame([empty | row for row in rows], schema=schema_of(contract))


def quiet(customer_id="a", *, tier="briefing", entry_on=AS_OF, odds=0.63, silent=70, usual=21, **changed):
    last = AS_OF - timedelta(days=silent)
    facts = [
        number("silent_days", silent, "days"),
        number("times_usual", silent / usual, "times"),
        number("times_usual_low", 0.7 * silent / usual, "times"),
        number("times_usual_high", 1.4 * silent / usual, "times"),
        number("usual_gap_days", usual, "days"),
        number("gaps", 38, "gaps"),
        day("first_on", date(2012, 3, 5)),
        day("last_order_on", last),
        day("complete_on", AS_OF),
        day("expected_on", last + timedelta(days=usual)),
    ]
    return {
        "signal": "gone_quiet",
        "customer_id": customer_id,
        "as_of": AS_OF,
        "tier": tier,
        "entry_on": entry_on,
        "is_new": True,
        "score": silent / usual,
        "p_value": 0.004,
        "effect": silent / usual,
        "effect_low": 0.7 * silent / usual,
        "effect_high": 1.4 * silent / usual,
        "effect_unit": "times",
        "baseline": float(usual),
        "baseline_unit": "days",
        "n": 38,
        "information": 7.5,
        "odds": odds,
        "window_start": last,
        "window_end": AS_OF,
        "abstains": "",
        "facts": facts,
    } | changed


def late(customer_id="a", *, tier="watch", entry_on=AS_OF, p_value=0.003, later=12, **changed):
    facts = [
        number("later_days", later, "days"),
        number("recent_said", later + 5, "days late"),
        number("later_low", later - 4, "days"),
        number("later_high", later + 4, "days"),
        number("runs_recent", 6, "check runs"),
        day("first_on", date(2013, 1, 7)),
        day("last_on", AS_OF - timedelta(days=4)),
    ]
    return (
        quiet(customer_id, tier=tier, entry_on=entry_on, odds=0.5)
        | {"signal": "paying_later", "effect": float(later), "effect_unit": "days", "p_value": p_value}
        | {"window_start": AS_OF - timedelta(days=91), "window_end": AS_OF, "facts": facts}
        | changed
    )


def fewer(customer_id="a", *, tier="support", entry_on=AS_OF, effect=-60.0, p_value=0.006, **changed):
    facts = [
        number("change_percent", abs(effect), "%"),
        number("change_said", abs(effect), "% fewer" if effect < 0 else "% more"),
        number("recent_releases", 4, "orders"),
        number("expected_releases", 10, "orders"),
        day("recent_start", AS_OF - timedelta(days=91)),
        day("complete_on", AS_OF),
    ]
    return (
        quiet(customer_id, tier=tier, entry_on=entry_on, odds=0.4)
        | {"signal": "volume_shift", "effect": effect, "effect_unit": "%", "p_value": p_value}
        | {"window_start": AS_OF - timedelta(days=91), "window_end": AS_OF, "facts": facts}
        | changed
    )


def signals(*rows):
    return frame(SIGNAL, rows)


def explanations(*rows):
    return frame(EXPLANATION, [{"signal": "gone_quiet", "facts": [], **row} for row in rows])


def customers(**names):
    return frame(
        CUSTOMER, [{"customer_id": key, "name": name, "is_person": False} for key, name in names.items()]
    )


def releases(customer_id="a", *, days=range(70, 434, 28), amount=1000, **changed):
    return frame(
        ORDER_RELEASE,
        [
            {
                "customer_id": customer_id,
                "release_on": AS_OF - timedelta(days=ago),
                "lines": 1,
                "amount": None if amount is None else Decimal(amount),
                "other_currency_lines": 0,
                "blanket_lines": 0,
            }
            | changed
            for ago in days
        ],
    )


def calendar(first=date(2014, 1, 1), last=date(2014, 12, 31), closed=()):
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    working = [int(one.weekday() < 5 and one not in closed) for one in days]
    return frame(
        WORKING_DAY, [{"day": one, "is_working": works} for one, works in zip(days, working, strict=True)]
    )


def clock(complete_on=AS_OF):
    return frame(ENTRY_CLOCK, [{"table": "order_line", "complete_on": complete_on}])


def order_lines(organisation_ref="A Co", *, days=range(70, 434, 28), amount=1000, **changed):
    return frame(
        landed(ORDER_LINE),
        [
            {
                "source": "erp",
                "object": "orders",
                "native_id": f"{organisation_ref}-{ago:04}",
                "file": "orders.csv",
                "sheet": "",
                "line": 1000 - ago,
                "occurred_on": AS_OF - timedelta(days=ago),
                "known_on": AS_OF - timedelta(days=ago),
                "organisation_ref": organisation_ref,
                "amount": None if amount is None else Decimal(amount),
                "currency": "USD",
            }
            | changed
            for ago in days
        ],
    )


def owing(customer_id="a", *, days=(10, 60), amount=400, terms=30, **changed):
    return frame(
        INVOICE_STATE,
        [
            {
                "customer_id": customer_id,
                "invoice_ref": f"I-{ago}",
                "invoiced_on": AS_OF - timedelta(days=ago),
                "due_on": AS_OF - timedelta(days=ago - terms),
                "amount": Decimal(amount),
                "paid": Decimal(0),
                "open_amount": Decimal(amount),
            }
            | changed
            for ago in days
        ],
    )


def money_rows(contract, organisation_ref="A Co", *, days=(3, 10, 24), **changed):
    rows = order_lines(organisation_ref, days=days, **changed)
    return rows.select(
        rows[name] if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in schema_of(landed(contract)).items()
    )


def refs(**names):
    return frame(
        CUSTOMER_REF,
        [{"source": "erp", "organisation_ref": name, "customer_id": key} for key, name in names.items()],
    )
