"""Versions of records over several loads, each test a few rows of payments."""

import random
import time
from datetime import date, timedelta
from decimal import Decimal

import ibis
import polars as pl
import pytest

from burnish.schema.tables import CANONICAL, landed
from burnish.sources import canonical
from burnish.store.loads import Load, Part

PAYMENT = CANONICAL["payment"]
SCHEMA = landed(PAYMENT).schema


def row(
    load: int,
    native: str | None,
    day: date,
    amount: int,
    *,
    known: date | None = None,
    line: int = 2,
    sheet: str = "",
) -> dict:
    given = {"source": "generic", "object": "payments", "native_id": native, "load_id": f"L{load:06d}"}
    given |= {
        "file": "p.csv",
        "sheet": sheet,
        "line": line,
        "known_on": known,
        "known_imputed": known is None,
    }
    return given | {
        "occurred_on": day,
        "organisation_ref": "Acme",
        "amount": Decimal(amount),
        "currency": "USD",
    }


def load(number: int, on: date, first: date, last: date, *, complete: str | None = None) -> Load:
    days = (first.isoformat(), last.isoformat())
    part = Part("payment", "payments", "", 1, 1, 0, 0, 0, complete, *days, {})
    return Load(f"L{number:06d}", "p.csv", f"{number}", "", "generic", on.isoformat(), (part,))


def versions(rows: list[dict], loads: list[Load]) -> pl.DataFrame:
    table = ibis.memtable(
        pl.DataFrame(rows, schema=dict(pl.DataFrame(SCHEMA.empty_table()).schema)).to_arrow()
    )
    history = ibis.memtable(canonical.load_history(loads, "payment"))
    ends = canonical.periods(loads, "payment")
    period = None if ends.is_empty() else ibis.memtable(ends)
    found = canonical.versions(table, history, PAYMENT, period)
    return ibis.duckdb.connect().to_polars(found.order_by("native_id", "amount", "known_on"))


JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))


def test_a_later_load_of_the_same_key_supersedes_on_its_day() -> None:
    rows = [row(1, "P1", date(2025, 12, 5), 10), row(2, "P1", date(2025, 12, 5), 12)]
    found = versions(rows, [load(1, JAN, JAN, JAN), load(2, FEB, JAN, JAN)])
    assert found["amount"].to_list() == [10, 12]
    assert found["superseded_on"].to_list() == [FEB, None]
    assert found["known_on"].to_list() == [None, FEB]


def test_an_unchanged_row_of_an_overlapping_export_stays_one_version() -> None:
    rows = [row(1, "P1", date(2025, 12, 5), 10), row(2, "P1", date(2025, 12, 5), 10)]
    found = versions(rows, [load(1, JAN, JAN, JAN), load(2, FEB, JAN, JAN)])
    assert found["load_id"].to_list() == ["L000001"]


def test_keyless_rows_count_by_their_largest_multiplicity_not_their_sum() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, None, day, 10, line=2), row(1, None, day, 10, line=3)]
    rows += [row(2, None, day, 10, line=n) for n in (2, 3, 4)]
    found = versions(rows, [load(1, JAN, day, day), load(2, FEB, day, day)])
    assert found.height == 3


def test_a_row_missing_from_a_later_complete_file_is_withdrawn_on_its_day() -> None:
    rows = [row(1, "P1", date(2025, 12, 5), 10), row(1, "P2", date(2025, 12, 6), 20, line=3)]
    rows += [row(2, "P1", date(2025, 12, 5), 10)]
    loads = [load(1, JAN, JAN, JAN, complete="file"), load(2, FEB, JAN, JAN, complete="file")]
    found = versions(rows, loads)
    assert dict(zip(found["native_id"], found["superseded_on"], strict=True)) == {"P1": None, "P2": FEB}


def test_a_withdrawn_row_that_comes_back_is_a_new_version() -> None:
    day = date(2025, 12, 5)
    other = [row(n, "P2", day, 1) for n in (1, 2, 3)]
    rows = [row(1, "P1", day, 10, line=3), row(3, "P1", day, 10, line=3), *other]
    loads = [load(n, on, day, day, complete="file") for n, on in ((1, JAN), (2, FEB), (3, MAR))]
    found = versions(rows, loads).filter(pl.col("native_id") == "P1").sort("known_on", nulls_last=False)
    assert found["superseded_on"].to_list() == [FEB, None]
    assert found["known_on"].to_list() == [None, MAR]


def test_a_period_export_withdraws_only_within_its_days() -> None:
    early, late = date(2025, 11, 5), date(2025, 12, 5)
    rows = [row(1, "P1", early, 10), row(1, "P2", late, 20, line=3), row(2, "P3", date(2025, 12, 9), 1)]
    loads = [
        load(1, JAN, early, late),
        load(2, FEB, date(2025, 12, 1), date(2025, 12, 31), complete="period"),
    ]
    found = versions(rows, loads)
    ended = dict(zip(found["native_id"], found["superseded_on"], strict=True))
    assert ended == {"P1": None, "P2": FEB, "P3": None}


def test_increments_are_known_from_their_load_and_back_fills_are_imputed() -> None:
    first = [row(1, "P1", date(2025, 6, 5), 10), row(1, "P2", date(2025, 12, 5), 10, line=3)]
    rows = [*first, row(2, "P3", date(2026, 1, 20), 1), row(2, "P4", date(2025, 8, 5), 1, line=3)]
    rows += [row(3, "P5", date(2024, 1, 5), 1)]
    loads = [
        load(1, JAN, date(2025, 6, 5), date(2025, 12, 5)),
        load(2, FEB, JAN, JAN),
        load(3, MAR, JAN, JAN),
    ]
    known = dict(versions(rows, loads).select("native_id", "known_on").iter_rows())
    assert (known["P3"], known["P4"]) == (FEB, FEB)
    assert known["P1"] is known["P5"] is None


def imputed(rows: list[dict], loads: list[Load], day: date) -> dict[str, date]:
    """The day each record became known, as filled in on `day`."""
    engine = ibis.duckdb.connect()
    table = ibis.memtable(versions(rows, loads).to_arrow())
    lags = canonical.learned_lags(engine.to_polars(canonical.entry_lags(table, day)))
    filled = engine.to_polars(canonical.imputed(table, ibis.memtable(lags), PAYMENT))
    assert filled.columns == SCHEMA.names
    return dict(filled.select("native_id", "known_on").iter_rows())


def stated(count: int, day: date, lag: int, load: int = 1) -> list[dict]:
    """Rows whose entry the source stated, `lag` days after they occurred."""
    return [row(load, f"S{n}", day, n, known=day + timedelta(lag), line=n) for n in range(count)]


def test_imputed_days_use_the_lag_that_was_stated_by_then() -> None:
    day = date(2025, 12, 5)
    rows = [*stated(20, day, 3), row(1, "P1", day, 10, line=99)]
    rows += [row(1, f"late{n}", day, n, known=date(2026, 5, 1), line=n + 50) for n in range(30)]
    assert imputed(rows, [load(1, JAN, day, day)], JAN)["P1"] == date(2025, 12, 8)


def test_fewer_than_twenty_stated_entries_teach_no_lag() -> None:
    day = date(2025, 12, 5)
    rows = [*stated(19, day, 3), row(1, "P1", day, 10, line=99)]
    assert imputed(rows, [load(1, JAN, day, day)], JAN)["P1"] == day


def test_a_correction_and_an_increment_teach_no_lag() -> None:
    day, born = date(2025, 3, 5), date(2025, 3, 6)
    rows = [row(1, f"P{n}", day, n, line=n) for n in range(40)]
    rows += [row(2, f"P{n}", day, n + 100, line=n) for n in range(25)]
    rows += [row(2, f"N{n}", day, n, line=n + 50) for n in range(25)]
    rows += [row(1, "C", day, 1, known=born, line=90), row(2, "C", day, 2, known=FEB, line=90)]
    loads = [load(1, JAN, date(2025, 3, 1), born), load(2, FEB, day, day)]
    assert imputed(rows, loads, MAR)["P39"] == day


def test_only_a_first_version_whose_day_the_source_stated_counts_as_stamped() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, "P1", day, 1, known=date(2025, 12, 7)), row(2, "P1", day, 2, known=date(2026, 1, 9))]
    rows += [row(2, "P2", day, 3, line=3)]
    found = versions(rows, [load(1, JAN, day, day), load(2, FEB, day, day)])
    assert found["stamped"].to_list() == [True, False, False]
    assert found["known_imputed"].to_list() == [False, False, True]


def current(found: pl.DataFrame) -> dict[str, int]:
    """The amount of each record's version that nothing replaced or withdrew."""
    still = found.filter(pl.col("superseded_on").is_null())
    assert still.height == still["native_id"].n_unique()
    return {name: int(amount) for name, amount in still.select("native_id", "amount").iter_rows()}


def test_rows_of_one_file_that_share_a_key_and_differ_are_all_kept() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, "P1", day, amount, line=amount) for amount in (10, 20, 30)]
    found = versions(rows, [load(1, JAN, day, day)])
    assert set(current(found)) == {"P1", "P1#2", "P1#3"}
    assert sorted(current(found).values()) == [10, 20, 30]
    assert found["known_imputed"].to_list() == [True] * 3


def test_exact_copies_in_one_file_are_one_record() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, "P1", day, amount, line=line) for line, amount in enumerate((10, 20, 10, 20, 10))]
    assert sorted(current(versions(rows, [load(1, JAN, day, day)])).values()) == [10, 20]


def test_the_order_of_rows_decides_no_number() -> None:
    day = date(2025, 12, 5)
    one, other = (
        [row(1, "P1", day, amount, line=at) for at, amount in enumerate(of)] for of in ((1, 3, 5), (5, 3, 1))
    )
    loads = [load(1, JAN, day, day)]
    assert versions(one, loads).drop("line").equals(versions(other, loads).drop("line"))


def test_a_repeated_key_that_a_later_file_repeats_alike_is_unchanged() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, "P1", day, amount, line=amount) for amount in (10, 20)]
    rows += [row(2, "P1", day, amount, line=50 - amount) for amount in (10, 20)]
    found = versions(rows, [load(1, JAN, day, day), load(2, FEB, day, day)])
    assert (found.height, found["load_id"].unique().to_list()) == (2, ["L000001"])


@pytest.mark.parametrize("seed", range(6))
def test_what_stands_of_a_key_is_what_the_latest_load_of_it_says(seed: int) -> None:
    draw, day = random.Random(seed), date(2025, 12, 5)
    rows, expected = [], {}
    for number in range(1, 5):
        for key in draw.sample("ABCD", 3):
            expected[key] = sorted(draw.sample(range(1, 8), draw.randrange(1, 4)))
            rows += [row(number, key, day, amount, line=amount) for amount in expected[key]]
    draw.shuffle(rows)
    standing = current(versions(rows, [load(n, JAN + timedelta(n), day, day) for n in range(1, 5)]))
    for key, amounts in expected.items():
        assert sorted(value for name, value in standing.items() if name[0] == key) == amounts


def test_different_stamps_in_one_file_are_a_history_of_one_record() -> None:
    day, entered, updated = date(2025, 12, 5), date(2025, 12, 6), date(2025, 12, 9)
    rows = [row(1, "P1", day, 20, known=updated), row(1, "P1", day, 10, known=entered, line=3)]
    found = versions(rows, [load(1, JAN, day, day)])
    assert found.select("amount", "known_on", "superseded_on").rows() == [
        (10, entered, updated),
        (20, updated, None),
    ]


def test_a_row_without_a_stamp_beside_stamped_ones_of_its_key_is_not_lost() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, "P1", day, 10, known=date(2025, 12, 6)), row(1, "P1", day, 20, line=3)]
    assert sorted(current(versions(rows, [load(1, JAN, day, day)])).values()) == [10, 20]


def test_an_older_export_added_later_does_not_override_a_newer_stamp() -> None:
    day, old, new = date(2025, 12, 5), date(2025, 12, 6), date(2025, 12, 20)
    rows = [row(1, "P1", day, 20, known=new), row(2, "P1", day, 10, known=old)]
    found = versions(rows, [load(1, JAN, day, day), load(2, FEB, day, day)])
    assert found.select("amount", "known_on", "superseded_on").rows() == [(10, old, new), (20, new, None)]


def test_an_older_complete_export_added_later_withdraws_no_newer_state_of_its_own_rows() -> None:
    day, old, new = date(2025, 12, 5), date(2025, 12, 6), date(2025, 12, 20)
    rows = [row(1, "P1", day, 20, known=new), row(2, "P1", day, 10, known=old), row(3, "P2", day, 1)]
    loads = [load(n, on, day, day, complete="file") for n, on in ((1, JAN), (2, FEB), (3, MAR))]
    assert current(versions(rows[:2], loads[:2])) == {"P1": 20}
    ended = versions(rows, loads).filter(pl.col("native_id") == "P1")["superseded_on"].to_list()
    assert ended == [new, MAR]


@pytest.mark.parametrize("sheets", [("May", "June"), ("June", "May")])
def test_of_like_rows_on_one_line_of_two_sheets_the_same_one_is_always_the_first(sheets: tuple) -> None:
    day = date(2025, 12, 5)
    rows = [row(1, None, day, 10, sheet=sheet) for sheet in sheets] + [row(2, None, day, 10, sheet="All")]
    found = versions(rows, [load(1, JAN, day, day), load(2, FEB, day, day, complete="period")])
    assert dict(found.select("sheet", "superseded_on").iter_rows()) == {"June": None, "May": FEB}


@pytest.mark.parametrize("name", CANONICAL)
def test_every_table_keeps_its_columns_and_their_types(name: str) -> None:
    contract = landed(CANONICAL[name])
    history = ibis.memtable(canonical.load_history([], name))
    found = canonical.versions(ibis.memtable(contract.schema.empty_table()), history, CANONICAL[name], None)
    contract.check(found.schema().to_pyarrow(), name)
    assert set(contract.schema.names) <= set(found.columns)


def slow_history(loads: list[Load]) -> list[tuple]:
    """One load at a time, looking at all others."""
    rows = []
    for each in loads:
        before = [other.parts[0] for other in loads if other.number < each.number]
        after = [other for other in loads if other.number > each.number and other.parts[0].complete == "file"]
        first = min((part.first_on for part in before), default=None)
        last = max((part.last_on for part in before), default=None)
        ender = (after[0].number, after[0].day) if after else (None, None)
        covered = [day and date.fromisoformat(day) for day in (first, last)]
        rows.append((each.load_id, "generic", "payments", each.number, each.day, JAN, *covered, *ender))
    return rows


def test_the_history_of_loads_equals_its_slow_reference() -> None:
    draw = random.Random(1)
    loads = []
    for number in range(1, 30):
        first = MAR + timedelta(draw.randrange(60))
        complete = draw.choice(("file", "period", None, None))
        on = JAN + timedelta(number - 1)
        loads.append(load(number, on, first, first + timedelta(9), complete=complete))
    assert canonical.load_history(loads, "payment").rows() == slow_history(loads)


def test_the_history_of_two_thousand_loads_takes_no_longer_than_a_moment() -> None:
    loads = [load(n, JAN + timedelta(n), JAN, FEB, complete="file") for n in range(1, 2_001)]
    began = time.perf_counter()
    assert canonical.load_history(loads, "payment")["withdraws_number"].null_count() == 1
    assert time.perf_counter() - began < 2
