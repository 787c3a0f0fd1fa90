"""Writes that are whole or not there: build beside, fsync, rename, fsync the folder."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from burnish.errors import ShopError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_SAID = ("No space left on device", "File too large", "database or disk is full")  # DuckDB, SQLite
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)

UNFINISHED = ".unfinished-"


def sync_file(path: Path) -> None:
    """Push one file's bytes to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Push a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`; a reader sees the old bytes or the new ones, never a part."""
    beside = path.with_name(f"{UNFINISHED}{path.name}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def begin_folder(parent: Path, name: str) -> Path:
    """A fresh folder in which something is built; left-overs of an interrupted try go first."""
    folder = parent / f"{UNFINISHED}{name}"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def publish_folder(folder: Path, final: Path) -> None:
    """Make a built folder visible under its final name in one step."""
    for path in sorted(folder.rglob("*")):
        sync_folder(path) if path.is_dir() else sync_file(path)
    sync_folder(folder)
    folder.rename(final)
    sync_folder(final.parent)


def retire(folder: Path) -> None:
    """Let a published folder vanish in one step, then remove what it held."""
    doomed = folder.with_name(f"{UNFINISHED}{folder.name}")
    folder.rename(doomed)
    sync_folder(folder.parent)
    shutil.rmtree(doomed)


def discard(path: Path) -> None:
    """Remove a file, or a folder with all it holds."""
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def discard_unfinished(parent: Path) -> None:
    """Remove what an interrupted writer left. Call it only while holding the shop's write lock."""
    for path in parent.glob(f"{UNFINISHED}*"):
        discard(path)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Say plainly that the disk is full, or that the folder may not be written, whoever notices it.

    Raises ShopError; what was stored before stays as it was.
    """
    try:
        yield
    except Exception as problem:
        number = problem.errno if isinstance(problem, OSError) else None
        if number in FULL or any(said in str(problem) for said in FULL_SAID):
            raise ShopError(
                "the disk is full", str(folder), "Make room and try again; what was stored before is whole."
            ) from None
        if number in FORBIDDEN:
            raise ShopError(
                f"the shop's folder cannot be written: {os.strerror(number or 0)}",
                str(folder),
                "Ask for write permission on it and on all that is in it.",
            ) from None
        raise
