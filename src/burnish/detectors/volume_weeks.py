"""Releases by customer and week, as arrays, with what each week was worth: working days and season.

Weeks run from Monday to Sunday and count once they are over. Rows are customers in order of their ids,
columns weeks in order of time. Before a customer's first release, and in the week of it, a week is worth
nothing: a history that begins with an order would count that order for too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from burnish.stats.renewal import Floats, Ints

WEEK_DAYS = 7
MONDAY = 3  # 1970-01-01 was a Thursday, so that week number (day + 3) // 7 begins on a Monday
USUAL_WORKING_DAYS = 5.0
SIZES = ("amount", "weight_g", "pieces")  # what a release's size is, the first that most releases state
MOST = 0.8
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Weeks:
    """Customer x week: `releases`; `sized`, `log_size`, `log_size_square`, `size`: sums of 1,
    log size, its square, and size over the releases whose size is known.

    `worth`: per week, working days over five; `alive`: whether the customer had ordered before the week.
    `first`: number of the first week, counted from 1970.
    """

    customers: tuple[str, ...]
    first: int
    releases: Floats
    sized: Floats
    log_size: Floats
    log_size_square: Floats
    size: Floats
    worth: Floats
    alive: Flags

    @property
    def count(self) -> int:
        """Number of weeks."""
        return int(self.releases.shape[1])

    @property
    def slots(self) -> Ints:
        """Which thirteenth of the year each week's Thursday lies in."""
        thursday = (WEEK_DAYS * (self.first + np.arange(self.count))).astype("datetime64[D]")
        of_year = (thursday - thursday.astype("datetime64[Y]")).astype(np.int64)
        return np.asarray(np.minimum(of_year // 28, 12))

    def of(self, rows: Ints) -> Weeks:
        """The same weeks of some customers."""
        return Weeks(
            customers=tuple(self.customers[row] for row in rows),
            first=self.first,
            releases=self.releases[rows],
            sized=self.sized[rows],
            log_size=self.log_size[rows],
            log_size_square=self.log_size_square[rows],
            size=self.size[rows],
            worth=self.worth,
            alive=self.alive[rows],
        )

    def ends_on(self, week: int) -> date:
        """The Sunday that ends a week."""
        return sunday(self.first + week)


def sunday(number: int) -> date:
    """The last day of a week counted from 1970."""
    return date(1970, 1, 1) + timedelta(days=WEEK_DAYS * number - MONDAY + WEEK_DAYS - 1)


def week_number(day: pl.Expr) -> pl.Expr:
    """The week of a day, counted from 1970."""
    return (day.to_physical().cast(pl.Int64) + MONDAY) // WEEK_DAYS


def last_full_week(complete_on: date) -> int:
    """The latest week that is over on a day."""
    return ((complete_on - date(1970, 1, 1)).days + MONDAY + 1) // WEEK_DAYS - 1


def complete_day(entry_clock: pl.DataFrame, as_of: date) -> date:
    """The day up to which orders are entered, `as_of` when there is no clock."""
    clock = entry_clock.filter(pl.col("table") == "order_line")["complete_on"]
    known = clock.item() if clock.len() else None
    return known if isinstance(known, date) else as_of


def weeks_of_releases(
    order_release: pl.DataFrame, working_day: pl.DataFrame, *, complete_on: date, size: str | None = None
) -> Weeks:
    """The releases up to the last full week. Without `working_day` every week counts alike.

    `size` names the column whose positive values are a release's size.
    """
    last = last_full_week(complete_on)
    dated = order_release.select(
        "customer_id", week=week_number(pl.col("release_on")), size=pl.col(size) if size else pl.lit(None)
    )
    dated = dated.filter(pl.col("week") <= last).sort("customer_id", "week")
    if dated.is_empty():
        nothing = np.zeros((0, 0))
        none = nothing.astype(np.bool_)
        return Weeks((), last, nothing, nothing, nothing, nothing, nothing, np.zeros(0), none)
    first = int(dated["week"].min())  # type: ignore[arg-type]
    row = dated["customer_id"].rle_id().to_numpy().astype(np.int64)
    column = dated["week"].to_numpy() - first
    shape = (int(row[-1]) + 1, last - first + 1)
    amount = dated["size"].cast(pl.Float64).fill_null(0.0).to_numpy()
    logs = np.round(1e6 * np.log(np.where(amount > 0, amount, 1.0))) / 1e6
    releases = added(shape, row, column, np.ones(len(row)))
    return Weeks(
        customers=tuple(dated["customer_id"].unique(maintain_order=True)),
        first=first,
        releases=releases,
        sized=added(shape, row, column, (amount > 0).astype(np.float64)),
        log_size=added(shape, row, column, logs),
        log_size_square=added(shape, row, column, logs * logs),
        size=added(shape, row, column, np.maximum(amount, 0.0)),
        worth=worth(working_day, first, shape[1]),
        alive=np.cumsum(releases, axis=1) - releases > 0,
    )


def added(shape: tuple[int, int], row: Ints, column: Ints, value: Floats) -> Floats:
    """Values summed by row and column."""
    flat = np.bincount(row * shape[1] + column, weights=value, minlength=shape[0] * shape[1])
    return flat.astype(np.float64).reshape(shape)


def worth(working_day: pl.DataFrame, first: int, weeks: int) -> Floats:
    """Working days of each week over five; 1 where the calendar does not reach."""
    by_week = working_day.group_by(week=week_number(pl.col("day"))).agg(
        days=pl.len(), working=pl.col("is_working").sum()
    )
    known = by_week.filter(pl.col("days") == WEEK_DAYS, pl.col("week").is_between(first, first + weeks - 1))
    each = np.ones(weeks)
    each[known["week"].to_numpy() - first] = known["working"].to_numpy() / USUAL_WORKING_DAYS
    return each


def size_of(order_release: pl.DataFrame) -> str | None:
    """The column that states the size of most releases; none when no column does."""
    for name in (name for name in SIZES if name in order_release.columns):
        stated = order_release.select((pl.col(name) > 0).fill_null(False).mean()).item()
        if stated is not None and stated >= MOST:
            return name
    return None
