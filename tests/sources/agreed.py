"""Landing a file of which a person said what its key is and whether its customers are persons."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from burnish import intake
from burnish.shop import Shop
from burnish.store import loads


def land(
    shop: Shop,
    path: Path,
    *,
    key: Sequence[str] | None = None,
    of_table: str = "order_line",
    individuals: str = "guess",
    on: date | None = None,
) -> loads.Load:
    """Land a file under its guessed mapping, with `key` for the rows of one table."""
    with intake.look(shop, path) as plan:
        given = [
            replace(
                proposal,
                mapping=replace(
                    proposal.mapping,
                    individuals=individuals,
                    tables=tuple(
                        replace(each, key=tuple(key) if key else None) if each.table == of_table else each
                        for each in proposal.mapping.tables
                    ),
                ),
            )
            for proposal in plan.proposals
        ]
        agreed = intake.confirmed(replace(plan, proposals=tuple(given)))
        return intake.land(shop, agreed, progress=lambda name, rows: None, loaded_on=on)[0]


def rows(shop: Shop, load_id: str, table: str = "order_line") -> pa.Table:
    """What lies in landing now of one load's table."""
    [load] = [load for load in loads.all_loads(shop.landing) if load.load_id == load_id]
    paths = loads.parquet_of(shop.landing, [load], table)
    return pa.concat_tables([loads.read_parquet(path).replace_schema_metadata(None) for path in paths])
