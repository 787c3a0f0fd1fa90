"""What to ask people about who is who: the queue, a sample of what is joined, and how precise that is.

Pure. A pair is two record keys, the smaller one left. A group is a set of records that is one customer (or
one individual). A word is what people said last of a pair (`deciding.last_words`). Probabilities are
millionths.

Order of the queue, most valuable first: p · (1 + money + rows), where p is the probability that the answer is
"same" and money (in whole units) and rows are those of the smaller of the two groups: what an answer would
put together. One question is asked per pair of groups, the likeliest one, since its answer settles them all.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import polars as pl

SURE_PPM = 1_000_000
BANDS_PPM = (990_000, 999_000, 999_900)
INDIRECT = "through others"
CONFIDENCE = 0.95
BOUND = 0.98
LEAST_SHARE = 0.1  # of a sample that every band gets
PAIR = ["left_key", "right_key"]
STAKE = ("money", "rows")
DECIDED, GIVEN = "decided", "given"
RANK = {DECIDED: 0, GIVEN: 1, "model": 2}


class Gates(NamedTuple):
    """From `join_ppm` on pairs are joined, from `ask_ppm` on they are asked about."""

    join_ppm: int
    ask_ppm: int


class Together:
    """Disjoint sets of keys that are joined one pair after the other; the smallest key stands for its set."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.above: dict[str, str] = {}
        for left, right in pairs:
            self.join(left, right)

    def top(self, key: str) -> str:
        """The key that stands for the set of `key`, itself where it was never joined."""
        while (up := self.above.get(key, key)) != key:
            self.above[key] = self.above.get(up, up)
            key = up
        return key

    def join(self, left: str, right: str) -> bool:
        """Put two keys into one set. Whether they were apart."""
        low, high = sorted((self.top(left), self.top(right)))
        self.above[high] = low
        return low != high


def placed(pair: pl.DataFrame, group: pl.DataFrame) -> pl.DataFrame:
    """Pairs with `left_group` and `right_group`; those of which a key is unknown today are left out."""
    for side in ("left", "right"):
        keys = group.select(pl.col("key").alias(f"{side}_key"), pl.col("group_key").alias(f"{side}_group"))
        pair = pair.join(keys, on=f"{side}_key", maintain_order="left")
    return pair


def regrouped(group: pl.DataFrame, word: pl.DataFrame) -> pl.DataFrame:
    """Groups after what people called the same since: `key`, `group_key`."""
    same = placed(word.filter(pl.col("verdict") == "same"), group)
    sets = Together(same.select("left_group", "right_group").iter_rows())
    moved = {key: top for key in sets.above if (top := sets.top(key)) != key}
    return group.with_columns(pl.col("group_key").replace(moved))


def waiting(
    pair: pl.DataFrame, group: pl.DataFrame, stake: pl.DataFrame, word: pl.DataFrame, *, gates: Gates
) -> pl.DataFrame:
    """Questions, the most valuable first.

    `pair`: MATCH_PAIR of one kind. `group`: key, group_key as of the snapshot. `stake`: group_key, money
    (whole units), rows. Columns: left_key, right_key, probability_ppm, weight_milli, left_group, right_group,
    money, rows (of the smaller one), worth, verdict ("unsure" or null).
    """
    now = regrouped(group, word)
    near = pl.col("probability_ppm").is_between(gates.ask_ppm, gates.join_ppm, closed="left")
    open_ones = between(placed(pair.filter(pl.col("origin") == "model", near), now))
    said = between(placed(word.filter(pl.col("verdict") != "same"), now))
    spoken = said.sort("verdict").unique(["low", "high"], keep="first", maintain_order=True)
    found = open_ones.join(spoken.select("low", "high", "verdict"), on=["low", "high"], how="left")
    found = found.filter(pl.col("verdict").is_null() | (pl.col("verdict") == "unsure"))
    found = found.sort(["probability_ppm", "weight_milli", *PAIR], descending=[True, True, False, False])
    once = found.unique(["low", "high"], keep="first", maintain_order=True)
    worth = pl.col("probability_ppm") * (1 + pl.col("money") + pl.col("rows")) // SURE_PPM
    valued = at_stake(once, stakes(stake, group, now)).with_columns(worth=worth)
    order = ["worth", "probability_ppm", *PAIR]
    return valued.drop("low", "high").sort(order, descending=[True, True, False, False])


def between(pair: pl.DataFrame) -> pl.DataFrame:
    """Pairs of different groups, with the two groups in order as `low` and `high`."""
    apart = pair.filter(pl.col("left_group") != pl.col("right_group"))
    ends = ("left_group", "right_group")
    return apart.with_columns(low=pl.min_horizontal(ends), high=pl.max_horizontal(ends))


def stakes(stake: pl.DataFrame, before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Money and rows of the groups of `now`, from those of `before`."""
    moved = before.join(now, on="key", suffix="_now").select("group_key", "group_key_now").unique()
    summed = stake.join(moved, on="group_key").group_by(group_key="group_key_now")
    return summed.agg(pl.col("money").sum(), pl.col("rows").sum())


def at_stake(pair: pl.DataFrame, stake: pl.DataFrame) -> pl.DataFrame:
    """Pairs with `money` and `rows` of the smaller of their two groups."""
    for side in ("left", "right"):
        names = {"group_key": f"{side}_group", "money": f"{side}_money", "rows": f"{side}_rows"}
        pair = pair.join(stake.rename(names), on=f"{side}_group", how="left", maintain_order="left")
    both = {name: [pl.col(f"{side}_{name}").fill_null(0) for side in ("left", "right")] for name in STAKE}
    smaller = {name: pl.min_horizontal(ends) for name, ends in both.items()}
    return pair.with_columns(**smaller).drop(f"{side}_{name}" for side in ("left", "right") for name in STAKE)


def joined(pair: pl.DataFrame, group: pl.DataFrame, word: pl.DataFrame, *, gates: Gates) -> pl.DataFrame:
    """Every pair of records that is together through the model, with its `band` of probability.

    Left out are pairs that a source or a person put together, and what those put together in turn. A pair
    that a sample found wrong stays in, though it was split since: mending must not raise the precision.
    """
    sampled = word.filter(pl.col("how") == "sample", pl.col("verdict").is_in(["same", "different"]))
    hand = word.filter(pl.col("how") != "sample", pl.col("verdict") == "same").select(PAIR)
    told = pl.concat([pair.filter(pl.col("origin") == GIVEN).select(PAIR), hand])
    sets = Together(told.iter_rows())
    unit = group.with_columns(unit=pl.col("key").map_elements(sets.top, return_dtype=pl.String))
    ends = unit.join(unit, on="group_key", suffix="_right").filter(pl.col("key") < pl.col("key_right"))
    inside = ends.filter(pl.col("unit") != pl.col("unit_right")).select(left_key="key", right_key="key_right")
    split = placed(sampled, group).select(PAIR)
    every = pl.concat([inside, split]).unique()
    direct = pair.filter(pl.col("origin") == "model").select(*PAIR, "probability_ppm")
    found = every.join(direct, on=PAIR, how="left").with_columns(
        band=band(pl.col("probability_ppm"), gates.join_ppm)
    )
    return found.sort(PAIR)


def band(probability_ppm: pl.Expr, join_ppm: int) -> pl.Expr:
    """The band of a probability in words; below the gate a pair is together through others."""
    limits = [join_ppm, *(limit for limit in BANDS_PPM if limit > join_ppm), SURE_PPM + 1]
    said = pl.lit(INDIRECT)
    for low, high in pairwise(limits):
        name = f"{told(low)} to {told(min(high, SURE_PPM))}"
        inside = probability_ppm.is_between(low, high, closed="left")
        said = pl.when(inside).then(pl.lit(name)).otherwise(said)
    return said


def told(ppm: int) -> str:
    """A probability as written: .987, 1."""
    return f"{ppm / SURE_PPM:.6f}".rstrip("0").rstrip(".").removeprefix("0")


def drawn(population: pl.DataFrame, word: pl.DataFrame, *, number: int, seed: str) -> pl.DataFrame:
    """Up to `number` pairs drawn at random that nobody judged yet, in random order; every band has some.

    The same snapshot (its `seed`), population and answers draw the same pairs.
    """
    left = population.join(word, on=PAIR, how="anti")
    lot = [lots(seed, *row) for row in left.select(PAIR).iter_rows()]
    shuffled = left.with_columns(lot=pl.Series(lot, dtype=pl.String)).sort("lot", *PAIR)
    there = dict(shuffled.group_by("band").len().sort("band").iter_rows())
    quota = shares(there, number)
    parts = [shuffled.filter(pl.col("band") == name).head(times) for name, times in quota.items()]
    chosen = pl.concat(parts) if parts else shuffled.head(0)
    return chosen.sort("lot", *PAIR).drop("lot")


def lots(seed: str, left: str, right: str) -> str:
    """A random text of a pair, the same for the same seed."""
    return hashlib.sha256("\x1f".join((seed, left, right)).encode()).hexdigest()


def shares(there: dict[str, int], number: int) -> dict[str, int]:
    """How many to draw of each band: a tenth of all, at least one where it can be; the rest by size."""
    least = max(1, math.ceil(number * LEAST_SHARE))
    quota = {name: min(count, least) for name, count in there.items()}
    while sum(quota.values()) > number:
        quota[max(quota, key=lambda name: (quota[name], -there[name], name))] -= 1
    left = {name: count - quota[name] for name, count in there.items()}
    rest, every = max(0, min(number, sum(there.values())) - sum(quota.values())), max(1, sum(left.values()))
    for name, count in left.items():
        quota[name] += rest * count // every
    beyond = rest - sum(rest * count // every for count in left.values())
    for name in sorted(left, key=lambda name: (-(rest * left[name] % every), name))[:beyond]:
        quota[name] += 1
    return quota


@dataclass(frozen=True)
class Band:
    """One band of probability: pairs joined, answered, and of these right."""

    name: str
    joined: int
    answered: int
    right: int


@dataclass(frozen=True)
class Precision:
    """Of the pairs that the model joined, how many are right, by people's answers to a sample.

    `estimate` is weighted by the size of the bands, `low` and `high` its 95 % interval (Clopper and Pearson
    1934 on the effective size of the sample, Korn and Graubard 1998); bands without an answer may be all
    wrong or all right. `more` right answers would lift `low` to `bound`; None where none are needed.
    """

    joined: int
    answered: int
    right: int
    unsure: int
    estimate: float | None
    low: float
    high: float
    bound: float
    more: int | None
    bands: tuple[Band, ...]


def precision(population: pl.DataFrame, word: pl.DataFrame, *, bound: float = BOUND) -> Precision:
    """Measured precision of what is joined. `population`: `joined`; `word`: `deciding.last_words`."""
    sampled = word.filter(pl.col("how") == "sample").select(*PAIR, "verdict")
    seen = population.join(sampled, on=PAIR, how="left")
    clear = pl.col("verdict").is_in(["same", "different"])
    counted = seen.group_by("band").agg(
        joined=pl.len(), answered=clear.sum(), right=(pl.col("verdict") == "same").sum()
    )
    bands = tuple(Band(*row) for row in counted.sort("band").iter_rows())
    unsure = seen.filter(pl.col("verdict") == "unsure").height
    size, answered = sum(one.joined for one in bands), sum(one.answered for one in bands)
    right = sum(one.right for one in bands)
    estimate, low, high = weighted(bands)
    more = None if low >= bound else needed(bands, bound)
    rounded = (None if estimate is None else round(estimate, 6), round(low, 6), round(high, 6))
    return Precision(size, answered, right, unsure, *rounded, bound, more, bands)


def weighted(bands: Iterable[Band]) -> tuple[float | None, float, float]:
    """Estimate and interval of the share that is right."""
    every = list(bands)
    size, known = sum(one.joined for one in every), [one for one in every if one.answered]
    if not known:
        return None, 0.0, 1.0
    covered = sum(one.joined for one in known)
    share = [one.joined / covered for one in known]
    rate = [one.right / one.answered for one in known]
    estimate = math.fsum(w * p for w, p in zip(share, rate, strict=True))
    if all(one.answered == one.joined for one in every):
        return estimate, estimate, estimate
    low, high = clopper_pearson(estimate, effective(known, share, rate, estimate))
    seen = covered / size
    return estimate, seen * low, 1 - seen * (1 - high)


def effective(known: list[Band], share: list[float], rate: list[float], estimate: float) -> float:
    """How many answers of a plain random sample these are worth: the fewer of two reckonings."""
    kish = 1 / math.fsum(w * w / one.answered for w, one in zip(share, known, strict=True))
    parts = zip(share, rate, known, strict=True)
    variance = math.fsum(w * w * p * (1 - p) / one.answered for w, p, one in parts)
    return min(kish, estimate * (1 - estimate) / variance) if variance else kish


def clopper_pearson(share: float, size: float) -> tuple[float, float]:
    """The 95 % interval of a share seen in `size` trials, which need not be whole."""
    from scipy.stats import beta  # noqa: PLC0415  (slow to import)

    good, bad, tail = share * size, (1 - share) * size, (1 - CONFIDENCE) / 2
    low = 0.0 if good <= 0 else float(beta.ppf(tail, good, bad + 1))
    high = 1.0 if bad <= 1e-9 else float(beta.ppf(1 - tail, good + 1, bad))
    return low, high


def needed(bands: Iterable[Band], bound: float) -> int:
    """How many more answers, all of them right and spread as a sample is, lift the lower end to `bound`.

    All that are left where fewer do not.
    """
    every = list(bands)
    left = {one.name: one.joined - one.answered for one in every}
    least, most = 0, sum(left.values())
    while least < most:
        middle = (least + most) // 2
        if weighted(after(every, shares(left, middle)))[1] >= bound:
            most = middle
        else:
            least = middle + 1
    return least


def after(bands: Iterable[Band], right: dict[str, int]) -> Iterator[Band]:
    """The bands after so many more right answers."""
    for one in bands:
        more = right.get(one.name, 0)
        yield Band(one.name, one.joined, one.answered + more, one.right + more)


def strongest(link: pl.DataFrame) -> pl.DataFrame:
    """The links that hold a set together best: its maximal spanning trees, decided and given ones first.

    `link`: left_key, right_key, origin (decided, given, model), weight_milli.
    """
    sets, rank = Together(), pl.col("origin").replace_strict(RANK, return_dtype=pl.Int64)
    ordered = link.with_columns(rank=rank).sort(
        ["rank", "weight_milli", *PAIR], descending=[False, True, False, False], nulls_last=True
    )
    kept = [sets.join(left, right) for left, right in ordered.select(PAIR).iter_rows()]
    return ordered.filter(pl.Series(kept, dtype=pl.Boolean)).drop("rank")
