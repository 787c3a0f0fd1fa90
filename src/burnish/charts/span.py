"""The time that a picture shows, with the days that its axis names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

LONGEST_WEEKS = 156
MONTH_STEPS = (1, 2, 3, 6, 12, 24)
YEAR_MONTHS = 12


@dataclass(frozen=True)
class Span:
    """From the first to the last day shown."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Length in days, at least one."""
        return max((self.last - self.first).days, 1)

    def named_days(self, most: int) -> list[date]:
        """First days of months, evenly spaced, at most `most` of them unless the span is longer than that."""
        for step in MONTH_STEPS:
            found = list(self._months(step))
            if len(found) <= most:
                break
        return found

    def _months(self, step: int) -> Iterator[date]:
        months = range(_month_no(self.first), _month_no(self.last) + 1)
        for number in months:
            one = date(number // YEAR_MONTHS, number % YEAR_MONTHS + 1, 1)
            if number % step == 0 and self.first <= one <= self.last:
                yield one


def spanned(spans: Iterable[Span]) -> Span:
    """The span that holds all of them, so that pictures above each other share one axis."""
    held = list(spans)
    return Span(min(span.first for span in held), max(span.last for span in held))


def _month_no(day: date) -> int:
    return day.year * YEAR_MONTHS + day.month - 1
