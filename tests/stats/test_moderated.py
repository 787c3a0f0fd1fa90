import numpy as np
import pytest
from scipy import integrate, stats

from burnish.stats.moderated import MOST_DF, Prior, fit_prior, kish, reach, upper_tail


def log_likelihood(prior, variances, freedoms):
    """Log likelihood of sample variances: over the prior's they are F distributed (Smyth 2004, section 3)."""
    ratio = stats.f.logpdf(variances / prior.variance, freedoms, prior.df)
    return float(ratio.sum() - len(variances) * np.log(prior.variance))


def test_the_likelihood_is_the_inverse_chi_square_law_integrated_out():
    prior, df, variance = Prior(6.0, 10.0), 4.0, 7.0

    def together(sigma2):
        law = stats.invgamma.pdf(sigma2, prior.df / 2, scale=prior.df * prior.variance / 2)
        return law * stats.gamma.pdf(variance, df / 2, scale=2 * sigma2 / df)

    slow = np.log(integrate.quad(together, 0, 400)[0])
    assert log_likelihood(prior, np.array([variance]), np.array([df])) == pytest.approx(slow, abs=1e-3)


def drawn(prior, freedoms, seed):
    draws = np.random.default_rng(seed)
    sigma2 = prior.df * prior.variance / draws.chisquare(prior.df, len(freedoms))
    return sigma2 * draws.chisquare(freedoms) / freedoms


def test_the_prior_that_made_the_variances_is_found_again():
    freedoms = np.full(4000, 8.0)
    found = fit_prior(drawn(Prior(6.0, 25.0), freedoms, 1), freedoms)
    assert found.df == pytest.approx(6.0, rel=0.15)
    assert found.variance == pytest.approx(25.0, rel=0.05)


def test_no_prior_near_by_is_much_more_likely_than_the_fitted_one():
    freedoms = np.tile([4.0, 9.0, 20.0], 20)
    variances = drawn(Prior(5.0, 10.0), freedoms, 2)
    found = fit_prior(variances, freedoms)
    likely = log_likelihood(found, variances, freedoms)
    others = [Prior(found.df * a, found.variance * b) for a in (0.4, 2.5) for b in (0.6, 1.6)]
    assert all(log_likelihood(other, variances, freedoms) < likely for other in others)


def test_variances_that_differ_by_chance_only_share_one():
    freedoms = np.full(500, 10.0)
    found = fit_prior(9.0 * np.random.default_rng(3).chisquare(freedoms) / freedoms, freedoms)
    assert found.df > 50
    assert fit_prior(np.full(50, 4.0), np.full(50, 10.0)).df == MOST_DF


def test_with_nothing_to_learn_from_the_prior_is_weak():
    assert fit_prior(np.array([]), np.array([])) == Prior(1.0, 1.0)
    assert fit_prior(np.array([4.0, 0.0]), np.array([3.0, 5.0])) == Prior(1.0, 4.0)


def test_the_posterior_is_the_mean_by_degrees_of_freedom():
    posterior = Prior(4.0, 10.0).posterior(np.array([40.0, 7.0]), np.array([2.0, 0.0]))
    assert posterior.tolist() == [20.0, 10.0]  # (4 × 10 + 2 × 40) / 6; without freedom the prior's


def test_equal_weights_count_each_and_one_heavy_weight_counts_as_one():
    assert kish(np.array([5.0]), np.array([5.0])).tolist() == [5.0]
    assert kish(np.array([101.0]), np.array([100.0**2 + 1]))[0] == pytest.approx(1.02, abs=0.001)
    assert kish(np.array([0.0]), np.array([0.0])).tolist() == [0.0]


def test_tails_and_intervals_are_those_of_the_t_table():
    assert upper_tail(np.array([2.015]), np.array([5.0]))[0] == pytest.approx(0.05, abs=1e-4)
    assert reach(0.9, np.array([5.0]))[0] == pytest.approx(2.015, abs=1e-3)


def test_moderated_t_keeps_its_level_where_the_plain_one_has_too_few_degrees_of_freedom():
    draws, freedoms = np.random.default_rng(5), np.full(6000, 3.0)
    prior = Prior(8.0, 4.0)
    sigma2 = prior.df * prior.variance / draws.chisquare(prior.df, len(freedoms))
    variance = sigma2 * draws.chisquare(freedoms) / freedoms
    difference = np.sqrt(sigma2) * draws.standard_normal(len(freedoms))
    fitted = fit_prior(variance, freedoms)
    t = difference / np.sqrt(fitted.posterior(variance, freedoms))
    assert np.mean(upper_tail(t, fitted.df + freedoms) < 0.01) == pytest.approx(0.01, abs=0.005)
