"""Salesforce: its objects as an administrator exports them (DOMAIN 1.6), every cell in quotes."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.crm import Crm, crm
from burnish.simulate.systems.frames import CsvTables, write_all
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SYSTEM, SOURCE = "salesforce", "salesforce"
LETTERS = digits + ascii_uppercase + ascii_lowercase
CHECKS = ascii_uppercase + "012345"
OWNER = "0055e000001QzkLAAS"
PREFIXES = {
    "account": "001",
    "contact": "003",
    "project": "006",
    "show": "701",
    "member": "00v",
    "task": "00T",
}
PROBABILITY = {"won": 100, "lost": 0}
STAMP = "%Y-%m-%dT%H:%M:%S.000Z"


class Salesforce:
    """The exports of one made-up shop."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.tables = CsvTables(folder, quotes="always")
        self.shows: set[int] = set()

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        known = crm(world, SYSTEM)
        shows = world["show"].filter(~pl.col("show").is_in(sorted(self.shows)))
        self.shows |= set(shows["show"])
        write_all(
            self.tables,
            {
                "Account": account_rows(known.accounts),
                "Contact": contact_rows(known.contacts),
                "Opportunity": opportunity_rows(known.deals),
                "Task": task_rows(known.deals, world),
                "Campaign": campaign_rows(shows),
                "CampaignMember": member_rows(world, known.contacts),
            },
        )
        tell(known, truth)

    def close(self) -> None:
        """Finish the files."""
        self.tables.close()


def tell(known: Crm, truth: Truth) -> None:
    """Who is who here."""
    for company, account, name in known.accounts.select("company", "account", "name").iter_rows():
        truth.company(SOURCE, name, company)
        truth.company(SOURCE, record_id("account", account), company)
    for contact, person in known.contacts.select("contact", "person").iter_rows():
        truth.person(SOURCE, "contact", record_id("contact", contact), person)


def record_id(kind: str, number: int) -> str:
    """A record's key of 18 letters: kind, a number to base 62, and three letters that tell its capitals."""
    text = ""
    for _ in range(7):
        number, place = divmod(number, 62)
        text = LETTERS[place] + text
    short = f"{PREFIXES[kind]}5e000{text}"
    parts = (short[at : at + 5] for at in (0, 5, 10))
    return short + "".join(
        CHECKS[sum(1 << at for at, letter in enumerate(part) if letter in ascii_uppercase)] for part in parts
    )


def key(kind: str, column: str | None = None) -> pl.Expr:
    """The keys of a column's numbers; "" where there is none."""

    def keys(numbers: pl.Series) -> pl.Series:
        return pl.Series(
            ["" if number is None else record_id(kind, number) for number in numbers], dtype=pl.String
        )

    return pl.col(column or kind).map_batches(keys, return_dtype=pl.String)


def account_rows(accounts: pl.DataFrame) -> pl.DataFrame:
    """The object Account; one that was merged into another is deleted and names it."""
    main = accounts.filter(pl.col("party") == 0).select("company", master="account")
    parents = main.rename({"company": "parent", "master": "above"})
    is_merged = pl.col("kind") == "merged"
    rows = (
        accounts.join(main, on="company", how="left").join(parents, on="parent", how="left").sort("account")
    )
    website = pl.when(pl.col("free_mail")).then(pl.lit("")).otherwise(pl.format("https://www.{}", "domain"))
    return rows.with_columns(master=pl.when(is_merged).then("master")).select(
        Id=key("account"),
        IsDeleted=is_merged,
        MasterRecordId=key("account", "master"),
        Name="name",
        Type=pl.lit("Customer - Direct"),
        ParentId=key("account", "above"),
        BillingStreet="street",
        BillingCity="city",
        BillingState="region",
        BillingPostalCode="postal_code",
        BillingCountry=pl.lit("United States"),
        Phone="phone",
        AccountNumber="code",
        Website=website,
        Sic="naics",
        Industry="industry",
        OwnerId=pl.lit(OWNER),
        CreatedDate=stamp("created_on", "account"),
        LastModifiedDate=stamp("created_on", "account"),
    )


def contact_rows(contacts: pl.DataFrame) -> pl.DataFrame:
    """The object Contact."""
    return contacts.select(
        Id=key("contact"),
        IsDeleted=pl.lit(value=False),
        AccountId=key("account"),
        LastName=pl.col("family").fill_null(""),
        FirstName=pl.col("given").fill_null(""),
        Title="title",
        Phone=pl.col("phone").fill_null(""),
        MobilePhone=pl.lit(""),
        Email=pl.col("mail").fill_null(""),
        LeadSource=pl.lit("Web"),
        HasOptedOutOfEmail="opted_out",
        OwnerId=pl.lit(OWNER),
        CreatedDate=stamp("created_on", "contact"),
        LastModifiedDate=stamp("created_on", "contact"),
    )


def opportunity_rows(deals: pl.DataFrame) -> pl.DataFrame:
    """The object Opportunity. An open one has the day on which it was hoped to be closed."""
    stages = {"won": "Closed Won", "lost": "Closed Lost"}
    hoped = pl.coalesce("closed_on", pl.col("on") + pl.duration(days=120))
    return deals.select(
        Id=key("project"),
        IsDeleted=pl.lit(value=False),
        AccountId=key("account"),
        Name="title",
        StageName=pl.col("outcome").replace_strict(stages, default=pl.col("stage").str.to_titlecase()),
        Amount=pl.col("amount").round(2),
        Probability=pl.col("outcome").replace_strict(PROBABILITY, default=40),
        CloseDate=hoped,
        Type=pl.lit("Existing Business"),
        IsClosed=pl.col("closed_on").is_not_null(),
        IsWon=pl.col("outcome") == "won",
        ForecastCategory=pl.lit("Pipeline"),
        CreatedDate=stamp("on", "project"),
        LastModifiedDate=stamp("stage_on", "project"),
        OwnerId=pl.lit(OWNER),
    )


def task_rows(deals: pl.DataFrame, world: World) -> pl.DataFrame:
    """The object Task: a call whenever a project reached a stage."""
    of_deal = deals.select("project", "account", "contact", "title")
    stages = world["project"].filter(pl.col("stage_on") <= world.plan.last).drop("title")
    rows = stages.with_row_index("task").join(of_deal, on="project", maintain_order="left")
    return rows.with_columns(
        task=pl.col("task").cast(pl.Int64) + world.plan.block * 1_000_000
    ).select(
        Id=key("task"),
        WhoId=key("contact"),
        WhatId=key("project"),
        AccountId=key("account"),
        Subject=pl.format("Call: {} ({})", "title", "stage"),
        ActivityDate="stage_on",
        Status=pl.lit("Completed"),
        Priority=pl.lit("Normal"),
        Type=pl.lit("Call"),
        Description=pl.lit(""),
        CreatedDate=stamp("stage_on", "task"),
    )  # fmt: skip


def campaign_rows(shows: pl.DataFrame) -> pl.DataFrame:
    """The object Campaign: the trade shows."""
    return shows.select(
        Id=key("show"),
        Name="name",
        Type=pl.lit("Trade Show"),
        Status=pl.lit("Completed"),
        StartDate="start_on",
        EndDate="end_on",
        IsActive=pl.lit(value=False),
        Description="city",
        CreatedDate=stamp("start_on", "show"),
    )


def member_rows(world: World, contacts: pl.DataFrame) -> pl.DataFrame:
    """The object CampaignMember: which contacts were at which show."""
    who = contacts.filter(pl.col("account").is_not_null()).unique("person", keep="last", maintain_order=True)
    rows = world["attendance"].join(who.select("person", "contact"), on="person", maintain_order="left")
    rows = rows.with_columns(member=pl.col("contact") * 100 + pl.col("show"))
    is_there = pl.col("how").str.contains("badge|scan|booth")
    status = pl.when(is_there).then(pl.lit("Attended")).otherwise(pl.lit("Registered"))
    return rows.select(
        Id=key("member"),
        CampaignId=key("show"),
        ContactId=key("contact"),
        Status=status,
        HasResponded=is_there,
        FirstRespondedDate=pl.when(is_there).then("on"),
        CreatedDate=stamp("on", "member"),
    )


def stamp(day: str, number: str) -> pl.Expr:
    """A moment of a day, UTC, as the program writes it."""
    minutes = 13 * 60 + pl.col(number) * 53 % 540
    return (pl.col(day).cast(pl.Datetime("us")) + pl.duration(minutes=minutes)).dt.strftime(STAMP)
