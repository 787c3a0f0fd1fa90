"""Who is who: parties -> compared pairs -> groups under what sources and people said -> customers, people.

The order of the day of this room. Clear names of people are read inside `privacy` only; here are tokens.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import polars as pl

from burnish.identity.deciding import Grouping, grouped
from burnish.identity.linking import compared
from burnish.identity.model import Model
from burnish.identity.names import is_retired
from burnish.identity.parties import Parties, divided, parties
from burnish.identity.people import individuals, private_links
from burnish.identity.traits import traits
from burnish.privacy.tokens import company_places, contact_places, mail_domains
from burnish.privacy.vault import Vault
from burnish.schema.contracts import Contract
from burnish.schema.facts import CUSTOMER, CUSTOMER_REF, MATCH_EVIDENCE, MATCH_PAIR, PARTY

SURE_PPM = 1_000_000


class Known(NamedTuple):
    """What is there to resolve: company records, contact records, and what tables call companies.

    `organisation`, `person`: current rows as landed. `refs`: source, organisation_ref, load_id, makes (see
    `parties`). `acts`: person_id, first_on, last_on, the days on which something shows a person at work.
    """

    organisation: pl.DataFrame
    person: pl.DataFrame
    refs: pl.DataFrame
    acts: pl.DataFrame


class Companies(NamedTuple):
    """Companies resolved: contracts PARTY, CUSTOMER, CUSTOMER_REF, MATCH_PAIR, MATCH_EVIDENCE.

    And how they were grouped, and `ref`, the texts by which sources call parties: source, organisation_ref,
    customer_id (null where it makes no customer).
    """

    party: pl.DataFrame
    customer: pl.DataFrame
    customer_ref: pl.DataFrame
    pair: pl.DataFrame
    evidence: pl.DataFrame
    grouping: Grouping
    ref: pl.DataFrame


def companies(known: Known, vault: Vault, models: dict[str, Model], decision: pl.DataFrame) -> Companies:
    """Resolve companies. `decision`: what people decided, as the journal hands it out, by record keys."""
    found, model = parties(known.organisation, known.refs), models["company"]
    trait = traits_of(found, known, vault, model)
    pairs = compared(trait, model, key="party_key")
    private = private_links(called(found), known.person, vault, models["person"])
    pair = pl.concat([said(found.given), pairs.pair, private.pair])
    pair = pair.unique(["left_key", "right_key"], keep="first", maintain_order=True)
    key = found.party.select("source", "first", key="party_key")
    words = pl.concat(
        [by_party(decision, found.key), divided(found.party, found.given)], how="diagonal_relaxed"
    )
    grouping = grouped(key, pair.drop("kind"), words, join_ppm=model.join_ppm)
    party = with_customers(found.party, grouping.group)
    ref = found.ref.join(party.select("party_key", "customer_id"), on="party_key").drop("party_key")
    return Companies(
        in_contract(party, PARTY),
        in_contract(described(party, found.record), CUSTOMER),
        in_contract(ref.drop_nulls("customer_id"), CUSTOMER_REF),
        in_contract(pair, MATCH_PAIR),
        in_contract(pl.concat([pairs.evidence, private.evidence]), MATCH_EVIDENCE),
        grouping,
        ref,
    )


def resolved(
    known: Known, vault: Vault, models: dict[str, Model], decisions: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Resolve companies, then the people at them: tables by the names of their contracts.

    `models` and `decisions` by kind, company and person.
    """
    found = companies(known, vault, models, decisions["company"])
    people = individuals(known.person, found.ref, known.acts, vault, models["person"], decisions["person"])
    return {
        "party": found.party,
        "customer": found.customer,
        "customer_ref": found.customer_ref,
        "match_pair": pl.concat([found.pair, people.pair]),
        "match_evidence": pl.concat([found.evidence, people.evidence]),
        "individual": people.individual,
        "job": people.job,
    }


def traits_of(found: Parties, known: Known, vault: Vault, model: Model) -> pl.DataFrame:
    """What is compared of each party that is no person, by the words of a model."""
    return traits(written(found), places(found, known, vault), mail(found, known, vault), words=model.words)


def written(found: Parties) -> pl.DataFrame:
    """What is written of each party that is no person: its records, or the reference alone."""
    company = found.party.filter(~pl.col("is_person"))
    record = found.record.join(company, on="party_key", how="semi")
    bare = company.join(record, on="party_key", how="anti").select("party_key", "source", "name")
    return pl.concat([record, bare], how="diagonal")


def called(found: Parties) -> pl.DataFrame:
    """Every name by which a source calls a party: party_key, source, ref, is_person."""
    own = found.party.select("party_key", "is_person")
    return found.ref.join(own, on="party_key").rename({"organisation_ref": "ref"})


def places(found: Parties, known: Known, vault: Vault) -> pl.DataFrame:
    """Tokens of phones, streets, postal codes and tax numbers of each party: party_key, kind, token."""
    owner = found.record.select("source", "object", "native_id", "party_key")
    own = company_places(vault, known.organisation).join(owner, on=["source", "object", "native_id"])
    of_contacts = contact_places(vault, known.person).join(found.ref, on=["source", "organisation_ref"])
    return pl.concat([each.select("party_key", "kind", "token") for each in (own, of_contacts)]).unique()


def mail(found: Parties, known: Known, vault: Vault) -> pl.DataFrame:
    """Mail domains of the people that each party employs: party_key, domain."""
    domain = mail_domains(vault, known.person)
    return domain.join(found.ref, on=["source", "organisation_ref"]).select("party_key", "domain").unique()


def said(given: pl.DataFrame) -> pl.DataFrame:
    """Pairs that sources themselves join, as MATCH_PAIR."""
    return given.select(
        kind=pl.lit("company"),
        left_key="left_key",
        right_key="right_key",
        origin=pl.lit("given"),
        weight_milli=pl.lit(None, pl.Int64),
        probability_ppm=pl.lit(SURE_PPM, pl.Int64),
    )


def by_party(decision: pl.DataFrame, key: pl.DataFrame) -> pl.DataFrame:
    """Decisions by party instead of by record. Those about records that are gone keep their keys and wait."""
    party = dict(key.select("record_key", "party_key").iter_rows())
    party |= {own: own for own in key["party_key"]}
    left, right = (
        decision[side].replace_strict(
            list(party), list(party.values()), default=decision[side], return_dtype=pl.String
        )
        for side in ("left_key", "right_key")
    )
    ends = pl.DataFrame({"left": left, "right": right})
    both = decision.with_columns(
        left_key=ends.select(pl.min_horizontal("left", "right")).to_series(),
        right_key=ends.select(pl.max_horizontal("left", "right")).to_series(),
    )
    last = both.filter(pl.col("left_key") != pl.col("right_key")).sort("seq", descending=True)
    last = last.unique(["left_key", "right_key"], keep="first", maintain_order=True)
    return last.filter(pl.col("verdict") != "undone")


def with_customers(party: pl.DataFrame, group: pl.DataFrame) -> pl.DataFrame:
    """Parties with the `customer_id` of their group, empty where nothing in it makes a customer.

    The id comes from the record key that was loaded first, so that later records rename nobody.
    """
    placed = party.join(group.rename({"key": "party_key"}), on="party_key", how="left")
    first = placed.filter("makes").sort("first", "anchor").group_by("group_key", maintain_order=True)
    anchor = first.agg(pl.col("anchor").first()).with_columns(customer_id=ids("C", pl.col("anchor")))
    return placed.join(anchor.select("group_key", "customer_id"), on="group_key", how="left").sort(
        "party_key"
    )


def ids(letter: str, anchor: pl.Expr) -> pl.Expr:
    """A letter and 12 hexadecimal digits of a key's SHA-256."""
    return anchor.map_elements(
        lambda key: letter + hashlib.sha256(key.encode()).hexdigest()[:12], return_dtype=pl.String
    )


def described(party: pl.DataFrame, record: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: the best of its names, and the customer above it.

    Where one source knows it as a person, its neutral name is shown, not that of a source which took it for
    a company.
    """
    own = party.filter(pl.col("makes") & pl.col("customer_id").is_not_null())
    industry = record.drop_nulls("industry").group_by("party_key").agg(pl.col("industry").sort().first())
    own = own.join(industry, on="party_key", how="left").with_columns(
        retired=pl.col("name").map_elements(is_retired, return_dtype=pl.Boolean),
        shouted=pl.col("name").str.to_uppercase() == pl.col("name"),
        listed=pl.col("party_key").is_in(record["party_key"].unique().implode()),
    )
    best = own.sort(~pl.col("is_person"), "retired", ~pl.col("listed"), "shouted", "first", "party_key")
    customer = best.group_by("customer_id", maintain_order=True).agg(
        pl.col("name").first(), pl.col("is_person").any(), pl.col("industry").drop_nulls().first()
    )
    above = party.select(parent_key="party_key", parent_id="customer_id")
    parent = own.join(above, on="parent_key").filter(pl.col("parent_id") != pl.col("customer_id"))
    parent = parent.group_by("customer_id").agg(pl.col("parent_id").min())
    return customer.join(parent, on="customer_id", how="left")


def in_contract(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Rows with a contract's columns only, sorted by its key."""
    return rows.select(contract.schema.names).sort(contract.key)
