"""The judge: does a marker stand anywhere in a folder, however it is packed?

Looks at raw bytes of every file (names too), and inside gzip, zip, zstd, bzip2, xz, base64 and hex
text, Parquet, Arrow and SQLite, some layers deep. Files are read whole: memory is a few times the
largest file. A marker is found in UTF-8 and UTF-16, with regard to case.
"""

from __future__ import annotations

import binascii
import bz2
import io
import lzma
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

DEPTH = 6
LARGEST = 1 << 30  # bytes taken out of one packed stream
BASE64 = re.compile(rb"[0-9A-Za-z+/_-](?:[0-9A-Za-z+/_-]|(?<=[^\s])\r?\n(?=[0-9A-Za-z+/_-])){11,}={0,2}")
LINE_ENDS = re.compile(rb"\r?\n")
HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){6,}")
STRINGS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)


def find_markers(folder: Path, markers: Sequence[bytes]) -> list[tuple[Path, bytes]]:
    """Every (file, marker) under a folder, sorted. Markers are UTF-8 and should be rare texts."""
    wanted = {form: marker for marker in markers for form in spelled(marker)}
    found = set()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder)).encode()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if path.is_symlink():
            name += b"\n" + str(path.readlink()).encode()
        found |= {(path, marker) for marker in within(name, wanted, 0) | within(content, wanted, 0)}
    return sorted(found)


def spelled(marker: bytes) -> tuple[bytes, ...]:
    """A marker in the encodings in which files hold text."""
    text = marker.decode()
    return marker, text.encode("utf-16-le"), text.encode("utf-16-be")


def within(content: bytes, wanted: dict[bytes, bytes], depth: int) -> set[bytes]:
    """The markers in some bytes, as they stand and in whatever they unpack to."""
    found = {marker for form, marker in wanted.items() if form in content}
    if depth < DEPTH and len(found) < len(set(wanted.values())):
        for inner in unpacked(content):
            found |= within(inner, wanted, depth + 1)
    return found


def unpacked(content: bytes) -> Iterator[bytes]:
    """What one layer of packing gives: one piece of bytes per member, column or run of text."""
    head = content[:16]
    for signs, opened in CONTAINERS:
        if head.startswith(signs):
            try:
                yield from opened(content)
            except UNREADABLE:
                continue  # only looks like one: its raw bytes were searched
    yield from decoded(content)


def decoded(content: bytes) -> Iterator[bytes]:
    """Bytes behind runs of base64 (at each of its four alignments, over line ends) and of hex."""
    for run in BASE64.findall(content):
        body = LINE_ENDS.sub(b"", run).rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = body[start:]
            yield binascii.a2b_base64(part[: len(part) - (len(part) % 4 == 1)] + b"==")
    for run in HEX.findall(content):
        yield bytes.fromhex(run.decode())
        yield bytes.fromhex(run[1:-1].decode())


def from_gzip(content: bytes) -> Iterator[bytes]:
    """All members of a gzip or zlib stream, a torn end left out."""
    while content:
        stream = zlib.decompressobj(wbits=47)
        yield stream.decompress(content, LARGEST)
        content = stream.unused_data


def from_zip(content: bytes) -> Iterator[bytes]:
    """Names and members of a zip, such as a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name.encode()
            yield archive.read(name)


def from_zstd(content: bytes) -> Iterator[bytes]:
    """A zstd stream."""
    with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
        yield stream.read()


def from_bzip2(content: bytes) -> Iterator[bytes]:
    """A bzip2 stream."""
    yield bz2.decompress(content)


def from_xz(content: bytes) -> Iterator[bytes]:
    """An xz stream."""
    yield lzma.decompress(content)


def from_parquet(content: bytes) -> Iterator[bytes]:
    """Texts, bytes and whole numbers of a Parquet file, and what its footer says of itself."""
    file = pq.ParquetFile(pa.BufferReader(content))
    for key, value in (file.schema_arrow.metadata or {}).items():
        yield key + b"\n" + value
    for batch in file.iter_batches():
        yield from from_batch(batch)


def from_arrow_file(content: bytes) -> Iterator[bytes]:
    """Texts of an Arrow IPC file."""
    file = pa.ipc.open_file(pa.BufferReader(content))
    for number in range(file.num_record_batches):
        yield from from_batch(file.get_batch(number))


def from_arrow_stream(content: bytes) -> Iterator[bytes]:
    """Texts of an Arrow IPC stream."""
    for batch in pa.ipc.open_stream(pa.BufferReader(content)):
        yield from from_batch(batch)


def from_batch(batch: pa.RecordBatch) -> Iterator[bytes]:
    """Every column of a batch as lines of text, nested columns too."""
    for column in batch.columns:
        yield from from_column(column)


def from_column(column: pa.Array) -> Iterator[bytes]:
    """The distinct values of one column as lines; packed values also one by one."""
    if isinstance(column, pa.DictionaryArray):
        yield from from_column(column.dictionary)
    elif pa.types.is_nested(column.type):
        for inner in column.flatten() if pa.types.is_struct(column.type) else [nested(column)]:
            yield from from_column(inner)
    elif any(is_one(column.type) for is_one in BYTES + STRINGS):
        values = [one.encode() if isinstance(one, str) else one for one in column.unique().to_pylist() if one]
        yield b"\n\n".join(values)
        yield from (
            one for one in values if one.startswith(tuple(sign for signs, _ in CONTAINERS for sign in signs))
        )
    elif pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
        yield "\n\n".join(column.unique().cast(pa.string()).drop_null().to_pylist()).encode()


def nested(column: pa.Array) -> pa.Array:
    """The values inside a list or map column."""
    return (
        column.cast(pa.list_(column.type.value_type)).values
        if hasattr(column.type, "value_type")
        else column.values
    )


def from_sqlite(content: bytes) -> Iterator[bytes]:
    """Texts and blobs of an SQLite file, also those that span pages. Deleted bytes are in the raw file."""
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(content[:18] + b"\1\1" + content[20:])  # without a log file at its side
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in database.execute(f'select * from "{table.replace(chr(34), chr(34) * 2)}"'):  # noqa: S608
                yield b"\n\n".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
    finally:
        database.close()


CONTAINERS = (
    ((b"\x1f\x8b\x08", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), from_gzip),
    ((b"PK\x03\x04", b"PK\x05\x06"), from_zip),
    ((b"\x28\xb5\x2f\xfd",), from_zstd),
    ((b"BZh",), from_bzip2),
    ((b"\xfd7zXZ",), from_xz),
    ((b"PAR1",), from_parquet),
    ((b"ARROW1",), from_arrow_file),
    ((b"\xff\xff\xff\xff",), from_arrow_stream),
    ((b"SQLite format 3\x00",), from_sqlite),
)
UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    zipfile.BadZipFile,
    lzma.LZMAError,
    sqlite3.Error,
    pa.ArrowException,
)
