import io

import openpyxl
import pytest
from books_made import compound, ods, packed, rewritten, xls, xlsb, xlsx
from reading_made import listed, reading, rows

from burnish.errors import InputError
from burnish.sources.reading import Limits

TABLE = [["Order", "Customer", "Qty"], [1, "Acme", 5], [2, "Bolt", 2.5], [3, "Cast", 1]]


@pytest.mark.parametrize("made", [ods, xls, xlsb], ids=["ods", "xls", "xlsb"])
def test_other_workbooks_are_read_whatever_they_are_called(tmp_path, made):
    with reading(tmp_path, made(*TABLE), "made.csv") as opened:
        [sheet] = opened.sheets
        [batch] = opened.batches("Orders", ["Customer", "Qty"])
    assert (sheet.sheet, sheet.rows, sheet.header_line) == ("Orders", 3, 1)
    assert batch.to_pylist()[1] == {"Customer": "Bolt", "Qty": "2.5", "line": 3}


def test_merged_cells_of_an_old_workbook_are_carried_down_too():
    rows_with_gap = [*TABLE[:3], [3, "", 1]]
    assert rows(listed(xls(*rows_with_gap, merged=[(2, 3, 1, 1)])))[2] == [4, "3", "Bolt", "1"]


def test_a_report_in_a_workbook_is_a_list_too():
    report = [
        ["Transaction List by Customer"],
        ["Test Plating"],
        [],
        [None, "Date", "Num", "Amount"],
        ["Acme"],
        [None, "2025-01-07", "7", 10],
        ["Total for Acme", None, None, 10],
        ["Bolt"],
        [None, "2025-01-08", "8", 20.5],
        ["Total for Bolt", None, None, 20.5],
        ["TOTAL", None, None, 30.5],
        [],
        ["Thursday, November 20, 2025 08:10 AM GMT-5 - Accrual Basis"],
    ]
    sheet = listed(xlsx(Report=report))
    assert rows(sheet) == [
        [6, "Acme", "2025-01-07", "7", "10"],
        [9, "Bolt", "2025-01-08", "8", "20.5"],
    ]
    assert [what for _, what in sheet.structure].count("title") == 2
    assert sheet.totals_off == []


def test_a_formula_that_was_never_calculated_is_said_to_be_one(tmp_path):
    content = xlsx(S=[["Order", "Qty", "Amount"], [1, 2, "=B2*3"], [2, 3, 9]])
    with reading(tmp_path, content, "made.xlsx") as opened:
        [batch] = opened.batches("S", ["Amount"])
    assert batch.column("Amount").to_pylist() == ["#CALC!", "9"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (b'<c r="C2" t="str"><f>IF(A2=9,1,"")</f><v></v></c>', ""),
        (b'<c r="C2"><f>B2*3</f><v>6</v></c>', "6"),
        (b'<c r="C2"><f t="shared" si="0"/><v>6</v></c>', "6"),
        (b'<c r="C2" s="0"><f t="shared" si="0"/></c>', "#CALC!"),
    ],
)
def test_formulas_with_a_stored_result_keep_it(cell, said):
    content = xlsx(S=[["Order", "Qty", "Amount"], [1, 2, "=B2*3"], [2, 3, 9]])

    def change(part):
        begin = part.index(b'<c r="C2"')
        return part[:begin] + cell + part[part.index(b"</c>", begin) + 4 :]

    sheet = listed(rewritten(content, "xl/worksheets/sheet1.xml", change))
    assert sheet.table.column("Amount").to_pylist() == [said, "9"]


def test_a_cell_far_out_is_refused_before_memory_is():
    book = openpyxl.Workbook()
    for row in TABLE:
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(InputError, match="reaches over 1,048,576 rows and 16,384 columns"):
        listed(target.getvalue())


@pytest.mark.parametrize(
    ("lone", "found"), [(["A1", "AZ1048576"], "52 columns"), (["A1", "XFD900"], "900 rows")]
)
def test_a_rectangle_that_is_nearly_all_blank_is_refused(lone, found):
    book = openpyxl.Workbook()
    for place in lone:
        book.active[place] = "x"
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(InputError, match=found):
        listed(target.getvalue())


def test_an_ods_is_judged_by_the_cells_it_repeats_and_not_by_blank_rows_below():
    content, end = ods(*TABLE), b"</table:table>"
    blank = b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    below = rewritten(content, "content.xml", lambda part: part.replace(end, blank + end))
    assert listed(below).table.num_rows == 3
    many = b'<table:table-cell table:number-columns-repeated="16000" '
    rows_of = b'<table:table-row table:number-rows-repeated="1000000">'
    bomb = rewritten(
        content,
        "content.xml",
        lambda part: part.replace(b"<table:table-cell ", many).replace(b"<table:table-row>", rows_of),
    )
    with pytest.raises(InputError, match="nearly all blank"):
        listed(bomb)
    with pytest.raises(InputError, match="damaged or cut short"):
        listed(rewritten(content, "content.xml", lambda part: part.replace(end, b"")))


def test_an_xlsb_is_judged_by_its_records():
    def far(part):
        at = part.index(b"\x00\x11\x02")
        return part[: at + 2] + b"\xff\xff\xff\x7f" + part[at + 6 :]

    with pytest.raises(InputError, match="reaches over 2,147,483,648 rows"):
        listed(rewritten(xlsb(*TABLE), "xl/worksheets/sheet1.bin", far))
    with pytest.raises(InputError, match="damaged"):
        listed(rewritten(xlsb(*TABLE), "xl/worksheets/sheet1.bin", lambda part: part[:-9]))


def test_a_locked_workbook_is_told_from_a_damaged_one():
    with pytest.raises(InputError, match="locked by a password"):
        listed(compound(b"", "EncryptedPackage"))
    with pytest.raises(InputError, match="no workbook"):
        listed(compound(b"", "WordDocument"))
    with pytest.raises(InputError, match="damaged"):
        listed(compound(b"nonsense"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"<html><table><tr><td>Order</td></tr></table></html>", "a web page or XML"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "a web page or XML"),
        ('<?xml version="1.0"?><Workbook/>'.encode("utf-16"), "a web page or XML"),
    ],
)
def test_web_pages_and_other_xml_are_named(content, found):
    with pytest.raises(InputError, match=found):
        listed(content)


def test_an_ods_bomb_is_refused():
    with pytest.raises(InputError, match="would unpack to more than 64 MB"):
        listed(ods(*TABLE, extra=" " * (65 << 20)))


def test_a_size_stated_too_small_is_found_out():
    content = bytearray(xlsx(S=TABLE * 50))
    at = content.rindex(
        b"PK\x01\x02", 0, content.index(b"xl/worksheets/sheet1.xml", content.index(b"PK\x01\x02"))
    )
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    with pytest.raises(InputError, match="another size than it states"):
        listed(bytes(content))


def test_a_workbook_larger_than_allowed_is_refused_by_what_it_unpacks_to():
    content = packed({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(3 << 20)})
    with pytest.raises(InputError, match="would unpack to more than 1 MB"):
        listed(content, Limits(expanded_mb=1))
