"""New weights for companies from the shop's own records and answers: shown first, kept on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from burnish import pipeline
from burnish.errors import UsageError
from burnish.identity import retraining as learning
from burnish.identity.model import Model
from burnish.identity.parties import parties
from burnish.identity.resolving import traits_of
from burnish.journal import Journal
from burnish.shop import Shop
from burnish.store import loads
from burnish.whoiswho.questions import masked
from burnish.whoiswho.reading import COMPANY, Held, held


@dataclass(frozen=True)
class Flip:
    """A pair that new weights put on another side of a gate: apart, asked or joined."""

    left: str
    right: str
    left_name: str
    right_name: str
    before: float
    after: float
    was: str
    becomes: str


@dataclass(frozen=True)
class Retrained:
    """New weights and what they would change, the strongest change first. `parameters` are the model."""

    kind: str
    before: str
    version: str
    changed: bool
    flips: tuple[Flip, ...]
    parameters: dict[str, Any] = field(repr=False)


def retrained(shop: Shop, kind: str = COMPANY) -> Retrained:
    """Learn weights from what is loaded and decided. Keeps nothing.

    Raises UsageError for people, whose weights are not learned; ShopBusyError while a writer is at work.
    """
    if kind != COMPANY:
        fix = "Leave --people out; `burnish match --people --gate P` sets their gate."
        raise UsageError("weights for people are not learned from a shop", "--retrain --people", fix)
    known = held(shop)
    old = known.models[kind]
    trait = company_traits(shop, old)
    new = Model.of(learning.retrained(trait, old, known.word[kind]))
    changed = learning.flips(old, new, trait)
    return Retrained(
        kind, old.version, new.version, new.version != old.version, flips(known, changed), new.parameters
    )


def company_traits(shop: Shop, model: Model) -> pl.DataFrame:
    """What is compared of each company record, from what is loaded now."""
    with shop.writing(), shop.engine() as engine, pipeline.working_folder(shop) as work:
        there = loads.all_loads(shop.landing)
        records = pipeline.unresolved(shop, engine, there, work, step=lambda name, rows, seconds: None)
        known = pipeline.to_resolve(records)
        return traits_of(parties(known.organisation, known.refs), known, shop.vault, model)


def flips(known: Held, changed: pl.DataFrame) -> tuple[Flip, ...]:
    """Pairs that change sides, with the names of the records."""
    names = dict(known["party"].select("party_key", "name").iter_rows())
    return tuple(
        Flip(
            row["left_key"],
            row["right_key"],
            names.get(row["left_key"]) or "",
            names.get(row["right_key"]) or "",
            row["old_ppm"] / 1e6,
            row["new_ppm"] / 1e6,
            row["old_side"],
            row["new_side"],
        )
        for row in changed.iter_rows(named=True)
    )


def keep(shop: Shop, found: Retrained, *, by: str, why: str) -> None:
    """Keep new weights in the journal; the next refresh uses them."""
    with Journal.open(shop.folder) as book:
        book.keep_model(found.kind, found.parameters, by=by, why=masked(shop, why) or "weights learned anew")
