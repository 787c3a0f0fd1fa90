from datetime import timedelta

import polars as pl
import pytest
from hand_made import event, job, ordered, rows

from burnish.simulate.projects import STAGES, projects
from burnish.simulate.quoting import quoting
from burnish.simulate.workdays import is_open


@pytest.fixture(scope="module")
def shop():
    return ordered("M", companies=200, per_week=0.2, years=2)


@pytest.fixture(scope="module")
def quoted(shop):
    return quoting(with_new_parts(shop))


def with_new_parts(world):
    """Parts that were ordered first at some time in the history."""
    days = (pl.col("part") * 7919 % 700).cast(pl.Int64)
    return world.with_tables(
        part=world["part"].with_columns(first_on=pl.lit(world.plan.first) + pl.duration(days=days))
    )


def lines(world) -> pl.DataFrame:
    return world["quote"].unique(["number", "line_no"], maintain_order=True)


def test_a_plater_wins_a_third_to_two_thirds_of_its_lines(quoted):
    ended = lines(quoted).filter(pl.col("outcome") != "")
    assert 0.35 < (ended["outcome"] == "won").mean() < 0.6


def test_won_lines_become_parts_afterwards(quoted):
    won = quoted["quote"].filter(outcome="won").drop("number").rename({"part_number": "number"})
    won = won.join(quoted["part"], on=["company", "number"])
    won = won.filter(pl.Series(is_open(won["first_on"].to_numpy())))  # nobody quotes while the shop is closed
    assert len(won)
    assert (won["on"] <= won["first_on"]).all()


def test_price_breaks_are_rows_of_one_line_that_end_alike(quoted):
    each = quoted["quote"].group_by("number", "line_no").agg(pl.n_unique("outcome", "part_number"), pl.len())
    assert each.select(pl.max_horizontal("outcome", "part_number").max()).item() == 1
    assert set(each["len"]) == {1, 3}


def test_quotes_end_after_they_were_made_or_are_open(quoted):
    rows = quoted["quote"]
    assert (rows.drop_nulls("outcome_on")["outcome_on"] > rows.drop_nulls("outcome_on")["on"]).all()
    assert rows.filter(pl.col("outcome_on").is_null())["outcome"].unique().to_list() == [""]
    assert (rows.filter(outcome="expired")["outcome_on"] > rows.filter(outcome="expired")["expires_on"]).all()


def test_who_turns_to_another_process_asks_for_it(shop, quoted):
    turn = event("process_drift", 7, shop.plan.first + timedelta(60), 80.0, subject="ZN_RACK>ECOAT")
    world = quoting(with_new_parts(shop).with_tables(event=rows("event", [turn])))
    assert world["quote"].filter(company=7, process="ECOAT").height > 0
    assert world["quote"].filter(process="ECOAT")["company"].unique().to_list() == [7]


def test_who_asks_worked_there_then(shop):
    gone = [job(1, shop.plan) | {"company": number, "until_on": shop.plan.first} for number in range(1, 201)]
    world = quoting(with_new_parts(shop).with_tables(job=rows("job", gone)))
    later = world["quote"].filter(pl.col("on") > shop.plan.first)
    assert later["person"].null_count() == len(later)


def test_projects_go_through_stages_in_order_and_end_at_the_last(shop):
    table = projects(with_new_parts(shop))["project"]
    order = table.with_columns(
        at=pl.col("stage").replace_strict({name: at for at, name in enumerate(STAGES)})
    )
    steps = order.group_by("project", maintain_order=True).agg(
        ordered=(pl.col("at").diff().drop_nulls() > 0).all(),
        days=(pl.col("stage_on").diff().drop_nulls() >= timedelta(0)).all(),
        closed=pl.col("closed_on").head(pl.len() - 1).is_null().all(),
    )  # fmt: skip
    assert steps.select(pl.col("ordered", "days", "closed").all()).row(0) == (True, True, True)
    assert set(table["outcome"]) == {"", "won", "lost"}


def test_equal_plans_give_equal_quotes_and_projects(shop, quoted):
    again = projects(quoting(with_new_parts(shop)))
    assert again["quote"].equals(quoted["quote"])
    assert again["project"].equals(projects(with_new_parts(shop))["project"])
