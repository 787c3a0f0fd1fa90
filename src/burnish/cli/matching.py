"""Who is who: look at it, answer questions about it, put together and take apart."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.door import JsonOption, ShopOption, app, given, opened, report, say
from burnish.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from burnish.identity.asking import Precision
    from burnish.privacy.vault import Vault
    from burnish.shop import Shop
    from burnish.whoiswho import Change, Customer, NewModel, Question, Session, Summary
    from burnish.whoiswho.customers import Finding, Kind, Link, People, Said
    from burnish.whoiswho.retraining import Retrained

WIDTH, LABEL = 80, 13
COLUMN = (WIDTH - LABEL - 2) // 2
ANSWERS = {"s": "same", "d": "different", "u": "unsure"}
ASKED = "[s]ame  [d]ifferent  [u]nsure  [b]ack  [q]uit: "
FLIPS = 20  # shown at most
NEXT = "`burnish refresh` applies it."

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

    known = held(opened(ctx, shop))
    found = customer(known, name) if name else summary(known)
    if given(ctx, "json", as_json):
        report(asdict(found))
    elif name:
        tell_customer(found)  # type: ignore[arg-type]
    else:
        tell_summary(found)  # type: ignore[arg-type]


@app.command()
def match(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", help="Ask at most so many.")] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", help="Ask about N joined pairs, drawn at random.")
    ] = None,
    people: Annotated[
        bool, typer.Option("--people", help="Ask about people; shows what the vault holds.")
    ] = False,
    unsure: Annotated[bool, typer.Option("--unsure", help="Ask again where you were unsure.")] = False,
    gate: Annotated[
        float | None, typer.Option("--gate", metavar="P", help="Join from that probability on.")
    ] = None,
    model: Annotated[
        str, typer.Option("--model", metavar="VERSION", help="Go back to a model; or to: shipped.")
    ] = "",
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Learn new weights; shows what they would change.")
    ] = False,
    undo: Annotated[
        int | None, typer.Option("--undo", metavar="BATCH", help="Take a batch of decisions back.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Keep the new weights without asking.")] = False,
    by: ByOption = "",
    why: WhyOption = "",
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer what is uncertain: same, different or unsure. Each answer is kept at once."""
    if any(number is not None and number < 1 for number in (limit, sample, undo)):
        raise UsageError("a number is below 1", "--limit, --sample, --undo", "Write a number from 1.")
    refuse_several(
        {
            "--sample": sample,
            "--gate": gate is not None,
            "--model": model,
            "--retrain": retrain,
            "--undo": undo,
        }
    )
    there, as_json, by = opened(ctx, shop), given(ctx, "json", as_json), by or login()
    if undo:
        take_back(there, undo, by, why, as_json=as_json)
    elif gate is not None:
        set_gate(there, gate, people, by, why, as_json=as_json)
    elif model:
        set_model(there, model, people, by, why, as_json=as_json)
    elif retrain:
        learn(there, people, by, why, as_json=as_json, yes=yes)
    elif as_json:
        list_questions(there, people, limit, sample, unsure=unsure)
    else:
        sit(there, people, limit, sample, by, why, unsure=unsure)


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


def refuse_several(wanted: dict[str, Any]) -> None:
    """Raise UsageError when options are given that do different things."""
    named = [name for name, is_given in wanted.items() if is_given]
    if len(named) > 1:
        raise UsageError("these do different things", ", ".join(named), "Give one of them at a time.")


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
    say(f"{counted(changed.decisions, 'decision')} kept as {named}. `burnish refresh` applies them.")
    say("To take back: " + ", ".join(f"burnish match --undo {batch}" for batch in reversed(changed.batches)))


def take_back(shop: Shop, batch: int, by: str, why: str, *, as_json: bool) -> None:
    """Undo one batch."""
    from burnish.whoiswho import undo

    tell_change(undo(shop, batch, by=by, why=why), as_json=as_json)


def set_gate(shop: Shop, gate: float, people: bool, by: str, why: str, *, as_json: bool) -> None:
    """Keep a model with another gate."""
    from burnish.whoiswho import COMPANY, PERSON, keep_gate

    tell_model(keep_gate(shop, gate, kind=PERSON if people else COMPANY, by=by, why=why), as_json=as_json)


def set_model(shop: Shop, version: str, people: bool, by: str, why: str, *, as_json: bool) -> None:
    """Take up an earlier model again."""
    from burnish.whoiswho import COMPANY, PERSON, take_model

    kind = PERSON if people else COMPANY
    tell_model(take_model(shop, version, kind=kind, by=by, why=why), as_json=as_json)


def tell_model(kept: NewModel, *, as_json: bool) -> None:
    """Which model counts now, and what that changes."""
    if as_json:
        report(asdict(kept))
        return
    say(f"Model {kept.before} -> {kept.version}, gate {kept.gate_before:g} -> {kept.gate:g}.")
    if kept.joined_now:
        say(f"{counted(kept.joined_now, 'pair')} will be joined instead of waiting. {NEXT}")
    elif kept.parted_now:
        say(f"{counted(kept.parted_now, 'pair')} will wait instead of being joined. {NEXT}")
    elif kept.version == kept.before:
        say("That is the one in use.")
    else:
        say(f"`burnish match --model {kept.before}` goes back. {NEXT}")


def learn(shop: Shop, people: bool, by: str, why: str, *, as_json: bool, yes: bool) -> None:
    """Learn new weights, show which pairs would flip, keep them when that is wanted."""
    from burnish.whoiswho import COMPANY, PERSON
    from burnish.whoiswho.retraining import keep, retrained

    found = retrained(shop, PERSON if people else COMPANY)
    if not as_json:
        tell_flips(found)
    wanted = yes or (not as_json and found.changed and asked("Keep the new weights? y or n: ") == "y")
    kept = found.changed and wanted
    if kept:
        keep(shop, found, by=by, why=why)
    if as_json:
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
        paragraph(f"{one.left} | {one.right}", indent="      ")
    if len(found.flips) > FLIPS:
        say(f"  and {len(found.flips) - FLIPS:,} more: --json lists all")


def list_questions(shop: Shop, people: bool, limit: int | None, number: int | None, *, unsure: bool) -> None:
    """The questions as JSON: never a person's name."""
    from burnish.whoiswho import COMPANY, PERSON, held, questions, sample

    known, kind = held(shop), PERSON if people else COMPANY
    found = sample(known, number, kind) if number else questions(known, kind, unsure=unsure)
    told = [asdict(one) for one in found[:limit]]
    report({"snapshot": known.snapshot, "kind": kind, "waiting": len(found), "questions": told})


def sit(
    shop: Shop, people: bool, limit: int | None, number: int | None, by: str, why: str, *, unsure: bool
) -> None:
    """Ask in the terminal until nothing is left, `limit` is reached, or one quits."""
    from burnish.whoiswho import COMPANY, PERSON, held, sitting, stands

    kind = PERSON if people else COMPANY
    vault = shop.vault if people else None
    with sitting(shop, kind, by=by, why=why, unsure=unsure, number=number) as session:
        ask(session, vault, limit)
        answers, left = session.answered, session.left().height
    applied = f" {NEXT}" if answers else ""
    say(f"{counted(answers, 'answer')} kept, {left:,} left.{applied}")
    if number:
        tell_precision(stands(held(shop), kind).precision, options(kind))


def ask(session: Session, vault: Vault | None, limit: int | None) -> None:
    """One question after the other."""
    from burnish.whoiswho.questions import with_people

    while not (limit and session.answered >= limit) and (question := session.question()) is not None:
        tell_question(question if vault is None else with_people(question, vault), session.left().height)
        said = asked(ASKED)
        while said not in {*ANSWERS, "b", "q", ""}:
            said = asked("Type s, d, u, b or q: ")
        if said in ("q", ""):
            return
        if said != "b":
            session.answer(question, ANSWERS[said])
        elif not session.back():
            say("There is nothing to go back to.")


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


def tell_question(question: Question, left: int) -> None:
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
        beside(
            "customer", *(f"{side.customer}" + (f" +{side.others}" if side.others else "") for side in ends)
        )
        beside("behind it", *(f"{side.money:,} in {counted(side.rows, 'row')}" for side in ends))
    beside("key", *(side.key for side in ends))
    say()
    tell_evidence(question.evidence, question.bits, indent="")


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
        text = f"{one.comparison}: {one.found}"
        say(textwrap.fill(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)))
    if bits is not None:
        say(f"{indent}{bits:>+7.1f}  bits in all")


def chance(probability: float) -> str:
    """A probability with as many digits as tell it from 1."""
    if probability >= 0.9995:
        return f"{probability:.6f}".rstrip("0").rstrip(".")
    return f"{probability:.3f}"


def tell_customer(found: Customer) -> None:
    """One customer for people."""
    kind = "a person" if found.is_person else found.industry or ""
    say(f"{found.name} ({found.id})" + (f", {kind}" if kind else ""))
    say(f"{found.money:,} {found.currency} in {found.rows:,} rows.")
    if found.parent:
        say(f"Part of {found.parent.name} ({found.parent.id}).")
    if found.divisions:
        paragraph("Divisions: " + "; ".join(f"{one.name} ({one.id})" for one in found.divisions))
    tell_contacts(found.people)
    say(f"\nRecords ({len(found.records)})")
    for record in found.records:
        more = ", ".join(filter(None, [record.code and f"code {record.code}", *record.place.values()]))
        say(f"  {record.source:<12} {record.name or record.code or ''}" + (f" ({more})" if more else ""))
        say(f"{'':<15}{record.key}")
        if record.parent:
            say(f"{'':<15}parent there: {record.parent}")
    if found.links:
        say("\nWhy they are one")
    for link in found.links:
        tell_link(link, is_person=found.is_person)
    for key in found.unlinked:
        paragraph(f"{key}: nothing links it now.", indent="  ")
    tell_state(found)


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


def tell_link(link: Link, *, is_person: bool) -> None:
    """Why two records are one."""
    paragraph(f"{link.left} = {link.right}", indent="  ")
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


def tell_state(found: Customer) -> None:
    """What is open about a customer, and what people said of it."""
    if found.oversized:
        say("\nOVERSIZED: very many records are one here. Look for one that does not belong.")
    if found.waits:
        say(f"\n{counted(found.waits, 'question')} in the queue: burnish match")
    if found.decisions:
        say("\nWhat people said")
        for said in found.decisions:
            tell_said(said)
    if found.next:
        say(f"\nFrom the next `burnish refresh` on: {counted(len(found.next), 'customer')}")
        for keys in found.next:
            paragraph("; ".join(keys), indent="  ")


def tell_said(said: Said) -> None:
    """One decision."""
    paragraph(f"{said.verdict}: {said.left}, {said.right}", indent="  ")
    why = f": {said.why}" if said.why else ""
    paragraph(f"{said.by}, {said.on} UTC, {said.how}, batch {said.batch}{why}", indent="      ")


def tell_summary(found: Summary) -> None:
    """How who is who stands, for people."""
    say(f"Snapshot {found.snapshot}, as of {found.as_of}")
    say("\nCompany records")
    for source, times in found.records.items():
        say(f"  {source:<24}{times:>9,}")
    say(f"  {'customers':<24}{found.customers:>9,}")
    say("\nCompanies")
    tell_kind(found.company, "company")
    if found.person.records:
        say("\nPeople")
        tell_kind(found.person, "person")


def options(name: str) -> str:
    """What to write after `burnish match` for a kind."""
    return " --people" if name == "person" else ""


def tell_kind(kind: Kind, name: str) -> None:
    """How resolution of one kind stands."""
    groups = "individuals" if name == "person" else "customers"
    pairs = (
        ("records", kind.records, ""),
        (f"joined {groups}", kind.joined, "several records each"),
        ("waiting", kind.waiting, f"burnish match{options(name)}" if kind.waiting else ""),
        ("unsure", kind.unsure, f"burnish match --unsure{options(name)}" if kind.unsure else ""),
        ("decisions", kind.decisions, ""),
        ("not applied yet", kind.pending, "burnish refresh applies them" if kind.pending else ""),
        ("overruled", kind.overruled, "later decisions say otherwise" if kind.overruled else ""),
        ("weak bridges", len(kind.weak_bridges), ""),
        ("oversized groups", len(kind.oversized), ""),
    )
    for label, number, note in pairs:
        say(f"  {label:<24}{number:>9,}" + (f"  {note}" if note else ""))
    for left, right in kind.weak_bridges[:3]:
        paragraph(f"weak: {left} = {right}", indent="      ")
    for key, size in kind.oversized[:3]:
        paragraph(f"oversized: {key}, {size:,} records", indent="      ")
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
