"""Small worlds made by hand, up to what is ordered: for tests of what follows from it."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.plan import plan as planned
from burnish.simulate.world import SCHEMAS, World, empty

END_ON = date(2026, 11, 20)


def ordered(
    size: str = "S", *, years: int = 1, companies: int = 30, per_week: float = 2.0, seed: int = 3, **more: str
) -> World:
    """Customers 1 to `companies`, each with five parts, two of each process, ordering evenly at random."""
    plan = planned(size, seed=seed, end_on=END_ON, years=years, **more)
    each = [company(number, plan) for number in range(1, companies + 1)]
    world = World(plan, {name: empty(name) for name in SCHEMAS})
    world = world.with_tables(
        company=rows("company", each),
        colleague=rows("colleague", [inspector(number, plan) for number in range(1, 5)]),
        person=rows("person", [{"person": number} for number in range(1, companies + 1)]),
        job=rows("job", [job(number, plan) for number in range(1, companies + 1)]),
        part=rows("part", [part(number, at, plan) for number in range(1, companies + 1) for at in range(5)]),
    )
    drawn = [one for number in range(1, companies + 1) for one in orders(number, plan, per_week)]
    numbered = [one | {"order": at + 1, "order_no": str(10_001 + at)} for at, one in enumerate(drawn)]
    lines = [line(one["order"], one["company"], one["at"]) for one in numbered]
    return world.with_tables(order=rows("order", numbered), line=rows("line", lines))


def rows(name: str, given: list[dict]) -> pl.DataFrame:
    """A table from rows that need not name every column."""
    return pl.DataFrame(given, schema=SCHEMAS[name]) if given else empty(name)


def company(number: int, plan: Plan) -> dict:
    return {
        "company": number, "name": f"Customer {number}", "code": f"C{number:03d}", "rank": number,
        "terms": "Net 30", "terms_days": 30, "law": "poisson", "per_week": 2.0, "lot_usd": 300.0,
        "starts_on": plan.first - timedelta(days=900), "is_person": False, "process": "ZN_RACK",
        "industry": "Hardware", "season": "flat", "free_mail": False,
    }  # fmt: skip


def inspector(number: int, plan: Plan) -> dict:
    return {
        "colleague": number, "initials": f"Q{number}", "role": "inspector", "from_on": plan.first,
        "rotates": number % 2 == 0,
    }  # fmt: skip


def job(number: int, plan: Plan) -> dict:
    return {"person": number, "company": number, "role": "buyer", "from_on": plan.first - timedelta(days=900)}


def part(number: int, at: int, plan: Plan) -> dict:
    process = ("ZN_RACK", "ZN_BARREL", "ZN_RACK", "ZNNI", "POWD")[at]
    return {
        "part": number * 10 + at, "company": number, "number": f"{number:04d}-{at:03d}", "process": process,
        "process_text": process.replace("_", " "), "description": "BRACKET", "per_load": 50, "price": 1.5,
        "basis": "EA", "minimum_usd": 80.0, "material": "bath", "supplier": "Pavco", "weight_kg": 0.2,
        "first_on": plan.first - timedelta(days=900) if at < 4 else plan.first + timedelta(days=100),
    }  # fmt: skip


def orders(number: int, plan: Plan, per_week: float) -> list[dict]:
    rng = np.random.default_rng([plan.seed, number])
    days = (plan.last - plan.first).days
    received = np.sort(rng.integers(0, days, rng.poisson(per_week * days / 7)))
    return [
        {
            "company": number, "received_on": plan.first + timedelta(days=int(day)),
            "entered_on": plan.first + timedelta(days=int(day)),
            "due_on": plan.first + timedelta(days=int(day) + 10),
            "is_rush": False, "is_blanket": False, "at": int(rng.integers(5)), "person": number,
        }
        for day in received
    ]  # fmt: skip


def line(order: int, company: int, at: int) -> dict:
    quantity = 100 + 20 * (order % 7)
    return {
        "line": order, "order": order, "line_no": 1, "part": company * 10 + at, "quantity": quantity,
        "weight_kg": 0.2 * quantity, "price": 1.5, "basis": "EA", "amount": 1.5 * quantity,
        "at_minimum": False,
    }  # fmt: skip


def event(kind: str, company: int, t0: date, size: float, **more: object) -> dict:
    """An event with full effect four weeks after its onset."""
    days = {"t0": t0, "t50": t0 + timedelta(14), "t1": t0 + timedelta(28)}
    return {
        "event": 1, "kind": kind, "company": company, "subject": "", "outcome": "", "size": size, "unit": "",
        "nats": 0.0, "is_sudden": False, "why": "", **days, **more,
    }  # fmt: skip


def lookalike(explanation: str, company: int | None, from_on: date, until_on: date) -> dict:
    return {
        "lookalike": 1, "company": company, "looks_like": "later_payment", "from_on": from_on,
        "until_on": until_on, "explanation": explanation, "why": "",
    }  # fmt: skip
