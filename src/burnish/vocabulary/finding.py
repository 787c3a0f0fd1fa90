"""Where words and numbers of the vocabulary stand in texts, before anything is decided about them."""

from __future__ import annotations

import re

import polars as pl

from burnish.vocabulary import spelling
from burnish.vocabulary.loading import Number, Vocabulary

HIT = {
    "text_no": pl.UInt32,
    "start": pl.Int64,
    "end": pl.Int64,
    "kind": pl.String,
    "code": pl.String,
    "found": pl.String,
    "strength": pl.String,
}
THICKNESS = r"(?:^|[^\d.])0?\.00\d{1,3}(?:[^\d]|$)|\d ?(?:µm|um|mils?)\b"
SEPARATED = re.compile(r"^([A-Z]+)[ -]?(?=[A-G]?[ -]?\d)")


def words_in(read: pl.DataFrame, pieces: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Terms by their words: from the left, the longest first. One row per place, kind and code."""
    forms = vocabulary.patterns["pattern"].unique()
    longest_first = forms.to_frame().sort(
        pl.col("pattern").str.len_bytes(), "pattern", descending=[True, False]
    )
    sought = longest_first["pattern"].implode()
    text = read.select("text_no", "text", normal=spelling.normal(pl.col("text")))
    hits = text.select(
        "text_no",
        at=pl.col("normal").str.find_many(pl.lit(sought), leftmost=True),
        pattern=pl.col("normal").str.extract_many(pl.lit(sought), leftmost=True),
    ).explode("at", "pattern")
    hits = hits.drop_nulls().with_columns(past=pl.col("at") + pl.col("pattern").str.len_bytes())
    hits = hits.join(pieces.select("text_no", "at", "start"), on=["text_no", "at"])
    hits = hits.join(pieces.select("text_no", "past", "end"), on=["text_no", "past"])
    hits = hits.join(vocabulary.patterns, on="pattern").join(read, on="text_no")
    return exactly(hits).select(pl.col(name).cast(kind) for name, kind in HIT.items())


def exactly(hits: pl.DataFrame) -> pl.DataFrame:
    """Of terms that count in one spelling only, those written so; nothing else is meant in their place."""
    written = pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start")) == pl.col("exact")
    hits = hits.filter(pl.col("exact").is_null() | written)
    return hits.filter(
        pl.col("exact").is_not_null() | pl.col("exact").is_null().all().over("text_no", "start")
    )


def numbers_in(read: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Numbers by their form. One row per place and form; `found` is the number in capitals."""
    every = "|".join(f"(?:{number.pattern})" for number in vocabulary.numbers)
    likely = read.filter(pl.col("text").str.contains(f"(?i){every}"))
    found = [row for number in vocabulary.numbers for row in number_in(likely, number)]
    return pl.DataFrame(found, HIT, orient="row")


def number_in(likely: pl.DataFrame, number: Number) -> list[tuple[int, int, int, str, str, str, str]]:
    """Where one form stands as a whole number; a revision letter may follow a specification."""
    tail = "[A-Z]?" if number.kind == "specification" else ""
    whole = re.compile(rf"(?<![^\W_])(?P<number>{number.pattern}){tail}(?![^\W_])", re.IGNORECASE)
    some = likely.filter(pl.col("text").str.contains(f"(?i){number.pattern}"))
    rows = []
    for text_no, text in some.select("text_no", "text").iter_rows():
        for match in whole.finditer(text):
            cited = match["number"].upper()
            family = number.kind == "specification"
            code = SEPARATED.sub(r"\1 ", cited) if family else number.code
            rows.append((text_no, *match.span(), number.kind, code, cited, number.confidence))
    return rows


def thickness_in(read: pl.DataFrame) -> pl.DataFrame:
    """Texts that state a thickness of a coating. One row per text."""
    return read.filter(pl.col("text").str.contains(THICKNESS)).select("text_no")
