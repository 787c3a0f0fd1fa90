"""Who can be reached: every mail address at a customer, whether it is on the list, how eager its owner is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from burnish.simulate.attention.lifts import Lift
from burnish.simulate.attention.topics import Topics
from burnish.simulate.world import World

LISTED = {"mailbox": 0.2}  # share of addresses that agreed to mail, by role; else USUALLY_LISTED
USUALLY_LISTED = 0.62
REFUSED = 0.05  # said no when asked
PROXIED = 0.38  # mailboxes whose program opens every mail by itself, hiding who read it
SCANNED = 0.03  # companies whose gateway follows every link
KNOWN_ON_SITE = 0.5  # of those on the list: they filled in a form or came by a tagged link, and agreed
AFTER_LEAVING = 0.35  # eagerness that is left once the company orders nothing more
OWN_PROCESS = 4.0  # times as interested in what their company buys
SEEN, EAGER, CARING = 0.8, 3.0, 2.0  # of rising interests somebody shows it, and how eager they are
LIKES = {  # role -> topics that it cares more about
    "buyer": ("lead times", "prices", "holidays"),
    "accounts payable": ("prices", "holidays"),
    "quality": ("quality", "certification"),
    "engineer": ("certification",),
    "owner": ("prices", "shows"),
    "plant manager": ("lead times", "shows"),
}


@dataclass(frozen=True)
class Audience:
    """People at customers by row, sorted by company: who they are, and what they would read.

    `rows` holds person, company, email, role, from_on, until_on, company_ends_on, joined_at (null: not on
    the list), refused_at, is_proxied, is_scanned, is_known, eagerness (mean 1). `interest` is people x
    topics, mean 1.
    """

    rows: pl.DataFrame
    interest: np.ndarray
    topics: Topics

    def of(self, company: int) -> slice:
        """The rows of a company."""
        first, last = np.searchsorted(self.rows["company"].to_numpy(), [company, company + 1])
        return slice(int(first), int(last))


def audience(world: World, topics: Topics, lifts: list[Lift]) -> Audience:
    """Draw who is on the list and what each is interested in.

    Where an interest rises, usually somebody is there who can be seen.
    """
    people = reachable(world)
    rng = world.plan.stream("audience")
    count = len(people)
    roles = people["role"].to_list()
    agrees = np.array([LISTED.get(role, USUALLY_LISTED) for role in roles])
    draw, asked = rng.random(count), rng.exponential(40 * 86400, count)
    joined = people["from_on"].cast(pl.Datetime("us")).to_numpy() + (asked * 1e6).astype("timedelta64[us]")
    left = people["until_on"].fill_null(world.plan.last).cast(pl.Datetime("us")).to_numpy()
    is_listed = (draw < agrees) & (joined < left)
    is_refused = (draw > 1 - REFUSED) & (joined < left)
    companies, at = np.unique(people["company"].to_numpy(), return_inverse=True)
    is_scanned = (rng.random(len(companies)) < SCANNED)[at]
    never = np.datetime64("NaT", "us")
    rows = people.with_columns(
        joined_at=pl.Series(np.where(is_listed, joined, never), dtype=pl.Datetime("us")),
        refused_at=pl.Series(np.where(is_refused, joined, never), dtype=pl.Datetime("us")),
        is_proxied=pl.Series(rng.random(count) < PROXIED),
        is_scanned=pl.Series(is_scanned, dtype=pl.Boolean),
        is_known=pl.Series((rng.random(count) < KNOWN_ON_SITE) & is_listed),
        eagerness=pl.Series(rng.gamma(0.9, 1 / 0.9, count)),
    )
    cared = interest(rows, topics, rng)
    return with_champions(Audience(rows, cared, topics), lifts, world.plan.stream("champions"))


def with_champions(audience: Audience, lifts: list[Lift], rng: np.random.Generator) -> Audience:
    """The audience in which most companies of rising interest have somebody eager who agreed to be known."""
    rows, interest = audience.rows, audience.interest.copy()
    from_on, until_on = (rows[name].to_numpy() for name in ("from_on", "until_on"))
    eagerness, is_known = rows["eagerness"].to_numpy().copy(), rows["is_known"].to_numpy().copy()
    joined, refused = (rows[name].to_numpy().copy() for name in ("joined_at", "refused_at"))
    for lift in lifts:
        part = audience.of(lift.company)
        there = np.flatnonzero((from_on[part] < lift.t0) & ~(until_on[part] < lift.t1)) + part.start
        if not len(there) or rng.random() > SEEN:
            continue
        one = int(rng.choice(there))
        eagerness[one] = max(eagerness[one], EAGER)
        place = audience.topics.place(lift.topic)
        interest[one, place] = max(interest[one, place], CARING)
        is_known[one] = True
        soon = from_on[one].astype("datetime64[us]") + np.timedelta64(7, "D")
        joined[one] = soon if np.isnat(joined[one]) else min(joined[one], soon)
        refused[one] = np.datetime64("NaT")
    seen = rows.with_columns(
        eagerness=pl.Series(eagerness),
        is_known=pl.Series(is_known, dtype=pl.Boolean),
        joined_at=pl.Series(joined, dtype=pl.Datetime("us")),
        refused_at=pl.Series(refused, dtype=pl.Datetime("us")),
    )
    return Audience(seen, interest, audience.topics)


def reachable(world: World) -> pl.DataFrame:
    """Each person's addresses once, with what is known of the company.

    `until_on` is null for who still works there, also where the company has stopped being a customer.
    """
    company = world["company"].select("company", "process", company_ends_on="ends_on")
    jobs = world["job"].filter(pl.col("email").fill_null("") != "").join(company, on="company")
    jobs = jobs.with_columns(
        pl.col("from_on").fill_null(world.plan.first),
        until_on=pl.when((pl.col("until_on") < pl.col("company_ends_on")).fill_null(value=True)).then(
            "until_on"
        ),
    )
    return jobs.sort("company", "person", "email").unique(
        ["person", "email"], keep="first", maintain_order=True
    )


def interest(rows: pl.DataFrame, topics: Topics, rng: np.random.Generator) -> np.ndarray:
    """How much each cares for each topic. Mean 1 over everybody and everything."""
    drawn = rng.gamma(0.6, 1 / 0.6, (len(rows), len(topics.codes)))
    own = np.array([topics.place(each or "") for each in rows["process"].to_list()], dtype=int)
    has = np.flatnonzero(own >= 0)
    drawn[has, own[has]] = (drawn[has, own[has]] + 0.5) * OWN_PROCESS
    roles = rows["role"].to_numpy()
    for role, likes in LIKES.items():
        for like in likes:
            drawn[roles == role, topics.place(like)] *= 2.5
    return np.asarray(drawn / max(float(drawn.mean()), 1e-9)) if len(rows) else drawn
