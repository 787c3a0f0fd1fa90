"""From a strip to SVG: fixed margins, system fonts, no script, the same bytes for the same rows.

A picture is drawn for a wide and for a narrow page, so that its text is of one size on both.
"""

from __future__ import annotations

import re
from html import escape

from burnish.charts.ink import INK, LINE, MUTED
from burnish.charts.plot import RIGHT, Plot, Strip

WIDE, NARROW = 528, 324
VEGA_LITE = "6.4"
ABOVE, BARE_ABOVE, BELOW = 20, 4, 22
TEXT_SIZE = 12
SPOKEN = re.compile(r' (?:aria-[a-z]+|role|pointer-events|class|font-family|xmlns:xlink)="[^"]*"')
EMPTY = re.compile(r'<path d="[^"]*" display="none"/>|<path d="M0,0h0v0h0Z"/>')
ROOT = re.compile(r"<svg [^>]*>")


def draw(strip: Strip, plot: Plot, *, key: str, title: str, says: str) -> str:
    """The picture as an SVG element, named by `title` and described by `says` for those who cannot see it.

    `key` makes its ids unique in the page.
    """
    above = ABOVE if strip.is_measured else BARE_ABOVE
    chart = strip.chart(plot).properties(
        width=plot.inner,
        height=strip.height,
        padding={"left": plot.left, "right": RIGHT, "top": above, "bottom": BELOW},
        autosize={"type": "none"},
    )
    svg = _svg(chart.to_dict() | {"config": config()})
    size = f"0 0 {plot.width} {strip.height + above + BELOW}"
    return _named(svg, key, title, says, size, "wide" if plot.width == WIDE else "narrow")


def config() -> dict[str, object]:
    """The look of axes: thin lines, quiet labels, no frame."""
    axis = {"labelColor": MUTED, "labelFontSize": TEXT_SIZE, "labelPadding": 4, "labelLimit": 0}
    axis |= {"titleColor": MUTED, "titleFontSize": TEXT_SIZE, "titleFontWeight": "normal", "titleLimit": 0}
    time = axis | {"domain": False, "tickColor": LINE, "tickSize": 4}
    upright = axis | {"domain": False, "ticks": False, "gridColor": LINE, "grid": True}
    return {
        "background": None,
        "view": {"stroke": None},
        "axisX": time | {"grid": True, "gridColor": LINE},
        "axisY": upright,
        "text": {"color": INK, "fontSize": TEXT_SIZE},
    }


def _svg(spec: dict[str, object]) -> str:
    import vl_convert  # noqa: PLC0415  (only pictures need it)

    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])


def _named(svg: str, key: str, title: str, says: str, size: str, width: str) -> str:
    """Only what is seen, under one name and description."""
    bare = EMPTY.sub("", SPOKEN.sub("", svg))
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip {width}" viewBox="{size}" '
        f'font-family="var(--sans)" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(says)}</desc>'
    )
    return ROOT.sub(lambda _: root, bare, count=1)
