"""`make real`: the real files of ../shared/data through the whole way, figures as in docs/real-input.md.

Prints what was counted and asserts the facts known of the files. Nothing here is tuned to them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from burnish import intake, pipeline, shop
from burnish.briefing import terminal
from burnish.detectors.rhythm import gap_scores
from burnish.morning import briefing
from burnish.store import durable, loads, snapshots
from burnish.verify import verify

HERE = Path(__file__).parents[1]
DATA = HERE.parent / "shared" / "data"
SCMS = DATA / "orders_scms" / "SCMS_Delivery_History_Dataset.csv"
RECEIVABLES = DATA / "receivables_ibm" / "ibm_accounts_receivable.csv"
MAPPINGS = HERE / "examples" / "mappings"
NOMINAL = 0.01


def say(text: str = "") -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")


def silent(name: str, rows: int, seconds: float = 0.0) -> None:
    """No progress."""


def opened(folder: Path, path: Path, mapping: Path | None) -> shop.Shop:
    """A new shop with one file in it."""
    made = shop.init(folder, name=folder.name, time_zone="UTC", currency="USD", country="US")
    with intake.look(made, path, map_file=mapping) as plan:
        how = "mapping given" if mapping else "guessed without help"
        say(f"{path.name}: {how}, {len(plan.questions)} open questions")
        load, _ = intake.land(made, intake.confirmed(plan), progress=silent)
    for part in load.parts:
        say(f"  {part.table}: {part}")
    reasons = (
        pl.DataFrame(loads.rejects(made.landing, load)).group_by("table", "column", "reason", "verdict").len()
    )
    for row in reasons.sort(pl.all()).iter_rows():
        say(f"    {row[4]:>6,} × {row[1]}: {row[2]} ({row[3]}, {row[0]})")
    return made


def totals(made: shop.Shop, table: str) -> Decimal:
    """The sum of amounts, after verify."""
    verdict = verify(made)
    assert verdict.ok, verdict.wrong
    assert all(account.difference == 0 for account in verdict.accounts)
    return verdict.totals[table]["amount"]


def brief_on(made: shop.Shop, day: date) -> None:
    """Derive as known on a day and print the owner's page."""
    began = time.perf_counter()
    snapshot = pipeline.refresh(made, day, step=silent)
    say(f"\nas of {day}: snapshot {snapshot.id}, {time.perf_counter() - began:.1f} s\n")
    say(terminal.text(briefing(made, reader="owner"), width=100))


def months(first: date, last: date) -> Iterator[date]:
    """The last day of every month between two days."""
    day = first.replace(day=1)
    while day <= last:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield following - timedelta(days=1)
        day = following


def walk(made: shop.Shop, first: date, last: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every month's signals, each derived by today's code from what was known then; and the last gaps."""
    found, fitted = [], {}
    with made.writing(), made.engine() as engine, pipeline.working_folder(made) as work:
        records = pipeline.gather(made, engine, loads.all_loads(made.landing), work, step=silent)
        for day in months(first, last):
            out = durable.begin_folder(made.snapshots, f"walk-{day}")
            state = pipeline.day_of(made, engine, records, day, out, step=silent, fitted=fitted)
            found.append(state.findings["signal"].drop("facts"))
            gaps = pipeline.frame(state.tables["order_gap"])
            durable.discard(out)
    return pl.concat(found), gaps


def alarms_per_gap(signal: pl.DataFrame, gaps: pl.DataFrame) -> None:
    """Alarms over gaps at risk, at nominal p, by month-end looks and exactly day by day."""
    scored = gap_scores(gaps).filter(pl.col("earlier_gaps") >= 8)
    signal = signal.filter(pl.col("signal") == "gone_quiet")
    at_risk = scored.select("customer_id", "opened_on", "closed_on")
    judged = signal.filter(pl.col("abstains") == "", pl.col("p_value") <= NOMINAL)
    alarmed = judged.select("customer_id", opened_on="window_end").unique()
    seen = at_risk.join(alarmed, on=["customer_id", "opened_on"], how="semi")
    ended = seen.filter(pl.col("closed_on").is_not_null())
    never = at_risk["closed_on"].null_count()
    say(f"gaps at risk (8 earlier gaps): {at_risk.height:,}, of them {never:,} never ended")
    say(f"walk forward, month ends: {seen.height} alarms = {seen.height / at_risk.height:.4f} per gap")
    false = ended.height / at_risk.height
    say(
        f"  of them on gaps that ended later (false): {ended.height} = {false:.4f} per gap; nominal {NOMINAL}"
    )
    exact = scored.filter(pl.col("closed_on").is_not_null(), pl.col("p_value") <= NOMINAL)
    rate = exact.height / scored.filter(pl.col("closed_on").is_not_null()).height
    say(f"day by day, ended gaps with p <= {NOMINAL}: {exact.height} = {rate:.4f} per gap")
    news = (
        signal.filter(pl.col("is_new"), pl.col("tier").is_in(["watch", "briefing"]))
        .group_by("tier")
        .len()
        .sort("tier")
    )
    say(f"new alarms at month ends by tier: {dict(news.iter_rows())}")


def main() -> None:
    """Both files, one after the other."""
    if not DATA.is_dir():
        say("The real files of ../shared/data are not here; nothing to measure.")
        return
    with tempfile.TemporaryDirectory(prefix="burnish-real-") as folder:
        say("(a) orders_scms")
        made = opened(Path(folder) / "scms", SCMS, MAPPINGS / "scms.toml")
        amount = totals(made, "order_line")
        assert amount == Decimal("1627584457.29"), amount
        say(f"  line value {amount:,.2f}; difference 0")
        brief_on(made, date(2014, 6, 30))
        brief_on(made, date(2015, 9, 14))
        began = time.perf_counter()
        signal, gaps = walk(made, date(2007, 1, 1), date(2015, 9, 14))
        took = time.perf_counter() - began
        say(f"\nwalk forward over {signal['as_of'].n_unique()} month ends, {took:.0f} s")
        alarms_per_gap(signal, gaps)
        say("\n(b) receivables_ibm")
        made = opened(Path(folder) / "receivables", RECEIVABLES, None)
        amount = totals(made, "invoice")
        assert amount == Decimal("147703.18"), amount
        pipeline.refresh(made, date(2014, 6, 30), step=silent)
        late_share(made)


def late_share(made: shop.Shop) -> None:
    """The share of invoices paid beyond terms."""
    with snapshots.current(made.snapshots) as snapshot:
        lag = pl.DataFrame(snapshot.table("payment_lag"))
        runs = snapshot.table("check_run").num_rows
    late = (lag["days_beyond_terms"] > 0).sum()
    say(f"  {lag.height:,} payments in {runs:,} check runs; {late} late = {late / lag.height:.1%}")
    assert lag.height == 2466
    assert round(late / lag.height, 3) == 0.356


if __name__ == "__main__":
    main()
