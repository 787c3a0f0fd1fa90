"""From standing signals to conclusions, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

import polars as pl

from burnish.conclusions.due import act_by, is_working
from burnish.conclusions.halving import entered_through, halved, usual_orders
from burnish.conclusions.joining import JOINED, NEW_DAYS, Joined, behind
from burnish.conclusions.kinds import KINDS, ORDINARY, Speaker, meaning_of
from burnish.conclusions.missing import orders_missing
from burnish.conclusions.odds import joined_odds, ladder, shipped, shrunk_rate
from burnish.conclusions.ranking import ranked
from burnish.conclusions.stake import AHEAD_WEEKS, FactRow, Money, billed, money_of, owed, stake
from burnish.conclusions.templates import clause, facts_of_signal, filled, named_in, of_signal, whole
from burnish.detectors.speaking import number, schema_of
from burnish.errors import ContractError
from burnish.schema.facts import INVOICE_STATE
from burnish.schema.signals import CONCLUSION

EXPIRES_AFTER = timedelta(weeks=13)
NAMELESS = "A customer without a name"
STATEMENT = ["kind", "customer_id"]
Speakers: TypeAlias = Mapping[str, Speaker]
Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What one statement says of its subject, before anything is asked of the shop."""

    says: str
    facts: list[FactRow]
    outcome: str
    odds: float | None
    is_new: bool


def conclude(
    signal: pl.DataFrame,
    explanation: pl.DataFrame,
    customer: pl.DataFrame,
    order_release: pl.DataFrame,
    working_day: pl.DataFrame,
    entry_clock: pl.DataFrame,
    *,
    speakers: Speakers,
    currency: str,
    owners: pl.DataFrame | None = None,
    invoice_state: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What the standing signals may mean: contract CONCLUSION, one row per statement (`joining.behind`).

    `speakers` are the detectors by name, `currency` the shop's. `owners` (customer_id, owner) overrides
    the role that usually acts. Natural persons are left out, and so are statements older than 13 weeks; those
    behind which orders are probably missing are only watched.
    Raises ContractError naming the signals that have no detector.
    """
    people = customer.filter(pl.col("is_person").fill_null(False))
    member = behind(signal).join(people, on="customer_id", how="anti")
    _refuse_strangers(member, speakers)
    doubtful = orders_missing(explanation).join(member, on=["signal", "customer_id"], how="inner")
    entered_to = entered_through(entry_clock, max(signal["as_of"], default=date.min))
    statement = _statements(member, doubtful)
    subject = _subjects(statement, customer, order_release, invoice_state, owners, entered_to=entered_to)
    works, base = is_working(working_day), halved(order_release, end=entered_to)
    parts = member.partition_by(STATEMENT, as_dict=True)
    rows = []
    for about in subject.iter_rows(named=True):
        part = parts[about["kind"], about["customer_id"]].to_dicts()
        joined = JOINED.get(about["kind"])
        money = money_of(about, KINDS.get(about["kind"], ORDINARY).at_stake, currency)
        said = (
            _single(about, part[0], speakers, money)
            if joined is None
            else _joined(about, part, joined, speakers, money, base)
        )
        rows.append(_conclusion(about, said, money, currency, works))
    return pl.DataFrame(ranked(rows, _innocent(member, explanation), currency), schema=schema_of(CONCLUSION))


def _refuse_strangers(member: pl.DataFrame, speakers: Speakers) -> None:
    strangers = sorted(set(member["signal"]) - set(speakers))
    if strangers:
        raise ContractError(
            f"no detector speaks for {', '.join(strangers)}", "table signal", "Pass every detector that ran."
        )


def _statements(member: pl.DataFrame, doubtful: pl.DataFrame) -> pl.DataFrame:
    """One row per statement that still matters; the `doubtful` in the tier watch."""
    doubted = doubtful.select(STATEMENT).unique().with_columns(doubted=True)
    tier = pl.when("doubted").then(pl.lit("watch")).otherwise("stands")
    return (
        member.group_by(STATEMENT)
        .agg(pl.col("as_of").max(), pl.col("stands", "joined_on", "told_on").first())
        .filter(pl.col("as_of") <= pl.col("told_on") + EXPIRES_AFTER)
        .join(doubted, on=STATEMENT, how="left")
        .with_columns(tier=tier)
    )


def _subjects(
    statement: pl.DataFrame,
    customer: pl.DataFrame,
    order_release: pl.DataFrame,
    invoice_state: pl.DataFrame | None,
    owners: pl.DataFrame | None,
    *,
    entered_to: date,
) -> pl.DataFrame:
    """The statements with their customer's name, own owner, usual orders, and money."""
    if owners is None:
        owners = pl.DataFrame(schema={"customer_id": pl.String, "owner": pl.String})
    if invoice_state is None:
        invoice_state = pl.DataFrame(schema=schema_of(INVOICE_STATE))
    as_of = max(statement["as_of"], default=date.max)
    ordered = order_release.join(statement, on="customer_id", how="semi")
    known = (
        customer.select("customer_id", "name"),
        stake(ordered),
        usual_orders(ordered, end=entered_to),
        billed(invoice_state),
        owed(invoice_state, as_of=as_of),
        owners.group_by("customer_id").agg(own_owner=pl.col("owner").min()),
    )
    for table in known:
        statement = statement.join(table, on="customer_id", how="left")
    named = statement.with_columns(
        pl.col("name").fill_null(NAMELESS), pl.col("unpriced", "foreign").fill_null(0)
    )
    return named.sort(STATEMENT)


def _single(about: Row, part: Row, speakers: Speakers, money: Money) -> Said:
    """What a signal says by itself."""
    own = part["facts"] or []
    named = {fact["name"] for fact in own}
    speaker = speakers[part["signal"]]
    return Said(
        says=whole(speaker.says),
        facts=own + [fact for fact in money.facts if fact["name"] not in named],
        outcome=speaker.outcome,
        odds=part["odds"],
        is_new=bool(part["is_new"]),
    )


def _joined(
    about: Row, parts: list[Row], joined: Joined, speakers: Speakers, money: Money, base: tuple[int, int]
) -> Said:
    """What several signals say together. `base`: events and windows of the shop's own base rate."""
    prior = shipped()[about["kind"]]
    evidence = {part["signal"]: part["bits"] for part in parts}
    in_turn = sorted(parts, key=lambda part: joined.side(part["signal"]))
    own = [fact for part in parts for fact in facts_of_signal(part["facts"] or [], part["signal"])]
    expected = half_facts(about["usual_orders"])
    standing = number("standing_days", (about["as_of"] - about["joined_on"]).days, "days")
    return Said(
        says=filled(joined.says, [_clause(part, joined, speakers) for part in in_turn]),
        facts=[*own, standing, *expected, *money.facts],
        outcome=joined.outcome if expected else joined.outcome_of_few,
        odds=joined_odds(shrunk_rate(*base, prior), evidence, prior),
        is_new=(_clock(about["as_of"], parts) - about["told_on"]).days < NEW_DAYS,
    )


def _clause(part: Row, joined: Joined, speakers: Speakers) -> str:
    """What the headline says of one signal; the detector's own sentence where facts for it are missing."""
    own = {fact["name"] for fact in part["facts"] or []}
    short = joined.clauses.get(part["signal"])
    if short is None or named_in(short) - own:
        short = clause(speakers[part["signal"]].says)
    return of_signal(short, part["signal"])


def half_facts(usual: float | None) -> list[FactRow]:
    """Usual orders of 13 weeks and half of them, whole; nothing where that half is less than one order."""
    half = int((usual or 0.0) / 2)
    if half < 1 or usual is None:
        return []
    return [number("usual_orders", usual, "orders"), number("half_orders", half, "orders")]


def _clock(as_of: date, parts: list[Row]) -> date:
    """The day through which all sources are entered: news is what began within a week before it."""
    complete = [
        fact["day"] for part in parts for fact in part["facts"] or [] if fact["name"] == "complete_on"
    ]
    return min([as_of, *complete])


def _innocent(member: pl.DataFrame, explanation: pl.DataFrame) -> set[tuple[str, str]]:
    """The statements of which every signal has an innocent explanation that still stands."""
    by = ["signal", "customer_id"]
    kept = explanation.filter(pl.col("verdict") == "kept").select(*by, kept=True).unique()
    every = pl.col("kept").fill_null(False).all()
    judged = member.join(kept, on=by, how="left").group_by(STATEMENT).agg(every)
    return set(judged.filter("kept").select(STATEMENT).iter_rows())


def _conclusion(about: Row, said: Said, money: Money, currency: str, works: Callable[[date], bool]) -> Row:
    """One conclusion, not yet ranked."""
    meaning = meaning_of(about["kind"], said.facts)
    return {
        "id": short_id(about["kind"], about["customer_id"], str(about["joined_on"])),
        "kind": about["kind"],
        "customer_id": about["customer_id"],
        "name": about["name"],
        "as_of": about["as_of"],
        "tier": about["tier"],
        "entry_on": about["told_on"],
        "is_new": said.is_new,
        "says": said.says,
        "basis": money.says,
        "facts": said.facts,
        "outcome": said.outcome,
        "outcome_on": about["as_of"] + timedelta(weeks=AHEAD_WEEKS),
        "odds_percent": None if said.odds is None else ladder(said.odds),
        "amount": money.amount,
        "currency": currency,
        "owner": about["own_owner"] or meaning.owner,
        "next_step": meaning.next_step,
        "due_on": act_by(about["told_on"], about["as_of"], works),
        "expires_on": about["told_on"] + EXPIRES_AFTER,
        "changes_mind": meaning.changes_mind,
    }


def short_id(kind: str, customer_id: str, began_on: str) -> str:
    """Short and the same every day while the alarm stands, such as `gone_quiet-3f2a91c0`."""
    return f"{kind}-{sha256(f'{kind}|{customer_id}|{began_on}'.encode()).hexdigest()[:8]}"
