"""Who is who by exact keys: the same name written alike, and a source's own codes.

The interface that fuller resolution will fill: parties in, `customer` and `customer_ref` out. Within a
source a code or a name is a key; between sources only a name is, since two systems may use one code
for two companies. Ids are anchored to the smallest record key of a customer, never to a cluster number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import polars as pl

from burnish.schema.contracts import Contract
from burnish.schema.facts import CUSTOMER, CUSTOMER_REF

PERSON_PREFIX = "person "


def customers(organisation: pl.DataFrame, refs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Group parties that share a key. Returns CUSTOMER and CUSTOMER_REF frames, sorted by key.

    `refs` has one row per (source, organisation_ref) that any event names; `organisation` one row per
    company record with source, name, code, parent_ref, industry, is_person.
    """
    groups = Groups()
    known: dict[tuple[str, str], dict[str, object]] = {}
    for row in organisation.sort("source", "native_id").iter_rows(named=True):
        keys = list(party_keys(row["source"], row["name"], row["code"]))
        groups.join(keys)
        for key in keys:
            known.setdefault(key, row)
    for source, ref in refs.select("source", "organisation_ref").sort(pl.all()).iter_rows():
        groups.join([*ref_keys(source, ref)])
    anchors = {key: customer_id(members) for members in groups.members() for key in members}
    ref_rows = sorted(set(named_refs(organisation, refs, anchors)))
    written = {(source, normal(ref)): ref for source, ref, _ in reversed(ref_rows)}
    customer_rows = [described(members, known, written) for members in groups.members()]
    return framed(sorted(customer_rows), CUSTOMER), framed(ref_rows, CUSTOMER_REF)


def normal(text: str) -> str:
    """A name or code as compared: case and runs of spaces do not matter."""
    return " ".join(text.casefold().split())


def party_keys(source: str, name: str | None, code: str | None) -> Iterator[tuple[str, str]]:
    """The keys of a company record: its name anywhere, its name and code within the source."""
    if name:
        yield ("", normal(name))
        yield (source, normal(name))
    if code:
        yield (source, normal(code))


def ref_keys(source: str, ref: str) -> Iterator[tuple[str, str]]:
    """The keys of a reference: a name or a code within its source, joined with that name anywhere."""
    yield (source, normal(ref))
    if any(letter.isalpha() for letter in ref) and " " in ref.strip():
        yield ("", normal(ref))


def named_refs(
    organisation: pl.DataFrame, refs: pl.DataFrame, anchors: dict[tuple[str, str], str]
) -> Iterator[tuple[str, str, str]]:
    """Every (source, name or code) with its customer."""
    for source, name, code in organisation.select("source", "name", "code").iter_rows():
        for ref in filter(None, (name, code)):
            yield source, ref, anchors[(source, normal(ref))]
    for source, ref in refs.select("source", "organisation_ref").iter_rows():
        yield source, ref, anchors[(source, normal(ref))]


def customer_id(members: Iterable[tuple[str, str]]) -> str:
    """An id from the smallest record key: `C` and 12 hexadecimal digits."""
    anchor = min(key for key in members if key[0])
    return "C" + hashlib.sha256("\x1f".join(anchor).encode()).hexdigest()[:12]


def described(
    members: set[tuple[str, str]],
    known: dict[tuple[str, str], dict[str, object]],
    written: dict[tuple[str, str], str],
) -> tuple[str, str, bool, str | None]:
    """The customer's row: the name of its company record, else the reference as written."""
    records = [known[key] for key in sorted(members) if key in known]
    names = [str(row["name"]) for row in records if row["name"]]
    names += [written[key] for key in sorted(members) if key in written]
    industries = [str(row["industry"]) for row in records if row["industry"]]
    person = any(row["is_person"] for row in records) or names[0].startswith(PERSON_PREFIX)
    return customer_id(members), names[0], bool(person), next(iter(industries), None)


def framed(rows: list[tuple], contract: Contract) -> pl.DataFrame:  # type: ignore[type-arg]
    """Rows as a frame of a contract's columns."""
    types = {"yes_no": pl.Boolean}
    schema = {column.name: types.get(column.family, pl.String) for column in contract.columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


class Groups:
    """Disjoint sets of keys that were said to belong together."""

    def __init__(self) -> None:
        self.above: dict[tuple[str, str], tuple[str, str]] = {}

    def top(self, key: tuple[str, str]) -> tuple[str, str]:
        """The key that stands for a set."""
        self.above.setdefault(key, key)
        while self.above[key] != key:
            self.above[key] = self.above[self.above[key]]
            key = self.above[key]
        return key

    def join(self, keys: list[tuple[str, str]]) -> None:
        """Put all these keys into one set; the smallest key stands for it."""
        tops = sorted(self.top(key) for key in keys)
        for key in tops[1:]:
            self.above[self.top(key)] = self.top(tops[0])

    def members(self) -> list[set[tuple[str, str]]]:
        """The sets, ordered by the key that stands for them."""
        sets: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for key in sorted(self.above):
            sets.setdefault(self.top(key), set()).add(key)
        return [sets[top] for top in sorted(sets)]
