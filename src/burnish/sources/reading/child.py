"""The child's side of the pipe: holds one file, answers "profile" and "read", and can do nothing else.

Started by `parent` with the file as an inherited descriptor. Asked in JSON lines on standard input; each
answer is a JSON line on standard output, after "read" followed by an Arrow IPC stream. Errors cross as
problem and fix, never with the text of a cell.
"""

from __future__ import annotations

import codecs
import json
import mmap
import os
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa

from burnish.errors import InputError
from burnish.sources.reading.contents import Contents, contents_of
from burnish.sources.reading.csv import Sheet
from burnish.sources.reading.filling import filled_down
from burnish.sources.reading.profile import profile_of
from burnish.sources.reading.sandbox import confine
from burnish.sources.reading.shapes import Limits


class WithoutPandas:
    """Answers pyarrow's optional import of pandas with "not there": it is not needed and slow to load."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse pandas, leave the rest to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


@dataclass(frozen=True)
class Order:
    """What the parent asks for at the start."""

    descriptor: int
    name: str
    limits: Limits


def main() -> None:
    """Answer orders until standard input ends."""
    asked, answers = sys.stdin.buffer, own_output()
    given = json.loads(asked.readline())
    order = Order(given["descriptor"], given["name"], Limits(**given["limits"]))
    sys.meta_path.insert(0, WithoutPandas())
    for codec in ("cp1252", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        codecs.lookup(codec)  # loaded while modules can still be found
    ban = confine(memory_mb=order.limits.memory_mb, cpu_s=order.limits.cpu_s)
    answer(answers, {"ban": ban})
    if order.descriptor < 0:
        return
    try:
        serve(order, asked, answers)
    except InputError as problem:
        answer(
            answers,
            {"error": "input", "problem": problem.problem, "where": problem.where, "fix": problem.fix},
        )
    except MemoryError:  # pyarrow's own out-of-memory error is one too
        answer(answers, {"error": "memory"})


def own_output() -> BinaryIO:
    """Where answers go; what a parser itself prints goes where its errors go, to nobody."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def serve(order: Order, asked: BinaryIO, answers: BinaryIO) -> None:
    """Parse when first asked, keep the tables, answer from them."""
    sheets: dict[str, Sheet] = {}
    for line in asked:
        ask = json.loads(line)
        if ask["do"] == "profile":
            found = parsed(order)
            sheets = {sheet.name: sheet for sheet in found.sheets}
            profiles = [profile_of(sheet, order.name).as_json() for sheet in found.sheets]
            answer(answers, {"sheets": profiles, "left_out": found.left_out})
        else:
            send(filled_down(sheets[ask["sheet"]], tuple(ask["fill"])), ask, answers)


def parsed(order: Order) -> Contents:
    """What the file holds, by its content."""
    if os.fstat(order.descriptor).st_size == 0:
        return contents_of(memoryview(b""), order.name, order.limits)
    mapped = mmap.mmap(order.descriptor, 0, prot=mmap.PROT_READ)  # Arrow looks into it: never closed by hand
    return contents_of(memoryview(mapped), order.name, order.limits, path_of(order.descriptor))


def path_of(descriptor: int) -> str:
    """A path that opens the file again, without its name."""
    own = f"/proc/self/fd/{descriptor}"
    return own if os.path.exists(own) else f"/dev/fd/{descriptor}"  # noqa: PTH110  (resolved, it is a name)


def send(table: pa.Table, ask: dict[str, Any], answers: BinaryIO) -> None:
    """The asked columns of some rows, with the line of each row, as a whole Arrow stream."""
    schema = pa.schema([*((name, pa.string()) for name in ask["columns"]), ("line", pa.int64())])
    rows = table.select([*ask["columns"], "line"]).slice(ask["start"], ask["rows"])
    answer(answers, {})
    with pa.ipc.new_stream(pa.PythonFile(answers, mode="w"), schema) as stream:
        stream.write_table(rows.cast(schema).combine_chunks())
    answers.flush()


def answer(answers: BinaryIO, said: dict[str, Any]) -> None:
    """One JSON line, sent at once."""
    answers.write(json.dumps(said).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
