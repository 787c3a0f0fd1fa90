"""Each source taken away in turn: what the alarms lose without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import polars as pl

from burnish.score.judging import Scored
from burnish.score.kinds import Kind, pooled, sources
from burnish.score.matching import FALSE
from burnish.score.rates import came_true, per_hundred, recall
from burnish.score.walk import Step, Walk, loaded, walk
from burnish.shop import Shop

Told: TypeAlias = dict[str, Any]


def ablated(shop: Shop, whole: Walk, *, workers: int, step: Step) -> Told:
    """The walk again without each source that is there: what each kind finds, beside all sources together."""
    there = loaded(shop)
    told = {"everything": summary(whole)}
    for name, tables in sources().items():
        if there & set(tables):
            asked = replace(whole.asked, left_out=tuple(sorted(there & set(tables))))
            less = walk(shop, asked, workers=workers, step=step, truth=whole.truth)
            told[f"without {name}"] = summary(less)
    return told


def summary(walked: Walk) -> Told:
    """Recall, alarms and false alarms per kind at watch."""
    return dict(summaries(Scored(walked, 0)))


def summaries(shop: Scored) -> Iterator[tuple[str, Told]]:
    """The same, kind by kind."""
    for name, parts in pooled().items():
        judged = pl.concat([shop.judged(kind, "watch") for kind in parts])
        told: Told = {"alarms": judged.height}
        if shop.walk.truth is None:
            claims = pl.concat([shop.claimed(kind, "watch") for kind in parts])
            yield name, told | {"came_true": came_true(claims["came"])}
            continue
        false = judged.filter(pl.col("verdict").is_in(FALSE)).height
        told["false_alarms_per_100_customer_months"] = per_hundred(false, shop.months)
        yield name, told | found(shop, parts)


def found(shop: Scored, parts: tuple[Kind, ...]) -> Told:
    """Recall and number of events of some kinds."""
    event = pl.concat([shop.planted(kind, shop.judged(kind, "watch")) for kind in parts])
    told = recall(event)
    return {name: told[name] for name in ("recall", "timely_recall_6w", "n")}
