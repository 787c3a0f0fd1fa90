"""A small world made by hand, regular as a clock: every table that the office's programs write down."""

from datetime import date, datetime, timedelta

import polars as pl

from burnish.simulate.plan import Plan, plan
from burnish.simulate.world import SCHEMAS, World, empty

FIRSTS = (
    "Quillgate",
    "Marrowton",
    "Otterback",
    "Thistlemere",
    "Peñaluz",
    "Fescuefield",
    "Larkhaven",
    "Sorrelstone",
)
TRADES = ("Machine Inc.", "Stampings LLC", "Fasteners Co.", "Brake Components", "Implement Corp.")
ENDS = ("North", "South", "East", "West", "Upper", "Lower", "Old", "New", "Great", "Little")


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a table of which only some columns are said."""
    missing = dict.fromkeys(SCHEMAS[name])
    return pl.DataFrame([missing | row for row in rows], schema=SCHEMAS[name], orient="row", strict=False)


def hand_made(customers: int = 25, *, each: int = 12, block: int = 0, of: Plan | None = None) -> World:
    """A year of `each` orders per customer, each with a line, a lot, an invoice and a payment."""
    made = (of or plan("S", seed=7, end_on=date(2026, 6, 30), years=1)).at_block(block)
    base = block * customers
    companies = list(range(base, base + customers))
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in SCHEMAS}
    for at in companies:
        a_company(rows, at)
        for count in range(each):
            an_order(
                rows, made, at, at * each + count, made.first + timedelta(days=(at % 7) + count * 350 // each)
            )
    shows(rows, companies, made)
    world = World(made, {name: empty(name) for name in SCHEMAS})
    return world.with_tables(
        **{name: table(name, each_rows) for name, each_rows in rows.items() if each_rows}
    )


def a_company(rows: dict[str, list[dict[str, object]]], at: int) -> None:
    """A customer with its first site and two people."""
    first = f"{ENDS[at // 8 % 10]} {FIRSTS[at % 8]}" if at >= 8 else FIRSTS[at]
    first += "" if at < 80 else f" {at}"
    name, domain = f"{first} {TRADES[at % 5]}", f"c{at}.example"
    where = {"street": f"{at + 1} Foundry Road", "city": "Eastmoor", "region": "WI", "postal_code": "53002"}
    rows["company"].append(
        {
            "company": at, "name": name, "dba": "" if at % 9 else f"{FIRSTS[at % 8]} Works {at}",
            "code": f"C{at:04}", "industry": "Machine shop", "phone": "(414) 555-0123", "domain": domain,
            "free_mail": False, "parent": at - 1 if at % 10 == 9 else None, "is_person": False, "rank": at,
            "terms": "Net 30", "terms_days": 30, "credit_limit": 5000.0, "process": "PC_STD",
            "starts_on": date(2025, 7, 1), "law": "regular", "per_week": 0.25, "lot_usd": 300.0, **where,
        }
    )  # fmt: skip
    rows["site"].append({"site": at, "company": at, "label": "Main", **where})
    for nth, role in enumerate(("buyer", "accounts payable")):
        person = at * 2 + nth
        given, family = ("Avery", "Blair")[nth], f"{FIRSTS[at % 8]}son"
        mail = f"{given}.{family}{at}@{domain}".lower()
        rows["person"].append(
            {
                "person": person,
                "given": given,
                "family": family,
                "private_mail": f"{given}{person}@freemail.example",
            }
        )
        rows["job"].append(
            {"person": person, "company": at, "role": role, "email": mail, "phone": "(414) 555-0144",
             "from_on": date(2020, 1, 1), "until_on": date(2026, 1, 31) if at % 8 == 3 else None}
        )  # fmt: skip
    rows["part"].append(
        {"part": at, "company": at, "number": f"{4000 + at}-1", "revision": "B", "description": "BRACKET LH",
         "process": "PC_STD", "process_text": "POWDER BLACK", "spec_text": "", "basis": "EA",
         "material": "PB-1", "price": 1.5, "minimum_usd": 75.0, "weight_kg": 0.4}
    )  # fmt: skip


def an_order(rows: dict[str, list[dict[str, object]]], made: Plan, at: int, key: int, on: date) -> None:
    """An order and all that follows from it."""
    amount, in_words = 150.0 + key % 97, f"{key:05}"
    done, paid = on + timedelta(days=6), on + timedelta(days=45 + at % 20)
    rows["order"].append(
        {"order": key, "company": at, "site": at, "order_no": in_words, "po_no": f"PO-{in_words}",
         "received_on": on,
         "entered_on": on, "due_on": on + timedelta(days=10), "is_blanket": False, "is_rush": key % 9 == 0,
         "person": at * 2}
    )  # fmt: skip
    rows["line"].append(
        {"line": key, "order": key, "line_no": 1, "part": at, "quantity": 100 + key % 97, "weight_kg": 40.0,
         "price": 1.5, "basis": "EA", "amount": amount, "at_minimum": False}
    )  # fmt: skip
    rows["lot"].append(
        {"lot": key, "line": key, "lot_no": f"L{in_words}", "resource": 0, "started_on": on,
         "finished_on": done, "quantity": 100 + key % 97,
         "loads": 2, "hours": 1.5, "material": "PB-1", "inspector": 0,
         "incoming": "", "is_rework": False}
    )  # fmt: skip
    rejected = 5 if key % 6 == 0 else 0
    rows["inspection"].append(
        {"inspection": key, "lot": key, "company": at, "on": done, "inspected": 100, "rejected": rejected,
         "defect": "ORANGE_PEEL" if rejected else "",
         "defect_text": "orange peel on face" if rejected else "", "found_at": "final",
         "fault": "shop", "disposition": "rework" if rejected else "", "inspector": 0,
         "is_coded": key % 12 != 0}
    )  # fmt: skip
    if done > made.last:
        return
    rows["shipment"].append(
        {"shipment": key, "lot": key, "order": key, "company": at, "packlist": f"P{in_words}", "on": done,
         "quantity": 100, "weight_kg": 40.0}
    )  # fmt: skip
    rows["invoice"].append(
        {"invoice": key, "number": str(10_000 + key), "company": at, "order": key, "on": done,
         "entered_on": done, "due_on": done + timedelta(days=30), "amount": amount}
    )  # fmt: skip
    if paid <= made.last:
        rows["payment"].append(
            {"payment": key, "check": key, "reference": f"5{in_words}", "invoice": key,
             "company": at, "on": paid, "entered_on": paid, "amount": amount}
        )  # fmt: skip
    if key % 40 == 0:
        rows["credit"].append(
            {"credit": key, "number": f"CM{in_words}", "company": at, "invoice": key,
             "on": done + timedelta(days=9), "amount": 25.0, "reason": "rejected parts"}
        )  # fmt: skip
    a_quote(rows, at, key, on)


def a_quote(rows: dict[str, list[dict[str, object]]], at: int, key: int, on: date) -> None:
    """A quote for every third order, a project for every sixth."""
    if key % 3:
        return
    outcome = ("won", "lost", "expired", "")[key // 3 % 4]
    answered = on + timedelta(days=14) if outcome else None
    rows["quote"].append(
        {"quote": key, "number": f"Q{key:05}", "line_no": 1, "company": at, "person": at * 2, "on": on,
         "part_number": f"{4000 + at}-1", "description": "BRACKET", "process": "PC_STD",
         "process_text": "POWDER BLACK", "quantity": 100, "price": 1.5, "amount": 150.0,
         "expires_on": on + timedelta(days=30), "outcome": outcome, "outcome_on": answered}
    )  # fmt: skip
    for stage, days in (("inquiry", 0), ("quoted", 10), ("won", 40)) if key % 6 == 0 else ():
        last = stage == "won"
        rows["project"].append(
            {"project": key, "company": at, "person": at * 2, "on": on, "title": f"Brackets {key}",
             "process": "PC_STD", "amount": 12_000.0, "stage": stage, "stage_on": on + timedelta(days=days),
             "closed_on": on + timedelta(days=40) if last else None, "outcome": "won" if last else ""}
        )  # fmt: skip


def shows(rows: dict[str, list[dict[str, object]]], companies: list[int], made: Plan) -> None:
    """The shop's own people and a trade show that every third customer attends."""
    rows["colleague"].append({"colleague": 0, "initials": "MK", "role": "sales", "from_on": made.first})
    on = made.first + timedelta(days=200)
    rows["show"].append(
        {"show": 0, "name": "FABTECH", "start_on": on, "end_on": on + timedelta(days=2), "city": "Chicago"}
    )
    for at in companies[::3]:
        rows["attendance"].append({"show": 0, "person": at * 2, "company": at, "on": on, "how": "badge"})
        rows["note"].append(
            {"note": at, "company": at, "person": at * 2, "colleague": 0, "topic": "PC_STD",
             "at": datetime(on.year, on.month, on.day, 15), "text": "Called about the black brackets."}
        )  # fmt: skip
