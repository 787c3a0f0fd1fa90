"""The command line: a thin skin, each command calling one function. Imports stand inside commands.

Exit codes: 0 done · 1 a fault of Burnish · 2 usage · 3 a file cannot be read · 4 a mapping needs a
person · 5 no shop, busy, or key lost · 7 something does not add up · 8 stored data is
damaged · 130 interrupted. Reports go to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish import __version__
from burnish.errors import BurnishError, DamageError, MappingError, UsageError, VerifyError

if TYPE_CHECKING:
    from burnish.intake import Plan
    from burnish.shop import Shop
    from burnish.store.loads import Load

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
DEBUG = "BURNISH_DEBUG"
STOPPED = 130
BENCH_ROWS = [100_000, 1_000_000, 10_000_000]

ShopOption = Annotated[
    Path | None, typer.Option("--shop", metavar="DIR", help="The shop's folder. Default: this folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Report as JSON.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def told_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        say(__version__)
        raise typer.Exit


@app.callback()
def globally(
    ctx: typer.Context,
    shop: Annotated[
        Path, typer.Option("--shop", metavar="DIR", envvar="BURNISH_SHOP", help="The shop's folder.")
    ] = Path(),
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    show_version: Annotated[bool, typer.Option("--version", callback=told_version, is_eager=True)] = False,
) -> None:
    """Customer conclusions for metal finishers, from the records they already keep."""
    ctx.obj = {"shop": shop, "quiet": quiet, "json": as_json}


def given(ctx: typer.Context, name: str, own: Any) -> Any:
    """An option given after the command, else before it."""
    return own or ctx.obj[name]


def opened(ctx: typer.Context, own: Path | None) -> Shop:
    """The shop that the options name."""
    from burnish.shop import open_shop

    return open_shop(Path(given(ctx, "shop", own)))


class Steps:
    """Progress on standard error: step, rows, time."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.live = sys.stderr.isatty()

    def step(self, name: str, rows: int, seconds: float) -> None:
        """One finished step."""
        if not self.quiet:
            sys.stderr.write(f"{name:<28} {rows:>12,} rows {seconds:>8.2f} s\n")

    def progress(self, name: str, rows: int) -> None:
        """Rows so far of a running step, overwritten in place on a terminal."""
        if not self.quiet and self.live:
            sys.stderr.write(f"\r{name:<28} {rows:>12,} rows\r")
            sys.stderr.flush()


def report(data: Any) -> None:
    """A report as JSON on standard output; exact amounts become numbers."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1, default=plain) + "\n")


def plain(value: object) -> float | str:
    """A value that JSON has no form for."""
    return float(value) if isinstance(value, Decimal) else str(value)


def say(text: str = "") -> None:
    """A line of a report for people."""
    sys.stdout.write(text + "\n")


@app.command()
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the shop in.")],
    name: Annotated[str, typer.Option(help="Name of the shop. Default: the folder's name.")] = "",
    currency: Annotated[str, typer.Option(help="ISO code of the shop's currency.")] = "USD",
    country: Annotated[str, typer.Option(help="ISO code of the country, for public holidays.")] = "US",
    region: Annotated[str, typer.Option(help="State or region code, for public holidays.")] = "",
    time_zone: Annotated[str, typer.Option(help="Time zone. Default: this machine's.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a shop: a folder with its settings and its key."""
    from burnish import shop as shops

    zone = time_zone or machine_zone()
    made = shops.init(
        folder,
        name=name or folder.resolve().name,
        time_zone=zone,
        currency=currency,
        country=country,
        region=region,
    )
    if given(ctx, "json", as_json):
        report({"shop": str(folder), "name": made.settings.name, "time_zone": zone, "currency": currency})
        return
    say(
        f"{made.settings.name}: a shop in {folder} ({currency}, {country}, {zone}; change them in shop.toml)."
    )
    say("Its key is vault/shop.key: keep a copy elsewhere, without it people's names cannot be read again.")
    say(f"Next: burnish --shop {folder} add your-export.csv")


def machine_zone() -> str:
    """This machine's time zone by its name, else UTC."""
    named = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    return named.lstrip(":") or "UTC"


@app.command()
def add(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files: CSV, TSV, XLSX.")],
    source: Annotated[
        str, typer.Option("--as", metavar="SOURCE", help="Name of the system they come from.")
    ] = "",
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping to use, and to remember.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm the mapping as shown.")] = False,
    shop: ShopOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read files into the shop, after their columns are understood and confirmed."""
    there, as_json = opened(ctx, shop), given(ctx, "json", as_json)
    steps = Steps(quiet=given(ctx, "quiet", quiet))
    added, refused = [], []
    for path in paths:
        try:
            added += add_one(there, path, source or None, map_file, yes=yes, as_json=as_json, steps=steps)
        except BurnishError as problem:
            refused.append(problem)
            if len(paths) > 1:
                complain(problem)
    if as_json and (added or len(paths) > 1):
        report({"files": added, "refused": [described(problem) for problem in refused]})
    if refused:
        raise typer.Exit(refused[0].exit_code) if len(paths) > 1 else refused[0]


def add_one(
    shop: Shop,
    path: Path,
    source: str | None,
    map_file: Path | None,
    *,
    yes: bool,
    as_json: bool,
    steps: Steps,
) -> list[dict[str, Any]]:
    """Look at one file, have its mapping confirmed, land it."""
    from burnish import intake

    with intake.look(shop, path, source=source, map_file=map_file) as plan:
        if not as_json and not steps.quiet:
            show_plan(plan)
        if not (plan.is_confirmed or yes or map_file or agreed(plan, as_json=as_json)):
            raise unconfirmed(plan)
        agreed_plan = intake.confirmed(plan)
        load, is_new = intake.land(shop, agreed_plan, progress=steps.progress)
    if not as_json:
        show_load(agreed_plan, load, is_new=is_new)
    return list(added_rows(agreed_plan, load, is_new=is_new))


def agreed(plan: Plan, *, as_json: bool) -> bool:
    """Ask at a terminal whether the mapping is right."""
    if as_json or not sys.stdin.isatty():
        return False
    try:
        return typer.confirm("Is this right, and may these columns be read?", default=not plan.questions)
    except typer.Abort:
        raise KeyboardInterrupt from None


def unconfirmed(plan: Plan) -> MappingError:
    """Put the proposal down for editing, and say how to go on."""
    from burnish import intake

    paths = ", ".join(str(path) for path in intake.remember(plan))
    return MappingError(
        f"nobody has confirmed how {plan.path.name} is to be read, so nothing was stored",
        paths,
        "Look at that file, correct it, write confirmed = true (or use --yes), then add again.",
    )


def show_plan(plan: Plan) -> None:
    """The proposed mapping, column by column, with examples from the file."""
    from burnish.preview import mapping_table

    for proposal in plan.proposals:
        say(mapping_table(proposal.sheet, proposal.mapping, proposal.questions))


def show_load(plan: Plan, load: Load, *, is_new: bool) -> None:
    """What one load brought."""
    if not is_new:
        say(f"{plan.path.name}: already here as {load.load_id} ({load.file}); nothing was added.")
        return
    for part in load.parts:
        say(f"{load.file} -> {part.table}: {part} ({load.load_id})")
    left_out = sorted({name for proposal in plan.proposals for name in proposal.mapping.dropped})
    say(f"Columns left out: {', '.join(left_out) or 'none'}.")
    if any(part.noted or part.rejected for part in load.parts):
        say(f"What was not understood, line by line: burnish rejects {plan.path}")
    for rule, times in load.guarded.items():
        say(f"Refused by the guard: {rule} ({times:,} cells).")


def added_rows(plan: Plan, load: Load, *, is_new: bool) -> Iterator[dict[str, Any]]:
    """The JSON rows of one load: one per sheet and table."""
    for proposal in plan.proposals:
        for table_map in proposal.mapping.tables:
            part = next(
                one
                for one in load.parts
                if one.table == table_map.table and one.sheet == proposal.sheet.sheet
            )
            yield {
                "file": load.file,
                "sheet": part.sheet,
                "source": load.source,
                "object": part.object,
                "table": part.table,
                "load": load.load_id,
                "new": is_new,
                "mapping": {
                    column: {"to": f"{part.table}.{name}", "confidence": take.confidence}
                    for name, take in table_map.takes.items()
                    for column in take.columns
                },
                "rows_in": part.rows_in,
                "loaded": part.loaded,
                "rejected": part.rejected,
                "noted": part.noted,
                "dropped": list(proposal.mapping.dropped),
                "refused": load.guarded,
            }


@app.command()
def refresh(
    ctx: typer.Context,
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="DATE", help="Derive as the records stood on that day (YYYY-MM-DD)."),
    ] = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Derive everything anew and publish it as the current snapshot."""
    import time

    from burnish import pipeline

    there, began = opened(ctx, shop), time.perf_counter()
    steps = Steps(quiet=given(ctx, "quiet", quiet))
    snapshot = pipeline.refresh(there, day(as_of) if as_of else there.today(), step=steps.step)
    seconds = round(time.perf_counter() - began, 3)
    rows = sum(snapshot.rows.values())
    if given(ctx, "json", as_json):
        told = {"snapshot": snapshot.id, "hash": snapshot.hash, "seconds": seconds, "rows": rows}
        told |= {"as_of": snapshot.as_of, "withdrawn": dict(snapshot.withdrawn)}
        report({**told, "tables": dict(snapshot.rows)})
        return
    for table, times in snapshot.withdrawn.items():
        say(f"{times:,} {table} rows are withdrawn: a later complete export lacks them.")
    say(f"Snapshot {snapshot.id}: {rows:,} rows in {seconds:.1f} s. Next: burnish brief")


def day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("the day is not understood", "--as-of", "Write it as 2026-11-22.") from None


@app.command()
def brief(
    ctx: typer.Context,
    reader: Annotated[
        str, typer.Option(help="Who reads: owner, sales, planner, quality, controller.")
    ] = "owner",
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """The morning's conclusions from the current snapshot."""
    from burnish.briefing import as_json as briefing_json
    from burnish.briefing import terminal
    from burnish.morning import briefing

    read = briefing(opened(ctx, shop), reader=reader)
    if given(ctx, "json", as_json):
        say(briefing_json.text(read))
    else:
        terminal.show(read)


@app.command()
def verify(ctx: typer.Context, shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Count again: rows in = loaded + rejected, sums as read, stored bytes as written."""
    from burnish.verify import verify as verified

    there = opened(ctx, shop)
    verdict = verified(there)
    if given(ctx, "json", as_json):
        files = [{**vars(one), "difference": one.difference} for one in verdict.accounts]
        report({"ok": verdict.ok, "files": files, "totals": verdict.totals, "wrong": verdict.wrong})
    else:
        for one in verdict.accounts:
            said = f"{one.rows_in:,} rows in = {one.loaded:,} loaded + {one.rejected:,} rejected"
            say(f"{one.load_id} {one.file} -> {one.table}: {said}; difference {one.difference}")
            for currency, amount in sorted(one.amounts.items()):
                say(f"        {amount:,.2f} {currency}")
    if not verdict.ok:
        wrong = DamageError if verdict.damaged else VerifyError
        raise wrong(
            "; ".join(verdict.wrong), str(there.folder), "Restore a backup, or remove and add it again."
        )
    if not given(ctx, "json", as_json):
        say("All rows and sums add up.")


@app.command()
def loads(ctx: typer.Context, shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """What was added, oldest first, with the number that `remove` takes."""
    from burnish.store.loads import all_loads

    there = all_loads(opened(ctx, shop).landing)
    if given(ctx, "json", as_json):
        report({"loads": [{"load": one.load_id, "file": one.file, "on": one.loaded_on} for one in there]})
        return
    for one in there:
        fed = ", ".join(f"{part.loaded:,} {part.table}" for part in one.parts)
        say(f"{one.load_id}  {one.loaded_on}  {one.source}  {one.file}: {fed}")
    if not there:
        say("Nothing was added yet.")


@app.command()
def remove(
    ctx: typer.Context,
    load: Annotated[str, typer.Argument(metavar="LOAD", help="Number of the load, such as L000003.")],
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo one `add`: its rows, and the people that only it brought."""
    from burnish import intake

    intake.remove(opened(ctx, shop), load)
    if given(ctx, "json", as_json):
        report({"removed": load})
        return
    say(f"{load} is undone. Next: burnish refresh")


@app.command()
def rejects(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your own file, as it was added.")],
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rows rejected and cells noted of a file, with their text read again from your own file."""
    from burnish import intake

    found = list(intake.rejected_cells(opened(ctx, shop), file))
    if given(ctx, "json", as_json):
        report({"rejects": [{**row, "text": text} for row, text in found]})
        return
    for row, text in found:
        where = f"{row['file']} {row['sheet']}".strip()
        what = f"{row['column'] or 'whole row'}: {row['reason']} ({row['verdict']}) {text}"
        say(f"{where}, line {row['line']}, {what}".rstrip())
    kinds = Counter((row["column"] or "whole row", row["reason"], row["verdict"]) for row, _ in found)
    for (column, reason, verdict), times in sorted(kinds.items()):
        say(f"{times:>8,} × {column}: {reason} ({verdict})")
    say(f"{len(found):,} in all." if found else "Nothing was rejected or noted.")


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


def described(problem: BurnishError) -> dict[str, Any]:
    """An error as JSON."""
    told = {"problem": problem.problem, "where": problem.where, "fix": problem.fix}
    return {"error": type(problem).__name__, **told, "exit_code": problem.exit_code}


def complain(problem: BurnishError) -> None:
    """An error for people."""
    sys.stderr.write(f"burnish: {problem}\n")


@contextmanager
def faults_without_data() -> Iterator[None]:
    """A fault of Burnish says where it happened, but not what it held: messages may quote people's cells."""
    try:
        yield
    except Exception as fault:
        if os.environ.get(DEBUG):
            raise
        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        sys.stderr.write(
            f"burnish: a fault of Burnish: {type(fault).__name__} ({place}). Nothing was lost; please report "
            f"it. {DEBUG}=1 shows all, with data.\n"
        )
        raise SystemExit(1) from None


def main() -> None:
    """Run one command; every deliberate error becomes one line and its exit code."""
    with faults_without_data():
        try:
            app()
        except BurnishError as problem:
            if "--json" in sys.argv:
                report(described(problem))
            complain(problem)
            raise SystemExit(problem.exit_code) from None
        except SystemExit as stop:
            if stop.code == STOPPED:
                sys.stderr.write("\nburnish: stopped; what was not finished was not stored.\n")
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None
