"""Cells to values: a text column becomes dates, exact decimals, whole numbers, yes/no or clean text.

Work is done on distinct cells with Arrow and NumPy; Python looks only at distinct odd ones. A cell that
cannot be converted becomes null with a problem, which is a class of reason and never the cell's text. Blank
cells and pure dashes are null without a problem; no other cell is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.schema.contracts import MONEY, Column

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

FIRST_YEAR, LAST_YEAR, PIVOT = 1990, 2100, 68
SERIAL_EPOCH = (
    -25569
)  # day 0 of Excel's 1900 calendar (after its false 29 February 1900), in days from 1970-01-01
WHOLE_DIGITS, EXACT_DECIMALS = 14, 18
MOST_DIGITS = 1000
FOURTH = Decimal("0.0001")
LONG = pa.decimal128(38, EXACT_DECIMALS)

DASHES = r"^[-‐‑‒–—―−_ ]+$"
CLOCK = r"\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
TIME = rf"^(.*[^:.,\s])(?:[Tt]|,?\s+){CLOCK}$"
OFFSETS = {"z": 0, "utc": 0, "gmt": 0, "ut": 0, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6}
OFFSETS |= {"mst": -7, "pdt": -7, "pst": -8}  # RFC 822, section 5.1
MOMENT = (
    r"^(?P<day>.*[^:.,\s])(?:[Tt]|,?\s+)(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp])?(?:\.?[Mm]\.?)?\s*(?P<zone>(?i:Z|UTC|GMT|UT|[ECMP][SD]T)|[+-]\d{2}:?\d{2})?"
    r"(?:\s*\([A-Za-z ]+\))?$"
)
EPOCH = r"^(?:/Date\()?(?P<n>\d{10}|\d{13}|\d{16})(?:\.\d*)?(?:[+-]\d{4})?(?:\)/)?$"
DAY_S, MICRO = 86_400, 1_000_000
WEEKDAY = r"^(?i:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?i:day)?[.,]*\s+"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
YEAR_FIRST = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})$"
COMPACT = r"^(?P<y>(?:19|20|21)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])$"
DAY_MONTH = rf"^(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[-/\s]*(?P<m>{MONTH})[.,]?[-/\s,]*(?P<y>\d{{4}}|\d{{2}})$"
MONTH_DAY = rf"^(?P<m>{MONTH})\.?[-\s]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|[-\s]+)(?P<y>\d{{4}}|\d{{2}})$"
YEAR_MONTH_DAY = rf"^(?P<y>\d{{4}})[-/\s](?P<m>{MONTH})[-/\s](?P<d>\d{{1,2}})$"
NUMERIC = r"^(?P<a>\d{1,2})(?P<mark>[-/.])\s?(?P<b>\d{1,2})[-/.]\s?(?P<c>\d{4}|\d{2})$"
FORMS = (YEAR_FIRST, COMPACT, DAY_MONTH, MONTH_DAY, YEAR_MONTH_DAY, NUMERIC)
ANY_DATE = re.sub(r"\?P<\w+>", "?:", "|".join(FORMS))
SERIAL = r"^\d{5}(?:\.\d+)?$"

CURRENCY = (
    r"(?:[A-Za-z]{0,2}[$€£¥₹]|(?i:USD|EUR|GBP|CAD|MXN|CHF|AUD|NZD|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|BRL|ZAR))"
)
DOLLAR = "$"
SPACE = r"[ \x{a0}\x{2009}\x{202f}]"
DIGITS = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?|\d{{1,3}}(?:\.\d{{3}})+(?:,\d*)?|\d{{1,3}}(?:(?:{SPACE}|['’])\d{{3}})+(?:[.,]\d*)?"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?|\d+(?:[.,]\d*)?(?:[eE][-+]?\d{1,2})?|[.,]\d+)"
)
SIGN = r"[-+−–]?"
NUMBER = (
    rf"^(?:{SIGN}{SPACE}*{CURRENCY}?{SPACE}*{SIGN}{SPACE}*{DIGITS}{SPACE}*(?:%|{CURRENCY})?{SPACE}*-?"
    rf"|\({SPACE}*{CURRENCY}?{SPACE}*{DIGITS}{SPACE}*(?:%|{CURRENCY})?{SPACE}*\)|{CURRENCY}{SPACE}*\({DIGITS}\))$"
)
PLAIN = rf"^-?\d{{1,{WHOLE_DIGITS}}}(?:\.\d{{1,4}})?$"
FINE = rf"^-?\d{{1,{WHOLE_DIGITS - 1}}}\.\d{{5,{EXACT_DECIMALS}}}$"
NOT_AVAILABLE = (
    r"(?i)^(?:#?n/?\.?a\.?(?:$|[^a-z0-9/].*)|none|null|nil|nan|\(blank\)|\(none\)|tbd\b.*|tba\b.*|tbc\b.*|pending\b.*|unknown|\?+"
    r"|.*\bnot (?:captured|available|applicable|recorded|known|given|entered|provided|yet\b.*|set)\b.*)$"
)
NO_ID = r"(?i)^(?:#?n/a|n\.a\.|none|null|nil|nan|\(blank\)|\(none\)|tbd|tba|\?+)$"
OTHER_ROW = r"(?i)(?:^|\b)(?:see|refer to|same as)\b.*(?:#|\d|\babove\b|\bbelow\b|\bline\b|\brow\b)"
SHEET_ERROR = r"^#(?:REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$"
YES = ("yes", "y", "true", "t", "1", "x", "ja", "si", "sí", "oui", "active", "✓")
NO = ("no", "n", "false", "f", "0", "nein", "non", "inactive", "not-active")


@dataclass(frozen=True)
class Converted:
    """Values and problems of one column, one of each per cell.

    `problem` is a string where the cell could not be converted, and null where it is fine or blank.
    """

    values: pa.Array
    problem: pa.Array


def convert(
    column: Column, cells: pa.Array, *, date_order: str, decimal_mark: str, zone: str = "UTC"
) -> Converted:
    """Convert text cells to the Arrow type of `column`.

    `date_order` ("dmy", "mdy", "ymd"; all else is taken as "mdy") settles dates such as 3/4/2024;
    `decimal_mark` ("." or ","; "ambiguous" is taken as ".") settles 1,234. Years 00-68 are 2000-2068.
    Five-digit cells of a date column are Excel day numbers. Times of day are cut off; an instant keeps
    them, and one that names no zone is in the time `zone`. Numbers are exact
    DECIMAL(18,4): further decimals are rounded half to even without a problem, because unit prices often have
    them. 12% is 0.12. Codes and texts keep every word; an id of "N/A" is a problem.
    """
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    plain = pc.fill_null(whole.cast(pa.string()), "")
    by_family: dict[str, Callable[[pa.Array], Converted]] = {
        "date": lambda distinct: dates(distinct, date_order),
        "instant": lambda distinct: instants(distinct, date_order, zone),
        "money": lambda distinct: numbers(distinct, decimal_mark),
        "number": lambda distinct: numbers(distinct, decimal_mark),
        "whole": lambda distinct: wholes(distinct, decimal_mark),
        "yes_no": yes_no,
    }
    if column.family in ("text", "code"):
        return texts(plain)
    if column.family == "id":
        return ids(plain)
    if column.family not in by_family:
        raise ValueError(f"a column of family {column.family} is never read from a file")
    return over_distinct(by_family[column.family], plain)


def over_distinct(conversion: Callable[[pa.Array], Converted], cells: pa.Array) -> Converted:
    """Convert each distinct cell once."""
    encoded = cells.dictionary_encode()
    done = conversion(pc.utf8_trim_whitespace(encoded.dictionary))
    return Converted(done.values.take(encoded.indices), done.problem.take(encoded.indices))


def texts(cells: pa.Array) -> Converted:
    """Text without outer spaces; blank and pure dashes become null."""
    trimmed = pc.utf8_trim_whitespace(cells)
    return Converted(pc.if_else(blank(trimmed), None, trimmed), pa.nulls(len(cells), pa.string()))


def ids(cells: pa.Array) -> Converted:
    """Text that names something: the ways to say "no number" are a problem, not a name."""
    kept = texts(cells).values
    absent = pc.fill_null(pc.match_substring_regex(kept, NO_ID), False)
    return Converted(pc.if_else(absent, None, kept), pc.if_else(absent, "said to be not available", None))


def blank(trimmed: pa.Array) -> pa.Array:
    """Empty cells and cells of nothing but dashes."""
    return pc.or_(pc.equal(trimmed, ""), pc.match_substring_regex(trimmed, DASHES))


def yes_no(trimmed: pa.Array) -> Converted:
    """Claims: yes/no, true/false, 1/0, x, active/inactive."""
    lower = pc.utf8_lower(trimmed)
    yes, no = pc.is_in(lower, pa.array(YES)), pc.is_in(lower, pa.array(NO))
    values = pc.if_else(yes, True, pc.if_else(no, False, None)).cast(pa.bool_())
    return with_problems(values, trimmed, "words", "neither yes nor no")


def with_problems(values: pa.Array, trimmed: pa.Array, wanted: str, otherwise: str) -> Converted:
    """Give each cell without a value its reason; `wanted` is "a date", "a number" or "words"."""
    reasons = pc.if_else(pc.and_(pc.is_null(values), pc.invert(blank(trimmed))), "", None)
    letters = f"words instead of {wanted}" if wanted != "words" else otherwise
    for pattern, reason in (
        (NOT_AVAILABLE, "said to be not available"),
        (OTHER_ROW, "refers to another row"),
        (SHEET_ERROR, "spreadsheet error"),
        (r"\p{L}", letters),
        (r"(?s).*", otherwise),
    ):
        open_still = pc.equal(reasons, "")
        reasons = pc.if_else(pc.and_(open_still, pc.match_substring_regex(trimmed, pattern)), reason, reasons)
    return Converted(values, reasons.cast(pa.string()))


# currencies

SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "US$": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
}
SIGNS |= {"NZ$": "NZD", "MX$": "MXN", "$": DOLLAR}


def marked_currencies(cells: pa.Array) -> pa.Array:
    """The currency written beside each amount, as its code; DOLLAR for a bare "$", null for none."""
    encoded = cells.dictionary_encode()
    if not pc.any(pc.match_substring_regex(encoded.dictionary, r"[^0-9., ()%+-]")).as_py():
        return pa.nulls(len(cells), pa.string())
    number = pc.match_substring_regex(pc.utf8_trim_whitespace(encoded.dictionary), NUMBER)
    said = pc.extract_regex(encoded.dictionary, rf"(?P<mark>{CURRENCY})").field("mark")
    marks = pc.utf8_upper(pc.if_else(number, said, None))
    signs = pa.array(list(SIGNS.values())).take(pc.index_in(marks, pa.array(list(SIGNS))))
    is_code = pc.match_substring_regex(marks, "^[A-Z]{3}$")
    return pc.coalesce(signs, pc.if_else(is_code, marks, None)).take(encoded.indices)


# dates


@dataclass
class Days:
    """Distinct cells on their way to dates: year, month, day of those that have the shape of one."""

    year: Ints
    month: Ints
    day: Ints
    shaped: Mask

    def put(self, found: pa.Array, year: str, month: str, day: str) -> None:
        """Fill in cells that matched a form and are not filled yet."""
        new = is_valid(found) & ~self.shaped
        for target, name in ((self.year, year), (self.month, month), (self.day, day)):
            part = parts_as_int(found, name)
            target[new] = part[new]
        self.shaped |= new


def dates(trimmed: pa.Array, date_order: str) -> Converted:
    """Distinct cells as dates of the calendar between 1990 and 2100."""
    bare = without_time(trimmed)
    days = split_dates(bare, date_order)
    number, real = day_numbers(days)
    serial = as_numpy(pc.match_substring_regex(bare, SERIAL)) & ~days.shaped
    if serial.any():
        number[serial] = (
            pc.utf8_slice_codeunits(bare.filter(pa.array(serial)), 0, 5).cast(pa.int64()).to_numpy()
        )
        number[serial] += SERIAL_EPOCH
    within = in_years(number)
    good = (days.shaped & real | serial) & within
    values = pa.array(number.astype(np.int32), mask=~good).cast(pa.date32())
    done = with_problems(values, trimmed, "a date", "not a date")
    problem = pc.if_else(pa.array(days.shaped & ~real), "impossible date", done.problem)
    outside = (days.shaped & real | serial) & ~within
    return Converted(values, pc.if_else(pa.array(outside), "year out of range", problem))


def instants(trimmed: pa.Array, date_order: str, zone: str) -> Converted:
    """Distinct cells as moments of UTC: a date with a time of day, or seconds, ms or µs since 1970.

    A time that names its zone or offset is taken so, any other is the shop's; a day alone is its midnight.
    """
    counted = since_1970(trimmed)
    found = pc.extract_regex(pc.replace_substring_regex(trimmed, WEEKDAY, ""), MOMENT)
    days = dates(pc.if_else(found.is_valid(), found.field("day"), trimmed), date_order)
    clock, fits = clock_us(found)
    told = pc.if_else(found.is_valid(), pc.utf8_lower(found.field("zone")), "")
    local = pc.add(pc.multiply(days.values.cast(pa.int32()).cast(pa.int64()), DAY_S * MICRO), pa.array(clock))
    there = pc.subtract(local, pa.array(offset_us(told)))
    here = to_utc(local, zone)
    moment = pc.if_else(pc.equal(told, ""), here, there)
    moment = pc.coalesce(counted, pc.if_else(pa.array(fits), moment, None))
    problem = pc.if_else(pa.array(fits), days.problem, "impossible time of day")
    return Converted(moment.cast(pa.timestamp("us")), pc.if_else(counted.is_valid(), None, problem))


def since_1970(trimmed: pa.Array) -> pa.Array:
    """Microseconds of cells that count seconds, milliseconds or microseconds since 1970, else null."""
    found = pc.extract_regex(trimmed, EPOCH)
    long = as_ints(pc.utf8_length(found.field("n")))
    scale = np.where(long == 10, MICRO, np.where(long == 13, MICRO // 1000, 1))
    number = parts_as_int(found, "n") * scale
    return pa.array(number, mask=~(is_valid(found) & in_years(number // (DAY_S * MICRO))))


def clock_us(found: pa.Array) -> tuple[Ints, Mask]:
    """Times of day in microseconds, 0 where none is told; and which of them exist."""
    hour, minute, second = (parts_as_int(found, name) for name in "hms")
    half, fraction = (pc.fill_null(pc.utf8_lower(found.field(name)), "") for name in ("half", "f"))
    am, pm = as_numpy(pc.equal(half, "a")), as_numpy(pc.equal(half, "p"))
    fits = (hour < 24) & (minute < 60) & (second <= 60) & ~((am | pm) & ((hour > 12) | (hour == 0)))
    hour = np.where(am & (hour == 12), 0, np.where(pm & (hour < 12), hour + 12, hour))
    micro = as_ints(pc.utf8_slice_codeunits(pc.utf8_rpad(fraction, 6, "0"), 0, 6).cast(pa.int64()))
    return ((hour * 60 + minute) * 60 + np.minimum(second, 59)) * MICRO + micro, fits | ~is_valid(found)


def offset_us(told: pa.Array) -> Ints:
    """How far named zones and offsets lie ahead of UTC, in microseconds."""
    distinct = told.dictionary_encode()
    names = distinct.dictionary.to_pylist()
    hours = [OFFSETS[name] if name in OFFSETS else offset_hours(name) for name in names]
    return as_ints(pa.array([round(one * 3600) * MICRO for one in hours], pa.int64()).take(distinct.indices))


def offset_hours(told: str) -> float:
    """+05:30 is 5.5."""
    digits = told.replace(":", "")
    return (int(digits[1:3]) + int(digits[3:5]) / 60) * (-1 if told[0] == "-" else 1) if digits else 0.0


def to_utc(local_us: pa.Array, zone: str) -> pa.Array:
    """Local times of a zone as UTC, both in microseconds.

    An hour that the clocks pass twice counts as its first, one that they leave out as the hour after it.
    """
    import polars as pl  # noqa: PLC0415  (the limited child that reads files has no room for it)

    said = pl.col("at").cast(pl.Datetime("us"))
    first, later = (
        moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for moment in (said, said + pl.duration(hours=1))
    )
    placed = pl.coalesce(first, later).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    found = pl.DataFrame({"at": pl.Series(local_us)}).select(placed.cast(pl.Int64))
    return found.to_series().to_arrow()


def local_days(moments: pa.Array, zone: str) -> pa.Array:
    """The days on which moments of UTC fall in a zone."""
    import polars as pl  # noqa: PLC0415

    local = pl.Series(moments).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return local.dt.date().to_arrow().cast(pa.date32())


def as_ints(numbers: pa.Array) -> Ints:
    """Whole numbers for NumPy; null counts as 0."""
    return np.asarray(pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def without_time(trimmed: pa.Array) -> pa.Array:
    """Dates without the time of day behind and the weekday in front."""
    bare = trimmed
    if as_numpy(pc.match_substring(bare, ":")).any():
        bare = pc.replace_substring_regex(bare, TIME, r"\1")
    return pc.replace_substring_regex(bare, WEEKDAY, "")


def split_dates(bare: pa.Array, date_order: str) -> Days:
    """Year, month and day of every cell that has the shape of a date."""
    size = len(bare)
    year, month, day = (np.zeros(size, np.int64) for _ in range(3))
    days = Days(year, month, day, np.zeros(size, bool))
    numeric = pc.extract_regex(bare, NUMERIC)
    order = date_order if date_order in ("dmy", "ymd") else "mdy"
    places = dict(zip(order, "abc", strict=True))
    if date_order == "ymd":  # a year of four digits at the end cannot be the day
        late = pc.extract_regex(bare, NUMERIC.replace(r"\d{4}|\d{2}", r"\d{4}"))
        days.put(late, "c", "a", "b")
    days.put(numeric, places["y"], places["m"], places["d"])
    for form in (YEAR_FIRST, COMPACT, DAY_MONTH, MONTH_DAY, YEAR_MONTH_DAY):
        if days.shaped.all():
            break
        days.put(pc.extract_regex(bare, form), "y", "m", "d")
    return days


def parts_as_int(found: pa.Array, name: str) -> Ints:
    """One named group as integers; month names count from 1, and two-digit years get their century."""
    part = found.field(name)
    months = pc.index_in(pc.utf8_lower(pc.utf8_slice_codeunits(part, 0, 3)), pa.array(MONTHS))
    digits = pc.if_else(pc.match_substring_regex(part, r"^\d+$"), part, "0").cast(pa.int64())
    number = pc.if_else(pc.is_valid(months), pc.add(months.cast(pa.int64()), 1), digits)
    return np.asarray(pc.fill_null(number, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def day_numbers(days: Days) -> tuple[Ints, Mask]:
    """Days from 1970-01-01, and which of them stand in the calendar."""
    year = np.where(days.year > 99, days.year, days.year + np.where(days.year <= PIVOT, 2000, 1900))
    month = ((year - 1970) * 12 + np.clip(days.month, 1, 12) - 1).astype("datetime64[M]")
    number = month.astype("datetime64[D]").astype(np.int64) + days.day - 1
    same = (number.astype("datetime64[D]").astype("datetime64[M]") == month) & (days.day >= 1)
    return number, same & (days.month >= 1) & (days.month <= 12)


def in_years(number: Ints) -> Mask:
    """Whether day numbers fall between 1990 and 2100."""
    year = number.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.asarray((year >= FIRST_YEAR) & (year <= LAST_YEAR))


def looks_like_date(values: pa.Array) -> pa.Array:
    """Which cells have the shape of a date; Excel day numbers do not, they look like any number."""
    return pc.match_substring_regex(without_time(pc.utf8_trim_whitespace(values)), ANY_DATE)


def date_order_of(distinct: pa.Array) -> str | None:
    """The order of day, month and year in which all the distinct cells of a column make sense.

    "ambiguous" when numeric dates fit both orders, "mixed" when more than one in ten contradicts the others.
    Points (3.4.2024) that fit both count as day first. None where no cell is a date.
    """
    bare = without_time(pc.utf8_trim_whitespace(pc.fill_null(distinct, "")))
    found = pc.drop_null(pc.extract_regex(bare, NUMERIC))
    if len(found) == 0:
        return order_of_words(bare)
    first, second = parts_as_int(found, "a"), parts_as_int(found, "b")
    day_first = int(np.sum((first > 12) & (first <= 31) & (second <= 12)))
    month_first = int(np.sum((second > 12) & (second <= 31) & (first <= 12)))
    if day_first or month_first:
        return majority(day_first, month_first, "dmy", "mdy", neither="mixed")
    if pc.all(pc.equal(found.field("mark"), ".")).as_py():
        return "dmy"
    return "ambiguous"


def order_of_words(bare: pa.Array) -> str | None:
    """The order of dates that need no guess: month names, or the year in front."""
    for form, order in (
        (DAY_MONTH, "dmy"),
        (MONTH_DAY, "mdy"),
        (YEAR_FIRST, "ymd"),
        (COMPACT, "ymd"),
        (YEAR_MONTH_DAY, "ymd"),
    ):
        if as_numpy(pc.match_substring_regex(bare, form)).any():
            return order
    return None


def majority(first: int, second: int, first_says: str, second_says: str, *, neither: str) -> str:
    """The side with nine in ten of the evidence, else `neither`."""
    if max(first, second) < 0.9 * (first + second):
        return neither
    return first_says if first > second else second_says


# numbers


def numbers(trimmed: pa.Array, decimal_mark: str) -> Converted:
    """Distinct cells as exact decimals of 18 digits, 4 of them behind the point."""
    plain = pc.match_substring_regex(trimmed, PLAIN)
    if decimal_mark == ",":
        plain = pc.and_(plain, pc.invert(pc.match_substring(trimmed, ".")))
    odd = pc.invert(plain)
    values = pc.cast(pc.if_else(plain, trimmed, None), MONEY)
    problem = pa.nulls(len(trimmed), pa.string())
    if not pc.any(odd).as_py():
        return Converted(values, problem)
    done = odd_numbers(trimmed.filter(odd), decimal_mark)
    return Converted(
        pc.replace_with_mask(values, odd, done.values), pc.replace_with_mask(problem, odd, done.problem)
    )


def odd_numbers(trimmed: pa.Array, decimal_mark: str) -> Converted:
    """Numbers with currency, grouping, percent, exponent or many decimals; and what is no number."""
    shaped = pc.match_substring_regex(trimmed, NUMBER)
    text = pc.if_else(shaped, unadorned(trimmed, decimal_mark), None)
    values, too_long = decimals(text)
    done = with_problems(values, trimmed, "a number", "not a number")
    problem = pc.if_else(pc.and_(shaped, pc.is_null(text)), "unclear decimal mark", done.problem)
    return Converted(values, pc.if_else(too_long, "too many digits", problem))


def decimals(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Exact decimals, and which did not fit; Python sees only percentages, exponents and very long ones."""
    plain = pc.fill_null(pc.match_substring_regex(text, PLAIN), False)
    fine = pc.fill_null(pc.match_substring_regex(text, FINE), False)
    rounded = pc.round(pc.cast(pc.if_else(fine, text, None), LONG), ndigits=4, round_mode="half_to_even")
    values = pc.if_else(plain, pc.cast(pc.if_else(plain, text, None), MONEY), pc.cast(rounded, MONEY))
    rest = pc.and_(pc.is_valid(text), pc.invert(pc.or_(plain, fine)))
    parsed = [exact(each) for each in text.filter(rest).to_pylist()]
    values = pc.replace_with_mask(values, rest, pa.array(parsed, MONEY))
    return values, pc.and_(rest, pc.is_null(values))


def exact(text: str) -> Decimal | None:
    """A decimal rounded half to even at the fourth place; None where it has too many digits."""
    given = Decimal(text.removesuffix("%"))
    if given and given.adjusted() > WHOLE_DIGITS + 2:
        return None
    with localcontext(prec=MOST_DIGITS):
        value = (given.scaleb(-2) if text.endswith("%") else given).quantize(FOURTH, ROUND_HALF_EVEN)
    return value if abs(value) < 10**WHOLE_DIGITS else None


def unadorned(trimmed: pa.Array, decimal_mark: str) -> pa.Array:
    """Numbers as sign, digits, point, exponent, percent; null where the decimal mark is unclear."""
    negative = pc.match_substring_regex(trimmed, r"^[^0-9]*[-−–(]|-$")
    bare = pc.replace_substring_regex(trimmed, rf"{CURRENCY}|{SPACE}|['’()]|^[-+−–]+|-$", "")
    bare = pc.replace_substring_regex(bare, r"^[-+−–]+", "")
    mark, other = (",", ".") if decimal_mark == "," else (".", ",")
    kinds: Sequence[tuple[str, pa.Array]] = (
        (r"^[^.]*,[^,.]*\..*$", swapped(bare, ".", ",")),  # 1,234.50
        (r"^[^,]*\.[^,.]*,.*$", swapped(bare, ",", ".")),  # 1.234,50
        (r"^\d+(,\d+){2,}$", pc.replace_substring(bare, ",", "")),
        (r"^\d+(\.\d+){2,}$", pc.replace_substring(bare, ".", "")),
        (rf"^[^{other}]*$", swapped(bare, mark, other)),
        (rf"^[1-9]\d{{0,2}}[{other}]\d{{3}}%?$", pc.replace_substring(bare, other, "")),
    )
    text = pa.nulls(len(bare), pa.string())
    for pattern, reading in kinds:
        text = pc.if_else(pc.and_(pc.is_null(text), pc.match_substring_regex(bare, pattern)), reading, text)
    return pc.if_else(negative, pc.binary_join_element_wise("-", text, ""), text)


def swapped(bare: pa.Array, decimal: str, grouping: str) -> pa.Array:
    """Grouping marks removed and the decimal mark written as a point."""
    return pc.replace_substring(pc.replace_substring(bare, grouping, ""), decimal, ".")


def wholes(trimmed: pa.Array, decimal_mark: str) -> Converted:
    """Distinct cells as whole numbers; a fraction is a problem."""
    done = numbers(trimmed, decimal_mark)
    floor = pc.floor(done.values)
    broken = pc.fill_null(pc.not_equal(floor, done.values), False)
    values = pc.if_else(broken, None, floor).cast(pa.int64())
    return Converted(values, pc.if_else(broken, "not a whole number", done.problem))


def looks_like_number(values: pa.Array) -> pa.Array:
    """Which cells have the shape of a number, money or percentage."""
    return pc.match_substring_regex(pc.utf8_trim_whitespace(values), NUMBER)


def decimal_mark_of(distinct: pa.Array) -> str | None:
    """The decimal mark with which all the distinct cells of a column make sense.

    "." where no cell has either mark; "ambiguous" where each could be a grouping (1,234), or more than one in
    ten contradicts the others; None where no cell is a number.
    """
    shaped = distinct.filter(looks_like_number(pc.fill_null(distinct, "")))
    if len(shaped) == 0:
        return None
    bare = pc.replace_substring_regex(shaped, r"[^0-9.,]", "")
    point = count(bare, r",\d*\.\d*$|^\d*\.(\d{0,2}|\d{4,})$|^0\.\d+$|^\d{4,}\.\d+$|^\d+(,\d+){2,}$|^\.\d+$")
    comma = count(bare, r"\.\d*,\d*$|^\d*,(\d{0,2}|\d{4,})$|^0,\d+$|^\d{4,},\d+$|^\d+(\.\d+){2,}$|^,\d+$")
    if point or comma:
        return majority(point, comma, ".", ",", neither="ambiguous")
    return "ambiguous" if count(bare, "[.,]") else "."


def count(cells: pa.Array, pattern: str) -> int:
    """Cells that match."""
    return int(as_numpy(pc.match_substring_regex(cells, pattern)).sum())


def as_numpy(mask: pa.Array) -> Mask:
    """A mask for NumPy; null counts as no."""
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=bool)


def is_valid(cells: pa.Array) -> Mask:
    """Which entries are not null."""
    return np.asarray(cells.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
