"""What detectors find and what is made of it: signals, tested explanations, conclusions.

Scores are rounded to 9 significant digits before any comparison or rank (D13).
A sentence is a template plus typed facts, so that every number in it can be checked mechanically.
"""

from __future__ import annotations

from burnish.schema.contracts import Column, Contract

_signal = Column("signal", "id", "none", "detector that speaks")
_customer = Column("customer_id", "id", "none", "the customer it speaks of")
_facts = Column("facts", "facts", "each its own", "the numbers and days a template may name")

SIGNAL = Contract(
    "signal",
    "signal",
    "one signal × customer, as of one day; every customer is listed, also those it abstains on",
    (
        _signal,
        _customer,
        Column("as_of", "date", "day", "day whose knowledge was used"),
        Column("tier", "code", "none", "briefing or watch: it alarms; support: backs joined ones only"),
        Column("entry_on", "date", "day", "day the score crossed the threshold of that tier"),
        Column("support_on", "date", "day", "day it crossed the threshold of the tier support"),
        Column("watch_on", "date", "day", "day it crossed that of the tier watch"),
        Column("is_new", "yes_no", "none", "crossed within the last 7 days"),
        Column("score", "score", "the detector's own", "larger is more unusual"),
        Column("p_value", "score", "probability", "under the detector's null"),
        Column("effect", "score", "effect_unit", "size in natural units"),
        Column("effect_low", "score", "effect_unit", "lower end of the 90 % interval"),
        Column("effect_high", "score", "effect_unit", "upper end of the 90 % interval"),
        Column("effect_unit", "code", "none", "unit of the effect"),
        Column("baseline", "score", "baseline_unit", "what it is compared with"),
        Column("baseline_unit", "code", "none", "unit of the baseline"),
        Column("n", "whole", "observations", "observations behind the baseline"),
        Column("information", "score", "nats", "information the data carries about the effect"),
        Column("odds", "score", "probability", "probability of the detector's checkable outcome"),
        Column("window_start", "date", "day", "evidence begins"),
        Column("window_end", "date", "day", "evidence ends"),
        Column("abstains", "text", "none", "which minimum is missing, empty when it speaks"),
        _facts,
    ),
    ("signal", "customer_id"),
)
EXPLANATION = Contract(
    "explanation",
    "signal",
    "one innocent explanation tested for one alarming signal",
    (
        _signal,
        _customer,
        Column("explanation", "id", "none", "which innocent explanation"),
        Column("verdict", "code", "none", "kept, rejected or untested"),
        Column("says", "text", "none", "template of the reason, naming facts in braces"),
        _facts,
    ),
    ("signal", "customer_id", "explanation"),
)
CONCLUSION = Contract(
    "conclusion",
    "signal",
    "one conclusion about one subject, as of one day",
    (
        Column("id", "id", "none", "kind and subject, stable from day to day"),
        Column("kind", "id", "none", "what it may mean"),
        _customer,
        Column("name", "text", "none", "the subject's name to show"),
        Column("as_of", "date", "day", "day whose knowledge was used"),
        Column("tier", "code", "none", "briefing, or watch: kept in the watch list, not told"),
        Column("entry_on", "date", "day", "day the signal began to alarm"),
        Column("is_new", "yes_no", "none", "began within the last 7 days"),
        Column("rank", "whole", "place", "1 is most pressing"),
        Column("says", "text", "none", "template of the sentence, naming facts in braces"),
        Column("basis", "text", "none", "template: how the money at stake was reckoned"),
        _facts,
        Column("outcome", "text", "none", "template: the checkable outcome that the odds speak of"),
        Column("outcome_on", "date", "day", "day by which the outcome shows"),
        Column("odds_percent", "whole", "%", "one of 5, 10, 20, 35, 50, 65, 80, 90"),
        Column("amount", "money", "currency", "money at stake"),
        Column("currency", "code", "ISO 4217", "currency of the amount"),
        Column("owner", "code", "none", "role that should act"),
        Column("next_step", "text", "none", "template: what to do"),
        Column("due_on", "date", "day", "act by"),
        Column("expires_on", "date", "day", "no longer worth saying after"),
        Column("changes_mind", "text", "none", "template: what would change our mind"),
        Column("factors", "facts", "each its own", "the factors of the rank"),
    ),
    ("id",),
)
EVIDENCE = Contract(
    "evidence",
    "signal",
    "one row of a source behind a conclusion",
    (
        Column("id", "id", "none", "the conclusion"),
        Column("place", "whole", "place", "1 is shown first"),
        Column("table", "id", "none", "canonical table of the row"),
        Column("source", "id", "none", "the system a row comes from"),
        Column("native_id", "id", "none", "the source's own key"),
        Column("file", "text", "none", "file name without its folder"),
        Column("sheet", "text", "none", "sheet within a workbook, empty for text files"),
        Column("line", "whole", "line", "line in the file"),
        Column("occurred_on", "date", "day", "day of the event"),
        Column("amount", "money", "currency", "amount in the row"),
        Column("currency", "code", "ISO 4217", "currency of the amount"),
    ),
    ("id", "table", "source", "native_id"),
)
CONTRIBUTION = Contract(
    "contribution",
    "signal",
    "one signal behind one conclusion: one of a single signal, two or more of a joined one",
    (
        Column("id", "id", "none", "the conclusion"),
        Column("place", "whole", "place", "1 is the strongest"),
        _signal,
        _customer,
        Column("bits", "score", "bits", "evidence: the most that its p-value can weigh, at most 10"),
        Column("sources", "text", "none", "canonical tables it reads, such as invoice, payment"),
        Column("says", "text", "none", "template of a whole sentence, naming facts in braces"),
        _facts,
    ),
    ("id", "signal"),
)
CHANGE = Contract(
    "change",
    "signal",
    "one conclusion of today or of the shop's previous working day: what became of it",
    (
        Column("id", "id", "none", "the conclusion: today's, or the earlier one's when it is gone"),
        Column("kind", "id", "none", "what it may mean"),
        _customer,
        Column("name", "text", "none", "the subject's name to show"),
        Column("change", "code", "none", "new, worse, better, unchanged or gone"),
        Column("tier", "code", "none", "briefing or watch; empty when gone"),
        Column("tier_before", "code", "none", "the same on the earlier day; empty when new"),
        Column("odds_percent", "whole", "%", "odds of today; empty when gone"),
        Column("odds_before", "whole", "%", "odds of the earlier day; empty when new"),
        Column("rank", "whole", "place", "place of today; empty when gone"),
        Column("rank_before", "whole", "place", "place of the earlier day; empty when new"),
        Column("since", "date", "day", "the earlier day: the shop's previous working day"),
        Column("says", "text", "none", "template: what changed and why, naming facts in braces"),
        _facts,
    ),
    ("id",),
)
SIGNALS = {
    contract.name: contract for contract in (SIGNAL, EXPLANATION, CONCLUSION, EVIDENCE, CONTRIBUTION, CHANGE)
}
