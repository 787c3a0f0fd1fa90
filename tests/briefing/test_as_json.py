import json

from tests.briefing.pages import morning
from tests.briefing.test_spoken import spoken_page

from burnish.briefing import as_json

PROMISED = {"as_of", "snapshot", "reader", "items"}
PROMISED_OF_AN_ITEM = {
    *("id", "kind", "subject", "sentence", "odds", "money", "owner", "next_step", "checks", "evidence"),
}


def test_the_promised_shape_is_there():
    document = as_json.document(morning())
    item = document["items"][0]
    assert document.keys() >= PROMISED
    assert item.keys() >= PROMISED_OF_AN_ITEM


def test_an_item_reads_as_promised():
    item = as_json.document(morning())["items"][0]
    assert item["subject"] == {"customer_id": "a", "name": "Kettler Outdoor Power"}
    assert (item["odds"], item["money"]) == (35, {"amount": 40950.0, "currency": "USD"})
    assert item["checks"][0]["explanation"] == "blanket_calendar"
    assert item["checks"][0]["verdict"] == "untested"
    first = item["evidence"][0]
    assert (first["file"], first["sheet"], first["line"]) == ("orders.csv", "", 930)


def test_every_item_has_two_rows_effect_interval_baseline_and_period():
    for item in as_json.document(morning())["items"]:
        assert len(item["evidence"]) >= 2
        assert item["interval"]["low"] < item["effect"]["value"] < item["interval"]["high"]
        assert item["period"]["first"] < item["period"]["last"]
        assert item["baseline"]["n"] == 38


def test_the_period_is_the_one_the_sentence_names():
    item = as_json.document(spoken_page())["items"][0]
    assert item["period"] == {"first": "2013-09-16", "last": "2014-04-28"}
    assert "16 September 2013 to 28 April 2014" in item["headline"]


def test_money_not_known_is_null():
    items = as_json.document(morning())["items"]
    assert [item["money"]["amount"] for item in items] == [40950.0, None, 6459.38]


def test_the_text_is_json_and_the_same_each_time():
    text = as_json.text(morning())
    assert json.loads(text) == as_json.document(morning())
    assert text == as_json.text(morning())


def test_an_empty_day_is_valid():
    document = as_json.document(morning(alarms=(), watched=()))
    assert document["items"] == []
    assert document["customers"] == {
        "all": 6,
        "usual": 5,
        "watched": 0,
        "standing": 0,
        "unjudged": 1,
        "without_orders": 0,
        "reasons": [{"reason": "fewer than 8 gaps between orders", "customers": 1}],
        "people": 0,
    }
