"""The conclusions as a colleague's note: sentences from typed facts, each number proved, then rendered.

`assemble` makes a `Briefing` from a snapshot's tables; `terminal`, `html`, `pdf` and `as_json` show it.
"""

from burnish.briefing.assembly import READERS, assemble
from burnish.briefing.contents import (
    Briefing,
    Change,
    Check,
    Counts,
    Item,
    Measured,
    Note,
    Reason,
    Row,
    RowsKept,
    Standing,
)
from burnish.briefing.facts import Fact, by_name, shown
from burnish.briefing.proof import unsupported_numbers
from burnish.briefing.sentences import sentence

__all__ = [
    "READERS",
    "Briefing",
    "Change",
    "Check",
    "Counts",
    "Fact",
    "Item",
    "Measured",
    "Note",
    "Reason",
    "Row",
    "RowsKept",
    "Standing",
    "assemble",
    "by_name",
    "sentence",
    "shown",
    "unsupported_numbers",
]
