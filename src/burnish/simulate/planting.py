"""What happens to customers and means something, and what only looks so. Nothing of it in a null shop."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from burnish.simulate.diary import FOR_GOOD, QUIET_FIRST_WEEKS, Company, Course, Diary, open_window
from burnish.simulate.plan import USUAL_YEARS, Plan
from burnish.simulate.seeming import seeming
from burnish.simulate.sizes import INDUSTRIES, OEM_SPECS, SHOPS
from burnish.simulate.world import SCHEMAS, World, empty

SUDDEN = 0.25
PROGRAM_FROM = 1.0  # orders a week of a customer who gets a program
ORDER = ("distress", "stop", "later_payment", "fewer_orders", "smaller_lots", "process_drift", "more_orders",
         "more_rejects", "pickier", "topic_interest")  # fmt: skip
SIZES = {  # kind -> median, spread of the logarithm, least, most
    "later_payment": (14, 0.6, 4, 60),
    "fewer_orders": (50, 0.35, 20, 85),
    "more_orders": (70, 0.5, 25, 200),
    "smaller_lots": (32, 0.4, 12, 65),
    "distress": (55, 0.25, 30, 80),
    "more_rejects": (2.6, 0.4, 1.4, 7),
    "pickier": (2.6, 0.4, 1.4, 7),
    "process_drift": (40, 0.4, 12, 85),
    "topic_interest": (4, 0.5, 1.8, 15),
    "industry_slump": (32, 0.25, 18, 60),
}
PASSING = {  # kind -> how often it ends again
    "later_payment": 0.25, "fewer_orders": 0.1, "more_orders": 0.0, "smaller_lots": 0.0, "distress": 0.0,
    "more_rejects": 0.4, "pickier": 0.2, "process_drift": 0.0, "topic_interest": 1.0, "stop": 0.0,
    "industry_slump": 1.0, "oem_program": 0.0,
}  # fmt: skip


def planting(world: World) -> World:
    """The world with its events, look-alikes and effects; companies that stop have their last day."""
    plan = world.plan
    if plan.null:
        return world.with_tables(event=empty("event"), lookalike=empty("lookalike"), effect=empty("effect"))
    companies = world["company"].filter(pl.col("law") != "one_off").rows(named=True)
    alive = [row for row in companies if row["ends_on"] is None or row["ends_on"] > plan.first]
    diary = Diary(plan, alive)
    ordinary_losses(diary)
    if plan.plant_rate:
        planted(diary)
        slumps(diary)
        programs(diary)
    seeming(diary)
    return told(world, diary)


def told(world: World, diary: Diary) -> World:
    """The diary as tables."""
    block = world.plan.block
    events = sorted(diary.events, key=lambda row: (row["t0"], row["company"] or 0, row["kind"]))
    for number, row in enumerate(events, start=1):
        row["event"] = block * 100_000 + number
    seemed = sorted(
        diary.lookalikes, key=lambda row: (row["from_on"], row["company"] or 0, row["explanation"])
    )
    for number, row in enumerate(seemed, start=1):
        row["lookalike"] = block * 100_000 + number
    gone = {row["company"]: row["t1"] for row in events if row["kind"] == "stop"}
    left = pl.DataFrame(
        {"company": list(gone), "left": list(gone.values())}, schema={"company": pl.Int64, "left": pl.Date}
    )
    companies = world["company"].join(left, on="company", how="left", maintain_order="left")
    return world.with_tables(
        company=companies.with_columns(ends_on=pl.coalesce("left", "ends_on")),
        event=pl.DataFrame(events, schema=SCHEMAS["event"]),
        lookalike=pl.DataFrame(seemed, schema=SCHEMAS["lookalike"]),
        effect=empty("effect"),
    )


def times(plan: Plan, kind: str, rng: np.random.Generator) -> int:
    """How often a kind happens in this history; chance decides where that is no whole number."""
    usual = SHOPS[plan.size].events.get(kind, 0)
    years = (plan.last - plan.first).days / 365.25
    return int(usual * years / USUAL_YEARS[plan.size] * plan.plant_rate + rng.random())


def course(kind: str, row: Company, plan: Plan, rng: np.random.Generator, size: float) -> Course | None:
    """When an event of a customer begins, how long it takes and when it ends; None where there is no room."""
    window = open_window(plan, row)
    if window is None:
        return None
    t0 = window[0] + timedelta(days=int(rng.integers((window[1] - window[0]).days + 1)))
    days, sudden = lead_days(kind, rng, size)
    t1 = t0 + timedelta(days=days)
    ends = t1 + timedelta(weeks=int(rng.integers(16, 60))) if rng.random() < PASSING[kind] else None
    return Course(t0, t1, ends, sudden)


def lead_days(kind: str, rng: np.random.Generator, size: float, *, most: int = 360) -> tuple[int, bool]:
    """Days from onset to full effect, and whether it comes suddenly, within a week; distress never does."""
    if kind == "distress":
        weeks = float(
            np.clip(rng.lognormal(np.log(14), 0.6), 4, 40)
        )  # until orders are half or an invoice late
        return int(7 * weeks * max(size / 50, 1.0)), False
    if kind == "stop" and rng.random() < 0.4:
        return 0, True
    if rng.random() < SUDDEN:
        return int(rng.integers(0, 8)), True
    return int(np.clip(rng.lognormal(np.log(80), 0.8), 8, most)), False


def size_of(kind: str, row: Company, rng: np.random.Generator) -> float:
    """A size from a wide law; of a stop the orders that end."""
    if kind == "stop":
        return float(row["per_week"])
    median, spread, least, most = SIZES[kind]
    return round(float(np.clip(median * np.exp(rng.normal(0, spread)), least, most)), 2)


def ordinary_losses(diary: Diary) -> None:
    """Customers who went elsewhere in the ordinary course: they truly stopped, four of ten after fading."""
    rng, plan = diary.plan.stream("losses"), diary.plan
    for row in diary.companies:
        fading, days = rng.random() < 0.4, int(np.clip(rng.lognormal(np.log(70), 0.6), 14, 250))
        if row["ends_on"] is None:
            continue
        room = (row["ends_on"] - max(row["starts_on"], plan.first)).days - 60
        days = days if fading and days < room else 0
        went = Course(row["ends_on"] - timedelta(days=days), row["ends_on"], None, days == 0)
        stops(diary, row, went, "went elsewhere")


def stops(diary: Diary, row: Company, going: Course, why: str) -> None:
    """Plant a full stop."""
    outcome = "stops ordering"
    diary.record("stop", row, going, row["per_week"], why, outcome=outcome, outcome_on=going.t1)


def planted(diary: Diary) -> None:
    """Plant the events of single customers, kind by kind."""
    rng = diary.plan.stream("planting")
    for kind in ORDER:
        for _ in range(times(diary.plan, kind, rng)):
            plant(diary, kind, rng)


def plant(diary: Diary, kind: str, rng: np.random.Generator) -> None:
    """Find a customer and a time for one event, where there still is one, and plant it."""
    for _ in range(60):
        row = anybody(diary.companies, rng, spared=3 if kind in ("stop", "distress") else 0)
        size = size_of(kind, row, rng)
        going = course(kind, row, diary.plan, rng, size)
        if going and diary.is_free(row["company"], going.t0, over(kind, going)):
            happens(diary, kind, row, going, size, rng)
            return


def over(kind: str, going: Course) -> date:
    """Until when an event takes its customer: nothing can happen to one that has stopped."""
    return FOR_GOOD if kind == "stop" else going.ends_on or going.t1


def anybody(companies: list[Company], rng: np.random.Generator, *, spared: int = 0) -> Company:
    """A customer: six times of ten any, else the more likely the more it orders."""
    if rng.random() < 0.6:
        return companies[int(rng.integers(spared, len(companies)))]
    for _ in range(200):
        row = companies[int(rng.integers(spared, len(companies)))]
        if rng.random() < min(np.sqrt(row["per_week"] / 4), 1.0):
            return row
    return companies[spared]


def happens(
    diary: Diary, kind: str, row: Company, going: Course, size: float, rng: np.random.Generator
) -> None:
    """Plant one event of a customer."""
    why = WHY[kind][int(rng.integers(len(WHY[kind])))]
    if kind == "stop":
        stops(diary, row, going, why)
        return
    outcome, outcome_on = outcome_of(kind, going, size)
    subject = drift_of(diary.plan, row, rng) if kind in ("process_drift", "topic_interest") else ""
    subject = subject.rpartition(">")[2] if kind == "topic_interest" else subject
    diary.record(kind, row, going, size, why, subject=subject, outcome=outcome, outcome_on=outcome_on)


def outcome_of(kind: str, going: Course, size: float) -> tuple[str, date | None]:
    """What can be checked later, and when it comes true, be it after the history.

    When an invoice truly is late only `paying` knows; until then this is the day to expect it.
    """
    if kind in ("distress", "fewer_orders") and size >= 50:
        return "orders half or less", going.when(50 / size)
    if kind == "distress":
        return "an invoice 30 days late", going.t1
    if kind == "later_payment" and size >= 20:
        return "an invoice 30 days late", going.when(20 / size) + timedelta(days=45)
    return "", None


WHY = {
    "stop": ("another plater took all of it", "the work went overseas", "the plant was closed"),
    "later_payment": ("cash is short", "a new owner stretches terms", "the bank cut the credit line"),
    "fewer_orders": ("a second source takes a part", "their own sales fall", "a program ran out"),
    "more_orders": ("a new program", "their other finisher closed", "a second shift"),
    "smaller_lots": ("lean deliveries", "less stock is wanted"),
    "process_drift": ("their customer changed the call-out", "it is cheaper", "a new engineer prefers it"),
    "distress": ("an important customer of theirs is gone", "a debt falls due"),
    "more_rejects": ("a new supplier of castings", "parts come oilier", "a new alloy"),
    "pickier": ("a new quality manager", "parts now show on the outside"),
    "topic_interest": ("a new program needs it", "an engineer looks around"),
    "industry_slump": ("the industry's sales fall",),
    "oem_program": ("a program starts",),
}


def drift_of(plan: Plan, row: Company, rng: np.random.Generator) -> str:
    """From what to what the mix goes, PROCESS>PROCESS; in a powder shop from material to material."""
    processes = SHOPS[plan.size].processes
    own = next(each for each in processes if each.code == row["process"])
    if plan.size == "S" and len(own.baths) > 1:
        old, new = rng.permutation(len(own.baths))[:2]
        return f"{own.baths[old]}>{own.baths[new]}"
    usual = {"CAD": "ZNNI", "ZN_RACK": "ECOAT", "ZN_BARREL": "ZNNI"}.get(own.code, "")
    others = [each.code for each in processes if each.code != own.code]
    target = usual if usual in others and rng.random() < 0.6 else others[int(rng.integers(len(others)))]
    return f"{own.code}>{target}"


def slumps(diary: Diary) -> None:
    """Industries order less for half a year or more."""
    rng, plan = diary.plan.at_block(0).stream("slumps"), diary.plan
    early = plan.first + timedelta(weeks=QUIET_FIRST_WEEKS)
    span = (plan.last - timedelta(weeks=26) - early).days
    for _ in range(times(plan, "industry_slump", rng) if span > 0 else 0):
        t0 = early + timedelta(days=int(rng.integers(span)))
        days, sudden = lead_days("industry_slump", rng, 0.0, most=180)
        t1 = t0 + timedelta(days=days)
        going = Course(t0, t1, t1 + timedelta(weeks=int(rng.integers(26, 70))), sudden)
        industry = str(rng.choice([name for name, _ in SHOPS[plan.size].industries]))
        if not clashing(diary, industry, t0):
            size, why = size_of("industry_slump", {}, rng), WHY["industry_slump"][0]
            diary.record("industry_slump", None, going, size, why, subject=industry)


def clashing(diary: Diary, industry: str, t0: date) -> bool:
    """Whether the industry slumps around that time anyway."""
    return any(each["subject"] == industry and abs((each["t0"] - t0).days) < 800 for each in diary.events)


def programs(diary: Diary) -> None:
    """A customer's customer starts programs: parts with its specification come in and grow."""
    rng, plan = diary.plan.stream("programs"), diary.plan
    codes = {each.code for each in SHOPS[plan.size].processes}
    known = {oem for oem, process, _ in OEM_SPECS if process in codes}
    for _ in range(times(plan, "oem_program", rng)):
        for _ in range(60):
            row, parts = anybody(diary.companies, rng), float(rng.integers(6, 13))
            oems = [oem for oem in INDUSTRIES[row["industry"]].oems if oem in known]
            going = course("oem_program", row, plan, rng, parts)
            if not oems or going is None or row["per_week"] < PROGRAM_FROM:
                continue
            if diary.is_free(row["company"], going.t0, going.t1):
                diary.record("oem_program", row, going, parts, WHY["oem_program"][0], subject=oems[0])
                break
