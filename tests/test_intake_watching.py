"""A watched folder: complete files that need nobody are added once, the rest waits with a reason."""

import time
from pathlib import Path

from burnish.intake import Watcher
from burnish.shop import Shop
from burnish.store import loads
from shops import add, csv_file, new_shop, orders

ROWS = ["1001,2026-01-05,Acme Plating Works,PO-1,100,50.25", "1002,2026-01-16,Birch Metals Inc,PO-2,20,10.00"]
MORE = ["1003,2026-02-05,Acme Plating Works,PO-3,100,50.25", "1004,2026-02-16,Birch Metals Inc,PO-4,20,10.00"]


def watcher(there: Shop, folder: Path, *, later: float = 60.0) -> Watcher:
    return Watcher(there, folder, now=lambda: time.time() + later)


def told(one: Watcher) -> list[tuple[str, str]]:
    return [(seen.path.name, seen.what) for seen in one.turn()]


def agreed_shop(folder: Path) -> Shop:
    """A shop in which the mapping of order lists is agreed already."""
    there = new_shop(folder / "shop")
    add(there, orders(folder, ROWS, "first.csv"))
    return there


def inbox(folder: Path) -> Path:
    made = folder / "inbox"
    made.mkdir()
    return made


def test_a_complete_file_of_known_headings_is_added_once_whatever_its_name(tmp_path: Path) -> None:
    there, folder = agreed_shop(tmp_path), inbox(tmp_path)
    orders(folder, MORE, "february.csv")
    watching = watcher(there, folder)
    assert told(watching) == [("february.csv", "added")]
    orders(folder, MORE, "copy of february.csv")
    assert told(watching) == [("copy of february.csv", "known")]
    assert told(watching) == []
    assert len(loads.all_loads(there.landing)) == 2


def test_a_file_that_may_still_be_written_waits_and_is_added_later(tmp_path: Path) -> None:
    there, folder = agreed_shop(tmp_path), inbox(tmp_path)
    orders(folder, MORE, "february.csv")
    watching = watcher(there, folder, later=0)
    assert told(watching) == [("february.csv", "waiting")]
    assert watching.unsettled
    assert told(watching) == []
    watching.now = lambda: time.time() + 60
    assert told(watching) == [("february.csv", "added")]
    assert not watching.unsettled


def test_a_file_that_another_program_holds_open_waits(tmp_path: Path) -> None:
    there, folder = agreed_shop(tmp_path), inbox(tmp_path)
    orders(folder, MORE, "february.csv")
    (folder / ".~lock.february.csv#").touch()
    watching = watcher(there, folder)
    assert told(watching) == [("february.csv", "waiting")]
    (folder / ".~lock.february.csv#").unlink()
    assert told(watching) == [("february.csv", "added")]


def test_a_file_that_nobody_agreed_to_waits_and_says_what_to_do(tmp_path: Path) -> None:
    there, folder = new_shop(tmp_path / "shop"), inbox(tmp_path)
    orders(folder, ROWS, "orders.csv")
    [seen] = watcher(there, folder).turn()
    assert (seen.what, "Next: burnish add" in seen.said) == ("waiting", True)
    assert list((there.folder / "maps").iterdir()) == []
    assert loads.all_loads(there.landing) == []


def test_a_bad_file_stops_no_other_and_is_tried_again_when_it_changes(tmp_path: Path) -> None:
    there, folder = agreed_shop(tmp_path), inbox(tmp_path)
    (folder / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "notes.pdf").touch()
    orders(folder, MORE, "good.csv")
    watching = watcher(there, folder)
    assert sorted(told(watching)) == [
        ("bad.xlsx", "refused"),
        ("good.csv", "added"),
        ("notes.pdf", "left out"),
    ]
    assert told(watching) == []
    (folder / "bad.xlsx").unlink()
    csv_file(folder, "bad.xlsx", ["x"], header="y")
    assert [name for name, _ in told(watching)] == ["bad.xlsx"]
