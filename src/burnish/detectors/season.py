"""The shop's season: how the parts of the year differ from its level, over all customers together."""

from __future__ import annotations

import numpy as np

from burnish.detectors.volume_scores import BASELINE_WEEKS, WINDOW_WEEKS, ratio, sums
from burnish.detectors.volume_weeks import Weeks
from burnish.stats.renewal import Floats, Ints

SLOTS = 13
LEAST_WEEKS = 104
REFIT_WEEKS = 13


def season(releases: Floats, worth: Floats, slots: Ints) -> Floats:
    """Factor of each thirteenth of the year, 1 on average; all 1 under 24 months of weeks.

    `releases` of the whole shop by week. Each week is held against the level of the 53 weeks around it. A
    part of the year keeps as much of its difference as it repeated from year to year (empirical Bayes).
    """
    weeks = len(releases)
    if weeks < LEAST_WEEKS:
        return np.ones(SLOTS)
    level = ratio(centred(releases), centred(worth)) * worth
    year = np.arange(weeks)[::-1] // BASELINE_WEEKS  # counted back, so that each holds every part of the year
    cell = slots + SLOTS * year
    cells = SLOTS * (int(year[0]) + 1)
    came, usual = (
        np.bincount(cell, weights=each, minlength=cells).astype(np.float64) for each in (releases, level)
    )
    there = usual.reshape(-1, SLOTS) > 0
    each = ratio(came, usual).reshape(-1, SLOTS)
    years = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, each, 0.0).sum(axis=0) / years
    chance = float(
        (np.where(there, each - mean, 0.0) ** 2).sum() / max((there.sum(axis=0) - 1).clip(0).sum(), 1)
    )
    lasting = max(float(np.var(mean, ddof=1)) - chance / float(years.mean()), 0.0)
    kept = lasting / (lasting + chance / float(years.mean())) if lasting > 0 else 0.0
    factor = 1.0 + kept * (np.where(there.any(axis=0), mean, 1.0) - 1.0)
    return np.asarray(np.maximum(factor / factor.mean(), 0.1))


def centred(values: Floats) -> Floats:
    """Sum of the 53 weeks around each, of those that are there."""
    half = BASELINE_WEEKS // 2
    padded = np.concatenate([values, np.zeros(half)])
    return sums(padded, BASELINE_WEEKS + 1)[half:]


def seasonal_worth(weeks: Weeks) -> tuple[Floats, tuple[Floats, Floats]]:
    """What weeks, 13 weeks, and the baselines before them are worth, by the season known in the quarter.

    All customer x week. The season of a quarter is fitted on the weeks before it and frozen through it, so
    that nothing looks ahead.
    """
    shop = (weeks.releases * weeks.alive).sum(axis=0)
    alive = weeks.alive.astype(np.float64)
    weekly, now, then = np.zeros((3, *alive.shape))
    starts = [0, *(week for week in range(1, weeks.count) if (weeks.first + week) % REFIT_WEEKS == 0)]
    for start, stop in zip(starts, [*starts[1:], weeks.count], strict=True):
        factor = season(shop[:start], weeks.worth[:start], weeks.slots[:start])
        since = max(start - WINDOW_WEEKS - BASELINE_WEEKS, 0)
        worth = (weeks.worth[since:stop] * factor[weeks.slots[since:stop]]) * alive[:, since:stop]
        here = slice(start - since, stop - since)
        weekly[:, start:stop] = worth[:, here]
        now[:, start:stop] = sums(worth, WINDOW_WEEKS)[:, here]
        then[:, start:stop] = sums(worth, BASELINE_WEEKS, ago=WINDOW_WEEKS)[:, here]
    return weekly, (now, then)


def season_today(weeks: Weeks) -> Floats:
    """The season as it was fitted for the quarter in which the weeks end."""
    since = weeks.count - (weeks.first + weeks.count - 1) % REFIT_WEEKS - 1
    known = slice(0, max(since, 0))
    shop = (weeks.releases * weeks.alive).sum(axis=0)
    return season(shop[known], weeks.worth[known], weeks.slots[known])
