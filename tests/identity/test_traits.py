import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.errors import ContractError
from burnish.identity.names import Words
from burnish.identity.traits import RECORD, TRAIT, traits

WORDS = Words.shipped()


def records(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{"source": "erp", **row} for row in rows], schema=dict.fromkeys(RECORD, pl.String))


def places(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(("party_key", "kind", "token"), pl.String), orient="row")


def mails(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(("party_key", "domain"), pl.String), orient="row")


def of(
    record: pl.DataFrame, place: pl.DataFrame | None = None, mail: pl.DataFrame | None = None
) -> pl.DataFrame:
    return traits(
        record, places() if place is None else place, mails() if mail is None else mail, words=WORDS
    )


def test_a_party_has_the_traits_of_all_its_records():
    found = of(
        records(
            {
                "party_key": "p",
                "name": "Hollowridge Mfg. Co.",
                "code": " HR-1",
                "domain": "www.hollowridge.example",
            },
            {
                "party_key": "p",
                "name": "Hollowridge (DO NOT USE)",
                "alias": "Quillmarsh Inc",
                "city": "Port Lunden",
            },
        ),
        places(
            ("p", "phone", "f1"),
            ("p", "phone", "f0"),
            ("p", "street", "s"),
            ("p", "postal", "z"),
            ("p", "tax", "t"),
        ),
        mails(("p", "hollow-ridge.example"), ("p", "gmail.com"), ("p", "hollowridge.example")),
    ).to_dicts()
    assert len(found) == 1
    expected = {
        "party_key": "p", "source": "erp", "name_key": "hollowridge manufacturing", "rare": ["hollowridge"],
        "plain": ["manufacturing"], "form": "co", "initials": "hm", "numbers": [], "site": [],
        "city": "port lunden",
        "names": ["hollowridge", "hollowridge manufacturing", "quillmarsh"], "codes": ["hr-1"],
        "domains": ["hollow-ridge.example", "hollowridge.example"], "stems": ["hollowridge"],
        "phones": ["f0", "f1"], "streets": ["s"], "posts": ["z"], "taxes": ["t"],
    }  # fmt: skip
    assert {name: found[0][name] for name in expected} == expected


def test_a_name_marked_as_retired_is_read_where_there_is_no_other():
    found = of(records({"party_key": "p", "name": "ZZ Hollowridge Tool DO NOT USE"}))
    assert found["name_key"].to_list() == ["hollowridge tool"]


def test_an_unknown_text_is_null_and_an_unknown_list_is_empty():
    found = of(records({"party_key": "p", "code": "77"})).to_dicts()[0]
    assert {found[name] for name in ("name_key", "squeezed", "initials", "form", "city")} == {None}
    assert found["names"] == found["domains"] == found["phones"] == []


def test_no_records_have_no_traits_in_all_columns():
    found = of(records())
    assert found.height == 0
    assert dict(found.schema) == TRAIT


def test_whoever_is_only_named_by_a_place_or_a_mail_gets_no_row():
    found = of(
        records({"party_key": "p", "name": "Hollow"}),
        places(("q", "phone", "f")),
        mails(("r", "hollow.example")),
    )
    assert found["party_key"].to_list() == ["p"]


def test_all_missing_columns_are_told_at_once():
    with pytest.raises(ContractError, match="no column alias, city"):
        of(records().drop("alias", "city"))


def test_a_town_that_ends_the_name_is_told_apart_only_where_the_record_has_it():
    rows = records(
        {"party_key": "p", "name": "Hollow Tool, Port Lunden", "city": "PORT LUNDEN"},
        {"party_key": "q", "name": "Hollow Tool, Port Lunden"},
    )
    assert of(rows)["site"].to_list() == [["port", "lunden"], []]


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_does_not_matter(random):
    texts = ["Hollow Tool", "Hollow Tool Inc", "Hollow Tools", "Old - Hollow", "Quill & Sons", "", None]
    rows = [
        {"party_key": f"p{at % 3}", "name": text, "city": town, "code": f"C{at}"}
        for at, text in enumerate(texts * 2)
        for town in ("Eastmoor", "Port Lunden", None)
    ]
    shuffled = random.sample(rows, len(rows))
    assert of(records(*shuffled)).equals(of(records(*rows)))


def test_forty_unrelated_records_change_no_trait_of_others():
    rows = [
        {"party_key": f"p{at}", "name": f"Hollow{at} Tool", "domain": "hollow.example"} for at in range(5)
    ]
    more = [
        {"party_key": f"z{at}", "name": f"Hollow{at} Quill Tool", "domain": "hollow.example"}
        for at in range(40)
    ]
    before, after = of(records(*rows)), of(records(*rows, *more))
    assert after.filter(pl.col("party_key").str.starts_with("p")).equals(before)
