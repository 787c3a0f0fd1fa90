"""A person who becomes known later is hidden in what landed earlier, and damage stays damage."""

from datetime import date
from pathlib import Path

import agreed
import polars as pl
import pytest

from burnish.errors import DamageError
from burnish.privacy.scan import find_markers
from burnish.shop import Shop
from burnish.sources import remasking
from burnish.sources.remasking import mask_landed
from burnish.store import loads
from burnish.verify import verify
from shops import csv_file, new_shop, refreshed, table

DAY = date(2026, 3, 31)
HEADER = "Order No,Order Date,Customer,Description,Qty,Amount"
JANE = "A1,2026-01-05,Jane Doe,rack for Jane Doe,5,10.00"
ACME = "A2,2026-01-06,Acme Inc,bracket,7,9.00"
KEYS = [None, ["Order No"], ["Customer", "Order No"]]


def orders(folder: Path, *rows: str, name: str = "orders.csv") -> Path:
    return csv_file(folder, name, rows, header=HEADER)


def contacts(folder: Path, *names: str) -> Path:
    rows = [f"{name},{name[0].lower()}{n}@doe.example,Acme Inc" for n, name in enumerate(names)]
    return csv_file(folder, "contacts.csv", rows, header="Contact,Email,Company")


def remask(shop: Shop) -> int:
    with shop.writing():
        return mask_landed(shop.landing, shop.vault)


def known_later(folder: Path, *, individuals: str = "guess") -> tuple[Shop, str]:
    """A shop whose orders name Jane Doe, who is in the contact list that came afterwards."""
    shop = new_shop(folder / "shop")
    load = agreed.land(shop, orders(folder, JANE, ACME), key=["Order No"], individuals=individuals, on=DAY)
    agreed.land(shop, contacts(folder, "Jane Doe"), on=DAY)
    return shop, load.load_id


@pytest.mark.parametrize("key", KEYS)
def test_an_order_counts_once_though_its_customer_became_known_between_two_exports(
    tmp_path: Path, key: list[str] | None
) -> None:
    shop = new_shop(tmp_path / "shop")
    agreed.land(shop, orders(tmp_path, JANE, ACME), key=key, on=DAY)
    agreed.land(shop, contacts(tmp_path, "Jane Doe"), on=DAY)
    agreed.land(shop, orders(tmp_path, JANE, ACME, ACME.replace("A2", "A3"), name="b.csv"), key=key, on=DAY)
    lines = table(refreshed(shop, DAY), "order_line")
    assert sorted(lines["order_no"]) == ["A1", "A2", "A3"]
    assert find_markers(shop.folder, [b"Jane Doe"]) == []


@pytest.mark.parametrize("key", KEYS)
def test_both_orders_of_arrival_give_equal_snapshots(tmp_path: Path, key: list[str] | None) -> None:
    given: list[dict[str, pl.DataFrame]] = []
    paths = orders(tmp_path, JANE, ACME), contacts(tmp_path, "Jane Doe")
    shop = new_shop(tmp_path / "shop")
    for sequence in (paths, paths[::-1]):
        ids = [agreed.land(shop, path, key=key, on=DAY).load_id for path in sequence]
        snapshot = refreshed(shop, DAY)
        names = ("order_line", "organisation", "person", "customer", "customer_ref", "customer_week")
        given.append({name: table(snapshot, name).drop("load_id", strict=False) for name in names})
        for load_id in ids:
            with shop.writing():
                loads.remove(shop.landing, load_id)
                shop.vault.discard(load_id)
    for name, frame in given[0].items():
        assert frame.equals(given[1][name]), name


def test_a_company_record_that_turns_out_to_be_a_person_is_hidden_too(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    rows = ["C1,Jane Doe,Springfield", "C2,Acme Inc,Springfield"]
    path = csv_file(tmp_path, "customers.csv", rows, header="Customer Code,Customer Name,City")
    load = agreed.land(shop, path, on=DAY)
    agreed.land(shop, contacts(tmp_path, "Jane Doe"), on=DAY)
    remask(shop)
    [jane, acme] = agreed.rows(shop, load.load_id, "organisation").to_pylist()
    assert (jane["name"][:7], jane["is_person"], jane["native_id"][:4]) == ("person ", True, "key ")
    assert (acme["name"], acme["is_person"], acme["native_id"]) == ("Acme Inc", None, "C2")


def test_customers_that_the_mapping_calls_companies_stay(tmp_path: Path) -> None:
    shop, load_id = known_later(tmp_path, individuals="none")
    remask(shop)
    refs = agreed.rows(shop, load_id).column("organisation_ref").to_pylist()
    assert refs == ["Jane Doe", "Acme Inc"]


def test_masking_again_changes_nothing_more(tmp_path: Path) -> None:
    shop, _ = known_later(tmp_path)
    assert remask(shop) == 1
    there = {path: path.read_bytes() for path in shop.landing.rglob("*") if path.is_file()}
    assert remask(shop) == 0
    assert there == {path: path.read_bytes() for path in shop.landing.rglob("*") if path.is_file()}
    assert verify(shop).ok


def test_a_damaged_file_is_refused_and_not_signed_anew(tmp_path: Path) -> None:
    shop, load_id = known_later(tmp_path)
    [path] = (shop.landing / load_id).glob("order_line.*.parquet")
    loads.write_parquet(loads.read_parquet(path).slice(0, 1), path)
    with pytest.raises(DamageError, match="not what was written"):
        remask(shop)
    assert not verify(shop).ok


def test_damage_in_a_file_without_people_stays_found_after_masking(tmp_path: Path) -> None:
    shop, load_id = known_later(tmp_path)
    path = shop.landing / load_id / loads.REJECTS
    loads.write_parquet(loads.read_parquet(path).replace_schema_metadata({"a": "b"}), path)
    remask(shop)
    assert not verify(shop).ok


@pytest.mark.parametrize(("room", "step"), [("loads", "write_manifest"), ("", "sweep")])
def test_masking_that_was_interrupted_is_no_damage_and_is_done_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str, step: str
) -> None:
    shop, load_id = known_later(tmp_path)
    calls = []

    def dies(*given: object) -> None:
        calls.append(given)
        if step == "write_manifest" or len(calls) > 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(getattr(remasking, room) if room else remasking, step, dies)
        with pytest.raises(KeyboardInterrupt):
            remask(shop)
    assert len(list((shop.landing / load_id).glob("order_line.*.parquet"))) == 2
    assert verify(shop).wrong == ()
    remask(shop)
    assert verify(shop).ok
    assert find_markers(shop.folder, [b"Jane Doe"]) == []
    assert agreed.rows(shop, load_id).num_rows == 2
