from dataclasses import replace
from string import Formatter

import late_payments
import null_ledgers
import null_shops
import numpy as np
import polars as pl
import pytest
from build_ledger import bill, clock, crowd, customers, habit, invoices, on, thresholds

from burnish.briefing.facts import by_name
from burnish.briefing.sentences import sentence
from burnish.detectors.calibration import SHARES, alarm_threshold
from burnish.detectors.paying_bills import day_number, ledger
from burnish.detectors.paying_later import fine, paying_later
from burnish.detectors.paying_replicas import paying_thresholds
from burnish.detectors.paying_scores import (
    CLIP,
    MEMORY_RUNS,
    NEVER,
    TENTHS,
    WINDOW_DAYS,
    fit_law,
    habits,
    history,
    quarter_of,
    runs_of,
    usual_spreads,
)
from burnish.schema.signals import EXPLANATION, SIGNAL

TODAY = 727  # a Sunday, nearly two years in


def found(state, *, names=None, today=TODAY, persons=(), **clocked):
    names = names or sorted(set(state["customer_id"]))
    known = (customers(*names, persons=persons), state, clock(today, **clocked), thresholds())
    return paying_later(*known, as_of=on(today))


def explained(state, signal, *, today=TODAY, **clocked):
    return paying_later.explanations(signal, state, clock(today, **clocked), thresholds(), as_of=on(today))


def row(signal, customer_id="a"):
    return signal.row(by_predicate=pl.col("customer_id") == customer_id, named=True)


def verdicts(state, customer_id="a", today=TODAY, **clocked):
    tested = explained(state, found(state, today=today, **clocked), today=today, **clocked)
    mine = tested.filter(pl.col("customer_id") == customer_id)
    return {each["explanation"]: each["verdict"] for each in mine.iter_rows(named=True)}


def said(state, explanation, customer_id="a", today=TODAY, **clocked):
    tested = explained(state, found(state, today=today, **clocked), today=today, **clocked)
    mine = tested.filter(pl.col("customer_id") == customer_id, pl.col("explanation") == explanation)
    return sentence(mine["says"].item(), by_name(mine["facts"].item().to_list()))


@pytest.fixture(scope="module")
def slow():
    """One customer that pays three weeks later since 100 days, in a shop of 25 that pay as ever."""
    return invoices(habit("a", today=TODAY, from_day=TODAY - 100, later=21), crowd(today=TODAY))


@pytest.fixture(scope="module")
def signal(slow):
    return found(slow)


def test_a_customer_that_pays_three_weeks_later_is_found_and_nobody_else(signal):
    alarm = row(signal)
    assert alarm["tier"] == "briefing"
    assert signal["tier"].is_not_null().sum() == 1
    assert alarm["effect_low"] < alarm["effect"] < alarm["effect_high"]
    assert alarm["effect"] == pytest.approx(21, abs=4)


def test_the_output_keeps_its_contracts(slow, signal):
    tested = explained(slow, signal)
    for frame, contract in ((signal, SIGNAL), (tested, EXPLANATION)):
        contract.check(frame.to_arrow().cast(contract.schema).schema, "test")
        assert frame.select(contract.key).is_unique().all()
    assert tested.height == 8


def test_the_sentence_says_what_was_before_and_what_is_now(signal):
    alarm = row(signal)
    facts = by_name(alarm["facts"])
    named = {field for _, field, _, _ in Formatter().parse(paying_later.says) if field}
    assert named <= set(facts)
    text = sentence("{name} " + paying_later.says + ".", facts, name="Acme")
    assert text.startswith("Acme pays ")
    assert "days late by" in text
    assert facts["usual_days"].number == pytest.approx(5, abs=2)
    assert alarm["baseline"] == facts["usual_days"].number


def test_days_before_the_due_day_are_said_as_early(slow):
    early = invoices(habit("a", today=TODAY, level=-20, from_day=TODAY - 100, later=15), crowd(today=TODAY))
    facts = by_name(row(found(early))["facts"])
    assert (facts["usual_said"].unit, facts["usual_said"].number > 0) == ("days early", True)
    assert facts["usual_days"].number < 0


def test_an_alarm_begins_on_a_sunday_and_is_news_for_a_week(slow):
    entry_on = row(found(slow))["entry_on"]
    day = (entry_on - on(0)).days
    assert entry_on.isoweekday() == 7
    rows = [
        row(found(late_payments.known_on(slow, on(now)), today=now))
        for now in (day - 1, day, day + 6, day + 7)
    ]
    assert [each["tier"] == "briefing" for each in rows] == [False, True, True, True]
    assert [each["is_new"] for each in rows[1:]] == [True, True, False]
    assert {each["entry_on"] for each in rows[1:]} == {entry_on}
    assert rows[1]["support_on"] <= rows[1]["watch_on"] <= entry_on


def test_a_customer_that_stops_paying_is_found_by_what_is_open_alone():
    stopped = [
        each | {"paid_on": None, "last_paid_on": None, "paid": 0, "open_amount": each["amount"]}
        if each["paid_on"] and each["paid_on"] > on(TODAY - 100)
        else each
        for each in habit("a", today=TODAY)
    ]
    alarm = row(found(invoices(stopped, crowd(today=TODAY))))
    facts = by_name(alarm["facts"])
    assert alarm["tier"] == "briefing"
    assert (facts["runs_recent"].number, facts["open_late"].number > 3) == (0, True)
    assert sentence("{name} " + paying_later.says + ".", facts, name="Acme")


def test_settled_invoices_alone_would_look_faster_than_they_are():
    late = invoices(habit("a", today=TODAY, step=28, from_day=TODAY - 60, later=40), crowd(today=TODAY))
    settled = late.filter(pl.col("paid_on").is_not_null())
    assert row(found(late))["score"] > row(found(settled))["score"] + 0.5


def test_many_invoices_of_one_run_count_as_one():
    burst = [bill("a", TODAY - 60, 30, today=TODAY, ref=f"b{number}") for number in range(30)]
    alarm = row(found(invoices(habit("a", today=TODAY), burst, crowd(today=TODAY))))
    assert alarm["tier"] is None


def test_what_is_missing_is_said():
    few = invoices(habit("b", today=TODAY, start=TODAY - 100), crowd(today=TODAY))
    assert row(found(few), "b")["abstains"].endswith("known before the last 13 weeks, 6 needed: 6 more")
    gone = [each for each in habit("b", today=TODAY) if each["invoiced_on"] < on(TODAY - 260)]
    rare = found(invoices(gone, crowd(today=TODAY)))
    assert row(rare, "b")["abstains"].startswith(
        "0 check runs paid or overdue in the last 13 weeks, 3 needed"
    )
    assert (row(rare, "b")["score"], row(rare, "b")["facts"]) == (None, [])


def test_persons_and_customers_without_invoices_are_listed_with_the_reason(slow):
    listed = found(slow, names=["a", "nobody"], persons=["a"])
    assert listed["abstains"].to_list() == [
        "a private person: counted in totals, not profiled",
        "no invoices known",
    ]
    assert listed["tier"].is_null().all()


def test_without_payments_nothing_is_said():
    bare = invoices(habit("a", today=TODAY))
    none = clock(TODAY).with_columns(complete_on=pl.lit(None, pl.Date))
    quiet = paying_later(customers("a"), bare, none, thresholds(), as_of=on(TODAY))
    assert quiet["abstains"].to_list() == ["no payments known"]
    empty = paying_later(customers(), invoices(), none.clear(), thresholds(), as_of=on(TODAY))
    assert empty.is_empty()
    SIGNAL.check(empty.to_arrow().cast(SIGNAL.schema).schema, "test")


def test_without_thresholds_nothing_alarms(slow):
    known = (customers("a"), slow, clock(TODAY), thresholds().clear())
    alone = paying_later(*known, as_of=on(TODAY))
    assert (row(alone)["tier"], row(alone)["abstains"]) == (None, "")


def test_row_order_does_not_matter(slow, signal):
    shuffled = slow.sample(fraction=1.0, shuffle=True, seed=4)
    assert found(shuffled).equals(signal)


def test_the_past_is_scored_as_it_was_on_its_day(slow):
    book = ledger(slow)
    whole = history(book.bills, len(book.customers), day_number(on(TODAY)))
    for back in (1, 8, 30):
        then = history(
            ledger(late_payments.known_on(slow, on(TODAY - 7 * back))).bills,
            len(book.customers),
            day_number(on(TODAY - 7 * back)),
        )
        np.testing.assert_array_equal(then.z[:, -1], whole.z[:, -1 - back])


def slow_score(bills, group, today, spreads, law):
    """Usual days, recent days, and moderated t of one customer, from the definitions."""
    level, squares, count, roots, runs = 0.0, 0.0, 0.0, 0.0, []
    own = bills.only((bills.group == group) & (bills.paid <= today))
    for day in sorted(set(own.paid.tolist())):
        paid = own.only(own.paid == day)
        value = np.floor(TENTHS * np.median(paid.paid - paid.due)) / TENTHS
        shop = spreads[quarter_of(np.array([day]))[0]]
        if runs:
            far = CLIP * max(np.sqrt((4 * shop**2 + squares) / (4 + max(count - 1, 0))), 1.0)
            value = min(max(value, level - far), level + far)
        now, before = (1 - 1 / MEMORY_RUNS) * count + 1, level
        level += (value - level) / now
        squares = (1 - 1 / MEMORY_RUNS) * squares + (value - before) * (value - level)
        count, root = now, np.sqrt(paid.cents.sum())
        roots += (root - roots) / now
        runs.append((day, round(10 * value) / 10, round(16 * min(max(root / roots, 0.5), 1.5))))
    recent = [each for each in runs if each[0] > today - WINDOW_DAYS]
    before = [each for each in runs if each[0] <= today - WINDOW_DAYS][-MEMORY_RUNS:]

    def mean(part):
        weight = np.array([w for *_, w in part], float)
        value = np.array([y for _, y, _ in part])
        middle = (weight * value).sum() / weight.sum()
        n = weight.sum() ** 2 / (weight**2).sum()
        return middle, n, (weight * (value - middle) ** 2).sum() / weight.sum() * n / (n - 1)

    usual, n, variance = mean(before)
    now, n1, _ = mean(recent)
    drawn = (law.prior.df * law.prior.variance + (n - 1) * (variance + 1 / 12)) / (law.prior.df + n - 1)
    return usual, now, (now - usual) / np.sqrt(drawn * (1 / n + 1 / n1) + 1.5**2)


def test_the_score_equals_its_slow_reference():
    paid = late_payments.ledger(invoices(habit("a", today=TODAY, step=5, level=2), crowd(5, today=TODAY)))
    bills = paid.bills.only(paid.bills.paid < NEVER)
    whole = history(bills, len(paid.customers), day_number(on(TODAY)))
    law, spreads = whole.law, usual_spreads(whole.bills)
    assert not len(whole.owed.at)
    for group in range(len(paid.customers)):
        usual, now, t = slow_score(bills, group, whole.until, spreads, law)
        assert whole.last.usual[group] == pytest.approx(usual)
        assert whole.last.now[group] == pytest.approx(now)
        error = whole.last.error(law)[group]
        assert (whole.last.now[group] - whole.last.usual[group]) / error == pytest.approx(t)


def test_a_law_uses_nothing_of_later_days():
    state = invoices(crowd(10, today=TODAY), habit("a", today=TODAY, from_day=400, later=60))
    bills, day = ledger(state).bills, day_number(on(300))

    def law(known):
        runs = runs_of(known, usual_spreads(known))
        return fit_law(known, runs, habits(known, runs), day)

    whole, then = law(bills), law(bills.upto(day))
    assert whole.prior == then.prior
    np.testing.assert_array_equal(whole.hazard.rate, then.hazard.rate)


def test_invoices_without_due_day_take_the_terms_before_them():
    rows = [*habit("a", today=TODAY)[:20], *habit("a", today=TODAY, terms=None)[20:]]
    never = habit("b", today=TODAY, terms=None, level=35)
    book = ledger(invoices(rows, never))
    terms = (book.bills.due - book.bills.invoiced)[book.bills.group == 0]
    assert set(terms.tolist()) == {30}
    assert (book.bills.due == book.bills.invoiced)[book.bills.group == 1].all()


def test_invoices_before_the_first_with_a_due_day_are_left_out():
    rows = [*habit("a", today=TODAY, terms=None, level=35)[:20], *habit("a", today=TODAY)[20:]]
    book = ledger(invoices(rows, habit("b", today=TODAY)))
    assert book.left_out.tolist() == [20, 0]
    assert (book.bills.group == 0).sum() == len(rows) - 20
    assert set((book.bills.due - book.bills.invoiced).tolist()) == {30}


def test_who_is_not_judged_for_want_of_due_days_is_told_so():
    rows = [*habit("a", today=TODAY, terms=None, level=35)[:-2], *habit("a", today=TODAY)[-2:]]
    reason = row(found(invoices(rows, crowd(today=TODAY))))["abstains"]
    assert reason == (
        "0 check runs known before the last 13 weeks, 6 needed: 6 more; "
        f"{len(rows) - 2} invoices before its first with a due day left out"
    )


def test_who_always_pays_on_the_day_is_not_late_by_anything():
    rows = [bill("a", day, 0, today=TODAY, amount=90 + day % 7) for day in range(0, TODAY, 14)]
    alarm = row(found(invoices(rows, crowd(today=TODAY))))
    assert (alarm["baseline"], alarm["effect"]) == (0.0, 0.0)
    assert fine(np.array([0.1, 0.2, -0.3])).sum() == 0


def test_a_small_rest_left_open_counts_as_paid_and_credit_notes_do_not_count():
    short = bill("a", 0, 5, today=100) | {"paid_on": None, "open_amount": 4, "paid": 96}
    half = bill("a", 10, 5, today=100) | {"paid_on": None, "open_amount": 50, "paid": 50}
    credit = bill("a", 20, 5, today=100) | {"amount": -10}
    bills = ledger(invoices([short, half, credit])).bills
    assert (bills.paid < NEVER).tolist() == [True, False]


def test_thresholds_of_the_shop_order_the_tiers_and_use_nothing_later():
    made = null_ledgers.ledger("steady", seed=3, customers=40, weeks=150)
    day, later = null_shops.end_of(130), null_shops.end_of(150)
    own = paying_thresholds(null_ledgers.known(made, day=day), fitted_on=day, replicas=4)
    assert own["support"] <= own["watch"] <= own["briefing"]
    assert own == paying_thresholds(null_ledgers.known(made, day=later), fitted_on=day, replicas=4)
    frames = {"invoice_state": null_ledgers.known(made, day=day)}
    table = alarm_threshold([paying_later], frames, fitted_on=day, replicas=4)
    assert table["tier"].to_list() == ["support", "watch", "briefing"]
    assert table["shop_ppm"].is_not_null().all()


def test_a_shop_without_payments_has_no_thresholds_of_its_own():
    unpaid = [bill("a", day, None, today=TODAY) for day in range(0, 600, 7)]
    assert paying_thresholds(invoices(unpaid), fitted_on=on(TODAY), replicas=2) == {}
    assert paying_thresholds(invoices(), fitted_on=on(TODAY), replicas=2) == {}


def test_odds_grow_with_lateness(slow, signal):
    assert 0.0 <= row(signal, "crowd00")["odds"] < row(signal)["odds"] < 1.0
    later = invoices(habit("a", today=TODAY, from_day=TODAY - 100, later=30), crowd(today=TODAY))
    assert row(found(later))["odds"] > row(signal)["odds"]


def test_a_plain_lateness_keeps_no_innocent_explanation(slow):
    tested = verdicts(slow)
    assert tested.pop("disputed_invoices") == "untested"
    assert set(tested.values()) == {"rejected"}


def test_when_everybody_pays_later_one_customer_is_not_blamed():
    everybody = crowd(today=TODAY, from_day=TODAY - 100, later=19)
    late = invoices(habit("a", today=TODAY, from_day=TODAY - 100, later=21), everybody)
    assert verdicts(late)["peers"] == "kept"


def test_shorter_terms_make_the_same_habit_look_late():
    now = [
        bill(
            "a",
            each,
            5 + (20 if each > TODAY - 140 else 0),
            today=TODAY,
            terms=10 if each > TODAY - 140 else 30,
        )
        for each in range(0, TODAY, 14)
    ]
    late = invoices(now, crowd(today=TODAY))
    assert verdicts(late)["terms_changed"] == "kept"
    assert said(late, "terms_changed").startswith("they are given 10 days instead of 30 days")


def test_a_longer_wait_for_rarer_runs_explains_later_payments():
    turn = TODAY - 150

    def days_late(due):
        ready = due + 3
        return (ready if ready < turn else turn + -(-(ready - turn) // 35) * 35) - due

    rows = [bill("a", day, days_late(day + 30), today=TODAY) for day in range(0, TODAY, 7)]
    late = invoices(rows, crowd(today=TODAY))
    tested = explained(late, forced(found(late)))
    rhythm = tested.row(by_predicate=pl.col("explanation") == "new_way_of_paying", named=True)
    assert rhythm["verdict"] == "kept"
    assert sentence(rhythm["says"], by_name(rhythm["facts"])) == (
        "it now pays every 35 days instead of every 7 days, and the longer wait for a run makes up for it"
    )


def test_one_pause_and_then_the_old_lateness_is_a_pause():
    def days_late(due):
        return 62 - (due - (TODAY - 90)) if TODAY - 90 <= due < TODAY - 34 else 5 + due // 7 % 3

    rows = [bill("a", day, days_late(day + 30), today=TODAY) for day in range(0, TODAY, 7)]
    late = invoices(rows, crowd(today=TODAY))
    tested = explained(late, forced(found(late)))
    pause = tested.row(by_predicate=pl.col("explanation") == "new_way_of_paying", named=True)
    assert pause["says"].startswith("one pause of {longest_days} lies between its runs")


def forced(signal, customer_id="a"):
    """The signals with one that stands whatever its score."""
    mine = pl.col("customer_id") == customer_id
    return signal.with_columns(tier=pl.when(mine).then(pl.lit("watch")).otherwise("tier"))


def test_small_leftovers_are_told_from_late_money():
    mine = habit("a", today=TODAY, amount=5000, step=21)
    rests = [
        bill("a", day, 60, today=TODAY, amount=20, ref=f"rest{day}")
        for day in range(TODAY - 150, TODAY - 40, 7)
    ]
    late = invoices(mine, rests, crowd(today=TODAY))
    assert verdicts(late)["small_balances"] == "kept"
    assert "% of the recent money came or stands later than usual" in said(late, "small_balances")


def test_one_very_late_run_is_named():
    rows = [bill("a", day, 5 + day // 28 % 3, today=TODAY) for day in range(0, TODAY - 80, 28)]
    rows += [bill("a", TODAY - 75, 44, today=TODAY, amount=900)]
    late = invoices(rows, crowd(today=TODAY))
    tested = explained(late, forced(found(late)))
    one = tested.row(by_predicate=pl.col("explanation") == "one_late_payment", named=True)
    assert sentence(one["says"], by_name(one["facts"])).startswith(
        "one run, of 1 January 2022, paid as late as"
    )
    assert one["verdict"] in ("kept", "untested")


def test_payments_around_the_years_end_are_left_out_to_see_what_remains():
    today = 2 * 364 + 28

    def held(due):
        return 40 if (due + 30) % 364 < 40 else 4

    rows = [bill("a", day, held(day + 30) + day % 3, today=today) for day in range(0, today, 5)]
    late = invoices(rows, crowd(today=today))
    tested = explained(late, forced(found(late, today=today)), today=today)
    year_end = tested.row(by_predicate=pl.col("explanation") == "year_end_runs", named=True)
    assert year_end["verdict"] == "kept"
    assert "(in {years_alike:bare} of {earlier_years} before it paid late then too)" in year_end["says"]
    assert by_name(year_end["facts"])["years_alike"].number == 1


def test_what_rests_on_open_invoices_may_be_entered_late():
    rows = [
        each | {"paid_on": None, "last_paid_on": None, "paid": 0, "open_amount": each["amount"]}
        if each["paid_on"] and each["paid_on"] > on(TODAY - 60)
        else each
        for each in habit("a", today=TODAY)
    ]
    late = invoices(rows, crowd(today=TODAY))
    assert verdicts(late, stated=0)["entered_late"] == "untested"
    assert verdicts(late, stated=50)["entered_late"] == "rejected"


def test_replicas_leave_false_alarms_within_the_share():
    made = null_ledgers.ledger("steady", seed=8, customers=120, weeks=208)
    fitted_on, end = null_shops.end_of(130), null_shops.end_of(208)
    own = paying_thresholds(null_ledgers.known(made, day=fitted_on), fitted_on=fitted_on, replicas=10)
    book = ledger(null_ledgers.known(made, day=end))
    past = history(book.bills, len(book.customers), day_number(end))
    judged = past.days > day_number(fitted_on)
    began = late_payments.entries(past.z, own["support"])[:, judged].sum()
    months = np.isfinite(past.z[:, judged]).sum() * 7 / 30.4
    spent = SHARES["support"] * months / 100
    print(began, months, spent)
    assert began <= spent + 2 * np.sqrt(spent)  # the share and two standard errors of a Poisson count


def test_planted_lateness_moves_only_what_is_paid_after_its_day():
    bills = ledger(invoices(crowd(6, today=TODAY))).bills
    made = late_payments.planted(bills, 6, 20, seed=1)
    moved = made.bills.paid != bills.paid
    assert set((made.bills.paid - bills.paid)[moved].tolist()) <= {20}
    assert not moved[bills.paid < made.begins[bills.group]].any()
    assert replace(made.bills, paid=bills.paid).paid is bills.paid
