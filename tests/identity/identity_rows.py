"""Records of companies in a line each, and their traits."""

from __future__ import annotations

import polars as pl

from burnish.identity.model import Model
from burnish.identity.traits import traits

RECORD = ("party_key", "source", "name", "alias", "code", "domain", "city")
KINDS = {"phone": "phone", "street": "street", "post": "postal", "tax": "tax"}


def company(key: str, name: str, **more: str) -> dict[str, str | None]:
    """A record: its key, whose part before the colon is its source, its name and whatever else is known."""
    return (
        dict.fromkeys((*RECORD, *KINDS))
        | {"party_key": key, "source": key.split(":", maxsplit=1)[0], "name": name}
        | more
    )


def trait(*rows: dict[str, str | None]) -> pl.DataFrame:
    """The traits of such records, by the shipped words."""
    columns = (*RECORD, *KINDS)
    wide = pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String))
    place = [
        wide.select("party_key", kind=pl.lit(kind), token=column).drop_nulls()
        for column, kind in KINDS.items()
    ]
    mail = pl.DataFrame(schema={"party_key": pl.String, "domain": pl.String})
    return traits(wide.select(RECORD), pl.concat(place), mail, words=Model.shipped("company").words)
