"""One walk held against its truth: the alarms of each kind, what each of them is, what came of the odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from burnish.conclusions.joining import ALARMING
from burnish.score.episodes import entries, months_at_risk
from burnish.score.kinds import Kind, kinds
from burnish.score.matching import (
    Alarm,
    Event,
    Lookalike,
    Slump,
    eligible,
    events_of,
    judged,
    lookalikes_of,
    slumps_of,
)
from burnish.score.outcomes import base_rate, outcome
from burnish.score.walk import Walk

YEAR_WEEKS = 52


@dataclass(frozen=True)
class Scored:
    """One walk with what is needed of it more than once."""

    walk: Walk
    shop: int

    @property
    def first(self) -> date:
        """The first origin, which only shows what stands already."""
        return self.walk.origins[0]

    @property
    def last(self) -> date:
        """The last origin."""
        return self.walk.origins[-1]

    @cached_property
    def months(self) -> float:
        """Customer-months at risk: the customers seen within a year, origin by origin after the first.

        A true company that identity takes for several customers counts once: its doubles would thin out
        false alarms.
        """
        truly = {name: f"company {min(found)}" for name, found in self.companies.items()}
        seen = self.walk["rule"].filter("is_at_risk", pl.col("origin") > self.first)
        once = seen.with_columns(pl.col("customer_id").replace(truly)).unique(["origin", "customer_id"])
        return months_at_risk(7 * self.walk.asked.every_weeks * once.height)

    @cached_property
    def events(self) -> list[Event]:
        """What was planted."""
        return [] if self.walk.truth is None else events_of(self.walk.truth.event)

    @cached_property
    def lookalikes(self) -> list[Lookalike]:
        """What only looks so."""
        return [] if self.walk.truth is None else lookalikes_of(self.walk.truth.lookalike)

    @cached_property
    def slumps(self) -> list[Slump]:
        """Industries that order less."""
        return [] if self.walk.truth is None else slumps_of(self.walk.truth.event)

    @cached_property
    def industries(self) -> Mapping[str, str]:
        """The industry of each customer, as the shop's lists give it."""
        return dict(self.walk["industry"].iter_rows())

    @cached_property
    def companies(self) -> Mapping[str, frozenset[int]]:
        """The true companies behind each customer."""
        return {} if self.walk.truth is None else self.walk.truth.companies(self.walk["customer_ref"])

    @cached_property
    def orders(self) -> Mapping[int, pl.Series]:
        """Days of orders by true company."""
        pairs = [(name, one) for name, found in self.companies.items() for one in sorted(found)]
        of = pl.DataFrame(pairs, schema={"customer_id": pl.String, "company": pl.Int64}, orient="row")
        both = self.walk["release"].join(of, on="customer_id").partition_by("company", as_dict=True)
        return {company: rows["release_on"] for (company,), rows in both.items()}

    def orders_before(self, event: Event) -> int:
        """Releases of the 52 weeks before an event began."""
        days = self.orders.get(event.company)
        if days is None:
            return 0
        since = pl.lit(event.t0) - pl.duration(weeks=YEAR_WEEKS)
        return days.to_frame().filter(pl.col("release_on").is_between(since, event.t0, closed="left")).height

    def standing(self, kind: Kind, tier: str) -> pl.DataFrame:
        """Where a kind stands in a tier or a higher one: a row per origin and customer."""
        tiers = ALARMING[: ALARMING.index(tier) + 1]
        if kind.joined:
            return self.walk["conclusion"].filter(pl.col("kind") == kind.name, pl.col("tier").is_in(tiers))
        return self.walk["signal"].filter(kind.says(), pl.col("tier").is_in(tiers))

    def alarms(self, kind: Kind, tier: str) -> pl.DataFrame:
        """The entries of a kind in a tier."""
        return entries(self.standing(kind, tier), ["customer_id"], first=self.first)

    def told(self, kind: Kind) -> pl.DataFrame:
        """Where the briefing tells a statement of a kind: a row per origin and customer."""
        told = self.walk["conclusion"].filter(pl.col("kind") == kind.signal, pl.col("tier") == "briefing")
        if kind.joined:
            return told
        says = self.walk["signal"].filter(kind.says())
        return told.join(says, on=["origin", "customer_id"], how="semi")

    def judged(self, kind: Kind, tier: str) -> pl.DataFrame:
        """What each of its entries is."""
        return self.judgement(kind, self.alarms(kind, tier))

    def judgement(self, kind: Kind, entry: pl.DataFrame) -> pl.DataFrame:
        """What each entry is; adds the shop."""
        signals = [kinds()[name].signal for name in kind.joined] or [kind.signal]
        alarms = [
            Alarm(
                number=n,
                customer_id=customer,
                companies=self.companies.get(customer, frozenset()),
                day=day,
                kept=self.kept(signals, customer, day),
                industry=self.industries.get(customer, ""),
            )
            for n, (customer, day) in enumerate(entry.select("customer_id", "origin").rows())
        ]
        found = judged(alarms, kind, self.events, self.lookalikes, self.slumps)
        return found.with_columns(shop=pl.lit(self.shop))

    def kept(self, signals: list[str], customer_id: str, day: date) -> frozenset[str]:
        """The innocent explanations of some signals that still stand on a day."""
        nothing = frozenset[str]()
        found = (self.explained.get((name, customer_id, day), nothing) for name in signals)
        return nothing.union(*found)

    @cached_property
    def explained(self) -> Mapping[tuple[str, str, date], frozenset[str]]:
        """Innocent explanations that still stand, by signal, customer and origin."""
        stand = self.walk["explanation"].filter(pl.col("verdict") == "kept")
        grouped = stand.group_by("signal", "customer_id", "origin").agg(pl.col("explanation"))
        return {
            (signal, customer, day): frozenset(names) for signal, customer, day, names in grouped.iter_rows()
        }

    def planted(self, kind: Kind, found: pl.DataFrame) -> pl.DataFrame:
        """The events of a kind whose window was seen, each with its alarm; see `rates.recall`."""
        day_of = dict(found.select("event", "day").drop_nulls().iter_rows())
        own = eligible(self.events, kind, first=self.first, last=self.last)
        rows = [
            (
                self.shop,
                one.event,
                one.kind,
                day_of.get(one.event),
                one.outcome_on,
                one.has_outcome,
                one.t50,
                one.nats,
                self.orders_before(one),
            )
            for one in own
        ]
        return pl.DataFrame(rows, schema=PLANTED, orient="row")

    def came(self, kind: Kind) -> pl.DataFrame:
        """The outcome of a kind for every customer judged, and its odds: origin, customer_id, came, said."""
        if kind.joined:
            rows = self.walk["rule"].filter("is_at_risk").select("origin", "customer_id")
            said = self.walk["conclusion"].filter(pl.col("kind") == kind.name)
            said = said.select("origin", "customer_id", said=pl.col("odds_percent") / 100)
            rows = rows.join(said, on=["origin", "customer_id"], how="left").with_columns(
                baseline=pl.lit(0.0)
            )
        else:
            judged = self.walk["signal"].filter(pl.col("signal") == kind.signal, pl.col("abstains") == "")
            rows = judged.select("origin", "customer_id", "baseline", said="odds")
        release, bill = self.walk["release"], self.walk["bill"]
        return rows.with_columns(came=outcome(kind.outcome, rows, release, bill, self.walk.last_on))

    def claimed(self, kind: Kind, tier: str) -> pl.DataFrame:
        """The odds at each entry with what came, and the rate known then: said, came, base."""
        came = self.came(kind)
        entry = self.alarms(kind, tier).select("customer_id", "origin")
        rows = entry.join(came, on=["customer_id", "origin"]).drop_nulls(["said", "came"])
        base = [base_rate(came, day) for day in rows["origin"]]
        return rows.select("said", pl.col("came").cast(pl.Float64), base=pl.Series(base, dtype=pl.Float64))

    def coverage(self, kind: Kind) -> tuple[int, int]:
        """Customer-origins at risk that were judged, and all that are at risk."""
        risk = self.walk["rule"].filter("is_at_risk").select("origin", "customer_id")
        spoke = self.walk["signal"].filter(pl.col("signal") == kind.signal, pl.col("abstains") == "")
        return risk.join(spoke, on=["origin", "customer_id"], how="semi").height, risk.height


PLANTED = {
    "shop": pl.Int64,
    "event": pl.Int64,
    "kind": pl.String,
    "alarm_on": pl.Date,
    "outcome_on": pl.Date,
    "has_outcome": pl.Boolean,
    "t50": pl.Date,
    "nats": pl.Float64,
    "orders": pl.Int64,
}
