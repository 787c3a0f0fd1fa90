"""A table's logical fingerprint: equal rows in key order give an equal hash, whatever file they lie in.

Where a row came from (load, file, line) is left out: the same facts in another order of lines are
the same facts. Tables of a snapshot are stored in key order, so nothing is sorted here.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

WHEREABOUTS = ("load_id", "file", "line")


def table_hash(table: pa.Table) -> str:
    """SHA-256 hex of a table's schema and rows as ordered, without WHEREABOUTS."""
    total = hashlib.sha256()
    for name in sorted(set(table.column_names) - set(WHEREABOUTS)):
        total.update(f"{name}:{table.schema.field(name).type}\0".encode())
        hash_column(total, table.column(name))
    return total.hexdigest()


def hash_column(total: hashlib._Hash, column: pa.ChunkedArray) -> None:
    """Feed one column: its length, its nulls, then its values with nulls made equal."""
    values = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    total.update(len(values).to_bytes(8, "big"))
    if pa.types.is_nested(values.type) or pa.types.is_dictionary(values.type):
        total.update(repr(values.to_pylist()).encode())
        return
    total.update(packed(values.is_null()))
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        text = pc.fill_null(values.cast(pa.large_string()), "")
        total.update(packed(pc.binary_length(text).cast(pa.int64())))
        total.update(joined(text))
    else:
        total.update(packed(pc.fill_null(values, zero(values.type))))


def zero(kind: pa.DataType) -> pa.Scalar:
    """What stands in for null in a fixed-width column."""
    if pa.types.is_decimal(kind):
        return pa.scalar(Decimal(0), kind)
    if pa.types.is_timestamp(kind):
        return pa.scalar(0, kind)
    return pa.scalar(0, pa.int32()).cast(kind)


def packed(values: pa.Array) -> bytes:
    """The bytes of a fixed-width array without nulls, free of offsets and padding."""
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    width = values.type.bit_width // 8
    buffer = values.buffers()[1]
    start = values.offset * width
    return buffer.to_pybytes()[start : start + len(values) * width] if buffer else b""


def joined(text: pa.Array) -> bytes:
    """All characters of a string array, one after the other."""
    _, offsets, data = text.buffers()
    if data is None:
        return b""
    edges = memoryview(offsets).cast("q")
    return data.to_pybytes()[edges[text.offset] : edges[text.offset + len(text)]]
