"""Reports as accounting programs print them: titles above, rows in groups with totals, a footer below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

import polars as pl

from burnish.simulate.plan import Plan


@dataclass(frozen=True)
class Span:
    """One export of a running list: its days, both included, and whether it is of the older layout."""

    label: str
    from_on: date
    to_on: date
    is_old: bool

    def rows(self, frame: pl.DataFrame, on: str = "on") -> pl.DataFrame:
        """The rows of these days."""
        return frame.filter(pl.col(on).is_between(self.from_on, self.to_on))


def yearly(plan: Plan, *, overlap_days: int = 31) -> list[Span]:
    """A list exported every year, each reaching a month back into the year before; half of them older."""
    years = range(plan.first.year, plan.last.year + 1)
    half = plan.first + (plan.last - plan.first) / 2
    return [
        Span(
            str(year),
            max(plan.first, date(year, 1, 1) - timedelta(days=overlap_days)),
            min(plan.last, date(year, 12, 31)),
            date(year, 7, 1) <= half,
        )
        for year in years
    ]


def money(cents: int) -> str:
    """Cents as 1,234.50."""
    return f"{cents / 100:,.2f}"


def in_cents(column: str) -> pl.Expr:
    """Dollars as whole cents."""
    return (pl.col(column) * 100).round().cast(pl.Int64)


def american(column: str) -> pl.Expr:
    """Days as 03/09/2026; "" where there is none."""
    return pl.col(column).dt.strftime("%m/%d/%Y").fill_null("")


def grouped(
    rows: Iterable[Sequence[object]], width: int, *, total: str = "Total for ", at: int = -1
) -> Iterator[list[object]]:
    """Rows whose first cell is their group and whose cell `at` are cents, as a report with groups.

    The group stands alone in the first column, its rows follow, then its total.
    """
    for group, members in groupby(rows, key=itemgetter(0)):
        cents = 0
        yield [group, *[""] * (width - 1)]
        for member in members:
            cells = ["", *member[1:]]
            cents += int(cells[at])  # type: ignore[call-overload]
            cells[at] = money(cells[at])  # type: ignore[arg-type]
            yield cells
        last: list[object] = [f"{total}{group}", *[""] * (width - 1)]
        last[at] = money(cents)
        yield last


def printed_on(day: date) -> str:
    """A QuickBooks footer's stamp."""
    return f"Accrual Basis  {day:%A, %B %d, %Y} 08:15 AM GMT-06:00"
