"""Customers silent for far longer than their own rhythm."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from burnish.detectors import detector
from burnish.detectors.calibration import thresholds
from burnish.detectors.innocent_silence import explanations
from burnish.detectors.quiet_replicas import quiet_thresholds
from burnish.detectors.rhythm import MEMORY_GAPS, gap_scores
from burnish.detectors.speaking import (
    FACT,
    NO_ORDERS,
    PRIVATE_PERSON,
    day_fact,
    hushed,
    in_contract,
    number_fact,
)
from burnish.schema.signals import SIGNAL
from burnish.stats.renewal import Floats, gamma_shape, median_ranks, next_gap, significant

NEW_DAYS = 7
LONG_AGO_DAYS, LONG_AGO_TIMES = 273, 4  # after such a silence nobody needs to be told any more
SHAPE_GAPS = 8.0  # the shop's dispersion of log gaps counts as this many gaps


@detector(
    says=(
        "has ordered nothing for {silent_days} up to {complete_on}, {times_usual} times the usual gap of "
        "{usual_gap_days} ({times_usual_low:bare} to {times_usual_high} allowing for chance; {gaps}, "
        "{first_on} to {last_order_on})"
    ),
    evidence=("order_line",),
    outcome="no order comes within {ahead_weeks}",
    explanations=explanations,
    calibrate=quiet_thresholds,
)
def gone_quiet(
    customer: pl.DataFrame,
    order_gap: pl.DataFrame,
    alarm_threshold: pl.DataFrame,
    *,
    as_of: date,
    min_gaps: int = 8,
    nominal: float = 0.01,
) -> pl.DataFrame:
    """Score how unusual each customer's silence is. One row per customer, as of one day; contract `signal`.

    The silence counts up to the day through which orders are entered. `score` is the silence over the
    length that one gap in a hundred of customers with a like rhythm exceeds, or over the customer's own
    longest gap when that is longer; it alarms over the threshold of a tier while p is at most `nominal`.
    `effect` is the silence in times of the usual gap, with a 90 % interval; `odds`: no order comes in the
    next 13 weeks. `information`: orders missed so far over their dispersion, in nats. Persons, and customers
    with fewer than `min_gaps` ended gaps, are listed with the reason why nothing is said of them.
    """
    over = thresholds(alarm_threshold, "gone_quiet")
    scores = gap_scores(order_gap, min_gaps=min_gaps, nominal=nominal, over=over)
    silence = scores.filter(pl.col("closed_on").is_null())
    judged = silence.join(own_rhythm(order_gap), on="customer_id", how="left")
    rows = customer.select("customer_id", "is_person").join(judged, on="customer_id", how="left")
    return signals(rows.sort("customer_id"), over, as_of=as_of, min_gaps=min_gaps, nominal=nominal)


def own_rhythm(order_gap: pl.DataFrame) -> pl.DataFrame:
    """What a customer's latest 32 ended gaps say of its rhythm. One row per customer with any.

    `short_gap`, `long_gap`: ends of the 90 % interval of the median gap; `first_on`: release that
    began the first of them; `expected_days`: half of the next gaps are over before (gamma predictive);
    `mean_gap_days`, `clumping` (variance over squared mean, at least 1).
    """
    ended = order_gap.filter(pl.col("closed_on").is_not_null()).sort("customer_id", "gap_no")
    ended = ended.group_by("customer_id", maintain_order=True).tail(MEMORY_GAPS)
    days = pl.col("gap_days")
    rhythm = ended.group_by("customer_id", maintain_order=True).agg(
        ordered=days.sort(),
        total=days.sum(),
        squares=(days * days).sum(),
        gaps=pl.len().cast(pl.Int64),
        first_on=pl.col("opened_on").first(),
    )
    ordered = [np.asarray(gaps, dtype=np.float64) for gaps in rhythm["ordered"].to_list()]
    interval = np.array([own[list(median_ranks(len(own)))] for own in ordered]).reshape(-1, 2)
    count, total = (rhythm[name].to_numpy().astype(np.float64) for name in ("gaps", "total"))
    spread = np.maximum(count * rhythm["squares"].to_numpy() / np.maximum(total, 1.0) ** 2 - 1.0, 1.0)
    return rhythm.select("customer_id", "gaps", "first_on").with_columns(
        pl.Series("short_gap", interval[:, 0]),
        pl.Series("long_gap", interval[:, 1]),
        pl.Series("mean_gap_days", significant(total / np.maximum(count, 1.0))),
        pl.Series("clumping", significant(spread)),
        pl.Series("expected_days", next_gap(0.5, gaps=count, total=total, shape=shapes(ordered))),
    )


def shapes(gaps: list[Floats]) -> Floats:
    """Gamma shape of each customer's gaps from the variance of their logarithms, drawn toward the shop's."""
    logs = [np.log(np.maximum(own, 1.0)) for own in gaps]
    free = np.array([max(len(own) - 1, 0) for own in gaps], dtype=np.float64)
    squares = np.array([float(np.sum((own - own.mean()) ** 2)) for own in logs])
    shop = float(squares.sum() / free.sum()) if free.sum() > 0 else 1.0
    return gamma_shape((squares + SHAPE_GAPS * shop) / (free + SHAPE_GAPS))


def signals(
    rows: pl.DataFrame, over: dict[str, float], *, as_of: date, min_gaps: int, nominal: float
) -> pl.DataFrame:
    """The rows in the columns of the contract, silent where a minimum is missing."""
    reason = abstention(min_gaps=min_gaps, nominal=nominal)
    known = rows.with_columns(abstains=reason).with_columns(
        complete_on=pl.col("opened_on") + pl.duration(days=pl.col("gap_days")),
        effect_low=rounded(pl.col("gap_days") / pl.col("long_gap")),
        effect_high=rounded(pl.col("gap_days") / pl.col("short_gap")),
        expected_on=pl.col("opened_on") + pl.duration(days=pl.col("expected_days").ceil().cast(pl.Int64)),
        information=rounded(pl.col("gap_days") / (pl.col("mean_gap_days") * pl.col("clumping"))),
        tier=tier(over, nominal=nominal),
    )
    entry = pl.coalesce(
        *(pl.when(pl.col("tier") == name).then(pl.col(f"{name}_on")) for name in over), pl.lit(None, pl.Date)
    )
    known_entry = pl.when(entry.is_not_null()).then(pl.min_horizontal(entry, long_ago()))
    spoken = known.with_columns(entry_on=known_entry).with_columns(
        is_new=(pl.col("complete_on") - pl.col("entry_on")).dt.total_days() < NEW_DAYS,
        facts=facts(),
    )
    values = {
        "signal": pl.lit("gone_quiet"),
        "as_of": pl.lit(as_of),
        "effect": pl.col("times_usual"),
        "effect_unit": pl.lit("times"),
        "baseline": pl.col("usual_gap_days"),
        "baseline_unit": pl.lit("days"),
        "n": pl.col("gaps"),
        "odds": pl.col("stays_silent"),
        "window_start": pl.col("first_on"),
        "window_end": pl.col("opened_on"),
        "is_new": pl.col("is_new").fill_null(False),
    }
    return in_contract(hushed(spoken.with_columns(**values)), SIGNAL)


def long_ago() -> pl.Expr:
    """Day by which a silence stands out at the latest: nine months, or four usual gaps where these are long.

    A customer that was gone for years before its score crossed the threshold is no news of this week.
    """
    days = pl.max_horizontal(pl.lit(LONG_AGO_DAYS), (LONG_AGO_TIMES * pl.col("usual_gap_days")).ceil())
    return pl.col("opened_on") + pl.duration(days=days.cast(pl.Int64))


def rounded(value: pl.Expr) -> pl.Expr:
    """A score as it is stored (D13)."""
    return value.round_sig_figs(9)


def tier(over: dict[str, float], *, nominal: float) -> pl.Expr:
    """The highest tier whose threshold the score is over, with p at most nominal."""
    unusual = pl.col("p_value") <= nominal
    chosen = pl.lit(None, pl.String)
    for name in reversed(over):
        over_it = unusual & (pl.col("score") > max(over[name], 1.0)) & pl.col(f"{name}_on").is_not_null()
        chosen = pl.when(over_it).then(pl.lit(name)).otherwise(chosen)
    return pl.when(pl.col("abstains") == "").then(chosen)


def abstention(*, min_gaps: int, nominal: float) -> pl.Expr:
    """Why nothing is said of a customer, in words; empty when something is."""
    gaps, reference = pl.col("gaps").fill_null(0), pl.col("reference_gaps").fill_null(0)
    needed = int(np.ceil(1.0 / nominal)) - 1
    missing = min_gaps - gaps
    orders = pl.when(missing == 1).then(pl.lit(" order")).otherwise(pl.lit(" orders"))
    seen = pl.when(gaps == 1).then(pl.lit(" gap")).otherwise(pl.lit(" gaps"))
    too_few = pl.format(
        "{}{} between orders seen, {} needed: about {} more{}", gaps, seen, pl.lit(min_gaps), missing, orders
    )
    young = pl.format("{} comparable gaps in the whole shop so far, {} needed", reference, pl.lit(needed))
    return (
        pl.when(pl.col("is_person").fill_null(False))
        .then(pl.lit(PRIVATE_PERSON))
        .when(pl.col("opened_on").is_null())
        .then(pl.lit(NO_ORDERS))
        .when(gaps < min_gaps)
        .then(too_few)
        .when(reference < needed)
        .then(young)
        .otherwise(pl.lit(""))
    )


def facts() -> pl.Expr:
    """The numbers and days that the sentence may name."""
    return (
        pl.when(pl.col("abstains") == "")
        .then(
            pl.concat_list(
                number_fact("silent_days", "gap_days", "days"),
                number_fact("times_usual", "times_usual", "times"),
                number_fact("times_usual_low", "effect_low", "times"),
                number_fact("times_usual_high", "effect_high", "times"),
                number_fact("usual_gap_days", "usual_gap_days", "days"),
                number_fact("gaps", "gaps", "gaps"),
                day_fact("first_on", "first_on"),
                day_fact("last_order_on", "opened_on"),
                day_fact("complete_on", "complete_on"),
                day_fact("expected_on", "expected_on"),
            )
        )
        .otherwise(pl.lit([], pl.List(FACT)))
    )
