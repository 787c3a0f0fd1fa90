"""The lists of known programs against sample exports: each column with its help, and by the plain guess.

Beside each sample stands `<name>.expected`: the object that it is, then a line per heading with the columns
that it belongs to (`?` = may, `a=b` = either, nothing = left out), written from what the programs say of
their fields.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest

from burnish.sources.guessing import guess
from burnish.sources.mapping import SURE, Mapping, questions
from burnish.sources.reading import SheetProfile, open_file
from burnish.sources.systems import discover, recognised

HERE = Path(__file__).parent / "exports"
SAMPLES = tuple(sorted(str(path.relative_to(HERE).with_suffix("")) for path in HERE.rglob("*.expected")))
REAL = Path(__file__).parents[3] / "shared" / "data" / "exports"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "sources.md"
LEAST_RIGHT = 0.95
OBJECTS = {each.path: each for source in discover() for each in source.objects}


@dataclass(frozen=True)
class Verdict:
    """How a mapping did on one sample: columns right, of how many; the wrong ones, surely and otherwise."""

    right: int
    columns: int
    surely: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.right / self.columns


@cache
def profiles(folder: Path) -> dict[str, SheetProfile]:
    """Every CSV file of a folder by its name, read by one child as members of one archive."""
    with TemporaryDirectory() as place:
        packed = archive_of(folder.glob("*.csv"), Path(place) / "exports.zip")
        with open_file(packed) as reading:
            sheets = reading.sheets
    return {Path(one.sheet).stem: replace(one, file=one.sheet, sheet="") for one in sheets}


def archive_of(paths: Iterable[Path], packed: Path) -> Path:
    with ZipFile(packed, "w") as archive:
        for path in sorted(paths):
            archive.write(path, path.name)
    return packed


def profile(sample: str) -> SheetProfile:
    program, _, name = sample.partition("/")
    return profiles(HERE / program)[name]


def expected(sample: str) -> tuple[str, dict[str, set[str]]]:
    """The object that a sample is, and per heading where it belongs."""
    first, *lines = (HERE / f"{sample}.expected").read_text("utf-8").splitlines()
    pairs = (line.partition("|") for line in lines)
    return first.removeprefix("object: "), {name.strip(): set(where.split()) for name, _, where in pairs}


def places(mapping: Mapping) -> dict[str, dict[str, float]]:
    """Heading -> where the mapping takes it, with the confidence."""
    found: dict[str, dict[str, float]] = {}
    for table in mapping.tables:
        known = {"known": table.known} if table.known else {}
        for name, take in {**table.takes, **known}.items():
            for heading in take.columns:
                found.setdefault(heading, {})[f"{table.table}.{name}"] = take.confidence
    return found


def judged(sample: str, mapping: Mapping | None) -> Verdict:
    _, wanted = expected(sample)
    found = places(mapping) if mapping else {}
    right, surely, other = 0, list[str](), list[str]()
    for heading, belongs in wanted.items():
        must = [set(one.split("=")) for one in belongs if not one.startswith("?")]
        may = {place for one in belongs for place in one.removeprefix("?").split("=")}
        given = found.get(heading, {})
        lacks = [one for one in must if not one & given.keys()]
        right += not lacks and given.keys() <= may
        wrong = {one: sure for one, sure in given.items() if one not in may}
        surely += [f"{heading} -> {one}" for one, sure in wrong.items() if sure >= SURE]
        other += [f"{heading} -> {one} {sure}" for one, sure in wrong.items() if sure < SURE]
        other += [f"{heading} lacks {' or '.join(sorted(one))}" for one in lacks]
    return Verdict(right, len(wanted), tuple(surely), tuple(other))


def by_guess(sample: str) -> Verdict:
    return judged(sample, guess(profile(sample), source="generic", country="US"))


def by_object(sample: str) -> Verdict:
    found = recognised(profile(sample), country="US")
    return judged(sample, found.mapping if found else None)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_export_is_recognised_as_the_list_it_is(sample: str) -> None:
    found = recognised(profile(sample), country="US")
    assert found is not None
    assert found.object.path == expected(sample)[0]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_headings_of_a_sample_are_those_that_its_expectation_judges(sample: str) -> None:
    assert {column.name for column in profile(sample).columns} == expected(sample)[1].keys()


@pytest.mark.parametrize("sample", SAMPLES)
def test_nearly_every_column_of_a_supported_export_is_right_without_help(sample: str) -> None:
    verdict = by_object(sample)
    assert verdict.surely == ()
    assert verdict.share >= LEAST_RIGHT, verdict.other


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_plain_guess_is_never_surely_wrong_about_a_supported_export(sample: str) -> None:
    assert by_guess(sample).surely == ()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_recognised_list_leaves_nothing_to_ask_but_forms_that_fit_both_ways(sample: str) -> None:
    found = recognised(profile(sample), country="US")
    assert found is not None
    asked = [one for one in questions(found.mapping) if "fits both" not in one]
    assert asked == []


def test_columns_right_by_the_declared_lists_and_by_the_plain_guess(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = list(figures())
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert len(lines) == 1 + len(SAMPLES) + 2
    assert lines[-2].startswith("declared: ")


def figures() -> Iterator[str]:
    """A line per sample and one for all: columns right with the declared lists, and by the guess alone."""
    told, guessed = {one: by_object(one) for one in SAMPLES}, {one: by_guess(one) for one in SAMPLES}
    yield f"{'export':48} {'columns':>7} {'declared':>9} {'guess':>6} {'surely wrong':>12}"
    for one in SAMPLES:
        wrong = len(told[one].surely) + len(guessed[one].surely)
        yield f"{one:48} {told[one].columns:7} {told[one].share:9.0%} {guessed[one].share:6.0%} {wrong:12}"
    columns = sum(one.columns for one in told.values())
    for name, made in (("declared", told), ("guess", guessed)):
        right = sum(one.right for one in made.values())
        wrong = sum(len(one.surely) for one in made.values())
        yield f"{name}: {right} of {columns} columns right ({right / columns:.1%}), surely wrong: {wrong}"


def test_every_source_can_be_loaded_and_every_program_has_samples() -> None:
    assert [line for source in discover() for line in source.not_loaded] == []
    for source in discover():
        told = [one for one in SAMPLES if expected(one)[0].startswith(f"{source.name}/")]
        assert len(told) >= 2 or not source.objects


@pytest.mark.parametrize("path", sorted(OBJECTS))
def test_the_guide_lists_every_list_with_what_it_feeds_or_why_it_is_left_out(path: str) -> None:
    each = OBJECTS[path]
    [line] = [
        line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith(f"| {each.title} |")
    ] or [""]
    said = [each.skip] if each.skip else [f"**{feed.table}**" for feed in each.feeds]
    assert [one for one in said if one not in line] == []


def test_the_guide_says_where_each_program_has_its_exports() -> None:
    text = " ".join(GUIDE.read_text("utf-8").split())
    for source in discover():
        assert f"## {source.title}" in text
        assert all(step in text for step in source.how)


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_every_real_connector_table_is_fed_or_left_out_with_a_reason() -> None:
    tables = {folder.name: profiles(folder) for folder in sorted(REAL.iterdir()) if folder.is_dir()}
    found = {(of, name): recognised(one) for of, named in tables.items() for name, one in named.items()}
    assert len(found) == len(list(REAL.rglob("*.csv")))
    assert [key for key, one in found.items() if not one or one.object.source != key[0]] == []
