"""The doctor says which questions the data answers, and which file would answer more."""

from datetime import date
from pathlib import Path

import pytest

from burnish import intake
from burnish.doctor import ANSWERED, NOT_YET, PARTLY, Answer, Held, Need, Question, answer, checkup, questions
from shops import add, csv_file, new_shop, orders, refreshed

DAY = date(2026, 6, 30)
NAMES = ("Acme Plating Works", "Brook Tool", "Cedar Works", "Dale Parts", "Elm Street Anodizing")
WEEKLY = [
    f"{n}{name[0]},{date.fromordinal(739000 + 7 * n)},{name},PO-{n},5,10.00"
    for n in range(30)
    for name in NAMES
]
NOTHING = Held(frozenset(), frozenset(), frozenset(), frozenset())
ASKED = Question("Q0", "who?", (Need("an order list", gives="who", table="order_line", columns=("po_no",)),))


def held(*filled: tuple[str, str]) -> Held:
    return Held(frozenset(filled), frozenset(), frozenset(), frozenset())


def of(found: tuple[Answer, ...], name: str) -> Answer:
    return next(one for one in found if one.id == name)


def test_all_fifteen_questions_are_asked_in_order_each_with_a_file_that_helps() -> None:
    assert [one.id for one in questions()] == [f"Q{number}" for number in range(1, 16)]
    assert all(need.file for one in questions() for need in one.needs)


def test_an_empty_shop_answers_nothing_and_names_a_file_for_every_question(tmp_path: Path) -> None:
    found = checkup(new_shop(tmp_path / "shop")).questions
    assert {one.state for one in found} == {NOT_YET}
    assert all(one.missing for one in found)


def test_a_filled_column_answers_and_an_empty_one_does_not() -> None:
    assert answer(ASKED, held(("order_line", "po_no"))).state == ANSWERED
    assert answer(ASKED, held(("order_line", "price"))) == Answer(
        "Q0", "who?", NOT_YET, (), ("an order list",), ()
    )


def test_what_a_later_version_brings_leaves_a_question_partly_answered() -> None:
    later = Question("Q0", "who?", ASKED.needs, later=("the rest",))
    assert answer(later, held(("order_line", "po_no"))).state == PARTLY
    assert answer(later, NOTHING).state == NOT_YET


def test_orders_with_a_rhythm_answer_the_first_question(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, WEEKLY[:5]), on=DAY)
    refreshed(made, DAY)
    few = of(checkup(made).questions, "Q1")
    assert few.state == PARTLY
    assert "older orders" in few.missing[0]
    add(made, orders(tmp_path, WEEKLY, "more.csv"), on=DAY)
    refreshed(made, DAY)
    assert of(checkup(made).questions, "Q1").state == ANSWERED


def test_a_customer_list_with_industries_changes_what_is_missing(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    before = of(checkup(made).questions, "Q11")
    header = "Customer,Customer Code,Industry,City"
    add(made, csv_file(tmp_path, "customers.csv", ["Acme Plating Works,A1,332813,Dayton"], header=header))
    after = of(checkup(made).questions, "Q11")
    assert set(before.missing) - set(after.missing) == {
        "a customer list with the industry of each (NAICS code or words)"
    }


def test_health_names_the_ban_the_versions_and_rows_without_a_key(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    rows = [row.partition(",")[2] for row in WEEKLY]
    add(made, csv_file(tmp_path, "o.csv", rows, header="Order Date,Customer,PO,Qty,Amount"), on=DAY)
    health = checkup(made).health
    assert health.network_ban in ("seccomp", "seccomp+namespace", "none")
    assert {"burnish", "python", "duckdb"} <= set(health.versions)
    assert any(note.startswith("rows of o.csv (order_line) have no key") for note in health.notes)
    assert any("run burnish refresh" in note for note in health.notes)


@pytest.mark.parametrize("name", ["Q3", "Q10"])
def test_without_payments_nobody_is_judged_on_paying(tmp_path: Path, name: str) -> None:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, WEEKLY), on=DAY)
    refreshed(made, DAY)
    assert any("payments" in missing for missing in of(checkup(made).questions, name).missing)


def test_a_file_added_or_removed_after_the_refresh_is_named_whatever_the_day(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, WEEKLY), on=DAY)
    refreshed(made, DAY)
    assert not any("since the last refresh" in note for note in checkup(made).health.notes)
    add(made, orders(tmp_path, WEEKLY[:20], "more.csv"), on=DAY)
    intake.remove(made, "L000001")
    notes = [note for note in checkup(made).health.notes if "since the last refresh" in note]
    assert [note.split(" since")[0] for note in notes] == ["L000002 added", "L000001 removed"]


def test_a_list_of_which_much_was_rejected_is_named_with_its_load(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    broken = [row.replace("Brook Tool", "") for row in WEEKLY]
    add(made, orders(tmp_path, broken), on=DAY)
    (said,) = (note for note in checkup(made).health.notes if "were rejected" in note)
    assert said.startswith("30 of 150 rows of orders.csv (order_line)")
    assert len(list(intake.rejected_cells(made, Path("L000001")))) == 30
