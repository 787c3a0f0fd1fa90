"""Writing whole tables as programs write them: CSV, JSON, SQLite, DuckDB. Tables may come in pieces.

A table without rows leaves nothing behind, as a program shows no list where there is nothing to list. Equal
tables give equal bytes.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import polars as pl

from burnish.simulate.systems.duck_file import put_together

Quotes = Literal["necessary", "always", "non_numeric", "never"]


class Tables(Protocol):
    """Where tables go."""

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows to a table; each piece has the same columns."""

    def close(self) -> None:
        """Finish."""


def write_all(to: Tables, tables: Mapping[str, pl.DataFrame]) -> None:
    """Add the rows of several tables, in their order."""
    for name, rows in tables.items():
        if rows.height:
            to.write(name, rows)


class CsvTables:
    """A CSV file per table, named after it, in UTF-8."""

    def __init__(self, folder: Path, *, quotes: Quotes = "necessary") -> None:
        self.folder, self.quotes = folder, quotes
        self.files: dict[str, BinaryIO] = {}

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows; the heading stands above the first."""
        is_new = name not in self.files
        if is_new:
            self.files[name] = self.folder.joinpath(f"{name}.csv").open("wb")
        rows.write_csv(
            self.files[name], include_header=is_new, quote_style=self.quotes, line_terminator="\r\n"
        )

    def close(self) -> None:
        """Finish the files."""
        for file in self.files.values():
            file.close()


class JsonTables:
    """A JSON file per table, named after it: one list of objects, one object a line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, BinaryIO] = {}

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Add objects; what is unknown is null."""
        if name not in self.files:
            self.files[name] = self.folder.joinpath(f"{name}.json").open("wb")
            self.files[name].write(b"[\n")
        else:
            self.files[name].write(b",\n")
        lines = io.BytesIO()
        rows.write_ndjson(lines)
        self.files[name].write(lines.getvalue().rstrip(b"\n").replace(b"\n", b",\n"))

    def close(self) -> None:
        """Finish the files."""
        for file in self.files.values():
            file.write(b"\n]\n")
            file.close()


class SqliteTables:
    """One SQLite file with all tables; days and moments stand there as text."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        for said in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "encoding = 'UTF-8'"):
            self.database.execute(f"PRAGMA {said}")
        self.database.execute("BEGIN")
        self.known: set[str] = set()

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows; the first piece makes the table."""
        if name not in self.known:
            columns = ", ".join(f'"{one}" {affinity(kind)}' for one, kind in rows.schema.items())
            self.database.execute(f'CREATE TABLE "{name}" ({columns})')
            self.known.add(name)
        marks = ", ".join("?" * rows.width)
        insert = f'INSERT INTO "{name}" VALUES ({marks})'  # noqa: S608 - names are those of this package
        self.database.executemany(insert, rows.iter_rows())

    def close(self) -> None:
        """Finish the file."""
        self.database.execute("COMMIT")
        self.database.close()


def affinity(kind: pl.DataType) -> str:
    """The type that SQLite gives such a column."""
    if kind.is_integer() or kind == pl.Boolean:
        return "INTEGER"
    return "REAL" if kind.is_float() else "TEXT"


class DuckTables:
    """One DuckDB file with all tables. The file is put together at the end, by `duck_file`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pieces = tempfile.TemporaryDirectory(prefix="pieces")
        self.count = 0

    def write(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows."""
        self.count += 1
        rows.write_parquet(Path(self.pieces.name, f"{self.count:08} {name}.parquet"))

    def close(self) -> None:
        """Finish the file."""
        put_together(Path(self.pieces.name), self.path)
        self.pieces.cleanup()
