"""The programs whose exports are known, and a folder into which they are saved."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.door import JsonOption, QuietOption, ShopOption, Steps, app, given, opened, report, say
from burnish.errors import MappingError, UsageError

if TYPE_CHECKING:
    from burnish.intake import Seen, Watcher
    from burnish.sources.systems import Source


@app.command()
def sources(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One program, such as xero.")] = "",
    as_json: JsonOption = False,
) -> None:
    """The programs whose exports Burnish knows, their lists, and how to get them."""
    from burnish.sources.systems import discover

    known = discover()
    chosen = [one for one in known if not name or one.name == name]
    if not chosen:
        named = ", ".join(one.name for one in known) or "none"
        raise UsageError(f'"{name}" is not a known program', "sources", f"Known are: {named}.")
    if given(ctx, "json", as_json):
        report({"sources": [source_row(one) for one in chosen]})
        return
    for one in chosen:
        show_source(one, whole=bool(name))
    if not name:
        say("More on one of them: burnish sources NAME. Any other list is read too, after you confirm how.")


def source_row(source: Source) -> dict[str, Any]:
    """One program as JSON."""
    return {
        "name": source.name,
        "title": source.title,
        "says": source.says,
        "how": list(source.how),
        "not_loaded": list(source.not_loaded),
        "objects": [
            {
                "name": one.name,
                "title": one.title,
                "object": one.object,
                "needs": [list(names) for names in one.needs],
                "left_out": one.skip,
                "feeds": [
                    {"table": feed.table, "key": [names[0] for names in feed.key], "complete": feed.complete}
                    | {"known": bool(feed.known), "columns": list(feed.takes)}
                    for feed in one.feeds
                ],
            }
            for one in source.objects
        ],
    }


COMPLETE = {"file": "each file is the whole list", "period": "each file is whole for its days", None: ""}


def show_source(source: Source, *, whole: bool) -> None:
    """One program: a line, or all that is known of it."""
    read = [one for one in source.objects if one.feeds]
    say(f"{source.name}: {source.title}. {source.says}".rstrip())
    for problem in source.not_loaded:
        say(f"  not loaded: {problem}")
    if not whole:
        say(f"  reads {', '.join(one.title for one in read) or 'whatever you map'}")
        return
    for line in source.how:
        say(f"  - {line}")
    for one in read:
        say(f"\n  {one.title} ({one.name})")
        say(f"    told by: {', '.join(' or '.join(names) for names in one.needs)}")
        for feed in one.feeds:
            key = " + ".join(names[0] for names in feed.key) or "none"
            more = [f"key {key}", COMPLETE[feed.complete], "states when entered" if feed.known else ""]
            say(f"    feeds {feed.table}: {', '.join(feed.takes)} ({'; '.join(filter(None, more))})")
    for one in source.objects:
        if one.skip:
            say(f"\n  {one.title} ({one.name}): left out, {one.skip}")


@app.command()
def watch(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where exports are saved.")],
    once: Annotated[bool, typer.Option("--once", help="Look once, wait for unfinished files, stop.")] = False,
    every: Annotated[float, typer.Option(metavar="SECONDS", help="Seconds between two looks.")] = 10.0,
    source: Annotated[
        str, typer.Option("--as", metavar="SOURCE", help="Name of the system they come from.")
    ] = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Add what is saved in a folder, as soon as it is complete; what needs a person waits."""
    from burnish.intake import RETRIED, Watcher, watched

    steps = Steps(quiet=given(ctx, "quiet", quiet))
    watcher = Watcher(opened(ctx, shop), watched(folder), source or None, progress=steps.progress)
    as_json = given(ctx, "json", as_json)
    seen: list[Seen] = []
    try:
        for turn in turns(watcher, every, once=once):
            for each in turn:
                seen.append(each)
                if not (as_json and once):
                    tell_seen(each, as_json=as_json)
    except KeyboardInterrupt:
        added = sum(one.what == "added" for one in seen)
        sys.stderr.write(f"\nburnish: stopped; files added: {added:,}.\n")
        return
    if as_json:
        report({"seen": [seen_row(one) for one in seen]})
    refused = [each.problem for each in seen if each.what == "refused" and each.problem]
    waiting = [each for each in seen if each.what == "waiting" and each.said not in RETRIED]
    if refused or waiting:
        raise typer.Exit(refused[0].exit_code if refused else MappingError.exit_code)


def turns(watcher: Watcher, every: float, *, once: bool) -> Iterator[Iterator[Seen]]:
    """Looks at the folder: again and again, or once and again for what was unfinished."""
    import time

    yield watcher.turn()
    if once:
        if watcher.unsettled:
            time.sleep(watcher.settled_s)
            yield watcher.turn()
        return
    while True:
        time.sleep(every)
        yield watcher.turn()


def tell_seen(seen: Seen, *, as_json: bool) -> None:
    """What happened to one file, as a line."""
    line = json.dumps(seen_row(seen)) if as_json else f"{seen.path.name}: {seen.what}, {seen.said}"
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def seen_row(seen: Seen) -> dict[str, str]:
    """What happened to one file, as JSON."""
    return {"file": str(seen.path), "what": seen.what, "said": seen.said}
