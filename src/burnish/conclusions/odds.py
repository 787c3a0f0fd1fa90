"""Odds as people can hold them: one of eight steps instead of a false decimal."""

from __future__ import annotations

from math import log

LADDER = (5, 10, 20, 35, 50, 65, 80, 90)
NEVER, CERTAIN = 0.001, 0.999


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
