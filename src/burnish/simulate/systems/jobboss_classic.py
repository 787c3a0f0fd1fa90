"""JobBOSS classic: the tables of its SQL Server database, here in one SQLite file.

Tables and columns are named as in the database; days are `2026-03-04 00:00:00`. An ordered line is a job,
`Job_Operation` a run of it. Customers are known by their code; `Order_Date` is the day of entry. The shop
enters jobs without sales orders. Invoices stay in the accounting program.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.booked import Books, booked
from burnish.simulate.systems.frames import SqliteTables, write_all
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE, SYSTEM = "jobboss", "jobboss_classic"
FILE = "PRODUCTION.sqlite"
KG_PER_LB = 0.45359237
QUOTED = {"won": "Won", "lost": "Lost", "expired": "Expired", "": "Active"}


class JobBossClassic:
    """One database file."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.file = SqliteTables(folder / FILE)
        self.has_shared = False

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        books = booked(world, SYSTEM)
        write_all(self.file, tables(world, books))
        if not self.has_shared:
            write_all(self.file, {"Work_Center": work_centers(world)})
        self.has_shared = True
        for code, name, company in books.customers.select("code", "name", "company").iter_rows():
            truth.company(SOURCE, code, company)
            truth.company(SOURCE, name, company)
        for contact, person in books.contacts.select("contact", "person").iter_rows():
            truth.person(SOURCE, "Contact", str(contact), person)

    def close(self) -> None:
        """Finish the file."""
        self.file.close()


def tables(world: World, books: Books) -> dict[str, pl.DataFrame]:
    """The tables of one block."""
    return {
        "Customer": customers(books),
        "Contact": contacts(books),
        "Quote": quotes(books),
        "Quote_Qty": quoted_quantities(books),
        "Job": jobs(books),
        "Job_Operation": operations(world, books),
        "Packlist_Header": packlists(books),
        "Packlist_Detail": packlist_lines(books),
        "Delivery": deliveries(books),
    }


def day(name: str) -> pl.Expr:
    """A day as the database holds it."""
    return pl.col(name).dt.strftime("%Y-%m-%d 00:00:00")


def filled(name: str) -> pl.Expr:
    """Text that is null where it is empty."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def customers(books: Books) -> pl.DataFrame:
    """Customers by code."""
    is_here = pl.col("ends_on").is_null() & (pl.col("kind") != "do not use")
    return books.customers.select(
        Customer="code",
        Name="name",
        Type=pl.lit("Customer"),
        Status=pl.when(is_here).then(pl.lit("Active")).otherwise(pl.lit("Inactive")),
        Terms="terms",
        Sales_Rep=pl.lit("HOUSE"),
        Credit_Limit="credit_limit",
        Curr_Balance=pl.lit(0.0),
        Customer_Since=day("starts_on"),
        Rating=pl.lit(None, pl.String),
        Acct_Mgr=pl.lit("HOUSE"),
        URL=pl.when(~pl.col("free_mail")).then(pl.lit("www.") + pl.col("domain")),
        Sales_Code="process",
        Ship_Lead_Days=pl.lit(1),
        Last_Updated=day("starts_on"),
    )


def contacts(books: Books) -> pl.DataFrame:
    """People at the customers."""
    return books.contacts.select(
        Contact="contact",
        Customer="code",
        Contact_Name="full_name",
        Title="title",
        Phone="phone",
        Cell_Phone=pl.lit(None, pl.String),
        Email_Address="mail",
        Last_Updated=day("from_on"),
    )


def quote_number() -> pl.Expr:
    """A quote's own number: the lines of one request are quotes of their own."""
    return pl.col("number") + "-" + pl.col("line_no").cast(pl.String)


def quotes(books: Books) -> pl.DataFrame:
    """Quotes, one per line of a request (`RFQ`)."""
    return books.quotes.select(
        Quote=quote_number(),
        RFQ="number",
        Customer="code",
        Part_Number="part_number",
        Rev=pl.lit(None, pl.String),
        Description=pl.concat_str("description", "process_text", separator=", ", ignore_nulls=True),
        Status=pl.col("outcome").replace_strict(QUOTED, default="Active"),
        Status_Date=day("outcome_on"),
        Quoted_Date=day("on"),
        Expiration_Date=day("expires_on"),
        Reason=pl.when(pl.col("outcome") == "lost").then(pl.lit("Price")),
        Quoted_By=pl.lit("HOUSE"),
        Make_Quantity="quantity",
        Total_Price="amount",
    )


def quoted_quantities(books: Books) -> pl.DataFrame:
    """Quantities and prices of quotes."""
    return books.quotes.select(
        Quote_Qty="quote",
        Quote=quote_number(),
        Make_Quantity="quantity",
        Quoted_Unit_Price="price",
        Total_Price="amount",
        Price_UofM=pl.lit("ea"),
    )


def jobs(books: Books) -> pl.DataFrame:
    """Jobs: the ordered lines."""
    sums = books.inspections.group_by("line").agg(scrapped=pl.col("rejected").sum())
    back = books.inspections.filter(pl.col("found_at") == "customer")
    returned = back.group_by("line").agg(returned=pl.col("rejected").sum())
    rows = books.lines.join(sums, on="line", how="left", maintain_order="left")
    rows = rows.join(returned, on="line", how="left", maintain_order="left")
    is_done = pl.col("shipped") > 0
    return rows.select(
        Job="job_no",
        Customer="code",
        Quote=pl.lit(None, pl.String),
        Part_Number="number",
        Rev="revision",
        Description=pl.concat_str("description", "text", separator=", ", ignore_nulls=True),
        Type=pl.lit("Regular"),
        Order_Date=day("entered_on"),
        Status=pl.when(is_done).then(pl.lit("Closed")).otherwise(pl.lit("Active")),
        Status_Date=day("entered_on"),
        Order_Quantity="quantity",
        Make_Quantity="quantity",
        Completed_Quantity="shipped",
        Shipped_Quantity="shipped",
        Returned_Quantity=pl.col("returned").fill_null(0),
        Act_Scrap_Quantity=pl.col("scrapped").fill_null(0),
        Unit_Price="price",
        Total_Price="amount",
        Price_UofM=pl.col("basis").str.to_lowercase(),
        Customer_PO=filled("po_no"),
        Customer_PO_LN=pl.col("line_no").cast(pl.String),
        Promised_Date=day("due_on"),
        Sched_Start=day("started_on"),
        Sched_End=day("finished_on"),
        Released_Date=day("entered_on"),
        Lead_Days=pl.lit(5),
        Est_Total_Hrs="hours",
        Act_Total_Hrs="hours",
        Note_Text=pl.when("at_minimum").then(pl.lit("Minimum lot charge")),
    )


def operations(world: World, books: Books) -> pl.DataFrame:
    """Runs of jobs, with scrap, and with what was run again."""
    places = dict(world["resource"].select("resource", "name").rows())
    inside = pl.col("found_at") != "customer"
    scrap = books.inspections.filter(inside).group_by("lot").agg(scrap=pl.col("rejected").sum())
    rows = books.lots.join(scrap, on="lot", how="left", maintain_order="left")
    again = pl.when("is_rework")
    operation = again.then(pl.lit("Rework")).otherwise(pl.col("process_text"))
    return rows.select(
        Job="job_no",
        Sequence=pl.col("nth") * 10,
        Work_Center=pl.col("resource").replace_strict(places, default=None, return_dtype=pl.String),
        Operation_Service=operation,
        Description=pl.concat_str(
            pl.col("process_text"), filled("material"), separator=", ", ignore_nulls=True
        ),
        Est_Run_Hrs="hours",
        Act_Run_Hrs=again.then(0.0).otherwise(pl.col("hours")),
        Act_Run_Qty=again.then(0).otherwise(pl.col("quantity")),
        Act_Scrap_Qty=pl.min_horizontal(pl.col("scrap").fill_null(0), "quantity"),
        Rwk_Quantity=again.then("quantity").otherwise(0),
        Rwk_Run_Hrs=again.then("hours").otherwise(0.0),
        Rwk_Scrap_Qty=pl.lit(0),
        Sched_Start=day("started_on"),
        Sched_End=day("finished_on"),
        Actual_Start=day("started_on"),
        Actual_End=day("finished_on"),
        Due_Date=day("due_on"),
        Status=pl.when(pl.col("finished_on").is_null()).then(pl.lit("S")).otherwise(pl.lit("C")),
    )


def packlists(books: Books) -> pl.DataFrame:
    """Heads of packing lists."""
    heads = books.shipments.group_by("packlist", maintain_order=True).agg(
        pl.col("on").first(), parcels=pl.len()
    )
    return heads.select(
        Packlist="packlist", Packlist_Date=day("on"), Ship_Via=pl.lit("CUST TRUCK"), Cartons="parcels"
    )


def packlist_lines(books: Books) -> pl.DataFrame:
    """Lines of packing lists, weights in pounds."""
    return books.shipments.select(
        Packlist="packlist",
        Job="job_no",
        Quantity="quantity",
        PO_Number=filled("po_no"),
        Weight=(pl.col("weight_kg") / KG_PER_LB).round(1),
        Cartons=pl.lit(1),
        Lot="lot_no",
    )


def deliveries(books: Books) -> pl.DataFrame:
    """What left, lot by lot, and what came back."""
    back = books.inspections.filter((pl.col("found_at") == "customer") & (pl.col("rejected") > 0))
    back = back.group_by("lot").agg(returned=pl.col("rejected").sum(), back_on=pl.col("on").max())
    rows = books.shipments.join(back, on="lot", how="left", maintain_order="left")
    return rows.select(
        Delivery="shipment",
        Job="job_no",
        Packlist="packlist",
        Invoice=pl.lit(None, pl.String),
        Requested_Date=day("due_on"),
        Promised_Date=day("due_on"),
        Shipped_Date=day("on"),
        Promised_Quantity="ordered",
        Shipped_Quantity="quantity",
        Returned_Quantity=pl.col("returned").fill_null(0),
        NCP_Quantity=pl.col("returned").fill_null(0),
        Returned_Date=day("back_on"),
    )


def work_centers(world: World) -> pl.DataFrame:
    """Lines, tanks and ovens."""
    return world["resource"].select(
        Work_Center="name",
        Department="family",
        Status=pl.lit("Active"),
        Machines=pl.lit(1),
        Shifts="shifts",
        Hours_Per_Day=pl.col("shifts") * 8.0,
    )
