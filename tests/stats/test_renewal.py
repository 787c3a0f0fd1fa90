import numpy as np
import pytest
from scipy import stats

from burnish.stats.renewal import (
    earlier_longest,
    earlier_median,
    first_length_over,
    gamma_shape,
    median_ranks,
    next_gap,
    significant,
    survival,
)


def slow_survival(ended, censored, score):
    """P(a gap is at least `score`), one event at a time (Kaplan and Meier 1958)."""
    everyone = [*ended, *censored]
    share = 1.0
    for day in sorted(set(ended)):
        if day < score:
            at_risk = sum(gap >= day for gap in everyone)
            share *= 1 - sum(gap == day for gap in ended) / at_risk
    return share


def slow_rank_p(ended, censored, score):
    """Rank of the score among gaps that end, the plateau taken for customers who left."""
    plateau = slow_survival(ended, censored, max(ended) + 1)
    longer = (slow_survival(ended, censored, score) - plateau) / (1 - plateau)
    return (1 + len(ended) * longer) / (1 + len(ended))


def slow_earlier_medians(lengths, groups, min_gaps, memory):
    found = []
    for place, group in enumerate(groups):
        earlier = [lengths[i] for i in range(place) if groups[i] == group][-memory:]
        found.append(float(np.median(earlier)) if len(earlier) >= min_gaps else float("nan"))
    return found


def test_the_expanding_median_is_that_of_the_same_customers_latest_earlier_gaps():
    draws = np.random.default_rng(4)
    groups = np.sort(draws.integers(0, 7, 200))
    lengths = draws.integers(1, 60, 200)
    expected = slow_earlier_medians(lengths, groups, 8, 12)
    np.testing.assert_array_equal(earlier_median(lengths, groups, min_gaps=8, memory=12), expected)


def test_the_longest_earlier_gap_leaves_out_the_gap_itself():
    longest = earlier_longest(np.array([3, 9, 4, 5, 2]), np.array([0, 0, 0, 1, 1]))
    assert longest.tolist() == [0, 3, 9, 0, 5]


@pytest.mark.parametrize("censored", [[], [2.0, 2.0, 7.5], [30.0, 40.0, 1.0]])
def test_the_rank_p_agrees_with_the_slow_reference(censored):
    draws = np.random.default_rng(len(censored))
    ended = np.sort(np.round(draws.gamma(1.5, 2.0, 60), 1)) + 0.1
    curve = survival(ended, np.array(censored))
    scores = np.concatenate([ended, ended + 0.05, [0.0, 50.0]])
    expected = [slow_rank_p(ended.tolist(), censored, score) for score in scores]
    np.testing.assert_allclose(curve.p_value(scores), expected, rtol=1e-8)


def test_without_censoring_p_is_the_plain_conformal_rank():
    curve = survival(np.array([1.0, 2.0, 2.0, 3.0]), np.array([]))
    assert curve.p_value(np.array([2.0, 2.5, 9.0])).tolist() == [0.8, 0.4, 0.2]


def test_rank_p_values_of_exchangeable_gaps_are_not_too_small():
    draws = np.random.default_rng(8)
    p = [
        float(
            survival(np.sort(draws.gamma(0.6, 1.0, 199)), np.array([])).p_value(draws.gamma(0.6, 1.0, 1))[0]
        )
        for _ in range(3000)
    ]
    assert stats.binom.sf(sum(each <= 0.05 for each in p) - 1, 3000, 0.05) > 1e-3
    assert min(p) == pytest.approx(1 / 200)


def test_customers_who_left_do_not_make_a_long_silence_look_usual():
    ended = np.sort(np.random.default_rng(2).gamma(3.0, 1.0, 400))
    curve = survival(ended, np.full(40, 500.0))
    assert curve.left_for_good == pytest.approx(40 / 440)
    assert curve.p_value(np.array([400.0]))[0] == pytest.approx(1 / 401, rel=1e-6)


def test_over_the_bar_p_is_nominal_and_at_the_bar_it_is_not():
    ended = np.sort(np.random.default_rng(5).gamma(1.0, 2.0, 500))
    curve = survival(ended, np.array([3.0, 9.0]))
    bar = curve.bar(0.01)
    assert curve.p_value(np.array([bar]))[0] > 0.01 >= curve.p_value(np.array([bar * 1.000001]))[0]


def test_under_ninety_nine_gaps_no_bar_is_low_enough():
    assert survival(np.arange(1.0, 99.0), np.array([])).bar(0.01) == np.inf
    assert survival(np.arange(1.0, 100.0), np.array([])).bar(0.01) == 99.0


def test_the_first_length_over_a_bar_is_the_smallest_that_is_over_it():
    draws = np.random.default_rng(11)
    usual = draws.integers(1, 120, 100) / 2
    bar = significant(draws.integers(1, 400, 100) / usual)
    slow = [
        next(d for d in range(10_000) if significant(np.array(d / u)) > b)
        for u, b in zip(usual, bar, strict=True)
    ]
    assert first_length_over(bar, usual).tolist() == slow
    assert first_length_over(np.array([np.inf]), np.array([3.0]))[0] == np.inf


def test_the_interval_of_the_median_covers_nine_in_ten():
    low, high = median_ranks(8)
    assert (low, high) == (1, 6)
    for n in (8, 9, 20, 57, 300):
        low, high = median_ranks(n)
        assert stats.binom.cdf(high, n, 0.5) - stats.binom.cdf(low, n, 0.5) >= 0.9


def test_a_gap_that_reached_a_length_reaches_the_next_by_the_curve_and_the_prior():
    curve = survival(np.array([1.0, 2.0, 3.0, 4.0]), np.array([]))
    lasts = curve.stays(np.array([2.0]), np.array([4.0]), prior=0.6, prior_gaps=10.0)
    assert lasts[0] == pytest.approx((1 + 6) / (3 + 10))


def test_gamma_shape_inverts_the_variance_of_the_logarithm():
    shapes = np.array([0.3, 1.0, 4.0, 50.0])
    np.testing.assert_allclose(
        gamma_shape(np.array([stats.loggamma.var(k) for k in shapes])), shapes, rtol=1e-6
    )


def test_the_next_gap_of_a_poisson_customer_follows_lomax():
    expected = 300 * (2 ** (1 / 10) - 1)
    found = next_gap(0.5, gaps=np.array([10.0]), total=np.array([300.0]), shape=np.array([1.0]))
    assert found[0] == pytest.approx(expected)


def test_rounding_keeps_nine_significant_digits():
    given = np.array([123456789.4, 0.0000123456789123, -2.0 / 3.0, 0.0, np.inf])
    assert significant(given).tolist() == [123456789.0, 1.23456789e-05, -0.666666667, 0.0, np.inf]
    assert np.isnan(significant(np.array([np.nan]))[0])
