"""What an ERP has booked of one block: customers under its own records, and everything joined to them.

All of an order (lines, lots, shipments, inspections, invoices) stands under the record that the order was
entered on.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from burnish.simulate.systems.dirt import called, listed_mail, named
from burnish.simulate.world import World

TITLES = {
    "buyer": "Buyer", "engineer": "Manufacturing Engineer", "quality": "Quality Manager",
    "accounts payable": "Accounts Payable", "plant manager": "Plant Manager", "owner": "Owner",
    "mailbox": "Shared mailbox",
}  # fmt: skip
RECORD = ("record", "name", "code")


@dataclass(frozen=True)
class Books:
    """Frames of the world with the ERP's own `record` (a number), `name` and `code` of each customer.

    `customers`: a row per record, `company`'s columns beside it. `contacts`: a row per person and job, with
    `contact` (a number), `full_name`, `mail` and `title`. `orders` with `buyer`, `total_usd` and `shipped_on`
    of the last shipment; `lines` with their order's and part's columns and what was shipped; `lots`,
    `shipments`, `inspections` with those of their line.
    """

    customers: pl.DataFrame
    contacts: pl.DataFrame
    orders: pl.DataFrame
    lines: pl.DataFrame
    lots: pl.DataFrame
    shipments: pl.DataFrame
    inspections: pl.DataFrame
    quotes: pl.DataFrame


def booked(world: World, system: str) -> Books:
    """One block as an ERP books it."""
    parties = called(world, system)
    plan, people = world.plan, full_names(world)
    seen = pl.lit(plan.last)
    orders = world["order"].filter(pl.col("entered_on") <= seen)
    orders = record_of(named(orders, parties, plan.stream("orders", system), on="received_on"))
    orders = with_buyer(with_totals(orders, world), people)
    lines = lines_of(orders, world)
    lots = world["lot"].join(of_line(lines), on="line", how="inner", maintain_order="left")
    lots = lots.filter(pl.col("started_on") <= seen).with_columns(
        finished_on=pl.when(pl.col("finished_on") <= seen).then("finished_on"),
        nth=pl.int_range(1, pl.len() + 1).over("line"),
    )
    of_lot = lots.select("lot", "lot_no", "finished_on", *of_line(lines).columns)
    shipments = world["shipment"].drop("order", "company")
    shipments = shipments.join(of_lot.drop("finished_on"), on="lot", how="inner", maintain_order="left")
    inspections = world["inspection"].drop("company")
    inspections = inspections.join(of_lot, on="lot", how="inner", maintain_order="left")
    quotes = record_of(named(world["quote"], parties, plan.stream("quotes", system), on="on"))
    is_known = pl.col("outcome_on") <= seen
    quotes = quotes.with_columns(
        outcome=pl.when(is_known).then("outcome").otherwise(pl.lit("")),
        outcome_on=pl.when(is_known).then("outcome_on"),
    )
    return Books(
        customers_of(parties, orders, world),
        contacts_of(parties, people, world, system),
        orders,
        lines,
        lots,
        shipments.filter(pl.col("on") <= seen),
        inspections.filter(pl.col("on") <= seen).with_columns(
            by=pl.col("inspector").replace_strict(initials(world), default=None)
        ),
        with_buyer(quotes, people),
    )


def initials(world: World) -> dict[int, str]:
    """The shop's own people by number."""
    return dict(world["colleague"].select("colleague", "initials").rows())


def record_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that `named` gave a party, with the number of its record."""
    return rows.with_columns(record=pl.col("company") * 10 + pl.col("party")).drop("party")


def full_names(world: World) -> pl.DataFrame:
    """Everybody's name in one piece."""
    whole = (pl.col("given") + " " + pl.col("family")).str.strip_chars()
    return world["person"].select("person", full_name=whole)


def with_buyer(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows with the name of the person who asked."""
    names = people.rename({"full_name": "buyer"})
    return rows.join(names, on="person", how="left", maintain_order="left")


def with_totals(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """Orders with their value and the day of their last shipment."""
    totals = world["line"].group_by("order").agg(total_usd=pl.col("amount").sum().round(2))
    shipped = world["shipment"].group_by("order").agg(shipped_on=pl.col("on").max())
    both = orders.join(totals, on="order", how="left", maintain_order="left")
    return both.join(shipped, on="order", how="left", maintain_order="left")


def lines_of(orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """Order lines with what their order and part say, and with what has become of them."""
    part = world["part"].drop("company", "price", "basis", "weight_kg", "first_on")
    of_order = orders.drop("person", "total_usd")
    lots = world["lot"].filter(~pl.col("is_rework").fill_null(value=False)).group_by("line")
    done = lots.agg(
        started_on=pl.col("started_on").min(),
        finished_on=pl.col("finished_on").max(),
        resource=pl.col("resource").last(),
        hours=pl.col("hours").sum().round(2),
    )
    line_of = world["lot"].select("lot", "line")
    sent = world["shipment"].join(line_of, on="lot", how="left").group_by("line")
    lines = world["line"].join(of_order, on="order", how="inner", maintain_order="left")
    lines = lines.join(part, on="part", how="left", maintain_order="left")
    lines = lines.join(done, on="line", how="left", maintain_order="left")
    sums = sent.agg(shipped=pl.col("quantity").sum())
    lines = lines.join(sums, on="line", how="left", maintain_order="left")
    places = dict(world["resource"].select("resource", "name").rows())
    return lines.with_columns(
        shipped=pl.col("shipped").fill_null(0),
        place=pl.col("resource").replace_strict(places, default=None, return_dtype=pl.String),
        text=pl.concat_str("process_text", "spec_text", separator=" ", ignore_nulls=True).str.strip_chars(),
        job_no=pl.col("order_no") + "-" + pl.col("line_no").cast(pl.String).str.zfill(2),
    )


def of_line(lines: pl.DataFrame) -> pl.DataFrame:
    """What everything that follows from a line is told of it."""
    return lines.select(
        "line", "order", "line_no", "part", "company", *RECORD, "order_no", "job_no", "po_no", "due_on",
        "number", "revision", "description", "process", "process_text", "text", "price", "basis",
        ordered=pl.col("quantity"),
    )  # fmt: skip


def customers_of(parties: pl.DataFrame, orders: pl.DataFrame, world: World) -> pl.DataFrame:
    """Every record of every company, with the first and last day something was ordered under it."""
    about = world["company"].drop("name", "code")
    rows = record_of(parties.with_columns(is_second=pl.col("party") > 0))
    rows = rows.join(about, on="company", how="left", maintain_order="left")
    days = orders.group_by("record").agg(
        first_order_on=pl.col("received_on").min(), last_order_on=pl.col("received_on").max()
    )
    return rows.join(days, on="record", how="left", maintain_order="left")


def contacts_of(parties: pl.DataFrame, people: pl.DataFrame, world: World, system: str) -> pl.DataFrame:
    """Everybody at the customers, at the record that is meant to be used; leavers stay in the list."""
    main = record_of(parties.filter(pl.col("party") == 0)).select("company", *RECORD)
    jobs = listed_mail(world["job"], world, world.plan.stream("contacts", system))
    jobs = jobs.join(main, on="company", how="left", maintain_order="left")
    jobs = jobs.join(people, on="person", how="left", maintain_order="left")
    nth = pl.int_range(0, pl.len()).over("person")
    return jobs.with_columns(
        contact=pl.col("person") * 10 + nth,
        title=pl.col("role").replace_strict(TITLES, default=pl.col("role")),
    )


def moment(day: str, *, of: str) -> pl.Expr:
    """Some moment of the working day in `day`, UTC; which one depends on the number in `of`."""
    minutes = 13 * 60 + pl.col(of) * 37 % 480
    return (pl.col(day).cast(pl.Datetime("us")) + pl.duration(minutes=minutes)).alias(day)
