"""Making a shop, and what goes into it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.door import (
    JsonOption,
    QuietOption,
    ShopOption,
    Steps,
    app,
    complain,
    described,
    given,
    opened,
    report,
    say,
)
from burnish.errors import BurnishError, MappingError

if TYPE_CHECKING:
    from burnish.intake import Plan
    from burnish.shop import Shop
    from burnish.store.loads import Load


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
