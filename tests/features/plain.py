"""The tables of the features room once more, in plain slow Python, written from their definitions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .build import Row, money


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def with_customer(events: list[Row], customer_ref: list[Row]) -> list[Row]:
    whose = {(row["source"], row["organisation_ref"]): row["customer_id"] for row in customer_ref}
    return [row | {"customer_id": whose[row["source"], row["organisation_ref"]]} for row in events]


def in_dollars(row: Row) -> Decimal:
    return row["amount"] or money(0) if row["currency"] in ("USD", None) else money(0)


def grams(kg: Decimal | None) -> int:
    return round((kg or Decimal(0)) * 1000)  # Python rounds a half to even


def release_days(lines: list[Row], numbers: dict[date, int]) -> dict[tuple[str, str, date], date]:
    """First day of the release of each (customer, PO, day), walking through a PO's days."""
    days = defaultdict(set)
    for line in lines:
        days[line["customer_id"], line["po_no"] or line["order_no"]].add(line["occurred_on"])
    found = {}
    for (customer, po), ordered in days.items():
        began, first, before = None, None, None
        for day in sorted(ordered):
            if po is None or before is None or numbers[day] - numbers[before] > 3:
                began, first = day, day
            elif (numbers[day] - numbers[began]) // 4 != (numbers[first] - numbers[began]) // 4:
                first = day
            found[customer, po, day], before = first, day
    return found


def order_release(order_line: list[Row], customer_ref: list[Row], working_day: list[Row]) -> list[Row]:
    lines = with_customer(order_line, customer_ref)
    starts = release_days(lines, {row["day"]: row["working_no"] for row in working_day})
    releases: dict[tuple[str, date], Row] = {}
    for line in lines:
        start = starts[line["customer_id"], line["po_no"] or line["order_no"], line["occurred_on"]]
        row = releases.setdefault((line["customer_id"], start), defaultdict(int))
        row["lines"] += 1
        row["pieces"] += line["quantity"] or money(0)
        row["weight_g"] += grams(line["weight_kg"])
        row["area_cm2"] += int((line["area_m2"] or 0) * 10_000)
        row["amount"] += in_dollars(line)
        row["other_currency_lines"] += line["currency"] == "EUR" and line["amount"] is not None
        row["blanket_lines"] += bool(line["is_blanket"])
    return [
        {"customer_id": customer, "release_on": start, **releases[customer, start]}
        for customer, start in sorted(releases)
    ]


def order_gap(releases: list[Row], working_day: list[Row], complete_on: date) -> list[Row]:
    numbers = {row["day"]: row["working_no"] for row in working_day}
    gaps = []
    for customer in sorted({row["customer_id"] for row in releases}):
        own = [row for row in releases if row["customer_id"] == customer]
        for no, row in enumerate(own):
            closed = own[no + 1]["release_on"] if no + 1 < len(own) else None
            end = closed or max(complete_on, row["release_on"])
            gap = {
                "customer_id": customer,
                "gap_no": no + 1,
                "opened_on": row["release_on"],
                "closed_on": closed,
            }
            gap["gap_days"] = (end - row["release_on"]).days
            gap["gap_working_days"] = numbers[end] - numbers[row["release_on"]]
            gaps.append(gap | {"blanket_lines": row["blanket_lines"]})
    return gaps


def entry_clock(name: str, rows: list[Row], day: date) -> Row:
    versions = defaultdict(list)
    for row in rows:
        if row["known_on"] <= day:
            versions[row["native_id"]].append(row)
    entries, lags, typed = [], [], []
    for same in versions.values():
        current = [
            row for row in same if (row["superseded_on"] or date.max) > day and row["occurred_on"] <= day
        ]
        if current:
            first = min(same, key=lambda row: row["known_on"])
            entries.append(current[0]["occurred_on"])
            typed.append(max((row["known_on"] for row in same if not row["known_imputed"]), default=None))
            if not first["known_imputed"]:
                lags.append(max(0, (first["known_on"] - current[0]["occurred_on"]).days))
    newest = [day for day in (steady_day(entries), steady_day([day for day in typed if day])) if day]
    lag = sorted(lags)[-(-98 * len(lags) // 100) - 1] if lags else 0
    return {
        "table": name,
        "first_on": min(entries, default=None),
        "last_on": max(entries, default=None),
        "complete_on": max(newest) - timedelta(days=lag) if newest else None,
        "lag_days": lag,
        "stated": len(lags),
        "rows": len(entries),
    }


def steady_day(days: list[date]) -> date | None:
    span = max(28, (max(days) - min(days)).days + 1) if days else 28
    steady = []
    for day in days:
        held = sum(day - timedelta(days=27) <= other <= day for other in days)
        if held * 10 * span >= len(days) * 28 and (held >= 2 or len(days) * 28 < 2 * span):
            steady.append(day)
    return max(steady, default=None)


def invoice_numbers(invoice: list[Row], customer_ref: list[Row]) -> dict[tuple[str, str], Row]:
    numbers: dict[tuple[str, str], Row] = {}
    for line in with_customer(invoice, customer_ref):
        none = {"invoiced_on": date.max, "due_on": None, "amount": money(0)}
        row = numbers.setdefault((line["customer_id"], line["number"]), none)
        row["invoiced_on"] = min(row["invoiced_on"], line["occurred_on"])
        row["due_on"] = max((day for day in (row["due_on"], line["due_on"]) if day), default=None)
        row["amount"] += in_dollars(line)
    return numbers


def payment_lag(invoice: list[Row], payment: list[Row], customer_ref: list[Row]) -> list[Row]:
    numbers = invoice_numbers(invoice, customer_ref)
    lags = []
    for paid in with_customer(payment, customer_ref):
        bill = numbers.get((paid["customer_id"], paid["invoice_ref"]))
        if bill is not None:
            day, due = paid["occurred_on"], bill["due_on"]
            lags.append(
                {
                    "customer_id": paid["customer_id"],
                    "invoice_ref": paid["invoice_ref"],
                    "invoiced_on": bill["invoiced_on"],
                    "due_on": due,
                    "paid_on": day,
                    "amount": paid["amount"] if paid["currency"] in ("USD", None) else None,
                    "days_to_pay": (day - bill["invoiced_on"]).days,
                    "days_beyond_terms": (day - due).days if due else None,
                }
            )
    return lags


def check_run(lags: list[Row]) -> list[Row]:
    runs = defaultdict(list)
    for lag in lags:
        runs[lag["customer_id"], lag["paid_on"]].append(lag)
    return [
        {
            "customer_id": customer,
            "paid_on": day,
            "payments": len(run),
            "late_payments": sum((lag["days_beyond_terms"] or 0) > 0 for lag in run),
            "amount": sum((lag["amount"] or money(0) for lag in run), money(0)),
            "amount_days": sum(
                ((lag["amount"] or money(0)) * (lag["days_beyond_terms"] or 0) for lag in run), money(0)
            ),
        }
        for (customer, day), run in sorted(runs.items())
    ]


def invoice_state(invoice: list[Row], payment: list[Row], customer_ref: list[Row]) -> list[Row]:
    states = []
    paid = with_customer(payment, customer_ref)
    for (customer, ref), bill in sorted(invoice_numbers(invoice, customer_ref).items()):
        own = [row for row in paid if (row["customer_id"], row["invoice_ref"]) == (customer, ref)]
        days = sorted({row["occurred_on"] for row in own})
        covered = [day for day in days if open_at(bill | {"invoiced_on": date.min}, own, day) == 0]
        foreign = any(row["currency"] == "EUR" for row in own)
        paid_on = covered[0] if covered else days[-1] if foreign else None
        states.append(
            {
                "customer_id": customer,
                "invoice_ref": ref,
                "invoiced_on": bill["invoiced_on"],
                "due_on": bill["due_on"],
                "amount": bill["amount"],
                "paid": sum((in_dollars(row) for row in own), money(0)),
                "paid_on": paid_on,
                "last_paid_on": days[-1] if days else None,
                "open_amount": money(0)
                if paid_on
                else open_at(bill | {"invoiced_on": date.min}, own, date.max),
            }
        )
    return states


def open_at(bill: Row, payments: list[Row], day: date) -> Decimal:
    """What is unpaid of one invoice at the end of a day, never less than nothing."""
    if bill["invoiced_on"] > day:
        return money(0)
    paid = sum((in_dollars(row) for row in payments if row["occurred_on"] <= day), money(0))
    low, high = min(bill["amount"], money(0)), max(bill["amount"], money(0))
    return bill["amount"] - min(max(paid, low), high)


def balance(numbers: dict[tuple[str, str], Row], payments: list[Row], customer: str, day: date) -> Row:
    """Open amount and overdue amount × days of one customer at the end of a day."""
    still_open, overdue = money(0), money(0)
    for (whose, number), bill in numbers.items():
        if whose == customer:
            own = [row for row in payments if (row["customer_id"], row["invoice_ref"]) == (whose, number)]
            amount = open_at(bill, own, day)
            still_open += amount
            overdue += amount * max(0, (day - bill["due_on"]).days) if bill["due_on"] else 0
    return {"open_amount": still_open, "overdue_amount_days": overdue}


def quotes(quote: list[Row], customer_ref: list[Row]) -> list[tuple[str, date, str]]:
    """(customer, day, column to count in) of each quote's asking, winning, losing."""
    by_number = defaultdict(list)
    for line in with_customer(quote, customer_ref):
        by_number[line["customer_id"], line["number"] or line["native_id"]].append(line)
    said = []
    for (customer, _), lines in by_number.items():
        said.append((customer, min(line["occurred_on"] for line in lines), "quotes_asked"))
        won = [line["outcome_on"] for line in lines if line["outcome"] == "Won"]
        lost = [line["outcome_on"] for line in lines if line["outcome"] == "lost"]
        if won or lost:
            said.append((customer, min(won), "quotes_won") if won else (customer, max(lost), "quotes_lost"))
    return said


def changes(shop: dict[str, list[Row]], releases: list[Row]) -> list[tuple[str, date, str, int | Decimal]]:
    """(customer, day, column, amount) of everything that adds to a week."""
    refs = shop["customer_ref"]
    found = [(row["customer_id"], row["release_on"], "releases", 1) for row in releases]
    for row in with_customer(shop["order_line"], refs):
        measures = {"lines": 1, "pieces": row["quantity"] or 0, "amount": in_dollars(row)}
        measures |= {"weight_g": grams(row["weight_kg"]), "area_cm2": int((row["area_m2"] or 0) * 10_000)}
        found += [(row["customer_id"], row["occurred_on"], name, n) for name, n in measures.items()]
    for row in with_customer(shop["shipment"], refs):
        is_late = int(row["due_on"] is not None and row["occurred_on"] > row["due_on"])
        found.append((row["customer_id"], row["occurred_on"], "shipments", 1))
        found.append((row["customer_id"], row["occurred_on"], "late_shipments", is_late))
    for (customer, _), bill in invoice_numbers(shop["invoice"], refs).items():
        found.append((customer, bill["invoiced_on"], "invoices", 1))
        found.append((customer, bill["invoiced_on"], "invoiced", bill["amount"]))
    for row in with_customer(shop["payment"], refs):
        found.append((row["customer_id"], row["occurred_on"], "paid", in_dollars(row)))
    return found + [(*said, 1) for said in quotes(shop["quote"], refs)]


def customer_week(shop: dict[str, list[Row]], releases: list[Row], names: list[str], day: date) -> list[Row]:
    found = [change for change in changes(shop, releases) if change[1] <= day]
    numbers = invoice_numbers(shop["invoice"], shop["customer_ref"])
    payments = with_customer(shop["payment"], shop["customer_ref"])
    weeks = []
    for customer in sorted({change[0] for change in found}):
        own = [change for change in found if change[0] == customer]
        week = monday(min(change[1] for change in own))
        while week <= day:
            end = min(week + timedelta(days=6), day)
            row = dict.fromkeys(names, 0) | {"customer_id": customer, "week": week}
            row["working_days"] = sum(
                each["is_working"] for each in shop["working_day"] if week <= each["day"] <= end
            )
            for _, on, name, number in own:
                row[name] += number if monday(on) == week else 0
            weeks.append(row | balance(numbers, payments, customer, end))
            week += timedelta(days=7)
    return weeks
