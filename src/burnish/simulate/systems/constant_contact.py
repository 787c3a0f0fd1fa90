"""Constant Contact: its contacts, its mailings, and the tracking reports, long ones by year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.frames import CsvTables
from burnish.simulate.systems.mailing_list import Tallies, bounced, listed, unfilled, uuid, with_mail
from burnish.simulate.systems.mailing_list import campaign_ids as ids_of
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE, OBJECT = "constant_contact", "contacts"
STAMP = "%Y-%m-%dT%H:%M:%S.000Z"
REPORTS = {  # file -> act, type, columns beside those of every report
    "sends": ("delivered", "em_sends", ()),
    "opens": ("open", "em_opens", ("device_type",)),
    "clicks": ("click", "em_clicks", ("device_type", "url_id", "link_url")),
    "forwards": ("forward", "em_forwards", ()),
    "optouts": ("unsubscribe", "em_optouts", ("opt_out_reason",)),
    "bounces": ("bounce", "em_bounces", ("bounce_code",)),
}
BY_YEAR = ("sends", "opens")  # the others are short and stand in one file
DEVICES = ("computer", "computer", "mobile", "tablet")
BOUNCE_CODES = {"hard": "B", "soft": "F"}  # non-existent address, mailbox full
WHY = ("", "No longer interested", "Too many emails", "Other")


class ConstantContact:
    """The files of a Constant Contact account."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan, self.files, self.tallies = plan, CsvTables(folder), Tallies()

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's people and what they did."""
        people = listed(world, SOURCE)
        keys = [uuid("contact", *each) for each in people.select("person", "mail").iter_rows()]
        people = people.with_columns(contact_id=pl.Series(keys, dtype=pl.String))
        if people.height:
            self.files.write("contacts", unfilled(contacts(self.plan, people)))
        for person, company, firm, key in people.select(
            "person", "company", "firm", "contact_id"
        ).iter_rows():
            truth.person(SOURCE, OBJECT, key, person)
            if firm:
                truth.company(SOURCE, firm, company)
        acts = pl.concat(
            [world["mail"].filter(pl.col("act") != "bounce"), bounced(world)], how="diagonal"
        ).join(people.select("person", "email", "contact_id"), on=["person", "email"], how="inner")
        every = with_mail(acts, people).join(ids_of(world["campaign"]), on="campaign", how="left")
        for name, (act, kind, more) in REPORTS.items():
            report = tracked(self.plan, every, act, kind, more)
            if name in BY_YEAR:
                self.write_years(name, report)
            elif report.height:
                self.files.write(name, unfilled(report.drop("at")))
        self.tallies.count(world, every)

    def write_years(self, name: str, rows: pl.DataFrame) -> None:
        """A report's rows to the file of their year."""
        for year in sorted(rows["at"].dt.year().unique().to_list()):
            of = rows.filter(pl.col("at").dt.year() == year).drop("at")
            self.files.write(f"{name}_{year}", unfilled(of))

    def close(self) -> None:
        """Add the summaries of the mailings, and finish the files."""
        if self.tallies.campaigns.height:
            self.files.write("email_campaigns", summaries(self.tallies.counted()))
        self.files.close()


def contacts(plan: Plan, people: pl.DataFrame) -> pl.DataFrame:
    """Everybody on the list."""
    rng = plan.stream("contacts")
    why = pl.Series([WHY[each] for each in rng.integers(len(WHY), size=people.height)], dtype=pl.String)
    out = pl.col("opted_out_at")
    is_asked = pl.col("evidence") == "web form"
    given = pl.when(is_asked).then(pl.lit("explicit")).otherwise(pl.lit("implicit"))
    permission = pl.when(out.is_not_null()).then(pl.lit("unsubscribed")).otherwise(given)
    return people.select(
        "contact_id",
        pl.col("mail").alias("email_address.address"),
        permission.alias("email_address.permission_to_send"),
        pl.col("opted_in_at").dt.strftime(STAMP).alias("email_address.opt_in_date"),
        out.dt.strftime(STAMP).alias("email_address.opt_out_date"),
        pl.when(out.is_not_null()).then(why).otherwise(pl.lit("")).alias("email_address.opt_out_reason"),
        pl.col("given").alias("first_name"),
        pl.col("family").alias("last_name"),
        pl.col("role").alias("job_title"),
        pl.col("firm").alias("company_name"),
        pl.col("phone").alias("phone_number"),
        pl.lit("Account").alias("create_source"),
        pl.lit("Contact").alias("update_source"),
        pl.col("opted_in_at").dt.strftime(STAMP).alias("created_at"),
        pl.coalesce(out, "cleaned_at", "opted_in_at").dt.strftime(STAMP).alias("updated_at"),
        pl.lit("").alias("deleted_at"),
    )


def tracked(plan: Plan, acts: pl.DataFrame, act: str, kind: str, more: tuple[str, ...]) -> pl.DataFrame:
    """One tracking report over all mailings, with `at`."""
    rows = acts.filter(pl.col("act") == act).sort("campaign", "at", "mail", "link")
    rng, count = plan.stream("tracked", act), rows.height
    devices = [DEVICES[each] for each in rng.integers(len(DEVICES), size=count)]
    why = [WHY[each] for each in rng.integers(len(WHY), size=count)]
    return rows.select(
        "contact_id",
        pl.col("activity_uuid").alias("campaign_activity_id"),
        pl.lit(kind).alias("tracking_activity_type"),
        pl.col("mail").alias("email_address"),
        pl.col("given").alias("first_name"),
        pl.col("family").alias("last_name"),
        pl.Series("device_type", devices, dtype=pl.String),
        pl.col("link").str.len_chars().cast(pl.String).alias("url_id"),
        pl.col("link").alias("link_url"),
        pl.Series("opt_out_reason", why, dtype=pl.String),
        pl.col("kind").replace(BOUNCE_CODES).alias("bounce_code"),
        pl.col("at").dt.strftime(STAMP).alias("created_time"),
        "at",
    ).select(
        *("contact_id", "campaign_activity_id", "tracking_activity_type", "email_address"),
        *("first_name", "last_name", *more, "created_time", "at"),
    )


def summaries(counted: pl.DataFrame) -> pl.DataFrame:
    """The mailings with what they are called and their counts."""
    counts = {
        "sends": pl.col("delivered") + pl.col("soft") + pl.col("hard"),
        "opens": pl.col("opened"),
        "clicks": pl.col("clicked"),
        "forwards": pl.col("forward"),
        "optouts": pl.col("unsubscribe"),
        "abuse": pl.lit(0),
        "bounces": pl.col("soft") + pl.col("hard"),
        "not_opened": pl.col("delivered") - pl.col("opened"),
    }
    return counted.select(
        pl.col("campaign_uuid").alias("campaign_id"),
        pl.col("activity_uuid").alias("campaign_activity_id"),
        "name",
        "subject",
        pl.lit("Done").alias("current_status"),
        pl.col("sent_at").dt.strftime(STAMP).alias("last_sent_date"),
        *(count.alias(f"unique_counts.{name}") for name, count in counts.items()),
    )
