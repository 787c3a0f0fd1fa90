"""Shops made up, and Burnish measured."""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from burnish.cli.door import JsonOption, QuietOption, Steps, app, day, given, report, say

NULL_HELP = (
    "A shop in which nothing happens: regular, poisson, batchy, blanket, drift, seasonal, mixed, "
    "common_shock or late_entry."
)
ERP_HELP = "Its ERP: job_log, jobboss, jobboss_classic, steelhead, odoo or erpnext. Default: by size."
BENCH_ROWS = [100_000, 1_000_000, 10_000_000]


@app.command()
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the demo shop.")] = Path(
        "demo-shop"
    ),
    size: Annotated[str, typer.Option(help="S, M or L: a powder coater, a plater, an anodizer.")] = "M",
    years: Annotated[int, typer.Option(help="Years of history.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed makes another shop.")] = 2,
    quiet: QuietOption = False,
) -> None:
    """Make a made-up shop, load its programs' exports, and show its briefing."""
    from burnish.demo import demo as show
    from burnish.simulate import plan

    wanted = plan(size, seed=seed, end_on=datetime.now(UTC).date(), years=years)
    show(folder, wanted, steps=Steps(quiet=given(ctx, "quiet", quiet)), say=say)


@app.command()
def simulate(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for `exports/` and `truth/`.")],
    size: Annotated[str, typer.Option(help="S, M or L: a powder coater, a plater, an anodizer.")] = "M",
    seed: Annotated[int, typer.Option(help="Another seed makes another shop.")] = 1,
    years: Annotated[int | None, typer.Option(help="Years of history. Default: 3, 5 or 4 by size.")] = None,
    end: Annotated[str | None, typer.Option(metavar="DAY", help="The last day. Default: today.")] = None,
    scale: Annotated[int, typer.Option(help="So many times the customers.")] = 1,
    null: Annotated[str, typer.Option(metavar="FAMILY", help=NULL_HELP)] = "",
    plant_rate: Annotated[float, typer.Option(help="So many times the usual number of events.")] = 1.0,
    erp: Annotated[str | None, typer.Option(help=ERP_HELP)] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make up a finisher: its programs' exports, and the truth about them beside."""
    from burnish.simulate import plan, simulate

    steps, began = Steps(quiet=given(ctx, "quiet", quiet)), time.perf_counter()
    wanted = plan(
        size,
        seed=seed,
        end_on=day(end) if end else date.today(),
        years=years,
        scale=scale,
        null=null,
        plant_rate=plant_rate,
        erp=erp,
    )
    came_out = simulate(out, wanted, told=steps.progress)
    files = [path for path in out.rglob("*") if path.is_file()]
    steps.step("simulate", len(files), time.perf_counter() - began)
    if given(ctx, "json", as_json):
        report([dataclasses.asdict(each) for each in came_out])
        return
    say(f"A made-up finisher in {out}: every company and person in it is invented.")
    say(f"{'':42}{'here':>12}  shops of that kind")
    for each in came_out:
        here = f"{each.value:,.4g}" if each.value < 1000 else f"{each.value:,.0f}"
        usual = f"{each.low:,.10g} to {each.high:,.10g} {each.unit}, {each.source}"
        say(f"{each.measure:42}{here:>12}  {usual}{'' if each.is_within else '  (outside)'}")


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
