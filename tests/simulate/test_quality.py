from datetime import timedelta

import polars as pl
import pytest
from hand_made import event, lookalike, ordered, rows

from burnish.simulate.defects import FOUND
from burnish.simulate.floor import floor
from burnish.simulate.quality import quality


@pytest.fixture(scope="module")
def shop():
    return floor(ordered("M", companies=80, per_week=3.0))


@pytest.fixture(scope="module")
def inspected(shop):
    return quality(shop)


def rejects(world, **of) -> int:
    return world["inspection"].filter(pl.col("rejected") > 0, **of).height


def test_rejects_rework_and_returns_are_as_many_as_platers_have(inspected):
    lots = inspected["lot"].filter(~pl.col("is_rework")).height
    assert 0.02 <= inspected["lot"].filter("is_rework").height / lots <= 0.06
    assert 0.003 <= rejects(inspected, found_at="customer") / lots <= 0.015


def test_not_every_lot_is_written_down(inspected):
    finished = inspected["lot"].filter(~pl.col("is_rework")).drop_nulls("finished_on")["lot"]
    told = finished.is_in(inspected["inspection"]["lot"].implode()).mean()
    assert 0.7 < told < 0.85


def test_a_quarter_of_the_rejects_has_words_only(inspected):
    found = inspected["inspection"].filter(pl.col("rejected") > 0)
    assert 0.2 < (~found["is_coded"]).mean() < 0.3
    assert (found.filter(~pl.col("is_coded"))["defect_text"] != "").all()


def test_more_is_never_rejected_than_was_looked_at(inspected):
    found = inspected["inspection"]
    assert (found["rejected"] <= found["inspected"]).all()
    assert found.filter(rejected=0)["defect"].unique().to_list() == [""]


def test_parts_that_came_in_poor_condition_are_mostly_the_customers_fault(inspected):
    came = inspected["inspection"].filter(pl.col("defect").is_in(["RST", "WLD", "OIL"]))
    assert (came["fault"] == "customer material").mean() > 0.7
    assert (came["found_at"] == "receiving").mean() > 0.4


def test_a_customer_with_more_rejects_has_more_and_the_others_have_the_same(shop, inspected):
    more = event("more_rejects", 7, shop.plan.first, 7.0, unit="odds ratio")
    planted = quality(shop.with_tables(event=rows("event", [more])))
    assert rejects(planted, company=7) > 2 * rejects(inspected, company=7)
    others = pl.col("company") != 7
    assert planted["inspection"].filter(others).drop("inspection").equals(
        inspected["inspection"].filter(others).drop("inspection")
    )  # fmt: skip


def test_the_information_of_rejects_grows_with_their_odds(shop):
    nats = []
    for size in (1.5, 3.0, 6.0):
        more = event("more_rejects", 7, shop.plan.first + timedelta(50), size)
        nats += quality(shop.with_tables(event=rows("event", [more])))["event"]["nats"].to_list()
    assert 0 < nats[0] < nats[1] < nats[2]


def test_a_pickier_customer_minds_looks_and_not_function(shop, inspected):
    picky = event("pickier", 7, shop.plan.first, 7.0)
    planted = quality(shop.with_tables(event=rows("event", [picky])))
    looks = [each.code for kinds in FOUND.values() for each in kinds if each.kind == "cosmetic"]
    of_looks = pl.col("defect").is_in(looks)
    before, now = (
        world["inspection"].filter(company=7).filter(pl.col("rejected") > 0) for world in (inspected, planted)
    )
    assert now.filter(of_looks).height > 2 * before.filter(of_looks).height
    assert now.filter(~of_looks).height <= before.filter(~of_looks).height


def test_a_stricter_inspector_finds_more_everywhere(shop, inspected):
    strict = lookalike("stricter_inspector", None, shop.plan.first, shop.plan.last) | {"why": "inspector 1"}
    planted = quality(shop.with_tables(lookalike=rows("lookalike", [strict])))
    assert rejects(planted, inspector=1) > 1.2 * rejects(inspected, inspector=1)
    assert rejects(planted, inspector=3) == rejects(inspected, inspector=3)


def test_true_effects_are_kept_and_those_known_before_are_used(shop):
    known = pl.DataFrame(
        {"kind": ["customer_rejects"], "subject": ["7"], "number": [3.0], "unit": ["log odds"]}
    )
    world = quality(shop.with_tables(effect=known))
    told = world["effect"].filter(kind="customer_rejects")
    assert told.filter(subject="7")["number"].to_list() == [3.0]
    assert rejects(world, company=7) > 5 * rejects(world, company=8)
    assert set(world["effect"]["kind"]) >= {
        "part_rejects",
        "line_rejects",
        "inspector_rejects",
        "incoming_rejects",
    }


def test_what_is_reworked_goes_out_after_that(inspected):
    again = inspected["lot"].filter("is_rework").drop_nulls("finished_on").select("line", end="finished_on")
    sent = inspected["shipment"].join(inspected["lot"].select("lot", "line"), on="lot").join(again, on="line")
    own = inspected["inspection"].filter(found_at="customer")["lot"]
    inside = sent.filter(~pl.col("lot").is_in(own.implode()))
    assert len(inside)
    assert (inside["on"] >= inside["end"]).all()


def test_packing_lists_belong_to_one_order_and_one_day(inspected):
    lists = inspected["shipment"].group_by("packlist").agg(pl.n_unique("order"), pl.n_unique("on"))
    assert (lists["order"] == 1).all()
    assert (lists["on"] == 1).all()
