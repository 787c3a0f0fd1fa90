"""Versions of records over several loads, each test a few rows of payments."""

from datetime import date
from decimal import Decimal

import ibis
import polars as pl

from burnish.schema.tables import CANONICAL, landed
from burnish.sources import canonical
from burnish.store.loads import Load, Part

PAYMENT = CANONICAL["payment"]
SCHEMA = landed(PAYMENT).schema


def row(
    load: int, native: str | None, day: date, amount: int, *, known: date | None = None, line: int = 2
) -> dict:
    given = {"source": "generic", "object": "payments", "native_id": native, "load_id": f"L{load:06d}"}
    given |= {"file": "p.csv", "sheet": "", "line": line, "known_on": known, "known_imputed": known is None}
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


def test_imputed_days_use_the_lag_that_was_stated_by_then() -> None:
    day = date(2025, 12, 5)
    rows = [row(1, f"S{n}", day, n, known=date(2025, 12, 8), line=n) for n in range(3)]
    rows += [row(1, "late", day, 9, known=date(2026, 5, 1), line=8), row(1, "P1", day, 10, line=9)]
    engine = ibis.duckdb.connect()
    table = ibis.memtable(versions(rows, [load(1, JAN, day, day)]).to_arrow())
    lags = canonical.learned_lags(engine.to_polars(canonical.entry_lags(table, JAN)))
    filled = engine.to_polars(canonical.imputed(table, ibis.memtable(lags), PAYMENT))
    assert dict(filled.select("native_id", "known_on").iter_rows())["P1"] == date(2025, 12, 8)
