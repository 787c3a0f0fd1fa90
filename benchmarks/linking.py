"""Speed of matching companies, beside plain Splink in the same run, on made-up records of any number.

    PYTHONPATH=src python benchmarks/linking.py 100000 [1000000 ...]

Records and both ways are those of `burnish.bench.linking`. Each is run in a process of its own: seconds,
seconds of processor (others may be at work), memory at most, precision and recall over pairs in groups.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

from burnish.bench.linking import by_splink, ours, pairs_of, records

WAYS = {"burnish": ours, "plain Splink": by_splink}


def measured(way: str, many: int) -> dict[str, float]:
    """Seconds, GB, precision and recall of one way, in this process."""
    record = records(many)
    began, before = time.perf_counter(), time.process_time()
    group = WAYS[way](record.drop("company"))
    seconds, cpu = time.perf_counter() - began, time.process_time() - before
    both = record.select("party_key", "company").join(group, on="party_key")
    right, joined, truth = (
        pairs_of(both, columns) for columns in (["company", "group_key"], ["group_key"], ["company"])
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "records": record.height, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1),
        "gb": round(used.ru_maxrss / 1e6, 2),
        "precision": round(right / max(joined, 1), 4), "recall": round(right / truth, 4),
    }  # fmt: skip


def main() -> None:
    """Each way in a process of its own, one after the other."""
    if len(sys.argv) > 2 and sys.argv[1] in WAYS:
        sys.stdout.write(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
        return
    for many in sys.argv[1:]:
        for way in WAYS:
            asked = [sys.executable, __file__, way, many]
            done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
            sys.stdout.write(f"{way:14} {done.stdout.splitlines()[-1]}\n")


if __name__ == "__main__":
    main()
