"""Who is who by exact keys: the same name written alike, and a source's own codes.

The interface that fuller resolution will fill: parties in, `customer` and `customer_ref` out. Within a
source a code or a name is a key; between sources only a name is, since two systems may use one code
for two companies. An id is anchored to the key that was loaded first, never to a cluster number, so
that what comes later renames nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from burnish.schema.contracts import Contract
from burnish.schema.facts import CUSTOMER, CUSTOMER_REF

PERSON_PREFIX = "person "
PUNCTUATION = str.maketrans(dict.fromkeys(".,;'’\"()", " "))


class Key(NamedTuple):
    """One way to name a customer. `source` is empty for a name that holds anywhere."""

    source: str
    kind: str
    text: str


@dataclass
class Groups:
    """Disjoint sets of keys that were said to belong together, and the load that first named each key."""

    above: dict[Key, Key] = field(default_factory=dict)
    first: dict[Key, str] = field(default_factory=dict)

    def top(self, key: Key) -> Key:
        """The key that stands for a set."""
        while self.above[key] != key:
            self.above[key] = self.above[self.above[key]]
            key = self.above[key]
        return key

    def join(self, keys: list[Key], load_id: str) -> None:
        """Put all these keys into one set; the one loaded first stands for it."""
        for key in keys:
            self.above.setdefault(key, key)
            self.first[key] = min(load_id, self.first.get(key, load_id))
        tops = sorted({self.top(key) for key in keys})
        for key in tops[1:]:
            self.above[key] = tops[0]

    def sets(self) -> list[list[Key]]:
        """The sets, each sorted."""
        found: dict[Key, list[Key]] = {}
        for key in sorted(self.above):
            found.setdefault(self.top(key), []).append(key)
        return list(found.values())

    def customer_id(self, keys: list[Key]) -> str:
        """An id from the key of a source that was loaded first: `C` and 12 hexadecimal digits."""
        anchor = min((key for key in keys if key.source), key=lambda key: (self.first[key], key))
        return "C" + hashlib.sha256("\x1f".join(anchor).encode()).hexdigest()[:12]


def customers(organisation: pl.DataFrame, refs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Group parties that share a key. Returns CUSTOMER and CUSTOMER_REF frames, sorted by key.

    `organisation` has one row per company record: source, native_id, load_id, name, code, industry,
    is_person. `refs` has one row per (source, organisation_ref) that any event names, with the `load_id`
    that named it first.
    """
    records = organisation.sort("source", "native_id").to_dicts()
    named = refs.sort("source", "organisation_ref").select("source", "organisation_ref", "load_id").rows()
    codes = {(row["source"], normal(row["code"])) for row in records if row["code"]}
    groups = Groups()
    for row in records:
        groups.join(record_keys(row), row["load_id"])
    for source, ref, load_id in named:
        groups.join(ref_keys(source, ref, codes), load_id)
    sets = groups.sets()
    ids = {key: groups.customer_id(keys) for keys in sets for key in keys}
    written = {(source, ref): ref_keys(source, ref, codes)[0] for source, ref, _ in named}
    written |= {(row["source"], text): key for row in records for text, key in record_refs(row)}
    known = {record_keys(row)[0]: row for row in reversed(records)}
    spelt = {key: ref for (_, ref), key in sorted(written.items(), reverse=True)}
    rows = [described(groups.customer_id(keys), keys, known, spelt) for keys in sets]
    ref_rows = sorted((source, ref, ids[key]) for (source, ref), key in written.items())
    return framed(sorted(rows), CUSTOMER), framed(ref_rows, CUSTOMER_REF)


def also_called(refs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """CUSTOMER_REF with references that make nobody a customer: posts, notes, badge scans name anybody.

    `refs` as in `customers`, `known` a CUSTOMER_REF frame. One that is written like a known reference of its
    source, or like a name of two words that one customer alone has anywhere, is that customer.
    """
    rows = known.select("source", "organisation_ref", "customer_id").rows()
    found: dict[Key, set[str]] = {}
    for source, ref, customer in rows:
        for key in ref_keys(source, ref, set()):
            found.setdefault(key, set()).add(customer)
    there = {(source, ref) for source, ref, _ in rows}
    for source, ref in refs.select("source", "organisation_ref").rows():
        matches = [found[key] for key in ref_keys(source, ref, set()) if len(found.get(key, ())) == 1]
        if matches and (source, ref) not in there:
            rows.append((source, ref, *matches[0]))
    return framed(sorted(rows), CUSTOMER_REF)


def normal(text: str) -> str:
    """A name or code as compared: case, punctuation and runs of blanks do not matter."""
    return " ".join(text.casefold().translate(PUNCTUATION).split()) or text.casefold()


def record_keys(row: dict[str, str]) -> list[Key]:
    """The keys of a company record: its code and its name within the source, its name anywhere."""
    keys = [key for _, key in record_refs(row)]
    return keys + ([Key("", "name", normal(row["name"]))] if row["name"] else [])


def record_refs(row: dict[str, str]) -> Iterator[tuple[str, Key]]:
    """What events may call a company record, with the key of each."""
    for kind in ("code", "name"):
        if row[kind]:
            yield row[kind], Key(row["source"], kind, normal(row[kind]))


def ref_keys(source: str, ref: str, codes: set[tuple[str, str]]) -> list[Key]:
    """The keys of a reference: a code that its source has, else a name; one of two words holds anywhere."""
    text = normal(ref)
    if (source, text) in codes:
        return [Key(source, "code", text)]
    everywhere = [Key("", "name", text)] if " " in text and any(map(str.isalpha, text)) else []
    return [Key(source, "name", text), *everywhere]


def described(
    id_: str, keys: list[Key], known: dict[Key, dict[str, str]], written: dict[Key, str]
) -> tuple[str, str, bool, str | None]:
    """The customer's row: the name of its company record, else the reference as written."""
    records = [known[key] for key in keys if key in known]
    names = [row["name"] for row in records if row["name"]]
    names = names or [written[key] for key in keys if key in written]
    industry = next((row["industry"] for row in records if row["industry"]), None)
    person = any(row["is_person"] for row in records) or names[0].startswith(PERSON_PREFIX)
    return id_, names[0], bool(person), industry


def framed(rows: list[tuple], contract: Contract) -> pl.DataFrame:  # type: ignore[type-arg]
    """Rows as a frame of a contract's columns."""
    types = {"yes_no": pl.Boolean}
    schema = {column.name: types.get(column.family, pl.String) for column in contract.columns}
    return pl.DataFrame(rows, schema=schema, orient="row")
