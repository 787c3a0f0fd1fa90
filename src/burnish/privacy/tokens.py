"""Keyed tokens: what two records have in common, without what it is.

Clear text of people leaves the vault for the memory of this room only. What comes out are tokens, 16
hexadecimal digits that are equal where the clear texts are, made with the shop's index key; nobody can
turn one back, and those of another shop are others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from burnish.privacy import places, spelling
from burnish.privacy.distinct import strings
from burnish.privacy.roles import is_role_local, is_role_name
from burnish.privacy.vault import Vault, framed

Cells = Mapping[str, Iterable[str]]  # column of the vault -> what it holds of one record
Keyed = Callable[[str, str], str]  # kind and clear text -> token
IsShared = Callable[[str], bool]
Reading = tuple[str, str, Callable[[str], list[str]]]  # column, kind of token, how a cell is read

TOKEN_BYTES = 8
SHORT_FAMILY = 3  # letters; so few are many people's name in some language
NAMING = frozenset(("name", "email"))
LIKE_SOMEBODY = r"^\s*\p{L}[\p{L}'’.-]*(?:,? +\p{L}[\p{L}'’.-]*){1,3}\s*$"
PRIVATE = r"^person ([0-9a-f]{32})$"
READINGS: tuple[Reading, ...] = (
    ("phone", "phone", places.phones),
    ("address", "street", places.street),
    ("address", "postal", places.postal),
    ("tax_id", "tax", places.tax),
)
TOKEN = {"kind": pl.String, "token": pl.String}
RECORD = ("source", "object", "native_id")
TRAIT: dict[str, type[pl.DataType] | pl.DataType] = {
    "is_mailbox": pl.Boolean,
    "mail": pl.List(pl.String),
    "domain": pl.List(pl.String),
    "local": pl.List(pl.String),
    "spelled": pl.List(pl.String),
    "full": pl.String,
    "given": pl.String,
    "initial": pl.String,
    "nicks": pl.List(pl.String),
    "given_near": pl.List(pl.String),
    "family": pl.String,
    "families": pl.List(pl.String),
    "family_near": pl.List(pl.String),
    "sound": pl.String,
    "is_rare": pl.Boolean,
    "phones": pl.List(pl.String),
    "streets": pl.List(pl.String),
    "codes": pl.List(pl.String),
}


def token(vault: Vault, kind: str, values: pa.Array) -> pa.Array:
    """Tokens of clear texts as they stand: 16 hexadecimal digits, null for null.

    The first 64 bits of HMAC-SHA256(index key, kind | value), each part after its length.
    """
    coded = strings(values).dictionary_encode()
    keyed = keyed_by(vault)
    tokens = [keyed(kind, one) for one in coded.dictionary.to_pylist()]
    return pa.array(tokens, pa.string()).take(coded.indices)


def keyed_by(vault: Vault) -> Keyed:
    """The function from kind and clear text to token; it remembers what it made."""
    made: dict[tuple[str, str], str] = {}

    def keyed(kind: str, text: str) -> str:
        if (kind, text) not in made:
            content = framed("token") + framed(kind) + framed(text)
            made[kind, text] = vault.index(content)[:TOKEN_BYTES].hex()
        return made[kind, text]

    return keyed


def company_places(vault: Vault, organisation: pl.DataFrame) -> pl.DataFrame:
    """Tokens of where company records say they are: source, object, native_id, kind, token, each once.

    Kinds: phone, street, postal, tax. Clear phones, addresses and tax numbers come from the vault, postal
    codes also from the open column.
    """
    owner = organisation.select(*RECORD, "name").unique()
    of_record = under(vault, owner, "name").drop_nulls("person_id")
    placed = of_record.join(place_tokens(vault, of_record["person_id"].unique()), on="person_id")
    every = [placed.select(*RECORD, *TOKEN), open_postals(vault, organisation)]
    return pl.concat(every).unique().sort(*RECORD, *TOKEN)


def contact_places(vault: Vault, person: pl.DataFrame) -> pl.DataFrame:
    """Tokens of where contact records say their companies are: source, organisation_ref, kind, token.

    Many systems keep a company's telephone and address with its contacts only.
    """
    of_record = person.select("source", "organisation_ref", "person_id").drop_nulls()
    placed = of_record.join(place_tokens(vault, of_record["person_id"].unique()), on="person_id")
    return placed.drop("person_id").unique().sort("source", "organisation_ref", *TOKEN)


def mail_domains(vault: Vault, person: pl.DataFrame) -> pl.DataFrame:
    """Mail domains of the people a company employs: source, organisation_ref, domain.

    In the clear, and free mail too.
    """
    of_record = person.select("source", "organisation_ref", "person_id").drop_nulls()
    cells = held(vault, of_record["person_id"].unique(), ("email",))
    domain = cells.select(
        "person_id", domain=pl.col("value").map_elements(spelling.domain_of, return_dtype=pl.String)
    )
    found = of_record.join(domain.drop_nulls(), on="person_id").drop("person_id")
    return found.unique().sort("source", "organisation_ref", "domain")


def person_traits(vault: Vault, person: pl.DataFrame, *, is_shared: IsShared) -> pl.DataFrame:
    """Tokens of contact records, one row per person_id: source and the columns of TRAIT.

    `is_shared` tells mail domains of many strangers, which have no token. Records that hold neither a name
    nor a mail address name nobody and are left out. A record of a role's mailbox (`is_mailbox`) has tokens
    that no person's record can have.
    """
    record = person.select("person_id", "source").drop_nulls("person_id").unique("person_id")
    cells = held(vault, record["person_id"], ("name", "email", "phone"))
    return traits(vault, record.sort("person_id"), cells, key="person_id", is_shared=is_shared)


def private_traits(
    vault: Vault, party: pl.DataFrame, person: pl.DataFrame, *, is_shared: IsShared
) -> pl.DataFrame:
    """The same of customers that are natural persons or called like one, one row per party_key.

    `party`: party_key, source, ref, is_person: a name as its source has it, or the `person …` that stands for
    one. Beside the customer's own record, contact records that name it tell of it; a firm's contacts do not.
    """
    called = names_of(vault, party)
    party = party.filter(pl.col("is_person") | pl.col("party_key").is_in(called["party_key"].implode()))
    own = under(vault, called, "value").select("party_key", "person_id")
    of_contact = person.select("source", "person_id", ref="organisation_ref")
    natural = party.filter("is_person")
    contact = natural.join(of_contact, on=["source", "ref"]).select("party_key", "person_id")
    told = pl.concat([own, contact]).drop_nulls().unique()
    cells = told.join(
        held(vault, told["person_id"].unique(), ("email", "phone", "address")), on="person_id"
    ).select("party_key", "column", "value")
    code = shown(party).filter(pl.col("value").str.contains(r"\d")).with_columns(column=pl.lit("code"))
    name = called.with_columns(column=pl.lit("name"))
    every = pl.concat([cells, code.select(cells.columns), name.select(cells.columns)]).unique()
    record = party.select("party_key", "source").unique("party_key").sort("party_key")
    return traits(
        vault, record, every.rename({"party_key": "person_id"}), key="party_key", is_shared=is_shared
    )


def names_of(vault: Vault, party: pl.DataFrame) -> pl.DataFrame:
    """Clear names of customers, what else they are called where there is none: party_key, source, value."""
    hidden = party.with_columns(person_id=pl.col("ref").str.extract(PRIVATE, 1)).drop_nulls()
    cells = hidden.join(held(vault, hidden["person_id"].unique(), ("name",)), on="person_id")
    known = cells.select("party_key", "source", "value").unique()
    open_ = shown(party).filter(pl.col("value").str.contains(LIKE_SOMEBODY))
    return pl.concat([known, open_.join(known, on="party_key", how="anti")])


def shown(party: pl.DataFrame) -> pl.DataFrame:
    """What customers are called in the clear: party_key, source, value."""
    return (
        party.filter(~pl.col("ref").str.contains(PRIVATE)).select("party_key", "source", value="ref").unique()
    )


def traits(
    vault: Vault, record: pl.DataFrame, cells: pl.DataFrame, *, key: str, is_shared: IsShared
) -> pl.DataFrame:
    """One row of tokens per record that names somebody, in the order of `record`."""
    held_by: dict[str, dict[str, list[str]]] = {}
    for one, column, value in cells.sort("person_id", "column", "value").iter_rows():
        held_by.setdefault(one, {}).setdefault(column, []).append(value)
    of = partial(trait_of, keyed=keyed_by(vault), is_shared=is_shared)
    names_one = [bool(held_by.get(one, {}).keys() & NAMING) for one in record[key]]
    told = record.filter(pl.Series(names_one, dtype=pl.Boolean))
    rows = [of(held_by[one]) for one in told[key]]
    columns = {name: pl.Series([row.get(name) for row in rows], dtype=kind) for name, kind in TRAIT.items()}
    return told.select(key, "source").with_columns(**columns)


def trait_of(cells: Cells, *, keyed: Keyed, is_shared: IsShared) -> dict[str, Any]:
    """The tokens of one record. A person who writes from a role's mailbox does not share it with others."""
    clear = next(iter(cells.get("name", ())), "")
    mails = [mail for cell in cells.get("email", ()) if (mail := spelling.mail(cell))]
    shared = [mail for mail in mails if is_role_local(mail.rpartition("@")[0])]
    named = not is_role_name(clear) and bool(spelling.named(clear).given)
    if is_role_name(clear) or (shared and not named):
        return mailbox_of(mails, keyed)
    own = [mail for mail in mails if mail not in shared]
    domains = [domain for mail in mails if not is_shared(domain := mail.rpartition("@")[2])]
    phones = [phone for cell in cells.get("phone", ()) for phone in places.phones(cell)]
    streets = [street for cell in cells.get("address", ()) for street in places.street(cell)]
    return {
        "is_mailbox": False,
        "mail": [keyed("mail", mail) for mail in own],
        "domain": [keyed("domain", domain) for domain in domains],
        "local": [keyed("local", local) for mail in own if len(local := spelling.local_of(mail)) > 2],
        "phones": [keyed("phone", phone) for phone in phones],
        "streets": [keyed("street", street) for street in streets],
        "codes": [keyed("code", places.code(cell)) for cell in cells.get("code", ())],
    } | name_tokens(spelling.named(clear), keyed)


def mailbox_of(mails: Iterable[str], keyed: Keyed) -> dict[str, Any]:
    """The tokens of a role's mailbox: its address only, as a kind of its own."""
    return {"is_mailbox": True, "mail": [keyed("mailbox", mail) for mail in mails]}


def name_tokens(name: spelling.Name, keyed: Keyed) -> dict[str, Any]:
    """The tokens of a person's name. An initial alone is an initial, not a given name."""
    given = name.given if len(name.given) > 1 else ""
    family = " ".join(name.families)
    return {
        "full": keyed("full", f"{given}|{family}") if given and family else None,
        "given": keyed("given", given) if given else None,
        "initial": keyed("initial", name.given[0]) if name.given else None,
        "nicks": [keyed("nick", nick) for nick in spelling.nicknames(given)],
        "given_near": [keyed("given", near) for near in spelling.near(given)],
        "family": keyed("family", family) if family else None,
        "families": [keyed("family", one) for one in name.families],
        "family_near": [keyed("family", near) for near in spelling.near(family)],
        "sound": keyed("sound", spelling.sound(family)) if family else None,
        "is_rare": not all(map(is_common, name.families)) if family else None,
        "spelled": [keyed("local", local) for local in spelling.spelled(name)],
    }


def is_common(family: str) -> bool:
    """Whether many people bear a family name, by a frozen list; the shop's own people are never counted."""
    return len(family) <= SHORT_FAMILY or family in common_families()


@cache
def common_families() -> frozenset[str]:
    """The words of `family_names.txt`."""
    lines = files(__package__).joinpath("family_names.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())


def under(vault: Vault, owner: pl.DataFrame, column: str) -> pl.DataFrame:
    """`owner` with the `person_id` under which the vault keeps what company records of this name hold."""
    rows = owner.with_columns(text=pl.col(column).str.strip_chars().str.to_lowercase())
    parts = [
        part.with_columns(person_id=ids(vault, source, "organisation", part["text"]))
        for (source,), part in rows.partition_by("source", as_dict=True, maintain_order=True).items()
    ]
    empty = rows.with_columns(person_id=pl.lit(None, pl.String)).clear()
    return pl.concat([empty, *parts]).drop("text")


def ids(vault: Vault, source: str, object: str, native: pl.Series) -> pl.Series:
    """Person ids of native keys."""
    return pl.Series(vault.person_ids(source, object, native.to_arrow()).to_pylist(), dtype=pl.String)


def held(vault: Vault, person_ids: pl.Series, columns: tuple[str, ...]) -> pl.DataFrame:
    """What the vault holds of people in these columns, in the clear: person_id, column, value."""
    cells = vault.values(person_ids.drop_nulls().sort().to_list())
    wanted = cells.filter(pc.is_in(cells["column"], pa.array(columns)))
    return pl.DataFrame(wanted.select(["person_id", "column", "value"]))


def place_tokens(vault: Vault, person_ids: pl.Series) -> pl.DataFrame:
    """Tokens of phones, streets, postal codes and tax numbers: person_id, kind, token."""
    cells, keyed = held(vault, person_ids, ("phone", "address", "tax_id")), keyed_by(vault)

    def read() -> Iterator[tuple[str, str, str]]:
        for column, kind, reading in READINGS:
            for one, value in (
                cells.filter(pl.col("column") == column).select("person_id", "value").iter_rows()
            ):
                yield from ((one, kind, keyed(kind, text)) for text in reading(value))

    return pl.DataFrame(list(read()), schema={"person_id": pl.String, **TOKEN}, orient="row")


def open_postals(vault: Vault, organisation: pl.DataFrame) -> pl.DataFrame:
    """Tokens of postal codes that stand in the open: source, object, native_id, kind, token."""
    keyed = keyed_by(vault)
    rows = organisation.select(*RECORD, "postal_code").drop_nulls()
    tokens = [[keyed("postal", text) for text in places.open_postal(one)] for one in rows["postal_code"]]
    listed = rows.select(*RECORD, kind=pl.lit("postal"), token=pl.Series(tokens, dtype=pl.List(pl.String)))
    return listed.explode("token").drop_nulls()
