"""What the office's programs write down of a made-up world: accounting, spreadsheets, sales."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from tests.simulate.systems.hand_made import hand_made

from burnish.simulate.plan import Plan
from burnish.simulate.systems.crm import crm
from burnish.simulate.systems.dirt import called, misspelt, named, other_form
from burnish.simulate.systems.hubspot import HubSpot
from burnish.simulate.systems.job_log import JobLog, changed_over
from burnish.simulate.systems.ledger import Ledger, open_on
from burnish.simulate.systems.quickbooks_desktop import QuickBooksDesktop
from burnish.simulate.systems.quickbooks_online import QuickBooksOnline
from burnish.simulate.systems.reports import yearly
from burnish.simulate.systems.salesforce import Salesforce, record_id
from burnish.simulate.truth import Truth
from burnish.sources.reading import SheetProfile, open_file
from burnish.sources.systems import recognised

PROGRAMS = (QuickBooksOnline, QuickBooksDesktop, JobLog, HubSpot, Salesforce)
WORLD = hand_made(24)
PLAN: Plan = WORLD.plan


def written(program: type, folder: Path, blocks: int = 1) -> Truth:
    """A program's export of some blocks, and what it told the truth."""
    folder.mkdir(parents=True)
    truth, export = Truth(folder / "truth", PLAN), program(folder, PLAN)
    for block in range(blocks):
        export.write(hand_made(24, block=block), truth)
    export.close()
    return truth


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def rows(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def sheets(folder: Path) -> Iterator[SheetProfile]:
    """Every sheet of a folder, read at once as members of one archive."""
    packed = folder.parent / "packed.zip"
    with ZipFile(packed, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".csv", ".xlsx")):
            archive.write(path, path.name)
    with open_file(packed) as reading:
        for sheet in reading.sheets:
            file, _, name = sheet.sheet.partition("/")
            yield replace(sheet, file=file, sheet=name)


@pytest.mark.parametrize("program", PROGRAMS)
def test_equal_worlds_give_equal_bytes(program: type, tmp_path: Path) -> None:
    for name in ("one", "other"):
        written(program, tmp_path / name, blocks=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "other")


@pytest.mark.parametrize("program", [QuickBooksOnline, QuickBooksDesktop, HubSpot, Salesforce])
def test_every_list_is_recognised(program: type, tmp_path: Path) -> None:
    written(program, tmp_path / "exports")
    found = [recognised(sheet, country="US") for sheet in sheets(tmp_path / "exports")]
    assert len(found) >= 3
    assert None not in found


# ------------------------------------------------------------------------------------------------- names


def test_each_program_calls_everybody_once_and_one_in_twelve_twice() -> None:
    world = hand_made(800, each=1)
    parties = called(world, "hubspot")
    assert parties["name"].str.to_lowercase().is_unique().all()
    assert 0.05 < (parties["party"] == 1).sum() / 800 < 0.11


def test_programs_spell_names_each_in_its_own_way() -> None:
    spelled = {system: called(WORLD, system)["name"].to_list() for system in ("jobboss_classic", "odoo")}
    assert all(name == name.upper() for name in spelled["jobboss_classic"])
    assert any(", " in name for name in spelled["odoo"])


def test_rows_before_a_change_of_name_stand_under_the_old_one() -> None:
    parties = called(hand_made(800, each=1), "jobboss")
    [old] = parties.filter(pl.col("kind") == "old name").head(1).rows(named=True)
    days = pl.DataFrame({"company": old["company"], "on": [PLAN.first, old["until_on"], PLAN.last]})
    assert named(days, parties, PLAN.stream("x"), on="on")["party"].to_list() == [1, 1, 0]


def test_in_a_shop_without_events_nobody_is_split_over_two_records() -> None:
    world = hand_made(400, each=1, of=replace(PLAN, null="poisson"))
    parties = called(world, "jobboss")
    booked = named(world["order"], parties, PLAN.stream("x"), on="received_on")
    assert parties["party"].sum() > 0
    assert booked["party"].sum() == 0


def test_a_name_is_misspelt_and_its_form_written_another_way() -> None:
    assert misspelt("Quillgate Machine", PLAN.stream("x")) != "Quillgate Machine"
    assert [other_form(name) for name in ("A Inc.", "A, LLC", "A")] == [
        "A Incorporated",
        "A L.L.C.",
        "A Inc.",
    ]


# ------------------------------------------------------------------------------------------------- money


def test_the_transaction_lists_of_two_years_overlap_by_a_month() -> None:
    before, after = yearly(PLAN)
    assert (before.to_on - after.from_on).days == 30
    assert (before.is_old, after.is_old) == (True, False)


def test_a_transaction_list_has_groups_totals_and_a_footer(tmp_path: Path) -> None:
    written(QuickBooksOnline, tmp_path / "exports")
    report = rows(tmp_path / "exports" / "Transaction List by Customer 2026.csv")
    labels = [row[0] for row in report if row and row[0]]
    groups = [label for label in labels if f"Total for {label}" in labels]
    assert labels[1] == "Transaction List by Customer"
    assert len(groups) > 15
    assert labels[-2:-1] == ["TOTAL"]
    assert labels[-1].startswith("Accrual Basis")


def test_a_report_adds_up(tmp_path: Path) -> None:
    written(QuickBooksOnline, tmp_path / "exports", blocks=2)
    report = rows(tmp_path / "exports" / "Estimates by Customer.csv")
    amounts = [float(row[-1].replace(",", "")) for row in report[5:] if len(row) == 9 and row[2]]
    [total] = [row[-1] for row in report if row and row[0] == "TOTAL"]
    assert float(total.replace(",", "")) == pytest.approx(sum(amounts))


def test_each_payment_stands_above_the_invoices_that_it_paid(tmp_path: Path) -> None:
    written(QuickBooksOnline, tmp_path / "exports")
    report = rows(tmp_path / "exports" / "Invoices and Received Payments 2026.csv")[5:-2]
    firsts = {after[2] for label, after in pairwise(report) if label[0]}
    assert firsts == {"Payment"}
    assert {row[2] for row in report} == {"", "Payment", "Invoice"}


def test_what_is_open_on_a_day_is_billed_before_and_settled_after_it() -> None:
    ledger = Ledger.of(WORLD, "quickbooks_online")
    day = PLAN.first.replace(month=12)
    still = open_on(ledger.invoices, day)
    assert still["on"].max() <= day
    assert still.filter(pl.col("paid_on") <= day).is_empty()
    assert (still["left"] > 0).all()


def test_every_payment_line_over_odbc_names_a_written_invoice(tmp_path: Path) -> None:
    written(QuickBooksDesktop, tmp_path / "exports")
    folder = tmp_path / "exports" / "odbc"
    invoices, paid = (pl.read_csv(folder / f"{name}.csv") for name in ("Invoice", "ReceivePaymentLine"))
    met = paid.join(
        invoices, left_on="AppliedToTxnTxnID", right_on="TxnID", suffix="_of_invoice", validate="m:1"
    )
    assert met.height == paid.height == WORLD["payment"].height
    assert (met["CustomerRefFullName"] == met["CustomerRefFullName_of_invoice"]).all()


def test_the_desktop_lists_have_windows_letters_spacers_and_jobs(tmp_path: Path) -> None:
    written(QuickBooksDesktop, tmp_path / "exports")
    contacts = rows(tmp_path / "exports" / "Customer Contact List.CSV", "cp1252")
    customers = rows(tmp_path / "exports" / "Customer List.csv", "cp1252")
    assert contacts[0][:4] == ["Customer", "", "Bill to", ""]
    assert any("ñ" in row[0] for row in contacts)
    assert any(row[1].endswith(":Fixtures") for row in customers)


def test_a_customer_called_otherwise_has_its_full_name_beside_it(tmp_path: Path) -> None:
    written(QuickBooksDesktop, tmp_path / "exports")
    heading, *customers = rows(tmp_path / "exports" / "Customer List.csv", "cp1252")
    called_so, full = heading.index("Customer"), heading.index("Company")
    legal = {name[:41].rstrip() for name in WORLD["company"]["name"]}
    unlike = [row for row in customers if row[called_so].partition(":")[0] != row[full]]
    assert 0 < len(unlike) < 0.2 * len(customers)
    assert {row[full] for row in unlike} <= legal


# ---------------------------------------------------------------------------------------- spreadsheets, CRM


def test_a_job_log_is_read_under_its_merged_title_whatever_its_columns_are_called(tmp_path: Path) -> None:
    written(JobLog, tmp_path / "exports")
    logs = [sheet for sheet in sheets(tmp_path / "exports") if sheet.sheet == "Job Log"]
    names = [[column.name for column in sheet.columns] for sheet in logs]
    assert [("Customer" in each, "Customer Name" in each) for each in names] == [(True, False), (False, True)]
    assert sum(sheet.rows for sheet in logs) > WORLD["line"].height


def test_a_day_changed_over_is_another_day_or_a_text() -> None:
    early, late = PLAN.first.replace(day=5), PLAN.first.replace(day=25)
    assert changed_over(early) == PLAN.first.replace(month=5, day=7)
    assert changed_over(late) == "25/07/2025"


def test_who_changed_jobs_may_still_stand_at_the_old_one() -> None:
    world = hand_made(400, each=1)
    listed = crm(world, "hubspot").contacts
    left = world["job"].filter(pl.col("until_on").is_not_null())["person"]
    still = listed.filter(pl.col("person").is_in(left.implode()))
    assert 0.3 < still["person"].n_unique() / left.len() < 0.7


def test_some_contacts_stand_there_by_their_private_address() -> None:
    listed = crm(hand_made(400, each=1), "hubspot").contacts
    assert 0.03 < listed["mail"].str.ends_with("freemail.example").mean() < 0.12


def test_a_merged_account_is_deleted_and_names_the_one_that_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    export, truth = Salesforce(folder, PLAN), Truth(tmp_path / "truth", PLAN)
    export.write(hand_made(800, each=1), truth)
    export.close()
    accounts = pl.read_csv(folder / "Account.csv", infer_schema=False)
    gone = accounts.filter(pl.col("IsDeleted") == "true")
    assert gone.height > 0
    assert gone["MasterRecordId"].is_in(accounts["Id"].implode()).all()


def test_a_record_id_ends_in_the_three_letters_that_tell_its_capitals() -> None:
    assert record_id("account", 0) == "0015e0000000000AAA"
    assert record_id("account", 10)[-3:] == "AAQ"  # the fifteenth letter is a capital


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_truth_hears_every_name_that_is_written(program: type, tmp_path: Path) -> None:
    truth = written(program, tmp_path / "exports")
    known = {text for _, text, _ in truth.companies}
    companies = {company for *_, company in truth.companies}
    assert known
    assert companies <= set(WORLD["company"]["company"])
