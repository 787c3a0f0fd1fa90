"""Workbooks as offices keep them: a title over merged cells, a heading, rows. Equal rows give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # what no two runs may differ in
ROWS = 1_000_000  # a sheet holds some more; what comes after goes to a second workbook


class Book:
    """A workbook of one sheet, written row by row and finished by `close`."""

    def __init__(self, path: Path, sheet: str, title: str, header: Sequence[str]) -> None:
        self.path, self.sheet, self.title, self.header = path, sheet, title, tuple(header)
        self.count, self.file = 1, self.begun(path)

    def begun(self, path: Path) -> Any:
        """A new file with title and heading."""
        options = {"constant_memory": True, "default_date_format": "m/d/yyyy"}
        file = xlsxwriter.Workbook(str(path), options)
        file.set_properties({"created": CREATED})
        bold, centred = file.add_format({"bold": True}), file.add_format({"bold": True, "align": "center"})
        self.page = file.add_worksheet(self.sheet)
        self.page.set_column(0, len(self.header) - 1, 13)
        self.page.merge_range(0, 0, 0, len(self.header) - 1, self.title, centred)
        self.page.write_row(2, 0, self.header, bold)
        self.row = 3
        return file

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Add rows; days become real dates, empty cells stay empty."""
        for cells in rows:
            if self.row >= ROWS:
                self.file.close()
                self.count += 1
                self.file = self.begun(self.path.with_stem(f"{self.path.stem} ({self.count})"))
            self.page.write_row(self.row, 0, cells)
            self.row += 1

    def close(self) -> None:
        """Finish the file."""
        self.file.close()
