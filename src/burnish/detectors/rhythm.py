"""How far out each gap between a customer's releases lies, against what was known in its week.

One pass over history scores the ended gaps and today's open ones with the same code. A gap's length
is divided by the median of the customer's latest 32 earlier gaps and ranked among the gaps of its
stratum that were known on the Sunday before: ended ones, and open ones as censored. What defines the
strata is refitted every 13 weeks from what was known then, and frozen between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from burnish.stats.renewal import (
    Floats,
    Ints,
    earlier_longest,
    earlier_median,
    first_length_over,
    significant,
    survival,
)

OUTLOOK_DAYS = 91  # 13 weeks: the outcome that the odds speak of
REFIT_WEEKS = 13
STRATUM_GAPS = 200  # fewer cannot tell one in a hundred from chance
WITHOUT, WITH, ALL, NONE = 6, 7, 8, 9
REGULARITY = ("regular", "uneven", "irregular")
STRATA = np.array(
    [*REGULARITY, *(f"{name} with pauses" for name in REGULARITY), "without pauses", "with pauses", "all", ""]
)
MEMORY_GAPS = 32  # a customer that slows down for years should not stand against its youth
PAUSE_TIMES = 6.0  # one Poisson gap in 64 is this long
PAUSE_SHARE = 0.04
STAYS = 0.6  # of 106 silences over the watch bar, 62 lasted 13 weeks more; docs/methods/gone-quiet.md
STAYS_GAPS = 10.0  # that share counts as this many gaps
DISPERSION_GAPS = 8.0  # the shop's dispersion counts as this many gaps
NEVER = np.iinfo(np.int64).max // 4
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Gaps:
    """All gaps in order of customer and time; days count from 1970-01-01, `closed` is NEVER while open.

    `usual` is the median of the customer's latest earlier gaps in days; `times` and `longest` are this gap
    and the longest earlier one in times of it. `scored` marks those with enough earlier gaps; `spread` is
    the sum of squares of the logarithms of the earlier gaps about their mean; `pausing` says blanket order
    or on/off pattern.
    """

    opened: Ints
    closed: Ints
    days: Ints
    earlier: Ints
    usual: Floats
    times: Floats
    longest: Floats
    spread: Floats
    pausing: Flags
    scored: Flags

    @property
    def ends(self) -> Ints:
        """Day up to which the gap has been seen."""
        return self.opened + self.days


@dataclass(frozen=True)
class Strata:
    """Where regularity terciles were cut, and the shop's usual dispersion of log gaps."""

    shop_variance: float
    cuts: tuple[float, float]

    def number(self, gaps: Gaps) -> Ints:
        """Stratum of each gap: regularity tercile, plus 3 for customers that pause or order by blanket."""
        tercile = np.searchsorted(np.array(self.cuts), shrunk_variance(gaps, self.shop_variance), side="left")
        return tercile + 3 * gaps.pausing.astype(np.int64)


@dataclass(frozen=True)
class Verdicts:
    """What the pass found for each gap; `entered` has one array of days for each tier, NEVER if not met."""

    p_value: Floats
    bar: Floats
    stays: Floats
    stratum: Ints
    reference: Ints
    entered: dict[str, Ints]


def gap_scores(
    order_gap: pl.DataFrame,
    *,
    min_gaps: int = 8,
    nominal: float = 0.01,
    over: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Score every gap with what was known in its week. One row per gap, in order of customer and gap.

    Columns beside those of `order_gap`: `earlier_gaps`, `usual_gap_days` (median of the latest 32),
    `times_usual`; `p_value` at the gap's end, or at its length so far; `bar_times`, the times usual at
    which p falls to `nominal`; `longest_times`, the customer's longest earlier gap; `score`, times usual
    over the larger of these two; `stays_silent`, the probability that no order comes in the next 13 weeks;
    `stratum` and `reference_gaps`, its ended gaps; `nominal_on`, the first day with p at most `nominal`,
    and for each threshold in `over` a column `<name>_on`, the first day on which the score, too, was over
    it.
    Gaps with fewer than `min_gaps` earlier ones have no score.
    """
    rows = order_gap.sort("customer_id", "gap_no")
    gaps = measured(*columns_of(rows), min_gaps=min_gaps)
    found = history(gaps, nominal=nominal, over=over or {})
    return rows.with_columns(
        pl.Series("earlier_gaps", gaps.earlier),
        number_series("usual_gap_days", gaps.usual),
        number_series("times_usual", gaps.times),
        number_series("p_value", found.p_value),
        number_series("bar_times", found.bar),
        number_series("longest_times", significant(gaps.longest)),
        number_series("score", score_of(gaps.times, gaps.longest, found.bar)),
        number_series("stays_silent", found.stays),
        pl.Series("stratum", STRATA[found.stratum]),
        pl.Series("reference_gaps", found.reference),
        *(day_series(f"{name}_on", day) for name, day in found.entered.items()),
    )


def columns_of(rows: pl.DataFrame) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Customer number, day opened, day closed (NEVER while open), days, blanket lines."""
    return (
        rows["customer_id"].rle_id().to_numpy().astype(np.int64),
        rows["opened_on"].to_physical().to_numpy().astype(np.int64),
        rows["closed_on"].to_physical().cast(pl.Int64).fill_null(NEVER).to_numpy(),
        rows["gap_days"].to_numpy().astype(np.int64),
        rows["blanket_lines"].fill_null(0).to_numpy().astype(np.int64),
    )


def number_series(name: str, values: Floats) -> pl.Series:
    """Numbers with what cannot be known as missing."""
    return pl.Series(name, values, nan_to_null=True)


def day_series(name: str, day: Ints) -> pl.Series:
    """Days since 1970 as dates, NEVER as missing."""
    days = pl.Series(name, np.where(day < NEVER, day, 0)).cast(pl.Int32).cast(pl.Date)
    return days.set(pl.Series(day >= NEVER), None)


def measured(customer: Ints, opened: Ints, closed: Ints, days: Ints, blanket: Ints, *, min_gaps: int) -> Gaps:
    """What each gap is measured by, all of it known on the day the gap opened, except its length."""
    begins = np.searchsorted(customer, customer)
    earlier = np.arange(len(customer), dtype=np.int64) - begins
    usual = earlier_median(days, customer, min_gaps=min_gaps, memory=MEMORY_GAPS)
    times = significant(days / usual)
    pauses = before(np.nan_to_num(times) >= PAUSE_TIMES, begins)
    pausing = (pauses >= 2) & (pauses > PAUSE_SHARE * earlier)
    pausing |= before(blanket, begins) + blanket > 0
    scored = np.isfinite(usual)
    longest = earlier_longest(days, customer) / usual
    return Gaps(opened, closed, days, earlier, usual, times, longest, spread(days, begins), pausing, scored)


def before(counted: NDArray[np.generic], begins: Ints) -> Ints:
    """Sum over the same customer's earlier gaps."""
    running = np.concatenate([[0], np.cumsum(counted.astype(np.int64))])
    return running[:-1] - running[begins]


def spread(days: Ints, begins: Ints) -> Floats:
    """Sum of squares about the mean of the logarithms of earlier gaps, from whole numbers (D13)."""
    table = np.round(1e3 * np.log(np.maximum(np.arange(days.max(initial=0) + 1), 1))).astype(np.int64)
    logs = table[days]
    count = np.maximum(np.arange(len(days)) - begins, 1)
    squares = before(logs * logs, begins) - before(logs, begins) ** 2 / count
    return np.maximum(squares, 0.0) / 1e6


def shrunk_variance(gaps: Gaps, shop_variance: float) -> Floats:
    """Variance of the customer's earlier log gaps, drawn toward the shop's."""
    weighed = gaps.spread + DISPERSION_GAPS * shop_variance
    return np.asarray(weighed / (DISPERSION_GAPS + np.maximum(gaps.earlier - 1, 0)))


def fit_strata(gaps: Gaps, known: Ints) -> Strata:
    """Cut regularity into terciles of the gaps `known`, around their median variance."""
    own = gaps.spread[known] / np.maximum(gaps.earlier[known] - 1, 1)
    shop_variance = float(np.median(own))
    ordered = np.sort(shrunk_variance(gaps, shop_variance)[known])
    third = len(ordered) // 3
    return Strata(shop_variance, (float(ordered[third]), float(ordered[2 * third])))


def history(gaps: Gaps, *, nominal: float, over: Mapping[str, float]) -> Verdicts:
    """Walk through the weeks; each is judged by what was known on the Sunday before it."""
    size = len(gaps.opened)
    p_value, bar, stays = np.full((3, size), np.nan)
    entered = {name: np.full(size, NEVER) for name in ("nominal", *over)}
    found = Verdicts(p_value, bar, stays, np.full(size, NONE), np.zeros(size, np.int64), entered)
    scored = np.flatnonzero(gaps.scored)
    if not len(scored):
        return found
    by_score = scored[np.argsort(gaps.times[scored], kind="stable")]
    strata, numbers = None, np.zeros(size, np.int64)
    for week in range(week_of(gaps.opened[scored].min()), week_of(gaps.ends[scored].max()) + 1):
        monday = 7 * week - 3
        known = by_score[gaps.closed[by_score] < monday]
        if len(known) and (strata is None or week % REFIT_WEEKS == 0):
            strata = fit_strata(gaps, np.sort(known))
            numbers = strata.number(gaps)
        live = scored[(gaps.opened[scored] < monday + 7) & (gaps.ends[scored] >= monday)]
        if strata is not None and len(live):
            judge(monday, live, known, numbers, gaps=gaps, found=found, nominal=nominal, over=over)
    return found


def week_of(day: int) -> int:
    """Number of the Monday-to-Sunday week in which a day lies; week 0 holds 1970-01-01."""
    return (int(day) + 3) // 7


def judge(
    monday: int,
    live: Ints,
    known: Ints,
    numbers: Ints,
    *,
    gaps: Gaps,
    found: Verdicts,
    nominal: float,
    over: Mapping[str, float],
) -> None:
    """Write down, for the gaps `live` in a week, where they were entered and how they ended."""
    open_before = live[gaps.opened[live] < monday]
    for stratum in np.unique(numbers[live]):
        name, reference, censored = reference_of(stratum, numbers, known, open_before)
        curve = survival(gaps.times[reference], silence_so_far(censored, monday, gaps))
        bar = curve.bar(nominal)
        mine = live[numbers[live] == stratum]
        enter(mine, monday, np.full(len(mine), bar), gaps, found.entered["nominal"])
        for tier, threshold in over.items():
            needed = significant(np.maximum(bar, gaps.longest[mine]) * max(threshold, 1.0))
            enter(mine, monday, needed, gaps, found.entered[tier])
        ended = mine[gaps.ends[mine] < monday + 7]
        later = significant((gaps.days[ended] + OUTLOOK_DAYS) / gaps.usual[ended])
        found.p_value[ended] = curve.p_value(gaps.times[ended])
        found.bar[ended] = bar
        found.stays[ended] = curve.stays(gaps.times[ended], later, prior=STAYS, prior_gaps=STAYS_GAPS)
        found.stratum[ended], found.reference[ended] = name, len(reference)


def score_of(times: Floats, longest: Floats, bar: Floats) -> Floats:
    """Times usual over the bar of the stratum, or over the customer's own longest gap when that is larger."""
    return significant(times / np.maximum(bar, longest))


def reference_of(stratum: int, numbers: Ints, known: Ints, open_before: Ints) -> tuple[int, Ints, Ints]:
    """The stratum's ended and open gaps; with too few ended, those of all terciles, then all of them."""
    for name, kinds in ((stratum, numbers), (WITHOUT + stratum // 3, WITHOUT + numbers // 3)):
        reference = known[kinds[known] == name]
        if len(reference) >= STRATUM_GAPS:
            return name, reference, open_before[kinds[open_before] == name]
    return ALL, known, open_before


def silence_so_far(open_gaps: Ints, monday: int, gaps: Gaps) -> Floats:
    """Standardised length at which gaps still open on the Sunday before are censored."""
    return significant((monday - 1 - gaps.opened[open_gaps]) / gaps.usual[open_gaps])


def enter(mine: Ints, monday: int, bars: Floats, gaps: Gaps, entered: Ints) -> None:
    """Note the first day of this week on which gaps not yet noted lie over their bars."""
    waiting = (entered[mine] == NEVER) & np.isfinite(bars)
    gap = mine[waiting]
    length = first_length_over(bars[waiting], gaps.usual[gap]).astype(np.int64)
    day = np.maximum(gaps.opened[gap] + length, monday)
    met = day <= np.minimum(gaps.ends[gap], monday + 6)
    entered[gap[met]] = day[met]
