"""Parsers under mutated inputs: some hundred here, a million of each (BURNISH_FUZZ) with `make test-long`."""

import os

import pyarrow as pa
import pytest
from fuzzing import PARSERS, fuzz, run_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from burnish.errors import InputError
from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.shapes import Limits

QUICK = 300
MANY = int(os.environ.get("BURNISH_FUZZ", "1000000"))


def checked(name, inputs, seed):
    tally = fuzz(name, inputs, seed)
    print(
        f"\nfuzz {name}: {tally.inputs:,} inputs, {tally.refused:,} refused, {tally.ended} over the memory,"
        f" slowest {tally.slowest_s * 1000:.0f} ms, {len(tally.failures)} failures"
    )
    for kind, said, given_input in tally.failures:
        print(f"  {kind}: {said}\n  {given_input[:20] if isinstance(given_input, list) else given_input!r}")
    assert not tally.failures
    return tally


@pytest.mark.parametrize("name", PARSERS)
def test_no_mutated_input_breaks_a_parser(name):
    few = QUICK // PARSERS[name].slow
    assert checked(name, few, seed=1).inputs >= few


@pytest.mark.long
@pytest.mark.parametrize("name", PARSERS)
def test_no_mutated_input_breaks_a_parser_in_a_million(name):
    many = MANY // PARSERS[name].slow
    assert checked(name, many, seed=int(os.environ.get("BURNISH_FUZZ_SEED", "1"))).inputs >= many


CELL = st.one_of(
    st.sampled_from(
        ["", "", "Acme", "Bolt", "Total", "Total for Acme", "Acme Total", "TOTAL", "1.50", "3/4/24"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=12)
)


def as_csv(table):
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table)


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_any_table_keeps_its_lines(table):
    try:
        run_text(as_csv(table).encode())
    except InputError:
        return


@pytest.mark.long
@given(TABLES)
@settings(max_examples=max(150, MANY // 100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_keeps_its_lines_in_many(table):
    try:
        run_text(as_csv(table).encode())
    except InputError:
        return


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_under_any_mark_are_sheets_or_an_input_error(content, mark):
    try:
        found = contents_of(memoryview(mark + content), "made", Limits())
    except InputError:
        return
    assert all(isinstance(sheet.table, pa.Table) for sheet in found.sheets)
