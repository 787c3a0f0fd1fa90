"""Models of who is who are data: complete, monotone, frozen, and refused when they are not."""

from __future__ import annotations

import copy
import math

import pytest

from burnish.errors import ContractError
from burnish.identity.model import Model, coded


@pytest.fixture(scope="module")
def shipped() -> Model:
    return Model.shipped("company")


def named(model: Model, name: str) -> list[int]:
    """Weights of a comparison, in the order of its levels."""
    return [level.weight_milli for each in model.comparisons if each.name == name for level in each.levels]


def test_there_is_always_a_model(shipped: Model) -> None:
    assert Model.of(None, "company").version == shipped.version
    assert len(shipped.version) == 12


def test_a_model_that_is_kept_carries_its_own_words(shipped: Model) -> None:
    assert "machine" in shipped.parameters["words"]["plain"]
    assert "machine" in shipped.words.plain


def test_any_change_is_another_version(shipped: Model) -> None:
    other = copy.deepcopy(shipped.parameters)
    other["comparisons"][0]["levels"][0]["m"] *= 0.99
    assert Model.of(other).version != shipped.version
    assert Model.of(copy.deepcopy(shipped.parameters)).version == shipped.version


def test_a_weight_is_the_logarithm_of_how_much_more_often_it_is_found(shipped: Model) -> None:
    for comparison in shipped.comparisons:
        for level in comparison.levels:
            assert level.weight_milli == round(1000 * math.log2(level.m / level.u))


def test_better_agreement_never_weighs_less_than_none(shipped: Model) -> None:
    name = named(shipped, "name")
    assert name[0] == max(name)
    assert name[-1] == min(name)
    for each in ("phone", "address", "domain", "tax_number"):
        assert named(shipped, each)[-1] < 0 < max(named(shipped, each))


def test_strangers_who_share_a_phone_or_an_address_are_not_joined_by_that_alone(shipped: Model) -> None:
    different = named(shipped, "name")[-1]
    gate = 1000 * math.log2(shipped.join_ppm / (1_000_000 - shipped.join_ppm))
    for one in ("phone", "address", "domain"):
        assert shipped.prior_milli + different + max(named(shipped, one)) < gate


def test_what_comes_together_is_not_counted_twice_in_full(shipped: Model) -> None:
    by_saying = {level.says: level.weight_milli for each in shipped.comparisons for level in each.levels}
    assert by_saying["the same phone, and the same domain"] < by_saying["the same phone"] / 2
    assert by_saying["the same street, and the same phone or domain"] < by_saying["the same street"] / 2


def test_what_a_level_says_is_in_words_and_told_once_per_comparison(shipped: Model) -> None:
    for comparison in shipped.comparisons:
        says = [level.says for level in comparison.levels]
        assert len(set(says)) == len(says)
        assert all(text and "_" not in text and not any(map(str.isdigit, text)) for text in says)


@pytest.mark.parametrize("weight", [-14500, -1, 0, 1, 9000])
@pytest.mark.parametrize("number", [1, 30])
def test_splink_is_told_a_weight_and_the_number_of_its_level(weight: int, number: int) -> None:
    m, u = coded(weight, number)
    assert 0 < m <= 0.5
    assert 0 < u <= 0.5
    assert round(math.log2(m / u) * 1_000_000) == weight * 1000 + number


def test_a_model_with_faults_is_refused_with_all_of_them(shipped: Model) -> None:
    broken = copy.deepcopy(shipped.parameters)
    broken["prior"], broken["ask_ppm"] = 0, 990_000
    broken["comparisons"][0]["levels"][0]["u"] = 0
    with pytest.raises(ContractError, match=r"prior is not .*ask_ppm and join_ppm .*m and u are not"):
        Model.of(broken)
    with pytest.raises(ContractError, match="comparisons is missing"):
        Model.of({"kind": "company"})
