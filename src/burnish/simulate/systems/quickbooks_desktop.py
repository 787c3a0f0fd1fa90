"""QuickBooks Desktop: its lists and aging reports as CSV files, its invoices and payments over ODBC.

The CSV files have empty columns between the real ones and Windows letters (DOMAIN 1.2). No report says which
invoice a payment paid; the tables that an ODBC driver shows of QuickBooks do, in the driver's own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.dirt import JOBS
from burnish.simulate.systems.frames import CsvTables
from burnish.simulate.systems.ledger import Ledger, open_on, payers
from burnish.simulate.systems.reports import american, money
from burnish.simulate.systems.writing import Delimited
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SYSTEM, SOURCE = "quickbooks_desktop", "quickbooks"
CUSTOMERS = (
    "Active Status", "Customer", "Balance", "Balance Total", "Company", "Mr./Ms./...", "First Name", "M.I.",
    "Last Name", "Primary Contact", "Main Phone", "Fax", "Main Email", "Bill to 1", "Bill to 2", "Bill to 3",
    "Ship to 1", "Ship to 2", "Customer Type", "Terms", "Rep", "Sales Tax Code", "Resale Num", "Account No.",
    "Credit Limit", "Job Status", "Job Type", "Note",
)  # fmt: skip
CONTACTS = ("Customer", "Bill to", "Primary Contact", "Main Phone", "Fax", "Balance Total")
AGING = (
    "", "Type", "Date", "Num", "P. O. #", "Name", "Terms", "Due Date", "Class", "Aging", "Open Balance"
)  # fmt: skip
BUCKETS = (
    (-(10**6), 0, "Current"),
    (1, 30, "1 - 30"),
    (31, 60, "31 - 60"),
    (61, 90, "61 - 90"),
    (91, 10**6, "> 90"),
)
WIDTH = 41  # letters of a name
STAMP = "%Y-%m-%d %H:%M:%S"


class QuickBooksDesktop:
    """The files of one made-up shop."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        windows = {"encoding": "cp1252"}
        self.customers = Delimited(folder / "Customer List.csv", CUSTOMERS, **windows)
        self.contacts = Delimited(folder / "Customer Contact List.CSV", spaced(CONTACTS), **windows)
        self.tables = CsvTables(folder / "odbc")
        folder.joinpath("odbc").mkdir()
        self.snapshots = (plan.last - timedelta(days=91), plan.last)
        self.open: dict[date, list[tuple[object, ...]]] = {day: [] for day in self.snapshots}

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        ledger = Ledger.of(world, SYSTEM)
        for company, name in ledger.parties.select("company", "name").iter_rows():
            truth.company(SOURCE, name, company)
        self.write_customers(world, ledger, truth)
        terms = world["company"].select("company", "terms")
        invoices = ledger.invoices.join(terms, on="company", maintain_order="left")
        self.tables.write("Invoice", invoice_table(invoices))
        if ledger.paid.height:
            self.tables.write("ReceivePaymentLine", payment_table(ledger))
        if ledger.credits.height:
            self.tables.write("CreditMemo", credit_table(ledger.credits))
        for day in self.snapshots:
            still = open_on(invoices, day).sort("late", "on", "number").select(
                "late", american("on"), "number", "po_no", "name", "terms", american("due_on"), "left"
            )  # fmt: skip
            self.open[day] += still.rows()

    def write_customers(self, world: World, ledger: Ledger, truth: Truth) -> None:
        """The customer list, with a row per job, and the list of contacts."""
        people = payers(world, SYSTEM).rename({"phone": "direct"})
        company = world["company"].drop("code").rename({"name": "legal"})
        owed = ledger.invoices.group_by("name").agg(pl.col("left").sum())
        rows = ledger.parties.join(company, on="company").join(people, on="company", how="left")
        rows = rows.join(owed, on="name", how="left").sort("name")
        self.customers.write(customer_rows(rows, self.plan.last))
        where = pl.format("{}, {}, {} {}", "street", "city", "region", "postal_code")
        full = pl.concat_str("given", "family", separator=" ").str.strip_chars().fill_null("")
        listed = rows.select("name", where.alias("where"), full.alias("full"), "phone", "left")
        self.contacts.write(spaced([*row[:-1], "", money(row[-1] or 0)]) for row in listed.iter_rows())
        for mail, person in people.select("mail", "person").iter_rows():
            truth.person(SOURCE, "customers", mail, person)

    def close(self) -> None:
        """Write the snapshots and finish the files."""
        for day, rows in self.open.items():
            report = Delimited(self.folder / f"A R Aging Detail {day}.CSV", spaced(AGING), encoding="cp1252")
            report.write(spaced(row) for row in aged(rows))
            report.close()
        for each in (self.customers, self.contacts, self.tables):
            each.close()


def spaced(cells: Sequence[object]) -> list[str]:
    """Cells with an empty one after each but the last, as the program's CSV files have them."""
    return [each for cell in cells for each in (str(cell), "")][:-1]


def customer_rows(rows: pl.DataFrame, last: date) -> Iterator[list[object]]:
    """Rows of the customer list; a job of a customer has a row of its own.

    "Company" is the full name of whoever is called otherwise; a second record was typed anew as a whole.
    """
    columns = (
        "company", "name", "legal", "kind", "left", "given", "family", "mail", "phone", "street", "city",
        "region", "postal_code", "industry", "terms", "code", "credit_limit", "ends_on",
    )  # fmt: skip
    for (
        company, name, legal, kind, left, given, family, mail, phone, street, city, region, postal,
        industry, terms, code, limit, ends_on,
    ) in rows.select(columns).iter_rows():  # fmt: skip
        owed, place = money(left or 0), f"{city}, {region} {postal}"
        gone = kind == "do not use" or (ends_on is not None and (last - ends_on).days > 730)
        person = ["", given or "", "", family or "", f"{given or ''} {family or ''}".strip()]
        where = [name, street, place, name, street]
        full = name if kind else legal[:WIDTH].rstrip()
        cells = [
            "Not-active" if gone else "Active", name, owed, owed, full, *person, phone, "", mail or "",
            *where, industry, terms, "", "Non", "", code, f"{limit:.2f}" if limit else "", "", "", "",
        ]  # fmt: skip
        yield cells
        for job in JOBS if company % 12 == 5 and not kind else ():
            yield [cells[0], name + job, "0.00", "0.00", full, *[""] * 18, "", "", "In progress", "", ""]


def invoice_table(invoices: pl.DataFrame) -> pl.DataFrame:
    """The table Invoice."""
    return invoices.sort("entered_on", "invoice").select(
        TxnID=txn_id("invoice", "1A"),
        TimeCreated=pl.col("entered_on").cast(pl.Datetime).dt.strftime(STAMP),
        TimeModified=pl.coalesce("paid_on", "entered_on").cast(pl.Datetime).dt.strftime(STAMP),
        EditSequence=pl.format("16{}", pl.col("invoice") % 10_000),
        TxnNumber="invoice",
        CustomerRefFullName="name",
        TxnDate=pl.col("on"),
        RefNumber="number",
        PONumber="po_no",
        TermsRefFullName="terms",
        DueDate="due_on",
        Subtotal=dollars("cents"),
        AppliedAmount=dollars(pl.col("left") - pl.col("cents")),
        BalanceRemaining=dollars("left"),
        Memo=pl.lit(""),
        IsPaid=pl.when(pl.col("left") <= 0).then(pl.lit("True")).otherwise(pl.lit("False")),
    )


def payment_table(ledger: Ledger) -> pl.DataFrame:
    """The table ReceivePaymentLine: a row per check and invoice that it paid."""
    whole = ledger.checks().select("check", "name", whole="cents")
    billed = ledger.invoices.select("invoice", billed_on="on", left="left")
    rows = ledger.paid.join(whole, on=["check", "name"]).join(billed, on="invoice")
    return rows.sort("entered_on", "payment").select(
        TxnID=txn_id("check", "2B"),
        TimeCreated=pl.col("entered_on").cast(pl.Datetime).dt.strftime(STAMP),
        TimeModified=pl.col("entered_on").cast(pl.Datetime).dt.strftime(STAMP),
        EditSequence=pl.format("17{}", pl.col("check") % 10_000),
        TxnNumber="check",
        CustomerRefFullName="name",
        TxnDate=pl.col("on"),
        RefNumber="reference",
        TotalAmount=dollars("whole"),
        PaymentMethodRefFullName=pl.lit("Check"),
        Memo=pl.lit(""),
        UnusedPayment=pl.lit("0.00"),
        AppliedToTxnTxnID=txn_id("invoice", "1A"),
        AppliedToTxnTxnType=pl.lit("Invoice"),
        AppliedToTxnTxnDate=pl.col("billed_on"),
        AppliedToTxnRefNumber="number",
        AppliedToTxnBalanceRemaining=dollars("left"),
        AppliedToTxnAmount=dollars("cents"),
        FQPrimaryKey=pl.concat_str(txn_id("check", "2B"), txn_id("payment", "3C"), separator="|"),
    )


def credit_table(credits: pl.DataFrame) -> pl.DataFrame:
    """The table CreditMemo."""
    return credits.sort("on", "credit").select(
        TxnID=txn_id("credit", "4D"),
        TimeCreated=pl.col("on").cast(pl.Datetime).dt.strftime(STAMP),
        TimeModified=pl.col("on").cast(pl.Datetime).dt.strftime(STAMP),
        CustomerRefFullName="name",
        TxnDate=pl.col("on"),
        RefNumber="credit_no",
        Subtotal=dollars("cents"),
        CreditRemaining=pl.lit("0.00"),
        Memo="reason",
    )


def txn_id(column: str, kind: str) -> pl.Expr:
    """A record's key as the program makes them: a hexadecimal number, a dash, seconds."""
    return pl.format("{}{}-{}", pl.lit(kind), pl.col(column), pl.col(column) % 7919 + 1_600_000_000)


def dollars(cents: str | pl.Expr) -> pl.Expr:
    """Cents as 1234.50."""
    whole = pl.col(cents) if isinstance(cents, str) else cents
    return (whole / 100).round(2).cast(pl.Decimal(15, 2)).cast(pl.String)


def aged(rows: Iterable[tuple[object, ...]]) -> Iterator[list[object]]:
    """What is open, by bucket of days past due: label, rows, total."""
    ordered, whole = sorted(rows, key=lambda row: (int(str(row[0])), str(row[2]))), 0
    for least, most, bucket in BUCKETS:
        members = [row for row in ordered if least <= int(str(row[0])) <= most]
        cents = sum(int(str(row[-1])) for row in members)
        whole += cents
        yield [bucket, *[""] * 10]
        for late, on, number, po_no, name, terms, due_on, left in members:
            aging = late if int(str(late)) > 0 else ""
            yield ["", "Invoice", on, number, po_no, name, terms, due_on, "", aging, money(int(str(left)))]
        yield [f"Total {bucket}", *[""] * 9, money(cents)]
    yield ["TOTAL", *[""] * 9, money(whole)]
