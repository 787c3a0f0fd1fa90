"""What comes out: the snapshot, the briefing, the proof that it adds up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from burnish.cli.door import JsonOption, QuietOption, ShopOption, Steps, app, day, given, opened, report, say
from burnish.errors import DamageError, UsageError, VerifyError

if TYPE_CHECKING:
    from burnish.shop import Shop


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
        told |= {"waiting": dict(snapshot.waiting)}
        report({**told, "tables": dict(snapshot.rows)})
        return
    for table, times in snapshot.withdrawn.items():
        say(f"{times:,} {table} rows are withdrawn: a later complete export lacks them.")
    for table, times in snapshot.waiting.items():
        say(f"{times:,} {table} rows wait: the list that says whose they are was not added yet.")
    say(f"Snapshot {snapshot.id}: {rows:,} rows in {seconds:.1f} s. Next: burnish brief")


@app.command()
def brief(
    ctx: typer.Context,
    reader: Annotated[
        str, typer.Option(help="Who reads: owner, sales, planner, quality, controller.")
    ] = "owner",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as one HTML page with pictures.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as a PDF.")] = None,
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """The morning's conclusions from the current snapshot: here, or as a page to keep and to print."""
    from burnish.briefing import as_json as briefing_json
    from burnish.briefing import terminal
    from burnish.morning import briefing

    there = opened(ctx, shop)
    written = pages_written(there, reader, html, pdf) if html or pdf else []
    if given(ctx, "json", as_json):
        say(briefing_json.text(briefing(there, reader=reader)))
    elif not written:
        terminal.show(briefing(there, reader=reader))
    else:
        for path in written:
            say(f"Wrote {path}")


def pages_written(shop: Shop, reader: str, html: Path | None, pdf: Path | None) -> list[Path]:
    """The briefing as the files that are wanted; a file that is there is replaced."""
    from burnish.briefing import html as briefing_html
    from burnish.briefing import pdf as briefing_pdf
    from burnish.morning import illustrated
    from burnish.store import durable

    page, strips = illustrated(shop, reader=reader)
    name, country = shop.settings.name, shop.settings.country
    made: dict[Path, bytes] = {}
    if html is not None:
        made[html] = briefing_html.text(page, strips, shop_name=name).encode()
    if pdf is not None:
        on_paper = briefing_html.text(page, strips, shop_name=name, for_paper=True)
        made[pdf] = briefing_pdf.content(on_paper, country=country)
    for path, content in made.items():
        try:
            durable.replace_file(path, content)
        except OSError as problem:
            fix = "Name a file in a folder that is there and that you may write."
            raise UsageError(f"the page cannot be written: {problem.strerror}", str(path), fix) from None
    return list(made)


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
