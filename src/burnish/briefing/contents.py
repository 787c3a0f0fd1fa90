"""What a briefing holds, before anybody decides how it looks. All frozen; both renderers take `Briefing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from burnish.briefing.facts import Fact


@dataclass(frozen=True)
class Check:
    """One innocent explanation of one signal: its verdict (kept, rejected or untested) and the reason."""

    explanation: str
    verdict: str
    because: str
    signal: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a source behind a conclusion."""

    table: str
    source: str
    native_id: str
    file: str
    sheet: str
    line: int
    occurred_on: date | None
    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True)
class Measured:
    """The effect with its 90 % interval, what it is compared with, and the period looked at."""

    effect: float | None
    low: float | None
    high: float | None
    unit: str
    baseline: float | None
    baseline_unit: str
    n: int | None
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Reason:
    """One signal behind a conclusion: `sentence` is whole, `sources` are the canonical tables it reads.

    `bits` is how much evidence it is at most. `facts` are those of its sentence, for titles of pictures.
    """

    signal: str
    sentence: str
    sources: tuple[str, ...]
    bits: float | None
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Item:
    """One conclusion, in finished sentences. `sentence` is headline and basis together.

    `because`: the signals behind it, strongest first; two or more where several sources make it together.
    `measured` is that of the strongest.
    """

    id: str
    kind: str
    tier: str
    rank: int
    customer_id: str
    name: str
    headline: str
    basis: str
    outcome: str
    outcome_on: date
    odds_percent: int | None
    amount: Decimal | None
    money: str
    currency: str
    owner: str
    next_step: str
    changes_mind: str
    entry_on: date
    is_new: bool
    due_on: date
    expires_on: date
    measured: Measured
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]
    factors: tuple[Fact, ...]
    because: tuple[Reason, ...] = ()

    @property
    def is_joined(self) -> bool:
        """Whether several sources make it together."""
        return len(self.because) > 1

    @property
    def sentence(self) -> str:
        """What happened, how unusual that is, against what and since when."""
        return f"{self.headline} {self.basis}"


@dataclass(frozen=True)
class Change:
    """What became of one conclusion since the shop's previous working day, `since`.

    `change` is new, worse, better, unchanged or gone. Odds are percent; odds and rank of a day on which it
    did not stand are None.
    """

    id: str
    kind: str
    change: str
    customer_id: str
    name: str
    sentence: str
    since: date | None
    odds_before: int | None
    odds_percent: int | None
    rank_before: int | None
    rank: int | None


@dataclass(frozen=True)
class Counts:
    """Who was looked at, natural persons apart; for how many nothing could be said, and why.

    `watched` are all that stand out; `standing` of them did so for too long to be said again.
    `without_orders` are known from invoices, payments or lists only. All but these and the `unjudged` are
    judged.
    """

    customers: int
    usual: int
    watched: int
    standing: int
    unjudged: int
    without_orders: int
    reasons: tuple[tuple[str, int], ...]
    people: int

    @property
    def judged(self) -> int:
        """How many were compared with their own past."""
        return self.customers - self.unjudged - self.without_orders


@dataclass(frozen=True)
class Standing:
    """A customer that stands out since `entry_on` by a signal of that kind, and is not said again."""

    customer_id: str
    name: str
    kind: str
    entry_on: date | None


@dataclass(frozen=True)
class Note:
    """Something to know before reading, about the data and not about a customer."""

    kind: str
    says: str


@dataclass(frozen=True)
class RowsKept:
    """The row account of everything loaded: `rows_in` = loaded + rejected."""

    rows_in: int
    loaded: int
    rejected: int


@dataclass(frozen=True)
class Briefing:
    """One reader's page for one day. `items` are to be told, `watch` only kept in sight.

    `standing` are those who stood out too long ago to be news.
    `changes` is None where the snapshot is of a version that did not compare days.
    """

    as_of: date
    snapshot: str
    reader: str
    items: tuple[Item, ...]
    watch: tuple[Item, ...]
    counts: Counts
    notes: tuple[Note, ...]
    newest_order_on: date | None
    rows: RowsKept | None
    changes: tuple[Change, ...] | None = None
    standing: tuple[Standing, ...] = ()
