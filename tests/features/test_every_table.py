"""What holds for every table: its contract, its slow reference, any row order, nothing from the future."""

import random

import pytest

from burnish.schema.facts import FACTS

from . import plain
from .build import CONTRACTS, d, shuffled, table
from .every import DAY, EVENTS, statements
from .shop import DAYS, random_shop


def all_rows(engine, shop):
    """Rows of every derived table of a shop, each made from the held ones before it."""
    for name, rows in shop.items():
        engine.hold(name, table(name, rows))
    found = {}
    for name, statement in statements(engine.dialect).items():
        found[name] = engine.ask(statement)
        if name in FACTS:
            engine.hold(name, table(name, found[name]))
    return found


def test_every_table_keeps_its_contract_in_the_engine_own_types(engine):
    all_rows(engine, random_shop(0))
    for name, statement in statements(engine.dialect).items():
        schema = engine.schema(statement)
        if name in FACTS:
            FACTS[name].check(schema, name)
            assert schema.names == FACTS[name].schema.names


def test_every_table_of_an_empty_shop_is_empty_and_keeps_its_contract(engine):
    nothing = {name: [] for name in (*EVENTS, "customer_ref", "working_day")}
    rows = all_rows(engine, nothing)
    assert {name for name, found in rows.items() if found} == {"entry_clock"}
    assert [row["rows"] for row in rows["entry_clock"]] == [0] * len(EVENTS)


def test_every_table_is_sorted_by_its_key_and_the_key_is_unique(engine):
    for name, rows in all_rows(engine, random_shop(1)).items():
        if name not in FACTS:
            continue
        keys = [tuple(row[column] for column in FACTS[name].key) for row in rows]
        assert keys == sorted(keys)
        assert name == "payment_lag" or len(keys) == len(set(keys))


@pytest.mark.parametrize("seed", range(3))
def test_every_table_equals_its_slow_reference(engine, seed):
    shop = random_shop(seed)
    known = {name: [row for row in shop[name] if row["known_on"] <= DAY] for name in EVENTS}
    for row in known["quote"]:
        if row["outcome_on"] is None or row["outcome_on"] > DAY:
            row |= {"outcome": None, "outcome_on": None}
    refs, days = shop["customer_ref"], shop["working_day"]
    found = all_rows(engine, random_shop(seed))

    release = plain.order_release(known["order_line"], refs, days)
    clock = [plain.entry_clock(name, shop[name], DAY) for name in sorted(EVENTS)]
    lags = plain.payment_lag(known["invoice"], known["payment"], refs)
    complete_on = next(row["complete_on"] for row in clock if row["table"] == "order_line")
    assert found["order_release"] == release
    assert found["entry_clock"] == clock
    assert found["order_gap"] == plain.order_gap(release, days, complete_on)
    assert found["payment_lag"] == sorted(lags, key=nulls_last)
    assert found["check_run"] == plain.check_run(lags)
    assert found["invoice_state"] == plain.invoice_state(known["invoice"], known["payment"], refs)
    shop_known = shop | known
    names = CONTRACTS["customer_week"].schema.names
    assert found["customer_week"] == plain.customer_week(shop_known, release, names, DAY)


def nulls_last(row):
    return [(value is None, value if value is not None else 0) for value in row.values()]


def test_rows_in_any_order_give_equal_tables(engine):
    shop = random_shop(3)
    expected = all_rows(engine, shop)
    assert all_rows(engine, {name: shuffled(rows, 7) for name, rows in shop.items()}) == expected


def test_rows_known_only_later_change_nothing_of_the_day(engine):
    shop = random_shop(4)
    expected = all_rows(engine, shop)
    poison = {name: rows for name, rows in random_shop(5).items() if name in EVENTS}
    for name, rows in poison.items():
        later = [row | {"native_id": f"later-{at}", "known_on": d(101 + at)} for at, row in enumerate(rows)]
        shop[name] = shop[name] + later
    assert all_rows(engine, shop) == expected


def test_versions_that_replace_rows_only_later_change_nothing_of_the_day(engine):
    shop = random_shop(4)
    expected = all_rows(engine, shop)
    draw = random.Random(0)
    for name in EVENTS:
        replaced = [row for row in shop[name] if row["known_on"] <= DAY and draw.random() < 0.5]
        versions = [
            row | {"known_on": d(DAYS), "occurred_on": d(3), "known_imputed": False} for row in replaced
        ]
        for row in replaced:
            row["superseded_on"] = d(DAYS)
        shop[name] = shop[name] + versions
    assert all_rows(engine, shop) == expected
