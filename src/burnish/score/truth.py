"""The truth about a made-up shop, as `burnish simulate` wrote it beside its exports."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from burnish.errors import UsageError

DAYS = ("t0", "t50", "t1", "outcome_on", "ends_on", "from_on", "until_on")
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
    "company": {"source": pl.String, "organisation_ref": pl.String, "company": pl.Int64},
}
SHOP = "shop.json"


@dataclass(frozen=True)
class Truth:
    """Planted events, look-alikes, and who is who: `event`, `lookalike`, `company` (source,
    organisation_ref, company); `people` counts pairs of entries in lists of people that are of one person.
    `about` says how the shop was made."""

    folder: Path
    event: pl.DataFrame
    lookalike: pl.DataFrame
    company: pl.DataFrame
    people: int
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
    return Truth(there, tables["event"], tables["lookalike"], tables["company"], doubles(there), about)


def table(path: Path, kinds: dict[str, Any]) -> pl.DataFrame:
    """One CSV with its days as days."""
    rows = pl.read_csv(path, infer_schema=False)
    days = [pl.col(name).str.to_date(strict=False) for name in DAYS if name in rows.columns]
    typed = [pl.col(name).cast(kind, strict=False) for name, kind in kinds.items() if kind != pl.String]
    texts = [pl.col(name).fill_null("") for name, kind in kinds.items() if kind == pl.String]
    return rows.with_columns(*days, *typed, *texts)


def doubles(folder: Path) -> int:
    """Pairs of entries in lists of people that are of one person."""
    path = folder / "person.csv"
    if not path.is_file():
        return 0
    times = pl.read_csv(path, infer_schema=False).group_by("person").len()["len"]
    return int((times * (times - 1) // 2).sum() or 0)
