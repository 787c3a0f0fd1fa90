from pathlib import Path

from burnish.store.engine import connect


def test_the_engine_draws_no_progress_into_reports(tmp_path: Path) -> None:
    backend = connect(threads=1, memory_mb=256, spill=tmp_path / "spill", folders=[tmp_path])
    said = backend.con.execute("SELECT current_setting('enable_progress_bar')").fetchone()
    backend.disconnect()
    assert said == (False,)
