"""The figures of a score as pictures: one SVG each, drawn by Altair, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

from burnish.charts import FIXED, fixed
from burnish.charts.drawing import VEGA_LITE, config

if TYPE_CHECKING:
    import altair as alt

Told: TypeAlias = Mapping[str, Any]
Row: TypeAlias = dict[str, Any]
WIDTH, ROW = 420, 22
CLASSES = ("A", "B", "C")
RATE = "false_alarms_per_100_customer_months"
ALL_RATE = "alarms_per_100_customer_months"
TONES = [FIXED["accent"], FIXED["warn"], FIXED["muted"]]


def svg(chart: alt.TopLevelMixin, *, title: str) -> str:
    """A chart as an SVG element with a name."""
    import vl_convert  # noqa: PLC0415  (only pictures need it)

    spec = chart.to_dict() | {"config": config()}
    drawn = fixed(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)


def data(rows: Sequence[Row]) -> alt.Data:
    """Rows to draw."""
    import altair as alt  # noqa: PLC0415

    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def recall_by_class(kinds: Told) -> str:
    """Share of planted events found, a bar per kind and class of information."""
    import altair as alt  # noqa: PLC0415

    rows = [
        {"kind": name, "class": of, "share": one["share"], "n": str(one["n"])}
        for name, kind in kinds.items()
        for of, one in kind.get("recall_by_class", {}).items()
        if one["n"]
    ]
    if not rows:
        return ""
    y = alt.Y("kind:N", title=None, sort=list(kinds))
    offset = alt.YOffset("class:N", sort=list(CLASSES))
    x = alt.X("share:Q", title="found", scale=alt.Scale(domain=[0, 1]))
    tone = alt.Color(
        "class:N",
        scale=alt.Scale(domain=list(CLASSES), range=TONES),
        title="information",
        legend=alt.Legend(orient="bottom", columns=4),
    )
    bars = alt.Chart(data(rows)).mark_bar().encode(x=x, y=y, yOffset=offset, color=tone)
    counts = alt.Chart(data(rows)).mark_text(align="left", dx=4, fontSize=10, color=FIXED["muted"])
    counts = counts.encode(x=x, y=y, yOffset=offset, text="n:N")
    return svg((bars + counts).properties(width=WIDTH), title="Share of planted events found")


def alarm_rates(kinds: Told, bar: float) -> str:
    """New alarms a kind brings (false ones where the truth is known), against its share of the budget."""
    import altair as alt  # noqa: PLC0415

    has_truth = any(kind[RATE] is not None for kind in kinds.values())
    rows = [
        {"kind": name, "rate": kind[RATE if has_truth else ALL_RATE] or 0.0} for name, kind in kinds.items()
    ]
    said = "false alarms" if has_truth else "alarms"
    x = alt.X("rate:Q", title=f"{said} per 100 customer-months")
    y = alt.Y("kind:N", title=None, sort=list(kinds))
    bars = alt.Chart(data(rows)).mark_bar(color=FIXED["accent"]).encode(x=x, y=y)
    limit = alt.Chart(data([{"bar": bar}])).mark_rule(color=FIXED["warn"]).encode(x="bar:Q")
    return svg((bars + limit).properties(width=WIDTH, height={"step": ROW}), title=f"New {said} by kind")


def against_rule(kind: str, rule: str, one: Told) -> str:
    """Precision over recall of a detector and of a rule, the rule's textbook value as a dot."""
    import altair as alt  # noqa: PLC0415

    rows = [
        {"who": who, "recall": point["recall"], "precision": point["precision"], "order": n}
        for who, curve in ((kind, one["detector_curve"]), (rule, one["curve"]))
        for n, point in enumerate(curve)
        if point["recall"]
    ]
    if not rows:
        return ""
    x = alt.X("recall:Q", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("precision:Q", scale=alt.Scale(domain=[0, 1]))
    tone = alt.Color(
        "who:N",
        scale=alt.Scale(domain=[kind, rule], range=TONES[:2]),
        title=None,
        legend=alt.Legend(orient="bottom", columns=4),
    )
    lines = alt.Chart(data(rows)).mark_line(point=True).encode(x=x, y=y, color=tone, order="order:Q")
    usual = [{"recall": one["recall_at_textbook"], "precision": one["precision_at_textbook"]}]
    dot = alt.Chart(data(usual)).mark_point(size=130, color=FIXED["ink"], shape="diamond").encode(x=x, y=y)
    return svg((lines + dot).properties(width=WIDTH, height=220), title=f"{kind} against {rule}")


def reliability(kinds: Told) -> str:
    """What was said against what came, recalibrated; on the line the odds hold."""
    import altair as alt  # noqa: PLC0415

    rows = [
        {"kind": name, "said": said, "came": came, "times": times}
        for name, kind in kinds.items()
        for said, came, times in kind["reliability"]
    ]
    if not rows:
        return ""
    share = alt.Scale(domain=[0, 1])
    x, y = alt.X("said:Q", scale=share, title="odds said"), alt.Y("came:Q", scale=share, title="came true")
    tone = alt.Color("kind:N", title=None, legend=alt.Legend(orient="bottom", columns=4))
    marks = alt.Chart(data(rows)).mark_point(filled=True, opacity=0.8)
    dots = marks.encode(x=x, y=y, size=alt.Size("times:Q", legend=None), color=tone)
    even = [{"said": 0, "came": 0}, {"said": 1, "came": 1}]
    line = alt.Chart(data(even)).mark_line(color=FIXED["muted"], strokeDash=[3, 3]).encode(x=x, y=y)
    return svg((line + dots).properties(width=WIDTH, height=220), title="Odds said and come true")


def delays(kinds: Told) -> str:
    """Weeks from half the effect to the alarm, a stroke per event found."""
    import altair as alt  # noqa: PLC0415

    rows = [
        {"kind": name, "weeks": weeks}
        for name, kind in kinds.items()
        for weeks in kind.get("delays_weeks", [])
    ]
    if not rows:
        return ""
    y = alt.Y("kind:N", title=None, sort=list(kinds))
    strokes = alt.Chart(data(rows)).mark_tick(color=FIXED["accent"], thickness=2, opacity=0.6)
    drawn = strokes.encode(x=alt.X("weeks:Q", title="weeks after half the effect"), y=y)
    zero = alt.Chart(data([{"weeks": 0}])).mark_rule(color=FIXED["line"]).encode(x="weeks:Q")
    return svg((zero + drawn).properties(width=WIDTH, height={"step": ROW}), title="Delays")
