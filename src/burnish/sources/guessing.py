"""The first guess of a mapping: from headings, by synonyms kept as data, and from what the columns hold.

In four steps: what is the sheet about, which further tables does it feed, which heading fills which
column, how are its dates and numbers written. A confidence of SURE means that the heading is a known
name of the column in such a sheet, the values agree, and no other heading fits as well.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any

from burnish.schema.contracts import Column
from burnish.schema.tables import CANONICAL, EVENTS, HEAD, TRADE
from burnish.sources.headers import words
from burnish.sources.mapping import (
    ASSUMED,
    DATES,
    NUMBERS,
    OBJECTS,
    SURE,
    Forms,
    Mapping,
    TableMap,
    Take,
    fingerprint,
    headings,
    is_personal,
    lacking,
)
from burnish.sources.naming import BETWEEN
from burnish.sources.reading import ColumnProfile, SheetProfile

GUESSED = tuple(table for table in CANONICAL if table != HEAD)
LEVELS = {"names": 0.97, "here": 0.93, "words": 0.7}
UNSURE = 0.8
WORTH_ASKING = 0.4
LAST_RESORT = 0.3
_RIVALRY = ("date", "money", "number")
_MEASURES = {"kg": ("kg", "g", "t", "lb", "oz"), "m²": ("m2", "dm2", "cm2", "ft2", "in2")}
_MANY_ROWS = 50
_LONGEST_LINE_NO = 4
_MANY_JOBS = 0.2
_SIGNS = re.compile(r"(?:\b(US|USD|C|CA|CAD|A|AU|AUD|NZ|HK|S|MX))?([$€£])", re.IGNORECASE)
_BY_SIGN = {"$": "USD", "US$": "USD", "USD$": "USD", "€": "EUR", "£": "GBP"}
MONTH_FIRST = frozenset({"US", "PH"})
OTHER_DOLLARS = frozenset({"CA", "AU", "NZ", "MX", "SG", "HK", "TW", "CL", "CO", "AR", "UY", "DO", "JM"})
POINT = frozenset(
    {"US", "PH", "GB", "IE", "AU", "NZ", "IN", "PK", "LK", "BD", "CN", "HK", "TW", "JP", "KR", "SG", "MY"}
    | {"TH", "MX", "GT", "HN", "SV", "NI", "PA", "DO", "PR", "JM", "IL", "NG", "KE", "GH", "MT"}
)
UNDECIDED = frozenset({"CA", "CH", "ZA"})  # both ways are in daily use there


@dataclass(frozen=True)
class Synonyms:
    """The vocabulary of headings, as `synonyms.toml` has it, in comparable form."""

    data: dict[str, Any]

    @cached_property
    def same(self) -> dict[str, str]:
        """Word -> the word it stands for."""
        return {word: kept for kept, others in self.data["same"].items() for word in others}

    @cached_property
    def units(self) -> dict[str, str]:
        """Word -> unit of measure."""
        return {word: unit for unit, spelled in self.data["units"].items() for word in spelled}

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Currency codes in lower case."""
        return frozenset(self.data["currencies"]["words"])

    def plain(self, header: str) -> tuple[str, ...]:
        """The words of a heading, each replaced by the word it stands for."""
        return tuple(self.same.get(word, word) for word in words(header))

    def listed(self, *path: str) -> tuple[str, ...]:
        """The headings under a name such as ("invoice", "amount", "here"), comparable; empty if none."""
        return _listed(self, path)

    def hints(self, *path: str) -> tuple[frozenset[str], ...]:
        """The word sets under a name such as ("invoice", "amount")."""
        return _hints(self, path)

    def spoilers(self, *path: str) -> frozenset[str]:
        """Words that spoil a hint for a column."""
        return _spoilers(self, path)

    def at(self, path: Sequence[str]) -> Any:
        """What the data file has under a path of names, None where nothing."""
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def __hash__(self) -> int:
        return id(self)


@cache
def _listed(synonyms: Synonyms, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(synonyms.plain(name)) for name in synonyms.at(path) or ())


@cache
def _hints(synonyms: Synonyms, path: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    same = synonyms.same
    return tuple(
        frozenset(same.get(word, word) for word in some) for some in synonyms.at((*path, "words")) or ()
    )


@cache
def _spoilers(synonyms: Synonyms, path: tuple[str, ...]) -> frozenset[str]:
    spoiling = [*(synonyms.at((*path, "not")) or ()), *synonyms.data["never"]["words"]]
    return frozenset(synonyms.same.get(word, word) for word in spoiling)


@cache
def synonyms() -> Synonyms:
    """The vocabulary that comes with Burnish."""
    text = files("burnish.schema").joinpath("vocabulary", "synonyms.toml").read_text("utf-8")
    return Synonyms(tomllib.loads(text))


@dataclass(frozen=True)
class Heading:
    """One column of the sheet as the guess sees it: words without the unit and currency in brackets."""

    profile: ColumnProfile
    words: tuple[str, ...]
    unit: str | None
    currency: str | None

    @property
    def name(self) -> str:
        """The heading as in the file."""
        return self.profile.name

    @property
    def form(self) -> str:
        """The comparable form."""
        return "".join(self.words)


def heading(profile: ColumnProfile, known: Synonyms) -> Heading:
    """Split unit and currency off a heading: "Weight (Kilograms)" is "weight" in kg."""
    name = _SIGNS.sub(" ", profile.name)
    outside, _, rest = name.partition("(")
    inside = rest.partition(")")[0]
    said = known.plain(name)
    unit = next((known.units[word] for word in said if word in known.units), _spelled_area(said))
    currency = next((word.upper() for word in said if word in known.currencies), _signed(profile.name))
    bracketed = known.plain(inside)
    is_unit = bool(bracketed) and all(
        word in known.units or word in known.currencies or _spelled_area(bracketed) for word in bracketed
    )
    kept = known.plain(outside) if is_unit and outside.strip() else said
    priced = tuple(word for word in kept if word not in known.currencies)
    return Heading(profile, priced or kept, unit, currency)


def _signed(name: str) -> str | None:
    """The currency that a sign in a heading stands for, None where it may be several ("C$")."""
    found = _SIGNS.search(name)
    if found is None:
        return None
    letters, sign = found[1] or "", found[2]
    return _BY_SIGN.get(f"{letters.upper()}{sign}", _BY_SIGN[sign] if sign != "$" else None)


def _spelled_area(said: Sequence[str]) -> str | None:
    pairs = set(pairwise(said))
    return "ft2" if pairs & {("sq", "ft"), ("square", "feet"), ("sq", "feet")} else None


# ------------------------------------------------------------------------------ one heading, one column


@dataclass(frozen=True)
class Match:
    """How well one heading fits one column: `level` is the kind of name, `rank` its place in the list."""

    heading: Heading
    column: str
    level: str
    rank: int
    agrees: float

    @property
    def confidence(self) -> float:
        """Level times agreement of the values, 0..1."""
        return LEVELS[self.level] * self.agrees


def matches(headings: Sequence[Heading], table: str, column: Column, known: Synonyms) -> list[Match]:
    """The headings that may fill a column, best first; a heading's values may still speak against it."""
    found = [
        Match(one, column.name, level, rank, agreement(column, one.profile))
        for one in headings
        for level, rank in _levels(one, (table, column.name), known)
    ]
    return sorted(found, key=lambda match: (-match.confidence, match.rank))


def _levels(one: Heading, path: tuple[str, ...], known: Synonyms) -> Iterator[tuple[str, int]]:
    for level in ("names", "here"):
        forms = known.listed(*path, level)
        if one.form in forms:
            yield level, forms.index(one.form)
            return
    said = set(one.words)
    if said & known.spoilers(*path):
        return
    for rank, hint in enumerate(known.hints(*path)):
        if hint <= said:
            yield "words", rank
            return


def agreement(column: Column, profile: ColumnProfile) -> float:
    """How well a column's values agree with what it would be taken for, 0..1."""
    if not profile.filled:
        return 0.85
    shares = {
        "date": profile.dates,
        "instant": profile.dates,
        "money": profile.numbers,
        "number": profile.numbers,
    }
    share = {"email": profile.emails, "terms_days": profile.numbers}.get(
        column.name, shares.get(column.family)
    )
    if share is not None:
        return _graded(share)
    if column.name == "phone":
        return 0.2 if profile.emails > 0.5 or profile.dates > 0.8 else 1.0
    if column.family == "yes_no":
        return 1.0 if profile.distinct <= 3 else 0.3
    if column.name == "number":
        return 1.0 if profile.distinct >= 0.98 * profile.filled else 0.9
    return _text_agreement(column, profile)


def _graded(share: float) -> float:
    return 1.0 if share >= 0.9 else 0.9 if share >= 0.6 else 0.7 if share >= 0.2 else 0.2


def _text_agreement(column: Column, profile: ColumnProfile) -> float:
    if profile.emails > 0.5 or (profile.dates > 0.8 and profile.numbers < 0.8):
        return 0.2
    if column.name == "currency":
        return 1.0 if profile.longest == 3 and profile.numbers < 0.5 else 0.4
    if column.name in ("unit", "price_basis"):
        return 1.0 if profile.longest <= 12 and profile.numbers < 0.5 else 0.5
    if column.family == "text" and profile.numbers > 0.8 and column.name != "address":
        return 0.6
    return 1.0


# ------------------------------------------------------------------------------- what the sheet is about


@dataclass
class Sheet:
    """The sheet under guess: its headings, what it is about, and how sure that is."""

    profile: SheetProfile
    headings: list[Heading]
    known: Synonyms
    country: str | None = None
    matched: dict[str, dict[str, list[Match]]] = field(default_factory=dict)

    @property
    def forms(self) -> frozenset[str]:
        """The comparable forms of all headings."""
        return frozenset(one.form for one in self.headings)

    def best(self, table: str, column: str) -> Match | None:
        """The best match of a column, None where none is worth asking about."""
        found = self.matched[table].get(column)
        return found[0] if found and found[0].confidence >= WORTH_ASKING else None

    def day(self, table: str) -> Match | None:
        """The best match of an event's day, or of its moment."""
        return self.best(table, "occurred_on") or self.best(table, "occurred_at")

    def among(self, *path: str) -> list[Heading]:
        """The headings that a list of the vocabulary names, in the order of that list."""
        forms = self.known.listed(*path)
        found = [one for one in self.headings if one.form in forms]
        return sorted(found, key=lambda one: forms.index(one.form))


def looked_at(profile: SheetProfile, known: Synonyms, country: str | None = None) -> Sheet:
    """Match every heading with every column of every table."""
    sheet = Sheet(profile, [heading(column, known) for column in profile.columns], known, country)
    for table in GUESSED:
        contract = CANONICAL[table]
        sheet.matched[table] = {
            column.name: matches(sheet.headings, table, column, known)
            for column in contract.columns
            if column.name != "organisation_ref"
        }
    return sheet


def votes(sheet: Sheet) -> dict[str, float]:
    """How strongly the headings, the file's name and the kinds of rows speak for each table."""
    total = dict.fromkeys(GUESSED, 0.0)
    for one in sheet.headings:
        speaks = [table for table in GUESSED if _named_by(sheet, table, one)]
        for table in speaks:
            total[table] += 1 / len(speaks)
        for table in GUESSED:
            total[table] += 0.15 * any(_match_of(sheet, table, one, "here"))
            total[table] += 1.0 * (one.form in sheet.known.listed("kinds", table, "signs"))
    said = _said_in_name(sheet)
    row_kinds = kinds_of_rows(sheet)
    for table in GUESSED:
        total[table] += 2.0 * bool(said & set(sheet.known.data["kinds"][table]["file"]))
        total[table] += 4.0 * (row_kinds == {table}) + 1.0 * (table in row_kinds)
    return total


def _named_by(sheet: Sheet, table: str, one: Heading) -> bool:
    return any(_match_of(sheet, table, one, "names"))


def _match_of(sheet: Sheet, table: str, one: Heading, level: str) -> Iterator[bool]:
    for found in sheet.matched[table].values():
        yield any(m.heading is one and m.level == level and m.agrees >= 0.7 for m in found)


def kinds_of_rows(sheet: Sheet) -> set[str]:
    """What a column such as "Transaction type" says the rows are; "other" for what is no table here."""
    kinds: set[str] = set()
    for one in sheet.among("rows", "headers"):
        said = {"".join(sheet.known.plain(example)) for example in one.profile.examples}
        named_here = {t for t in GUESSED if said & set(sheet.known.listed("kinds", t, "types"))}
        if named_here:
            other = said & set(sheet.known.listed("rows", "other")) or one.profile.distinct > len(said)
            kinds |= named_here | ({"other"} if other else set())
    return kinds


@dataclass(frozen=True)
class About:
    """What the sheet's rows are first of all, and what else each row tells."""

    primary: str
    also: tuple[str, ...]
    is_sure: bool


def about(sheet: Sheet) -> About | None:
    """Decide what the sheet is about, None where no table's columns are there."""
    total = votes(sheet)
    dated = [table for table in EVENTS if sheet.day(table) and total[table] >= 0.9]
    parties = [table for table in ("organisation", "person") if total[table] >= 0.9]
    if "person" in parties and any(
        one.name in _unique(sheet.profile) for one in sheet.among("customer", "name")
    ):
        parties = ["organisation"]  # one row per company, whoever the contact is
    if dated and _customers_repeat(sheet):
        parties = []
    primary = _strongest(sheet, total, dated or [table for table in EVENTS if total[table] >= 2.5], parties)
    if primary is None:
        return None
    also = tuple(table for table in TRADE if primary in TRADE and _also_tells(sheet, primary, table))
    rivals = [total[table] for table in dated if table not in (primary, *also)]
    has_lead = total[primary] >= 1.5 * max(rivals, default=0.0)
    doubtful = _is_bare(sheet, primary) or len(kinds_of_rows(sheet)) > 1 or _is_foreign(sheet)
    return About(primary, also, total[primary] >= 1.9 and has_lead and not doubtful)


def _is_bare(sheet: Sheet, table: str) -> bool:
    """Too little stands there to be sure: no date or no amount, a name and nothing about it."""
    has = {name for name in CANONICAL[table].by_name if sheet.best(table, name)}
    if table in TRADE:
        return "occurred_on" not in has or not has & {"amount", "quantity", "weight_kg", "area_m2"}
    if table in EVENTS:
        return not has & {"occurred_on", "occurred_at"} or not has & _TELLING.get(table, has)
    return not has & {"email", "phone"} if table == "person" else len(has - {"name", "code"}) < 2


_TELLING = {  # of these columns one at least, or nothing is told
    "lot": {"quantity", "hours", "loads"},
    "inspection": {"rejected", "result", "defect_code", "defect_text"},
    "note": {"text"},
    "attendance": {"show"},
    "mail_event": {"act", "campaign"},
    "credit": {"amount"},
}


def _customers_repeat(sheet: Sheet) -> bool:
    """The same customer stands in many rows, so the sheet is no list of customers."""
    named_by = [*sheet.among("customer", "code"), *sheet.among("customer", "name")]
    return any(one.profile.distinct < 0.8 * one.profile.filled for one in named_by)


def _is_foreign(sheet: Sheet) -> bool:
    """The sheet is about suppliers, purchases or colleagues."""
    in_name = _said_in_name(sheet) & set(sheet.known.data["foreign"]["file"])
    return bool(in_name or sheet.among("foreign", "headers"))


def _said_in_name(sheet: Sheet) -> set[str]:
    return set(words(f"{sheet.profile.file.rpartition('.')[0]} {sheet.profile.sheet}"))


def _strongest(sheet: Sheet, total: dict[str, float], dated: list[str], parties: list[str]) -> str | None:
    event = max(dated, key=lambda table: total[table], default=None)
    if event == "payment" and _is_invoiced(sheet):
        event = "invoice"
    party = max(parties, key=lambda table: total[table], default=None)
    if event and party:
        return party if total[party] > 1.5 * total[event] else event
    return event or party


def _is_invoiced(sheet: Sheet) -> bool:
    """The rows of a payment list are invoices, when they have a due date and a date besides the payment's."""
    paid, due = sheet.best("payment", "occurred_on"), sheet.best("invoice", "due_on")
    if paid is None or due is None or paid.level == "here":
        return False
    invoiced = sheet.best("invoice", "occurred_on")
    return invoiced is not None and invoiced.heading is not paid.heading


def _also_tells(sheet: Sheet, primary: str, table: str) -> bool:
    """A second event is told by a date column of its own, known by name or hint."""
    first, second = sheet.best(primary, "occurred_on"), sheet.best(table, "occurred_on")
    if table == primary or not second or second.level == "here":
        return False
    if {primary, table} == {"order_line", "quote"} or (primary == "payment" and table == "order_line"):
        return False
    return first is not None and first.heading is not second.heading


# -------------------------------------------------------------------------------------------- the takes


def customer(sheet: Sheet) -> Take | None:
    """The customer of each row: code before name; a low-confidence proposal where nothing names one."""
    for level, confidence in (
        ("code", 0.97),
        ("name", 0.97),
        ("account", 0.93),
        ("here", 0.93),
        ("maybe", 0.6),
    ):
        for one in sheet.among("customer", level):
            agrees = _customer_agrees(one.profile)
            if agrees >= WORTH_ASKING:
                return Take((one.name,), confidence=_rounded(confidence * agrees), upto=_job_mark(one))
    last = sheet.among("customer", "fallback")
    if not last:
        return None
    columns = tuple(one.name for one in last[:2])
    return Take(columns, "join" if len(columns) > 1 else "one", confidence=LAST_RESORT)


def _job_mark(one: Heading) -> str | None:
    """The mark that ends the customer in "Customer:Job", when many cells read like that."""
    return ":" if one.profile.jobs >= _MANY_JOBS else None


def _customer_agrees(profile: ColumnProfile) -> float:
    if profile.dates > 0.8 and profile.numbers < 0.8:
        return 0.2
    if profile.emails > 0.5 or not profile.filled:
        return 0.5
    return 0.8 if profile.distinct == profile.filled >= _MANY_ROWS else 1.0


def event(sheet: Sheet, table: str, about: About) -> TableMap:
    """One event table's columns, key and entry stamp."""
    whose = customer(sheet)
    number = _repeats(sheet, table)
    counted = [one.name for one in _line_numbers(sheet)]
    takes = _assigned(sheet, table, reserved=[*(whose.columns if whose else ()), *counted])
    if whose and "organisation_ref" in CANONICAL[table].by_name and (table in TRADE or _is_named(whose)):
        takes["organisation_ref"] = whose
    if table == "mail_event" and "act" not in takes and (act := _act_of_file(sheet)):
        takes["act"] = act
    if table == "order_line":
        takes = _several_dates(sheet, takes)
    if table != about.primary:
        takes = _shared(sheet, table, about.primary, takes)
    if number and "amount" in takes:
        takes["amount"] = replace(takes["amount"], confidence=min(takes["amount"].confidence, 0.6))
    _add_currency(sheet, table, takes)
    has_customer = table not in TRADE or (whose is not None and whose.confidence >= SURE)
    is_whole = not lacking(TableMap(table, takes, None), CANONICAL[table])
    limit = 1.0 if about.is_sure and has_customer and is_whole else UNSURE
    takes = _capped(takes, limit)
    key = _key(sheet, table, takes)
    stamp = _known(sheet, table, takes, is_second=table != about.primary)
    known = _capped({"known": stamp}, limit)["known"] if stamp else None
    return TableMap(table, _ordered(table, takes), key, known=known)


def _is_named(whose: Take) -> bool:
    """A heading names the customer; nothing was joined as a last resort."""
    return whose.confidence > LAST_RESORT


_ACTS = {"open": "open", "opens": "open", "opened": "open", "click": "click", "clicks": "click"}
_ACTS |= {"clicked": "click", "bounce": "bounce", "bounces": "bounce", "bounced": "bounce"}


def _act_of_file(sheet: Sheet) -> Take | None:
    """What all rows of a mailing's report did, where the file's name says so."""
    acts = {_ACTS[word] for word in _said_in_name(sheet) if word in _ACTS}
    return Take((), confidence=_CURRENCY_IN_HEADING, constant=acts.pop()) if len(acts) == 1 else None


def _repeats(sheet: Sheet, table: str) -> bool:
    """Numbers that repeat: each row is a line of the document, and its total stands on every line."""
    found = sheet.best(table, "number") if table in ("invoice", "quote") else None
    return bool(found and found.heading.profile.distinct < 0.98 * found.heading.profile.filled)


def _assigned(sheet: Sheet, table: str, reserved: Iterable[str]) -> dict[str, Take]:
    """Give each column its best heading, each heading to one column, best matches first."""
    taken, takes = set(reserved), dict[str, Take]()
    every = [match for found in sheet.matched[table].values() for match in found]
    for match in sorted(every, key=lambda one: (-one.confidence, one.rank)):
        free = match.column not in takes and match.heading.name not in taken
        if free and match.confidence >= WORTH_ASKING:
            taken.add(match.heading.name)
            takes[match.column] = _take(sheet, table, match)
    return takes


def _take(sheet: Sheet, table: str, match: Match) -> Take:
    column = CANONICAL[table].by_name[match.column]
    confidence = match.confidence * _rivalled(sheet, table, match, column)
    if column.unit in _MEASURES and match.heading.unit not in _MEASURES[column.unit]:
        confidence = min(confidence, 0.7)
    one = Take((match.heading.name,), confidence=_rounded(confidence), unit=_unit(match.heading, column))
    return _written(one, [match.heading.profile], column)


def _rivalled(sheet: Sheet, table: str, match: Match, column: Column) -> float:
    """Another heading of the same level makes dates, amounts and numbers doubtful."""
    is_bare_number = column.name == "number" and match.level == "here"
    if column.family not in _RIVALRY and not is_bare_number:
        return 1.0
    rivals = [
        other
        for other in sheet.matched[table][column.name]
        if other.heading is not match.heading
        and other.level == match.level
        and other.agrees >= match.agrees
        and other.heading.form not in sheet.known.listed("known", "names")
    ]
    return 0.9 if rivals else 1.0


def _unit(one: Heading, column: Column) -> str | None:
    return one.unit if one.unit in _MEASURES.get(column.unit, ()) else None


def _written(take: Take, profiles: Sequence[ColumnProfile], column: Column) -> Take:
    if column.family in DATES:
        orders = [profile.date_order for profile in profiles if profile.date_order]
        return replace(take, date_order=orders[0] if orders else None)
    if column.family in NUMBERS:
        marks = [profile.decimal_mark for profile in profiles if profile.decimal_mark]
        return replace(take, decimal_mark=marks[0] if marks else None)
    return take


def _several_dates(sheet: Sheet, takes: dict[str, Take]) -> dict[str, Take]:
    """An order's date from several columns where none is surely it: each as filled as it comes."""
    found = [one for one in sheet.matched["order_line"]["occurred_on"] if one.confidence >= WORTH_ASKING]
    used = {name for column, take in takes.items() if column != "occurred_on" for name in take.columns}
    likely = sorted(
        (one for one in found if one.level == "words" and one.heading.name not in used), key=lambda m: m.rank
    )
    if not likely or "occurred_on" not in takes or found[0].level != "words":
        return takes
    profiles = [one.heading.profile for one in likely]
    if "due_on" in takes and max(profile.dates for profile in profiles) < 0.9:
        profiles += [p for p in sheet.profile.columns if p.name in takes["due_on"].columns]
    column = CANONICAL["order_line"].by_name["occurred_on"]
    how = "first" if len(profiles) > 1 else "one"
    several = Take(tuple(profile.name for profile in profiles), how, confidence=0.6)
    return takes | {"occurred_on": _written(several, profiles, column)}


def _shared(sheet: Sheet, table: str, primary: str, takes: dict[str, Take]) -> dict[str, Take]:
    """What a second event has only by a name or hint of its own, or by sharing the first one's."""
    own = {
        name: take
        for name, take in takes.items()
        if name == "organisation_ref" or ((found := sheet.best(table, name)) and found.level != "here")
    }
    first = _assigned(
        sheet, primary, reserved=own["organisation_ref"].columns if "organisation_ref" in own else ()
    )
    if table == "payment" and "amount" not in own and "amount" in first:
        own["amount"] = replace(first["amount"], confidence=min(first["amount"].confidence, _settled(sheet)))
    if table == "payment" and primary == "invoice" and "number" in first:
        own["invoice_ref"] = first["number"]
    if "currency" in first and "currency" in CANONICAL[table].by_name:
        own["currency"] = first["currency"]
    if table == "shipment" and "order_no" in first:
        own["order_ref"] = first["order_no"]
    if table == "shipment" and "due_on" in first:
        own["due_on"] = first["due_on"]
    return own


def _settled(sheet: Sheet) -> float:
    """The invoice's amount is what was paid, unless the sheet tells of open or partly paid ones."""
    partly = {
        "openbalance",
        "balance",
        "amountdue",
        "openinvoiceamount",
        "outstandingamount",
        "amountresidual",
    }
    return 0.7 if sheet.forms & partly else 0.92


def _add_currency(sheet: Sheet, table: str, takes: dict[str, Take]) -> None:
    """A currency said in the amount's heading holds for every row."""
    if "amount" not in takes or "currency" in takes or "currency" not in CANONICAL[table].by_name:
        return
    said = {one.currency for one in sheet.headings if one.name in takes["amount"].columns} - {None}
    for code in said:
        if code == "USD" and sheet.country in OTHER_DOLLARS and not _says_usd(sheet, takes["amount"]):
            continue
        takes["currency"] = Take((), confidence=_CURRENCY_IN_HEADING, constant=code)


_CURRENCY_IN_HEADING = 0.85


def _says_usd(sheet: Sheet, amount: Take) -> bool:
    return any("us" in name.casefold() for name in amount.columns)


def _known(sheet: Sheet, table: str, takes: dict[str, Take], *, is_second: bool = False) -> Take | None:
    """The entry stamp: a column so named that the table does not use otherwise.

    A second event was entered after the row itself, so the row's own stamp would make it known too early.
    """
    used = {name for take in takes.values() for name in take.columns}
    date = next(column for column in CANONICAL["order_line"].columns if column.name == "occurred_on")
    exact = [one for one in sheet.among("known", "names") if one.name not in used and not is_second]
    hinted = [one for one in sheet.headings if _hints_known(one, table, sheet.known) and one.name not in used]
    for one, confidence in [(one, 0.93) for one in exact] + [(one, 0.7) for one in hinted]:
        sure = confidence * agreement(date, one.profile)
        if sure >= WORTH_ASKING:
            return _written(Take((one.name,), confidence=_rounded(sure)), [one.profile], date)
    return None


def _hints_known(one: Heading, table: str, known: Synonyms) -> bool:
    said = set(one.words)
    is_delivery = bool(said & {"delivery", "delivered", "shipment", "shipping"})
    hinted = any(hint <= said for hint in known.hints("known"))
    return hinted and is_delivery == (table == "shipment") and one.form not in known.listed("known", "names")


def _capped(takes: dict[str, Take], limit: float) -> dict[str, Take]:
    return {name: replace(take, confidence=min(take.confidence, limit)) for name, take in takes.items()}


def _rounded(confidence: float) -> float:
    return round(confidence, 2)


def _ordered(table: str, takes: dict[str, Take]) -> dict[str, Take]:
    return {name: takes[name] for name in CANONICAL[table].by_name if name in takes}


# ------------------------------------------------------------------------------------------------- keys


def _key(sheet: Sheet, table: str, takes: dict[str, Take]) -> tuple[str, ...] | None:
    """The heading that is surely the row's own key: named like one, filled and different in every row."""
    personal = {
        name
        for column, take in takes.items()
        if is_personal(CANONICAL[table].by_name[column])
        for name in take.columns
    }
    number = takes.get(_NUMBERED.get(table, ""))
    candidates = [one.name for one in sheet.among("keys", "names")]
    candidates += list(number.columns) if number else []
    unique = _unique(sheet.profile)
    for name in candidates:
        if name in unique and name not in personal:
            return (name,)
    return _line_key(sheet, number)


_NUMBERED = {
    "inspection": "number",
    "credit": "number",
    "lot": "lot_no",
    "invoice": "number",
    "quote": "number",
    "order_line": "order_no",
    "payment": "invoice_ref",
}


def _line_key(sheet: Sheet, number: Take | None) -> tuple[str, ...] | None:
    """Document and line number together, where every row has both and the first surely is a number."""
    if number is None or number.confidence < UNSURE or len(number.columns) != 1:
        return None
    document = next(column for column in sheet.profile.columns if column.name == number.columns[0])
    if document.filled != sheet.profile.rows:
        return None
    for line in _line_numbers(sheet):
        if document.distinct * line.profile.distinct >= sheet.profile.rows:
            return (document.name, line.name)
    return None


def _line_numbers(sheet: Sheet) -> list[Heading]:
    """Columns that count the lines of a document: so named, and small whole numbers in every row."""
    rows = sheet.profile.rows
    return [
        one
        for one in sheet.among("keys", "lines")
        if one.profile.filled == rows > one.profile.distinct > 1
        and one.profile.numbers >= 0.95
        and one.profile.longest <= _LONGEST_LINE_NO
    ]


def _unique(profile: SheetProfile) -> set[str]:
    return {one.name for one in profile.columns if one.distinct == one.filled == profile.rows > 0}


# ----------------------------------------------------------------------------------------------- parties


def organisation(sheet: Sheet, about: About) -> TableMap | None:
    """The companies of a customer list; from event rows only a code with its name."""
    is_list = about.primary == "organisation"
    named_by = [*sheet.among("customer", "name"), *(sheet.among("customer", "here") if is_list else ())]
    codes = [*sheet.among("customer", "code"), *(sheet.among("customer", "account") if is_list else ())]
    if not named_by or not (is_list or codes):
        return None
    name = named_by[0]
    takes = _assigned(sheet, "organisation", reserved=[name.name]) if is_list else {}
    level = 0.97 if name.form in sheet.known.listed("customer", "name") else 0.93
    level = min(level, UNSURE) if _stands_for_a_code(name, named_by) else level
    sure = _rounded(level * _text_agreement(_NAME, name.profile))
    takes["name"] = Take((name.name,), confidence=sure, upto=_job_mark(name))
    if codes:
        takes["code"] = Take((codes[0].name,), confidence=0.95)
    if is_list and _contacts(sheet):
        takes = {column: take for column, take in takes.items() if column not in ("phone", "address")}
    takes = _joined(sheet, "organisation", takes)
    takes |= _other_names(sheet, takes, named_by) if is_list else {}
    limit = 1.0 if about.is_sure else UNSURE
    takes = _capped(takes, limit)
    key = _party_key(sheet, [*sheet.among("keys", "names"), *codes, name]) if is_list else (codes[0].name,)
    known = _known(sheet, "organisation", takes) if is_list else None
    return TableMap("organisation", _ordered("organisation", takes), key, known=known)


def _other_names(sheet: Sheet, takes: dict[str, Take], named_by: list[Heading]) -> dict[str, Take]:
    """Every column with another name of the company; "Company" beside "Customer" is one."""
    stated = [m for m in sheet.matched["organisation"].get("alias", ()) if m.confidence >= WORTH_ASKING]
    taken = {name for column, take in takes.items() if column != "alias" for name in take.columns}
    found = {m.heading.name: m.confidence for m in stated if m.heading.name not in taken}
    beside = [one for one in named_by if one in sheet.among("organisation", "alias", "beside")]
    found |= {one.name: LEVELS["here"] for one in beside if one.name not in taken}
    if not found:
        return {}
    sure = _rounded(min(found.values()))
    several = Take(tuple(found), "join", glue=BETWEEN, confidence=sure)
    return {"alias": several if len(found) > 1 else Take(tuple(found), confidence=sure)}


def _stands_for_a_code(name: Heading, named_by: list[Heading]) -> bool:
    """ "Customer" beside "Name", both different in every row: the one may be a code, the other its name."""
    return any(
        one.form == "name" and one is not name and one.profile.distinct == name.profile.distinct
        for one in named_by
    )


_NAME = CANONICAL["organisation"].by_name["name"]


def _party_key(sheet: Sheet, candidates: Iterable[Heading]) -> tuple[str, ...] | None:
    unique = _unique(sheet.profile)
    return next(((one.name,) for one in candidates if one.name in unique), None)


def _contacts(sheet: Sheet) -> list[Heading]:
    """The columns that hold a contact's name."""
    parts = [*sheet.among("person", "name", "first"), *sheet.among("person", "name", "last")]
    return [*sheet.among("person", "name", "names"), *parts]


def person(sheet: Sheet, about: About, whose: Take | None) -> TableMap | None:
    """The contacts that each row names; in doubt between company and person, the person."""
    reserved = whose.columns if whose else ()
    takes = _assigned(sheet, "person", reserved=reserved)
    if about.primary != "person":
        takes = {name: take for name, take in takes.items() if take.columns != _here(sheet, name)}
    takes = _full_name(sheet, takes)
    if about.primary == "organisation" and "name" not in takes:
        takes = {name: take for name, take in takes.items() if name not in ("phone", "address")}
    if about.primary != "person" and not {"name", "email"} & takes.keys():
        takes = {name: take for name, take in takes.items() if name == "phone"}
    takes = {name: take for name, take in takes.items() if name != "role" or "name" in takes}
    if not {"name", "email", "phone"} & takes.keys():
        return None
    takes = _joined(sheet, "person", takes)
    if whose and whose.confidence > LAST_RESORT:
        takes["organisation_ref"] = whose
    own_key = sheet.among("keys", "names") if about.primary == "person" else []
    key = _contact_key(sheet, takes, own_key)
    takes = _capped(takes, 1.0 if about.is_sure else UNSURE)
    return TableMap("person", _ordered("person", takes), key)


def _here(sheet: Sheet, column: str) -> tuple[str, ...] | None:
    """The heading that fits a contact's column only in a list of contacts."""
    found = sheet.best("person", column)
    return (found.heading.name,) if found and found.level == "here" and column == "name" else None


def _contact_key(sheet: Sheet, takes: dict[str, Take], own: list[Heading]) -> tuple[str, ...] | None:
    used = {name for take in takes.values() for name in take.columns}
    stated = [one for one in sheet.among("person", "key", "names") if one.name not in used]
    unique = _unique(sheet.profile)
    return next(((one.name,) for one in [*stated, *(o for o in own if o.name in unique)]), None)


def _full_name(sheet: Sheet, takes: dict[str, Take]) -> dict[str, Take]:
    """First and last name together are the name."""
    first, last = sheet.among("person", "name", "first"), sheet.among("person", "name", "last")
    if not first or not last:
        return takes
    return takes | {"name": Take((first[0].name, last[0].name), "join", " ", confidence=0.97)}


def _joined(sheet: Sheet, table: str, takes: dict[str, Take]) -> dict[str, Take]:
    """Several phones or address lines all belong to the one value."""
    for column in ("phone", "address"):
        several = [one for one in sheet.matched[table].get(column, ()) if one.level == "names"]
        if column in takes and len(several) > 1:
            in_order = [one.name for one in sheet.headings if any(m.heading is one for m in several)]
            takes = takes | {column: replace(takes[column], columns=tuple(in_order), how="join")}
    return takes


# --------------------------------------------------------------------------------------------- the guess


def guess(
    sheet: SheetProfile, *, source: str, object: str | None = None, country: str | None = None
) -> Mapping:
    """Propose what a sheet feeds, with a confidence per column; never confirmed.

    Nothing in the guess is a cell's text except what a heading says. An unknown sheet gives no table.
    `country` (ISO 3166, two letters) settles dates and numbers that fit both ways, and says so by `assumed`.
    `object` is what the first table holds ("orders") unless given, whatever the file is called.
    """
    seen = looked_at(sheet, synonyms(), country.upper() if country else None)
    decided = about(seen)
    tables = agreed(_tables(seen, decided), sheet, seen.country) if decided else ()
    name = object or (OBJECTS[tables[0].table] if tables else "")
    mapping = Mapping(source, name, fingerprint(headings(sheet)), tables, (), confirmed=False)
    read = set(mapping.columns)
    return replace(mapping, dropped=tuple(name for name in headings(sheet) if name not in read))


def _tables(sheet: Sheet, about: About) -> tuple[TableMap, ...]:
    events = (about.primary, *about.also) if about.primary in EVENTS else ()
    fed = [event(sheet, table, about) for table in events]
    fed = [one if one.key else replace(one, key=fed[0].key) for one in fed]
    company = organisation(sheet, about) if about.primary != "person" else None
    whose = _own_ref(company) if company and about.primary == "organisation" else customer(sheet)
    contact = person(sheet, about, whose)
    if contact is not None:
        fed = [_with_person(one, contact) for one in fed]
    return tuple(table for table in (*fed, company, contact) if table is not None)


def _with_person(event: TableMap, contact: TableMap) -> TableMap:
    """An event about a person names them by what tells the contacts apart: their key, else address."""
    column = CANONICAL[event.table].by_name.get("person_id")
    by = contact.key or (contact.takes["email"].columns if "email" in contact.takes else ())
    if column is None or len(by) != 1:
        return event
    email = contact.takes.get("email")
    sure = email.confidence if email else UNSURE
    return replace(event, takes=_ordered(event.table, event.takes | {"person_id": Take(by, confidence=sure)}))


def _own_ref(company: TableMap) -> Take:
    """How other rows name a company of this list: by its code where that is the key, else by its name."""
    code = company.takes.get("code")
    return code if code and code.columns == company.key else company.takes["name"]


def agreed(tables: tuple[TableMap, ...], sheet: SheetProfile, country: str | None) -> tuple[TableMap, ...]:
    """Forms that fit both ways are read as the sheet's other ones, else as the shop's country writes."""
    forms = Forms.of(sheet)
    filled = (forms.fill(table) for table in tables)
    return tuple(
        replace(
            table,
            takes={name: _assumed(take, country) for name, take in table.takes.items()},
            known=_assumed(table.known, country) if table.known else None,
        )
        for table in filled
    )


def _assumed(take: Take, country: str | None) -> Take:
    """An ambiguous form settled by the country, which a person is told of."""
    if country is None or country in UNDECIDED or "ambiguous" not in (take.date_order, take.decimal_mark):
        return take
    order, mark = "mdy" if country in MONTH_FIRST else "dmy", "." if country in POINT else ","
    return replace(
        take,
        date_order=order if take.date_order == "ambiguous" else take.date_order,
        decimal_mark=mark if take.decimal_mark == "ambiguous" else take.decimal_mark,
        confidence=min(take.confidence, ASSUMED),
        assumed=True,
    )
