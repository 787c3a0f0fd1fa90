"""Batches of decisions, and which of them were taken back.

What takes a batch back is itself a batch: it says of each pair what counts without it, and why it was said
begins with `batch N undone`. A word that was taken back counts as not said, and so does what took it back.
"""

from __future__ import annotations

import polars as pl

from burnish.identity.asking import PAIR

ON = ["kind", *PAIR]
UNDONE = "undone"
TAKES_BACK = r"^batch (\d+) undone(?:: |$)"


def reason(batch: int, why: str = "") -> str:
    """Why something is said that takes a batch back."""
    return f"batch {batch} undone" + (f": {why}" if why else "")


def with_fate(decision: pl.DataFrame) -> pl.DataFrame:
    """Decisions with `takes_back` and `taken_back_by`: batches, or null.

    Newest first, as what takes back may be taken back too. Only words on a pair of the batch that they name
    take it back.
    """
    target = pl.col("why").str.extract(TAKES_BACK, 1).cast(pl.Int64, strict=False)
    there = decision.select(*ON, target="batch").unique()
    claims = decision.with_columns(target=target).filter(pl.col("target") < pl.col("batch"))
    real = claims.join(there, on=[*ON, "target"], how="semi").sort("seq", descending=True)
    gone: dict[tuple[object, ...], int] = {}
    for batch, back, *pair in real.select("batch", "target", *ON).iter_rows():
        if (batch, *pair) not in gone:
            gone.setdefault((back, *pair), batch)
    schema = dict.fromkeys(("batch", "taken_back_by"), pl.Int64) | dict.fromkeys(ON, pl.String)
    fate = [(key[0], by, *key[1:]) for key, by in gone.items()]
    backs = real.select("seq", *ON, takes_back="target").unique(["seq", *ON])
    told = decision.join(backs, on=["seq", *ON], how="left", maintain_order="left")
    return told.join(
        pl.DataFrame(fate, schema=schema, orient="row"), on=["batch", *ON], how="left", maintain_order="left"
    )


def counting(decision: pl.DataFrame) -> pl.DataFrame:
    """Decisions (with their fate) without those that count as not said."""
    return decision.filter(pl.col("takes_back").is_null(), pl.col("taken_back_by").is_null())


def restored(decision: pl.DataFrame, batch: int) -> tuple[pl.DataFrame, int]:
    """What to say so that a batch counts no more: ON, verdict, how; and on how many pairs others spoke since.

    `decision`: everything said, with its fate, by `seq`.
    """
    own = decision.filter(pl.col("batch") == batch, pl.col("taken_back_by").is_null())
    own = own.unique(ON, keep="last", maintain_order=True)
    since = counting(decision).filter(pl.col("seq") > own["seq"].max())
    free = own.join(since, on=ON, how="anti", maintain_order="left")
    top = int(decision["batch"].max())  # type: ignore[arg-type]
    taking = free.select(*ON, "seq", why=pl.lit(reason(batch)), batch=pl.lit(top + 1, pl.Int64))
    bare = decision.drop("takes_back", "taken_back_by")
    newest = taking.with_columns(pl.col("seq") + bare["seq"].max())
    after = with_fate(pl.concat([bare, newest], how="diagonal"))
    left = counting(after).unique(ON, keep="last", maintain_order=True)
    word = free.select(*ON, own="how").join(left, on=ON, how="left", maintain_order="left")
    verdict, how = pl.col("verdict").fill_null(UNDONE), pl.coalesce("how", "own")
    return word.select(*ON, verdict=verdict, how=how), own.height - free.height
