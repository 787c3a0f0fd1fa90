"""What is planted for whom and when, while it is being thought out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from burnish.simulate.information import nats_of
from burnish.simulate.plan import Plan
from burnish.simulate.world import EVENT_KINDS

Company = dict[str, Any]
QUIET_FIRST_WEEKS = 65  # of the history: nothing is planted
QUIET_LAST_WEEKS = 8
SETTLED_WEEKS = 26  # after a customer's start
APART_WEEKS = 52
FOR_GOOD = date(9000, 1, 1)


@dataclass(frozen=True)
class Course:
    """How an event goes: its onset, its full effect, its end (None: it stays), whether it comes in a week."""

    t0: date
    t1: date
    ends_on: date | None = None
    is_sudden: bool = False

    def when(self, share: float) -> date:
        """The day on which that share of the full effect is reached."""
        return self.t0 + (self.t1 - self.t0) * share


@dataclass
class Diary:
    """What was planted so far: rows of events and look-alikes, and when each customer is taken."""

    plan: Plan
    companies: list[Company]
    events: list[dict[str, Any]] = field(default_factory=list)
    lookalikes: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[int, list[tuple[date, date]]] = field(default_factory=dict)

    def is_free(self, company: int, from_on: date, until_on: date, *, weeks: int = APART_WEEKS) -> bool:
        """Whether nothing else happens to the customer within so many weeks."""
        apart = timedelta(weeks=weeks)
        return all(
            from_on >= until + apart or until_on <= start - apart
            for start, until in self.taken.get(company, [])
        )

    def take(self, company: int, from_on: date, until_on: date) -> None:
        """Note that something happens to the customer."""
        self.taken.setdefault(company, []).append((from_on, until_on))

    def record(
        self, kind: str, row: Company | None, course: Course, size: float, why: str, *, subject: str = "",
        outcome: str = "", outcome_on: date | None = None,
    ) -> None:  # fmt: skip
        """Write an event down, with the information that the data can hold about it."""
        event = {
            "kind": kind, "company": row["company"] if row else None, "subject": subject, "t0": course.t0,
            "t50": course.when(0.5), "t1": course.t1, "outcome": outcome, "outcome_on": outcome_on,
            "ends_on": course.ends_on, "size": float(size), "unit": EVENT_KINDS[kind],
            "is_sudden": course.is_sudden, "why": why,
        }  # fmt: skip
        event["nats"] = nats_of(self.plan, event, row, self.companies)
        self.events.append(event)
        if row:
            self.take(row["company"], course.t0, FOR_GOOD if kind == "stop" else course.ends_on or course.t1)


def open_window(plan: Plan, row: Company) -> tuple[date, date] | None:
    """The days on which something may begin for a customer."""
    early = max(
        plan.first + timedelta(weeks=QUIET_FIRST_WEEKS), row["starts_on"] + timedelta(weeks=SETTLED_WEEKS)
    )
    late = plan.last - timedelta(weeks=QUIET_LAST_WEEKS)
    if row["ends_on"] is not None:
        late = min(late, row["ends_on"] - timedelta(weeks=APART_WEEKS))
    return (early, late) if early <= late else None
