"""A folder into which exports are saved: what is complete and understood is added, the rest waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from burnish.errors import BurnishError, InputError, ShopBusyError
from burnish.intake.filing import Progress, land
from burnish.intake.finding import find, is_held_open
from burnish.intake.proposing import Plan, confirmed, look
from burnish.shop import Shop
from burnish.sources.reading import content_hash
from burnish.store import loads

SETTLED_S = 5.0
State = tuple[int, int]


@dataclass(frozen=True)
class Seen:
    """What happened to one file: `what` is "added", "known", "waiting", "refused" or "left out"."""

    path: Path
    what: str
    said: str
    load: loads.Load | None = None
    problem: BurnishError | None = None


@dataclass
class Watcher:
    """Looks at a folder again and again, and remembers what it said of each file until the file changes.

    A file is complete when its size and time have not changed for `settled_s` seconds.
    """

    shop: Shop
    folder: Path
    source: str | None = None
    settled_s: float = SETTLED_S
    now: Callable[[], float] = time.time
    progress: Progress = lambda name, rows: None
    said: dict[Path, tuple[State, str]] = field(default_factory=dict)

    def turn(self) -> Iterator[Seen]:
        """One look at the folder: what is new since the last one. A bad file stops nothing."""
        found, left_out = find([self.folder])
        yield from filter(self.is_news, (Seen(Path(one.file), "left out", one.reason) for one in left_out))
        for each in found:
            state = state_of(each.path)
            if state is None or self.is_done(each.path, state):
                continue
            seen = self.tried(each.path) if self.is_settled(each.path, state) else unfinished(each.path)
            if self.is_news(seen):
                yield seen

    @property
    def unsettled(self) -> bool:
        """Some file may still be written to."""
        return any(said == UNFINISHED for _, said in self.said.values())

    def is_done(self, path: Path, state: State) -> bool:
        """Nothing can have changed: all was said of this very state of the file."""
        before = self.said.get(path)
        return before is not None and before[0] == state and before[1] not in RETRIED

    def is_news(self, seen: Seen) -> bool:
        """Remember what is said of a file; whether it was not said before of the same state."""
        now = (state_of(seen.path) or (0, 0), seen.said)
        before, self.said[seen.path] = self.said.get(seen.path), now
        return before != now

    def is_settled(self, path: Path, state: State) -> bool:
        """The file has stood as it is long enough, and no other program holds it open."""
        return self.now() - state[1] / 1e9 >= self.settled_s and not is_held_open(path)

    def tried(self, path: Path) -> Seen:
        """Add a complete file when nobody is needed for it."""
        try:
            content = content_hash(path)
            here = [load for load in loads.all_loads(self.shop.landing) if load.content == content]
            if here:
                return Seen(path, "known", f"here already as {here[0].load_id}", here[0])
            with look(self.shop, path, source=self.source, named=False, drafts=False) as plan:
                return self.filed(path, plan)
        except ShopBusyError as problem:
            return Seen(path, "waiting", BUSY, problem=problem)
        except BurnishError as problem:
            return Seen(path, "refused", str(problem), problem=problem)

    def filed(self, path: Path, plan: Plan) -> Seen:
        """Add what needs nobody; say what the rest waits for."""
        if not plan.proposals:
            return Seen(path, "left out", "; ".join(dict.fromkeys(one.reason for one in plan.left_out)))
        if not plan.needs_nobody:
            asked = "; ".join(problem for each in plan.proposals for problem in [each.problem] if problem)
            why = asked or "; ".join(plan.questions) or "nobody has confirmed how it is to be read"
            return Seen(path, "waiting", f"{why}. Next: burnish add {path}")
        load, is_new = land(self.shop, confirmed(plan), progress=self.progress)
        return Seen(path, "added" if is_new else "known", counted(load), load)


UNFINISHED, BUSY = "it may still be written to", "another add, refresh or remove is at work"
RETRIED = (UNFINISHED, BUSY)


def unfinished(path: Path) -> Seen:
    """A file that is left until it is complete."""
    return Seen(path, "waiting", UNFINISHED)


def counted(load: loads.Load) -> str:
    """What a load brought, in words."""
    return "; ".join(f"{part.table}: {part}" for part in load.parts) + f" ({load.load_id})"


def state_of(path: Path) -> State | None:
    """Size and last change of a file, None when it went away."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, max(stat.st_mtime_ns, stat.st_ctime_ns)  # a copy may keep the older mtime


def watched(folder: Path) -> Path:
    """The folder, if it is one. Raises InputError."""
    if not folder.is_dir():
        raise InputError("there is no such folder", str(folder), "Name the folder that exports are saved in.")
    return folder
