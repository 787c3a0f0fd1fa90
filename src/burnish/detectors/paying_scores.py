"""How much later than usual each customer pays, for today and for every week of the past.

The unit is the check run: what a customer paid on one day. The runs of the last 13 weeks stand against
up to 52 before them, as a moderated t. Invoices still open past their usual day count among the recent
runs, as late as the hazard of the shop's invoices expects them to be in the end: a mean over settled ones
alone looks faster than it is. A score of a day uses that day and earlier ones only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from burnish.stats.counts import as_normal
from burnish.stats.hazard import Hazard, fit_hazard
from burnish.stats.moderated import Prior, fit_prior, kish
from burnish.stats.renewal import Floats, Ints, significant

NEVER = np.int64(1 << 40)
SPAN = np.int64(1 << 20)  # days; longer than any ledger, so that customer × SPAN + day sorts by both
WINDOW_DAYS = 91
REACH_DAYS = 182  # a customer that pays seldom: its last three runs may reach back so far
MEMORY_RUNS = 52
MIN_BEFORE, MIN_RECENT = 6, 3
REFIT_WEEKS = 13
CLIP = 2.5  # spreads from the usual level beyond which a run counts no more (Huber)
SHOP_RUNS = 4.0  # the shop's usual spread counts as so many runs of a customer
LEAST_SPREAD = 1.0  # days, because payments have whole days
FIRST_SPREAD = 7.0  # days, before the shop has shown its own
SLACK_DAYS = 1.5  # standard deviation by which a level moves without meaning anything
TENTHS = 10
WEIGHT = 16  # of a run of the customer's usual size; weights are whole numbers, so that sums are exact
LEAST_WEIGHT, MOST_WEIGHT = 0.5, 1.5
FINE = 1000
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bills:
    """Invoices in order of customer and invoice day.

    Days count from 1970-01-01; `paid` is NEVER while open.
    """

    group: Ints
    invoiced: Ints
    due: Ints
    paid: Ints
    cents: Ints

    def only(self, kept: Flags | Ints) -> Bills:
        """Some of them."""
        return Bills(*(each[kept] for each in (self.group, self.invoiced, self.due, self.paid, self.cents)))

    def upto(self, day: int) -> Bills:
        """What was to be seen of them at the end of a day."""
        seen = self.only(self.invoiced <= day)
        return replace(seen, paid=np.where(seen.paid <= day, seen.paid, NEVER))


@dataclass(frozen=True)
class Runs:
    """Check runs in order of customer and day.

    `plain`: median days beyond terms of what was paid, in tenths of a day; `late` the same, winsorised.
    `weight`: root of the money over the customer's usual root, capped. `level` and `spread` (days),
    `usual` (root of cents) and `size` (invoices): what the runs up to and with this one make usual;
    `count`: how many they are.
    """

    group: Ints
    day: Ints
    plain: Ints
    late: Ints
    weight: Ints
    level: Floats
    spread: Floats
    usual: Floats
    size: Floats
    count: Ints

    @property
    def key(self) -> Ints:
        """Sorts by customer and day."""
        return self.group * SPAN + self.day


@dataclass(frozen=True)
class Habits:
    """What was usual when each invoice was written; `known` where the customer had enough runs by then.

    `level` and `scale`: days beyond terms to expect, and the standard deviation of one run about that;
    `leaves`: day from which the invoice is too old to count; `share`: part of a run that it makes up.
    """

    known: Flags
    level: Floats
    scale: Floats
    leaves: Ints
    usual: Floats
    share: Floats

    def length(self, bills: Bills, until: Ints) -> Floats:
        """Days beyond the level on each invoice's day `until`, in standard deviations."""
        return significant((until - bills.due - self.level) / self.scale)


@dataclass(frozen=True)
class Law:
    """What the shop's own past says of all its customers, as known on one day."""

    prior: Prior
    hazard: Hazard


@dataclass(frozen=True)
class Owed:
    """Open invoices past their usual day, one row for each point and invoice.

    `at`: place of the point; `bill`: of the invoice; `days` beyond terms so far; `capped`: those to be
    expected in the end, winsorised; `share` of a run that it makes up; `size` of that run's money, as of
    weights.
    """

    at: Ints
    bill: Ints
    days: Floats
    capped: Floats
    share: Floats
    size: Floats

    @property
    def weight(self) -> Floats:
        """Weight of each, on the scale of the weights of runs."""
        return WEIGHT * self.size * self.share

    def summed(self, values: Floats, points: int) -> Floats:
        """Sums by point, of values rounded to thousandths so that their order does not matter."""
        return np.bincount(self.at, np.round(FINE * values), points) / FINE


@dataclass(frozen=True)
class Contrast:
    """The runs of the window against those before it, at each point; days beyond terms.

    Places of runs: `first` to `since` lie before, `since` to `until` in the window. `variance` of one run
    before the window with `df` degrees of freedom; `chance`: the part of it that a difference of the two
    means has. `enough` where both sides have the runs they need.
    """

    first: Ints
    since: Ints
    until: Ints
    owed: Floats
    usual: Floats
    now: Floats
    variance: Floats
    df: Floats
    chance: Floats

    @property
    def before(self) -> Ints:
        """Runs before the window."""
        return self.since - self.first

    @property
    def recent(self) -> Floats:
        """Runs in the window, those still owed among them."""
        return self.until - self.since + self.owed

    @property
    def enough(self) -> Flags:
        """Where the minimum of runs is there."""
        return np.asarray((self.before >= MIN_BEFORE) & (np.floor(self.recent) >= MIN_RECENT))

    def error(self, law: Law) -> Floats:
        """Standard error of the difference, by the moderated variance."""
        return np.sqrt(law.prior.posterior(self.variance, self.df) * self.chance + SLACK_DAYS**2)

    def score(self, law: Law) -> Floats:
        """The moderated t of the difference as a normal score; missing without enough runs."""
        t = (self.now - self.usual) / self.error(law)
        return np.where(self.enough, significant(as_normal(t, law.prior.df + self.df)), np.nan)


def runs_of(bills: Bills, spreads: Floats) -> Runs:
    """The check runs that settled the invoices. `spreads`: the shop's usual one by quarter, or one alone."""
    settled = np.flatnonzero(bills.paid < NEVER)
    run, late = bills.group[settled] * SPAN + bills.paid[settled], (bills.paid - bills.due)[settled]
    order = np.lexsort((late, run))
    run, late, cents = run[order], late[order], bills.cents[settled][order]
    begins = np.flatnonzero(np.append(len(run) > 0, run[1:] != run[:-1]))
    ends = np.append(begins[1:], len(run))[: len(begins)]
    middle = TENTHS * (late[(begins + ends - 1) // 2] + late[(begins + ends) // 2]) // 2
    root = np.sqrt((running(cents)[ends] - running(cents)[begins]).astype(np.float64))
    group, day = run[begins] // SPAN, run[begins] % SPAN
    shop = spreads[np.minimum(quarter_of(day), len(spreads) - 1)]
    return learned(group, day, middle, root, (ends - begins).astype(np.float64), shop)


def running(values: Ints) -> Ints:
    """Sums of all values before each place, and of all."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(values)])


def quarter_of(day: Ints) -> Ints:
    """Number of the 13 weeks in which a day lies; they begin on Mondays."""
    return (day + 3) // (7 * REFIT_WEEKS)


def learned(group: Ints, day: Ints, plain: Ints, root: Floats, size: Floats, shop: Floats) -> Runs:
    """Walk through each customer's runs in order of time, all customers abreast.

    Each run is winsorised about what the runs before it made usual, and then counts among them; older
    runs fade with a memory of MEMORY_RUNS. `shop`: the shop's usual spread at each run.
    """
    place = np.arange(len(group)) - np.searchsorted(group, group)
    order = np.argsort(place, kind="stable")
    steps = np.searchsorted(place[order], np.arange(place.max(initial=-1) + 2))
    runs = np.zeros((4, len(group)))
    late, weight = np.zeros((2, len(group)), np.int64)
    count, level, squares, usual, sizes = np.zeros((5, int(group.max(initial=-1)) + 1))
    keep = 1.0 - 1.0 / MEMORY_RUNS
    for step in range(len(steps) - 1):
        at = order[steps[step] : steps[step + 1]]
        who, value = group[at], plain[at] / TENTHS
        if step:
            far = CLIP * spread_of(squares[who], count[who], shop[at])
            value = np.clip(value, level[who] - far, level[who] + far)
        now, away = keep * count[who] + 1.0, value - level[who]
        count[who] = now
        level[who] += away / now
        squares[who] = keep * squares[who] + away * (value - level[who])
        usual[who] += (root[at] - usual[who]) / now
        sizes[who] += (size[at] - sizes[who]) / now
        late[at] = np.round(TENTHS * value)
        weight[at] = np.round(WEIGHT * capped(root[at], usual[who]))
        runs[:, at] = level[who], spread_of(squares[who], now, shop[at]), usual[who], sizes[who]
    levels, spreads, roots, bills = runs
    return Runs(group, day, plain, late, weight, levels, spreads, roots, bills, place + 1)


def spread_of(squares: Floats, count: Floats, shop: Floats) -> Floats:
    """Standard deviation of a customer's runs, drawn toward the shop's."""
    pooled = (SHOP_RUNS * shop**2 + squares) / (SHOP_RUNS + np.maximum(count - 1.0, 0.0))
    return np.maximum(np.sqrt(pooled), LEAST_SPREAD)


def capped(root: Floats, usual: Floats) -> Floats:
    """How much money counts against the customer's usual: by its square root, within bounds."""
    return np.clip(root / np.where(usual > 0, usual, 1.0), LEAST_WEIGHT, MOST_WEIGHT)


def usual_spreads(bills: Bills) -> Floats:
    """The shop's usual spread of runs about their level, by quarter, each from the days before it.

    From the median step between a customer's consecutive days of payment, which no single run moves far.
    """
    settled = np.flatnonzero(bills.paid < NEVER)
    key, late = bills.group[settled] * SPAN + bills.paid[settled], (bills.paid - bills.due)[settled]
    order = np.lexsort((late, key))
    key, late = key[order], late[order]
    step = (key[1:] // SPAN == key[:-1] // SPAN) & (key[1:] != key[:-1])
    sizes, day = np.abs(np.diff(late))[step], (key[1:] % SPAN)[step]
    quarters = int(quarter_of(day).max(initial=0)) + 2
    spreads = np.full(quarters, FIRST_SPREAD)
    first = int(quarter_of(day).min(initial=quarters))
    for quarter in range(first + 1, quarters):
        earlier = sizes[quarter_of(day) < quarter]
        spreads[quarter] = max(float(np.median(earlier)) / STEP, LEAST_SPREAD)
    return spreads


STEP = 0.9539  # median of the step between two draws of a normal law, in standard deviations


def habits(bills: Bills, runs: Runs) -> Habits:
    """What each invoice's customer was used to on the day before it was written."""
    if not len(runs.group):
        none, some = np.zeros(len(bills.group)), np.ones(len(bills.group))
        return Habits(none > 0, none, some, bills.due + WINDOW_DAYS, some, some)
    last = np.searchsorted(runs.key, bills.group * SPAN + bills.invoiced) - 1
    at = np.maximum(last, 0)
    known = (last >= 0) & (runs.group[at] == bills.group) & (runs.count[at] >= MIN_BEFORE)
    count = np.minimum(runs.count[at], MEMORY_RUNS)
    expected = bills.due + np.round(runs.level[at]).astype(np.int64)
    return Habits(
        known=known,
        level=runs.level[at],
        scale=runs.spread[at] * np.sqrt(1.0 + 1.0 / count),
        leaves=np.maximum(expected, bills.invoiced) + WINDOW_DAYS,
        usual=np.maximum(runs.usual[at], 1.0),
        share=1.0 / np.maximum(runs.size[at], 1.0),
    )


def fit_law(bills: Bills, runs: Runs, habit: Habits, day: int) -> Law:
    """The shop's law from what was known at the end of a day."""
    seen = habit.known & (bills.invoiced <= day)
    paid = bills.paid <= day
    length = habit.length(bills, np.minimum(bills.paid, day))
    groups = np.unique(runs.group[runs.day <= day])
    days = np.arange(day, int(runs.day.min(initial=day)), -WINDOW_DAYS)[::-1]
    found = contrast(runs, np.repeat(groups, len(days)), np.tile(days, len(groups)))
    prior = fit_prior(found.variance[found.enough], found.df[found.enough])
    return Law(prior, fit_hazard(length[seen & paid], length[seen & ~paid]))


def still_owed(bills: Bills, habit: Habits, group: Ints, day: Ints, law: Law) -> Owed:
    """The open invoices past their usual day, at points in order of customer and day.

    Each counts for 13 weeks from that day, as late as the hazard expects it to be in the end, and as the
    part of a run that it makes up.
    """
    point = group * SPAN + day
    begins = np.maximum(bills.invoiced, np.floor(bills.due + habit.level).astype(np.int64) + 1)
    start = np.searchsorted(point, bills.group * SPAN + begins)
    stop = np.searchsorted(point, bills.group * SPAN + np.minimum(bills.paid, habit.leaves))
    times = np.where(habit.known, np.maximum(stop - start, 0), 0)
    bill = np.repeat(np.arange(len(times)), times)
    at = np.repeat(start - running(times)[:-1], times) + np.arange(len(bill))
    level, scale, share = habit.level[bill], habit.scale[bill], habit.share[bill]
    length = significant((day[at] - bills.due[bill] - level) / scale)
    in_the_end = length + law.hazard.remaining(length)
    return Owed(
        at=at,
        bill=bill,
        days=(day[at] - bills.due[bill]).astype(np.float64),
        capped=level + scale * np.minimum(in_the_end, CLIP),
        share=share,
        size=capped(np.sqrt(bills.cents[bill] / share), habit.usual[bill]),
    )


def contrast(runs: Runs, group: Ints, day: Ints, owed: Owed | None = None) -> Contrast:
    """Weighted means of the runs in the window that ends on each day, and of up to 52 before it."""
    key, point = runs.key, group * SPAN + day
    open_runs, open_weight, open_squares, open_total = np.zeros((4, len(group)))
    if owed is not None:
        open_runs, open_weight = (owed.summed(each, len(group)) for each in (owed.share, owed.weight))
        open_squares = owed.summed(owed.weight * WEIGHT * owed.size, len(group))
        open_total = owed.summed(owed.weight * owed.capped, len(group))
    start, until = np.searchsorted(key, group * SPAN), np.searchsorted(key, point, side="right")
    since, reach = (np.searchsorted(key, point - days, side="right") for days in (WINDOW_DAYS, REACH_DAYS))
    missing = np.maximum(MIN_RECENT - np.floor(open_runs).astype(np.int64), 0)
    since = np.maximum(np.minimum(since, np.maximum(until - missing, reach)), start)
    first = np.maximum(since - MEMORY_RUNS, start)
    w, y = runs.weight, runs.late
    sums = [running(each) for each in (w, w * w, w * y, w * y * y)]
    weight, squares, total, total_squares = ((each[since] - each[first]).astype(np.float64) for each in sums)
    weight1, squares1, total1 = ((each[until] - each[since]).astype(np.float64) for each in sums[:3])
    some = np.maximum(weight, 1.0)
    usual = total / some
    n, df = kish(weight, squares), np.maximum(kish(weight, squares) - 1.0, 0.0)
    spread = np.maximum(total_squares / some - usual**2, 0.0) * n / np.maximum(df, 1.0)
    weight1, squares1 = weight1 + open_weight, squares1 + open_squares
    n1 = kish(weight1, squares1)
    return Contrast(
        first=first,
        since=since,
        until=until,
        owed=open_runs,
        usual=usual / TENTHS,
        now=(total1 / TENTHS + open_total) / np.maximum(weight1, 1.0),
        variance=spread / TENTHS**2 + ROUNDING,
        df=df,
        chance=1.0 / np.maximum(n, 1.0) + 1.0 / np.maximum(n1, 1.0),
    )


ROUNDING = 1.0 / 12.0  # variance of what whole days round away


@dataclass(frozen=True)
class History:
    """Scores of every customer and week (`z`, customer × week), and the last week in full.

    `bills`: what was known at the end of it; `days`: the Sundays on which the weeks end; `law`, `last` and
    `owed` are those of the last one, whose points are the customers.
    """

    bills: Bills
    days: Ints
    z: Floats
    runs: Runs
    habit: Habits
    law: Law
    last: Contrast
    owed: Owed

    @property
    def until(self) -> int:
        """The Sunday that ends the last week."""
        return int(self.days[-1])


def history(bills: Bills, customers: int, last_day: int) -> History:
    """Score every customer on every Sunday up to a day, each by the law known when its quarter began."""
    until = sunday_before(last_day)
    known = bills.upto(until)
    runs = runs_of(known, usual_spreads(known))
    habit = habits(known, runs)
    days = np.arange(until, min(int(known.invoiced.min(initial=until)), until - 1), -7)[::-1]
    groups = np.arange(customers)
    z = np.full((customers, len(days)), np.nan)
    law = FLAT
    for quarter in np.unique(quarter_of(days)):
        weeks = np.flatnonzero(quarter_of(days) == quarter)
        law = fit_law(known, runs, habit, int(quarter) * 7 * REFIT_WEEKS - 4)
        group, day = np.repeat(groups, len(weeks)), np.tile(days[weeks], customers)
        z[:, weeks] = scored(known, habit, runs, group, day, law).score(law).reshape(customers, -1)
    end = np.full(customers, until)
    owed = still_owed(known, habit, groups, end, law)
    return History(known, days, z, runs, habit, law, contrast(runs, groups, end, owed), owed)


FLAT = Law(Prior(1.0, FIRST_SPREAD**2), fit_hazard(np.zeros(0), np.zeros(0)))


def sunday_before(day: int) -> int:
    """The last Sunday up to a day."""
    return day - (day + 4) % 7


def scored(bills: Bills, habit: Habits, runs: Runs, group: Ints, day: Ints, law: Law) -> Contrast:
    """The contrast at points in order of customer and day, open invoices among the recent runs."""
    return contrast(runs, group, day, still_owed(bills, habit, group, day, law))
