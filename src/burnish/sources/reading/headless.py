"""A list without headings: its first row holds values, which must not become names of columns.

Names of columns are shown and kept in the mapping, values of people are not: so what cannot be a heading
(an e-mail address, a phone number) refuses the file, and so does a first row that looks like those below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import and_

import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import InputError
from burnish.sources.values import looks_like_date, looks_like_number

EMAIL = r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,24}"
PHONE = (
    r"^(\+|00)?[0-9]{0,3}[ .-]?\(?[0-9]{2,5}\)?[ ./-]?[0-9]{2,5}[ .-]?[0-9]{2,6}"
    r"([ ]*(x|ext)[ .]*[0-9]{1,5})?$"
)
PHONE_MARK = r"[+() .-]"
YEAR = r"^(19|20|21)[0-9]{2}$"
LOOKED_AT = 200
MOST = 0.8


def refuse_values(header: Sequence[str], below: Sequence[Sequence[str]], where: str) -> None:
    """Raise InputError where the would-be header holds values. `below` are the rows under it."""
    cells = pa.array([cell.strip() for cell in header], pa.string())
    rows = [row for row in below[:LOOKED_AT] if any(cell.strip() for cell in row)]
    names_people = pc.or_(pc.match_substring_regex(cells, EMAIL), is_phone(cells))
    if pc.any(names_people).as_py() or is_like_rows(cells, rows) or repeats(cells.to_pylist(), rows):
        raise InputError("there is no heading row", where, "Add one with a name for each column.")


def is_phone(cells: pa.Array) -> pa.Array:
    """Ten digits or more in the groups of a phone number; plain digits are no phone number."""
    shaped = pc.and_(pc.match_substring_regex(cells, PHONE), pc.match_substring_regex(cells, PHONE_MARK))
    return pc.and_(shaped, pc.match_substring_regex(cells, r"^([^0-9]*[0-9]){10}"))


def is_like_rows(cells: pa.Array, rows: Sequence[Sequence[str]]) -> bool:
    """Whether dates stand over dates, or numbers over most columns of numbers.

    Years (2024), and numbers that count up (1, 2, 3), are headings of a table by year or month.
    """
    dates = looks_like_date(cells).to_pylist()
    if any(dates) and any(map(and_, dates, holding(rows, len(dates), looks_like_date))):
        return True
    numbers = looks_like_number(cells).to_pylist()
    if not any(numbers):
        return False
    years = pc.match_substring_regex(cells, YEAR).to_pylist()
    said = [cell for cell, is_number in zip(cells.to_pylist(), numbers, strict=True) if is_number]
    if counts_up(said):
        return False
    below = holding(rows, len(numbers), looks_like_number)
    over = [
        is_number and not is_year
        for is_number, is_year, holds in zip(numbers, years, below, strict=True)
        if holds
    ]
    filled = sum(1 for cell in cells.to_pylist() if cell)
    return bool(over) and 2 * sum(over) > len(over) and (bool(rows) or 2 * sum(over) >= filled)


def holding(rows: Sequence[Sequence[str]], width: int, looks: Callable[[pa.Array], pa.Array]) -> list[bool]:
    """Whether the filled cells of each column below are of that look; a column without any row may be."""
    found = [(place, cell.strip()) for row in rows for place, cell in enumerate(row[:width]) if cell.strip()]
    filled, alike = [0] * width, [0] * width
    looking = looks(pa.array([cell for _, cell in found], pa.string())).to_pylist()
    for (place, _), is_alike in zip(found, looking, strict=True):
        filled[place] += 1
        alike[place] += is_alike
    return [like >= MOST * all_of if all_of else not rows for like, all_of in zip(alike, filled, strict=True)]


def counts_up(said: Sequence[str]) -> bool:
    """Three whole numbers or more, each one above the one before."""
    if len(said) < 3 or not all(text.isdecimal() for text in said):
        return False
    numbers = [int(text) for text in said]
    return all(second - first == 1 for first, second in pairwise(numbers))


def repeats(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether half of the cells, two at least, stand again below; a repeated header does not count."""
    others = [row for row in rows if [cell.strip() for cell in row] != list(cells)]
    again = sum(
        1
        for place, cell in enumerate(cells)
        if cell and any(place < len(row) and row[place].strip() == cell for row in others)
    )
    return again >= max(2, sum(1 for cell in cells if cell) / 2)
