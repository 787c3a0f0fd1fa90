"""From landed rows to versions of facts: what each record said, from when, until when.

A later load of the same key supersedes the earlier row; a row missing from a later complete export is
withdrawn; a row without a key is known by its content and its n-th occurrence within a file, so that
overlapping exports count once. Pure: Ibis in, Ibis out; nothing here is updated in place (D3).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import ibis
import ibis.expr.types as ir
import polars as pl

from burnish.schema.contracts import Contract
from burnish.schema.tables import landed
from burnish.store.loads import Load, parts

RECORD = ("source", "object", "native_id")
LOAD_SCHEMA = {
    "load_id": pl.String,
    "source": pl.String,
    "object": pl.String,
    "load_no": pl.Int64,
    "loaded_on": pl.Date,
    "first_loaded_on": pl.Date,
    "covered_from": pl.Date,
    "covered_to": pl.Date,
    "withdraws_number": pl.Int64,
    "withdraws_on": pl.Date,
}


def load_history(loads: Iterable[Load], table: str) -> pl.DataFrame:
    """What each load knew about earlier and later ones. One row per load × object that feeds `table`.

    `covered_from`, `covered_to`: days that earlier loads of the object already held.
    `withdraws_number`, `withdraws_on`: the next load that is complete as a whole file, if any.
    """
    fed: dict[tuple[str, str, str], dict[str, object]] = {}
    for load, part in parts(list(loads)):
        if part.table == table:
            row = fed.setdefault((load.load_id, load.source, part.object), {"load": load, "parts": []})
            row["parts"].append(part)  # type: ignore[attr-defined]
    rows = [history_row(key, fed) for key in fed]
    return pl.DataFrame(rows, schema=LOAD_SCHEMA, orient="row")


def history_row(key: tuple[str, str, str], fed: dict) -> tuple:  # type: ignore[type-arg]
    """One row of `load_history`."""
    load_id, source, name = key
    load = fed[key]["load"]
    same = [row for (_, *rest), row in fed.items() if rest == [source, name]]
    before = [part for row in same if row["load"].number < load.number for part in row["parts"]]
    after = [row["load"] for row in same if row["load"].number > load.number and whole(row["parts"])]
    starts = [date.fromisoformat(part.first_on) for part in before if part.first_on]
    ends = [date.fromisoformat(part.last_on) for part in before if part.last_on]
    ender = min(after, key=lambda other: other.number, default=None)
    return (
        load_id,
        source,
        name,
        load.number,
        load.day,
        min(row["load"].day for row in same),
        min(starts, default=None),
        max(ends, default=None),
        ender.number if ender else None,
        ender.day if ender else None,
    )


def whole(of: list) -> bool:  # type: ignore[type-arg]
    """The load's file is a complete list of the object."""
    return any(part.complete == "file" for part in of)


def periods(loads: Iterable[Load], table: str) -> pl.DataFrame:
    """Loads that are complete for the days they span. One row per such load × object."""
    schema = {"source": pl.String, "object": pl.String, "ender": pl.Int64, "ended_on": pl.Date}
    schema |= {"period_from": pl.Date, "period_to": pl.Date}
    rows = [
        (
            load.source,
            part.object,
            load.number,
            load.day,
            *map(date.fromisoformat, (part.first_on, part.last_on)),
        )
        for load, part in parts(list(loads))
        if part.table == table and part.complete == "period" and part.first_on and part.last_on
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def versions(rows: ir.Table, history: ir.Table, contract: Contract, period: ir.Table | None) -> ir.Table:
    """Every version of every record, with `superseded_on`, and `loaded_on` beside.

    `known_on` is empty where it must be imputed (first historic load without a stamp): `imputed` fills
    it from what was known on the day asked for.
    """
    seen = rows.join(history, ["load_id", "source", "object"])
    seen = identified(seen.mutate(digest=content(seen, contract)))
    if period is not None:
        seen = with_period_ends(seen, period, contract)
    in_order, running = windows()
    seen = seen.mutate(before=seen.digest.lag().over(in_order), after=seen.load_no.lead().over(in_order))
    gone = seen.withdraws_number.notnull() & (seen.after.isnull() | (seen.withdraws_number < seen.after))
    seen = seen.mutate(gone_on=gone.ifelse(seen.withdraws_on, ibis.null("date")))
    seen = seen.mutate(was_gone=seen.gone_on.lag().over(in_order).notnull())
    new = seen.before.isnull() | (seen.before != seen.digest) | seen.was_gone
    seen = seen.mutate(is_new=new.ifelse(1, 0))
    seen = seen.mutate(version=seen.is_new.sum().over(running))
    run = ibis.window(group_by=[*RECORD, "version"])
    seen = seen.mutate(gone_on=seen.gone_on.max().over(run)).filter(lambda table: table.is_new == 1)
    return superseded(dated(seen, contract), contract)


def windows() -> tuple[ibis.expr.builders.WindowBuilder, ibis.expr.builders.WindowBuilder]:
    """A record's appearances in load order: all of them, and up to the present one."""
    order = {"group_by": RECORD, "order_by": ["load_no", "known_on", "digest", "line"]}
    return ibis.window(**order), ibis.window(**order, preceding=None, following=0)


def content(rows: ir.Table, contract: Contract) -> ir.StringValue:
    """A digest of what a row says, its provenance left out."""
    cells = [rows[column.name].cast("string").fill_null("\x00") for column in contract.open_columns]
    return ibis.literal("\x1f").join(cells).hexdigest("md5")


def identified(rows: ir.Table) -> ir.Table:
    """Give rows without a key their content and n-th occurrence within the file as identity."""
    alike = ibis.window(group_by=["load_id", "object", "native_id", "digest"], order_by="line")
    numbered = rows.mutate(nth=ibis.row_number().over(alike))
    by_content = numbered.digest + "#" + numbered.nth.cast("string")
    return numbered.mutate(native_id=numbered.native_id.coalesce(by_content))


def with_period_ends(rows: ir.Table, period: ir.Table, contract: Contract) -> ir.Table:
    """Let loads that are complete for a period end the rows of that period which they lack."""
    if "occurred_on" not in contract.by_name:
        return rows
    ended = rows.join(
        period,
        [
            rows.source == period.source,
            rows.object == period.object,
            period.ender > rows.load_no,
            rows.occurred_on >= period.period_from,
            rows.occurred_on <= period.period_to,
        ],
    )
    first = ended.group_by(["load_id", "object", "line", "digest"]).agg(
        ender=ended.ender.min(), ended_on=ended.ended_on.min()
    )
    joined = rows.left_join(first, ["load_id", "object", "line", "digest"])
    number = ibis.least(joined.withdraws_number, joined.ender)
    day = ibis.least(joined.withdraws_on, joined.ended_on)
    kept = {name: joined[name] for name in rows.columns if not name.startswith("withdraws_")}
    return joined.select(**kept, withdraws_number=number, withdraws_on=day)


def dated(seen: ir.Table, contract: Contract) -> ir.Table:
    """When each version became known: the source's stamp, else the load for what was observed to arrive."""
    late = increment(seen) if "occurred_on" in contract.by_name else ibis.literal(False)
    in_order = ibis.window(group_by=RECORD, order_by="version")
    stamp_before = seen.known_on.lag().over(in_order)
    moved = seen.known_on.notnull() & (stamp_before.isnull() | (seen.known_on > stamp_before))
    first = ibis.cases(
        (seen.known_on.notnull(), seen.known_on), (late, seen.loaded_on), else_=ibis.null("date")
    )
    later = moved.ifelse(seen.known_on, seen.loaded_on)
    known = (seen.version == 1).ifelse(first, later)
    return seen.mutate(known_on=known, known_imputed=known.isnull())


def increment(seen: ir.Table) -> ir.BooleanValue:
    """A row that earlier loads lacked: it happened since the first load, or within days they covered."""
    since = seen.occurred_on >= seen.first_loaded_on
    missed = (seen.occurred_on >= seen.covered_from) & (seen.occurred_on <= seen.covered_to)
    return (seen.loaded_on > seen.first_loaded_on) & (since | missed.fill_null(False))


def superseded(seen: ir.Table, contract: Contract) -> ir.Table:
    """Close each version at its withdrawal or at its successor's day."""
    in_order = ibis.window(group_by=RECORD, order_by="version")
    end = seen.gone_on.coalesce(seen.known_on.lead().over(in_order))
    columns = [column.name for column in landed(contract).open_columns]
    return seen.mutate(superseded_on=end).select([*columns, "loaded_on"])


def entry_lags(rows: ir.Table, day: date) -> ir.Table:
    """How long stated entries took. One row per source, object and lag in days, with its rows."""
    stated = rows.filter(~rows.known_imputed & (rows.known_on <= day) & rows.occurred_on.notnull())
    lags = stated.mutate(lag_days=stated.known_on.delta(stated.occurred_on, unit="day"))
    return lags.group_by(["source", "object", "lag_days"]).agg(rows=lags.count())


def learned_lags(lags: pl.DataFrame) -> pl.DataFrame:
    """The upper median lag, at least 0. One row per source and object."""
    ordered = lags.sort("source", "object", "lag_days").with_columns(
        upto=pl.col("rows").cum_sum().over("source", "object"),
        half=pl.col("rows").sum().over("source", "object") / 2,
    )
    middle = ordered.filter(pl.col("upto") > pl.col("half")).group_by("source", "object", maintain_order=True)
    return middle.agg(lag_days=pl.col("lag_days").first().clip(0).cast(pl.Int64))


def imputed(rows: ir.Table, lags: ir.Table, contract: Contract) -> ir.Table:
    """Fill `known_on` where no source stated it: the event's day plus the learned lag, at most the load."""
    columns = [column.name for column in landed(contract).open_columns]
    if "occurred_on" not in contract.by_name:
        return rows.mutate(known_on=rows.known_on.coalesce(rows.loaded_on)).select(columns)
    joined = rows.left_join(lags, ["source", "object"])
    entered = joined.occurred_on + joined.lag_days.fill_null(0).as_interval("D")
    guess = ibis.least(entered.cast("timestamp").cast("date"), joined.loaded_on).coalesce(joined.loaded_on)
    return joined.mutate(known_on=joined.known_on.coalesce(guess)).select(columns)
