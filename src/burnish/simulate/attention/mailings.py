"""What becomes of a mailing: delivered, opened and clicked by people and by machines, answered, left.

Privacy proxies open mail by themselves within minutes, gateways follow every link within seconds; only the
true world knows which act was a person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from burnish.simulate.attention.audience import AFTER_LEAVING, Audience
from burnish.simulate.attention.hours import midnight_after
from burnish.simulate.attention.lifts import Lift
from burnish.simulate.attention.topics import page
from burnish.simulate.world import World, empty, fitted

UNSUBSCRIBES, SOFT_BOUNCES = 0.0019, 0.006  # per mail
HARD_BOUNCES = 0.85  # of the first mail to somebody who has left; then the address is cleaned
EVERYBODY = 0.75  # of the mailings go to the whole list, the others to a part of it
PART = 0.6
OPENS, REOPENS = 0.24, 0.35
PROXY_OPENS, GATEWAY_FOLLOWS = 0.45, 0.45
CLICKS = 0.0085  # per link, of the usual person
ANSWERS = {"reply": 0.0010, "forward": 0.0012}
SECOND = 1_000_000


@dataclass(frozen=True)
class Mailing:
    """The mails that arrived: `who` (row of the audience) and `which` (row of the campaigns) of each.

    `sent` holds the campaigns' instants, `topic` campaigns x links the topic of each link (-1: none),
    `eager` how eager the reader is at the time.
    """

    audience: Audience
    links: list[list[str]]
    sent: np.ndarray
    topic: np.ndarray
    who: np.ndarray
    which: np.ndarray
    eager: np.ndarray

    @property
    def at(self) -> np.ndarray:
        """When each was sent."""
        return np.asarray(self.sent[self.which])


@dataclass(frozen=True)
class Acts:
    """Acts of one sort: of which mail, when, which link (-1 none), by a person or not."""

    act: str
    mail: np.ndarray
    at: np.ndarray
    link: np.ndarray
    is_human: bool


def mailed(world: World, audience: Audience, campaigns: pl.DataFrame, lifts: list[Lift]) -> pl.DataFrame:
    """Every act of every addressee. Rows of the table `mail`."""
    if campaigns.is_empty() or audience.rows.is_empty():
        return empty("mail")
    rng = world.plan.stream("mail")
    sent = campaigns["sent_at"].cast(pl.Datetime("us")).to_numpy()
    is_sent, is_stopped, is_gone = sendings(audience, sent, rng)
    is_bounced = is_sent & ((is_stopped & is_gone) | (rng.random(is_sent.shape) < SOFT_BOUNCES))
    who, which = np.nonzero(is_sent & ~is_bounced)
    links = campaigns["links"].to_list()
    topic = topics_of_links(audience, links)
    mailing = Mailing(audience, links, sent, topic, who, which, eagerness(audience, sent, who, which))
    chance = clicking(mailing, lifts)
    gone, of = np.nonzero(is_bounced)
    quits = np.flatnonzero(is_stopped[who, which])
    acts = [
        *delivered(mailing, rng),
        *read(mailing, chance, rng),
        *by_machines(mailing, rng),
        *answered(mailing, chance, rng),
        Acts("unsubscribe", quits, later(mailing.at[quits], 3 * 3600, 1.2, rng), none(quits), True),
    ]
    bounced = bounces(mailing, gone, of, rng)
    return rows_of(mailing, acts, bounced, until=midnight_after(world.plan))


def sendings(
    audience: Audience, sent: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People x campaigns: is it sent, is it the last (left the list or firm), have they left the firm."""
    rows = audience.rows
    joined = rows["joined_at"].to_numpy()[:, None]
    left = rows["until_on"].cast(pl.Datetime("us")).to_numpy()[:, None]
    shape = (len(rows), len(sent))
    is_part = np.where(rng.random(len(sent)) < EVERYBODY, 1.0, PART)
    is_meant = (joined <= sent[None, :]) & (rng.random(shape) < is_part[None, :])
    is_gone = left < sent[None, :]
    leaves = rng.random(shape) < np.where(is_gone, HARD_BOUNCES, UNSUBSCRIBES)
    is_stopped = is_meant & leaves
    last = np.where(is_stopped.any(axis=1), is_stopped.argmax(axis=1), len(sent))
    order = np.arange(len(sent))[None, :]
    return is_meant & (order <= last[:, None]), is_stopped & (order == last[:, None]), is_gone


def topics_of_links(audience: Audience, links: list[list[str]]) -> np.ndarray:
    """Campaigns x links: the topic's place; -1 for another page, -2 where there is no link."""
    pages = {page(code): place for place, code in enumerate(audience.topics.codes)}
    found = np.full((len(links), max(len(each) for each in links)), -2)
    for row, each in enumerate(links):
        for slot, link in enumerate(each):
            found[row, slot] = pages.get(link.split(".example", 1)[1], -1)
    return found


def eagerness(audience: Audience, sent: np.ndarray, who: np.ndarray, which: np.ndarray) -> np.ndarray:
    """How eager each reader is at the time, less once the company has gone. Mean 1."""
    ended = audience.rows["company_ends_on"].cast(pl.Datetime("us")).to_numpy()[who]
    eager = audience.rows["eagerness"].to_numpy()[who]
    return np.asarray(np.where(ended < sent[which], AFTER_LEAVING * eager, eager))


def clicking(mailing: Mailing, lifts: list[Lift]) -> np.ndarray:
    """Mails x links: the chance that a person clicks."""
    audience, topic = mailing.audience, mailing.topic
    lift = np.ones((len(audience.rows), *topic.shape), dtype=np.float32)
    days = mailing.sent.astype("datetime64[D]")
    for each in lifts:
        place = audience.topics.place(each.topic)
        by = np.where(topic == place, each.by(days)[:, None], 1.0)
        lift[audience.of(each.company)] *= by[None, :, :].astype(np.float32)
    of = topic[mailing.which]
    care = np.where(of >= 0, audience.interest[mailing.who[:, None], np.maximum(of, 0)], 0.6)
    chance = CLICKS * mailing.eager[:, None] * care * lift[mailing.who, mailing.which]
    return np.asarray(np.where(of == -2, 0.0, np.minimum(chance, 0.5)))


def delivered(mailing: Mailing, rng: np.random.Generator) -> list[Acts]:
    """Every mail that arrived."""
    mails = np.arange(len(mailing.who))
    return [Acts("delivered", mails, later(mailing.at, 4, 0.8, rng), none(mails), False)]


def read(mailing: Mailing, chance: np.ndarray, rng: np.random.Generator) -> list[Acts]:
    """Opened and clicked by people; who clicks has opened."""
    clicks = rng.random(chance.shape) < chance
    opened = (rng.random(len(mailing.who)) < np.minimum(OPENS * mailing.eager, 0.9)) | clicks.any(axis=1)
    mails = np.flatnonzero(opened)
    first = later(mailing.at[mails], 3.5 * 3600, 1.6, rng)
    opened_at = np.zeros(len(mailing.who), "datetime64[us]")
    opened_at[mails] = first
    again = np.repeat(mails, rng.geometric(1 - REOPENS, len(mails)) - 1)
    mail, link = np.nonzero(clicks)
    return [
        Acts("open", mails, first, none(mails), True),
        Acts("open", again, later(opened_at[again], 26 * 3600, 1.3, rng), none(again), True),
        Acts("click", mail, later(opened_at[mail], 45, 1.1, rng), link, True),
    ]


def by_machines(mailing: Mailing, rng: np.random.Generator) -> list[Acts]:
    """Opened by privacy proxies within minutes, every link followed by gateways within seconds."""
    rows, count = mailing.audience.rows, len(mailing.who)
    proxied = rows["is_proxied"].to_numpy()[mailing.who] & (rng.random(count) < PROXY_OPENS)
    scanned = rows["is_scanned"].to_numpy()[mailing.who] & (rng.random(count) < GATEWAY_FOLLOWS)
    by_proxy, by_gateway = np.flatnonzero(proxied), np.flatnonzero(scanned)
    mail, link = np.nonzero(scanned[:, None] & (mailing.topic[mailing.which] > -2))
    return [
        Acts("open", by_proxy, later(mailing.at[by_proxy], 300, 0.9, rng), none(by_proxy), False),
        Acts("open", by_gateway, later(mailing.at[by_gateway], 6, 0.3, rng), none(by_gateway), False),
        Acts("click", mail, later(mailing.at[mail], 8, 0.3, rng), link, False),
    ]


def answered(mailing: Mailing, chance: np.ndarray, rng: np.random.Generator) -> list[Acts]:
    """Replied to and forwarded, more often where the main link would be clicked."""
    main = chance[:, 0] / CLICKS
    found = []
    for act, rate in ANSWERS.items():
        mails = np.flatnonzero(rng.random(len(main)) < np.minimum(rate * main, 0.3))
        found.append(Acts(act, mails, later(mailing.at[mails], 5 * 3600, 1.2, rng), none(mails), True))
    return found


def bounces(mailing: Mailing, who: np.ndarray, which: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    """Mails that came back."""
    at = later(mailing.sent[which], 20, 1.0, rng)
    return frame(mailing, who, which, at, "bounce", np.full(len(who), "", dtype=object), is_human=False)


def rows_of(mailing: Mailing, acts: list[Acts], bounced: pl.DataFrame, *, until: datetime) -> pl.DataFrame:
    """The acts before `until` as rows, by campaign and time."""
    width = mailing.topic.shape[1]
    padded = np.array([[*each, *[""] * (width - len(each))] for each in mailing.links], dtype=object)
    frames = [bounced]
    for each in acts:
        which = mailing.which[each.mail]
        link = np.where(each.link >= 0, padded[which, each.link], "")
        frames.append(
            frame(mailing, mailing.who[each.mail], which, each.at, each.act, link, is_human=each.is_human)
        )
    both = pl.concat(frames).filter(pl.col("at") < until)
    return fitted("mail", both.sort("campaign", "at", "person", "act", "link"))


def frame(
    mailing: Mailing,
    who: np.ndarray,
    which: np.ndarray,
    at: np.ndarray,
    act: str,
    link: np.ndarray,
    *,
    is_human: bool,
) -> pl.DataFrame:
    """Acts of one sort as rows."""
    people = mailing.audience.rows.select("person", "company", "email")[who]
    return people.select(
        pl.Series("campaign", which + 1, dtype=pl.Int64),
        "person",
        "company",
        "email",
        pl.Series("at", at, dtype=pl.Datetime("us")),
        pl.lit(act).alias("act"),
        pl.Series("link", link, dtype=pl.String),
        pl.lit(is_human).alias("is_human"),
    )


def later(at: np.ndarray, seconds: float, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Instants some time after others: log-normal with this median, to the second."""
    wait = np.exp(rng.normal(np.log(seconds), spread, len(at)))
    return np.asarray(at + (np.ceil(np.minimum(wait, 40 * 86400)) * SECOND).astype("timedelta64[us]"))


def none(like: np.ndarray) -> np.ndarray:
    """No link for each."""
    return np.full(len(like), -1)
