from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.schema.contracts import Column
from burnish.sources.values import convert, date_order_of, decimal_mark_of, looks_like_date, looks_like_number


def column(family):
    return Column("x", family, "none", "a column under test")


def converted(family, *cells, date_order="mdy", decimal_mark="."):
    done = convert(
        column(family), pa.array(cells, pa.string()), date_order=date_order, decimal_mark=decimal_mark
    )
    return list(zip(done.values.to_pylist(), done.problem.to_pylist(), strict=True))


def value(family, cell, **order):
    [(found, problem)] = converted(family, cell, **order)
    assert problem is None
    return found


def problem(family, cell, **order):
    [(found, reason)] = converted(family, cell, **order)
    assert found is None
    return reason


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-05",
        "2024/3/5",
        "20240305",
        "2024-03-05T23:59:59Z",
        "2024-03-05 00:00:00",
        "3/5/24",
        "3/5/2024 11:30 PM",
        "03-05-2024",
        "5-Mar-24",
        "05 March 2024",
        "Mar 5, 2024",
        "Tuesday, March 5th, 2024",
        "2024-Mar-05",
        " 5MAR2024 ",
        "45356",
        "45356.75",
    ],
)
def test_a_date_is_the_same_day_in_every_form(cell):
    assert value("date", cell) == date(2024, 3, 5)


def test_the_order_of_day_and_month_is_the_given_one():
    assert value("date", "3/4/2024", date_order="dmy") == date(2024, 4, 3)
    assert value("date", "3.4.2024", date_order="dmy") == date(2024, 4, 3)
    assert value("date", "24-04-03", date_order="ymd") == date(2024, 4, 3)


def test_two_digit_years_turn_at_sixty_eight():
    assert value("date", "1/2/68") == date(2068, 1, 2)
    assert problem("date", "1/2/69") == "year out of range"
    assert value("date", "1/2/95") == date(1995, 1, 2)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Pre-PQ Process", "words instead of a date"),
        ("Date Not Captured", "said to be not available"),
        ("N/A - From RDC", "said to be not available"),
        ("N/A", "said to be not available"),
        ("none", "said to be not available"),
        ("pending", "said to be not available"),
        ("TBD", "said to be not available"),
        ("not yet", "said to be not available"),
        ("See ASN-93 (ID#:1281)", "refers to another row"),
        ("13/13/2024", "impossible date"),
        ("2/30/2024", "impossible date"),
        ("2023-02-29", "impossible date"),
        ("00/00/0000", "impossible date"),
        ("1/1/1900", "year out of range"),
        ("12/31/9999", "year out of range"),
        ("99999", "year out of range"),
        ("#REF!", "spreadsheet error"),
        ("12", "not a date"),
    ],
)
def test_what_is_no_date_gets_a_class_of_reason(cell, reason):
    assert problem("date", cell) == reason


def test_a_leap_day_exists_only_in_leap_years():
    assert value("date", "2/29/2024") == date(2024, 2, 29)
    assert problem("date", "2/29/2100") == "impossible date"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1234.5", "1234.5"),
        ("(1,234.50)", "-1234.5"),
        ("$ 1,234", "1234"),
        ("-$1,234.00", "-1234"),
        ("$(1,234.00)", "-1234"),
        ("1,234.50-", "-1234.5"),
        ("−5", "-5"),
        ("+5", "5"),
        ("12%", "0.12"),
        ("USD 1,234.50", "1234.5"),
        ("1,234.50 EUR", "1234.5"),
        ("€5", "5"),
        ("1.234,50", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1'234.50", "1234.5"),
        ("12,34,567.00", "1234567"),
        ("1.5E+03", "1500"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("99999999999999.9999", "99999999999999.9999"),
    ],
)
def test_a_number_is_exact_in_every_form(cell, expected):
    assert value("money", cell) == Decimal(expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 234,50", "1234.5"),
        ("1\u00a0234,50", "1234.5"),
        ("12,5", "12.5"),
        ("1.234", "1234"),
        ("0,25", "0.25"),
    ],
)
def test_a_decimal_comma_is_understood_where_the_column_has_it(cell, expected):
    assert value("number", cell, decimal_mark=",") == Decimal(expected)


def test_one_mark_between_three_digits_follows_the_column():
    assert value("number", "1,234") == 1234
    assert value("number", "1,234", decimal_mark=",") == Decimal("1.234")
    assert problem("number", "12,5") == "unclear decimal mark"


def test_more_than_four_decimals_are_rounded_half_to_even_without_a_problem():
    assert value("money", "0.00005") == Decimal("0.0000")
    assert value("money", "0.00015") == Decimal("0.0002")
    assert value("money", "0.1000000000000000055511151231257827") == Decimal("0.1")


@pytest.mark.parametrize("cell", ["123456789012345", "1E30", "99999999999999.99999", "9" * 400])
def test_a_number_that_does_not_fit_is_said_to_have_too_many_digits(cell):
    assert problem("money", cell) == "too many digits"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Weight Captured Separately", "words instead of a number"),
        ("Freight Included in Commodity Cost", "words instead of a number"),
        ("See ASN-93 (ID#:1281)", "refers to another row"),
        ("N/A", "said to be not available"),
        ("1-2-3", "not a number"),
        ("1,23", "unclear decimal mark"),
        ("10 pcs", "words instead of a number"),
    ],
)
def test_what_is_no_number_gets_a_class_of_reason(cell, reason):
    assert problem("number", cell) == reason


def test_whole_numbers_have_no_fraction():
    assert converted("whole", "12", "12.0", "1,200") == [(12, None), (12, None), (1200, None)]
    assert problem("whole", "12.5") == "not a whole number"


def test_claims_are_yes_or_no():
    assert converted("yes_no", "Yes", "n", "TRUE", "0", "X") == [
        (True, None),
        (False, None),
        (True, None),
        (False, None),
        (True, None),
    ]
    assert problem("yes_no", "perhaps") == "neither yes nor no"


def test_texts_and_codes_keep_every_word():
    assert converted("text", " Zinc ", "N/A") == [("Zinc", None), ("N/A", None)]
    assert converted("code", "NA") == [("NA", None)]


def test_an_id_of_not_available_is_no_id():
    assert problem("id", "N/A") == "said to be not available"
    assert value("id", "NA-17") == "NA-17"


@pytest.mark.parametrize("family", ["text", "code", "id", "date", "money", "number", "whole", "yes_no"])
def test_blanks_and_dashes_are_null_without_a_problem(family):
    assert converted(family, "", "  ", "-", "--", "—", None, "\u00a0") == [(None, None)] * 7


@pytest.mark.parametrize("family", ["text", "code", "id", "date", "money", "number", "whole", "yes_no"])
def test_no_cells_give_no_values_of_the_contract_type(family):
    done = convert(column(family), pa.array([], pa.string()), date_order="mdy", decimal_mark=".")
    assert len(done.values) == 0
    assert done.values.type == column(family).type


ODD = st.text(st.sampled_from("0123456789.,-/() $€%eE:TZ#abcNn'\u00a0−\n"), max_size=14)


@pytest.mark.parametrize("family", ["text", "code", "id", "date", "money", "number", "whole", "yes_no"])
@given(
    cells=st.lists(st.text(max_size=12) | ODD, max_size=30),
    order=st.sampled_from(["mdy", "dmy", "ymd"]),
    mark=st.sampled_from(".,"),
)
@settings(max_examples=60, deadline=None)
def test_no_cell_with_text_is_silently_null(family, cells, order, mark):
    done = convert(column(family), pa.array(cells, pa.string()), date_order=order, decimal_mark=mark)
    assert done.values.type == column(family).type
    for cell, found, reason in zip(cells, done.values.to_pylist(), done.problem.to_pylist(), strict=True):
        if (found is None) == (reason is None):
            assert found is None
            assert all(each in "-‐‑‒–—―−_" or each.isspace() for each in cell)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
@settings(max_examples=100, deadline=None)
def test_written_money_comes_back_to_the_last_digit(amount):
    assert value("money", f"{amount:,.4f}") == amount
    german = f"{amount:,.4f}".translate(str.maketrans(",.", ".,"))
    assert value("money", german, decimal_mark=",") == amount


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
@settings(max_examples=100, deadline=None)
def test_written_dates_come_back(day):
    assert value("date", day.isoformat()) == day
    assert value("date", f"{day:%d.%m.%Y}", date_order="dmy") == day
    assert value("date", f"{day:%m/%d/%Y} 12:00", date_order="mdy") == day


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3/4/2024", "4/13/2024"], "mdy"),
        (["3/4/2024", "13/4/2024"], "dmy"),
        (["3/4/2024", "12/11/2024"], "ambiguous"),
        (["13/4/2024", "4/13/2024"], "mixed"),
        (["3.4.2024"], "dmy"),
        (["2-Jun-06"], "dmy"),
        (["2024-06-02", ""], "ymd"),
        (["word", ""], None),
    ],
)
def test_the_order_of_a_column_is_decided_on_all_its_cells(cells, order):
    assert date_order_of(pa.array(cells)) == order


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,234.50", "12"], "."),
        (["1.234,50"], ","),
        (["12,5", "1.234"], ","),
        (["1,234", "2,345"], "ambiguous"),
        (["12", "7"], "."),
        (["0.125"], "."),
        (["1,234", "1,234,567"], "."),
        (["word"], None),
    ],
)
def test_the_decimal_mark_of_a_column_is_decided_on_all_its_cells(cells, mark):
    assert decimal_mark_of(pa.array(cells)) == mark


def test_shapes_of_dates_and_numbers_do_not_mix():
    cells = pa.array(["3/4/2024", "12.05.2024", "1,234.5", "P-17", ""])
    assert looks_like_date(cells).to_pylist() == [True, True, False, False, False]
    assert looks_like_number(cells).to_pylist() == [False, False, True, False, False]
