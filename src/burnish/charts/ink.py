"""The colours of a picture by what they mean. On a page they are CSS custom properties, so that light and
dark follow the reader; for paper they are fixed.

Accent and warning differ in lightness as well as hue, and never stand alone: what is recent has another
shape or a line beside it.
"""

from __future__ import annotations

import re

INK, MUTED, LINE = "var(--ink)", "var(--muted)", "var(--line)"
ACCENT, WARN, PAPER = "var(--accent)", "var(--warn)", "var(--card)"
FIXED = {
    "ink": "#23211e",
    "muted": "#67635c",
    "line": "#e2ddd2",
    "accent": "#0f5c55",
    "warn": "#a4501c",
    "card": "#fffefb",
    "sans": "Liberation Sans, Arial, sans-serif",
}
NAMED = re.compile(r"var\(--([a-z]+)\)")


def fixed(svg: str) -> str:
    """The picture in the colours of paper, for programs that know no custom properties."""
    return NAMED.sub(lambda name: FIXED[name[1]], svg)
