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
        frames = [pl.DataFrame(snapshot.table(name)) for name in TABLES]
        return briefings.assemble(
            *frames,
            reader=reader,
            as_of=date.fromisoformat(snapshot.as_of),
            snapshot=snapshot.id,
            rows=rows_kept(shop),
        )


def rows_kept(shop: Shop) -> briefings.RowsKept:
    """Rows of all files, each counted once: by the first table that its sheet feeds."""
    first: dict[tuple[str, str], loads.Part] = {}
    for load, part in loads.parts(loads.all_loads(shop.landing)):
        first.setdefault((load.load_id, part.sheet), part)
    return briefings.RowsKept(
        rows_in=sum(part.rows_in for part in first.values()),
        loaded=sum(part.loaded for part in first.values()),
        rejected=sum(part.rejected for part in first.values()),
    )
