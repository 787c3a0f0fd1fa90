"""Picture the demo shop's briefing as the README shows it: `make screens`.

The terminal's page becomes an SVG that names no outside font. The HTML page is photographed by Chromium
on a desktop, on a phone and in the dark, where Chromium is installed.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from burnish.briefing import Briefing, html, terminal
from burnish.morning import illustrated
from burnish.shop import open_shop

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
PAPER, INK = (250, 248, 244), (38, 36, 33)
COLOURS = [INK, (164, 80, 28), (70, 110, 50), (164, 80, 28), (15, 92, 85), (15, 92, 85), (15, 92, 85), INK]
THEME = TerminalTheme(PAPER, INK, COLOURS, COLOURS)
DARK = "--blink-settings=preferredColorScheme=0"
DESKTOP, PHONE = (1240, 1120), (390, 1500)
NARROWEST_WINDOW = 500  # Chromium's own windows are never narrower, frames in them are


def main() -> None:
    """Draw the terminal's page at 92 columns, then photograph the HTML page of the same snapshot."""
    there = open_shop(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-shop"))
    page, strips = illustrated(there, reader="owner")
    draw_terminal(page, SCREENS / "brief.svg")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("Chromium is not installed: the HTML page was not photographed.", file=sys.stderr)  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "page.html"
        written.write_text(html.text(page, strips, shop_name=there.settings.name), "utf-8")
        phone = Path(folder) / "phone.html"
        width, height = PHONE
        style = f"border:0;width:{width}px;height:{height}px"
        phone.write_text(f'<body style="margin:0"><iframe src="page.html" style="{style}"></iframe>', "utf-8")
        photograph(browser, written, "briefing-desktop", DESKTOP)
        photograph(browser, written, "briefing-dark", DESKTOP, DARK)
        photograph(browser, phone, "briefing-phone", (NARROWEST_WINDOW, height))
    crop(SCREENS / "briefing-phone.png", PHONE)


def draw_terminal(page: Briefing, out: Path) -> None:
    """The terminal's page as SVG."""
    console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True, color_system="standard")
    terminal.show(page, console)
    without_fonts = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="burnish brief", theme=THEME, code_format=without_fonts)
    out.write_text(svg.replace("Fira Code, monospace", "monospace"), "utf-8")


def photograph(browser: str, page: Path, name: str, size: tuple[int, int], *more: str) -> None:
    """One picture of the top of a page."""
    out = f"--screenshot={SCREENS / name}.png"
    window = f"--window-size={size[0]},{size[1]}"
    given = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", window, out, *more, page.as_uri()]
    subprocess.run(given, check=True, capture_output=True, timeout=120)  # noqa: S603


def crop(path: Path, size: tuple[int, int]) -> None:
    """Keep the upper left part of a picture."""
    from PIL import Image  # noqa: PLC0415  (comes with WeasyPrint)

    with Image.open(path) as picture:
        picture.crop((0, 0, *size)).save(path, optimize=True)


if __name__ == "__main__":
    main()
