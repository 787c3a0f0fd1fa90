"""The vocabulary's files, and a shop's own rows over them."""

from pathlib import Path

import polars as pl
import pytest

from burnish.errors import UsageError
from burnish.vocabulary import load, recognise


def own(folder: Path, name: str, text: str) -> Path:
    there = folder / "vocabulary"
    there.mkdir(exist_ok=True)
    (there / name).write_text(text, "utf-8")
    return there


def kinds(text: str, folder: Path | None = None) -> set[tuple[str, str]]:
    return set(recognise(pl.Series([text]), load(folder)).select("kind", "code").iter_rows())


def test_every_row_has_a_source_and_a_name() -> None:
    rows = [row for kept in load().rows.values() for row in kept.values()]
    assert all(row["source"] and row["name"] for row in rows)


def test_every_process_family_of_the_trade_is_there() -> None:
    codes = set(load().rows["processes"])
    listed = "ZN_RACK ZN_BARREL ZNNI CAD EN HCR NICR AN1 AN2 AN3 CHEM PASS BOX ECOAT POWD HDG PVD BAKE MASK"
    assert set(listed.split()) <= codes


def test_every_prefix_finds_its_examples_and_leaves_the_others() -> None:
    companies = load().rows["oem_prefixes"]
    texts = {text for row in companies.values() for text in (*row.get("examples", ()), *row.get("never", ()))}
    found = recognise(pl.Series(sorted(texts)), load()).filter(kind="oem")
    there = set(found.select("text", "code").iter_rows())
    wanted = {(text, code) for code, row in companies.items() for text in row.get("examples", ())}
    barred = {(text, code) for code, row in companies.items() for text in row.get("never", ())}
    assert sorted(wanted - there) == sorted(barred & there) == []
    assert all("examples" in row and "never" in row for row in companies.values() if "prefixes" in row)


def test_every_listed_specification_is_found_and_stands_for_its_process() -> None:
    listed = {code: row for code, row in load().rows["specifications"].items() if "pattern" not in row}
    found = recognise(pl.Series(list(listed)), load())
    there = set(found.filter(kind="specification").select("text", "code").iter_rows())
    assert [code for code in listed if (code, code) not in there] == []
    told = found.filter(kind="process")["text"].unique().to_list()
    assert [code for code, row in listed.items() if "process" in row and code not in told] == []


def test_a_replaced_specification_names_one_that_is_listed_or_a_reason_to_look_further() -> None:
    listed = load().rows["specifications"]
    replaced = {row["superseded_by"] for row in listed.values() if "superseded_by" in row}
    assert sorted(replaced - set(listed)) == []


def test_a_shop_adds_replaces_and_takes_away_rows(tmp_path: Path) -> None:
    added = '[SHOP_BLUE]\nname = "Our blue"\nfamily = "organic"\nwords = ["smurf coat"]\n'
    replaced = (
        '[BLAST]\nname = "Blasting"\nfamily = "mechanical"\nwords = ["our blast"]\n[CARC]\nremove = true\n'
    )
    folder = own(tmp_path, "processes.toml", added + replaced)
    assert ("process", "SHOP_BLUE") in kinds("smurf-coated", folder)
    assert kinds("sand blast", folder) == kinds("CARC", folder) == set()
    assert load(folder).rows["processes"]["SHOP_BLUE"]["source"] == "shop"


def test_other_rows_make_another_digest_and_the_same_rows_the_same_vocabulary(tmp_path: Path) -> None:
    folder = own(tmp_path, "shows.toml", '[OURS]\nname = "Open house"\nwords = ["open house"]\n')
    assert load(folder).digest != load().digest
    assert load(folder) is load(folder)
    assert load(tmp_path / "nothing there") is load()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("colours.toml", "", "colours.toml is no file of the vocabulary"),
        ("defects.toml", "[OP\n", "cannot be read"),
        ("defects.toml", '[MINE]\nwords = ["blotch"]\n', "class is missing"),
        ("defects.toml", '[MINE]\nclass = "bad"\n', "class is none of cosmetic"),
        ("defects.toml", '[MINE]\nclass = "cosmetic"\nword = ["x"]\n', "word is not known here"),
        ("defects.toml", '[MINE]\nclass = "cosmetic"\nwords = "blotch"\n', "words is not a list in brackets"),
        (
            "defects.toml",
            '[MINE]\nclass = "cosmetic"\nwords = [1]\n',
            "words holds something that is not a text",
        ),
        ("defects.toml", "[MINE]\nremove = true\n", "there is no such row to take away"),
        ("defects.toml", 'MINE = "blotch"\n', "a row is a heading in brackets"),
        ("specifications.toml", '["OUR 1"]\nprocess = "ZINK"\n', "there is no process ZINK"),
        ("processes.toml", '[X]\nbecomes = [{ code = "ZINK", near = [] }]\n', "there is no process ZINK"),
        ("processes.toml", '[X]\nbecomes = [{ code = "ZN" }]\n', "each of becomes has code and near"),
        ("oem_prefixes.toml", '[X]\nprefixes = [{ pattern = "(", confidence = "H" }]\n', "no pattern"),
        (
            "oem_prefixes.toml",
            '[X]\nprefixes = [{ pattern = "X*", confidence = "H" }]\n',
            "fits an empty text",
        ),
    ],
)
def test_a_broken_row_is_refused_with_file_row_and_fix(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    folder = own(tmp_path, name, text)
    with pytest.raises(UsageError) as refused:
        load(folder)
    assert said in refused.value.problem
    assert str(folder) in refused.value.where
    assert refused.value.fix
