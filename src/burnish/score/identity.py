"""Who is who: pairs of names that Burnish took for one customer, against those that truly are."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import polars as pl

from burnish.score.rates import share

NAME = ["source", "organisation_ref"]


def companies(customer_ref: pl.DataFrame, company: pl.DataFrame) -> dict[str, Any]:
    """Precision and recall of pairs of names across systems, in all and per pair of systems.

    `company` says which name is truly whose. A name that Burnish does not know stands alone. Pairs within
    one system (duplicates, a company's code and name) are told under that system, not in the whole.
    """
    truly = company.select(*NAME, "company").unique(NAME, keep="first", maintain_order=True)
    both = truly.join(customer_ref, on=NAME, how="left").with_columns(
        customer_id=pl.coalesce("customer_id", pl.format("alone {} {}", "source", "organisation_ref"))
    )
    parts = {source: rows for (source,), rows in both.partition_by("source", as_dict=True).items()}
    found = {
        (one, other): pairs(parts[one], parts[other], same=one == other)
        for one, other in combinations_with_replacement(sorted(parts), 2)
    }
    across = [counts for (one, other), counts in found.items() if one != other]
    taken, true, matched = (sum(counts[place] for counts in across) for place in range(3))
    told = rated(taken, true, matched)
    return told | {"pairs": {f"{one} - {other}": rated(*counts) for (one, other), counts in found.items()}}


def pairs(one: pl.DataFrame, other: pl.DataFrame, *, same: bool) -> tuple[int, int, int]:
    """Pairs of names taken for one, truly one, and both."""
    taken, true, both = (
        paired(one, other, keys, same=same)
        for keys in (["customer_id"], ["company"], ["customer_id", "company"])
    )
    return taken, true, both


def paired(one: pl.DataFrame, other: pl.DataFrame, keys: list[str], *, same: bool) -> int:
    """Pairs of rows with equal keys; of one table with itself each pair once."""
    first = one.group_by(keys).agg(n=pl.len().cast(pl.Int64))
    if same:
        return int((first["n"] * (first["n"] - 1) // 2).sum())
    second = other.group_by(keys).agg(m=pl.len().cast(pl.Int64))
    met = first.join(second, on=keys)
    return int((met["n"] * met["m"]).sum())


def rated(taken: int, true: int, both: int) -> dict[str, Any]:
    """Precision and recall of counted pairs: taken for one, truly one (`n`), and both."""
    counts = {"n": true, "taken": taken, "both": both}
    return {"precision": share(both, taken), "recall": share(both, true)} | counts


def together(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Precision and recall over shops, from the sums of their pairs."""
    if len(found) == 1:
        return found[0]
    taken, true, both = (sum(each[name] for each in found) for name in ("taken", "n", "both"))
    return rated(taken, true, both) | {"shops": found}


def people(pairs_of_one: int) -> dict[str, Any]:
    """Lists of people are not resolved across systems yet: nothing is found, nothing is wrong."""
    says = "people are not resolved across lists yet: nobody is joined, so nobody wrongly"
    return {"precision": None, "recall": 0.0, "n": pairs_of_one, "says": says}
