"""The journal's file below Django's ORM: an alias per file, made whole or not at all, brought up to date.

Inside the web app Django is configured already and holds the journal as one of its apps; elsewhere it is
configured here, with the ORM and nothing else.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from burnish.journal.reading import PATIENCE_SECONDS, asking, steps_known, steps_taken, told
from burnish.store import durable

LABEL = "journal"
OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": PATIENCE_SECONDS,
    "init_command": "pragma synchronous = extra",  # full, and the folder is on the disk at each commit too
}


def opened(path: Path) -> str:
    """The alias of the journal at `path`, made when missing and brought up to date.

    Raises ShopError for a journal of a newer Burnish or a folder that cannot be written, ShopBusyError,
    DamageError.
    """
    configure()
    with durable.writable(path.parent), told(path):
        if not path.exists():
            make(path)
        with asking(path) as db:
            behind = steps_known() - steps_taken(db, path)
        alias = connected(path)
        if behind:
            bring_up_to_date(alias)
    return alias


def configure() -> None:
    """Set Django up once for the ORM, unless somebody did; no logging, no URLs, no middleware."""
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=("burnish.journal",),
            DATABASES={},
            USE_TZ=True,
            TIME_ZONE="UTC",
            LOGGING_CONFIG=None,
        )
    apps.populate(settings.INSTALLED_APPS)


def connected(path: Path) -> str:
    """The alias under which Django knows this file."""
    alias = f"journal {path.resolve()}"
    if alias not in connections.settings:
        entry = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path.resolve()),
            "OPTIONS": dict(OPTIONS),
        }
        connections.settings[alias] = connections.configure_settings({"default": {}, alias: entry})[alias]
    return alias


def release(alias: str) -> None:
    """Close a file; it opens again when it is used again."""
    connections[alias].close()


def forget(alias: str) -> None:
    """Close a file, and let Django know it no more."""
    release(alias)
    del connections[alias], connections.settings[alias]


def make(path: Path) -> None:
    """A new journal, whole before it has its name; where another process was quicker, its one stays."""
    handle, name = tempfile.mkstemp(prefix=durable.UNFINISHED, suffix=path.name, dir=path.parent)  # mode 0600
    os.close(handle)
    beside = Path(name)
    try:
        alias = connected(beside)
        try:
            bring_up_to_date(alias)
        finally:
            forget(alias)
        with suppress(FileExistsError):
            path.hardlink_to(beside)
        durable.sync_folder(path.parent)
    finally:
        beside.unlink()


def bring_up_to_date(alias: str) -> None:
    """Take all missing steps, or none: one transaction, in which a second opener finds nothing to do."""
    connection = connections[alias]
    connection.disable_constraint_checking()  # SQLite cannot rebuild tables otherwise
    try:
        with transaction.atomic(using=alias):
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes(LABEL))
    finally:
        connection.enable_constraint_checking()
