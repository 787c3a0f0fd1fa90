"""From files to the briefing: what must hold for every shop."""

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from burnish import intake
from burnish.briefing.as_json import document
from burnish.errors import UsageError
from burnish.morning import briefing
from burnish.shop import Shop, open_shop
from shops import add, new_shop, orders, refreshed, table

END = date(2026, 6, 30)


def rhythm(customer: str, every: int, *, start: date, stop: date) -> list[str]:
    days = range(0, (stop - start).days, every)
    name = customer.split(maxsplit=1)[0]
    return [
        f"{name}-{n},{start + timedelta(days=n)},{customer},PO-{name}{n},10,{50 + n % 7}.25" for n in days
    ]


def book() -> list[str]:
    start = date(2024, 1, 2)
    steady = [f"{name} Plating Works" for name in ("Acme", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum")]
    rows = [row for n, name in enumerate(steady) for row in rhythm(name, 6 + n, start=start, stop=END)]
    return rows + rhythm("Quiet Metals Inc", 7, start=start, stop=END - timedelta(days=60))


def loaded(folder: Path, rows: list[str]) -> Shop:
    folder.mkdir()
    shop = new_shop(folder / "shop")
    add(shop, orders(folder, rows), on=END)
    return shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = loaded(tmp_path_factory.mktemp("pipeline") / "a", book())
    refreshed(made, END)
    return made


def test_a_weekly_customer_silent_for_two_months_is_found_with_its_lines(shop: Shop) -> None:
    told = document(briefing(shop, reader="owner"))
    found = [*told["items"], *told["watch"]]
    assert [item["subject"]["name"] for item in found] == ["Quiet Metals Inc"]


def shuffled_hash(folder: Path, *, seed: int, threads: int) -> str:
    rows = book()
    random.Random(seed).shuffle(rows)
    made = loaded(folder, rows)
    settings = made.folder / "shop.toml"
    settings.write_text(f"{settings.read_text()}threads = {threads}\n")
    return refreshed(open_shop(made.folder), END).hash


def test_shuffled_rows_and_one_thread_give_the_same_hash(tmp_path: Path, shop: Shop) -> None:
    assert shuffled_hash(tmp_path / "b", seed=4, threads=1) == refreshed(shop, END).hash


@pytest.mark.long
def test_twenty_shuffles_on_one_two_and_four_threads_give_one_hash(tmp_path: Path, shop: Shop) -> None:
    tries = [(seed, (1, 2, 4)[seed % 3]) for seed in range(20)]
    hashes = {shuffled_hash(tmp_path / f"s{seed}", seed=seed, threads=threads) for seed, threads in tries}
    print(f"20 shuffles on 1, 2 and 4 threads: {len(hashes)} hash")
    assert hashes == {refreshed(shop, END).hash}


def test_rows_known_later_change_nothing_of_the_day(tmp_path: Path, shop: Shop) -> None:
    day = date(2026, 3, 31)
    later = [row for row in book() if row.split(",")[1] > day.isoformat()]
    poison = [row.replace(",10,", ",99999,").replace("Works", "Works", 1) for row in later]
    known = [row for row in book() if row.split(",")[1] <= day.isoformat()]
    extra = [f"X-{n},{day + timedelta(days=n)},Newcomer Steel Co,PO-X,1,1.00" for n in range(1, 40)]
    poisoned = refreshed(loaded(tmp_path / "c", [*known, *poison, *extra]), day)
    clean = refreshed(shop, day)
    assert poisoned.manifest["tables"] == clean.manifest["tables"]


def test_a_removed_load_leaves_the_snapshot_as_before(tmp_path: Path) -> None:
    shop = loaded(tmp_path / "d", book())
    before = refreshed(shop, END).manifest["tables"]
    more = add(
        shop,
        orders(tmp_path, rhythm("Late Coatings LLC", 9, start=date(2026, 1, 1), stop=END), "m.csv"),
        on=END,
    )
    assert refreshed(shop, END).manifest["tables"] != before
    intake.remove(shop, more.load_id)
    assert refreshed(shop, END).manifest["tables"] == before


def test_amounts_in_the_panel_add_up_to_the_file(shop: Shop) -> None:
    snapshot = refreshed(shop, END)
    cents = sum(round(float(row.rsplit(",", 1)[1]) * 100) for row in book())
    assert int(table(snapshot, "customer_week")["amount"].sum() * 100) == cents
    assert table(snapshot, "order_line").select(pl.col("amount").sum() * 100).item() == cents


def test_a_day_to_come_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="has not come yet"):
        refreshed(shop, shop.today() + timedelta(days=1))


def test_an_empty_shop_has_an_empty_briefing(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    refreshed(shop, END)
    assert document(briefing(shop, reader="owner"))["items"] == []


def test_rows_that_a_later_complete_export_lacks_are_withdrawn_and_counted(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    add(shop, orders(tmp_path, book(), "all.csv"), on=END, complete="file")
    add(shop, orders(tmp_path, book()[3:], "fewer.csv"), on=END, complete="file")
    snapshot = refreshed(shop, END)
    assert snapshot.withdrawn == {"order_line": 3}
    assert table(snapshot, "order_line").height == len(book()) - 3
