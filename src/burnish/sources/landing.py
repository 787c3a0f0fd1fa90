"""Landing a file: guard and vault before the first durable write, then sorted Parquet.

Rows in = loaded + rejected, per sheet and table. People's names, addresses and keys go to the vault;
what lies in landing holds opaque ids. A load becomes visible in one step, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial, reduce
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import VerifyError
from burnish.privacy import guard
from burnish.schema.contracts import Contract
from burnish.schema.tables import CANONICAL, HEAD, landed
from burnish.sources.cells import PLAIN, Note, Typed, meant, missing, says_something, typed
from burnish.sources.mapping import Mapping, TableMap
from burnish.sources.people import People, folded
from burnish.sources.reading import Reading, SheetProfile
from burnish.sources.remasking import INDIVIDUALS
from burnish.sources.values import DOLLAR
from burnish.store import durable, loads

DOOR = "file"
DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "MXN", "HKD", "SGD", "TWD"))
OTHER_KIND = "a kind of row that is not read"
Progress = Callable[[str, int], None]


@dataclass
class Tally:
    """Counts of one part while its batches pass."""

    rows_in: int = 0
    loaded: int = 0
    rejected: int = 0
    noted: int = 0
    silent: int = 0
    sheet_rows: int = 0
    sheet_loaded: int = 0
    first_on: date | None = None
    last_on: date | None = None
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, rows: pa.Table, contract: Contract) -> None:
        """Count loaded rows: their number, days and sums of money."""
        self.loaded += rows.num_rows
        for column in contract.columns:
            if column.family == "money" and column.name in rows.column_names:
                self.totals[column.name] += pc.sum(rows.column(column.name)).as_py() or 0
        if "occurred_on" in rows.column_names and rows.num_rows:
            days = pc.min_max(rows.column("occurred_on")).as_py()
            self.first_on = min(filter(None, (self.first_on, days["min"])), default=None)
            self.last_on = max(filter(None, (self.last_on, days["max"])), default=None)


@dataclass
class Landing:
    """One load in the making: where it is built and what was counted on the way.

    A rehearsal has no `people`: nothing of it is kept.
    """

    folder: Path
    load_id: str
    file: str
    source: str
    currency: str
    people: People | None
    zone: str = "UTC"
    dropped: int = 0
    guarded: Counter[str] = field(default_factory=Counter)
    parts: list[loads.Part] = field(default_factory=list)
    problems: list[pa.Table] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)


def land(
    landing: Path,
    reading: Reading,
    mapped: Sequence[tuple[SheetProfile, Mapping]],
    people: People,
    *,
    content: str,
    mapping_digest: str,
    source: str,
    loaded_on: date,
    currency: str,
    unchanged: Callable[[], None],
    progress: Progress,
    zone: str = "UTC",
) -> loads.Load:
    """Write one file's rows into landing and return the manifest. Times without a zone are of `zone`.

    Personal data is committed to the vault before the load's folder is renamed into place, so a
    crash leaves at most unreferenced people in the vault, which the next writer discards. `unchanged`
    raises when the user's file is no longer the one that was read. Raises VerifyError when a row is lost.
    """
    load_id = loads.next_id(landing)
    folder = durable.begin_folder(landing, load_id)
    making = Landing(folder, load_id, mapped[0][0].file, source, currency, people, zone)
    for sheet, mapping in mapped:
        land_sheet(making, reading, sheet, mapping, progress)
    unchanged()
    refuse_loss(making)
    people.keep(load_id)
    write_rejects(making)
    load = manifest(making, people, content, mapping_digest, loaded_on)
    loads.write_manifest(folder, load)
    durable.publish_folder(folder, landing / load_id)
    return load


def manifest(
    making: Landing, people: People, content: str, mapping_digest: str, loaded_on: date
) -> loads.Load:
    """What the finished load says of itself."""
    return loads.Load(
        load_id=making.load_id,
        file=making.file,
        content=content,
        mapping=mapping_digest,
        source=making.source,
        loaded_on=loaded_on.isoformat(),
        parts=tuple(making.parts),
        dropped=making.dropped,
        guarded=dict(sorted(making.guarded.items())),
        masked=people.masked,
        names_version=people.names_version,
        files={path.name: loads.digest(path) for path in sorted(making.folder.glob("*.parquet"))},
    )


def land_sheet(
    making: Landing,
    reading: Reading,
    sheet: SheetProfile,
    mapping: Mapping,
    progress: Progress,
) -> None:
    """Land one sheet: every batch feeds every table of its mapping."""
    headers = [column.name for column in sheet.columns]
    refused = guard.refused_names(DOOR, headers)
    making.guarded.update(dict.fromkeys(refused.values(), sheet.rows))
    tables = [without(table_map, set(refused)) for table_map in mapping.tables]
    columns = sorted({name for table_map in tables for name in table_map.columns})
    making.dropped += len(set(headers) - set(columns))
    done = 0
    with ExitStack() as open_files:
        feeds = [Feed(making, sheet, mapping, one, primary=not n) for n, one in enumerate(tables)]
        for feed in feeds:
            open_files.enter_context(closing(feed))
        for batch in batches(reading, sheet, mapping, columns):
            take(feeds, batch)
            done += len(batch)
            progress(f"landing {sheet.file}", done)
    making.parts += [feed.account() for feed in feeds]


def batches(
    reading: Reading, sheet: SheetProfile, mapping: Mapping, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """The rows of a sheet, blank cells filled from above where its mapping says so."""
    return reading.batches(sheet.sheet, columns, mapping.fill)


def take(feeds: Sequence[Feed], batch: pa.RecordBatch) -> None:
    """Let every table take its kinds of rows from a batch; what none takes the first one rejects.

    Only tables of the first one's kind count there: the company that each row names does not make it read.
    """
    first = feeds[0]
    typed_rows = [feed.typed(batch) for feed in feeds]
    alike = [n for n, feed in enumerate(feeds) if feed.contract.kind == first.contract.kind]
    unread = pc.invert(any_of([typed_rows[n][1] for n in alike]))
    kept = [
        feed.take(rows, speaks, unread if feed is first else None)
        for feed, (rows, speaks) in zip(feeds, typed_rows, strict=True)
    ]
    first.tally.sheet_rows += len(batch)
    first.tally.sheet_loaded += pc.sum(any_of([kept[n] for n in alike])).as_py() or 0


def any_of(masks: Sequence[pa.Array]) -> pa.Array:
    """Where at least one mask is true."""
    return reduce(pc.or_, masks)


def rehearse(
    reading: Reading,
    mapped: Sequence[tuple[SheetProfile, Mapping]],
    *,
    source: str,
    currency: str,
    zone: str = "UTC",
) -> tuple[tuple[loads.Part, ...], pa.Table]:
    """What landing would count, and the rows it would reject or cells it would note; nothing is written.

    Only typing, guard and required columns are tried. Returns the parts and the table of rejects.
    """
    file = mapped[0][0].file if mapped else ""
    making = Landing(Path(), "", file, source, currency, None, zone)
    for sheet, mapping in mapped:
        land_sheet(making, reading, sheet, mapping, lambda step, rows: None)
    return tuple(making.parts), problems_of(making)


def refuse_loss(making: Landing) -> None:
    """Raise VerifyError when rows in are not rows loaded and rejected; nothing is published then."""
    wrong = [f"{part.table} ({part})" for part in making.parts if part.difference or part.lost]
    if wrong:
        raise VerifyError(
            f"rows are unaccounted for: {'; '.join(wrong)}",
            making.file,
            "Nothing was loaded. Report it with the headings of the file.",
        )


def without(table_map: TableMap, refused: set[str]) -> TableMap:
    """The mapping of a table with refused columns left out."""
    takes = {name: take for name, take in table_map.takes.items() if not refused & set(take.read)}
    key = None if refused & set(table_map.key or ()) else table_map.key
    stamp = table_map.known
    known = None if stamp is None or refused & set(stamp.columns) else stamp
    return replace(table_map, takes=takes, key=key, known=known)


class Feed:
    """The way of one sheet's rows into one table; holds the open Parquet file and the tally."""

    def __init__(
        self, making: Landing, sheet: SheetProfile, mapping: Mapping, table_map: TableMap, *, primary: bool
    ) -> None:
        self.making, self.sheet, self.mapping, self.table_map = making, sheet, mapping, table_map
        self.primary = primary
        self.contract = CANONICAL[table_map.table]
        self.schema = landed(self.contract).schema.with_metadata({INDIVIDUALS: mapping.individuals})
        self.tally = Tally()
        self.path = making.folder / f"{table_map.table}.{next(making.numbers)}.parquet"
        self.writer: loads.Writer | None = None
        self.seen: set[str] = set()
        if primary:
            self.reject_broken()

    def typed(self, batch: pa.RecordBatch) -> tuple[Typed, pa.Array]:
        """A batch in this table's columns, and which of its rows speak of this table."""
        rows = typed(batch, self.table_map, self.contract, self.making.zone)
        outright = self.primary or bool(self.table_map.rows)
        speaks = says_something(rows, self.contract, primary=outright)
        return rows, pc.and_(speaks, meant(batch, self.table_map))

    def take(self, rows: Typed, speaks: pa.Array, unread: pa.Array | None) -> pa.Array:
        """Guard, pseudonymise and write one batch; `unread` rows, which no table takes, are rejected here.

        Returns which rows were loaded.
        """
        rows, refused, cut = self.guarded(rows, speaks)
        self.note(rows.notes, rows.line, speaks)
        refused = self.incomplete(rows, speaks, refused)
        keep = pc.and_(speaks, pc.invert(refused))
        self.write(rows.where(keep), cut.filter(keep))
        if unread is not None:
            self.reject(rows.line, unread, self.told_by, pa.repeat(OTHER_KIND, len(unread)))
            speaks = pc.or_(speaks, unread)
        spoken = pc.sum(speaks).as_py() or 0
        self.tally.rows_in += spoken
        self.tally.silent += len(speaks) - spoken
        return keep

    @property
    def told_by(self) -> str:
        """The headings that tell kinds of rows apart."""
        return ", ".join(heading for heading, _ in self.table_map.rows)

    def guarded(self, rows: Typed, speaks: pa.Array) -> tuple[Typed, pa.Array, pa.Array]:
        """Strip or quarantine what the guard finds, in the rows' own keys too.

        Returns the rows, which of them are rejected (each once, with its first rule), and which had
        something cut out of their own key.
        """
        strings = {name: cells for name, cells in rows.columns.items() if pa.types.is_string(cells.type)}
        columns, refused = dict(rows.columns), pa.repeat(False, len(rows.line))
        for name, cells in (strings | {"native_id": rows.native}).items():
            screened = guard.screen(DOOR, landed(self.contract).by_name[name], cells)
            columns[name] = screened.values
            self.making.guarded.update(screened.stripped if name in strings or self.key_is_apart else {})
            new = pc.and_(pc.and_(speaks, screened.quarantined), pc.invert(refused))
            self.reject(rows.line, new, ", ".join(self.headers(name)), screened.rules)
            refused = pc.or_(refused, new)
        native = columns.pop("native_id")
        return replace(rows, columns=columns), refused, differs(native, rows.native)

    @property
    def key_is_apart(self) -> bool:
        """Whether the key is made of a column that the table does not take otherwise."""
        return bool(set(self.table_map.key or ()) - set(replace(self.table_map, key=None).columns))

    def incomplete(self, rows: Typed, speaks: pa.Array, refused: pa.Array) -> pa.Array:
        """Reject rows that do not say what identifies them."""
        for name, empty in missing(rows, self.contract):
            new = pc.and_(pc.and_(speaks, empty), pc.invert(refused))
            reasons = pa.repeat(f"the row names no {PLAIN.get(name, name)}", len(new))
            self.reject(rows.line, new, ", ".join(self.headers(name)), reasons)
            refused = pc.or_(refused, new)
        return refused

    def headers(self, name: str) -> Sequence[str]:
        """The file's headers behind a canonical column."""
        if name == "native_id":
            return self.table_map.key or ()
        take = self.table_map.takes.get(name)
        return take.columns if take else (name,)

    def write(self, rows: Typed, cut: pa.Array) -> None:
        """Replace people by ids, add provenance, sort, write one row group; a rehearsal only counts."""
        people = self.making.people
        if people is not None:
            rows = people.pseudonymous(
                rows,
                self.contract,
                self.mapping.object,
                individuals=self.mapping.individuals,
                cut=cut,
                lists={name: take.people for name, take in self.table_map.takes.items() if take.people},
            )
        if not self.primary and self.contract.kind == "party":
            rows = self.first_named(rows)
        if len(rows.line) and people is not None:
            self.writer = self.writer or loads.Writer(self.path, self.schema)
            self.writer.write(partial(self.finished, rows))
        self.tally.add(pa.table(rows.columns | {"line": rows.line}), self.contract)

    def first_named(self, rows: Typed) -> Typed:
        """A party named alike on many lines is one row: its first line. The rest are silent."""
        spelt = [written_alike(cells) for cells in (rows.native, *map(compared, rows.columns.values()))]
        alike = pa.table({"mark": pc.binary_join_element_wise(*spelt, "\x1f"), "at": range(len(rows.line))})
        first = alike.group_by("mark", use_threads=False).aggregate([("at", "min")]).to_pydict()
        new = {
            mark: at for mark, at in zip(first["mark"], first["at_min"], strict=True) if mark not in self.seen
        }
        self.seen |= new.keys()
        repeated = len(rows.line) - len(new)
        self.tally.rows_in -= repeated
        self.tally.silent += repeated
        return rows.where(
            pc.is_in(alike["at"].combine_chunks(), value_set=pa.array(new.values(), pa.int64()))
        )

    def finished(self, rows: Typed) -> pa.Table:
        """The canonical columns with provenance, in the contract's order, sorted by day and line."""
        size = len(rows.line)
        said = rows.columns | {"native_id": rows.native, "line": rows.line.cast(pa.int64())}
        said["known_on"] = rows.known_on if rows.known_on is not None else pa.nulls(size, pa.date32())
        said["known_imputed"] = said["known_on"].is_null()
        if "currency" in self.contract.by_name:
            said["currency"] = self.currencies(rows)
        ordered = loads.in_order(said, [name for name in ("occurred_on", "line") if name in said])
        same = self.same_in_every_row()
        arrays = [
            ordered[item.name].cast(item.type)
            if item.name in said
            else pa.repeat(pa.scalar(same.get(item.name), item.type), size)
            for item in self.schema
        ]
        return pa.table(arrays, schema=self.schema)

    def same_in_every_row(self) -> dict[str, str]:
        """Where the rows come from."""
        return {
            "source": self.making.source,
            "object": self.mapping.object,
            "load_id": self.making.load_id,
            "file": self.making.file,
            "sheet": self.sheet.sheet,
        }

    def currencies(self, rows: Typed) -> pa.Array:
        """Each row's currency: its own, else its head's (empty here), else the shop's."""
        shops = pa.repeat(self.making.currency, len(rows.line))
        if "header_ref" in rows.columns and self.contract.name != HEAD:
            shops = pc.if_else(rows.columns["header_ref"].is_valid(), None, shops)
        own = rows.columns.get("currency")
        if own is None:
            return shops
        dollars = None if self.making.currency in DOLLARS else "USD"
        own = pc.if_else(pc.equal(own, DOLLAR), pa.scalar(dollars, pa.string()), own)
        return pc.coalesce(pc.utf8_upper(own), shops)

    def note(self, notes: Sequence[Note], line: pa.Array, speaks: pa.Array) -> None:
        """Keep each cell that said no date or number, for rows that speak of this table."""
        for note in notes:
            speaking = speaks.take(note.rows)
            rows = note.rows.filter(speaking)
            self.keep(line.take(rows), note.column, note.reasons.filter(speaking), "noted")
            self.tally.noted += len(rows)

    def reject(self, line: pa.Array, flags: pa.Array, column: str, reasons: pa.Array) -> None:
        """Keep the reason of each rejected row."""
        size = pc.sum(flags).as_py() or 0
        if size:
            self.keep(line.filter(flags), column, reasons.filter(flags), "rejected")
            self.tally.rejected += size

    def reject_broken(self) -> None:
        """Rows that could not be split into cells are rows in, rejected."""
        broken = self.sheet.broken
        if broken:
            lines, reasons = zip(*broken, strict=True)
            self.keep(pa.array(lines, pa.int64()), "", pa.array(reasons, pa.string()), "rejected")
            self.tally.sheet_rows += len(broken)
            self.tally.rows_in += len(broken)
            self.tally.rejected += len(broken)

    def keep(self, line: pa.Array, column: str, reasons: pa.Array, verdict: str) -> None:
        """Add rows to the load's rejects table."""
        size = len(line)
        fixed = (self.contract.name, self.making.file, self.sheet.sheet)
        table, file, sheet = (pa.repeat(text, size) for text in fixed)
        said = pa.repeat(verdict, size).cast(loads.REJECTS_SCHEMA.field("verdict").type)
        arrays = [table, file, sheet, line.cast(pa.int64()), pa.repeat(column, size), reasons, said]
        self.making.problems.append(pa.table(arrays, schema=loads.REJECTS_SCHEMA))

    def close(self) -> None:
        """Finish the file."""
        if self.writer is not None:
            self.writer.close()

    def account(self) -> loads.Part:
        """What went in, and what became of it."""
        tally = self.tally
        return loads.Part(
            table=self.contract.name,
            object=self.mapping.object,
            sheet=self.sheet.sheet,
            rows_in=tally.rows_in,
            loaded=tally.loaded,
            rejected=tally.rejected,
            noted=tally.noted,
            silent=tally.silent,
            sheet_rows=tally.sheet_rows,
            sheet_loaded=tally.sheet_loaded,
            complete=self.table_map.complete,
            first_on=tally.first_on.isoformat() if tally.first_on else None,
            last_on=tally.last_on.isoformat() if tally.last_on else None,
            totals={name: str(total) for name, total in sorted(tally.totals.items())},
        )


def differs(left: pa.Array, right: pa.Array) -> pa.Array:
    """Where a text was changed or taken away."""
    return pc.and_(right.is_valid(), pc.fill_null(pc.not_equal(left, right), True))


def compared(cells: pa.Array) -> pa.Array:
    """Cells as text; case and outer blanks of what was text do not matter."""
    return folded(cells) if pa.types.is_string(cells.type) else cells.cast(pa.string())


def written_alike(cells: pa.Array) -> pa.Array:
    """Text in which nothing differs from blank."""
    return pc.fill_null(cells, "\x00")


def write_rejects(making: Landing) -> None:
    """Keep the rows rejected and cells noted."""
    loads.write_parquet(problems_of(making), making.folder / loads.REJECTS)


def problems_of(making: Landing) -> pa.Table:
    """Rows rejected and cells noted, sorted by sheet, line, table and column."""
    table = pa.concat_tables(making.problems or [loads.REJECTS_SCHEMA.empty_table()])
    order = [(name, "ascending") for name in ("sheet", "line", "table", "column", "reason")]
    return table.sort_by(order)
