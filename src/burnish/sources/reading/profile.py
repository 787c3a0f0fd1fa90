"""What stands in each column of a parsed sheet: how full, dates and their order, numbers and their mark."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.shapes import ColumnProfile, SheetProfile
from burnish.sources.values import date_order_of, decimal_mark_of, looks_like_date, looks_like_number

ALL_UP_TO = 200_000
SLICES, SLICE = 32, 1024
EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,24}$"
PHONE = (
    r"^(\+|00)?[0-9]{0,3}[ .-]?\(?[0-9]{2,5}\)?[ ./-]?[0-9]{2,5}[ .-]?[0-9]{2,6}"
    r"([ ]*(x|ext)[ .]*[0-9]{1,5})?$"
)
PHONE_MARK = r"[+() .-]"
WORDS = r"^[^0-9]*\p{L}[^0-9]*\p{L}[^0-9]*$|\p{L}{3}.*\s|\s.*\p{L}{3}"
DATES_WORTH, NUMBERS_WORTH = 0.05, 0.05


def profile_of(sheet: Sheet, file: str) -> SheetProfile:
    """The profile of a parsed sheet."""
    names = sheet.table.column_names
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        columns = list(workers.map(column_profile, names, sheet.table.columns))
    return SheetProfile(
        file=file,
        sheet=sheet.name,
        header_line=sheet.header_line,
        rows=sheet.table.num_rows,
        columns=tuple(columns),
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        line_end=sheet.line_end,
        broken=tuple(sheet.broken),
    )


def column_profile(name: str, cells: pa.ChunkedArray) -> ColumnProfile:
    """Profile one column: shares over a sample's distinct values, order and mark over all rows."""
    sampled = sample(cells)
    counts = pc.value_counts(pc.utf8_trim_whitespace(sampled))
    held = counts.filter(pc.not_equal(counts.field("values"), ""))
    values, weight = held.field("values"), held.field("counts").to_numpy()
    is_date, is_number = looks_like_date(values), looks_like_number(values)
    is_email = pc.match_substring_regex(values, EMAIL)
    neither = pc.invert(pc.or_(pc.or_(is_date, is_number), is_email))
    dates, numbers = share(is_date, weight), share(is_number, weight)
    return ColumnProfile(
        name=name,
        filled=filled(cells),
        distinct=distinct(cells, len(values), int(weight.sum())),
        dates=dates,
        numbers=numbers,
        emails=share(is_email, weight),
        phones=share(pc.and_(neither, phones(values)), weight),
        words=share(pc.and_(neither, pc.match_substring_regex(values, WORDS)), weight),
        date_order=date_order_of(pc.unique(cells)) if dates >= DATES_WORTH else None,
        decimal_mark=mark_of(cells, values) if numbers >= NUMBERS_WORTH else None,
        longest=longest(cells),
        examples=tuple(values[:5].to_pylist()),
    )


def sample(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """All cells, or slices spread evenly over a long column."""
    if len(cells) <= ALL_UP_TO:
        return cells
    starts = np.linspace(0, len(cells) - SLICE, SLICES).astype(int)
    return pa.chunked_array([chunk for at in starts for chunk in cells.slice(at, SLICE).chunks], cells.type)


def share(which: pa.Array, weight: np.ndarray) -> float:
    """Share of cells, from a mask over distinct values and how often each stands."""
    total = int(weight.sum())
    return float(weight[which.to_numpy(zero_copy_only=False)].sum()) / total if total else 0.0


def phones(values: pa.Array) -> pa.Array:
    """Ten digits or more in the groups of a phone number; plain digits are no phone number."""
    shaped = pc.and_(pc.match_substring_regex(values, PHONE), pc.match_substring_regex(values, PHONE_MARK))
    return pc.and_(shaped, pc.match_substring_regex(values, r"^([^0-9]*[0-9]){10}"))


def filled(cells: pa.ChunkedArray) -> int:
    """Cells that hold more than spaces."""
    empty = pc.sum(pc.equal(pc.binary_length(cells), 0)).as_py() or 0
    spaces = pc.sum(pc.utf8_is_space(cells)).as_py() or 0
    return len(cells) - int(empty) - int(spaces)


def distinct(cells: pa.ChunkedArray, in_sample: int, sample_filled: int) -> int:
    """Distinct values; of a long column those of the sample, unless nearly all of them differ."""
    if len(cells) <= ALL_UP_TO or in_sample < 0.999 * sample_filled:
        return in_sample
    return int(pc.count_distinct(cells).as_py())


def mark_of(cells: pa.ChunkedArray, sampled: pa.Array) -> str | None:
    """The decimal mark: from all cells with a comma and the sample, else from all cells."""
    commas = pc.unique(cells.filter(pc.match_substring(cells, ",")))
    mark = decimal_mark_of(pa.concat_arrays([commas, sampled]))
    if mark == "ambiguous" and len(sampled) < len(cells):
        return decimal_mark_of(pc.unique(cells))
    return mark


def longest(cells: pa.ChunkedArray) -> int:
    """Characters of the longest cell."""
    in_bytes = int(pc.max(pc.binary_length(cells)).as_py() or 0)
    if in_bytes <= 1 << 16 and len(cells) <= ALL_UP_TO:
        return int(pc.max(pc.utf8_length(cells)).as_py() or 0)
    return in_bytes
