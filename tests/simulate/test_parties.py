"""Who the made-up shop deals with."""

from datetime import date
from functools import cache

import polars as pl
import pytest

from burnish.simulate.parties import parties
from burnish.simulate.plan import NULLS, plan
from burnish.simulate.world import World


@cache
def people_of(size: str, *, null: str = "", block: int = 0) -> World:
    return parties(plan(size, seed=4, end_on=date(2026, 10, 30), null=null).at_block(block))


@pytest.mark.parametrize(("size", "ever"), [("S", 600), ("M", 1500), ("L", 1100)])
def test_a_shop_knows_as_many_companies_as_it_says(size, ever):
    companies = people_of(size)["company"]
    assert len(companies) == ever
    assert companies["name"].n_unique() == companies["code"].n_unique() == ever


def test_half_of_the_customers_of_the_plater_order_less_than_every_third_week():
    standing = people_of("M")["company"].filter(pl.col("ends_on").is_null(), pl.col("law") != "one_off")
    assert 0.22 < standing["per_week"].median() < 0.33
    assert 0.11 < (standing["per_week"] >= 1).mean() < 0.19


def test_about_a_ninth_of_the_plater_s_customers_leave_in_a_year_and_as_many_come():
    world = people_of("M")
    habitual = world["company"].filter(pl.col("law") != "one_off")
    years = 5 * 320
    left = habitual.filter(pl.col("ends_on").is_between(world.plan.first, world.plan.last)).height / years
    came = habitual.filter(pl.col("starts_on").is_between(world.plan.first, world.plan.last)).height / years
    assert 0.08 < left < 0.15
    assert 0.08 < came < 0.20


def test_nobody_is_real_nor_reachable():
    world = people_of("S")
    assert world["job"]["email"].str.ends_with(".example").all()
    assert world["company"]["phone"].str.contains(r"555-01\d\d$").all()


@pytest.mark.parametrize("null", NULLS)
def test_in_a_null_shop_customers_neither_come_nor_go(null):
    world = people_of("S", null=null)
    covered = pl.col("ends_on").is_null() | (pl.col("ends_on") >= world.plan.first)
    here = world["company"].filter(covered)
    assert here["ends_on"].null_count() == len(here) == 140
    assert (here["starts_on"] < world.plan.first).all()


def test_plants_have_the_name_and_mail_of_their_group():
    companies = people_of("M")["company"]
    plants = companies.filter(pl.col("parent").is_not_null())
    both = plants.join(companies, left_on="parent", right_on="company", suffix="_of_parent")
    assert len(both) == len(plants) > 10
    assert both.select((pl.col("domain") == pl.col("domain_of_parent")).all()).item()


def test_people_change_jobs_and_somebody_follows_them():
    jobs = people_of("M")["job"]
    moved = jobs.group_by("person").agg(pl.col("company").n_unique()).filter(pl.col("company") > 1)
    assert len(moved) > 20
    assert jobs["until_on"].drop_nulls().len() > 100


def test_blocks_share_no_number_and_no_name():
    one, other = people_of("S"), people_of("S", block=1)
    for table, column in [("company", "company"), ("company", "name"), ("company", "code"), ("job", "email")]:
        assert not set(one[table][column]) & set(other[table][column])
    assert one["colleague"].equals(other["colleague"])
