"""New weights from the shop's own records and what its people decided, and what they would change.

A shop has few records, so the model in use counts for more than all that they say: levels move towards
what is found among them (expectation and maximisation, Dempster, Laird and Rubin 1977), decided pairs
counting several times. Nothing changes until somebody keeps the new parameters.
"""

from __future__ import annotations

import copy
import math
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from burnish.identity.fitting import Counts, Floats, refitted, unblocked
from burnish.identity.linking import ENDS, levels_found, numbered, weighed
from burnish.identity.model import Model, Parameters, rounded

ROUNDS = 5
DECIDED_COUNTS = 5.0  # one pair that somebody decided counts as so many that nobody looked at
BELIEF_PAIRS = 500.0  # the model in use counts as so many pairs, or
BELIEF_SHARE = 2.0  # as so many times those found, whichever is more
PRIOR_BITS = 1.0  # the prior moves by no more
SIDES = ("apart", "asked", "joined")


class Shop(NamedTuple):
    """What a shop's records say: levels of each candidate pair, what was decided of it (1 same, 0 different,
    else NaN), a sample of other strangers with the pairs that each stands for, and the number of records.
    """

    found: pl.DataFrame
    decided: NDArray[np.float64]
    beside: pl.DataFrame
    each: float
    records: int


def retrained(
    trait: pl.DataFrame, model: Model, decided: pl.DataFrame, *, key: str = "party_key"
) -> Parameters:
    """Parameters of `model` with m, u and prior moved towards the shop's own records.

    `trait` as `linking.compared` takes it. `decided`: left_key, right_key, verdict; `same` and `different`
    count, other verdicts do not. The same input gives the same parameters.
    """
    shop, now = read(trait, model, decided, key), model
    for _ in range(ROUNDS):
        counts, matching = expected(shop, now)
        told = refitted(model, counts, pairs=BELIEF_PAIRS, share=BELIEF_SHARE)
        told["prior"] = moved(model.parameters["prior"], matching, math.comb(shop.records, 2))
        now = Model.of(told)
    return copy.deepcopy(now.parameters)


def read(trait: pl.DataFrame, model: Model, decided: pl.DataFrame, key: str) -> Shop:
    """Compare a shop's records once; the levels found do not depend on weights."""
    rows = numbered(trait, model, key)
    found = levels_found(rows, model, all_pairs=True)
    numbers = dict(rows.select(key, "record").iter_rows())
    said = {"same": 1.0, "different": 0.0}
    known = {
        tuple(sorted((numbers[left], numbers[right]))): said[verdict]
        for left, right, verdict in decided.select("left_key", "right_key", "verdict").iter_rows()
        if verdict in said and left in numbers and right in numbers
    }
    given = np.array([known.get(ends, np.nan) for ends in found.select(ENDS).iter_rows()], dtype=np.float64)
    beside, each = unblocked(rows, rows["record"], found, model)
    return Shop(found, given, beside, each, rows.height)


def expected(shop: Shop, model: Model) -> tuple[list[Counts], float]:
    """How often each level is found in pairs that are one and that are two, each pair by its chance of
    either; and how many pairs are one.
    """
    chance = weighed(shop.found, model)["probability_ppm"].to_numpy() / 1e6
    is_known = ~np.isnan(shop.decided)
    chance = np.where(is_known, shop.decided, chance)
    times = np.where(is_known, DECIDED_COUNTS, 1.0)
    counts = [
        Counts(
            heavy_tally(shop.found[one.name].to_numpy(), times * chance, len(one.levels)),
            heavy_tally(shop.found[one.name].to_numpy(), times * (1 - chance), len(one.levels))
            + shop.each * heavy_tally(shop.beside[one.name].to_numpy(), None, len(one.levels)),
        )
        for one in model.comparisons
    ]
    return counts, float(chance.sum())


def heavy_tally(levels: NDArray[np.int8], weights: Floats | None, size: int) -> Floats:
    """The weight of all pairs in which each level was found; -1, nothing to compare, is left out."""
    known = levels >= 0
    some = None if weights is None else weights[known]
    return np.bincount(levels[known], weights=some, minlength=size).astype(np.float64)


def moved(prior: float, matching: float, pairs: int) -> float:
    """The prior, nearer to the share of pairs that are one, by PRIOR_BITS at most."""
    share = (matching + 1) / (pairs + 2)
    before, after = math.log2(prior / (1 - prior)), math.log2(share / (1 - share))
    bits = before + min(max(after - before, -PRIOR_BITS), PRIOR_BITS)
    return rounded(1 / (1 + 2.0**-bits))


def flips(old: Model, new: Model, trait: pl.DataFrame, *, key: str = "party_key") -> pl.DataFrame:
    """Pairs that the new model would put on another side of a gate, the strongest change first.

    left_key, right_key, old_ppm, new_ppm (millionths), old_side, new_side (apart, asked or joined),
    change_milli (thousandths of a bit, negative towards apart).
    """
    before, after = (sided(trait, model, key) for model in (old, new))
    both = before.join(after, on=["left_key", "right_key"], how="inner", suffix="_new")
    changed = both.filter(pl.col("side") != pl.col("side_new"))
    told = changed.select(
        "left_key",
        "right_key",
        old_ppm="probability_ppm",
        new_ppm="probability_ppm_new",
        old_side="side",
        new_side="side_new",
        change_milli=pl.col("weight_milli_new") - pl.col("weight_milli"),
    )
    return told.sort(-pl.col("change_milli").abs(), "left_key", "right_key")


def sided(trait: pl.DataFrame, model: Model, key: str) -> pl.DataFrame:
    """Every candidate pair with weight, probability and the side of the model's gates."""
    rows = numbered(trait, model, key)
    found = weighed(levels_found(rows, model, all_pairs=True), model)
    chance = pl.col("probability_ppm")
    apart, asked, joined = map(pl.lit, SIDES)
    side = pl.when(chance >= model.join_ppm).then(joined).when(chance >= model.ask_ppm).then(asked)
    return found.select(
        "weight_milli",
        "probability_ppm",
        side=side.otherwise(apart),
        left_key=rows[key].gather(found[ENDS[0]]),
        right_key=rows[key].gather(found[ENDS[1]]),
    )
