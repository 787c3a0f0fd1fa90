"""Walk-forward of `volume_shift` and `gone_quiet` over the real orders, beside the plain rules.

    PYTHONPATH=src python benchmarks/volume_real.py

Origins are every four weeks. *As known*: each origin sees what was known on that day, thresholds too.
*As occurred*: each origin sees all orders dated up to it. What came of an alarm is read from all orders.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import ibis
import numpy as np
import polars as pl
import real
import volume_rates

from burnish import pipeline
from burnish.detectors import calibration
from burnish.detectors.calibration import MONTH_DAYS, alarm_threshold, quarter_start
from burnish.detectors.gone_quiet import gone_quiet
from burnish.detectors.rhythm import gap_scores
from burnish.detectors.volume_scores import BASELINE_WEEKS, WINDOW_WEEKS, sums
from burnish.detectors.volume_shift import volume_shift, weekly_scores
from burnish.detectors.volume_weeks import last_full_week, sunday, weeks_of_releases
from burnish.features.entry import entry_clock
from burnish.features.known import as_known
from burnish.features.ordering import order_gap, order_release
from burnish.schema.facts import FACTS
from burnish.schema.tables import CANONICAL
from burnish.stats.cusum import entries
from burnish.store import loads

STEP_WEEKS = 4
CALM_STEPS = 4  # 16 weeks, the shortest calm of 13 weeks or more that origins can show
LEAST_ORDERS, LEAST_DAYS = 5, 91
FOLLOWED_DAYS = 7 * (BASELINE_WEEKS + WINDOW_WEEKS)
Floats = np.ndarray


@dataclass(frozen=True)
class Seen:
    """What one origin sees: releases up to the day through which they are complete, and the calendar."""

    origin: date
    complete_on: date
    release: pl.DataFrame
    gap: pl.DataFrame
    works: pl.DataFrame


Thresholds = dict[str, dict[str, float]]


def origins(first: date, last: date) -> list[date]:
    """Every fourth Sunday, from two years after the first order to 13 weeks before the last."""
    start = sunday(last_full_week(first + timedelta(days=730)))
    end = last - timedelta(weeks=WINDOW_WEEKS)
    return [start + timedelta(weeks=step) for step in range(0, (end - start).days // 7 + 1, STEP_WEEKS)]


def thresholds(seen: Seen) -> Thresholds:
    """The score that alarms, by signal and tier, as fitted on what an origin sees."""
    frames = {"order_release": seen.release, "working_day": seen.works}
    table = alarm_threshold([volume_shift, gone_quiet], frames, fitted_on=seen.origin)
    return {name: calibration.thresholds(table, name) for name in ("volume_shift", "gone_quiet")}


def scores(seen: Seen, over: Thresholds) -> pl.DataFrame:
    """One row per customer: how far it is over each rule's bar is the rule's score; 1 is the bar."""
    weeks = weeks_of_releases(seen.release, seen.works, complete_on=seen.complete_on)
    found = weekly_scores(weeks)
    base, span = (
        sums(weeks.releases, BASELINE_WEEKS, ago=WINDOW_WEEKS),
        sums(weeks.alive.astype(np.float64), BASELINE_WEEKS, ago=WINDOW_WEEKS),
    )
    usual = base[:, -1] * WINDOW_WEEKS / np.maximum(span[:, -1], 1.0)
    recent = sums(weeks.releases, WINDOW_WEEKS)[:, -1]
    rows = pl.DataFrame(
        {"customer_id": list(weeks.customers), "usual": usual, "recent": recent}
    ).with_columns(
        expected=pl.Series(np.where(np.isfinite(found.z[:, -1]), found.expected[:, -1], 0.0)),
        drop=pl.Series(np.where(usual > 0, 1.0 - recent / np.maximum(usual, 1e-9), 0.0)),
        **{
            f"volume_shift {tier}": pl.Series(found.down[:, -1] / threshold)
            for tier, threshold in over["volume_shift"].items()
        },
    )
    return rows.join(silence(seen, over["gone_quiet"]), on="customer_id", how="left")


def silence(seen: Seen, over: dict[str, float]) -> pl.DataFrame:
    """One row per customer: days silent, the gap before, orders so far, and the scores of `gone_quiet`."""
    scored = gap_scores(seen.gap)
    closed = (
        scored.filter(pl.col("closed_on").is_not_null())
        .group_by("customer_id")
        .agg(before=pl.col("gap_days").sort_by("gap_no").last())
    )
    nominal = pl.col("p_value").fill_null(1.0) <= 0.01
    still = scored.filter(pl.col("closed_on").is_null())
    return still.join(closed, on="customer_id", how="left").select(
        "customer_id",
        silent=pl.col("gap_days"),
        before=pl.col("before").fill_null(10**6),
        orders=pl.col("gap_no"),
        **{
            f"gone_quiet {tier}": pl.when(nominal).then(pl.col("score") / max(threshold, 1.0)).otherwise(0.0)
            for tier, threshold in over.items()
        },
    )


RULES: dict[str, pl.Expr] = {
    **{f"volume_shift {tier}": pl.col(f"volume_shift {tier}") for tier in ("support", "watch", "briefing")},
    **{f"3-month mean down {share} %": pl.col("drop") * 100 / share for share in (10, 20, 30, 40, 50, 60)},
    **{f"gone_quiet {tier}": pl.col(f"gone_quiet {tier}") for tier in ("support", "watch", "briefing")},
    "gap longer than the one before": (pl.col("silent") > pl.col("before")).cast(pl.Float64) * 2,
    **{f"silent for {days} days": pl.col("silent") / days for days in (30, 60, 90, 180, 365)},
}


def walk(looks: list[Seen], fits: list[Thresholds], whole: pl.DataFrame) -> pl.DataFrame:
    """One row per origin and followed customer: every rule's score, and what the next 13 weeks brought."""
    first = whole.group_by("customer_id").agg(first_on=pl.col("release_on").min())
    rows = []
    for seen, over in zip(looks, fits, strict=True):
        ahead = whole.filter(
            pl.col("release_on") > seen.origin,
            pl.col("release_on") <= seen.origin + timedelta(weeks=WINDOW_WEEKS),
        )
        came = ahead.group_by("customer_id").agg(came=pl.len())
        rows.append(
            scores(seen, over)
            .join(came, on="customer_id", how="left")
            .join(first, on="customer_id")
            .filter(
                pl.col("orders") >= LEAST_ORDERS,
                pl.col("silent") <= FOLLOWED_DAYS,
                pl.col("first_on") <= seen.origin - timedelta(days=LEAST_DAYS),
            )
            .with_columns(origin=pl.lit(seen.origin), came=pl.col("came").fill_null(0))
        )
    return pl.concat(rows)


def table(walked: pl.DataFrame) -> Iterator[str]:
    """One line per rule: entries per 100 customer-months followed, and how many were right."""
    months = walked.height * STEP_WEEKS * 7 / MONTH_DAYS
    low, none = pl.col("came") <= 0.5 * pl.col("usual"), pl.col("came") == 0
    if walked.is_empty():
        yield "  no look at any customer"
        return
    base = walked.select(low=low.mean(), none=none.mean()).row(0)
    yield f"  {months:.0f} customer-months; of all looks at most half: {base[0]:.2f}, none: {base[1]:.2f}"
    for name, score in RULES.items():
        alarms = walked.filter(began(walked, score))
        right = alarms.select(low=low.mean(), none=none.mean()).row(0) if alarms.height else (None, None)
        shares = ", ".join("-" if each is None else f"{each:.2f}" for each in right)
        entered = f"{alarms.height:5} entries = {100 * alarms.height / months:6.2f}"
        yield f"  {name:32} {entered}; at most half, none: {shares}"


def began(walked: pl.DataFrame, score: pl.Expr) -> pl.Series:
    """Where an alarm begins, customer by customer."""
    looks = sorted(walked["origin"].unique())
    names = sorted(walked["customer_id"].unique())
    row = (
        walked["customer_id"]
        .replace_strict({n: i for i, n in enumerate(names)}, return_dtype=pl.Int64)
        .to_numpy()
    )
    column = (
        walked["origin"].replace_strict({n: i for i, n in enumerate(looks)}, return_dtype=pl.Int64).to_numpy()
    )
    each = np.zeros((len(names), len(looks)))
    each[row, column] = walked.select(score.fill_null(0.0).cast(pl.Float64)).to_series().to_numpy()
    return pl.Series(entries(np.round(each, 9), 1.0, calm_weeks=CALM_STEPS)[row, column])


def report(title: str, walked: pl.DataFrame) -> None:
    """Both tables: all customers followed, and those of whom eight or more orders are expected."""
    real.say(f"\n{title}: all customers followed")
    for line in table(walked):
        real.say(line)
    real.say(f"{title}: only where 8 or more orders are expected in 13 weeks")
    for line in table(walked.filter(pl.col("expected") >= 8)):
        real.say(line)


def by_quarter(days: list[date], look: Callable[[date], Seen]) -> list[Thresholds]:
    """The thresholds of each origin, fitted once a quarter on what was seen when it began."""
    fitted = {start: thresholds(look(start)) for start in sorted({quarter_start(day) for day in days})}
    return [fitted[quarter_start(day)] for day in days]


def occurred(release: pl.DataFrame, works: pl.DataFrame) -> Callable[[date], Seen]:
    """Looks that see every order dated up to the day."""

    def look(day: date) -> Seen:
        there = release.filter(pl.col("release_on") <= day)
        return Seen(day, day, there, gaps(there, works, day), works)

    return look


def gaps(release: pl.DataFrame, works: pl.DataFrame, day: date) -> pl.DataFrame:
    """Gaps between releases up to a day, by the feature itself."""
    clock = pl.DataFrame({"table": ["order_line"], "complete_on": [day]})
    tables = [ibis.memtable(each) for each in (release, works, clock)]
    return order_gap(*tables).order_by(FACTS["order_gap"].key).to_polars()


def scms() -> None:
    """The orders of the supply programme, as known and as occurred."""
    with tempfile.TemporaryDirectory(prefix="burnish-real-") as folder:
        made = real.opened(Path(folder) / "scms", real.SCMS, real.MAPPINGS / "scms.toml")
        with made.writing(), made.engine() as engine, pipeline.working_folder(made) as work:
            records = pipeline.gather(made, engine, loads.all_loads(made.landing), work, step=real.silent)
            ref = ibis.memtable(records.customer_ref)
            works = calendar_from(date(2005, 1, 3), date(2016, 12, 31))

            def look(day: date) -> Seen:
                history = pipeline.dated(records, "order_line", day)
                line = as_known(history, day, CANONICAL["order_line"])
                release = order_release(line, ref, ibis.memtable(works), currency="USD")
                there = release.order_by(FACTS["order_release"].key).to_polars()
                clock = entry_clock({"order_line": history}, day=day).to_polars()
                complete_on = clock["complete_on"].item() if clock.height else day
                known = there.filter(pl.col("release_on") <= complete_on)
                return Seen(day, complete_on, known, gaps(known, works, complete_on), works)

            whole = look(date(2016, 6, 30)).release
            days = origins(whole["release_on"].min(), whole["release_on"].max())
            report("SCMS as known", walk([look(day) for day in days], by_quarter(days, look), whole))
            past = occurred(whole, works)
            report("SCMS as occurred", walk([past(day) for day in days], by_quarter(days, past), whole))


def by_country() -> None:
    """Deliveries as scheduled, a country as one customer: the same file where it is dense enough to judge."""
    rows = pl.read_csv(
        real.SCMS, separator="\t", eol_char="\r", infer_schema=False, encoding="utf8-lossy", quote_char='"'
    )
    day = pl.col("Scheduled Delivery Date").str.strip_chars().str.to_date("%e-%b-%y", strict=False)
    release = (
        rows.select(customer_id="Country", release_on=day)
        .drop_nulls()
        .unique()
        .sort("customer_id", "release_on")
        .with_columns(blanket_lines=pl.lit(0, pl.Int64))
    )
    works = calendar_from(date(2005, 1, 3), date(2016, 12, 31))
    past = occurred(release, works)
    days = origins(release["release_on"].min(), release["release_on"].max())
    walked = walk([past(day) for day in days], by_quarter(days, past), release)
    report("SCMS deliveries by country as occurred", walked)


def calendar_from(first: date, last: date) -> pl.DataFrame:
    """The calendar with its working days counted."""
    return volume_rates.calendar(first, last).with_columns(working_no=pl.col("is_working").cum_sum())


def receivables() -> None:
    """The invoices of the receivables taken as orders."""
    rows = pl.read_csv(real.RECEIVABLES, infer_schema=False)
    release = (
        rows.select(customer_id="customerID", release_on=pl.col("InvoiceDate").str.to_date("%m/%d/%Y"))
        .unique()
        .sort("customer_id", "release_on")
        .with_columns(blanket_lines=pl.lit(0, pl.Int64))
    )
    works = calendar_from(date(2011, 1, 3), date(2014, 12, 31))
    past = occurred(release, works)
    days = [day for day in origins(date(2011, 1, 3), release["release_on"].max()) if day >= date(2013, 1, 6)]
    report(
        "Receivables' invoices as occurred",
        walk([past(day) for day in days], by_quarter(days, past), release),
    )


if __name__ == "__main__":
    for part in (receivables, by_country, scms):
        part()
        sys.stdout.flush()
