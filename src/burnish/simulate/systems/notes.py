"""What colleagues wrote down as text files: sales in Markdown by year, quality and planning in plain text.

A paragraph begins with its day; then come initials and customer, in one line or on lines of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.systems.dirt import called
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE = "notes"
DESKS = {"inspector": "quality", "planner": "planning"}  # role of who writes -> file; all others: sales


class Notes:
    """The files of notes."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan, self.files = folder, plan, dict[str, TextIO]()

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's notes."""
        names = dict(called(world, SOURCE).filter(pl.col("party") == 0).select("company", "name").iter_rows())
        writers = world["colleague"].select("colleague", "initials", "role")
        rows = world["note"].join(writers, on="colleague", how="left", maintain_order="left")
        wanted = ("at", "company", "initials", "role", "text")
        for at, company, initials, role, text in rows.select(wanted).iter_rows():
            customer, desk, signed = names[company], DESKS.get(role, "sales"), initials or "??"
            truth.company(SOURCE, customer, company)
            if desk == "sales":
                self.file(f"sales_{at.year}.md").write(f"{at:%Y-%m-%d} {signed}: [{customer}] {text}\n\n")
            else:
                self.file(f"{desk}.txt").write(
                    f"{at:%Y-%m-%d}\nBy: {signed}\nCustomer: {customer}\n{text}\n\n"
                )

    def file(self, name: str) -> TextIO:
        """An open file, begun with its title."""
        if name not in self.files:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.files[name] = (self.folder / name).open("w", encoding="utf-8", newline="\n")
            if name.endswith(".md"):
                self.files[name].write(f"# Sales notes {name[6:10]}\n\n")
        return self.files[name]

    def close(self) -> None:
        """Finish the files."""
        for file in self.files.values():
            file.close()
