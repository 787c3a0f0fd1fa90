"""What a reading says about a file: plain data that crosses the pipe as JSON."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from typing import Any

LEAST_MB = 4096


def half_of_memory_mb() -> int:
    """Half of this machine's memory in MB, at least LEAST_MB."""
    return max(LEAST_MB, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (2 << 20))


@dataclass(frozen=True)
class Limits:
    """What the reading child may use; beyond it the child is stopped.

    `memory_mb` is address space (the file's own size counts too), `cpu_s` processor time, `wall_s` the
    longest wait for one answer. A row with a cell over `cell_bytes` is handed over as broken; more than
    `columns` columns refuse the file. A workbook or archive may unpack to `expanded_mb` and, above 64 MB, to
    `ratio` times its size; an archive may hold `members` files.
    """

    memory_mb: int = field(default_factory=half_of_memory_mb)
    cpu_s: int = 600
    cell_bytes: int = 1 << 20
    columns: int = 2000
    expanded_mb: int = 4096
    ratio: int = 200
    members: int = 1000
    wall_s: float = 900.0


@dataclass(frozen=True)
class ColumnProfile:
    """One column as seen in the file. Shares are of filled cells, 0..1.

    `name` is the header stripped; a blank one becomes "column 7", a repeated one gets " (2)", and a header
    "line" becomes "line (2)", because batches carry the true line under that name.
    `filled`, `longest` (characters, above 200,000 rows bytes), `date_order` and `decimal_mark` are of all
    rows. Above 200,000 rows shares and examples come from an evenly spread sample, and so does `distinct`,
    except for columns that look like keys, which are counted on all rows.
    `date_order`: "ymd", "dmy", "mdy", "ambiguous" (fits both), "mixed" (some rows fit only the one, some only
    the other), or None where there are no dates.
    `decimal_mark`: ".", ",", "ambiguous", or None where there are no numbers.
    `jobs`: share of cells that read "Customer:Job" where customers come again with other jobs, else 0.
    """

    name: str
    filled: int
    distinct: int
    dates: float
    numbers: float
    emails: float
    phones: float
    words: float
    date_order: str | None
    decimal_mark: str | None
    longest: int
    examples: tuple[str, ...]
    jobs: float = 0.0


@dataclass(frozen=True)
class SheetProfile:
    """One sheet of a workbook, or one text file (`sheet` is "").

    Rows in the file = `rows` + len(`broken`); wholly blank lines are not rows. `broken` holds line and reason
    of each row that could not be split. Lines count from 1, header and title lines included;
    in an array of JSON, a feed and a table of a database they count records, and `header_line` is 0. Of a
    sheet in an archive, `sheet` is the member's name, and that of the sheet in it behind a "/".

    `structure` holds line and kind of what is written but no row: "title", "group", "total", "repeated
    header", "footer". `totals_off` are the lines of totals that disagree with the sum of their rows. Where
    numbered price breaks stood side by side, `rows` counts breaks: a line stands in several rows.
    """

    file: str
    sheet: str
    header_line: int
    rows: int
    columns: tuple[ColumnProfile, ...]
    encoding: str
    delimiter: str
    line_end: str
    broken: tuple[tuple[int, str], ...]
    structure: tuple[tuple[int, str], ...] = ()
    totals_off: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for the pipe."""
        return asdict(self)


def sheet_from_json(given: dict[str, Any]) -> SheetProfile:
    """The profile that `SheetProfile.as_json` wrote."""
    columns = tuple(
        ColumnProfile(**{**each, "examples": tuple(each["examples"])}) for each in given["columns"]
    )
    said = {
        name: tuple((int(line), str(what)) for line, what in given.get(name, ()))
        for name in ("broken", "structure")
    }
    off = tuple(int(line) for line in given.get("totals_off", ()))
    return SheetProfile(**{**given, **said, "columns": columns, "totals_off": off})
