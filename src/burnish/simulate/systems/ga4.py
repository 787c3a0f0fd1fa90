"""Google Analytics 4: the events as BigQuery gives them, JSON lines by year, and the report of pages.

As the real thing it carries a number for each browser. Without consent it has none. Whole numbers are text
there. Nobody is named, but the address of a page may hold the tag of a mail's reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from burnish.simulate.attention.topics import SITES
from burnish.simulate.plan import Plan
from burnish.simulate.systems.mailing_list import euid
from burnish.simulate.systems.sessions import BROWSERS, Page, Session, sessions, site
from burnish.simulate.systems.writing import Delimited, JsonLines
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

EVENTS = {"view": "page_view", "download": "file_download", "form": "form_submit"}
RULE = "# ----------------------------------------"
REPORT = (
    "Page path and screen class",
    "Views",
    "Active users",
    "Views per active user",
    "Average engagement time per active user",
    "Event count",
    "Key events",
)
Param = dict[str, Any]


class GA4:
    """The events of the site, and the report of its pages."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan, self.files = folder, plan, dict[int, JsonLines]()
        self.pages: dict[int, dict[str, list[int]]] = {}

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's sessions; nobody is named here."""
        address = site(self.plan)
        for session in sessions(world, "ga4"):
            year = session.pages[0].at.year
            if year not in self.files:
                self.files[year] = JsonLines(self.folder / f"events_{year}.jsonl")
            self.files[year].write(events(session, address))
            self.count(session, self.pages.setdefault(year, {}))

    def count(self, session: Session, pages: dict[str, list[int]]) -> None:
        """Add a session's pages to the report: views, users, seconds, events, forms."""
        seen: set[str] = set()
        for page in session.pages:
            row = pages.setdefault(page.path, [0, 0, 0, 0, 0])
            added = (page.act == "view", page.path not in seen, page.dwell_s, 1, page.act == "form")
            pages[page.path] = [old + int(new) for old, new in zip(row, added, strict=True)]
            seen.add(page.path)

    def close(self) -> None:
        """Write the reports, and finish the files."""
        for year, pages in sorted(self.pages.items()):
            titles = [[line] for line in comments(self.plan, year)]
            report = Delimited(self.folder / f"pages_{year}.csv", REPORT, titles=titles, line_end="\n")
            for path, (views, users, spent, number, forms) in sorted(pages.items()):
                each = (f"{views / max(users, 1):.2f}", f"{spent / max(users, 1):.2f}")
                report.write([(path, views, users, *each, number, forms)])
            report.close()
        for file in self.files.values():
            file.close()


def comments(plan: Plan, year: int) -> list[str]:
    """The lines above the report."""
    name, domain = SITES[plan.size]
    first = max(plan.first.isoformat(), f"{year}-01-01").replace("-", "")
    last = min(plan.last.isoformat(), f"{year}-12-31").replace("-", "")
    return [
        RULE,
        "# Pages and screens: Page path and screen class",
        f"# Account: {name}",
        f"# Property: {domain}",
        RULE,
        "#",
        "# All Users",
        f"# Start date: {first}",
        f"# End date: {last}",
    ]


def events(session: Session, address: str) -> Iterator[dict[str, Any]]:
    """What one session sends: its start, then what was done."""
    number = seconds(session.pages[0].at)
    tag = f"?mc_eid={euid(session.reader.email)}" if session.reader and session.reader.email else ""
    first = session.pages[0]
    yield event(session, first, "session_start", parameters(first, address + first.path + tag, number))
    for place, page in enumerate(session.pages):
        url = address + page.path + (tag if place == 0 else "")
        found = parameters(page, url, number)
        if page.act == "download":
            found.append(text("file_name", page.path.rpartition("/")[2]))
        if page.act == "form":
            found.append(text("form_id", "quote"))
        yield event(
            session, page, EVENTS[page.act], [*found, whole("engagement_time_msec", page.dwell_s * 1000)]
        )


def parameters(page: Page, url: str, session: int) -> list[Param]:
    """What every event tells."""
    return [
        text("page_location", url),
        text("page_title", page.title),
        whole("ga_session_id", session),
        whole("ga_session_number", 1),
    ]


def text(key: str, value: str) -> Param:
    """A parameter that is text."""
    return {"key": key, "value": {"string_value": value}}


def whole(key: str, value: int) -> Param:
    """A parameter that is a whole number."""
    return {"key": key, "value": {"int_value": str(value)}}


def event(session: Session, page: Page, name: str, found: list[Param]) -> dict[str, Any]:
    """One event."""
    browser, system, device, _ = BROWSERS[session.browser]
    half = session.visitor.replace("-", "")
    agreed = "Yes" if session.is_granted else "No"
    return {
        "event_date": f"{page.at:%Y%m%d}",
        "event_timestamp": str(seconds(page.at) * 1_000_000),
        "event_name": name,
        "event_params": found,
        "user_id": None,
        "user_pseudo_id": f"{int(half[:8], 16)}.{int(half[8:16], 16)}" if session.is_granted else None,
        "privacy_info": {"analytics_storage": agreed, "ads_storage": "No"},
        "device": {
            "category": "mobile" if device == "smartphone" else device,
            "operating_system": system,
            "language": "en-us",
            "web_info": {"browser": browser},
        },
        "geo": {"country": "United States", "region": session.place[1], "city": session.place[0]},
        "traffic_source": {
            "name": "(organic)" if session.referrer else "(direct)",
            "medium": "organic" if session.referrer else "(none)",
            "source": session.referrer.removeprefix("https://www.").strip("/") or "(direct)",
        },
        "stream_id": "4417003311",
        "platform": "WEB",
    }


def seconds(at: datetime) -> int:
    """Seconds since 1970."""
    return int(at.replace(tzinfo=UTC).timestamp())
