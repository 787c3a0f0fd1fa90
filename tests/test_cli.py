"""The commands as a person or a program runs them."""

import json
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from burnish import cli
from shops import csv_file, orders

RUN = "from burnish.cli import main; main()"
HEAVY = ("pyarrow", "duckdb", "ibis", "polars", "numpy", "scipy", "cryptography", "rich")
LAST = date(2026, 5, 29)
HELP = """
import atexit, sys, burnish.cli
sys.argv = ["burnish", "--help"]
atexit.register(lambda: print(*[name for name in {heavy} if name in sys.modules], file=sys.stderr))
burnish.cli.main()
"""


def run(*words: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, input=stdin)


def told(*words: object) -> Any:
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def book(folder: Path) -> Path:
    rows = []
    for n in range(8):
        start = date(2024, 3, 1) + timedelta(days=n)
        stop = LAST - timedelta(days=50 if n == 0 else 0)
        days = [start + timedelta(days=step) for step in range(0, (stop - start).days, 6 + n)]
        rows += [f"{n}-{k},{day},Customer {n} Works,PO{n}-{k},10,100.50" for k, day in enumerate(days)]
    return orders(folder, rows)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    there = folder / "shop"
    assert run("init", there, "--time-zone", "UTC").returncode == 0
    assert run("--shop", there, "add", book(folder), "--yes").returncode == 0
    assert run("--shop", there, "refresh", "--as-of", LAST).returncode == 0
    return there


def test_help_imports_nothing_heavy() -> None:
    check = HELP.format(heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""
    assert "remove" in done.stdout


def test_brief_has_the_promised_shape_and_two_rows_of_evidence(shop: Path) -> None:
    page = told("brief", "--shop", shop)
    assert {"as_of", "snapshot", "reader", "items"} <= set(page)
    [item] = page["items"] or page["watch"]
    assert item["subject"]["name"] == "Customer 0 Works"
    whole = {"id", "kind", "subject", "sentence", "odds", "money", "owner", "next_step", "checks", "evidence"}
    assert whole <= set(item)
    assert len(item["evidence"]) >= 2
    assert {"file", "sheet", "line"} <= set(item["evidence"][0])


def test_verify_reports_each_file_with_its_difference_and_totals(shop: Path) -> None:
    verdict = told("verify", "--shop", shop)
    assert verdict["ok"]
    [one] = verdict["files"]
    assert {"file", "table", "rows_in", "loaded", "rejected", "difference"} <= set(one)
    assert verdict["totals"]["order_line"]["amount"] == one["loaded"] * 100.5


def test_refresh_reports_snapshot_hash_seconds_and_rows(shop: Path) -> None:
    first, second = (told("--shop", shop, "refresh", "--as-of", LAST) for _ in range(2))
    assert first["hash"] == second["hash"]
    assert {"snapshot", "hash", "seconds", "rows"} <= set(first)


def test_add_reports_the_mapping_of_each_column(tmp_path: Path) -> None:
    run("init", tmp_path / "shop", "--time-zone", "UTC")
    report = told("--shop", tmp_path / "shop", "add", book(tmp_path), "--yes", "--as", "jobs")
    [one] = report["files"]
    assert (one["source"], one["table"], one["rejected"]) == ("jobs", "order_line", 0)
    assert one["mapping"]["Amount"]["to"] == "order_line.amount"


def test_an_unconfirmed_mapping_stores_nothing_and_says_where_to_correct_it(tmp_path: Path) -> None:
    there = tmp_path / "shop"
    run("init", there, "--time-zone", "UTC")
    done = run("--shop", there, "add", book(tmp_path))
    assert done.returncode == 4
    [draft] = (there / "maps").glob("*.toml")
    assert draft.name in done.stderr
    assert not list((there / "landing").iterdir())
    assert run("--shop", there, "add", book(tmp_path), "--yes").returncode == 0


def test_a_sheet_that_cannot_be_understood_leaves_a_draft_to_complete(tmp_path: Path) -> None:
    there = tmp_path / "shop"
    run("init", there, "--time-zone", "UTC")
    path = csv_file(tmp_path, "odd.csv", ["1,2", "3,4"], header="foo,bar")
    done = run("--shop", there, "add", path, "--yes")
    assert done.returncode == 4
    assert len(list((there / "maps").glob("*.toml"))) == 1


def test_one_bad_file_does_not_keep_the_others_out(tmp_path: Path) -> None:
    there = tmp_path / "shop"
    run("init", there, "--time-zone", "UTC")
    empty = tmp_path / "empty.csv"
    empty.touch()
    done = run("--shop", there, "add", empty, book(tmp_path), "--yes", "--json", "--quiet")
    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert [one["file"] for one in report["files"]] == ["orders.csv"]
    assert len(report["refused"]) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--shop", "nowhere", "brief"), 5),
        (("--shop", "nowhere", "refresh", "--as-of", "31/12/2026"), 5),
        (("nonsense",), 2),
        (("bench", "--only", "nothing"), 2),
    ],
)
def test_exit_codes_are_as_documented(words: tuple[str, ...], code: int) -> None:
    done = run(*words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_fault_of_burnish_does_not_show_what_it_held(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def broken() -> None:
        raise KeyError("Zebedee Markerson")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 1
    assert "Markerson" not in capsys.readouterr().err


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder of exports in which one file needs a person, one is no table and one has no rows."""
    folder = tmp_path / "exports"
    (folder / "2026").mkdir(parents=True)
    book(folder / "2026")
    csv_file(folder, "odd.csv", ["1,2", "3,4"], header="foo,bar")
    csv_file(folder, "empty.csv", [], header="Order No,Order Date")
    (folder / "LICENSE").write_text("free", "utf-8")
    run("init", tmp_path / "shop", "--time-zone", "UTC")
    return folder


def test_a_folder_is_added_whole_but_for_what_needs_a_person(office: Path) -> None:
    there = office.parent / "shop"
    done = run("--shop", there, "add", office, "--yes", "--json", "--quiet")
    report = json.loads(done.stdout)
    assert done.returncode == 4
    assert [one["file"] for one in report["files"]] == ["orders.csv"]
    assert [one["file"] for one in report["refused"]] == ["odd.csv"]
    reasons = {Path(one["file"]).name: one["reason"] for one in report["left_out"]}
    assert reasons == {"LICENSE": "no table", "empty.csv": "it has headings but no rows"}


def test_the_summary_of_many_files_names_each_with_its_count_or_reason(office: Path) -> None:
    done = run("--shop", office.parent / "shop", "add", office, "--yes")
    page = done.stdout[done.stdout.index("rows in = loaded + rejected") :]
    assert all(name in page for name in ("orders.csv", "order_line", "odd.csv", "LICENSE", "empty.csv"))
    assert done.returncode == 4


def test_a_dry_run_shows_what_would_happen_and_stores_nothing(office: Path) -> None:
    there = office.parent / "shop"
    before = sorted(path for path in there.rglob("*"))
    report = json.loads(run("--shop", there, "add", office, "--dry-run", "--json").stdout)
    assert report["dry_run"]
    found = {one["file"]: one for one in report["files"]}
    assert found["orders.csv"]["tables"][0]["rows_in"] == found["orders.csv"]["rows"]
    assert found["orders.csv"]["mapping"]["Amount"][0]["to"] == "order_line.amount"
    assert found["odd.csv"]["questions"]
    assert sorted(path for path in there.rglob("*")) == before


def test_a_watched_folder_is_looked_at_once_and_what_waits_is_named(office: Path) -> None:
    there = office.parent / "shop"
    run("--shop", there, "add", office / "2026", "--yes")
    done = run("--shop", there, "watch", office, "--once", "--json")
    seen = {Path(one["file"]).name: one["what"] for one in json.loads(done.stdout)["seen"]}
    assert seen["orders.csv"] in ("known", "waiting")
    assert (seen["LICENSE"], done.returncode) == ("left out", 4)


def test_sources_lists_every_program_and_names_the_known_ones_when_asked_for_another() -> None:
    listed = told("sources")["sources"]
    assert {"name", "title", "how", "objects", "not_loaded"} <= set(listed[0])
    assert run("sources", listed[0]["name"]).returncode == 0
    done = run("sources", "nosuch")
    assert done.returncode == 2
    assert listed[0]["name"] in done.stderr


def test_watching_ends_cleanly_when_it_is_interrupted(tmp_path: Path) -> None:
    run("init", tmp_path / "shop", "--time-zone", "UTC")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "notes.pdf").touch()
    command = [sys.executable, "-c", RUN, "--shop", str(tmp_path / "shop"), "watch", str(tmp_path / "inbox")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        assert "left out" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        _, complaint = watching.communicate(timeout=60)
    assert watching.returncode == 0
    assert "stopped; files added: 0" in complaint
