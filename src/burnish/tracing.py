"""Why Burnish says something: the chain from one conclusion to file and line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from burnish import briefing as briefings
from burnish.briefing import Item, Row
from burnish.errors import ShopError, UsageError
from burnish.morning import page_of
from burnish.shop import Shop
from burnish.store import loads, snapshots

OWNER = "owner"
BEHIND = ("signal", "alarm_threshold", "contribution")
NUMBERS = ("tier", "score", "threshold", "fitted_on", "p_value", "n", "information")


@dataclass(frozen=True)
class Reason:
    """One signal behind a conclusion: its sentence, how unusual it is, and what made it alarm.

    `score` alarms over `threshold` of its tier; the threshold was fitted on what was known on `fitted_on`.
    `n` observations between `first` and `last`; `information` in nats.
    """

    signal: str
    sentence: str
    tier: str | None
    score: float | None
    threshold: float | None
    fitted_on: date | None
    p_value: float | None
    n: int | None
    information: float | None
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Origin:
    """A row behind a conclusion with the `add` that brought it; `content` is the file's SHA-256."""

    row: Row
    load_id: str
    loaded_on: str
    content: str


@dataclass(frozen=True)
class Why:
    """The whole chain: conclusion, signals, tested explanations, rows, loads, snapshot."""

    item: Item
    reasons: tuple[Reason, ...]
    origins: tuple[Origin, ...]
    snapshot: str
    hash: str
    code: str


def why(shop: Shop, name: str) -> Why:
    """The chain behind one conclusion of the current snapshot, told or watched.

    `name` is its id or how it begins, its place on the owner's page, or its customer's name or a part of
    it, where no other conclusion shares that. Raises UsageError for an unknown one,
    ShopError before the first refresh, or when a load behind it was removed since.
    """
    with snapshots.current(shop.snapshots) as snapshot:
        page = page_of(shop, snapshot, OWNER)
        item = named([*page.items, *page.watch], name)
        frames = {table: pl.DataFrame(snapshot.table(table)) for table in BEHIND}
        there = {load.load_id: load for load in loads.all_loads(shop.landing)}
        origins = tuple(origin(snapshot, row, there) for row in item.rows)
        reasons = tuple(reasons_of(item, **frames))
        return Why(item, reasons, origins, snapshot.id, snapshot.hash, str(snapshot.manifest["code"]))


def named(items: list[Item], name: str) -> Item:
    """The one item that a name means: by id, place, beginning of the id, or customer."""
    said = name.casefold()
    tried = (
        [item for item in items if item.id == name],
        [item for place, item in enumerate(items, start=1) if str(place) == name],
        [item for item in items if item.id.startswith(name)],
        [item for item in items if said in item.name.casefold()],
    )
    found: list[Item] = next(filter(None, tried), [])
    if len(found) == 1:
        return found[0]
    known = "; ".join(f"{item.id} ({item.name})" for item in found or items) or "none today"
    problem = f"several conclusions are meant by {name!r}" if found else f"there is no conclusion {name!r}"
    raise UsageError(problem, "burnish why ID", f"Choose one of: {known}.")


def reasons_of(
    item: Item, *, signal: pl.DataFrame, alarm_threshold: pl.DataFrame, contribution: pl.DataFrame
) -> list[Reason]:
    """The signals behind an item, strongest first."""
    parts = contribution.filter(pl.col("id") == item.id).sort("place")
    limits = alarm_threshold.select(
        "signal", "tier", "fitted_on", threshold=pl.col("threshold_ppm") / 1_000_000
    )
    measured = parts.select("signal", "customer_id", "says", spoken="facts").join(
        signal, on=["signal", "customer_id"], how="left", maintain_order="left"
    )
    limited = measured.join(limits, on=["signal", "tier"], how="left", maintain_order="left")
    return [reason(row, item.name) for row in limited.iter_rows(named=True)]


def reason(row: dict[str, Any], name: str) -> Reason:
    """One signal with its sentence filled."""
    return Reason(
        signal=row["signal"],
        sentence=briefings.sentence(row["says"], briefings.by_name(row["spoken"]), name=name),
        first=row["window_start"],
        last=row["window_end"],
        **{key: row[key] for key in NUMBERS},
    )


def origin(snapshot: snapshots.Snapshot, row: Row, there: dict[str, loads.Load]) -> Origin:
    """The load that brought one row, by the snapshot's own copy of it."""
    held = pl.scan_parquet(snapshot.folder / f"{row.table}.parquet")
    keys = {"source": row.source, "native_id": row.native_id, "file": row.file, "line": row.line}
    mine = held.filter(*(pl.col(name) == value for name, value in keys.items()))
    load_id = mine.select("load_id").head(1).collect().item()
    if load_id not in there:
        problem = "the load that brought a row of it was removed"
        raise ShopError(problem, f"{row.file}, {load_id}", "Run `burnish refresh` first.")
    load = there[load_id]
    return Origin(row, load.load_id, load.loaded_on, load.content)
