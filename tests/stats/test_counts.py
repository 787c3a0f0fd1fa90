import numpy as np
import pytest
from scipy import stats

from burnish.stats.counts import as_normal, at_most, deviance_root, drawn, two_sided


def each(*values):
    return [np.array(value, dtype=float) for value in values]


def slow_at_most(count, mean, dispersion):
    """P(at most `count`) by adding up the probabilities of a negative binomial."""
    size = mean / (dispersion - 1)
    return sum(stats.nbinom.pmf(k, size, 1 / dispersion) for k in range(int(count) + 1))


@pytest.mark.parametrize(("count", "mean", "dispersion"), [(3, 9.5, 1.7), (20, 12.0, 4.0), (0, 8.0, 1.2)])
def test_the_tail_of_clumped_counts_is_the_negative_binomials(count, mean, dispersion):
    assert at_most(*each(count, mean, dispersion)) == pytest.approx(slow_at_most(count, mean, dispersion))


def test_without_clumping_the_tail_is_poissons_and_steady_counts_stay_nearer_to_their_mean():
    assert at_most(*each(5, 9.0, 1.0)) == pytest.approx(stats.poisson.cdf(5, 9.0))
    assert at_most(*each(5, 9.0, 0.5)) == pytest.approx(stats.binom.cdf(5, 18, 0.5))
    assert at_most(*each(5, 9.0, 0.5)) < at_most(*each(5, 9.0, 1.0)) < at_most(*each(5, 9.0, 2.0))


def test_a_steady_count_can_reach_what_it_never_should():
    assert at_most(*each(40, 9.0, 0.3)) == pytest.approx(1.0)


def test_the_deviance_root_is_the_likelihood_ratio_of_the_counts_own_mean():
    count, mean, dispersion = 4.0, 10.0, 2.5
    size = mean / (dispersion - 1)
    best, null = (stats.nbinom.logpmf(count, size, size / (size + each)) for each in (count, mean))
    assert deviance_root(*each(count, mean, dispersion)) == pytest.approx(-np.sqrt(2 * (best - null)))


def test_the_deviance_root_has_the_sign_of_the_change_and_grows_with_steadiness():
    assert deviance_root(*each(10, 10, 1.0)) == 0
    down, up = deviance_root(*each([5, 15], [10, 10], [1, 1]))
    assert down < 0 < up
    assert deviance_root(*each(5, 10, 0.5)) == pytest.approx(down * np.sqrt(2))


def test_the_deviance_root_of_null_counts_is_nearly_standard_normal():
    draws = np.random.default_rng(1)
    mean, dispersion = 12.0, 2.0
    count = draws.negative_binomial(mean / (dispersion - 1), 1 / dispersion, 40_000)
    root = deviance_root(count.astype(float), *each([mean] * 40_000, [dispersion] * 40_000))
    assert np.std(root) == pytest.approx(1.0, abs=0.06)
    assert np.mean(np.abs(root) > 2.576) < 0.015


def test_a_dispersion_is_drawn_toward_the_usual_and_never_under_clockwork():
    assert drawn(*each(0, 0, 1.5), weight=4.0) == 1.5
    assert drawn(*each(16, 4, 2.0), weight=4.0) == 3.0
    assert drawn(*each(0, 100, 1.0), weight=4.0) == 0.3


def test_a_deviate_against_few_sums_is_as_rare_as_students():
    for score, freedom in ((2.0, 6.0), (3.5, 10.0), (1.0, 4.0)):
        exact = stats.norm.isf(stats.t.sf(score, freedom))
        assert as_normal(*each(score, freedom)) == pytest.approx(exact, rel=0.02)
    assert two_sided(np.array([-1.959964])) == pytest.approx(0.05, rel=1e-5)
