import polars as pl
import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from burnish.identity.parties import Parties, parties

ORGANISATION = dict.fromkeys(
    ("source", "object", "native_id", "load_id", "name", "code", "parent_ref", "merged_into", "merged_from"),
    pl.String,
)
ORGANISATION |= dict.fromkeys(("domain", "city", "region", "postal_code", "industry"), pl.String)
ORGANISATION |= {"is_person": pl.Boolean}
REFS = {"source": pl.String, "organisation_ref": pl.String, "load_id": pl.String, "makes": pl.Boolean}


def company(source: str, name: str, code: str | None = None, **said: str | bool) -> dict[str, object]:
    row = {"source": source, "object": "list", "native_id": code or name, "load_id": "L000002"}
    return row | {"name": name, "code": code} | said


def gathered(companies: list[dict], refs: list[tuple[str, str]] = []) -> Parties:  # noqa: B006
    named = pl.DataFrame([(*ref, "L000001", True) for ref in refs], schema=REFS, orient="row")
    return parties(pl.DataFrame(companies, schema=ORGANISATION), named)


def called(found: Parties) -> dict[tuple[str, str], str]:
    return {(source, text): party for source, text, party in found.ref.iter_rows()}


def test_a_code_and_a_name_of_one_record_are_one_party() -> None:
    found = called(
        gathered([company("erp", "Acme Plating", "A-1")], [("erp", "A-1"), ("erp", "acme  plating")])
    )
    assert set(found.values()) == {"erp:code:a-1"}


def test_punctuation_does_not_make_two_parties() -> None:
    found = gathered([], [("erp", "Acme Fasteners, Inc."), ("erp", "Acme Fasteners Inc")])
    assert found.party.height == 1


def test_two_codes_under_one_name_stay_two_parties_and_the_bare_name_is_a_third() -> None:
    rows = [company("crm", "Acme Plating", "1"), company("crm", "Acme Plating", "2")]
    found = called(gathered(rows, [("crm", "Acme Plating"), ("crm", "2")]))
    assert found["crm", "Acme Plating"] == "crm:name:acme plating"
    assert found["crm", "1"] != found["crm", "2"]


def test_the_same_code_in_two_systems_is_two_parties() -> None:
    assert gathered([], [("erp", "1001"), ("books", "1001")]).party.height == 2


def test_a_code_does_not_join_a_company_that_is_named_like_it() -> None:
    found = called(gathered([company("erp", "Birch Works", "ACME"), company("erp", "Acme")]))
    assert found["erp", "Birch Works"] != found["erp", "Acme"]


def test_a_list_added_later_leaves_the_anchor_where_the_orders_put_it() -> None:
    refs = [("erp", "Zeta Plating")]
    alone, listed = gathered([], refs), gathered([company("erp", "Zeta Plating", "A-1")], refs)
    assert alone.party["anchor"].to_list() == listed.party["anchor"].to_list() == ["erp:name:zeta plating"]


def test_every_key_of_a_party_finds_it_again() -> None:
    found = gathered([company("erp", "Acme Plating", "A-1")], [("erp", "ACME PLATING")])
    keys = dict(found.key.iter_rows())
    assert keys["erp:code:a-1"] == keys["erp:name:acme plating"] == keys["erp:record:A-1"] == "erp:code:a-1"


@pytest.mark.parametrize("said", [{"merged_into": "7"}, {"merged_into": "Acme Group"}])
def test_a_record_merged_into_another_is_given_as_one(said: dict[str, str]) -> None:
    found = gathered([company("xero", "Acme Group", "7"), company("xero", "Acme old", "3", **said)])
    assert found.given.rows() == [("xero:code:3", "xero:code:7")]


def test_records_that_were_merged_into_one_are_given_as_one() -> None:
    rows = [company("hubspot", "Acme", "9", merged_from="3; 4; 77")]
    rows += [company("hubspot", "Acme Inc", "3"), company("hubspot", "ACME", "4")]
    assert {left for left, _ in gathered(rows).given.rows()} == {"hubspot:code:3", "hubspot:code:4"}


def test_a_job_of_a_customer_is_given_as_the_customer() -> None:
    found = gathered([], [("books", "Acme Plating"), ("books", "Acme Plating:Line 2")])
    assert found.given.rows() == [("books:name:acme plating", "books:name:acme plating:line 2")]


def test_a_colon_without_such_a_customer_gives_nothing() -> None:
    assert gathered([], [("books", "Acme: Metal")]).given.is_empty()


def test_a_parent_is_found_by_name_or_by_code_of_the_same_source_only() -> None:
    rows = [company("crm", "Acme Group", "1"), company("crm", "Acme East", "2", parent_ref="Acme Group")]
    rows += [
        company("crm", "Acme West", "3", parent_ref="1"),
        company("erp", "Acme", "4", parent_ref="Acme Group"),
    ]
    found = dict(gathered(rows).party.select("party_key", "parent_key").iter_rows())
    assert found["crm:code:2"] == found["crm:code:3"] == "crm:code:1"
    assert found["erp:code:4"] is None


def test_a_badge_scan_alone_makes_no_customer() -> None:
    named = pl.DataFrame([("badges", "Acme", "L000001", False)], schema=REFS, orient="row")
    assert parties(pl.DataFrame(schema=ORGANISATION), named).party["makes"].to_list() == [False]


def test_a_private_customer_is_marked_even_where_only_an_order_names_it() -> None:
    found = gathered([], [("erp", "person 0a1b")])
    assert found.party["is_person"].to_list() == [True]


@settings(deadline=None, max_examples=30)
@any_of(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    rows = [company("crm", f"Acme {n // 2}", str(n), parent_ref="Acme 0") for n in range(6)]
    before, after = gathered(rows), gathered([rows[n] for n in order])
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))


def test_what_was_decided_before_a_list_came_or_after_it_went_finds_the_party() -> None:
    refs = [("erp", "A1")]
    alone, listed = gathered([], refs), gathered([company("erp", "Acme", "A1")], refs)
    assert dict(alone.key.iter_rows())["erp:code:a1"] == "erp:name:a1"
    assert dict(listed.key.iter_rows())["erp:name:a1"] == "erp:code:a1"
    assert alone.party["anchor"].to_list() == listed.party["anchor"].to_list()


def test_a_text_that_one_company_has_as_a_code_and_another_as_a_name_is_a_key_of_the_second() -> None:
    found = gathered([company("erp", "Birch Works", "ACME"), company("erp", "Acme")], [("erp", "ACME")])
    keys = dict(found.key.iter_rows())
    assert (keys["erp:code:acme"], keys["erp:name:acme"]) == ("erp:code:acme", "erp:name:acme")
    assert found.key["record_key"].is_unique().all()
