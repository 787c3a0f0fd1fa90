"""Judged pairs of company names, by names alone: the figures of docs/methods/names.md.

    PYTHONPATH=src python benchmarks/name_pairs.py            F1 beside peers
    PYTHONPATH=src python benchmarks/name_pairs.py misses     the pairs that are judged wrongly

`fixed` takes a pair for one company where the shipped model says that this is more likely than not. `folds`
chooses the threshold on four fifths of a schema's pairs and counts on the rest, five times. `best` is the
threshold that these very pairs would have liked best, which flatters; it is there for the peers' sake.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from burnish.identity.linking import levels_found, numbered, odds_milli, weighed
from burnish.identity.model import Model
from burnish.identity.names import read
from burnish.identity.traits import RECORD, traits

PAIRS = Path(__file__).parents[2] / "shared" / "data" / "company_name_pairs.csv"
SCHEMAS = ("Company", "Organization")
FOLDS, MORE_LIKELY_THAN_NOT = 5, 500_000
Pairs = Sequence[tuple[str, str]]


class Matcher(NamedTuple):
    """A way to score pairs, and the score from which on a pair is one company, if it has one of its own."""

    scores: Callable[[Pairs], list[float]]
    from_: float | None = None


class Counts(NamedTuple):
    """Pairs called the same rightly, wrongly, and pairs that were missed."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)

    def __str__(self) -> str:
        precision, recall = (self.right / max(self.right + n, 1) for n in (self.wrong, self.missed))
        return f"{self.f1:.3f} ({precision:.2f} / {recall:.2f})"


def say(text: str = "") -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")


def by_model(pairs: Pairs) -> list[float]:
    """The weight in thousandths of a bit that the shipped company model finds in names alone."""
    model = Model.shipped("company")
    keys = [
        (f"{at:05}{side}", text)
        for at, pair in enumerate(pairs)
        for side, text in zip("ab", pair, strict=True)
    ]
    record = pl.DataFrame(
        [{"party_key": key, "source": key[-1], "name": text} for key, text in keys],
        schema=dict.fromkeys(RECORD, pl.String),
    )
    place = pl.DataFrame(schema=dict.fromkeys(("party_key", "kind", "token"), pl.String))
    mail = pl.DataFrame(schema=dict.fromkeys(("party_key", "domain"), pl.String))
    rows = numbered(traits(record, place, mail, words=model.words), model, "party_key")
    both = rows.with_columns(block=pl.concat_list(pl.col("record") // 2))
    found = weighed(levels_found(both, model, all_pairs=True), model).sort("record_l")
    assert found["record_l"].to_list() == list(range(0, 2 * len(pairs), 2))
    return [float(weight) for weight in found["weight_milli"]]


def by_peer(module: str, name: str) -> Callable[[Pairs], list[float]]:
    """A function of two texts from another library, on small letters."""
    compare = getattr(importlib.import_module(module), name)
    return lambda pairs: [float(compare(left.lower(), right.lower())) for left, right in pairs]


def matchers() -> dict[str, Matcher]:
    """The company model, and the peers that are installed."""
    found = {"Burnish": Matcher(by_model, odds_milli(MORE_LIKELY_THAN_NOT))}
    peers = {
        "token_set_ratio": "rapidfuzz.fuzz",
        "token_sort_ratio": "rapidfuzz.fuzz",
        "WRatio": "rapidfuzz.fuzz",
        "jaro_winkler_similarity": "jellyfish",
    }
    for name, module in peers.items():
        try:
            found[name] = Matcher(by_peer(module, name))
        except ImportError:
            say(f"{module} is not installed: {name} left out")
    return found


def counts(scores: np.ndarray, same: np.ndarray, from_: float) -> Counts:
    """What a threshold gets right and wrong."""
    told = scores >= from_
    return Counts(int((told & same).sum()), int((told & ~same).sum()), int((~told & same).sum()))


def best(scores: np.ndarray, same: np.ndarray) -> float:
    """The threshold of the highest F1; of several the middle one."""
    marks = np.unique(scores)
    found = np.array([counts(scores, same, mark).f1 for mark in marks])
    liked = marks[found >= found.max() - 1e-12]
    return float(liked[len(liked) // 2])


def by_folds(scores: np.ndarray, same: np.ndarray) -> Counts:
    """Each fifth of the pairs by the threshold that the others like best, added up."""
    fold = np.random.default_rng(0).permutation(len(same)) % FOLDS
    found = [
        counts(scores[fold == at], same[fold == at], best(scores[fold != at], same[fold != at]))
        for at in range(FOLDS)
    ]
    return Counts(*(sum(part) for part in zip(*found, strict=True)))


def report(judged: pl.DataFrame, title: str) -> None:
    """A line per matcher: F1 (precision / recall)."""
    pairs, same = list(judged.select("name1", "name2").iter_rows()), judged["is_match"].to_numpy()
    say(f"\n{title}: {len(pairs)} pairs, {same.sum()} the same")
    for name, matcher in matchers().items():
        scores = np.array(matcher.scores(pairs))
        fixed = str(counts(scores, same, matcher.from_)) if matcher.from_ is not None else "-"
        liked = counts(scores, same, best(scores, same))
        say(f"  {name:26} fixed {fixed:22} folds {by_folds(scores, same)}  best {liked}")


def differ_in_number(left: str, right: str) -> bool:
    """Whether both names have numbers, and other ones."""
    one, other = read(left).numbers, read(right).numbers
    return bool(one and other and one != other)


def misses(judged: pl.DataFrame) -> None:
    """The pairs that the model calls wrongly, and their weight in bits."""
    pairs = list(judged.select("name1", "name2").iter_rows())
    for (left, right), same, weight in zip(pairs, judged["is_match"], by_model(pairs), strict=True):
        if (weight >= odds_milli(MORE_LIKELY_THAN_NOT)) != same:
            say(f"  {weight / 1000:+5.1f} {'missed' if same else 'wrong '} {left} | {right}")


def main(arguments: Sequence[str]) -> None:
    """The figures, or the misses."""
    judged = pl.read_csv(PAIRS).filter(pl.col("schema").is_in(SCHEMAS))
    numbers = [differ_in_number(left, right) for left, right in judged.select("name1", "name2").iter_rows()]
    for schema in SCHEMAS:
        of = judged.filter(pl.col("schema") == schema)
        if "misses" in arguments:
            misses(of)
            continue
        report(of, schema)
    if "misses" not in arguments:
        report(judged.filter(~pl.Series(numbers)), "both, without pairs whose numbers differ")


if __name__ == "__main__":
    main(sys.argv[1:])
