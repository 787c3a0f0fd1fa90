"""Retraining moves weights a little towards the shop, shows what would change, and changes nothing itself."""

from __future__ import annotations

import copy

import polars as pl
from identity_rows import company, trait

from burnish.identity.fitting import fitted
from burnish.identity.model import Model, Parameters
from burnish.identity.retraining import flips, moved, retrained

MODEL = Model.shipped("company")
NAMES = ("Brambleton", "Quillgate", "Thistlemere", "Kestrelford", "Osierwick", "Larkstone", "Wrenhurst")


def shop() -> pl.DataFrame:
    """Seven companies in two systems, one of them only by an old name and its phone."""
    rows = [company(f"erp:{at}", f"{name} Machine Inc.", phone=f"p{at}") for at, name in enumerate(NAMES)]
    rows += [company(f"crm:{at}", f"{name} Machine", phone=f"p{at}") for at, name in enumerate(NAMES[:-1])]
    return trait(*rows, company("crm:6", "Wrenhurst & Sons", phone="p6"))


def decided(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """What somebody said of pairs."""
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("left_key", "right_key", "verdict"), pl.String), orient="row"
    )


def weight(parameters: Parameters, says: str) -> int:
    """What a level weighs."""
    levels = (level for each in Model.of(parameters).comparisons for level in each.levels)
    return next(level.weight_milli for level in levels if level.says == says)


KIN = "the same rare words beside such as a firm takes on or drops"


def test_a_few_records_move_no_weight_by_much_and_the_result_is_reproducible() -> None:
    before = copy.deepcopy(MODEL.parameters)
    new = retrained(shop(), MODEL, decided())
    assert MODEL.parameters == before
    assert new == retrained(shop().reverse(), MODEL, decided())
    for old_one, new_one in zip(MODEL.comparisons, Model.of(new).comparisons, strict=True):
        for was, now in zip(old_one.levels, new_one.levels, strict=True):
            assert abs(was.weight_milli - now.weight_milli) < 600


def test_a_decision_moves_the_weight_of_what_was_found() -> None:
    pair = ("crm:6", "erp:6")
    same = retrained(shop(), MODEL, decided((*pair, "same"), ("crm:9", "erp:9", "same")))
    different = retrained(shop(), MODEL, decided((*pair, "different"), ("crm:0", "erp:0", "unsure")))
    assert weight(same, KIN) > weight(different, KIN)


def test_what_would_change_sides_is_shown_strongest_first() -> None:
    stricter = copy.deepcopy(MODEL.parameters)
    (name,) = (each for each in stricter["comparisons"] if each["name"] == "name")
    (phone,) = (each for each in stricter["comparisons"] if each["name"] == "phone")
    name["levels"][0]["u"] *= 256
    for level in phone["levels"]:
        level["m"] = level["u"]
    changed = flips(MODEL, Model.of(stricter), shop())
    assert flips(MODEL, MODEL, shop()).is_empty()
    assert changed["old_side"].unique().to_list() == ["joined"]
    assert changed["change_milli"].abs().is_sorted(descending=True)
    assert (changed["new_ppm"] < changed["old_ppm"]).all()


def test_a_prior_moves_by_a_bit_at_most() -> None:
    assert moved(0.001, 5_000, 10_000) == 0.001998
    assert moved(0.001, 10, 10_000) > 0.001
    assert moved(0.001, 0, 1_000_000) < 0.00051


def test_weights_counted_on_known_truth_keep_their_bounds_and_can_be_made_again() -> None:
    truth = pl.DataFrame(
        {
            "party_key": [f"{source}:{at}" for source in ("erp", "crm") for at in range(7)],
            "company": [*range(7)] * 2,
        }
    )
    new = fitted(shop(), truth)
    assert new == fitted(shop().reverse(), truth.reverse())
    for told, comparison in zip(new["comparisons"], Model.of(new).comparisons, strict=True):
        most = 14_500 if told.get("counted", True) else 17_000
        assert all(abs(level.weight_milli) <= most for level in comparison.levels)
