"""What people are asked, in which order, and what their answers say about precision."""

from __future__ import annotations

import random

import polars as pl
import pytest
from scipy.stats import binom

from burnish.identity.asking import (
    BOUND,
    INDIRECT,
    Band,
    Gates,
    clopper_pearson,
    drawn,
    joined,
    needed,
    precision,
    shares,
    strongest,
    waiting,
    weighted,
)

GATES = Gates(join_ppm=950_000, ask_ppm=100_000)
WORD = dict.fromkeys(("left_key", "right_key", "verdict", "how"), pl.String) | {"seq": pl.Int64}


def pairs(*rows: tuple[str, str, int], origin: str = "model") -> pl.DataFrame:
    schema = {"left_key": pl.String, "right_key": pl.String, "probability_ppm": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(origin=pl.lit(origin), weight_milli=pl.lit(0, pl.Int64))


def groups(*sets: str) -> pl.DataFrame:
    rows = [(key, keys) for keys in sets for key in keys]
    return pl.DataFrame(rows, schema={"key": pl.String, "group_key": pl.String}, orient="row")


def words(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    said = [(*row, seq) for seq, row in enumerate(rows, start=1)]
    return pl.DataFrame(said, schema=WORD, orient="row")


def stake(**money: int) -> pl.DataFrame:
    schema = {"group_key": pl.String, "money": pl.Int64, "rows": pl.Int64}
    return pl.DataFrame([(name, each, 1) for name, each in money.items()], schema=schema, orient="row")


def queue(pair: pl.DataFrame, group: pl.DataFrame, word: pl.DataFrame, **money: int) -> list[tuple[str, str]]:
    return waiting(pair, group, stake(**money), word, gates=GATES).select("left_key", "right_key").rows()


def test_the_smaller_side_decides_what_a_question_is_worth() -> None:
    group = groups("a", "b", "c", "d")
    pair = pairs(("a", "b", 900_000), ("c", "d", 300_000))
    assert queue(pair, group, words(), a=1_000_000, b=10, c=500, d=500) == [("c", "d"), ("a", "b")]
    assert queue(pair, group, words(), a=500, b=500, c=500, d=500) == [("a", "b"), ("c", "d")]


def test_two_customers_are_asked_about_once_by_their_likeliest_pair() -> None:
    pair = pairs(("a", "c", 300_000), ("b", "c", 700_000), ("a", "d", 400_000))
    assert queue(pair, groups("ab", "cd"), words()) == [("b", "c")]


def test_what_an_answer_settles_is_not_asked_any_more() -> None:
    pair = pairs(("a", "b", 300_000), ("b", "c", 700_000), ("a", "c", 800_000))
    group = groups("a", "b", "c")
    assert queue(pair, group, words(("a", "c", "same", "queue"))) == [("b", "c")]
    assert queue(pair, group, words(("a", "c", "same", "queue"), ("b", "c", "different", "queue"))) == []


@pytest.mark.parametrize("probability_ppm", [99_999, 950_000])
def test_only_pairs_between_the_gates_wait(probability_ppm: int) -> None:
    assert queue(pairs(("a", "b", probability_ppm)), groups("a", "b"), words()) == []


def test_the_queue_does_not_depend_on_the_order_of_rows() -> None:
    rng = random.Random(3)
    rows = [(*sorted(rng.sample("abcdefghij", 2)), rng.randrange(100_000, 950_000)) for _ in range(25)]
    pair = pairs(*{row[:2]: row for row in rows}.values())
    group = groups("ab", "cde", "f", "g", "h", "ij")
    first = queue(pair, group, words(), ab=5, cde=7)
    assert first == queue(
        pair.sample(fraction=1, shuffle=True, seed=1), group.reverse(), words(), ab=5, cde=7
    )


def test_given_and_decided_pairs_are_no_work_of_the_model() -> None:
    pair = pl.concat(
        [pairs(("a", "b", 1_000_000), origin="given"), pairs(("b", "c", 990_000), ("c", "d", 990_000))]
    )
    found = joined(pair, groups("abcd"), words(("c", "d", "same", "merge")), gates=GATES)
    assert found.select("left_key", "right_key", "band").rows() == [
        ("a", "c", INDIRECT),
        ("a", "d", INDIRECT),
        ("b", "c", ".99 to .999"),
        ("b", "d", INDIRECT),
    ]


def test_a_pair_that_a_sample_found_wrong_goes_on_counting_after_its_split() -> None:
    pair, word = pairs(("a", "b", 990_000), ("c", "d", 990_000)), words(("a", "b", "different", "sample"))
    before, after = (
        joined(pair, group, word, gates=GATES) for group in (groups("ab", "cd"), groups("a", "b", "cd"))
    )
    assert precision(before, word) == precision(after, word)
    assert precision(after, word).estimate == 0


def test_a_sample_sees_every_band_and_each_pair_once() -> None:
    keys = [f"k{n:03}" for n in range(200)]
    rows = [(keys[2 * n], keys[2 * n + 1], 999_999 if n else 960_000) for n in range(100)]
    group = pl.DataFrame({"key": keys, "group_key": [f"g{n // 2:03}" for n in range(200)]})
    population = joined(pairs(*rows), group, words(), gates=GATES)
    first = drawn(population, words(), number=20, seed="s")
    assert set(first["band"]) == set(population["band"])
    assert first.equals(drawn(population.reverse(), words(), number=20, seed="s"))
    said = words(
        *[(left, right, "same", "sample") for left, right in first.select("left_key", "right_key").rows()]
    )
    later = drawn(population, said, number=200, seed="s")
    assert later.height == 80
    assert later.join(first, on=["left_key", "right_key"]).is_empty()


@pytest.mark.parametrize("number", [1, 7, 50, 103, 500])
def test_shares_add_up(number: int) -> None:
    there = {"a": 1, "b": 2, "c": 100}
    quota = shares(there, number)
    assert sum(quota.values()) == min(number, 103)
    assert all(quota[name] <= there[name] for name in there)


@pytest.mark.parametrize(("right", "trials"), [(0, 9), (7, 9), (9, 9), (97, 100)])
def test_the_interval_is_the_one_of_the_binomial_tails(right: int, trials: int) -> None:
    low, high = clopper_pearson(right / trials, trials)
    if right:
        assert binom.sf(right - 1, trials, low) == pytest.approx(0.025)
    if right < trials:
        assert binom.cdf(right, trials, high) == pytest.approx(0.025)


def test_the_share_is_weighted_by_how_many_each_band_joined() -> None:
    estimate, low, high = weighted([Band("a", 900, 10, 10), Band("b", 100, 10, 5)])
    assert estimate == pytest.approx(0.95)
    assert low < 0.95 < high


def test_bands_without_an_answer_may_be_all_wrong_or_all_right() -> None:
    seen = weighted([Band("a", 900, 50, 50)])
    part = weighted([Band("a", 900, 50, 50), Band("b", 100, 0, 0)])
    assert part[1] == pytest.approx(0.9 * seen[1])
    assert part[2] == 1


def test_when_all_are_answered_nothing_is_uncertain() -> None:
    assert weighted([Band("a", 3, 3, 2), Band("b", 1, 1, 1)]) == (0.75, 0.75, 0.75)


def test_as_many_more_right_answers_as_said_are_enough_and_one_fewer_is_not() -> None:
    bands = [Band("a", 2_000, 30, 30), Band("b", 50, 5, 5)]
    more = needed(bands, BOUND)

    def low(number: int) -> float:
        quota = shares({"a": 1_970, "b": 45}, number)
        return weighted(
            [
                Band(one.name, one.joined, *[n + quota[one.name] for n in (one.answered, one.right)])
                for one in bands
            ]
        )[1]

    assert low(more) >= BOUND > low(more - 1)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, held = random.Random(5), 0
    for _ in range(300):
        answers = [
            (Band("a", 900, 40, sum(rng.random() < 0.99 for _ in range(40)))),
            Band("b", 100, 10, sum(rng.random() < 0.8 for _ in range(10))),
        ]
        _, low, high = weighted(answers)
        held += low <= 0.971 <= high
    assert held >= 0.95 * 300


def test_the_strongest_links_hold_a_set_together() -> None:
    link = pl.DataFrame(
        [
            ("a", "b", "model", 1),
            ("a", "c", "model", 9),
            ("b", "c", "model", 5),
            ("c", "d", "given", None),
            ("a", "d", "decided", -3),
        ],
        schema=["left_key", "right_key", "origin", "weight_milli"],
        orient="row",
    )
    assert strongest(link).select("left_key", "right_key").rows() == [("a", "d"), ("c", "d"), ("b", "c")]
