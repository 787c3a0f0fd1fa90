"""Lines that take customer and day from their heads, and never sooner than the heads were known."""

from datetime import date
from pathlib import Path

import pytest

from burnish import intake
from burnish.shop import Shop
from burnish.store import loads
from burnish.store.loads import Load
from burnish.verify import verify
from shops import csv_file, new_shop, refreshed, table

HEADS = """
source = "books"
object = "orders"
confirmed = true
[document]
key = ["id"]
known = { column = "entered", date_order = "ymd" }
kind = { constant = "order" }
occurred_on = { column = "date", date_order = "ymd" }
organisation_ref = "customer"
number = "no"
currency = "currency"
"""
LINES = """
source = "books"
object = "order lines"
confirmed = true
[order_line]
key = ["order_id", "line_no"]
header_ref = "order_id"
quantity = { column = "qty", decimal_mark = "." }
amount = { column = "amount", decimal_mark = "." }
"""
HEAD_ROWS = [
    "1,A-1,2024-03-01,2024-03-02,Acme Plating Works,USD",
    "2,A-2,2024-03-05,2024-03-06,Birch Ltd,EUR",
]
LINE_ROWS = ["1,1,10,100.00", "1,2,5,50.00", "2,1,7,70.00"]
LATER = date(2026, 5, 1)


def put(
    there: Shop, name: str, rows: list[str], header: str, map_text: str, *, on: date | None = None
) -> Load:
    folder = there.folder.parent
    (folder / "map.toml").write_text(map_text, "utf-8")
    path = csv_file(folder, name, rows, header=header)
    with intake.look(there, path, map_file=folder / "map.toml") as plan:
        return intake.land(there, plan, progress=lambda step, rows: None, loaded_on=on)[0]


def heads(there: Shop, rows: list[str], name: str = "orders.csv", *, on: date | None = None) -> Load:
    return put(there, name, rows, "id,no,date,entered,customer,currency", HEADS, on=on)


def lines(there: Shop, rows: list[str], name: str = "lines.csv", *, on: date | None = None) -> Load:
    return put(there, name, rows, "order_id,line_no,qty,amount", LINES, on=on)


def seen(there: Shop, day: date) -> list[tuple[object, ...]]:
    kept = ["organisation_ref", "occurred_on", "order_no", "currency", "amount"]
    return sorted(table(refreshed(there, day), "order_line").select(kept).rows())


def test_lines_take_customer_day_number_and_currency_from_their_head(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    lines(there, LINE_ROWS)
    heads(there, HEAD_ROWS)
    rows = seen(there, date.today())
    assert [row[:4] for row in rows] == [
        ("Acme Plating Works", date(2024, 3, 1), "A-1", "USD"),
        ("Acme Plating Works", date(2024, 3, 1), "A-1", "USD"),
        ("Birch Ltd", date(2024, 3, 5), "A-2", "EUR"),
    ]


def test_heads_before_lines_and_lines_before_heads_come_to_the_same(tmp_path: Path) -> None:
    for name, steps in (("one", (heads, lines)), ("two", (lines, heads))):
        (tmp_path / name).mkdir()
        there = new_shop(tmp_path / name / "shop")
        for step in steps:
            step(there, HEAD_ROWS if step is heads else LINE_ROWS, on=LATER)
    found = [seen(Shop_of(tmp_path / name), LATER) for name in ("one", "two")]
    assert found[0] == found[1]
    assert len(found[0]) == 3


def Shop_of(folder: Path) -> Shop:  # noqa: N802
    from burnish.shop import open_shop

    return open_shop(folder / "shop")


def test_lines_without_their_head_wait_and_are_counted(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    load = lines(there, LINE_ROWS)
    heads(there, HEAD_ROWS[:1])
    snapshot = refreshed(there, date.today())
    assert (load.parts[0].loaded, load.parts[0].rejected) == (3, 0)
    assert table(snapshot, "order_line").height == 2
    assert dict(snapshot.waiting) == {"order_line": 1}
    heads(there, HEAD_ROWS, "more.csv")
    whole = refreshed(there, date.today())
    assert table(whole, "order_line").height == 3
    assert dict(whole.waiting) == {}


def test_a_head_known_later_does_not_show_on_an_earlier_day(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    lines(there, LINE_ROWS, on=date(2024, 4, 1))
    heads(there, HEAD_ROWS, on=date(2024, 4, 1))
    assert len(seen(there, date(2024, 4, 2))) == 3
    before = seen(there, date(2024, 3, 3))
    poison = [HEAD_ROWS[0].replace("Acme Plating Works", "Zinc Kings").replace("2024-03-02", "2024-06-01")]
    heads(there, poison, "poison.csv", on=date(2024, 6, 1))
    assert seen(there, date(2024, 3, 3)) == before
    assert {row[0] for row in seen(there, date(2024, 5, 31))} == {"Acme Plating Works", "Birch Ltd"}
    assert {row[0] for row in seen(there, date(2024, 6, 1))} == {"Zinc Kings", "Birch Ltd"}


def test_lines_of_a_head_that_was_entered_late_are_not_known_before(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    lines(there, LINE_ROWS, on=date(2024, 4, 1))
    heads(there, [HEAD_ROWS[0].replace("2024-03-02", "2024-03-20")], on=date(2024, 4, 1))
    assert [len(seen(there, date(2024, 3, day))) for day in (19, 20)] == [0, 2]


def test_lines_of_a_withdrawn_head_go_with_it(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    complete = HEADS.replace("[document]\n", '[document]\ncomplete = "file"\n')
    header = "id,no,date,entered,customer,currency"
    put(there, "a.csv", HEAD_ROWS, header, complete, on=date(2024, 4, 1))
    lines(there, LINE_ROWS, on=date(2024, 4, 1))
    put(there, "b.csv", HEAD_ROWS[1:], header, complete, on=date(2024, 5, 1))
    assert len(seen(there, date(2024, 4, 30))) == 3
    assert [row[0] for row in seen(there, date(2024, 5, 1))] == ["Birch Ltd"]


def test_a_head_of_another_kind_or_source_completes_nothing(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    lines(there, LINE_ROWS)
    header = "id,no,date,entered,customer,currency"
    put(there, "a.csv", HEAD_ROWS, header, HEADS.replace('"order"', '"invoice"'))
    put(there, "b.csv", [*HEAD_ROWS, ""], header, HEADS.replace('"books"', '"other"'))
    assert dict(refreshed(there, date.today()).waiting) == {"order_line": 3}


def test_a_line_that_says_all_by_itself_needs_no_head(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    own = LINES + 'organisation_ref = "customer"\noccurred_on = { column = "date", date_order = "ymd" }\n'
    rows = ["1,1,10,100.00,Own Name Ltd,2024-03-09", "1,2,5,50.00,,"]
    put(there, "l.csv", rows, "order_id,line_no,qty,amount,customer,date", own)
    heads(there, HEAD_ROWS)
    assert [row[0] for row in seen(there, date.today())] == ["Acme Plating Works", "Own Name Ltd"]


def test_a_line_without_head_and_customer_is_rejected(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    load = lines(there, [*LINE_ROWS, ",4,1,1.00"])
    assert [row["reason"] for row in loads.rejects(there.landing, load).to_pylist()] == [
        "the row names no customer"
    ]
    assert verify(there).ok


def test_a_private_customers_order_stays_whole_and_its_key_stands_nowhere(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    private = HEADS.replace("confirmed", 'individuals = "all"\nconfirmed')
    rows = ["HOLLOWAY-1,A-1,2024-03-01,2024-03-02,Zebedee Holloway,USD"]
    put(there, "heads.csv", rows, "id,no,date,entered,customer,currency", private)
    lines(there, ["HOLLOWAY-1,1,10,100.00"])
    snapshot = refreshed(there, date.today())
    assert table(snapshot, "order_line").height == 1
    for name in ("order_line", "document"):
        shown = table(snapshot, name).select("native_id", "header_ref", "organisation_ref").rows()
        assert "HOLLOWAY" not in str(shown).upper()


@pytest.mark.parametrize("times", [1, 2])
def test_money_of_lines_that_name_no_currency_is_counted_apart_until_the_head_tells(
    tmp_path: Path, times: int
) -> None:
    there = new_shop(tmp_path / "shop")
    for _ in range(times):
        lines(there, LINE_ROWS)
    verdict = verify(there)
    assert verdict.ok
    assert verdict.totals["order_line"] == {"amount_headed": 220}
