from datetime import timedelta

import polars as pl
import pytest
from hand_made import event, lookalike, ordered, rows

from burnish.simulate.floor import floor
from burnish.simulate.paying import paying
from burnish.simulate.quality import quality


@pytest.fixture(scope="module")
def shop():
    return quality(floor(ordered("M", companies=60, per_week=2.0)))


@pytest.fixture(scope="module")
def paid(shop):
    return paying(shop)


def settled(world) -> pl.DataFrame:
    """Payments with their invoices and days past due."""
    bills = world["invoice"].select("invoice", "due_on", invoiced_on="on", billed="amount")
    rows = world["payment"].join(bills, on="invoice")
    return rows.with_columns(late=(pl.col("on") - pl.col("due_on")).dt.total_days())


def late_days(world, **of) -> float:
    return settled(world).filter(**of)["late"].mean()


def test_what_has_shipped_is_invoiced_to_the_cent(paid):
    sent = paid["shipment"].group_by("order").agg(pl.sum("quantity"))
    whole = (
        paid["line"]
        .join(sent.rename({"quantity": "sent"}), on="order")
        .filter(pl.col("sent") == pl.col("quantity"))
    )
    billed = paid["invoice"].group_by("order").agg(billed=pl.sum("amount").round(2))
    both = whole.group_by("order").agg(pl.sum("amount").round(2)).join(billed, on="order")
    assert len(both) > 1000
    assert (both["amount"] == both["billed"]).all()


def test_nobody_pays_before_the_invoice_or_more_than_it(paid):
    rows = settled(paid)
    whole = rows.group_by("invoice").agg(pl.sum("amount"), pl.first("billed"))
    assert (rows["on"] >= rows["invoiced_on"]).all()
    assert (whole["amount"] <= whole["billed"] + 0.001).all()


def test_customers_pay_some_days_late_with_a_long_tail(paid):
    usual = settled(paid).group_by("company").agg(pl.median("late"))["late"]
    assert 4 <= usual.median() <= 12
    assert settled(paid)["late"].quantile(0.98) > 30


def test_a_check_has_one_customer_one_day_and_one_reference(paid):
    checks = paid["payment"].group_by("check").agg(pl.n_unique("company", "on", "reference"), pl.len())
    assert checks.select(pl.max_horizontal("company", "on", "reference").max()).item() == 1
    assert checks["len"].max() > 1


def test_each_payer_keeps_to_its_check_runs(paid):
    days = (
        paid["payment"]
        .group_by("company")
        .agg(share=pl.col("on").dt.weekday().value_counts(sort=True).struct[1].first() / pl.len())
    )
    assert (days["share"] > 0.75).mean() > 0.3


def test_a_customer_that_comes_to_pay_later_does_and_nobody_else(shop, paid):
    later = event("later_payment", 7, shop.plan.first + timedelta(120), 30.0)
    planted = paying(shop.with_tables(event=rows("event", [later])))
    assert late_days(planted, company=7) > late_days(paid, company=7) + 5
    others = pl.col("company") != 7
    columns = ["invoice", "company", "on", "amount"]
    assert (
        planted["payment"]
        .filter(others)
        .select(columns)
        .equals(paid["payment"].filter(others).select(columns))
    )


def test_the_day_on_which_an_invoice_went_30_days_late_is_told(shop):
    later = event(
        "later_payment", 7, shop.plan.first + timedelta(120), 60.0, outcome="an invoice 30 days late"
    )
    told = paying(shop.with_tables(event=rows("event", [later])))
    row = told["event"].row(0, named=True)
    bills = (
        told["invoice"]
        .filter(company=7)
        .join(told["payment"].select("invoice", paid="on"), on="invoice", how="left")
    )
    late = bills.filter((pl.col("paid") > pl.col("due_on") + timedelta(30)), pl.col("due_on") >= row["t0"])
    assert row["outcome_on"] == late["due_on"].min() + timedelta(31)
    assert row["nats"] > 9


def test_an_outcome_that_does_not_come_true_is_taken_back(shop):
    ends = shop.plan.last - timedelta(5)
    hardly = event(
        "later_payment",
        7,
        shop.plan.last - timedelta(6),
        0.5,
        outcome="an invoice 30 days late",
        ends_on=ends,
    )
    row = paying(shop.with_tables(event=rows("event", [hardly])))["event"].row(0, named=True)
    assert (row["outcome"] == "") == (row["outcome_on"] is None)


def test_checks_are_held_while_a_new_ap_system_comes_in(shop):
    first = shop.plan.first + timedelta(150)
    held = lookalike("ap_system_change", 7, first, first + timedelta(30))
    world = paying(shop.with_tables(lookalike=rows("lookalike", [held])))
    whole = world["payment"].filter(
        pl.col("company") == 7, pl.col("on").is_between(first, first + timedelta(28))
    )
    assert whole.height <= 1  # a rest of a bill paid in parts may fall in


def test_planted_disputes_are_written_down_and_paid_after_they_end(shop, paid):
    quarrel = lookalike("dispute", 7, shop.plan.first + timedelta(100), shop.plan.first + timedelta(200))
    world = paying(shop.with_tables(lookalike=rows("lookalike", [quarrel])))
    ended = (
        world["dispute"]
        .drop_nulls("until_on")
        .join(world["payment"].select("invoice", paid="on"), on="invoice")
    )
    assert world["dispute"].filter(company=7).height > paid["dispute"].filter(company=7).height + 3
    assert (ended["paid"] >= ended["until_on"]).all()


def test_a_discount_let_go_looks_like_later_payment(shop):
    middle = shop.plan.first + timedelta(180)
    let_go = lookalike("cash_discount", 7, middle, shop.plan.last)
    rows_of_7 = settled(paying(shop.with_tables(lookalike=rows("lookalike", [let_go])))).filter(company=7)
    before, after = (
        rows_of_7.filter((pl.col("due_on") < middle) == early)["late"].median() for early in (True, False)
    )
    assert before < -10
    assert after > -10


def test_credits_have_reasons_and_never_exceed_the_invoice(paid):
    credits = paid["credit"].join(paid["invoice"].select("invoice", billed="amount"), on="invoice")
    assert set(credits["reason"]) >= {"rejected parts", "price correction"}
    assert (credits["amount"] <= credits["billed"]).all()


def test_some_invoices_are_open_at_the_end(paid):
    left = paid["invoice"].join(paid["payment"], on="invoice", how="anti")
    assert len(left) > 0
    assert (left["on"] > paid.plan.last - timedelta(90)).mean() > 0.8


def test_without_shipments_nothing_is_invoiced():
    assert paying(quality(floor(ordered(companies=2, per_week=0.0))))["invoice"].is_empty()
