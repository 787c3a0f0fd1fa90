"""Invoices on shipping, and how they are paid: each payer has a slowness, an evenness and its check runs.

What is planted moves the day on which a payer is ready to pay, by the due date of the invoice; the check then
goes out with the payer's next run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from burnish.simulate.chance import Bools, Chance, Days, Floats, Ints, OpenDays, Owners
from burnish.simulate.floor import numbered, windows, within
from burnish.simulate.information import WATCHED_DAYS, distress_days
from burnish.simulate.world import World, empty, intensity

USUAL_DAYS = {"S": 3.5, "M": 5.0, "L": 6.0}  # past due before the check run, median over customers
MONTHLY = 2.0  # standard deviation in days of what all of a payer's checks of a month share
STRAY = 0.025  # invoices that lie somewhere for weeks
UNPAID = {"S": 0.0030, "M": 0.0022, "L": 0.0020}  # invoices never paid, apart from those of failed customers
CONTRACT_DAYS = 45  # terms from which a customer pays by contract, hardly later than agreed
FAILS = 0.1  # of the customers that are lost: their last invoices stay unpaid
LATE = 0.025  # entries made days after the fact
DISCOUNT = 0.02
WRITTEN_OFF_DAYS = 180  # past due
THIRTY_LATE = "an invoice 30 days late"
WEEKLY, FORTNIGHTLY, TENTH, ANY_DAY = range(4)


@dataclass(frozen=True)
class Invoices:
    """Invoices by customer and day, as arrays of one length; `place` numbers a customer's invoices."""

    company: Ints
    place: Ints
    order: Ints
    on: Days
    due: Days
    amount: Floats

    @property
    def owners(self) -> Owners:
        """The rows of each customer."""
        return Owners(self.company)


@dataclass(frozen=True)
class Habits:
    """How each invoice's customer pays, in one row per invoice. `usual` and `spread` are days past due."""

    usual: Floats
    spread: Floats
    run: Ints
    weekday: Ints
    week: Ints
    takes_discount: Bools


@dataclass(frozen=True)
class Settled:
    """When each invoice is paid as far as it ever is, when the rest is, and what was disputed meanwhile."""

    paid: Days
    rest: Days
    share: Floats
    is_paid: Bools
    from_on: Days
    until_on: Days
    reason: np.ndarray


def paying(world: World) -> World:
    """The world with invoices, payments, credits and disputes; events get the outcomes that came true."""
    world = on_discount_terms(world)
    rows = invoiced(world)
    invoices = Invoices(
        *(rows[name].to_numpy() for name in ("company", "place", "order", "on", "due_on", "amount"))
    )
    if not len(invoices.on):
        return world.with_tables(
            **{name: empty(name) for name in ("invoice", "payment", "credit", "dispute")}
        )
    table = invoice_table(world, rows)
    habits = habits_of(world, invoices)
    settled = settle(world, invoices, habits)
    credits = credit_table(world, table, settled, habits)
    return world.with_tables(
        invoice=table.sort("invoice"),
        payment=payment_table(world, table, settled, credits),
        credit=credits,
        dispute=dispute_table(world, table, settled),
        event=come_true(world, invoices, habits, settled),
    )


def on_discount_terms(world: World) -> World:
    """Who is planted to let the discount go for a while has terms with one."""
    given = [company for company, _, _ in windows(world, "cash_discount") if company is not None]
    changed = pl.col("company").is_in(given) & ~pl.col("terms").fill_null("").str.starts_with("2%")
    companies = world["company"].with_columns(
        terms=pl.when(changed).then(pl.lit("2% 10 Net 30")).otherwise("terms"),
        terms_days=pl.when(changed).then(30).otherwise("terms_days"),
    )
    return world.with_tables(company=companies)


def invoiced(world: World) -> pl.DataFrame:
    """What each order shipped on each day, to the cent of its lines, by customer and day."""
    pieces = (
        world["shipment"]
        .join(world["lot"].select("lot", "line"), on="lot")
        .join(world["line"].select("line", "amount", ordered="quantity"), on="line")
        .sort("line", "on", "shipment")
        .with_columns(so_far=(pl.col("quantity").cum_sum().over("line") / pl.col("ordered")).clip(0, 1))
        .with_columns(cents=(pl.col("amount") * pl.col("so_far") * 100).round())
        .with_columns(cents=pl.col("cents") - pl.col("cents").shift(1, fill_value=0).over("line"))
    )
    terms = world["company"].select("company", pl.col("terms_days").fill_null(30))
    return (
        pieces.group_by("company", "order", "on")
        .agg(amount=pl.sum("cents") / 100)
        .filter(pl.col("amount") > 0)
        .sort("company", "on", "order")
        .join(terms, on="company", maintain_order="left")
        .with_columns(
            due_on=pl.col("on") + pl.duration(days="terms_days"), place=pl.int_range(pl.len()).over("company")
        )
    )


def invoice_table(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Invoices numbered by day, still in the order of customers."""
    late = entered_late(
        world, "invoice", rows["company"].to_numpy(), rows["on"].to_numpy(), rows["place"].to_numpy()
    )
    rank = rows.select(pl.struct("on", "order").rank("ordinal"))["on"].cast(pl.Int64)
    return rows.with_columns(
        invoice=rank + numbered(world, 1)[0] - 1,
        number=(rank + 60_999 + world.plan.block * 1_000_000).cast(pl.String),
        entered_on=pl.Series(late),
    ).select(empty("invoice").columns)


def entered_late(world: World, what: str, company: Ints, on: Days, place: Ints) -> Days:
    """The day each entry was made: mostly the day itself, more often later while the office is behind."""
    chance, ids = Chance.of(world.plan, "paying", "entered", what), (company, place)
    usual = LATE if world.plan.null in ("", "late_entry") else 0.0
    share = np.where(within(world, "late_entry", company, on), 0.6, usual)
    days = 2 + np.floor(-9 * np.log(chance.even(*ids, 1))).astype("int64")
    later = np.where(chance.yes(share, *ids, 2), days, 0)
    return np.asarray(
        np.minimum(on.astype("datetime64[D]") + later, np.maximum(np.datetime64(world.plan.last), on))
    )


def habits_of(world: World, invoices: Invoices) -> Habits:
    """The habits of the customers, as true as they stay for life."""
    chance, who = Chance.of(world.plan, "paying", "habits"), invoices.company
    about = world["company"].select("company", pl.col("is_person").fill_null(False), "terms_days", "terms")
    known = pl.DataFrame({"company": who}).join(about, on="company", how="left", maintain_order="left")
    at_once = known["is_person"].to_numpy() | (known["terms_days"].fill_null(30).to_numpy() == 0)
    slow = USUAL_DAYS[world.plan.size] * np.exp(0.95 * chance.normal(who, 1))
    by_contract = known["terms_days"].fill_null(30).to_numpy() >= CONTRACT_DAYS
    slow = np.where(by_contract, 0.25 * slow, slow)
    early = chance.yes(0.14, who, 2)
    usual = np.where(early, -6 * chance.even(who, 3), np.minimum(slow, 50))
    run = np.where(at_once, ANY_DAY, chance.place((0.5, 0.12, 0.2, 0.18), who, 4))
    weekday = chance.place((0.06, 0.1, 0.14, 0.35, 0.35), who, 5)
    offered = known["terms"].fill_null("").str.starts_with("2%").to_numpy()
    let_go = [company for company, _, _ in windows(world, "cash_discount") if company is not None]
    takes = offered & (chance.yes(0.7, who, 7) | np.isin(who, let_go))
    return Habits(
        usual=np.where(at_once, 0.5, usual),
        spread=np.where(at_once, 1.5, 2.5 + 0.3 * np.abs(usual)),
        run=run,
        weekday=weekday,
        week=chance.whole(2, who, 6),
        takes_discount=takes & ~within(world, "cash_discount", who, invoices.due),
    )


def settle(world: World, invoices: Invoices, habits: Habits) -> Settled:
    """Work out when each invoice is paid, in the order in which a payer's office goes about it."""
    chance, ids = Chance.of(world.plan, "paying", "settled"), (invoices.company, invoices.place)
    ready = invoices.due + np.round(past_due(world, invoices, habits, chance)).astype("int64")
    early = invoices.on + 8 + chance.whole(3, *ids, 9)
    ready = np.where(habits.takes_discount, early, np.maximum(ready, invoices.on + 1))
    from_on, until_on, reason = disputed(world, invoices, ready)
    ready = np.where(np.isnat(until_on), ready, np.maximum(ready, until_on + 3))
    ruler = OpenDays.around(world.plan)
    paid = held(world, invoices, habits, ready, check_run(habits, ready, ruler), ruler)
    paid = np.where(habits.takes_discount & np.isnat(until_on), ruler.day(ruler.number(ready)), paid)
    in_parts = chance.yes(0.018, *ids, 10) & (invoices.amount > 50)
    rest = check_run(habits, paid + 14 + chance.whole(30, *ids, 11), ruler)
    share = np.where(in_parts, 0.4 + 0.5 * chance.even(*ids, 12), 1.0)
    return Settled(paid, rest, share, ~never(world, invoices, chance), from_on, until_on, reason)


def past_due(world: World, invoices: Invoices, habits: Habits, chance: Chance) -> Floats:
    """Days past due on which each payer is ready: its habit, the month, a skewed draw, what is planted."""
    ids = (invoices.company, invoices.place)
    month = invoices.due.astype("datetime64[M]").astype("int64")
    shared = MONTHLY * chance.normal(invoices.company, month, 1)
    each = habits.spread * (np.exp(0.6 * chance.normal(*ids, 2)) - 1.2) / 0.8
    stray = np.where(chance.yes(STRAY, *ids, 3), np.exp(2.9 + 0.6 * chance.normal(*ids, 4)), 0.0)
    return np.asarray(habits.usual + shared + each + stray + planted_days(world, invoices))


@dataclass(frozen=True)
class Delay:
    """An event that has a customer pay later, by so many days at full effect."""

    event: int
    kind: str
    rows: slice
    days: float
    t0: object
    t1: object
    ends_on: object

    def at(self, due: Days) -> Floats:
        """Days later for invoices due on each day."""
        return self.days * intensity(due, t0=self.t0, t1=self.t1, ends_on=self.ends_on)


def delays(world: World, invoices: Invoices) -> Iterator[Delay]:
    """Events that have customers pay later."""
    if "event" not in world.tables:
        return
    rows = world["event"].filter(
        pl.col("kind").is_in(["later_payment", "distress"]), pl.col("company").is_not_null()
    )
    columns = ("event", "kind", "company", "size", "t0", "t1", "ends_on")
    for event, kind, company, size, *when in rows.select(columns).iter_rows():
        days = distress_days(size) if kind == "distress" else float(size)
        yield Delay(event, kind, invoices.owners.rows(company), days, *when)


def planted_days(world: World, invoices: Invoices) -> Floats:
    """How much later each invoice is paid because of what is planted."""
    later = np.zeros(len(invoices.due))
    for delay in delays(world, invoices):
        later[delay.rows] += delay.at(invoices.due[delay.rows])
    return later


def check_run(habits: Habits, ready: Days, ruler: OpenDays) -> Days:
    """The payer's next run: of a week, of every other week, on the 10th and 25th, or any working day."""
    number = ready.astype("int64")
    weekly = ready + (habits.weekday - (number + 3)) % 7
    odd = (weekly.astype("int64") + 3) // 7 % 2 != habits.week
    fortnightly = np.where(odd, weekly + 7, weekly)
    each = [habits.run == kind for kind in (WEEKLY, FORTNIGHTLY, TENTH)]
    day = np.select(each, [weekly, fortnightly, tenth_or_25th(ready)], ready)
    return ruler.day(ruler.number(day))


def tenth_or_25th(ready: Days) -> Days:
    """The next 10th or 25th."""
    first = ready.astype("datetime64[M]").astype("datetime64[D]")
    following = (ready.astype("datetime64[M]") + 1).astype("datetime64[D]") + 9
    return np.asarray(
        np.select([ready <= first + 9, ready <= first + 24], [first + 9, first + 24], following)
    )


def held(world: World, invoices: Invoices, habits: Habits, ready: Days, paid: Days, ruler: OpenDays) -> Days:
    """Checks that are held back and then all go out: a new AP system, the turn of the year."""
    owners = invoices.owners
    for explanation, most in (("ap_system_change", 35), ("year_end_run", 60)):
        for company, from_on, until_on in windows(world, explanation):
            own = slice(None) if company is None else owners.rows(company)
            again = from_on + min(int((until_on - from_on).astype("int64")), most)
            stuck = (paid[own] >= from_on) & (paid[own] <= again)
            released = np.where(stuck, again + 1, paid[own])
            paid[own] = ruler.day(ruler.number(released))
            if explanation == "ap_system_change":
                slow = (ready[own] > again) & (ready[own] <= until_on + 14)
                paid[own] = np.where(slow, ruler.day(ruler.number(paid[own] + 7)), paid[own])
    return paid


def disputed(world: World, invoices: Invoices, ready: Days) -> tuple[Days, Days, np.ndarray]:
    """Invoices held back over a quarrel: after rejects, over a price or a count, and the planted ones."""
    chance, ids = Chance.of(world.plan, "paying", "disputes"), (invoices.company, invoices.place)
    rejects = first_return(world, invoices.order)
    quarrel = ~np.isnat(rejects) & (rejects < ready) & (rejects >= invoices.on) & chance.yes(0.5, *ids, 1)
    over_price = chance.yes(0.004, *ids, 2) & ~quarrel
    wanted = within(world, "dispute", invoices.company, invoices.on) & chance.yes(0.65, *ids, 3) & ~quarrel
    begins = np.where(quarrel, rejects, invoices.on + 5 + chance.whole(15, *ids, 4))
    lasts = np.where(wanted, 35, 12) + chance.whole(34, *ids, 5)
    ends = np.where(wanted, np.maximum(ready, begins), begins) + lasts
    is_one = quarrel | over_price | wanted
    other = np.array(["price", "short count", "no proof of delivery"])[chance.place((0.5, 0.3, 0.2), *ids, 6)]
    reason = np.where(quarrel, "rejected parts", other)
    nothing = np.datetime64("NaT", "D")
    return np.where(is_one, begins, nothing), np.where(is_one, ends, nothing), np.where(is_one, reason, "")


def first_return(world: World, orders: Ints) -> Days:
    """The first day on which a customer found fault with each order; no day where none did."""
    if "inspection" not in world.tables:
        return np.full(len(orders), np.datetime64("NaT", "D"))
    lots = world["lot"].select("lot", "line").join(world["line"].select("line", "order"), on="line")
    found = world["inspection"].filter(found_at="customer").join(lots, on="lot")
    first = found.group_by("order").agg(pl.min("on"))
    known = pl.DataFrame({"order": orders}).join(first, on="order", how="left", maintain_order="left")
    return known["on"].to_numpy().astype("datetime64[D]")


def never(world: World, invoices: Invoices, chance: Chance) -> Bools:
    """Invoices that stay unpaid for good: a few small ones, and the last of customers that fail."""
    few = chance.yes(UNPAID[world.plan.size], invoices.company, invoices.place, 20)
    few &= invoices.amount < 10 * np.median(invoices.amount)
    ends = pl.DataFrame({"company": invoices.company}).join(
        world["company"].select("company", "ends_on"), on="company", how="left", maintain_order="left"
    )["ends_on"].to_numpy().astype("datetime64[D]")  # fmt: skip
    last_ones = ~np.isnat(ends) & (invoices.on >= ends - 40)
    return few | (
        last_ones
        & chance.yes(FAILS, invoices.company, 21)
        & chance.yes(0.7, invoices.company, invoices.place, 22)
    )


def credit_table(world: World, table: pl.DataFrame, settled: Settled, habits: Habits) -> pl.DataFrame:
    """Credits: parts sent back, prices put right, discounts taken, what is written off."""
    chance, company = Chance.of(world.plan, "paying", "credits"), table["company"].to_numpy()
    ids = (company, Owners(company).places())
    in_time = settled.paid <= table["on"].to_numpy() + 16
    rows = table.with_columns(
        paid=pl.Series(settled.paid), is_paid=pl.Series(settled.is_paid),
        takes=pl.Series(habits.takes_discount & settled.is_paid & in_time),
        wrong=pl.Series(chance.yes(0.004, *ids)),
        share=pl.Series(0.04 + 0.2 * chance.even(*ids, 1)),
    )  # fmt: skip
    wanted = ("company", "invoice", "on", "amount", "reason")
    discount = rows.filter("takes").with_columns(
        on="paid", amount=(pl.col("amount") * DISCOUNT).round(2), reason=pl.lit("cash discount")
    )
    wrong = rows.filter(pl.col("wrong") & ~pl.col("takes")).with_columns(
        on=pl.col("on") + pl.duration(days=6), amount=(pl.col("amount") * pl.col("share")).round(2),
        reason=pl.lit("price correction"),
    )  # fmt: skip
    lost = rows.filter(~pl.col("is_paid")).with_columns(
        on=pl.col("due_on") + pl.duration(days=WRITTEN_OFF_DAYS), reason=pl.lit("bad debt")
    )
    each = [part.select(wanted) for part in (returns_credited(world, table), wrong, lost, discount)]
    all_of_them = pl.concat(each).filter(pl.col("on") <= world.plan.last, pl.col("amount") > 0)
    kept = all_of_them.unique("invoice", keep="first", maintain_order=True).sort("on", "invoice")
    place = pl.int_range(1, pl.len() + 1)
    return kept.with_columns(
        credit=pl.Series(numbered(world, len(kept))),
        number=pl.format("CM{}", place + 1000 + world.plan.block * 100_000),
    ).select(empty("credit").columns)


def returns_credited(world: World, table: pl.DataFrame) -> pl.DataFrame:
    """Credits for what customers sent back, against the invoice of its order."""
    wanted = ("company", "invoice", "on", "amount", "reason")
    if "inspection" not in world.tables:
        return table.head(0).with_columns(reason=pl.lit("")).select(wanted)
    lots = (
        world["lot"].select("lot", "line", lot_quantity="quantity")
        .join(world["line"].select("line", "order", "quantity", worth="amount"), on="line")
    )  # fmt: skip
    share = (pl.col("rejected") / pl.col("quantity")).clip(0, 1)
    last = table.select("invoice", "order", "company", "amount", invoiced="on").sort("invoice")
    return (
        world["inspection"]
        .filter(pl.col("found_at") == "customer", pl.col("disposition").is_in(["credit", "scrap"]))
        .select("lot", "rejected", found="on")
        .join(lots, on="lot")
        .join(last.unique("order", keep="last", maintain_order=True), on="order")
        .with_columns(
            amount=pl.min_horizontal((pl.col("worth") * share).round(2), "amount"),
            on=pl.max_horizontal(pl.col("found") + pl.duration(days=6), "invoiced"),
            reason=pl.lit("rejected parts"),
        )
        .sort("on", "invoice", "lot")
        .select(wanted)
    )


def payment_table(world: World, table: pl.DataFrame, settled: Settled, credits: pl.DataFrame) -> pl.DataFrame:
    """Checks with their allocations: one check a customer and day, one row per invoice that it pays."""
    before = credits.select("invoice", credited="amount", credited_on="on")
    rows = (
        table.select("invoice", "company", "amount")
        .with_columns(
            paid=pl.Series(settled.paid), rest=pl.Series(settled.rest), share=pl.Series(settled.share),
            is_paid=pl.Series(settled.is_paid),
        )
        .filter("is_paid")
        .join(before, on="invoice", how="left", maintain_order="left")
    )  # fmt: skip
    known = pl.col("credited_on") <= pl.col("paid")
    due = pl.col("amount") - pl.when(known).then("credited").otherwise(0)
    rows = rows.with_columns(due=due.round(2)).with_columns(first=(pl.col("due") * pl.col("share")).round(2))
    whole = rows.select("invoice", "company", on="paid", amount="first")
    rest = rows.filter(pl.col("share") < 1).select(
        "invoice", "company", on="rest", amount=(pl.col("due") - pl.col("first")).round(2)
    )
    paid = pl.concat([whole, rest]).filter(pl.col("amount") > 0, pl.col("on") <= world.plan.last)
    return checked(world, paid.sort("company", "on", "invoice"))


def checked(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Payments with their checks' numbers: some customers pay by bank transfer."""
    chance = Chance.of(world.plan, "paying", "checks")
    company, on = rows["company"].to_numpy(), rows["on"].to_numpy()
    running = rows.select(pl.col("on").rank("dense").over("company").cast(pl.Int64))["on"].to_numpy()
    start = 1_000 + chance.whole(60_000, company, 1)
    numbers = (start + running * (1 + chance.whole(9, company, 2))).astype(str)
    transfer = np.char.add("ACH", (100_000 + chance.whole(900_000, company, running, 3)).astype(str))
    reference = np.where(chance.yes(0.3, company, 4), transfer, numbers)
    entered = entered_late(world, "payment", company, on, running)
    booked = rows.with_columns(
        reference=pl.Series(reference), entered_on=pl.Series(entered), run=pl.Series(running)
    )
    booked = booked.sort("on", "company", "invoice").with_columns(
        check=pl.struct("company", "run").rle_id() + 1
    )
    offset = int(numbered(world, 1)[0]) - 1
    return booked.with_columns(
        check=pl.col("check").cast(pl.Int64) + offset, payment=pl.Series(numbered(world, len(booked)))
    ).select(empty("payment").columns)


def dispute_table(world: World, table: pl.DataFrame, settled: Settled) -> pl.DataFrame:
    """Disputes that have begun by the last day; one that still goes on then has no end."""
    last = world.plan.last
    rows = table.select("invoice", "company").with_columns(
        from_on=pl.Series(settled.from_on),
        until_on=pl.Series(settled.until_on),
        reason=pl.Series(settled.reason),
    )
    open_still = pl.col("until_on") > last
    return (
        rows.filter(pl.col("from_on") <= last)
        .with_columns(until_on=pl.when(open_still).then(None).otherwise("until_on"))
        .sort("invoice")
    )


def come_true(world: World, invoices: Invoices, habits: Habits, settled: Settled) -> pl.DataFrame:
    """Events about payment: when an invoice truly went 30 days late, and what the checks can tell (nats)."""
    events = world.tables.get("event", empty("event"))
    outcome: dict[int, object] = {}
    nats: dict[int, float] = {}
    for delay in delays(world, invoices):
        own, due = delay.rows, invoices.due[delay.rows]
        late = (due >= np.datetime64(delay.t0, "D")) & (settled.paid[own] > due + 30)  # type: ignore[call-overload]
        late |= (due >= np.datetime64(delay.t0, "D")) & ~settled.is_paid[own]  # type: ignore[call-overload]
        outcome[delay.event] = (due[late].min() + 31).item() if late.any() else None
        if delay.kind == "later_payment":
            nats[delay.event] = told_by_checks(delay, invoices, habits, settled)
    if not outcome:
        return events
    is_one = (pl.col("outcome") == THIRTY_LATE) & pl.col("event").is_in(list(outcome))
    came = pl.col("event").replace_strict(outcome, default=None, return_dtype=pl.Date)
    known = pl.col("event").replace_strict(nats, default=None, return_dtype=pl.Float64).round(3)
    return events.with_columns(
        outcome_on=pl.when(is_one).then(came).otherwise("outcome_on"),
        outcome=pl.when(is_one & came.is_null()).then(pl.lit("")).otherwise("outcome"),
        nats=pl.coalesce(known, "nats"),
    )


def told_by_checks(delay: Delay, invoices: Invoices, habits: Habits, settled: Settled) -> float:
    """Information of the check runs of an event: a normal law's, moved, per check (nats)."""
    own = delay.rows
    due = invoices.due[own]
    until = np.datetime64(delay.t1, "D") + WATCHED_DAYS  # type: ignore[call-overload]
    seen = (due >= np.datetime64(delay.t0, "D")) & (due <= until)  # type: ignore[call-overload]
    if not seen.any():
        return 0.0
    _, first = np.unique(settled.paid[own][seen], return_index=True)
    waits = np.select(
        [habits.run[own] == kind for kind in (WEEKLY, FORTNIGHTLY, TENTH)], [4.0, 16.0, 19.0], 1.0
    )
    variance = habits.spread[own] ** 2 * 0.8 + MONTHLY**2 + waits
    each = delay.at(due) ** 2 / (2 * variance)
    return float(each[seen][first].sum())
