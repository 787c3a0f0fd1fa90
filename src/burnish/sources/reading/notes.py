"""Notes in plain text: paragraphs that begin with their day, as people keep them in a text file.

"2026-03-04 JM: called about Acme, wants a quote" on a line of its own or as a heading, with more lines below.
A customer is taken only where it is marked: "[Acme Inc]" behind the day or author, or a line
"Customer: Acme Inc".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from burnish.errors import InputError
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.records import Growing
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import SAMPLE, as_utf8, encoding_of

SUFFIXES = frozenset((".txt", ".md", ".markdown", ".text", ""))
SHEET = "notes"
LOOKED_AT, FIRST_WITHIN, LEAST = 400, 6, 0.5
DAY = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2},? \d{4}"
)
OPENS = re.compile(
    rf"^\s{{0,8}}(?:#{{1,6}}\s{{1,4}}|[-*+]\s{{1,4}})?(?:\*\*|__)?\[?(?P<date>{DAY})\]?(?:\*\*|__)?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?"
    r"(?: {0,4}[-–—:] {1,4}| {1,4}|:?\s*$)(?P<rest>(?!\d{1,2}:\d|[:,;|\t]).*|)$"
)
AUTHOR = re.compile(r"^(?P<author>[A-Z][A-Za-z.'-]{0,20}(?: [A-Z][A-Za-z.'-]{0,20})?):\s+(?P<rest>.*)$")
BRACKET = re.compile(r"^\s*\[(?P<customer>[^\]\n]{1,120})\]\s*[:–—-]?\s*(?P<rest>.*)$")
CUSTOMER = re.compile(
    r"^\s*(?:[-*]\s+)?[*_]{0,2}(?:Customer|Client|Account|Company)[*_]{0,2}\s*:\s*(?P<customer>\S.{0,200}?)\s*$",
    re.IGNORECASE,
)
WRITTEN_BY = re.compile(r"^\s*(?:By|Author|From)\s*:\s*(?P<author>\S.{0,60}?)\s*$", re.IGNORECASE)
YEARLESS = re.compile(r"^\s{0,8}(?:[-*+]\s{1,4})?\d{1,2}[-/.]\d{1,2}(?=[\s:,]|$)")
TITLE_LINES = 2
LABELS = frozenset(
    ("Customer", "Client", "Account", "Company", "By", "Author", "From", "Re", "Note", "Subject")
)


@dataclass
class Note:
    """A note while its lines are read."""

    line: int
    date: str
    author: str = ""
    customer: str = ""
    text: list[str] = field(default_factory=list)


def is_notes(raw: memoryview, where: str) -> bool:
    """Whether a plain text is dated notes: one opens near the top, and half of the paragraphs or lines do."""
    name = PurePosixPath(where.removesuffix(".gz")).suffix.lower()
    if name not in SUFFIXES:
        return False
    try:
        encoding, mark = encoding_of(raw)
        sample = str(memoryview(as_utf8(raw[mark : mark + SAMPLE], encoding, where)), "utf-8", "replace")
    except InputError:
        return False
    lines = sample.splitlines()[:LOOKED_AT]
    written = [line for line in lines if line.strip()]
    begins = [
        line for before, line in zip(["", *lines], lines, strict=False) if line.strip() and not before.strip()
    ]
    near = any(opens(line) for line in written[:FIRST_WITHIN])
    return near and (share(begins) >= LEAST or share(written) >= LEAST)


def share(lines: list[str]) -> float:
    """Which share of some lines opens a note; headings do not count against it."""
    told = [line for line in lines if opens(line) or not line.lstrip().startswith("#")]
    return sum(1 for line in told if opens(line)) / len(told) if told else 0.0


def opens(line: str) -> re.Match[str] | None:
    """The day that a line opens a note with."""
    return OPENS.match(line[:SAMPLE])


def read_notes(raw: memoryview, where: str, limits: Limits) -> list[Sheet]:
    """The notes of a text, each a row at the line of its day.

    Headings above the first are titles. What else begins with no day, or with one that lacks its year, is a
    broken row: nobody can say when it was written.
    """
    encoding, mark = encoding_of(raw)
    text = str(memoryview(as_utf8(raw[mark:], encoding, where)), "utf-8", "replace")
    growing, note, titles, broken, lost = Growing(SHEET, where, limits), None, [], [], False
    for number, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
        found = opens(line)
        if found:
            add(growing, note)
            note, lost = begun(number, found["date"], found["rest"]), False
        elif YEARLESS.match(line):
            add(growing, note)
            note, lost = None, True
            broken.append((number, "begins with a day that lacks its year"))
        elif note is not None:
            take(note, line)
        elif line.strip() and not lost:
            if is_title(line, number):
                titles.append((number, "title"))
            else:
                broken.append((number, "begins with no day"))
                lost = True
        elif not line.strip():
            lost = False
    add(growing, note)
    [sheet] = growing.sheets(set())
    sheet.structure, sheet.encoding, sheet.broken = titles, encoding, [*sheet.broken, *broken]
    return [sheet]


def is_title(line: str, number: int) -> bool:
    """A marked heading, or one of the first lines that is no sentence."""
    bare = line.strip()
    return bare.startswith(("#", "=", "-")) or (number <= TITLE_LINES and not bare.endswith((".", "!", "?")))


def begun(number: int, date: str, rest: str) -> Note:
    """A note from its first line: author and customer, in either order, then its text."""
    note = Note(number, date)
    for _ in range(2):
        marked = BRACKET.match(rest)
        if marked and not note.customer:
            note.customer, rest = marked["customer"].strip(), marked["rest"]
        named = AUTHOR.match(rest)
        if named and not note.author and named["author"] not in LABELS:
            note.author, rest = named["author"], named["rest"]
    take(note, rest)
    return note


def take(note: Note, line: str) -> None:
    """One more line of a note."""
    customer, author = CUSTOMER.match(line), WRITTEN_BY.match(line)
    if customer and not note.customer:
        note.customer = customer["customer"].strip("*_ ")
    elif author and not note.author:
        note.author = author["author"]
    elif line.strip():
        note.text.append(line.strip())


def add(growing: Growing, note: Note | None) -> None:
    """A note that is complete, as a row."""
    if note is not None:
        said = {"date": note.date, "author": note.author, "customer": note.customer}
        growing.add({**said, "text": " ".join(note.text)}, note.line, careful=True)
