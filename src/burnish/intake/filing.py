"""Landing what was confirmed, rehearsing it, undoing it, and showing what was rejected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from burnish.errors import InputError, MappingError
from burnish.intake.proposing import Plan, remember
from burnish.shop import Shop
from burnish.sources.landing import land as land_rows
from burnish.sources.landing import rehearse
from burnish.sources.people import People
from burnish.sources.reading import Reading, SheetProfile, content_hash, open_file
from burnish.sources.terms import terms_in
from burnish.store import loads

Progress = Callable[[str, int], None]


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

    Raises MappingError for a mapping that nobody confirmed or a file left out whole, InputError when the
    file changed while it was read, ShopBusyError while another writer is at work.
    """
    if not plan.proposals:
        why = "; ".join(dict.fromkeys(each.reason for each in plan.left_out))
        raise MappingError(
            f"nothing of it is read: {why}", plan.path.name, "Leave it out, or map it by hand."
        )
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
        people = People(shop.vault, plan.source, shop.vault.known_names(), terms_in(shop.vocabulary))
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
            zone=shop.settings.time_zone.key,
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
    """What the mappings say, as a short hash: tables, columns, keys, kinds of rows, what is filled."""
    said = repr([(each.sheet.sheet, each.mapping.object, each.mapping.tables) for each in plan.proposals])
    later = (", means=()", ", where=()", ", people=None", ", markup=False")
    for unused in (", rows=()", ", upto=None", *later):  # the first version's loads did not know these
        said = said.replace(unused, "")
    filled = [each.mapping.fill for each in plan.proposals]
    said += repr(filled) if any(filled) else ""
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def rehearsed(shop: Shop, plan: Plan) -> tuple[tuple[loads.Part, ...], pa.Table]:
    """What landing would count and reject, as far as typing and guard can tell; nothing is stored."""
    whole = [(each.sheet, each.mapping) for each in plan.proposals if not each.problem]
    settings = shop.settings
    return rehearse(
        plan.reading, whole, source=plan.source, currency=settings.currency, zone=settings.time_zone.key
    )


def remove(shop: Shop, load_id: str) -> None:
    """Undo one load: its rows, and the people that only it brought. Raises UsageError for an unknown one."""
    with shop.writing():
        loads.remove(shop.landing, load_id)
        shop.vault.discard(load_id)


def rejected_cells(shop: Shop, path: Path) -> Iterator[tuple[dict[str, object], str]]:
    """Every rejected row and noted cell of a loaded file, with the text as it stands in the user's own file.

    Where no file is there but a load has that name or number, its problems come without texts. Raises
    InputError when these bytes were never loaded here.
    """
    there = loads.all_loads(shop.landing)
    called = [load for load in there if str(path) in (load.file, load.load_id)]
    if called and not path.exists():
        yield from ((row, "") for row in loads.rejects(shop.landing, called[-1]).to_pylist())
        return
    content = content_hash(path)
    load = next((load for load in there if load.content == content), None)
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
