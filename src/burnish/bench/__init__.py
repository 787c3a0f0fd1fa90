"""`burnish bench`: speed and memory beside the bare engine, each case in a process of its own.

Ratios are of one run on one machine, ours over the peer's; nothing asserts them. Peak memory counts the
case's own process and the largest of its children.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from burnish.errors import UsageError

Step = Callable[[str, int, float], None]


@dataclass(frozen=True)
class Comparison:
    """One thing measured beside its peer. `ours` and `peer` are names of functions in `bench.cases`."""

    name: str
    ours: str
    peer: str
    people: bool


COMPARISONS = (
    Comparison("read_csv_vs_duckdb", "read_to_parquet", "duckdb_read", people=False),
    Comparison("add_csv_vs_duckdb", "add_with_guard_and_vault", "duckdb_read", people=True),
    Comparison("panel_vs_sql", "panel", "panel_by_hand", people=False),
)


def run(*, only: str, rows: Sequence[int], step: Step) -> dict[str, Any]:
    """Every comparison at every size; keys `machine`, `ratios`, `seconds`, `peak_mb`. Raises UsageError."""
    chosen = [one for one in COMPARISONS if one.name.startswith(only)]
    if not chosen:
        known = ", ".join(one.name for one in COMPARISONS)
        raise UsageError(f"no benchmark is called {only!r}", "--only", f"Known: {known}.")
    found: dict[str, Any] = {"machine": machine(), "ratios": {}, "seconds": {}, "peak_mb": {}}
    with tempfile.TemporaryDirectory(prefix="burnish-bench-") as folder:
        for size in rows:
            for one in chosen:
                for name, value in compared(one, size, Path(folder), step):
                    found["seconds"][name] = value["seconds"]
                    found["peak_mb"][name] = value["peak_mb"]
                ours, peer = (found["seconds"][f"{one.name}_{size}_{side}"] for side in ("ours", "peer"))
                found["ratios"][f"{one.name}_{size}"] = round(ours / peer, 3)
    return found


def compared(one: Comparison, rows: int, folder: Path, step: Step) -> Iterator[tuple[str, dict[str, float]]]:
    """Both sides of a comparison, the peer first, each the best of up to three runs by size."""
    for side, function in (("peer", one.peer), ("ours", one.ours)):
        tries = [measured(function, rows, one.people, folder) for _ in range(3 if rows <= 1_000_000 else 1)]
        best = min(tries, key=lambda each: each["seconds"])
        step(f"{one.name} {side}", rows, best["seconds"])
        yield f"{one.name}_{rows}_{side}", best


def measured(function: str, rows: int, people: bool, folder: Path) -> dict[str, float]:
    """One run of a case in a fresh process."""
    command = [
        sys.executable,
        "-m",
        "burnish.bench.cases",
        function,
        str(rows),
        str(int(people)),
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own module)
    if done.returncode:
        raise UsageError(f"the benchmark {function} failed", f"{rows} rows", done.stderr.strip()[-400:])
    last: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return last


def machine() -> dict[str, Any]:
    """What it ran on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory_gb = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    told = {"python": platform.python_version(), "system": platform.system(), "processor": platform.machine()}
    return {**told, "cores": cores, "memory_gb": memory_gb, "on": time.strftime("%Y-%m-%d")}
