"""Workbooks (XLSX, XLS, XLSB, ODS) to Arrow: each sheet with every cell as text and its row numbers."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa
import python_calamine

from burnish.errors import InputError
from burnish.sources.reading.archives import Budget, directory, unpacked
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.headless import refuse_values
from burnish.sources.reading.reach import OVERLAP, Reach, see_ods, see_records
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import (
    BAD_ZIP,
    column_names,
    fitted_header,
    header_at,
    titles_of,
    usual_width,
)

HEAD_ROWS = 200
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]{0,160}?\bt=)["']e["']""")
BARE_FORMULA = re.compile(
    rb"""(<((?:\w+:)?)c\b(?![^<>]{0,160}?\bt=)[^<>]{0,160}?)>"""
    rb"""(<(?:\w+:)?f\b(?:[^<>]{0,200}/>|[^<>]{0,200}>[^<]{0,9000}</(?:\w+:)?f>))\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*(</(?:\w+:)?c>)"""
)
HAS_ERROR = re.compile(rb"""t=["']e["']""")
HAS_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
NOT_CALCULATED = rb"""\1 t="str">\3<\2v>#CALC!</\2v>\4"""
AMOUNTS = re.compile(
    r"\b(amount|total|qty|quantity|pieces|pcs|price|value|balance|cost|weight|hours|tax|freight|paid|sum|net|gross)\b"
)
NAMING = re.compile(
    r"#|\b(no|nr|num|number|id|key|code|ref|reference|order|job|po|so|wo|invoice|customer|client|account|part|item|lot"
    r"|ticket|auftrag|kunde|rechnung|nummer|year|month)\b|(nummer|nr)\b"
)
XLSB_SHEET = re.compile(r"xl/(worksheets|binworksheets)/.*\.bin$", re.IGNORECASE)
Cell = object
Header = tuple[str, ...]


def read_workbook(raw: memoryview, where: str, limits: Limits) -> list[Sheet]:
    """All sheets that hold something, in order. Raises InputError for bombs, locks and damage."""
    source: BinaryIO = io.BytesIO(raw)
    if bytes(raw[:2]) == b"PK":
        source = with_marks(raw, where, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(source)
        sheets = [read_sheet(book, name, where, limits) for name in worksheets(book)]
    except python_calamine.PasswordError:
        raise InputError(
            "the workbook is locked by a password", where, "Save it without a password."
        ) from None
    except (python_calamine.CalamineError, *BAD_ZIP):
        raise damaged(where) from None
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # the parser's own, no subclass of Exception
            raise damaged(where) from None
        raise
    held = [sheet for sheet in sheets if sheet is not None]
    if not held:
        raise InputError(
            "the workbook holds no cells", where, "Export it again; it should hold at least a header."
        )
    return held


def damaged(where: str) -> InputError:
    """A workbook that cannot be taken apart."""
    return InputError("the workbook is damaged or cut short", where, "Open it and save it again.")


def worksheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    """Names of the sheets that hold cells, not charts or macros."""
    kind = python_calamine.SheetTypeEnum.WorkSheet
    return [each.name for each in book.sheets_metadata if each.typ == kind]


def with_marks(raw: memoryview, where: str, limits: Limits) -> BinaryIO:
    """The workbook, its bytes counted as they unpack; cells that the reader would hand over as blank marked.

    These are errors (#REF!) and formulas that were never calculated (#CALC!). Only a workbook that has such
    cells is packed anew, in memory.
    """
    budget, infos = Budget(len(raw), where, limits), directory(raw, where)
    touched = {info.filename for info in infos if is_to_mark(raw, info, budget, where)}
    if not touched:
        return io.BytesIO(raw)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for info in infos:
            part = b"".join(unpacked(raw, info, Budget(len(raw), where, limits), where))
            packed.writestr(info.filename, marked(part) if info.filename in touched else part)
    target.seek(0)
    return target


def marked(part: bytes) -> bytes:
    """A sheet with its errors and its uncalculated formulas as text."""
    return BARE_FORMULA.sub(NOT_CALCULATED, ERROR_CELL.sub(rb'\1"str"', part))


def is_to_mark(raw: memoryview, info: zipfile.ZipInfo, budget: Budget, where: str) -> bool:
    """Unpack one part for its size; whether it is a sheet with cells to mark, sought in overlapping pieces.

    Raises InputError for a bomb, and for cells so far out that their sheet does not fit into memory.
    """
    pieces = unpacked(raw, info, budget, where)
    if info.filename == "content.xml":
        see_ods(pieces, where, info.file_size)
    elif XLSB_SHEET.match(info.filename):
        see_records(b"".join(pieces), Reach(where, info.file_size))
    elif info.filename.startswith("xl/worksheets/"):
        return holds_marks(pieces, Reach(where, info.file_size))
    for _ in pieces:
        pass
    return False


def holds_marks(pieces: Iterable[bytes], reach: Reach) -> bool:
    """Whether a sheet has errors or uncalculated formulas; its cells are counted on the way."""
    found, tail = False, b""
    for piece in pieces:
        text = tail + piece
        found = found or has_marks(text)
        reach.see_xml(text)
        tail = text[-OVERLAP:]
    return found


def has_marks(text: bytes) -> bool:
    """Whether some XML of a sheet has an error or an uncalculated formula; most has neither letter."""
    has_error = HAS_ERROR.search(text) and ERROR_CELL.search(text)
    return bool(has_error or (HAS_FORMULA.search(text) and BARE_FORMULA.search(text)))


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
    header = fitted_header(filled[at][0], max(width, wide))
    if len(header) > limits.columns:
        raise InputError(
            f"a sheet has {len(header):,} columns, more than {limits.columns:,}", where, "Export fewer."
        )
    fill_merged(dict(rows[at + 1 :]), data, header)
    return sheet_of(name, header, rows[at:], titles_of(head[:at]), limits)


def fill_merged(below: dict[int, list[Cell]], data: python_calamine.CalamineSheet, header: Header) -> None:
    """Let a cell that is merged over several lines stand on each of them, amounts and quantities excepted.

    An amount over three lines is theirs together: on each of them it would count three times.
    """
    for (top, left), (bottom, _) in data.merged_cell_ranges or ():
        place, first = left - data.start[1], below.get(top + 1, [])
        if bottom == top or not 0 <= place < min(len(first), len(header)):
            continue
        if is_carried(first[place], header[place]):
            for cells in (below.get(line, []) for line in range(top + 2, bottom + 2)):
                if place < len(cells) and cells[place] == "":
                    cells[place] = first[place]


def is_carried(cell: Cell, heading: str) -> bool:
    """Whether a merged cell speaks of each of its lines, as a name, day or number of an order does.

    A number does so only where its heading names something and is no amount.
    """
    said = heading.casefold()
    names = NAMING.search(said) is not None and AMOUNTS.search(said) is None
    return names or not isinstance(cell, int | float)


def sheet_of(
    name: str,
    header: Header,
    rows: list[tuple[int, list[Cell]]],
    titles: tuple[tuple[int, str], ...],
    limits: Limits,
) -> Sheet:
    """Rows under their header as string columns; a row with an oversized cell or a NUL byte is broken."""
    kept, lines, broken = [], [], []
    for line, cells in rows[1:]:
        texts = [as_text(cell) for cell in cells[: len(header)]]
        if any(len(text) > limits.cell_bytes or "\0" in text for text in texts):
            is_long = any(len(text) > limits.cell_bytes for text in texts)
            long = f"has a cell of more than {limits.cell_bytes:,} bytes"
            broken.append((line, long if is_long else "holds a NUL byte"))
            continue
        kept.append(texts + [""] * (len(header) - len(texts)))
        lines.append(line)
    columns = list(zip(*kept, strict=True)) or [()] * len(header)
    table = pa.table([pa.array(column, pa.string()) for column in columns], names=column_names(header))
    numbers = pa.array(lines, pa.int64())
    return Sheet(name, table, numbers, rows[0][0], broken=broken, header=header, titles=titles)


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
