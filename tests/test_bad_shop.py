"""A folder that cannot be written, a full disk, two writers: said plainly, and nothing is lost."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from burnish.store import loads
from burnish.verify import verify
from shops import add, new_shop, orders

DAY = date(2026, 6, 30)
ROWS = [f"{n},2026-05-{n % 28 + 1:02d},Acme Plating Works,PO-{n},5,10.00" for n in range(4000)]
COMMAND = "from burnish.cli import main; main()"
SMALL_FILES = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
)
WITHOUT_CAPABILITIES = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


def burnish(
    shop: Path, *words: str, first: str = "", by: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    command = [*by, sys.executable, "-c", first + COMMAND, "--shop", str(shop), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def obedient() -> Sequence[str]:
    """How to run a command that obeys permissions, whoever runs the tests."""
    if os.geteuid() != 0:
        return ()
    if shutil.which(WITHOUT_CAPABILITIES[0]) is None:
        pytest.skip("root obeys no permission here, and setpriv (util-linux) is missing")
    return WITHOUT_CAPABILITIES


@pytest.mark.parametrize("locked", [".", "landing"])
def test_a_folder_without_write_permission_is_said_and_nothing_changes(tmp_path: Path, locked: str) -> None:
    made = new_shop(tmp_path / "shop")
    path = orders(tmp_path, ROWS[:20])
    (made.folder / locked).chmod(0o555)
    told = burnish(made.folder, "add", str(path), "--yes", by=obedient())
    (made.folder / locked).chmod(0o755)
    assert told.returncode == 5, told.stderr
    assert "cannot be written: Permission denied" in told.stderr
    assert "Ask for write permission" in told.stderr
    assert loads.all_loads(made.landing) == []


@pytest.mark.parametrize("words", [("add", "orders.csv", "--yes"), ("refresh", "--as-of", "2026-06-30")])
def test_a_full_disk_is_said_and_what_was_stored_is_whole(tmp_path: Path, words: tuple[str, ...]) -> None:
    made = new_shop(tmp_path / "shop")
    add(made, orders(tmp_path, ROWS[::-1], "first.csv"), on=DAY)
    path = orders(tmp_path, ROWS)
    told = burnish(
        made.folder, *(str(path) if word == path.name else word for word in words), first=SMALL_FILES
    )
    assert told.returncode == 5, told.stderr
    assert "the disk is full" in told.stderr
    assert "Make room" in told.stderr
    assert verify(made).ok
    assert [load.file for load in loads.all_loads(made.landing)] == ["first.csv"]


def test_two_adds_at_once_let_one_in_and_the_other_can_try_again(tmp_path: Path) -> None:
    made = new_shop(tmp_path / "shop")
    path = orders(tmp_path, ROWS[:50])
    with made.writing():
        told = burnish(made.folder, "add", str(path), "--yes")
    assert told.returncode == 5
    assert "another add, refresh or remove is at work" in told.stderr
    assert burnish(made.folder, "add", str(path), "--yes").returncode == 0
    assert [(load.file, load.parts[0].loaded) for load in loads.all_loads(made.landing)] == [(path.name, 50)]
