from datetime import date, timedelta
from math import log

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from burnish.conclusions import JOINED, LADDER, ladder
from burnish.conclusions.halving import halved, usual_orders, windows
from burnish.conclusions.odds import Coefficients, bits, joined_odds, shipped, shrunk_rate


def nearest_slowly(probability):
    """Ten plain lines: walk the steps, keep the one whose log-odds are nearest."""
    best, least = None, None
    for step in (5, 10, 20, 35, 50, 65, 80, 90):
        share = step / 100
        apart = abs(log(share / (1 - share)) - log(probability / (1 - probability)))
        if least is None or apart < least - 1e-9:
            best, least = step, apart
    return best


@given(some.floats(0.001, 0.999))
def test_odds_are_the_nearest_step_in_log_odds(probability):
    assert ladder(probability) == nearest_slowly(probability)


@pytest.mark.parametrize("step", LADDER)
def test_a_step_is_itself(step):
    assert ladder(step / 100) == step


def test_certainty_is_never_claimed():
    assert (ladder(0.0), ladder(1.0)) == (5, 90)


def test_log_odds_not_percent_decide():
    assert ladder(0.071) == 5  # nearer to 5 in percent points too, but the middle in log-odds is 7.1 %
    assert ladder(0.0715) == 10  # in percent points 5 would be nearer


def bits_of(*p_values):
    frame = pl.DataFrame({"p": p_values}, schema={"p": pl.Float64})
    return frame.select(found=bits(pl.col("p")))["found"].to_list()


def test_bits_are_the_published_bounds():
    # Sellke, Bayarri and Berger 2001, table 1: p = .05 bounds the odds for the null at .407, p = .01 at .125
    assert [round(2**-found, 3) for found in bits_of(0.05, 0.01)] == [0.407, 0.125]


def test_bits_are_never_negative_nor_over_ten():
    assert bits_of(None, 1.0, 0.5, 0.0, 1e-9) == [0.0, 0.0, 0.0, 10.0, 10.0]


PRIOR = Coefficients(0.1, 100, {"gone_quiet": 0.3, "paying_later": 0.2})


@given(some.floats(0, 1), some.floats(0, 10), some.floats(0, 10), some.floats(0, 10))
def test_more_evidence_never_lowers_the_odds(base, one, other, more):
    less = joined_odds(base, {"gone_quiet": one, "paying_later": other}, PRIOR)
    assert joined_odds(base, {"gone_quiet": one + more, "paying_later": other}, PRIOR) >= less
    assert ladder(less) in LADDER


def test_no_evidence_leaves_the_base_rate():
    assert joined_odds(0.1, {}, PRIOR) == pytest.approx(0.1)


def test_a_signal_without_a_weight_of_its_own_moves_nothing():
    assert joined_odds(0.1, {"plug_in": 9.0}, PRIOR) == pytest.approx(0.1)


def test_the_shops_own_rate_is_drawn_to_the_shipped_one_by_its_windows():
    assert shrunk_rate(0, 0, PRIOR) == 0.1
    assert shrunk_rate(30, 100, PRIOR) == 0.2


def test_shipped_weights_are_not_negative_and_cover_every_joined_signal():
    for kind, joined in JOINED.items():
        weights = shipped()[kind].weights
        assert set(weights) == joined.signals
        assert min(weights.values()) >= 0


END = date(2020, 12, 31)


def monthly_then(*quarters):
    """Releases per window of 13 weeks, the oldest first; the last day is the end of the last window."""
    days = []
    for back, orders in enumerate(reversed(quarters)):
        days += [91 * back + round(91 * place / max(orders, 1)) for place in range(orders)]
    rows = {"customer_id": ["a"] * len(days), "release_on": [END - timedelta(days=ago) for ago in days]}
    return pl.DataFrame(rows, schema={"customer_id": pl.String, "release_on": pl.Date})


def test_a_window_at_half_of_the_usual_is_an_event():
    assert halved(monthly_then(8, 8, 8, 8, 8, 8), end=END) == (0, 1)
    assert halved(monthly_then(8, 8, 8, 8, 8, 4), end=END) == (1, 1)


def test_a_window_that_follows_a_low_one_is_no_new_event():
    assert halved(monthly_then(8, 8, 8, 8, 4, 4), end=END) == (0, 0)


def test_customers_with_few_orders_do_not_count():
    assert halved(monthly_then(3, 3, 3, 3, 3, 0, 1), end=END) == (0, 0)
    assert halved(monthly_then().clear(), end=END) == (0, 0)


def test_an_order_entered_ahead_of_the_others_makes_nobody_fall():
    steady = monthly_then(8, 8, 8, 8, 8, 8)
    ahead = pl.DataFrame(
        {"customer_id": ["b"], "release_on": [END + timedelta(days=60)]}, schema=steady.schema
    )
    assert halved(pl.concat([steady, ahead]), end=END) == halved(steady, end=END) == (0, 1)
    assert halved(pl.concat([steady, ahead]), end=END + timedelta(days=60))[0] == 1  # not yet entered


def test_usual_orders_leave_the_last_quarter_out():
    found = usual_orders(monthly_then(9, 9, 9, 9, 1), end=END)
    assert found["usual_orders"].to_list() == [9.0]


@given(some.lists(some.integers(0, 900), max_size=60))
def test_windows_count_what_ten_plain_lines_count(days):
    end = date(2020, 12, 31)
    dates = [end - timedelta(days=ago) for ago in sorted(set(days))]
    frame = pl.DataFrame(
        {"customer_id": ["a"] * len(dates), "release_on": dates}, schema=monthly_then().schema
    )
    bins = [
        sum(91 * n <= ago < 91 * (n + 1) for ago in set(days)) for n in range(max(days, default=0) // 91 + 1)
    ]
    slow = [
        (n, bins[n], bins[n + 1], sum(bins[n + 2 : n + 6]) / 4)
        for n in range(len(bins))
        if n + 6 <= len(bins)
    ]
    found = windows(frame, end=end) if days else frame
    assert found.select("window", "orders", "before", "usual").rows() == slow if days else found.is_empty()
