"""Speed of matching companies, beside plain Splink in the same run, on made-up records of any number.

    PYTHONPATH=src python benchmarks/linking.py 100000 [1000000 ...]

A quarter as many companies as records, each in some of four systems, spelled as those systems do, with
what is wrong in the lists of real offices (`simulate.systems.dirt`). Ours is everything from records to
groups; the peer compares Jaro-Winkler likeness of names, equal domains and equal postal codes, trained by EM.
Each is run in a process of its own: seconds, seconds of processor (others may be at work), memory at most,
precision and recall over pairs in groups.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import networkx as nx
import numpy as np
import polars as pl

from burnish.simulate import naming, parties
from burnish.simulate.sizes import INDUSTRIES
from burnish.simulate.systems import dirt

SYSTEMS = ("quickbooks_desktop", "jobboss", "hubspot", "job_log")
LISTED = {"quickbooks_desktop": 0.95, "jobboss": 0.95, "hubspot": 0.8, "job_log": 0.9}
WRONG = tuple(kind for kind in dirt.SECONDS if kind != "merged")  # 20 towns would give all of these one name
KINDS = sorted({kind for industry in INDUSTRIES.values() for kind in industry.kinds if kind})
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
            kind = WRONG[int(rng.integers(len(WRONG)))]
            names.append(dirt.second_name(kind, called, town, dirt.SPELLINGS[system], rng))
        for number, name in enumerate(names):
            where = (domain, town, post) if system in ("jobboss", "hubspot") else (None, None, None)
            contact = (phone, street) if system != "job_log" else (None, None)
            own = f"{code}-{number + 1}" if number else code
            yield f"{system}:{at}:{number}", at, system, name, own, *where, *contact


def ours(record: pl.DataFrame) -> pl.DataFrame:
    """Group by the shipped model: party_key, group_key."""
    from burnish.identity.deciding import grouped  # noqa: PLC0415
    from burnish.identity.linking import compared  # noqa: PLC0415
    from burnish.identity.model import Model  # noqa: PLC0415
    from burnish.identity.traits import traits  # noqa: PLC0415

    model = Model.shipped("company")
    told = record.with_columns(alias=pl.lit(None, pl.String))
    kinds = {"phone": "phone", "street": "street", "postal": "postal_code"}
    place = [told.select("party_key", kind=pl.lit(kind), token=name) for kind, name in kinds.items()]
    mail = told.select("party_key", "domain").clear()
    trait = clocked("traits", lambda: traits(told, pl.concat(place).drop_nulls(), mail, words=model.words))
    found = clocked("compare", lambda: compared(trait, model, key="party_key"))
    sys.stderr.write(f"  {found.pair.height:,} pairs, {found.evidence.height:,} findings\n")
    key = trait.select("source", key="party_key", first=pl.lit("L000001"))
    columns = ("seq", "batch", "kind", "verdict", "left_key", "right_key", "said_by", "said_at", "why", "how")
    types = {"seq": pl.Int64, "batch": pl.Int64, "said_at": pl.Datetime("us", "UTC")}
    nothing = pl.DataFrame(schema={name: types.get(name, pl.String) for name in columns})
    link = found.pair.drop("kind")
    groups = clocked("group", lambda: grouped(key, link, nothing, join_ppm=model.join_ppm))
    return groups.group.rename({"key": "party_key"})


def plain(record: pl.DataFrame) -> pl.DataFrame:
    """Group by Splink's own comparisons, trained by EM on these records: party_key, group_key."""
    import splink.comparison_library as cl  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    rows = record.with_columns(pl.col("name").str.to_lowercase(), unique_id="party_key")
    rows = rows.with_columns(first=pl.col("name").str.split(" ").list.first())
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]),
            cl.ExactMatch("domain"),
            cl.ExactMatch("postal_code"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("first", "substr(name, 1, 12)"),
            block_on("domain"),
            block_on("phone"),
        ],
        retain_matching_columns=False,
    )
    api = DuckDBAPI()
    linker = Linker(
        api.register(rows.to_arrow(compat_level=pl.CompatLevel.oldest())), settings, log_level=None
    )
    linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first"))
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    ends = pl.DataFrame(pairs.as_pyarrow_table()).select("unique_id_l", "unique_id_r")
    graph = nx.Graph(ends.iter_rows())
    joined = {key: min(group) for group in nx.connected_components(graph) for key in group}
    return record.select("party_key", group_key=pl.col("party_key").replace(joined))


def clocked(name: str, act: Callable[[], Any]) -> Any:
    """Do it, and say on the side how long it took."""
    began = time.perf_counter()
    done = act()
    sys.stderr.write(f"  {name} {time.perf_counter() - began:.1f} s\n")
    return done


WAYS = {"burnish": ours, "plain Splink": plain}


def measured(way: str, many: int) -> dict[str, float]:
    """Seconds, GB, precision and recall of one way, in this process."""
    record = records(many)
    began, before = time.perf_counter(), time.process_time()
    group = WAYS[way](record.drop("company"))
    seconds, cpu = time.perf_counter() - began, time.process_time() - before
    both = record.select("party_key", "company").join(group, on="party_key")
    right, joined, truth = (
        pairs(both, columns) for columns in (["company", "group_key"], ["group_key"], ["company"])
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "records": record.height, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1),
        "gb": round(used.ru_maxrss / 1e6, 2),
        "precision": round(right / max(joined, 1), 4), "recall": round(right / truth, 4),
    }  # fmt: skip


def pairs(rows: pl.DataFrame, columns: list[str]) -> int:
    """Pairs of rows that agree in these columns."""
    size = rows.group_by(columns).len()["len"].cast(pl.Int64)
    return int((size * (size - 1) // 2).sum())


def main() -> None:
    """Each way in a process of its own, one after the other."""
    if len(sys.argv) > 2 and sys.argv[1] in WAYS:
        sys.stdout.write(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
        return
    for many in sys.argv[1:]:
        for way in WAYS:
            asked = [sys.executable, __file__, way, many]
            done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
            sys.stdout.write(f"{way:14} {done.stdout.splitlines()[-1]}\n")


if __name__ == "__main__":
    main()
