"""How much what people do says about their interest: the information in clicks and sessions about a topic."""

from __future__ import annotations

import numpy as np
import polars as pl

from burnish.simulate.attention.audience import Audience
from burnish.simulate.attention.lifts import Lift
from burnish.simulate.attention.mailings import CLICKS
from burnish.simulate.attention.topics import page
from burnish.simulate.attention.visits import KNOWN_PER_MONTH, MONTH, ON_TOPIC
from burnish.simulate.world import World

AFTER = 13 * 7  # days after full effect that still count
PAGES_PER_SESSION = 2.5


def informed(world: World, audience: Audience, lifts: list[Lift]) -> World:
    """The world with topic and `nats` of every event of interest."""
    if not lifts:
        return world
    nats = pl.DataFrame(
        {
            "event": [each.event for each in lifts],
            "found": [round(information(world, audience, each), 3) for each in lifts],
            "topic": [each.topic for each in lifts],
        },
        schema={"event": pl.Int64, "found": pl.Float64, "topic": pl.String},
    )
    both = world["event"].join(nats, on="event", how="left", maintain_order="left")
    return world.with_tables(
        event=both.with_columns(nats=pl.coalesce("found", "nats"), subject=pl.coalesce("topic", "subject"))
    )


def information(world: World, audience: Audience, lift: Lift) -> float:
    """Nats of one event: of two Poisson laws at each day, the raised rate against the usual one."""
    days = world.plan.days
    within = days[(days >= lift.t0) & (days <= lift.t1 + AFTER)]
    times = lift.by(within)
    per_day = acts_a_day(world, audience, lift)
    return float(per_day * (times * np.log(times) - times + 1.0).sum())


def acts_a_day(world: World, audience: Audience, lift: Lift) -> float:
    """Clicks on the topic and pages about it that the company's known people usually make in a day."""
    place, part = audience.topics.place(lift.topic), audience.of(lift.company)
    rows = audience.rows[part]
    if place < 0 or rows.is_empty():
        return 0.0
    links = sum(
        link.endswith(page(lift.topic)) for each in world["campaign"]["links"].to_list() for link in each
    ) / len(world.plan.days)
    care, eager = audience.interest[part], rows["eagerness"].to_numpy()
    is_listed = rows["joined_at"].is_not_null().to_numpy()
    clicks = links * CLICKS * (care[:, place] * eager * is_listed).sum()
    share = care[:, place] / np.maximum(care.sum(axis=1), 1e-9)
    is_known = rows["is_known"].to_numpy()
    sessions = KNOWN_PER_MONTH / MONTH * (eager * is_known * share).sum()
    return float(clicks + sessions * PAGES_PER_SESSION * ON_TOPIC)
