"""The change table through the whole pipeline: the day before is derived, not remembered."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from burnish.pipeline import working_day_before
from burnish.shop import Shop
from shops import ORDERS, add, csv_file, new_shop, orders, refreshed, table

END = date(2026, 6, 30)  # a Tuesday
START = date(2024, 1, 2)


def rhythm(customer: str, every: int, *, stop: date) -> list[str]:
    days = [START + timedelta(days=n) for n in range(0, (stop - START).days, every)]
    return [f"{customer[:3]}-{n},{day},{customer},PO-{n},10,50.25" for n, day in enumerate(days)]


def book(*, quiet_days: int = 60) -> list[str]:
    steady = [f"{name} Plating Works" for name in ("Acme", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum")]
    rows = [row for n, name in enumerate(steady) for row in rhythm(name, 6 + n, stop=END)]
    return rows + rhythm("Quiet Metals Inc", 7, stop=END - timedelta(days=quiet_days))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("change")
    made = new_shop(folder / "shop")
    add(made, orders(folder, book()), on=END)
    return made


def change_on(shop: Shop, day: date) -> pl.DataFrame:
    found = table(refreshed(shop, day), "change")
    return found.filter(pl.col("name") == "Quiet Metals Inc")


def test_a_silence_is_worse_on_the_day_it_reaches_the_briefing_and_stands_afterwards(shop: Shop) -> None:
    assert change_on(shop, END)["change"].to_list() == ["unchanged"]
    told = table(refreshed(shop, END), "conclusion").filter(pl.col("name") == "Quiet Metals Inc")
    first = told["entry_on"][0]
    on_that_day = change_on(shop, first)
    assert on_that_day.select("change", "tier_before").rows() == [("worse", "watch")]


def test_the_day_before_is_the_last_working_day(shop: Shop) -> None:
    monday = date(2026, 6, 29)
    assert set(change_on(shop, monday)["since"]) == {date(2026, 6, 26)}


def test_a_calendar_that_begins_today_has_only_yesterday() -> None:
    calendar = pl.DataFrame({"day": [END], "is_working": [1]})
    assert working_day_before(calendar, END) == END - timedelta(days=1)


AGAIN = f"Qui-again,{END},Quiet Metals Inc,PO-again,10,50.25"


def test_a_customer_that_orders_again_after_a_long_silence_is_better(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, [*book(), AGAIN]), on=END)
    again = change_on(made, END)
    assert again.select("change", "kind").rows() == [("better", "volume_shift")]  # it still ordered far less


def test_a_customer_that_orders_again_soon_is_gone_the_day_after(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, [*book(quiet_days=31), AGAIN]), on=END)
    gone = change_on(made, END)
    assert gone.select("change", "kind", "tier").rows() == [("gone", "gone_quiet", None)]
    assert [(fact["name"], fact["day"]) for fact in gone["facts"][0]] == [("ordered_on", END)]


def entered(folder: Path, rows: list[str], late: list[str] | None = None) -> Shop:
    """A shop whose lines state when they were entered: `rows` on their own day, `late` ones as they say."""
    folder.mkdir()
    made = new_shop(folder / "shop")
    stated = [f"{row},{row.split(',')[1]}" for row in rows]
    add(made, csv_file(folder, "orders.csv", [*stated, *(late or [])], header=f"{ORDERS},Entry Date"), on=END)
    return made


def test_what_is_known_later_changes_nothing_of_the_change(tmp_path: Path) -> None:
    day = date(2026, 5, 29)
    known = [row for row in book() if row.split(",")[1] <= day.isoformat()]
    after = [day + timedelta(days=n) for n in range(1, 20)]
    later = [f"Qui-x{n},{on},Quiet Metals Inc,PO-x{n},1,1.00,{on}" for n, on in enumerate(after)]
    late = [
        f"Qui-y{n},{day - timedelta(days=n)},Quiet Metals Inc,PO-y{n},1,1.00,{on}"
        for n, on in enumerate(after)
    ]
    clean, poisoned = entered(tmp_path / "clean", known), entered(tmp_path / "late", known, [*later, *late])
    expected, snapshot = table(refreshed(clean, day), "change"), refreshed(poisoned, day)
    assert "Quiet Metals Inc" in expected["name"].to_list()
    assert table(snapshot, "change").equals(expected)
