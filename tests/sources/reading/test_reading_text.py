import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reading_made import parsed, rows

from burnish.errors import InputError
from burnish.sources.reading.shapes import Limits


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_and_line_end_is_found(delimiter, end):
    sheet = parsed(
        end.join(delimiter.join(cells) for cells in (("a", "b", "c"), ("1", "2 x", "3"), ("4", "", "6")))
    )
    assert (sheet.delimiter, sheet.line_end) == (delimiter, end if end != "\n" else "\n")
    assert rows(sheet) == [[2, "1", "2 x", "3"], [3, "4", "", "6"]]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_any_encoding_is_found(encoding, said):
    sheet = parsed("Kunde,Ort\nMüller & Söhne,Côte d'Azur\n".encode(encoding))
    assert sheet.encoding == said
    assert rows(sheet) == [[2, "Müller & Söhne", "Côte d'Azur"]]


def test_one_late_foreign_byte_decides_the_encoding():
    sheet = parsed(b"a,b\n" + b"plain,row\n" * 200_000 + "Müller,x\n".encode("cp1252"))
    assert sheet.encoding == "cp1252"
    assert rows(sheet)[-1] == [200_002, "Müller", "x"]


def test_decimal_commas_do_not_hide_semicolons():
    sheet = parsed("nr;betrag;datum\n1;2,50;3.4.2024\n2;3,75;4.4.2024\n")
    assert sheet.table.column_names == ["nr", "betrag", "datum"]


def test_delimiters_in_quotes_do_not_count():
    sheet = parsed('a;b\n"1,2,3";"x;y"\n"4,5,6";z\n')
    assert rows(sheet) == [[2, "1,2,3", "x;y"], [3, "4,5,6", "z"]]


def test_line_ends_inside_cells_keep_the_lines_true():
    sheet = parsed('a,b\n1,"two\nlines"\n2,x\n3,"three\r\nmore\nlines"\n4,y\n')
    assert [row[:2] for row in rows(sheet)] == [[2, "1"], [4, "2"], [5, "3"], [8, "4"]]


def test_blank_lines_are_no_rows_but_count_as_lines():
    sheet = parsed("\n\na,b\n1,2\n\n , \n3,4\n,\n")
    assert sheet.header_line == 3
    assert rows(sheet) == [[4, "1", "2"], [7, "3", "4"]]


def test_title_rows_above_the_header_are_passed_over():
    sheet = parsed("Open orders\nas of 3/4/2024,,\nOrder,Customer,Amount\n1,Acme,5\n2,Bolt,6\n")
    assert sheet.header_line == 3
    assert sheet.table.column_names == ["Order", "Customer", "Amount"]


def test_rows_of_another_width_are_handed_over_with_their_line():
    sheet = parsed('a,b,c\n1,2,3\n4,5\n"6\n6",7,8\n9,10,11,12\n13,14,15\n')
    assert sheet.broken == [(3, "has 2 cells, the header 3"), (6, "has 4 cells, the header 3")]
    assert [row[0] for row in rows(sheet)] == [2, 4, 7]


def test_a_quote_never_closed_loses_only_its_own_line():
    sheet = parsed('a,b,c\n1,2,3\n4,"5,6\n7,8,9\n10,11,12\n')
    assert sheet.broken == [(3, "opens a quote that is never closed")]
    assert rows(sheet) == [[2, "1", "2", "3"], [4, "7", "8", "9"], [5, "10", "11", "12"]]


ORDERS = """Order,Customer,Date,Amount
1001,Acme,2024-01-02,5
1002,{first},2024-01-03,6
1003,Gamma,2024-01-04,7
1004,{last},2024-01-05,8
1005,Epsilon,2024-01-06,9
1006,Zeta,2024-01-07,10
"""


@pytest.mark.parametrize(("first", "last"), [('"Beta Inc', 'Delta" Inc'), ('"Beta Inc', 'Delta Inc"')])
def test_rows_between_two_stray_quotes_are_handed_over_line_by_line(first, last):
    sheet = parsed(ORDERS.format(first=first, last=last))
    assert sheet.broken == [(line, "a quote swallowed this line") for line in (3, 4, 5)]
    assert [row[0] for row in rows(sheet)] == [2, 6, 7]


def test_stray_quotes_in_two_columns_lose_no_line():
    sheet = parsed(ORDERS.format(first='"Beta Inc', last="Delta").replace(",8\n", ',8"\n'))
    assert [line for line, _ in sheet.broken] == [3, 4, 5]
    assert [row[0] for row in rows(sheet)] == [2, 6, 7]


def test_lone_carriage_returns_between_stray_quotes_are_lines_too():
    sheet = parsed("Order;Note\r\n1;\"two\r';Note\r\n1;\"two\r'der;Note\r\n1;\"two\r';Note\r\n1;\"qwo\r'")
    lines = [*sheet.lines.to_pylist(), *(line for line, _ in sheet.broken)]
    assert len(lines) == len(set(lines))


def test_a_note_over_several_lines_stays_whatever_commas_it_has():
    note = '"Dear Sam\nplease, rush, these, parts\nthanks, Bob"'
    sheet = parsed(ORDERS.format(first=note, last='"Delta\n1, 2"'))
    assert sheet.broken == []
    assert sheet.table.num_rows == 6
    letter = 'n,amount,note\n1,5,x\n2,6,y\n3,7,z\n4,8,"Dear Sam\nplease, rush, these"\n'
    assert parsed(letter).broken == []


def test_inch_marks_inside_cells_are_text():
    sheet = parsed('part,size\nP1,3/4" x 2"\nP2,1"\n')
    assert rows(sheet) == [[2, "P1", '3/4" x 2"'], [3, "P2", '1"']]


def test_headers_are_made_unique():
    sheet = parsed("name,,name, line ,line\n1,2,3,4,5\n6,7,8,9,10\n")
    assert sheet.table.column_names == ["name", "column 2", "name (2)", "line (2)", "line (3)"]


def test_a_delimiter_too_many_on_every_row_adds_a_blank_column():
    sheet = parsed("a,b\n1,2,\n3,4,\n")
    assert sheet.table.column_names == ["a", "b", "column 3"]
    assert sheet.broken == []


def test_a_single_column_is_a_table():
    sheet = parsed("Customer\nAcme\n\nBolt\n")
    assert rows(sheet) == [[2, "Acme"], [4, "Bolt"]]


def test_a_header_alone_is_a_table_without_rows():
    sheet = parsed("a,b,c")
    assert sheet.table.column_names == ["a", "b", "c"]
    assert sheet.table.num_rows == 0


def test_a_nul_byte_breaks_its_row_only():
    sheet = parsed(b"a,b\n1,2\n3,\x004\n5,6\n")
    assert sheet.broken == [(3, "holds a NUL byte")]
    assert [row[0] for row in rows(sheet)] == [2, 4]


def test_a_cell_too_long_breaks_its_row_only():
    sheet = parsed("a,b\n1,2\n3," + "x" * 2000 + "\n5,6\n", Limits(cell_bytes=1000))
    assert sheet.broken == [(3, "has a cell of more than 1,000 bytes")]
    assert [row[0] for row in rows(sheet)] == [2, 4]


def test_a_cell_longer_than_a_block_is_still_read():
    sheet = parsed("a,b\n1,2\n3," + "x" * (1 << 23) + "\n5,6\n", Limits(cell_bytes=1 << 24))
    assert sheet.broken == []
    assert sheet.table.num_rows == 3


@pytest.mark.parametrize("content", [b"\n\n  \n", b"\x00" * 500, b"\xef\xbb\xbf"])
def test_files_without_text_are_refused(content):
    with pytest.raises(InputError):
        parsed(content)


def test_too_many_columns_are_refused_with_both_numbers():
    with pytest.raises(InputError, match="2,001 columns, more than 2,000"):
        parsed(",".join(f"c{n}" for n in range(2001)) + "\n")


PIECES = st.lists(
    st.sampled_from([*'ab1,;\t|"\n\r \0é', '""', "\r\n", ',"', '",', "3/4/24", "1.5"]), max_size=60
).map("".join)


@given(PIECES)
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_table_or_an_input_error(text):
    try:
        sheet = parsed(text)
    except InputError:
        return
    lines = sheet.lines.to_pylist() + [line for line, _ in sheet.broken]
    assert len(set(lines)) == len(lines)
    assert all(sheet.header_line < line <= len(text) + 1 for line in lines)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_table_or_an_input_error(content):
    try:
        parsed(content)
    except InputError:
        return


CELL = st.text(st.sampled_from('ab1 ,;"\n'), max_size=5)


@given(
    st.lists(
        st.lists(CELL, min_size=3, max_size=3).filter(lambda cells: "".join(cells).strip()),
        min_size=1,
        max_size=12,
    )
)
@example([["", "", ";;;"], ["", ";;;", ";;;"]])
@settings(max_examples=150, deadline=None)
def test_what_a_spreadsheet_writes_comes_back_with_its_lines(table):
    written, line, expected = "key,second,third\n", 2, []
    for number, cells in enumerate(table):
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
        written += ",".join([f"k{number}", *quoted[1:]]) + "\n"
        expected.append([line, f"k{number}", *cells[1:]])
        line += 1 + "".join(cells[1:]).count("\n")
    assert rows(parsed(written)) == expected
