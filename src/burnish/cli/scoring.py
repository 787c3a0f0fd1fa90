"""How good Burnish is, on this shop or on made-up ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.door import JsonOption, QuietOption, ShopOption, Steps, app, day, given, opened, report, say
from burnish.errors import UsageError

if TYPE_CHECKING:
    from burnish.shop import Shop

VIEWS = {"known": ("known",), "occurred": ("occurred",), "both": ("known", "occurred")}
BARS = {"watch": 1.0, "briefing": 0.06}


@app.command()
def score(
    ctx: typer.Context,
    walks: Annotated[
        list[Path] | None,
        typer.Argument(metavar="WALK", help="Kept walks to score together, instead of walking."),
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The truth beside a made-up shop's exports.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as one HTML page with pictures.")
    ] = None,
    every: Annotated[int, typer.Option(metavar="WEEKS", help="Judge every so many weeks.")] = 4,
    since: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Judge from that day on. Default: after 65 weeks.")
    ] = "",
    view: Annotated[
        str,
        typer.Option("--as", help="known: as the records stood then; occurred: as things happened; both."),
    ] = "known",
    ablate: Annotated[bool, typer.Option("--ablate", help="Walk again without each source.")] = False,
    rules: Annotated[bool, typer.Option(help="Hold plain rules against it.")] = True,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Keep the walk, to score it again.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes at work side by side.")] = 2,
    shop: ShopOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Walk through the past, and say how often Burnish was right, late, silent or wrong."""
    if view not in VIEWS:
        raise UsageError(f"there is no view {view!r}", "--as", f"Name one of {', '.join(VIEWS)}.")
    if every < 1 or workers < 1:
        raise UsageError(
            "weeks and workers are counted from 1", "--every, --workers", "Name a number from 1."
        )
    if html is not None and not html.absolute().parent.is_dir():
        raise UsageError("there is no such folder", str(html.parent), "Make it, or name another file.")
    if walks and len({walk.resolve() for walk in walks}) < len(walks):
        raise UsageError("a walk is named twice", "score", "Name each walk once.")
    steps = Steps(quiet=given(ctx, "quiet", quiet))
    if walks:
        if ablate:
            raise UsageError("a kept walk cannot be walked again", "--ablate", "Name the shop with --shop.")
        told = of_kept(walks, truth, with_rules=rules)
    else:
        asked = {"every_weeks": every, "since": day(since) if since else None}
        there = opened(ctx, shop)
        told = of_shop(there, truth, VIEWS[view], asked, keep=keep, workers=workers, steps=steps, rules=rules)
        if ablate:
            told["ablation"] = without_sources(there, truth, told, workers=workers, steps=steps)
    walked = told.pop("walks")
    if html is not None:
        from burnish.score.page import text

        html.write_text(text(told), "utf-8")
    if given(ctx, "json", as_json):
        report(told)
    else:
        tell(told, [one.shop for one in walked])


def of_kept(folders: list[Path], truth: Path | None, *, with_rules: bool) -> dict[str, Any]:
    """The score of walks that were kept, of all shops together."""
    from burnish.score import read_walk, scored

    read = [read_walk(folder, truth) for folder in folders]
    return scored(read, with_rules=with_rules) | {"walks": read}


def of_shop(
    shop: Shop,
    truth: Path | None,
    views: tuple[str, ...],
    asked: dict[str, Any],
    *,
    keep: Path | None,
    workers: int,
    steps: Steps,
    rules: bool,
) -> dict[str, Any]:
    """Walk through one shop, in one view or in both, and score it."""
    from burnish.score import Asked, read_truth, scored, walk

    known = None if truth is None else read_truth(truth)
    walks = []
    for view in views:
        found = walk(shop, Asked(view, **asked), workers=workers, step=steps.step, truth=known)
        if keep is not None:
            found.keep(keep / view if len(views) > 1 else keep)
        walks.append(found)
    told, *others = (scored([one], with_rules=rules) for one in walks)
    return told | {f"as_{other['view']}": other for other in others} | {"walks": walks}


def without_sources(
    shop: Shop, truth: Path | None, told: dict[str, Any], *, workers: int, steps: Steps
) -> dict[str, Any]:
    """What each source brings."""
    from burnish.score import ablated

    return ablated(shop, told["walks"][0], workers=workers, step=steps.step)


def tell(told: dict[str, Any], shops: list[str]) -> None:
    """The score as the owner of the code reads it."""
    with_truth = "full_stop" in told
    named = shops[0] if told["shops"] == 1 else f"{told['shops']} shops"
    say(
        f"{named}, as {told['view']}: {told['first']} to {told['last']} every {told['every_weeks']} weeks, "
        f"{told['customer_months']:,.0f} customer-months"
    )
    say(heading(with_truth))
    for name, kind in told["kinds"].items():
        say(line(name, kind, with_truth=with_truth))
    what = "false alarms" if with_truth else "alarms"
    rates = ", ".join(f"{tier} {shown(told['tiers'][tier])} (bar {bar:g})" for tier, bar in BARS.items())
    say(f"\nAll kinds, {what} a 100 customer-months: {rates}")
    calm = told["quiet_origins"]
    say(f"Origins that brought the briefing nothing new: {calm['k']} of {calm['n']}")
    for family, rate in told["nulls"].items():
        say(f"Null family {family}: watch {shown(rate)}, briefing {shown(told['nulls_briefing'][family])}")
    if with_truth:
        tell_truth(told)
    tell_rules(told["rules"], with_truth=with_truth)
    for name, kinds in told.get("ablation", {}).items():
        found = ", ".join(f"{kind} {lost(one)}" for kind, one in kinds.items())
        say(f"{name}: {found}")
    if "as_occurred" in told:
        say()
        tell({"kinds": {}} | told["as_occurred"], shops)


def heading(with_truth: bool) -> str:
    """The head of the table of kinds."""
    columns = (
        (
            "events",
            "recall",
            "6 weeks",
            "lead",
            "delay",
            "precise",
            "false/100",
            "briefing",
            "skill",
            "judged",
        )
        if with_truth
        else ("alarms", "a 100", "briefing", "judged", "came true")
    )
    return f"\n{'':<19}" + "".join(f"{name:>10}" for name in columns)


def line(name: str, kind: dict[str, Any], *, with_truth: bool) -> str:
    """One kind in the table."""
    rate = "false_alarms_per_100_customer_months" if with_truth else "alarms_per_100_customer_months"
    early = kind["briefing"][rate]
    values = (
        [
            str(kind["n"]),
            *(shown(kind[name]) for name in ("recall", "timely_recall_6w", "lead_weeks", "delay_weeks")),
            *(shown(value) for value in (kind["precision"], kind[rate], early, kind["brier_skill"])),
            shown(kind["coverage"]),
        ]
        if with_truth
        else [str(kind["alarms"]), shown(kind[rate]), shown(early), shown(kind["coverage"])]
    )
    told = "" if with_truth else f"  {kind['came_true']['says']}"
    return f"{name:<19}" + "".join(f"{value:>10}" for value in values) + told


def tell_truth(told: dict[str, Any]) -> None:
    """What only a made-up shop can say."""
    for name, kind in told["kinds"].items():
        parts = [f"{of} {shown(one['share'])} of {one['n']}" for of, one in kind["recall_by_class"].items()]
        if kind["n"]:
            weighted = shown(kind["recall_order_weighted"])
            verdicts = ", ".join(f"{count} {verdict}" for verdict, count in kind["verdicts"].items())
            say(f"{name:<19} recall {', '.join(parts)}; by orders {weighted}. Alarms: {verdicts}")
    stops = [f"{band} {shown(one['recall'])} of {one['n']}" for band, one in told["full_stop"].items()]
    say(f"Full stop called within 26 weeks at watch: {', '.join(stops)}")
    alike = told["lookalikes"]
    say(
        f"Look-alikes: {alike['planted']} planted, {alike['alarmed']} alarmed, {alike['explained']} explained"
    )
    for name, one in told["joined"].items():
        best = one["best_single"]
        say(
            f"{name}: found {shown(one['recall'])} of {one['n']}; its best single source {best} "
            f"{shown(one['single'][best])} at as few false alarms"
        )
    who = told["identity"]
    say(f"Companies across systems: {rates(who['companies'])}")
    say(f"People across lists: {rates(who['people'])}{also(who['people'])}")


def rates(one: dict[str, Any]) -> str:
    """Precision and recall beside their bars."""
    if one["precision"] is None and one["recall"] is None:
        return one.get("says", "nothing to judge")
    return (
        ", ".join(
            f"{name} {fine(one[name])} (bar {shown(one['bar'][name])})" for name in ("precision", "recall")
        )
        + f" of {one['n']:,} pairs"
    )


def also(people: dict[str, Any]) -> str:
    """Mailboxes and changes of job, where they are known."""
    told = ""
    if "mailboxes" in people:
        told += f"; of {people['mailboxes']} desk mailboxes {people['mailboxes_joined']} joined with a person"
    if people.get("moves", {}).get("n"):
        moves = people["moves"]
        told += f"; changes of job found {moves['found']} of {moves['n']}"
        if moves["median_days_off"] is not None:
            told += f", half of them within {moves['median_days_off']:g} days"
    return told


def fine(value: float | None) -> str:
    """A rate near one, with the figures that tell it from its bar."""
    return "-" if value is None else f"{value:.4f}".replace("0.", ".", 1)


def tell_rules(rules: dict[str, Any], *, with_truth: bool) -> None:
    """The plain rules beside."""
    if not rules:
        return
    say(f"\nPlain rules at their textbook value{'':<29}{'a 100':>8}  came true")
    for name, rule in rules.items():
        value = f"{name} over {rule['textbook']:g} {rule['unit']}"
        rate = shown(rule["alarms_per_100_customer_months"])
        say(f"{value:<64}{rate:>8}  {rule['came_true']['says']}")
        for kind, one in rule.get("against", {}).items() if with_truth else ():
            pair = f"{shown(one['detector_precision_there'])} against {shown(one['precision_at_textbook'])}"
            areas = f"{shown(one['detector_area'])} against {shown(one['area'])}"
            say(
                f"    {kind}: precision {pair} at recall {shown(one['recall_at_textbook'])}, "
                f"area {areas}: {one['says']}"
            )


def shown(value: float | None) -> str:
    """A rate as people read it; nothing known is a dash."""
    if value is None:
        return "-"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}".replace("0.", ".", 1)


def lost(one: dict[str, Any]) -> str:
    """What a kind finds without a source."""
    return f"{shown(one['recall'])} of {one['n']}" if "recall" in one else str(one["alarms"])
