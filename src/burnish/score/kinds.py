"""What is scored, as data: kinds of alarms, the events they may name, the plain rules beside them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

USUAL_WEEKS = 13


@dataclass(frozen=True)
class Kind:
    """One kind of alarm. `events` it may truthfully name; `joined`: the kinds that it joins, else none.

    `silence`: its effect counts up though orders stay away.
    """

    name: str
    events: tuple[str, ...]
    outcome: str
    signal: str
    direction: str = "any"
    rules: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    silence: bool = False

    @property
    def falls(self) -> bool:
        """Whether a fall of a whole industry shows in it."""
        return self.direction == "down" or self.silence or bool(self.joined)

    def says(self) -> pl.Expr:
        """Whether a row of signals is of this kind."""
        ways = {"down": pl.col("effect") < 0, "up": pl.col("effect") > 0, "any": pl.lit(True)}
        return ((pl.col("signal") == self.signal) & ways[self.direction]).fill_null(False)


@dataclass(frozen=True)
class Rule:
    """A plain rule with one parameter, swept from `low` to `high`; `textbook` is its usual value."""

    name: str
    says: str
    unit: str
    low: float
    high: float
    textbook: float
    outcome: str


@cache
def kinds() -> dict[str, Kind]:
    """Every kind that can be scored against the truth."""
    return {name: kind(name, **told) for name, told in table()["kind"].items() if "parts" not in told}


@cache
def pooled() -> dict[str, tuple[Kind, ...]]:
    """Each name under which kinds are told, with the kinds that it stands for: itself, or both directions."""
    single = {name: (each,) for name, each in kinds().items()}
    told = table()["kind"].items()
    return single | {name: tuple(kinds()[part] for part in of["parts"]) for name, of in told if "parts" in of}


def sources() -> dict[str, tuple[str, ...]]:
    """Canonical tables that come from one place, by its name."""
    return {name: tuple(tables) for name, tables in table()["source"].items()}


def kind(
    name: str,
    *,
    events: list[str],
    outcome: str,
    signal: str = "",
    direction: str = "any",
    rules: list[str] | None = None,
    joined: list[str] | None = None,
    silence: bool = False,
) -> Kind:
    """A kind as the table tells it."""
    lists = (tuple(rules or ()), tuple(joined or ()))
    return Kind(name, tuple(events), outcome, signal or name, direction, *lists, silence)


@cache
def rules() -> dict[str, Rule]:
    """The plain rules."""
    return {name: Rule(name, **told) for name, told in table()["rule"].items()}


def weeks_after(event_kind: str) -> int:
    """How long after its full effect an event may still be told in time, in weeks."""
    return int(table()["weeks"].get(event_kind, USUAL_WEEKS))


def explains(planted: str) -> tuple[str, ...]:
    """The names under which detectors test a planted explanation."""
    return tuple(table()["explanation"].get(planted, (planted,)))


@cache
def table() -> dict[str, dict]:  # type: ignore[type-arg]
    """The data of `kinds.toml`."""
    return tomllib.loads(files("burnish.score").joinpath("kinds.toml").read_text("utf-8"))
