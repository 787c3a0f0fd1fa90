"""The words of the trade in a long text, which may stay open when the text itself goes to the vault (D6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa

from burnish.vocabulary import load, recognise

GLUE = "; "


def terms_in(folder: Path) -> Callable[[pa.Array], pa.Array]:
    """A function of texts that gives the terms of each as the vocabulary writes them, null where none.

    `folder` holds the shop's own vocabulary; it is read when there is a text to look at.
    """

    def terms(texts: pa.Array) -> pa.Array:
        given = pl.Series("text", texts)
        found = recognise(given, load(folder))
        said = found.group_by("text", maintain_order=True).agg(pl.col("found").unique(maintain_order=True))
        joined = said.with_columns(terms=pl.col("found").list.join(GLUE)).select("text", "terms")
        placed = given.to_frame().join(joined, on="text", how="left", maintain_order="left")
        return placed["terms"].to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.string())

    return terms
