"""Alarms held against what was planted: which event each names, and what else it may be.

Match: alarm in [t0, min(tO, t1 + H)], one to one. Right subject, wrong kind is misnamed; before the onset
premature; after the window while the event stands late, which counts neither way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

import polars as pl

from burnish.score.kinds import Kind, explains, weeks_after

Row: TypeAlias = dict[str, Any]
EARLY = timedelta(weeks=13)
FOREVER = date.max
FALSE = ("false", "misnamed", "premature", "lookalike", "recovery")


@dataclass(frozen=True)
class Event:
    """A planted event of one company, in days. `ends_on` is the last day on which it stands."""

    event: int
    kind: str
    company: int
    t0: date
    t50: date
    t1: date
    outcome_on: date | None
    ends_on: date
    has_outcome: bool
    nats: float
    size: float

    @property
    def last_on(self) -> date:
        """The last day on which an alarm is in time.

        An outcome that comes with the full effect or before it, such as that of a stop, is part of the event
        and closes nothing: an alarm after it has no lead, but names what goes on.
        """
        full = self.t1 + timedelta(weeks=weeks_after(self.kind))
        closes = self.outcome_on is not None and self.outcome_on > self.t1
        return min(self.outcome_on, full) if closes and self.outcome_on else full

    def in_time(self, day: date) -> bool:
        """Whether an alarm of that day names it in time."""
        return self.t0 <= day <= self.last_on


@dataclass(frozen=True)
class Lookalike:
    """Something that only looks like an event; `company` None means all."""

    company: int | None
    looks_like: str
    from_on: date
    until_on: date
    explanation: str

    def looks(self, kind: Kind, companies: frozenset[int], day: date) -> bool:
        """Whether an alarm of a kind may come from it: while it lasts, and 13 weeks on."""
        about = self.company is None or self.company in companies
        return about and self.looks_like in kind.events and self.from_on <= day <= self.until_on + EARLY


@dataclass(frozen=True)
class Alarm:
    """One entry: its number, the companies behind its customer, its day, the explanations that stand."""

    number: int
    customer_id: str
    companies: frozenset[int]
    day: date
    kept: frozenset[str] = frozenset()
    industry: str = ""


def events_of(rows: pl.DataFrame) -> list[Event]:
    """The table `truth/event.csv` as events of companies, those of subjects such as industries left out."""
    own = rows.filter(pl.col("company").is_not_null()).sort("t0", "event")
    return [
        Event(
            row["event"],
            row["kind"],
            row["company"],
            row["t0"],
            row["t50"],
            row["t1"],
            row["outcome_on"],
            row["ends_on"] or FOREVER,
            bool(row["outcome"]),
            float(row["nats"] or 0.0),
            float(row["size"] or 0.0),
        )
        for row in own.iter_rows(named=True)
    ]


def lookalikes_of(rows: pl.DataFrame) -> list[Lookalike]:
    """The table `truth/lookalike.csv`."""
    names = ("company", "looks_like", "from_on", "until_on", "explanation")
    return [Lookalike(*row) for row in rows.select(names).iter_rows()]


def matched(alarms: list[Alarm], events: list[Event]) -> dict[int, int]:
    """Alarm number -> event, one to one, as many as can be: each alarm takes the event that closes first."""
    found: dict[int, int] = {}
    waiting = by_company(events)
    for alarm in sorted(alarms, key=lambda one: (one.day, one.number)):
        fits = [one for one in about(alarm, waiting) if one.in_time(alarm.day)]
        if fits:
            nearest = min(fits, key=lambda one: (one.last_on, one.t0, one.event))
            found[alarm.number] = nearest.event
            waiting[nearest.company].remove(nearest)
    return found


def by_company(events: list[Event]) -> dict[int, list[Event]]:
    """The events of each company."""
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(event.company, []).append(event)
    return found


def about(alarm: Alarm, events: dict[int, list[Event]]) -> list[Event]:
    """The events of the companies behind an alarm."""
    return [event for company in sorted(alarm.companies) for event in events.get(company, [])]


@dataclass(frozen=True)
class Slump:
    """A whole industry that orders less; its customers' alarms about it are true, but nobody's own."""

    industry: str
    t0: date
    ends_on: date

    def about(self, alarm: Alarm) -> bool:
        """Whether an alarm of a fall may come from it."""
        over = FOREVER if self.ends_on == FOREVER else self.ends_on + EARLY
        return self.industry.casefold() == alarm.industry.casefold() and self.t0 <= alarm.day <= over


def slumps_of(rows: pl.DataFrame) -> list[Slump]:
    """The events of whole industries in `truth/event.csv`."""
    own = rows.filter(pl.col("company").is_null(), pl.col("kind") == "industry_slump")
    days = own.select("subject", "t0", "ends_on").iter_rows()
    return [Slump(subject, t0, ends_on or FOREVER) for subject, t0, ends_on in days]


def judged(
    alarms: list[Alarm],
    kind: Kind,
    events: list[Event],
    lookalikes: list[Lookalike],
    slumps: Sequence[Slump] = (),
) -> pl.DataFrame:
    """What each alarm of one kind is. One row per alarm: number, customer_id, day, event, verdict."""
    own = [event for event in events if event.kind in kind.events]
    pairs = matched(alarms, own)
    every = by_company(events)
    rows = []
    for alarm in alarms:
        if alarm.number in pairs:
            verdict = "true"
        elif kind.falls and any(slump.about(alarm) for slump in slumps):
            verdict = "slump"
        else:
            verdict = _verdict(alarm, kind, about(alarm, every), lookalikes)
        rows.append((alarm.number, alarm.customer_id, alarm.day, pairs.get(alarm.number), verdict))
    schema = {"number": pl.Int64, "customer_id": pl.String, "day": pl.Date, "event": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"verdict": pl.String}, orient="row")


def _verdict(alarm: Alarm, kind: Kind, near: list[Event], lookalikes: list[Lookalike]) -> str:
    """What an alarm is that found no event of its own: the first of these that fits."""
    day, own = alarm.day, [event for event in near if event.kind in kind.events]
    alike = [one for one in lookalikes if one.looks(kind, alarm.companies, day)]
    said = any(alarm.kept & set(explains(one.explanation)) for one in alike)
    fits = {
        "repeat": any(event.in_time(day) for event in own),
        "late": any(event.last_on < day <= event.ends_on for event in own),
        "explained": said,
        "lookalike": bool(alike),
        "misnamed": any(event.in_time(day) for event in near),
        "premature": any(event.t0 - EARLY <= day < event.t0 for event in own),
        "recovery": any(event.ends_on < day <= later(event.ends_on) for event in near),
    }
    return next((name for name, does in fits.items() if does), "false")


def later(day: date) -> date:
    """13 weeks on."""
    return day if day == FOREVER else day + EARLY


def eligible(events: list[Event], kind: Kind, *, first: date, last: date) -> list[Event]:
    """The events of a kind whose whole window the walk saw."""
    return [
        event for event in events if event.kind in kind.events and event.t0 >= first and event.last_on <= last
    ]
