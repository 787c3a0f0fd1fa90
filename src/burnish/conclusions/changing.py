"""What changed since the shop's previous working day: its conclusions and today's side by side."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import polars as pl

from burnish.conclusions.joining import ALARMING, JOINED, SAME_ROWS, TIERS
from burnish.conclusions.templates import FactRow
from burnish.detectors.speaking import day, number, schema_of
from burnish.schema.signals import CHANGE

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]  # kind, customer_id
Told: TypeAlias = tuple[str, str, list[FactRow]]  # change, template, facts

JOINED_UP = "worse", "On {since} one signal about {name} was told by itself; now they stand together."
LEFT_OVER = "better", "On {since} {name} stood out in several sources at once; now only this is left."
ANOTHER = {
    ("gone_quiet", "volume_shift"): ("better", "On {since} {name} was silent; it still orders far less."),
    ("volume_shift", "gone_quiet"): ("worse", "On {since} {name} ordered less; now it has gone quiet."),
}
REPLACED = "unchanged", "On {since} {name} stood out by other marks of the same rows."
TOLD_NOW = "worse", "{name} was on the watch list on {since}."
WATCHED_NOW = "better", "{name} was told on {since}; now it is only watched."
SUBSIDED = {
    "gone_quiet": "its silence no longer stands out",
    "volume_shift": "its orders no longer stand out",
    "paying_later": "its payments no longer stand out",
}


def changes(
    conclusion: pl.DataFrame,
    before: pl.DataFrame,
    signal: pl.DataFrame,
    order_release: pl.DataFrame,
    *,
    since: date,
    as_of: date,
) -> pl.DataFrame:
    """Compare the conclusions of `as_of` with those of `since`, `before`. Contract CHANGE.

    Today's come first, by rank, then what is gone, by its earlier rank. `signal` and `order_release` are of
    today. Statements meet by kind and customer; a joined one also meets the single ones that it took up, or
    the one that is left of it. Worse is a higher tier, or in the same tier higher odds of the same outcome.
    """
    now, then = _by_key(conclusion), _by_key(before)
    became = {key: _predecessors(key, now, then) for key in now}
    rows = [_row(row, then[became[key][0]] if became[key] else None, since) for key, row in now.items()]
    told = {key for keys in became.values() for key in keys}
    standing = set(signal.filter(pl.col("tier").is_in(TIERS)).select("signal", "customer_id").iter_rows())
    newest = dict(order_release.group_by("customer_id").agg(pl.col("release_on").max()).iter_rows())
    for key in (key for key in then if key not in told):
        gone = _why_gone(then[key], as_of, standing, newest.get(key[1]))
        rows.append(_row(None, then[key], since, gone))
    return pl.DataFrame(rows, schema=schema_of(CHANGE))


def _by_key(conclusion: pl.DataFrame) -> dict[Key, Row]:
    """Conclusions by kind and customer, most pressing first."""
    return {(row["kind"], row["customer_id"]): row for row in conclusion.sort("rank").iter_rows(named=True)}


def _predecessors(key: Key, now: dict[Key, Row], then: dict[Key, Row]) -> list[Key]:
    """The earlier statements that became this one, the one to compare with first."""
    kind, customer_id = key
    own = [key] if key in then else []
    if not own:
        alike = [(name, customer_id) for same in SAME_ROWS if kind in same for name in same]
        own = [one for one in alike if one in then and one not in now]
    if kind in JOINED:
        return own + [one for one in then if one[1] == customer_id and one[0] in JOINED[kind].signals]
    joined = [(name, customer_id) for name in sorted(JOINED) if kind in JOINED[name].signals]
    return own + [one for one in joined if one in then and one not in now]


def _row(now: Row | None, then: Row | None, since: date, told: Told | None = None) -> Row:
    change, says, facts = told or _told(now or {}, then, since)
    shown: Row = now or then or {}
    return {
        **{name: shown[name] for name in ("id", "kind", "customer_id", "name")},
        "change": change,
        **{name: now[name] if now else None for name in ("tier", "odds_percent", "rank")},
        "tier_before": then and then["tier"],
        "odds_before": then["odds_percent"] if then and then["kind"] == shown["kind"] else None,
        "rank_before": then and then["rank"],
        "since": since,
        "says": says,
        "facts": facts,
    }


def _told(now: Row, then: Row | None, since: date) -> Told:
    """What became of a statement that stands today."""
    on = [day("since", since)]
    if then is None:
        return "new", "{name} was not here on {since}.", on
    if then["kind"] != now["kind"]:
        return (*_other_kind(now["kind"], then["kind"]), on)
    if then["tier"] != now["tier"]:
        return (*(TOLD_NOW if now["tier"] == ALARMING[0] else WATCHED_NOW), on)
    odds, earlier = now["odds_percent"], then["odds_percent"]
    if odds == earlier or odds is None or earlier is None:
        return "unchanged", "{name} stands as on {since}.", on
    facts = [*on, number("odds_now", odds, "%"), number("odds_before", earlier, "%")]
    change = "worse" if odds > earlier else "better"
    return change, "The odds were {odds_before} on {since}; now they are {odds_now}.", facts


def _other_kind(now: str, then: str) -> tuple[str, str]:
    """What it means that another statement stands in the place of an earlier one."""
    if now in JOINED:
        return JOINED_UP
    return LEFT_OVER if then in JOINED else ANOTHER.get((then, now), REPLACED)


def _why_gone(then: Row, as_of: date, standing: set[Key], newest: date | None) -> Told:
    """Why a statement is not made any more, as far as today's tables show."""
    facts = {fact["name"].removeprefix("gone_quiet_"): fact["day"] for fact in then["facts"] or []}
    last = facts.get("last_order_on")
    if last is not None and newest is not None and newest > last:
        return "gone", "{name} ordered again on {ordered_on}.", [day("ordered_on", newest)]
    if then["expires_on"] < as_of:
        began = [day("entry_on", then["entry_on"])]
        return "gone", "{name} has stood here since {entry_on}; it is no longer news.", began
    over = [
        SUBSIDED[name]
        for name in _signals_of(then)
        if name in SUBSIDED and (name, then["customer_id"]) not in standing
    ]
    reason = f": {', and '.join(over)}" if over else ""
    return "gone", f"{{name}} is no longer told{reason}.", []


def _signals_of(row: Row) -> list[str]:
    """The signals behind a statement, by the names of its facts where it is a joined one."""
    if row["kind"] not in JOINED:
        return [row["kind"]]
    names = [fact["name"] for fact in row["facts"] or []]
    return [
        signal
        for signal in sorted(JOINED[row["kind"]].signals)
        if any(name.startswith(f"{signal}_") for name in names)
    ]
