"""Records of any shape as sheets of text: nested objects flattened, lists of objects as sheets of their own.

A record is a dict with leaves of text, True, False, None or `Unsound`; numbers are text already. Nested
objects become columns joined by ".", lists of plain values one cell joined by "; ", lists of `{key, value}`
a column per key, and a list of objects a sheet named by its field, whose rows carry the plain fields of
their record.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import InputError
from burnish.sources.reading.csv import MOST_BROKEN, Sheet, unfit
from burnish.sources.reading.headless import EMAIL, is_phone
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import column_names

BATCH_ROWS, BATCH_BYTES = 4096, 1 << 26
DEEPEST, LONGEST_NAME = 64, 500
MOST_CARRIED = 1 << 30
LONGEST_NUMBER, MOST_ZEROS = 100, 30
GLUE = "; "
KEY_VALUE = frozenset(("key", "value"))
FURNITURE = frozenset(("_links",))  # addresses of further calls that some interfaces add to each record
NO_RECORD, NOTHING = "is no record", "holds nothing"
TOO_DEEP = f"is nested more than {DEEPEST} levels deep"
NO_NUMBER = "holds NaN or Infinity, which is no number"
CLASH = "has two fields that become one column"
NO_TEXT = "holds text with half a character"
MILLISECONDS = re.compile(r"^/Date\((-?\d{1,15})([+-]\d{4})?\)/$")
Flat = dict[str, str | None]
Record = dict[str, Any]


@dataclass(frozen=True)
class Unsound:
    """Stands in a record for something that cannot be taken over; it breaks the record, with this reason."""

    reason: str


class UnfitError(Exception):
    """A record that cannot become a row; says why, never with a cell's text."""


class Growing:
    """A sheet that grows record by record, and the sheets of the lists within its records.

    `line` may repeat: the rows of a list within a record have their record's.
    """

    def __init__(self, name: str, where: str, limits: Limits, above: Growing | None = None) -> None:
        self.name, self.where, self.limits, self.above = name, where, limits, above
        self.within: dict[str, Growing] = {}
        self.names: dict[str, None] = {}
        self.parts: list[pa.Table] = []
        self.waiting: list[Flat] = []
        self.lines: list[int] = []
        self.places: list[int] = []
        self.broken: list[tuple[int, str]] = []
        self.size = self.carried = 0

    def add(self, record: object, line: int, *, size: int = 0, careful: bool = False, place: int = 0) -> None:
        """Add one record; what cannot be a row is kept as broken. `size` is that of its text in bytes.

        `careful`: its text may hold what no cell can (`refuse_unfit`). `place`: the row that it belongs to.
        """
        try:
            flat, lists = self.taken(record, careful=careful)
        except UnfitError as problem:
            self.break_off(line, str(problem))
            return
        self.waiting.append(flat)
        self.lines.append(line)
        self.places.append(place)
        for name, items in lists:
            self.add_within(name, items, line, flat, careful=careful)
        self.size += size
        if len(self.waiting) >= BATCH_ROWS or self.size > BATCH_BYTES:
            self.flush()

    def taken(self, record: object, *, careful: bool) -> tuple[Flat, list[tuple[str, list[Any]]]]:
        """A record's cells and its lists of objects. Raises UnfitError."""
        if not isinstance(record, dict):
            raise UnfitError(record.reason if isinstance(record, Unsound) else NO_RECORD)
        flat: Flat = {}
        lists: list[tuple[str, list[Any]]] = []
        flatten(record, "", flat, lists, 0)
        if not flat and not lists:
            raise UnfitError(NOTHING)
        if careful:
            refuse_unfit((*flat.values(), *flat, *(name for name, _ in lists)), self.limits)
        if not flat.keys() <= self.names.keys():
            self.widen(flat)
        for name, _ in lists:
            self.open(name)
        return flat, lists

    def open(self, name: str) -> None:
        """Have a sheet for a list within. Raises InputError where they become too many."""
        if name not in self.within:
            refuse_long([name])
            self.within[name] = Growing(name, self.where, self.limits, self)
        if len(self.within) > self.limits.members:
            raise InputError(
                f"its records hold more than {self.limits.members:,} lists",
                self.where,
                "Export fewer.",
            )

    def break_off(self, line: int, reason: str) -> None:
        """Keep a record as broken."""
        self.broken.append((line, reason))
        if len(self.broken) > MOST_BROKEN:
            raise InputError(f"more than {MOST_BROKEN:,} records are broken", self.where, "Export it again.")

    def widen(self, flat: Flat) -> None:
        """Take in new columns. Raises InputError where they become too many, or a name too long."""
        refuse_long(flat)
        self.names.update(dict.fromkeys(flat))
        refuse_too_wide(len(self.names), self.name, self.where, self.limits)

    def add_within(self, name: str, items: list[Any], line: int, flat: Flat, *, careful: bool) -> None:
        """The rows of a list within the record that was added last."""
        inner, place = self.within[name], len(self.lines) - 1
        inner.carried += len(items) * sum(len(cell) for cell in flat.values() if cell)
        if inner.carried > MOST_CARRIED:
            raise InputError(
                f"its records carry more than {MOST_CARRIED >> 20:,} MB into the rows of their lists",
                self.where,
                "Split the file.",
            )
        for item in items:
            inner.add(item, line, size=64, careful=careful, place=place)

    def flush(self) -> None:
        """Turn the waiting rows into columns."""
        if self.waiting:
            columns = [pa.array(cells, pa.string()) for cells in self.columns()]
            names = list(self.names)
            self.parts.append(pa.table(columns, names=names) if columns else bare(len(self.waiting)))
        self.waiting, self.size = [], 0

    def columns(self) -> Iterable[Sequence[str | None]]:
        """The cells of the waiting rows, column by column."""
        names = list(self.names)
        if all(list(row) == names for row in self.waiting):
            return zip(*(row.values() for row in self.waiting), strict=True)
        return ([row.get(name) for row in self.waiting] for name in names)

    def sheets(self, taken: set[str], above: Sheet | None = None, *, dated: bool = False) -> list[Sheet]:
        """This sheet and those of the lists within, each after the one it belongs to.

        `dated`: cells may be of the form "/Date(1518685950940+0000)/"; they become ISO dates. Raises
        InputError where no record could be read, or where columns are named by values.
        """
        self.flush()
        if not self.lines and not self.broken:
            return []
        self.name = free_name(self.name, above, taken)
        refuse_named_by_values([self.name], self.where)
        own = [name for name in self.names if not self.gave_way(name)]
        if self.broken and not own:
            reason = self.broken[0][1]
            raise InputError(f"none of its records can be read: one {reason}", self.where, "Export it again.")
        made = self.made(own, above, dated=dated)
        found = [made] if own else []
        for inner in self.within.values():
            found += inner.sheets(taken, made, dated=dated)
        return found

    def made(self, own: list[str], above: Sheet | None, *, dated: bool) -> Sheet:
        """The sheet by itself, with what it carries of the records above it."""
        header, columns = list(own), stacked(self.parts, own)
        if dated:
            columns = [as_iso(cells) for cells in columns]
        if above is not None:
            front, there = f"{above.name or 'record'}.", set(own)
            header += [front + name if name in there else name for name in above.header]
            columns += carried(above.table, np.array(self.places, np.int64), self.where)
        refuse_too_wide(len(header), self.name, self.where, self.limits)
        refuse_named_by_values(header, self.where)
        lines = pa.array(self.lines, pa.int64())
        table = pa.table(columns, names=column_names(tuple(header))) if columns else bare(len(lines))
        return Sheet(self.name, table, lines, 0, "utf-8", broken=self.broken, header=tuple(header))

    def gave_way(self, name: str) -> bool:
        """Whether a column is blank throughout because elsewhere its field holds an object or a list."""
        if name not in self.within and not any(other.startswith(name + ".") for other in self.names):
            return False
        filled = (part.num_rows - part.column(name).null_count for part in self.parts if has(part, name))
        return not any(filled)


def flatten(record: Record, front: str, flat: Flat, lists: list[tuple[str, list[Any]]], depth: int) -> None:
    """Put a record's cells into `flat`, its lists of objects into `lists`. Raises UnfitError."""
    if depth > DEEPEST:
        raise UnfitError(TOO_DEEP)
    for key, value in record.items():
        name = front + key
        if value.__class__ is str or value is None:
            if name in flat:
                raise UnfitError(CLASH)
            flat[name] = value
        elif value.__class__ is dict:
            flatten(value, name + ".", flat, lists, depth + 1)
        elif value.__class__ is list:
            flatten_list(value, name, flat, lists, depth)
        else:
            put(plain_cell(value), name, flat)


def put(cell: str | None, name: str, flat: Flat) -> None:
    """Fill a cell. Raises UnfitError where another field did so."""
    if name in flat:
        raise UnfitError(CLASH)
    flat[name] = cell


def flatten_list(
    items: list[Any], name: str, flat: Flat, lists: list[tuple[str, list[Any]]], depth: int
) -> None:
    """A list within a record: of keys and values, of objects, or of plain values. An empty one is nothing."""
    if not items or name.rpartition(".")[2] in FURNITURE:
        return
    if is_key_values(items):
        for each in items:
            flatten({each["key"]: valued(each.get("value"))}, name + ".", flat, lists, depth + 1)
    elif any(item.__class__ is dict for item in items):
        lists.append((name, items))
    else:
        put(GLUE.join(plain_items(items, depth)), name, flat)


def is_key_values(items: list[Any]) -> bool:
    """Whether a list holds keys with their values, as the events of GA4 do."""
    return all(
        item.__class__ is dict and item.keys() <= KEY_VALUE and isinstance(item.get("key"), str)
        for item in items
    )


def valued(value: Any) -> Any:
    """A value, or the one that is there of `{string_value, int_value, float_value, double_value}`."""
    if not isinstance(value, dict) or not any(key.endswith("_value") for key in value):
        return value
    return next((each for key, each in value.items() if key.endswith("_value") and each is not None), None)


def plain_items(items: list[Any], depth: int) -> list[str]:
    """The plain values of a list, those of lists within it too."""
    if depth > DEEPEST:
        raise UnfitError(TOO_DEEP)
    found: list[str] = []
    for item in items:
        if isinstance(item, list):
            found += plain_items(item, depth + 1)
        elif isinstance(item, dict):
            raise UnfitError("holds lists of lists of objects")
        elif item is not None:
            found.append(item if isinstance(item, str) else plain_cell(item))
    return found


def plain_cell(value: object) -> str:
    """A leaf that is no text. Raises UnfitError for what cannot be a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain_float(value)
    raise UnfitError(value.reason if isinstance(value, Unsound) else "holds binary data")


def plain_float(value: float) -> str:
    """A number in digits, whole ones without a point. Raises UnfitError for NaN and Infinity."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  (the test for NaN)
        raise UnfitError(NO_NUMBER)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return plain_number(repr(value))


def plain_number(text: str) -> str:
    """A number as written, an exponent written out where that takes no more than 30 zeros."""
    if ("e" not in text and "E" not in text) or len(text) > LONGEST_NUMBER:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return format(number, "f") if abs(number.adjusted()) <= MOST_ZEROS else text


def refuse_long(names: Iterable[str]) -> None:
    """Raise UnfitError for a name that is longer than one can be."""
    if any(len(name) > LONGEST_NAME for name in names):
        raise UnfitError(f"has a field whose name is longer than {LONGEST_NAME} characters")


def refuse_unfit(cells: Iterable[str | None], limits: Limits) -> None:
    """Raise UnfitError where a cell or name holds what no cell can: too long, NUL, half a character."""
    for cell in cells:
        if cell is None:
            continue
        try:
            size = len(cell.encode())
        except UnicodeEncodeError:
            raise UnfitError(NO_TEXT) from None
        if size > limits.cell_bytes:
            raise UnfitError(f"has a cell of more than {limits.cell_bytes:,} bytes")
        if "\0" in cell:
            raise UnfitError("holds a NUL byte")


def refuse_too_wide(columns: int, sheet: str, where: str, limits: Limits) -> None:
    """Raise InputError for more columns than may be."""
    if columns > limits.columns:
        at = f"{where}, sheet {sheet}" if sheet else where
        raise InputError(
            f"its records have more than {limits.columns:,} columns together", at, "Export fewer."
        )


def refuse_named_by_values(header: Iterable[str], where: str) -> None:
    """Raise InputError where fields are named by what they are about: such names would be shown and kept."""
    parts = pa.array([part for name in header for part in (name, name.rpartition(".")[2])], pa.string())
    found = pc.or_(pc.match_substring_regex(parts, EMAIL), is_phone(parts))
    if pc.any(found).as_py():
        raise InputError(
            "there are fields named by an e-mail address or a phone number",
            where,
            "Export it as a list with a name for each column.",
        )


def has(part: pa.Table, name: str) -> bool:
    """Whether a part has a column."""
    return name in part.column_names


def bare(count: int) -> pa.Table:
    """Rows without any column; they only keep their number."""
    return pa.table({"": pa.nulls(count, pa.string())}).select([])


def stacked(parts: list[pa.Table], names: list[str]) -> list[pa.ChunkedArray]:
    """Parts one below the other, with blank cells where a part lacks a column."""
    columns = []
    for name in names:
        chunks = [
            pc.fill_null(part.column(name), "").chunk(0) if has(part, name) else blanks(part.num_rows)
            for part in parts
        ]
        columns.append(pa.chunked_array(chunks, pa.string()))
    return columns


def blanks(count: int) -> pa.Array:
    """Blank cells."""
    return pa.array([""], pa.string()).take(pa.array(np.zeros(count, np.int64)))


def carried(
    table: pa.Table, places: np.ndarray[Any, np.dtype[np.int64]], where: str
) -> list[pa.ChunkedArray]:
    """The cells of each row's record."""
    try:
        taken = [cells.combine_chunks().take(pa.array(places)) for cells in table.columns]
    except pa.ArrowInvalid:  # more than 2 GB in one column
        raise InputError("its records are too large to be carried", where, "Split the file.") from None
    return [pa.chunked_array([cells] if isinstance(cells, pa.Array) else cells.chunks) for cells in taken]


def free_name(name: str, above: Sheet | None, taken: set[str]) -> str:
    """The sheet's name; one that is taken gets that of the sheet above in front, or a number."""
    free = "".join(sign if sign.isprintable() else " " for sign in name)
    if free in taken and above is not None and above.name:
        free = f"{above.name}.{free}"
    plain, count = free, 1
    while free in taken:
        count += 1
        free = f"{plain} ({count})"
    taken.add(free)
    return free


def as_iso(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells with "/Date(milliseconds+0000)/" as ISO dates, midnight left out; all else as it is."""
    if not pc.any(pc.starts_with(cells, "/Date(")).as_py():
        return cells
    chunks = [pa.array([iso_date(text) for text in chunk.to_pylist()], pa.string()) for chunk in cells.chunks]
    return pa.chunked_array(chunks, pa.string())


def iso_date(text: str) -> str:
    """One cell. The milliseconds count in UTC from 1970; the offset says what the clock showed."""
    found = MILLISECONDS.match(text)
    if not found:
        return text
    offset = found[2] or "+0000"
    ahead = dt.timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:]))
    try:
        clock = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=int(found[1])) + ahead
    except OverflowError:
        return text
    if clock.time() == dt.time():
        return clock.date().isoformat()
    return f"{clock.isoformat(timespec='seconds')}{offset[:3]}:{offset[3:]}"


def plain_sheet(
    name: str,
    header: list[str],
    columns: list[pa.ChunkedArray],
    broken: dict[int, str],
    where: str,
    limits: Limits,
) -> Sheet:
    """A sheet of columns already made; lines count its rows from 1. `broken`: reasons by row, from 0."""
    refuse_too_wide(len(header), name, where, limits)
    refuse_named_by_values(header, where)
    table = pa.table([pc.fill_null(each, "") for each in columns], names=column_names(tuple(header)))
    reasons = dict(broken)
    for bad, reason in unfit(table, limits, has_nul=True):
        reasons |= dict.fromkeys(np.flatnonzero(bad).tolist(), reason)
    if len(reasons) > MOST_BROKEN:
        raise InputError(f"more than {MOST_BROKEN:,} rows are broken", where, "Export the table as CSV.")
    keep = np.ones(table.num_rows, bool)
    keep[list(reasons)] = False
    said = sorted((row + 1, reason) for row, reason in reasons.items())
    lines, mask = pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64)), pa.array(keep)
    return Sheet(name, table.filter(mask), lines.filter(mask), 0, "utf-8", broken=said, header=tuple(header))
