"""What an accounting program has booked: invoices, checks and what each check paid, under its own names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from burnish.simulate.systems.dirt import called, listed_mail, named, with_jobs
from burnish.simulate.systems.reports import in_cents
from burnish.simulate.world import World


@dataclass(frozen=True)
class Ledger:
    """One block as an accounting program knows it on the last day; money in whole cents.

    `parties`: as `dirt.called`. `invoices`: the world's, with name (Customer:Job), code, party, po_no, cents,
    paid_on, left. `paid`: the world's payments with name, number (of the invoice), cents. `credits` likewise.
    """

    parties: pl.DataFrame
    invoices: pl.DataFrame
    paid: pl.DataFrame
    credits: pl.DataFrame

    @classmethod
    def of(cls, world: World, system: str) -> Ledger:
        """What a program has booked by the plan's last day."""
        last, plan = world.plan.last, world.plan
        parties = called(world, system)
        own = world["invoice"].filter((pl.col("entered_on") <= last) & (pl.col("on") <= last))
        own = named(own, parties, plan.stream("booked", system), on="on")
        own = with_jobs(own, plan.stream("jobs", system)).with_columns(cents=in_cents("amount"))
        whose = own.select("invoice", "name", "number")
        paid = world["payment"].filter((pl.col("on") <= last) & (pl.col("entered_on") <= last))
        paid = paid.join(whose, on="invoice", maintain_order="left").with_columns(cents=in_cents("amount"))
        credits = world["credit"].filter(pl.col("on") <= last).rename({"number": "credit_no"})
        credits = credits.join(whose, on="invoice", maintain_order="left").with_columns(
            cents=in_cents("amount")
        )
        orders = world["order"].select("order", "po_no")
        own = own.join(orders, on="order", how="left", maintain_order="left")
        own = own.join(settled(own, paid), on="invoice", how="left", maintain_order="left")
        left = pl.col("cents") - pl.col("paid_cents").fill_null(0)
        own = own.with_columns(pl.col("po_no").fill_null(""), left=left)
        return cls(parties, own, paid, credits)

    def checks(self) -> pl.DataFrame:
        """One row per check and customer: check, name, on, entered_on, reference, cents."""
        return self.paid.group_by("check", "name", maintain_order=True).agg(
            pl.col("on", "entered_on", "reference").first(), pl.col("cents").sum()
        )


def settled(invoices: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """One row per invoice that got money: invoice, paid_cents, paid_on (the day that settled it, if any)."""
    so_far = paid.sort("invoice", "on", "payment").with_columns(
        so_far=pl.col("cents").cum_sum().over("invoice")
    )
    met = so_far.join(invoices.select("invoice", owed="cents"), on="invoice")
    enough = pl.col("on").filter(pl.col("so_far") >= pl.col("owed"))
    return met.group_by("invoice").agg(paid_cents=pl.col("cents").sum(), paid_on=enough.min())


def open_on(invoices: pl.DataFrame, day: date) -> pl.DataFrame:
    """The invoices not settled on a day, with `late`, days past due then, and `left`, what was open."""
    is_open = pl.col("paid_on").is_null() | (pl.col("paid_on") > day)
    entered = (pl.col("on") <= day) & (pl.col("entered_on") <= day)
    late = (pl.lit(day, pl.Date) - pl.col("due_on")).dt.total_days()
    left = pl.when(pl.col("paid_on") > day).then("cents").otherwise("left")
    return invoices.filter(entered & is_open).with_columns(late=late, left=left)


def payers(world: World, system: str) -> pl.DataFrame:
    """The person whom the office writes to, one per company: company, person, given, family, mail, phone."""
    last, jobs = world.plan.last, world["job"]
    now = jobs.filter(pl.col("until_on").is_null() | (pl.col("until_on") > last))
    mailed = listed_mail(now, world, world.plan.stream("contacts", system))
    ranked = mailed.with_columns(pays=pl.col("role") == "accounts payable").sort(
        "company", "pays", "person", descending=[False, True, False]
    )
    one = ranked.unique("company", keep="first", maintain_order=True)
    names = world["person"].select("person", "given", "family")
    return one.join(names, on="person", maintain_order="left").select(
        "company", "person", "given", "family", pl.col("mail", "phone").fill_null("")
    )
