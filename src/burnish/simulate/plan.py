"""What is to be made up: which shop, how long, how large, from which seed, and what is planted in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from burnish.errors import UsageError

SIZES = ("S", "M", "L")
USUAL_YEARS = {"S": 3, "M": 5, "L": 4}  # DOMAIN 3.4
ERPS = ("job_log", "jobboss", "jobboss_classic", "steelhead", "odoo", "erpnext")
USUAL_ERP = {"S": "job_log", "M": "jobboss", "L": "odoo"}
NULLS = (
    "regular", "poisson", "batchy", "blanket", "drift", "seasonal", "mixed", "common_shock", "late_entry",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One made-up shop. Equal plans give equal bytes.

    `scale` blocks of customers, each as large as the shop itself, are made one after the other; `block` is
    the one at hand, from 0. `null` names a family of shops in which nothing happens that means anything; then
    nothing is planted. `plant_rate` times the usual number of events is planted.
    """

    size: str
    seed: int
    first: date
    last: date
    scale: int = 1
    block: int = 0
    null: str = ""
    plant_rate: float = 1.0
    erp: str = "job_log"

    @property
    def days(self) -> np.ndarray:
        """Every calendar day, both ends included, as datetime64[D]."""
        return np.arange(np.datetime64(self.first), np.datetime64(self.last) + 1)

    def stream(self, *key: int | str) -> np.random.Generator:
        """Random numbers of their own for one purpose (and one customer) of one block."""
        numbers = [each if isinstance(each, int) else int.from_bytes(each.encode()[:16]) for each in key]
        return np.random.default_rng([self.seed, SIZES.index(self.size), self.block, *numbers])

    def at_block(self, block: int) -> Plan:
        """The same plan, another block of customers."""
        return replace(self, block=block)


def plan(
    size: str,
    *,
    seed: int,
    end_on: date,
    years: int | None = None,
    scale: int = 1,
    null: str = "",
    plant_rate: float = 1.0,
    erp: str | None = None,
) -> Plan:
    """A plan whose history ends on `end_on`. Raises UsageError for what cannot be made."""
    asked = (("size", size, SIZES), ("null family", null, ("", *NULLS)), ("ERP", erp, (None, *ERPS)))
    for what, given, known in asked:
        if given not in known:
            named = ", ".join(str(each) for each in known if each)
            raise UsageError(f"there is no {what} {given}", "simulate", f"Name one of {named}.")
    if seed < 0:
        raise UsageError(f"seed {seed} is below 0", "simulate", "Name 0 or more.")
    covered = USUAL_YEARS[size] if years is None else years
    if not 1 <= covered <= 20 or not 1 <= scale <= 1000 or not 0 <= plant_rate <= 100:
        raise UsageError(
            f"{covered} years, scale {scale}, plant rate {plant_rate:g} cannot be made",
            "simulate",
            "Stay within 1 to 20 years, scale 1 to 1000, plant rate 0 to 100.",
        )
    first = end_on - timedelta(days=round(365.25 * covered)) + timedelta(days=1)
    rate = 0.0 if null else plant_rate
    return Plan(size, seed, first, end_on, scale, 0, null, rate, erp or USUAL_ERP[size])
