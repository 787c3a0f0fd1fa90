"""A made-up morning of several sources: one customer orders less and pays later, one grows, one is quiet."""

from datetime import timedelta
from decimal import Decimal
from functools import cache

import polars as pl
from tests.briefing.pages import checked, clock
from tests.conclusions.made import (
    AS_OF,
    SPEAKERS,
    Spoken,
    calendar,
    customers,
    day,
    explanations,
    fewer,
    frame,
    late,
    money_rows,
    number,
    order_lines,
    owing,
    quiet,
    refs,
    releases,
    signals,
)

from burnish import charts
from burnish.briefing import RowsKept, assemble
from burnish.conclusions import changes, conclude, contributions, evidence
from burnish.schema.facts import CHECK_RUN
from burnish.schema.tables import INVOICE, PAYMENT

NAMES = {
    "a": "Kettler Outdoor Power",
    "b": "Harlan Hydraulics",
    "c": "Marrow Tool & Die",
    "d": "Ostrom Rail",
    "e": "New Leaf Furniture",
}
SINCE = AS_OF - timedelta(days=3)
QUIET_DAYS = range(70, 700, 21)
FALLING_DAYS = (*range(5, 91, 22), *range(95, 700, 9))
GROWING_DAYS = (*range(2, 91, 5), *range(92, 700, 11))
VOLUME = Spoken(
    says=(
        "placed {recent_releases} from {recent_start} to {complete_on} where {expected_releases} "
        "were to be expected (a change of {change_low:bare} to {change_high} allowing for chance)"
    ),
    outcome="orders stay so for {ahead_weeks}",
)
LATER = Spoken(
    says=(
        "pays {later_days} later than it used to ({later_low:bare} to {later_high} allowing for chance, "
        "by {runs_recent} from {first_on} to {last_on})"
    ),
    evidence=("invoice", "payment"),
    outcome="an invoice due now is still open after {ahead_weeks}",
)


HEARD = SPEAKERS | {"volume_shift": VOLUME, "paying_later": LATER}


def shifted(customer_id, *, recent, expected, effect, **changed):
    facts = [
        number("change_percent", abs(effect), "%"),
        number("change_low", abs(effect) - 14, "%"),
        number("change_high", abs(effect) + 12, "%"),
        number("recent_releases", recent, "orders"),
        number("expected_releases", expected, "orders"),
        day("recent_start", AS_OF - timedelta(days=91)),
        day("complete_on", AS_OF),
    ]
    return fewer(customer_id, effect=effect, facts=facts, **changed)


def later(customer_id):
    facts = [
        *(number("later_days", 11, "days"), number("later_low", 7, "days"), number("later_high", 15, "days")),
        *(number("usual_days", 8, "days"), number("recent_days", 19, "days")),
        *(number("usual_said", 8, "days late"), number("recent_said", 19, "days late")),
        *(number("runs_before", 38, "check runs"), number("runs_recent", 6, "check runs")),
        day("usual_from", AS_OF - timedelta(days=606)),
        day("first_on", AS_OF - timedelta(days=74)),
        day("last_on", AS_OF - timedelta(days=4)),
    ]
    return late(customer_id, later=11, facts=facts)


def runs(customer_id="a", *, recent=6):
    """Check runs every fortnight, the last `recent` of them about eleven days later."""
    paid = [AS_OF - timedelta(days=4 + 14 * ago) for ago in range(44)]
    beyond = [8 + (ago * 7) % 9 - 4 + (11 if ago < recent else 0) for ago in range(44)]
    rows = [
        {"customer_id": customer_id, "paid_on": when, "payments": 2, "late_payments": 2}
        | {"amount": Decimal(2400), "amount_days": Decimal(2400 * days)}
        for when, days in zip(paid, beyond, strict=True)
    ]
    return frame(CHECK_RUN, rows)


def book():
    return pl.concat(
        [
            releases("a", days=FALLING_DAYS, amount=1100),
            releases("b", days=GROWING_DAYS, amount=860),
            releases("c", days=QUIET_DAYS, amount=2150),
        ]
    )


def found():
    """What the detectors say of the five customers."""
    return signals(
        shifted("a", recent=5, expected=10, effect=-52.0),
        later("a"),
        shifted("b", recent=18, expected=8, effect=96.0, tier="briefing"),
        quiet("c", silent=70, usual=21, odds=0.5, tier="briefing", entry_on=SINCE),
        quiet("d", tier="watch"),
        quiet("e", tier=None, abstains="fewer than 8 gaps between orders", facts=[]),
    )


def explained():
    told = [
        ("volume_shift", "season", "rejected", "{lower} is what season and working days bring.", 4.0, "%"),
        ("volume_shift", "one_off", "rejected", "no job of its past was larger than {lower}.", 9.0, "%"),
        ("paying_later", "new_payables_system", "untested", "the payments do not say how they came.", 0, "%"),
        ("paying_later", "year_end", "kept", "{lower} of its runs fall near the year's end.", 22.0, "%"),
    ]
    rows = [
        {"customer_id": "a", "signal": signal, "explanation": name, "verdict": verdict, "says": says}
        | {"facts": [number("lower", value, unit)] if value else []}
        for signal, name, verdict, says, value, unit in told
    ]
    return explanations(*rows, *checked("c"))


def tables():
    """The tables of the made-up day."""
    return made(tuple(NAMES.items()))


@cache
def made(named):
    """Conclusions, explanations, evidence, signals, customers, clock, contributions, changes."""
    names = dict(named)
    said = {"customer": customers(**names), "book": book(), "signal": found(), "told": explained()}
    concluded = conclude(
        said["signal"], said["told"], said["customer"], said["book"], calendar(), clock(AS_OF),
        speakers=HEARD, currency="USD", invoice_state=owing("a", days=(45, 62), amount=1800),
    )  # fmt: skip
    behind = contributions(concluded, said["signal"], speakers=HEARD)
    keys = {key: name.upper() for key, name in names.items()}
    lines = {
        "order_line": pl.concat(
            order_lines(keys[key], days=days, amount=amount)
            for key, days, amount in (
                ("a", FALLING_DAYS, 1100),
                ("b", GROWING_DAYS, 860),
                ("c", QUIET_DAYS, 2150),
                ("d", QUIET_DAYS, 90),
            )
        ),
        "invoice": money_rows(INVOICE, keys["a"], file="invoices.xlsx", sheet="Open items"),
        "payment": money_rows(PAYMENT, keys["a"], days=(4, 18, 32), file="payments.csv"),
    }
    shown = evidence(concluded, said["signal"], refs(**keys), lines, speakers=HEARD)
    before = concluded.filter(pl.col("customer_id") != "b").with_columns(
        odds_percent=pl.when(pl.col("customer_id") == "c").then(35).otherwise("odds_percent").cast(pl.Int64)
    )
    gone = before.head(1).with_columns(
        id=pl.lit("gone_quiet-1"),
        customer_id=pl.lit("e"),
        name=pl.lit(names["e"]),
        kind=pl.lit("gone_quiet"),
        facts=pl.lit([], before.schema["facts"]),
    )
    change = changes(
        concluded, pl.concat([before, gone]), said["signal"], said["book"], since=SINCE, as_of=AS_OF
    )
    return concluded, said["told"], shown, said["signal"], said["customer"], clock(), behind, change


def joined_morning(*, reader="owner", names=NAMES):
    return assemble(
        *made(tuple(names.items())),
        reader=reader,
        as_of=AS_OF,
        snapshot="2014-06-30-3f2a91c0",
        rows=RowsKept(10324, 10301, 23),
    )


def strips(page):
    """The pictures of a page, drawn from the made-up rows."""
    facts = {"order_release": book(), "check_run": runs(), "invoice_state": owing("a", days=(45, 62))}
    made = {}
    for item in page.items:
        own = {name: rows.filter(pl.col("customer_id") == item.customer_id) for name, rows in facts.items()}
        made[item.id] = tuple(
            charts.strip(reason.signal, reason.sources, own, marks(reason), as_of=page.as_of)
            for reason in item.because
        )
    return made


def marks(reason):
    return {name: fact.day or fact.number for name, fact in reason.facts.items()}
