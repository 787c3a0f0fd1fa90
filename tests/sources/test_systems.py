"""Known programs as data: found, checked, and recognised by headings."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from burnish.errors import UsageError
from burnish.sources import systems
from burnish.sources.mapping import Mapping, check, questions, read, write
from burnish.sources.reading import ColumnProfile, SheetProfile
from burnish.sources.systems import Source, discover, discovered, recognised

ABOUT = 'title = "Ledger"\nsays = "books"\nhow = ["Reports > Export"]\n'
INVOICES = """
title = "Invoice List"
object = "invoices"
needs = ["Date", "Num", ["Name", "Customer", "group"], "Amount"]
one_of = ["Open balance", "Due date"]
never = ["Vendor"]
fill = ["Name"]
[invoice]
rows = { "Transaction type" = ["Invoice"] }
key = ["Num"]
complete = "period"
known = ["Create date", "created_at"]
occurred_on = ["Date", "Invoice date"]
due_on = "Due date"
organisation_ref = { column = ["Name", "Customer", "group"], upto = ":" }
number = "Num"
amount = "Amount"
"""
BILLS = 'title = "Bills"\nneeds = ["Num", "Vendor"]\nskip = "what the shop owes"\n'
HEADINGS = ("DATE", "Transaction Type", "Num", "Name", "Due Date", "Amount")


def ledger(folder: Path, name: str = "ledger", **lists: str) -> Path:
    place = folder / name
    place.mkdir()
    for file, text in {"source": ABOUT, **lists}.items():
        (place / f"{file}.toml").write_text(text, "utf-8")
    return folder


def sheet(*names: str, file: str = "export.csv", order: str = "mdy") -> SheetProfile:
    columns = [ColumnProfile(name, 9, 9, 0, 0, 0, 0, 1, None, None, 9, ()) for name in names]
    dates = {"date", "due date"}
    columns = [
        ColumnProfile(name, 9, 9, 1, 0, 0, 0, 0, order, None, 9, ()) if name.lower() in dates else one
        for name, one in zip(names, columns, strict=True)
    ]
    return SheetProfile(file, "", 1, 9, tuple(columns), "utf-8", ",", "\n", ())


def seen(sources: tuple[Source, ...], shown: SheetProfile, **more: str) -> Mapping | None:
    found = recognised(shown, sources=sources, **more)
    return found.mapping if found else None


def test_a_folder_with_a_source_file_is_a_source_and_its_other_files_are_its_lists(tmp_path: Path) -> None:
    [source] = discovered(ledger(tmp_path, invoice_list=INVOICES, bills=BILLS))
    assert (source.name, source.title, source.how) == ("ledger", "Ledger", ("Reports > Export",))
    assert [one.path for one in source.objects] == ["ledger/bills", "ledger/invoice_list"]
    assert source.not_loaded == ()


def test_a_list_is_recognised_whatever_the_case_and_spacing_of_its_headings(tmp_path: Path) -> None:
    made = seen(discovered(ledger(tmp_path, invoice_list=INVOICES)), sheet(*HEADINGS))
    assert made is not None
    [table] = made.tables
    assert (made.source, made.object, made.recognised) == ("ledger", "invoices", "ledger/invoice_list")
    assert table.takes["due_on"].columns == ("Due Date",)
    assert table.takes["organisation_ref"].upto == ":"
    assert table.rows == (("Transaction Type", ("Invoice",)),)
    assert (table.key, table.complete, made.fill) == (("Num",), "period", ("Name",))


def test_a_recognised_list_leaves_nothing_to_ask(tmp_path: Path) -> None:
    shown = sheet(*HEADINGS)
    made = seen(discovered(ledger(tmp_path, invoice_list=INVOICES)), shown)
    assert made is not None
    check(made, shown)
    assert questions(made) == ()


def test_columns_that_may_be_missing_are_left_out_and_those_that_may_not_make_it_another_list(
    tmp_path: Path,
) -> None:
    sources = discovered(ledger(tmp_path, invoice_list=INVOICES))
    without_due = seen(sources, sheet(*[*HEADINGS[:4], "Open Balance", "Amount"]))
    assert without_due is not None
    assert "due_on" not in without_due.tables[0].takes
    assert seen(sources, sheet(*HEADINGS[:-1])) is None
    assert seen(sources, sheet(*HEADINGS, "Vendor")) is None
    assert seen(sources, sheet("Date", "Transaction type", "Num", "Name", "Amount")) is None


def test_a_list_without_the_column_that_tells_its_rows_apart_is_not_recognised(tmp_path: Path) -> None:
    sources = discovered(ledger(tmp_path, invoice_list=INVOICES))
    assert seen(sources, sheet("Date", "Num", "Name", "Due date", "Amount")) is None


def test_a_list_to_be_left_out_says_why(tmp_path: Path) -> None:
    made = seen(discovered(ledger(tmp_path, bills=BILLS)), sheet("Num", "Vendor", "Amount"))
    assert made is not None
    assert (made.skip, made.reason) == (True, "what the shop owes")


def test_the_list_of_which_most_headings_are_there_wins_and_a_name_can_be_asked_for(tmp_path: Path) -> None:
    other = INVOICES.replace('amount = "Amount"', 'amount = "Amount"\norder_ref = "P.O."')
    folder = ledger(tmp_path, invoice_list=INVOICES)
    sources = discovered(ledger(folder, "zedger", invoice_list=other))
    with_po, plain = sheet(*HEADINGS, "P.O."), sheet(*HEADINGS)
    assert [made.source for one in (with_po, plain) if (made := seen(sources, one))] == ["zedger", "ledger"]
    asked = seen(sources, with_po, source="ledger")
    assert asked is not None
    assert asked.source == "ledger"


def test_a_list_known_by_its_file_needs_all_words_of_one_group_in_the_name(tmp_path: Path) -> None:
    lines = BILLS.replace("skip", 'file = ["bill line", "purchases"]\nskip')
    sources = discovered(ledger(tmp_path, bills=lines))
    names = ("bill_line_data.csv", "Purchases 2026.csv", "bill_data.csv")
    found = [seen(sources, sheet("Num", "Vendor", file=name)) is not None for name in names]
    assert found == [True, True, False]


def test_dates_that_fit_both_ways_are_read_as_the_country_writes_and_that_is_said(tmp_path: Path) -> None:
    sources = discovered(ledger(tmp_path, invoice_list=INVOICES))
    made = seen(sources, sheet(*HEADINGS, order="ambiguous"), country="gb")
    assert made is not None
    assert made.tables[0].takes["occurred_on"].date_order == "dmy"
    assert any("day first" in question for question in questions(made))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (INVOICES.replace("amount =", "amuont ="), "invoice.amuont: there is no such column"),
        (INVOICES.replace("number =", "order_ref ="), "invoice.number is missing"),
        (INVOICES.replace("[invoice]", "[invoise]"), 'there is no table "invoise" (nearest: "invoice")'),
        (INVOICES.replace("needs", "need"), '"need" is unknown (nearest: "needs")'),
        (INVOICES.replace('"period"', '"month"'), "invoice.complete must be one of"),
        (INVOICES.replace('key = ["Num"]', 'key = "Num"'), "invoice.key must be a list"),
        (INVOICES.replace('upto = ":"', "upto = 3"), "invoice.organisation_ref.upto must be text"),
        (INVOICES.replace('= ["Invoice"]', "= 7"), "invoice.rows.Transaction type must be a list"),
        (BILLS.replace("skip", "sikp"), "it must either feed tables or say by skip"),
        ("title = ", "ledger/odd.toml: Invalid value"),
    ],
)
def test_a_broken_list_is_named_with_file_and_key_and_stops_no_other(
    tmp_path: Path, text: str, said: str
) -> None:
    [source] = discovered(ledger(tmp_path, odd=text, bills=BILLS))
    assert [one.name for one in source.objects] == ["bills"]
    assert any(said in problem and problem.startswith("ledger/odd.toml") for problem in source.not_loaded)


def test_a_plug_in_brings_a_source_and_a_broken_one_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger(tmp_path, "zinc_books", bills=BILLS)
    (tmp_path / "zinc_books" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    plugins = [
        EntryPoint("zincbooks", "zinc_books", systems.GROUP),
        EntryPoint("gone", "no_such_package", systems.GROUP),
    ]
    gone, zinc = discovered(tmp_path / "zinc_books", plugins)
    assert "ModuleNotFoundError" in gone.not_loaded[0]
    assert [one.path for one in zinc.objects] == ["zincbooks/bills"]


def test_two_sources_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger(tmp_path, "ledger", bills=BILLS)
    (tmp_path / "ledger" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match="two sources are called ledger"):
        discovered(tmp_path, [EntryPoint("ledger", "ledger", systems.GROUP)])


def test_what_was_recognised_survives_being_written_and_read(tmp_path: Path) -> None:
    shown = sheet(*HEADINGS)
    made = seen(discovered(ledger(tmp_path, invoice_list=INVOICES)), shown)
    assert made is not None
    write(made, tmp_path / "map.toml", shown)
    assert read(tmp_path / "map.toml") == made


def test_all_sources_that_come_with_burnish_can_be_loaded() -> None:
    assert [problem for source in discover() for problem in source.not_loaded] == []
