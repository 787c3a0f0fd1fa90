from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as some

from burnish.conclusions import LADDER, ladder


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
