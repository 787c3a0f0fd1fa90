"""Made-up shops of which only the lists are loaded: companies and people as each program keeps them.

What happened is left out: the texts by which events call companies come from the truth, which lists every one
that any program uses. So a shop takes seconds, and many can be judged; `burnish score` judges whole ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import polars as pl
from made_up import LAST_DAY

from burnish import intake, pipeline
from burnish.schema.tables import CANONICAL
from burnish.score import read_truth
from burnish.shop import Shop, init, open_shop
from burnish.simulate import plan, simulate
from burnish.simulate.parties import parties
from burnish.simulate.plan import Plan
from burnish.simulate.shops import EVERYWHERE, EXPORTS, FRONT, OFFICE, TRUTH
from burnish.simulate.systems.dirt import SPELLINGS, called, other_form, shortened
from burnish.simulate.world import World
from burnish.sources import canonical
from burnish.store import loads

LISTS = ("organisation", "person")
READY = "ready"
SOURCES = {  # program -> what Burnish calls it, where that is not its name
    "job_log": "generic",
    "quickbooks_online": "quickbooks",
    "quickbooks_desktop": "quickbooks",
    "jobboss_classic": "jobboss",
}
FILES = (  # those of each program's exports that hold a list of companies or people
    "badges/*",
    "mailchimp/*_email_audience_*",
    "constant_contact/contacts.csv",
    "hubspot/c*.csv",
    "salesforce/[AC]*.csv",
    "matomo/visits_*",
    "segment/events_*",
    "quickbooks_*/Customer *",
    "jobboss/[COQ]*[ert].json",
    "jobboss_classic/*.sqlite",
    "steelhead/*.duckdb",
    "odoo/res.partner.csv",
    "erpnext/[CS]*r.csv",
    "erpnext/Contact.csv",
)
TRADING = frozenset({*SOURCES.values(), "steelhead", "odoo", "erpnext", "hubspot", "salesforce"})
NAMES = ("refs", "name", "people", "job")


@dataclass(frozen=True)
class Listed:
    """One shop's lists and the truth about them.

    `organisation`, `person`: current rows as landed. `refs`: source, organisation_ref, load_id, makes. The
    truth: `name` (source, organisation_ref, company, parent, kind: how the text differs from the legal name),
    `people` (person_id, source, person, is_mailbox), `job` (person, company, role, from_on, until_on).
    """

    shop: Shop
    organisation: pl.DataFrame
    person: pl.DataFrame
    refs: pl.DataFrame
    name: pl.DataFrame
    people: pl.DataFrame
    job: pl.DataFrame


def listed(size: str, seed: int, cache: Path, *, erp: str | None = None) -> Listed:
    """A shop of a size and seed, made when the cache lacks it."""
    folder = cache / f"{size}{seed}{erp or ''}"
    if not (folder / READY).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        prepare(folder, plan(size, seed=seed, end_on=LAST_DAY, years=1, erp=erp))
        (folder / READY).touch()
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in (*LISTS, *NAMES)}
    return Listed(open_shop(folder), **frames)


def prepare(folder: Path, made: Plan) -> None:
    """Make up a shop, load its lists, and keep them beside the truth about them."""
    simulate(folder, made)
    shop = init(folder, name="Lists", time_zone="UTC", currency="USD", country="US")
    for path in sorted({path for pattern in FILES for path in (folder / EXPORTS).glob(pattern)}):
        add(shop, path)
    world = parties(made)
    frames = dict(lists(shop))
    frames |= dict(truth(shop, world, folder / TRUTH, frames["organisation"]))
    for name, rows in frames.items():
        rows.write_parquet(folder / f"{name}.parquet")
    shutil.rmtree(folder / EXPORTS)


def add(shop: Shop, path: Path) -> None:
    """Load a file."""
    with intake.look(shop, path, named=False, drafts=False) as seen:
        intake.land(shop, intake.confirmed(seen), progress=lambda name, rows: None)


def lists(shop: Shop) -> Iterator[tuple[str, pl.DataFrame]]:
    """The current rows of each list."""
    there = loads.all_loads(shop.landing)
    with shop.engine() as engine:
        for name in LISTS:
            contract, paths = CANONICAL[name], loads.parquet_of(shop.landing, there, name)
            rows = pipeline.landed_rows(engine, paths, contract)
            history = ibis.memtable(canonical.load_history(there, name))
            ends = canonical.periods(there, name)
            period = None if ends.is_empty() else ibis.memtable(ends)
            versions = canonical.versions(rows, history, contract, period)
            yield name, engine.to_polars(pipeline.current(versions))


def truth(
    shop: Shop, world: World, folder: Path, organisation: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame]]:
    """References and the truth of names and people: tables NAMES.

    Customers that are persons stand by the ids that their program's list, in `organisation`, has for them.
    """
    told = read_truth(folder)
    kinds = {(source, text): kind for (source, text), kind in spelt(world)}
    plain = {text.casefold(): kind for (_, text), kind in kinds.items()}  # mailing lists write in capitals
    keys = zip(told.company["source"], told.company["organisation_ref"], strict=True)
    kind = [kinds.get(key) or plain.get(key[1].casefold(), "code") for key in keys]
    company = told.company.with_columns(pl.col("parent").cast(pl.Int64), kind=pl.Series(kind))
    known = organisation.select("source", organisation_ref="name")
    named = replace(told, company=company).named(shop.vault, known)
    name = named.select("source", "organisation_ref", "company", "parent", "kind")
    yield "name", name
    makes = pl.col("source").is_in(sorted(TRADING))
    yield "refs", name.select("source", "organisation_ref", load_id=pl.lit("events"), makes=makes).unique()
    yield "job", told.job
    yield "people", told.identified(shop.vault)


def spelt(world: World) -> Iterator[tuple[tuple[str, str], str]]:
    """How each program's text for a company differs from its legal name: (source, text), kind."""
    made = world.plan
    firm = {row["company"]: row for row in world["company"].iter_rows(named=True)}
    for system in (*OFFICE[made.erp], *FRONT[made.size], *EVERYWHERE):
        source = SOURCES.get(system, system)
        for row in called(world, system).iter_rows(named=True):
            yield (source, row["code"]), "code"
            yield (source, row["name"]), row["kind"] or differs(row["name"], firm[row["company"]], system)


def differs(name: str, firm: Mapping[str, str], system: str) -> str:
    """How the name of a first record differs from the legal name."""
    spelling = SPELLINGS.get(system, str)
    ways = {
        "legal name": spelling(firm["name"]),
        "dba": spelling(firm["dba"]),
        "short form": spelling(shortened(firm["name"])),
        "legal form": spelling(other_form(firm["name"])),
    }
    return next((way for way, text in ways.items() if text and text == name), "numbered")


def shops(sizes: Iterable[str], seeds: Iterable[int], cache: Path) -> Iterator[tuple[str, int, Listed]]:
    """Every shop asked for."""
    for size in sizes:
        for seed in seeds:
            yield size, seed, listed(size, seed, cache)
