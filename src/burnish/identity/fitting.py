"""New weights for a model from pairs whose truth is known. Nothing here runs when a shop is refreshed.

How often a level is found between records of one company (m) and of two (u) is counted, mixed with what
was believed before, which counts as so many pairs more, and kept within bounds: what is rare among made-up
names can be common among real ones.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from burnish.identity.linking import ENDS, levels_found, numbered
from burnish.identity.model import Comparison, Model, Parameters, rounded

Floats = NDArray[np.float64]
BELIEF_PAIRS = 300.0  # what the model says already counts as so many pairs, or
BELIEF_SHARE = 0.5  # as this share of those that were counted, whichever is more


class Counts(NamedTuple):
    """How often each level of one comparison was found, from the last level (0) up."""

    matching: Floats
    strange: Floats


def fitted(
    trait: pl.DataFrame, truth: pl.DataFrame, *, model: Model | None = None, key: str = "party_key"
) -> Parameters:
    """Parameters of `model` (the shipped one) with m and u counted on one shop. See `fitted_on`."""
    return fitted_on([(trait, truth)], model=model, key=key)


def fitted_on(
    shops: Sequence[tuple[pl.DataFrame, pl.DataFrame]], *, model: Model | None = None, key: str = "party_key"
) -> Parameters:
    """Parameters with m and u counted on several shops, each a frame of traits and one of truth.

    `truth` has one row per record: its key and `company`, the one it is of; records without one are
    left out. Strangers are all pairs of two companies, those that share no key too.
    """
    old = model or Model.shipped("company")
    every = [counted(trait, truth, old, key) for trait, truth in shops]
    both = [added(each) for each in zip(*every, strict=True)]
    return refitted(old, both, afresh=True)


def added(several: Sequence[Counts]) -> Counts:
    """The counts of several shops together."""
    matching, strange = (np.sum([each[part] for each in several], axis=0) for part in (0, 1))
    return Counts(matching, strange)


def refitted(
    old: Model,
    counts: Sequence[Counts],
    *,
    pairs: float = BELIEF_PAIRS,
    share: float = BELIEF_SHARE,
    afresh: bool = False,
) -> Parameters:
    """The old model's parameters with m and u moved towards what was counted.

    They start from what was `believed` before anything was counted if `afresh`, else from where they are;
    this counts as `pairs` pairs, or as this `share` of the counted ones if that is more. Levels with one
    `given` are shares of what is found where that is given. Comparisons that are not `counted` keep theirs;
    no level comes to weigh more than `most_bits`.
    """
    new = copy.deepcopy(old.parameters)
    for told, found in zip(new["comparisons"], counts, strict=True):
        if not told.get("counted", True):
            continue
        levels = list(reversed(told["levels"]))
        most = [level.get("most_bits", told.get("most_bits", new["most_bits"])) for level in levels]
        for context in contexts(levels):
            some = [levels[at] for at in context]
            m = mixed(belief(some, "m", afresh), found.matching[context], pairs, share)
            u = mixed(belief(some, "u", afresh), found.strange[context], pairs, share)
            for level, of_one, of_two in zip(some, *bounded(m, u, np.array(most)[context]), strict=True):
                level["m"], level["u"] = rounded(of_one), rounded(of_two)
    return new


def contexts(levels: Sequence[Parameters]) -> list[list[int]]:
    """The places of levels that are shares of one whole: those with the same `given`."""
    found: dict[str, list[int]] = {}
    for at, level in enumerate(levels):
        found.setdefault(level.get("given", ""), []).append(at)
    return list(found.values())


def belief(levels: Sequence[Parameters], name: str, afresh: bool) -> Floats:
    """What the model says already, or what was believed at first, made to add up to one."""
    of = [level.get("believed", level) if afresh else level for level in levels]
    share = np.array([each[name] for each in of])
    whole: Floats = share / share.sum()
    return whole


def mixed(before: Floats, counted: Floats, pairs: float, share: float) -> Floats:
    """Mean of a Dirichlet distribution that believed in these shares before it saw the counts."""
    weight = max(pairs, share * float(counted.sum()))
    mean: Floats = (before * weight + counted) / (weight + counted.sum())
    return mean


def bounded(m: Floats, u: Floats, most_bits: Floats) -> tuple[Floats, Floats]:
    """m and u that weigh no more than so many bits, for or against: the smaller of the two is raised."""
    least = 2.0**-most_bits
    return np.maximum(m, u * least), np.maximum(u, m * least)


def counted(trait: pl.DataFrame, truth: pl.DataFrame, model: Model, key: str) -> list[Counts]:
    """How often each level of each comparison is found between records of one company, and of two."""
    rows = numbered(trait.join(truth.select(key), on=key, how="semi"), model, key)
    company = rows.join(truth.select(key, "company"), on=key, maintain_order="left", how="left")["company"]
    found = levels_found(rows, model, all_pairs=True)
    same = (company.gather(found[ENDS[0]]) == company.gather(found[ENDS[1]])).to_numpy()
    beside = unblocked(rows, company, found, model)
    return [of_comparison(each, found, same, beside) for each in model.comparisons]


def of_comparison(
    comparison: Comparison, found: pl.DataFrame, same: NDArray[np.bool_], beside: tuple[pl.DataFrame, float]
) -> Counts:
    """Counts of one comparison: candidates as they are, other strangers from a sample that stands for all."""
    size = len(comparison.levels)
    levels = found[comparison.name].to_numpy()
    rest, each = beside
    return Counts(
        tally(levels[same], size),
        tally(levels[~same], size) + each * tally(rest[comparison.name].to_numpy(), size),
    )


def tally(levels: NDArray[np.int8], size: int) -> Floats:
    """How often each level was found; -1, nothing to compare, is left out."""
    return np.bincount(levels[levels >= 0], minlength=size).astype(np.float64)


SAMPLE = 200  # records, all pairs of which stand for the pairs that share no key


def unblocked(
    rows: pl.DataFrame, company: pl.Series, found: pl.DataFrame, model: Model
) -> tuple[pl.DataFrame, float]:
    """A sample of the strangers that share no key, compared, and how many such pairs each stands for."""
    some = rows.with_columns(company=company).sample(min(SAMPLE, rows.height), seed=0).sort("record")
    pairs = levels_found(some.with_columns(block=pl.lit([1], pl.List(pl.Int64))), model, all_pairs=True)
    who = dict(some.select("record", "company").iter_rows())
    ends = pairs.select(ENDS).iter_rows()
    apart = pl.Series([who[one] != who[other] for one, other in ends], dtype=pl.Boolean)
    sample = pairs.filter(apart).join(found.select(ENDS), on=ENDS, how="anti")
    sizes = company.value_counts()["count"].to_numpy().astype(float)
    strangers = math.comb(rows.height, 2) - float((sizes * (sizes - 1) / 2).sum()) - found.height
    return sample, max(strangers, 0.0) / max(sample.height, 1)
