from burnish.features.paying import check_run, invoice_state, payment_lag, unmatched_payment

from .build import d, event, money, refs


def bill(offset, number="1", due=30, amount=100, ref="A", **values):
    return event(offset, ref, number=number, due_on=None if due is None else d(due), amount=amount, **values)


def paid(offset, number="1", amount=100, ref="A", **values):
    return event(offset, ref, invoice_ref=number, amount=amount, **values)


def met(engine, bills, payments, made=payment_lag, names=("A",)):
    invoice, payment = engine.table("invoice", bills), engine.table("payment", payments)
    return engine.rows(made(invoice, payment, engine.table("customer_ref", refs(*names)), currency="USD"))


def test_a_payment_is_dated_from_its_invoice_and_its_due_day(engine):
    (lag,) = met(engine, [bill(0)], [paid(42)])
    assert (lag["days_to_pay"], lag["days_beyond_terms"], lag["amount"]) == (42, 12, money(100))


def test_an_early_payment_is_negative_and_no_due_day_is_no_lateness(engine):
    rows = met(engine, [bill(0), bill(0, "2", due=None)], [paid(20), paid(20, "2")])
    assert [row["days_beyond_terms"] for row in rows] == [-10, None]


def test_part_payments_are_rows_of_their_own(engine):
    rows = met(engine, [bill(0)], [paid(20, amount=40), paid(50, amount=60)])
    assert [(row["paid_on"], row["amount"]) for row in rows] == [(d(20), money(40)), (d(50), money(60))]


def test_an_invoice_written_on_two_lines_takes_a_payment_once(engine):
    (lag,) = met(engine, [bill(0, amount=60), bill(1, amount=40, due=35)], [paid(40)])
    assert (lag["invoiced_on"], lag["due_on"], lag["days_beyond_terms"]) == (d(0), d(35), 5)


def test_one_number_of_two_customers_is_two_invoices(engine):
    bills = [bill(0), bill(10, ref="B")]
    rows = met(engine, bills, [paid(40, ref="B")], names=("A", "B"))
    assert [(row["customer_id"], row["days_to_pay"]) for row in rows] == [("b", 30)]


def test_a_payment_of_no_known_invoice_is_told_apart(engine):
    payments = [paid(10, "1"), paid(11, "9"), paid(12, None)]
    lags = met(engine, [bill(0)], payments)
    strangers = met(engine, [bill(0)], payments, made=unmatched_payment)
    assert [row["invoice_ref"] for row in lags] == ["1"]
    assert [(row["invoice_ref"], row["paid_on"]) for row in strangers] == [("9", d(11)), (None, d(12))]


def test_a_payment_in_another_currency_keeps_its_days_and_loses_its_amount(engine):
    (lag,) = met(engine, [bill(0)], [paid(31, currency="EUR")])
    assert (lag["days_beyond_terms"], lag["amount"]) == (1, None)


def runs(engine, lags):
    return engine.rows(check_run(engine.table("payment_lag", lags)))


def lag(offset, beyond, amount=10, customer="a"):
    return {"customer_id": customer, "paid_on": d(offset), "amount": amount, "days_beyond_terms": beyond}


def test_payments_of_one_day_are_one_run(engine):
    rows = runs(engine, [lag(5, 3), lag(5, -1, amount=20), lag(6, 0)])
    assert [(row["payments"], row["late_payments"], row["amount"]) for row in rows] == [
        (2, 1, money(30)),
        (1, 0, money(10)),
    ]
    assert rows[0]["amount_days"] == money(10)  # 10 × 3 - 20 × 1


def test_a_payment_without_terms_or_amount_counts_and_weighs_nothing(engine):
    (run,) = runs(engine, [lag(5, None), lag(5, 4, amount=None)])
    assert (run["payments"], run["late_payments"], run["amount_days"]) == (2, 1, money(0))


def state(engine, bills, payments):
    (row,) = met(engine, bills, payments, made=invoice_state)
    return row


def test_an_invoice_is_paid_on_the_day_its_payments_add_up(engine):
    row = state(engine, [bill(0)], [paid(20, amount=40), paid(50, amount=60)])
    assert (row["paid_on"], row["last_paid_on"], row["paid"]) == (d(50), d(50), money(100))
    assert row["open_amount"] == money(0)


def test_a_part_payment_leaves_the_rest_open(engine):
    row = state(engine, [bill(0)], [paid(20, amount=40)])
    assert (row["paid_on"], row["last_paid_on"], row["open_amount"]) == (None, d(20), money(60))


def test_an_unpaid_invoice_is_open_in_full(engine):
    row = state(engine, [bill(0)], [paid(20, "9")])
    assert (row["paid"], row["paid_on"], row["last_paid_on"]) == (money(0), None, None)
    assert row["open_amount"] == money(100)


def test_overpaying_leaves_nothing_open_and_later_money_changes_no_day(engine):
    row = state(engine, [bill(0)], [paid(20, amount=130), paid(40, amount=10)])
    assert (row["paid_on"], row["last_paid_on"]) == (d(20), d(40))
    assert (row["paid"], row["open_amount"]) == (money(140), money(0))


def test_a_credit_note_is_open_until_it_is_set_off(engine):
    assert state(engine, [bill(0, amount=-50)], [])["open_amount"] == money(-50)
    assert state(engine, [bill(0, amount=-50)], [paid(9, amount=-50)])["paid_on"] == d(9)


def test_money_in_another_currency_counts_as_payment_of_the_invoice(engine):
    row = state(engine, [bill(0)], [paid(20, currency="EUR")])
    assert (row["paid_on"], row["open_amount"]) == (d(20), money(0))
