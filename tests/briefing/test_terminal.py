import dataclasses
import re
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console
from tests.briefing.pages import AS_OF, morning

from burnish.briefing import terminal


def coloured(briefing, **how):
    file = StringIO()
    terminal.show(briefing, Console(file=file, force_terminal=True, color_system="standard", width=80, **how))
    return file.getvalue()


def renamed(name):
    page = morning(alarms=("a",))
    item = dataclasses.replace(
        page.items[0], headline=f"{name} has ordered nothing.", next_step=f"Call {name}."
    )
    return dataclasses.replace(page, items=(item,))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_fits_and_ends(width):
    page = terminal.text(morning(), width=width)
    assert max(map(len, page.splitlines())) <= width
    assert page.endswith("That is all. The rest can wait.\n")


def test_the_page_never_grows_wider_than_is_good_to_read():
    assert max(map(len, terminal.text(morning(), width=200).splitlines())) == 100


def test_the_top_says_how_many_things_and_how_many_look_as_usual():
    top = terminal.text(morning(), width=100)
    assert top.startswith("Three things worth your morning\n")
    assert "1 customer looks as usual. 1 cannot be judged yet; typically: fewer than 8 gaps" in " ".join(
        top.split()
    )


def test_customers_known_from_invoices_only_are_worded_apart():
    page = morning()
    known = dataclasses.replace(page.counts, customers=197, without_orders=191)
    top = " ".join(terminal.text(dataclasses.replace(page, counts=known), width=100).split())
    assert "gaps between orders. 191 are known from invoices or lists only." in top


def test_a_piped_page_has_no_trailing_blanks():
    file = StringIO()
    terminal.show(morning(), Console(file=file, width=80))
    lines = file.getvalue().splitlines()
    assert lines == [line.rstrip() for line in lines]
    assert file.getvalue() == terminal.text(morning(), width=80)


def test_a_card_shows_odds_money_owner_due_next_step_and_rows():
    page = " ".join(terminal.text(morning(), width=100).split())
    for part in (
        "35 % that no order comes within 13 weeks, until 29 September 2014",
        "At stake about $41,000",
        "Who sales, by Thursday 3 July 2014",
        "Call their buyer and ask what has changed.",
        "cannot tell Blanket calendar",
        "orders.csv, line 930 21 April 2014 $12,600.00",
        "What would change our mind: an order dated after 21 April 2014",
    ):
        assert part in page


def test_more_rows_than_fit_are_counted():
    page = morning(alarms=("a",))
    item = dataclasses.replace(page.items[0], rows=page.items[0].rows * 3)
    assert "and 7 more" in terminal.text(dataclasses.replace(page, items=(item,)))


def test_the_data_line_adds_up():
    page = " ".join(terminal.text(morning(), width=100).split())
    assert "newest order known: 28 June 2014; 10,324 rows in = 10,301 loaded + 23 rejected" in page


def test_an_empty_day_says_so_and_what_was_looked_at():
    page = terminal.text(morning(alarms=(), watched=()))
    assert page.startswith("Nothing needs you today\n")
    assert "We compared the order rhythm of 5 customers with each one's own past." in page


def test_an_empty_day_of_old_data_is_not_called_a_good_one():
    page = terminal.text(morning(alarms=(), watched=(), last_on=AS_OF - timedelta(days=40)), width=100)
    assert page.startswith("Nothing to say until newer orders are loaded\n")
    assert "The newest order known is of 21 May 2014" in page


def test_a_shop_without_history_is_told_what_helps():
    page = terminal.text(morning(alarms=(), watched=(), unjudged=tuple("abcdef")))
    assert "not enough history yet" in page


def test_plain_text_holds_no_control_codes_and_no_emoji():
    page = terminal.text(renamed(":fire: [bold]Kettler"))
    assert "\x1b" not in page
    assert ":fire: [bold]Kettler has ordered" in page
    assert "Call :fire: [bold]Kettler." in page


def test_colour_is_only_for_warning_and_good(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    codes = set(";".join(re.findall(r"\x1b\[([\d;]*)m", coloured(morning()))).split(";"))
    assert codes <= {"0", "1", "2", "3", "32", "33"}  # off, bold, dim, italic, green, yellow


def test_no_color_is_obeyed(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not {"32", "33"} & set(
        re.findall(r"\d+", "".join(re.findall(r"\x1b\[[\d;]*m", coloured(morning()))))
    )


def test_a_cell_cannot_steer_the_terminal():
    page = terminal.text(renamed("\x1b[2J\x07Kett\u202eler"))
    assert not {"\x1b", "\x07", "\u202e"} & set(page)


def test_the_date_is_not_todays():
    assert "Monday 30 June 2014" in terminal.text(morning())
    assert AS_OF.year == 2014


def test_every_conclusion_is_printed_with_its_id():
    page = morning()
    told = terminal.text(page)
    assert all(f"burnish why {item.id}\n" in told for item in page.items)


def test_a_name_with_a_full_stop_ends_the_watch_line_once():
    page = morning()
    watched = dataclasses.replace(page.watch[0], name="Marrow Corp.")
    told = terminal.text(dataclasses.replace(page, watch=(watched,)))
    assert "Marrow Corp.\n" in told


def test_an_empty_page_beside_no_other_day_says_nothing_of_changes():
    empty = dataclasses.replace(morning(alarms=(), watched=()), changes=())
    assert "Nothing changed" not in terminal.text(empty)
