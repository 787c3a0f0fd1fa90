"""How many events came against how many were expected, when events clump or keep a rhythm.

The *dispersion* is variance over mean of sums over equal spans: 1 for pure chance, over 1 where events
clump or pause, under 1 where they keep a rhythm. Arrays in, arrays out; counts may be any shape.
"""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from burnish.stats.renewal import Floats, significant

LEAST_DISPERSION = 0.3  # steadier than that is clockwork, which one missed order would make a sensation of


def deviance_root(count: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Signed root of the deviance of `count` under the negative binomial of this mean and dispersion.

    Roughly standard normal under the null (McCullagh and Nelder 1989, 2.4). With a dispersion of 1 it is
    Poisson's, and under 1 Poisson's scaled by the root of the dispersion.
    """
    clumped = np.maximum(dispersion, 1.0 + 1e-9)
    size = mean / (clumped - 1.0)
    double = special.xlogy(count, count / mean) - (count + size) * np.log1p((count - mean) / (mean + size))
    scaled = 2.0 * double / np.minimum(dispersion, 1.0)
    return np.asarray(np.sign(count - mean) * np.sqrt(np.maximum(scaled, 0.0)))


def at_most(count: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """P(at most `count` events): negative binomial, or binomial under a dispersion of 1."""
    clumped, steady = dispersion > 1.0 + 1e-9, dispersion < 1.0 - 1e-9
    size = mean / np.where(clumped, dispersion - 1.0, 1.0)
    trials = np.maximum(mean / np.where(steady, 1.0 - dispersion, 1.0), count + 1e-9)
    return significant(
        np.select(
            [clumped, steady],
            [
                stats.nbinom.cdf(count, size, 1.0 / np.where(clumped, dispersion, 2.0)),
                special.betainc(
                    np.maximum(trials - count, 1e-9), count + 1.0, np.where(steady, dispersion, 1.0)
                ),
            ],
            stats.poisson.cdf(count, mean),
        )
    )


def drawn(own_squares: Floats, own_freedom: Floats, usual: Floats, *, weight: float) -> Floats:
    """A dispersion from squared standardised errors, drawn toward the usual with `weight` errors."""
    return np.maximum((own_squares + weight * usual) / (own_freedom + weight), LEAST_DISPERSION)


def as_normal(score: Floats, freedom: Floats) -> Floats:
    """The normal deviate as rare as a t deviate of so many degrees of freedom (Wallace 1959).

    An error against a variance known only from a few sums is less rare than it looks.
    """
    shrunk = (
        np.sqrt(freedom * np.log1p(score * score / freedom)) * (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0)
    )
    return np.asarray(np.sign(score) * shrunk)


def two_sided(score: Floats) -> Floats:
    """P(a standard normal deviate at least as far from 0)."""
    return significant(2.0 * special.ndtr(-np.abs(score)))
