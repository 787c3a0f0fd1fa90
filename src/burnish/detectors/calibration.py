"""How high a score must be to alarm: fitted on replicas of this shop's own past.

The alarm of a signal is set where 40 block-bootstrap replicas of the shop give the signal's share of
the alarm budget; a second set of replicas draws the same blocks for all customers, so that common
shocks stay whole, and the larger count of the two sets decides. The result is shrunk toward
thresholds shipped with Burnish; a shop with little history uses those alone. Each detector brings its
own replicas: the function named `calibrate` where it is declared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from burnish.detectors import Detector, fed, tables_of
from burnish.stats.bootstrap import block_starts, stream
from burnish.stats.renewal import Floats, Ints

SHARES = {"support": 0.5, "watch": 0.25, "briefing": 0.015}  # new entries per 100 months of a customer
ALARMING = ("briefing", "watch")  # `support` only supports a joined conclusion, it is never said alone
BLOCK_DAYS = 182
REPLICAS = 40
MONTH_DAYS = 365.25 / 12
SHIPPED_WEEKS = 104  # the shipped threshold counts as this much history
LEAST_WEEKS = 65
PPM = 1_000_000


def alarm_threshold(
    registry: Iterable[Detector], frames: Mapping[str, pl.DataFrame], *, fitted_on: date, **dials: Any
) -> pl.DataFrame:
    """Thresholds of every calibrated signal; contract `alarm_threshold`, one row per signal and tier.

    `frames` are the tables that the detectors' calibrate functions name, as known on `fitted_on`; `dials`
    go to all of them. History is counted from the first to the last day of the first table that a
    function names. Under 65 weeks `shop_ppm` is empty and the shipped threshold stands.
    """
    calibrated = [(each.name, each.calibrate) for each in registry if each.calibrate]
    rows = [
        row
        for name, calibrate in calibrated
        for row in fitted(name, calibrate, frames, fitted_on=fitted_on, **dials)
    ]
    kinds = {"signal": pl.String, "tier": pl.String, "threshold_ppm": pl.Int64, "shipped_ppm": pl.Int64}
    return pl.DataFrame(
        rows, schema=kinds | {"shop_ppm": pl.Int64, "weeks": pl.Int64, "fitted_on": pl.Date}, orient="row"
    )


def fitted(
    signal: str,
    calibrate: Callable[..., Mapping[str, float]],
    frames: Mapping[str, pl.DataFrame],
    *,
    fitted_on: date,
    **dials: Any,
) -> Iterator[dict[str, Any]]:
    """The thresholds of one signal, lowest tier first."""
    ours = shipped_thresholds().get(signal, {})
    weeks = weeks_of(frames[tables_of(calibrate)[0]], fitted_on)
    own = fed(calibrate, frames, fitted_on=fitted_on, **dials) if weeks >= LEAST_WEEKS else {}
    shipped = {**own, **ours}
    for tier in (name for name in SHARES if name in shipped):
        yield {
            "signal": signal,
            "tier": tier,
            "threshold_ppm": ppm(shrunk(own.get(tier), shipped[tier], weeks)),
            "shipped_ppm": ppm(ours[tier]) if tier in ours else None,
            "shop_ppm": ppm(own[tier]) if tier in own else None,
            "weeks": weeks,
            "fitted_on": fitted_on,
        }


def thresholds(alarm_threshold: pl.DataFrame, signal: str) -> dict[str, float]:
    """The score over which a signal reaches each tier, highest tier first."""
    mine = alarm_threshold.filter(pl.col("signal") == signal)
    ppm = dict(mine.select("tier", "threshold_ppm").iter_rows())
    return {tier: ppm[tier] / PPM for tier in reversed(SHARES) if tier in ppm}


def quarter_start(day: date) -> date:
    """The day before the quarter of `day`: thresholds are fitted on it and frozen through the quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)


def ppm(score: float) -> int:
    """A score in millionths, rounded up so that rounding never alarms."""
    return int(np.ceil(score * PPM))


def weeks_of(table: pl.DataFrame, fitted_on: date) -> int:
    """Full weeks between the first and the last day up to `fitted_on` in a table's first column of days."""
    column = next(name for name, kind in table.schema.items() if kind == pl.Date)
    day = table.filter(pl.col(column) <= fitted_on)[column]
    return 0 if day.is_empty() else int((day.max() - day.min()).days // 7)  # type: ignore[operator,union-attr]


def shrunk(own: float | None, shipped: float, weeks: int) -> float:
    """The shop's own threshold drawn toward the shipped one on the scale of logarithms."""
    if own is None:
        return shipped
    share = weeks / (weeks + SHIPPED_WEEKS)
    return float(np.exp(share * np.log(own) + (1.0 - share) * np.log(shipped)))


def shipped_thresholds() -> dict[str, dict[str, float]]:
    """The thresholds that come with Burnish, by signal and tier."""
    return tomllib.loads(files("burnish.detectors").joinpath("shipped.toml").read_text("utf-8"))


def replica_blocks(
    signal: str, customers: Sequence[str], *, days: int, replicas: int = REPLICAS
) -> tuple[Ints, Ints]:
    """First days of the blocks of two sets of replicas: drawn per customer, and the same for all.

    Each replica x customer x block. A customer's blocks depend on nothing but signal and customer.
    """
    plan = {"replicas": replicas, "days": days, "block_days": BLOCK_DAYS}
    together = block_starts(stream(signal, "all customers"), **plan)[:, None, :]
    apart = np.stack([block_starts(stream(signal, name), **plan) for name in customers], axis=1)
    return apart, np.broadcast_to(together, apart.shape)


@dataclass(frozen=True)
class Spent:
    """The largest gap scores of a set of replicas, descending, and the customer-months at risk."""

    scores: Floats
    months_at_risk: float

    def spending(self, share: float) -> float:
        """The smallest score above which at most `share` gaps per 100 customer-months lie, at least 1."""
        allowed = int(share * self.months_at_risk / 100.0)
        return max(float(self.scores[allowed]), 1.0) if allowed < len(self.scores) else 1.0
