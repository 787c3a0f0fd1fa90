"""How far the shop's own entries are complete, so that silence is not mistaken for a backlog of typing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from burnish.features.events import plain_date, total
from burnish.features.known import was_known
from burnish.features.promised import promised
from burnish.schema.facts import ENTRY_CLOCK


def entry_clock(tables: Mapping[str, ir.Table], *, day: date, percent: int = 98) -> ir.Table:
    """One row per event table, also an empty one; contract `entry_clock`.

    Takes the canonical tables with all their versions (a row entered once and corrected later came with its
    first version) and uses only what was known on `day`. `lag_days` is the smallest lag that `percent` of
    the rows with a stated entry day kept to, 0 when no row states one. Entries are complete through the
    newest stated entry or event, less that lag: nothing later than the newest entry is claimed, because
    nobody knows whether anything was typed in after it.
    """
    clocks = [clock(name, table, day=day, percent=percent) for name, table in sorted(tables.items())]
    return promised(ibis.union(*clocks) if len(clocks) > 1 else clocks[0], ENTRY_CLOCK)


def clock(name: str, table: ir.Table, *, day: date, percent: int) -> ir.Table:
    """The one row of one event table."""
    entered = entry(table, day)
    total = entered.agg(
        first_on=entered.occurred_on.min(),
        last_on=entered.occurred_on.max(),
        newest=ibis.greatest(entered.occurred_on.max(), entered.stated_on.max()),
        stated=entered.lag_days.count(),
        rows=entered.count(),
    )
    row = total.cross_join(kept_lag(entered, percent))
    lag_days = row.lag_days.fill_null(0)
    return row.select(
        "first_on",
        "last_on",
        "stated",
        "rows",
        table=ibis.literal(name),
        lag_days=lag_days,
        complete_on=plain_date(row.newest - lag_days.as_interval("D")),
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


def kept_lag(entered: ir.Table, percent: int) -> ir.Table:
    """One row: the smallest lag that `percent` of the stated entries kept to, by counting up the lags."""
    stated = entered.filter(entered.lag_days.notnull())
    counted = stated.group_by("lag_days").agg(n=stated.count())
    kept = counted.mutate(kept=counted.n.sum().over(order_by="lag_days", rows=(None, 0)))
    whole = counted.agg(whole=total(counted.n))
    enough = kept.cross_join(whole).filter(lambda row: row.kept * 100 >= row.whole * percent)
    return enough.agg(lag_days=enough.lag_days.min())
