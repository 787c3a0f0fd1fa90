"""Which records are one and the same: candidates, what was found between them, and what that weighs.

Splink does the pairing and the comparing, on DuckDB or on a Spark session given to it; its model is frozen
data (`model`). A pair's weight is the sum of whole numbers, so that it is equal on both engines, and no
count of this batch enters it: records that share nothing with two others change nothing between them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from burnish.identity.model import PRIOR_SAYS, Comparison, Model, level_of, milli
from burnish.schema.facts import MATCH_EVIDENCE, MATCH_PAIR
from burnish.store.engine import without_progress

if TYPE_CHECKING:
    SparkSession = Any  # of pyspark, which is in an environment of its own

LARGEST_BLOCK = 500  # records that share one key; a key that more share tells nobody apart
LETTERS = list(ascii_lowercase)
LONGEST_SLIP = 14  # letters of a word in which a slip is looked for
PAIRS_AT_ONCE = 10_000_000  # candidates, before those of several keys are counted once
MEMORY_MB = 4096
SAME_ON_DUCKDB = (
    "CREATE MACRO arrays_overlap(one, other) AS list_has_any(one, other)",
    "CREATE MACRO array_except(one, other) AS list_filter(one, lambda each: NOT list_contains(other, each))",
    "CREATE MACRO size(one) AS len(one)",
)
ENDS = ("record_l", "record_r")


class Compared(NamedTuple):
    """Pairs near enough to ask about, as MATCH_PAIR and MATCH_EVIDENCE, sorted by their keys."""

    pair: pl.DataFrame
    evidence: pl.DataFrame


def compared(trait: pl.DataFrame, model: Model, *, key: str, spark: SparkSession | None = None) -> Compared:
    """Every pair of records whose probability is at least the model's `ask_ppm`, with its evidence.

    `trait` has one row per record: its `key`, and the columns that the model's SQL and blocking name; a
    list without entries and an empty text are unknown. Grain of the result: pair, and pair x comparison.
    """
    rows = numbered(trait, model, key)
    found = weighed(levels_found(rows, model, spark=spark), model)
    near = found.filter(pl.col("probability_ppm") >= model.ask_ppm)
    return told(near, rows.select("record", key), model, key)


def numbered(trait: pl.DataFrame, model: Model, key: str) -> pl.DataFrame:
    """Records in the order of their keys with a number `record`, `block` and all columns for comparing."""
    whole = PREPARED.get(model.kind, as_it_is)(trait, model).sort(key)
    known = with_nulls(whole).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
    return known.join(blocks(known, model.blocking), on="record", how="left", maintain_order="left")


def with_nulls(rows: pl.DataFrame) -> pl.DataFrame:
    """The same without empty lists and texts: these are unknown."""
    kinds = rows.schema
    lists = [name for name, kind in kinds.items() if isinstance(kind, pl.List)]
    texts = [name for name, kind in kinds.items() if kind == pl.String]
    return rows.with_columns(
        *(pl.when(pl.col(name).list.len() > 0).then(pl.col(name)) for name in lists),
        *(pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts),
    )


def blocks(rows: pl.DataFrame, blocking: list[list[str]]) -> pl.DataFrame:
    """The keys of each record that another record has too, as numbers: record, block.

    Keys of the same columns' names are one kind; `name=column` puts a column under another's name, so that
    one column may meet another.
    """
    kinds: dict[str, list[list[str]]] = {}
    for columns in blocking:
        kinds.setdefault("+".join(column.partition("=")[0] for column in columns), []).append(columns)
    found = [shared_keys(rows, kind, alike) for kind, alike in kinds.items()]
    return pl.concat(found).group_by("record").agg(block="key")


def shared_keys(rows: pl.DataFrame, kind: str, alike: list[list[str]]) -> pl.DataFrame:
    """Keys of one kind that not one record alone has, and not too many: record, key."""
    keys = pl.concat([block_keys(rows, columns, zlib.crc32(kind.encode())) for columns in alike])
    sharing = pl.len().over("key")
    several = keys.filter(pl.col("key").is_duplicated()).unique()
    return several.filter((sharing > 1) & (sharing <= LARGEST_BLOCK))


def block_keys(rows: pl.DataFrame, columns: list[str], seed: int) -> pl.DataFrame:
    """One kind of key: record, key. A record without one of the columns has none; lists give several.

    A key is a number of 64 bits that stands for the texts: should two ever meet, strangers are compared.
    """
    of = [column.partition("=")[2] or column for column in columns]
    wide = rows.select("record", *(pl.col(column).alias(f"{at}") for at, column in enumerate(of)))
    for at, column in enumerate(of):
        if isinstance(rows.schema[column], pl.List):
            wide = wide.explode(f"{at}")
    parts = pl.struct(f"{at}" for at in range(len(of)))
    return wide.drop_nulls().select("record", key=parts.hash(seed).reinterpret(signed=True))


def candidates(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Pairs of records that share a key, each once, as ENDS, in parts that memory holds, each sorted."""
    keys = rows.select("record", "block").explode("block").drop_nulls().sort("block", maintain_order=True)
    record, later = keys["record"].to_numpy(), left_in_run(keys["block"].to_numpy())
    part = np.cumsum(np.bincount(record, weights=later)) // PAIRS_AT_ONCE
    for at in split(part.astype(np.uint16)[record]):
        count = later[at]
        left = np.repeat(at, count)
        ahead = np.arange(1, len(left) + 1) - np.repeat(np.cumsum(count) - count, count)
        code = np.sort((record[left] << 32) | record[left + ahead])
        code = code[np.diff(code, prepend=-1) > 0]
        yield pl.DataFrame(dict(zip(ENDS, (code >> 32, code & (2**32 - 1)), strict=True)))


def left_in_run(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many more of the same value follow at once, for each of sorted values."""
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    sizes = np.diff(starts, append=len(values))
    return np.repeat(starts + sizes, sizes) - np.arange(1, len(values) + 1)


def split(part: NDArray[np.uint16]) -> list[NDArray[np.int64]]:
    """The places of each part."""
    order = np.argsort(part, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(part[order])) + 1)


def levels_found(
    rows: pl.DataFrame, model: Model, *, spark: SparkSession | None = None, all_pairs: bool = False
) -> pl.DataFrame:
    """What each comparison finds between each candidate pair: ENDS and a column per comparison.

    A level is its number from the last (0) up, -1 where there is nothing to compare. Pairs that cannot
    reach the model's `ask_ppm` are left out unless `all_pairs`.
    """
    names = [each.name for each in model.comparisons]
    kinds = {name: pl.Int64() for name in ENDS} | {name: pl.Int8() for name in names}
    if rows["block"].null_count() == rows.height:
        return pl.DataFrame(schema=pl.Schema(kinds))
    least = None if all_pairs else (odds_milli(model.ask_ppm) - 100) / 1000
    table = coded(rows.select("record", *columns_named(model, rows.columns)))
    if spark is not None:
        found = predicted(spark_api(spark), table, candidates(rows), model, least)
    else:
        with duckdb_session() as session:
            found = predicted(duckdb_api(session), table, candidates(rows), model, least)
    columns = {name: level_of(pl.col(f"mw_{name}")).cast(pl.Int8) for name in names}
    ends = (pl.col(end).cast(pl.Int64) for end in ENDS)
    return found.select(*ends, **columns).sort(ENDS)


def columns_named(model: Model, columns: list[str]) -> Iterator[str]:
    """The columns that the model's SQL names."""
    text = " ".join(
        " ".join((each.unknown, *(level.sql for level in each.levels))) for each in model.comparisons
    )
    words = set(re.findall(r"[a-z_0-9]+(?=_l\b)", text))
    yield from (column for column in columns if column in words)


def coded(rows: pl.DataFrame) -> pl.DataFrame:
    """The same with numbers in the lists, one for each text: of lists the model asks only what is equal."""
    texts = pl.col(name for name, kind in rows.schema.items() if kind == pl.List(pl.String))
    numbers = pl.element().cast(pl.Categorical).to_physical().cast(pl.Int64)
    return rows.with_columns(texts.list.eval(numbers))


def predicted(
    api: Any, table: pl.DataFrame, pairs: Iterable[pl.DataFrame], model: Model, least: float | None
) -> pl.DataFrame:
    """Splink's predictions for pairs; `least` is the weight in bits below which a pair is left out."""
    from splink import Linker  # noqa: PLC0415

    linker = Linker(api.register(arrow(table)), model.settings(), log_level=None, validate_settings=False)
    parts: list[pl.DataFrame] = []
    for part in pairs:
        ends = part.select(match_key=pl.lit("0"), join_key_l=ENDS[0], join_key_r=ENDS[1])
        asked = api.register(arrow(ends))
        linker.table_management.register_blocked_pairs_for_predict(asked)
        told: Any = linker.inference.predict(threshold_match_weight=least)
        parts.append(pl.DataFrame(told.as_pyarrow_table()))
        told.drop_table_from_database_and_remove_from_cache()
        asked.drop_table_from_database_and_remove_from_cache(force_non_splink_table=True)
    return pl.concat(parts)


def arrow(rows: pl.DataFrame) -> pa.Table:
    """For an engine."""
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


@contextmanager
def duckdb_session() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session in memory that writes nothing and loads nothing, with Spark's names of functions."""
    off = dict.fromkeys(("autoinstall_known_extensions", "autoload_known_extensions"), False)
    config: dict[str, Any] = {"memory_limit": f"{MEMORY_MB}MB", "temp_directory": "", **off}
    with duckdb.connect(config=config) as session:
        session.execute("SET enable_external_access = false")
        session.execute("SET preserve_insertion_order = false")
        without_progress(session)
        for macro in SAME_ON_DUCKDB:
            session.execute(macro)
        yield session


def duckdb_api(session: duckdb.DuckDBPyConnection) -> Any:
    """Splink's door to DuckDB."""
    from splink import DuckDBAPI  # noqa: PLC0415

    return DuckDBAPI(session)


def spark_api(session: SparkSession) -> Any:
    """Splink's door to Spark; nothing is written on the way, no Java beside Spark's own is needed."""
    from splink.backends.spark import SparkAPI  # noqa: PLC0415

    door: Any = SparkAPI
    return door(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)


def weighed(found: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The levels found with `weight_milli`, the sum of all that weighs, and `probability_ppm`."""
    weights = [weight_of(each) for each in model.comparisons]
    whole = found.with_columns(weight_milli=pl.sum_horizontal(pl.lit(model.prior_milli, pl.Int64), *weights))
    return whole.with_columns(probability_ppm=pl.Series(chance_ppm(whole["weight_milli"].to_numpy())))


def weight_of(comparison: Comparison) -> pl.Expr:
    """What a comparison's column of levels weighs, in thousandths of a bit."""
    weights = dict(enumerate(comparison.weights())) | {-1: 0}
    return pl.col(comparison.name).replace_strict(weights, return_dtype=pl.Int64)


def chance_ppm(weight_milli: NDArray[np.int64]) -> NDArray[np.int64]:
    """The probability of a weight, in millionths."""
    chance = 1.0 / (1.0 + np.exp2(-weight_milli / 1000.0))
    return np.round(chance * 1_000_000).astype(np.int64)


def odds_milli(ppm: int) -> int:
    """The weight of a probability, in thousandths of a bit; the reverse of `chance_ppm`."""
    sure = min(max(ppm, 1), 999_999) / 1_000_000
    return milli(sure / (1 - sure))


def told(near: pl.DataFrame, keys: pl.DataFrame, model: Model, key: str) -> Compared:
    """Pairs under their keys, and what each comparison found in them."""
    texts = keys[key]
    by_key = near.with_columns(
        kind=pl.lit(model.kind),
        left_key=texts.gather(near["record_l"]),
        right_key=texts.gather(near["record_r"]),
        origin=pl.lit("model"),
    )
    pair = by_key.select(*MATCH_PAIR.by_name).sort("left_key", "right_key")
    base = by_key.select("kind", "left_key", "right_key", place=pl.lit(0, pl.Int64))
    prior = base.with_columns(
        comparison=pl.lit("prior"), found=pl.lit(PRIOR_SAYS), weight_milli=pl.lit(model.prior_milli, pl.Int64)
    )
    each = [evidence_of(by_key, place, each) for place, each in enumerate(model.comparisons, start=1)]
    evidence = pl.concat([prior, *each]).select(*MATCH_EVIDENCE.by_name)
    return Compared(pair, evidence.sort("left_key", "right_key", "place"))


def evidence_of(by_key: pl.DataFrame, place: int, comparison: Comparison) -> pl.DataFrame:
    """What one comparison found in each pair where it had something to compare."""
    known = by_key.filter(pl.col(comparison.name) >= 0)
    says = dict(enumerate(comparison.sayings()))
    return known.select(
        "kind",
        "left_key",
        "right_key",
        place=pl.lit(place, pl.Int64),
        comparison=pl.lit(comparison.name),
        found=pl.col(comparison.name).replace_strict(says, return_dtype=pl.String),
        weight_milli=weight_of(comparison),
    )


def as_it_is(trait: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Traits that need nothing more."""
    return trait


def of_companies(trait: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Traits of companies with what the model compares of them.

    `plant`: the words of plant or town, else the numbers, as one text. `base`: the name without them and
    without blanks; `jumble`: its letters sorted, which two letters changed over leave as they are.
    `undoubled`: all of the name with double letters once. `told`: how many letters its rare words have.
    `number`: the numbers as one text. `bag`, `rare_bag`: words and rare words sorted, as one text. `head`:
    the first rare word, `slips`: what is left of it with a letter left out. `rest`: how the second word
    begins, `seconds`: what is left of it with a letter left out. `is_telling`: it has a rare word. `is_kin`:
    beside these only words that a firm drops or takes on (& Sons, Industries). `own`: `base` as a list.
    `codes`: those that two strangers hardly share; `code_stems`: the same without a number added at the end.
    """
    plant = pl.col("site").list.join(" ")
    rows = trait.with_columns(
        plant=pl.when(plant != "").then(plant).otherwise(pl.col("numbers").list.join(" ")),
        base=without_end(pl.col("name_key"), plant).str.replace_all(r"[^a-z0-9]", ""),
        bag=pl.concat_list("rare", "plain").list.sort().list.join(" "),
        rare_bag=pl.col("rare").list.sort().list.join(" "),
        head=pl.col("rare").list.first(),
        second=pl.col("words").list.get(1, null_on_oob=True).fill_null("-"),
        is_telling=pl.col("rare").list.len() > 0,
        is_kin=pl.col("plain").list.eval(pl.element().is_in(model.parameters["kin"])).list.all()
        & (pl.col("plain").list.len() > 0),
        codes=pl.col("codes").list.eval(pl.element().filter(is_distinctive(pl.element()))),
    )
    return rows.with_columns(
        jumble=pl.col("base").str.split("").list.sort().list.join(""),
        undoubled=pl.col("squeezed").str.replace_many([letter * 2 for letter in LETTERS], LETTERS),
        told=pl.when(pl.col("is_telling")).then(pl.col("rare").list.join("").str.len_chars().cast(pl.Int64)),
        number=pl.col("numbers").list.join(" "),
        rest=pl.col("second").str.head(3),
        own=pl.concat_list("base"),
        slips=pl.when(pl.col("head").str.len_chars() > 4).then(slips(pl.col("head"), first=1)),
        seconds=slips(pl.col("second"), first=0),
        code_stems=pl.col("codes").list.eval(pl.element().str.replace(r"[-/. ]\d{1,2}$", "")),
    )


def without_end(text: pl.Expr, end: pl.Expr) -> pl.Expr:
    """A text without the words at its end."""
    has_it = (end != "") & text.str.ends_with(pl.lit(" ") + end)
    return pl.when(has_it).then(text.str.head(text.str.len_chars() - end.str.len_chars() - 1)).otherwise(text)


def is_distinctive(code: pl.Expr) -> pl.Expr:
    """Codes of letters and digits, five or more: a bare number is somebody else's in another system."""
    return code.str.contains("[a-z]") & code.str.contains("[0-9]") & (code.str.len_chars() >= 5)


def slips(word: pl.Expr, *, first: int) -> pl.Expr:
    """A word and all that is left of it when one letter is left out, from the `first` one (0) on.

    Two words that differ by a letter, or by two changed over, have one of these in common.
    """
    without = [
        pl.when(word.str.len_chars() > at).then(word.str.slice(0, at) + word.str.slice(at + 1))
        for at in range(first, LONGEST_SLIP)
    ]
    return pl.concat_list(word, *without).list.drop_nulls()


Preparation = Callable[[pl.DataFrame, Model], pl.DataFrame]
PREPARED: dict[str, Preparation] = {"company": of_companies}
