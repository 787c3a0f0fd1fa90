"""A sheet's rows and its short records together, in order of lines, with how each is filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.csv import Sheet

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Suspect:
    """A row that may be structure: place and text of each of its filled cells."""

    row: int
    cells: tuple[tuple[int, str], ...]

    @property
    def place(self) -> int:
        """The column of its first filled cell."""
        return self.cells[0][0]

    @property
    def text(self) -> str:
        """Its first filled cell."""
        return self.cells[0][1]


@dataclass(frozen=True)
class Grid:
    """Rows and short records of a sheet in order of their lines, with how they are filled.

    `filled` counts filled cells, `first` is the place of the first of them, -1 where there is none; `short`
    marks the short records.
    """

    table: pa.Table
    lines: Ints
    short: Mask
    filled: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.lines)

    def suspects(self, wanted: Mask) -> list[Suspect]:
        """The wanted rows with their filled cells; a label's indent is kept."""
        rows = np.flatnonzero(wanted & (self.filled > 0))
        part = self.table.take(pa.array(rows))
        cells: list[list[tuple[int, str]]] = [[] for _ in rows]
        for place, column in enumerate(part.columns):
            here = filled_in(column)
            texts = column.filter(pa.array(here)).to_pylist()
            for at, text in zip(np.flatnonzero(here).tolist(), texts, strict=True):
                cells[at].append((place, text))
        return [Suspect(row, tuple(found)) for row, found in zip(rows.tolist(), cells, strict=True)]

    def column(self, place: int) -> pa.ChunkedArray:
        """One column by its place."""
        return self.table.column(place)


def grid_of(sheet: Sheet) -> Grid:
    """Rows and short records of a sheet, in order of lines."""
    table, lines = sheet.table, sheet.lines.to_numpy()
    is_short = np.zeros(len(lines), bool)
    if sheet.short:
        below = np.array([each.line for each in sheet.short], np.int64)
        lines = np.concatenate([lines, below])
        order = np.argsort(lines, kind="stable")
        table = pa.concat_tables([table, short_rows(sheet)]).take(pa.array(order))
        lines, is_short = lines[order], order >= sheet.table.num_rows
    filled, first = fillings(table)
    return Grid(table, lines, is_short, filled, first)


def short_rows(sheet: Sheet) -> pa.Table:
    """The short records with blank cells at their end."""
    width = sheet.table.num_columns
    padded = [[*each.cells, *[""] * (width - len(each.cells))] for each in sheet.short]
    columns = zip(*padded, strict=True)
    return pa.table([pa.array(cells, pa.string()) for cells in columns], names=sheet.table.column_names)


def fillings(table: pa.Table) -> tuple[Ints, Ints]:
    """Filled cells of each row, and the place of the first."""
    filled = np.zeros(table.num_rows, np.int64)
    first = np.full(table.num_rows, -1, np.int64)
    for place, column in enumerate(table.columns):
        here = filled_in(column)
        filled += here
        first[here & (first < 0)] = place
    return filled, first


def filled_in(cells: pa.ChunkedArray) -> Mask:
    """Which cells hold more than spaces."""
    there = pc.not_equal(pc.binary_length(cells), 0).to_numpy()
    return np.asarray(there & ~pc.utf8_is_space(cells).to_numpy())
