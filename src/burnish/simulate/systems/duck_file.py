"""A DuckDB file from pieces of tables, the same bytes each time.

DuckDB leaves whatever its memory held in the unused places of a file, so a process of its own, whose memory
is handed out zeroed, writes it: in one thread, with one checkpoint, in the oldest form that every version
reads, and with the one compression that draws no random numbers. Where DuckDB does not use jemalloc (outside
Linux) the unused places still differ, the rows do not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

ZEROED = {"DUCKDB_JE_MALLOC_CONF": "zero:true"}
STEADY: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_optimistic_write": False,
    "wal_autocheckpoint": "1TB",
    "auto_checkpoint_skip_wal_threshold": 10**12,
    "force_compression": "dictionary",
}


def put_together(pieces: Path, path: Path) -> None:
    """Make the file `path` from Parquet files named "number table.parquet", in their order."""
    asked = [sys.executable, "-m", __name__, str(pieces), str(path)]
    subprocess.run(asked, check=True, env=os.environ | ZEROED)  # noqa: S603 - this very module


def written(pieces: Path, path: Path) -> None:
    """As `put_together`, in this process."""
    database = duckdb.connect(":memory:", config=STEADY)
    database.execute(f"ATTACH {literal(path)} AS made (STORAGE_VERSION 'v0.10.2')")
    database.execute("USE made")
    known = set[str]()
    for piece in sorted(pieces.iterdir()):
        name = piece.stem.partition(" ")[2]
        into = f'INSERT INTO "{name}"' if name in known else f'CREATE TABLE "{name}" AS'
        database.execute(f"{into} SELECT * FROM read_parquet({literal(piece)})")  # noqa: S608 - own names
        known.add(name)
    for statement in ("CHECKPOINT", "USE memory", "DETACH made"):
        database.execute(statement)
    database.close()


def literal(path: Path) -> str:
    """A path as SQL writes it."""
    return "'" + str(path).replace("'", "''") + "'"


if __name__ == "__main__":
    written(Path(sys.argv[1]), Path(sys.argv[2]))
