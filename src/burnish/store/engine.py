"""The DuckDB session behind Ibis, locked down before the first query.

It may touch only the folders named, loads no extension, opens no address, and its limits cannot be
raised afterwards. It never sees a file that is not our own Parquet (D10).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import ibis
from ibis.backends.duckdb import Backend


def connect(*, threads: int, memory_mb: int, spill: Path, folders: Sequence[Path]) -> Backend:
    """A locked-down in-memory session that may read and write below `folders` and spill to `spill`."""
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": str(spill.resolve()),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    backend = ibis.duckdb.from_connection(connection)
    allowed = ", ".join(quoted(f"{folder.resolve()}/") for folder in (*folders, spill))
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    without_progress(connection)
    connection.execute("SET lock_configuration = true")
    return backend


def without_progress(connection: duckdb.DuckDBPyConnection) -> None:
    """Let no bar be drawn into reports on standard output. In a notebook there is none, nor may it be set."""
    (drawn,) = connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() or (False,)
    if drawn:
        connection.execute("SET enable_progress_bar = false")


def quoted(text: str) -> str:
    """A string literal of the engine's language."""
    return "'" + text.replace("'", "''") + "'"
