"""Questions about what Burnish says: why this, and what can it say at all."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from burnish.cli.door import JsonOption, ShopOption, app, given, opened, report, say

if TYPE_CHECKING:
    from burnish.doctor import Health
    from burnish.tracing import Origin, Reason, Why

INDENT = "    "


@app.command()
def why(
    ctx: typer.Context,
    conclusion: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, its place on the page, or its customer.")
    ],
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """The chain from one conclusion to the lines of your files."""
    from burnish.tracing import why as chain

    found = chain(opened(ctx, shop), conclusion)
    if given(ctx, "json", as_json):
        report(asdict(found))
    else:
        tell_why(found)


def tell_why(found: Why) -> None:
    """The chain for people, from the sentence down to the files."""
    from burnish.briefing import shown

    item = found.item
    say(f"{item.id}\n{item.headline}\n{item.basis}")
    odds = "not reckoned" if item.odds_percent is None else f"{item.odds_percent} %"
    say(f"\nOdds {odds}: {item.outcome}, by {item.outcome_on}.")
    say("Rank: " + " × ".join(f"{one.name} {shown(one)}" for one in item.factors[:-1]) + ".")
    say("\nBecause")
    for number, reason in enumerate(found.reasons, start=1):
        tell_reason(number, reason)
    say("\nInnocent explanations")
    for check in item.checks:
        say(f"{INDENT}{check.verdict:<9} {check.explanation}: {check.because}")
    say("\nRows")
    for origin in found.origins:
        say(f"{INDENT}{told_row(origin)}")
    say("\nFiles")
    for line in sorted({told_file(origin) for origin in found.origins}):
        say(f"{INDENT}{line}")
    say(f"\nSnapshot {found.snapshot}, hash {found.hash}, Burnish {found.code}.")


def tell_reason(number: int, reason: Reason) -> None:
    """One signal: its sentence, then its numbers."""
    say(f"{INDENT}{number}. {reason.sentence}")
    numbers = [
        ("score", reason.score),
        (f"threshold of tier {reason.tier}", reason.threshold),
        ("p", reason.p_value),
        ("observations", reason.n),
        ("information in nats", reason.information),
    ]
    said = [f"{name} {value:.3g}" for name, value in numbers if value is not None]
    fitted = f"; threshold fitted on what was known on {reason.fitted_on}" if reason.fitted_on else ""
    say(f"{INDENT}   {reason.signal}: {', '.join(said)}; {reason.first} to {reason.last}{fitted}")


def told_row(origin: Origin) -> str:
    """Where one row stands, and what it says of day and amount."""
    row = origin.row
    place = f"{row.file}, sheet {row.sheet}, line {row.line}" if row.sheet else f"{row.file}, line {row.line}"
    amount = "" if row.amount is None else f", {row.amount:,.2f} {row.currency}"
    return f"{place}: {row.table} of {row.occurred_on}{amount} (key {row.native_id}, {origin.load_id})"


def told_file(origin: Origin) -> str:
    """Which file that was, by its bytes."""
    return f"{origin.load_id} {origin.row.file}, added {origin.loaded_on}, SHA-256 {origin.content}"


@app.command()
def doctor(ctx: typer.Context, shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Which questions your data answers, which file would answer more, and whether the shop is well."""
    from burnish.doctor import checkup

    found = checkup(opened(ctx, shop))
    if given(ctx, "json", as_json):
        report({"questions": [asdict(one) for one in found.questions], **asdict(found.health)})
        return
    for one in found.questions:
        say(f"{one.id:<4}{one.state:<10}{one.asks}")
        for label, told in (("now", one.given), ("needs", one.missing), ("later", one.later)):
            for text in told:
                say(f"{'':<14}{label + ':':<7}{text}")
    counted = {
        state: sum(one.state == state for one in found.questions)
        for state in ("answered", "partly", "not yet")
    }
    say("\n" + ", ".join(f"{times} {state}" for state, times in counted.items()) + ".")
    tell_health(found.health)


def tell_health(health: Health) -> None:
    """Snapshot, disk, network ban, versions, and what an owner should know."""
    as_of = (
        f"as of {health.as_of} ({health.snapshot})" if health.snapshot else "none yet: run burnish refresh"
    )
    say(f"Snapshot      {as_of}")
    say(f"Disk          {health.shop_mb:,} MB used by the shop, {health.free_mb:,} MB free")
    say(f"Network ban   {health.network_ban} (what keeps the parser of your files off the network)")
    say(f"Versions      {', '.join(f'{name} {number}' for name, number in health.versions.items())}")
    for note in health.notes:
        say(f"Note          {note}")
