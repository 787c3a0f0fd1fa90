"""How large a customer's orders are: a dot per release by its value, the usual size and the recent one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from burnish.charts.ink import ACCENT, WARN
from burnish.charts.plot import Frames, Marks, Plot, Table, day, drawn, layered
from burnish.charts.span import LONGEST_WEEKS, Span

if TYPE_CHECKING:
    import altair as alt

USUAL_SHARE = 0.95  # of the dots below the upper end of the axis; the rest lie on its edge
FEWEST = 2


@dataclass(frozen=True, eq=False)
class Sizes:
    """Releases with a value; those from `recent_on` on are recent."""

    releases: pl.DataFrame
    recent_on: date
    span: Span
    name: str = "sizes"
    keys: tuple[str, ...] = ("key",)
    height: int = 84
    is_measured: bool = True
    beyond: int = 0

    def chart(self, plot: Plot) -> alt.LayerChart:
        """Dots before the change, diamonds since, and the middle of each as a line."""
        import altair as alt  # noqa: PLC0415

        x, y = plot.time(), self._axis(plot)
        layers = []
        for rows, first, last, shape, tone in self._parts(plot.span):
            dots: list[dict[str, object]] = [
                {"day": when, "value": float(value)} for when, value in rows.iter_rows()
            ]
            point = alt.Chart(drawn(dots)).mark_point(
                filled=True, shape=shape, color=tone, opacity=0.7, size=30 if tone == ACCENT else 56
            )
            layers.append(point.encode(x=x, y=y))
            level = {"day": first, "end": last, "value": middle(rows)}
            line = alt.Chart(drawn([level])).mark_rule(color=tone, strokeWidth=2)
            layers.append(line.encode(x=x, x2="end:T", y=y))
        return layered(layers)

    def _parts(self, span: Span) -> list[tuple[pl.DataFrame, date, date, str, str]]:
        shown = self.releases.filter(pl.col("release_on") >= span.first).select("release_on", "amount")
        recent = pl.col("release_on") >= self.recent_on
        parts = [
            (shown.filter(~recent), span.first, self.recent_on, "circle", ACCENT),
            (shown.filter(recent), self.recent_on, span.last, "diamond", WARN),
        ]
        return [part for part in parts if not part[0].is_empty()]

    def _axis(self, plot: Plot) -> alt.Y:
        values = sorted(float(value) for value in self.releases["amount"])
        most = max(values[int((len(values) - 1) * USUAL_SHARE)], 1.0)
        step = 10.0 ** (len(str(int(most))) - 1)
        step = step if most / step > FEWEST else step / 2
        ticks = [step * place for place in range(int(most / step) + 1)]
        every = max(len(ticks) // 3, 1)
        return plot.measure("value", (0.0, most * 1.02), ticks[::every], plot.words["order_value"], form="~s")

    def table(self) -> Table:
        """One row per release, newest first."""
        rows = self.releases.sort("release_on", descending=True).select("release_on", "lines", "amount")
        return Table({"release_on": "date", "lines": "none", "amount": "money"}, tuple(rows.iter_rows()))


def of_customer(frames: Frames, marks: Marks, as_of: date) -> Sizes | None:
    """Releases with a value around the change that the sentence speaks of; None where it knows no day."""
    releases, recent_on = frames.get("order_release"), day(marks, "recent_start")
    if releases is None or recent_on is None:
        return None
    end = day(marks, "complete_on") or as_of
    since = end - timedelta(weeks=LONGEST_WEEKS)
    valued = releases.filter(pl.col("amount") > 0, pl.col("release_on").is_between(since, end))
    if valued.height < FEWEST:
        return None
    valued = valued.sort("release_on")
    return Sizes(valued, recent_on, Span(valued["release_on"][0], end))


def middle(rows: pl.DataFrame) -> float:
    """The value in the middle; of an even number the lower one."""
    values: list[Decimal] = sorted(rows["amount"])
    return float(values[(len(values) - 1) // 2])
