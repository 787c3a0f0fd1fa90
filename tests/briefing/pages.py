"""A made-up morning: three quiet customers, one of them expensive, one watched, some not judged."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from tests.conclusions.made import (
    AS_OF,
    SPEAKERS,
    calendar,
    customers,
    day,
    explanations,
    frame,
    number,
    order_lines,
    quiet,
    refs,
    releases,
    signals,
)

from burnish.briefing import RowsKept, assemble
from burnish.conclusions import conclude, evidence
from burnish.schema.facts import ENTRY_CLOCK

NAMES = {
    "a": "Kettler Outdoor Power",
    "b": "3M Fastening",
    "c": "Harlan Hydraulics",
    "d": "Marrow Tool",
    "e": "New Leaf Furniture",
    "f": "Ostrom Rail",
}
REFS = {key: name.upper() for key, name in NAMES.items()}


def clock(last_on=AS_OF - timedelta(days=2)):
    row = {"table": "order_line", "first_on": date(2010, 1, 4), "last_on": last_on, "complete_on": last_on}
    return frame(ENTRY_CLOCK, [row] if last_on else [])


def checked(customer_id):
    told = (
        (
            "shop_closed",
            "rejected",
            "we were open on {open_days} of these days.",
            [number("open_days", 48, "working days")],
        ),
        ("blanket_calendar", "untested", "no blanket orders are marked in the data.", []),
        (
            "not_yet_entered",
            "kept" if customer_id == "c" else "rejected",
            "entries are complete only through {complete_on}."
            if customer_id == "c"
            else "entries are complete through {complete_on}.",
            [day("complete_on", AS_OF)],
        ),
    )
    keys = ("explanation", "verdict", "says", "facts")
    return [dict(zip(keys, one, strict=True)) | {"customer_id": customer_id} for one in told]


def quiet_book(customer_id, quiet_others):
    """The explanation that says that so many of 40 others are quiet too."""
    if not quiet_others:
        return []
    facts = [
        number("quiet_customers", quiet_others, "other customers"),
        number("quiet_share", 2.5 * quiet_others, "%"),
    ]
    says = "{quiet_customers} are quiet too: {quiet_share}"
    return [
        {
            "customer_id": customer_id,
            "explanation": "whole_book_quiet",
            "verdict": "kept",
            "says": says,
            "facts": facts,
        }
    ]


def tables(*, alarms=("a", "b", "c"), watched=("d",), unjudged=("e",), book_quiet=0):
    sizes = {"a": (70, 21, 12600), "b": (33, 6.5, None), "c": (120, 41.2, 1987.5)}
    spoken = [
        quiet(key, silent=sizes[key][0], usual=sizes[key][1], odds=0.3 + 0.2 * place)
        for place, key in enumerate(alarms)
    ]
    spoken += [quiet(key, tier="watch") for key in watched]
    spoken += [
        quiet(key, tier=None, abstains="fewer than 8 gaps between orders", facts=[]) for key in unjudged
    ]
    spoken += [quiet(key, tier=None) for key in NAMES if key not in (*alarms, *watched, *unjudged)]
    signal = signals(*spoken)
    said = explanations(*(row for key in alarms for row in [*checked(key), *quiet_book(key, book_quiet)]))
    ordered = [
        releases(key, days=range(silent, silent + 364, 28), amount=amount)
        for key, (silent, _, amount) in sizes.items()
    ]
    lines = [
        order_lines(
            REFS[key], days=range(sizes.get(key, (70,))[0], 400, 28), amount=sizes.get(key, (0, 0, 50))[2]
        )
        for key in (*alarms, *watched)
    ]
    book = pl.concat([*ordered, releases("d")])
    concluded = conclude(
        signal, said, customers(**NAMES), book, calendar(), clock(), speakers=SPEAKERS, currency="USD"
    )
    behind = evidence(
        concluded,
        signal,
        refs(**REFS),
        {"order_line": pl.concat([*lines, order_lines("?")])},
        speakers=SPEAKERS,
    )
    return concluded, said, behind, signal, customers(**NAMES)


def morning(*, reader="owner", last_on=AS_OF - timedelta(days=2), most=7, today=None, **who):
    return assemble(
        *tables(**who),
        clock(last_on),
        reader=reader,
        as_of=AS_OF,
        snapshot="2014-06-30-3f2a91c0",
        rows=RowsKept(10324, 10301, 23),
        most=most,
        today=today,
    )


__all__ = ["AS_OF", "Decimal", "morning", "tables"]
