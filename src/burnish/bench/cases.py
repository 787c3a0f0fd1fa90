"""The benchmark's cases. Run as a module: FUNCTION ROWS PEOPLE FOLDER; prints one JSON line.

Making the input is not timed, and imports are not timed; the reading child's own start is.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import ibis
import pyarrow.parquet as pq

from burnish import intake, shop
from burnish.features.calendar import working_day
from burnish.features.entry import entry_clock
from burnish.features.ordering import order_gap, order_release
from burnish.features.panel import customer_week
from burnish.features.paying import check_run, payment_lag
from burnish.schema.tables import CANONICAL, landed
from burnish.simulate.rows import order_rows
from burnish.sources.cells import typed
from burnish.sources.guessing import guess
from burnish.sources.landing import headers_of
from burnish.sources.reading import open_file

CUSTOMERS = 2_000
DAY = date(2026, 1, 1)
seconds = 0.0


@contextmanager
def timed() -> Iterator[None]:
    """Count the time of this block only."""
    global seconds  # noqa: PLW0603  (one figure per process)
    began = time.perf_counter()
    yield
    seconds += time.perf_counter() - began


def orders(rows: int, people: bool, folder: Path) -> Path:
    """The input file, made once per size."""
    path = folder / f"orders-{rows}-{int(people)}.csv"
    return path if path.exists() else order_rows(path, rows, customers=CUSTOMERS, seed=1, people=people)


def duckdb_read(rows: int, people: bool, folder: Path) -> None:
    """The engine's own reader straight to Parquet."""
    path, out = orders(rows, people, folder), folder / "peer.parquet"
    connection = duckdb.connect(config={"threads": 2})
    with timed():
        connection.execute(f"copy (select * from read_csv('{path}')) to '{out}' (format parquet)")  # noqa: S608


def read_to_parquet(rows: int, people: bool, folder: Path) -> None:
    """Our reader in its limited child, mapping and typing, sorted Parquet; no guard, no vault."""
    path, out = orders(rows, people, folder), folder / "ours.parquet"
    with timed(), open_file(path) as reading:
        sheet = reading.sheets[0]
        table_map = guess(sheet, source="bench").tables[0]
        contract = CANONICAL[table_map.table]
        writer = None
        for batch in reading.batches(sheet.sheet, sorted(set(headers_of(table_map)))):
            found = typed(batch, table_map, contract)
            table = pq.pa.table({"native_id": found.native, "line": found.line, **found.columns})
            table = table.sort_by([("occurred_on", "ascending"), ("line", "ascending")])
            writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd", compression_level=1)
            writer.write_table(table)
        if writer:
            writer.close()


def add_with_guard_and_vault(rows: int, people: bool, folder: Path) -> None:
    """The whole `add`: reading, guard, vault, masking, landing, all durable."""
    path, there = orders(rows, people, folder), folder / "shop"
    shutil.rmtree(there, ignore_errors=True)
    made = shop.init(there, name="Bench", time_zone="UTC", currency="USD", country="US")
    with timed(), intake.look(made, path) as plan:
        intake.land(made, intake.confirmed(plan), progress=lambda name, rows: None)


