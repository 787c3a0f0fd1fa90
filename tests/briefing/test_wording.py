from datetime import date

import pytest

from burnish.briefing import Fact, by_name, shown
from burnish.briefing.words import words
from burnish.errors import ContractError


def said(value, unit, **how):
    return shown(Fact("it", value, None, unit), **how)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (70, "days", "70 days"),
        (1, "days", "1 day"),
        (3.46, "days", "3.5 days"),
        (41.2, "days", "41 days"),
        (9.97, "days", "10 days"),
        (0, "days", "0 days"),
        (-3, "days", "-3 days"),
        (1, "working days", "1 working day"),
        (3.44, "times", "3.4 times"),
        (1, "times", "1 times"),
        (1240, "orders", "1,240 orders"),
        (1, "entries", "1 entry"),
        (65, "%", "65 %"),
        (2.5, "%", "2.5 %"),
        (7, "none", "7"),
    ],
)
def test_measures_are_shown_by_their_unit(value, unit, words):
    assert said(value, unit) == words


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        (41237.11, "USD", "about $41,200"),
        (14237, "USD", "about $14,200"),
        (968, "EUR", "€968"),
        (900, "CHF", "CHF 900"),
        (4462749.5, "USD", "about $4.46 million"),
        (1234567, "USD", "about $1.23 million"),
        (99999999, "GBP", "about £100 million"),
        (7.5, "USD", "$7.50"),
        (-4010, "USD", "-$4,010"),
        (0, "USD", "$0"),
    ],
)
def test_money_is_rounded_for_reading(value, currency, words):
    assert said(value, currency) == words


def test_a_day_is_written_in_full():
    assert shown(Fact("it", None, date(2014, 6, 14), "date")) == "14 June 2014"


def test_a_bare_fact_leaves_its_unit_to_the_words_behind():
    assert said(2.3, "times", bare=True) == "2.3"


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_a_fact_without_a_value_is_not_shown(nothing):
    with pytest.raises(ContractError, match="it has no value"):
        said(nothing, "days")


def test_two_facts_of_one_name_are_refused():
    row = {"name": "gaps", "number": 3.0, "day": None, "unit": "gaps"}
    with pytest.raises(ContractError, match="gaps"):
        by_name([row, row])


def every_text(words):
    for value in words.values() if isinstance(words, dict) else words:
        if isinstance(value, str):
            yield value
        else:
            yield from every_text(value)


def test_no_number_stands_in_the_words_of_the_page():
    """A number may only come from a fact."""
    assert [text for text in every_text(words()) if any(sign.isdigit() for sign in text)] == []
