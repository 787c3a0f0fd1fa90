from burnish.features.ordering import order_release
from burnish.features.panel import customer_week

from .build import d, event, money, refs, weekdays
from .test_paying import bill, paid

NAMES = ("order_line", "shipment", "invoice", "payment", "quote")


def weeks(engine, day=27, customers=("A",), days=None, **rows):
    """Rows of the panel for the events named."""
    events = {name: engine.table(name, rows.get(name, [])) for name in NAMES}
    known, calendar = (
        engine.table("customer_ref", refs(*customers)),
        engine.table("working_day", days or weekdays(60)),
    )
    release = order_release(events["order_line"], known, calendar, currency="USD")
    return engine.rows(customer_week(release, *events.values(), known, calendar, currency="USD", day=d(day)))


def column(rows, name):
    return [row[name] for row in rows]


def test_every_week_from_the_first_event_to_the_day_is_there(engine):
    rows = weeks(engine, order_line=[event(9), event(23)])
    assert column(rows, "week") == [d(7), d(14), d(21)]
    assert column(rows, "lines") == [1, 0, 1]


def test_each_customer_begins_with_its_own_first_event_of_any_kind(engine):
    rows = weeks(engine, customers=("A", "B"), order_line=[event(20)], quote=[event(8, "B")])
    assert [(row["customer_id"], row["week"]) for row in rows] == [
        ("a", d(14)),
        ("a", d(21)),
        ("b", d(7)),
        ("b", d(14)),
        ("b", d(21)),
    ]


def test_working_days_leave_holidays_and_days_to_come_out(engine):
    rows = weeks(engine, day=22, days=weekdays(60, closed=[8]), order_line=[event(0)])
    assert column(rows, "working_days") == [5, 4, 5, 2]


def test_lines_count_when_ordered_and_releases_when_begun(engine):
    friday_and_monday = [event(4, po_no="1", quantity=5), event(7, po_no="1", quantity=6)]
    rows = weeks(engine, day=13, order_line=friday_and_monday)
    assert (column(rows, "releases"), column(rows, "lines")) == ([1, 0], [1, 1])
    assert column(rows, "pieces") == [money(5), money(6)]


def test_shipments_after_their_due_day_are_late(engine):
    shipped = [event(2, due_on=d(1)), event(2, due_on=d(2)), event(2)]
    (week,) = weeks(engine, day=6, shipment=shipped)
    assert (week["shipments"], week["late_shipments"]) == (3, 1)


def test_the_open_amount_is_what_is_invoiced_and_unpaid_at_the_end_of_each_week(engine):
    rows = weeks(engine, invoice=[bill(0), bill(8, "2", amount=50)], payment=[paid(15, amount=30)])
    assert column(rows, "open_amount") == [money(100), money(150), money(120), money(120)]
    assert column(rows, "paid") == [money(0), money(0), money(30), money(0)]


def test_overdue_is_open_amount_times_days_past_due_at_the_end_of_each_week(engine):
    rows = weeks(engine, invoice=[bill(0, due=10)], payment=[paid(15, amount=30), paid(22, amount=70)])
    # Sundays are days 6, 13, 20, 27: 100 × 3 days, then 70 × 10 days, then nothing.
    assert column(rows, "overdue_amount_days") == [money(0), money(300), money(700), money(0)]


def test_the_running_week_is_measured_at_its_day(engine):
    rows = weeks(engine, day=12, invoice=[bill(0, due=10), bill(0, "2", due=13)])
    assert column(rows, "overdue_amount_days") == [money(0), money(200)]


def test_a_payment_before_the_due_day_is_never_overdue(engine):
    rows = weeks(engine, invoice=[bill(0, due=10)], payment=[paid(2)])
    assert column(rows, "overdue_amount_days") == [money(0)] * 4


def test_an_overpaid_invoice_does_not_hide_another(engine):
    rows = weeks(engine, day=6, invoice=[bill(0), bill(0, "2")], payment=[paid(1, amount=180)])
    assert column(rows, "open_amount") == [money(100)]


def test_a_credit_note_lowers_what_is_open_and_a_stray_payment_does_not(engine):
    credited = [bill(0), bill(1, "2", amount=-40)]
    (week,) = weeks(engine, day=6, invoice=credited, payment=[paid(2, "9", amount=60)])
    assert (week["open_amount"], week["paid"]) == (money(60), money(60))


def test_a_payment_before_its_invoice_leaves_nothing_open(engine):
    rows = weeks(engine, day=13, invoice=[bill(8)], payment=[paid(1)])
    assert column(rows, "open_amount") == [money(0), money(0)]


def test_another_currency_is_counted_as_an_invoice_and_not_added(engine):
    (week,) = weeks(engine, day=6, invoice=[bill(0, currency="EUR"), bill(0, "2", currency="USD")])
    assert (week["invoices"], week["invoiced"], week["open_amount"]) == (2, money(100), money(100))


def test_a_quote_of_several_lines_is_one_and_won_if_any_line_was(engine):
    lines = [
        event(0, number="1", outcome="Won", outcome_on=d(8)),
        event(0, number="1", outcome="Lost", outcome_on=d(9)),
        event(0, number="2", outcome="lost", outcome_on=d(9)),
        event(0, number="3"),
    ]
    rows = weeks(engine, day=13, quote=lines)
    assert column(rows, "quotes_asked") == [3, 0]
    assert (column(rows, "quotes_won"), column(rows, "quotes_lost")) == ([0, 1], [0, 1])


def test_nothing_after_the_day_shows_in_any_week(engine):
    early = {"order_line": [event(0)], "invoice": [bill(0, due=3)]}
    late = {"order_line": [event(0), event(20)], "invoice": [bill(0, due=3)], "payment": [paid(20)]}
    assert weeks(engine, day=9, **late) == weeks(engine, day=9, **early)
