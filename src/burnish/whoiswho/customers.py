"""One customer with its records and why they are one; and how the whole stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from burnish.errors import UsageError
from burnish.identity.asking import (
    DECIDED,
    GIVEN,
    PAIR,
    Precision,
    joined,
    placed,
    precision,
    strongest,
)
from burnish.identity.parties import normal
from burnish.whoiswho.batches import with_fate
from burnish.whoiswho.reading import COMPANY, KINDS, Held

SHOWN = 20  # customers in a refusal
LEAST_BEGINNING = 4  # letters of an id that are enough
OF_RECORD = ("city", "region", "postal_code", "domain", "industry")


@dataclass(frozen=True)
class Finding:
    """One comparison of two records: what was found, and what it weighs in bits; below 0 it is against."""

    comparison: str
    found: str
    bits: float


@dataclass(frozen=True)
class Said:
    """What somebody said of a pair of records."""

    left: str
    right: str
    verdict: str
    by: str
    on: str
    why: str
    how: str
    batch: int


@dataclass(frozen=True)
class Batch:
    """What somebody said at one time of records of a customer, in `pairs` pairs.

    `takes_back`: the batch that this one takes back. `taken_back_by`: the batch that takes this one back.
    """

    batch: int
    verdict: str
    pairs: tuple[tuple[str, str], ...]
    by: str
    on: str
    why: str
    how: str
    takes_back: int | None
    taken_back_by: int | None


@dataclass(frozen=True)
class Link:
    """Why two records are one: `origin` is decided (by `said`), given (by the source) or model.

    `bits` is the whole weight of the evidence, the prior included. `weak`: it alone holds two parts together.
    """

    left: str
    right: str
    origin: str
    bits: float | None
    probability: float | None
    evidence: tuple[Finding, ...]
    said: Said | None
    weak: bool


@dataclass(frozen=True)
class Record:
    """One company as one source names it."""

    key: str
    source: str
    name: str | None
    code: str | None
    place: dict[str, str]
    parent: str | None


@dataclass(frozen=True)
class Related:
    """Another customer."""

    id: str
    name: str


@dataclass(frozen=True)
class People:
    """Contacts of a customer, counted only: records, individuals, mailboxes of a role, and moves."""

    records: int
    individuals: int
    mailboxes: int
    came: int
    left: int


@dataclass(frozen=True)
class Customer:
    """One customer: its records, what links them best, and what people said of any of them.

    `unlinked`: records that no kept link explains. `waits`: questions in the queue about it.
    `next`: customers that it will be after the next refresh, as keys, where that is not one.
    """

    id: str
    name: str
    is_person: bool
    industry: str | None
    money: int
    currency: str
    rows: int
    records: tuple[Record, ...]
    links: tuple[Link, ...]
    unlinked: tuple[str, ...]
    parent: Related | None
    divisions: tuple[Related, ...]
    people: People
    waits: int
    decisions: tuple[Batch, ...]
    oversized: bool
    next: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Kind:
    """How resolution stands for companies or for people. `joined`: groups of several records.

    `private`: questions about private customers, which `waiting` and `unsure` leave out.
    """

    records: int
    groups: int
    joined: int
    waiting: int
    unsure: int
    private: int
    decisions: int
    overruled: int
    pending: int
    weak_bridges: tuple[tuple[str, str], ...]
    oversized: tuple[tuple[str, int], ...]
    precision: Precision
    model: str
    gate: float
    ask: float


@dataclass(frozen=True)
class Summary:
    """How the whole stands. `records`: company records and spellings by source."""

    snapshot: str
    as_of: str
    records: dict[str, int]
    customers: int
    company: Kind
    person: Kind


def summary(held: Held) -> Summary:
    """How who is who stands in the current snapshot."""
    counted = held["party"].group_by("source").len().sort("source")
    kinds = {kind: stands(held, kind) for kind in KINDS}
    return Summary(held.snapshot, held.as_of, dict(counted.iter_rows()), held["customer"].height, **kinds)


def stands(held: Held, kind: str) -> Kind:
    """How resolution of one kind stands."""
    group, word, now, gates = held.group[kind], held.word[kind], held.now[kind], held.gates(kind)
    size = group.group_by("group_key").len()
    every = held.waiting(kind)
    queue = among(held, kind, every, private=False)
    unsure = queue.filter(pl.col("verdict") == "unsure").height
    return Kind(
        records=group.height,
        groups=size.height,
        joined=size.filter(pl.col("len") > 1).height,
        waiting=queue.height - unsure,
        unsure=unsure,
        private=every.height - queue.height,
        decisions=word.height,
        overruled=now.overruled.height,
        pending=pending(held, kind).height,
        weak_bridges=tuple(now.bridge.select(PAIR).iter_rows()),
        oversized=tuple(now.oversized.iter_rows()),
        precision=precision(population(held, kind), word),
        model=held.models[kind].version,
        gate=gates.join_ppm / 1e6,
        ask=gates.ask_ppm / 1e6,
    )


def population(held: Held, kind: str) -> pl.DataFrame:
    """What a sample is drawn from: pairs that the model joined, without private customers."""
    every = joined(held.pairs(kind), held.group[kind], held.word[kind], gates=held.gates(kind))
    return among(held, kind, every, private=False)


def among(held: Held, kind: str, pair: pl.DataFrame, *, private: bool) -> pl.DataFrame:
    """Pairs of which an end is a private customer, or the others. Contacts are none."""
    own = held.private if kind == COMPANY else {}
    is_private = pl.any_horizontal(pl.col(*PAIR).is_in(list(own)))
    return pair.filter(is_private if private else ~is_private)


def pending(held: Held, kind: str) -> pl.DataFrame:
    """Decisions in force that the snapshot does not show yet; it never shows those that make no customer."""
    there = placed(held.now[kind].standing, held.group[kind])
    if kind == COMPANY:
        there = about(there, sorted(of_customers(held)))
    is_one = pl.col("left_group") == pl.col("right_group")
    verdict = pl.col("verdict")
    return there.filter(((verdict == "same") & ~is_one) | ((verdict == "different") & is_one))


def found(held: Held, text: str) -> list[str]:
    """The group keys of customers that a text means: id, record key, name or code, part of a name."""
    party = held["party"].with_columns(group_key=pl.coalesce("customer_id", "party_key"))
    names = party.join(held["customer"].select("customer_id", shown="name"), on="customer_id", how="left")
    said = pl.select(normal(pl.lit(text))).item()
    tried = [
        (pl.col("group_key") == text) | (pl.col("party_key") == text),
        pl.col("group_key").str.starts_with(text) & (len(text) >= LEAST_BEGINNING) & (text[0] == "C"),
        exactly(said, "name", "code", "shown"),
        partly(said, "name", "shown"),
    ]
    for means in tried:
        hits = names.filter(means)["group_key"].unique().sort().to_list()
        if hits:
            return hits
    return []


def exactly(said: str, *columns: str) -> pl.Expr:
    """Whether one of the columns reads like `said`."""
    return pl.any_horizontal(normal(pl.col(name)).fill_null("") == said for name in columns)


def partly(said: str, *columns: str) -> pl.Expr:
    """Whether one of the columns has `said` in it."""
    return pl.any_horizontal(
        normal(pl.col(name)).str.contains(said, literal=True).fill_null(value=False) for name in columns
    )


def only(held: Held, text: str, *, where: str) -> str:
    """The one group that a text means. Raises UsageError that lists the customers where it is not one."""
    hits = found(held, text) if text.strip() else []
    if len(hits) == 1:
        return hits[0]
    if not hits:
        fix = "Name an id, a record key, or a part of a name."
        raise UsageError(f"there is no customer {text!r}", where, fix)
    names = names_of(held, hits)
    listed = [f"  {one}  {names[one]}" for one in sorted(hits, key=lambda one: (names[one], one))]
    more = [f"  and {len(hits) - SHOWN:,} more; write more of the name"] if len(hits) > SHOWN else []
    fix = "\n".join(["Write the id of one of:", *listed[:SHOWN], *more])
    raise UsageError(f"{text!r} means {len(hits):,} customers", where, fix)


def names_of(held: Held, groups: Iterable[str]) -> dict[str, str]:
    """Names to show of groups: the customer's, else that of a record."""
    shown = dict(held["customer"].select("customer_id", "name").iter_rows())
    party = dict(held["party"].select("party_key", "name").iter_rows())
    return {one: shown.get(one) or party.get(one) or one for one in groups}


def spelled(held: Held, keys: Iterable[str]) -> dict[str, str]:
    """Records as people read them: name, source, then the key; a key that is gone stands alone."""
    rows = held["party"].select("party_key", "name", "source").iter_rows()
    known = {key: f"{name} ({source}) {key}" for key, name, source in rows if name}
    return {key: known.get(key, key) for key in keys}


def customer(held: Held, text: str) -> Customer:
    """The one customer that a text means. Raises UsageError where it is none or several."""
    group = only(held, text, where="burnish who")
    records = records_of(held, group)
    keys = [record.key for record in records]
    own = held["customer"].filter(pl.col("customer_id") == group)
    row: dict[str, Any] = own.row(0, named=True) if own.height else {}
    links = links_of(held, COMPANY, keys)
    behind = held.stake.filter(pl.col("group_key") == group)
    apart = parts_of(held, keys)
    return Customer(
        id=group,
        name=names_of(held, [group])[group],
        is_person=bool(row.get("is_person")),
        industry=row.get("industry"),
        money=int(behind["money"].sum()),
        currency=held.currency,
        rows=int(behind["rows"].sum()),
        records=records,
        links=links,
        unlinked=unlinked(keys, links),
        parent=next(iter(related(held, [row.get("parent_id")])), None),
        divisions=related(held, held["customer"].filter(pl.col("parent_id") == group)["customer_id"]),
        people=people_of(held, group),
        waits=about(held.waiting(COMPANY), keys)["verdict"].null_count(),
        decisions=batches_of(about(with_fate(held.decision[COMPANY]), keys)),
        oversized=held.now[COMPANY].oversized.filter(pl.col("group_key").is_in(keys)).height > 0,
        next=apart if apart != (tuple(sorted(keys)),) else (),
    )


def records_of(held: Held, group: str) -> tuple[Record, ...]:
    """The records of a customer, by source and key."""
    party = held["party"].filter((pl.col("customer_id") == group) | (pl.col("party_key") == group))
    places = places_of(held, party)
    columns = ("party_key", "source", "name", "code", "parent_key")
    return tuple(
        Record(key, source, name, code, places.get(key, {}), parent)
        for key, source, name, code, parent in party.sort("source", "party_key").select(columns).iter_rows()
    )


def places_of(held: Held, party: pl.DataFrame) -> dict[str, dict[str, str]]:
    """Town, domain and the like of parties, by key, out of the company lists."""
    there = [name for name in OF_RECORD if name in held["organisation"].columns]
    listed = held["organisation"].filter(pl.col("superseded_on").is_null())
    by_code = listed.join(party.select("source", "code", "party_key").drop_nulls(), on=["source", "code"])
    called = party.select("source", "party_key", said=normal(pl.col("name"))).drop_nulls()
    bare = listed.filter(pl.col("code").is_null()).with_columns(said=normal(pl.col("name")))
    by_name = bare.join(called, on=["source", "said"])
    both = pl.concat([by_code, by_name], how="diagonal")
    texts = [pl.col(name).drop_nulls().unique().sort().str.join(", ") for name in there]
    rows = both.group_by("party_key").agg(texts).iter_rows(named=True)
    return {row["party_key"]: {name: row[name] for name in there if row[name]} for row in rows}


def links_of(held: Held, kind: str, keys: list[str]) -> tuple[Link, ...]:
    """The strongest links between records, as few as hold them together."""
    tree = strongest(links_within(held, kind, keys))
    weak = set(held.now[kind].bridge.select(PAIR).iter_rows())
    evidence = evidence_of(held, kind, tree)
    said = {(one.left, one.right): one for one in told(inside(held.word[kind], keys))}
    return tuple(
        Link(
            row["left_key"],
            row["right_key"],
            row["origin"],
            bits(row["weight_milli"]),
            None if row["origin"] != "model" else row["probability_ppm"] / 1e6,
            evidence.get((row["left_key"], row["right_key"]), ()),
            said.get((row["left_key"], row["right_key"])) if row["origin"] == DECIDED else None,
            (row["left_key"], row["right_key"]) in weak,
        )
        for row in tree.sort(PAIR).iter_rows(named=True)
    )


def links_within(held: Held, kind: str, keys: list[str]) -> pl.DataFrame:
    """What links these records, once a pair: left_key, right_key, origin, weight_milli, probability_ppm."""
    pair = inside(held.pairs(kind), keys)
    joins = (pl.col("origin") == GIVEN) | (pl.col("probability_ppm") >= held.models[kind].join_ppm)
    word = inside(held.word[kind], keys)
    same = word.filter(pl.col("verdict") == "same").select(PAIR)
    weights = same.join(pair.select(*PAIR, "weight_milli", "probability_ppm"), on=PAIR, how="left")
    apart = word.filter(pl.col("verdict") == "different").select(PAIR)
    others = pair.filter(joins).join(pl.concat([same, apart]), on=PAIR, how="anti")
    columns = (*PAIR, "origin", "weight_milli", "probability_ppm")
    return pl.concat([weights.with_columns(origin=pl.lit(DECIDED)).select(columns), others.select(columns)])


def evidence_of(held: Held, kind: str, pair: pl.DataFrame) -> dict[tuple[str, str], tuple[Finding, ...]]:
    """What was found between the records of each pair, in the order of telling."""
    rows = held["match_evidence"].filter(pl.col("kind") == kind).join(pair.select(PAIR), on=PAIR, how="semi")
    found: dict[tuple[str, str], tuple[Finding, ...]] = {}
    told = rows.sort(*PAIR, "place").select(*PAIR, "comparison", "found", "weight_milli")
    for left, right, comparison, says, weight in told.iter_rows():
        found[left, right] = (*found.get((left, right), ()), Finding(comparison, says, weight / 1000))
    return found


def bits(milli: int | None) -> float | None:
    """Thousandths of a bit in bits."""
    return None if milli is None else milli / 1000


def inside(pair: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Pairs of which both ends are among the keys."""
    return pair.filter(pl.all_horizontal(pl.col(*PAIR).is_in(keys)))


def about(pair: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Pairs of which one end is among the keys."""
    return pair.filter(pl.any_horizontal(pl.col(*PAIR).is_in(keys)))


def told(decision: pl.DataFrame) -> tuple[Said, ...]:
    """Decisions in the order in which they were said."""
    columns = (*PAIR, "verdict", "said_by", "said_at", "why", "how", "batch")
    return tuple(
        Said(left, right, verdict, by, moment(at), why or "", how, batch)
        for left, right, verdict, by, at, why, how, batch in decision.sort("seq").select(columns).iter_rows()
    )


def batches_of(decision: pl.DataFrame) -> tuple[Batch, ...]:
    """Decisions (with their fate) by batch, in the order in which they were said."""
    columns = ("verdict", "said_by", "said_at", "why", "how", "takes_back")
    back = pl.col("taken_back_by")
    whole = pl.when(back.null_count() == 0).then(back.max())
    pairs = pl.concat_list(PAIR).alias("pairs")
    rows = decision.sort("seq").group_by("batch", maintain_order=True)
    told = rows.agg(pl.col(columns).first(), pairs, taken_back_by=whole)
    return tuple(
        Batch(
            row["batch"],
            row["verdict"],
            tuple((left, right) for left, right in row["pairs"]),
            row["said_by"],
            moment(row["said_at"]),
            row["why"] or "",
            row["how"],
            row["takes_back"],
            row["taken_back_by"],
        )
        for row in told.iter_rows(named=True)
    )


def moment(at: datetime) -> str:
    """An instant to the minute, UTC."""
    return f"{at:%Y-%m-%d %H:%M}"


def unlinked(keys: list[str], links: tuple[Link, ...]) -> tuple[str, ...]:
    """Records that no link touches, in a customer of several."""
    touched = {key for link in links for key in (link.left, link.right)}
    return tuple(key for key in keys if key not in touched) if len(keys) > 1 else ()


def parts_of(held: Held, keys: list[str]) -> tuple[tuple[str, ...], ...]:
    """These records as the next snapshot will group them; without a customer in it, a group is none."""
    group = held.now[COMPANY].group
    mine = group.filter(pl.col("key").is_in(keys)).select("group_key").unique()
    if not of_customers(held).intersection(keys_in(group, mine)):
        return (tuple(sorted(keys)),)
    parts = group.join(mine, on="group_key", how="semi").sort("key").group_by("group_key")
    return tuple(sorted(tuple(keys) for keys in parts.agg("key")["key"].to_list()))


def keys_in(group: pl.DataFrame, some: pl.DataFrame) -> list[str]:
    """The keys of some groups."""
    return group.join(some, on="group_key", how="semi")["key"].to_list()


def of_customers(held: Held) -> frozenset[str]:
    """The keys of records that are some customer's."""
    return frozenset(held["party"].drop_nulls("customer_id")["party_key"])


def related(held: Held, ids: Iterable[str | None]) -> tuple[Related, ...]:
    """Other customers by id, with their names."""
    names = dict(held["customer"].select("customer_id", "name").iter_rows())
    return tuple(Related(one, names[one]) for one in ids if one is not None and one in names)


def people_of(held: Held, group: str) -> People:
    """Contacts of a customer, counted."""
    own = held["individual"].filter(pl.col("customer_id") == group)
    people, job = own.filter(~pl.col("is_mailbox")), held["job"]
    gone = pl.col("moved_to").is_not_null()
    return People(
        own.height,
        people["individual_id"].n_unique(),
        own.height - people.height,
        job.filter(gone, pl.col("moved_to") == group).height,
        job.filter(gone, pl.col("customer_id") == group).height,
    )
