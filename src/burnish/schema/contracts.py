"""What a table promises: its columns with type, unit and category, and what one row is.

A contract is data. `tables.py` lists all of them; rooms above only read them.
Categories follow Fideslang keys, so that the data map can be generated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

from burnish.errors import ContractError

Kind = Literal["party", "event", "fact", "signal"]
Family = Literal[
    "text", "code", "date", "instant", "money", "number", "whole", "yes_no", "id", "score", "facts"
]
Whose = Literal["", "person", "colleague"]

MONEY = pa.decimal128(18, 4)
FACT = pa.struct(
    [("name", pa.string()), ("number", pa.float64()), ("day", pa.date32()), ("unit", pa.string())]
)
TYPES: dict[Family, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "id": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),  # UTC
    "money": MONEY,
    "number": MONEY,
    "whole": pa.int64(),
    "yes_no": pa.bool_(),
    "score": pa.float64(),
    "facts": pa.list_(FACT),
}


@dataclass(frozen=True)
class Column:
    """One column: `family` fixes the Arrow type, `unit` says "none" where there is none.

    `vault` columns belong to a person: they go to the vault and never to an open table.
    `known_with` names the date column of the same row on which this column becomes known (D4).
    `keyed` columns hold the key of a person, a customer's ("person") or the shop's own ("colleague"); only a
    keyed id of it is stored. `public` text was published by its author: masked, never kept apart as a body.
    `unsigned` numbers lose their sign, which programs write either way.
    """

    name: str
    family: Family
    unit: str
    says: str
    category: str = "system.operations"
    vault: bool = False
    required: bool = False
    known_with: str | None = None
    keyed: Whose = ""
    public: bool = False
    unsigned: bool = False

    @property
    def type(self) -> pa.DataType:
        """The Arrow type in which the column is stored."""
        return TYPES[self.family]


@dataclass(frozen=True)
class Contract:
    """A table's promise. `key` names the columns that make one row unique within the table."""

    name: str
    kind: Kind
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def open_columns(self) -> tuple[Column, ...]:
        """The columns that may stand in Parquet."""
        return tuple(column for column in self.columns if not column.vault)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the open columns, in the order declared."""
        return pa.schema([(column.name, column.type) for column in self.open_columns])

    def check(self, schema: pa.Schema, where: str) -> None:
        """Raise ContractError naming every missing or wrongly typed column at once."""
        wrong = [
            f"{column.name} ({found(schema, column.name)} instead of {column.type})"
            for column in self.open_columns
            if found(schema, column.name) != column.type
        ]
        if wrong:
            raise ContractError(
                f"table {self.name} breaks its contract in {', '.join(wrong)}",
                where,
                "Run `burnish refresh` to build it anew; if it stays, report it.",
            )


def found(schema: pa.Schema, name: str) -> pa.DataType | None:
    """The type of a column, or None where it is missing."""
    index = schema.get_field_index(name)
    return schema.field(index).type if index >= 0 else None
