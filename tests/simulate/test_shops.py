import hashlib
from datetime import date
from pathlib import Path

import pytest

from burnish.cli.trying import ERP_HELP, NULL_HELP
from burnish.errors import UsageError
from burnish.simulate import plan, shops, simulate
from burnish.simulate.plan import ERPS, NULLS

SMALL = plan("S", seed=7, end_on=date(2026, 10, 30), years=1)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_equal_plans_give_equal_bytes_of_exports_and_truth(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(tmp_path / name, SMALL)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert {path.name for path in (tmp_path / "one").iterdir()} == {"exports", "truth"}


def test_what_breaks_off_leaves_the_earlier_shop_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out" / "truth").mkdir(parents=True)
    (tmp_path / "out" / "truth" / "shop.json").write_text("{}")

    def broken(plan: object) -> None:
        raise RuntimeError("broke off")

    monkeypatch.setattr(shops, "make", broken)
    with pytest.raises(RuntimeError, match="broke off"):
        simulate(tmp_path / "out", SMALL)
    assert (tmp_path / "out" / "truth" / "shop.json").read_text() == "{}"


def test_a_folder_with_other_things_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt", tmp_path / "mine.txt" / "below"):
        with pytest.raises(UsageError):
            simulate(folder, SMALL)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_help_names_every_null_family_and_every_erp() -> None:
    assert all(name in NULL_HELP for name in NULLS)
    assert all(name in ERP_HELP for name in ERPS)


def test_a_seed_below_nought_is_refused() -> None:
    with pytest.raises(UsageError, match="seed -3"):
        plan("S", seed=-3, end_on=date(2026, 10, 30))
