"""A customer's rhythm: one mark per day with orders, then the silence, and where orders would have come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from burnish.charts.ink import ACCENT, LINE, WARN
from burnish.charts.plot import Frames, Marks, Plot, Table, day, drawn, layered, number
from burnish.charts.span import LONGEST_WEEKS, Span

if TYPE_CHECKING:
    import altair as alt

MOST_MISSED = 60
NARROWEST_GAP = 5  # pixels between two dashed marks, below which they would be a blur


@dataclass(frozen=True, eq=False)
class Rhythm:
    """Releases of one customer; the silence runs from its last to `complete_on`."""

    releases: pl.DataFrame
    last_on: date
    complete_on: date
    usual_gap_days: float | None
    span: Span
    name: str = "rhythm"
    keys: tuple[str, ...] = ("key",)
    is_measured: bool = False
    beyond: int = 0
    height: int = 40

    def chart(self, plot: Plot) -> alt.LayerChart:
        """Marks, the shaded silence, and a dashed mark wherever the usual gap would have ended."""
        import altair as alt  # noqa: PLC0415

        x = plot.time()
        floor, top = {"y": alt.value(self.height)}, {"y2": alt.value(8)}
        layers = [
            alt.Chart(drawn([{"day": self.last_on, "end": self.complete_on}]))
            .mark_rect(color=WARN, opacity=0.16)
            .encode(x=x, x2="end:T", **floor, y2=alt.value(2)),
            alt.Chart(drawn([{"day": each} for each in self.shown(plot.span)]))
            .mark_rule(color=ACCENT, strokeWidth=2)
            .encode(x=x, **floor, **top),
            alt.Chart(drawn([{"day": each} for each in self.missed(plot)]))
            .mark_rule(color=WARN, strokeWidth=1, strokeDash=[2, 3])
            .encode(x=x, **floor, **top),
            alt.Chart(drawn([{"day": plot.span.first, "end": plot.span.last}]))
            .mark_rule(color=LINE)
            .encode(x=x, x2="end:T", **floor),
        ]
        return layered(layers)

    def shown(self, span: Span) -> list[date]:
        """Days with orders within the span."""
        days: list[date] = self.releases["release_on"].to_list()
        return [each for each in days if span.first <= each <= span.last]

    def missed(self, plot: Plot) -> list[date]:
        """Where orders would have come at the usual pace, none where the marks would run together."""
        wide_enough = plot.pixels(self.usual_gap_days or 0.0) >= NARROWEST_GAP
        return list(self._missed()) if wide_enough else []

    def _missed(self) -> Iterator[date]:
        gap = max(self.usual_gap_days or 0.0, 1.0)
        for place in range(1, MOST_MISSED + 1):
            due = self.last_on + timedelta(days=round(gap * place))
            if due > self.complete_on:
                return
            yield due

    def table(self) -> Table:
        """One row per day with orders."""
        rows = self.releases.filter(pl.col("release_on") >= self.span.first).sort("release_on")
        gap = pl.col("release_on").diff().dt.total_days()
        rows = rows.with_columns(gap_days=gap).sort("release_on", descending=True)
        columns = {"release_on": "date", "gap_days": "days", "lines": "lines", "amount": "money"}
        return Table(columns, tuple(rows.select(list(columns)).iter_rows()))


def of_customer(frames: Frames, marks: Marks, as_of: date) -> Rhythm | None:
    """The rhythm up to the silence that the sentence speaks of; None without two releases."""
    releases = frames.get("order_release")
    if releases is None or releases.height < 2:
        return None
    releases = releases.sort("release_on")
    complete_on = day(marks, "complete_on") or as_of
    last_on = day(marks, "last_order_on") or releases["release_on"][-1]
    begun = releases["release_on"][0]
    first = max(day(marks, "first_on") or begun, begun, complete_on - timedelta(weeks=LONGEST_WEEKS))
    span = Span(first, max(complete_on, last_on))
    return Rhythm(releases, last_on, complete_on, number(marks, "usual_gap_days"), span)
