"""Who is who, for those who look at it and decide: customers with their records, questions, decisions.

Reads the current snapshot and the journal, writes the journal only. What is decided shows in the next
snapshot (`pipeline.refresh`).
"""

from burnish.whoiswho.changing import Change, NewModel, keep_gate, merge, split, take_model, undo
from burnish.whoiswho.customers import Customer, Summary, customer, stands, summary
from burnish.whoiswho.questions import Question, Session, questions, sample, sitting
from burnish.whoiswho.reading import COMPANY, PERSON, Held, held

__all__ = [
    "COMPANY",
    "PERSON",
    "Change",
    "Customer",
    "Held",
    "NewModel",
    "Question",
    "Session",
    "Summary",
    "customer",
    "held",
    "keep_gate",
    "merge",
    "questions",
    "sample",
    "sitting",
    "split",
    "stands",
    "summary",
    "take_model",
    "undo",
]
