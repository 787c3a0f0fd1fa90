"""How far order counts and sizes swing in replicas of this shop's own past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import polars as pl

from burnish.detectors.calibration import BLOCK_DAYS, MONTH_DAYS, REPLICAS, SHARES, replica_blocks
from burnish.detectors.season import season
from burnish.detectors.swings import LOWEST, Swings
from burnish.detectors.volume_scores import LEAST_EXPECTED, WINDOW_WEEKS, size_scores, sums, volume_scores
from burnish.detectors.volume_weeks import WEEK_DAYS, Weeks, size_of, weeks_of_releases
from burnish.stats.renewal import Floats, Ints

BLOCK_WEEKS = BLOCK_DAYS // WEEK_DAYS
Tracks = tuple[Floats, Floats, Floats]  # scores of a fall, of a rise, and 1 where one could be said
Scoring = Callable[[Weeks, Ints, Floats, Floats], Tracks]


def volume_thresholds(
    order_release: pl.DataFrame, working_day: pl.DataFrame, *, fitted_on: date, replicas: int = REPLICAS
) -> dict[str, float]:
    """The scores of `volume_shift` at which this shop's own replicas spend each tier's share."""
    weeks = weeks_of_releases(order_release, working_day, complete_on=fitted_on)
    return spent("volume_shift", weeks, counted, replicas=replicas)


def size_thresholds(
    order_release: pl.DataFrame, working_day: pl.DataFrame, *, fitted_on: date, replicas: int = REPLICAS
) -> dict[str, float]:
    """The scores of `size_shift` at which this shop's own replicas spend each tier's share."""
    size = size_of(order_release.filter(pl.col("release_on") <= fitted_on))
    if size is None:
        return {}
    weeks = weeks_of_releases(order_release, working_day, complete_on=fitted_on, size=size)
    return spent("size_shift", weeks, sized, replicas=replicas)


def counted(weeks: Weeks, source: Ints, alive: Floats, worth: Floats) -> Tracks:
    """Scores of the counts of one replica."""
    found = volume_scores(np.take_along_axis(weeks.releases, source, axis=1), alive, worth)
    return found.down, found.up, np.isfinite(found.z)


def sized(weeks: Weeks, source: Ints, alive: Floats, worth: Floats) -> Tracks:
    """Scores of the sizes of one replica."""
    n, total, square = (
        np.take_along_axis(each, source, axis=1)
        for each in (weeks.sized, weeks.log_size, weeks.log_size_square)
    )
    found = size_scores(n, total, square, alive)
    return found.down, found.up, np.isfinite(found.z)


def spent(signal: str, weeks: Weeks, scoring: Scoring, *, replicas: int) -> dict[str, float]:
    """Where replicas spend each tier's share, the larger of both sets; empty when none scores."""
    known = busy(weeks)
    if not known.customers:
        return {}
    months = replicas * months_at_risk(weeks)
    sets = [
        together(replica_tracks(known, starts // WEEK_DAYS, scoring), months=months)
        for starts in replica_blocks(signal, known.customers, days=WEEK_DAYS * weeks.count, replicas=replicas)
    ]
    if not any(each.judged for each in sets):
        return {}
    wider = bessel(weeks.count // WINDOW_WEEKS)
    return {tier: wider * max(each.spending(share) for each in sets) for tier, share in SHARES.items()}


def months_at_risk(weeks: Weeks) -> float:
    """Customer-months in the second halves of all customers' lives, from first to last release."""
    ordered = weeks.releases > 0
    lives = ordered.any(axis=1) * (
        weeks.count - np.argmax(ordered, axis=1) - np.argmax(ordered[:, ::-1], axis=1)
    )
    return float(lives.sum()) / 2.0 * WEEK_DAYS / MONTH_DAYS


def bessel(windows: int) -> float:
    """How much wider a variable swings than draws from so many past values of it do about their own mean."""
    return float(np.sqrt(windows / max(windows - 1, 1)))


def busy(weeks: Weeks) -> Weeks:
    """The customers that may be judged at some time: those whose busiest 13 weeks reach the minimum."""
    if not weeks.customers:
        return weeks
    return weeks.of(np.flatnonzero(sums(weeks.releases, WINDOW_WEEKS).max(axis=1) >= LEAST_EXPECTED))


def replica_tracks(weeks: Weeks, starts: Ints, scoring: Scoring) -> Iterator[Tracks]:
    """The scores of each replica; `starts`: first weeks of blocks, replica x customer x block.

    Weeks before a customer's first and after its last release are cut out of its blocks. Of each customer
    only the second half counts as at risk: by then it has a history as the shop has today.
    """
    ordered = weeks.releases > 0
    first = np.argmax(ordered, axis=1)[:, None]
    last = weeks.count - 1 - np.argmax(ordered[:, ::-1], axis=1)[:, None]
    factor = season((weeks.releases * weeks.alive).sum(axis=0), weeks.worth, weeks.slots)
    worth = weeks.worth * factor[weeks.slots]
    place = np.arange(starts.shape[2] * BLOCK_WEEKS)
    for each in starts:
        week = each[:, place // BLOCK_WEEKS] + place % BLOCK_WEEKS
        there = (week > first) & (week <= last)
        order = np.argsort(~there, axis=1, kind="stable")
        source = np.take_along_axis(np.where(there, week, 0), order, axis=1)
        alive = np.take_along_axis(there, order, axis=1).astype(np.float64)
        down, up, known = scoring(weeks, source, alive, worth[source] * alive)
        late = (2 * place >= alive.sum(axis=1, keepdims=True)) & (alive > 0) & (known > 0)
        yield down * alive, up * alive, late


def together(tracks: Iterator[Tracks], *, months: float) -> Swings:
    """All replicas of a set, falls and rises as tracks of their own."""
    score, at_risk, judged = [], [], 0.0
    for down, up, late in tracks:
        judged += float(late.sum()) * WEEK_DAYS / MONTH_DAYS
        for way in (down, up):
            swings = np.flatnonzero(way.max(axis=1, initial=0.0) > LOWEST)
            score.append(way[swings])
            at_risk.append(late[swings])
    scores = np.concatenate(score)
    return Swings(scores, np.concatenate(at_risk), scores.max(axis=1, initial=0.0), months, judged)
