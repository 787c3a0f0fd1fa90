"""Packed files in memory, never on disk: gzip, and the members of zip archives.

What a header states is not trusted: bytes are counted as they are unpacked, against `Limits.expanded_mb`
and, above 64 MB, against `Limits.ratio` times the packed size. Names of members are labels, never paths.
Formats: RFC 1951, RFC 1952, and PKWARE's APPNOTE (a local header has 30 bytes, then name and extra field).
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from burnish.errors import InputError
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import BAD_ZIP, UNPACK, Window

PIECE, LEAST_PIECE = 1 << 20, 1 << 12
FREE = 64 << 20
RAW_DEFLATE, GZIP = -15, 31
LOCAL_HEADER, LONGEST_LABEL = 30, 120
HIDDEN = re.compile(r"(^|/)(__MACOSX|\.(?!\.?(?:/|$))[^/]*|Thumbs\.db|desktop\.ini)(/|$)", re.IGNORECASE)
AGAIN = "Pack or download it again."


@dataclass(frozen=True)
class Member:
    """One file of an archive: a label made of its name, and its content."""

    label: str
    content: memoryview

    @property
    def suffix(self) -> str:
        """The end of its name, such as ".csv"."""
        return PurePosixPath(self.label).suffix.lower()


@dataclass
class Budget:
    """How much may still be unpacked of one file, whatever its headers state."""

    packed: int
    where: str
    limits: Limits
    unpacked: int = 0

    def spend(self, size: int) -> None:
        """Count bytes. Raises InputError where the file is a bomb."""
        self.unpacked += size
        too_big = self.unpacked > self.limits.expanded_mb << 20
        if too_big or (self.unpacked > FREE and self.unpacked > self.limits.ratio * max(self.packed, 1)):
            raise InputError(
                f"the file would unpack to more than {(self.unpacked - 1) >> 20:,} MB",
                self.where,
                "Save it as CSV and add that file.",
            )


class Stream:
    """One deflated stream in a longer text of bytes: its pieces as they unpack, and where it ends."""

    def __init__(self, packed: memoryview, start: int, form: int) -> None:
        self.packed, self.end = packed, start
        self.inflater = zlib.decompressobj(form)

    @property
    def is_whole(self) -> bool:
        """Whether its own end was reached."""
        return self.inflater.eof

    def pieces(self) -> Iterator[bytes]:
        """What it holds, at most a piece at a time. Raises zlib.error where it is damaged."""
        size = LEAST_PIECE
        while not self.is_whole and self.end < len(self.packed):
            given = bytes(self.packed[self.end : self.end + size])
            self.end, size = self.end + len(given), min(2 * size, PIECE)
            while given and not self.is_whole:
                yield self.inflater.decompress(given, PIECE)
                given = self.inflater.unconsumed_tail
        while not self.is_whole and (rest := self.inflater.decompress(b"", PIECE)):
            yield rest
        self.end -= len(self.inflater.unused_data)


def gunzipped(raw: memoryview, where: str, limits: Limits) -> memoryview:
    """The content of a gzip file, all its members one behind the other; zeros behind them are padding."""
    budget, found, at = Budget(len(raw), where, limits), bytearray(), 0
    while at < len(raw) and raw[at]:
        stream = Stream(raw, at, GZIP)
        try:
            for piece in stream.pieces():
                budget.spend(len(piece))
                found += piece
        except zlib.error:
            raise InputError("the gzip archive is damaged", where, AGAIN) from None
        if not stream.is_whole:
            raise InputError("the gzip archive is cut short", where, AGAIN)
        at = stream.end
    if not found:
        raise InputError("the gzip archive is empty", where, "Export it again.")
    return memoryview(bytes(found))


def members(raw: memoryview, where: str, limits: Limits) -> Iterator[Member]:
    """The files of a zip archive in order of its directory; folders, links and hidden files are passed over.

    Raises InputError for locked members, damage and bombs.
    """
    budget, taken = Budget(len(raw), where, limits), set[str]()
    infos = directory(raw, where)
    if len(infos) > limits.members:
        raise InputError(f"the archive holds more than {limits.members:,} files", where, UNPACK)
    for info in infos:
        if info.filename.endswith("/") or HIDDEN.search(info.filename.replace("\\", "/")) or is_link(info):
            continue
        label = plain_label(info.filename, taken)
        taken.add(label)
        yield Member(label, memoryview(b"".join(unpacked(raw, info, budget, f"{where}/{label}"))))


def directory(raw: memoryview, where: str) -> list[zipfile.ZipInfo]:
    """The central directory of a zip file."""
    try:
        with zipfile.ZipFile(Window(raw)) as archive:
            return archive.infolist()
    except BAD_ZIP:
        raise InputError("the archive is damaged or cut short", where, AGAIN) from None


def is_link(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a symbolic link."""
    return stat.S_ISLNK(info.external_attr >> 16)


def plain_label(name: str, taken: set[str]) -> str:
    """A member's name as a label: no drive, no "..", no control characters; told apart from those taken."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name.replace("\\", "/"))
    parts = [part.strip() for part in re.sub(r"^[A-Za-z]:", "", printable).split("/")]
    plain = "/".join(part for part in parts if part not in ("", ".", ".."))[-LONGEST_LABEL:] or "unnamed"
    stem, suffix = plain.removesuffix(PurePosixPath(plain).suffix), PurePosixPath(plain).suffix
    label, count = plain, 1
    while label in taken:
        count += 1
        label = f"{stem} ({count}){suffix}"
    return label


def unpacked(raw: memoryview, info: zipfile.ZipInfo, budget: Budget, where: str) -> Iterator[bytes]:
    """A member's bytes in pieces, counted. Raises InputError where it is locked, damaged or not as stated."""
    if info.flag_bits & 1:
        raise InputError(
            "a file in the archive is locked by a password", where, "Pack it without a password."
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError("the archive is packed in a way that is not read", where, UNPACK)
    packed = packed_bytes(raw, info, where)
    size, check = 0, 0
    try:
        for piece in pieces_of(packed, info.compress_type):
            size += len(piece)
            budget.spend(len(piece))
            if size > info.file_size:
                break
            check = zlib.crc32(piece, check)
            yield piece
    except zlib.error:
        raise InputError("the archive is damaged", where, AGAIN) from None
    if size != info.file_size:
        raise InputError("a file in the archive has another size than it states", where, AGAIN)
    if check != info.CRC:
        raise InputError("the archive is damaged", where, AGAIN)


def packed_bytes(raw: memoryview, info: zipfile.ZipInfo, where: str) -> memoryview:
    """The packed bytes of a member."""
    start = max(0, info.header_offset)
    head = bytes(raw[start : start + LOCAL_HEADER])
    if len(head) < LOCAL_HEADER or not head.startswith(b"PK\x03\x04"):
        raise InputError("the archive is damaged", where, AGAIN)
    name, extra = struct.unpack_from("<HH", head, 26)
    start += LOCAL_HEADER + name + extra
    packed = raw[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise InputError("the archive is cut short", where, AGAIN)
    return packed


def pieces_of(packed: memoryview, method: int) -> Iterator[bytes]:
    """What is packed, at most a piece at a time."""
    if method == zipfile.ZIP_DEFLATED:
        yield from Stream(packed, 0, RAW_DEFLATE).pieces()
        return
    for at in range(0, len(packed), PIECE):
        yield bytes(packed[at : at + PIECE])
