"""From a file's strings to a canonical table's typed columns, by a mapping.

Nothing is lost on the way: a row becomes typed, or is rejected with a reason; a cell that says no
date or number becomes empty with a note. Reasons are classes and never repeat the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from burnish.schema.contracts import Column, Contract
from burnish.schema.tables import HEAD, of_head
from burnish.sources.headers import squashed
from burnish.sources.mapping import UNITS, Condition, TableMap, Take
from burnish.sources.naming import settled
from burnish.sources.values import DOLLAR, Converted, convert, local_days, marked_currencies

STAMP = Column("known_on", "date", "day", "entry or update stamp of the source")
KEEPS_ROW = frozenset({"date", "instant", "money", "number"})
PLAIN = {"organisation_ref": "customer", "name": "company", "number": "invoice number", "act": "kind of act"}
NAMED = ("organisation", "person")
TAG = r"(?s)<!--.*?-->|</?[A-Za-z][^<>]*>"
SIGNS = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'", "&amp;": "&"}


@dataclass(frozen=True)
class Note:
    """One column's problems in a batch: row positions and the reason of each."""

    column: str
    rows: pa.Array
    reasons: pa.Array


@dataclass(frozen=True)
class Typed:
    """A batch in the canonical columns that its mapping takes, row for row as read."""

    columns: dict[str, pa.Array]
    native: pa.Array
    known_on: pa.Array | None
    line: pa.Array
    notes: tuple[Note, ...]

    def where(self, keep: pa.Array) -> Typed:
        """Only the rows where `keep` is true; notes are left behind."""
        columns = {name: values.filter(keep) for name, values in self.columns.items()}
        known = self.known_on.filter(keep) if self.known_on is not None else None
        return Typed(columns, self.native.filter(keep), known, self.line.filter(keep), ())


def typed(batch: pa.RecordBatch, table_map: TableMap, contract: Contract, zone: str = "UTC") -> Typed:
    """Type one batch of strings by one table's mapping. Columns not taken are left out.

    Times that name no zone are of `zone`; an event that says when it happened happened on that day there.
    """
    columns, notes = {}, []
    for name, take in table_map.takes.items():
        columns[name], found = taken(batch, take, contract.by_name[name], zone)
        notes += found
    if "occurred_at" in columns:
        day = local_days(columns["occurred_at"], zone)
        columns["occurred_on"] = pc.coalesce(columns.get("occurred_on", day), day)
    if "currency" in contract.by_name:
        columns |= written_currency(batch, table_map, contract, columns.get("currency"))
    if contract.name in NAMED:
        columns = settled(columns)
    known = None
    if table_map.known is not None:
        known, found = taken(batch, table_map.known, STAMP, zone)
        notes += found
    return Typed(columns, native(batch, table_map.key), known, batch.column("line"), tuple(notes))


def taken(batch: pa.RecordBatch, take: Take, column: Column, zone: str) -> tuple[pa.Array, list[Note]]:
    """One canonical column from the cells that its Take names; empty in rows that it does not hold for."""
    if take.where:
        batch = blanked(batch, take, holding(batch, take.where))
    values, notes = read(batch, take, column, zone)
    if take.where and take.constant is not None:
        values = pc.if_else(holding(batch, take.where), values, pa.scalar(None, values.type))
    return pc.abs(values) if column.unsigned else values, notes


def blanked(batch: pa.RecordBatch, take: Take, kept: pa.Array) -> pa.RecordBatch:
    """The batch with the cells that a Take reads blank but in the rows kept."""
    for name in dict.fromkeys(take.columns):
        cells = pc.if_else(kept, batch.column(name), pa.scalar("", pa.string()))
        at = batch.schema.get_field_index(name)
        batch = batch.set_column(at, name, cells)
    return batch


def read(batch: pa.RecordBatch, take: Take, column: Column, zone: str) -> tuple[pa.Array, list[Note]]:
    """The same for every row of the batch."""
    if take.constant is not None:
        return pa.repeat(pa.scalar(take.constant), len(batch)).cast(column.type), []
    if take.how == "join":
        parts = [blank_to_null(cells_of(batch, name, take)) for name in take.columns]
        cells = joined(parts, take.glue)
        return typed_cells(cells, take, column, " + ".join(take.columns), zone)
    values = pa.nulls(len(batch), column.type)
    notes: list[Note] = []
    for name in take.columns:
        cells = cells_of(batch, name, take)
        if notes or values.null_count < len(values):
            cells = pc.if_else(values.is_null(), cells, pa.scalar("", pa.string()))
        found, problems = typed_cells(cells, take, column, name, zone)
        values = pc.coalesce(values, found)
        notes += problems
    return values, notes


def cells_of(batch: pa.RecordBatch, name: str, take: Take) -> pa.Array:
    """The cells of one column as a Take reads them: markup gone, up to its mark, put into its own words."""
    cells = batch.column(name)
    cells = upto(without_markup(cells) if take.markup else cells, take.upto)
    return translated(cells, take.means) if take.means else cells


def without_markup(cells: pa.Array) -> pa.Array:
    """The text of HTML."""
    text = pc.replace_substring_regex(cells, TAG, " ")
    for sign, letter in SIGNS.items():
        text = pc.replace_substring(text, sign, letter)
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r"\s+", " "))


def translated(cells: pa.Array, means: Sequence[tuple[str, str]]) -> pa.Array:
    """Cells as what they stand for, compared by letters and digits; those not named stay as they are."""
    known = {squashed(said): value for said, value in means}
    coded = cells.dictionary_encode()
    words = [known.get(squashed(cell or ""), cell) for cell in coded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(words, pa.string()).take(coded.indices), known.get("", ""))


def written_currency(
    batch: pa.RecordBatch, table_map: TableMap, contract: Contract, given: pa.Array | None
) -> dict[str, pa.Array]:
    """The currency written in the cells of the first amount (€5), before one given for every row.

    A column of currencies is believed. A bare "$" says nothing beside a given currency.
    """
    money = [take for name, take in table_map.takes.items() if contract.by_name[name].family == "money"]
    read = [name for take in money for name in take.columns]
    if not read or (given is not None and table_map.takes["currency"].columns):
        return {}
    marks = marked_currencies(batch.column(read[0]))
    if marks.null_count == len(marks):
        return {}
    if given is None:
        return {"currency": marks}
    return {"currency": pc.coalesce(pc.if_else(pc.equal(marks, DOLLAR), None, marks), given)}


def upto(cells: pa.Array, mark: str | None) -> pa.Array:
    """The text before the first mark; the whole text where nothing stands before it."""
    if mark is None:
        return cells
    return pc.replace_substring_regex(cells, rf"(?s)^\s*(\S.*?)\s*{re.escape(mark)}.*$", r"\1")


def typed_cells(
    cells: pa.Array, take: Take, column: Column, name: str, zone: str
) -> tuple[pa.Array, list[Note]]:
    """Convert one array of strings; problems become one Note under the file's own header."""
    order, mark = take.date_order or "ymd", take.decimal_mark or "."
    done = convert(column, cells, date_order=order, decimal_mark=mark, zone=zone)
    values = scaled(done.values, UNITS[take.unit].factor) if take.unit else done.values
    return values, list(noted(done, name))


def noted(done: Converted, name: str) -> Iterator[Note]:
    """The note of one conversion, when it met problems."""
    if done.problem.null_count < len(done.problem):
        rows = pc.indices_nonzero(done.problem.is_valid())
        yield Note(name, rows.cast(pa.int64()), done.problem.take(rows).cast(pa.string()))


def scaled(values: pa.Array, factor: Decimal) -> pa.Array:
    """Values × an exact factor, rounded half to even at four decimals."""
    exact = pc.multiply(values.cast(pa.decimal128(20, 4)), pa.scalar(factor, pa.decimal128(17, 12)))
    return pc.round(exact, ndigits=4, round_mode="half_to_even").cast(values.type)


def native(batch: pa.RecordBatch, key: Sequence[str] | None) -> pa.Array:
    """The source's own key of each row, null where there is none."""
    if not key:
        return pa.nulls(len(batch), pa.string())
    return joined([blank_to_null(batch.column(name)) for name in key], "|")


def joined(parts: list[pa.Array], glue: str) -> pa.Array:
    """Non-blank cells joined; null where all are blank."""
    if len(parts) == 1:
        return parts[0]
    nothing = pc.is_null(pc.coalesce(*parts))
    given = [
        pc.if_else(nothing, "", parts[0]),
        *parts[1:],
    ]  # Arrow's join loses rows that are null throughout
    text = pc.binary_join_element_wise(*given, pa.scalar(glue), null_handling="skip")
    return pc.if_else(nothing, pa.scalar(None, pa.string()), text)


def blank_to_null(cells: pa.Array) -> pa.Array:
    """Trimmed text, null where nothing is left."""
    text = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def meant(batch: pa.RecordBatch, table_map: TableMap) -> pa.Array:
    """Which rows are of the kinds that the table takes: all, where it names none."""
    return holding(batch, table_map.rows)


def holding(batch: pa.RecordBatch, conditions: Sequence[Condition]) -> pa.Array:
    """Where all conditions hold."""
    kinds = pa.repeat(True, len(batch))
    for heading, accepted in conditions:
        kinds = pc.and_(kinds, among(batch, heading, frozenset(map(squashed, accepted))))
    return kinds


def among(batch: pa.RecordBatch, heading: str, accepted: frozenset[str]) -> pa.Array:
    """Where a column holds one of some texts, compared by letters and digits."""
    if heading not in batch.schema.names:
        return pa.repeat(False, len(batch))
    cells = batch.column(heading).dictionary_encode()
    fits = [squashed(text or "") in accepted for text in cells.dictionary.to_pylist()]
    return pc.fill_null(pa.array(fits, pa.bool_()).take(cells.indices), "" in accepted)


def says_something(rows: Typed, contract: Contract, *, primary: bool) -> pa.Array:
    """Which rows speak of this table at all: a secondary event needs its day, a party its name."""
    if primary:
        return pa.repeat(True, len(rows.line))
    deciding = (
        ["occurred_on", "header_ref"] if contract.kind == "event" else ["name", "email", "phone", "code"]
    )
    present = [rows.columns[name].is_valid() for name in deciding if name in rows.columns]
    speaks = pa.repeat(False, len(rows.line))
    for flags in present:
        speaks = pc.or_(speaks, flags)
    return speaks


def missing(rows: Typed, contract: Contract) -> list[tuple[str, pa.Array]]:
    """Required columns that identify the row, with a mask of where they are empty.

    A missing date or amount is noted, not rejected: the row still says who and what. What a line's head
    tells may be missing where the line names its head.
    """
    needed = [column for column in contract.columns if column.required and column.family not in KEEPS_ROW]
    empty = pa.nulls(len(rows.line))
    masks = {column.name: rows.columns.get(column.name, empty).is_null() for column in needed}
    if contract.name != HEAD and "header_ref" in rows.columns:
        left = of_head(contract.name)
        alone = rows.columns["header_ref"].is_null()
        masks = {name: pc.and_(mask, alone) if name in left else mask for name, mask in masks.items()}
    return list(masks.items())
