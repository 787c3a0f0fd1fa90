"""The terms of a shop's own texts in its snapshot, and on the command line."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from shops import add, csv_file, new_shop, refreshed, table

DAY = date(2026, 3, 2)
ROWS = ["1,2026-02-03,Acme,zinc clear per ASTM B633 SC2,10.00", "2,2026-02-04,Acme,blue blotch,10.00"]


def test_texts_are_recognised_in_the_snapshot_and_a_shops_own_row_changes_its_hash(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    add(
        shop,
        csv_file(tmp_path, "orders.csv", ROWS, header="Order No,Order Date,Customer,Process,Amount"),
        on=DAY,
    )
    before = refreshed(shop, DAY)
    found = table(before, "text_term")
    assert found.select("kind", "code").rows() == [("process", "ZN"), ("specification", "ASTM B633")]
    shop.vocabulary.mkdir()
    own = '[BLOTCH]\nclass = "cosmetic"\nwords = ["blotch"]\n'
    (shop.vocabulary / "defects.toml").write_text(own, "utf-8")
    after = refreshed(shop, DAY)
    assert after.hash != before.hash
    assert table(after, "text_term").filter(pl.col("kind") == "defect")["code"].to_list() == ["BLOTCH"]


def burnish(*given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from burnish.cli import main; main()", *given]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_terms_as_json_from_texts_and_from_a_file(tmp_path: Path) -> None:
    listed = tmp_path / "lines.txt"
    listed.write_text("hard chrome\n\nfreight\n", "utf-8")
    done = burnish("terms", "zinc clear per ASTM B633 SC2", "--file", str(listed), "--json")
    told = {one["text"]: [term["code"] for term in one["terms"]] for one in json.loads(done.stdout)}
    assert told == {
        "zinc clear per ASTM B633 SC2": ["ZN", "ASTM B633"],
        "hard chrome": ["HCR"],
        "freight": [],
    }


@pytest.mark.parametrize(("given", "code"), [((), 2), (("--file", "no such file"), 3)])
def test_nothing_to_read_is_refused(given: tuple[str, ...], code: int) -> None:
    done = burnish("terms", *given)
    assert done.returncode == code
    assert done.stdout == ""
