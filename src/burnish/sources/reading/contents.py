"""What a file holds: its sheets, be it text, JSON, a feed, a workbook, a database, or an archive of such."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from burnish.errors import InputError
from burnish.sources.reading.archives import Member, gunzipped, members
from burnish.sources.reading.breaks import melted
from burnish.sources.reading.csv import Sheet, read_text
from burnish.sources.reading.databases import read_duckdb, read_sqlite
from burnish.sources.reading.documents import read_document
from burnish.sources.reading.feeds import read_feed
from burnish.sources.reading.notes import is_notes, read_notes
from burnish.sources.reading.reports import as_list
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sheets import read_workbook
from burnish.sources.reading.sniff import UNPACK, kind_of, tells_columns

TABLES = (".csv", ".tsv", ".tab", ".psv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".txt", ".dat", ".prn", ".asc", ".list", ".md", "")
NO_ENTRIES = "the feed has no entries"
NO_RECORDS = "the JSON holds no list of records"


@dataclass
class Contents:
    """The sheets of a file, and name and reason of each part of it that is no table."""

    sheets: list[Sheet] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def contents_of(raw: memoryview, where: str, limits: Limits, path: str = "") -> Contents:
    """Everything in a file. Raises InputError where it cannot be read or holds no table.

    `path` opens the same bytes; only DuckDB needs it.
    """
    kind = kind_of(raw, where)
    if kind == "zip":
        return from_archive(raw, where, limits)
    if kind == "gzip":
        raw = gunzipped(raw, where, limits)
        kind = kind_of(raw, where)
        if kind in ("zip", "gzip") or is_tar(raw):
            raise InputError("the archive holds another archive", where, UNPACK)
        path = ""
    return lists_in(raw, kind, where, limits, path=path)


def lists_in(
    raw: memoryview, kind: str, where: str, limits: Limits, *, path: str = "", packed: bool = False
) -> Contents:
    """The sheets of one file, as plain lists of rows. In an archive a lone JSON object is no list."""
    if kind in ("sqlite", "duckdb"):
        if kind == "duckdb" and not path:
            raise InputError("a DuckDB database cannot be read while it is packed", where, UNPACK)
        found = read_sqlite(raw, where, limits) if kind == "sqlite" else read_duckdb(path, where, limits)
        return Contents([melted(sheet) for sheet in found[0]], found[1])
    if kind == "json":
        sheets = read_document(raw, where, limits, lone=not packed)
        return Contents([melted(sheet) for sheet in sheets], [] if sheets else [("", NO_RECORDS)])
    if kind == "feed":
        entries = read_feed(raw, where, limits)
        return Contents(entries, [] if entries else [("", NO_ENTRIES)])
    if kind == "text" and is_notes(raw, where):
        return Contents(read_notes(raw, where, limits))
    sheets = [read_text(raw, where, limits)] if kind == "text" else read_workbook(raw, where, limits)
    return Contents([melted(as_list(sheet)) for sheet in sheets])


def is_tar(raw: memoryview) -> bool:
    """Whether this is a tape archive."""
    return bytes(raw[257:262]) == b"ustar"


def from_archive(raw: memoryview, where: str, limits: Limits) -> Contents:
    """The tables among the members of a zip archive, each sheet named after its member.

    Raises InputError for an archive in the archive, for a table that cannot be read, and where there is none.
    """
    found = Contents()
    for member in members(raw, where, limits):
        reason = why_no_table(member, where)
        if reason is None:
            inside = labelled(member, where, limits)
            found.sheets += inside.sheets
            found.left_out += inside.left_out
        else:
            found.left_out.append((member.label, reason))
    if not found.sheets:
        raise InputError("no file in the archive is a table", where, "Add an archive of tables.")
    return found


def why_no_table(member: Member, where: str) -> str | None:
    """Why a member is left out; None for a table, whatever it is called."""
    content, inside = member.content, f"{where}/{member.label}"
    if len(content) == 0:
        return "it is empty"
    try:
        kind = kind_of(content, inside)
    except InputError as problem:
        if member.suffix in TABLES:
            raise
        return problem.problem
    if kind in ("zip", "gzip") or is_tar(content):
        raise InputError("the archive holds another archive", inside, UNPACK)
    if kind == "duckdb":
        return "a DuckDB database must be unpacked first"
    if kind != "text" or member.suffix in TABLES or is_notes(content, inside):
        return None
    return None if member.suffix in TEXTS and tells_columns(content) else "it is no table"


def labelled(member: Member, where: str, limits: Limits) -> Contents:
    """What one member holds: "orders.csv", or "orders.xlsx/May"."""
    inside = f"{where}/{member.label}"
    found = lists_in(member.content, kind_of(member.content, inside), inside, limits, packed=True)
    front = member.label

    def named(name: str) -> str:
        return f"{front}/{name}" if name else front

    sheets = [replace(sheet, name=named(sheet.name)) for sheet in found.sheets]
    return Contents(sheets, [(named(name), reason) for name, reason in found.left_out])
