import pytest
from reading_made import listed, reading, rows

WIDE = """Quote,Part,Quantity1,Quantity2,Quantity3,Price1,Price2,Price3,Status
Q1,P-1,100,500,1000,1.20,0.90,0.80,open
Q2,P-2,50,0,,2.00,0,,won
Q3,P-3,,,,,,,lost
"""


def test_each_filled_price_break_is_a_row_of_its_line():
    sheet = listed(WIDE)
    assert sheet.table.column_names == ["Quote", "Part", "break", "Quantity", "Price", "Status"]
    assert rows(sheet) == [
        [2, "Q1", "P-1", "1", "100", "1.20", "open"],
        [2, "Q1", "P-1", "2", "500", "0.90", "open"],
        [2, "Q1", "P-1", "3", "1000", "0.80", "open"],
        [3, "Q2", "P-2", "1", "50", "2.00", "won"],
        [4, "Q3", "P-3", "", "", "", "lost"],
    ]


def test_rows_of_breaks_cross_the_pipe_with_their_lines(tmp_path):
    with reading(tmp_path, WIDE) as opened:
        [batch] = opened.batches("", ["Quote", "break", "Price"])
        assert opened.sheets[0].rows == 5
    assert batch.column("line").to_pylist() == [2, 2, 2, 3, 4]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("n,quantity1,price1,quantity2,price2,quantity3,price3", ["break", "quantity", "price"]),
        ("n,Qty 1,Price 1,Qty 2,Price 2,Qty 3,Price 3", ["break", "Qty", "Price"]),
        ("n,Break 1 Qty,Break 1 Price,Break 2 Qty,Break 2 Price,Break 3 Qty,Break 3 Price", None),
        ("n,qty_break_0,unit_price_0,qty_break_1,unit_price_1,qty_break_2,unit_price_2", None),
        ("n,Quantity #1,Unit Price #1,Quantity #2,Unit Price #2,Quantity #3,Unit Price #3", None),
        ("break,quantity1,price1,quantity2,price2,quantity3,price3", ["break (2)", "quantity", "price"]),
    ],
)
def test_numbered_breaks_are_known_however_they_are_written(header, names):
    sheet = listed(header + "\n1,10,5.00,20,4.00,30,3.00\n2,10,5.50,20,4.50,30,3.50\n")
    assert sheet.table.num_rows == 6
    assert sheet.table.num_columns == 4
    assert names is None or sheet.table.column_names[1:] == names


def test_columns_numbered_alike_go_along():
    header = "q,quantity1,quantity2,quantity3,price1,price2,price3,unit1,unit2,unit3\n"
    sheet = listed(header + "1,10,20,30,3,2,1,ea,ea,lot\n2,10,,,3,,,ea,,\n")
    assert rows(sheet)[2] == [2, "1", "3", "30", "1", "lot"]


@pytest.mark.parametrize(
    "text",
    [
        "Customer,Bill to 1,Bill to 2,Bill to 3,Ship to 1,Ship to 2,Ship to 3\nAcme,a,b,c,d,e,f\n",
        "Customer,Phone 1,Phone 2,Phone 3,Price level\nAcme,a,b,c,d\n",
        "Part,Qty 1,Qty 2,Price 1,Price 2\nP,1,2,3,4\n",
        "Part,Qty 1,Qty 2,Qty 3,Price\nP,1,2,3,4\n",
        "Part,Qty 1,Qty 2,Qty 4,Price 1,Price 2,Price 4\nP,1,2,3,4,5,6\n",
        "Part,Qty 1,Qty 2,Qty 3,Price 1,Price 2,Price 3\nP,few,some,many,a,b,c\n",
        "Customer,2022,2023,2024\nAcme,1,2,3\n",
        "Part,Price 1,Price 2,Price 3\nP,3,2,1\n",
    ],
)
def test_other_numbered_columns_stay_side_by_side(text):
    assert listed(text).table.column_names == text.split("\n")[0].split(",")
