"""Adding files: look, propose a mapping, land what was confirmed; and undoing it.

with look(shop, path) as plan:      the file is read in a limited child; nothing is stored
    plan.questions                  what a person should confirm
    rehearsed(shop, plan)           what landing it would do, as far as typing can tell
    land(shop, plan)                guard, vault, landing; rows in = loaded + rejected
"""

from burnish.intake.filing import (
    already_loaded,
    land,
    mapping_digest,
    rehearsed,
    rejected_cells,
    remove,
)
from burnish.intake.finding import Found, LeftOut, find
from burnish.intake.proposing import GENERIC, Plan, Proposal, confirmed, look, refuse_incomplete, remember
from burnish.intake.watching import RETRIED, Seen, Watcher, watched

__all__ = [
    "GENERIC",
    "RETRIED",
    "Found",
    "LeftOut",
    "Plan",
    "Proposal",
    "Seen",
    "Watcher",
    "already_loaded",
    "confirmed",
    "find",
    "land",
    "look",
    "mapping_digest",
    "refuse_incomplete",
    "rehearsed",
    "rejected_cells",
    "remember",
    "remove",
    "watched",
]
