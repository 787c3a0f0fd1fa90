"""Phones, streets, postal codes and tax numbers written one way, so that equal ones are equal texts."""

from __future__ import annotations

import re
import unicodedata


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


SHORTEST_PHONE, LONGEST_PHONE = 7, 10
LABEL = re.compile(
    r"(?i)[;,|\n]|\s/\s|\bor\b|[a-z]{3,}[.:]*\s|(?<=\d)\s*(?:x|ext\.?|extension|durchwahl)\s*\d+"
)
TWO_DIGIT_CODES = listed(
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 "
    "82 84 86 90 91 92 93 94 95 98"
)
KINDS = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "avenue": "ave", "av": "ave", "road": "rd",
    "drive": "dr", "parkway": "pkwy", "boulevard": "blvd", "lane": "ln", "court": "ct", "place": "pl",
    "highway": "hwy", "terrace": "ter", "circle": "cir", "square": "sq", "trail": "trl", "industriestrasse":
    "industriest", "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw", "saint": "st", "county": "co", "route": "rt", "calle": "c",
    "avenida": "ave", "weg": "weg", "platz": "pl",
}  # fmt: skip
ENDS = listed("st ave rd dr pkwy blvd ln ct pl hwy ter cir sq trl way weg")
ROOM = re.compile(
    r"(?i)(?:\b(?:suite|ste|unit|apt|apartment|bldg|building|floor|fl|dock|room|rm|dept)\b\.?|#)\s*\w*"
)
LINE = re.compile(r"[,;\n]|\s{2,}")
WORD = re.compile(r"[^\W_]+")
POSTAL = re.compile(
    r"(?i)(?<![\w-])(?:(\d{5})(?:-\d{4})?|([a-z]\d[a-z] ?\d[a-z]\d)|([a-z]{1,2}\d[a-z\d]? \d[a-z]{2}))"
    r"(?![\w-])"
)


def phones(cell: str) -> list[str]:
    """Every telephone number of a cell as national digits, each once: "+49 (0)351 12 34 56" is 351123456."""
    found = (national(part) for part in LABEL.sub("|", cell).split("|"))
    return list(dict.fromkeys(number for number in found if len(number) >= SHORTEST_PHONE))


def national(text: str) -> str:
    """The last ten digits of one number without its country code, trunk zero and extension."""
    text = text.strip().replace("(0)", "")
    digits = re.sub(r"\D", "", text)
    if text.startswith("+") or digits.startswith("00"):
        digits = without_country(digits.lstrip("0"))
    elif len(digits) == LONGEST_PHONE + 1:
        digits = digits.removeprefix("1")
    return digits.lstrip("0")[-LONGEST_PHONE:]


def without_country(digits: str) -> str:
    """An international number without the code of its country (ITU-T E.164)."""
    if digits[:1] in ("1", "7"):
        return digits[1:]
    return digits[2:] if digits[:2] in TWO_DIGIT_CODES else digits[3:]


def street(cell: str) -> list[str]:
    """House number and street words of an address, without town: "12 Mill Street, Unit 4" is `12 mill st`.

    Words are sorted, since the number stands before the street in one country and behind it in another.
    """
    lines = [WORD.findall(plain(line)) for line in LINE.split(ROOM.sub(" ", cell))]
    for words in lines:
        if any(word.isalpha() for word in words) and (at := number_at(words)) is not None:
            return [" ".join(sorted(upto_street(words[at:] if at == 0 else words)))]
    return []


def number_at(words: list[str]) -> int | None:
    """Where the house number stands: at the begin, else at the end."""
    for at in (0, len(words) - 1):
        if re.fullmatch(r"\d{1,6}[a-z]?", words[at]):
            return at
    return 0 if words[0] in ("po", "postfach", "box") else None


def upto_street(words: list[str]) -> list[str]:
    """Words with kinds of streets shortened, up to the last such word: a town may follow."""
    short = [abbreviated(word) for word in words]
    ends = [at for at, word in enumerate(short) if word in ENDS and at >= 2]
    return short[: ends[0] + 1] if ends and short[0][0].isdigit() else short


def abbreviated(word: str) -> str:
    """A word of a street's name in its short form."""
    return KINDS.get(word) or re.sub(r"stra(?:ss|ß)e$|str$", "st", word)


def postal(cell: str) -> list[str]:
    """The postal code at the end of an address, or one that stands alone; a ZIP+4 without the four."""
    found = [match for match in POSTAL.finditer(cell) if match.start() or match.end() == len(cell.strip())]
    if not found:
        return [text] if (text := code(cell)) and len(text) <= 10 and cell.strip()[-1:].isdigit() else []
    return [code(next(group for group in found[-1].groups() if group))]


def open_postal(cell: str) -> list[str]:
    """A postal code from a column of its own."""
    text = code(re.sub(r"^(\d{5})-\d{4}$", r"\1", cell.strip()))
    return [text.zfill(5) if text.isdigit() and len(text) == 4 else text] if text else []


def tax(cell: str) -> list[str]:
    """A tax number: its letters and digits."""
    return [text] if (text := code(cell)) else []


def code(text: str) -> str:
    """Letters and digits only, in capitals."""
    return re.sub(r"[\W_]", "", text).upper()


def plain(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
