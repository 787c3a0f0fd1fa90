"""Workbooks (XLSX) to Arrow: each sheet with every cell as text and the row number of the sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa
import python_calamine

from burnish.errors import InputError
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.headless import refuse_values
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import column_names, fitted_header, header_at, usual_width

HEAD_ROWS = 200
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]{0,160}?\bt=)["']e["']""")
Cell = object


def read_workbook(source: BinaryIO, where: str, limits: Limits) -> list[Sheet]:
    """All sheets that hold something, in order. Raises InputError for bombs, locks and damage."""
    refuse_bomb(source, where, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(with_errors_as_text(source))
        sheets = [read_sheet(book, name, where, limits) for name in worksheets(book)]
    except python_calamine.PasswordError:
        raise InputError(
            "the workbook is locked by a password", where, "Save it without a password."
        ) from None
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise InputError(
            "the workbook is damaged or cut short", where, "Open it and save it again."
        ) from None
    held = [sheet for sheet in sheets if sheet is not None]
    if not held:
        raise InputError(
            "the workbook holds no cells", where, "Export it again; it should hold at least a header."
        )
    return held


def worksheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    """Names of the sheets that hold cells, not charts or macros."""
    kind = python_calamine.SheetTypeEnum.WorkSheet
    return [each.name for each in book.sheets_metadata if each.typ == kind]


def refuse_bomb(source: BinaryIO, where: str, limits: Limits) -> None:
    """Judge the unpacked size by the central directory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(source) as archive:
            expanded = sum(each.file_size for each in archive.infolist())
            packed = sum(each.compress_size for each in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise InputError("the workbook is damaged or cut short", where, "Save it again.") from None
    too_big = expanded > limits.expanded_mb << 20
    too_dense = expanded > 64 << 20 and expanded > limits.ratio * max(packed, 1)
    if too_big or too_dense:
        raise InputError(
            f"the workbook would unpack to {expanded >> 20:,} MB", where, "Save it as CSV and add that file."
        )


def with_errors_as_text(source: BinaryIO) -> BinaryIO:
    """The workbook with error cells (#REF!) marked as text, because the reader would hand them over as blank.

    Only a workbook that has such cells is packed anew, in memory.
    """
    with zipfile.ZipFile(source) as archive:
        touched = {
            name
            for name in archive.namelist()
            if name.startswith("xl/worksheets/") and holds_error(archive, name)
        }
        if touched:
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w") as packed:
                for name in archive.namelist():
                    part = archive.read(name)
                    packed.writestr(name, ERROR_CELL.sub(rb'\1"str"', part) if name in touched else part)
    held: BinaryIO = target if touched else source
    held.seek(0)
    return held


def holds_error(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a sheet has an error cell; looked for in pieces that overlap."""
    tail = b""
    with archive.open(name) as part:
        while piece := part.read(1 << 20):
            if ERROR_CELL.search(tail + piece):
                return True
            tail = piece[-200:]
    return False


def read_sheet(book: python_calamine.CalamineWorkbook, name: str, where: str, limits: Limits) -> Sheet | None:
    """One sheet, or None where it is empty. The size stated in the sheet is not trusted, its cells are."""
    data = book.get_sheet_by_name(name)
    rows = list(numbered_rows(data.iter_rows()))
    if not rows:
        return None
    head = [([as_text(cell) for cell in cells], line) for line, cells in rows[:HEAD_ROWS]]
    filled = [(trimmed(cells), line) for cells, line in head]
    width = usual_width(filled)
    at = header_at(filled, width, where)
    below = [cells for cells, _ in filled[at + 1 :]]
    refuse_values(filled[at][0], below, f"{where}, sheet {name}, line {filled[at][1]}")
    wide = max(len(trimmed([as_text(cell) for cell in cells])) for _, cells in rows[at:])
    names = column_names(fitted_header(filled[at][0], max(width, wide)))
    if len(names) > limits.columns:
        raise InputError(
            f"a sheet has {len(names):,} columns, more than {limits.columns:,}", where, "Export fewer."
        )
    return sheet_of(name, names, rows[at:], limits)


def sheet_of(name: str, names: list[str], rows: list[tuple[int, list[Cell]]], limits: Limits) -> Sheet:
    """Rows under their header as string columns; a row with an oversized cell is broken."""
    kept, lines, broken = [], [], []
    for line, cells in rows[1:]:
        texts = [as_text(cell) for cell in cells[: len(names)]]
        if any(len(text) > limits.cell_bytes for text in texts):
            broken.append((line, f"has a cell of more than {limits.cell_bytes:,} bytes"))
            continue
        kept.append(texts + [""] * (len(names) - len(texts)))
        lines.append(line)
    columns = list(zip(*kept, strict=True)) or [()] * len(names)
    table = pa.table(
        {each: pa.array(column, pa.string()) for each, column in zip(names, columns, strict=True)}
    )
    return Sheet(name, table, pa.array(lines, pa.int64()), rows[0][0], broken=broken)


def numbered_rows(rows: Iterable[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    """Rows that hold something, with their number in the sheet; the reader counts blank leading rows too."""
    for line, cells in enumerate(rows, start=1):
        if any(cell != "" and str(cell).strip() for cell in cells):
            yield line, cells


def trimmed(cells: list[str]) -> list[str]:
    """Cells without the blank ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def as_text(cell: Cell) -> str:
    """A cell as text: dates in ISO form, midnight left out, and whole floats without ".0"."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
    return str(cell)
