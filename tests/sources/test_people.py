"""People in landed rows: whatever names one is replaced, and keys stay equal from load to load."""

from pathlib import Path

import agreed
import pytest

from burnish.privacy.scan import find_markers
from burnish.shop import Shop
from shops import csv_file, new_shop

HEADER = "Order No,Order Date,Customer,Qty,Amount"
BOTH = ("Customer", "Order No")
PRIVATE = "A1,2026-01-05,Mr. Peter Quux,5,10.00"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return new_shop(tmp_path / "shop")


def orders(folder: Path, *rows: str, name: str = "orders.csv") -> Path:
    return csv_file(folder, name, rows, header=HEADER)


def column(shop: Shop, load_id: str, name: str, table: str = "order_line") -> list[str]:
    return agreed.rows(shop, load_id, table).column(name).to_pylist()


def test_a_private_customers_key_carries_no_name_and_stays_the_same(shop: Shop, tmp_path: Path) -> None:
    first = agreed.land(shop, orders(tmp_path, PRIVATE), key=BOTH)
    more = orders(tmp_path, PRIVATE, PRIVATE.replace("A1", "A2"), name="more.csv")
    second = agreed.land(shop, more, key=BOTH)
    before, after = (column(shop, load.load_id, "native_id") for load in (first, second))
    assert find_markers(shop.folder, [b"Quux"]) == []
    assert before[0] == after[0] != after[1]


def test_a_companys_key_stays_as_the_source_has_it(shop: Shop, tmp_path: Path) -> None:
    load = agreed.land(shop, orders(tmp_path, "A1,2026-01-05,Acme Inc,5,10.00"), key=BOTH)
    assert column(shop, load.load_id, "native_id") == ["Acme Inc|A1"]


def test_what_the_guard_cuts_from_a_cell_does_not_stand_in_the_key(shop: Shop, tmp_path: Path) -> None:
    row = "IMEI: 352099001761481,2026-01-05,Acme Inc,5,10.00"
    load = agreed.land(shop, orders(tmp_path, row), key=["Order No"])
    [native] = column(shop, load.load_id, "native_id")
    assert find_markers(shop.folder, [b"352099001761481"]) == []
    assert native.startswith("key ")
    assert sum(load.guarded.values()) == 1


def test_a_key_column_of_its_own_is_screened_and_counted(shop: Shop, tmp_path: Path) -> None:
    row = "A1,2026-01-05,Acme Inc,5,10.00,IMEI: 352099001761481"
    path = csv_file(tmp_path, "orders.csv", [row], header=f"{HEADER},Zzyx")
    load = agreed.land(shop, path, key=["Zzyx"])
    assert find_markers(shop.folder, [b"352099001761481"]) == []
    assert sum(load.guarded.values()) == 1


def test_a_private_customers_reference_keeps_128_bits(shop: Shop, tmp_path: Path) -> None:
    load = agreed.land(shop, orders(tmp_path, PRIVATE))
    [ref] = column(shop, load.load_id, "organisation_ref")
    assert len(ref.removeprefix("person ")) == 32


def test_a_contacts_id_does_not_change_when_the_company_turns_out_to_be_a_person(
    shop: Shop, tmp_path: Path
) -> None:
    header, row = "Contact,Email,Phone,Company", ",,312-555-0142,Jane Doe"
    first = agreed.land(shop, csv_file(tmp_path, "a.csv", [row], header=header))
    known = csv_file(tmp_path, "b.csv", ["Jane Doe,j@doe.example,312-555-0143,Acme Inc", row], header=header)
    agreed.land(shop, known)
    again = agreed.land(shop, csv_file(tmp_path, "c.csv", [row, row], header=header))
    assert {*column(shop, first.load_id, "person_id", "person")} == {
        *column(shop, again.load_id, "person_id", "person")
    }
    assert column(shop, again.load_id, "organisation_ref", "person")[0].startswith("person ")
