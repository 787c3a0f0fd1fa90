"""What each kind of conclusion asks for: who acts, what to do, what would change our mind.

The detector says what changed (`Speaker`); a `Meaning` says what that means for the shop. Both are
templates over the signal's facts, with `{name}` for the customer. A detector without an entry here, such
as a plug-in, gets the ordinary meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

TYPING_DAYS = 60  # no order waits longer than that to be entered


class Speaker(Protocol):
    """What a detector declares about itself: its sentence, its evidence tables, its checkable outcome."""

    @property
    def says(self) -> str:
        """Template to stand after the name: effect with interval, what it is compared with, the period."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """Canonical tables whose rows show it."""

    @property
    def outcome(self) -> str:
        """Template of what the odds are the odds of."""


@dataclass(frozen=True)
class Meaning:
    """What one kind of conclusion asks for; `owner` is a role, `late_step` the step after 60 silent days."""

    owner: str
    next_step: str
    changes_mind: str
    late_step: str | None = None


ORDINARY = Meaning(
    owner="owner",
    next_step="Look at the rows below, and decide who talks to {name} about them.",
    changes_mind="An ordinary reason for this that {name} or a colleague can name.",
)
KINDS = {
    "gone_quiet": Meaning(
        owner="sales",
        next_step=(
            "Look whether an order from {name} is still waiting to be entered. "
            "If not, call their buyer and ask what is coming and when."
        ),
        changes_mind=(
            "An order dated after {last_order_on} that is not loaded yet, "
            "or word from them of a planned pause."
        ),
        late_step="Call their buyer and ask what has changed.",
    ),
}


def meaning_of(kind: str, facts: Iterable[Mapping[str, Any]]) -> Meaning:
    """What a conclusion of this kind asks for, given its facts."""
    meaning = KINDS.get(kind, ORDINARY)
    silent_days = max((fact["number"] for fact in facts if fact["name"] == "silent_days"), default=0)
    if meaning.late_step is None or silent_days < TYPING_DAYS:
        return meaning
    return replace(meaning, next_step=meaning.late_step)
