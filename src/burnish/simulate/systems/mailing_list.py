"""The people on the shop's mailing list, as whoever keeps the list typed them in.

Names of companies are often left out or spelled as the contact spells them, a few addresses are private.
"""

from __future__ import annotations

from hashlib import blake2s, md5

import numpy as np
import polars as pl

from burnish.simulate.systems.dirt import called, listed_mail
from burnish.simulate.world import World

NO_COMPANY = 0.1  # of the contacts, in the list
SHOUTED = 0.04  # written in capitals
EUID_DIGITS = 10
COUNTED = ("delivered", "soft", "hard", "forward", "opens", "opened", "clicks", "clicked", "unsubscribe")


def listed(world: World, system: str) -> pl.DataFrame:
    """Who was ever on the list, one row for each person and address, sorted by it.

    person, company, email (the world's), mail (the list's), given, family, role, phone, firm (the company as
    it stands in the list, may be ""), named (the same as its record is called), opted_in_at, opted_out_at,
    cleaned_at, last_on (the campaign that ended it).
    """
    rng = world.plan.stream("listed", system)
    names = called(world, system).filter(pl.col("party") == 0).select("company", named="name")
    rows = (
        granted(world)
        .join(posts_held(world), on=["person", "email"], how="inner")
        .join(ended(world), on=["person", "email"], how="left")
        .join(names, on="company", how="left")
        .join(world["person"].select("person", "given", "family"), on="person", how="left")
        .sort("company", "person", "email")
    )
    draw = pl.Series(rng.random(rows.height))
    is_shouted = pl.Series(rng.random(rows.height) < SHOUTED)
    firm = pl.when(is_shouted).then(pl.col("named").str.to_uppercase()).otherwise("named")
    return listed_mail(
        rows.with_columns(firm=pl.when(draw < NO_COMPANY).then(pl.lit("")).otherwise(firm)), world, rng
    )


def granted(world: World) -> pl.DataFrame:
    """When each address agreed to mail."""
    agreed = world["consent"].filter(
        (pl.col("purpose") == "marketing.email") & (pl.col("state") == "granted")
    )
    return agreed.group_by("person", "email").agg(
        pl.col("at").min().alias("opted_in_at"), pl.col("evidence").first()
    )


def posts_held(world: World) -> pl.DataFrame:
    """The job that goes with an address."""
    jobs = (
        world["job"].sort("person", "from_on").unique(["person", "email"], keep="first", maintain_order=True)
    )
    return jobs.select("person", "email", "company", "role", "phone")


def ended(world: World) -> pl.DataFrame:
    """When and by which campaign an address left the list: by its own wish, or as it no longer works."""
    unsubscribed = world["mail"].filter(pl.col("act") == "unsubscribe")
    left = unsubscribed.group_by("person", "email").agg(
        pl.col("at").min().alias("opted_out_at"), pl.col("campaign").min().alias("left_on")
    )
    dead = bounced(world).filter(pl.col("kind") == "hard")
    cleaned = dead.group_by("person", "email").agg(
        pl.col("at").min().alias("cleaned_at"), pl.col("campaign").min().alias("dead_on")
    )
    both = left.join(cleaned, on=["person", "email"], how="full", coalesce=True)
    return both.with_columns(last_on=pl.coalesce("left_on", "dead_on")).drop("left_on", "dead_on")


def bounced(world: World) -> pl.DataFrame:
    """The mails that came back, with kind: hard where its reader has left the firm, else soft."""
    ends = world["company"].select("company", company_ends_on="ends_on")
    jobs = world["job"].join(ends, on="company", how="left")
    still = (pl.col("until_on") < pl.col("company_ends_on")).fill_null(value=True)
    left = jobs.with_columns(until_on=pl.when(still).then("until_on")).sort("person", "from_on")
    left = left.unique(["person", "email"], keep="first", maintain_order=True)
    mails = world["mail"].filter(pl.col("act") == "bounce")
    both = mails.join(left.select("person", "email", "until_on"), on=["person", "email"], how="left")
    is_hard = (pl.col("until_on") < pl.col("at").dt.date()).fill_null(value=False)
    return both.with_columns(kind=pl.when(is_hard).then(pl.lit("hard")).otherwise(pl.lit("soft"))).sort(
        "campaign", "at", "person", "email"
    )


def euid(mail: str) -> str:
    """Mailchimp's number of an address within an audience."""
    return blake2s(mail.encode(), digest_size=EUID_DIGITS // 2).hexdigest()


def email_id(mail: str) -> str:
    """Mailchimp's key of an address: the MD5 of it in small letters."""
    return md5(mail.lower().encode(), usedforsecurity=False).hexdigest()


def uuid(*parts: object) -> str:
    """A number as systems give it to their records, from what it stands for."""
    digits = blake2s("|".join(map(str, parts)).encode(), digest_size=16).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def addresses(rng: np.random.Generator, count: int, network: str = "203.0.113") -> list[str]:
    """Internet addresses of a network that is kept for documents."""
    return [f"{network}.{last}" for last in rng.integers(1, 255, count)]


def campaign_ids(campaigns: pl.DataFrame) -> pl.DataFrame:
    """campaign, campaign_id (ten hexadecimal digits), campaign_uuid, activity_uuid; alike in all blocks."""
    rows = campaigns.select("campaign", "name").rows()
    return pl.DataFrame(
        {
            "campaign": [number for number, _ in rows],
            "campaign_id": [
                blake2s(f"{number} {name}".encode(), digest_size=5).hexdigest() for number, name in rows
            ],
            "campaign_uuid": [uuid("campaign", number, name) for number, name in rows],
            "activity_uuid": [uuid("activity", number, name) for number, name in rows],
        },
        schema={
            "campaign": pl.Int64,
            "campaign_id": pl.String,
            "campaign_uuid": pl.String,
            "activity_uuid": pl.String,
        },
    )


def with_mail(acts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Acts with the address that the list has, for people on the list, in their order."""
    named = people.select("person", "email", "mail", "given", "family")
    return acts.join(named, on=["person", "email"], how="inner", maintain_order="left")


class Tallies:
    """How often each campaign was delivered, opened, clicked and so on, over all blocks."""

    def __init__(self) -> None:
        self.campaigns = pl.DataFrame()
        self.counts: list[pl.DataFrame] = []

    def count(self, world: World, acts: pl.DataFrame) -> None:
        """Add a block's acts; bounces have a kind."""
        self.campaigns = world["campaign"].join(campaign_ids(world["campaign"]), on="campaign", how="left")
        what = pl.when(pl.col("act") == "bounce").then("kind").otherwise("act")
        once = acts.filter(pl.col("act").is_in(["open", "click"])).unique(["campaign", "mail", "act"])
        for rows, names in (
            (acts, {"open": "opens", "click": "clicks"}),
            (once, {"open": "opened", "click": "clicked"}),
        ):
            counted = rows.group_by("campaign", what=what.replace(names)).agg(pl.len().alias("count"))
            self.counts.append(counted)

    def counted(self) -> pl.DataFrame:
        """The campaigns with how often each of COUNTED happened."""
        wide = (
            pl.concat(self.counts)
            .group_by("campaign")
            .agg(
                pl.col("count").filter(pl.col("what") == name).sum().cast(pl.Int64).alias(name)
                for name in COUNTED
            )
        )
        both = self.campaigns.join(wide, on="campaign", how="left").sort("campaign")
        return both.with_columns(pl.col(name).fill_null(0) for name in COUNTED)


def unfilled(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose empty texts are left out."""
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    return rows.with_columns(pl.when(pl.col(name) != "").then(name) for name in texts)
