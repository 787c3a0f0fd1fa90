"""What the shop's records said on a day: the one gate between history and everything fitted to it."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from burnish.schema.contracts import Column, Contract


def as_known(table: ir.Table, day: date, contract: Contract) -> ir.Table:
    """The rows of a canonical table as they were known at the end of `day`, same grain and columns.

    Of each row the version known then is kept. A column that becomes known later than its row
    (`known_with`, such as a quote's outcome) is empty while its own day lies after `day` or is not
    stated. An event dated after `day` has not happened yet and is left out, however early it was entered.
    """
    known = table.filter(was_known(table, day))
    if contract.kind == "event":
        known = known.filter(known.occurred_on <= day)
    waits = [column for column in contract.open_columns if column.known_with is not None]
    return (
        known.mutate(**{column.name: once_known(known, column, day) for column in waits}) if waits else known
    )


def once_known(table: ir.Table, column: Column, day: date) -> ir.Value:
    """A column's values, empty where the day it became known on is later than `day` or not stated."""
    value = table[column.name]
    return (table[column.known_with] <= day).ifelse(value, ibis.null(value.type()))


def was_known(table: ir.Table, day: date) -> ir.BooleanValue:
    """Whether a row is the version that the records held on `day`."""
    replaced = (table.superseded_on <= day).fill_null(False)
    return (table.known_on <= day) & ~replaced
