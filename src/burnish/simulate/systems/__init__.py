"""The made-up shop's programs: each writes what it knows of the world as its own export, faults included.

One module per program. An export is made anew for a folder, fed block by block, and closed.
"""

from __future__ import annotations

from typing import Protocol

from burnish.simulate.truth import Truth
from burnish.simulate.world import World


class Export(Protocol):
    """One program's files. Made as `QuickBooksOnline(folder, plan)`; `folder` is its own and empty."""

    def write(self, world: World, truth: Truth) -> None:
        """Write down one block, and tell the truth what everybody is called here."""

    def close(self) -> None:
        """Finish the files."""
