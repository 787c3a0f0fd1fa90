"""Which rows of a sheet are structure: footers, repeated headers, labels of groups and their totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.grid import Grid, Mask, Suspect, filled_in
from burnish.sources.reading.totals import (
    NO_NAME,
    WITH_SUBS,
    Sums,
    Total,
    are_numbers,
    disagreeing,
    folded,
    label_names,
    total_names,
    with_numbers_only,
)
from burnish.sources.values import looks_like_date, looks_like_number

WEEKDAY = r"(?:mon|tues?|wednes|wed|thurs?|thu|fri|satur|sat|sun)(?:day)?"
MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
DAY = (
    rf"(?:{MONTH}\.? \d{{1,2}},? \d{{4}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}} {MONTH} \d{{4}})"
)
CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?"
ZONE = r"(?: ?(?:gmt|utc|z|[ecmp][sd]t)(?: ?[-+−]\d{1,2}(?::?\d\d)?)?)?"
BASIS = r"(?:(?:accrual|cash) basis)"
STAMP = rf"{DAY},?(?:[ t]*(?:at )?{CLOCK}{ZONE})?"
MADE = (
    r"(?:(?:report )?(?:printed|generated|created|exported|run|prepared|produced|downloaded)"
    r"(?: (?:date|time|on|at|by))*|run date|print(?:ed)? date|report date|as of|date printed|date run)"
)
FOOTER = re.compile(
    rf"^(?:{BASIS}"
    rf"|(?:{WEEKDAY},? )?{STAMP}(?: ?[-–—|,] ?{BASIS})|{BASIS} ?[-–—|,]? ?(?:{WEEKDAY},? )?{STAMP}"
    rf"|{WEEKDAY},? {STAMP}"
    rf"|{DAY},? (?:at )?{CLOCK} ?(?:gmt|utc|[ecmp][sd]t)(?: ?[-+−]\d{{1,2}}(?::?\d\d)?)?"
    rf"|{MADE}:? ?.{{0,60}}?{STAMP}|{MADE}:.{{0,80}}"
    r"|page:? ?\d+(?: ?(?:of|/) ?\d+)?|-+ ?page \d+ ?-+|[* ]*end of (?:report|list|file)[* .]*"
    r"|(?:total |number of )?(?:records|rows|record count|row count)(?: found| listed| exported)?:? ?[\d,]+"
    r"|[\d,]+ (?:records|rows)(?: found| listed| exported| selected)?\.?"
    r"|confidential(?: information.{0,60})?|(?:copyright|\(c\)|©).{0,120})$",
    re.IGNORECASE,
)
NOTES = ("note", "memo", "comment", "remark", "description", "detail", "message")
LONGEST_LABEL, DEEPEST, REACH = 200, 8, 5000
NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Event:
    """One row that is structure, and what it is."""

    row: int
    what: str


@dataclass
class Group:
    """A label and the rows under it: from behind it up to, not including, `ends`."""

    opened: Suspect
    label: str
    depth: int
    ends: int
    total: Suspect | None = None

    @property
    def begins(self) -> int:
        """The label's own row."""
        return self.opened.row

    @property
    def level(self) -> tuple[int, int]:
        """How far in it stands: its column, and the spaces in front of it."""
        text = self.opened.text
        return self.opened.place, len(text) - len(text.lstrip())


@dataclass
class Found:
    """The structure of a sheet; `fills`: the column of the outermost labels, `off`: rows of wrong totals."""

    events: list[Event] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    fills: int | None = None
    off: list[int] = field(default_factory=list)


def read_structure(suspects: Sequence[Suspect], grid: Grid, sheet: Sheet) -> Found:
    """Tell structure from rows among the suspects."""
    furniture = furniture_of(suspects, grid, sheet)
    rest = [each for each in suspects if each.row not in furniture]
    walk = Walk.over(rest, grid, set(furniture))
    grouped = bool(walk.groups) and is_grouped(walk, grid, sheet)
    if not grouped:
        walk = Walk.without_groups(rest, grid, set(furniture))
    totals = walk.totals + other_totals(walk, rest, grouped=grouped)
    events = [Event(row, what) for row, what in furniture.items()]
    events += [Event(group.begins, "group") for group in walk.groups]
    events += [Event(total.row, "total") for total in totals]
    left_out = grid.short.copy()
    left_out[[event.row for event in events]] = True
    off = disagreeing(totals, Sums(grid, left_out), sheet.header)
    return Found(events, walk.groups, column_to_fill(walk, sheet) if grouped else None, off)


# ------------------------------------------------------------------------ headers, titles, footers again


def furniture_of(suspects: Sequence[Suspect], grid: Grid, sheet: Sheet) -> dict[int, str]:
    """Rows and what they are: repeated headers, titles written again above them, and footers."""
    header = tuple(folded(cell) for cell in sheet.header if cell.strip())
    titles = {folded(text) for _, text in sheet.titles}
    found: dict[int, str] = {}
    for each in suspects:
        said = [text.strip() for _, text in each.cells]
        if len(header) > 1 and tuple(map(folded, said)) == header:
            found[each.row] = "repeated header"
        elif len(said) <= 3 and FOOTER.match(" ".join(", ".join(said).split())):
            found[each.row] = "footer"
        elif len(said) <= 2 and folded(", ".join(said)) in titles:
            found[each.row] = "title"
    return found | trailing(suspects, grid, found)


def trailing(suspects: Sequence[Suspect], grid: Grid, found: dict[int, str]) -> dict[int, str]:
    """Lone cells at the very end around a footer: the rest of its block."""
    single = {each.row for each in suspects if len(each.cells) == 1 and not total_names(each.text)}
    block, row = [], len(grid) - 1
    while row in single or found.get(row) == "footer":
        block.append(row)
        row -= 1
    if not any(found.get(row) == "footer" for row in block):
        return {}
    last = max(at for at, row in enumerate(block) if found.get(row) == "footer")
    return dict.fromkeys(block[: last + 1], "footer")


# -------------------------------------------------------------------------------------- labels and totals


@dataclass
class Walk:
    """Labels and totals matched over a sheet. `apart` are the rows with numbers only behind their name."""

    grid: Grid
    left_out: Mask
    sums: Sums
    apart: set[int]
    groups: list[Group] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)

    @classmethod
    def without_groups(cls, rest: Sequence[Suspect], grid: Grid, furniture: set[int]) -> Walk:
        """No labels; rows named a total that hold numbers only are left out of sums."""
        apart = with_numbers_only(rest)
        left_out = grid.short.copy()
        left_out[
            [*furniture, *(each.row for each in rest if each.row in apart and total_names(each.text))]
        ] = True
        return cls(grid, left_out, Sums(grid, left_out), apart)

    @classmethod
    def over(cls, rest: Sequence[Suspect], grid: Grid, furniture: set[int]) -> Walk:
        """Match the labels and totals of a sheet."""
        apart = with_numbers_only(rest)
        labels = labels_among(rest, grid)
        totals = [each for each in rest if may_be_total(each, apart)]
        left_out = grid.short.copy()
        left_out[[*furniture, *(each.row for each in labels), *(each.row for each in totals)]] = True
        walk = cls(grid, left_out, Sums(grid, left_out), apart)
        pairs, subtotals = paired(labels, totals)
        closing = {total.row for total in [*pairs.values(), *(total for _, total in subtotals)]}
        opening = [each for each in labels if each.row not in closing]
        walk.nest([each for each in opening if NO_NAME not in total_names(each.text)], pairs)
        walk.totals = [
            Total(group.total, group.begins + 1, group.total.row) for group in walk.groups if group.total
        ]
        walk.totals += [Total(total, label.row + 1, total.row) for label, total in subtotals]
        return walk

    def nest(self, labels: Sequence[Suspect], pairs: dict[int, Suspect]) -> None:
        """Groups with depth and end; a label without total within a closed group is a sparse row."""
        mostly_closed = 2 * len(pairs) >= len(labels)
        prefix = shared_prefix(labels)
        open_now: list[Group] = []
        for each in labels:
            total = pairs.get(each.row)
            group = Group(each, label_of(each, prefix, closed=total is not None), 0, len(self.grid), total)
            self.end_before(group, open_now)
            if total is None and mostly_closed and any(group.level <= one.level for one in open_now):
                self.left_out[each.row] = self.grid.short[each.row]
                continue
            group.depth = len(open_now)
            group.ends = total.row if total else min([len(self.grid), *(one.ends for one in open_now)])
            open_now.append(group)
            self.groups.append(group)

    def stands_for_several(self, total: Total) -> bool:
        """Whether a total has two rows or more."""
        return bool((~self.left_out[total.begins : total.ends]).sum() > 1)

    @staticmethod
    def end_before(group: Group, open_now: list[Group]) -> None:
        """End what does not reach this label: closed groups, and open ones at its level or further in."""
        row = group.begins
        while open_now:
            last = open_now[-1]
            if last.ends > row and (last.total is not None or last.level < group.level):
                return
            last.ends = min(last.ends, row)
            open_now.pop()


def labels_among(rest: Sequence[Suspect], grid: Grid) -> list[Suspect]:
    """Rows that may open a group: one text in the leading columns, or a name in front of it with a colon."""
    leading = first_data_column(grid)
    said = [each for each in rest if is_alone(each) and each.place <= leading]
    is_number = are_numbers([each.text for each in said])
    return [
        each
        for each, number in zip(said, is_number, strict=True)
        if not number and len(each.text) <= LONGEST_LABEL
    ]


def is_alone(suspect: Suspect) -> bool:
    """One cell, or two of which the first ends with a colon and names no total."""
    in_two = len(suspect.cells) == 2 and suspect.text.rstrip().endswith(":")
    return len(suspect.cells) == 1 or (in_two and not total_names(suspect.text))


def first_data_column(grid: Grid) -> int:
    """The first column that is filled in half of the rows with several cells."""
    several = (grid.filled > 1) & ~grid.short
    enough = max(1, int(several.sum()) / 2)
    for place in range(grid.table.num_columns):
        if (filled_in(grid.column(place)) & several).sum() >= enough:
            return place
    return 0


def may_be_total(suspect: Suspect, apart: set[int]) -> bool:
    """A row named a total that holds nothing else, or numbers only."""
    return bool(total_names(suspect.text)) and (len(suspect.cells) == 1 or suspect.row in apart)


def paired(
    labels: Sequence[Suspect], totals: Sequence[Suspect]
) -> tuple[dict[int, Suspect], list[tuple[Suspect, Suspect]]]:
    """The total that closes each label, by its row; and totals of a label's own rows before its parts.

    The innermost open label of that name is closed. A bare total closes the innermost label, unless it is the
    last of several labels that had none.
    """
    kinds = sorted([*((each.row, each) for each in {*labels, *totals})], key=lambda one: one[0])
    is_label = {each.row for each in labels}
    with_subs = {
        name: each.row
        for each in totals
        if WITH_SUBS.search(each.text.strip())
        for name in total_names(each.text)
    }
    last_bare = max((each.row for each in totals if NO_NAME in total_names(each.text)), default=-1)
    open_now, pairs, subtotals = Open(), dict[int, Suspect](), list[tuple[Suspect, Suspect]]()
    bare_closed = 0
    for row, each in kinds:
        names = total_names(each.text)
        label = open_now.named(names - {NO_NAME})
        if label is not None:
            later = max((with_subs.get(name, -1) for name in names), default=-1)
            if later > row and not WITH_SUBS.search(each.text.strip()):
                subtotals.append((label, each))
                continue
            open_now.close(label)
            pairs[label.row] = each
        elif NO_NAME in names and open_now.labels:
            if row == last_bare and len(open_now.labels) > 1 + (bare_closed > 0):
                continue
            label = open_now.labels[-1]
            open_now.close(label)
            pairs[label.row] = each
            bare_closed += 1
        elif row in is_label and NO_NAME not in names:
            open_now.open(each)
    return pairs, subtotals


class Open:
    """The labels that no total has closed yet."""

    def __init__(self) -> None:
        self.labels: list[Suspect] = []
        self.by_name: dict[str, list[int]] = {}

    def open(self, label: Suspect) -> None:
        """A label begins."""
        for name in label_names(spoken(label)):
            self.by_name.setdefault(name, []).append(len(self.labels))
        self.labels.append(label)

    def named(self, names: Iterable[str]) -> Suspect | None:
        """The innermost open label of one of these names."""
        found = [self.by_name[name][-1] for name in names if self.by_name.get(name)]
        return self.labels[max(found)] if found else None

    def close(self, label: Suspect) -> None:
        """A label ends, and all within it."""
        while True:
            last = self.labels.pop()
            for name in label_names(spoken(last)):
                self.by_name[name].pop()
            if last is label:
                return


def spoken(label: Suspect) -> str:
    """A label's text: "Customer: Acme" where it stands in two cells."""
    return " ".join(text.strip() for _, text in label.cells)


def shared_prefix(labels: Sequence[Suspect]) -> str:
    """The word before the colon where all labels begin with the same ("Customer: "), else nothing."""
    prefixes = {spoken(each).partition(": ")[0] for each in labels if ": " in spoken(each)}
    shared = next(iter(prefixes)) if len(prefixes) == 1 else ""
    return shared + ": " if all(spoken(each).startswith(shared + ": ") for each in labels) else ""


def label_of(label: Suspect, prefix: str, *, closed: bool) -> str:
    """The text that goes to the rows, without a shared prefix; without a count where a total bears it out."""
    text = spoken(label).removeprefix(prefix).strip()
    names = label_names(text)
    counted = re.sub(r"\s*\(\d+\)$", "", text)
    return counted if closed and folded(counted) in names else text


# ------------------------------------------------------------------------------------------- the decision


def is_grouped(walk: Walk, grid: Grid, sheet: Sheet) -> bool:
    """Whether labels really open groups, and are not rows of a sparse list.

    Two labels with totals of their own say so; one does where its column is blank in all other rows, or
    its total adds up. Without totals the first row must be a label, several must differ, each must have
    rows, and their column must be blank in all rows, or hold dates or numbers there.
    """
    if max(group.depth for group in walk.groups) >= DEEPEST or not (~walk.left_out).any():
        return False
    closed = [group for group in walk.groups if group.total]
    if len(closed) > 1:
        return True
    if closed and (is_apart(closed[0].opened.place, walk) or any(map(walk.sums.agree, walk.totals))):
        return True
    return not closed and stands_without_totals(walk, grid, sheet)


def stands_without_totals(walk: Walk, grid: Grid, sheet: Sheet) -> bool:
    """Whether labels without totals open groups."""
    distinct = {folded(group.label) for group in walk.groups}
    details = np.flatnonzero(~walk.left_out)
    first = walk.groups[0]
    begins = np.array([group.begins for group in walk.groups])
    has_rows = np.diff(np.searchsorted(details, [*begins, len(grid)])) > 0
    return (
        len(distinct) > 1
        and first.begins < details[0]
        and len(details) >= len(walk.groups)
        and bool(has_rows.mean() >= NEARLY_ALL)
        and not any(word in sheet.header[first.opened.place].casefold() for word in NOTES)
        and all(
            is_apart(place, walk) or differs_in_kind(place, walk, [group.label for group in walk.groups])
            for place in {group.opened.place for group in walk.groups}
        )
    )


def is_apart(place: int, walk: Walk) -> bool:
    """Whether a column is blank in every row that is no structure."""
    return not (filled_in(walk.grid.column(place)) & ~walk.left_out).any()


def differs_in_kind(place: int, walk: Walk, labels: Sequence[str]) -> bool:
    """Whether a column holds dates or numbers in its rows, and the labels are neither."""
    cells = walk.grid.column(place).filter(pa.array(filled_in(walk.grid.column(place)) & ~walk.left_out))
    said = pa.array(labels, pa.string())
    return any(
        pc.mean(looks(pc.utf8_trim_whitespace(cells)).cast(pa.float64())).as_py() >= NEARLY_ALL
        and not pc.any(looks(said)).as_py()
        for looks in (looks_like_date, looks_like_number)
    )


def column_to_fill(walk: Walk, sheet: Sheet) -> int | None:
    """The column with a heading that the outermost labels stand in, where it is blank in every row."""
    places = {
        group.opened.place for group in walk.groups if group.depth == 0 and len(group.opened.cells) == 1
    }
    if len(places) != 1:
        return None
    place = places.pop()
    return place if sheet.header[place].strip() and is_apart(place, walk) else None


# ------------------------------------------------------------------------------- totals without a label row


def other_totals(walk: Walk, rest: Sequence[Suspect], *, grouped: bool) -> list[Total]:
    """Totals that close no label: grand totals, subtotals below rows of the name, sums without a name."""
    known = {total.row for total in walk.totals} | {group.begins for group in walk.groups}
    named = [
        each for each in rest if each.row in walk.apart and each.row not in known and total_names(each.text)
    ]
    below = subtotals_below(named, walk)
    taken = {total.row for total in below}
    open_still = [each for each in named if each.row not in taken]
    details = np.flatnonzero(~walk.left_out)
    last = int(details[-1]) if len(details) else -1
    found = [grand_total(each, walk, sure=grouped or bool(below), last=last) for each in open_still]
    return [*below, *(total for total in found if total), *unnamed_sum(walk, rest)]


def grand_total(each: Suspect, walk: Walk, *, sure: bool, last: int) -> Total | None:
    """A total of all rows above, or of those from the row that bears its name; None where it is a row itself.

    In a sheet with other totals, one that stands for nothing known is a total all the same, and not checked.
    """
    whole = Total(each, 0, each.row)
    if NO_NAME in total_names(each.text):
        return whole if sure or each.row > last else None
    for total in (whole, from_name(each, walk)):
        if total is not None and walk.stands_for_several(total) and walk.sums.agree(total):
            return total
    return Total(each, each.row, each.row) if sure else None


def from_name(each: Suspect, walk: Walk) -> Total | None:
    """A total from the last row above that bears its name in the same column."""
    begins = max(0, each.row - REACH)
    names = total_names(each.text)
    above = walk.grid.column(each.place).slice(begins, each.row - begins).to_pylist()
    rows = [begins + at for at, value in enumerate(above) if folded(value) in names]
    return Total(each, rows[-1], each.row) if rows else None


def subtotals_below(named: Sequence[Suspect], walk: Walk) -> list[Total]:
    """Totals called after the value that the row above has in their column ("Acme Total" below rows of Acme).

    They count when half of them add up, one of them over several rows.
    """
    found = []
    begins: dict[int, int] = {}
    for each in named:
        above = each.row - 1
        while above >= 0 and walk.left_out[above]:
            above -= 1
        value = walk.grid.column(each.place)[above].as_py() if above >= 0 else ""
        if value.strip() and folded(value) in total_names(each.text):
            found.append(Total(each, begins.get(each.place, 0), each.row))
            begins[each.place] = each.row + 1
    agreeing = [total for total in found if walk.sums.agree(total)]
    sure = 2 * len(agreeing) >= len(found) and any(map(walk.stands_for_several, agreeing))
    return found if sure else []


def unnamed_sum(walk: Walk, rest: Sequence[Suspect]) -> list[Total]:
    """A last row of nothing but numbers, the leading column blank, that are the sums of all rows above."""
    details = np.flatnonzero(~walk.left_out)
    last = next((each for each in rest if len(details) > 2 and each.row == details[-1]), None)
    if last is None or last.place <= first_data_column(walk.grid):
        return []
    total = Total(last, 0, last.row, of_all=True)
    is_sum = all(are_numbers([text for _, text in last.cells])) and walk.sums.agree(total)
    return [total] if is_sum else []
