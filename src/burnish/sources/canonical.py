"""From landed rows to versions of facts: what each record said, from when, until when.

A later load of the same key supersedes the earlier row, or a later stamp where both rows have one; a row
missing from a later complete export is withdrawn; a row without a key is known by its content and its n-th
occurrence within a file, so that overlapping exports count once. Rows of one load that share a key and
differ are records of their own: `key`, `key#2`, … (see `numbered`).
Pure: Ibis in, Ibis out; nothing here is updated in place (D3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import chain

import ibis
import ibis.expr.types as ir
import polars as pl

from burnish.schema.contracts import Contract
from burnish.schema.tables import landed
from burnish.store.loads import Load, Part, parts

RECORD = ("source", "object", "record_key", "record_no")
NEVER = date(1, 1, 1)
NO_LOAD = 2**62
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
    fed: dict[tuple[str, str], dict[str, tuple[Load, list[Part]]]] = defaultdict(dict)
    for load, part in sorted(parts(list(loads)), key=lambda pair: pair[0].number):
        if part.table == table:
            fed[load.source, part.object].setdefault(load.load_id, (load, []))[1].append(part)
    rows = chain.from_iterable(object_history(name, list(same.values())) for name, same in fed.items())
    return pl.DataFrame(list(rows), schema=LOAD_SCHEMA, orient="row")


def object_history(name: tuple[str, str], same: list[tuple[Load, list[Part]]]) -> list[tuple[object, ...]]:
    """Rows of `load_history` for one source and object, from its loads in order."""
    rows = []
    first_on = min(load.day for load, _ in same)
    starts, ends = list[date](), list[date]()
    for (load, of), ender in zip(same, enders(same), strict=True):
        ended = (ender.number, ender.day) if ender else (None, None)
        covered = (min(starts, default=None), max(ends, default=None))
        rows.append((load.load_id, *name, load.number, load.day, first_on, *covered, *ended))
        starts += [date.fromisoformat(part.first_on) for part in of if part.first_on]
        ends += [date.fromisoformat(part.last_on) for part in of if part.last_on]
        starts, ends = sorted(starts)[:1], sorted(ends)[-1:]
    return rows


def enders(same: list[tuple[Load, list[Part]]]) -> list[Load | None]:
    """For each load the next one whose file is a complete list of the object."""
    found: list[Load | None] = []
    ender = None
    for load, of in reversed(same):
        found.append(ender)
        ender = load if any(part.complete == "file" for part in of) else ender
    return found[::-1]


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
    """Every version of every record, with `superseded_on`, and two columns beside for `imputed`.

    `known_on` is empty where it must be imputed (first historic load without a stamp): `imputed` fills
    it from what was known on the day asked for. `loaded_on` is the load's day; `stamped` marks a record's
    first version when the source itself stated its day.
    """
    seen = rows.join(history, ["load_id", "source", "object"])
    seen = with_key_ends(numbered(seen.mutate(digest=content(seen, contract))))
    if period is not None:
        seen = with_period_ends(seen, period, contract)
    seen = withdrawn(in_order_of_state(seen))
    in_order, running = windows()
    seen = seen.mutate(
        before=seen.digest.lag().over(in_order), was_gone=seen.gone_on.lag().over(in_order).notnull()
    )
    new = seen.before.isnull() | (seen.before != seen.digest) | seen.was_gone
    seen = seen.mutate(is_new=new.ifelse(1, 0))
    seen = seen.mutate(version=seen.is_new.sum().over(running))
    run = ibis.window(group_by=[*RECORD, "version"])
    seen = seen.mutate(gone_on=seen.gone_on.max().over(run)).filter(lambda table: table.is_new == 1)
    return superseded(dated(seen, contract), contract)


def content(rows: ir.Table, contract: Contract) -> ir.StringValue:
    """A digest of what a row says, its provenance left out."""
    cells = [rows[column.name].cast("string").fill_null("\x00") for column in contract.open_columns]
    return ibis.literal("\x1f").join(cells).hexdigest("md5")


def numbered(rows: ir.Table) -> ir.Table:
    """Give every row of a load its record, in any order of rows: `native_id`, `record_key`, `record_no`.

    A row without a key is its content and n-th occurrence. Of rows with a key, copies count once; stamps
    order the others into a history of one record when all of them have one. Those that no stamp orders are
    numbered by digest: the first is `key`, the second `key#2`.
    """
    keyed = rows.native_id.notnull()
    of_key = ibis.window(group_by=["load_id", "object", "native_id"])
    is_ordered = keyed & (rows.known_on.count().over(of_key) == rows.native_id.count().over(of_key))
    rows = rows.mutate(state_on=is_ordered.ifelse(rows.known_on, ibis.null("date")))
    same = ["load_id", "object", "native_id", "state_on", "digest"]
    alike = ibis.window(group_by=same, order_by=["known_on", "sheet", "line"])
    rows = rows.mutate(nth=ibis.row_number().over(alike))
    rows = rows.filter(rows.native_id.isnull() | (rows.nth == 0))
    rows = rows.mutate(record_key=rows.native_id.coalesce(rows.digest + "#" + rows.nth.cast("string")))
    differing = ibis.window(group_by=["load_id", "object", "record_key", "state_on"], order_by="digest")
    rows = rows.mutate(record_no=ibis.row_number().over(differing) + 1)
    suffix = (rows.record_no > 1).ifelse("#" + rows.record_no.cast("string"), "")
    return rows.mutate(native_id=rows.record_key + suffix)


def with_key_ends(rows: ir.Table) -> ir.Table:
    """Let a later load of a key end the numbered records it lacks: each load says all that a key holds.

    An older state that was added later ends nothing.
    """
    many = rows.filter(rows.record_no > 1)
    first = rows.filter(rows.record_no == 1).select(
        "source", "object", "record_key", ender="load_no", ended_on="loaded_on", ender_known_on="known_on"
    )
    later = many.join(first, ["source", "object", "record_key", many.load_no < first.ender])
    is_older = (later.ender_known_on < later.known_on).fill_null(False)
    return ended(rows, later.filter(~is_older))


def with_period_ends(rows: ir.Table, period: ir.Table, contract: Contract) -> ir.Table:
    """Let loads that are complete for a period end the rows of that period which they lack."""
    if "occurred_on" not in contract.by_name:
        return rows
    later = rows.join(
        period,
        [
            rows.source == period.source,
            rows.object == period.object,
            period.ender > rows.load_no,
            rows.occurred_on >= period.period_from,
            rows.occurred_on <= period.period_to,
        ],
    )
    return ended(rows, later)


def ended(rows: ir.Table, later: ir.Table) -> ir.Table:
    """Move the withdrawal of rows forward to the first `ender` that `later` pairs them with."""
    row = ["load_id", "object", "sheet", "line", "native_id", "digest"]
    first = later.group_by(row).agg(ender=later.ender.min(), ended_on=later.ended_on.min())
    joined = rows.left_join(first, row)
    number = ibis.least(joined.withdraws_number, joined.ender)
    day = ibis.least(joined.withdraws_on, joined.ended_on)
    kept = {name: joined[name] for name in rows.columns if not name.startswith("withdraws_")}
    return joined.select(**kept, withdraws_number=number, withdraws_on=day)


def in_order_of_state(rows: ir.Table) -> ir.Table:
    """Set `state_on`, which orders a record's rows before their load does: its stamp, else the newest yet.

    So a later stamp wins over a later load where both rows have stamps, and a row without one follows
    all that was loaded before it.
    """
    so_far = ibis.window(group_by=RECORD, order_by=["load_no", "known_on", "digest"], rows=(None, 0))
    newest = rows.known_on.max().over(so_far)
    return rows.mutate(state_on=rows.known_on.coalesce(newest, NEVER))


def windows() -> tuple[ibis.expr.builders.WindowBuilder, ibis.expr.builders.WindowBuilder]:
    """A record's appearances in order of state: all of them, and up to the present one."""
    order = {"group_by": RECORD, "order_by": ["state_on", "load_no", "digest", "sheet", "line"]}
    return ibis.window(**order), ibis.window(**order, preceding=None, following=0)


def withdrawn(rows: ir.Table) -> ir.Table:
    """Set `gone_on`: the day of the load that withdrew a row before its record was seen again, if any.

    A row that an older state followed (a later load, an earlier stamp) stands as long as that load does.
    """
    in_order, running = windows()
    number = rows.withdraws_number.fill_null(NO_LOAD)
    rows = rows.mutate(
        after=rows.load_no.lead().over(in_order).fill_null(NO_LOAD),
        is_behind=rows.load_no < rows.load_no.max().over(running),
        number_behind=number.max().over(running),
        on_behind=rows.withdraws_on.max().over(running),
    )
    number = rows.is_behind.ifelse(rows.number_behind, number)
    day = rows.is_behind.ifelse(rows.on_behind, rows.withdraws_on)
    return rows.mutate(gone_on=(number < rows.after).ifelse(day, ibis.null("date")))


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
    is_first, stated = seen.version == 1, seen.known_on.notnull()
    return seen.mutate(
        known_on=is_first.ifelse(first, later),
        known_imputed=~is_first.ifelse(stated, moved),
        stamped=is_first & stated,
    )


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
    return seen.mutate(superseded_on=end).select([*columns, "loaded_on", "stamped"])


def withdrawn_records(rows: ir.Table) -> int:
    """How many records hold no longer, because a later complete export lacks them."""
    record = rows.group_by("source", "object", "native_id").agg(
        open_versions=rows.superseded_on.isnull().ifelse(1, 0).max()
    )
    return int(record.filter(record.open_versions == 0).count().execute())


def by_person(events: ir.Table, person: ir.Table) -> ir.Table:
    """Events whose person is named by the address, under the id that the list of people gives them.

    Several records of one address count as the one with the smallest id.
    """
    listed = person.filter(person.email_id.notnull() & (person.email_id != person.person_id))
    alias = listed.group_by("source", person_id=listed.email_id).agg(listed_id=listed.person_id.min())
    joined = events.left_join(alias, ["source", "person_id"])
    return joined.mutate(person_id=joined.listed_id.coalesce(joined.person_id)).select(*events.columns)


def entry_lags(rows: ir.Table, day: date) -> ir.Table:
    """How long entries took whose first day the source stated. One row per source, object and lag in days."""
    stated = rows.filter(rows.stamped & (rows.known_on <= day) & rows.occurred_on.notnull())
    lags = stated.mutate(lag_days=stated.known_on.delta(stated.occurred_on, unit="day"))
    return lags.group_by(["source", "object", "lag_days"]).agg(rows=lags.count())


def learned_lags(lags: pl.DataFrame, *, least_rows: int = 20) -> pl.DataFrame:
    """The upper median lag, at least 0. One row per source and object with `least_rows` stated days."""
    ordered = lags.sort("source", "object", "lag_days").with_columns(
        upto=pl.col("rows").cum_sum().over("source", "object"),
        rows=pl.col("rows").sum().over("source", "object"),
    )
    enough = ordered.filter((pl.col("rows") >= least_rows) & (pl.col("upto") * 2 > pl.col("rows")))
    middle = enough.group_by("source", "object", maintain_order=True)
    return middle.agg(lag_days=pl.col("lag_days").first().clip(0).cast(pl.Int64))


def imputed(rows: ir.Table, lags: ir.Table, contract: Contract, also: tuple[str, ...] = ()) -> ir.Table:
    """Fill `known_on` where no source stated it: the event's day plus the learned lag, at most the load.

    `also`: columns beside those of the contract to keep.
    """
    columns = [*(column.name for column in landed(contract).open_columns), *also]
    if "occurred_on" not in contract.by_name:
        return rows.mutate(known_on=rows.known_on.coalesce(rows.loaded_on)).select(columns)
    joined = rows.left_join(lags, ["source", "object"])
    entered = joined.occurred_on + joined.lag_days.fill_null(0).as_interval("D")
    guess = ibis.least(entered.cast("timestamp").cast("date"), joined.loaded_on).coalesce(joined.loaded_on)
    return joined.mutate(known_on=joined.known_on.coalesce(guess)).select(columns)
