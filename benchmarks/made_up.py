"""A made-up shop's facts without its files: the world's orders and money as the features see them.

What the exports, their reading and who-is-who would add (faults, late entry, names) is left out, so that many
shops can be judged; `burnish score` judges whole ones.
"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import polars as pl
import pyarrow as pa

from burnish.features.calendar import working_day
from burnish.features.ordering import order_gap, order_release
from burnish.features.paying import invoice_state
from burnish.schema.tables import CANONICAL, landed
from burnish.simulate.making import make
from burnish.simulate.plan import Plan, plan
from burnish.simulate.world import World

SOURCE, CURRENCY = "made up", "USD"
LAST_DAY = date(2025, 12, 28)  # a Sunday
AHEAD = timedelta(days=60)


def shop(size: str, *, seed: int, null: str = "", plant_rate: float = 1.0, years: int = 5) -> World:
    """The first block of a shop."""
    made: Plan = plan(size, seed=seed, end_on=LAST_DAY, years=years, null=null, plant_rate=plant_rate)
    return next(make(made))


def canonical(name: str, rows: pl.DataFrame) -> ibis.Table:
    """Rows as a canonical table: the columns given, the rest empty."""
    schema = landed(CANONICAL[name]).schema
    given = rows.with_columns(source=pl.lit(SOURCE), currency=pl.lit(CURRENCY)).to_arrow()
    columns = [
        given[field.name].cast(field.type) if field.name in given.column_names else None for field in schema
    ]
    arrays = [
        pa.nulls(given.num_rows, field.type) if column is None else column
        for field, column in zip(schema, columns, strict=True)
    ]
    return ibis.memtable(pa.table(arrays, schema=schema))


def named(company: pl.Expr) -> pl.Expr:
    """A company's number as the customer id."""
    return pl.format("C{}", company.cast(pl.String).str.zfill(6))


def frames(world: World, *, upto: date = LAST_DAY) -> dict[str, pl.DataFrame]:
    """The facts that detectors and their calibration read, as they were on a day; nothing is keyed late."""
    engine = ibis.duckdb.connect()
    companies = world["company"].filter(~pl.col("is_person"))
    ref = companies.select(
        source=pl.lit(SOURCE), organisation_ref=named(pl.col("company")), customer_id=named(pl.col("company"))
    )
    works = working_day(world.plan.first - timedelta(days=7), upto + AHEAD, country="US")
    refs, calendar = ibis.memtable(ref), ibis.memtable(works)
    release = order_release(order_lines(world, upto), refs, calendar, currency=CURRENCY)
    releases = engine.to_polars(release.order_by("customer_id", "release_on"))
    clock = pl.DataFrame({"table": ["order_line", "payment"], "complete_on": [upto, upto]})
    gaps = order_gap(ibis.memtable(releases), calendar, ibis.memtable(clock))
    invoice, payment = money(world, upto)
    state = invoice_state(invoice, payment, refs, currency=CURRENCY)
    return {
        "order_release": releases,
        "order_gap": engine.to_polars(gaps.order_by("customer_id", "gap_no")),
        "working_day": works,
        "entry_clock": clock,
        "invoice_state": engine.to_polars(state.order_by("customer_id", "invoice_ref")),
    }


def order_lines(world: World, upto: date) -> ibis.Table:
    """The ordered lines up to a day."""
    line = world["line"].join(world["order"], on="order").filter(pl.col("received_on") <= upto)
    return canonical(
        "order_line",
        line.select(
            occurred_on="received_on",
            organisation_ref=named(pl.col("company")),
            order_no="order_no",
            po_no=pl.when(pl.col("po_no") != "").then("po_no"),
            quantity=pl.col("quantity").cast(pl.Decimal(18, 4)),
            weight_kg=pl.col("weight_kg").round(4).cast(pl.Decimal(18, 4)),
            amount=pl.col("amount").cast(pl.Decimal(18, 4)),
            is_blanket="is_blanket",
        ),
    )


def money(world: World, upto: date) -> tuple[ibis.Table, ibis.Table]:
    """Invoices and payments up to a day."""
    invoice = world["invoice"].filter(pl.col("on") <= upto)
    payment = (
        world["payment"].filter(pl.col("on") <= upto).join(invoice.select("invoice", "number"), on="invoice")
    )
    return (
        canonical(
            "invoice",
            invoice.select(
                occurred_on="on",
                due_on="due_on",
                organisation_ref=named(pl.col("company")),
                number="number",
                amount=pl.col("amount").cast(pl.Decimal(18, 4)),
            ),
        ),
        canonical(
            "payment",
            payment.select(
                occurred_on="on",
                organisation_ref=named(pl.col("company")),
                invoice_ref="number",
                amount=pl.col("amount").cast(pl.Decimal(18, 4)),
            ),
        ),
    )
