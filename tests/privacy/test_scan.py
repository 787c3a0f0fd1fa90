"""The judge is judged: a marker planted in any container is found, and clean folders are clean."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import sqlite3
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from burnish.privacy.scan import find_markers

MARKER = "Zephyrine Quillfeather"
CLEAN = b"bracket, zinc clear, 500 pcs\n" * 50
TEXT = CLEAN + MARKER.encode() + b"\n" + CLEAN


def zipped(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", content)
    return held.getvalue()


def table(content: bytes) -> pa.Table:
    values = content.decode().splitlines() * 3
    return pa.table({"n": range(len(values)), "name": values})


def parquet(kept: pa.Table, **options: object) -> bytes:
    held = io.BytesIO()
    pq.write_table(kept, held, **options)
    return held.getvalue()


def nested(content: bytes) -> pa.Table:
    values = content.decode().splitlines()
    return pa.table({"facts": [[{"name": value, "number": 1.0}] for value in values]})


def arrow(kept: pa.Table, opened: object) -> bytes:
    held = io.BytesIO()
    with opened(held, kept.schema) as writer:
        writer.write_table(kept)
    return held.getvalue()


PACKED = {
    "plain": lambda content: content,
    "utf-16-le": lambda content: content.decode().encode("utf-16-le"),
    "utf-16-be": lambda content: content.decode().encode("utf-16-be"),
    "gzip": gzip.compress,
    "two gzip members": lambda content: gzip.compress(CLEAN) + gzip.compress(content),
    "zlib": zlib.compress,
    "zip": zipped,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda content: pa.compress(content, "zstd", asbytes=True),
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 after a word": lambda content: b"token_a" + base64.urlsafe_b64encode(content),
    "hex": lambda content: content.hex().encode(),
    "hex, one digit off": lambda content: b"f" + content.hex().encode(),
    "gzip in base64 in zip": lambda content: zipped(base64.b64encode(gzip.compress(content))),
    "parquet zstd": lambda content: parquet(table(content), compression="zstd"),
    "parquet without statistics": lambda content: parquet(
        table(content), compression="snappy", write_statistics=False
    ),
    "parquet plain pages": lambda content: parquet(table(content), use_dictionary=False, compression="gzip"),
    "parquet nested": lambda content: parquet(nested(content), compression="zstd", write_statistics=False),
    "parquet footer": lambda content: parquet(
        table(CLEAN).replace_schema_metadata({"note": content[-1500:] + content[:1500]})
    ),
    "gzip in parquet": lambda content: parquet(pa.table({"b": [gzip.compress(content)]}), compression="zstd"),
    "arrow file": lambda content: arrow(table(content), pa.ipc.new_file),
    "arrow stream": lambda content: arrow(table(content), pa.ipc.new_stream),
}


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED.keys())
def test_a_marker_is_found_however_it_is_packed(tmp_path, packed):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(packed(TEXT))
    assert find_markers(tmp_path, [MARKER.encode(), b"Nobody Here"]) == [
        (tmp_path / "deep" / "file.bin", MARKER.encode())
    ]


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED.keys())
def test_the_same_container_without_it_is_clean(tmp_path, packed):
    (tmp_path / "file.bin").write_bytes(packed(CLEAN * 3))
    assert find_markers(tmp_path, [MARKER.encode()]) == []


def test_a_marker_is_found_in_sqlite_in_its_log_and_across_pages(tmp_path):
    open_one = sqlite3.connect(tmp_path / "a.sqlite3")
    open_one.executescript("pragma journal_mode = wal; create table t (v); pragma wal_checkpoint(truncate)")
    open_one.execute("insert into t values (?)", (MARKER,))
    open_one.commit()
    assert [path.name for path, _ in find_markers(tmp_path, [MARKER.encode()])] == ["a.sqlite3-wal"]
    spread = "".join(f"{n:05}" for n in range(20_000))
    open_one.execute("insert into t values (?)", (spread,))
    open_one.commit()
    open_one.execute("pragma wal_checkpoint(truncate)")
    whole = spread[: 4 * 4096].encode()
    assert (tmp_path / "a.sqlite3", whole) in find_markers(tmp_path, [whole])
    open_one.close()


def test_a_number_in_a_parquet_column_is_found_by_its_digits(tmp_path):
    pq.write_table(pa.table({"phone": pa.array([2165551234, 5], pa.int64())}), tmp_path / "p.parquet")
    assert find_markers(tmp_path, [b"2165551234"]) == [(tmp_path / "p.parquet", b"2165551234")]


def test_names_of_files_and_targets_of_links_are_looked_at(tmp_path):
    (tmp_path / f"{MARKER}.csv").write_bytes(b"")
    (tmp_path / "link").symlink_to(f"/nowhere/{MARKER}")
    assert len(find_markers(tmp_path, [MARKER.encode()])) == 2


def test_case_matters_and_torn_containers_do_not_stop_the_judge(tmp_path):
    (tmp_path / "torn.gz").write_bytes(gzip.compress(TEXT)[:-9])
    (tmp_path / "torn.parquet").write_bytes(parquet(table(TEXT))[:60])
    (tmp_path / "small.txt").write_bytes(MARKER.lower().encode())
    assert find_markers(tmp_path, [MARKER.encode()]) == [(tmp_path / "torn.gz", MARKER.encode())]
