"""The score as one self-contained HTML page with pictures, to read or to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from burnish.briefing import html
from burnish.score import pictures
from burnish.score.kinds import pooled

Told: TypeAlias = Mapping[str, Any]
SHARE = 0.25  # of the budget at watch: what one signal may cost
BARS = {"watch": 1.0, "briefing": 0.06}


@dataclass(frozen=True)
class Figure:
    """One picture with its heading and how to read it."""

    title: str
    says: str
    drawn: Markup


def text(told: Told) -> str:
    """The page."""
    made = Environment(
        loader=PackageLoader("burnish.score"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(shown=shown, fine=fine, bars=BARS)
    style = Markup(html.stylesheet())  # noqa: S704  (our own file)
    page = made.get_template("score.html")
    return page.render(told=told, figures=tuple(figures(told)), style=style, with_truth="full_stop" in told)


def figures(told: Told) -> Iterator[Figure]:
    """Every picture that has something to show."""
    both = {name for name, parts in pooled().items() if len(parts) > 1}
    kinds = {name: kind for name, kind in told["kinds"].items() if name not in both}
    found = [
        (
            "What was found",
            "Share of planted events named in time, by how much the records can know of them: A 9 nats "
            "or more, B 3 to 9, C less. The number beside a bar counts the events.",
            pictures.recall_by_class(kinds),
        ),
        (
            "What it costs",
            "New alarms at watch per 100 customer-months. The line is the share of the budget that one "
            "signal may use.",
            pictures.alarm_rates(kinds, SHARE),
        ),
        (
            "Whether odds hold",
            "What was said against what came of it, recalibrated by pooling neighbours (CORP). On the line "
            "the odds hold.",
            pictures.reliability(kinds),
        ),
        ("How late", "Weeks from half the effect to the alarm, one stroke an event.", pictures.delays(kinds)),
    ]
    found += [
        (
            f"{kind} against {rule}",
            f"Precision where 6 true events a year happen among 350 customers. The diamond is the rule at "
            f"{one_rule['textbook']:g} {one_rule['unit']}. {one['says'].capitalize()}.",
            pictures.against_rule(kind, rule, one),
        )
        for rule, one_rule in told["rules"].items()
        for kind, one in one_rule.get("against", {}).items()
    ]
    # our own drawing, from figures and names of ours
    yield from (Figure(title, says, Markup(drawn)) for title, says, drawn in found if drawn)  # noqa: S704


def shown(value: float | None) -> str:
    """A figure as people read it; nothing known is a dash."""
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def fine(value: float | None) -> str:
    """A rate near one, with the figures that tell it from its bar."""
    return "–" if value is None else f"{value:.4f}"
