"""kill -9 at random moments of `add` and `refresh`: no row lost or doubled, the last snapshot readable."""

import os
import random
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from burnish import intake
from burnish.morning import briefing
from burnish.shop import Shop, open_shop
from burnish.store import loads, snapshots
from burnish.store.fingerprint import table_hash
from burnish.verify import verify
from shops import add, csv_file, new_shop, orders, refreshed

DAY = date(2026, 3, 31)
PEOPLE = 400
WORKER = """
import sys
from pathlib import Path
from datetime import date
from shops import add, refreshed
from burnish.shop import open_shop
import burnish.pipeline, burnish.sources.landing, burnish.privacy.vault
shop, what = open_shop(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
if what == "add":
    add(shop, Path(sys.argv[3]), on=date(2026, 3, 31))
else:
    refreshed(shop, date(2026, 3, 31))
print("done", flush=True)
"""


def made(folder: Path) -> tuple[Shop, Path]:
    """A shop with one load and a snapshot, and a second file with people in it."""
    shop = new_shop(folder / "shop")
    rows = [f"{n},{DAY - timedelta(days=700 - n)},Customer {n % 9} Works,PO-{n},5,10.00" for n in range(600)]
    add(shop, orders(folder, rows), on=DAY)
    refreshed(shop, DAY)
    header = "Order No,Order Date,Customer,Qty,Amount,Contact,Email"
    people = [
        f"X{n},{DAY - timedelta(n % 300)},Customer {n % 9} Works,5,1.00,Zo Nr{n},zo{n % PEOPLE}@a.example"
        for n in range(20_000)
    ]
    return shop, csv_file(folder, "more.csv", people, header=header)


def started(shop: Shop, what: str, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORKER, str(shop.folder), what, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    seen = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    worker = subprocess.Popen(command, **pipes, text=True, env=seen)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def run(shop: Shop, what: str, path: Path, *, kill_after: float | None) -> tuple[bool, float]:
    """Run `what` in another process, killed after some seconds. Returns whether it was done, and its time."""
    worker = started(shop, what, path)
    began = time.perf_counter()
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    try:
        done = "done" in worker.communicate(timeout=kill_after)[0]
    except subprocess.TimeoutExpired:
        worker.kill()
        done = "done" in worker.communicate()[0]
    return done, time.perf_counter() - began


def sound(shop: Shop) -> None:
    """What must hold after any kill."""
    assert verify(shop).wrong == ()
    with snapshots.current(shop.snapshots) as snapshot:
        tables = snapshot.manifest["tables"]
        assert {name: table_hash(snapshot.table(name)) for name in tables} == tables
    briefing(shop, reader="owner")


def survive(folder: Path, *, kills: int, seed: int) -> int:
    """Kill until `kills` workers died before they were done, in add and refresh by turns; returns tries."""
    base, path = made(folder)
    chance, died, tries = random.Random(seed), 0, 0
    lasts = {}
    for what in ("add", "refresh"):
        shutil.copytree(base.folder, folder / "timing")
        _, lasts[what] = run(open_shop(folder / "timing"), what, path, kill_after=None)
        shutil.rmtree(folder / "timing")
    while died < kills:
        tries += 1
        what = ("add", "refresh")[died % 2]
        shutil.copytree(base.folder, folder / "try")
        shop = open_shop(folder / "try")
        done, _ = run(shop, what, path, kill_after=chance.uniform(0, lasts[what]))
        died += not done
        sound(shop)
        add(shop, path, on=DAY)
        sound(shop)
        rows = [
            part.loaded
            for _, part in loads.parts(loads.all_loads(shop.landing))
            if part.table == "order_line"
        ]
        assert rows == [600, 20_000]
        assert shop.vault.count() == PEOPLE
        assert not list(shop.landing.glob(".unfinished*"))
        shutil.rmtree(folder / "try")
    return tries


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    assert survive(tmp_path, kills=4, seed=1) >= 4


@pytest.mark.long
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    tries = survive(tmp_path, kills=200, seed=2)
    print(f"200 workers killed before they were done, in {tries} tries: 0 rows lost or doubled")
    assert tries >= 200


def test_a_stopped_add_leaves_people_that_the_next_writer_discards(tmp_path: Path) -> None:
    shop, path = made(tmp_path)
    with intake.look(shop, path) as plan, pytest.raises(RuntimeError):
        intake.land(shop, intake.confirmed(plan), progress=stop)
    with shop.writing():
        assert shop.vault.count() == 0


def stop(name: str, rows: int) -> None:
    raise RuntimeError(name)
