"""How high a score must be to alarm: fitted on replicas of this shop's own past.

The alarm of a signal is set where 40 block-bootstrap replicas of the shop give the signal's share of
the alarm budget; a second set of replicas draws the same blocks for all customers, so that common
shocks stay whole, and the larger count of the two sets decides. The result is shrunk toward
thresholds shipped with Burnish; a shop with little history uses those alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import polars as pl

from burnish.detectors.rhythm import STRATUM_GAPS, Strata, fit_strata, measured, score_of
from burnish.stats.bootstrap import block_starts, replicate, stream
from burnish.stats.renewal import Floats, Ints

SHARES = {"watch": 0.25, "briefing": 0.015}  # new alarms per 100 customer-months, one of four kinds
NOMINAL = 0.01
BLOCK_DAYS = 182
REPLICAS = 40
MONTH_DAYS = 365.25 / 12
SHIPPED_WEEKS = 104  # the shipped threshold counts as this much history
LEAST_WEEKS = 65
PPM = 1_000_000


def alarm_threshold(
    order_release: pl.DataFrame, *, fitted_on: date, min_gaps: int = 8, replicas: int = REPLICAS
) -> pl.DataFrame:
    """Thresholds of every calibrated signal from the releases up to `fitted_on`. One row per signal and tier.

    The score of `gone_quiet` is `rhythm.gap_scores`' own: times usual over the bar of its
    stratum or the customer's own longest gap. Under 65 weeks of
    history `shop_ppm` is empty and the shipped threshold stands.
    """
    known = order_release.filter(pl.col("release_on") <= fitted_on).sort("customer_id", "release_on")
    weeks = weeks_of(known)
    shipped = shipped_thresholds()["gone_quiet"]
    own = own_thresholds(known, min_gaps=min_gaps, replicas=replicas) if weeks >= LEAST_WEEKS else {}
    rows = [
        {
            "signal": "gone_quiet",
            "tier": tier,
            "threshold_ppm": ppm(shrunk(own.get(tier), shipped[tier], weeks)),
            "shipped_ppm": ppm(shipped[tier]),
            "shop_ppm": ppm(own[tier]) if tier in own else None,
            "weeks": weeks,
            "fitted_on": fitted_on,
        }
        for tier in SHARES
    ]
    return pl.DataFrame(rows, schema_overrides={"shop_ppm": pl.Int64, "fitted_on": pl.Date})


def quarter_start(day: date) -> date:
    """The day before the quarter of `day`: thresholds are fitted on it and frozen through the quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)


def ppm(score: float) -> int:
    """A score in millionths, rounded up so that rounding never alarms."""
    return int(np.ceil(score * PPM))


def weeks_of(order_release: pl.DataFrame) -> int:
    """Full weeks from the first release to the last."""
    if order_release.is_empty():
        return 0
    return int((order_release["release_on"].max() - order_release["release_on"].min()).days // 7)  # type: ignore[operator,union-attr]


def shrunk(own: float | None, shipped: float, weeks: int) -> float:
    """The shop's own threshold drawn toward the shipped one on the scale of logarithms."""
    if own is None:
        return shipped
    share = weeks / (weeks + SHIPPED_WEEKS)
    return float(np.exp(share * np.log(own) + (1.0 - share) * np.log(shipped)))


def shipped_thresholds() -> dict[str, dict[str, float]]:
    """The thresholds that come with Burnish, by signal and tier."""
    return tomllib.loads(files("burnish.detectors").joinpath("shipped.toml").read_text("utf-8"))


def own_thresholds(known: pl.DataFrame, *, min_gaps: int, replicas: int = REPLICAS) -> dict[str, float]:
    """The scores at which this shop's own replicas spend each tier's share; none when nothing scores."""
    names = known["customer_id"].unique(maintain_order=True).to_list()
    group = known["customer_id"].rle_id().to_numpy().astype(np.int64)
    day = known["release_on"].to_physical().to_numpy().astype(np.int64)
    day -= day.min()
    blanket = known["blanket_lines"].fill_null(0).to_numpy().astype(np.int64)
    strata = strata_of(day, group, blanket, min_gaps=min_gaps)
    if strata is None:
        return {}
    plan = {"replicas": replicas, "days": int(day.max()) + 1, "block_days": BLOCK_DAYS}
    together = block_starts(stream("gone_quiet", "all customers"), **plan)[:, None, :]
    apart = np.stack([block_starts(stream("gone_quiet", name), **plan) for name in names], axis=1)
    sets = [
        replica_scores(day, group, blanket, np.broadcast_to(starts, apart.shape), strata, min_gaps=min_gaps)
        for starts in (apart, together)
    ]
    return {tier: max(each.spending(share) for each in sets) for tier, share in SHARES.items()}


def strata_of(day: Ints, group: Ints, blanket: Ints, *, min_gaps: int) -> Strata | None:
    """Strata as cut by all ended gaps of the shop; None when it has none that can be scored."""
    ended = np.flatnonzero(group[1:] == group[:-1])
    length = day[ended + 1] - day[ended]
    gaps = measured(group[ended], day[ended], day[ended + 1], length, blanket[ended], min_gaps=min_gaps)
    return fit_strata(gaps, np.flatnonzero(gaps.scored)) if gaps.scored.any() else None


@dataclass(frozen=True)
class Spent:
    """The largest gap scores of a set of replicas, descending, and the customer-months at risk."""

    scores: Floats
    months_at_risk: float

    def spending(self, share: float) -> float:
        """The smallest score above which at most `share` gaps per 100 customer-months lie, at least 1."""
        allowed = int(share * self.months_at_risk / 100.0)
        return max(float(self.scores[allowed]), 1.0) if allowed < len(self.scores) else 1.0


def replica_scores(
    day: Ints, group: Ints, blanket: Ints, starts: Ints, strata: Strata, *, min_gaps: int
) -> Spent:
    """Score the gaps of replicas as those of the shop; an unfinished last gap counts as a gap.

    `starts`: replica x customer x block. Each replica has bars of its own, as a shop would. Only gaps that
    begin in the second half of a customer's replica count: by then it has a history as the shop has today.
    """
    replicas, customers, blocks = starts.shape
    replica = replicate(day, group, starts.reshape(-1, blocks), block_days=BLOCK_DAYS)
    last = np.append(replica.group[1:] != replica.group[:-1], True)
    until = np.where(last, replica.alive_days[replica.group] - 1, np.append(replica.day[1:], 0))
    gaps = measured(
        replica.group, replica.day, until, until - replica.day, blanket[replica.source], min_gaps=min_gaps
    )
    scored = np.flatnonzero(gaps.scored)
    of = replica.group[scored] // customers
    bars = replica_bars(gaps.times[scored], of, strata.number(gaps)[scored], replicas)
    score = score_of(gaps.times[scored], gaps.longest[scored], bars)
    late = 2 * replica.day[scored] >= replica.alive_days[replica.group[scored]]
    months = float(gaps.days[scored][late].sum()) / MONTH_DAYS
    return Spent(-np.sort(-score[late & (score > 1.0)]), months)


def replica_bars(times: Floats, replica: Ints, stratum: Ints, replicas: int) -> Floats:
    """Bar of each gap: that of its stratum in its replica, merged with others where gaps are too few."""
    bar = top_bars(times, replica, replicas)[replica]  # all gaps of the replica, however few they are
    for cells in (stratum // 3, stratum):
        cell = replica * 6 + cells
        enough = np.bincount(cell, minlength=6 * replicas)[cell] >= STRATUM_GAPS
        bar[enough] = top_bars(times, cell, 6 * replicas)[cell[enough]]
    return bar


def top_bars(times: Floats, cell: Ints, cells: int) -> Floats:
    """For each cell the largest score whose rank p is over NOMINAL; infinite where there are too few."""
    ordered = times[np.argsort(cell.astype(np.int16), kind="stable")]
    count = np.bincount(cell, minlength=cells)
    until = np.cumsum(count)
    longer = np.floor(NOMINAL * (count + 1) + 1e-9).astype(np.int64)
    bars = np.full(cells, np.inf)
    for each in np.flatnonzero(longer):
        own, place = ordered[until[each] - count[each] : until[each]], count[each] - longer[each]
        bars[each] = np.partition(own, place)[place]
    return bars
