"""The rows behind a conclusion: what to open to see it with one's own eyes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from burnish.conclusions.kinds import Speaker
from burnish.detectors.speaking import schema_of
from burnish.errors import ContractError
from burnish.schema.signals import EVIDENCE

Frame = pl.DataFrame | pl.LazyFrame


def evidence(
    conclusion: pl.DataFrame,
    signal: pl.DataFrame,
    customer_ref: pl.DataFrame,
    tables: Mapping[str, Frame],
    *,
    speakers: Mapping[str, Speaker],
    fewest: int = 4,
    most: int = 12,
) -> pl.DataFrame:
    """Rows of the detector's tables behind each conclusion: contract EVIDENCE, `place` 1 first.

    `tables` are canonical tables as landed, by name. Rows of the signal's window come first, newest and
    largest first, at most `most`; where there are under `fewest`, the newest rows before the window fill
    up. Versions not known on the conclusion's day are left out. Raises ContractError when a detector
    names a table that is not given.
    """
    found = [
        _rows(of_kind, signal, customer_ref, _table(tables, name), name)
        for (kind,), of_kind in conclusion.sort("kind", "id").group_by("kind", maintain_order=True)
        for name in speakers[str(kind)].evidence
    ]
    if not found:
        return pl.DataFrame(schema=schema_of(EVIDENCE))
    return _placed(pl.concat(found), fewest, most).cast(schema_of(EVIDENCE))


def _table(tables: Mapping[str, Frame], name: str) -> pl.LazyFrame:
    if name not in tables:
        raise ContractError(
            f"a detector names the table {name}, which is not there", "evidence", "Pass it, empty or not."
        )
    return tables[name].lazy()


def _rows(
    conclusion: pl.DataFrame, signal: pl.DataFrame, customer_ref: pl.DataFrame, table: pl.LazyFrame, name: str
) -> pl.DataFrame:
    """Every row of one table that belongs to the concluded customers and was known on the day."""
    windows = signal.select("customer_id", "window_start", "window_end", kind="signal")
    about = conclusion.select("id", "kind", "customer_id", "as_of").join(windows, on=["kind", "customer_id"])
    own = customer_ref.join(about, on="customer_id").lazy()
    held = set(table.collect_schema().names())
    for column, kind in (("amount", pl.Decimal(18, 4)), ("currency", pl.String)):
        table = table if column in held else table.with_columns(pl.lit(None, dtype=kind).alias(column))
    known = (pl.col("known_on") <= pl.col("as_of")) & (
        pl.col("superseded_on").is_null() | (pl.col("superseded_on") > pl.col("as_of"))
    )
    within = pl.col("occurred_on").is_between("window_start", "window_end").fill_null(False)
    return (
        table.join(own, on=["source", "organisation_ref"])
        .filter(known, pl.col("occurred_on") <= pl.col("as_of"))
        .with_columns(within=within, table=pl.lit(name))
        .select("within", *(column for column in EVIDENCE.by_name if column != "place"))
        .collect()
    )


def _placed(rows: pl.DataFrame, fewest: int, most: int) -> pl.DataFrame:
    """The rows worth showing, numbered. Ties end in the row's own key."""
    order = ["id", "within", "occurred_on", "amount", "table", "source", "native_id"]
    down = [False, True, True, True, False, False, False]
    place = pl.int_range(1, pl.len() + 1).over("id")
    return (
        rows.sort(order, descending=down, nulls_last=True)
        .with_columns(place=place)
        .filter(pl.col("place") <= pl.when("within").then(most).otherwise(fewest))
        .select(list(EVIDENCE.by_name))
    )
