import pytest
from reading_made import parsed

from burnish.sources.reading.profile import profile_of


def profiled(header, *cells):
    """The profile of a file with one column beside a counter."""
    text = f"n;{header}\n" + "".join(f'{n};"{cell}"\n' for n, cell in enumerate(cells))
    return profile_of(parsed(text), "made.csv").columns[1]


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("dates", ["3/4/2024", "2024-03-04 10:15", "4-Mar-24", "04.03.2024"]),
        ("numbers", ["12", "1,234.50", "(5.00)", "$3", "12%"]),
        ("emails", ["jane.doe@example.com", "info@plating.example.org"]),
        ("phones", ["(616) 555-0100", "616-555-0100", "+1 616 555 0100 x12", "616.555.0100"]),
        ("words", ["Zinc nickel", "Passivate", "AMS 2404 class 3", "N/A"]),
    ],
)
def test_cells_of_one_kind_are_of_that_kind_alone(kind, cells):
    column = profiled("x", *cells)
    shares = {name: getattr(column, name) for name in ("dates", "numbers", "emails", "phones", "words")}
    assert shares == {name: float(name == kind) for name in shares}


@pytest.mark.parametrize("cell", ["SO-10234", "24-08-15-03-22-11", "352099001761481", "P32469-8"])
def test_codes_are_no_phones_dates_or_words(cell):
    column = profiled("x", cell)
    assert (column.phones, column.dates, column.words) == (0, 0, 0)


def test_shares_are_of_filled_cells_and_blanks_are_counted_apart():
    column = profiled("due", "3/4/2024", "", "  ", "open", "3/4/2024")
    assert (column.filled, column.distinct, column.longest) == (3, 2, 8)
    assert column.dates == pytest.approx(2 / 3)


def test_a_blank_column_has_no_kind():
    column = profiled("spacer", "", "")
    assert (column.filled, column.distinct, column.dates, column.date_order, column.examples) == (
        0,
        0,
        0,
        None,
        (),
    )


def test_one_late_row_decides_the_order_of_dates():
    cells = ["3/4/2024"] * 250_000 + ["13/4/2024"]
    assert profiled("due", *cells).date_order == "dmy"
    assert profiled("due", *cells[:-1]).date_order == "ambiguous"


def test_one_late_row_decides_the_decimal_mark():
    cells = ["1.234"] * 250_000 + ["1.234,50"]
    assert profiled("amount", *cells).decimal_mark == ","
    assert profiled("amount", *cells[:-1]).decimal_mark == "ambiguous"


def test_keys_of_a_long_file_are_counted_on_all_rows():
    cells = [f"SO-{n}" for n in range(250_000)]
    assert profiled("order", *cells).distinct == 250_000
    assert profiled("order", *cells, "SO-7").distinct == 250_000


def test_dates_with_points_are_day_first():
    assert profiled("datum", "1.2.2023", "3.4.2023").date_order == "dmy"
    assert profiled("datum", "13.01.2023", "1.13.2023", "2.3.2023").date_order == "dmy"


def test_a_few_impossible_dates_do_not_make_a_column_ambiguous():
    cells = ["2026-03-04"] * 40 + ["31/31/2026"] * 3
    assert profiled("due", *cells).date_order == "ymd"
    assert profiled("due", *cells, *["3/4/2026"] * 5).date_order == "ambiguous"
