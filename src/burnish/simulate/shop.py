"""The demo shop: a small plater's office with four exports, and the truth kept beside them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from burnish.simulate.customers import customers
from burnish.simulate.days import span
from burnish.simulate.exports import write_customers, write_invoices, write_orders, write_quotes
from burnish.simulate.money import invoices
from burnish.simulate.orders import Line, order_lines
from burnish.simulate.quotes import quotes


def demo_shop(folder: Path, *, seed: int = 1, end_on: date, years: int = 3) -> list[Path]:
    """Write the exports of a made-up plater with 120 customers into `folder` and return their paths.

    `years` of history end on `end_on`; what was planted needs at least two to be visible. Equal
    arguments give equal bytes. The truth goes to `truth_beside(folder)`, never among the exports.
    """
    folder.mkdir(parents=True, exist_ok=True)
    covered = span(end_on, years)
    everybody = customers(seed, covered)
    lines = [line for customer in everybody for line in order_lines(customer, covered, seed)]
    truth_beside(folder).write_text(json.dumps(truth(lines), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return [
        write_customers(folder / "customers.csv", everybody),
        write_orders(folder / "orders.csv", lines, seed=seed),
        write_invoices(folder / "invoices.tsv", invoices(lines, seed=seed, end_on=end_on)),
        write_quotes(folder / "quotes.csv", quotes(everybody, covered, seed)),
    ]


def truth_beside(folder: Path) -> Path:
    """Where the truth about the exports in `folder` stands: next to the folder, under its name."""
    return folder.with_name(f"{folder.name}.truth.json")


def truth(lines: list[Line]) -> dict[str, list[dict[str, str]]]:
    """Who stopped (quiet: judgeable, lost: small), is in trouble (tough), or only looks so (innocent)."""
    last = {line.order.customer: line.order.received_on for line in lines}
    told: dict[str, list[dict[str, str]]] = {"quiet": [], "tough": [], "lost": [], "innocent": []}
    for customer, last_order_on in last.items():
        if customer.story:
            told[customer.story.kind].append(
                {
                    "code": customer.code,
                    "name": customer.name,
                    "last_order_on": last_order_on.isoformat(),
                    "why": customer.story.why,
                }
            )
    return told
