import numpy as np
import pytest

from burnish.stats.cusum import cusum, entries, llr


def slow_cusum(steps):
    total, sums = 0.0, []
    for step in steps:
        total = max(0.0, total + step)
        sums.append(total)
    return sums


def test_the_running_sum_is_pages():
    steps = np.random.default_rng(2).normal(-0.2, 1.0, (3, 80))
    assert cusum(steps) == pytest.approx(np.array([slow_cusum(row) for row in steps]))


def test_missing_steps_add_nothing():
    assert cusum(np.array([1.0, np.nan, 2.0, -5.0])).tolist() == [1.0, 1.0, 3.0, 0.0]


def test_a_count_of_half_the_mean_speaks_for_a_halved_rate_and_less_so_when_orders_clump():
    for half, usual in ((5.0, 10.0), (2.0, 4.0)):
        plain, clumped = (llr(np.array(half), np.array(usual), np.array(d), times=0.5) for d in (1.0, 2.0))
        assert plain == pytest.approx(half * np.log(0.5) + usual / 2)
        assert plain == pytest.approx(2 * clumped)
    assert llr(np.array(10.0), np.array(10.0), np.array(1.0), times=0.5) < 0


def test_an_alarm_begins_once_and_again_only_after_thirteen_calm_weeks():
    score = np.array([0, 3, 3, 1.6, 3, *[1] * 12, 3, *[1] * 13, 3, 3], dtype=float)
    assert np.flatnonzero(entries(score, 2.0)).tolist() == [1]
    assert np.flatnonzero(entries(score, 2.1)).tolist() == [1, 31]


def test_the_first_crossing_needs_no_calm_before_it():
    assert entries(np.array([[2.0, 5.0], [5.0, 5.0]]), 3.0).tolist() == [[False, True], [True, False]]


def test_a_week_without_score_is_calm():
    score = np.array([5.0, *[np.nan] * 13, 5.0])
    assert np.flatnonzero(entries(score, 3.0)).tolist() == [0, 14]
