"""Lines completed by their heads: order rows in one list, the orders with customer and day in another.

A line that does not say whose it is, or of which day, takes that from the document that its `header_ref`
names, version by version: it says on no day what its head did not say yet. A line whose head is not there
waits. Pure: Ibis in, Ibis out.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from burnish.schema.contracts import Contract
from burnish.schema.tables import HEAD_KINDS, landed, of_head
from burnish.sources import canonical

OF_HEAD = {
    "head_object": "string",
    "head_occurred_on": "date",
    "head_known_on": "date",
    "head_loaded_on": "date",
}


def headless(lines: ir.Table) -> ir.BooleanValue:
    """Which lines leave it to their head whose they are, or of which day."""
    return lines.header_ref.notnull() & (lines.organisation_ref.isnull() | lines.occurred_on.isnull())


def heads_of(heads: ir.Table, contract: Contract) -> ir.Table:
    """The versions of the documents whose lines this table holds: of two with one key the first loaded."""
    kind = heads.kind.strip().lower()
    own = heads.filter((kind == HEAD_KINDS[contract.name]) & heads.header_ref.notnull())
    place = ibis.literal("|").join([own.load_id, own.object, own.native_id])
    of_record = ibis.window(group_by=["source", "header_ref", "object", "native_id"])
    own = own.mutate(place=place.min().over(of_record))
    first = own.place.min().over(ibis.window(group_by=["source", "header_ref"]))
    return own.mutate(first=first).filter(lambda table: table.place == table.first)


def completed(lines: ir.Table, heads: ir.Table, contract: Contract) -> ir.Table:
    """Versions of lines, each with every version of its head that holds at the same time.

    Lines that say all by themselves stay as they are; those whose head is not there are left out. The
    columns OF_HEAD are for `imputed`, empty where no head was needed.
    """
    names = [column.name for column in landed(contract).open_columns] + ["loaded_on", "stamped"]
    own = lines.filter(~headless(lines)).select(*names)
    own = own.mutate(**{name: ibis.null(kind) for name, kind in OF_HEAD.items()})
    line, head = lines.filter(headless(lines)), heads_of(heads, contract)
    head = head.select(
        "source", "header_ref", **{f"head_{name}": head[name] for name in head.columns if name != "first"}
    )
    both = line.inner_join(head, ["source", "header_ref"])
    both = both.filter(
        (both.known_on.isnull() | (both.known_on < both.head_superseded_on)).fill_null(True)
        & (both.head_known_on.isnull() | (both.head_known_on < both.superseded_on)).fill_null(True)
    )
    said = {name: both[name].coalesce(both[f"head_{of}"]) for name, of in of_head(contract.name).items()}
    said["superseded_on"] = ibis.least(both.superseded_on, both.head_superseded_on)
    said["known_imputed"] = both.known_imputed | both.head_known_imputed
    said["stamped"] = ibis.literal(False)  # its day is the head's: no lag of entry can be learned from it
    return own.union(both.mutate(**said).select(*own.columns))


def waiting(lines: ir.Table, heads: ir.Table, contract: Contract) -> int:
    """How many open lines wait for a head that was never loaded."""
    alone = lines.filter(headless(lines) & lines.superseded_on.isnull())
    return int(alone.anti_join(heads_of(heads, contract), ["source", "header_ref"]).count().execute())


def imputed(rows: ir.Table, lags: ir.Table, head_lags: ir.Table, contract: Contract) -> ir.Table:
    """Fill `known_on` of completed lines: a line is known when itself and its head are.

    `lags`, `head_lags`: how long entries of lines and of heads take, as `canonical.learned_lags` says.
    """
    columns = [column.name for column in landed(contract).open_columns]
    lines = canonical.imputed(rows, lags, contract, also=tuple(OF_HEAD))
    by_head = head_lags.select("source", head_object=head_lags.object, head_lag_days=head_lags.lag_days)
    joined = lines.left_join(by_head, ["source", "head_object"])
    entered = joined.head_occurred_on + joined.head_lag_days.fill_null(0).as_interval("D")
    guess = ibis.least(entered.cast("timestamp").cast("date"), joined.head_loaded_on)
    joined = joined.mutate(head_known_on=joined.head_known_on.coalesce(guess, joined.head_loaded_on))
    known = joined.head_known_on.isnull().ifelse(
        joined.known_on, ibis.greatest(joined.known_on, joined.head_known_on)
    )
    found = joined.mutate(known_on=known)
    over = (found.known_on >= found.superseded_on).fill_null(False) & found.head_known_on.notnull()
    return found.filter(~over).select(columns)
