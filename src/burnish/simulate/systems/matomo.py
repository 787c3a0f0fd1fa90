"""Matomo: Live.getLastVisitsDetails as JSON, a file a year: visits with what was done in each.

As the real thing it carries visitors' numbers, fingerprints and internet addresses. Custom dimension 1 is
the answer to the consent banner, 2 the firm of who logged in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from burnish.simulate.plan import Plan
from burnish.simulate.systems.sessions import BROWSERS, Page, Session, sessions, site
from burnish.simulate.systems.writing import JsonArray
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE = "matomo"
TYPES = {"view": "action", "download": "download", "form": "goal"}


class Matomo:
    """The visits of the site."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan, self.files = folder, plan, dict[int, JsonArray]()
        self.visits, self.seen, self.pages = 0, dict[str, int](), dict[str, int]()

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's sessions."""
        address = site(self.plan)
        for session in sessions(world, SOURCE):
            reader = session.reader
            if reader and reader.person is not None:
                truth.person(SOURCE, "visits", reader.email, reader.person)
            if reader and reader.firm:
                truth.company(SOURCE, reader.firm, reader.company)
            self.visits += 1
            visitor = session.visitor.replace("-", "")[:16]
            self.seen[visitor] = self.seen.get(visitor, 0) + 1
            self.file(session.pages[0].at.year).write([self.visit(session, visitor, address)])

    def visit(self, session: Session, visitor: str, address: str) -> dict[str, Any]:
        """One visit with its actions."""
        first, last = session.pages[0], session.pages[-1]
        reader, count = session.reader, self.seen[visitor]
        browser, system, device, _ = BROWSERS[session.browser]
        forms = sum(page.act == "form" for page in session.pages)
        return {
            "idSite": "1",
            "idVisit": str(self.visits),
            "visitIp": session.ip,
            "visitorId": visitor,
            "fingerprint": session.visitor.replace("-", "")[16:],
            "userId": reader.email if reader and reader.email else None,
            "visitorType": "new" if count == 1 else "returning",
            "visitCount": str(count),
            "visitDuration": str(seconds(last.at) - seconds(first.at) + last.dwell_s),
            "actions": str(len(session.pages)),
            "searches": "0",
            "serverTimestamp": seconds(last.at),
            "serverDate": f"{first.at:%Y-%m-%d}",
            "firstActionTimestamp": seconds(first.at),
            "lastActionTimestamp": seconds(last.at),
            "referrerType": "search" if session.referrer else "direct",
            "referrerUrl": session.referrer or None,
            "countryCode": "us",
            "region": session.place[1],
            "city": session.place[0],
            "deviceType": device,
            "browserName": browser,
            "operatingSystemName": system,
            "visitConverted": "1" if forms else "0",
            "goalConversions": str(forms),
            "dimension1": "granted" if session.is_granted else "denied",
            "dimension2": reader.firm if reader else None,
            "actionDetails": [
                self.action(page, address, place) for place, page in enumerate(session.pages, start=1)
            ],
        }

    def action(self, page: Page, address: str, place: int) -> dict[str, Any]:
        """One thing done in a visit."""
        number = self.pages.setdefault(page.path, len(self.pages) + 1)
        goal = {"goalName": "Request for quote", "goalId": 1} if page.act == "form" else {}
        return {
            "type": TYPES[page.act],
            "url": address + page.path,
            "pageTitle": page.title,
            "pageIdAction": str(number),
            "timeSpent": str(page.dwell_s),
            "timestamp": seconds(page.at),
            "pageviewPosition": str(place),
            **goal,
        }

    def file(self, year: int) -> JsonArray:
        """The file of a year."""
        if year not in self.files:
            self.files[year] = JsonArray(self.folder / f"visits_{year}.json")
        return self.files[year]

    def close(self) -> None:
        """Finish the files."""
        for file in self.files.values():
            file.close()


def seconds(at: datetime) -> int:
    """Seconds since 1970."""
    return int(at.replace(tzinfo=UTC).timestamp())
