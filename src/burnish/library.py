"""The door for notebooks and programs: a shop as an object, its tables as Arrow, Polars or pandas.

from burnish import Shop

shop = Shop("my-shop")
shop.add("exports/orders.csv")
shop.refresh()
shop.table("customer_week").polars()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from burnish import intake, morning, pipeline, shop, tracing
from burnish.doctor import Checkup, checkup
from burnish.errors import MappingError, UsageError
from burnish.pipeline import FINDINGS, PROMISED
from burnish.schema.contracts import Contract
from burnish.store import snapshots
from burnish.store.loads import Load
from burnish.verify import Verdict, verify

if TYPE_CHECKING:
    import pandas as pd

    from burnish.briefing import Briefing

CONTRACTS: dict[str, Contract] = PROMISED | FINDINGS


@dataclass(frozen=True)
class Table:
    """One table of a snapshot, in the form that is wanted. People's names are never in it."""

    contract: Contract
    rows: pa.Table

    @property
    def grain(self) -> str:
        """What one row is."""
        return self.contract.grain

    @property
    def columns(self) -> pl.DataFrame:
        """The columns with their units and meanings. One row per column."""
        return pl.DataFrame(
            [{"column": one.name, "unit": one.unit, "says": one.says} for one in self.contract.open_columns]
        )

    def arrow(self) -> pa.Table:
        """As an Arrow table."""
        return self.rows

    def polars(self) -> pl.DataFrame:
        """As a Polars frame; money stays Decimal."""
        return pl.DataFrame(self.rows)

    def pandas(self) -> pd.DataFrame:
        """As a pandas frame; money becomes `decimal.Decimal` objects."""
        return self.rows.to_pandas()


@dataclass(frozen=True)
class Added:
    """What `Shop.add` did: a load per file, and the files and sheets that are not read, with the reason."""

    loads: tuple[Load, ...]
    left_out: tuple[intake.LeftOut, ...]


class Shop:
    """A shop's folder, opened. Raises ShopError when there is none."""

    def __init__(self, folder: str | Path) -> None:
        self._shop = shop.open_shop(Path(folder))

    @classmethod
    def make(
        cls,
        folder: str | Path,
        *,
        name: str = "",
        time_zone: str = "UTC",
        currency: str = "USD",
        country: str = "US",
        region: str = "",
    ) -> Shop:
        """Make a new shop in a folder. Raises ShopError when one is there."""
        path = Path(folder)
        called = name or path.resolve().name
        shop.init(path, name=called, time_zone=time_zone, currency=currency, country=country, region=region)
        return cls(path)

    @property
    def folder(self) -> Path:
        """The shop's folder."""
        return self._shop.folder

    def add(
        self,
        *paths: str | Path,
        source: str | None = None,
        mapping: str | Path | None = None,
        confirm: bool = False,
    ) -> Added:
        """Read files, folders, patterns, archives into the shop; a file that is here already keeps its load.

        `confirm` agrees to the mapping that Burnish proposes, as `burnish add --yes` does; a `mapping` file
        is agreed to by being given. Raises MappingError listing the open questions otherwise.
        """
        map_file = None if mapping is None else Path(mapping)
        found, no_tables = intake.find(map(Path, paths))
        each = [self._add(one, source, map_file, confirm) for one in found]
        return Added(
            tuple(load for load, _ in each if load), (*no_tables, *(one for _, left in each for one in left))
        )

    def _add(
        self, found: intake.Found, source: str | None, mapping: Path | None, confirm: bool
    ) -> tuple[Load | None, tuple[intake.LeftOut, ...]]:
        with intake.look(self._shop, found.path, source=source, map_file=mapping) as plan:
            if not plan.proposals:
                return None, plan.left_out
            if not (plan.is_confirmed or confirm or mapping):
                asked = "; ".join(plan.questions) or "is the mapping right?"
                raise MappingError(
                    asked, found.path.name, "Look at it with `burnish add`, or pass confirm=True."
                )
            load, _ = intake.land(self._shop, intake.confirmed(plan), progress=lambda step, rows: None)
            return load, plan.left_out

    def refresh(self, as_of: date | None = None) -> str:
        """Derive everything anew, as known on `as_of` (default: today). Returns the snapshot's id."""
        day = as_of or self._shop.today()
        return pipeline.refresh(self._shop, day, step=lambda name, rows, seconds: None).id

    def briefing(self, reader: str = "owner") -> Briefing:
        """One reader's conclusions. Raises ShopError before the first refresh."""
        return morning.briefing(self._shop, reader=reader)

    def why(self, conclusion: str) -> tracing.Why:
        """The chain from a conclusion's id to file and line."""
        return tracing.why(self._shop, conclusion)

    def verify(self) -> Verdict:
        """Count everything again: rows, sums, bytes."""
        return verify(self._shop)

    def doctor(self) -> Checkup:
        """Which questions the data answers, and how the shop is."""
        return checkup(self._shop)

    def tables(self) -> pl.DataFrame:
        """The tables of the current snapshot. One row per table: name, rows, grain."""
        with snapshots.current(self._shop.snapshots) as snapshot:
            rows: Sequence[dict[str, Any]] = [
                {"table": name, "rows": count, "grain": CONTRACTS[name].grain}
                for name, count in sorted(snapshot.rows.items())
            ]
        return pl.DataFrame(rows, schema={"table": pl.String, "rows": pl.Int64, "grain": pl.String})

    def table(self, name: str) -> Table:
        """One table of the current snapshot. Raises UsageError for a table it does not have."""
        with snapshots.current(self._shop.snapshots) as snapshot:
            if name not in snapshot.rows:
                known = ", ".join(sorted(snapshot.rows))
                raise UsageError(f"there is no table {name!r}", snapshot.id, f"Choose one of: {known}.")
            return Table(CONTRACTS[name], snapshot.table(name))
