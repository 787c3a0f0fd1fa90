"""`burnish demo`: a made-up shop, the exports of its programs loaded, its briefing shown."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from burnish import intake, pipeline, shop
from burnish.briefing import terminal
from burnish.errors import UsageError
from burnish.morning import briefing
from burnish.settings import FILE_NAME
from burnish.shop import Shop
from burnish.simulate import Plan, simulate
from burnish.simulate.shops import EXPORTS, TRUTH
from burnish.simulate.sizes import SHOPS
from burnish.store.loads import Load, Part

MARKS = (Path(TRUTH, "shop.json"), Path("exports.truth.json"))  # the second: demos of earlier versions
HEADING = f"{'program':<20}{'files':>7}{'rows':>12}{'loaded':>12}{'rejected':>10}{'difference':>12}"
NEXT = (
    ("verify", "counts everything again"),
    ("doctor", "what this data can answer, and what not"),
    ("why 1", "the first conclusion down to the lines of the files"),
    ("who", "who is who over all programs, and what is doubtful"),
    ("score --truth {folder}/truth", "how often it was right (walks through the past: takes a while)"),
)


class Watcher(Protocol):
    """Who is told how far the work is."""

    def step(self, name: str, rows: int, seconds: float) -> None:
        """One finished step."""

    def progress(self, name: str, rows: int) -> None:
        """Rows so far of a running step."""


@dataclass(frozen=True)
class Loaded:
    """What was loaded of one program's files. A row that feeds two tables is one row."""

    files: int
    rows: int
    loaded: int
    rejected: int
    difference: int

    def __str__(self) -> str:
        return f"{self.files:>7,}{self.rows:>12,}{self.loaded:>12,}{self.rejected:>10,}{self.difference:>12,}"


def demo(folder: Path, plan: Plan, *, steps: Watcher, say: Callable[[str], None]) -> None:
    """Make the demo shop of `plan` anew in `folder`, load its exports, derive, brief.

    Burnish never reads `folder/truth`. Raises UsageError where `folder` holds anything that a demo did not
    make.
    """
    emptied(folder)
    made = made_up(folder, plan, steps)
    say(f"{made.settings.name}, a made-up finisher in {folder}: every company and person in it is invented.")
    add_all(made, steps, say)
    pipeline.refresh(made, plan.last, step=steps.step)
    terminal.show(briefing(made, reader="owner"))
    say("\nTry next:")
    commands = [f"burnish --shop {folder} {words.format(folder=folder)}" for words, _ in NEXT]
    for command, (_, what) in zip(commands, NEXT, strict=True):
        say(f"  {command:<{max(map(len, commands))}}   {what}")


def emptied(folder: Path) -> None:
    """Take away the demo shop that was here, and nothing else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / FILE_NAME).is_file() or not any((folder / mark).is_file() for mark in MARKS):
        raise UsageError("this folder is not a demo shop", str(folder), "Name a new folder.")
    shutil.rmtree(folder)


def made_up(folder: Path, plan: Plan, steps: Watcher) -> Shop:
    """The made-up shop's exports and truth, and an empty shop beside them; all of it or nothing."""
    began = time.perf_counter()
    try:
        simulate(folder, plan)
        made = shop.init(folder, name=SHOPS[plan.size].name, time_zone="UTC", currency="USD", country="US")
    except BaseException:  # Ctrl-C too: a half demo would be refused ever after
        shutil.rmtree(folder, ignore_errors=True)
        raise
    files = [path for path in (folder / EXPORTS).rglob("*") if path.is_file()]
    steps.step("simulate (files)", len(files), time.perf_counter() - began)
    return made


def add_all(made: Shop, steps: Watcher, say: Callable[[str], None]) -> None:
    """Load all exports, with a line for each program, one for all, and the files of which nothing is read."""
    every: list[Load] = []
    unread: list[str] = []
    say(f"\n{HEADING}")
    for program, files in programs(made.folder / EXPORTS):
        loads = [(file, added(made, file, steps)) for file in files]
        there = [load for _, load in loads if load]
        say(f"{program:<20}{counted(there)}")
        every += there
        unread += [file.name for file, load in loads if not load]
    say(f"{'':<20}{counted(every)}")
    if unread:
        say(f"Not read, for reasons that `burnish sources NAME` tells: {', '.join(unread)}")
    say("")


def programs(exports: Path) -> Iterator[tuple[str, list[Path]]]:
    """The files of each program, by the names of both."""
    found, _ = intake.find([exports])
    paths = [each.path for each in found]
    for program, files in groupby(paths, key=lambda path: path.relative_to(exports).parts[0]):
        yield program, list(files)


def added(made: Shop, path: Path, steps: Watcher) -> Load | None:
    """Load one file as `burnish add --yes` does; None where nothing of it is read."""
    with intake.look(made, path, named=False, drafts=False) as plan:
        if not plan.proposals:
            return None
        intake.refuse_incomplete(plan)
        load, _ = intake.land(made, intake.confirmed(plan), progress=steps.progress)
    return load


def counted(loads: Iterable[Load]) -> Loaded:
    """Some loads in one line: each sheet by its first part, differences over all parts."""
    every = list(loads)
    parts = [part for load in every for part in load.parts]
    sheets = [first.of_sheet for load in every for first in first_parts(load)]
    rows, loaded, rejected = (sum(counts) for counts in zip(*sheets, strict=True)) if sheets else (0, 0, 0)
    return Loaded(len(every), rows, loaded, rejected, sum(part.difference + part.lost for part in parts))


def first_parts(load: Load) -> list[Part]:
    """The first part of each sheet: it counts the sheet's rows."""
    return list({part.sheet: part for part in reversed(load.parts)}.values())
