"""What a file holds: its sheets, whether it is a text, a workbook, or an archive of such."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from burnish.errors import InputError
from burnish.sources.reading.archives import Member, gunzipped, members
from burnish.sources.reading.breaks import melted
from burnish.sources.reading.csv import Sheet, read_text
from burnish.sources.reading.reports import as_list
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sheets import read_workbook
from burnish.sources.reading.sniff import UNPACK, kind_of, tells_columns

TABLES = (".csv", ".tsv", ".tab", ".psv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".txt", ".dat", ".prn", ".asc", ".list", "")


@dataclass
class Contents:
    """The sheets of a file, and name and reason of each member of an archive that holds no table."""

    sheets: list[Sheet] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def contents_of(raw: memoryview, where: str, limits: Limits) -> Contents:
    """Everything in a file. Raises InputError where it cannot be read or holds no table."""
    kind = kind_of(raw, where)
    if kind == "zip":
        return from_archive(raw, where, limits)
    if kind == "gzip":
        raw = gunzipped(raw, where, limits)
        kind = kind_of(raw, where)
        if kind in ("zip", "gzip") or is_tar(raw):
            raise InputError("the archive holds another archive", where, UNPACK)
    return Contents(lists_in(raw, kind, where, limits))


def lists_in(raw: memoryview, kind: str, where: str, limits: Limits) -> list[Sheet]:
    """The sheets of one text or workbook, as plain lists of rows."""
    is_text = kind == "text"
    sheets = [read_text(raw, where, limits)] if is_text else read_workbook(raw, where, limits)
    return [melted(as_list(sheet)) for sheet in sheets]


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
            found.sheets += labelled(member, where, limits)
        else:
            found.left_out.append((member.label, reason))
    if not found.sheets:
        raise InputError("no file in the archive is a table", where, "Add an archive of CSV or XLSX files.")
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
    if kind == "workbook" or member.suffix in TABLES:
        return None
    return None if member.suffix in TEXTS and tells_columns(content) else "it is no table"


def labelled(member: Member, where: str, limits: Limits) -> list[Sheet]:
    """The sheets of one member: "orders.csv", or "orders.xlsx/May"."""
    inside = f"{where}/{member.label}"
    sheets = lists_in(member.content, kind_of(member.content, inside), inside, limits)
    return [
        replace(sheet, name=f"{member.label}/{sheet.name}" if sheet.name else member.label)
        for sheet in sheets
    ]
