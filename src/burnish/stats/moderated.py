"""Variances of many small samples, each drawn toward what the others show.

Smyth (2004), Linear models and empirical Bayes methods, Stat. Appl. Genet. Mol. Biol. 3(1), art. 3:
sample variances with their degrees of freedom share a scaled inverse chi-square law, whose own degrees
of freedom and scale are fitted to all samples together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from burnish.stats.renewal import Floats, gamma_shape, significant

MOST_DF = 1e4  # variances that differ no more than chance gives: all are taken to be the same


@dataclass(frozen=True)
class Prior:
    """What the variance of a sample is before it is seen: `variance`, worth `df` degrees of freedom."""

    df: float
    variance: float

    def posterior(self, variance: Floats, df: Floats) -> Floats:
        """Each sample's variance drawn toward the prior's; a sample without freedom has the prior's."""
        return np.asarray((self.df * self.variance + df * variance) / (self.df + df))


def fit_prior(variance: Floats, df: Floats) -> Prior:
    """The prior that the log variances of all samples speak for (Smyth 2004, section 6.2).

    Samples without variance or degrees of freedom say nothing. With fewer than three left the prior is
    their mean variance (1 without any), worth 1 degree of freedom.
    """
    told = (variance > 0) & (df > 0)
    variance, df = variance[told], df[told]
    size = len(variance)
    if size < 3:
        return Prior(1.0, float(variance.mean()) if size else 1.0)
    log_ratio = np.log(variance) - special.digamma(df / 2) + np.log(df / 2)
    centre = float(log_ratio.mean())
    excess = np.mean((log_ratio - centre) ** 2 * size / (size - 1) - special.polygamma(1, df / 2))
    half = MOST_DF / 2
    if excess > special.polygamma(1, half):
        half = float(gamma_shape(np.array(excess)))
    scale = np.exp(centre + special.digamma(half) - np.log(half))
    return Prior(float(significant(np.array(2 * half))), float(significant(np.array(scale))))


def kish(weights: Floats, squares: Floats) -> Floats:
    """Effective number of observations from the sum of their weights and of the weights' squares."""
    return np.asarray(weights**2 / np.where(squares > 0, squares, 1.0))


def upper_tail(t: Floats, df: Floats) -> Floats:
    """P(a t with `df` degrees of freedom is at least this large)."""
    return significant(np.asarray(stats.t.sf(t, df)))


def reach(coverage: float, df: Floats) -> Floats:
    """How many standard errors an interval of this coverage reaches to either side."""
    return significant(np.asarray(stats.t.ppf((1.0 + coverage) / 2.0, df)))
