"""Totals of a report: how they are called, and whether they agree with the rows they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.grid import Grid, Mask, Suspect
from burnish.sources.values import decimal_mark_of, looks_like_number, numbers, over_distinct

TOTAL = r"(?i)^\s*(?:(?:sub|grand|report|overall)[- ]?)?totals?\b|\b(?:sub[- ]?)?totals?\s*:?\s*$"
FRONT = re.compile(r"^(?:(?:sub|grand|report|overall)[- ]?)?totals?\b[\s:]*(?P<name>.*)$", re.I | re.S)
BACK = re.compile(r"^(?P<name>.*?)[\s:,-]*\b(?:sub[- ]?)?totals?\s*:?$", re.I | re.S)
WITH_SUBS = re.compile(r"\s+(?:with|including|incl\.?) sub-?\s?\w+$", re.I)
COUNTED = re.compile(r"\s*\(\d+\)$")
NOT_ADDED = re.compile(
    r"price|rate\b|cost each|percent|%|\bavg|average|margin|days|aging|past due|terms|exchange"
)
NO_NAME = ""
SCALE = 10_000


def folded(text: str) -> str:
    """A name for comparing: case, spaces and a colon at the end do not matter."""
    return " ".join(text.casefold().split()).strip(" :")


@lru_cache(maxsize=1 << 16)
def total_names(text: str) -> frozenset[str]:
    """What a total may be the total of, folded; NO_NAME for a bare "Total", nothing for no total."""
    if "total" not in text.casefold():
        return frozenset()
    plain = WITH_SUBS.sub("", text.strip())
    front, back = FRONT.match(plain), BACK.match(plain)
    if front and not folded(front["name"]):
        return frozenset([NO_NAME])
    said = [found["name"] for found in (front, back) if found]
    more = [re.sub(r"^(?:for|of)\s+", "", name, flags=re.I) for name in said]
    return frozenset(folded(COUNTED.sub("", name)) for name in [*said, *more] if folded(name))


def label_names(text: str) -> frozenset[str]:
    """What its total may call a label: all, without a count "(3)", and both sides of "Customer: Acme"."""
    plain = COUNTED.sub("", text.strip())
    before, mark, after = plain.partition(": ")
    parts = [text, plain, *((before, after) if mark and after.strip() else ())]
    return frozenset(map(folded, parts)) - {NO_NAME}


@dataclass(frozen=True)
class Total:
    """A total with the rows it stands for: from `begins` up to, not including, `ends`.

    `of_all`: its first cell is a number too, not a name.
    """

    suspect: Suspect
    begins: int
    ends: int
    of_all: bool = False

    @property
    def row(self) -> int:
        """Its own row."""
        return self.suspect.row

    @property
    def amounts(self) -> tuple[tuple[int, str], ...]:
        """Place and text of its cells behind the name."""
        return self.suspect.cells if self.of_all else self.suspect.cells[1:]


class Sums:
    """Exact sums over rows of a grid, `left_out` excepted; columns are converted when first asked for."""

    def __init__(self, grid: Grid, left_out: Mask) -> None:
        self.grid, self.left_out = grid, left_out
        self.columns: dict[int, tuple[list[int], list[int]]] = {}

    def of(self, place: int, begins: int, ends: int) -> int:
        """The sum of a column over rows, in ten-thousandths."""
        _, upto = self.column(place)
        return upto[ends] - upto[begins]

    def last(self, place: int, begins: int, ends: int) -> int | None:
        """The last number of a column within some rows."""
        values, _ = self.column(place)
        rows = (row for row in range(ends - 1, max(begins, ends - 50) - 1, -1) if not self.left_out[row])
        return next((values[row] for row in rows), None)

    def value(self, place: int, row: int) -> int:
        """One cell in ten-thousandths."""
        return self.column(place)[0][row]

    def column(self, place: int) -> tuple[list[int], list[int]]:
        """The values of a column, and their running sum over the rows that count."""
        if place not in self.columns:
            cells = self.grid.column(place).combine_chunks()
            mark = decimal_mark_of(pc.unique(pc.utf8_trim_whitespace(cells)))
            read = over_distinct(lambda distinct: numbers(distinct, mark or "."), cells).values
            values = [int(value * SCALE) if value is not None else 0 for value in read.to_pylist()]
            counted = (0 if out else value for value, out in zip(values, self.left_out.tolist(), strict=True))
            self.columns[place] = values, list(accumulate(counted, initial=0))
        return self.columns[place]

    def agree(self, total: Total) -> bool:
        """Whether every number of a total, one of them not zero, is the sum of its rows."""
        said = [(self.value(place, total.row), place) for place, _ in total.amounts]
        return any(value for value, _ in said) and all(
            value == self.of(place, total.begins, total.ends) for value, place in said
        )


@dataclass(frozen=True)
class Check:
    """One number of a total beside its rows."""

    row: int
    place: int
    agrees: bool


def disagreeing(totals: Sequence[Total], sums: Sums, header: Sequence[str]) -> list[int]:
    """The rows of totals that differ from the sum of the rows they stand for.

    A running balance may be its last value, or the sum of the totals directly within it. Columns of prices,
    rates and days need not add up: they count only where most of their totals do.
    """
    within = directly_within(totals)
    checks = [check for total in totals for check in checks_of(total, within[total.row], sums, header)]
    added = {
        place
        for place in {check.place for check in checks}
        if not NOT_ADDED.search(header[place].casefold()) or mostly_agree(checks, place)
    }
    return sorted({check.row for check in checks if check.place in added and not check.agrees})


def directly_within(totals: Iterable[Total]) -> dict[int, list[Total]]:
    """The totals that each total encloses, those within them left out, by its row."""
    found: dict[int, list[Total]] = {}
    outer: list[Total] = []
    for total in sorted(totals, key=lambda one: one.row):
        found[total.row] = []
        while outer and outer[-1].row >= total.begins:
            found[total.row].append(outer.pop())
        outer.append(total)
    return found


def mostly_agree(checks: Iterable[Check], place: int) -> bool:
    """Whether more than half of a column's totals agree."""
    found = [check.agrees for check in checks if check.place == place]
    return 2 * sum(found) > len(found)


def checks_of(total: Total, within: Sequence[Total], sums: Sums, header: Sequence[str]) -> list[Check]:
    """Each number of a total held against its rows."""
    if sums.grid.short[total.row] or total.ends <= total.begins:
        return []
    checks = []
    for place, _ in total.amounts:
        said, found = sums.value(place, total.row), sums.of(place, total.begins, total.ends)
        allowed = {found}
        if "balance" in header[place].casefold() and "open" not in header[place].casefold():
            inner = sum(sums.value(place, each.row) for each in within)
            last = sums.last(place, total.begins, total.ends)
            allowed |= {inner if within else found, found if last is None else last}
        checks.append(Check(total.row, place, said in allowed))
    return checks


def are_numbers(texts: Sequence[str]) -> list[bool]:
    """Which texts are numbers; dashes and blanks stand for none and count too."""
    cells = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    dashes = pc.match_substring_regex(cells, r"^[-–—]*$")
    return list(pc.or_(looks_like_number(cells), dashes).to_pylist())


def with_numbers_only(suspects: Sequence[Suspect]) -> set[int]:
    """Rows whose cells behind the first are numbers, one at least."""
    texts = sorted({text for each in suspects for _, text in each.cells[1:]})
    is_number = dict(zip(texts, are_numbers(texts), strict=True))
    return {
        each.row
        for each in suspects
        if len(each.cells) > 1 and all(is_number[text] for _, text in each.cells[1:])
    }
