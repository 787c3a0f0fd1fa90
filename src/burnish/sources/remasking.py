"""Masking landed texts again when a person has become known since they landed (D6)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from burnish.privacy.masking import KnownNames, mask
from burnish.privacy.vault import Vault
from burnish.schema.tables import CANONICAL
from burnish.sources.people import free_text
from burnish.store import loads


def mask_landed(landing: Path, vault: Vault) -> int:
    """Mask every landed text written before the vault's newest names. Returns how many texts changed.

    Each file is replaced whole, its manifest last: masking twice changes nothing, so an interrupted run is
    simply done again.
    """
    version = vault.version
    behind = [load for load in loads.all_loads(landing) if load.names_version < version]
    if not behind:
        return 0
    names = vault.known_names()
    return sum(mask_load(landing / load.load_id, load, names) for load in behind)


def mask_load(folder: Path, load: loads.Load, names: KnownNames) -> int:
    """Mask one load's event tables."""
    changed = 0
    for path in sorted(folder.glob("*.*.parquet")):
        contract = CANONICAL[path.name.split(".")[0]]
        changed += mask_file(path, free_text(contract), names) if free_text(contract) else 0
    files = {path.name: loads.digest(path) for path in sorted(folder.glob("*.parquet"))}
    masked = load.masked + changed
    loads.write_manifest(folder, replace(load, files=files, masked=masked, names_version=names.version))
    return changed


def mask_file(path: Path, texts: tuple[str, ...], names: KnownNames) -> int:
    """Mask the text columns of one file; it is replaced only when something changed."""
    table, total = loads.read_parquet(path), 0
    for name in texts:
        masked, changed = mask(table.column(name).combine_chunks(), names)
        total += changed
        if changed:
            table = table.set_column(table.schema.get_field_index(name), name, masked.cast(pa.string()))
    if total:
        loads.replace_parquet(table, path)
    return total
