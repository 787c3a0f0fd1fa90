"""One way to write what people write in many: pieces of letters or digits, each between two marks.

"Zn-Ni, B633" becomes `" zn  ni  b~~633 "`: a blank where a word begins or ends, a tilde where letters and
digits touch. A term is then a plain string that can be searched for, word boundaries included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise, product

import polars as pl

LETTER, DIGIT = r"[\p{L}\p{Nl}\p{No}]", r"\p{Nd}"
TOKEN = rf"{LETTER}+|{DIGIT}+|[^\p{{L}}\p{{N}}]+"
PIECE = re.compile(r"[^\W\d_]+|\d+")
APART, GLUED, MERGED = "  ", "~~", ""
MERGED_WORDS = 4
SHORTEST_MERGED = 3


def normal(text: pl.Expr) -> pl.Expr:
    """Text in the form in which terms are searched for."""
    words = text.str.replace_all(r"[^\p{L}\p{N}]+", APART).str.strip_chars(" ")
    for left, right in ((LETTER, DIGIT), (DIGIT, LETTER)):
        words = words.str.replace_all(f"({left})({right})", f"${{1}}{GLUED}${{2}}")
    return pl.concat_str(pl.lit(" "), words.str.to_lowercase(), pl.lit(" "))


def pieces(read: pl.DataFrame) -> pl.DataFrame:
    """Where each piece stands. One row per piece of the texts in `read` (text_no, text).

    `at` and `past` are its first byte and the byte after it in the normal form, marks included; `start`
    and `end` are characters of the text.
    """
    tokens = read.select("text_no", token=pl.col("text").str.extract_all(TOKEN)).explode("token")
    width = pl.col("token").str.len_chars()
    tokens = tokens.with_columns(end=width.cum_sum().over("text_no"), width=width)
    tokens = tokens.filter(pl.col("token").str.contains(r"[\p{L}\p{N}]"))
    marked = pl.col("token").str.to_lowercase().str.len_bytes() + 2
    tokens = tokens.with_columns(past=marked.cum_sum().over("text_no"), marked=marked)
    return tokens.select(
        "text_no", "end", "past", start=pl.col("end") - pl.col("width"), at=pl.col("past") - pl.col("marked")
    )


def patterns(
    term: str, same: Mapping[str, tuple[str, ...]], verbs: frozenset[str], *, open_ended: bool = False
) -> set[str]:
    """All normal forms of a term: other spellings, plurals, verb forms, written together or apart.

    `open_ended` lets a letter follow a number, as the revision does in MIL-DTL-5541F.
    """
    words = PIECE.findall(term.lower())
    last = len(words) - 1
    choices = [spellings(word, same, verbs, is_last=at == last) for at, word in enumerate(words)]
    ends = (" ", "~") if open_ended else (" ",)
    return {
        f" {written}{end}"
        for chosen in product(*choices)
        for written in together([word for word in chosen if word], set(words))
        for end in ends
    }


def together(words: list[str], own: set[str]) -> list[str]:
    """The ways to write words one after the other, apart or as one."""
    if not words:
        return []
    ways = [joints(left, right, own, many=len(words) > MERGED_WORDS) for left, right in pairwise(words)]
    return [
        words[0] + "".join(joint + word for joint, word in zip(chosen, words[1:], strict=True))
        for chosen in product(*ways)
    ]


def joints(left: str, right: str, own: set[str], *, many: bool) -> tuple[str, ...]:
    """What may stand between two words: an abbreviation is not written together with its neighbour."""
    if left.isdecimal() and right.isdecimal():
        return (APART,)
    if left.isdecimal() or right.isdecimal():
        return (APART, GLUED)
    full = all(word in own or len(word) >= SHORTEST_MERGED for word in (left, right))
    return (APART, MERGED) if full and not many else (APART,)


def spellings(
    word: str, same: Mapping[str, tuple[str, ...]], verbs: frozenset[str], *, is_last: bool
) -> list[str]:
    """A word, the words taken for it, and their forms."""
    found: set[str] = set()
    for alike in (word, *same.get(word, ())):
        found |= verb_forms(alike) if alike in verbs else plural(alike) if is_last else {alike}
    return sorted(found)


def plural(word: str) -> set[str]:
    """A noun and its plural."""
    if not word.isalpha() or len(word) < 3 or word.endswith("s"):
        return {word}
    return {word, f"{word}es" if word.endswith(("x", "ch", "sh")) else f"{word}s"}


def verb_forms(word: str) -> set[str]:
    """A verb and what is made of it: plate, plates, plated, plating, platings."""
    stem = word.removesuffix("e")
    if stem == word and re.fullmatch(r"[^aeiou]+[aeiou][bgmnpt]", word):
        stem = word + word[-1]
    found = {word, f"{stem}ed", f"{stem}ing", f"{stem}ings", *plural(word)}
    if word.endswith(("ate", "ize", "ise")):
        found |= {f"{stem}ion", f"{stem}ions"} if word.endswith("ate") else {f"{stem}ation"}
    return found


def alternatives(groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The first word of each group -> the others."""
    return {group[0]: group[1:] for group in groups}
