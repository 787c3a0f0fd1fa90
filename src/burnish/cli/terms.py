"""What the vocabulary recognises in a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from burnish.cli.door import JsonOption, ShopOption, app, given, report, say
from burnish.errors import InputError, UsageError

if TYPE_CHECKING:
    import polars as pl


@app.command()
def terms(
    ctx: typer.Context,
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="Texts to read.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="A text file, one text per line.")
    ] = None,
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which processes, specifications, defects … are recognised in short texts."""
    import polars as pl

    from burnish.vocabulary import load, recognise

    wanted = [*(texts or []), *(lines_of(file) if file else [])]
    if not wanted:
        raise UsageError(
            "there is nothing to read", "terms", 'Write a text in quotes: burnish terms "zinc clear".'
        )
    folder = Path(given(ctx, "shop", shop)) / "vocabulary"
    found = recognise(pl.Series(wanted, dtype=pl.String), load(folder))
    if given(ctx, "json", as_json):
        report([{"text": text, "terms": terms_in(found, text)} for text in dict.fromkeys(wanted)])
        return
    for text in dict.fromkeys(wanted):
        say(text)
        for row in terms_in(found, text):
            doubt = row["confidence"] if row["sure"] else f"{row['confidence']}, not sure"
            say(f"  {row['kind']:<14} {row['code']:<16} {row['name']} ({row['found']}; {doubt})")


def terms_in(found: pl.DataFrame, text: str) -> list[dict[str, object]]:
    """The terms of one text."""
    return found.filter(text=text).drop("text").to_dicts()


def lines_of(file: Path) -> list[str]:
    """The lines of a text file that are not blank."""
    try:
        return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        raise InputError(
            "the file cannot be read as text", str(file), "Give a text file, one text per line."
        ) from None
