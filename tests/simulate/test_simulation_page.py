"""The page about made-up shops says what the code does: nothing that is made up may be missing there."""

from pathlib import Path

import pytest

from burnish.simulate.marginals import RANGES
from burnish.simulate.plan import ERPS, NULLS, SIZES
from burnish.simulate.planting import PASSING
from burnish.simulate.planting import SIZES as LAWS_OF_SIZE
from burnish.simulate.seeming import LASTS, LOOKS_LIKE
from burnish.simulate.shops import EVERYWHERE, FRONT, OFFICE
from burnish.simulate.sizes import SHOPS
from burnish.simulate.truth import COMPANY, JOB, KEPT, PERSON
from burnish.simulate.world import EVENT_KINDS, SCHEMAS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "methods" / "simulation.md").read_text("utf-8")
PROGRAMS = sorted({name for each in (*OFFICE.values(), *FRONT.values(), EVERYWHERE) for name in each})


def cells(first: str, under: str) -> list[str]:
    """The cells of the table row below a heading that begins with a name, plain or as code."""
    section = PAGE.partition(f"\n## {under}")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    named = [row for row in rows if row[0] in (first, f"`{first}`") or row[0].startswith(f"{first}, ")]
    assert len(named) == 1, f"the page has {len(named)} rows for {first} under {under}"
    return named[0]


def between(low: float, high: float) -> str:
    """A range as the page writes it; millions are named in the row's heading."""
    unit = 1e6 if low >= 1e6 else 1.0
    return f"({low / unit:,.10g}–{high / unit:,.10g})"


@pytest.mark.parametrize("measure", RANGES)
def test_every_measure_stands_on_the_page_with_its_ranges_and_source(measure):
    _, source, *ranges = RANGES[measure]
    row = cells(measure, "What came out")
    assert [between(*each) in cell for each, cell in zip(ranges, row[1:4], strict=True)] == [True] * 3
    assert row[4] == source


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_every_kind_of_event_stands_on_the_page_with_its_counts_and_sizes(kind):
    row = cells(kind, "What happens")
    assert row[1:4] == [f"{SHOPS[size].events.get(kind, 0):g}" for size in SIZES]
    assert row[5] == f"{PASSING[kind]:.0%}".replace("%", " %")
    if kind in LAWS_OF_SIZE:
        median, spread, least, most = LAWS_OF_SIZE[kind]
        law = f"({spread:g}, {least:g}–{most:g})".replace("(0.", "(.")
        assert row[4].startswith(f"{median:g} ")
        assert row[4].endswith(law)


@pytest.mark.parametrize("explanation", LOOKS_LIKE)
def test_every_look_alike_stands_on_the_page_with_its_weeks(explanation):
    row = cells(explanation, "What only looks so")
    assert row[1] == LOOKS_LIKE[explanation]
    if explanation in LASTS:
        assert row[2] == "{}–{}".format(*LASTS[explanation])


@pytest.mark.parametrize("family", NULLS)
def test_every_null_family_stands_on_the_page(family):
    assert cells(family, "Shops in which nothing happens")[1]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_stands_on_the_page_with_its_layout_and_faults(program):
    assert len(cells(program, "The programs and their faults")) == 4


def test_every_file_of_the_truth_stands_on_the_page_with_its_columns():
    files = {"company": COMPANY, "person": PERSON, "job": JOB} | {name: SCHEMAS[name] for name in KEPT}
    assert {name: cells(f"{name}.csv", "How truth is written")[2] for name in files} == {
        name: ", ".join(columns) for name, columns in files.items()
    }


def test_every_erp_can_be_asked_for_on_the_page():
    assert [name for name in ERPS if f"`{name}`" not in PAGE] == []


def test_prose_is_no_wider_than_the_code():
    prose = [line for line in PAGE.splitlines() if not line.startswith("|")]
    assert [line for line in prose if len(line) > 110] == []
