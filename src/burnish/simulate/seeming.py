"""What only looks as if something happened to a customer: innocent explanations, planted too."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from burnish.simulate.diary import QUIET_FIRST_WEEKS, Company, Diary, open_window
from burnish.simulate.laws import pauses
from burnish.simulate.plan import Plan
from burnish.simulate.sizes import SHOPS

APART_WEEKS = 26  # from anything else that happens to the customer
OFTEN = 0.3  # orders a week from which a customer can be mistaken for one to whom something happens
LOOKS_LIKE = {
    "shutdown": "stop", "blanket_pause": "stop", "season": "stop", "one_off": "fewer_orders",
    "price_rise": "fewer_orders", "line_down": "fewer_orders", "late_deliveries": "fewer_orders",
    "late_entry": "stop", "ap_system_change": "later_payment", "year_end_run": "later_payment",
    "dispute": "later_payment", "stricter_inspector": "more_rejects", "incoming_condition": "pickier",
    "blanket_split": "smaller_lots", "part_mix": "smaller_lots", "cash_discount": "later_payment",
}  # fmt: skip
LASTS = {  # explanation -> weeks, least and most
    "shutdown": (2, 4), "one_off": (40, 52), "price_rise": (8, 9), "line_down": (4, 9),
    "late_deliveries": (6, 13), "late_entry": (3, 5), "ap_system_change": (5, 10), "year_end_run": (3, 5),
    "dispute": (8, 20), "stricter_inspector": (26, 60), "incoming_condition": (8, 26),
    "blanket_split": (52, 104), "part_mix": (39, 104), "cash_discount": (52, 104),
}  # fmt: skip
SHOPS_OWN = ("price_rise", "late_entry", "stricter_inspector")


def seeming(diary: Diary) -> None:
    """Plant what only looks like an event. What the shop does itself it does to all blocks of customers."""
    rng, plan = diary.plan.stream("seeming"), diary.plan
    own = plan.at_block(0).stream("seeming of the shop")
    years = (plan.last - plan.first).days / 365.25 / SHOPS[plan.size].years
    for explanation, usual in SHOPS[plan.size].lookalikes.items():
        shops_own = explanation in (*SHOPS_OWN, "line_down")
        for _ in range(int(usual * years + (own if shops_own else rng).random())):
            if explanation == "line_down":
                line_down(diary, own)
            elif shops_own:
                seems(diary, explanation, None, *some_weeks(plan, explanation, own), why_of(explanation, own))
            else:
                seems_to_somebody(diary, explanation, rng)
    for row in diary.companies:
        pausing(diary, row)


def why_of(explanation: str, rng: np.random.Generator) -> str:
    """By how much prices rise; nothing else to say."""
    return f"{rng.integers(7, 13)} %" if explanation == "price_rise" else ""


def line_down(diary: Diary, rng: np.random.Generator) -> None:
    """One of the shop's lines stands still: its customers bring half of what they would. One row for each."""
    processes = SHOPS[diary.plan.size].processes
    process = max(processes, key=lambda each: each.share * rng.uniform(0.3, 1)).code
    start, end = some_weeks(diary.plan, "line_down", rng)
    for row in diary.companies:
        often = row["process"] == process and row["per_week"] >= OFTEN
        if often and may_seem(diary, row, start, end):
            diary.take(row["company"], start, end)
            seems(diary, "line_down", row["company"], start, end, process)


def some_weeks(plan: Plan, explanation: str, rng: np.random.Generator) -> tuple[date, date]:
    """A window of the explanation's usual length after the quiet first weeks."""
    least, most = LASTS[explanation]
    early = plan.first + timedelta(
        weeks=QUIET_FIRST_WEEKS if plan.last - plan.first > timedelta(weeks=90) else 20
    )
    span = max((plan.last - early).days - 7 * least, 1)
    start = early + timedelta(days=int(rng.integers(span)))
    if explanation == "year_end_run":
        start = date(start.year, 12, int(rng.integers(8, 20)))
    return start, start + timedelta(weeks=int(rng.integers(least, most + 1)))


def seems(
    diary: Diary, explanation: str, company: int | None, from_on: date, until_on: date, why: str
) -> None:
    """Write a look-alike down."""
    diary.lookalikes.append({
        "company": company, "looks_like": LOOKS_LIKE[explanation], "from_on": from_on, "until_on": until_on,
        "explanation": explanation, "why": why,
    })  # fmt: skip


def may_seem(diary: Diary, row: Company, start: date, end: date) -> bool:
    """Whether a look-alike of a customer fits in there: nothing else happens half a year around it."""
    window = open_window(diary.plan, row)
    is_open = window is not None and window[0] <= start <= window[1]
    return is_open and diary.is_free(row["company"], start, end, weeks=APART_WEEKS)


def seems_to_somebody(diary: Diary, explanation: str, rng: np.random.Generator) -> None:
    """Find a customer that orders often enough to be mistaken, and a time when nothing else happens to it."""
    often = [row for row in diary.companies if row["per_week"] >= OFTEN]
    for _ in range(60):
        row = often[int(rng.integers(len(often)))]
        start, end = some_weeks(diary.plan, explanation, rng)
        if may_seem(diary, row, start, end):
            diary.take(row["company"], start, end)
            seems(diary, explanation, row["company"], start, end, "")
            return


def pausing(diary: Diary, row: Company) -> None:
    """Note the pauses that belong to a customer's habits, where they are long for it."""
    first, last = np.datetime64(diary.plan.first), np.datetime64(diary.plan.last)
    for start, end in pauses(diary.plan, row):
        inside = start >= max(first, np.datetime64(row["starts_on"])) and start < last
        inside = inside and (row["ends_on"] is None or end <= np.datetime64(row["ends_on"]))
        if inside and int((end - start).astype(int)) / 7 * row["per_week"] >= 2:
            explanation = "season" if row["law"] == "seasonal" else "blanket_pause"
            begun, over = (date.fromisoformat(str(day)) for day in (start, end))
            seems(diary, explanation, row["company"], begun, over, "")
