"""What lies in landing: one folder per load, with its Parquet, its rejects and its manifest.

    landing/L000001/load.json            the manifest, see Load
                    order_line.0.parquet one file per sheet and canonical table fed
                    rejects.parquet      rows rejected and cells noted, never their text
    landing/removed.json                 loads that were undone; their numbers are not used again

A load is visible only when whole (its folder is renamed into place last). Its files never change. When
a person becomes known later, the masked file is written beside under a new name and the manifest, which
alone says which files hold, is replaced.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from burnish.errors import DamageError, UsageError
from burnish.store import durable

MANIFEST = "load.json"
REJECTS = "rejects.parquet"
REMOVED = "removed.json"
REJECTS_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("reason", pa.string()),
        ("verdict", pa.dictionary(pa.int8(), pa.string())),  # rejected (the row) or noted (only the cell)
    ]
)


@dataclass(frozen=True)
class Part:
    """One canonical table fed by one sheet: rows in = loaded + rejected.

    `silent` rows of the sheet say nothing about this table (an unpaid invoice has no payment) and
    are not rows in. `totals` are sums of the money columns as read, before anything was written.
    The first part of a sheet counts the sheet too: `sheet_rows`, and how many of them at least one table
    loaded.
    """

    table: str
    object: str
    sheet: str
    rows_in: int
    loaded: int
    rejected: int
    noted: int
    silent: int
    complete: str | None
    first_on: str | None
    last_on: str | None
    totals: dict[str, str]
    sheet_rows: int = 0
    sheet_loaded: int = 0

    @property
    def difference(self) -> int:
        """Rows unaccounted for; 0 or something is lost."""
        return self.rows_in - self.loaded - self.rejected

    @property
    def of_sheet(self) -> tuple[int, int, int]:
        """Rows in, loaded and rejected of the whole sheet, as its first part knows them."""
        if not self.sheet_rows:
            return self.rows_in, self.loaded, self.rejected
        return self.sheet_rows, self.sheet_loaded, self.sheet_rows - self.sheet_loaded

    @property
    def lost(self) -> int:
        """Rows of the sheet that are neither rows in nor silent; counted by the first part only."""
        return self.sheet_rows - self.rows_in - self.silent if self.sheet_rows else 0

    def __str__(self) -> str:
        said = f"{self.rows_in:,} rows in = {self.loaded:,} loaded + {self.rejected:,} rejected"
        return said + (f"; {self.noted:,} cells noted" if self.noted else "")


@dataclass(frozen=True)
class Load:
    """The manifest of one load. `content`: SHA-256 of the user's file; `dropped`: columns left out."""

    load_id: str
    file: str
    content: str
    mapping: str
    source: str
    loaded_on: str
    parts: tuple[Part, ...]
    dropped: int = 0
    guarded: dict[str, int] = field(default_factory=dict)
    masked: int = 0
    names_version: int = 0
    files: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The load's place in order: 1 for L000001."""
        return int(self.load_id[1:])

    @property
    def day(self) -> date:
        """The shop's local date of the load."""
        return date.fromisoformat(self.loaded_on)


def folders(landing: Path) -> list[Path]:
    """The folder of every load, in order."""
    return sorted(landing.glob("L" + "[0-9]" * 6))


def all_loads(landing: Path) -> list[Load]:
    """Every load in order. Raises DamageError for a manifest that is missing or cannot be read."""
    return [read_manifest(folder / MANIFEST) for folder in folders(landing)]


def read_manifest(path: Path) -> Load:
    """One manifest, back from JSON."""
    try:
        given = json.loads(path.read_text("utf-8"))
        return Load(**{**given, "parts": tuple(Part(**part) for part in given["parts"])})
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise DamageError(
            f"the manifest of a load cannot be read ({type(problem).__name__})",
            str(path),
            f"Restore it from a backup, or `burnish remove {path.parent.name}` and add its file again.",
        ) from None


def write_manifest(folder: Path, load: Load) -> None:
    """Write `load.json` whole."""
    durable.replace_file(folder / MANIFEST, json.dumps(asdict(load), indent=1, sort_keys=True).encode())


def digest(path: Path) -> str:
    """SHA-256 of a file, streamed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def next_id(landing: Path) -> str:
    """The next load number; numbers of removed loads stay used."""
    used = [int(name[1:]) for name in [*removed(landing), *(folder.name for folder in folders(landing))]]
    return f"L{max(used, default=0) + 1:06d}"


def removed(landing: Path) -> list[str]:
    """Ids of loads that were undone."""
    path = landing / REMOVED
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


def remove(landing: Path, load_id: str) -> None:
    """Undo a load, also a damaged one: note its number as used, then let its folder vanish in one step.

    Raises UsageError when there is no such load.
    """
    folder = landing / load_id
    if folder not in folders(landing):
        known = ", ".join(folder.name for folder in folders(landing)) or "none"
        raise UsageError(f"there is no load {load_id}", str(landing), f"Loads here: {known}.")
    ids = sorted({*removed(landing), load_id})
    durable.replace_file(landing / REMOVED, json.dumps(ids).encode())
    durable.retire(folder)


def unlike(landing: Path, load: Load) -> Iterator[str]:
    """Files of a load that are missing, or not the bytes that were written."""
    for name, written in load.files.items():
        path = landing / load.load_id / name
        if not path.is_file():
            yield f"{load.load_id}/{name} is missing"
        elif digest(path) != written:
            yield f"{load.load_id}/{name} is not what was written"


def refuse_damage(landing: Path, loads: Iterable[Load]) -> None:
    """Raise DamageError naming every file that is missing or changed: better no number than a wrong one."""
    wrong = [problem for load in loads for problem in unlike(landing, load)]
    if wrong:
        raise DamageError(
            f"landing is damaged: {'; '.join(wrong)}",
            str(landing),
            "Restore it from a backup, or `burnish remove` that load and add its file again.",
        )


def parquet_of(landing: Path, loads: list[Load], table: str) -> list[Path]:
    """The Parquet files of one canonical table that the manifests name, in load order."""
    return [
        landing / load.load_id / name
        for load in loads
        for name in sorted(load.files)
        if name.startswith(f"{table}.")
    ]


def rejects(landing: Path, load: Load) -> pa.Table:
    """Rows rejected and cells noted by one load."""
    return read_parquet(landing / load.load_id / REJECTS)


def read_parquet(path: Path, columns: list[str] | None = None) -> pa.Table:
    """One Parquet file. Raises DamageError when it is not whole."""
    try:
        return pq.read_table(path, columns=columns, page_checksum_verification=True)
    except (OSError, pa.ArrowException):
        raise damaged(path) from None


class Writer:
    """One Parquet file written behind: the next batch is typed while the last one is sorted and written."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.file = pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=1, write_page_checksum=True
        )
        self.worker = ThreadPoolExecutor(max_workers=1)
        self.last: Future[None] | None = None

    def write(self, finished: Callable[[], pa.Table]) -> None:
        """Finish and write one batch in the background; waits for the one before, and raises its error."""
        self.wait()
        self.last = self.worker.submit(lambda: self.file.write_table(finished()))

    def wait(self) -> None:
        """Until the last batch is written. Raises what went wrong with it."""
        last, self.last = self.last, None
        if last is not None:
            last.result()

    def close(self) -> None:
        """Write what is left and close the file."""
        try:
            self.wait()
        finally:
            self.worker.shutdown()
            self.file.close()


def in_order(columns: dict[str, pa.Array], order: Sequence[str]) -> pa.Table:
    """Columns of equal length, sorted by some of them, what is empty last."""
    frame = pl.DataFrame(pa.table(columns)).sort(*order, nulls_last=True)
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write one table as Burnish keeps all of them: zstd, with page checksums."""
    pq.write_table(table, path, compression="zstd", compression_level=1, write_page_checksum=True)


def schema_of(path: Path) -> pa.Schema:
    """The Arrow schema of a Parquet file. Raises DamageError when it is not whole."""
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException):
        raise damaged(path) from None


def damaged(path: Path) -> DamageError:
    """What is said of a table that cannot be read."""
    return DamageError("a stored table is damaged", str(path), "Restore it from a backup.")


def parts(loads: list[Load]) -> Iterator[tuple[Load, Part]]:
    """Every part of every load, in order."""
    return ((load, part) for load in loads for part in load.parts)
