"""Reading the journal with plain sqlite3: quick, no Django, nothing migrated and nothing written.

A refresh reads decisions each time and decides nothing, so it should need no more than this.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from burnish.errors import BurnishError, DamageError, ShopBusyError, ShopError

FILE_NAME = "app.sqlite3"
BACKUP = "Restore it from a backup."
PATIENCE_SECONDS = 30
STEPS = Path(__file__).parent / "migrations"
MATCHING = "0001_matching"  # the step that made the tables read here
SAID = {"said_by": pl.String, "said_at": pl.String, "why": pl.String}
PAIR = {"kind": pl.String, "verdict": pl.String, "left_key": pl.String, "right_key": pl.String}
DECISION = {"seq": pl.Int64, "batch": pl.Int64} | PAIR | SAID | {"how": pl.String}
MODEL = {"seq": pl.Int64, "kind": pl.String, "version": pl.String} | SAID


def read_decisions(folder: Path, kind: str) -> pl.DataFrame:
    """Every word on pairs of this kind ("company" or "person"), in the order in which it was said.

    Columns: seq, batch, kind, verdict, left_key, right_key (the smaller key left), said_by, said_at (UTC,
    microseconds), why, how. None where the shop has no journal. Raises ShopError for a journal of an older
    or newer Burnish, ShopBusyError, DamageError.
    """
    return read_frame(folder, "match_decision", DECISION, kind)


def read_models(folder: Path, kind: str) -> pl.DataFrame:
    """Which models were adopted: seq, kind, version, said_by, said_at, why. The last row is in use."""
    return read_frame(folder, "match_model", MODEL, kind)


def read_model(folder: Path, kind: str, *, version: str | None = None) -> dict[str, Any] | None:
    """The parameters of the model adopted last (of that `version`), None where none was.

    Raises DamageError when they are not what was written.
    """
    asked = "select version, parameters from match_model where kind = ? and ? in ('', version) "
    found = read_rows(folder, asked + "order by seq desc limit 1", (kind, version or ""))
    if not found:
        return None
    kept, text = found[0]
    if digest(text) != kept:
        raise DamageError("a model is not what was written", str(folder / FILE_NAME), BACKUP)
    parameters: dict[str, Any] = json.loads(text)
    return parameters


def length(folder: Path) -> int:
    """How many rows the journal holds; it only ever grows."""
    both = "select (select count(*) from match_decision) + (select count(*) from match_model)"
    return sum(count for (count,) in read_rows(folder, both, ()))


def digest(text: str) -> str:
    """The version of a model with these parameters, which are canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_frame(folder: Path, table: str, columns: dict[str, Any], kind: str) -> pl.DataFrame:
    """Rows of one kind in the order of `seq`."""
    asked = f"select {', '.join(columns)} from {table} where kind = ? order by seq"  # noqa: S608
    frame = pl.DataFrame(read_rows(folder, asked, (kind,)), schema=columns, orient="row")
    moment = pl.col("said_at").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
    return frame.with_columns(said_at=moment)


def read_rows(folder: Path, asked: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    """What a query finds; nothing where there is no journal."""
    path = folder / FILE_NAME
    if not path.exists():
        return []
    with asking(path) as db:
        if MATCHING not in steps_taken(db, path):
            raise ShopError(
                "the journal was made by an older Burnish",
                str(path),
                "Run `burnish match` once; it brings the journal up to date",
            )
        return db.execute(asked, values).fetchall()


@contextmanager
def asking(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for questions. It may write only what undoes a writer that was killed."""
    with told(path):
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)) as db:
            db.execute("pragma query_only = on")
            yield db


def steps_known() -> set[str]:
    """The migrations of this Burnish."""
    return {path.stem for path in STEPS.glob("[0-9]*.py")}


def steps_taken(db: sqlite3.Connection, path: Path) -> set[str]:
    """The migrations a journal went through. Raises ShopError when this Burnish does not know them all."""
    taken = {name for (name,) in db.execute("select name from django_migrations where app = 'journal'")}
    if taken - steps_known():
        raise ShopError(
            "the journal was written by a newer Burnish", str(path), "Update Burnish; nothing was changed"
        )
    return taken


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say plainly what SQLite refuses, here or below Django. Raises ShopBusyError, ShopError, DamageError."""
    try:
        yield
    except Exception as problem:
        cause = problem if isinstance(problem, sqlite3.Error) else problem.__cause__
        if not isinstance(cause, sqlite3.Error) or isinstance(cause, sqlite3.IntegrityError):
            raise
        raise refusal(cause, path) from None


def refusal(problem: sqlite3.Error, path: Path) -> BurnishError:
    """The error for what SQLite says."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ShopBusyError("another writer holds the journal", str(path), "Try again when it has ended.")
    if code == sqlite3.SQLITE_FULL:
        return ShopError("the disk is full", str(path), "Make room and try again; the journal is whole.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return ShopError(f"the journal cannot be opened: {problem}", str(path), "Ask for permission on it.")
    return DamageError(f"the journal cannot be read: {problem}", str(path), BACKUP)
