"""What sales, quality and planning write down: dated, about a customer, in plain language."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from burnish.simulate.attention.hours import instants, midnight_after
from burnish.simulate.attention.topics import Topics, named
from burnish.simulate.attention.wording import OF_EVENTS, OF_LOOKALIKES, TOUCHES
from burnish.simulate.workdays import weekday
from burnish.simulate.world import World, empty, fitted

PER_WEEK = {"S": 3.0, "M": 5.0, "L": 5.0}
NOTICED = 0.4  # of what happens to a customer leaves a trace in the notes, before or after it shows
EXPLAINED = 0.35  # of what only looks so
WRITERS = {"sales": "sales", "quality": "inspector", "planner": "planner"}  # desk -> role of the colleague
FORMS = ("Inc", "LLC", "Co", "Corp", "Ltd")
Happened = tuple[int, np.datetime64, str, str, str, str]  # company, day, desk, topic, text, finish


def noted(world: World, topics: Topics) -> pl.DataFrame:
    """Rows of the table `note`, by time."""
    rng = world.plan.stream("notes")
    found = [*touches(world, topics, rng), *of_events(world, topics, rng), *of_lookalikes(world, topics, rng)]
    names = dict(world["company"].select("company", "name").iter_rows())
    first, last = np.datetime64(world.plan.first), np.datetime64(world.plan.last)
    kept = [each for each in found if each[0] in names and first <= each[1] <= last]
    if not kept:
        return empty("note")
    at = instants(np.array([each[1] for each in kept], dtype="datetime64[D]"), rng).tolist()
    people, desks = contacts(world), writers(world)
    rows = [
        note(each, when, short(names[each[0]]), people.get(each[0], []), desks, rng)
        for each, when in zip(kept, at, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=list(empty("note").columns)[1:], orient="row", infer_schema_length=None)
    frame = frame.with_columns(pl.col("at").cast(pl.Datetime("us")))
    frame = frame.filter(pl.col("at") < midnight_after(world.plan)).sort("at", "company", "text")
    return fitted("note", frame.with_row_index("note", offset=1))


def touches(world: World, topics: Topics, rng: np.random.Generator) -> Iterator[Happened]:
    """The daily business, with large customers more often."""
    plan, companies = world.plan, world["company"].filter(~pl.col("is_person"))
    if companies.is_empty():
        return
    days = plan.days
    weekdays = days[weekday(days) < 5]
    count = rng.poisson(PER_WEEK[plan.size] * len(days) / 7)
    weight = 1.0 / (companies["rank"].fill_null(999).to_numpy() + 3.0)
    numbers = companies["company"].to_numpy()
    starts = companies["starts_on"].fill_null(plan.first).to_numpy()
    ends = companies["ends_on"].fill_null(plan.last).to_numpy()
    which = rng.choice(len(numbers), count, p=weight / weight.sum())
    on = rng.choice(weekdays, count)
    for row, day in zip(which, on, strict=True):
        if starts[row] <= day <= ends[row]:
            desk, topic, text = TOUCHES[int(rng.integers(len(TOUCHES)))]
            yield int(numbers[row]), day, desk, topic, text, any_finish(topics, rng)


def of_events(world: World, topics: Topics, rng: np.random.Generator) -> Iterator[Happened]:
    """What somebody noticed of the events."""
    if "event" not in world.tables:
        return
    wanted = ("kind", "company", "subject", "t0", "t1")
    for kind, company, subject, t0, t1 in world["event"].select(wanted).iter_rows():
        span = max((t1 - t0).days, 14)
        draw, after = rng.random(), int(rng.integers(-7, span + 28))
        if draw < NOTICED and company is not None and kind in OF_EVENTS:
            desk, topic, text = OF_EVENTS[kind][int(rng.integers(len(OF_EVENTS[kind])))]
            is_process = topics.place(subject or "") in range(topics.processes)
            finish = named(subject).lower() if is_process else any_finish(topics, rng)
            yield company, np.datetime64(t0) + after, desk, topic, text, finish


def of_lookalikes(world: World, topics: Topics, rng: np.random.Generator) -> Iterator[Happened]:
    """What somebody wrote of the innocent explanations."""
    if "lookalike" not in world.tables:
        return
    wanted = ("company", "explanation", "from_on", "until_on")
    for company, explanation, from_on, until_on in world["lookalike"].select(wanted).iter_rows():
        draw, at = rng.random(), rng.random()
        if draw < EXPLAINED and company is not None and explanation in OF_LOOKALIKES:
            choices = OF_LOOKALIKES[explanation]
            desk, topic, text = choices[int(rng.integers(len(choices)))]
            span = ((until_on or from_on) - from_on).days + 1
            yield company, np.datetime64(from_on) + int(at * span), desk, topic, text, any_finish(topics, rng)


def any_finish(topics: Topics, rng: np.random.Generator) -> str:
    """One of the shop's processes as people write it."""
    return named(topics.codes[int(rng.integers(topics.processes))]).lower()


def contacts(world: World) -> dict[int, list[tuple[int, str, np.datetime64, np.datetime64]]]:
    """company -> its people: number, given name, from, until."""
    plan, found = world.plan, {}  # type: ignore[var-annotated]
    people = world["job"].filter(pl.col("role") != "mailbox").join(world["person"], on="person", how="inner")
    people = people.sort("company", "person", "from_on")
    wanted = ("company", "person", "given", "from_on", "until_on")
    for company, person, given, from_on, until_on in people.select(wanted).iter_rows():
        span = np.datetime64(from_on or plan.first), np.datetime64(until_on or plan.last)
        found.setdefault(company, []).append((person, given, *span))
    return found


def writers(world: World) -> dict[str, list[int]]:
    """desk -> numbers of the colleagues who write there."""
    found = {}
    for desk, role in WRITERS.items():
        of = world["colleague"].filter(pl.col("role") == role)["colleague"].sort().to_list()
        found[desk] = of or world["colleague"]["colleague"].sort().to_list()
    return found


def note(
    happened: Happened,
    at: object,
    they: str,
    people: list[tuple[int, str, np.datetime64, np.datetime64]],
    desks: dict[str, list[int]],
    rng: np.random.Generator,
) -> tuple[object, ...]:
    """One note, without its number."""
    company, day, desk, topic, text, finish = happened
    there = [each for each in people if each[2] <= day <= each[3]]
    person, given = there[int(rng.integers(len(there)))][:2] if there else (None, "the owner")
    numbers = {"n": int(rng.integers(10, 60)), "k": int(rng.integers(2, 12))}
    told = text.format(they=they, given=given, finish=finish, **numbers)
    writer = desks[desk][int(rng.integers(len(desks[desk])))] if desks[desk] else None
    return company, person if "{given}" in text else None, at, writer, told[0].upper() + told[1:], topic


def short(name: str) -> str:
    """A company as colleagues call it: without Inc. and the like."""
    words = name.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1].strip(".") in FORMS else name
