"""The recogniser: which terms of the trade stand in short texts."""

from __future__ import annotations

import polars as pl

from burnish.vocabulary import finding, judging, spelling
from burnish.vocabulary.loading import Vocabulary

TERM = {
    "text": pl.String,
    "kind": pl.String,
    "code": pl.String,
    "name": pl.String,
    "found": pl.String,
    "start": pl.Int64,
    "length": pl.Int64,
    "sure": pl.Boolean,
    "confidence": pl.String,
}
KEY = ["text", "start", "kind", "code"]
AT_ONCE = 50_000  # texts; bounds memory


def recognise(texts: pl.Series, vocabulary: Vocabulary) -> pl.DataFrame:
    """The terms in each distinct text. One row per term and place; order: text, start, kind, code.

    `kind` is process, specification, supplier, trade_name, defect, oem, industry or show; `code` and `name`
    those of the vocabulary (a trade name has its supplier's code); `found` the words as the vocabulary writes
    them; `start` and `length` characters of the text. `sure` is false where the words leave open what is
    meant; `confidence` is H, M or L. Texts that hold nothing have no row.
    """
    read = texts.drop_nulls().unique().sort().to_frame("text")
    found = [recognised(part, vocabulary) for part in read.iter_slices(AT_ONCE)]
    return pl.concat(found) if found else pl.DataFrame(schema=TERM)


def recognised(texts: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """The terms of one batch of sorted distinct texts."""
    read = texts.with_row_index("text_no")
    pieces = spelling.pieces(read)
    words = finding.words_in(read, pieces, vocabulary)
    numbers = judging.numbers_that_count(words, finding.numbers_in(read, vocabulary))
    hits = pl.concat([judging.outside_numbers(words, numbers), numbers])
    hits = judging.accepted(hits, pieces, finding.thickness_in(read))
    rows = judging.told(hits, vocabulary).join(read, on="text_no")
    rows = rows.with_columns(length=pl.col("end") - pl.col("start"))
    rows = rows.select(pl.col(name).cast(kind) for name, kind in TERM.items())
    best_first = rows.sort(*KEY, -pl.col("length"), "found", "confidence", ~pl.col("sure"))
    return best_first.unique(KEY, keep="first", maintain_order=True)
