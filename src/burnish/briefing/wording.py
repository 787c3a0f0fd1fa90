"""What every form of the page says alike: its title, who looks as usual, what changed, how whole it is."""

from __future__ import annotations

from datetime import date

from burnish.briefing.contents import Briefing, Change, Check, Counts, Item, Reason, Row, RowsKept, Standing
from burnish.briefing.facts import day
from burnish.briefing.words import counted, number, on, says, weekday, word, words

CHANGES = ("new", "worse", "better", "gone")


def title(briefing: Briefing) -> str:
    """How many things there are."""
    things = len(briefing.items)
    if not things:
        return word("title", "stale" if is_stale(briefing) else "none")
    if things == 1:
        return word("title", "one")
    spelled = words()["title"]["counts"]
    return word("title", "many").format(things=spelled[things] if things < len(spelled) else things)


def is_stale(briefing: Briefing) -> bool:
    """Whether the data is too old or too thin for silence to mean anything."""
    return any(note.kind == "data_gap" for note in briefing.notes)


def as_known(briefing: Briefing) -> str:
    """Whose page of which day."""
    said = word("top", "as_known")
    return said.format(as_of=full_day(briefing.as_of), reader=reader(briefing.reader))


def reader(name: str) -> str:
    """A reader as people speak of them."""
    return str(words()["readers"].get(name, f"the {name}"))


def usual(counts: Counts, *, shown: str = "usual") -> str:
    """How many customers look as usual and how many cannot be judged, with the commonest reason."""
    said = [counted("top", shown, number("usual", counts.usual, "customers"))]
    if counts.standing:
        said.append(says("top", "standing", number("standing", counts.standing)))
    if counts.unjudged:
        reason = counts.reasons[0][0].rstrip(".")
        unjudged = says("top", "unjudged", number("unjudged", counts.unjudged))
        said.append(f"{unjudged}; {word('top', 'typically')}: {reason}.")
    if counts.without_orders:
        said.append(counted("top", "without", number("without", counts.without_orders)))
    return " ".join(said)


def empty_day(briefing: Briefing) -> str:
    """What was looked at on a day without conclusions, so that quiet is not taken for broken."""
    if not briefing.counts.judged:
        return word("empty", "young")
    looked = says("empty", "looked", number("judged", briefing.counts.judged, "customers"))
    if briefing.standing:
        return f"{looked} {word('empty', 'standing')}"
    return f"{looked} {word('empty', 'stale' if is_stale(briefing) else 'calm')}"


def kind(name: str) -> str:
    """A kind of conclusion as a colleague would call it."""
    return word("kinds", name)


def parted(headline: str) -> tuple[str, str]:
    """The finding, and what its sentence says in brackets at the end."""
    finding, bracket, rest = headline.rpartition(" (")
    if not bracket or not rest.endswith(").") or ")" in rest[:-2]:
        return headline, ""
    return f"{finding}.", f"{rest[:1].upper()}{rest[1:-2]}."


def since(item: Item) -> str:
    """Since when it is said."""
    return word("card", "new") if item.is_new else says("card", "since", on("entry_on", item.entry_on))


def odds(item: Item) -> str:
    """The odds as a figure."""
    return word("card", "odds_unknown") if item.odds_percent is None else f"{item.odds_percent} %"


def odds_line(item: Item) -> str:
    """The odds with the outcome that they are the odds of, and its day."""
    said = word("card", "odds_line")
    return said.format(odds=odds(item), outcome=item.outcome, outcome_on=day(item.outcome_on))


def who_line(item: Item) -> str:
    """Who should act, and by when."""
    said = word("card", "who_line")
    return said.format(owner=word("roles", item.owner), due_on=full_day(item.due_on))


def sources(reason: Reason) -> str:
    """The tables behind a signal by what people call their rows."""
    return ", ".join(word("tables", name) for name in reason.sources)


def explanation(check: Check, item: Item) -> str:
    """An explanation by its name; where several signals stand together, also of which one it is."""
    name = word("explanations", check.explanation)
    return f"{name} ({kind(check.signal).lower()})" if item.is_joined else name


def place(row: Row) -> str:
    """Where a row is to be found."""
    said = word("rows", "place_sheet" if row.sheet else "place")
    return said.format(file=row.file, sheet=row.sheet, line=row.line)


def watch_line(watch: tuple[Item, ...], *, most: int) -> str:
    """Who is kept in sight, in one line."""
    names = ", ".join(item.name for item in watch[:most])
    if len(watch) > most:
        names = f"{names} {says('side', 'watch_more', number('more', len(watch) - most))}"
    return f"{word('side', 'watch_line')}: {names.rstrip('.')}."


def standing_line(standing: tuple[Standing, ...], *, most: int) -> str:
    """Who stood out too long ago to be said again, in one line."""
    names = ", ".join(f"{one.name} ({stood(one)})" for one in standing[:most])
    if len(standing) > most:
        names = f"{names} {says('side', 'watch_more', number('more', len(standing) - most))}"
    return f"{word('side', 'standing')}: {names}."


def stood(one: Standing) -> str:
    """The kind of what stands, and since when."""
    name = kind(one.kind).lower()
    return name if one.entry_on is None else f"{name} {says('side', 'since', on('since', one.entry_on))}"


def compares(briefing: Briefing) -> bool:
    """Whether anything is to be said of changes: not on an empty page beside nothing."""
    return bool(briefing.changes) or (briefing.changes is not None and bool(briefing.items))


def by_verdict(item: Item) -> tuple[tuple[Check, ...], tuple[Check, ...]]:
    """The explanations that still stand or cannot be tested, and those ruled out."""
    ruled_out = tuple(check for check in item.checks if check.verdict == "rejected")
    return tuple(check for check in item.checks if check not in ruled_out), ruled_out


def why_command(item: Item) -> str:
    """The command that opens this conclusion by its id."""
    return f"burnish why {item.id}"


def data_line(briefing: Briefing) -> str:
    """How new and how whole the data is, in one line."""
    newest, rows = briefing.newest_order_on, briefing.rows
    parts = [
        word("side", "none_line") if newest is None else says("side", "newest_line", on("newest", newest))
    ]
    if rows is not None:
        parts.append(kept(rows))
    return f"{'; '.join(parts)}. {word('side', 'snapshot')} {briefing.snapshot}."


def kept(rows: RowsKept) -> str:
    """The row account: rows in = loaded + rejected."""
    figures = (number("loaded", rows.loaded), number("rejected", rows.rejected))
    return says("side", "rows", number("rows_in", rows.rows_in, "rows"), *figures)


def changed_heading(changes: tuple[Change, ...]) -> str:
    """Since when things changed; also says so when nothing did."""
    days = [change.since for change in changes if change.since is not None]
    nothing = "" if told(changes) else "nothing"
    if not days:
        return word("changed", "nothing_plain" if nothing else "plain")
    return word("changed", nothing or "since").format(since=full_day(max(days)))


def told(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes worth a line: not those that stayed as they were."""
    return tuple(change for change in changes if change.change in CHANGES)


def changed(change: Change) -> str:
    """One change in a line; of what is new the card says the rest."""
    about = f"{change.name}, {kind(change.kind).lower()}"
    return about if change.change == "new" else f"{about}. {change.sentence}"


def full_day(one: date) -> str:
    """A day with its weekday: "Monday 30 June 2014"."""
    return f"{weekday(one)} {day(one)}"


def calm(said: str) -> str:
    """Without control and direction characters, which could steer a terminal or turn a line around."""
    return "".join(sign if sign.isprintable() else " " for sign in said)
