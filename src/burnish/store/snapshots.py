"""Immutable snapshots: built beside, renamed when whole, then named by one small file.

    snapshots/CURRENT                        the id readers use
    snapshots/2026-11-22-3f2a91c07b1d/       day of knowledge and the first digits of the hash
        manifest.json                        hash, day, rows and hash of every table, code version
        order_gap.parquet …                  one sorted file per table
        LEASE                                readers hold a shared lock on it

A reader that holds a lease keeps its snapshot alive; the last K stay in any case.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from burnish.errors import DamageError, ShopError
from burnish.store import durable, loads
from burnish.store.fingerprint import table_hash

CURRENT, MANIFEST, LEASE = "CURRENT", "manifest.json", "LEASE"


@dataclass(frozen=True)
class Snapshot:
    """One published state of everything derived."""

    folder: Path
    manifest: Mapping[str, object]

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def hash(self) -> str:
        """SHA-256 over logical rows, schemas, landing manifest and code version."""
        return str(self.manifest["hash"])

    @property
    def as_of(self) -> str:
        """The day whose knowledge it holds, ISO."""
        return str(self.manifest["as_of"])

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows of every table."""
        return self.manifest["rows"]  # type: ignore[return-value]

    @property
    def withdrawn(self) -> Mapping[str, int]:
        """Records per table that later complete exports lack."""
        return self.manifest["withdrawn"]  # type: ignore[return-value]

    @property
    def waiting(self) -> Mapping[str, int]:
        """Lines per table whose head was not loaded yet."""
        return self.manifest.get("waiting", {})  # type: ignore[return-value]

    def table(self, name: str) -> pa.Table:
        """One table. Raises DamageError when it is missing or not whole."""
        return loads.read_parquet(self.folder / f"{name}.parquet")


def publish(
    snapshots: Path, built: Path, about: Mapping[str, object], beside: Mapping[str, object] | None = None
) -> Snapshot:
    """Hash what stands in `built`, give it its name, make it CURRENT. `beside` is kept but not hashed."""
    tables = {path.stem: loads.read_parquet(path) for path in sorted(built.glob("*.parquet"))}
    hashes = {name: table_hash(table) for name, table in tables.items()}
    rows = {name: table.num_rows for name, table in tables.items()}
    whole = json.dumps({"tables": hashes, **about}, sort_keys=True, default=str)
    total = hashlib.sha256(whole.encode()).hexdigest()
    manifest = {**about, **(beside or {}), "hash": total, "tables": hashes, "rows": rows}
    (built / LEASE).touch()
    (built / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True, default=str), "utf-8")
    final = snapshots / f"{about['as_of']}-{total[:12]}"
    if final.exists() and not is_whole(final):
        durable.retire(final)
    if final.exists():
        durable.discard(built)
    else:
        durable.publish_folder(built, final)
    durable.replace_file(snapshots / CURRENT, f"{final.name}\n".encode())
    return read(final)


def is_whole(folder: Path) -> bool:
    """Whether a published snapshot still holds what its manifest says."""
    try:
        snapshot = read(folder)
        hashes: Mapping[str, str] = snapshot.manifest["tables"]  # type: ignore[assignment]
        return (folder / LEASE).is_file() and all(
            table_hash(snapshot.table(name)) == hashed for name, hashed in hashes.items()
        )
    except DamageError:
        return False


def read(folder: Path) -> Snapshot:
    """Open a snapshot folder. Raises DamageError when its manifest cannot be read."""
    try:
        return Snapshot(folder, json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError):
        raise DamageError(
            "the snapshot's manifest is missing or damaged",
            str(folder),
            "Run `burnish refresh` to build it anew.",
        ) from None


@contextmanager
def current(snapshots: Path) -> Iterator[Snapshot]:
    """The current snapshot, held by a lease until the block ends.

    Raises ShopError when nothing was published yet.
    """
    while True:
        folder = current_folder(snapshots)
        try:
            lease = (folder / LEASE).open("rb")
        except FileNotFoundError:
            if folder == current_folder(snapshots):
                raise DamageError(
                    "the current snapshot is missing", str(folder), "Run `burnish refresh` to build it anew."
                ) from None
            continue
        with lease:
            fcntl.flock(lease, fcntl.LOCK_SH)
            if folder.exists():
                yield read(folder)
                return


def current_folder(snapshots: Path) -> Path:
    """The folder that CURRENT names."""
    pointer = snapshots / CURRENT
    if not pointer.is_file():
        raise ShopError("there is no briefing yet", str(snapshots), "Run `burnish refresh` first.")
    return snapshots / pointer.read_text("utf-8").strip()


def prune(snapshots: Path, keep: int) -> list[str]:
    """Remove all but the last `keep` snapshots by time of building; leased and current ones stay."""
    published = current_folder(snapshots)
    by_age = sorted(snapshots.glob(f"*/{MANIFEST}"), key=lambda path: (path.stat().st_mtime_ns, path))
    old = [path.parent for path in by_age if path.parent != published][: max(0, len(by_age) - max(keep, 1))]
    return [folder.name for folder in old if removed_unless_leased(folder)]


def removed_unless_leased(folder: Path) -> bool:
    """Delete one snapshot unless a reader holds it."""
    with (folder / LEASE).open("ab") as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        durable.retire(folder)
    return True
