"""What every picture shares: the plot it is drawn on, its time axis, and the table of the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import polars as pl

from burnish.charts.span import Span

if TYPE_CHECKING:
    import altair as alt

Cell = date | int | Decimal | None
Frames = Mapping[str, pl.DataFrame]
Marks = Mapping[str, float | date]

LEFT, BARE_LEFT, RIGHT = 34, 2, 12  # pixels beside the plot, with and without figures on its left
LABEL_WIDTH = 78  # pixels that one named day wants


@dataclass(frozen=True)
class Plot:
    """The time shown, the whole width in pixels, and the words for axes; `left` pixels stand before it."""

    span: Span
    width: int
    words: Mapping[str, str]
    left: int = LEFT

    @property
    def inner(self) -> int:
        """Pixels between the axes' ends."""
        return self.width - self.left - RIGHT

    def pixels(self, days: float) -> float:
        """How wide that many days are."""
        return self.inner * days / self.span.days

    def time(self, field: str = "day") -> alt.X:
        """The shared time axis, in days of no time zone."""
        import altair as alt  # noqa: PLC0415  (slow to import, and only pictures need it)

        named = self.span.named_days(self.inner // LABEL_WIDTH)
        return alt.X(
            f"{field}:T",
            title=None,
            scale=alt.Scale(type="utc", domain=[noon(self.span.first), noon(self.span.last)], nice=False),
            axis=alt.Axis(values=[noon(day) for day in named], format="%b %Y", labelOverlap=False),
        )

    def measure(
        self, field: str, ends: tuple[float, float], ticks: list[float], unit: str, *, form: str = ",d"
    ) -> alt.Y:
        """An upright axis with its unit in words above it; `form` is how d3 writes its figures."""
        import altair as alt  # noqa: PLC0415

        return alt.Y(
            f"{field}:Q",
            scale=alt.Scale(domain=list(ends), nice=False, zero=False, clamp=True),
            axis=alt.Axis(
                title=unit,
                values=ticks,
                format=form,
                titleAngle=0,
                titleAlign="left",
                titleAnchor="start",
                titleX=-self.left + 2,
                titleY=-9,
                labelOverlap=False,
            ),
        )


@dataclass(frozen=True)
class Table:
    """The same as the picture in figures: columns with their units, newest row first."""

    columns: Mapping[str, str]
    rows: tuple[tuple[Cell, ...], ...]


class Strip(Protocol):
    """One picture: what it is called, the time it shows alone, how tall its plot is in pixels."""

    @property
    def name(self) -> str:
        """Names its title, its key and its words."""

    @property
    def is_measured(self) -> bool:
        """Whether figures stand on its left."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the sentences that tell how to read it."""

    @property
    def beyond(self) -> int:
        """How many marks lie above its axis, where its key tells."""

    @property
    def span(self) -> Span:
        """The time it shows when it stands alone."""

    @property
    def height(self) -> int:
        """Pixels of the plot, without the axis."""

    def chart(self, plot: Plot) -> alt.LayerChart:
        """The marks."""

    def table(self) -> Table:
        """What is drawn, in figures."""


def noon(day: date) -> str:
    """A day as the middle of it in no time zone, so that no machine shifts it to another."""
    return f"{day.isoformat()}T12:00:00Z"


def drawn(rows: list[dict[str, object]]) -> alt.Data:
    """Rows to draw, days written as text."""
    import altair as alt  # noqa: PLC0415

    said = [{key: noon(x) if isinstance(x, date) else x for key, x in row.items()} for row in rows]
    return alt.Data(values=said)  # type: ignore[no-untyped-call]


def layered(layers: list[alt.Chart]) -> alt.LayerChart:
    """Marks on top of each other, the last one in front."""
    import altair as alt  # noqa: PLC0415

    return alt.LayerChart(layer=layers)


def number(marks: Marks, name: str) -> float | None:
    """A number of the sentence, None where it has none of that name."""
    value = marks.get(name)
    return None if value is None or isinstance(value, date) else float(value)


def day(marks: Marks, name: str) -> date | None:
    """A day of the sentence, None where it has none of that name."""
    value = marks.get(name)
    return value if isinstance(value, date) else None
