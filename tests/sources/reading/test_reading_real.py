from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from burnish.schema.contracts import Column
from burnish.sources.reading import open_file
from burnish.sources.values import convert

DATA = Path(__file__).parents[4] / "shared" / "data"
ORDERS = DATA / "orders_scms" / "SCMS_Delivery_History_Dataset.csv"
RECEIVABLES = DATA / "receivables_ibm" / "ibm_accounts_receivable.csv"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not ORDERS.is_file() or not RECEIVABLES.is_file(), reason="the real files are not in ../shared/data"
    ),
]


def column_of(path, name):
    """One column's profile, its cells, and the lines."""
    with open_file(path) as opened:
        profile = next(column for column in opened.sheets[0].columns if column.name == name)
        table = pa.Table.from_batches(opened.batches("", [name]))
    return profile, table[name], table["line"]


def reasons(family, cells, **order):
    """How many cells stand under each problem, and how many have a value."""
    done = convert(
        Column("x", family, "none", ""), cells, **{"date_order": "mdy", "decimal_mark": ".", **order}
    )
    counts = {each["values"]: each["counts"] for each in done.problem.value_counts().to_pylist()}
    counts.pop(None, None)
    return counts, len(cells) - done.values.null_count, done.values


def test_orders_with_lone_carriage_returns_are_read_whole():
    with open_file(ORDERS) as opened:
        [sheet] = opened.sheets
    assert (sheet.rows, len(sheet.columns), sheet.broken) == (10_324, 33, ())
    assert (sheet.delimiter, sheet.line_end, sheet.encoding) == ("\t", "\r", "utf-8")


def test_order_lines_run_from_two_to_the_end_of_the_file():
    _, _, lines = column_of(ORDERS, "ID")
    assert (lines[0].as_py(), lines[-1].as_py()) == (2, 10_325)


def test_values_of_orders_add_up_to_the_cent():
    _, cells, _ = column_of(ORDERS, "Line Item Value")
    counts, _, values = reasons("money", cells)
    assert counts == {}
    assert sum(values.to_pylist()) == Decimal("1627584457.29")


def test_words_in_date_columns_of_orders_get_their_reason():
    profile, cells, _ = column_of(ORDERS, "PQ First Sent to Client Date")
    counts, filled, _ = reasons("date", cells)
    assert profile.date_order == "mdy"
    assert counts == {"words instead of a date": 2476, "said to be not available": 205}
    assert filled + sum(counts.values()) == 10_324


def test_day_first_month_names_of_orders_all_become_dates():
    profile, cells, _ = column_of(ORDERS, "Scheduled Delivery Date")
    assert profile.dates == 1.0
    assert reasons("date", cells, date_order="dmy")[:2] == ({}, 10_324)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Weight (Kilograms)", {"words instead of a number": 1507, "refers to another row": 2445}),
        ("Freight Cost (USD)", {"words instead of a number": 1681, "refers to another row": 2445}),
    ],
)
def test_words_in_number_columns_of_orders_get_their_reason(name, expected):
    _, cells, _ = column_of(ORDERS, name)
    counts, filled, _ = reasons("number", cells)
    assert counts == expected
    assert filled + sum(counts.values()) == 10_324


@pytest.mark.parametrize("name", ["InvoiceDate", "DueDate", "SettledDate", "PaperlessDate"])
def test_dates_of_receivables_are_month_first(name):
    profile, cells, _ = column_of(RECEIVABLES, name)
    assert (profile.date_order, profile.dates) == ("mdy", 1.0)
    assert reasons("date", cells)[:2] == ({}, 2_466)


def test_amounts_of_receivables_add_up_to_the_cent():
    _, cells, _ = column_of(RECEIVABLES, "InvoiceAmount")
    assert sum(reasons("money", cells)[2].to_pylist()) == Decimal("147703.18")
