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
    """One thing measured beside its peer. `ours` and `peer` are names of functions in `bench.cases`.

    `error`: the name of the ratio of what they get wrong, where they can be wrong.
    """

    name: str
    ours: str
    peer: str
    people: bool
    error: str = ""


COMPARISONS = (
    Comparison("read_csv_vs_duckdb", "read_to_parquet", "duckdb_read", people=False),
    Comparison("add_csv_vs_duckdb", "add_with_guard_and_vault", "duckdb_read", people=True),
    Comparison("panel_vs_sql", "panel", "panel_by_hand", people=False),
    Comparison(
        "linking_seconds_vs_splink",
        "linking",
        "linking_by_splink",
        people=False,
        error="linking_error_vs_splink",
    ),
)
MOST = {"linking_seconds_vs_splink": 100_000}  # rows: at a million plain Splink writes 17 GB aside


def run(*, only: str, rows: Sequence[int], step: Step) -> dict[str, Any]:
    """Every comparison at every size. Raises UsageError.

    Keys `machine`, `ratios`, `seconds`, `peak_mb`, and `error` (1 - F1) of what can be wrong.
    """
    chosen = [one for one in COMPARISONS if one.name.startswith(only)]
    if not chosen:
        known = ", ".join(one.name for one in COMPARISONS)
        raise UsageError(f"no benchmark is called {only!r}", "--only", f"Known: {known}.")
    found: dict[str, Any] = {"machine": machine(), "ratios": {}, "seconds": {}, "peak_mb": {}, "error": {}}
    with tempfile.TemporaryDirectory(prefix="burnish-bench-") as folder:
        for size in rows:
            for one in [one for one in chosen if size <= MOST.get(one.name, size)]:
                for name, value in compared(one, size, Path(folder), step):
                    for figure in value:
                        found[figure][name] = value[figure]
                found["ratios"] |= ratios(one, size, found)
    return found


def ratios(one: Comparison, size: int, found: dict[str, Any]) -> dict[str, float]:
    """Ours over the peer's: seconds, and errors where there are any to make."""
    names = [f"{one.name}_{size}_{side}" for side in ("ours", "peer")]
    figures = {one.name: "seconds"} | ({one.error: "error"} if one.error else {})
    pairs = {ratio: [found[figure][name] for name in names] for ratio, figure in figures.items()}
    return {f"{ratio}_{size}": round(ours / peer, 3) for ratio, (ours, peer) in pairs.items() if peer}


def compared(one: Comparison, rows: int, folder: Path, step: Step) -> Iterator[tuple[str, dict[str, float]]]:
    """Both sides of a comparison, the peer first, each the best of three runs where that makes sense."""
    for side, function in (("peer", one.peer), ("ours", one.ours)):
        times = 3 if 10_000 <= rows <= 1_000_000 else 1
        tries = [measured(function, rows, one.people, folder) for _ in range(times)]
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
