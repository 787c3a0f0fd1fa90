"""What all commands share: the app, its options, and how it speaks."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish import __version__
from burnish.errors import BurnishError, UsageError

if TYPE_CHECKING:
    from burnish.shop import Shop

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

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


def day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("the day is not understood", "--as-of", "Write it as 2026-11-22.") from None


def described(problem: BurnishError) -> dict[str, Any]:
    """An error as JSON."""
    told = {"problem": problem.problem, "where": problem.where, "fix": problem.fix}
    return {"error": type(problem).__name__, **told, "exit_code": problem.exit_code}


def complain(problem: BurnishError) -> None:
    """An error for people."""
    sys.stderr.write(f"burnish: {problem}\n")
