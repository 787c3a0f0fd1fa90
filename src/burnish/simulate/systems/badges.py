"""Trade shows: scanned badges of each show where the shop has a booth, registrations of each year."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from burnish.simulate import naming
from burnish.simulate.plan import Plan
from burnish.simulate.systems.dirt import called, listed_mail
from burnish.simulate.systems.workbooks import Book
from burnish.simulate.systems.writing import Delimited
from burnish.simulate.truth import Truth
from burnish.simulate.world import World

SOURCE, OBJECT = "badges", "attendees"
SCANS = (
    "Show",
    "Badge ID",
    "First Name",
    "Last Name",
    "Title",
    "Company",
    "City",
    "State",
    "Email",
    "Phone",
    "Scan Date",
    "Scan Time",
    "Scanned By",
    "Rating",
    "Notes",
)
REGISTRATIONS = (
    "Registration ID",
    "Show",
    "First Name",
    "Last Name",
    "Job Title",
    "Company",
    "City",
    "State",
    "Email",
    "Registration Type",
    "Registered On",
)
RATINGS, ASIDES = (
    ("Hot", "Warm", "Warm", "Cold"),
    ("", "", "", "wants a quote", "asked about lead times", "send samples"),
)
TYPES = ("Attendee", "Attendee", "Attendee", "Speaker", "Exhibitor")
NO_MAIL, STRANGE_NUMBER = 0.15, 700_000_000


class Badges:
    """The lists of the shows."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self.scans: dict[int, Delimited] = {}
        self.books: dict[int, Book] = {}
        self.seen: dict[int, int] = {}

    def write(self, world: World, truth: Truth) -> None:
        """Write down a block's visitors of shows."""
        people = visitors(world)
        scanners = world["colleague"].filter(pl.col("role") == "sales")["initials"].to_list() or [""]
        rng = world.plan.stream("badges")
        for row in people.iter_rows(named=True):
            row["number"] = self.seen[row["show"]] = self.seen.get(row["show"], -1) + 1
            if row["how"] == "badge scan":
                self.file(row).write([scan(row, scanners, rng)])
            else:
                self.book(row).write([registration(row, rng)])
            if row["person"] is not None:
                truth.person(SOURCE, OBJECT, row["mail"], row["person"])
                truth.company(SOURCE, row["firm"], row["company"])

    def file(self, row: dict[str, Any]) -> Delimited:
        """The list of scans of a show."""
        if row["show"] not in self.scans:
            path = self.folder / f"{plain(row['name'])} badge scans.csv"
            self.scans[row["show"]] = Delimited(path, SCANS, encoding="utf-8-sig")
        return self.scans[row["show"]]

    def book(self, row: dict[str, Any]) -> Book:
        """The workbook of a year's registrations."""
        year = row["start_on"].year
        if year not in self.books:
            path, title = (
                self.folder / f"registrations {year}.xlsx",
                f"Registered visitors of shows in {year}",
            )
            self.books[year] = Book(path, "Registrations", title, REGISTRATIONS)
        return self.books[year]

    def close(self) -> None:
        """Finish the files."""
        for file in self.scans.values():
            file.close()
        for book in self.books.values():
            book.close()


def visitors(world: World) -> pl.DataFrame:
    """Everybody at a show with names as on the badge, by show and day; strangers are made up."""
    rng = world.plan.stream("visitors")
    names = called(world, SOURCE).filter(pl.col("party") == 0).select("company", firm="name")
    jobs = world["job"].sort("person", "company", "from_on")
    jobs = listed_mail(jobs.unique(["person", "company"], keep="last", maintain_order=True), world, rng)
    home = world["company"].select("company", home="city", state="region")
    return (
        world["attendance"]
        .join(world["show"].select("show", "name", "city", "start_on"), on="show", maintain_order="left")
        .join(
            jobs.select("person", "company", "role", "mail", "phone"),
            on=["person", "company"],
            how="left",
            maintain_order="left",
        )
        .join(
            world["person"].select("person", "given", "family"),
            on="person",
            how="left",
            maintain_order="left",
        )
        .join(names, on="company", how="left", maintain_order="left")
        .join(home, on="company", how="left", maintain_order="left")
    )


def known_as(row: dict[str, Any], rng: np.random.Generator) -> tuple[str, ...]:
    """Given name, family name, title, company, city, state, mail and telephone of a visitor."""
    if row["person"] is not None:
        mail = row["mail"] or ""
        role = (row["role"] or "").title()
        return (
            row["given"],
            row["family"],
            role,
            row["firm"],
            row["home"],
            row["state"],
            mail,
            row["phone"] or "",
        )
    number = STRANGE_NUMBER + row["show"] * 1000 + row["number"]
    given, family = naming.full_name(number)
    word = naming.first_word(number)
    firm = f"{word} {('Tool', 'Fabrication', 'Supply', 'Coatings')[number % 4]}"
    town, state, _ = naming.TOWNS[number % len(naming.TOWNS)]
    host = "".join(letter for letter in firm.lower() if letter.isascii() and letter.isalnum())
    mail = "" if rng.random() < NO_MAIL else f"{given}.{family}@{host}.example".lower()
    return given, family, "", firm, town, state, mail, f"({201 + number % 700}) 555-01{number % 100:02d}"


def scan(row: dict[str, Any], scanners: list[str], rng: np.random.Generator) -> tuple[object, ...]:
    """One scanned badge."""
    at = datetime.combine(row["on"], time(9)) + timedelta(seconds=int(rng.integers(8 * 3600)))
    by, rating = scanners[int(rng.integers(len(scanners)))], RATINGS[int(rng.integers(len(RATINGS)))]
    aside = ASIDES[int(rng.integers(len(ASIDES)))]
    badge = f"{row['show']:03d}-{row['number'] * 7 + 1000:05d}"
    moment = f"{at.hour % 12 or 12}:{at:%M %p}"
    return row["name"], badge, *known_as(row, rng), f"{at:%m/%d/%Y}", moment, by, rating, aside


def registration(row: dict[str, Any], rng: np.random.Generator) -> tuple[object, ...]:
    """One registration, from weeks before the show."""
    on = row["start_on"] - timedelta(days=int(rng.integers(3, 90)))
    *who, _ = known_as(row, rng)
    kind = TYPES[int(rng.integers(len(TYPES)))]
    return f"R{row['show']:03d}{row['number'] + 1:05d}", row["name"], *who, kind, on


def plain(name: str) -> str:
    """A show's name as a file may be called."""
    return name.replace("/", "")
