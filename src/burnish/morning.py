"""The morning: one reader's briefing from the published snapshot, and the pictures for its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from burnish import briefing as briefings
from burnish import charts
from burnish.briefing import Item
from burnish.shop import Shop
from burnish.store import snapshots
from burnish.store.snapshots import Snapshot

TABLES = ("conclusion", "explanation", "evidence", "signal", "customer", "entry_clock")
LATER_TABLES = ("contribution", "change")  # snapshots of older versions lack them
DRAWN = ("order_release", "check_run", "invoice_state")
Strips = Mapping[str, tuple[charts.Strip | None, ...]]


def briefing(shop: Shop, *, reader: str) -> briefings.Briefing:
    """The briefing of `reader` from the current snapshot. Raises ShopError before the first refresh."""
    with snapshots.current(shop.snapshots) as snapshot:
        return page_of(shop, snapshot, reader)


def illustrated(shop: Shop, *, reader: str) -> tuple[briefings.Briefing, Strips]:
    """The same with a picture for each signal behind what is told, by id of the conclusion.

    A signal without rows to draw, or without a picture of its kind, has None.
    """
    with snapshots.current(shop.snapshots) as snapshot:
        page = page_of(shop, snapshot, reader)
        told = {item.customer_id for item in page.items}
        facts = {name: _of(snapshot, name, told) for name in DRAWN if name in _there(snapshot)}
        return page, {item.id: _strips(item, facts, page.as_of) for item in page.items}


def page_of(shop: Shop, snapshot: Snapshot, reader: str) -> briefings.Briefing:
    """The briefing of `reader` from a snapshot that the caller holds."""
    conclusion, explanation, evidence, signal, customer, clock = (_frame(snapshot, name) for name in TABLES)
    contribution, change = (
        _frame(snapshot, name) if name in _there(snapshot) else None for name in LATER_TABLES
    )
    return briefings.assemble(
        conclusion,
        explanation,
        evidence,
        signal,
        customer,
        clock,
        contribution,
        change,
        reader=reader,
        as_of=date.fromisoformat(snapshot.as_of),
        snapshot=snapshot.id,
        today=shop.today(),
        rows=briefings.RowsKept(**snapshot.manifest["read"]),  # type: ignore[arg-type]
    )


def _frame(snapshot: Snapshot, name: str) -> pl.DataFrame:
    return pl.DataFrame(snapshot.table(name))


def _there(snapshot: Snapshot) -> Mapping[str, str]:
    """The snapshot's tables with their hashes."""
    return snapshot.manifest["tables"]  # type: ignore[return-value]


def _of(snapshot: Snapshot, name: str, customers: set[str]) -> pl.DataFrame:
    return _frame(snapshot, name).filter(pl.col("customer_id").is_in(sorted(customers)))


def _strips(item: Item, facts: Mapping[str, pl.DataFrame], as_of: date) -> tuple[charts.Strip | None, ...]:
    """The pictures of one item, one per signal behind it."""
    own = {name: rows.filter(pl.col("customer_id") == item.customer_id) for name, rows in facts.items()}
    return tuple(
        charts.strip(reason.signal, reason.sources, own, _marks(reason), as_of=as_of)
        for reason in item.because
    )


def _marks(reason: briefings.Reason) -> dict[str, float | date]:
    """The numbers and days of a signal's sentence by name."""
    values = {name: fact.number if fact.day is None else fact.day for name, fact in reason.facts.items()}
    return {name: value for name, value in values.items() if value is not None}
