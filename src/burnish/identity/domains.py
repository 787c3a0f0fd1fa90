"""Web and mail domains: what stays of an address, which domains say nothing of who somebody is.

A domain of many strangers (free mail, an internet provider, a site builder) is known by lists and by what
it calls itself, never by counting in the records at hand: new records change no verdict.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from burnish.identity.names import Name, table

HOSTS = table("hosts")
MANY = frozenset(HOSTS["mail"].split()) | frozenset(HOSTS["shared"].split())
EVERYWHERE, SAYS_MAIL = frozenset(HOSTS["everywhere"]), frozenset(HOSTS["says_mail"])
SECOND = frozenset(HOSTS["second"])
ADDRESS = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?/*(?:[^@/]*@)?(?:www\d?\.)?([^/:?#\s]+)")
BEFORE_MAIL = re.compile(r"^(?:my|the|your|free|web|net|go|e)?-?(?=\w)")


class Domain(NamedTuple):
    """A domain as read: `name`, all of it; `own`, what somebody registered; `stem`, the label of that
    without hyphens; `is_shared`, strangers use it too. Empty where the text holds no domain."""

    name: str
    own: str
    stem: str
    is_shared: bool


def read_domain(text: str) -> Domain:
    """Read a domain, web address or mail address: "https://www.Acme-Tool.co.uk/shop" is acme-tool.co.uk."""
    found = ADDRESS.match(text.strip().lower())
    name = found[1].strip(".,;<>)( ") if found else ""
    labels = [label for label in name.split(".") if label]
    if len(labels) < 2 or labels[-1].isdigit():
        return Domain("", "", "", is_shared=False)
    own = labels[-own_labels(labels) :]
    name = ".".join(labels)
    return Domain(name, ".".join(own), own[0].replace("-", ""), is_shared(name, own))


def own_labels(labels: list[str]) -> int:
    """How many labels at the end somebody registers: two, or three under the likes of co.uk."""
    is_country = len(labels[-1]) == 2
    return 3 if len(labels) > 2 and is_country and labels[-2] in SECOND else 2


def is_shared(name: str, own: list[str]) -> bool:
    """Whether strangers to each other have addresses or sites under a domain."""
    return name in MANY or ".".join(own) in MANY or own[0] in EVERYWHERE or says_mail(own[0])


@cache
def says_mail(label: str) -> bool:
    """Whether a label is a mail service's by its own words: freemail, my-inbox, webmail2."""
    bare = label.rstrip("0123456789").rstrip("-")
    return bool({label, bare, bare.replace("-", ""), BEFORE_MAIL.sub("", bare)} & SAYS_MAIL)


def agreement(stem: str, name: Name) -> str:
    """How a domain's stem spells a name: "whole", all its words; "short", its rare or first words, or
    initials; "" not at all. In SQL: `arrays_overlap(stems_l, handles_r)`, then `nicks_r`."""
    return "whole" if stem in name.handles else "short" if stem in name.nicks else ""
