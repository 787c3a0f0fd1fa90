from burnish.features.entry import entry_clock

from .build import d, event


def read(engine, rows, day=60, name="order_line"):
    """The clock's row for one table."""
    (row,) = engine.rows(entry_clock({name: engine.table(name, rows)}, day=d(day)))
    return row


def entered(offset, lag, **values):
    """An event typed in `lag` days after it occurred."""
    return event(offset, known_on=d(offset + lag), **values)


def test_the_lag_is_what_98_percent_of_stated_entries_kept_to(engine):
    rows = [entered(0, 2) for _ in range(97)] + [entered(0, lag) for lag in (4, 9, 30)]
    assert read(engine, rows)["lag_days"] == 4


def test_entries_are_complete_through_the_newest_entry_less_the_lag(engine):
    clock = read(engine, [entered(at, 3) for at in range(20)], day=60)
    assert (clock["lag_days"], clock["complete_on"]) == (3, d(19))
    assert (clock["first_on"], clock["last_on"]) == (d(0), d(19))


def test_a_day_before_the_newest_entry_claims_only_what_was_known_then(engine):
    clock = read(engine, [entered(at, 3) for at in range(20)], day=10)
    assert (clock["rows"], clock["last_on"], clock["complete_on"]) == (8, d(7), d(7))


def test_inferred_entry_days_give_no_lag_and_no_claim_beyond_the_last_event(engine):
    clock = read(engine, [event(at, known_on=d(at + 5), known_imputed=True) for at in range(20)])
    assert (clock["lag_days"], clock["stated"], clock["rows"]) == (0, 0, 20)
    assert clock["complete_on"] == d(19)


def test_a_row_corrected_long_after_it_was_entered_keeps_its_first_lag(engine):
    first = entered(0, 1, native_id="x", superseded_on=d(40))
    again = entered(0, 40, native_id="x")
    clock = read(engine, [first, again])
    assert (clock["lag_days"], clock["rows"], clock["stated"]) == (1, 1, 1)
    assert clock["complete_on"] == d(39)


def test_a_withdrawn_or_future_row_is_not_counted(engine):
    rows = [entered(0, 0), entered(5, 0, superseded_on=d(20)), event(90, known_on=d(1))]
    clock = read(engine, rows)
    assert (clock["rows"], clock["last_on"]) == (1, d(0))


def test_an_event_entered_before_it_occurred_has_no_lag(engine):
    assert read(engine, [event(9, known_on=d(1))])["lag_days"] == 0


def test_an_empty_table_is_complete_through_no_day(engine):
    clock = read(engine, [])
    assert (clock["rows"], clock["stated"], clock["lag_days"], clock["complete_on"]) == (0, 0, 0, None)


def test_every_table_has_its_own_row(engine):
    tables = {
        "payment": engine.table("payment", [entered(4, 0)]),
        "invoice": engine.table("invoice", [entered(2, 0), entered(3, 0)]),
    }
    rows = engine.rows(entry_clock(tables, day=d(60)))
    assert [(row["table"], row["rows"], row["complete_on"]) for row in rows] == [
        ("invoice", 2, d(3)),
        ("payment", 1, d(4)),
    ]


def test_a_lone_order_dated_weeks_ahead_does_not_make_the_weeks_before_it_complete(engine):
    stray = event(180, known_on=d(120), known_imputed=True)
    rows = [event(at, known_imputed=True) for at in range(120)] + [stray]
    clock = read(engine, rows, day=200)
    assert (clock["last_on"], clock["complete_on"]) == (d(180), d(119))


def test_a_lone_entry_stamped_weeks_later_claims_nothing_of_those_weeks(engine):
    rows = [entered(at, 0) for at in range(120)] + [entered(60, 120)]
    assert read(engine, rows, day=200)["complete_on"] == d(119)


def test_a_thin_tail_is_no_completeness_and_a_slow_month_is(engine):
    busy = [event(at, known_imputed=True) for at in range(140) for _ in range(3)]
    thin = [event(at, known_imputed=True) for at in (190, 200, 205, 209)]
    slow = [event(at, known_imputed=True) for at in range(182, 210, 3)]
    assert read(engine, busy + thin, day=210)["complete_on"] < d(170)
    assert read(engine, busy + slow, day=210)["complete_on"] == d(209)


def test_a_table_with_an_event_every_few_months_is_complete_through_its_last(engine):
    rows = [event(at, known_imputed=True) for at in (0, 90, 200, 330)]
    assert read(engine, rows, day=400)["complete_on"] == d(330)
