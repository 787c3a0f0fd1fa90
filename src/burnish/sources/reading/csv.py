"""Text files to Arrow: one parse with every cell a string, true line numbers, broken rows handed over."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from burnish.errors import InputError
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import (
    Census,
    Layout,
    as_utf8,
    census,
    column_names,
    encoding_of,
    layout_of,
)
from burnish.sources.values import looks_like_date, looks_like_number

BLOCK_SIZES = (1 << 22, 1 << 26, 1 << 30)
MOST_BROKEN, MOST_MENDED, MOST_SHORT = 1_000_000, 50, 100_000
SWALLOWED = "a quote swallowed this line"
SAMPLED, ENOUGH, NEARLY_ALL = 10_000, 3, 0.9
Kind = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True)
class Short:
    """A record with fewer cells than the header: its line and its cells. It is among the broken rows."""

    line: int
    cells: tuple[str, ...]


@dataclass
class Sheet:
    """One parsed sheet in the child: string columns, the line of each row, and the rows that broke.

    `header` are the headings as they stand, blank ones too; `titles` line and text of what stands above.
    """

    name: str
    table: pa.Table
    lines: pa.Array
    header_line: int
    encoding: str = ""
    delimiter: str = ""
    line_end: str = ""
    broken: list[tuple[int, str]] = field(default_factory=list)
    header: tuple[str, ...] = ()
    titles: tuple[tuple[int, str], ...] = ()
    short: list[Short] = field(default_factory=list)
    structure: list[tuple[int, str]] = field(default_factory=list)
    totals_off: list[int] = field(default_factory=list)
    filled: dict[tuple[str, ...], pa.Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Unsplit:
    """A record with a wrong number of cells: its place among all records from 0, its cells, its text."""

    record: int
    cells: int
    text: str


@dataclass(frozen=True)
class Rows:
    """Rows with their lines, and line and reason of those that broke; the short ones with their cells."""

    table: pa.Table
    lines: pa.Array
    broken: list[tuple[int, str]]
    short: list[Short] = field(default_factory=list)


def read_text(raw: memoryview, where: str, limits: Limits) -> Sheet:
    """Parse a whole text file. Raises InputError where it is no table of text."""
    encoding, mark = encoding_of(raw)
    text = as_utf8(raw[mark:], encoding, where)
    view = memoryview(text)
    counted = census(view)
    if counted.nul > max(64, counted.line_ends):
        raise InputError(
            "the file holds binary data", where, "Export the list as CSV or XLSX and add that file."
        )
    layout = layout_of(view, where, max_columns=limits.columns)
    rows = read_rows(text.slice(layout.rows_at), layout, counted.below(census(view[: layout.rows_at])), where)
    sheet = Sheet(
        name="",
        table=rows.table,
        lines=rows.lines,
        header_line=layout.header_line,
        encoding=encoding,
        delimiter=layout.delimiter,
        line_end=counted.line_end,
        broken=rows.broken,
        header=layout.header,
        titles=layout.titles,
        short=rows.short,
    )
    return without_unfit(sheet, limits, has_nul=counted.nul > 0)


def read_rows(text: pa.Buffer, layout: Layout, counted: Census, where: str, *, mended: int = 0) -> Rows:
    """All rows below the header.

    Behind a quote that is opened and never closed, reading starts anew on the next line.
    """
    table, unsplit = parse(text, layout, counted, where)
    lines, starts = numbered(table, unsplit, layout, counted)
    broken = [
        (start, f"has {each.cells} cells, the header {len(layout.header)}")
        for each, start in zip(unsplit, starts, strict=True)
        if each.text.strip(" \t\r\n") and not lone_quote(each) and not holds_rows(each, layout)
    ]
    short = short_of(unsplit, starts, layout)
    found = released(Rows(table, lines, broken, short), text, layout, counted)
    found.broken.extend(swallowed_by(unsplit, starts, layout))
    for each, start in zip(unsplit, starts, strict=True):
        if not lone_quote(each):
            continue
        found.broken.append((start, "opens a quote that is never closed"))
        rest = pa.py_buffer(re.split("\r\n|\r|\n", each.text, maxsplit=1)[1].encode())
        if mended == MOST_MENDED:
            raise unreadable(where)
        below = replace(layout, rows_line=start + 1)
        more = read_rows(rest, below, census(memoryview(rest)), where, mended=mended + 1)
        found = joined(found, more)
    return found


def short_of(unsplit: list[Unsplit], starts: list[int], layout: Layout) -> list[Short]:
    """The unsplit records on one line that have too few cells: labels and footers may be among them."""
    found = []
    for each, start in zip(unsplit[:MOST_SHORT], starts[:MOST_SHORT], strict=True):
        text = each.text.rstrip("\r\n")
        if each.cells < len(layout.header) and "\n" not in text and "\r" not in text and "\0" not in text:
            cells = next(csv.reader([text], delimiter=layout.delimiter), [])
            found += [Short(start, tuple(cells))] if any(cell.strip() for cell in cells) else []
    return found


def lone_quote(record: Unsplit) -> bool:
    """Whether the record runs over lines because a quote in it has no partner."""
    return ends_in(record.text) > 0 and record.text.count('"') % 2 == 1


def holds_rows(record: Unsplit, layout: Layout) -> bool:
    """Whether an unsplit record over several lines is a row on each of them."""
    return ends_in(record.text) > 0 and not lone_quote(record) and are_rows(lines_of(record.text), layout)


def swallowed_by(unsplit: list[Unsplit], starts: list[int], layout: Layout) -> Iterator[tuple[int, str]]:
    """Every line of the unsplit records that hold several rows."""
    for each, start in zip(unsplit, starts, strict=True):
        if holds_rows(each, layout):
            yield from ((start + below, SWALLOWED) for below in range(ends_in(each.text) + 1))


def released(found: Rows, text: pa.Buffer, layout: Layout, counted: Census) -> Rows:
    """The rows without those that a stray pair of quotes made of several lines; these lines are broken.

    Such a row's lines have, split at the delimiter whatever the quotes, the header's number of cells each;
    and either its quotes are no proper ones, or dates and numbers stand where the other rows have them.
    """
    width = len(layout.header)
    several = np.zeros(found.table.num_rows, dtype=np.int64)
    if counted.quotes >= 2 and width > 1:
        several = embedded(found.table)
    suspects = [at for at in np.flatnonzero(several).tolist() if may_hold_rows(found.table, at, layout)]
    if not suspects:
        return found
    ends = line_ends(text)
    kinds = kinds_of(found.table.filter(pa.array(several == 0)))
    keep, broken = np.ones(found.table.num_rows, dtype=bool), list(found.broken)
    for at in suspects:
        first = found.lines[at].as_py()
        last = first + int(several[at])
        record = between(text, ends, first - layout.rows_line, last - layout.rows_line)
        lines = lines_of(record)
        if are_rows(lines, layout) and (has_stray_quote(record, layout) or fit_kinds(lines, kinds, layout)):
            keep[at] = False
            broken += [(line, SWALLOWED) for line in range(first, last + 1)]
    mask = pa.array(keep)
    return Rows(found.table.filter(mask), found.lines.filter(mask), broken, found.short)


def may_hold_rows(table: pa.Table, at: int, layout: Layout) -> bool:
    """Whether a cell with line ends has as many delimiters as the rows that it may have swallowed."""
    last = len(layout.header) - 1
    for place, column in enumerate(table.columns):
        parts = lines_of(column[at].as_py())
        if len(parts) > 1:
            found = [part.count(layout.delimiter) for part in parts]
            return found == [last - place, *[last] * (len(parts) - 2), place]
    return False


def lines_of(text: str) -> list[str]:
    """The lines of a text, without the end of its last one."""
    return re.split("\r\n|\r|\n", text.removesuffix("\n").removesuffix("\r"))


def are_rows(lines: list[str], layout: Layout) -> bool:
    """Whether each line, split at the delimiter, has the header's number of cells."""
    return len(lines) > 1 and all(line.count(layout.delimiter) + 1 == len(layout.header) for line in lines)


def has_stray_quote(record: str, layout: Layout) -> bool:
    """Whether a closing quote is followed by something else than the end of its cell."""
    try:
        list(csv.reader([record], delimiter=layout.delimiter, strict=True))
    except csv.Error:
        return True
    return False


def kinds_of(others: pa.Table) -> dict[int, Kind]:
    """The columns that hold dates, or numbers, in nearly all of the first rows."""
    kinds: dict[int, Kind] = {}
    for place, column in enumerate(others.slice(0, SAMPLED).columns):
        cells = pc.utf8_trim_whitespace(column.combine_chunks())
        filled = cells.filter(pc.not_equal(cells, ""))
        for looks in (looks_like_date, looks_like_number):
            if len(filled) >= ENOUGH and as_share(looks(filled)) >= NEARLY_ALL:
                kinds[place] = looks
    return kinds


def fit_kinds(lines: list[str], kinds: dict[int, Kind], layout: Layout) -> bool:
    """Whether every line has dates and numbers in their columns, one at least."""
    for line in lines:
        split = [cell.strip(' "') for cell in line.split(layout.delimiter)]
        found = [kinds[place](pa.array([split[place]]))[0].as_py() for place in kinds if split[place]]
        if not found or not all(found):
            return False
    return True


def as_share(mask: pa.Array) -> float:
    """Share of true entries."""
    return float(pc.mean(mask.cast(pa.float64())).as_py())


def line_ends(text: pa.Buffer) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each line ends, in bytes; \\r\\n ends one line, at its \\n."""
    codes = np.frombuffer(text, np.uint8)
    feeds = codes == 10
    returns = codes == 13
    returns[:-1] &= ~feeds[1:]
    return np.flatnonzero(feeds | returns)


def between(text: pa.Buffer, ends: np.ndarray, first: int, last: int) -> str:
    """The text of some lines, counted from 0."""
    begin = int(ends[first - 1]) + 1 if first else 0
    end = int(ends[last]) if last < len(ends) else len(text)
    return bytes(memoryview(text)[begin:end]).decode("utf-8", "replace").rstrip("\r\n")


def joined(first: Rows, second: Rows) -> Rows:
    """Both, one below the other."""
    return Rows(
        pa.concat_tables([first.table, second.table]),
        pa.concat_arrays([first.lines, second.lines]),
        first.broken + second.broken,
        first.short + second.short,
    )


def parse(text: pa.Buffer, layout: Layout, counted: Census, where: str) -> tuple[pa.Table, list[Unsplit]]:
    """All records as string columns named by `column_names`, and those with a wrong number of cells.

    Records are parsed by all threads; only where one breaks is the text parsed again by one, because only
    then does the parser know their places.
    """
    names = column_names(layout.header)
    if len(text) == 0:
        return pa.table({name: pa.array([], pa.string()) for name in names}), []
    if len(names) == 1:
        return parsed(text, names, layout.delimiter, counted.quotes > 0, False, where)
    table, unsplit = parsed(text, names, layout.delimiter, counted.quotes > 0, True, where)
    if unsplit:
        table, unsplit = parsed(text, names, layout.delimiter, counted.quotes > 0, False, where)
    return table, unsplit


def parsed(
    text: pa.Buffer, names: list[str], delimiter: str, has_quotes: bool, threads: bool, where: str
) -> tuple[pa.Table, list[Unsplit]]:
    """One parse; blocks grow where a single record does not fit."""
    for block in BLOCK_SIZES:
        unsplit: list[Unsplit] = []

        def keep(row: arrow_csv.InvalidRow, kept: list[Unsplit] = unsplit) -> str:
            kept.append(Unsplit((row.number or 0) - 1, row.actual_columns, row.text))
            return "error" if len(kept) > MOST_BROKEN or (threads and len(kept) > 0) else "skip"

        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(text),
                read_options=arrow_csv.ReadOptions(column_names=names, use_threads=threads, block_size=block),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=has_quotes,
                    invalid_row_handler=keep,
                    ignore_empty_lines=False,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={name: pa.string() for name in names},
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid as problem:
            if threads and unsplit:
                return pa.table({}), unsplit
            if len(unsplit) > MOST_BROKEN:
                raise too_broken(where) from None
            if "straddling" not in str(problem):
                raise unreadable(where) from None
        else:
            return table, unsplit
    raise unreadable(where)


def too_broken(where: str) -> InputError:
    """More rows broke than can be reported one by one."""
    return InputError(
        f"more than {MOST_BROKEN:,} rows do not have as many cells as the header",
        where,
        "Look at the file's delimiter and quotes, and export it again.",
    )


def unreadable(where: str) -> InputError:
    """The text does not split into records."""
    return InputError(
        "the rows cannot be told apart, most likely because a quote is opened and never closed",
        where,
        'Look for a lone " in the file, or export it again.',
    )


def numbered(
    table: pa.Table, unsplit: list[Unsplit], layout: Layout, counted: Census
) -> tuple[pa.Array, list[int]]:
    """The true line of each row of the table, and that of each unsplit record."""
    records = table.num_rows + len(unsplit)
    starts = np.arange(layout.rows_line, layout.rows_line + records, dtype=np.int64)
    true_already = not counted.quotes or (not unsplit and counted.line_ends in (records, records - 1))
    if true_already and not unsplit:
        return pa.array(starts), []
    places = np.ones(records, dtype=bool)
    places[[each.record for each in unsplit]] = False
    if not true_already:
        inside = np.zeros(records, dtype=np.int64)
        inside[places] = embedded(table)
        inside[~places] = [ends_in(each.text) for each in unsplit]
        starts[1:] += np.cumsum(inside)[:-1]
    return pa.array(starts[places]), [int(start) for start in starts[~places]]


def embedded(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Line ends inside the cells of each row, \\r\\n as one."""
    total = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        returns = pc.count_substring(column, "\r")
        total += pc.count_substring(column, "\n").to_numpy()
        if pc.max(returns).as_py():
            total += returns.to_numpy() - pc.count_substring(column, "\r\n").to_numpy()
    return total


def ends_in(text: str) -> int:
    """Line ends inside an unsplit record."""
    inner = text.rstrip("\r\n")
    return inner.count("\n") + inner.count("\r") - inner.count("\r\n")


def without_unfit(sheet: Sheet, limits: Limits, *, has_nul: bool) -> Sheet:
    """Drop wholly blank rows; hand over rows with a NUL byte or a cell that is too long as broken."""
    keep = np.ones(sheet.table.num_rows, dtype=bool)
    for bad, reason in unfit(sheet.table, limits, has_nul=has_nul):
        lines = sheet.lines.to_numpy()[bad & keep]
        sheet.broken += [(int(line), reason) for line in lines]
        keep &= ~bad
    keep &= ~blank_rows(sheet.table)
    if not keep.all():
        mask = pa.array(keep)
        sheet.table, sheet.lines = sheet.table.filter(mask), sheet.lines.filter(mask)
    sheet.broken.sort()
    return sheet


def unfit(table: pa.Table, limits: Limits, *, has_nul: bool) -> list[tuple[np.ndarray, str]]:
    """Masks of the rows that cannot be used, with the reason."""
    found = []
    for column in table.columns:
        lengths = pc.binary_length(column)
        if (pc.max(lengths).as_py() or 0) > limits.cell_bytes:
            long = pc.greater(lengths, limits.cell_bytes).to_numpy()
            found.append((long, f"has a cell of more than {limits.cell_bytes:,} bytes"))
        if has_nul:
            nul = pc.match_substring(column, "\0").to_numpy()
            if nul.any():
                found.append((nul, "holds a NUL byte"))
    return found


def blank_rows(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows hold nothing but spaces; columns are looked at only while a row can still be blank."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        blank &= pc.equal(pc.binary_length(pc.utf8_trim_whitespace(column)), 0).to_numpy()
        if not blank.any():
            break
    return blank
