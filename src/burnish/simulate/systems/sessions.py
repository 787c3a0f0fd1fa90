"""The site's sessions as a counting program sees them: pages, devices, who agreed to be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import polars as pl

from burnish.simulate.attention.topics import SITES
from burnish.simulate.plan import Plan
from burnish.simulate.systems.dirt import called
from burnish.simulate.systems.mailing_list import uuid
from burnish.simulate.world import World

BROWSERS = (  # browser, system, device, what it calls itself
    ("Chrome", "Windows", "desktop", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"),
    (
        "Microsoft Edge",
        "Windows",
        "desktop",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Edg/126.0",
    ),
    ("Safari", "iOS", "smartphone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1"),
    ("Firefox", "Windows", "desktop", "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0"),
)
REFERRERS = ("", "https://www.google.com/", "https://www.bing.com/", "https://www.thomasnet.com/")
Place = tuple[str, str]


@dataclass(frozen=True)
class Reader:
    """Who agreed to be known: a person of a company, or only the company."""

    person: int | None
    company: int
    email: str
    name: str
    role: str
    firm: str
    domain: str
    place: Place


@dataclass(frozen=True)
class Page:
    """One page of a session: view, download or form."""

    visit: int
    at: datetime
    path: str
    title: str
    topic: str
    dwell_s: int
    act: str


@dataclass(frozen=True)
class Session:
    """One session: a number unique over blocks, its pages, the device, whether counting was agreed to."""

    number: str
    is_granted: bool
    reader: Reader | None
    pages: tuple[Page, ...]
    browser: int
    network: int
    referrer: str
    place: Place

    @property
    def visitor(self) -> str:
        """The number that the program gives to a browser: the same in each session of a known reader."""
        if self.reader is None:
            return uuid("visitor", self.number)
        return uuid("visitor", self.reader.company, self.reader.person)

    @property
    def ip(self) -> str:
        """The visitor's internet address, of a network kept for documents."""
        return f"203.0.113.{self.network}"


def sessions(world: World, system: str) -> Iterator[Session]:
    """All sessions of a block by time; readers are named as the program's users typed them in."""
    visits = world["visit"]
    rng = world.plan.stream("sessions")
    count = visits["session"].n_unique()
    browsers = rng.choice(len(BROWSERS), count, p=[0.46, 0.22, 0.22, 0.1]).tolist()
    networks = rng.integers(1, 255, count).tolist()
    referrers = [REFERRERS[each] for each in rng.integers(len(REFERRERS), size=count)]
    towns = places(world)
    where = [towns[each] for each in rng.integers(len(towns), size=count)] if towns else []
    known, name = readers(world, system), SITES[world.plan.size][0]
    wanted = ("session", "company", "person", "consent", "visit", "at", "page", "topic", "dwell_s", "act")
    for index, (number, rows) in enumerate(
        groupby(visits.sort("session", "visit").select(wanted).iter_rows(), key=lambda row: row[0])
    ):
        every = list(rows)
        reader = known.get((every[0][1], every[0][2]))
        pages = tuple(
            Page(v, at, path, titled(path, name), topic or "", s, act)
            for *_, v, at, path, topic, s, act in every
        )
        yield Session(
            f"{world.plan.block}-{number}",
            every[0][3] == "granted",
            reader,
            pages,
            browsers[index],
            networks[index],
            referrers[index],
            reader.place if reader else where[index],
        )


def titled(path: str, shop: str) -> str:
    """A page's title."""
    last = path.rstrip("/").rpartition("/")[2].removesuffix(".pdf").replace("-", " ")
    return f"{last.capitalize()} | {shop}" if last else shop


def places(world: World) -> list[Place]:
    """Towns and states from which people look."""
    return list(world["company"].select("city", "region").unique().sort("city", "region").iter_rows())


def readers(world: World, system: str) -> dict[tuple[int, int | None], Reader]:
    """Whoever may be known on the site, by company and person."""
    names = called(world, system).filter(pl.col("party") == 0).select("company", named="name")
    seen = world["visit"].filter(pl.col("company").is_not_null()).select("company", "person").unique()
    jobs = world["job"].sort("person", "company", "from_on")
    jobs = jobs.unique(["person", "company"], keep="last", maintain_order=True)
    rows = (
        seen.join(jobs, on=["company", "person"], how="left")
        .join(world["company"].select("company", "domain", "city", "region", "free_mail"), on="company")
        .join(names, on="company", how="left")
        .join(world["person"].select("person", "given", "family"), on="person", how="left")
        .sort("company", "person", nulls_last=True)
    )
    return {(row["company"], row["person"]): reader(row) for row in rows.iter_rows(named=True)}


def reader(row: dict[str, Any]) -> Reader:
    """A reader from a row with person, company and job."""
    return Reader(
        person=row["person"],
        company=row["company"],
        email=row["email"] or "",
        name=f"{row['given'] or ''} {row['family'] or ''}".strip(),
        role=row["role"] or "",
        firm=row["named"],
        domain="" if row["free_mail"] else row["domain"],
        place=(row["city"], row["region"]),
    )


def site(plan: Plan) -> str:
    """The address of the shop's site."""
    return f"https://www.{SITES[plan.size][1]}"
