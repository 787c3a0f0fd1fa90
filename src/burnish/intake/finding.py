"""Which files are meant: those named, those of folders, those that a pattern fits. Nothing is opened here."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from burnish.errors import InputError
from burnish.settings import FILE_NAME as SHOP_FILE

TABLES = frozenset(
    {
        *(".csv", ".tsv", ".tab", ".psv", ".txt", ".md", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
        *(".json", ".jsonl", ".ndjson", ".xml", ".rss", ".atom", ".rdf"),
        *(".sqlite", ".sqlite3", ".db", ".db3", ".duckdb", ".zip", ".gz"),
    }
)
NO_TABLES = frozenset({"thumbs.db", "package.json", "package-lock.json", "manifest.json"})
UNFINISHED = frozenset({".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart"})
LOCKS = ("~$", "~lock")
PATTERN = "*?["


@dataclass(frozen=True)
class Found:
    """A file to read; `named` says that the user named this very file, so that he is told what is wrong."""

    path: Path
    named: bool


@dataclass(frozen=True)
class LeftOut:
    """A file, or one sheet of it, that is not read, and why."""

    file: str
    sheet: str
    reason: str


def find(given: Iterable[Path]) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
    """The files that some paths mean, by name, each once; and what is no table.

    A path is a file, a folder with all below it, or a pattern that the shell left as it was. Raises
    InputError where nothing is there.
    """
    found: dict[str, Found] = {}
    left_out: list[LeftOut] = []
    for path in given:
        for each in meant(path):
            reason = "" if each.named else no_table(each.path)
            if reason:
                left_out.append(LeftOut(str(each.path), "", reason))
            elif each.named or os.path.realpath(each.path) not in found:
                found[os.path.realpath(each.path)] = each
    ordered = sorted(found.values(), key=lambda each: each.path.as_posix())
    return tuple(ordered), tuple(sorted(set(left_out), key=lambda each: each.file))


def meant(path: Path) -> Iterator[Found]:
    """The files that one path means."""
    if path.is_dir():
        yield from (Found(each, named=False) for each in below(path))
    elif path.exists() or not any(sign in str(path) for sign in PATTERN):
        yield Found(path, named=True)
    else:
        yield from fitting(path)


def fitting(pattern: Path) -> Iterator[Found]:
    """What a pattern fits; its folders with all below them."""
    fits = sorted(glob.glob(str(pattern), recursive=True))  # noqa: PTH207  (the pattern may be absolute)
    if not fits:
        raise InputError("no file fits this pattern", str(pattern), "Check the pattern and the folder.")
    for each in map(Path, fits):
        inside = below(each) if each.is_dir() else [each]
        yield from (Found(one, named=False) for one in inside)


def below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, except hidden ones and what a shop keeps."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as problem:
        raise InputError(
            f"the folder cannot be read: {problem.strerror}", str(folder), "Check its permissions."
        ) from None
    if any(each.name == SHOP_FILE for each in entries):
        return
    for each in entries:
        if each.name.startswith("."):
            continue
        if each.is_dir() and not each.is_symlink():
            yield from below(each)
        elif not each.is_dir():
            yield each


def is_held_open(path: Path) -> bool:
    """Another program says by a lock beside it that it has the file open."""
    return any(path.with_name(name).exists() for name in (f"~${path.name}", f".~lock.{path.name}#"))


def no_table(path: Path) -> str:
    """Why a file that was come across holds no table, by its name; empty for one that may."""
    if path.name.startswith(LOCKS):
        return "a lock of another program"
    if path.suffix.lower() in UNFINISHED:
        return "a file that is still being written"
    if not path.is_file():
        return "no file"
    if path.suffix.lower() not in TABLES or path.name.lower() in NO_TABLES:
        return "no table"
    return ""
