"""The made-up world, block by block: who there is, what is planted, what is ordered and all that follows."""

from __future__ import annotations

from collections.abc import Iterator

from burnish.simulate.attention import attention
from burnish.simulate.floor import floor
from burnish.simulate.lining import lining
from burnish.simulate.ordering import ordering
from burnish.simulate.parties import parties
from burnish.simulate.paying import paying
from burnish.simulate.plan import Plan
from burnish.simulate.planting import planting
from burnish.simulate.projects import projects
from burnish.simulate.quality import quality
from burnish.simulate.quoting import quoting
from burnish.simulate.world import World

STEPS = (planting, ordering, lining, floor, quality, paying, quoting, projects, attention)


def make(plan: Plan) -> Iterator[World]:
    """The worlds of the plan's blocks, one after the other, each with every table of `world.SCHEMAS`."""
    for block in range(plan.scale):
        world = parties(plan.at_block(block))
        for step in STEPS:
            world = step(world)
        yield world
