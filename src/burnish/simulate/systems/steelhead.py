"""Steelhead: the DuckDB file that its interface is copied into every night.

A table per object, fields named as in the interface, humps as underscores (`idInDomain` is `id_in_domain`);
moments are UTC. Numbers join the tables; what people see is `id_in_domain`. A work order is a lot, an NCR a
reject found in the house, an RMA one that the customer found. Invoices stay in the accounting program.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.booked import Books, booked, moment
from burnish.simulate.systems.frames import DuckTables, write_all
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE = "steelhead"
FILE = "steelhead_nightly.duckdb"
STAGES = {"won": "WON", "lost": "LOST", "expired": "EXPIRED", "": "SENT"}


class Steelhead:
    """One database file."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.file = DuckTables(folder / FILE)
        self.has_shared = False

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        books = booked(world, SOURCE)
        write_all(self.file, tables(world, books))
        if not self.has_shared:
            write_all(self.file, shared(world))
        self.has_shared = True
        for record, name, company in books.customers.select("record", "name", "company").iter_rows():
            truth.company(SOURCE, str(record), company)
            truth.company(SOURCE, name, company)
        for contact, person in books.contacts.select("contact", "person").iter_rows():
            truth.person(SOURCE, "customer_contact", str(contact), person)

    def close(self) -> None:
        """Finish the file."""
        self.file.close()


def tables(world: World, books: Books) -> dict[str, pl.DataFrame]:
    """The tables of one block."""
    return {
        "customer": customers(books),
        "customer_contact": contacts(books),
        "part_number": part_numbers(world, books),
        "quote": quotes(books),
        "quote_line": quote_lines(books),
        "receiver": receivers(books),
        "received_order": received_orders(world, books),
        "received_order_part_transform": order_parts(books),
        "received_order_line_item": line_items(books),
        "work_order": work_orders(world, books),
        "shipment": shipments(books),
        "ncr": nonconformances(books),
        "rma": returns(books),
    }


def night(name: str) -> pl.Expr:
    """A day as the midnight that the program keeps."""
    return pl.col(name).cast(pl.Datetime("us"))


def filled(name: str) -> pl.Expr:
    """Text that is null where it is empty."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def customers(books: Books) -> pl.DataFrame:
    """Customers; `sector` is the name of an industry."""
    return books.customers.select(
        id="record",
        id_in_domain="record",
        name="name",
        sector="industry",
        naics_code="naics",
        website=pl.when(~pl.col("free_mail")).then(pl.lit("https://www.") + pl.col("domain")),
        default_invoice_terms="terms",
        sales_taxable=pl.col("is_person"),
        street="street",
        city="city",
        state="region",
        zip="postal_code",
        created_at=night("starts_on"),
        archived_at=pl.when(pl.col("kind") == "do not use").then(night("until_on")),
    )


def contacts(books: Books) -> pl.DataFrame:
    """People at the customers."""
    return books.contacts.select(
        id="contact",
        customer_id="record",
        name="full_name",
        email="mail",
        phone_number="phone",
        title="title",
        created_at=night("from_on"),
        archived_at=night("until_on"),
    )


def part_numbers(world: World, books: Books) -> pl.DataFrame:
    """The part master."""
    main = books.customers.filter(~pl.col("is_second")).select("company", "record")
    rows = world["part"].join(main, on="company", how="left", maintain_order="left")
    return rows.select(
        id="part",
        name="number",
        revision="revision",
        customer_id="record",
        description="description",
        part_number_group="oem",
        default_process_node="process",
        part_number_specs=filled("spec_text"),
        pieces_per_rack="per_load",
        weight_kg="weight_kg",
        price="price",
        price_unit="basis",
        created_at=night("first_on"),
    )


def quotes(books: Books) -> pl.DataFrame:
    """Heads of quotes with the day they came to their stage."""
    sums = pl.col("amount").sum().round(2)
    heads = books.quotes.group_by("number", maintain_order=True).agg(
        pl.col("quote", "record", "on", "expires_on", "outcome", "outcome_on", "buyer").first(), total=sums
    )
    return heads.select(
        id="quote",
        id_in_domain="number",
        revision_number=pl.lit(1),
        customer_id="record",
        contact_name="buyer",
        stage=pl.col("outcome").replace_strict(STAGES, default="SENT"),
        stage_changed_at=night("outcome_on"),
        valid_until=night("expires_on"),
        total="total",
        created_at=moment("on", of="quote"),
    )


def quote_lines(books: Books) -> pl.DataFrame:
    """Lines of quotes."""
    first = pl.col("quote").first().over("number")
    return books.quotes.select(
        id="quote",
        quote_id=first,
        line_number="line_no",
        part_number="part_number",
        process="process_text",
        description="description",
        quantity="quantity",
        price="price",
        line_total="amount",
    )


def receivers(books: Books) -> pl.DataFrame:
    """When the parts came in at the dock, which is before the order is keyed in."""
    return books.orders.select(
        id="order",
        id_in_domain=pl.lit("R") + pl.col("order_no"),
        customer_id="record",
        received_order_id="order",
        received_at=moment("received_on", of="order"),
    )


def received_orders(world: World, books: Books) -> pl.DataFrame:
    """Sales orders."""
    sector = books.customers.select("record", "industry")
    site = world["site"].select("site", ship_to=pl.concat_str("street", "city", "region", separator=", "))
    rows = books.orders.join(sector, on="record", how="left", maintain_order="left")
    rows = rows.join(site, on="site", how="left", maintain_order="left")
    kind = pl.when("is_blanket").then(pl.lit("MAKE_FROM_STOCK")).otherwise(pl.lit("MAKE_TO_ORDER"))
    return rows.select(
        id="order",
        id_in_domain="order_no",
        customer_id="record",
        po_number=filled("po_no"),
        order_type=kind,
        deadline=night("due_on"),
        is_blanket="is_blanket",
        block_partial_shipments=pl.lit(value=False),
        sector="industry",
        contact_name="buyer",
        ship_to_address="ship_to",
        notes=pl.when("is_rush").then(pl.lit("RUSH")),
        created_at=moment("entered_on", of="order"),
    )


def order_parts(books: Books) -> pl.DataFrame:
    """Parts of sales orders, a row per ordered line."""
    return books.lines.select(
        id="line",
        received_order_id="order",
        part_number_id="part",
        part_number="number",
        process_name="text",
        description="description",
        max_part_transform_count="quantity",
        count="quantity",
        weight_lbs=(pl.col("weight_kg") / 0.45359237).round(1),
        price="price",
        price_unit="basis",
        total_price="amount",
        deadline=night("due_on"),
        is_billable=pl.lit(value=True),
        created_at=moment("entered_on", of="order"),
    )


def line_items(books: Books) -> pl.DataFrame:
    """What is charged: the work, or a surcharge where the lot is below the minimum."""
    product = pl.when("at_minimum").then(pl.lit("Minimum Lot Surcharge")).otherwise(pl.lit("Coating"))
    return books.lines.select(
        id="line",
        received_order_id="order",
        name=product,
        description="process_text",
        quantity=pl.lit("1"),
        price=pl.col("amount").cast(pl.String),
        product="process",
    )


def work_orders(world: World, books: Books) -> pl.DataFrame:
    """Lots, and lots that were done over again."""
    places = dict(world["resource"].select("resource", "name").rows())
    return books.lots.select(
        id="lot",
        id_in_domain="lot_no",
        received_order_id="order",
        received_order_id_in_domain="order_no",
        customer_id="record",
        part_number_id="part",
        part_number="number",
        process_node="process",
        process_name="text",
        station_name=pl.col("resource").replace_strict(places, default=None, return_dtype=pl.String),
        treatment_name=filled("material"),
        part_count="quantity",
        load_count="loads",
        labor_hours="hours",
        is_rework=pl.col("is_rework").fill_null(value=False),
        deadline=night("due_on"),
        started_at=night("started_on"),
        completed_at=night("finished_on"),
    )


def shipments(books: Books) -> pl.DataFrame:
    """What left, lot by lot."""
    return books.shipments.select(
        id="shipment",
        packing_slip="packlist",
        customer_id="record",
        work_order_id="lot",
        received_order_id="order",
        received_order_id_in_domain="order_no",
        part_number="number",
        shipped_count="quantity",
        weight_lbs=(pl.col("weight_kg") / 0.45359237).round(1),
        deadline=night("due_on"),
        shipped_at=moment("on", of="shipment"),
    )


def nonconformances(books: Books) -> pl.DataFrame:
    """Rejects found in the house. A quarter was never coded and stands there in words only."""
    found = books.inspections.filter((pl.col("rejected") > 0) & (pl.col("found_at") != "customer"))
    return found.select(
        *of_lot(),
        id_in_domain=pl.lit("NCR-") + pl.col("inspection").cast(pl.String),
        found_at="found_at",
        nonconformance_type=pl.when("is_coded").then("defect"),
        description="defect_text",
        responsibility=pl.when("is_coded").then("fault"),
        quantity_inspected="inspected",
        quantity_affected="rejected",
        disposition="disposition",
        created_by="by",
        created_at=moment("on", of="inspection"),
    )


def returns(books: Books) -> pl.DataFrame:
    """What customers sent back."""
    back = books.inspections.filter((pl.col("rejected") > 0) & (pl.col("found_at") == "customer"))
    return back.select(
        *of_lot(),
        id_in_domain=pl.lit("RMA-") + pl.col("inspection").cast(pl.String),
        reason=pl.when("is_coded").then("defect"),
        description="defect_text",
        quantity_returned="rejected",
        disposition="disposition",
        created_at=moment("on", of="inspection"),
    )


def of_lot() -> list[pl.Expr]:
    """The work order, order, customer and part that a reject is about."""
    return [
        pl.col("inspection").alias("id"),
        pl.col("record").alias("customer_id"),
        pl.col("lot").alias("work_order_id"),
        pl.col("lot_no").alias("work_order_id_in_domain"),
        pl.col("order_no").alias("received_order_id_in_domain"),
        pl.col("number").alias("part_number"),
    ]


def shared(world: World) -> dict[str, pl.DataFrame]:
    """The tables that are of the shop and not of its customers."""
    return {"process_node": process_nodes(world), "station": stations(world), "spec": specs(world)}


def process_nodes(world: World) -> pl.DataFrame:
    """The processes."""
    nodes = world["part"].select(name="process").unique().sort("name").with_row_index("id", 1)
    return nodes.select(
        pl.col("id").cast(pl.Int64), "name", type=pl.lit("PROCESS"), is_archived=pl.lit(value=False)
    )


def stations(world: World) -> pl.DataFrame:
    """Lines, tanks and ovens."""
    return world["resource"].select(
        id="resource",
        name="name",
        station_group="family",
        load_unit="load_unit",
        loads_per_hour="loads_per_hour",
        shift_count="shifts",
    )


def specs(world: World) -> pl.DataFrame:
    """Specifications called out by parts."""
    used = world["part"].filter(pl.col("spec_text") != "").select(name="spec_text").unique().sort("name")
    return used.with_row_index("id", 1).select(
        pl.col("id").cast(pl.Int64),
        id_in_domain=pl.col("id").cast(pl.Int64),
        name="name",
        revision=pl.lit("A"),
    )
