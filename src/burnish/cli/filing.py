"""Making a shop, and what goes into it."""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
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
    from pyarrow import Table

    from burnish.intake import Found, LeftOut, Plan
    from burnish.shop import Shop
    from burnish.sources.mapping import Mapping
    from burnish.store.loads import Load, Part


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
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, folders or patterns: CSV, XLSX, ZIP, …")
    ],
    source: Annotated[
        str, typer.Option("--as", metavar="SOURCE", help="Name of the system they come from.")
    ] = "",
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping to use, and to remember.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm the mapping as shown.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, and store nothing.")
    ] = False,
    shop: ShopOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read files into the shop, after their columns are understood and confirmed."""
    from burnish.intake import find

    there, as_json = opened(ctx, shop), given(ctx, "json", as_json)
    found, left_out = find(paths)
    how = Adding(
        there,
        source or None,
        map_file,
        yes=yes,
        as_json=as_json,
        steps=Steps(quiet=given(ctx, "quiet", quiet)),
        several=len(found) > 1,
    )
    told = tried(found, how.shown if dry_run else how.added, speaks=not as_json or len(found) > 1)
    told = replace(told, left_out=(*left_out, *told.left_out))
    if not as_json and (len(found) > 1 or left_out):
        say(summary(told))
    if dry_run and not as_json:
        say("This was a dry run: nothing was stored.")
    if as_json and (told.rows or told.left_out or len(found) > 1):
        report(told.as_json() | ({"dry_run": True} if dry_run else {}))
    elif told.refused and len(found) == 1:
        raise told.refused[0][1]
    if told.refused:
        raise typer.Exit(told.refused[0][1].exit_code)


@dataclass(frozen=True)
class Told:
    """What became of the files of one command."""

    rows: tuple[dict[str, Any], ...] = ()
    refused: tuple[tuple[str, BurnishError], ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "files": list(self.rows),
            "refused": [described(problem) | {"file": file} for file, problem in self.refused],
            "left_out": [vars(one) for one in self.left_out],
        }


def tried(found: Sequence[Found], one: Callable[[Found], Told], *, speaks: bool) -> Told:
    """Do something with each file; one that is refused does not keep the others out."""
    told = Told()
    for each in found:
        try:
            done = one(each)
        except BurnishError as problem:
            done = Told(refused=((each.path.name, problem),))
            if speaks and len(found) > 1:
                complain(problem)
        told = Told(*(getattr(told, name) + getattr(done, name) for name in ("rows", "refused", "left_out")))
    return told


@dataclass(frozen=True)
class Adding:
    """How one command adds files."""

    shop: Shop
    source: str | None
    map_file: Path | None
    yes: bool
    as_json: bool
    steps: Steps
    several: bool

    @property
    def is_brief(self) -> bool:
        """Nobody is asked, so that the mappings need not be shown one by one."""
        return self.as_json or self.steps.quiet or (self.several and self.yes)

    def added(self, found: Found) -> Told:
        """Look at one file, have its mapping confirmed, land it."""
        from burnish import intake

        with self.look(found) as plan:
            if not plan.proposals:
                return self.passed_over(plan)
            if not self.is_brief:
                show_plan(plan)
            intake.refuse_incomplete(plan)
            if not (plan.is_confirmed or self.yes or self.map_file or agreed(plan, as_json=self.as_json)):
                raise unconfirmed(plan)
            agreed_plan = intake.confirmed(plan)
            load, is_new = intake.land(self.shop, agreed_plan, progress=self.steps.progress)
        if not self.as_json:
            show_load(agreed_plan, load, is_new=is_new, is_brief=self.is_brief)
        return Told(tuple(added_rows(agreed_plan, load, is_new=is_new)), left_out=plan.left_out)

    def look(self, found: Found) -> AbstractContextManager[Plan]:
        """Read one file and propose how to land it; what lacks something is shown before it is refused."""
        from burnish import intake

        return intake.look(
            self.shop,
            found.path,
            source=self.source,
            map_file=self.map_file,
            named=found.named,
            drafts=False,
        )

    def passed_over(self, plan: Plan) -> Told:
        """A file of which nothing is read."""
        if not (self.as_json or self.several):
            for one in plan.left_out:
                say(f"{place_of(one.file, one.sheet)}: left out ({one.reason})")
        return Told(left_out=plan.left_out)

    def shown(self, found: Found) -> Told:
        """Show what adding one file would do; nothing is stored."""
        from burnish import intake

        with self.look(found) as plan:
            if not plan.proposals:
                return self.passed_over(plan)
            parts, problems = intake.rehearsed(self.shop, plan)
            rows = tuple(rehearsed_rows(self.shop, plan, parts, problems))
        if not self.as_json:
            show_plan(plan)
            show_rehearsal(rows)
        return Told(rows, left_out=plan.left_out)


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
    from burnish.preview import mapping_table, structure_line

    for proposal in plan.proposals:
        say(mapping_table(proposal.sheet, proposal.mapping, proposal.questions))
        say(f"  Mapping: {proposal.because}.")
        for line in structure_line(proposal.sheet):
            say(f"  {line}")
    for one in plan.left_out:
        say(f"{place_of(one.file, one.sheet)}: left out ({one.reason})")


def show_load(plan: Plan, load: Load, *, is_new: bool, is_brief: bool) -> None:
    """What one load brought."""
    if not is_new:
        say(f"{plan.path.name}: already here as {load.load_id} ({load.file}); nothing was added.")
        return
    for part in load.parts:
        say(f"{place_of(load.file, part.sheet)} -> {part.table}: {part} ({load.load_id})")
    left_out = sorted({name for proposal in plan.proposals for name in proposal.mapping.dropped})
    if not is_brief:
        say(f"Columns left out: {', '.join(left_out) or 'none'}.")
    if any(part.noted or part.rejected for part in load.parts):
        say(f"What was not understood, line by line: burnish rejects {shlex.quote(str(plan.path))}")
    for rule, times in load.guarded.items():
        say(f"Refused by the guard: {rule} ({times:,} cells).")


def summary(told: Told) -> str:
    """All files at a glance: what was loaded, what was left out and why, what was refused."""
    from burnish.preview import filed_table

    filed = [
        (place_of(row["file"], row["sheet"]), row["source"], one["table"], counts_said(one, row["load"]))
        for row in told.rows
        for one in row.get("tables", [row])
    ]
    lines = [filed_table(filed)] if filed else []
    reasons: dict[str, list[str]] = {}
    for one in told.left_out:
        reasons.setdefault(one.reason, []).append(place_of(Path(one.file).name, one.sheet))
    if reasons:
        lines.append(f"Left out: {len(told.left_out):,}")
        lines += [f"  {reason}: {', '.join(files)}" for reason, files in sorted(reasons.items())]
    if told.refused:
        lines.append("Refused:")
        lines += [f"  {file}: {problem}" for file, problem in told.refused]
    return "\n".join(lines)


def place_of(file: str, sheet: str) -> str:
    """A file, and its sheet where it has several."""
    return f"{file} / {sheet}" if sheet else file


def counts_said(row: dict[str, Any], load: str) -> str:
    """The conservation of one file and table in words."""
    counts = f"{row['rows_in']:,} = {row['loaded']:,} + {row['rejected']:,}"
    return counts if row.get("new", not load) else f"{counts}, here already as {load}"


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


def rehearsed_rows(
    shop: Shop, plan: Plan, parts: Sequence[Part], problems: Table
) -> Iterator[dict[str, Any]]:
    """The JSON rows of a dry run: one per sheet."""
    from burnish.preview import structure_counts

    for each in plan.proposals:
        of_sheet = [part for part in parts if part.sheet == each.sheet.sheet]
        kinds = Counter(
            (row["table"], row["column"], row["reason"], row["verdict"])
            for row in problems.to_pylist()
            if row["sheet"] == each.sheet.sheet
        )
        yield {
            "file": each.sheet.file,
            "sheet": each.sheet.sheet,
            "source": plan.source,
            "object": each.mapping.object,
            "recognised": each.mapping.recognised,
            "because": each.because,
            "rows": each.sheet.rows + len(each.sheet.broken),
            "load": already_here(shop, plan),
            "tables": [
                {"table": one.table, "rows_in": one.rows_in, "loaded": one.loaded, "rejected": one.rejected}
                | {"noted": one.noted}
                for one in of_sheet
            ],
            "mapping": mapped_columns(each.mapping),
            "dropped": list(each.mapping.dropped),
            "questions": [*([each.problem] if each.problem else []), *each.questions],
            "structure": structure_counts(each.sheet),
            "would_reject": [
                {"table": table, "column": column, "reason": reason, "verdict": verdict, "times": times}
                for (table, column, reason, verdict), times in sorted(kinds.items())
            ],
        }


def already_here(shop: Shop, plan: Plan) -> str:
    """The load that brought these very bytes, if any."""
    from burnish.store.loads import all_loads

    there = all_loads(shop.landing)
    return next((load.load_id for load in there if load.content == plan.content), "")


def mapped_columns(mapping: Mapping) -> dict[str, list[dict[str, Any]]]:
    """What each heading of the file feeds, and how sure that is."""
    feeds: dict[str, list[dict[str, Any]]] = {}
    for table in mapping.tables:
        for name, take in table.takes.items():
            for column in take.columns:
                fed = {"to": f"{table.table}.{name}", "confidence": take.confidence}
                feeds.setdefault(column, []).append(fed)
    return feeds


def show_rehearsal(rows: Sequence[dict[str, Any]]) -> None:
    """What adding would count and reject."""
    for row in rows:
        if row["load"]:
            say(f"  These very bytes are here already as {row['load']}; nothing would be added.")
        for one in row["tables"]:
            counts = f"{one['rows_in']:,} rows in = {one['loaded']:,} loaded + {one['rejected']:,} rejected"
            place = place_of(row["file"], row["sheet"])
            say(f"  {place} -> {one['table']}: {counts}; {one['noted']:,} cells noted")
        for one in row["would_reject"]:
            what = f"{one['column'] or 'whole row'}: {one['reason']} ({one['verdict']})"
            say(f"{one['times']:>10,} × {one['table']}, {what}")


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
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Your own file as it was added; or its name, or its load.")
    ],
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
