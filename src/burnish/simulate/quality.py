"""What the inspectors find: rejects by customer, part, line, eye and incoming condition, rework, returns.

Each lot may fail for its looks, its function or the condition in which it came. The odds of each are products
of true effects, kept in the table `effect`; what is planted multiplies them. Not every lot is written down.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from burnish.simulate.chance import Chance, Days, Floats, Ints, OpenDays, Owners
from burnish.simulate.defects import CONDITION, CONDITIONS, COSMETIC, FOUND, FUNCTIONAL, LINES, PLATE, written
from burnish.simulate.floor import details, numbered, packed, windows
from burnish.simulate.world import World, empty, intensity

KINDS = (COSMETIC, FUNCTIONAL, CONDITION)
NOTICED = {"S": 0.62, "M": 0.76, "L": 0.93}  # lots whose inspection is written down; rejects more often
REJECTED = {"S": 0.085, "M": 0.052, "L": 0.048}  # lots found wanting before they go out
RETURNED = {"S": 0.0105, "M": 0.0078, "L": 0.006}
COSMETIC_SHARE = {"S": 0.85, "M": 0.60, "L": 0.55}  # of the rejects that are the shop's own
INCOMING_SHARE = {"S": 0.2, "M": 0.22, "L": 0.14}  # of all rejects
SPREAD = {"customer": 0.45, "part": 0.4, "line": 0.2, "inspector": 0.3}  # normal effects in log odds
CAME_BADLY = 0.7  # log odds of the shop's own rejects where parts came in poor condition
STRICTER = (0.5, 0.9)  # log odds of a planted stricter inspector, from to
FREE_TEXT_ONLY = 0.25
AFTER_WEEKS = 13  # an event's information counts so long after its full effect


@dataclass
class Shares:
    """Rows for the table `effect`."""

    rows: list[tuple[str, str, float, str]] = field(default_factory=list)

    def add(self, kind: str, subjects: list[str], numbers: Floats, unit: str = "log odds") -> None:
        """Keep one effect per subject."""
        told = np.round(numbers, 4).tolist()
        self.rows += [(kind, subject, number, unit) for subject, number in zip(subjects, told, strict=True)]

    def table(self, world: World) -> pl.DataFrame:
        """They and what others kept."""
        rows = pl.DataFrame(self.rows, schema=empty("effect").schema, orient="row")
        return pl.concat([world.tables.get("effect", empty("effect")), rows])


@dataclass(frozen=True)
class Lots:
    """Finished lots by customer, as arrays of one length; `place` numbers a customer's lots."""

    lot: Ints
    company: Ints
    part: Ints
    resource: Ints
    inspector: Ints
    place: Ints
    quantity: Ints
    started: Days
    finished: Days
    came: Days
    incoming: np.ndarray
    process: np.ndarray

    @property
    def owners(self) -> Owners:
        """The rows of each customer."""
        return Owners(self.company)


@dataclass(frozen=True)
class Tables:
    """Odds of a lot by kind of reject: as things are, and with what is planted; its returns alike."""

    usual: dict[str, Floats]
    now: dict[str, Floats]


def quality(world: World) -> World:
    """The world with inspections, returns, rework lots and effects; what is reworked ships later."""
    lots, shares = finished_lots(world), Shares()
    if not len(lots.lot):
        return world.with_tables(inspection=empty("inspection"), effect=shares.table(world))
    looks = log_odds(world, lots, shares)
    found = rejected(world, lots, looks)
    sent = shipped_on(world, lots)
    back = returned(world, lots, looks, sent)
    clean = passed(world, lots, found)
    inspections = pl.concat([clean, found, back]).sort("on", "lot", "found_at")
    inspections = inspections.with_columns(inspection=pl.Series(numbered(world, len(inspections))))
    again = rework(world, inspections)
    return world.with_tables(
        inspection=inspections,
        effect=shares.table(world),
        lot=pl.concat([world["lot"], again.select(world["lot"].columns)]),
        shipment=later_shipments(world, again),
        event=informed(world, lots, looks),
    )


def finished_lots(world: World) -> Lots:
    """All lots finished by the last day."""
    orders = world["order"].select("order", "company", "received_on")
    lines = world["line"].select("line", "order", "part").join(orders, on="order")
    parts = world["part"].select("part", "process")
    rows = (
        world["lot"]
        .filter(~pl.col("is_rework"))
        .join(lines, on="line")
        .join(parts, on="part")
        .sort("company", "received_on", "lot")
        .with_columns(place=pl.int_range(pl.len()).over("company"))
        .drop_nulls("finished_on")
        .with_columns(pl.col("inspector").fill_null(0))
    )
    names = (
        "lot", "company", "part", "resource", "inspector", "place", "quantity", "started_on", "finished_on",
        "received_on", "incoming", "process",
    )  # fmt: skip
    return Lots(*(rows[name].to_numpy() for name in names))


def log_odds(world: World, lots: Lots, shares: Shares) -> Tables:
    """Log odds of each lot for each kind of reject, levels set so that the shop rejects its usual share."""
    size, chance = world.plan.size, Chance.of(world.plan, "quality", "effects")
    who, part, line, eye = effects(world, lots, chance, shares)
    badly = (lots.incoming != "") * CAME_BADLY
    shares.add("incoming_rejects", ["any"], np.array([CAME_BADLY]))
    own = REJECTED[size] * (1 - INCOMING_SHARE[size])
    cosmetic, functional = COSMETIC_SHARE[size], 1 - COSMETIC_SHARE[size]
    usual = {
        COSMETIC: leveled(who + part + line + eye + badly, own * cosmetic),
        FUNCTIONAL: leveled(0.8 * who + part + line + 0.4 * eye + badly, own * functional),
        CONDITION: np.where(lots.incoming != "", leveled(0.5 * eye, 0.36, lots.incoming != ""), -np.inf),
        "returned " + COSMETIC: leveled(who + 0.5 * part + 0.6 * line - 0.5 * eye, RETURNED[size] * cosmetic),
        "returned " + FUNCTIONAL: leveled(0.8 * who + part + line, RETURNED[size] * functional),
    }
    return Tables(usual, planted(world, lots, usual))


def effects(
    world: World, lots: Lots, chance: Chance, shares: Shares
) -> tuple[Floats, Floats, Floats, Floats]:
    """The crossed effects of customer, part, line (with the process) and inspector on each lot, kept as true.

    Those that stand in `effect` already are taken from there.
    """
    lines = dict(world["resource"].select("resource", "name").iter_rows())
    named = (
        ("customer", 1, lots.company, str),
        ("part", 2, lots.part, str),
        ("line", 3, lots.resource, lambda number: lines[number]),
        ("inspector", 4, lots.inspector, str),
    )
    each = []
    for what, purpose, keys, name in named:
        different, at = np.unique(keys, return_inverse=True)
        numbers = SPREAD[what] * chance.normal(different, purpose)
        known = kept_effects(world, f"{what}_rejects")
        subjects = [name(number) for number in different.tolist()]
        numbers = np.array(
            [known.get(subject, drawn) for subject, drawn in zip(subjects, numbers, strict=True)]
        )
        new = np.array([subject not in known for subject in subjects])
        shares.add(f"{what}_rejects", [each for each in subjects if each not in known], numbers[new])
        each.append(numbers[at])
    processes, at = np.unique(lots.process.astype(str), return_inverse=True)
    by_process = kept_effects(world, "process_rejects")
    each[2] = each[2] + np.array([by_process.get(str(process), 0.0) for process in processes])[at]
    return each[0], each[1], each[2], each[3]


def kept_effects(world: World, kind: str) -> dict[str, float]:
    """Effects of a kind that are true already, by subject."""
    rows = world.tables["effect"].filter(kind=kind) if "effect" in world.tables else empty("effect")
    return dict(rows.select("subject", "number").iter_rows())


def leveled(effect: Floats, share: float, among: np.ndarray | None = None) -> Floats:
    """Log odds with such a level that the mean probability is `share`."""
    counted = effect if among is None else effect[among]
    if not len(counted):
        return effect
    low, high = -15.0, 5.0
    for _ in range(30):
        level = (low + high) / 2
        low, high = (low, level) if chances(counted + level).mean() > share else (level, high)
    return np.asarray(effect + level)


def chances(odds: Floats) -> Floats:
    """Probabilities of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def planted(world: World, lots: Lots, usual: dict[str, Floats]) -> dict[str, Floats]:
    """The log odds with what is planted: more rejects of all kinds, pickiness about looks, stricter eyes."""
    now = {kind: odds.copy() for kind, odds in usual.items()}
    for event in shifts(world):
        own = lots.owners.rows(event.company)
        for kind in event.touches:
            now[kind][own] += event.at(lots.finished[own])
    for company, inspector, strict, from_on, until_on in stricter_eyes(world, lots):
        own = (lots.inspector == inspector) & (lots.finished >= from_on) & (lots.finished <= until_on)
        own &= True if company is None else lots.company == company
        now[COSMETIC][own] += strict
        now[FUNCTIONAL][own] += 0.5 * strict
    return now


@dataclass(frozen=True)
class Shift:
    """An event that multiplies odds."""

    event: int
    company: int
    touches: tuple[str, ...]
    log_ratio: float
    t0: Days
    t1: Days
    ends_on: object

    def at(self, days: Days) -> Floats:
        """The log odds that it adds on each day."""
        return self.log_ratio * intensity(days, t0=self.t0, t1=self.t1, ends_on=self.ends_on)


def shifts(world: World) -> list[Shift]:
    """More rejects touch everything, pickiness what is a matter of looks, most at the customer's own dock."""
    touches = {
        "more_rejects": tuple(kind + what for kind in ("", "returned ") for what in (COSMETIC, FUNCTIONAL)),
        "pickier": (COSMETIC, "returned " + COSMETIC),
    }
    if "event" not in world.tables:
        return []
    rows = world["event"].filter(pl.col("kind").is_in(list(touches)), pl.col("company").is_not_null())
    columns = ("event", "company", "kind", "size", "t0", "t1", "ends_on")
    return [
        Shift(event, company, touches[kind], float(np.log(size)), t0, t1, ends_on)
        for event, company, kind, size, t0, t1, ends_on in rows.select(columns).iter_rows()
    ]


def stricter_eyes(
    world: World, lots: Lots
) -> list[tuple[int | None, int, float, np.datetime64, np.datetime64]]:
    """Inspectors who look closer for a while: the one named, or who saw most of those lots in the window."""
    rng, eyes = world.plan.stream("quality", "stricter"), []
    planted = zip(windows(world, "stricter_inspector"), details(world, "stricter_inspector"), strict=True)
    for (company, from_on, until_on), named_one in planted:
        strict = float(rng.uniform(*STRICTER))
        own = slice(None) if company is None else lots.owners.rows(company)
        seen = lots.inspector[own][(lots.finished[own] >= from_on) & (lots.finished[own] <= until_on)]
        if len(seen):
            number = named_one.rpartition(" ")[2]
            who = int(number) if number.isdigit() else int(np.bincount(seen).argmax())
            eyes.append((company, who, strict, from_on, until_on))
    return eyes


def informed(world: World, lots: Lots, looks: Tables) -> pl.DataFrame:
    """The events, those about rejects with the information that the lots written down carry (nats)."""
    events, nats = world.tables.get("event", empty("event")), {}
    for shift in shifts(world):
        own = lots.owners.rows(shift.company)
        until = np.datetime64(shift.t1, "D") + 7 * AFTER_WEEKS  # type: ignore[call-overload]
        days = lots.finished[own]
        counted = (days >= np.datetime64(shift.t0, "D")) & (days <= until)  # type: ignore[call-overload]
        nats[shift.event] = sum(
            float((told * divergence(looks.usual[kind][own], shift.at(days)))[counted].sum())
            for kind in shift.touches
            for told in [1.0 if "returned" in kind else NOTICED[world.plan.size]]
        )
    known = pl.col("event").replace_strict(nats, default=None, return_dtype=pl.Float64)
    return events.with_columns(nats=pl.coalesce(known.round(2), "nats")) if nats else events


def divergence(usual: Floats, more: Floats) -> Floats:
    """Kullback and Leibler's information per lot for the changed against the usual probability."""
    now, was = chances(usual + more), chances(usual)
    return np.asarray(now * np.log(now / was) + (1 - now) * np.log((1 - now) / (1 - was)))


def rejected(world: World, lots: Lots, looks: Tables) -> pl.DataFrame:
    """Inspections before shipping that found something: at receiving, in process or at the end."""
    chance = Chance.of(world.plan, "quality", "rejects")
    ids = (lots.company, lots.place)
    fails = [chance.yes(chances(looks.now[kind]), *ids, at) for at, kind in enumerate(KINDS)]
    at = np.select([fails[2], fails[1], fails[0]], [2, 1, 0], -1)
    told = chance.yes(0.4 + 0.6 * NOTICED[world.plan.size], *ids, 5)
    bad = np.flatnonzero((at >= 0) & told)
    kind, ids = at[bad], (lots.company[bad], lots.place[bad])
    where = np.where(
        kind == 2, chance.place((0.6, 0.25, 0.15), *ids, 6), 1 + chance.place((0.28, 0.72), *ids, 7)
    )
    lengths = (lots.finished[bad] - lots.started[bad]).astype("int64")
    on = lots.started[bad] + np.select([where == 0, where == 1], [0, lengths // 2], lengths)
    share = np.minimum(np.exp(-2.2 + 1.1 * chance.normal(*ids, 8)), 1.0)
    sampled = np.where(chance.yes(0.25, *ids, 11), lots.quantity[bad], sample(lots.quantity[bad]))
    dispositions = np.array(
        ["rework", "strip & refinish", "sort", "use-as-is", "scrap", "return to customer"]
    )
    own = dispositions[chance.place((0.55, 0.14, 0.1, 0.13, 0.08, 0), *ids, 9)]
    theirs = dispositions[chance.place((0.3, 0.05, 0.1, 0.25, 0, 0.3), *ids, 10)]
    rows = pl.DataFrame(
        {
            "lot": lots.lot[bad],
            "company": lots.company[bad],
            "on": pl.Series(on),
            "inspected": sampled,
            "rejected": np.maximum(1, np.minimum(np.round(sampled * share), sampled)).astype("int64"),
            "found_at": np.array(["receiving", "in-process", "final"])[where],
            "disposition": np.where(kind == 2, theirs, own),
            "inspector": lots.inspector[bad],
        }
    )
    return described(world, "ours", lots, bad, kind, rows)


def sample(quantity: Ints) -> Ints:
    """Pieces looked at by lot size, as general inspection levels have it."""
    limits, sizes = (
        np.array([15, 25, 50, 90, 150, 280, 500, 1200]),
        np.array([0, 5, 8, 13, 20, 32, 50, 80, 125]),
    )
    drawn = sizes[np.searchsorted(limits, quantity)]
    return np.asarray(np.where(quantity <= 15, quantity, drawn))


def passed(world: World, lots: Lots, found: pl.DataFrame) -> pl.DataFrame:
    """Final inspections that found nothing, as far as they were written down."""
    chance = Chance.of(world.plan, "quality", "passed")
    told = chance.yes(NOTICED[world.plan.size], lots.company, lots.place)
    told &= ~np.isin(lots.lot, found["lot"].to_numpy())
    return pl.DataFrame(
        {
            "inspection": 0,
            "lot": lots.lot[told],
            "company": lots.company[told],
            "on": pl.Series(lots.finished[told]),
            "inspected": sample(lots.quantity[told]),
            "rejected": 0,
            "defect": "",
            "defect_text": "",
            "found_at": "final",
            "fault": "",
            "disposition": "accept",
            "inspector": nobody(lots.inspector[told]),
            "is_coded": True,
        },
        schema=world_schema(),
        strict=False,
    )


def world_schema() -> dict[str, pl.DataType]:
    """The columns of an inspection."""
    return dict(empty("inspection").schema)


def nobody(inspector: Ints) -> pl.Series:
    """Inspectors; null where nobody is known."""
    return pl.Series(inspector).replace(0, None)


def described(world: World, what: str, lots: Lots, bad: Ints, kind: Ints, rows: pl.DataFrame) -> pl.DataFrame:
    """Rejects with defect, fault and words. A quarter have words only, the code was never written down."""
    chance = Chance.of(world.plan, "quality", "words", what)
    ids = (lots.company[bad], lots.place[bad])
    draws = [chance.even(*ids, at).tolist() for at in range(6)]
    groups = [LINES.get(process, PLATE) for process in lots.process[bad].tolist()]
    codes, texts = [], []
    for at, (group, which, came) in enumerate(
        zip(groups, kind.tolist(), lots.incoming[bad].tolist(), strict=True)
    ):
        code, words = named(group, KINDS[which], came, draws[0][at])
        codes.append(code)
        chosen = words[int(draws[1][at] * len(words))]
        texts.append(written(chosen, int(draws[2][at] * 9), int(draws[3][at] * 9), int(draws[4][at] * 6)))
    coded = ~chance.yes(FREE_TEXT_ONLY, *ids, 7)
    with_text = ~coded | chance.yes(0.4, *ids, 8)
    ours = np.array(["ours", "supplier material", "unknown"])[chance.place((0.8, 0.04, 0.16), *ids, 9)]
    theirs = np.array(["customer material", "unknown"])[chance.place((0.85, 0.15), *ids, 10)]
    return rows.with_columns(
        inspection=pl.lit(0),
        defect=pl.Series(codes, dtype=pl.String),
        defect_text=pl.Series(np.where(with_text, np.array(texts, dtype=object), ""), dtype=pl.String),
        fault=pl.Series(np.where(kind == 2, theirs, ours), dtype=pl.String),
        inspector=pl.col("inspector").replace(0, None),
        is_coded=pl.Series(coded),
    ).select(pl.col(name).cast(of) for name, of in world_schema().items())  # fmt: skip


def named(group: str, kind: str, came: str, draw: float) -> tuple[str, tuple[str, ...]]:
    """A defect of a kind on a line: its code and its words."""
    if kind == CONDITION and came:
        return came, CONDITIONS[came]
    ways = [defect for defect in FOUND[group] if defect.kind == kind]
    steps = np.cumsum([defect.share for defect in ways])
    chosen = ways[min(int(np.searchsorted(steps, draw * steps[-1])), len(ways) - 1)]
    return chosen.code, chosen.words


def shipped_on(world: World, lots: Lots) -> Days:
    """The day on which each lot first went out; not a day where it has not."""
    sent = world["shipment"].group_by("lot").agg(pl.min("on"))
    known = pl.DataFrame({"lot": lots.lot}).join(sent, on="lot", how="left", maintain_order="left")
    return known["on"].to_numpy().astype("datetime64[D]")


def returned(world: World, lots: Lots, looks: Tables, sent: Days) -> pl.DataFrame:
    """What the customers found: days or weeks after it went out."""
    chance, ids = Chance.of(world.plan, "quality", "returns"), (lots.company, lots.place)
    fails = [
        chance.yes(chances(looks.now["returned " + kind]), *ids, at) for at, kind in enumerate(KINDS[:2])
    ]
    kind = np.where(fails[1], 1, 0)
    after = 3 + np.floor(np.exp(2.3 + 0.8 * chance.normal(*ids, 3))).astype("int64")
    on = OpenDays.around(world.plan).day(
        OpenDays.around(world.plan).number(np.where(np.isnat(sent), lots.finished, sent) + after)
    )
    bad = np.flatnonzero((fails[0] | fails[1]) & ~np.isnat(sent) & (on <= np.datetime64(world.plan.last)))
    ids = (lots.company[bad], lots.place[bad])
    share = np.minimum(np.exp(-1.3 + 0.8 * chance.normal(*ids, 4)), 1.0)
    disposition = np.array(["rework", "credit", "use-as-is", "sort", "scrap"])
    rows = pl.DataFrame(
        {
            "lot": lots.lot[bad],
            "company": lots.company[bad],
            "on": pl.Series(on[bad]),
            "inspected": lots.quantity[bad],
            "rejected": np.maximum(1, np.round(lots.quantity[bad] * share)).astype("int64"),
            "found_at": "customer",
            "disposition": disposition[chance.place((0.5, 0.24, 0.08, 0.1, 0.08), *ids, 5)],
            "inspector": lots.inspector[bad],
        }
    )
    return described(world, "back", lots, bad, kind[bad], rows)


def rework(world: World, inspections: pl.DataFrame) -> pl.DataFrame:
    """Lots that go through again: all pieces, or those found wanting; with `at`, the lot they came from."""
    again = inspections.filter(pl.col("disposition").is_in(["rework", "strip & refinish"])).unique(
        "lot", keep="first", maintain_order=True
    )
    rows = again.select("lot", found_on="on", bad="rejected", seen="inspected").join(
        world["lot"], on="lot", maintain_order="left"
    )
    chance, ruler = Chance.of(world.plan, "quality", "rework"), OpenDays.around(world.plan)
    keys, many = rows["lot"].to_numpy(), len(rows)
    start = ruler.number(rows["found_on"].to_numpy()) + chance.whole(3, keys, 1)
    end = start + chance.whole(3, keys, 2)
    last = np.datetime64(world.plan.last)
    days = {"started_on": ruler.day(start), "finished_on": ruler.day(end)}
    shown = {name: pl.Series(np.where(day <= last, day, np.datetime64("NaT"))) for name, day in days.items()}
    pieces = (pl.col("quantity") * pl.col("bad") / pl.col("seen")).ceil().clip(1, pl.col("quantity"))
    share = pl.col("quantity") / pl.col("whole")
    first = int(world["lot"]["lot"].max() or 0) + 1  # type: ignore[arg-type]
    return (
        rows.with_columns(**shown, end=pl.Series(days["finished_on"]), at="lot", whole="quantity")
        .with_columns(quantity=pieces.cast(pl.Int64))
        .with_columns(
            lot=pl.Series(np.arange(first, first + many)),
            lot_no=pl.col("lot_no") + "R",
            loads=(pl.col("loads") * share).ceil().cast(pl.Int64),
            hours=(pl.col("hours") * share).round(2),
            is_rework=pl.lit(True),
        )
    )


def later_shipments(world: World, again: pl.DataFrame) -> pl.DataFrame:
    """Shipments, those of lots that are reworked before they go out not before that is done."""
    ready = again.select("end", "found_on", lot="at")
    moved = world["shipment"].join(ready, on="lot", how="left", maintain_order="left")
    waits = pl.col("end").is_not_null() & (pl.col("found_on") <= pl.col("on"))
    on = pl.when(waits).then(pl.max_horizontal("on", "end")).otherwise("on")
    return packed(world, moved.with_columns(on=on))
