"""The rows behind a conclusion: what to open to see it with one's own eyes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from burnish.conclusions.joining import behind
from burnish.conclusions.kinds import Speaker
from burnish.detectors.speaking import schema_of
from burnish.errors import ContractError
from burnish.schema.signals import EVIDENCE

Frame = pl.DataFrame | pl.LazyFrame
SOURCE_ROWS = 2  # of each table, where there are so many
BILLS = "invoice"
ABOUT = ("id", "customer_id", "as_of", "window_start", "window_end")


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
    """Rows of the tables behind each conclusion: contract EVIDENCE, `place` 1 first.

    `tables` are canonical tables as landed, by name; a lazy one is read only for the concluded customers.
    Of each table rows of the signal's window come first, newest and largest first; where a window is thin,
    the newest rows before it fill up to `fewest` of all tables and 2 of each. The tables take turns, those
    of the strongest signal first, until there are `most`.
    Versions not known on the conclusion's day are left out. Raises ContractError when a detector names a
    table that is not given.
    """
    about = conclusion.select("id", "kind", "customer_id").join(behind(signal), on=["kind", "customer_id"])
    found = [
        _rows(part.select(ABOUT), customer_ref, _table(tables, name), name).with_columns(
            order=place * most + n
        )
        for (of, place), part in about.partition_by("signal", "place", as_dict=True).items()
        for n, name in enumerate(speakers[of].evidence)
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


def _rows(about: pl.DataFrame, customer_ref: pl.DataFrame, table: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Every row of one table that belongs to the customers and was known on the day.

    An invoice that is not due yet shows nothing of how its customer pays.
    """
    own = customer_ref.join(about, on="customer_id")
    held = set(table.collect_schema().names())
    for column, kind in (("amount", pl.Decimal(18, 4)), ("currency", pl.String)):
        table = table if column in held else table.with_columns(pl.lit(None, dtype=kind).alias(column))
    known = (pl.col("known_on") <= pl.col("as_of")) & (
        pl.col("superseded_on").is_null() | (pl.col("superseded_on") > pl.col("as_of"))
    )
    within = pl.col("occurred_on").is_between("window_start", "window_end").fill_null(False)
    if name == BILLS and "due_on" in held:
        known &= pl.col("due_on").is_null() | (pl.col("due_on") <= pl.col("as_of"))
    return (
        table.filter(pl.col("organisation_ref").is_in(own["organisation_ref"].unique().implode()))
        .join(own.lazy(), on=["source", "organisation_ref"])
        .filter(known, pl.col("occurred_on") <= pl.col("as_of"))
        .with_columns(within=within, table=pl.lit(name))
        .select("within", *(column for column in EVIDENCE.by_name if column != "place"))
        .collect()
    )


def _placed(rows: pl.DataFrame, fewest: int, most: int) -> pl.DataFrame:
    """The rows worth showing, numbered. Ties end in the row's own key."""
    order = ["id", "order", "within", "occurred_on", "amount", "source", "native_id"]
    down = [False, False, True, True, True, False, False]
    turn = pl.int_range(1, pl.len() + 1)
    tables = pl.col("order").n_unique().over("id").cast(pl.Int64)
    enough = pl.max_horizontal(pl.lit(SOURCE_ROWS), (fewest + tables - 1) // tables)
    own = rows.unique(["id", "table", "source", "native_id"], keep="first", maintain_order=True)
    return (
        own.sort(order, descending=down, nulls_last=True)
        .with_columns(turn=turn.over("id", "order"))
        .filter(pl.col("turn") <= pl.when("within").then(most).otherwise(enough))
        .with_columns(shared=turn.over("id", order_by=["turn", "order"]))
        .filter(pl.col("shared") <= most)
        .sort("id", "shared")
        .with_columns(place=pl.col("shared"))
        .select(list(EVIDENCE.by_name))
    )
