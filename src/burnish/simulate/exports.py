"""The made-up shop's lists as its programs would export them, each in another dialect, with a little dirt."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from burnish.simulate.customers import Customer
from burnish.simulate.money import Invoice
from burnish.simulate.orders import Line
from burnish.simulate.quotes import Quote

JOB_LOG = [
    "Receiver", "Date In", "Cust Code", "Customer", "Cust PO", "Part No.", "Description", "Process", "Qty",
    "UM", "Lbs", "Price", "Per", "Amount", "Due Date",
]  # fmt: skip


def write_orders(path: Path, lines: Sequence[Line], *, seed: int) -> Path:
    """The job log: comma, Windows-1252, CRLF, month/day/year, some dirty rows."""
    ordered = sorted(
        lines, key=lambda line: (line.order.received_on, line.order.customer.rank, line.order.count)
    )
    rows = [job_log_row(26_001 + place, line) for place, line in enumerate(ordered)]
    clean = [place for place, line in enumerate(ordered) if line.order.customer.story is None]
    dirty = soiled(rows, clean, np.random.default_rng([seed, 5]))
    return written(path, [JOB_LOG, *dirty], encoding="cp1252", line_end="\r\n")


def job_log_row(receiver: int, line: Line) -> list[str]:
    """One row of the job log, in the order of `JOB_LOG`. Bulk work of some customers is counted in pounds."""
    by_weight = line.part.basis == "LB"
    in_pounds = by_weight and line.order.customer.rank % 2 == 1
    return [
        f"R{receiver}",
        american(line.order.received_on),
        line.order.customer.code,
        line.order.customer.name,
        line.order.po,
        line.part.number,
        line.part.description,
        line.part.process,
        f"{line.pounds:.1f}" if in_pounds else str(line.quantity),
        "LBS" if in_pounds else "EA",
        f"{line.pounds:.1f}" if by_weight or receiver % 3 else "",
        f"{line.usd:.4f}",
        line.basis,
        f"{line.amount_usd:.2f}",
        american(line.order.due_on),
    ]


def soiled(rows: list[list[str]], clean: list[int], rng: np.random.Generator) -> list[list[str]]:
    """The rows with what tired people type: words for numbers, swapped dates, gaps, rows twice.

    `clean` are the places that may be touched. The rows given stay as they are.
    """
    soiled_rows = [list(row) for row in rows]
    words = (
        ("Qty", "1 skid"),
        ("Qty", "see slip"),
        ("Lbs", "N/A"),
        ("Lbs", "N/A"),
        ("Lbs", "tbd"),
        ("Price", "per quote"),
        ("Due Date", "ASAP"),
        ("Due Date", "N/A"),
        ("Date In", "see traveler"),
        ("Cust PO", "N/A"),
        ("Cust PO", "N/A"),
    )
    swappable = [place for place in clean if int(rows[place][1].split("/")[1]) > 12]
    swapped = rng.choice(swappable, size=2, replace=False).tolist()
    rest = [place for place in clean if place not in swapped]
    *touched, nobody, short, twice, thrice = rng.choice(rest, size=len(words) + 4, replace=False).tolist()
    for place in swapped:
        soiled_rows[place][1] = day_first(rows[place][1])
    for place, (column, text) in zip(touched, words, strict=True):
        soiled_rows[place][JOB_LOG.index(column)] = text
    soiled_rows[nobody][2:4] = ["", ""]
    del soiled_rows[short][-1]
    again = {twice: 2, thrice: 3}
    return [row for place, row in enumerate(soiled_rows) for _ in range(again.get(place, 1))]


def day_first(american_date: str) -> str:
    """A month/day/year date typed the other way round."""
    month, day, year = american_date.split("/")
    return f"{day}/{month}/{year}"


def write_invoices(path: Path, invoices: Iterable[Invoice]) -> Path:
    """The accounting list: tab, UTF-8, ISO dates; Paid Date is blank while open."""
    header = ["Invoice No", "Invoice Date", "Due Date", "Customer", "Amount", "Paid Date"]
    rows = (
        [
            str(one.number),
            one.invoiced_on.isoformat(),
            one.due_on.isoformat(),
            one.customer.name,
            f"{one.amount_usd:.2f}",
            one.paid_on.isoformat() if one.paid_on else "",
        ]
        for one in invoices
    )
    return written(path, [header, *rows], delimiter="\t")


def write_customers(path: Path, customers: Iterable[Customer]) -> Path:
    """The customer list with contacts: comma, UTF-8 with byte order mark."""
    header = ["Customer code", "Customer", "City", "State", "Terms", "Contact", "Email", "Phone", "Industry"]
    rows = (
        [
            one.code,
            one.name,
            one.city,
            one.state,
            one.terms,
            one.contact,
            one.email,
            one.phone,
            one.industry,
        ]
        for one in sorted(customers, key=lambda customer: customer.code)
    )
    return written(path, [header, *rows], encoding="utf-8-sig", line_end="\r\n")


def write_quotes(path: Path, quotes: Iterable[Quote]) -> Path:
    """The quote log: semicolon, UTF-8, month/day/year, totals as $1,234.50."""
    header = ["Quote No", "Date", "Customer", "Part No", "Process", "Qty", "Total"]
    header += ["Expires", "Outcome", "Decided"]
    rows = (
        [
            f"Q-{one.number}",
            american(one.quoted_on),
            one.customer.name,
            one.part_number,
            one.process,
            str(one.quantity),
            f"${one.total_usd:,.2f}",
            american(one.expires_on),
            one.outcome,
            american(one.decided_on) if one.decided_on else "",
        ]
        for one in quotes
    )
    return written(path, [header, *rows], delimiter=";")


def american(day: date) -> str:
    """Month/day/year without leading zeros, as spreadsheets write it."""
    return f"{day.month}/{day.day}/{day.year}"


def written(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
) -> Path:
    """Write the rows in one dialect and return the path."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return path
