"""Whether odds hold: Brier score, its CORP parts, skill over the rate known at the time.

CORP (Dimitriadis, Gneiting and Jordan 2021): forecasts are recalibrated by isotonic regression; what that
gains is miscalibration, what it keeps over the bare rate is discrimination.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]
LEAST_OUTCOMES = 100


@dataclass(frozen=True)
class Corp:
    """Mean Brier score and its parts: brier = miscalibration - discrimination + uncertainty."""

    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float


def recalibrated(said: Floats, came: Floats) -> Floats:
    """The outcomes' means by pool-adjacent-violators: never falling as what was said rises.

    What was said alike is pooled first.
    """
    steps, place = np.unique(said, return_inverse=True)
    weight = np.bincount(place, minlength=len(steps)).astype(np.float64)
    means = np.bincount(place, came, len(steps)) / weight
    return np.asarray(optimize.isotonic_regression(means, weights=weight).x)[place]


def brier(said: Floats, came: Floats) -> float:
    """Mean squared distance of probabilities from what came (1 or 0)."""
    return float(np.mean((said - came) ** 2))


def corp(said: Floats, came: Floats) -> Corp:
    """The parts of the Brier score."""
    score, best = brier(said, came), brier(recalibrated(said, came), came)
    bare = brier(np.full(len(came), came.mean()), came)
    return Corp(score, score - best, bare - best, bare)


def skill(said: Floats, base: Floats, came: Floats) -> float:
    """1 minus the Brier score over that of the rate known at the time of each."""
    reference = brier(base, came)
    return 1.0 - brier(said, came) / reference if reference else 0.0


def told(said: Floats, base: Floats, came: Floats, *, least: int = LEAST_OUTCOMES) -> dict[str, Any]:
    """Skill and parts, one outcome per episode; nothing is claimed under 100 outcomes."""
    told: dict[str, Any] = {"outcomes": len(came), "brier_skill": None}
    if len(came) < least:
        return told | {"says": f"no claim under {least} outcomes"}
    parts = {name: round(value, 4) for name, value in asdict(corp(said, came)).items()}
    return told | parts | {"brier_skill": round(skill(said, base, came), 4)}


def steps(said: Floats, came: Floats) -> list[tuple[float, float, int]]:
    """What was said, what came of it after recalibration, and how often: the reliability diagram."""
    after = recalibrated(said, came) if len(said) else came
    values, first, count = np.unique(said, return_index=True, return_counts=True)
    return [(float(x), float(after[n]), int(k)) for x, n, k in zip(values, first, count, strict=True)]
