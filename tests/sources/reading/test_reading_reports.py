import pytest
from reading_made import listed, reading, rows

ONLINE = """Transaction List by Customer
Test Plating Inc.
"January 1 - November 20, 2025"

,Date,Transaction type,Num,Posting (Y/N),Memo/Description,Account full name,Amount
Acme Machining,,,,,,,
,01/07/2025,Invoice,1021,Yes,,Accounts Receivable,"$1,459.00"
,02/04/2025,Payment,,Yes,,Checking,"-$1,459.00"
,02/09/2025,Invoice,1044,Yes,Rush,Accounts Receivable,$80.50
Total for Acme Machining,,,,,,,$80.50
Total Finishing,,,,,,,
,01/09/2025,Invoice,1022,Yes,,Accounts Receivable,$100.00
Total for Total Finishing,,,,,,,$100.00
TOTAL,,,,,,,$180.50

"Thursday, November 20, 2025 08:10 AM GMT-5 - Accrual Basis"
"""


def test_a_grouped_report_is_a_list_with_its_groups_as_a_column():
    sheet = listed(ONLINE)
    assert sheet.table.column_names[:4] == ["group", "Date", "Transaction type", "Num"]
    assert [row[:3] for row in rows(sheet)] == [
        [7, "Acme Machining", "01/07/2025"],
        [8, "Acme Machining", "02/04/2025"],
        [9, "Acme Machining", "02/09/2025"],
        [12, "Total Finishing", "01/09/2025"],
    ]


def test_all_that_is_no_row_is_named_with_its_line():
    sheet = listed(ONLINE)
    assert sheet.structure == [
        (1, "title"),
        (2, "title"),
        (3, "title"),
        (6, "group"),
        (10, "total"),
        (11, "group"),
        (13, "total"),
        (14, "total"),
        (16, "footer"),
    ]
    assert (sheet.broken, sheet.totals_off) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "off"),
    [
        ("Total for Acme Machining,,,,,,,$80.50", "Total for Acme Machining,,,,,,,$80.51", [10]),
        ('Payment,,Yes,,Checking,"-$1,459.00"', 'Payment,,Yes,,Checking,"-$1,400.00"', [10, 14]),
        ("TOTAL,,,,,,,$180.50", "TOTAL,,,,,,,$18.50", [14]),
    ],
)
def test_totals_that_disagree_with_their_rows_are_named(old, new, off):
    sheet = listed(ONLINE.replace(old, new))
    assert sheet.table.num_rows == 4
    assert sheet.totals_off == off


def test_labels_and_totals_without_trailing_delimiters_are_the_same():
    ragged = "\n".join(line.rstrip(",") if line[:1].isalpha() else line for line in ONLINE.split("\n"))
    assert rows(listed(ragged)) == rows(listed(ONLINE))
    assert listed(ragged).broken == []


DESKTOP = """,,,,Type,,Date,,Num,,Memo,,Debit,,Credit,,Balance
,Acme Machining,,,,,,,,,,,,,,,
,,Job 12,,,,,,,,,,,,,,
,,,,Invoice,,01/07/2025,,77,,,,"1,200.00",,,,"1,200.00"
,,,,Payment,,02/07/2025,,,,thanks,,,,200.00,,"1,000.00"
,,Total Job 12,,,,,,,,,,"1,200.00",,200.00,,"1,000.00"
,,Acme Machining - Other,,,,,,,,,,,,,,
,,,,Invoice,,03/07/2025,,80,,,,50.00,,,,50.00
,,Total Acme Machining - Other,,,,,,,,,,50.00,,,,50.00
,Total Acme Machining,,,,,,,,,,,"1,250.00",,200.00,,"1,050.00"
,Bolt & Nut,,,,,,,,,,,,,,,
,,,,Invoice,,03/08/2025,,81,,,,10.00,,,,10.00
,Total Bolt & Nut,,,,,,,,,,,10.00,,,,10.00
TOTAL,,,,,,,,,,,,"1,260.00",,200.00,,"1,060.00"
"""


def test_nested_groups_with_spacer_columns_have_a_column_for_each_level():
    sheet = listed(DESKTOP)
    assert sheet.table.column_names == [
        "group",
        "group 2",
        "Type",
        "Date",
        "Num",
        "Memo",
        "Debit",
        "Credit",
        "Balance",
    ]
    assert [row[:4] for row in rows(sheet)] == [
        [4, "Acme Machining", "Job 12", "Invoice"],
        [5, "Acme Machining", "Job 12", "Payment"],
        [8, "Acme Machining", "Acme Machining - Other", "Invoice"],
        [12, "Bolt & Nut", "", "Invoice"],
    ]
    assert sheet.totals_off == []


def test_sub_customers_of_one_column_are_told_by_their_totals():
    report = """,Date,Num,Amount
Acme,,,
,1/2/2025,1,10.00
Total for Acme,,,10.00
   Acme East,,,
,1/3/2025,2,20.00
   Total for Acme East,,,20.00
Total for Acme with sub-customers,,,30.00
Bolt,,,
,1/4/2025,3,5.00
Total for Bolt,,,5.00
TOTAL,,,35.00
"""
    sheet = listed(report)
    assert [row[:3] for row in rows(sheet)] == [
        [3, "Acme", ""],
        [6, "Acme", "Acme East"],
        [10, "Bolt", ""],
    ]
    assert sheet.totals_off == []


AGING = """A/R Aging Detail
"As of November 20, 2025"

Date,Transaction type,Num,Customer,Due date,Past due,Amount,Open balance
91 or more days past due,,,,,,,
01/07/2025,Invoice,1001,Acme,02/06/2025,287,100.00,100.00
Total for 91 or more days past due,,,,,,$100.00,$100.00
31 – 60 days past due,,,,,,,
09/07/2025,Invoice,1044,Bolt,10/07/2025,44,50.00,20.00
09/09/2025,Invoice,1045,Acme,10/09/2025,42,50.00,50.00
Total for 31 – 60 days past due,,,,,,$100.00,$70.00
TOTAL,,,,,,$200.00,$170.00
"""


def test_buckets_in_a_column_of_dates_are_groups():
    sheet = listed(AGING)
    assert [row[:3] for row in rows(sheet)] == [
        [6, "91 or more days past due", "01/07/2025"],
        [9, "31 – 60 days past due", "09/07/2025"],
        [10, "31 – 60 days past due", "09/09/2025"],
    ]
    assert sheet.totals_off == []


def test_buckets_without_totals_are_groups_where_their_column_holds_dates():
    bare = "\n".join(line for line in AGING.split("\n") if not line.startswith(("Total", "TOTAL")))
    assert [row[1] for row in rows(listed(bare))] == [
        "91 or more days past due",
        "31 – 60 days past due",
        "31 – 60 days past due",
    ]


def test_labels_fill_the_column_whose_heading_they_stand_under():
    report = "Customer,Order,Due,Qty\nAcme,,,\n,11,1/2/25,5\n,12,1/3/25,6\nBolt,,,\n,13,1/4/25,7\n"
    sheet = listed(report)
    assert sheet.table.column_names == ["Customer", "Order", "Due", "Qty"]
    assert rows(sheet)[2] == [6, "Bolt", "13", "1/4/25", "7"]


def test_labels_with_a_word_in_front_lose_it():
    report = """Order,Due,Qty
Customer: Acme,,
11,1/2/25,5
12,1/3/25,6
Customer Total:,,11
Customer: Bolt,,
13,1/4/25,7
Customer Total:,,7
Grand Total:,,18
"""
    sheet = listed(report)
    assert [row[:3] for row in rows(sheet)] == [[3, "Acme", "11"], [4, "Acme", "12"], [7, "Bolt", "13"]]
    assert sheet.totals_off == []


def test_labels_in_two_cells_are_labels():
    report = """Order,Due,Qty
Customer:,Acme,
11,1/2/25,5
Total,,5
Customer:,Bolt,
13,1/4/25,7
Total,,7
Grand Total,,12
"""
    assert [row[1] for row in rows(listed(report))] == ["Acme", "Bolt"]


def test_subtotals_below_rows_that_bear_the_name_are_no_rows():
    report = """Customer,Order,Amount
Acme,1,5.00
Acme,2,6.00
Acme Total,,11.00
Bolt,3,7.00
Bolt Total,,7.00
Grand Total,,18.00
"""
    sheet = listed(report)
    assert [row[:2] for row in rows(sheet)] == [[2, "Acme"], [3, "Acme"], [5, "Bolt"]]
    assert sheet.totals_off == []
    assert listed(report.replace("Bolt Total,,7", "Bolt Total,,9")).totals_off == [6]


def test_an_aging_summary_loses_its_last_line_only():
    report = """A/R Aging Summary

Customer,Current,1 – 30,31 – 60,61 – 90,91 and over,Total
Acme,10.00,,,,5.00,15.00
Bolt,,20.00,,,,20.00
TOTAL,10.00,20.00,0.00,0.00,5.00,35.00
"""
    sheet = listed(report)
    assert [row[:2] for row in rows(sheet)] == [[4, "Acme"], [5, "Bolt"]]
    assert sheet.structure == [(1, "title"), (6, "total")]
    assert sheet.totals_off == []


def test_a_parent_in_a_summary_closes_with_its_total():
    report = """,Current,1 - 30,Total
Acme,,,
   East,10.00,,10.00
   West,,20.00,20.00
Total Acme,10.00,20.00,30.00
Bolt,1.00,,1.00
Cast Co,5.00,5.00,10.00
   North,1.00,1.00,2.00
Total Cast Co,6.00,6.00,12.00
TOTAL,17.00,26.00,43.00
"""
    sheet = listed(report)
    assert [row[1:4] for row in rows(sheet)] == [
        ["Acme", "   East", "10.00"],
        ["Acme", "   West", ""],
        ["", "Bolt", "1.00"],
        ["", "Cast Co", "5.00"],
        ["", "   North", "1.00"],
    ]
    assert sheet.totals_off == []


def test_a_sum_without_a_name_below_a_list_is_a_total():
    sheet = listed("Order,Customer,Amount\n1,Acme,5.00\n2,Bolt,6.00\n3,Cast,7.00\n,,18.00\n")
    assert sheet.structure == [(5, "total")]
    other = listed("Order,Customer,Amount\n1,Acme,5.00\n2,Bolt,6.00\n3,Cast,7.00\n,,19.00\n")
    assert (other.structure, other.table.num_rows) == ([], 4)


def test_prices_need_not_add_up_and_a_running_balance_ends_in_its_total():
    report = """,Date,Num,Qty,Sales price,Amount,Balance
Acme,,,,,,
,1/2/25,1,2,5.00,10.00,10.00
,1/3/25,2,1,7.00,7.00,17.00
Total for Acme,,,3,,17.00,17.00
Bolt,,,,,,
,1/4/25,3,1,3.00,3.00,3.00
Total for Bolt,,,1,,3.00,3.00
TOTAL,,,4,4.50,20.00,20.00
"""
    assert listed(report).totals_off == []


def test_pages_repeat_their_header_and_titles():
    page = "Open Orders,,\nOrder,Customer,Amount\n"
    sheet = listed(page + "1,Acme,5\n2,Bolt,6\nPage 1 of 2,,\n" + page + "3,Cast,7\nPage 2 of 2,,\n")
    assert [row[0] for row in rows(sheet)] == [3, 4, 8]
    assert [what for _, what in sheet.structure] == [
        "title",
        "footer",
        "title",
        "repeated header",
        "footer",
    ]


def test_two_exports_pasted_together_keep_one_header():
    text = "Order,Customer,Amount\n" + "".join(f"{n},Acme,{n}\n" for n in range(5000))
    sheet = listed(text + text)
    assert sheet.table.num_rows == 10_000
    assert sheet.structure == [(5002, "repeated header")]


CONTACTS = """Customer Contact List
Test Plating Inc.

Customer full name,Phone numbers,Email,Full name
Acme,555-201-1000,a@acme.test,Ann Ames
Bolt,,,
Cast,,,
{footer}
"""


@pytest.mark.parametrize(
    "footer",
    [
        '"Thursday, November 20, 2025 08:10 AM GMT-5"',
        '"Thursday, November 20, 2025 08:10 AM GMT-5",,,',
        "Thursday, November 20, 2025 08:10 AM GMT-5",
        '"Thursday, Nov 20, 2025 08:10:11 AM GMT-8 - Cash Basis"',
        "Accrual basis",
        "Accrual Basis,,,",
        "Page 1 of 1",
        "Printed on 11/20/2025 8:10 AM",
        "Generated by: J. Doe 11/20/2025",
        "Run date: 2025-11-20",
        "3 records",
        "*** End of report ***",
        "Confidential Information - Do Not Distribute\nTest Plating",
    ],
)
def test_footers_below_a_sparse_list_are_no_rows(footer):
    sheet = listed(CONTACTS.format(footer=footer))
    assert [row[:2] for row in rows(sheet)] == [[5, "Acme"], [6, "Bolt"], [7, "Cast"]]
    assert sheet.broken == []
    assert sheet.structure[2][1] == "footer"


# ------------------------------------------------------------------------ ordinary lists stay as they are

PLAIN = {
    "sparse rows in a list of names": "Customer,Phone,City\nAcme,,\nBolt,,\nCast,555-201-1000,Troy\nDent,,\n",
    "a customer called Total": "Customer,Order,Amount\nTotal Finish,1,5\nTotal Finish,2,6\nAcme,3,7\n",
    "Total Finish beside Finish": "Customer,Amount\nFinish,\nGamma,5\nTotal Finish,100\nDelta,6\n",
    "Total Finishing with a zero": "Customer,Balance\nTotal Finishing,0.00\nAcme,0.00\nBolt,5.00\n",
    "a name that ends in total": "Customer,Order,Amount\nSum Total,1,5\nAcme Total,2,6\nBolt,3,7\n",
    "a note alone in the first column": "Note,Order,Customer\ncall him,,\n,1,Acme\nrush,,\n,2,Bolt\n",
    "void lines among numbers": "Order,Customer,Amount\n1,Acme,5\nvoid,,\n2,Bolt,6\ncancelled,,\n3,Cast,7\n",
    "one column": "Customer\nAcme\nTotal\nTotal Acme\n",
    "two columns, one sparse": "Customer,Note\nAcme,\nBolt,late\nCast,\nTotal Cast,\n",
    "a memo that runs on": "Order,Memo,Amount\n1,first,5\n,second line,\n2,other,6\n,more,\n",
    "the last number only": "Order,Customer,Amount\n1,Acme,5\n2,Bolt,6\n3,,\n",
    "numbers alone": "a,b\n1,1\n2,2\n3,3\n",
    "days alone in a column of dates": "Date,Customer,Amount\n1/2/25,Acme,5\n1/3/25,,\n1/4/25,,\n",
    "a first row with a name only": "Customer,Phone\nAcme,\nBolt,555-201-1000\nCast,555-201-1001\n",
    "totals as a column": "Customer,Total\nAcme,5\nBolt,6\nCast,7\n",
    "a status in the leading column": "Flag,Order,Customer\nx,,\n,1,Acme\nx,,\n,2,Bolt\n",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_an_ordinary_list_stays_as_it_is(text):
    sheet = listed(text)
    assert (sheet.structure, sheet.broken) == ([], [])
    assert sheet.table.num_rows == text.count("\n") - 1
    assert sheet.table.column_names == text.split("\n")[0].split(",")


def test_short_lines_of_an_ordinary_list_stay_broken():
    sheet = listed("Order,Customer,Amount\n1,Acme,5\ncall them\n2,Bolt,6\n3,Cast\n4,Dent,7\n")
    assert sheet.broken == [(3, "has 1 cells, the header 3"), (5, "has 2 cells, the header 3")]
    assert sheet.structure == []


def test_columns_with_neither_heading_nor_cell_are_dropped_and_others_keep_their_names():
    sheet = listed("a,,b,,c\n1,,2,x,3\n4,,5,,6\n")
    assert sheet.table.column_names == ["a", "b", "column 4", "c"]


def test_no_row_is_lost_whatever_is_called_structure():
    for text in [ONLINE, DESKTOP, AGING, *PLAIN.values()]:
        sheet = listed(text)
        lines = [*sheet.lines.to_pylist(), *(line for line, _ in [*sheet.structure, *sheet.broken])]
        written = [
            line
            for line, row in enumerate(text.split("\n"), start=1)
            if row.strip(", ") and line != sheet.header_line
        ]
        assert sorted(lines) == written


def test_structure_crosses_the_pipe_and_rows_in_are_rows_only(tmp_path):
    with reading(tmp_path, ONLINE.replace("TOTAL,,,,,,,$180.50", "TOTAL,,,,,,,$1.00")) as opened:
        [sheet] = opened.sheets
        [batch] = opened.batches("", ["group", "Amount"])
    assert (sheet.rows, sheet.header_line, sheet.totals_off) == (4, 5, (14,))
    assert sheet.structure[3:5] == ((6, "group"), (10, "total"))
    assert batch.to_pylist()[0] == {"group": "Acme Machining", "Amount": "$1,459.00", "line": 7}
