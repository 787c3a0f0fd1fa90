"""The library door: a shop from a notebook."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from burnish import Shop
from burnish.errors import MappingError, ShopError, UsageError
from shops import orders

DAY = date(2026, 6, 30)
NAMES = ("Acme Plating Works", "Brook Tool", "Cedar Works", "Dale Parts", "Elm Street Anodizing")
WEEKLY = [
    f"{n}{name[0]},{date.fromordinal(739000 + 7 * n)},{name},PO-{n},5,10.00"
    for n in range(30)
    for name in NAMES
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop.make(tmp_path / "shop")
    made.add(orders(tmp_path, WEEKLY), confirm=True)
    made.refresh(DAY)
    return made


def test_a_table_comes_as_arrow_polars_and_pandas_with_equal_rows(shop: Shop) -> None:
    table = shop.table("order_line")
    assert table.arrow().num_rows == table.polars().height == len(table.pandas()) == 150
    assert table.polars()["amount"].sum() == 1500
    assert table.grain == "one ordered line"


def test_every_table_is_listed_with_its_rows_and_grain(shop: Shop) -> None:
    listed = shop.tables()
    assert dict(listed.select("table", "rows").iter_rows())["order_line"] == 150
    assert listed.filter(pl.col("grain") == "").is_empty()
    assert all(shop.table(name).columns.height for name in listed["table"])


def test_an_unknown_table_is_refused_with_the_known_ones(shop: Shop) -> None:
    with pytest.raises(UsageError, match="customer_week"):
        shop.table("orders")


def test_nothing_is_stored_before_somebody_agrees(tmp_path: Path) -> None:
    made = Shop.make(tmp_path / "shop")
    with pytest.raises(MappingError, match="confirm=True"):
        made.add(orders(tmp_path, WEEKLY))
    assert made.verify().accounts == ()


def test_the_same_file_twice_is_one_load(tmp_path: Path) -> None:
    made = Shop.make(tmp_path / "shop")
    first = made.add(orders(tmp_path, WEEKLY), confirm=True)
    assert made.add(orders(tmp_path, WEEKLY), confirm=True) == first


def test_briefing_verify_and_doctor_answer_as_the_commands_do(shop: Shop) -> None:
    assert shop.briefing().as_of == DAY
    assert shop.verify().ok
    assert shop.doctor().questions[0].state == "answered"


def test_a_folder_without_a_shop_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="there is no shop here"):
        Shop(tmp_path)


def test_importing_the_package_brings_nothing_heavy() -> None:
    said = "import sys, burnish; print(sorted({'polars', 'duckdb', 'ibis', 'scipy'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_folder_is_added_whole_and_what_is_no_table_is_named(tmp_path: Path) -> None:
    made, folder = Shop.make(tmp_path / "shop"), tmp_path / "exports"
    folder.mkdir()
    orders(folder, WEEKLY)
    (folder / "LICENSE").write_text("Do as you like.\n", "utf-8")
    added = made.add(folder, confirm=True)
    assert [load.file for load in added.loads] == ["orders.csv"]
    assert [Path(one.file).name for one in added.left_out] == ["LICENSE"]
