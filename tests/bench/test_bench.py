from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from burnish.bench import COMPARISONS, linking, run
from burnish.errors import UsageError
from burnish.store.loads import Writer


def test_every_comparison_gives_a_ratio_of_one_run() -> None:
    found = run(only="", rows=[500], step=lambda name, rows, seconds: None)
    names = [f"{one.name}_500" for one in COMPARISONS]
    assert set(found["ratios"]) == {*names, "linking_error_vs_splink_500"}
    for name in names:
        seconds = found["seconds"]
        assert found["ratios"][name] == pytest.approx(
            seconds[f"{name}_ours"] / seconds[f"{name}_peer"], abs=1e-3
        )


def test_what_is_wrong_is_measured_beside_what_the_peer_gets_wrong() -> None:
    record = linking.records(400)
    alone = record.select("party_key", group_key="party_key")
    right = record.select("party_key", group_key="company")
    assert (linking.error(record, right), linking.error(record, alone)) == (0.0, 1.0)
    halved = right.with_columns(pl.col("group_key") // 2)
    assert 0.3 < linking.error(record, halved) < 0.6


def test_an_unknown_comparison_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="panel_vs_sql"):
        run(only="nothing", rows=[1], step=lambda name, rows, seconds: None)


def test_a_batch_that_cannot_be_finished_is_not_swallowed(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "t.parquet", pa.schema([("n", pa.int64())]))
    writer.write(lambda: pa.table({"n": pa.array([1])}))
    writer.write(lambda: pa.table({"n": pa.array(["one"])}))
    with pytest.raises(ValueError, match="schema"):
        writer.close()
