"""What the loaded data can and cannot answer, which file would change that, and whether the shop is well."""

from __future__ import annotations

import platform
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from burnish import __version__, detectors
from burnish.errors import ShopError
from burnish.schema.tables import CANONICAL, NAMING
from burnish.shop import Shop
from burnish.sources.reading import network_ban
from burnish.store import loads, snapshots

ANSWERED, PARTLY, NOT_YET = "answered", "partly", "not yet"
LIBRARIES = ("duckdb", "ibis-framework", "polars", "pyarrow", "numpy", "scipy", "cryptography")
LOW_DISK_MB = 2048
MUCH = 0.1  # of a list's rows
MB = 1 << 20


@dataclass(frozen=True)
class Need:
    """One thing a question needs; `file` names the list that would bring it, `gives` what it then answers.

    One of: `table` with any of its `columns` filled, `facts` (a derived table with rows), `signals` (any of
    them speaks of a customer), `terms` (any kind of term recognised).
    """

    file: str
    gives: str = ""
    table: str = ""
    columns: tuple[str, ...] = ()
    facts: str = ""
    signals: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One of the fifteen questions; `later` is what this version does not answer, whatever is loaded."""

    id: str
    asks: str
    needs: tuple[Need, ...]
    later: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """How far a question is answered (`given`), which files would change that, what no file changes yet."""

    id: str
    asks: str
    state: str
    given: tuple[str, ...]
    missing: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """What a shop holds: filled columns per table, derived tables with rows, signals that speak, terms."""

    filled: frozenset[tuple[str, str]]
    facts: frozenset[str]
    signals: frozenset[str]
    terms: frozenset[str]

    def meets(self, need: Need) -> bool:
        """Whether one need is met."""
        if need.table:
            return any((need.table, column) in self.filled for column in need.columns)
        if need.facts:
            return need.facts in self.facts
        return bool(self.signals.intersection(need.signals) or self.terms.intersection(need.terms))


@dataclass(frozen=True)
class Health:
    """How the shop and its machine are. Sizes in MB."""

    shop_mb: int
    free_mb: int
    network_ban: str
    versions: Mapping[str, str]
    snapshot: str | None
    as_of: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Checkup:
    """All that `burnish doctor` says."""

    questions: tuple[Answer, ...]
    health: Health


def checkup(shop: Shop) -> Checkup:
    """Look at everything that is loaded and at the current snapshot; nothing is written."""
    there = loads.all_loads(shop.landing)
    return Checkup(answers(held(shop, there)), health(shop, there))


@cache
def questions() -> tuple[Question, ...]:
    """The fifteen questions with their needs, as `schema/questions.toml` has them."""
    given = tomllib.loads(files("burnish.schema").joinpath("questions.toml").read_text("utf-8"))
    return tuple(
        Question(
            one["id"],
            one["asks"],
            tuple(need(each) for each in one["needs"]),
            tuple(one.get("later", ())),
        )
        for one in given["question"]
    )


def need(given: Mapping[str, Any]) -> Need:
    """One need, its lists as the tuples that frozen data wants."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return Need(**fields)


def answers(what: Held) -> tuple[Answer, ...]:
    """How far each question is answered by what is held."""
    return tuple(answer(question, what) for question in questions())


def answer(question: Question, what: Held) -> Answer:
    """Answered when every need is met and nothing is left for later, partly when something is given."""
    unmet = [each for each in question.needs if not what.meets(each)]
    given = tuple(each.gives for each in question.needs if each.gives and each not in unmet)
    whole = ANSWERED if not unmet and not question.later else PARTLY
    missing = tuple(each.file for each in unmet)
    return Answer(question.id, question.asks, whole if given else NOT_YET, given, missing, question.later)


def held(shop: Shop, there: list[loads.Load]) -> Held:
    """What landing and the current snapshot hold."""
    filled = frozenset(pair for name in CANONICAL for pair in filled_columns(shop.landing, there, name))
    try:
        with snapshots.current(shop.snapshots) as snapshot:
            facts = frozenset(name for name, rows in snapshot.rows.items() if rows)
            return Held(filled, facts, speaking(snapshot), recognised(snapshot))
    except ShopError:
        return Held(filled, frozenset(), frozenset(), frozenset())


def filled_columns(landing: Path, there: list[loads.Load], table: str) -> Iterator[tuple[str, str]]:
    """The columns of one canonical table that hold a value in some landed row."""
    for path in loads.parquet_of(landing, there, table):
        yield from ((table, column) for column in filled_in(path))


def filled_in(path: Path) -> set[str]:
    """The columns of a Parquet file that are not all null, by the file's own counts."""
    meta = pq.read_metadata(path)
    groups = [meta.row_group(number) for number in range(meta.num_row_groups)]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    return {one.path_in_schema for one in columns if not is_null(one)}


def is_null(column: pq.ColumnChunkMetaData) -> bool:
    """Whether the file says that a column holds nothing but nulls."""
    counted = column.statistics
    return counted is not None and counted.has_null_count and counted.null_count == column.num_values


def speaking(snapshot: snapshots.Snapshot) -> frozenset[str]:
    """The signals that speak of at least one customer."""
    signal = pl.DataFrame(snapshot.table("signal"))
    return frozenset(signal.filter(pl.col("abstains").fill_null("") == "")["signal"].unique())


def recognised(snapshot: snapshots.Snapshot) -> frozenset[str]:
    """The kinds of terms recognised in short texts."""
    if not snapshot.rows.get("text_term"):
        return frozenset()
    return frozenset(pl.DataFrame(snapshot.table("text_term"))["kind"].unique())


def health(shop: Shop, there: list[loads.Load]) -> Health:
    """Disk, versions, the parser's network ban, and what an owner should know."""
    free_mb = shutil.disk_usage(shop.folder).free // MB
    ban = network_ban()
    try:
        with snapshots.current(shop.snapshots) as snapshot:
            known: tuple[str | None, str | None] = (snapshot.id, snapshot.as_of)
            of_snapshot = (*unlike(snapshot, there), *failed(snapshot))
    except ShopError:
        known = (None, None)
        of_snapshot = ("nothing was derived yet: run burnish refresh.",)
    of_data = (*much_rejected(there), *keyless(shop.landing, there), *of_snapshot)
    notes = (*missing_key(shop), *machine(free_mb, ban), *of_data, *plugins())
    return Health(-(-used_bytes(shop.folder) // MB), free_mb, ban, versions(), *known, notes)


def used_bytes(folder: Path) -> int:
    """Bytes of a folder's files; those that vanish while it is walked count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def versions() -> dict[str, str]:
    """Burnish, Python and the libraries that numbers depend on."""
    return {
        "burnish": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def much_rejected(there: list[loads.Load]) -> Iterator[str]:
    """Lists of which more than a tenth did not go in."""
    for load, part in loads.parts(there):
        if part.rejected > MUCH * part.rows_in:
            yield (
                f"{part.rejected:,} of {part.rows_in:,} rows of {load.file} ({part.table}) were rejected: "
                f"burnish rejects {load.load_id} says why."
            )


def keyless(landing: Path, there: list[loads.Load]) -> Iterator[str]:
    """Lists of events whose rows have no key of their own: a changed row is a new row."""
    for table in NAMING:
        found = [load for load in there if lacks_key(loads.parquet_of(landing, [load], table))]
        for file in sorted({load.file for load in found}):
            yield (
                f"rows of {file} ({table}) have no key: a row changed in a later export counts as a new one. "
                "Name what differs in every row as key in its mapping."
            )


def lacks_key(paths: list[Path]) -> bool:
    """Whether no row of these files has a native key."""
    return bool(paths) and all("native_id" not in filled_in(path) for path in paths)


def missing_key(shop: Shop) -> Iterator[str]:
    """The shop key is what people's names are read with."""
    try:
        _ = shop.vault
    except ShopError as problem:
        yield str(problem)


def machine(free_mb: int, ban: str) -> Iterator[str]:
    """Too little disk, or a parser that could reach the network."""
    if free_mb < LOW_DISK_MB:
        yield f"only {free_mb:,} MB of disk are free: make room before the next refresh."
    if ban == "none":
        yield "the parser of files cannot be kept off the network here: run Burnish on Linux."


def unlike(snapshot: snapshots.Snapshot, there: list[loads.Load]) -> Iterator[str]:
    """Files that were added or removed since the snapshot was derived."""
    landing: list[list[str]] = snapshot.manifest["landing"]  # type: ignore[assignment]
    derived, now = {part[0] for part in landing}, {load.load_id for load in there if load.parts}
    for said, which in (("added", now - derived), ("removed", derived - now)):
        if which:
            yield f"{', '.join(sorted(which))} {said} since the last refresh: run burnish refresh."


def failed(snapshot: snapshots.Snapshot) -> Iterator[str]:
    """Detectors of others that were left out when the snapshot was derived."""
    left_out: list[list[str]] = snapshot.manifest.get("not_loaded", [])  # type: ignore[assignment]
    yield from (f"plug-in {name} was left out of the last refresh: {why}" for name, why in left_out)


def plugins() -> Iterator[str]:
    """Detectors of others that could not be loaded."""
    for one in detectors.discover().not_loaded:
        yield f"the plug-in {one.name} is not loaded: {one.why}"
