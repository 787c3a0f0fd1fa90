"""What the words of a text mean together: which count, and which process an open word stands for."""

from __future__ import annotations

import polars as pl

from burnish.vocabulary.loading import KINDS, Vocabulary

PLACE = ["text_no", "start", "end"]
SIGNS = ("process", "specification", "finish", "defect", "supplier", "trade_name")


def outside_numbers(words: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Words that are no part of a number, such as EN in EN 12373; listed specifications stay."""
    spans = numbers.filter(pl.col("strength") != "L")
    listed = pl.col("kind") == "specification"
    return pl.concat([words.filter(listed), without_overlap(words.filter(~listed), spans, inside=True)])


def without_overlap(rows: pl.DataFrame, spans: pl.DataFrame, *, inside: bool = False) -> pl.DataFrame:
    """Rows that touch none of the spans, or with `inside` lie within none that is longer."""
    placed = rows.with_row_index("row_no")
    both = placed.join(spans.select("text_no", low="start", high="end"), on="text_no")
    touch = (pl.col("start") < pl.col("high")) & (pl.col("low") < pl.col("end"))
    if inside:
        within = (pl.col("low") <= pl.col("start")) & (pl.col("end") <= pl.col("high"))
        touch = within & (pl.col("high") - pl.col("low") > pl.col("end") - pl.col("start"))
    hit = both.filter(touch).select("row_no").unique()
    return placed.join(hit, on="row_no", how="anti").drop("row_no")


def numbers_that_count(words: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Numbers outside phrases that mean something else; families only where none that is listed stands."""
    listed = words.filter(pl.col("kind") == "specification")
    numbers = without_overlap(numbers, words.filter(pl.col("kind") == "never"))
    is_family = (pl.col("kind") == "specification") & pl.col("strength").is_in(["family", "alone"])
    return pl.concat([numbers.filter(~is_family), without_overlap(numbers.filter(is_family), listed)])


def accepted(hits: pl.DataFrame, pieces: pl.DataFrame, thickness: pl.DataFrame) -> pl.DataFrame:
    """Hits that count: strong ones, and weak ones that something else in the text supports."""
    signs = supported(hits, pieces, thickness)
    finish, trouble, callout, alone = (
        pl.col("text_no").is_in(signs[name].implode()) for name in ("finish", "trouble", "callout", "alone")
    )
    is_oem, strength = pl.col("kind") == "oem", pl.col("strength")
    of_company = pl.struct("text_no", "code")
    named = hits.filter(is_oem, strength == "short").select(of_company).to_series()
    needs = (
        (is_oem & (strength == "short"), finish | callout),
        (is_oem & (strength == "M"), finish | callout | alone),
        (is_oem & (strength == "L"), of_company.is_in(named.implode())),
        ((pl.col("kind") == "defect") & (strength == "short"), trouble | (alone & ~finish)),
        (strength.is_in(["short", "family"]), finish | alone),
    )
    counts = pl.lit(value=True)
    for weak, support in reversed(needs):
        counts = pl.when(weak).then(support).otherwise(counts)
    return hits.filter(counts)


def supported(hits: pl.DataFrame, pieces: pl.DataFrame, thickness: pl.DataFrame) -> dict[str, pl.Series]:
    """The texts that speak of finishing, of trouble, that announce a specification, or hold nothing else."""
    kind, strength = pl.col("kind"), pl.col("strength")
    is_word = strength.is_in(["word", "loose"]) & kind.is_in(SIGNS)
    is_number = kind.is_in(["oem", "supplier", "specification"]) & strength.is_in(["H", "alone"])
    finish = hits.filter(is_word | is_number | several(hits, "process"))
    is_defect = (kind == "defect") & (strength == "word")
    trouble = hits.filter((kind == "trouble") | is_defect | several(hits, "defect"))
    weak = hits.filter(strength.is_in(["short", "family", "M"])).select("text_no").unique()
    return {
        "finish": pl.concat([finish["text_no"], thickness["text_no"]]).unique(),
        "trouble": trouble["text_no"].unique(),
        "callout": hits.filter(kind == "callout")["text_no"].unique(),
        "alone": all_covered(hits, pieces.join(weak, on="text_no", how="semi")),
    }


def several(hits: pl.DataFrame, kind: str) -> pl.Expr:
    """Whether a text has weak words for two different codes of a kind: each supports the other."""
    weak = hits.filter(pl.col("kind") == kind, pl.col("strength") == "short")
    codes = weak.group_by("text_no").agg(pl.col("code").n_unique())
    return pl.col("text_no").is_in(codes.filter(pl.col("code") > 1)["text_no"].implode())


def all_covered(hits: pl.DataFrame, pieces: pl.DataFrame) -> pl.Series:
    """The texts every piece of which belongs to a hit."""
    spans = hits.filter(~pl.col("kind").is_in(["never", "trouble"])).select(
        "text_no", low="start", high="end"
    )
    at = pl.col("start").is_between("low", pl.col("high") - 1)
    covered = pieces.join(spans.unique(), on="text_no").filter(at).select("text_no", "start").unique()
    open_ones = pieces.join(covered, on=["text_no", "start"], how="anti")["text_no"].unique()
    return pieces.filter(~pl.col("text_no").is_in(open_ones.implode()))["text_no"].unique()


def derived(hits: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """The processes that the specifications of a text stand for, at the place of the specification."""
    stands_for = [
        (code, row["process"])
        for code, row in vocabulary.rows["specifications"].items()
        if row.get("process") in vocabulary.rows["processes"]
    ]
    table = pl.DataFrame(stands_for, {"code": pl.String, "process": pl.String}, orient="row")
    found = hits.filter(pl.col("kind") == "specification").join(table, on="code")
    new = {"kind": pl.lit("process"), "code": pl.col("process"), "strength": pl.lit("derived")}
    return found.with_columns(**new).select(hits.columns)


def resolved(hits: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Each process as what the rest of its text makes of it, with `sure`, `decided` and `general`.

    A process that a specification stands for is left out where words of the text name it too.
    """
    present = hits.select("text_no", near_kind="kind", near="code").unique()
    process = hits.filter(pl.col("kind") == "process").with_row_index("row_no")
    told = reasoned(process, vocabulary.rules, present)
    first = told.sort("row_no", "rank").group_by("row_no", maintain_order=True).agg(pl.first("becomes"))
    process = process.join(first, on="row_no", how="left")
    otherwise = reasoned(process.filter(pl.col("strength") == "short"), vocabulary.unless, present)
    process = process.join(otherwise, on="row_no", how="anti")
    surely = reasoned(process, vocabulary.surely, present).select("row_no").unique()
    strong = process.filter(pl.col("strength").is_in(["word", "derived"])).select("text_no", "code").unique()
    strong = process.join(strong, on=["text_no", "code"], how="semi").select("row_no")
    helped = pl.col("row_no").is_in(pl.concat([surely, strong])["row_no"].implode())
    process = process.with_columns(
        decided=pl.col("becomes").is_not_null(),
        code=pl.coalesce("becomes", "code"),
        sure=(pl.col("strength") != "loose") | helped | pl.col("becomes").is_not_null(),
    )
    said = process.filter(pl.col("strength") != "derived").select("text_no", "code").unique()
    is_derived = pl.col("strength") == "derived"
    kept = process.filter(~is_derived).vstack(
        process.filter(is_derived).join(said, on=["text_no", "code"], how="anti")
    )
    return kept.drop("row_no", "becomes")


def reasoned(process: pl.DataFrame, rules: pl.DataFrame, present: pl.DataFrame) -> pl.DataFrame:
    """The rules that apply to each process, because what they ask for is `present` in its text."""
    found = process.select("row_no", "text_no", "code").join(rules, on="code")
    return found.join(present, on=["text_no", "near_kind", "near"])


def told(hits: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """All that is recognised, one row per place, kind and code, with names, `sure` and `confidence`."""
    process = resolved(pl.concat([hits, derived(hits, vocabulary)]), vocabulary)
    others = hits.filter(pl.col("kind").is_in(KINDS), pl.col("kind") != "process")
    others = others.with_columns(decided=pl.lit(value=False), sure=pl.lit(value=True))
    rows = pl.concat([process, others.select(process.columns)])
    rows = rows.join(vocabulary.names, on=["kind", "code"], how="left")
    general, strength = pl.col("general").fill_null(value=False), pl.col("strength")
    rows = rows.with_columns(
        name=pl.coalesce("name", "found"), sure=pl.col("sure") & ~general & (strength != "L")
    )
    letter = pl.when(strength.is_in(["H", "M", "L"])).then(strength).when(~pl.col("sure")).then(pl.lit("L"))
    letter = letter.when(strength.is_in(["word", "derived", "alone"]) & ~pl.col("decided")).then(pl.lit("H"))
    return rows.with_columns(confidence=letter.otherwise(pl.lit("M")))
