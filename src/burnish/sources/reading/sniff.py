"""What a file is, decided on its bytes: kind of content, encoding, line end, delimiter, header.

Kind, encoding and line end are decided on all bytes; delimiter and header on the first records.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa

from burnish.errors import InputError
from burnish.sources.reading.headless import refuse_values

BLOCK, COUNTED = 1 << 24, 1 << 18
SAMPLE = 1 << 20
SAMPLE_RECORDS, HEAD = 2000, 300
BAD_ZIP = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error)
DELIMITERS = (",", ";", "\t", "|")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAVE_AS = "Save it as CSV or XLSX and add that file."
UNPACK = "Unpack it and add what is inside."
EXPORT = "Export the list as CSV or XLSX instead."
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (
    (b"%PDF-", "a PDF document", "Export the list as CSV or XLSX instead of printing it."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"PAR1", "a Parquet file", SAVE_AS),
    (b"\x89PNG", "a picture", SAVE_AS),
    (b"\xff\xd8\xff", "a picture", SAVE_AS),
    (b"{\\rtf", "a text document (RTF)", SAVE_AS),
)
MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body", b"<style", b"<meta")
JSON = re.compile(
    rb"""(?:\{\s*["}]|\[\s*(?:[\[{\]]|(?:"[^"\\]*"|-?\d[\d.eE+-]*|true|false|null|nan|-?infinity)\s*[,\]]))"""
)
SQLITE = b"SQLite format 3\0"
DATABASES = frozenset((".db", ".db3", ".sqlite", ".sqlite3", ".duckdb", ".ddb"))
FEED = re.compile(rb"<(?:[\w.-]+:)?(?:rss|rdf|feed)[\s>/]")
IN_ZIP = (
    ("xl/workbook.xml", "workbook"),
    ("xl/workbook.bin", "workbook"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Census:
    """Counts over all bytes of a UTF-8 text."""

    line_ends: int
    line_end: str
    quotes: int
    nul: int

    def below(self, above: Census) -> Census:
        """What is left of the text without the lines above."""
        ends, quotes = self.line_ends - above.line_ends, self.quotes - above.quotes
        return Census(ends, self.line_end, quotes, self.nul - above.nul)


@dataclass(frozen=True)
class Layout:
    """How a text splits: delimiter, header cells, the header's line, and where (in bytes) the rows begin.

    `titles` are line and text of what stands above the header.
    """

    delimiter: str
    header: tuple[str, ...]
    header_line: int
    rows_line: int
    rows_at: int
    titles: tuple[tuple[int, str], ...] = ()


class Window(io.RawIOBase):
    """Bytes in memory as a file, without a copy."""

    def __init__(self, raw: memoryview) -> None:
        self.raw, self.at = raw, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It has places."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, never before the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: len(self.raw)}[whence]
        self.at = max(0, start + offset)
        return self.at

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes, all that is left without a size."""
        end = len(self.raw) if size is None or size < 0 else self.at + size
        found = bytes(self.raw[self.at : end])
        self.at += len(found)
        return found


def kind_of(raw: memoryview, where: str) -> str:
    """ "text", "json", "feed", "workbook", "sqlite", "duckdb", "gzip" or "zip", by content and not by name.

    Raises InputError for all else.
    """
    head = bytes(raw[:4096])
    if not head:
        raise InputError("the file is empty", where, "Export it again; it should hold at least a header.")
    for magic, called, fix in FOREIGN:
        if head.startswith(magic):
            raise InputError(f"this is {called}, whatever its name says", where, fix)
    if head.startswith(COMPOUND):
        refuse_documents(bytes(raw), where)
        return "workbook"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return kind_of_zip(raw, where)
    if head.startswith(SQLITE):
        return "sqlite"
    if head[8:12] == b"DUCK":
        return "duckdb"
    is_text = b"\0" not in head and is_utf8(memoryview(head[:1024].rpartition(b"\n")[0]))
    if PurePosixPath(where).suffix.lower() in DATABASES and not is_text:
        raise InputError("this is no SQLite or DuckDB database, or an encrypted one", where, EXPORT)
    return kind_of_text(head, where)


def refuse_documents(raw: bytes, where: str) -> None:
    """Old Office files look alike outside; the names of their streams tell them apart."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise InputError("the workbook is locked by a password", where, "Save it without a password.")
    if not any(name.encode("utf-16-le") in raw for name in ("Workbook", "Book")):
        raise InputError("this is an old Office file, but no workbook (XLS)", where, SAVE_AS)


def kind_of_text(head: bytes, where: str) -> str:
    """ "text", "json" or "feed". Raises InputError for web pages and other XML, whatever they are called."""
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip().lower()
    if FEED.match(root_of(text)):
        return "feed"
    if text.startswith(MARKUP):
        fix = "Open it in a spreadsheet program and save it as XLSX."
        raise InputError("this is a web page or XML, whatever its name says", where, fix)
    return "json" if JSON.match(text) else "text"


def root_of(text: bytes) -> bytes:
    """The text from its first element on: declarations, comments and a document type stand before it."""
    ends = {b"<?": b"?>", b"<!--": b"-->", b"<!doctype": b">"}
    while end := next((ends[mark] for mark in ends if text.startswith(mark)), b""):
        own, close = text.find(b"["), text.find(end)
        if end == b">" and -1 < own < close:
            end = b"]>" if b"]>" in text else b"] >"
        text = text.partition(end)[2].lstrip()
    return text


def kind_of_zip(raw: memoryview, where: str) -> str:
    """Whether a zip archive is a workbook (XLSX, XLSB, ODS), another document, or an archive of files."""
    try:
        with zipfile.ZipFile(Window(raw)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:200] if "content.xml" in names and "mimetype" in names else b""
    except (*BAD_ZIP, RuntimeError):
        raise InputError(
            "the workbook is damaged or cut short", where, "Save or download it again."
        ) from None
    if kind.startswith(ODS):
        return "workbook"
    found = next((called for name, called in IN_ZIP if name in names), None)
    found = found or ("an OpenDocument file" if "content.xml" in names else "zip")
    if found not in ("workbook", "zip"):
        raise InputError(f"this is {found}, not a workbook (XLSX)", where, SAVE_AS)
    return found


def encoding_of(raw: memoryview) -> tuple[str, int]:
    """Encoding and length of the byte order mark. All bytes are looked at.

    Without a mark: UTF-16 where every other byte of the head is zero, valid UTF-8, else Windows-1252, and
    Latin-1 where Windows-1252 has no such character.
    """
    head = bytes(raw[:4096])
    for mark, name in BOMS:
        if head.startswith(mark) and (name != "utf-8" or is_utf8(raw[len(mark) :])):
            return name, len(mark)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and max(even, odd) > 0.4 * len(head) / 2 and min(even, odd) < 0.1 * len(head) / 2:
        return ("utf-16-le" if odd > even else "utf-16-be"), 0
    if is_utf8(raw):
        return "utf-8", 0
    undefined = any(
        block.count(bytes([code])) for block in blocks(raw) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    )
    return ("latin-1" if undefined else "cp1252"), 0


def is_utf8(raw: memoryview) -> bool:
    """Whether all bytes are valid UTF-8, without a copy."""
    if all(block.isascii() for block in blocks(raw)):
        return True
    offsets = pa.array([0, len(raw)], pa.int64()).buffers()[1]
    whole = pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(raw)])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def as_utf8(raw: memoryview, encoding: str, where: str) -> pa.Buffer:
    """The text as UTF-8; a view of the same bytes where it is UTF-8 already."""
    if encoding == "utf-8":
        return pa.py_buffer(raw)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    sink = pa.BufferOutputStream()
    try:
        for block in blocks(raw):
            sink.write(decoder.decode(block).encode())
        sink.write(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        raise InputError(
            f"the file looks like {encoding} but is not", where, "Export it again as UTF-8."
        ) from None
    return sink.getvalue()


def blocks(raw: memoryview) -> Iterator[bytes]:
    """The bytes, 16 MiB at a time."""
    for start in range(0, len(raw), BLOCK):
        yield bytes(raw[start : start + BLOCK])


def census(text: memoryview) -> Census:
    """Count line ends (\\r\\n as one), quotes and NUL bytes."""
    codes = np.frombuffer(text, np.uint8)
    lf = cr = crlf = quotes = nul = 0
    for start in range(0, len(codes), COUNTED):
        part = codes[start : start + COUNTED]
        ends, returns = part == 10, part == 13
        lf += count_of(ends)
        quotes += count_of(part == 34)
        nul += part.size - count_of(part)
        if returns.any():
            cr += count_of(returns)
            after = codes[start + 1 : start + COUNTED + 1] == 10
            crlf += count_of(returns[: after.size] & after)
    end = "\r" if cr and not lf else "\r\n" if crlf * 2 > lf else "\n"
    return Census(lf + cr - crlf, end, quotes, nul)


def count_of(which: np.ndarray[Any, Any]) -> int:
    """Entries that are not zero."""
    return int(np.count_nonzero(which))


def layout_of(text: memoryview, where: str, *, max_columns: int) -> Layout:
    """Find delimiter and header from the first records. Raises InputError where there is no header."""
    sample = bytes(text[:SAMPLE]).decode("utf-8", "ignore")
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", sample)
    if len(text) > SAMPLE and len(lines) > 1:
        lines = lines[:-1]
    if not any(line.strip() for line in lines):
        raise InputError(
            "the file holds no text", where, "Export it again; it should hold at least a header."
        )
    candidates = {mark: records(lines, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: fit(candidates[mark]))
    found = candidates[delimiter]
    width = usual_width(found)
    at = header_at(found, width, where)
    cells, last_line = found[at]
    first_line = 1 + (found[at - 1][1] if at else 0)
    refuse_values(cells, [below for below, _ in found[at + 1 :]], f"{where}, line {first_line}")
    header = fitted_header(cells, width)
    if len(header) > max_columns:
        raise InputError(
            f"the header has {len(header):,} columns, more than {max_columns:,}",
            where,
            "Export fewer columns.",
        )
    rows_at = len("".join(lines[:last_line]).encode())
    starts = [1, *(line + 1 for _, line in found[:at])]
    titles = titles_of([(above, start) for (above, _), start in zip(found[:at], starts, strict=False)])
    return Layout(delimiter, header, first_line, last_line + 1, rows_at, titles)


def titles_of(above: Sequence[tuple[Sequence[str], int]]) -> tuple[tuple[int, str], ...]:
    """Line and text of each record above the header that holds something."""
    said = [(line, ", ".join(cell.strip() for cell in cells if cell.strip())) for cells, line in above]
    return tuple((line, text) for line, text in said if text)


def tells_columns(raw: memoryview) -> bool:
    """Whether a text of no telling name is a table: two columns at least, in nine of ten of its records."""
    try:
        encoding, mark = encoding_of(raw)
        text = as_utf8(raw[mark : mark + SAMPLE], encoding, "")
        sample = bytes(text).decode("utf-8", "ignore")
    except InputError:
        return False
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", sample)
    found = max((records(lines, mark) for mark in DELIMITERS), key=fit)
    widths = [len(cells) for cells, _ in found if any(cell.strip() for cell in cells)]
    width = usual_width(found)
    return width > 1 and len(widths) > 1 and widths.count(width) >= 0.9 * len(widths)


def records(lines: list[str], delimiter: str) -> list[tuple[list[str], int]]:
    """The first records, each with the number of its last physical line."""
    csv.field_size_limit(SAMPLE * 8)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
    found = []
    try:
        for cells in reader:
            found.append((cells, reader.line_num))
            if len(found) == SAMPLE_RECORDS:
                break
    except csv.Error:
        pass  # what was split so far is the sample
    return found


def fit(found: list[tuple[list[str], int]]) -> float:
    """How well a delimiter explains the records: (share with the usual width)² × splits.

    A width that only one of several records has is half as good: a mark within quotes makes such.
    """
    widths = [len(cells) for cells, _ in found if cells]
    if not widths:
        return 0.0
    width = usual_width(found)
    lonely = 0.5 if widths.count(width) == 1 < len(widths) else 1.0
    return lonely * (widths.count(width) / len(widths)) ** 2 * (width - 1)


def usual_width(found: list[tuple[list[str], int]]) -> int:
    """The most frequent number of cells, records with a single cell aside."""
    widths = Counter(len(cells) for cells, _ in found if len(cells) > 1)
    return max(widths, key=lambda width: (widths[width], width)) if widths else 1


def header_at(found: list[tuple[list[str], int]], width: int, where: str) -> int:
    """Index of the header: the first record wide enough; blank lines and title rows stand above it.

    Columns blank in all records (spacers) do not count. Raises InputError where every record is blank.
    """
    real = min(width, columns_in_use(found))
    enough = max(1, min(real, 2), (real + 1) // 2)
    for index, (cells, _) in enumerate(found[:50]):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) >= enough and not (len(filled) == 2 and filled[0].endswith(":")):
            return index
    written = [index for index, (cells, _) in enumerate(found) if any(cell.strip() for cell in cells)]
    if not written:
        raise InputError("no row holds anything", where, "Export it again; it should hold at least a header.")
    return written[0]


def columns_in_use(found: list[tuple[list[str], int]]) -> int:
    """How many columns hold something in a record with two filled cells or more."""
    used: set[int] = set()
    for cells, _ in found[:HEAD]:
        places = [place for place, cell in enumerate(cells) if cell and not cell.isspace()]
        if len(places) > 1:
            used.update(places)
    return len(used)


def fitted_header(cells: list[str], width: int) -> tuple[str, ...]:
    """Header cells with the rows' usual width: blank ones at the end are cut, missing ones added blank."""
    fitted = list(cells)
    while len(fitted) > width and not fitted[-1].strip():
        fitted.pop()
    return tuple(fitted + [""] * (width - len(fitted)))


def column_names(header: tuple[str, ...]) -> list[str]:
    """Headers made unique: blank ones by position, repeated ones counted, "line" set aside."""
    names: list[str] = []
    taken = {"line"}
    for position, cell in enumerate(header, start=1):
        plain = " ".join(cell.replace("\0", " ").split()) or f"column {position}"
        name, count = plain, 1
        while name in taken:
            count += 1
            name = f"{plain} ({count})"
        taken.add(name)
        names.append(name)
    return names
