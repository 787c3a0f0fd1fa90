"""The parent's side of the pipe: starts the child, asks it, and outlives whatever happens to it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import pyarrow as pa

from burnish.errors import InputError, SandboxError
from burnish.sources.reading.shapes import Limits, SheetProfile, sheet_from_json

MODULE = "burnish.sources.reading.child"
PACKAGES = Path(__file__).parents[3]
START = "import runpy, sys; sys.path[:0] = {paths!r}; runpy.run_module({module!r}, run_name='__main__')"
PIPE_BYTES = 1 << 20
BATCH = 1 << 18  # rows
LONGEST_ANSWER = 1 << 28
LOGS = ("-wal", "-journal", ".wal")


class Reading:
    """A file being read: owns the child process; close it, or use it in a `with`.

    `sheets` are the tables found; `left_out` name and reason of each file in an archive that holds none.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self._child = Child(path, limits)
        try:
            said = self._child.ask({"do": "profile"})
            self.sheets: tuple[SheetProfile, ...] = tuple(sheet_from_json(each) for each in said["sheets"])
            self.left_out: tuple[tuple[str, str], ...] = tuple(
                (str(name), str(reason)) for name, reason in said["left_out"]
            )
        except BaseException:
            self.close()
            raise

    @property
    def network_ban(self) -> str:
        """What keeps the child off the network: "seccomp", "seccomp+namespace", or "none" (macOS)."""
        return self._child.ban

    def batches(
        self, sheet: str, columns: Sequence[str], fill: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """String columns named as profiled, and the int64 `line` of each row; about a million rows each.

        Every row of the sheet comes, broken ones excepted (they stand in its profile). Blank cells of the
        columns in `fill` take the value above as long as the first of them is blank: a row in which it is
        filled begins anew (an order whose number stands on its first line only).
        Raises InputError for a sheet or column that the file does not have, SandboxError when the child was
        stopped.
        """
        profile = next((each for each in self.sheets if each.sheet == sheet), None)
        if profile is None:
            raise InputError(f"there is no sheet {sheet!r}", self.path.name, "Name one of its sheets.")
        missing = {*columns, *fill} - {column.name for column in profile.columns}
        if missing:
            named = ", ".join(sorted(missing))
            raise InputError(
                f"the columns {named} are not in the file", self.path.name, "Correct the mapping."
            )
        return self._parts(profile, list(columns), list(fill))

    def _parts(self, profile: SheetProfile, columns: list[str], fill: list[str]) -> Iterator[pa.RecordBatch]:
        ask = {"do": "read", "sheet": profile.sheet, "columns": columns, "fill": fill, "rows": BATCH}
        for start in range(0, profile.rows, BATCH):
            yield from self._child.part(ask | {"start": start}, min(BATCH, profile.rows - start))

    def close(self) -> None:
        """End the child."""
        self._child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Child:
    """The process and its two pipes."""

    def __init__(self, path: Path | None, limits: Limits) -> None:
        self.where = path.name if path else "the limited reader"
        self.limits = limits
        self.timed_out = False
        descriptor = opened(path) if path else -1
        try:
            self.process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", start_code()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(descriptor,) if path else (),
                env=environment(),
                pipesize=PIPE_BYTES,
            )
            self.asking, self.answers = (
                cast(BinaryIO, self.process.stdin),
                cast(BinaryIO, self.process.stdout),
            )
            order = {"descriptor": descriptor, "name": self.where, "limits": asdict(limits)}
            try:
                self.ban = str(self.ask(order)["ban"])
                self.refuse_unconfined()
            except BaseException:
                self.end()
                raise
        finally:
            if path:
                os.close(descriptor)

    def refuse_unconfined(self) -> None:
        """On Linux a parser that could reach the network is not let near the file."""
        if self.ban == "none" and sys.platform.startswith("linux"):
            raise SandboxError(
                "the parser cannot be kept off the network on this machine",
                self.where,
                "Use a kernel with seccomp on x86_64 or aarch64; default profiles of containers allow it.",
            )

    def ask(self, what: dict[str, Any]) -> dict[str, Any]:
        """Send one order and read its answer. Raises what the answer, or the child's end, means."""
        try:
            self.asking.write(json.dumps(what).encode() + b"\n")
            self.asking.flush()
        except BrokenPipeError:
            raise self.ended() from None
        with self.patience():
            line = self.answers.readline(LONGEST_ANSWER)
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise self.ended() from None
        if "error" in said:
            raise self.refused(said)
        return dict(said)

    def part(self, ask: dict[str, Any], rows: int) -> list[pa.RecordBatch]:
        """Ask for some rows and check what comes, before anybody uses it: all of them, and sound."""
        self.ask(ask)
        try:
            with self.patience(), pa.ipc.open_stream(pa.PythonFile(self.answers, mode="r")) as stream:
                batches = list(stream)
            for batch in batches:
                batch.validate(full=True)
        except (pa.ArrowInvalid, OSError, EOFError):
            raise self.ended() from None
        if sum(batch.num_rows for batch in batches) != rows:
            raise self.ended()
        return batches

    @contextmanager
    def patience(self) -> Iterator[None]:
        """Stop the child when one answer takes longer than `wall_s`."""
        timer = threading.Timer(self.limits.wall_s, self.stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def stop(self) -> None:
        """End it from the clock's thread."""
        self.timed_out = True
        self.process.kill()

    def end(self) -> None:
        """Kill the child, if it still runs, and close the pipes."""
        self.process.kill()
        for pipe in (self.asking, self.answers):
            with suppress(BrokenPipeError):  # an unsent order to a dead child
                pipe.close()
        self.process.wait()

    def exit_code(self) -> int | None:
        """How the child ended; None for one that answers nonsense and had to be killed."""
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    def refused(self, said: dict[str, Any]) -> InputError:
        """The error that the child reported."""
        if said["error"] == "memory":
            return self.too_big()
        return InputError(str(said["problem"]), str(said["where"]), str(said["fix"]))

    def too_big(self) -> SandboxError:
        """The file does not fit into the reader's memory."""
        limit = self.limits.memory_mb
        return SandboxError(
            f"reading needs more than {limit:,} MB of memory",
            self.where,
            "Split the file, or allow more memory.",
        )

    def ended(self) -> SandboxError:
        """What the child's end without an answer means."""
        if self.timed_out:
            wait = self.limits.wall_s
            return SandboxError(
                f"reading took longer than {wait:g} s", self.where, "Split the file, or allow more time."
            )
        code = self.exit_code()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            limit = self.limits.cpu_s
            return SandboxError(
                f"reading used more than {limit:,} s of processor time, or the machine ended it",
                self.where,
                "Split the file, or allow more time.",
            )
        if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
            return SandboxError(
                "the parser broke down over this file or its memory limit",
                self.where,
                "Export it again, or as CSV.",
            )
        return SandboxError(
            "the parser ended without an answer", self.where, "Export the file again, or as CSV."
        )


def open_file(path: Path, *, limits: Limits | None = None) -> Reading:
    """Start reading a file, judged by content: text of any delimiter, line end and encoding, JSON, a feed,
    dated notes, a workbook (XLSX, XLS, XLSB, ODS), SQLite, DuckDB, or these packed as gz or zip.

    Raises InputError where the file cannot be read, SandboxError where the limited child was stopped.
    """
    return Reading(Path(path), limits or Limits())


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex, read in pieces."""
    try:
        with Path(path).open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as problem:
        raise unopenable(Path(path), problem) from None


def network_ban() -> str:
    """What keeps a parser off the network here: "seccomp", "seccomp+namespace" or "none"."""
    try:
        child = Child(None, Limits())
    except SandboxError:
        return "none"
    child.end()
    return child.ban


def opened(path: Path) -> int:
    """A descriptor of a regular file."""
    if path.exists() and not path.is_file():
        raise InputError("this is not a file", str(path), "Name a file, not a folder or device.")
    refuse_open_log(path)
    try:
        return os.open(path, os.O_RDONLY)
    except OSError as problem:
        raise unopenable(path, problem) from None


def refuse_open_log(path: Path) -> None:
    """Raise InputError where a database's log beside it says that the file alone is not the latest state."""
    for end in LOGS:
        log = path.with_name(path.name + end)
        with suppress(OSError), log.open("rb") as source:
            if source.read(1).strip(b"\0"):
                raise InputError(
                    f"the database has changes that stand in {end} beside it",
                    str(path),
                    "Close the program that uses it, or let it make a backup and add that.",
                )


def unopenable(path: Path, problem: OSError) -> InputError:
    """A file that is missing or not ours to read."""
    return InputError(
        f"the file cannot be opened: {problem.strerror}", str(path), "Check its name and its permissions."
    )


def start_code() -> str:
    """What the child's interpreter runs: our own import path, nothing of the working folder."""
    paths = [str(PACKAGES), *(each for each in sys.path if each and Path(each).is_absolute())]
    return START.format(paths=paths, module=MODULE)


def environment() -> dict[str, str]:
    """The child's whole environment: one allocator that obeys the limit, few arenas, one BLAS thread."""
    return {
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
    }
