"""QuickBooks Online: the reports that an office exports, one CSV file each (DOMAIN 1.1).

A report names customers by name only, and no report says which invoice a payment paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.dirt import named
from burnish.simulate.systems.ledger import Ledger, open_on, payers
from burnish.simulate.systems.reports import Span, american, grouped, in_cents, money, printed_on, yearly
from burnish.simulate.systems.writing import Delimited
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SYSTEM, SOURCE = "quickbooks_online", "quickbooks"
CONTACTS = ("Customer full name", "Phone numbers", "Email", "Full name", "Bill address", "Ship address")
TRANSACTIONS = (
    "", "Date", "Transaction type", "Num", "Posting", "Create date", "Due date", "Memo/Description",
    "Account full name", "Amount",
)  # fmt: skip
OLD_TRANSACTIONS = (
    "", "Date", "Transaction Type", "Num", "Posting", "Create Date", "Due Date", "Memo/Description",
    "Account", "Amount",
)  # fmt: skip
RECEIVED = ("", "Date", "Transaction type", "Memo/Description", "Num", "Amount")
INVOICES = (
    "Date", "Transaction type", "Num", "Name", "Memo/Description", "Due date", "Amount", "Open balance"
)  # fmt: skip
AGING = (
    "", "Date", "Transaction type", "Num", "Customer full name", "Due date", "Past due", "Amount",
    "Open balance",
)  # fmt: skip
ESTIMATES = (
    "", "Date", "Num", "Estimate status", "Accepted date", "Accepted by", "Expiration date", "Invoice #",
    "Amount",
)  # fmt: skip
STATUS = {"won": "Accepted", "lost": "Rejected", "expired": "Closed", "": "Pending"}
BUCKETS = (
    (91, "91 or more days past due"),
    (61, "61 - 90 days past due"),
    (31, "31 - 60 days past due"),
    (1, "1 - 30 days past due"),
    (-(10**6), "Current"),
)
SHOPS = {"S": "Ridge Powder LLC", "M": "Lakeside Plating Co.", "L": "Harbor Aero Finishing Inc."}


class QuickBooksOnline:
    """The reports of one made-up shop."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self.spans = yearly(plan)
        last = self.spans[-1]
        self.contacts = self.report("Customer Contact List", CONTACTS, "")
        self.transactions = [
            self.report(
                "Transaction List by Customer", OLD_TRANSACTIONS if one.is_old else TRANSACTIONS, one.label
            )
            for one in self.spans
        ]
        self.invoices = self.report("Invoice List by Date", INVOICES, last.label)
        self.received = self.report("Invoices and Received Payments", RECEIVED, last.label)
        self.estimates = self.report("Estimates by Customer", ESTIMATES, "")
        self.snapshots = (plan.last - timedelta(days=91), plan.last)
        self.open: dict[date, list[tuple[Any, ...]]] = {day: [] for day in self.snapshots}
        self.cents = dict.fromkeys((*[one.label for one in self.spans], "estimates"), 0)

    def report(self, title: str, header: Sequence[str], label: str) -> Delimited:
        """A new report with its titles."""
        spans = {one.label: f"{one.from_on:%B %-d, %Y} - {one.to_on:%B %-d, %Y}" for one in self.spans}
        said = [SHOPS[self.plan.size], title, spans.get(label, "All Dates")]
        titles = [[text, *[""] * (len(header) - 1)] for text in said]
        name = f"{title} {label}".strip()
        return Delimited(self.folder / f"{name}.csv", header, titles=[*titles, []], line_end="\n")

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        ledger = Ledger.of(world, SYSTEM)
        for company, name in ledger.parties.select("company", "name").iter_rows():
            truth.company(SOURCE, name, company)
        self.write_contacts(world, ledger.parties, truth)
        booked = transactions(ledger)
        for span, report in zip(self.spans, self.transactions, strict=True):
            self.write_transactions(span, report, booked)
        last = self.spans[-1]
        self.received.write(received(last, ledger))
        self.write_invoices(ledger.invoices)
        self.write_estimates(world, ledger.parties)

    def write_contacts(self, world: World, parties: pl.DataFrame, truth: Truth) -> None:
        """One row per customer, with the person who pays or else anyone."""
        people = payers(world, SYSTEM)
        where = pl.format("{}, {}, {} {}", "street", "city", "region", "postal_code")
        company = world["company"].select("company", "phone", where.alias("where"))
        rows = parties.join(company, on="company").join(people.drop("phone"), on="company", how="left")
        full = pl.concat_str("given", "family", separator=" ").str.strip_chars()
        self.contacts.write(
            rows.sort("name")
            .select("name", "phone", pl.col("mail").fill_null(""), full.fill_null(""), "where", ship="where")
            .iter_rows()
        )
        for mail, person in people.select("mail", "person").iter_rows():
            truth.person(SOURCE, "customers", mail, person)

    def write_transactions(self, span: Span, report: Delimited, booked: pl.DataFrame) -> None:
        """One span's transactions, by customer."""
        rows = span.rows(booked)
        self.cents[span.label] += int(rows["cents"].sum())
        account = pl.when(pl.col("kind") == "Payment").then(pl.lit("Undeposited Funds"))
        cells = rows.select(
            "name", american("on"), "kind", "num", pl.lit("Yes").alias("posting"),
            american("entered_on"), american("due_on"), "memo",
            account.otherwise(pl.lit("Accounts Receivable (A/R)")).alias("account"), "cents",
        )  # fmt: skip
        report.write(grouped(cells.iter_rows(), len(TRANSACTIONS)))

    def write_invoices(self, invoices: pl.DataFrame) -> None:
        """The last span's invoices by day, and what was open on the days of the two snapshots."""
        kind = pl.lit("Invoice").alias("kind")
        ordered = invoices.sort("on", "number")
        listed = self.spans[-1].rows(ordered).select(
            american("on"), kind, "number", "name", "po_no", american("due_on"), "cents", "left"
        )  # fmt: skip
        self.invoices.write([*row[:-2], money(row[-2]), money(row[-1])] for row in listed.iter_rows())
        for day in self.snapshots:
            still = open_on(ordered, day).select(
                "late", american("on"), kind, "number", "name", american("due_on"), "cents"
            )
            self.open[day] += still.rows()

    def write_estimates(self, world: World, parties: pl.DataFrame) -> None:
        """Quotes by customer, one row each."""
        booked = named(quotes(world), parties, world.plan.stream("estimates"), on="on").sort(
            "name", "on", "number"
        )
        self.cents["estimates"] += int(booked["cents"].sum())
        accepted = pl.when(pl.col("outcome") == "won").then(american("outcome_on")).otherwise(pl.lit(""))
        cells = booked.select(
            "name", american("on"), "number", pl.col("outcome").replace_strict(STATUS).alias("status"),
            accepted.alias("accepted"), pl.lit("").alias("by"), american("expires_on").alias("expires"),
            pl.lit("").alias("invoice"), "cents",
        )  # fmt: skip
        self.estimates.write(grouped(cells.iter_rows(), len(ESTIMATES)))

    def close(self) -> None:
        """Write the snapshots, the sums and the footers."""
        for span, report in zip(self.spans, self.transactions, strict=True):
            finish(report, len(TRANSACTIONS), self.cents[span.label], self.plan.last)
        finish(self.estimates, len(ESTIMATES), self.cents["estimates"], self.plan.last)
        for day, rows in self.open.items():
            self.write_aging(day, rows)
        for report, header in (
            (self.contacts, CONTACTS),
            (self.invoices, INVOICES),
            (self.received, RECEIVED),
        ):
            finish(report, len(header), None, self.plan.last)

    def write_aging(self, day: date, rows: Sequence[tuple[Any, ...]]) -> None:
        """One snapshot of what is open."""
        titles = [[text, *[""] * (len(AGING) - 1)] for text in (SHOPS[self.plan.size], "A/R Aging Detail")]
        titles += [[f"As of {day:%B %d, %Y}", *[""] * (len(AGING) - 1)], []]
        report = Delimited(self.folder / f"A R Aging Detail {day}.csv", AGING, titles=titles, line_end="\n")
        whole, upper = 0, 10**6
        for least, bucket in BUCKETS:
            late = sorted((row for row in rows if least <= row[0] < upper), key=str)
            cents = sum(row[-1] for row in late)
            whole, upper = whole + cents, least
            if not late:
                continue
            report.write([[bucket, *[""] * 8]])
            report.write(
                ["", *cells[:4], cells[4], days, money(amount), money(amount)]
                for days, *cells, amount in late
            )
            report.write([[f"Total for {bucket}", *[""] * 6, money(cents), money(cents)]])
        report.write([["TOTAL", *[""] * 6, money(whole), money(whole)]])
        finish(report, len(AGING), None, day)


def finish(report: Delimited, width: int, cents: int | None, day: date) -> None:
    """The sum where there is one, an empty row and the footer."""
    if cents is not None:
        report.write([["TOTAL", *[""] * (width - 2), money(cents)]])
    report.write([[], [printed_on(day), *[""] * (width - 1)]])
    report.close()


def transactions(ledger: Ledger) -> pl.DataFrame:
    """Invoices, payments, credits: name, on, kind, num, entered_on, due_on, memo, cents; by name and day."""
    columns = ["name", "on", "kind", "num", "entered_on", "due_on", "memo", "cents"]
    none, blank = pl.lit(None, pl.Date), pl.lit("")
    kinds = (
        ledger.invoices.with_columns(kind=pl.lit("Invoice"), num="number", memo="po_no"),
        ledger.checks().with_columns(kind=pl.lit("Payment"), num="reference", memo=blank, due_on=none),
        ledger.credits.with_columns(
            kind=pl.lit("Credit Memo"), num="credit_no", memo="reason", due_on=none, entered_on="on",
            cents=-pl.col("cents"),
        ),
    )  # fmt: skip
    return pl.concat([rows.select(columns) for rows in kinds]).sort("name", "on", "num", "kind", "cents")


def received(span: Span, ledger: Ledger) -> Iterator[list[object]]:
    """Each payment of a span with the invoices that it paid, whole or in part, below it, by customer."""
    columns = ["name", "on", "check", "day", "kind", "memo", "num", "cents", "below"]
    checks = span.rows(ledger.checks()).with_columns(
        day=american("on"), kind=pl.lit("Payment"), memo=pl.lit(""), num="reference", below=pl.lit(0)
    )
    billed = ledger.invoices.select("invoice", american("on").alias("day"), "po_no", "cents")
    paid = span.rows(ledger.paid).drop("cents").join(billed, on="invoice")
    paid = paid.with_columns(kind=pl.lit("Invoice"), memo="po_no", num="number", below=pl.lit(1))
    rows = pl.concat([checks.select(columns), paid.select(columns)]).sort(
        "name", "on", "check", "below", "num"
    )
    group = ""
    for name, _, _, day, kind, memo, num, cents, _ in rows.iter_rows():
        if name != group:
            yield [name, *[""] * (len(RECEIVED) - 1)]
        group = name
        yield ["", day, kind, memo, num, money(cents)]


def quotes(world: World) -> pl.DataFrame:
    """One row per quote number, its lines added up."""
    return (
        world["quote"]
        .group_by("number", maintain_order=True)
        .agg(
            pl.col("company", "on", "expires_on", "outcome", "outcome_on").first(),
            cents=in_cents("amount").sum(),
        )
    )
