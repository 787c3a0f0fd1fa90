"""The command line: a thin skin, each command calling one function. Imports stand inside commands.

Exit codes: 0 done · 1 a fault of Burnish · 2 usage · 3 a file cannot be read · 4 a mapping needs a
person · 5 no shop, busy, or key lost · 7 something does not add up · 8 stored data is
damaged · 130 interrupted. Reports go to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from burnish.cli import asking, filing, matching, scoring, telling, terms, trying, watching
from burnish.cli.door import app, complain, described, report
from burnish.errors import BurnishError

DEBUG = "BURNISH_DEBUG"
STOPPED = 130
# in the order of the help page
COMMANDS = (filing, watching, telling, asking, matching, terms, trying, scoring)


@contextmanager
def faults_without_data() -> Iterator[None]:
    """A fault of Burnish says where it happened, but not what it held: messages may quote people's cells."""
    try:
        yield
    except Exception as fault:
        if os.environ.get(DEBUG):
            raise
        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        sys.stderr.write(
            f"burnish: a fault of Burnish: {type(fault).__name__} ({place}). Nothing was lost; please report "
            f"it. {DEBUG}=1 shows all, with data.\n"
        )
        raise SystemExit(1) from None


def main() -> None:
    """Run one command; every deliberate error becomes one line and its exit code."""
    with faults_without_data():
        try:
            app()
        except BurnishError as problem:
            if "--json" in sys.argv:
                report(described(problem))
            complain(problem)
            raise SystemExit(problem.exit_code) from None
        except SystemExit as stop:
            if stop.code == STOPPED:
                sys.stderr.write("\nburnish: stopped; what was not finished was not stored.\n")
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None
