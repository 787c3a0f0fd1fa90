"""Why: from a conclusion to the signals, the lines and the files behind it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from burnish import intake
from burnish.errors import ShopError, UsageError
from burnish.morning import briefing
from burnish.shop import Shop
from burnish.store import loads
from burnish.tracing import Why, why
from shops import add, new_shop, orders, refreshed

DAY = date(2026, 6, 30)
NAMES = ("Brook Tool", "Cedar Works", "Dale Parts")


def weekly(customer: str, *, until_days_ago: int) -> list[str]:
    last = DAY - timedelta(days=until_days_ago)
    days = sorted(last - timedelta(days=7 * n) for n in range(60))
    return [f"{customer[:2]}{n},{day},{customer},PO-{n},5,100.00" for n, day in enumerate(days)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("traced")
    made = new_shop(folder / "shop")
    others = [
        row for name in ("Brook Tool", "Cedar Works", "Dale Parts") for row in weekly(name, until_days_ago=3)
    ]
    add(made, orders(folder, others, "others.csv"), on=DAY)
    add(made, orders(folder, weekly("Acme Plating", until_days_ago=60), "acme.csv"), on=DAY)
    refreshed(made, DAY)
    return made


@pytest.fixture(scope="module")
def chain(shop: Shop) -> Why:
    page = briefing(shop, reader="owner")
    return why(shop, [*page.items, *page.watch][0].id)


def test_the_signal_behind_it_stands_with_score_threshold_and_period(chain: Why) -> None:
    (reason,) = chain.reasons
    assert reason.signal == "gone_quiet"
    assert reason.sentence.startswith("Acme Plating")
    assert reason.score > reason.threshold > 0
    assert reason.n >= 8


def test_each_row_names_its_file_line_and_load(shop: Shop, chain: Why) -> None:
    load = loads.all_loads(shop.landing)[1]
    assert {origin.row.file for origin in chain.origins} == {"acme.csv"}
    assert {(origin.load_id, origin.content) for origin in chain.origins} == {(load.load_id, load.content)}
    assert all(2 <= origin.row.line <= 61 for origin in chain.origins)


@pytest.mark.parametrize("name", ["gone_quiet-", "1", "Acme Plating", "acme"])
def test_the_beginning_of_an_id_the_place_or_the_customer_is_enough(
    shop: Shop, chain: Why, name: str
) -> None:
    assert why(shop, name) == chain


def test_an_unknown_id_is_refused_with_the_known_ones(shop: Shop, chain: Why) -> None:
    with pytest.raises(UsageError, match=chain.item.id):
        why(shop, "nothing")


def test_the_snapshot_is_named_with_its_hash(chain: Why) -> None:
    assert chain.hash.startswith(chain.snapshot.removeprefix(f"{DAY}-"))


def test_a_load_removed_since_the_refresh_is_said(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    rows = [
        row for name in ("Brook Tool", "Cedar Works", "Dale Parts") for row in weekly(name, until_days_ago=3)
    ]
    add(made, orders(tmp_path, rows + weekly("Acme Plating", until_days_ago=60)), on=DAY)
    refreshed(made, DAY)
    intake.remove(made, "L000001")
    with pytest.raises(ShopError, match=r"was removed.*burnish refresh"):
        why(made, "gone_quiet")
