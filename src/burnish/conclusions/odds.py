"""Odds as people can hold them: one of eight steps instead of a false decimal.

The odds of a joined conclusion add up evidence in bits on the scale of log-odds, with weights that ship
with Burnish and are never negative, so that more evidence never lowers them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import e, exp, log

import polars as pl

LADDER = (5, 10, 20, 35, 50, 65, 80, 90)
NEVER, CERTAIN = 0.001, 0.999
MOST_BITS = 10.0  # a p-value under about one in 30,000 says more about its model than about the customer


@dataclass(frozen=True)
class Coefficients:
    """Odds of one joined kind: `base_rate` of its outcome counts as `base_windows`; `weights` per bit."""

    base_rate: float
    base_windows: float
    weights: Mapping[str, float]


@cache
def shipped() -> dict[str, Coefficients]:
    """The coefficients that come with Burnish, by kind."""
    kinds = tomllib.loads(files("burnish.conclusions").joinpath("shipped.toml").read_text("utf-8"))
    return {kind: Coefficients(**told) for kind, told in kinds.items()}


def ladder(probability: float) -> int:
    """The step (in percent) nearest to `probability` (0 to 1) in log-odds; between two, the lower.

    Certainty is never claimed: 0 becomes 5 and 1 becomes 90. Distances are rounded to 9 digits, so that
    a tie is a tie on every machine.
    """
    wanted = log_odds(min(max(probability, NEVER), CERTAIN))
    return min(LADDER, key=lambda step: (round(abs(log_odds(step / 100) - wanted), 9), step))


def log_odds(probability: float) -> float:
    """Natural log of the odds; `probability` lies strictly between 0 and 1."""
    return log(probability / (1 - probability))


def bits(p_value: pl.Expr) -> pl.Expr:
    """The most evidence that a p-value can be worth, in bits: log2(1 / (-e p ln p)), 0 to 10.

    No alternative makes the data more likely than the null by more than that (Sellke, Bayarri and Berger
    2001), so p = .01 counts 3 bits (8 to 1), not 6.6. A missing p-value counts nothing.
    """
    p = p_value.clip(1e-12, 1.0)
    weight = -((-e * p * p.log()).log(2.0))
    small = pl.when(p < 1 / e).then(weight.clip(0.0, MOST_BITS)).otherwise(0.0)
    return small.fill_null(0.0).round_sig_figs(9)


def shrunk_rate(events: int, windows: int, prior: Coefficients) -> float:
    """The shop's own rate drawn toward the shipped one, which counts as so many windows (beta-binomial)."""
    return (events + prior.base_rate * prior.base_windows) / (windows + prior.base_windows)


def joined_odds(base_rate: float, found: Mapping[str, float], prior: Coefficients) -> float:
    """Probability of the outcome: log-odds of the base rate, and of each signal its bits by its weight."""
    base = log_odds(min(max(base_rate, NEVER), CERTAIN))
    logit = base + sum(max(prior.weights.get(name, 0.0), 0.0) * found[name] for name in sorted(found))
    return 1 / (1 + exp(-logit))
