"""Orders week by week as bars, with the usual level and the change marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

import polars as pl

from burnish.charts.ink import ACCENT, INK, WARN
from burnish.charts.plot import Frames, Marks, Plot, Table, day, drawn, layered, number
from burnish.charts.span import LONGEST_WEEKS, Span

if TYPE_CHECKING:
    import altair as alt

BUCKETS = (1, 2, 4, 13)  # weeks that one bar may hold
ENOUGH = 1.5  # orders that a usual bar should hold to be more than noise
WEEK = timedelta(weeks=1)
GAP = 0.15  # share of a bar's width left white


@dataclass(frozen=True)
class Bar:
    """Orders of `weeks` weeks from `first` on; `amount` is None where none of them states one."""

    first: date
    weeks: int
    orders: int
    amount: Decimal | None
    is_recent: bool


@dataclass(frozen=True, eq=False)
class Weeks:
    """Bars up to the last whole one; `usual` orders a bar before `recent_on`, if the sentence knows both."""

    bars: tuple[Bar, ...]
    recent_on: date | None
    usual: float | None
    span: Span
    name: str = "weeks"
    height: int = 72
    is_measured: bool = True
    beyond: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """What the marks mean, as far as they are there."""
        return ("key_plain",) if self.usual is None else ("key",)

    @property
    def bucket(self) -> int:
        """Weeks in a bar."""
        return self.bars[0].weeks

    def chart(self, plot: Plot) -> alt.LayerChart:
        """Bars before and after the change, and the usual level through both."""
        import altair as alt  # noqa: PLC0415

        shown = [bar for bar in self.bars if bar.first >= plot.span.first - bar.weeks * WEEK]
        top = max([bar.orders for bar in shown] + [ceil(self.usual or 1), 1])
        unit = plot.words[f"orders_{self.bucket}"]
        y = plot.measure("orders", (0, top), [0, top], unit)
        rows: list[dict[str, object]] = [
            {
                "day": bar.first,
                "end": bar.first + bar.weeks * WEEK * (1 - GAP),
                "orders": bar.orders,
                "tone": WARN if bar.is_recent else ACCENT,
            }
            for bar in shown
        ]
        tone = alt.Color("tone:N", scale=None)
        bars = alt.Chart(drawn(rows)).mark_bar(opacity=0.8)
        bars = bars.encode(x=plot.time(), x2="end:T", y=y, y2=alt.datum(0), color=tone)
        return layered([bars, *self._level(plot, y)])

    def _level(self, plot: Plot, y: alt.Y) -> list[alt.Chart]:
        """The usual level as a dashed line, and where the change begins."""
        import altair as alt  # noqa: PLC0415

        layers = []
        if self.usual is not None:
            row = {"day": plot.span.first, "end": plot.span.last, "orders": self.usual}
            line = alt.Chart(drawn([row])).mark_rule(color=INK, strokeDash=[4, 3])
            layers.append(line.encode(x=plot.time(), x2="end:T", y=y))
        return layers

    def table(self) -> Table:
        """One row per bar, newest first."""
        columns = {"first": "date", "weeks": "weeks", "orders": "none", "amount": "money"}
        rows = [(bar.first, bar.weeks, bar.orders, bar.amount) for bar in reversed(self.bars)]
        return Table(columns, tuple(rows))


def of_customer(frames: Frames, marks: Marks, as_of: date) -> Weeks | None:
    """Bars counted back from the last complete day, so that none is cut short; None without orders."""
    releases = frames.get("order_release")
    if releases is None or releases.is_empty():
        return None
    end = day(marks, "complete_on") or as_of
    begun: date = releases["release_on"].sort()[0]
    first = max(begun, end - timedelta(weeks=LONGEST_WEEKS))
    recent_on = day(marks, "recent_start")
    bucket = bucket_of(releases, first, end, recent_on)
    bars = barred(releases, first, end, bucket, recent_on)
    if not bars:
        return None
    usual = usual_level(marks, recent_on, end, bucket)
    return Weeks(bars, recent_on, usual, Span(bars[0].first, end))


def bucket_of(releases: pl.DataFrame, first: date, end: date, recent_on: date | None) -> int:
    """The shortest bar that usually holds enough orders; one month's weeks when none does."""
    until = recent_on or end
    before = releases.filter(pl.col("release_on").is_between(first, until)).height
    a_week = before / max((until - first).days / 7, 1.0)
    return next((weeks for weeks in BUCKETS if a_week * weeks >= ENOUGH), BUCKETS[-1])


def barred(
    releases: pl.DataFrame, first: date, end: date, bucket: int, recent_on: date | None
) -> tuple[Bar, ...]:
    """Whole bars from the first order to the last complete day, oldest first."""
    days = bucket * 7
    ago = ((pl.lit(end) - pl.col("release_on")).dt.total_days() // days).alias("ago")
    counted = (
        releases.filter(pl.col("release_on").is_between(first, end))
        .group_by(ago)
        .agg(orders=pl.len(), amount=pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()))
        .sort("ago")
    )
    held = {row["ago"]: row for row in counted.iter_rows(named=True)}
    whole = ((end - first).days + 1) // days
    bars = []
    for place in range(whole - 1, -1, -1):
        begins = end - timedelta(days=(place + 1) * days - 1)
        row = held.get(place, {"orders": 0, "amount": Decimal(0)})
        recent = recent_on is not None and begins + timedelta(days=days // 2) >= recent_on
        bars.append(Bar(begins, bucket, row["orders"], row["amount"], recent))
    return tuple(bars)


def usual_level(marks: Marks, recent_on: date | None, end: date, bucket: int) -> float | None:
    """What one bar usually holds, from the orders expected since the change."""
    expected = number(marks, "expected_releases")
    if expected is None or recent_on is None or recent_on >= end:
        return None
    return expected * bucket * 7 / ((end - recent_on).days + 1)
