from datetime import date, timedelta
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
    number,
    order_lines,
    quiet,
    refs,
    releases,
    signals,
)

from burnish.conclusions import conclude, evidence, orders_missing
from burnish.errors import ContractError
from burnish.schema.signals import CONCLUSION, EVIDENCE

NAMES = {"a": "Kettler", "b": "Marrow", "c": "Harlan"}


def concluded(*alarms, orders=None, told=None, **dials):
    orders = releases() if orders is None else orders
    told = explanations() if told is None else told
    dials = {"speakers": SPEAKERS, "currency": "USD"} | dials
    return conclude(signals(*alarms), told, customers(**NAMES), orders, calendar(), clock(), **dials)


def one(frame):
    assert frame.height == 1
    return frame.row(0, named=True)


def fact(row, name, column="facts"):
    return next(fact for fact in row[column] if fact["name"] == name)


def test_an_alarm_becomes_a_conclusion_as_promised():
    frame = concluded(quiet())
    CONCLUSION.check(frame.to_arrow().cast(CONCLUSION.schema).schema, "conclusion")
    assert one(frame)["says"].startswith("{name} has ordered nothing for {silent_days}")


def test_a_signal_without_a_tier_is_no_conclusion():
    frame = concluded(quiet(tier=None), quiet("b", tier=""))
    assert frame.is_empty()
    CONCLUSION.check(frame.to_arrow().cast(CONCLUSION.schema).schema, "conclusion")


def test_watched_ones_come_after_those_of_the_briefing():
    frame = concluded(quiet("a", tier="watch", odds=0.9), quiet("b", odds=0.05))
    assert frame.select("customer_id", "tier", "rank").rows() == [("b", "briefing", 1), ("a", "watch", 2)]


def test_the_money_is_a_quarter_of_the_last_52_weeks_of_orders():
    old = releases(days=[434, 500], amount=99999)  # the last order is 70 days ago, 52 weeks before is day 434
    row = one(concluded(quiet(), orders=pl.concat([releases(), old])))
    assert (row["amount"], row["currency"]) == (Decimal("3250.0000"), "USD")
    assert fact(row, "ordered_year")["number"] == 13000.0


def test_money_that_is_not_known_is_empty_and_said_to_be():
    row = one(concluded(quiet(), orders=releases(amount=None)))
    assert row["amount"] is None
    assert "Value not known" in row["basis"]


def test_money_in_another_currency_is_said_to_be_so():
    foreign = releases(amount=None, other_currency_lines=2)
    basis = one(concluded(quiet(), orders=foreign))["basis"]
    assert "in another currency than the shop's" in basis
    assert "shop.toml" in basis


def test_after_sixty_days_no_order_is_thought_to_wait_for_entry():
    assert "waiting to be entered" in one(concluded(quiet(silent=59)))["next_step"]
    assert one(concluded(quiet(silent=60)))["next_step"] == "Call their buyer and ask what has changed."


def quiet_book(verdict="kept", *, share=75.0):
    facts = [number("quiet_share", share, "%"), number("quiet_customers", share / 2.5, "other customers")]
    row = {"explanation": "whole_book_quiet", "verdict": verdict, "says": "", "facts": facts}
    return explanations(row | {"customer_id": "a"})


def test_a_silence_of_the_whole_book_is_only_watched():
    frame = concluded(quiet("a"), quiet("b", odds=0.05), told=quiet_book())
    assert frame.select("customer_id", "tier").rows() == [("b", "briefing"), ("a", "watch")]
    assert one(concluded(quiet("a"), told=quiet_book("rejected")))["tier"] == "briefing"


def test_a_few_that_left_together_are_still_told():
    assert one(concluded(quiet("a"), told=quiet_book(share=30.0)))["tier"] == "briefing"


def test_orders_that_end_long_ago_blame_nobody():
    facts = [number("behind_days", 40, "days")]
    told = explanations(
        {"customer_id": "a", "explanation": "whole_book_quiet", "verdict": "kept", "says": "", "facts": facts}
    )
    assert one(concluded(quiet("a"), told=told))["tier"] == "watch"
    assert orders_missing(told)["fell_silent"].to_list() == [None]


def test_orders_left_out_of_the_money_are_counted_and_said():
    mixed = pl.concat(
        [
            releases(),
            releases(days=[75], amount=None),
            releases(days=[80, 81], amount=0, other_currency_lines=2),
        ]
    )
    row = one(concluded(quiet(), orders=mixed))
    assert "{unpriced_orders} without an amount and {foreign_lines} in other currencies" in row["basis"]
    assert (fact(row, "unpriced_orders")["number"], fact(row, "foreign_lines")["number"]) == (1, 4)


def test_a_fact_the_detector_already_gives_is_not_doubled():
    alarm = quiet()
    alarm["facts"].append(number("ahead_weeks", 13, "weeks"))
    names = [fact["name"] for fact in one(concluded(alarm))["facts"]]
    assert len(names) == len(set(names))


def test_rank_is_the_product_of_its_shown_factors():
    dear = releases("b", amount=4000)
    frame = concluded(quiet("a"), quiet("b"), orders=pl.concat([releases("a"), dear]))
    assert frame["customer_id"].to_list() == ["b", "a"]
    factors = {fact["name"]: fact["number"] for fact in frame.row(0, named=True)["factors"]}
    assert factors == {"money": 13000.0, "odds": 65.0, "actionable": 1.0, "new": 1.0, "pressing": 8450.0}


def test_a_standing_innocent_explanation_and_age_each_halve_the_rank():
    told = explanations({"customer_id": "a", "explanation": "blanket", "verdict": "kept", "says": "may be"})
    pressing = [
        fact(one(concluded(quiet(is_new=new), told=kept)), "pressing", "factors")["number"]
        for new, kept in ((True, explanations()), (True, told), (False, told))
    ]
    assert pressing == [2112.5, 1056.25, 528.125]


def test_equal_ranks_fall_in_order_of_id():
    orders = pl.concat([releases(key) for key in "abc"])
    frame = concluded(quiet("c"), quiet("a"), quiet("b"), orders=orders)
    assert frame["id"].to_list() == sorted(frame["id"])


def test_row_order_changes_nothing():
    orders = pl.concat([releases(key, amount=amount) for key, amount in zip("abc", (5, 70, 5), strict=True)])
    alarms = [quiet("a"), quiet("b"), quiet("c")]
    shuffled = concluded(*reversed(alarms), orders=orders.reverse())
    assert shuffled.equals(concluded(*alarms, orders=orders))


def test_unknown_money_ranks_as_the_middle_of_the_known():
    orders = pl.concat([releases("a", amount=10), releases("b", amount=90), releases("c", amount=None)])
    frame = concluded(quiet("a"), quiet("b"), quiet("c", odds=0.5), orders=orders)
    row = frame.filter(pl.col("customer_id") == "c").row(0, named=True)
    assert fact(row, "money", "factors")["number"] == 32.5


def test_the_id_stays_from_day_to_day_and_changes_with_a_new_alarm():
    today = one(concluded(quiet()))["id"]
    tomorrow = one(concluded(quiet(as_of=AS_OF + timedelta(days=1), silent=71)))["id"]
    again = one(concluded(quiet(entry_on=AS_OF - timedelta(days=30))))["id"]
    assert today == tomorrow != again
    assert today.startswith("gone_quiet-")


def test_due_is_the_next_working_day_and_two_more_on_the_shops_calendar():
    closed = calendar(closed=(date(2014, 7, 3), date(2014, 7, 4)))
    frame = conclude(
        signals(quiet()),
        explanations(),
        customers(**NAMES),
        releases(),
        closed,
        clock(),
        speakers=SPEAKERS,
        currency="USD",
    )
    assert one(concluded(quiet()))["due_on"] == date(2014, 7, 3)
    assert one(frame)["due_on"] == date(2014, 7, 7)


def test_due_stays_put_until_it_has_passed():
    begun = AS_OF - timedelta(days=3)  # Friday
    assert one(concluded(quiet(entry_on=begun)))["due_on"] == date(2014, 7, 2)
    assert one(concluded(quiet(entry_on=begun - timedelta(days=14))))["due_on"] == date(2014, 7, 3)


def test_past_the_calendars_end_monday_to_friday_count():
    short = calendar(last=AS_OF)
    frame = conclude(
        signals(quiet()),
        explanations(),
        customers(**NAMES),
        releases(),
        short,
        clock(),
        speakers=SPEAKERS,
        currency="USD",
    )
    assert one(frame)["due_on"] == date(2014, 7, 3)


def test_an_alarm_older_than_13_weeks_is_no_longer_said():
    weeks = timedelta(weeks=13)
    frame = concluded(quiet(entry_on=AS_OF - weeks), quiet("b", entry_on=AS_OF - weeks - timedelta(days=1)))
    assert frame["customer_id"].to_list() == ["a"]
    assert one(frame)["expires_on"] == AS_OF


def test_the_owner_is_a_role_that_a_table_overrides():
    owners = pl.DataFrame({"customer_id": ["b"], "owner": ["owner"]})
    frame = concluded(quiet("a"), quiet("b"), owners=owners).sort("customer_id")
    assert frame["owner"].to_list() == ["sales", "owner"]


def test_a_person_is_not_profiled():
    walk_in = customers(a="Walk-in 7").with_columns(is_person=pl.lit(True))
    frame = conclude(
        signals(quiet()),
        explanations(),
        walk_in,
        releases(),
        calendar(),
        clock(),
        speakers=SPEAKERS,
        currency="USD",
    )
    assert frame.is_empty()


def test_a_signal_of_no_detector_is_refused_by_name():
    with pytest.raises(ContractError, match="lots_shrinking"):
        concluded(quiet(signal="lots_shrinking"))


def test_a_detector_without_a_meaning_of_its_own_gets_the_ordinary_one():
    speakers = {"own_plug_in": SPEAKERS["gone_quiet"]}
    row = one(concluded(quiet(signal="own_plug_in"), speakers=speakers))
    assert (row["kind"], row["owner"]) == ("own_plug_in", "owner")


def test_without_odds_none_are_shown():
    assert one(concluded(quiet(odds=None)))["odds_percent"] is None


def evidence_of(lines, alarm=None, **dials):
    alarm = alarm or quiet()
    frame = concluded(alarm)
    tables = {"order_line": lines}
    return evidence(frame, signals(alarm), refs(a="A Co", b="B Co"), tables, speakers=SPEAKERS, **dials)


def test_evidence_is_the_customers_own_rows_newest_first():
    rows = evidence_of(pl.concat([order_lines("B Co"), order_lines("A Co")]))
    EVIDENCE.check(rows.to_arrow().cast(EVIDENCE.schema).schema, "evidence")
    assert rows.select("place", "file", "line").rows()[:2] == [(1, "orders.csv", 930), (2, "orders.csv", 902)]
    assert rows["native_id"].str.starts_with("A Co").all()


def test_a_thin_window_is_filled_with_the_newest_rows_before_it():
    rows = evidence_of(order_lines())
    assert rows.height == 4
    assert rows["occurred_on"].is_sorted(descending=True)


def test_a_full_window_stops_at_the_most():
    rows = evidence_of(order_lines(days=range(1, 60)), quiet(window_start=date(2014, 1, 1)))
    assert rows["place"].to_list() == list(range(1, 13))


def test_on_one_day_the_largest_row_stands_first_and_a_missing_amount_last():
    same_day = [order_lines(days=[70], amount=amount, native_id=str(amount)) for amount in (5, None, 900)]
    rows = evidence_of(pl.concat(same_day))
    assert rows["native_id"].to_list() == ["900", "5", "None"]


def test_rows_learned_later_or_replaced_are_no_evidence():
    later = order_lines(days=[10], known_on=AS_OF + timedelta(days=1))
    replaced = order_lines(days=[20], superseded_on=AS_OF)
    rows = evidence_of(pl.concat([later, replaced, order_lines()]))
    assert rows.equals(evidence_of(order_lines()))


def test_the_order_in_which_rows_were_loaded_changes_no_evidence():
    lines = pl.concat([order_lines(), order_lines(days=[70], native_id="twin"), order_lines("B Co")])
    assert evidence_of(lines).equals(evidence_of(lines.sample(fraction=1.0, shuffle=True, seed=7)))


def test_evidence_of_a_table_that_is_not_given_is_refused():
    with pytest.raises(ContractError, match="order_line"):
        evidence(concluded(quiet()), signals(quiet()), refs(a="A Co"), {}, speakers=SPEAKERS)


def test_no_conclusions_have_no_evidence():
    rows = evidence(concluded(), signals(), refs(a="A Co"), {}, speakers=SPEAKERS)
    assert rows.is_empty()
    EVIDENCE.check(rows.to_arrow().cast(EVIDENCE.schema).schema, "evidence")
