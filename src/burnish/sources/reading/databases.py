"""Databases in a file to sheets: each table and view of an SQLite or DuckDB file, read-only.

SQLite is read from memory (`deserialize`), so that no file beside it is looked for. DuckDB needs a path and
gets the descriptor's own; access to anything else, extensions and changes of its settings are off. What
stands in a write-ahead log beside the file is not seen; `parent` refuses such files.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import InputError
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.records import (
    NO_NUMBER,
    NO_TEXT,
    Growing,
    UnfitError,
    plain_float,
    plain_number,
    plain_sheet,
)
from burnish.sources.reading.shapes import Limits

BATCH = 8192  # rows
STEPS, MOST_LOOKS = 1_000_000, 500  # of SQLite's machine between two looks; how many a view may take
VIEW_S = 30.0
BINARY = "holds binary data"
NO_VIEW = "the view cannot be read"
ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE))
FUNCTION = 31  # SQLITE_FUNCTION, which the module does not name
LOADS = frozenset(("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"))
EXPORT = "Export its tables as CSV and add those."
MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"

Found = tuple[list[Sheet], list[tuple[str, str]]]


@dataclass
class Columns:
    """A table as it is read: columns of text in parts, and what is wrong with some of its rows."""

    names: list[str]
    parts: list[list[pa.Array]] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    binary: dict[int, list[int]] = field(default_factory=dict)
    rows: int = 0
    size: int = 0

    def add(self, columns: Sequence[Sequence[object]], where: str, limits: Limits) -> None:
        """Add some rows, given column by column. Raises InputError where they become too many."""
        made = [self.as_text(column, place) for place, column in enumerate(columns)]
        self.parts.append(made)
        self.rows += len(columns[0])
        self.size += sum(column.nbytes for column in made)
        if self.size > limits.expanded_mb << 20:
            raise InputError(f"its rows take more than {limits.expanded_mb:,} MB as text", where, EXPORT)

    def as_text(self, column: Sequence[object], place: int) -> pa.Array:
        """One column as text; cells that cannot be text are blank, and their rows noted."""
        cells = column if set(map(type, column)) <= {str, type(None)} else self.cells(column, place)
        try:
            return pa.array(cells, pa.string())
        except UnicodeEncodeError:
            return pa.array([self.sound(cell, row) for row, cell in enumerate(cells)], pa.string())

    def cells(self, column: Sequence[object], place: int) -> list[str | None]:
        """Numbers in digits; binary cells are blank and noted."""
        made: list[str | None] = []
        for row, value in enumerate(column):
            if value is None or isinstance(value, str):
                made.append(value)
            elif isinstance(value, bytes):
                self.binary.setdefault(place, []).append(self.rows + row)
                made.append(None)
            else:
                made.append(self.number(value, row))
        return made

    def number(self, value: object, row: int) -> str | None:
        """A number in digits."""
        try:
            return plain_float(value) if isinstance(value, float) else str(value)
        except UnfitError as problem:
            self.broken[self.rows + row] = str(problem)
            return None

    def sound(self, cell: object, row: int) -> object:
        """A text, None where it is none."""
        try:
            str(cell).encode()
        except UnicodeEncodeError:
            self.broken[self.rows + row] = NO_TEXT
            return None
        return cell

    def sheet(self, name: str, where: str, limits: Limits) -> Found:
        """The sheet; wholly binary columns are left out and named, other binary cells break their rows."""
        cells = [pa.chunked_array(list(chunks), pa.string()) for chunks in zip(*self.parts, strict=True)]
        cells = cells or [pa.chunked_array([], pa.string()) for _ in self.names]
        aside = {place for place in self.binary if cells[place].null_count == len(cells[place])}
        for place, rows in self.binary.items():
            if place not in aside:
                self.broken |= dict.fromkeys(rows, BINARY)
        said = [(f"{name}, column {self.names[place]}", BINARY) for place in sorted(aside)]
        kept = [place for place in range(len(self.names)) if place not in aside]
        if not kept:
            return [], [(name, BINARY)]
        header, columns = [self.names[place] for place in kept], [cells[place] for place in kept]
        return [plain_sheet(name, header, columns, self.broken, f"{where}, table {name}", limits)], said


def read_sqlite(raw: memoryview, where: str, limits: Limits) -> Found:
    """The tables and views of an SQLite file, and what is left out of them with the reason."""
    sheets: list[Sheet] = []
    left_out: list[tuple[str, str]] = []
    with closing(in_memory(raw, where)) as base:
        try:
            for kind, name in listed(base, where, limits):
                found, aside = from_table(base, kind, name, where, limits)
                sheets += found
                left_out += aside
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError):
            raise damaged("SQLite", where) from None
    return sheets, left_out


def in_memory(raw: memoryview, where: str) -> sqlite3.Connection:
    """A connection that sees these bytes and may only select from them."""
    content: bytes | bytearray | memoryview = raw
    if 2 in bytes(raw[18:20]):  # made for a write-ahead log, which memory cannot have
        content = bytearray(raw)
        content[18:20] = b"\1\1"
    base = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    base.text_factory = lambda cell: cell.decode("utf-8", "surrogateescape")
    try:
        base.deserialize(content)
        for pragma in ("trusted_schema=off", "cell_size_check=on", "query_only=on", "temp_store=memory"):
            base.execute(f"pragma {pragma}")
        base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        base.set_authorizer(allowed)
    except (sqlite3.Error, OverflowError):
        base.close()
        raise damaged("SQLite", where) from None
    return base


def allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Whether a statement, also one within a view or a trigger, may do something: read, and compute."""
    computes = action == FUNCTION and (second or "").lower() not in LOADS
    return sqlite3.SQLITE_OK if computes or action in ALLOWED else sqlite3.SQLITE_DENY


def listed(base: sqlite3.Connection, where: str, limits: Limits) -> list[tuple[str, str]]:
    """Kind and name of each table and view, virtual tables and what belongs to them as "virtual"."""
    rows = base.execute(
        "select type, name, coalesce(sql, '') from sqlite_master where type in ('table', 'view')"
        " and name not like 'sqlite^_%' escape '^' order by rowid"
    ).fetchmany(limits.members + 1)
    if len(rows) > limits.members:
        raise InputError(f"the database has more than {limits.members:,} tables", where, EXPORT)
    made = [name for _, name, sql in rows if re.match(r"\s*create\s+virtual\s", sql, re.IGNORECASE)]
    own = tuple(f"{name}_" for name in made)
    return [("virtual" if name in made or name.startswith(own) else kind, name) for kind, name, _ in rows]


def from_table(base: sqlite3.Connection, kind: str, name: str, where: str, limits: Limits) -> Found:
    """One table or view as a sheet; a view that fails is left out, a table that fails is damage."""
    called = name.encode("utf-8", "replace").decode()
    if kind == "virtual":
        return [], [(called, "a virtual table")]
    if kind == "table":
        return rows_of(base, name, called, where, limits)
    looks = iter(range(MOST_LOOKS))
    base.set_progress_handler(lambda: next(looks, None) is None, STEPS)
    try:
        return rows_of(base, name, called, where, limits)
    except (sqlite3.Error, OverflowError):
        return [], [(called, NO_VIEW)]
    finally:
        base.set_progress_handler(None, STEPS)


def rows_of(base: sqlite3.Connection, name: str, called: str, where: str, limits: Limits) -> Found:
    """All rows of a table or view."""
    cursor = base.execute(f"select * from {quoted(name)}")  # noqa: S608  (quoted, and may only read)
    names = [str(column[0]).encode("utf-8", "replace").decode() for column in cursor.description]
    made = Columns(names)
    while rows := cursor.fetchmany(BATCH):
        made.add(list(zip(*rows, strict=True)), where, limits)
    return made.sheet(called, where, limits)


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def damaged(program: str, where: str) -> InputError:
    """The database cannot be read."""
    return InputError(f"the {program} database is damaged or cut short", where, "Copy or export it again.")


def read_duckdb(path: str, where: str, limits: Limits) -> Found:
    """The tables and views of a DuckDB file, and what is left out of them with the reason."""
    import duckdb  # noqa: PLC0415  (slow to import, and most files are none)

    sheets: list[Sheet] = []
    left_out: list[tuple[str, str]] = []
    try:
        with opened(path, limits) as base:
            for kind, name, called in listed_in(base, where, limits):
                found, aside = from_relation(base, kind, name, called, where, limits)
                sheets += found
                left_out += aside
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    except duckdb.Error as problem:
        raise unopened(str(problem), where) from None
    return sheets, left_out


def opened(path: str, limits: Limits) -> Any:
    """A connection that reads this file and nothing else, with a quarter of the memory for itself."""
    import duckdb  # noqa: PLC0415

    base = duckdb.connect(
        path,
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "temp_directory": "",
            "threads": "1",
            "memory_limit": f"{max(256, limits.memory_mb // 4)}MB",
        },
    )
    base.execute("set enable_progress_bar = false")
    base.execute("set lock_configuration = true")
    return base


def unopened(said: str, where: str) -> InputError:
    """Why DuckDB did not read a file, in our words."""
    said = said.lower()
    if "encrypt" in said:
        return InputError("the DuckDB database is encrypted", where, "Save it without a key.")
    if "version" in said and "storage" in said:
        return InputError(
            "the DuckDB database was written by another version of DuckDB",
            where,
            "Open it with that version and export its tables as CSV.",
        )
    if "lock" in said and "conflict" in said:
        return InputError("another program has the database open", where, "Close that program.")
    return damaged("DuckDB", where)


def listed_in(base: Any, where: str, limits: Limits) -> Iterator[tuple[str, str, str]]:
    """Kind of each table and view, its name for SQL, and what it is called."""
    rows = base.execute(
        "select 'table', schema_name, table_name, table_oid from duckdb_tables() where not internal"
        " union all select 'view', schema_name, view_name, view_oid from duckdb_views() where not internal"
        " order by 1, 4"
    ).fetchmany(limits.members + 1)
    if len(rows) > limits.members:
        raise InputError(f"the database has more than {limits.members:,} tables", where, EXPORT)
    for kind, schema, name, _ in rows:
        yield kind, f"{quoted(schema)}.{quoted(name)}", name if schema == "main" else f"{schema}.{name}"


def from_relation(base: Any, kind: str, name: str, called: str, where: str, limits: Limits) -> Found:
    """One table or view as sheets; a view that fails or takes too long is left out."""
    import duckdb  # noqa: PLC0415

    timer = threading.Timer(VIEW_S, base.interrupt)
    timer.daemon = True
    try:
        if kind == "view":
            timer.start()
        return relation_sheets(base, name, called, where, limits)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        if kind == "view":
            return [], [(called, NO_VIEW)]
        raise
    finally:
        timer.cancel()


def relation_sheets(base: Any, name: str, called: str, where: str, limits: Limits) -> Found:
    """All rows of a table or view; one with nested columns like records of JSON."""
    cursor = base.execute(f"describe select * from {name}")  # noqa: S608
    kinds = {str(row[0]): str(row[1]).upper() for row in cursor.fetchall()}
    aside = [(f"{called}, column {column}", BINARY) for column, kind in kinds.items() if kind == "BLOB"]
    kept = {column: kind for column, kind in kinds.items() if kind != "BLOB"}
    if not kept:
        return [], [(called, BINARY)]
    if any(is_nested(kind) for kind in kept.values()):
        return nested_sheets(base, name, called, kept, where, limits), aside
    texts = ", ".join(f"cast({quoted(column)} as varchar)" for column in kept)
    reader = base.sql(f"select {texts} from {name}").to_arrow_reader(BATCH)  # noqa: S608
    made, broken = Columns(list(kept)), dict[int, str]()
    for batch in reader:
        cells = [column_text(column, kind) for column, kind in zip(batch.columns, kept.values(), strict=True)]
        broken |= {made.rows + row: NO_NUMBER for row in not_finite(batch, list(kept.values()))}
        made.parts.append(cells)
        made.rows += batch.num_rows
        made.size += batch.nbytes
        if made.size > limits.expanded_mb << 20:
            raise InputError(f"its rows take more than {limits.expanded_mb:,} MB as text", where, EXPORT)
    made.broken = broken
    sheets, _ = made.sheet(called, where, limits)
    return sheets, aside


def is_nested(kind: str) -> bool:
    """Whether a type holds others."""
    return kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT"))


def is_float(kind: str) -> bool:
    """Whether a type may hold NaN and exponents."""
    return kind in ("DOUBLE", "FLOAT")


def column_text(cells: pa.Array, kind: str) -> pa.Array:
    """Cells as DuckDB writes them, but whole floats without ".0", no exponents, and midnight left out."""
    text = cells.cast(pa.string())
    if kind.startswith("TIMESTAMP"):
        return pc.replace_substring_regex(text, MIDNIGHT, r"\1")
    if not is_float(kind):
        return text
    whole = pc.replace_substring_regex(text, r"\.0$", "")
    if not pc.any(pc.match_substring(whole, "e")).as_py():
        return whole
    return pa.array([cell and plain_number(cell) for cell in whole.to_pylist()], pa.string())


def not_finite(batch: pa.RecordBatch, kinds: list[str]) -> list[int]:
    """The rows with NaN or Infinity in a column of floats."""
    found = np.zeros(batch.num_rows, bool)
    for cells, kind in zip(batch.columns, kinds, strict=True):
        if is_float(kind):
            odd = pc.match_substring_regex(cells.cast(pa.string()), "nan|inf")
            found |= pc.fill_null(odd, False).to_numpy(zero_copy_only=False)
    return np.flatnonzero(found).tolist()


def nested_sheets(
    base: Any, name: str, called: str, kinds: dict[str, str], where: str, limits: Limits
) -> list[Sheet]:
    """Rows with nested columns, the plain ones as text, like records of JSON."""
    asked = ", ".join(
        quoted(column) if is_nested(kind) else f"cast({quoted(column)} as varchar)"
        for column, kind in kinds.items()
    )
    growing, number = Growing(called, where, limits), 0
    cursor = base.execute(f"select {asked} from {name}")  # noqa: S608
    while rows := cursor.fetchmany(BATCH):
        for row in rows:
            number += 1
            growing.add(dict(zip(kinds, map(leaf, row), strict=True)), number, size=256, careful=True)
    return growing.sheets(set())


def leaf(value: Any) -> Any:
    """A nested value with text at its ends."""
    if isinstance(value, dict):
        return {str(key): leaf(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [leaf(each) for each in value]
    if value is None or isinstance(value, str | bool | float | bytes):
        return value
    return str(value)
