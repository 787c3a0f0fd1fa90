"""Writing files as programs write them, row by row: delimited text and JSON. Equal rows give equal bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


class Delimited:
    """A delimited text file, open until closed. Letters that its encoding lacks become "?"."""

    def __init__(
        self,
        path: Path,
        header: Sequence[str] = (),
        *,
        encoding: str = "utf-8",
        delimiter: str = ",",
        line_end: str = "\r\n",
        titles: Iterable[Sequence[str]] = (),
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("w", encoding=encoding, newline="", errors="replace")
        self.writer = csv.writer(self.file, delimiter=delimiter, lineterminator=line_end)
        self.writer.writerows([*titles, *([header] if header else [])])

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Add rows."""
        self.writer.writerows(rows)

    def close(self) -> None:
        """Finish the file."""
        self.file.close()


class JsonArray:
    """A JSON file that holds one list of objects, written one object a line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("w", encoding="utf-8", newline="\n")
        self.file.write("[")
        self.between = "\n"

    def write(self, records: Iterable[dict[str, Any]]) -> None:
        """Add objects."""
        for record in records:
            self.file.write(self.between + json.dumps(record, ensure_ascii=False))
            self.between = ",\n"

    def close(self) -> None:
        """Finish the file."""
        self.file.write("\n]\n")
        self.file.close()


class JsonLines:
    """A file with one JSON object a line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, records: Iterable[dict[str, Any]]) -> None:
        """Add objects."""
        self.file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)

    def close(self) -> None:
        """Finish the file."""
        self.file.close()
