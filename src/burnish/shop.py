"""A shop is a folder. This opens one, makes one, and lets one writer in at a time (D1).

shop.toml    who the shop is           maps/       confirmed mappings, per heading row
landing/     loads, as Parquet         snapshots/  what was derived, immutable
vault/       people, encrypted         LOCK        held by the one writer
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import tomlkit

from burnish import settings
from burnish.errors import ShopBusyError, ShopError
from burnish.settings import Settings
from burnish.store import durable

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from burnish.privacy.vault import Vault

FOLDERS = ("landing", "snapshots", "maps", "vault")


@dataclass(frozen=True)
class Shop:
    """An opened shop folder."""

    settings: Settings

    @property
    def folder(self) -> Path:
        """The shop's folder."""
        return self.settings.folder

    @property
    def landing(self) -> Path:
        """Where loads lie."""
        return self.folder / "landing"

    @property
    def snapshots(self) -> Path:
        """Where snapshots lie."""
        return self.folder / "snapshots"

    @property
    def vocabulary(self) -> Path:
        """Where the shop's own rows of the vocabulary lie, if it has any."""
        return self.folder / "vocabulary"

    @cached_property
    def vault(self) -> Vault:
        """The people of the shop. Raises ShopError when its key is lost."""
        from burnish.privacy.keys import ShopKey, path_for  # noqa: PLC0415  (cryptography is slow to import)
        from burnish.privacy.vault import Vault  # noqa: PLC0415

        return Vault.open(self.folder, ShopKey.read(path_for(self.folder)))

    def today(self) -> date:
        """The shop's local date."""
        return datetime.now(self.settings.time_zone).date()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer, after clearing what an interrupted one left.

        Raises ShopBusyError at once, ShopError when the folder cannot be written or the disk is full.
        """
        lock = filelock.FileLock(self.folder / "LOCK", timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise ShopBusyError(
                "another add, refresh or remove is at work", str(self.folder), "Try again when it has ended."
            ) from None
        except OSError as problem:
            raise ShopError(
                f"the shop's folder cannot be written: {problem.strerror}",
                str(self.folder),
                "Ask for write permission on it.",
            ) from None
        with lock, durable.writable(self.folder):
            self.recover()
            yield

    def recover(self) -> None:
        """Discard unfinished folders, and people whose load never became visible."""
        from burnish.store import loads  # noqa: PLC0415  (pyarrow is slow to import)

        for folder in (self.landing, self.snapshots):
            durable.discard_unfinished(folder)
        visible = {folder.name for folder in loads.folders(self.landing)}
        if any((self.folder / "vault").glob("*.sqlite3")):
            for load_id in self.vault.loads() - visible:
                self.vault.discard(load_id)

    @contextmanager
    def engine(self) -> Iterator[Backend]:
        """A locked-down query session over landing and snapshots; its spill folder goes afterwards."""
        from burnish.store.engine import connect  # noqa: PLC0415

        spill = self.snapshots / f".unfinished-spill-{os.getpid()}"
        dials = {"threads": self.settings.threads, "memory_mb": self.settings.memory_mb}
        backend = connect(**dials, spill=spill, folders=[self.landing, self.snapshots])
        try:
            yield backend
        finally:
            backend.disconnect()
            shutil.rmtree(spill, ignore_errors=True)


def open_shop(folder: Path) -> Shop:
    """Open an existing shop. Raises ShopError when there is none."""
    return Shop(settings.read(folder))


def init(folder: Path, *, name: str, time_zone: str, currency: str, country: str, region: str = "") -> Shop:
    """Make a shop folder with its key. Raises ShopError when one is there, or the values make no sense."""
    if (folder / settings.FILE_NAME).exists():
        raise ShopError(
            "there is a shop already", str(folder), "Use it with --shop, or choose another folder."
        )
    given = {"version": settings.SHOP_VERSION, "name": name, "time_zone": time_zone}
    given |= {"currency": currency, "country": country, "region": region}
    checked = settings.checked(given, folder)
    try:
        for part in FOLDERS:
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "vault").chmod(0o700)
        keep_or_create_key(folder)
        document = tomlkit.document()
        document.add(tomlkit.comment("Who this shop is. docs/guides/own-files.md explains each line."))
        document.update(given)
        durable.replace_file(folder / settings.FILE_NAME, tomlkit.dumps(document).encode())
    except OSError as problem:
        raise ShopError(
            f"the shop's folder cannot be made: {problem.strerror}",
            str(folder),
            "Choose a folder you may write.",
        ) from None
    return Shop(checked)


def keep_or_create_key(folder: Path) -> None:
    """The shop's key: a new one, or the one that an interrupted `init` left before anything used it."""
    from burnish.privacy.keys import ShopKey, path_for  # noqa: PLC0415

    key = path_for(folder)
    if key.is_file() and not any((folder / "vault").glob("*.sqlite3")):
        ShopKey.read(key)
    else:
        ShopKey.create(key)
