"""Who is who against a truth written in the test, and resolvers that must not pass."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pyarrow as pa
import pytest

from burnish.cli.scoring import also, rates
from burnish.score import read_truth, read_walk, scored
from burnish.score.identity import BARS, companies, moves, people, reached, together
from burnish.score.page import text
from burnish.score.truth import IDENTIFIED
from score.build import a_walk
from score.test_scoring import standing, truth

LISTS = ("books", "crm", "mailing")
PEOPLE = [  # two people in three lists, one in one, a desk in two
    *((f"a{n}", LISTS[n], 1, False) for n in range(3)),
    *((f"b{n}", LISTS[n], 2, False) for n in range(3)),
    ("c0", "books", 3, False),
    ("d1", "crm", 4, True),
    ("d2", "mailing", 4, True),
]
RIGHT = {name: name[0] for name, *_ in PEOPLE}


def person() -> pl.DataFrame:
    return pl.DataFrame(PEOPLE, schema=IDENTIFIED, orient="row")


def individual(group: dict[str, str], customer: dict[str, str] | None = None) -> pl.DataFrame:
    rows = [(name, of, (customer or {}).get(name)) for name, of in group.items()]
    schema = dict.fromkeys(("person_id", "individual_id", "customer_id"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_a_right_resolver_of_people_passes_and_counts_every_pair() -> None:
    found = people(individual(RIGHT), person())
    assert (found["precision"], found["recall"], found["n"]) == (1.0, 1.0, 7)
    assert (found["mailboxes"], found["mailboxes_joined"]) == (2, 0)
    assert found["pairs"]["books - crm"] == {"precision": 1.0, "recall": 1.0, "n": 2, "taken": 2, "both": 2}
    assert reached(found, "people") is True


@pytest.mark.parametrize(
    ("group", "rates"),
    [
        (dict.fromkeys(RIGHT, "one"), (7 / 36, 1.0)),  # everybody is one
        ({name: name for name in RIGHT}, (None, 0.0)),  # nobody is anybody else
        ({}, (None, 0.0)),  # nobody is known
        (RIGHT | {"b0": "a"}, (5 / 8, 5 / 7)),  # one entry at the wrong person
    ],
)
def test_a_wrong_resolver_of_people_does_not_pass(
    group: dict[str, str], rates: tuple[float | None, float]
) -> None:
    found = people(individual(group), person())
    precision = None if rates[0] is None else round(rates[0], 4)
    assert (found["precision"], found["recall"]) == (precision, round(rates[1], 4))
    assert reached(found, "people") is not True


def test_two_entries_of_one_list_count_too() -> None:
    twice = pl.DataFrame([("x", "crm", 1, False), ("y", "crm", 1, False)], schema=IDENTIFIED, orient="row")
    found = people(individual({"x": "one", "y": "other"}), twice)
    assert (found["recall"], found["n"]) == (0.0, 1)


def test_a_desk_taken_for_a_person_is_counted() -> None:
    assert people(individual(RIGHT | {"d1": "a"}), person())["mailboxes_joined"] == 1


def test_entries_whose_person_nobody_can_tell_are_left_out() -> None:
    unclear = pl.DataFrame([("a0", "books", 9, False)], schema=IDENTIFIED, orient="row")
    found = people(individual(RIGHT), pl.concat([person(), unclear]))
    assert found["n"] == 5


def names(customers: list[tuple[str, str, str]]) -> pl.DataFrame:
    schema = ["source", "organisation_ref", "customer_id"]
    return pl.DataFrame(customers, schema=schema, orient="row")


COMPANIES = pl.DataFrame(
    {
        "source": ["books", "erp", "books", "erp", "erp"],
        "organisation_ref": ["Acme", "ACME Inc", "Bolt", "Bolt Co", "BOLT01"],
        "company": [1, 1, 2, 2, 2],
    }
)


@pytest.mark.parametrize(
    ("ids", "rates"),
    [
        ("11222", (1.0, 1.0)),
        ("11111", (3 / 6, 1.0)),
        ("12345", (None, 0.0)),
        ("12212", (1 / 3, 1 / 3)),
    ],
)
def test_companies_are_judged_across_systems(ids: str, rates: tuple[float | None, float]) -> None:
    texts = COMPANIES.select("source", "organisation_ref").rows()
    found = companies(names([(*text, id_) for text, id_ in zip(texts, ids, strict=True)]), COMPANIES)
    assert found["precision"] == (None if rates[0] is None else round(rates[0], 4))
    assert found["recall"] == round(rates[1], 4)
    assert found["within"]["n"] == 1
    assert reached(found, "companies") is (True if ids == "11222" else None if ids == "12345" else False)


def test_a_name_that_was_not_resolved_is_missed() -> None:
    found = companies(names([("books", "Acme", "1")]), COMPANIES)
    assert (found["recall"], found["n"], found["taken"]) == (0.0, 3, 0)


STAYS = pl.DataFrame(
    [
        (1, 10, "buyer", date(2024, 1, 1), date(2025, 3, 1)),
        (1, 20, "buyer", date(2025, 4, 1), None),
        (2, 10, "buyer", date(2024, 1, 1), None),
    ],
    schema={"person": pl.Int64, "company": pl.Int64, "role": pl.String}
    | {"from_on": pl.Date, "until_on": pl.Date},
    orient="row",
)
STAND_FOR = {"C10": frozenset({10}), "C20": frozenset({20}), "C30": frozenset({30})}
SEEN = {"a0": "C10", "a1": "C20", "b0": "C10", "b1": "C10"}


def job(rows: list[tuple[str, str, date, str | None]]) -> pl.DataFrame:
    schema = {"individual_id": pl.String, "customer_id": pl.String, "from_on": pl.Date, "moved_to": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def told(rows: list[tuple[str, str, date, str | None]], group: dict[str, str] = RIGHT) -> dict:
    return moves(job(rows), individual(group, SEEN), person(), STAYS, STAND_FOR)


def test_a_change_of_job_is_found_with_its_days() -> None:
    found = told([("a", "C10", date(2024, 2, 1), "C20"), ("a", "C20", date(2025, 4, 11), None)])
    assert (found["recall"], found["precision"], found["n"]) == (1.0, 1.0, 1)
    assert (found["days_off"], found["median_days_off"]) == ([10], 10.0)


def test_a_change_to_another_company_or_of_another_person_is_wrong() -> None:
    wrong_way = told([("a", "C20", date(2025, 4, 1), "C10"), ("a", "C10", date(2025, 5, 1), None)])
    elsewhere = told([("a", "C10", date(2024, 2, 1), "C30"), ("a", "C30", date(2025, 4, 1), None)])
    stranger = told([("b", "C10", date(2024, 2, 1), "C20"), ("b", "C20", date(2025, 4, 1), None)])
    for found in (wrong_way, elsewhere, stranger):
        assert (found["recall"], found["precision"], found["claimed"]) == (0.0, 0.0, 1)


def test_a_change_that_the_lists_do_not_show_is_not_asked_for() -> None:
    unseen = moves(job([]), individual(RIGHT, {"a0": "C10"}), person(), STAYS, STAND_FOR)
    assert (unseen["recall"], unseen["n"]) == (None, 0)


def test_several_shops_add_up_and_the_worst_is_told() -> None:
    good, bad = people(individual(RIGHT), person()), people(individual({}), person())
    found = together([good, bad])
    assert (found["recall"], found["n"], found["least_recall"]) == (0.5, 14, 0.0)
    assert (found["mailboxes"], found["mailboxes_joined"]) == (4, 0)


def test_a_walk_keeps_people_by_opaque_ids_and_their_score(tmp_path: Path) -> None:
    walked = a_walk(standing())
    tables = walked.tables | {"person": person(), "individual": individual(RIGHT, SEEN), "job": job([])}
    walked = replace(walked, tables=tables, truth=read_truth(truth(tmp_path / "truth", [])))
    walked.keep(tmp_path / "walk")
    found = scored([read_walk(tmp_path / "walk")])["identity"]
    assert found == scored([walked])["identity"]
    assert (found["people"]["precision"], found["people"]["recall"]) == (1.0, 1.0)
    assert (found["people"]["bar"], found["people"]["reached"]) == (BARS["people"], True)


def test_a_walk_of_an_earlier_version_says_nothing_of_people(tmp_path: Path) -> None:
    walked = replace(a_walk(standing()), truth=read_truth(truth(tmp_path / "truth", [])))
    walked.keep(tmp_path / "walk")
    for name in ("person", "individual", "job"):
        (tmp_path / "walk" / f"{name}.parquet").unlink()
    found = scored([read_walk(tmp_path / "walk")])["identity"]["people"]
    assert (found["precision"], found["recall"], found["reached"]) == (None, None, None)
    assert "not known" in rates(found)


def test_the_bars_stand_beside_the_figures_in_words_and_on_the_page(tmp_path: Path) -> None:
    walked = a_walk(standing())
    group = RIGHT | {"b0": "a"}
    tables = walked.tables | {"person": person(), "individual": individual(group), "job": job([])}
    walked = replace(walked, tables=tables, truth=read_truth(truth(tmp_path / "truth", [])))
    told = scored([walked])
    found = told["identity"]["people"]
    assert rates(found) == "precision .6250 (bar .99), recall .7143 (bar .95) of 7 pairs"
    assert "of 2 desk mailboxes 0 joined" in also(found)
    page = text(told)
    assert "precision 0.6250 (bar 0.99)" in page
    assert found["reached"] is False


def test_the_truth_about_people_carries_the_shops_own_ids(tmp_path: Path) -> None:
    folder = truth(tmp_path / "truth", [])
    (folder / "person.csv").write_text("source,object,key,person\ncrm,contacts,7,1\ncrm,contacts,8,2\n")
    (folder / "job.csv").write_text(
        "person,company,role,from_on,until_on\n1,1,buyer,2024-01-01,\n2,1,mailbox,,\n"
    )
    spoken = lambda source, kind, keys: pa.array([f"{source} {kind} {key}" for key in keys])  # noqa: E731
    vault = SimpleNamespace(person_ids=spoken)
    found = read_truth(folder).identified(vault)  # type: ignore[arg-type]
    assert found.rows() == [("crm contacts 7", "crm", 1, False), ("crm contacts 8", "crm", 2, True)]


def test_a_private_customer_is_found_under_the_id_that_the_shop_knows_it_by(tmp_path: Path) -> None:
    folder = truth(tmp_path / "truth", [])
    rows = ["erp,Acme,1,", "erp,Ann Lee,2,", "books,ann lee,2,", "books,Bo Lee,3,"]
    (folder / "company.csv").write_text("\n".join(["source,organisation_ref,company,parent", *rows]) + "\n")
    spoken = lambda source, kind, keys: pa.array([f"{source}-{kind}-{key}" for key in keys])  # noqa: E731
    vault, ann = SimpleNamespace(person_ids=spoken), "person {}-customer-ann lee"
    known = names(
        [("erp", "Acme", "C1"), ("erp", ann.format("erp"), "C2"), ("books", ann.format("books"), "C2")]
    )
    named = read_truth(folder).named(vault, known)  # type: ignore[arg-type]
    assert set(named["organisation_ref"]) == {"Acme", "Bo Lee", ann.format("erp"), ann.format("books")}
    assert companies(known, named)["recall"] == 1.0
