"""Proof that nothing was lost: rows in = loaded + rejected, amounts as read, bytes as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import ShopError
from burnish.schema.tables import CANONICAL
from burnish.shop import Shop
from burnish.store import loads, snapshots
from burnish.store.fingerprint import table_hash

Totals = dict[str, dict[str, Decimal]]
AMOUNT = "amount"
HEADED = "headed"  # amounts of lines in the currency that their heads name


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
    amounts: dict[str, Decimal]

    @property
    def difference(self) -> int:
        """Rows unaccounted for."""
        return self.rows_in - self.loaded - self.rejected


@dataclass(frozen=True)
class Verdict:
    """The outcome: every account, the sums of amounts, and everything that is wrong, in words.

    `damaged` says that stored bytes are not those written, which only a backup or a new `add` mends.
    """

    accounts: tuple[Account, ...]
    totals: Totals
    wrong: tuple[str, ...]
    damaged: bool

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.wrong


def verify(shop: Shop) -> Verdict:
    """Count landing again from its files, compare with the manifests, and hash the current snapshot again."""
    there = loads.all_loads(shop.landing)
    by_load = [(load, tuple(accounts_of(shop.landing, load))) for load in there]
    accounts = tuple(account for _, found in by_load for account in found)
    damaged = [problem for load in there for problem in loads.unlike(shop.landing, load)]
    damaged += snapshot_unlike(shop)
    wrong = [f"{one.file} ({one.table}): {one.difference} rows too few" for one in accounts if one.difference]
    lost = [(load.file, part) for load, part in loads.parts(there) if part.lost]
    wrong += [f"{file} ({part.table}): {part.lost} rows of its sheet are in no table" for file, part in lost]
    wrong += [problem for load, found in by_load for problem in money_unlike(load, found)]
    totals = totalled(accounts, shop.settings.currency)
    return Verdict(accounts, totals, (*damaged, *wrong), damaged=bool(damaged))


def accounts_of(landing: Path, load: loads.Load) -> Iterator[Account]:
    """Each part's rows in from the manifest; loaded, rejected and amounts counted from the files."""
    problems = loads.rejects(landing, load)
    for part in load.parts:
        of_part = pc.and_(pc.equal(problems["table"], part.table), pc.equal(problems["sheet"], part.sheet))
        verdicts = problems.filter(of_part)["verdict"].cast(pa.string())
        rejected, noted = (pc.sum(pc.equal(verdicts, said)).as_py() or 0 for said in ("rejected", "noted"))
        loaded, amounts = 0, defaultdict[str, Decimal](Decimal)
        for path in loads.parquet_of(landing, [load], part.table):
            rows, found = counted(path, part)
            loaded += rows
            for currency, amount in found.items():
                amounts[currency] += amount
        place = (load.load_id, load.file, part.sheet, part.table)
        yield Account(*place, part.rows_in, loaded, rejected, noted, dict(amounts))


def counted(path: Path, part: loads.Part) -> tuple[int, dict[str, Decimal]]:
    """Landed rows of one part in a file, and their amounts by currency."""
    has_amounts = AMOUNT in CANONICAL[part.table].by_name
    table = loads.read_parquet(path, ["sheet", *([AMOUNT, "currency"] if has_amounts else [])])
    rows = table.filter(pc.equal(table["sheet"], part.sheet))
    if not has_amounts:
        return rows.num_rows, {}
    sums = rows.group_by("currency").aggregate([(AMOUNT, "sum")]).to_pylist()
    found = {row["currency"] or HEADED: row[f"{AMOUNT}_sum"] for row in sums}
    return rows.num_rows, {currency: amount for currency, amount in found.items() if amount}


def money_unlike(load: loads.Load, accounts: Iterable[Account]) -> Iterator[str]:
    """Amounts in landing whose sum is not the one that was read."""
    for part, account in zip(load.parts, accounts, strict=True):
        read, stored = Decimal(part.totals.get(AMOUNT, "0")), sum(account.amounts.values(), Decimal(0))
        if read != stored:
            yield f"{load.file} ({part.table}): amounts add up to {stored} in landing, {read} as read"


def totalled(accounts: Iterable[Account], currency: str) -> Totals:
    """Sums of amounts per table: `amount` in the shop's currency, `amount_EUR` in another."""
    totals: Totals = defaultdict(lambda: defaultdict(Decimal))
    for account in accounts:
        for found, amount in account.amounts.items():
            totals[account.table][AMOUNT if found == currency else f"{AMOUNT}_{found}"] += amount
    return {table: dict(sums) for table, sums in totals.items()}


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
