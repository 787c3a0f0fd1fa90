"""Is this customer a natural person? A cautious guess; a mapping can overrule it.

Taken for persons: titled names, "Last, First", walk-in and cash customers with a name, and names that the
vault holds as a contact's. Anything with a legal form, a digit or a trade word is a company.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from burnish.privacy.masking import NAME_MASK, KnownNames, mask

TITLED = r"(?i)^(mr|mrs|ms|miss|dr|herr|frau|sr|sra)\.? +[\pL'’-]+( +[\pL'’.-]+){0,3}$"
LAST_FIRST = r"^\p{Lu}[\p{Ll}'’-]+, +\p{Lu}[\p{Ll}'’-]+( +\p{Lu}\.?)?$"
WALK_IN = r"(?i)\b(walk[ -]?in|cash customer|private|individual)\b.*\pL"
COMPANY = (
    r"(?i)\d|&|/|\b(inc|llc|ltd|corp|co|company|gmbh|ag|kg|sa|srl|bv|nv|plc|pty|oy|ab|as|limited|group|bros|sons|"
    r"metal|metals|steel|plating|finishing|coating|coatings|machine|machining|fab|fabrication|tool|tools|"
    r"manufacturing|mfg|industries|industrial|products|works|systems|technologies|supply|services|aerospace|"
    r"automotive|city|county|university|school|ministry)\b"
)


def looks_like_a_person(
    names: pa.Array, known: KnownNames, said: pa.Array | None = None, *, everyone: bool = False
) -> pa.Array:
    """True where the customer is taken for a person. `said` is the source's own word, where it has one."""
    if everyone:
        return names.is_valid()
    text = pc.fill_null(pc.utf8_trim_whitespace(names), "")
    shaped = pc.or_(pc.match_substring_regex(text, TITLED), pc.match_substring_regex(text, LAST_FIRST))
    shaped = pc.or_(shaped, pc.match_substring_regex(text, WALK_IN))
    guess = pc.and_(
        pc.or_(shaped, pc.equal(mask(text, known)[0], NAME_MASK)),
        pc.invert(pc.match_substring_regex(text, COMPANY)),
    )
    return guess if said is None else pc.coalesce(said, guess)
