"""Files as they come: each is loaded with nothing lost, or refused with problem, place and next step."""

import gzip
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from burnish import intake
from burnish.errors import InputError, MappingError
from burnish.shop import Shop
from burnish.store import loads
from burnish.store.loads import Load
from shops import ORDERS, add, new_shop, orders

ROWS = [f"{n},2026-01-{n % 28 + 1:02d},Acme Plating Works,PO-{n},{n},{n}.50" for n in range(1, 21)]


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def text_of(rows: list[str], header: str = ORDERS) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def book_of(rows: list[str]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line, row in enumerate([ORDERS, *rows]):
        cells: list[object] = list(row.split(","))
        book.active.append([*cells[:4], *(map(float, row.split(",")[4:]) if line else cells[4:])])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def rewritten(book: bytes, part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    assert old in parts[part]
    return packed(parts | {part: parts[part].replace(old, new)})


def refused(shop: Shop, path: Path) -> InputError:
    """The error that adding a file ends with; nothing may be stored then."""
    with pytest.raises(InputError) as caught:
        add(shop, path)
    assert loads.all_loads(shop.landing) == []
    assert caught.value.where.startswith(path.name)
    assert caught.value.fix.endswith(".")
    return caught.value


def counts(load: Load) -> tuple[int, int, int]:
    """Rows in, loaded, rejected of the first table; the difference is nothing."""
    part = load.parts[0]
    assert part.difference == 0
    return part.rows_in, part.loaded, part.rejected


def reasons(shop: Shop, load: Load) -> list[tuple[int, str, str]]:
    found = loads.rejects(shop.landing, load).to_pylist()
    return [(row["line"], row["column"], row["reason"]) for row in found]


def landed(shop: Shop, load: Load) -> pa.Table:
    [path] = loads.parquet_of(shop.landing, [load], "order_line")
    return loads.read_parquet(path).sort_by("line")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return new_shop(tmp_path / "shop")


# ---------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("name", "content", "problem", "fix"),
    [
        ("empty.csv", b"", "the file is empty", "Export it again"),
        ("head.csv", text_of([]), "headings but no rows", "Export it again with its rows"),
        ("zeros.csv", bytes(5000), "the file holds binary data", "Export the list as CSV or XLSX"),
        ("cut.csv.gz", gzip.compress(text_of(ROWS))[:-20], "gzip archive is cut short", "Pack or download"),
        ("bomb.csv.gz", gzip.compress(bytes(80 << 20)), "would unpack to more than 64 MB", "Save it as CSV"),
        ("bomb.zip", packed({"a.csv": bytes(80 << 20)}), "would unpack to more than 64 MB", "Save it as CSV"),
        ("nested.zip", packed({"in.zip": packed({"a.csv": b"a"})}), "holds another archive", "Unpack it"),
        ("docs.zip", packed({"readme.pdf": b"%PDF-1.7"}), "no file in the archive is a table", "Add"),
        ("list.xls", b"<html><table></table></html>", "a web page or XML", "save it as XLSX"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, shop: Shop, name: str, content: bytes, problem: str, fix: str
) -> None:
    error = refused(shop, written(tmp_path, name, content))
    assert problem in error.problem
    assert fix in error.fix


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, shop: Shop) -> None:
    book = io.BytesIO(saved(book_of(ROWS)))
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/image1.png", bytes(80 << 20))
    error = refused(shop, written(tmp_path, "bomb.xlsx", book.getvalue()))
    assert error.problem == "the file would unpack to more than 64 MB"


def test_two_thousand_columns_are_read_and_one_more_is_refused(tmp_path: Path, shop: Shop) -> None:
    more = [f"Extra {letter}{n}" for n in range(100) for letter in "abcdefghijklmnopqrstuvwxyz"][: 2000 - 6]
    header, filler = ",".join([ORDERS, *more]), "," * len(more)
    error = refused(
        shop, written(tmp_path, "wide.csv", text_of([f"{row}{filler}," for row in ROWS], header + ",z"))
    )
    assert error.problem == "the header has 2,001 columns, more than 2,000"
    wide = written(tmp_path, "fits.csv", text_of([row + filler for row in ROWS], header))
    assert counts(add(shop, wide)) == (20, 20, 0)


def test_a_list_that_is_cut_off_while_it_is_read_is_refused(tmp_path: Path, shop: Shop) -> None:
    path = orders(tmp_path, ROWS)
    with intake.look(shop, path) as plan:
        path.write_bytes(path.read_bytes()[:100])
        with pytest.raises(InputError, match="changed while it was read"):
            intake.land(shop, intake.confirmed(plan), progress=lambda name, rows: None)
    assert loads.all_loads(shop.landing) == []


# ----------------------------------------------------------------------------- rows in = loaded + rejected


def test_a_cell_of_a_megabyte_is_read_and_a_longer_one_rejects_its_row(tmp_path: Path, shop: Shop) -> None:
    rows = [*ROWS, f"21,2026-02-01,Acme Plating Works,{'x' * (1 << 20)},5,1.00"]
    rows += [f"22,2026-02-02,Acme Plating Works,{'x' * ((1 << 20) + 1)},5,1.00"]
    load = add(shop, orders(tmp_path, rows))
    assert counts(load) == (22, 21, 1)
    assert reasons(shop, load) == [(23, "", "has a cell of more than 1,048,576 bytes")]


def test_a_nul_byte_rejects_its_row(tmp_path: Path, shop: Shop) -> None:
    load = add(shop, orders(tmp_path, [*ROWS, "21,2026-02-01,Acme\x00Works,PO,5,1.00"]))
    assert counts(load) == (21, 20, 1)
    assert reasons(shop, load) == [(22, "", "holds a NUL byte")]


@pytest.mark.parametrize("name", ["orders.csv", "orders.txt", "orders"])
def test_a_workbook_called_a_text_is_read(tmp_path: Path, shop: Shop, name: str) -> None:
    assert counts(add(shop, written(tmp_path, name, saved(book_of(ROWS))))) == (20, 20, 0)


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.xls", "orders.zip", "orders.csv.gz"])
def test_a_text_called_something_else_is_read(tmp_path: Path, shop: Shop, name: str) -> None:
    assert counts(add(shop, written(tmp_path, name, text_of(ROWS)))) == (20, 20, 0)


@pytest.mark.parametrize("stated", [b"A1", b"A1:XFD1048576", b"C9:D10"])
def test_a_workbook_whose_stated_size_lies_is_read_whole(tmp_path: Path, shop: Shop, stated: bytes) -> None:
    book = rewritten(saved(book_of(ROWS)), "xl/worksheets/sheet1.xml", b"A1:F21", stated)
    assert counts(add(shop, written(tmp_path, "lies.xlsx", book))) == (20, 20, 0)


def test_formulas_count_with_their_stored_result_and_without_one_are_noted(
    tmp_path: Path, shop: Shop
) -> None:
    book = book_of(ROWS)
    book.active["F2"], book.active["F3"] = "=E2*7.5", "=E3*2"
    content = rewritten(
        saved(book), "xl/worksheets/sheet1.xml", b"<f>E2*7.5</f><v />", b"<f>E2*7.5</f><v>7.5</v>"
    )
    load = add(shop, written(tmp_path, "formulas.xlsx", content))
    assert counts(load) == (20, 20, 0)
    assert reasons(shop, load) == [(3, "Amount", "spreadsheet error")]
    assert landed(shop, load).column("amount").to_pylist()[:2] == [Decimal("7.5000"), None]


def test_a_customer_merged_over_lines_is_the_customer_of_each(tmp_path: Path, shop: Shop) -> None:
    book = book_of(ROWS)
    for cell in ("C4", "C5"):
        book.active[cell] = None
    book.active.merge_cells("C3:C5")
    load = add(shop, written(tmp_path, "merged.xlsx", saved(book)))
    assert counts(load) == (20, 20, 0)


def test_of_two_columns_of_one_name_each_keeps_its_own_cells(tmp_path: Path, shop: Shop) -> None:
    header = ORDERS.replace("PO,", "Amount,")
    path = written(tmp_path, "twice.csv", text_of([row.replace("PO-", "9") for row in ROWS], header))
    with intake.look(shop, path) as plan:
        names = [column.name for column in plan.proposals[0].sheet.columns]
    assert names == ["Order No", "Order Date", "Customer", "Amount", "Qty", "Amount (2)"]
    assert counts(add(shop, path)) == (20, 20, 0)


def test_a_tenth_of_the_rows_broken_is_a_tenth_rejected(tmp_path: Path, shop: Shop) -> None:
    whole = [f"{n},2026-01-{n % 28 + 1:02d},Acme Plating Works,PO-{n},5,1.00" for n in range(1000)]
    rows = [
        row + ",surplus" if n % 20 == 3 else row[:9] if n % 20 == 13 else row for n, row in enumerate(whole)
    ]
    load = add(shop, orders(tmp_path, rows))
    assert counts(load) == (1000, 900, 100)
    assert {reason for _, _, reason in reasons(shop, load)} == {
        "has 7 cells, the header 6",
        "has 2 cells, the header 6",
    }


def test_days_of_1899_and_2199_are_noted_and_their_rows_stay(tmp_path: Path, shop: Shop) -> None:
    odd = ["21,1899-12-30,Acme Plating Works,PO,5,1.00", "22,2199-06-01,Acme Plating Works,PO,5,1.00"]
    load = add(shop, orders(tmp_path, [*ROWS, *odd]))
    assert counts(load) == (22, 22, 0)
    assert reasons(shop, load) == [
        (22, "Order Date", "year out of range"),
        (23, "Order Date", "year out of range"),
    ]
    assert landed(shop, load).column("occurred_on").to_pylist()[-2:] == [None, None]


def test_both_orders_of_day_and_month_in_one_column_are_asked_about(tmp_path: Path, shop: Shop) -> None:
    days = [
        f"{n},{f'{n + 8}/1/2026' if n % 2 else f'1/{n + 8}/2026'},Acme Works,PO,5,1.00" for n in range(5, 20)
    ]
    with pytest.raises(MappingError, match="days written day first and days written month first"):
        add(shop, orders(tmp_path, days))
    assert loads.all_loads(shop.landing) == []


def test_a_few_days_the_other_way_round_are_noted(tmp_path: Path, shop: Shop) -> None:
    days = [f"{n},1/{n % 16 + 13}/2026,Acme Plating Works,PO,5,1.00" for n in range(60)]
    load = add(shop, orders(tmp_path, [*days, "60,25/1/2026,Acme Plating Works,PO,5,1.00"]))
    assert counts(load) == (61, 61, 0)
    assert reasons(shop, load) == [(62, "Order Date", "impossible date")]


def test_negative_quantities_keep_their_sign(tmp_path: Path, shop: Shop) -> None:
    back = [
        "21,2026-02-01,Acme Plating Works,PO,-5,-10.00",
        "22,2026-02-01,Acme Plating Works,PO,(5),(10.00)",
    ]
    load = add(shop, orders(tmp_path, [*ROWS, *back, "23,2026-02-01,Acme Plating Works,PO,5-,10.00-"]))
    table = landed(shop, load)
    assert counts(load) == (23, 23, 0)
    assert table.column("quantity").to_pylist()[-3:] == [Decimal(-5)] * 3
    assert table.column("amount").to_pylist()[-3:] == [Decimal(-10)] * 3


def test_amounts_in_several_currencies_are_not_added_up(tmp_path: Path, shop: Shop) -> None:
    amounts = ["$5.00", "€6.00", "7.00 GBP", "CA$8.00", "9.00", "($1.00)"]
    rows = [f"{n},2026-02-0{n + 1},Acme Plating Works,PO,5,{amount}" for n, amount in enumerate(amounts)]
    load = add(shop, orders(tmp_path, rows))
    assert counts(load) == (6, 6, 0)
    assert landed(shop, load).column("currency").to_pylist() == ["USD", "EUR", "GBP", "CAD", "USD", "USD"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_every_encoding_keeps_its_letters(tmp_path: Path, shop: Shop, encoding: str) -> None:
    rows = [row.replace("Acme Plating Works", "Müller Härterei GmbH") for row in ROWS]
    load = add(shop, written(tmp_path, "orders.csv", text_of(rows).decode().encode(encoding)))
    assert counts(load) == (20, 20, 0)


# --------------------------------------------------------------------------------------- shapes, end to end

REPORT = """Sales by Customer Detail
"January 1 - June 30, 2026"

,Date,Transaction type,Num,Product/Service,Memo/Description,Qty,Sales price,Amount
Acme Plating Works,,,,,,,,
,01/13/2026,Invoice,1001,Zinc,,5,250.00,"1,250.00"
,02/14/2026,Invoice,1002,Nickel,,6,10.00,60.00
Total for Acme Plating Works,,,,,,11,,"$1,310.00"
Birch Metals Inc,,,,,,,,
,03/15/2026,Invoice,1003,Zinc,,7,10.00,70.00
Total for Birch Metals Inc,,,,,,7,,$70.00
TOTAL,,,,,,18,,"$1,380.00"

"Tuesday, June 30, 2026 08:10 AM GMT-5 - Accrual Basis"
"""


def test_a_grouped_report_is_added_up_to_its_own_total(tmp_path: Path, shop: Shop) -> None:
    path = written(tmp_path, "sales.csv", REPORT.encode())
    with intake.look(shop, path) as plan:
        [proposal] = plan.proposals
        assert proposal.sheet.totals_off == ()
    load = add(shop, path)
    assert counts(load) == (3, 3, 0)
    assert load.parts[0].totals["amount"] == "1380.0000"
    assert load.parts[0].first_on == date(2026, 1, 13).isoformat()


def test_files_of_one_archive_are_added_together(tmp_path: Path, shop: Shop) -> None:
    half = {"a/jan.csv": text_of(ROWS[:10]), "b/feb.csv": text_of(ROWS[10:]), "LICENSE": b"Free for all."}
    load = add(shop, written(tmp_path, "export.zip", packed(half)))
    assert [(part.sheet, part.loaded) for part in load.parts if part.table == "order_line"] == [
        ("a/jan.csv", 10),
        ("b/feb.csv", 10),
    ]
