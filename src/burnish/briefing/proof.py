"""The mechanical check of a finished sentence: every number in it must be one of its facts.

It reads the text as a stranger would and shares no code with the formatter, so that a fault in one is
seen by the other. It allows only the stated rounding. Numbers written as words are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from burnish.briefing.facts import Fact

MONTH_NUMBER = {
    "January": 1,
    "February": 2,
    "March": 3,
    "April": 4,
    "May": 5,
    "June": 6,
    "July": 7,
    "August": 8,
    "September": 9,
    "October": 10,
    "November": 11,
    "December": 12,
}
SIGN_OF = {
    "CA$": "CAD",
    "MX$": "MXN",
    "A$": "AUD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
}
MOST_DIGITS = 20  # a longer figure is nothing a shop measures, and beyond exact reckoning here
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SPOKEN_DAY = re.compile(rf"(?<![\w.,])(\d{{1,2}}) ({'|'.join(MONTH_NUMBER)}) (\d{{4}})(?!\d|[,.]\d)")
WRITTEN_DAY = re.compile(r"(?<![\w.,-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")
AMOUNT = re.compile(
    rf"(?P<minus>[-−]?)(?:(?P<sign>{'|'.join(map(re.escape, SIGN_OF))})|(?<!\w)(?P<code>[A-Z]{{3}}) )"
    rf"(?P<figure>{NUMBER})(?P<million> million)?(?!\w|[.,]\d)"
)
PLAIN = re.compile(rf"(?P<minus>(?<!\w)[-−])?(?P<figure>{NUMBER})")
RANGE_WORDS = (" to ", " and ", " of ", "–")


def unsupported_numbers(sentence: str, facts: Mapping[str, Fact], *, name: str = "") -> list[str]:
    """The numbers, dates, percentages and amounts of `sentence` that no fact supports, in order.

    `name` is the customer's: its one place in the text is not read, whatever digits it holds.
    """
    readings = [_unsupported(rest, facts) for rest in _without(sentence, name)]
    return min(readings, key=len)


def _unsupported(rest: str, facts: Mapping[str, Fact]) -> list[str]:
    wrong: list[tuple[int, str]] = []
    days = {fact.day for fact in facts.values() if fact.day is not None}
    numbers = [fact for fact in facts.values() if fact.number is not None and fact.day is None]
    for pattern in (SPOKEN_DAY, WRITTEN_DAY):
        wrong += [(hit.start(), hit.group()) for hit in pattern.finditer(rest) if _day(hit) not in days]
        rest = pattern.sub(_blank, rest)
    wrong += [(hit.start(), hit.group()) for hit in AMOUNT.finditer(rest) if not _is_money(hit, numbers)]
    rest = AMOUNT.sub(_blank, rest)
    for hit in PLAIN.finditer(rest):
        if not any(_is_measure(hit, rest, fact) for fact in numbers):
            wrong.append((hit.start(), hit.group()))
    return [token for _, token in sorted(wrong)]


def _without(sentence: str, name: str) -> list[str]:
    """The sentence with one whole occurrence of the name blanked out, each in turn; places are kept."""
    whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name else re.compile("(?!)")
    return [
        sentence[: hit.start()] + _blank(hit) + sentence[hit.end() :] for hit in whole.finditer(sentence)
    ] or [sentence]


def _blank(hit: re.Match[str]) -> str:
    return "\x00" * len(hit.group())


def _day(hit: re.Match[str]) -> date | None:
    first, month, last = hit.groups()
    try:
        if month in MONTH_NUMBER:
            return date(int(last), MONTH_NUMBER[month], int(first))
        return date(int(first), int(month), int(last))
    except ValueError:
        return None


def _figure(hit: re.Match[str]) -> Decimal:
    value = Decimal(hit["figure"].replace(",", ""))
    return -value if hit["minus"] else value


def _rounds_to(exact: Decimal, value: Decimal, step: Decimal) -> bool:
    """Whether `value` is a whole number of steps and the nearest to `exact`; halves go away from zero."""
    if value.adjusted() > MOST_DIGITS:
        return False
    over = (abs(exact) - abs(value)) * 2
    return value % step == 0 and value * exact >= 0 and -step <= over < step


def _is_money(hit: re.Match[str], facts: list[Fact]) -> bool:
    """Whether a fact in that currency is the amount or, after "about", rounds to it in 3 digits."""
    value = _figure(hit) * (1_000_000 if hit["million"] else 1)
    currency = SIGN_OF[hit["sign"]] if hit["sign"] else hit["code"]
    about = hit.string[: hit.start()].endswith("about ")
    step = Decimal(10) ** max(value.adjusted() - 2, -2) if value else Decimal("0.01")
    for fact in facts:
        exact = Decimal(repr(fact.number))
        told = _rounds_to(exact, value, step) if about else value == exact
        if fact.unit == currency and told:
            return True
    return False


def _is_measure(hit: re.Match[str], text: str, fact: Fact) -> bool:
    """Whether the fact has the unit that follows and rounds to the number: tenths below 10, else whole."""
    if hit.start() and (text[hit.start() - 1].isalnum() or text[hit.start() - 1] in ".,"):
        return False
    after = text[hit.end() :]
    value = _figure(hit)
    step = Decimal(1) if abs(value) >= 10 else Decimal("0.1")
    near = _rounds_to(Decimal(repr(fact.number)), value, step)
    return near and _has_unit(after, fact.unit)


def _has_unit(after: str, unit: str) -> bool:
    """Whether the text after a number names the unit, at once or behind the other end of a range."""
    if unit in {"", "none"}:
        return not re.match(r"[\w%]|[.,]\d", after)
    words = {unit, re.sub("s$", "", unit), re.sub("ies$", "y", unit), re.sub("es$", "", unit)}
    spelled = "|".join(map(re.escape, sorted(words, reverse=True)))
    between = "|".join(map(re.escape, RANGE_WORDS))
    other_end = rf"(?:(?:{between})[-−]?(?:{NUMBER}))?"
    return re.match(rf"{other_end}[ -]?(?:{spelled})(?!\w)", after) is not None
