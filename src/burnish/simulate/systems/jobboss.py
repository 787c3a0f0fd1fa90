"""JobBOSS²: what its public programming interface answers, a JSON file per object.

Names of objects and fields are those of the interface; moments are UTC as `2026-03-04T14:05:00Z`, money is
in dollars, `weightOfParts` and `partWeight` in pounds. It keeps one day per order, the one of its entry, and
only what was rejected, not what was inspected. Invoices stay in the accounting program.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.booked import Books, booked, moment
from burnish.simulate.systems.frames import JsonTables, write_all
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE = "jobboss"
UTC, MIDNIGHT = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT00:00:00Z"
KG_PER_LB = 0.45359237
PRICING = {"EA": "EA", "LB": "LB", "C": "C", "M": "M", "LOT": "LOT"}
QUOTED = {"won": "Won", "lost": "Lost", "expired": "Expired", "": "Open"}
BREAKS = 8
CHEAPER = (1.0, 0.94, 0.89, 0.85)  # the price at 1, 2, 5 and 10 times the quantity asked for
TIMES = (1, 2, 5, 10)


class JobBoss:
    """One JSON file per object of the interface."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.files = JsonTables(folder)
        self.has_shared = False

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        books = booked(world, SOURCE)
        write_all(self.files, objects(world, books))
        if not self.has_shared:
            write_all(self.files, shared(world))
        self.has_shared = True
        tell(truth, books)

    def close(self) -> None:
        """Finish the files."""
        self.files.close()


def tell(truth: Truth, books: Books) -> None:
    """Who is who: codes and names of customers, numbers of contacts."""
    for code, name, company in books.customers.select("code", "name", "company").iter_rows():
        truth.company(SOURCE, code, company)
        truth.company(SOURCE, name, company)
    for contact, person in books.contacts.select("contact", "person").iter_rows():
        truth.person(SOURCE, "contact", str(contact), person)


def objects(world: World, books: Books) -> dict[str, pl.DataFrame]:
    """The objects of one block, each with a row per record."""
    return {
        "Customer": customers(books),
        "Contact": contacts(books),
        "Quote": quotes(books),
        "QuoteLineItem": quote_lines(world, books),
        "Order": orders(books),
        "OrderLineItem": order_lines(books),
        "OrderRouting": routings(world, books),
        "Release": releases(books),
        "PackingList": packing_lists(books),
        "PackingListLineItem": packing_list_lines(books),
        "NonConformance": nonconformances(books),
        "CustomerReturn": returns(books),
        "Feedback": feedback(books),
        "Estimate": part_master(world, books),
    }


def shared(world: World) -> dict[str, pl.DataFrame]:
    """The objects that are of the shop and not of its customers."""
    return {"WorkCenter": work_centers(world), "CompanyCalendar": calendar(world), "Term": terms(world)}


def day(name: str) -> pl.Expr:
    """A day as the interface writes it."""
    return pl.col(name).dt.strftime(MIDNIGHT)


def at(name: str, of: str) -> pl.Expr:
    """A moment of a day as the interface writes it."""
    return moment(name, of=of).dt.strftime(UTC)


def pounds(name: str) -> pl.Expr:
    """Kilograms as pounds."""
    return (pl.col(name) / KG_PER_LB).round(1)


def filled(name: str) -> pl.Expr:
    """Text that is null where it is empty."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def customers(books: Books) -> pl.DataFrame:
    """Customers. Whoever left is inactive; the second record of a firm often says so in its name."""
    first = books.contacts.group_by("record", maintain_order=True).agg(contact1=pl.col("full_name").first())
    rows = books.customers.join(first, on="record", how="left", maintain_order="left")
    opened = pl.coalesce("first_order_on", "starts_on")
    return rows.select(
        customerCode="code",
        customerName="name",
        active=pl.col("ends_on").is_null() & (pl.col("kind") != "do not use"),
        dateOpen=pl.min_horizontal("starts_on", opened).dt.strftime(MIDNIGHT),
        dateLast=day("last_order_on"),
        creditLimit="credit_limit",
        creditStatus=pl.when(pl.col("terms") == "COD").then(pl.lit("C.O.D.")).otherwise(pl.lit("Open")),
        termsCode=term_code(),
        salesID=pl.lit("HOUSE"),
        territory="region",
        contact1="contact1",
        phone="phone",
        website=pl.when(~pl.col("free_mail")).then(pl.lit("www.") + pl.col("domain")),
        billingAddress1="street",
        billingCity="city",
        billingState="region",
        billingZIPCode="postal_code",
        billingCountry=pl.lit("USA"),
        workCode="process",
        user_Text1="industry",
        lastModDate=pl.min_horizontal("starts_on", opened).dt.strftime(MIDNIGHT),
    )


def term_code() -> pl.Expr:
    """Terms of payment as a code: N30, N30-2, COD."""
    net = pl.lit("N") + pl.col("terms_days").cast(pl.String)
    discounted = pl.when(pl.col("terms").str.contains("%")).then(net + "-2").otherwise(net)
    return pl.when(pl.col("terms_days") == 0).then(pl.lit("COD")).otherwise(discounted)


def terms(world: World) -> pl.DataFrame:
    """The terms of payment in use."""
    used = world["company"].select("terms", "terms_days", code=term_code()).unique("code").sort("code")
    return used.select(
        termsCode="code",
        description="terms",
        netDueDays="terms_days",
        discountDays=pl.when(pl.col("code").str.ends_with("-2")).then(10).otherwise(0),
        discountPercent=pl.when(pl.col("code").str.ends_with("-2")).then(2.0).otherwise(0.0),
        latePercent=pl.lit(1.5),
    )


def contacts(books: Books) -> pl.DataFrame:
    """People at the customers; `contactCode` is the customer's code, `contact` the name."""
    return books.contacts.select(
        object=pl.lit("CUST"),
        contactCode="code",
        contact="full_name",
        active=pl.col("until_on").is_null(),
        title="title",
        email="mail",
        phone="phone",
        cellPhone=pl.lit(None, pl.String),
        isOptedOut=pl.lit(value=False),
        comments=pl.when(pl.col("until_on").is_not_null()).then(pl.lit("no longer there")),
        uniqueID="contact",
    )


def quotes(books: Books) -> pl.DataFrame:
    """Heads of quotes."""
    heads = books.quotes.unique("number", keep="first", maintain_order=True)
    return heads.select(
        quoteNumber="number",
        customerCode="code",
        customerName="name",
        isFreeFormCustomer=pl.lit(value=False),
        contactName="buyer",
        dateEntered=at("on", "quote"),
        expireDate=day("expires_on"),
        followUpDate=pl.col("on").dt.offset_by("7d").dt.strftime(MIDNIGHT),
        inquiryNumber=pl.lit(None, pl.String),
        quotedBy=pl.lit("HOUSE"),
        salesID=pl.lit("HOUSE"),
    )


def quote_lines(world: World, books: Books) -> pl.DataFrame:
    """Lines of quotes, eight price breaks wide; the first break is the quantity asked for."""
    rows = books.quotes
    many = world.plan.stream("breaks").choice(len(TIMES), size=rows.height, p=(0.5, 0.2, 0.2, 0.1)) + 1
    rows = rows.with_columns(many=pl.Series(np.asarray(many), dtype=pl.Int64))
    columns = [each for nth in range(BREAKS) for each in price_break(nth)]
    return rows.select(
        pl.col("number").alias("quoteNumber"),
        pl.col("line_no").alias("itemNumber"),
        pl.col("part_number").alias("partNumber"),
        pl.lit(None, pl.String).alias("revision"),
        pl.col("description"),
        *columns,
        pl.col("outcome").replace_strict(QUOTED, default="Open").alias("status"),
        pl.lit(None, pl.String).alias("jobNumber"),
        pl.col("process_text").alias("workCode"),
        pl.lit("Standard").alias("delivery"),
    )


def price_break(nth: int) -> list[pl.Expr]:
    """Quantity, price and unit of one break, empty beyond those quoted."""
    if nth >= len(TIMES):
        empty = (("quantity", pl.Int64), ("price", pl.Float64), ("unit", pl.String))
        return [pl.lit(None, kind).alias(f"{name}{nth + 1}") for name, kind in empty]
    here = pl.when(pl.col("many") > nth)
    return [
        here.then(pl.col("quantity") * TIMES[nth]).alias(f"quantity{nth + 1}"),
        here.then((pl.col("price") * CHEAPER[nth]).round(4)).alias(f"price{nth + 1}"),
        here.then(pl.lit("EA")).alias(f"unit{nth + 1}"),
    ]


def orders(books: Books) -> pl.DataFrame:
    """Heads of orders. The day of entry is the only day of the order that is kept."""
    is_shipped = pl.col("shipped_on").is_not_null()
    return books.orders.select(
        orderNumber="order_no",
        customerCode="code",
        customerDescription="name",
        PONumber=filled("po_no"),
        dateEntered=at("entered_on", "order"),
        dueDate=day("due_on"),
        mainDueDate=day("due_on"),
        mainPriority=pl.when("is_rush").then(10).otherwise(50),
        orderTotal="total_usd",
        status=pl.when(is_shipped).then(pl.lit("Closed")).otherwise(pl.lit("Open")),
        salesID=pl.lit("HOUSE"),
        shipVia=pl.lit("Customer truck"),
        purchasingContact="buyer",
        user_Text1=pl.when("is_blanket").then(pl.lit("BLANKET RELEASE")),
        lastModDate=at("entered_on", "order"),
    )


def order_lines(books: Books) -> pl.DataFrame:
    """Lines of orders, each a job. A lot charge fills up to the minimum."""
    is_done = pl.col("shipped") > 0
    return books.lines.select(
        orderNumber="order_no",
        itemNumber="line_no",
        jobNumber="job_no",
        partNumber="number",
        revision=filled("revision"),
        partDescription="description",
        productCode="process",
        workCode="text",
        quantityOrdered="quantity",
        quantityToMake="quantity",
        quantityShippedToCustomer="shipped",
        quantityCanceled=pl.lit(0),
        unitPrice="price",
        pricingUnit=pl.col("basis").replace_strict(PRICING, default=pl.col("basis")),
        miscDescription=pl.when("at_minimum").then(pl.lit("Minimum lot charge applies")),
        dueDate=day("due_on"),
        dateFinished=pl.when(is_done).then(day("finished_on")),
        actualStartDate=day("started_on"),
        actualEndDate=day("finished_on"),
        currentWorkCenter="place",
        status=pl.when(is_done).then(pl.lit("Closed")).otherwise(pl.lit("Open")),
        jobOnHold=pl.lit(value=False),
        totalEstimatedHours="hours",
        totalActualHours="hours",
    )


def routings(world: World, books: Books) -> pl.DataFrame:
    """Steps of jobs: a step per lot that was run, a further one for each that was run again."""
    places = dict(world["resource"].select("resource", "name").rows())
    inside = pl.col("found_at") != "customer"
    scrap = books.inspections.filter(inside).group_by("lot").agg(scrap=pl.col("rejected").sum())
    rows = books.lots.join(scrap, on="lot", how="left", maintain_order="left")
    scrapped = pl.min_horizontal(pl.col("scrap").fill_null(0), "quantity")
    operation = pl.when("is_rework").then(pl.lit("REWORK")).otherwise(pl.col("process"))
    bath = pl.concat_str(pl.col("process_text"), filled("material"), separator=", ", ignore_nulls=True)
    return rows.select(
        orderNumber="order_no",
        itemNumber="line_no",
        jobNumber="job_no",
        stepNumber=pl.col("nth") * 10,
        partNumber="number",
        workCenter=pl.col("resource").replace_strict(places, default=None, return_dtype=pl.String),
        operationCode=operation,
        description=bath,
        estimatedQuantity="quantity",
        actualPiecesGood=pl.col("quantity") - scrapped,
        actualPiecesScrap=scrapped,
        cycleTime=(pl.col("hours") * 60 / pl.col("loads")).round(1),
        cycleUnit=pl.lit("Min/load"),
        machinesRun="loads",
        totalEstimatedHours="hours",
        totalActualHours=pl.when(pl.col("finished_on").is_not_null()).then("hours"),
        actualStartDate=day("started_on"),
        actualEndDate=day("finished_on"),
        certificationRequired=pl.lit(value=False),
        status=pl.when(pl.col("finished_on").is_null()).then(pl.lit("Current")).otherwise(pl.lit("Finished")),
    )


def releases(books: Books) -> pl.DataFrame:
    """What was planned to leave, lot by lot, with the ticket it left on."""
    sent = books.shipments.group_by("lot", maintain_order=True).agg(ticket=pl.col("packlist").first())
    rows = books.lots.filter(~pl.col("is_rework").fill_null(value=False))
    rows = rows.join(sent, on="lot", how="left", maintain_order="left")
    return rows.select(
        orderNumber="order_no",
        jobNumber="job_no",
        itemNumber="line_no",
        releaseNumber="nth",
        quantity="quantity",
        dueDate=day("due_on"),
        dateComplete=day("finished_on"),
        lotNumber="lot_no",
        deliveryTicketNumber="ticket",
    )


def packing_lists(books: Books) -> pl.DataFrame:
    """Heads of packing lists."""
    heads = books.shipments.group_by("packlist", maintain_order=True).agg(
        pl.col("code", "po_no", "on", "shipment").first(), pl.col("weight_kg").sum(), parcels=pl.len()
    )
    return heads.select(
        deliveryTicketNumber="packlist",
        customerCode="code",
        customerPONumber=filled("po_no"),
        shippingDate=at("on", "shipment"),
        shippingVia=pl.lit("Customer truck"),
        weightOfParts=pounds("weight_kg"),
        numberOfContainers="parcels",
    )


def packing_list_lines(books: Books) -> pl.DataFrame:
    """Lines of packing lists."""
    return books.shipments.select(
        deliveryTicketNumber="packlist",
        lineNumber=pl.int_range(1, pl.len() + 1).over("packlist"),
        jobNumber="job_no",
        orderNumber="order_no",
        partNumber="number",
        quantityToShip="quantity",
        quantityOpen=pl.max_horizontal(pl.col("ordered") - pl.col("quantity"), 0),
    )


def nonconformances(books: Books) -> pl.DataFrame:
    """Rejects found in the house. A quarter was never coded and stands there in words only."""
    found = books.inspections.filter((pl.col("rejected") > 0) & (pl.col("found_at") != "customer"))
    return found.select(
        ncNumber=pl.lit("NC") + pl.col("inspection").cast(pl.String).str.zfill(6),
        ncDate=at("on", "inspection"),
        ncCode=coded("defect"),
        ncDescription="defect_text",
        reasonCode=coded("fault"),
        disposition="disposition",
        quantity="rejected",
        quantityReturned=pl.lit(0),
        returnType=pl.lit(None, pl.String),
        customerCode="code",
        vendorCode=pl.lit(None, pl.String),
        partNumber="number",
        jobNumber="job_no",
        lotNumber="lot_no",
        department="found_at",
        employeeCode="by",
        status=pl.lit("Closed"),
        comment=pl.lit(None, pl.String),
    )


def coded(name: str) -> pl.Expr:
    """A code that was written down only where somebody coded."""
    return pl.when(pl.col("is_coded") & (pl.col(name) != "")).then(pl.col(name))


def returns(books: Books) -> pl.DataFrame:
    """What customers sent back."""
    back = books.inspections.filter((pl.col("rejected") > 0) & (pl.col("found_at") == "customer"))
    return back.select(
        customerRMANumber=pl.lit("RMA") + pl.col("inspection").cast(pl.String).str.zfill(6),
        customerCode="code",
        receiveDate=at("on", "inspection"),
        reasonForReturn="defect_text",
        reasonCode=coded("defect"),
        quantityReturned="inspected",
        quantityGood=pl.col("inspected") - pl.col("rejected"),
        quantityToRework=pl.when(pl.col("disposition") == "rework").then("rejected").otherwise(0),
        partNumber="number",
        originalJobNumber="job_no",
        reworkJobNumber=pl.lit(None, pl.String),
        createCreditMemo=pl.col("disposition").is_in(["scrap", "return"]),
    )


def feedback(books: Books) -> pl.DataFrame:
    """Complaints that somebody wrote down: of every other return."""
    back = books.inspections.filter((pl.col("rejected") > 0) & (pl.col("found_at") == "customer"))
    return back.filter(pl.col("inspection") % 2 == 0).select(
        feedbackNumber=pl.lit("FB") + pl.col("inspection").cast(pl.String).str.zfill(6),
        feedbackDate=at("on", "inspection"),
        feedbackType=pl.lit("Complaint"),
        feedbackCode=pl.lit("QUALITY"),
        customerCode="code",
        comments=pl.lit("Customer called: ") + pl.col("defect_text"),
        resolution="disposition",
        status=pl.lit("Closed"),
    )


def part_master(world: World, books: Books) -> pl.DataFrame:
    """The part master: what was ordered of each part last, and at what price."""
    codes = books.customers.filter(~pl.col("is_second")).select("company", "code")
    last = (
        books.lines.sort("entered_on", "line")
        .group_by("part", maintain_order=True)
        .agg(
            lastJobNumber=pl.col("job_no").last(),
            lastJobDate=pl.col("entered_on").last(),
            lastJobPrice=pl.col("price").last(),
            lastJobQuantity=pl.col("quantity").last(),
        )
    )
    rows = world["part"].join(codes, on="company", how="left", maintain_order="left")
    rows = rows.join(last, on="part", how="left", maintain_order="left")
    return rows.select(
        "revision",
        "description",
        "lastJobNumber",
        "lastJobPrice",
        "lastJobQuantity",
        lastJobDate=day("lastJobDate"),
        partNumber="number",
        customerCode="code",
        alternatePartNumber=pl.lit(None, pl.String),
        drawingNumber=filled("spec_text"),
        productCode="process",
        partWeight=(pl.col("weight_kg") / KG_PER_LB).round(4),
        quantity1=pl.lit(1),
        price1="price",
        pricingUnit="basis",
        lockPrice=pl.lit(value=False),
        leadTime=pl.lit(5),
    )


def work_centers(world: World) -> pl.DataFrame:
    """Lines, tanks and ovens with the hours of a usual day; shifts are of eight hours."""
    hours = world["capacity"].filter(pl.col("hours_available") > 0).group_by("resource")
    usual = hours.agg(usual=pl.col("hours_available").median().round(2))
    open_days = world["capacity"].filter(pl.col("hours_available") > 0)
    weekend = open_days.group_by("resource").agg(saturday=(pl.col("on").dt.weekday() == 6).any())
    rows = world["resource"].join(usual, on="resource", how="left", maintain_order="left")
    rows = rows.join(weekend, on="resource", how="left", maintain_order="left")
    shift = [
        pl.when(pl.col("shifts") >= nth).then(8.0).otherwise(0.0).alias(f"hoursAvailableShift{nth}")
        for nth in (1, 2, 3)
    ]
    week = [
        pl.lit(value=True).alias(f"work{name}")
        for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    return rows.select(
        pl.col("name").alias("workCenter"),
        pl.col("family").alias("description"),
        pl.coalesce("usual", pl.col("shifts") * 8.0).alias("hoursAvailable"),
        *shift,
        pl.lit(1.0).alias("capacityFactor"),
        pl.lit(100.0).alias("utilizationPercent"),
        *week,
        pl.col("saturday").fill_null(value=False).alias("workSaturday"),
        pl.lit(value=False).alias("workSunday"),
        pl.lit(0).alias("queueTime"),
    )


def calendar(world: World) -> pl.DataFrame:
    """The hours of every work center on every day."""
    places = dict(world["resource"].select("resource", "name").rows())
    return world["capacity"].select(
        calendarType=pl.lit("WORKCENTER"),
        code=pl.col("resource").replace_strict(places, default=None, return_dtype=pl.String),
        date=day("on"),
        hoursAvailable="hours_available",
        capacityFactor=pl.lit(1.0),
    )
