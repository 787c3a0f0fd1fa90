"""Cells that stand on the first line of several rows only, carried down to the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.csv import Sheet

Places = np.ndarray[Any, np.dtype[np.int64]]


def filled_down(sheet: Sheet, fill: tuple[str, ...]) -> pa.Table:
    """The sheet with its lines, blank cells of `fill` taking the value above.

    The first column leads: a row in which it is filled begins anew and takes nothing from above. The filled
    columns are kept with the sheet, because it is asked for part by part.
    """
    table = sheet.table.append_column("line", sheet.lines)
    if not fill:
        return table
    if fill not in sheet.filled:
        begins = last_filled(table[fill[0]])
        for name in fill:
            column = carried(table[name], begins)
            table = table.set_column(table.column_names.index(name), name, column)
        sheet.filled = {fill: table}
    return sheet.filled[fill]


def carried(cells: pa.ChunkedArray, begins: Places) -> pa.Array:
    """Each cell, or the last filled one above it within its own block."""
    last = last_filled(cells)
    within = last >= np.maximum(begins, 0)
    return pc.fill_null(cells.combine_chunks().take(pa.array(last, mask=~within)), "")


def last_filled(cells: pa.ChunkedArray) -> Places:
    """The row of the last filled cell at or above each row, -1 where there is none."""
    filled = pc.not_equal(pc.utf8_trim_whitespace(cells), "").to_numpy()
    return np.maximum.accumulate(np.where(filled, np.arange(len(cells)), -1))
