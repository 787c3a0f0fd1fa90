"""Traits: what is compared of a party. They depend on the party alone and on a model's frozen words."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pyarrow as pa

from burnish.errors import ContractError
from burnish.identity.domains import read_domain
from burnish.identity.names import Name, Words, folded, is_retired, pieces, read, settled

LIST = pl.List(pl.String)
TRAIT: dict[str, pl.DataType | type[pl.DataType]] = {
    "party_key": pl.String, "source": pl.String,
    "name_key": pl.String, "squeezed": pl.String, "words": LIST, "rare": LIST, "plain": LIST,
    "initials": pl.String, "numbers": LIST, "form": pl.String, "names": LIST,
    "domains": LIST, "stems": LIST, "phones": LIST, "streets": LIST, "posts": LIST, "city": pl.String,
    "codes": LIST, "taxes": LIST,
    "letters": pl.String, "site": LIST, "handles": LIST, "nicks": LIST,
}  # fmt: skip
NAMED = ("name_key", *Name._fields[1:])
RECORD = ("party_key", "source", "name", "alias", "code", "domain", "city")
AT_ONCE = 5_000
KINDS = {"phone": "phones", "street": "streets", "postal": "posts", "tax": "taxes"}


def traits(record: pl.DataFrame, place: pl.DataFrame, mail: pl.DataFrame, *, words: Words) -> pl.DataFrame:
    """One row per party, columns TRAIT, sorted by party_key.

    `record`: one row per company record or bare reference: party_key, source, name, alias, code, domain,
    city; more columns are ignored. `place`: party_key, kind (phone, street, postal, tax), token. `mail`:
    party_key, domain: those of people it employs, free mail among them.

    Name columns are those of `names.Name`, of the party's best name: not marked retired, longest, first in
    the alphabet; `names` are the keys of all its names and aliases. `domains` are registered domains that
    no strangers share, `stems` their labels. Unknown texts are null, lists are never null; lists that have
    no order of their own are sorted. Parties that only `place` or `mail` name are left out. Raises
    ContractError for missing columns.
    """
    demand(record, RECORD, "record")
    demand(place, ("party_key", "kind", "token"), "place")
    demand(mail, ("party_key", "domain"), "mail")
    found = record.group_by("party_key").agg(pl.col("source").min())
    code = record.select("party_key", codes=pl.col("code").str.strip_chars().str.to_lowercase())
    parts = (
        named(record, words),
        addressed(record, mail),
        placed(place),
        cities(record),
        gathered(code, "codes"),
    )
    for part in parts:
        found = found.join(part, on="party_key", how="left")
    columns = [pl.col(name).cast(dtype) for name, dtype in TRAIT.items()]
    lists = [pl.col(name).fill_null([]) for name, dtype in TRAIT.items() if dtype == LIST]
    return found.select(columns).with_columns(lists).sort("party_key")


def demand(frame: pl.DataFrame, columns: Iterable[str], where: str) -> None:
    """Raise ContractError when columns are missing."""
    missing = sorted(set(columns) - set(frame.columns))
    if missing:
        raise ContractError(f"no column {', '.join(missing)}", f"{where} of traits", "Hand in all columns.")


def named(record: pl.DataFrame, words: Words) -> pl.DataFrame:
    """What the names of each party say: party_key and the columns of NAMED."""
    texts = pl.concat([written(record, "name"), written(record, "alias")]).unique()
    found = texts.join(readings(texts, words), on=["text", "city"]).filter(pl.col("squeezed") != "")
    length = -pl.col("squeezed").str.len_chars().cast(pl.Int64)
    best = found.sort("party_key", "is_alias", "is_retired", length, "text", "city")
    best = best.unique("party_key", keep="first", maintain_order=True)
    several = found.filter(pl.col("party_key").is_duplicated()).select("party_key", "names").explode("names")
    every = gathered(several, "names").rename({"names": "every"})
    joined = best.join(every, on="party_key", how="left").with_columns(names=pl.coalesce("every", "names"))
    empty = [pl.col(name).replace("", None) for name in ("initials", "form")]
    return joined.with_columns(*empty).select("party_key", *NAMED)


def written(record: pl.DataFrame, column: str) -> pl.DataFrame:
    """The texts of a column of names: party_key, text, city, is_alias."""
    town = pl.col("city").cast(pl.String).fill_null("")
    text = pl.col(column).cast(pl.String)
    rows = record.select("party_key", text=text, city=town, is_alias=pl.lit(column == "alias"))
    return rows.filter(pl.col("text").str.strip_chars() != "")


def readings(texts: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Each distinct text and city, read once: text, city, is_retired and the columns of NAMED."""
    distinct = texts.select("text", "city").unique()
    parts = [part.hstack(reading(part, words)) for part in distinct.iter_slices(AT_ONCE)]
    return pl.concat(parts) if parts else distinct.hstack(reading(distinct, words))


def reading(part: pl.DataFrame, words: Words) -> pl.DataFrame:
    """is_retired and the columns of NAMED, row by row."""
    rows = [read(text, words, city=city) for text, city in part.iter_rows()]
    columns = list(zip(*rows, strict=True)) or [()] * len(NAMED)
    types = [pa.large_list(pa.large_string()) if TRAIT[name] == LIST else pa.large_string() for name in NAMED]
    arrays = [pa.array(values, dtype) for values, dtype in zip(columns, types, strict=True)]
    marked = pa.array([is_retired(text) for text in part["text"]], pa.bool_())
    return pl.DataFrame(pa.table([marked, *arrays], names=["is_retired", *NAMED]))


def addressed(record: pl.DataFrame, mail: pl.DataFrame) -> pl.DataFrame:
    """Domains that no strangers share: party_key, domains, stems."""
    both = pl.concat([record.select("party_key", "domain"), mail.select("party_key", "domain")])
    both = both.drop_nulls().unique()
    read_ones = [(text, read_domain(text)) for text in both["domain"].unique().sort()]
    rows = [(text, one.own, one.stem) for text, one in read_ones if one.own and not one.is_shared]
    schema = dict.fromkeys(("domain", "domains", "stems"), pl.String)
    own = both.join(pl.DataFrame(rows, schema=schema, orient="row"), on="domain")
    return gathered(own, "domains").join(gathered(own, "stems"), on="party_key")


def placed(place: pl.DataFrame) -> pl.DataFrame:
    """Tokens by kind: party_key, phones, streets, posts, taxes."""
    lists = [
        pl.col("token").filter(pl.col("kind") == kind).drop_nulls().unique().sort().alias(name)
        for kind, name in KINDS.items()
    ]
    return place.group_by("party_key").agg(lists)


def cities(record: pl.DataFrame) -> pl.DataFrame:
    """The town of each party, as compared: the one that most of its records have, then the first."""
    rows = record.select("party_key", pl.col("city").cast(pl.String)).drop_nulls()
    texts = rows["city"].unique().sort()
    plain = pl.Series([" ".join(settled(pieces(folded(text)))) or None for text in texts], dtype=pl.String)
    read_ones = rows.join(pl.DataFrame({"city": texts, "plain": plain}), on="city").drop_nulls()
    counted = read_ones.group_by("party_key", city="plain").len("rows")
    counted = counted.sort("party_key", "rows", "city", descending=[False, True, False])
    return counted.unique("party_key", keep="first", maintain_order=True).drop("rows")


def gathered(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """One list per party: party_key and the column's values, each once, sorted, no nulls or empty texts."""
    told = rows.select("party_key", column).filter(pl.col(column) != "").unique()
    return told.group_by("party_key").agg(pl.col(column).sort())
