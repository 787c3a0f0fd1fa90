"""Chance that stays with its owner: a number depends on the plan, the purpose and the keys, on nothing else.

So what happens to one customer moves no other customer's numbers, however many rows it adds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from burnish.simulate.plan import Plan
from burnish.simulate.workdays import is_open

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]

STEP, FIRST, SECOND = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


@dataclass(frozen=True)
class Chance:
    """Random numbers for one purpose. Each method takes whole-number keys, arrays of one length."""

    key: int

    @classmethod
    def of(cls, plan: Plan, *purpose: str) -> Chance:
        """The numbers of a purpose within a plan's block."""
        return cls(int(plan.stream("chance", *purpose).integers(2**62)))

    def even(self, *keys: ArrayLike) -> Floats:
        """Between 0 and 1, both excluded, evenly."""
        state = np.array([self.key], dtype=np.uint64)
        for key in keys:
            state = mixed(
                state
                ^ (np.atleast_1d(np.asarray(key, dtype=np.int64)).astype(np.uint64) + np.uint64(1)) * STEP
            )
        return np.asarray(((state >> np.uint64(12)).astype(np.float64) + 0.5) / 2.0**52)

    def normal(self, *keys: ArrayLike) -> Floats:
        """Standard normal (Box and Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log(self.even(*keys, 0)))
        return np.asarray(radius * np.cos(2.0 * np.pi * self.even(*keys, 1)))

    def whole(self, below: ArrayLike, *keys: ArrayLike) -> Ints:
        """0 to below - 1, evenly."""
        return np.asarray((self.even(*keys) * np.asarray(below)).astype(np.int64))

    def place(self, shares: ArrayLike, *keys: ArrayLike) -> Ints:
        """A place in `shares`, as often as its share says."""
        share = np.asarray(shares, dtype=np.float64)
        steps = np.cumsum(share) / share.sum()
        return np.minimum(np.searchsorted(steps, self.even(*keys), side="right"), len(share) - 1)

    def yes(self, odds: ArrayLike, *keys: ArrayLike) -> Bools:
        """True with probability `odds`."""
        return np.asarray(self.even(*keys) < np.asarray(odds))


def mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele, Lea and Flood 2014)."""
    state = (state ^ (state >> np.uint64(30))) * FIRST
    state = (state ^ (state >> np.uint64(27))) * SECOND
    return np.asarray(state ^ (state >> np.uint64(31)))


@dataclass(frozen=True)
class Owners:
    """Rows that lie together by owner: `keys` ascending."""

    keys: Ints

    def rows(self, owner: int) -> slice:
        """Where the rows of one owner lie."""
        first, past = np.searchsorted(self.keys, [owner, owner + 1])
        return slice(int(first), int(past))

    def places(self) -> Ints:
        """The running number of each row within its owner, from 0."""
        if not len(self.keys):
            return np.zeros(0, dtype=np.int64)
        starts = np.flatnonzero(np.r_[True, self.keys[1:] != self.keys[:-1]])
        return np.asarray(
            np.arange(len(self.keys)) - np.repeat(starts, np.diff(np.r_[starts, len(self.keys)]))
        )


@dataclass(frozen=True)
class OpenDays:
    """The shop's working days as a ruler: day <-> running number."""

    days: Days

    @classmethod
    def around(cls, plan: Plan) -> OpenDays:
        """From a month before the plan's first day until a year after its last."""
        every = np.arange(np.datetime64(plan.first) - 40, np.datetime64(plan.last) + 400)
        return cls(every[is_open(every)])

    def number(self, days: Days) -> Ints:
        """The number of each day, or of the next working day where it is none."""
        return np.minimum(np.searchsorted(self.days, days.astype("datetime64[D]")), len(self.days) - 1)

    def day(self, numbers: Ints) -> Days:
        """The day with each number, kept within the ruler."""
        return np.asarray(self.days[np.clip(numbers, 0, len(self.days) - 1)])
