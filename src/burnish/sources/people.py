"""Taking people out of typed rows: their ids stay, their names and texts go to the vault.

A contact's own key is hashed into `person_id`; a customer that is a person is treated as one (D6);
long free text about anything is kept apart, short operational text stays open after masking.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from burnish.privacy.masking import KnownNames, keep_apart, mask
from burnish.privacy.vault import Vault
from burnish.schema.contracts import Contract
from burnish.sources.cells import Typed
from burnish.sources.individuals import looks_like_a_person

CUSTOMERS = "customer"
FREE = ("text", "code")


class People:
    """What one load found about people, until `keep` commits it to the vault."""

    def __init__(self, vault: Vault, source: str, names: KnownNames) -> None:
        self.vault, self.source, self.names = vault, source, names
        self.names_version = names.version
        self.masked = 0
        self.found: dict[tuple[str, str, str, str], None] = {}

    def pseudonymous(self, rows: Typed, contract: Contract, object_: str, *, individuals: str) -> Typed:
        """The rows with open columns only, and no person's key or name in them."""
        rows = self.without_private_customers(rows, contract, individuals)
        columns = self.opened(rows, contract, object_)
        native = columns["person_id"] if contract.name == "person" else rows.native
        columns = {name: self.short_and_masked(cells, contract, name) for name, cells in columns.items()}
        return Typed(columns, native, rows.known_on, rows.line, rows.notes)

    def without_private_customers(self, rows: Typed, contract: Contract, individuals: str) -> Typed:
        """Replace the names of customers that are persons; organisation rows are flagged `is_person`."""
        name = "name" if contract.name == "organisation" else "organisation_ref"
        if name not in rows.columns or individuals == "none":
            return rows
        refs = rows.columns[name]
        private = looks_like_a_person(
            refs, self.names, rows.columns.get("is_person"), everyone=individuals == "all"
        )
        columns = dict(rows.columns)
        if contract.name == "organisation":
            columns["is_person"] = pc.fill_null(private, False)
        if not pc.any(private).as_py():
            return Typed(columns, rows.native, rows.known_on, rows.line, rows.notes)
        ids = self.vault.person_ids(self.source, CUSTOMERS, folded(refs))
        self.remember("person", ids.filter(private), "name", refs.filter(private))
        shown = pc.binary_join_element_wise("person", pc.utf8_slice_codeunits(ids, 0, 12), " ")
        columns[name] = pc.if_else(private, shown, refs)
        native = pc.if_else(pc.and_(private, pc.equal(folded(rows.native), folded(refs))), shown, rows.native)
        return Typed(columns, native, rows.known_on, rows.line, rows.notes)

    def opened(self, rows: Typed, contract: Contract, object_: str) -> dict[str, pa.Array]:
        """Move vault columns to the vault, under the id of the person or company record they belong to."""
        vaulted = [column.name for column in contract.columns if column.vault and column.name in rows.columns]
        open_ = {name: cells for name, cells in rows.columns.items() if name not in vaulted}
        if not vaulted and contract.name != "person":
            return open_
        kind = object_ if contract.name == "person" else contract.name
        ids = self.vault.person_ids(self.source, kind, own_key(rows, contract))
        for name in vaulted:
            self.remember(contract.name, ids, name, rows.columns[name])
        return open_ | ({"person_id": ids} if contract.name == "person" else {})

    def short_and_masked(self, cells: pa.Array, contract: Contract, name: str) -> pa.Array:
        """Free text: long bodies are kept apart, short text is masked."""
        if name not in free_text(contract):
            return cells
        open_text, bodies = keep_apart(cells)
        if pc.any(bodies).as_py():
            kept = cells.filter(bodies)
            self.remember("body", self.vault.person_ids(self.source, "body", kept), "body", kept)
        masked, changed = mask(open_text, self.names)
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


def folded(cells: pa.Array) -> pa.Array:
    """Text as compared: case and outer blanks do not matter."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(cells))
