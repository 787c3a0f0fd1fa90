"""Promises T1 and T2: no device identifier is stored, honest shop lines pass."""

from __future__ import annotations

from collections import Counter

import honest
import planted
import pyarrow as pa
import pytest

from burnish.privacy import guard
from burnish.schema.contracts import Column

TEXT = Column("description", "text", "none", "a line as written")
CODE = Column("part_ref", "id", "none", "part number")


def screened(*cells: str | None, column: Column = TEXT, door: str = "file") -> guard.Screened:
    return guard.screen(door, column, pa.array(cells, pa.string()))


def passed(made: list[tuple[str, str]], column: Column = TEXT, door: str = "file") -> list[str]:
    """Cells that came through with their identifier in them, or wholly as they were."""
    result = screened(*(cell for _, cell in made), column=column, door=door)
    return [
        cell
        for (identifier, cell), left in zip(made, result.values.to_pylist(), strict=True)
        if left is not None and (left == cell or secret(identifier) in left)
    ]


def secret(identifier: str) -> str:
    return identifier.partition("&")[2] or identifier


def refused(lines: list[str]) -> tuple[Counter[str], int]:
    """(rule -> rows quarantined, cells stripped) of honest lines."""
    result = screened(*lines)
    assert len(result.values) == len(lines)
    return Counter(result.rules.drop_null().to_pylist()), sum(result.stripped.values())


def test_no_identifier_plain_or_wrapped_passes_a_text_column():
    assert passed(planted.identifiers(1_000)) == []


@pytest.mark.parametrize("door", ["web", "mail", "event"])
def test_at_the_web_mail_and_event_doors_no_column_lets_an_identifier_pass(door):
    assert passed(planted.identifiers(500, seed=2), column=CODE, door=door) == []


def test_with_screening_switched_off_the_judge_of_identifiers_fails(monkeypatch):
    monkeypatch.setattr(guard, "matching", lambda cells, pattern: pa.array([False] * len(cells)))
    assert len(passed(planted.identifiers(1_000))) == 1_000


def test_without_unwrapping_the_judge_of_identifiers_fails(monkeypatch):
    monkeypatch.setattr(guard, "unwrapped", lambda text: [])
    assert passed(planted.identifiers(1_000))


def test_honest_lines_pass():
    held, stripped = refused(honest.lines(10_000))
    assert held.total() <= 10, held
    assert stripped == 0


@pytest.mark.long
def test_ten_thousand_identifiers_and_a_hundred_thousand_honest_lines():
    through = passed(planted.identifiers(10_000, seed=3))
    held, stripped = refused(honest.lines(100_000, seed=3))
    print(
        f"through: {len(through)} of 10,000; honest lines held: {held.total()} {dict(held)}, cut: {stripped}"
    )
    assert through == []
    assert (held.total() <= 100, stripped) == (True, 0)


@pytest.mark.parametrize("cell", ["24-08-15-03-22-11", "352099001761481", "10.20.30.40 mm stack"])
def test_what_only_looks_like_an_identifier_passes_a_declared_code_column(cell):
    assert screened(cell, column=CODE).values.to_pylist() == [cell]


@pytest.mark.parametrize(
    "cell",
    [
        "IMEI: 352099001761481",
        "IDFA=6D92078A-8246-4BA4-AE5B-76104861E7DC",
        "https://a.example/?gclid=Cj0KCQjw",
    ],
)
def test_what_names_itself_is_cut_from_a_code_column_too(cell):
    left = screened(cell, column=CODE).values.to_pylist()[0]
    assert left is None or left.startswith("https://a.example/?[removed]")


def test_the_sure_part_is_cut_and_the_rest_of_the_cell_stays():
    result = screened("rack 4, host 00:1a:2b:3c:4d:5e, zinc", "zinc")
    assert result.values.to_pylist() == ["rack 4, host [removed], zinc", "zinc"]
    assert result.stripped == {"mac": 1}


def test_the_doubtful_quarantines_its_row_with_a_rule_id():
    result = screened("zinc", "serial 352099001761481", None)
    assert result.rules.to_pylist() == [None, "imei", None]
    assert result.values.to_pylist() == ["zinc", None, None]


@pytest.mark.parametrize(
    "text",
    ["CUI//SP-EXPT do not copy", "part is ITAR controlled", "NOFORN", "Distribution Statement D: DoD only"],
)
def test_of_controlled_text_only_the_flag_is_kept(text):
    result = screened(text)
    assert result.values.to_pylist() == [guard.FLAG]
    assert result.stripped == {"controlled": 1}


def test_distribution_statement_a_and_circuits_are_open():
    texts = ["DISTRIBUTION STATEMENT A approved for public release", "circuit CUIVRE plate"]
    assert screened(*texts).values.to_pylist() == texts


def test_numbers_in_full_width_or_with_invisible_signs_are_seen():
    hidden = "35209900１761481", "3520\u200b99001761481", "00\u200b:1a:2b:3c:4d:5e"
    assert [left for left in screened(*hidden).values.to_pylist() if left] == []


def test_a_value_screened_twice_is_the_same():
    once = screened(*(cell for _, cell in planted.identifiers(300))).values
    assert guard.screen("file", TEXT, once).values.equals(once)


@pytest.mark.parametrize("cells", [[], [None, None], ["zinc"] * 3])
def test_clean_columns_come_back_as_they_are(cells):
    result = screened(*cells)
    assert result.values.to_pylist() == cells
    assert (result.stripped, result.quarantined.to_pylist()) == ({}, [False] * len(cells))


def test_columns_are_refused_by_name():
    headers = [
        "MAC Address",
        "IMEI",
        "deviceId",
        "Card Number",
        "SSN",
        "Client IP Address",
        "Session ID",
        "Browser Fingerprint",
        "gaid",
    ]
    assert set(guard.refused_names("file", headers)) == set(headers)


def test_a_shops_own_headers_are_not_refused():
    headers = [
        "Job Card No",
        "Traveler Card Number",
        "Machine",
        "Customer ID",
        "Client ID",
        "Shipment",
        "Ship Date",
        "Part No",
        "Description",
    ]
    assert guard.refused_names("file", headers) == {}


def test_a_bomb_in_a_cell_is_not_unpacked_whole():
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b"0" * 50_000_000)).decode()
    result = screened(bomb)
    assert len(result.values) == 1
