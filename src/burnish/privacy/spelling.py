"""Names and addresses of people taken apart: given and family name, how they sound, one letter off.

Pure functions of clear text, for this room only.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from burnish.privacy.places import listed, plain

TITLES = listed(
    "mr mrs ms miss mx dr prof sir rev herr frau hr fr sr sra srta don dona mme mlle m ing dipl mba phd"
)
SUFFIXES = listed("jr sr ii iii iv phd md pe cpa esq dipl ing mba")
PARTICLES = listed("van von der den de del della di da dos la le los las ter ten zu zur af y e")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SHORTEST_NEAR = 4
SOUNDS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"^(kn|gn|pn|wr|ps)", lambda found: found[0][1]),
        (r"^x", "s"),
        (r"^wh", "w"),
        (r"mb$", "m"),
        (r"sch|sh|ti(?=[ao])", "x"),
        (r"tch|ch|cz|tsch", "k"),
        (r"ph|pf", "f"),
        (r"th|dt", "t"),
        (r"c(?=[eiy])|z|ß", "s"),
        (r"dg(?=[eiy])|j", "g"),
        (r"ck|c|q|gh", "k"),
        (r"v|w(?![aeiouy])", "f"),
        (r"d", "t"),
        (r"b", "p"),
        (r"(?<=[aeiouy])h|h(?![aeiouy])|w", ""),
        (r"(?!^)[aeiouy]+", ""),
        (r"^[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)


class Name(NamedTuple):
    """A person's name in plain small letters; family names are one word each, none when there is none."""

    given: str
    families: tuple[str, ...]


def named(cell: str) -> Name:
    """A name written "First Last" or "Last, First", without titles, middle initials and particles."""
    family, comma, given = plain(cell).partition(",")
    if comma and not set(WORD.findall(given)) <= SUFFIXES:
        first, last = words(given), words(family)
    else:
        every = words(plain(cell).replace(",", " "))
        first, last = every[:1], every[1:]
    kept = [word for word in last if word not in PARTICLES and len(word) > 1]
    return Name(squeezed(first[0]) if first else "", tuple(squeezed(word) for word in kept))


def words(text: str) -> list[str]:
    """The words of a name without titles, and without degrees behind it."""
    every = [word for word in WORD.findall(re.sub(r"\(.*?\)|\".*?\"", " ", text)) if word not in TITLES]
    while len(every) > 2 and every[-1] in SUFFIXES:
        every.pop()
    return every


def squeezed(word: str) -> str:
    """A word without hyphens and apostrophes."""
    return re.sub(r"['’-]", "", word)


def mail(cell: str) -> str:
    """A mail address as compared: small letters, without what follows a plus. Empty when it is none."""
    text = cell.strip().casefold().removeprefix("mailto:").strip("<>")
    local, at, domain = text.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at and local and "." in domain else ""


def domain_of(cell: str) -> str | None:
    """The part of a mail address behind the @."""
    return mail(cell).rpartition("@")[2] or None


def local_of(address: str) -> str:
    """The letters of a mail address before the @."""
    return re.sub(r"[\W\d_]", "", plain(address.rpartition("@")[0]))


def spelled(name: Name) -> list[str]:
    """How companies spell a name before the @, letters only; the given name alone is not telling enough."""
    if not name.given or not name.families:
        return []
    given, initial = name.given, name.given[0]
    made = [
        text
        for family in (name.families[-1], "".join(name.families))
        for text in (
            given + family,
            initial + family,
            family + given,
            family + initial,
            given + family[0],
            family,
        )
    ]
    return list(dict.fromkeys(made))


def near(word: str) -> list[str]:
    """The word, and it without each of its letters: two words one letter apart share one of these.

    Also two whose neighbouring letters changed places (the idea of SymSpell, W. Garbe 2012). Words of fewer
    than four letters have no neighbours.
    """
    if len(word) < SHORTEST_NEAR:
        return [word] if word else []
    return [word, *sorted({word[:at] + word[at + 1 :] for at in range(len(word))})]


@cache
def sound(word: str) -> str:
    """How a family name sounds, about: consonants that people confuse are one (cf. Metaphone)."""
    for pattern, said in SOUNDS:
        word = pattern.sub(said, word)
    return word


def nicknames(given: str) -> tuple[str, ...]:
    """Classes of given names that one person may go by (`nicknames.txt`), itself where it is in none."""
    return nickname_classes().get(given, (given,) if given else ())


@cache
def nickname_classes() -> dict[str, tuple[str, ...]]:
    """The first name of each line that holds a name."""
    found: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("nicknames.txt").read_text("utf-8").splitlines():
        first, *others = line.partition("#")[0].split() or [""]
        for name in filter(None, (first, *others)):
            found.setdefault(name, []).append(first)
    return {name: tuple(dict.fromkeys(classes)) for name, classes in found.items()}
