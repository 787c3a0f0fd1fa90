"""What the ERPs of a made-up shop export, and whether Burnish knows every list of it."""

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import polars as pl
import pytest
from tests.shops import new_shop
from tests.simulate.systems.hand_made import hand_made, table

from burnish import intake
from burnish.simulate.systems import Export
from burnish.simulate.systems.erpnext import ErpNext
from burnish.simulate.systems.jobboss import JobBoss
from burnish.simulate.systems.jobboss_classic import FILE as CLASSIC
from burnish.simulate.systems.jobboss_classic import JobBossClassic
from burnish.simulate.systems.odoo import Odoo
from burnish.simulate.systems.steelhead import FILE as NIGHTLY
from burnish.simulate.systems.steelhead import Steelhead
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

Program = Callable[..., Export]
PROGRAMS: dict[str, Program] = {
    "jobboss": JobBoss,
    "jobboss_classic": JobBossClassic,
    "steelhead": Steelhead,
    "odoo": Odoo,
    "erpnext": ErpNext,
}


def whole(block: int = 0) -> World:
    """The world made by hand, with lines and their hours."""
    world = hand_made(block=block)
    lines = [{"resource": 0, "name": "Powder line", "family": "powder", "shifts": 1, "load_unit": "rack"}]
    days = [
        {"resource": 0, "on": world.plan.first + timedelta(days=at), "hours_available": 8.0}
        for at in range(9)
    ]
    return world.with_tables(resource=table("resource", lines), capacity=table("capacity", days))


def export(program: Program, folder: Path, *worlds: World, **how: Any) -> Truth:
    """Write worlds down block by block."""
    folder.mkdir(parents=True)
    truth = Truth(folder.parent / "truth", worlds[0].plan)
    made = program(folder, worlds[0].plan, **how)
    for world in worlds:
        made.write(world, truth)
    made.close()
    return truth


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Truth]]:
    """The exports of every program, of two blocks."""
    place, blocks = tmp_path_factory.mktemp("erps"), (whole(), whole(1))
    return {
        name: (place / name / "made", export(program, place / name / "made", *blocks))
        for name, program in PROGRAMS.items()
    }


def objects(folder: Path, name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(folder.joinpath(f"{name}.json").read_text("utf-8"))
    return read


def listed(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def references(name: str, folder: Path) -> set[str]:
    """Whom the orders of an export are from."""
    if name == "jobboss":
        return {each["customerCode"] for each in objects(folder, "Order")}
    if name == "jobboss_classic":
        with sqlite3.connect(folder / CLASSIC) as database:
            return {code for (code,) in database.execute('SELECT "Customer" FROM "Job"')}
    if name == "steelhead":
        with duckdb.connect(folder / NIGHTLY, read_only=True) as database:
            return {
                str(number)
                for (number,) in database.execute("SELECT customer_id FROM received_order").fetchall()
            }
    file, column = {"odoo": ("sale.order", "partner_id"), "erpnext": ("Sales Order", "customer")}[name]
    return set(listed(folder, file)[column].to_list())


@pytest.mark.parametrize("name", PROGRAMS)
def test_equal_worlds_give_equal_bytes(
    name: str, exports: dict[str, tuple[Path, Truth]], tmp_path: Path
) -> None:
    folder, _ = exports[name]
    export(PROGRAMS[name], tmp_path / "again", whole(), whole(1))
    again = {each.name: each.read_bytes() for each in (tmp_path / "again").iterdir()}
    assert again == {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_customer_of_an_order_is_in_the_truth(
    name: str, exports: dict[str, tuple[Path, Truth]]
) -> None:
    folder, truth = exports[name]
    told = {reference for _, reference, _ in truth.companies}
    found = references(name, folder)
    assert found <= told
    assert len(found) >= 50


def test_a_plant_stands_below_the_company_that_it_belongs_to_in_odoo(
    exports: dict[str, tuple[Path, Truth]],
) -> None:
    folder, truth = exports["odoo"]
    companies = listed(folder, "res.partner").filter(pl.col("is_company") == "True")
    owned = companies.drop_nulls("parent_id").select("name", "parent_id")
    who = {reference: company for _, reference, company in truth.companies}
    assert owned.height >= 5
    assert all(truth.parents.get(who[name], who[name] - 1) == who[owner] for name, owner in owned.iter_rows())


@pytest.mark.parametrize("name", PROGRAMS)
def test_burnish_knows_every_list_of_an_export_and_loses_no_row(
    name: str, exports: dict[str, tuple[Path, Truth]], tmp_path: Path
) -> None:
    folder, _ = exports[name]
    packed = tmp_path / f"{name}.zip"
    with ZipFile(packed, "w") as archive:
        for each in sorted(folder.iterdir()):
            archive.write(each, each.name)
    files = [packed] if not name.startswith(("jobboss_", "steel")) else sorted(folder.iterdir())
    with intake.look(new_shop(tmp_path / "shop"), files[0]) as plan:
        parts, problems = intake.rehearsed(new_shop(tmp_path / "other"), plan)
        recognised = [each.mapping.recognised for each in plan.proposals]
    assert all(recognised)
    assert problems.num_rows == 0
    assert all(part.rows_in == part.loaded for part in parts)
    assert {part.table for part in parts} >= {
        "organisation",
        "person",
        "order_line",
        "quote",
        "lot",
        "resource",
    }


def test_jobboss_writes_moments_in_utc_and_only_what_was_rejected(
    exports: dict[str, tuple[Path, Truth]],
) -> None:
    folder, _ = exports["jobboss"]
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["dateEntered"])
        for each in objects(folder, "Order")
    )
    assert {each["quantity"] for each in objects(folder, "NonConformance")} == {5}


def test_quotes_of_jobboss_are_eight_breaks_wide(exports: dict[str, tuple[Path, Truth]]) -> None:
    rows = objects(exports["jobboss"][0], "QuoteLineItem")
    assert {f"{what}{nth}" for what in ("quantity", "price", "unit") for nth in range(1, 9)} <= set(rows[0])
    assert {each["quantity1"] for each in rows} == {100}
    assert {len([nth for nth in range(1, 9) if each[f"price{nth}"]]) for each in rows} == {1, 2, 3, 4}


def test_a_job_of_jobboss_classic_keeps_what_was_scrapped(exports: dict[str, tuple[Path, Truth]]) -> None:
    with sqlite3.connect(exports["jobboss_classic"][0] / CLASSIC) as database:
        jobs, scrap = database.execute('SELECT count(*), sum("Act_Scrap_Quantity") FROM "Job"').fetchone()
    assert (jobs, scrap) == (600, 5 * 100)


def test_tables_of_steelhead_join_by_their_numbers(exports: dict[str, tuple[Path, Truth]]) -> None:
    joined = """
        SELECT count(*) FROM received_order_part_transform AS part
        JOIN received_order AS ordered ON ordered.id = part.received_order_id
        JOIN customer ON customer.id = ordered.customer_id
        JOIN work_order ON work_order.received_order_id = ordered.id"""
    with duckdb.connect(exports["steelhead"][0] / NIGHTLY, read_only=True) as database:
        assert database.execute(joined).fetchall() == [(600,)]


def test_what_is_open_of_an_odoo_invoice_is_what_no_payment_covers(
    exports: dict[str, tuple[Path, Truth]],
) -> None:
    folder, _ = exports["odoo"]
    invoices = listed(folder, "account.move").filter(pl.col("move_type") == "out_invoice")
    paid = (
        listed(folder, "account.payment").group_by("memo").agg(paid=pl.col("amount").cast(pl.Float64).sum())
    )
    both = invoices.join(paid, left_on="name", right_on="memo", how="left").with_columns(
        pl.col("paid").fill_null(0)
    )
    total, left = (pl.col(name).cast(pl.Float64) for name in ("amount_total", "amount_residual"))
    assert both.filter((total - pl.col("paid") - left).abs() > 0.005).height == 0
    assert set(both["payment_state"]) == {"paid", "not_paid"}


def test_an_erpnext_payment_names_itself_once_above_all_that_it_paid(tmp_path: Path) -> None:
    world = whole()
    by_two = world["payment"].with_columns(check=pl.col("payment") // 2 * 2)
    export(ErpNext, tmp_path / "made", world.with_tables(payment=by_two))
    rows = listed(tmp_path / "made", "Payment Entry")
    filled = rows.with_columns(
        pl.col("name").forward_fill(), money=pl.col("allocated_amount").cast(pl.Float64)
    )
    sums = filled.group_by("name").agg(pl.col("money").sum(), said=pl.col("paid_amount").drop_nulls())
    assert rows["name"].null_count() > 50
    assert all(said == [f"{money}"] for money, said in sums.select("money", "said").iter_rows())


def test_leads_and_mailings_are_kept_in_odoo_only_where_asked(
    exports: dict[str, tuple[Path, Truth]], tmp_path: Path
) -> None:
    export(Odoo, tmp_path / "made", whole(), whole=True)
    assert (tmp_path / "made" / "crm.lead.csv").exists()
    assert not (exports["odoo"][0] / "crm.lead.csv").exists()


def test_an_order_keyed_in_after_the_last_day_is_in_no_list_yet(tmp_path: Path) -> None:
    world = whole()
    first, later = world["order"]["order"][0], world.plan.last + timedelta(days=3)
    late = pl.when(pl.col("order") == first).then(pl.lit(later)).otherwise("entered_on")
    world = world.with_tables(order=world["order"].with_columns(entered_on=late))
    export(JobBoss, tmp_path / "made", world)
    lists = ("Order", "OrderLineItem", "OrderRouting", "PackingListLineItem")
    assert [len(objects(tmp_path / "made", name)) for name in lists] == [299] * 4


def test_odoo_says_when_an_order_came_and_when_it_was_keyed_in(tmp_path: Path) -> None:
    world = whole()
    keyed = pl.col("received_on") + pl.duration(days=20)
    world = world.with_tables(
        order=world["order"].with_columns(entered_on=pl.min_horizontal(keyed, date(2026, 6, 30)))
    )
    export(Odoo, tmp_path / "made", world)
    orders = listed(tmp_path / "made", "sale.order").filter(pl.col("state") == "sale")
    days = orders.select(pl.col("date_order", "create_date").str.slice(0, 10).str.to_date())
    lag = (days["create_date"] - days["date_order"]).dt.total_days()
    assert lag.median() == 20
