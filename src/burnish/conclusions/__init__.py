"""What the signals may mean: one conclusion per alarming customer, with odds, money, owner and next step.

Pure functions of tables: signals and facts in, CONCLUSION and EVIDENCE out. A conclusion speaks in
templates over typed facts; `briefing` turns them into sentences.
"""

from burnish.conclusions.concluding import conclude
from burnish.conclusions.kinds import KINDS, Meaning, Speaker
from burnish.conclusions.missing import orders_missing
from burnish.conclusions.odds import LADDER, ladder
from burnish.conclusions.rows import evidence

__all__ = ["KINDS", "LADDER", "Meaning", "Speaker", "conclude", "evidence", "ladder", "orders_missing"]
