"""The thresholds that come with Burnish, fitted on made-up shops and checked on others.

    PYTHONPATH=src python benchmarks/thresholds.py fit [SEEDS]      writes src/burnish/detectors/shipped.toml
    PYTHONPATH=src python benchmarks/thresholds.py check [SEEDS]    false alarms of null shops, other seeds
    PYTHONPATH=src python benchmarks/thresholds.py stops [SEEDS]    who stops, and how soon it is said

Shops are of size M with five years; thresholds of a shop are fitted on its first three years and frozen, the
last two are judged week by week. Facts are derived by the features from the world itself (made_up.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import made_up
import numpy as np
import polars as pl

from burnish.detectors import calibration, discover, tables_of
from burnish.detectors.calibration import MONTH_DAYS, alarm_threshold
from burnish.detectors.paying_bills import day_number, ledger
from burnish.detectors.paying_scores import history
from burnish.detectors.rhythm import gap_scores
from burnish.detectors.volume_scores import size_scores
from burnish.detectors.volume_shift import weekly_scores
from burnish.detectors.volume_weeks import Weeks, size_of, weeks_of_releases
from burnish.simulate.plan import NULLS
from burnish.stats.cusum import entries

JUDGED_DAYS = 2 * 364
FITTED_ON = made_up.LAST_DAY - timedelta(days=JUDGED_DAYS)
FIT_SEEDS, CHECK_SEEDS = 1, 1001  # the first seed of each
SHIPPED = Path(__file__).parents[1] / "src" / "burnish" / "detectors" / "shipped.toml"
EPOCH = date(1970, 1, 1)
SIGNALS = ("gone_quiet", "volume_shift", "size_shift", "paying_later")
ALARM = {"signal": pl.String, "tier": pl.String, "way": pl.String, "customer_id": pl.String, "on": pl.Date}
Frames = dict[str, pl.DataFrame]
Over = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Judged:
    """New alarms of the judged weeks, as ALARM, and the customer-months at risk in them."""

    alarms: pl.DataFrame
    months: float


def fitted(frames: Frames) -> Over:
    """The thresholds of a shop by signal and tier, from what it knew when the judged weeks begin."""
    known = frames | {"invoice_state": invoices_known(frames["invoice_state"], FITTED_ON)}
    table = alarm_threshold(discover(), known, fitted_on=FITTED_ON)
    return {signal: calibration.thresholds(table, signal) for signal in SIGNALS}


def invoices_known(state: pl.DataFrame, day: date) -> pl.DataFrame:
    """Invoices as a day knew them."""
    paid = pl.col("paid_on") <= day
    return state.filter(pl.col("invoiced_on") <= day).with_columns(
        paid=pl.when(paid).then("paid").otherwise(pl.lit(0)).cast(state.schema["paid"]),
        paid_on=pl.when(paid).then("paid_on"),
        last_paid_on=pl.when(pl.col("last_paid_on") <= day).then("last_paid_on"),
        open_amount=pl.when(paid).then("open_amount").otherwise("amount").cast(state.schema["open_amount"]),
    )


def judged(frames: Frames, over: Over) -> Judged:
    """Every new alarm after FITTED_ON."""
    releases = frames["order_release"]
    weeks = weeks_of_releases(
        releases, frames["working_day"], complete_on=made_up.LAST_DAY, size=size_of(releases)
    )
    volume = weekly_scores(weeks)
    sized = size_scores(weeks.sized, weeks.log_size, weeks.log_size_square, weeks.alive.astype(np.float64))
    found = [
        *quiet_alarms(frames["order_gap"], over["gone_quiet"]),
        *weekly_alarms("volume_shift", weeks, volume.down, volume.up, over["volume_shift"]),
        *weekly_alarms("size_shift", weeks, sized.down, sized.up, over["size_shift"]),
        *paying_alarms(frames["invoice_state"], over["paying_later"]),
    ]
    alarms = pl.concat([pl.DataFrame(schema=ALARM), *found]).filter(pl.col("on") > FITTED_ON)
    return Judged(alarms, months_at_risk(releases))


def months_at_risk(releases: pl.DataFrame) -> float:
    """Months of the judged weeks, over customers that ordered within the year before or in them."""
    since = releases.filter(pl.col("release_on") > FITTED_ON - timedelta(days=364))
    return since["customer_id"].n_unique() * JUDGED_DAYS / MONTH_DAYS


def rows(signal: str, tier: str, way: str, customers: list[str], on: list[date]) -> pl.DataFrame:
    """Alarms of one signal, tier and direction."""
    named = {"signal": signal, "tier": tier, "way": way}
    return pl.DataFrame(
        {"customer_id": customers, "on": on}, schema={"customer_id": pl.String, "on": pl.Date}
    ).select(**{name: pl.lit(text) for name, text in named.items()}, customer_id="customer_id", on="on")


def quiet_alarms(order_gap: pl.DataFrame, over: dict[str, float]) -> Iterator[pl.DataFrame]:
    """The first day on which each silence was over each threshold."""
    scored = gap_scores(order_gap, over=over)
    for tier in over:
        told = scored.filter(pl.col(f"{tier}_on").is_not_null())
        yield rows("gone_quiet", tier, "down", told["customer_id"].to_list(), told[f"{tier}_on"].to_list())


def weekly_alarms(
    signal: str, weeks: Weeks, down: np.ndarray, up: np.ndarray, over: dict[str, float]
) -> Iterator[pl.DataFrame]:
    """The weeks in which falls and rises begin."""
    for tier, threshold in over.items():
        for way, score in (("down", down), ("up", up)):
            customer, week = np.nonzero(entries(score, threshold))
            on = [weeks.ends_on(int(each)) for each in week]
            yield rows(signal, tier, way, [weeks.customers[each] for each in customer], on)


def paying_alarms(invoice_state: pl.DataFrame, over: dict[str, float]) -> Iterator[pl.DataFrame]:
    """The Sundays on which somebody begins to pay later."""
    if invoice_state.is_empty():
        return
    book = ledger(invoice_state)
    past = history(book.bills, len(book.customers), day_number(made_up.LAST_DAY))
    for tier, threshold in over.items():
        customer, week = np.nonzero(entries(past.z, threshold))
        on = [EPOCH + timedelta(days=int(past.days[each])) for each in week]
        yield rows("paying_later", tier, "later", [book.customers[each] for each in customer], on)


def fit_lines(seeds: int) -> Iterator[str]:
    """Fit the thresholds of many null shops and write down their geometric means."""
    registry = discover()
    each: dict[tuple[str, str], list[float]] = {}
    for family in NULLS:
        for seed in range(FIT_SEEDS, FIT_SEEDS + seeds):
            frames = made_up.frames(made_up.shop("M", seed=seed, null=family))
            for detector in registry:
                if detector.calibrate is None:
                    continue
                tables = [frames[name] for name in tables_of(detector.calibrate)]
                own = detector.calibrate(*tables, fitted_on=made_up.LAST_DAY)
                for tier, threshold in own.items():
                    each.setdefault((detector.name, tier), []).append(threshold)
            yield f"{family} {seed}"
    mean = {name: float(np.exp(np.mean(np.log(found)))) for name, found in each.items()}
    SHIPPED.write_text(shipped_text(mean, seeds), "utf-8")
    yield from (f"{signal} {tier} {threshold:.3f}" for (signal, tier), threshold in mean.items())


def shipped_text(mean: dict[tuple[str, str], float], seeds: int) -> str:
    """The file of thresholds, with where they come from."""
    each, command = f"({seeds} each of {len(NULLS)} null families)", f"benchmarks/thresholds.py fit {seeds}"
    said = (
        "# Alarm thresholds that come with Burnish, for shops with little history of their own: the score\n"
        "# over which a detector alarms, by tier.\n"
        f"# Source: geometric means over {seeds * len(NULLS)} made-up shops of size M in which nothing\n"
        f"# happens {each}: `python {command}`.\n"
        "# Method: docs/methods/thresholds.md.\n"
    )
    for signal in SIGNALS:
        tiers = (f"{tier} = {mean[signal, tier]:.2f}\n" for tier in calibration.SHARES)
        said += f"\n[{signal}]\n{''.join(tiers)}"
    return said


def check_lines(seeds: int) -> Iterator[str]:
    """New alarms per 100 customer-months by family, tier and signal, and weeks that bring nothing new."""
    for family in NULLS:
        total, months, quiet, weeks = pl.DataFrame(schema=ALARM), 0.0, 0, 0
        for seed in range(CHECK_SEEDS, CHECK_SEEDS + seeds):
            frames = made_up.frames(made_up.shop("M", seed=seed, null=family))
            found = judged(frames, fitted(frames))
            total, months = pl.concat([total, found.alarms]), months + found.months
            told = found.alarms.filter(pl.col("tier") == "briefing")["on"].dt.truncate("1w").n_unique()
            quiet, weeks = quiet + JUDGED_DAYS // 7 - told, weeks + JUDGED_DAYS // 7
        calm = f"{quiet / weeks:.1%} of {weeks} weeks bring nothing new"
        yield f"{family:13} {months:8,.0f} customer-months, {calm}"
        for tier in ("watch", "briefing"):
            said = total.filter(pl.col("tier") == tier)
            by = {signal: 100 * said.filter(pl.col("signal") == signal).height / months for signal in SIGNALS}
            parts = "  ".join(f"{signal} {rate:.3f}" for signal, rate in by.items())
            yield f"    {tier:9} {100 * said.height / months:.3f} in all: {parts}"


def stop_lines(seeds: int) -> Iterator[str]:
    """Customers that stop: share told at watch within 26 weeks, by any signal and by each."""
    found = pl.concat(list(stops(seeds)))
    for low, high in ((2.0, 1e9), (0.5, 2.0), (0.2, 0.5), (0.0, 0.2)):
        of = found.filter(pl.col("per_week") > low, pl.col("per_week") <= high)
        shares = "  ".join(
            f"{name} {of[name].mean() or 0:.2f}" for name in ("any", "gone_quiet", "volume_shift")
        )
        yield f"{low:g} to {high:g} orders a week: {of.height:4} stops, told within 26 weeks: {shares}"


def stops(seeds: int) -> Iterator[pl.DataFrame]:
    """One row per customer that stopped in the judged weeks, 26 of which follow."""
    for seed in range(CHECK_SEEDS, CHECK_SEEDS + seeds):
        world = made_up.shop("M", seed=seed, plant_rate=4.0)
        frames = made_up.frames(world)
        said = judged(frames, fitted(frames)).alarms.filter(
            pl.col("tier") == "watch", pl.col("way") == "down"
        )
        stopped = world["event"].filter(
            pl.col("kind") == "stop",
            pl.col("t0") > FITTED_ON,
            pl.col("t1") <= made_up.LAST_DAY - timedelta(weeks=26),
        )
        stopped = stopped.select("company", "t0", "t1", per_week="size").with_columns(
            customer_id=made_up.named(pl.col("company"))
        )
        met = stopped.join(said, on="customer_id").filter(
            pl.col("on") >= pl.col("t0"), pl.col("on") <= pl.col("t1") + timedelta(weeks=26)
        )
        yield stopped.select(
            "per_week",
            any=pl.col("customer_id").is_in(met["customer_id"].implode()),
            **{
                signal: pl.col("customer_id").is_in(
                    met.filter(pl.col("signal") == signal)["customer_id"].implode()
                )
                for signal in ("gone_quiet", "volume_shift")
            },
        )


if __name__ == "__main__":
    what, seeds = (sys.argv[1:] or ["check"])[0], int((sys.argv[2:] or ["2"])[0])
    reports = {"fit": fit_lines, "check": check_lines, "stops": stop_lines}
    for line in reports[what](seeds):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
