"""One parameter swept, of a detector (its score) or of a plain rule: what each value finds and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from burnish.score.bootstrap import Curve
from burnish.score.episodes import entries
from burnish.score.judging import Scored
from burnish.score.kinds import Kind, Rule
from burnish.score.matching import FALSE

Floats = NDArray[np.float64]
LEVELS = 24
MOST_STANDING, FEWEST_STANDING = 0.3, 1e-4  # share of the customer-origins that stand over a level


def detector_curve(shops: Sequence[Scored], kind: Kind) -> Curve:
    """A detector swept over its score, from where three in ten stand to where one in ten thousand does."""
    looked = [stated(shop, kind) for shop in shops]
    scores = pl.concat(looked)["level"].to_numpy()
    cuts = 1.0 - np.geomspace(MOST_STANDING, FEWEST_STANDING, LEVELS)
    levels = np.unique(np.quantile(scores, cuts)) if len(scores) else np.zeros(1)
    return swept(shops, kind, looked, levels)


def rule_curve(shops: Sequence[Scored], kind: Kind, rule: Rule) -> Curve:
    """A plain rule swept over its parameter, its textbook value among the levels."""
    looked = [
        shop.walk["rule"].select("origin", "customer_id", level=pl.col(rule.name)).drop_nulls()
        for shop in shops
    ]
    levels = np.unique([*np.geomspace(rule.low, rule.high, LEVELS), rule.textbook])
    curve = swept(shops, kind, looked, levels)
    place = int(np.searchsorted(levels, rule.textbook))
    return Curve(curve.levels, curve.found, curve.events, curve.false, curve.months, place)


def stated(shop: Scored, kind: Kind) -> pl.DataFrame:
    """The scores of a kind: origin, customer_id, level; of its direction only."""
    rows = shop.walk["signal"].filter(kind.says(), pl.col("abstains") == "")
    return rows.select("origin", "customer_id", level="score").drop_nulls()


def swept(shops: Sequence[Scored], kind: Kind, looked: Sequence[pl.DataFrame], levels: Floats) -> Curve:
    """What each level finds and costs in each shop."""
    counts = np.array(
        [
            [at_level(shop, kind, rows.filter(pl.col("level") > level)) for level in levels]
            for shop, rows in zip(shops, looked, strict=True)
        ],
        dtype=np.float64,
    )
    found, events, false = (counts[:, :, place] for place in range(3))
    months = np.repeat([[shop.months] for shop in shops], len(levels), axis=1)
    return Curve(np.asarray(levels), found, events, false, months)


def at_level(shop: Scored, kind: Kind, standing: pl.DataFrame) -> tuple[int, int, int]:
    """Events found, events planted and false alarms, when this is what stands."""
    judged = shop.judgement(kind, entries(standing, ["customer_id"], first=shop.first))
    event = shop.planted(kind, judged)
    false = judged.filter(pl.col("verdict").is_in(FALSE)).height
    return event["alarm_on"].count(), event.height, false
