"""The shop's mailings: one or two a month, each about one topic, with links to pages of several."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from burnish.simulate.attention.topics import Topics, named, page, slug
from burnish.simulate.plan import Plan
from burnish.simulate.world import empty, fitted

TWICE = 0.6  # of the months have two mailings
ABOUT_A_PROCESS = 0.68  # of the mailings
MOST_LINKS = 5
SUBJECTS = {
    "": (
        "{name}: what changed in our tanks this year",
        "When {name} pays for itself",
        "{name} with two weeks' lead time",
        "Five drawings that should have called out {name}",
        "{name} – salt spray results inside",
        "New rack for {name}, room for more work",
    ),
    "lead times": ("Where our lead times stand", "Ten days, kept: our lead times this quarter"),
    "quality": ("What our rejects taught us", "First-pass yield, the honest chart"),
    "certification": ("Our audit is done: certificates to download", "New certificate of conformance"),
    "prices": ("Metal surcharge from next month", "Prices for the coming year"),
    "holidays": ("Holiday hours", "Closed for maintenance: plan your releases"),
    "shows": ("Meet us at the show", "Our booth number and two free passes"),
}


def campaigns(plan: Plan, topics: Topics) -> pl.DataFrame:
    """The mailings of the whole shop, the same for each block of customers."""
    rng = plan.at_block(0).stream("campaigns")
    rows: list[tuple[object, ...]] = []
    for month in months(plan):
        for week in (0, 1) if rng.random() < TWICE else (int(rng.integers(2)),):
            sent_at = tuesdayish(month, week, rng)
            if plan.first <= sent_at.date() <= plan.last:
                rows.append((len(rows) + 1, sent_at, *one(sent_at, topics, rng)))
    if not rows:
        return empty("campaign")
    return fitted("campaign", pl.DataFrame(rows, schema=list(empty("campaign").columns), orient="row"))


def months(plan: Plan) -> list[date]:
    """The first day of every month of the plan."""
    first = plan.first.year * 12 + plan.first.month - 1
    last = plan.last.year * 12 + plan.last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def tuesdayish(month: date, week: int, rng: np.random.Generator) -> datetime:
    """A Tuesday, Wednesday or Thursday forenoon of the first or second half of a month, UTC."""
    day = month + timedelta(days=int(rng.integers(14)) + 14 * week)
    day += timedelta(days=(1 - day.weekday()) % 7 if day.weekday() not in {1, 2, 3} else 0)
    return datetime(day.year, day.month, day.day, 14, 0) + timedelta(minutes=15 * int(rng.integers(9)))


def one(sent_at: datetime, topics: Topics, rng: np.random.Generator) -> tuple[str, str, str, list[str]]:
    """Name, subject, topic and links of a mailing."""
    codes = topics.codes
    if rng.random() < ABOUT_A_PROCESS:
        code = codes[int(rng.integers(topics.processes))]
    else:
        code = codes[topics.processes + int(rng.integers(len(codes) - topics.processes))]
    subjects = SUBJECTS.get(code, SUBJECTS[""])
    subject = subjects[int(rng.integers(len(subjects)))].format(name=named(code))
    beside = rng.permutation(topics.processes)[: int(rng.integers(1, 4))]
    paths = [page(code), *(page(codes[each]) for each in beside if codes[each] != code), "/quote"]
    links = [f"https://www.{topics.site}{path}" for path in paths[:MOST_LINKS]]
    return f"{sent_at:%Y-%m} {slug(code)}", subject, code, links
