"""Groups under decisions: equal a slow reference, forget what is taken back, mind no unrelated row."""

from __future__ import annotations

import random
from itertools import combinations
from typing import NamedTuple

import networkx as nx
import polars as pl
import pytest

from burnish.identity.deciding import Grouping, grouped

KEY = {"key": pl.String, "first": pl.String, "source": pl.String}
LINK = {"left_key": pl.String, "right_key": pl.String, "origin": pl.String}
LINK |= {"weight_milli": pl.Int64, "probability_ppm": pl.Int64}
DECISION = {"seq": pl.Int64, "left_key": pl.String, "right_key": pl.String, "verdict": pl.String}
GATE_PPM = 900_000
SURE_PPM = 1_000_000
VERDICTS = ("same", "different", "unsure", "undone")


class World(NamedTuple):
    """Keys with the load that brought them; links; words as (left, right, verdict), the oldest first."""

    keys: list[tuple[str, str]]
    links: list[tuple[str, str, str, int, int]]
    words: list[tuple[str, str, str]]


def keys(names: str, load: str = "L1") -> list[tuple[str, str]]:
    return [(name, load) for name in names]


def link(pair: str, weight: int = 20_000, *, origin: str = "model") -> tuple[str, str, str, int, int]:
    return (pair[0], pair[1], origin, weight, SURE_PPM)


def asked(world: World, *, seed: int | None = None, oversized_keys: int = 30) -> Grouping:
    """The grouping of a world, its rows shuffled where there is a seed."""
    said = [(seq, *word) for seq, word in enumerate(world.words)]
    frames = [([(*key, "erp") for key in world.keys], KEY), (list(world.links), LINK), (said, DECISION)]
    chance = random.Random(seed)
    for rows, _ in frames:
        if seed is not None:
            chance.shuffle(rows)
    key, links, decision = (pl.DataFrame(rows, schema=columns, orient="row") for rows, columns in frames)
    return grouped(key, links, decision, join_ppm=GATE_PPM, oversized_keys=oversized_keys)


def told(grouping: Grouping) -> tuple[dict[str, str], set[tuple], set[tuple]]:
    groups = dict(grouping.group.iter_rows())
    return groups, set(grouping.standing.iter_rows()), set(grouping.overruled.iter_rows())


def reference(world: World) -> tuple[dict[str, str], set[tuple], set[tuple]]:
    """The rules once more, word by word, with sets that are looked through from end to end."""
    group = {key: {key} for key, _ in world.keys}
    apart: list[set[str]] = []

    def joined(one: str, other: str) -> bool:
        both = group[one] | group[other]
        fits = group[one] is group[other] or not any(pair <= both for pair in apart)
        if fits:
            group.update(dict.fromkeys(both, both))
        return fits

    last = {tuple(sorted(word[:2])): (seq, word[2]) for seq, word in enumerate(world.words)}
    verdicts: dict[bool, set[tuple]] = {True: set(), False: set()}
    for seq, verdict, one, other in sorted(((*said, *pair) for pair, said in last.items()), reverse=True):
        if verdict != "undone" and {one, other} <= group.keys():
            stands = (
                joined(one, other) if verdict == "same" else verdict == "unsure" or other not in group[one]
            )
            apart += [{one, other}] if stands and verdict == "different" else []
            verdicts[stands].add((one, other, verdict, seq))
    for _, _, one, other in sorted(
        (o == "model", -w, *sorted((a, b))) for a, b, o, w, p in world.links if near(o, p)
    ):
        if {one, other} <= group.keys():
            joined(one, other)
    first = dict(world.keys)
    return (
        {key: min(group[key], key=lambda one: (first[one], one)) for key in group},
        verdicts[True],
        verdicts[False],
    )


def near(origin: str, probability_ppm: int) -> bool:
    return origin == "given" or probability_ppm >= GATE_PPM


def random_world(seed: int) -> World:
    """Up to 12 keys, some named in links and decisions that no row has; weights often equal."""
    chance = random.Random(seed)
    names = "abcdefghijkl"[: chance.randint(2, 12)]
    pairs = [*combinations(names + "yz", 2), (names[0], names[0])]
    there = [(name, chance.choice(("L1", "L2"))) for name in names]
    links = [
        (
            *chance.sample(chance.choice(pairs), 2),
            chance.choice(("given", "model", "model")),
            chance.choice((9_000, 12_000, 15_000)),
            chance.choice((800_000, 900_000, SURE_PPM)),
        )
        for _ in range(chance.randint(0, 20))
    ]
    likely = chance.choice(((1, 1, 1, 1), (5, 3, 1, 1), (1, 5, 0, 1)))
    words = [
        (*chance.sample(chance.choice(pairs), 2), chance.choices(VERDICTS, likely)[0])
        for _ in range(chance.randint(0, 16))
    ]
    return World(there, links, words)


def test_a_thousand_random_journals_in_any_order_equal_a_slow_reference():
    for seed in range(1_000):
        world = random_world(seed)
        grouping = asked(world, seed=seed)
        assert told(grouping) == reference(world), seed
        assert grouping.group["key"].is_sorted(), seed


def test_the_order_of_rows_changes_no_row_of_any_frame():
    for seed in range(50):
        world = random_world(seed)
        for one, other in zip(asked(world, seed=1), asked(world, seed=2), strict=True):
            assert one.equals(other), seed


def test_forty_unrelated_keys_and_links_change_no_group():
    others = [(f"other {n:02d}", "L0") for n in range(40)]
    tied = [(f"other {n:02d}", f"other {n + 1:02d}", "model", 30_000, SURE_PPM) for n in range(0, 39, 2)]
    said = [("other 03", "other 04", "same"), ("other 04", "other 05", "different")]
    for seed in range(50):
        world = random_world(seed)
        more = World(world.keys + others, tied + world.links, world.words + said)
        before, after = told(asked(world))[0], told(asked(more, seed=seed))[0]
        assert {key: after[key] for key in before} == before, seed


def test_what_is_undone_is_as_if_never_said():
    for seed in range(50):
        world = random_world(seed)
        taken_back = [(right, left, "undone") for left, right, _ in world.words]
        never = asked(world._replace(words=[]))
        for one, other in zip(asked(world._replace(words=world.words + taken_back)), never, strict=True):
            assert one.equals(other), seed


def test_a_split_after_a_merge_gives_exactly_the_groups_without_the_merge():
    links = [link("ab"), link("bc", 15_000), link("de"), link("ef", 15_000), link("gh")]
    for seed in range(50):
        chance = random.Random(seed)
        before = World(keys("abcdefgh"), links, [])
        merge = [(chance.choice("abc"), chance.choice("def"), "same") for _ in range(chance.randint(1, 3))]
        split = [(left, right, "different") for left in "abc" for right in "def"]
        assert told(asked(before._replace(words=merge)))[0]["f"] == "a"
        assert asked(before._replace(words=merge + split)).group.equals(asked(before).group)


def test_the_newest_of_contradicting_decisions_wins_and_the_older_ones_are_listed():
    words = [("a", "b", "same"), ("b", "c", "same"), ("a", "c", "different")]
    groups, standing, overruled = told(asked(World(keys("abc"), [], words)))
    assert groups == {"a": "a", "b": "b", "c": "b"}
    assert standing == {("a", "c", "different", 2), ("b", "c", "same", 1)}
    assert overruled == {("a", "b", "same", 0)}


def test_an_overruled_decision_comes_back_when_the_newer_one_is_undone():
    words = [("a", "b", "different"), ("a", "c", "same"), ("c", "b", "same"), ("b", "c", "undone")]
    groups, _, overruled = told(asked(World(keys("abc"), [], words)))
    assert groups == {"a": "a", "b": "b", "c": "a"}
    assert overruled == set()


def test_decisions_win_over_what_a_source_gives():
    given = [link("ab", origin="given"), link("bc", origin="given")]
    groups, *_ = told(asked(World(keys("abc"), given, [("a", "b", "different")])))
    assert groups == {"a": "a", "b": "b", "c": "b"}


def test_of_links_that_would_join_what_is_different_the_heaviest_is_taken():
    links = [link("ac", 12_000), link("bc", 13_000)]
    groups, *_ = told(asked(World(keys("abc"), links, [("a", "b", "different")])))
    assert groups == {"a": "a", "b": "b", "c": "b"}


def test_unsure_joins_nothing_and_parts_nothing_but_replaces_what_was_said():
    words = [("a", "b", "different"), ("a", "b", "unsure")]
    groups, standing, _ = told(asked(World(keys("ab"), [link("ab")], words)))
    assert groups == {"a": "a", "b": "a"}
    assert standing == {("a", "b", "unsure", 1)}


def test_a_decision_about_an_unknown_key_waits_until_the_key_comes():
    words = [("a", "x", "same"), ("x", "b", "same")]
    waiting, standing, overruled = told(asked(World(keys("ab"), [], words)))
    assert (waiting, standing, overruled) == ({"a": "a", "b": "b"}, set(), set())
    assert told(asked(World(keys("abx"), [], words)))[0]["b"] == "a"


def test_one_and_the_same_key_cannot_be_different():
    _, standing, overruled = told(asked(World(keys("a"), [], [("a", "a", "different")])))
    assert (standing, overruled) == (set(), {("a", "a", "different", 0)})


def test_the_key_that_was_loaded_first_stands_for_its_group():
    world = World([("a", "L2"), ("b", "L1"), ("c", "L1")], [link("ab"), link("ac")], [])
    assert set(told(asked(world))[0].values()) == {"b"}


CHAIN = [link("ab", 25_000), link("cd", 25_000)]


def test_a_weak_link_that_alone_holds_two_parts_is_a_bridge():
    found = asked(World(keys("abcd"), [*CHAIN, link("bc", 14_000)], [])).bridge
    assert found.rows() == [("b", "c", 14_000)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([link("bc", 25_000)], []),  # as heavy as the links beside it
        ([link("bc", 14_000, origin="given")], []),  # a source says so
        ([link("bc", 14_000)], [("b", "c", "same")]),  # a person says so
        ([link("bc", 14_000), link("ad", 13_000)], []),  # there is a way round
        ([link("bc", 14_000)], [("a", "d", "same")]),  # a person's way round
    ],
)
def test_what_is_sure_or_has_a_way_round_is_no_bridge(more, words):
    assert asked(World(keys("abcd"), CHAIN + more, words)).bridge.is_empty()


def test_bridges_equal_those_found_in_each_whole_group():
    some = 0
    for seed in range(200):
        world = random_world(seed)._replace(words=[])
        grouping = asked(world)
        weight = heaviest(world)
        graph = nx.Graph(list(weight))
        expected = {
            (*sorted(pair), weight[frozenset(pair)])
            for pair in nx.bridges(graph)
            if all(
                any(weight[frozenset((end, near))] > weight[frozenset(pair)] for near in graph[end])
                for end in pair
            )
        }
        assert set(grouping.bridge.iter_rows()) == expected, seed
        some += len(expected)
    assert some > 20


def heaviest(world: World) -> dict[frozenset[str], float]:
    """The weight of each pair that is tied in a world without decisions."""
    there, weight = {key for key, _ in world.keys}, dict[frozenset[str], float]()
    for left, right, origin, milli, ppm in world.links:
        if near(origin, ppm) and left != right and {left, right} <= there:
            heavy = float("inf") if origin == "given" else milli
            weight[frozenset((left, right))] = max(heavy, weight.get(frozenset((left, right)), 0))
    return weight


def test_oversized_groups_are_named():
    grouping = asked(World(keys("abcde"), [link("ab"), link("bc"), link("de")], []), oversized_keys=2)
    assert grouping.oversized.rows() == [("a", 3)]


def test_a_hundred_thousand_keys_take_seconds_and_a_chain_of_them_no_recursion():
    count = 100_000
    name = pl.format("erp:name:{}", pl.int_range(count).cast(pl.String).str.zfill(6))
    key = pl.select(key=name, first=pl.lit("L1"), source=pl.lit("erp"))
    link = pl.DataFrame({"left_key": key["key"][:-1], "right_key": key["key"][1:]}).with_columns(
        origin=pl.lit("model"), weight_milli=pl.lit(9_000), probability_ppm=pl.lit(SURE_PPM)
    )
    ends = {"seq": [1], "left_key": [key["key"][0]], "right_key": [key["key"][-1]], "verdict": ["different"]}
    grouping = grouped(key, link, pl.DataFrame(ends, schema=DECISION), join_ppm=GATE_PPM)
    assert grouping.oversized["size"].to_list() == [count - 1]
