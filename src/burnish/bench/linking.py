"""Matching 100,000 made-up company records: ours and plain Splink, and how much either gets wrong.

A quarter as many companies as records, each in some of four systems, spelled as those systems do, with what
is wrong in the lists of real offices (`simulate.systems.dirt`), but without firms that bear the name of one
they merged with: twenty towns would give thousands of these one name. Ours is everything from records to
groups; the peer compares Jaro-Winkler likeness of names, equal domains and postal codes, trained by EM.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import polars as pl
import splink.comparison_library as library
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from burnish.identity.deciding import grouped
from burnish.identity.linking import compared
from burnish.identity.model import Model
from burnish.identity.traits import traits
from burnish.simulate import naming, parties
from burnish.simulate.sizes import INDUSTRIES
from burnish.simulate.systems import dirt

SYSTEMS = ("quickbooks_desktop", "jobboss", "hubspot", "job_log")
LISTED = {"quickbooks_desktop": 0.95, "jobboss": 0.95, "hubspot": 0.8, "job_log": 0.9}
KINDS = sorted({kind for industry in INDUSTRIES.values() for kind in industry.kinds if kind})
SECONDS = {kind: share for kind, (share, _, _) in dirt.SECONDS.items() if kind != "merged"}
KINDS_OF_SECONDS, SHARES = list(SECONDS), np.array(list(SECONDS.values())) / sum(SECONDS.values())
DECIDED: dict[str, Any] = dict.fromkeys(
    ("kind", "verdict", "left_key", "right_key", "said_by", "why", "how"), pl.String
) | {
    "seq": pl.Int64,
    "batch": pl.Int64,
    "said_at": pl.Datetime("us", "UTC"),
}
Row = tuple[str, int, str, str, str | None, str | None, str | None, str | None, str | None, str | None]
COLUMNS = (
    "party_key", "company", "source", "name", "code", "domain", "city", "postal_code", "phone", "street",
)  # fmt: skip


def records(many: int, seed: int = 1) -> pl.DataFrame:
    """About so many records of made-up companies, COLUMNS."""
    rng = np.random.default_rng([seed, 5])
    rows = list(chain.from_iterable(of_company(at, rng) for at in range(many // 4)))
    types = {"company": pl.Int64}
    return pl.DataFrame(rows, schema={name: types.get(name, pl.String) for name in COLUMNS}, orient="row")


def of_company(at: int, rng: np.random.Generator) -> Iterator[Row]:
    """The records of one company: one or two in each system that lists it."""
    short = f"{naming.first_word(at)} {KINDS[int(rng.integers(len(KINDS)))]}"
    legal = f"{short} {naming.form(at)}".strip()
    town, _, zone = naming.TOWNS[int(rng.integers(len(naming.TOWNS)))]
    post, phone, street = f"{zone}{rng.integers(100, 999)}", parties.phone(rng), parties.street(rng)
    domain, code = parties.domain_of(short, bool(rng.random() < 0.08), rng), parties.code_of(short, 0, at)
    for system in SYSTEMS:
        if rng.random() > LISTED[system]:
            continue
        called = dirt.SPELLINGS[system](dirt.shortened(legal) if rng.random() < 0.05 else legal)
        names = [called]
        if rng.random() < dirt.TWICE:
            kind = KINDS_OF_SECONDS[int(rng.choice(len(SHARES), p=SHARES))]
            names.append(dirt.second_name(kind, called, town, dirt.SPELLINGS[system], rng))
        for number, name in enumerate(names):
            where = (domain, town, post) if system in ("jobboss", "hubspot") else (None, None, None)
            contact = (phone, street) if system != "job_log" else (None, None)
            own = f"{code}-{number + 1}" if number else code
            yield f"{system}:{at}:{number}", at, system, name, own, *where, *contact


def ours(record: pl.DataFrame) -> pl.DataFrame:
    """Groups by the model that comes with Burnish: party_key, group_key."""
    model = Model.shipped("company")
    told = record.with_columns(alias=pl.lit(None, pl.String))
    kinds = {"phone": "phone", "street": "street", "postal": "postal_code"}
    place = [told.select("party_key", kind=pl.lit(kind), token=name) for kind, name in kinds.items()]
    mail = told.select("party_key", "domain").clear()
    trait = traits(told, pl.concat(place).drop_nulls(), mail, words=model.words)
    found = compared(trait, model, key="party_key")
    key = trait.select("source", key="party_key", first=pl.lit("L000001"))
    groups = grouped(key, found.pair.drop("kind"), pl.DataFrame(schema=DECIDED), join_ppm=model.join_ppm)
    return groups.group.select("group_key", party_key="key")


def by_splink(record: pl.DataFrame) -> pl.DataFrame:
    """Groups by Splink's own comparisons: party_key, group_key."""
    rows = record.with_columns(pl.col("name").str.to_lowercase(), unique_id="party_key")
    rows = rows.with_columns(first=pl.col("name").str.split(" ").list.first())
    comparisons: list[Any] = [library.JaroWinklerAtThresholds("name", [0.95, 0.88])]
    comparisons += [library.ExactMatch(column) for column in ("domain", "postal_code")]
    keys = (("name",), ("first", "substr(name, 1, 12)"), ("domain",), ("phone",))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*key) for key in keys],
        retain_matching_columns=False,
    )
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    linker = Linker(DuckDBAPI().register(table), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first"))
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    ends = pl.DataFrame(pairs.as_pyarrow_table())
    number = {key: n for n, key in enumerate(record["party_key"])}
    one, other = (ends[f"unique_id_{side}"].replace_strict(number).to_numpy() for side in "lr")
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(len(number), len(number)))
    _, label = connected_components(graph, directed=False)
    return record.select("party_key", group_key=pl.Series(label))


def error(record: pl.DataFrame, group: pl.DataFrame) -> float:
    """1 - F1 over pairs of records; 0 where every pair is right."""
    both = record.select("party_key", "company").join(group, on="party_key")
    right, joined, true = (
        pairs_of(both, columns) for columns in (["company", "group_key"], ["group_key"], ["company"])
    )
    return round(1 - 2 * right / max(joined + true, 1), 6)


def pairs_of(rows: pl.DataFrame, columns: list[str]) -> int:
    """Pairs of rows that agree in these columns."""
    size = rows.group_by(columns).len()["len"].cast(pl.Int64)
    return int((size * (size - 1) // 2).sum())
