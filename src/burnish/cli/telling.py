"""What comes out: the snapshot, the briefing, the proof that it adds up."""

from __future__ import annotations

from typing import Annotated

import typer

from burnish.cli.door import JsonOption, QuietOption, ShopOption, Steps, app, day, given, opened, report, say
from burnish.errors import DamageError, VerifyError


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
