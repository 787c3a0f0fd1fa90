"""Made-up shops in which some customers get into trouble: orders fall and payments slow down together.

Orders fall by leaving out a growing share of those that would have come, payments slow by days added to
each invoice, over some weeks from an onset of the customer's own. Look-alikes have only one of the two.
Nothing here is drawn by a formula that a detector uses; habits are those of null_shops and null_ledgers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import null_ledgers
import null_shops
import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
WEEKS, ONSETS_FROM = 260, 140
MEDIAN_PER_WEEK, SPREAD = 0.6, 0.9
SHARES = {"both": 0.25, "orders": 0.15, "payments": 0.15, "none": 0.45}
YEARLY = {"both": 6 / 350, "orders": 12 / 350, "payments": 12 / 350}  # of all customers, in a usual book


@dataclass(frozen=True)
class Trouble:
    """What happens to one customer, in days from the shop's first: `keeps` of its orders, `slower` days."""

    kind: str
    onset: int
    orders_ramp: int
    keeps: float
    payments_onset: int
    payments_ramp: int
    slower: float
    ends: int

    def kept(self, day: Days) -> Floats:
        """Share of the orders of a day that still come."""
        if self.kind not in ("both", "orders"):
            return np.ones(len(day))
        return 1.0 - (1.0 - self.keeps) * ramp(day, self.onset, self.orders_ramp, self.ends)

    def added(self, day: Days) -> Floats:
        """Days by which an invoice ready for payment on a day waits longer."""
        if self.kind not in ("both", "payments"):
            return np.zeros(len(day))
        return self.slower * ramp(day, self.payments_onset, self.payments_ramp, self.ends)


@dataclass(frozen=True)
class Made:
    """One shop. `ledger` and the onsets in `truth` (customer_id, kind, onset) are in days from its first."""

    releases: pl.DataFrame
    ledger: pl.DataFrame
    truth: pl.DataFrame


def ramp(day: Days, onset: int, length: int, ends: int) -> Floats:
    """0 before the onset, 1 once the ramp is over, 0 again after the end."""
    rising = np.clip((day - onset) / length, 0.0, 1.0)
    return np.where(day < ends, rising, 0.0)


def trouble(draws: np.random.Generator, kind: str) -> Trouble:
    """A wide choice of depths and speeds; a quarter is sudden, a third ends well within two years."""
    onset = int(7 * draws.uniform(ONSETS_FROM, WEEKS - 13))
    sudden = draws.random() < 0.25
    weeks = draws.uniform(1, 3) if sudden else draws.uniform(4, 30)
    lasts = draws.uniform(26, 104) if draws.random() < 0.33 else 2.0 * WEEKS
    return Trouble(
        kind=kind,
        onset=onset,
        orders_ramp=int(7 * weeks),
        keeps=float(draws.choice([0.0, draws.uniform(0.1, 0.75)], p=[0.25, 0.75])),
        payments_onset=onset + int(7 * draws.uniform(-12, 8)),
        payments_ramp=int(7 * draws.uniform(1, 26)),
        slower=float(draws.lognormal(2.7, 0.6)),
        ends=onset + int(7 * lasts),
    )


def shop(*, seed: int, customers: int = 200, shares: dict[str, float] | None = None) -> Made:
    """A shop of five years; onsets lie in the last 120 weeks."""
    shares = SHARES if shares is None else shares
    draws = np.random.default_rng([seed, 404])
    kinds = draws.choice(list(shares), customers, p=list(shares.values()))
    rate = np.exp(np.log(MEDIAN_PER_WEEK) + SPREAD * draws.standard_normal(customers))
    made = [of_customer(draws, str(kinds[n]), float(7 / rate[n]), f"C{n:04d}") for n in range(customers)]
    releases, ledgers, truth = zip(*made, strict=True)
    return Made(pl.concat(releases), pl.concat(ledgers), pl.concat(truth))


def of_customer(
    draws: np.random.Generator, kind: str, usual: float, name: str
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Releases, invoices and the truth of one customer."""
    habits = list(null_shops.FAMILIES.values())
    told = trouble(draws, kind)
    days = 7 * WEEKS
    at = np.unique(habits[int(draws.integers(len(habits)))](draws, max(usual, 1.6), days).astype(np.int64))
    at = at[draws.random(len(at)) < told.kept(at)]
    releases = pl.DataFrame({"customer_id": [name] * len(at), "at": at}, schema_overrides={"at": pl.Int64})
    truth = pl.DataFrame({"customer_id": [name], "kind": [kind], "onset": [told.onset]})
    return dated(releases), ledger(draws, told, at, name), truth


def dated(releases: pl.DataFrame) -> pl.DataFrame:
    """Releases by their days."""
    day = pl.lit(null_shops.FIRST_DAY) + pl.duration(days=pl.col("at"))
    return releases.select("customer_id", release_on=day, blanket_lines=pl.lit(0, pl.Int64))


def ledger(draws: np.random.Generator, told: Trouble, ordered: Days, name: str) -> pl.DataFrame:
    """The invoices of a customer's orders, each shipped a week or two later; columns of null_ledgers."""
    who = null_ledgers.payer(draws, batchy=bool(draws.random() < 0.2))
    size = len(ordered)
    invoiced = ordered + draws.integers(4, 15, size)
    due = invoiced + who.terms
    lateness = who.usual + who.spread * null_ledgers.skewed(draws, size)
    ready = due + np.round(lateness).astype(np.int64)
    ready = np.maximum(ready + np.round(told.added(ready)).astype(np.int64), invoiced + 1)
    return pl.DataFrame(
        {
            "customer_id": [name] * size,
            "invoiced_at": invoiced,
            "due_at": due,
            "paid_at": who.rhythm(ready),
            "cents": np.round(100 * draws.lognormal(6.5, 1.0, size)).astype(np.int64) + 100,
        }
    )


def day_at(week: int) -> date:
    """The Sunday that ends a week of the shop."""
    return null_shops.FIRST_DAY + timedelta(days=7 * week - 1)
