from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from tests.conclusions.made import (
    AS_OF,
    SPEAKERS,
    calendar,
    clock,
    customers,
    explanations,
    fewer,
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

from burnish.briefing.facts import by_name
from burnish.briefing.sentences import sentence
from burnish.conclusions import behind, conclude, contributions, evidence
from burnish.schema.signals import CONCLUSION, CONTRIBUTION, EVIDENCE
from burnish.schema.tables import INVOICE, PAYMENT

NAMES = {"a": "Kettler", "b": "Marrow", "c": "Harlan"}
WEEK = timedelta(weeks=1)


def concluded(*alarms, orders=None, told=None, owed=None, people=(), entered=AS_OF, **dials):
    shop = customers(**NAMES).with_columns(is_person=pl.col("customer_id").is_in(list(people)))
    given = (
        signals(*alarms),
        explanations() if told is None else told,
        shop,
        releases() if orders is None else orders,
    )
    dials = {"speakers": SPEAKERS, "currency": "USD", "invoice_state": owed} | dials
    return conclude(*given, calendar(), clock(entered), **dials)


def kinds(*alarms, **given):
    return concluded(*alarms, **given)["kind"].to_list()


def one(frame):
    assert frame.height == 1
    return frame.row(0, named=True)


def kept(signal, customer_id="a"):
    told = {"explanation": "season", "verdict": "kept", "says": "may be"}
    return {"signal": signal, "customer_id": customer_id} | told


def said(row, column):
    return sentence(row[column], by_name(row["facts"]), name=row["name"])


def test_fewer_orders_and_later_payments_are_one_conclusion():
    frame = concluded(fewer(), late())
    CONCLUSION.check(frame.to_arrow().cast(CONCLUSION.schema).schema, "conclusion")
    assert one(frame)["kind"] == "tough_times"


def test_a_stop_counts_as_fewer_orders():
    assert kinds(quiet(tier="support"), late()) == ["tough_times"]


def test_one_of_the_two_alone_is_no_tough_time():
    assert kinds(fewer()) == []
    assert kinds(late()) == ["paying_later"]
    assert kinds(fewer("a"), late("b")) == ["paying_later"]


@pytest.mark.parametrize("pair", [(fewer(effect=60.0), late()), (fewer(), late(effect=-9.0))])
def test_opposite_directions_are_not_joined(pair):
    assert "tough_times" not in kinds(*pair)


def test_entries_more_than_26_weeks_apart_are_not_joined():
    assert kinds(fewer(entry_on=AS_OF - 26 * WEEK), late()) == ["tough_times"]
    assert kinds(fewer(entry_on=AS_OF - 26 * WEEK - timedelta(days=1)), late()) == ["paying_later"]


def test_persons_are_left_out():
    assert kinds(fewer(), late(), people=["a"]) == []


def test_a_joined_conclusion_takes_up_its_single_ones():
    assert kinds(quiet(), fewer(tier="watch"), late()) == ["tough_times"]
    assert kinds(quiet("a"), quiet("b"), late("a")).count("gone_quiet") == 1


def test_more_orders_are_not_taken_up_by_a_silence():
    assert sorted(kinds(quiet(), fewer(effect=40.0, tier="watch"), late())) == ["tough_times", "volume_shift"]


def test_two_signals_of_the_same_rows_count_once_the_rarer_one():
    rows = behind(signals(quiet(tier="support"), fewer(tier="watch"), late()))
    assert rows["signal"].to_list() == ["paying_later", "volume_shift"]


def test_a_silence_and_fewer_orders_are_said_once_the_silence_first():
    assert kinds(quiet(tier="watch"), fewer(tier="watch")) == ["gone_quiet"]
    assert kinds(quiet(tier="watch"), fewer(tier="briefing")) == ["volume_shift"]


def test_more_orders_and_a_silence_are_two_things():
    assert sorted(kinds(quiet(), fewer(effect=50.0, tier="watch"))) == ["gone_quiet", "volume_shift"]


def test_two_supports_are_only_watched():
    assert one(concluded(fewer(), late(tier="support")))["tier"] == "watch"
    assert one(concluded(fewer(), late(tier="watch")))["tier"] == "briefing"


def test_it_began_when_the_later_one_did():
    row = one(concluded(fewer(entry_on=AS_OF - 6 * WEEK), late(entry_on=AS_OF - 2 * WEEK)))
    assert (row["entry_on"], row["is_new"]) == (AS_OF - 2 * WEEK, False)
    assert row["expires_on"] == AS_OF + 11 * WEEK


def test_the_id_stays_while_a_signal_grows_rarer():
    began = AS_OF - 5 * WEEK
    first = one(concluded(fewer(entry_on=began), late(tier="support", entry_on=began)))
    risen = late(tier="watch", entry_on=AS_OF, support_on=began, watch_on=AS_OF)
    then = one(concluded(fewer(entry_on=began), risen))
    assert first["id"] == then["id"]
    assert (then["tier"], then["entry_on"], then["is_new"]) == ("briefing", AS_OF, True)


def test_entry_days_of_the_lowest_tier_decide():
    long_ago = AS_OF - 27 * WEEK
    assert kinds(fewer(), late(support_on=long_ago)) == ["paying_later"]


def test_is_new_counts_on_the_clock_of_entries():
    began = AS_OF - timedelta(days=12)
    orders = quiet(tier="watch", entry_on=began)
    facts = [fact for fact in orders["facts"] if fact["name"] != "complete_on"]
    behind_by_ten = {"name": "complete_on", "number": None, "day": AS_OF - timedelta(days=10), "unit": "date"}
    orders["facts"] = [*facts, behind_by_ten]
    assert one(concluded(orders, late(entry_on=began)))["is_new"]


def test_it_expires_after_13_weeks_and_takes_its_single_ones_along():
    began = AS_OF - 14 * WEEK
    assert kinds(quiet(entry_on=began, support_on=began), late(support_on=began)) == []


def test_missing_orders_leave_it_on_the_watch_list():
    facts = [number("quiet_share", 50, "%"), number("quiet_customers", 20, "other customers")]
    told = explanations(
        {"customer_id": "a", "explanation": "whole_book_quiet", "verdict": "kept", "says": "", "facts": facts}
    )
    assert one(concluded(quiet(), late(), told=told))["tier"] == "watch"


def test_its_sentence_names_both_with_their_numbers():
    row = one(concluded(quiet(tier="support"), late()))
    text = said(row, "says")
    assert text.startswith("Kettler orders less and pays later: it has ordered nothing for 70 days")
    assert "and it pays 17 days late, 12 days later than usual (8 to 16 days allowing for chance" in text


def test_a_signal_without_the_facts_of_its_clause_speaks_as_its_detector_does():
    bare = late(facts=[fact for fact in late()["facts"] if fact["name"] != "later_low"] + [])
    text = said(one(concluded(fewer(), bare)), "says")
    assert "it pays 12 days later than it used to (6 check runs from 7 January 2013" in text


def test_every_text_of_it_is_a_sentence_whose_numbers_are_facts():
    row = one(concluded(fewer(), late(), owed=owing()))
    for column in ("says", "basis", "outcome", "next_step", "changes_mind"):
        assert said(row, column)


def test_the_money_is_the_usual_orders_and_what_is_owed():
    row = one(concluded(fewer(), late(), owed=owing(amount=400)))
    assert row["amount"] == Decimal(13 * 1000) / 4 + 800
    assert said(row, "basis").endswith("It owes $800 on 2 invoices, $400 of it past due.")


def test_of_a_late_payer_only_what_it_owes_is_at_stake():
    row = one(concluded(late(), owed=owing(amount=400)))
    assert (row["amount"], said(row, "basis")) == (800, "It owes $800 on 2 invoices, $400 of it past due.")


def test_nothing_owed_is_said():
    assert said(one(concluded(fewer(), late())), "basis").endswith("No open invoice of it is known.")


def test_money_is_reckoned_from_invoices_when_orders_have_no_amounts():
    row = one(concluded(fewer(), late(), orders=releases(amount=None), owed=owing(amount=400)))
    assert row["amount"] == 800 / 4 + 800
    assert said(row, "basis").startswith("Its orders show no amount. It was invoiced $800 in the 52 weeks")


def test_its_outcome_is_half_of_the_usual_orders():
    weekly = releases(days=range(1, 500, 7))
    text = said(one(concluded(fewer(), late(), orders=weekly)), "outcome")
    assert text == "it places at most 6 orders within 13 weeks, half or less of the usual 13 orders"


def test_usual_orders_are_those_before_what_is_entered_so_far():
    weekly = releases(days=range(60 + 91, 60 + 455, 7))  # entered through 60 days ago
    text = said(one(concluded(fewer(), late(), orders=weekly, entered=AS_OF - timedelta(days=60))), "outcome")
    assert text.endswith("half or less of the usual 13 orders")


def test_with_hardly_any_usual_orders_the_outcome_is_none_at_all():
    rare = releases(days=(200, 400))
    assert said(one(concluded(fewer(), late(), orders=rare)), "outcome") == "no order comes within 13 weeks"


def test_the_controller_acts_first_by_talking_then_by_holding_credit():
    began = AS_OF - timedelta(days=28)
    row = one(concluded(fewer(entry_on=began), late(entry_on=began)))
    assert "hold their credit" in row["next_step"]
    assert "hold their credit" not in one(concluded(fewer(), late()))["next_step"]
    assert row["owner"] == "controller"


def test_only_a_reason_for_every_signal_halves_its_rank():
    half = [kept("volume_shift")]
    both = [*half, kept("paying_later")]
    actionable = [
        {
            fact["name"]: fact["number"]
            for fact in one(concluded(fewer(), late(), told=explanations(*told)))["factors"]
        }["actionable"]
        for told in ([], half, both)
    ]
    assert actionable == [1.0, 1.0, 0.5]


def test_row_order_changes_nothing():
    alarms = [quiet("a"), fewer("a"), late("a"), fewer("b"), late("b"), quiet("c")]
    orders = pl.concat([releases(key) for key in "abc"])
    shuffled = concluded(*reversed(alarms), orders=orders.reverse(), owed=owing().reverse())
    assert shuffled.equals(concluded(*alarms, orders=orders, owed=owing()))


def test_contributions_are_the_signals_by_their_bits():
    alarms = signals(fewer(p_value=0.001), late(p_value=0.01), quiet("b"))
    frame = contributions(conclude_from(alarms), alarms, speakers=SPEAKERS)
    CONTRIBUTION.check(frame.to_arrow().cast(CONTRIBUTION.schema).schema, "contribution")
    mine = frame.filter(pl.col("customer_id") == "a")
    assert mine.select("place", "signal", "sources").rows() == [
        (1, "volume_shift", "order_line"),
        (2, "paying_later", "invoice, payment"),
    ]


def conclude_from(alarms):
    return conclude(
        alarms,
        explanations(),
        customers(**NAMES),
        releases(),
        calendar(),
        clock(),
        speakers=SPEAKERS,
        currency="USD",
    )


def test_each_contribution_is_a_whole_sentence_of_its_own_facts():
    alarms = signals(fewer(), late(), quiet("b"))
    frame = contributions(conclude_from(alarms), alarms, speakers=SPEAKERS)
    assert all(
        sentence(row["says"], by_name(row["facts"]), name="Kettler").startswith("Kettler ")
        for row in frame.iter_rows(named=True)
    )
    assert frame.group_by("id").len()["len"].sort().to_list() == [1, 2]


def shown(orders, invoices, payments, **dials):
    alarms = signals(fewer(), late())
    tables = {"order_line": orders, "invoice": invoices, "payment": payments}
    return evidence(conclude_from(alarms), alarms, refs(a="A Co"), tables, speakers=SPEAKERS, **dials)


def per_table(rows):
    return dict(rows.group_by("table").len().sort("table").rows())


def test_evidence_is_shared_by_the_sources():
    many = range(1, 80, 2)
    rows = shown(order_lines(days=many), money_rows(INVOICE, days=many), money_rows(PAYMENT, days=many))
    EVIDENCE.check(rows.to_arrow().cast(EVIDENCE.schema).schema, "evidence")
    assert per_table(rows) == {"order_line": 4, "invoice": 4, "payment": 4}


def test_the_tables_take_turns_so_that_the_first_rows_show_all_of_them():
    rows = shown(order_lines(), money_rows(INVOICE), money_rows(PAYMENT)).sort("place")
    assert rows["table"].head(4).to_list() == ["invoice", "payment", "order_line", "invoice"]
    assert rows["place"].to_list() == list(range(1, rows.height + 1))


def test_a_source_outside_its_window_still_shows_two_rows():
    old = (200, 230, 260, 290)
    rows = shown(order_lines(days=old), money_rows(INVOICE, days=old), money_rows(PAYMENT, days=(1, 2, 3)))
    assert per_table(rows) == {"order_line": 2, "invoice": 2, "payment": 3}


def test_a_thin_source_leaves_its_places_to_the_others():
    many = range(1, 80, 2)
    rows = shown(order_lines(days=many), money_rows(INVOICE, days=(5,)), money_rows(PAYMENT, days=many))
    assert rows.height == 12
    assert per_table(rows)["invoice"] == 1


def test_lazy_tables_give_the_same_evidence():
    tables = (order_lines(), money_rows(INVOICE), money_rows(PAYMENT))
    assert shown(*(table.lazy() for table in tables)).equals(shown(*tables))


def test_a_joined_conclusion_with_no_usual_orders_still_has_odds():
    assert one(concluded(fewer(), late(), orders=releases(days=())))["odds_percent"] is not None


def test_without_signals_nothing_stands():
    assert behind(signals()).is_empty()


def test_an_invoice_not_due_yet_shows_nothing_of_lateness():
    bills = money_rows(INVOICE, days=(5, 20, 50)).with_columns(
        due_on=pl.col("occurred_on").dt.offset_by("30d")
    )
    rows = shown(order_lines(), bills, money_rows(PAYMENT)).filter(pl.col("table") == "invoice")
    assert rows["occurred_on"].to_list() == [AS_OF - timedelta(days=50)]
