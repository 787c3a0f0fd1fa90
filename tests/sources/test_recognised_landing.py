"""Sample exports of known programs, landed and read as a shop would: counts, sums, days, heads with lines."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.shops import new_shop, refreshed, table
from tests.sources.test_recognised import archive_of

from burnish import intake
from burnish.shop import Shop
from burnish.store import loads, snapshots

EXPORTS = Path(__file__).parent / "exports"
REAL = Path(__file__).parents[3] / "shared" / "data" / "exports"
DAY = date(2025, 11, 1)
PROGRAMS = tuple(sorted(path.name for path in EXPORTS.iterdir()))
ADDED = (
    "jobboss/Job",
    "jobboss/SO_Header",
    "jobboss/SO_Detail",
    "jobboss/order_line_item",
    "jobboss/order",
    "odoo/table_sale_order",
    "odoo/table_sale_order_line",
    "odoo/table_account_move",
    "odoo/table_account_payment",
    "erpnext/sales_order",
    "erpnext/sales_order_item",
    "steelhead/sales_order_parts",
    "steelhead/sales_orders",
    "xero/sales_invoices",
    "xero/table_invoices",
    "xero/table_payments",
    "quickbooks/table_payment_line",
    "quickbooks/table_payment",
    "quickbooks/table_invoice",
)
KIND_NOT_READ = "a kind of row that is not read"


@dataclass(frozen=True)
class Rehearsed:
    """What landing every sample would count, per file and table, and why rows would be rejected or noted."""

    parts: dict[tuple[str, str], loads.Part]
    reasons: frozenset[str]


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    place = tmp_path_factory.mktemp("rehearsed")
    there = new_shop(place / "shop")
    parts: dict[tuple[str, str], loads.Part] = {}
    reasons: set[str] = set()
    for program in PROGRAMS:
        packed = archive_of((EXPORTS / program).glob("*.csv"), place / "exports.zip")
        with intake.look(there, packed) as plan:
            counted, problems = intake.rehearsed(there, plan)
        parts |= {(f"{program}/{Path(each.sheet).stem}", each.table): each for each in counted}
        reasons |= set(problems["reason"].to_pylist())
    return Rehearsed(parts, frozenset(reasons))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> snapshots.Snapshot:
    there = new_shop(tmp_path_factory.mktemp("added") / "shop")
    for name in ADDED:
        assert added(there, EXPORTS / f"{name}.csv")
    return refreshed(there, there.today())


def added(there: Shop, path: Path) -> loads.Load | None:
    """Land a file, agreeing to what was recognised; None where it is left out."""
    with intake.look(there, path, named=False) as plan:
        if not plan.proposals:
            return None
        return intake.land(there, intake.confirmed(plan), progress=lambda name, rows: None, loaded_on=DAY)[0]


def test_every_row_of_a_sample_is_loaded_or_rejected_as_a_kind_that_is_not_read(rehearsed: Rehearsed) -> None:
    assert [each for each in rehearsed.parts.values() if each.rows_in != each.loaded + each.rejected] == []
    assert rehearsed.reasons == {KIND_NOT_READ}


@pytest.mark.parametrize(
    ("name", "of", "rows", "amount", "first_on", "last_on"),
    [
        ("quickbooks/invoice_list", "invoice", 20, "20713.70", "2024-01-03", "2024-10-28"),
        ("quickbooks/invoices_and_received_payments", "payment", 8, "7651.96", "2024-01-03", "2024-10-02"),
        ("quickbooks/transaction_list_desktop", "invoice", 16, "16570.96", "2024-01-03", "2024-10-28"),
        ("xero/sales_invoices", "invoice", 18, "5505.30", "2024-01-03", "2024-05-12"),
        ("hubspot/deals", "quote", 24, "24856.44", "2024-01-03", "2024-10-28"),
        ("salesforce/report1700000000003", "quote", 24, "24856.44", "2024-01-03", "2024-10-28"),
        ("jobboss/ar_invoice", "payment", 18, "18879.90", "2024-02-02", "2024-12-02"),
        ("steelhead/invoices", "invoice", 24, "24856.44", "2024-01-03", "2024-10-28"),
        ("odoo/sales_orders", "order_line", 15, "15337.30", "2024-01-03", "2024-10-28"),
        ("erpnext/sales_order_export", "order_line", 24, "24856.44", "2024-01-03", "2024-05-25"),
    ],
)
def test_amounts_and_days_of_a_sample_are_read_as_they_stand(
    rehearsed: Rehearsed, name: str, of: str, rows: int, amount: str, first_on: str, last_on: str
) -> None:
    fed = rehearsed.parts[name, of]
    assert (fed.loaded, Decimal(fed.totals["amount"])) == (rows, Decimal(amount))
    assert (fed.first_on, fed.last_on) == (first_on, last_on)


@pytest.mark.parametrize(
    ("source", "object_", "lines", "orders"),
    [
        ("jobboss", "order", 24, 12),
        ("jobboss", "sales_orders", 6, 6),
        ("odoo", "sale_order", 16, 8),
        ("erpnext", "sales_order", 24, 12),
        ("steelhead", "sales_orders", 24, 12),
    ],
)
def test_lines_take_customer_day_and_number_from_their_heads(
    snapshot: snapshots.Snapshot, source: str, object_: str, lines: int, orders: int
) -> None:
    found = table(snapshot, "order_line").filter(pl.col("source") == source, pl.col("object") == object_)
    assert (found.height, found["order_no"].n_unique()) == (lines, orders)
    assert found.filter(pl.any_horizontal(pl.col("organisation_ref", "occurred_on").is_null())).is_empty()


def test_a_line_of_a_sales_order_that_names_its_job_is_not_counted_beside_the_job(
    rehearsed: Rehearsed,
) -> None:
    assert rehearsed.parts["jobboss/Job", "order_line"].loaded == 24
    detail = rehearsed.parts["jobboss/SO_Detail", "order_line"]
    assert (detail.loaded, detail.rejected) == (6, 18)


@pytest.mark.parametrize(("source", "least"), [("quickbooks", 10), ("xero", 10), ("odoo", 10)])
def test_payments_meet_the_invoices_they_name(snapshot: snapshots.Snapshot, source: str, least: int) -> None:
    paid = table(snapshot, "payment").filter(pl.col("source") == source, pl.col("invoice_ref").is_not_null())
    invoiced = table(snapshot, "invoice").filter(pl.col("source") == source)["number"]
    assert paid.filter(pl.col("invoice_ref").is_in(invoiced.implode())).height >= least


def test_an_invoice_whose_total_stands_on_each_of_its_lines_counts_once(
    snapshot: snapshots.Snapshot,
) -> None:
    invoices = table(snapshot, "invoice").filter(pl.col("source") == "xero", pl.col("object") == "invoices")
    assert (invoices.height, invoices["number"].n_unique()) == (9, 9)


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_the_real_connector_tables_load_whole(tmp_path: Path) -> None:
    there, read, left_out = new_shop(tmp_path / "shop"), 0, 0
    for folder in sorted(path for path in REAL.iterdir() if path.is_dir()):
        packed = archive_of(folder.glob("*.csv"), tmp_path / f"{folder.name}.zip")
        with intake.look(there, packed) as plan:
            parts, _ = intake.rehearsed(there, plan)
            assert {each.mapping.recognised.partition("/")[0] for each in plan.proposals} == {folder.name}
        read, left_out = read + len(plan.proposals), left_out + len(plan.left_out)
        assert [each for each in parts if each.rows_in != each.loaded + each.rejected] == []
    assert (read, read + left_out) == (12, len(list(REAL.rglob("*.csv"))))
