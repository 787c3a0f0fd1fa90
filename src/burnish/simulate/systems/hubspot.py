"""HubSpot: companies, contacts and deals as its users export them (DOMAIN 1.5), every cell in quotes."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.crm import Crm, crm
from burnish.simulate.systems.frames import CsvTables
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SYSTEM, SOURCE = "hubspot", "hubspot"
OWNER = "Marlow Kilmarth"
STAGES = {"won": "Closed Won", "lost": "Closed Lost"}
COMPANY_NO, CONTACT_NO, DEAL_NO = 9_400_000_000, 51_000_000, 17_800_000_000


class HubSpot:
    """The exports of one made-up shop."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.tables = CsvTables(folder, quotes="always")

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block."""
        known = crm(world, SYSTEM)
        self.tables.write("companies", company_rows(known.accounts))
        self.tables.write("contacts", contact_rows(known.contacts))
        if known.deals.height:
            self.tables.write("deals", deal_rows(known.deals))
        tell(known, truth)

    def close(self) -> None:
        """Finish the files."""
        self.tables.close()


def tell(known: Crm, truth: Truth) -> None:
    """Who is who here."""
    for company, account, name in known.accounts.select("company", "account", "name").iter_rows():
        truth.company(SOURCE, name, company)
        truth.company(SOURCE, str(COMPANY_NO + account), company)
    for contact, person in known.contacts.select("contact", "person").iter_rows():
        truth.person(SOURCE, "contacts", str(CONTACT_NO + contact), person)


def company_rows(accounts: pl.DataFrame) -> pl.DataFrame:
    """The view "All companies". A merged record lives on as a number in the one that took it over."""
    merged = accounts.filter(pl.col("kind") == "merged").select("company", gone="account")
    rows = accounts.filter(pl.col("kind") != "merged").join(merged, on="company", how="left")
    owner = rows.select("company", "name", "account").filter(pl.col("account") % 10 == 0)
    parents = owner.select(parent="company", parent_name="name")
    rows = rows.join(parents, on="parent", how="left").sort("account")
    return rows.select(
        (pl.col("account") + COMPANY_NO).alias("Record ID"),
        pl.col("name").alias("Company name"),
        pl.lit(OWNER).alias("Company owner"),
        stamp("created_on", "account").alias("Create Date"),
        pl.col("phone").alias("Phone Number"),
        pl.lit("").alias("Last Activity Date"),
        pl.col("street").alias("Street Address"),
        pl.col("city").alias("City"),
        pl.col("region").alias("State/Region"),
        pl.col("postal_code").alias("Postal Code"),
        pl.lit("United States").alias("Country/Region"),
        pl.col("industry").alias("Industry"),
        pl.when(pl.col("free_mail")).then(pl.lit("")).otherwise("domain").alias("Company Domain Name"),
        pl.col("parent_name").fill_null("").alias("Parent Company"),
        (pl.col("gone") + COMPANY_NO).cast(pl.String).fill_null("").alias("Merged Company IDs"),
    )


def contact_rows(contacts: pl.DataFrame) -> pl.DataFrame:
    """The view "All contacts"."""
    return contacts.select(
        (pl.col("contact") + CONTACT_NO).alias("Record ID"),
        pl.col("given").fill_null("").alias("First Name"),
        pl.col("family").fill_null("").alias("Last Name"),
        pl.col("mail").fill_null("").alias("Email"),
        pl.col("phone").fill_null("").alias("Phone Number"),
        pl.lit(OWNER).alias("Contact owner"),
        pl.lit("").alias("Lead Status"),
        pl.when(pl.col("opted_out")).then(pl.lit("Non-marketing contact")).otherwise(
            pl.lit("Marketing contact")).alias("Marketing contact status"),
        stamp("created_on", "contact").alias("Create Date"),
        pl.col("account_name").fill_null("").alias("Associated Company"),
        (pl.col("account") + COMPANY_NO).cast(pl.String).fill_null("").alias("Associated Company IDs"),
        pl.col("title").alias("Job Title"),
        pl.when(pl.col("opted_out")).then(pl.lit("true")).otherwise(pl.lit("")).alias(
            "Unsubscribed from all email"),
        pl.lit("").alias("Last Activity Date"),
    )  # fmt: skip


def deal_rows(deals: pl.DataFrame) -> pl.DataFrame:
    """The view "All deals"."""
    return deals.select(
        (pl.col("project") + DEAL_NO).alias("Record ID"),
        pl.col("title").alias("Deal Name"),
        pl.col("outcome")
        .replace_strict(STAGES, default=pl.col("stage").str.to_titlecase())
        .alias("Deal Stage"),
        pl.lit("Sales Pipeline").alias("Pipeline"),
        stamp("on", "project").alias("Create Date"),
        stamp("closed_on", "project").fill_null("").alias("Close Date"),
        pl.lit(OWNER).alias("Deal owner"),
        pl.col("amount").round(2).alias("Amount"),
        pl.col("account_name").alias("Associated Company"),
        (pl.col("account") + COMPANY_NO).alias("Associated Company IDs"),
        pl.concat_str("given", "family", separator=" ").fill_null("").alias("Associated Contact"),
        pl.lit("").alias("Last Activity Date"),
    )


def stamp(day: str, number: str) -> pl.Expr:
    """A moment of a day, as the program writes it."""
    minutes = 8 * 60 + pl.col(number) * 53 % 540
    return (pl.col(day).cast(pl.Datetime("us")) + pl.duration(minutes=minutes)).dt.strftime("%Y-%m-%d %H:%M")
