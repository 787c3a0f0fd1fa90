"""Pictures of a source's rows: a strip per signal, drawn by Altair as SVG, each with its table.

A strip is a function of rows: `strip` makes it from a customer's facts, `draw` draws it. Words and the
title come from the room above. Nothing here reads a store or needs a network, a script or a font file.
"""

from burnish.charts.drawing import NARROW, WIDE, draw
from burnish.charts.ink import FIXED, fixed
from burnish.charts.plot import BARE_LEFT, LEFT, Plot, Strip, Table
from burnish.charts.span import Span, spanned
from burnish.charts.strips import strip

__all__ = [
    "BARE_LEFT",
    "FIXED",
    "LEFT",
    "NARROW",
    "WIDE",
    "Plot",
    "Span",
    "Strip",
    "Table",
    "draw",
    "fixed",
    "spanned",
    "strip",
]
