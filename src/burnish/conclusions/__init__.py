"""What the signals may mean: one conclusion per statement, with odds, money, owner and next step.

Pure functions of tables: signals and facts in, CONCLUSION, CONTRIBUTION, EVIDENCE and CHANGE out. A
conclusion speaks in templates over typed facts; `briefing` turns them into sentences.
"""

from burnish.conclusions.changing import changes
from burnish.conclusions.concluding import conclude
from burnish.conclusions.contributing import contributions
from burnish.conclusions.joining import JOINED, behind
from burnish.conclusions.kinds import KINDS, Meaning, Speaker
from burnish.conclusions.missing import orders_missing
from burnish.conclusions.odds import LADDER, ladder
from burnish.conclusions.rows import evidence

__all__ = [
    "JOINED",
    "KINDS",
    "LADDER",
    "Meaning",
    "Speaker",
    "behind",
    "changes",
    "conclude",
    "contributions",
    "evidence",
    "ladder",
    "orders_missing",
]
