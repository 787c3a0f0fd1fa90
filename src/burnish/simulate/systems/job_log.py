"""A small shop's spreadsheets: the job log of each year, the booth log, the log of rejects (DOMAIN 3.4, S).

They are typed by hand: days with day and month changed over, quantities in words, purchase orders left out,
rejects described and not coded. Half way somebody renamed two columns.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.booked import Books, booked
from burnish.simulate.systems.dirt import SWAPPED
from burnish.simulate.systems.reports import yearly
from burnish.simulate.systems.workbooks import Book
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SYSTEM, SOURCE = "job_log", "generic"
OLD_JOBS = (
    "Job #", "Date In", "Customer", "PO #", "Part No", "Description", "Color / Finish", "Qty", "UM",
    "Lbs", "Price", "Per", "Amount", "Due Date", "Ship Date", "Remarks",
)  # fmt: skip
RENAMED = {"Customer": "Customer Name", "Color / Finish": "Powder / Finish"}
LOTS = (
    "Job #", "Lot #", "Date Started", "Date Finished", "Customer", "Part No", "Booth", "Powder", "Qty",
    "Loads", "Hours", "Rework",
)  # fmt: skip
REJECTS = (
    "NCR #", "Date", "Job #", "Customer", "Part No", "Qty Insp", "Qty Rej", "Defect Code", "Description",
    "Found At", "Fault", "Disposition", "Insp By",
)  # fmt: skip
REMARKS = (
    "", "", "", "", "", "", "", "", "", "customer will pick up", "mask threads", "plug holes", "hang by slot",
    "see traveler", "call when done", "2 skids", "partial ok", "same as last time", "box came open",
    "sample on desk", "no paperwork with parts", "ship with previous job",
)  # fmt: skip
CAME = {"RST": "parts came in rusty", "WLD": "weld slag on parts", "OIL": "very oily", "ALY": "wrong alloy?"}
IN_WORDS = ("see slip", "1 skid", "2 tubs", "1 basket", "approx 200")
POUND_KG = 0.45359237


class JobLog:
    """The workbooks of one made-up shop."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan, self.spans = plan, yearly(plan)
        new = tuple(RENAMED.get(name, name) for name in OLD_JOBS)
        self.jobs = [
            Book(
                folder / f"Job Log {one.label}.xlsx",
                "Job Log",
                f"JOB LOG {one.label}",
                OLD_JOBS if one.is_old else new,
            )
            for one in self.spans
        ]
        self.lots = [
            Book(folder / f"Booth Log {one.label}.xlsx", "Booth Log", f"BOOTH LOG {one.label}", LOTS)
            for one in self.spans
        ]
        self.rejects = Book(folder / "NCR Log.xlsx", "NCR", "NON-CONFORMANCE LOG", REJECTS)

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        books = booked(world, SYSTEM)
        named = pl.concat([rows.select("company", "name") for rows in (books.lines, books.lots)])
        for company, name in named.unique().iter_rows():  # no list of customers: no job, no name
            truth.company(SOURCE, name, company)
        lines, jobs = job_rows(books, world)
        lots = lot_rows(books, world)
        for span, log, booth in zip(self.spans, self.jobs, self.lots, strict=True):
            log.write(jobs[at] for at in np.flatnonzero(lines.is_between(span.from_on, span.to_on)))
            booth.write(span.rows(lots, "finished").iter_rows())
        self.rejects.write(reject_rows(books).iter_rows())

    def close(self) -> None:
        """Finish the workbooks."""
        for book in (*self.jobs, *self.lots, self.rejects):
            book.close()


def job_rows(books: Books, world: World) -> tuple[pl.Series, list[tuple[object, ...]]]:
    """Rows of the job log by day of entry, and the day on which each order truly came."""
    rng = world.plan.stream("typed", SYSTEM)
    came = world["lot"].group_by("line").agg(came=pl.col("incoming").first())
    lines = books.lines.join(came, on="line", how="left", maintain_order="left")
    lines = lines.sort("entered_on", "order", "line_no")
    remarks = rng.choice(REMARKS, lines.height).tolist()
    said = zip(lines["is_rush"], lines["came"], remarks, strict=True)
    columns: dict[str, list[object]] = {
        name: lines[name].to_list()
        for name in ("job_no", "name", "po_no", "number", "description", "text", "price", "basis")
    }
    shipped = lines.select(pl.when(pl.col("shipped_on") <= world.plan.last).then("shipped_on"))
    pounds = (lines["weight_kg"] / POUND_KG).round(1)
    remark = ["RUSH" if rush else CAME.get(came, other) for rush, came, other in said]
    cells = (
        columns["job_no"], typed(lines["received_on"], rng), columns["name"],
        columns["po_no"], columns["number"], columns["description"], columns["text"],
        in_words(lines["quantity"], rng), ["EA"] * lines.height, pounds.to_list(), columns["price"],
        columns["basis"], lines["amount"].to_list(), typed(lines["due_on"], rng),
        shipped.to_series().to_list(), remark,
    )  # fmt: skip
    return lines["received_on"], list(zip(*cells, strict=True))


def typed(days: pl.Series, rng: np.random.Generator) -> list[object]:
    """Days as typed into cells: 3 % with day and month changed over, another day or, past the 12th, text."""
    swapped = (rng.random(days.len()) < SWAPPED).tolist()
    return [changed_over(day) if swap and day else day for day, swap in zip(days, swapped, strict=True)]


def changed_over(day: date) -> object:
    """A day whose month and day were typed the other way round."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else f"{day:%d/%m/%Y}"


def in_words(pieces: pl.Series, rng: np.random.Generator) -> list[object]:
    """Quantities, a few of them in words."""
    words = rng.choice(IN_WORDS, pieces.len()).tolist()
    worded = (rng.random(pieces.len()) < 0.002).tolist()
    return [word if say else count for count, word, say in zip(pieces, words, worded, strict=True)]


def lot_rows(books: Books, world: World) -> pl.DataFrame:
    """Rows of the booth log, by day finished."""
    places = world["resource"].select("resource", place="name")
    return (
        books.lots.join(places, on="resource", how="left")
        .filter(pl.col("finished_on").is_not_null())
        .sort("finished_on", "lot")
        .select(
            "job_no", "lot_no", "started_on", pl.col("finished_on").alias("finished"), "name", "number",
            "place", "material", "quantity", "loads", "hours",
            pl.when(pl.col("is_rework")).then(pl.lit("Y")).otherwise(pl.lit("")).alias("rework"),
        )
    )  # fmt: skip


def reject_rows(books: Books) -> pl.DataFrame:
    """Rows of the log of rejects; a quarter bear no code."""
    coded = pl.when(pl.col("is_coded")).then("defect").otherwise(pl.lit("")).alias("code_of_defect")
    return (
        books.inspections.filter(pl.col("rejected") > 0)
        .sort("on", "inspection")
        .select(
            pl.format("NCR-{}", "inspection"), "on", "job_no", "name", "number", "inspected", "rejected",
            coded, "defect_text", "found_at", "fault", "disposition", "by",
        )
    )  # fmt: skip
