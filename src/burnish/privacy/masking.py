"""Masking of short operational text: e-mail, phone, titled names, and names the vault knows.

There is no promise for an unknown, untitled name in short text; docs/methods/privacy.md has the
measured miss rates. Longer text is kept apart in the vault as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from burnish.privacy.distinct import matching, odd, repeats, strings

BODY_CHARACTERS = 120
EMAIL_MASK, PHONE_MASK, NAME_MASK = "[e-mail]", "[phone]", "[name]"
HINT = "|".join(
    (
        r"[@＠]\s?[\p{L}\d._-]+\.\p{L}{2}|[(\[](?i:at|dot)[)\]]",
        r"\+[1-9]|[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}|\)[-. ]?[2-9]\d{2}[-. ]\d{4}",
        r"(?i:(?:ph|cell|call|contact|dial|direct|office|desk|sms|text)\b.{0,40})"
        r"[2-9]\d{2}\)?[-. ]{0,2}[2-9]\d{2}[-. ]?\d{4}",
        r"(?i:(?:tel|phone|fax|mobil|mob\b|handy|whatsapp|tlf|fon)\D{0,12}[+(]?\d(?:[ ./()-]{0,2}\d){6})",
        r"\b(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Sra|Srta|Hr|Fr|MS|DR|SR|SRA|PROF|M)\."
        r"|Mr|Mrs|Ms|MR|MRS|Miss|Mx|Dr|Prof"
        r"|Herrn?|HERRN?|Frau|FRAU|Sra|Señora?|Senora?|Mme|Mlle|Monsieur|Madame|Don|Doña|Sr)"
        r"\s+(?:\p{Ll}+\s+)*\p{Lu}",
        r"(?i:\b(?:attn|att|attention|atenci[oó]n|c/o|z\.\s?hd?n?|zu h[äÄ]nden"
        r"|contact|buyer|ask for|requested by)\b)"
        r"[\s:.\-]{0,6}(?:(?i:mr|mrs|ms|dr|herrn?|frau)\.?\s+)?\p{Lu}",
        r"(?i:(?:ruf|tel|t[eé]l|phone|fon|fax|mob|handy|call|whatsapp|tlf|llamar|appel|durchwahl"
        r"|kontakt|\[name\])).{0,45}\(?0(?:[ ./()-]{0,3}\d){7}",
    )
)
EMAIL = re.compile(
    r"[^\s@<>()\[\]{},;:\"|/\\=]+\s?(?:@|＠|\((?:at|AT)\)|\[(?:at|AT)\])\s?"
    r"(?:[^\W_](?:[\w-]*[^\W_])?(?:\.|\s?[(\[](?:dot|DOT)[)\]]\s?))+[^\W\d_]{2,}"
)
EXTENSION = r"(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?"
NANP = rf"(?:\+?1[-. ]{{0,2}})?\(?[2-9]\d{{2}}\)?[-. ]{{0,2}}[2-9]\d{{2}}[-. ]?\d{{4}}{EXTENSION}"
PHONES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w+])\+[1-9]\d{0,3}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}(?:\s*(?:x|ext\.?)\s*\d{1,6})?(?![\w.])",
        r"(?i)(?<!\w)(?P<said>(?:tele(?:ph|f)on[eo]?|tel|phone|fax|mobile?|mob|mobil|handy|whatsapp|tlf|fon)"
        rf"\.?\s*(?:no|number|nr)?[.:#]{{0,2}}\s*)[+(]?\d(?:[ .\-/()]{{0,2}}\d){{6,14}}(?!\d){EXTENSION}",
        r"(?i)(?<!\w)(?P<said>(?:ph|cell|call|contact|dial|direct|office|desk|sms|text)[.:#]{0,2}\s+"
        rf"(?:\w+\s+){{0,3}}?){NANP}(?!\w)",
        rf"(?i)(?<!\w)(?P<said>(?:ph|cell|call|dial)[.:#]\s*){NANP}(?!\w)",
        r"(?<![\w.#/-])(?:\+?1[-. ])?(?:\([2-9]\d{2}\)[-. ]?|[2-9]\d{2}-|[2-9]\d{2}\.)[2-9]\d{2}[-.]\d{4}"
        r"(?:\s*(?:x|ext\.?)\s*\d{1,6})?(?![\w/]|[-.]\w)",
        r"(?<![\w.#/-])(?:\+?1[-. ])?\([2-9]\d{2}\) ?[2-9]\d{2} \d{4}(?![\w/]|[-.]\w)",
    )
)
LOCAL = re.compile(
    r"(?<![\w.#/+-])(?:"
    r"(?:\(0[1-9]\d{1,4}\)|00[1-9]\d{0,3}|0[1-9]\d{1,4})(?:[ ./()-]{1,3}\d{2,8}){1,4}(?:-\d)?"
    r"|0[1-9](?P<gap>[ .-])\d{2}(?:(?P=gap)\d{2}){3}"
    r"|0[1-9][ /-]{1,3}\d{6,8}"
    r"|(?P<bare>0[1-9]\d{8,12})"
    r")(?![\w/]|[-.]\w)"
)
LOCAL_DIGITS = range(9, 15)
TELLING = re.compile(
    r"(?<!\w)(?:(?:rück|rueck|an)?ruf\w*|tel|tele(?:ph|f)on\w*|phone|fon|fax|mobil\w*|mob|handy|call|whatsapp|tlf"
    r"|llamar|t[eé]l|appel\w*|durchwahl|kontakt)(?!\w)|(?P<name>\[name\])",
    re.IGNORECASE,
)
TELLING_WITHIN = 40
NOT_A_PHONE_BEFORE = re.compile(
    r"(?:\b(?:p/?n|part|dwg|drawing|item|lot|heat|serial|s/?n|po|job|wo|order|ref|spec|nsn|invoice|inv|quote|cert"
    r"|packing|ps|bol|rma|model|die|tool|rack|nr|no|number|release|rel|account|acct)[.:#]?\s*(?:no|number|num|nr)?[.:#]?|#)\s*$",
    re.IGNORECASE,
)
WORD = r"(?:[^\W\d_][^\W\d_'’]*(?:[-'’][^\W\d_]+)*)"
NAME = (
    r"(?:(?:van|von|de|del|della|di|da|der|den|la|le|bin|al|ter|ten|dos)\s+)*"
    rf"(?:[A-Z]\.\s*)*(?=[A-ZÀ-ÖØ-ÞĀ-Ž]){WORD}(?:\s+[A-Z]\.)*"
    rf"(?:\s+(?:(?:van|von|de|del|della|di|da|der|den|la|le|bin|al|ter|ten|dos|y|e)\s+)*(?=[A-ZÀ-ÖØ-ÞĀ-Ž]){WORD}){{0,2}}"
)
TITLED = re.compile(
    r"(?<![\w/.])(?P<said>(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Sra|Srta|Hr|Fr|MS|DR|SR|SRA|PROF|M)\.|Mr|Mrs|Ms|MR|MRS|Miss|Mx|Dr|Prof"
    r"|Herrn?|HERRN?|Frau|FRAU|Sra|Srta|Señora?|Senora?|Mme|Mlle|Monsieur|Madame|Don|Doña|Sr)\s+(?:Dr\.?\s+|Prof\.?\s+|Ing\.?\s+)*)"
    rf"(?P<name>{NAME})"
)
ADDRESSED = re.compile(
    r"(?i:(?<!\w)(?P<said>(?:attn|att|attention|atencion|atención|c/o|z\.\s?h(?:d|dn)?|zu händen"
    r"|contact|buyer|ask for|requested by)"
    rf"\.?\s*[:.\-]?\s*(?:(?:mr|mrs|ms|dr|herrn?|frau)\.?\s+)?))(?P<name>{NAME})"
)
ROLE_WORDS = frozenset(files("burnish.privacy").joinpath("not_names.txt").read_text("utf-8").split())
PARTICLES = frozenset(
    (
        "van",
        "von",
        "de",
        "del",
        "della",
        "di",
        "da",
        "der",
        "den",
        "la",
        "le",
        "bin",
        "al",
        "ter",
        "ten",
        "dos",
        "y",
        "e",
    )
)
TOKEN = re.compile(r"[^\W\d_]+")
LETTERS = np.array(
    [ord(chr(b).lower()) if chr(b).isalpha() and b < 128 else 32 for b in range(128)] + [*range(128, 256)],
    np.uint8,
)


@dataclass(frozen=True)
class KnownNames:
    """Names of people to mask, from the vault at `version`. Held in memory only, never shown.

    `forms`: first word -> the ways a name that begins with it may be written, longest first.
    """

    version: int = 0
    forms: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return sum(map(len, self.forms.values()))

    @cached_property
    def words(self) -> pa.Array:
        """All words of all forms, for the cheap test."""
        return pa.array(sorted({word for found in self.forms.values() for form in found for word in form}))

    @classmethod
    def of(cls, names: Iterable[str], *, version: int = 0) -> KnownNames:
        """Names as written, one per person. Single words and job titles are not taken as names."""
        every = {form for name in names for form in forms(name)}
        by_first: dict[str, list[tuple[str, ...]]] = {}
        for form in sorted(every, key=lambda form: (-len(form), form)):
            by_first.setdefault(form[0], []).append(form)
        return cls(version, {first: tuple(found) for first, found in by_first.items()})


def forms(name: str) -> set[tuple[str, ...]]:
    """The word sequences under which one name may stand: First Last, Last First, without middle names."""
    last, comma, first = name.partition(",")
    units = [split_words(unit) for unit in (f"{first} {last}" if comma else name).split()]
    units = [unit for unit in units if len("".join(unit)) > 1]
    words = {word for unit in units for word in unit}
    if not 2 <= len(units) <= 6 or not words - PARTICLES - ROLE_WORDS:
        return set()
    orders = (units, [units[-1], *units[:-1]], [units[0], units[-1]], [units[-1], units[0]])
    return {tuple(word for unit in order for word in unit) for order in orders}


def split_words(text: str) -> tuple[str, ...]:
    """Words in the form in which they are compared: lower case, without accents."""
    return tuple(unaccented(word) for word in TOKEN.findall(text))


def unaccented(text: str) -> str:
    """Lower case without accents, so that José, JOSÉ and Jose are one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def mask(cells: pa.Array, known: KnownNames) -> tuple[pa.Array, int]:
    """Mask people in short text. Returns strings of the same length and the number of cells changed.

    Masking twice changes nothing more. Null stays null.
    """
    cells = strings(cells)
    suspected = matching(cells, HINT)
    if known.forms:
        suspected = pc.or_(suspected, naming(cells, known))
    found = odd(cells, suspected)
    if found is None:
        return cells, 0
    masked = found.spread(
        pa.array([masked_text(text, known) for text in found.values.to_pylist()], pa.string())
    )
    changed = pc.fill_null(pc.not_equal(masked, cells), False)
    return pc.if_else(changed, masked, cells), pc.sum(changed).as_py() or 0


def naming(cells: pa.Array, known: KnownNames) -> pa.Array:
    """Which rows hold two words, side by side in any order, that stand together in a known name."""
    if repeats(cells):
        coded = cells.dictionary_encode()
        return naming_each(coded.dictionary, known).take(coded.indices)
    return naming_each(cells, known)


def naming_each(cells: pa.Array, known: KnownNames) -> pa.Array:
    """Rows with two words of known names at least. Accents go first where there are any."""
    accented = pc.fill_null(pc.invert(pc.string_is_ascii(cells)), False)
    if pc.any(accented).as_py():
        bare = pa.array([unaccented(text) for text in cells.filter(accented).to_pylist()], pa.string())
        cells = pc.replace_with_mask(cells, accented, bare)
    words = pc.ascii_split_whitespace(only_words(pc.fill_null(cells, "")))
    known_word = pc.is_in(words.flatten(), value_set=known.words).to_numpy(zero_copy_only=False)
    before = np.concatenate(([0], np.cumsum(known_word)))
    ends = words.offsets.to_numpy()
    return pa.array(before[ends[1:]] - before[ends[:-1]] > 1)


def only_words(cells: pa.Array) -> pa.Array:
    """The cells in lower case with a blank in place of each ASCII sign that is no letter."""
    ends = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]
    letters = np.frombuffer(cells.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    return pa.StringArray.from_buffers(
        len(cells), pa.py_buffer((ends - ends[0]).astype(np.int32)), pa.py_buffer(LETTERS[letters])
    )


def masked_text(text: str, known: KnownNames) -> str:
    """One value, masked."""
    text = EMAIL.sub(EMAIL_MASK, text)
    for phone in PHONES:
        text = phone.sub(mask_phone, text)
    text = TITLED.sub(mask_name, text)
    text = ADDRESSED.sub(mask_name, text)
    text = mask_known(text, known) if known.forms else text
    return LOCAL.sub(mask_local, text)


def mask_phone(match: re.Match[str]) -> str:
    """The mask in place of a phone number, unless the words before call it something else."""
    said = match["said"] if "said" in match.re.groupindex else ""
    digits = sum(letter.isdigit() for letter in match[0])
    if not said and (digits < 8 or NOT_A_PHONE_BEFORE.search(match.string[: match.start()])):
        return match[0]
    return said + PHONE_MASK


def mask_local(match: re.Match[str]) -> str:
    """The mask in place of a local number (0, area code, number) that a telling word or a name announces."""
    before = match.string[: match.start()]
    said = [found["name"] for found in TELLING.finditer(before[-TELLING_WITHIN:])]
    announced = None in said if match["bare"] else bool(said)
    digits = sum(letter.isdigit() for letter in match[0])
    if not announced or digits not in LOCAL_DIGITS or NOT_A_PHONE_BEFORE.search(before):
        return match[0]
    return PHONE_MASK


def mask_name(match: re.Match[str]) -> str:
    """The mask in place of a name, unless it begins with a job title or department."""
    words = split_words(match["name"])
    if not words or words[0] in ROLE_WORDS:
        return match[0]
    return match["said"] + NAME_MASK


def mask_known(text: str, known: KnownNames) -> str:
    """Known names masked where they stand as whole words, the longest form first."""
    found = [(unaccented(match[0]), *match.span()) for match in TOKEN.finditer(text)]
    kept, at, place = [], 0, 0
    while place < len(found):
        long = name_at(found, place, text, known)
        if long:
            kept += [text[at : found[place][1]], NAME_MASK]
            place += long
            at = found[place - 1][2]
        else:
            place += 1
    return "".join(kept) + text[at:]


def name_at(found: list[tuple[str, int, int]], place: int, text: str, known: KnownNames) -> int:
    """How many words from `place` on are a known name, initials between them allowed; 0 when none."""
    for form in known.forms.get(found[place][0], ()):
        taken, end = 1, place + 1
        while taken < len(form) and end < len(found) and close(text[found[end - 1][2] : found[end][1]]):
            if found[end][0] == form[taken]:
                taken += 1
            elif len(found[end][0]) > 1:
                break
            end += 1
        if taken == len(form):
            return end - place
    return 0


def close(between: str) -> bool:
    """Whether two words belong together by what stands between them."""
    return len(between) <= 3 and not between.strip(" \t\n\u00a0,._'’-")


def keep_apart(cells: pa.Array, *, longest: int = BODY_CHARACTERS) -> tuple[pa.Array, pa.Array]:
    """Open text and which rows are bodies: over `longest` characters the open text is a neutral note."""
    cells = strings(cells)
    length = pc.fill_null(pc.utf8_length(cells), 0)
    bodies = pc.greater(length, longest)
    note = pc.binary_join_element_wise("[text kept apart, ", length.cast(pa.string()), " characters]", "")
    return pc.if_else(bodies, note, cells), bodies
