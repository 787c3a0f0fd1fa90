"""The same person in several systems, and where they worked when. Here are tokens only, no clear text.

A role's mailbox is nobody: its records join one another, never a person's (`privacy.tokens` gives them
tokens of a kind of their own).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import polars as pl

from burnish.identity.deciding import Grouping, grouped
from burnish.identity.domains import read_domain
from burnish.identity.linking import Compared, compared
from burnish.identity.model import Model
from burnish.privacy.tokens import person_traits, private_traits
from burnish.privacy.vault import Vault
from burnish.schema.contracts import Contract
from burnish.schema.facts import INDIVIDUAL, JOB, MATCH_PAIR

SURE_PPM = 1_000_000
PRIVATE_PRIOR = 1 / 65
DAYS = {"first_on": pl.Date(), "last_on": pl.Date(), "bounced_on": pl.Date()}
NUMBERS = {"first_on": "first_day", "last_on": "last_day", "bounced_on": "bounced_day"}
BESIDE = {"customer_id": pl.String, "role": pl.String} | dict.fromkeys(NUMBERS.values(), pl.Int64)
ENDS = ("left_key", "right_key")


class Individuals(NamedTuple):
    """People resolved: INDIVIDUAL, JOB, MATCH_PAIR and MATCH_EVIDENCE, and how they were grouped."""

    individual: pl.DataFrame
    job: pl.DataFrame
    pair: pl.DataFrame
    evidence: pl.DataFrame
    grouping: Grouping


def individuals(
    person: pl.DataFrame,
    ref: pl.DataFrame,
    act: pl.DataFrame,
    vault: Vault,
    model: Model,
    decision: pl.DataFrame,
) -> Individuals:
    """Resolve contact records.

    `person`: current rows as landed. `ref`: source, organisation_ref, customer_id: whom records mean by a
    company's name. `act`: person_id, first_on, last_on, bounced_on: days on which records and deeds show a
    person, and since when their mail comes back; a list that knows no mail may lack the last. `decision`:
    what people decided, as the journal hands it out, by person_id. Records that hold neither a name nor a
    mail address are nobody's and left out.
    """
    token = person_traits(vault, person, is_shared=is_shared)
    record = placed(person, ref).join(token.select("person_id", "mail", "domain"), on="person_id", how="left")
    record = with_days(record, act)
    numbers = (pl.col(day).dt.epoch("d").cast(pl.Int64).alias(name) for day, name in NUMBERS.items())
    beside = record.select("person_id", "role", "customer_id", "is_several", *numbers)
    trait = token.join(beside, on="person_id", maintain_order="left")
    is_told = ~pl.col("is_several") | (pl.col("mail").list.len() > 0)
    trait = trait.with_columns(pl.when(is_told).then(name).alias(name) for name in ("customer_id", "phones"))
    found, given = compared(trait, model, key="person_id"), merged(person)
    pair = pl.concat([given, found.pair.join(given, on=ENDS, how="anti")])
    record = record.join(trait.select("person_id", "is_mailbox"), on="person_id")
    key = record.select("source", key="person_id", first="load_id")
    grouping = grouped(key, pair.drop("kind"), decision, join_ppm=model.join_ppm)
    individual = named(record, grouping.group)
    return Individuals(
        in_contract(individual, INDIVIDUAL),
        in_contract(jobs(individual), JOB),
        in_contract(pair, MATCH_PAIR),
        found.evidence,
        grouping,
    )


def private_links(party: pl.DataFrame, person: pl.DataFrame, vault: Vault, model: Model) -> Compared:
    """Pairs of customers of which one at least is a natural person, with their evidence, by party key.

    `party`: party_key, source, ref, is_person: every name by which a source calls such a customer, in the
    clear or as the `person …` that stands for it; also of those that one source takes for a company, where
    they are called like somebody. `person`: contact records, since some tell of these customers. The
    model is that of people but for what is known beforehand: two systems of one shop share their customers,
    so that a name in both is rarely that of two. The pairs are of companies, as customers are.
    """
    model = Model.of(model.parameters | {"prior": PRIVATE_PRIOR})
    trait = private_traits(vault, party, person, is_shared=is_shared)
    nothing = (pl.lit(None, kind).alias(name) for name, kind in BESIDE.items())
    found = compared(trait.filter(~pl.col("is_mailbox")).with_columns(*nothing), model, key="party_key")
    natural = party.filter("is_person")["party_key"].unique().implode()
    either = pl.any_horizontal(pl.col(end).is_in(natural) for end in ENDS)
    return Compared(*(frame.filter(either).with_columns(kind=pl.lit("company")) for frame in found))


def is_shared(domain: str) -> bool:
    """Whether strangers have their mail at a domain."""
    return read_domain(domain).is_shared


def placed(person: pl.DataFrame, ref: pl.DataFrame) -> pl.DataFrame:
    """One row per contact record: person_id, source, load_id, role as compared, customer_id where known.

    `is_several` marks ids that stand at several customers. A list without keys and mail addresses names
    people by their names, so that such an id may be that of two people.
    """
    role = pl.col("role").str.to_lowercase().str.replace_all(r"[^\p{L}\d]+", " ").str.strip_chars()
    of = ref.select("source", "organisation_ref", "customer_id").unique(["source", "organisation_ref"])
    rows = person.drop_nulls("person_id").join(of, on=["source", "organisation_ref"], how="left")
    return (
        rows.with_columns(role=pl.when(role != "").then(role))
        .group_by("person_id")
        .agg(
            pl.col("source").min(),
            pl.col("load_id").min(),
            pl.col("role").min(),
            pl.col("customer_id").min(),
            is_several=pl.col("customer_id").drop_nulls().n_unique() > 1,
        )
        .sort("person_id")
    )


def with_days(record: pl.DataFrame, act: pl.DataFrame) -> pl.DataFrame:
    """Records with their days. Those of one mail address at one customer have the same ones.

    A mailing list sees the bounces and the answers of somebody whom another list calls by name, often
    without a word of the company; a private address without one may tell of any. `bounced_on` is empty
    where the person acted afterwards.
    """
    own = pl.concat([pl.DataFrame(schema={"person_id": pl.String(), **DAYS}), act], how="diagonal")
    rows = record.join(own, on="person_id", how="left")
    lent = rows.select("person_id", "mail", "domain", "customer_id", *DAYS).explode("mail").drop_nulls("mail")
    of_mail = spanned(lent, "mail", "customer_id")
    at_firm = pl.col("customer_id").is_null() & (pl.col("domain").list.len() > 0)
    of_nobody = spanned(lent.filter(at_firm), "mail")
    borrower = lent.select("person_id", "mail", "customer_id")
    parts = (
        rows,
        borrower.join(of_mail, on=["mail", "customer_id"]),
        borrower.join(of_nobody, on="mail"),
    )
    days = spanned(pl.concat([part.select("person_id", *DAYS) for part in parts]), "person_id")
    is_final = (pl.col("bounced_on") >= pl.col("last_on")).fill_null(value=True)
    days = days.with_columns(bounced_on=pl.when(is_final).then("bounced_on"))
    return record.join(days, on="person_id", how="left").sort("person_id")


def spanned(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The earliest and latest days by keys."""
    return rows.group_by(keys).agg(
        pl.col("first_on").min(), pl.col("last_on").max(), pl.col("bounced_on").max()
    )


def merged(person: pl.DataFrame) -> pl.DataFrame:
    """Pairs that a source has merged itself, as MATCH_PAIR."""
    if "merged_from" not in person.columns:
        return pl.DataFrame(schema=PAIR)
    many = person.select("person_id", other=pl.col("merged_from").str.split(";")).explode("other")
    both = many.with_columns(pl.col("other").str.strip_chars()).drop_nulls()
    both = both.filter(pl.col("other").is_in(person["person_id"].drop_nulls().implode()))
    return both.filter(pl.col("person_id") != pl.col("other")).select(
        kind=pl.lit("person"),
        left_key=pl.min_horizontal("person_id", "other"),
        right_key=pl.max_horizontal("person_id", "other"),
        origin=pl.lit("given"),
        weight_milli=pl.lit(None, pl.Int64),
        probability_ppm=pl.lit(SURE_PPM, pl.Int64),
    ).unique()  # fmt: skip


PAIR = dict.fromkeys(("kind", *ENDS, "origin"), pl.String()) | dict.fromkeys(
    ("weight_milli", "probability_ppm"), pl.Int64()
)


def named(record: pl.DataFrame, group: pl.DataFrame) -> pl.DataFrame:
    """Records with the `individual_id` of their group: it comes from the record that was loaded first."""
    grouped_rows = record.join(group.rename({"key": "person_id"}), on="person_id")
    first = grouped_rows.sort("load_id", "person_id").group_by("group_key", maintain_order=True)
    anchor = first.agg(pl.col("person_id").first()).with_columns(
        individual_id=pl.col("person_id").map_elements(individual_id, return_dtype=pl.String)
    )
    return grouped_rows.join(anchor.select("group_key", "individual_id"), on="group_key").sort("person_id")


def individual_id(person_id: str) -> str:
    """I and 12 hexadecimal digits of a record's key."""
    return "I" + hashlib.sha256(person_id.encode()).hexdigest()[:12]


def jobs(individual: pl.DataFrame) -> pl.DataFrame:
    """One row per individual and customer: individual_id, customer_id, from_on, until_on, moved_to.

    Days come from what shows a person at a customer. A stay is over where another one began on a later day
    and nothing shows the person at the first after that; it ends when mail came back there, else with the
    last day seen there. Two customers at which somebody has one company's mail address are no move: they
    are plants, or one firm under two names.
    """
    stay = (
        individual.filter(~pl.col("is_mailbox"))
        .drop_nulls("customer_id")
        .group_by("individual_id", "customer_id")
        .agg(
            pl.col("last_on").max(),
            pl.col("bounced_on").max(),
            pl.col("domain").explode().drop_nulls().unique(),
            from_on=pl.col("first_on").min(),
        )
        .sort("individual_id", "from_on", "last_on", "customer_id", nulls_last=True)
    )
    after = stay.select(
        pl.col(name).shift(-1).over("individual_id").alias(f"next_{name}")
        for name in ("from_on", "customer_id", "domain")
    )
    both = pl.concat([stay, after], how="horizontal")
    is_apart = pl.col("domain").list.set_intersection("next_domain").list.len() == 0
    is_over = (is_apart & (pl.col("next_from_on") > pl.col("last_on"))).fill_null(value=False)
    left_on = pl.min_horizontal("bounced_on", "next_from_on")
    is_gone = pl.col("bounced_on") >= pl.col("last_on")
    return both.with_columns(
        until_on=pl.when(is_over & is_gone).then(left_on).when(is_over).then("last_on"),
        moved_to=pl.when(is_over).then("next_customer_id"),
    )


def in_contract(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Rows with a contract's columns only, sorted by its key."""
    return rows.select(contract.schema.names).sort(contract.key)
