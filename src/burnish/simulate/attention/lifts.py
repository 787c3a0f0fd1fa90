"""How events raise interest: `topic_interest` multiplies what a company's people click, read and ask.

Its subject names a topic, or a change from one process to another: then interest is in the new one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from burnish.simulate.attention.topics import Topics
from burnish.simulate.world import World, intensity


@dataclass(frozen=True)
class Lift:
    """A company's interest in a topic rises to `times` the usual."""

    event: int
    company: int
    topic: str
    times: float
    t0: np.datetime64
    t1: np.datetime64
    ends_on: np.datetime64 | None

    def by(self, days: np.ndarray) -> np.ndarray:
        """By how much interest is multiplied on each day, 1 for not at all."""
        share = intensity(days, t0=self.t0, t1=self.t1, ends_on=self.ends_on)
        return np.asarray(1.0 + (self.times - 1.0) * share)


def topic_of(subject: str, event: int, topics: Topics) -> str:
    """The topic that an event's subject names; for a subject without a page any process."""
    named = subject.rpartition(">")[2]
    return named if topics.place(named) >= 0 else topics.codes[event % topics.processes]


def lifts(world: World, topics: Topics) -> list[Lift]:
    """Every such event, in the order of the table."""
    if "event" not in world.tables:
        return []
    wanted = ("event", "kind", "company", "subject", "size", "t0", "t1", "ends_on")
    return [
        Lift(
            event,
            company,
            topic_of(subject or "", event, topics),
            size,
            day(t0),
            day(t1),
            None if ends is None else day(ends),
        )
        for event, kind, company, subject, size, t0, t1, ends in world["event"].select(wanted).iter_rows()
        if kind == "topic_interest" and company is not None
    ]


def day(of: object) -> np.datetime64:
    """A calendar day."""
    return np.datetime64(of, "D")  # type: ignore[call-overload]
