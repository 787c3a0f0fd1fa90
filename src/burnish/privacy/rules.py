"""The guard's rules, read from `rules.toml`, and the checks a match must also pass."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

Verdict = Literal["strip", "quarantine", "controlled"]
CARD = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}"
)
MOMENT = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
DATED = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
MEASURE_AFTER = re.compile(
    r"\s*(?:mm|cm|m|in|inch|inches|mil|mils|[µμu]m|ft|stack|kg|lb|g|A|V|°)(?![A-Za-z])"
)
NUMBERED_BEFORE = re.compile(
    r"(?:\b(?:v|ver|vers|version|rev|revision|release|fw|firmware|sw|para|paragraph|par|sec|sect|section|clause|step"
    r"|chapter|item|table|fig|figure|spec|ams|astm|mil|iso|bac|dps|operation|op|wbs)[.:#]?|§)[\s#-]*$",
    re.IGNORECASE,
)
PART_BEFORE = re.compile(
    r"\b(?:p/?n|p\.n\.|part|dwg|drawing|item|lot|heat|serial|s/?n|po|job|wo|order|ref|spec|nsn|dash|qty|stock|mfg"
    r"|batch|model|die|tool|rack)(?:\s*(?:no|number|num|nr))?[.:#]?[\s#]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rule:
    """One rule: an id that is counted in public, a verdict, a pattern and a further check."""

    id: str
    says: str
    where: Literal["marked", "shape"]
    verdict: Verdict
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], bool]


@dataclass(frozen=True)
class Rules:
    """All rules. The hints are RE2: a value without any of them can match no rule."""

    names: dict[tuple[str, ...], str]
    whole_names: dict[str, str]
    shop_cards: frozenset[str]
    marked: tuple[Rule, ...]
    shape: tuple[Rule, ...]
    marked_hint: str
    shape_hint: str
    wrapped_hint: str


@cache
def rules() -> Rules:
    """The rules as shipped, read once."""
    given = tomllib.loads(files("burnish.privacy").joinpath("rules.toml").read_text("utf-8"))
    every = tuple(
        Rule(
            one["id"],
            one["says"],
            one["where"],
            one["verdict"],
            re.compile(one["pattern"]),
            CHECKS[one.get("check", "any")],
        )
        for one in given["rule"]
    )
    hints = given["hints"]
    return Rules(
        names={tuple(name.split()): rule for rule, names in given["names"].items() for name in names},
        whole_names={name: rule for rule, names in given["names_whole"].items() for name in names},
        shop_cards=frozenset(given["names_pass"]["words"]),
        marked=tuple(rule for rule in every if rule.where == "marked"),
        shape=tuple(rule for rule in every if rule.where == "shape"),
        marked_hint="|".join(hints["marked"]),
        shape_hint="|".join(hints["shape"]),
        wrapped_hint="|".join(hints["wrapped"]),
    )


def value_of(match: re.Match[str]) -> str:
    """The part of a match that is the identifier."""
    return match["value"] if "value" in match.re.groupindex else match[0]


def digits(match: re.Match[str]) -> str:
    """The identifier's decimal digits only."""
    return re.sub(r"\D", "", value_of(match))


def luhn(match: re.Match[str]) -> bool:
    """The digits pass the check of ISO/IEC 7812-1, annex B (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits(match))):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def is_card(match: re.Match[str]) -> bool:
    """Luhn, and a prefix and length that some card brand issues."""
    return CARD.fullmatch(digits(match)) is not None and luhn(match)


def has_digits(match: re.Match[str]) -> bool:
    """An identifier holds three digits at least; a word in its place is only a word."""
    return len(digits(match)) >= 3


def has_letters(match: re.Match[str]) -> bool:
    """Hexadecimal, not a row of plain numbers."""
    return re.search("[A-Fa-f]", value_of(match)) is not None


def bare_hex(match: re.Match[str]) -> bool:
    """Hexadecimal with letters and digits, not beginning with a date."""
    return has_letters(match) and bool(digits(match)) and not_dated(match)


def not_dated(match: re.Match[str]) -> bool:
    """Does not begin with a date of this half century, as lots and moments do."""
    return DATED.match(value_of(match)) is None


def not_a_moment(match: re.Match[str]) -> bool:
    """Is no date and time of day in pairs of digits, as a lot may be."""
    found = digits(match)
    return len(found) != 12 or MOMENT.fullmatch(found) is None


def is_ip(match: re.Match[str]) -> bool:
    """A full internet address of either version."""
    try:
        ipaddress.ip_address(value_of(match).rstrip(".:") or "-")
    except ValueError:
        return False
    return True


def is_ip6(match: re.Match[str]) -> bool:
    """A full IPv6 address; `A::B` in a sentence is none."""
    groups = [group for group in value_of(match).split(":") if group]
    return is_ip(match) and len(groups) > 1 and any(len(group) > 2 for group in groups)


def is_ip4_here(match: re.Match[str]) -> bool:
    """A full IPv4 address that is neither a measure (a unit follows) nor a paragraph or release."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return is_ip(match) and not MEASURE_AFTER.match(after) and not NUMBERED_BEFORE.search(before)


def is_ssn_here(match: re.Match[str]) -> bool:
    """A number the SSA may have issued, and not one announced as a part, lot or order."""
    area, group, serial = value_of(match).split("-")
    issued = area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
    return issued and not PART_BEFORE.search(match.string[: match.start()])


def is_opaque(match: re.Match[str]) -> bool:
    """Letters and digits alternate as chance would have it: in over a quarter of all places."""
    value = value_of(match)
    kinds = "".join(
        "d" if c.isdigit() else "U" if c.isupper() else "l" if c.islower() else " " for c in value
    )
    changes = sum(a != b and " " not in (a, b) and (a, b) != ("U", "l") for a, b in pairwise(kinds))
    return changes * 4 >= len(value) and {"d", "U", "l"} <= set(kinds)


CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "any": lambda match: True,
    "bare_hex": bare_hex,
    "has_digits": has_digits,
    "has_letters": has_letters,
    "is_card": is_card,
    "is_ip": is_ip,
    "is_ip4_here": is_ip4_here,
    "is_ip6": is_ip6,
    "is_opaque": is_opaque,
    "is_ssn_here": is_ssn_here,
    "luhn": luhn,
    "not_a_moment": not_a_moment,
    "not_dated": not_dated,
}
