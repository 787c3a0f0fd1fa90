"""From template and typed facts to a sentence whose every number is proved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

from burnish.briefing.facts import Fact, shown
from burnish.briefing.proof import unsupported_numbers
from burnish.errors import ContractError, VerifyError

BARE = "bare"
SAME_ENDS = re.compile(r"(?<![\w.])(\d[\d.,]*) to \1(?![\w.])")
UNREAD = "\x00"  # stands for the name while the numbers are read


def sentence(says: str, facts: Mapping[str, Fact], *, name: str = "") -> str:
    """Fill the template `says`: `{fact}` with its unit, `{fact:bare}` without it, `{name}` the customer.

    A template that goes on with the unit itself ("{times_usual} times the usual") gets the bare figure too.
    A range whose ends read the same ("11 to 11 times") is said once.

    Raises ContractError when the template names an unknown fact or a format of its own, VerifyError when
    the finished text holds a number that is none of the facts: such a sentence is not shown.
    """
    finished = SAME_ENDS.sub(r"\1", "".join(_parts(says, facts, name)))
    wrong = unsupported_numbers("".join(_parts(says, facts, UNREAD)), facts)
    if wrong:
        raise VerifyError(
            f"a sentence holds {', '.join(wrong)}, which no fact supports",
            f'template "{says}"',
            "Nothing was shown. Please report it: each number must come from a fact.",
        )
    return finished


def _parts(says: str, facts: Mapping[str, Fact], name: str) -> list[str]:
    """The pieces of the finished text. Every unknown name is reported at once."""
    pieces = list(Formatter().parse(says))
    named = [(field, spec) for _, field, spec, _ in pieces if field is not None and field != "name"]
    wrong = sorted({field for field, _ in named} - set(facts))
    wrong += sorted(f"{field}:{spec}" for field, spec in named if spec not in ("", BARE))
    if wrong:
        raise ContractError(
            f"the template names {', '.join(wrong)}, which is not among its facts",
            f'template "{says}"',
            f"Known facts: {', '.join(sorted(facts)) or 'none'}. A fact's unit decides its format.",
        )
    finished = []
    following = [literal for literal, *_ in pieces[1:]] + [""]
    for (literal, field, spec, _), after in zip(pieces, following, strict=True):
        finished.append(literal)
        if field == "name":
            finished.append(name)
        elif field is not None:
            bare = spec == BARE or says_unit(after, facts[field].unit)
            finished.append(shown(facts[field], bare=bare))
    return finished


def says_unit(after: str, unit: str) -> bool:
    """Whether the template itself goes on with the unit, as in "{times_usual} times the usual"."""
    return bool(unit) and (after + " ").startswith(f" {unit} ")
