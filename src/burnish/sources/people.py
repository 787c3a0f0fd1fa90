"""Taking people out of typed rows: their ids stay, their names and texts go to the vault.

A contact's own key is hashed into `person_id`, and so is the key by which an event names a person; a
customer that is a person is treated as one (D6); long free text about anything is kept apart, short
operational text stays open after masking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from burnish.privacy.masking import KnownNames, keep_apart, mask
from burnish.privacy.vault import Vault
from burnish.schema.contracts import Contract
from burnish.schema.tables import HEAD
from burnish.sources.cells import Typed
from burnish.sources.individuals import looks_like_a_person
from burnish.sources.naming import each

CUSTOMERS, KEYS = "customer", "key"
Terms = Callable[[pa.Array], pa.Array]
PSEUDONYM, HASHED = "^person [0-9a-f]{32}$", "^key [0-9a-f]{32}$"
FREE = ("text", "code")
REFERRING, SEVERAL = ("code", "parent_ref", "merged_into"), ("merged_from",)
BY_VISIT = ("web_event",)  # their own keys may number a visit, which would tie its pages together


class People:
    """What one load found about people, until `keep` commits it to the vault."""

    def __init__(self, vault: Vault, source: str, names: KnownNames, terms: Terms | None = None) -> None:
        """`terms` gives for long texts the words of the trade in them, which may stay open."""
        self.vault, self.source, self.names, self.terms = vault, source, names, terms
        self.names_version = names.version
        self.masked = 0
        self.found: dict[tuple[str, str, str, str], None] = {}

    def pseudonymous(
        self,
        rows: Typed,
        contract: Contract,
        object_: str,
        *,
        individuals: str,
        cut: pa.Array | None = None,
        lists: Mapping[str, str] | None = None,
    ) -> Typed:
        """The rows with open columns only, and no person's key or name in them.

        `cut` is true where the guard cut something out of the row's own key. `lists`: per keyed column the
        list of the same source whose people it names, `object_` where none is given.
        """
        rows = self.keyed(self.headed(rows, contract), contract, object_, lists or {})
        opened, ids = self.opened(rows, contract, object_)
        hidden = self.hidden(replace(rows, columns=opened), contract, individuals=individuals, cut=cut)
        columns = {
            name: self.short_and_masked(cells, contract, name) for name, cells in hidden.columns.items()
        }
        if ids is None:
            return replace(hidden, columns=columns)
        return replace(hidden, columns=columns | {"person_id": ids}, native=ids)

    def headed(self, rows: Typed, contract: Contract) -> Typed:
        """Heads and lines with the head's key as a keyed id: it could name a customer.

        A line does not show whose it is, so this cannot be left to private customers only.
        """
        own = rows.native if contract.name == HEAD else rows.columns.get("header_ref")
        if own is None:
            return rows
        ids = pc.binary_join_element_wise(KEYS, self.vault.person_ids(self.source, KEYS, own), " ")
        return replace(rows, columns=rows.columns | {"header_ref": ids})

    def keyed(self, rows: Typed, contract: Contract, object_: str, lists: Mapping[str, str]) -> Typed:
        """Keys of people in events as the ids that their own list gives them; colleagues' names are kept."""
        columns = dict(rows.columns)
        for column in contract.columns:
            if column.keyed and column.name in columns:
                cells = columns[column.name]
                of = column.keyed if column.keyed == "colleague" else lists.get(column.name, object_)
                ids = partial(self.ids_of, of=of, whose=column.keyed)
                columns[column.name] = each(cells, ids) if column.name in SEVERAL else ids(cells)
                if column.keyed == "colleague":
                    self.remember("colleague", columns[column.name], "name", cells)
        return replace(rows, columns=columns)

    def ids_of(self, cells: pa.Array, of: str, whose: str) -> pa.Array:
        """The ids that a list `of` this source gives to people of these keys."""
        return self.vault.person_ids(self.source, of, person_key(cells, whose))

    def hidden(
        self, rows: Typed, contract: Contract, *, individuals: str, cut: pa.Array | None = None
    ) -> Typed:
        """Replace customers that are persons, and every key of a row that could name one.

        Landing and masking again share this, so that it does not matter whether a person was known before
        a row landed or after. What was replaced once is left alone.
        """
        name = "name" if contract.name == "organisation" else "organisation_ref"
        columns, private = dict(rows.columns), pa.repeat(False, len(rows.line))
        if name in columns and individuals != "none":
            private = self.private(columns[name], columns.get("is_person"), individuals)
            columns[name] = self.replaced(columns[name], private)
        unsafe = pc.or_(private, whose_is_untold(rows, contract))
        if contract.name == "organisation" and individuals != "none":
            said = columns.get("is_person", pa.nulls(len(rows.line), pa.bool_()))
            columns["is_person"] = pc.if_else(private, True, said)
            columns |= self.referred(columns, individuals)
            columns |= self.otherwise_named(columns, private, individuals)
            if "code" in columns:
                unsafe = pc.or_(unsafe, names_somebody(columns["code"]))
        unsafe = pc.or_(unsafe, pa.repeat(contract.name in BY_VISIT, len(rows.line)))
        unsafe = unsafe if cut is None else pc.or_(unsafe, cut)
        return replace(rows, columns=columns, native=self.hashed(rows.native, unsafe))

    def referred(self, columns: Mapping[str, pa.Array], individuals: str) -> dict[str, pa.Array]:
        """A company's own code and the companies it refers to, as events that name them so have them."""

        def open_(refs: pa.Array) -> pa.Array:
            return self.replaced(refs, self.private(refs, None, individuals))

        done = {name: open_(columns[name]) for name in REFERRING if name in columns}
        return done | {name: each(columns[name], open_) for name in SEVERAL if name in columns}

    def otherwise_named(
        self, columns: Mapping[str, pa.Array], private: pa.Array, individuals: str
    ) -> dict[str, pa.Array]:
        """Other names of a company without those of persons, which go to the vault; a person's go all."""
        if "alias" not in columns:
            return {}
        alias, of_people = columns["alias"], pc.and_(private, columns["alias"].is_valid())
        ids = pc.replace_substring(columns["name"].filter(of_people), "person ", "", max_replacements=1)
        self.remember("person", ids, "alias", alias.filter(of_people))

        def open_(parts: pa.Array) -> pa.Array:
            found = self.private(parts, None, individuals)
            self.replaced(parts, found)
            return pc.if_else(found, None, parts)

        return {"alias": each(pc.if_else(of_people, None, alias), open_)}

    def private(self, refs: pa.Array, said: pa.Array | None, individuals: str) -> pa.Array:
        """Which customers are persons and still stand there by name."""
        person = looks_like_a_person(refs, self.names, said, everyone=individuals == "all")
        return pc.and_(person, pc.invert(names_somebody(refs)))

    def replaced(self, refs: pa.Array, private: pa.Array) -> pa.Array:
        """`person` and a keyed id in place of private customers, whose names go to the vault."""
        if not pc.any(private).as_py():
            return refs
        ids = customer_ids(self.vault, self.source, refs)
        self.remember("person", ids.filter(private), "name", refs.filter(private))
        return pc.if_else(private, standing_for(ids), refs)

    def hashed(self, native: pa.Array, unsafe: pa.Array) -> pa.Array:
        """A keyed hash in place of keys that could name somebody: equal keys stay equal in every load."""
        if not pc.any(unsafe).as_py():
            return native
        done = pc.fill_null(pc.match_substring_regex(native, HASHED), False)
        ids = self.vault.person_ids(self.source, KEYS, native)
        shown = pc.binary_join_element_wise(KEYS, ids, " ")
        return pc.if_else(pc.and_(unsafe, pc.invert(done)), shown, native)

    def opened(
        self, rows: Typed, contract: Contract, object_: str
    ) -> tuple[dict[str, pa.Array], pa.Array | None]:
        """The open columns; the rest goes to the vault, under the id of the record it belongs to.

        Beside them the ids of the rows' people, where the rows are people.
        """
        vaulted = [column.name for column in contract.columns if column.vault and column.name in rows.columns]
        open_ = {name: cells for name, cells in rows.columns.items() if name not in vaulted}
        if not vaulted and contract.name != "person":
            return open_, None
        kind = object_ if contract.name == "person" else contract.name
        ids = self.vault.person_ids(self.source, kind, own_key(rows, contract))
        if contract.name == "person" and "email" in rows.columns:
            open_["email_id"] = self.vault.person_ids(self.source, kind, folded(rows.columns["email"]))
        for name in vaulted:
            self.remember(contract.name, ids, name, rows.columns[name])
        return open_, ids if contract.name == "person" else None

    def short_and_masked(self, cells: pa.Array, contract: Contract, name: str) -> pa.Array:
        """Free text: long bodies are kept apart but for their words of the trade, short text is masked."""
        if name not in free_text(contract):
            return cells
        if contract.by_name[name].public:
            return self.masked_text(cells)
        open_text, bodies = keep_apart(cells)
        if pc.any(bodies).as_py():
            kept = cells.filter(bodies)
            self.remember("body", self.vault.person_ids(self.source, "body", kept), "body", kept)
            if self.terms is not None:
                open_text = pc.replace_with_mask(open_text, bodies, self.terms(kept))
        return self.masked_text(open_text)

    def masked_text(self, cells: pa.Array) -> pa.Array:
        """Short text, masked and counted."""
        masked, changed = mask(cells, self.names)
        self.masked += changed
        return masked

    def remember(self, table: str, ids: pa.Array, column: str, values: pa.Array) -> None:
        """Hold distinct values for the vault, in memory only."""
        pairs = (
            pa.table({"id": ids, "value": values})
            .filter(values.is_valid())
            .group_by(["id", "value"])
            .aggregate([])
        )
        for id_, value in zip(pairs["id"].to_pylist(), pairs["value"].to_pylist(), strict=True):
            self.found.setdefault((id_, table, column, value))

    def keep(self, load_id: str) -> None:
        """Commit everything found to the vault in one transaction."""
        if self.found:
            ids, tables, columns, values = zip(*sorted(self.found), strict=True)
            rows = {"person_id": ids, "table": tables, "column": columns, "value": values}
            self.vault.put(pa.table(rows | {"load_id": [load_id] * len(ids)}))


def customer_ids(vault: Vault, source: str, names: pa.Array) -> pa.Array:
    """The ids of customers of one source that are persons, by their names."""
    return vault.person_ids(source, CUSTOMERS, folded(names))


def standing_for(ids: pa.Array) -> pa.Array:
    """What stands in open tables in place of such customers' names."""
    return pc.binary_join_element_wise("person", ids, " ")


def names_somebody(refs: pa.Array) -> pa.Array:
    """Where a person stands by a keyed id."""
    return pc.fill_null(pc.match_substring_regex(refs, PSEUDONYM), False)


def whose_is_untold(rows: Typed, contract: Contract) -> pa.Array:
    """Lines that leave it to their head whose they are: their own keys begin with the head's as a rule."""
    size = len(rows.line)
    if contract.name == HEAD or "header_ref" not in rows.columns:
        return pa.repeat(False, size)
    customers = rows.columns.get("organisation_ref", pa.nulls(size))
    return pc.and_(rows.columns["header_ref"].is_valid(), customers.is_null())


def free_text(contract: Contract) -> tuple[str, ...]:
    """Columns of an event in which anybody may have typed anything: text, codes and the customer's PO."""
    if contract.kind != "event":
        return ()
    return tuple(
        column.name for column in contract.open_columns if column.family in FREE or column.name == "po_no"
    )


def own_key(rows: Typed, contract: Contract) -> pa.Array:
    """What tells one record from another: its own key, else its e-mail, else its name and company."""
    names = ("email", "name", "organisation_ref") if contract.name == "person" else ("name",)
    parts = [folded(rows.columns[name]) for name in names if name in rows.columns]
    return pc.coalesce(rows.native, *parts) if contract.name == "person" else pc.coalesce(*parts, rows.native)


def person_key(cells: pa.Array, of: str) -> pa.Array:
    """A person's key as its list has it: an address or a colleague's name in any case, all else as it is."""
    as_written = pc.utf8_trim_whitespace(cells)
    if of == "colleague":
        return folded(cells)
    return pc.if_else(pc.match_substring(as_written, "@"), folded(cells), as_written)


def folded(cells: pa.Array) -> pa.Array:
    """Text as compared: case and outer blanks do not matter."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(cells))
