"""What people agreed to and took back: one row for each thing said, with how it is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from burnish.simulate.attention.audience import Audience
from burnish.simulate.attention.hours import midnight_after
from burnish.simulate.world import World, empty, fitted

PROFILED = 0.45  # of the people on the list agree to interests being kept, too
EVIDENCE = {
    "web form": 0.45,
    "asked on the telephone, noted": 0.2,
    "card handed over at a show": 0.15,
    "box on the credit application": 0.2,
}


def consented(world: World, audience: Audience, mail: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table `consent`, by person and time."""
    if audience.rows.is_empty():
        return empty("consent")
    rng, rows = world.plan.stream("consent"), audience.rows
    texts = np.array(list(EVIDENCE), dtype=object)
    evidence = pl.Series(texts[rng.choice(len(texts), len(rows), p=list(EVIDENCE.values()))])
    asked = rows.select("person", "email", "joined_at", "refused_at").with_columns(
        evidence=evidence, is_profiled=pl.Series(rng.random(len(rows)) < PROFILED)
    )
    joined = asked.filter(pl.col("joined_at").is_not_null())
    granted = said(joined, pl.col("joined_at"), "marketing.email", "granted", "consent")
    profiled = said(joined.filter("is_profiled"), pl.col("joined_at"), "profiling", "granted", "consent")
    refused = asked.filter(pl.col("refused_at").is_not_null())
    denied = said(refused, pl.col("refused_at"), "marketing.email", "denied", "asked")
    left = mail.filter(pl.col("act") == "unsubscribe").select(
        "person", "email", "at", evidence=pl.lit("unsubscribe link")
    )
    withdrawn = said(left, pl.col("at"), "marketing.email", "withdrawn", "opt-out")
    every = pl.concat([granted, profiled, denied, withdrawn])
    until = midnight_after(world.plan)
    return fitted("consent", every.filter(pl.col("at") < until).sort("person", "email", "at", "purpose"))


def said(rows: pl.DataFrame, at: pl.Expr, purpose: str, state: str, basis: str) -> pl.DataFrame:
    """One thing said by each row's person."""
    return rows.select(
        "person",
        "email",
        at.alias("at"),
        pl.lit(purpose).alias("purpose"),
        pl.lit(state).alias("state"),
        pl.lit(basis).alias("basis"),
        "evidence",
    )
