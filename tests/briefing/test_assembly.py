from datetime import timedelta

import polars as pl
import pytest
from tests.briefing.pages import AS_OF, NAMES, REFS, clock, morning, quiet_book, tables
from tests.conclusions.made import (
    SPEAKERS,
    calendar,
    customers,
    explanations,
    late,
    order_lines,
    quiet,
    refs,
    releases,
    signals,
)

from burnish.briefing import as_json, assemble, html, terminal
from burnish.briefing.assembly import count
from burnish.conclusions import conclude, contributions, evidence
from burnish.errors import ContractError, UsageError


def test_the_sentence_holds_effect_interval_baseline_period_and_money():
    sentence = morning().items[0].sentence
    for part in (
        "70 days",
        "3.3 times the usual gap of 21 days",
        "2.3 to 4.7 times",
        "38 gaps",
        "5 March 2012",
        "about $41,000",
    ):
        assert part in sentence


def test_unknown_money_is_said_in_the_sentence_and_shown():
    item = next(item for item in morning().items if item.name == "3M Fastening")
    assert "Value not known" in item.sentence
    assert (item.amount, item.money) == (None, "value not known")


def test_the_owner_sees_all_and_others_their_own():
    assert len(morning(reader="owner").items) == 3
    assert len(morning(reader="sales").items) == 3
    assert morning(reader="quality").items == ()


def test_nobody_unknown_reads():
    with pytest.raises(UsageError, match="visitor"):
        morning(reader="visitor")


def test_no_more_than_the_most_are_told_and_the_rest_is_watched():
    page = morning(most=2)
    assert [item.rank for item in page.items] == [1, 2]
    assert [item.name for item in page.watch] == ["Harlan Hydraulics", "Marrow Tool"]


def test_every_customer_is_counted_once():
    counts = morning().counts
    assert (counts.customers, counts.usual, counts.watched, counts.unjudged) == (6, 1, 4, 1)
    assert counts.reasons == (("fewer than 8 gaps between orders", 1),)


def test_customers_that_stood_out_long_ago_are_counted_but_not_said_again():
    conclusion, _, _, signal, customer = tables()
    counts = count(signal, customer, conclusion.filter(pl.col("customer_id") != "a"))
    assert (counts.watched, counts.standing) == (4, 1)


def standing_page(reader="owner"):
    conclusion, explanation, shown, signal, customer = tables(alarms=("a",), watched=())
    given = (conclusion.clear(), explanation, shown.clear(), signal, customer, clock())
    return assemble(*given, reader=reader, as_of=AS_OF, snapshot="s")


def test_those_who_stood_out_too_long_ago_are_named():
    page = standing_page()
    assert [(one.name, one.kind) for one in page.standing] == [("Kettler Outdoor Power", "gone_quiet")]
    assert as_json.document(page)["standing"] == [
        {
            "subject": {"customer_id": "a", "name": "Kettler Outdoor Power"},
            "kind": "gone_quiet",
            "entry_on": page.standing[0].entry_on.isoformat(),
        }
    ]
    for told in (terminal.text(page, width=100), html.text(page)):
        assert "Kettler Outdoor Power" in told
        assert "Nothing is unusual" not in told
    assert morning().standing == standing_page("quality").standing == ()


def test_a_customer_is_judged_when_one_of_two_detectors_speaks():
    customer = tables()[4].head(1)
    mute = quiet("a", tier=None, signal="paying_later", abstains="fewer than 6 check runs")
    counts = count(signals(quiet("a", tier=None), mute), customer, tables()[0])
    assert (counts.usual, counts.unjudged) == (1, 0)


def test_reasons_that_differ_only_in_numbers_are_one():
    customer = tables()[4].head(4)
    seen = [
        quiet(key, tier=None, abstains=f"{gaps} gap{'s' if gaps > 1 else ''} seen, 8 needed")
        for key, gaps in zip("abc", (1, 5, 5), strict=True)
    ]
    counts = count(signals(*seen), customer, tables()[0])
    assert counts.reasons == (("5 gaps seen, 8 needed", 3),)


def test_customers_without_orders_are_counted_apart_from_those_not_judged():
    mute = [quiet("a", tier=None, abstains="no orders known"), quiet("b", tier=None, abstains="6 gaps seen")]
    counts = count(signals(*mute), tables()[4].head(3), tables()[0])  # the third is in no signal at all
    assert (counts.without_orders, counts.unjudged, counts.judged) == (2, 1, 0)
    assert counts.reasons == (("6 gaps seen", 1),)


def test_walk_in_people_are_counted_apart():
    customer = tables()[4].with_columns(is_person=pl.col("customer_id") == "f")
    counts = count(tables()[3], customer, tables()[0])
    assert (counts.customers, counts.people, counts.usual) == (5, 1, 0)


def test_old_data_is_a_note_and_no_alarm():
    old = morning(last_on=AS_OF - timedelta(days=15), alarms=(), watched=())
    assert [note.kind for note in old.notes] == ["data_gap"]
    assert old.notes[0].says == (
        "The newest order known is of 15 June 2014; load newer ones before trusting the silence."
    )
    assert morning(last_on=AS_OF - timedelta(days=14)).notes == ()


def test_a_page_of_a_past_day_says_so():
    notes = morning(today=AS_OF + timedelta(days=2)).notes
    assert [(note.kind, note.says) for note in notes] == [
        ("past_day", "This is the page of 30 June 2014; run burnish refresh for today's.")
    ]
    assert morning(today=AS_OF + timedelta(days=1)).notes == morning().notes == ()


def test_a_quiet_book_is_one_note_and_no_items():
    page = morning(book_quiet=30)
    assert page.items == ()
    assert {"Kettler Outdoor Power", "3M Fastening", "Harlan Hydraulics"} < {item.name for item in page.watch}
    assert [note.kind for note in page.notes] == ["data_gap"]
    assert page.notes[0].says == (
        "31 customers fell silent at once: the newest orders are probably missing. "
        "Load them; until then nobody is blamed."
    )


def test_a_silence_taken_up_by_a_joined_conclusion_counts_as_missing_orders():
    signal = signals(quiet("a"), late("a"))
    told = explanations(*quiet_book("a", 30))
    given = (customers(**NAMES), releases(), calendar(), clock())
    conclusion = conclude(signal, told, *given, speakers=SPEAKERS, currency="USD")
    rows = {name: order_lines(REFS["a"]) for name in ("order_line", "invoice", "payment")}
    shown = evidence(conclusion, signal, refs(**REFS), rows, speakers=SPEAKERS)
    behind = contributions(conclusion, signal, speakers=SPEAKERS)
    page = assemble(
        *(conclusion, told, shown, signal, given[0], clock(), behind),
        reader="owner",
        as_of=AS_OF,
        snapshot="s",
    )
    assert conclusion["kind"].to_list() == ["tough_times"]
    assert [note.says.split(":")[0] for note in page.notes] == ["31 customers fell silent at once"]


def test_no_orders_at_all_is_said():
    assert "No orders are known yet" in morning(last_on=None).notes[0].says


def test_a_conclusion_with_one_row_behind_it_is_held_back():
    conclusion, explanation, evidence, signal, customer = tables()
    thin = evidence.filter((pl.col("place") == 1) | (pl.col("id") != conclusion["id"][0]))
    clock = pl.DataFrame({"table": ["order_line"], "complete_on": [AS_OF]})
    page = assemble(
        conclusion, explanation, thin, signal, customer, clock, reader="owner", as_of=AS_OF, snapshot="s"
    )
    assert len(page.items) == 2
    assert page.notes[0].says == "Held back: 1 conclusion with fewer than two rows to show."


def test_explanations_that_may_hold_come_first():
    item = next(item for item in morning().items if item.name == "Harlan Hydraulics")
    assert [check.verdict for check in item.checks] == ["kept", "untested", "rejected"]
    assert item.checks[2].because == "we were open on 48 working days of these days."


def test_a_verdict_nobody_knows_is_refused():
    conclusion, explanation, *rest = tables()
    odd = explanation.with_columns(verdict=pl.lit("perhaps"))
    clock = pl.DataFrame({"table": ["order_line"], "complete_on": [AS_OF]})
    with pytest.raises(ContractError, match="perhaps"):
        assemble(conclusion, odd, *rest, clock, reader="owner", as_of=AS_OF, snapshot="s")


def test_the_same_tables_make_the_same_briefing():
    assert morning() == morning()
