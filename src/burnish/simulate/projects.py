"""Engineering projects: samples, trials, first articles, stage by stage; some end as a new part.

Who is to turn to another process, or to start a program, mostly tries it first.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from burnish.simulate.chance import OpenDays
from burnish.simulate.floor import numbered
from burnish.simulate.quoting import people_then
from burnish.simulate.sizes import PROCESSES
from burnish.simulate.world import World, empty

A_YEAR = {"S": 14, "M": 36, "L": 55}
STAGES = ("inquiry", "sample", "trial", "first article", "approval")
ENGINEERS = ("engineer", "buyer", "plant manager", "owner")
TRIED_FIRST = {"process_drift": 0.7, "topic_interest": 0.35, "oem_program": 0.6, "more_orders": 0.25}
TITLES = (
    "{text}: sample run, {thing}",
    "{thing} - {text} trial",
    "Develop {text} for {thing}",
    "{text}, {thing}, first article",
)


def projects(world: World) -> World:
    """The world with its projects, a row per stage."""
    drawn = [*from_new_parts(world), *come_to_nothing(world), *before_events(world)]
    if not drawn:
        return world.with_tables(project=empty("project"))
    drawn.sort(key=lambda row: (row["starts_on"], row["company"], row["title"]))
    rng = world.plan.stream("projects", "stages")
    offset = int(numbered(world, 1)[0])
    rows = [stage for at, row in enumerate(drawn) for stage in stages(world, row, offset + at, rng)]
    table = pl.DataFrame(rows, schema={**empty("project").schema, "starts_on": pl.Date}, strict=False)
    people = people_then(world, table["company"], table["starts_on"], ENGINEERS)
    return world.with_tables(project=table.with_columns(person=people))


def many(world: World, share: float) -> int:
    """How many projects of the usual ones."""
    return round(A_YEAR[world.plan.size] * len(world.plan.days) / 365.25 * share)


def commercial(world: World) -> pl.DataFrame:
    """Parts with what a project says of them, of firms that order now and then."""
    firms = world["company"].filter(~pl.col("is_person").fill_null(False), pl.col("law") != "one_off")
    return (
        world["part"]
        .join(firms.select("company", "lot_usd", "starts_on", "ends_on"), on="company")
        .select(
            "part",
            "company",
            "process",
            "process_text",
            "description",
            "first_on",
            "lot_usd",
            "starts_on",
            "ends_on",
        )
        .sort("part")
    )


def from_new_parts(world: World) -> list[dict[str, Any]]:
    """Projects that ended as a part: closed shortly before its first order."""
    rng, last = world.plan.stream("projects", "won"), world.plan.last
    parts = commercial(world).filter(
        pl.col("first_on") > world.plan.first + timedelta(days=60), pl.col("first_on") <= last
    )
    chosen = np.sort(rng.choice(len(parts), size=min(many(world, 0.35), len(parts)), replace=False))
    rows = []
    for part in parts[chosen].iter_rows(named=True):
        days = int(rng.integers(35, 150))
        rows.append(
            project(world, part, part["first_on"] - timedelta(days=days), days - int(rng.integers(1, 9)), rng)
        )
    return [row for row in rows if row["starts_on"] >= world.plan.first]


def come_to_nothing(world: World) -> list[dict[str, Any]]:
    """Projects that were lost, fell asleep, or still go on."""
    rng, parts = world.plan.stream("projects", "others"), commercial(world)
    rows: list[dict[str, Any]] = []
    if parts.is_empty():
        return rows
    for at in rng.integers(0, len(parts), many(world, 0.65)):
        part = parts.row(int(at), named=True)
        first = max(part["starts_on"] or world.plan.first, world.plan.first)
        span = (min(part["ends_on"] or world.plan.last, world.plan.last) - first).days
        if span > 30:
            rows.append(project(world, part, first + timedelta(days=int(rng.integers(span))), None, rng))
    return rows


def before_events(world: World) -> list[dict[str, Any]]:
    """What a customer tries out before it turns to it; of a program more than one part."""
    rng, parts = world.plan.stream("projects", "events"), commercial(world)
    if "event" not in world.tables:
        return []
    rows = []
    for event in world["event"].filter(pl.col("company").is_not_null()).iter_rows(named=True):
        own = parts.filter(company=event["company"])
        if own.is_empty() or rng.random() > TRIED_FIRST.get(event["kind"], 0.0):
            continue
        part = own.row(int(rng.integers(len(own))), named=True)
        target = PROCESSES.get(event["subject"].rpartition(">")[2])
        if target is not None:
            text = target.texts[int(rng.integers(len(target.texts)))]
            part = part | {"process": target.code, "process_text": text}
        starts_on = event["t0"] - timedelta(days=int(rng.integers(-20, 60)))
        length = int(rng.integers(60, 160)) if event["kind"] != "topic_interest" else None
        if world.plan.first <= starts_on <= world.plan.last:
            rows.append(project(world, part, starts_on, length, rng))
    return rows


def project(
    world: World, part: dict[str, Any], starts_on: date, won_after_days: int | None, rng: np.random.Generator
) -> dict[str, Any]:
    """One project about a part. `won_after_days` None: nothing comes of it."""
    text = part["process_text"] or part["process"]
    title = TITLES[int(rng.integers(len(TITLES)))].format(text=text, thing=part["description"])
    amount = float(round((part["lot_usd"] or 250.0) * 15 * np.exp(rng.normal(0, 0.7)) / 500) * 500 or 500)
    ruler = OpenDays.around(world.plan)
    day = ruler.day(ruler.number(np.array([starts_on], dtype="datetime64[D]")))[0].item()
    return {
        "company": part["company"], "starts_on": day, "title": title, "process": part["process"],
        "amount": amount, "won_after_days": won_after_days,
    }  # fmt: skip


def stages(world: World, row: dict[str, Any], number: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The stages that a project went through by the last day, and how it ended."""
    last, won = world.plan.last, row["won_after_days"]
    first = 0 if rng.random() < 0.6 else 1
    reached = (
        len(STAGES) if won is not None else first + 1 + min(int(rng.geometric(0.45)), len(STAGES) - 1) - 1
    )
    names = STAGES[first : max(reached, first + 1)]
    gaps = rng.dirichlet(np.full(len(names), 2.0)) * (won or 28 * len(names))
    days = [row["starts_on"] + timedelta(days=int(day)) for day in np.r_[0.0, np.cumsum(gaps)]]
    asleep = won is None and rng.random() < 0.35
    closed = None if asleep or days[-1] > last else days[-1]
    outcome = "" if closed is None else "won" if won is not None else "lost"
    shared = {name: row[name] for name in ("company", "title", "process", "amount", "starts_on")}
    seen = [(name, day) for name, day in zip(names, days, strict=False) if day <= last]
    return [
        shared | {
            "project": number, "person": None, "on": row["starts_on"], "stage": name, "stage_on": day,
            "closed_on": closed if at == len(seen) - 1 else None,
            "outcome": outcome if at == len(seen) - 1 else "",
        }
        for at, (name, day) in enumerate(seen)
    ]  # fmt: skip
