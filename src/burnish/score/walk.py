"""A walk through a shop's past: on every fourth week, what Burnish would have said.

Each origin is the pipeline's own code on what was known then, thresholds fitted when its quarter began.
"As occurred" is the same walk with every record known on the day it happened.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from os import getpid
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir
import polars as pl
from ibis.backends.duckdb import Backend

from burnish import detectors, pipeline
from burnish.detectors.calibration import quarter_start
from burnish.detectors.volume_weeks import size_of
from burnish.errors import UsageError
from burnish.pipeline import Records
from burnish.schema.facts import FACTS
from burnish.schema.tables import CANONICAL, HEAD, TRADE
from burnish.score.origins import TABLES, kept
from burnish.score.truth import IDENTIFIED, NAMED, Truth, read_truth
from burnish.shop import Shop, open_shop
from burnish.store import durable, loads

Step = Callable[[str, int, float], None]
Who: TypeAlias = dict[str, pl.DataFrame]  # the tables of who is who
FIRST_WEEKS = 65
VIEWS = ("known", "occurred")
ABOUT = "walk.json"
FINAL = ("release", "bill", "customer_ref", "industry")
PEOPLE: dict[str, dict[str, Any]] = {  # what walks of earlier versions lack
    "individual": dict.fromkeys(("person_id", "individual_id", "customer_id"), pl.String),
    "job": {"individual_id": pl.String, "customer_id": pl.String, "from_on": pl.Date, "moved_to": pl.String},
    "person": IDENTIFIED,
    "company": NAMED,
}
SOME = frozenset({"customer_week", "text_term"})  # facts that only some detectors read
READ = frozenset({*TRADE, HEAD, "organisation"})  # canonical tables that facts are made of
LAST_SHARE, FIRST_SHARE = 0.998, 0.002  # of the orders: single mistyped dates do not move the walk


@dataclass(frozen=True)
class Asked:
    """How to walk. `left_out` are canonical tables that are taken as never loaded."""

    view: str = "known"
    every_weeks: int = 4
    since: date | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk:
    """What was said on every origin, and what came of it.

    Tables: `signal`, `conclusion`, `explanation`, `rule` (with their `origin`); `release` (customer_id,
    release_on, size), `bill` (customer_id, due_on, paid_on), `customer_ref`, `industry`, `individual`, `job`
    as known at the end; `person` and `company`, the truth about people by their opaque ids and about names as
    the shop has them (empty where none was known).
    """

    shop: str
    asked: Asked
    origins: tuple[date, ...]
    last_on: date
    tables: dict[str, pl.DataFrame]
    truth: Truth | None = None

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]

    def keep(self, folder: Path) -> None:
        """Write the walk, with its truth, so that it can be scored again."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.tables.items():
            rows.write_parquet(folder / f"{name}.parquet")
        about = {
            "shop": self.shop,
            "view": self.asked.view,
            "every_weeks": self.asked.every_weeks,
            "left_out": list(self.asked.left_out),
            "origins": [day.isoformat() for day in self.origins],
            "last_on": self.last_on.isoformat(),
        }
        (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
        if self.truth is not None:
            self.truth.keep(folder / "truth")


def read_walk(folder: Path, truth: Path | None = None) -> Walk:
    """A walk that was kept; `truth` names another truth than the one kept with it. Raises UsageError."""
    if not (folder / ABOUT).is_file():
        raise UsageError(
            "no walk was kept there", str(folder), "Keep one with `burnish score --keep DIR` first."
        )
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in (*TABLES, *FINAL)}
    tables |= {name: kept_people(folder, name) for name in PEOPLE}
    beside = truth or (folder / "truth" if (folder / "truth").is_dir() else None)
    return Walk(
        about["shop"],
        Asked(about["view"], about["every_weeks"], None, tuple(about["left_out"])),
        tuple(map(date.fromisoformat, about["origins"])),
        date.fromisoformat(about["last_on"]),
        tables,
        None if beside is None else read_truth(beside),
    )


def kept_people(folder: Path, name: str) -> pl.DataFrame:
    """A table about people of a kept walk, empty in one of an earlier version."""
    path = folder / f"{name}.parquet"
    return pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=PEOPLE[name])


def walk(shop: Shop, asked: Asked, *, workers: int = 1, step: Step, truth: Truth | None = None) -> Walk:
    """Walk through a shop. Holds its write lock, and leaves nothing behind in it.

    Raises UsageError when there is less history than 65 weeks and one origin.
    """
    with shop.writing():
        try:
            with walking(shop, asked) as here:
                span, final = here.final()
                days = origins(*span, asked)
                parts = quarters(days)
                who = here.records.who
                here.lack(asked.left_out)
                found = list(together(here, parts, step) if workers == 1 else [])
            if workers > 1:
                found = list(apart(shop, asked, who, parts, workers, step))
        finally:
            durable.discard_unfinished(shop.snapshots)
    tables = {name: pl.concat([part[name] for part in found]) for name in TABLES}
    by_day = {name: rows.sort("origin", maintain_order=True) for name, rows in tables.items()}
    nobody = {"person": pl.DataFrame(schema=IDENTIFIED), "company": pl.DataFrame(schema=NAMED)}
    final |= nobody if truth is None else truth.of_shop(shop.vault, final["customer_ref"])
    return Walk(shop.settings.name, asked, tuple(days), span[1], by_day | final, truth)


def origins(first_on: date, last_on: date, asked: Asked) -> list[date]:
    """The days to judge on, from 65 weeks after the first order. Raises UsageError where there is none."""
    start = max(first_on + timedelta(weeks=FIRST_WEEKS), asked.since or date.min)
    step = timedelta(weeks=asked.every_weeks)
    if start > last_on:
        raise UsageError(
            f"history from {first_on} to {last_on} is too short to walk",
            "score",
            f"There must be orders of more than {FIRST_WEEKS} weeks before the first day that is judged.",
        )
    return [start + n * step for n in range((last_on - start) // step + 1)]


def quarters(days: Iterable[date]) -> list[tuple[date, ...]]:
    """The origins by quarter: those of one share their thresholds."""
    return [tuple(same) for _, same in groupby(days, key=quarter_start)]


def together(here: Walking, parts: list[tuple[date, ...]], step: Step) -> Iterator[dict[str, pl.DataFrame]]:
    """Every quarter in this process."""
    for days in parts:
        found, seconds = here.quarter(days)
        step(f"walk to {days[-1]}", found["signal"].height, seconds)
        yield found


def apart(
    shop: Shop, asked: Asked, who: Who, parts: list[tuple[date, ...]], workers: int, step: Step
) -> Iterator[dict[str, pl.DataFrame]]:
    """The quarters over several processes, in order of time."""
    fresh = multiprocessing.get_context("spawn")
    found: dict[int, dict[str, pl.DataFrame]] = {}
    with ProcessPoolExecutor(
        min(workers, len(parts)), mp_context=fresh, initializer=begin, initargs=(shop.folder, asked, who)
    ) as pool:
        waiting = {pool.submit(one_quarter, days): n for n, days in enumerate(parts)}
        for done in as_completed(waiting):
            n = waiting[done]
            found[n], seconds = done.result()
            step(f"walk to {parts[n][-1]}", found[n]["signal"].height, seconds)
    yield from (found[n] for n in sorted(found))


_HERE: list[Walking] = []
_OPEN = ExitStack()  # what a worker holds until its process ends


def begin(folder: Path, asked: Asked, who: Who) -> None:
    """Gather the shop's records once in a worker's process."""
    here = _OPEN.enter_context(walking(open_shop(folder), asked, who))
    here.lack(asked.left_out)
    _HERE.append(here)


def one_quarter(days: tuple[date, ...]) -> tuple[dict[str, pl.DataFrame], float]:
    """One quarter in a worker's process."""
    return _HERE[0].quarter(days)


@contextmanager
def walking(shop: Shop, asked: Asked, who: Who | None = None) -> Iterator[Walking]:
    """The records of a shop, gathered, with an engine to derive from them.

    Where it is known already who is who, only the files are read from which facts are made.
    """
    with shop.engine() as engine:
        work = durable.begin_folder(shop.snapshots, f"walk-{getpid()}")
        there = loads.all_loads(shop.landing)
        if who is not None:
            there = [load for load in there if any(part.table in READ for part in load.parts)]
        records = pipeline.gather(shop, engine, there, work, step=unheard, who=who)
        yield Walking(shop, engine, as_occurred(records) if asked.view == "occurred" else records, work)


def unheard(name: str, rows: int, seconds: float) -> None:
    """A step that nobody is told of."""


def as_occurred(records: Records) -> Records:
    """The final versions of all events, each known on the day it happened."""
    versions = dict(records.versions)
    for name in [name for name in CANONICAL if name in records.loaded and CANONICAL[name].kind == "event"]:
        rows = versions[name].filter(lambda table: table.superseded_on.isnull())
        said: dict[str, Any] = {"known_on": rows.occurred_on, "known_imputed": ibis.literal(False)}
        if "head_known_on" in rows.columns:
            said |= {"head_known_on": ibis.null("date"), "head_occurred_on": ibis.null("date")}
        versions[name] = rows.mutate(**said)
    return replace(records, versions=versions)


def loaded(shop: Shop) -> set[str]:
    """The canonical tables of which anything was loaded."""
    return {part.table for _, part in loads.parts(loads.all_loads(shop.landing)) if part.loaded}


@dataclass
class Walking:
    """One process's hold on a shop: its records, an engine, and the thresholds fitted so far."""

    shop: Shop
    engine: Backend
    records: Records
    work: Path
    fitted: dict[date, pipeline.Fitted] = field(default_factory=dict)
    registry: detectors.Registry = field(default_factory=detectors.discover)

    def lack(self, tables: Iterable[str]) -> None:
        """Take some tables as never loaded, and all of which no fact is made."""
        gone = {*tables, *(name for name in CANONICAL if name not in READ)}
        versions = self.records.versions | {name: self.records.versions[name].limit(0) for name in gone}
        self.records = replace(self.records, versions=versions, loaded=self.records.loaded - gone)

    def quarter(self, days: tuple[date, ...]) -> tuple[dict[str, pl.DataFrame], float]:
        """What is kept of each of these days, and the seconds it took."""
        began = perf_counter()
        found = [kept(self.day(day), day) for day in days]
        return {name: pl.concat([each[name] for each in found]) for name in TABLES}, perf_counter() - began

    def day(self, day: date) -> dict[str, pl.DataFrame]:
        """Facts, signals, explanations and conclusions of one day, by the pipeline's own steps."""
        frames, tables = self.facts(day)
        fit = pipeline.calibrated(self.shop, self.registry, self.records, tables, day, fitted=self.fitted)
        frames["alarm_threshold"] = fit.thresholds
        registry = self.registry.without(fit.left_out)
        findings, failed = pipeline.detect(registry, frames, day)
        frames |= findings
        return frames | pipeline.concluded(self.shop, registry.without(failed), frames)

    def facts(self, day: date) -> tuple[dict[str, pl.DataFrame], dict[str, ir.Table]]:
        """The facts of one day that some detector reads, in memory and on the engine."""
        functions = [
            function for each in self.registry for function in (each.run, each.explanations) if function
        ]
        read = {name for function in functions for name in detectors.tables_of(function)}
        tables = pipeline.facts(
            self.shop, self.engine, self.records, day, self.work, step=unheard, without=SOME - read
        )
        return {name: pipeline.frame(tables[name]) for name in FACTS if name in tables}, tables

    def final(self) -> tuple[tuple[date, date], dict[str, pl.DataFrame]]:
        """First and last day with orders, and what was known in the end: tables `FINAL`."""
        frames, _ = self.facts(self.shop.today())
        release, days = frames["order_release"], frames["order_release"]["release_on"]
        if days.is_empty():
            raise UsageError("there are no orders to walk through", "score", "Add a list of orders first.")
        span = [days.sort()[int(share * (len(days) - 1))] for share in (FIRST_SHARE, LAST_SHARE)]
        size = size_of(release)
        sized = pl.lit(None, pl.Float64) if size is None else pl.col(size).cast(pl.Float64)
        return (span[0], span[1]), {
            "release": release.select("customer_id", "release_on", size=sized).sort(
                "customer_id", "release_on"
            ),
            "bill": frames["invoice_state"]
            .filter(pl.col("amount") > 0, pl.col("due_on").is_not_null())
            .select("customer_id", "due_on", "paid_on")
            .sort("customer_id", "due_on", "paid_on"),
            "customer_ref": frames["customer_ref"],
            "industry": frames["customer"].select("customer_id", "industry").drop_nulls(),
            **{name: self.records.who[name].select(*PEOPLE[name]) for name in ("individual", "job")},
        }
