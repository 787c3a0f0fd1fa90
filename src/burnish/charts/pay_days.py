"""When a customer pays: a dot per check run against the terms, the usual level and the recent one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import polars as pl

from burnish.charts.ink import ACCENT, INK, WARN
from burnish.charts.plot import Frames, Marks, Plot, Table, day, drawn, layered, number
from burnish.charts.span import LONGEST_WEEKS, Span

if TYPE_CHECKING:
    import altair as alt

USUAL_SHARE = 0.95  # of the dots within the upright axis; the rest lie on its edge
FARTHEST = 3  # times that height: what lies higher does not stretch the axis
STEP_DAYS = (5, 10, 15, 20, 30, 60, 90, 180, 365)
MOST_TICKS = 4


@dataclass(frozen=True)
class Run:
    """One check run: days beyond terms weighted by amount, negative when early."""

    paid_on: date
    days: int
    payments: int
    amount: Decimal
    is_recent: bool


@dataclass(frozen=True)
class Level:
    """The days beyond terms that held from one day to another."""

    first: date
    last: date
    days: float
    is_recent: bool


@dataclass(frozen=True, eq=False)
class PayDays:
    """Check runs over time. `overdue` are the days that open invoices are past due, on the last day."""

    runs: tuple[Run, ...]
    levels: tuple[Level, ...]
    overdue: tuple[int, ...]
    span: Span
    name: str = "pay_days"
    height: int = 84
    is_measured: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """What the marks mean, as far as they are there."""
        levels = "key" if len(self.levels) > 1 else "key_plain"
        overdue = ("key_overdue",) if self.overdue else ()
        return (levels, *overdue, *(("key_beyond",) if self.beyond else ()))

    @property
    def beyond(self) -> int:
        """How many marks lie above the axis."""
        top = self._ends()[1]
        return sum(days > top for days in self._marks())

    def chart(self, plot: Plot) -> alt.LayerChart:
        """The due day as a line, check runs as dots, levels as steps, open invoices as triangles."""
        import altair as alt  # noqa: PLC0415

        x, y = plot.time(), self._axis(plot)
        due = {"day": plot.span.first, "end": plot.span.last, "days": 0}
        layers = [alt.Chart(drawn([due])).mark_rule(color=INK).encode(x=x, x2="end:T", y=y)]
        for is_recent, shape, tone in ((False, "circle", ACCENT), (True, "diamond", WARN)):
            runs = [run for run in self.runs if run.is_recent is is_recent and run.paid_on >= plot.span.first]
            rows: list[dict[str, object]] = [{"day": run.paid_on, "days": run.days} for run in runs]
            dots = alt.Chart(drawn(rows)).mark_point(
                filled=True, shape=shape, color=tone, opacity=0.85, size=64 if is_recent else 34
            )
            layers.append(dots.encode(x=x, y=y))
        layers += self._steps(x, y, plot.span)
        if self.overdue:
            rows = [{"day": plot.span.last, "days": days} for days in self.overdue]
            open_ones = alt.Chart(drawn(rows)).mark_point(shape="triangle-left", size=50, color=WARN)
            layers.append(open_ones.encode(x=x, y=y))
        return layered(layers)

    def _steps(self, x: alt.X, y: alt.Y, span: Span) -> list[alt.Chart]:
        """The levels as one line that steps up or down."""
        import altair as alt  # noqa: PLC0415

        steps = []
        for level in self.levels:
            row = {"day": max(level.first, span.first), "end": level.last, "days": level.days}
            line = alt.Chart(drawn([row])).mark_rule(color=WARN if level.is_recent else ACCENT, strokeWidth=2)
            steps.append(line.encode(x=x, x2="end:T", y=y))
        if len(self.levels) > 1:
            usual, now = self.levels
            rise = alt.Chart(drawn([{"day": now.first, "days": usual.days, "to": now.days}]))
            steps.append(rise.mark_rule(color=WARN, strokeWidth=1).encode(x=x, y=y, y2="to:Q"))
        return steps

    def _axis(self, plot: Plot) -> alt.Y:
        low, high = self._ends()
        step = next((step for step in STEP_DAYS if (high - low) / step < MOST_TICKS), STEP_DAYS[-1])
        first, last = low // step, high // step
        ticks = [float(step * place) for place in range(first, last + 1) if low <= step * place <= high]
        return plot.measure("days", (low - 1, high + 1), ticks, plot.words["beyond_terms"])

    def _ends(self) -> tuple[int, int]:
        """Lowest and highest days of the axis: up to the highest mark that does not flatten the others."""
        days = sorted(run.days for run in self.runs)
        spare = int(len(days) * (1 - USUAL_SHARE))
        held = days[spare : len(days) - spare] + [round(level.days) for level in self.levels] + [0]
        usual = max(*held, 5)
        return min(held), max([usual, *(days for days in self._marks() if days <= FARTHEST * usual)])

    def _marks(self) -> tuple[int, ...]:
        return (*(run.days for run in self.runs), *self.overdue)

    def table(self) -> Table:
        """One row per check run, newest first."""
        columns = {"paid_on": "date", "days": "days", "payments": "none", "amount": "money"}
        return Table(
            columns, tuple((run.paid_on, run.days, run.payments, run.amount) for run in reversed(self.runs))
        )


def of_customer(frames: Frames, marks: Marks, as_of: date) -> PayDays | None:
    """Check runs up to the day, the levels that the sentence knows; None without a run."""
    check_run = frames.get("check_run")
    if check_run is None or check_run.is_empty():
        return None
    end = day(marks, "complete_on") or as_of
    since = as_of - timedelta(weeks=LONGEST_WEEKS)
    known = check_run.filter(pl.col("paid_on").is_between(since, as_of), pl.col("amount") > 0).sort("paid_on")
    runs = tuple(
        Run(
            row["paid_on"],
            weighted_days(row["amount_days"], row["amount"]),
            row["payments"],
            row["amount"],
            is_recent(row["paid_on"], marks),
        )
        for row in known.iter_rows(named=True)
    )
    if not runs:
        return None
    last = max(end, runs[-1].paid_on)
    levels = levelled(runs, marks, last)
    return PayDays(runs, levels, overdue_days(frames, as_of), Span(runs[0].paid_on, last))


def is_recent(paid_on: date, marks: Marks) -> bool:
    """Whether a run lies in the days that the sentence calls recent; its count leaves part payments out."""
    first, last = day(marks, "first_on"), day(marks, "last_on")
    return first is not None and last is not None and first <= paid_on <= last


def weighted_days(amount_days: Decimal, amount: Decimal) -> int:
    """Days beyond terms of a check run, weighted by amount."""
    return int((amount_days / amount).quantize(Decimal(1), ROUND_HALF_UP))


def levelled(runs: tuple[Run, ...], marks: Marks, last: date) -> tuple[Level, ...]:
    """The usual level up to the recent runs and the recent one through them, as far as they are known."""
    usual, now = number(marks, "usual_days"), number(marks, "recent_days")
    recent = [run.paid_on for run in runs if run.is_recent]
    if usual is None:
        return ()
    turn = recent[0] if recent else last
    levels = [Level(runs[0].paid_on, turn, usual, is_recent=False)]
    if recent and now is not None:
        levels.append(Level(turn, last, now, is_recent=True))
    return tuple(levels)


def overdue_days(frames: Frames, as_of: date) -> tuple[int, ...]:
    """How long each open invoice is past due, longest first."""
    invoice_state = frames.get("invoice_state")
    if invoice_state is None:
        return ()
    late = invoice_state.filter(pl.col("open_amount") > 0, pl.col("due_on") < as_of)
    return tuple(sorted(((as_of - due).days for due in late["due_on"]), reverse=True))
