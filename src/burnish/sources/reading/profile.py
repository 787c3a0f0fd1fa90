"""What stands in each column of a parsed sheet: how full, dates and their order, numbers and their mark."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.headless import is_phone
from burnish.sources.reading.shapes import ColumnProfile, SheetProfile
from burnish.sources.values import (
    NUMERIC,
    date_order_of,
    decimal_mark_of,
    looks_like_date,
    looks_like_number,
    parts_as_int,
    without_time,
)

ALL_UP_TO = 200_000
SLICES, SLICE = 32, 1024
EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,24}$"
WORDS = r"^[^0-9]*\p{L}[^0-9]*\p{L}[^0-9]*$|\p{L}{3}.*\s|\s.*\p{L}{3}"
DATES_WORTH, NUMBERS_WORTH = 0.05, 0.05
FEW = 0.01  # of the dates written otherwise
JOB = r"^\s*(?P<customer>[^:]*\p{L}[^:]*?)\s*:\s*(?P<job>[^\s:/\\][^:]*)(?::.*)?$"
LEAST_JOBS, OWN_CUSTOMERS = 4, 0.7


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
        structure=tuple(sheet.structure),
        totals_off=tuple(sheet.totals_off),
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
        phones=share(pc.and_(neither, is_phone(values)), weight),
        words=share(pc.and_(neither, pc.match_substring_regex(values, WORDS)), weight),
        date_order=order_of(cells) if dates >= DATES_WORTH else None,
        decimal_mark=mark_of(cells, values) if numbers >= NUMBERS_WORTH else None,
        longest=longest(cells),
        examples=tuple(values[:5].to_pylist()),
        jobs=jobs(values, weight),
    )


def jobs(values: pa.Array, weight: np.ndarray) -> float:
    """Share of cells "Customer:Job", when the customers come again with other jobs or by themselves."""
    found = pc.extract_regex(values, JOB)
    customers = pc.drop_null(found.field("customer"))
    known = len(pc.unique(customers))
    if len(customers) < LEAST_JOBS or known > OWN_CUSTOMERS * len(customers):
        return 0.0
    return share(found.is_valid(), weight)


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


def order_of(cells: pa.ChunkedArray) -> str | None:
    """The order of dates over all cells, decided on the bulk.

    Impossible dates (31/31/2026) say nothing, nor do fewer numeric dates than one in a hundred beside others.
    Dates with points are day first unless most of them cannot be.
    """
    counts = pc.value_counts(cells)
    values, weight = counts.field("values"), counts.field("counts").to_numpy()
    numeric = pc.extract_regex(without_time(pc.utf8_trim_whitespace(values)), NUMERIC)
    is_numeric = numeric.is_valid().to_numpy(zero_copy_only=False)
    if not is_numeric.any():
        return date_order_of(values)
    first, second = parts_as_int(numeric, "a"), parts_as_int(numeric, "b")
    day_first = (second >= 1) & (second <= 12) & (first <= 31)
    month_first = (first >= 1) & (first <= 12) & (second <= 31)
    possible = is_numeric & (day_first | month_first)
    others = looks_like_date(values).to_numpy(zero_copy_only=False) & ~is_numeric
    if weight[possible].sum() < FEW * weight[others].sum():
        return date_order_of(values.filter(pa.array(others)))
    order = date_order_of(values.filter(pa.array(possible | others)))
    has_points = pc.all(pc.equal(numeric.field("mark").filter(pa.array(possible)), ".")).as_py()
    return "dmy" if order in ("ambiguous", "mixed") and has_points else order


def longest(cells: pa.ChunkedArray) -> int:
    """Characters of the longest cell."""
    in_bytes = int(pc.max(pc.binary_length(cells)).as_py() or 0)
    if in_bytes <= 1 << 16 and len(cells) <= ALL_UP_TO:
        return int(pc.max(pc.utf8_length(cells)).as_py() or 0)
    return in_bytes
