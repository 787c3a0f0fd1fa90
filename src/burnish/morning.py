"""The morning: one reader's briefing from the published snapshot."""

from __future__ import annotations

from datetime import date

import polars as pl

from burnish import briefing as briefings
from burnish.shop import Shop
from burnish.store import snapshots

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
            today=shop.today(),
            rows=briefings.RowsKept(**snapshot.manifest["read"]),  # type: ignore[arg-type]
        )
