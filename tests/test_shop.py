"""A shop that is damaged, interrupted or mistyped says so, and never gives a wrong number."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from burnish import intake, shop
from burnish.errors import DamageError, MappingError, ShopError
from burnish.morning import briefing
from burnish.shop import Shop, open_shop
from burnish.store import loads
from burnish.verify import verify
from shops import add, csv_file, new_shop, orders, refreshed

DAY = date(2026, 6, 30)
ROWS = [f"{n},2026-05-{n + 1:02d},Acme Plating Works,PO-{n},5,10.00" for n in range(20)]
CONTACTS = "Customer,Contact,Email,Phone"


@pytest.fixture
def loaded(tmp_path: Path) -> Shop:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, ROWS), on=DAY)
    add(
        made,
        csv_file(tmp_path, "c.csv", ["Acme Inc,Zo Marker,zo@acme.example,312-555-0142"], header=CONTACTS),
    )
    return made


def a_table(made: Shop) -> Path:
    return next(made.landing.glob("L000001/order_line.*.parquet"))


def test_a_deleted_table_is_refused_not_left_out(loaded: Shop) -> None:
    a_table(loaded).unlink()
    with pytest.raises(DamageError, match=r"order_line\.0\.parquet is missing"):
        refreshed(loaded, DAY)


def test_a_flipped_bit_is_refused_and_verify_names_the_file(loaded: Shop) -> None:
    path = a_table(loaded)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamageError, match="is not what was written"):
        refreshed(loaded, DAY)


def test_a_lost_manifest_is_refused_and_nobody_is_forgotten(loaded: Shop) -> None:
    people = loaded.vault.count()
    (loaded.landing / "L000002" / loads.MANIFEST).unlink()
    with pytest.raises(DamageError):
        refreshed(loaded, DAY)
    with loaded.writing():
        assert loaded.vault.count() == people > 0


def test_a_load_with_a_broken_manifest_can_be_removed_as_advised(loaded: Shop) -> None:
    (loaded.landing / "L000002" / loads.MANIFEST).write_text("{")
    with pytest.raises(DamageError, match="burnish remove L000002"):
        verify(loaded)
    intake.remove(loaded, "L000002")
    assert verify(loaded).ok


def test_refresh_mends_a_damaged_snapshot_as_advised(loaded: Shop) -> None:
    snapshot = refreshed(loaded, DAY)
    (snapshot.folder / "conclusion.parquet").unlink()
    with pytest.raises(DamageError):
        briefing(loaded, reader="owner")
    assert refreshed(loaded, DAY).hash == snapshot.hash
    assert briefing(loaded, reader="owner").items == ()


def test_the_page_counts_the_rows_of_its_own_snapshot(tmp_path: Path, loaded: Shop) -> None:
    refreshed(loaded, DAY)
    before = briefing(loaded, reader="owner").rows
    add(loaded, orders(tmp_path, ["99,2026-06-01,Acme Plating Works,PO,1,1.00"], "more.csv"), on=DAY)
    assert briefing(loaded, reader="owner").rows == before


def test_the_same_file_under_another_mapping_is_not_counted_twice(tmp_path: Path, loaded: Shop) -> None:
    [remembered] = (loaded.folder / "maps").glob("orders-*.toml")
    remembered.write_text(remembered.read_text().replace("\namount = ", "\nprice = "))
    with pytest.raises(MappingError, match="burnish remove L000001"):
        add(loaded, tmp_path / "orders.csv")


def test_an_interrupted_init_can_be_done_again(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    (made.folder / "shop.toml").unlink()
    assert new_shop(tmp_path / "shop").settings.name == "Test Plating"


def test_a_lost_key_is_said_and_the_page_still_reads(loaded: Shop) -> None:
    refreshed(loaded, DAY)
    (loaded.folder / "vault" / "shop.key").unlink()
    again = open_shop(loaded.folder)
    with pytest.raises(ShopError, match="shop key"):
        refreshed(again, DAY)
    assert briefing(again, reader="owner").counts.customers > 0
    assert verify(again).ok


@pytest.mark.parametrize("line", ['threads = "many"', "weekend = 5", "keep_snapshots = 0", "colour = 1"])
def test_a_mistyped_setting_is_named(tmp_path: Path, line: str) -> None:
    made = new_shop(tmp_path / "shop")
    path = made.folder / "shop.toml"
    path.write_text(f"{path.read_text()}{line}\n")
    with pytest.raises(ShopError, match=line.split(maxsplit=1)[0]):
        open_shop(made.folder)


def test_a_shop_of_an_older_version_is_refused(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    path = made.folder / "shop.toml"
    path.write_text(path.read_text().replace("version = 1", "version = 0"))
    with pytest.raises(ShopError, match="version 0"):
        open_shop(made.folder)


def test_a_second_init_keeps_the_first_shop(tmp_path: Path) -> None:
    new_shop(tmp_path / "shop")
    with pytest.raises(ShopError, match="already"):
        shop.init(tmp_path / "shop", name="B", time_zone="UTC", currency="EUR", country="DE")


def test_a_moved_shop_reads_the_same(tmp_path: Path, loaded: Shop) -> None:
    first = refreshed(loaded, DAY)
    shutil.move(loaded.folder, tmp_path / "elsewhere")
    assert refreshed(open_shop(tmp_path / "elsewhere"), DAY).hash == first.hash
