"""Adding files: look, propose a mapping, land what was confirmed; and undoing it.

with look(shop, path) as plan:      the file is read in a limited child; nothing is stored
    plan.questions                  what a person should confirm
    land(shop, plan)                guard, vault, landing; rows in = loaded + rejected
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import InputError, MappingError
from burnish.shop import Shop
from burnish.sources import mapping as mappings
from burnish.sources.guessing import guess
from burnish.sources.landing import land as land_rows
from burnish.sources.mapping import Mapping
from burnish.sources.people import People
from burnish.sources.reading import Reading, SheetProfile, content_hash, open_file
from burnish.store import loads

GENERIC = "generic"
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Proposal:
    """One sheet with the mapping that would be used, and where that mapping is remembered."""

    sheet: SheetProfile
    mapping: Mapping
    remembered_at: Path

    @property
    def questions(self) -> tuple[str, ...]:
        """What a person should confirm; nothing once confirmed."""
        return () if self.mapping.confirmed else mappings.questions(self.mapping)


@dataclass(frozen=True)
class Plan:
    """A file as read, with a proposal for each of its sheets."""

    path: Path
    content: str
    source: str
    reading: Reading
    proposals: tuple[Proposal, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """What a person should confirm before anything is stored."""
        return tuple(question for proposal in self.proposals for question in proposal.questions)

    @property
    def is_confirmed(self) -> bool:
        """Every sheet has a confirmed mapping."""
        return all(proposal.mapping.confirmed for proposal in self.proposals)


@contextmanager
def look(
    shop: Shop, path: Path, *, source: str | None = None, map_file: Path | None = None
) -> Iterator[Plan]:
    """Read a file and propose how to land it. Nothing is stored.

    Raises InputError when it cannot be read, MappingError when `map_file` does not fit it.
    """
    if path.is_dir():
        raise InputError("this is a folder", str(path), f"Name its files: {path}/*.csv")
    if not path.is_file():
        raise InputError("there is no such file", str(path), "Check its name and folder.")
    given = mappings.read(map_file) if map_file else None
    content = content_hash(path)
    with open_file(path) as reading:
        sheets = [sheet for sheet in reading.sheets if sheet.rows or sheet.broken]
        if not sheets:
            raise InputError("the file has headings but no rows", path.name, "Export it again with its rows.")
        proposals = tuple(
            each for sheet in sheets if not (each := proposal(shop, sheet, source, given)).mapping.skip
        )
        if not proposals:
            raise MappingError(
                "every sheet is to be left out", path.name, "Remove skip = true from its mapping."
            )
        named = source or proposals[0].mapping.source
        yield Plan(path, content, named, reading, proposals)


def proposal(shop: Shop, sheet: SheetProfile, source: str | None, given: Mapping | None) -> Proposal:
    """The mapping given, else the one remembered for these headings, else a guess."""
    remembered_at = mappings.path_for(shop.folder, sheet)
    if given is not None:
        mapping = given
    elif remembered_at.is_file():
        mapping = mappings.read(remembered_at)
    else:
        mapping = guess(sheet, source=source or GENERIC, country=shop.settings.country)
        draft_if_incomplete(mapping, sheet, remembered_at)
    mapping = mappings.fit(mapping, sheet)
    mappings.check(mapping, sheet)
    return Proposal(sheet, replace(mapping, source=source) if source else mapping, remembered_at)


def draft_if_incomplete(mapping: Mapping, sheet: SheetProfile, path: Path) -> None:
    """A guess that lacks what its tables need is put down for a person to complete, and refused."""
    try:
        mappings.check(mapping, sheet)
    except MappingError as problem:
        mappings.write(mapping, path, sheet)
        raise MappingError(
            f"{sheet.file} could not be understood without help: {problem.problem}",
            str(path),
            "Complete that file, then add again; docs/guides/mapping.md shows how.",
        ) from None


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


def already_loaded(shop: Shop, plan: Plan) -> loads.Load | None:
    """The load that brought the same bytes from the same source, if any.

    Raises MappingError when it was read under another mapping: both together would count its rows twice.
    """
    there = loads.all_loads(shop.landing)
    same = [load for load in there if load.content == plan.content and load.source == plan.source]
    if same and same[0].mapping != mapping_digest(plan):
        raise MappingError(
            f"this file is here already as {same[0].load_id}, read under another mapping",
            plan.path.name,
            f"To read it anew, first run: burnish remove {same[0].load_id}.",
        )
    return same[0] if same else None


def land(
    shop: Shop, plan: Plan, *, progress: Progress, loaded_on: date | None = None
) -> tuple[loads.Load, bool]:
    """Land a confirmed plan. Returns the load and whether it is new; the same file twice counts once.

    `loaded_on` is the day on which the shop got the file; today when not said.

    Raises MappingError for a mapping that nobody confirmed, InputError when the file changed while it
    was read, ShopBusyError while another writer is at work.
    """
    if not plan.is_confirmed:
        raise MappingError(
            "the mapping has not been confirmed",
            plan.path.name,
            "Look at it, correct it, then add again with --yes.",
        )
    with shop.writing():
        known = already_loaded(shop, plan)
        if known is not None:
            return known, False
        people = People(shop.vault, plan.source, shop.vault.known_names())
        load = land_rows(
            shop.landing,
            plan.reading,
            [(each.sheet, each.mapping) for each in plan.proposals],
            people,
            content=plan.content,
            mapping_digest=mapping_digest(plan),
            source=plan.source,
            loaded_on=loaded_on or shop.today(),
            currency=shop.settings.currency,
            unchanged=lambda: unchanged(plan),
            progress=progress,
        )
        remember(plan)
    return load, True


def unchanged(plan: Plan) -> None:
    """Raise InputError when the file is no longer the one that was read."""
    if content_hash(plan.path) != plan.content:
        raise InputError(
            "the file changed while it was read",
            plan.path.name,
            "Wait until it is written, then add it again.",
        )


def mapping_digest(plan: Plan) -> str:
    """What the mappings say, as a short hash: tables, columns, keys."""
    said = repr([(each.sheet.sheet, each.mapping.object, each.mapping.tables) for each in plan.proposals])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def remove(shop: Shop, load_id: str) -> None:
    """Undo one load: its rows, and the people that only it brought. Raises UsageError for an unknown one."""
    with shop.writing():
        loads.remove(shop.landing, load_id)
        shop.vault.discard(load_id)


def rejected_cells(shop: Shop, path: Path) -> Iterator[tuple[dict[str, object], str]]:
    """Every rejected row and noted cell of a loaded file, with the text as it stands in the user's own file.

    Raises InputError when these bytes were never loaded here.
    """
    content = content_hash(path)
    load = next((load for load in loads.all_loads(shop.landing) if load.content == content), None)
    if load is None:
        raise InputError(
            "this file, as it is now, was not loaded",
            path.name,
            "Name the very file that was added, unchanged.",
        )
    problems = loads.rejects(shop.landing, load)
    with open_file(path) as reading:
        for sheet in reading.sheets:
            yield from cells_of(reading, sheet, problems.to_pylist())


def cells_of(
    reading: Reading, sheet: SheetProfile, problems: Sequence[dict[str, object]]
) -> Iterator[tuple[dict[str, object], str]]:
    """The cells behind one sheet's problems."""
    of_sheet = [row for row in problems if row["sheet"] == sheet.sheet]
    headers = [column.name for column in sheet.columns]
    wanted = sorted({str(row["column"]) for row in of_sheet} & set(headers))
    lines = pa.array(list({row["line"] for row in of_sheet}), pa.int64())
    texts: dict[tuple[object, str], str] = {}
    for batch in reading.batches(sheet.sheet, wanted) if wanted else ():
        rows = pa.table(batch).filter(pc.is_in(batch.column("line"), value_set=lines)).to_pylist()
        texts |= {(row["line"], name): row[name] for row in rows for name in wanted}
    for row in of_sheet:
        yield row, texts.get((row["line"], str(row["column"])), "")
