import dataclasses

import polars as pl
import pytest
from tests.briefing.joined import NAMES, SINCE, joined_morning, tables
from tests.briefing.pages import AS_OF, morning

from burnish.briefing import as_json, assemble, terminal
from burnish.errors import ContractError


def changes(page):
    return [(change.change, change.name) for change in page.changes]


def test_new_ones_come_first_then_worse_then_what_is_gone():
    assert changes(joined_morning()) == [
        ("new", "Harlan Hydraulics"),
        ("worse", "Marrow Tool & Die"),
        ("unchanged", "Kettler Outdoor Power"),
        ("gone", "New Leaf Furniture"),
    ]


def test_a_role_hears_of_its_own_changes():
    assert ("unchanged", "Kettler Outdoor Power") not in changes(joined_morning(reader="sales"))
    assert changes(joined_morning(reader="controller")) == [("unchanged", "Kettler Outdoor Power")]


def test_what_was_and_is_only_watched_is_no_news():
    *rest, change = tables()
    watched = change.with_columns(tier=pl.lit("watch"), tier_before=pl.lit("watch"))
    page = assemble(*rest, watched, reader="owner", as_of=AS_OF, snapshot="s")
    assert page.changes == ()


def test_a_change_nobody_knows_is_refused():
    *rest, change = tables()
    odd = change.with_columns(change=pl.lit("sideways"))
    with pytest.raises(ContractError, match="sideways"):
        assemble(*rest, odd, reader="owner", as_of=AS_OF, snapshot="s")


def test_the_terminal_says_what_changed_and_the_path():
    page = " ".join(terminal.text(joined_morning(), width=100).split())
    assert "What changed since Friday 27 June 2014 new Harlan Hydraulics, volume shift worse Marrow" in page
    assert "The odds were 35 % on 27 June 2014; now they are 50 %." in page
    assert "The path over the sources Invoices, Payments Kettler Outdoor Power pays 11 days later" in page
    assert "Season (volume shift)" in page


def test_a_day_like_the_last_says_so():
    still = dataclasses.replace(morning(), changes=())
    assert "Nothing changed since the last working day." in terminal.text(still)
    assert "changed since" not in terminal.text(morning())


def test_the_json_holds_changes_and_reasons():
    document = as_json.document(joined_morning())
    assert document["changes"][0] | {"sentence": ""} == {
        "id": document["items"][1]["id"],
        "kind": "volume_shift",
        "change": "new",
        "subject": {"customer_id": "b", "name": NAMES["b"]},
        "sentence": "",
        "since": SINCE.isoformat(),
        "odds": 35,
        "odds_before": None,
        "rank": 2,
        "rank_before": None,
    }
    because = document["items"][0]["because"]
    assert [(reason["signal"], reason["sources"]) for reason in because] == [
        ("paying_later", ["invoice", "payment"]),
        ("volume_shift", ["order_line"]),
    ]
    assert because[0]["sentence"].startswith("Kettler Outdoor Power pays 11 days later than it used to")


def test_a_snapshot_that_did_not_compare_days_is_said_as_null():
    document = as_json.document(morning())
    assert document["changes"] is None
    assert [reason["signal"] for reason in document["items"][0]["because"]] == ["gone_quiet"]


def test_a_joined_conclusion_is_measured_by_its_strongest_signal_and_keeps_all_explanations():
    item = joined_morning().items[0]
    assert (item.measured.effect, item.measured.unit) == (11.0, "days")
    assert {check.signal for check in item.checks} == {"paying_later", "volume_shift"}
    assert [check.verdict for check in item.checks] == ["kept", "untested", "rejected", "rejected"]
