"""The whole score, as `burnish score --json` prints it, from walks that may be of several shops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from burnish.errors import UsageError
from burnish.score import identity, reliability
from burnish.score.bootstrap import Curve, against
from burnish.score.episodes import entries
from burnish.score.judging import YEAR_WEEKS, Scored
from burnish.score.kinds import Kind, kinds, pooled, rules
from burnish.score.matching import FALSE
from burnish.score.outcomes import outcome
from burnish.score.rates import came_true, per_hundred, precision, recall, share, verdicts
from burnish.score.sweeping import detector_curve, rule_curve
from burnish.score.walk import Walk

Told: TypeAlias = dict[str, Any]
TIERS = ("watch", "briefing")
STOP_BANDS = {"over 2 a week": 2.0, "0.5 to 2 a week": 0.5, "fewer": 0.0}
STOP_DAYS = 26 * 7
STOP_KINDS = ("gone_quiet", "volume_shift_down")
UNSAID: Told = dict.fromkeys(
    ("recall", "timely_recall_6w", "precision", "lead_weeks", "false_alarms_per_100_customer_months")
) | {"n": 0}


def scored(walks: Sequence[Walk], *, with_rules: bool = True) -> Told:
    """The score of one shop, or of several together. Raises UsageError where walks do not go together."""
    made = {(walk.asked.view, walk.asked.every_weeks, walk.truth is None) for walk in walks}
    if len(made) > 1:
        raise UsageError(
            "these walks do not go together",
            "score",
            "Pool walks of one view and one step, all with truth or all without.",
        )
    shops = [Scored(walk, n) for n, walk in enumerate(walks)]
    has_truth = walks[0].truth is not None
    known = pooled() if has_truth else pooled() | strangers(shops)
    told = {
        "shops": len(shops),
        "view": walks[0].asked.view,
        "every_weeks": walks[0].asked.every_weeks,
        "origins": sum(len(walk.origins) for walk in walks),
        "first": str(min(walk.origins[0] for walk in walks)),
        "last": str(max(walk.origins[-1] for walk in walks)),
        "customer_months": round(sum(shop.months for shop in shops), 1),
        "kinds": {name: of_kind(shops, parts, has_truth=has_truth) for name, parts in known.items()},
        "tiers": {tier: of_tier(shops, tier) for tier in TIERS},
        "nulls": nulls(shops, "watch"),
        "nulls_briefing": nulls(shops, "briefing"),
        "quiet_origins": quiet(shops),
        "rules": {},
        "identity": who_is_who(shops),
    }
    if has_truth:
        told |= {"lookalikes": alike(shops), "full_stop": full_stop(shops), "joined": beside_its_parts(shops)}
    if with_rules:
        told["rules"] = dict(ruled(shops, has_truth=has_truth))
    return told


def strangers(shops: Sequence[Scored]) -> dict[str, tuple[Kind, ...]]:
    """Signals of plug-ins, which no truth knows."""
    known = {kind.signal for kind in kinds().values()}
    seen = {name for shop in shops for name in shop.walk["signal"]["signal"].unique()}
    return {name: (Kind(name, (), "no_order", name),) for name in sorted(seen - known)}


def of_kind(shops: Sequence[Scored], parts: Sequence[Kind], *, has_truth: bool) -> Told:
    """What is told of one kind: at the tier watch, and under `briefing` at that one."""
    told = at_tier(shops, parts, "watch", has_truth=has_truth)
    covered = np.array([shop.coverage(parts[0]) for shop in shops]).sum(0)
    told["coverage"] = None if parts[0].joined else share(int(covered[0]), int(covered[1]))
    told["briefing"] = at_tier(shops, parts, "briefing", has_truth=has_truth)
    return told


def at_tier(shops: Sequence[Scored], parts: Sequence[Kind], tier: str, *, has_truth: bool) -> Told:
    """Recall, precision, false alarms and odds of one kind in one tier."""
    every = [(shop, kind) for kind in parts for shop in shops]
    claims = pl.concat([shop.claimed(kind, tier) for shop, kind in every])
    said, base, came = (claims[name].to_numpy() for name in ("said", "base", "came"))
    odds = reliability.told(said, base, came)
    alarms = sum(shop.alarms(kind, tier).height for shop, kind in every)
    found = [shop.judged(kind, tier) for shop, kind in every] if has_truth else []
    planted = [shop.planted(kind, rows) for (shop, kind), rows in zip(every, found, strict=False)]
    months = sum(shop.months for shop in shops)
    told = against_truth(pl.concat(planted), pl.concat(found), months) if has_truth else dict(UNSAID)
    told |= {"brier_skill": odds["brier_skill"], "odds": odds, "came_true": came_true(claims["came"])}
    told |= {"alarms": alarms, "alarms_per_100_customer_months": per_hundred(alarms, months)}
    return told | {"reliability": reliability.steps(said, came)}


def against_truth(event: pl.DataFrame, judged: pl.DataFrame, months: float) -> Told:
    """What the planted events say of the alarms of one kind."""
    false = judged.filter(pl.col("verdict").is_in(FALSE)).height
    rate, told = per_hundred(false, months), recall(event)
    by_event = {
        name: {"share": share(rows["alarm_on"].count(), rows.height), "n": rows.height}
        for (name,), rows in sorted(event.partition_by("kind", as_dict=True).items())
    }
    told |= {"precision": precision(told["recall"], rate), "false_alarms_per_100_customer_months": rate}
    told |= {"false_alarms": false, "verdicts": verdicts(judged)}
    return told | {"recall_by_event": by_event, "delays_weeks": delays(event)}


def delays(event: pl.DataFrame) -> list[float]:
    """Weeks from half the effect to the alarm, of all events found."""
    found = event.drop_nulls("alarm_on")
    return [round(days / 7, 1) for days in (found["alarm_on"] - found["t50"]).dt.total_days().sort()]


def counted(shop: Scored, tier: str) -> pl.DataFrame:
    """All alarms of a tier that count as false, or all there are where nothing is known: kind, day."""
    rows = []
    for name, kind in kinds().items():
        found = shop.judged(kind, tier)
        false = found.filter(pl.col("verdict").is_in(FALSE)) if shop.walk.truth is not None else found
        rows.append(false.select("customer_id", "day", kind=pl.lit(name)))
    return pl.concat(rows)


def of_tier(shops: Sequence[Scored], tier: str) -> float | None:
    """New false alarms of all kinds together per 100 customer-months; all alarms where no truth is known.

    In the briefing those that are told: statements, in which signals of the same rows count once.
    """
    false = sum((told_false(shop) if tier == "briefing" else counted(shop, tier)).height for shop in shops)
    return per_hundred(false, sum(shop.months for shop in shops))


def told_false(shop: Scored) -> pl.DataFrame:
    """The statements told in the briefing that were false, all of them where no truth is known."""
    rows = []
    for kind in kinds().values():
        found = shop.judgement(kind, entries(shop.told(kind), ["customer_id"], first=shop.first))
        wrong = found.filter(pl.col("verdict").is_in(FALSE)) if shop.walk.truth is not None else found
        rows.append(wrong.select("customer_id", "day", kind=pl.lit(kind.name)))
    return pl.concat(rows)


def nulls(shops: Sequence[Scored], tier: str) -> Told:
    """False alarms by null family, of the shops that are of one."""
    families: dict[str, list[Scored]] = {}
    for shop in shops:
        if shop.walk.truth is not None and shop.walk.truth.null:
            families.setdefault(shop.walk.truth.null, []).append(shop)
    return {name: of_tier(same, tier) for name, same in sorted(families.items())}


def quiet(shops: Sequence[Scored]) -> Told:
    """On how many origins the briefing brought nothing new."""
    days = sum(len(shop.walk.origins) - 1 for shop in shops)
    news = 0
    for shop in shops:
        told = shop.walk["conclusion"].filter(pl.col("tier") == "briefing")
        news += entries(told, ["kind", "customer_id"], first=shop.first)["origin"].n_unique()
    return {"k": days - news, "n": days, "share": share(days - news, days)}


def who_is_who(shops: Sequence[Scored]) -> Told:
    """Companies and people told apart and taken together, over the shops whose truth is known; the bars."""
    walks = [shop.walk for shop in shops if shop.walk.truth is not None]
    told = {name: judge(walks) for name, judge in (("companies", companies), ("people", people)) if walks}
    nothing = identity.NOTHING | {"says": "no truth is known"}
    told = told or {name: dict(nothing) for name in identity.BARS}
    return {
        name: found | {"bar": identity.BARS[name], "reached": identity.reached(found, name)}
        for name, found in told.items()
    }


def companies(walks: Sequence[Walk]) -> Told:
    """Names of companies, over shops; a walk of an earlier version has them as the truth has."""
    known = [(one, one.truth) for one in walks if one.truth]
    names = [truth.company if one["company"].is_empty() else one["company"] for one, truth in known]
    return identity.together(
        [identity.companies(one["customer_ref"], name) for (one, _), name in zip(known, names, strict=True)]
    )


def people(walks: Sequence[Walk]) -> Told:
    """Entries in lists of people and changes of job, over the shops where the truth about people is known."""
    found = [people_of(one) for one in walks if one.truth]
    known = [one for one in found if one["precision"] is not None or one["n"]]
    return identity.together(known or found)


def people_of(walk: Walk) -> Told:
    """People of one shop."""
    told = identity.people(walk["individual"], walk["person"])
    if walk.truth is None or walk.truth.job.is_empty() or walk["person"].is_empty():
        return told
    companies = walk.truth.companies(walk["customer_ref"])
    changed = identity.moves(walk["job"], walk["individual"], walk["person"], walk.truth.job, companies)
    return told | {"moves": changed}


def alike(shops: Sequence[Scored]) -> Told:
    """Of the look-alikes that alarmed at watch: told with the planted explanation, or taken for real."""
    found = pl.concat([shop.judged(kind, "watch") for shop in shops for kind in kinds().values()])
    counts = verdicts(found)
    right, wrong = counts.get("explained", 0), counts.get("lookalike", 0)
    planted = sum(len(shop.lookalikes) for shop in shops)
    return {
        "planted": planted,
        "alarmed": right + wrong,
        "explained": right,
        "share": share(right, right + wrong),
    }


def full_stop(shops: Sequence[Scored]) -> Told:
    """Of the full stops: called by silence or by volume at watch within 26 weeks, by orders a week before."""
    rows = [row for shop in shops for row in stops(shop)]
    told = {}
    most = float("inf")
    for name, least in STOP_BANDS.items():
        own = [found for rate, found in rows if least <= rate < most]
        told[name] = {"recall": share(sum(own), len(own)), "n": len(own)}
        most = least
    return told


def stops(shop: Scored) -> Iterator[tuple[float, bool]]:
    """Orders a week and whether it was called, of each full stop whose 26 weeks were seen."""
    days = {
        (company, day)
        for name in STOP_KINDS
        for customer, day in shop.alarms(kinds()[name], "watch").select("customer_id", "origin").rows()
        for company in shop.companies.get(customer, ())
    }
    for event in shop.events:
        closed = event.t1.toordinal() + STOP_DAYS
        if event.kind == "stop" and event.t0 >= shop.first and closed <= shop.last.toordinal():
            called = any(
                company == event.company and event.t0 <= day and day.toordinal() <= closed
                for company, day in days
            )
            yield shop.orders_before(event) / YEAR_WEEKS, called


def ruled(shops: Sequence[Scored], *, has_truth: bool) -> Iterator[tuple[str, Told]]:
    """Each plain rule: what it says, its alarms, and the detectors it is held against."""
    months = sum(shop.months for shop in shops)
    for name, rule in rules().items():
        alarms, came = zip(*(rule_alone(shop, name) for shop in shops), strict=True)
        told: Told = {"says": rule.says, "unit": rule.unit, "textbook": rule.textbook}
        told["alarms_per_100_customer_months"] = per_hundred(sum(alarms), months)
        told["came_true"] = came_true(pl.concat(came))
        if has_truth:
            told["against"] = {
                kind.name: held_against(shops, kind, name) for kind in kinds().values() if name in kind.rules
            }
        yield name, told


def rule_alone(shop: Scored, name: str) -> tuple[int, pl.Series]:
    """Alarms of a rule at its textbook value, and how each came out."""
    rule = rules()[name]
    standing = shop.walk["rule"].filter((pl.col(name) > rule.textbook).fill_null(False))
    rows = entries(standing, ["customer_id"], first=shop.first).select(
        "origin", "customer_id", baseline=pl.lit(0.0)
    )
    release, bill = shop.walk["release"], shop.walk["bill"]
    return rows.height, outcome(rule.outcome, rows, release, bill, shop.walk.last_on)


def held_against(shops: Sequence[Scored], kind: Kind, name: str) -> Told:
    """A detector and a rule, both swept over their one parameter."""
    mine, theirs = detector_curve(shops, kind), rule_curve(shops, kind, rules()[name])
    return against(mine, theirs) | {"curve": shown(theirs), "detector_curve": shown(mine)}


def shown(curve: Curve) -> list[Told]:
    """The points of a curve, over all shops."""
    recall_, precision_ = curve.of(np.arange(curve.found.shape[0]))
    rates = 100 * curve.false.sum(0) / np.maximum(curve.months.sum(0), 1e-9)
    return [
        {"level": round(float(level), 3), "recall": round(float(r), 4), "precision": round(float(p), 4)}
        | {"false_alarms_per_100_customer_months": round(float(rate), 4)}
        for level, r, p, rate in zip(curve.levels, recall_, precision_, rates, strict=True)
    ]


def beside_its_parts(shops: Sequence[Scored]) -> Told:
    """Each joined kind beside its parts on the same events, at no more false alarms than it makes."""
    return {kind.name: of_parts(shops, kind) for kind in kinds().values() if kind.joined}


def of_parts(shops: Sequence[Scored], kind: Kind) -> Told:
    """Recall of the joined kind, and of each part at the threshold that makes as few false alarms."""
    found = [shop.judged(kind, "watch") for shop in shops]
    event = pl.concat([shop.planted(kind, rows) for shop, rows in zip(shops, found, strict=True)])
    false = pl.concat(found).filter(pl.col("verdict").is_in(FALSE)).height
    mine = recall(event)
    single = {}
    for name in kind.joined:
        part = kinds()[name]
        curve = detector_curve(shops, replace(part, events=kind.events))
        allowed = curve.false.sum(0) <= false
        recalls, _ = curve.of(np.arange(len(shops)))
        single[name] = round(float(recalls[allowed].max()), 4) if allowed.any() else 0.0
    best = max(single, key=lambda name: single[name])
    told = {"recall": mine["recall"], "timely_recall_6w": mine["timely_recall_6w"], "n": mine["n"]}
    told |= {"false_alarms": false, "single": single, "best_single": best}
    gains = None if mine["recall"] is None else round(mine["recall"] - single[best], 4)
    return told | {"gain": gains}
