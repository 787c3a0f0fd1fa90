"""The canonical tables: parties and events as a finisher's systems know them.

One row = one fact. Dates are the shop's local dates, instants UTC, money is DECIMAL(18,4) with its
currency, weights are kg, areas m², durations hours. Every landed row also carries PROVENANCE.
"""

from __future__ import annotations

from burnish.schema.contracts import Column, Contract

PROVENANCE = (
    Column("source", "id", "none", "the system a row comes from"),
    Column("object", "id", "none", "the list or report within that system"),
    Column(
        "native_id", "id", "none", "the source's own key, or content hash and occurrence for keyless rows"
    ),
    Column("load_id", "id", "none", "the `burnish add` that brought the row"),
    Column("file", "text", "none", "file name without its folder"),
    Column("sheet", "text", "none", "sheet within a workbook, empty for text files"),
    Column("line", "whole", "line", "line (or sheet row) counted from 1, header included"),
    Column("known_on", "date", "day", "day from which the shop's records held this version"),
    Column("superseded_on", "date", "day", "day from which another version, or a withdrawal, replaced it"),
    Column("known_imputed", "yes_no", "none", "known_on was inferred, not stated by the source"),
)

_currency = Column("currency", "code", "ISO 4217", "currency of the amounts in this row")
_organisation = Column(
    "organisation_ref", "id", "none", "the customer as this source names it", required=True
)
_whose = Column("organisation_ref", "id", "none", "the customer as this source names it, where it does")
_at = Column("occurred_at", "instant", "UTC", "moment it happened; a day without a time is its midnight")
_header = Column("header_ref", "id", "none", "key of the head in another list, as a keyed id")

ORGANISATION = Contract(
    "organisation",
    "party",
    "one company as one system knows it",
    (
        Column("name", "text", "none", "company name", "user.account", required=True),
        Column("alias", "text", "none", "other names of it in the same record, ; between", "user.account"),
        Column("code", "id", "none", "the source's customer code", "user.account"),
        Column("parent_ref", "id", "none", "name or code of the parent company", "user.account"),
        Column("merged_into", "id", "none", "the record the source merged this one into", "user.account"),
        Column("merged_from", "id", "none", "records merged into this one, ; between", "user.account"),
        Column("domain", "text", "none", "web or mail domain, the bare host", "user.account"),
        Column("city", "text", "none", "city", "user.contact.address.city"),
        Column("region", "code", "none", "state or province", "user.contact.address.state"),
        Column("postal_code", "code", "none", "postal code", "user.contact.address.postal_code"),
        Column("country", "code", "none", "country as given", "user.contact.address.country"),
        Column("industry", "text", "none", "industry or NAICS code as given", "user.account"),
        Column("terms_days", "whole", "days", "agreed days to pay", "user.payment"),
        Column("credit_limit", "money", "currency", "credit limit", "user.payment"),
        _currency,
        Column("active", "yes_no", "none", "the source calls the customer active", "user.account"),
        Column("is_person", "yes_no", "none", "the customer is a natural person (guessed, correctable)"),
        Column("phone", "text", "none", "phone of the company", "user.contact.phone_number", vault=True),
        Column("address", "text", "none", "street address", "user.contact.address.street", vault=True),
        Column("tax_id", "id", "none", "VAT, tax or resale number", "user.government_id", vault=True),
    ),
)
PERSON = Contract(
    "person",
    "party",
    "one contact as one system knows them",
    (
        Column("person_id", "id", "none", "opaque id, keyed by the shop", "user.unique_id.pseudonymous"),
        Column("organisation_ref", "id", "none", "the company the contact works for"),
        Column("role", "text", "none", "job title or role", "user.job_title"),
        Column("opted_out", "yes_no", "none", "the contact asked not to be mailed", "user.preferences"),
        Column("name", "text", "none", "name of the contact", "user.name", vault=True),
        Column("email", "text", "none", "e-mail address", "user.contact.email", vault=True),
        Column("phone", "text", "none", "phone or mobile", "user.contact.phone_number", vault=True),
        Column("address", "text", "none", "postal address", "user.contact.address", vault=True),
        Column(
            "email_id",
            "id",
            "none",
            "keyed id of the address, by which other lists name the person",
            "user.unique_id.pseudonymous",
        ),
        Column(
            "merged_from",
            "id",
            "none",
            "contacts merged into this one, as keyed ids, ; between",
            "user.unique_id.pseudonymous",
            keyed="person",
        ),
    ),
)


def _person(says: str) -> Column:
    return Column("person_id", "id", "none", says, "user.unique_id.pseudonymous", keyed="person")


RESOURCE = Contract(
    "resource",
    "party",
    "one line, tank, oven, booth or work center",
    (
        Column("name", "id", "none", "name or code of the resource", required=True),
        Column("description", "text", "none", "what it is"),
        Column("process_family", "text", "none", "what is done there, as given"),
        Column("load_unit", "code", "none", "rack, barrel, basket or bar as given"),
        Column("loads_per_hour", "number", "loads/h", "loads that it can take in an hour"),
        Column("shifts", "number", "shifts", "shifts a day"),
        Column("hours_a_day", "number", "h", "hours that it usually runs on a working day"),
    ),
)
CAPACITY = Contract(
    "capacity",
    "event",
    "one resource on one day",
    (
        Column("occurred_on", "date", "day", "the day", required=True),
        Column("resource", "id", "none", "name or code of the resource", required=True),
        Column("hours_available", "number", "h", "hours that it can run on that day"),
    ),
)
LOT = Contract(
    "lot",
    "event",
    "one production lot, or one step of it where the source counts steps",
    (
        Column("occurred_on", "date", "day", "day the work began", required=True),
        Column("finished_on", "date", "day", "day it was done", known_with="finished_on"),
        _whose,
        Column("lot_no", "id", "none", "number of the lot, job, batch or work order"),
        Column("order_ref", "id", "none", "the order that it belongs to"),
        Column("part_ref", "id", "none", "part number"),
        Column("resource", "id", "none", "line, tank, oven, booth or work center"),
        Column("process_text", "text", "none", "process, finish or operation as written"),
        Column("quantity", "number", "unit", "quantity worked on"),
        Column("unit", "code", "none", "unit of the quantity as given"),
        Column("weight_kg", "number", "kg", "weight of the lot"),
        Column("area_m2", "number", "m²", "surface of the lot"),
        Column("loads", "number", "loads", "racks, barrels or baskets run"),
        Column("hours", "number", "h", "hours on the resource"),
        Column("material", "text", "none", "paint, powder or chemistry used"),
        Column("is_rework", "yes_no", "none", "the lot is done over again"),
    ),
)
INSPECTION = Contract(
    "inspection",
    "event",
    "one inspected quantity, reject, return or complaint",
    (
        Column("occurred_on", "date", "day", "day inspected, found or sent back", required=True),
        _whose,
        Column("lot_ref", "id", "none", "number of the lot, job or batch"),
        Column("order_ref", "id", "none", "order that it belongs to"),
        Column("part_ref", "id", "none", "part number"),
        Column("number", "id", "none", "number of the report"),
        Column("inspected", "number", "pieces", "pieces inspected; empty where nobody recorded it"),
        Column("rejected", "number", "pieces", "pieces rejected; empty where nobody recorded it"),
        Column("result", "code", "none", "accepted or rejected, as given"),
        Column("defect_code", "code", "none", "code of the defect as given"),
        Column("defect_text", "text", "none", "defect as written, masked"),
        Column("found_at", "code", "none", "receiving, in-process, final, customer or field, as given"),
        Column("fault", "code", "none", "whose fault it was, as given"),
        Column("disposition", "code", "none", "rework, strip, scrap, use as is, return, as given"),
        Column("inspector", "id", "none", "who inspected, as a keyed id", keyed="colleague"),
    ),
)
CREDIT = Contract(
    "credit",
    "event",
    "one credit note or return credit",
    (
        Column("occurred_on", "date", "day", "day of the credit", required=True),
        _organisation,
        Column("number", "id", "none", "number of the credit"),
        Column("invoice_ref", "id", "none", "invoice that it is for"),
        Column(
            "amount", "money", "currency", "credited amount, without a sign", required=True, unsigned=True
        ),
        _currency,
        Column("reason", "text", "none", "why, as written, masked"),
    ),
)
PROJECT = Contract(
    "project",
    "event",
    "one opportunity, trial, sample or engineering project",
    (
        Column("occurred_on", "date", "day", "day it began", required=True),
        _whose,
        Column("number", "id", "none", "number of the project"),
        Column("title", "text", "none", "what it is called, masked"),
        Column("process_text", "text", "none", "process or finish asked for, as written"),
        Column("amount", "money", "currency", "what it may be worth"),
        _currency,
        Column("stage", "code", "none", "stage as given", known_with="stage_on"),
        Column("stage_on", "date", "day", "day by which it had that stage", known_with="stage_on"),
        Column("outcome", "code", "none", "won or lost, as given", known_with="closed_on"),
        Column("closed_on", "date", "day", "day it was decided", known_with="closed_on"),
    ),
)
MAIL_EVENT = Contract(
    "mail_event",
    "event",
    "one act of one addressee on one mailing, or the sending of the mailing itself (act sent)",
    (
        Column("occurred_on", "date", "day", "day of the act", required=True),
        _at,
        _person("who, as a keyed id"),
        _whose,
        Column("campaign", "id", "none", "the mailing, by its number or name"),
        Column("topic", "text", "none", "what the mailing was about: its subject, segment or title"),
        Column(
            "act",
            "code",
            "none",
            "sent, delivered, open, click, reply, forward, unsubscribe, bounce or as given",
            required=True,
        ),
        Column("link", "text", "none", "address clicked, without its query"),
        Column("human", "code", "none", "likely, unlikely or unknown: did a person do it"),
    ),
)
WEB_EVENT = Contract(
    "web_event",
    "event",
    "one act of one visitor of the shop's own site",
    (
        Column("occurred_on", "date", "day", "day of the act", required=True),
        _at,
        _person("who, as a keyed id; empty unless known and consented"),
        _whose,
        Column("page", "text", "none", "address of the page, without its query"),
        Column("topic", "text", "none", "title or subject of the page"),
        Column("dwell_s", "number", "s", "seconds on the page"),
        Column("act", "code", "none", "view, download, form or as given"),
    ),
)
POST = Contract(
    "post",
    "event",
    "one public post or article",
    (
        Column("occurred_on", "date", "day", "day it was published", required=True),
        _at,
        Column(
            "organisation_ref", "id", "none", "account or feed that published it, as this source names it"
        ),
        Column("url", "id", "none", "where it stands"),
        Column("title", "text", "none", "its title", public=True),
        Column("text", "text", "none", "its text, masked", public=True),
        Column("topic", "text", "none", "its categories or tags", public=True),
        Column("licence", "code", "none", "licence of the text, where the source states one"),
    ),
)
NOTE = Contract(
    "note",
    "event",
    "one thing that a colleague wrote down about a customer",
    (
        Column("occurred_on", "date", "day", "day it was written", required=True),
        _at,
        _whose,
        _person("whom it is about, as a keyed id"),
        Column("author", "id", "none", "who wrote it, as a keyed id", keyed="colleague"),
        Column("kind", "code", "none", "note, call, meeting, e-mail, complaint or as given"),
        Column("text", "text", "none", "short text, masked; of a longer one only the terms recognised in it"),
        Column("topic", "text", "none", "subject or category as given, masked"),
    ),
)
ATTENDANCE = Contract(
    "attendance",
    "event",
    "one company or person at one trade show or event",
    (
        Column("occurred_on", "date", "day", "day of the visit", required=True),
        _at,
        Column("show", "text", "none", "the show or event", required=True),
        _whose,
        _person("who, as a keyed id"),
        Column(
            "how_known",
            "code",
            "none",
            "badge scan, registration, attended, no show, held or as given",
        ),
        Column("show_ref", "id", "none", "the show by its number in this source"),
    ),
)
CONSENT = Contract(
    "consent",
    "event",
    "one statement of one person about one purpose",
    (
        Column("occurred_on", "date", "day", "day it was said", required=True),
        _at,
        _person("who, as a keyed id"),
        Column("purpose", "code", "none", "what it is about, such as marketing.email", required=True),
        Column("state", "code", "none", "granted, denied, withdrawn or as given", required=True),
        Column("basis", "code", "none", "opt-in, form, import or as given"),
        Column("evidence", "text", "none", "where it stands, masked"),
        Column("expires_at", "instant", "UTC", "moment from which it no longer holds"),
    ),
)
ORDER_LINE = Contract(
    "order_line",
    "event",
    "one ordered line",
    (
        Column("occurred_on", "date", "day", "day the order was placed", required=True),
        _organisation,
        Column("order_no", "id", "none", "the shop's order, job or receiver number"),
        Column("po_no", "id", "none", "the customer's purchase order"),
        Column("part_ref", "id", "none", "part number"),
        Column("process_text", "text", "none", "process, finish or specification as written"),
        Column("description", "text", "none", "line description as written, masked"),
        Column("quantity", "number", "unit", "ordered quantity in `unit`"),
        Column("unit", "code", "none", "unit of the quantity as given"),
        Column("weight_kg", "number", "kg", "weight of the line"),
        Column("area_m2", "number", "m²", "surface of the line"),
        Column("price", "money", "currency per price_basis", "price on its basis"),
        Column("price_basis", "code", "none", "each, lb, C, M, lot, rack, ft², hour as given"),
        Column("amount", "money", "currency", "value of the line"),
        _currency,
        Column("due_on", "date", "day", "day promised or required"),
        Column("sector", "text", "none", "industry or product group of the line"),
        Column("is_blanket", "yes_no", "none", "release of a blanket order"),
        _header,
    ),
)
SHIPMENT = Contract(
    "shipment",
    "event",
    "one shipped line",
    (
        Column("occurred_on", "date", "day", "day shipped or delivered", required=True),
        _organisation,
        Column("order_ref", "id", "none", "order, job or receiver number"),
        Column("quantity", "number", "unit", "shipped quantity"),
        Column("unit", "code", "none", "unit of the quantity as given"),
        Column("weight_kg", "number", "kg", "shipped weight"),
        Column("due_on", "date", "day", "day promised or required"),
        _header,
    ),
)
INVOICE = Contract(
    "invoice",
    "event",
    "one invoice",
    (
        Column("occurred_on", "date", "day", "invoice date", required=True),
        Column("due_on", "date", "day", "day the money is due"),
        _organisation,
        Column("number", "id", "none", "invoice number", required=True),
        Column("order_ref", "id", "none", "order or PO the invoice names"),
        Column("amount", "money", "currency", "invoiced amount", required=True),
        _currency,
        _header,
    ),
)
PAYMENT = Contract(
    "payment",
    "event",
    "one allocation of money to one invoice",
    (
        Column("occurred_on", "date", "day", "day the money arrived", required=True),
        _organisation,
        Column("invoice_ref", "id", "none", "number of the invoice paid"),
        Column("amount", "money", "currency", "allocated amount", required=True),
        _currency,
        Column("not_before", "date", "day", "earliest day, when only aging snapshots tell"),
        Column("not_after", "date", "day", "latest day, when only aging snapshots tell"),
        _header,
    ),
)
QUOTE = Contract(
    "quote",
    "event",
    "one quoted line",
    (
        Column("occurred_on", "date", "day", "day quoted", required=True),
        _organisation,
        Column("number", "id", "none", "quote number"),
        Column("part_ref", "id", "none", "part number"),
        Column("process_text", "text", "none", "process, finish or specification as written"),
        Column("quantity", "number", "unit", "quoted quantity"),
        Column("amount", "money", "currency", "quoted amount"),
        _currency,
        Column("expires_on", "date", "day", "day the quote lapses"),
        Column("outcome", "code", "none", "won, lost, expired, as given", known_with="outcome_on"),
        Column("outcome_on", "date", "day", "day of the outcome", known_with="outcome_on"),
        _header,
    ),
)
DOCUMENT = Contract(
    "document",
    "event",
    "the head of one order, invoice, payment, quote or shipment, whose lines come in another list",
    (
        Column("kind", "code", "none", "order, shipment, invoice, payment or quote", required=True),
        Column("occurred_on", "date", "day", "day of the document", required=True),
        _organisation,
        Column("number", "id", "none", "number of the document"),
        Column("order_ref", "id", "none", "order or PO that the document names"),
        Column("po_no", "id", "none", "the customer's purchase order"),
        Column("due_on", "date", "day", "day promised, required or due"),
        _currency,
        Column("expires_on", "date", "day", "day a quote lapses"),
        Column("outcome", "code", "none", "won, lost, expired, as given", known_with="outcome_on"),
        Column("outcome_on", "date", "day", "day of the outcome", known_with="outcome_on"),
        Column("header_ref", "id", "none", "its own key, as a keyed id that its lines share"),
    ),
)

CANONICAL = {
    contract.name: contract
    for contract in (
        ORGANISATION,
        PERSON,
        ORDER_LINE,
        SHIPMENT,
        INVOICE,
        PAYMENT,
        QUOTE,
        DOCUMENT,
        LOT,
        RESOURCE,
        CAPACITY,
        INSPECTION,
        CREDIT,
        PROJECT,
        MAIL_EVENT,
        WEB_EVENT,
        POST,
        NOTE,
        ATTENDANCE,
        CONSENT,
    )
}
HEAD = DOCUMENT.name
ADDED = ("header_ref", "email_id", "alias", "merged_from")  # columns of text that older loads lack
SHORT_TEXTS = {  # read for terms
    "order_line": ("process_text", "description"),
    "quote": ("process_text",),
    "lot": ("process_text", "material"),
    "inspection": ("defect_text",),
    "credit": ("reason",),
    "project": ("title", "process_text"),
    "mail_event": ("topic",),
    "web_event": ("topic",),
    "post": ("title", "text", "topic"),
    "note": ("text", "topic"),
}
EVENTS = tuple(name for name, contract in CANONICAL.items() if contract.kind == "event" and name != HEAD)
HEAD_KINDS = {
    "order_line": "order",
    "shipment": "shipment",
    "invoice": "invoice",
    "payment": "payment",
    "quote": "quote",
}
TRADE = tuple(HEAD_KINDS)  # what is ordered, shipped, invoiced, paid and quoted
PARTIES = tuple(name for name, contract in CANONICAL.items() if contract.kind == "party")
OF_CUSTOMERS = tuple(name for name in EVENTS if "organisation_ref" in CANONICAL[name].by_name)
NAMING = (*TRADE, "lot", "inspection", "credit")  # whom they name is a customer; the others may name anybody
OF_PEOPLE = tuple(name for name in EVENTS if "person_id" in CANONICAL[name].by_name)
_NUMBERED_BY_HEAD = {"order_line": "order_no", "invoice": "number", "quote": "number"}


def of_head(table: str) -> dict[str, str]:
    """What a line of this table takes from its head where it says nothing: own column -> the head's."""
    own = CANONICAL[table].by_name
    shared = [column.name for column in DOCUMENT.columns if column.name in own]
    same = {name: name for name in shared if name not in ("number", "header_ref")}
    number = _NUMBERED_BY_HEAD.get(table)
    return same | ({number: "number"} if number else {})


def landed(contract: Contract) -> Contract:
    """The contract of a canonical table as it lies in landing and snapshot: with its provenance."""
    own = {column.name for column in contract.columns}
    provenance = tuple(column for column in PROVENANCE if column.name not in own)
    return Contract(contract.name, contract.kind, contract.grain, provenance + contract.columns, contract.key)
