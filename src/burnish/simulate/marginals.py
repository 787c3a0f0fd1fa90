"""How a made-up shop comes out beside what shops report: shares, rates and days with their known ranges.

Ranges and their sources are those of `docs/methods/simulation.md`: [V:...] a published figure, [G] general
knowledge. Blocks are measured one at a time; of several the mean is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from burnish.simulate.defects import COSMETIC as LOOKS
from burnish.simulate.defects import FOUND
from burnish.simulate.world import World

Range = tuple[float, float]
Measured = dict[str, float]


@dataclass(frozen=True)
class Marginal:
    """One measure of a shop: its value, the range in which such shops lie, where the range comes from."""

    measure: str
    value: float
    low: float
    high: float
    unit: str
    source: str

    @property
    def is_within(self) -> bool:
        """Whether the value lies in the range."""
        return self.low <= self.value <= self.high


# measure -> unit, source, range for S, M, L
RANGES: dict[str, tuple[str, str, Range, Range, Range]] = {
    "share of the largest customer": ("%", "[G]", (15, 35), (12, 25), (10, 20)),
    "share of the largest 5": ("%", "[G]", (45, 65), (35, 55), (30, 50)),
    "share of the largest 20": ("%", "[G]", (80, 90), (70, 85), (65, 80)),
    "revenue a year": ("$", "[G]", (1.3e6, 1.9e6), (5.3e6, 7.8e6), (11e6, 17e6)),
    "orders a month": ("orders", "[G]", (240, 360), (1200, 1800), (1040, 1560)),
    "lots a month": ("lots", "[G]", (336, 504), (1760, 2640), (2080, 3120)),
    "customers of the last 12 months": ("customers", "[V:PF15] [G]", (112, 168), (288, 432), (192, 288)),
    "customers lost a year": ("%", "[G]", (10, 20), (8, 15), (6, 12)),
    "part numbers of the last 12 months": ("parts", "[G]", (500, 5000), (2000, 15000), (3000, 20000)),
    "part numbers ordered once": ("%", "[G]", (30, 60), (30, 60), (30, 60)),
    "lots at the minimum charge": ("%", "[G]", (15, 30), (20, 40), (25, 45)),
    "revenue at the minimum charge": ("%", "[G]", (3, 14), (5, 12), (4, 14)),
    "median lot": ("$", "[G]", (250, 700), (180, 400), (150, 350)),
    "lead time": ("days", "[V:PF15]", (5.0, 12.0), (5.0, 12.0), (5.0, 14.0)),
    "capacity in use": ("%", "[V:PF15]", (50, 95), (50, 95), (50, 95)),
    "on-time delivery": ("%", "[G]", (85, 97), (80, 97), (80, 95)),
    "lots reworked": ("%", "[G]", (3, 10), (2, 6), (2, 5)),
    "lots returned by customers": ("%", "[G]", (0.5, 2), (0.3, 1.5), (0.3, 1)),
    "cosmetic share of rejects": ("%", "[G]", (75, 92), (50, 70), (45, 65)),
    "incoming condition's share of rejects": ("%", "[G]", (15, 30), (15, 35), (10, 20)),
    "rejects with free text only": ("%", "[G]", (20, 30), (20, 30), (20, 30)),
    "days to pay": ("days", "[G]", (35, 50), (42, 55), (45, 65)),
    "customers' median days past due": ("days", "[G]", (4, 12), (5, 12), (5, 12)),
    "days past due, 9 of 10 customers below": ("days", "[G]", (10, 40), (12, 40), (12, 45)),
    "bad debt": ("%", "[G]", (0.1, 0.8), (0.1, 0.5), (0.1, 0.3)),
    "quoted lines a week": ("lines", "[G]", (10, 40), (10, 60), (15, 80)),
    "quoted lines won": ("%", "[G]", (30, 55), (35, 60), (25, 45)),
    "addresses mailed": ("addresses", "[G]", (150, 1500), (300, 3000), (300, 3000)),
    "opens per send": ("%", "[G]", (25, 40), (25, 40), (25, 40)),
    "clicks per send": ("%", "[G]", (1.5, 4), (1.5, 4), (1.5, 4)),
    "unsubscribes per send": ("%", "[G]", (0.1, 0.4), (0.1, 0.4), (0.1, 0.4)),
    "bounces per send": ("%", "[G]", (0.5, 3), (0.5, 3), (0.5, 3)),
}  # fmt: skip


def marginals(worlds: Iterable[World]) -> list[Marginal]:
    """What came out of the worlds, which are looked at one after the other and let go."""
    found: dict[str, list[float]] = {}
    size = 0
    for world in worlds:
        size = "SML".index(world.plan.size)
        for measure, value in measured(world).items():
            found.setdefault(measure, []).append(value)
    return [
        Marginal(measure, round(float(np.mean(found[measure])), 4), *ranges[size], unit, source)
        for measure, (unit, source, *ranges) in RANGES.items()
        if measure in found
    ]


def measured(world: World) -> Measured:
    """Every measure that the world's tables allow."""
    values: Measured = {}
    for part in (of_customers, of_lots, of_rejects, of_money, of_quotes, of_mail):
        values |= part(world)
    return {measure: value for measure, value in values.items() if np.isfinite(value)}


def share(part: float, whole: float) -> float:
    """Per cent; not a number where there is nothing."""
    return 100.0 * part / whole if whole else float("nan")


def years(world: World) -> float:
    """The length of the history in years."""
    return len(world.plan.days) / 365.25


def of_customers(world: World) -> Measured:
    """Concentration over the last twelve months, turnover of customers and parts, the minimum charge."""
    lines = world["line"].join(world["order"].select("order", "company", "received_on"), on="order")
    if lines.is_empty():
        return {}
    lately = lines.filter(pl.col("received_on") > world.plan.last - timedelta(days=365))
    amounts = lately.group_by("company").agg(pl.sum("amount")).sort("amount", descending=True)["amount"]
    total, orders = float(lines["amount"].sum()), world["order"]
    ordered = lines.group_by("part").len()["len"]
    return {
        "share of the largest customer": share(float(amounts[:1].sum()), float(amounts.sum())),
        "share of the largest 5": share(float(amounts[:5].sum()), float(amounts.sum())),
        "share of the largest 20": share(float(amounts[:20].sum()), float(amounts.sum())),
        "revenue a year": total / years(world),
        "orders a month": len(orders) / years(world) / 12,
        "customers of the last 12 months": float(lately["company"].n_unique()),
        "customers lost a year": lost_a_year(orders, world),
        "part numbers of the last 12 months": float(lately["part"].n_unique()),
        "part numbers ordered once": share(int((ordered == 1).sum()), len(ordered)),
        "lots at the minimum charge": share(int(lines["at_minimum"].sum()), len(lines)),
        "revenue at the minimum charge": share(float(lines.filter("at_minimum")["amount"].sum()), total),
        "median lot": float(lines["amount"].median() or 0),  # type: ignore[arg-type]
    }


def lost_a_year(orders: pl.DataFrame, world: World) -> float:
    """Customers of one twelvemonth that order nothing in the next, whoever came once left out."""
    back = (pl.lit(world.plan.last) - pl.col("received_on")).dt.total_days() // 365
    often = orders.group_by("company").len().filter(pl.col("len") > 1)["company"].implode()
    seen = orders.filter(pl.col("company").is_in(often)).select("company", year=back).unique()
    earlier = seen.filter(pl.col("year") > 0, pl.col("year") < int(years(world)))
    stayed = earlier.join(seen.with_columns(year=pl.col("year") + 1), on=["company", "year"], how="semi")
    return share(len(earlier) - len(stayed), len(earlier))


def of_lots(world: World) -> Measured:
    """The floor: lots, lead time, on-time delivery, capacity."""
    lots, shipments = world["lot"].filter(~pl.col("is_rework")), world["shipment"]
    if shipments.is_empty():
        return {}
    sent = shipments.join(world["order"].select("order", "received_on", "due_on"), on="order")
    lead = (pl.col("on") - pl.col("received_on")).dt.total_days()
    last = float(world["capacity"]["hours_available"].sum())
    return {
        "lots a month": len(lots) / years(world) / 12,
        "lead time": float(sent.select(lead.mean()).item()),
        "capacity in use": share(float(lots.drop_nulls("finished_on")["hours"].sum()), last),
        "on-time delivery": share(sent.filter(pl.col("on") <= pl.col("due_on")).height, len(sent)),
    }


def of_rejects(world: World) -> Measured:
    """Rejects, rework and returns per lot shipped."""
    lots = world["lot"].drop_nulls("finished_on")
    first = lots.filter(~pl.col("is_rework")).height
    found = world["inspection"].filter(pl.col("rejected") > 0)
    own = found.filter(
        ~pl.col("defect").is_in(["RST", "WLD", "OIL", "ALY"]), pl.col("found_at") != "customer"
    )
    shops = found.filter(pl.col("found_at") != "customer")
    return {
        "lots reworked": share(lots.filter("is_rework").height, first),
        "lots returned by customers": share(found.filter(found_at="customer").height, first),
        "cosmetic share of rejects": share(own.filter(pl.col("defect").is_in(COSMETIC)).height, len(own)),
        "incoming condition's share of rejects": share(len(shops) - len(own), len(shops)),
        "rejects with free text only": share(found.filter(~pl.col("is_coded")).height, len(found)),
    }


COSMETIC = [each.code for defects in FOUND.values() for each in defects if each.kind == LOOKS]


def of_money(world: World) -> Measured:
    """How customers pay."""
    invoices = world["invoice"]
    if invoices.is_empty():
        return {}
    paid = world["payment"].select("invoice", paid_on="on", paid="amount").join(
        invoices.select("invoice", "company", "on", "due_on"), on="invoice"
    )  # fmt: skip
    days = (pl.col("paid_on") - pl.col("on")).dt.total_days()
    beyond = (pl.col("paid_on") - pl.col("due_on")).dt.total_days()
    each = (
        paid.group_by("company")
        .agg(beyond=beyond.median(), many=pl.len())
        .filter(pl.col("many") >= 5)["beyond"]
    )
    lost = world["credit"].filter(reason="bad debt")["amount"].sum()
    settled = invoices.filter(pl.col("due_on") < world.plan.last - timedelta(days=180))
    return {
        "days to pay": float(
            paid.select((days * pl.col("paid")).sum() / pl.col("paid").sum()).item() or np.nan
        ),
        "customers' median days past due": quantile(each, 0.5),
        "days past due, 9 of 10 customers below": quantile(each, 0.9),
        "bad debt": share(float(lost), float(settled["amount"].sum())),
    }


def quantile(values: pl.Series, at: float) -> float:
    """A quantile; not a number of nothing."""
    found = values.quantile(at, "linear")
    return float("nan") if found is None else float(found)


def of_quotes(world: World) -> Measured:
    """Quotes by line; one quoted at several quantities counts once."""
    lines = world["quote"].unique(["number", "line_no"], maintain_order=True)
    ended = lines.filter(pl.col("outcome") != "")
    return {
        "quoted lines a week": len(lines) / (len(world.plan.days) / 7) if len(lines) else float("nan"),
        "quoted lines won": share(ended.filter(outcome="won").height, len(ended)),
    }


def of_mail(world: World) -> Measured:
    """What happens to a mailing, per address that it went to; who opens it twice counts once."""
    mail = world.tables.get("mail")
    if mail is None or mail.is_empty():
        return {}
    told = mail.unique(["campaign", "person", "act"])
    many = dict(told.group_by("act").len().iter_rows())
    sent = told.filter(pl.col("act").is_in(["delivered", "bounce"])).unique(["campaign", "person"]).height
    acts = {"opens": "open", "clicks": "click", "unsubscribes": "unsubscribe", "bounces": "bounce"}
    rates = {f"{plural} per send": share(many.get(act, 0), sent) for plural, act in acts.items()}
    return rates | {"addresses mailed": float(mail["person"].n_unique())}
