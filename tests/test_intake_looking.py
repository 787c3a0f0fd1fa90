"""What is proposed for a file: the mapping given, remembered, declared by a known list, or guessed."""

from pathlib import Path

import pytest

from burnish import intake
from burnish.errors import InputError, MappingError
from burnish.shop import Shop
from burnish.sources import systems
from burnish.sources.systems import Source, discovered
from shops import csv_file, new_shop, orders

HEADER = "Order,Placed,Whose,Pieces,Value"
ROWS = ["7001,2026-01-05,Acme Plating Works,100,50.25", "7002,2026-01-16,Birch Metals Inc,20,10.00"]
JOBS = """
title = "Job list"
object = "jobs"
needs = ["Order", "Placed", "Whose"]
[order_line]
key = ["Order"]
occurred_on = "Placed"
organisation_ref = "Whose"
order_no = "Order"
quantity = "Pieces"
amount = "Value"
"""


BY_HAND = """
source = "generic"
object = "orders"
confirmed = true
[order_line]
key = ["Order"]
occurred_on = "Placed"
organisation_ref = "Whose"
"""


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of known programs instead of those that come with Burnish."""
    folder = tmp_path / "programs"
    (folder / "tanks").mkdir(parents=True)
    (folder / "tanks" / "source.toml").write_text('title = "Tanks"\nhow = []\n', "utf-8")
    put(folder, "jobs", JOBS)

    def found() -> tuple[Source, ...]:
        return discovered(folder)

    monkeypatch.setattr(systems, "discover", found)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    (folder / "tanks" / f"{name}.toml").write_text(text, "utf-8")


def landed(there: Shop, path: Path) -> str:
    with intake.look(there, path) as plan:
        load, _ = intake.land(there, intake.confirmed(plan), progress=lambda name, rows: None)
    return f"{load.source} {load.parts[0].object} {load.parts[0].loaded}"


def test_a_known_list_is_landed_as_it_declares_and_remembered_under_its_own_name(
    tmp_path: Path, known: Path
) -> None:
    there = new_shop(tmp_path / "shop")
    path = csv_file(tmp_path, "x.csv", ROWS, header=HEADER)
    with intake.look(there, path) as plan:
        assert plan.needs_nobody
        assert "Tanks" in plan.proposals[0].because or "Job list" in plan.proposals[0].because
    assert landed(there, path) == "tanks jobs 2"
    [remembered] = (there.folder / "maps").glob("*.toml")
    assert remembered.name.startswith("tanks.jobs-")


def test_what_a_person_corrected_wins_over_what_the_list_declares(tmp_path: Path, known: Path) -> None:
    there = new_shop(tmp_path / "shop")
    path = csv_file(tmp_path, "x.csv", ROWS, header=HEADER)
    landed(there, path)
    [remembered] = (there.folder / "maps").glob("*.toml")
    remembered.write_text(remembered.read_text("utf-8").replace('"jobs"', '"my jobs"'), "utf-8")
    assert landed(there, csv_file(tmp_path, "y.csv", ROWS[:1], header=HEADER)) == "tanks my jobs 1"


def test_a_mapping_agreed_before_the_program_was_known_stays_in_force(tmp_path: Path, known: Path) -> None:
    there = new_shop(tmp_path / "shop")
    path = csv_file(tmp_path, "x.csv", ROWS, header=HEADER)
    (known / "tanks" / "jobs.toml").unlink()
    (tmp_path / "map.toml").write_text(BY_HAND, "utf-8")
    with intake.look(there, path, map_file=tmp_path / "map.toml") as plan:
        intake.land(there, plan, progress=lambda name, rows: None)
    put(known, "jobs", JOBS)
    with intake.look(there, path) as plan:
        assert plan.source == "generic"
        assert plan.is_confirmed


def test_lists_with_equal_headings_that_only_the_file_tells_apart_do_not_share_a_mapping(
    tmp_path: Path, known: Path
) -> None:
    put(known, "jobs", JOBS.replace("needs", 'file = ["jobs"]\nneeds'))
    put(
        known,
        "scrap",
        'title = "Scrap"\nfile = ["scrap"]\nneeds = ["Order", "Placed"]\nskip = "no customers"\n',
    )
    there = new_shop(tmp_path / "shop")
    assert landed(there, csv_file(tmp_path, "jobs.csv", ROWS, header=HEADER)) == "tanks jobs 2"
    with intake.look(there, csv_file(tmp_path, "scrap.csv", ROWS, header=HEADER)) as plan:
        assert plan.proposals == ()
        assert [one.reason for one in plan.left_out] == ["tanks/scrap: no customers"]


def test_a_file_left_out_whole_lands_nothing_and_says_why(tmp_path: Path, known: Path) -> None:
    put(known, "jobs", 'title = "Jobs"\nneeds = ["Order"]\nskip = "not about customers"\n')
    there = new_shop(tmp_path / "shop")
    path = csv_file(tmp_path, "x.csv", ROWS, header=HEADER)
    with intake.look(there, path) as plan, pytest.raises(MappingError, match="not about customers"):
        intake.land(there, plan, progress=lambda name, rows: None)


def test_a_file_without_rows_is_an_error_when_named_and_left_out_when_come_across(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    path = orders(tmp_path, [])
    with pytest.raises(InputError, match="headings but no rows"), intake.look(there, path):
        pass
    with intake.look(there, path, named=False) as plan:
        assert [one.reason for one in plan.left_out] == ["it has headings but no rows"]


def test_looking_without_drafts_writes_nothing_and_tells_what_is_missing(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    path = csv_file(tmp_path, "odd.csv", ["1,2", "3,4"], header="foo,bar")
    with intake.look(there, path, drafts=False) as plan:
        assert plan.proposals[0].problem == "no table is filled"
        assert not plan.needs_nobody
    assert list((there.folder / "maps").iterdir()) == []


def test_a_rehearsal_counts_as_landing_does_and_stores_nothing(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    good = [
        "1001,2026-01-05,Acme Plating Works,PO-1,100,50.25",
        "1002,2026-01-16,Birch Metals Inc,PO-2,20,10",
    ]
    path = orders(tmp_path, [*good, "1003,2026-01-07,,PO-3,5,1.00", "1004,soon,Acme Plating Works,PO-4,5,1"])
    before = {each: each.stat().st_mtime_ns for each in there.folder.rglob("*")}
    with intake.look(there, path, drafts=False) as plan:
        parts, problems = intake.rehearsed(there, plan)
        reasons = {(row["reason"], row["verdict"]) for row in problems.to_pylist()}
        assert {each: each.stat().st_mtime_ns for each in there.folder.rglob("*")} == before
        load, _ = intake.land(there, intake.confirmed(plan), progress=lambda name, rows: None)
    assert parts == load.parts
    assert reasons == {("the row names no customer", "rejected"), ("words instead of a date", "noted")}


def test_the_same_file_under_a_mapping_with_other_kinds_of_rows_is_not_the_same_load(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    path = csv_file(tmp_path, "x.csv", ROWS, header=HEADER)
    digests = []
    for more in ("", 'rows = { "Pieces" = ["100"] }\n'):
        (tmp_path / "map.toml").write_text(BY_HAND + more, "utf-8")
        with intake.look(there, path, map_file=tmp_path / "map.toml") as plan:
            digests.append(intake.mapping_digest(plan))
    assert digests[0] != digests[1]
