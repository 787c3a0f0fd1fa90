"""What the current snapshot and the journal know of who is who, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from burnish import journal
from burnish.errors import ShopError
from burnish.identity.asking import GIVEN, Gates, waiting
from burnish.identity.deciding import Grouping, grouped, last_words
from burnish.identity.model import Model
from burnish.identity.parties import BEFORE_ALL, divided, normal
from burnish.schema.tables import CANONICAL, landed
from burnish.shop import Shop
from burnish.store import loads, snapshots
from burnish.store.snapshots import Snapshot

COMPANY, PERSON = "company", "person"
KINDS = (COMPANY, PERSON)
NEEDED = ("customer", "party", "match_pair", "match_evidence", "individual", "job", "customer_week")
LISTS = ("organisation", "person")
MONEY = ("amount", "invoiced", "paid")
ROWS = ("lines", "shipments", "invoices", "quotes_asked")


@dataclass(frozen=True)
class Held:
    """Tables of one snapshot by name, the shop's models, and what people decided, by kind.

    `decision`: as the journal hands them out, by the party keys of this snapshot.
    """

    snapshot: str
    as_of: str
    currency: str
    tables: dict[str, pl.DataFrame]
    models: dict[str, Model]
    decision: dict[str, pl.DataFrame]

    def __getitem__(self, name: str) -> pl.DataFrame:
        """One table."""
        return self.tables[name]

    @cached_property
    def word(self) -> dict[str, pl.DataFrame]:
        """The last word on each pair, by kind."""
        return {kind: last_words(rows) for kind, rows in self.decision.items()}

    @cached_property
    def group(self) -> dict[str, pl.DataFrame]:
        """Key and group_key by kind: a party with its customer, a contact with its individual.

        A party that is nobody's customer stands alone.
        """
        party = self["party"].select(key="party_key", group_key=pl.coalesce("customer_id", "party_key"))
        person = self["individual"].select(key="person_id", group_key="individual_id")
        return {COMPANY: party, PERSON: person}

    @cached_property
    def stake(self) -> pl.DataFrame:
        """What stands behind each customer: group_key, money (whole units), rows."""
        week = self["customer_week"].group_by(group_key="customer_id")
        summed = week.agg(pl.col(*MONEY).sum(), rows=pl.sum_horizontal(pl.col(*ROWS).sum()))
        return summed.select("group_key", "rows", money=pl.max_horizontal(MONEY).cast(pl.Int64)).sort(
            "group_key"
        )

    @cached_property
    def now(self) -> dict[str, Grouping]:
        """How records would be grouped by what is decided now, by kind; the next snapshot will have that."""
        return {kind: self.grouping(kind, self.models[kind].join_ppm) for kind in KINDS}

    def grouping(self, kind: str, join_ppm: int) -> Grouping:
        """The grouping under another gate."""
        key = self.group[kind].select("key", first=pl.lit(""))
        word = pl.concat([self.divided(kind), self.decision[kind]], how="diagonal_relaxed")
        found = grouped(key, self.pairs(kind), word, join_ppm=join_ppm)
        said = pl.col("seq") > BEFORE_ALL
        return found._replace(standing=found.standing.filter(said), overruled=found.overruled.filter(said))

    def pairs(self, kind: str) -> pl.DataFrame:
        """Compared pairs of one kind."""
        return self["match_pair"].filter(pl.col("kind") == kind).drop("kind")

    def divided(self, kind: str) -> pl.DataFrame:
        """What sources keep apart themselves."""
        given = self.pairs(COMPANY).filter(pl.col("origin") == GIVEN)
        found = divided(self["party"], given)
        return found if kind == COMPANY else found.clear()

    def waiting(self, kind: str, word: pl.DataFrame | None = None) -> pl.DataFrame:
        """The questions of one kind (`asking.waiting`); `word` instead of the journal's if given."""
        own = self.word[kind] if word is None else word
        return self.questions(kind, self.group[kind], own, self.gates(kind))

    def waiting_under(self, model: Model) -> pl.DataFrame:
        """The questions that will wait once records are grouped by another model's gate."""
        group = self.grouping(model.kind, model.join_ppm).group
        return self.questions(model.kind, group, self.word[model.kind], Gates(model.join_ppm, model.ask_ppm))

    def questions(self, kind: str, group: pl.DataFrame, word: pl.DataFrame, gates: Gates) -> pl.DataFrame:
        """The questions between groups."""
        said = pl.concat([self.divided(kind), word], how="diagonal_relaxed")
        return waiting(self.pairs(kind), group, self.stake, last_words(said), gates=gates)

    @cached_property
    def private(self) -> dict[str, str]:
        """Party keys of customers that are persons, each with the name it has outside the vault."""
        persons = self["party"].filter("is_person").select("party_key", pl.col("name").fill_null(""))
        return dict(persons.iter_rows())

    def gates(self, kind: str) -> Gates:
        """The gates of the model that counts now."""
        return Gates(self.models[kind].join_ppm, self.models[kind].ask_ppm)


def held(shop: Shop) -> Held:
    """Read it. Raises ShopError before the first refresh, or where the snapshot is of an older version."""
    refuse_empty(shop)
    with snapshots.current(shop.snapshots) as snapshot:
        refuse_older(snapshot)
        tables = {name: table(snapshot, name) for name in (*NEEDED, *LISTS)}
    decision = {kind: journal.read_decisions(shop.folder, kind) for kind in KINDS}
    decision[COMPANY] = by_party(decision[COMPANY], tables["party"])
    models = {kind: model_of(shop, kind) for kind in KINDS}
    currency = shop.settings.currency
    return Held(snapshot.id, snapshot.as_of, currency, tables, models, decision)


def refuse_empty(shop: Shop) -> None:
    """Raise ShopError where there is nothing to look at since nothing was loaded."""
    if not (shop.snapshots / snapshots.CURRENT).is_file() and not loads.folders(shop.landing):
        fix = "Run `burnish add` with your files, then `burnish refresh`."
        raise ShopError("nothing was loaded yet", str(shop.folder), fix)


def refuse_older(snapshot: Snapshot) -> None:
    """Raise ShopError when tables of who is who are missing."""
    missing = [name for name in NEEDED if name not in snapshot.rows]
    if missing:
        problem = f"the snapshot has no {', '.join(missing)}: an older Burnish made it"
        raise ShopError(problem, snapshot.id, "Run `burnish refresh` first.")


def table(snapshot: Snapshot, name: str) -> pl.DataFrame:
    """One table; a list that is not there is empty."""
    if name in snapshot.rows:
        return pl.DataFrame(snapshot.table(name))
    return pl.DataFrame(landed(CANONICAL[name]).schema.empty_table())


def model_of(shop: Shop, kind: str) -> Model:
    """The model that counts: the one the shop kept last, else the shipped one."""
    return Model.of(journal.read_model(shop.folder, kind), kind)


def by_party(decision: pl.DataFrame, party: pl.DataFrame) -> pl.DataFrame:
    """Decisions by the keys that parties have today; one about a record that is gone keeps its own.

    A text that is a code today may have been a name when it was decided on, and the other way round.
    """
    own: dict[str, str] = {}
    for kind, column in (("code", "name"), ("name", "code"), ("name", "name"), ("code", "code")):
        key = pl.concat_str("source", pl.lit(kind), normal(pl.col(column)), separator=":")
        keys = party.select(key.alias("key"), "party_key").drop_nulls().unique("key", keep="none")
        own |= dict(keys.iter_rows())
    own |= {key: key for key in party["party_key"]}
    ends = decision.with_columns(pl.col("left_key", "right_key").replace(own))
    sides = ("left_key", "right_key")
    return ends.with_columns(left_key=pl.min_horizontal(sides), right_key=pl.max_horizontal(sides))
