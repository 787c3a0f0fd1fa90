"""Which files are meant by folders and patterns, and what is left out of them."""

from pathlib import Path

import pytest

from burnish.errors import InputError
from burnish.intake import find


def files(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")


def found(*paths: Path) -> list[str]:
    return [each.path.name for each in find(paths)[0]]


def test_a_folder_is_read_with_all_below_it_in_the_order_of_names(tmp_path: Path) -> None:
    files(tmp_path, "b.csv", "a/z.xlsx", "a/deep/c.tsv", "d.csv.gz")
    assert found(tmp_path) == ["c.tsv", "z.xlsx", "b.csv", "d.csv.gz"]


def test_the_order_in_which_files_are_named_does_not_matter(tmp_path: Path) -> None:
    files(tmp_path, "b.csv", "a.csv")
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    assert found(one, two) == found(two, one) == found(tmp_path, two) == ["a.csv", "b.csv"]


def test_what_is_no_table_is_named_and_hidden_files_are_not(tmp_path: Path) -> None:
    files(
        tmp_path, "LICENSE", "report.pdf", "~$book.xlsx", "big.csv.part", ".DS_Store", ".git/x.csv", "a.csv"
    )
    left_out = find([tmp_path])[1]
    assert {Path(one.file).name: one.reason for one in left_out} == {
        "LICENSE": "no table",
        "report.pdf": "no table",
        "big.csv.part": "a file that is still being written",
        "~$book.xlsx": "a lock of another program",
    }


def test_a_shops_own_folder_is_never_read_as_exports(tmp_path: Path) -> None:
    files(tmp_path, "shop/shop.toml", "shop/landing/L000001/x.csv", "orders.csv")
    assert found(tmp_path) == ["orders.csv"]


def test_a_pattern_that_the_shell_left_is_resolved(tmp_path: Path) -> None:
    files(tmp_path, "orders 1.csv", "orders 2.csv", "deep/orders 3.csv", "notes.pdf")
    assert found(tmp_path / "orders*.csv") == ["orders 1.csv", "orders 2.csv"]
    assert found(tmp_path / "**" / "*.csv") == ["orders 3.csv", "orders 1.csv", "orders 2.csv"]
    with pytest.raises(InputError, match="no file fits"):
        find([tmp_path / "*.xlsx"])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    files(tmp_path, "orders [1].csv")
    [each] = find([tmp_path / "orders [1].csv"])[0]
    assert each.named


def test_a_link_that_goes_round_in_circles_ends(tmp_path: Path) -> None:
    files(tmp_path, "a/b.csv")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing.csv")
    assert found(tmp_path) == ["b.csv"]
    assert [one.reason for one in find([tmp_path])[1]] == ["no file"]
