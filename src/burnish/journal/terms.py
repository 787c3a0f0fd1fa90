"""What may be said, and how it may be worded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from burnish.errors import UsageError

KINDS = ("company", "person")
VERDICTS = ("same", "different", "unsure", "undone")
WAYS = ("queue", "merge", "split", "sample")
MOST_WHY, MOST_BY = 500, 100
UNSEEN = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, separators of lines
TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # make text look like another


def one_of(word: str, allowed: tuple[str, ...], name: str) -> str:
    """The word, if it is allowed. Raises UsageError."""
    if word not in allowed:
        raise UsageError(f"{name} is {word!r}", "journal", f"Use {', '.join(allowed[:-1])} or {allowed[-1]}.")
    return word


def plain_line(text: str, name: str, most: int) -> str:
    """One line of text without blanks around it. Raises UsageError, which never repeats the text."""
    text = text.strip()
    if len(text) > most:
        raise UsageError(f"{name} has {len(text)} characters", "journal", f"Use at most {most}.")
    if any(unicodedata.category(one) in UNSEEN or unicodedata.bidirectional(one) in TURNING for one in text):
        raise UsageError(f"{name} holds control characters", "journal", "Write it as one line of plain text.")
    return text


def speaker(by: str) -> str:
    """Who says it. Raises UsageError when nobody does."""
    if not by.strip():
        raise UsageError("nobody is named as the one who says it", "journal", "Name the person or the role.")
    return plain_line(by, "the name of who says it", MOST_BY)


def sorted_pairs(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each pair once, the smaller key first, in the order given. Raises UsageError."""
    found = list(dict.fromkeys((min(pair), max(pair)) for pair in pairs))
    if not found:
        raise UsageError("there is no pair to decide", "journal", "Name two records.")
    for left, right in found:
        if not left or left == right:
            raise UsageError("a pair does not name two records", left or "an empty key", "Name two of them.")
    return found
