"""Joined conclusions on made-up shops: how often by chance, with what odds, how early.

    PYTHONPATH=src python benchmarks/joined_rates.py chance | null | shipped | found [SEEDS]

`chance` needs no detector: alarms at the budget's rates, independent and with shocks in common. `null` runs
the detectors on shops in which nothing happens, `shipped` fits conclusions/shipped.toml, `found` compares the
joined conclusion with each of its signals. The figures stand in docs/methods/conclusions.md and odds.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import distressed_shops as made
import null_ledgers
import null_shops
import numpy as np
import polars as pl
from scipy import optimize
from scipy.special import expit

from burnish import detectors
from burnish.conclusions.halving import LEAST_USUAL, WINDOW_DAYS
from burnish.conclusions.joining import JOINED, TIERS, behind
from burnish.conclusions.odds import bits, log_odds
from burnish.detectors.calibration import MONTH_DAYS, PPM, shipped_thresholds
from burnish.detectors.speaking import in_contract
from burnish.features.calendar import working_day
from burnish.schema.facts import FACTS

KIND = "tough_times"
WEEKS_A_MONTH = MONTH_DAYS / 7
STEP_WEEKS = 13
PRIOR_SCALE = 0.5  # of a weight: so far from zero before any shop was seen
ORDER_RATES = {"support": 0.5 + 0.25, "watch": 0.25 + 0.125}  # gone quiet, and one way of volume shift
PAYING_RATES = {"support": 0.5, "watch": 0.25}  # new entries per 100 customer-months
Frames = dict[str, pl.DataFrame]


# ---- by chance, without any detector


def chance(seed: int, *, shock: float, frailty: float, customers: int = 350, weeks: int = 20_000) -> Frames:
    """Entries of both sides by customer and week, at the budget's rates.

    `shock`: spread (of the logarithm) of a rate that all customers and both sides have in common, with a
    memory of half a year; `frailty`: of one that a customer's two sides have in common for good.
    """
    draws = np.random.default_rng([seed, 7])
    common = np.empty(weeks)
    common[0], memory = draws.normal(), np.exp(-1 / 26)
    for week in range(1, weeks):
        common[week] = memory * common[week - 1] + np.sqrt(1 - memory**2) * draws.normal()
    own = draws.normal(size=customers)
    factor = np.exp(shock * common[:, None] - shock**2 / 2 + frailty * own[None, :] - frailty**2 / 2)
    found = {}
    for name, rates in (("orders", ORDER_RATES), ("paying", PAYING_RATES)):
        entry = np.argwhere(
            draws.random((weeks, customers)) < factor * rates["support"] / 100 / WEEKS_A_MONTH
        )
        stands = draws.geometric(1 / STEP_WEEKS, len(entry))
        watch = draws.random(len(entry)) < rates["watch"] / rates["support"]
        found[name] = pl.DataFrame(
            {"customer": entry[:, 1], "week": entry[:, 0], "until": entry[:, 0] + stands, "watch": watch}
        )
    return found


def joint(found: Frames, months: float) -> dict[str, float]:
    """Joint entries per 100 customer-months by how many of the two must have reached watch."""
    pairs = found["orders"].join(found["paying"], on="customer", suffix="_2")
    later = pl.max_horizontal("week", "week_2")
    met = pairs.filter(
        (pl.col("week") - pl.col("week_2")).abs() <= JOINED[KIND].within_weeks,
        later <= pl.min_horizontal("until", "until_2"),
    ).with_columns(at_watch=pl.col("watch").cast(pl.Int64) + pl.col("watch_2").cast(pl.Int64))
    return {
        f"{least} at watch": 100 * met.filter(pl.col("at_watch") >= least).height / months
        for least in range(3)
    }


def chance_lines(seeds: int) -> Iterator[str]:
    """One line per kind of dependence."""
    for shock, frailty in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (0.7, 0.7)):
        months = 350 * 20_000 / WEEKS_A_MONTH
        each = [joint(chance(seed, shock=shock, frailty=frailty), months) for seed in range(seeds)]
        rates = "  ".join(f"{name} {np.mean([one[name] for one in each]):.4f}" for name in each[0])
        yield f"shock {shock}  frailty {frailty}  {rates}"


# ---- the detectors on a made-up shop


def frames_of(shop: made.Made, as_of: date) -> Frames:
    """Every fact of a made-up shop as of a day, each in its contract's columns."""
    release = shop.releases.filter(pl.col("release_on") <= as_of).sort("customer_id", "release_on")
    amount = {"lines": pl.lit(1), "amount": pl.lit(1000), "other_currency_lines": pl.lit(0)}
    state = null_ledgers.known(shop.ledger, day=as_of).sort("customer_id", "invoice_ref")
    paid = state.filter(pl.col("paid_on").is_not_null())
    beyond = (pl.col("paid_on") - pl.col("due_on")).dt.total_days()
    lag = paid.with_columns(
        days_to_pay=(pl.col("paid_on") - pl.col("invoiced_on")).dt.total_days(), days_beyond_terms=beyond
    )
    run = lag.group_by("customer_id", "paid_on").agg(
        payments=pl.len(),
        late_payments=(pl.col("days_beyond_terms") > 0).sum(),
        amount=pl.col("amount").sum(),
        amount_days=(pl.col("amount") * pl.col("days_beyond_terms")).sum(),
    )
    names = shop.truth.select("customer_id", name="customer_id", is_person=pl.lit(False))
    first = null_shops.FIRST_DAY
    clock = pl.DataFrame({"table": ["invoice", "order_line", "payment"]}).with_columns(
        first_on=pl.lit(first),
        last_on=pl.lit(as_of),
        complete_on=pl.lit(as_of),
        lag_days=0,
        stated=0,
        rows=1000,
    )
    days = working_day(first - timedelta(days=7), as_of + timedelta(days=60), country="US")
    given = {
        "customer": names.sort("customer_id"),
        "order_release": release.with_columns(**amount),
        "order_gap": null_shops.gaps(release, complete_on=as_of),
        "invoice_state": state,
        "payment_lag": lag,
        "check_run": run.sort("customer_id", "paid_on"),
        "entry_clock": clock,
        "working_day": days,
        "alarm_threshold": shipped(as_of),
    }
    return {name: in_contract(table, FACTS[name]) for name, table in given.items()}


def shipped(fitted_on: date) -> pl.DataFrame:
    """The thresholds that come with Burnish: the same for every shop here."""
    rows = [
        {
            "signal": signal,
            "tier": tier,
            "threshold_ppm": int(PPM * score),
            "weeks": 0,
            "fitted_on": fitted_on,
        }
        for signal, tiers in shipped_thresholds().items()
        for tier, score in tiers.items()
    ]
    return pl.DataFrame(rows)


def signals(shop: made.Made, as_of: date) -> pl.DataFrame:
    """What every detector behind the joined kind says of a shop as of a day; contract `signal`."""
    frames = frames_of(shop, as_of)
    mine = [each for each in detectors.discover() if each.name in JOINED[KIND].signals]
    return pl.concat([detectors.fed(each.run, frames, as_of=as_of) for each in mine])


def origins(step: int, first: int = made.ONSETS_FROM) -> list[date]:
    """The Sundays on which a shop is judged."""
    return [made.day_at(week) for week in range(first, made.WEEKS - STEP_WEEKS + 1, step)]


# ---- what happens by chance in shops where nothing happens


def episodes(shop: made.Made, days: list[date]) -> pl.DataFrame:
    """Standing alarms of the right direction: side, customer_id, began, watched (empty: never), until."""
    sides = [(n, name, way) for n, side in enumerate(JOINED[KIND].sides) for name, way in side.items()]
    right = {"any": pl.lit(True), "down": pl.col("effect") < 0, "up": pl.col("effect") > 0}
    seen = []
    for day in days:
        found = signals(shop, day).filter(pl.col("tier").is_in(TIERS)).with_columns(day=pl.lit(day))
        seen += [
            found.filter(pl.col("signal") == name, right[way]).with_columns(side=n) for n, name, way in sides
        ]
    began = pl.coalesce("support_on", "entry_on")
    at_watch = pl.when(pl.col("tier") != "support").then(pl.coalesce("watch_on", "entry_on"))
    return (
        pl.concat(seen)
        .group_by("side", "signal", "customer_id", began=began)
        .agg(watched=at_watch.min(), until=pl.col("day").max())
    )


def matched(orders: pl.DataFrame, paying: pl.DataFrame) -> pl.DataFrame:
    """Pairs of alarms that stand together and began near each other, with the number of them at watch."""
    apart = (pl.col("began") - pl.col("began_2")).dt.total_days().abs()
    later = pl.max_horizontal("began", "began_2")
    pairs = orders.join(paying, how="cross", suffix="_2")
    near = pairs.filter(
        apart <= 7 * JOINED[KIND].within_weeks, later <= pl.min_horizontal("until", "until_2")
    )
    at_watch = sum(pl.col(name).is_not_null().cast(pl.Int64) for name in ("watched", "watched_2"))
    return near.with_columns(at_watch=at_watch)


def null_lines(seeds: int) -> Iterator[str]:
    """New alarms of each signal, and joint ones: as they met, and as they would if customers were mixed."""
    alone: dict[str, int] = {}
    met, mixed, months = np.zeros(3), np.zeros(3), 0.0
    days = origins(4, first=made.WEEKS - STEP_WEEKS - 104)
    for seed in range(seeds):
        shop = made.shop(seed=500 + seed, shares={"none": 1.0})
        found = episodes(shop, days).filter(pl.col("began") >= days[0])
        customers = shop.truth.height
        months += customers * (days[-1] - days[0]).days / MONTH_DAYS
        for (name,), part in found.partition_by("signal", as_dict=True).items():
            alone[name] = alone.get(name, 0) + part.height
        pairs = matched(found.filter(pl.col("side") == 0), found.filter(pl.col("side") == 1))
        same = pairs.filter(pl.col("customer_id") == pl.col("customer_id_2"))
        met += [same.filter(pl.col("at_watch") >= n).n_unique(["customer_id"]) for n in range(3)]
        mixed += [pairs.filter(pl.col("at_watch") >= n).height / customers for n in range(3)]
    yield f"{months:.0f} customer-months"
    for name, count in sorted(alone.items()):
        yield f"{name:14} {100 * count / months:.3f} new a 100 customer-months at support or over"
    for least in range(3):
        rates = (
            f"met {100 * met[least] / months:.4f} ({met[least]:.0f})  mixed {100 * mixed[least] / months:.4f}"
        )
        yield f"joint, {least} at watch: {rates}"


# ---- coefficients


def windows_of(shop: made.Made, day: date) -> pl.DataFrame:
    """What became of each customer with enough usual orders: customer_id, was_low, halved."""
    ago = (pl.lit(day) - pl.col("release_on")).dt.total_days()
    counted = shop.releases.group_by("customer_id").agg(
        usual=((ago >= WINDOW_DAYS) & (ago < 5 * WINDOW_DAYS)).sum() / 4,
        before=((ago >= 0) & (ago < WINDOW_DAYS)).sum(),
        after=((ago < 0) & (ago >= -WINDOW_DAYS)).sum(),
    )
    half = pl.col("usual") / 2
    return counted.filter(pl.col("usual") >= LEAST_USUAL).select(
        "customer_id", was_low=pl.col("before") <= half, halved=pl.col("after") <= half
    )


def rows_of(shop: made.Made) -> pl.DataFrame:
    """One row per customer and window of 13 weeks: outcome, weight of the row, bits of each signal."""
    prevalence = {
        kind: made.YEARLY.get(kind, 0.0) * (made.WEEKS - made.ONSETS_FROM) / 52 / share
        for kind, share in made.SHARES.items()
    }
    rest = 1 - sum(prevalence[kind] * made.SHARES[kind] for kind in made.YEARLY)
    prevalence["none"] = rest / made.SHARES["none"]
    weight = pl.col("kind").replace_strict(prevalence, return_dtype=pl.Float64)
    rows = []
    for day in origins(STEP_WEEKS):
        heard = right_way(signals(shop, day))
        row = windows_of(shop, day).join(shop.truth, on="customer_id").with_columns(weight=weight)
        for name in sorted(JOINED[KIND].signals):
            one = heard.filter(pl.col("signal") == name).select("customer_id", pl.col("bits").alias(name))
            row = row.join(one, on="customer_id", how="left").with_columns(pl.col(name).fill_null(0.0))
        rows.append(row)
    return pl.concat(rows)


def right_way(found: pl.DataFrame) -> pl.DataFrame:
    """Standing signals of the joined kind in its direction, with their bits; the strongest of each side."""
    right = {"any": pl.lit(True), "down": pl.col("effect") < 0, "up": pl.col("effect") > 0}
    standing = found.filter(pl.col("tier").is_in(TIERS)).with_columns(bits=bits(pl.col("p_value")))
    parts = []
    for side in JOINED[KIND].sides:
        mine = pl.any_horizontal([(pl.col("signal") == name) & right[way] for name, way in side.items()])
        best = standing.filter(mine).sort("customer_id", -pl.col("bits"), "signal")
        parts.append(best.unique("customer_id", keep="first", maintain_order=True))
    return pl.concat(parts)


def fit(rows: pl.DataFrame) -> tuple[float, dict[str, float]]:
    """Base rate, and weights per bit: logistic regression, none below 0, drawn to 0 by a normal prior."""
    as_usual = rows.filter(~pl.col("was_low"))
    base = as_usual.select((pl.col("halved") * pl.col("weight")).sum() / pl.col("weight").sum()).item()
    names = sorted(JOINED[KIND].signals)
    bit, halved = rows.select(names).to_numpy(), rows["halved"].to_numpy()
    weight = rows["weight"].to_numpy()

    def loss(beta: np.ndarray) -> float:
        p = np.clip(expit(log_odds(base) + bit @ beta), 1e-12, 1 - 1e-12)
        return float(
            -np.sum(weight * np.where(halved, np.log(p), np.log1p(-p))) + np.sum(beta**2) / 2 / PRIOR_SCALE**2
        )

    found = optimize.minimize(
        loss, np.full(len(names), 0.1), bounds=[(0.0, None)] * len(names), method="L-BFGS-B"
    )
    return base, dict(zip(names, found.x.tolist(), strict=True))


def shipped_lines(seeds: int) -> Iterator[str]:
    """The lines of conclusions/shipped.toml, and how well they say what happened to joined customers."""
    rows = pl.concat([rows_of(made.shop(seed=600 + seed)) for seed in range(seeds)])
    base, weights = fit(rows)
    yield f"# {rows.height} windows of {seeds} shops, {rows['halved'].sum()} halved"
    yield f"[{KIND}]\nbase_rate = {base:.3f}\nbase_windows = 200\n\n[{KIND}.weights]"
    yield from (f"{name} = {value:.3f}" for name, value in weights.items())
    logit = log_odds(base) + sum(pl.col(name) * value for name, value in weights.items())
    paying = [pl.col(name) > 0 for name in JOINED[KIND].sides[1]]
    both = pl.any_horizontal([pl.col(name) > 0 for name in JOINED[KIND].sides[0]]) & pl.any_horizontal(paying)
    told = rows.with_columns(said=1 / (1 + (-logit).exp()), joined=both)
    for name, part in (("joined", told.filter("joined")), ("all", told)):
        yield from (f"# {name}: {line}" for line in reliability(part))


def reliability(rows: pl.DataFrame) -> Iterator[str]:
    """Said and come true, in five steps."""
    steps = ["under .10", "to .25", "to .50", "to .75", "over"]
    cut = rows.with_columns(step=pl.col("said").bin_intervals([0.1, 0.25, 0.5, 0.75], labels=steps))
    weight = pl.col("weight")
    table = cut.group_by("step").agg(
        rows=pl.len(),
        said=(pl.col("said") * weight).sum() / weight.sum(),
        came=(pl.col("halved") * weight).sum() / weight.sum(),
    )
    for step in table.sort("said").iter_rows(named=True):
        yield f"{step['step']:14} {step['rows']:5} windows  said {step['said']:.2f}  came {step['came']:.2f}"


# ---- the joined conclusion beside its signals


def found_lines(seeds: int) -> Iterator[str]:
    """Share of planted trouble found in time, and false entries, by who speaks."""
    days = origins(4)
    spoken = []
    for seed in range(seeds):
        shop = made.shop(seed=700 + seed)
        for day in days:
            heard = signals(shop, day)
            spoken.append(said_by(heard).with_columns(day=pl.lit(day), seed=seed))
    truth = pl.concat([made.shop(seed=700 + seed).truth.with_columns(seed=seed) for seed in range(seeds)])
    first = pl.concat(spoken).group_by("who", "seed", "customer_id", "entry_on").agg(pl.col("day").min())
    yield from scored(first, truth, days)


def said_by(heard: pl.DataFrame) -> pl.DataFrame:
    """Who would be told of whom: by each signal alone at briefing, and by the joined one. Adds `who`."""
    alone = heard.filter(pl.col("tier") == "briefing").with_columns(who="signal")
    joined = (
        behind(heard).filter(pl.col("kind") == KIND).unique(["customer_id"]).with_columns(entry_on="told_on")
    )
    told = joined.filter(pl.col("stands") == "briefing").with_columns(who=pl.lit("joined, told"))
    watched = joined.with_columns(who=pl.lit("joined, watched too"), entry_on="joined_on")
    columns = ["who", "customer_id", "entry_on"]
    return pl.concat([each.select(columns) for each in (alone, told, watched)])


def scored(first: pl.DataFrame, truth: pl.DataFrame, days: list[date]) -> Iterator[str]:
    """Found: an alarm between the onset and 39 weeks after it. False: one of a customer without trouble."""
    span = timedelta(weeks=39)
    onset = pl.lit(null_shops.FIRST_DAY) + pl.duration(days=pl.col("onset"))
    about = first.join(truth, on=["seed", "customer_id"]).with_columns(onset_on=onset)
    in_time = pl.col("day").is_between("onset_on", pl.col("onset_on") + span)
    planted = truth.filter(pl.col("kind") == "both").height
    months = truth.filter(pl.col("kind") == "none").height * (days[-1] - days[0]).days / MONTH_DAYS
    for (who,), part in sorted(about.partition_by("who", as_dict=True).items()):
        hits = (
            part.filter(pl.col("kind") == "both", in_time)
            .sort("day")
            .unique(["seed", "customer_id"], keep="first")
        )
        wait = (hits["day"] - hits["onset_on"]).dt.total_days().median()
        false = part.filter(pl.col("kind") == "none", pl.col("day") > days[0]).height
        alike = part.filter(pl.col("kind").is_in(["orders", "payments"]), in_time).n_unique(
            ["seed", "customer_id"]
        )
        lookalikes = truth.filter(pl.col("kind").is_in(["orders", "payments"])).height
        share = f"{hits.height} of {planted} in trouble, median {wait} days after onset"
        yield (
            f"{who:20} {share}; look-alikes {alike} of {lookalikes}; "
            f"false {100 * false / months:.3f} a 100 customer-months"
        )


COMMANDS: Mapping[str, Callable[[int], Iterator[str]]] = {
    "chance": chance_lines,
    "null": null_lines,
    "shipped": shipped_lines,
    "found": found_lines,
}

if __name__ == "__main__":
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for line in COMMANDS[sys.argv[1]](seeds):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
