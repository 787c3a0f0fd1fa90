"""Who is who: look at it, answer questions about it, put together and take apart."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.door import JsonOption, ShopOption, app, given, opened, report, say
from burnish.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from burnish.identity.asking import Precision
    from burnish.privacy.vault import Vault
    from burnish.shop import Shop
    from burnish.whoiswho import Change, Customer, NewModel, Question, Session, Summary
    from burnish.whoiswho.customers import Batch, Finding, Kind, Link, People, Record
    from burnish.whoiswho.questions import Side
    from burnish.whoiswho.retraining import Retrained

WIDTH, LABEL = 80, 13
COLUMN = (WIDTH - LABEL - 2) // 2
ANSWERS = {"s": "same", "d": "different", "u": "unsure"}
ASKED = "[s]ame  [d]ifferent  [u]nsure  [b]ack  [q]uit: "
FLIPS = 20  # shown at most
SURE = 0.9999
NEXT = "`burnish refresh` applies it."
NO_SAMPLE = "Nothing was joined, so there is nothing to sample."

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so. Default: you.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, for those who read it later.")]


@app.command()
def who(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help="An id, a record key, or part of a name.")
    ] = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who is who: how it stands, or one customer with its records and why they are one."""
    from burnish.whoiswho import customer, held, summary
    from burnish.whoiswho.customers import spelled

    known = held(opened(ctx, shop))
    found = customer(known, name) if name else summary(known)
    if given(ctx, "json", as_json):
        report(asdict(found))
    elif name:
        tell_customer(found)  # type: ignore[arg-type]
    else:
        tell_summary(found, spelled(known, doubtful(found.company)))  # type: ignore[union-attr,arg-type]


LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", help="Ask at most so many.")]
SampleOption = Annotated[
    int | None, typer.Option("--sample", metavar="N", help="Ask about N joined pairs, drawn at random.")
]
PeopleOption = Annotated[bool, typer.Option("--people", help="Ask about people; shows what the vault holds.")]
UnsureOption = Annotated[bool, typer.Option("--unsure", help="Ask again where you were unsure.")]
GateOption = Annotated[
    float | None, typer.Option("--gate", metavar="P", help="Join pairs at least this likely (0.97).")
]
ModelOption = Annotated[
    str, typer.Option("--model", metavar="VERSION", help="An earlier model by its version, or shipped.")
]
RetrainOption = Annotated[
    bool, typer.Option("--retrain", help="Learn new weights; shows what they would change.")
]
UndoOption = Annotated[
    int | None, typer.Option("--undo", metavar="BATCH", help="Take a batch of decisions back.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Keep the new weights without asking.")]


@dataclass(frozen=True)
class Wanted:
    """What `burnish match` is asked to do."""

    people: bool
    by: str
    why: str
    as_json: bool
    limit: int | None
    sample: int | None
    unsure: bool
    yes: bool

    @property
    def kind(self) -> str:
        """Companies or people."""
        return "person" if self.people else "company"

    @property
    def asks(self) -> tuple[tuple[str, bool], ...]:
        """Kinds to ask about, and whether of private customers: `--people` asks about these too."""
        if not self.people:
            return (("company", False),)
        return (("person", False),) if self.sample else (("person", False), ("company", True))


@app.command()
def match(
    ctx: typer.Context,
    limit: LimitOption = None,
    sample: SampleOption = None,
    people: PeopleOption = False,
    unsure: UnsureOption = False,
    gate: GateOption = None,
    model: ModelOption = "",
    retrain: RetrainOption = False,
    undo: UndoOption = None,
    yes: YesOption = False,
    by: ByOption = "",
    why: WhyOption = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer what is uncertain: same, different or unsure. Each answer is kept at once."""
    if any(number is not None and number < 1 for number in (limit, sample, undo)):
        raise UsageError("a number is below 1", "--limit, --sample, --undo", "Write a number from 1.")
    acts = {"--sample": sample, "--unsure": unsure, "--gate": gate, "--model": model}
    act = only_one(acts | {"--retrain": retrain, "--undo": undo})
    as_json = given(ctx, "json", as_json)
    wanted = Wanted(people, by or login(), why, as_json, limit, sample, unsure, yes)
    ACTS.get(act, ask_about)(opened(ctx, shop), wanted, (acts | {"--undo": undo}).get(act))


@app.command()
def merge(
    ctx: typer.Context,
    customers: Annotated[
        list[str], typer.Argument(metavar="CUSTOMER...", help="Ids, record keys, or names.")
    ],
    why: WhyOption = "",
    by: ByOption = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that customers are one."""
    from burnish.whoiswho import merge as put_together

    changed = put_together(opened(ctx, shop), customers, by=by or login(), why=stated(why, "merge"))
    tell_change(changed, as_json=given(ctx, "json", as_json))


@app.command()
def split(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="An id or a name.")],
    records: Annotated[
        list[str], typer.Argument(metavar="KEY...", help="Its records that do not belong to it.")
    ],
    why: WhyOption = "",
    by: ByOption = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take records out of a customer; those taken out stay together."""
    from burnish.whoiswho import split as take_apart

    there, why = opened(ctx, shop), stated(why, "split")
    tell_change(
        take_apart(there, customer, records, by=by or login(), why=why), as_json=given(ctx, "json", as_json)
    )


def only_one(wanted: Mapping[str, Any]) -> str:
    """The option that is given, or none. Raises UsageError when several do different things."""
    named = [name for name, value in wanted.items() if not (value is None or value is False or value == "")]
    if len(named) > 1:
        raise UsageError("these do different things", ", ".join(named), "Give one of them at a time.")
    return named[0] if named else ""


def stated(why: str, command: str) -> str:
    """The reason. Raises UsageError where none is given."""
    if not why.strip():
        fix = 'Say it in a few words: --why "same tax number".'
        raise UsageError("the reason is missing", f"burnish {command} --why", fix)
    return why.strip()


def login() -> str:
    """The name under which one is logged in."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return "owner"


def tell_change(changed: Change, *, as_json: bool) -> None:
    """What was decided, and what to do next."""
    if as_json:
        report(asdict(changed))
        return
    for line in changed.says:
        say(line)
    several = len(changed.batches) > 1
    named = f"batch{'es' if several else ''} {' and '.join(map(str, changed.batches))}"
    say(f"{counted(changed.decisions, 'decision')} kept as {named}. {applies(changed.decisions)}")
    say("To take back: " + ", ".join(f"burnish match --undo {batch}" for batch in reversed(changed.batches)))


def take_back(shop: Shop, wanted: Wanted, batch: int) -> None:
    """Undo one batch."""
    from burnish.whoiswho import undo

    tell_change(undo(shop, batch, by=wanted.by, why=wanted.why), as_json=wanted.as_json)


def set_gate(shop: Shop, wanted: Wanted, gate: float) -> None:
    """Keep a model with another gate."""
    from burnish.whoiswho import keep_gate

    kept = keep_gate(shop, gate, kind=wanted.kind, by=wanted.by, why=wanted.why)
    tell_model(kept, as_json=wanted.as_json)


def set_model(shop: Shop, wanted: Wanted, version: str) -> None:
    """Take up an earlier model again."""
    from burnish.whoiswho import take_model

    kept = take_model(shop, version, kind=wanted.kind, by=wanted.by, why=wanted.why)
    tell_model(kept, as_json=wanted.as_json)


def tell_model(kept: NewModel, *, as_json: bool) -> None:
    """Which model counts now, and what that changes."""
    if as_json:
        report(asdict(kept))
        return
    if kept.version == kept.before:
        say(f"Model {kept.version} with gate {kept.gate:g} is in use already. Nothing was changed.")
        return
    say(f"Model {kept.before} -> {kept.version}, gate {kept.gate_before:g} -> {kept.gate:g}.")
    if kept.questions is not None:
        say(f"{counted(kept.questions, 'question')} will wait then, {kept.questions_before:,} before.")
    say(f"`burnish match --model {kept.before}` goes back. {NEXT}")


def learn(shop: Shop, wanted: Wanted, _: object) -> None:
    """Learn new weights, show which pairs would flip, keep them when that is wanted."""
    from burnish.whoiswho.retraining import keep, retrained

    found = retrained(shop, wanted.kind)
    if not wanted.as_json:
        tell_flips(found)
    asks = not wanted.as_json and found.changed and not wanted.yes
    kept = found.changed and (wanted.yes or (asks and asked("Keep the new weights? y or n: ") == "y"))
    if kept:
        keep(shop, found, by=wanted.by, why=wanted.why)
    if wanted.as_json:
        report(asdict(found) | {"kept": kept})
    elif found.changed:
        say(f"Kept as model {found.version}. {NEXT}" if kept else "Nothing was kept.")


def tell_flips(found: Retrained) -> None:
    """What new weights would change."""
    if not found.changed:
        say(f"Model {found.before} stays: nothing was learned that is not in it.")
        return
    say(f"Model {found.before} -> {found.version}: {counted(len(found.flips), 'pair')} would change sides.")
    for one in found.flips[:FLIPS]:
        moved = f"{chance(one.before)} -> {chance(one.after)}"
        say(f"  {one.was} -> {one.becomes}, probability {moved}")
        for name, key in ((one.left_name, one.left), (one.right_name, one.right)):
            say(f"      {record(name, key)}")
    if len(found.flips) > FLIPS:
        say(f"  and {len(found.flips) - FLIPS:,} more: --json lists all")


def ask_about(shop: Shop, wanted: Wanted, _: object) -> None:
    """Ask in the terminal, or list the questions."""
    if wanted.as_json:
        list_questions(shop, wanted)
    else:
        sit(shop, wanted)


def list_questions(shop: Shop, wanted: Wanted) -> None:
    """The questions as JSON: never a person's name."""
    from burnish.whoiswho import held, questions, sample, stands

    known, number = held(shop), wanted.sample
    if number:
        found = sample(known, number, wanted.kind)
    else:
        asks = wanted.asks
        found = [
            one for kind, own in asks for one in questions(known, kind, unsure=wanted.unsure, private=own)
        ]
    told = [asdict(one) for one in found[: wanted.limit]]
    private = stands(known, "company").private
    about = {"snapshot": known.snapshot, "kind": wanted.kind, "waiting": len(found), "private": private}
    report(about | {"questions": told})


def sit(shop: Shop, wanted: Wanted) -> None:
    """Ask in the terminal until nothing is left, `limit` is reached, or one quits."""
    from burnish.whoiswho import held, sitting, stands

    vault = shop.vault if wanted.people else None
    batches: list[int] = []
    left, goes_on = 0, True
    for kind, own in wanted.asks:
        how = {"unsure": wanted.unsure, "private": own, "number": wanted.sample}
        with sitting(shop, kind, by=wanted.by, why=wanted.why, **how) as session:  # type: ignore[arg-type]
            limit = None if wanted.limit is None else wanted.limit - len(batches)
            goes_on = goes_on and ask(session, vault, limit)
            batches += session.batches
            left += session.left().height
    state = stands(held(shop), wanted.kind)
    if wanted.sample and not state.precision.joined:
        say(NO_SAMPLE)
        return
    tell_kept(batches, left)
    if not wanted.people and state.private:
        tell_private(state.private)
    if wanted.sample:
        tell_precision(state.precision, options(wanted.kind))


def tell_kept(batches: list[int], left: int) -> None:
    """What a sitting kept, and how to take it back."""
    applied = f" {applies(len(batches))}" if batches else ""
    say(f"{counted(len(batches), 'answer')} kept, {left:,} left.{applied}")
    if len(batches) == 1:
        say(f"To take it back: burnish match --undo {batches[0]}")
    elif batches:
        paragraph(f"They are batches {spans(batches)}; to take one back: burnish match --undo N")


def applies(number: int) -> str:
    """The next step after so many answers or decisions."""
    return NEXT if number == 1 else "`burnish refresh` applies them."


def spans(numbers: list[int]) -> str:
    """`3 to 5, 7`: whole numbers in order, runs shortened."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(numbers) == 2:
        return " and ".join(map(str, sorted(numbers)))
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def tell_private(number: int) -> None:
    """How many questions are shown only together with the vault."""
    waits = "waits: `burnish match --people` shows it." if number == 1 else ""
    waits = waits or "wait: `burnish match --people` shows them."
    say(f"{counted(number, 'pair')} of private customers {waits}")


def ask(session: Session, vault: Vault | None, limit: int | None) -> bool:
    """One question after the other. Whether one came to the end and did not quit."""
    from burnish.whoiswho.questions import with_people

    while (limit is None or session.answered < limit) and (question := session.question()) is not None:
        shown = question if vault is None else with_people(question, session.held, vault)
        tell_question(shown, session.left().height, session.held.currency)
        said = asked(ASKED)
        while said not in {*ANSWERS, "b", "q", ""}:
            said = asked("Type s, d, u, b or q: ")
        if said in ("q", ""):
            return False
        if said != "b":
            session.answer(question, ANSWERS[said])
        elif not session.back():
            say("There is nothing to go back to.")
    return True


def asked(prompt: str) -> str:
    """What one types, its first letter in small; the end of input quits. An empty line is asked again."""
    while True:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            say()
            return ""
        if line.strip():
            return line.strip()[0].lower()


def tell_question(question: Question, left: int, currency: str) -> None:
    """Two records side by side, and what speaks for and against."""
    say("\n" + "=" * WIDTH)
    sure = question.probability
    known = "together through others" if sure is None else f"probability {chance(sure)}"
    say(f"{left:,} to ask. Are these one and the same? The model: {known}.\n")
    ends = (question.left, question.right)
    names = list(dict.fromkeys(name for side in ends for name in side.says))
    for name in names:
        beside(name.replace("_", " "), *(side.says.get(name, "") for side in ends))
    if question.kind == "company":
        beside("customer", *(with_others(side) for side in ends))
        beside("behind it", *(behind(side.money, side.rows, currency) for side in ends))
    tell_keys(question.left.key, question.right.key)
    if question.kind == "company":
        say("\nMore about either: burnish who KEY")
    say()
    tell_evidence(question.evidence, question.bits, indent="")


def with_others(side: Side) -> str:
    """A customer with how many records it has besides this one."""
    return side.customer + (f" and {counted(side.others, 'more record')}" if side.others else "")


def behind(money: int, rows: int, currency: str) -> str:
    """What was ordered, invoiced or paid."""
    return f"{money:,} {currency} in {counted(rows, 'row')}" if money or rows else "nothing ordered yet"


def tell_keys(left: str, right: str) -> None:
    """Both keys, each in one piece so that it can be copied."""
    if max(len(left), len(right)) <= COLUMN:
        beside("key", left, right)
        return
    say(f"{'key, left':<{LABEL}}{left}")
    say(f"{'key, right':<{LABEL}}{right}")


def beside(label: str, left: str, right: str) -> None:
    """One line of both records, wrapped within its column."""
    columns = [textwrap.wrap(text, COLUMN) or [""] for text in (left, right)]
    for n in range(max(map(len, columns))):
        parts = [lines[n] if n < len(lines) else "" for lines in columns]
        say(f"{label if n == 0 else '':<{LABEL}}{parts[0]:<{COLUMN}}  {parts[1]}".rstrip())


def tell_evidence(evidence: Sequence[Finding], bits: float | None, *, indent: str) -> None:
    """The waterfall: each finding with its weight in bits, then the sum."""
    for one in evidence:
        head = f"{indent}{one.bits:>+7.1f}  "
        text = f"{'to begin with' if one.comparison == 'prior' else one.comparison}: {one.found}"
        say(textwrap.fill(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)))
    if bits is not None:
        say(f"{indent}{bits:>+7.1f}  bits in all")


def chance(probability: float) -> str:
    """A probability with three digits, or four where it is near 1."""
    if probability > SURE:
        return f"over {SURE}"
    return f"{probability:.4f}" if probability >= 0.9995 else f"{probability:.3f}"


def tell_customer(found: Customer) -> None:
    """One customer for people."""
    kind = "a person" if found.is_person else found.industry or ""
    say(f"{found.name} ({found.id})" + (f", {kind}" if kind else ""))
    told = behind(found.money, found.rows, found.currency)
    say(f"{told[0].upper()}{told[1:]}.")
    if found.parent:
        say(f"Part of {found.parent.name} ({found.parent.id}).")
    if found.divisions:
        paragraph("Divisions: " + "; ".join(f"{one.name} ({one.id})" for one in found.divisions))
    tell_contacts(found.people)
    say(f"\nRecords ({len(found.records)})")
    widest = max((len(one.source) for one in found.records), default=0)
    for one in found.records:
        tell_record(one, widest)
    named = {one.key: f"{one.name or one.code or one.key} ({one.source})" for one in found.records}
    if found.links:
        say("\nWhy they are one")
    for link in found.links:
        tell_link(link, named, is_person=found.is_person)
    for key in found.unlinked:
        paragraph(f"{named.get(key, key)}: nothing links it now.", indent="  ")
    tell_state(found, named)


def tell_record(one: Record, widest: int) -> None:
    """One record of a customer, its source in a column of `widest` characters."""
    below = " " * (widest + 4)
    more = ", ".join(filter(None, [one.code and f"code {one.code}", *one.place.values()]))
    say(f"  {one.source:<{widest}}  {one.name or one.code or ''}" + (f" ({more})" if more else ""))
    say(f"{below}{one.key}")
    if one.parent:
        say(f"{below}parent there: {one.parent}")


def tell_contacts(people: People) -> None:
    """Contacts, counted."""
    if people.records:
        boxes = f", {counted(people.mailboxes, 'role mailbox', 'es')}" if people.mailboxes else ""
        moves = (
            f"; {people.came:,} came from other customers, {people.left:,} went"
            if people.came or people.left
            else ""
        )
        told = f"{counted(people.records, 'record')} of {counted(people.individuals, 'individual')}"
        say(f"Contacts: {told}{boxes}{moves}.")


def tell_link(link: Link, named: Mapping[str, str], *, is_person: bool) -> None:
    """Why two records are one."""
    left, right = (named.get(key, key) for key in (link.left, link.right))
    paragraph(f"{left} = {right}", indent="  ")
    if link.said is not None:
        say(f"      said by {link.said.by} on {link.said.on} UTC ({link.said.how}, batch {link.said.batch})")
        if link.said.why:
            paragraph(link.said.why, indent="      ")
    elif link.origin == "given":
        say("      the vault holds the same person" if is_person else "      the source itself says so")
    if link.evidence:
        sure = "" if link.probability is None else f", probability {chance(link.probability)}"
        say(f"      the evidence{sure}:")
        tell_evidence(link.evidence, link.bits, indent="    ")
    if link.weak:
        say("      WEAK: this alone holds two parts of the customer together. Look at it.")


def tell_state(found: Customer, named: Mapping[str, str]) -> None:
    """What is open about a customer, and what people said of it."""
    if found.oversized:
        say("\nOVERSIZED: very many records are one here. Look for one that does not belong.")
    if found.waits:
        say(f"\n{counted(found.waits, 'question')} in the queue: burnish match")
    if found.decisions:
        say("\nWhat people said")
        for said in found.decisions:
            tell_said(said, named)
    if found.next:
        say(f"\nFrom the next `burnish refresh` on: {counted(len(found.next), 'customer')}")
        for keys in found.next:
            paragraph("; ".join(named.get(key, key) for key in keys), indent="  ")


def tell_said(said: Batch, named: Mapping[str, str]) -> None:
    """One batch of decisions."""
    first = " and ".join(named.get(key, key) for key in said.pairs[0])
    more = f" and {counted(len(said.pairs) - 1, 'more pair')}" if len(said.pairs) > 1 else ""
    what = f"takes back batch {said.takes_back}" if said.takes_back else said.verdict
    paragraph(f"batch {said.batch} ({counted(len(said.pairs), 'pair')}) {what}: {first}{more}", indent="  ")
    why = f": {said.why}" if said.why else ""
    paragraph(f"{said.by}, {said.on} UTC, {said.how}{why}", indent="      ")
    if said.taken_back_by is not None:
        say(f"      taken back by batch {said.taken_back_by}")


def doubtful(kind: Kind) -> list[str]:
    """The keys of records worth a second look."""
    return [key for pair in kind.weak_bridges for key in pair] + [key for key, _ in kind.oversized]


def tell_summary(found: Summary, called: Mapping[str, str]) -> None:
    """How who is who stands, for people. `called`: records by key as they are shown."""
    say(f"Snapshot {found.snapshot}, as of {found.as_of}")
    say("\nCompany records")
    for source, times in found.records.items():
        say(f"  {source:<24}{times:>9,}")
    say(f"  {'customers':<24}{found.customers:>9,}")
    if not found.records:
        say("  none: `burnish add` your files, then `burnish refresh`")
    say("\nCompanies")
    tell_kind(found.company, "company", called)
    if found.person.records:
        say("\nPeople")
        tell_kind(found.person, "person", {})


def options(name: str) -> str:
    """What to write after `burnish match` for a kind."""
    return " --people" if name == "person" else ""


def tell_kind(kind: Kind, name: str, called: Mapping[str, str]) -> None:
    """How resolution of one kind stands."""
    groups = "individuals" if name == "person" else "customers"
    pairs = (
        ("records", kind.records, ""),
        (f"joined {groups}", kind.joined, "several records each"),
        ("waiting", kind.waiting, f"burnish match{options(name)}" if kind.waiting else ""),
        ("unsure", kind.unsure, f"burnish match --unsure{options(name)}" if kind.unsure else ""),
        *((("of private customers", kind.private, "burnish match --people"),) if kind.private else ()),
        ("decisions", kind.decisions, ""),
        ("not applied yet", kind.pending, "burnish refresh applies them" if kind.pending else ""),
        ("overruled", kind.overruled, "later decisions say otherwise" if kind.overruled else ""),
        ("weak bridges", len(kind.weak_bridges), ""),
        ("oversized groups", len(kind.oversized), ""),
    )
    for label, number, note in pairs:
        say(f"  {label:<24}{number:>9,}" + (f"  {note}" if note else ""))
    for left, right in kind.weak_bridges[:3]:
        say(f"      weak: {called.get(left, left)}")
        say(f"         =  {called.get(right, right)}")
    for key, size in kind.oversized[:3]:
        say(f"      oversized, {size:,} records: {called.get(key, key)}")
    say(f"  model {kind.model}: joins from {kind.gate:g} on, asks from {kind.ask:g} on")
    tell_precision(kind.precision, options(name))


def tell_precision(found: Precision, options: str) -> None:
    """Measured precision, and what would make it surer."""
    if not found.joined:
        say("  precision: the model joined nothing")
        return
    if found.estimate is None:
        say("  precision: not measured yet")
    else:
        interval = f"95 % interval {found.low:.3f} to {found.high:.3f}"
        say(f"  precision {found.estimate:.3f} ({interval}; {found.right:,} of {found.answered:,} right)")
    if found.more:
        say(f"  {counted(found.more, 'more right answer')} would show {found.bound:g} or more:")
        say(f"    burnish match --sample {found.more}{options}")


def counted(number: int, noun: str, plural: str = "s") -> str:
    """`1 answer`, `2 answers`."""
    return f"{number:,} {noun}{'' if number == 1 else plural}"


def paragraph(text: str, indent: str = "") -> None:
    """A text wrapped to the page."""
    say(textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent))


def record(name: str, key: str) -> str:
    """A record as people read it: its name and source, then its key; without a name the key alone."""
    return f"{name} ({key.split(':', maxsplit=1)[0]})  {key}" if name else key


ACTS: dict[str, Callable[[Shop, Wanted, Any], None]] = {
    "--undo": take_back,
    "--gate": set_gate,
    "--model": set_model,
    "--retrain": learn,
}
