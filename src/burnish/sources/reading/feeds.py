"""Feeds to a sheet of entries: RSS 0.9 to 2.0, RDF, and Atom.

Read by expat, which loads nothing from elsewhere; a document that declares entities is refused before any
is expanded. Formats: RSS 2.0 of the RSS Advisory Board, RSS 1.0 with its modules dc and content, and
RFC 4287 (Atom).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any
from xml.parsers import expat

from burnish.errors import InputError
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.records import GLUE, Growing
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sniff import blocks

SHEET = "entries"
COLUMNS = ("title", "link", "published", "updated", "author", "text", "category", "id", "feed title")
ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS = (
    "",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
)
ENTRIES = {*(f"{space} item".strip() for space in RSS), f"{ATOM} entry"}
FEEDS = {*(f"{space} channel".strip() for space in RSS), f"{ATOM} feed"}
FIELDS = {
    **{
        f"{space} {name}".strip(): field
        for space in RSS
        for name, field in (
            ("title", "title"),
            ("link", "link"),
            ("pubDate", "published"),
            ("author", "author"),
            ("description", "text"),
            ("category", "category"),
            ("guid", "id"),
        )
    },
    f"{DC} date": "published",
    f"{DC} creator": "author",
    f"{DC} subject": "category",
    f"{CONTENT} encoded": "content",
    **{
        f"{ATOM} {name}": field
        for name, field in (
            ("title", "title"),
            ("published", "published"),
            ("updated", "updated"),
            ("summary", "text"),
            ("content", "content"),
            ("category", "category"),
            ("id", "id"),
        )
    },
}
LISTED = frozenset(("category", "author"))
AUTHOR = [f"{ATOM} author", f"{ATOM} name"]
TAG = re.compile(r"(</?[A-Za-z!?][^<>]*>)")
UNSEEN = ("script", "style")
DAMAGED = "Save or download the feed again."


def read_feed(raw: memoryview, where: str, limits: Limits) -> list[Sheet]:
    """The entries of a feed, each a row; lines count entries. Raises InputError for anything unsound."""
    entries = Entries(where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = entries.begin, entries.end
    parser.CharacterDataHandler = entries.words.append
    parser.StartDoctypeDeclHandler = refuse_entities(where)
    try:
        for block in blocks(raw):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        at = f"{where}, line {parser.ErrorLineNumber:,}"
        raise InputError("the feed is unsound XML or cut short", at, DAMAGED) from None
    return as_sheet(entries, where, limits)


def refuse_entities(where: str) -> Callable[..., None]:
    """What looks at the document type: a name is passed over, declarations of its own are refused."""

    def look(name: str, system: str | None, public: str | None, has_own: bool) -> None:
        if has_own:
            raise InputError("the feed declares entities of its own", where, "Get it without its DOCTYPE.")

    return look


class Entries:
    """The entries found so far, and the place in the document."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.path: list[str] = []
        self.words: list[str] = []
        self.found: list[dict[str, str]] = []
        self.titles: list[str] = []
        self.kind = ""
        self.inside = 0  # how deep the entry that is open stands, 0 where none is

    def begin(self, name: str, said: dict[str, str]) -> None:
        """An element opens."""
        self.path.append(name)
        if not self.inside and name in ENTRIES:
            self.inside = len(self.path)
            self.found.append({"id": said[f"{RDF} about"]} if f"{RDF} about" in said else {})
        if self.inside and len(self.path) == self.inside + 1:
            self.kind = said.get("type", "text" if name.startswith(ATOM) else "html")
            self.take_attributes(name, said)
            self.words.clear()
        elif self.path[-2:] == AUTHOR or self.is_feed_title():
            self.words.clear()
        else:
            self.words.append(" ")

    def take_attributes(self, name: str, said: dict[str, str]) -> None:
        """What Atom says in attributes: addresses and categories."""
        if name == f"{ATOM} link" and said.get("rel", "alternate") == "alternate":
            self.put("link", said.get("href", ""))
        elif name == f"{ATOM} category":
            self.put("category", said.get("label") or said.get("term", ""))

    def is_feed_title(self) -> bool:
        """Whether the open element is the title of the feed itself."""
        above = self.path[-2] if len(self.path) > 1 else ""
        return not self.inside and above in FEEDS and FIELDS.get(self.path[-1]) == "title"

    def end(self, name: str) -> None:
        """An element ends."""
        depth = len(self.path) - self.inside
        if self.inside and depth == 0:
            self.inside = 0
        elif self.inside and depth == 1 and name in FIELDS:
            self.take(FIELDS[name], "".join(self.words))
        elif self.inside and self.path[-2:] == AUTHOR:
            self.put("author", tidy("".join(self.words)))
        elif self.is_feed_title():
            self.titles.append(plain("".join(self.words)))
        self.path.pop()

    def take(self, field: str, text: str) -> None:
        """The text of one field of the open entry."""
        if field in ("published", "updated"):
            self.put(field, iso(text.strip()))
        elif field in ("title", "text", "content"):
            self.put(field, plain(text) if self.kind in ("html", "text/html") else tidy(text))
        else:
            self.put(field, tidy(text))

    def put(self, field: str, text: str) -> None:
        """Fill a field of the open entry: the first text counts, authors and categories are joined."""
        entry = self.found[-1]
        if text and field in LISTED and entry.get(field):
            entry[field] += GLUE + text
        elif text and not entry.get(field):
            entry[field] = text


def as_sheet(entries: Entries, where: str, limits: Limits) -> list[Sheet]:
    """The entries as the one sheet; the whole content goes before a summary."""
    title = entries.titles[0] if entries.titles else ""
    growing = Growing(SHEET, where, limits)
    growing.names.update(dict.fromkeys(COLUMNS))
    for number, entry in enumerate(entries.found, start=1):
        whole = {**entry, "text": entry.get("content") or entry.get("text", ""), "feed title": title}
        row: dict[str, Any] = {column: whole.get(column, "") for column in COLUMNS}
        growing.add(row, number, size=sum(map(len, whole.values())), careful=True)
    return growing.sheets(set())


def iso(text: str) -> str:
    """A day and time of mail (Wed, 02 Oct 2002 13:00:00 GMT) in ISO form; all else as it is."""
    if text[:4].isdecimal():
        return text
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def plain(text: str) -> str:
    """HTML without its tags, scripts and styles; blocks and line breaks become blanks."""
    kept, unseen = [], ""
    for piece in TAG.split(text):
        is_tag = piece.startswith("<") and piece.endswith(">") and TAG.match(piece) is not None
        name = re.split(r"[^A-Za-z0-9]", piece.lstrip("</"), maxsplit=1)[0].lower() if is_tag else ""
        if unseen:
            unseen = "" if is_tag and piece.startswith("</") and name == unseen else unseen
        elif is_tag:
            unseen = name if name in UNSEEN and not piece.startswith("</") else ""
            kept.append(" ")
        else:
            kept.append(piece)
    return tidy(html.unescape("".join(kept)))


def tidy(text: str) -> str:
    """Text with single blanks."""
    return " ".join(text.split())
