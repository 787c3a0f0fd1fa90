"""What others make of who is who: exact keys, as Burnish went by before, and plain Splink.

Plain Splink gets what a first evening with its documentation gives: library comparisons, u from random pairs,
m by expectation maximisation, clusters at the threshold that is best for it in hindsight.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import polars as pl
import splink.comparison_library as library
from listed_shops import Listed
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from burnish.identity.parties import parties
from burnish.score import identity

PUNCTUATION = re.compile(r"[.,;'’\"()\s]+")
THRESHOLDS = (0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 0.999)
Key = tuple[str, str, str]


def exact_companies(shop: Listed) -> pl.DataFrame:
    """Companies by exact keys: code and name within a system, names of two words anywhere."""
    records = list(shop.organisation.select("source", "code", "name").iter_rows())
    codes = {(source, normal(code)) for source, code, _ in records if code}
    refs = list(shop.refs.select("source", "organisation_ref").iter_rows())
    chains = [list(record_keys(*row)) for row in records] + [ref_keys(*row, codes) for row in refs]
    group = grouped(chains)
    rows = [(source, ref, group[ref_keys(source, ref, codes)[0]]) for source, ref in refs]
    return pl.DataFrame(rows, schema=["source", "organisation_ref", "customer_id"], orient="row")


def normal(text: str) -> str:
    """Case, punctuation and blanks do not matter."""
    return PUNCTUATION.sub(" ", text.casefold()).strip() or text.casefold()


def record_keys(source: str, code: str | None, name: str | None) -> Iterator[Key]:
    """The keys of a company record."""
    if code:
        yield source, "code", normal(code)
    if name:
        yield source, "name", normal(name)
        yield "", "name", normal(name)


def ref_keys(source: str, ref: str, codes: set[tuple[str, str]]) -> list[Key]:
    """The keys of a reference."""
    text = normal(ref)
    if (source, text) in codes:
        return [(source, "code", text)]
    everywhere = [("", "name", text)] if " " in text and any(map(str.isalpha, text)) else []
    return [(source, "name", text), *everywhere]


def grouped(chains: Sequence[Sequence[Key]]) -> dict[Key, str]:
    """The group of each key: keys of one chain are of one group."""
    numbers = {key: n for n, key in enumerate(dict.fromkeys(key for chain in chains for key in chain))}
    links = [(numbers[chain[0]], numbers[key]) for chain in chains for key in chain[1:]]
    labels = components(links, len(numbers))
    return {key: str(labels[n]) for key, n in numbers.items()}


def components(links: Sequence[tuple[int, int]], size: int) -> np.ndarray:
    """The number of the component of each node."""
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1])


def splink_companies(shop: Listed) -> pl.DataFrame:
    """Companies by plain Splink: name, domain, postal code."""
    found = parties(shop.organisation, shop.refs)
    listed = found.record.group_by("party_key").agg(
        pl.col("domain", "postal_code").drop_nulls().sort().first()
    )
    rows = found.party.select("party_key", "name").join(listed, on="party_key", how="left")
    rows = rows.with_columns(pl.col("name").str.to_lowercase()).rename({"party_key": "unique_id"})
    rows = rows.with_columns(start=pl.col("name").str.slice(0, 4))
    known = [column for column in ("domain", "postal_code") if rows[column].count()]
    comparisons = [library.JaroWinklerAtThresholds("name", [0.95, 0.88]), *map(library.ExactMatch, known)]
    pairs = plain(rows, comparisons, ["start", *known], sure="name", train=["start", *known])
    return best(rows, pairs, lambda group: of_refs(found.ref, group), lambda one: of_companies(one, shop))


def of_refs(ref: pl.DataFrame, group: pl.DataFrame) -> pl.DataFrame:
    """Groups of parties as customers of references."""
    both = ref.join(group.rename({"unique_id": "party_key"}), on="party_key")
    return both.select("source", "organisation_ref", customer_id="group")


def of_companies(answer: pl.DataFrame, shop: Listed) -> float:
    """F1 of companies."""
    return f1(identity.companies(answer, shop.name))


def exact_people(shop: Listed) -> pl.DataFrame:
    """People by equal mail addresses."""
    rows = clear(shop).drop_nulls("email")
    return rows.select("person_id", individual_id="email")


def splink_people(shop: Listed) -> pl.DataFrame:
    """People by plain Splink: given name, family name, mail address."""
    rows = clear(shop).rename({"person_id": "unique_id"})
    comparisons = [
        library.JaroWinklerAtThresholds("given", [0.92, 0.8]),
        library.JaroWinklerAtThresholds("family", [0.92, 0.8]),
        library.EmailComparison("email"),
    ]
    pairs = plain(rows, comparisons, ["family", "email"], sure="email", train=["family", "email"])
    return best(
        rows,
        pairs,
        lambda group: group.rename({"unique_id": "person_id", "group": "individual_id"}),
        lambda one: f1(identity.people(one, shop.people)),
    )


def clear(shop: Listed) -> pl.DataFrame:
    """Made-up people in the clear: person_id, given, family, email, of those that the truth knows."""
    ids = shop.people["person_id"].unique().sort().to_list()
    values = pl.DataFrame(shop.shop.vault.values(ids))
    wide = values.filter(pl.col("column").is_in(["name", "given_name", "family_name", "email"]))
    wide = wide.sort("person_id", "column", "value").unique(["person_id", "column"], keep="first")
    wide = wide.pivot("column", index="person_id", values="value")
    missing = [name for name in ("name", "given_name", "family_name", "email") if name not in wide.columns]
    wide = wide.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    words = pl.col("name").str.to_lowercase().str.split(" ")
    return wide.select(
        "person_id",
        given=pl.coalesce(pl.col("given_name").str.to_lowercase(), words.list.first()),
        family=pl.coalesce(pl.col("family_name").str.to_lowercase(), words.list.last()),
        email=pl.col("email").str.to_lowercase(),
    ).sort("person_id")


def plain(
    rows: pl.DataFrame, comparisons: list, blocking: list[str], *, sure: str, train: list[str]
) -> pl.DataFrame:
    """Splink's pairs: unique_id_l, unique_id_r, match_probability.

    `sure`: records equal in this are one, and .7 of all that are one (for the prior). `train`: m is estimated
    among records equal in each of these.
    """
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(column) for column in blocking],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = DuckDBAPI()
        linker = Linker(
            api.register(rows.to_arrow(compat_level=pl.CompatLevel.oldest())), settings, log_level=None
        )
        linker.training.estimate_probability_two_random_records_match([block_on(sure)], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for column in train:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
        found = linker.inference.predict(threshold_match_probability=min(THRESHOLDS)).as_pyarrow_table()
    return pl.DataFrame(found).select("unique_id_l", "unique_id_r", "match_probability")


def best(
    rows: pl.DataFrame,
    pairs: pl.DataFrame,
    answer: Callable[[pl.DataFrame], pl.DataFrame],
    worth: Callable[[pl.DataFrame], float],
) -> pl.DataFrame:
    """The answer at the threshold that is best in hindsight."""
    every = [answer(clusters(rows["unique_id"], pairs, threshold)) for threshold in THRESHOLDS]
    return max(every, key=worth)


def clusters(keys: pl.Series, pairs: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """unique_id, group: everybody who hangs together by pairs as probable as this."""
    number = {key: n for n, key in enumerate(keys)}
    near = pairs.filter(pl.col("match_probability") >= threshold)
    ends = [
        (number[one], number[other]) for one, other in near.select("unique_id_l", "unique_id_r").iter_rows()
    ]
    labels = components(ends, len(number))
    return pl.DataFrame({"unique_id": keys, "group": [str(label) for label in labels]})


def f1(told: dict) -> float:
    """The harmonic mean of precision and recall."""
    precision, recall = told["precision"] or 0.0, told["recall"] or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
