"""Whom a sales program knows: accounts, contacts and deals, with its duplicates and outdated entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from burnish.simulate.systems.booked import TITLES
from burnish.simulate.systems.dirt import called, listed_mail
from burnish.simulate.world import World

KNOWN = 0.9  # of the companies somebody entered
STALE = 0.5  # of those who changed jobs still stand at the old one
AGAIN = 0.02  # of the people stand there twice, the second time by their private address
LONG_AGO = date(2012, 1, 2)


@dataclass(frozen=True)
class Crm:
    """One block as a sales program knows it.

    `accounts`: a row per record, with `account` (a number), name, kind, created_on and the company's columns.
    `contacts`: a row per record, with `contact`, `account` and `account_name` (null where nobody linked one),
    person, given, family, mail, title, created_on, opted_out. `deals`: a row per project at its latest stage.
    """

    accounts: pl.DataFrame
    contacts: pl.DataFrame
    deals: pl.DataFrame


def crm(world: World, system: str) -> Crm:
    """What a sales program knows of one block on the plan's last day."""
    accounts = accounts_of(world, system)
    main = accounts.filter(pl.col("party") == 0).select("company", "account", account_name="name")
    contacts = contacts_of(world, main, system)
    return Crm(accounts, contacts, deals_of(world, main, contacts))


def accounts_of(world: World, system: str) -> pl.DataFrame:
    """The records of companies; those who left long ago, and a tenth of the others, were never entered."""
    plan, about = world.plan, world["company"].drop("name", "code")
    rng = plan.stream("accounts", system)
    recent = pl.col("ends_on").is_null() | (pl.col("ends_on") >= plan.first)
    entered = about.filter(recent & pl.Series(rng.random(about.height) < KNOWN))
    rows = called(world, system).join(entered, on="company", maintain_order="left")
    after = pl.Series(rng.integers(0, 30, rows.height))
    began = pl.max_horizontal("starts_on", pl.lit(LONG_AGO)) + pl.duration(days=pl.lit(after))
    return rows.with_columns(
        account=pl.col("company") * 10 + pl.col("party"),
        created_on=pl.min_horizontal(began, pl.lit(plan.last)),
    ).sort("account")


def contacts_of(world: World, main: pl.DataFrame, system: str) -> pl.DataFrame:
    """People by record; who changed jobs may stand at the old one, at the new one or at both."""
    plan = world.plan
    rng = plan.stream("people", system)
    jobs = listed_mail(world["job"], world, rng).filter(pl.col("from_on") <= plan.last)
    jobs = jobs.with_columns(nth=pl.int_range(0, pl.len()).over("person"))
    kept = (
        pl.col("until_on").is_null()
        | (pl.col("until_on") > plan.last)
        | pl.Series(rng.random(jobs.height) < STALE)
    )
    jobs = jobs.filter(kept).join(main, on="company", maintain_order="left")
    twice = jobs.filter(pl.Series(rng.random(jobs.height) < AGAIN)).join(
        world["person"].select("person", "private_mail"), on="person", maintain_order="left"
    )
    twice = twice.filter(pl.col("private_mail").fill_null("") != "").with_columns(
        nth=pl.col("nth") + 5,
        mail="private_mail",
        account=pl.lit(None, pl.Int64),
        account_name=pl.lit(None, pl.String),
    )
    rows = pl.concat([jobs, twice.select(jobs.columns)])
    after = pl.Series(rng.integers(0, 60, rows.height))
    created = pl.max_horizontal("from_on", pl.lit(LONG_AGO)) + pl.duration(days=pl.lit(after))
    names = world["person"].select("person", "given", "family")
    rows = rows.join(names, on="person", maintain_order="left").join(
        opted_out(world), on="person", how="left", maintain_order="left"
    )
    return rows.with_columns(
        contact=pl.col("person") * 10 + pl.col("nth"),
        title=pl.col("role").replace_strict(TITLES, default=pl.col("role")),
        created_on=pl.min_horizontal(created, pl.lit(plan.last)),
        opted_out=pl.col("opted_out").fill_null(value=False),
    ).sort("contact")


def opted_out(world: World) -> pl.DataFrame:
    """Who takes no mailings any more: person, opted_out."""
    said = world["consent"].filter(pl.col("purpose").str.starts_with("marketing"))
    latest = said.sort("at").unique("person", keep="last", maintain_order=True)
    return latest.select("person", opted_out=pl.col("state").is_in(["withdrawn", "denied"]))


def deals_of(world: World, main: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Projects at their latest stage so far, with account and contact."""
    last = world.plan.last
    so_far = world["project"].filter((pl.col("on") <= last) & (pl.col("stage_on") <= last))
    latest = so_far.unique("project", keep="last", maintain_order=True)
    is_closed = pl.col("closed_on") <= last
    latest = latest.with_columns(
        closed_on=pl.when(is_closed).then("closed_on"),
        outcome=pl.when(is_closed).then("outcome").otherwise(pl.lit("")),
    )
    who = contacts.filter(pl.col("account").is_not_null()).unique("person", keep="last", maintain_order=True)
    whole = latest.join(main, on="company", maintain_order="left")
    return whole.join(
        who.select("person", "contact", "given", "family"), on="person", how="left", maintain_order="left"
    )
