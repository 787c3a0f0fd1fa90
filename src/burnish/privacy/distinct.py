"""Work on a column's distinct values only, and only on those that a cheap pattern does not clear."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

SAMPLE = 20_000  # rows looked at to see whether values repeat


@dataclass(frozen=True)
class Odd:
    """The values a pattern did not clear. `values` are distinct; `place` maps each row to one, or null."""

    values: pa.Array
    place: pa.Array

    def spread(self, answers: pa.Array) -> pa.Array:
        """One answer per odd value -> one per row, null where the row is not odd."""
        return answers.take(self.place)


def strings(cells: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The cells as one array of plain strings."""
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return cells if cells.type == pa.string() else cells.cast(pa.string())


def repeats(cells: pa.Array) -> bool:
    """Whether values come back often enough for a dictionary to pay."""
    head = cells.slice(0, SAMPLE)
    return len(head) > 0 and 2 * pc.count_distinct(head, mode="all").as_py() < len(head)


def matching(cells: pa.Array, pattern: str) -> pa.Array:
    """Which rows hold the RE2 pattern; blank rows do not."""
    if not repeats(cells):
        return pc.fill_null(pc.match_substring_regex(cells, pattern), False)
    coded = cells.dictionary_encode()
    return pc.fill_null(pc.match_substring_regex(coded.dictionary, pattern).take(coded.indices), False)


def odd(cells: pa.Array, suspected: pa.Array) -> Odd | None:
    """The distinct values of the suspected rows, or None when there are none."""
    rows = pc.indices_nonzero(suspected)
    if len(rows) == 0:
        return None
    coded = cells.take(rows).dictionary_encode()
    place = pc.replace_with_mask(pa.nulls(len(cells), pa.int32()), suspected, coded.indices)
    return Odd(coded.dictionary, place)
