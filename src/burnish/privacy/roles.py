"""Mailboxes of roles: purchasing@, accounts payable, info@. Nobody's own, so never joined with a person."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from burnish.privacy.places import listed, plain

WORD = re.compile(r"[^\W\d_]+")
FILLING = listed("and y und et de la el the dept department team us usa na eu plant office mail desk")


def is_role_name(name: str) -> bool:
    """Whether a name is that of a department or a duty: "Accounts Payable", "Einkauf", "Quality Dept."."""
    words = WORD.findall(plain(name))
    return bool(words) and all(word in role_words() for word in words) and bool(set(words) - FILLING)


def is_role_local(local: str) -> bool:
    """Whether the part of an address before the @ names a role: "ap", "sales-us", "accountspayable2"."""
    words = WORD.findall(plain(local))
    if words and all(word in role_words() for word in words) and set(words) - FILLING:
        return True
    return "".join(words) in squeezed_roles()


@cache
def role_words() -> frozenset[str]:
    """Words that name roles, and words that go with them (`roles.txt`)."""
    return frozenset(word for line in lines() for word in line.split())


@cache
def squeezed_roles() -> frozenset[str]:
    """Roles of several words written as one."""
    return frozenset(line.replace(" ", "") for line in lines())


@cache
def lines() -> tuple[str, ...]:
    """The lines of `roles.txt` without comments."""
    text = files(__package__).joinpath("roles.txt").read_text("utf-8")
    return tuple(line for line in (each.partition("#")[0].strip() for each in text.splitlines()) if line)
