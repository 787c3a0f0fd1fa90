"""What a comparison of two records weighs: numbers in a file, frozen until somebody asks for new ones.

A model is data. Its parameters are one JSON object:

    prior        probability that two records taken at random are one and the same
    join_ppm     from this probability on, in millionths, two records are joined
    ask_ppm      from this one on they are worth a question
    blocking     what two records must share to be compared at all: lists of columns, all of one must agree
    words        how common words are in names of companies (`names.Words`)
    most_bits    no finding weighs more when m and u are fitted; comparisons and levels may have less
    comparisons  name, unknown (SQL: nothing to compare), levels; the first level whose SQL holds is found
      level      says (plain words, nobody's data), sql (of columns ending in _l and _r; the last one has
                 none), m and u (how often it is found between records of one, and of two, companies), given
                 (m and u are shares of those pairs alone of which this is known from earlier comparisons)

A level weighs log2(m/u) bits. The SQL uses what DuckDB and Spark both know: `levenshtein`, `substr`,
`length`, `arrays_overlap`, `array_except`, `size`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from burnish.errors import ContractError

if TYPE_CHECKING:
    from splink import SettingsCreator

    from burnish.identity.names import Words

Parameters = dict[str, Any]
FORMAT = 1  # of the columns that a model's SQL may name; a new one when code no longer prepares them
NEEDED = ("kind", "format", "prior", "join_ppm", "ask_ppm", "blocking", "comparisons")
DIGITS = 4  # significant ones of m and u
PRIOR_SAYS = "two records taken at random"


@dataclass(frozen=True)
class Level:
    """One thing that a comparison can find."""

    says: str
    sql: str
    m: float
    u: float

    @property
    def weight_milli(self) -> int:
        """What finding it weighs, in thousandths of a bit."""
        return milli(self.m / self.u)


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared; `unknown` is the SQL of having nothing to compare."""

    name: str
    unknown: str
    levels: tuple[Level, ...]

    @staticmethod
    def of(parameters: Mapping[str, Any]) -> Comparison:
        """From its JSON object."""
        levels = (
            Level(each["says"], each.get("sql", "ELSE"), each["m"], each["u"])
            for each in parameters["levels"]
        )
        return Comparison(parameters["name"], parameters["unknown"], tuple(levels))

    def weights(self) -> list[int]:
        """Weight by Splink's number of a level: 0 is the last one, the first has the greatest number."""
        return [level.weight_milli for level in reversed(self.levels)]

    def sayings(self) -> list[str]:
        """What each level says, in the same order."""
        return [level.says for level in reversed(self.levels)]


@dataclass(frozen=True)
class Model:
    """Parameters of one kind of record, `company` or `person`. Make one with `shipped` or `of`."""

    kind: str
    parameters: Parameters

    @staticmethod
    def shipped(kind: str) -> Model:
        """The model that comes with Burnish. It carries the words it was made with, once it is kept."""
        parameters = json.loads(files(__package__).joinpath(f"{kind}.json").read_text("utf-8"))
        if parameters.get("words") == "shipped":
            from burnish.identity.names import Words  # noqa: PLC0415  (people's models have none)

            parameters["words"] = Words.shipped().parameters()
        return Model.of(parameters)

    @staticmethod
    def of(parameters: Parameters | None, kind: str = "company") -> Model:
        """A model from its JSON object, the shipped one of a kind where there is none.

        Raises `ContractError` that lists all that is wrong with it.
        """
        if parameters is None:
            return Model.shipped(kind)
        wrong = faults(parameters)
        if wrong:
            raise ContractError(
                f"the model of who is who cannot be used: {'; '.join(wrong)}",
                "the model's parameters",
                "go back to an earlier model, or to the shipped one",
            )
        return Model(parameters["kind"], parameters)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """What is compared, in the order of telling."""
        return tuple(Comparison.of(each) for each in self.parameters["comparisons"])

    @cached_property
    def version(self) -> str:
        """12 hexadecimal digits that change with any parameter."""
        text = json.dumps(self.parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def prior_milli(self) -> int:
        """What is known before anything is compared, in thousandths of a bit."""
        prior = self.parameters["prior"]
        return milli(prior / (1 - prior))

    @property
    def join_ppm(self) -> int:
        """Probability in millionths from which two records are joined."""
        return int(self.parameters["join_ppm"])

    @property
    def ask_ppm(self) -> int:
        """Probability in millionths from which a pair is kept and may be asked about."""
        return int(self.parameters["ask_ppm"])

    @property
    def blocking(self) -> list[list[str]]:
        """What two records must share to be compared: the columns of each key."""
        return [list(columns) for columns in self.parameters["blocking"]]

    @cached_property
    def words(self) -> Words:
        """How common the words of names are; the same for as long as this model is kept."""
        from burnish.identity.names import Words  # noqa: PLC0415

        return Words.of(self.parameters["words"])

    def settings(self) -> SettingsCreator:
        """The same for Splink, over records with the columns `record` and `block`."""
        from splink import SettingsCreator, block_on  # noqa: PLC0415  (half a second, only where it is used)

        return SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="record",
            probability_two_random_records_match=self.parameters["prior"],
            comparisons=[splinked(each) for each in self.comparisons],
            blocking_rules_to_generate_predictions=[block_on("block", arrays_to_explode=["block"])],
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=True,
        )


def milli(ratio: float) -> int:
    """A ratio of chances in thousandths of a bit."""
    return round(1000 * math.log2(ratio))


def rounded(share: float) -> float:
    """A share with DIGITS significant digits, so that a file of them is the same on every machine."""
    return float(f"{min(max(share, 1e-9), 1.0):.{DIGITS}g}")


def splinked(comparison: Comparison) -> Any:
    """A comparison as Splink takes it.

    Splink tells the weight of what it found, not the level (unless it repeats all columns of both records).
    So the millionths of a bit of each weight are the level's number counted from 1; `level_of` reads them.
    """
    import splink.comparison_level_library as levels  # noqa: PLC0415
    from splink.comparison_library import CustomComparison  # noqa: PLC0415

    unknown = levels.CustomLevel(comparison.unknown, "unknown").configure(is_null_level=True)
    found: list[Any] = [unknown]
    for number, level in zip(range(len(comparison.levels), 0, -1), comparison.levels, strict=True):
        told = levels.CustomLevel(level.sql, level.says) if number > 1 else levels.ElseLevel()
        m, u = coded(level.weight_milli, number)
        found.append(told.configure(m_probability=m, u_probability=u))
    return CustomComparison(output_column_name=comparison.name, comparison_levels=found)


def coded(weight_milli: int, number: int) -> tuple[float, float]:
    """Some m and u, at most a half, whose weight is this one and `number` millionths of a bit more."""
    bits = weight_milli / 1000 + number / 1_000_000
    return (0.5, 0.5 * 2.0**-bits) if bits >= 0 else (0.5 * 2.0**bits, 0.5)


def level_of(match_weight: pl.Expr) -> pl.Expr:
    """The number of the level, from 0, that a weight of Splink's tells; -1 where nothing was compared."""
    return (match_weight * 1_000_000).round().cast(pl.Int64) % 1000 - 1


def faults(parameters: Parameters) -> list[str]:
    """What is wrong with parameters, in words."""
    missing = [name for name in NEEDED if name not in parameters]
    if missing:
        return [f"{name} is missing" for name in missing]
    if parameters["format"] != FORMAT:
        return [f"it is of format {parameters['format']}, this Burnish compares by format {FORMAT}"]
    wrong = [] if 0 < parameters["prior"] < 1 else ["prior is not between 0 and 1"]
    if not 0 < parameters["ask_ppm"] <= parameters["join_ppm"] <= 1_000_000:
        wrong.append("ask_ppm and join_ppm are not 0 < ask <= join <= 1,000,000")
    for each in parameters["comparisons"]:
        *firsts, last = each["levels"]
        if "sql" in last or not all("sql" in level for level in firsts):
            wrong.append(f"of the levels of {each['name']} not exactly the last is without sql")
        wrong += [
            f"{each['name']}, {level['says']}: m and u are not between 0 and 1"
            for level in each["levels"]
            if not (0 < level["m"] <= 1 and 0 < level["u"] <= 1)
        ]
    return wrong
