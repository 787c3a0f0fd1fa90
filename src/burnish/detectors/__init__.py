"""What changed, for whom, how sure, in which window of which tables: one file per detector.

A detector is a function of tables; the names of its positional parameters are the tables it reads,
its keyword-only ones are its dials. A file in this folder, or an entry point in the group
`burnish.detectors`, is found by `discover` without being listed anywhere.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar

import polars as pl

from burnish.errors import BurnishError, ContractError, UsageError

GROUP = "burnish.detectors"
Frame = pl.DataFrame
Given = TypeVar("Given")


@dataclass(frozen=True)
class Detector:
    """A function of tables that gives signals, with what is needed to say and to check them.

    `says` is the sentence, naming facts in braces; `evidence` the canonical tables whose rows in the
    window stand behind it; `outcome` the checkable outcome that `odds` speak of; `explanations` a
    function of tables and of the detector's own signals (under the detector's name); `calibrate` a function
    of tables as known on `fitted_on` that gives the shop's own threshold of each tier, none when it cannot.
    """

    run: Callable[..., Frame]
    says: str
    evidence: tuple[str, ...]
    outcome: str
    explanations: Callable[..., Frame] | None = None
    calibrate: Callable[..., Mapping[str, float]] | None = None

    @property
    def name(self) -> str:
        """The function's name: what a colleague would say happened."""
        return self.run.__name__

    @property
    def is_ours(self) -> bool:
        """Whether it is a file of this folder, not a plug-in."""
        return self.run.__module__.startswith(f"{__name__}.")

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it reads."""
        return tables_of(self.run)

    @property
    def dials(self) -> dict[str, Any]:
        """Its dials with their defaults; `as_of` is the day, not a dial."""
        return {
            parameter.name: parameter.default
            for parameter in inspect.signature(self.run).parameters.values()
            if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is not parameter.empty
        }

    def __call__(self, *tables: Frame, **dials: Any) -> Frame:
        """The detector's signals."""
        return self.run(*tables, **dials)


@dataclass(frozen=True)
class NotLoaded:
    """A plug-in that could not be used, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Registry:
    """The detectors in the order in which they can run, and the plug-ins left out."""

    detectors: tuple[Detector, ...]
    not_loaded: tuple[NotLoaded, ...] = field(default=())

    def __iter__(self) -> Iterator[Detector]:
        return iter(self.detectors)

    def __getitem__(self, name: str) -> Detector:
        return {found.name: found for found in self.detectors}[name]

    def without(self, left_out: Iterable[NotLoaded]) -> Registry:
        """The same with some plug-ins left out."""
        more = tuple(left_out)
        names = {each.name for each in more}
        return Registry(tuple(each for each in self if each.name not in names), self.not_loaded + more)


def detector(
    *,
    says: str,
    evidence: Iterable[str],
    outcome: str,
    explanations: Callable[..., Frame] | None = None,
    calibrate: Callable[..., Mapping[str, float]] | None = None,
) -> Callable[[Callable[..., Frame]], Detector]:
    """Declare the function below to be a detector."""
    return lambda run: Detector(run, says, tuple(evidence), outcome, explanations, calibrate)


def tables_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The tables a function reads: the names of its positional parameters."""
    return tuple(
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    )


def fed(function: Callable[..., Given], tables: Mapping[str, Frame], **dials: Any) -> Given:
    """Call a detector's function with the tables that its parameters name.

    Raises ContractError when one of them is not there.
    """
    missing = sorted(set(tables_of(function)) - set(tables))
    if missing:
        raise ContractError(
            f"no table is called {', '.join(missing)}", function.__name__, "Rename its parameters."
        )
    return function(*(tables[name] for name in tables_of(function)), **dials)


@contextmanager
def sparing(detector: Detector, left_out: list[NotLoaded]) -> Iterator[None]:
    """Let a plug-in's fault stop nothing: it goes to `left_out`. A fault of our own detectors surfaces.

    Of errors that are not ours only the kind is kept, as their words may hold a person's data.
    """
    try:
        yield
    except Exception as problem:  # a stranger's code may fail in any way, and must stop nothing
        if detector.is_ours:
            raise
        why = str(problem) if isinstance(problem, BurnishError) else f"it raised {type(problem).__name__}"
        left_out.append(NotLoaded(detector.name, why))


def discover(plugins: Iterable[EntryPoint] | None = None) -> Registry:
    """Every detector of this folder and of installed plug-ins. Raises UsageError on a name used twice."""
    found = [each for module in own_modules() for each in declared(module)]
    not_loaded = []
    for plugin in entry_points(group=GROUP) if plugins is None else plugins:
        try:
            found += plugged(plugin)
        except Exception as problem:  # a stranger's code may fail in any way, and must stop nothing
            not_loaded.append(NotLoaded(plugin.name, f"{type(problem).__name__}: {problem}"))
    return Registry(in_order(found), tuple(not_loaded))


def own_modules() -> Iterator[ModuleType]:
    """The modules of this folder, by name."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{__name__}.{module.name}")


def declared(module: ModuleType) -> list[Detector]:
    """The detectors that a module itself declares, not those it imports."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, Detector) and thing.run.__module__ == module.__name__
    ]


def plugged(plugin: EntryPoint) -> list[Detector]:
    """The detectors of an entry point, which names a detector or a module of them."""
    loaded = plugin.load()
    found = [loaded] if isinstance(loaded, Detector) else declared(loaded)
    if not found:
        raise UsageError("no detector is declared there", plugin.value, "Put @detector above its function.")
    return found


def in_order(found: Iterable[Detector]) -> tuple[Detector, ...]:
    """Each detector after those whose signals it reads, ties by name."""
    by_name: dict[str, Detector] = {}
    for each in sorted(found, key=lambda each: each.name):
        if each.name in by_name:
            both = f"{by_name[each.name].run.__module__} and {each.run.__module__}"
            raise UsageError(f"two detectors are called {each.name}", both, "Rename one of them.")
        by_name[each.name] = each
    graph = {name: [table for table in each.tables if table in by_name] for name, each in by_name.items()}
    try:
        return tuple(by_name[name] for name in steady_order(graph))
    except CycleError as problem:
        circle = " > ".join(problem.args[1])
        raise UsageError("detectors wait for each other", circle, "Break the circle.") from None


def steady_order(graph: Mapping[str, list[str]]) -> Iterator[str]:
    """Topological order in which names that could come next come by alphabet."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)
