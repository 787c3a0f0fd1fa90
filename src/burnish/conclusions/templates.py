"""Templates put together: sentences of several signals with facts that keep apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any, TypeAlias

FactRow: TypeAlias = dict[str, Any]
FIELD = re.compile(r"\{(?!name[}:])(\w+)")


def whole(says: str) -> str:
    """A detector's template as a whole sentence about `{name}`."""
    says = says if "{name}" in says else "{name} " + says
    return says if says.endswith(".") else says + "."


def clause(says: str) -> str:
    """A detector's template to go on within a sentence whose subject was named."""
    return says.removeprefix("{name} ").removesuffix(".")


def named_in(says: str) -> set[str]:
    """The facts that a template names."""
    return {field for _, field, _, _ in Formatter().parse(says) if field and field != "name"}


def of_signal(says: str, signal: str) -> str:
    """The template over the facts of one signal among several."""
    return FIELD.sub(rf"{{{signal}_\1", says)


def facts_of_signal(facts: Sequence[Mapping[str, Any]], signal: str) -> list[FactRow]:
    """The facts of one signal among several, under names of their own."""
    return [{**fact, "name": f"{signal}_{fact['name']}"} for fact in facts]


def filled(says: str, clauses: Sequence[str]) -> str:
    """The template with its numbered places taken by clauses."""
    for place, text in enumerate(clauses):
        says = says.replace(f"{{{place}}}", text)
    return says
