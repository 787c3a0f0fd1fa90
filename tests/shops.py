"""A small shop in a folder, and files written in the test."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from burnish import intake, pipeline, shop
from burnish.shop import Shop
from burnish.store import snapshots
from burnish.store.loads import Load


def new_shop(folder: Path) -> Shop:
    return shop.init(folder, name="Test Plating", time_zone="UTC", currency="USD", country="US")


def csv_file(folder: Path, name: str, rows: Iterable[str], *, header: str) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


ORDERS = "Order No,Order Date,Customer,PO,Qty,Amount"


def orders(folder: Path, rows: Iterable[str], name: str = "orders.csv") -> Path:
    return csv_file(folder, name, rows, header=ORDERS)


def add(there: Shop, path: Path, *, on: date | None = None, complete: str | None = None) -> Load:
    with intake.look(there, path) as plan:
        agreed = intake.confirmed(plan)
        for proposal in agreed.proposals:
            for table_map in proposal.mapping.tables:
                object.__setattr__(table_map, "complete", complete)
        load, _ = intake.land(there, agreed, progress=lambda name, rows: None, loaded_on=on)
    return load


def refreshed(there: Shop, day: date) -> snapshots.Snapshot:
    return pipeline.refresh(there, day, step=lambda name, rows, seconds: None)


def table(snapshot: snapshots.Snapshot, name: str) -> pl.DataFrame:
    return pl.DataFrame(snapshot.table(name))
