import csv
import itertools
import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import mean, median

import pytest

from burnish.simulate import demo_shop, truth_beside

END_ON = date(2026, 11, 20)
WEEKS = 3 * 365.25 / 7
DIALECTS = {
    "orders.csv": ("cp1252", ","),
    "invoices.tsv": ("utf-8", "\t"),
    "customers.csv": ("utf-8-sig", ","),
}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "exports"
    demo_shop(folder, end_on=END_ON)
    return folder


@cache
def rows(exports: Path, name: str) -> list[dict[str, str]]:
    encoding, delimiter = DIALECTS.get(name, ("utf-8", ";"))
    with (exports / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def received_on(row: dict[str, str]) -> date | None:
    try:
        return datetime.strptime(row["Date In"], "%m/%d/%Y").date()
    except ValueError:
        return None


@cache
def order_days(exports: Path) -> dict[str, list[date]]:
    days = defaultdict(set)
    for row in rows(exports, "orders.csv"):
        if day := received_on(row):
            days[row["Cust Code"]].add(day)
    return {code: sorted(own) for code, own in days.items() if code}


def truth(exports: Path, kind: str) -> dict[str, dict[str, str]]:
    told = json.loads(truth_beside(exports).read_text("utf-8"))
    return {one["why"]: one for one in told[kind]}


def gaps(days: list[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in itertools.pairwise(days)]


def test_equal_arguments_give_equal_bytes_and_another_seed_another_shop(tmp_path: Path) -> None:
    shops = {"once": 1, "again": 1, "other": 2}
    once, again, other = (
        [path.read_bytes() for path in demo_shop(tmp_path / name, seed=seed, end_on=END_ON, years=1)]
        + [truth_beside(tmp_path / name).read_bytes()]
        for name, seed in shops.items()
    )
    assert once == again
    assert all(one != another for one, another in zip(once, other, strict=True))


def test_the_truth_is_never_among_the_exports(exports: Path) -> None:
    assert sorted(path.name for path in exports.iterdir()) == [
        "customers.csv",
        "invoices.tsv",
        "orders.csv",
        "quotes.csv",
    ]
    assert truth_beside(exports).is_file()


def test_sizes_follow_a_small_platers_book(exports: Path) -> None:
    amounts = Counter()
    for row in rows(exports, "orders.csv"):
        amounts[row["Cust Code"]] += float(row["Amount"])
    shares = [amount / amounts.total() for _, amount in amounts.most_common()]
    assert 0.12 < shares[0] < 0.25
    assert 0.35 < sum(shares[:5]) < 0.55
    assert 0.6 < sum(shares[:20]) < 0.85
    assert len(rows(exports, "customers.csv")) == 120


def test_a_quarter_of_the_lots_costs_the_minimum_and_brings_little(exports: Path) -> None:
    amounts = [float(row["Amount"]) for row in rows(exports, "orders.csv")]
    minimum = min(amounts)
    smallest = [amount for amount in amounts if amount == minimum]
    assert 0.2 < len(smallest) / len(amounts) < 0.4
    assert 0.05 < sum(smallest) / sum(amounts) < 0.12


def test_the_median_customer_orders_about_every_fourth_week(exports: Path) -> None:
    per_week = [len(days) / WEEKS for days in order_days(exports).values()]
    assert 0.2 < median(per_week) < 0.35
    assert 0.05 < mean(rate >= 1 for rate in per_week) < 0.2


def test_three_years_fill_ten_to_fifteen_thousand_lots_on_working_days(exports: Path) -> None:
    days = [day for row in rows(exports, "orders.csv") if (day := received_on(row))]
    weekday = Counter(day.weekday() for day in days)
    assert 10_000 < len(days) < 15_000
    assert max(days) <= END_ON
    assert set(weekday) == {0, 1, 2, 3, 4}
    assert weekday[0] + weekday[1] > 1.3 * (weekday[3] + weekday[4])


def test_plants_stand_still_at_christmas_and_slow_down_in_early_july(exports: Path) -> None:
    per_day = Counter(received_on(row) for row in rows(exports, "orders.csv"))
    first_week_of_july = mean(per_day[date(2025, 7, day)] for day in (1, 2, 3, 7))
    assert not any(per_day[date(2025, 12, day)] for day in range(24, 32))
    assert first_week_of_july < 0.6 * mean(per_day[date(2025, 6, day)] for day in range(9, 14))


def test_quiet_customers_ordered_often_before_and_never_after(exports: Path) -> None:
    days = order_days(exports)
    for one in truth(exports, "quiet").values():
        own = days[one["code"]]
        assert len(own) >= 20
        assert own[-1].isoformat() == one["last_order_on"]
        assert (END_ON - own[-1]).days > 2 * max(gaps(own)[-20:])


def test_one_weekly_customer_is_silent_for_about_ten_weeks_and_asks_for_no_quote(exports: Path) -> None:
    weekly = truth(exports, "quiet")["ordered every week until ten weeks ago"]
    days = order_days(exports)[weekly["code"]]
    asked = [row["Date"] for row in rows(exports, "quotes.csv") if row["Customer"] == weekly["name"]]
    assert 5 <= median(gaps(days)) <= 9
    assert 68 <= (END_ON - days[-1]).days <= 80
    assert max(datetime.strptime(day, "%m/%d/%Y").date() for day in asked) <= END_ON - timedelta(weeks=10)


def test_innocent_pauses_come_back(exports: Path) -> None:
    days, innocent = order_days(exports), truth(exports, "innocent")
    winter = days[innocent["pauses every winter"]["code"]]
    blanket = days[innocent["calls off a blanket order: ten weeks on, eleven off"]["code"]]
    assert {day.month for day in winter}.isdisjoint({1, 2, 12})
    assert {day.year for day in winter} == {2024, 2025, 2026}
    assert sum(gap > 70 for gap in gaps(blanket)) >= 6
    assert median(gaps(blanket)) < 7


def test_money_comes_on_the_check_run_of_each_payer_and_open_invoices_stay_blank(exports: Path) -> None:
    paid, open_ones = defaultdict(Counter), []
    for row in rows(exports, "invoices.tsv"):
        if row["Paid Date"]:
            paid[row["Customer"]][date.fromisoformat(row["Paid Date"]).weekday()] += 1
        else:
            open_ones.append(date.fromisoformat(row["Invoice Date"]))
    faithful = [max(runs.values()) / runs.total() for runs in paid.values() if runs.total() >= 20]
    assert mean(share > 0.85 for share in faithful) > 0.7
    assert 0.01 < len(open_ones) / sum(runs.total() for runs in paid.values()) < 0.1


def test_customers_pay_a_little_after_their_terms(exports: Path) -> None:
    late = defaultdict(list)
    for row in rows(exports, "invoices.tsv"):
        if row["Paid Date"]:
            due, paid = (date.fromisoformat(row[name]) for name in ("Due Date", "Paid Date"))
            late[row["Customer"]].append((paid - due).days)
    usual = [median(days) for days in late.values()]
    assert 4 <= median(usual) <= 12
    assert max(usual) > 25


def test_about_half_of_the_decided_quotes_are_won(exports: Path) -> None:
    outcomes = Counter(row["Outcome"] for row in rows(exports, "quotes.csv"))
    undecided = [row for row in rows(exports, "quotes.csv") if not row["Decided"]]
    assert 0.35 < outcomes["Won"] / (outcomes.total() - outcomes[""]) < 0.6
    assert 0 < len(undecided) == outcomes[""]


def test_the_job_log_holds_the_dirt_a_reader_must_survive(exports: Path) -> None:
    lines = (exports / "orders.csv").read_bytes().split(b"\r\n")[:-1]
    log = rows(exports, "orders.csv")
    undated = sorted(row["Date In"] for row in log if received_on(row) is None)
    assert b"\xbd" in b"".join(lines)
    assert any("é" in row["Customer"] for row in log)
    assert len(undated) == 3
    assert undated[-1] == "see traveler"
    assert len(lines) - len(set(lines)) == 3
    assert sum(row["Due Date"] is None for row in log) == 1
    assert sum(not row["Customer"] for row in log) == 1
    assert {row["Lbs"] for row in log} > {"N/A", "tbd"}


def test_nobody_could_be_reached_by_mail_or_telephone(exports: Path) -> None:
    contacts = rows(exports, "customers.csv")
    assert all(row["Email"].endswith((".example", "@example.com")) for row in contacts)
    assert all("555-01" in row["Phone"] for row in contacts)
    assert (
        len({row["Customer"] for row in contacts}) == len({row["Customer code"] for row in contacts}) == 120
    )
