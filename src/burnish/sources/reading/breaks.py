"""Price breaks side by side (quantity1, price1, quantity2, price2 ...) laid one below the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.headers import words
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.grid import Ints, Mask, filled_in
from burnish.sources.reading.sniff import column_names
from burnish.sources.values import looks_like_number

LEAST = 3
LOOKED_AT, NEARLY_ALL = 1000, 0.9
AT_END = re.compile(r"^(?P<front>.*?[^\W\d_].*?)[\s_\-#.(\[]*(?P<number>\d{1,2})[)\]]?(?P<back>)$")
WITHIN = re.compile(r"^(?P<front>\D*[^\W\d_]\D*?)[\s_\-#.]*(?P<number>\d{1,2})[\s_\-.:]+(?P<back>\D+)$")
QUANTITIES = frozenset(("qty", "quantity", "quantities", "break", "breaks", "pieces", "pcs", "qtybreak"))
PRICES = frozenset(("price", "rate", "each", "cost", "unitprice", "pricebreak", "charge"))
NOT_A_BREAK = frozenset(
    (
        "address",
        "addr",
        "bill",
        "ship",
        "phone",
        "fax",
        "line",
        "email",
        "contact",
        "name",
        "street",
        "custom",
    )
)
ZERO = r"^[^0-9]*0*(?:[.,]0*)?[^0-9]*$"


@dataclass(frozen=True)
class Family:
    """Columns of one name and several numbers: `places` by number."""

    name: str
    places: dict[int, int]

    @property
    def words(self) -> set[str]:
        """The words of its name."""
        return set(words(self.name))

    @property
    def is_price(self) -> bool:
        """Whether it holds prices."""
        return bool(self.words & PRICES)

    @property
    def is_quantity(self) -> bool:
        """Whether it holds the quantities from which a price holds."""
        return bool(self.words & QUANTITIES) and not self.is_price


def melted(sheet: Sheet) -> Sheet:
    """The sheet with each filled price break as a row of its own, under `break` and the names without number.

    A row without any stays one row. Only numbered quantities beside equally numbered prices count, three of
    each at least; other columns numbered alike go with them (unit1, unit2 ...).
    """
    together = price_breaks(sheet)
    if not together:
        return sheet
    numbers = sorted(together[0].places)
    row, at, lone = filled_breaks(sheet, together, numbers)
    which = pa.array(np.array(numbers)[at])
    cells = [pc.if_else(pa.array(lone[row]), "", which.cast(pa.string()))]
    cells += [beside(sheet, family, numbers, row, at) for family in together]
    taken = {place for family in together for place in family.places.values()}
    before = [place for place in range(min(taken)) if place not in taken]
    after = [place for place in range(min(taken), sheet.table.num_columns) if place not in taken]
    others = sheet.table.take(pa.array(row))
    arrays = [*others.select(before).columns, *cells, *others.select(after).columns]
    called = ("break", *(family.name for family in together))
    header = (*(sheet.header[at] for at in before), *called, *(sheet.header[at] for at in after))
    table = pa.table(arrays, names=names_of(sheet, before, called, after))
    return replace(sheet, table=table, lines=sheet.lines.take(pa.array(row)), header=header)


def filled_breaks(sheet: Sheet, together: list[Family], numbers: list[int]) -> tuple[Ints, Ints, Mask]:
    """Row and place of each filled break, and which rows have none; they keep their first."""
    filled = np.stack([is_filled(sheet, together, number) for number in numbers], axis=1)
    lone = ~filled.any(axis=1)
    filled[lone, 0] = True
    row, at = (np.asarray(places, np.int64) for places in np.nonzero(filled))
    return row, at, np.asarray(lone, bool)


def names_of(sheet: Sheet, before: list[int], called: tuple[str, ...], after: list[int]) -> list[str]:
    """Names of the columns: those of the new ones give way to those that are there."""
    old = [sheet.table.column_names[place] for place in (*before, *after)]
    new = column_names((*old, *called))[len(old) :]
    return [*old[: len(before)], *new, *old[len(before) :]]


def price_breaks(sheet: Sheet) -> list[Family]:
    """The families of columns that are price breaks, by their first column; none where there are no such."""
    families = [each for each in families_of(sheet.header) if not each.words & NOT_A_BREAK]
    for lead in families:
        together = [each for each in families if each.places.keys() == lead.places.keys()]
        quantities, prices = ([e for e in together if e.is_quantity], [e for e in together if e.is_price])
        counted = quantities + prices
        if quantities and prices and all(holds_numbers(sheet, family) for family in counted):
            return together
    return []


def families_of(header: tuple[str, ...]) -> list[Family]:
    """Columns numbered from 0 or 1 without a gap, by the name that they share."""
    found: dict[str, Family] = {}
    for place, cell in enumerate(header):
        match = AT_END.match(cell.strip()) or WITHIN.match(cell.strip())
        if match:
            name = " ".join(f"{match['front']} {match['back']}".split())
            family = found.setdefault("".join(words(name)), Family(name, {}))
            family.places.setdefault(int(match["number"]), place)
    return [each for each in found.values() if len(each.places) >= LEAST and has_no_gap(sorted(each.places))]


def has_no_gap(numbers: list[int]) -> bool:
    """Whether numbers count up from 0 or 1."""
    return numbers[0] in (0, 1) and numbers[-1] - numbers[0] == len(numbers) - 1


def holds_numbers(sheet: Sheet, family: Family) -> bool:
    """Whether the filled cells of its first column are numbers."""
    cells = pc.utf8_trim_whitespace(sheet.table.column(min(family.places.values())).slice(0, LOOKED_AT))
    said = cells.filter(pc.not_equal(cells, ""))
    share = pc.mean(looks_like_number(said).cast(pa.float64())).as_py()
    return share is None or share >= NEARLY_ALL


def is_filled(sheet: Sheet, together: list[Family], number: int) -> Mask:
    """The rows in which this break has a quantity or a price that is not zero."""
    filled = np.zeros(sheet.table.num_rows, bool)
    for family in together:
        if family.is_quantity or family.is_price:
            cells = sheet.table.column(family.places[number])
            filled |= filled_in(cells) & ~pc.match_substring_regex(cells, ZERO).to_numpy()
    return filled


def beside(sheet: Sheet, family: Family, numbers: list[int], row: Ints, at: Ints) -> pa.Array:
    """The cells of a family, each from the column of its break."""
    columns = [sheet.table.column(family.places[number]) for number in numbers]
    stacked = pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())
    return stacked.take(pa.array(at * sheet.table.num_rows + row)).combine_chunks()
