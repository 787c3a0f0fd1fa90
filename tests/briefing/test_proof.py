import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from burnish.briefing import Fact, sentence, sentences, shown, unsupported_numbers
from burnish.errors import ContractError, VerifyError

UNITS = (
    "days",
    "times",
    "working days",
    "%",
    "gaps",
    "customers",
    "orders",
    "none",
    "USD",
    "EUR",
    "CHF",
    "date",
)
TEMPLATES = (
    "{name} has ordered nothing for {a}, against {b} before {c}.",
    "Since {a}, {name} pays {b}; that is {c:bare} to {c}.",
    "It was {a}, then {b} (from {c}).",
    "{a}: between {b:bare} and {b}, and {c}",
    "{a} of {b}, and {c}!",
)
NAMES = ("Kettler", "3M", "24/7 Plating", "A2 Co 1,000", "7", "$5 Parts", "Acme (2014-06-30)")


def known(**facts):
    return {
        name: Fact(name, None, value, unit) if unit == "date" else Fact(name, float(value), None, unit)
        for name, (value, unit) in facts.items()
    }


def drawn(dice):
    """A fact of any unit and any size."""
    unit = dice.choice(UNITS)
    if unit == "date":
        return date(1995, 1, 1) + timedelta(days=dice.randrange(15000)), unit
    size = 10 ** dice.uniform(-1, 7)
    return dice.choice((size, round(size), -size, round(size, 1))), unit


def without_range(says, facts):
    """Days have no bare form, and a bare amount is an amount."""
    return says if not says.count(":bare") else says.replace(":bare", "") if any_whole(says, facts) else says


def any_whole(says, facts):
    return any(f"{{{name}:bare}}" in says and fact.unit == "date" for name, fact in facts.items())


def test_ten_thousand_sentences_hold_no_unsupported_number():
    dice = random.Random(2014)
    wrong = []
    for _ in range(10_000):
        facts = known(a=drawn(dice), b=drawn(dice), c=drawn(dice))
        says = without_range(dice.choice(TEMPLATES), facts)
        name = dice.choice(NAMES)
        finished = sentence(says, facts, name=name)
        wrong += unsupported_numbers(finished, facts, name=name if "{name}" in says else "")
    assert wrong == []


def test_every_changed_digit_is_caught():
    """One fact per sentence, so that no other fact can happen to support the changed number."""
    dice = random.Random(2015)
    changed, missed = 0, []
    for _ in range(4_000):
        facts = known(a=drawn(dice))
        finished = sentence("It was {a} then.", facts)
        for place in [place for place, sign in enumerate(finished) if sign.isdigit()]:
            other = dice.choice([digit for digit in "0123456789" if digit != finished[place]])
            spoiled = finished[:place] + other + finished[place + 1 :]
            changed += 1
            if not unsupported_numbers(spoiled, facts):
                missed.append((finished, spoiled))
    assert missed == []
    assert changed > 10_000


def test_the_check_catches_a_formatter_gone_wrong(monkeypatch):
    """Sabotage: a formatter that shows 10 % more than the fact holds is refused by the check."""
    facts = known(silent=(70, "days"))
    lying = lambda fact, bare: shown(Fact(fact.name, fact.number * 1.1, None, fact.unit), bare=bare)  # noqa: E731
    monkeypatch.setattr(sentences, "shown", lying)
    with pytest.raises(VerifyError, match="77"):
        sentence("nothing for {silent}", facts)


@pytest.mark.parametrize(
    "said",
    [
        "nothing for 71 days",
        "nothing for 70 weeks",
        "nothing for 70",
        "nothing for 7,0 days",
        "nothing for 70.4 days",
        "70 days, or 70 %",
        "since 15 June 2014",
        "since 2014-06-15",
        "since 31 June 2014",
        "in June 2014",
        "about $42,200",
        "about $41,240",
        "$41,200",
        "about €41,200",
        "about $41,200 million",
        "about $41 million",
        "70 days and by ISO 9001",
        "70 days on line A2",
        "٧٠ orders",
    ],
)
def test_what_no_fact_supports_is_named(said):
    facts = known(silent=(70, "days"), since=(date(2014, 6, 14), "date"), stake=(41237, "USD"))
    assert unsupported_numbers(said, facts) != []


@pytest.mark.parametrize(
    "said",
    [
        "a 70-day silence",
        "70 days",
        "since 14 June 2014, a Saturday",
        "since 2014-06-14",
        "about $41,200.",
        "60 to 70 days",
    ],
)
def test_what_a_fact_supports_passes(said):
    facts = known(
        silent=(70, "days"), low=(60, "days"), since=(date(2014, 6, 14), "date"), stake=(41237, "USD")
    )
    assert unsupported_numbers(said, facts) == []


def test_only_the_names_own_place_is_left_unread():
    facts = known(silent=(70, "days"))
    assert unsupported_numbers("3M has been silent for 70 days", facts, name="3M") == []
    assert unsupported_numbers("7 has been silent for 7 days", facts, name="7") == ["7"]


def test_a_number_written_into_a_template_is_refused():
    with pytest.raises(VerifyError, match="90"):
        sentence("nothing for {silent}, 90 % sure", known(silent=(70, "days")))


def test_unknown_facts_are_all_named_at_once():
    with pytest.raises(ContractError, match=r"names gone, worse"):
        sentence("{worse} and {gone} and {silent}", known(silent=(70, "days")))


def test_a_template_may_not_choose_its_own_format():
    with pytest.raises(ContractError, match=r"silent:\.1f"):
        sentence("{silent:.1f}", known(silent=(70, "days")))


def test_a_template_that_writes_the_unit_itself_gets_it_once():
    assert sentence("{t} times the usual", known(t=(3.4, "times"))) == "3.4 times the usual"


def test_braces_in_a_name_are_only_a_name():
    assert sentence("{name} waits", {}, name="{gaps} Ltd 5") == "{gaps} Ltd 5 waits"


@given(some.text(alphabet=some.sampled_from("0123456789.,-$€% aZ٣x\n"), max_size=80))
def test_any_text_can_be_read_and_digits_are_never_overlooked(text):
    facts = known(silent=(0.5, "weeks"), stake=(0.123, "XAU"))
    assert bool(unsupported_numbers(text, facts)) == any(sign.isdecimal() for sign in text)


def test_a_figure_of_absurd_length_is_unsupported():
    assert unsupported_numbers("9" * 60 + " days", known(silent=(70, "days"))) == ["9" * 60]


def test_a_range_whose_ends_read_the_same_is_said_once():
    facts = known(low=(11.1, "times"), high=(11.3, "times"))
    assert sentence("({low:bare} to {high} by chance)", facts) == "(11 times by chance)"
