"""Known programs and the lists they export, as data: a folder per program, a TOML file per list.

`recognised` finds the list that a sheet is by its headings and gives the mapping that the list declares, so
that nobody has to say what a QuickBooks invoice list means. A folder here with a `source.toml`, or an entry
point in the group `burnish.sources` that names a package with one, is found without being listed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from burnish.errors import UsageError
from burnish.schema.tables import CANONICAL
from burnish.sources.guessing import agreed
from burnish.sources.headers import nearest, squashed, words
from burnish.sources.mapping import (
    COMPLETES,
    HOWS,
    IDENTIFYING,
    INDIVIDUALS,
    UNITS,
    Condition,
    Mapping,
    TableMap,
    Take,
    fingerprint,
    headings,
    lacking,
    read_extra,
    read_rows,
)
from burnish.sources.reading import SheetProfile

GROUP = "burnish.sources"
ABOUT = "source.toml"
DECLARED = 0.97
Names = tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What a list gives one column: per column of the file its possible headings, the first there counts.

    The rest is as in `Take`.
    """

    columns: tuple[Names, ...]
    how: str = "one"
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    """What a list feeds one canonical table; `key` has the possible headings of each of its elements."""

    table: str
    takes: dict[str, Wanted]
    key: tuple[Names, ...]
    complete: str | None
    known: Wanted | None
    rows: tuple[Condition, ...]


@dataclass(frozen=True)
class SourceObject:
    """One list or report of a program: how it is recognised, and what it feeds, or why it is left out.

    `needs`: headings it must have, each by one of its names; of `one_of` at least one must stand there, of
    `never` none. `file`: groups of words, one of which must stand in the name of the file or sheet.
    """

    source: str
    name: str
    title: str
    object: str
    needs: tuple[Names, ...]
    one_of: Names = ()
    never: Names = ()
    file: Names = ()
    skip: str = ""
    fill: Names = ()
    individuals: str = "guess"
    feeds: tuple[Feed, ...] = ()

    @property
    def path(self) -> str:
        """Source and list, as mappings name it: "xero/invoices"."""
        return f"{self.source}/{self.name}"

    @property
    def asked(self) -> tuple[Names, ...]:
        """Every heading that it names, each once, with its other names."""
        takes = [take for feed in self.feeds for take in [*feed.takes.values(), feed.known] if take]
        named = [one for take in takes for one in take.columns]
        named += [one for feed in self.feeds for one in feed.key]
        named += [(heading,) for feed in self.feeds for heading, _ in feed.rows]
        named += [(heading,) for take in takes for heading, _ in take.extras.get("where", ())]
        several = [(heading,) for heading in (*self.one_of, *self.fill)]
        return tuple(dict.fromkeys((*self.needs, *named, *several)))


@dataclass(frozen=True)
class Source:
    """A program: `how` its user gets the files, the lists known of it, and what could not be loaded."""

    name: str
    title: str
    says: str = ""
    how: Names = ()
    objects: tuple[SourceObject, ...] = ()
    not_loaded: Names = ()


# ---------------------------------------------------------------------------------------------- finding


@cache
def discover() -> tuple[Source, ...]:
    """Every source of this folder and of installed plug-ins, by name. Raises UsageError on a name used twice.

    What is broken is named in `Source.not_loaded` and stops nothing.
    """
    return discovered(files(__package__), entry_points(group=GROUP))


def discovered(folder: Traversable, plugins: Iterable[EntryPoint] = ()) -> tuple[Source, ...]:
    """The sources whose folders stand in `folder`, and those of plug-ins."""
    own = [each for each in folder.iterdir() if each.is_dir() and each.joinpath(ABOUT).is_file()]
    found = [read_source(each) for each in own] + [plugged(plugin) for plugin in plugins]
    by_name: dict[str, Source] = {}
    for source in sorted(found, key=lambda source: source.name):
        if source.name in by_name:
            raise UsageError(f"two sources are called {source.name}", GROUP, "Rename one of their folders.")
        by_name[source.name] = source
    return tuple(by_name.values())


def plugged(plugin: EntryPoint) -> Source:
    """The source of an entry point, which names the package whose folder it is."""
    try:
        return read_source(files(plugin.load()), plugin.name)
    except Exception as problem:  # a stranger's code may fail in any way, and must stop nothing
        why = f"{plugin.value}: {type(problem).__name__}: {problem}"
        return Source(plugin.name, plugin.name, not_loaded=(why,))


def read_source(folder: Traversable, called: str = "") -> Source:
    """One source from its folder; a file that cannot be used is named, and the others stand."""
    name, wrong = called or folder.name, list[str]()
    about = parsed(folder.joinpath(ABOUT), f"{name}/{ABOUT}", wrong)
    wrong += unknown(about, ("title", "says", "how"), f"{name}/{ABOUT}")
    title, says = (text(about, key, f"{name}/{ABOUT}", wrong) for key in ("title", "says"))
    how = listed(about, "how", f"{name}/{ABOUT}", wrong)
    objects = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml") and path.name != ABOUT:
            problems = list[str]()
            found = read_object(name, path, problems)
            wrong += problems
            objects += [] if problems else [found]
    return Source(name, title or name, says, how, tuple(objects), tuple(wrong))


# ---------------------------------------------------------------------------------------------- reading

TEXTS = ("title", "object", "skip", "individuals")
LISTS = ("one_of", "never", "file", "fill")
OF_TABLE = ("rows", "key", "complete", "known")
OF_TAKE = ("glue", "date_order", "decimal_mark", "unit", "upto", "constant", "people")  # texts
OF_ROWS = ("means", "where")


def read_object(source: str, path: Traversable, wrong: list[str]) -> SourceObject:
    """One list from its file. `wrong` gets a line per problem, naming file and key."""
    where = f"{source}/{path.name}"
    given = parsed(path, where, wrong)
    tables = {name: value for name, value in given.items() if isinstance(value, dict)}
    top = {name: value for name, value in given.items() if name not in tables}
    wrong += unknown(top, (*TEXTS, *LISTS, "needs"), where)
    said = {name: text(top, name, where, wrong) for name in TEXTS}
    found = SourceObject(
        source,
        Path(path.name).stem,
        said["title"],
        said["object"] or Path(path.name).stem,
        alternatives(top.get("needs", []), f"{where}: needs", wrong),
        **{name: listed(top, name, where, wrong) for name in LISTS},
        skip=said["skip"],
        individuals=said["individuals"] or "guess",
        feeds=tuple(read_feed(name, value, where, wrong) for name, value in tables.items()),
    )
    wrong += [f"{where}: {problem}" for problem in amiss(found)]
    return found


def parsed(path: Traversable, where: str, wrong: list[str]) -> dict[str, Any]:
    """A TOML file's contents, empty when it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        wrong.append(f"{where}: {problem}")
        return {}


def unknown(given: dict[str, Any], known: Sequence[str], where: str) -> list[str]:
    """A problem for each name that means nothing there."""
    near = {name: nearest(name, known) for name in given if name not in known}
    return [
        f'{where}: "{name}" is unknown' + (f' (nearest: "{like}")' if like else "")
        for name, like in near.items()
    ]


def text(given: dict[str, Any], key: str, where: str, wrong: list[str]) -> str:
    """A text, empty when absent."""
    value = given.get(key, "")
    if not isinstance(value, str):
        wrong.append(f"{where}: {key} must be text in quotes")
        return ""
    return value


def listed(given: dict[str, Any], key: str, where: str, wrong: list[str]) -> Names:
    """A list of texts, empty when absent."""
    value = given.get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    wrong.append(f"{where}: {key} must be a list of texts in quotes")
    return ()


def alternatives(given: Any, where: str, wrong: list[str]) -> tuple[Names, ...]:
    """A list whose elements are headings, or lists of headings of which the first there counts."""
    names = [[one] if isinstance(one, str) else one for one in given] if isinstance(given, list) else [None]
    if all(isinstance(some, list) and some and all(isinstance(one, str) for one in some) for some in names):
        return tuple(tuple(some) for some in names if some)
    wrong.append(f"{where} must be a list of headings, or of lists of headings of which one must be there")
    return ()


def read_feed(table: str, given: dict[str, Any], where: str, wrong: list[str]) -> Feed:
    """What one table of a list takes."""
    at, known, complete = f"{where}: {table}", given.get("known"), given.get("complete")
    takes = {name: value for name, value in given.items() if name not in OF_TABLE}
    if complete not in (None, *COMPLETES):
        wrong.append(f"{at}.complete must be one of {', '.join(COMPLETES)}")
    return Feed(
        table,
        {name: read_wanted(value, f"{at}.{name}", wrong) for name, value in takes.items()},
        alternatives(given.get("key", []), f"{at}.key", wrong),
        complete,
        None if known is None else read_wanted(known, f"{at}.known", wrong),
        read_rows(given.get("rows", {}), f"{at}.rows", wrong),
    )


def read_wanted(given: Any, where: str, wrong: list[str]) -> Wanted:
    """One column: a heading, a list of possible ones, or a table with column, join, first or constant."""
    if not isinstance(given, dict):
        given = {"column": given}
    said = [name for name in ("column", "join", "first") if name in given]
    if len(said) + ("constant" in given) != 1:
        wrong.append(f"{where} needs exactly one of column, join, first, constant")
        return Wanted(())
    extras = {name: value for name, value in given.items() if name not in said}
    wrong += unknown(extras, (*OF_TAKE, *OF_ROWS, "markup"), where)
    odd = [name for name, value in extras.items() if name in OF_TAKE and not isinstance(value, str)]
    wrong += [f"{where}.{name} must be text in quotes" for name in odd]
    for name in extras.keys() & set(OF_ROWS):
        extras[name] = read_extra(name, extras[name], f"{where}.{name}", wrong)
    if not isinstance(extras.get("markup", True), bool):
        wrong.append(f"{where}.markup must be true or false")
    if not said:
        return Wanted((), extras=extras)
    value = given[said[0]]
    if said[0] != "column":
        return Wanted(alternatives(value, f"{where}.{said[0]}", wrong), said[0], extras)
    return Wanted(alternatives([value], where, wrong), "one", extras)


def amiss(found: SourceObject) -> Iterator[str]:
    """What is wrong with a list as declared."""
    if not found.title:
        yield "title is missing"
    if not found.needs:
        yield "needs is missing: name the headings by which the list is recognised"
    if bool(found.skip) == bool(found.feeds):
        yield "it must either feed tables or say by skip why it is left out"
    if found.individuals not in INDIVIDUALS:
        yield f"individuals must be one of {', '.join(INDIVIDUALS)}"
    for feed in found.feeds:
        contract = CANONICAL.get(feed.table)
        if contract is None:
            near = nearest(feed.table, CANONICAL)
            yield f'there is no table "{feed.table}"' + (f' (nearest: "{near}")' if near else "")
            continue
        unlike = [name for name in feed.takes if name not in contract.by_name]
        yield from (f"{feed.table}.{name}: there is no such column" for name in unlike)
        whole = TableMap(feed.table, {name: Take(()) for name in feed.takes}, None)
        yield from (f"{feed.table}.{column.name} is missing" for column in lacking(whole, contract))
        yield from (
            f"{feed.table}.{name}: people and its list go with a person's key only"
            for name, take in feed.takes.items()
            if "people" in take.extras and not contract.by_name[name].keyed
        )
        yield from (
            f"{feed.table}.{name}: unit must be one of {', '.join(UNITS)}"
            for name, take in feed.takes.items()
            if take.extras.get("unit", "kg") not in UNITS
        )


# ------------------------------------------------------------------------------------------ recognising


@dataclass(frozen=True)
class Recognised:
    """A sheet that is a known list: the mapping it declares, and the declared headings that were found."""

    object: SourceObject
    mapping: Mapping
    found: Names

    @property
    def because(self) -> str:
        """Why, in words."""
        named = ", ".join(self.found[:6]) + (", …" if len(self.found) > 6 else "")
        by_name = "its name and " if self.object.file else ""
        return f"{self.object.source}: {self.object.title}, by {by_name}{len(self.found)} headings ({named})"


def recognise(
    sheet: SheetProfile, *, source: str | None = None, country: str | None = None
) -> Mapping | None:
    """The mapping of the known list that a sheet is, None where it is none."""
    found = recognised(sheet, source=source, country=country)
    return found.mapping if found else None


def recognised(
    sheet: SheetProfile,
    *,
    source: str | None = None,
    country: str | None = None,
    sources: Sequence[Source] | None = None,
) -> Recognised | None:
    """The known list that a sheet is: the one of which most headings are there, ties by name.

    `source` limits the search to one program where it names a known one. `country` settles dates and numbers
    that fit both ways.
    """
    every = discover() if sources is None else sources
    asked = [one for one in every if one.name == source] or every
    there = There.of(sheet)
    fitting = [
        (len(found), one.path, one, found)
        for each in asked
        for one in each.objects
        if (found := there.fits(one)) is not None
    ]
    if not fitting:
        return None
    _, _, best, found = min(fitting, key=lambda each: (-each[0], each[1]))
    mapping = there.mapping(best)
    tables = agreed(mapping.tables, sheet, country.upper() if country else None)
    return Recognised(best, replace(mapping, tables=tables), found)


@dataclass(frozen=True)
class There:
    """The headings of a sheet by their letters and digits, and the words of its name."""

    sheet: SheetProfile
    spelled: dict[str, str]
    named: frozenset[str]

    @classmethod
    def of(cls, sheet: SheetProfile) -> There:
        """What stands in a sheet; of two headings spelled alike the first."""
        spelled: dict[str, str] = {}
        for name in headings(sheet):
            spelled.setdefault(squashed(name), name)
        return cls(sheet, spelled, frozenset(words(f"{Path(sheet.file).stem} {sheet.sheet}")))

    def heading(self, names: Iterable[str]) -> str | None:
        """The sheet's spelling of the first of some headings that it has."""
        return next((self.spelled[form] for name in names if (form := squashed(name)) in self.spelled), None)

    def fits(self, one: SourceObject) -> Names | None:
        """The declared headings that the sheet has, None where it is not that list."""
        if any(self.heading(names) is None for names in one.needs):
            return None
        if (one.one_of and self.heading(one.one_of) is None) or self.heading(one.never) is not None:
            return None
        if one.file and not any(set(words(some)) <= self.named for some in one.file):
            return None
        if one.feeds and not self.tables(one):
            return None
        return tuple(
            dict.fromkeys(found for names in one.asked if (found := self.heading(names)) is not None)
        )

    def mapping(self, one: SourceObject) -> Mapping:
        """The mapping that a list declares, in the sheet's own spelling."""
        tables = self.tables(one)
        read = {name for table in tables for name in table.columns}
        return Mapping(
            one.source,
            one.object,
            fingerprint(headings(self.sheet)),
            tables,
            tuple(name for name in headings(self.sheet) if name not in read),
            confirmed=False,
            individuals=one.individuals,
            skip=bool(one.skip),
            reason=one.skip,
            fill=tuple(filter(None, (self.heading((name,)) for name in one.fill))),
            recognised=one.path,
        )

    def tables(self, one: SourceObject) -> tuple[TableMap, ...]:
        """The tables that the sheet's columns are enough for."""
        found = (self.table(feed) for feed in one.feeds)
        return tuple(table for table in found if table is not None)

    def table(self, feed: Feed) -> TableMap | None:
        """One table; None where a column it cannot do without, or that tells its rows, is not there."""
        conditions = [(self.heading((heading,)), cells) for heading, cells in feed.rows]
        taken = {name: take for name, wanted in feed.takes.items() if (take := self.take(wanted))}
        key = [self.heading(names) for names in feed.key]
        table = TableMap(
            feed.table,
            taken,
            tuple(name for name in key if name) if key and None not in key else None,
            feed.complete,
            self.take(feed.known) if feed.known else None,
            tuple((heading, cells) for heading, cells in conditions if heading),
        )
        whole = len(table.rows) == len(feed.rows) and not lacking(table, CANONICAL[feed.table])
        is_nobody = feed.table == "person" and not any(name in taken for name in IDENTIFYING)
        return table if whole and not is_nobody else None

    def take(self, wanted: Wanted) -> Take | None:
        """One column; None where none of its headings is there, or one that it depends on is not."""
        there = tuple(name for names in wanted.columns if (name := self.heading(names)))
        conditions = [(self.heading((heading,)), cells) for heading, cells in wanted.extras.get("where", ())]
        if (not there and "constant" not in wanted.extras) or any(not heading for heading, _ in conditions):
            return None
        how = wanted.how if len(there) > 1 else HOWS[0]
        extras = wanted.extras | {"where": tuple((name, cells) for name, cells in conditions if name)}
        return Take(there, how, confidence=DECLARED, **extras)
