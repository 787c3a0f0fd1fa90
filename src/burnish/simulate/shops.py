"""A made-up shop on disk: its programs' exports in `exports/`, the truth about them in `truth/`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from burnish.errors import UsageError
from burnish.simulate.making import make
from burnish.simulate.marginals import Marginal, marginals
from burnish.simulate.plan import Plan
from burnish.simulate.systems import Export
from burnish.simulate.systems.badges import Badges
from burnish.simulate.systems.constant_contact import ConstantContact
from burnish.simulate.systems.erpnext import ErpNext
from burnish.simulate.systems.feeds import Feeds
from burnish.simulate.systems.ga4 import GA4
from burnish.simulate.systems.hubspot import HubSpot
from burnish.simulate.systems.job_log import JobLog
from burnish.simulate.systems.jobboss import JobBoss
from burnish.simulate.systems.jobboss_classic import JobBossClassic
from burnish.simulate.systems.mailchimp import Mailchimp
from burnish.simulate.systems.matomo import Matomo
from burnish.simulate.systems.notes import Notes
from burnish.simulate.systems.odoo import Odoo
from burnish.simulate.systems.quickbooks_desktop import QuickBooksDesktop
from burnish.simulate.systems.quickbooks_online import QuickBooksOnline
from burnish.simulate.systems.salesforce import Salesforce
from burnish.simulate.systems.segment import Segment
from burnish.simulate.systems.steelhead import Steelhead
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

EXPORTS, TRUTH = "exports", "truth"
Program = Callable[[Path, Plan], Export]

OFFICE: dict[str, dict[str, Program]] = {  # ERP -> it and what keeps the money beside it
    "job_log": {"job_log": JobLog, "quickbooks_online": QuickBooksOnline},
    "jobboss": {"jobboss": JobBoss, "quickbooks_desktop": QuickBooksDesktop},
    "jobboss_classic": {"jobboss_classic": JobBossClassic, "quickbooks_desktop": QuickBooksDesktop},
    "steelhead": {"steelhead": Steelhead, "quickbooks_desktop": QuickBooksDesktop},
    "odoo": {"odoo": Odoo},
    "erpnext": {"erpnext": ErpNext},
}
FRONT: dict[str, dict[str, Program]] = {  # size -> customers, mailings, web site
    "S": {"mailchimp": Mailchimp, "ga4": GA4},
    "M": {"hubspot": HubSpot, "constant_contact": ConstantContact, "matomo": Matomo},
    "L": {"salesforce": Salesforce, "mailchimp": Mailchimp, "segment": Segment},
}
EVERYWHERE: dict[str, Program] = {"feeds": Feeds, "notes": Notes, "badges": Badges}
Told = Callable[[str, int], None]


def simulate(folder: Path, plan: Plan, *, told: Told = lambda what, done: None) -> list[Marginal]:
    """Make a shop in `folder`: `exports/` with a folder per program, and `truth/`.

    Equal plans give equal bytes. Blocks are made and written one at a time. `told` hears of each block.
    Returns what came out beside what shops report. Raises UsageError where `folder` holds anything else.
    """
    refuse_others(folder)
    work = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(work, ignore_errors=True)
    truth = Truth(work / TRUTH, plan)
    programs = OFFICE[plan.erp] | FRONT[plan.size] | EVERYWHERE
    with ExitStack() as open_files:
        exports = [
            open_files.enter_context(closing(program(made(work / EXPORTS / name), plan)))
            for name, program in programs.items()
        ]
        came_out = marginals(written(plan, exports, truth, told))
    truth.close()
    put_in_place(work, folder)
    return came_out


def written(plan: Plan, exports: Sequence[Export], truth: Truth, told: Told) -> Iterator[World]:
    """Each block, once every program and the truth have it."""
    for done, world in enumerate(make(plan), start=1):
        truth.saw(world)
        for export in exports:
            export.write(world, truth)
        told("blocks", done)
        yield world


def refuse_others(folder: Path) -> None:
    """Raise UsageError where the folder is a file, or holds what was not simulated."""
    if folder.exists() and not folder.is_dir():
        raise UsageError("this is a file", str(folder), "Name a new folder.")
    if folder.exists() and any(folder.iterdir()) and not (folder / TRUTH / "shop.json").is_file():
        raise UsageError("this folder holds something else", str(folder), "Name a new folder.")
    if any(parent.is_file() for parent in folder.parents):
        raise UsageError("a part of this path is a file", str(folder), "Name a new folder.")


def put_in_place(work: Path, folder: Path) -> None:
    """Replace what was simulated in the folder before by what is ready; nothing else is touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (EXPORTS, TRUTH):
        shutil.rmtree(folder / name, ignore_errors=True)
        (work / name).rename(folder / name)
    work.rmdir()


def made(folder: Path) -> Path:
    """The folder, made."""
    folder.mkdir(parents=True)
    return folder
