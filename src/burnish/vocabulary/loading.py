"""The vocabulary made ready for search: rows become patterns, rules and forms of numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from burnish.errors import UsageError
from burnish.vocabulary import spelling
from burnish.vocabulary.rows import Row, Rows, Source, parsed, rows, sources, wrong

KINDS = ("process", "specification", "supplier", "trade_name", "defect", "oem", "industry", "show")
TYPES = ("I", "IB", "IC", "II", "IIB", "III", "M", "Z")
ROMAN = {"I": "1", "II": "2", "III": "3"}
STRENGTHS = ("word", "loose", "short")
PATTERN = {
    "pattern": pl.String,
    "kind": pl.String,
    "code": pl.String,
    "found": pl.String,
    "strength": pl.String,
    "exact": pl.String,
}
RULE = {"code": pl.String, "becomes": pl.String, "rank": pl.Int64, "near_kind": pl.String, "near": pl.String}


@dataclass(frozen=True)
class Number:
    """A form of numbers that belong to one company or family of specifications.

    `confidence` is H, M or L as in oem_prefixes.toml; families have `family`, or `alone` where the form
    needs no other sign.
    """

    kind: str
    code: str
    pattern: str
    confidence: str


@dataclass(frozen=True)
class Vocabulary:
    """Everything the recogniser knows, immutable. `digest` changes with any row.

    `patterns`: one normal form of one term; `rules`: one reason for which a process is really another;
    `surely`: one reason that makes a loosely named process sure, `unless` one that makes a short word mean
    something else; `names`: what to call each code.
    """

    digest: str
    rows: Mapping[str, Rows]
    patterns: pl.DataFrame
    rules: pl.DataFrame
    surely: pl.DataFrame
    unless: pl.DataFrame
    names: pl.DataFrame
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Term:
    """One way to say something: `strength` word, loose or short; `exact` only in this spelling."""

    kind: str
    code: str
    text: str
    strength: str
    exact: str | None = None


def load(folder: Path | None = None) -> Vocabulary:
    """The shipped vocabulary with the shop's rows over it, kept in memory per content.

    `folder` is the shop's `vocabulary`; it need not exist. Raises UsageError naming file and row.
    """
    return built(sources(folder if folder is not None and folder.is_dir() else None))


@lru_cache(maxsize=4)
def built(given: tuple[Source, ...]) -> Vocabulary:
    """The vocabulary of these texts."""
    kept = {source.file: rows(source) for source in given}
    where = {source.file: source.where for source in given}
    shipped = next(set(parsed(source)) for source in given if source.file == "processes")
    check_processes(kept, where, shipped | set(kept["processes"]))
    digest = hashlib.sha256("\0".join(f"{source.shipped}\0{source.own}" for source in given).encode())
    rules = [rule for code, row in kept["processes"].items() for rule in becoming(code, row, kept)]
    surely, unless = reasons("sure_with", kept), reasons("not_with", kept)
    terms = [*every_term(kept), *near_terms([*rules, *surely, *unless])]
    return Vocabulary(
        digest.hexdigest(),
        kept,
        searched(terms, kept),
        pl.DataFrame(rules, RULE, orient="row"),
        pl.DataFrame(surely, RULE, orient="row"),
        pl.DataFrame(unless, RULE, orient="row"),
        names(kept),
        tuple(numbers(kept, where)),
    )


def check_processes(kept: Mapping[str, Rows], where: Mapping[str, str], known: set[str]) -> None:
    """Every process that a row names is in `known`: there, or taken away by the shop."""
    for file in ("specifications", "processes"):
        for code, row in kept[file].items():
            choices = row.get("becomes", ())
            near = [near for choice in choices for near in choice["near"]]
            near += [*row.get("sure_with", ()), *row.get("not_with", ())]
            named = [row.get("process"), *(choice["code"] for choice in choices)]
            named += [word[1:] for word in near if word.startswith("@")]
            for process in named:
                if process is not None and process not in known:
                    fix = "Name a code of processes.toml."
                    raise wrong(where[file], code, f"there is no process {process}", fix)


def nears(wanted: list[str]) -> list[tuple[str, str]]:
    """What stands in `near` as kind and code."""
    found = []
    for near in wanted:
        if near.startswith("@"):
            found.append(("process", near[1:]))
        elif near.startswith("#"):
            found.append(("metal", near[1:]))
        elif near.startswith("type "):
            found.append(("type", near[5:]))
        else:
            found.append(("near", near))
    return found


def becoming(code: str, row: Row, kept: Mapping[str, Rows]) -> Iterator[tuple[str, str, int, str, str]]:
    """The rules of one process. Of what a general word leaves open, first what the text names elsewhere."""
    choices = [choice for choice in row.get("becomes", ()) if choice["code"] in kept["processes"]]
    for rank, choice in enumerate(choices):
        if row.get("general"):
            yield code, choice["code"], rank - len(choices), "process", choice["code"]
        for near in nears(choice["near"]):
            yield code, choice["code"], rank, *near


def reasons(field: str, kept: Mapping[str, Rows]) -> list[tuple[str, str, int, str, str]]:
    """What a field of the processes names as decisive, in the form of rules that lead to nothing else."""
    found = [(code, near) for code, row in kept["processes"].items() for near in nears(row.get(field, ()))]
    return [(code, "", 0, *near) for code, near in found]


def every_term(kept: Mapping[str, Rows]) -> Iterator[Term]:
    """All terms of all rows."""
    for file, kind in (
        ("processes", "process"),
        ("defects", "defect"),
        ("industries", "industry"),
        ("shows", "show"),
    ):
        for code, row in kept[file].items():
            yield from terms_of(kind, code, row)
    for code in kept["industries"]:
        yield Term("industry", code, f"NAICS {code}", "word")
    for code, row in kept["suppliers"].items():
        yield from terms_of("supplier", code, row)
        trade = {"words": row.get("trade_names", ()), "short": row.get("trade_short", ())}
        yield from terms_of("trade_name", code, trade)
    for code, row in kept["oem_prefixes"].items():
        yield from (Term("oem", code, name, "short") for name in row.get("names", ()))
    for code, row in kept["specifications"].items():
        if "pattern" not in row:
            yield from specification_terms(code, row)
    for code, row in kept["context"].items():
        if row["kind"] not in ("same", "verb"):
            yield from (Term(row["kind"], code, word, "word") for word in row["words"])
    for roman in TYPES:
        yield Term("type", roman, f"type {roman}", "word")
        yield Term("type", roman, f"ty {roman}", "word")
        if roman in ROMAN:
            yield Term("type", roman, f"type {ROMAN[roman]}", "word")
            yield Term("type", roman, f"ty {ROMAN[roman]}", "word")


def terms_of(kind: str, code: str, row: Mapping[str, list[str]]) -> Iterator[Term]:
    """The words of one row by their strength."""
    for strength, field in (("word", "words"), ("loose", "loose"), ("short", "short")):
        yield from (Term(kind, code, text, strength) for text in row.get(field, ()))
    yield from (Term(kind, code, text, "short", text) for text in row.get("exact", ()))


def specification_terms(code: str, row: Row) -> Iterator[Term]:
    """The ways to cite a specification; without "ASTM" only beside a sign of finishing."""
    for text in (code, *row.get("also", ())):
        yield Term("specification", code, text, "word")
    if code.startswith("ASTM ") and row.get("bare", True):
        yield Term("specification", code, code.removeprefix("ASTM "), "short")


def near_terms(rules: list[tuple[str, str, int, str, str]]) -> list[Term]:
    """The words that decide between processes."""
    return [
        Term("near", word, word, "word") for word in sorted({rule[4] for rule in rules if rule[3] == "near"})
    ]


def searched(terms: list[Term], kept: Mapping[str, Rows]) -> pl.DataFrame:
    """One row per normal form, kind and code, the strongest where a form is there twice."""
    groups = [tuple(row["words"]) for row in kept["context"].values() if row["kind"] == "same"]
    verbs = [word for row in kept["context"].values() if row["kind"] == "verb" for word in row["words"]]
    same, forms = spelling.alternatives(groups), frozenset(verbs)
    made: dict[tuple[str, str, str], tuple[int, Term]] = {}
    for term in terms:
        rank = STRENGTHS.index(term.strength)
        cited = term.kind == "specification"
        for pattern in spelling.patterns(
            term.text, {} if cited else same, frozenset() if cited else forms, open_ended=cited
        ):
            key = (pattern, term.kind, term.code)
            if key not in made or rank < made[key][0]:
                made[key] = (rank, term)
    found = [
        (pattern, kind, code, term.text, term.strength, term.exact)
        for (pattern, kind, code), (_, term) in sorted(made.items(), key=lambda item: item[0])
    ]
    return pl.DataFrame(found, PATTERN, orient="row")


def names(kept: Mapping[str, Rows]) -> pl.DataFrame:
    """What to call each code. One row per kind and code; `general` codes leave the process open."""
    files = {
        "process": "processes",
        "specification": "specifications",
        "supplier": "suppliers",
        "defect": "defects",
        "oem": "oem_prefixes",
        "industry": "industries",
        "show": "shows",
    }
    found = [
        (kind, code, row["name"], bool(row.get("general")))
        for kind, file in files.items()
        for code, row in kept[file].items()
    ]
    schema = {"kind": pl.String, "code": pl.String, "name": pl.String, "general": pl.Boolean}
    return pl.DataFrame(found, schema, orient="row")


def numbers(kept: Mapping[str, Rows], where: Mapping[str, str]) -> Iterator[Number]:
    """Forms of numbers, each checked to be a regular expression that both engines read."""
    for code, row in kept["oem_prefixes"].items():
        for prefix in row.get("prefixes", ()):
            check_pattern(prefix["pattern"], where["oem_prefixes"], code)
            yield Number("oem", code, prefix["pattern"], prefix["confidence"])
    for code, row in kept["specifications"].items():
        if "pattern" in row:
            check_pattern(row["pattern"], where["specifications"], code)
            yield Number("specification", code, row["pattern"], "alone" if row.get("alone") else "family")
    for code, row in kept["suppliers"].items():
        for pattern in row.get("codes", ()):
            check_pattern(pattern, where["suppliers"], code)
            yield Number("supplier", code, pattern, "H")


def check_pattern(pattern: str, where: str, code: str) -> None:
    """Raise UsageError for a pattern that one of the engines cannot read, or that matches nothing at all."""
    try:
        empty = re.compile(pattern).search("") is not None
        pl.Series(["x"]).str.contains(pattern)
    except (re.error, pl.exceptions.ComputeError):
        raise wrong(
            where, code, f"{pattern} is no pattern that can be read", "Mend it; look-around is not known."
        ) from None
    if empty:
        raise UsageError(
            f"{pattern} fits an empty text", f"{where}, [{code}]", "Ask for a letter or digit at least."
        )
