"""Reports as lists: what a report writes around and between its rows is structure, and no row.

Titles above the header, footers, headers repeated on each page, the label that opens a group ("Acme" alone),
its total ("Total for Acme") and spacer columns are taken out and named with their lines; the label of a group
becomes a column, so that each row says on its own to whom it belongs. Each total is held against its rows.

An ordinary sparse list must stay as it is. A label or a total counts only with its counterpart, or by its
place: see `grouping.is_grouped`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.csv import Sheet, Short
from burnish.sources.reading.grid import Grid, Ints, Mask, Suspect, filled_in, fillings, grid_of
from burnish.sources.reading.grouping import Found, Group, read_structure
from burnish.sources.reading.sniff import column_names
from burnish.sources.reading.totals import TOTAL, total_names

HEAD, TAIL, LAST = 1000, 100, 30
MAY_BE_FURNITURE = (
    r"(?i)\b(?:page|basis|printed|generated|created|exported|run|prepared|produced|downloaded|date|as of"
    r"|end of|records?|rows?|record count|confidential|copyright|[a-z]+day)\b|:\d\d|©"
)


def as_list(sheet: Sheet) -> Sheet:
    """The sheet as a plain list: structure taken out and named, groups as columns, spacer columns dropped."""
    titled = replace(sheet, structure=[(line, "title") for line, _ in sheet.titles])
    if sheet.table.num_columns > 1 and is_worth_a_look(sheet):
        titled = structured(titled)
    return without_spacers(titled)


def is_worth_a_look(sheet: Sheet) -> bool:
    """Whether head and tail, or a repeated header anywhere, show anything that may be no row."""
    table, place = sheet.table, marking(sheet)
    if pc.any(pc.equal(table.column(place), sheet.header[place])).as_py():
        return True
    head, tail = table.slice(0, HEAD), table.slice(max(0, table.num_rows - TAIL))
    near = [*sheet.short[:HEAD], *sheet.short[-TAIL:]]
    return any(shows_structure(part) for part in (head, tail)) or any(is_sparse(each) for each in near)


def marking(sheet: Sheet) -> int:
    """The first column with a heading."""
    return next((place for place, cell in enumerate(sheet.header) if cell.strip()), 0)


def is_sparse(short: Short) -> bool:
    """Whether a short record may be a label, a total or a footer."""
    filled = [cell for cell in short.cells if cell.strip()]
    return len(filled) <= 3 or bool(total_names(filled[0]))


def shows_structure(part: pa.Table) -> bool:
    """Whether some rows have one filled cell only, or begin with a total, or the last is all numbers."""
    if part.num_rows == 0:
        return False
    filled, first = fillings(part)
    usual = int(np.median(filled))
    if (filled == 1).any() or filled[-LAST:].min() * 2 <= usual:
        return True
    begins = np.unique(first)
    return any(bool(pc.any(says_total(part.column(int(place)))).as_py()) for place in begins[:8])


def says_total(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which cells name a total."""
    return pc.match_substring_regex(cells, TOTAL)


def structured(sheet: Sheet) -> Sheet:
    """The sheet without its structure, its groups as columns."""
    grid = grid_of(sheet)
    if grid.table.num_rows == 0:
        return sheet
    found = read_structure(suspects_of(grid, sheet), grid, sheet)
    if not found.events:
        return sheet
    events = {event.row: event for event in found.events}
    rows = np.fromiter(events, np.int64, len(events))
    structure = np.zeros(len(grid.lines), bool)
    structure[rows] = True
    keep = ~structure & ~grid.short
    written = {int(grid.lines[row]) for row in rows[grid.short[rows]]}
    table = with_groups(grid.table, found, keep, sheet)
    return replace(
        sheet,
        table=table,
        lines=pa.array(grid.lines[keep]),
        header=header_of(table, sheet),
        broken=[(line, reason) for line, reason in sheet.broken if line not in written],
        structure=sorted(
            [*sheet.structure, *((int(grid.lines[event.row]), event.what) for event in found.events)]
        ),
        totals_off=sorted(int(grid.lines[row]) for row in found.off),
    )


def suspects_of(grid: Grid, sheet: Sheet) -> list[Suspect]:
    """The rows that may be structure: one filled cell, a total, a repeated header, few cells at the end.

    Without any total, and with a first row that is a row, lone cells are looked at only where they may be
    furniture: a long sparse list has many.
    """
    alone = (grid.filled == 1) | (grid.short & (grid.filled <= 3))
    named, furniture = np.zeros(len(grid), bool), np.zeros(len(grid), bool)
    for place in np.unique(grid.first[grid.first >= 0]).tolist():
        cells, here = grid.column(place), grid.first == place
        colon = (grid.filled == 2) & pc.ends_with(cells, ":").to_numpy()
        named |= (says_total(cells).to_numpy() | colon) & here
        furniture |= pc.match_substring_regex(cells, MAY_BE_FURNITURE).to_numpy() & here
    if not named.any() and not alone[:1].any() and not sheet.titles:
        alone &= furniture
    place = marking(sheet)
    heading = pc.utf8_lower(pc.utf8_trim_whitespace(grid.column(place)))
    wanted = alone | named | pc.equal(heading, sheet.header[place].strip().lower()).to_numpy()
    wanted[-LAST:] |= grid.filled[-LAST:] * 2 <= np.median(grid.filled) + 1
    return grid.suspects(wanted)


def with_groups(table: pa.Table, found: Found, keep: Mask, sheet: Sheet) -> pa.Table:
    """The kept rows with the labels of their groups, in front or in the column that they stand in."""
    rows = np.flatnonzero(keep)
    kept = table.take(pa.array(rows))
    if not found.groups:
        return kept
    depth = max(group.depth for group in found.groups) + 1
    labels = [labels_of(found.groups, level, rows) for level in range(depth)]
    place = found.fills
    if place is not None:
        kept = kept.set_column(place, kept.column_names[place], labels.pop(0))
    called = ["group" if not level else f"group {level + 1}" for level in range(depth)][-len(labels) :]
    names = column_names((*kept.column_names, *called))[kept.num_columns :] if labels else []
    for at, (name, column) in enumerate(zip(names, labels, strict=True)):
        kept = kept.add_column(at, name, column)
    return kept


def labels_of(groups: list[Group], level: int, rows: Ints) -> pa.Array:
    """The label of the group of one level in which each row stands, blank outside."""
    label = np.full(len(rows), -1, np.int64)
    texts: list[str] = []
    for group in groups:
        if group.depth == level:
            begin, end = np.searchsorted(rows, [group.begins, group.ends])
            label[begin:end] = len(texts)
            texts.append(group.label)
    named = pa.array(texts, pa.string()).take(pa.array(label, mask=label < 0))
    return pc.fill_null(named, "")


def header_of(table: pa.Table, sheet: Sheet) -> tuple[str, ...]:
    """The headings as they stand, those of new columns in front."""
    new = table.num_columns - len(sheet.header)
    return (*table.column_names[:new], *sheet.header)


def without_spacers(sheet: Sheet) -> Sheet:
    """The sheet without columns that have neither a heading nor a cell."""
    blank = {
        place
        for place, cell in enumerate(sheet.header)
        if not cell.strip() and not filled_in(sheet.table.column(place)).any()
    }
    kept = [place for place in range(len(sheet.header)) if place not in blank]
    if not blank or not kept:
        return sheet
    header = tuple(sheet.header[place] for place in kept)
    return replace(sheet, table=sheet.table.select(kept), header=header)
