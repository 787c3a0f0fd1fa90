"""The canonical tables: parties and events as a finisher's systems know them.

One row = one fact. Dates are the shop's local dates, money is DECIMAL(18,4) with its currency,
weights are kg, areas m². Every landed row also carries PROVENANCE.
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
_header = Column("header_ref", "id", "none", "key of the head in another list, as a keyed id")

ORGANISATION = Contract(
    "organisation",
    "party",
    "one company as one system knows it",
    (
        Column("name", "text", "none", "company name", "user.account", required=True),
        Column("code", "id", "none", "the source's customer code", "user.account"),
        Column("parent_ref", "id", "none", "name or code of the parent company", "user.account"),
        Column("merged_into", "id", "none", "the record the source merged this one into", "user.account"),
        Column("domain", "text", "none", "web or mail domain, free-mail hosts left out", "user.account"),
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
    for contract in (ORGANISATION, PERSON, ORDER_LINE, SHIPMENT, INVOICE, PAYMENT, QUOTE, DOCUMENT)
}
HEAD = DOCUMENT.name
ADDED = ("header_ref",)  # columns that loads of the first version lack
SHORT_TEXTS = {"order_line": ("process_text", "description"), "quote": ("process_text",)}  # read for terms
EVENTS = tuple(name for name, contract in CANONICAL.items() if contract.kind == "event" and name != HEAD)
HEAD_KINDS = {
    "order_line": "order",
    "shipment": "shipment",
    "invoice": "invoice",
    "payment": "payment",
    "quote": "quote",
}
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
