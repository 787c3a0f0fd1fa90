"""Shops made up, and Burnish measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from burnish.cli.door import JsonOption, QuietOption, Steps, app, given, report, say

BENCH_ROWS = [100_000, 1_000_000, 10_000_000]


@app.command()
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the demo shop.")] = Path(
        "demo-shop"
    ),
    seed: Annotated[int, typer.Option(help="Another seed makes another shop.")] = 1,
    quiet: QuietOption = False,
) -> None:
    """Make a small made-up shop, load its exports, and show its briefing."""
    from burnish.demo import demo as show

    show(folder, seed=seed, steps=Steps(quiet=given(ctx, "quiet", quiet)), say=say)


@app.command()
def bench(
    ctx: typer.Context,
    only: Annotated[str, typer.Option(metavar="NAME", help="Only the benchmarks whose name starts so.")] = "",
    rows: Annotated[list[int] | None, typer.Option(help="Rows of the input; may be repeated.")] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Measure speed and memory beside the bare engine, in one run."""
    from burnish.bench import run

    measured = run(only=only, rows=rows or BENCH_ROWS, step=Steps(quiet=given(ctx, "quiet", quiet)).step)
    if given(ctx, "json", as_json):
        report(measured)
        return
    for kind in ("ratios", "seconds", "peak_mb"):
        for name, value in measured[kind].items():
            say(f"{kind:<8} {name:<44} {value:>10,.2f}")
