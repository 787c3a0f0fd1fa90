"""Mailchimp: the audience export in three files, the campaign report, and activity by its API, a file a year.

Each year's activity begins with the December before it, as people export it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.frames import CsvTables
from burnish.simulate.systems.mailing_list import (
    Tallies,
    addresses,
    bounced,
    campaign_ids,
    email_id,
    euid,
    listed,
    unfilled,
    with_mail,
)
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE, OBJECT = "mailchimp", "contacts"
LIST_ID, LIST_NAME = "8e423a4179", "Customers and friends"
WHO = ["Email Address", "First Name", "Last Name", "Address", "Phone Number", "Company", "Job Title"]
RATED = ["MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP"]
PLACE = ["LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF", "TIMEZONE", "CC", "REGION"]
LAST = ["LAST_CHANGED", "LEID", "EUID", "NOTES", "TAGS"]
GONE = {
    "subscribed": [],
    "unsubscribed": ["UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_REASON", "UNSUB_REASON_OTHER"],
    "cleaned": ["CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE"],
}
REASONS = ("NORMAL", "NORMAL", "NONE_GIVEN", "NOTSIGNEDUP")
STAMP, CLOCK = "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%d %H:%M:%S"
ACTIVITY = ("open", "click", "bounce")


class Mailchimp:
    """The files of a Mailchimp account."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan, self.files, self.tallies = plan, CsvTables(folder), Tallies()
        self.members = 0

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's people and what they did."""
        people = listed(world, SOURCE)
        ids = campaign_ids(world["campaign"])
        keys = dict(
            zip(people["mail"].to_list(), people["mail"].map_elements(email_id, pl.String), strict=True)
        )
        acts, back = with_mail(world["mail"], people), with_mail(bounced(world), people)
        self.write_people(world, people, truth)
        every = with_ids(pl.concat([acts.filter(pl.col("act") != "bounce"), back], how="diagonal"), ids, keys)
        self.write_years("email_activity", activity(self.plan, every))
        self.write_years("sent_to", sent_to(every))
        left = unsubscribes(every).drop("at")
        if left.height:
            self.files.write("unsubscribes", unfilled(left))
        self.tallies.count(world, every)

    def write_people(self, world: World, people: pl.DataFrame, truth: Truth) -> None:
        """The three files of the audience."""
        rows = members(self.plan, world, people, self.members)
        self.members += rows.height
        for status, gone in GONE.items():
            of = rows.filter(pl.col("status") == status).select(*WHO, *RATED, *PLACE, *gone, *LAST)
            if of.height:
                self.files.write(f"{status}_email_audience_export_{LIST_ID}", unfilled(of))
        told = people.select("person", "company", "firm", key=pl.Series(rows["EUID"]))
        for person, company, firm, key in told.iter_rows():
            truth.person(SOURCE, OBJECT, key, person)
            if firm:
                truth.company(SOURCE, firm, company)

    def write_years(self, name: str, rows: pl.DataFrame) -> None:
        """A list's rows to the file of their year, December to the next one's, too."""
        for year in range(self.plan.first.year, self.plan.last.year + 1):
            from_on, until_on = pl.date(year - 1, 12, 1), pl.date(year + 1, 1, 1)
            of = rows.filter((pl.col("at") >= from_on) & (pl.col("at") < until_on)).drop("at")
            if of.height:
                self.files.write(f"{name}_{year}", unfilled(of))

    def close(self) -> None:
        """Add the report of the campaigns, and finish the files."""
        if self.tallies.campaigns.height:
            self.files.write("campaigns", unfilled(report(self.tallies.counted())))
        self.files.close()


def members(plan: Plan, world: World, people: pl.DataFrame, before: int) -> pl.DataFrame:
    """Every contact with all columns of the audience's files and its status, in the order of `people`."""
    rng, count = plan.stream("mailchimp members"), people.height
    titles = world["campaign"].select(last_on="campaign", title="name")
    home = world["company"].select("company", "street", "city", "region", "postal_code")
    rows = people.join(titles, on="last_on", how="left", maintain_order="left")
    rows = rows.join(home, on="company", how="left", maintain_order="left")
    gone_at = pl.coalesce("opted_out_at", "cleaned_at")
    opted, changed = (
        at.dt.strftime(CLOCK) for at in (pl.col("opted_in_at"), pl.coalesce(gone_at, "opted_in_at"))
    )
    is_out, is_dead = pl.col("opted_out_at").is_not_null(), pl.col("cleaned_at").is_not_null()
    ended = pl.when(is_out).then(pl.lit("unsubscribed")).when(is_dead).then(pl.lit("cleaned"))
    reasons = pl.Series([REASONS[each] for each in rng.integers(len(REASONS), size=count)], dtype=pl.String)
    nothing = pl.lit("")
    return rows.select(
        pl.col("mail").alias("Email Address"),
        pl.col("given").alias("First Name"),
        pl.col("family").alias("Last Name"),
        pl.format("{}  {}  {}  {}", "street", "city", "region", "postal_code").alias("Address"),
        pl.col("phone").alias("Phone Number"),
        pl.col("firm").alias("Company"),
        pl.when(pl.col("role") == "mailbox")
        .then(nothing)
        .otherwise(pl.col("role").str.to_titlecase())
        .alias("Job Title"),
        pl.Series("MEMBER_RATING", rng.integers(1, 6, count)),
        opted.alias("OPTIN_TIME"),
        pl.Series("OPTIN_IP", addresses(rng, count), dtype=pl.String),
        opted.alias("CONFIRM_TIME"),
        pl.Series("CONFIRM_IP", addresses(rng, count), dtype=pl.String),
        *(nothing.alias(name) for name in ("LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF", "TIMEZONE")),
        pl.lit("us").alias("CC"),
        pl.col("region").str.to_lowercase().alias("REGION"),
        *(
            pl.col("opted_out_at").dt.strftime(CLOCK).alias("UNSUB_TIME"),
            pl.col("title").alias("UNSUB_CAMPAIGN_TITLE"),
        ),
        *(reasons.alias("UNSUB_REASON"), nothing.alias("UNSUB_REASON_OTHER")),
        *(
            pl.col("cleaned_at").dt.strftime(CLOCK).alias("CLEAN_TIME"),
            pl.col("title").alias("CLEAN_CAMPAIGN_TITLE"),
        ),
        changed.alias("LAST_CHANGED"),
        pl.Series("LEID", range(40_100 + before, 40_100 + before + count), dtype=pl.Int64),
        pl.Series("EUID", [euid(mail) for mail in rows["mail"].to_list()], dtype=pl.String),
        nothing.alias("NOTES"),
        pl.lit("customer").alias("TAGS"),
        ended.otherwise(pl.lit("subscribed")).alias("status"),
    )


def with_ids(acts: pl.DataFrame, ids: pl.DataFrame, keys: dict[str, str]) -> pl.DataFrame:
    """Acts with the numbers of campaign, list and address."""
    return acts.join(ids, on="campaign", how="left", maintain_order="left").with_columns(
        list_id=pl.lit(LIST_ID),
        list_is_active=pl.lit("true"),
        email_id=pl.col("mail").replace_strict(keys, return_dtype=pl.String),
        email_address="mail",
    )


def activity(plan: Plan, acts: pl.DataFrame) -> pl.DataFrame:
    """Opens, clicks and bounces as the API tells them, with `at`."""
    rows = acts.filter(pl.col("act").is_in(ACTIVITY)).sort("campaign", "at", "mail", "act", "link")
    ip = addresses(plan.stream("activity ip"), rows.height, "198.51.100")
    return rows.select(
        "campaign_id",
        "list_id",
        "list_is_active",
        "email_id",
        "email_address",
        pl.col("act").alias("action"),
        pl.col("kind").fill_null("").alias("type"),
        pl.col("at").dt.strftime(STAMP).alias("timestamp"),
        pl.when(pl.col("act") == "bounce")
        .then(pl.lit(""))
        .otherwise(pl.Series(ip, dtype=pl.String))
        .alias("ip"),
        pl.col("link").alias("url"),
        "at",
    )


def sent_to(acts: pl.DataFrame) -> pl.DataFrame:
    """Who was sent which campaign, and what became of it, with `at`."""
    opens = (
        acts.filter(pl.col("act") == "open")
        .group_by("campaign", "mail")
        .agg(pl.len().alias("open_count"), pl.col("at").max().dt.strftime(STAMP).alias("last_open"))
    )
    rows = acts.filter(pl.col("act").is_in(["delivered", "bounce"])).join(
        opens, on=["campaign", "mail"], how="left", maintain_order="left"
    )
    rows = rows.sort("campaign", "mail", "at").unique(["campaign", "mail"], keep="first", maintain_order=True)
    return rows.select(
        "email_id",
        "email_address",
        pl.col("kind").fill_null("sent").alias("status"),
        pl.col("open_count").fill_null(0),
        pl.col("last_open").fill_null(""),
        "campaign_id",
        "list_id",
        "list_is_active",
        "at",
    )


def unsubscribes(acts: pl.DataFrame) -> pl.DataFrame:
    """Who left after which campaign, with `at`."""
    rows = acts.filter(pl.col("act") == "unsubscribe").sort("campaign", "at", "mail")
    return rows.select(
        "email_id",
        "email_address",
        pl.col("at").dt.strftime(STAMP).alias("timestamp"),
        pl.lit("None given").alias("reason"),
        "campaign_id",
        "list_id",
        "at",
    )


def report(counted: pl.DataFrame) -> pl.DataFrame:
    """The campaigns with their counts, as the report's export heads them."""
    back = pl.col("soft") + pl.col("hard")
    sent = pl.col("sent_at")
    return counted.select(
        pl.col("name").alias("Title"),
        pl.col("subject").alias("Subject"),
        pl.lit(LIST_NAME).alias("List"),
        sent.dt.strftime("%b %d, %Y %I:%M %p").alias("Send Date"),
        sent.dt.strftime("%A").alias("Send Weekday"),
        (pl.col("delivered") + back).alias("Total Recipients"),
        pl.col("delivered").alias("Successful Deliveries"),
        pl.col("soft").alias("Soft Bounces"),
        pl.col("hard").alias("Hard Bounces"),
        back.alias("Total Bounces"),
        pl.col("forward").alias("Times Forwarded"),
        pl.lit(0).alias("Forwarded Opens"),
        pl.col("opened").alias("Unique Opens"),
        percent("opened").alias("Open Rate"),
        pl.col("opens").alias("Total Opens"),
        pl.col("clicked").alias("Unique Clicks"),
        percent("clicked").alias("Click Rate"),
        pl.col("clicks").alias("Total Clicks"),
        pl.col("unsubscribe").alias("Unsubscribes"),
        *(pl.lit(0).alias(name) for name in ("Abuse Complaints", "Times Liked on Facebook")),
        pl.lit("").alias("Folder Id"),
        pl.col("campaign_id").alias("Unique Id"),
    )


def percent(name: str) -> pl.Expr:
    """A count as a share of what was delivered, as "28.46%"."""
    share = 100.0 * pl.col(name) / pl.max_horizontal(pl.col("delivered"), pl.lit(1))
    return pl.format("{}%", share.round(2))
