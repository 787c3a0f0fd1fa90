import polars as pl
import pytest
from hand_made import ordered, rows

from burnish.simulate.floor import floor
from burnish.simulate.marginals import RANGES, marginals, measured
from burnish.simulate.paying import paying
from burnish.simulate.projects import projects
from burnish.simulate.quality import quality
from burnish.simulate.quoting import quoting


def made(**more):
    return projects(quoting(paying(quality(floor(ordered(**more))))))


@pytest.fixture(scope="module")
def world():
    return made(companies=30)


def test_every_measure_but_mail_comes_with_range_and_source(world):
    told = marginals([world])
    assert {row.measure for row in told} >= {
        name for name in RANGES if "send" not in name and "mailed" not in name
    } - {"customers lost a year"}
    assert all(row.low < row.high and row.source.startswith("[") for row in told)


def test_shares_are_those_of_the_last_year(world):
    lines = world["line"].join(world["order"], on="order").group_by("company").agg(pl.sum("amount"))
    value = {row.measure: row.value for row in marginals([world])}["share of the largest customer"]
    assert value == pytest.approx(100 * lines["amount"].max() / lines["amount"].sum(), rel=0.02)


def test_blocks_are_looked_at_one_by_one_and_averaged(world):
    other = made(companies=12, seed=4)
    seen = []

    def streamed():
        for each in (world, other):
            seen.append(each)
            yield each

    value = {row.measure: row.value for row in marginals(streamed())}["orders a month"]
    assert value == pytest.approx(
        sum(measured(each)["orders a month"] for each in (world, other)) / 2, abs=1e-3
    )
    assert len(seen) == 2


def test_mail_is_counted_by_address_and_mailing(world):
    acts = ["delivered", "open", "open", "click", "delivered", "bounce"]
    mail = [
        {"campaign": 1, "person": person, "act": act}
        for person, act in zip([1, 1, 1, 1, 2, 3], acts, strict=True)
    ]
    found = measured(world.with_tables(mail=rows("mail", mail)))
    assert found["opens per send"] == pytest.approx(100 / 3)
    assert found["bounces per send"] == pytest.approx(100 / 3)


def test_within_means_both_ends_included(world):
    row = marginals([world])[0]
    assert row.is_within == (row.low <= row.value <= row.high)
