"""The vocabulary's rows: shipped TOML files, over them the shop's own of the same names.

A shop's row is added, replaces the shipped row of its code, or takes it away (`remove = true`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from burnish.errors import UsageError

Row = Mapping[str, Any]
Rows = dict[str, Row]

WORDS = {"words": list, "short": list}
FIELDS: dict[str, dict[str, type]] = {
    "processes": {
        **WORDS,
        "family": str,
        "loose": list,
        "exact": list,
        "general": bool,
        "becomes": list,
        "sure_with": list,
        "not_with": list,
    },
    "specifications": {
        "process": str,
        "also": list,
        "superseded_by": str,
        "valid_from": str,
        "bare": bool,
        "pattern": str,
        "alone": bool,
    },
    "suppliers": {**WORDS, "makes": list, "trade_names": list, "trade_short": list, "codes": list},
    "defects": {**WORDS, "class": str, "finishes": list},
    "oem_prefixes": {"names": list, "prefixes": list, "examples": list, "never": list},
    "industries": {"words": list, "own": bool},
    "shows": {"words": list, "subject": str, "months": list, "cycle": str},
    "context": {"kind": str, "words": list},
}
ALWAYS = {"name": str, "source": str}
NEEDED = {"defects": ("class",), "context": ("kind", "words")}
SAID = {str: "a text in quotes", list: "a list in brackets", bool: "true or false"}
CLASSES = ("cosmetic", "functional", "either", "incoming", "handling", "documents")
LISTS = ("never", "finish", "trouble", "callout", "filler", "metal", "same", "verb")


@dataclass(frozen=True)
class Source:
    """The text of one file: shipped, and the shop's over it (empty where it has none)."""

    file: str
    shipped: str
    own: str
    where: str


def sources(folder: Path | None) -> tuple[Source, ...]:
    """All files of the vocabulary. Raises UsageError for a file in `folder` that is none of them."""
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))} if folder else {}
    unknown = sorted(set(found) - set(FIELDS))
    if unknown:
        known = ", ".join(f"{name}.toml" for name in FIELDS)
        raise UsageError(
            f"{unknown[0]}.toml is no file of the vocabulary", str(folder), f"Name it one of: {known}."
        )
    return tuple(source(name, found.get(name)) for name in FIELDS)


def source(name: str, own: Path | None) -> Source:
    """One file of the vocabulary, as text."""
    shipped = files("burnish.schema").joinpath("vocabulary", f"{name}.toml").read_text("utf-8")
    try:
        return Source(name, shipped, own.read_text("utf-8") if own else "", str(own or f"{name}.toml"))
    except (OSError, UnicodeDecodeError):
        raise UsageError("the file cannot be read as text", str(own), "Save it as UTF-8 text.") from None


def rows(given: Source) -> Rows:
    """The rows of one file, the shop's over the shipped ones. Raises UsageError naming file and row."""
    kept: Rows = {code: checked(given.file, code, row, given.file) for code, row in parsed(given).items()}
    for code, row in parsed(given, own=True).items():
        if isinstance(row, dict) and row.get("remove") is True:
            if code not in kept:
                raise wrong(given.where, code, "there is no such row to take away", "Mend its heading.")
            del kept[code]
        else:
            kept[code] = checked(given.file, code, row, given.where, own=True)
    return kept


def parsed(given: Source, *, own: bool = False) -> dict[str, Any]:
    """One of the two texts as TOML."""
    try:
        return tomllib.loads(given.own if own else given.shipped)
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(
            f"the vocabulary cannot be read: {problem}", given.where, "Mend that line."
        ) from None


def checked(file: str, code: str, row: Any, where: str, *, own: bool = False) -> Row:
    """A row of known fields and right types; a shop's row needs no `source` and may do without a name."""
    if not isinstance(row, dict):
        raise wrong(where, code, "a row is a heading in brackets with lines below it", f"Write [{code}].")
    known = FIELDS[file] | ALWAYS
    if unknown := sorted(set(row) - set(known)):
        raise wrong(where, code, f"{unknown[0]} is not known here", f"Known: {', '.join(sorted(known))}.")
    for field, value in row.items():
        if not isinstance(value, known[field]):
            raise wrong(where, code, f"{field} is not {SAID[known[field]]}", "Correct that line.")
        if isinstance(value, list) and field != "months":
            check_items(where, code, field, value)
    whole = {"name": code, "source": "shop"} | row if own or file == "context" else row
    if missing := sorted({*ALWAYS, *NEEDED.get(file, ())} - set(whole)):
        raise wrong(where, code, f"{missing[0]} is missing", f"Add a line {missing[0]} = …")
    check_choice(where, code, "class", whole.get("class"), CLASSES)
    check_choice(where, code, "kind", whole.get("kind"), LISTS)
    return whole


def check_items(where: str, code: str, field: str, items: list[Any]) -> None:
    """Every item of a list is a text, or, in `becomes` and `prefixes`, a small table."""
    tables = {"becomes": {"code", "near"}, "prefixes": {"pattern", "confidence"}}
    for item in items:
        if field in tables:
            if not isinstance(item, dict) or set(item) != tables[field]:
                names = " and ".join(sorted(tables[field]))
                raise wrong(where, code, f"each of {field} has {names}", "Correct that line.")
            check_choice(where, code, "confidence", item.get("confidence"), ("H", "M", "L"))
        elif not isinstance(item, str):
            raise wrong(where, code, f"{field} holds something that is not a text", "Put it in quotes.")


def check_choice(where: str, code: str, field: str, value: Any, choices: tuple[str, ...]) -> None:
    """A word out of a few."""
    if value is not None and value not in choices:
        raise wrong(where, code, f"{field} is none of {', '.join(choices)}", "Choose one of them.")


def wrong(where: str, code: str, problem: str, fix: str) -> UsageError:
    """The error of one row."""
    return UsageError(problem, f"{where}, [{code}]", fix)
