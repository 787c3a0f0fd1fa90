"""Tokens: equal where the clear texts mean the same, and nothing of anybody in them."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest

from burnish.privacy.keys import ShopKey
from burnish.privacy.places import national, open_postal, phones, postal, street
from burnish.privacy.roles import is_role_local, is_role_name
from burnish.privacy.spelling import mail, named, near, nicknames, sound, spelled
from burnish.privacy.tokens import company_places, contact_places, mail_domains, person_traits, token
from burnish.privacy.vault import Vault

KEY = ShopKey.of(b"k" * 32)


@pytest.fixture
def vault(tmp_path):
    with Vault.open(tmp_path, KEY) as opened:
        yield opened


def kept(vault: Vault, native: str, object_: str = "contacts", **cells: str) -> str:
    """The id of a record whose cells the vault now holds."""
    person = vault.person_ids("erp", object_, pa.array([native]))[0].as_py()
    table = "organisation" if object_ == "organisation" else "person"
    rows = {
        "person_id": [person] * len(cells),
        "table": [table] * len(cells),
        "column": list(cells),
        "value": list(cells.values()),
        "load_id": ["L1"] * len(cells),
    }
    vault.put(pa.table(rows))
    return person


def contacts(*ids: str, company: str | None = "Acme") -> pl.DataFrame:
    rows = {"person_id": ids, "source": ["erp"] * len(ids), "organisation_ref": [company] * len(ids)}
    return pl.DataFrame(rows, schema_overrides={"organisation_ref": pl.String})


def traits(vault: Vault, *ids: str) -> pl.DataFrame:
    return person_traits(vault, contacts(*ids), is_shared=lambda domain: domain == "freemail.example")


def test_a_token_depends_on_kind_text_and_key(vault, tmp_path):
    one, again, other = token(
        vault, "mail", pa.array(["a@b.example", "a@b.example", "c@b.example"])
    ).to_pylist()
    assert one == again != other
    assert len(one) == 16
    assert token(vault, "phone", pa.array(["a@b.example"]))[0].as_py() != one
    with Vault.open(tmp_path / "other", ShopKey.of(b"o" * 32)) as stranger:
        assert token(stranger, "mail", pa.array(["a@b.example"]))[0].as_py() != one
    assert token(vault, "mail", pa.array([None], pa.string())).to_pylist() == [None]


def test_telephones_are_equal_however_they_are_written():
    same = ["(618) 555-0112", "+1 618-555-0112", "618.555.0112 x34", "001 618 555 0112", "1 618 555 0112"]
    assert {phones(one)[0] for one in same} == {"6185550112"}
    assert national("+49 (0)351 12 34 56") == national("0351/123456") == national("0049 351 123456")
    assert phones("Phone: (618) 555-0112 Mobile: (618) 555-0113, fax 12") == ["6185550112", "6185550113"]
    assert phones("555-0112 / 555-0113") == ["5550112", "5550113"]


def test_streets_are_equal_with_and_without_town_and_in_short():
    same = [
        "3004 Enterprise Ave",
        "3004 Enterprise Avenue, Suite 5",
        "3004 Enterprise Ave, New Averly, IA 50870",
        "Acme Inc., 3004 Enterprise Ave., New Averly, IA 50870",
        "3004 Enterprise Ave  New Averly  IA  50870",
        "3004 Enterprise Ave New Averly IA 50870-1234",
    ]
    assert {tuple(street(one)) for one in same} == {("3004 ave enterprise",)}
    assert street("Hauptstraße 12, 01234 Dresden") == street("Hauptstr. 12") == ["12 hauptst"]
    assert street("New Averly, IA") == []


def test_postal_codes_are_read_from_whole_addresses():
    assert postal("3004 Enterprise Ave, New Averly, IA 50870-1234") == open_postal("50870") == ["50870"]
    assert postal("100 King St W, Toronto ON M5X 1A9") == open_postal("m5x1a9") == ["M5X1A9"]
    assert postal("53123 Enterprise Ave") == []


def test_names_are_read_in_both_orders():
    both = ["Dana Pellmoor", "Pellmoor, Dana", "PELLMOOR, DANA M.", "Dr. Dana M. Pellmoor Jr."]
    assert {named(one) for one in both} == {named("dana pellmoor")}
    assert named("Pellmoor, Jr.").families == ("jr",)
    assert named("Ludwig van der Berg").families == ("berg",)
    assert named("Plato").families == ()


def test_near_names_share_a_deletion_and_far_ones_do_not():
    assert set(near("pellmoor")) & set(near("pelmoor"))
    assert set(near("pellmoor")) & set(near("pellmoro"))
    assert not set(near("pellmoor")) & set(near("ballmoor"))
    assert set(near("jan")) == {"jan"}
    assert set(nicknames("bob")) & set(nicknames("robert"))
    assert sound("mayer") == sound("meier") != sound("miller")


def test_firms_spell_names_in_their_own_ways():
    made = spelled(named("Dana Pellmoor"))
    assert {"danapellmoor", "dpellmoor", "pellmoord"} <= set(made)
    assert "dana" not in made
    assert mail("Dana.P+shop@ACME.example") == "dana.p@acme.example"
    assert mail("none") == ""


@pytest.mark.parametrize("name", ["Accounts Payable", "Einkauf", "Quality Dept.", "Compras", "Comptabilité"])
def test_departments_are_roles(name):
    assert is_role_name(name)


@pytest.mark.parametrize("local", ["ap", "purchasing", "sales-us", "accountspayable2", "info", "einkauf"])
def test_addresses_of_departments_are_roles(local):
    assert is_role_local(local)
    assert not is_role_local("dpellmoor")


def test_a_mailbox_shares_no_token_with_a_person_at_the_same_address(vault):
    box = kept(vault, "1", name="Purchasing", email="purchasing@acme.example", phone="(618) 555-0112")
    dana = kept(vault, "2", name="Dana Pellmoor", email="purchasing@acme.example", phone="(618) 555-0112")
    rows = {row["person_id"]: row for row in traits(vault, box, dana).iter_rows(named=True)}
    assert rows[box]["is_mailbox"]
    assert not rows[dana]["is_mailbox"]
    assert not tokens_in(rows[box]) & tokens_in(rows[dana])


def tokens_in(row: dict[str, object]) -> set[str]:
    lists = [cell if isinstance(cell, list) else [cell] for name, cell in row.items() if name != "source"]
    return {one for cell in lists for one in cell if isinstance(one, str)}


def test_people_who_write_from_one_mailbox_do_not_share_it(vault):
    two = [
        kept(vault, str(at), name=name, email="ap@acme.example")
        for at, name in enumerate(("Dana Pellmoor", "Lane Jessland"))
    ]
    assert traits(vault, *two)["mail"].to_list() == [[], []]


def test_free_mail_has_no_domain(vault):
    ids = [kept(vault, "1", name="A B", email="a@freemail.example"), kept(vault, "2", email="b@acme.example")]
    found = dict(traits(vault, *ids).select("person_id", "domain").iter_rows())
    assert found[ids[0]] == []
    assert len(found[ids[1]]) == 1


def test_records_that_name_nobody_have_no_row(vault):
    assert traits(vault, kept(vault, "1", phone="(618) 555-0112")).is_empty()


def test_no_clear_text_comes_out(vault):
    one = kept(
        vault, "1", name="Zebulon Quixwood", email="zeb.quixwood@freemail.example", phone="(987) 654-3210"
    )
    text = traits(vault, one).write_json() + str(traits(vault, one)).lower()
    for marker in ("zebulon", "quixwood", "freemail", "9876543210", "654-3210"):
        assert marker not in text.lower()


def test_places_of_companies_come_from_the_vault_and_from_the_open(vault):
    kept(vault, "acme inc.", "organisation", phone="(618) 555-0112", address="3004 Mill St", tax_id="US 12-3")
    record = pl.DataFrame(
        {
            "source": ["erp"],
            "object": ["customers"],
            "native_id": ["17"],
            "name": ["Acme Inc."],
            "postal_code": ["50870-1234"],
        }
    )
    found = company_places(vault, record)
    assert found["kind"].to_list() == ["phone", "postal", "street", "tax"]
    assert (
        found.filter(pl.col("kind") == "postal")["token"].to_list()
        == token(vault, "postal", pa.array(["50870"])).to_pylist()
    )


def test_places_and_domains_of_companies_come_from_their_contacts_too(vault):
    one = kept(
        vault, "1", email="dana@acme.example", phone="(618) 555-0112", address="3004 Mill St, Ely, IA 50870"
    )
    assert contact_places(vault, contacts(one))["kind"].to_list() == ["phone", "postal", "street"]
    assert mail_domains(vault, contacts(one)).row(0) == ("erp", "Acme", "acme.example")
