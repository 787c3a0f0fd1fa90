"""Questions to people: two records side by side, what speaks for and against; a sitting that asks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pyarrow as pa

from burnish.errors import UsageError
from burnish.identity.asking import PAIR, drawn
from burnish.identity.deciding import last_words
from burnish.identity.parties import PERSON_PREFIX
from burnish.journal import Journal
from burnish.privacy.masking import mask
from burnish.privacy.vault import Vault
from burnish.shop import Shop
from burnish.whoiswho.batches import UNDONE, reason
from burnish.whoiswho.customers import (
    Finding,
    among,
    bits,
    evidence_of,
    names_of,
    places_of,
    population,
)
from burnish.whoiswho.reading import COMPANY, Held, held

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
QUEUE, SAMPLE = "queue", "sample"
PERSON_ID = re.compile("[0-9a-f]{32}")
KEPT = ("left_key", "right_key", "verdict", "how", "seq")


@dataclass(frozen=True)
class Side:
    """One of the two records: what it says of itself, and what stands behind its customer.

    `says`: name of a column and its value. `others`: records that are one with it already.
    """

    key: str
    says: dict[str, str]
    customer: str
    money: int
    rows: int
    others: int


@dataclass(frozen=True)
class Question:
    """Are these two one? `worth` orders the queue (`identity.asking`); `verdict` is unsure or None."""

    kind: str
    left: Side
    right: Side
    probability: float | None
    bits: float | None
    evidence: tuple[Finding, ...]
    worth: int | None
    verdict: str | None


def questions(
    held: Held, kind: str = COMPANY, *, unsure: bool = False, private: bool = False
) -> list[Question]:
    """The queue, the most valuable question first; with `unsure` those that nobody could answer.

    `private`: those about private customers instead of the others.
    """
    return list(phrased(held, kind, queue(held, kind, held.word[kind], unsure=unsure, private=private)))


def sample(held: Held, number: int, kind: str = COMPANY) -> list[Question]:
    """Pairs that the model joined, drawn at random, of which nobody said anything yet. Raises UsageError."""
    if number < 1:
        raise UsageError("a sample has 1 pair or more", "--sample", "Write how many, such as --sample 50.")
    return list(phrased(held, kind, lot(held, kind, number)))


def queue(held: Held, kind: str, word: pl.DataFrame, *, unsure: bool, private: bool) -> pl.DataFrame:
    """The pairs of the queue."""
    pairs = among(held, kind, held.waiting(kind, word), private=private)
    return pairs.filter((pl.col("verdict") == UNSURE) if unsure else pl.col("verdict").is_null())


def open_pairs(held: Held, kind: str, pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of `Held.waiting` that the queue asks about."""
    return among(held, kind, pairs, private=False).filter(pl.col("verdict").is_null())


def lot(held: Held, kind: str, number: int) -> pl.DataFrame:
    """The pairs of a sample."""
    return drawn(population(held, kind), held.word[kind], number=number, seed=held.snapshot)


def phrased(held: Held, kind: str, pair: pl.DataFrame) -> Iterator[Question]:
    """Each pair as a question."""
    weight = held.pairs(kind).select(*PAIR, "weight_milli", "probability_ppm")
    known = [name for name in ("worth", "verdict") if name in pair.columns]
    rows = pair.select(*PAIR, *known).join(weight, on=PAIR, how="left", maintain_order="left")
    evidence = evidence_of(held, kind, rows)
    sides = sides_of(held, kind, [*rows["left_key"], *rows["right_key"]])
    for row in rows.iter_rows(named=True):
        left, right = row["left_key"], row["right_key"]
        probability = row["probability_ppm"]
        yield Question(
            kind,
            sides[left],
            sides[right],
            None if probability is None else probability / 1e6,
            bits(row["weight_milli"]),
            evidence.get((left, right), ()),
            row.get("worth"),
            row.get("verdict"),
        )


def sides_of(held: Held, kind: str, keys: list[str]) -> dict[str, Side]:
    """The records of questions, by key."""
    group = held.group[kind]
    size = dict(group.group_by("group_key").len().iter_rows())
    wanted = group.filter(pl.col("key").is_in(keys)).join(held.stake, on="group_key", how="left")
    names = names_of(held, wanted["group_key"]) if kind == COMPANY else {}
    says = company_says(held, keys) if kind == COMPANY else person_says(held, keys)
    return {
        key: Side(key, says[key], names.get(one, one), money or 0, rows or 0, size[one] - 1)
        for key, one, money, rows in wanted.select("key", "group_key", "money", "rows").iter_rows()
    }


def company_says(held: Held, keys: list[str]) -> dict[str, dict[str, str]]:
    """What company records say of themselves."""
    party = held["party"].filter(pl.col("party_key").is_in(keys))
    places = places_of(held, party)
    rows = party.select("party_key", "source", "name", "code").iter_rows()
    return {
        key: filled({"source": source, "name": name, "code": code}) | places.get(key, {})
        for key, source, name, code in rows
    }


def person_says(held: Held, keys: list[str]) -> dict[str, dict[str, str]]:
    """What contact records say openly: source, role and customer, never a name."""
    own = held["individual"].filter(pl.col("person_id").is_in(keys))
    listed = held["person"].filter(pl.col("superseded_on").is_null()).unique("person_id", maintain_order=True)
    rows = own.join(listed.select("person_id", "source", "role"), on="person_id", how="left")
    names = names_of(held, rows["customer_id"].drop_nulls())
    return {
        row["person_id"]: filled(
            {"source": row["source"], "role": row["role"], "customer": names.get(row["customer_id"] or "")}
        )
        for row in rows.iter_rows(named=True)
    }


def filled(says: Mapping[str, Any]) -> dict[str, str]:
    """Without what is empty."""
    return {name: value for name, value in says.items() if value}


def with_people(question: Question, held: Held, vault: Vault) -> Question:
    """A question with what the vault holds of both people, in memory and for the terminal only."""
    who = {key: person_of(held, key) for key in (question.left.key, question.right.key)}
    clear: dict[str, dict[str, str]] = {}
    for row in vault.values([one for one in who.values() if one]).to_pylist():
        clear.setdefault(row["person_id"], {})[row["column"]] = row["value"]
    left, right = (known_as(side, clear.get(who[side.key], {})) for side in (question.left, question.right))
    return replace(question, left=left, right=right)


def person_of(held: Held, key: str) -> str:
    """The id in the vault of a contact or of a private customer; empty for a company."""
    name = held.private.get(key, key if ":" not in key else "")
    told = name.removeprefix(PERSON_PREFIX)
    return told if PERSON_ID.fullmatch(told) else ""


def known_as(side: Side, clear: Mapping[str, str]) -> Side:
    """A record with what the vault holds of it."""
    name = clear.get("name", "")
    own = name if name and side.customer.startswith(PERSON_PREFIX) else side.customer
    return replace(side, says=side.says | dict(sorted(clear.items())), customer=own)


@contextmanager
def sitting(
    shop: Shop,
    kind: str = COMPANY,
    *,
    by: str,
    why: str = "",
    unsure: bool = False,
    private: bool = False,
    number: int | None = None,
) -> Iterator[Session]:
    """A session over the queue, over what one was unsure about, or over a sample of `number` pairs.

    `private`: over questions about private customers instead of the others.
    """
    why = masked(shop, why)
    with Journal.open(shop.folder) as book:
        yield Session(held(shop), book, kind, by=by, why=why, unsure=unsure, private=private, number=number)


def masked(shop: Shop, why: str) -> str:
    """A reason without addresses, phones and names of people that the vault knows."""
    if not why:
        return ""
    cells, _ = mask(pa.array([why]), shop.vault.known_names())
    return str(cells[0].as_py())


class Session:
    """Gives one question after the other and keeps each answer in the journal at once.

    Answers take effect on what is asked next: what they settle is not asked any more.
    """

    def __init__(
        self,
        held: Held,
        journal: Journal,
        kind: str,
        *,
        by: str,
        why: str,
        unsure: bool,
        private: bool,
        number: int | None,
    ) -> None:
        self.held, self._journal, self._kind, self._by, self._why = held, journal, kind, by, why
        self._unsure, self._private, self._word = unsure, private, held.word[kind]
        self._lot = lot(held, kind, number) if number else None
        self._how = QUEUE if self._lot is None else SAMPLE
        self._given: dict[tuple[str, str], tuple[str, str]] = {}  # with verdict and way of the word before
        self._again: list[tuple[str, str]] = []
        self._batch: dict[tuple[str, str], int] = {}

    @property
    def answered(self) -> int:
        """Answers that stand."""
        return len(self._given)

    @property
    def batches(self) -> list[int]:
        """The batches of the answers that stand."""
        return sorted(self._batch.values())

    def left(self) -> pl.DataFrame:
        """The pairs still to be asked, the next one first; one taken back comes before all."""
        if self._lot is None:
            pairs = queue(self.held, self._kind, self._word, unsure=self._unsure, private=self._private)
            answered = pl.DataFrame(list(self._given), schema=dict.fromkeys(PAIR, pl.String), orient="row")
            pairs = pairs.join(answered, on=PAIR, how="anti", maintain_order="left")
        else:
            pairs = self._lot.join(self._word, on=PAIR, how="anti", maintain_order="left")
        first = pl.struct(PAIR).is_in([{"left_key": left, "right_key": right} for left, right in self._again])
        return pairs.sort(~first, maintain_order=True)

    def question(self) -> Question | None:
        """The next question."""
        return next(phrased(self.held, self._kind, self.left().head(1)), None)

    def answer(self, question: Question, verdict: str) -> None:
        """Keep an answer: same, different or unsure."""
        pair = (question.left.key, question.right.key)
        word = self._word.filter(pl.col("left_key") == pair[0], pl.col("right_key") == pair[1])
        before = word.select("verdict", "how").iter_rows()
        self._given[pair] = next(before, (UNDONE, self._how))
        self._batch[pair] = self._say(pair, verdict, self._how, self._why)
        self._again = [one for one in self._again if one != pair]

    def back(self) -> bool:
        """Take the last answer of this sitting back. Whether there was one."""
        if not self._given:
            return False
        pair, before = self._given.popitem()
        self._say(pair, *before, reason(self._batch.pop(pair), self._why))
        self._again.append(pair)
        return True

    def _say(self, pair: tuple[str, str], verdict: str, how: str, why: str) -> int:
        batch = self._journal.decide(self._kind, verdict, [pair], by=self._by, why=why, how=how)
        seq = (self._word["seq"].max() or 0) + 1  # type: ignore[operator]
        row = pl.DataFrame([(*pair, verdict, how, seq)], schema=self._word.select(KEPT).schema, orient="row")
        self._word = last_words(pl.concat([self._word.select(KEPT), row]))
        return batch
