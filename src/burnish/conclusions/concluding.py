"""From alarming signals to conclusions, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import polars as pl

from burnish.conclusions.due import act_by, is_working
from burnish.conclusions.kinds import Speaker, meaning_of
from burnish.conclusions.missing import orders_missing
from burnish.conclusions.odds import ladder
from burnish.conclusions.ranking import ranked
from burnish.conclusions.stake import AHEAD_WEEKS, quarter, stake, stake_facts, stake_says
from burnish.detectors.speaking import schema_of
from burnish.errors import ContractError
from burnish.schema.signals import CONCLUSION

EXPIRES_AFTER = timedelta(weeks=13)
NAMELESS = "A customer without a name"


def conclude(
    signal: pl.DataFrame,
    explanation: pl.DataFrame,
    customer: pl.DataFrame,
    order_release: pl.DataFrame,
    working_day: pl.DataFrame,
    *,
    speakers: Mapping[str, Speaker],
    currency: str,
    owners: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What the alarming signals may mean: contract CONCLUSION, one row per signal × customer with a tier.

    `speakers` are the detectors by name, `currency` the shop's. `owners` (customer_id, owner) overrides
    the role that usually acts. Natural persons are left out, and so are alarms older than 13 weeks; alarms
    behind which orders are probably missing are only watched.
    Raises ContractError naming the signals that have no detector.
    """
    alarms = _watched(_alarms(signal, customer, order_release, owners), orders_missing(explanation))
    strangers = sorted(set(alarms["signal"]) - set(speakers))
    if strangers:
        raise ContractError(
            f"no detector speaks for {', '.join(strangers)}", "table signal", "Pass every detector that ran."
        )
    works = is_working(working_day)
    rows = [
        _conclusion(alarm, speakers[alarm["signal"]], currency, works)
        for alarm in alarms.iter_rows(named=True)
    ]
    kept = explanation.filter(pl.col("verdict") == "kept")
    innocent = set(kept.select("signal", "customer_id").iter_rows())
    return pl.DataFrame(ranked(rows, innocent, currency), schema=schema_of(CONCLUSION))


def _alarms(
    signal: pl.DataFrame, customer: pl.DataFrame, order_release: pl.DataFrame, owners: pl.DataFrame | None
) -> pl.DataFrame:
    """Signals that alarm and still matter, with the customer's name, stake and own owner."""
    if owners is None:
        owners = pl.DataFrame(schema={"customer_id": pl.String, "owner": pl.String})
    owned = owners.group_by("customer_id").agg(own_owner=pl.col("owner").min())
    begun = pl.coalesce("entry_on", "as_of")
    people = customer.filter(pl.col("is_person").fill_null(False))
    alarming = (
        signal.filter(pl.col("tier").is_in(["briefing", "watch"]))
        .with_columns(entry_on=begun)
        .filter(pl.col("as_of") <= pl.col("entry_on") + EXPIRES_AFTER)
        .join(people, on="customer_id", how="anti")
    )
    ordered = order_release.join(alarming, on="customer_id", how="semi")
    return (
        alarming.join(customer.select("customer_id", "name"), on="customer_id", how="left")
        .join(stake(ordered), on="customer_id", how="left")
        .join(owned, on="customer_id", how="left")
        .with_columns(pl.col("name").fill_null(NAMELESS), pl.col("unpriced", "foreign").fill_null(0))
        .sort("signal", "customer_id")
    )


def _watched(alarms: pl.DataFrame, missing: pl.DataFrame) -> pl.DataFrame:
    """The alarms, those among `missing` in the tier watch."""
    doubtful = missing.select("signal", "customer_id", doubtful=True)
    joined = alarms.join(doubtful, on=["signal", "customer_id"], how="left", maintain_order="left")
    tier = pl.when("doubtful").then(pl.lit("watch")).otherwise("tier")
    return joined.with_columns(tier=tier).drop("doubtful")


def _conclusion(
    alarm: dict[str, Any], speaker: Speaker, currency: str, works: Callable[[date], bool]
) -> dict[str, Any]:
    """One conclusion, not yet ranked."""
    money = (alarm["ordered"], alarm["unpriced"], alarm["foreign"])
    own = alarm["facts"] or []
    meaning = meaning_of(alarm["signal"], own)
    named = {fact["name"] for fact in own}
    facts = own + [fact for fact in stake_facts(*money, currency) if fact["name"] not in named]
    return {
        "id": short_id(alarm["signal"], alarm["customer_id"], str(alarm["entry_on"])),
        "kind": alarm["signal"],
        "customer_id": alarm["customer_id"],
        "name": alarm["name"],
        "as_of": alarm["as_of"],
        "tier": alarm["tier"],
        "entry_on": alarm["entry_on"],
        "is_new": bool(alarm["is_new"]),
        "says": _with_subject(speaker.says),
        "basis": stake_says(*money),
        "facts": facts,
        "outcome": speaker.outcome,
        "outcome_on": alarm["as_of"] + timedelta(weeks=AHEAD_WEEKS),
        "odds_percent": None if alarm["odds"] is None else ladder(alarm["odds"]),
        "amount": quarter(alarm["ordered"]),
        "currency": currency,
        "owner": alarm["own_owner"] or meaning.owner,
        "next_step": meaning.next_step,
        "due_on": act_by(alarm["entry_on"], alarm["as_of"], works),
        "expires_on": alarm["entry_on"] + EXPIRES_AFTER,
        "changes_mind": meaning.changes_mind,
    }


def short_id(kind: str, customer_id: str, entry_on: str) -> str:
    """Short and the same every day while the alarm stands, such as `gone_quiet-3f2a91c0`."""
    return f"{kind}-{sha256(f'{kind}|{customer_id}|{entry_on}'.encode()).hexdigest()[:8]}"


def _with_subject(says: str) -> str:
    """The detector's template as a whole sentence about `{name}`."""
    says = says if "{name}" in says else "{name} " + says
    return says if says.endswith(".") else says + "."
