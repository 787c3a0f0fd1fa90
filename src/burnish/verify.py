"""Proof that nothing was lost: rows in = loaded + rejected, sums as read, bytes as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import ShopError
from burnish.schema.contracts import Contract
from burnish.schema.tables import CANONICAL
from burnish.shop import Shop
from burnish.store import loads, snapshots
from burnish.store.fingerprint import table_hash

Totals = dict[str, dict[str, Decimal]]


@dataclass(frozen=True)
class Account:
    """One file, sheet and table: what was read, what lies in landing, what was rejected."""

    load_id: str
    file: str
    sheet: str
    table: str
    rows_in: int
    loaded: int
    rejected: int
    noted: int

    @property
    def difference(self) -> int:
        """Rows unaccounted for."""
        return self.rows_in - self.loaded - self.rejected


@dataclass(frozen=True)
class Verdict:
    """The outcome: every account, the sums per money column, and everything that is wrong, in words."""

    accounts: tuple[Account, ...]
    totals: Totals
    wrong: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.wrong


def verify(shop: Shop) -> Verdict:
    """Count landing again from its files, compare with the manifests, and hash the current snapshot again."""
    there = loads.all_loads(shop.landing)
    accounts = tuple(account for load in there for account in accounts_of(shop.landing, load))
    totals: Totals = defaultdict(dict)
    wrong = [
        f"{one.file} ({one.table}): {one.difference} rows unaccounted for"
        for one in accounts
        if one.difference
    ]
    for load in there:
        wrong += damaged(shop.landing, load)
        wrong += unlike(shop.landing, load, totals)
    wrong += snapshot_unlike(shop)
    return Verdict(accounts, dict(totals), tuple(wrong))


def accounts_of(landing: Path, load: loads.Load) -> Iterator[Account]:
    """Each part's rows in from the manifest, loaded and rejected counted from the files."""
    problems = loads.rejects(landing, load)
    for part in load.parts:
        of_part = pc.and_(pc.equal(problems["table"], part.table), pc.equal(problems["sheet"], part.sheet))
        verdicts = problems.filter(of_part)["verdict"].cast(pa.string())
        loaded = sum(rows_of(path, part.sheet) for path in loads.parquet_of(landing, [load], part.table))
        rejected, noted = (pc.sum(pc.equal(verdicts, said)).as_py() or 0 for said in ("rejected", "noted"))
        yield Account(load.load_id, load.file, part.sheet, part.table, part.rows_in, loaded, rejected, noted)


def rows_of(path: Path, sheet: str) -> int:
    """Landed rows of one sheet in a file."""
    return pc.sum(pc.equal(loads.read_parquet(path, ["sheet"])["sheet"], sheet)).as_py() or 0


def damaged(landing: Path, load: loads.Load) -> Iterator[str]:
    """Files of a load that are missing, or not the bytes that were written."""
    for name, digest in load.files.items():
        path = landing / load.load_id / name
        if not path.is_file():
            yield f"{load.load_id}/{name} is missing"
        elif loads.digest(path) != digest:
            yield f"{load.load_id}/{name} is not what was written"


def unlike(landing: Path, load: loads.Load, totals: Totals) -> Iterator[str]:
    """Money sums in landing that differ from those as read; the sums are added to `totals`."""
    for name in sorted({part.table for part in load.parts}):
        sums = sums_of(landing, load, CANONICAL[name])
        read: dict[str, Decimal] = defaultdict(Decimal)
        for part in load.parts:
            if part.table == name:
                for column, as_read in part.totals.items():
                    read[column] += Decimal(as_read)
        for column, total in sums.items():
            totals[name][column] = totals[name].get(column, Decimal(0)) + total
            if total != read[column]:
                yield f"{load.file} ({name}.{column}): {total} in landing, {read[column]} as read"


def sums_of(landing: Path, load: loads.Load, contract: Contract) -> dict[str, Decimal]:
    """Sums of the money columns of one load's table."""
    names = [column.name for column in contract.open_columns if column.family == "money"]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for path in loads.parquet_of(landing, [load], contract.name) if names else ():
        table = loads.read_parquet(path, names)
        for name in names:
            sums[name] += pc.sum(table[name]).as_py() or Decimal(0)
    return dict(sums)


def snapshot_unlike(shop: Shop) -> Iterator[str]:
    """Tables of the current snapshot whose rows no longer have the hash they were published with."""
    try:
        with snapshots.current(shop.snapshots) as snapshot:
            hashes: dict[str, str] = snapshot.manifest["tables"]  # type: ignore[assignment]
            for name, hashed in hashes.items():
                if table_hash(snapshot.table(name)) != hashed:
                    yield f"snapshot {snapshot.id}: table {name} is not what was published"
    except ShopError:
        return  # nothing was published yet, so nothing can differ
