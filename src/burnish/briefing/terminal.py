"""The briefing as a calm page in the terminal, by Rich; plain text where there is no terminal.

Colour means something or is absent: copper-like yellow warns, green is good. 80 to 100 columns read best,
60 work. Text from files is shown without control characters, so that no cell can steer the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from burnish.briefing import wording
from burnish.briefing.contents import Briefing, Change, Item, Row
from burnish.briefing.facts import day, exact_money
from burnish.briefing.wording import calm
from burnish.briefing.words import number, says, word

WIDEST = 100
INDENT = 3
ROWS_SHOWN = 5
WATCH_SHOWN = 5
CHANGES_SHOWN = 10
SOURCE_WIDTH = 18
WARNING, GOOD, QUIET, STRONG = "yellow", "green", "dim", "bold"
VERDICTS = {"kept": WARNING, "untested": QUIET, "rejected": GOOD}
CHANGES = {"new": WARNING, "worse": WARNING, "better": GOOD}


def text(briefing: Briefing, *, width: int = 80) -> str:
    """The page as plain text of `width` columns, without any colour or control code."""
    file = StringIO()
    _print(briefing, Console(file=file, width=width, color_system=None, force_terminal=False, emoji=False))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def show(briefing: Briefing, console: Console | None = None) -> None:
    """Print the page. Colours follow the terminal, and NO_COLOR turns them off; a file gets plain text."""
    console = console or Console(emoji=False)
    if console.is_terminal:
        _print(briefing, console)
    else:
        console.file.write(text(briefing, width=console.width))


def _print(briefing: Briefing, console: Console) -> None:
    for part in _page(briefing):
        console.print(part, width=min(console.width, WIDEST), highlight=False, markup=False)


def _page(briefing: Briefing) -> Iterator[RenderableType]:
    yield Text(wording.title(briefing), style=STRONG)
    yield Text(calm(f"{wording.as_known(briefing)} {wording.usual(briefing.counts)}"))
    for note in briefing.notes:
        yield Text("")
        yield Text(calm(note.says), style=WARNING)
    if briefing.changes is not None and wording.compares(briefing):
        yield Text("")
        yield from _changed(briefing.changes)
    if not briefing.items:
        yield Text("")
        yield Text(wording.empty_day(briefing), style="" if wording.is_stale(briefing) else GOOD)
    for place, item in enumerate(briefing.items, start=1):
        yield Text("")
        yield from _card(place, item)
    yield Text("")
    yield Rule(style=QUIET, characters="─")
    yield from _foot(briefing)


def _changed(changes: tuple[Change, ...]) -> Iterator[RenderableType]:
    """What became of the earlier day's conclusions, a line each."""
    yield Text(wording.changed_heading(changes), style=QUIET)
    told = wording.told(changes)
    if not told:
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for change in told[:CHANGES_SHOWN]:
        mark = Text(word("changed", change.change), style=CHANGES.get(change.change, QUIET))
        grid.add_row(mark, Text(calm(wording.changed(change))))
    yield _in(grid)
    if len(told) > CHANGES_SHOWN:
        yield _in(Text(says("changed", "more", number("more", len(told) - CHANGES_SHOWN)), style=QUIET))


def _card(place: int, item: Item) -> Iterator[RenderableType]:
    """One conclusion, read from top to bottom like a note."""
    kind, since = wording.kind(item.kind), wording.since(item)
    yield Rule(style=QUIET, characters="─")
    yield Text.assemble((f"{place}. {kind}", WARNING), (f", {since}", QUIET))
    yield Text("")
    yield _in(_headline(calm(item.headline)))
    yield _in(Text(calm(item.basis)))
    yield Text("")
    yield _in(_figures(item))
    if item.is_joined:
        yield from _titled("path", _path(item))
    if item.checks:
        yield from _titled("harmless", _checks(item))
    yield from _titled("open", Text(calm(wording.why_command(item))))
    yield _in(_rows(item.rows))
    if len(item.rows) > ROWS_SHOWN:
        yield _in(Text(says("card", "more", number("more", len(item.rows) - ROWS_SHOWN)), style=QUIET))
    yield Text("")
    yield _in(Text.assemble((f"{word('card', 'mind')}: ", QUIET), _lowered(calm(item.changes_mind))))


def _titled(name: str, part: RenderableType) -> Iterator[RenderableType]:
    yield Text("")
    yield _in(Text(word("card", name), style=QUIET))
    yield _in(part)


def _headline(said: str) -> Text:
    """The finding in bold, what stands in brackets at its end not."""
    finding, bracket, rest = said.rpartition(" (")
    if not said.endswith(")."):
        return Text(said, style=STRONG)
    return Text.assemble((finding, STRONG), bracket, rest)


def _figures(item: Item) -> Table:
    """Odds, money, owner and next step as small labelled lines."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style=QUIET, no_wrap=True)
    grid.add_column(overflow="fold")
    figures = {
        "odds_label": wording.odds_line(item),
        "stake": item.money,
        "owner": wording.who_line(item),
        "next": item.next_step,
    }
    for label, said in figures.items():
        grid.add_row(word("card", label), Text(calm(said)))
    return grid


def _path(item: Item) -> Table:
    """Which source shows what, strongest sign first."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold", max_width=SOURCE_WIDTH)
    grid.add_column(overflow="fold")
    for reason in item.because:
        grid.add_row(Text(wording.sources(reason)), Text(calm(reason.sentence)))
    return grid


def _checks(item: Item) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for check in item.checks:
        verdict = Text(word("verdicts", check.verdict), style=VERDICTS[check.verdict])
        grid.add_row(verdict, Text(calm(f"{wording.explanation(check, item)}: {check.because}")))
    return grid


def _rows(rows: tuple[Row, ...]) -> Table:
    """The rows to open: file and line, day, amount to the cent."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True, justify="right")
    for row in rows[:ROWS_SHOWN]:
        when = "" if row.occurred_on is None else day(row.occurred_on)
        amount = "" if row.amount is None else exact_money(row.amount, row.currency)
        grid.add_row(Text(calm(wording.place(row))), when, Text(calm(amount)))
    return grid


def _foot(briefing: Briefing) -> Iterator[RenderableType]:
    """The watch list and who stands for long in a line each, the state of the data, and an end."""
    if briefing.watch:
        yield Text(calm(wording.watch_line(briefing.watch, most=WATCH_SHOWN)), style=QUIET)
    if briefing.standing:
        yield Text(calm(wording.standing_line(briefing.standing, most=WATCH_SHOWN)), style=QUIET)
    yield Text(wording.data_line(briefing), style=QUIET)
    yield Text("")
    yield Text(word("end", "line"), style="italic")


def _in(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, INDENT), expand=False)


def _lowered(said: str) -> str:
    return said[:1].lower() + said[1:]
