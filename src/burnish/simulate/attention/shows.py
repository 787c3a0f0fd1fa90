"""Trade shows, and who of the customers was there: scanned at the booth, on the list of registrations."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from burnish.simulate.attention.audience import Audience
from burnish.simulate.attention.wording import SHOWS
from burnish.simulate.plan import Plan
from burnish.simulate.workdays import nth_weekday
from burnish.simulate.world import World, empty, fitted

OUR_BOOTH = ("FABTECH", "SUR/FIN", "Fastener Fair USA", "Anodizing Conference")
COME, SCANNED, STRANGERS = 0.035, 0.5, 45
GOERS = {"engineer": 1.6, "owner": 1.5, "plant manager": 1.3, "buyer": 1.0, "quality": 0.8}


def shows(plan: Plan) -> pl.DataFrame:
    """Every show of the plan's years that matters to the shop, by day. Rows of the table `show`."""
    rows = []
    for year in range(plan.first.year, plan.last.year + 1):
        for name, month, week, days, cities, odd, sizes in SHOWS:
            start = nth_weekday(year, month, 0, week)
            ends = start + timedelta(days=days - 1)
            held = odd is None or year % 2 == odd
            if held and plan.size in sizes and plan.first <= start and ends <= plan.last:
                rows.append((f"{name} {year}", start, ends, cities[year % len(cities)]))
    rows.sort(key=lambda row: (row[1], row[0]))
    if not rows:
        return empty("show")
    frame = pl.DataFrame(rows, schema=["name", "start_on", "end_on", "city"], orient="row")
    return fitted("show", frame.with_row_index("show", offset=1))


def attended(world: World, audience: Audience, held: pl.DataFrame) -> pl.DataFrame:
    """Who was there. Rows of the table `attendance`; strangers have neither person nor company."""
    rng, rows = world.plan.stream("attendance"), audience.rows
    keen = np.array([GOERS.get(role, 0.1) for role in rows["role"].to_list()]) * rows["eagerness"].to_numpy()
    person, company = rows["person"].to_numpy(), rows["company"].to_numpy()
    started = rows["from_on"].to_numpy()
    left, ended = (
        rows[name].fill_null(date(9999, 1, 1)).to_numpy() for name in ("until_on", "company_ends_on")
    )
    found = []
    for show, name, start_on, end_on in held.select("show", "name", "start_on", "end_on").iter_rows():
        day = np.datetime64(start_on)
        is_there = (started <= day) & (day <= left) & (day <= ended + 365)
        who = np.flatnonzero(is_there & (rng.random(len(rows)) < np.minimum(COME * keen, 0.5)))
        has_booth = name.rsplit(" ", 1)[0] in OUR_BOOTH
        strangers = int(rng.poisson(STRANGERS)) if has_booth and world.plan.block == 0 else 0
        count = len(who) + strangers
        is_scan = (rng.random(count) < SCANNED) if has_booth else np.zeros(count, dtype=bool)
        days = rng.integers((end_on - start_on).days + 1, size=count)
        found.append(
            pl.DataFrame(
                {
                    "show": pl.Series([show] * count, dtype=pl.Int64),
                    "person": pl.Series([*person[who].tolist(), *[None] * strangers], dtype=pl.Int64),
                    "company": pl.Series([*company[who].tolist(), *[None] * strangers], dtype=pl.Int64),
                    "on": pl.Series(np.where(is_scan, day + days, day), dtype=pl.Date),
                    "how": pl.Series(np.where(is_scan, "badge scan", "registration"), dtype=pl.String),
                }
            )
        )
    both = pl.concat(found) if found else empty("attendance")
    return fitted(
        "attendance", both.sort("show", "on", "company", "person", nulls_last=True, maintain_order=True)
    )
