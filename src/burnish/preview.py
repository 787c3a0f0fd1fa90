"""The proposed mapping of a sheet, shown before anything is stored, and what became of many files.

Examples stay in memory.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.table import Table

from burnish.sources.mapping import SURE, Mapping, Take
from burnish.sources.reading import SheetProfile

LONGEST_EXAMPLE = 24


def mapping_table(
    sheet: SheetProfile, mapping: Mapping, questions: tuple[str, ...], *, width: int = 100
) -> str:
    """Each column of the sheet: what it feeds, how sure that is, examples; then what to confirm."""
    table = Table(box=box.SIMPLE, pad_edge=False, title_justify="left")
    table.title = f"{sheet.file} {sheet.sheet}: {counted(sheet.rows, 'row')}".replace(" :", ":")
    for heading in ("column in the file", "is read as", "sure", "examples"):
        table.add_column(heading, overflow="fold")
    feeds: dict[str, list[tuple[str, Take]]] = {column.name: [] for column in sheet.columns}
    for table_map in mapping.tables:
        for target, take in table_map.takes.items():
            for name in take.columns:
                before = f' before "{take.upto}"' if take.upto else ""
                feeds[name].append((f"{table_map.table}.{target}{before}", take))
        for name in table_map.key or ():
            feeds[name].append((f"{table_map.table} key", Take((name,))))
        for name, cells in table_map.rows:
            kinds = " or ".join(cell or "blank" for cell in cells)
            feeds[name].append((f"{table_map.table}: rows {kinds}", Take((name,))))
    for column in sheet.columns:
        examples = ", ".join(example[:LONGEST_EXAMPLE] for example in column.examples[:2])
        fed = feeds[column.name]
        targets = ", ".join(target for target, _ in fed) or "- left out"
        table.add_row(column.name, targets, sureness([take for _, take in fed], mapping), examples)
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, markup=False)
    console.print(table)
    for question in questions:
        console.print(f"  ? {question}")
    return out.getvalue().rstrip()


def counted(number: int, what: str) -> str:
    """A number of things in words: "1 row", "2,000 rows"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def sureness(takes: list[Take], mapping: Mapping) -> str:
    """The lowest confidence among a column's uses, in words."""
    if not takes:
        return ""
    if mapping.confirmed:
        return "confirmed"
    lowest = min(take.confidence for take in takes)
    return f"{lowest:.0%}" if lowest >= SURE else f"{lowest:.0%} ?"


def structure_counts(sheet: SheetProfile) -> dict[str, int]:
    """How many lines of each kind are written in the sheet but are no rows: titles, groups, totals."""
    return dict(sorted(Counter(what for _, what in sheet.structure).items()))


def structure_line(sheet: SheetProfile) -> Iterator[str]:
    """What was found in a report beside its rows, in words."""
    counts = structure_counts(sheet)
    if counts:
        found = ", ".join(f"{times:,} {what}" for what, times in counts.items())
        yield f"Lines that are no rows: {found}."
    if sheet.totals_off:
        lines = ", ".join(f"{line:,}" for line in sheet.totals_off[:5])
        more = ", …" if len(sheet.totals_off) > 5 else ""
        yield f"Totals that disagree with their rows stand in line {lines}{more}."


def filed_table(rows: Iterable[tuple[str, ...]], *, width: int = 140) -> str:
    """Many files at a glance: file, source, table, what became of its rows."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("file", "source", "table", "rows in = loaded + rejected"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out = io.StringIO()
    Console(file=out, width=width, no_color=True, highlight=False, markup=False).print(table)
    return out.getvalue().rstrip()
