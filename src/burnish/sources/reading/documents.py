"""JSON to sheets: an array of objects, an object that holds arrays, one object, or JSON lines.

Parsed by the standard library record by record, so that a record that cannot be used costs only itself, and
numbers stay as they are written. RFC 8259. In JSON lines a bad line is a broken row, elsewhere an
unsound file is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from burnish.errors import InputError
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.records import (
    FURNITURE,
    NO_NUMBER,
    Growing,
    Unsound,
    is_key_values,
    plain_number,
)
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import SAMPLE, as_utf8, blocks, encoding_of

LINES_LOOKED_AT = 20
SWELLS = 8  # bytes of a cell from one sign of JSON, at most
LEVELS, OWN_FIELDS = 4, 8
BLANK = re.compile(r"[ \t\n\r]*")
ODD = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
DATE = b"/Date("
TWICE = Unsound("names a field twice")
NOT_FINITE = Unsound(NO_NUMBER)
DEEP = "nested too deeply"
ENVELOPES = frozenset(
    ("data", "results", "result", "records", "items", "value", "values", "rows", "list", "entries", "members")
)


def read_document(raw: memoryview, where: str, limits: Limits, *, lone: bool = True) -> list[Sheet]:
    """The sheets of a JSON text; none where it holds no record.

    Without `lone` a file with a single object, such as the description of other files, holds none. Raises
    InputError where it is cut short or unsound, or no list of records.
    """
    encoding, mark = encoding_of(raw)
    text = memoryview(as_utf8(raw[mark:], encoding, where))
    dated = any(DATE in block for block in blocks(text))
    found = from_lines(text, where, limits) if has_lines(text) else from_values(text, where, limits, lone)
    taken: set[str] = set()
    return [
        sheet
        for growing in found
        for sheet in growing.sheets(taken, dated=dated)
        if sheet.table.num_rows or sheet.broken
    ]


def unique(pairs: list[tuple[str, Any]]) -> object:
    """An object's fields; one that stands twice makes it unsound."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else TWICE


DECODER = json.JSONDecoder(
    object_pairs_hook=unique,
    parse_float=plain_number,
    parse_int=str,
    parse_constant=lambda _: NOT_FINITE,
)


def has_lines(text: memoryview) -> bool:
    """Whether these are JSON lines: two of the first lines, and half of them, are an object each."""
    sample = bytes(text[:SAMPLE]).split(b"\n")
    whole = sample[:-1] if len(text) > SAMPLE else sample
    lines = [line.strip() for line in whole if line.strip()][:LINES_LOOKED_AT]
    objects = sum(1 for line in lines if line.startswith(b"{") and line.endswith(b"}"))
    return objects >= 2 and 2 * objects >= len(lines)


def from_lines(text: memoryview, where: str, limits: Limits) -> list[Growing]:
    """A record from each line; a line that is no object is broken."""
    found = Growing("", where, limits)
    for number, line in enumerate(lines_of(text), start=1):
        said = line.decode("utf-8", "replace").strip()
        if said:
            careful = len(line) * SWELLS > limits.cell_bytes or ODD.search(said) is not None
            found.add(sound(said), number, size=len(line), careful=careful)
    return [found]


def sound(line: str) -> object:
    """What a line says, Unsound where it is no JSON."""
    try:
        value, end = DECODER.raw_decode(line)
    except json.JSONDecodeError as problem:
        return Unsound(f"is no sound JSON from character {problem.pos + 1:,} on")
    except RecursionError:
        return Unsound(f"is {DEEP}")
    return value if end == len(line) else Unsound(f"is no sound JSON from character {end + 1:,} on")


def lines_of(text: memoryview) -> Iterator[bytes]:
    """The lines of a text; only \\n ends one."""
    rest = b""
    for block in blocks(text):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    yield rest


class Walk:
    """A text and how far it was read."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where, self.at = text, where, 0
        self.skip()

    def skip(self) -> None:
        """Pass over blanks."""
        blank = BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at

    @property
    def sign(self) -> str:
        """The next sign, empty at the end."""
        return self.text[self.at : self.at + 1]

    def value(self) -> object:
        """The next value. Raises InputError where the text is unsound."""
        try:
            value, self.at = DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as problem:
            raise self.unsound(problem.pos, problem.msg) from None
        except RecursionError:
            raise InputError(f"the JSON is {DEEP}", self.where, "Export it as a plain list.") from None
        self.skip()
        return value

    def take(self, wanted: str) -> str:
        """One of some signs. Raises InputError where another one stands."""
        sign = self.sign
        if not sign or sign not in wanted:
            raise self.unsound(self.at)
        self.at += 1
        self.skip()
        return sign

    def unsound(self, at: int, said: str = "") -> InputError:
        """What is wrong with the text, by its place."""
        if said.startswith("Unterminated") or not self.text[at:].strip():
            return InputError("the JSON is cut short", self.where, "Export or download it again.")
        line = self.text.count("\n", 0, at) + 1
        return InputError("the JSON is unsound", f"{self.where}, line {line:,}", "Export it again.")


def from_values(text: memoryview, where: str, limits: Limits, lone: bool) -> list[Growing]:
    """The records of an array, of one object, or of several objects one after another."""
    walk = Walk(str(text, "utf-8", "replace"), where)
    odd = ODD.search(walk.text) is not None
    if walk.sign == "[":
        found = Growing("", where, limits)
        from_array(walk, found, limits, odd=odd)
        return [found]
    first = walk.value()
    if not walk.sign:
        careful = odd or len(walk.text) * SWELLS > limits.cell_bytes
        return from_object(first, where, limits, careful=careful, lone=lone)
    found, number = Growing("", where, limits), 1
    found.add(first, number, careful=True)
    while walk.sign:
        number += 1
        found.add(walk.value(), number, careful=True)
    return [found]


def from_array(walk: Walk, found: Growing, limits: Limits, *, odd: bool) -> None:
    """Every record of an array, each parsed by itself. Raises InputError where none is an object."""
    walk.take("[")
    number = objects = 0
    more = walk.sign != "]"
    while more:
        begin, number = walk.at, number + 1
        value = walk.value()
        objects += not isinstance(value, str | list | bool | None)
        size = walk.at - begin
        found.add(value, number, size=size, careful=odd or size * SWELLS > limits.cell_bytes)
        more = walk.take(",]") == ","
    if not number:
        walk.take("]")
    if walk.sign:
        raise walk.unsound(walk.at)
    if number and not objects:
        raise InputError(
            "the JSON is a list of plain values and not of records", walk.where, "Export it as CSV."
        )


def from_object(value: object, where: str, limits: Limits, *, careful: bool, lone: bool) -> list[Growing]:
    """The arrays that an object holds, or the object as the only record.

    An object with more than eight plain fields of its own is a record, whatever lists it has.
    """
    if not isinstance(value, dict):
        if isinstance(value, Unsound):
            raise InputError(f"the JSON {value.reason}", where, "Export it again.")
        raise InputError("the JSON is a plain value and not a list", where, "Export it as CSV.")
    arrays: dict[str, list[Any]] = {}
    fields = arrays_in(value, "", arrays, 1)
    if not arrays or fields > OWN_FIELDS:
        alone = Growing("", where, limits)
        if lone and not (is_bare(value) and fields <= OWN_FIELDS):
            alone.add(value, 1, careful=True)
        return [alone]
    return [from_list(items, Growing(name, where, limits), careful=careful) for name, items in arrays.items()]


def from_list(items: list[Any], found: Growing, *, careful: bool) -> Growing:
    """A record from each item."""
    for number, item in enumerate(items, start=1):
        found.add(item, number, careful=careful)
    return found


def arrays_in(value: dict[str, Any], front: str, arrays: dict[str, list[Any]], level: int) -> int:
    """Find the arrays of objects in an object; returns how many plain fields stand beside them."""
    fields = 0
    for key, each in value.items():
        name = front + key
        if isinstance(each, dict) and level < LEVELS:
            fields += arrays_in(each, name + ".", arrays, level + 1)
        elif isinstance(each, list) and any(isinstance(item, dict) or item is TWICE for item in each):
            if key not in FURNITURE and not is_key_values(each):
                arrays[name] = each
        else:
            fields += not isinstance(each, list)
    return fields


def is_bare(value: dict[str, Any]) -> bool:
    """Whether an object is the envelope of a list that is empty."""
    return not value or any(each == [] and key.casefold() in ENVELOPES for key, each in value.items())
