"""What is wrong in the lists of real offices: names spelled anew in each program, customers entered twice,
purchase order numbers left out, days and months swapped, private mail addresses (DOMAIN 3.4, last row).

`called` says how one program names everybody; `named` gives rows the record under which they were booked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

import numpy as np
import polars as pl

from burnish.simulate.plan import Plan
from burnish.simulate.world import World

TWICE = 0.08  # of the companies have a second record
OTHERWISE = 0.08  # of the names are not the legal name: another form, the dba, a short form
SWAPPED = 0.03
PRIVATE = 0.05
JOBS = (":Fixtures", ":Line 2", ":Service Parts")

# kind of a second record -> (share of second records, share of the rows booked under it, of all time or
# only until some day). A merged firm's record has no rows of its own.
SECONDS = {
    "misspelt": (0.25, 0.12, False),
    "legal form": (0.25, 0.25, False),
    "do not use": (0.20, 1.0, True),
    "old name": (0.20, 1.0, True),
    "merged": (0.10, 0.0, False),
}
PARTIES = {
    "company": pl.Int64,
    "party": pl.Int64,
    "name": pl.String,
    "code": pl.String,
    "kind": pl.String,
    "share": pl.Float64,
    "until_on": pl.Date,
}

LEGAL = re.compile(r",? (inc|incorporated|llc|l\.l\.c|co|company|corp|corporation|ltd|limited)\.?$", re.I)
OTHER_FORMS = {
    "inc": "Incorporated", "incorporated": "Inc.", "llc": "L.L.C.", "l.l.c": "LLC", "co": "Company",
    "company": "Co.", "corp": "Corporation", "corporation": "Corp.", "ltd": "Limited", "limited": "Ltd.",
}  # fmt: skip


def without_form(name: str) -> str:
    """The name without Inc., LLC and the like."""
    return LEGAL.sub("", name) or name


def other_form(name: str) -> str:
    """The name with its legal form written another way; one is added where there is none."""
    found = LEGAL.search(name)
    return f"{without_form(name)} {OTHER_FORMS[found[1].lower()]}" if found else f"{name} Inc."


def misspelt(name: str, rng: np.random.Generator) -> str:
    """The name with two letters inside a word changed over, or one left out."""
    places = [at for at in range(1, len(name) - 2) if name[at - 1 : at + 2].isalpha()]
    unlike = [at for at in places if name[at].lower() != name[at + 1].lower() and name[at + 1].isalpha()]
    if not unlike:
        return name + name[-1]
    at = int(rng.choice(unlike))
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return swapped if rng.random() < 0.5 else name[:at] + name[at + 1 :]


def shortened(name: str) -> str:
    """The name as a tired person types it."""
    short = without_form(name).replace(" and ", " & ")
    for long, brief in (("Manufacturing", "Mfg"), ("Products", "Prod"), ("Industries", "Ind")):
        short = short.replace(long, brief)
    return short


# How a program's users write names
Spelling = Callable[[str], str]
SPELLINGS: dict[str, Spelling] = {
    "quickbooks_online": lambda name: name,
    "quickbooks_desktop": lambda name: name[:41].rstrip(),  # the field's width
    "job_log": lambda name: name.replace(",", "").removesuffix("."),
    "jobboss": lambda name: name.replace(".", ""),
    "jobboss_classic": lambda name: name.upper()[:30].rstrip(),
    "steelhead": lambda name: name,
    "odoo": lambda name: LEGAL.sub(lambda found: f", {found[1]}", name),
    "erpnext": lambda name: name,
    "hubspot": lambda name: name.removesuffix("."),
    "salesforce": lambda name: name,
}


@dataclass(frozen=True)
class Names:
    """Names taken so far in one program: no two records may bear one name, whatever its case."""

    taken: set[str]

    def free(self, *wished: str) -> str:
        """The first wish that nobody bears yet, else the last with a number."""
        several = (f"{wished[-1]} {number}" for number in range(2, 10_000))
        name = next(name for name in chain(wished, several) if name.casefold() not in self.taken)
        self.taken.add(name.casefold())
        return name


def called(world: World, system: str) -> pl.DataFrame:
    """How a program calls every company: PARTIES, sorted by company and party.

    Party 0 is the record that is meant to be used; 8 % have a second one, `kind` says why, `share` of the
    rows until `until_on` (null: of all) are booked under it. In a shop without events nobody's rows are
    split, since a record that falls out of use would look like a customer who stops.
    """
    company, rng = world["company"], world.plan.stream("called", system)
    spelled, names = SPELLINGS.get(system, str), Names(set())
    firms = [Firm(*row) for row in company.select(*Firm.__annotations__).iter_rows()]
    otherwise, which = rng.random(len(firms)) < OTHERWISE, rng.random(len(firms))
    first = [
        names.free(*wishes(firm, spelled, float(choice) if other else None), spelled(firm.name))
        for firm, other, choice in zip(firms, otherwise, which, strict=True)
    ]
    rows = [
        (firm.company, 0, name, firm.code, "", 0.0, None) for firm, name in zip(firms, first, strict=True)
    ]
    more = seconds(world.plan, firms, first, spelled, names, rng)
    return pl.DataFrame([*rows, *more], schema=PARTIES, orient="row").sort("company", "party")


@dataclass(frozen=True)
class Firm:
    """What of a company a name is made from."""

    company: int
    name: str
    dba: str
    code: str
    city: str
    parent: int | None
    is_person: bool

    @property
    def is_plain(self) -> bool:
        """Its name ends in no legal form that anybody could write another way."""
        return self.is_person or self.parent is not None


def wishes(firm: Firm, spelled: Spelling, choice: float | None) -> list[str]:
    """What a program's users would call a company, best first; none where they use its legal name."""
    if choice is None or firm.is_plain:
        return []
    if firm.dba and choice < 0.5:
        return [spelled(firm.dba)]
    return [spelled(shortened(firm.name)) if choice < 0.75 else spelled(other_form(firm.name))]


def seconds(
    plan: Plan,
    firms: Sequence[Firm],
    first: Sequence[str],
    spelled: Spelling,
    names: Names,
    rng: np.random.Generator,
) -> list[tuple[object, ...]]:
    """The second records."""
    kinds, shares = list(SECONDS), [share for share, _, _ in SECONDS.values()]
    codes = {firm.code for firm in firms}
    rows: list[tuple[object, ...]] = []
    for firm, name, draw in zip(firms, first, rng.random(len(firms)), strict=True):
        if draw >= TWICE:
            continue
        kind, until = kinds[int(rng.choice(len(kinds), p=shares))], middle_day(plan, rng)
        kind = "misspelt" if firm.is_plain else kind
        wished = second_name(kind, name, firm.city, spelled, rng)
        wished = numbered(wished, plan.block if kind in ("old name", "merged") else 0)
        code = next(free for free in (f"{firm.code}-{n}" for n in range(2, 100)) if free not in codes)
        codes.add(code)
        _, share, has_end = SECONDS[kind]
        share = 0.0 if plan.null else share
        rows.append((firm.company, 1, names.free(wished), code, kind, share, until if has_end else None))
    return rows


def second_name(kind: str, name: str, town: str, spelled: Spelling, rng: np.random.Generator) -> str:
    """What the second record of a kind is called."""
    if kind == "misspelt":
        return misspelt(name, rng)
    if kind == "legal form":
        return spelled(other_form(name))
    if kind == "do not use":
        return f"{name} (DO NOT USE)" if rng.random() < 0.6 else f"ZZ {name} DO NOT USE"
    if kind == "old name":
        first, after = name.split(maxsplit=1)[0], ("& Sons", "Brothers", "Works")
        return spelled(f"{first} {after[int(rng.integers(3))]}")
    return spelled(f"{town} Metal Products")


def numbered(name: str, block: int) -> str:
    """A name that another block might make up too, with the block's number."""
    return f"{name} {block}" if block else name


def middle_day(plan: Plan, rng: np.random.Generator) -> date:
    """Some day in the middle three fifths of the history."""
    days = (plan.last - plan.first).days
    return plan.first + timedelta(days=int(days * (0.2 + 0.6 * rng.random())))


def named(rows: pl.DataFrame, parties: pl.DataFrame, rng: np.random.Generator, *, on: str) -> pl.DataFrame:
    """Rows with a `company` and a day `on`, with `party`, `name` and `code` of the record they are booked on.

    The order of the rows stays. Draws one number per row.
    """
    first = parties.filter(pl.col("party") == 0).select("company", "name", "code")
    second = parties.filter(pl.col("party") == 1).select(
        "company", "share", "until_on", name_2="name", code_2="code"
    )
    drawn = rows.with_columns(draw=rng.random(rows.height))
    both = drawn.join(first, on="company", how="left", maintain_order="left")
    both = both.join(second, on="company", how="left", maintain_order="left")
    is_second = (
        (pl.col("draw") < pl.col("share"))
        & (pl.col("until_on").is_null() | (pl.col(on) <= pl.col("until_on")))
    ).fill_null(value=False)
    return both.with_columns(
        party=is_second.cast(pl.Int64),
        name=pl.when(is_second).then("name_2").otherwise("name"),
        code=pl.when(is_second).then("code_2").otherwise("code"),
    ).drop("draw", "share", "until_on", "name_2", "code_2")


def with_jobs(rows: pl.DataFrame, rng: np.random.Generator, *, column: str = "name") -> pl.DataFrame:
    """Rows of which some bear a job of their customer, as QuickBooks writes it: Customer:Job."""
    jobs = pl.Series(rng.choice(JOBS, rows.height), dtype=pl.String)
    has = (pl.col("company") % 12 == 5) & pl.Series(rng.random(rows.height) < 0.3)
    return rows.with_columns(pl.when(has).then(pl.concat_str(column, jobs)).otherwise(column).alias(column))


def listed_mail(jobs: pl.DataFrame, world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Jobs with `mail`, the address a list has: of 5 % the person's private one at a free provider."""
    private = world["person"].select("person", "private_mail")
    both = jobs.join(private, on="person", how="left", maintain_order="left")
    own = pl.Series(rng.random(jobs.height) < PRIVATE)
    mail = pl.when(own & (pl.col("private_mail").fill_null("") != "")).then("private_mail").otherwise("email")
    return both.with_columns(mail=mail).drop("private_mail")
