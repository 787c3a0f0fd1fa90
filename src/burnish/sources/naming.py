"""What programs write about one record beside its name, made comparable: other names, hosts, merged records.

Applied to every landed company and contact, whatever its source; what is compared is made later (identity).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain, islice

import pyarrow as pa
import pyarrow.compute as pc

from burnish.sources.headers import squashed

BETWEEN = "; "
HOST = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*:(?://)?)?(?:[^@/\s]*@)?(?:www\d?\.)?([^\s/:?#,;|@]+\.[^\s/:?#,;|@]+)"
)
NO_NAME = frozenset(("na", "none", "same", "null", "false", "unknown", "sameasabove"))
STAMPED = re.compile(r":\d{10,}$")  # HubSpot writes when a contact was merged behind its number


def settled(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Typed columns of companies or contacts with those named here put in order."""
    done = dict(columns)
    if "domain" in columns:
        done["domain"] = changed(columns["domain"], host)
    if "merged_from" in columns:
        done["merged_from"] = changed(columns["merged_from"], records)
    if "alias" in columns:
        named = columns.get("name", pa.nulls(len(columns["alias"]), pa.string()))
        both = zip(columns["alias"].to_pylist(), named.to_pylist(), strict=True)
        done["alias"] = pa.array([others(alias, name) for alias, name in both], pa.string())
    own = [columns[name] for name in ("name", "code") if name in columns]
    return done | {name: elsewhere(done[name], own) for name in ("parent_ref", "merged_into") if name in done}


def elsewhere(refs: pa.Array, own: Iterable[pa.Array]) -> pa.Array:
    """References to other records: one to the record itself, by its name or code, says nothing."""
    for cells in own:
        refs = pc.if_else(pc.fill_null(pc.equal(refs, cells), False), None, refs)
    return refs


def changed(cells: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Every distinct text changed once."""
    coded = cells.dictionary_encode()
    made = [change(text) for text in coded.dictionary.to_pylist()]
    return pa.array(made, pa.string()).take(coded.indices)


def host(text: str) -> str | None:
    """The bare host of a web or mail address in lower case; other text stays, unless it is an address."""
    found = HOST.match(text.strip().lower())
    if found:
        return found[1].rstrip(".)>'\"")
    return None if "@" in text else text.lower()


def records(text: str) -> str | None:
    """The numbers of merged records, one after the other, without the moments of merging."""
    listed = text.strip("[] ").replace('"', "").replace(",", ";") if text.startswith("[") else text
    return joined(STAMPED.sub("", part.strip()) for part in listed.split(";"))


def others(alias: str | None, name: str | None) -> str | None:
    """The other names that are not the name itself written in another way, each once."""
    if alias is None:
        return None
    parts = [part.strip() for part in alias.split(";")]
    unlike = {marked(part): part for part in reversed(parts) if squashed(part) not in NO_NAME}
    return joined(part for mark, part in reversed(unlike.items()) if mark != marked(name or ""))


def marked(name: str) -> str:
    """A name by its letters and digits; as it is where it has none."""
    return squashed(name) or name


def joined(parts: Iterable[str]) -> str | None:
    """Parts that say something, each once, in their order; None where there are none."""
    return BETWEEN.join(dict.fromkeys(part for part in parts if part)) or None


def each(cells: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Change every part of cells that list several; parts that become null are left out."""
    listed = [cell.split(BETWEEN) if cell else [] for cell in cells.to_pylist()]
    made = iter(change(pa.array(chain.from_iterable(listed), pa.string())).to_pylist())
    kept = [joined(part for part in islice(made, len(parts)) if part) for parts in listed]
    return pa.array(kept, pa.string())
