import pytest
from books_made import packed
from reading_made import rows

from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.shapes import Limits

NOTES = """Customer notes, Ridge Powder

2026-03-04 JM: called about the racks,
wants a quote by Friday
2026-03-05 [Acme Inc] AB: new buyer

2026-03-06 14:30 - Customer visit
Customer: Bolt & Sons
By: Ann
They liked 1,500 parts.
"""


def sheets(content, name="made.txt"):
    return contents_of(memoryview(content.encode()), name, Limits()).sheets


def test_dated_paragraphs_are_rows_with_author_and_customer_where_marked():
    [sheet] = sheets(NOTES)
    assert sheet.header == ("date", "author", "customer", "text")
    assert rows(sheet) == [
        [3, "2026-03-04", "JM", "", "called about the racks, wants a quote by Friday"],
        [5, "2026-03-05", "AB", "Acme Inc", "new buyer"],
        [7, "2026-03-06", "Ann", "Bolt & Sons", "Customer visit They liked 1,500 parts."],
    ]
    assert (sheet.name, sheet.structure) == ("notes", [(1, "title")])


def test_what_has_no_day_or_a_day_without_its_year_is_a_broken_row():
    [sheet] = sheets("3/2/2026 first\n\n10/2 Miller called, mad\nabout his racks\n\n3/3/2026 last\n")
    assert [row[-1] for row in rows(sheet)] == ["first", "last"]
    assert sheet.broken == [(3, "begins with a day that lacks its year")]
    [sheet] = sheets("# Log\n\ntalked to Miller about rust.\n\n3/2/2026 first\n", "log.md")
    assert (sheet.structure, sheet.broken) == ([(1, "title")], [(3, "begins with no day")])


@pytest.mark.parametrize(
    "day", ["2026-03-04", "3/4/2026", "3.4.26", "March 4, 2026", "[2026-03-04]", "**2026-03-04**"]
)
def test_a_heading_or_bullet_may_stand_before_the_day(day):
    [sheet] = sheets(f"# Log\n\n## {day}\nfirst\n\n- {day}: second\n", "log.md")
    assert [row[-1] for row in rows(sheet)] == ["first", "second"]


@pytest.mark.parametrize(
    "content",
    [
        "Date,Customer,Qty\n2026-03-04,Acme,5\n2026-03-05,Bolt,6\n",
        "Date\tCustomer\n2026-03-04 10:00\tAcme\n2026-03-05 11:00\tBolt\n",
        "Customer\nAcme\nBolt\n",
        "Permission is hereby granted,\nfree of charge\n",
    ],
)
def test_tables_and_prose_are_no_notes(content):
    assert [sheet.name for sheet in sheets(content)] == [""]


def test_a_table_by_its_name_is_no_notes_and_packed_notes_are():
    assert sheets("note\n2026-03-04 JM: a\n2026-03-05 JM: b\n", "made.csv")[0].name == ""
    archive = packed({"notes.txt": NOTES, "readme.md": "# Nothing\n\nmuch, to see\n"})
    found = contents_of(memoryview(archive), "made.zip", Limits())
    assert [sheet.name for sheet in found.sheets] == ["notes.txt/notes"]
    assert found.left_out == [("readme.md", "it is no table")]


def test_old_line_ends_and_encodings_are_read():
    raw = "2026-03-04 JM: für Müller\r\rmore\r2026-03-05 AB: x\r".encode("cp1252")
    [sheet] = contents_of(memoryview(raw), "made.txt", Limits()).sheets
    assert rows(sheet) == [[1, "2026-03-04", "JM", "", "für Müller more"], [4, "2026-03-05", "AB", "", "x"]]
