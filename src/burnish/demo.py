"""`burnish demo`: a small made-up shop, its exports loaded, its briefing shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from burnish import intake, pipeline, shop
from burnish.briefing import terminal
from burnish.errors import UsageError
from burnish.morning import briefing
from burnish.settings import FILE_NAME
from burnish.simulate import demo_shop

EXPORTS = "exports"


class Watcher(Protocol):
    """Who is told how far the work is."""

    def step(self, name: str, rows: int, seconds: float) -> None:
        """One finished step."""

    def progress(self, name: str, rows: int) -> None:
        """Rows so far of a running step."""


def demo(folder: Path, *, seed: int, steps: Watcher, say: Callable[[str], None]) -> None:
    """Make the demo shop anew in `folder`, load it, derive, brief.

    Raises UsageError when the folder holds anything that a demo did not make.
    """
    if folder.exists():
        if not (folder / EXPORTS).is_dir() or not (folder / FILE_NAME).is_file():
            raise UsageError("this folder is not a demo shop", str(folder), "Name a new folder.")
        shutil.rmtree(folder)
    made = shop.init(folder, name="Demo Plating", time_zone="UTC", currency="USD", country="US")
    say(f"A made-up finisher in {folder}: every company and person in it is invented.")
    for path in demo_shop(folder / EXPORTS, seed=seed, end_on=made.today()):
        with intake.look(made, path) as plan:
            load, _ = intake.land(made, intake.confirmed(plan), progress=steps.progress)
        for part in load.parts:
            say(f"{load.file} -> {part.table}: {part}")
    pipeline.refresh(made, made.today(), step=steps.step)
    terminal.show(briefing(made, reader="owner"))
    say(f"\nLook further: burnish --shop {folder} verify")
    say(f"              burnish --shop {folder} rejects {folder}/{EXPORTS}/orders.csv")
