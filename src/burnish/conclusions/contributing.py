"""The signals behind each conclusion, strongest first: what was seen in which sources."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from burnish.conclusions.joining import behind
from burnish.conclusions.kinds import Speaker
from burnish.conclusions.templates import whole
from burnish.detectors.speaking import in_contract
from burnish.schema.signals import CONTRIBUTION


def contributions(
    conclusion: pl.DataFrame, signal: pl.DataFrame, *, speakers: Mapping[str, Speaker]
) -> pl.DataFrame:
    """Contract CONTRIBUTION: one row per conclusion and signal that counts in it, with its facts."""
    about = conclusion.select("id", "kind", "customer_id")
    rows = about.join(behind(signal), on=["kind", "customer_id"]).sort("id", "place")
    heard = [speakers[name] for name in rows["signal"]]
    told = rows.with_columns(
        sources=pl.Series([", ".join(speaker.evidence) for speaker in heard], dtype=pl.String),
        says=pl.Series([whole(speaker.says) for speaker in heard], dtype=pl.String),
    )
    return in_contract(told, CONTRIBUTION)
