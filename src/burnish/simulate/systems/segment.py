"""Segment: the event stream of the site as JSON lines, a file a year: page, track, identify, group.

As the real thing it carries visitors' numbers, internet addresses and browser names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from burnish.simulate.plan import Plan
from burnish.simulate.systems.mailing_list import uuid
from burnish.simulate.systems.sessions import BROWSERS, Page, Reader, Session, sessions, site
from burnish.simulate.systems.writing import JsonLines
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE = "segment"
EVENTS = {"download": "Document Downloaded", "form": "Quote Requested"}
LIBRARY = {"name": "analytics.js", "version": "next-1.70.0"}


class Segment:
    """The event stream."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan, self.files = folder, plan, dict[int, JsonLines]()

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's sessions."""
        told: set[str] = set()
        for session in sessions(world, SOURCE):
            reader = session.reader
            if reader and reader.firm and session.visitor not in told:
                truth.company(SOURCE, reader.firm, reader.company)
                truth.company(SOURCE, group_id(reader), reader.company)
            if reader and reader.person is not None:
                truth.person(SOURCE, "identify", user_id(reader), reader.person)
            first = session.visitor not in told
            told.add(session.visitor)
            self.file(session.pages[0].at.year).write(calls(session, site(self.plan), is_first=first))

    def file(self, year: int) -> JsonLines:
        """The file of a year."""
        if year not in self.files:
            self.files[year] = JsonLines(self.folder / f"events_{year}.jsonl")
        return self.files[year]

    def close(self) -> None:
        """Finish the files."""
        for file in self.files.values():
            file.close()


def user_id(reader: Reader) -> str:
    """The number under which the site's own accounts know a person."""
    return f"usr_{reader.person}"


def group_id(reader: Reader) -> str:
    """The number under which the site's own accounts know a company."""
    return f"grp_{reader.company}"


def calls(session: Session, address: str, *, is_first: bool) -> Iterator[dict[str, Any]]:
    """What one session sends."""
    reader = session.reader
    for page in session.pages:
        sent = call(session, page, address)
        if page.act != "view":
            file = (
                {"file_name": page.path.rpartition("/")[2]}
                if page.act == "download"
                else {"form_id": "quote"}
            )
            yield sent | {
                "type": "track",
                "event": EVENTS[page.act],
                "properties": {"url": address + page.path, "topic": page.topic, **file},
            }
            continue
        about = {"path": page.path, "title": page.title, "url": address + page.path, "topic": page.topic}
        yield sent | {"type": "page", "name": page.title, "properties": about}
    if reader and reader.person is not None and (is_first or session.pages[-1].act == "form"):
        sent = call(session, session.pages[-1], address, "identify")
        traits = {"email": reader.email, "name": reader.name, "company": reader.firm, "title": reader.role}
        yield sent | {"type": "identify", "traits": traits}
    if reader and is_first:
        sent = call(session, session.pages[-1], address, "group")
        group = {"name": reader.firm, "website": reader.domain}
        yield sent | {"type": "group", "groupId": group_id(reader), "traits": group}


def call(session: Session, page: Page, address: str, kind: str = "") -> dict[str, Any]:
    """What every call carries."""
    reader = session.reader
    known = {"userId": user_id(reader)} if reader and reader.person is not None else {"userId": None}
    firm = {"groupId": group_id(reader)} if reader else {}
    return {
        "anonymousId": session.visitor,
        **known,
        "messageId": f"ajs-next-{uuid('message', session.number, page.visit, kind)}",
        "timestamp": stamp(page.at),
        "originalTimestamp": stamp(page.at),
        "sentAt": stamp(page.at),
        "receivedAt": stamp(page.at + timedelta(milliseconds=220)),
        "channel": "client",
        "integrations": {},
        "context": {
            "ip": session.ip,
            "userAgent": BROWSERS[session.browser][3],
            "locale": "en-US",
            "timezone": "America/Chicago",
            "page": {
                "path": page.path,
                "referrer": session.referrer,
                "search": "",
                "title": page.title,
                "url": address + page.path,
            },
            "library": LIBRARY,
            "consent": {"categoryPreferences": {"Analytics": session.is_granted}},
            **firm,
        },
    }


def stamp(at: datetime) -> str:
    """An instant as Segment writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
