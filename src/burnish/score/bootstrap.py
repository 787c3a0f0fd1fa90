"""Detector minus rule over made-up shops: precision at the rule's recall, area in the common range.

A win is a paired 90 % bootstrap interval over shops that lies above 0, with 200 planted events or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from burnish.score.rates import MONTHS_A_YEAR, OF_CUSTOMERS, TRUE_A_YEAR

Floats = NDArray[np.float64]
DRAWS = 2000
LEAST_EVENTS = 200
RECALLS = 25


@dataclass(frozen=True)
class Curve:
    """What one swept parameter gave: each array is shop x level. `textbook` is the place of the usual value.

    `found` of `events` planted ones, `false` alarms in `months` customer-months.
    """

    levels: Floats
    found: Floats
    events: Floats
    false: Floats
    months: Floats
    textbook: int = 0

    def of(self, shops: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Recall and precision per level over some shops, which may come more than once."""
        found, events = self.found[shops].sum(0), self.events[shops].sum(0)
        false, months = self.false[shops].sum(0), self.months[shops].sum(0)
        recall = found / np.maximum(events, 1)
        true = recall * TRUE_A_YEAR / OF_CUSTOMERS
        wrong = false / np.maximum(months, 1e-9) * MONTHS_A_YEAR
        total = true + wrong
        return recall, np.divide(true, total, out=np.zeros_like(total), where=total > 0)


def precision_at(recall: Floats, precision: Floats, wanted: float) -> float:
    """The best precision among levels that find at least the wanted share; NaN where none does."""
    enough = recall >= wanted - 1e-12
    return float(precision[enough].max()) if enough.any() else float("nan")


def area(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[float, float]:
    """Mean precision of both over the recalls that both reach; NaN where there are none."""
    most = min(one[0].max(), other[0].max())
    least = max(one[0][one[0] > 0].min(initial=1.0), other[0][other[0] > 0].min(initial=1.0))
    if most <= 0.0:
        return float("nan"), float("nan")
    grid = np.linspace(min(least, most), most, RECALLS)
    first, second = (float(np.mean([precision_at(*curve, r) for r in grid])) for curve in (one, other))
    return first, second


def compared(detector: Curve, rule: Curve, shops: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """Precision at the rule's textbook recall, of detector and rule; area in the common range, of both."""
    mine, theirs = detector.of(shops), rule.of(shops)
    wanted = float(theirs[0][rule.textbook])
    at_rule = precision_at(*mine, wanted) if wanted > 0 else float("nan")
    return at_rule, float(theirs[1][rule.textbook]), *area(mine, theirs)


def against(detector: Curve, rule: Curve, *, draws: int = DRAWS, seed: int = 0) -> dict[str, Any]:
    """The comparison over all shops, with 90 % intervals by drawing whole shops again in pairs."""
    count = detector.found.shape[0]
    best, textbook, mine, theirs = compared(detector, rule, np.arange(count))
    false, months = (each[:, rule.textbook].sum() for each in (rule.false, rule.months))
    told = {
        "recall_at_textbook": plain(rule.of(np.arange(count))[0][rule.textbook]),
        "false_alarms_at_textbook": plain(100 * false / max(months, 1e-9)),
        "precision_at_textbook": plain(textbook),
        "detector_precision_there": plain(best),
        "area": plain(theirs),
        "detector_area": plain(mine),
        "difference": plain(best - textbook),
        "area_difference": plain(mine - theirs),
    }
    events = int(rule.events[:, rule.textbook].sum())
    drawn = redrawn(detector, rule, draws=draws if count > 1 else 0, seed=seed)
    span = interval(drawn[:, 0] - drawn[:, 1])
    spans = {"interval": span, "area_interval": interval(drawn[:, 2] - drawn[:, 3])}
    wins = span[0] > 0 if span is not None and events >= LEAST_EVENTS else None
    return told | spans | {"events": events, "wins": wins, "says": said(count, events, span, wins=wins)}


def redrawn(detector: Curve, rule: Curve, *, draws: int, seed: int) -> Floats:
    """What `compared` gives for shops drawn with replacement: draw x figure."""
    count = detector.found.shape[0]
    random = np.random.default_rng([seed, count])
    shops = random.integers(count, size=(draws, count))
    return np.array([compared(detector, rule, drawn) for drawn in shops]).reshape(-1, 4)


def said(shops: int, events: int, span: list[float] | None, *, wins: bool | None) -> str:
    """The comparison in words."""
    if events < LEAST_EVENTS:
        return f"{events} planted events, {LEAST_EVENTS} needed to call a win"
    if shops < 2:
        return "one shop gives no interval: score several"
    if span is None:
        return "the detector does not reach the rule's recall"
    return "the detector wins" if wins else "no win"


def interval(values: Floats, *, coverage: float = 0.9) -> list[float] | None:
    """The middle 90 % of what was drawn; nothing where most draws could not be compared."""
    known = values[np.isfinite(values)]
    if not len(known) or len(known) < 0.9 * len(values):
        return None
    tail = 50 * (1 - coverage)
    return [round(float(each), 4) for each in np.percentile(known, [tail, 100 - tail])]


def plain(value: float) -> float | None:
    """A number, nothing where it cannot be said."""
    return round(float(value), 4) if np.isfinite(value) else None
