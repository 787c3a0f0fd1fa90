from datetime import timedelta
from string import Formatter

import numpy as np
import polars as pl
import pytest
from build import FIRST, clock, crowd, customers, gaps, orders, thresholds

from burnish.briefing import by_name, sentence
from burnish.detectors import discover
from burnish.detectors.gone_quiet import gone_quiet
from burnish.detectors.innocent_silence import (
    Book,
    Silence,
    seasonal_pause,
    shutdown_or_holiday,
    whole_book_quiet,
)
from burnish.schema.signals import EXPLANATION, SIGNAL

TODAY = 700


def on(day):
    return FIRST + timedelta(days=day)


def found(releases, *, day=TODAY, persons=(), as_of=None, lag_days=2, stated=100):
    """Signals and explanations of a shop, by customer."""
    gap = gaps(releases, day=day)
    names = sorted(gap["customer_id"].unique())
    signal = gone_quiet(customers(*names, persons=persons), gap, thresholds(), as_of=as_of or on(day))
    explain = discover([])["gone_quiet"].explanations
    explained = explain(signal, gap, clock(day=day, lag_days=lag_days, stated=stated), as_of=as_of or on(day))
    return signal, explained


def row(signal, customer_id="a"):
    return signal.row(by_predicate=pl.col("customer_id") == customer_id, named=True)


def verdicts(explained, customer_id="a"):
    mine = explained.filter(pl.col("customer_id") == customer_id)
    return dict(mine.select("explanation", "verdict").iter_rows())


@pytest.fixture(scope="module")
def stopped():
    """A weekly customer that has ordered nothing for ten weeks, in a shop of forty weekly ones."""
    return found(orders(a=range(1, TODAY - 70, 7), **crowd()))


def test_a_weekly_customer_silent_for_ten_weeks_is_found(stopped):
    alarm = row(stopped[0])
    assert alarm["tier"] == "briefing"
    assert alarm["effect"] == pytest.approx(alarm["facts"][0]["number"] / 7)
    assert stopped[0]["tier"].is_not_null().sum() == 1


def test_the_output_keeps_its_contracts(stopped):
    for frame, contract in zip(stopped, (SIGNAL, EXPLANATION), strict=True):
        contract.check(frame.to_arrow().cast(contract.schema).schema, "test")
        assert frame.select(contract.key).is_unique().all()
    assert stopped[1].height == 5


def test_effect_baseline_and_window_say_what_was_seen(stopped):
    alarm = row(stopped[0])
    assert (alarm["baseline"], alarm["baseline_unit"], alarm["effect_unit"]) == (7.0, "days", "times")
    assert alarm["effect_low"] == alarm["effect_high"] == alarm["effect"]  # every gap is seven days long
    assert alarm["n"] == 32
    assert alarm["window_start"] == alarm["window_end"] - timedelta(days=7 * 32)
    first = next(fact["day"] for fact in alarm["facts"] if fact["name"] == "first_on")
    assert alarm["window_start"] == first
    assert alarm["information"] == pytest.approx(alarm["effect"])


def test_every_fact_that_the_sentence_names_is_there(stopped):
    facts = {fact["name"]: fact for fact in row(stopped[0])["facts"]}
    named = {field for _, field, _, _ in Formatter().parse(gone_quiet.says) if field}
    assert {"silent_days", "complete_on", "times_usual", "usual_gap_days", "gaps"} <= named <= set(facts)
    assert facts["last_order_on"]["day"] == on(624)
    assert facts["complete_on"]["day"] == on(TODAY)
    assert on(624 + 6) <= facts["expected_on"]["day"] <= on(624 + 8)


def test_the_entry_is_the_day_from_which_the_alarm_stands_and_is_news_for_a_week():
    releases = orders(a=range(1, TODAY - 70, 7), **crowd())
    entry_on = row(found(releases)[0])["entry_on"]
    day = (entry_on - FIRST).days
    alone = releases.filter(pl.col("release_on") <= entry_on)
    before, first, last, after = (
        row(gone_quiet(customers("a"), gaps(alone, day=now), thresholds(), as_of=on(now)))
        for now in (day - 1, day, day + 6, day + 7)
    )
    assert [each["tier"] == "briefing" for each in (before, first, last, after)] == [False, True, True, True]
    assert [each["is_new"] for each in (first, last, after)] == [True, True, False]
    assert {each["entry_on"] for each in (first, last, after)} == {entry_on}


def test_the_odds_of_silence_grow_with_the_silence():
    alarms = [row(found(orders(a=range(1, end, 7), **crowd()))[0]) for end in (TODAY - 21, TODAY - 280)]
    assert 0.0 < alarms[0]["odds"] < alarms[1]["odds"] < 1.0


def test_a_customer_with_six_gaps_is_told_how_many_are_missing():
    quiet = row(found(orders(a=range(0, 49, 7), **crowd()))[0])
    assert quiet["abstains"] == "6 gaps between orders seen, 8 needed: about 2 more orders"
    assert (quiet["score"], quiet["tier"], quiet["facts"]) == (None, None, [])


def test_a_private_person_is_not_profiled():
    quiet = row(found(orders(a=range(1, TODAY - 70, 7), **crowd()), persons=["a"])[0])
    assert quiet["abstains"] == "a private person: counted in totals, not profiled"
    assert (quiet["effect"], quiet["baseline"], quiet["facts"]) == (None, None, [])


def test_a_shop_with_few_gaps_says_so_instead_of_alarming():
    quiet = row(found(orders(a=range(0, 200, 7)))[0])
    assert "comparable gaps in the whole shop so far, 99 needed" in quiet["abstains"]


def test_a_customer_without_orders_is_listed():
    gap = gaps(orders(**crowd(3)), day=TODAY)
    quiet = row(gone_quiet(customers("a"), gap, thresholds(), as_of=on(TODAY)))
    assert quiet["abstains"] == "no orders known"


def test_only_what_the_rest_of_the_shop_shows_decides(stopped):
    assert verdicts(stopped[1]) == {
        "not_entered_yet": "rejected",
        "shutdown_or_holiday": "rejected",
        "seasonal_pause": "untested",
        "blanket_calendar": "rejected",
        "whole_book_quiet": "rejected",
    }


def test_a_backlog_of_entries_may_explain_a_silence():
    releases = orders(a=range(1, TODAY - 70, 7), **crowd())
    assert verdicts(found(releases, lag_days=60)[1])["not_entered_yet"] == "kept"
    assert verdicts(found(releases, stated=0)[1])["not_entered_yet"] == "untested"


def test_a_shop_that_was_closed_may_explain_a_silence():
    releases = orders(a=range(1, TODAY - 70, 7), **crowd())
    closed = gaps(releases, day=TODAY).with_columns(
        gap_working_days=pl.when(pl.col("gap_days") > 60).then(6).otherwise("gap_working_days")
    )
    signal = gone_quiet(customers("a"), closed, thresholds(), as_of=on(TODAY))
    explain = gone_quiet.explanations
    assert (
        verdicts(explain(signal, closed, clock(day=TODAY), as_of=on(TODAY)))["shutdown_or_holiday"] == "kept"
    )


def silence(**changed):
    """A customer with a usual gap of ten days, silent for 310 days; 300 are needed to alarm."""
    usual = {
        "customer_id": "a",
        "last_on": on(0),
        "days": 310,
        "needed_days": 300,
        "usual_days": 10.0,
        "working_days": 217,
        "working_share": 5 / 7,
        "ended_days": (10,) * 30,
        "ordered": tuple(on(10 * place - 300) for place in range(31)),
        "blanket_lines": 0,
    }
    return Silence(**(usual | changed))


def said(tested):
    """Verdict and the finished sentence."""
    verdict, says, facts = tested
    return verdict, sentence(says, by_name(facts))


def test_a_silence_as_long_in_working_days_is_not_explained_by_holidays():
    assert said(shutdown_or_holiday(silence(needed_days=309))) == (
        "rejected",
        "without the 6 days that the shop was closed more than usual it is still 30 times the usual gap",
    )
    assert said(shutdown_or_holiday(silence(working_days=222)))[1] == (
        "the shop was closed no more than usual: 222 working days in these 310 days"
    )


def test_a_shutdown_that_explains_a_silence_names_the_bar():
    assert said(shutdown_or_holiday(silence(days=70, needed_days=60, working_days=36))) == (
        "kept",
        "without the 20 days that the shop was closed more than usual it would be 5 times the usual gap, "
        "and it stands out from 6 times",
    )


def test_a_silence_of_over_a_year_is_no_season_however_short_the_history():
    verdict, says = said(seasonal_pause(silence(days=378)))
    assert (verdict, says) == ("rejected", "it has lasted for more than a year, longer than any season")
    assert said(seasonal_pause(silence()))[0] == "untested"


@pytest.mark.parametrize(
    ("quiet", "verdict", "says"),
    [
        (0, "rejected", "none of 10 other customers is quiet"),
        (1, "rejected", "1 of 10 other customers is quiet too; that happens by chance"),
        (2, "rejected", "2 of 10 other customers are quiet too; that happens by chance"),
        (6, "kept", "6 of 10 other customers are quiet too, more than chance gives: 60 %, usually 2.7 %"),
    ],
)
def test_how_many_others_are_quiet_is_said_so_that_the_verdict_follows(quiet, verdict, says):
    names = ("a", *(f"other{number}" for number in range(10)))
    was_quiet = np.zeros((21, 11), dtype=bool)
    was_quiet[:5, 1] = True
    was_quiet[-1, 1 : quiet + 1] = True
    book = Book(names, np.ones((21, 11), dtype=bool), was_quiet)
    assert said(whole_book_quiet(silence(), book, on(310))) == (verdict, says)


def test_a_pause_in_the_same_weeks_of_earlier_years_is_a_season():
    def yearly(last, *, pause):
        return [day for day in range(1, last, 7) if not (pause and 200 <= day % 364 < 280)]

    today = 3 * 364 + 200 + 70
    for pause, verdict in ((True, "kept"), (False, "rejected")):
        releases = orders(a=yearly(3 * 364 + 200, pause=pause), **crowd(days=today))
        signal = gone_quiet(
            customers("a"), gaps(releases, day=today), thresholds(watch=1, briefing=1), as_of=on(today)
        )
        forced = signal.with_columns(tier=pl.lit("watch"), entry_on=pl.lit(on(today)))
        tested = gone_quiet.explanations(forced, gaps(releases, day=today), clock(day=today), as_of=on(today))
        assert verdicts(tested)["seasonal_pause"] == verdict


def test_earlier_pauses_or_a_blanket_order_may_explain_a_silence():
    days = [*range(1, 100, 7), *range(150, 300, 7), *range(350, TODAY - 90, 7)]
    assert verdicts(found(orders(a=days, **crowd()))[1])["blanket_calendar"] == "kept"
    releases = orders(a=range(1, TODAY - 110, 7), **crowd()).with_columns(
        blanket_lines=pl.when(pl.col("customer_id") == "a").then(1).otherwise(0).cast(pl.Int64)
    )
    assert verdicts(found(releases)[1])["blanket_calendar"] == "kept"


def test_when_the_whole_book_is_quiet_one_customer_is_not_blamed():
    steady = {name: [day for day in days if day < TODAY - 40] for name, days in crowd().items()}
    assert verdicts(found(orders(a=range(1, TODAY - 70, 7), **steady))[1])["whole_book_quiet"] == "kept"


def test_orders_loaded_long_ago_may_explain_a_silence():
    releases = orders(a=range(1, TODAY - 70, 7), **crowd())
    assert verdicts(found(releases, as_of=on(TODAY + 60))[1])["whole_book_quiet"] == "kept"


def test_row_order_does_not_matter():
    gap = gaps(orders(a=range(1, TODAY - 70, 7), **crowd()), day=TODAY)
    names = sorted(gap["customer_id"].unique())
    first = gone_quiet(customers(*names), gap, thresholds(), as_of=on(TODAY))
    shuffled = gap.sample(fraction=1.0, shuffle=True, seed=3)
    assert gone_quiet(customers(*reversed(names)), shuffled, thresholds(), as_of=on(TODAY)).equals(first)


def test_a_shop_of_single_orders_abstains_on_everyone():
    signal, explained = found(orders(a=[3], b=[5]), day=20)
    assert signal["abstains"].str.starts_with("0 gaps between orders seen, 8 needed").all()
    assert explained.height == 0


def test_empty_tables_give_empty_signals():
    signal = gone_quiet(customers(), gaps(orders(), day=5), thresholds(), as_of=on(5))
    assert signal.height == 0
    SIGNAL.check(signal.to_arrow().cast(SIGNAL.schema).schema, "test")


def test_without_thresholds_nothing_alarms():
    releases = orders(a=range(1, TODAY - 70, 7), **crowd())
    signal = gone_quiet(customers("a"), gaps(releases, day=TODAY), thresholds().clear(), as_of=on(TODAY))
    assert (row(signal)["tier"], row(signal)["abstains"]) == (None, "")
