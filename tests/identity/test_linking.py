"""Which companies are one: what is found, what it weighs, and that nothing else enters."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from identity_rows import company, trait

from burnish.identity.linking import Compared, compared
from burnish.identity.model import Model
from burnish.schema.facts import MATCH_EVIDENCE, MATCH_PAIR

MODEL = Model.shipped("company")


def between(one: dict[str, Any], other: dict[str, Any]) -> Compared:
    """What is found between two records."""
    return compared(trait(one, other), MODEL, key="party_key")


def side(one: dict[str, Any], other: dict[str, Any]) -> str:
    """joined, asked or apart."""
    pair = between(one, other).pair
    if pair.is_empty():
        return "apart"
    return "joined" if pair["probability_ppm"][0] >= MODEL.join_ppm else "asked"


SAME = [
    ("Brambleton Tool & Die, Inc.", "BRAMBLETON TOOL AND DIE"),
    ("Brambleton Manufacturing LLC", "Brambleton Mfg"),
    ("Brambleton Threaded Products", "Brambleton Theaded Products"),
    ("Brambleton Threaded Products", "Brambleton Threaded Prdoucts"),
    ("Corporate Brambleton Fasteners", "Brambleton Corporate Fasteners"),
    ("Brambleton Fasteners (DO NOT USE)", "Brambleton Fasteners Co."),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_name_written_in_two_ways_is_joined(one: str, other: str) -> None:
    assert side(company("erp:1", one), company("crm:1", other)) == "joined"


STRANGERS = [
    ("Brambleton Tool", "Brambleton Machine"),
    ("Brambleton Machine", "Quillgate Machine"),
    ("Alderwick Machine", "Elderwick Machine"),
    ("Precision Machine", "Precision Tool"),
]


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_a_word_in_common_joins_nobody(one: str, other: str) -> None:
    assert side(company("erp:1", one), company("crm:1", other)) == "apart"


def test_another_plant_is_another_customer() -> None:
    beside = {"domain": "brambleton.example"}
    main = company("erp:1", "Brambleton Machine", **beside)
    assert side(main, company("crm:1", "Brambleton Machine Plant 2", **beside)) == "apart"
    second = company("erp:2", "Brambleton Machine Plant 2", **beside)
    assert side(second, company("crm:2", "Brambleton Machine Plant 3", **beside)) == "apart"
    assert side(second, company("crm:3", "Brambleton Machine - Plant 2", **beside)) == "joined"


def test_one_letter_apart_is_asked_about_unless_something_else_decides() -> None:
    one, other = "Osierridge Machine", "Osierbridge Machine"
    assert side(company("erp:1", one), company("crm:1", other)) == "asked"
    assert side(company("erp:1", f"{one} Inc"), company("crm:1", f"{other} Inc.")) == "asked"
    assert side(company("erp:1", one, phone="p"), company("crm:1", other, phone="p")) == "joined"
    mails = company("erp:1", one, domain="a.example"), company("crm:1", other, domain="b.example")
    assert side(*mails) != "joined"
    one_place, other_place = {"phone": "p", "street": "s"}, {"phone": "q", "street": "t"}
    assert side(company("erp:1", one, **one_place), company("crm:1", other, **other_place)) == "apart"


@pytest.mark.parametrize(
    "plant", ["Brambleton Machine Plnat 2", "Brambelton Machine Plant 2", "Brambelton Machine - Ottermouth"]
)
def test_a_misspelt_plant_is_not_joined_to_its_company_by_what_they_share(plant: str) -> None:
    beside = {"domain": "brambleton.example", "phone": "p", "street": "s"}
    main = company("erp:1", "Brambleton Machine", **beside)
    assert side(main, company("crm:1", plant, **beside)) != "joined"
    assert side(main, company("crm:1", plant, domain=beside["domain"])) == "apart"


def test_a_phone_or_an_address_that_strangers_share_does_not_join_them() -> None:
    one = company("erp:1", "Brambleton Machine", phone="p", street="s")
    assert side(one, company("crm:1", "Quillgate Plating", phone="p")) == "apart"
    assert side(one, company("crm:1", "Quillgate Plating", street="s")) == "apart"
    assert side(one, company("crm:1", "Quillgate Plating", phone="p", street="s")) != "joined"


def test_an_old_name_is_joined_by_its_phone_and_not_without() -> None:
    old = company("erp:1", "Brambleton & Sons", phone="p")
    assert side(old, company("crm:1", "Brambleton Machine", phone="p")) == "joined"
    assert side(old, company("crm:1", "Brambleton Machine")) != "joined"


def test_a_domain_that_spells_the_other_name_speaks_for_it() -> None:
    found = between(
        company("erp:1", "BTD", domain="brambletontooldie.example", city="Eastmoor"),
        company("crm:1", "Brambleton Tool & Die", city="Eastmoor"),
    )
    assert "the domain of one spells the name of the other" in found.evidence["found"].to_list()


def test_one_tax_number_under_two_names_is_asked_about_and_joins_no_plants() -> None:
    one = company("erp:1", "Brambleton Machine", tax="t")
    assert side(one, company("crm:1", "Quillgate Holding", tax="t")) == "asked"
    assert side(one, company("crm:1", "Brambleton & Sons", tax="t")) == "joined"
    assert side(one, company("crm:1", "Brambleton Machine Plant 2", tax="t")) != "joined"


def shop() -> list[dict[str, Any]]:
    """Some records of which several are one."""
    return [
        company(
            "erp:1", "Brambleton Tool & Die, Inc.", phone="a", street="s", code="BRAM0001", city="Eastmoor"
        ),
        company("erp:2", "Brambleton & Sons", phone="a", code="BRAM0001-2"),
        company("crm:1", "Brambleton Tool and Die", domain="brambletontooldie.example", city="Eastmoor"),
        company("log:1", "Brambelton Tool & Die"),
        company("erp:3", "Quillgate Plating LLC", phone="b", street="s"),
        company("crm:3", "Quillgate Plating", domain="quillgateplating.example"),
        company("log:3", "QUILLGATE PLATING"),
        company("log:4", "Quillgate Machine"),
    ]


def test_evidence_adds_up_to_the_weight_and_the_weight_to_the_probability() -> None:
    found = compared(trait(*shop()), MODEL, key="party_key")
    ends = ["left_key", "right_key"]
    both = found.pair.join(
        found.evidence.group_by(ends).agg(total=pl.col("weight_milli").sum(), first=pl.col("place").min()),
        on=ends,
    )
    assert both.height == found.pair.height > 6
    assert both["total"].to_list() == both["weight_milli"].to_list()
    assert set(both["first"]) == {0}
    for weight, chance in both.select("weight_milli", "probability_ppm").iter_rows():
        assert chance == round(1e6 / (1 + 2 ** (-weight / 1000)))


def test_pairs_and_evidence_keep_their_contracts() -> None:
    found = compared(trait(*shop()), MODEL, key="party_key")
    assert found.pair.columns == list(MATCH_PAIR.by_name)
    assert found.evidence.columns == list(MATCH_EVIDENCE.by_name)
    assert (found.pair["left_key"] < found.pair["right_key"]).all()
    assert found.pair["probability_ppm"].min() >= MODEL.ask_ppm
    nobody = compared(trait(*shop()).clear(), MODEL, key="party_key")
    assert nobody.pair.schema == found.pair.schema
    assert nobody.evidence.schema == found.evidence.schema


def test_the_order_of_records_does_not_matter() -> None:
    rows = trait(*shop())
    one = compared(rows, MODEL, key="party_key")
    other = compared(rows.reverse(), MODEL, key="party_key")
    assert one.pair.equals(other.pair)
    assert one.evidence.equals(other.evidence)


LETTERS = st.text("bcdfghjklmnprstvwxz", min_size=7, max_size=12)
KINDS = st.sampled_from(["Machine", "Tool", "Plating", "Fasteners & Sons", "Plant 2", ""])


@settings(max_examples=4, deadline=None)
@given(st.lists(st.tuples(LETTERS, KINDS), min_size=40, max_size=40, unique_by=lambda each: each[0]))
def test_forty_strangers_change_nothing_between_the_others(names: list[tuple[str, str]]) -> None:
    strangers = [
        company(f"new:{at}", f"{word} {kind}", city="Eastmoor", phone=f"n{at}")
        for at, (word, kind) in enumerate(names)
    ]
    before = compared(trait(*shop()), MODEL, key="party_key")
    after = compared(trait(*shop(), *strangers), MODEL, key="party_key")
    of_shop = ~(pl.col("left_key").str.starts_with("new:") | pl.col("right_key").str.starts_with("new:"))
    assert after.pair.filter(of_shop).equals(before.pair)
    assert after.evidence.filter(of_shop).equals(before.evidence)


def plain_levenshtein(one: str, other: str) -> int:
    """The slow reference: a table of distances, row after row."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        last, row[0] = row[0], at
        for place, against in enumerate(other, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (letter != against))
    return row[-1]


@settings(max_examples=4, deadline=None)
@given(LETTERS, st.integers(1, 5), st.booleans())
def test_a_slip_of_the_finger_is_found_wherever_it_is(word: str, at: int, swap: bool) -> None:
    slipped = word[:at] + word[at + 1] + word[at] + word[at + 2 :] if swap else word[:at] + word[at + 1 :]
    found = between(company("erp:1", f"{word} Machine"), company("crm:1", f"{slipped} Machine"))
    expected = {
        "the same name",
        "the names differ by one letter",
        "two letters changed over or one doubled, or a slip beside the same first word",
    }
    assert plain_levenshtein(word, slipped) <= 2
    assert expected & set(found.evidence["found"])
