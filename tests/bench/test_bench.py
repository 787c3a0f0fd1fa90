from pathlib import Path

import pyarrow as pa
import pytest

from burnish.bench import COMPARISONS, run
from burnish.errors import UsageError
from burnish.store.loads import Writer


def test_every_comparison_gives_a_ratio_of_one_run() -> None:
    found = run(only="", rows=[500], step=lambda name, rows, seconds: None)
    names = [f"{one.name}_500" for one in COMPARISONS]
    assert list(found["ratios"]) == names
    for name in names:
        seconds = found["seconds"]
        assert found["ratios"][name] == pytest.approx(
            seconds[f"{name}_ours"] / seconds[f"{name}_peer"], abs=1e-3
        )


def test_an_unknown_comparison_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="panel_vs_sql"):
        run(only="nothing", rows=[1], step=lambda name, rows, seconds: None)


def test_a_batch_that_cannot_be_finished_is_not_swallowed(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "t.parquet", pa.schema([("n", pa.int64())]))
    writer.write(lambda: pa.table({"n": pa.array([1])}))
    writer.write(lambda: pa.table({"n": pa.array(["one"])}))
    with pytest.raises(ValueError, match="schema"):
        writer.close()
