"""The briefing as one self-contained HTML page: no network, no other file, no script.

Names come from files and are text to nobody but the reader: every value is escaped and stripped of control
and direction characters. Words stand in `words.toml`, the page in `templates/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from burnish import charts
from burnish.briefing import wording
from burnish.briefing.contents import Briefing, Item, Reason, Row
from burnish.briefing.facts import Fact, day, exact_money
from burnish.briefing.sentences import sentence
from burnish.briefing.words import counted, number, on, says, weekday, word, words

Strips = Mapping[str, tuple[charts.Strip | None, ...]]  # per item, in the order of its reasons
MOST = {"most_watched": 8, "most_reasons": 5, "most_changes": 10}
FILES_NAMED = 2
GROWTH = ("volume_shift", "size_shift")


@dataclass(frozen=True)
class Picture:
    """One drawn strip with its title, its key and the same as a table."""

    title: str
    key: str
    wide: Markup
    narrow: Markup
    headings: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sight:
    """What one source shows: its name, its sentence where several sources speak, its picture and its rows."""

    label: str
    files: tuple[str, ...]
    is_strongest: bool
    sentence: str
    picture: Picture | None
    rows: tuple[Row, ...]
    caption: str

    @property
    def has_sheets(self) -> bool:
        """Whether a row comes from a sheet with a name."""
        return any(row.sheet for row in self.rows)


@dataclass(frozen=True)
class Card:
    """One conclusion as it stands on the page. `aside` is what the sentence says in brackets at its end."""

    item: Item
    tone: str
    finding: str
    aside: str
    sights: tuple[Sight, ...]


def text(
    briefing: Briefing, strips: Strips | None = None, *, shop_name: str = "", for_paper: bool = False
) -> str:
    """The page. `strips` are the pictures to draw; `for_paper` draws them in fixed colours."""
    cards = tuple(_card(item, (strips or {}).get(item.id, ()), for_paper) for item in briefing.items)
    page = environment().get_template("page.html")
    return page.render(
        page=briefing,
        cards=cards,
        told_ids={item.id for item in briefing.items},
        shop_name=shop_name,
        style=Markup(stylesheet()),  # noqa: S704  (our own file)
    )


@cache
def environment() -> Environment:
    """The templates with what they may call. A name that a template misspells raises."""
    made = Environment(
        loader=PackageLoader("burnish.briefing"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        t=word,
        says=says,
        counted=counted,
        number=number,
        on=on,
        day=day,
        weekday=weekday,
        exact_money=exact_money,
        wording=wording,
        **MOST,
    )
    return made


def stylesheet() -> str:
    """The page's own small stylesheet."""
    return files("burnish.briefing").joinpath("templates", "page.css").read_text("utf-8")


def _harmless(value: Any) -> Any:
    return wording.calm(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _card(item: Item, strips: tuple[charts.Strip | None, ...], for_paper: bool) -> Card:
    finding, aside = wording.parted(item.headline)
    return Card(item, _tone(item), finding, aside, tuple(_sights(item, strips, for_paper)))


def _tone(item: Item) -> str:
    """Copper warns, moss is good news."""
    return "good" if item.kind in GROWTH and (item.measured.effect or 0) > 0 else "warn"


def _sights(item: Item, strips: tuple[charts.Strip | None, ...], for_paper: bool) -> Iterator[Sight]:
    """One per signal, strongest first. Pictures of one item share their time axis."""
    axis = shared_axis(strips)
    given = (*strips, *[None] * (len(item.because) - len(strips)))
    for place, (reason, strip, rows) in enumerate(zip(item.because, given, rows_of(item), strict=True)):
        drawn = None
        if strip is not None and axis is not None:
            drawn = _picture(strip, reason, item, axis, key=f"{item.id}-{place}", for_paper=for_paper)
        named = tuple(dict.fromkeys(row.file for row in rows))
        yield Sight(
            label=wording.sources(reason),
            files=named[:FILES_NAMED],
            is_strongest=item.is_joined and place == 0,
            sentence=reason.sentence if item.is_joined else "",
            picture=drawn,
            rows=rows,
            caption=word("rows", "caption").format(file=named[0])
            if len(named) == 1
            else word("rows", "captions"),
        )


def shared_axis(strips: tuple[charts.Strip | None, ...]) -> charts.Plot | None:
    """The wide plot on which all pictures of one item stand; None without any."""
    there = [strip for strip in strips if strip is not None]
    if not there:
        return None
    left = charts.LEFT if any(strip.is_measured for strip in there) else charts.BARE_LEFT
    span = charts.spanned(strip.span for strip in there)
    return charts.Plot(span, charts.WIDE, words()["axes"], left)


def rows_of(item: Item) -> Iterator[tuple[Row, ...]]:
    """The rows of each reason, by the tables it reads; rows that no reason claims are the first one's."""
    claimed = {table for reason in item.because for table in reason.sources}
    for place, reason in enumerate(item.because):
        yield tuple(
            row
            for row in item.rows
            if row.table in reason.sources or (place == 0 and row.table not in claimed)
        )


def _picture(
    strip: charts.Strip, reason: Reason, item: Item, axis: charts.Plot, *, key: str, for_paper: bool
) -> Picture:
    """The strip drawn for a wide and a narrow page; on paper only the wide one is seen."""
    said = words()["pictures"][strip.name]
    title = titled(said["title"], reason.facts)
    beyond = {"beyond": Fact("beyond", strip.beyond, None, "none")}
    legend = " ".join(sentence(said[name], beyond) for name in strip.keys)
    drawn = {}
    for name, width in (("wide", charts.WIDE), ("narrow", charts.NARROW)):
        if for_paper and name == "narrow":
            drawn[name] = ""
            continue
        svg = charts.draw(strip, replace(axis, width=width), key=f"{key}-{name}", title=title, says=legend)
        drawn[name] = charts.fixed(svg) if for_paper else svg
    table = strip.table()
    return Picture(
        title=title,
        key=legend,
        wide=Markup(drawn["wide"]),  # noqa: S704  (numbers, days and our own words, escaped where drawn)
        narrow=Markup(drawn["narrow"]),  # noqa: S704
        headings=tuple(word("columns", name) for name in table.columns),
        cells=tuple(_cells(row, tuple(table.columns.values()), item.currency) for row in table.rows),
    )


def titled(templates: list[str], facts: Mapping[str, Fact]) -> str:
    """The first of the titles whose facts are all known; the last one needs none."""
    for template in templates:
        named = {field for _, field, _, _ in Formatter().parse(template) if field}
        if named <= set(facts):
            break
    return sentence(template, facts)


def _cells(row: tuple[Any, ...], units: tuple[str, ...], currency: str) -> tuple[str, ...]:
    return tuple(_cell(value, unit, currency) for value, unit in zip(row, units, strict=True))


def _cell(value: date | int | Decimal | None, unit: str, currency: str) -> str:
    """A figure of a picture's table."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day(value)
    if unit == "money":
        return exact_money(Decimal(value), currency)
    return f"{value:,}"
