import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from reading_made import reading

from burnish.errors import InputError
from burnish.sources.reading import Limits
from burnish.sources.reading.reach import Reach
from burnish.sources.reading.sheets import as_text


def workbook(**sheets):
    """An XLSX file of the given sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
    return saved(book)


def saved(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def cells(opened, sheet):
    """All rows of a sheet with their numbers."""
    profile = next(each for each in opened.sheets if each.sheet == sheet)
    [batch] = opened.batches(sheet, [column.name for column in profile.columns])
    return [list(row.values()) for row in batch.to_pylist()]


def test_each_sheet_is_profiled_and_read_with_its_row_numbers(tmp_path):
    content = workbook(
        Orders=[["No", "Customer"], [1, "Acme"], [2, "Bolt"]], Parts=[["Part"], ["P-1"]], Empty=[]
    )
    with reading(tmp_path, content, "made.csv") as opened:
        assert [(sheet.sheet, sheet.rows) for sheet in opened.sheets] == [("Orders", 2), ("Parts", 1)]
        assert cells(opened, "Orders") == [["1", "Acme", 2], ["2", "Bolt", 3]]


def test_cells_become_text_as_a_person_would_write_them(tmp_path):
    row = [dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 5, 14, 30), 12.0, 0.25, True, "=1/0", "007"]
    with reading(tmp_path, workbook(S=[list("abcdefg"), row]), "made.xlsx") as opened:
        [found] = cells(opened, "S")
        assert opened.sheets[0].columns[0].date_order == "ymd"
    assert found[:5] == ["2024-03-05", "2024-03-05 14:30:00", "12", "0.25", "TRUE"]
    assert found[6:] == ["007", 2]


def test_title_rows_and_blank_leading_rows_are_passed_over(tmp_path):
    table = [
        [],
        [],
        [None, "Open orders"],
        [],
        [None, "No", "Customer", "Due"],
        [None, 1, "Acme", "3/4/24"],
        [],
        [None, 2, "Bolt"],
    ]
    with reading(tmp_path, workbook(S=table), "made.xlsx") as opened:
        assert opened.sheets[0].header_line == 5
        assert cells(opened, "S") == [["1", "Acme", "3/4/24", 6], ["2", "Bolt", "", 8]]


def test_a_name_merged_over_lines_stands_on_each_and_an_amount_on_the_first_only(tmp_path):
    book = openpyxl.Workbook()
    for row in (["No", "Customer", "Amount"], [1, "Acme", 50], [2, None, None], [3, "Bolt", 7]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.active.merge_cells("C2:C3")
    with reading(tmp_path, saved(book), "made.xlsx") as opened:
        assert cells(opened, "Sheet") == [["1", "Acme", "50", 2], ["2", "Acme", "", 3], ["3", "Bolt", "7", 4]]


@pytest.mark.parametrize(
    ("heading", "second"),
    [("Extended", ""), ("Revenue", ""), ("Order Amount", ""), ("Order No", "50"), ("Job #", "50")],
)
def test_a_merged_number_stands_on_each_line_only_where_it_names_something(tmp_path, heading, second):
    book = openpyxl.Workbook()
    for row in (["Customer", heading], ["Acme", 50], ["Acme", None], ["Bolt", 7]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    with reading(tmp_path, saved(book), "made.xlsx") as opened:
        assert [row[1] for row in cells(opened, "Sheet")] == ["50", second, "7"]


def test_a_long_sheet_and_a_wide_sheet_are_not_taken_for_blank_ones():
    long, wide = Reach("made.xlsx", 1), Reach("made.xlsx", 1)
    long.see_xml(b'<row r="150000"><c r="A150000"/><c r="F150000"/></row>')
    wide.see_xml(b'<row r="20"><c r="A20"/><c r="BXX20"/></row>')
    assert (long.rows, wide.columns) == (150_000, 2_000)


def rewritten(content, part, change):
    """The workbook with one of its parts changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            made.writestr(name, change(data) if name == part else data)
    return target.getvalue()


@pytest.mark.parametrize("stated", [b"A1", b"A1:XFD1048576", b"C9:D10"])
def test_the_stated_size_of_a_sheet_is_not_trusted(tmp_path, stated):
    content = workbook(S=[["No", "Customer"], [1, "Acme"], [2, "Bolt"]])
    lying = rewritten(
        content,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b'ref="A1:B3"', b'ref="' + stated + b'"'),
    )
    assert lying != content
    with reading(tmp_path, lying, "made.xlsx") as opened:
        assert cells(opened, "S") == [["1", "Acme", 2], ["2", "Bolt", 3]]


def test_errors_and_cached_formula_values_are_text(tmp_path):
    def cached(data):
        return data.replace(b"<f>1/0</f><v />", b"<f>1/0</f><v>7</v>").replace(
            b"<f>1/0</f><v></v>", b"<f>1/0</f><v>7</v>"
        )

    book = openpyxl.Workbook()
    for row in (["a", "b"], ["=1/0", "#REF!"]):
        book.active.append(row)
    book.active["B2"].data_type = "e"
    content = rewritten(saved(book), "xl/worksheets/sheet1.xml", cached)
    with reading(tmp_path, content, "made.xlsx") as opened:
        assert cells(opened, "Sheet") == [["7", "#REF!", 2]]


def test_a_bomb_is_refused_before_it_is_opened(tmp_path):
    target = io.BytesIO(workbook(S=[["a"], ["b"]]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/zeros.bin", bytes(90 << 20))
    with (
        pytest.raises(InputError, match="would unpack to more than 64 MB"),
        reading(tmp_path, target.getvalue(), "made.xlsx"),
    ):
        pass


def test_a_workbook_larger_than_allowed_is_refused(tmp_path):
    content = workbook(S=[["a", "b"]] + [[n, n] for n in range(20_000)])
    with (
        pytest.raises(InputError, match="would unpack"),
        reading(tmp_path, content, limits=Limits(expanded_mb=1)),
    ):
        pass


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("hello.txt", "no file in the archive is a table"),
        ("word/document.xml", "a Word document"),
        ("content.xml", "an OpenDocument file"),
    ],
)
def test_other_archives_are_named(tmp_path, part, found):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(part, "x")
    with pytest.raises(InputError, match=found), reading(tmp_path, target.getvalue(), "made.xlsx"):
        pass


def test_a_damaged_workbook_is_an_input_error(tmp_path):
    content = rewritten(
        workbook(S=[["a"], ["b"]]), "xl/worksheets/sheet1.xml", lambda data: data[: len(data) // 2]
    )
    with pytest.raises(InputError), reading(tmp_path, content, "made.xlsx"):
        pass


def test_a_workbook_without_cells_is_refused(tmp_path):
    with pytest.raises(InputError, match="no cells"), reading(tmp_path, workbook(S=[]), "made.xlsx"):
        pass


def test_a_cell_too_long_breaks_its_row_only(tmp_path):
    content = workbook(S=[["a", "b"], ["x" * 200, "y"], ["x", "y"]])
    with reading(tmp_path, content, "made.xlsx", limits=Limits(cell_bytes=100)) as opened:
        assert opened.sheets[0].broken == ((2, "has a cell of more than 100 bytes"),)
        assert cells(opened, "S") == [["x", "y", 3]]


def test_long_numbers_keep_their_digits():
    assert [as_text(12345678901234.0), as_text(0.1), as_text(1e21), as_text(-3.0)] == [
        "12345678901234",
        "0.1",
        "1e+21",
        "-3",
    ]
