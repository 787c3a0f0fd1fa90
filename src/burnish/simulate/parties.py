"""Who the shop deals with: companies by size, their sites and people, and the shop's own people.

A shop has places of every size; when the customer in one leaves, another of about that size comes, so that
the shop stays as large as it is. Customers of years ago stand in the lists and order no more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from burnish.simulate import naming
from burnish.simulate.plan import Plan
from burnish.simulate.sizes import INDUSTRIES, SHOPS, Industry, Shop
from burnish.simulate.world import SCHEMAS, World

APART = 100_000  # company numbers between blocks
PEOPLE_APART = 1_000_000
NAMES_APART, WALK_INS_FROM = 16_000, 12_000  # names of people between blocks, and of people who are customers
WEEKS_A_MONTH = 365.25 / 12 / 7
LONG_AGO = 12 * 365  # days before the history in which standing customers began
MIXTURE = {  # law of ordering -> its weight where a shop is as shops are
    "poisson": 0.3, "regular": 0.24, "batchy": 0.16, "blanket": 0.08, "lumpy": 0.08, "seasonal": 0.05,
    "drift": 0.09,
}  # fmt: skip
TERMS = (("Net 30", 30, 0.7), ("2% 10 Net 30", 30, 0.08), ("Net 45", 45, 0.1), ("Net 15", 15, 0.06))
ROLES = ("buyer", "engineer", "quality", "accounts payable", "plant manager", "owner")
MAILBOXES = {
    "Accounts Payable": "ap",
    "Purchasing": "purchasing",
    "Quality": "quality",
    "Receiving": "receiving",
}
Company = dict[str, Any]


@dataclass(frozen=True)
class Stay:
    """A customer from its first to its last day, as days from 0001; `place` 0 is the largest of the shop."""

    place: int
    starts: np.datetime64
    ends: np.datetime64 | None
    law: str = ""


def parties(plan: Plan) -> World:
    """A world with companies, sites, people, jobs and colleagues."""
    shop = SHOPS[plan.size]
    companies = company_table(plan, shop)
    people, jobs = people_tables(plan, companies)
    return World(plan, {}).with_tables(
        company=companies,
        site=site_table(plan, companies),
        person=people,
        job=jobs,
        colleague=colleague_table(plan, shop),
    )


def stays(plan: Plan, shop: Shop) -> Iterator[Stay]:
    """Everybody who ever ordered: place after place with those who follow each other, then one-off customers,
    then those who left before the history."""
    rng = plan.stream("stays")
    first, last = np.datetime64(plan.first), np.datetime64(plan.last)
    places = standing(shop, plan)
    for place in range(places):
        starts = first - int(rng.integers(60, LONG_AGO))
        if plan.null:
            yield Stay(place, starts, None)
            continue
        while starts <= last - 60:
            ends = max(starts, first) + 60 + int(rng.exponential(365.25 / yearly_loss(place, places, shop)))
            yield Stay(place, starts, ends if ends < last - 20 else None)
            starts = ends + int(rng.exponential(90))
    span = int((last - first).astype(int))
    many = 0 if plan.null else int(shop.active * shop.one_offs * span / 365)
    for day in np.sort(rng.integers(0, span, many)):
        yield Stay(int(rng.integers(places // 2, places)), first + int(day), None, "one_off")


def standing(shop: Shop, plan: Plan) -> int:
    """Customers at a time: fewer than order within a year, as some of those leave or come once."""
    if plan.null:
        return shop.active
    return round(shop.active / (1 + 0.9 * shop.lost + 0.9 * shop.one_offs) / 0.945)


def yearly_loss(place: int, places: int, shop: Shop) -> float:
    """The share of customers of a place that leave in a year: large ones stay."""
    return float(shop.lost * (0.12 + 1.76 * (place + 0.5) / places) + 1e-9)


def rates(shop: Shop, places: int) -> np.ndarray:
    """Orders a week by place; all of them together make the shop's orders."""
    fall = (np.arange(1, places + 1) + shop.flat_head) ** -shop.fewer_orders
    return np.asarray(shop.orders_a_month / WEEKS_A_MONTH * fall / fall.sum())


def company_table(plan: Plan, shop: Shop) -> pl.DataFrame:
    """All companies, largest place first, the gone ones last."""
    places = standing(shop, plan)
    here = list(stays(plan, shop))
    rng = plan.stream("companies")
    usual, rows = rates(shop, places), []
    for at, stay in enumerate(here):
        rows.append(company_row(plan, shop, stay, at, usual, rng))
    many = max(shop.ever - len(here), 0)
    gone = np.datetime64(plan.first) - np.sort(rng.integers(40, 8 * 365, many))[::-1]
    for at, day in enumerate(gone):
        stay = Stay(int(rng.integers(places // 3, places)), day - int(rng.integers(30, 2500)), day)
        rows.append(company_row(plan, shop, stay, len(here) + at, usual, rng))
    table = pl.DataFrame(rows, schema=SCHEMAS["company"], orient="row")
    table = grouped(table, len(here), plan)
    size = pl.col("per_week") * pl.col("lot_usd")
    return table.with_columns(rank=size.rank("ordinal", descending=True).cast(pl.Int64)).sort("company")


def company_row(
    plan: Plan, shop: Shop, stay: Stay, at: int, usual: np.ndarray, rng: np.random.Generator
) -> tuple[object, ...]:
    """One company, in the order of the schema."""
    number = plan.block * shop.ever * 4 + at
    is_person = bool(stay.place > 0.3 * len(usual) and rng.random() < shop.walk_ins * 1.4)
    industry = INDUSTRIES["Private" if is_person else chosen(rng, shop.industries)]
    short, name = names_of(plan, at, number, industry.kinds, rng)
    dba = f"{short.split()[0]} {chosen(rng, DBA)}" if not is_person and rng.random() < 0.06 else ""
    town, region, zone = naming.TOWNS[rng.integers(len(naming.TOWNS))]
    free = is_person or bool(rng.random() < 0.05 * (1 + (stay.place > len(usual) // 2)))
    terms, days = terms_of(stay.place, is_person, rng)
    law = stay.law or law_of(plan, rng, usual[stay.place])
    own = np.exp(rng.normal(0, 0.06 if stay.place < 3 else 0.2))
    lot = shop.lot_usd * (stay.place + 1.5) ** -shop.smaller_lots * own
    drawn = float(usual[stay.place] * np.exp(rng.normal(0, 0.08)))
    return (
        plan.block * APART + at + 1, name, dba, code_of(short, plan.block, at),
        industry.name, industry.naics, season_of(plan, industry), street(rng), town, region,
        f"{zone}{rng.integers(100, 999)}", phone(rng), domain_of(short, free, rng), free, None, is_person, 0,
        terms, days, float(round(drawn * lot * 8 + 1000, -3)), law, 0.02 if law == "one_off" else drawn,
        float(round(lot, 2)), stay.starts.item(), None if stay.ends is None else stay.ends.item(),
        chosen(rng, tuple((each.code, each.share) for each in shop.processes)),
    )  # fmt: skip


DBA = (("Finishing Supply", 0.2), ("Industries", 0.5), ("Products", 0.3))


def names_of(
    plan: Plan, at: int, number: int, kinds: tuple[str, ...], rng: np.random.Generator
) -> tuple[str, str]:
    """A company's name without its form, and with it. One in 30 shares its first word with a stranger."""
    if kinds == ("",):
        name = " ".join(naming.full_name(plan.block * NAMES_APART + WALK_INS_FROM + at, plan.seed * 37))
        return name, name
    first, kind = naming.first_word(number, plan.seed * 37), kinds[rng.integers(len(kinds))]
    if at % 30 == 29:
        first = naming.first_word(number - 4, plan.seed * 37)
        kind = ("Tool", "Welding", "Enterprises", "Supply", "Engineering")[at // 30 % 5]
    return f"{first} {kind}", f"{first} {kind} {naming.form(number)}".strip()


def grouped(companies: pl.DataFrame, alive: int, plan: Plan) -> pl.DataFrame:
    """One company in 25 is a plant of the one before it: the same name and domain, another town."""
    parents = companies["company"].to_list()
    name, domain, parent = (companies[each].to_list() for each in ("name", "domain", "parent"))
    person, free, town = (companies[each].to_list() for each in ("is_person", "free_mail", "city"))
    owner = -1
    for at in range(1, alive):
        owner = at - 1 if at % 50 == 9 else owner
        plant = at % 50 in (10, 23)
        if not plant or person[at] or person[owner] or free[owner] or companies["law"][at] == "one_off":
            continue
        name[at] = f"{name[owner]} - {town[at]}" if at % 3 else f"{name[owner]} Plant {2 + at % 50 // 20}"
        domain[at], free[at], parent[at] = domain[owner], False, parents[owner]
    return companies.with_columns(
        pl.Series("name", name), pl.Series("domain", domain), pl.Series("parent", parent, pl.Int64),
        pl.Series("free_mail", free),
    )  # fmt: skip


def chosen(rng: np.random.Generator, weighted: tuple[tuple[str, float], ...]) -> str:
    """One of the names by weight."""
    weights = np.cumsum([weight for _, weight in weighted])
    return weighted[int(np.searchsorted(weights, rng.random() * weights[-1]))][0]


def season_of(plan: Plan, industry: Industry) -> str:
    """When in the year such customers order; in a null of seasons nobody does so evenly."""
    return "spring" if plan.null == "seasonal" and industry.season == "flat" else industry.season


def law_of(plan: Plan, rng: np.random.Generator, per_week: float) -> str:
    """How a customer orders: the family of a null, or one of the mixture; frequent ones are never lumpy."""
    pure = {"common_shock": "poisson", "late_entry": "poisson", "mixed": "", "": ""}
    law = pure.get(plan.null, plan.null) or chosen(rng, tuple(MIXTURE.items()))
    return "poisson" if law == "lumpy" and per_week > 3 and plan.null != "lumpy" else law


DICTATED_DAYS = (30, 60, 45, 30, 60, 45, 30, 30, 45, 60, 30, 75)  # of the largest customers


def terms_of(place: int, is_person: bool, rng: np.random.Generator) -> tuple[str, int]:
    """Terms as the office writes them, and in days: large customers dictate longer ones."""
    if is_person:
        return "Due on receipt", 0
    if place < len(DICTATED_DAYS):
        return f"Net {DICTATED_DAYS[place]}", DICTATED_DAYS[place]
    draw, so_far = rng.random(), 0.0
    for text, days, share in TERMS:
        so_far += share
        if draw < so_far:
            return text, days
    return "COD", 0


def code_of(short: str, block: int, at: int) -> str:
    """The ERP's customer code: letters of the name and a number."""
    return f"{plain(short)[:5].upper()}{at * 37 % 10_000:04d}{block or ''}"


def street(rng: np.random.Generator) -> str:
    """A street with number."""
    kinds = naming.STREETS, naming.STREET_KINDS
    return f"{rng.integers(100, 9900)} " + " ".join(words[rng.integers(len(words))] for words in kinds)


def phone(rng: np.random.Generator) -> str:
    """A telephone number kept for fiction."""
    return f"({rng.integers(201, 990)}) 555-01{rng.integers(100):02d}"


def plain(text: str) -> str:
    """Letters and digits without accents, for codes and mail domains."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if letter.isascii() and letter.isalnum()
    )


def domain_of(short: str, free: bool, rng: np.random.Generator) -> str:
    """Where a company's mail goes."""
    return naming.FREE_MAIL[rng.integers(3)] if free else f"{plain(short).lower()}.example"


def site_table(plan: Plan, companies: pl.DataFrame) -> pl.DataFrame:
    """The places of each company: the address of its bills, and more ship-tos for large ones."""
    rng, rows = plan.stream("sites"), []
    named = companies.select("company", "street", "city", "region", "postal_code", "rank").iter_rows()
    for company, road, city, region, postal, rank in named:
        number = (company - 1) * 10
        rows.append((number, company, "Main", road, city, region, postal))
        for more in range(1, 1 + int(rng.integers(1, 4)) * int(rank <= 15) + int(rng.random() < 0.06)):
            town, state, zone = naming.TOWNS[rng.integers(len(naming.TOWNS))]
            label = ("Plant 2", "Warehouse", "Assembly", "Dock 4")[more % 4]
            postcode = f"{zone}{rng.integers(100, 999)}"
            rows.append((number + more, company, label, street(rng), town, state, postcode))
    return pl.DataFrame(rows, schema=SCHEMAS["site"], orient="row")


@dataclass
class Roster:
    """People and their jobs while they are being drawn."""

    plan: Plan
    rng: np.random.Generator
    people: list[tuple[int, str, str, str]] = field(default_factory=list)
    jobs: list[tuple[object, ...]] = field(default_factory=list)

    def born(self, given: str = "", family: str = "") -> int:
        """A new person; one in 200 bears the name of somebody else."""
        number = len(self.people)
        if not family:
            given, family = naming.full_name(
                self.plan.seed * 104_729 % 60_000 + self.plan.block * 12_000 + number
            )
            if number > 50 and self.rng.random() < 0.005 and self.people[number - 40][1]:
                _, given, family, _ = self.people[number - 40]
        person = self.plan.block * PEOPLE_APART + number + 1
        mailbox = f"{plain(given)}.{plain(family)}{number % 97}@{naming.FREE_MAIL[number % 3]}".lower()
        mailbox = mailbox if given else ""
        self.people.append((person, given, family, mailbox))
        return person

    def works(self, person: int, row: Company, role: str, from_on: object, until_on: object) -> None:
        """A person has a job at a company, with the mail address that goes with it."""
        _, given, family, private = self.people[(person - 1) % PEOPLE_APART]
        local = MAILBOXES[family] if role == "mailbox" else spelled(given, family, str(row["name"]))
        email = private if row["free_mail"] and role != "mailbox" else f"{local}@{row['domain']}"
        taken = self.jobs and any(email == job[3] and person != job[0] for job in self.jobs[-12:])
        email = email.replace("@", "2@") if taken else email
        self.jobs.append((person, row["company"], role, email, row["phone"], from_on, until_on))


def spelled(given: str, family: str, firm: str) -> str:
    """The part of a mail address before the @: each firm has its own manner."""
    given, family = plain(given).lower(), plain(family).lower()
    return (f"{given}.{family}", f"{given[0]}{family}", given, f"{given[0]}.{family}")[len(firm) % 4]


def people_tables(plan: Plan, companies: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and their jobs: two or three a company, more in large ones; some change over to others."""
    roster = Roster(plan, plan.stream("people"))
    rows: list[Company] = companies.rows(named=True)
    others = [row for row in rows if row["ends_on"] is None and not row["is_person"] and not row["free_mail"]]
    for row in rows:
        if row["is_person"]:
            given, _, family = str(row["name"]).partition(" ")
            roster.works(roster.born(given, family), row, "owner", row["starts_on"], row["ends_on"])
            continue
        for role in roles_of(row, roster.rng):
            staffed(roster, row, role, others)
        if roster.rng.random() < 0.3 and not row["free_mail"]:
            mailbox = tuple(MAILBOXES)[roster.rng.integers(len(MAILBOXES))]
            roster.works(roster.born("", mailbox), row, "mailbox", row["starts_on"], row["ends_on"])
    people = pl.DataFrame(roster.people, schema=SCHEMAS["person"], orient="row")
    jobs = pl.DataFrame(roster.jobs, schema=SCHEMAS["job"], orient="row")
    return people, jobs.sort("person", "from_on", "company")


def roles_of(row: Company, rng: np.random.Generator) -> list[str]:
    """Who there is to talk to: always a buyer, six or so in the largest companies."""
    many = (
        int(rng.random() < 0.75) + int(rng.random() < 0.4) + int(row["rank"] <= 20) * int(rng.integers(2, 5))
    )
    return ["buyer", *(ROLES[place] for place in rng.permutation(len(ROLES))[:many])]


def staffed(roster: Roster, row: Company, role: str, others: list[Company]) -> None:
    """One post over the years: who holds it leaves after eight years or so, mostly out of sight."""
    first, last = roster.plan.first, roster.plan.last
    ends, person, began = row["ends_on"], roster.born(), row["starts_on"]
    while True:
        stays_for = timedelta(days=150 + int(roster.rng.exponential(365 * 8)))
        leaves = max(began, first) + stays_for
        if leaves > last or (ends is not None and leaves >= ends):
            roster.works(person, row, role, began, ends)
            return
        roster.works(person, row, role, began, leaves)
        if roster.rng.random() < 0.3 and leaves < last - timedelta(days=60):
            other = others[roster.rng.integers(len(others))]
            start = leaves + timedelta(days=int(roster.rng.integers(7, 60)))
            if other["company"] != row["company"] and other["starts_on"] < start:
                roster.works(person, other, role, start, None)
        person, began = roster.born(), leaves + timedelta(days=1)


def colleague_table(plan: Plan, shop: Shop) -> pl.DataFrame:
    """The shop's own people; every other inspector rotates over the lines, the others stay on one."""
    rng = plan.at_block(0).stream("colleagues")
    roles = ["inspector"] * shop.inspectors + ["sales"] * (1 + shop.employees // 40) + ["planner", "engineer"]
    rows, seen = [], set[str]()
    for at, role in enumerate(roles):
        initials = ""
        while not initials or initials in seen:
            initials = "".join(chr(65 + int(letter)) for letter in rng.integers(0, 26, 2))
        seen.add(initials)
        until = (
            plan.last - timedelta(days=int(rng.integers(100, 400)))
            if role == "inspector" and at == 1
            else None
        )
        rows.append((at + 1, initials, role, plan.first, until, role == "inspector" and at % 2 == 0))
    return pl.DataFrame(rows, schema=SCHEMAS["colleague"], orient="row")
