"""The mapping of one sheet: which of its columns feed which canonical columns, kept as editable TOML.

A mapping is a closed list: columns it does not name are never read beyond the preview. It is remembered
per header fingerprint, and holds headings only, never a cell's text.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.items import InlineTable, Table

from burnish.errors import MappingError
from burnish.schema.contracts import Column, Contract
from burnish.schema.tables import CANONICAL, EVENTS, HEAD, of_head
from burnish.sources.headers import nearest, squashed, words
from burnish.store.durable import replace_file

if TYPE_CHECKING:
    from burnish.sources.reading import ColumnProfile, SheetProfile

SURE = 0.9
HOWS = ("one", "join", "first")
DATE_ORDERS = ("ymd", "dmy", "mdy", "ambiguous", "mixed")
DECIMAL_MARKS = (".", ",", "ambiguous")
COMPLETES = ("file", "period")
INDIVIDUALS = ("guess", "none", "all")
GLUE = " / "
OBJECTS = {
    "order_line": "orders",
    "shipment": "shipments",
    "document": "heads",
    "invoice": "invoices",
    "payment": "payments",
    "quote": "quotes",
    "organisation": "customers",
    "person": "contacts",
    "lot": "lots",
    "resource": "resources",
    "capacity": "capacity",
    "inspection": "inspections",
    "credit": "credits",
    "project": "projects",
    "mail_event": "mail_events",
    "web_event": "web_events",
    "post": "posts",
    "note": "notes",
    "attendance": "attendance",
    "consent": "consent",
}
OPEN = (None, "ambiguous", "mixed")
NUMBERS = ("money", "number", "whole")
DATES = ("date", "instant")
ASSUMED = 0.85
_LIKELY = 0.75
IDENTIFYING = ("name", "email", "phone")
MADE = ("person_id", "email_id")
_MIXED = (
    "has days written day first and days written month first; export it in one order, or write "
    'date_order = "dmy" or "mdy" to have the others left empty and listed'
)
_FIX = "Correct the mapping file; docs/guides/mapping.md shows how."


@dataclass(frozen=True)
class Unit:
    """A unit that files use: multiply by `factor` to get `to`, the unit of the canonical column."""

    to: str
    factor: Decimal


UNITS = {
    "kg": Unit("kg", Decimal(1)),
    "g": Unit("kg", Decimal("0.001")),
    "t": Unit("kg", Decimal(1000)),
    "lb": Unit("kg", Decimal("0.45359237")),
    "oz": Unit("kg", Decimal("0.028349523125")),
    "m2": Unit("m²", Decimal(1)),
    "dm2": Unit("m²", Decimal("0.01")),
    "cm2": Unit("m²", Decimal("0.0001")),
    "ft2": Unit("m²", Decimal("0.09290304")),
    "in2": Unit("m²", Decimal("0.00064516")),
    "h": Unit("h", Decimal(1)),
    "min": Unit("h", Decimal("0.016666666667")),
    "s": Unit("s", Decimal(1)),
    "ms": Unit("s", Decimal("0.001")),
}
MEASURES = ("kg", "m²")  # what a heading without a unit leaves open


Condition = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Take:
    """Where one canonical column's value comes from: file headings, or one constant.

    `how` is "one" (one column), "join" (the filled cells with `glue` between) or "first" (the first cell
    that converts, in this order). `unit` is a key of UNITS, or None where the file's unit is the column's.
    `upto`: only the text before this mark counts (":" makes "Acme" of "Acme:Job 7").
    `assumed`: the order of dates or the decimal mark is the usual one of the shop's country, not read off
    the cells.
    `means`: what cells stand for, as pairs of cell and value compared by letters and digits; others stay.
    `where`: conditions on the row, as in `TableMap.rows`; where they do not hold the value stays empty.
    `people`: the list of the same source whose key a person's cell is, this list itself where not named.
    `markup`: the cells are HTML, of which only the text counts.
    """

    columns: tuple[str, ...]
    how: str = "one"
    glue: str = GLUE
    date_order: str | None = None
    decimal_mark: str | None = None
    confidence: float = 1.0
    constant: str | None = None
    unit: str | None = None
    assumed: bool = False
    upto: str | None = None
    means: tuple[tuple[str, str], ...] = ()
    where: tuple[Condition, ...] = ()
    people: str | None = None
    markup: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """Every heading that is looked at, conditions included."""
        return (*self.columns, *(heading for heading, _ in self.where))


@dataclass(frozen=True)
class TableMap:
    """What one canonical table takes from each row of the sheet.

    `key` names the headings that make the source's own key of the row; None means rows without one.
    `known` is the source's entry stamp. `complete` says what a later file withdraws by leaving it out.
    `rows`: the kinds of rows it takes, as pairs of a heading and the cells accepted there, compared by
    letters and digits; all must hold. Without any, every row is taken.
    """

    table: str
    takes: dict[str, Take]
    key: tuple[str, ...] | None
    complete: str | None = None
    known: Take | None = None
    rows: tuple[Condition, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every heading this table reads, each once."""
        known = [self.known] if self.known else []
        read = [column for take in [*self.takes.values(), *known] for column in take.read]
        return tuple(dict.fromkeys([*read, *(self.key or ()), *(heading for heading, _ in self.rows)]))

    @property
    def has_head(self) -> bool:
        """Its rows are lines of a head in another list, which says whose they are and of which day."""
        return "header_ref" in self.takes and self.table != HEAD


@dataclass(frozen=True)
class Mapping:
    """All that one sheet feeds.

    `object` names the kind of list within its source, so that rows of a later export meet their earlier
    versions: it never comes from the name of a file or sheet. `individuals`: are its customers natural
    persons ("guess", "none", "all"). `skip`: the sheet is left out whole, `reason` says why. `fill`: headings
    whose blank cells repeat the cell above. `recognised` is the list of a known program ("xero/invoices").
    """

    source: str
    object: str
    fingerprint: str
    tables: tuple[TableMap, ...]
    dropped: tuple[str, ...]
    confirmed: bool
    individuals: str = "guess"
    skip: bool = False
    reason: str = ""
    fill: tuple[str, ...] = ()
    recognised: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every heading that is read, each once: the closed list."""
        return tuple(dict.fromkeys(column for table in self.tables for column in table.columns))


def fingerprint(header: Sequence[str]) -> str:
    """12 hex digits of a heading row, whatever its order, case and punctuation."""
    return hashlib.sha256("\n".join(sorted(map(squashed, header))).encode()).hexdigest()[:12]


def headings(sheet: SheetProfile) -> tuple[str, ...]:
    """The headings of a sheet, in its order."""
    return tuple(column.name for column in sheet.columns)


def named(sheet: SheetProfile) -> str:
    """What the sheet is a list of: its own name, or else the file's, without dates and numbers."""
    for name in (sheet.sheet, Path(sheet.file).stem):
        kept = [word for word in words(name) if not any(letter.isdigit() for letter in word)]
        if kept and kept != ["sheet"]:
            return "_".join(kept)
    return "table"


def path_for(folder: Path, sheet: SheetProfile, recognised: str = "", *, by_name: bool = False) -> Path:
    """Where the mapping of such a sheet lies in a shop's folder: by its headings, whatever the file's name.

    An existing file for the same headings wins, the one with the sheet's own name first. A `recognised` list
    ("xero/invoices") has a file of its own, `xero.invoices-….toml`; for one that only the file's name tells
    apart (`by_name`) those of other names do not count.
    """
    mark = fingerprint(headings(sheet))
    maps = folder / "maps"
    own = maps / f"{named(sheet)}-{mark}.toml"
    for_list = maps / f"{recognised.replace('/', '.')}-{mark}.toml"
    others = [path for path in sorted(maps.glob(f"*-{mark}.toml")) if "." not in path.stem]
    candidates = [*([for_list] if recognised else []), own, *([] if by_name else others)]
    return next((path for path in candidates if path.exists()), for_list if recognised else own)


def fit(mapping: Mapping, sheet: SheetProfile) -> Mapping:
    """The mapping with its headings spelled as this sheet spells them, and its dates and numbers as they are.

    Only headings that the sheet lacks are respelled ("Due Date" for "Due date"), and only to one heading
    with equal letters and digits. A missing or ambiguous `date_order` or `decimal_mark` is taken from what
    stands in the column; where that fits both ways, from the sheet's other columns; else it is ambiguous.
    """
    there = headings(sheet)
    loose: dict[str, list[str]] = {}
    for name in there:
        loose.setdefault(squashed(name), []).append(name)

    def spell(name: str) -> str:
        near = loose.get(squashed(name), [])
        return near[0] if name not in there and len(near) == 1 else name

    forms = Forms.of(sheet)
    tables = tuple(forms.fill(_respelled(table, spell)) for table in mapping.tables)
    read = {column for table in tables for column in table.columns}
    dropped = tuple(name for name in there if name not in read)
    return replace(mapping, tables=tables, dropped=dropped, fill=tuple(map(spell, mapping.fill)))


def _respelled(table: TableMap, spell: Callable[[str], str]) -> TableMap:
    def take(one: Take) -> Take:
        where = tuple((spell(heading), cells) for heading, cells in one.where)
        return replace(one, columns=tuple(map(spell, one.columns)), where=where)

    return replace(
        table,
        takes={name: take(one) for name, one in table.takes.items()},
        key=tuple(map(spell, table.key)) if table.key else None,
        known=take(table.known) if table.known else None,
        rows=tuple((spell(heading), cells) for heading, cells in table.rows),
    )


# --------------------------------------------------------------------------- how dates and numbers stand


@dataclass(frozen=True)
class Forms:
    """How the columns of a sheet write dates and numbers.

    `date_order` and `decimal_mark` are those on which all columns that show one agree, else "ambiguous".
    """

    columns: dict[str, ColumnProfile]
    date_order: str
    decimal_mark: str

    @classmethod
    def of(cls, sheet: SheetProfile) -> Forms:
        """The forms of a sheet; dates with names of months say nothing about numeric ones."""
        orders = {one.date_order for one in sheet.columns if not _has_letters(one)} & {"dmy", "mdy"}
        marks = {one.decimal_mark for one in sheet.columns} & {".", ","}
        return cls(
            {one.name: one for one in sheet.columns},
            _only(orders) or "ambiguous",
            _only(marks) or "ambiguous",
        )

    def fill(self, table: TableMap) -> TableMap:
        """The table with each open form taken from the sheet."""
        contract = CANONICAL.get(table.table)
        columns = contract.by_name if contract else {}
        takes = {name: self.filled(take, columns.get(name)) for name, take in table.takes.items()}
        known = replace(table.known, date_order=self.order(table.known)) if table.known else None
        return replace(table, takes=takes, known=known)

    def filled(self, take: Take, column: Column | None) -> Take:
        """A take with the form that its column needs."""
        if column is not None and column.family in DATES:
            return replace(take, date_order=self.order(take))
        if column is not None and column.family in NUMBERS:
            return replace(take, decimal_mark=self.mark(take))
        return take

    def order(self, take: Take) -> str | None:
        """The order of dates: as the mapping says, else as the columns show."""
        if take.date_order not in OPEN:
            return take.date_order
        shown = {one.date_order for one in self._of(take)} - {None}
        told = shown - {"ymd"} or shown  # dates with the year in front read alike in every order
        return self._one(told, self.date_order) or take.date_order

    def mark(self, take: Take) -> str | None:
        """The decimal mark: as the mapping says, else as the columns show."""
        if take.decimal_mark not in OPEN or take.how == "join":
            return take.decimal_mark
        shown = {one.decimal_mark for one in self._of(take)} - {None}
        return self._one(shown, self.decimal_mark) or take.decimal_mark

    def _of(self, take: Take) -> list[ColumnProfile]:
        return [self.columns[name] for name in take.columns if name in self.columns]

    @staticmethod
    def _one(shown: set[str | None], agreed: str) -> str | None:
        if "mixed" in shown:
            return "mixed"
        if shown == {"ambiguous"}:
            return agreed
        sure = shown - {"ambiguous"}
        return _only(sure) or ("ambiguous" if sure else None)


def _only(shown: set[str | None]) -> str | None:
    return next(iter(shown)) if len(shown) == 1 else None


def _has_letters(column: ColumnProfile) -> bool:
    return any(sign.isalpha() for example in column.examples for sign in example.upper().replace("T", ""))


# ---------------------------------------------------------------------------------------------- checks


def check(mapping: Mapping, sheet: SheetProfile) -> None:
    """Raise MappingError naming at once everything that does not fit the sheet or the contracts."""
    there = headings(sheet)
    wrong = list(_problems(mapping))
    wrong += (
        []
        if mapping.skip
        else [
            f'{table}: there is no column "{name}"' + _hint(name, there)
            for table, names in _read_by(mapping)
            for name in names
            if name not in there
        ]
    )
    if wrong:
        where = f"{sheet.file}, sheet {sheet.sheet}" if sheet.sheet else sheet.file
        raise MappingError("; ".join(wrong), where, _FIX)


def _read_by(mapping: Mapping) -> list[tuple[str, tuple[str, ...]]]:
    """The headings that each table reads, and those filled from above."""
    return [*((table.table, table.columns) for table in mapping.tables), ("fill", mapping.fill)]


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f' (nearest: "{near}")' if near else ""


def _problems(mapping: Mapping) -> Iterator[str]:
    if mapping.skip:
        return
    if not mapping.tables:
        yield "no table is filled"
    names = [table.table for table in mapping.tables]
    yield from (f"table {name} stands twice" for name in sorted({n for n in names if names.count(n) > 1}))
    if mapping.individuals not in INDIVIDUALS:
        yield f"individuals must be one of {', '.join(INDIVIDUALS)}"
    for table in mapping.tables:
        contract = CANONICAL.get(table.table)
        if contract is None:
            yield f'there is no table "{table.table}"' + _hint(table.table, CANONICAL)
        else:
            yield from _table_problems(table, contract)
        if mapping.confirmed:
            yield from _open_forms(table)


def _open_forms(table: TableMap) -> Iterator[str]:
    """What nobody may guess in a confirmed mapping, with the two choices to write."""
    known = [("known", table.known)] if table.known else []
    for name, take in [*table.takes.items(), *known]:
        at, said = f"{table.table}.{name}", _said(take)
        if take.date_order == "ambiguous":
            yield f'{at}: {said} fits day first and month first; write date_order = "dmy" or "mdy"'
        if take.date_order == "mixed":
            yield f"{at}: {said} {_MIXED}"
        if take.decimal_mark == "ambiguous":
            yield f'{at}: {said} fits both decimal marks; write decimal_mark = "." or ","'


def _table_problems(table: TableMap, contract: Contract) -> Iterator[str]:
    name = table.table
    for column in lacking(table, contract):
        yield f"{name}.{column.name} is missing ({column.says})"
    if name == "person" and not any(one in table.takes for one in IDENTIFYING):
        yield "person needs one of name, email, phone"
    for column_name, take in table.takes.items():
        yield from (f"{name}.{column_name}: {what}" for what in _take_problems(contract, column_name, take))
    if table.known:
        yield from (f"{name}.known: {what}" for what in _form_problems(table.known))
    if table.complete not in (None, *COMPLETES):
        yield f"{name}.complete must be one of {', '.join(COMPLETES)}"
    for heading, cells in table.rows:
        if not cells:
            yield f'{name}.rows: "{heading}" accepts nothing; list the cells of rows to take'
    yield from _key_problems(table, contract)


def lacking(table: TableMap, contract: Contract) -> list[Column]:
    """Required columns that the table does not take; a line leaves to its head what that knows."""
    missing = [column for column in contract.columns if column.required and column.name not in table.takes]
    if "occurred_at" in table.takes:  # the day is that of the moment
        missing = [column for column in missing if column.name != "occurred_on"]
    return [column for column in missing if not (table.has_head and column.name in of_head(table.table))]


def _key_problems(table: TableMap, contract: Contract) -> Iterator[str]:
    if table.key == ():
        yield f"{table.table}.key is empty; leave it out for rows without a key"
    personal = {
        name
        for column, take in table.takes.items()
        if column in contract.by_name and is_personal(contract.by_name[column])
        for name in take.columns
    }
    for name in table.key or ():
        if name in personal:
            yield f'{table.table}.key: "{name}" holds a person\'s data and cannot be a key'


def is_personal(column: Column) -> bool:
    """Whether its cells say who somebody is, so that they stand nowhere outside the vault."""
    return column.vault or bool(column.keyed)


def _take_problems(contract: Contract, name: str, take: Take) -> Iterator[str]:
    column = contract.by_name.get(name)
    if column is None:
        yield "there is no such column" + _hint(name, contract.by_name)
        return
    if (name in MADE and not column.keyed) or (name, contract.name) == ("header_ref", HEAD):
        yield "is made by Burnish; put the source's own key under key"
    yield from _form_problems(take)
    unit = UNITS.get(take.unit) if take.unit else None
    if unit and unit.to != column.unit:
        yield f'unit "{take.unit}" cannot become {column.unit}'
    if take.people is not None and not column.keyed:
        yield "people says which list a person's key is from; this column holds no person"


def _form_problems(take: Take) -> Iterator[str]:
    if take.how not in HOWS:
        yield f"how must be one of {', '.join(HOWS)}"
    if take.constant is not None and take.columns:
        yield "has both a constant and a column"
    if take.constant is None and not take.columns:
        yield "has neither a column nor a constant"
    if take.how == "one" and len(take.columns) > 1:
        yield "names several columns: say join or first"
    if take.date_order not in (None, *DATE_ORDERS):
        yield f"date_order must be one of {', '.join(DATE_ORDERS)}"
    if take.decimal_mark not in (None, *DECIMAL_MARKS):
        yield f"decimal_mark must be one of {' '.join(DECIMAL_MARKS)}"
    if take.upto == "":
        yield "upto is empty; write the mark that ends the text"
    if take.unit is not None and take.unit not in UNITS:
        yield f"unit must be one of {', '.join(UNITS)}"
    if not 0 <= take.confidence <= 1:
        yield "confidence must lie between 0 and 1"


def questions(mapping: Mapping) -> tuple[str, ...]:
    """What a person should confirm or fill in, most serious first; none once the mapping is confirmed."""
    if mapping.skip:
        return ()
    known = [table for table in mapping.tables if table.table in CANONICAL]
    asked = [
        question
        for table in known
        for question in _table_questions(table, mapping.confirmed, bool(mapping.recognised))
    ]
    return tuple(asked if mapping.tables else ["What does a row of this sheet stand for?"])


def _table_questions(table: TableMap, confirmed: bool, recognised: bool) -> Iterator[str]:
    contract = CANONICAL[table.table]
    for column in lacking(table, contract):
        yield f"{table.table}: which column holds {column.name} ({column.says})?"
    takes = [(name, take) for name, take in table.takes.items() if name in contract.by_name]
    known = [("known", table.known)] if table.known else []
    if not confirmed:
        yield from _doubts(table, contract, takes)
        yield from _key_doubts(table) if not recognised else ()
        for name, take in takes + known:
            yield from (f"{table.table}.{name}: {how}" for how in _assumptions(take))
        if not recognised:
            yield from (f"{table.table}.{name}: {_cut(take)}" for name, take in takes if take.upto)
    for name, take in takes + known:
        said = ", ".join(f'"{column}"' for column in take.columns)
        if take.date_order == "ambiguous":
            yield (
                f"{table.table}.{name}: does {said} write the day or the month first? "
                'Write date_order = "dmy" or "mdy" beside it'
            )
        if take.date_order == "mixed":
            yield f"{table.table}.{name}: {said} {_MIXED}"
        if take.decimal_mark == "ambiguous":
            yield (
                f"{table.table}.{name}: does {said} write decimals with a point or a comma? "
                'Write decimal_mark = "." or "," beside it'
            )
    for name, take in takes:
        if contract.by_name[name].unit in MEASURES and take.unit is None:
            yield f"{table.table}.{name}: in which unit ({', '.join(_units_to(contract, name))})?"


def _key_doubts(table: TableMap) -> Iterator[str]:
    if table.table in EVENTS and not table.key:
        yield f"{table.table}: no key: a later export cannot correct or withdraw these rows"
    elif table.key and len(table.key) > 1:
        together = " + ".join(f'"{name}"' for name in table.key)
        yield f"{table.table}: does {together} differ in every row? Together they are taken as the key"


def _assumptions(take: Take) -> Iterator[str]:
    if take.assumed and take.date_order in ("dmy", "mdy"):
        day_first = take.date_order == "dmy"
        reads, other = ("day first", "mdy") if day_first else ("month first", "dmy")
        shown = "3 April" if day_first else "4 March"
        yield f'{_said(take)} fits both; 3/4 will be read {reads} ({shown}). Otherwise date_order = "{other}"'
    if take.assumed and take.decimal_mark is not None:
        shown, other = ("1234", ",") if take.decimal_mark == "." else ("1.234", ".")
        yield f'{_said(take)} fits both; 1,234 will be read as {shown}. Otherwise decimal_mark = "{other}"'


def _cut(take: Take) -> str:
    return f'in {_said(take)} only the text before "{take.upto}" will be read. Otherwise take upto away'


def _units_to(contract: Contract, column: str) -> list[str]:
    return [name for name, unit in UNITS.items() if unit.to == contract.by_name[column].unit]


def _doubts(table: TableMap, contract: Contract, takes: list[tuple[str, Take]]) -> Iterator[str]:
    unsure = [(name, take) for name, take in takes if take.confidence < SURE]
    if takes and len(unsure) == len(takes):
        likely = {name: take for name, take in unsure if take.confidence >= _LIKELY}
        said = ", ".join(f"{name} from {_said(take)}" for name, take in likely.items())
        yield f"{table.table}: does each row stand for {contract.grain}{f', with {said}' if said else ''}?"
        unsure = [(name, take) for name, take in unsure if name not in likely]
    for name, take in unsure:
        if take.assumed and take.confidence >= ASSUMED:
            continue  # its own question says how it will be read
        meaning = contract.by_name[name].says
        yield f"{table.table}.{name}: is it {_said(take)}? ({meaning}; {take.confidence:.0%} sure)"


def _said(take: Take) -> str:
    return " + ".join(f'"{column}"' for column in take.columns) or f'"{take.constant}"'


# ----------------------------------------------------------------------------------- the TOML form: out


def write(mapping: Mapping, path: Path, sheet: SheetProfile | None) -> None:
    """Write the mapping as TOML for people, with what each table is and what was left out; atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, _document(mapping, sheet).encode())


def _document(mapping: Mapping, sheet: SheetProfile | None) -> str:
    doc = tomlkit.document()
    for line in _PREFACE:
        doc.add(tomlkit.comment(line))
    for name in ("source", "object", "fingerprint", "confirmed", "individuals"):
        if getattr(mapping, name) != "" or name != "object":
            doc.add(name, tomlkit.item(getattr(mapping, name)))
    if mapping.skip:
        doc.add("skip", tomlkit.item(True))
        if mapping.reason:
            doc.add("reason", tomlkit.item(mapping.reason))
    else:
        doc.add(tomlkit.comment("skip = true                          leaves this sheet out whole"))
    if mapping.recognised:
        doc.add("recognised", tomlkit.item(mapping.recognised))
    if mapping.fill:
        doc.add("fill", tomlkit.item(list(mapping.fill)))
    if mapping.dropped:
        doc.add(tomlkit.nl())
        doc.add(tomlkit.comment("Columns that are not read. To use one, name it in a table below."))
        doc.add("left_out", _left_out(mapping.dropped, sheet))
    for table in mapping.tables:
        doc.add(table.table, _table(table))
    text = tomlkit.dumps(doc)
    return text if mapping.tables or mapping.skip else f"{text}\n{_template()}"


def _template() -> str:
    """Every table as comments, for a sheet in which none was recognised."""
    lines = [
        "# No table was recognised in this sheet. Take the # away from one table and its lines below,",
        "# and put headings of the file between the quotes.",
    ]
    for name, contract in CANONICAL.items():
        wanted = [one for one in contract.columns if one.required or one.name in _WORTH_FILLING[name]]
        lines += ["", f"# [{name}]  # a row is {contract.grain}"]
        if name in EVENTS:
            lines.append('# key = [""]  # what differs in every row; leave it out where nothing does')
        lines += [f'# {one.name} = ""  # {one.says}' for one in wanted]
    return "\n".join([*lines, ""])


_WORTH_FILLING = {
    "organisation": ("code",),
    "person": ("organisation_ref", "name", "email", "phone"),
    "order_line": ("order_no", "quantity", "amount", "due_on"),
    "shipment": ("order_ref", "quantity"),
    "invoice": ("due_on",),
    "payment": ("invoice_ref",),
    "quote": ("number", "amount", "outcome"),
    "document": ("kind", "number"),
    "lot": ("lot_no", "order_ref", "resource", "quantity", "hours"),
    "resource": ("process_family", "hours_a_day"),
    "capacity": ("hours_available",),
    "inspection": ("organisation_ref", "lot_ref", "inspected", "rejected", "defect_code"),
    "credit": ("number", "invoice_ref", "reason"),
    "project": ("organisation_ref", "title", "stage", "amount"),
    "mail_event": ("person_id", "campaign"),
    "web_event": ("page", "act"),
    "post": ("organisation_ref", "text", "url"),
    "note": ("organisation_ref", "author", "text"),
    "attendance": ("organisation_ref", "person_id"),
    "consent": ("person_id",),
}


_PREFACE = (
    "Which columns of the file feed which of Burnish's columns. Correct what is wrong and",
    "set confirmed = true. A heading stands in quotes, exactly as in the file:",
    '    amount = "Line Total"                            one column',
    '    amount = { column = "Total", decimal_mark = "," }',
    '    organisation_ref = { join = ["Country", "Project"], glue = " / " }',
    '    occurred_on = { first = ["Order Date", "Entered"], date_order = "mdy" }',
    '    currency = { constant = "USD" }                  the same for every row',
)


def _left_out(dropped: Sequence[str], sheet: SheetProfile | None) -> tomlkit.items.Array:
    holds = {column.name: _holds(column) for column in sheet.columns} if sheet else {}
    array = tomlkit.array()
    for name in dropped:
        array.add_line(name, comment=holds.get(name))
    array.add_line(indent="")
    return array


def _holds(column: ColumnProfile) -> str:
    if not column.filled:
        return "empty"
    shares = {"dates": column.dates, "numbers": column.numbers, "words": column.words}
    kind, share = max(shares.items(), key=lambda item: item[1])
    return kind if share >= 0.5 else "mixed"


def _table(table: TableMap) -> Table:
    item = tomlkit.table()
    contract = CANONICAL.get(table.table)
    item.add(tomlkit.comment(f"a row here is {contract.grain}" if contract else "unknown table"))
    if table.rows:
        item.add("rows", _inline({heading: list(cells) for heading, cells in table.rows}))
    if table.key is not None:
        item.add("key", tomlkit.item(list(table.key)))
    if table.complete is not None:
        item.add("complete", table.complete)
    for name, take in table.takes.items():
        item.add(name, _toml(take))
        if take.confidence < SURE:
            item[name].comment("please check")
    if table.known:
        item.add("known", _toml(table.known))
    for column in contract.columns if contract else ():
        if column.name not in table.takes and (column.name not in MADE or column.keyed):
            item.add(tomlkit.comment(f'{column.name} = ""  # {column.says}'))
    item.add(tomlkit.nl())
    return item


def _toml(take: Take) -> Any:
    plain: dict[str, Any] = {}
    if take.constant is not None:
        plain["constant"] = take.constant
    elif take.how == "one" and len(take.columns) == 1:
        plain["column"] = take.columns[0]
    else:
        plain[take.how] = list(take.columns)
    if take.how == "join" or take.glue != GLUE:
        plain["glue"] = take.glue
    extras = ("date_order", "decimal_mark", "unit", "upto")
    plain |= {name: getattr(take, name) for name in extras if getattr(take, name) is not None}
    if take.assumed:
        plain["assumed"] = True
    if take.means:
        plain["means"] = _inline(dict(take.means))
    if take.where:
        plain["where"] = _inline({heading: list(cells) for heading, cells in take.where})
    if take.people is not None:
        plain["people"] = take.people
    if take.markup:
        plain["markup"] = True
    if take.confidence != 1.0:
        plain["confidence"] = take.confidence
    return tomlkit.item(take.columns[0]) if list(plain) == ["column"] else _inline(plain)


def _inline(plain: dict[str, Any]) -> InlineTable:
    item = tomlkit.inline_table()
    item.update(plain)
    return item


# ------------------------------------------------------------------------------------ the TOML form: in


def read(path: Path) -> Mapping:
    """Read a mapping file, a draft too: whether it fits is for `check` to say.

    Raises MappingError naming everything that cannot be understood, all at once.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise MappingError(
            "there is no such mapping file", path.name, "Name another, or let Burnish guess one."
        ) from None
    except UnicodeDecodeError:
        raise MappingError("the file is not text in UTF-8", path.name, "Save it again as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        place = re.search(r"\(at (.*)\)$", str(problem))
        said = f"the mapping is not valid TOML at {place[1] if place else 'an unknown place'}"
        raise MappingError(said, path.name, "Mend that line; headings stand in double quotes.") from None
    wrong: list[str] = []
    mapping = _mapping(given, wrong)
    if wrong:
        raise MappingError("; ".join([*wrong, *_problems(mapping)]), path.name, _FIX)
    return mapping


_TOP: dict[str, tuple[type, Any]] = {
    "source": (str, None),
    "object": (str, ""),
    "fingerprint": (str, ""),
    "confirmed": (bool, False),
    "individuals": (str, "guess"),
    "skip": (bool, False),
    "reason": (str, ""),
    "recognised": (str, ""),
    "fill": (list, []),
    "left_out": (list, []),
}


def _mapping(given: dict[str, Any], wrong: list[str]) -> Mapping:
    tables = tuple(_read_table(n, v, wrong) for n, v in given.items() if isinstance(v, dict))
    top: dict[str, Any] = {}
    for name, (kind, default) in _TOP.items():
        top[name] = given.get(name, default)
        if top[name] is None:
            wrong.append(f"{name} is missing")
        elif not isinstance(top[name], kind):
            wrong.append(f"{name} must be {_KINDS[kind]}")
    for name, value in given.items():
        if name not in _TOP and not isinstance(value, dict):
            wrong.append(f'"{name}" is unknown' + _hint(name, _TOP))
    left_out = _names(top.pop("left_out"), "left_out", wrong)
    top["fill"] = _names(top["fill"], "fill", wrong)
    read_here = {column for table in tables for column in table.columns}
    if top["object"] == "" and tables:
        top["object"] = OBJECTS.get(tables[0].table, "")
    return Mapping(**top, tables=tables, dropped=tuple(name for name in left_out if name not in read_here))


_KINDS = {str: "text in quotes", bool: "true or false", list: "a list", float: "a number"}


def _names(value: Any, where: str, wrong: list[str]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    wrong.append(f"{where} must be a list of headings in quotes")
    return ()


def _read_table(name: str, given: dict[str, Any], wrong: list[str]) -> TableMap:
    given = dict(given)
    key = given.pop("key", None)
    complete = given.pop("complete", None)
    if not isinstance(complete, str | None):
        wrong.append(f"{name}.complete must be {_KINDS[str]}")
    known = given.pop("known", None)
    rows = given.pop("rows", {})
    return TableMap(
        name,
        {column: _read_take(value, f"{name}.{column}", wrong) for column, value in given.items()},
        None if key is None else _names(key, f"{name}.key", wrong),
        complete if isinstance(complete, str) else None,
        None if known is None else _read_take(known, f"{name}.known", wrong),
        read_rows(rows, f"{name}.rows", wrong),
    )


def read_rows(given: Any, where: str, wrong: list[str]) -> tuple[Condition, ...]:
    """Conditions on rows: each heading with the cell or cells accepted there."""
    if not isinstance(given, dict):
        wrong.append(f'{where} must be {{ "Heading" = ["cell", …] }}')
        return ()
    listed = {heading: [cells] if isinstance(cells, str) else cells for heading, cells in given.items()}
    return tuple((heading, _names(cells, f"{where}.{heading}", wrong)) for heading, cells in listed.items())


def read_extra(name: str, given: Any, where: str, wrong: list[str]) -> Any:
    """`where` as conditions on rows, `means` as pairs of a cell and what it stands for."""
    if name == "where":
        return read_rows(given, where, wrong)
    if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
        return tuple(given.items())
    wrong.append(f'{where} must be {{ "cell" = "value", … }}')
    return ()


_EXTRAS: dict[str, type] = {
    "glue": str,
    "date_order": str,
    "decimal_mark": str,
    "unit": str,
    "upto": str,
    "constant": str,
    "confidence": float,
    "assumed": bool,
    "means": dict,
    "where": dict,
    "people": str,
    "markup": bool,
}


def _read_take(given: Any, where: str, wrong: list[str]) -> Take:
    if isinstance(given, str):
        return Take((given,))
    if not isinstance(given, dict):
        wrong.append(f'{where} must be a heading in quotes, or {{ column = "…" }}')
        return Take(())
    given = dict(given)
    said = [name for name in ("column", "join", "first") if name in given]
    if len(said) + ("constant" in given) != 1:
        wrong.append(f"{where} needs exactly one of column, join, first, constant")
    columns, how = _columns(given, said, where, wrong)
    extras: dict[str, Any] = {}
    for name, value in given.items():
        if name not in _EXTRAS:
            wrong.append(f'{where}: "{name}" is unknown' + _hint(name, ("column", "join", "first", *_EXTRAS)))
        elif name in ("means", "where"):
            extras[name] = read_extra(name, value, f"{where}.{name}", wrong)
        elif _fits(value, _EXTRAS[name]):
            extras[name] = float(value) if name == "confidence" else value
        else:
            wrong.append(f"{where}.{name} must be {_KINDS[_EXTRAS[name]]}")
    return Take(columns, how, **extras)


def _columns(
    given: dict[str, Any], said: list[str], where: str, wrong: list[str]
) -> tuple[tuple[str, ...], str]:
    values = {name: given.pop(name) for name in said}
    if not said:
        return (), "one"
    how, value = next(iter(values.items()))
    if how != "column":
        return _names(value, f"{where}.{how}", wrong), how
    if not isinstance(value, str):
        wrong.append(f"{where}.column must be one heading in quotes")
        return (), "one"
    return (value,), "one"


def _fits(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, kind)
