"""Looking at a file and proposing how to land it. Nothing is stored here but drafts for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from burnish.errors import InputError, MappingError
from burnish.intake.finding import LeftOut
from burnish.shop import Shop
from burnish.sources import mapping as mappings
from burnish.sources.guessing import guess
from burnish.sources.mapping import Mapping
from burnish.sources.reading import Reading, SheetProfile, content_hash, open_file
from burnish.sources.systems import Recognised, recognised

GENERIC = "generic"
GUESSED = "guessed from its headings"
NO_ROWS = "it has headings but no rows"
PROSE = "one column of text, no table"


@dataclass(frozen=True)
class Proposal:
    """One sheet with the mapping that would be used, and where that mapping is remembered.

    `because` says where it is from; `problem` what a person must complete before it can be used.
    """

    sheet: SheetProfile
    mapping: Mapping
    remembered_at: Path
    because: str = GUESSED
    problem: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        """What a person should confirm; nothing once confirmed."""
        return () if self.mapping.confirmed else mappings.questions(self.mapping)


@dataclass(frozen=True)
class Plan:
    """A file as read, with a proposal for each sheet to be read, and the sheets left out with the reason."""

    path: Path
    content: str
    source: str
    reading: Reading
    proposals: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """What a person should confirm before anything is stored."""
        return tuple(question for proposal in self.proposals for question in proposal.questions)

    @property
    def is_confirmed(self) -> bool:
        """Every sheet has a confirmed mapping."""
        return all(proposal.mapping.confirmed for proposal in self.proposals)

    @property
    def needs_nobody(self) -> bool:
        """Every sheet is confirmed, or a known list that leaves nothing to ask."""
        return all(
            each.mapping.confirmed or (each.mapping.recognised and not each.questions and not each.problem)
            for each in self.proposals
        )


@contextmanager
def look(
    shop: Shop,
    path: Path,
    *,
    source: str | None = None,
    map_file: Path | None = None,
    named: bool = True,
    drafts: bool = True,
) -> Iterator[Plan]:
    """Read a file and propose how to land it. Nothing is stored.

    A file that the user did not name himself may turn out to be no table and is then left out. Without
    `drafts` a guess that a person must complete is not written down, but told by its `problem`. Raises
    InputError when the file cannot be read, MappingError when `map_file` does not fit it.
    """
    if path.is_dir():
        raise InputError("this is a folder", str(path), f"Name its files: {path}/*.csv")
    if not path.is_file():
        raise InputError("there is no such file", str(path), "Check its name and folder.")
    given = mappings.read(map_file) if map_file else None
    content = content_hash(path)
    with open_file(path) as reading:
        filled = [sheet for sheet in reading.sheets if sheet.rows or sheet.broken]
        if not filled and named:
            raise InputError(f"the file {NO_ROWS[3:]}", path.name, "Export it again with its rows.")
        made = [proposal(shop, sheet, source, given, named=named, drafts=drafts) for sheet in filled]
        proposals = tuple(each for each in made if not each.mapping.skip)
        empty = [(sheet.sheet, NO_ROWS) for sheet in reading.sheets if sheet not in filled]
        skipped = [(each.sheet.sheet, reason_of(each)) for each in made if each.mapping.skip]
        aside = [*reading.left_out, *empty, *skipped]
        left_out = tuple(LeftOut(path.name, name, reason) for name, reason in aside)
        system = source or next((each.mapping.source for each in [*proposals, *made]), GENERIC)
        yield Plan(path, content, system, reading, proposals, left_out)


def reason_of(left_out: Proposal) -> str:
    """Why a sheet is left out, in words."""
    mapping = left_out.mapping
    known = f"{mapping.recognised}: " if mapping.recognised else ""
    return f"{known}{mapping.reason or 'its mapping says skip = true'}"


def proposal(
    shop: Shop, sheet: SheetProfile, source: str | None, given: Mapping | None, *, named: bool, drafts: bool
) -> Proposal:
    """The mapping given, else the one remembered for these headings, else a known list's, else a guess."""
    country = shop.settings.country
    known = recognised(sheet, source=source, country=country)
    at = mappings.path_for(shop.folder, sheet, known.object.path if known else "", by_name=by_name(known))
    problem = ""
    if given is not None:
        mapping, because = given, "the mapping given"
    elif at.is_file():
        mapping, because = mappings.read(at), f"remembered in {at.name}"
    elif known is not None:
        mapping, because = known.mapping, known.because
    else:
        mapping, because = guess(sheet, source=source or GENERIC, country=country), GUESSED
        if not (named or mapping.tables) and len(sheet.columns) == 1:
            mapping = replace(mapping, skip=True, reason=PROSE)
        problem = incomplete(mapping, sheet)
    if problem and drafts:
        raise drafted(mapping, sheet, at, problem)
    mapping = mappings.fit(mapping, sheet)
    if not problem:
        mappings.check(mapping, sheet)
    return Proposal(sheet, replace(mapping, source=source) if source else mapping, at, because, problem)


def by_name(known: Recognised | None) -> bool:
    """The list was told by the file's name too, so that equal headings do not make equal lists."""
    return known is not None and bool(known.object.file)


def incomplete(mapping: Mapping, sheet: SheetProfile) -> str:
    """What a guess lacks that its tables need; nothing where it is complete."""
    try:
        mappings.check(mapping, sheet)
    except MappingError as problem:
        return problem.problem
    return ""


def drafted(mapping: Mapping, sheet: SheetProfile, path: Path, problem: str) -> MappingError:
    """A guess that lacks what its tables need is put down for a person to complete, and refused."""
    mappings.write(mapping, path, sheet)
    return MappingError(
        f"{sheet.file} could not be understood without help: {problem}",
        str(path),
        "Complete that file, then add again; docs/guides/mapping.md shows how.",
    )


def refuse_incomplete(plan: Plan) -> None:
    """Raise MappingError, with a draft put down to complete, where a guess lacks what its tables need."""
    for each in plan.proposals:
        if each.problem:
            raise drafted(each.mapping, each.sheet, each.remembered_at, each.problem)


def confirmed(plan: Plan) -> Plan:
    """The same plan, its mappings confirmed by a person.

    Raises MappingError when a question is open that yes does not answer, such as day or month first.
    """
    agreed = [replace(each, mapping=replace(each.mapping, confirmed=True)) for each in plan.proposals]
    for each in agreed:
        try:
            mappings.check(each.mapping, each.sheet)
        except MappingError as problem:
            mappings.write(replace(each.mapping, confirmed=False), each.remembered_at, each.sheet)
            raise MappingError(problem.problem, str(each.remembered_at), problem.fix) from None
    return replace(plan, proposals=tuple(agreed))


def remember(plan: Plan) -> list[Path]:
    """Write the mappings where the next file with these headings finds them, and a person can edit them."""
    for each in plan.proposals:
        mappings.write(each.mapping, each.remembered_at, each.sheet)
    return [each.remembered_at for each in plan.proposals]
