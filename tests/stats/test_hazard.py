import numpy as np
import pytest
from scipy import stats

from burnish.stats.hazard import BINS, HIGH, LOW, WIDTH, fit_hazard


def slow_rates(ended, censored):
    """The life table bin by bin, without the tail."""
    rates = []
    for j in range(BINS):
        low, high = LOW + j * WIDTH, LOW + (j + 1) * WIDTH
        ends = sum(low <= each < high for each in ended)
        leaves = sum(low <= each < high for each in censored)
        at_risk = sum(each >= low for each in [*ended, *censored]) - leaves / 2
        rates.append(-np.log(1 - min((ends + 0.5) / (at_risk + 1), 0.95)))
    return np.array(rates)


def lengths(size=3000, seed=0):
    draws = np.random.default_rng(seed)
    true, seen = draws.standard_normal(size), draws.uniform(-2.0, 4.0, size)
    return true[true <= seen], seen[true > seen]


def test_the_rates_are_those_of_the_life_table_up_to_the_thin_tail():
    ended, censored = lengths()
    found = fit_hazard(ended, censored)
    slow = slow_rates(ended.tolist(), censored.tolist())
    np.testing.assert_allclose(found.rate[:24], slow[:24], rtol=1e-8)
    np.testing.assert_allclose(found.before[1:], np.cumsum(found.rate)[:-1], rtol=1e-7)
    assert len(set(found.rate[-8:])) == 1


def test_what_is_still_open_is_not_forgotten():
    ended, censored = lengths()
    at = np.array([-1.0, 0.0, 1.0, 1.5])
    with_open = fit_hazard(ended, censored).open_after(at)
    np.testing.assert_allclose(with_open, stats.norm.sf(at), atol=0.03)
    assert (fit_hazard(ended, np.zeros(0)).open_after(at[:3]) < stats.norm.sf(at[:3]) - 0.03).all()


def test_the_further_length_of_a_constant_hazard_is_the_same_at_any_age():
    draws = np.random.default_rng(1)
    ended = LOW + draws.exponential(2.0, 20000)
    last = HIGH - 1.0
    found = fit_hazard(ended[ended < last], np.full(int((ended >= last).sum()), last))
    np.testing.assert_allclose(found.remaining(np.array([LOW, -2.0, 0.1, 2.3])), 2.0, rtol=0.1)


def test_the_further_length_is_the_mean_over_those_that_lasted():
    ended, _ = lengths(20000)
    found = fit_hazard(ended, np.zeros(0))
    for age in (-1.0, 0.0, 0.6):
        assert found.remaining(np.array([age]))[0] == pytest.approx(
            (ended[ended > age] - age).mean(), abs=0.1
        )


def test_before_the_first_bin_all_are_open():
    found = fit_hazard(*lengths())
    assert found.open_after(np.array([LOW - 3.0, LOW])).tolist() == [1.0, 1.0]
    assert found.remaining(np.array([LOW - 3.0]))[0] == pytest.approx(
        found.remaining(np.array([LOW]))[0] + 3.0
    )


def test_with_nothing_seen_there_is_still_a_hazard():
    found = fit_hazard(np.zeros(0), np.zeros(0))
    assert (found.rate > 0).all()
    assert np.isfinite(found.remaining(np.array([0.0, 50.0]))).all()
