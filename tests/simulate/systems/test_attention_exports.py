import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from burnish.simulate.attention import attention
from burnish.simulate.parties import parties
from burnish.simulate.plan import Plan, plan
from burnish.simulate.systems import Export
from burnish.simulate.systems.badges import Badges
from burnish.simulate.systems.constant_contact import ConstantContact
from burnish.simulate.systems.feeds import Feeds
from burnish.simulate.systems.ga4 import GA4
from burnish.simulate.systems.mailchimp import Mailchimp
from burnish.simulate.systems.matomo import Matomo
from burnish.simulate.systems.notes import Notes
from burnish.simulate.systems.segment import Segment
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

END_ON, SESSIONS = date(2026, 11, 20), 900
EVERY = (Mailchimp, ConstantContact, Segment, Matomo, GA4, Feeds, Badges, Notes)
Program = Callable[[Path, Plan], Export]


@cache
def world(size: str = "S", block: int = 0) -> World:
    """A shop's year, with the first sessions of its site only."""
    made = attention(parties(plan(size, seed=5, end_on=END_ON, years=1).at_block(block)))
    return made.with_tables(visit=made["visit"].filter(pl.col("session") <= SESSIONS))


def written(program: Program, folder: Path, size: str = "S", blocks: int = 1) -> tuple[Path, Truth]:
    of = world(size).plan
    folder.mkdir(parents=True, exist_ok=True)
    export, truth = program(folder, of), Truth(folder.parent / "truth", of)
    for block in range(blocks):
        export.write(world(size, block), truth)
    export.close()
    return folder, truth


def rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("program", EVERY, ids=lambda program: program.__name__)
def test_equal_plans_give_equal_bytes(program, tmp_path):
    first, second = (written(program, tmp_path / name)[0] for name in ("one", "two"))
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files
    assert all((first / each).read_bytes() == (second / each).read_bytes() for each in files)


@pytest.mark.parametrize("program", EVERY, ids=lambda program: program.__name__)
def test_everybody_is_at_example_and_nobody_else_is_named(program, tmp_path):
    folder, _ = written(program, tmp_path / "files")
    texts = [
        each.read_text("utf-8") for each in folder.rglob("*") if each.suffix != ".xlsx" and each.is_file()
    ]
    mails = [word for text in texts for word in text.split('"') if "@" in word and " " not in word]
    hosts = {mail.rpartition("@")[2].split(",")[0] for mail in mails if mail.count("@") == 1}
    assert all(".example" in host for host in hosts)


def test_mailchimp_lists_everybody_once_in_one_of_three_files(tmp_path):
    folder, truth = written(Mailchimp, tmp_path)
    found = [row for path in folder.glob("*audience*.csv") for row in rows(path)]
    keys = [row["EUID"] for row in found]
    assert len(keys) == len(set(keys))
    assert {key for _, _, key, _ in truth.people} == set(keys)


def test_mailchimps_years_overlap_by_december(tmp_path):
    folder, _ = written(Mailchimp, tmp_path)
    december = [
        [row for row in rows(folder / f"email_activity_{year}.csv") if row["timestamp"].startswith("2025-12")]
        for year in (2025, 2026)
    ]
    assert december[0] == december[1]
    assert len(december[0]) > 0


def test_mailchimps_report_adds_up_with_its_activity(tmp_path):
    folder, _ = written(Mailchimp, tmp_path)
    report = rows(folder / "campaigns.csv")
    world_ = world()
    delivered = world_["mail"].filter(pl.col("act") == "delivered").height
    assert sum(int(row["Successful Deliveries"]) for row in report) == delivered
    assert all(row["Open Rate"].endswith("%") for row in report)


def test_constant_contact_reports_name_contacts_of_its_list(tmp_path):
    folder, truth = written(ConstantContact, tmp_path)
    contacts = {row["contact_id"] for row in rows(folder / "contacts.csv")}
    opens = rows(folder / "opens_2026.csv")
    assert {row["contact_id"] for row in opens} <= contacts
    assert {key for _, _, key, _ in truth.people} == contacts


def test_segment_names_only_who_agreed_and_carries_what_must_not_be_kept(tmp_path):
    folder, _ = written(Segment, tmp_path)
    calls = [call for path in sorted(folder.iterdir()) for call in lines(path)]
    named = [call for call in calls if call["userId"]]
    assert all(call["context"]["consent"]["categoryPreferences"]["Analytics"] for call in named)
    assert all(
        call["anonymousId"] and call["context"]["ip"] and call["context"]["userAgent"] for call in calls
    )
    assert {call["type"] for call in calls} == {"page", "track", "identify", "group"}


def test_segments_messages_are_all_different(tmp_path):
    folder, _ = written(Segment, tmp_path, blocks=2)
    numbers = [call["messageId"] for path in folder.iterdir() for call in lines(path)]
    assert len(numbers) == len(set(numbers))


def test_matomo_knows_nobody_who_declined(tmp_path):
    folder, _ = written(Matomo, tmp_path)
    visits = [visit for path in folder.iterdir() for visit in json.loads(path.read_text("utf-8"))]
    assert sum(len(visit["actionDetails"]) for visit in visits) == world()["visit"].height
    assert {visit["dimension1"] for visit in visits if visit["userId"]} == {"granted"}


def test_ga4_has_no_browser_number_without_consent(tmp_path):
    folder, _ = written(GA4, tmp_path)
    events = [event for path in folder.glob("*.jsonl") for event in lines(path)]
    declined = [event for event in events if event["privacy_info"]["analytics_storage"] == "No"]
    assert declined
    assert {event["user_pseudo_id"] for event in declined} == {None}


def test_ga4s_report_begins_with_comments(tmp_path):
    folder, _ = written(GA4, tmp_path)
    told = (folder / "pages_2025.csv").read_text("utf-8").splitlines()
    assert told[0].startswith("#")
    assert next(line for line in told if not line.startswith("#")).startswith(
        "Page path and screen class,Views"
    )


def test_every_feed_is_sound_and_bears_the_name_of_its_company(tmp_path):
    folder, truth = written(Feeds, tmp_path)
    titles = {ET.parse(path).getroot().findtext("channel/title") for path in (folder / "rss").iterdir()}
    told = {name for source, name, _ in truth.companies if source == "feeds"}
    assert told
    assert told < titles


def test_blueskys_facets_point_at_bytes(tmp_path):
    folder, _ = written(Feeds, tmp_path)
    posts = json.loads((folder / "bluesky" / "posts.json").read_text("utf-8"))
    marked = [(post["record"]["text"], facet) for post in posts for facet in post["record"]["facets"]]
    assert any(not text.isascii() for text, _ in marked)
    for text, facet in marked:
        place, feature = facet["index"], facet["features"][0]
        said = text.encode()[place["byteStart"] : place["byteEnd"]].decode()
        assert said == feature.get("uri", f"#{feature.get('tag')}")


def test_atom_and_mastodon_are_read_at_the_larger_shop(tmp_path):
    folder, _ = written(Feeds, tmp_path, "M")
    assert {path.name for path in folder.iterdir()} == {"atom", "mastodon"}
    statuses = json.loads((folder / "mastodon" / "statuses.json").read_text("utf-8"))
    assert all(status["content"].startswith("<p>") for status in statuses)


def test_badge_numbers_are_all_different_over_blocks(tmp_path):
    folder, _ = written(Badges, tmp_path, blocks=2)
    scans = [row for path in folder.glob("*.csv") for row in rows(path, "utf-8-sig")]
    numbers = [row["Badge ID"] for row in scans]
    assert numbers
    assert len(numbers) == len(set(numbers))


def test_registrations_are_a_workbook_under_a_title(tmp_path):
    folder, _ = written(Badges, tmp_path)
    [path, *_] = sorted(folder.glob("*.xlsx"))
    sheet = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert "Registered visitors" in sheet[0][0]
    assert sheet[2][0] == "Registration ID"
    assert isinstance(sheet[3][-1], date)


def test_notes_are_dated_paragraphs_about_a_named_customer(tmp_path):
    folder, truth = written(Notes, tmp_path)
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.iterdir()))
    named = {name for _, name, _ in truth.companies}
    assert text.count("[") + text.count("Customer: ") == world()["note"].height
    assert all(f"[{name}]" in text or f"Customer: {name}\n" in text for name in named)
