"""ERPNext: CSV files of its doctypes with their technical names, one file per doctype.

`name` is a document's number; a customer's is its name. `creation` is when it was keyed in. Rows of child
tables (items, references) stand as the report builder joins them: below their document, whose own cells are
blank there.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.booked import Books, booked, moment
from burnish.simulate.systems.frames import CsvTables, write_all
from burnish.simulate.systems.invoiced import Invoiced, invoiced
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE = "erpnext"
STATES = {"won": "Ordered", "lost": "Lost", "expired": "Expired", "": "Open"}
INSPECTED = {"receiving": "Incoming", "in-process": "In Process", "final": "Outgoing", "customer": "Outgoing"}


class ErpNext:
    """One CSV file per doctype."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.files = CsvTables(folder, quotes="non_numeric")
        self.has_shared = False

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        books = booked(world, SOURCE)
        write_all(self.files, doctypes(world, books, invoiced(world, books)))
        if not self.has_shared:
            write_all(self.files, {"Workstation": workstations(world)})
        self.has_shared = True
        for name, company in books.customers.select("name", "company").iter_rows():
            truth.company(SOURCE, name, company)
        for contact, person in books.contacts.select("contact", "person").iter_rows():
            truth.person(SOURCE, "contact", f"CON-{contact}", person)
        for mail, person in books.contacts.select("mail", "person").iter_rows():
            truth.person(SOURCE, "customer", mail, person)
            truth.person(SOURCE, "sales_order", mail, person)

    def close(self) -> None:
        """Finish the files."""
        self.files.close()


def doctypes(world: World, books: Books, money: Invoiced) -> dict[str, pl.DataFrame]:
    """The doctypes of one block."""
    return {
        "Customer": customers(books),
        "Contact": contacts(books),
        "Quotation": quotations(books),
        "Sales Order": orders(books),
        "Sales Order Item": order_items(books),
        "Work Order": work_orders(world, books),
        "Quality Inspection": inspections(books),
        "Delivery Note": deliveries(books),
        "Sales Invoice": pl.concat([invoices(money), returns(money)]),
        "Payment Entry": payments(money),
    }


def day(name: str) -> pl.Expr:
    """A day."""
    return pl.col(name).dt.strftime("%Y-%m-%d")


def at(name: str, of: str) -> pl.Expr:
    """Some moment of a day."""
    return moment(name, of=of).dt.strftime("%Y-%m-%d %H:%M:%S.000000")


def filled(name: str) -> pl.Expr:
    """Text that is null where it is empty."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def customers(books: Books) -> pl.DataFrame:
    """Customers, numbered by name."""
    is_old = pl.col("kind") == "do not use"
    first = books.contacts.group_by("record", maintain_order=True).agg(pl.col("mail").first())
    rows = books.customers.join(first, on="record", how="left", maintain_order="left")
    return rows.select(
        name="name",
        customer_name="name",
        customer_type=pl.when("is_person").then(pl.lit("Individual")).otherwise(pl.lit("Company")),
        customer_group=pl.lit("Commercial"),
        territory=pl.lit("United States"),
        industry="industry",
        website=pl.when(~pl.col("free_mail")).then(pl.lit("www.") + pl.col("domain")),
        email_id="mail",
        mobile_no=pl.lit(None, pl.String),
        payment_terms="terms",
        disabled=pl.when(is_old).then(1).otherwise(0),
        is_frozen=pl.lit(0),
        creation=at("starts_on", "record"),
    )


def contacts(books: Books) -> pl.DataFrame:
    """People at the customers."""
    return books.contacts.select(
        name=pl.lit("CON-") + pl.col("contact").cast(pl.String),
        full_name="full_name",
        email_id="mail",
        phone="phone",
        designation="title",
        company_name="name",
        link_doctype=pl.lit("Customer"),
        link_name="name",
        unsubscribed=pl.lit(0),
        status=pl.when(pl.col("until_on").is_null()).then(pl.lit("Passive")).otherwise(pl.lit("Replied")),
        creation=at("from_on", "contact"),
    )


def quotations(books: Books) -> pl.DataFrame:
    """Quotations, a row per line, with the document's own cells on its first."""
    rows = books.quotes.with_columns(is_first=pl.int_range(pl.len()).over("number") == 0)
    total = pl.col("amount").sum().over("number").round(2)
    first = pl.when("is_first")
    return rows.select(
        name=first.then("number"),
        party_name=first.then("name"),
        quotation_to=first.then(pl.lit("Customer")),
        transaction_date=first.then(day("on")),
        valid_till=first.then(day("expires_on")),
        status=first.then(pl.col("outcome").replace_strict(STATES, default="Open")),
        order_lost_reason=first.then(pl.when(pl.col("outcome") == "lost").then(pl.lit("Price"))),
        grand_total=first.then(total),
        idx="line_no",
        item_code="part_number",
        item_name="process_text",
        qty="quantity",
        rate="price",
        amount="amount",
        creation=first.then(at("on", "quote")),
    )


def orders(books: Books) -> pl.DataFrame:
    """Sales orders."""
    sent = pl.col("shipped_on").is_not_null()
    mails = books.contacts.unique("person", keep="first", maintain_order=True).select("person", "mail")
    return books.orders.join(mails, on="person", how="left", maintain_order="left").select(
        name="order_no",
        customer="name",
        customer_name="name",
        transaction_date=day("received_on"),
        delivery_date=day("due_on"),
        po_no=filled("po_no"),
        order_type=pl.lit("Sales"),
        contact_email="mail",
        grand_total="total_usd",
        currency=pl.lit("USD"),
        status=pl.when(sent).then(pl.lit("Completed")).otherwise(pl.lit("To Deliver and Bill")),
        per_delivered=pl.when(sent).then(100.0).otherwise(0.0),
        per_billed=pl.when(sent).then(100.0).otherwise(0.0),
        creation=at("entered_on", "order"),
    )


def order_items(books: Books) -> pl.DataFrame:
    """Lines of sales orders; an item is what is done to the part (`customer_item_code`)."""
    return books.lines.select(
        name=pl.lit("soi") + pl.col("line").cast(pl.String).str.zfill(7),
        parent="order_no",
        idx="line_no",
        item_code="process",
        customer_item_code="number",
        item_name="text",
        description="description",
        delivery_date=day("due_on"),
        qty="quantity",
        uom=pl.lit("Nos"),
        rate=(pl.col("amount") / pl.col("quantity")).round(6),
        amount="amount",
        weight_per_unit=(pl.col("weight_kg") / pl.col("quantity")).round(6),
        weight_uom=pl.lit("Kg"),
        delivered_qty="shipped",
        creation=at("entered_on", "order"),
    )


def work_orders(world: World, books: Books) -> pl.DataFrame:
    """Work orders with their one operation: lots; times are in minutes."""
    places = dict(world["resource"].select("resource", "name").rows())
    is_done = pl.col("finished_on").is_not_null()
    return books.lots.select(
        name="lot_no",
        sales_order="order_no",
        customer="name",
        production_item="number",
        item_name="process_text",
        qty="quantity",
        produced_qty=pl.when(is_done).then("quantity").otherwise(0),
        status=pl.when(is_done).then(pl.lit("Completed")).otherwise(pl.lit("In Process")),
        actual_start_date=day("started_on"),
        actual_end_date=day("finished_on"),
        operation=pl.when("is_rework").then(pl.lit("Rework")).otherwise(pl.lit("Finish")),
        workstation=pl.col("resource").replace_strict(places, default=None, return_dtype=pl.String),
        actual_operation_time=(pl.col("hours") * 60).round(1),
        loads="loads",
        material=filled("material"),
        is_rework=pl.when("is_rework").then(1).otherwise(0),
    )


def workstations(world: World) -> pl.DataFrame:
    """Lines, tanks and ovens."""
    return world["resource"].select(
        name="name",
        workstation_name="name",
        workstation_type="family",
        production_capacity=pl.lit(1),
        total_working_hours=pl.col("shifts") * 8.0,
    )


def inspections(books: Books) -> pl.DataFrame:
    """Quality inspections, with fields of the shop's own for what was rejected."""
    is_bad = pl.col("rejected") > 0
    return books.inspections.select(
        name=pl.lit("QI-") + pl.col("inspection").cast(pl.String).str.zfill(6),
        report_date=day("on"),
        inspection_type=pl.col("found_at").replace_strict(INSPECTED, default="Outgoing"),
        reference_type=pl.lit("Work Order"),
        reference_name="lot_no",
        item_code="number",
        batch_no="lot_no",
        sample_size="inspected",
        status=pl.when(is_bad).then(pl.lit("Rejected")).otherwise(pl.lit("Accepted")),
        inspected_by="by",
        remarks=pl.when(is_bad).then(filled("defect_text")),
        custom_customer="name",
        custom_sales_order="order_no",
        custom_rejected_qty="rejected",
        custom_defect_code=pl.when("is_coded").then(filled("defect")),
        custom_found_at="found_at",
        custom_fault=pl.when("is_coded").then(filled("fault")),
        custom_disposition=filled("disposition"),
        creation=at("on", "inspection"),
    )


def deliveries(books: Books) -> pl.DataFrame:
    """Delivery notes, a row per packing list; weights are kilograms."""
    heads = books.shipments.group_by("packlist", maintain_order=True).agg(
        pl.col("shipment", "name", "order_no", "po_no", "on").first(), pl.col("quantity", "weight_kg").sum()
    )
    return heads.select(
        name="packlist",
        posting_date=day("on"),
        customer="name",
        po_no=filled("po_no"),
        against_sales_order="order_no",
        is_return=pl.lit(0),
        total_qty="quantity",
        total_net_weight=pl.col("weight_kg").round(2),
        per_billed=pl.lit(100.0),
        creation=at("on", "shipment"),
    )


def invoices(money: Invoiced) -> pl.DataFrame:
    """Sales invoices."""
    late = pl.when(pl.col("due_on") < pl.col("on").max()).then(pl.lit("Overdue")).otherwise(pl.lit("Unpaid"))
    return money.invoices.select(
        name="number",
        customer="name",
        posting_date=day("on"),
        due_date=day("due_on"),
        is_return=pl.lit(0),
        return_against=pl.lit(None, pl.String),
        po_no=filled("po_no"),
        grand_total="amount",
        outstanding_amount="left_usd",
        currency=pl.lit("USD"),
        status=pl.when(pl.col("left_usd") <= 0).then(pl.lit("Paid")).otherwise(late),
        remarks=pl.lit(None, pl.String),
        creation=at("entered_on", "invoice"),
    )


def returns(money: Invoiced) -> pl.DataFrame:
    """Credit notes: returns against an invoice, with a negative sum."""
    return money.credits.select(
        name="number",
        customer="name",
        posting_date=day("on"),
        due_date=day("on"),
        is_return=pl.lit(1),
        return_against="invoice_no",
        po_no=filled("po_no"),
        grand_total=-pl.col("amount"),
        outstanding_amount=pl.lit(0.0),
        currency=pl.lit("USD"),
        status=pl.lit("Return"),
        remarks="reason",
        creation=at("on", "credit"),
    )


def payments(money: Invoiced) -> pl.DataFrame:
    """Payment entries, a row per invoice paid, with the document's own cells on its first."""
    rows = money.payments.sort("check", "record", "payment")
    number = pl.format("PAY-{}-{}", pl.col("check").cast(pl.String).str.zfill(6), pl.col("record") % 10)
    rows = rows.with_columns(entry=number).with_columns(
        is_first=pl.int_range(pl.len()).over("entry") == 0,
        total=pl.col("amount").sum().over("entry").round(2),
    )
    first = pl.when("is_first")
    return rows.select(
        name=first.then("entry"),
        posting_date=first.then(day("on")),
        payment_type=first.then(pl.lit("Receive")),
        party_type=first.then(pl.lit("Customer")),
        party=first.then("name"),
        paid_amount=first.then("total"),
        received_amount=first.then("total"),
        unallocated_amount=first.then(0.0),
        reference_no=first.then("reference"),
        reference_date=first.then(day("on")),
        reference_doctype=pl.lit("Sales Invoice"),
        reference_name="invoice_no",
        due_date=day("due_on"),
        total_amount="total_usd",
        allocated_amount="amount",
        creation=first.then(at("entered_on", "payment")),
    )
