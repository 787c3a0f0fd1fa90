"""Who looks at the shop's site: sessions of pages, some of people who agreed to be known, most of nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from burnish.simulate.attention.audience import AFTER_LEAVING, Audience
from burnish.simulate.attention.hours import busy, instants, midnight_after, some_days
from burnish.simulate.attention.lifts import Lift
from burnish.simulate.attention.topics import page, slug
from burnish.simulate.world import World, empty, fitted

SESSIONS_PER_MONTH = {"S": 560, "M": 850, "L": 700}  # DOMAIN 3.2: 500 to 5,000
KNOWN_PER_MONTH = 0.25  # sessions of a person who is known on the site
AS_COMPANY = 0.12  # of the known ones use their firm's log-in
AGREED = 0.6  # of the unknown ones agree to be counted
PAGES = 0.40  # chance that a page is the session's last
ON_TOPIC = 0.62
FORMS, DOWNLOADS = 0.018, 0.05  # per session; per page about a process
PLACES = ("/", "/about", "/contact", "/team")
MONTH = 365.25 / 12


@dataclass(frozen=True)
class Sessions:
    """Sessions: when, of whom (row of the audience, -1 nobody), about which topic, from a mail or not."""

    at: np.ndarray
    who: np.ndarray
    topic: np.ndarray
    is_from_mail: np.ndarray

    def joined(self, *others: Sessions) -> Sessions:
        """These and the others."""
        fields = ("at", "who", "topic", "is_from_mail")
        both = {name: np.concatenate([getattr(each, name) for each in (self, *others)]) for name in fields}
        return Sessions(**both)

    def by_time(self, until: np.datetime64) -> Sessions:
        """Those before a time, sorted by it."""
        kept = np.flatnonzero(self.at < until)
        order = kept[np.argsort(self.at[kept], kind="stable")]
        return Sessions(self.at[order], self.who[order], self.topic[order], self.is_from_mail[order])


def visited(world: World, audience: Audience, mail: pl.DataFrame, lifts: list[Lift]) -> pl.DataFrame:
    """Every page seen. Rows of the table `visit`."""
    rng = world.plan.stream("visits")
    known = usual(world, audience, rng).joined(
        *(raised(world, audience, each, rng) for each in lifts), clicked(audience, mail, rng)
    )
    until = np.datetime64(midnight_after(world.plan), "us")
    sessions = known.joined(unknown(world, audience, len(known.at), rng)).by_time(until)
    return seen(audience, sessions, rng) if len(sessions.at) else empty("visit")


def usual(world: World, audience: Audience, rng: np.random.Generator) -> Sessions:
    """Sessions of the people known on the site, as often as they are eager."""
    rows, days = audience.rows, len(world.plan.days)
    rate = KNOWN_PER_MONTH * rows["eagerness"].to_numpy() * rows["is_known"].to_numpy() * days / MONTH
    who = np.repeat(np.arange(len(rows)), rng.poisson(rate))
    at = instants(some_days(world.plan, len(who), rng), rng)
    topic = chosen(audience.interest[who], rng)
    return staying(audience, Sessions(at, who, topic, np.zeros(len(who), dtype=bool)), rng)


def staying(audience: Audience, sessions: Sessions, rng: np.random.Generator) -> Sessions:
    """Without those before they joined or after they left; fewer once the company has gone."""
    rows, who = audience.rows, sessions.who
    joined = rows["joined_at"].to_numpy()[who]
    left = rows["until_on"].cast(pl.Datetime("us")).to_numpy()[who]
    ended = rows["company_ends_on"].cast(pl.Datetime("us")).to_numpy()[who]
    stays = (joined <= sessions.at) & ~(left < sessions.at)
    kept = stays & (~(ended < sessions.at) | (rng.random(len(who)) < AFTER_LEAVING))
    return Sessions(sessions.at[kept], who[kept], sessions.topic[kept], sessions.is_from_mail[kept])


def chosen(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One column of each row, by weight."""
    if not len(weights):
        return np.zeros(0, dtype=int)
    total = np.cumsum(weights, axis=1)
    return np.asarray((total < (rng.random(len(weights)) * total[:, -1])[:, None]).sum(axis=1))


def raised(world: World, audience: Audience, lift: Lift, rng: np.random.Generator) -> Sessions:
    """What a risen interest adds: sessions about its topic, as the interest goes."""
    place, part = audience.topics.place(lift.topic), audience.of(lift.company)
    rows = audience.rows[part]
    nothing = Sessions(
        np.zeros(0, "datetime64[us]"), np.zeros(0, int), np.zeros(0, int), np.zeros(0, dtype=bool)
    )
    if place < 0 or rows.is_empty():
        return nothing
    days = world.plan.days
    by_day = (lift.by(days) - 1.0) * busy(days) / MONTH
    share = audience.interest[part, place] / audience.interest[part].sum(axis=1)
    rate = KNOWN_PER_MONTH * rows["eagerness"].to_numpy() * rows["is_known"].to_numpy() * share
    extra = rng.poisson(max(float(by_day.sum() * rate.sum()), 0.0))
    if not extra:
        return nothing
    at = instants(rng.choice(days, extra, p=by_day / by_day.sum()), rng)
    who = part.start + rng.choice(len(rate), extra, p=rate / rate.sum())
    return staying(audience, Sessions(at, who, np.full(extra, place), np.zeros(extra, dtype=bool)), rng)


def clicked(audience: Audience, mail: pl.DataFrame, rng: np.random.Generator) -> Sessions:
    """Sessions that begin with a click in a mail; the reader is known where they agreed to be."""
    clicks = mail.filter((pl.col("act") == "click") & pl.col("is_human"))
    place = {page(code): at for at, code in enumerate(audience.topics.codes)}
    paths = [link.split(".example", 1)[1] for link in clicks["link"].to_list()]
    row = audience.rows.select("person", "email", "is_known").with_row_index("row")
    found = clicks.join(row, on=["person", "email"], how="left", maintain_order="left")
    who = np.where(found["is_known"].to_numpy(), found["row"].cast(pl.Int64).to_numpy(), -1)
    at = clicks["at"].to_numpy() + rng.integers(1, 9, len(clicks)).astype("timedelta64[s]")
    topic = np.array([place.get(path, -1) for path in paths], dtype=int)
    strays = np.flatnonzero(topic < 0)
    topic[strays] = rng.integers(audience.topics.processes, size=len(strays))
    return Sessions(at, who.astype(int), topic, np.ones(len(clicks), dtype=bool))


def unknown(world: World, audience: Audience, known: int, rng: np.random.Generator) -> Sessions:
    """The rest of the site's sessions, of people whom nobody knows."""
    plan = world.plan
    wanted = rng.poisson(SESSIONS_PER_MONTH[plan.size] * len(plan.days) / MONTH)
    count = max(wanted - known, wanted // 2)
    weights = rng.gamma(3.0, 1.0, len(audience.topics.codes))
    weights[audience.topics.processes :] *= 0.3
    topic = chosen(np.broadcast_to(weights, (count, len(weights))), rng)
    at = instants(some_days(plan, count, rng), rng)
    return Sessions(at, np.full(count, -1), topic, np.zeros(count, dtype=bool))


def seen(audience: Audience, sessions: Sessions, rng: np.random.Generator) -> pl.DataFrame:
    """The pages of each session one after the other: views, downloads, and a form at the end of a few."""
    topics, count = audience.topics, len(sessions.at)
    has_form = rng.random(count) < FORMS
    pages = np.minimum(rng.geometric(PAGES, count), 12) + has_form
    session = np.repeat(np.arange(count), pages)
    first = np.concatenate([[0], np.cumsum(pages)[:-1]])
    number = np.arange(len(session)) - first[session]
    topic = np.where(
        (rng.random(len(session)) < ON_TOPIC) | ((number == 0) & sessions.is_from_mail[session]),
        sessions.topic[session],
        rng.integers(-len(PLACES), len(topics.codes), len(session)),
    )
    is_form = has_form[session] & (number == pages[session] - 1)
    topic = np.where(is_form, sessions.topic[session], topic)
    is_process = (topic >= 0) & (topic < topics.processes)
    is_download = is_process & ~is_form & (number > 0) & (rng.random(len(session)) < DOWNLOADS)
    dwell = np.exp(rng.normal(np.log(np.where(is_process, 48, 25)), 1.0)).clip(1, 1800).astype("int64")
    spent = np.cumsum(dwell) - dwell
    at = sessions.at[session] + (spent - spent[first][session]).astype("timedelta64[s]")
    act = np.where(is_form, "form", np.where(is_download, "download", "view"))
    who, as_company = sessions.who[session], (rng.random(count) < AS_COMPANY)[session]
    is_granted = ((rng.random(count) < AGREED) | (sessions.who >= 0))[session]
    person, company = (audience.rows[name].to_numpy() for name in ("person", "company"))
    rows = pl.DataFrame(
        {
            "visit": np.arange(1, len(session) + 1),
            "session": session + 1,
            "at": at,
            "person": pl.Series(np.where(who >= 0, taken(person, who), 0)),
            "company": pl.Series(np.where(who >= 0, taken(company, who), 0)),
            "page": addresses(topics.codes, topic, act),
            "topic": np.array([*topics.codes, *[""] * len(PLACES)], dtype=object)[topic],
            "dwell_s": dwell,
            "act": act,
            "consent": np.where(is_granted, "granted", "denied"),
        },
        schema_overrides={"at": pl.Datetime("us"), "topic": pl.String, "act": pl.String},
    )
    is_known, is_own = pl.Series(who >= 0), pl.Series((who >= 0) & ~as_company)
    return fitted(
        "visit",
        rows.with_columns(person=pl.when(is_own).then("person"), company=pl.when(is_known).then("company")),
    )


def taken(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """The values of these rows; of -1 any."""
    return values[np.maximum(who, 0)] if len(values) else np.zeros(len(who), dtype="int64")


def addresses(codes: tuple[str, ...], topic: np.ndarray, act: np.ndarray) -> np.ndarray:
    """The path of every page."""
    pages = np.array([*(page(code) for code in codes), *PLACES], dtype=object)
    sheets = np.array([*(f"/downloads/{slug(code)}.pdf" for code in codes), *PLACES], dtype=object)
    found = np.where(act == "download", sheets[topic], pages[topic])
    return np.asarray(np.where(act == "form", "/quote", found))
