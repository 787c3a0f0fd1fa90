"""Draw the demo shop's briefing as the README shows it: `make screens` after `make demo`.

The picture names no outside font: a terminal's own monospace will do.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from burnish.briefing import terminal
from burnish.morning import briefing
from burnish.shop import open_shop

OUT = Path(__file__).parents[1] / "docs" / "screens" / "brief.svg"
PAPER, INK = (250, 248, 244), (38, 36, 33)
COLOURS = [INK, (164, 80, 28), (70, 110, 50), (164, 80, 28), (15, 92, 85), (15, 92, 85), (15, 92, 85), INK]
THEME = TerminalTheme(PAPER, INK, COLOURS, COLOURS)


def main() -> None:
    """Render the demo shop's page at 92 columns."""
    console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True, color_system="standard")
    terminal.show(briefing(open_shop(Path("demo-shop")), reader="owner"), console)
    without_fonts = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="burnish brief", theme=THEME, code_format=without_fonts)
    OUT.write_text(svg.replace("Fira Code, monospace", "monospace"), "utf-8")


if __name__ == "__main__":
    main()
