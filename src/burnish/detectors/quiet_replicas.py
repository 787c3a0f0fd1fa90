"""How unusual silences get in replicas of this shop's own past, in which nobody stopped for good."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from burnish.detectors.calibration import BLOCK_DAYS, MONTH_DAYS, REPLICAS, SHARES, Spent, replica_blocks
from burnish.detectors.rhythm import STRATUM_GAPS, Strata, fit_strata, measured, score_of
from burnish.stats.bootstrap import replicate
from burnish.stats.renewal import Floats, Ints

NOMINAL = 0.01


def quiet_thresholds(
    order_release: pl.DataFrame, *, fitted_on: date, min_gaps: int = 8, replicas: int = REPLICAS
) -> dict[str, float]:
    """The scores of `gone_quiet` at which this shop's own replicas spend each tier's share.

    From the releases up to `fitted_on`. The score is `rhythm.gap_scores`' own: times usual over the bar
    of its stratum or the customer's own longest gap. Empty when nothing can be scored.
    """
    known = order_release.filter(pl.col("release_on") <= fitted_on).sort("customer_id", "release_on")
    if known.is_empty():
        return {}
    names = known["customer_id"].unique(maintain_order=True).to_list()
    group = known["customer_id"].rle_id().to_numpy().astype(np.int64)
    day = known["release_on"].to_physical().to_numpy().astype(np.int64)
    day -= day.min()
    blanket = known["blanket_lines"].fill_null(0).to_numpy().astype(np.int64)
    strata = strata_of(day, group, blanket, min_gaps=min_gaps)
    if strata is None:
        return {}
    sets = [
        replica_scores(day, group, blanket, starts, strata, min_gaps=min_gaps)
        for starts in replica_blocks("gone_quiet", names, days=int(day.max()) + 1, replicas=replicas)
    ]
    return {tier: max(each.spending(share) for each in sets) for tier, share in SHARES.items()}


def strata_of(day: Ints, group: Ints, blanket: Ints, *, min_gaps: int) -> Strata | None:
    """Strata as cut by all ended gaps of the shop; None when it has none that can be scored."""
    ended = np.flatnonzero(group[1:] == group[:-1])
    length = day[ended + 1] - day[ended]
    gaps = measured(group[ended], day[ended], day[ended + 1], length, blanket[ended], min_gaps=min_gaps)
    return fit_strata(gaps, np.flatnonzero(gaps.scored)) if gaps.scored.any() else None


def replica_scores(
    day: Ints, group: Ints, blanket: Ints, starts: Ints, strata: Strata, *, min_gaps: int
) -> Spent:
    """Score the gaps of replicas as those of the shop; an unfinished last gap counts as a gap.

    `starts`: replica x customer x block. Each replica has bars of its own, as a shop would. Only gaps that
    begin in the second half of a customer's replica count: by then it has a history as the shop has today.
    The months at risk are those of all customers, whether they can be judged or not.
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
    months = float(replica.alive_days.sum()) / 2.0 / MONTH_DAYS
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
