"""Tough times through the whole pipeline: orders and invoices as files, real detectors."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from burnish.briefing.as_json import document
from burnish.morning import briefing
from burnish.shop import Shop
from burnish.store.snapshots import Snapshot
from shops import add, csv_file, new_shop, orders, refreshed, table

END = date(2026, 6, 30)
START = date(2023, 7, 3)
INVOICES = "Invoice No,Invoice Date,Due Date,Customer,Amount,Paid Date"
TROUBLE = "Trouble Forge Inc"


def days_of(customer: str, every: int, *, stop: date) -> list[date]:
    draws = random.Random(customer)
    days, day = [], START + timedelta(days=draws.randrange(every))
    while day < stop:
        days.append(day)
        day += timedelta(days=max(1, round(draws.gauss(every, every / 5))))
    return days


def invoice(customer: str, day: date, number: int, *, slower: int) -> str:
    draws = random.Random(f"{customer}{number}")
    due = day + timedelta(days=30)
    ready = due + timedelta(days=round(draws.gauss(3, 2)) + slower)
    paid = ready + timedelta(days=(3 - ready.weekday()) % 7)
    return (
        f"I-{customer[:3]}{number},{day},{due},{customer},{200 + number % 9}.00,{paid if paid <= END else ''}"
    )


def files_of(
    customer: str, every: int, *, stop: date = END, slows_on: date = END
) -> tuple[list[str], list[str]]:
    days = days_of(customer, every, stop=stop)
    lines = [f"{customer[:3]}-{n},{day},{customer},PO-{n},10,{200 + n % 9}.00" for n, day in enumerate(days)]
    bills = [
        invoice(customer, day + timedelta(days=5), n, slower=21 if day > slows_on else 0)
        for n, day in enumerate(days)
        if day + timedelta(days=5) <= END
    ]
    return lines, bills


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("tough")
    names = ("Acme", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum", "Hazel", "Iris", "Juniper")
    both = [files_of(f"{name} Plating Works", 5 + n % 4) for n, name in enumerate(names)]
    late = END - timedelta(weeks=22)
    both.append(files_of(TROUBLE, 6, stop=END - timedelta(weeks=6), slows_on=late))
    both.append(files_of("Slow Payer Corp", 6, slows_on=late))
    made = new_shop(folder / "shop")
    add(made, orders(folder, [line for lines, _ in both for line in lines]), on=END)
    bills = [bill for _, bills in both for bill in bills]
    add(made, csv_file(folder, "invoices.csv", bills, header=INVOICES), on=END)
    return made


@pytest.fixture(scope="module")
def snapshot(shop: Shop) -> Snapshot:
    return refreshed(shop, END)


def test_a_customer_in_trouble_is_told_once_with_both_sources(snapshot: Snapshot) -> None:
    told = table(snapshot, "conclusion").filter(pl.col("name") == TROUBLE)
    assert told.select("kind", "owner").rows() == [("tough_times", "controller")]
    behind = table(snapshot, "contribution").join(told, on="id", how="semi")
    assert set(behind["sources"]) == {"order_line", "invoice, payment"}
    shown = table(snapshot, "evidence").join(told, on="id", how="semi").group_by("table").len()
    assert shown.height == 3
    assert shown["len"].min() >= 2


def test_a_slow_payer_with_usual_orders_is_not_in_trouble(snapshot: Snapshot) -> None:
    told = table(snapshot, "conclusion").filter(pl.col("name") == "Slow Payer Corp")
    assert told["kind"].to_list() == ["paying_later"]


def test_its_page_is_whole(shop: Shop, snapshot: Snapshot) -> None:
    page = document(briefing(shop, reader="controller"))
    item = next(one for one in (*page["items"], *page["watch"]) if one["subject"]["name"] == TROUBLE)
    assert item["kind"] == "tough_times"
    assert snapshot.as_of == END.isoformat()
