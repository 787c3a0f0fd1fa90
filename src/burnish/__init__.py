"""Burnish: customer conclusions for metal finishers, from the records they already keep.

`from burnish import Shop` opens a shop for notebooks and programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from burnish.library import Shop

__version__ = "0.1.0"
__all__ = ["Shop", "__version__"]


def __getattr__(name: str) -> object:
    """The library door opens when it is first asked for, so that the command line starts quickly."""
    if name == "Shop":
        from burnish.library import Shop  # noqa: PLC0415

        return Shop
    raise AttributeError(name)
