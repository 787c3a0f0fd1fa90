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
from decimal import Decimal
from functools import partial
from importlib.resources import files
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from burnish import intake, shop
from burnish.features.calendar import working_day
from burnish.features.entry import entry_clock
from burnish.features.ordering import order_gap, order_release
from burnish.features.panel import customer_week
from burnish.features.paying import payment_lag
from burnish.schema.facts import FACTS
from burnish.schema.tables import CANONICAL, TRADE, landed
from burnish.simulate.rows import order_rows
from burnish.sources.cells import typed
from burnish.sources.guessing import guess
from burnish.sources.reading import open_file
from burnish.store import loads

CUSTOMERS = 2_000
DAY = date(2026, 1, 1)
CENT = pa.scalar(Decimal("0.01"))
EPOCH = date(1970, 1, 1).toordinal()
seconds = 0.0
error: float | None = None  # of a case that can be wrong: 1 - F1


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
        for batch in reading.batches(sheet.sheet, table_map.columns):
            found = typed(batch, table_map, contract)
            columns = {"native_id": found.native, "line": found.line, **found.columns}
            if writer is None:
                schema = pa.schema([(name, values.type) for name, values in columns.items()])
                writer = loads.Writer(out, schema)
            writer.write(partial(ordered, columns, schema))
        if writer:
            writer.close()


def ordered(columns: dict[str, pa.Array], schema: pa.Schema) -> pa.Table:
    """One batch as landing sorts it."""
    return loads.in_order(columns, ["occurred_on", "line"]).cast(schema)


def add_with_guard_and_vault(rows: int, people: bool, folder: Path) -> None:
    """The whole `add`: reading, guard, vault, masking, landing, all durable."""
    path, there = orders(rows, people, folder), folder / "shop"
    shutil.rmtree(there, ignore_errors=True)
    made = shop.init(there, name="Bench", time_zone="UTC", currency="USD", country="US")
    with timed(), intake.look(made, path) as plan:
        intake.land(made, intake.confirmed(plan), progress=lambda name, rows: None)


def events(rows: int, folder: Path) -> dict[str, Path]:
    """Canonical Parquet for the panel: order lines, half as many invoices, as many payments, customers."""
    paths = {name: folder / f"panel-{rows}-{name}.parquet" for name in (*TRADE, "customer_ref")}
    if not all(path.exists() for path in paths.values()):
        for name, table in made_events(rows).items():
            pq.write_table(table, paths[name])
    return paths


def made_events(rows: int) -> dict[str, pa.Table]:
    """Random events of CUSTOMERS customers over five years, in the contracts' columns."""
    rng = np.random.default_rng(7)
    names = [f"Customer {n}" for n in range(CUSTOMERS)]
    ref = {"source": ["bench"] * CUSTOMERS, "organisation_ref": names, "customer_id": names}
    days = np.sort(DAY.toordinal() - EPOCH - rng.integers(1, 5 * 365, rows))
    who = rng.zipf(1.4, rows) % CUSTOMERS
    cents = rng.integers(500, 500_000, rows)
    line = {"occurred_on": days, "who": who, "cents": cents, "order_no": rng.integers(0, rows, rows)}
    half = {name: values[::2] for name, values in line.items()}
    numbers = pa.array(np.arange(len(half["who"]))).cast(pa.string())
    paid = {
        **half,
        "occurred_on": np.minimum(half["occurred_on"] + rng.integers(5, 90, len(numbers)), days[-1]),
    }
    due = pa.array((half["occurred_on"] + 30).astype(np.int32)).cast(pa.date32())
    return {
        "order_line": event("order_line", line, order_no=pa.array(line["order_no"]).cast(pa.string())),
        "invoice": event("invoice", half, number=numbers, due_on=due),
        "payment": event("payment", paid, invoice_ref=numbers),
        "shipment": landed(CANONICAL["shipment"]).schema.empty_table(),
        "quote": landed(CANONICAL["quote"]).schema.empty_table(),
        "customer_ref": pa.table(ref),
    }


def event(name: str, rows: dict[str, np.ndarray], **more: pa.Array) -> pa.Table:
    """Rows of an event table; columns not given are empty."""
    size = len(rows["who"])
    day = pa.array(rows["occurred_on"].astype(np.int32)).cast(pa.date32())
    names = pa.array([f"Customer {n}" for n in range(CUSTOMERS)]).take(pa.array(rows["who"]))
    amount = pc.multiply(pa.array(rows["cents"]).cast(pa.decimal128(19, 0)), CENT)
    given = {"occurred_on": day, "known_on": day, "known_imputed": pa.repeat(True, size), "amount": amount}
    given |= {
        "source": pa.repeat("bench", size),
        "organisation_ref": names,
        "currency": pa.repeat("USD", size),
    }
    given |= {"native_id": pa.array(np.arange(size)).cast(pa.string()), **more}
    schema = landed(CANONICAL[name]).schema
    columns = [given.get(field.name, pa.nulls(size, field.type)).cast(field.type) for field in schema]
    return pa.table(columns, schema=schema)


def panel(rows: int, people: bool, folder: Path) -> None:
    """The fact tables by the package's expressions, each written and read back as `refresh` does."""
    paths = events(rows, folder)
    engine = ibis.duckdb.connect(threads=2)
    days = working_day(DAY.replace(year=DAY.year - 6), DAY, country="US")

    def kept(name: str, table: ibis.Table) -> ibis.Table:
        path = folder / f"ours-{name}.parquet"
        engine.to_parquet(table.order_by(FACTS[name].key or table.columns), str(path))
        return engine.read_parquet(str(path))

    with timed():
        of = {name: engine.read_parquet(str(path)) for name, path in paths.items()}
        works = ibis.memtable(days.to_arrow())
        ref = of["customer_ref"]
        clock = kept("entry_clock", entry_clock({name: of[name] for name in TRADE}, day=DAY))
        release = kept("order_release", order_release(of["order_line"], ref, works, currency="USD"))
        kept("order_gap", order_gap(release, works, clock))
        kept("payment_lag", payment_lag(of["invoice"], of["payment"], ref, currency="USD"))
        facts = (of["shipment"], of["invoice"], of["payment"], of["quote"], ref, works)
        kept("customer_week", customer_week(release, of["order_line"], *facts, currency="USD", day=DAY))


def panel_by_hand(rows: int, people: bool, folder: Path) -> None:
    """The same tables by hand-written SQL, each to Parquet; the entry clock is given to it."""
    paths = events(rows, folder)
    connection = duckdb.connect(config={"threads": 2})
    days = working_day(DAY.replace(year=DAY.year - 6), DAY, country="US").to_arrow()
    connection.register("working_day", days)
    last = pc.max(pq.read_table(paths["order_line"], columns=["occurred_on"])["occurred_on"]).as_py()
    connection.register("entry_clock", pa.table({"table": ["order_line"], "complete_on": [last]}))
    with timed():
        for name, path in paths.items():
            connection.execute(f"create view {name} as from '{path}'")
        for name, statement in statements():
            out = folder / f"peer-{name}.parquet"
            connection.execute(f"copy ({statement}) to '{out}' (format parquet)")
            connection.execute(f"create view {name} as from '{out}'")


def statements() -> Iterator[tuple[str, str]]:
    """The named statements of `panel.sql`."""
    text = files("burnish.bench").joinpath("panel.sql").read_text("utf-8")
    for part in text.split("-- name: ")[1:]:
        name, _, statement = part.partition("\n")
        yield name.strip(), statement.strip().rstrip(";").replace("{day}", f"DATE '{DAY}'")


def linking(rows: int, people: bool, folder: Path) -> None:
    """Company records to groups, by ours."""
    judge_linking(rows, "ours")


def linking_by_splink(rows: int, people: bool, folder: Path) -> None:
    """Company records to groups, by plain Splink."""
    judge_linking(rows, "by_splink")


def judge_linking(rows: int, way: str) -> None:
    """Group made-up records, and keep how much of it is wrong."""
    from burnish.bench import linking as case  # noqa: PLC0415  (Splink, which only these cases need)

    global error  # noqa: PLW0603  (one figure per process)
    record = case.records(rows)
    with timed():
        group = getattr(case, way)(record.drop("company"))
    error = case.error(record, group)


CASES: dict[str, Callable[[int, bool, Path], None]] = {
    case.__name__: case
    for case in (
        duckdb_read,
        read_to_parquet,
        add_with_guard_and_vault,
        panel,
        panel_by_hand,
        linking,
        linking_by_splink,
    )
}


def main() -> None:
    """One case, one line of JSON."""
    name, rows, people, folder = sys.argv[1:5]
    CASES[name](int(rows), people == "1", Path(folder))
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = {"seconds": round(seconds, 4), "peak_mb": round(peak / 1024, 1)}
    told |= {} if error is None else {"error": error}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
