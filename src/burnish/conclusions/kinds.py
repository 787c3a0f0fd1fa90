"""What each kind of conclusion asks for: who acts, what to do, what would change our mind.

The detector says what changed (`Speaker`); a `Meaning` says what that means for the shop. Both are
templates over the conclusion's facts, with `{name}` for the customer. A detector without an entry here,
such as a plug-in, gets the ordinary meaning. Kinds that several signals make are rows of `joining.JOINED`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

TYPING_DAYS = 60  # no order waits longer than that to be entered
TALKING_DAYS = 28  # by then a plan is agreed, or it will not be


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
    """What one kind of conclusion asks for; `owner` is a role.

    `late_step` is the step once the fact `late_fact` has reached `late_from`. `at_stake`: what counts as its
    money, the orders to come or what is owed.
    """

    owner: str
    next_step: str
    changes_mind: str
    late_step: str | None = None
    late_fact: str = "silent_days"
    late_from: float = TYPING_DAYS
    at_stake: tuple[str, ...] = ("orders",)


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
    "paying_later": Meaning(
        owner="controller",
        next_step=(
            "Look whether a payment from {name} is still waiting to be entered, or an invoice is disputed. "
            "If not, ask who pays there what has changed and when the oldest open invoice will be paid."
        ),
        changes_mind=(
            "A payment run as early as before, a dispute that holds the money back, "
            "or word of a new way of paying, such as another accounts-payable system."
        ),
        at_stake=("owed",),
    ),
    "volume_shift": Meaning(
        owner="sales",
        next_step="Ask the buyer of {name} what is behind it, and what the next quarter will bring.",
        changes_mind=(
            "Orders that are not loaded yet, or word from them of one job that came or ended, "
            "and nothing else."
        ),
    ),
    "size_shift": Meaning(
        owner="sales",
        next_step="Ask the buyer of {name} whether lots or parts have changed, and whether that will stay.",
        changes_mind=(
            "Other parts in place of the usual ones, a blanket order called off in other portions, "
            "or prices that moved instead of the work."
        ),
    ),
    "tough_times": Meaning(
        owner="controller",  # the first decision is about credit, which is not sales' to give
        next_step=(
            "Call who pays at {name}, with sales on the line: ask what has changed, and agree on dates "
            "for what is open. Until the first date is kept, decide on each new order whether it goes out on "
            "credit."
        ),
        changes_mind=(
            "A payment run as early as before, orders at the usual pace again, or word of an ordinary reason "
            "for each of the two, such as a planned pause and a new accounts-payable system."
        ),
        late_step=(
            "If no dated plan has been agreed and kept by now, hold their credit: ship against payment with "
            "the order, and put what is overdue into writing."
        ),
        late_fact="standing_days",
        late_from=TALKING_DAYS,
        at_stake=("orders", "owed"),
    ),
}


def meaning_of(kind: str, facts: Iterable[Mapping[str, Any]]) -> Meaning:
    """What a conclusion of this kind asks for, given its facts."""
    meaning = KINDS.get(kind, ORDINARY)
    reached = max((fact["number"] for fact in facts if fact["name"] == meaning.late_fact), default=0)
    if meaning.late_step is None or reached < meaning.late_from:
        return meaning
    return replace(meaning, next_step=meaning.late_step)
