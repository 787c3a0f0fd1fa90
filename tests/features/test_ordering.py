from burnish.features.ordering import order_gap, order_release

from .build import clock, d, event, money, refs, weekdays


def releases(engine, lines, customers=("A",), days=None, **dials):
    """Rows of order_release for some lines."""
    made = order_release(
        engine.table("order_line", lines),
        engine.table("customer_ref", refs(*customers)),
        engine.table("working_day", weekdays() if days is None else days),
        currency="USD",
        **dials,
    )
    return engine.rows(made)


def starts(rows):
    """(first day, lines) of each release."""
    return [(row["release_on"], row["lines"]) for row in rows]


def test_lines_of_one_day_are_one_release(engine):
    rows = releases(engine, [event(0, po_no="1"), event(0, po_no="2"), event(0)])
    assert starts(rows) == [(d(0), 3)]


def test_lines_of_one_po_within_three_working_days_join_the_release(engine):
    monday_to_thursday = [event(0, po_no="1"), event(3, po_no="1")]
    assert starts(releases(engine, monday_to_thursday)) == [(d(0), 2)]
    assert starts(releases(engine, [event(0, po_no="1"), event(4, po_no="1")])) == [(d(0), 1), (d(4), 1)]


def test_a_weekend_or_a_holiday_does_not_part_a_release(engine):
    friday_to_wednesday = [event(4, po_no="1"), event(9, po_no="1")]
    assert starts(releases(engine, friday_to_wednesday)) == [(d(4), 2)]
    friday_to_thursday = [event(4, po_no="1"), event(10, po_no="1")]
    assert starts(releases(engine, friday_to_thursday, days=weekdays(closed=[8]))) == [(d(4), 2)]


def test_a_po_ordered_on_daily_is_parted_every_four_working_days(engine):
    rows = releases(engine, [event(offset, po_no="1") for offset in (0, 1, 2, 3, 4, 7, 8, 9, 10)])
    assert starts(rows) == [(d(0), 4), (d(4), 4), (d(10), 1)]


def test_another_po_or_no_po_on_a_later_day_is_another_release(engine):
    assert starts(releases(engine, [event(0, po_no="1"), event(1, po_no="2")])) == [(d(0), 1), (d(1), 1)]
    assert starts(releases(engine, [event(0), event(1)])) == [(d(0), 1), (d(1), 1)]


def test_without_po_the_order_number_holds_a_release_together(engine):
    assert starts(releases(engine, [event(0, order_no="7"), event(1, order_no="7")])) == [(d(0), 2)]


def test_two_customers_with_the_same_po_number_stay_apart(engine):
    rows = releases(engine, [event(0, "A", po_no="1"), event(1, "B", po_no="1")], customers=("A", "B"))
    assert [(row["customer_id"], row["release_on"]) for row in rows] == [("a", d(0)), ("b", d(1))]


def test_amounts_in_another_currency_are_counted_and_not_added(engine):
    lines = [event(0, amount=10, currency="USD"), event(0, amount=7, currency="EUR"), event(0, amount=5)]
    (row,) = releases(engine, lines)
    assert (row["amount"], row["other_currency_lines"]) == (money(15), 1)


def test_corrections_stay_in_the_sums(engine):
    (row,) = releases(engine, [event(0, quantity="100.5", amount=50), event(0, quantity=-20, amount=-10)])
    assert (row["pieces"], row["amount"]) == (money("80.5"), money(40))


def test_weights_become_whole_grams_with_halves_to_even(engine):
    lines = [
        event(at, weight_kg=kg) for at, kg in enumerate(("0.0005", "0.0015", "0.0025", "-0.0015", "1.2346"))
    ]
    assert [row["weight_g"] for row in releases(engine, lines)] == [0, 2, 2, -2, 1235]


def test_areas_become_whole_square_centimetres(engine):
    (row,) = releases(engine, [event(0, area_m2="1.2345"), event(0)])
    assert row["area_cm2"] == 12345


def test_no_line_is_lost_even_on_a_day_the_calendar_lacks(engine):
    lines = [event(offset, po_no="1", is_blanket=offset == 0) for offset in (-9, 0, 1, 500, 501)]
    rows = releases(engine, lines, days=weekdays(days=30))
    assert sum(row["lines"] for row in rows) == 5
    assert [row["blanket_lines"] for row in rows] == [0, 1, 0, 0]


def gaps(engine, offsets, complete, customer="a", days=None):
    """(gap_no, opened, closed, days, working days) of a customer's gaps."""
    rows = [{"customer_id": customer, "release_on": d(at), "lines": 1, "blanket_lines": 0} for at in offsets]
    made = order_gap(
        engine.table("order_release", rows),
        engine.table("working_day", weekdays() if days is None else days),
        engine.table("entry_clock", clock(complete) + clock(0, "payment")),
    )
    return [
        (row["gap_no"], row["opened_on"], row["closed_on"], row["gap_days"], row["gap_working_days"])
        for row in engine.rows(made)
    ]


def test_gaps_run_from_release_to_release_and_the_last_is_open(engine):
    assert gaps(engine, [0, 7, 21], complete=30) == [
        (1, d(0), d(7), 7, 5),
        (2, d(7), d(21), 14, 10),
        (3, d(21), None, 9, 7),
    ]


def test_an_open_gap_ends_with_the_entries_and_is_never_negative(engine):
    assert gaps(engine, [10], complete=13) == [(1, d(10), None, 3, 1)]
    assert gaps(engine, [10], complete=4) == [(1, d(10), None, 0, 0)]


def test_a_shutdown_lengthens_a_gap_in_days_and_not_in_working_days(engine):
    ((_, _, _, days, working), _) = gaps(engine, [0, 14], 14, days=weekdays(closed=range(7, 12)))
    assert (days, working) == (14, 5)


def test_a_gap_outside_the_calendar_has_no_working_days(engine):
    ((_, _, _, days, working),) = gaps(engine, [0], 40, days=weekdays(days=30))
    assert (days, working) == (40, None)
