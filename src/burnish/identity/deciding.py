"""Who belongs together once people have spoken: groups of keys under what they said.

Pure. The groups depend on the sets of keys, links and decisions alone, never on the order of rows, so that
a decision taken back leaves no trace. Connected components come first; one by one only where somebody
said "different" (docs/methods/journal.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import networkx as nx
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Numbers = NDArray[np.int64]
IN_FORCE = ("left_key", "right_key", "verdict", "seq")
OVERSIZED_KEYS = 30
SURE_MILLI = 2**62  # what a person or the source itself says outweighs any model


class Grouping(NamedTuple):
    """Groups of keys, and what is worth a second look. Every frame is sorted.

    `group`: one row per key: key, group_key (the key of the group that was loaded first).
    `standing`: decisions in force: left_key, right_key, verdict, seq. `overruled`: decisions that newer ones
    contradict, likewise. `bridge`: left_key, right_key, weight_milli (thousandths of a bit): weak links that
    alone hold two parts of a group together. `oversized`: group_key, size (keys).
    """

    group: pl.DataFrame
    standing: pl.DataFrame
    overruled: pl.DataFrame
    bridge: pl.DataFrame
    oversized: pl.DataFrame


class Sets:
    """Disjoint sets of numbers, some of which may never be one."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}
        self._foes: dict[int, set[int]] = {}

    def top(self, one: int) -> int:
        """The number that stands for the set of `one`."""
        above = self._above
        while (higher := above.get(one, one)) != one:
            above[one] = one = above.get(higher, higher)
        return one

    def part(self, left: int, right: int) -> bool:
        """Keep two sets apart for good. False, and nothing done, where they are one."""
        left, right = self.top(left), self.top(right)
        if left == right:
            return False
        self._foes.setdefault(left, set()).add(right)
        self._foes.setdefault(right, set()).add(left)
        return True

    def join(self, left: int, right: int) -> bool:
        """Make two sets one. False, and nothing done, where they are kept apart."""
        left, right = self.top(left), self.top(right)
        if left == right:
            return True
        if right in self._foes.get(left, ()):
            return False
        if len(self._foes.get(left, ())) < len(self._foes.get(right, ())):
            left, right = right, left
        self._above[right] = left
        for foe in self._foes.pop(right, ()):
            self._foes[foe].remove(right)
            self._foes[foe].add(left)
            self._foes[left].add(foe)
        return True


def grouped(
    key: pl.DataFrame,
    link: pl.DataFrame,
    decision: pl.DataFrame,
    *,
    join_ppm: int,
    oversized_keys: int = OVERSIZED_KEYS,
) -> Grouping:
    """Group keys by links, under decisions.

    `key`: one row per key: key, first (the load that brought it). `link`: left_key, right_key, origin,
    weight_milli (thousandths of a bit), probability_ppm (millionths). `decision`: as `Journal.decisions`.
    Taken in this order, each unless it contradicts what was taken before: decisions, the newest first;
    links that a source gives, then those of the model at or above `join_ppm`, the heaviest first. Links and
    decisions with a key that is not there today wait and change nothing.
    """
    numbers = key.sort("first", "key", nulls_last=True).select("key").with_row_index("number")
    word, sets = last_words(numbered(decision, numbers)), Sets()
    stands = pl.Series(heard(word, sets), dtype=pl.Boolean)
    standing, overruled = (word.filter(which).sort("left_key", "right_key") for which in (stands, ~stands))
    tie = ties(numbered(link, numbers), standing, join_ppm=join_ppm)
    label = labelled(tie, standing.filter(pl.col("verdict") == "different"), sets, keys=numbers.height)
    group = pl.DataFrame({"key": numbers["key"], "group_key": numbers["key"].gather(label)}).sort("key")
    size = group.group_by("group_key").agg(size=pl.len().cast(pl.Int64))
    return Grouping(
        group,
        standing.select(IN_FORCE),
        overruled.select(IN_FORCE),
        bridges(tie, label),
        size.filter(pl.col("size") > oversized_keys).sort("group_key"),
    )


def numbered(pair: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose two keys are there, left_key the smaller one, with their numbers as left and right."""
    sides = ("left_key", "right_key")
    pair = pair.with_columns(left_key=pl.min_horizontal(sides), right_key=pl.max_horizontal(sides))
    for side, number in zip(sides, ("left", "right"), strict=True):
        pair = pair.join(numbers.select(pl.col("key").alias(side), pl.col("number").alias(number)), on=side)
    return pair


def last_words(decision: pl.DataFrame) -> pl.DataFrame:
    """The last word on each pair, unless it was taken back; the newest first."""
    newest = decision.sort("seq", descending=True)
    last = newest.unique(["left_key", "right_key"], keep="first", maintain_order=True)
    return last.filter(pl.col("verdict") != "undone")


def heard(word: pl.DataFrame, sets: Sets) -> Iterator[bool]:
    """Put words into `sets`, one after the other. Tells of each whether it stands."""
    for verdict, left, right in word.select("verdict", "left", "right").iter_rows():
        if verdict == "same":
            yield sets.join(left, right)
        else:
            yield verdict != "different" or sets.part(left, right)


def ties(link: pl.DataFrame, standing: pl.DataFrame, *, join_ppm: int) -> pl.DataFrame:
    """What may hold two keys together, in the order in which it is taken: left_key, right_key, left, right,
    rank (0 decided, 1 given, 2 model), weight_milli. One row per pair."""
    columns = ("left_key", "right_key", "left", "right", "rank", "weight_milli")
    given = pl.col("origin") == "given"
    near = link.filter(given | (pl.col("probability_ppm") >= join_ppm)).with_columns(
        pl.col("weight_milli").cast(pl.Int64).fill_null(0), rank=pl.when(given).then(1).otherwise(2)
    )
    said = standing.filter(pl.col("verdict") == "same").with_columns(
        rank=pl.lit(0, pl.Int32), weight_milli=pl.lit(0, pl.Int64)
    )
    every = pl.concat([said.select(columns), near.select(columns)]).filter(pl.col("left") != pl.col("right"))
    ordered = every.sort(
        "rank", "weight_milli", "left_key", "right_key", descending=[False, True, False, False]
    )
    return ordered.unique(["left", "right"], keep="first", maintain_order=True)


def labelled(tie: pl.DataFrame, apart: pl.DataFrame, sets: Sets, *, keys: int) -> Numbers:
    """The number of the first key of each key's group. `sets` hold the decisions; ties come on top of them.

    Ties alone decide wherever no pair to keep apart lies within what they would join.
    """
    left, right = tie["left"].to_numpy(), tie["right"].to_numpy()
    component = joined(left, right, keys)
    both = component[apart["left"].to_numpy()]
    torn = np.isin(component, both[both == component[apart["right"].to_numpy()]])
    for one, other in tie.filter(torn[left]).select("left", "right").iter_rows():
        sets.join(one, other)
    for one in np.flatnonzero(torn).tolist():
        component[one] = keys + sets.top(one)
    _, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    return first[inverse]


def joined(left: Numbers, right: Numbers, keys: int) -> Numbers:
    """The connected component of each of `keys` numbers."""
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(keys, keys))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def bridges(tie: pl.DataFrame, label: Numbers) -> pl.DataFrame:
    """Links of the model that alone hold two parts of a group together, each of two keys or more, while both
    keys they join have a heavier link of their own."""
    columns = ("left_key", "right_key", "weight_milli")
    inside = tie.filter(label[tie["left"].to_numpy()] == label[tie["right"].to_numpy()])
    left, right = inside["left"].to_numpy(), inside["right"].to_numpy()
    sure = inside["rank"].to_numpy() < 2
    weight = np.where(sure, SURE_MILLI, inside["weight_milli"].to_numpy())
    heaviest = np.full(len(label), -SURE_MILLI)
    np.maximum.at(heaviest, left, weight)
    np.maximum.at(heaviest, right, weight)
    weak = (weight < heaviest[left]) & (weight < heaviest[right])
    blob = joined(left[~weak], right[~weak], len(label))  # what holds together without any weak link
    found = lone_bridges(blob[left[weak]], blob[right[weak]])
    return inside.filter(weak).filter(found).select(columns).sort(columns)


def lone_bridges(left: Numbers, right: Numbers) -> NDArray[np.bool_]:
    """Which of these pairs of numbers are the only way from the one to the other."""
    count = int(max(left.max(initial=0), right.max(initial=0))) + 1
    code = np.minimum(left, right) * count + np.maximum(left, right)
    way, times = np.unique(code, return_counts=True)
    ends = np.column_stack(np.divmod(way, count))
    graph = nx.Graph(ends[ends[:, 0] != ends[:, 1]].tolist())
    alone = [min(pair) * count + max(pair) for pair in nx.bridges(graph)]
    return np.isin(code, np.intersect1d(np.array(alone, np.int64), way[times == 1]))
