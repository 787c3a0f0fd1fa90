"""Decisions: these are one, these are not, that was wrong. The journal keeps them, the next refresh obeys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from burnish import journal
from burnish.errors import UsageError
from burnish.identity.asking import PAIR, Together
from burnish.identity.model import Model
from burnish.journal import Journal
from burnish.shop import Shop
from burnish.whoiswho.batches import reason, restored, with_fate
from burnish.whoiswho.customers import inside, links_within, names_of, only, spelled
from burnish.whoiswho.questions import DIFFERENT, SAME, masked, open_pairs
from burnish.whoiswho.reading import COMPANY, KINDS, Held, held, model_of

MERGE, SPLIT, SHIPPED = "merge", "split", "shipped"
UNDOING = "burnish match --undo"
SHOWN = 5  # batches in a refusal
LISTED = 20  # records in a refusal
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """What was decided: `pairs` decisions in `batches` of the journal, and in words what they change."""

    batches: tuple[int, ...]
    decisions: int
    says: tuple[str, ...]


@dataclass(frozen=True)
class NewModel:
    """A model kept, and the one before it; where known, how many pairs change sides and how many questions
    will wait after the next refresh."""

    kind: str
    version: str
    before: str
    gate: float
    gate_before: float
    joined_now: int | None
    parted_now: int | None
    questions: int | None
    questions_before: int | None


def merge(shop: Shop, names: Sequence[str], *, by: str, why: str) -> Change:
    """Say that customers are one. Names: ids, record keys, parts of names. Raises UsageError."""
    known = held(shop)
    named = several(known, names)
    groups = list(named)
    first, *others = (anchor(known, group, name) for group, name in named.items())
    against = contradicting(known, groups)
    pairs = list(dict.fromkeys(ordered([*((first, other) for other in others), *against])))
    shown = names_of(known, groups)
    says = [f"{', '.join(shown[one] for one in groups)} become 1 customer."]
    if against:
        says.append(f"This overturns {counted(len(against), 'earlier decision')} that they are different.")
    return decided(shop, [(SAME, pairs)], by=by, why=why, how=MERGE, says=says)


def several(known: Held, names: Sequence[str]) -> dict[str, str]:
    """Customers by id, each with the name that meant it. Raises UsageError where they are one."""
    named: dict[str, str] = {}
    for name in names:
        named.setdefault(only(known, name, where="burnish merge"), name)
    if len(named) > 1:
        return named
    one = names_of(known, named)[next(iter(named))]
    twice = len(names) > 1 and len(set(names)) == 1
    problem = f"you named {one} twice" if twice else f"{one} is one customer already"
    fix = "Name two customers or more; `burnish who` shows what is one."
    raise UsageError(problem, "burnish merge", fix)


def anchor(known: Held, group: str, name: str) -> str:
    """The record of a customer that stands for it: the one named, else the first by key."""
    keys = keys_of(known, group)
    return name if name in keys else keys[0]


def keys_of(known: Held, group: str) -> list[str]:
    """The record keys of a customer."""
    rows = known.group[COMPANY].filter(pl.col("group_key") == group)
    return rows["key"].sort().to_list()


def contradicting(known: Held, groups: Sequence[str]) -> Pairs:
    """Pairs of records of these customers that somebody called different."""
    keys = [key for group in groups for key in keys_of(known, group)]
    word = inside(known.word[COMPANY], keys).filter(pl.col("verdict") == DIFFERENT)
    there = dict(known.group[COMPANY].iter_rows())
    return [(left, right) for left, right in word.select(PAIR).iter_rows() if there[left] != there[right]]


def split(shop: Shop, name: str, records: Sequence[str], *, by: str, why: str) -> Change:
    """Take records out of a customer: different from each that stays, together among themselves.

    Raises UsageError for a record that is not of the customer, or when nothing would stay.
    """
    known = held(shop)
    group = only(known, name, where="burnish split")
    keys, shown = keys_of(known, group), names_of(known, [group])[group]
    out = list(dict.fromkeys(record_of(known, keys, text, shown) for text in records))
    stay = [key for key in keys if key not in out]
    if not stay:
        problem = f"no record of {shown} would stay"
        raise UsageError(problem, "burnish split", "Name only the records that do not belong to it.")
    apart = ordered((one, other) for one in out for other in stay)
    called = spelled(known, out)
    says = [f"No longer of {shown}:", *(f"  {called[one]}" for one in out)]
    pieces = fallen(known, stay)
    if pieces > 1:
        says.append(
            f"Only that held the others together: they become {pieces} customers. `burnish merge` joins them."
        )
    decisions = [(SAME, loose(known, out)), (DIFFERENT, apart)]
    return decided(shop, decisions, by=by, why=why, how=SPLIT, says=says)


def record_of(known: Held, keys: Sequence[str], text: str, customer: str) -> str:
    """The one record of a customer that a text means: its key, its code, or its name."""
    party = known["party"].filter(pl.col("party_key").is_in(list(keys))).sort("party_key")
    meant: list[str] = []
    for column in ("party_key", "code", "name"):
        hits = party.filter(pl.col(column) == text)["party_key"].to_list()
        if len(hits) == 1:
            return str(hits[0])
        meant = meant or hits
    if meant:
        problem, fix = f"{text!r} is {len(meant)} records: {'; '.join(meant)}", "Write their keys."
        raise UsageError(problem, "burnish split", fix)
    listed = "\n".join(f"  {one}" for one in spelled(known, keys[:LISTED]).values())
    more = f"\n  and {len(keys) - LISTED:,} more" if len(keys) > LISTED else ""
    problem = f"{text!r} is not one record of {customer}"
    raise UsageError(problem, "burnish split", f"Write a key as `burnish who` shows it:\n{listed}{more}")


def loose(known: Held, keys: list[str]) -> Pairs:
    """The pairs that must be said to be one for these records to stay together without all others."""
    together = Together(links_within(known, COMPANY, keys).select(PAIR).iter_rows())
    tops = sorted({together.top(key) for key in keys})
    return list(pairwise(tops))


def fallen(known: Held, keys: list[str]) -> int:
    """Into how many customers these records fall by their own links."""
    return len(loose(known, keys)) + 1


def ordered(pairs: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> Pairs:
    """Pairs with the smaller key first."""
    return [(min(pair), max(pair)) for pair in pairs]


def decided(
    shop: Shop, decisions: Sequence[tuple[str, Pairs]], *, by: str, why: str, how: str, says: Sequence[str]
) -> Change:
    """Keep decisions of one kind of act about companies, one batch per verdict."""
    why = masked(shop, why)
    with Journal.open(shop.folder) as book:
        batches = [
            book.decide(COMPANY, verdict, pairs, by=by, why=why, how=how)
            for verdict, pairs in decisions
            if pairs
        ]
    return Change(tuple(batches), sum(len(pairs) for _, pairs in decisions), tuple(says))


def undo(shop: Shop, batch: int, *, by: str, why: str) -> Change:
    """Take a batch of decisions back: of each pair counts again what was said before.

    A pair of which somebody said something later stays as it is; batches taken back count as not said.
    Raises UsageError for a batch that is unknown or taken back already.
    """
    known = held(shop)
    rows = with_fate(pl.concat([spoken(shop, known, kind) for kind in KINDS]).sort("seq"))
    refuse_gone(rows, batch)
    again, later = restored(rows, batch)
    if again.is_empty():
        problem = f"of every pair of batch {batch} something was said later"
        raise UsageError(problem, UNDOING, "Undo the later batch first: `burnish who` shows it.")
    batches, why = [], reason(batch, masked(shop, why))
    with Journal.open(shop.folder) as book:
        for (kind, verdict, how), pairs in again.group_by("kind", "verdict", "how", maintain_order=True):
            said = [(left, right) for left, right in pairs.select(PAIR).iter_rows()]
            batches.append(book.decide(str(kind), str(verdict), said, by=by, why=why, how=str(how)))
    says = [f"{counted(again.height, 'decision')} of batch {batch} taken back."]
    if later:
        says.append(f"{counted(later, 'pair')} {'stays' if later == 1 else 'stay'} as somebody said later.")
    return Change(tuple(batches), again.height, tuple(says))


def refuse_gone(rows: pl.DataFrame, batch: int) -> None:
    """Raise UsageError for a batch that is not there, or taken back already."""
    mine = rows.filter(pl.col("batch") == batch)
    if mine.is_empty():
        last = rows["batch"].unique().sort().tail(SHOWN).to_list()
        fix = f"The last are {', '.join(map(str, last))}." if last else "Nothing was decided yet."
        raise UsageError(f"there is no batch {batch}", UNDOING, fix)
    if not mine["taken_back_by"].null_count():
        back = int(mine["taken_back_by"].max())  # type: ignore[arg-type]
        fix = f"To bring it back: burnish match --undo {back}"
        raise UsageError(f"batch {batch} is taken back already (batch {back})", UNDOING, fix)


def spoken(shop: Shop, known: Held, kind: str) -> pl.DataFrame:
    """All that was said, by the keys that records have now; as it was said where both keys are one now."""
    is_one = pl.col("left_key") == pl.col("right_key")
    now = known.decision[kind]
    as_said = journal.read_decisions(shop.folder, kind).join(now.filter(is_one), on="seq", how="semi")
    return pl.concat([now.filter(~is_one), as_said])


def counted(number: int, noun: str) -> str:
    """`1 decision`, `3 decisions`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def keep_gate(shop: Shop, gate: float, *, kind: str, by: str, why: str) -> NewModel:
    """Keep the model with another gate. Raises UsageError for one that is not above the lower gate."""
    known, before = held(shop), model_of(shop, kind)
    ppm = round(gate * 1_000_000)
    if not before.ask_ppm < ppm <= 1_000_000:
        problem = f"a gate of {gate:g} is not above {before.ask_ppm / 1e6:g} and at most 1"
        raise UsageError(problem, "--gate", "Write a probability such as --gate 0.97.")
    pairs = known.pairs(kind).filter(pl.col("origin") == "model")["probability_ppm"]
    was, will = (int((pairs >= limit).sum()) for limit in (before.join_ppm, ppm))
    after = Model.of(before.parameters | {"join_ppm": ppm})
    kept = kept_model(shop, before, after, by=by, why=why or f"gate {gate:g}")
    return replace(
        kept,
        joined_now=max(0, will - was),
        parted_now=max(0, was - will),
        questions=to_ask(known, after),
        questions_before=to_ask(known, before),
    )


def to_ask(known: Held, model: Model) -> int:
    """How many questions will wait after a refresh with this model."""
    found = known.waiting_under(model)
    return open_pairs(known, model.kind, found).height


def take_model(shop: Shop, version: str, *, kind: str, by: str, why: str) -> NewModel:
    """Take up an earlier model again, by its version, or the shipped one. Raises UsageError."""
    shipped = Model.shipped(kind)
    found = journal.read_model(shop.folder, kind, version=version)
    if version in (SHIPPED, shipped.version):
        after = shipped
    elif found is not None:
        after = Model.of(found)
    else:
        known = journal.read_models(shop.folder, kind)["version"].unique(maintain_order=True)
        fix = f"Write one of: {', '.join([SHIPPED, *known])}."
        raise UsageError(f"there is no model {version!r}", "--model", fix)
    used = journal.read_model(shop.folder, kind)
    before = (
        shipped if used is None else Model(kind, {"join_ppm": shipped.join_ppm} | used)
    )  # may be unusable
    return kept_model(shop, before, after, by=by, why=why or f"model {version} again")


def kept_model(shop: Shop, before: Model, after: Model, *, by: str, why: str) -> NewModel:
    """Keep a model unless it is the one in use."""
    if after.version != before.version:
        with Journal.open(shop.folder) as book:
            book.keep_model(after.kind, after.parameters, by=by, why=masked(shop, why))
    gates = (after.join_ppm / 1e6, before.join_ppm / 1e6)
    return NewModel(after.kind, after.version, before.version, *gates, None, None, None, None)
