"""The walk over a real shop folder: the pipeline's own code on earlier days."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from burnish.cli import main
from burnish.errors import UsageError
from burnish.score.origins import falling
from burnish.score.walk import Asked, Walk, origins, quarters, walk
from burnish.shop import Shop
from shops import add, new_shop, orders, refreshed, table

END = date(2026, 5, 29)
QUIET_FROM = END - timedelta(weeks=20)


def book() -> Iterator[str]:
    """Nine customers by the week for 20 months; one of them has stopped 20 weeks before the end."""
    for n in range(9):
        last = QUIET_FROM if n == 0 else END
        days = range(0, (last - date(2024, 10, 1)).days, 6 + n % 3)
        for k in days:
            day = date(2024, 10, 1) + timedelta(days=k)
            yield f"{n}-{k},{day},Customer {n} Works,PO{n}-{k},10,{90 + k % 30}.50"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = new_shop(tmp_path_factory.mktemp("score") / "shop")
    add(made, orders(made.folder, book()), on=END)
    return made


@pytest.fixture(scope="module")
def walked(shop: Shop) -> Walk:
    return walk(shop, Asked(every_weeks=16), step=lambda name, rows, seconds: None)


def test_a_walk_says_on_each_day_what_a_refresh_of_that_day_says(shop: Shop, walked: Walk) -> None:
    day = walked.origins[-1]
    snapshot = refreshed(shop, day)
    columns = ["signal", "customer_id", "tier", "score", "p_value", "abstains"]
    own = walked["signal"].filter(pl.col("origin") == day).select(columns).sort("signal", "customer_id")
    assert own.equals(table(snapshot, "signal").select(columns).sort("signal", "customer_id"))
    assert "gone_quiet" in own.filter(pl.col("tier").is_not_null())["signal"].to_list()


def test_a_walk_leaves_nothing_in_the_shop(shop: Shop, walked: Walk) -> None:
    assert walked.origins[0] >= date(2024, 10, 1) + timedelta(weeks=65)
    assert not list(shop.folder.rglob(".unfinished*"))


def test_rules_look_at_the_same_facts(walked: Walk) -> None:
    silent = walked["rule"].filter(pl.col("origin") == walked.origins[-1])["days_silent"].max()
    assert silent == pytest.approx((walked.origins[-1] - QUIET_FROM).days, abs=7)


def test_as_occurred_is_as_known_where_nothing_was_entered_late(shop: Shop, walked: Walk) -> None:
    again = walk(
        shop,
        Asked("occurred", 16, since=walked.origins[-1]),
        step=lambda name, rows, seconds: None,
    )
    columns = ["signal", "customer_id", "tier", "abstains"]
    day = pl.col("origin") == walked.origins[-1]
    assert again["signal"].select(columns).equals(walked["signal"].filter(day).select(columns))


def test_without_a_source_its_signals_fall_silent(shop: Shop, walked: Walk) -> None:
    asked = Asked(every_weeks=16, since=walked.origins[-1], left_out=("order_line",))
    lacking = walk(shop, asked, step=lambda name, rows, seconds: None)
    assert lacking.origins == walked.origins[-1:]
    assert lacking["signal"]["tier"].drop_nulls().is_empty()


def test_origins_begin_after_65_weeks_and_need_some_history() -> None:
    days = origins(date(2024, 1, 1), date(2025, 7, 1), Asked())
    assert (days[0], days[1]) == (date(2025, 3, 31), date(2025, 4, 28))
    assert [len(part) for part in quarters(days)] == [1, 3]
    with pytest.raises(UsageError, match="too short"):
        origins(date(2024, 1, 1), date(2025, 2, 1), Asked())


def test_a_mean_that_fell_is_told_in_per_cent() -> None:
    day = date(2026, 1, 1)
    weekly = [day - timedelta(days=7 * n + 1) for n in range(65)]
    days = [one for n, one in enumerate(weekly) if n >= 13 or n % 2]
    release = pl.DataFrame({"customer_id": "C1", "release_on": days, "amount": 10.0})
    assert falling(release, day)["mean_fell"].item() == pytest.approx(100 * 7 / 13, abs=2)


def test_the_command_scores_a_kept_walk(
    walked: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    walked.keep(tmp_path / "walk")
    page = tmp_path / "score.html"
    words = ["burnish", "score", str(tmp_path / "walk"), "--json", "--html", str(page)]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert json.loads(capsys.readouterr().out)["kinds"]["gone_quiet"]["alarms"] == 1
    assert page.read_text("utf-8").startswith("<!doctype html>")
