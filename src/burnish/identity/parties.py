"""Parties: companies as one source names them. Within a source a code, or a name written alike, is a key.

Pure and cautious: records of one source with different codes stay different parties here, even under one
name; the model and people's decisions join them, so that each can be split off again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import polars as pl

PUNCTUATION = r"[.,;'’\"()\s]+"
RECORD = (
    "party_key", "source", "object", "native_id", "load_id", "name", "alias", "code", "domain", "city",
    "region", "postal_code", "industry", "is_person",
)  # fmt: skip
DECIDED_BY = ("record_key", "party_key")
LATER = ("alias", "merged_into", "merged_from", "parent_ref")  # columns that older landings lack
PERSON_PREFIX = "person "
BEFORE_ALL = 0  # a number in the journal before every number that it gives
Meant = Callable[[pl.DataFrame, str], pl.DataFrame]


class Parties(NamedTuple):
    """What each source knows of companies, sorted by key.

    `party`: one row per party: party_key, source, anchor (the key that was loaded first), first (that load),
    name, code, parent_key, is_person, makes (a record or a trade makes it a customer; others are only named
    somewhere). `record`: one row per company record, columns RECORD. `key`: record_key, party_key, one row
    per key by which a decision may mean a party, now or before a list came or went. `ref`: source,
    organisation_ref, party_key, one row per text by which a source calls a party. `given`: left_key,
    right_key, pairs of parties that a source itself says are one.
    """

    party: pl.DataFrame
    record: pl.DataFrame
    key: pl.DataFrame
    ref: pl.DataFrame
    given: pl.DataFrame


def parties(organisation: pl.DataFrame, refs: pl.DataFrame) -> Parties:
    """Gather records and references of each source into parties.

    `organisation`: company records as they landed. `refs`: one row per text by which a source names a
    company: source, organisation_ref, load_id (that named it first), makes (trade does, a badge scan not).
    """
    listed = with_texts(organisation)
    called = refs.with_columns(text=normal(pl.col("organisation_ref"))).sort("source", "organisation_ref")
    found = lookup(listed)
    record = found.named(listed, "name_text").with_columns(
        party_key=pl.coalesce(key_of("code", "code_text"), "name_party", key_of("record", "native_id"))
    )
    called = found.called(called, "text").with_columns(party_key=pl.coalesce("code_key", "name_party"))
    key = keys(record, called)
    meant = partial(there, found=found, key=key)
    party = described(record, called, key).join(parents(record, meant), on="party_key", how="left")
    return Parties(
        party.sort("party_key"),
        record.select(RECORD).sort("party_key", "native_id"),
        pl.concat([key.select(DECIDED_BY), unlisted(called)]).unique().sort(DECIDED_BY),
        spellings(record, called),
        given(record, party, meant),
    )


def normal(text: pl.Expr) -> pl.Expr:
    """A name or code as compared: case, punctuation and runs of blanks do not matter."""
    plain = text.str.to_lowercase().str.replace_all(PUNCTUATION, " ").str.strip_chars()
    return pl.when(plain == "").then(text.str.to_lowercase()).otherwise(plain)


def key_of(kind: str, column: str) -> pl.Expr:
    """`source:kind:text`, null where there is no text."""
    return pl.concat_str("source", pl.lit(kind), column, separator=":")


def with_texts(organisation: pl.DataFrame) -> pl.DataFrame:
    """Company records with code and name as compared, in the order of their keys."""
    missing = [pl.lit(None, pl.String).alias(name) for name in LATER if name not in organisation.columns]
    rows = organisation.with_columns(*missing)
    texts = {"code_text": normal(pl.col("code")), "name_text": normal(pl.col("name"))}
    return rows.with_columns(**texts).sort("source", "native_id", "load_id")


class Lookup(NamedTuple):
    """How texts find parties in a source: `code` by code, `owner` by a name that one code alone bears."""

    code: pl.DataFrame
    owner: pl.DataFrame

    def named(self, rows: pl.DataFrame, text: str) -> pl.DataFrame:
        """Rows with `name_party`: the party that their name means, which may be of that name only."""
        joined = rows.join(self.owner, left_on=["source", text], right_on=["source", "text"], how="left")
        return joined.with_columns(name_party=pl.coalesce("owner_key", key_of("name", text))).drop(
            "owner_key"
        )

    def called(self, rows: pl.DataFrame, text: str) -> pl.DataFrame:
        """Rows with `code_key` where their text is a code of the source, and `name_party` else."""
        joined = rows.join(self.code, left_on=["source", text], right_on=["source", "text"], how="left")
        return self.named(joined, text)


def lookup(listed: pl.DataFrame) -> Lookup:
    """What the company records of each source say about codes and names."""
    bearing = listed.filter(pl.col("code_text").is_not_null())
    code = bearing.select("source", text="code_text").unique().with_columns(code_key=key_of("code", "text"))
    names = bearing.drop_nulls("name_text").group_by("source", text="name_text")
    alone = names.agg(pl.col("code_text").unique()).filter(pl.col("code_text").list.len() == 1)
    owner = alone.with_columns(pl.col("code_text").list.first())
    owner = owner.select("source", "text", owner_key=key_of("code", "code_text"))
    return Lookup(code, owner)


def keys(record: pl.DataFrame, called: pl.DataFrame) -> pl.DataFrame:
    """Every key of a party with the load that brought it first: record_key, party_key, first.

    A name that several codes bear belongs to none of them, but to the party of that name. A text that trade
    wrote is a name until a list has it as a code, and stays a key: what was decided before finds the party.
    """
    own_name = pl.when(pl.col("name_party") == pl.col("party_key")).then(key_of("name", "name_text"))
    of_records = (key_of("code", "code_text"), own_name, key_of("record", "native_id"))
    found = [record.select("party_key", record_key=key, first="load_id") for key in of_records]
    bearer = found[1].drop_nulls("record_key").select("record_key", bearer="party_key").unique()
    written = called.select("party_key", record_key=key_of("name", "text"), first="load_id")
    written = written.join(bearer, on="record_key", how="left")
    nobody_else = pl.col("bearer").fill_null(pl.col("party_key")) == pl.col("party_key")
    found.append(written.filter(nobody_else).select("party_key", "record_key", "first"))
    every = pl.concat(found).drop_nulls("record_key")
    return every.group_by("record_key", "party_key").agg(pl.col("first").min())


def unlisted(called: pl.DataFrame) -> pl.DataFrame:
    """Texts that no list has as a code, as codes: one that had them may be gone. Columns DECIDED_BY."""
    gone = called.filter(pl.col("code_key").is_null())
    return gone.select(record_key=key_of("code", "text"), party_key="party_key").drop_nulls()


def described(record: pl.DataFrame, called: pl.DataFrame, key: pl.DataFrame) -> pl.DataFrame:
    """One row per party: how its source calls it. A name in a record goes before one in a reference."""
    listed = record.select(
        "party_key", "source", "name", "code", "is_person", makes=pl.lit(True), place=pl.lit(0)
    )
    bare = called.select("party_key", "source", "makes", name="organisation_ref", place=pl.lit(1))
    shown = pl.concat([listed, bare], how="diagonal").sort(
        "party_key", "place", "name", "code", nulls_last=True
    )
    party = shown.group_by("party_key", maintain_order=True).agg(
        pl.col("source").first(),
        pl.col("name").drop_nulls().first(),
        pl.col("code").drop_nulls().first(),
        pl.col("is_person").fill_null(value=False).any(),
        pl.col("makes").any(),
    )
    is_person = pl.col("is_person") | pl.col("name").str.starts_with(PERSON_PREFIX).fill_null(value=False)
    return party.with_columns(is_person=is_person).join(anchors(key), on="party_key", how="left")


def anchors(key: pl.DataFrame) -> pl.DataFrame:
    """The key of each party that was loaded first, and that load: party_key, anchor, first.

    A record's own number counts only where a party has neither code nor name.
    """
    spoken = key.filter(~pl.col("record_key").str.contains(r"^[^:]*:record:"))
    every = pl.concat([spoken, key.join(spoken, on="party_key", how="anti")])
    ordered = every.sort("party_key", "first", "record_key").unique(
        "party_key", keep="first", maintain_order=True
    )
    return ordered.select("party_key", "first", anchor="record_key")


def there(rows: pl.DataFrame, text: str, *, found: Lookup, key: pl.DataFrame) -> pl.DataFrame:
    """`party_key`, `other_key`: rows whose text (code, name, record number) means another party there."""
    called = found.called(rows.drop_nulls(text).with_columns(text=normal(pl.col(text))), "text")
    native = key.select(native_key="record_key", native_party="party_key")
    called = called.with_columns(native_key=key_of("record", text)).join(native, on="native_key", how="left")
    other = pl.coalesce("code_key", "native_party", "name_party")
    pairs = (
        called.select("party_key", other_key=other)
        .unique()
        .filter(pl.col("party_key") != pl.col("other_key"))
    )
    return pairs.join(key.select(other_key="party_key").unique(), on="other_key", how="semi")


def parents(record: pl.DataFrame, meant: Meant) -> pl.DataFrame:
    """The party that each party's source calls its parent, where it has it. One row per such party."""
    found = meant(record, "parent_ref")
    return found.group_by("party_key").agg(parent_key=pl.col("other_key").min())


def given(record: pl.DataFrame, party: pl.DataFrame, meant: Meant) -> pl.DataFrame:
    """Pairs of one source that it says are one: merged into or from another, or a job of a customer."""
    job = party.filter(pl.col("name").str.contains(":", literal=True)).select(
        "party_key", "source", of=pl.col("name").str.split(":").list.first()
    )
    many = record.with_columns(pl.col("merged_from").str.split(";").list.eval(pl.element().str.strip_chars()))
    found = [
        meant(record, "merged_into"),
        meant(many.explode("merged_from"), "merged_from"),
        meant(job, "of"),
    ]
    both = pl.concat(found).select(
        left_key=pl.min_horizontal("party_key", "other_key"),
        right_key=pl.max_horizontal("party_key", "other_key"),
    )
    return both.unique().sort("left_key", "right_key")


def divided(party: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """What sources keep apart themselves, as words older than anybody's: a company and the one above it.

    `party`: party_key, parent_key. `given`: left_key, right_key, what they say is one.
    """
    ends = ("party_key", "parent_key")
    above = party.drop_nulls("parent_key").filter(pl.col("parent_key") != pl.col("party_key"))
    pairs = above.select(
        left_key=pl.min_horizontal(ends),
        right_key=pl.max_horizontal(ends),
        verdict=pl.lit("different"),
        seq=pl.lit(BEFORE_ALL, pl.Int64),
    )
    return pairs.unique().join(given, on=["left_key", "right_key"], how="anti")


def spellings(record: pl.DataFrame, called: pl.DataFrame) -> pl.DataFrame:
    """Every text, as written, by which a source calls a party. A name that several bear means none."""
    name = record.filter(pl.col("name_party") == pl.col("party_key"))
    found = [
        record.select("source", "party_key", organisation_ref="code"),
        name.select("source", "party_key", organisation_ref="name"),
        called.select("source", "party_key", "organisation_ref"),
    ]
    every = pl.concat(found, how="diagonal").drop_nulls("organisation_ref")
    every = every.select("source", "organisation_ref", "party_key").unique()
    once = every.group_by("source", "organisation_ref").agg(pl.col("party_key").min())
    return once.sort("source", "organisation_ref")
