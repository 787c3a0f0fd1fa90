from datetime import timedelta

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
    quiet,
    releases,
    signals,
)

from burnish.briefing.facts import by_name
from burnish.briefing.sentences import sentence
from burnish.conclusions import changes, conclude
from burnish.schema.signals import CHANGE

NAMES = {"a": "Kettler", "b": "Marrow", "c": "Harlan"}
SINCE = AS_OF - timedelta(days=3)  # a Friday
WEEK = timedelta(weeks=1)


def concluded(*alarms):
    shop = customers(**NAMES)
    orders = pl.concat([releases(key) for key in NAMES])
    given = (signals(*alarms), explanations(), shop, orders, calendar(), clock())
    return conclude(*given, speakers=SPEAKERS, currency="USD")


def changed(now, before, orders=None):
    given = (concluded(*now), concluded(*before), signals(*now), releases() if orders is None else orders)
    return changes(*given, since=SINCE, as_of=AS_OF)


def one(frame):
    assert frame.height == 1
    return frame.row(0, named=True)


def said(row):
    return sentence(row["says"], by_name(row["facts"]), name=row["name"])


def test_a_conclusion_that_was_not_there_is_new():
    frame = changed([quiet()], [])
    CHANGE.check(frame.to_arrow().cast(CHANGE.schema).schema, "change")
    assert (one(frame)["change"], said(one(frame))) == ("new", "Kettler was not here on 27 June 2014.")


def test_the_same_odds_and_tier_are_unchanged():
    row = one(changed([quiet()], [quiet()]))
    assert (row["change"], row["odds_before"], row["rank_before"]) == ("unchanged", 65, 1)


@pytest.mark.parametrize(("odds", "change"), [(0.9, "worse"), (0.1, "better")])
def test_odds_decide_within_a_tier(odds, change):
    row = one(changed([quiet(odds=odds)], [quiet(odds=0.5)]))
    assert row["change"] == change
    assert said(row).startswith("The odds were 50 % on 27 June 2014")


def test_a_higher_tier_is_worse_whatever_the_odds():
    assert one(changed([quiet(odds=0.1)], [quiet(tier="watch", odds=0.9)]))["change"] == "worse"
    assert one(changed([quiet(tier="watch")], [quiet()]))["change"] == "better"


def test_another_entry_day_is_still_the_same_statement():
    row = one(changed([quiet()], [quiet(tier="watch", entry_on=AS_OF - 2 * WEEK)]))
    assert (row["change"], row["tier_before"]) == ("worse", "watch")


def test_a_customer_that_ordered_again_is_gone_with_the_day():
    ordered = pl.concat([releases(), releases(days=[1])])
    row = one(changed([], [quiet()], orders=ordered))
    assert (row["change"], said(row)) == ("gone", "Kettler ordered again on 29 June 2014.")
    assert (row["tier"], row["tier_before"], row["rank"]) == (None, "briefing", None)


def test_what_is_no_news_any_more_says_since_when_it_stood():
    old = quiet(entry_on=AS_OF - 13 * WEEK - timedelta(days=1), as_of=SINCE)
    row = one(changed([quiet(entry_on=old["entry_on"])], [old]))
    assert said(row) == "Kettler has stood here since 30 March 2014; it is no longer news."


def test_what_no_longer_stands_out_says_by_what():
    assert said(one(changed([], [late()]))) == "Kettler is no longer told: its payments no longer stand out."


def test_a_single_one_that_was_joined_is_worse_and_not_gone():
    row = one(changed([fewer(), late()], [late()]))
    assert (row["kind"], row["change"], row["rank_before"], row["odds_before"]) == (
        "tough_times",
        "worse",
        1,
        None,
    )


def test_what_is_left_of_a_joined_one_is_better():
    row = one(changed([late()], [fewer(), late()]))
    assert (row["kind"], row["change"]) == ("paying_later", "better")


def test_a_joined_one_that_is_gone_says_which_of_the_two_ended():
    row = one(changed([fewer()], [fewer(), late()]))
    assert said(row) == "Kettler is no longer told: its payments no longer stand out."


def test_a_silence_that_became_fewer_orders_is_better_and_not_gone():
    row = one(changed([fewer(tier="watch")], [quiet(), fewer(tier="watch")]))
    assert (row["kind"], row["change"], row["odds_before"]) == ("volume_shift", "better", None)
    assert said(row) == "On 27 June 2014 Kettler was silent; it still orders far less."


def test_fewer_orders_that_became_a_silence_are_worse():
    row = one(changed([quiet(), fewer(tier="watch")], [fewer(tier="watch")]))
    assert (row["kind"], row["change"], row["tier_before"]) == ("gone_quiet", "worse", "watch")


def test_todays_come_first_then_what_is_gone():
    frame = changed([quiet("b"), quiet("c", odds=0.9)], [quiet("a"), quiet("b")])
    assert frame["customer_id"].to_list() == ["c", "b", "a"]
    assert frame["id"].n_unique() == frame.height


def test_two_empty_days_change_nothing():
    frame = changed([], [])
    assert frame.is_empty()
    CHANGE.check(frame.to_arrow().cast(CHANGE.schema).schema, "change")


def test_row_order_changes_nothing():
    now, before = [quiet("b"), fewer("a"), late("a")], [late("a"), quiet("c")]
    assert changed(now, before).equals(changed(now[::-1], before[::-1]))
