"""The briefing as a calm page in the terminal, by Rich; plain text where there is no terminal.

Colour means something or is absent: copper-like yellow warns, green is good. 80 to 100 columns read best,
60 work. Text from files is shown without control characters, so that no cell can steer the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from burnish.briefing.contents import Briefing, Counts, Item, Row
from burnish.briefing.facts import Fact, day, exact_money
from burnish.briefing.sentences import sentence

WIDEST = 100
INDENT = 3
ROWS_SHOWN = 5
WATCH_SHOWN = 5
WARNING, GOOD, QUIET, STRONG = "yellow", "green", "dim", "bold"
COUNT_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
VERDICTS = {
    "kept": ("may be so", WARNING),
    "untested": ("cannot tell", QUIET),
    "rejected": ("ruled out", GOOD),
}


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
    yield Text(_title(briefing), style=STRONG)
    yield Text(
        f"As known on {_weekday(briefing.as_of)}, for {_reader(briefing.reader)}. {_usual(briefing.counts)}"
    )
    for note in briefing.notes:
        yield Text("")
        yield Text(_calm(note.says), style=WARNING)
    if not briefing.items:
        yield from _empty(briefing)
    for place, item in enumerate(briefing.items, start=1):
        yield Text("")
        yield from _card(place, item)
    yield Text("")
    yield Rule(style=QUIET, characters="─")
    yield from _foot(briefing)


def _title(briefing: Briefing) -> str:
    things = len(briefing.items)
    if not things:
        return (
            "Nothing to say until newer orders are loaded"
            if _is_stale(briefing)
            else "Nothing needs you today"
        )
    word = COUNT_WORDS[things] if things < len(COUNT_WORDS) else str(things)
    return f"{word} thing{'s' if things > 1 else ''} worth your morning"


def _is_stale(briefing: Briefing) -> bool:
    return any(note.kind == "data_gap" for note in briefing.notes)


def _reader(reader: str) -> str:
    return reader if reader in ("sales", "quality") else f"the {reader}"


def _usual(counts: Counts) -> str:
    """How many customers look as usual and how many cannot be judged, with the commonest reason."""
    facts = {
        "usual": Fact("usual", counts.usual, None, "customers"),
        "unjudged": Fact("unjudged", counts.unjudged, None, "none"),
        "standing": Fact("standing", counts.standing, None, "none"),
        "without": Fact("without", counts.without_orders, None, "none"),
    }
    said = sentence("{usual} look as usual.", facts)
    if counts.usual == 1:
        said = said.replace(" look ", " looks ")
    if counts.standing:
        said += " " + sentence("{standing} stood out too long ago to be news.", facts)
    if counts.unjudged:
        said += " " + sentence("{unjudged} cannot be judged yet", facts)
        said += f"; typically: {_calm(counts.reasons[0][0]).rstrip('.')}."
    if counts.without_orders:
        known = "is known" if counts.without_orders == 1 else "are known"
        said += " " + sentence("{without} " + known + " from invoices or lists only.", facts)
    return said


def _empty(briefing: Briefing) -> Iterator[RenderableType]:
    """An empty day says what was looked at, so that quiet is not taken for broken."""
    counts = briefing.counts
    facts = {"judged": Fact("judged", counts.judged, None, "customers")}
    yield Text("")
    if not counts.judged:
        yield Text(
            "There is not enough history yet to say anything about anybody. That changes with more exports."
        )
        return
    looked = sentence("We compared the order rhythm of {judged} with each one's own past.", facts)
    if _is_stale(briefing):
        yield Text(f"{looked} As far as these orders go, nothing is unusual.")
        return
    yield Text(f"{looked} Nothing is unusual enough to take your time.", style=GOOD)


def _card(place: int, item: Item) -> Iterator[RenderableType]:
    """One conclusion, read from top to bottom like a note."""
    kind = item.kind.replace("_", " ").capitalize()
    since = "new this week" if item.is_new else f"first said on {day(item.entry_on)}"
    head = Text.assemble((f"{place}. {kind}", WARNING), (f", {since}", QUIET))
    yield Rule(style=QUIET, characters="─")
    yield head
    yield Text("")
    yield _in(_headline(_calm(item.headline)))
    yield _in(Text(_calm(item.basis)))
    yield Text("")
    yield _in(_figures(item))
    if item.checks:
        yield Text("")
        yield _in(Text("Could it be harmless?", style=QUIET))
        yield _in(_checks(item))
    yield Text("")
    yield _in(Text("See for yourself", style=QUIET))
    yield _in(_rows(item.rows))
    if len(item.rows) > ROWS_SHOWN:
        yield _in(Text(f"and {len(item.rows) - ROWS_SHOWN} more", style=QUIET))
    yield Text("")
    yield _in(Text.assemble(("What would change our mind: ", QUIET), _lowered(_calm(item.changes_mind))))


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
    odds = "not known" if item.odds_percent is None else f"{item.odds_percent} %"
    figures = {
        "Odds": f"{odds} that {item.outcome}, until {day(item.outcome_on)}",
        "At stake": item.money,
        "Who": f"{item.owner}, by {_weekday(item.due_on)}",
        "Next": item.next_step,
    }
    for label, said in figures.items():
        grid.add_row(label, Text(_calm(said)))
    return grid


def _checks(item: Item) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for check in item.checks:
        verdict, style = VERDICTS[check.verdict]
        label = check.explanation.replace("_", " ").capitalize()
        grid.add_row(Text(verdict, style=style), Text(f"{_calm(label)}: {_calm(check.because)}"))
    return grid


def _rows(rows: tuple[Row, ...]) -> Table:
    """The rows to open: file and line, day, amount to the cent."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True, justify="right")
    for row in rows[:ROWS_SHOWN]:
        sheet = f", sheet {row.sheet}" if row.sheet else ""
        when = "" if row.occurred_on is None else day(row.occurred_on)
        amount = "" if row.amount is None else exact_money(row.amount, row.currency)
        grid.add_row(Text(_calm(f"{row.file}{sheet}, line {row.line}")), when, Text(_calm(amount)))
    return grid


def _foot(briefing: Briefing) -> Iterator[RenderableType]:
    """The watch list in one line, the state of the data, and an end."""
    if briefing.watch:
        names = [_calm(item.name) for item in briefing.watch[:WATCH_SHOWN]]
        more = len(briefing.watch) - len(names)
        rest = f" and {more} more" if more else ""
        yield Text(f"On the watch list, nothing to do yet: {', '.join(names)}{rest}.", style=QUIET)
    yield Text(_data_line(briefing), style=QUIET)
    yield Text("")
    yield Text("That is all. The rest can wait.", style="italic")


def _data_line(briefing: Briefing) -> str:
    newest = "none" if briefing.newest_order_on is None else day(briefing.newest_order_on)
    said = f"Data: newest order known: {newest}"
    rows = briefing.rows
    if rows is not None:
        said += f"; {rows.rows_in:,} rows in = {rows.loaded:,} loaded + {rows.rejected:,} rejected"
    return f"{said}. Snapshot {briefing.snapshot}."


def _weekday(one: date) -> str:
    return f"{WEEKDAYS[one.weekday()]} {day(one)}"


def _in(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, INDENT), expand=False)


def _lowered(said: str) -> str:
    return said[:1].lower() + said[1:]


def _calm(said: str) -> str:
    """Without control and direction characters, which could steer the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in said)
