"""One reader's briefing from the tables of a snapshot: chosen, put into sentences, proved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from burnish.briefing.contents import (
    Briefing,
    Change,
    Check,
    Counts,
    Item,
    Measured,
    Note,
    Reason,
    Row,
    RowsKept,
    Standing,
)
from burnish.briefing.facts import Fact, by_name, shown
from burnish.briefing.sentences import sentence
from burnish.conclusions import orders_missing
from burnish.conclusions.kinds import meaning_of
from burnish.detectors.speaking import NO_ORDERS
from burnish.errors import ContractError, UsageError

READERS = ("owner", "sales", "planner", "quality", "controller")
SEES_ALL = "owner"
FEWEST_ROWS = 2
STALE_AFTER = timedelta(days=14)
YESTERDAY = timedelta(days=1)
VERDICTS = ("kept", "untested", "rejected")
CHANGES = ("new", "worse", "better", "unchanged", "gone")
AS_IT_IS = (
    *("id", "kind", "tier", "rank", "customer_id", "name", "amount", "currency", "odds_percent", "owner"),
    *("entry_on", "is_new", "due_on", "expires_on", "outcome_on"),
)
UNKNOWN_VALUE = "value not known"


def assemble(
    conclusion: pl.DataFrame,
    explanation: pl.DataFrame,
    evidence: pl.DataFrame,
    signal: pl.DataFrame,
    customer: pl.DataFrame,
    entry_clock: pl.DataFrame,
    contribution: pl.DataFrame | None = None,
    change: pl.DataFrame | None = None,
    *,
    reader: str,
    as_of: date,
    snapshot: str,
    rows: RowsKept | None = None,
    most: int = 7,
    today: date | None = None,
) -> Briefing:
    """The briefing of one reader: the `most` pressing conclusions of that role; the owner sees all roles'.

    Raises UsageError for an unknown reader, VerifyError when a sentence holds a number no fact supports,
    ContractError when a template names an unknown fact. A conclusion with fewer than two rows behind it
    is held back, and a note says so. A page of before yesterday, seen from `today`, says whose day it is.
    Without `contribution`, each conclusion is its own reason; without `change`, nothing is compared.
    """
    _check_reader(reader, conclusion)
    mine = conclusion if reader == SEES_ALL else conclusion.filter(pl.col("owner") == reader)
    found = evidence.group_by("id").agg(found=pl.len())
    mine = mine.join(found, on="id", how="left").sort("rank")
    shown_here = mine.filter(pl.col("found") >= FEWEST_ROWS)
    told = shown_here.filter(pl.col("tier") == "briefing").head(most)
    watch = shown_here.join(told, on="id", how="anti").sort("rank")
    newest = _newest_order(entry_clock)
    silent = _fell_silent(explanation, _behind(conclusion, contribution))
    return Briefing(
        as_of=as_of,
        snapshot=snapshot,
        reader=reader,
        items=_items(told, explanation, evidence, signal, contribution),
        watch=_items(watch, explanation, evidence, signal, contribution),
        counts=count(signal, customer, conclusion),
        notes=(
            *_past_day(as_of, today),
            *_data_notes(newest, as_of, silent),
            *_held_back(mine.height - shown_here.height),
        ),
        newest_order_on=newest,
        rows=rows,
        changes=None if change is None else _changes(change, mine, reader),
        standing=_standing(signal, customer, conclusion, reader),
    )


def _check_reader(reader: str, conclusion: pl.DataFrame) -> None:
    known = sorted({*READERS, *conclusion["owner"]})
    if reader not in known:
        raise UsageError(f"nobody reads as {reader!r}", "--reader", f"Choose one of {', '.join(known)}.")


def _items(
    chosen: pl.DataFrame,
    explanation: pl.DataFrame,
    evidence: pl.DataFrame,
    signal: pl.DataFrame,
    contribution: pl.DataFrame | None,
) -> tuple[Item, ...]:
    """The conclusions in finished sentences, in order of rank."""
    behind = _behind(chosen, contribution)
    about = behind.select("signal", "customer_id").unique()
    measured = _per(signal.join(about, on=about.columns, how="semi"), ("signal", "customer_id"))
    checks = _per(explanation.join(behind.select("id", *about.columns), on=about.columns), ("id",))
    rows = _per(evidence.join(chosen, on="id", how="semi").sort("id", "place"), ("id",))
    reasons = _per(behind.sort("id", "place"), ("id",))
    items = []
    for row in chosen.iter_rows(named=True):
        own = reasons[(row["id"],)]
        strongest = measured[(own[0]["signal"], row["customer_id"])][0]
        items.append(_item(row, own, strongest, checks.get((row["id"],), []), rows[(row["id"],)]))
    return tuple(items)


def _behind(chosen: pl.DataFrame, contribution: pl.DataFrame | None) -> pl.DataFrame:
    """The signals behind the conclusions; a conclusion without any stands on the signal of its own name."""
    own = chosen.select("id", "customer_id", "says", "facts", place=pl.lit(1, pl.Int64), signal="kind")
    own = own.with_columns(bits=pl.lit(None, pl.Float64), sources=pl.lit(None, pl.String))
    if contribution is None:
        return own
    given = contribution.join(chosen, on="id", how="semi").select(own.columns)
    return pl.concat([given, own.join(given, on="id", how="anti")])


def _per(table: pl.DataFrame, by: Sequence[str]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    return {
        key: part.to_dicts()
        for key, part in table.partition_by(list(by), as_dict=True, maintain_order=True).items()
    }


def _item(
    row: dict[str, Any],
    behind: list[dict[str, Any]],
    signal: dict[str, Any],
    checks: list[dict[str, Any]],
    rows: list[dict[str, Any]],
) -> Item:
    """One conclusion with every text of it filled and proved."""
    facts, name = by_name(row["facts"]), row["name"]
    said: dict[str, Any] = {
        column: sentence(row[column], facts, name=name)
        for column in ("basis", "outcome", "next_step", "changes_mind")
    }
    shown_rows = tuple(Row(**{column: one[column] for column in Row.__dataclass_fields__}) for one in rows)
    return Item(
        **{column: row[column] for column in AS_IT_IS},
        **said,
        headline=sentence(row["says"], facts, name=name),
        money=_money(row),
        measured=_measured(signal),
        checks=_checks(checks, name),
        rows=shown_rows,
        factors=tuple(by_name(row["factors"]).values()),
        because=tuple(_reason(one, name, shown_rows) for one in behind),
    )


def _reason(row: dict[str, Any], name: str, rows: tuple[Row, ...]) -> Reason:
    """One signal in its own sentence; its tables as declared, else those of the rows shown."""
    facts = by_name(row["facts"])
    declared = (row["sources"] or "").replace(",", " ").split()
    return Reason(
        signal=row["signal"],
        sentence=sentence(row["says"], facts, name=name),
        sources=tuple(declared or sorted({one.table for one in rows})),
        bits=row["bits"],
        facts=facts,
    )


def _changes(change: pl.DataFrame, mine: pl.DataFrame, reader: str) -> tuple[Change, ...]:
    """What became of the conclusions told today or on the earlier day; to a role only its own.

    New ones first, then worse, better, unchanged, gone, each in order of rank. Raises ContractError for a
    change nobody knows.
    """
    strange = sorted(set(change["change"]) - set(CHANGES))
    if strange:
        raise ContractError(
            f"unknown change {', '.join(strange)}", "table change", f"Use {', '.join(CHANGES)}."
        )
    own = set(mine["id"])
    told = pl.any_horizontal(pl.col("tier", "tier_before") == "briefing").fill_null(False)
    rows = [
        row
        for row in change.filter(told).iter_rows(named=True)
        if reader in (SEES_ALL, meaning_of(row["kind"], ()).owner) or row["id"] in own
    ]
    rows.sort(key=lambda row: (CHANGES.index(row["change"]), row["rank"] or row["rank_before"], row["id"]))
    return tuple(_change(row) for row in rows)


def _change(row: dict[str, Any]) -> Change:
    names = [name for name in Change.__dataclass_fields__ if name != "sentence"]
    said = sentence(row["says"], by_name(row["facts"]), name=row["name"])
    return Change(**{name: row[name] for name in names}, sentence=said)


def _standing(
    signal: pl.DataFrame, customer: pl.DataFrame, conclusion: pl.DataFrame, reader: str
) -> tuple[Standing, ...]:
    """Companies that alarm though nothing is concluded of them any more; to a role those of its own kinds."""
    named = customer.filter(~pl.col("is_person").fill_null(False)).select("customer_id", "name")
    alarms = signal.filter(pl.col("tier").is_in(["briefing", "watch"]))
    silent = alarms.join(conclusion, on="customer_id", how="anti").join(named, on="customer_id")
    rows = silent.select("customer_id", "name", "entry_on", kind="signal").sort("name", "customer_id", "kind")
    return tuple(
        Standing(**row)
        for row in rows.iter_rows(named=True)
        if reader in (SEES_ALL, meaning_of(row["kind"], ()).owner)
    )


def _money(row: dict[str, Any]) -> str:
    if row["amount"] is None:
        return UNKNOWN_VALUE
    return shown(Fact("amount", float(row["amount"]), None, row["currency"]))


def _measured(signal: dict[str, Any]) -> Measured:
    return Measured(
        effect=signal["effect"],
        low=signal["effect_low"],
        high=signal["effect_high"],
        unit=signal["effect_unit"],
        baseline=signal["baseline"],
        baseline_unit=signal["baseline_unit"],
        n=signal["n"],
        first=signal["window_start"],
        last=signal["window_end"],
    )


def _checks(explanations: list[dict[str, Any]], name: str) -> tuple[Check, ...]:
    """Those that may explain it first, then the untested, then the ones ruled out."""
    strange = sorted({one["verdict"] for one in explanations} - set(VERDICTS))
    if strange:
        raise ContractError(
            f"unknown verdict {', '.join(strange)}", "table explanation", "Use kept, rejected or untested."
        )
    checks = [
        Check(
            one["explanation"],
            one["verdict"],
            sentence(one["says"], by_name(one["facts"]), name=name),
            one["signal"],
        )
        for one in explanations
    ]
    order = [(VERDICTS.index(check.verdict), check.explanation, check.signal) for check in checks]
    return tuple(check for _, check in sorted(zip(order, checks, strict=True), key=lambda pair: pair[0]))


def count(signal: pl.DataFrame, customer: pl.DataFrame, conclusion: pl.DataFrame) -> Counts:
    """How many customers look as usual, are watched, or could not be judged and why, commonest reason first.

    A customer is judged when at least one detector speaks of it, watched when at least one alarms, standing
    when it alarms but nothing is concluded any more. Those without any orders are not among the unjudged.
    """
    people = customer.filter(pl.col("is_person").fill_null(False))
    companies = customer.join(people, on="customer_id", how="anti").select("customer_id")
    speaks = pl.col("abstains").fill_null("") == ""
    states = (
        signal.join(companies, on="customer_id", how="semi")
        .group_by("customer_id")
        .agg(
            judged=speaks.any(),
            alarms=pl.col("tier").is_in(["briefing", "watch"]).fill_null(False).any(),
            why=pl.col("abstains").filter(~speaks).min(),
            orderless=(pl.col("abstains") == NO_ORDERS).any(),
        )
    )
    mute = states.filter(~pl.col("judged") & ~pl.col("alarms"))
    unjudged = mute.filter(~pl.col("orderless"))
    unseen = companies.height - states.height
    watched = int(states["alarms"].sum())
    return Counts(
        customers=companies.height,
        usual=states.height - watched - mute.height,
        watched=watched,
        standing=states.filter("alarms").join(conclusion, on="customer_id", how="anti").height,
        unjudged=unjudged.height,
        without_orders=mute.height - unjudged.height + unseen,
        reasons=_reasons(unjudged["why"].to_list()),
        people=people.height,
    )


def _reasons(given: list[str]) -> tuple[tuple[str, int], ...]:
    """Reasons that differ only in numbers (and plurals) are one, in one wording; commonest first."""
    alike: dict[str, Counter[str]] = {}
    for reason in given:
        alike.setdefault(re.sub(r"\d+|s\b", "", reason), Counter())[reason] += 1
    told = [(min(kind, key=lambda said: (-kind[said], said)), kind.total()) for kind in alike.values()]
    return tuple(sorted(told, key=lambda pair: (-pair[1], pair[0])))


def _newest_order(entry_clock: pl.DataFrame) -> date | None:
    days = entry_clock.filter(pl.col("table") == "order_line")["complete_on"].drop_nulls()
    return days[0] if days.len() else None


def _past_day(as_of: date, today: date | None) -> tuple[Note, ...]:
    if today is None or today - as_of <= YESTERDAY:
        return ()
    says = "This is the page of {as_of}; run burnish refresh for today's."
    return (Note("past_day", sentence(says, {"as_of": Fact("as_of", None, as_of, "date")})),)


def _fell_silent(explanation: pl.DataFrame, behind: pl.DataFrame) -> int:
    """How many customers fell silent at once, so that orders are probably missing; 0 when they are not.

    `behind`: the signals behind the conclusions, whether told alone or taken up by a joined one.
    """
    missing = orders_missing(explanation).join(behind, on=["signal", "customer_id"], how="semi")
    return int(missing["fell_silent"].max() or 0)  # type: ignore[arg-type]


def _data_notes(newest: date | None, as_of: date, fell_silent: int) -> tuple[Note, ...]:
    """Whether the data is recent and whole enough for a silence to mean something."""
    if newest is None:
        return (Note("data_gap", "No orders are known yet; load an order export to begin."),)
    facts = {
        "newest_on": Fact("newest_on", None, newest, "date"),
        "fell_silent": Fact("fell_silent", fell_silent, None, "customers"),
    }
    if fell_silent:
        says = (
            "{fell_silent} fell silent at once: the newest orders are probably missing. "
            "Load them; until then nobody is blamed."
        )
    elif as_of - newest > STALE_AFTER:
        says = "The newest order known is of {newest_on}; load newer ones before trusting the silence."
    else:
        return ()
    return (Note("data_gap", sentence(says, facts)),)


def _held_back(missing: int) -> tuple[Note, ...]:
    if not missing:
        return ()
    facts = {"held": Fact("held", missing, None, "conclusions")}
    return (Note("held_back", sentence("Held back: {held} with fewer than two rows to show.", facts)),)
