"""The morning: one reader's briefing from the published snapshot."""

from __future__ import annotations

from datetime import date

import polars as pl

from burnish import briefing as briefings
from burnish.shop import Shop
from burnish.store import loads, snapshots

TABLES = ("conclusion", "explanation", "evidence", "signal", "customer", "entry_clock")


def briefing(shop: Shop, *, reader: str) -> briefings.Briefing:
    """The briefing of `reader` from the current snapshot. Raises ShopError before the first refresh."""
    with snapshots.current(shop.snapshots) as snapshot:
        frames = [pl.from_arrow(snapshot.table(name)) for name in TABLES]
        return briefings.assemble(
            *frames,
            reader=reader,
            as_of=date.fromisoformat(snapshot.as_of),
            snapshot=snapshot.id,
            rows=rows_kept(shop),
        )


def rows_kept(shop: Shop) -> briefings.RowsKept:
    """Rows in, loaded and rejected over all loads."""
    parts = [part for _, part in loads.parts(loads.all_loads(shop.landing))]
    return briefings.RowsKept(
        rows_in=sum(part.rows_in for part in parts),
        loaded=sum(part.loaded for part in parts),
        rejected=sum(part.rejected for part in parts),
    )
