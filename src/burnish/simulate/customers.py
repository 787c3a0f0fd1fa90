"""The made-up customers: who they are, how large, how they order, and what happens to a few of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from burnish.simulate import words
from burnish.simulate.days import Days, Pace, Span, pace
from burnish.simulate.rhythms import drifting

COUNT = 120
ORDERS_PER_WEEK = 67.0  # of the whole shop
FEWER_ORDERS = 0.78  # orders fall with rank ** -FEWER_ORDERS, lot values with the rest of 1.05
SMALLER_LOTS = 0.27
EASED, LATER_DAYS = 0.3, 21


@dataclass(frozen=True)
class Story:
    """What is planted for one customer. `kind` is quiet, tough, lost or innocent; `why` is for people.

    From `eases_on` a customer orders less (`EASED` of the usual pace) and pays `LATER_DAYS` later.
    """

    kind: str
    why: str
    law: str
    per_working_week: float
    leaves_on: date | None = None
    eases_on: date | None = None


@dataclass(frozen=True)
class Customer:
    """One customer with its true habits. `rank` 1 is the largest; `lot_usd` is the median lot value."""

    rank: int
    code: str
    name: str
    city: str
    state: str
    terms: str
    terms_days: int
    contact: str
    email: str
    phone: str
    industry: str
    season: str
    law: str
    per_working_week: float
    lot_usd: float
    starts_on: date
    story: Story | None


def planted(span: Span) -> dict[int, Story]:
    """The customers to whom something happens, by rank. Each orders often enough to be judged."""

    ten, fifteen, half_a_year, most_of_a_year = (
        span.last - timedelta(weeks=weeks) for weeks in (10, 15, 24, 38)
    )
    return {
        6: Story(
            "tough",
            "orders a third and pays three weeks later since 15 weeks",
            "steady",
            1.6,
            eases_on=fifteen,
        ),
        9: Story("quiet", "ordered every week until ten weeks ago", "clockwork", 1.0, ten),
        21: Story("quiet", "ordered every other week until 24 weeks ago", "steady", 0.5, half_a_year),
        34: Story(
            "quiet", "ordered a little more than monthly until 38 weeks ago", "steady", 0.36, most_of_a_year
        ),
        14: Story("innocent", "pauses every winter", "steady", 1.1),
        11: Story("innocent", "calls off a blanket order: ten weeks on, eleven off", "clockwork", 1.6),
        COUNT: Story("innocent", "a private person who walks in now and then", "loose", 0.07),
    }


def customers(seed: int, span: Span) -> tuple[Customer, ...]:
    """All customers, largest first."""
    rng = np.random.default_rng([seed, 1])
    names, stories = company_names(rng), planted(span)
    free = np.array([rank for rank in range(40, COUNT) if rank not in stories])
    lost, new = np.split(rng.permutation(free)[:22], [8])
    for rank in sorted(lost.tolist()):
        left = span.part(rng.uniform(0.3, 0.8))
        stories[rank] = Story("lost", "small, went elsewhere", "loose", usual_rate(rank), left)
    starts = {int(rank): span.part(rng.uniform(0.1, 0.65)) for rank in sorted(new)}
    return tuple(
        walk_in(customer) if customer.rank == COUNT else customer
        for customer in (
            customer_of_rank(rank, names, stories.get(rank), starts.get(rank, span.first), rng)
            for rank in range(1, COUNT + 1)
        )
    )


def usual_rate(rank: int) -> float:
    """Orders per working week of the customer with that rank."""
    ranks = np.arange(1, COUNT + 1)
    return float(ORDERS_PER_WEEK * rank**-FEWER_ORDERS / (ranks**-FEWER_ORDERS).sum())


def customer_of_rank(
    rank: int,
    names: Iterator[tuple[str, str, str]],
    story: Story | None,
    starts_on: date,
    rng: np.random.Generator,
) -> Customer:
    """Draw one company."""
    name, industry, season = next(names)
    city, state = words.TOWNS[rng.integers(len(words.TOWNS))]
    terms, terms_days = drawn_terms(rank, rng)
    given, family = rng.choice(words.GIVEN), rng.choice(words.FAMILY)
    law = str(rng.choice(["steady", "loose", "clumpy"], p=[0.5, 0.35, 0.15]))
    return Customer(
        rank=rank,
        code=f"{plain(name)[:4].upper()}{rank * 37 % 1000:03d}",
        name=name,
        city=city,
        state=state,
        terms=terms,
        terms_days=terms_days,
        contact=f"{given} {family}",
        email=f"{given}.{family}@{plain(name.split()[0])}.example".lower(),
        phone=f"({rng.integers(201, 990)}) 555-01{rng.integers(100):02d}",
        industry=industry,
        season=season,
        law=story.law if story else law,
        per_working_week=story.per_working_week if story else usual_rate(rank),
        lot_usd=float(500 * (rank + 0.8) ** -SMALLER_LOTS * np.exp(rng.normal(0, 0.15))),
        starts_on=starts_on,
        story=story,
    )


def walk_in(customer: Customer) -> Customer:
    """The last customer is a natural person with an own mailbox, paying at the counter."""
    return Customer(
        **{
            **customer.__dict__,
            "code": "WALKIN01",
            "name": customer.contact,
            "terms": "Due on receipt",
            "terms_days": 0,
            "email": customer.email.split("@")[0] + "@example.com",
            "industry": "Private",
            "season": "flat",
            "lot_usd": 140.0,
        }
    )


def company_names(rng: np.random.Generator) -> Iterator[tuple[str, str, str]]:
    """Endless (name, industry, season) of companies that do not exist, no first word twice."""
    firsts = [start + end for start in words.STARTS for end in words.ENDS]
    order = [*words.ACCENTED, *(firsts[place] for place in rng.permutation(len(firsts)))]
    order[:60] = [order[place] for place in rng.permutation(60)]
    trades, shares = list(words.TRADES), [share for _, _, share in words.TRADES.values()]
    for first in order:
        industry = str(rng.choice(trades, p=shares))
        kinds, season, _ = words.TRADES[industry]
        yield f"{first} {rng.choice(kinds)} {rng.choice(words.FORMS)}".strip(), industry, season


def drawn_terms(rank: int, rng: np.random.Generator) -> tuple[str, int]:
    """Terms as the office writes them, and in days: large customers dictate longer ones."""
    if rank <= 12:
        return [("Net 60", 60), ("Net 45", 45), ("Net 30", 30)][rng.integers(3)]
    written = [("Net 30", 30), ("2% 10 Net 30", 30), ("Net 45", 45), ("Net 15", 15), ("COD", 0)]
    return written[rng.choice(5, p=[0.72, 0.08, 0.1, 0.06, 0.04])]


def plain(text: str) -> str:
    """Letters and digits of a name without accents, for codes and mail domains."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if letter.isascii() and letter.isalnum()
    )


def own_pace(customer: Customer, days: Days, rng: np.random.Generator) -> Pace:
    """Share of a usual working day per calendar day for this customer; 0 while it does not order."""
    judged = customer.story is not None and customer.story.kind != "lost"
    now = drifting(
        pace(days, "flat" if judged else customer.season), rng, per_quarter=0.02 if judged else 0.07
    )
    now = np.where(days >= np.datetime64(customer.starts_on), now, 0.0)
    if customer.story and customer.story.leaves_on:
        now = np.where(days <= np.datetime64(customer.story.leaves_on), now, 0.0)
    if customer.story and customer.story.eases_on:
        now = np.where(days < np.datetime64(customer.story.eases_on), now, EASED * now)
    return np.asarray(now * innocent_pauses(customer, days))


def innocent_pauses(customer: Customer, days: Days) -> Pace:
    """1 where the customer may order, 0 in the winter pause or between blanket call-offs."""
    why = customer.story.why if customer.story else ""
    if "winter" in why:
        since_new_year = (days - days.astype("datetime64[Y]")).astype("int64")
        return np.asarray((since_new_year >= 60) & (since_new_year < 318), dtype="float64")
    if "blanket" in why:
        week = (days - days[0]).astype("int64") // 7
        return np.asarray(week % 21 < 10, dtype="float64")
    return np.ones(len(days))
