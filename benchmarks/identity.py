"""Who is who over made-up shops: pairs taken for one against pairs that truly are, peers in the same run.

    PYTHONPATH=src python benchmarks/identity.py check [--sizes S M L] [--seeds 1-10] [--cache DIR] [--show]
    PYTHONPATH=src python benchmarks/identity.py fit [--seeds 101-110] [--cache DIR] [--out FILE]

Bars: companies across systems .98 precision and .95 recall, people .99 and .95, in every size. `check` tells
them per size and pooled, the worst of the seeds, per pair of systems, and what is missed by how the names
differ; beside it exact keys (which Burnish went by before) and plain Splink. `fit` counts the weights of the
company model that comes with Burnish anew, on other shops. A shop takes 10 to 30 s to make (listed_shops.py)
and is kept in the cache.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from listed_shops import Listed, listed
from name_peers import exact_companies, exact_people, splink_companies, splink_people

from burnish.identity.fitting import fitted_on
from burnish.identity.model import Model
from burnish.identity.parties import parties
from burnish.identity.resolving import Known, resolved, traits_of
from burnish.score import identity

KINDS = ("company", "person")
WORST = (  # how two names of one company differ: the first of these that either of them is
    "merged", "old name", "dba", "do not use", "misspelt", "numbered", "short form", "legal form", "code",
    "legal name",
)  # fmt: skip
DECIDED = dict.fromkeys(("kind", "verdict", "left_key", "right_key", "said_by", "why", "how"), pl.String)
SHIPPED = Path(__file__).parents[1] / "src" / "burnish" / "identity" / "company.json"
Told = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What somebody says of a shop: `company` (source, organisation_ref, customer_id), `person` (person_id,
    individual_id), either None where it says nothing; `job` as contract JOB where it tells changes of job."""

    company: pl.DataFrame | None
    person: pl.DataFrame | None
    job: pl.DataFrame | None = None


Peer = Callable[[Listed], Answer]


def ours(shop: Listed) -> Answer:
    """By the pipeline's own steps, the models that come with Burnish, and nobody's decisions."""
    nobody = pl.DataFrame(schema=DECIDED | {"seq": pl.Int64, "batch": pl.Int64, "said_at": pl.Datetime("us")})
    models = {kind: Model.shipped(kind) for kind in KINDS}
    known = Known(shop.organisation, shop.person, shop.refs, acts(shop))
    tables = resolved(known, shop.shop.vault, models, dict.fromkeys(KINDS, nobody))
    return Answer(tables["customer_ref"], tables["individual"], tables["job"])


PEERS: Mapping[str, Peer] = {
    "Burnish": ours,
    "exact keys": lambda shop: Answer(exact_companies(shop), exact_people(shop)),
    "plain Splink": lambda shop: Answer(splink_companies(shop), splink_people(shop)),
}


def judged(shop: Listed, answer: Answer) -> Told:
    """Companies and people of one shop, and what was missed or wrongly joined, by kind."""
    told: Told = {}
    if answer.company is not None:
        told["companies"] = identity.companies(answer.company, shop.name)
        told["missed"], told["wrong"] = errors(named(shop.name, answer.company))
    if answer.person is not None:
        told["people"] = identity.people(answer.person, shop.people)
        told["missed_people"], told["wrong_people"] = person_errors(shop, answer.person)
    if answer.job is not None and answer.company is not None:
        both = answer.company.join(shop.name, on=["source", "organisation_ref"])
        of = both.group_by("customer_id").agg(pl.col("company").unique())
        companies = {customer: frozenset(found) for customer, found in of.iter_rows()}
        moves = identity.moves(answer.job, answer.person, shop.people, shop.job, companies)
        told["people"]["moves"] = moves
    return told


def named(name: pl.DataFrame, company: pl.DataFrame) -> pl.DataFrame:
    """True names with the customer each was taken for; an unknown one stands alone."""
    once = name.unique(["source", "organisation_ref"], keep="first", maintain_order=True)
    alone = pl.format("alone {} {}", "source", "organisation_ref")
    both = once.join(company, on=["source", "organisation_ref"], how="left")
    return both.with_columns(customer_id=pl.coalesce("customer_id", alone))


def errors(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of names across systems that were missed, and those wrongly taken for one, with a `kind`."""
    columns = ("source", "organisation_ref", "company", "customer_id", "kind", "parent")
    side = rows.select(columns)
    across = pl.col("source") < pl.col("source_2")
    one = side.join(side, on="company", suffix="_2").filter(across)
    missed = one.filter(pl.col("customer_id") != pl.col("customer_id_2"))
    rank = {kind: place for place, kind in enumerate(WORST)}
    places = [
        pl.col(each).replace_strict(rank, default=len(WORST), return_dtype=pl.Int64)
        for each in ("kind", "kind_2")
    ]
    missed = missed.with_columns(place=pl.min_horizontal(places))
    missed = missed.with_columns(
        kind=pl.col("place").replace_strict(dict(enumerate(WORST)), default="other", return_dtype=pl.String)
    )
    taken = side.join(side, on="customer_id", suffix="_2").filter(across)
    wrong = taken.filter(pl.col("company") != pl.col("company_2"))
    root = [pl.coalesce(each, own) for each, own in (("parent", "company"), ("parent_2", "company_2"))]
    plant = pl.when(root[0] == root[1]).then(pl.lit("parent or plant")).otherwise(pl.lit("strangers"))
    return missed, wrong.with_columns(kind=plant)


def person_errors(shop: Listed, individual: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of entries of people that were missed, and those wrongly taken for one, with a `kind`."""
    stays = shop.job.group_by("person").agg(jobs=pl.col("company").n_unique())
    rows = shop.people.unique("person_id", keep="none").join(stays, on="person", how="left")
    rows = rows.join(individual.select("person_id", "individual_id"), on="person_id", how="left")
    rows = rows.with_columns(individual_id=pl.coalesce("individual_id", "person_id"))
    kind = pl.when("is_mailbox").then(pl.lit("mailbox")).when(pl.col("jobs") > 1).then(pl.lit("changed jobs"))
    rows = rows.with_columns(kind=kind.otherwise(pl.lit("stayed")))
    once = pl.col("person_id") < pl.col("person_id_2")
    one = rows.join(rows, on="person", suffix="_2").filter(once)
    taken = rows.join(rows, on="individual_id", suffix="_2").filter(once)
    return (
        one.filter(pl.col("individual_id") != pl.col("individual_id_2")),
        taken.filter(pl.col("person") != pl.col("person_2")),
    )


def check(sizes: Sequence[str], seeds: Sequence[int], cache: Path, *, show: bool) -> Iterator[str]:
    """Every size on its own, then all together."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    every: dict[str, list[Told]] = {name: [] for name in PEERS}
    for size in sizes:
        found: dict[str, list[Told]] = {name: [] for name in PEERS}
        for seed in seeds:
            shop = listed(size, seed, cache)
            for name, peer in PEERS.items():
                found[name].append(judged(shop, peer(shop)))
        yield from lines(f"{size}, {len(seeds)} seeds", found, show=show)
        every = {name: every[name] + found[name] for name in PEERS}
    if len(sizes) > 1:
        yield from lines("all together", every, show=False)


def lines(head: str, found: Mapping[str, list[Told]], *, show: bool) -> Iterator[str]:
    """The figures of some shops, each peer a line for companies and one for people."""
    yield f"\n{head}"
    for what in ("companies", "people"):
        for name, told in found.items():
            some = [each[what] for each in told if what in each]
            if some:
                yield f"  {what:10} {name:13} {rates(identity.together(some), some)}"
    mine = found["Burnish"]
    for what in ("companies", "people"):
        yield f"  {what}, by pair of systems: {by_systems([each[what] for each in mine])}"
    for label in ("missed", "wrong", "missed_people", "wrong_people"):
        rows = pl.concat([each[label] for each in mine], how="diagonal_relaxed")
        counts = ", ".join(f"{kind} {times}" for kind, times in Counter(rows["kind"]).most_common())
        yield f"  {label.replace('_', ' ')}: {counts or 'none'}"
        if show and "organisation_ref" in rows.columns:
            texts = rows.select("kind", "source", "organisation_ref", "source_2", "organisation_ref_2")
            yield from ("    " + " | ".join(row) for row in texts.sort(texts.columns).iter_rows())
    yield f"  {people_line(identity.together([each['people'] for each in mine]))}"


def fit(sizes: Sequence[str], seeds: Sequence[int], cache: Path, out: Path) -> Iterator[str]:
    """Count the weights of the company model on shops of which none is judged, and write them."""
    old = Model.shipped("company")
    shops = [company_traits(listed(size, seed, cache), old) for size in sizes for seed in seeds]
    new = Model.of(fitted_on(shops, model=old))
    out.write_text(json.dumps(new.parameters, indent=1, ensure_ascii=False) + "\n", "utf-8")
    yield f"{out}: model {old.version} became {new.version}"
    for before, after in zip(old.comparisons, new.comparisons, strict=True):
        for one, other in zip(before.levels, after.levels, strict=True):
            bits = f"{one.weight_milli / 1000:+.1f} -> {other.weight_milli / 1000:+.1f} bits"
            yield f"  {before.name:12} {one.says:60} {bits}"


def company_traits(shop: Listed, model: Model) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The traits of a shop's parties, and which company each truly is: party_key, company."""
    known = Known(shop.organisation, shop.person, shop.refs, acts(shop))
    found = parties(shop.organisation, shop.refs)
    trait = traits_of(found, known, shop.shop.vault, model)
    whose = found.ref.join(shop.name, on=["source", "organisation_ref"]).select("party_key", "company")
    return trait, whose.unique().unique("party_key", keep="none")


def acts(shop: Listed) -> pl.DataFrame:
    """The days on which lists show each person: person_id, first_on, last_on."""
    seen = pl.col("known_on")
    return shop.person.group_by("person_id").agg(first_on=seen.min(), last_on=seen.max())


def rates(told: Told, some: Sequence[Told]) -> str:
    """Precision and recall, pooled and the least of the shops."""
    least = [
        min(each[name] if each[name] is not None else 1.0 for each in some)
        for name in ("precision", "recall")
    ]
    return (
        f"precision {told['precision'] or 0:.4f} (least {least[0]:.4f}), "
        f"recall {told['recall'] or 0:.4f} (least {least[1]:.4f}), n {told['n']:,}"
    )


def by_systems(some: Sequence[Told]) -> str:
    """Precision and recall of each pair of systems, pooled."""
    sums: dict[str, Counter[str]] = {}
    for each in some:
        for pair, counts in each["pairs"].items():
            sums.setdefault(pair, Counter()).update({name: counts[name] for name in identity.COUNTS})
    rated = {pair: identity.rated(*(count[name] for name in identity.COUNTS)) for pair, count in sums.items()}
    return "; ".join(
        f"{pair} {one['precision'] or 0:.3f}/{one['recall'] or 0:.3f} of {one['n']}"
        for pair, one in sorted(rated.items())
        if one["n"] or one["taken"]
    )


def people_line(told: Told) -> str:
    """Mailboxes and changes of job."""
    moves = told.get("moves", {"found": 0, "n": 0, "claimed": 0, "right": 0})
    return (
        f"desk mailboxes {told['mailboxes']}, joined with a person {told['mailboxes_joined']}; changes of "
        f"job (lists alone know few days) found {moves['found']} of {moves['n']}, told {moves['claimed']}, "
        f"right {moves['right']}"
    )


def numbers(text: str) -> list[int]:
    """`1-10` or `3,5` as numbers."""
    parts = [part.partition("-") for part in text.split(",")]
    return [n for low, _, high in parts for n in range(int(low), int(high or low) + 1)]


def main() -> None:
    """Do as asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("check", "fit"))
    asked.add_argument("--sizes", nargs="+", default=["S", "M", "L"])
    asked.add_argument("--seeds", type=numbers)
    asked.add_argument("--cache", type=Path)
    asked.add_argument("--out", type=Path, default=SHIPPED, help="where fit writes the model")
    asked.add_argument("--show", action="store_true", help="print the names of all errors")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="burnish-identity-") as folder:
        cache = given.cache or Path(folder)
        seeds = given.seeds or numbers("1-10" if given.what == "check" else "101-110")
        checking = given.what == "check"
        fitting = fit(given.sizes, seeds, cache, given.out)
        for line in check(given.sizes, seeds, cache, show=given.show) if checking else fitting:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
