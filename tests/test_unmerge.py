"""Whoever was joined can be parted again, and then every number is as if it had never been done."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from burnish.briefing import html
from burnish.briefing.as_json import document
from burnish.errors import DamageError
from burnish.journal import FILE_NAME, Journal
from burnish.morning import briefing
from burnish.shop import Shop
from burnish.store.snapshots import Snapshot
from shops import add, new_shop, orders, refreshed, table

END = date(2026, 6, 30)


def weekly(customer: str, *, start: date, weeks: int) -> list[str]:
    first = customer[:3]
    return [
        f"{first}-{n},{start + timedelta(weeks=n)},{customer},PO-{first}{n},10,{50 + n % 7}.25"
        for n in range(weeks)
    ]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Nine customers of two and a half years; one fell silent nine weeks ago, another began then."""
    start = date(2024, 1, 2)
    steady = ("Acme", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum")
    rows = [row for name in steady for row in weekly(f"{name} Plating Works", start=start, weeks=130)]
    rows += weekly("Quiet Metals Inc", start=start, weeks=121)
    rows += weekly("Brandt Anodizing", start=start + timedelta(weeks=121), weeks=9)
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, rows), on=END)
    return made


def everything(shop: Shop, snapshot: Snapshot) -> dict[str, bytes]:
    """All that a refresh leaves and all that its briefing says, byte for byte."""
    files = {path.name: path.read_bytes() for path in snapshot.folder.glob("*.parquet")}
    told = briefing(shop, reader="owner")
    return files | {"hash": snapshot.hash.encode(), "json": repr(document(told)).encode(), "page": page(told)}


def page(told: object) -> bytes:
    return html.text(told).encode()  # type: ignore[arg-type]


def keys(snapshot: Snapshot) -> tuple[str, str]:
    found = dict(table(snapshot, "party").select("name", "party_key").iter_rows())
    return found["Quiet Metals Inc"], found["Brandt Anodizing"]


def said(shop: Shop, verdict: str, pair: tuple[str, str]) -> None:
    with Journal.open(shop.folder) as journal:
        journal.decide("company", verdict, [pair], by="owner", why="they moved", how="merge")


@pytest.mark.parametrize("verdict", ["different", "undone"])
def test_a_split_after_a_merge_leaves_no_trace_in_snapshot_and_briefing(shop: Shop, verdict: str) -> None:
    never = refreshed(shop, END)
    before = everything(shop, never)
    said(shop, "same", keys(never))
    merged = refreshed(shop, END)
    assert everything(shop, merged)["json"] != before["json"]
    assert table(merged, "customer").height == table(never, "customer").height - 1
    said(shop, verdict, keys(never))
    assert everything(shop, refreshed(shop, END)) == before


def test_a_merge_tells_the_old_customers_rhythm_on_under_the_id_that_was_first(shop: Shop) -> None:
    never = refreshed(shop, END)
    quiet, new = keys(never)
    ids = dict(table(never, "party").select("party_key", "customer_id").iter_rows())
    said(shop, "same", (quiet, new))
    after = dict(table(refreshed(shop, END), "party").select("party_key", "customer_id").iter_rows())
    assert after[quiet] == after[new] == ids[new]  # one file brought both: the smaller key is the older
    told = document(briefing(shop, reader="owner"))
    assert "gone_quiet" not in [item["kind"] for item in told["items"]]


def test_a_lost_journal_is_refused_not_taken_for_an_empty_one(shop: Shop) -> None:
    said(shop, "same", keys(refreshed(shop, END)))
    refreshed(shop, END)
    (shop.folder / FILE_NAME).unlink()
    with pytest.raises(DamageError, match="holds 0 decisions"):
        refreshed(shop, END)
