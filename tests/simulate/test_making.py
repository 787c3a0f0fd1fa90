"""The made-up world as a whole."""

from datetime import date
from functools import cache

import polars as pl

from burnish.simulate.making import STEPS, make
from burnish.simulate.plan import plan
from burnish.simulate.world import SCHEMAS, World


@cache
def worlds(*, seed: int = 4, scale: int = 1, years: int = 1) -> tuple[World, ...]:
    return tuple(make(plan("S", seed=seed, end_on=date(2026, 10, 30), years=years, scale=scale)))


def test_a_world_has_every_table_with_its_columns():
    (world,) = worlds()
    assert set(world.tables) == set(SCHEMAS)
    assert all(dict(world[name].schema) == schema for name, schema in SCHEMAS.items())


def test_equal_plans_make_equal_worlds_and_other_seeds_others():
    (world,), again = worlds(), next(make(plan("S", seed=4, end_on=date(2026, 10, 30), years=1)))
    assert all(world[name].equals(again[name]) for name in SCHEMAS)
    assert not world["order"].equals(worlds(seed=5)[0]["order"])


def test_blocks_share_no_key():
    one, other = worlds(scale=2)
    for table in ("company", "person", "site", "part", "order", "line", "lot", "invoice", "payment", "event"):
        key = table if table in SCHEMAS[table] else next(iter(SCHEMAS[table]))
        assert not set(one[table][key]) & set(other[table][key])
    assert not set(one["order"]["order_no"]) & set(other["order"]["order_no"])


def test_every_reference_leads_somewhere():
    (world,) = worlds()
    for table, column, to in [
        ("site", "company", "company"), ("job", "person", "person"), ("job", "company", "company"),
        ("order", "company", "company"), ("order", "site", "site"), ("line", "order", "order"),
        ("line", "part", "part"), ("part", "company", "company"), ("lookalike", "company", "company"),
    ]:  # fmt: skip
        assert set(world[table][column].drop_nulls()) <= set(world[to][to])


def test_parts_belong_to_the_customer_who_orders_them():
    (world,) = worlds()
    lines = world["line"].join(world["order"], on="order").join(world["part"], on="part", suffix="_of_part")
    assert lines.select((pl.col("company") == pl.col("company_of_part")).all()).item()
    assert lines.select((pl.col("first_on") <= pl.col("received_on")).all()).item()


def test_the_steps_are_those_of_the_shop_in_their_order():
    names = [step.__name__ for step in STEPS]
    assert names[:3] == ["planting", "ordering", "lining"]
    assert names[-1] == "attention"
