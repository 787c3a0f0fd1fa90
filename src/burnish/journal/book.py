"""The journal's one door for those who decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from burnish.journal import reading


class Journal:
    """The journal of one shop, opened for writing. A context manager; open it with `Journal.open`.

    A call that returns has its rows on the disk; one that raises, or is killed, leaves none of them. Several
    journals may be open in one process, and several processes may write: they take turns.

    Keys are opaque texts. `by` and `why` are written as they come, so mask e-mail addresses, phones and
    names in `why` before (`privacy.masking`, a room above this one).
    """

    def __init__(self, path: Path, alias: str) -> None:
        self.path, self._alias = path, alias

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open `<folder>/app.sqlite3`, made when missing and brought up to date.

        Raises ShopError for one of a newer Burnish or a folder that cannot be written, ShopBusyError,
        DamageError.
        """
        from burnish.journal import database  # noqa: PLC0415  (Django is slow to import, reading needs none)

        path = folder / reading.FILE_NAME
        return cls(path, database.opened(path))

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        from burnish.journal import database  # noqa: PLC0415

        database.release(self._alias)

    def decide(
        self, kind: str, verdict: str, pairs: Iterable[tuple[str, str]], *, by: str, why: str, how: str
    ) -> int:
        """Say one word on each of these pairs, all or none. Returns the number of the batch.

        `kind`: company or person. `verdict`: same, different, unsure, or undone, which takes back all that
        was said on the pair. `pairs`: two record keys each, in any order. `how`: queue, merge, split or
        sample. `why`: one line of at most 500 characters, masked. Raises UsageError.
        """
        from burnish.journal import matching  # noqa: PLC0415

        with reading.told(self.path):
            return matching.decide(self._alias, kind, verdict, pairs, by=by, why=why, how=how)

    def decisions(self, kind: str) -> pl.DataFrame:
        """Every word said on pairs of this kind, as `read_decisions`."""
        return reading.read_decisions(self.path.parent, kind)

    def keep_model(self, kind: str, parameters: Mapping[str, Any], *, by: str, why: str) -> str:
        """Adopt the model with these parameters (plain JSON) from now on. Returns its version.

        An earlier model is taken up again by keeping its parameters once more. Raises UsageError.
        """
        from burnish.journal import matching  # noqa: PLC0415

        with reading.told(self.path):
            return matching.keep_model(self._alias, kind, parameters, by=by, why=why)

    def model(self, kind: str, *, version: str | None = None) -> dict[str, Any] | None:
        """The parameters of the model in use, or of that version; None where there is none."""
        return reading.read_model(self.path.parent, kind, version=version)

    def models(self, kind: str) -> pl.DataFrame:
        """Which models were adopted, as `read_models`."""
        return reading.read_models(self.path.parent, kind)
