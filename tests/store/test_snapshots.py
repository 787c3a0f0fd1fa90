import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from burnish.errors import DamageError, ShopError
from burnish.store import durable, loads, snapshots
from burnish.store.fingerprint import table_hash


def published(folder: Path, value: int, day: str = "2026-01-01") -> snapshots.Snapshot:
    folder.mkdir(exist_ok=True)
    built = durable.begin_folder(folder, "snapshot")
    loads.write_parquet(pa.table({"n": [value]}), built / "t.parquet")
    return snapshots.publish(folder, built, {"as_of": day})


def test_readers_see_the_last_published_snapshot(tmp_path: Path) -> None:
    published(tmp_path, 1)
    published(tmp_path, 2)
    with snapshots.current(tmp_path) as snapshot:
        assert snapshot.table("t").column("n").to_pylist() == [2]


def test_the_same_content_gives_the_same_snapshot(tmp_path: Path) -> None:
    assert published(tmp_path, 1).id == published(tmp_path, 1).id
    assert len(list(tmp_path.glob("*/manifest.json"))) == 1


def test_a_leased_snapshot_outlives_pruning_and_goes_afterwards(tmp_path: Path) -> None:
    first = published(tmp_path, 0)
    with snapshots.current(tmp_path) as held:
        for value in range(1, 6):
            published(tmp_path, value)
        snapshots.prune(tmp_path, keep=2)
        assert held.table("t").num_rows == 1
    snapshots.prune(tmp_path, keep=2)
    assert not first.folder.exists()
    assert len(list(tmp_path.glob("*/manifest.json"))) == 2


def test_before_the_first_refresh_the_reader_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="burnish refresh"), snapshots.current(tmp_path):
        pass


def test_a_damaged_table_is_refused_not_read(tmp_path: Path) -> None:
    path = published(tmp_path, 1).folder / "t.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with snapshots.current(tmp_path) as snapshot, pytest.raises(DamageError):
        snapshot.table("t")


def test_readers_never_see_a_mixture_while_snapshots_change(tmp_path: Path) -> None:
    published(tmp_path, 0)
    seen, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            with snapshots.current(tmp_path) as snapshot:
                seen.append(snapshot.table("t").num_rows)

    reader = threading.Thread(target=read)
    reader.start()
    for value in range(1, 30):
        published(tmp_path, value)
        snapshots.prune(tmp_path, keep=1)
    stop.set()
    reader.join()
    assert seen
    assert set(seen) == {1}


def test_whereabouts_and_chunks_do_not_change_a_hash_but_values_do() -> None:
    rows = {"a": ["x", None], "d": [date(2026, 1, 1), None], "m": [Decimal("1.5"), None], "line": [2, 3]}
    table = pa.table(rows)
    moved = pa.concat_tables([table.slice(0, 1), table.slice(1)]).set_column(3, "line", pa.array([9, 8]))
    assert table_hash(table) == table_hash(moved)
    assert table_hash(table) != table_hash(table.set_column(0, "a", pa.array(["x", ""])))


def test_an_interrupted_write_leaves_the_old_bytes(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    durable.replace_file(path, b"old")
    (tmp_path / f"{durable.UNFINISHED}CURRENT").write_bytes(b"half")
    durable.discard_unfinished(tmp_path)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["CURRENT"]
