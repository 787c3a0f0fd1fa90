"""Which signals make one statement together: the joined kinds as data, and the rows behind each statement.

A joined kind has sides. Signals of one side read the same rows of the same sources and count once, the
stronger of them; signals of different sides read different ones. A joined statement stands while a signal
of every side stands and they began within a number of weeks of each other. Alone, too, signals that read
the same rows make one statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce

import polars as pl

from burnish.conclusions.odds import bits
from burnish.schema.signals import SIGNAL

ALARMING = ("briefing", "watch")
TIERS = (*ALARMING, "support")  # strongest first
NEW_DAYS = 7
FEWER_ORDERS = {"gone_quiet": "any", "volume_shift": "down"}
PAID_LATER = {"paying_later": "up"}
SAME_ROWS = (FEWER_ORDERS,)  # of equal tier the first is said


@dataclass(frozen=True)
class Joined:
    """One kind of conclusion that several signals make together.

    `sides`: for each, the signals that may stand for it with the direction of effect that counts ("down",
    "up", or "any"). `clauses`: what is said of a signal after "it" in the headline. It is told in the
    briefing once `told_at_watch` of the signals that count have reached the tier watch, and watched before.
    `outcome` is what the odds speak of; `outcome_of_few` where half of the usual orders is less than one.
    """

    says: str
    sides: tuple[Mapping[str, str], ...]
    clauses: Mapping[str, str]
    outcome: str
    outcome_of_few: str
    within_weeks: int = 26
    told_at_watch: int = 1

    def side(self, signal: str) -> int:
        """The number of the side to which a signal belongs."""
        return next(number for number, side in enumerate(self.sides) if signal in side)

    @property
    def signals(self) -> frozenset[str]:
        """All signals that may stand behind it."""
        return frozenset(name for side in self.sides for name in side)


JOINED = {
    "tough_times": Joined(
        says="{name} orders less and pays later: it {0}, and it {1}.",
        sides=(FEWER_ORDERS, PAID_LATER),
        clauses={
            "gone_quiet": (
                "has ordered nothing for {silent_days} up to {complete_on}, "
                "{times_usual} times its usual gap of {usual_gap_days}"
            ),
            "volume_shift": (
                "placed {recent_releases} from {recent_start} to {complete_on} where {expected_releases} "
                "were to be expected ({change_said})"
            ),
            "paying_later": (
                "pays {recent_said}, {later_days} later than usual ({later_low:bare} to {later_high} "
                "allowing for chance; {first_on} to {last_on})"
            ),
        },
        outcome=(
            "it places at most {half_orders} within {ahead_weeks}, half or less of the usual {usual_orders}"
        ),
        outcome_of_few="no order comes within {ahead_weeks}",
    ),
}


def behind(signal: pl.DataFrame, joined: Mapping[str, Joined] = JOINED) -> pl.DataFrame:
    """The signals behind every statement to be made: columns of `signal` and, of the statement, five more.

    One row per statement (kind × customer) × signal that counts; `place` 1 is the strongest. `bits`: evidence
    of the signal. `stands`: tier of the statement. `joined_on`: day since when it stands in any tier;
    `told_on`: in this one. A signal that a joined statement takes up makes none of its own.
    """
    standing = weighed(signal)
    together = {kind: of_kind(standing, kind, each) for kind, each in sorted(joined.items())}
    alone = standing.filter(pl.col("tier").is_in(ALARMING))
    for kind, rows in together.items():
        about = pl.col("customer_id").is_in(rows["customer_id"].unique().implode())
        alone = alone.filter(~(about & heads_for(*joined[kind].sides)))
    alone = said_once(alone)
    began = pl.coalesce("entry_on", "as_of")
    single = alone.with_columns(kind=pl.col("signal"), stands=pl.col("tier"), joined_on=began, told_on=began)
    strength = ["kind", "customer_id", "bits", "signal"]
    rows = pl.concat([*together.values(), single.select(columns())]).sort(
        strength, descending=[False, False, True, False]
    )
    return rows.with_columns(place=pl.int_range(1, pl.len() + 1).over("kind", "customer_id").cast(pl.Int64))


def columns() -> list[str]:
    """Columns of the rows behind statements, before they are placed."""
    return [*SIGNAL.by_name, "bits", "kind", "stands", "joined_on", "told_on"]


def weighed(signal: pl.DataFrame) -> pl.DataFrame:
    """The standing signals with their bits, the day they began in any tier and the day they reached watch."""
    began = pl.coalesce("support_on", "entry_on", "as_of")
    watched = pl.max_horizontal(began, pl.coalesce("watch_on", "entry_on", "as_of"))
    return signal.filter(pl.col("tier").is_in(TIERS)).with_columns(
        bits=bits(pl.col("p_value")),
        began=began,
        watched=pl.when(pl.col("tier").is_in(ALARMING)).then(watched),
    )


def heads_for(*sides: Mapping[str, str]) -> pl.Expr:
    """Whether a signal belongs to one of the sides and its effect goes in the direction that counts there."""
    ways = {"down": pl.col("effect") < 0, "up": pl.col("effect") > 0, "any": pl.lit(True)}
    fits = [(pl.col("signal") == name) & ways[way] for side in sides for name, way in side.items()]
    return pl.any_horizontal(fits).fill_null(False)


def said_once(alone: pl.DataFrame) -> pl.DataFrame:
    """Of signals that read the same rows and say the same of a customer, the rarest only."""
    for signals in SAME_ROWS:
        alike = pl.when(heads_for(signals)).then(0).otherwise(pl.int_range(1, pl.len() + 1))
        order = {name: place for place, name in enumerate(signals)}
        place = pl.col("signal").replace_strict(order, default=0, return_dtype=pl.Int64)
        alone = (
            alone.sort("customer_id", "signal")
            .with_columns(alike=alike)
            .sort("customer_id", rarity(), place)
            .unique(["customer_id", "alike"], keep="first", maintain_order=True)
            .drop("alike")
        )
    return alone


def rarity() -> pl.Expr:
    """0 for the highest tier."""
    tiers = {tier: place for place, tier in enumerate(TIERS)}
    return pl.col("tier").replace_strict(tiers, return_dtype=pl.Int64)


def of_kind(standing: pl.DataFrame, kind: str, joined: Joined) -> pl.DataFrame:
    """The rows behind the statements of one joined kind: for each customer and side the strongest signal."""
    side = {name: joined.side(name) for name in joined.signals}
    told = pl.col("told_on").is_not_null()
    member = (
        meetings(standing, joined)
        .explode("signal")
        .join(standing, on=["signal", "customer_id"])
        .with_columns(
            kind=pl.lit(kind),
            stands=pl.when(told).then(pl.lit("briefing")).otherwise(pl.lit("watch")),
            told_on=pl.coalesce("told_on", "joined_on"),
            side=pl.col("signal").replace_strict(side, return_dtype=pl.Int64),
        )
    )
    strongest = member.sort("customer_id", "side", rarity(), -pl.col("bits"), "signal")
    return strongest.unique(["customer_id", "side"], keep="first", maintain_order=True).select(columns())


def meetings(standing: pl.DataFrame, joined: Joined) -> pl.DataFrame:
    """The customers of whom a signal of every side stands, begun near each other.

    Columns: customer_id, joined_on (the last of them began), told_on (enough of them had reached watch, else
    empty), signal (all that take part, a list).
    """
    count = len(joined.sides)
    met = reduce(
        lambda one, other: one.join(other, on="customer_id"),
        (side_of(standing, signals, place) for place, signals in enumerate(joined.sides)),
    )
    every = {
        name: pl.concat_list([f"{name}_{place}" for place in range(count)])
        for name in ("signal", "began", "watched")
    }
    last, wait = every["began"].list.max(), joined.told_at_watch - 1
    reached = every["watched"].list.drop_nulls().list.sort().list.get(wait, null_on_oob=True)
    told = pl.when(reached.is_not_null()).then(pl.max_horizontal(last, reached))
    near = met.filter(last - every["began"].list.min() <= timedelta(weeks=joined.within_weeks))
    return (
        near.select("customer_id", joined_on=last, told_on=told, signal=every["signal"])
        .group_by("customer_id")
        .agg(pl.col("joined_on", "told_on").min(), signal=pl.col("signal").explode().unique())
    )


def side_of(standing: pl.DataFrame, signals: Mapping[str, str], place: int) -> pl.DataFrame:
    """The standing signals of one side that go in its direction, one row per customer and signal."""
    return standing.filter(heads_for(signals)).select(
        "customer_id", *(pl.col(name).alias(f"{name}_{place}") for name in ("signal", "began", "watched"))
    )
