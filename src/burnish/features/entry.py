"""How far the shop's own entries are complete, so that silence is not mistaken for a backlog of typing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from burnish.features.events import plain_date, total, whole
from burnish.features.known import was_known
from burnish.features.promised import promised
from burnish.schema.facts import ENTRY_CLOCK


def entry_clock(tables: Mapping[str, ir.Table], *, day: date, percent: int = 98) -> ir.Table:
    """One row per event table, also an empty one; contract `entry_clock`.

    Takes the canonical tables with all their versions (a row entered once and corrected later came with its
    first version) and uses only what was known on `day`. `lag_days` is the smallest lag that `percent` of
    the rows with a stated entry day kept to, 0 when no row states one. Entries are complete through the
    newest steady day of stated entries or events (`steady_day`), less that lag: nothing later is claimed,
    because nobody knows whether anything was typed in after it. `last_on` is the last event, mistyped or not.
    """
    clocks = [clock(name, table, day=day, percent=percent) for name, table in sorted(tables.items())]
    return promised(ibis.union(*clocks) if len(clocks) > 1 else clocks[0], ENTRY_CLOCK)


WINDOW_DAYS = 28


def clock(name: str, table: ir.Table, *, day: date, percent: int) -> ir.Table:
    """The one row of one event table."""
    entered = entry(table, day)
    total = entered.agg(
        first_on=entered.occurred_on.min(),
        last_on=entered.occurred_on.max(),
        stated=entered.lag_days.count(),
        rows=entered.count(),
    )
    happened, typed = (steady_day(entered, column) for column in ("occurred_on", "stated_on"))
    row = total.cross_join(kept_lag(entered, percent), happened, typed)
    lag_days = row.lag_days.fill_null(0)
    newest = ibis.greatest(row.steady_occurred_on, row.steady_stated_on)
    return row.select(
        "first_on",
        "last_on",
        "stated",
        "rows",
        table=ibis.literal(name),
        lag_days=lag_days,
        complete_on=plain_date(newest - lag_days.as_interval("D")),
    )


def entry(table: ir.Table, day: date) -> ir.Table:
    """One row per event known on `day`: its day, its newest stated entry, the lag of its first if stated."""
    seen = table.filter(table.known_on <= day)
    is_current = was_known(seen, day) & (seen.occurred_on <= day)
    is_stated = ~seen.known_imputed.fill_null(True)
    version = seen.group_by("source", "object", "native_id").agg(
        occurred_on=seen.occurred_on.max(where=is_current),
        first_on=seen.known_on.min(),
        first_stated_on=seen.known_on.min(where=is_stated),
        stated_on=seen.known_on.max(where=is_stated),
    )
    current = version.filter(version.occurred_on.notnull())
    lag_days = ibis.greatest(current.first_on.delta(current.occurred_on, unit="day"), 0)
    return current.select(
        "occurred_on",
        "stated_on",
        lag_days=(current.first_stated_on == current.first_on).ifelse(lag_days, ibis.null("int64")),
    )


def steady_day(entered: ir.Table, column: str) -> ir.Table:
    """One row: the newest of the days in `column` on which the table was still being filled, as `steady_…`.

    The 28 days up to it hold at least a tenth of the table's average 28 days (from first to last day), and
    at least two rows where the average is that many, so that a lone mistyped date is not taken for the end.
    """
    filled = entered.filter(entered[column].notnull())
    counted = filled.group_by(occurred_on=filled[column]).agg(n=filled.count())
    recent = ibis.window(
        order_by="occurred_on",
        preceding=ibis.interval(days=WINDOW_DAYS - 1),
        following=ibis.interval(days=0),
    )
    held = counted.mutate(held=whole(counted.n.sum().over(recent)))
    span = counted.occurred_on.max().delta(counted.occurred_on.min(), unit="day") + 1
    all_days = counted.agg(rows=total(counted.n), days=ibis.greatest(span, WINDOW_DAYS))
    day = held.cross_join(all_days)
    is_many = day.held * day.days * 10 >= day.rows * WINDOW_DAYS
    is_lone = (day.held < 2) & (day.rows * WINDOW_DAYS >= day.days * 2)
    steady = day.filter(is_many & ~is_lone)
    return steady.agg(**{f"steady_{column}": steady.occurred_on.max()})


def kept_lag(entered: ir.Table, percent: int) -> ir.Table:
    """One row: the smallest lag that `percent` of the stated entries kept to, by counting up the lags."""
    stated = entered.filter(entered.lag_days.notnull())
    counted = stated.group_by("lag_days").agg(n=stated.count())
    kept = counted.mutate(kept=counted.n.sum().over(order_by="lag_days", rows=(None, 0)))
    everything = counted.agg(whole=total(counted.n))
    enough = kept.cross_join(everything).filter(lambda row: row.kept * 100 >= row.whole * percent)
    return enough.agg(lag_days=enough.lag_days.min())
