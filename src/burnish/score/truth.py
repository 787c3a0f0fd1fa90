"""The truth about a made-up shop, as `burnish simulate` wrote it beside its exports."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from burnish.errors import UsageError
from burnish.privacy.vault import Vault
from burnish.sources.people import customer_ids, standing_for

DAYS = ("t0", "t50", "t1", "outcome_on", "ends_on", "from_on", "until_on")
NAMED = {"source": pl.String, "organisation_ref": pl.String, "company": pl.Int64}
TABLES = {  # what must be there, with the types that an empty file would not show
    "event": {
        "event": pl.Int64,
        "kind": pl.String,
        "company": pl.Int64,
        "outcome": pl.String,
        "subject": pl.String,
    }
    | {"nats": pl.Float64, "size": pl.Float64},
    "lookalike": {"company": pl.Int64, "looks_like": pl.String, "explanation": pl.String},
    "company": NAMED,
}
PEOPLE = {  # what truths of earlier versions may lack
    "person": {"source": pl.String, "object": pl.String, "key": pl.String, "person": pl.Int64},
    "job": {"person": pl.Int64, "company": pl.Int64, "role": pl.String}
    | {"from_on": pl.Date, "until_on": pl.Date},
}
IDENTIFIED = {
    "person_id": pl.String,
    "source": pl.String,
    "person": pl.Int64,
    "is_mailbox": pl.Boolean,
}
SHOP = "shop.json"


@dataclass(frozen=True)
class Truth:
    """Planted events, look-alikes, and who is who: `event`, `lookalike`, `company` (source,
    organisation_ref, company), `person` (source, object, key, person), `job` (person, company, role, from_on,
    until_on). `about` says how the shop was made."""

    folder: Path
    event: pl.DataFrame
    lookalike: pl.DataFrame
    company: pl.DataFrame
    person: pl.DataFrame
    job: pl.DataFrame
    about: dict[str, Any]

    @property
    def null(self) -> str:
        """The null family, empty where things were planted."""
        return str(self.about.get("null") or "")

    def companies(self, customer_ref: pl.DataFrame) -> dict[str, frozenset[int]]:
        """The true companies behind each customer."""
        both = customer_ref.join(self.company, on=["source", "organisation_ref"])
        grouped = both.group_by("customer_id").agg(pl.col("company").unique())
        return {name: frozenset(found) for name, found in grouped.iter_rows()}

    def identified(self, vault: Vault) -> pl.DataFrame:
        """True people by the ids that a shop's records of them bear: columns IDENTIFIED, one row per id."""
        desk = self.job.filter(pl.col("role") == "mailbox")["person"].unique()
        rows = [pl.DataFrame(schema=IDENTIFIED)]
        for (source, kind), found in self.person.partition_by("source", "object", as_dict=True).items():
            ids = vault.person_ids(str(source), str(kind), found["key"].to_arrow())
            named = found.with_columns(
                person_id=pl.Series(ids.to_pylist(), dtype=pl.String),
                is_mailbox=pl.col("person").is_in(desk.implode()),
            )
            rows.append(named.select(*IDENTIFIED))
        return pl.concat(rows).unique().sort("person_id", "person")

    def of_shop(self, vault: Vault, known: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """`person` (`identified`) and `company` (`named`), as a shop that has the names `known` has them."""
        return {"person": self.identified(vault), "company": self.named(vault, known).select(*NAMED)}

    def named(self, vault: Vault, known: pl.DataFrame) -> pl.DataFrame:
        """Whose each name truly is, as a shop has the names: as `company`, a row per name.

        `known`: source, organisation_ref, the names that the shop has. A customer that is a person stands
        there by a keyed id, so it does here.
        """
        there = known.select("source", keyed="organisation_ref").unique()
        rows = [self.company.clear()]
        for (source,), found in self.company.partition_by("source", as_dict=True).items():
            names = found["organisation_ref"].to_arrow().cast(pa.string())
            keyed = standing_for(customer_ids(vault, str(source), names))
            both = found.with_columns(keyed=pl.Series(keyed.to_pylist(), dtype=pl.String))
            private = both.join(there, on=["source", "keyed"], how="semi")
            rows += [both.join(there, on=["source", "keyed"], how="anti").drop("keyed")]
            rows += [private.with_columns(organisation_ref="keyed").drop("keyed")]
        return pl.concat(rows).unique().sort("source", "organisation_ref", "company")

    def keep(self, folder: Path) -> None:
        """Copy it beside a walk."""
        folder.mkdir(parents=True, exist_ok=True)
        for path in [*sorted(self.folder.glob("*.csv")), self.folder / SHOP]:
            if path.is_file() and path.parent.resolve() != folder.resolve():
                shutil.copyfile(path, folder / path.name)


def read_truth(folder: Path) -> Truth:
    """Read `truth/`. Raises UsageError naming what is missing."""
    there = folder / "truth" if (folder / "truth").is_dir() else folder
    missing = [f"{name}.csv" for name in TABLES if not (there / f"{name}.csv").is_file()]
    if missing:
        raise UsageError(
            f"no {', '.join(missing)} is there", str(there), "Name the folder that `burnish simulate` wrote."
        )
    tables = {name: table(there / f"{name}.csv", kinds) for name, kinds in TABLES.items()}
    shop = there / SHOP
    about = json.loads(shop.read_text("utf-8")) if shop.is_file() else {}
    people = {name: table(there / f"{name}.csv", kinds) for name, kinds in PEOPLE.items()}
    return Truth(there, **tables, **people, about=about)


def table(path: Path, kinds: dict[str, Any]) -> pl.DataFrame:
    """One CSV with its days as days; without rows where it is not there."""
    if not path.is_file():
        return pl.DataFrame(schema=kinds)
    rows = pl.read_csv(path, infer_schema=False)
    days = [pl.col(name).str.to_date(strict=False) for name in DAYS if name in rows.columns]
    number = {name: kind for name, kind in kinds.items() if kind not in (pl.String, pl.Date)}
    typed = [pl.col(name).cast(kind, strict=False) for name, kind in number.items()]
    texts = [pl.col(name).fill_null("") for name, kind in kinds.items() if kind == pl.String]
    return rows.with_columns(*days, *typed, *texts)
