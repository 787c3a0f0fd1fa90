"""How a column heading is read: its words, and its form for comparing.

Offices spell one heading in many ways ("Due Date", "due_date", "DueDate", "Due date:"), so headings
are compared by their letters and digits only, and searched by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")


def words(header: str) -> tuple[str, ...]:
    """Lower-case words; humps and underscores separate, `#` reads "no". "PONumber" gives ("po", "number")."""
    return tuple(_WORD.findall(_HUMP.sub(" ", header).replace("#", " no ").casefold()))


def squashed(header: str) -> str:
    """Letters and digits in lower case, nothing else: equal for every spelling of one heading."""
    return "".join(words(header))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where nothing comes near."""
    spelled = {squashed(one): one for one in known}
    close = get_close_matches(squashed(name), spelled, n=1, cutoff=0.6)
    return spelled[close[0]] if close else None
