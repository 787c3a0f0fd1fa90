"""Masking what landed before a person became known (D6): texts, customers and keys, as landing would today.

A file that changes is written anew beside the old one, and replacing the manifest is the one step that
puts it in force; what no manifest names is swept away by the next run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from burnish.privacy.vault import Vault
from burnish.schema.contracts import Contract
from burnish.schema.tables import CANONICAL
from burnish.sources.cells import Typed
from burnish.sources.people import REFERRING, SEVERAL, People, free_text
from burnish.store import durable, loads

OF_COMPANIES = ("name", "alias", *REFERRING, *SEVERAL)  # where a customer who is a person may stand
INDIVIDUALS = b"individuals"  # in a landed file's metadata: what its mapping said of its customers


def mask_landed(landing: Path, vault: Vault) -> int:
    """Mask every load written before the vault's newest names. Returns how many files were written anew.

    Customers found out to be persons are names of their own, so it goes on until nothing is behind.
    Raises DamageError when a file that needs masking is not the one that landed.
    """
    for folder in loads.folders(landing):
        sweep(folder)
    anew = 0
    while behind := [load for load in loads.all_loads(landing) if load.names_version < vault.version]:
        names = vault.known_names()
        anew += sum(mask_load(landing, load, People(vault, load.source, names)) for load in behind)
    return anew


def mask_load(landing: Path, load: loads.Load, people: People) -> int:
    """Mask one load; names go to the vault before they leave landing. Returns the number of files written."""
    folder, files = landing / load.load_id, dict(load.files)
    for name, table in masked_tables(landing, load, people):
        anew = f"{stem(name)}.{people.names_version}.parquet"
        loads.write_parquet(table, folder / anew)
        durable.sync_file(folder / anew)
        del files[name]
        files[anew] = loads.digest(folder / anew)
    people.keep(load.load_id)
    durable.sync_folder(folder)
    masked = load.masked + people.masked
    now = replace(load, files=dict(sorted(files.items())), masked=masked, names_version=people.names_version)
    loads.write_manifest(folder, now)
    sweep(folder)
    return len(files.keys() - load.files.keys())


def masked_tables(landing: Path, load: loads.Load, people: People) -> Iterator[tuple[str, pa.Table]]:
    """Each file of a load that holds something to mask, with its table masked. Raises DamageError."""
    for name in sorted(load.files):
        contract = CANONICAL.get(name.split(".")[0])
        if contract is None:
            continue
        table = loads.read_parquet(landing / load.load_id / name)
        masked = masked_table(table, contract, people)
        if masked is not table:
            loads.refuse_damage(landing, [replace(load, files={name: load.files[name]})])
            yield name, masked


def masked_table(table: pa.Table, contract: Contract, people: People) -> pa.Table:
    """A landed table as it would land today; the very same table when nothing changes."""
    said = (table.schema.metadata or {}).get(INDIVIDUALS, b"guess").decode()
    wanted = ("organisation_ref", "is_person", *free_text(contract))
    wanted += OF_COMPANIES if contract.name == "organisation" else ()
    columns = {
        column.name: table.column(column.name).combine_chunks()
        for column in contract.open_columns
        if column.name in table.column_names and column.name in wanted
    }
    native, line = (table.column(name).combine_chunks() for name in ("native_id", "line"))
    rows = people.hidden(Typed(columns, native, None, line, ()), contract, individuals=said)
    found = rows.columns | {name: people.masked_text(columns[name]) for name in free_text(contract)}
    if contract.name != "person":
        found["native_id"] = rows.native
    for name, cells in found.items():
        place = table.schema.get_field_index(name)
        if not table.column(name).combine_chunks().equals(cells):
            table = table.set_column(place, table.schema.field(place), cells)
    return table


def stem(name: str) -> str:
    """`order_line.0` of `order_line.0.parquet` and of every later version of it, `order_line.0.7.parquet`."""
    return ".".join(name.split(".")[:2])


def sweep(folder: Path) -> None:
    """Remove other versions of the files that a load's manifest names."""
    files = loads.read_manifest(folder / loads.MANIFEST).files
    stems = {stem(name) for name in files if name != loads.REJECTS}
    for path in folder.glob("*.parquet"):
        if path.name not in files and stem(path.name) in stems:
            path.unlink()
