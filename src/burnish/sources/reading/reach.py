"""How far the cells of a sheet reach, known before they are read.

The reader of workbooks holds a sheet as a full rectangle up to its last cell, so one lone cell far out can
take all memory; and it does not end over an ODS text that is cut short. Both are found here.
Formats: ECMA-376 part 1, 18.3.1.4; [MS-XLSB] 2.1.4 and 2.5.9; OpenDocument 1.3 part 3, 9.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat

from burnish.errors import InputError

MOST_ROWS, MOST_COLUMNS, FREE_CELLS = 1 << 20, 1 << 14, 5_000_000
OVERLAP = 10_000
COLUMN = re.compile(rb"""\sr=["']([A-Z]{2,3})[0-9]{1,7}["']""")
ROW = re.compile(
    rb"""<(?:\w+:)?row\s(?:[^<>]{0,200}\s)?r=["']([0-9]+)["']|\sr=["'][A-Z]{1,3}([0-9]{6,})["']"""
)
ROW_HEADER, CELLS, ONE_LETTER = 0, range(1, 12), 26
AGAIN = "Open it and save it again."


class Reach:
    """Rows and columns of one sheet as far as it was looked at; `size` is its length in bytes.

    A filled cell takes more than a byte for each cell of the rectangle, unless most of it is blank.
    """

    def __init__(self, where: str, size: int) -> None:
        self.where, self.rows, self.columns = where, 0, 0
        self.most = max(FREE_CELLS, size)

    def widen(self, rows: int, columns: int) -> None:
        """Count a cell. Raises InputError where the sheet becomes too large to hold."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        outside = self.rows > MOST_ROWS or self.columns > MOST_COLUMNS
        if outside or self.rows * self.columns > self.most:
            raise InputError(
                f"a sheet reaches over {self.rows:,} rows and {self.columns:,} columns, nearly all blank",
                self.where,
                "Delete the lone cell far out, or save the table alone.",
            )

    def see_xml(self, text: bytes) -> None:
        """Count the cells of some XML of an XLSX sheet."""
        columns = max(map(column_number, {found[1] for found in COLUMN.finditer(text)}), default=ONE_LETTER)
        rows = max((int(found[1] or found[2]) for found in ROW.finditer(text)), default=0)
        self.widen(rows, columns)


def column_number(letters: bytes) -> int:
    """A column's number from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def see_records(part: bytes, reach: Reach) -> None:
    """Count the cells of an XLSB sheet. Raises InputError where its records do not follow each other."""
    at, row = 0, 0
    while at < len(part):
        kind, at = seven_bits(part, at, 2)
        size, at = seven_bits(part, at, 4)
        if at + size > len(part):
            raise InputError("the workbook is damaged or cut short", reach.where, AGAIN)
        number = int.from_bytes(part[at : at + 4], "little")
        if kind == ROW_HEADER:
            row = number
        elif kind in CELLS:
            reach.widen(row + 1, number + 1)
        at += size


def seven_bits(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of at most some bytes, seven bits in each and a mark where one more follows; and its end."""
    number = 0
    for place, byte in enumerate(part[at : at + most]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most


class OdsTable:
    """Counts the cells of ODS tables as their XML passes, repeated ones as often as they stand."""

    def __init__(self, where: str, size: int) -> None:
        self.where, self.size = where, size
        self.reach = Reach(where, size)
        self.row = self.column = self.last = self.times = 0

    def begin(self, name: str, said: dict[str, str]) -> None:
        """A table, row or cell begins."""
        if name == "table:table":
            self.reach, self.row = Reach(self.where, self.size), 0
        elif name == "table:table-row":
            self.times, self.column, self.last = repeats(said, "rows"), 0, 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.column += repeats(said, "columns")
            self.last = self.column if "office:value-type" in said else self.last

    def end(self, name: str) -> None:
        """A row ends; blank ones count only above filled ones."""
        if name == "table:table-row":
            self.row += self.times
            if self.last:
                self.reach.widen(self.row, self.last)


def repeats(said: dict[str, str], what: str) -> int:
    """How often a row or cell stands."""
    stated = said.get(f"table:number-{what}-repeated", "1")
    return int(stated) if stated.isdecimal() and len(stated) < 12 else 1


def see_ods(pieces: Iterable[bytes], where: str, size: int) -> None:
    """Go through the text of an ODS file. Raises InputError where it is unsound XML, or too large to hold."""
    parser, table = expat.ParserCreate(), OdsTable(where, size)
    parser.StartElementHandler, parser.EndElementHandler = table.begin, table.end
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise InputError("the workbook is damaged or cut short", where, AGAIN) from None
