"""Odoo: CSV exports of its models with their technical names, one file per model.

References to other records stand there by name, as an export shows them, except for the order of an order
line, which is its number. Moments are UTC. Quotations and orders are one model; the quotation stays when the
customer orders, since orders come by PO. The shop's own fields begin with `x_`.
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

SOURCE = "odoo"
PERSON, QUOTE = 1_000_000_000, 500_000_000  # their numbers begin here: people are partners, quotes orders
STATES = {"won": "sent", "lost": "cancel", "expired": "sent", "": "sent"}


class Odoo:
    """One CSV file per model. `whole` adds leads and mailings, for a shop without programs for those."""

    def __init__(self, folder: Path, plan: Plan, *, whole: bool = False) -> None:
        self.files = CsvTables(folder, quotes="non_numeric")
        self.whole, self.has_shared = whole, False

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        books = booked(world, SOURCE)
        write_all(self.files, models(world, books, invoiced(world, books)))
        if self.whole:
            write_all(self.files, attention(world, books))
        if not self.has_shared:
            write_all(self.files, {"mrp.workcenter": work_centers(world)})
        self.has_shared = True
        for record, name, company in books.customers.select("record", "name", "company").iter_rows():
            truth.company(SOURCE, str(record), company)
            truth.company(SOURCE, name, company)
        for contact, person in books.contacts.select("contact", "person").iter_rows():
            truth.person(SOURCE, "contacts", str(PERSON + contact), person)

    def close(self) -> None:
        """Finish the files."""
        self.files.close()


def models(world: World, books: Books, money: Invoiced) -> dict[str, pl.DataFrame]:
    """The models of one block."""
    return {
        "res.partner": pl.concat([companies(books), people(books)]),
        "sale.order": pl.concat([orders(books), quotations(books)]),
        "sale.order.line": order_lines(books),
        "mrp.production": productions(books),
        "mrp.workorder": work_orders(world, books),
        "stock.picking": pickings(books),
        "qc.inspection": inspections(books),
        "account.move": pl.concat([invoices(money), refunds(money)]),
        "account.payment": payments(money),
        "account.partial.reconcile": reconciled(money),
    }


def attention(world: World, books: Books) -> dict[str, pl.DataFrame]:
    """Leads and mailings."""
    return {"crm.lead": leads(world, books), "mailing.trace": traces(world)}


def text(name: str) -> pl.Expr:
    """A moment as an export shows it."""
    return pl.col(name).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S")


def at(name: str, of: str) -> pl.Expr:
    """Some moment of a day as an export shows it."""
    return moment(name, of=of).dt.strftime("%Y-%m-%d %H:%M:%S")


def filled(name: str) -> pl.Expr:
    """Text that is null where it is empty."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def companies(books: Books) -> pl.DataFrame:
    """Customers; a plant stands below the company that it belongs to."""
    owners = books.customers.filter(~pl.col("is_second")).select(parent="company", owner="name")
    rows = books.customers.join(owners, on="parent", how="left", maintain_order="left")
    return rows.select(
        id="record",
        name="name",
        display_name="name",
        is_company=pl.lit("True"),
        parent_id="owner",
        email=pl.lit(None, pl.String),
        phone="phone",
        function=pl.lit(None, pl.String),
        website=pl.when(~pl.col("free_mail")).then(pl.lit("https://www.") + pl.col("domain")),
        street="street",
        city="city",
        state_id="region",
        zip="postal_code",
        country_id=pl.lit("United States"),
        industry_id="industry",
        ref="code",
        customer_rank=pl.lit(1),
        property_payment_term_id="terms",
        active=pl.when(pl.col("kind") == "do not use").then(pl.lit("False")).otherwise(pl.lit("True")),
        create_date=text("starts_on"),
    )


def people(books: Books) -> pl.DataFrame:
    """People at the customers: partners below their company."""
    nothing = pl.lit(None, pl.String)
    return books.contacts.select(
        id=PERSON + pl.col("contact"),
        name="full_name",
        display_name=pl.concat_str("name", "full_name", separator=", "),
        is_company=pl.lit("False"),
        parent_id="name",
        email="mail",
        phone="phone",
        function="title",
        website=nothing,
        street=nothing,
        city=nothing,
        state_id=nothing,
        zip=nothing,
        country_id=nothing,
        industry_id=nothing,
        ref=nothing,
        customer_rank=pl.lit(0),
        property_payment_term_id=nothing,
        active=pl.when(pl.col("until_on").is_null()).then(pl.lit("True")).otherwise(pl.lit("False")),
        create_date=text("from_on"),
    )


def orders(books: Books) -> pl.DataFrame:
    """Sales orders."""
    return books.orders.select(
        id="order",
        name="order_no",
        partner_id="name",
        client_order_ref=filled("po_no"),
        state=pl.lit("sale"),
        date_order=at("received_on", "order"),
        commitment_date=text("due_on"),
        validity_date=pl.lit(None, pl.String),
        tag_ids=pl.when("is_rush").then(pl.lit("Rush")),
        amount_untaxed="total_usd",
        amount_total="total_usd",
        invoice_status=pl.when(pl.col("shipped_on").is_null())
        .then(pl.lit("no"))
        .otherwise(pl.lit("invoiced")),
        create_date=at("entered_on", "order"),
    )


def quotations(books: Books) -> pl.DataFrame:
    """Quotations, tagged with the processes that were asked for."""
    heads = books.quotes.group_by("number", maintain_order=True).agg(
        pl.col("quote", "name", "on", "expires_on", "outcome").first(),
        tags=pl.col("process_text").unique(maintain_order=True).str.join(", "),
        total=pl.col("amount").sum().round(2),
    )
    return heads.select(
        id=QUOTE + pl.col("quote"),
        name="number",
        partner_id="name",
        client_order_ref=pl.lit(None, pl.String),
        state=pl.col("outcome").replace_strict(STATES, default="sent"),
        date_order=at("on", "quote"),
        commitment_date=pl.lit(None, pl.String),
        validity_date=pl.col("expires_on").dt.strftime("%Y-%m-%d"),
        tag_ids="tags",
        amount_untaxed="total",
        amount_total="total",
        invoice_status=pl.lit("no"),
        create_date=at("on", "quote"),
    )


def order_lines(books: Books) -> pl.DataFrame:
    """Lines of orders; the price is per piece whatever basis was agreed on."""
    return books.lines.select(
        id="line",
        order_id="order",
        product_id="number",
        name=pl.concat_str("description", "text", separator=", ", ignore_nulls=True),
        product_uom_qty="quantity",
        qty_delivered="shipped",
        qty_invoiced="shipped",
        product_uom=pl.lit("Units"),
        price_unit=(pl.col("amount") / pl.col("quantity")).round(6),
        discount=pl.lit(0.0),
        price_subtotal="amount",
        create_date=at("entered_on", "order"),
    )


def productions(books: Books) -> pl.DataFrame:
    """Manufacturing orders: lots."""
    return books.lots.select(
        id="lot",
        name="lot_no",
        origin="order_no",
        product_id="number",
        product_qty="quantity",
        date_start=text("started_on"),
        date_finished=text("finished_on"),
        state=pl.when(pl.col("finished_on").is_null()).then(pl.lit("progress")).otherwise(pl.lit("done")),
    )


def work_orders(world: World, books: Books) -> pl.DataFrame:
    """Work orders: the run of each lot; `duration` is in minutes."""
    places = dict(world["resource"].select("resource", "name").rows())
    return books.lots.select(
        pl.col("lot").alias("id"),
        pl.col("process_text").alias("name"),
        pl.col("lot_no").alias("production_id"),
        pl.col("order_no").alias("production_id/origin"),
        pl.col("number").alias("product_id"),
        pl.col("resource")
        .replace_strict(places, default=None, return_dtype=pl.String)
        .alias("workcenter_id"),
        pl.col("quantity").alias("qty_production"),
        pl.col("loads").alias("x_loads"),
        text("started_on").alias("date_start"),
        text("finished_on").alias("date_finished"),
        (pl.col("hours") * 60).round(1).alias("duration"),
        filled("material").alias("x_material"),
        pl.when("is_rework").then(pl.lit("True")).otherwise(pl.lit("False")).alias("x_is_rework"),
        pl.when(pl.col("finished_on").is_null())
        .then(pl.lit("progress"))
        .otherwise(pl.lit("done"))
        .alias("state"),
    )


def work_centers(world: World) -> pl.DataFrame:
    """Lines, tanks and ovens."""
    return world["resource"].select(
        id="resource",
        name="name",
        code="family",
        time_efficiency=pl.lit(100.0),
        default_capacity=pl.lit(1.0),
        working_state=pl.lit("normal"),
        x_shifts="shifts",
        x_load_unit="load_unit",
        x_loads_per_hour="loads_per_hour",
    )


def pickings(books: Books) -> pl.DataFrame:
    """Deliveries, a row per packing list; weights are kilograms."""
    heads = books.shipments.group_by("packlist", maintain_order=True).agg(
        pl.col("shipment", "name", "order_no", "due_on", "on").first(), pl.col("quantity", "weight_kg").sum()
    )
    return heads.select(
        id="shipment",
        name="packlist",
        partner_id="name",
        origin="order_no",
        picking_type_id=pl.lit("Delivery Orders"),
        scheduled_date=text("due_on"),
        date_done=at("on", "shipment"),
        state=pl.lit("done"),
        x_quantity="quantity",
        shipping_weight=pl.col("weight_kg").round(2),
    )


def inspections(books: Books) -> pl.DataFrame:
    """Inspections (the community's quality module), with fields of the shop's own for what was rejected."""
    is_bad = pl.col("rejected") > 0
    return books.inspections.select(
        id="inspection",
        name=pl.lit("QC") + pl.col("inspection").cast(pl.String).str.zfill(6),
        date=at("on", "inspection"),
        object_id="lot_no",
        product_id="number",
        qty="inspected",
        test=pl.lit("Outgoing"),
        state=pl.when(is_bad).then(pl.lit("failed")).otherwise(pl.lit("success")),
        success=pl.when(is_bad).then(pl.lit("False")).otherwise(pl.lit("True")),
        user="by",
        internal_notes=pl.when(is_bad).then(filled("defect_text")),
        x_partner="name",
        x_order="order_no",
        x_qty_rejected="rejected",
        x_defect=pl.when("is_coded").then(filled("defect")),
        x_found_at="found_at",
        x_fault=pl.when("is_coded").then(filled("fault")),
        x_disposition=filled("disposition"),
    )


def invoices(money: Invoiced) -> pl.DataFrame:
    """Customer invoices."""
    is_paid, is_begun = pl.col("left_usd") <= 0, pl.col("paid_usd") > 0
    partly = pl.when(is_begun).then(pl.lit("partial")).otherwise(pl.lit("not_paid"))
    return money.invoices.select(
        id="invoice",
        name="number",
        move_type=pl.lit("out_invoice"),
        partner_id="name",
        invoice_date=pl.col("on").dt.strftime("%Y-%m-%d"),
        invoice_date_due=pl.col("due_on").dt.strftime("%Y-%m-%d"),
        amount_total="amount",
        amount_residual="left_usd",
        payment_state=pl.when(is_paid).then(pl.lit("paid")).otherwise(partly),
        ref=filled("po_no"),
        invoice_origin="order_no",
        reversed_entry_id=pl.lit(None, pl.String),
        currency_id=pl.lit("USD"),
        create_date=at("entered_on", "invoice"),
    )


def refunds(money: Invoiced) -> pl.DataFrame:
    """Credit notes."""
    on = pl.col("on").dt.strftime("%Y-%m-%d")
    return money.credits.select(
        id=QUOTE + pl.col("credit"),
        name="number",
        move_type=pl.lit("out_refund"),
        partner_id="name",
        invoice_date=on,
        invoice_date_due=on,
        amount_total="amount",
        amount_residual=pl.lit(0.0),
        payment_state=pl.lit("paid"),
        ref="reason",
        invoice_origin="order_no",
        reversed_entry_id="invoice_no",
        currency_id=pl.lit("USD"),
        create_date=at("on", "credit"),
    )


def payments(money: Invoiced) -> pl.DataFrame:
    """Payments, one per invoice that a check paid; the memo is the invoice's number."""
    return money.payments.select(
        id="payment",
        name=payment_name(),
        date=pl.col("on").dt.strftime("%Y-%m-%d"),
        payment_type=pl.lit("inbound"),
        partner_id="name",
        amount="amount",
        currency_id=pl.lit("USD"),
        memo="invoice_no",
        payment_reference="reference",
        state=pl.lit("paid"),
        create_date=at("entered_on", "payment"),
    )


def payment_name() -> pl.Expr:
    """The number of a payment."""
    return pl.lit("PBNK1/") + pl.col("payment").cast(pl.String).str.zfill(6)


def reconciled(money: Invoiced) -> pl.DataFrame:
    """Which payment settled which invoice."""
    return money.payments.select(
        id="payment",
        debit_move_id="invoice_no",
        credit_move_id=payment_name(),
        amount="amount",
        max_date=pl.max_horizontal("on", "entered_on").dt.strftime("%Y-%m-%d"),
    )


def leads(world: World, books: Books) -> pl.DataFrame:
    """Leads and opportunities at their last stage."""
    known = world["project"].filter(pl.col("stage_on") <= world.plan.last)
    last = known.group_by("project", maintain_order=True).last()
    main = books.customers.filter(~pl.col("is_second")).select("company", "name")
    last = last.join(main, on="company", how="left", maintain_order="left")
    names = books.contacts.unique("person", keep="first", maintain_order=True)
    last = last.join(
        names.select("person", "full_name", "mail"), on="person", how="left", maintain_order="left"
    )
    chance = {"won": 100.0, "lost": 0.0}
    return last.select(
        id="project",
        name="title",
        type=pl.lit("opportunity"),
        partner_id="name",
        contact_name="full_name",
        email_from="mail",
        stage_id="stage",
        probability=pl.col("outcome").replace_strict(chance, default=50.0),
        expected_revenue="amount",
        tag_ids="process",
        date_last_stage_update=text("stage_on"),
        date_closed=text("closed_on"),
        active=pl.when(pl.col("outcome") == "lost").then(pl.lit("False")).otherwise(pl.lit("True")),
        create_date=at("on", "project"),
    )


def traces(world: World) -> pl.DataFrame:
    """One row per mailing and addressee with the first moment of each act."""
    names = world["campaign"].select("campaign", "subject")
    first = {
        f"{act}_at": pl.col("at").filter(pl.col("act") == act).min()
        for act in ("delivered", "open", "reply", "click")
    }
    bounced = (pl.col("act") == "bounce").any().alias("is_bounced")
    acts = world["mail"].group_by("campaign", "email", maintain_order=True).agg(bounced, **first)
    acts = acts.join(names, on="campaign", how="left", maintain_order="left").with_row_index("id", 1)
    seen = pl.when(pl.col("open_at").is_not_null()).then(pl.lit("open")).otherwise(pl.lit("sent"))
    replied = pl.when(pl.col("reply_at").is_not_null()).then(pl.lit("reply")).otherwise(seen)
    return acts.select(
        id="id",
        email="email",
        mass_mailing_id="subject",
        sent_datetime=text("delivered_at"),
        open_datetime=text("open_at"),
        reply_datetime=text("reply_at"),
        links_click_datetime=text("click_at"),
        trace_status=pl.when("is_bounced").then(pl.lit("bounce")).otherwise(replied),
        failure_type=pl.when("is_bounced").then(pl.lit("mail_bounce")),
    )
