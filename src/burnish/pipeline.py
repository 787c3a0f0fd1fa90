"""The order of the day: gather -> know -> derive -> detect -> conclude -> publish.

The one place where tables on the engine become small frames in memory (D2). Today's run and any day of
the past are the same code: `day_of` builds everything from what was known on the day it is given.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import ibis
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
from ibis.backends.duckdb import Backend

from burnish import __version__, conclusions, detectors, journal
from burnish.detectors.calibration import alarm_threshold, quarter_start
from burnish.detectors.speaking import schema_of
from burnish.errors import ContractError, DamageError, ShopError, UsageError
from burnish.features.calendar import working_day
from burnish.features.entry import entry_clock
from burnish.features.known import as_known
from burnish.features.ordering import order_gap, order_release
from burnish.features.panel import customer_week
from burnish.features.paying import check_run, invoice_state, payment_lag
from burnish.identity.model import Model
from burnish.identity.resolving import Known, resolved
from burnish.schema.contracts import Contract
from burnish.schema.facts import FACTS
from burnish.schema.signals import SIGNALS
from burnish.schema.tables import (
    ADDED,
    CANONICAL,
    EVENTS,
    HEAD,
    HEAD_KINDS,
    NAMING,
    OF_CUSTOMERS,
    OF_PEOPLE,
    SHORT_TEXTS,
    TRADE,
    landed,
)
from burnish.shop import Shop
from burnish.sources import canonical, heads
from burnish.sources.remasking import mask_landed
from burnish.store import durable, loads, snapshots
from burnish.vocabulary import load as load_vocabulary
from burnish.vocabulary import recognise

Step = Callable[[str, int, float], None]
DUE_AHEAD = timedelta(days=60)
KINDS = ("company", "person")


@dataclass(frozen=True)
class Records:
    """Every version of every record, and who is who over them.

    `versions` are canonical tables on the engine, still without imputed knowledge days; `withdrawn` counts,
    per table, records that a later complete export lacks, `waiting` lines whose head is not there. `who`: the
    tables of who is who, `customer` and `customer_ref` among them. `loaded`: tables that some file fed; the
    others are empty, and cost nothing.
    """

    versions: dict[str, ir.Table]
    withdrawn: dict[str, int]
    waiting: dict[str, int]
    who: dict[str, pl.DataFrame]
    loaded: frozenset[str]


@dataclass(frozen=True)
class Day:
    """All that follows from what was known on one day: tables on the engine, findings in memory.

    `left_out`: plug-ins that failed on its tables.
    """

    tables: dict[str, ir.Table]
    findings: dict[str, pl.DataFrame]
    left_out: tuple[detectors.NotLoaded, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """Thresholds as contract `alarm_threshold`, and the plug-ins that could not be calibrated."""

    thresholds: pl.DataFrame
    left_out: tuple[detectors.NotLoaded, ...]


def refresh(shop: Shop, as_of: date, *, step: Step) -> snapshots.Snapshot:
    """Derive everything anew from landing and publish it as the current snapshot.

    Raises UsageError for a day in the future, ShopBusyError while another writer is at work.
    """
    if as_of > shop.today():
        raise UsageError(f"{as_of} has not come yet", "--as-of", "Name today or a day of the past.")
    with shop.writing(), shop.engine() as engine, working_folder(shop) as work:
        decided = refuse_lost_decisions(shop)
        loads.refuse_damage(shop.landing, loads.all_loads(shop.landing))
        mask_landed(shop.landing, shop.vault)
        there = loads.all_loads(shop.landing)
        built = durable.begin_folder(shop.snapshots, "snapshot")
        records = gather(shop, engine, there, work, step=step)
        today = day_of(shop, engine, records, as_of, built, step=step)
        for name, rows in as_of_customers(records.who, frame(today.tables["customer"])).items():
            save(rows, FACTS[name], built / f"{name}.parquet")
        change = changed(shop, engine, records, today, as_of, work, step=step)
        save(change, SIGNALS["change"], built / "change.parquet")
        began = time.perf_counter()
        told = about(as_of, there) | {"withdrawn": records.withdrawn, "waiting": records.waiting}
        told["not_loaded"] = [[each.name, each.why] for each in today.left_out]
        told["vocabulary"] = load_vocabulary(shop.vocabulary).digest
        snapshot = snapshots.publish(shop.snapshots, built, told, {"decided": decided})
        snapshots.prune(shop.snapshots, shop.settings.keep_snapshots)
        step("publish", sum(snapshot.rows.values()), time.perf_counter() - began)
    return snapshot


def refuse_lost_decisions(shop: Shop) -> int:
    """How many rows the journal holds. Raises DamageError when the current snapshot was built with more."""
    there, known = journal.length(shop.folder), known_decisions(shop)
    if known > there:
        raise DamageError(
            f"the journal holds {there} decisions and models, the snapshot was built with {known}",
            str(shop.folder / journal.FILE_NAME),
            f"Restore it from a backup; to go on without them delete {shop.snapshots / snapshots.CURRENT}.",
        )
    return there


def known_decisions(shop: Shop) -> int:
    """How many rows of the journal the current snapshot knew; none where it is not there or not whole."""
    try:
        with snapshots.current(shop.snapshots) as before:
            return int(str(before.manifest.get("decided", 0)))
    except (ShopError, DamageError):
        return 0  # this very refresh builds one


def about(as_of: date, there: list[loads.Load]) -> dict[str, object]:
    """What a snapshot's hash covers beside its tables: the day, the code and what landed."""
    landed_parts = [
        [
            load.load_id,
            load.source,
            part.object,
            part.table,
            part.rows_in,
            part.loaded,
            part.rejected,
            part.totals,
        ]
        for load, part in loads.parts(there)
    ]
    return {
        "as_of": as_of.isoformat(),
        "code": __version__,
        "landing": landed_parts,
        "read": rows_read(there),
    }


def rows_read(there: list[loads.Load]) -> dict[str, int]:
    """Rows of all files, each counted once, however many tables it feeds."""
    first: dict[tuple[str, str], loads.Part] = {}
    for load, part in loads.parts(there):
        first.setdefault((load.load_id, part.sheet), part)
    counted = [part.of_sheet for part in first.values()]
    names = ("rows_in", "loaded", "rejected")
    return {name: sum(numbers[n] for numbers in counted) for n, name in enumerate(names)}


@contextmanager
def working_folder(shop: Shop) -> Iterator[Path]:
    """A folder for tables between two steps, gone afterwards."""
    folder = durable.begin_folder(shop.snapshots, "work")
    try:
        yield folder
    finally:
        durable.discard(folder)


def gather(
    shop: Shop,
    engine: Backend,
    there: list[loads.Load],
    work: Path,
    *,
    step: Step,
    who: dict[str, pl.DataFrame] | None = None,
) -> Records:
    """All landed rows as versions of records, and the customers behind them unless `who` says them."""
    records = unresolved(shop, engine, there, work, step=step)
    began = time.perf_counter()
    who = who_is_who(shop, records) if who is None else who
    step("who is who", who["customer"].height, time.perf_counter() - began)
    return replace(records, who=who)


def unresolved(shop: Shop, engine: Backend, there: list[loads.Load], work: Path, *, step: Step) -> Records:
    """All landed rows as versions of records; nobody knows yet who is who."""
    versions, loaded = dict[str, ir.Table](), set[str]()
    for name, contract in CANONICAL.items():
        began = time.perf_counter()
        paths, at = loads.parquet_of(shop.landing, there, name), work / f"versions_{name}.parquet"
        if not paths:
            versions[name] = nothing(engine, pa.schema([*landed(contract).schema, *BESIDE]), at)
            continue
        rows = landed_rows(engine, paths, contract)
        history = ibis.memtable(canonical.load_history(there, name))
        ends = canonical.periods(there, name)
        period = None if ends.is_empty() else ibis.memtable(ends)
        versions[name] = write(engine, canonical.versions(rows, history, contract, period), at, None)
        loaded.add(name)
        step(f"read {name}", count(versions[name]), time.perf_counter() - began)
    gone = {name: canonical.withdrawn_records(versions[name]) for name in CANONICAL if name in loaded}
    waiting = complete(engine, versions, work, loaded)
    name_people(engine, versions, work, loaded)
    withdrawn = {name: times for name, times in gone.items() if times}
    return Records(versions, withdrawn, waiting, {}, frozenset(loaded))


def to_resolve(records: Records) -> Known:
    """What of the records there is to resolve: companies and contacts of today, and whom tables name."""
    versions, loaded = records.versions, records.loaded
    return Known(
        frame(current(versions["organisation"])),
        frame(current(versions["person"])),
        frame(named(versions, loaded)),
        frame(acts(versions, loaded)),
    )


def who_is_who(shop: Shop, records: Records) -> dict[str, pl.DataFrame]:
    """Companies and people resolved by today's knowledge, the shop's models and what people decided."""
    models = {kind: Model.of(journal.read_model(shop.folder, kind), kind) for kind in KINDS}
    decisions = {kind: journal.read_decisions(shop.folder, kind) for kind in KINDS}
    return resolved(to_resolve(records), shop.vault, models, decisions)


def as_of_customers(who: dict[str, pl.DataFrame], customer: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables behind who is who, without records of customers whom the day did not know yet.

    Who is who is today's knowledge, but nobody is named before the shop knew of them.
    """
    later = who["customer"].join(customer, on="customer_id", how="anti")["customer_id"].implode()
    is_later = pl.col("customer_id").is_in(later).fill_null(value=False)
    party, individual = who["party"].filter(~is_later), who["individual"]
    gone = who["party"].filter(is_later)["party_key"].implode()
    told = ~(pl.col("left_key").is_in(gone) | pl.col("right_key").is_in(gone))
    return {
        "party": party.with_columns(parent_key=pl.when(~pl.col("parent_key").is_in(gone)).then("parent_key")),
        "match_pair": who["match_pair"].filter(told),
        "match_evidence": who["match_evidence"].filter(told),
        "individual": individual.with_columns(customer_id=pl.when(~is_later).then("customer_id")),
        "job": who["job"].filter(~is_later, ~pl.col("moved_to").is_in(later).fill_null(value=False)),
    }


BESIDE = (pa.field("loaded_on", pa.date32()), pa.field("stamped", pa.bool_()))  # of canonical.versions


def nothing(engine: Backend, schema: pa.Schema, path: Path) -> ir.Table:
    """An empty table, put down without asking the engine."""
    loads.write_parquet(schema.empty_table(), path)
    return engine.read_parquet(str(path))


def named(versions: dict[str, ir.Table], loaded: Collection[str]) -> ir.Table:
    """What tables call companies, and the load that first did. One row per source and name.

    `makes`: trade names it, which makes a customer; posts, notes and badge scans name anybody.
    """
    nobody = versions["document"].limit(0)
    calls = [called(nobody, makes=False)]
    calls += [
        called(versions[name], makes=name in NAMING) for name in (*OF_CUSTOMERS, "person") if name in loaded
    ]
    every = ibis.union(*calls) if len(calls) > 1 else calls[0]
    refs = every.filter(every.organisation_ref.notnull()).group_by("source", "organisation_ref")
    return refs.agg(load_id=every.load_id.min(), makes=every.makes.max() == 1)


def called(rows: ir.Table, *, makes: bool) -> ir.Table:
    """Whom the rows of one table name."""
    return rows.select("source", "organisation_ref", "load_id", makes=ibis.literal(int(makes)))


def acts(versions: dict[str, ir.Table], loaded: Collection[str]) -> ir.Table:
    """Days on which something shows a person at work, and from which day on mail came back for good.

    One row per person_id: `first_on`, the earliest day of a record or an act; `last_on`, the latest of an
    act, else the earliest of a record, since whoever corrects a record shows nobody at work; `bounced_on`,
    the last day on which mail came back, where none arrived afterwards. What was merely sent to an address
    shows nobody, nor does a machine's click.
    """
    seen = [versions["person"].select("person_id", seen_on="known_on", shows=ibis.literal("record"))]
    for name in [name for name in OF_PEOPLE if name in loaded]:
        rows = versions[name].filter(lambda table: table.person_id.notnull())
        shows = mail_shows(rows) if name == "mail_event" else ibis.literal("act")
        seen.append(rows.select("person_id", seen_on="occurred_on", shows=shows))
    every = ibis.union(*seen) if len(seen) > 1 else seen[0]
    is_act, is_arrival = every.shows == "act", every.shows == "arrival"
    shown = is_act | (every.shows == "record")
    of_person = every.group_by("person_id").agg(
        first_on=every.seen_on.min(where=shown),
        last_on=every.seen_on.max(where=is_act).coalesce(every.seen_on.min(where=shown)),
        came_back_on=every.seen_on.max(where=every.shows == "bounce"),
        reached_on=every.seen_on.max(where=is_act | is_arrival),
    )
    is_final = of_person.reached_on.isnull() | (of_person.came_back_on > of_person.reached_on)
    bounced_on = ibis.ifelse(is_final, of_person.came_back_on, ibis.null("date"))
    return of_person.select("person_id", "first_on", "last_on", bounced_on=bounced_on)


def mail_shows(rows: ir.Table) -> ir.StringValue:
    """What a row of mail shows: somebody's act, the arrival of mail, a bounce, or nothing."""
    by_machine = rows.human.fill_null("unknown") == "unlikely"
    return ibis.cases(
        (rows.act == "bounce", "bounce"),
        (rows.act == "sent", "nothing"),
        ((rows.act == "delivered") | by_machine, "arrival"),
        else_="act",
    )


def name_people(engine: Backend, versions: dict[str, ir.Table], work: Path, loaded: Collection[str]) -> None:
    """Let events that name a person by the address name them, in place, as the list of people does."""
    for name in [name for name in OF_PEOPLE if name in loaded and "person" in loaded]:
        whole = canonical.by_person(versions[name], versions["person"])
        versions[name] = write(engine, whole, work / f"people_{name}.parquet", None)


def complete(
    engine: Backend, versions: dict[str, ir.Table], work: Path, loaded: Collection[str]
) -> dict[str, int]:
    """Complete in place the lines that leave something to their heads. Counts those that wait for one."""
    waiting = {}
    for name in [name for name in HEAD_KINDS if name in loaded]:
        lines, head, contract = versions[name], versions[HEAD], CANONICAL[name]
        if count(lines.filter(heads.headless(lines))):
            waiting[name] = heads.waiting(lines, head, contract)
            whole = heads.completed(lines, head, contract)
            versions[name] = write(engine, whole, work / f"headed_{name}.parquet", None)
    return {name: lines for name, lines in waiting.items() if lines}


def landed_rows(engine: Backend, paths: list[Path], contract: Contract) -> ir.Table:
    """The landed rows of one canonical table; columns of later versions are empty in older loads."""
    schema = landed(contract).schema
    for path in paths:
        there = loads.schema_of(path)
        since = [schema.field(name) for name in ADDED if name in schema.names and name not in there.names]
        landed(contract).check(pa.schema([*there, *since]), str(path))
    rows = engine.read_parquet([str(path) for path in paths], union_by_name=True)
    return rows.mutate(**{name: ibis.null("string") for name in ADDED if name not in rows.columns}).select(
        schema.names
    )


def day_of(
    shop: Shop,
    engine: Backend,
    records: Records,
    day: date,
    out: Path,
    *,
    step: Step,
    fitted: dict[date, Fitted] | None = None,
) -> Day:
    """Everything as of `day`, each table written to `out`.

    `fitted` keeps thresholds by the day they were fitted on, for walks over many days of the same records.
    """
    tables = facts(shop, engine, records, day, out, step=step)
    began = time.perf_counter()
    frames = {name: frame(tables[name]) for name in FACTS if name in tables}
    registry = detectors.discover()
    fit = calibrated(shop, registry, records, tables, day, fitted=fitted)
    frames["alarm_threshold"] = fit.thresholds
    findings, failed = detect(registry.without(fit.left_out), frames, day)
    left_out = (*fit.left_out, *failed)
    registry = registry.without(left_out)
    step("detect", findings["signal"].height, time.perf_counter() - began)
    began = time.perf_counter()
    findings |= concluded(shop, registry, frames | findings)
    findings |= backed(registry, frames | findings, out)
    step("conclude", findings["conclusion"].height, time.perf_counter() - began)
    findings["alarm_threshold"] = frames["alarm_threshold"]
    for name, found in findings.items():
        save(found, FINDINGS[name], out / f"{name}.parquet")
    return Day(tables, findings, left_out)


PROMISED = {name: landed(contract) for name, contract in CANONICAL.items()} | FACTS
FINDINGS = SIGNALS | {"alarm_threshold": FACTS["alarm_threshold"]}


def facts(
    shop: Shop,
    engine: Backend,
    records: Records,
    day: date,
    out: Path,
    *,
    step: Step,
    without: Collection[str] = (),
) -> dict[str, ir.Table]:
    """Canonical tables as known on `day` and every fact over them but those `without`, written to `out`."""
    began = time.perf_counter()
    history = {name: dated(records, name, day) for name in CANONICAL}
    tables = known(engine, records, history, day, out)
    happened = {name: history[name] for name in EVENTS if name in records.loaded or name in TRADE}
    tables |= clocked(shop, engine, happened, day, out)
    currency = shop.settings.currency

    def keep(name: str, table: ir.Table) -> None:
        if name not in without:
            tables[name] = write(engine, table, out / f"{name}.parquet", FACTS[name].key)

    line, ref, works = tables["order_line"], tables["customer_ref"], tables["working_day"]
    keep("order_release", order_release(line, ref, works, currency=currency))
    keep("order_gap", order_gap(tables["order_release"], works, tables["entry_clock"]))
    keep("payment_lag", payment_lag(tables["invoice"], tables["payment"], ref, currency=currency))
    keep("check_run", check_run(tables["payment_lag"]))
    keep("invoice_state", invoice_state(tables["invoice"], tables["payment"], ref, currency=currency))
    given = (tables["shipment"], tables["invoice"], tables["payment"], tables["quote"], ref, works)
    keep("customer_week", customer_week(tables["order_release"], line, *given, currency=currency, day=day))
    step("derive", count(tables["order_release"]), time.perf_counter() - began)
    if "text_term" not in without:
        began = time.perf_counter()
        term = recognise(short_texts(tables, records.loaded), load_vocabulary(shop.vocabulary))
        save(term, FACTS["text_term"], out / "text_term.parquet")
        tables["text_term"] = engine.read_parquet(str(out / "text_term.parquet"))
        step("recognise", term.height, time.perf_counter() - began)
    return tables


def short_texts(tables: dict[str, ir.Table], loaded: Collection[str]) -> pl.Series:
    """The distinct texts that may name processes, specifications and the like, masked as they landed."""
    read = [name for name in SHORT_TEXTS if name in loaded or name in TRADE]
    columns = [tables[table].select(text=name) for table in read for name in SHORT_TEXTS[table]]
    return frame(ibis.union(*columns, distinct=True))["text"]


def dated(records: Records, name: str, day: date) -> ir.Table:
    """All versions of a canonical table, with knowledge days imputed from what was known on `day`."""
    contract, rows = CANONICAL[name], records.versions[name]
    if name not in records.loaded:
        return rows.drop(*(field.name for field in BESIDE))
    if contract.kind != "event":
        return canonical.imputed(rows, rows, contract)
    lags = learned(rows, day)
    if "head_object" in rows.columns:
        return heads.imputed(rows, lags, learned(records.versions[HEAD], day), contract)
    return canonical.imputed(rows, lags, contract)


def learned(rows: ir.Table, day: date) -> ir.Table:
    """How long entries take, from what was known on `day`."""
    return ibis.memtable(canonical.learned_lags(frame(canonical.entry_lags(rows, day))))


def known(
    engine: Backend, records: Records, history: dict[str, ir.Table], day: date, out: Path
) -> dict[str, ir.Table]:
    """Canonical tables as known on `day`. Who is who is today's, but lists only whom the day knew."""
    tables = {}
    for name, contract in CANONICAL.items():
        if name not in records.loaded:
            tables[name] = nothing(engine, landed(contract).schema, out / f"{name}.parquet")
            continue
        rows = as_known(history[name], day, contract) if contract.kind == "event" else current(history[name])
        rows = rows.mutate(superseded_on=ibis.null("date"))
        tables[name] = write(engine, rows, out / f"{name}.parquet", ("source", "object", "native_id"))
    naming = [name for name in OF_CUSTOMERS if name in records.loaded]
    calls = [tables[name].select("source", "organisation_ref") for name in naming]
    company = tables["organisation"].filter(lambda table: table.known_on <= day)
    calls += [company.select("source", organisation_ref=company[key]) for key in ("name", "code")]
    seen = frame(ibis.union(*calls, distinct=True))
    ref = records.who["customer_ref"].join(seen, on=["source", "organisation_ref"], how="semi")
    customer = records.who["customer"].join(ref, on="customer_id", how="semi")
    above = pl.col("parent_id").is_in(customer["customer_id"].implode())
    customer = customer.with_columns(parent_id=pl.when(above).then("parent_id"))
    for name, rows in (("customer", customer), ("customer_ref", ref)):
        save(rows.sort(FACTS[name].key), FACTS[name], out / f"{name}.parquet")
        tables[name] = engine.read_parquet(str(out / f"{name}.parquet"))
    return tables


def current(history: ir.Table) -> ir.Table:
    """The latest version of each party."""
    return history.filter(history.superseded_on.isnull())


def clocked(
    shop: Shop, engine: Backend, history: dict[str, ir.Table], day: date, out: Path
) -> dict[str, ir.Table]:
    """How far entries are complete, and the shop's working days over all of its trade."""
    clock = entry_clock(history, day=day)
    tables = {"entry_clock": write(engine, clock, out / "entry_clock.parquet", FACTS["entry_clock"].key)}
    first = frame(tables["entry_clock"]).filter(pl.col("table").is_in(TRADE))["first_on"].min()
    start = first if isinstance(first, date) else day
    days = working_day(
        start - timedelta(days=7),
        day + DUE_AHEAD,
        country=shop.settings.country,
        region=shop.settings.region,
        weekend=shop.settings.weekend,
    )
    save(days, FACTS["working_day"], out / "working_day.parquet")
    return tables | {"working_day": engine.read_parquet(str(out / "working_day.parquet"))}


def calibrated(
    shop: Shop,
    registry: detectors.Registry,
    records: Records,
    tables: dict[str, ir.Table],
    day: date,
    *,
    fitted: dict[date, Fitted] | None = None,
) -> Fitted:
    """Alarm thresholds fitted on what was known when the quarter began, frozen until the next one."""
    fitted_on = quarter_start(day)
    kept = {} if fitted is None else fitted
    if fitted_on not in kept:
        derived = known_then(shop, records, tables, fitted_on)
        frames: dict[str, pl.DataFrame] = {}
        rows, left_out = [], list[detectors.NotLoaded]()
        for each in registry:
            with detectors.sparing(each, left_out):
                for name in sorted(needed(each, derived) - set(frames)):
                    table = derived[name]()
                    frames[name] = frame(table.order_by(FACTS[name].key or table.columns))
                rows.append(alarm_threshold([each], frames, fitted_on=fitted_on))
        kept[fitted_on] = Fitted(pl.concat(rows), tuple(left_out))
    return kept[fitted_on]


def needed(detector: detectors.Detector, derived: Collection[str]) -> set[str]:
    """The tables that a calibrate function names. Raises ContractError for any that cannot be had."""
    names = set(detectors.tables_of(detector.calibrate)) if detector.calibrate else set()
    missing = sorted(names - set(derived))
    if missing:
        raise ContractError(
            f"the calibrate function of {detector.name} names {', '.join(missing)}",
            detector.run.__module__,
            f"Name only {', '.join(sorted(derived))}.",
        )
    return names


def known_then(
    shop: Shop, records: Records, tables: dict[str, ir.Table], fitted_on: date
) -> dict[str, Callable[[], ir.Table]]:
    """Gives facts, each derived from what was known on an earlier day. Who is who is today's."""
    ref, works = ibis.memtable(records.who["customer_ref"]), tables["working_day"]
    currency = shop.settings.currency

    def of(name: str) -> ir.Table:
        return as_known(dated(records, name, fitted_on), fitted_on, CANONICAL[name])

    def lag() -> ir.Table:
        return payment_lag(of("invoice"), of("payment"), ref, currency=currency)

    return {
        "working_day": lambda: works,
        "order_release": lambda: order_release(of("order_line"), ref, works, currency=currency),
        "payment_lag": lag,
        "check_run": lambda: check_run(lag()),
        "invoice_state": lambda: invoice_state(of("invoice"), of("payment"), ref, currency=currency),
    }


def detect(
    registry: detectors.Registry, frames: dict[str, pl.DataFrame], day: date
) -> tuple[dict[str, pl.DataFrame], tuple[detectors.NotLoaded, ...]]:
    """Every detector's signals, then the innocent explanations of those that reach a tier.

    And the plug-ins that failed at it, of which nothing is said.
    """
    left_out: list[detectors.NotLoaded] = []
    for each in registry:
        with detectors.sparing(each, left_out):
            backing(each)
            frames[each.name] = promised("signal", detectors.fed(each.run, frames, as_of=day), each)
    explained = {}
    for each in registry.without(left_out):
        if each.explanations is not None:
            with detectors.sparing(each, left_out):
                found = detectors.fed(each.explanations, frames, as_of=day)
                explained[each.name] = promised("explanation", found, each)
    left = [each.name for each in registry.without(left_out)]
    signals = [frames[name] for name in left]
    tested = [explained[name] for name in left if name in explained]
    return {"signal": pl.concat(signals), "explanation": pl.concat(tested)}, tuple(left_out)


def promised(name: str, found: pl.DataFrame, detector: detectors.Detector) -> pl.DataFrame:
    """What a detector found, as it is. Raises ContractError when its columns are not the contract's."""
    if found.schema != schema_of(SIGNALS[name]):
        raise ContractError(
            f"{detector.name} gives other columns than contract {name} wants",
            detector.run.__module__,
            "Hand back detectors.speaking.in_contract(rows, contract).",
        )
    return found


def backing(detector: detectors.Detector) -> None:
    """Raise ContractError when a table that a detector names as evidence is not there."""
    missing = sorted(set(detector.evidence) - set(PROMISED))
    if missing:
        raise ContractError(
            f"{detector.name} names {', '.join(missing)} as evidence",
            detector.run.__module__,
            "Name a table.",
        )


def concluded(
    shop: Shop, registry: detectors.Registry, frames: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """What the signals may mean."""
    speakers = {detector.name: detector for detector in registry}
    given = ("signal", "explanation", "customer", "order_release", "working_day", "entry_clock")
    told = conclusions.conclude(
        *(frames[name] for name in given),
        speakers=speakers,
        currency=shop.settings.currency,
        invoice_state=frames["invoice_state"],
    )
    return {"conclusion": told}


def backed(
    registry: detectors.Registry, frames: dict[str, pl.DataFrame], out: Path
) -> dict[str, pl.DataFrame]:
    """The signals behind each conclusion, and the rows behind these out of the tables in `out`."""
    speakers = {detector.name: detector for detector in registry}
    told, signal = frames["conclusion"], frames["signal"]
    tables = sorted({name for detector in registry for name in detector.evidence})
    behind = {name: pl.scan_parquet(out / f"{name}.parquet") for name in tables}
    rows = conclusions.evidence(told, signal, frames["customer_ref"], behind, speakers=speakers)
    return {"contribution": conclusions.contributions(told, signal, speakers=speakers), "evidence": rows}


def changed(
    shop: Shop, engine: Backend, records: Records, today: Day, as_of: date, work: Path, *, step: Step
) -> pl.DataFrame:
    """What became of the conclusions of the shop's previous working day, derived anew from what it knew."""
    began = time.perf_counter()
    since = working_day_before(frame(today.tables["working_day"]), as_of)
    before = conclusions_of(shop, engine, records, today, since, as_of, durable.begin_folder(work, "before"))
    change = conclusions.changes(
        today.findings["conclusion"],
        before,
        today.findings["signal"],
        frame(today.tables["order_release"]),
        since=since,
        as_of=as_of,
    )
    step(f"compare with {since}", change.height, time.perf_counter() - began)
    return change


def working_day_before(calendar: pl.DataFrame, day: date) -> date:
    """The last working day before `day`; the day before it where the calendar does not reach back."""
    worked = calendar.filter(pl.col("is_working") == 1, pl.col("day") < day)["day"]
    return max(worked, default=day - timedelta(days=1))


def conclusions_of(
    shop: Shop, engine: Backend, records: Records, today: Day, day: date, as_of: date, out: Path
) -> pl.DataFrame:
    """The conclusions of an earlier day, and only what they need; the same thresholds in a quarter."""
    registry = detectors.discover().without(today.left_out)
    reading = [function for each in registry for function in (each.run, each.explanations) if function]
    read = {name for function in reading for name in detectors.tables_of(function)}
    unread = {"customer_week", "text_term"} - read
    tables = facts(shop, engine, records, day, out, step=lambda name, rows, seconds: None, without=unread)
    frames = {name: frame(tables[name]) for name in FACTS if name in tables}
    same_quarter = quarter_start(day) == quarter_start(as_of)
    fit = (
        Fitted(today.findings["alarm_threshold"], ())
        if same_quarter
        else calibrated(shop, registry, records, tables, day)
    )
    frames["alarm_threshold"] = fit.thresholds
    registry = registry.without(fit.left_out)
    findings, failed = detect(registry, frames, day)
    return concluded(shop, registry.without(failed), frames | findings)["conclusion"]


def write(engine: Backend, table: ir.Table, path: Path, key: tuple[str, ...] | None) -> ir.Table:
    """Put one table down as Parquet sorted by its key, else by all columns, and hand it back.

    So no expression crosses two layers. `key` is None where the order does not matter.
    """
    engine.to_parquet(table if key is None else table.order_by(key or table.columns), str(path))
    contract = PROMISED.get(path.stem)
    if contract is not None:
        contract.check(loads.schema_of(path), str(path))
    return engine.read_parquet(str(path))


def save(rows: pl.DataFrame, contract: Contract, path: Path) -> None:
    """Put a frame down as Parquet of its contract's types."""
    loads.write_parquet(rows.to_arrow().select(contract.schema.names).cast(contract.schema), path)


def frame(table: ir.Table) -> pl.DataFrame:
    """A table of the engine in memory."""
    return table.to_polars()


def count(table: ir.Table) -> int:
    """Rows of a table."""
    return int(table.count().execute())
