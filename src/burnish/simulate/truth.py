"""The truth beside the exports, in `truth/`: who is who in every system, what happened, what only looks so.

Burnish never reads it, except for `burnish score`. The files are CSV with a heading, sorted; `shop.json`
says how the shop was made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.world import World

KEPT = ("event", "lookalike", "effect")  # tables of the world that are written down as they are
JOB = ("person", "company", "role", "from_on", "until_on")  # of the world's jobs: whose, where, when
COMPANY = {"source": pl.String, "organisation_ref": pl.String, "company": pl.Int64, "parent": pl.Int64}
PERSON = {"source": pl.String, "object": pl.String, "key": pl.String, "person": pl.Int64}


@dataclass
class Truth:
    """Collects what the exports called everybody, block by block, and writes it down at the end."""

    folder: Path
    plan: Plan
    companies: set[tuple[str, str, int]] = field(default_factory=set)
    people: set[tuple[str, str, str, int]] = field(default_factory=set)
    parents: dict[int, int | None] = field(default_factory=dict)
    kept: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def saw(self, world: World) -> None:
        """Keep what happened in a block."""
        self.parents |= dict(world["company"].select("company", "parent").iter_rows())
        for name in KEPT:
            self.kept.setdefault(name, []).append(world[name])
        self.kept.setdefault("job", []).append(world["job"].select(JOB))

    def company(self, source: str, organisation_ref: str, company: int) -> None:
        """A system calls a company so: the very text that stands in its lists, code or name."""
        self.companies.add((source, organisation_ref, company))

    def person(self, source: str, object_: str, key: str, person: int) -> None:
        """A system's list of people has this person under this key (record number or mail address)."""
        self.people.add((source, object_, key, person))

    def close(self) -> None:
        """Write everything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        companies = [(*each, self.parents.get(each[2])) for each in sorted(self.companies)]
        pl.DataFrame(companies, schema=COMPANY, orient="row").write_csv(self.folder / "company.csv")
        pl.DataFrame(sorted(self.people), schema=PERSON, orient="row").write_csv(self.folder / "person.csv")
        for name, frames in self.kept.items():
            pl.concat(frames).write_csv(self.folder / f"{name}.csv")
        about = {
            "size": self.plan.size,
            "seed": self.plan.seed,
            "first": self.plan.first.isoformat(),
            "last": self.plan.last.isoformat(),
            "scale": self.plan.scale,
            "null": self.plan.null,
            "plant_rate": self.plan.plant_rate,
            "erp": self.plan.erp,
            "companies": len(self.parents),
        }
        text = json.dumps(about, indent=2) + "\n"
        self.folder.joinpath("shop.json").write_text(text, "utf-8")
