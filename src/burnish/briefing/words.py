"""The words of the pages: labels and sentences by their place in `words.toml`, ready for other languages."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from burnish.briefing.facts import Fact
from burnish.briefing.sentences import sentence


@cache
def words() -> dict[str, dict[str, Any]]:
    """All words by section and name."""
    return tomllib.loads(files("burnish.briefing").joinpath("words.toml").read_text("utf-8"))


def word(section: str, name: str) -> str:
    """A label; a name that the section lacks is made readable: "lots_shrinking" -> "Lots shrinking"."""
    said = words()[section].get(name)
    return str(said) if said is not None else name.replace("_", " ").capitalize()


def says(section: str, name: str, *facts: Fact) -> str:
    """A sentence with its facts, proved."""
    return sentence(word(section, name), {fact.name: fact for fact in facts})


def counted(section: str, name: str, fact: Fact, *more: Fact) -> str:
    """The sentence `name_one` or `name_many`, by the fact."""
    return says(section, f"{name}_one" if fact.number == 1 else f"{name}_many", fact, *more)


def number(name: str, value: float, unit: str = "none") -> Fact:
    """A number to name in a sentence."""
    return Fact(name, float(value), None, unit)


def on(name: str, value: date) -> Fact:
    """A day to name in a sentence."""
    return Fact(name, None, value, "date")


def weekday(one: date) -> str:
    """The day's name."""
    return str(words()["weekdays"]["names"][one.weekday()])
