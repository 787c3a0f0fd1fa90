"""Derived tables: who the customers are, the facts over them, and what detectors say.

Amounts are in the shop's currency; lines in other currencies are counted, never converted.
Facts are whole numbers or DECIMAL (D13), so that sums are equal in any order and on any engine.
"""

from __future__ import annotations

from burnish.schema.contracts import Column, Contract

_customer = Column("customer_id", "id", "none", "the customer, anchored to a record key")
_individual = Column(
    "individual_id", "id", "none", "opaque id of the individual", "user.unique_id.pseudonymous"
)


def _count(name: str, unit: str, says: str) -> Column:
    return Column(name, "whole", unit, says)


def _amount(name: str, says: str) -> Column:
    return Column(name, "money", "shop currency", says)


CUSTOMER = Contract(
    "customer",
    "party",
    "one customer",
    (
        _customer,
        Column("name", "text", "none", "the name to show; a walk-in person has a neutral one"),
        Column("is_person", "yes_no", "none", "a natural person: counted in totals, not profiled"),
        Column("industry", "text", "none", "industry as given"),
        Column("parent_id", "id", "none", "the customer that a source calls its parent company"),
    ),
    ("customer_id",),
)
PARTY = Contract(
    "party",
    "party",
    "one company as one source names it: its records and spellings there that share a code or a name",
    (
        Column("party_key", "id", "none", "source:code:… or source:name:…, the key that was loaded first"),
        Column("source", "id", "none", "the system"),
        Column("name", "text", "none", "its name there, else the reference as written"),
        Column("code", "id", "none", "its code there"),
        Column("parent_key", "id", "none", "the party that the source calls its parent"),
        Column("is_person", "yes_no", "none", "a natural person"),
        Column("customer_id", "id", "none", "the customer it belongs to, empty where it is nobody's"),
    ),
    ("party_key",),
)
MATCH_PAIR = Contract(
    "match_pair",
    "fact",
    "one pair of records that were compared and are near enough to ask about",
    (
        Column("kind", "code", "none", "company or person"),
        Column("left_key", "id", "none", "party key or person id, the smaller of the two"),
        Column("right_key", "id", "none", "the other one"),
        Column("origin", "code", "none", "given where a source says so itself, else model"),
        Column(
            "weight_milli", "whole", "thousandths of a bit", "evidence for one and the same, prior included"
        ),
        Column("probability_ppm", "whole", "millionths", "the model's probability, 1,000,000 where given"),
    ),
    ("kind", "left_key", "right_key"),
)
MATCH_EVIDENCE = Contract(
    "match_evidence",
    "fact",
    "one comparison of one pair in match_pair: what it found, and what that weighs",
    (
        Column("kind", "code", "none", "company or person"),
        Column("left_key", "id", "none", "party key or person id, the smaller of the two"),
        Column("right_key", "id", "none", "the other one"),
        Column("place", "whole", "none", "order of telling; 0 is the prior"),
        Column("comparison", "id", "none", "what was compared: name, domain, phone, address …"),
        Column("found", "text", "none", "what was found, in words without anybody's data"),
        Column("weight_milli", "whole", "thousandths of a bit", "for one and the same; negative is against"),
    ),
    ("kind", "left_key", "right_key", "place"),
)
INDIVIDUAL = Contract(
    "individual",
    "party",
    "one contact record of one source, and the individual it belongs to",
    (
        Column("person_id", "id", "none", "opaque id of the record", "user.unique_id.pseudonymous"),
        _individual,
        Column(
            "is_mailbox", "yes_no", "none", "a role's mailbox (purchasing, accounts payable), nobody's own"
        ),
        Column("customer_id", "id", "none", "the customer that the record names, where it does"),
    ),
    ("person_id",),
)
JOB = Contract(
    "job",
    "fact",
    "one stay of one individual at one customer",
    (
        _individual,
        _customer,
        Column("from_on", "date", "day", "earliest day on which a record or an act shows them there"),
        Column("until_on", "date", "day", "day mail came back for good, else the last such day"),
        Column("moved_to", "id", "none", "the customer where they are seen next, empty while they stay"),
    ),
    ("individual_id", "customer_id"),
)
CUSTOMER_REF = Contract(
    "customer_ref",
    "party",
    "one name or code under which a source knows a customer",
    (
        Column("source", "id", "none", "the system"),
        Column("organisation_ref", "id", "none", "the customer as this source names it"),
        _customer,
    ),
    ("source", "organisation_ref"),
)
WORKING_DAY = Contract(
    "working_day",
    "fact",
    "one calendar day",
    (
        Column("day", "date", "day", "the day"),
        _count("is_working", "days", "1 on a working day of the shop, else 0"),
        _count("working_no", "days", "working days up to and with this day, counted from the first"),
    ),
    ("day",),
)
ORDER_RELEASE = Contract(
    "order_release",
    "fact",
    "one release: a customer's orders of one day, or one PO within 3 working days",
    (
        _customer,
        Column("release_on", "date", "day", "first day of the release"),
        _count("lines", "lines", "order lines"),
        Column("pieces", "number", "pieces", "ordered quantity"),
        _count("weight_g", "g", "ordered weight"),
        _count("area_cm2", "cm²", "ordered surface"),
        _amount("amount", "ordered value"),
        _count("other_currency_lines", "lines", "lines whose amount is in another currency"),
        _count("blanket_lines", "lines", "lines that are releases of a blanket order"),
    ),
    ("customer_id", "release_on"),
)
ORDER_GAP = Contract(
    "order_gap",
    "fact",
    "one gap between two consecutive releases of a customer; the last one is still open",
    (
        _customer,
        _count("gap_no", "gaps", "1 for the customer's first gap"),
        Column("opened_on", "date", "day", "release that began the gap"),
        Column("closed_on", "date", "day", "release that ended it, empty while open"),
        _count("gap_days", "days", "length; while open, up to the day entries are complete"),
        _count("gap_working_days", "working days", "the same length in working days"),
        _count("blanket_lines", "lines", "blanket lines in the release that began the gap"),
    ),
    ("customer_id", "gap_no"),
)
ENTRY_CLOCK = Contract(
    "entry_clock",
    "fact",
    "one event table: how far its entries are complete",
    (
        Column("table", "id", "none", "event table"),
        Column("first_on", "date", "day", "earliest event known"),
        Column("last_on", "date", "day", "latest event known"),
        Column("complete_on", "date", "day", "day through which at least 98 % of entries are expected"),
        _count("lag_days", "days", "98 % of stated entries came within this many days"),
        _count("stated", "rows", "rows whose entry day the source states"),
        _count("rows", "rows", "rows known"),
    ),
    ("table",),
)
PAYMENT_LAG = Contract(
    "payment_lag",
    "fact",
    "one payment of one invoice",
    (
        _customer,
        Column("invoice_ref", "id", "none", "number of the invoice paid"),
        Column("invoiced_on", "date", "day", "invoice date"),
        Column("due_on", "date", "day", "day the money was due"),
        Column("paid_on", "date", "day", "day the money arrived"),
        _amount("amount", "paid amount"),
        _count("days_to_pay", "days", "invoice date to payment"),
        _count("days_beyond_terms", "days", "due date to payment, negative when early"),
    ),
)
CHECK_RUN = Contract(
    "check_run",
    "fact",
    "one check run: a customer's payments of one day",
    (
        _customer,
        Column("paid_on", "date", "day", "day the money arrived"),
        _count("payments", "payments", "payments in the run"),
        _count("late_payments", "payments", "of them beyond terms"),
        _amount("amount", "paid amount"),
        Column("amount_days", "number", "shop currency × days", "sum of amount × days beyond terms"),
    ),
    ("customer_id", "paid_on"),
)
INVOICE_STATE = Contract(
    "invoice_state",
    "fact",
    "one invoice number of a customer: what is paid of it, and since when",
    (
        _customer,
        Column("invoice_ref", "id", "none", "number of the invoice"),
        Column("invoiced_on", "date", "day", "invoice date"),
        Column("due_on", "date", "day", "day the money is due, empty where no terms are known"),
        _amount("amount", "invoiced amount; a credit note is negative"),
        _amount("paid", "money received for it, overpayments too"),
        Column("paid_on", "date", "day", "day from which nothing of it was open, empty while open"),
        Column("last_paid_on", "date", "day", "day of its latest payment"),
        _amount("open_amount", "what is unpaid, 0 when overpaid"),
    ),
    ("customer_id", "invoice_ref"),
)
CUSTOMER_WEEK = Contract(
    "customer_week",
    "fact",
    "one customer × week (Monday), every week from the first event to the last",
    (
        _customer,
        Column("week", "date", "week", "Monday of the week"),
        _count("working_days", "working days", "working days of the shop in the week"),
        _count("releases", "releases", "releases"),
        _count("lines", "lines", "order lines"),
        Column("pieces", "number", "pieces", "ordered quantity"),
        _count("weight_g", "g", "ordered weight"),
        _count("area_cm2", "cm²", "ordered surface"),
        _amount("amount", "ordered value"),
        _count("shipments", "lines", "shipped lines"),
        _count("late_shipments", "lines", "of them after their due day"),
        _count("invoices", "invoices", "invoices"),
        _amount("invoiced", "invoiced value"),
        _amount("paid", "money received"),
        _amount("open_amount", "invoiced and unpaid at the week's end"),
        Column(
            "overdue_amount_days",
            "number",
            "shop currency × days",
            "unpaid past due × days, at the week's end",
        ),
        _count("quotes_asked", "quotes", "quotes given"),
        _count("quotes_won", "quotes", "quotes won"),
        _count("quotes_lost", "quotes", "quotes lost"),
    ),
    ("customer_id", "week"),
)
ALARM_THRESHOLD = Contract(
    "alarm_threshold",
    "fact",
    "one signal × tier: the score above which it alarms",
    (
        Column("signal", "id", "none", "detector"),
        Column("tier", "code", "none", "support, watch or briefing"),
        Column("threshold_ppm", "whole", "millionths of the score", "the score that alarms"),
        Column("shipped_ppm", "whole", "millionths of the score", "the threshold shipped with Burnish"),
        Column("shop_ppm", "whole", "millionths of the score", "this shop's own, empty under 65 weeks"),
        _count("weeks", "weeks", "weeks of history it was fitted on"),
        Column("fitted_on", "date", "day", "only what was known on this day was used"),
    ),
    ("signal", "tier"),
)
TEXT_TERM = Contract(
    "text_term",
    "fact",
    "one recognised term in one distinct text of the order lines and quotes",
    (
        Column("text", "text", "none", "the text as it landed, masked"),
        Column("kind", "code", "none", "process, specification, supplier, trade_name, defect, oem …"),
        Column("code", "id", "none", "row of the vocabulary; of a trade name its supplier"),
        Column("name", "text", "none", "what the vocabulary calls it"),
        Column("found", "text", "none", "the words found, as the vocabulary writes them"),
        _count("start", "characters", "where they begin in the text, counted from 0"),
        _count("length", "characters", "how long they are in the text"),
        Column("sure", "yes_no", "none", "no when the words leave open what is meant"),
        Column("confidence", "code", "none", "H says nothing else, M by the rest of the text, L open"),
    ),
    ("text", "start", "kind", "code"),
)
FACTS = {
    contract.name: contract
    for contract in (
        CUSTOMER,
        CUSTOMER_REF,
        PARTY,
        MATCH_PAIR,
        MATCH_EVIDENCE,
        INDIVIDUAL,
        JOB,
        WORKING_DAY,
        ORDER_RELEASE,
        ORDER_GAP,
        ENTRY_CLOCK,
        PAYMENT_LAG,
        CHECK_RUN,
        INVOICE_STATE,
        CUSTOMER_WEEK,
        ALARM_THRESHOLD,
        TEXT_TERM,
    )
}
