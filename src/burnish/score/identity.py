"""Who is who: pairs that Burnish took for one, against those that truly are; job changes; mailboxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, TypeAlias

import polars as pl

from burnish.score.rates import share

Told: TypeAlias = dict[str, Any]
NAME = ["source", "organisation_ref"]
COUNTS = ("taken", "n", "both")
BARS = {"companies": {"precision": 0.98, "recall": 0.95}, "people": {"precision": 0.99, "recall": 0.95}}
NOTHING: Told = {"precision": None, "recall": None, "n": 0}


def companies(customer_ref: pl.DataFrame, company: pl.DataFrame) -> Told:
    """Precision and recall of pairs of names across systems, in all and per pair of systems.

    `company` says which name is truly whose. A name that Burnish does not know stands alone. Pairs within
    one system (duplicates, a company's code and name) are told under that system, and together as `within`.
    """
    truly = company.select(*NAME, "company").unique(NAME, keep="first", maintain_order=True)
    both = truly.join(customer_ref, on=NAME, how="left").with_columns(
        customer_id=pl.coalesce("customer_id", pl.format("alone {} {}", "source", "organisation_ref"))
    )
    return of_systems(both.select("source", taken="customer_id", truly="company"))


def people(individual: pl.DataFrame, person: pl.DataFrame) -> Told:
    """Precision and recall of pairs of entries in lists of people, in all and per pair of systems.

    `person` says whose each entry truly is, `individual` whose Burnish takes it for; an entry that Burnish
    does not know stands alone. Unlike names of companies, entries of one list count in the whole too.
    `mailboxes_joined`: entries of desks (by the truth) that Burnish took for one with a person's.
    """
    truly = person.unique("person_id", keep="none").sort("person_id")
    if truly.is_empty():
        return NOTHING | {"says": "the truth about these people is not known"}
    both = truly.join(individual.select("person_id", "individual_id"), on="person_id", how="left")
    both = both.with_columns(individual_id=pl.coalesce("individual_id", pl.format("alone {}", "person_id")))
    told = of_systems(both.select("source", taken="individual_id", truly="person"))
    whole = rated(*(told[name] + told["within"][name] for name in COUNTS))
    human = both.filter(~pl.col("is_mailbox")).select("individual_id")
    joined = both.filter("is_mailbox").join(human, on="individual_id", how="semi")
    return told | whole | {"mailboxes": int(both["is_mailbox"].sum()), "mailboxes_joined": joined.height}


def of_systems(both: pl.DataFrame) -> Told:
    """Rates of pairs across systems; under `pairs` per pair of systems, under `within` inside one system.

    `both` has one row per record: its `source`, what it was `taken` for, and what it `truly` is.
    """
    parts = {source: rows for (source,), rows in both.partition_by("source", as_dict=True).items()}
    found = {
        (one, other): pairs(parts[one], parts[other], same=one == other)
        for one, other in combinations_with_replacement(sorted(parts), 2)
    }
    across = summed([counts for (one, other), counts in found.items() if one != other])
    within = summed([counts for (one, other), counts in found.items() if one == other])
    named = {f"{one} - {other}": rated(*counts) for (one, other), counts in found.items()}
    return rated(*across) | {"within": rated(*within), "pairs": named}


def summed(counts: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Counts of pairs added up."""
    taken, true, both = (sum(each[place] for each in counts) for place in range(3))
    return taken, true, both


def pairs(one: pl.DataFrame, other: pl.DataFrame, *, same: bool) -> tuple[int, int, int]:
    """Pairs of records taken for one, truly one, and both."""
    taken, true, both = (
        paired(one, other, keys, same=same) for keys in (["taken"], ["truly"], ["taken", "truly"])
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


def rated(taken: int, true: int, both: int) -> Told:
    """Precision and recall of counted pairs: taken for one, truly one (`n`), and both."""
    counts = {"n": true, "taken": taken, "both": both}
    return {"precision": share(both, taken), "recall": share(both, true)} | counts


def moves(
    job: pl.DataFrame,
    individual: pl.DataFrame,
    person: pl.DataFrame,
    stay: pl.DataFrame,
    companies: Mapping[str, frozenset[int]],
) -> Told:
    """Changes of job found, and by how many days their dates are off.

    `stay` is the truth: person, company, from_on, until_on; `companies` stand behind each customer. Counted
    (`n`) are true changes that the lists can show: some entry of the person is at the one company, some at
    the next. `claimed`: changes that Burnish tells of these people, `right` those that are true. `days_off`:
    absolute days between the first day told at the new company and the true one, one each.
    """
    truth = changes(stay)
    whose = individual.join(person.unique("person_id", keep="none"), on="person_id")
    seen = {
        (who, company)
        for who, customer in whose.select("person", "customer_id").unique().iter_rows()
        for company in companies.get(customer, ())
    }
    shown = {key: on for key, on in truth.items() if {(key[0], key[1]), (key[0], key[2])} <= seen}
    told = told_changes(job, whose, companies)
    claimed, right = len(told), [key for key in told if told[key][0] & set(truth)]
    found = {key: told[each][1] for each in right for key in sorted(told[each][0] & set(shown))}
    off = sorted(abs((found[key] - shown[key]).days) for key in found if found[key] is not None)
    counts = {"n": len(shown), "found": len(found), "claimed": claimed, "right": len(right)}
    return moved(counts | {"days_off": off})


def moved(counts: Told) -> Told:
    """Rates of counted changes of job."""
    off = counts["days_off"]
    return {
        "recall": share(counts["found"], counts["n"]),
        "precision": share(counts["right"], counts["claimed"]),
        "median_days_off": float(pl.Series(off).median()) if off else None,  # type: ignore[arg-type]
    } | counts


def changes(stay: pl.DataFrame) -> dict[tuple[int, int, int], Any]:
    """True changes of job: person, company before and after -> the first day at the new one."""
    ordered = stay.filter(pl.col("role") != "mailbox").sort("person", "from_on", "company")
    rows = ordered.with_columns(before=pl.col("company").shift(1).over("person")).drop_nulls("before")
    rows = rows.filter(pl.col("before") != pl.col("company"))
    return {
        (who, before, after): on
        for who, before, after, on in rows.select("person", "before", "company", "from_on").iter_rows()
    }


def told_changes(
    job: pl.DataFrame, whose: pl.DataFrame, companies: Mapping[str, frozenset[int]]
) -> dict[tuple[str, str], tuple[set[tuple[int, int, int]], Any]]:
    """Changes that Burnish tells: (individual, customer left) -> what they may truly be, first day after."""
    people = whose.group_by("individual_id").agg(pl.col("person").unique().sort())
    first = dict(zip(job.select("individual_id", "customer_id").iter_rows(), job["from_on"], strict=True))
    left = job.drop_nulls("moved_to").join(people, on="individual_id").sort("individual_id", "customer_id")
    told = {}
    for row in left.iter_rows(named=True):
        before, after = companies.get(row["customer_id"], ()), companies.get(row["moved_to"], ())
        may_be = {(who, one, other) for who in row["person"] for one in before for other in after}
        told[row["individual_id"], row["customer_id"]] = (
            may_be,
            first.get((row["individual_id"], row["moved_to"])),
        )
    return told


def together(found: Sequence[Told]) -> Told:
    """Precision and recall over shops, from the sums of their pairs; the least of the shops beside."""
    if len(found) == 1:
        return dict(found[0])
    told = rated(*(sum(each.get(name, 0) for each in found) for name in COUNTS))
    for name in ("precision", "recall"):
        known = [each[name] for each in found if each[name] is not None]
        told[f"least_{name}"] = min(known, default=None)
    for name in ("mailboxes", "mailboxes_joined"):
        if any(name in each for each in found):
            told[name] = sum(each.get(name, 0) for each in found)
    every = [each["moves"] for each in found if "moves" in each]
    if every:
        counts = {name: sum(each[name] for each in every) for name in ("n", "found", "claimed", "right")}
        told["moves"] = moved(
            counts | {"days_off": sorted(day for each in every for day in each["days_off"])}
        )
    return told | {"shops": list(found)}


def reached(told: Mapping[str, Any], what: str) -> bool | None:
    """Whether precision and recall reach their bars; nothing where they are not known."""
    rates = [(told[name], bar) for name, bar in BARS[what].items()]
    return None if any(rate is None for rate, _ in rates) else all(rate >= bar for rate, bar in rates)
