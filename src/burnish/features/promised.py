"""Giving a table exactly the columns, types and order that its contract promises."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from burnish.schema.contracts import Contract


def promised(table: ir.Table, contract: Contract) -> ir.Table:
    """The contract's columns in its order and types, sorted by its key (by all columns if it has none)."""
    types = ibis.Schema.from_pyarrow(contract.schema)
    exact = table.select(**{name: table[name].cast(kind) for name, kind in types.items()})
    return exact.order_by(list(contract.key or types.names))
