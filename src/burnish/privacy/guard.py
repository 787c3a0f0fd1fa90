"""The guard at every door: what identifies a device, a card or a secret is not stored.

Headers are judged by name, cells by value. Cells are judged once per distinct value, and only
those a cheap RE2 pattern does not clear reach Python. The rules are data: `rules.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from burnish.privacy.distinct import matching, odd, strings
from burnish.privacy.rules import Rule, rules
from burnish.privacy.unwrapping import TooDeepError, plain, unwrapped
from burnish.schema.contracts import Column

DOORS = ("file", "web", "mail", "event", "note")
FLAG = "[controlled text refused]"
CUT = "[removed]"
ONLY_CUTS = re.compile(r"(?:\[removed\]|[\s\W])*")


@dataclass(frozen=True)
class Screened:
    """One column after the guard.

    `values`: strings, null where nothing may be stored. `stripped`: rule id -> cells cut.
    `quarantined`: rows to reject; `rules`: the rule id of each such row, else null.
    """

    values: pa.Array
    stripped: dict[str, int]
    quarantined: pa.Array
    rules: pa.Array


@dataclass(frozen=True)
class Biting:
    """The rules to try on one value: on the text itself, and on what is wrapped in it."""

    rules: tuple[Rule, ...]
    inside: tuple[Rule, ...]


@dataclass(frozen=True)
class Judged:
    """What becomes of one value: the text that may stay, and the rules that bit."""

    text: str | None = field(repr=False)
    cut: str | None = None
    held: str | None = None


def refused_names(door: str, headers: Sequence[str]) -> dict[str, str]:
    """Headers of columns that are never taken -> rule id. `door` is one of DOORS; all refuse alike."""
    known(door)
    judged = {header: refused_name(header) for header in headers}
    return {header: rule for header, rule in judged.items() if rule}


def refused_name(header: str) -> str | None:
    """The rule that refuses a column by its header, or None."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    words = re.findall(r"[a-z0-9]+", split.lower())
    whole = rules().whole_names.get(" ".join(words))
    if whole or rules().shop_cards & set(words):
        return whole
    runs = (tuple(words[a:b]) for a in range(len(words)) for b in range(len(words), a, -1))
    return next((rules().names[run] for run in runs if run in rules().names), None)


def screen(door: str, column: Column, cells: pa.Array) -> Screened:
    """Judge every cell of a column, string in, string out, same length and order.

    At the file door shapes bite in columns of family "text" only: a declared code, id or number
    may look like anything, there only values that name themselves ("imei: ...") are cut.
    """
    known(door)
    strict = door != "file" or column.family == "text"
    cells = strings(cells)
    found = odd(cells, matching(cells, "|".join(hints(strict))))
    if found is None:
        return untouched(cells)
    values, suspected = found.values, [hinted(found.values, hint) for hint in hints(strict)]
    verdicts = [
        judge(value, groups(flags, strict))
        for value, *flags in zip(values.to_pylist(), *suspected, strict=True)
    ]
    cut = found.spread(pa.array([one.cut for one in verdicts], pa.string()))
    held = found.spread(pa.array([one.held for one in verdicts], pa.string()))
    text = found.spread(pa.array([one.text for one in verdicts], pa.string()))
    return Screened(
        values=pc.if_else(found.place.is_valid(), text, cells),
        stripped=counted(cut),
        quarantined=held.is_valid(),
        rules=held,
    )


def untouched(cells: pa.Array) -> Screened:
    """All cells accepted as they are."""
    nothing = pa.nulls(len(cells), pa.string())
    return Screened(cells, {}, nothing.is_valid(), nothing)


def counted(cut: pa.Array) -> dict[str, int]:
    """Rule id -> number of cells it cut, by rule id."""
    counts = pc.value_counts(cut.drop_null()).to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counts, key=lambda one: one["values"])}


def hints(strict: bool) -> tuple[str, ...]:
    """The RE2 patterns of which one must be found: named, wrapped, and where it bites, shaped."""
    every = (rules().marked_hint, rules().wrapped_hint, rules().shape_hint)
    return every if strict else every[:2]


def hinted(values: pa.Array, hint: str) -> list[bool]:
    """Which values hold a hint; those with signs beyond ASCII may hide it and count as well."""
    return pc.or_(matching(values, hint), pc.invert(pc.string_is_ascii(values))).to_pylist()


def groups(flags: Sequence[bool], strict: bool) -> Biting:
    """The rules to try on a value with these hints."""
    marked, in_wraps, shape = (*flags, False)[:3]
    inside = rules().marked + (rules().shape if strict else ())
    return Biting(
        (rules().marked if marked else ()) + (rules().shape if shape else ()), inside if in_wraps else ()
    )


def judge(value: str, biting: Biting) -> Judged:
    """What becomes of one value. Wrapped identifiers are held, whatever rule finds them."""
    seen = plain(value)
    for rule in biting.rules:
        if rule.verdict == "controlled" and bites(rule, seen):
            return Judged(FLAG, cut=rule.id)
    text, cut = stripped(seen, biting.rules)
    held = next(
        (rule.id for rule in biting.rules if rule.verdict == "quarantine" and bites(rule, text)), None
    )
    held = held or wrapped(text, biting.inside)
    if held:
        return Judged(None, held=held)
    if cut is None:
        return Judged(value)
    return Judged(None if ONLY_CUTS.fullmatch(text) else text, cut=cut)


def stripped(text: str, biting: Sequence[Rule]) -> tuple[str, str | None]:
    """The text with every sure match cut out, and the first rule that cut."""
    first: str | None = None
    for rule in biting:
        if rule.verdict == "strip" and bites(rule, text):
            text = without(rule, text)
            first = first or rule.id
    return text, first


def without(rule: Rule, text: str) -> str:
    """The text with every match of one rule cut out."""
    return rule.pattern.sub(lambda match: CUT if rule.check(match) else match[0], text)


def bites(rule: Rule, text: str) -> bool:
    """Whether a rule matches anywhere in the text."""
    return any(rule.check(match) for match in rule.pattern.finditer(text))


def wrapped(text: str, biting: Sequence[Rule]) -> str | None:
    """`wrapped-<rule id>` when an encoding in the text hides what a rule forbids."""
    if not biting:
        return None
    try:
        inner = unwrapped(text)
    except TooDeepError:
        return "wrapped-too-often"
    for hidden in inner:
        for rule in biting:
            if bites(rule, hidden):
                return f"wrapped-{rule.id}"
    return None


def known(door: str) -> None:
    """Raise ValueError for a door that has no rules; a door is code, never input."""
    if door not in DOORS:
        raise ValueError(f"no such door: {door}")
