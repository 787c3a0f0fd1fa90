"""What customers pay attention to: mail, the site, what they publish, shows, colleagues' notes."""

from __future__ import annotations

from burnish.simulate.attention.audience import audience
from burnish.simulate.attention.campaigns import campaigns
from burnish.simulate.attention.consents import consented
from burnish.simulate.attention.informing import informed
from burnish.simulate.attention.lifts import lifts
from burnish.simulate.attention.mailings import mailed
from burnish.simulate.attention.notes import noted
from burnish.simulate.attention.posts import posted
from burnish.simulate.attention.shows import attended, shows
from burnish.simulate.attention.topics import topics
from burnish.simulate.attention.visits import visited
from burnish.simulate.world import World

__all__ = ["attention"]


def attention(world: World) -> World:
    """The world with its mailings, visits, posts, notes, shows and consents; `topic_interest` is enacted.

    Needs company, person, job and colleague; uses event and lookalike where they are. Events of interest
    get their topic as subject and their `nats`, since they only show here.
    """
    of = topics(world.plan)
    sent, raised = campaigns(world.plan, of), lifts(world, of)
    people = audience(world, of, raised)
    mail = mailed(world, people, sent, raised)
    held = shows(world.plan)
    told = world.with_tables(
        campaign=sent,
        mail=mail,
        visit=visited(world, people, mail, raised),
        post=posted(world, of),
        note=noted(world, of),
        show=held,
        attendance=attended(world, people, held),
        consent=consented(world, people, mail),
    )
    return informed(told, people, raised)
