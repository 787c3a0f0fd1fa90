"""What customers and trade papers publish: a third of the customers have any account, few write often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from burnish.simulate.attention.hours import instants, midnight_after, some_days
from burnish.simulate.attention.topics import Topics, named
from burnish.simulate.attention.wording import NEWS, PAPERS, POSTS, SHOWS, TITLES, USUAL
from burnish.simulate.world import World, empty, fitted

PLATFORMS = {  # size -> where its customers are read: feeds of sites, then networks
    "S": (("rss",), ("bluesky",)),
    "M": (("atom",), ("mastodon",)),
    "L": (("rss", "atom"), ("mastodon", "bluesky")),
}
HAVE_ACCOUNT, HAVE_FEED = 0.3, 0.35  # of the customers; of those, while places in the reader last
FEEDS_READ = {"S": 8, "M": 12, "L": 14}
PER_MONTH = 1.1  # posts, mean over accounts
TELLS = 0.6  # of the events that a firm would speak of are spoken of
SPOKEN_OF = {"distress": "layoffs", "stop": "layoffs", "more_orders": "expansion", "oem_program": "expansion"}
BY_CHANCE = {"layoffs": 0.004, "expansion": 0.012}  # of the other posts: they mean nothing
NEWS_PER_MONTH = 5
LICENCES = ("", "", "", "CC BY 4.0")
TOWNS_IN_THE_NEWS = ("Eastmoor", "Grand Alder", "Port Lunden", "Mill Hollow", "Cedar Notch")
MONTH = 365.25 / 12


@dataclass(frozen=True)
class Account:
    """A company that publishes: where, under which handle, from which town."""

    company: int
    platform: str
    handle: str
    town: str
    licence: str


def posted(world: World, topics: Topics) -> pl.DataFrame:
    """Rows of the table `post`, by time."""
    rows = [*by_customers(world, topics)]
    if world.plan.block == 0:
        rows += by_papers(world, topics)
    if not rows:
        return empty("post")
    names = list(empty("post").columns)[1:]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    frame = frame.with_columns(pl.col("at").cast(pl.Datetime("us")))
    frame = frame.filter(pl.col("at") < midnight_after(world.plan)).sort("at", "url")
    return fitted("post", frame.with_row_index("post", offset=1))


def by_customers(world: World, topics: Topics) -> Iterator[tuple[object, ...]]:
    """Posts of the customers with an account, usual ones and those about what happens to them."""
    happened = spoken_of(world)
    rng = world.plan.stream("posts")
    for account, from_on, until_on in accounts(world, rng):
        days = np.arange(from_on, until_on + 1)
        usual = rng.poisson(min(rng.gamma(0.7, PER_MONTH / 0.7), 8.0) * len(days) / MONTH)
        on = [*rng.choice(days, usual), *(day for day, _ in happened.get(account.company, ()))]
        about = [
            *(by_chance(rng) for _ in range(usual)),
            *(topic for _, topic in happened.get(account.company, ())),
        ]
        at = instants(np.array(on, dtype="datetime64[D]"), rng)
        for number, (when, topic) in enumerate(zip(at.tolist(), about, strict=True)):
            yield post(account, number, when, topic, topics, rng)


def accounts(
    world: World, rng: np.random.Generator
) -> Iterator[tuple[Account, np.datetime64, np.datetime64]]:
    """Who publishes, and between which days the shop reads it: half a year longer than it buys."""
    plan = world.plan
    first, last = np.datetime64(plan.first), np.datetime64(plan.last)
    sites, networks = PLATFORMS[plan.size]
    feeds = 0
    wanted = ("company", "domain", "city", "free_mail", "is_person", "parent", "starts_on", "ends_on")
    for company, domain, city, free, person, parent, starts, ends in (
        world["company"].sort("rank", "company").select(wanted).iter_rows()
    ):
        draws = rng.random(4)
        from_on = max(first, np.datetime64(starts or plan.first))
        until_on = last if ends is None else min(last, np.datetime64(ends) + 180)
        if free or person or parent or not domain or draws[0] >= HAVE_ACCOUNT or until_on < from_on:
            continue
        has_feed = feeds < FEEDS_READ[plan.size] and draws[1] < HAVE_FEED
        feeds += has_feed
        among = sites if has_feed else networks
        platform = among[int(draws[2] * len(among))]
        licence = LICENCES[int(draws[3] * len(LICENCES))]
        yield Account(company, platform, domain.removesuffix(".example"), city, licence), from_on, until_on


def spoken_of(world: World) -> dict[int, list[tuple[np.datetime64, str]]]:
    """company -> days and topics of what it says about what happens to it."""
    found: dict[int, list[tuple[np.datetime64, str]]] = {}
    if "event" not in world.tables:
        return found
    rng = world.plan.stream("spoken of")
    first, last = np.datetime64(world.plan.first), np.datetime64(world.plan.last)
    for kind, company, t0, t1 in world["event"].select("kind", "company", "t0", "t1").iter_rows():
        span = max((t1 - t0).days, 7)
        on = np.datetime64(t0) + int(rng.integers(-14, span + 21))
        if kind in SPOKEN_OF and company is not None and rng.random() < TELLS and first <= on <= last:
            found.setdefault(company, []).append((on, SPOKEN_OF[kind]))
    return found


def by_chance(rng: np.random.Generator) -> str:
    """What a usual post is about."""
    draw = rng.random()
    for topic, share in BY_CHANCE.items():
        if draw < share:
            return topic
        draw -= share
    return USUAL[int(rng.integers(len(USUAL)))]


def post(
    account: Account, number: int, at: object, topic: str, topics: Topics, rng: np.random.Generator
) -> tuple[object, ...]:
    """One post, without its number."""
    texts = POSTS[topic]
    text = filled(texts[int(rng.integers(len(texts)))], account.town, topics, rng)
    return (
        account.company,
        account.platform,
        at,
        address(account, f"{number + 1}-{topic}"),
        TITLES[topic],
        text,
        topic,
        account.licence,
    )


def address(account: Account, key: str) -> str:
    """Where a post stands."""
    if account.platform == "mastodon":
        return f"https://social.example/@{account.handle}/{key}"
    if account.platform == "bluesky":
        return f"https://bsky.example/profile/{account.handle}.example/post/{key}"
    return f"https://www.{account.handle}.example/news/{key}"


def by_papers(world: World, topics: Topics) -> Iterator[tuple[object, ...]]:
    """What others write about the trade."""
    plan = world.plan
    rng = plan.stream("papers")
    platform = PLATFORMS[plan.size][0][0]
    count = int(rng.poisson(NEWS_PER_MONTH * len(plan.days) / MONTH))
    at = instants(np.sort(some_days(plan, count, rng)), rng)
    for number, when in enumerate(at.tolist()):
        topic, title, text = NEWS[int(rng.integers(len(NEWS)))]
        paper = PAPERS[int(rng.integers(len(PAPERS)))].lower().replace(" ", "-")
        url = f"https://www.{paper}.example/{number + 1}"
        headline, told = filled(f"{title}\n{text}", "", topics, rng).split("\n")
        yield None, platform, when, url, headline, told, topic, ""


def filled(text: str, town: str, topics: Topics, rng: np.random.Generator) -> str:
    """A text with its numbers, finishes and shows."""
    finish = topics.codes[int(rng.integers(topics.processes))]
    return text.format(
        n=int(rng.integers(12, 90)),
        k=int(rng.integers(2, 10)),
        town=town or TOWNS_IN_THE_NEWS[int(rng.integers(len(TOWNS_IN_THE_NEWS)))],
        finish=named(finish).lower(),
        show=SHOWS[int(rng.integers(len(SHOWS)))][0],
        index=f"{46 + 8 * rng.random():.1f}",
    )
