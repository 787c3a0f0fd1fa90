"""Company names as compared: what an office writes around a name taken off, one way to write each word.

Pure functions of one text and of frozen tables (forms.toml, spellings.toml, words.toml and the legal forms
of cleanco). Nothing is counted in the names at hand, so that new records change nobody's reading.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from cleanco.clean import prepare_default_terms
from cleanco.non_nfkd_map import NON_NFKD_MAP

from burnish.errors import ContractError


def table(name: str) -> dict[str, Any]:
    """One of the tables beside this file."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


FORMS, SPELLINGS = table("forms"), table("spellings")
LETTERS: dict[str, str] = {str(key): str(value) for key, value in NON_NFKD_MAP.items()} | SPELLINGS["letters"]
SHORT: dict[str, str] = SPELLINGS["short"] | SPELLINGS["american"] | SPELLINGS["ordinals"]
PHRASES = {tuple(key.split()): value for key, value in SPELLINGS["phrases"].items()}
PHRASE_STARTS = frozenset(key[0] for key in PHRASES)
DROPPED, LITTLE = frozenset(SPELLINGS["dropped"]["words"]), frozenset(SPELLINGS["little"]["words"])
NUMBERS: dict[str, int] = SPELLINGS["numbers"]
PLANTS = frozenset(SPELLINGS["plants"]["words"])
WRITTEN_PLANTS = PLANTS | {short for short, word in SHORT.items() if word in PLANTS}
MIDDLE = frozenset(FORMS["middle"]["forms"])
LEADING = frozenset(tuple(text.split()) for text in FORMS["leading"]["forms"])
LEADING_STARTS = frozenset(key[0] for key in LEADING)

MEANT = frozenset(("comparison", "cooperation", "incorporating", "limits", "partner", "partners"))  # no slips

GLUED = re.compile(r"(?<=[a-zß-ÿ])(AG|LLC|LLP|PLC|GmbH|Inc|Ltd|Corp)(?![^\W\d_])")
SLASHED = re.compile(r"\b([aikp])/s\b")
DOTTED = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)")
AS_WRITTEN = str.maketrans(dict.fromkeys("'’‘ʼ`´", "") | {"&": " and ", "+": " and ", "%": " percent"})
WORD = re.compile(r"[^\W_]+")
DIGITS = re.compile(r"\d+")
ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
DASH = re.compile(r"\s+[-–—]+\s+")
ASIDE = re.compile(r"[(\[{]|\s[-–—]")
BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
ALIAS = re.compile(
    r"[\s,;(\[{-]*(?<!\w)(?:d\s?[./]\s?b\s?[./]\s?a|dba|d b a|doing business as|t/a|trading as"
    r"|f\s?[./]\s?k\s?[./]\s?a|fka|formerly(?: known as)?|previously(?: known as)?"
    r"|a[./]k[./]a|aka|also known as|n[./]k[./]a|nka|now known as)(?!\w)[.:\s]*"
)
CARE = re.compile(r"[\s,;(\[-]*(?<!\w)(?:c/o|in care of|care of|attn|attention:)(?!\w).*")
RETIRED = re.compile(
    r"[(\[*{\s-]*(?<!\w)(?:do\s?n[o']?t use|do not use|don['’]t use|dnu|not in use|no longer used?|inactive"
    r"|out of business|duplicates?(?: of\b[^)\]]*|(?= record| account| customer|\W*$))"
    r"|(?:(?<=\()|(?<=\[)|(?<=- ))(?:(?:closed|obsolete|deleted?|void|merged|archived?)(?!\w)[^)\]]*"
    r"|(?:old|dupe?)(?=\W*$|[)\]]| record| account| customer)))(?!\w)"
    r"(?:\s+(?:record|account|customer)\b)?(?:\W+(?:use|see|merged (?:into|with|to)|now) .*)?[)\]*}!.\s-]*"
    r"|^\W*(?:z{2,4}|x{3,4})(?:[\s_.*-]+)(?=\w)|^\W*(?:old|closed|obsolete|void|dupe?)\s*[-–—:_*]+\s*(?=\w)"
)
SIGN = re.compile(  # one of these is in every text in which one of the three above is
    r"[bk]\s?[./]\s?a|dba|d b a|doing|t/a|trading as|[fan]ka|known|formerly|previously|c/o|care of|att[en]"
    r"|use|dnu|no longer|inactive|out of business|dup|closed|obsolete|delete|old|void|merged|archive|zz|xxx"
)


@dataclass(frozen=True)
class Words:
    """How common a word is in company names: `plain` ones are, `empty` ones may be left out; others are rare.

    Frozen: a model carries its own (`parameters`), so that a name is read the same way for as long as the
    model lives.
    """

    plain: frozenset[str]
    empty: frozenset[str]

    @staticmethod
    @cache
    def shipped() -> Words:
        """The words that come with Burnish: trade and business words, towns, regions and countries."""
        lists = {name: text.split() for name, text in table("words").items()}
        plain = frozenset(lists["trade"] + lists["business"] + lists["place"])
        return Words(plain - set(lists["empty"]), frozenset(lists["empty"]))

    @staticmethod
    def of(parameters: Mapping[str, Iterable[str]]) -> Words:
        """From `{"plain": [...], "empty": [...]}`: singular, small letters. ContractError where one lacks."""
        missing = sorted({"plain", "empty"} - parameters.keys())
        if missing:
            raise ContractError(f"no {' and '.join(missing)} words", "words of a model", "Train it again.")
        return Words(frozenset(parameters["plain"]), frozenset(parameters["empty"]))

    def parameters(self) -> dict[str, list[str]]:
        """As `of` takes them, sorted: fit for JSON."""
        return {"plain": sorted(self.plain), "empty": sorted(self.empty)}

    def singular(self, word: str) -> str:
        """A known word without its plural ending; any other word as it is."""
        if not word.endswith("s") or self.knows(word):
            return word
        endings = (word[:-1], word[:-3] + "y" if word.endswith("ies") else "", word[:-2])
        return next((one for one in endings if self.knows(one)), word)

    def knows(self, word: str) -> bool:
        """Whether it is plain or empty."""
        return word in self.plain or word in self.empty


class Name(NamedTuple):
    """A company name as read; empty throughout for a text without letters and digits.

    `key`: its words in order, without legal form. `squeezed`: these without blanks; `letters`: sorted.
    `words`: without little and empty ones, in the singular, each once, in order. `rare`, `plain`: those of
    them that are not of the plant or town, by class; numbers are in neither. `initials`: of two words or
    more. `numbers`: sorted, without leading zeros, and the letter of a plant. `form`: the legal form, one
    spelling each. `names`: keys of this and of its other names (dba, f/k/a), sorted. `site`: the words of
    the plant or town told after it. `handles`: what its web domain would be called. `nicks`: for short.
    """

    key: str
    squeezed: str
    words: tuple[str, ...]
    rare: tuple[str, ...]
    plain: tuple[str, ...]
    initials: str
    letters: str
    numbers: tuple[str, ...]
    form: str
    names: tuple[str, ...]
    site: tuple[str, ...]
    handles: tuple[str, ...]
    nicks: tuple[str, ...]


def read(text: str, words: Words | None = None, *, city: str = "") -> Name:
    """Read one name. `city` of the same record, if given, is told apart where it ends the name."""
    first, *others = called(text) or [""]
    base, site, form = parted(first, city)
    known = words or Words.shipped()
    key, told = joined(base, site), telling(base, known)
    plain = tuple(word for word in told if word in known.plain or is_ordinal(word))
    rare = tuple(word for word in told if not (word in plain or word in known.empty or word.isdigit()))
    squeezed = key.replace(" ", "")
    return Name(
        key,
        squeezed,
        tuple(dict.fromkeys((*told, *telling(site, known)))) if site else tuple(told),
        rare,
        plain,
        initials(base),
        "".join(sorted(squeezed)),
        numbers(base + site),
        form,
        tuple(sorted({key, *(name_key(other) for other in others)} - {""})),
        tuple(dict.fromkeys(site)),
        handles(first, base, site, form),
        nicks(base, rare),
    )


def name_key(text: str) -> str:
    """The words of a name in order, as compared, without legal form.

    "The Bolt & Screw Mfg. Co." -> "bolt screw manufacturing". Taking the key of a key changes nothing.
    Empty where the text has neither letters nor digits.
    """
    first, *_ = called(text) or [""]
    base, site, _ = parted(first, "")
    return joined(base, site)


def parted(name: str, city: str) -> tuple[list[str], list[str], str]:
    """As `divided`, until the key is its own key: taking one thing off a name may lay bare another."""
    base, site, form = divided(name, city)
    for _ in range(8):
        key = joined(base, site)
        if is_bare(key):
            break
        again = divided((called(key) or [""])[0], "")
        if joined(*again[:2]) == key:
            break
        base, site = again[:2]
    return base, site, form


def is_bare(key: str) -> bool:
    """Whether there is nothing left that could be taken off; quick, and no more often than true."""
    tokens = key.split()
    ends = not tokens or tokens[-1] in form_ends() or tokens[0] in LEADING_STARTS
    return not (ends or not MIDDLE.isdisjoint(tokens) or SIGN.search(key))


def joined(base: list[str], site: list[str]) -> str:
    """The key of a divided name."""
    return " ".join(settled(base + site) if base and site else base + site)


def telling(tokens: list[str], known: Words) -> list[str]:
    """The words that tell a name apart, each once, in the singular; all of them where none does."""
    single = dict.fromkeys(known.singular(token) for token in tokens if token not in LITTLE)
    return [word for word in single if word not in known.empty] or list(single) or tokens


def is_retired(text: str) -> bool:
    """Whether a record is marked as one not to be used: (DO NOT USE), ZZ …, OLD - …, inactive, duplicate."""
    plain = folded(text)
    return SIGN.search(plain) is not None and RETIRED.search(plain) is not None


def folded(text: str) -> str:
    """Small letters without accents; Cyrillic and Greek in Latin letters."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.replace("™", " ").replace("®", " ").casefold())
    return "".join(LETTERS.get(one, one) for one in parts if not unicodedata.combining(one)).lower()


def called(text: str) -> list[str]:
    """The names in one text, main name first, folded: without marks, job and care-of."""
    plain = before(folded(GLUED.sub(r" \1", text)), ":")
    if not SIGN.search(plain):  # quicker than to seek each of them
        return [plain] if WORD.search(plain) else []
    parts = ALIAS.split(CARE.sub("", RETIRED.sub(" ", plain)))
    told = [part for part in parts if WORD.search(part)]
    return told or ([plain] if WORD.search(plain) else [])


def before(text: str, mark: str) -> str:
    """What stands before a mark, unless that is nothing: `Customer:Job` is the customer."""
    head = text.partition(mark)[0]
    return head if WORD.search(head) else text


def divided(name: str, city: str) -> tuple[list[str], list[str], str]:
    """A folded name as words of the company, words of its plant or town, and legal form."""
    head, rest = headed(name)
    whole, form = without_forms(pieces(head))
    at = numbered_from(whole)
    base, other = without_forms(whole[:at])
    told, third = without_forms(whole[at:] + rest, whole=True)
    base, site = settled(base), settled(told)
    if city and not site:
        base, site = cut_town(base, settled(pieces(folded(city))))
    return base, site, form or other or third


def headed(name: str) -> tuple[str, list[str]]:
    """What stands before a dash and outside brackets, and the words of the rest."""
    if not ASIDE.search(name):
        return name, []
    inside = [text for text in BRACKETS.findall(name) if WORD.search(text)]
    outside = BRACKETS.sub(" ", name) if inside else name
    parts = [part for part in DASH.split(outside) if WORD.search(part)]
    if not parts:
        return name, []
    return parts[0], [word for part in (*parts[1:], *inside) for word in pieces(part)]


def cut_town(base: list[str], town: list[str]) -> tuple[list[str], list[str]]:
    """Words of the company and of its town, where they end in it."""
    at = len(base) - len(town)
    return (base[:at], town) if town and at > 0 and base[at:] == town else (base, [])


def pieces(text: str) -> list[str]:
    """Words of a folded text; A.B.C. and A/S are one each, an apostrophe parts nothing."""
    if "." in text:
        text = DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    if "/" in text:
        text = SLASHED.sub(r"\1s", text)
    text = text.translate(AS_WRITTEN)
    return joined_letters(WORD.findall(text))


def joined_letters(tokens: list[str]) -> list[str]:
    """Runs of single letters as one word: "a b c", "j and j"."""
    if [len(token) for token in tokens].count(1) < 2:
        return tokens
    runs = groupby(linked(tokens), lambda token: len(token) == 1 and token.isalpha())
    return [word for is_letter, run in runs for word in (["".join(run)] if is_letter else list(run))]


def linked(tokens: list[str]) -> Iterator[str]:
    """The words, but no `and` between two single letters."""
    for at, word in enumerate(tokens):
        around = tokens[max(at - 1, 0) : at] + tokens[at + 1 : at + 2]
        if word != "and" or [len(one) for one in around] != [1, 1]:
            yield word


@cache
def forms() -> dict[tuple[str, ...], str]:
    """Every way to write a legal form, as words -> the form's one name."""
    same = {tuple(text.split()): name for name, texts in FORMS["same"].items() for text in texts}
    left_out = {tuple(text.split()) for text in FORMS["not_forms"]}
    kept = {tuple(pieces(" ".join(parts))): "".join(parts) for _, parts in prepare_default_terms()}
    return {key: name for key, name in (kept | same).items() if key and key not in left_out}


@cache
def form_ends() -> frozenset[str]:
    """The last words of forms."""
    return frozenset(key[-1] for key in forms())


def without_forms(tokens: list[str], *, whole: bool = False) -> tuple[list[str], str]:
    """Words without legal forms, and the form. A word always stays, unless the `whole` may go."""
    left, last = without_last(tokens, 0 if whole else 1)
    left, first = without_first(left) if left and left[0] in LEADING_STARTS else (left, "")
    inside = [token for token in left[1:] if token in MIDDLE]
    if inside:
        left = left[:1] + [token for token in left[1:] if token not in MIDDLE]
    found = [name for name in (last, first, *(forms()[(token,)] for token in inside)) if name]
    if not whole and DROPPED.issuperset(left):
        return tokens, ""
    return left, next((name for name in found if name != "co"), found[0] if found else "")


def without_last(tokens: list[str], least: int) -> tuple[list[str], str]:
    """Words without the forms at their end, some of which stay, and the one that says most."""
    if not tokens:
        return tokens, ""
    ends, found = form_ends(), ""
    if tokens[-1] not in ends:
        tokens = [*tokens[:-1], mended(tokens[-1])]
    while tokens and tokens[-1] in ends and (size := longest(tokens, least)):
        found = found if found not in ("", "co") else forms()[tuple(tokens[-size:])]
        tokens = tokens[:-size]
        tokens = tokens[:-1] if len(tokens) > 1 and tokens[-1] == "and" else tokens
    return tokens, found


def without_first(tokens: list[str]) -> tuple[list[str], str]:
    """Words without a form in front, and the form."""
    size = next((n for n in range(min(6, len(tokens) - 1), 0, -1) if tuple(tokens[:n]) in LEADING), 0)
    return tokens[size:], forms().get(tuple(tokens[:size]), "")


@cache
def form_words() -> dict[str, str]:
    """Words of written-out forms, and each of them with one letter left out."""
    long = sorted({word for key in forms() for word in key if len(word) > 6})
    return {shorter: word for word in long for shorter in without_one(word)} | {word: word for word in long}


def without_one(word: str) -> list[str]:
    """A word with each of its letters left out."""
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


@lru_cache(maxsize=10_000)
def mended(token: str) -> str:
    """A form's long word that a slip made this one of ("Limted"); else the word itself."""
    if len(token) < 6 or token in MEANT:
        return token
    found = {form_words()[one] for one in (token, *without_one(token)) if one in form_words()}
    near = [word for word in found if edits(word, token) < 2 or sorted(word) == sorted(token)]
    return near[0] if len(near) == 1 else token


def longest(tokens: list[str], least: int) -> int:
    """How many words at the end are a legal form, leaving at least so many."""
    return next((n for n in range(min(6, len(tokens) - least), 0, -1) if tuple(tokens[-n:]) in forms()), 0)


def numbered_from(tokens: list[str]) -> int:
    """Where "plant 2" or "building b" begins that ends the words; their number if there is none."""
    if len(tokens) > 2 and tokens[-2] in WRITTEN_PLANTS and is_number(tokens[-1]):
        return len(tokens) - 2
    return len(tokens)


def is_number(token: str) -> bool:
    """Digits, one letter, a number word, or a Roman number."""
    return token.isdigit() or len(token) == 1 or token in NUMBERS or bool(roman(token))


def settled(tokens: list[str]) -> list[str]:
    """Every word in its one spelling, until nothing changes."""
    tokens = joined_letters(tokens)
    for _ in range(4):
        again = respelt(tokens)
        if again == tokens:
            break
        tokens = joined_letters(again)
    return tokens


def respelt(tokens: list[str]) -> list[str]:
    """Short for what, American, digits for number words; phrases; without `the` and `and`."""
    found = [SHORT.get(token) or respelling(token, at, len(tokens)) for at, token in enumerate(tokens)]
    if not NUMBERS.keys().isdisjoint(found):
        found = counted(found)
    if not PHRASE_STARTS.isdisjoint(found):
        found = phrased(found)
    return [token for token in found if token not in DROPPED] or found


def respelling(token: str, at: int, size: int) -> str:
    """A word by rule: -isation, and Roman numbers; V, X and I only where they end the name."""
    if token.endswith(("isation", "isations")):
        return token.replace("isation", "ization")
    if token[0] in ROMAN_VALUES and at and (len(token) > 1 or at == size - 1) and (value := roman(token)):
        return str(value)
    return token.lstrip("0") or "0" if token.isdigit() else token


def roman(token: str) -> int:
    """The value of a Roman number to 39, else 0."""
    if not ROMAN.fullmatch(token):
        return 0
    values = [ROMAN_VALUES[letter] for letter in token]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def counted(tokens: list[str]) -> list[str]:
    """Number words as digits; "forty four" and "forty 4" are 44."""
    found: list[str] = []
    for token in tokens:
        value = NUMBERS.get(token, int(token) if len(token) == 1 and token.isdecimal() else None)
        if value is not None and value < 10 and found and NUMBERS.get(found[-1], 0) >= 20 and value > 0:
            found[-1] = str(NUMBERS[found[-1]] + value)
        else:
            found.append(token)
    return [str(NUMBERS.get(token, token)) for token in found]


def phrased(tokens: list[str]) -> list[str]:
    """Several words that are one name, as one."""
    found, at = [], 0
    while at < len(tokens):
        size = next((n for n in range(4, 0, -1) if tuple(tokens[at : at + n]) in PHRASES), 0)
        found.append(PHRASES[tuple(tokens[at : at + size])] if size else tokens[at])
        at += size or 1
    return found


def numbers(tokens: list[str]) -> tuple[str, ...]:
    """The numbers in a name, sorted: of any word ("ar16"), and the letter of a plant ("plant b")."""
    if PLANTS.isdisjoint(tokens) and not any(map(DIGITS.search, tokens)):
        return ()
    digits = {found.lstrip("0") or "0" for token in tokens for found in DIGITS.findall(token)}
    return tuple(sorted(digits | {b for a, b in pairwise(tokens) if a in PLANTS and len(b) == 1}))


def is_ordinal(word: str) -> bool:
    """1st, 22nd."""
    return word[0].isdigit() and word[-2:] in ("st", "nd", "rd", "th") and word[:-2].isdigit()


def initials(tokens: list[str]) -> str:
    """First letters of two words and more; numbers have none."""
    letters = [token[0] for token in tokens if token not in LITTLE and token[0].isalpha()]
    return "".join(letters) if len(letters) > 1 else ""


def handles(first: str, base: list[str], site: list[str], form: str) -> tuple[str, ...]:
    """What its web domain may be called: its words spelt out or as written, with the form or without."""
    written, _ = without_forms(pieces(first))
    written = written[: -len(site)] if site and written[-len(site) :] == site else written
    short = "".join(token for token in written if token not in DROPPED)
    found = dict.fromkeys((short, "".join(base), "".join(written)))
    return tuple(one + end for end in ("", form)[: 1 + bool(form)] for one in found if len(one + end) > 2)


def nicks(base: list[str], rare: tuple[str, ...]) -> tuple[str, ...]:
    """What it might be called for short: its rare words, the first, its first two words, its initials."""
    told = [token for token in base if token not in LITTLE]
    first = rare[0] if rare and len(rare[0]) > 4 else ""
    several = "".join(told[:2]) if len(told) > 2 else ""
    return tuple(
        dict.fromkeys(one for one in ("".join(rare), first, several, initials(base)) if len(one) > 2)
    )


def edits(left: str, right: str) -> int:
    """Letters to change, add or leave out to make one of the other (Levenshtein)."""
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        before_, row[0] = row[0], at
        for to, other in enumerate(right, 1):
            before_, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before_ + (letter != other))
    return row[-1]
