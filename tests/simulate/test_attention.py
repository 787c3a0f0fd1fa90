from datetime import date, timedelta
from functools import cache

import polars as pl
from polars.testing import assert_frame_equal

from burnish.simulate.attention import attention
from burnish.simulate.parties import parties
from burnish.simulate.plan import Plan, plan
from burnish.simulate.world import World, empty, fitted

END_ON = date(2026, 11, 20)
MADE = ("campaign", "mail", "visit", "post", "note", "show", "attendance", "consent")


def a_plan(size: str = "S", **more: object) -> Plan:
    return plan(size, seed=5, end_on=END_ON, **{"years": 1, **more})  # type: ignore[arg-type]


def event(number: int, kind: str, company: int, t0: date, **more: object) -> dict[str, object]:
    t1 = t0 + timedelta(days=60)
    usual = {"event": number, "kind": kind, "company": company, "subject": "", "t0": t0, "t50": t0, "t1": t1}
    late = {"outcome": "", "outcome_on": None, "ends_on": None, "size": 8.0, "unit": "times", "nats": 0.0}
    return usual | late | {"is_sudden": False, "why": ""} | more


def with_events(world: World, events: list[dict[str, object]]) -> World:
    return world.with_tables(event=fitted("event", pl.DataFrame(events, schema=empty("event").schema)))


@cache
def usual(size: str = "S", years: int = 2) -> World:
    return attention(parties(a_plan(size, years=years)))


def steady(world: World, count: int) -> list[int]:
    """Customers of the whole time that are firms."""
    stays = pl.col("ends_on").is_null() & ~pl.col("is_person") & (pl.col("starts_on") < world.plan.first)
    return world["company"].filter(stays)["company"].head(count).to_list()


def share(world: World, act: str) -> float:
    """Mails of which something became, of those delivered."""
    mail = world["mail"]
    some = mail.filter(pl.col("act") == act).select("campaign", "email").n_unique()
    return some / mail.filter(pl.col("act") == "delivered").height


def test_equal_plans_give_equal_tables():
    first, again = usual("S", 1), attention(parties(a_plan()))
    for name in MADE:
        assert_frame_equal(first[name], again[name])


def test_what_becomes_of_mail_stays_within_what_shops_report():
    world = usual()
    assert 0.25 <= share(world, "open") <= 0.40
    assert 0.015 <= share(world, "click") <= 0.04
    assert 0.001 <= share(world, "unsubscribe") <= 0.004
    assert 0.005 <= share(world, "bounce") <= 0.03


def test_the_site_sees_as_many_sessions_as_shops_report():
    visits = usual()["visit"]
    sessions = visits["session"].n_unique()
    assert 500 <= sessions / 24 <= 5000
    assert 0.01 <= visits.filter(pl.col("act") == "form").height / sessions <= 0.03


def test_nobody_is_named_on_the_site_without_consent():
    visits = usual()["visit"]
    known = visits.filter(pl.col("company").is_not_null())
    assert known.height > 0
    assert known["consent"].unique().to_list() == ["granted"]


def test_mail_goes_only_to_who_agreed_and_stops_when_they_leave():
    world = usual()
    said = world["consent"].filter(pl.col("purpose") == "marketing.email")
    states = said.select("person", "email", "state", said="at")
    delivered = world["mail"].filter(pl.col("act") == "delivered")
    granted = states.filter(pl.col("state") == "granted")
    assert delivered.join(granted, on=["person", "email"], how="anti").is_empty()
    withdrawn = delivered.join(states.filter(pl.col("state") == "withdrawn"), on=["person", "email"])
    assert withdrawn.filter(pl.col("at") > pl.col("said") + pl.duration(days=1)).is_empty()


def test_gateways_follow_every_link_within_a_minute():
    world = usual()
    clicks = world["mail"].filter((pl.col("act") == "click") & ~pl.col("is_human"))
    campaigns = world["campaign"].select("campaign", "sent_at", count=pl.col("links").list.len())
    each = clicks.group_by("campaign", "email").agg(pl.len(), pl.col("at").max())
    both = each.join(campaigns, on="campaign")
    assert (both["len"] == both["count"]).all()
    assert (both["at"] - both["sent_at"]).max() < timedelta(minutes=1)


def test_who_clicks_has_opened():
    mail = usual()["mail"].filter("is_human")
    opened = mail.filter(pl.col("act") == "open").select("campaign", "email").unique()
    clicks = mail.filter(pl.col("act") == "click")
    assert clicks.join(opened, on=["campaign", "email"], how="anti").is_empty()


def test_a_risen_interest_is_seen_in_clicks_and_pages_of_its_topic():
    base = parties(a_plan("M", years=2))
    companies, t0 = steady(base, 60), END_ON - timedelta(days=300)
    events = [
        event(at + 1, "topic_interest", each, t0, subject="ZN_RACK>ECOAT", size=12.0)
        for at, each in enumerate(companies)
    ]
    raised, as_usual = attention(with_events(base, events)), attention(base)

    def pages(world: World) -> int:
        about = pl.col("company").is_in(companies) & (pl.col("topic") == "ECOAT")
        return world["visit"].filter(about & (pl.col("at") > t0)).height

    assert pages(raised) > 3 * pages(as_usual)
    assert raised["event"]["subject"].unique().to_list() == ["ECOAT"]
    assert raised["event"]["nats"].median() > 1.0


def test_distress_is_spoken_of_by_some_who_publish():
    base = parties(a_plan())
    t0 = END_ON - timedelta(days=200)
    events = [event(at + 1, "distress", each, t0) for at, each in enumerate(steady(base, 80))]
    posts = attention(with_events(base, events))["post"]
    assert posts.filter(pl.col("topic") == "layoffs").height >= 5
    assert attention(base)["post"].filter(pl.col("topic") == "layoffs").height < 5


def test_a_third_of_the_firms_publishes_and_seldom_often():
    world = usual("M", 1)
    firms = world["company"].filter(
        pl.col("ends_on").is_null() & ~pl.col("is_person") & ~pl.col("free_mail") & pl.col("parent").is_null()
    )
    posts = world["post"].filter(pl.col("company").is_in(firms["company"].to_list()))
    assert 0.15 <= posts["company"].n_unique() / firms.height <= 0.40
    assert posts.group_by("company").len()["len"].max() <= 8 * 12 * 1.5


def test_notes_tell_of_innocent_explanations_too():
    base = parties(a_plan())
    companies = steady(base, 40)
    rows = [
        {
            "lookalike": at + 1,
            "company": each,
            "looks_like": "stop",
            "from_on": END_ON - timedelta(days=100),
            "until_on": END_ON - timedelta(days=86),
            "explanation": "shutdown",
            "why": "",
        }
        for at, each in enumerate(companies)
    ]
    lookalikes = pl.DataFrame(rows, schema=empty("lookalike").schema)
    notes = attention(base.with_tables(lookalike=lookalikes))["note"]
    assert 5 <= notes.filter(pl.col("topic") == "shutdown").height <= 25


def test_every_block_gets_the_same_mailings_and_shows():
    first, second = (attention(parties(a_plan().at_block(block))) for block in (0, 1))
    assert_frame_equal(first["campaign"], second["campaign"])
    assert_frame_equal(first["show"], second["show"])
    assert second["post"]["company"].null_count() == 0


def test_fabtech_is_in_chicago_in_odd_years():
    shows = usual("M", 2)["show"].filter(pl.col("name").str.starts_with("FABTECH"))
    towns = dict(shows.select("name", "city").iter_rows())
    assert towns["FABTECH 2025"] == "Chicago"
    assert towns["FABTECH 2026"] != "Chicago"


def test_a_shop_without_people_has_mailings_and_nobody_who_reads_them():
    base = parties(a_plan())
    none = base.with_tables(job=empty("job"), person=empty("person"), company=empty("company"))
    world = attention(none)
    assert world["campaign"].height > 0
    assert world["mail"].is_empty()
