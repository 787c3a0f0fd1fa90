"""The real detector's signals, explanations and sentences, through conclusion to the page."""

from datetime import date, timedelta

import polars as pl
from tests.briefing.pages import clock
from tests.conclusions.made import AS_OF, calendar, customers, frame, order_lines, refs, releases

from burnish import detectors
from burnish.briefing import assemble, terminal
from burnish.conclusions import conclude, evidence
from burnish.detectors import fed
from burnish.schema.facts import ALARM_THRESHOLD, ORDER_GAP

WEEKLY = tuple("bcdefghijklm")


def gaps(customer_id, *, silent_days, weeks=52):
    last = AS_OF - timedelta(days=silent_days)
    opened = [last - timedelta(days=7 * ago) for ago in range(weeks, -1, -1)]
    closed = [*opened[1:], None]
    return [
        {
            "customer_id": customer_id,
            "gap_no": place,
            "opened_on": first,
            "closed_on": end,
            "gap_days": ((end or AS_OF) - first).days,
            "gap_working_days": ((end or AS_OF) - first).days * 5 // 7,
            "blanket_lines": 0,
        }
        for place, (first, end) in enumerate(zip(opened, closed, strict=True), start=1)
    ]


def spoken(*, others_silent_days=3):
    rows = gaps("a", silent_days=63) + [
        row for key in WEEKLY for row in gaps(key, silent_days=others_silent_days)
    ]
    limit = {"signal": "gone_quiet", "fitted_on": date(2014, 1, 1), "weeks": 104}
    tables = {
        "customer": customers(a="24/7 Plating 3", **{key: key.upper() for key in WEEKLY}),
        "order_gap": frame(ORDER_GAP, rows),
        "alarm_threshold": frame(
            ALARM_THRESHOLD,
            [
                limit | {"tier": "briefing", "threshold_ppm": 4_000_000},
                limit | {"tier": "watch", "threshold_ppm": 2_000_000},
            ],
        ),
        "entry_clock": clock(AS_OF).with_columns(stated=pl.lit(50, pl.Int64), lag_days=pl.lit(2, pl.Int64)),
    }
    found = detectors.discover()["gone_quiet"]
    tables["gone_quiet"] = fed(found.run, tables, as_of=AS_OF)
    return found, tables, fed(found.explanations, tables, as_of=AS_OF)


def spoken_page(**dials):
    found, tables, told = spoken(**dials)
    signal, customer, speakers = tables["gone_quiet"], tables["customer"], {found.name: found}
    lines = order_lines("PLATER", days=range(63, 343, 7))
    concluded = conclude(
        signal,
        told,
        customer,
        releases(days=range(63, 343, 7)),
        calendar(),
        tables["entry_clock"],
        speakers=speakers,
        currency="USD",
    )
    behind = evidence(concluded, signal, refs(a="PLATER"), {"order_line": lines}, speakers=speakers)
    return assemble(
        concluded,
        told,
        behind,
        signal,
        customer,
        tables["entry_clock"],
        reader="sales",
        as_of=AS_OF,
        snapshot="s",
    )


def test_the_real_detector_speaks_in_proved_sentences():
    page = spoken_page()
    assert [item.name for item in page.items] == ["24/7 Plating 3"]
    assert page.items[0].headline.startswith(
        "24/7 Plating 3 has ordered nothing for 63 days up to 30 June 2014, 9 times the usual"
    )
    assert len(page.items[0].checks) == 5
    assert terminal.text(page).startswith("One thing worth your morning\n")


def test_a_book_that_falls_silent_together_is_one_note():
    page = spoken_page(others_silent_days=25)
    assert (page.items, [item.name for item in page.watch]) == ((), ["24/7 Plating 3"])
    gaps_said = [note.says.partition(":")[0] for note in page.notes if note.kind == "data_gap"]
    assert gaps_said == ["13 customers fell silent at once"]
    assert terminal.text(page).startswith("Nothing to say until newer orders are loaded\n")
