"""The demo shop, from made-up exports to its briefing."""

from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from burnish.demo import counted, demo, emptied, made_up
from burnish.errors import UsageError
from burnish.morning import briefing
from burnish.score import read_truth
from burnish.shop import open_shop
from burnish.simulate import Plan, plan
from burnish.store.loads import all_loads
from burnish.verify import verify
from shops import new_shop


class Silent:
    def step(self, name: str, rows: int, seconds: float) -> None: ...

    def progress(self, name: str, rows: int) -> None: ...


def small() -> Plan:
    return plan("S", seed=1, end_on=datetime.now(UTC).date(), years=2)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder, lines = tmp_path_factory.mktemp("demo") / "shop", []
    with redirect_stdout(StringIO()):
        demo(folder, small(), steps=Silent(), say=lines.append)
    return folder, lines


def test_every_program_gets_a_line_and_no_row_is_lost(shown: tuple[Path, list[str]]) -> None:
    folder, lines = shown
    programs = sorted(path.name for path in (folder / "exports").iterdir())
    told = [line.split() for line in lines if line.startswith(tuple(programs))]
    assert [words[0] for words in told] == programs
    assert all(words[-1] == "0" for words in told)
    assert verify(open_shop(folder)).ok


def test_the_last_line_of_the_list_counts_each_row_once(shown: tuple[Path, list[str]]) -> None:
    folder, lines = shown
    every = counted(all_loads(folder / "landing"))
    page = briefing(open_shop(folder), reader="owner")
    assert f"{'':<20}{every}" in lines
    assert (every.rows, every.loaded, every.rejected) == (
        page.rows.rows_in,
        page.rows.loaded,
        page.rows.rejected,
    )


def test_the_truth_stands_beside_the_exports_and_is_never_loaded(shown: tuple[Path, list[str]]) -> None:
    folder, lines = shown
    exports = {path.name for path in (folder / "exports").rglob("*")}
    assert {load.file for load in all_loads(folder / "landing")} <= exports
    assert read_truth(folder / "truth").event.height
    assert any(f"score --truth {folder}/truth" in line for line in lines)


def test_a_demo_may_be_made_anew_where_one_was(tmp_path: Path) -> None:
    new_shop(tmp_path / "shop")
    (tmp_path / "shop" / "truth").mkdir()
    (tmp_path / "shop" / "truth" / "shop.json").write_text("{}")
    emptied(tmp_path / "shop")
    emptied(tmp_path / "new")
    assert not (tmp_path / "shop").exists()


def test_a_shop_that_no_demo_made_is_left_as_it_is(tmp_path: Path) -> None:
    own = new_shop(tmp_path / "shop")
    (own.folder / "exports").mkdir()
    with pytest.raises(UsageError, match="not a demo shop"):
        emptied(own.folder)
    assert open_shop(own.folder).settings.name == "Test Plating"


def test_a_demo_that_breaks_off_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        made_up(tmp_path / "shop", replace(small(), erp="none"), Silent())
    assert not (tmp_path / "shop").exists()
